//! The recovery code of a new root key, while nobody is known to hold it.
//!
//! The code is made before the step that decides about the root key and shown after it. Should the program end in between, or
//! whoever asked go away, nobody ever sees it, and the codes that were printed before open the vault no more. So the database that
//! comes with the new root key names the code's slot from the start, and every unlock tells of it until someone says that they hold
//! the code, opens the vault by one, or revokes it.

use domain::Result;
use rusqlite::Connection;

use crate::fault::Outcome;
use crate::header::Header;
use crate::table::setting;
use crate::vault::Vault;
use crate::verify::{VerifyCode, VerifyFinding};

/// The setting that names the slot.
const SLOT: &str = "recovery.unseen";

/// Notes that nobody has seen the code of the slot of that id.
pub(crate) fn note(connection: &Connection, slot: &str) -> Outcome<()> {
    setting::set(connection, SLOT, Some(slot))
}

/// What there is to tell of a code that still opens the vault and that nobody is known to hold.
pub(crate) fn finding(connection: &Connection, header: &Header) -> Outcome<Option<VerifyFinding>> {
    let noted = setting::get(connection, SLOT)?;
    Ok(noted.filter(|slot| header.unlabelled().iter().any(|key| key.id == *slot)).map(|slot| unseen(&slot)))
}

fn unseen(slot: &str) -> VerifyFinding {
    VerifyFinding::new(
        VerifyCode::Header,
        &format!(
            "The root key was replaced, and nobody has said that they hold the new recovery code, {slot} in the list of keys: the program may have ended before it was shown. The codes that were printed before do not open this vault any more."
        ),
        "If you do not have it, make a new one, `datapunk keys add recovery` or under Keys in the settings, and revoke the other.",
    )
}

impl Vault {
    /// Takes it that the owner holds a recovery code that opens this vault: it is said no more that nobody may have seen it.
    pub fn recovery_code_kept(&self) -> Result<()> {
        let inner = self.inner();
        let Some(slot) = setting::get(&*inner.readers.borrow()?, SLOT)? else { return Ok(()) };
        inner.writer.write_beside(|transaction| setting::set(transaction, SLOT, None))?;
        let told = unseen(&slot);
        inner.warnings().retain(|warning| *warning != told);
        Ok(())
    }
}
