//! Table `link`: an entity's part in an item, and what the item calls it.

use domain::{EntityKind, NewLink, Role};
use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::Serialize;

use crate::fault::{Outcome, unexpected};
use crate::migration::Step;
use crate::table::entity::{Tally, shown};

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261122,
    "CREATE TABLE link (
         item INTEGER NOT NULL,
         entity INTEGER NOT NULL,
         role INTEGER NOT NULL,
         name INTEGER NOT NULL,
         PRIMARY KEY (item, entity, role)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX link_by_entity ON link (entity, role, item);",
)];

/// Someone's or something's part in an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Link {
    /// Its part.
    pub role: Role,
    /// The number of the entity in this vault.
    pub entity: i64,
    /// What it is.
    pub kind: EntityKind,
    /// Its address, with its scheme.
    pub address: String,
    /// What the item calls it, else its own name, else its address without the scheme.
    pub name: String,
}

pub(crate) fn insert(connection: &Connection, tally: &mut Tally, item: i64, links: &[NewLink]) -> Outcome<()> {
    for link in links {
        let (entity, name) = tally.intern(connection, link.role, &link.entity)?;
        let added = connection
            .prepare_cached("INSERT OR IGNORE INTO link (item, entity, role, name) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![item, entity, link.role.code(), name])?;
        // A record that names one twice in the same part counts once; its entity is known either way.
        tally.count(entity, name, i64::try_from(added).unwrap_or(0));
    }
    Ok(())
}

pub(crate) fn remove(connection: &Connection, tally: &mut Tally, item: i64) -> Outcome<()> {
    let mut statement = connection.prepare_cached("DELETE FROM link WHERE item = ?1 RETURNING entity, name")?;
    let mut rows = statement.query([item])?;
    while let Some(row) = rows.next()? {
        tally.count(row.get(0)?, row.get(1)?, -1);
    }
    Ok(())
}

/// The entities of an item, by role.
pub(crate) fn of_item(connection: &Connection, item: i64) -> Outcome<Vec<Link>> {
    let mut statement = connection.prepare_cached(
        "SELECT l.role, l.entity, e.kind, e.address, n.name, e.name FROM link l JOIN entity e ON e.id = l.entity JOIN entity_name n ON n.id = l.name
         WHERE l.item = ?1 ORDER BY l.role, e.address",
    )?;
    let mut rows = statement.query([item])?;
    let mut links = Vec::new();
    while let Some(row) = rows.next()? {
        let (role, kind): (u8, u8) = (row.get(0)?, row.get(2)?);
        let (address, called, name): (String, String, String) = (row.get(3)?, row.get(4)?, row.get(5)?);
        let name = if called.is_empty() { shown(&name, &address).to_owned() } else { called };
        links.push(Link {
            role: Role::from_code(role).ok_or_else(|| unexpected("a link in role", role))?,
            entity: row.get(1)?,
            kind: EntityKind::from_code(kind).ok_or_else(|| unexpected("an entity of kind", kind))?,
            address,
            name,
        });
    }
    Ok(links)
}

/// What an item's people, places and labels are called, for the index of words: the item's names, the entities' own and
/// their addresses without the scheme.
pub(crate) fn names(connection: &Connection, item: i64) -> Outcome<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT n.name, e.name, e.address FROM link l JOIN entity e ON e.id = l.entity JOIN entity_name n ON n.id = l.name WHERE l.item = ?1 ORDER BY l.role, e.id",
    )?;
    let mut rows = statement.query([item])?;
    let mut names: Vec<String> = Vec::new();
    while let Some(row) = rows.next()? {
        let (called, name, address): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let bare = crate::table::entity::bare(&address);
        // Ids of places and channels are no words that anyone types.
        let readable = ["mailto:", "tel:", "name:", "label:"].iter().any(|scheme| address.starts_with(scheme));
        for candidate in [called.as_str(), name.as_str(), if readable { bare } else { "" }] {
            if !candidate.is_empty() && !names.iter().any(|known| known.to_lowercase() == candidate.to_lowercase()) {
                names.push(candidate.to_owned());
            }
        }
    }
    Ok(names)
}
