//! An item in a list, and everything known of one.

use domain::{Certainty, EntityKind, Kind, RawFormat, Role, Uid, UtcMs};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::wire;

/// Which way a message or a call went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the owner.
    Sent,
    /// To the owner.
    Received,
}

wire! {
    /// Where something was.
    pub struct PlaceView {
        /// Degrees north.
        pub lat: f64,
        /// Degrees east.
        pub lon: f64,
        /// The place's name, when known.
        pub name: Option<String>,
        /// Whether it was inferred from the person's own track.
        pub inferred: bool,
    }

    /// An item in a list.
    pub struct Row {
        /// Its id.
        pub id: Uid,
        /// What it is.
        pub kind: Kind,
        /// Where it came from.
        pub source: String,
        /// When, RFC 3339, in the wall clock of the place where known.
        pub at: Option<String>,
        /// When, UTC milliseconds.
        pub at_ms: Option<UtcMs>,
        /// Until when, UTC milliseconds.
        pub until_ms: Option<UtcMs>,
        /// Minutes east of UTC there and then, when known.
        pub offset_min: Option<i16>,
        /// One line that names it.
        pub title: String,
        /// Its first words, or the words around a match with the match between \u{2} and \u{3}.
        pub snippet: String,
        /// Where.
        pub place: Option<PlaceView>,
        /// Who sent, published or called it.
        pub who: Option<String>,
        /// The conversation that it is part of.
        pub thread: Option<Uid>,
    }

    /// An item that was found, and why.
    pub struct Hit {
        /// The item.
        #[serde(flatten)]
        pub row: Row,
        /// Higher is better; comparable within one answer only.
        pub score: f64,
        /// Why it is here: its rank by each index ("words 1", "meaning 4"), what it holds ("holds boat, lisbon"), how far it is.
        pub why: Vec<String>,
        /// Items that say the same, which stand behind it and not in the list.
        pub same: Vec<Uid>,
    }

    /// A page of a list.
    pub struct Page {
        /// The items, in order.
        pub rows: Vec<Row>,
        /// Asks for the next page; absent at the end.
        pub next: Option<String>,
    }

    /// Names an item.
    pub struct ItemRef {
        /// Its id.
        pub id: Uid,
    }

    /// Someone or something in an item.
    pub struct LinkView {
        /// Their part.
        pub role: Role,
        /// What it is.
        pub kind: EntityKind,
        /// Its address.
        pub address: String,
        /// Its name.
        pub name: String,
        /// The number of the person that it is, when it is a person's.
        pub person: Option<i64>,
        /// What this person is called, when they are joined under several addresses and the item calls them otherwise.
        pub known_as: Option<String>,
    }

    /// An attachment or medium.
    pub struct BlobView {
        /// Its number within the item.
        pub index: u32,
        /// Its file name.
        pub name: String,
        /// Its media type.
        pub media_type: String,
        /// Size in bytes.
        pub size: u64,
        /// Where it was left, when it is not in the vault.
        pub left_at: Option<String>,
    }

    /// Where an item was seen.
    pub struct SightingView {
        /// The import.
        pub import: i64,
        /// The path inside the export.
        pub path: String,
        /// The archive.
        pub archive: String,
    }

    /// Everything known of an item.
    pub struct ItemView {
        /// The item as in a list.
        #[serde(flatten)]
        pub row: Row,
        /// Its own words.
        pub text: String,
        /// What is particular to its kind.
        pub data: Map<String, Value>,
        /// How sure its time is.
        pub certainty: Option<Certainty>,
        /// The time as the source wrote it.
        pub at_raw: Option<String>,
        /// Whether it is left out of views unless asked for.
        pub hidden: bool,
        /// Why, when it does not say so itself.
        pub hidden_because: Option<String>,
        /// Which way it went, for what is sent, when the owner's part in it is known.
        pub direction: Option<Direction>,
        /// The people, places, devices and labels in it.
        pub links: Vec<LinkView>,
        /// Attachments and media.
        pub blobs: Vec<BlobView>,
        /// The files that it was seen in.
        pub came_from: Vec<SightingView>,
        /// The other messages of its conversation, in order.
        pub thread_rows: Vec<Row>,
        /// What was near it in time.
        pub nearby: Vec<Row>,
        /// The record as it stood in the file.
        pub raw: Option<RawView>,
    }

    /// A record as it stood in its file.
    pub struct RawView {
        /// How to read it.
        pub format: RawFormat,
        /// Its text; bytes that are not UTF-8 are replaced.
        pub text: String,
        /// Whether more than the first 256 KiB exist.
        pub cut: bool,
    }

    /// A mail as its sender laid it out.
    pub struct MailPage {
        /// A fragment of HTML that shows words and tables and does nothing else; absent when the mail has none, or one too large
        /// or too deep to be laid out.
        pub html: Option<String>,
        /// Where its links led, each once; in the page they lead nowhere.
        pub links: Vec<String>,
    }

    /// Names an item's blob.
    pub struct BlobRequest {
        /// The item.
        pub id: Uid,
        /// The blob's number within it.
        pub index: u32,
    }

    /// A blob's bytes.
    pub struct BlobBytes {
        /// Its media type.
        pub media_type: String,
        /// Its file name.
        pub name: String,
        /// The bytes, base64.
        pub base64: String,
    }
}
