//! Items as the indexes and the embedder read them.

use std::borrow::Cow;
use std::num::NonZero;
use std::thread;

use domain::{Failure, Kind, Point, Result, UtcMs};
use rusqlite::{Connection, OptionalExtension};

use crate::content;
use crate::fault::{Outcome, unexpected};
use crate::index::IndexDoc;
use crate::table::{blob, link, variant};
use crate::vault::Vault;

/// Fewer texts than this are read faster by one thread than by several.
const WORTH_A_THREAD: usize = 500;

/// What an item says, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Its number in the vault.
    pub id: i64,
    /// Its identity.
    pub uid: domain::Uid,
    /// What it is.
    pub kind: Kind,
    /// Where it came from: "google.mail".
    pub source: String,
    /// When it happened, UTC milliseconds.
    pub at: Option<UtcMs>,
    /// One line that names it.
    pub title: String,
    /// Its own words.
    pub text: String,
    /// Names and addresses of the people, places and labels in it, one a line.
    pub people: String,
    /// Where it happened, or where its owner was.
    pub place: Option<Point>,
    /// Whether it is left out of views unless asked for.
    pub hidden: bool,
}

/// What an item says in its own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemText {
    /// Its number in the vault.
    pub id: i64,
    /// One line that names it.
    pub title: String,
    /// The rest.
    pub text: String,
}

impl ItemText {
    /// Title and text as one: the text alone where it begins with the title.
    pub fn whole(&self) -> Cow<'_, str> {
        if self.text.starts_with(&self.title) { Cow::Borrowed(&self.text) } else { Cow::Owned(format!("{}\n{}", self.title, self.text)) }
    }
}

impl Vault {
    /// The documents of these items, in their order; items that are gone are left out.
    pub fn documents(&self, ids: &[i64]) -> Result<Vec<Document>> {
        let reader = self.inner().readers.borrow()?;
        let mut documents = Vec::with_capacity(ids.len());
        for id in ids {
            documents.extend(document(&reader, *id)?.map(|(document, names)| Document { people: names.join("\n"), ..document }));
        }
        Ok(documents)
    }

    /// The own words of these items, in their order; items that are gone are left out. Many are read on several threads.
    pub fn texts(&self, ids: &[i64]) -> Result<Vec<ItemText>> {
        let n_threads = (ids.len() / WORTH_A_THREAD).clamp(1, thread::available_parallelism().map_or(1, NonZero::get));
        let chunks: Vec<&[i64]> = ids.chunks(ids.len().div_ceil(n_threads).max(1)).collect();
        let parts: Vec<Outcome<Vec<ItemText>>> = thread::scope(|scope| {
            let running: Vec<_> = chunks.into_iter().map(|ids| scope.spawn(move || self.texts_of(ids))).collect();
            let ended = running
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|_| Err(Failure::internal("a thread that read texts ended in a panic").into())));
            ended.collect()
        });
        let mut texts = Vec::with_capacity(ids.len());
        for part in parts {
            texts.extend(part?);
        }
        Ok(texts)
    }

    fn texts_of(&self, ids: &[i64]) -> Outcome<Vec<ItemText>> {
        let reader = self.inner().readers.borrow()?;
        // One snapshot: else each statement takes and gives back the lock on the file.
        let snapshot = reader.unchecked_transaction()?;
        let mut rows = snapshot.prepare_cached("SELECT variant, title FROM item WHERE id = ?1")?;
        let mut texts = Vec::with_capacity(ids.len());
        for id in ids {
            let row = rows.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            if let Some((variant, title)) = row {
                texts.push(ItemText { id: *id, title, text: content::text(&variant::packed(&snapshot, variant)?)? });
            }
        }
        Ok(texts)
    }
}

/// Items as the index of words takes them, those that are gone left out.
pub(crate) fn index_docs(connection: &Connection, ids: impl IntoIterator<Item = i64>) -> Outcome<Vec<IndexDoc>> {
    // One snapshot: else each statement takes and gives back the lock on the file.
    let snapshot = connection.unchecked_transaction()?;
    let mut docs = Vec::new();
    for id in ids {
        let Some((document, people)) = document(&snapshot, id)? else { continue };
        let files = file_names(&snapshot, id)?;
        let sport = sport(&snapshot, id, document.kind)?;
        docs.push(IndexDoc {
            id: document.id,
            kind: document.kind,
            source: document.source,
            at: document.at,
            title: document.title,
            // What is attached is found by what it is called, and a workout by its sport: its title may be "Tempo".
            text: [document.text].into_iter().chain(files).chain(sport).collect::<Vec<_>>().join("\n"),
            people,
            hidden: document.hidden,
        });
    }
    Ok(docs)
}

/// What the files of an item are called.
fn file_names(connection: &Connection, id: i64) -> Outcome<Vec<String>> {
    let variant = connection.prepare_cached("SELECT variant FROM item WHERE id = ?1")?.query_row([id], |row| row.get(0)).optional()?;
    variant.map_or_else(|| Ok(Vec::new()), |variant| blob::names(connection, variant))
}

/// The line that says which sport a workout is of: "workout nordic ski".
fn sport(connection: &Connection, id: i64, kind: Kind) -> Outcome<Option<String>> {
    if kind != Kind::Workout {
        return Ok(None);
    }
    let found =
        connection.prepare_cached("SELECT variant FROM item WHERE id = ?1")?.query_row([id], |row| row.get::<_, i64>(0)).optional()?;
    let Some(variant) = found else { return Ok(None) };
    let activity = content::activity(&variant::packed(connection, variant)?)?;
    Ok(activity.map(|activity| format!("workout {}", activity.replace('_', " "))))
}

fn document(connection: &Connection, id: i64) -> Outcome<Option<(Document, Vec<String>)>> {
    let row = connection
        .prepare_cached(
            "SELECT variant, uid, kind, (SELECT name FROM source WHERE source.id = item.source), at_ms, title, lat, lon, hidden FROM item
             WHERE id = ?1",
        )?
        .query_row([id], |row| {
            let place = row.get::<_, Option<i32>>(6)?.zip(row.get::<_, Option<i32>>(7)?);
            let document = Document {
                id,
                uid: domain::Uid(row.get(1)?),
                kind: Kind::Activity,
                source: row.get(3)?,
                at: row.get(4)?,
                title: row.get(5)?,
                text: String::new(),
                people: String::new(),
                place: place.map(|(lat, lon)| Point { lat, lon }),
                hidden: row.get(8)?,
            };
            Ok((document, row.get::<_, i64>(0)?, row.get::<_, u8>(2)?))
        })
        .optional()?;
    let Some((mut document, variant, kind)) = row else { return Ok(None) };
    document.kind = Kind::from_code(kind).ok_or_else(|| unexpected("an item of kind", kind))?;
    document.text = content::text(&variant::packed(connection, variant)?)?;
    Ok(Some((document, link::names(connection, id)?)))
}
