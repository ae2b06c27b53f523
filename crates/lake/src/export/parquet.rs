//! Writes tables of items and of fixes in Parquet, a folder for each UTC year as engines expect them: `items/year=2019/part-0.parquet`.
//!
//! Instants are timestamps in UTC milliseconds, positions degrees. What has an inner shape (`data`, `links`, `related`,
//! `attachments`) is JSON in a column of text. Absent on purpose: originals and the bytes of attachments, which are in the
//! other two ways to export.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::rc::Rc;

use domain::{Certainty, Failure, Point, Result, UtcMs};
use jiff::Timestamp;
use jiff::tz::TimeZone as Zone;
use polars::prelude::{BatchedWriter, Column, DataFrame, IntoColumn, NamedFrom, ParquetWriter, PolarsResult, Series, TimeUnit, TimeZone};
use serde_json::json;
use vault::{BlobPlace, StoredEntity, StoredItem, TrackPoint};

use super::staging::{OpenFile, Staging};
use super::{Exported, LeftOut, Writer};

/// Rows that are written at once, as one group.
const ROWS: usize = 50_000;
/// Bytes of text that are written at once, at most.
const BYTES: usize = 16 << 20;

/// An export as tables.
#[derive(Default)]
pub(crate) struct Parquet {
    items: Table<ItemRow>,
    fixes: Table<TrackPoint>,
}

impl Writer for Parquet {
    fn item(&mut self, staging: &mut Staging, item: &StoredItem, _: &mut LeftOut) -> Result<u64> {
        self.items.add(staging, ItemRow::of(item)?)?;
        Ok(item.standing.blobs.iter().filter(|blob| matches!(blob.place, BlobPlace::Left { .. })).count() as u64)
    }

    fn fixes(&mut self, staging: &mut Staging, fixes: &[TrackPoint]) -> Result<()> {
        fixes.iter().try_for_each(|fix| self.fixes.add(staging, *fix))
    }

    fn entity(&mut self, _: &mut Staging, _: &StoredEntity) -> Result<()> {
        Ok(())
    }

    fn finish(&mut self, staging: &mut Staging, exported: &mut Exported) -> Result<()> {
        // They are in the items' links, and have no table.
        exported.entities = 0;
        self.items.close(staging)?;
        self.fixes.close(staging)
    }
}

/// A row of a table.
trait Row: Sized {
    /// The table's name.
    const TABLE: &'static str;
    fn at(&self) -> Option<UtcMs>;
    /// Bytes of text in it.
    fn weight(&self) -> usize;
    fn frame(rows: &[Self]) -> PolarsResult<DataFrame>;
}

/// A table that is being written, one year after another.
struct Table<R> {
    /// The year that is being written.
    year: Year,
    /// Rows of it that wait.
    rows: Vec<R>,
    weight: usize,
    part: Option<Part>,
    /// How many parts each year has.
    n_parts: BTreeMap<Year, u32>,
}

/// A year of the calendar; nothing for what has no time, or one that no calendar holds.
type Year = Option<i16>;

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self { year: None, rows: Vec::new(), weight: 0, part: None, n_parts: BTreeMap::new() }
    }
}

/// A file that is being written.
struct Part {
    writer: BatchedWriter<Handle>,
    handle: Handle,
}

/// A file, shared with who writes tables and does not give it back.
#[derive(Clone)]
struct Handle(Rc<RefCell<Shared>>);

struct Shared {
    file: Option<OpenFile>,
    /// Why it could not be written to.
    failure: Option<Failure>,
}

