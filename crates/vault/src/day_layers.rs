//! Chooses whose stays and movements are shown of a day that was told twice: by Google's servers and by the phone. The two cut
//! the same day differently, and both at once would show every stay double.
//!
//! The servers' record, which has the names of places, is shown of each day before its last; from that day on, on which the
//! timeline moved to the phone, the phone's. What is not shown is hidden, and nothing else: it stays in the vault, is found when
//! hidden items are asked for, and is shown again when the other record goes.
//!
//! What spans more than a day (a remembered journey) belongs to neither.

use std::collections::HashSet;

use domain::{Kind, TIMELINE_ON_PHONE, TIMELINE_ON_SERVER};
use rusqlite::{Connection, params};

use crate::fault::Outcome;
use crate::readers::Readers;
use crate::table::change::{self, ChangeOp};
use crate::table::item::{self, Showing};
use crate::table::setting;
use crate::writer::Writer;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// The last change after which layers were chosen.
const WATERMARK: &str = "layers";

/// A stay or a movement of one of the records.
struct Told {
    id: i64,
    /// The day on which it began, by the clocks there, since 1970.
    day: i64,
    showing: Showing,
}

/// Looks at both records when anything changed since the last time. Items that are shown or hidden then are in the feed again.
pub(crate) fn choose(writer: &Writer, readers: &Readers) -> Outcome<()> {
    let (last, changed) = {
        let reader = readers.borrow()?;
        let snapshot = reader.unchecked_transaction()?;
        let last = change::last(&snapshot)?;
        if setting::watermark(&snapshot, WATERMARK)? == last {
            return Ok(());
        }
        (last, changed(&snapshot)?)
    };
    writer.write(move |transaction| {
        for (id, from, to) in changed {
            if item::set_showing(transaction, id, from, to)? {
                change::append(transaction, id, ChangeOp::Upsert)?;
            }
        }
        setting::set_watermark(transaction, WATERMARK, last)
    })
}

/// What is to be shown otherwise than it is: its number, how it is shown now and how it is to be.
fn changed(connection: &Connection) -> Outcome<Vec<(i64, Showing, Showing)>> {
    let (server, phone) = (told(connection, TIMELINE_ON_SERVER)?, told(connection, TIMELINE_ON_PHONE)?);
    let days = |told: &[Told]| told.iter().map(|told| told.day).collect::<HashSet<i64>>();
    let (server_days, phone_days) = (days(&server), days(&phone));
    let moved = server_days.iter().max().copied().unwrap_or(i64::MIN);
    let of_server = server.iter().map(|told| (told, told.day >= moved && phone_days.contains(&told.day)));
    let of_phone = phone.iter().map(|told| (told, told.day < moved && server_days.contains(&told.day)));
    let now = |is_twin| if is_twin { Showing::OtherLayer } else { Showing::Shown };
    let all = of_server.chain(of_phone).map(|(told, is_twin)| (told.id, told.showing, now(is_twin)));
    Ok(all.filter(|(_, from, to)| from != to).collect())
}

/// The record of one source, without what it hides itself.
fn told(connection: &Connection, source: &str) -> Outcome<Vec<Told>> {
    let mut statement = connection.prepare_cached(
        "SELECT i.id, i.at_ms + coalesce(i.offset_min, 0) * 60000, i.hidden FROM source s JOIN item i ON i.source = s.id
         WHERE s.name = ?1 AND i.kind IN (?2, ?3) AND i.hidden <> ?4 AND i.at_ms IS NOT NULL AND coalesce(i.until_ms, i.at_ms) - i.at_ms <= ?5",
    )?;
    let parameters = params![source, Kind::Visit.code(), Kind::Trip.code(), Showing::Hidden.code(), DAY_MS];
    let told = statement
        .query_map(parameters, |row| {
            Ok(Told { id: row.get(0)?, day: row.get::<_, i64>(1)?.div_euclid(DAY_MS), showing: Showing::from_code(row.get(2)?) })
        })?
        .collect::<Result<_, _>>()?;
    Ok(told)
}
