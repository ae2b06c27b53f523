//! One person with all that is known of them.

use domain::{Kind, Result};
use rusqlite::Connection;
use schemars::JsonSchema;
use serde::Serialize;

use crate::fault::{Outcome, unexpected};
use crate::read::filter::list;
use crate::read::people::{Person, person_of};
use crate::table::entity::shown;
use crate::table::{own, person, same};
use crate::vault::Vault;

/// Names that are told of one person.
const NAMES: i64 = 50;

/// Everything that is known of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PersonDetail {
    /// Who they are.
    pub person: Person,
    /// Every name that items call them by, the most frequent first; at most 50.
    pub names: Vec<(String, u64)>,
    /// Items by kind, most first.
    pub by_kind: Vec<(Kind, u64)>,
    /// Items by source, most first.
    pub by_source: Vec<(String, u64)>,
    /// What the owner merged them from, the latest first.
    pub merged: Vec<Merged>,
    /// Whether they are the vault's owner.
    pub is_owner: bool,
}

/// A merge that the owner made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Merged {
    /// Its number; greater than those of all that were made before it and stand.
    pub merge: i64,
    /// The addresses of each of those who are one since.
    pub from: Vec<Vec<String>>,
}

impl Vault {
    /// A person, by the number of any of their entities; `None` when there is nobody of that number.
    pub fn person(&self, id: i64) -> Result<Option<PersonDetail>> {
        let reader = self.inner().readers.borrow()?;
        Ok(detail(&reader, id)?)
    }
}

fn detail(connection: &Connection, id: i64) -> Outcome<Option<PersonDetail>> {
    let Some(id) = person::of(connection, id)? else { return Ok(None) };
    let person = person_of(connection, id)?;
    let parts = person::parts(connection, id)?;
    let entities: Vec<i64> = parts.iter().map(|part| part.id).collect();
    let names = connection
        .prepare_cached(
            "SELECT name, sum(n) AS total FROM entity_name WHERE entity IN (SELECT value FROM json_each(?1)) AND n > 0 AND name <> ''
             GROUP BY name ORDER BY total DESC, name LIMIT ?2",
        )?
        .query_map(rusqlite::params![list(&entities), NAMES], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))?
        .collect::<Result<_, _>>()?;
    let mut by_kind = Vec::new();
    let mut by_source = Vec::new();
    {
        let mut statement = connection.prepare_cached(OF_KINDS)?;
        let mut rows = statement.query([list(&entities)])?;
        while let Some(row) = rows.next()? {
            let code: u8 = row.get(0)?;
            let kind = Kind::from_code(code).ok_or_else(|| unexpected("an item of kind", code))?;
            by_kind.push((kind, row.get::<_, i64>(1)?.unsigned_abs()));
        }
        let mut statement = connection.prepare_cached(OF_SOURCES)?;
        let mut rows = statement.query([list(&entities)])?;
        while let Some(row) = rows.next()? {
            by_source.push((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()));
        }
    }
    let mut merged = Vec::new();
    for merge in same::about(connection, &entities)? {
        let mut from: Vec<Vec<String>> = Vec::new();
        let mut part_before = None;
        for (part, address) in same::said(connection, merge)? {
            if part_before.replace(part) != Some(part) {
                from.push(Vec::new());
            }
            if let Some(addresses) = from.last_mut() {
                addresses.push(address);
            }
        }
        merged.push(Merged { merge, from });
    }
    let own = own::entities(connection)?;
    let is_owner = entities.iter().any(|entity| own.contains(entity));
    Ok(Some(PersonDetail { person, names, by_kind, by_source, merged, is_owner }))
}

/// The items of some entities, by kind.
const OF_KINDS: &str =
    "SELECT i.kind, count(*) AS n FROM (SELECT DISTINCT item FROM link WHERE entity IN (SELECT value FROM json_each(?1))) l
     CROSS JOIN item i ON i.id = l.item GROUP BY i.kind ORDER BY n DESC, i.kind";
/// The items of some entities, by source.
const OF_SOURCES: &str =
    "SELECT s.name, count(*) AS n FROM (SELECT DISTINCT item FROM link WHERE entity IN (SELECT value FROM json_each(?1))) l
     CROSS JOIN item i ON i.id = l.item CROSS JOIN source s ON s.id = i.source GROUP BY s.name ORDER BY n DESC, s.name";

/// An address as a person would write it.
pub(crate) fn written(address: &str) -> &str {
    shown("", address)
}
