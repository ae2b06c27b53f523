//! What should be in an export and is not, because what the vault holds of it is damaged.

use domain::{NewItem, Result, UtcMs};
use jiff::Timestamp;
use vault::{ItemBlob, Lost};

/// What is named one by one; of a vault that is damaged all over the rest is counted.
const NAMED: usize = 1_000;

/// What was left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// How many things: attachments, items, stretches of items or fixes.
    pub n: u64,
    /// The first of them, a sentence each.
    pub named: Vec<String>,
}

impl LeftOut {
    /// Takes note of something that is left out; never fails, so that whoever is called for each part can end with it.
    pub(super) fn note(&mut self, sentence: String) -> Result<()> {
        self.n += 1;
        if self.named.len() < NAMED {
            self.named.push(sentence);
        }
        Ok(())
    }
}

/// What is said of an attachment that is missing from the vault or does not verify.
pub(super) fn attachment(item: &NewItem, blob: &ItemBlob) -> String {
    format!("The attachment {:?} ({} bytes) of the item {} is missing from the vault or damaged.", blob.name, blob.size, item.uid)
}

/// What is said of what pages of the database held.
pub(super) fn sentence(lost: Lost) -> String {
    let span = |from: Option<UtcMs>, to: Option<UtcMs>| {
        let time = |ms: UtcMs| Timestamp::from_millisecond(ms).ok();
        match (from.and_then(time), to.and_then(time)) {
            (Some(from), Some(to)) => format!("between {from} and {to}"),
            (Some(from), None) => format!("from {from} on"),
            (None, Some(to)) => format!("before {to}"),
            (None, None) => "of which the time cannot be told".to_owned(),
        }
    };
    match lost {
        Lost::Item(Some(uid)) => format!("The item {uid} is damaged in the vault's database."),
        Lost::Item(None) => "An item of which not even the name can be read is damaged in the vault's database.".to_owned(),
        Lost::Items(from, to) => format!("Items {} are damaged in the vault's database.", span(from, to)),
        Lost::Fixes(from, to) => format!("Position fixes {} are damaged in the vault's database.", span(Some(from), to)),
        Lost::Entities => "People, places, devices or labels are damaged in the vault's database; the items say who is in them.".to_owned(),
    }
}
