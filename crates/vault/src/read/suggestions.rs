//! Pairs of people who are likely one, with what speaks for it and against it. Nothing is joined by them: the owner does that.
//!
//! People are compared only when they share a key: a mailbox, a phone number, a name or the beginnings of one ([`keys`]). A key
//! that many share says nothing and is passed over, so that the work grows with the people and not with their pairs. What
//! takes looks into the links (conversations and acquaintances in common) is asked of the most promising pairs alone.

mod keys;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{EntityKind, Result, Role};
use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fault::Outcome;
use crate::read::filter::list;
use crate::read::people::{Person, person_of};
use crate::read::person::written;
use crate::table::{own, same};
use crate::vault::Vault;
use keys::{Key, Sign};

/// People that share a key, at most, for it to say anything.
const BLOCK: usize = 20;
/// Pairs of whom conversations and acquaintances are looked at.
const LOOKED_AT: usize = 400;
/// Items of a person of which the conversations and the others in them are looked at, at most: the latest.
const ITEMS: i64 = 400;
/// Names of one address that are looked at.
const NAMES: usize = 8;
/// Acquaintances in common that say something.
const CIRCLE: usize = 3;

/// How likely it is that two are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// They may be: they share a name, and little else.
    Possible,
    /// More speaks for it than a name.
    Likely,
    /// It would be odd if they were not.
    Strong,
}

impl Strength {
    /// Of a sum of weights; nothing below what is worth a person's time.
    fn of(weight: i32) -> Option<Self> {
        match weight {
            80.. => Some(Self::Strong),
            55.. => Some(Self::Likely),
            30.. => Some(Self::Possible),
            _ => None,
        }
    }
}

/// Two who are likely one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Suggestion {
    /// The one in more items.
    pub one: Person,
    /// The other.
    pub other: Person,
    /// How likely it is.
    pub strength: Strength,
    /// What speaks for it, and against it, in sentences.
    pub evidence: Vec<String>,
}

impl Vault {
    /// People who are likely one, the likeliest first; without those that the owner declined.
    pub fn people_suggestions(&self, limit: usize) -> Result<Vec<Suggestion>> {
        let inner = self.inner();
        let reader = inner.readers.borrow()?;
        Ok(inner.memory.recall(&reader, format!("suggestions {limit}"), || suggestions(&reader, limit))?)
    }
}

/// A person as they are compared.
#[derive(Debug, Default)]
struct Face {
    person: i64,
    entities: Vec<i64>,
    addresses: Vec<String>,
    /// Names, without those of addresses that go by many: lists and machines.
    names: Vec<String>,
    links: i64,
}

impl Face {
    /// Whether nothing but a name is known of them.
    fn is_bare(&self) -> bool {
        self.addresses.iter().all(|address| address.starts_with("name:"))
    }

    /// Whether both have a first name and a surname, and not the same.
    fn is_called_otherwise(&self, other: &Self) -> bool {
        let names = |face: &Self| -> BTreeSet<Key> {
            keys::of(&face.addresses, &face.names).into_keys().filter(|key| matches!(key, Key::Name(_))).collect()
        };
        let (ours, theirs) = (names(self), names(other));
        !ours.is_empty() && !theirs.is_empty() && ours.is_disjoint(&theirs)
    }

    fn domains(&self) -> BTreeSet<&str> {
        let mailboxes = self.addresses.iter().filter_map(|address| address.strip_prefix("mailto:"));
        mailboxes.filter_map(|mailbox| Some(mailbox.rsplit_once('@')?.1)).filter(|domain| !keys::is_public(domain)).collect()
    }
}

/// What is found of a pair.
#[derive(Debug, Default, Clone)]
struct Found {
    weight: i32,
    evidence: Vec<String>,
    /// Whether one key settles it, so that nothing else needs to be looked at.
    is_settled: bool,
}

