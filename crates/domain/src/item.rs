use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Kind, Moment, Point, Uid, UtcMs};

/// An item as an importer or a connector hands it over: all that its source said, not yet stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewItem {
    /// Its identity: [`Uid::of`] the stream and the record's natural key.
    pub uid: Uid,
    /// What it is.
    pub kind: Kind,
    /// Where it came from: provider and product, "google.mail". Closed by the list of importers.
    pub source: String,
    /// When it happened; `None` when the data does not say.
    pub at: Option<Moment>,
    /// When it ended, for what lasts.
    pub until: Option<UtcMs>,
    /// One line that names it.
    pub title: String,
    /// Its own words, for reading and for search. Plain text.
    pub text: String,
    /// Where it happened, when the data says.
    pub place: Option<Point>,
    /// What is particular to its kind; documented at each importer.
    pub data: Map<String, Value>,
    /// The record as it stood in the file.
    pub raw: Raw,
    /// The people, places, devices and channels in it.
    pub links: Vec<NewLink>,
    /// Other items that it points at.
    pub related: Vec<ItemLink>,
    /// Attachments and media.
    pub blobs: Vec<NewBlob>,
    /// Kept, but left out of views unless asked for (spam, advertisements, bin).
    pub hidden: bool,
    /// Which state of the thing this is, where its source says: the instant of the owner's last change, or a number that
    /// grows with each. Compared between records of one item alone, the greater one is the newer; each importer has a scale
    /// of its own.
    pub revision: Option<i64>,
}

impl NewItem {
    /// An item with nothing in it but its identity.
    pub fn new(kind: Kind, source: &str, key: impl AsRef<[u8]>, raw: Raw) -> Self {
        Self {
            uid: Uid::of(source, key.as_ref()),
            kind,
            source: source.to_owned(),
            at: None,
            until: None,
            title: String::new(),
            text: String::new(),
            place: None,
            data: Map::new(),
            raw,
            links: Vec::new(),
            related: Vec::new(),
            blobs: Vec::new(),
            hidden: false,
            revision: None,
        }
    }

    /// Adds a field of `data`, unless the value is null or an empty string, list or map.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        let value = value.into();
        let empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Object(map) => map.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        if !empty {
            self.data.insert(key.to_owned(), value);
        }
    }
}

/// The bytes of one record, as they stood in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raw {
    /// How to read them.
    pub format: RawFormat,
    /// The bytes, cut exactly at the record's edges.
    pub bytes: Vec<u8>,
}

impl Raw {
    /// A JSON value's own bytes.
    pub fn json(bytes: &[u8]) -> Self {
        Self { format: RawFormat::Json, bytes: bytes.to_vec() }
    }

    /// Text of another format.
    pub fn text(format: RawFormat, text: &str) -> Self {
        Self { format, bytes: text.as_bytes().to_vec() }
    }
}

/// How a raw record is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RawFormat {
    /// One JSON value.
    Json,
    /// One row, as a JSON object of column and cell.
    CsvRow,
    /// A fragment of a page.
    Html,
    /// An RFC 5322 message.
    Mail,
    /// One iCalendar component.
    Calendar,
    /// One vCard.
    Card,
    /// One XML element.
    Xml,
    /// Plain text.
    Text,
}

impl RawFormat {
    /// The number stored for it.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The format stored as `code`; an unknown code reads as text.
    pub fn from_code(code: u8) -> Self {
        [Self::Json, Self::CsvRow, Self::Html, Self::Mail, Self::Calendar, Self::Card, Self::Xml]
            .into_iter()
            .find(|format| format.code() == code)
            .unwrap_or(Self::Text)
    }
}

/// What part an entity plays in an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Wrote or sent it.
    Sender,
    /// Was it sent to.
    Recipient,
    /// Had a copy of it.
    Copied,
    /// Was asked to an event, or is in a conversation.
    Attendee,
    /// Called an event or owns a calendar.
    Organizer,
    /// Is the person a contact card is about.
    Subject,
    /// Is seen or named in it.
    Depicted,
    /// Sold it.
    Seller,
    /// Published it.
    Channel,
    /// Is where it was.
    Location,
    /// Recorded it.
    Device,
    /// Is the list, label or album it stands in.
    Label,
}

impl Role {
    /// The number stored for it.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The role stored as `code`.
    pub fn from_code(code: u8) -> Option<Self> {
        [
            Self::Sender,
            Self::Recipient,
            Self::Copied,
            Self::Attendee,
            Self::Organizer,
            Self::Subject,
            Self::Depicted,
            Self::Seller,
            Self::Channel,
            Self::Location,
            Self::Device,
            Self::Label,
        ]
        .into_iter()
        .find(|role| role.code() == code)
    }
}

