//! Letterboxd: `diary.csv`, `reviews.csv`, `ratings.csv`, `watched.csv` and `watchlist.csv` of its export; what was liked (films, and
//! the reviews and lists of others, `likes/`); its lists ([`list`]), and the owner's comments and profile ([`account`]).
//!
//! What was watched stands on the day it was; a rating or a review on the day it was written. `watched.csv` and `watchlist.csv`
//! have the same columns, so the file's name tells them apart. `watched.csv` has every film of the diary again, on the day it was
//! entered, and `ratings.csv` the rating of every review: they are part of what says more, so that a film counts once each time it
//! was watched. What people wrote is HTML, and becomes plain words. Identity: the table, the address and the day.
//!
//! `data`: `url`, `year`, `rating` (0.5 to 5), `rewatch`, `tags`.

mod account;
mod list;

use std::collections::HashSet;
use std::io;

use domain::{FindingCode, Kind, NewItem};

use crate::importer::{Assembly, Claim, FileNumber, Importer, Input, Parse, Probe, SetSink, Sink};
use crate::table::{Columns, Row, Table};
use crate::text::{html, time};

pub(crate) static IMPORTER: Importer = Importer { id: "letterboxd", label: "Letterboxd", recognizes, parse: Parse::Set(|| Box::new(Films::default())) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    if probe.extension() != "csv" {
        return Claim::No;
    }
    let columns = Columns::of(probe.head);
    let is_of_films = columns.has(&["Date", "Name", "Year", "Letterboxd URI"]);
    // Of what others wrote there is no year.
    let is_of_likes = probe.folders().last() == Some("likes") && columns.has(&["Date", "Letterboxd URI"]);
    let shaped = is_of_films || is_of_likes || list::is_it(probe.head) || account::Sort::of(&columns, probe.name()).is_some();
    if shaped { Claim::Yes(3) } else { Claim::No }
}

/// The films of an export, and what waits for the tables that say more of the same ones.
#[derive(Default)]
struct Films {
    /// Titles with years in the diary, and in the reviews.
    in_diary: HashSet<String>,
    reviewed: HashSet<String>,
    waiting: Vec<(FileNumber, Brief, NewItem)>,
}

/// A table that says of a film what another may say better.
#[derive(Clone, Copy)]
enum Brief {
    Watched,
    Rating,
}

impl Assembly for Films {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        parse(input, sink, |list, item, sink| {
            let brief = match list {
                "watched" => Brief::Watched,
                "ratings" => Brief::Rating,
                _ => {
                    if list == "diary" {
                        self.in_diary.insert(item.title.clone());
                    } else if list == "reviews" {
                        self.reviewed.insert(item.title.clone());
                    }
                    return sink.item(item);
                }
            };
            self.waiting.push((number, brief, item));
        })
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        for (file, brief, item) in std::mem::take(&mut self.waiting) {
            let is_told = match brief {
                Brief::Watched => self.in_diary.contains(&item.title),
                Brief::Rating => self.reviewed.contains(&item.title),
            };
            let own = sink.of(file);
            if is_told { own.merged() } else { own.item(item) }
        }
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink, mut take: impl FnMut(&str, NewItem, &mut dyn Sink)) -> io::Result<()> {
    let path = input.path.to_lowercase();
    let (folder, name) = path.rsplit_once('/').map_or(("", path.as_str()), |(folders, name)| (last(folders), name));
    // What was taken out of the diary, and films that were liked, watched or not.
    let (is_deleted, is_liked) = (folder == "deleted", folder == "likes");
    let Some((mut table, above)) = Table::under(input.reader, 1, |cells| !list::is_beginning(cells))? else { return Ok(()) };
    if !above.is_empty() {
        return list::parse(table, path.split('/').any(|folder| folder == "deleted"), sink);
    }
    if let Some(sort) = account::Sort::of(table.columns(), name) {
        while let Some(row) = table.read_row(sink)? {
            match sort.item(&row) {
                Some(item) => sink.item(NewItem { hidden: is_deleted, ..item }),
                None => sink.set_aside(FindingCode::BadRecord, &row.at(), sort.expected()),
            }
        }
        return Ok(());
    }
    let has = |name: &str| table.columns().has(&[name]);
    let kind = match () {
        () if has("Review") => Kind::Review,
        () if has("Watched Date") => Kind::Watch,
        () if has("Rating") => Kind::Review,
        () if is_liked || name.starts_with("watchlist") => Kind::Bookmark,
        () => Kind::Watch,
    };
    let list = name.strip_suffix(".csv").unwrap_or(name);
    let list = if is_deleted || is_liked { format!("{folder}/{list}") } else { list.to_owned() };
    while let Some(row) = table.read_row(sink)? {
        match film(&row, kind, &list) {
            Some(item) => take(&list, NewItem { hidden: is_deleted, ..item }, sink),
            None => sink.set_aside(FindingCode::BadRecord, &row.at(), "Expected the name and the address of a film, and found neither."),
        }
    }
    Ok(())
}

