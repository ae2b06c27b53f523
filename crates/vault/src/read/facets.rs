//! What a filter leaves, by kind, source, year and person: the numbers beside a list.

use std::collections::BTreeMap;

use domain::{EntityKind, Filter, Kind, Result};
use rusqlite::{Connection, params_from_iter, types::Value};
use schemars::JsonSchema;
use serde::Serialize;

use crate::fault::Outcome;
use crate::index::Matched;
use crate::read::density::{Bucket, density, year_of};
use crate::read::list::narrowed;
use crate::read::people;
use crate::table::person;
use crate::vault::Vault;

/// People shown.
const PEOPLE: usize = 20;
/// Items whose people are counted, at most: the latest.
const COUNTED: i64 = 50_000;

/// Items by what they are, where they came from, when, and with whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Facets {
    /// Items in all: as many as a search for the filter's words finds, without a limit.
    pub total: u64,
    /// How they hold the filter's words; absent when it has none.
    pub matched: Option<Matched>,
    /// By kind, most first.
    pub by_kind: Vec<(Kind, u64)>,
    /// By source, most first.
    pub by_source: Vec<(String, u64)>,
    /// By year of the wall clock, in order.
    pub by_year: Vec<(i64, u64)>,
    /// The people in most of them, most first; counted over the latest 50,000.
    pub people: Vec<PersonCount>,
}

/// How many items someone is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PersonCount {
    /// The number of the person.
    pub person: i64,
    /// Their name, else an address without its scheme.
    pub name: String,
    /// The address of theirs that is used most.
    pub address: String,
    /// Items.
    pub n: u64,
}

impl Vault {
    /// The numbers beside a search: over the very items that it finds, which are those that hold some of the words when none
    /// holds all.
    pub fn facets(&self, filter: &Filter) -> Result<Facets> {
        let inner = self.inner();
        let found = match filter.text.trim() {
            "" => None,
            text => Some(self.match_words(text, &self.matching(filter)?)?),
        };
        let words = found.as_ref().map(|found| found.ids.as_slice());
        let reader = inner.readers.borrow()?;
        let question = self.question("facets", filter)?;
        Ok(inner.memory.recall(&reader, question, || {
            let mut facets = counts(&reader, filter, words)?;
            facets.matched = found.as_ref().map(|found| found.matched);
            let mut by_year: BTreeMap<i64, u64> = BTreeMap::new();
            for row in density(&reader, filter, words, Bucket::Year)? {
                *by_year.entry(year_of(row.start_ms)).or_default() += row.count;
            }
            facets.by_year = by_year.into_iter().collect();
            facets.people = people(&reader, filter, words)?;
            Ok(facets)
        })?)
    }
}

fn counts(connection: &Connection, filter: &Filter, words: Option<&[i64]>) -> Outcome<Facets> {
    let narrowed = narrowed(connection, filter, words)?;
    let sql = [
        "SELECT i.kind, (SELECT name FROM source WHERE source.id = i.source), count(*) FROM item i WHERE ",
        &narrowed.sql,
        " GROUP BY i.kind, i.source",
    ]
    .concat();
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(&narrowed.params))?;
    let (mut kinds, mut sources, mut total) = (BTreeMap::new(), BTreeMap::new(), 0);
    while let Some(row) = rows.next()? {
        let (code, source, n): (u8, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let n = n.unsigned_abs();
        total += n;
        *kinds.entry(Kind::from_code(code).unwrap_or(Kind::Activity)).or_insert(0) += n;
        *sources.entry(source).or_insert(0) += n;
    }
    Ok(Facets { total, matched: None, by_kind: most_first(kinds), by_source: most_first(sources), by_year: Vec::new(), people: Vec::new() })
}

fn most_first<T: Ord>(counts: BTreeMap<T, u64>) -> Vec<(T, u64)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    counts
}

fn people(connection: &Connection, filter: &Filter, words: Option<&[i64]>) -> Outcome<Vec<PersonCount>> {
    let counts: Vec<(i64, i64)> = if filter.is_empty() {
        // Counted already, hidden items included.
        people::most(connection, None, PEOPLE)?.into_iter().map(|place| (place.person, place.links)).collect()
    } else {
        let narrowed = narrowed(connection, filter, words)?;
        let sql = [
            "SELECT coalesce(e.person, e.id) AS person, count(DISTINCT l.item) AS n FROM (SELECT i.id FROM item i WHERE ",
            &narrowed.sql,
            " ORDER BY i.at_ms DESC LIMIT ?) m CROSS JOIN link l ON l.item = m.id CROSS JOIN entity e ON e.id = l.entity
             WHERE e.kind = ? GROUP BY 1 ORDER BY n DESC, min(e.address) LIMIT ?",
        ]
        .concat();
        let mut params = narrowed.params;
        let kind = Value::Integer(EntityKind::Person.code().into());
        params.extend([Value::Integer(COUNTED), kind, Value::Integer(PEOPLE as i64)]);
        let mut statement = connection.prepare_cached(&sql)?;
        statement.query_map(params_from_iter(&params), |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?
    };
    let mut people = Vec::with_capacity(counts.len());
    for (person, n) in counts {
        let parts = person::parts(connection, person)?;
        people.push(PersonCount {
            person,
            name: person::called(&parts),
            address: parts.into_iter().next().map(|part| part.address).unwrap_or_default(),
            n: n.unsigned_abs(),
        });
    }
    Ok(people)
}
