//! Calendars in iCalendar form: events, and the tasks and journal entries that other programs keep in such files.
//!
//! A series is one item with its rule in `data.rrule`; what is written about single days of it (`RECURRENCE-ID`) are items of
//! their own, and point at it (`part_of`). Identity: the calendar, the UID and the RECURRENCE-ID. `DTSTAMP` and `SEQUENCE` change from export to export and
//! mean nothing.
//!
//! `data`: `uid`, `calendar`, `status`, `location`, `rrule`, `rdate`, `exdate`, `recurrence_id`, `organizer`, `attendees`
//! (`{name, address, status}`), `url`, `conference`, `attachments`, `created`, `updated`, `transparent`, `all_day`; of tasks also
//! `due`, `completed`, `priority`.
//!
//! Absent on purpose: the days of a series, which are computed where they are shown; alarms; free and busy times.

mod when;
mod zones;

use std::collections::BTreeMap;
use std::io;

use domain::{
    Certainty, EntityKind, EntityRef, Finding, FindingCode, ItemLink, Kind, Moment, NewItem, NewLink, Raw, RawFormat, Role, Severity, Uid,
};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::components::{Component, Components, Next, Property, split};
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::text::{html, time};
use when::When;
use zones::Zones;

pub(crate) static IMPORTER: Importer = Importer { id: "google.calendar", label: "Calendar", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    let named = matches!(probe.extension().as_str(), "ics" | "ical" | "ifb");
    let shaped = probe.head.trim_ascii_start().get(..15).is_some_and(|start| start.eq_ignore_ascii_case(b"BEGIN:VCALENDAR"));
    match (shaped, named) {
        (true, true) => Claim::Yes(3),
        (true, false) => Claim::Yes(2),
        (false, true) if !probe.head.trim_ascii().is_empty() => Claim::Yes(1),
        (false, true) => Claim::Ignore(FindingCode::EmptyProduct, "The calendar is empty.".to_owned()),
        (false, false) => Claim::No,
    }
}

/// What is said of the whole file.
struct Calendar {
    name: String,
    home: Option<TimeZone>,
    zones: Zones,
    /// Zones that nothing explains, and how many times are in them.
    unknown: BTreeMap<String, u64>,
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let mut calendar = Calendar { name: name_of(input.path), home: None, zones: Zones::default(), unknown: BTreeMap::new() };
    let mut components = Components::new(input.reader, Some("VCALENDAR"));
    let mut n_components = 0_u64;
    loop {
        match components.next()? {
            Next::Property(property) => match property.name.as_str() {
                "X-WR-CALNAME" if !property.text().trim().is_empty() => property.text().trim().clone_into(&mut calendar.name),
                "X-WR-TIMEZONE" => calendar.home = calendar.zones.get(property.value.trim()),
                _ => {}
            },
            Next::Component { line, component, raw } => {
                n_components += 1;
                match component.name.as_str() {
                    "VTIMEZONE" => calendar.zones.define(&component),
                    "VEVENT" | "VTODO" | "VJOURNAL" => match calendar.item(&component, Raw { format: RawFormat::Calendar, bytes: raw }) {
                        Ok(item) => sink.item(item),
                        Err(why) => sink.set_aside(FindingCode::BadRecord, &format!("line {line}"), &why),
                    },
                    _ => {}
                }
            }
            Next::Broken(line, why) => sink.set_aside(FindingCode::BadRecord, &format!("line {line}"), why),
            Next::Cut { line, component } => {
                let at = format!("line {line}");
                if component {
                    sink.set_aside(FindingCode::CutShort, &at, "The event is cut off where the file ends.");
                }
                sink.cut_short(&at);
            }
            Next::End => break,
        }
    }
    if n_components == 0 {
        sink.finding(finding(FindingCode::EmptyProduct, Severity::Note, "The calendar has no events in it.".to_owned(), 1));
    }
    for (zone, count) in calendar.unknown {
        let message = format!(
            "{count} times are in the zone \"{zone}\", which neither the file nor the zone database explains; they were read by the calendar's own zone where it names one, else as if in UTC."
        );
        sink.finding(finding(FindingCode::UncertainTime, Severity::Warning, message, count));
    }
    Ok(())
}

