//! Lists of items, page by page. A page begins after the last row of the one before it (keyset), so a page deep in a long
//! list costs what the first one does, and what is imported meanwhile moves nothing.
//!
//! Items with a time come first, in its order; those without one follow, in the order in which they came.

use domain::{Certainty, EntityKind, Filter, Kind, Point, Result, Role, Uid, UtcMs};
use rusqlite::{Connection, OptionalExtension, params, params_from_iter, types::Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::Content;
use crate::fault::{Outcome, unexpected};
use crate::read::filter::{self, Where, Without};
use crate::table::{entity, variant};
use crate::vault::Vault;

/// Characters of a row's snippet.
const SNIPPET: usize = 200;

/// Which items come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// The latest.
    #[default]
    Newest,
    /// The earliest.
    Oldest,
}

/// Where a page ended. Good for the same filter and order only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cursor {
    /// The time of its last item, UTC milliseconds; absent among items without one.
    pub at: Option<UtcMs>,
    /// The number of its last item; 0 before the first.
    pub id: i64,
}

/// An item in a list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Row {
    /// Its number in this vault.
    pub id: i64,
    /// Its identity.
    pub uid: Uid,
    /// What it is.
    pub kind: Kind,
    /// Where it came from: "google.mail".
    pub source: String,
    /// When it happened, UTC milliseconds.
    pub at: Option<UtcMs>,
    /// Minutes east of UTC of the wall clock there and then, when known.
    pub offset_min: Option<i16>,
    /// How sure the time is; absent without one.
    pub certainty: Option<Certainty>,
    /// When it ended, UTC milliseconds, for what lasts.
    pub until: Option<UtcMs>,
    /// One line that names it.
    pub title: String,
    /// The first 200 characters of its text, on one line.
    pub snippet: String,
    /// Who sent, published or called it, when someone did.
    pub who: Option<String>,
    /// Where it happened, or, when inferred, where its owner was.
    pub place: Option<Point>,
    /// Whether the place comes from the track and not from the item.
    pub place_inferred: bool,
    /// The conversation that it is part of.
    pub thread: Option<Uid>,
    /// Whether it is left out of views unless asked for.
    pub hidden: bool,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Page {
    /// The items.
    pub rows: Vec<Row>,
    /// Where the next page begins; absent after the last.
    pub next: Option<Cursor>,
}

impl Vault {
    /// A page of the items that a filter leaves. `filter.text` must match: every word, as in a search.
    pub fn list(&self, filter: &Filter, order: Order, after: Option<Cursor>, limit: usize) -> Result<Page> {
        let words = self.ids_with_words(filter)?;
        let reader = self.inner().readers.borrow()?;
        let keys = keys(&reader, filter, words.as_deref(), order, after, limit + 1)?;
        let more = keys.len() > limit;
        let mut rows = Vec::with_capacity(limit.min(keys.len()));
        for key in keys.iter().take(limit) {
            rows.extend(row(&reader, key.id)?);
        }
        let next = if more && limit > 0 { keys.get(limit - 1).copied() } else { None };
        Ok(Page { rows, next })
    }

    /// The rows of these items, in their order; items that are gone are left out.
    pub fn rows(&self, ids: &[i64]) -> Result<Vec<Row>> {
        let reader = self.inner().readers.borrow()?;
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            rows.extend(row(&reader, *id)?);
        }
        Ok(rows)
    }

    /// How many items a filter leaves.
    pub fn count(&self, filter: &Filter) -> Result<u64> {
        let words = self.ids_with_words(filter)?;
        let inner = self.inner();
        let reader = inner.readers.borrow()?;
        let question = self.question("count", filter)?;
        Ok(inner.memory.recall(&reader, question, || {
            let narrowed = narrowed(&reader, filter, words.as_deref())?;
            let n: i64 = reader
                .prepare_cached(&["SELECT count(*) FROM item i WHERE ", &narrowed.sql].concat())?
                .query_row(params_from_iter(&narrowed.params), |row| row.get(0))?;
            Ok(n.unsigned_abs())
        })?)
    }
}

