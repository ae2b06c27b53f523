//! WhatsApp: a chat exported as text (`_chat.txt`, `WhatsApp Chat with Ann.txt`), with its media beside it.
//!
//! Each message begins with a time in the form of the phone's language; lines without one continue the message before. The
//! order of day and month is nowhere said: it is found over the whole file (see [`stamp`]). Times are those of the phone's
//! wall clock. An export has 40,000 messages at most, so the text is read whole.
//!
//! Identity: the time, the sender, the words without what stands for a file, and the time of the message before, which tells
//! equal words in two chats apart; equal ones in one chat are counted. It does not depend on the file's name.
//!
//! `data`, beside what [`crate::conversation`] says: `files` (names of media), `edited` (true), `left_out` (true when media were
//! not exported). Lines that nobody wrote, like those about members, are activity; phones of Apple write them in the name of the
//! group. A chat is the relation "thread". A document that was sent keeps the name that it had, so that others may read it as well; the
//! message that names it has it all the same.
//!
//! Absent on purpose: whose phone it was, which the text does not say.

mod stamp;
mod wording;

use std::collections::{BTreeMap, HashMap};
use std::io;

use domain::{EntityKind, EntityRef, Finding, FindingCode, Kind, Moment, NewBlob, NewItem, Raw, RawFormat, Severity};

use super::activity::files::Files;
use crate::attachments;
use crate::conversation::{Conversation, Message, phone};
use crate::importer::{Assembly, Claim, FileNumber, Importer, Input, Origin, Parse, Probe, SetSink, Sink};
use crate::media;
use crate::text::charset;
use stamp::{Order, Stamp};
use wording::Body;

pub(crate) static IMPORTER: Importer =
    Importer { id: "whatsapp", label: "WhatsApp chat export", recognizes, parse: Parse::Set(|| Box::new(Chats::default())) };

/// Longest chat, in bytes.
const LIMIT: u64 = 32 << 20;
/// Lines in which a message is looked for to tell a chat.
const FIRST_LINES: usize = 20;
/// Longest name of a sender, in characters.
const NAME: usize = 80;

fn recognizes(probe: &Probe<'_>) -> Claim {
    let in_chat = probe.folders().any(|folder| folder.contains("WhatsApp")) || probe.name().contains("WhatsApp");
    if probe.extension() == "txt" {
        let head = charset::decoded(probe.head);
        let named = in_chat || probe.name() == "_chat.txt";
        // Of what is called as chats are, the first lines may be spoilt.
        let mut lines = head.lines().filter(|line| !wording::bare(line).is_empty()).take(if named { FIRST_LINES } else { 1 });
        let shaped = lines.any(|line| stamp::split(line).is_some());
        return match (shaped, named) {
            (true, true) => Claim::Yes(3),
            (true, false) => Claim::Yes(2),
            (false, true) if probe.name() == "_chat.txt" => Claim::Yes(1),
            (false, _) => Claim::No,
        };
    }
    match (media::type_of(probe.name()).is_some(), in_chat, wording::is_media_name(probe.name())) {
        // WhatsApp's own archives have no folder.
        (true, true, true) => Claim::Yes(2),
        (true, false, true) if probe.folders().next().is_none() => Claim::Yes(2),
        (true, true, false) | (true, false, true) => Claim::Yes(1),
        _ => Claim::No,
    }
}

#[derive(Default)]
struct Chats {
    waiting: Vec<Waiting>,
    files: BTreeMap<String, Attached>,
    /// Where the chats stand on disk: path and entry, by what stands before the names of their files.
    chats: BTreeMap<String, (String, String)>,
}

/// A message that waits for its files.
struct Waiting {
    file: FileNumber,
    /// What stands before the names of its files.
    folder: String,
    item: NewItem,
    files: Vec<String>,
}

struct Attached {
    file: FileNumber,
    blob: NewBlob,
    used: bool,
}

