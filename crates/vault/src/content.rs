//! What a record says, as it is kept: one JSON document without the record's bytes and blobs, packed, with a digest that
//! tells equal records from different ones, and a revision and a richness that rank the different ones.
//!
//! Invariant: digest, revision and richness depend on the record alone, never on the vault, the import or the order of arrival.
//! Where a medium left in place was found is not part of it: the same photo in a zip and in a folder is the same record.

use blake3::Hasher;
use domain::{BlobContent, Certainty, ItemLink, Moment, NewItem, NewLink, Point, Raw, RawFormat, UtcMs};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::fault::Outcome;
use crate::pack;

/// Raw records up to this size are packed together with the content, which mostly repeats them.
const TOGETHER: usize = 32 * 1024;

/// Everything that a record says but its bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Content {
    pub(crate) kind: u8,
    pub(crate) source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<UtcMs>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) place: Option<Point>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) data: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) links: Vec<NewLink>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) related: Vec<ItemLink>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) hidden: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<i64>,
}

/// A record ready to be stored.
#[derive(Debug, Clone)]
pub(crate) struct Sealed {
    /// The first 16 bytes of BLAKE3 over all that the record says, its bytes and its blobs included.
    pub(crate) digest: [u8; 16],
    /// How new it is, where the source says; see [`NewItem::revision`].
    pub(crate) revision: Option<i64>,
    /// How much it says; more is better.
    pub(crate) richness: i64,
    pub(crate) raw_format: u8,
    pub(crate) packed: Vec<u8>,
    pub(crate) raw: Option<Vec<u8>>,
}

impl Content {
    /// The content of a record, in one order whatever the importer's.
    pub(crate) fn of(item: &mut NewItem) -> Self {
        let mut data = Value::Object(std::mem::take(&mut item.data));
        data.sort_all_objects();
        let data = match data {
            Value::Object(data) => data,
            // Sorting an object leaves an object.
            _ => Map::new(),
        };
        Self {
            kind: item.kind.code(),
            source: std::mem::take(&mut item.source),
            at: item.at.take(),
            until: item.until,
            title: std::mem::take(&mut item.title),
            text: std::mem::take(&mut item.text),
            place: item.place,
            data,
            links: std::mem::take(&mut item.links),
            related: std::mem::take(&mut item.related),
            hidden: item.hidden,
            revision: item.revision,
        }
    }

    /// Packs the content with its record.
    pub(crate) fn seal(&self, raw: &Raw, blobs: &[domain::NewBlob]) -> Outcome<Sealed> {
        let json = serde_json::to_vec(self)?;
        let mut hasher = Hasher::new();
        hasher.update(&(json.len() as u64).to_le_bytes()).update(&json).update(&[raw.format.code()]);
        hasher.update(&(raw.bytes.len() as u64).to_le_bytes()).update(&raw.bytes);
        for blob in blobs {
            let (digest, size) = match &blob.content {
                BlobContent::Bytes(bytes) => (*blake3::hash(bytes).as_bytes(), bytes.len() as u64),
                BlobContent::Reference { digest, size, .. } => (*digest, *size),
            };
            hasher.update(&(blob.name.len() as u64).to_le_bytes()).update(blob.name.as_bytes());
            hasher.update(&(blob.media_type.len() as u64).to_le_bytes()).update(blob.media_type.as_bytes());
            hasher.update(&digest).update(&size.to_le_bytes());
        }
        let mut digest = [0; 16];
        digest.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        let together = raw.bytes.len() <= TOGETHER;
        let head = u32::try_from(json.len()).map_err(domain::Failure::internal)?;
        let mut plain = Vec::with_capacity(4 + json.len() + if together { raw.bytes.len() } else { 0 });
        plain.extend_from_slice(&head.to_le_bytes());
        plain.extend_from_slice(&json);
        if together {
            plain.extend_from_slice(&raw.bytes);
        }
        Ok(Sealed {
            digest,
            revision: self.revision,
            richness: self.richness(json.len(), blobs.len()),
            raw_format: raw.format.code(),
            packed: pack::pack(&plain)?,
            raw: if together { None } else { Some(pack::pack(&raw.bytes)?) },
        })
    }

