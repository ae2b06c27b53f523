//! Who the vault's owner is, and why this is believed.

use domain::{Kind, Result};
use rusqlite::Connection;
use schemars::JsonSchema;
use serde::Serialize;

use crate::fault::Outcome;
use crate::table::person::{Part, called};
use crate::table::{own, person};
use crate::vault::Vault;

/// The vault's owner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Owner {
    /// Their name, when something tells who it is.
    pub name: Option<String>,
    /// The numbers of the persons that they are: one, unless their addresses are not joined.
    pub people: Vec<i64>,
    /// The addresses that are theirs, may be theirs, or are said not to be.
    pub addresses: Vec<OwnAddress>,
}

/// An address of the owner's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct OwnAddress {
    /// The address, with its scheme.
    pub address: String,
    /// What it is called.
    pub name: String,
    /// Whether it counts as the owner's.
    pub is_own: bool,
    /// What the owner said; absent when nothing.
    pub said: Option<bool>,
    /// Why it is thought to be the owner's, in sentences.
    pub evidence: Vec<String>,
}

impl Vault {
    /// Who the owner is, by what they said and what the data tells.
    pub fn owner(&self) -> Result<Owner> {
        let inner = self.inner();
        let reader = inner.readers.borrow()?;
        Ok(inner.memory.recall(&reader, "owner".to_owned(), || owner(&reader))?)
    }

    /// The numbers of the owner's entities; none when nothing tells who it is.
    pub fn own_entities(&self) -> Result<Vec<i64>> {
        let inner = self.inner();
        let reader = inner.readers.borrow()?;
        Ok(inner.memory.recall(&reader, "own entities".to_owned(), || own::entities(&reader))?)
    }
}

fn owner(connection: &Connection) -> Outcome<Owner> {
    let own = own::entities(connection)?;
    let mut told = told(connection)?;
    let said = own::said(connection)?;
    let mut people: Vec<i64> = Vec::new();
    let mut parts: Vec<Part> = Vec::new();
    for id in &own {
        let Some(person) = person::of(connection, *id)? else { continue };
        if !people.contains(&person) {
            people.push(person);
        }
    }
    for person in &people {
        parts.extend(person::parts(connection, *person)?);
    }
    let name = own.first().map(|_| called(&parts.iter().filter(|part| own.contains(&part.id)).cloned().collect::<Vec<_>>()));
    // What the data tells and does not count, so that the owner may say that it does.
    for (id, _) in &told {
        if !parts.iter().any(|part| part.id == *id) {
            parts.extend(person::parts(connection, person::of(connection, *id)?.unwrap_or(*id))?);
        }
    }
    parts.dedup_by_key(|part| part.id);
    let mut addresses: Vec<OwnAddress> = Vec::new();
    for part in &parts {
        if addresses.iter().any(|known| known.address == part.address) {
            continue;
        }
        let said = said.iter().find(|(kind, address, _)| (*kind, address) == (part.kind, &part.address)).map(|(_, _, is_own)| *is_own);
        let is_own = own.contains(&part.id);
        let mut evidence: Vec<String> = Vec::new();
        if said == Some(true) {
            evidence.push("You said so.".to_owned());
        }
        evidence.extend(told.iter_mut().find(|(id, _)| *id == part.id).map(|(_, evidence)| std::mem::take(evidence)).unwrap_or_default());
        if evidence.is_empty() && is_own {
            evidence.push(reason(connection, part, &parts)?);
        }
        // Whoever shares a card with a stray is nobody to be asked about.
        if evidence.is_empty() && said.is_none() {
            continue;
        }
        addresses.push(OwnAddress { address: part.address.clone(), name: called(std::slice::from_ref(part)), is_own, said, evidence });
    }
    for (_, address, is_own) in said {
        if !addresses.iter().any(|known| known.address == address) {
            let evidence = if is_own { vec!["You said so.".to_owned()] } else { Vec::new() };
            let name = super::person::written(&address).to_owned();
            addresses.push(OwnAddress { name, address, is_own, said: Some(is_own), evidence });
        }
    }
    addresses.sort_by_key(|address| !address.is_own);
    Ok(Owner { name, people, addresses })
}

/// Why an address counts that no source marks: by whom it belongs to, or by sheer number.
fn reason(connection: &Connection, part: &Part, parts: &[Part]) -> Outcome<String> {
    if parts.len() > 1 {
        return Ok("It belongs to the same person as the others.".to_owned());
    }
    let n = crate::table::entity::links(connection, &[part.id])?;
    Ok(format!("Nothing says whose data this is, and this address has a part in {n} items, at least twice as many as anyone else's."))
}

/// What sources tell, by entity: which cards and sent items, in sentences.
fn told(connection: &Connection) -> Outcome<Vec<(i64, Vec<String>)>> {
    let mut statement = connection.prepare_cached(
        "SELECT o.entity, o.is_card, s.name, i.kind, count(*) AS n FROM own_item o CROSS JOIN item i ON i.id = o.item CROSS JOIN source s ON s.id = i.source
         GROUP BY 1, 2, 3, 4 ORDER BY o.is_card DESC, n DESC, o.entity",
    )?;
    let mut rows = statement.query([])?;
    let mut told: Vec<(i64, Vec<String>)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (entity, is_card, source, kind, n): (i64, bool, String, u8, i64) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
        let kind = Kind::from_code(kind).map_or("item", Kind::name);
        let sentence = if is_card {
            format!("{source} has it on the card of the account's owner.")
        } else if n == 1 {
            format!("{source} has an item of kind {kind} that was sent from it.")
        } else {
            format!("{source} has {n} items of kind {kind} that were sent from it.")
        };
        match told.iter_mut().find(|(known, _)| *known == entity) {
            Some((_, sentences)) => sentences.push(sentence),
            None => told.push((entity, vec![sentence])),
        }
    }
    Ok(told)
}
