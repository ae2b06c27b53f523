//! Google Chat: `Groups/<folder>/{group_info,messages}.json` with the attached files beside them, and
//! `Users/<folder>/user_info.json`.
//!
//! A file is known by its content; its folder only says which files belong together. A message goes on at once when its
//! group's members are known and it carries no file; else it waits until all files were met, so that what it becomes does
//! not depend on their order.
//!
//! What is remembered for parts that come later: its own files whole, and where the attached ones are.
//!
//! Identity: a message's `message_id`, which begins with its conversation's id; without one, the conversation, the time, the
//! sender and the words. A topic is the relation "thread", a quotation "reply_to".
//!
//! `data` of a message, beside what [`crate::conversation`] says: `topic`, `reactions` (`emoji`, `by`), `links` (`title`, `url`),
//! `files` (names of attached files), `edited`, `deleted` (true), `quoted` (the words), `annotations` (kinds of other things in
//! it: a call, a card), `time_text` (a time that could not be read). Deleted messages are kept and hidden. The owner's card,
//! from `user_info.json`, has `is_owner`.
//!
//! Absent on purpose: the same talk under Gmail's label Chat or in Hangouts, which are streams of their own.

mod message;

use std::collections::{BTreeMap, HashMap};
use std::io;

use domain::{EntityKind, EntityRef, Finding, FindingCode, Kind, NewBlob, NewItem, NewLink, Raw, Role, Severity};
use serde::Deserialize;
use serde_json::Value;

use crate::attachments;
use crate::conversation::Conversation;
use crate::importer::memo::Copied;
use crate::importer::{Assembly, Claim, FileNumber, Importer, Input, Origin, Parse, Probe, SetSink, Sink};
use crate::json::each::{Entry, each};
use crate::json::lenient;
use crate::media;
use message::Reading;

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.chat", label: "Google Chat", recognizes, parse: Parse::Set(|| Box::new(Chats::default())) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    let in_product = probe.folders().any(|folder| folder == "Google Chat");
    let has = |key: &str| memchr::memmem::find(probe.head, key.as_bytes()).is_some();
    let is_object = probe.head.trim_ascii_start().starts_with(b"{");
    let is_messages =
        has("\"messages\"") && (has("\"created_date\"") || has("\"topic_id\"") || has("\"message_id\"")) && has("\"creator\"");
    let is_group = has("\"members\"") && has("\"user_type\"");
    let is_user = has("\"user\"") && has("\"membership_info\"");
    if is_object && (is_messages || is_group || is_user) {
        return Claim::Yes(2 + u8::from(in_product));
    }
    let depth = probe.folders().skip_while(|folder| *folder != "Google Chat").count();
    match (in_product, probe.extension().as_str()) {
        (true, "json") => Claim::Yes(1),
        // Files lie in the folder of their group.
        (true, _) if depth >= 3 => Claim::Yes(2),
        _ => Claim::No,
    }
}

#[derive(Default)]
struct Chats {
    /// By folder.
    groups: BTreeMap<String, Group>,
    waiting: usize,
}

/// What is known of the conversation of a folder.
#[derive(Default)]
struct Group {
    conversation: Conversation,
    /// Whether its `group_info.json` was read.
    is_known: bool,
    messages: Vec<Waiting>,
    /// Attached files by name.
    files: HashMap<String, Attached>,
}

/// A message that waits for its group or its files.
struct Waiting {
    file: FileNumber,
    at: String,
    bytes: Vec<u8>,
}

struct Attached {
    file: FileNumber,
    blob: NewBlob,
    used: bool,
}

#[derive(Deserialize, Default, Clone)]
#[serde(default)]
struct User {
    name: Option<String>,
    email: Option<String>,
    gaia_id: Option<Value>,
}

impl User {
    fn entity(&self) -> Option<EntityRef> {
        let name = self.name.as_deref().unwrap_or_default().trim();
        match self.email.as_deref().map(str::trim) {
            Some(email) if email.contains('@') => Some(EntityRef::mailbox(email, name)),
            _ if !name.is_empty() => Some(EntityRef::named(EntityKind::Person, name)),
            _ => None,
        }
    }
}

