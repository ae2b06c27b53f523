//! Everything that the vault holds, item by item and fix by fix, for who carries it elsewhere. Nothing is held but what is
//! handed out at the moment. What is imported meanwhile may be in it or not.

use domain::{EntityKind, Filter, Kind, NewItem, Point, Result, Uid, UtcMs};
use rusqlite::{Connection, OptionalExtension, params};

use crate::content::{Content, open_raw};
use crate::fault::{Outcome, unexpected};
use crate::read::list::{self, Cursor, Order};
use crate::table::blob::{self, ItemBlob};
use crate::table::link::{self, Link};
use crate::table::sighting::{self, Sighting};
use crate::table::track_point::{self, FixKey, TrackPoint};
use crate::table::variant;
use crate::vault::Vault;

/// Keys of items that are looked up at once.
const KEYS: usize = 20_000;
/// Fixes that are read at once.
const FIXES: usize = 20_000;
/// Entities that are read at once.
const ENTITIES: i64 = 5_000;

/// An item with every record of it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredItem {
    /// Its identity.
    pub uid: Uid,
    /// The record that stands for it.
    pub standing: StoredRecord,
    /// What other records said of it, in no order.
    pub others: Vec<StoredRecord>,
    /// Where the track says that its owner was, when the item has no place of its own.
    pub place_by_track: Option<Point>,
    /// The people, places, devices and labels in it.
    pub links: Vec<Link>,
    /// Where it was seen, the earliest first.
    pub sightings: Vec<Sighting>,
}

/// One record of an item: all that an importer once handed over.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRecord {
    /// The record, without its attachments and media.
    pub item: NewItem,
    /// Its attachments and media, in order.
    pub blobs: Vec<ItemBlob>,
}

/// A person, place, device or label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntity {
    /// Its number in this vault.
    pub id: i64,
    /// What it is.
    pub kind: EntityKind,
    /// Its address, with its scheme.
    pub address: String,
    /// What most items call it; may be empty.
    pub name: String,
    /// The parts that it has in items.
    pub n_links: u64,
}

impl Vault {
    /// Hands out each item that a filter leaves, with all that is known of it: those with a time first, the earliest first.
    /// Ends with the first failure of `on`.
    pub fn each_item(&self, filter: &Filter, on: &mut dyn FnMut(StoredItem) -> Result<()>) -> Result<()> {
        let words = self.ids_with_words(filter)?;
        let mut after = None;
        loop {
            let keys = list::keys(&*self.inner().readers.borrow()?, filter, words.as_deref(), Order::Oldest, after, KEYS)?;
            for Cursor { id, .. } in &keys {
                // The connection is given back before the item is handed out: who takes it may read as well.
                let item = stored(&*self.inner().readers.borrow()?, *id)?;
                item.map_or(Ok(()), &mut *on)?;
            }
            match keys.last() {
                Some(last) if keys.len() == KEYS => after = Some(*last),
                _ => return Ok(()),
            }
        }
    }

    /// Hands out the fixes at or after `from` and before `to`, in order, some thousands at a time. Ends with the first failure
    /// of `on`.
    pub fn each_fix(&self, from: UtcMs, to: UtcMs, on: &mut dyn FnMut(&[TrackPoint]) -> Result<()>) -> Result<()> {
        let mut after: FixKey = (from, 0, i64::MIN, i32::MIN, i32::MIN);
        loop {
            let fixes = track_point::after(&*self.inner().readers.borrow()?, after, to, FIXES)?;
            on(&fixes)?;
            match fixes.last() {
                Some(last) if fixes.len() == FIXES => {
                    after = (last.at, last.layer.code(), last.device, last.point.lat, last.point.lon);
                }
                _ => return Ok(()),
            }
        }
    }

    /// Hands out every person, place, device and label, by their numbers. Ends with the first failure of `on`.
    pub fn each_entity(&self, on: &mut dyn FnMut(StoredEntity) -> Result<()>) -> Result<()> {
        let mut after = 0;
        loop {
            let entities = entities_after(&*self.inner().readers.borrow()?, after)?;
            let Some(last) = entities.last() else { return Ok(()) };
            after = last.id;
            for entity in entities {
                on(entity)?;
            }
        }
    }
}

/// An item; `None` when it is gone.
fn stored(connection: &Connection, id: i64) -> Outcome<Option<StoredItem>> {
    let row = connection
        .prepare_cached("SELECT uid, variant, lat, lon FROM item WHERE id = ?1")?
        .query_row([id], |row| {
            let place = row.get::<_, Option<i32>>(2)?.zip(row.get::<_, Option<i32>>(3)?).map(|(lat, lon)| Point { lat, lon });
            Ok((Uid(row.get(0)?), row.get::<_, i64>(1)?, place))
        })
        .optional()?;
    let Some((uid, variant, place)) = row else { return Ok(None) };
    let mut others = Vec::new();
    for other in variant::of_item(connection, id)?.into_iter().filter(|other| *other != variant) {
        others.push(record(connection, uid, other)?);
    }
    let standing = record(connection, uid, variant)?;
    Ok(Some(StoredItem {
        uid,
        place_by_track: place.filter(|_| standing.item.place.is_none()),
        standing,
        others,
        links: link::of_item(connection, id)?,
        sightings: sighting::of_item(connection, id)?,
    }))
}

fn record(connection: &Connection, uid: Uid, id: i64) -> Outcome<StoredRecord> {
    let row = variant::get(connection, id)?;
    let content = Content::open(&row.packed)?;
    let item = NewItem {
        uid,
        kind: Kind::from_code(content.kind).ok_or_else(|| unexpected("an item of kind", content.kind))?,
        source: content.source,
        at: content.at,
        until: content.until,
        title: content.title,
        text: content.text,
        place: content.place,
        data: content.data,
        raw: open_raw(row.raw_format, &row.packed, row.raw.as_deref())?,
        links: content.links,
        related: content.related,
        blobs: Vec::new(),
        hidden: content.hidden,
        revision: content.revision,
    };
    Ok(StoredRecord { item, blobs: blob::of_variant(connection, id)? })
}

fn entities_after(connection: &Connection, after: i64) -> Outcome<Vec<StoredEntity>> {
    let mut statement =
        connection.prepare_cached("SELECT id, kind, address, name, links FROM entity WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let mut rows = statement.query(params![after, ENTITIES])?;
    let mut entities = Vec::new();
    while let Some(row) = rows.next()? {
        let kind: u8 = row.get(1)?;
        entities.push(StoredEntity {
            id: row.get(0)?,
            kind: EntityKind::from_code(kind).ok_or_else(|| unexpected("an entity of kind", kind))?,
            address: row.get(2)?,
            name: row.get(3)?,
            n_links: row.get::<_, i64>(4)?.unsigned_abs(),
        });
    }
    Ok(entities)
}
