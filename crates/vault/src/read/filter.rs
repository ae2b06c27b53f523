//! A filter as SQL: conditions on the row `i` of `item`, put together from constants, with all values as parameters.

use domain::{EntityKind, Filter, Has, Kind, Point, Role, UtcMs};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::Connection;
use rusqlite::types::Value;

use crate::fault::Outcome;
use crate::table::{entity, own, person, source};

/// People found for one word of a filter, at most.
const PEOPLE: usize = 500;
/// Places found for one name of a filter, at most.
const PLACES: usize = 500;
/// With fewer links than this, items are found by their links; with more, links are looked up by the items.
const FEW_LINKS: i64 = 20_000;
/// Metres of a degree of latitude, the shortest there is.
const METRES_A_DEGREE: f64 = 110_574.0;

/// Conditions and their parameters, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Where {
    /// `1 = 1 AND …`.
    pub(crate) sql: String,
    pub(crate) params: Vec<Value>,
    /// Whether something narrows that only a lookup by item can tell (people, labels, places, words).
    pub(crate) looks_up: bool,
}

impl Where {
    fn and(&mut self, condition: &str, params: impl IntoIterator<Item = Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self.params.extend(params);
    }

    /// Only these items.
    pub(crate) fn only(&mut self, ids: &[i64]) {
        self.looks_up = true;
        self.and("i.id IN (SELECT value FROM json_each(?))", [list(ids)]);
    }
}

/// What may be left out of a filter because it is applied elsewhere.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Without {
    pub(crate) kinds: bool,
    pub(crate) sources: bool,
}

/// The conditions of a filter but its words; those of the filters inside of it with theirs.
pub(crate) fn narrow(connection: &Connection, filter: &Filter, without: Without) -> Outcome<Where> {
    let mut narrowed = Where { sql: "1 = 1".to_owned(), ..Where::default() };
    if !filter.hidden {
        narrowed.and("i.hidden = 0", []);
    }
    conditions(connection, filter, without, &mut narrowed)?;
    Ok(narrowed)
}

fn conditions(connection: &Connection, filter: &Filter, without: Without, narrowed: &mut Where) -> Outcome<()> {
    let (shown_from, shown_to) = on_the_wall(filter, &TimeZone::system());
    for (end, shown, sign) in [(filter.from, shown_from, ">="), (filter.to, shown_to, "<")] {
        if let Some((end, shown)) = end.zip(shown) {
            timed(narrowed, sign, end, shown);
        }
    }
    if !filter.kinds.is_empty() && !without.kinds {
        let kinds: Vec<i64> = filter.kinds.iter().map(|kind| i64::from(kind.code())).collect();
        narrowed.and("i.kind IN (SELECT value FROM json_each(?))", [list(&kinds)]);
    }
    if !filter.sources.is_empty() && !without.sources {
        narrowed.and("i.source IN (SELECT value FROM json_each(?))", [list(&source_ids(connection, filter)?)]);
    }
    linked(connection, filter, narrowed)?;
    placed(filter, narrowed);
    filter.has.iter().for_each(|has| having(*has, narrowed));
    for inner in &filter.all_of {
        let inner = inside(connection, inner)?;
        narrowed.and(&inner.sql, inner.params);
    }
    if !filter.any_of.is_empty() {
        let parts = filter.any_of.iter().map(|inner| inside(connection, inner)).collect::<Outcome<Vec<_>>>()?;
        let sql = parts.iter().map(|part| part.sql.as_str()).collect::<Vec<_>>().join(" OR ");
        narrowed.and(&format!("({sql})"), parts.into_iter().flat_map(|part| part.params));
    }
    for inner in &filter.none_of {
        let inner = inside(connection, inner)?;
        // What cannot be told of an item, as of one without a time, is no reason to leave it out.
        narrowed.and(&format!("{} IS NOT TRUE", inner.sql), inner.params);
    }
    narrowed.looks_up |= [&filter.all_of, &filter.any_of, &filter.none_of].iter().any(|inner| !inner.is_empty());
    Ok(())
}

