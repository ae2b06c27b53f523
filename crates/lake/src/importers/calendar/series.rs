//! The times of a series: what its `RRULE` and `RDATE` say, less what `EXDATE` and `EXRULE` take out and what components of their
//! own (`RECURRENCE-ID`) tell.
//!
//! A rule is followed on the wall clock of the series, so that what is at nine stays at nine over a change to summer time.
//! Absent on purpose: `RANGE=THISANDFUTURE`, which Google does not write and which tells its first day alone here.

use std::collections::{BTreeSet, HashSet};

use domain::{NewItem, Raw, RawFormat, UtcMs};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::when::{self, When};

/// Most times of one series that become items, the latest ones: fourteen years of every day.
pub(super) const LIMIT: usize = 5_000;
/// Most times that one rule is followed for.
const STEPS: usize = 200_000;
/// Steps that following all the rules of one file may take.
pub(super) const EFFORT: u64 = 10_000_000;
/// Steps that are made in looking for a next time where there is none.
const IN_VAIN: u64 = 100_000;

/// A series, before it is known until when it is told.
pub(super) struct Series {
    /// The series itself, which stands at its first time.
    pub(super) item: NewItem,
    /// What its natural key is without the time: calendar and UID.
    pub(super) key: String,
    /// Its first time.
    pub(super) start: When,
    /// Each `RRULE`, as written.
    pub(super) rules: Vec<String>,
    /// Each `EXRULE`, as written.
    pub(super) rules_out: Vec<String>,
    /// `RDATE`.
    pub(super) added: Vec<When>,
    /// `EXDATE`, and what has a component of its own.
    pub(super) left_out: LeftOut,
}

/// Times at which a series is not as its rule says.
#[derive(Debug, Default, Clone)]
pub(super) struct LeftOut {
    instants: HashSet<UtcMs>,
    dates: HashSet<Date>,
    /// The dates of those that are instants, for series of whole days.
    dates_of_instants: HashSet<Date>,
}

/// What became of the times of a series.
pub(super) struct Times {
    /// The items of its times after the first.
    pub(super) items: Vec<NewItem>,
    /// Whether it has more than are told.
    pub(super) is_limited: bool,
    /// A rule that cannot be followed, as written.
    pub(super) not_understood: Option<String>,
    /// A rule that was not followed to its end, for it takes too many steps, as written.
    pub(super) given_up: Option<String>,
}

/// How a rule goes from time to time.
struct Pace {
    /// Seconds of a period, of which there may be none shorter.
    period: i64,
    /// Most times in one period, which are made at once.
    densest: u64,
    /// Steps that each period takes.
    cost: u64,
}

impl Pace {
    fn of(rule: &str) -> Self {
        const CLOCK: &[&str] = &["BYHOUR", "BYMINUTE", "BYSECOND"];
        const DAYS: &[&str] = &["BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY", "BYEASTER"];
        // Lists of what is shorter than the period add times to it; the others leave some out.
        let (seconds, n_days, finer): (i64, u64, &[&str]) = match part(rule, "FREQ").unwrap_or_default().to_ascii_uppercase().as_str() {
            "SECONDLY" => (1, 1, &CLOCK[3..]),
            "MINUTELY" => (60, 1, &CLOCK[2..]),
            "HOURLY" => (3_600, 1, &CLOCK[1..]),
            "DAILY" => (86_400, 1, CLOCK),
            "WEEKLY" => (7 * 86_400, 7, CLOCK),
            "MONTHLY" => (28 * 86_400, 31, CLOCK),
            _ => (365 * 86_400, 366, CLOCK),
        };
        let listed = |name: &str| rule.split(';').filter(|part| is_part(part, name)).map(|list| list.split(',').count() as u64).sum::<u64>();
        let n_days = if DAYS.iter().any(|name| listed(name) > 0) { n_days } else { 1 };
        let interval = part(rule, "INTERVAL").and_then(|interval| interval.parse::<i64>().ok()).unwrap_or(1).max(1);
        Self {
            period: interval.saturating_mul(seconds),
            densest: finer.iter().fold(n_days, |n_times, name| n_times.saturating_mul(listed(name).max(1))),
            cost: listed("BYSETPOS").max(1),
        }
    }

