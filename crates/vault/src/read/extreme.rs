//! The items with the greatest or the least of a numeric field of their data: the longest ride, the dearest purchase. Found by
//! the database over everything, with the statement that found them.

use domain::{Filter, Result};
use rusqlite::{Connection, types::Value};

use crate::fault::Outcome;
use crate::read::aggregate::cut;
use crate::read::filter::Where;
use crate::read::list::{Row, narrowed, row};
use crate::vault::Vault;

/// Which end of an order is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extreme {
    /// The greatest values.
    Greatest,
    /// The least values.
    Least,
}

/// Items with their values, and the statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The best first; of equal ones the earlier first.
    pub rows: Vec<(Row, f64)>,
    /// The statement, its values filled in.
    pub sql: String,
}

impl Vault {
    /// The items at one end of the order of a numeric field; those that lack it are left out.
    pub fn extreme(&self, filter: &Filter, field: &str, extreme: Extreme, limit: usize) -> Result<Ranked> {
        let words = self.ids_with_words(filter)?;
        let reader = self.inner().readers.borrow()?;
        Ok(ranked(&reader, narrowed(&reader, filter, words.as_deref())?, field, extreme, limit)?)
    }
}

fn ranked(connection: &Connection, narrowed: Where, field: &str, extreme: Extreme, limit: usize) -> Outcome<Ranked> {
    let order = match extreme {
        Extreme::Greatest => " ORDER BY n.value DESC, i.at_ms, i.id LIMIT ?",
        Extreme::Least => " ORDER BY n.value, i.at_ms, i.id LIMIT ?",
    };
    let sql = ["SELECT i.id, n.value FROM item i JOIN number n ON n.item = i.id AND n.key = ? WHERE ", &narrowed.sql, order].concat();
    let mut params = vec![Value::Text(field.to_owned())];
    params.extend(narrowed.params);
    params.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
    let mut statement = connection.prepare(&sql)?;
    for (at, param) in params.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, param)?;
    }
    let shown = statement.expanded_sql().unwrap_or(sql);
    let mut found = statement.raw_query();
    let mut rows = Vec::new();
    while let Some(next) = found.next()? {
        let value = next.get(1)?;
        rows.extend(row(connection, next.get(0)?)?.map(|row| (row, value)));
    }
    Ok(Ranked { rows, sql: cut(&shown) })
}
