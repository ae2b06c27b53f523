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
use serde_json::value::RawValue;

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::json::{Next, Records};
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

#[derive(Deserialize)]
struct List<'a> {
    #[serde(default)]
    title: Option<String>,
    #[serde(borrow, default)]
    items: Option<Vec<&'a RawValue>>,
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
            Next::Record { key: "items", at, bytes } => match serde_json::from_slice::<List<'_>>(bytes) {
                Ok(list) => tasks(&list, at, bytes, sink),
                Err(error) => {
                    sink.set_aside(FindingCode::BadRecord, &format!("byte {at}"), &format!("A task list was expected here: {error}."))
                }
            },
            Next::Record { .. } | Next::Field { .. } => {}
            Next::Cut(at) => {
                let at = format!("byte {at}");
                sink.set_aside(FindingCode::CutShort, &at, "The task list is cut off where the file ends.");
                sink.cut_short(&at);
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

fn tasks(list: &List<'_>, list_at: u64, list_bytes: &[u8], sink: &mut dyn Sink) {
    let title = list.title.as_deref().unwrap_or_default().trim();
    for raw in list.items.iter().flatten() {
        // A task's text is a part of its list's bytes.
        let offset = (raw.get().as_ptr() as usize).saturating_sub(list_bytes.as_ptr() as usize);
        let at = format!("byte {}", list_at + offset as u64);
        match serde_json::from_str::<Task>(raw.get()) {
            Ok(task) => match item(task, title, raw.get()) {
                Some(item) => sink.item(item),
                None => sink.skip(FindingCode::IgnoredFile, &at, "The task has neither a title nor notes."),
            },
            Err(error) => sink.set_aside(FindingCode::BadRecord, &at, &format!("A task was expected here: {error}.")),
        }
    }
}

fn item(task: Task, list: &str, raw: &str) -> Option<NewItem> {
    let title = task.title.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let notes = task.notes.unwrap_or_default().trim().to_owned();
    let first = if title.is_empty() { notes.lines().next()?.to_owned() } else { title };
    let moment = |text: &Option<String>| text.as_deref().and_then(time::iso);
    let due = task.due.as_deref().and_then(date);
    let scheduled = task.scheduled_time.unwrap_or_default();
    let planned = scheduled.iter().find(|slot| slot.current == Some(true)).or_else(|| scheduled.last()).and_then(|slot| slot.start.clone());

    let id = task.id.unwrap_or_default();
    let key = if id.is_empty() { format!("{list}\0{first}\0{}", task.created.as_deref().unwrap_or_default()) } else { id };
    let mut item = NewItem::new(Kind::Task, IMPORTER.id, key, Raw::json(raw.as_bytes()));
    item.at = moment(&task.completed)
        .or_else(|| moment(&planned))
        .or_else(|| due.clone())
        .or_else(|| moment(&task.created))
        .or_else(|| moment(&task.updated));
    item.title = first;
    item.text = notes;
    item.hidden = task.deleted == Some(true);
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
    fn a_cut_file_keeps_its_whole_lists() {
        let file = r#"{"items": [{"title": "A", "items": [{"id": "1", "title": "x"}]}, {"title": "B", "items": [{"id": "2", "ti"#;
        let collected = read(&IMPORTER, "Tasks/Tasks.json", file.as_bytes());
        assert_eq!((collected.items.len(), collected.n_set_aside), (1, 1));
        assert!(collected.findings.iter().any(|finding| finding.severity == domain::Severity::Error));
    }
}
