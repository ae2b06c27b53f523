//! Table `track_cell`: how many fixes of each layer fell on each day into each cell of a hundredth of a degree (about
//! 1.1 km from south to north). Maps of years are drawn from it without touching the fixes.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use crate::fault::Outcome;
use crate::migration::Step;
use crate::table::track_point::FixKey;

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261122,
    "CREATE TABLE track_cell (
         lat INTEGER NOT NULL,
         lon INTEGER NOT NULL,
         day INTEGER NOT NULL,
         layer INTEGER NOT NULL,
         n INTEGER NOT NULL,
         PRIMARY KEY (lat, lon, day, layer)
     ) STRICT, WITHOUT ROWID;",
)];

/// A cell's edge in E7.
pub(crate) const CELL_E7: i32 = 100_000;
/// Milliseconds of a day.
pub(crate) const DAY_MS: i64 = 86_400_000;

/// Counts the cells of many fixes, then writes each cell once.
#[derive(Default)]
pub(crate) struct Cells(HashMap<(i32, i32, i64, u8), i64>);

impl Cells {
    pub(crate) fn count(&mut self, (at, layer, _, lat, lon): FixKey, by: i64) {
        *self.0.entry((lat.div_euclid(CELL_E7), lon.div_euclid(CELL_E7), at.div_euclid(DAY_MS), layer)).or_default() += by;
    }

    pub(crate) fn settle(self, connection: &Connection) -> Outcome<()> {
        let mut add = connection.prepare_cached(
            "INSERT INTO track_cell (lat, lon, day, layer, n) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (lat, lon, day, layer) DO UPDATE SET n = n + excluded.n",
        )?;
        let mut clear =
            connection.prepare_cached("DELETE FROM track_cell WHERE lat = ?1 AND lon = ?2 AND day = ?3 AND layer = ?4 AND n <= 0")?;
        for ((lat, lon, day, layer), by) in self.0 {
            add.execute(params![lat, lon, day, layer, by])?;
            if by < 0 {
                clear.execute(params![lat, lon, day, layer])?;
            }
        }
        Ok(())
    }
}

/// All fixes, by the counts kept.
pub(crate) fn total(connection: &Connection) -> Outcome<u64> {
    let total: i64 = connection.prepare_cached("SELECT coalesce(sum(n), 0) FROM track_cell")?.query_row([], |row| row.get(0))?;
    Ok(total.unsigned_abs())
}

/// Calls `on` with each cell's corner and count of days from `from` to `to` (half-open) between two latitudes.
pub(crate) fn each(connection: &Connection, lat: (i32, i32), days: (i64, i64), mut on: impl FnMut(i32, i32, u64)) -> Outcome<()> {
    let mut statement = connection.prepare_cached(
        "SELECT lat, lon, sum(n) FROM track_cell WHERE lat BETWEEN ?1 AND ?2 AND day >= ?3 AND day < ?4 GROUP BY lat, lon",
    )?;
    let mut rows = statement.query(params![lat.0, lat.1, days.0, days.1])?;
    while let Some(row) = rows.next()? {
        on(row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?.unsigned_abs());
    }
    Ok(())
}
