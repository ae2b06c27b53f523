//! The conversations that are kept: questions and their answers, searchable, and gone with what they rest on.
//!
//! They are searched by reading them all: the words of every question and answer, folded as the index of words folds them, in
//! one pass over the table. Nobody asks so often that an index would pay, and so there is no second place where they stand.
//!
//! An exchange goes whole, never in part. It goes with an item that it cites ([`crate::table::exchange`]); and when something is
//! forgotten, also for what it says: see [`GoneWords`].

use std::collections::{BTreeMap, BTreeSet};

use domain::{EntityKind, Failure, Result, Uid, UtcMs};
use rusqlite::Connection;
use serde_json::Value;

use crate::audit;
use crate::fault::Outcome;
use crate::forget::owe_wiping;
use crate::index::words_of;
use crate::saved;
use crate::table::exchange::{self, ConversationId, ConversationSummary, Exchange};
use crate::table::{entity, item, saved_search};
use crate::vault::Vault;

/// Letters of the shortest part of a person's name that tells of them.
const PART: usize = 3;

/// A question with its whole answer, to be kept.
#[derive(Debug, Clone)]
pub struct NewExchange {
    /// The conversation that it goes on with; a new one without it.
    pub conversation: Option<ConversationId>,
    /// When it was asked, UTC milliseconds.
    pub asked: UtcMs,
    /// As it was asked.
    pub question: String,
    /// The answer's words.
    pub answer: String,
    /// All that the answer showed: JSON.
    pub body: String,
    /// The items that it rests on.
    pub cites: Vec<Uid>,
}

/// Where a page of conversations ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConversationCursor {
    /// When its last conversation last went on, UTC milliseconds.
    pub last: UtcMs,
    /// The number of its last conversation.
    pub id: ConversationId,
}

/// A page of conversations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationsPage {
    /// The conversations, each with the first exchange of it that holds the words, when there were any.
    pub conversations: Vec<(ConversationSummary, Option<Exchange>)>,
    /// Where the next page begins; absent after the last.
    pub next: Option<ConversationCursor>,
}

impl Vault {
    /// Keeps an exchange, in one transaction; says in which conversation. `None`, and nothing is kept, when an item that it
    /// rests on or its conversation went meanwhile.
    pub fn keep_exchange(&self, new: NewExchange) -> Result<Option<ConversationId>> {
        audit::announce_rows(new.cites.len() as u64);
        let kept = self.inner().writer.write_beside(move |transaction| {
            let mut items = Vec::with_capacity(new.cites.len());
            for uid in &new.cites {
                let Some((id, _)) = item::find(transaction, &uid.0)? else { return Ok(None) };
                items.push(id);
            }
            let conversation = match new.conversation {
                Some(conversation) if exchange::is_there(transaction, conversation)? => conversation,
                Some(_) => return Ok(None),
                None => exchange::begin(transaction, new.asked)?,
            };
            let NewExchange { asked, question, answer, body, .. } = new;
            exchange::append(transaction, conversation, &Exchange { position: 0, asked, question, answer, body }, &items)?;
            Ok(Some(conversation))
        })?;
        Ok(kept)
    }

    /// Conversations, those that last went on first; with `text`, those of which an exchange holds, for each word of it, a word
    /// that begins so in its question or its answer.
    pub fn conversations(&self, text: &str, after: Option<ConversationCursor>, limit: usize) -> Result<ConversationsPage> {
        let reader = self.inner().readers.borrow()?;
        Ok(page(&reader, &words_of(text), after, limit)?)
    }

    /// The exchanges of a conversation, in order.
    ///
    /// # Errors
    /// [`domain::Code::NotFound`].
    pub fn conversation(&self, id: ConversationId) -> Result<Vec<Exchange>> {
        let exchanges = exchange::of(&*self.inner().readers.borrow()?, id)?;
        if exchanges.is_empty() { Err(Failure::not_found("conversation", id)) } else { Ok(exchanges) }
    }