impl Assembly for Chats {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        if !input.path.to_lowercase().ends_with(".txt") {
            let blob = media::in_place(input)?;
            if self.files.insert(scope(input) + input.path, Attached { file: number, blob, used: false }).is_some() {
                sink.merged();
            }
            return Ok(());
        }
        let bytes = input.read_all(LIMIT)?;
        let folder = scope(input) + input.path.rfind('/').map_or("", |end| &input.path[..=end]);
        self.chats.entry(folder.clone()).or_insert_with(|| (input.origin.path.to_owned(), input.origin.entry.to_owned()));
        for (item, files) in read(&charset::decoded(&bytes), &wording::chat_name(input.path, archive(input)), sink) {
            if files.is_empty() { sink.item(item) } else { self.waiting.push(Waiting { file: number, folder: folder.clone(), item, files }) }
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        let chats = std::mem::take(&mut self.chats);
        let mut beside: BTreeMap<&str, Files<'_>> =
            chats.iter().map(|(folder, (path, entry))| (folder.as_str(), Files::beside(Origin { path, entry }))).collect();
        for Waiting { file: number, folder, mut item, files } in std::mem::take(&mut self.waiting) {
            let mut n_missing = 0;
            for name in &files {
                match self.files.get_mut(&format!("{folder}{name}")) {
                    Some(file) => {
                        file.used = true;
                        item.blobs.push(file.blob.clone());
                    }
                    None => match beside.get_mut(folder.as_str()).and_then(|files| files.find(name)) {
                        Some(blob) => item.blobs.push(blob),
                        None => n_missing += 1,
                    },
                }
            }
            let sink = sink.of(number);
            if n_missing > 0 {
                sink.finding(Finding {
                    code: FindingCode::Unpaired,
                    severity: Severity::Warning,
                    at: String::new(),
                    message: format!(
                        "The chat names media that are not beside it: {}. Import the whole folder or zip of the chat.",
                        files.join(", ")
                    ),
                    count: n_missing,
                });
            }
            sink.item(item);
        }
        for file in std::mem::take(&mut self.files).into_values() {
            let own = sink.of(file.file);
            if file.used { own.merged() } else { own.item(attachments::unclaimed(IMPORTER.id, file.blob)) }
        }
    }
}

/// The archive that a file is in; empty when it is in none.
fn archive<'i>(input: &Input<'i>) -> &'i str {
    if input.origin.entry.is_empty() { "" } else { input.origin.path }
}

/// What tells the files of one archive from those of the same paths in another: every chat's archive looks alike inside.
fn scope(input: &Input<'_>) -> String {
    format!("{}\0", archive(input))
}

/// A message as it stands in the text.
struct Spoken<'t> {
    line: usize,
    stamp: Stamp,
    sender: Option<&'t str>,
    words: String,
    raw: &'t str,
}

/// The messages of a chat, and the names of the files that each carries.
fn read(text: &str, name: &str, sink: &mut dyn Sink) -> Vec<(NewItem, Vec<String>)> {
    let mut spoken = taken_apart(text, sink);
    let group = group_of(&spoken);
    for one in spoken.iter_mut().filter(|one| one.sender.is_some() && one.sender == group) {
        one.sender = None;
    }
    let stamps: Vec<Stamp> = spoken.iter().map(|one| one.stamp).collect();
    let (order, is_sure) = Order::of(&stamps);
    if !is_sure {
        sink.finding(Finding {
            code: FindingCode::UncertainTime,
            severity: Severity::Warning,
            at: String::new(),
            message: format!("No date in the chat tells whether the day or the month comes first; {} was supposed.", order.name()),
            count: spoken.len() as u64,
        });
    }
    let mut conversation = Conversation { id: name.to_owned(), name: name.to_owned(), members: Vec::new() };
    for sender in spoken.iter().filter_map(|one| one.sender) {
        let member = person(sender);
        if !conversation.members.iter().any(|known| known.address == member.address) {
            conversation.members.push(member);
        }
    }
    let mut before = 0;
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut items = Vec::with_capacity(spoken.len());
    for one in &spoken {
        let Some(at) = order.moment(&one.stamp, one.raw) else {
            sink.set_aside(
                FindingCode::BadRecord,
                &format!("line {}", one.line),
                "A message begins with a date and a time, and the date of this one is in no calendar",
            );
            continue;
        };
        let ms = at.ms;
        items.push(message(one, at, before, &conversation, &mut seen));
        before = ms;
    }
    items
}

