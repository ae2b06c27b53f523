//! Google Tasks: `Tasks.json`, the lists with their tasks.
//!
//! A task stands at the time it was done, else when it is planned, else on the day it is due, else when it was written. `due`
//! is a date even though the file writes midnight in UTC; it is not shifted by any zone.
//!
//! `data`: `list`, `status` ("needsAction", "completed"), `due` (a date), `scheduled`, `completed`, `created`, `updated`, `starred`,
//! `parent` (the id of the task above, to which `part_of` points), `links`, `cleared` (hidden by the owner after it was done).
//!
//! Absent on purpose: the lists as items of their own; a list is a label.

use std::io;

use domain::{Certainty, EntityKind, EntityRef, FindingCode, ItemLink, Kind, Moment, NewItem, NewLink, Raw, Role, Uid};
use serde::Deserialize;
use serde_json::Value;

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::{Next, Records, lenient};
use crate::text::time;

pub(crate) static IMPORTER: Importer = Importer { id: "google.tasks", label: "Tasks", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    let shaped = probe.head.trim_ascii_start().starts_with(b"{") && memchr::memmem::find(probe.head, b"tasks#taskList").is_some();
    match (shaped, probe.name().eq_ignore_ascii_case("tasks.json")) {
        (true, true) => Claim::Yes(3),
        (true, false) => Claim::Yes(2),
        (false, _) => Claim::No,
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Task {
    id: Option<String>,
    title: Option<String>,
    notes: Option<String>,
    status: Option<String>,
    due: Option<String>,
    completed: Option<String>,
    created: Option<String>,
    updated: Option<String>,
    parent: Option<String>,
    starred: Option<bool>,
    hidden: Option<bool>,
    deleted: Option<bool>,
    links: Option<Vec<Value>>,
    scheduled_time: Option<Vec<Scheduled>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Scheduled {
    current: Option<bool>,
    start: Option<String>,
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let mut records = Records::new(input.reader);
    loop {
        match records.next()? {
            Next::Record { key: "items", at, bytes } => {
                if let Some(why) = tasks(bytes, at, sink) {
                    sink.set_aside(FindingCode::BadRecord, &format!("byte {at}"), &why);
                }
            }
            Next::Record { .. } | Next::Field { .. } => {}
            Next::Cut { at, rest, .. } => {
                // One list often holds all tasks: those that are whole are read.
                let begins = at - rest.len() as u64;
                if !rest.is_empty() && tasks(rest, begins, sink).is_some() {
                    sink.set_aside(FindingCode::CutShort, &format!("byte {begins}"), "The task list is cut off where the file ends.");
                }
                sink.cut_short(&format!("byte {at}"));
                return Ok(());
            }
            Next::Broken(at, expected) => {
                sink.set_aside(
                    FindingCode::WrongFormat,
                    &format!("byte {at}"),
                    &format!("Here {expected} was expected; the rest of the file was not read."),
                );
                return Ok(());
            }
            Next::End => return Ok(()),
        }
    }
}

/// Reads the tasks of one list. Answers what is wrong with the list itself.
fn tasks(list: &[u8], list_at: u64, sink: &mut dyn Sink) -> Option<String> {
    let title = title_of(list);
    let mut reader = list;
    let mut records = Records::new(&mut reader);
    loop {
        match records.next() {
            Ok(Next::Record { key: "items", at, bytes }) => task(bytes, &format!("byte {}", list_at + at), &title, sink),
            Ok(Next::Record { .. } | Next::Field { .. }) => {}
            Ok(Next::Cut { .. }) => return Some("The task list breaks off; what came before was read.".to_owned()),
            Ok(Next::Broken(_, expected)) => return Some(format!("A task list was expected here, and in it {expected}.")),
            Ok(Next::End) | Err(_) => return None,
        }
    }
}

/// The list's own title, wherever it stands in it.
fn title_of(list: &[u8]) -> String {
    let mut reader = list;
    let mut records = Records::new(&mut reader);
    loop {
        match records.next() {
            Ok(Next::Field { key: "title", bytes, .. }) => {
                return lenient::value(bytes).ok().as_ref().and_then(Value::as_str).unwrap_or_default().trim().to_owned();
            }
            Ok(Next::Record { .. } | Next::Field { .. }) => {}
            Ok(Next::Cut { .. } | Next::Broken(..) | Next::End) | Err(_) => return String::new(),
        }
    }
}

fn task(bytes: &[u8], at: &str, list: &str, sink: &mut dyn Sink) {
    match lenient::record::<Task>(bytes, &["title"]) {
        Ok(task) => match item(task, list, bytes) {
            Some(item) => sink.item(item),
            None => sink.skip(FindingCode::IgnoredFile, at, "The task has neither a title nor notes."),
        },
        Err(error) => sink.set_aside(FindingCode::BadRecord, at, &format!("A task was expected here: {error}.")),
    }
}

fn item(task: Task, list: &str, raw: &[u8]) -> Option<NewItem> {
    let title = task.title.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let notes = task.notes.unwrap_or_default().trim().to_owned();
    let first = if title.is_empty() { notes.lines().next()?.to_owned() } else { title };
    let moment = |text: &Option<String>| text.as_deref().and_then(time::iso);
    let due = task.due.as_deref().and_then(date);
    let scheduled = task.scheduled_time.unwrap_or_default();
    let planned = scheduled.iter().find(|slot| slot.current == Some(true)).or_else(|| scheduled.last()).and_then(|slot| slot.start.clone());

    let id = task.id.unwrap_or_default();
    let key = if id.is_empty() { format!("{list}\0{first}\0{}", task.created.as_deref().unwrap_or_default()) } else { id };
    let mut item = NewItem::new(Kind::Task, IMPORTER.id, key, Raw::json(raw));
    item.at = moment(&task.completed)
        .or_else(|| moment(&planned))
        .or_else(|| due.clone())
        .or_else(|| moment(&task.created))
        .or_else(|| moment(&task.updated));
    item.title = first;
    item.text = notes;
    item.hidden = task.deleted == Some(true);
    item.revision = moment(&task.updated).map(|updated| updated.ms);
    if !list.is_empty() {
        item.links.push(NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, list) });
    }
    if let Some(parent) = task.parent.filter(|parent| !parent.is_empty()) {
        item.related.push(ItemLink { relation: "part_of".to_owned(), to: Uid::of(IMPORTER.id, parent.as_bytes()) });
        item.set("parent", parent);
    }
    item.set("list", list);
    item.set("status", task.status.unwrap_or_default());
    item.set("due", due.map(|due| due.raw.chars().take(10).collect::<String>()).unwrap_or_default());
    item.set("scheduled", planned.unwrap_or_default());
    for (name, value) in [("completed", task.completed), ("created", task.created), ("updated", task.updated)] {
        item.set(name, value.unwrap_or_default());
    }
    for (name, is) in [("starred", task.starred), ("cleared", task.hidden)] {
        if is == Some(true) {
            item.set(name, true);
        }
    }
    item.set("links", task.links.unwrap_or_default());
    Some(item)
}

/// The date of a `due`, whatever clock stands behind it.
fn date(due: &str) -> Option<Moment> {
    let day = time::iso(due.get(..10)?)?;
    Some(Moment { ms: day.ms, offset_min: None, certainty: Certainty::DateOnly, raw: due.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn tasks_come_with_their_lists_and_a_bad_one_costs_itself() {
        let file = r##"{"kind": "tasks#taskLists", "items": [
            {"kind": "tasks#taskList", "id": "L0", "title": "Leer"},
            {"kind": "tasks#taskList", "id": "L1", "title": "Boot", "items": [
                {"id": "T1", "title": "Buy rope", "status": "needsAction", "due": "2026-01-09T00:00:00.000Z", "created": "2026-01-01T08:00:00Z", "notes": "20 m"},
                {"id": "T2", "title": "Paint", "status": "completed", "completed": "2026-01-10T09:30:00.000Z", "due": "2026-01-09T00:00:00.000Z", "parent": "T1"},
                {"id": "T3", "title": 7},
                {"id": "T4", "title": "", "notes": ""},
                {"id": "T5", "title": "Ring Bo", "deleted": true, "scheduled_time": [{"current": true, "start": "2026-01-09T08:00:00Z"}]}]}]}"##;
        let collected = read(&IMPORTER, "Tasks/Tasks.json", file.as_bytes());
        let shown = collected.shown();
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(
            lines[..3],
            [
                "task google.tasks 2026-01-09T00:00:00Z | Buy rope | 20 m <Label label:boot>",
                "task google.tasks 2026-01-10T09:30:00Z | Paint <Label label:boot>",
                "task google.tasks 2026-01-09T08:00:00Z | Ring Bo <Label label:boot> (hidden)",
            ]
        );
        assert_eq!(lines.last(), Some(&"= 3 items, 0 merged, 1 skipped, 1 set aside"));
        let at = file.find(r#"{"id": "T3""#).unwrap();
        assert!(collected.findings.iter().any(|finding| finding.at == format!("byte {at}")));
        assert_eq!(
            (collected.items[0].at.as_ref().unwrap().certainty, &collected.items[0].data["due"]),
            (Certainty::DateOnly, &Value::from("2026-01-09"))
        );
        assert_eq!(collected.items[1].related[0].to, collected.items[0].uid);
    }

    #[test]
    fn a_cut_file_keeps_its_whole_tasks() {
        let file = r#"{"items": [{"title": "A", "items": [{"id": "1", "title": "x"}]}, {"title": "B", "items": [{"id": "2", "title": "y"}, {"id": "3", "ti"#;
        let collected = read(&IMPORTER, "Tasks/Tasks.json", file.as_bytes());
        let titles: Vec<&str> = collected.items.iter().map(|item| item.title.as_str()).collect();
        assert_eq!((titles, collected.n_set_aside, collected.items[1].data["list"].as_str()), (vec!["x", "y"], 1, Some("B")));
        assert!(collected.findings.iter().any(|finding| finding.severity == domain::Severity::Error));
    }
}
