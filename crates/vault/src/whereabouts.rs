//! Infers what items do not say of themselves from their owner's own track: where they happened, by the fix that is
//! closest in time, at most 15 minutes away; and what the clocks said there, by the zone of their own place or of a fix at
//! most a day and a half away, because people change zones seldom. A wall clock without a zone so becomes an instant.
//!
//! What is inferred is marked as such, never counts as what the data says, and follows the track when it changes.

mod zones;

use domain::{Cancel, Certainty, Progress};
use rusqlite::Connection;

use crate::fault::Outcome;
use crate::readers::Readers;
use crate::table::change::{self, ChangeOp};
use crate::table::item::{self, Whereabouts};
use crate::table::{setting, track_point};
use crate::writer::Writer;
use zones::Zones;
pub use zones::zone_at;

/// How far in time a fix may be to tell the place.
const PLACE_WITHIN_MS: i64 = 15 * 60 * 1000;
/// How far in time a fix may be to tell the zone.
const ZONE_WITHIN_MS: i64 = 36 * 60 * 60 * 1000;
/// Items looked at between two writes.
const BATCH: i64 = 20_000;
/// The last change after which whereabouts were inferred.
const WATERMARK: &str = "places";
/// Grows when the track changes; all items are then looked at again.
pub(crate) const TRACK_VERSION: &str = "track.version";
/// The version of the track that whereabouts were inferred from.
const TRACK_SEEN: &str = "whereabouts.track";

/// Looks at the items that changed since the last time, or at all when the track did. Items whose instant moved are in
/// the feed again.
pub(crate) fn infer(writer: &Writer, readers: &Readers, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Outcome<()> {
    let (seen_to, last, track, from_start) = {
        let reader = readers.borrow()?;
        let track = setting::watermark(&reader, TRACK_VERSION)?;
        (setting::watermark(&reader, WATERMARK)?, change::last(&reader)?, track, setting::watermark(&reader, TRACK_SEEN)? != track)
    };
    if !from_start && seen_to == last {
        return Ok(());
    }
    let mut zones = Zones::default();
    let mut after = 0;
    let mut seq = seen_to;
    let mut records = 0;
    loop {
        cancel.check()?;
        let (found, n_looked_at) = {
            let reader = readers.borrow()?;
            let ids = if from_start { after_id(&reader, &mut after)? } else { after_change(&reader, &mut seq, last)? };
            (inferred(&reader, &mut zones, &ids)?, ids.len())
        };
        if n_looked_at == 0 {
            break;
        }
        records += n_looked_at as u64;
        on(Progress { stage: "placing".to_owned(), done: records, unit: "records".to_owned(), records, ..Progress::default() });
        if !found.is_empty() {
            writer.write(move |transaction| {
                for (id, from, to) in found {
                    // The index of words narrows by the instant.
                    if item::set_whereabouts(transaction, id, &from, &to)? && from.at != to.at {
                        change::append(transaction, id, ChangeOp::Upsert)?;
                    }
                }
                Ok(())
            })?;
        }
    }
    writer.write(move |transaction| {
        setting::set_watermark(transaction, WATERMARK, last)?;
        setting::set_watermark(transaction, TRACK_SEEN, track)
    })
}

/// Says that the track is another than before.
pub(crate) fn track_changed(connection: &Connection) -> Outcome<()> {
    let version = setting::watermark(connection, TRACK_VERSION)?;
    setting::set_watermark(connection, TRACK_VERSION, version + 1)
}

fn after_id(connection: &Connection, after: &mut i64) -> Outcome<Vec<i64>> {
    let mut statement = connection.prepare_cached("SELECT id FROM item WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let ids: Vec<i64> = statement.query_map([*after, BATCH], |row| row.get(0))?.collect::<Result<_, _>>()?;
    *after = ids.last().copied().unwrap_or(*after);
    Ok(ids)
}

fn after_change(connection: &Connection, seq: &mut i64, last: i64) -> Outcome<Vec<i64>> {
    let mut statement = connection.prepare_cached("SELECT item, seq FROM change WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3")?;
    let changes: Vec<(i64, i64)> =
        statement.query_map([*seq, last, BATCH], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    *seq = changes.last().map_or(*seq, |change| change.1);
    Ok(changes.into_iter().map(|change| change.0).collect())
}

/// Whereabouts that differ from what the items have now: what they have, and what they are to have.
fn inferred(connection: &Connection, zones: &mut Zones, ids: &[i64]) -> Outcome<Vec<(i64, Whereabouts, Whereabouts)>> {
    // One snapshot: else each statement takes and gives back the lock on the file.
    let snapshot = connection.unchecked_transaction()?;
    let mut found = Vec::new();
    for id in ids {
        let Some(has) = item::whereabouts(&snapshot, *id)? else { continue };
        let now = of(&snapshot, zones, has.as_said())?;
        if now != has {
            found.push((*id, has, now));
        }
    }
    Ok(found)
}

/// What an item says, with what follows from the track.
fn of(connection: &Connection, zones: &mut Zones, said: Whereabouts) -> Outcome<Whereabouts> {
    let Some(at) = said.at else { return Ok(said) };
    let is_wall_clock = said.certainty == Some(Certainty::ZoneUnknown);
    let mut closest = track_point::closest(connection, at, ZONE_WITHIN_MS)?;
    let mut now = said;
    if said.offset_min.is_none()
        && (is_wall_clock || said.certainty == Some(Certainty::Exact))
        && let Some(place) = said.place.or(closest.map(|(_, place)| place))
        && let Some(minutes) = zones.offset_min(place, at, is_wall_clock)
    {
        now = said.with_offset(minutes);
        if let Some(instant) = now.at.filter(|instant| *instant != at) {
            closest = track_point::closest(connection, instant, PLACE_WITHIN_MS)?;
        }
    }
    if said.place.is_none() {
        now.place = closest.filter(|(taken, _)| now.at.is_some_and(|at| (taken - at).abs() <= PLACE_WITHIN_MS)).map(|(_, place)| place);
        now.place_inferred = now.place.is_some();
    }
    Ok(now)
}