    /// The last `limit` questions of a conversation, in order.
    ///
    /// # Errors
    /// [`domain::Code::NotFound`].
    pub fn last_questions(&self, id: ConversationId, limit: usize) -> Result<Vec<String>> {
        let questions = exchange::last_questions(&*self.inner().readers.borrow()?, id, limit)?;
        if questions.is_empty() { Err(Failure::not_found("conversation", id)) } else { Ok(questions) }
    }

    /// Keeps a conversation no longer. What its rows leave in the database goes with [`Vault::wipe_removed`].
    ///
    /// # Errors
    /// [`domain::Code::NotFound`].
    pub fn remove_conversation(&self, id: ConversationId) -> Result<()> {
        let is_removed = self.inner().writer.write_beside(move |transaction| {
            owe_wiping(transaction)?;
            exchange::remove_conversation(transaction, id)
        })?;
        if is_removed { Ok(()) } else { Err(Failure::not_found("conversation", id)) }
    }

    /// Keeps none of the conversations any longer; how many there were. What their rows leave in the database goes with
    /// [`Vault::wipe_removed`].
    pub fn remove_conversations(&self) -> Result<u64> {
        Ok(self.inner().writer.write_beside(|transaction| {
            owe_wiping(transaction)?;
            exchange::remove_all(transaction)
        })?)
    }
}

fn page(connection: &Connection, words: &[String], after: Option<ConversationCursor>, limit: usize) -> Outcome<ConversationsPage> {
    // One snapshot for all of it.
    let snapshot = connection.unchecked_transaction()?;
    let place = after.map_or((i64::MAX, i64::MAX), |cursor| (cursor.last, cursor.id));
    let mut conversations: Vec<_> = if words.is_empty() {
        exchange::page(&snapshot, place, limit + 1)?.into_iter().map(|summary| (summary, None)).collect()
    } else {
        let mut holding = holding(&snapshot, words)?;
        let all = exchange::page(&snapshot, place, usize::MAX)?;
        let found = all.into_iter().filter_map(|summary| holding.remove(&summary.id).map(|exchange| (summary, Some(exchange))));
        found.take(limit + 1).collect()
    };
    let more = conversations.len() > limit;
    conversations.truncate(limit);
    let last = conversations.last().map(|(summary, _)| ConversationCursor { last: summary.last, id: summary.id });
    Ok(ConversationsPage { conversations, next: last.filter(|_| more) })
}

/// The first exchange of each conversation that holds the words.
fn holding(connection: &Connection, words: &[String]) -> Outcome<BTreeMap<ConversationId, Exchange>> {
    let mut holding = BTreeMap::new();
    exchange::each(connection, &mut |_, conversation, exchange| {
        if !holding.contains_key(&conversation) && holds(&exchange, words) {
            holding.insert(conversation, exchange);
        }
        Ok(true)
    })?;
    Ok(holding)
}

fn holds(exchange: &Exchange, words: &[String]) -> bool {
    let of_question = words_of(&exchange.question);
    let of_answer = words_of(&exchange.answer);
    words.iter().all(|word| of_question.iter().chain(&of_answer).any(|held| held.starts_with(word.as_str())))
}

/// What forgotten items called people, organisations and places, and what they themselves were called.
///
/// An exchange tells of them, and goes, when
/// - its question, its answer or what it showed holds such a name, or of a person's name one word of three letters or more, that
///   nobody and no place is called by who is still there, or an address of theirs;
/// - a text in it, whole, is what a forgotten item was called: the row of a number that is counted by title.
///
/// This takes rather too much than too little: the word may have meant something else.
#[derive(Default)]
pub(crate) struct GoneWords {
    /// Each name's words, by the first of them.
    names: BTreeMap<String, BTreeSet<Vec<String>>>,
    titles: BTreeSet<Vec<String>>,
}

