//! Table `link`: an entity's part in an item, and what the item calls it.

use domain::{EntityKind, NewLink, Role};
use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::Serialize;

use crate::fault::{Outcome, unexpected};
use crate::migration::Step;
use crate::table::entity::{Tally, shown};
use crate::table::{own, person};

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
    /// The number of the person that it is, when it is joined with other addresses.
    pub person: Option<i64>,
    /// What that person is called.
    pub known_as: Option<String>,
}

/// Adds the links of an item, in which the owner has the part `own` when its source says so.
pub(crate) fn insert(connection: &Connection, tally: &mut Tally, item: i64, links: &[NewLink], own: Option<Role>) -> Outcome<()> {
    for link in links {
        let (entity, name) = tally.intern(connection, link.role, &link.entity)?;
        let added = connection
            .prepare_cached("INSERT OR IGNORE INTO link (item, entity, role, name) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![item, entity, link.role.code(), name])?;
        // A record that names one twice in the same part counts once; its entity is known either way.
        tally.count(entity, name, i64::try_from(added).unwrap_or(0));
        if link.role == Role::Subject {
            tally.card(entity);
        }
        if own == Some(link.role) {
            own::insert(connection, item, entity, link.role == Role::Subject)?;
        }
    }
    Ok(())
}

pub(crate) fn remove(connection: &Connection, tally: &mut Tally, item: i64) -> Outcome<()> {
    let mut statement = connection.prepare_cached("DELETE FROM link WHERE item = ?1 RETURNING entity, name, role")?;
    let mut rows = statement.query([item])?;
    while let Some(row) = rows.next()? {
        let entity = row.get(0)?;
        tally.count(entity, row.get(1)?, -1);
        if row.get::<_, u8>(2)? == Role::Subject.code() {
            tally.card(entity);
        }
    }
    own::remove(connection, item)
}

/// The entities of an item, by role.
pub(crate) fn of_item(connection: &Connection, item: i64) -> Outcome<Vec<Link>> {
    let mut statement = connection.prepare_cached(
        "SELECT l.role, l.entity, e.kind, e.address, n.name, e.name, e.person FROM link l JOIN entity e ON e.id = l.entity JOIN entity_name n ON n.id = l.name
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
            known_as: match row.get::<_, Option<i64>>(6)? {
                Some(person) => Some(person::called(&person::parts(connection, person)?)),
                None => None,
            },
            person: row.get(6)?,
        });
    }
    Ok(links)
}

/// What an item's people, places and labels are called, for the index of words: the item's names, the entities' own, those
/// of the persons that they are, and their addresses without the scheme.
pub(crate) fn names(connection: &Connection, item: i64) -> Outcome<Vec<String>> {
    let mut statement = connection.prepare_cached(
        "SELECT n.name, e.name, e.address, e.person FROM link l JOIN entity e ON e.id = l.entity JOIN entity_name n ON n.id = l.name WHERE l.item = ?1 ORDER BY l.role, e.id",
    )?;
    let mut rows = statement.query([item])?;
    let mut names: Vec<String> = Vec::new();
    while let Some(row) = rows.next()? {
        let (called, name, address): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let bare = crate::table::entity::bare(&address);
        // Ids of places and channels are no words that anyone types.
        let readable = ["mailto:", "tel:", "name:", "label:"].iter().any(|scheme| address.starts_with(scheme));
        let of_person = match row.get(3)? {
            Some(person) => person::names(connection, person)?,
            None => Vec::new(),
        };
        let candidates = [called.as_str(), name.as_str(), if readable { bare } else { "" }];
        for candidate in candidates.into_iter().chain(of_person.iter().map(String::as_str)) {
            if !candidate.is_empty() && !names.iter().any(|known| known.to_lowercase() == candidate.to_lowercase()) {
                names.push(candidate.to_owned());
            }
        }
    }
    Ok(names)
}
