//! Tables `own_item` and `own_address`: who the vault's owner is. `own_item` holds what sources say: the items that they mark
//! as written by the owner (the label of sent mail, a direction) or as a card about them. `own_address` holds what the owner
//! said: that an address is theirs, or is not.

use std::collections::BTreeMap;

use domain::{EntityKind, Role};
use rusqlite::{Connection, OptionalExtension, params};

use crate::content::Content;
use crate::fault::Outcome;
use crate::migration::Step;
use crate::table::{person, variant};

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261128,
    "CREATE TABLE own_item (
         item INTEGER NOT NULL,
         entity INTEGER NOT NULL,
         is_card INTEGER NOT NULL,
         PRIMARY KEY (item, entity)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX own_item_by_entity ON own_item (entity, is_card);
     CREATE TABLE own_address (
         address TEXT NOT NULL,
         kind INTEGER NOT NULL,
         is_own INTEGER NOT NULL,
         PRIMARY KEY (address, kind)
     ) STRICT, WITHOUT ROWID;",
)];

/// The address of the label that sent mail has, in whatever language its export was made.
const SENT: &str = "label:sent";
/// So many sent items tell that their sender is the owner. With fewer it may be a stray in the folder of sent mail, unless
/// the addresses of its sort send hardly more: one in so many of what the most used one does.
const ENOUGH: i64 = 3;
const ONE_IN: i64 = 50;
/// Without anything that marks the owner's doings, whoever is in so many times as many items as anybody else.
const TIMES_AS_MANY: i64 = 2;

/// The part of the owner in an item, where its source says it.
pub(crate) fn part(content: &Content) -> Option<Role> {
    if content.data.get("is_owner").and_then(serde_json::Value::as_bool) == Some(true) {
        return Some(Role::Subject);
    }
    let is_sent = content.data.get("direction").and_then(serde_json::Value::as_str) == Some("sent")
        || content.links.iter().any(|link| link.role == Role::Label && link.entity.address == SENT);
    is_sent.then_some(Role::Sender)
}

/// Notes that an entity is the owner, as an item tells it.
pub(crate) fn insert(connection: &Connection, item: i64, entity: i64, is_card: bool) -> Outcome<()> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO own_item (item, entity, is_card) VALUES (?1, ?2, ?3)")?
        .execute(params![item, entity, is_card])?;
    Ok(())
}

pub(crate) fn remove(connection: &Connection, item: i64) -> Outcome<()> {
    connection.prepare_cached("DELETE FROM own_item WHERE item = ?1")?.execute([item])?;
    Ok(())
}

