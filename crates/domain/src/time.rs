use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01T00:00:00Z.
pub type UtcMs = i64;

/// How sure we are of an item's instant and of the wall clock that stood beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// The instant is exact; the offset, when there is one, came with the data.
    Exact,
    /// The offset was inferred, from the person's own track say. The instant is exact, or follows from the wall clock that
    /// the data gave.
    OffsetInferred,
    /// The data gave a wall clock without a zone; the instant supposes UTC.
    ZoneUnknown,
    /// The data gave a date alone; the instant is its midnight.
    DateOnly,
}

impl Certainty {
    /// The number stored for it.
    pub fn code(self) -> u8 {
        match self {
            Self::Exact => 0,
            Self::OffsetInferred => 1,
            Self::ZoneUnknown => 2,
            Self::DateOnly => 3,
        }
    }

    /// The certainty stored as `code`; unknown codes read as the least sure.
    pub fn from_code(code: u8) -> Self {
        match code {
            0 => Self::Exact,
            1 => Self::OffsetInferred,
            2 => Self::ZoneUnknown,
            _ => Self::DateOnly,
        }
    }
}

/// When something happened, as far as the data says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Moment {
    /// The instant, UTC milliseconds.
    pub ms: UtcMs,
    /// Minutes east of UTC of the wall clock at that place and time, when known.
    pub offset_min: Option<i16>,
    /// How sure we are.
    pub certainty: Certainty,
    /// The text that the source gave, unchanged, and a number as its digits; empty when the instant stands nowhere as it is.
    pub raw: String,
}

impl Moment {
    /// An exact instant without an offset.
    pub fn utc(ms: UtcMs) -> Self {
        Self { ms, offset_min: None, certainty: Certainty::Exact, raw: String::new() }
    }

    /// The same moment, remembering the source's own text.
    #[must_use]
    pub fn with_raw(mut self, raw: &str) -> Self {
        raw.clone_into(&mut self.raw);
        self
    }
}
