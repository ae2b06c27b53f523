//! People, each once under all their addresses; see [`crate::table::person`] for what joins these.

use domain::{EntityKind, Result, UtcMs};
use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fault::Outcome;
use crate::read::filter::list;
use crate::table::{entity, person};
use crate::vault::Vault;

/// Someone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Person {
    /// Their number in this vault.
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

/// Where a page of people ended. Good for the same query only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PeopleCursor {
    /// The parts that its last person has in items.
    pub links: i64,
    /// The number of its last person.
    pub person: i64,
}

/// A page of people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PeoplePage {
    /// The people.
    pub people: Vec<Person>,
    /// Where the next page begins; absent after the last.
    pub next: Option<PeopleCursor>,
}

impl Vault {
    /// People whose name or address has, for each word of `query`, a word that begins with it; with an empty query, those
    /// in most items. The people in most items come first.
    pub fn people(&self, query: &str, limit: usize) -> Result<Vec<Person>> {
        Ok(self.people_page(query, None, limit)?.people)
    }

    /// As [`Vault::people`], page by page.
    pub fn people_page(&self, query: &str, after: Option<PeopleCursor>, limit: usize) -> Result<PeoplePage> {
        let inner = self.inner();
        let reader = inner.readers.borrow()?;
        Ok(inner.memory.recall(&reader, format!("people {limit} {after:?} {query}"), || page(&reader, query, after, limit))?)
    }
}

fn page(connection: &Connection, query: &str, after: Option<PeopleCursor>, limit: usize) -> Outcome<PeoplePage> {
    let mut places = if query.trim().is_empty() {
        most(connection, after, limit + 1)?
    } else {
        of(connection, &entity::matching(connection, query, &[EntityKind::Person], usize::MAX)?, after, limit + 1)?
    };
    let more = places.len() > limit;
    places.truncate(limit);
    let next = if more { places.last().copied() } else { None };
    let mut people = places.iter().map(|place| person_of(connection, place.person)).collect::<Outcome<Vec<_>>>()?;
    // Someone may have several parts in one item, so that the order by parts is not quite the one by items.
    people.sort_by(|a, b| b.n_items.cmp(&a.n_items).then_with(|| a.name.cmp(&b.name)));
    Ok(PeoplePage { people, next })
}

/// Who has most parts in items, by the counts kept. Those with one address are read along their index; the others, whose
/// counts have to be added up, are the fewer.
pub(crate) fn most(connection: &Connection, after: Option<PeopleCursor>, limit: usize) -> Outcome<Vec<PeopleCursor>> {
    let kind = EntityKind::Person.code();
    let before = after.unwrap_or(PeopleCursor { links: i64::MAX, person: i64::MAX });
    let n = i64::try_from(limit).unwrap_or(i64::MAX);
    let place = |row: &rusqlite::Row<'_>| Ok(PeopleCursor { links: row.get(0)?, person: row.get(1)? });
    let mut places: Vec<PeopleCursor> = connection
        .prepare_cached(
            "SELECT links, id FROM entity WHERE kind = ?1 AND person IS NULL AND (links, id) < (?2, ?3) ORDER BY links DESC, id DESC LIMIT ?4",
        )?
        .query_map(params![kind, before.links, before.person, n], place)?
        .collect::<Result<_, _>>()?;
    let joined: Vec<PeopleCursor> = connection
        .prepare_cached("SELECT sum(links), person FROM entity WHERE person IS NOT NULL GROUP BY person HAVING max(kind = ?1)")?
        .query_map([kind], place)?
        .collect::<Result<_, _>>()?;
    places.extend(joined.into_iter().filter(|place| *place < before));
    places.sort_unstable_by(|a, b| b.cmp(a));
    places.truncate(limit);
    Ok(places)
}

/// The persons that some entities are, those with most parts in items first.
fn of(connection: &Connection, entities: &[i64], after: Option<PeopleCursor>, limit: usize) -> Outcome<Vec<PeopleCursor>> {
    let before = after.unwrap_or(PeopleCursor { links: i64::MAX, person: i64::MAX });
    let mut places: Vec<PeopleCursor> = connection
        .prepare_cached(
            "SELECT (SELECT sum(links) FROM entity WHERE id = p.person OR person = p.person), p.person
             FROM (SELECT DISTINCT coalesce(e.person, e.id) AS person FROM json_each(?1) j CROSS JOIN entity e ON e.id = j.value) p",
        )?
        .query_map([list(entities)], |row| Ok(PeopleCursor { links: row.get(0)?, person: row.get(1)? }))?
        .collect::<Result<_, _>>()?;
    places.retain(|place| *place < before);
    places.sort_unstable_by(|a, b| b.cmp(a));
    places.truncate(limit);
    Ok(places)
}

/// One person, by their number.
pub(crate) fn person_of(connection: &Connection, id: i64) -> Outcome<Person> {
    let parts = person::parts(connection, id)?;
    let entities: Vec<i64> = parts.iter().map(|part| part.id).collect();
    let (n_items, first, last): (i64, Option<i64>, Option<i64>) = connection
        .prepare_cached(
            "SELECT count(*), min(i.at_ms), max(i.at_ms) FROM (SELECT DISTINCT item FROM link WHERE entity IN (SELECT value FROM json_each(?1))) l
             CROSS JOIN item i ON i.id = l.item",
        )?
        .query_row([list(&entities)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let name = person::called(&parts);
    Ok(Person { id, name, addresses: parts.into_iter().map(|part| part.address).collect(), n_items: n_items.unsigned_abs(), first, last })
}