/// Notes what all items tell, for a database of before the table.
pub(crate) fn fill(connection: &Connection) -> Outcome<()> {
    use domain::Kind::{Call, Contact, Mail, Message};
    for kind in [Contact, Mail, Message, Call] {
        let mut items = connection.prepare("SELECT id, variant FROM item WHERE kind = ?1")?;
        let mut rows = items.query([kind.code()])?;
        while let Some(row) = rows.next()? {
            let (item, standing): (i64, i64) = (row.get(0)?, row.get(1)?);
            let Some(role) = part(&Content::open(&variant::packed(connection, standing)?)?) else { continue };
            let entities: Vec<i64> = connection
                .prepare_cached("SELECT entity FROM link WHERE item = ?1 AND role = ?2")?
                .query_map(params![item, role.code()], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            for entity in entities {
                insert(connection, item, entity, role == Role::Subject)?;
            }
        }
    }
    Ok(())
}

/// Says that an address is the owner's, or is not; with `None` takes back what was said.
pub(crate) fn say(connection: &Connection, kind: u8, address: &str, is_own: Option<bool>) -> Outcome<()> {
    match is_own {
        Some(is_own) => connection
            .prepare_cached(
                "INSERT INTO own_address (address, kind, is_own) VALUES (?1, ?2, ?3) ON CONFLICT (address, kind) DO UPDATE SET is_own = excluded.is_own",
            )?
            .execute(params![address, kind, is_own])?,
        None => connection.prepare_cached("DELETE FROM own_address WHERE address = ?1 AND kind = ?2")?.execute(params![address, kind])?,
    };
    Ok(())
}

/// What the owner said: kind, address, and whether it is theirs.
pub(crate) fn said(connection: &Connection) -> Outcome<Vec<(u8, String, bool)>> {
    Ok(connection
        .prepare_cached("SELECT kind, address, is_own FROM own_address ORDER BY address, kind")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?)
}

/// The entities that belong to an address because the owner said that both are theirs.
pub(crate) fn joined_to(connection: &Connection, kind: u8, address: &str) -> Outcome<Vec<i64>> {
    Ok(connection
        .prepare_cached(
            "SELECT e.id FROM own_address o JOIN entity e ON e.address = o.address AND e.kind = o.kind WHERE o.is_own = 1
             AND EXISTS (SELECT 1 FROM own_address a WHERE a.address = ?1 AND a.kind = ?2 AND a.is_own = 1)",
        )?
        .query_map(params![address, kind], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// Whether the owner said that an address is theirs.
pub(crate) fn names(connection: &Connection, kind: u8, address: &str) -> Outcome<bool> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM own_address WHERE address = ?1 AND kind = ?2 AND is_own = 1")?
        .query_row(params![address, kind], |_| Ok(()))
        .optional()?
        .is_some())
}

/// The owner's entities: what they said are theirs, what their cards name, what they send from, and what belongs to these;
/// without what they said is not theirs. Where nothing tells, whoever is in far more items than anybody else.
pub(crate) fn entities(connection: &Connection) -> Outcome<Vec<i64>> {
    let mut own = stated(connection, true)?;
    own.extend(
        connection
            .prepare_cached("SELECT DISTINCT entity FROM own_item WHERE is_card = 1")?
            .query_map([], |row| row.get::<_, i64>(0))?
            .collect::<Result<Vec<_>, _>>()?,
    );
    let sent: Vec<(i64, i64, String)> = connection
        .prepare_cached(
            "SELECT o.entity, o.n, substr(e.address, 1, instr(e.address, ':')) FROM
             (SELECT entity, count(*) AS n FROM own_item WHERE is_card = 0 GROUP BY entity) o CROSS JOIN entity e ON e.id = o.entity",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    let mut most: BTreeMap<&str, i64> = BTreeMap::new();
    for (_, n, scheme) in &sent {
        let most = most.entry(scheme).or_default();
        *most = (*most).max(*n);
    }
    own.extend(sent.iter().filter(|(_, n, scheme)| *n >= ENOUGH || n * ONE_IN >= most[scheme.as_str()]).map(|(entity, ..)| *entity));
    if own.is_empty() {
        own.extend(in_most_items(connection)?);
    }
    own.sort_unstable();
    own.dedup();
    let mut own = person::everyone(connection, &own)?;
    let others = stated(connection, false)?;
    own.retain(|entity| !others.contains(entity));
    Ok(own)
}

fn stated(connection: &Connection, is_own: bool) -> Outcome<Vec<i64>> {
    Ok(connection
        .prepare_cached("SELECT e.id FROM own_address o JOIN entity e ON e.address = o.address AND e.kind = o.kind WHERE o.is_own = ?1")?
        .query_map([is_own], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// The person in far more items than the next one, by the counts kept.
fn in_most_items(connection: &Connection) -> Outcome<Option<i64>> {
    let mut counts: Vec<(i64, i64)> = connection
        .prepare_cached("SELECT links, id FROM entity WHERE kind = ?1 AND person IS NULL ORDER BY links DESC LIMIT 2")?
        .query_map([EntityKind::Person.code()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    let joined: Vec<(i64, i64)> = connection
        .prepare_cached("SELECT sum(links) AS n, person FROM entity WHERE person IS NOT NULL GROUP BY person ORDER BY n DESC LIMIT 2")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    counts.extend(joined);
    counts.sort_unstable_by(|a, b| b.cmp(a));
    Ok(match counts[..] {
        [(most, id), (next, _), ..] if most >= next * TIMES_AS_MANY => Some(id),
        _ => None,
    })
}
