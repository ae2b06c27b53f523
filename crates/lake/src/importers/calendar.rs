//! Calendars in iCalendar form: events, and the tasks and journal entries that other programs keep in such files.
//!
//! A series is one item with its rule in `data.rrule`, at its first time. Each further time is an item of its own, which points at
//! it (`part_of`): as its component (`RECURRENCE-ID`) tells it, hidden when that cancels it; else as the rule says, with the title,
//! the people and the place of the series and none of its description. A series whose first time was taken out or is told by a
//! component of its own is hidden itself, so that what is seen is what took place. The times go up to the day of the export,
//! which the archive's name and the `DTSTAMP`s say: what lies ahead may still change. Where a file comes from a program whose
//! `DTSTAMP`s are not the export's, series that end are told to their end, and others up to the newest time in the file.
//!
//! Identity: the calendar, the UID and the time of the series that it is, in UTC. `DTSTAMP` and `SEQUENCE` change from export to export
//! and mean nothing.
//!
//! `data`: `uid`, `calendar`, `status`, `location`, `rrule`, `rdate`, `exdate`, `told_until` (of a series of which each time up to
//! that day is an item; "end" when all are), `recurrence_id` (which time of its series it is), `organizer`, `attendees`
//! (`{name, address, status}`), `url`, `conference`, `attachments`, `created`, `updated`, `transparent`, `all_day`; of tasks also
//! `due`, `completed`, `priority`.
//!
//! Absent on purpose: the times of tasks that repeat; alarms; free and busy times.

mod series;
mod when;
mod zones;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::Path;

use domain::{
    Certainty, EntityKind, EntityRef, Finding, FindingCode, ItemLink, Kind, Moment, NewItem, NewLink, Raw, RawFormat, Role, Severity, Uid,
    UtcMs,
};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::archive;
use crate::components::{Component, Components, Next, Property, split};
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::text::{html, time};
use series::{LeftOut, Series};
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
    /// What repeats, until it is known until when it is told.
    series: Vec<Series>,
    /// By the key of their series, the times that have a component of their own.
    told_apart: HashMap<String, LeftOut>,
    dates: Dates,
    /// Why times of the component that is read say nothing.
    unread: Vec<String>,
}

/// What the file says of its own age.
#[derive(Default)]
struct Dates {
    /// The oldest and the newest `DTSTAMP`.
    stamped: Option<(UtcMs, UtcMs)>,
    /// The newest time that anything was created, changed, stamped or begins at.
    newest: Option<UtcMs>,
}

impl Dates {
    /// How far apart the `DTSTAMP`s of one export may be.
    const EXPORT_LASTS: i64 = 3_600_000;

    fn see(&mut self, component: &Component, start: Option<UtcMs>) {
        if let Some(at) = stamp(component, "DTSTAMP").map(|moment| moment.ms) {
            self.stamped = Some(self.stamped.map_or((at, at), |(from, to)| (from.min(at), to.max(at))));
        }
        let stamps = ["DTSTAMP", "CREATED", "LAST-MODIFIED"].into_iter().filter_map(|name| Some(stamp(component, name)?.ms));
        self.newest = stamps.chain(start).chain(self.newest).max();
    }

