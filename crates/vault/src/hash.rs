//! The logical hash: one value over all that the vault says, whatever the order in which it came, the archives that it
//! came in and the imports that were undone meanwhile. Each row is hashed, and the hashes are added up, so that no
//! sorting is needed.
//!
//! In it: items with all their variants, what stands in links, relations, numbers, places and attachments; entities and
//! their names; track points; tombstones; what the owner said about who is who. Not in it: the ledger, row numbers, inferred places
//! and zones, which of two records of a day is shown, where media left in place were found, who is joined with whom by cards, settings, saved searches, kept
//! conversations, jobs and indexes.

use blake3::Hasher;
use domain::Result;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::fault::{Fault, Outcome};
use crate::hex;
use crate::vault::Vault;

/// What is hashed. Rows are spelled by what they mean, never by their numbers.
const ROWS: &[&str] = &[
    // What was inferred of an item is taken back: 1 stands for an exact instant, 2 for a wall clock that was moved.
    "SELECT i.uid, i.kind, s.name, iif(i.zone_inferred = 2, i.at_ms + i.offset_min * 60000, i.at_ms), iif(i.zone_inferred, NULL, i.offset_min),
         CASE i.zone_inferred WHEN 1 THEN 0 WHEN 2 THEN 2 ELSE i.certainty END, iif(i.zone_inferred = 2, i.until_ms + i.offset_min * 60000, i.until_ms),
         i.hidden = 1, iif(i.place_inferred, NULL, i.lat), iif(i.place_inferred, NULL, i.lon), i.title, v.digest FROM item i JOIN source s ON s.id = i.source JOIN variant v ON v.id = i.variant",
    "SELECT i.uid, v.digest, v.richness, v.raw_format FROM variant v JOIN item i ON i.id = v.item",
    "SELECT i.uid, e.kind, e.address, l.role, n.name FROM link l JOIN item i ON i.id = l.item JOIN entity e ON e.id = l.entity JOIN entity_name n ON n.id = l.name",
    "SELECT kind, address, name, links FROM entity",
    "SELECT i.uid, l.relation, l.to_uid FROM item_link l JOIN item i ON i.id = l.item",
    "SELECT i.uid, n.key, n.value FROM number n JOIN item i ON i.id = n.item",
    "SELECT i.uid, v.digest, r.ord, r.name, r.media_type, r.size, r.digest, r.blob IS NULL FROM blob_ref r JOIN variant v ON v.id = r.variant JOIN item i ON i.id = v.item",
    "SELECT size FROM blob",
    "SELECT at_ms, layer, device, lat, lon, accuracy, altitude, speed, heading, method, activity FROM track_point",
    "SELECT lat, lon, day, layer, n FROM track_cell",
    "SELECT uid FROM tombstone",
];

/// What is hashed where there is any: an older vault, which has none of it, keeps its hash.
const LATER_ROWS: &[&str] = &[
    "SELECT (SELECT min(kind || ' ' || address) FROM same_address f WHERE f.statement = s.statement), kind, address FROM same_address s",
    "SELECT address, kind, other, other_kind FROM not_same",
    "SELECT address, kind, is_own FROM own_address",
    "SELECT rule FROM track_tombstone",
];

impl Vault {
    /// The hash of all that the vault says, as 64 hex digits. Two vaults that say the same have the same, and an undo
    /// brings back the one from before the import. Reads everything: about a second for each million rows.
    pub fn logical_hash(&self) -> Result<String> {
        let reader = self.inner().readers.borrow()?;
        // One snapshot for all tables.
        let snapshot = reader.unchecked_transaction().map_err(Fault::from)?;
        Ok(hash_of(&snapshot)?)
    }
}

/// The hash of what a connection sees, which has to be in a transaction.
pub(crate) fn hash_of(connection: &Connection) -> Outcome<String> {
    let mut whole = Hasher::new();
    for (at, sql) in ROWS.iter().chain(LATER_ROWS).enumerate() {
        let mut statement = connection.prepare(sql)?;
        let n_columns = statement.column_count();
        let mut rows = statement.query([])?;
        let mut sum = Sum::default();
        let mut hasher = Hasher::new();
        while let Some(row) = rows.next()? {
            hasher.reset();
            for column in 0..n_columns {
                add(&mut hasher, row.get_ref(column)?);
            }
            sum.add(hasher.finalize().as_bytes());
        }
        if sum.n == 0 && at >= ROWS.len() {
            continue;
        }
        whole.update(&(at as u64).to_le_bytes()).update(&sum.n.to_le_bytes());
        sum.limbs.iter().for_each(|limb| {
            whole.update(&limb.to_le_bytes());
        });
    }
    Ok(hex::encode(whole.finalize().as_bytes()))
}

fn add(hasher: &mut Hasher, value: ValueRef<'_>) {
    match value {
        ValueRef::Null => hasher.update(&[0]),
        ValueRef::Integer(value) => hasher.update(&[1]).update(&value.to_le_bytes()),
        ValueRef::Real(value) => hasher.update(&[2]).update(&value.to_bits().to_le_bytes()),
        ValueRef::Text(bytes) => hasher.update(&[3]).update(&(bytes.len() as u64).to_le_bytes()).update(bytes),
        ValueRef::Blob(bytes) => hasher.update(&[4]).update(&(bytes.len() as u64).to_le_bytes()).update(bytes),
    };
}

/// A sum of 256-bit numbers that wraps around, and how many there were.
#[derive(Default)]
struct Sum {
    limbs: [u64; 4],
    n: u64,
}

impl Sum {
    fn add(&mut self, bytes: &[u8; 32]) {
        let mut carry = false;
        for (limb, chunk) in self.limbs.iter_mut().zip(bytes.as_chunks::<8>().0) {
            let (sum, over) = limb.overflowing_add(u64::from_le_bytes(*chunk));
            let (sum, over_again) = sum.overflowing_add(u64::from(carry));
            (*limb, carry) = (sum, over || over_again);
        }
        self.n += 1;
    }
}
