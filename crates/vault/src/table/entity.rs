//! Tables `entity`, `entity_name` and `entity_word`: people, places, devices and labels, by address; every name that
//! items call them by, with how often; and the words that they are found by.
//!
//! Invariant: an entity's name is a function of the names its items give it, whatever the order they came in: names from
//! contact cards first, then the most frequent, the longest, the smallest. An entity lives while an item links to it.

use std::collections::{BTreeSet, HashMap};

use domain::{EntityKind, EntityRef, Role};
use rusqlite::{Connection, OptionalExtension, params};

use crate::fault::Outcome;
use crate::index::{CUT_VERSION, is_cut_anew, words_of};
use crate::migration::Step;
use crate::table::change::ChangeOp;
use crate::table::{own, person, same, setting};

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261122,
    "CREATE TABLE entity (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         kind INTEGER NOT NULL,
         address TEXT NOT NULL,
         name TEXT NOT NULL DEFAULT '',
         links INTEGER NOT NULL DEFAULT 0,
         UNIQUE (address, kind)
     ) STRICT;
     CREATE INDEX entity_by_links ON entity (kind, links);
     CREATE TABLE entity_name (
         id INTEGER PRIMARY KEY,
         entity INTEGER NOT NULL,
         subject INTEGER NOT NULL,
         name TEXT NOT NULL,
         n INTEGER NOT NULL DEFAULT 0,
         UNIQUE (entity, subject, name)
     ) STRICT;
     CREATE TABLE entity_word (
         word TEXT NOT NULL,
         entity INTEGER NOT NULL,
         PRIMARY KEY (word, entity)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX entity_word_by_entity ON entity_word (entity);",
)];

/// Items that are told of a new name on a contact card, or of a place, at most, so that search finds them by it.
pub(crate) const TOLD_OF_A_NAME: i64 = 20_000;

/// Counts the links of one transaction, so that an address in every mail is updated once and not once a mail.
#[derive(Default)]
pub(crate) struct Tally {
    entities: HashMap<(EntityKind, String), i64>,
    names: HashMap<(i64, bool, String), i64>,
    links: HashMap<i64, i64>,
    uses: HashMap<i64, i64>,
    /// Whose cards or statements are not what they were.
    regroup: BTreeSet<i64>,
}

impl Tally {
    /// The numbers of an entity and of its name in a role, added when they are new.
    pub(crate) fn intern(&mut self, connection: &Connection, role: Role, entity: &EntityRef) -> Outcome<(i64, i64)> {
        let id = match self.entities.get(&(entity.kind, entity.address.clone())) {
            Some(id) => *id,
            None => {
                let (id, is_new) = intern_entity(connection, entity)?;
                if is_new && is_stated(connection, entity)? {
                    self.regroup.insert(id);
                }
                self.entities.insert((entity.kind, entity.address.clone()), id);
                id
            }
        };
        let key = (id, role == Role::Subject, entity.name.clone());
        let name = match self.names.get(&key) {
            Some(name) => *name,
            None => {
                let name = intern_name(connection, &key)?;
                self.names.insert(key, name);
                name
            }
        };
        Ok((id, name))
    }

    /// One more link, or with -1 one less.
    pub(crate) fn count(&mut self, entity: i64, name: i64, by: i64) {
        *self.links.entry(entity).or_default() += by;
        *self.uses.entry(name).or_default() += by;
    }

    /// An entity stands on a card that it did not stand on, or no longer stands on one.
    pub(crate) fn card(&mut self, entity: i64) {
        self.regroup.insert(entity);
    }

    /// Writes the counts; joins and parts people anew; names what is named anew and removes what nothing links to.
    pub(crate) fn settle(&mut self, connection: &Connection) -> Outcome<()> {
        for (name, by) in self.uses.drain() {
            connection.prepare_cached("UPDATE entity_name SET n = n + ?2 WHERE id = ?1")?.execute([name, by])?;
            if by <= 0 {
                connection.prepare_cached("DELETE FROM entity_name WHERE id = ?1 AND n <= 0")?.execute([name])?;
            }
        }
        for (entity, by) in self.links.drain() {
            connection.prepare_cached("UPDATE entity SET links = links + ?2 WHERE id = ?1")?.execute([entity, by])?;
            if let Some(person) = refresh(connection, entity)? {
                self.regroup.extend(person::parts(connection, person)?.into_iter().map(|part| part.id));
            }
        }
        self.regroup_all(connection)?;
        self.entities.clear();
        self.names.clear();
        Ok(())
    }

