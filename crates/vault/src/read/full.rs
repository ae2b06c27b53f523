//! One item with everything that is known of it, its raw record, and its attachments.

use std::ops::Range;

use domain::{Failure, ItemLink, Kind, Moment, Point, Raw, Result, Uid, UtcMs};
use rusqlite::OptionalExtension;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::blobs;
use crate::content::{Content, open_raw};
use crate::fault::unexpected;
use crate::read::list::titled;
use crate::table::blob::{self, BlobId, ItemBlob};
use crate::table::link::{self, Link};
use crate::table::sighting::{self, Sighting};
use crate::table::{item, item_link, variant};
use crate::vault::Vault;

/// Items that point at an item, at most.
const POINTING: usize = 200;

/// Everything that is known of an item.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Item {
    /// Its number in this vault.
    pub id: i64,
    /// Its identity.
    pub uid: Uid,
    /// What it is.
    pub kind: Kind,
    /// Where it came from: "google.mail".
    pub source: String,
    /// When it happened.
    pub at: Option<Moment>,
    /// When it ended, UTC milliseconds, for what lasts.
    pub until: Option<UtcMs>,
    /// One line that names it.
    pub title: String,
    /// Its own words.
    pub text: String,
    /// Where it happened, or, when inferred, where its owner was.
    pub place: Option<Point>,
    /// Whether the place comes from the track and not from the item.
    pub place_inferred: bool,
    /// What is particular to its kind.
    pub data: Map<String, Value>,
    /// Whether it is left out of views unless asked for.
    pub hidden: bool,
    /// Whether that is so because another record tells of its day, and is shown.
    pub has_other_layer: bool,
    /// The people, places, devices and labels in it.
    pub links: Vec<Link>,
    /// The items that it points at.
    pub related: Vec<ItemLink>,
    /// The items that point at it; `to` is the one that points. At most 200.
    pub related_from: Vec<ItemLink>,
    /// Its attachments and media.
    pub blobs: Vec<ItemBlob>,
    /// Where it was seen, the earliest first.
    pub sightings: Vec<Sighting>,
}

impl Vault {
    /// An item with all that is known of it.
    pub fn item(&self, uid: Uid) -> Result<Option<Item>> {
        let reader = self.inner().readers.borrow()?;
        let Some((id, standing)) = item::find(&reader, &uid.0)? else { return Ok(None) };
        let mut content = Content::open(&variant::packed(&reader, standing)?)?;
        let Some(whereabouts) = item::whereabouts(&reader, id)? else { return Ok(None) };
        let kind = Kind::from_code(content.kind).ok_or_else(|| unexpected("an item of kind", content.kind))?;
        let has_other_layer = item::showing(&reader, id)? == Some(item::Showing::OtherLayer);
        if let Some((moment, at)) = content.at.as_mut().zip(whereabouts.at) {
            // The text that the source gave stays beside what was made of it.
            (moment.ms, moment.offset_min) = (at, whereabouts.offset_min);
            moment.certainty = whereabouts.certainty.unwrap_or(moment.certainty);
        }
        Ok(Some(Item {
            id,
            uid,
            kind,
            source: content.source,
            at: content.at,
            until: whereabouts.until,
            title: titled(&reader, id, kind, content.title)?,
            text: content.text,
            place: whereabouts.place,
            place_inferred: whereabouts.place_inferred,
            data: content.data,
            hidden: content.hidden || has_other_layer,
            has_other_layer,
            links: link::of_item(&reader, id)?,
            related: content.related,
            related_from: item_link::pointing_at(&reader, uid, POINTING)?,
            blobs: blob::of_variant(&reader, standing)?,
            sightings: sighting::of_item(&reader, id)?,
        }))
    }

    /// The uid of an item by its number in this vault.
    pub fn uid_of(&self, id: i64) -> Result<Option<Uid>> {
        let reader = self.inner().readers.borrow()?;
        Ok(reader
            .prepare_cached("SELECT uid FROM item WHERE id = ?1")
            .and_then(|mut statement| statement.query_row([id], |row| row.get(0)).optional())
            .map_err(crate::fault::Fault::from)?
            .map(Uid))
    }

    /// An item's record as it stood in the file.
    pub fn raw(&self, uid: Uid) -> Result<Option<Raw>> {
        let reader = self.inner().readers.borrow()?;
        let Some((_, standing)) = item::find(&reader, &uid.0)? else { return Ok(None) };
        let row = variant::get(&reader, standing)?;
        Ok(Some(open_raw(row.raw_format, &row.packed, row.raw.as_deref())?))
    }

    /// The bytes of an attachment that is kept in the vault, or a range of them. A range past the end is cut.
    ///
    /// # Errors
    /// [`domain::Code::NotFound`], or [`domain::Code::Damaged`] when the bytes do not verify.
    pub fn blob(&self, blob: BlobId, range: Option<Range<u64>>) -> Result<Vec<u8>> {
        let inner = self.inner();
        Ok(inner.readers.read(move |reader| {
            let row = blob::get(reader, blob)?.ok_or_else(|| Failure::not_found("attachment", blob))?;
            blobs::load(&inner.folder, &inner.blob_names, reader, blob, &row, range)
        })?)
    }
}
