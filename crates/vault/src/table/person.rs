//! The column `entity.person`: which entities are one person. It holds the least number among those that belong together, and
//! nothing for who has one address only, so that a person is found by one look into an index, whoever asks.
//!
//! Entities belong together by the cards that name several addresses, by what the owner said ([`super::same`]) and by being
//! the owner's own ([`super::own`]).
//!
//! Invariant: the column follows from cards and statements as they stand, whatever the order they came in. Cards do not join
//! by an address that cards of different people share (the family's landline), by a bare name, which two people may have, nor
//! when they list more addresses than one person has.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use domain::Role;
use rusqlite::{Connection, OptionalExtension, params};

use crate::fault::Outcome;
use crate::index::words_of;
use crate::migration::Step;
use crate::read::filter::list;
use crate::table::change::ChangeOp;
use crate::table::entity::{TOLD_OF_A_NAME, shown};
use crate::table::{own, same};

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261128,
    "ALTER TABLE entity ADD COLUMN person INTEGER;
     CREATE INDEX entity_by_person ON entity (person, kind, links) WHERE person IS NOT NULL;",
)];

/// Addresses on a card of one person, at most.
const ON_ONE_CARD: i64 = 50;
/// Names that cards give to one address, of which is looked at whether they can be one person's.
const NAMES: i64 = 50;
/// What stands before a name and says nothing about whose it is.
pub(crate) const TITLES: &[&str] = &["dr", "prof", "mr", "mrs", "ms", "herr", "frau", "sir", "med", "ing", "dipl"];

/// Whom a change of persons has to be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tell {
    /// Those whom a statement of the owner joins: their items are found by a name that no record has for them.
    Stated,
    /// All who were joined or parted: the statement itself has just changed.
    All,
}

/// Joins and parts anew whoever is among `seeds` and all that belong to them.
pub(crate) fn regroup(connection: &Connection, seeds: impl IntoIterator<Item = i64>, tell: Tell) -> Outcome<()> {
    let mut left: BTreeSet<i64> = seeds.into_iter().collect();
    while let Some(seed) = left.pop_first() {
        let Some(together) = together(connection, seed)? else { continue };
        let person = if together.len() > 1 { together.first().copied() } else { None };
        let mut n_changed = 0;
        for id in &together {
            left.remove(id);
            n_changed += connection
                .prepare_cached("UPDATE entity SET person = ?2 WHERE id = ?1 AND person IS NOT ?2")?
                .execute(params![id, person])?;
        }
        if n_changed > 0 && (tell == Tell::All || is_stated(connection, &together)?) {
            for id in &together {
                connection
                    .prepare_cached("INSERT INTO change (item, op) SELECT DISTINCT item, ?2 FROM link WHERE entity = ?1 LIMIT ?3")?
                    .execute(params![id, ChangeOp::Upsert.code(), TOLD_OF_A_NAME])?;
            }
        }
    }
    Ok(())
}

/// All that belong together with an entity, itself among them; `None` when it is gone.
fn together(connection: &Connection, seed: i64) -> Outcome<Option<BTreeSet<i64>>> {
    let mut together = BTreeSet::new();
    let mut next = vec![seed];
    while let Some(id) = next.pop() {
        let address = connection
            .prepare_cached("SELECT kind, address FROM entity WHERE id = ?1")?
            .query_row([id], |row| Ok((row.get::<_, u8>(0)?, row.get::<_, String>(1)?)))
            .optional()?;
        let Some((kind, address)) = address else { continue };
        if !together.insert(id) {
            continue;
        }
        next.extend(same::joined_to(connection, kind, &address)?);
        next.extend(own::joined_to(connection, kind, &address)?);
        if is_joined_by_cards(connection, id, &address)? {
            for other in on_cards_of(connection, id)? {
                if !together.contains(&other) && is_joined_by_cards(connection, other, &address_of(connection, other)?)? {
                    next.push(other);
                }
            }
        }
    }
    Ok((!together.is_empty()).then_some(together))
}

fn address_of(connection: &Connection, id: i64) -> Outcome<String> {
    Ok(connection.prepare_cached("SELECT address FROM entity WHERE id = ?1")?.query_row([id], |row| row.get(0))?)
}

