//! What the export that is given on request holds beside what was played: `SearchHistory.csv`, `Ratings.csv` and `MyList.csv`.
//!
//! Identity: of a search the profile, the time, the words and what was chosen; of a rating the profile, the title, its sort and
//! the time; of what is in the list the profile and the title.
//!
//! `data`: `profile`, `device`, `country`; of a search `query`, `chosen` (the title), `action`, `section`; of a rating `rating` (stars),
//! `thumbs`, `rated_by` ("star", "thumb"); of what is in the list `list`.

use std::io::{self, Read};

use domain::{FindingCode, Kind, Moment, NewItem};

use crate::importer::Sink;
use crate::table::{Columns, Row, Table};
use crate::text::time;

const PROFILE: &[&str] = &["Profile Name", "Profile"];
const TITLE: &[&str] = &["Title Name", "Title"];
const COUNTRY: &[&str] = &["Country Iso Code", "Country"];
const DEVICE: &[&str] = &["Device Model", "Device Type", "Device"];
const QUERY: &[&str] = &["Query Typed", "Query", "Search Query"];
const SEARCHED: &[&str] = &["Utc Timestamp", "Utc Ts", "Event Utc Ts", "Timestamp"];
const STARS: &[&str] = &["Star Value", "Stars"];
const THUMBS: &[&str] = &["Thumbs Value", "Thumb Value"];
const RATED: &[&str] = &["Event Utc Ts", "Event Utc Timestamp", "Utc Timestamp", "Region View Date"];
const ADDED: &[&str] = &["Utc Title Add Date", "Title Add Date", "Utc Add Date"];

/// Which of the tables it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Searches,
    Ratings,
    List,
}

impl Sort {
    /// By its columns, whatever the file is called.
    pub(super) fn of(columns: &Columns) -> Option<Self> {
        if !columns.has_one_of(PROFILE) {
            return None;
        }
        let is_titled = columns.has_one_of(TITLE);
        match () {
            () if columns.has_one_of(QUERY) && columns.has_one_of(SEARCHED) => Some(Self::Searches),
            () if is_titled && (columns.has_one_of(STARS) || columns.has_one_of(THUMBS)) => Some(Self::Ratings),
            () if is_titled && columns.has_one_of(ADDED) => Some(Self::List),
            () => None,
        }
    }
}

pub(super) fn parse(sort: Sort, reader: &mut dyn Read, sink: &mut dyn Sink) -> io::Result<()> {
    let Some(mut table) = Table::open(reader)? else { return Ok(()) };
    while let Some(row) = table.read_row(sink)? {
        let (times, item): (&[&str], _) = match sort {
            Sort::Searches => (SEARCHED, searched(&row)),
            Sort::Ratings => (RATED, rated(&row)),
            Sort::List => (ADDED, listed(&row)),
        };
        match item {
            Some(item) => sink.item(item),
            None => sink.set_aside(
                FindingCode::BadRecord,
                &row.at(),
                &format!(
                    "Expected words and a time in UTC, and found {:?} and {:?}.",
                    row.cell(if sort == Sort::Searches { QUERY } else { TITLE }),
                    row.cell(times)
                ),
            ),
        }
    }
    Ok(())
}

/// The time in the first filled cell of these columns; nothing when there is one that is no time.
fn moment(row: &Row<'_>, names: &[&str]) -> Option<Option<Moment>> {
    match row.cell(names) {
        "" => Some(None),
        written => time::iso_utc(written).map(Some),
    }
}

/// An item with what all of the tables say.
fn item(kind: Kind, source: &str, key: &[&str], at: Option<Moment>, row: &Row<'_>) -> NewItem {
    let mut item = NewItem::new(kind, source, key.join("\u{1f}"), row.raw());
    item.at = at;
    item.set("profile", row.cell(PROFILE));
    item.set("device", row.cell(DEVICE));
    item.set("country", row.cell(COUNTRY));
    item
}

fn milliseconds(at: Option<&Moment>) -> String {
    at.map(|at| at.ms.to_string()).unwrap_or_default()
}

/// What was typed, and what of it was chosen; who chose without typing looked for that.
fn searched(row: &Row<'_>) -> Option<NewItem> {
    let at = moment(row, SEARCHED)?;
    let (typed, chosen, action) = (row.cell(QUERY), row.cell(&["Displayed Name"]), row.cell(&["Action"]));
    let query = if typed.is_empty() { chosen } else { typed };
    if query.is_empty() {
        return None;
    }
    let key = [row.cell(PROFILE), &milliseconds(at.as_ref()), typed, chosen, action];
    let mut item = item(Kind::Search, "netflix.search", &key, at, row);
    item.title = query.to_owned();
    item.set("query", query);
    item.set("chosen", chosen);
    item.set("action", action);
    item.set("section", row.cell(&["Section"]));
    Some(item)
}

