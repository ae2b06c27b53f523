//! What a map shows.

use domain::{Filter, Kind, Uid, UtcMs};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire;

wire! {
    /// Asks what a map shows.
    pub struct MapRequest {
        /// Which items; its `area` is the part of the map that is seen.
        pub filter: Filter,
        /// The zoom level, as web maps count it.
        pub zoom: f64,
    }

    /// Items close together on the map.
    pub struct Cluster {
        /// Degrees north of their middle.
        pub lat: f64,
        /// Degrees east of their middle.
        pub lon: f64,
        /// How many.
        pub count: u64,
        /// One of them.
        pub id: Uid,
        /// The kind of most of them.
        pub kind: Kind,
        /// The title of that one.
        pub title: String,
    }

    /// A square of the ground that was walked.
    pub struct HeatCell {
        /// Degrees north of its middle.
        pub lat: f64,
        /// Degrees east of its middle.
        pub lon: f64,
        /// Fixes in it.
        pub count: u64,
    }

    /// What a map shows.
    pub struct MapView {
        /// Items.
        pub clusters: Vec<Cluster>,
        /// Where the person was, as heat.
        pub heat: Vec<HeatCell>,
        /// Milliseconds that it took.
        pub took_ms: f64,
    }

    /// Asks for the track of a span.
    pub struct TrackRequest {
        /// From, UTC milliseconds.
        pub from: UtcMs,
        /// To, UTC milliseconds.
        pub to: UtcMs,
        /// At most so many points; 5,000 when 0.
        #[serde(default)]
        pub limit: usize,
    }

    /// A fix.
    pub struct TrackPointView {
        /// When, UTC milliseconds.
        pub at_ms: UtcMs,
        /// Degrees north.
        pub lat: f64,
        /// Degrees east.
        pub lon: f64,
    }

    /// One phone's movement in one layer.
    pub struct TrackLine {
        /// "records", "semantic", "device", "signals" or "workout".
        pub layer: String,
        /// The phone's number in the export.
        pub device: i64,
        /// Its fixes, in order of time.
        pub points: Vec<TrackPointView>,
    }

    /// The track of a span.
    pub struct Track {
        /// The lines.
        pub lines: Vec<TrackLine>,
        /// Fixes in the lines: all of the span, or an even share when there are more than the limit.
        pub total: u64,
    }
}
