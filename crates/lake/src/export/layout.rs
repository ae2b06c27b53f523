//! The export that can be imported again: version 1 of its files.
//!
//! ```text
//! manifest.json          what is in it: counts, and of every file of lines its size, its lines and the SHA-256 of its bytes
//! items.jsonl            one item a line; then items-2.jsonl and so on, where there are many
//! track_points.jsonl     one position fix a line; then track_points-2.jsonl and so on
//! entities.jsonl         one person, place, device or label a line: what the items say of it, summed up
//! forgotten.jsonl        of the whole vault alone: the uid of one item that was deleted for good a line
//! blobs/ab/cdef…         the bytes of an attachment; folder and name together are the SHA-256 of its bytes
//! ```
//!
//! Lines are UTF-8, end in a line feed, and hold one JSON object, whose first key says what it is. Instants are UTC
//! milliseconds. Positions are degrees times 10^7. Keys that would be empty are left out; keys that a reader does not know are to
//! be passed over, so that a later version may add some.
//!
//! The identity of an item is its `uid` (see [`domain::Uid`]), which was made from where the record comes from and its own key there;
//! it is taken over as it is. Several records may have said something of one item, in different exports of one account, say:
//! the one that stands for it is the line, what the others said is under `others`. With all of them there, the vault that imports
//! them chooses as the first one did.
//!
//! What was deleted for good stays out of the vault that imports the export as well, by its uid: a digest, which tells nothing but to
//! who has the item. Where and when fixes were deleted is not told.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{
    ActivityType, EntityKind, Filter, ItemLink, Kind, Layer, Method, Moment, NewItem, NewLink, NewPoint, Point, Raw, RawFormat, Uid, UtcMs,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use vault::{BlobPlace, ItemBlob, StoredEntity, StoredItem, StoredRecord, TrackPoint};

/// What a manifest says that it is.
pub(crate) const FORMAT: &str = "datapunk.export";
/// The version that is written, and the latest that is read.
pub(crate) const VERSION: u32 = 1;
/// The manifest's name.
pub(crate) const MANIFEST: &str = "manifest.json";
/// The folder of attachments.
pub(crate) const BLOBS: &str = "blobs";

/// What an export holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// [`FORMAT`].
    pub(crate) format: String,
    pub(crate) version: u32,
    /// The program that wrote it.
    pub(crate) program: String,
    /// When, RFC 3339.
    pub(crate) made: String,
    /// Whether it is the whole vault.
    pub(crate) whole: bool,
    /// What of the vault it is, when it is a slice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) filter: Option<Filter>,
    pub(crate) items: u64,
    /// Records of those items.
    pub(crate) records: u64,
    pub(crate) track_points: u64,
    pub(crate) entities: u64,
    pub(crate) blobs: u64,
    /// Items that were deleted for good.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) forgotten: u64,
    /// The files of lines.
    pub(crate) files: Vec<ListedFile>,
}

/// A file of lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ListedFile {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
    /// SHA-256, hex digits.
    pub(crate) sha256: String,
}

/// An item, or another record of one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ItemLine {
    pub(crate) uid: Uid,
    pub(crate) kind: Kind,
    pub(crate) source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<UtcMs>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<Point>,
    /// Where the track says that its owner was; made anew by an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place_by_track: Option<Point>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    data: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    links: Vec<NewLink>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    related: Vec<ItemLink>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) attachments: Vec<AttachmentLine>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    hidden: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    revision: Option<i64>,
    raw: RawLine,
    /// In which files of which archives it was; an import of this export has a ledger of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    seen_in: Vec<SeenLine>,
    /// What other records said of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) others: Vec<ItemLine>,
}

/// An attachment or medium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AttachmentLine {
    pub(crate) name: String,
    pub(crate) media_type: String,
    /// Bytes.
    pub(crate) size: u64,
    /// Of one whose bytes are in the export: their SHA-256, hex digits. Together with `left_at` it is a copy of what was left in place,
    /// and the vault that imports it leaves it in place in turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sha256: Option<String>,
    /// Of one that was left in place: where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) left_at: Option<LeftLine>,
}