impl Assembly for Chats {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let (folder, name) = input.path.rsplit_once('/').unwrap_or(("", input.path));
        let group = self.groups.entry(folder.to_owned()).or_insert_with(|| Group::of(folder));
        if is_attached(name) {
            let blob = media::in_place(input)?;
            sink.remember(serde_json::to_vec(&blob)?);
            group.attached(number, blob, sink);
            return Ok(());
        }
        let mut info = Info::default();
        let waiting = &mut self.waiting;
        let mut copied = Copied::of(input.reader);
        each(&mut copied, sink, |entry, sink| match (entry.key, entry.listed) {
            ("messages", true) => group.message(number, &entry, waiting, sink),
            ("members", true) => info.member(&entry, sink),
            ("name", false) => info.name = lenient::value(entry.bytes).ok().and_then(|name| name.as_str().map(str::to_owned)),
            ("user", false) => match lenient::record::<User>(entry.bytes, &[]) {
                Ok(user) => sink.item(owner(&user, entry.bytes)),
                Err(error) => sink.set_aside(FindingCode::BadRecord, &entry.at, &format!("A user was expected here: {error}.")),
            },
            // Which groups the owner is in: the groups' own files say more.
            ("membership_info", true) => sink.merged(),
            _ => {}
        })?;
        if let Some(item) = info.into_item(group) {
            sink.item(item);
        }
        copied.into_memo().into_iter().for_each(|memo| sink.remember(memo));
        Ok(())
    }

    fn recall(&mut self, number: FileNumber, path: &str, memo: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if is_attached(name) {
            let group = self.groups.entry(folder.to_owned()).or_insert_with(|| Group::of(folder));
            group.attached(number, serde_json::from_slice(memo)?, sink);
            return Ok(());
        }
        let mut reader = memo;
        self.file(number, &mut Input { path, size: memo.len() as u64, reader: &mut reader, origin: Origin { path: "", entry: "" } }, sink)
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        for group in self.groups.values_mut() {
            for Waiting { file, at, bytes } in std::mem::take(&mut group.messages) {
                group.release(&at, &bytes, sink.of(file));
            }
            for file in std::mem::take(&mut group.files).into_values() {
                let own = sink.of(file.file);
                if file.used { own.merged() } else { own.item(attachments::unclaimed(IMPORTER.id, file.blob)) }
            }
        }
    }
}

/// Whether a file was attached to a message, and is none of Chat's own.
fn is_attached(name: &str) -> bool {
    !name.to_lowercase().ends_with(".json") || name.starts_with("File-")
}

