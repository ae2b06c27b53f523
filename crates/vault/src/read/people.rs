//! People, joined by the contact cards that name several of their addresses. The joining is made anew for each question,
//! so that undoing the import of a card parts them again.

use domain::{EntityKind, Result, UtcMs};
use rusqlite::{Connection, params_from_iter};
use schemars::JsonSchema;
use serde::Serialize;

use crate::fault::Outcome;
use crate::read::filter::list;
use crate::table::entity::{self, shown};
use crate::vault::Vault;

/// Entities looked at for each person wanted.
const CANDIDATES: usize = 8;

/// Someone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Person {
    /// The number of the entity that most items name them by.
    pub id: i64,
    /// Their name, else an address without its scheme.
    pub name: String,
    /// All their addresses, the most used first.
    pub addresses: Vec<String>,
    /// Items that they are in, hidden ones included.
    pub n_items: u64,
    /// The first instant of these, UTC milliseconds.
    pub first: Option<UtcMs>,
    /// The last.
    pub last: Option<UtcMs>,
}

impl Vault {
    /// People whose name or address has, for each word of `query`, a word that begins with it; with an empty query, those
    /// in most items. The people in most items come first.
    pub fn people(&self, query: &str, limit: usize) -> Result<Vec<Person>> {
        let inner = self.inner();
        let reader = inner.readers.borrow()?;
        Ok(inner.memory.recall(&reader, format!("people {limit} {query}"), || people(&reader, query, limit))?)
    }
}

fn people(connection: &Connection, query: &str, limit: usize) -> Outcome<Vec<Person>> {
    let wanted = limit.saturating_mul(CANDIDATES);
    let candidates = if query.trim().is_empty() {
        let mut statement = connection.prepare_cached("SELECT id FROM entity WHERE kind = ?1 ORDER BY links DESC LIMIT ?2")?;
        statement
            .query_map([i64::from(EntityKind::Person.code()), i64::try_from(wanted).unwrap_or(i64::MAX)], |row| row.get(0))?
            .collect::<Result<Vec<i64>, _>>()?
    } else {
        by_links(connection, &entity::matching(connection, query, &[EntityKind::Person], usize::MAX)?, wanted)?
    };
    let mut seen = Vec::new();
    let mut people = Vec::new();
    for candidate in candidates {
        if seen.contains(&candidate) {
            continue;
        }
        let same = entity::same_people(connection, &[candidate])?;
        seen.extend(&same);
        people.push(person(connection, &same)?);
        if people.len() == limit {
            break;
        }
    }
    people.sort_by(|a, b| b.n_items.cmp(&a.n_items).then_with(|| a.name.cmp(&b.name)));
    Ok(people)
}

fn by_links(connection: &Connection, ids: &[i64], limit: usize) -> Outcome<Vec<i64>> {
    let mut statement = connection
        .prepare_cached("SELECT id FROM entity WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY links DESC, id LIMIT ?2")?;
    let ids = statement
        .query_map(params_from_iter([list(ids), rusqlite::types::Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX))]), |row| {
            row.get(0)
        })?
        .collect::<Result<_, _>>()?;
    Ok(ids)
}

fn person(connection: &Connection, entities: &[i64]) -> Outcome<Person> {
    let mut statement = connection
        .prepare_cached("SELECT id, name, address FROM entity WHERE id IN (SELECT value FROM json_each(?1)) ORDER BY links DESC, id")?;
    let mut rows = statement.query([list(entities)])?;
    let (mut id, mut name, mut addresses) = (0, String::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let (called, address): (String, String) = (row.get(1)?, row.get(2)?);
        if addresses.is_empty() {
            id = row.get(0)?;
        }
        if name.is_empty() {
            name = called;
        }
        addresses.push(address);
    }
    if let Some(address) = addresses.first().filter(|_| name.is_empty()) {
        name = shown("", address).to_owned();
    }
    let (n_items, first, last): (i64, Option<i64>, Option<i64>) = connection
        .prepare_cached(
            "SELECT count(*), min(i.at_ms), max(i.at_ms) FROM (SELECT DISTINCT item FROM link WHERE entity IN (SELECT value FROM json_each(?1))) l
             CROSS JOIN item i ON i.id = l.item",
        )?
        .query_row([list(entities)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(Person { id, name, addresses, n_items: n_items.unsigned_abs(), first, last })
}