fn suggestions(connection: &Connection, limit: usize) -> Outcome<Vec<Suggestion>> {
    let faces = faces(connection)?;
    let declined: BTreeSet<(i64, i64)> = same::declined(connection)?.into_iter().collect();
    let own: BTreeSet<i64> = own::entities(connection)?.into_iter().collect();
    let mut pairs = by_keys(&faces);
    both_own(&faces, &own, &mut pairs);
    pairs.retain(|(one, other), _| {
        let (one, other) = (faces[*one].person, faces[*other].person);
        !declined.contains(&(one.min(other), one.max(other)))
    });
    let mut ranked: Vec<((usize, usize), Found)> = pairs.into_iter().collect();
    let weight = |pair: &(usize, usize)| faces[pair.0].links.min(faces[pair.1].links);
    ranked.sort_by(|a, b| (b.1.weight, weight(&b.0)).cmp(&(a.1.weight, weight(&a.0))).then_with(|| a.0.cmp(&b.0)));
    ranked.truncate(LOOKED_AT.max(limit));
    let mut company = Company { connection, own: &own, seen: HashMap::new() };
    for ((one, other), found) in &mut ranked {
        if !found.is_settled {
            company.look(&faces[*one], &faces[*other], found)?;
        }
    }
    ranked.sort_by(|a, b| (b.1.weight, weight(&b.0)).cmp(&(a.1.weight, weight(&a.0))).then_with(|| a.0.cmp(&b.0)));
    let mut suggestions = Vec::new();
    for ((one, other), found) in ranked {
        let Some(strength) = Strength::of(found.weight) else { continue };
        let (one, other) = if faces[one].links >= faces[other].links { (one, other) } else { (other, one) };
        let (one, other) = (person_of(connection, faces[one].person)?, person_of(connection, faces[other].person)?);
        suggestions.push(Suggestion { one, other, strength, evidence: found.evidence });
        if suggestions.len() == limit {
            break;
        }
    }
    Ok(suggestions)
}