/// The addresses that stand on cards together with an entity's.
fn on_cards_of(connection: &Connection, id: i64) -> Outcome<Vec<i64>> {
    let others = connection
        .prepare_cached(
            "SELECT DISTINCT other.entity FROM link card JOIN link other ON other.item = card.item AND other.role = ?2
             WHERE card.entity = ?1 AND card.role = ?2 AND other.entity <> ?1
             AND (SELECT count(*) FROM link l WHERE l.item = card.item AND l.role = ?2) <= ?3",
        )?
        .query_map(params![id, Role::Subject.code(), ON_ONE_CARD], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    Ok(others)
}

/// Whether the cards that an address stands on can all be one person's.
fn is_joined_by_cards(connection: &Connection, id: i64, address: &str) -> Outcome<bool> {
    if address.starts_with("name:") {
        return Ok(false);
    }
    let names: Vec<String> = connection
        .prepare_cached("SELECT name FROM entity_name WHERE entity = ?1 AND subject = 1 AND n > 0 ORDER BY name LIMIT ?2")?
        .query_map(params![id, NAMES], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let parts: Vec<BTreeSet<String>> = names.iter().map(|name| parts_of(name)).filter(|parts| !parts.is_empty()).collect();
    let Some(fullest) = parts.iter().max_by_key(|parts| parts.len()) else { return Ok(true) };
    Ok(parts.iter().all(|parts| parts.is_subset(fullest)))
}

/// The words of a name that say whose it is. None for what is an address or a number in place of a name.
fn parts_of(name: &str) -> BTreeSet<String> {
    if name.contains('@') || !name.chars().any(char::is_alphabetic) {
        return BTreeSet::new();
    }
    words_of(name).into_iter().filter(|word| !TITLES.contains(&word.as_str())).collect()
}

fn is_stated(connection: &Connection, entities: &BTreeSet<i64>) -> Outcome<bool> {
    for id in entities {
        let (kind, address): (u8, String) = connection
            .prepare_cached("SELECT kind, address FROM entity WHERE id = ?1")?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if same::names(connection, kind, &address)? || own::names(connection, kind, &address)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Joins all that belong together, for a database of before the column.
pub(crate) fn fill(connection: &Connection) -> Outcome<()> {
    let subjects: Vec<i64> = connection
        .prepare("SELECT DISTINCT entity FROM link WHERE role = ?1")?
        .query_map([Role::Subject.code()], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    regroup(connection, subjects, Tell::Stated)
}

/// The number of the person that an entity is; `None` when there is no such entity.
pub(crate) fn of(connection: &Connection, entity: i64) -> Outcome<Option<i64>> {
    Ok(connection
        .prepare_cached("SELECT coalesce(person, id) FROM entity WHERE id = ?1")?
        .query_row([entity], |row| row.get(0))
        .optional()?)
}

/// All entities of the persons that some entities are.
pub(crate) const EVERYONE: &str = "SELECT value FROM json_each(?1)
     UNION SELECT o.id FROM json_each(?1) j CROSS JOIN entity e ON e.id = j.value CROSS JOIN entity o ON o.person = e.person";

/// The entities of the persons that `entities` are, themselves among them, in order.
pub(crate) fn everyone(connection: &Connection, entities: &[i64]) -> Outcome<Vec<i64>> {
    Ok(connection.prepare_cached(EVERYONE)?.query_map([list(entities)], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// An entity of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) id: i64,
    pub(crate) kind: u8,
    pub(crate) address: String,
    pub(crate) name: String,
    pub(crate) links: i64,
    /// Whether its name is from a card.
    pub(crate) on_card: bool,
}

/// The entities of a person, the most used first.
pub(crate) fn parts(connection: &Connection, person: i64) -> Outcome<Vec<Part>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, kind, address, name, links, EXISTS (SELECT 1 FROM entity_name n WHERE n.entity = e.id AND n.subject = 1 AND n.n > 0 AND n.name <> '')
         FROM entity e WHERE id = ?1 OR person = ?1 ORDER BY links DESC, address, kind",
    )?;
    let parts = statement
        .query_map([person], |row| {
            Ok(Part {
                id: row.get(0)?,
                kind: row.get(1)?,
                address: row.get(2)?,
                name: row.get(3)?,
                links: row.get(4)?,
                on_card: row.get(5)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(parts)
}

/// The names of a person's entities, in order.
pub(crate) fn names(connection: &Connection, person: i64) -> Outcome<Vec<String>> {
    Ok(connection
        .prepare_cached("SELECT DISTINCT name FROM entity WHERE person = ?1 AND name <> '' ORDER BY name")?
        .query_map([person], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// What a person is called: by a card first, then by the address that is used most, by the longest name, the smallest; without
/// any name, by an address.
pub(crate) fn called(parts: &[Part]) -> String {
    let named = parts.iter().filter(|part| !part.name.is_empty());
    match named.max_by_key(|part| (part.on_card, part.links, part.name.chars().count(), Reverse(&part.name))) {
        Some(part) => part.name.clone(),
        None => parts.first().map(|part| shown("", &part.address).to_owned()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_can_be_one_persons_are_told_from_those_that_cannot() {
        let parts = |name: &str| parts_of(name).into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(parts("Dr. Anna Müller"), "anna muller");
        assert_eq!(parts("Müller, Anna"), "anna muller");
        assert_eq!(parts("anna@example.org"), "");
        assert_eq!(parts("+41 79 000 00 00"), "");
    }
}