    /// Whoever stands on other cards than before, with those whom they were one with.
    fn regroup_all(&mut self, connection: &Connection) -> Outcome<()> {
        let touched: Vec<i64> = std::mem::take(&mut self.regroup).into_iter().collect();
        if touched.is_empty() {
            return Ok(());
        }
        let seeds = person::everyone(connection, &touched)?;
        person::regroup(connection, seeds, person::Tell::Stated)
    }
}

fn is_stated(connection: &Connection, entity: &EntityRef) -> Outcome<bool> {
    let kind = entity.kind.code();
    Ok(same::names(connection, kind, &entity.address)? || own::names(connection, kind, &entity.address)?)
}

/// The number of an entity, and whether it was added just now.
fn intern_entity(connection: &Connection, entity: &EntityRef) -> Outcome<(i64, bool)> {
    let known = connection
        .prepare_cached("SELECT id FROM entity WHERE address = ?1 AND kind = ?2")?
        .query_row(params![entity.address, entity.kind.code()], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok((id, false));
    }
    connection
        .prepare_cached("INSERT INTO entity (kind, address) VALUES (?1, ?2)")?
        .execute(params![entity.kind.code(), entity.address])?;
    let id = connection.last_insert_rowid();
    set_words(connection, id, &entity.address, "")?;
    Ok((id, true))
}