/// Everyone, with their addresses and names.
fn faces(connection: &Connection) -> Outcome<Vec<Face>> {
    let mut names: HashMap<i64, Vec<String>> = HashMap::new();
    let mut statement = connection.prepare(
        "SELECT n.entity, n.name FROM entity e CROSS JOIN entity_name n ON n.entity = e.id WHERE e.kind = ?1 AND n.n > 0 AND n.name <> ''
         GROUP BY n.entity, n.name ORDER BY n.entity, sum(n.n) DESC, n.name",
    )?;
    let kind = EntityKind::Person.code();
    let mut rows = statement.query([kind])?;
    while let Some(row) = rows.next()? {
        names.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    let mut faces: Vec<Face> = Vec::new();
    let mut statement = connection
        .prepare("SELECT coalesce(person, id) AS person, id, address, links FROM entity WHERE kind = ?1 ORDER BY 1, links DESC, id")?;
    let mut rows = statement.query([kind])?;
    while let Some(row) = rows.next()? {
        let (person, id): (i64, i64) = (row.get(0)?, row.get(1)?);
        if faces.last().is_none_or(|face| face.person != person) {
            faces.push(Face { person, ..Face::default() });
        }
        let Some(face) = faces.last_mut() else { continue };
        face.entities.push(id);
        face.links += row.get::<_, i64>(3)?;
        let address: String = row.get(2)?;
        if let Some(mut called) = names.remove(&id)
            && !keys::is_many(&called)
            && !keys::is_machine(&address)
        {
            called.truncate(NAMES);
            face.names.append(&mut called);
        }
        face.addresses.push(address);
    }
    Ok(faces)
}

/// The pairs that share a key, and what the keys say.
fn by_keys(faces: &[Face]) -> BTreeMap<(usize, usize), Found> {
    let mut blocks: BTreeMap<Key, BTreeMap<usize, Sign>> = BTreeMap::new();
    for (at, face) in faces.iter().enumerate() {
        for (key, sign) in keys::of(&face.addresses, &face.names) {
            blocks.entry(key).or_default().entry(at).or_insert(sign);
        }
    }
    let mut pairs: BTreeMap<(usize, usize), Found> = BTreeMap::new();
    for (key, block) in &blocks {
        if block.len() < 2 || block.len() > BLOCK {
            continue;
        }
        let members: Vec<(&usize, &Sign)> = block.iter().collect();
        for (at, (one, sign)) in members.iter().enumerate() {
            for (other, other_sign) in &members[at + 1..] {
                let found = pairs.entry((**one, **other)).or_default();
                found.heed(key, (&faces[**one], sign), (&faces[**other], other_sign), block.len());
            }
        }
    }
    pairs
}

impl Found {
    /// Takes in that two share a key. A stronger key of the same sort stands for the weaker ones.
    fn heed(&mut self, key: &Key, (one, sign): (&Face, &Sign), (other, other_sign): (&Face, &Sign), n_alike: usize) {
        match key {
            Key::Mailbox(mailbox) => {
                self.add(95, format!("Both are the mailbox {mailbox}."));
                self.settle(one, other, 60);
            }
            Key::Phone(digits) => {
                self.add(85, format!("Both are the phone number that ends in {digits}."));
                self.settle(one, other, 35);
            }
            _ if self.weight > 0 => {}
            Key::Name(_) => {
                let by_address = *sign == Sign::Address || *other_sign == Sign::Address;
                let sentence = match (sign, other_sign) {
                    (Sign::Name(a), Sign::Name(b)) if a.to_lowercase() == b.to_lowercase() => format!("Both are called {a}."),
                    (Sign::Name(a), Sign::Name(b)) => format!("One is called {a}, the other {b}."),
                    (Sign::Name(name), Sign::Address) => format!("The address {} spells the name {name}.", spelling(other)),
                    (Sign::Address, Sign::Name(name)) => format!("The address {} spells the name {name}.", spelling(one)),
                    (Sign::Address, Sign::Address) => "Both addresses spell the same name.".to_owned(),
                };
                self.add(if by_address { 40 } else { 35 }, sentence);
                if n_alike == 2 && (by_address || one.is_bare() != other.is_bare()) {
                    self.add(25, "Nobody else here is called so.".to_owned());
                }
                self.domain(one, other, 35);
            }
            // Anna and Arnold share one, and are not one.
            Key::Initial(_) if one.is_called_otherwise(other) => {}
            Key::Initial(_) => {
                self.add(20, format!("The names {} and {} may be one, shortened.", said(one, sign), said(other, other_sign)));
                self.domain(one, other, 35);
            }
        }
    }

    /// Nothing else needs to be looked at, unless those who share it go by different names: a family, and its telephone.
    fn settle(&mut self, one: &Face, other: &Face, at_most: i32) {
        self.is_settled = true;
        if one.is_called_otherwise(other) {
            self.weight = self.weight.min(at_most);
            self.evidence.push("Against it: they go by different names.".to_owned());
        }
    }

    fn domain(&mut self, one: &Face, other: &Face, weight: i32) {
        if let Some(domain) = one.domains().intersection(&other.domains()).next() {
            self.add(weight, format!("Both have an address at {domain}."));
        }
    }

    fn add(&mut self, weight: i32, sentence: String) {
        self.weight += weight;
        self.evidence.push(sentence);
    }
}

fn said(face: &Face, sign: &Sign) -> String {
    match sign {
        Sign::Name(name) => name.clone(),
        Sign::Address => spelling(face).to_owned(),
    }
}

/// The address that spells a name: the mailbox that is used most.
fn spelling(face: &Face) -> &str {
    let mailbox = face.addresses.iter().find(|address| address.starts_with("mailto:"));
    mailbox.or_else(|| face.addresses.first()).map(|address| written(address)).unwrap_or_default()
}

/// The owner's own addresses that are not joined yet.
fn both_own(faces: &[Face], own: &BTreeSet<i64>, pairs: &mut BTreeMap<(usize, usize), Found>) {
    let mine: Vec<usize> =
        (0..faces.len()).filter(|at| faces[*at].entities.iter().any(|entity| own.contains(entity))).take(BLOCK).collect();
    let Some((first, rest)) = mine.split_first() else { return };
    for other in rest {
        let found = pairs.entry((*first, *other)).or_default();
        found.is_settled = true;
        found.add(90, "Both are your own, by what the data tells.".to_owned());
    }
}

/// Who was met with whom, and in which conversations.
struct Company<'a> {
    connection: &'a Connection,
    own: &'a BTreeSet<i64>,
    seen: HashMap<i64, Around>,
}

