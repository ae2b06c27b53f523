//! Which items hold personal data, and where in their text.

use domain::{Filter, PiiClass, PiiSpan, Result, UtcMs};
use rusqlite::params_from_iter;
use rusqlite::types::Value;

use crate::read::list::narrowed;
use crate::shelf;
use crate::table::{pii, setting};
use crate::vault::Vault;

/// How much of a class there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PiiCount {
    /// The class.
    pub class: PiiClass,
    /// Items that hold some.
    pub n_items: u64,
    /// Places in them.
    pub n_spans: u64,
}

/// An item that holds personal data of the class that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PiiItem {
    /// Its number in the vault.
    pub id: i64,
    /// When it happened, UTC milliseconds.
    pub at: Option<UtcMs>,
    /// All that was found in it, in the order of its text: byte offsets into [`crate::ItemText::whole`].
    pub spans: Vec<PiiSpan>,
}

impl Vault {
    /// How much of each class the items of a filter hold, the most frequent first. Words have to be in an item, all of them.
    pub fn pii_counts(&self, filter: &Filter) -> Result<Vec<PiiCount>> {
        let words = self.ids_with_words(filter)?;
        let reader = self.inner().readers.borrow()?;
        let narrowed = narrowed(&reader, filter, words.as_deref())?;
        let sql = [
            "SELECT p.class, count(DISTINCT p.item), count(*) FROM pii p JOIN item i ON i.id = p.item WHERE ",
            &narrowed.sql,
            " GROUP BY p.class ORDER BY 2 DESC, 1",
        ];
        let counts = || -> crate::fault::Outcome<Vec<PiiCount>> {
            let mut statement = reader.prepare_cached(&sql.concat())?;
            let mut rows = statement.query(params_from_iter(&narrowed.params))?;
            let mut counts = Vec::new();
            while let Some(row) = rows.next()? {
                let (n_items, n_spans): (i64, i64) = (row.get(1)?, row.get(2)?);
                counts.push(PiiCount { class: pii::class(row.get(0)?)?, n_items: n_items.unsigned_abs(), n_spans: n_spans.unsigned_abs() });
            }
            Ok(counts)
        };
        Ok(counts()?)
    }

    /// Up to `limit` items of a filter that hold a class, those that came last first; `before` is the last item of the page before.
    pub fn pii_items(&self, class: PiiClass, filter: &Filter, before: Option<i64>, limit: usize) -> Result<Vec<PiiItem>> {
        let words = self.ids_with_words(filter)?;
        let reader = self.inner().readers.borrow()?;
        let narrowed = narrowed(&reader, filter, words.as_deref())?;
        let sql = [
            "SELECT DISTINCT i.id, i.at_ms FROM pii p JOIN item i ON i.id = p.item WHERE p.class = ? AND p.item < ? AND ",
            &narrowed.sql,
            " ORDER BY p.item DESC LIMIT ?",
        ];
        let params = [Value::Integer(class.code().into()), Value::Integer(before.unwrap_or(i64::MAX))]
            .into_iter()
            .chain(narrowed.params.iter().cloned())
            .chain([Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX))]);
        let items = || -> crate::fault::Outcome<Vec<PiiItem>> {
            let mut statement = reader.prepare_cached(&sql.concat())?;
            let mut rows = statement.query(params_from_iter(params))?;
            let mut items = Vec::new();
            while let Some(row) = rows.next()? {
                let id = row.get(0)?;
                items.push(PiiItem { id, at: row.get(1)?, spans: pii::of(&reader, id)? });
            }
            Ok(items)
        };
        Ok(items()?)
    }

    /// Keeps what was found in items, in place of what was found before; and how far the follower of that name has come.
    pub fn put_pii(&self, found: Vec<(i64, Vec<PiiSpan>)>, reached: (&str, i64)) -> Result<()> {
        let (name, seq) = (shelf::follower(reached.0), reached.1);
        Ok(self.inner().writer.write(move |transaction| {
            for (item, spans) in &found {
                pii::replace(transaction, *item, spans)?;
            }
            setting::set_watermark(transaction, &name, seq)
        })?)
    }
}
