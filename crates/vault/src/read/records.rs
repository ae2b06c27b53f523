//! Everything that the vault holds, item by item and fix by fix, for who carries it elsewhere. Nothing is held but what is
//! handed out at the moment. What is imported meanwhile may be in it or not. What is damaged keeps nothing else from being read.

use domain::{EntityKind, Filter, Kind, NewItem, Point, Result, Uid, UtcMs};
use rusqlite::{Connection, OptionalExtension, params};

use crate::content::{Content, open_raw};
use crate::fault::{Outcome, unexpected};
use crate::read::list::{self, Cursor, Order};
use crate::read::past_damage::{self, Met, Rows};
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
const ENTITIES: usize = 5_000;

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

/// What cannot be read, because pages of the database do not verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// An item, of which a record or a part is damaged; its identity may be as well.
    Item(Option<Uid>),
    /// The items of a span of time, UTC milliseconds, or from its beginning on; those without a time when it has none.
    Items(Option<UtcMs>, Option<UtcMs>),
    /// The fixes of a span of time, UTC milliseconds, or from its beginning on.
    Fixes(UtcMs, Option<UtcMs>),
    /// People, places, devices and labels.
    Entities,
}

/// A part of what the vault holds, or of what it should.
#[derive(Debug)]
pub enum Part<T> {
    /// As it was stored.
    Whole(T),
    /// It cannot be read.
    Lost(Lost),
}

impl Vault {
    /// Hands out each item that a filter leaves, with all that is known of it: those with a time first, the earliest first.
    /// What is damaged is told in its place. Ends with the first failure of `on`.
    pub fn each_item(&self, filter: &Filter, on: &mut dyn FnMut(Part<StoredItem>) -> Result<()>) -> Result<()> {
        let words = self.ids_with_words(filter)?;
        let keys = ItemKeys { vault: self, filter, words: words.as_deref() };
        past_damage::each(&keys, None, KEYS, &mut |met| match met {
            Met::Rows(keys) => {
                for Cursor { id, .. } in keys {
                    // The connection is given back before the item is handed out: who takes it may read as well.
                    match self.inner().readers.read(|reader| stored(reader, id)) {
                        Ok(item) => item.map_or(Ok(()), |item| on(Part::Whole(item)))?,
                        Err(fault) if past_damage::is_damage(&fault) => {
                            let uid = self.inner().readers.read(|reader| uid_of(reader, id)).ok().flatten();
                            on(Part::Lost(Lost::Item(uid)))?;
                        }
                        Err(fault) => return Err(fault.into()),
                    }
                }
                Ok(())
            }
            Met::Damage(from, to) => on(Part::Lost(Lost::Items(from.and_then(|from| from.at), to.flatten().and_then(|to| to.at)))),
        })
    }

    /// Hands out the fixes at or after `from` and before `to`, in order, some thousands at a time. What is damaged is told in its
    /// place. Ends with the first failure of `on`.
    pub fn each_fix(&self, from: UtcMs, to: UtcMs, on: &mut dyn FnMut(Part<&[TrackPoint]>) -> Result<()>) -> Result<()> {
        let fixes = Fixes { vault: self, to };
        past_damage::each(&fixes, (from, 0, i64::MIN, i32::MIN, i32::MIN), FIXES, &mut |met| match met {
            Met::Rows(fixes) => on(Part::Whole(fixes.as_slice())),
            Met::Damage((from, ..), to) => on(Part::Lost(Lost::Fixes(from, to.map(|(at, ..)| at)))),
        })
    }

    /// Hands out every person, place, device and label, by their numbers. What is damaged is told in its place. Ends with the first
    /// failure of `on`.
    pub fn each_entity(&self, on: &mut dyn FnMut(Part<StoredEntity>) -> Result<()>) -> Result<()> {
        past_damage::each(&Entities(self), 0, ENTITIES, &mut |met| match met {
            Met::Rows(entities) => entities.into_iter().try_for_each(|entity| on(Part::Whole(entity))),
            Met::Damage(..) => on(Part::Lost(Lost::Entities)),
        })
    }
}

/// The keys of the items that a filter leaves, the earliest first, then those without a time.
struct ItemKeys<'v> {
    vault: &'v Vault,
    filter: &'v Filter,
    words: Option<&'v [i64]>,
}

impl ItemKeys<'_> {
    /// Longer steps lead from items with a time to those without: milliseconds, some thousand years.
    const DATED: i64 = 1 << 47;
}

impl Rows for ItemKeys<'_> {
    /// `None` before the first.
    type Place = Option<Cursor>;
    type Row = Cursor;

    fn after(&self, place: Option<Cursor>, limit: usize) -> Outcome<Vec<Cursor>> {
        self.vault.inner().readers.read(|reader| list::keys(reader, self.filter, self.words, Order::Oldest, place, limit))
    }

    fn behind(&self, row: &Cursor) -> Option<Cursor> {
        Some(*row)
    }

    fn ahead(&self, place: Option<Cursor>, step: i64) -> Option<Cursor> {
        let at = match place {
            Some(Cursor { at: None, id }) => return Some(Cursor { at: None, id: id.saturating_add(1).saturating_add(step) }),
            Some(Cursor { at: Some(at), .. }) => at,
            None => self.filter.from.unwrap_or(-Self::DATED / 2),
        };
        Some(if step < Self::DATED { Cursor { at: Some(at + step), id: i64::MAX } } else { Cursor { at: None, id: step - Self::DATED } })
    }
}

/// The fixes before an instant.
struct Fixes<'v> {
    vault: &'v Vault,
    to: UtcMs,
}

impl Rows for Fixes<'_> {
    type Place = FixKey;
    type Row = TrackPoint;

    fn after(&self, place: FixKey, limit: usize) -> Outcome<Vec<TrackPoint>> {
        self.vault.inner().readers.read(|reader| track_point::after(reader, place, self.to, limit))
    }

    fn behind(&self, row: &TrackPoint) -> FixKey {
        (row.at, row.layer.code(), row.device, row.point.lat, row.point.lon)
    }

    fn ahead(&self, (at, ..): FixKey, step: i64) -> FixKey {
        (at.saturating_add(1).saturating_add(step), 0, i64::MIN, i32::MIN, i32::MIN)
    }
}

struct Entities<'v>(&'v Vault);

impl Rows for Entities<'_> {
    type Place = i64;
    type Row = StoredEntity;

    fn after(&self, place: i64, limit: usize) -> Outcome<Vec<StoredEntity>> {
        self.0.inner().readers.read(|reader| entities_after(reader, place, limit))
    }

    fn behind(&self, row: &StoredEntity) -> i64 {
        row.id
    }

    fn ahead(&self, place: i64, step: i64) -> i64 {
        place.saturating_add(1).saturating_add(step)
    }
}

fn uid_of(connection: &Connection, id: i64) -> Outcome<Option<Uid>> {
    let uid = connection.prepare_cached("SELECT uid FROM item WHERE id = ?1")?.query_row([id], |row| row.get(0)).optional()?;
    Ok(uid.map(Uid))
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

fn entities_after(connection: &Connection, after: i64, limit: usize) -> Outcome<Vec<StoredEntity>> {
    let mut statement =
        connection.prepare_cached("SELECT id, kind, address, name, links FROM entity WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let mut rows = statement.query(params![after, i64::try_from(limit).unwrap_or(i64::MAX)])?;
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