impl Write for Handle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut shared = self.0.borrow_mut();
        let Some(file) = &mut shared.file else { return Err(io::ErrorKind::BrokenPipe.into()) };
        if let Err(failure) = file.put(bytes) {
            let message = failure.message.clone();
            shared.failure = Some(failure);
            return Err(io::Error::other(message));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Handle {
    /// What went wrong: with the file, when that is known.
    fn failure(&self, error: impl std::fmt::Display) -> Failure {
        self.0.borrow_mut().failure.take().unwrap_or_else(|| Failure::internal(error))
    }
}

impl<R: Row> Table<R> {
    fn add(&mut self, staging: &mut Staging, row: R) -> Result<()> {
        let year = row.at().and_then(|at| Timestamp::from_millisecond(at).ok()).map(|at| at.to_zoned(Zone::UTC).year());
        if year != self.year {
            self.close(staging)?;
            self.year = year;
        }
        self.weight += row.weight();
        self.rows.push(row);
        if self.rows.len() >= ROWS || self.weight >= BYTES { self.flush(staging) } else { Ok(()) }
    }

    /// Writes what waits, as one group of rows.
    fn flush(&mut self, staging: &mut Staging) -> Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let frame = R::frame(&self.rows).map_err(Failure::internal)?;
        self.rows.clear();
        self.weight = 0;
        let part = match &mut self.part {
            Some(part) => part,
            None => {
                let number = self.n_parts.entry(self.year).or_default();
                // What engines write for a row whose year is not known.
                let year = self.year.map_or_else(|| "__HIVE_DEFAULT_PARTITION__".to_owned(), |year| year.to_string());
                let (file, _) = staging.create(&format!("{}/year={year}/part-{number}.parquet", R::TABLE))?;
                *number += 1;
                let handle = Handle(Rc::new(RefCell::new(Shared { file: Some(file), failure: None })));
                let writer = ParquetWriter::new(handle.clone()).batched(frame.schema()).map_err(|error| handle.failure(error))?;
                self.part.insert(Part { writer, handle })
            }
        };
        part.writer.write_batch(&frame).map_err(|error| part.handle.failure(error))
    }

    /// Ends the file of the year.
    fn close(&mut self, staging: &mut Staging) -> Result<()> {
        self.flush(staging)?;
        let Some(Part { writer, handle }) = self.part.take() else { return Ok(()) };
        writer.finish().map_err(|error| handle.failure(error))?;
        let file = handle.0.borrow_mut().file.take();
        file.map_or(Ok(()), |file| staging.close(file))
    }
}

/// An item as a row.
struct ItemRow {
    uid: String,
    kind: &'static str,
    source: String,
    at: Option<UtcMs>,
    offset_min: Option<i32>,
    certainty: Option<&'static str>,
    until: Option<UtcMs>,
    title: String,
    text: String,
    place: Option<Point>,
    place_by_track: bool,
    hidden: bool,
    data: String,
    links: String,
    related: String,
    attachments: String,
}

impl ItemRow {
    fn of(stored: &StoredItem) -> Result<Self> {
        let item = &stored.standing.item;
        let links: Vec<_> = stored
            .links
            .iter()
            .map(|link| json!({ "role": link.role, "kind": link.kind, "address": link.address, "name": link.name }))
            .collect();
        let attachments: Vec<_> = stored
            .standing
            .blobs
            .iter()
            .map(|blob| json!({ "name": blob.name, "media_type": blob.media_type, "bytes": blob.size }))
            .collect();
        Ok(Self {
            uid: item.uid.to_string(),
            kind: item.kind.name(),
            source: item.source.clone(),
            at: item.at.as_ref().map(|at| at.ms),
            offset_min: item.at.as_ref().and_then(|at| at.offset_min).map(i32::from),
            certainty: item.at.as_ref().map(|at| match at.certainty {
                Certainty::Exact => "exact",
                Certainty::OffsetInferred => "offset_inferred",
                Certainty::ZoneUnknown => "zone_unknown",
                Certainty::DateOnly => "date_only",
            }),
            until: item.until,
            title: item.title.clone(),
            text: item.text.clone(),
            place: item.place.or(stored.place_by_track),
            place_by_track: stored.place_by_track.is_some(),
            hidden: item.hidden,
            data: serde_json::to_string(&item.data).map_err(Failure::internal)?,
            links: serde_json::to_string(&links).map_err(Failure::internal)?,
            related: serde_json::to_string(&item.related).map_err(Failure::internal)?,
            attachments: serde_json::to_string(&attachments).map_err(Failure::internal)?,
        })
    }
}

impl Row for ItemRow {
    const TABLE: &'static str = "items";

    fn at(&self) -> Option<UtcMs> {
        self.at
    }