impl Calendar {
    fn item(&mut self, component: &Component, raw: Raw) -> Result<NewItem, String> {
        let kind = match component.name.as_str() {
            "VTODO" => Kind::Task,
            "VJOURNAL" => Kind::Note,
            _ => Kind::Event,
        };
        let start = self.when(component, "DTSTART")?;
        let end = self.when(component, "DTEND")?;
        let due = self.when(component, "DUE")?;
        let completed = self.when(component, "COMPLETED")?;
        if kind == Kind::Event && start.is_none() {
            return Err("An event has a DTSTART, and this one has none.".to_owned());
        }
        let uid = component.text("UID");
        let recurrence = component.property("RECURRENCE-ID").map(|property| property.value.trim().to_owned()).unwrap_or_default();
        let own = if uid.is_empty() { content_key(component) } else { uid.clone() };
        let mut item = NewItem::new(kind, IMPORTER.id, format!("{}\0{own}\0{recurrence}", self.name), raw);
        if !recurrence.is_empty() {
            let series = Uid::of(IMPORTER.id, format!("{}\0{own}\0", self.name).as_bytes());
            item.related.push(ItemLink { relation: "part_of".to_owned(), to: series });
        }
        item.set("uid", uid);
        item.set("recurrence_id", recurrence);
        if let Some(start) = &start {
            item.until = start.until(end.as_ref(), component.property("DURATION").map(|length| length.value.trim()));
            if start.all_day {
                item.set("all_day", true);
            }
        }
        if kind == Kind::Task {
            item.set("due", due.as_ref().map(|due| due.moment.raw.clone()).unwrap_or_default());
            item.set("completed", component.text("COMPLETED"));
            item.set("priority", component.text("PRIORITY"));
            // A task stands on the day it was done, else on the day it is due.
            item.at = completed.or(due).or(start).map(|when| when.moment).or_else(|| stamp(component, "CREATED"));
        } else {
            item.at = start.map(|when| when.moment).or_else(|| stamp(component, "CREATED"));
        }
        self.describe(component, &mut item);
        item.revision = revision(component);
        Ok(item)
    }

    fn when(&mut self, component: &Component, name: &str) -> Result<Option<When>, String> {
        let Some(property) = component.property(name).filter(|property| !property.value.trim().is_empty()) else { return Ok(None) };
        let Some(when) = When::read(property, &mut self.zones, self.home.as_ref()) else {
            return Err(format!("{name} is a time like 20240301T090000Z, and here it is \"{}\".", property.value));
        };
        let named =
            property.parameter("TZID").filter(|_| matches!(when.moment.certainty, Certainty::ZoneUnknown | Certainty::OffsetInferred));
        if let Some(zone) = named.filter(|_| !property.value.trim().ends_with('Z')) {
            *self.unknown.entry(zone).or_default() += 1;
        }
        Ok(Some(when))
    }

    fn describe(&self, component: &Component, item: &mut NewItem) {
        item.title = component.text("SUMMARY").split_whitespace().collect::<Vec<_>>().join(" ");
        let location = component.text("LOCATION");
        let description = component.text("DESCRIPTION");
        let description = if is_html(&description) { html::plain(&description) } else { description };
        item.text = [location.as_str(), description.as_str()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
        if item.title.is_empty() {
            item.text.lines().next().unwrap_or("(no title)").clone_into(&mut item.title);
        }
        item.place = place(component);
        item.set("location", location);
        item.set("calendar", self.name.as_str());
        item.set("status", component.text("STATUS").to_lowercase());
        item.set("rrule", component.property("RRULE").map(|rule| rule.value.trim().to_owned()).unwrap_or_default());
        for (name, key) in [("RDATE", "rdate"), ("EXDATE", "exdate")] {
            item.set(key, component.all(name).flat_map(dates).collect::<Vec<_>>());
        }
        item.set("url", component.text("URL"));
        item.set("conference", component.text("X-GOOGLE-CONFERENCE"));
        item.set("attachments", component.all("ATTACH").filter_map(attachment).collect::<Vec<_>>());
        item.set("created", stamp(component, "CREATED").map(|moment| moment.raw).unwrap_or_default());
        item.set("updated", stamp(component, "LAST-MODIFIED").map(|moment| moment.raw).unwrap_or_default());
        if component.text("TRANSP").eq_ignore_ascii_case("TRANSPARENT") {
            item.set("transparent", true);
        }
        if let Some(organizer) = component.property("ORGANIZER").and_then(|property| person(property, &self.name)) {
            item.set("organizer", organizer.address.trim_start_matches("mailto:"));
            item.links.push(NewLink { role: Role::Organizer, entity: organizer });
        }
        let mut attendees = Vec::new();
        for property in component.all("ATTENDEE") {
            let Some(entity) = person(property, "") else { continue };
            let status = property.parameter("PARTSTAT").unwrap_or_default().to_lowercase();
            attendees.push(json!({"name": entity.name, "address": entity.address.trim_start_matches("mailto:"), "status": status}));
            let room = property.parameter("CUTYPE").is_some_and(|kind| matches!(kind.to_ascii_uppercase().as_str(), "ROOM" | "RESOURCE"));
            let link = NewLink { role: Role::Attendee, entity };
            if !room && !item.links.contains(&link) {
                item.links.push(link);
            }
        }
        item.set("attendees", attendees);
        item.links.push(NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, &self.name) });
        item.links.extend(
            component
                .all("CATEGORIES")
                .flat_map(|list| split(&list.value, ','))
                .filter(|label| !label.trim().is_empty())
                .map(|label| NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, &label) }),
        );
    }
}