    /// The steps from one time to the next, `seconds` later.
    fn steps(&self, seconds: i64) -> u64 {
        (seconds.max(0) / self.period).unsigned_abs().saturating_add(1).saturating_mul(self.cost)
    }
}

impl LeftOut {
    pub(super) fn add(&mut self, when: &When) {
        if when.all_day {
            self.dates.insert(when.civil.date());
        } else {
            self.instants.insert(when.moment.ms);
            self.dates_of_instants.insert(when.civil.date());
        }
    }

    pub(super) fn extend(&mut self, others: &Self) {
        self.instants.extend(&others.instants);
        self.dates.extend(&others.dates);
        self.dates_of_instants.extend(&others.dates_of_instants);
    }

    fn has(&self, when: &When) -> bool {
        let date = when.civil.date();
        self.dates.contains(&date)
            || if when.all_day { self.dates_of_instants.contains(&date) } else { self.instants.contains(&when.moment.ms) }
    }
}

impl Series {
    /// Whether it ends by itself.
    pub(super) fn is_finite(&self) -> bool {
        self.rules.iter().all(|rule| part(rule, "UNTIL").is_some() || part(rule, "COUNT").is_some())
    }

    /// Its times up to `horizon`, each an item that points at the series. The series itself stands for its first time; where
    /// that one is left out, it is hidden.
    /// `effort` is what of [`EFFORT`] the file has left.
    pub(super) fn times(&mut self, horizon: UtcMs, effort: &mut u64) -> Times {
        let mut times = Times { items: Vec::new(), is_limited: false, not_understood: None, given_up: None };
        let mut found: BTreeSet<DateTime> = BTreeSet::new();
        for rule in &self.rules {
            self.follow(rule, horizon, effort, &mut times, |civil| {
                found.insert(civil);
                if found.len() > LIMIT {
                    found.pop_first();
                    return true;
                }
                false
            });
        }
        found.extend(self.added.iter().filter(|when| when.moment.ms <= horizon).filter_map(|when| self.start.clock_at(when)));
        let mut out = BTreeSet::new();
        for rule in &self.rules_out {
            self.follow(rule, horizon, effort, &mut times, |civil| {
                out.insert(civil);
                out.len() > LIMIT && out.pop_first().is_some()
            });
        }
        let series = self.item.uid;
        let whens = found.iter().filter(|civil| !out.contains(civil) && **civil != self.start.civil);
        let whens = whens.filter_map(|civil| self.start.moved_to(*civil)).filter(|when| !self.left_out.has(when));
        let length = self.item.until.zip(self.item.at.as_ref()).map(|(until, at)| until - at.ms);
        times.items = whens.map(|when| occurrence(&self.item, &self.key, when, length)).collect();
        for item in &mut times.items {
            item.related.push(domain::ItemLink { relation: "part_of".to_owned(), to: series });
        }
        self.item.hidden |= self.left_out.has(&self.start) || out.contains(&self.start.civil);
        times
    }

    /// Hands each time of a rule to `take`, in order, until the horizon or the rule's own end; `take` says whether it had to drop
    /// one.
    fn follow(&self, rule: &str, horizon: UtcMs, effort: &mut u64, times: &mut Times, mut take: impl FnMut(DateTime) -> bool) {
        let pace = Pace::of(rule);
        if pace.densest > STEPS as u64 || *effort == 0 {
            times.given_up = Some(rule.to_owned());
            return;
        }
        *effort = effort.saturating_sub(pace.densest);
        let until = part(rule, "UNTIL").and_then(Until::read);
        // Without its end, which programs write on other clocks than the standard allows.
        let endless: Vec<&str> = rule.split(';').filter(|part| !is_part(part, "UNTIL") && !part.trim().is_empty()).collect();
        let text = format!("DTSTART:{}Z\nRRULE:{}", self.start.civil.strftime("%Y%m%dT%H%M%S"), endless.join(";").to_uppercase());
        let Ok(set) = text.parse::<rrule::RRuleSet>() else {
            times.not_understood = Some(rule.to_owned());
            return;
        };
        let set = set.limit();
        let mut last = self.start.civil.to_zoned(TimeZone::UTC).map_or(0, |start| start.timestamp().as_second());
        for (n, time) in (&set).into_iter().enumerate() {
            *effort = effort.saturating_sub(pace.steps(time.timestamp().saturating_sub(last)));
            last = time.timestamp();
            let Some(when) = Timestamp::from_second(time.timestamp()).ok().and_then(|at| self.start.moved_to(at.to_zoned(TimeZone::UTC).datetime()))
            else {
                return;
            };
            if when.moment.ms > horizon || until.as_ref().is_some_and(|until| until.is_before(&when)) {
                return;
            }
            times.is_limited |= take(when.civil);
            if n >= STEPS {
                times.is_limited = true;
                return;
            }
            if *effort == 0 {
                times.given_up = Some(rule.to_owned());
                return;
            }
        }
        if part(rule, "COUNT").is_none() {
            *effort = effort.saturating_sub(IN_VAIN);
        }
    }
}

