//! How many items there are in each hour, day, month or year: what timelines are drawn from. Days are those of the wall
//! clock where the item says which one it was, else of UTC.

use std::collections::BTreeMap;

use domain::{Filter, Kind, Result, UtcMs};
use rusqlite::{Connection, params_from_iter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fault::Outcome;
use crate::read::list::narrowed;
use crate::vault::Vault;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The length of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bucket {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

/// A span with something in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DensityRow {
    /// Where it begins: the wall clock's reading, as if it were UTC, in milliseconds.
    pub start_ms: UtcMs,
    /// Items in it.
    pub count: u64,
    /// The same by kind, in the order of the kinds.
    pub by_kind: Vec<(Kind, u64)>,
}

impl Vault {
    /// The spans that have items, in order. Items without a time are left out.
    pub fn density(&self, filter: &Filter, by: Bucket) -> Result<Vec<DensityRow>> {
        let words = self.ids_with_words(filter)?;
        let inner = self.inner();
        let reader = inner.readers.borrow()?;
        let question = self.question(&format!("density {by:?}"), filter)?;
        Ok(inner.memory.recall(&reader, question, || density(&reader, filter, words.as_deref(), by))?)
    }
}

/// The same, with the items that the filter's words leave.
pub(crate) fn density(connection: &Connection, filter: &Filter, words: Option<&[i64]>, by: Bucket) -> Outcome<Vec<DensityRow>> {
    let narrowed = narrowed(connection, filter, words)?;
    let unit = if by == Bucket::Hour { HOUR_MS } else { DAY_MS };
    // Integer division rounds towards zero; floor is what spans before 1970 need.
    let sql = [
        "SELECT (local - (local % ?1 + ?1) % ?1) / ?1 AS span, kind, count(*) FROM (
             SELECT i.at_ms + coalesce(i.offset_min, 0) * 60000 AS local, i.kind AS kind FROM item i WHERE i.at_ms IS NOT NULL AND ",
        &narrowed.sql,
        ") GROUP BY span, kind",
    ]
    .concat();
    let mut params = vec![rusqlite::types::Value::Integer(unit)];
    params.extend(narrowed.params);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(&params))?;
    let mut spans: BTreeMap<i64, BTreeMap<Kind, u64>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (span, code, n): (i64, u8, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let start = match by {
            Bucket::Hour | Bucket::Day => span * unit,
            Bucket::Month => month_start(span) * DAY_MS,
            Bucket::Year => year_start(span) * DAY_MS,
        };
        let kind = Kind::from_code(code).unwrap_or(Kind::Activity);
        *spans.entry(start).or_default().entry(kind).or_default() += n.unsigned_abs();
    }
    Ok(spans
        .into_iter()
        .map(|(start_ms, kinds)| DensityRow { start_ms, count: kinds.values().sum(), by_kind: kinds.into_iter().collect() })
        .collect())
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar (Hinnant's algorithm).
fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day_of_month)
}

fn month_start(day: i64) -> i64 {
    day - (civil(day).2 - 1)
}

fn year_start(day: i64) -> i64 {
    // From the first of the month, back a month at a time.
    let mut first = month_start(day);
    while civil(first).1 > 1 {
        first = month_start(first - 1);
    }
    first
}

/// The year of an instant on the wall clock.
pub(crate) fn year_of(ms: UtcMs) -> i64 {
    civil(ms.div_euclid(DAY_MS)).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_fall_into_their_calendar_months_and_years() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(-1), (1969, 12, 31));
        assert_eq!(civil(19_782), (2024, 2, 29));
        assert_eq!(month_start(19_782), 19_782 - 28);
        assert_eq!(year_start(19_782), 19_723);
        assert_eq!(year_of(-1), 1969);
    }
}