/// The stem of a file's name, the number of a copy (`(1)`) and the extension; of the latter two, what there is.
fn parts(name: &str) -> (&str, &str, &str) {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let numbered = stem.strip_suffix(')').and_then(|stem| stem.rsplit_once('('));
    let (stem, number) =
        numbered.filter(|(_, number)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or((stem, ""));
    (stem, number, extension)
}

impl Group {
    fn of(folder: &str) -> Self {
        // "DM 1a2B", "Space AAAA": the id is the last word in every language.
        let id = folder.rsplit('/').next().unwrap_or(folder).rsplit(' ').next().unwrap_or_default().to_owned();
        Self { conversation: Conversation { id, ..Conversation::default() }, ..Self::default() }
    }

    fn attached(&mut self, number: FileNumber, blob: NewBlob, sink: &mut dyn Sink) {
        match self.files.get(&blob.name) {
            Some(_) => sink.merged(),
            None => drop(self.files.insert(blob.name.clone(), Attached { file: number, blob, used: false })),
        }
    }

    fn message(&mut self, file: FileNumber, entry: &Entry<'_>, waiting: &mut usize, sink: &mut dyn Sink) {
        let has_files = memchr::memmem::find(entry.bytes, b"\"attached_files\"").is_some();
        if self.is_known && !has_files {
            self.release(&entry.at, entry.bytes, sink);
        } else if *waiting > attachments::WAITING {
            sink.finding(attachments::let_go(&entry.at, "the members of their group and the files that come after them"));
            self.release(&entry.at, entry.bytes, sink);
        } else {
            *waiting += entry.bytes.len();
            self.messages.push(Waiting { file, at: entry.at.clone(), bytes: entry.bytes.to_vec() });
        }
    }

    /// Hands a message on, with the files that it names.
    fn release(&mut self, at: &str, bytes: &[u8], sink: &mut dyn Sink) {
        let Reading { mut item, files } = match message::read(bytes, &self.conversation) {
            Ok(reading) => reading,
            Err(why) => return sink.set_aside(FindingCode::BadRecord, at, &why),
        };
        if item.at.is_none() {
            sink.finding(Finding {
                code: FindingCode::UncertainTime,
                severity: Severity::Warning,
                at: at.to_owned(),
                message: "The message has no time that could be read; it is kept without one, and its own words for it are shown with it."
                    .to_owned(),
                count: 1,
            });
        }
        let mut missing = Vec::new();
        for name in files {
            match self.file_named(&name) {
                Some(file) => {
                    file.used = true;
                    item.blobs.push(file.blob.clone());
                }
                None => missing.push(name),
            }
        }
        if !missing.is_empty() {
            sink.finding(Finding {
                code: FindingCode::Unpaired,
                severity: Severity::Warning,
                at: at.to_owned(),
                message: format!(
                    "The message names files that are not in the export: {}. Another part may hold them; import that one as well.",
                    missing.join(", ")
                ),
                count: missing.len() as u64,
            });
        }
        sink.item(item);
    }

    /// The file of that name, or the only one whose name is the beginning of it: long names are cut, and their number and extension
    /// kept.
    fn file_named(&mut self, name: &str) -> Option<&mut Attached> {
        if self.files.contains_key(name) {
            return self.files.get_mut(name);
        }
        let (wanted, number, extension) = parts(name);
        let is_cut = |own: &str| {
            let (stem, own_number, own_extension) = parts(own);
            (own_number, own_extension) == (number, extension) && stem.len() > "File-".len() && wanted.starts_with(stem)
        };
        let longest = self.files.keys().filter(|own| is_cut(own)).map(String::len).max()?;
        let mut found = self.files.iter_mut().filter(|(own, _)| own.len() == longest && is_cut(own));
        let first = found.next().map(|(_, file)| file);
        if found.next().is_some() { None } else { first }
    }
}

/// What a `group_info.json` says.
#[derive(Default)]
struct Info {
    name: Option<String>,
    members: Vec<(EntityRef, Value)>,
}

impl Info {
    fn member(&mut self, entry: &Entry<'_>, sink: &mut dyn Sink) {
        match lenient::value(entry.bytes)
            .ok()
            .and_then(|value| Some((serde_json::from_value::<User>(value.clone()).ok()?.entity()?, value)))
        {
            Some(member) => self.members.push(member),
            None => sink.finding(Finding {
                code: FindingCode::BadRecord,
                severity: Severity::Warning,
                at: entry.at.clone(),
                message: "A member of the group was expected, with a name or an address; the group is kept without it.".to_owned(),
                count: 1,
            }),
        }
    }

    fn into_item(self, group: &mut Group) -> Option<NewItem> {
        if self.members.is_empty() && self.name.is_none() {
            return None;
        }
        let raw = serde_json::json!({ "name": &self.name, "members": self.members.iter().map(|(_, value)| value).collect::<Vec<_>>() });
        group.conversation.name = self.name.unwrap_or_default().trim().to_owned();
        group.conversation.members = self.members.into_iter().map(|(member, _)| member).collect();
        group.is_known = true;
        Some(group.conversation.item(IMPORTER.id, Raw::json(raw.to_string().as_bytes())))
    }
}

/// The card of the account's owner.
fn owner(user: &User, raw: &[u8]) -> NewItem {
    let email = user.email.as_deref().unwrap_or_default().trim().to_lowercase();
    let name = user.name.as_deref().unwrap_or_default().trim();
    let mut item = NewItem::new(Kind::Contact, IMPORTER.id, ["owner", &email, name].join("\u{1f}"), Raw::json(raw));
    item.title = if name.is_empty() { email } else { name.to_owned() };
    item.links.extend(user.entity().map(|entity| NewLink { role: Role::Subject, entity }));
    item.set("is_owner", true);
    item.set("gaia_id", user.gaia_id.clone().unwrap_or_default());
    item
}

#[cfg(test)]
mod tests;
