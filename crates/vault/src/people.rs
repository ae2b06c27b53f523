//! What the owner says about people: who is one, who is not, and who is the owner.

use domain::{Code, EntityKind, EntityRef, Failure, Result};
use rusqlite::Connection;

use crate::fault::Outcome;
use crate::table::person::{Part, Tell};
use crate::table::same::Address;
use crate::table::{own, person, same};
use crate::vault::Vault;

/// People that are merged at once, at most.
const AT_ONCE: usize = 100;
/// Addresses of one person that a declined pair is remembered by.
const REMEMBERED_BY: usize = 10;
/// Names the step that a database of before these tables lacks.
const COMPLETE: &str = "people";

/// What the owner says of their own addresses. Each has its scheme, or is an e-mail address or a phone number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnAddresses {
    /// They are the owner's.
    pub add: Vec<String>,
    /// They are not.
    pub remove: Vec<String>,
}

impl Vault {
    /// Makes one person of several, each named by the number of any of their entities; the number of the merge. It holds for
    /// the addresses that they have now, also when an import that brought them is undone and made again.
    ///
    /// # Errors
    /// [`Code::NotFound`] for a number that nobody has, [`Code::BadRequest`] when they are one person already.
    pub fn merge_people(&self, ids: &[i64]) -> Result<i64> {
        let ids = ids.to_vec();
        let merge = self.inner().writer.write(move |transaction| merge(transaction, &ids))?;
        self.inner().follower.wake();
        Ok(merge)
    }

    /// Takes back a merge of a person, the latest without a number: whoever was one before it is one again.
    ///
    /// # Errors
    /// [`Code::NotFound`] for a number that nobody has, [`Code::BadRequest`] when the owner did not merge them.
    pub fn unmerge_person(&self, id: i64, merge: Option<i64>) -> Result<()> {
        self.inner().writer.write(move |transaction| unmerge(transaction, id, merge))?;
        self.inner().follower.wake();
        Ok(())
    }

    /// Remembers that two are different people, so that they are not suggested again.
    ///
    /// # Errors
    /// [`Code::NotFound`] for a number that nobody has, [`Code::BadRequest`] when they are one person.
    pub fn decline_people(&self, one: i64, other: i64) -> Result<()> {
        Ok(self.inner().writer.write(move |transaction| decline(transaction, one, other))?)
    }

    /// Says which addresses are the owner's and which are not. Those that are stand for one person from then on.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for what is no address.
    pub fn set_own_addresses(&self, addresses: &OwnAddresses) -> Result<()> {
        let add = addresses.add.iter().map(|text| address(text)).collect::<Result<Vec<_>>>()?;
        let remove = addresses.remove.iter().map(|text| address(text)).collect::<Result<Vec<_>>>()?;
        self.inner().writer.write(move |transaction| set_own(transaction, &add, &remove))?;
        self.inner().follower.wake();
        Ok(())
    }
}

fn parts_of(connection: &Connection, id: i64) -> Outcome<(i64, Vec<Part>)> {
    let person = person::of(connection, id)?.ok_or_else(|| nobody(id))?;
    let parts = person::parts(connection, person)?;
    let is_someone = |part: &Part| [EntityKind::Person, EntityKind::Organisation].iter().any(|kind| kind.code() == part.kind);
    if !parts.iter().all(is_someone) {
        return Err(nobody(id).into());
    }
    Ok((person, parts))
}

fn nobody(id: i64) -> Failure {
    Failure::not_found("person", id).hint("`datapunk people` shows the numbers of people.")
}

fn merge(connection: &Connection, ids: &[i64]) -> Outcome<i64> {
    if ids.len() > AT_ONCE {
        return Err(bad(format!("{} people cannot be merged at once; at most {AT_ONCE} can.", ids.len())).into());
    }
    let mut people: Vec<(i64, Vec<Part>)> = Vec::new();
    for id in ids {
        let (person, parts) = parts_of(connection, *id)?;
        if !people.iter().any(|(known, _)| *known == person) {
            people.push((person, parts));
        }
    }
    if people.len() < 2 {
        return Err(bad("These are one person already, so that there is nothing to merge.".to_owned()).into());
    }
    let addresses: Vec<Vec<Address>> =
        people.iter().map(|(_, parts)| parts.iter().map(|part| (part.kind, part.address.clone())).collect()).collect();
    let merge = same::state(connection, &addresses)?;
    person::regroup(connection, people.into_iter().map(|(person, _)| person), Tell::All)?;
    Ok(merge)
}