/// Where a medium was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LeftLine {
    /// The file, or the archive that holds it.
    pub(crate) path: String,
    /// The entry inside the archive.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) entry: String,
    /// BLAKE3 of its bytes, hex digits.
    pub(crate) blake3: String,
}

/// A record as it stood in its file: `text`, or `base64` where it is no UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct RawLine {
    format: RawFormat,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    base64: String,
}

/// Where an item was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct SeenLine {
    archive: String,
    path: String,
}

/// A position fix.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct FixLine {
    at_ms: UtcMs,
    layer: Layer,
    #[serde(default, skip_serializing_if = "is_zero")]
    device: i64,
    lat: i32,
    lon: i32,
    /// Metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accuracy: Option<u32>,
    /// Metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    altitude: Option<i32>,
    /// Metres a second times 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    speed: Option<u16>,
    /// Degrees clockwise from north.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    heading: Option<u16>,
    #[serde(default = "unknown", skip_serializing_if = "is_unknown")]
    method: Method,
    /// What the phone thought its owner was doing, and how sure it was (0 to 100).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    activity: Option<(ActivityType, u8)>,
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}

fn unknown() -> Method {
    Method::Unknown
}

fn is_unknown(method: &Method) -> bool {
    *method == Method::Unknown
}

/// An item that was deleted for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ForgottenLine {
    pub(crate) forgotten: Uid,
}

/// A person, place, device or label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EntityLine {
    entity: EntityKind,
    address: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    name: String,
    /// The parts that it has in items of the whole vault.
    links: u64,
}

impl ItemLine {
    /// The line of an item. `sha256` knows the attachments that are in the export.
    pub(crate) fn of(item: &StoredItem, sha256: &dyn Fn(&ItemBlob) -> Option<String>) -> Self {
        let mut line = Self::of_record(&item.standing, sha256);
        line.place_by_track = item.place_by_track;
        line.seen_in = item.sightings.iter().map(|seen| SeenLine { archive: seen.archive.clone(), path: seen.path.clone() }).collect();
        line.others = item.others.iter().map(|other| Self::of_record(other, sha256)).collect();
        line
    }

    fn of_record(StoredRecord { item, blobs }: &StoredRecord, sha256: &dyn Fn(&ItemBlob) -> Option<String>) -> Self {
        Self {
            uid: item.uid,
            kind: item.kind,
            source: item.source.clone(),
            at: item.at.clone(),
            until: item.until,
            title: item.title.clone(),
            text: item.text.clone(),
            place: item.place,
            place_by_track: None,
            data: item.data.clone(),
            links: item.links.clone(),
            related: item.related.clone(),
            attachments: blobs.iter().map(|blob| AttachmentLine::of(blob, sha256)).collect(),
            hidden: item.hidden,
            revision: item.revision,
            raw: RawLine::of(&item.raw),
            seen_in: Vec::new(),
            others: Vec::new(),
        }
    }

    /// The record, without its attachments. Fails with what is wrong with it.
    pub(crate) fn into_item(self) -> Result<NewItem, String> {
        Ok(NewItem {
            uid: self.uid,
            kind: self.kind,
            source: self.source,
            at: self.at,
            until: self.until,
            title: self.title,
            text: self.text,
            place: self.place,
            data: self.data,
            raw: self.raw.into_raw()?,
            links: self.links,
            related: self.related,
            blobs: Vec::new(),
            hidden: self.hidden,
            revision: self.revision,
        })
    }
}

