//! What the generations of location data share: the words for movement, titles, and the on-device segment.
//!
//! The generations say the same days differently, so they are never mixed into one track: each has a layer of its own for
//! its fixes, and the paths of Semantic Location History stay inside its trips.

pub(super) mod segment;
pub(super) mod words;

use domain::{EntityKind, EntityRef, FindingCode, NewLink, Point, Role, UtcMs};
use serde_json::Value;

use crate::importer::{Probe, Sink};
use crate::json::each::Entry;
use crate::text::numbers;

/// A link to the place where something was; `None` when the record names none.
pub(super) fn place_link(place_id: Option<&str>, name: Option<&str>) -> Option<NewLink> {
    let named = |text: &&str| !text.trim().is_empty();
    let (id, name) = (place_id.filter(named), name.filter(named));
    let entity = match (id, name) {
        (Some(id), name) => {
            EntityRef { kind: EntityKind::Place, address: format!("google.place:{id}"), name: name.unwrap_or_default().trim().to_owned() }
        }
        (None, Some(name)) => EntityRef::named(EntityKind::Place, name),
        (None, None) => return None,
    };
    Some(NewLink { role: Role::Location, entity })
}

/// A link to the phone that recorded something. Exports number phones; their names stand in the settings alone.
pub(super) fn device_link(tag: i64, name: &str) -> NewLink {
    let entity = EntityRef { kind: EntityKind::Device, address: format!("google.device:{tag}"), name: name.to_owned() };
    NewLink { role: Role::Device, entity }
}

/// The names that one record uses for latitude and longitude, degrees times 10 million.
const E7: [(&str, &str); 3] = [("latitudeE7", "longitudeE7"), ("latE7", "lngE7"), ("centerLatE7", "centerLngE7")];

/// A position under any of the names that one record uses for it.
pub(super) fn e7(value: &Value) -> Option<Point> {
    E7.iter().find_map(|(lat, lon)| numbers::e7(numbers::float_of(&value[*lat])?, numbers::float_of(&value[*lon])?))
}

/// How far from a fix somebody may have been, in whole metres; `None` for what no phone measures.
pub(super) fn accuracy(metres: f64) -> Option<u32> {
    // Half way around the globe.
    (0.0..=20_040_000.0).contains(&metres).then(|| metres.round() as u32)
}

/// A height in whole metres; `None` above where planes fly and below where anybody dives.
pub(super) fn altitude(metres: f64) -> Option<i32> {
    (-20_000.0..=100_000.0).contains(&metres).then(|| metres.round() as i32)
}

/// A speed in centimetres a second; `None` for what has none or does not fit.
pub(super) fn speed(metres_a_second: f64) -> Option<u16> {
    let centimetres = (metres_a_second * 100.0).round();
    (0.0..=f64::from(u16::MAX)).contains(&centimetres).then_some(centimetres as u16)
}

/// Tells of the positions in a record that are none.
pub(super) fn tell_misplaced<'v>(values: impl IntoIterator<Item = &'v Value>, at: &str, sink: &mut dyn Sink) {
    for value in values {
        for (lat, lon) in E7 {
            let said = [&value[lat], &value[lon]];
            let stated = said.map(numbers::float_of);
            let is_unknown = stated == [Some(0.0), Some(0.0)] || said.iter().all(|value| value.is_null());
            if !is_unknown && !matches!(stated, [Some(lat), Some(lon)] if numbers::e7(lat, lon).is_some()) {
                sink.bad_position(at, &format!("{}, {} (degrees times 10 million)", said[0], said[1]));
            }
        }
    }
}

/// Whether a file stands in a folder of Location History, under any of its names.
pub(super) fn in_product(probe: &Probe<'_>) -> bool {
    const FOLDERS: [&str; 8] = [
        "Location History",
        "Timeline",
        "Standortverlauf",
        "Historique des positions",
        "Historial de ubicaciones",
        "Locatiegeschiedenis",
        "Cronologia delle posizioni",
        "ロケーション履歴",
    ];
    probe.folders().any(|folder| FOLDERS.iter().any(|known| folder.starts_with(known)))
}

/// Whole seconds from one instant to another; nothing when it ends before it begins.
pub(super) fn seconds_between(from: UtcMs, to: UtcMs) -> Option<i64> {
    (to >= from).then_some((to - from) / 1_000)
}

/// A record of a list that is no part of what is known of location data.
pub(super) fn not_ours(entry: &Entry<'_>, sink: &mut dyn Sink) {
    sink.skip(FindingCode::BadRecord, &entry.at, &format!("The list `{}` is not known, and nothing in it was read.", entry.key));
}