fn unmerge(connection: &Connection, id: i64, merge: Option<i64>) -> Outcome<()> {
    let (_, parts) = parts_of(connection, id)?;
    let entities: Vec<i64> = parts.iter().map(|part| part.id).collect();
    let merges = same::about(connection, &entities)?;
    let found = match merge {
        Some(merge) => merges.into_iter().find(|known| *known == merge),
        None => merges.first().copied(),
    };
    let merge = found.ok_or_else(|| {
        bad("You did not merge this person, so that there is nothing to take back.".to_owned())
            .hint("What a contact card joins is parted by undoing the import of the card.")
    })?;
    same::withdraw(connection, merge)?;
    person::regroup(connection, entities, Tell::All)
}

fn decline(connection: &Connection, one: i64, other: i64) -> Outcome<()> {
    let (one, ones) = parts_of(connection, one)?;
    let (other, others) = parts_of(connection, other)?;
    if one == other {
        return Err(bad("These are one person.".to_owned()).hint("`datapunk people unmerge` parts who was merged.").into());
    }
    for a in ones.iter().take(REMEMBERED_BY) {
        for b in others.iter().take(REMEMBERED_BY) {
            same::decline(connection, &(a.kind, a.address.clone()), &(b.kind, b.address.clone()))?;
        }
    }
    Ok(())
}

fn set_own(connection: &Connection, add: &[String], remove: &[String]) -> Outcome<()> {
    let kind = EntityKind::Person.code();
    let touched: Vec<&String> = add.iter().chain(remove).collect();
    let mut seeds = Vec::new();
    for (_, address, _) in own::said(connection)? {
        seeds.extend(find(connection, kind, &address)?);
    }
    for address in add {
        own::say(connection, kind, address, Some(true))?;
    }
    for address in remove {
        own::say(connection, kind, address, Some(false))?;
    }
    for address in touched {
        seeds.extend(find(connection, kind, address)?);
    }
    let seeds = person::everyone(connection, &seeds)?;
    person::regroup(connection, seeds, Tell::All)
}

fn find(connection: &Connection, kind: u8, address: &str) -> Outcome<Option<i64>> {
    use rusqlite::OptionalExtension as _;
    Ok(connection
        .prepare_cached("SELECT id FROM entity WHERE address = ?1 AND kind = ?2")?
        .query_row(rusqlite::params![address, kind], |row| row.get(0))
        .optional()?)
}

/// An address as entities have it.
fn address(text: &str) -> Result<String> {
    let text = text.trim();
    let is_number =
        text.chars().all(|c| c.is_ascii_digit() || " +()-./".contains(c)) && text.chars().filter(char::is_ascii_digit).count() > 2;
    if text.contains(':') {
        Ok(text.to_owned())
    } else if text.contains('@') && !text.contains(char::is_whitespace) {
        Ok(EntityRef::mailbox(text, "").address)
    } else if is_number {
        let plus = if text.starts_with('+') { "+" } else { "" };
        Ok(format!("tel:{plus}{}", text.chars().filter(char::is_ascii_digit).collect::<String>()))
    } else {
        Err(bad(format!("{text:?} is neither an e-mail address nor a phone number."))
            .hint("Other addresses are given with their scheme, as `datapunk people show` has them."))
    }
}

fn bad(message: String) -> Failure {
    Failure::new(Code::BadRequest, message)
}

/// Fills what a database of before these tables lacks: who is joined by cards, and what the owner sent.
pub(crate) fn complete(connection: &Connection) -> Outcome<()> {
    let lacks: bool = connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM counter WHERE name = ?1)", [COMPLETE], |row| row.get(0))?;
    if lacks {
        own::fill(connection)?;
        person::fill(connection)?;
        connection.execute("INSERT INTO counter (name, value) VALUES (?1, 1)", [COMPLETE])?;
    }
    Ok(())
}
