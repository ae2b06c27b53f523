//! The words that the rest of Datapunk is written in: items, points, findings, filters, and the traits that one crate
//! implements and another uses.
//!
//! Absent on purpose: input and output, clocks, randomness, an async runtime. Everything here is data, or a trait.

mod failure;
mod filter;
mod hosts;
mod import;
mod item;
mod kind;
mod learn;
mod pii;
mod place;
mod progress;
mod time;
mod timeline;
mod uid;

pub use failure::{Code, Failure, Result, Stretch};
pub use filter::{Area, Filter, Has, Near};
pub use hosts::{HOSTS, Host};
pub use import::{FileLedger, FileOutcome, Finding, FindingCode, ImportId, ImportReport, ImportTotals, Severity};
pub use item::{
    ActivityType, BlobContent, EntityKind, EntityRef, ItemLink, Layer, Method, NewBlob, NewItem, NewLink, NewPoint, Raw, RawFormat, Role,
};
pub use kind::Kind;
pub use learn::{Chat, Embedder, Generator, GeneratorEvent, Reranker, Speaker, closeness};
pub use pii::{PiiClass, PiiSpan, UnknownPiiClass};
pub use place::{E7, Metres, Point};
pub use progress::{Cancel, Progress};
pub use time::{Certainty, Moment, UtcMs};
pub use timeline::{TIMELINE_ON_PHONE, TIMELINE_ON_SERVER};
pub use uid::Uid;
