//! Counts, sums, firsts and lasts, computed by the database. The statement that computed them comes with them, so that a
//! person can see what was counted; no number is ever made elsewhere.

use domain::{EntityKind, Filter, Kind, Result};
use rusqlite::{Connection, types::Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fault::Outcome;
use crate::read::list::narrowed;
use crate::table::person;
use crate::vault::Vault;

/// Rows returned, at most.
const ROWS: i64 = 20_000;
/// Characters of the statement that are shown, at most.
const SHOWN: usize = 4_000;
/// Numbers of a list that are shown, at most.
const LISTED: usize = 8;

/// What is computed of the items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// How many there are.
    Count,
    /// The sum of a numeric field of their data.
    Sum(String),
    /// The mean of a numeric field of their data, over those that have it.
    Mean(String),
    /// The least value of a numeric field of their data.
    Min(String),
    /// The greatest value of a numeric field of their data.
    Max(String),
    /// The different days of the wall clock on which they happened.
    DistinctDays,
    /// The first instant, UTC milliseconds.
    First,
    /// The last instant, UTC milliseconds.
    Last,
    /// Metres moved: the sum of `distance_m`.
    Distance,
}

/// What the items are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Dimension {
    /// The day of the wall clock, "2024-02-29".
    Day,
    /// The month, "2024-02".
    Month,
    /// The year, "2024".
    Year,
    /// The day of the week, "0" is Sunday.
    Weekday,
    /// The hour of the wall clock, "00" to "23".
    Hour,
    /// The kind, by its name.
    Kind,
    /// The source, by its name.
    Source,
    /// Each person or organisation in them.
    Person,
    /// Each named place in them.
    Place,
    /// The title; items without one are in no group.
    Title,
}

/// A group and its number.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AggregateRow {
    /// The group; empty when nothing was grouped.
    pub key: String,
    /// The number of the person or place, when grouped by these.
    pub entity: Option<i64>,
    /// The number; absent when no item has the field, or a time.
    pub value: Option<f64>,
    /// The items in the group, or those of them that have the field.
    pub items: u64,
}

/// What was computed, and by which statement.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Aggregated {
    /// In time's order when grouped by time, else the greatest first.
    pub rows: Vec<AggregateRow>,
    /// The statement, its values filled in.
    pub sql: String,
}

impl Vault {
    /// Computes a number over the items that a filter leaves, in all or by group. At most 20,000 groups: more days than a life has.
    pub fn aggregate(&self, filter: &Filter, measure: &Measure, by: Option<Dimension>) -> Result<Aggregated> {
        let words = self.ids_with_words(filter)?;
        Ok(aggregate(&*self.inner().readers.borrow()?, filter, words.as_deref(), measure, by)?)
    }
}

/// The wall clock of an item, as SQLite's date functions take it: of the place where that is known, else what a date or a wall clock
/// without a zone says, else of this machine, by whose clock the days of a question are cut as well.
macro_rules! wall_clock {
    ($format:literal) => {
        concat!(
            "CASE WHEN i.offset_min IS NOT NULL THEN strftime('",
            $format,
            "', i.at_ms / 1000.0 + i.offset_min * 60, 'unixepoch') WHEN i.certainty IN (2, 3) THEN strftime('",
            $format,
            "', i.at_ms / 1000.0, 'unixepoch') ELSE strftime('",
            $format,
            "', i.at_ms / 1000.0, 'unixepoch', 'localtime') END"
        )
    };
}

/// What stands in the statement for a dimension: the group, the entity, what is joined, the order.
fn grouping(by: Option<Dimension>) -> (&'static str, &'static str, &'static str, bool) {
    match by {
        None => ("''", "NULL", "", false),
        Some(Dimension::Day) => (wall_clock!("%Y-%m-%d"), "NULL", "", true),
        Some(Dimension::Month) => (wall_clock!("%Y-%m"), "NULL", "", true),
        Some(Dimension::Year) => (wall_clock!("%Y"), "NULL", "", true),
        Some(Dimension::Weekday) => (wall_clock!("%w"), "NULL", "", true),
        Some(Dimension::Hour) => (wall_clock!("%H"), "NULL", "", true),
        Some(Dimension::Kind) => ("i.kind", "NULL", "", false),
        Some(Dimension::Title) => ("i.title", "NULL", "", false),
        Some(Dimension::Source) => ("(SELECT name FROM source WHERE source.id = i.source)", "NULL", "", false),
        Some(Dimension::Person | Dimension::Place) => ("coalesce(e.person, e.id)", "coalesce(e.person, e.id)", ENTITIES, false),
    }
}

/// The people or places of an item, each once whatever parts they play and under whichever addresses: the first of their links
/// stands for all.
const ENTITIES: &str = " CROSS JOIN link l ON l.item = i.id
     AND NOT EXISTS (SELECT 1 FROM link p WHERE p.item = l.item AND p.entity = l.entity AND p.role < l.role)
     CROSS JOIN entity e ON e.id = l.entity AND e.kind IN (?, ?)
     AND (e.person IS NULL OR NOT EXISTS (SELECT 1 FROM link p CROSS JOIN entity o ON o.id = p.entity
         WHERE p.item = l.item AND p.entity < l.entity AND o.person = e.person))";

