use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Kind, Point, UtcMs};

macro_rules! haves {
    ($($(#[$doc:meta])* $name:ident $text:literal,)*) => {
        /// What an item may have beside its words.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Has { $($(#[$doc])* $name,)* }

        impl Has {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name on every surface.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

haves! {
    /// A file: attached, or its own medium.
    Attachment "attachment",
    /// A picture: one of its own, or attached.
    Photo "photo",
    /// A film: one of its own, or attached.
    Video "video",
    /// Speech or music, attached.
    Audio "audio",
    /// A position: its own, or inferred from the track.
    Place "place",
    /// A web address in its words.
    Link "link",
    /// Somebody in it.
    Person "person",
    /// A label, list or album.
    Label "label",
    /// A time.
    Time "time",
}

/// A circle on the ground.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Near {
    /// Its centre.
    pub point: Point,
    /// Its radius in metres.
    pub metres: f64,
}

/// A box on the map. `west > east` crosses the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Area {
    /// Southern edge, degrees.
    pub south: f64,
    /// Western edge, degrees.
    pub west: f64,
    /// Northern edge, degrees.
    pub north: f64,
    /// Eastern edge, degrees.
    pub east: f64,
}

/// Which items are meant. The same filter stands behind every view, every search and every answer; empty fields do not
/// narrow.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Words. In search they rank; elsewhere they must match.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Any of these kinds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// Any of these sources, or products under them: "google" has "google.mail".
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// At or after, UTC milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<UtcMs>,
    /// Before, UTC milliseconds (half-open).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<UtcMs>,
    /// Within a circle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near: Option<Near>,
    /// Within a box.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<Area>,
    /// With all of these people, by name or address; [`Filter::ME`] is the owner.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<String>,
    /// Sent by any of these people, by name or address; [`Filter::ME`] is the owner.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub senders: Vec<String>,
    /// Sent to any of these people, by name or address; [`Filter::ME`] is the owner.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<String>,
    /// With all of these labels, lists or albums, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// At all of these places, by the name that items give them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
    /// With all of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub has: Vec<Has>,
    /// Each of these filters leaves it as well. Their words match and do not rank, and their `hidden` says nothing: as in the two
    /// below.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub all_of: Vec<Filter>,
    /// At least one of these filters leaves it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub any_of: Vec<Filter>,
    /// None of these filters leaves it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub none_of: Vec<Filter>,
    /// Whether to show what is hidden by default (spam, bin, advertisements).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

impl Filter {
    /// The vault's owner, among people.
    pub const ME: &str = "me";

    /// A filter that leaves nothing: what a name means that nothing goes by.
    pub fn nothing() -> Self {
        Self { none_of: vec![Self::default()], ..Self::default() }
    }

    /// Whether nothing narrows.
    pub fn is_empty(&self) -> bool {
        Self { hidden: false, ..self.clone() } == Self::default()
    }
}
