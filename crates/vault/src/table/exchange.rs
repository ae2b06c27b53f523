//! Tables `conversation`, `exchange` and `exchange_item`: the questions that were asked and what was answered, in the order in
//! which they were, and the items that the answers cite. How an answer is written down is the business of who keeps it.
//!
//! Invariant: an exchange cites only items that are there. When one of them goes, or no longer says what it said because an
//! import was undone, the exchange goes in the same transaction; so does a conversation of which none is left. The number of a
//! conversation is never given again.

use domain::UtcMs;
use rusqlite::{Connection, OptionalExtension, params};

use crate::fault::Outcome;
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261213,
    "CREATE TABLE conversation (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         last_ms INTEGER NOT NULL
     ) STRICT;
     CREATE INDEX conversation_by_time ON conversation (last_ms, id);
     CREATE TABLE exchange (
         id INTEGER PRIMARY KEY,
         conversation INTEGER NOT NULL,
         position INTEGER NOT NULL,
         asked_ms INTEGER NOT NULL,
         question TEXT NOT NULL,
         answer TEXT NOT NULL,
         body TEXT NOT NULL,
         UNIQUE (conversation, position)
     ) STRICT;
     CREATE TABLE exchange_item (
         item INTEGER NOT NULL,
         exchange INTEGER NOT NULL,
         PRIMARY KEY (item, exchange)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX exchange_item_by_exchange ON exchange_item (exchange);",
)];

/// The number of a conversation.
pub type ConversationId = i64;

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Its place in its conversation; the first is 1. What went leaves a gap.
    pub position: i64,
    /// When it was asked, UTC milliseconds.
    pub asked: UtcMs,
    /// As it was asked.
    pub question: String,
    /// The answer's words.
    pub answer: String,
    /// All that the answer showed, as who keeps it writes it: JSON.
    pub body: String,
}

/// A conversation, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationSummary {
    /// Its number.
    pub id: ConversationId,
    /// The first question of it that is left.
    pub title: String,
    /// Its exchanges.
    pub n_exchanges: u64,
    /// When it last went on, UTC milliseconds.
    pub last: UtcMs,
}

/// A new conversation.
pub(crate) fn begin(connection: &Connection, at: UtcMs) -> Outcome<ConversationId> {
    connection.prepare_cached("INSERT INTO conversation (last_ms) VALUES (?1)")?.execute([at])?;
    Ok(connection.last_insert_rowid())
}

pub(crate) fn is_there(connection: &Connection, conversation: ConversationId) -> Outcome<bool> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM conversation WHERE id = ?1)")?
        .query_row([conversation], |row| row.get(0))?)
}

