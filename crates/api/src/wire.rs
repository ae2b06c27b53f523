//! The shapes that requests and answers have on every surface: the window, the browser, the command line.
//!
//! Absent on purpose: behaviour, and the shapes that things are stored in.

mod asking;
mod audit;
mod backups;
mod conversations;
mod exports;
mod finding;
mod forgetting;
mod imports;
mod item;
mod jobs;
mod keys;
mod map;
mod models;
mod people;
mod pii;
mod saved;
mod vault;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::asking::*;
pub use self::audit::*;
pub use self::backups::*;
pub use self::conversations::*;
pub use self::exports::*;
pub use self::finding::*;
pub use self::forgetting::*;
pub use self::imports::*;
pub use self::item::*;
pub use self::jobs::*;
pub use self::keys::*;
pub use self::map::*;
pub use self::models::*;
pub use self::people::*;
pub use self::pii::*;
pub use self::saved::*;
pub use self::vault::*;

/// Shapes that only carry fields, with what every shape derives.
macro_rules! wire {
    ($($(#[$meta:meta])* pub struct $name:ident { $($body:tt)* })*) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
            pub struct $name { $($body)* }
        )*
    };
}
use wire;

/// A request without content.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}