/// One end of the time of a filter, which is also what the clocks showed then. A date, or a wall clock of which no zone is known, is
/// stored as if it had been UTC, and lies in a day when that day shows it: a day's steps are of that day wherever they were walked.
fn timed(narrowed: &mut Where, sign: &str, end: UtcMs, shown: UtcMs) {
    if end == shown {
        return narrowed.and(&format!("i.at_ms {sign} ?"), [Value::Integer(end)]);
    }
    let (low, high) = (end.min(shown), end.max(shown));
    let (surely, perhaps) = if sign == "<" { (low, high) } else { (high, low) };
    // Of what lies between the two it matters which of them it is held against; all else is told by the index.
    let by_the_wall = if shown == perhaps { "IS TRUE" } else { "IS NOT TRUE" };
    narrowed.and(
        &format!("i.at_ms {sign} ? AND (i.at_ms {sign} ? OR (i.certainty IN (2, 3)) {by_the_wall})"),
        [Value::Integer(perhaps), Value::Integer(surely)],
    );
}

/// What clocks in a zone show at both ends of the time of a filter, as if it were UTC.
pub(crate) fn on_the_wall(filter: &Filter, zone: &TimeZone) -> (Option<UtcMs>, Option<UtcMs>) {
    const HOUR_MS: i64 = 3_600_000;
    const DAY_MS: i64 = 24 * HOUR_MS;
    let shown = |ms: UtcMs| {
        let ahead = Timestamp::from_millisecond(ms).map_or(0, |at| zone.to_offset(at).seconds());
        ms.saturating_add(i64::from(ahead) * 1_000)
    };
    let (from, to) = (filter.from.map(shown), filter.to.map(shown));
    match (filter.from.zip(filter.to), from) {
        // One day by the clocks of where the person was begins here at another hour, and is still that day.
        (Some((begun, ended)), Some(from))
            if (23 * HOUR_MS..=25 * HOUR_MS).contains(&ended.saturating_sub(begun)) && from % (HOUR_MS / 4) == 0 =>
        {
            let day = (from + DAY_MS / 2).div_euclid(DAY_MS) * DAY_MS;
            (Some(day), Some(day + DAY_MS))
        }
        _ => (from, to),
    }
}

/// A filter inside of another, as one condition.
fn inside(connection: &Connection, filter: &Filter) -> Outcome<Where> {
    let mut narrowed = Where { sql: "1 = 1".to_owned(), ..Where::default() };
    conditions(connection, filter, Without::default(), &mut narrowed)?;
    if !filter.text.trim().is_empty() {
        narrowed.and("i.id IN (SELECT value FROM json_each(holding(?)))", [Value::Text(filter.text.clone())]);
    }
    narrowed.sql = format!("({})", narrowed.sql);
    Ok(narrowed)
}

/// The words that web addresses are cut into, of which one is in each.
const OF_LINKS: &str = "http OR https OR www";

fn having(has: Has, narrowed: &mut Where) {
    narrowed.looks_up = true;
    let attached = "EXISTS (SELECT 1 FROM blob_ref b WHERE b.variant = i.variant AND b.media_type LIKE ?)";
    let linked = "EXISTS (SELECT 1 FROM link l JOIN entity e ON e.id = l.entity WHERE l.item = i.id AND e.kind = ?)";
    let media = |begin: &str| Value::Text(format!("{begin}/%"));
    let kind = |kind: Kind| Value::Integer(kind.code().into());
    match has {
        Has::Attachment => narrowed.and("EXISTS (SELECT 1 FROM blob_ref b WHERE b.variant = i.variant)", []),
        Has::Photo => narrowed.and(&format!("(i.kind = ? OR {attached})"), [kind(Kind::Photo), media("image")]),
        Has::Video => narrowed.and(&format!("(i.kind = ? OR {attached})"), [kind(Kind::Video), media("video")]),
        Has::Audio => narrowed.and(attached, [media("audio")]),
        Has::Place => narrowed.and("i.lat IS NOT NULL", []),
        Has::Link => narrowed.and("i.id IN (SELECT value FROM json_each(holding(?)))", [Value::Text(OF_LINKS.to_owned())]),
        Has::Person => narrowed.and(linked, [Value::Integer(EntityKind::Person.code().into())]),
        Has::Label => narrowed.and(linked, [Value::Integer(EntityKind::Label.code().into())]),
        Has::Time => narrowed.and("i.at_ms IS NOT NULL", []),
    }
}

