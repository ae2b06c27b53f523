//! Google's reminders, until they moved to Tasks in 2023: `Reminders/Reminders.json`.
//!
//! The file is not documented, so a reminder is read by the names of its fields wherever they stand: words, when it is due, when it
//! was made, whether it is done. The page `Reminders.html` says the same with fewer fields and is kept as a document by
//! [`super::small_products`].
//!
//! Identity: its id, else when it was made with its words. `data`: `status` ("needsAction", "completed"), `due`, `created`,
//! `completed`, `place` (the words for it).

use std::io;

use domain::{FindingCode, Kind, Moment, NewItem, Raw};
use serde_json::Value;

use crate::conversation::headline;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::each::each;
use crate::json::lenient;
use crate::text::time;

pub(crate) static IMPORTER: Importer = Importer { id: "google.reminders", label: "Reminders", recognizes, parse: Parse::File(parse) };

/// What the folder is called in the languages of exports.
const FOLDERS: &[&str] =
    &["reminders", "erinnerungen", "rappels", "recordatorios", "herinneringen", "promemoria", "lembretes", "リマインダー"];
/// How deep a reminder is looked through.
const DEPTH: usize = 6;

fn recognizes(probe: &Probe<'_>) -> Claim {
    let in_folder = probe.folders().next().is_some_and(|folder| FOLDERS.contains(&folder.to_lowercase().as_str()));
    let lists = memchr::memmem::find(probe.head, b"\"reminders\"").is_some();
    let is_json = probe.extension() == "json" && probe.head.trim_ascii_start().starts_with(b"{");
    match (is_json, in_folder, lists) {
        (true, true, true) => Claim::Yes(3),
        (true, true, false) => Claim::Yes(1),
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    each(input.reader, sink, |entry, sink| {
        if !entry.listed {
            return;
        }
        match lenient::value(entry.bytes).ok().as_ref().and_then(|value| reminder(value, entry.bytes)) {
            Some(item) => sink.item(item),
            None => sink.set_aside(FindingCode::BadRecord, &entry.at, "A reminder has words, and this record has none."),
        }
    })
}

fn reminder(value: &Value, raw: &[u8]) -> Option<NewItem> {
    let text = |names: &[&str]| names.iter().find_map(|name| find(value, name, DEPTH)?.as_str().map(str::trim).filter(|text| !text.is_empty()));
    let when = |names: &[&str]| names.iter().find_map(|name| moment(find(value, name, DEPTH)?));
    let words = text(&["title", "text", "name", "description"])?;
    let created = when(&["created_time", "createdTime", "createdTimestampMs", "creation_time", "creationTimestampMs", "created"]);
    let due = when(&["due_date", "dueDate", "due_time", "dueTime", "reminder_time", "scheduled_time", "due"]);
    let done = when(&["completed_time", "archived_time", "archivedTimeMs", "completed", "archived"]);
    let is_done = done.is_some() || ["is_completed", "isCompleted", "archived", "completed", "done"].iter().any(|name| find(value, name, DEPTH) == Some(&Value::Bool(true)));
    let id = text(&["task_id", "taskId", "id", "server_assigned_id"]);
    let key = id.map_or_else(|| format!("{}\u{1f}{words}", created.as_ref().map_or(0, |at| at.ms)), str::to_owned);
    let mut item = NewItem::new(Kind::Task, IMPORTER.id, key, Raw::json(raw));
    item.title = headline(words);
    item.text = text(&["description", "notes", "text"]).filter(|notes| *notes != words).map_or_else(|| words.to_owned(), |notes| format!("{words}\n{notes}"));
    item.set("status", if is_done { "completed" } else { "needsAction" });
    for (name, at) in [("due", &due), ("created", &created), ("completed", &done)] {
        item.set(name, at.as_ref().map_or("", |at| at.raw.as_str()));
    }
    item.set("place", text(&["location_name", "place_name", "address"]).unwrap_or_default());
    item.at = done.or(due).or(created);
    Some(item)
}

/// A time as text or number, or the parts of a day in an object.
fn moment(value: &Value) -> Option<Moment> {
    let Some(parts) = value.as_object() else { return time::of(value) };
    let part = |name: &str| parts.get(name).and_then(Value::as_i64);
    let clock = parts.get("time").and_then(Value::as_object);
    let of_clock = |name: &str| clock.and_then(|clock| clock.get(name)?.as_i64()).unwrap_or(0);
    let day = format!("{:04}-{:02}-{:02}", part("year")?, part("month")?, part("day")?);
    time::iso(&if clock.is_some() { format!("{day}T{:02}:{:02}:{:02}", of_clock("hour"), of_clock("minute"), of_clock("second")) } else { day })
}

/// The field of that name, the outermost one.
fn find<'v>(value: &'v Value, name: &str, depth: usize) -> Option<&'v Value> {
    let fields = value.as_object()?;
    fields.get(name).filter(|found| !found.is_null()).or_else(|| if depth == 0 { None } else { fields.values().find_map(|inner| find(inner, name, depth - 1)) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn reminders_are_tasks_by_the_names_of_their_fields() {
        let file = br#"{"reminders": [
            {"taskId": {"id": "r1"}, "title": "Water the ferns", "dueDate": {"year": 2021, "month": 5, "day": 4, "time": {"hour": 9, "minute": 30}}, "createdTimestampMs": "1620000000000", "archived": true},
            {"title": "Call Bo", "created_time": "2020-01-02T03:04:05Z"}, {"due_date": "2021-01-01"}]}"#;
        let read = read(&IMPORTER, "Reminders/Reminders.json", file);
        let shown = read.shown();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(
            lines[..2],
            [
                "task google.reminders 2021-05-04T09:30:00Z | Water the ferns | Water the ferns",
                "task google.reminders 2020-01-02T03:04:05Z | Call Bo | Call Bo",
            ]
        );
        assert_eq!((read.n_set_aside, &read.items[0].data["status"], &read.items[1].data["status"]), (1, &"completed".into(), &"needsAction".into()));
    }

    #[test]
    fn its_folder_is_known_in_other_languages_and_a_cut_file_keeps_what_is_whole() {
        let claim = |path: &str| recognizes(&Probe { path, head: b"{\"reminders\": [", tail: b"", size: 9 });
        assert_eq!((claim("Erinnerungen/x.json"), claim("Drive/Reminders/x.json")), (Claim::Yes(3), Claim::No));
        let cut = read(&IMPORTER, "Reminders/Reminders.json", br#"{"reminders": [{"title": "Rope"}, {"title": "Tw"#);
        assert_eq!((cut.items.len(), cut.findings.last().unwrap().code), (1, FindingCode::CutShort));
    }
}