/// A film with its year.
fn titled(name: &str, year: &str) -> String {
    if year.is_empty() { name.to_owned() } else { format!("{name} ({year})") }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn film(row: &Row<'_>, kind: Kind, list: &str) -> Option<NewItem> {
    let (name, url, year) = (row.cell(&["Name"]), row.cell(&["Letterboxd URI"]), row.cell(&["Year"]));
    if name.is_empty() && url.is_empty() {
        return None;
    }
    let written = row.cell(&["Date"]);
    let day = if kind == Kind::Watch { Some(row.cell(&["Watched Date"])).filter(|day| !day.is_empty()) } else { None };
    let day = day.unwrap_or(written);
    let mut item = NewItem::new(kind, IMPORTER.id, [list, url, name, day].join("\u{1f}"), row.raw());
    item.title = if name.is_empty() { url.to_owned() } else { titled(name, year) };
    item.text = html::plain(row.cell(&["Review"]));
    item.at = time::iso(day);
    item.set("url", url);
    item.set("year", year);
    item.set("rating", row.number(&["Rating"]));
    item.set("rewatch", row.cell(&["Rewatch"]).to_lowercase());
    item.set("tags", row.cell(&["Tags"]));
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{read, read_set};

    #[test]
    fn a_film_counts_once_each_time_it_was_watched() {
        let diary = "Date,Name,Year,Letterboxd URI,Watched Date\n2022-01-03,The Ferry,1961,https://boxd.it/d1,2022-01-01\n2022-06-03,The Ferry,1961,https://boxd.it/d2,2022-06-01\n";
        let reviews = "Date,Name,Year,Letterboxd URI,Rating,Review\n2022-01-03,The Ferry,1961,https://boxd.it/d1,4.5,Slow\n";
        let watched = "Date,Name,Year,Letterboxd URI\n2022-01-03,The Ferry,1961,https://boxd.it/a\n2022-01-04,The Ferry,1994,https://boxd.it/b\n";
        let ratings = "Date,Name,Year,Letterboxd URI,Rating\n2022-01-03,The Ferry,1961,https://boxd.it/a,4.5\n2022-01-04,Salt,2001,https://boxd.it/c,3\n";
        let files = [("watched.csv", watched), ("diary.csv", diary), ("ratings.csv", ratings), ("reviews.csv", reviews)];
        for turn in 0..4 {
            let mut files = files.map(|(name, table)| (name, table.as_bytes()));
            files.rotate_left(turn);
            let read = read_set(&IMPORTER, &files).unwrap();
            let counted = |name: &str| (read[name].items.len(), read[name].n_merged);
            assert_eq!(files.map(|(name, _)| counted(name)).iter().map(|(items, merged)| items + *merged as usize).sum::<usize>(), 7);
            assert_eq!((counted("diary.csv"), counted("watched.csv"), counted("ratings.csv")), ((2, 0), (1, 1), (1, 1)));
            assert_eq!((read["watched.csv"].items[0].title.as_str(), read["ratings.csv"].items[0].title.as_str()), ("The Ferry (1994)", "Salt (2001)"));
        }
    }

    #[test]
    fn a_review_is_plain_words() {
        let reviews = "Date,Name,Year,Letterboxd URI,Review\n2022-01-03,The Ferry,1961,https://boxd.it/d1,\"Lovely <i>film</i> &amp; more\nto say\"\n";
        assert_eq!(read(&IMPORTER, "reviews.csv", reviews.as_bytes()).items[0].text, "Lovely film & more\nto say");
    }

    #[test]
    fn each_table_becomes_what_it_tells() {
        let diary = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n2022-01-03,The Ferry,1961,https://boxd.it/a,4.5,Yes,,2022-01-01\n,,,,,,,2022-01-01\n";
        let reviews =
            "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Review,Tags,Watched Date\n2022-01-03,The Ferry,1961,https://boxd.it/a,4.5,,\"Slow, and\nright.\",,2022-01-01\n";
        let list = "Date,Name,Year,Letterboxd URI\n2022-02-03,Salt,,https://boxd.it/b\n";
        let shown = |name: &str, table: &str| {
            assert_eq!(recognizes(&Probe { path: name, head: table.as_bytes(), tail: b"", size: 9 }), Claim::Yes(3));
            let collected = read(&IMPORTER, name, table.as_bytes());
            let item = &collected.items[0];
            (item.kind, item.title.clone(), item.at.as_ref().unwrap().raw.clone(), item.text.clone(), collected.n_set_aside)
        };
        let of = |kind, title: &str, day: &str, text: &str, bad| (kind, title.to_owned(), day.to_owned(), text.to_owned(), bad);
        assert_eq!(shown("diary.csv", diary), of(Kind::Watch, "The Ferry (1961)", "2022-01-01", "", 1));
        assert_eq!(shown("reviews.csv", reviews), of(Kind::Review, "The Ferry (1961)", "2022-01-03", "Slow, and\nright.", 0));
        assert_eq!(shown("watchlist.csv", list), of(Kind::Bookmark, "Salt", "2022-02-03", "", 0));
        assert_eq!(shown("watched.csv", list), of(Kind::Watch, "Salt", "2022-02-03", "", 0));
        assert_eq!(shown("likes/films.csv", list), of(Kind::Bookmark, "Salt", "2022-02-03", "", 0));
        let liked = "Date,Name,Letterboxd URI\n2022-02-04,Films at sea,https://boxd.it/l\n";
        assert_eq!(shown("likes/lists.csv", liked), of(Kind::Bookmark, "Films at sea", "2022-02-04", "", 0));
        let liked = "Date,Letterboxd URI\n2022-02-05,https://boxd.it/r\n";
        assert_eq!(shown("likes/reviews.csv", liked), of(Kind::Bookmark, "https://boxd.it/r", "2022-02-05", "", 0));
        assert!(read(&IMPORTER, "deleted/diary.csv", diary.as_bytes()).items[0].hidden);
    }
}