impl AttachmentLine {
    fn of(blob: &ItemBlob, sha256: &dyn Fn(&ItemBlob) -> Option<String>) -> Self {
        let left_at = match &blob.place {
            BlobPlace::Kept { .. } => None,
            BlobPlace::Left { path, entry, digest } => Some(LeftLine { path: path.clone(), entry: entry.clone(), blake3: digest.clone() }),
        };
        Self { name: blob.name.clone(), media_type: blob.media_type.clone(), size: blob.size, sha256: sha256(blob), left_at }
    }
}

impl RawLine {
    fn of(raw: &Raw) -> Self {
        let (text, base64) = match std::str::from_utf8(&raw.bytes) {
            Ok(text) => (text.to_owned(), String::new()),
            Err(_) => (String::new(), STANDARD.encode(&raw.bytes)),
        };
        Self { format: raw.format, text, base64 }
    }

    fn into_raw(self) -> Result<Raw, String> {
        let bytes = if self.base64.is_empty() {
            self.text.into_bytes()
        } else {
            STANDARD.decode(&self.base64).map_err(|error| format!("its original cannot be read as base64: {error}"))?
        };
        Ok(Raw { format: self.format, bytes })
    }
}

impl From<&TrackPoint> for FixLine {
    fn from(fix: &TrackPoint) -> Self {
        Self {
            at_ms: fix.at,
            layer: fix.layer,
            device: fix.device,
            lat: fix.point.lat,
            lon: fix.point.lon,
            accuracy: fix.accuracy,
            altitude: fix.altitude,
            speed: fix.speed,
            heading: fix.heading,
            method: fix.method,
            activity: fix.activity,
        }
    }
}

impl From<FixLine> for NewPoint {
    fn from(line: FixLine) -> Self {
        Self {
            layer: line.layer,
            device: line.device,
            at: line.at_ms,
            point: Point { lat: line.lat, lon: line.lon },
            accuracy: line.accuracy,
            altitude: line.altitude,
            speed: line.speed,
            heading: line.heading,
            method: line.method,
            activity: line.activity,
        }
    }
}

impl From<&StoredEntity> for EntityLine {
    fn from(entity: &StoredEntity) -> Self {
        Self { entity: entity.kind, address: entity.address.clone(), name: entity.name.clone(), links: entity.n_links }
    }
}

/// The path of an attachment inside an export, by the SHA-256 of its bytes.
pub(crate) fn blob_path(sha256: &str) -> String {
    let (folder, name) = sha256.split_at_checked(2).unwrap_or((sha256, ""));
    format!("{BLOBS}/{folder}/{name}")
}

/// The SHA-256 that the path of an attachment stands for, when it is one.
pub(crate) fn sha256_of_path(path: &str) -> Option<String> {
    let mut parts = path.rsplit('/');
    let (name, folder, blobs) = (parts.next()?, parts.next()?, parts.next()?);
    let sha256 = format!("{folder}{name}");
    (blobs == BLOBS && folder.len() == 2 && is_sha256(&sha256)).then_some(sha256)
}

/// Whether a text is a SHA-256 in hex digits, as we write them.
pub(crate) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Bytes as hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_is_no_text_comes_back_as_it_was() {
        for bytes in [&b"{\"a\":1}"[..], b"", &[0xff, 0, 0x80], "Grüße\u{2028}".as_bytes()] {
            let raw = Raw { format: RawFormat::Mail, bytes: bytes.to_vec() };
            let json = serde_json::to_string(&RawLine::of(&raw)).unwrap();
            assert_eq!(serde_json::from_str::<RawLine>(&json).unwrap().into_raw().unwrap(), raw);
        }
    }

    #[test]
    fn the_path_of_an_attachment_is_its_digest() {
        let sha256 = "ab".repeat(32);
        let path = blob_path(&sha256);
        assert_eq!(sha256_of_path(&format!("my export/{path}")), Some(sha256));
        for other in ["ab/cd", "blobs/ab/cd", "blobs/AB/cd", &path.replace("blobs", "Drive"), &path[..path.len() - 1]] {
            assert_eq!(sha256_of_path(other), None, "{other}");
        }
    }
}