impl GoneWords {
    /// The words of the items in `gone_item`, before they go. Without exchanges and saved searches nothing is read.
    pub(crate) fn of(connection: &Connection) -> Outcome<Self> {
        let mut gone = Self::default();
        if exchange::is_empty(connection)? && saved_search::is_empty(connection)? {
            return Ok(gone);
        }
        let mut statement = connection.prepare_cached(
            "SELECT DISTINCT e.kind, e.address, n.name FROM temp.gone_item g CROSS JOIN link l ON l.item = g.id
             CROSS JOIN entity e ON e.id = l.entity CROSS JOIN entity_name n ON n.id = l.name",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (kind, address, name): (u8, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if let Some(kind @ (EntityKind::Person | EntityKind::Organisation | EntityKind::Place)) = EntityKind::from_code(kind) {
                gone.add(kind, &address, &name);
            }
        }
        let mut statement = connection.prepare_cached("SELECT i.title FROM temp.gone_item g CROSS JOIN item i ON i.id = g.id")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            gone.titles.insert(words_of(&row.get::<_, String>(0)?));
        }
        gone.titles.remove(&Vec::new());
        Ok(gone)
    }

    fn add(&mut self, kind: EntityKind, address: &str, name: &str) {
        let words = words_of(name);
        if kind == EntityKind::Person {
            for word in words.iter().filter(|word| word.chars().count() >= PART && !word.chars().all(char::is_numeric)) {
                self.insert(vec![word.clone()]);
            }
        }
        self.insert(words);
        self.insert(words_of(entity::bare(address)));
    }

    fn insert(&mut self, words: Vec<String>) {
        if let Some(first) = words.first() {
            self.names.entry(first.clone()).or_default().insert(words);
        }
    }

    /// Removes the exchanges that tell of them, once they are gone; how many there were.
    pub(crate) fn remove_telling(&self, connection: &Connection) -> Outcome<u64> {
        if self.names.is_empty() && self.titles.is_empty() {
            return Ok(0);
        }
        let mut telling = BTreeSet::new();
        let mut known = BTreeMap::new();
        exchange::each(connection, &mut |id, _, exchange| {
            let mut texts = vec![exchange.question, exchange.answer];
            texts_in(serde_json::from_str(&exchange.body)?, &mut texts);
            for text in &texts {
                let words = words_of(text);
                if self.titles.contains(&words) || self.holds_name(connection, &words, &mut known)? {
                    telling.insert(id);
                    break;
                }
            }
            Ok(true)
        })?;
        exchange::remove(connection, telling)
    }

    /// Removes the saved searches that name them, once they are gone; how many there were. Those that are worded as a forgotten item
    /// was called are somebody's words for other things as well, and stay.
    pub(crate) fn remove_searches(&self, connection: &Connection) -> Outcome<u64> {
        if self.names.is_empty() {
            return Ok(0);
        }
        let mut known = BTreeMap::new();
        let mut n_removed = 0;
        for search in saved_search::all(connection)? {
            for words in saved::words_in(&search) {
                if self.holds_name(connection, &words, &mut known)? {
                    n_removed += u64::from(saved_search::remove(connection, &search.name)?);
                    break;
                }
            }
        }
        Ok(n_removed)
    }

    /// Whether words hold a name that is gone. `known` remembers of names whether anybody is called so.
    fn holds_name(&self, connection: &Connection, words: &[String], known: &mut BTreeMap<Vec<String>, bool>) -> Outcome<bool> {
        for (at, word) in words.iter().enumerate() {
            for name in self.names.get(word).into_iter().flatten() {
                if !words[at..].starts_with(name) {
                    continue;
                }
                let is_borne = match known.get(name) {
                    Some(is_borne) => *is_borne,
                    None => *known.entry(name.clone()).or_insert(entity::is_borne(connection, name)?),
                };
                if !is_borne {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// The texts in a piece of JSON, names of fields and ids of items aside.
fn texts_in(value: Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) if text.parse::<Uid>().is_err() => texts.push(text),
        Value::Array(list) => list.into_iter().for_each(|entry| texts_in(entry, texts)),
        Value::Object(fields) => fields.into_iter().for_each(|(_, field)| texts_in(field, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