/// The messages of a text: those lines that begin with a time, each with the lines that follow it.
fn taken_apart<'t>(text: &'t str, sink: &mut dyn Sink) -> Vec<Spoken<'t>> {
    let mut spoken: Vec<Spoken<'t>> = Vec::new();
    let mut from = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let start = from;
        from += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        if let Some((stamp, rest)) = stamp::split(line) {
            let (sender, words) = speaker(rest);
            spoken.push(Spoken { line: number + 1, stamp, sender, words: words.to_owned(), raw: line });
        } else if let Some(last) = spoken.last_mut() {
            last.words.push('\n');
            last.words.push_str(line);
            // The lines of one message stand one after the other.
            let begin = last.raw.as_ptr() as usize - text.as_ptr() as usize;
            last.raw = text.get(begin..start + line.len()).unwrap_or(last.raw);
        } else if !wording::bare(line).is_empty() {
            sink.set_aside(
                FindingCode::BadRecord,
                &format!("line {}", number + 1),
                "A chat begins with a message, and a message with a date and a time",
            );
        }
    }
    spoken
}

/// The group in whose name the lines are that nobody wrote. It says nothing else, each time behind a mark of direction, and has
/// members who do.
fn group_of<'t>(spoken: &[Spoken<'t>]) -> Option<&'t str> {
    let first = spoken.first()?.sender?;
    let is_note = |one: &Spoken<'_>| {
        let body = wording::body(&one.words);
        one.words.starts_with('\u{200e}') && body.files.is_empty() && !body.left_out
    };
    let mut others: Vec<&str> = spoken.iter().filter_map(|one| one.sender).filter(|sender| *sender != first).collect();
    others.sort_unstable();
    others.dedup();
    let says_nothing = spoken.iter().filter(|one| one.sender == Some(first)).all(is_note);
    (others.len() > 1 && says_nothing).then_some(first)
}

/// Who speaks, and the words; nobody in lines about the chat itself.
fn speaker(rest: &str) -> (Option<&str>, &str) {
    let is_name = |name: &&str| !name.is_empty() && name.chars().count() <= NAME && !name.contains(['"', '“', '”', '«', '»', '„']);
    match rest.split_once(": ").or_else(|| rest.strip_suffix(':').map(|name| (name, ""))) {
        Some((name, words)) => match Some(wording::bare(name)).filter(is_name) {
            Some(name) => (Some(name), words),
            None => (None, rest),
        },
        None => (None, rest),
    }
}

fn person(name: &str) -> EntityRef {
    let is_number = name.starts_with('+')
        && name.chars().all(|letter| letter.is_ascii_digit() || " +-()\u{a0}\u{2011}\u{202a}\u{202c}".contains(letter));
    let name = name.trim_start_matches("~").trim();
    phone(name, "").filter(|_| is_number).unwrap_or_else(|| EntityRef::named(EntityKind::Person, name))
}

fn message(
    one: &Spoken<'_>,
    at: Moment,
    before: i64,
    conversation: &Conversation,
    seen: &mut HashMap<String, u32>,
) -> (NewItem, Vec<String>) {
    let Body { text, files, left_out, edited } = wording::body(&one.words);
    let known = [at.ms.to_string().as_str(), one.sender.unwrap_or_default(), &text, &before.to_string()].join("\u{1f}");
    let n_before = seen.entry(known.clone()).or_default();
    let key = if *n_before == 0 { known } else { [known.as_str(), &n_before.to_string()].join("\u{1f}") };
    *n_before += 1;
    let raw = Raw::text(RawFormat::Text, one.raw);
    let mut item = conversation.message(IMPORTER.id, Message { key, at: Some(at), sender: one.sender.map(person), text, raw });
    // The chat itself is no record of the export.
    item.related.iter_mut().for_each(|link| "thread".clone_into(&mut link.relation));
    if one.sender.is_none() {
        item.kind = Kind::Activity;
        item.links.clear();
    }
    if item.title.is_empty() {
        item.title = files.first().cloned().unwrap_or_else(|| "Media that were not exported".to_owned());
    }
    for (name, is) in [("left_out", left_out), ("edited", edited)] {
        if is {
            item.set(name, true);
        }
    }
    item.set("files", files.clone());
    (item, files)
}

#[cfg(test)]
mod tests;
