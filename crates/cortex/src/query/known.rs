use domain::{EntityKind, Result};
use vault::Vault;

use super::{Named, Names};
use crate::places::Places;
use crate::plan::Spot;

/// Names that are suggested in place of one.
const SUGGESTED: usize = 3;

/// What a vault knows by name.
pub struct KnownNames<'a> {
    /// The vault.
    pub vault: &'a Vault,
    /// The places where its owner has been.
    pub places: &'a Places,
}

impl Names for KnownNames<'_> {
    fn has_person(&self, name: &str) -> Result<bool> {
        self.vault.is_known(name, &[EntityKind::Person, EntityKind::Organisation])
    }

    fn knows_owner(&self) -> Result<bool> {
        Ok(!self.vault.own_entities()?.is_empty())
    }

    fn has_label(&self, name: &str) -> Result<bool> {
        self.vault.is_known(name, &[EntityKind::Label])
    }

    fn ground(&self, name: &str) -> Result<Option<Spot>> {
        self.places.named(self.vault, name)
    }

    fn has_place(&self, name: &str) -> Result<bool> {
        self.vault.is_known(name, &[EntityKind::Place])
    }

    fn sources(&self) -> Result<Vec<String>> {
        Ok(self.vault.stats()?.by_source.into_keys().collect())
    }

    fn like(&self, what: Named, name: &str) -> Result<Vec<String>> {
        match what {
            Named::Person => self.vault.names_like(name, EntityKind::Person, SUGGESTED),
            Named::Label => self.vault.names_like(name, EntityKind::Label, SUGGESTED),
            Named::Place => {
                let mut near = self.places.like(self.vault, name, SUGGESTED)?;
                near.extend(self.vault.names_like(name, EntityKind::Place, SUGGESTED)?);
                near.truncate(SUGGESTED);
                Ok(near)
            }
        }
    }
}