/// The conditions of a filter, its words included.
pub(crate) fn narrowed(connection: &Connection, filter: &Filter, words: Option<&[i64]>) -> Outcome<Where> {
    let mut narrowed = filter::narrow(connection, filter, Without::default())?;
    if let Some(ids) = words {
        narrowed.only(ids);
    }
    Ok(narrowed)
}

/// The keys of a page. Several kinds, or several sources, are read each along its own index and merged: a few rare kinds
/// among millions of items then cost no more than common ones.
pub(crate) fn keys(
    connection: &Connection,
    filter: &Filter,
    words: Option<&[i64]>,
    order: Order,
    after: Option<Cursor>,
    limit: usize,
) -> Outcome<Vec<Cursor>> {
    let whole = narrowed(connection, filter, words)?;
    let mut lanes: Vec<Where> = Vec::new();
    if !whole.looks_up && !filter.kinds.is_empty() {
        let base = filter::narrow(connection, filter, Without { kinds: true, sources: false })?;
        lanes.extend(filter.kinds.iter().map(|kind| lane(&base, " AND i.kind = ?", i64::from(kind.code()))));
    } else if !whole.looks_up && !filter.sources.is_empty() {
        let base = filter::narrow(connection, filter, Without { kinds: false, sources: true })?;
        lanes.extend(filter::source_ids(connection, filter)?.into_iter().map(|source| lane(&base, " AND i.source = ?", source)));
    } else {
        lanes.push(whole);
    }
    let mut keys = Vec::new();
    if after.is_none_or(|after| after.at.is_some()) {
        keys = merged(connection, &lanes, dated(order), after.map(|after| vec![after.at.unwrap_or(0), after.id]), limit)?;
        sort(&mut keys, order);
        keys.truncate(limit);
    }
    if keys.len() < limit && filter.from.is_none() && filter.to.is_none() {
        let after = after.filter(|after| after.at.is_none()).map(|after| vec![after.id]);
        let mut undated = merged(connection, &lanes, UNDATED, after, limit - keys.len())?;
        undated.sort_unstable_by_key(|key| key.id);
        undated.truncate(limit - keys.len());
        keys.extend(undated);
    }
    Ok(keys)
}

fn lane(base: &Where, condition: &str, value: i64) -> Where {
    let mut lane = base.clone();
    lane.sql.push_str(condition);
    lane.params.push(Value::Integer(value));
    lane
}

/// The end of a query: which part of the list, from where, and in which order.
struct Tail {
    begin: &'static str,
    after: &'static str,
    order: &'static str,
}

const fn dated(order: Order) -> Tail {
    match order {
        Order::Newest => Tail {
            begin: " AND i.at_ms IS NOT NULL",
            after: " AND (i.at_ms, i.id) < (?, ?)",
            order: " ORDER BY i.at_ms DESC, i.id DESC LIMIT ?",
        },
        Order::Oldest => {
            Tail { begin: " AND i.at_ms IS NOT NULL", after: " AND (i.at_ms, i.id) > (?, ?)", order: " ORDER BY i.at_ms, i.id LIMIT ?" }
        }
    }
}

const UNDATED: Tail = Tail { begin: " AND i.at_ms IS NULL", after: " AND i.id > ?", order: " ORDER BY i.id LIMIT ?" };

#[allow(clippy::needless_pass_by_value, reason = "three static strings, read once")]
fn merged(connection: &Connection, lanes: &[Where], tail: Tail, after: Option<Vec<i64>>, limit: usize) -> Outcome<Vec<Cursor>> {
    let mut keys = Vec::new();
    for lane in lanes {
        let sql =
            ["SELECT i.at_ms, i.id FROM item i WHERE ", &lane.sql, tail.begin, if after.is_some() { tail.after } else { "" }, tail.order]
                .concat();
        let mut params = lane.params.clone();
        params.extend(after.iter().flatten().map(|value| Value::Integer(*value)));
        params.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(&params))?;
        while let Some(row) = rows.next()? {
            keys.push(Cursor { at: row.get(0)?, id: row.get(1)? });
        }
    }
    Ok(keys)
}

