//! Items as the indexes and the embedder read them.

use domain::{Kind, Point, Result, UtcMs};
use rusqlite::{Connection, OptionalExtension};

use crate::content::Content;
use crate::fault::{Outcome, unexpected};
use crate::index::IndexDoc;
use crate::table::{link, variant};
use crate::vault::Vault;

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
}

/// An item as the index of words takes it; `None` when it is gone.
pub(crate) fn index_doc(connection: &Connection, id: i64) -> Outcome<Option<IndexDoc>> {
    Ok(document(connection, id)?.map(|(document, people)| IndexDoc {
        id: document.id,
        kind: document.kind,
        source: document.source,
        at: document.at,
        title: document.title,
        text: document.text,
        people,
        hidden: document.hidden,
    }))
}

fn document(connection: &Connection, id: i64) -> Outcome<Option<(Document, Vec<String>)>> {
    let row = connection
        .prepare_cached("SELECT variant, uid, lat, lon FROM item WHERE id = ?1")?
        .query_row([id], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get::<_, Option<i32>>(2)?, row.get::<_, Option<i32>>(3)?)))
        .optional()?;
    let Some((variant, uid, lat, lon)) = row else { return Ok(None) };
    let content = Content::open(&variant::packed(connection, variant)?)?;
    let document = Document {
        id,
        uid: domain::Uid(uid),
        kind: Kind::from_code(content.kind).ok_or_else(|| unexpected("an item of kind", content.kind))?,
        source: content.source,
        at: content.at.map(|at| at.ms),
        title: content.title,
        text: content.text,
        people: String::new(),
        place: lat.zip(lon).map(|(lat, lon)| Point { lat, lon }),
        hidden: content.hidden,
    };
    Ok(Some((document, link::names(connection, id)?)))
}