fn aggregate(
    connection: &Connection,
    filter: &Filter,
    words: Option<&[i64]>,
    measure: &Measure,
    by: Option<Dimension>,
) -> Outcome<Aggregated> {
    let narrowed = narrowed(connection, filter, words)?;
    let (group, entity, joined, by_key) = grouping(by);
    let (value, field) = match measure {
        Measure::Count => ("count(*)", None),
        Measure::Sum(key) => ("sum(n.value)", Some(key.as_str())),
        Measure::Mean(key) => ("avg(n.value)", Some(key.as_str())),
        Measure::Min(key) => ("min(n.value)", Some(key.as_str())),
        Measure::Max(key) => ("max(n.value)", Some(key.as_str())),
        Measure::Distance => ("sum(n.value)", Some("distance_m")),
        Measure::DistinctDays => (concat!("count(DISTINCT ", wall_clock!("%Y-%m-%d"), ")"), None),
        Measure::First => ("min(i.at_ms)", None),
        Measure::Last => ("max(i.at_ms)", None),
    };
    let timed = by_key || matches!(measure, Measure::DistinctDays | Measure::First | Measure::Last);
    let mut params = Vec::new();
    if !joined.is_empty() {
        let kinds = if by == Some(Dimension::Place) { [EntityKind::Place; 2] } else { [EntityKind::Person, EntityKind::Organisation] };
        params.extend(kinds.map(|kind| Value::Integer(kind.code().into())));
    }
    if let Some(field) = field {
        params.push(Value::Text(field.to_owned()));
    }
    params.extend(narrowed.params);
    params.push(Value::Integer(ROWS));
    let sql = [
        "SELECT ",
        group,
        " AS key, ",
        entity,
        " AS entity, ",
        value,
        " AS value, count(*) AS items FROM item i",
        joined,
        if field.is_some() { " JOIN number n ON n.item = i.id AND n.key = ?" } else { "" },
        " WHERE ",
        &narrowed.sql,
        if timed { " AND i.at_ms IS NOT NULL" } else { "" },
        if by == Some(Dimension::Title) { " AND i.title <> ''" } else { "" },
        // By place in the list: `number` has a column called `key` as well, and a column goes before an alias.
        if by.is_some() { " GROUP BY 1" } else { "" },
        if by_key { " ORDER BY 1" } else { " ORDER BY 3 DESC, 1" },
        " LIMIT ?",
    ]
    .concat();
    let mut statement = connection.prepare(&sql)?;
    for (at, param) in params.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, param)?;
    }
    let shown_sql = statement.expanded_sql().unwrap_or(sql);
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let key: Value = row.get(0)?;
        let entity: Option<i64> = row.get(1)?;
        let items = row.get::<_, i64>(3)?.unsigned_abs();
        found.push(AggregateRow { key: key_text(connection, by, key, entity)?, entity, value: row.get(2)?, items });
    }
    Ok(Aggregated { rows: found, sql: cut(&shown_sql) })
}

fn key_text(connection: &Connection, by: Option<Dimension>, key: Value, entity: Option<i64>) -> Outcome<String> {
    if let Some(entity) = entity {
        return Ok(person::called(&person::parts(connection, entity)?));
    }
    Ok(match key {
        Value::Text(text) => text,
        Value::Integer(code) if by == Some(Dimension::Kind) => {
            u8::try_from(code).ok().and_then(Kind::from_code).map_or_else(|| code.to_string(), |kind| kind.name().to_owned())
        }
        Value::Integer(number) => number.to_string(),
        _ => String::new(),
    })
}

/// The statement as a person reads it: of a long list of numbers the first few, and how many there are.
pub(crate) fn cut(sql: &str) -> String {
    let mut shown = String::new();
    let mut rest = sql;
    while let Some(at) = rest.find("'[") {
        let (before, list) = rest.split_at(at + 2);
        shown.push_str(before);
        let end = list.find("]'").unwrap_or(list.len());
        let numbers: Vec<&str> = list[..end].split(',').collect();
        if numbers.len() > LISTED && numbers.iter().all(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
            shown.push_str(&format!("{},… {} in all", numbers[..LISTED].join(","), numbers.len()));
        } else {
            shown.push_str(&list[..end]);
        }
        rest = &list[end..];
    }
    shown.push_str(rest);
    if shown.chars().count() <= SHOWN {
        return shown;
    }
    shown.chars().take(SHOWN).chain("…".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_long_list_of_numbers_is_shown_by_its_beginning() {
        let ids: Vec<String> = (1..=500).map(|id| id.to_string()).collect();
        let sql = format!(
            "i.kind IN (SELECT value FROM json_each('[1,2]')) AND i.id IN (SELECT value FROM json_each('[{}]')) LIMIT 9",
            ids.join(",")
        );
        assert_eq!(
            cut(&sql),
            "i.kind IN (SELECT value FROM json_each('[1,2]')) AND i.id IN (SELECT value FROM json_each('[1,2,3,4,5,6,7,8,… 500 in all]')) LIMIT 9"
        );
    }
}