/// The numbers of the filter's sources and of what stands under them.
pub(crate) fn source_ids(connection: &Connection, filter: &Filter) -> Outcome<Vec<i64>> {
    let mut ids = Vec::new();
    for name in &filter.sources {
        ids.extend(source::under(connection, name)?);
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Those who are in an item, and as what: any part when `roles` is empty.
struct Group {
    entities: Vec<i64>,
    roles: &'static [Role],
}

/// People, labels and named places.
fn linked(connection: &Connection, filter: &Filter, narrowed: &mut Where) -> Outcome<()> {
    let mut groups = Vec::new();
    for person in &filter.people {
        groups.push(Group { entities: people(connection, person)?, roles: &[] });
    }
    for (names, roles) in
        [(&filter.senders, &[Role::Sender, Role::Organizer][..]), (&filter.recipients, &[Role::Recipient, Role::Copied][..])]
    {
        let mut entities = Vec::new();
        for name in names {
            entities.extend(people(connection, name)?);
        }
        if !names.is_empty() {
            groups.push(Group { entities, roles });
        }
    }
    for label in &filter.labels {
        groups.push(Group { entities: entity::labelled(connection, label)?, roles: &[] });
    }
    for place in &filter.places {
        groups.push(Group { entities: entity::matching(connection, place, &[EntityKind::Place], PLACES)?, roles: &[] });
    }
    for Group { entities, roles } in groups {
        narrowed.looks_up = true;
        let mut params = vec![list(&entities)];
        let few = entity::links(connection, &entities)? <= FEW_LINKS;
        if !roles.is_empty() {
            params.push(list(&roles.iter().map(|role| i64::from(role.code())).collect::<Vec<_>>()));
        }
        let condition = match (few, roles.is_empty()) {
            (true, true) => "i.id IN (SELECT item FROM link WHERE entity IN (SELECT value FROM json_each(?)))",
            (true, false) => {
                "i.id IN (SELECT item FROM link WHERE entity IN (SELECT value FROM json_each(?)) AND role IN (SELECT value FROM json_each(?)))"
            }
            (false, true) => "EXISTS (SELECT 1 FROM link l WHERE l.item = i.id AND l.entity IN (SELECT value FROM json_each(?)))",
            (false, false) => {
                "EXISTS (SELECT 1 FROM link l WHERE l.item = i.id AND l.entity IN (SELECT value FROM json_each(?)) \
                 AND l.role IN (SELECT value FROM json_each(?)))"
            }
        };
        narrowed.and(condition, params);
    }
    Ok(())
}

/// The entities of a person by one of their names or addresses, under all of their addresses; or the owner's.
pub(crate) fn people(connection: &Connection, name: &str) -> Outcome<Vec<i64>> {
    if name.trim().eq_ignore_ascii_case(Filter::ME) {
        return own::entities(connection);
    }
    let named = entity::matching(connection, name, &[EntityKind::Person, EntityKind::Organisation], PEOPLE)?;
    person::everyone(connection, &named)
}

/// Circle and box.
fn placed(filter: &Filter, narrowed: &mut Where) {
    if let Some(near) = filter.near {
        narrowed.looks_up = true;
        let (lat, lon) = (near.point.lat_degrees(), near.point.lon_degrees());
        let high = near.metres / METRES_A_DEGREE;
        let shrink = (lat.abs() + high).min(89.9).to_radians().cos();
        let wide = high / shrink;
        between(narrowed, lat - high, lat + high, lon - wide, lon + wide);
        let Point { lat, lon } = near.point;
        narrowed.and("metres(i.lat, i.lon, ?, ?) <= ?", [Value::Integer(lat.into()), Value::Integer(lon.into()), Value::Real(near.metres)]);
    }
    if let Some(area) = filter.area {
        narrowed.looks_up = true;
        between(narrowed, area.south, area.north, area.west, area.east);
    }
}

/// A box in degrees; it may cross the antimeridian.
fn between(narrowed: &mut Where, south: f64, north: f64, west: f64, east: f64) {
    let e7 = |degrees: f64| Value::Integer((degrees * 1e7).round() as i64);
    narrowed.and("i.lat BETWEEN ? AND ?", [e7(south), e7(north)]);
    if (west <= east && east - west >= 360.0) || (west <= -180.0 && east >= 180.0) {
        return;
    }
    let fold = |lon: f64| (lon + 180.0).rem_euclid(360.0) - 180.0;
    // An edge of exactly 180° stays where it is.
    let (west, east) = (fold(west), if east == 180.0 { 180.0 } else { fold(east) });
    if west <= east {
        narrowed.and("i.lon BETWEEN ? AND ?", [e7(west), e7(east)]);
    } else {
        narrowed.and("(i.lon >= ? OR i.lon <= ?)", [e7(west), e7(east)]);
    }
}

/// Numbers as a JSON list, for `json_each`.
pub(crate) fn list(ids: &[i64]) -> Value {
    let mut text = String::with_capacity(2 + ids.len() * 8);
    text.push('[');
    for (at, id) in ids.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(&id.to_string());
    }
    text.push(']');
    Value::Text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;

    fn zone(hours: i8) -> TimeZone {
        TimeZone::fixed(jiff::tz::offset(hours))
    }

    #[test]
    fn a_date_lies_in_the_day_that_it_names_wherever_its_hours_are() {
        // The second of January 1970, by the clocks of each zone.
        for hours in [-11, -5, 0, 2, 13] {
            let begins = DAY - i64::from(hours) * HOUR;
            let filter = Filter { from: Some(begins), to: Some(begins + DAY), ..Filter::default() };
            assert_eq!(on_the_wall(&filter, &zone(hours)), (Some(DAY), Some(2 * DAY)), "{hours}");
        }
        // The same day spent two hours west and three hours east of where its question is asked.
        for away in [-2, 3] {
            let begins = DAY + 5 * HOUR - away * HOUR;
            let filter = Filter { from: Some(begins), to: Some(begins + DAY), ..Filter::default() };
            assert_eq!(on_the_wall(&filter, &zone(-5)), (Some(DAY), Some(2 * DAY)), "{away}");
        }
        let hour = Filter { from: Some(DAY + 20 * HOUR), to: Some(DAY + 21 * HOUR), ..Filter::default() };
        assert_eq!(on_the_wall(&hour, &zone(-5)), (Some(DAY + 15 * HOUR), Some(DAY + 16 * HOUR)));
    }

    #[test]
    fn only_between_the_two_readings_of_an_end_it_matters_which_of_them_holds() {
        let leaves = |sign: &str, end: i64, shown: i64| {
            let mut narrowed = Where::default();
            timed(&mut narrowed, sign, end, shown);
            let sql = format!(
                "SELECT id FROM (SELECT 1 AS id, 150 AS at_ms, 3 AS certainty UNION ALL SELECT 2, 150, 0 UNION ALL SELECT 3, 150, NULL
                 UNION ALL SELECT 4, 250, 3 UNION ALL SELECT 5, 250, 0 UNION ALL SELECT 6, 50, 3) i WHERE 1 = 1{} ORDER BY id",
                narrowed.sql
            );
            let connection = Connection::open_in_memory().unwrap();
            let mut statement = connection.prepare(&sql).unwrap();
            let ids = statement.query_map(rusqlite::params_from_iter(&narrowed.params), |row| row.get::<_, i64>(0)).unwrap();
            ids.map(Result::unwrap).collect::<Vec<i64>>()
        };
        assert_eq!(leaves(">=", 200, 100), [1, 4, 5], "west");
        assert_eq!(leaves(">=", 100, 200), [2, 3, 4, 5], "east");
        assert_eq!(leaves("<", 200, 100), [2, 3, 6], "west");
        assert_eq!(leaves("<", 100, 200), [1, 6], "east");
        assert_eq!(leaves(">=", 100, 100), [1, 2, 3, 4, 5]);
    }
}