/// The calendar's name by its file: without the extension, and without the `(1)` of a second file of that name.
fn name_of(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let numbered = stem.strip_suffix(')').and_then(|stem| stem.rsplit_once('('));
    match numbered {
        Some((name, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => name.trim().to_owned(),
        _ => stem.to_owned(),
    }
}

/// Whether a description is HTML. A lone `<` proves nothing: addresses stand in angle brackets too.
fn is_html(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["</", "<br", "<p>", "<div", "<html", "<ul>", "<img "].iter().any(|tag| text.contains(tag))
}

/// What a component without a UID is known by: its lines, but for those that change with every export.
fn content_key(component: &Component) -> String {
    let mut hasher = blake3::Hasher::new();
    for property in
        component.properties.iter().filter(|property| !matches!(property.name.as_str(), "DTSTAMP" | "SEQUENCE" | "LAST-MODIFIED"))
    {
        hasher.update(property.name.as_bytes()).update(b":").update(property.value.as_bytes()).update(b"\n");
    }
    format!("content {}", hasher.finalize().to_hex())
}

/// The dates of an `EXDATE` or `RDATE`, with their zone where it names one.
fn dates(property: &Property) -> Vec<Value> {
    let zone = property.parameter("TZID").map(|zone| format!("{zone}:")).unwrap_or_default();
    property.value.split(',').map(|date| Value::String(format!("{zone}{}", date.trim()))).collect()
}

/// `GEO:47.37;8.54`
fn place(component: &Component) -> Option<domain::Point> {
    let position = component.property("GEO")?;
    let (lat, lon) = position.value.split_once(';')?;
    domain::Point::from_degrees(lat.trim().parse().ok()?, lon.trim().parse().ok()?)
}

/// An attachment that is named by its address; one that stands in the file is in the raw component.
fn attachment(property: &Property) -> Option<Value> {
    let address = property.value.trim();
    address.contains("://").then(|| json!({"name": property.parameter("FILENAME").unwrap_or_default(), "url": address}))
}

fn person(property: &Property, calendar: &str) -> Option<EntityRef> {
    let value = property.value.trim();
    let address = value.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")).map_or("", |_| &value[7..]);
    let name = property.parameter("CN").unwrap_or_default();
    let name = if name.eq_ignore_ascii_case(address) || (!calendar.is_empty() && name == calendar && !address.contains('@')) {
        ""
    } else {
        name.as_str()
    };
    if address.contains('@') {
        return Some(EntityRef::mailbox(address, name));
    }
    (!name.is_empty()).then(|| EntityRef::named(EntityKind::Person, name))
}

/// Which state of an event a component tells: by `LAST-MODIFIED`, and within one second by `SEQUENCE`. Those without the first
/// stand behind those with it; among themselves they go by `SEQUENCE`, then by `DTSTAMP`, the time of the export.
fn revision(component: &Component) -> Option<i64> {
    const SECONDS: u32 = 34;
    const SEQUENCES: u32 = 12;
    let seconds = |name| stamp(component, name).map(|moment| (moment.ms / 1000).clamp(0, (1 << SECONDS) - 1));
    let sequence = component.text("SEQUENCE").parse::<i64>().ok().map(|sequence| sequence.clamp(0, (1 << SEQUENCES) - 1));
    match (seconds("LAST-MODIFIED"), sequence, seconds("DTSTAMP")) {
        (Some(modified), sequence, _) => Some(1 << (SECONDS + SEQUENCES) | modified << SEQUENCES | sequence.unwrap_or(0)),
        (None, None, None) => None,
        (None, sequence, written) => Some(sequence.unwrap_or(0) << SECONDS | written.unwrap_or(0)),
    }
}

/// `CREATED` and `LAST-MODIFIED`, which are in UTC; the 1900 that stands for "unknown" is no time.
fn stamp(component: &Component, name: &str) -> Option<Moment> {
    time::iso(&component.text(name)).filter(|moment| moment.ms > 0)
}

fn finding(code: FindingCode, severity: Severity, message: String, count: u64) -> Finding {
    Finding { code, severity, at: String::new(), message, count }
}

#[cfg(test)]
mod tests;