fn rated(row: &Row<'_>) -> Option<NewItem> {
    let at = moment(row, RATED)?;
    let (title, sort) = (row.cell(TITLE), row.cell(&["Rating Type"]));
    if title.is_empty() {
        return None;
    }
    let key = [row.cell(PROFILE), title, sort, &milliseconds(at.as_ref())];
    let mut item = item(Kind::Review, "netflix.rating", &key, at, row);
    item.title = title.to_owned();
    // Of the two the other one is empty, or nought.
    item.set("rating", row.number(STARS).filter(|stars| *stars > 0.0));
    item.set("thumbs", row.number(THUMBS).filter(|thumbs| *thumbs > 0.0 || sort.to_lowercase().starts_with("thumb")));
    item.set("rated_by", sort.to_lowercase());
    Some(item)
}

fn listed(row: &Row<'_>) -> Option<NewItem> {
    let at = moment(row, ADDED)?;
    let title = row.cell(TITLE);
    if title.is_empty() {
        return None;
    }
    let mut item = item(Kind::Bookmark, "netflix.list", &[row.cell(PROFILE), title], at, row);
    item.title = title.to_owned();
    item.set("list", "My List");
    Some(item)
}

#[cfg(test)]
mod tests {
    use crate::importer::collected::read;
    use crate::importer::{Claim, Probe};
    use crate::importers::netflix::IMPORTER;

    fn shown(name: &str, table: &str) -> Vec<String> {
        let path = format!("CONTENT_INTERACTION/{name}");
        let claim = (IMPORTER.recognizes)(&Probe { path: &path, head: table.as_bytes(), tail: b"", size: 9 });
        assert_eq!(claim, Claim::Yes(3), "{name}");
        read(&IMPORTER, &path, table.as_bytes()).shown().lines().map(str::to_owned).collect()
    }

    #[test]
    fn searches_are_read() {
        let table = "Profile Name,Country Iso Code,Device,Is Kids,Query Typed,Displayed Name,Action,Section,Utc Timestamp\n\
            Nora,CH,TV,0,lighth,Lighthouses,play,titles,2022-03-04 19:00:00\n\
            Nora,CH,TV,0,,Salt,select,titles,2022-03-04 19:01:00\nNora,CH,TV,0,,,,,2022-03-04 19:02:00\nNora,CH,TV,0,x,,,,soon\n";
        let lines = shown("SearchHistory.csv", table);
        assert_eq!(lines[0], "search netflix.search 2022-03-04T19:00:00Z | lighth");
        assert_eq!(lines[1], "search netflix.search 2022-03-04T19:01:00Z | Salt");
        assert_eq!(lines.last().unwrap(), "= 2 items, 0 merged, 0 skipped, 2 set aside");
        let item = &read(&IMPORTER, "SearchHistory.csv", table.as_bytes()).items[0];
        assert_eq!(
            (&item.data["query"], &item.data["chosen"], &item.data["profile"]),
            (&"lighth".into(), &"Lighthouses".into(), &"Nora".into())
        );
        assert_eq!(item.at.as_ref().unwrap().certainty, domain::Certainty::Exact);
    }

    #[test]
    fn ratings_and_the_list_are_read_under_any_spelling() {
        let ratings = "Profile Name,Title Name,Rating Type,Star Value,Thumbs Value,Device Model,Event Utc Ts,Region View Date\n\
            Nora,Lighthouses,thumb,,2,TV,2022-03-04 20:00:00,2022-03-04\nNora,Salt,star,4,,,2015-03-04 20:00:00,\n";
        let other = ratings.replacen("Profile Name,Title Name,Rating Type,Star Value", "profile_name,TITLE NAME,rating_type,star_value", 1);
        for table in [ratings, &other] {
            let lines = shown("Ratings.csv", table);
            assert_eq!(
                lines[..2],
                ["review netflix.rating 2022-03-04T20:00:00Z | Lighthouses", "review netflix.rating 2015-03-04T20:00:00Z | Salt"]
            );
            let items = read(&IMPORTER, "Ratings.csv", table.as_bytes()).items;
            assert_eq!(
                (items[0].data["thumbs"].as_f64(), items[0].data.get("rating"), items[1].data["rating"].as_f64()),
                (Some(2.0), None, Some(4.0))
            );
        }
        assert_eq!(
            shown("MyList.csv", "Profile Name,Title Name,Country,Utc Title Add Date\nNora,Salt,CH (Switzerland),2021-02-03\nNora,,CH,\n"),
            [
                "bookmark netflix.list 2021-02-03T00:00:00Z | Salt",
                "! BadRecord [row 3] Expected words and a time in UTC, and found \"\" and \"\".",
                "= 1 items, 0 merged, 0 skipped, 1 set aside"
            ]
        );
    }
}
