//! Which zone a calendar means by a name.
//!
//! The names are IANA's in Google's files; other programs write Windows' names, or paths that end in IANA's, or names of their
//! own that only the file's `VTIMEZONE` explains. The built-in zone database comes first, because a `VTIMEZONE` often knows one
//! year's rules only.

use std::collections::HashMap;

use jiff::tz::{Offset, TimeZone};

use crate::components::Component;

/// Windows' names for the zones that calendars are mostly in.
const WINDOWS: &[(&str, &str)] = &[
    ("AUS Eastern Standard Time", "Australia/Sydney"),
    ("Arabian Standard Time", "Asia/Dubai"),
    ("Canada Central Standard Time", "America/Regina"),
    ("Central Europe Standard Time", "Europe/Budapest"),
    ("Central European Standard Time", "Europe/Warsaw"),
    ("Central Standard Time", "America/Chicago"),
    ("China Standard Time", "Asia/Shanghai"),
    ("E. South America Standard Time", "America/Sao_Paulo"),
    ("Eastern Standard Time", "America/New_York"),
    ("FLE Standard Time", "Europe/Kiev"),
    ("GMT Standard Time", "Europe/London"),
    ("GTB Standard Time", "Europe/Bucharest"),
    ("Greenwich Standard Time", "Atlantic/Reykjavik"),
    ("India Standard Time", "Asia/Kolkata"),
    ("Israel Standard Time", "Asia/Jerusalem"),
    ("Korea Standard Time", "Asia/Seoul"),
    ("Mountain Standard Time", "America/Denver"),
    ("New Zealand Standard Time", "Pacific/Auckland"),
    ("Pacific Standard Time", "America/Los_Angeles"),
    ("Romance Standard Time", "Europe/Paris"),
    ("Russian Standard Time", "Europe/Moscow"),
    ("SE Asia Standard Time", "Asia/Bangkok"),
    ("Singapore Standard Time", "Asia/Singapore"),
    ("South Africa Standard Time", "Africa/Johannesburg"),
    ("Tokyo Standard Time", "Asia/Tokyo"),
    ("Turkey Standard Time", "Europe/Istanbul"),
    ("UTC", "Etc/UTC"),
    ("W. Europe Standard Time", "Europe/Berlin"),
];

/// The zones of one file.
#[derive(Debug, Default)]
pub(super) struct Zones {
    /// What the file's own `VTIMEZONE`s say.
    defined: HashMap<String, TimeZone>,
    known: HashMap<String, Option<TimeZone>>,
}

impl Zones {
    /// Takes in a `VTIMEZONE`.
    pub(super) fn define(&mut self, component: &Component) {
        let name = component.text("TZID");
        let zone = by_name(&component.text("X-LIC-LOCATION")).or_else(|| from_rules(component));
        if let (false, Some(zone)) = (name.is_empty(), zone) {
            self.known.remove(&name);
            self.defined.insert(name, zone);
        }
    }

    /// The zone of that name; `None` when nothing explains it.
    pub(super) fn get(&mut self, name: &str) -> Option<TimeZone> {
        if let Some(zone) = self.known.get(name) {
            return zone.clone();
        }
        let zone = by_name(name).or_else(|| self.defined.get(name).cloned());
        self.known.insert(name.to_owned(), zone.clone());
        zone
    }
}

/// IANA's name, Windows' name, or a path that ends in IANA's (`/softwarestudio.org/Tzfile/Europe/Berlin`).
fn by_name(name: &str) -> Option<TimeZone> {
    let name = name.trim();
    if name.is_empty() {
        return None;
    }
    let iana = WINDOWS.iter().find(|(windows, _)| windows.eq_ignore_ascii_case(name)).map_or(name, |(_, iana)| iana);
    if let Ok(zone) = TimeZone::get(iana) {
        return Some(zone);
    }
    let parts: Vec<&str> = name.split('/').collect();
    (1..parts.len()).find_map(|from| TimeZone::get(&parts[from..].join("/")).ok())
}

/// The latest `STANDARD` and `DAYLIGHT` rules as a zone: the same every year, which is right for the years that the file is from.
fn from_rules(component: &Component) -> Option<TimeZone> {
    let latest = |name: &str| component.inner.iter().filter(|rule| rule.name == name).max_by_key(|rule| rule.text("DTSTART"));
    let standard = latest("STANDARD").or_else(|| latest("DAYLIGHT"))?;
    let standard_offset = seconds(&standard.text("TZOFFSETTO"))?;
    let fixed = Offset::from_seconds(standard_offset).ok().map(TimeZone::fixed);
    let Some(daylight) = latest("DAYLIGHT").filter(|rule| rule.property("RRULE").is_some() && standard.property("RRULE").is_some()) else {
        return fixed;
    };
    let daylight_offset = seconds(&daylight.text("TZOFFSETTO"))?;
    let posix = format!(
        "<STD>{}<DST>{},{},{}",
        posix_offset(standard_offset),
        posix_offset(daylight_offset),
        posix_change(daylight)?,
        posix_change(standard)?
    );
    TimeZone::posix(&posix).ok().or(fixed)
}

/// `+0130` or `-053000`, in seconds.
fn seconds(text: &str) -> Option<i32> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let two = |at: usize| digits.get(at..at + 2).map_or(Some(0), |pair| pair.parse::<i32>().ok());
    if digits.len() < 4 {
        return None;
    }
    Some(sign * (two(0)? * 3600 + two(2)? * 60 + two(4)?))
}

/// POSIX counts west of UTC as positive.
fn posix_offset(seconds: i32) -> String {
    let west = -seconds;
    format!("{}{}:{:02}", if west < 0 { "-" } else { "+" }, west.abs() / 3600, west.abs() / 60 % 60)
}

/// `FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU` at 02:00 as `M3.5.0/2:00`.
fn posix_change(rule: &Component) -> Option<String> {
    let recurrence = rule.text("RRULE");
    let part = |name: &str| recurrence.split(';').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    let month = part("BYMONTH")?.parse::<u8>().ok()?;
    let by_day = part("BYDAY")?;
    let (week, day) = by_day.split_at_checked(by_day.len().checked_sub(2)?)?;
    let day = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"].iter().position(|name| *name == day)?;
    let week = match week.parse::<i8>().ok()? {
        -1 => 5,
        week @ 1..=4 => week,
        _ => return None,
    };
    let start = rule.text("DTSTART");
    let clock = start.split_once('T').map_or("", |(_, clock)| clock);
    let (hour, minute) = (clock.get(..2)?.parse::<u8>().ok()?, clock.get(2..4)?.parse::<u8>().ok()?);
    Some(format!("M{month}.{week}.{day}/{hour}:{minute:02}"))
}