    fn weight(&self) -> usize {
        self.title.len() + self.text.len() + self.data.len() + self.links.len() + self.related.len() + self.attachments.len()
    }

    fn frame(rows: &[Self]) -> PolarsResult<DataFrame> {
        let texts = |name: &str, of: fn(&Self) -> &str| Column::new(name.into(), rows.iter().map(of).collect::<Vec<_>>());
        let flags = |name: &str, of: fn(&Self) -> bool| Column::new(name.into(), rows.iter().map(of).collect::<Vec<_>>());
        DataFrame::new(
            rows.len(),
            vec![
                texts("uid", |row| &row.uid),
                texts("kind", |row| row.kind),
                texts("source", |row| &row.source),
                instants("at", rows.iter().map(|row| row.at)),
                Column::new("offset_min".into(), rows.iter().map(|row| row.offset_min).collect::<Vec<_>>()),
                Column::new("certainty".into(), rows.iter().map(|row| row.certainty).collect::<Vec<_>>()),
                instants("until", rows.iter().map(|row| row.until)),
                texts("title", |row| &row.title),
                texts("text", |row| &row.text),
                Column::new("lat".into(), rows.iter().map(|row| row.place.map(Point::lat_degrees)).collect::<Vec<_>>()),
                Column::new("lon".into(), rows.iter().map(|row| row.place.map(Point::lon_degrees)).collect::<Vec<_>>()),
                flags("place_by_track", |row| row.place_by_track),
                flags("hidden", |row| row.hidden),
                texts("data", |row| &row.data),
                texts("links", |row| &row.links),
                texts("related", |row| &row.related),
                texts("attachments", |row| &row.attachments),
            ],
        )
    }
}

impl Row for TrackPoint {
    const TABLE: &'static str = "track_points";

    fn at(&self) -> Option<UtcMs> {
        Some(self.at)
    }

    fn weight(&self) -> usize {
        0
    }

    fn frame(rows: &[Self]) -> PolarsResult<DataFrame> {
        let words = |name: &str, of: fn(&Self) -> Option<String>| Column::new(name.into(), rows.iter().map(of).collect::<Vec<_>>());
        let numbers = |name: &str, of: fn(&Self) -> Option<i32>| Column::new(name.into(), rows.iter().map(of).collect::<Vec<_>>());
        let degrees = |name: &str, of: fn(&Self) -> f64| Column::new(name.into(), rows.iter().map(of).collect::<Vec<_>>());
        DataFrame::new(
            rows.len(),
            vec![
                instants("at", rows.iter().map(|fix| Some(fix.at))),
                words("layer", |fix| name_of(&fix.layer)),
                Column::new("device".into(), rows.iter().map(|fix| fix.device).collect::<Vec<_>>()),
                degrees("lat", |fix| fix.point.lat_degrees()),
                degrees("lon", |fix| fix.point.lon_degrees()),
                Column::new("accuracy_m".into(), rows.iter().map(|fix| fix.accuracy).collect::<Vec<_>>()),
                numbers("altitude_m", |fix| fix.altitude),
                Column::new("speed_mps".into(), rows.iter().map(|fix| fix.speed.map(|speed| f64::from(speed) / 100.0)).collect::<Vec<_>>()),
                numbers("heading_deg", |fix| fix.heading.map(i32::from)),
                words("method", |fix| name_of(&fix.method)),
                words("activity", |fix| fix.activity.and_then(|(activity, _)| name_of(&activity))),
                numbers("activity_sure", |fix| fix.activity.map(|(_, sure)| i32::from(sure))),
            ],
        )
    }
}

/// A column of instants.
fn instants(name: &str, instants: impl Iterator<Item = Option<UtcMs>>) -> Column {
    let column = Series::new(name.into(), instants.collect::<Vec<_>>());
    column.into_datetime(TimeUnit::Milliseconds, Some(TimeZone::UTC)).into_column()
}

/// The name by which a word stands in JSON.
fn name_of(word: &impl serde::Serialize) -> Option<String> {
    serde_json::to_value(word).ok()?.as_str().map(str::to_owned)
}
