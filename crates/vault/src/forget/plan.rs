//! What forgetting would take, before anything goes.

use domain::{Filter, Kind, Result};
use rusqlite::{Connection, Row, params};
use schemars::JsonSchema;
use serde::Serialize;

use crate::fault::Outcome;
use crate::forget::Scope;
use crate::forget::scope::Chosen;
use crate::read::density::year_of;
use crate::read::filter;
use crate::saved;
use crate::table::{person, track_point};
use crate::vault::Vault;

/// What would go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ForgetPlan {
    /// Items.
    pub items: u64,
    /// Of these, items that views leave out unless asked for.
    pub hidden: u64,
    /// Position fixes.
    pub points: u64,
    /// Items by kind, most first.
    pub by_kind: Vec<(Kind, u64)>,
    /// Items by source, most first.
    pub by_source: Vec<(String, u64)>,
    /// Items by year of the wall clock, in order; those without a time are not in it.
    pub by_year: Vec<(i64, u64)>,
    /// Attachments kept in the vault that only these items have.
    pub attachments: u64,
    /// Bytes of these.
    pub attachment_bytes: u64,
    /// Attachments that stay, because another item has them as well.
    pub shared_attachments: u64,
    /// Items that stay, because a source that was not named has them as well.
    pub shared_items: u64,
    /// Questions with their answers, of the conversations that are kept, that rest on these items. What only tells of them goes too,
    /// and is not counted here.
    pub exchanges: u64,
    /// The names of the saved searches that name what is meant. Those that name somebody of whom nothing is left afterwards go too, and
    /// are not listed here.
    pub searches: Vec<String>,
    /// Media outside of the vault, which stay where they are.
    pub left_in_place: u64,
    /// Who is meant by the names that were given.
    pub people: Vec<String>,
}

impl Vault {
    /// What forgetting a scope would take. Nothing is changed.
    ///
    /// # Errors
    /// As [`Vault::forget`].
    pub fn plan_forget(&self, scope: &Scope) -> Result<ForgetPlan> {
        let chosen = self.chosen(scope)?;
        Ok(plan(&*self.inner().readers.borrow()?, scope, &chosen)?)
    }
}

fn plan(connection: &Connection, scope: &Scope, chosen: &Chosen) -> Outcome<ForgetPlan> {
    // One snapshot for all of it.
    let snapshot = connection.unchecked_transaction()?;
    fill(&snapshot, &chosen.items)?;
    let count = |sql: &str| -> Outcome<u64> { Ok(snapshot.query_row(sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs()) };
    let mut by_kind: Vec<(Kind, u64)> =
        grouped(&snapshot, "SELECT i.kind, count(*) FROM temp.chosen c JOIN item i ON i.id = c.id GROUP BY i.kind", |row| {
            row.get::<_, u8>(0)
        })?
        .into_iter()
        .filter_map(|(code, n)| Some((Kind::from_code(code)?, n)))
        .collect();
    by_kind.sort_by_key(|(kind, n)| (std::cmp::Reverse(*n), kind.code()));
    let mut by_source = grouped(
        &snapshot,
        "SELECT s.name, count(*) FROM temp.chosen c JOIN item i ON i.id = c.id JOIN source s ON s.id = i.source GROUP BY s.name",
        |row| row.get::<_, String>(0),
    )?;
    by_source.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let kept = "SELECT DISTINCT r.blob FROM temp.chosen c JOIN variant v ON v.item = c.id JOIN blob_ref r ON r.variant = v.id WHERE r.blob IS NOT NULL";
    snapshot.execute(&format!("INSERT INTO temp.chosen_blob (id) {kept}"), [])?;
    let shared = "EXISTS (SELECT 1 FROM blob_ref r JOIN variant v ON v.id = r.variant WHERE r.blob = b.id AND v.item NOT IN (SELECT id FROM temp.chosen))";
    let (attachments, attachment_bytes): (i64, i64) = snapshot.query_row(
        &format!("SELECT count(*), coalesce(sum(b.size), 0) FROM temp.chosen_blob c JOIN blob b ON b.id = c.id WHERE NOT {shared}"),
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(ForgetPlan {
        items: chosen.items.len() as u64,
        hidden: count("SELECT count(*) FROM temp.chosen c JOIN item i ON i.id = c.id WHERE i.hidden = 1")?,
        points: match &chosen.track {
            Some(rule) => track_point::count(&snapshot, rule)?,
            None => 0,
        },
        by_kind,
        by_source,
        by_year: years(&snapshot)?,
        attachments: attachments.unsigned_abs(),
        attachment_bytes: attachment_bytes.unsigned_abs(),
        shared_attachments: count(&format!("SELECT count(*) FROM temp.chosen_blob b WHERE {shared}"))?,
        shared_items: chosen.shared,
        exchanges: count("SELECT count(DISTINCT x.exchange) FROM temp.chosen c CROSS JOIN exchange_item x ON x.item = c.id")?,
        left_in_place: count(
            "SELECT count(DISTINCT r.digest) FROM temp.chosen c JOIN variant v ON v.item = c.id JOIN blob_ref r ON r.variant = v.id WHERE r.digest IS NOT NULL",
        )?,
        searches: saved::naming(&snapshot, &scope.names_alone())?,
        people: people(&snapshot, &scope.filter)?,
    })
}

/// Puts the chosen items into a table in memory.
fn fill(connection: &Connection, items: &[i64]) -> Outcome<()> {
    connection.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS chosen (id INTEGER PRIMARY KEY);
         CREATE TEMP TABLE IF NOT EXISTS chosen_blob (id INTEGER PRIMARY KEY);
         DELETE FROM temp.chosen;
         DELETE FROM temp.chosen_blob;",
    )?;
    let mut insert = connection.prepare_cached("INSERT INTO temp.chosen (id) VALUES (?1)")?;
    for item in items {
        insert.execute(params![item])?;
    }
    Ok(())
}

fn grouped<K>(connection: &Connection, sql: &str, key: impl Fn(&Row<'_>) -> rusqlite::Result<K>) -> Outcome<Vec<(K, u64)>> {
    let mut statement = connection.prepare_cached(sql)?;
    let counts = statement.query_map([], |row| Ok((key(row)?, row.get::<_, i64>(1)?.unsigned_abs())))?.collect::<Result<_, _>>()?;
    Ok(counts)
}

fn years(connection: &Connection) -> Outcome<Vec<(i64, u64)>> {
    let mut years = std::collections::BTreeMap::new();
    let mut statement = connection.prepare_cached(
        "SELECT i.at_ms + coalesce(i.offset_min, 0) * 60000 FROM temp.chosen c JOIN item i ON i.id = c.id WHERE i.at_ms IS NOT NULL",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        *years.entry(year_of(row.get(0)?)).or_default() += 1;
    }
    Ok(years.into_iter().collect())
}

/// What the people that a filter names are called, each once.
fn people(connection: &Connection, filter: &Filter) -> Outcome<Vec<String>> {
    let mut called = std::collections::BTreeSet::new();
    for name in filter.people.iter().chain(&filter.senders).chain(&filter.recipients) {
        for entity in filter::people(connection, name)? {
            if let Some(person) = person::of(connection, entity)? {
                called.insert(person::called(&person::parts(connection, person)?));
            }
        }
    }
    Ok(called.into_iter().collect())
}
