use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Kind, Point, UtcMs};

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
    /// Whether to show what is hidden by default (spam, bin, advertisements).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

impl Filter {
    /// The vault's owner, among people.
    pub const ME: &str = "me";

    /// Whether nothing narrows.
    pub fn is_empty(&self) -> bool {
        Self { hidden: false, ..self.clone() } == Self::default()
    }
}