fn sort(keys: &mut [Cursor], order: Order) {
    keys.sort_unstable_by_key(|key| (key.at, key.id));
    if order == Order::Newest {
        keys.reverse();
    }
}

/// One row; `None` when the item is gone.
pub(crate) fn row(connection: &Connection, id: i64) -> Outcome<Option<Row>> {
    let slim = connection
        .prepare_cached(
            "SELECT uid, variant, kind, (SELECT name FROM source WHERE source.id = item.source), at_ms, offset_min, certainty, until_ms, title, lat, lon,
                 place_inferred, hidden FROM item WHERE id = ?1",
        )?
        .query_row([id], |row| {
            let kind: u8 = row.get(2)?;
            let place = row.get::<_, Option<i32>>(9)?.zip(row.get::<_, Option<i32>>(10)?).map(|(lat, lon)| Point { lat, lon });
            let slim = Row {
                id,
                uid: Uid(row.get(0)?),
                kind: Kind::Activity,
                source: row.get(3)?,
                at: row.get(4)?,
                offset_min: row.get(5)?,
                certainty: row.get::<_, Option<u8>>(6)?.map(Certainty::from_code),
                until: row.get(7)?,
                title: row.get(8)?,
                snippet: String::new(),
                who: None,
                place,
                place_inferred: row.get(11)?,
                thread: None,
                hidden: row.get(12)?,
            };
            Ok((slim, kind, row.get::<_, i64>(1)?))
        })
        .optional()?;
    let Some((mut slim, kind, standing)) = slim else { return Ok(None) };
    let content = Content::open(&variant::packed(connection, standing)?)?;
    slim.kind = Kind::from_code(kind).ok_or_else(|| unexpected("an item of kind", kind))?;
    slim.title = titled(connection, id, slim.kind, slim.title)?;
    slim.snippet = snippet(&content.text);
    slim.who = content
        .links
        .iter()
        .find(|link| matches!(link.role, Role::Sender | Role::Channel | Role::Organizer | Role::Seller))
        .map(|link| entity::shown(&link.entity.name, &link.entity.address).to_owned());
    slim.thread = content.related.iter().find(|related| related.relation == "thread").map(|related| related.to);
    Ok(Some(slim))
}

/// The title of an item. A visit that its file knows by its position alone is called what another file calls the place.
pub(crate) fn titled(connection: &Connection, id: i64, kind: Kind, title: String) -> Outcome<String> {
    let is_position = kind == Kind::Visit
        && title
            .split_once(", ")
            .is_some_and(|parts| [parts.0, parts.1].iter().all(|part| part.contains('.') && part.parse::<f64>().is_ok()));
    if !is_position {
        return Ok(title);
    }
    let called: Option<String> = connection
        .prepare_cached(
            "SELECT e.name FROM link l JOIN entity e ON e.id = l.entity WHERE l.item = ?1 AND e.kind = ?2 AND e.name <> '' ORDER BY e.id LIMIT 1",
        )?
        .query_row(params![id, EntityKind::Place.code()], |row| row.get(0))
        .optional()?;
    Ok(called.unwrap_or(title))
}

/// The beginning of a text, on one line.
fn snippet(text: &str) -> String {
    let mut snippet = String::new();
    let mut n_chars = 0;
    for word in text.split_whitespace() {
        if n_chars > 0 {
            snippet.push(' ');
            n_chars += 1;
        }
        for character in word.chars() {
            if n_chars == SNIPPET {
                snippet.push('…');
                return snippet;
            }
            snippet.push(character);
            n_chars += 1;
        }
    }
    snippet
}