/// One time of a series: what names it, whom it is with and where. Its description is the series'.
fn occurrence(series: &NewItem, key: &str, when: When, length: Option<i64>) -> NewItem {
    let recurrence = when.recurrence();
    let raw = Raw { format: RawFormat::Calendar, bytes: Vec::new() };
    let mut item = NewItem::new(series.kind, &series.source, format!("{key}\0{recurrence}"), raw);
    item.title.clone_from(&series.title);
    item.place = series.place;
    item.links.clone_from(&series.links);
    for name in ["uid", "calendar", "location", "status", "transparent", "all_day", "conference"] {
        if let Some(value) = series.data.get(name) {
            item.data.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(location) = series.data.get("location").and_then(serde_json::Value::as_str) {
        location.clone_into(&mut item.text);
    }
    item.set("recurrence_id", recurrence);
    item.until = length.map(|length| when.moment.ms + length);
    item.at = Some(when.moment);
    item.hidden = series.hidden;
    item.revision = series.revision;
    item
}

/// When a rule ends.
enum Until {
    Instant(UtcMs),
    /// On the clock of the series; the last instant of a date.
    Civil(DateTime),
}

impl Until {
    fn read(text: &str) -> Option<Self> {
        let Some((date, clock)) = text.split_once(['T', 't']) else {
            return Some(Self::Civil(when::date(text)?.to_datetime(jiff::civil::Time::MAX)));
        };
        let civil = when::civil(when::date(date)?, clock.trim_end_matches(['Z', 'z']))?;
        if clock.ends_with(['Z', 'z']) {
            return Some(Self::Instant(civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond()));
        }
        Some(Self::Civil(civil))
    }

    fn is_before(&self, when: &When) -> bool {
        match self {
            Self::Instant(ms) => *ms < when.moment.ms,
            Self::Civil(civil) => *civil < when.civil,
        }
    }
}

/// `WEEKLY` of `FREQ=WEEKLY;BYDAY=MO`.
fn part<'r>(rule: &'r str, name: &str) -> Option<&'r str> {
    rule.split(';').find(|part| is_part(part, name)).and_then(|part| part.split_once('=')).map(|(_, value)| value.trim())
}

fn is_part(part: &str, name: &str) -> bool {
    part.split_once('=').is_some_and(|(own, _)| own.trim().eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_of_a_rule_are_known_before_it_is_followed() {
        let seen = |rule: &str| {
            let pace = Pace::of(rule);
            (pace.densest, pace.steps(86_400))
        };
        assert_eq!(seen("FREQ=YEARLY"), (1, 1));
        assert_eq!(seen("FREQ=MONTHLY;BYDAY=MO;BYHOUR=9,17"), (62, 1));
        assert_eq!(seen("freq=minutely;INTERVAL=5;BYHOUR=9;BYMINUTE=0"), (1, 289));
        assert_eq!(seen("FREQ=DAILY;BYHOUR=1,2,3;BYSETPOS=1,-1"), (3, 4));
        let second = format!("FREQ=YEARLY;BYSECOND={};BYMINUTE=1,2;BYHOUR=1", "0,".repeat(60_000));
        assert_eq!(seen(&second).0, 2 * 60_001);
    }
}
