//! The `state` file: how many transactions the database had committed when last looked at, and how the log of calls ended,
//! under a MAC. SQLite drops a
//! damaged or missing write-ahead log without a word; this witness is how the loss is noticed at the next unlock.

use std::fs;
use std::path::Path;

use crate::fault::Outcome;
use crate::folder::replace;
use crate::keys::{self, Key};
use crate::table::audit::Head;

const MAGIC: &[u8; 8] = b"PDVSTAT1";
const SIZE: usize = 128;
const MAC_AT: usize = SIZE - 32;

/// What the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    /// Transactions committed.
    pub(crate) generation: u64,
    /// Whether the vault was closed in good order after them.
    pub(crate) clean: bool,
    /// The end of the log of calls; zeros in files of before there was one.
    pub(crate) audit: Head,
}

impl State {
    /// The state, or `None` when the file is missing or does not verify.
    pub(crate) fn read(path: &Path, key: &Key) -> Outcome<Option<Self>> {
        let Ok(bytes) = fs::read(path) else { return Ok(None) };
        if bytes.len() != SIZE || &bytes[..8] != MAGIC || !keys::mac_fits(key, &bytes[..MAC_AT], &bytes[MAC_AT..])? {
            return Ok(None);
        }
        let mut generation = [0; 8];
        generation.copy_from_slice(&bytes[8..16]);
        let mut audit = Head::default();
        let mut seq = [0; 8];
        seq.copy_from_slice(&bytes[17..25]);
        audit.seq = i64::from_le_bytes(seq);
        audit.mac.copy_from_slice(&bytes[25..57]);
        Ok(Some(Self { generation: u64::from_le_bytes(generation), clean: bytes[16] == 1, audit }))
    }

    /// Replaces the file.
    pub(crate) fn write(self, path: &Path, key: &Key) -> Outcome<()> {
        let mut bytes = [0; SIZE];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..16].copy_from_slice(&self.generation.to_le_bytes());
        bytes[16] = u8::from(self.clean);
        bytes[17..25].copy_from_slice(&self.audit.seq.to_le_bytes());
        bytes[25..57].copy_from_slice(&self.audit.mac);
        let mac = keys::mac(key, &bytes[..MAC_AT])?;
        bytes[MAC_AT..].copy_from_slice(&mac);
        replace(path, &bytes)?;
        Ok(())
    }
}
