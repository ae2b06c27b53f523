//! Infers where its owner was for items that do not say where they happened: the fix of the track that is closest in
//! time, at most 15 minutes away. Inferred places are marked as such, never count as what the data says, and follow the
//! track when it changes.

use domain::{Cancel, Point, Progress};
use rusqlite::Connection;

use crate::fault::Outcome;
use crate::readers::Readers;
use crate::table::{change, item, setting, track_point};
use crate::writer::Writer;

/// How far in time a fix may be.
const WITHIN_MS: i64 = 15 * 60 * 1000;
/// Items looked at between two writes.
const BATCH: i64 = 2_000;
/// The last change after which places were inferred.
const WATERMARK: &str = "places";
/// Grows when the track changes; all items are then looked at again.
pub(crate) const TRACK_VERSION: &str = "track.version";
/// The version of the track that places were inferred from.
const TRACK_SEEN: &str = "places.track";

/// Looks at the items that changed since the last time, or at all when the track did.
pub(crate) fn infer(writer: &Writer, readers: &Readers, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Outcome<()> {
    let (seen_to, last, track, from_start) = {
        let reader = readers.borrow()?;
        let track = setting::watermark(&reader, TRACK_VERSION)?;
        (setting::watermark(&reader, WATERMARK)?, change::last(&reader)?, track, setting::watermark(&reader, TRACK_SEEN)? != track)
    };
    if !from_start && seen_to == last {
        return Ok(());
    }
    let mut after = 0;
    let mut seq = seen_to;
    let mut records = 0;
    loop {
        cancel.check()?;
        let (found, n_looked_at) = {
            let reader = readers.borrow()?;
            let ids = if from_start { after_id(&reader, &mut after)? } else { after_change(&reader, &mut seq, last)? };
            (places_of(&reader, &ids)?, ids.len())
        };
        if n_looked_at == 0 {
            break;
        }
        records += n_looked_at as u64;
        on(Progress { stage: "placing".to_owned(), done: records, unit: "records".to_owned(), records, ..Progress::default() });
        if !found.is_empty() {
            writer.write(move |transaction| {
                for (id, place) in found {
                    item::infer_place(transaction, id, place)?;
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

/// The inferred places that differ from what the items have now.
fn places_of(connection: &Connection, ids: &[i64]) -> Outcome<Vec<(i64, Option<Point>)>> {
    let mut found = Vec::new();
    let mut statement =
        connection.prepare_cached("SELECT at_ms, lat, lon FROM item WHERE id = ?1 AND (lat IS NULL OR place_inferred = 1)")?;
    for id in ids {
        let mut rows = statement.query([id])?;
        let Some(row) = rows.next()? else { continue };
        let at: Option<i64> = row.get(0)?;
        let has = row.get::<_, Option<i32>>(1)?.zip(row.get::<_, Option<i32>>(2)?).map(|(lat, lon)| Point { lat, lon });
        let place = match at {
            Some(at) => track_point::closest(connection, at, WITHIN_MS)?.map(|fix| fix.point),
            None => None,
        };
        if place != has {
            found.push((*id, place));
        }
    }
    Ok(found)
}