/// What is around a person.
#[derive(Debug, Default, Clone)]
struct Around {
    conversations: BTreeSet<[u8; 16]>,
    people: BTreeSet<i64>,
}

impl Company<'_> {
    fn look(&mut self, one: &Face, other: &Face, found: &mut Found) -> Outcome<()> {
        let (here, there) = (self.around(one)?, self.around(other)?);
        let n_conversations = here.conversations.intersection(&there.conversations).count();
        if n_conversations > 0 {
            found.add(25, format!("They have a part in {}.", counted(n_conversations, "same conversation", "of the same conversations")));
        }
        let n_people = here.people.intersection(&there.people).filter(|person| ![one.person, other.person].contains(person)).count();
        if n_people >= CIRCLE {
            found.add(20, format!("They are in items with {n_people} of the same people."));
        }
        let n_both = self.addressed_at_once(one, other)?;
        if n_both > 0 {
            // Whoever writes to two addresses at once mostly means two people.
            found.weight = found.weight.min(45);
            let items = if n_both == 1 { "One item is".to_owned() } else { format!("{n_both} items are") };
            found.evidence.push(format!("Against it: {items} addressed to both."));
        }
        Ok(())
    }

    fn around(&mut self, face: &Face) -> Outcome<Around> {
        if let Some(known) = self.seen.get(&face.person) {
            return Ok(known.clone());
        }
        let entities = list(&face.entities);
        let mut around = Around::default();
        let mut statement = self.connection.prepare_cached(
            "SELECT t.to_uid FROM (SELECT item FROM link WHERE entity IN (SELECT value FROM json_each(?1)) ORDER BY item DESC LIMIT ?2) l
             CROSS JOIN item_link t ON t.item = l.item AND t.relation = 'thread'",
        )?;
        let mut rows = statement.query(params![entities, ITEMS])?;
        while let Some(row) = rows.next()? {
            around.conversations.insert(row.get(0)?);
        }
        let mut statement = self.connection.prepare_cached(
            "SELECT DISTINCT e.id, coalesce(e.person, e.id) FROM
             (SELECT item FROM link WHERE entity IN (SELECT value FROM json_each(?1)) ORDER BY item DESC LIMIT ?2) l
             CROSS JOIN link o ON o.item = l.item CROSS JOIN entity e ON e.id = o.entity AND e.kind = ?3",
        )?;
        let mut rows = statement.query(params![entities, ITEMS, EntityKind::Person.code()])?;
        while let Some(row) = rows.next()? {
            if !self.own.contains(&row.get(0)?) {
                around.people.insert(row.get(1)?);
            }
        }
        self.seen.insert(face.person, around.clone());
        Ok(around)
    }

    /// Items that are addressed to both, among the latest of who has fewer.
    fn addressed_at_once(&self, one: &Face, other: &Face) -> Outcome<i64> {
        let (fewer, more) = if one.links <= other.links { (one, other) } else { (other, one) };
        let roles = [Role::Recipient, Role::Copied, Role::Attendee].map(|role| i64::from(role.code()));
        Ok(self
            .connection
            .prepare_cached(
                "SELECT count(DISTINCT l.item) FROM
                 (SELECT item FROM link WHERE entity IN (SELECT value FROM json_each(?1)) AND role IN (SELECT value FROM json_each(?3)) ORDER BY item DESC LIMIT ?4) l
                 CROSS JOIN link o ON o.item = l.item AND o.entity IN (SELECT value FROM json_each(?2)) AND o.role IN (SELECT value FROM json_each(?3))",
            )?
            .query_row(params![list(&fewer.entities), list(&more.entities), list(&roles), ITEMS], |row| row.get(0))?)
    }
}

fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("the {one}") } else { format!("{n} {many}") }
}