    /// The day of the export, by the archive's name or by stamps that are all of one hour; `None` when nothing says it.
    fn exported(&self, archive: Option<UtcMs>) -> Option<UtcMs> {
        let stamped = self.stamped.filter(|(from, to)| to - from <= Self::EXPORT_LASTS).map(|(_, to)| to);
        archive.into_iter().chain(stamped).max()
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let exported = export_day(Path::new(input.origin.path));
    let mut calendar = Calendar {
        name: name_of(input.path),
        home: None,
        zones: Zones::default(),
        unknown: BTreeMap::new(),
        series: Vec::new(),
        told_apart: HashMap::new(),
        dates: Dates::default(),
        unread: Vec::new(),
    };
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
                    "VEVENT" | "VTODO" | "VJOURNAL" => {
                        match calendar.told(&component, Raw { format: RawFormat::Calendar, bytes: raw }) {
                            Told::Once(item) => sink.item(*item),
                            Told::Again(series) => calendar.series.push(*series),
                        }
                        for why in calendar.unread.drain(..) {
                            let at = format!("line {line}");
                            sink.finding(Finding { at, ..finding(FindingCode::UncertainTime, Severity::Warning, why, 1) });
                        }
                    }
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
    calendar.tell_series(exported, sink);
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

/// When the export was made, by the name of the archive or of a folder that it was unpacked to.
fn export_day(path: &Path) -> Option<UtcMs> {
    let names = path.iter().rev().filter_map(|name| name.to_str());
    names.filter_map(archive::export_of).find_map(|stamp| time::iso(&stamp)).map(|moment| moment.ms)
}

/// A rule as findings name it, which may be long.
fn named(rule: &str) -> String {
    const LONGEST: usize = 100;
    let named: String = rule.chars().take(LONGEST).collect();
    if named.len() < rule.len() { format!("{named}…") } else { named }
}

/// The date of an instant in UTC; "end" of the one after all times.
fn day(at: UtcMs) -> String {
    jiff::Timestamp::from_millisecond(at).map_or_else(|_| "end".to_owned(), |at| at.strftime("%Y-%m-%d").to_string())
}

/// What a component is.
enum Told {
    Once(Box<NewItem>),
    Again(Box<Series>),
}

impl Calendar {
    /// Hands over the series, and each of their times up to the day of the export.
    fn tell_series(&mut self, archive: Option<UtcMs>, sink: &mut dyn Sink) {
        let exported = self.dates.exported(archive);
        let (mut n_times, mut n_series, mut limited, mut not_understood, mut given_up) = (0_u64, 0_u64, 0_u64, Vec::new(), Vec::new());
        let mut effort = series::EFFORT;
        for mut series in std::mem::take(&mut self.series) {
            if let Some(told) = self.told_apart.get(&series.key) {
                series.left_out.extend(told);
            }
            // What ends is told to its end, as each of its times is known; what never ends as far as it has been.
            let horizon = match exported {
                _ if series.is_finite() => UtcMs::MAX,
                Some(exported) => exported,
                None => self.dates.newest.unwrap_or(series.start.moment.ms),
            };
            let times = series.times(horizon, &mut effort);
            n_series += u64::from(!times.items.is_empty());
            n_times += times.items.len() as u64;
            limited += u64::from(times.is_limited);
            if !times.is_limited && times.not_understood.is_none() && times.given_up.is_none() {
                series.item.set("told_until", day(horizon));
            }
            not_understood.extend(times.not_understood);
            given_up.extend(times.given_up);
            sink.item(series.item);
            for item in times.items {
                sink.item(item);
            }
        }
        if n_times > 0 {
            let until = exported.map_or_else(String::new, |at| format!(" up to {}, the day of the export", day(at)));
            let message =
                format!("{n_series} series of events repeat {n_times} times{until}. Each time counts as a record and is an item of its own.");
            sink.finding(finding(FindingCode::Repeats, Severity::Note, message, n_times));
        }
        if limited > 0 {
            let message = format!(
                "{limited} series of events have more than {} times; the latest ones are items, and those before them are not.",
                series::LIMIT
            );
            sink.finding(finding(FindingCode::Limit, Severity::Warning, message, limited));
        }
        if let Some(rule) = given_up.first().map(|rule| named(rule)) {
            let message = format!(
                "{} series of events repeat more often, or in more ways at once, than can be followed, such as \"{rule}\"; each is kept with its rule and its first time, and not every further time is an item.",
                given_up.len()
            );
            sink.finding(finding(FindingCode::Limit, Severity::Warning, message, given_up.len() as u64));
        }
        if let Some(rule) = not_understood.first().map(|rule| named(rule)) {
            let message = format!(
                "{} series of events have a rule that is none of iCalendar's (RRULE), such as \"{rule}\"; of these the first time alone was imported.",
                not_understood.len()
            );
            sink.finding(finding(FindingCode::BadRecord, Severity::Warning, message, not_understood.len() as u64));
        }
    }

    fn told(&mut self, component: &Component, raw: Raw) -> Told {
        let kind = match component.name.as_str() {
            "VTODO" => Kind::Task,
            "VJOURNAL" => Kind::Note,
            _ => Kind::Event,
        };
        let start = self.when(component, "DTSTART");
        let end = self.when(component, "DTEND");
        let due = self.when(component, "DUE");
        let completed = self.when(component, "COMPLETED");
        let is_dated = component.property("DTSTART").is_some_and(|start| !start.value.trim().is_empty());
        if kind == Kind::Event && !is_dated {
            self.unread.push("An event has a DTSTART, and this one has none; it is kept without a time.".to_owned());
        }
        let uid = component.text("UID");
        let recurrence = self.when(component, "RECURRENCE-ID");
        let own = if uid.is_empty() { content_key(component) } else { uid.clone() };
        let key = format!("{}\0{own}", self.name);
        let time = recurrence.as_ref().map(When::recurrence).unwrap_or_default();
        let mut item = NewItem::new(kind, IMPORTER.id, format!("{key}\0{time}"), raw);
        let repeats = ["RRULE", "RDATE"].into_iter().any(|name| component.property(name).is_some());
        self.dates.see(component, start.as_ref().map(|start| start.moment.ms));
        if let Some(recurrence) = &recurrence {
            let series = Uid::of(IMPORTER.id, format!("{key}\0").as_bytes());
            item.related.push(ItemLink { relation: "part_of".to_owned(), to: series });
            item.hidden = component.text("STATUS").eq_ignore_ascii_case("CANCELLED");
            self.told_apart.entry(key.clone()).or_default().add(recurrence);
        }
        item.set("uid", uid);
        item.set("recurrence_id", time);
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
            item.at = completed.or(due).or_else(|| start.clone()).map(|when| when.moment).or_else(|| stamp(component, "CREATED"));
        } else {
            // When an event was entered says nothing of when it is.
            let made = || if kind == Kind::Event { None } else { stamp(component, "CREATED") };
            item.at = start.as_ref().map(|when| when.moment.clone()).or_else(made);
        }
        self.describe(component, &mut item);
        item.revision = revision(component);
        let is_cancelled = component.text("STATUS").eq_ignore_ascii_case("CANCELLED");
        match start.filter(|_| kind == Kind::Event && repeats && recurrence.is_none() && !is_cancelled) {
            Some(start) => Told::Again(Box::new(self.series(component, item, key, start))),
            None => Told::Once(Box::new(item)),
        }
    }

    fn series(&mut self, component: &Component, item: NewItem, key: String, start: When) -> Series {
        let rules = |name| component.all(name).map(|rule| rule.value.trim().to_owned()).collect();
        let mut left_out = LeftOut::default();
        for when in component.all("EXDATE").flat_map(|list| When::read_list(list, &mut self.zones, self.home.as_ref())) {
            left_out.add(&when);
        }
        let added = component.all("RDATE").flat_map(|list| When::read_list(list, &mut self.zones, self.home.as_ref())).collect();
        Series { item, key, start, rules: rules("RRULE"), rules_out: rules("EXRULE"), added, left_out }
    }

    /// A time of a component; one that cannot be read is told of, and the rest of the component stands.
    fn when(&mut self, component: &Component, name: &str) -> Option<When> {
        let property = component.property(name).filter(|property| !property.value.trim().is_empty())?;
        let Some(when) = When::read(property, &mut self.zones, self.home.as_ref()) else {
            let found = &property.value;
            self.unread.push(format!("{name} is a time like 20240301T090000Z, and here it is \"{found}\"; it is kept without that time."));
            return None;
        };
        let named =
            property.parameter("TZID").filter(|_| matches!(when.moment.certainty, Certainty::ZoneUnknown | Certainty::OffsetInferred));
        if let Some(zone) = named.filter(|_| !property.value.trim().ends_with('Z')) {
            *self.unknown.entry(zone).or_default() += 1;
        }
        Some(when)
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