    /// How much a record says: the bytes of its content, and as much again as a sentence for a sure time, a place and
    /// each blob. Of two records that do not say which is the newer, one of what was hidden never stands before one of what
    /// was not.
    fn richness(&self, json: usize, blobs: usize) -> i64 {
        let sure = self.at.as_ref().map_or(0, |at| match at.certainty {
            Certainty::Exact => 3,
            Certainty::OffsetInferred | Certainty::ZoneUnknown => 2,
            Certainty::DateOnly => 1,
        });
        let points = json + 64 * (sure + usize::from(self.place.is_some()) + blobs);
        let points = i64::try_from(points).unwrap_or(i64::MAX >> 1);
        if self.hidden { points } else { points + (1 << 40) }
    }

    /// Reads the content out of a packed variant.
    pub(crate) fn open(packed: &[u8]) -> Outcome<Self> {
        let plain = pack::unpack(packed)?;
        let (json, _) = split(&plain)?;
        Ok(serde_json::from_slice(json)?)
    }
}

/// The text alone out of a packed variant: most of a vault is read for it, by the indexes.
pub(crate) fn text(packed: &[u8]) -> Outcome<String> {
    #[derive(Deserialize)]
    struct Text {
        #[serde(default)]
        text: String,
    }
    let plain = pack::unpack(packed)?;
    let (json, _) = split(&plain)?;
    Ok(serde_json::from_slice::<Text>(json)?.text)
}

/// The sport or the way of moving that a packed variant says, as its importer writes it.
pub(crate) fn activity(packed: &[u8]) -> Outcome<Option<String>> {
    #[derive(Default, Deserialize)]
    struct Data {
        #[serde(default)]
        activity: Value,
    }
    #[derive(Deserialize)]
    struct Recorded {
        #[serde(default)]
        data: Data,
    }
    let plain = pack::unpack(packed)?;
    let (json, _) = split(&plain)?;
    let said = serde_json::from_slice::<Recorded>(json)?.data.activity;
    Ok(said.as_str().filter(|said| !said.is_empty()).map(str::to_owned))
}

/// The record out of a variant.
pub(crate) fn open_raw(format: u8, packed: &[u8], apart: Option<&[u8]>) -> Outcome<Raw> {
    let format = RawFormat::from_code(format);
    let bytes = match apart {
        Some(apart) => pack::unpack(apart)?,
        None => split(&pack::unpack(packed)?)?.1.to_vec(),
    };
    Ok(Raw { format, bytes })
}

fn split(plain: &[u8]) -> Outcome<(&[u8], &[u8])> {
    plain
        .split_first_chunk::<4>()
        .and_then(|(head, rest)| rest.split_at_checked(u32::from_le_bytes(*head) as usize))
        .ok_or_else(|| crate::fault::damaged("The content of an item").into())
}

#[cfg(test)]
mod tests {
    use domain::Kind;

    use super::*;

    #[test]
    fn a_number_is_the_same_number_when_it_is_read_again() {
        for n in 1..2_000_u32 {
            let number = f64::from(n).sqrt() * 10_f64.powi(n as i32 % 40 - 20);
            let mut item = NewItem::new(Kind::Measure, "s", n.to_le_bytes(), Raw::json(b"{}"));
            item.set("value", number);
            let raw = item.raw.clone();
            let content = Content::of(&mut item);
            let packed = content.seal(&raw, &[]).unwrap().packed;
            assert_eq!(Content::open(&packed).unwrap().data["value"].as_f64().unwrap().to_bits(), number.to_bits(), "{number}");
        }
    }
}
