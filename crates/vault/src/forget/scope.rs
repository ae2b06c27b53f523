//! What is asked for, and which items and position fixes that covers.

use domain::{Code, Failure, Filter, Result, Uid};
use rusqlite::{Connection, params_from_iter};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::content::Content;
use crate::fault::Outcome;
use crate::forget::Asked;
use crate::hex;
use crate::index::words_of;
use crate::keys::Key;
use crate::read::list::narrowed;
use crate::table::tombstone::TrackRule;
use crate::table::{item, track_point, variant};
use crate::vault::Vault;

/// What is to be forgotten: items by their ids, and what a filter leaves.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// Items by their ids.
    pub items: Vec<Uid>,
    /// What it leaves; nothing when it is empty. A span, an area or a source alone covers position fixes as well.
    pub filter: Filter,
}

/// What a scope covers.
pub(crate) struct Chosen {
    /// The items, in order.
    pub(crate) items: Vec<i64>,
    /// Items that it would cover, were they not a source's outside of it as well.
    pub(crate) shared: u64,
    /// The position fixes.
    pub(crate) track: Option<TrackRule>,
}

impl Scope {
    /// What was asked for, as a receipt may tell it.
    pub(crate) fn asked(&self, key: &Key) -> Outcome<Asked> {
        let Filter { text, kinds, sources, from, to, near, area, people, senders, recipients, labels, places, .. } = &self.filter;
        Ok(Asked {
            items: self.items.len() as u64,
            kinds: kinds.clone(),
            sources: sources.clone(),
            from: *from,
            to: *to,
            people: (people.len() + senders.len() + recipients.len()) as u64,
            labels: labels.len() as u64,
            words: !text.trim().is_empty(),
            place: near.is_some() || area.is_some() || !places.is_empty(),
            hash: hex::encode(&blake3::keyed_hash(key, &serde_json::to_vec(self)?).as_bytes()[..16]),
        })
    }

    /// The filter with hidden items, or `None` when it is empty: an empty filter covers nothing here.
    fn covering(&self) -> Option<Filter> {
        (!self.filter.is_empty()).then(|| Filter { hidden: true, ..self.filter.clone() })
    }

    /// The words that nothing is left of, when a text, a person, a label or a place is all that it names; none when something narrows it
    /// besides: then there may be more of that.
    pub(crate) fn names_alone(&self) -> Vec<String> {
        let Filter { text, people, labels, places, .. } = &self.filter;
        let alone =
            Filter { text: text.clone(), people: people.clone(), labels: labels.clone(), places: places.clone(), ..Filter::default() };
        let named = Some(text).filter(|text| !text.trim().is_empty()).into_iter().chain(people).chain(labels).chain(places);
        let named: Vec<&String> = named.collect();
        match named.as_slice() {
            [name] if Filter { hidden: false, ..self.filter.clone() } == alone && !name.trim().eq_ignore_ascii_case(Filter::ME) => {
                words_of(name)
            }
            _ => Vec::new(),
        }
    }

    /// The position fixes that it covers: those of a span, an area or sources, when nothing narrows that a fix does not have.
    /// An end of the span that is open is that of the fixes there are: what comes later was not meant.
    fn track(&self, connection: &Connection) -> Outcome<Option<TrackRule>> {
        let Filter { sources, from, to, near, area, .. } = &self.filter;
        let of_fixes = Filter {
            sources: sources.clone(),
            from: *from,
            to: *to,
            near: *near,
            area: *area,
            hidden: self.filter.hidden,
            ..Filter::default()
        };
        let is_about_items = Filter { text: self.filter.text.trim().to_owned(), ..self.filter.clone() } != of_fixes;
        if is_about_items || self.filter.is_empty() {
            return Ok(None);
        }
        let (first, last) = match track_point::extent(connection)? {
            Some((first, last)) => (Some(first), Some(last.saturating_add(1))),
            None => (None, None),
        };
        let Some((from, to)) = from.or(first).zip(to.or(last)).filter(|(from, to)| from < to) else { return Ok(None) };
        Ok(Some(TrackRule { from, to, area: *area, near: *near, sources: sources.clone() }))
    }
}

impl Vault {
    /// What a scope covers.
    pub(crate) fn chosen(&self, scope: &Scope) -> Result<Chosen> {
        let filter = scope.covering();
        if filter.is_none() && scope.items.is_empty() {
            return Err(Failure::new(Code::BadRequest, "Nothing was named that is to be forgotten.")
                .hint("Name items by their ids, or narrow by person, place, source, kind or time. To forget all of it, delete the vault's folder."));
        }
        let words = filter.as_ref().map(|filter| self.ids_with_words(filter)).transpose()?.flatten();
        let reader = self.inner().readers.borrow()?;
        let mut items = Vec::with_capacity(scope.items.len());
        for uid in &scope.items {
            items.push(item::find(&reader, &uid.0)?.ok_or_else(|| Failure::not_found("item", uid))?.0);
        }
        let mut shared = 0;
        if let Some(filter) = &filter {
            for id in of_filter(&reader, filter, words.as_deref())? {
                if is_shared(&reader, id, &filter.sources)? {
                    shared += 1;
                } else {
                    items.push(id);
                }
            }
        }
        items.sort_unstable();
        items.dedup();
        Ok(Chosen { items, shared, track: scope.track(&reader)? })
    }
}

fn of_filter(connection: &Connection, filter: &Filter, words: Option<&[i64]>) -> Outcome<Vec<i64>> {
    let narrowed = narrowed(connection, filter, words)?;
    let mut statement = connection.prepare_cached(&["SELECT i.id FROM item i WHERE ", &narrowed.sql].concat())?;
    let ids = statement.query_map(params_from_iter(&narrowed.params), |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(ids)
}

/// Whether a source outside of `sources` has the item as well.
fn is_shared(connection: &Connection, id: i64, sources: &[String]) -> Outcome<bool> {
    if sources.is_empty() {
        return Ok(false);
    }
    let variants = variant::of_item(connection, id)?;
    if variants.len() < 2 {
        return Ok(false);
    }
    let covers = |name: &str| {
        sources.iter().any(|source| name.strip_prefix(source.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    };
    for variant in variants {
        if !covers(&Content::open(&variant::packed(connection, variant)?)?.source) {
            return Ok(true);
        }
    }
    Ok(false)
}
