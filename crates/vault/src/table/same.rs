//! Tables `same_address` and `not_same`: what the owner said about who is who. A statement that some are one person names
//! addresses and not entities, so that it holds when an import goes and comes again; nothing else is changed by it, so that
//! taking it back leaves what was there before.

use rusqlite::{Connection, OptionalExtension, params};

use crate::fault::Outcome;
use crate::migration::Step;

pub(crate) const STEPS: &[Step] = &[Step::adds(
    20261128,
    "CREATE TABLE same_address (
         statement INTEGER NOT NULL,
         part INTEGER NOT NULL,
         kind INTEGER NOT NULL,
         address TEXT NOT NULL,
         PRIMARY KEY (statement, address, kind)
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX same_by_address ON same_address (address, kind);
     CREATE TABLE not_same (
         address TEXT NOT NULL,
         kind INTEGER NOT NULL,
         other TEXT NOT NULL,
         other_kind INTEGER NOT NULL,
         PRIMARY KEY (address, kind, other, other_kind)
     ) STRICT, WITHOUT ROWID;",
)];

/// An address and the code of what it is an address of.
pub(crate) type Address = (u8, String);

/// States that the addresses of several people are one person's; the number of the statement.
pub(crate) fn state(connection: &Connection, people: &[Vec<Address>]) -> Outcome<i64> {
    let statement: i64 = connection.query_row("SELECT coalesce(max(statement), 0) + 1 FROM same_address", [], |row| row.get(0))?;
    for (part, addresses) in (0_i64..).zip(people) {
        for (kind, address) in addresses {
            connection
                .prepare_cached("INSERT OR IGNORE INTO same_address (statement, part, kind, address) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![statement, part, kind, address])?;
        }
    }
    Ok(statement)
}

/// Takes a statement back.
pub(crate) fn withdraw(connection: &Connection, statement: i64) -> Outcome<()> {
    connection.prepare_cached("DELETE FROM same_address WHERE statement = ?1")?.execute([statement])?;
    Ok(())
}

/// The statements that name one of some entities, the latest first.
pub(crate) fn about(connection: &Connection, entities: &[i64]) -> Outcome<Vec<i64>> {
    let mut statements = Vec::new();
    for id in entities {
        let found: Vec<i64> = connection
            .prepare_cached(
                "SELECT s.statement FROM entity e JOIN same_address s ON s.address = e.address AND s.kind = e.kind WHERE e.id = ?1",
            )?
            .query_map([id], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        statements.extend(found);
    }
    statements.sort_unstable_by(|a, b| b.cmp(a));
    statements.dedup();
    Ok(statements)
}

/// What a statement says: the part that each address had before, and the address.
pub(crate) fn said(connection: &Connection, statement: i64) -> Outcome<Vec<(i64, String)>> {
    Ok(connection
        .prepare_cached("SELECT part, address FROM same_address WHERE statement = ?1 ORDER BY part, address")?
        .query_map([statement], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?)
}

/// The entities that statements join to an address.
pub(crate) fn joined_to(connection: &Connection, kind: u8, address: &str) -> Outcome<Vec<i64>> {
    Ok(connection
        .prepare_cached(
            "SELECT e.id FROM same_address s JOIN same_address o ON o.statement = s.statement
             JOIN entity e ON e.address = o.address AND e.kind = o.kind WHERE s.address = ?1 AND s.kind = ?2",
        )?
        .query_map(params![address, kind], |row| row.get(0))?
        .collect::<Result<_, _>>()?)
}

/// Whether a statement names an address.
pub(crate) fn names(connection: &Connection, kind: u8, address: &str) -> Outcome<bool> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM same_address WHERE address = ?1 AND kind = ?2 LIMIT 1")?
        .query_row(params![address, kind], |_| Ok(()))
        .optional()?
        .is_some())
}

/// Remembers that two addresses are two people's.
pub(crate) fn decline(connection: &Connection, one: &Address, other: &Address) -> Outcome<()> {
    let (first, second) = if (&one.1, one.0) < (&other.1, other.0) { (one, other) } else { (other, one) };
    connection
        .prepare_cached("INSERT OR IGNORE INTO not_same (address, kind, other, other_kind) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![first.1, first.0, second.1, second.0])?;
    Ok(())
}

/// The pairs of persons that the owner declined, the lesser number first.
pub(crate) fn declined(connection: &Connection) -> Outcome<Vec<(i64, i64)>> {
    Ok(connection
        .prepare_cached(
            "SELECT coalesce(a.person, a.id), coalesce(b.person, b.id) FROM not_same n
             JOIN entity a ON a.address = n.address AND a.kind = n.kind JOIN entity b ON b.address = n.other AND b.kind = n.other_kind",
        )?
        .query_map([], |row| {
            let (one, other): (i64, i64) = (row.get(0)?, row.get(1)?);
            Ok((one.min(other), one.max(other)))
        })?
        .collect::<Result<_, _>>()?)
}

/// Forgets all that was said about an address.
pub(crate) fn forget(connection: &Connection, kind: u8, address: &str) -> Outcome<()> {
    connection.prepare_cached("DELETE FROM same_address WHERE address = ?1 AND kind = ?2")?.execute(params![address, kind])?;
    connection
        .prepare_cached("DELETE FROM not_same WHERE (address = ?1 AND kind = ?2) OR (other = ?1 AND other_kind = ?2)")?
        .execute(params![address, kind])?;
    Ok(())
}