/// Adds an exchange to the end of a conversation; its `position` is given here.
pub(crate) fn append(connection: &Connection, conversation: ConversationId, new: &Exchange, items: &[i64]) -> Outcome<()> {
    connection
        .prepare_cached(
            "INSERT INTO exchange (conversation, position, asked_ms, question, answer, body)
             SELECT ?1, coalesce(max(position), 0) + 1, ?2, ?3, ?4, ?5 FROM exchange WHERE conversation = ?1",
        )?
        .execute(params![conversation, new.asked, new.question, new.answer, new.body])?;
    let exchange = connection.last_insert_rowid();
    let mut cite = connection.prepare_cached("INSERT OR IGNORE INTO exchange_item (item, exchange) VALUES (?1, ?2)")?;
    for item in items {
        cite.execute([*item, exchange])?;
    }
    connection.prepare_cached("UPDATE conversation SET last_ms = ?2 WHERE id = ?1")?.execute([conversation, new.asked])?;
    Ok(())
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Exchange> {
    Ok(Exchange { position: row.get(0)?, asked: row.get(1)?, question: row.get(2)?, answer: row.get(3)?, body: row.get(4)? })
}

/// The exchanges of a conversation, in order.
pub(crate) fn of(connection: &Connection, conversation: ConversationId) -> Outcome<Vec<Exchange>> {
    let mut statement = connection
        .prepare_cached("SELECT position, asked_ms, question, answer, body FROM exchange WHERE conversation = ?1 ORDER BY position")?;
    let exchanges = statement.query_map([conversation], read)?.collect::<Result<_, _>>()?;
    Ok(exchanges)
}

/// The last `limit` questions of a conversation, in order.
pub(crate) fn last_questions(connection: &Connection, conversation: ConversationId, limit: usize) -> Outcome<Vec<String>> {
    let mut statement =
        connection.prepare_cached("SELECT question FROM exchange WHERE conversation = ?1 ORDER BY position DESC LIMIT ?2")?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut questions: Vec<String> = statement.query_map([conversation, limit], |row| row.get(0))?.collect::<Result<_, _>>()?;
    questions.reverse();
    Ok(questions)
}

/// Up to `limit` conversations, those that last went on first, after the one that last did at an instant.
pub(crate) fn page(connection: &Connection, after: (UtcMs, ConversationId), limit: usize) -> Outcome<Vec<ConversationSummary>> {
    let mut statement = connection.prepare_cached(
        "SELECT c.id, (SELECT question FROM exchange e WHERE e.conversation = c.id ORDER BY position LIMIT 1),
             (SELECT count(*) FROM exchange e WHERE e.conversation = c.id), c.last_ms
         FROM conversation c WHERE (c.last_ms, c.id) < (?1, ?2) ORDER BY c.last_ms DESC, c.id DESC LIMIT ?3",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let page = statement
        .query_map(params![after.0, after.1, limit], |row| {
            Ok(ConversationSummary {
                id: row.get(0)?,
                title: row.get(1)?,
                n_exchanges: row.get::<_, i64>(2)?.unsigned_abs(),
                last: row.get(3)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(page)
}

/// Gives `on` every exchange of every conversation with its number and that of its conversation, until it answers false.
pub(crate) fn each(connection: &Connection, on: &mut dyn FnMut(i64, ConversationId, Exchange) -> Outcome<bool>) -> Outcome<()> {
    let mut statement = connection.prepare_cached(
        "SELECT position, asked_ms, question, answer, body, id, conversation FROM exchange ORDER BY conversation, position",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if !on(row.get(5)?, row.get(6)?, read(row)?)? {
            break;
        }
    }
    Ok(())
}

/// Whether there is none.
pub(crate) fn is_empty(connection: &Connection) -> Outcome<bool> {
    Ok(connection.prepare_cached("SELECT NOT EXISTS (SELECT 1 FROM exchange)")?.query_row([], |row| row.get(0))?)
}

/// Removes the exchanges that cite an item; how many there were.
pub(crate) fn remove_citing(connection: &Connection, items: &[i64]) -> Outcome<u64> {
    let mut citing = connection.prepare_cached("SELECT exchange FROM exchange_item WHERE item = ?1")?;
    let mut exchanges = std::collections::BTreeSet::new();
    for item in items {
        let of_item: Vec<i64> = citing.query_map([item], |row| row.get(0))?.collect::<Result<_, _>>()?;
        exchanges.extend(of_item);
    }
    remove(connection, exchanges)
}

/// Removes the exchanges that cite an item of `gone_item`; how many there were.
pub(crate) fn remove_citing_gone(connection: &Connection) -> Outcome<u64> {
    let exchanges: Vec<i64> = connection
        .prepare_cached("SELECT DISTINCT x.exchange FROM temp.gone_item g CROSS JOIN exchange_item x ON x.item = g.id")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    remove(connection, exchanges)
}

/// Removes exchanges by their numbers, and the conversations of which none is left; how many there were.
pub(crate) fn remove(connection: &Connection, exchanges: impl IntoIterator<Item = i64>) -> Outcome<u64> {
    let mut n_gone = 0;
    for exchange in exchanges {
        let conversation: Option<ConversationId> = connection
            .prepare_cached("DELETE FROM exchange WHERE id = ?1 RETURNING conversation")?
            .query_row([exchange], |row| row.get(0))
            .optional()?;
        let Some(conversation) = conversation else { continue };
        connection.prepare_cached("DELETE FROM exchange_item WHERE exchange = ?1")?.execute([exchange])?;
        connection
            .prepare_cached("DELETE FROM conversation WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM exchange WHERE conversation = ?1)")?
            .execute([conversation])?;
        connection
            .prepare_cached("UPDATE conversation SET last_ms = (SELECT max(asked_ms) FROM exchange WHERE conversation = ?1) WHERE id = ?1")?
            .execute([conversation])?;
        n_gone += 1;
    }
    Ok(n_gone)
}

/// Removes a conversation; whether there was one.
pub(crate) fn remove_conversation(connection: &Connection, conversation: ConversationId) -> Outcome<bool> {
    connection
        .prepare_cached("DELETE FROM exchange_item WHERE exchange IN (SELECT id FROM exchange WHERE conversation = ?1)")?
        .execute([conversation])?;
    connection.prepare_cached("DELETE FROM exchange WHERE conversation = ?1")?.execute([conversation])?;
    Ok(connection.prepare_cached("DELETE FROM conversation WHERE id = ?1")?.execute([conversation])? > 0)
}

/// Removes every conversation; how many there were.
pub(crate) fn remove_all(connection: &Connection) -> Outcome<u64> {
    connection.execute("DELETE FROM exchange_item", [])?;
    connection.execute("DELETE FROM exchange", [])?;
    Ok(connection.execute("DELETE FROM conversation", [])? as u64)
}
