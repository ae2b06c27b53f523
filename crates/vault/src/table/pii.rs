//! Table `pii`: where personal data stands in items, and what sort it is. Never the data itself: that stays in the item alone.
//! What is found is told from the text, so rows go when the item goes or says something else, and come again with the next look.

use domain::{PiiClass, PiiSpan};
use rusqlite::{Connection, params};

use crate::fault::{Outcome, unexpected};
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261211,
    "CREATE TABLE pii (
         item INTEGER NOT NULL,
         start INTEGER NOT NULL,
         end INTEGER NOT NULL,
         class INTEGER NOT NULL,
         confidence INTEGER NOT NULL,
         PRIMARY KEY (item, start)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX pii_by_class ON pii (class, item);",
)];

/// Puts what was found in an item in place of what stands there; an item that is gone gets nothing.
pub(crate) fn replace(connection: &Connection, item: i64, spans: &[PiiSpan]) -> Outcome<()> {
    remove(connection, item)?;
    let mut insert = connection.prepare_cached(
        "INSERT OR REPLACE INTO pii (item, start, end, class, confidence)
         SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM item WHERE id = ?1)",
    )?;
    for span in spans {
        insert.execute(params![item, span.start, span.end, span.class.code(), span.confidence])?;
    }
    Ok(())
}

pub(crate) fn remove(connection: &Connection, item: i64) -> Outcome<()> {
    connection.prepare_cached("DELETE FROM pii WHERE item = ?1")?.execute([item])?;
    Ok(())
}

/// What was found in an item, in the order of its text.
pub(crate) fn of(connection: &Connection, item: i64) -> Outcome<Vec<PiiSpan>> {
    let mut statement = connection.prepare_cached("SELECT class, start, end, confidence FROM pii WHERE item = ?1 ORDER BY start")?;
    let mut rows = statement.query([item])?;
    let mut spans = Vec::new();
    while let Some(row) = rows.next()? {
        spans.push(PiiSpan { class: class(row.get(0)?)?, start: row.get(1)?, end: row.get(2)?, confidence: row.get(3)? });
    }
    Ok(spans)
}

pub(crate) fn class(code: u8) -> Outcome<PiiClass> {
    PiiClass::from_code(code).ok_or_else(|| unexpected("personal data of class", code))
}