/// What an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// A human being.
    Person,
    /// A company, shop or channel.
    Organisation,
    /// A named place.
    Place,
    /// A phone, watch or computer.
    Device,
    /// A label, list, album or calendar of the owner's own.
    Label,
}

impl EntityKind {
    /// The number stored for it.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The kind stored as `code`.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Person, Self::Organisation, Self::Place, Self::Device, Self::Label].into_iter().find(|kind| kind.code() == code)
    }
}

/// An entity as one record names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EntityRef {
    /// What it is.
    pub kind: EntityKind,
    /// Its address, normalised and with its scheme: `mailto:anna@example.org`, `tel:+41791234567`,
    /// `google.place:ChIJ…`, `youtube.channel:UC…`, `name:anna meier` when there is nothing better.
    pub address: String,
    /// What the record calls it; may be empty.
    pub name: String,
}

impl EntityRef {
    /// A person by e-mail address; the address is lower-cased.
    pub fn mailbox(address: &str, name: &str) -> Self {
        Self { kind: EntityKind::Person, address: format!("mailto:{}", address.trim().to_lowercase()), name: name.trim().to_owned() }
    }

    /// A person of whom only the name is known.
    pub fn named(kind: EntityKind, name: &str) -> Self {
        let name = name.trim();
        let scheme = if kind == EntityKind::Label { "label" } else { "name" };
        Self { kind, address: format!("{scheme}:{}", name.to_lowercase()), name: name.to_owned() }
    }
}

/// An entity's part in an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NewLink {
    /// Its part.
    pub role: Role,
    /// Who or what.
    pub entity: EntityRef,
}

/// A pointer to another item, which may not have been imported yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ItemLink {
    /// "reply_to", "thread", "part_of", "duplicate_of".
    pub relation: String,
    /// The other item.
    pub to: Uid,
}

/// An attachment or medium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewBlob {
    /// Its file name.
    pub name: String,
    /// Its media type, by content where we looked, else by name.
    pub media_type: String,
    /// Its bytes, or where they are.
    pub content: BlobContent,
}

/// Where a blob's bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlobContent {
    /// Here, to be kept encrypted in the vault.
    Bytes(Vec<u8>),
    /// Left in place.
    Reference {
        /// The file, or the archive that holds it: an absolute path.
        path: String,
        /// The entry inside the archive; empty for a plain file.
        entry: String,
        /// Size in bytes.
        size: u64,
        /// BLAKE3 of the bytes when they were read.
        digest: [u8; 32],
    },
}

/// Which of the parallel records of a person's movement a fix belongs to. Drawn apart, never mixed into one track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// Records.json: the raw fixes that phones sent to the server.
    Records,
    /// Paths inside Semantic Location History.
    Semantic,
    /// Paths of the on-device Timeline.
    Device,
    /// The raw signals of the on-device Timeline.
    Signals,
    /// A recorded workout or a GPX file.
    Workout,
}

impl Layer {
    /// The number stored for it.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The layer stored as `code`.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Records, Self::Semantic, Self::Device, Self::Signals, Self::Workout].into_iter().find(|layer| layer.code() == code)
    }
}

/// One position fix. Tens of millions of these are normal, so it has no raw original: its fields are the record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NewPoint {
    /// The record it belongs to.
    pub layer: Layer,
    /// The phone, as the export numbers it; 0 when it does not.
    pub device: i64,
    /// When, UTC milliseconds.
    pub at: UtcMs,
    /// Where.
    pub point: Point,
    /// Radius of 68 % confidence, metres.
    pub accuracy: Option<u32>,
    /// Metres above the ellipsoid.
    pub altitude: Option<i32>,
    /// Metres a second times 100.
    pub speed: Option<u16>,
    /// Degrees clockwise from north.
    pub heading: Option<u16>,
    /// How it was found.
    pub method: Method,
    /// What the phone thought its owner was doing, and how sure it was (0 to 100).
    pub activity: Option<(ActivityType, u8)>,
}

/// How a fix was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Not said.
    Unknown,
    /// Satellites.
    Gps,
    /// Wireless networks.
    Wifi,
    /// Phone masts.
    Cell,
    /// The arrival or departure of a visit.
    Visit,
}

/// What a phone thought its owner was doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityType {
    /// Not said, or a word that we do not know.
    Unknown,
    /// Not moving.
    Still,
    /// Walking, or on foot.
    Walking,
    /// Running.
    Running,
    /// Cycling.
    Cycling,
    /// In a car or another road vehicle.
    Vehicle,
    /// In a bus.
    Bus,
    /// In a train, tram or underground.
    Rail,
    /// On a ferry or boat.
    Boat,
    /// In an aeroplane.
    Flying,
}
