//! One note of Keep as an item.
//!
//! `data`: `created` and `edited` (as the moments of ISO text), `color`, `pinned`, `archived`, `labels`, `annotations` (web links:
//! `{title, url, description}`), `attachments` (`{name, media_type}`), `list` (whether it is one),
//! `cut` (true when its file ends in the middle), `time_text` (a time that cannot be read, as it is written).

use domain::{EntityKind, EntityRef, Kind, Moment, NewItem, NewLink, Raw, RawFormat, Role};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::page;
use crate::json::{broken_off, lenient};
use crate::text::{html, numbers, time};

/// A file that a note names.
pub(super) struct Attachment {
    /// Its name, in the folder of the note.
    pub(super) path: String,
}

/// Why a note is no item.
pub(super) enum Unusable {
    /// There is nothing in it.
    Empty,
    /// The file ends in the middle.
    Cut,
    /// It is no note; what was expected.
    Bad(String),
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Note {
    title: Option<String>,
    text_content: Option<String>,
    text_content_html: Option<String>,
    list_content: Option<Vec<Line>>,
    is_trashed: Option<bool>,
    is_pinned: Option<bool>,
    is_archived: Option<bool>,
    color: Option<String>,
    labels: Option<Vec<Label>>,
    annotations: Option<Vec<Annotation>>,
    attachments: Option<Vec<File>>,
    sharees: Option<Vec<Sharee>>,
    #[serde(deserialize_with = "micros")]
    created_timestamp_usec: Option<i64>,
    #[serde(deserialize_with = "micros")]
    user_edited_timestamp_usec: Option<i64>,
    /// The date in a page's heading.
    #[serde(skip)]
    heading: Option<Moment>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Line {
    text: Option<String>,
    text_html: Option<String>,
    is_checked: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Label {
    name: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Annotation {
    title: Option<String>,
    url: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct File {
    file_path: Option<String>,
    mimetype: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Sharee {
    is_owner: Option<bool>,
    email: Option<String>,
}

/// A number, or the text of one; -1, which is no time, for what is neither.
fn micros<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(if value.is_null() { None } else { Some(numbers::integer_of(&value).unwrap_or(-1)) })
}

/// The instant of a stamp, and its microseconds since 1970.
fn instant(stamp: i64) -> Option<(Moment, i64)> {
    let moment = time::micros(stamp)?;
    // Where it counts something else, what is finer than a millisecond is of no use.
    let usec = if stamp.div_euclid(1_000) == moment.ms { stamp } else { moment.ms * 1_000 };
    Some((moment, usec))
}

/// Reads a note. `name` is its file's name without the extension.
pub(super) fn read(bytes: &[u8], name: &str, source: &str) -> Result<(NewItem, Vec<Attachment>), Unusable> {
    let note: Note = lenient::record(bytes.trim_ascii_end(), &["title", "textContent", "listContent"])
        .map_err(|error| if error.is_eof() { Unusable::Cut } else { Unusable::Bad(format!("A note was expected here: {error}.")) })?;
    item(&note, name, source, Raw::json(bytes))
}

/// Reads what there is of a note whose file ends in the middle.
pub(super) fn of_cut(bytes: &[u8], name: &str, source: &str) -> Option<(NewItem, Vec<Attachment>)> {
    let note: Note = lenient::record(&broken_off::closed(bytes.trim_ascii_end())?, &[]).ok()?;
    // The bytes are no JSON.
    let (mut item, attachments) = item(&note, name, source, Raw { format: RawFormat::Text, bytes: bytes.to_vec() }).ok()?;
    item.set("cut", true);
    Some((item, attachments))
}

/// Reads a note of which only the page is there, as HTML without pictures.
pub(super) fn from_page(html: &str, name: &str, source: &str) -> Result<(NewItem, Vec<Attachment>), Unusable> {
    let page = page::read(html);
    let note = Note {
        title: Some(page.title),
        text_content: Some(page.text),
        list_content: Some(
            page.list.into_iter().map(|(checked, text)| Line { text: Some(text), is_checked: Some(checked), ..Line::default() }).collect(),
        ),
        is_trashed: Some(page.is_trashed),
        is_pinned: Some(page.is_pinned),
        is_archived: Some(page.is_archived),
        labels: Some(page.labels.into_iter().map(|name| Label { name: Some(name) }).collect()),
        annotations: Some(
            page.links.into_iter().map(|(title, url)| Annotation { title: Some(title), url: Some(url), description: None }).collect(),
        ),
        attachments: Some(page.files.into_iter().map(|file| File { file_path: Some(file), mimetype: None }).collect()),
        heading: page.edited,
        ..Note::default()
    };
    item(&note, name, source, Raw::text(RawFormat::Html, html))
}

fn item(note: &Note, name: &str, source: &str, raw: Raw) -> Result<(NewItem, Vec<Attachment>), Unusable> {
    let files: Vec<&File> = note.attachments.iter().flatten().filter(|file| file.file_path.is_some()).collect();
    let first_file = files.first().and_then(|file| file.file_path.as_deref());
    let title = note.title.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let text = words(note);
    let line = text.lines().find(|line| !line.trim().is_empty()).map(|line| line.trim().chars().take(80).collect::<String>());
    let shown = Some(title).filter(|title| !title.is_empty()).or(line).or_else(|| first_file.map(str::to_owned)).ok_or(Unusable::Empty)?;

    let created = note.created_timestamp_usec.filter(|created| *created > 0);
    let key = match created {
        Some(created) => format!("{created}\0{}", first_file.unwrap_or_default()),
        None => format!("file\0{name}"),
    };
    let mut item = NewItem::new(Kind::Note, source, key, raw);
    let stamps = [note.created_timestamp_usec, note.user_edited_timestamp_usec].map(|stamp| stamp.filter(|stamp| *stamp != 0));
    let unread: Vec<String> = stamps.iter().flatten().filter(|stamp| instant(**stamp).is_none()).map(i64::to_string).collect();
    let [created, edited] = stamps.map(|stamp| stamp.and_then(instant));
    item.at = created.as_ref().or(edited.as_ref()).map(|(moment, _)| moment.clone()).or_else(|| note.heading.clone());
    item.set("time_text", unread.join(", "));
    let [created, edited] = [created, edited].map(|stamp| stamp.map(|(_, usec)| usec));
    item.title = shown;
    item.text = text;
    item.hidden = note.is_trashed == Some(true);
    item.revision = edited;

    for sharee in note.sharees.iter().flatten() {
        let Some(email) = sharee.email.as_deref().filter(|email| email.contains('@')) else { continue };
        let role = if sharee.is_owner == Some(true) { Role::Organizer } else { Role::Attendee };
        item.links.push(NewLink { role, entity: EntityRef::mailbox(email, "") });
    }
    let labels: Vec<&str> =
        note.labels.iter().flatten().filter_map(|label| label.name.as_deref()).map(str::trim).filter(|name| !name.is_empty()).collect();
    item.links.extend(labels.iter().map(|label| NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, label) }));
    item.set("labels", labels);
    for (name, micros) in [("created", created), ("edited", edited)] {
        item.set(
            name,
            micros.and_then(|micros| jiff::Timestamp::from_microsecond(micros).ok()).map(|stamp| stamp.to_string()).unwrap_or_default(),
        );
    }
    item.set("color", note.color.as_deref().filter(|color| *color != "DEFAULT").unwrap_or_default().to_lowercase());
    for (name, is) in
        [("pinned", note.is_pinned), ("archived", note.is_archived), ("list", note.list_content.as_ref().map(|list| !list.is_empty()))]
    {
        if is == Some(true) {
            item.set(name, true);
        }
    }
    let annotations = note.annotations.iter().flatten().filter(|annotation| annotation.url.is_some());
    item.set("annotations", annotations.map(|a| json!({"title": a.title, "url": a.url, "description": a.description})).collect::<Vec<_>>());
    item.set("attachments", files.iter().map(|file| json!({"name": file.file_path, "media_type": file.mimetype})).collect::<Vec<_>>());
    let attachments = files.iter().filter_map(|file| file.file_path.clone()).map(|path| Attachment { path }).collect();
    Ok((item, attachments))
}

/// The note's text, its list with a box a line, and the links that Keep found in it.
fn words(note: &Note) -> String {
    let mut lines = Vec::new();
    let plain = note.text_content.clone().filter(|text| !text.trim().is_empty());
    let plain = plain.or_else(|| note.text_content_html.as_deref().map(html::plain)).unwrap_or_default();
    if !plain.trim().is_empty() {
        lines.push(plain.trim().to_owned());
    }
    for line in note.list_content.iter().flatten() {
        let text = line
            .text
            .clone()
            .filter(|text| !text.trim().is_empty())
            .or_else(|| line.text_html.as_deref().map(html::plain))
            .unwrap_or_default();
        if !text.trim().is_empty() {
            lines.push(format!("{} {}", if line.is_checked == Some(true) { "[x]" } else { "[ ]" }, text.trim()));
        }
    }
    for annotation in note.annotations.iter().flatten() {
        let (title, url) = (annotation.title.as_deref().unwrap_or_default().trim(), annotation.url.as_deref().unwrap_or_default().trim());
        if !url.is_empty() && !plain.contains(url) {
            lines.push(format!("{title} {url}").trim().to_owned());
        }
    }
    lines.join("\n")
}