fn intern_name(connection: &Connection, (entity, subject, name): &(i64, bool, String)) -> Outcome<i64> {
    let known = connection
        .prepare_cached("SELECT id FROM entity_name WHERE entity = ?1 AND subject = ?2 AND name = ?3")?
        .query_row(params![entity, subject, name], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    connection
        .prepare_cached("INSERT INTO entity_name (entity, subject, name) VALUES (?1, ?2, ?3)")?
        .execute(params![entity, subject, name])?;
    Ok(connection.last_insert_rowid())
}

/// Names an entity by what its items call it now, or removes it when none is left; says which person it was a part of then.
fn refresh(connection: &Connection, id: i64) -> Outcome<Option<i64>> {
    let (address, name, links, person, kind): (String, String, i64, Option<i64>, u8) = connection
        .prepare_cached("SELECT address, name, links, person, kind FROM entity WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
    if links <= 0 {
        connection.prepare_cached("DELETE FROM entity_word WHERE entity = ?1")?.execute([id])?;
        connection.prepare_cached("DELETE FROM entity_name WHERE entity = ?1")?.execute([id])?;
        connection.prepare_cached("DELETE FROM entity WHERE id = ?1")?.execute([id])?;
        return Ok(person);
    }
    let best: Option<(String, bool)> = connection
        .prepare_cached(
            "SELECT name, subject FROM entity_name WHERE entity = ?1 AND n > 0 AND name <> '' ORDER BY subject DESC, n DESC, length(name) DESC, name LIMIT 1",
        )?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (best, from_a_card) = best.unwrap_or_default();
    if best != name {
        connection.prepare_cached("UPDATE entity SET name = ?2 WHERE id = ?1")?.execute(params![id, best])?;
        set_words(connection, id, &address, &best)?;
        // A place has its name from one generation of the track, and not from the others.
        if from_a_card || kind == EntityKind::Place.code() {
            connection
                .prepare_cached("INSERT INTO change (item, op) SELECT DISTINCT item, ?2 FROM link WHERE entity = ?1 LIMIT ?3")?
                .execute(params![id, ChangeOp::Upsert.code(), TOLD_OF_A_NAME])?;
        }
    }
    Ok(None)
}

fn set_words(connection: &Connection, id: i64, address: &str, name: &str) -> Outcome<()> {
    connection.prepare_cached("DELETE FROM entity_word WHERE entity = ?1")?.execute([id])?;
    let mut words = words_of(bare(address));
    words.extend(words_of(name));
    words.push(bare(address).to_lowercase());
    words.sort_unstable();
    words.dedup();
    for word in words {
        connection.prepare_cached("INSERT OR IGNORE INTO entity_word (word, entity) VALUES (?1, ?2)")?.execute(params![word, id])?;
    }
    Ok(())
}

/// Cuts names and addresses anew that an earlier version cut otherwise.
pub(crate) fn recut(connection: &Connection) -> Outcome<()> {
    const CUT: &str = "entity.words";
    if setting::watermark(connection, CUT)? >= i64::from(CUT_VERSION) {
        return Ok(());
    }
    let mut statement = connection.prepare("SELECT id, address, name FROM entity")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (address, name): (String, String) = (row.get(1)?, row.get(2)?);
        if is_cut_anew(&address) || is_cut_anew(&name) {
            set_words(connection, row.get(0)?, &address, &name)?;
        }
    }
    setting::set_watermark(connection, CUT, i64::from(CUT_VERSION))
}

/// An address without its scheme: what a person would recognise.
pub(crate) fn bare(address: &str) -> &str {
    address.split_once(':').map_or(address, |(_, bare)| bare)
}

/// The name to show: the entity's, else its address without the scheme.
pub(crate) fn shown<'a>(name: &'a str, address: &'a str) -> &'a str {
    if name.is_empty() { bare(address) } else { name }
}

/// Entities of some kinds that have, for each word of `query`, a word that begins with it. An address given whole, with
/// or without its scheme, is found as well.
pub(crate) fn matching(connection: &Connection, query: &str, kinds: &[EntityKind], limit: usize) -> Outcome<Vec<i64>> {
    let lower = query.trim().to_lowercase();
    let mut found: Option<Vec<i64>> = None;
    let address = bare_word(&lower);
    let words = match address {
        Some(address) => vec![address.to_owned()],
        None => words_of(query),
    };
    for word in &words {
        let mut statement = connection
            .prepare_cached("SELECT DISTINCT entity FROM entity_word WHERE word >= ?1 AND word < ?1 || char(1114111) ORDER BY entity")?;
        let ids: Vec<i64> = statement.query_map([word], |row| row.get(0))?.collect::<Result<_, _>>()?;
        found = Some(match found {
            None => ids,
            Some(before) => before.into_iter().filter(|id| ids.binary_search(id).is_ok()).collect(),
        });
    }
    let mut matching = Vec::new();
    for id in found.unwrap_or_default() {
        let code: u8 = connection.prepare_cached("SELECT kind FROM entity WHERE id = ?1")?.query_row([id], |row| row.get(0))?;
        if kinds.iter().any(|kind| kind.code() == code) {
            matching.push(id);
            if matching.len() == limit {
                break;
            }
        }
    }
    Ok(matching)
}

/// Whether an entity is called by all of these words, folded as the index of words folds them.
pub(crate) fn is_borne(connection: &Connection, words: &[String]) -> Outcome<bool> {
    let Some((first, rest)) = words.split_first() else { return Ok(false) };
    let mut bearers = connection.prepare_cached("SELECT entity FROM entity_word WHERE word = ?1")?;
    let mut bears = connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM entity_word WHERE word = ?1 AND entity = ?2)")?;
    let mut rows = bearers.query([first])?;
    while let Some(row) = rows.next()? {
        let entity: i64 = row.get(0)?;
        let mut bears_all = true;
        for word in rest {
            bears_all &= bears.query_row(params![word, entity], |row| row.get::<_, bool>(0))?;
        }
        if bears_all {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The word that an address is filed under, when the query is one.
fn bare_word(query: &str) -> Option<&str> {
    let is_address = query.contains('@') || query.contains(':');
    (is_address && !query.contains(char::is_whitespace)).then(|| bare(query))
}

/// Links to any of `ids`, by the counts kept.
pub(crate) fn links(connection: &Connection, ids: &[i64]) -> Outcome<i64> {
    let mut links = 0;
    for id in ids {
        links += connection
            .prepare_cached("SELECT links FROM entity WHERE id = ?1")?
            .query_row([id], |row| row.get::<_, i64>(0))
            .optional()?
            .unwrap_or(0);
    }
    Ok(links)
}

/// Labels, lists and albums that are called `name`, whatever its case.
pub(crate) fn labelled(connection: &Connection, name: &str) -> Outcome<Vec<i64>> {
    let lower = name.trim().to_lowercase();
    let mut found: Vec<i64> = connection
        .prepare_cached("SELECT id FROM entity WHERE address = 'label:' || ?1 AND kind = ?2")?
        .query_map(params![lower, EntityKind::Label.code()], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in matching(connection, name, &[EntityKind::Label], usize::MAX)? {
        let called: String = connection.prepare_cached("SELECT name FROM entity WHERE id = ?1")?.query_row([id], |row| row.get(0))?;
        if called.to_lowercase() == lower && !found.contains(&id) {
            found.push(id);
        }
    }
    Ok(found)
}
