//! Letterboxd: `diary.csv`, `reviews.csv`, `ratings.csv`, `watched.csv` and `watchlist.csv` of its export.
//!
//! What was watched stands on the day it was; a rating or a review on the day it was written. `watched.csv` and `watchlist.csv`
//! have the same columns, so the file's name tells them apart. Identity: the table, the address and the day.
//!
//! `data`: `url`, `year`, `rating` (0.5 to 5), `rewatch`, `tags`.

use std::io;

use domain::{FindingCode, Kind, NewItem};

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::{Columns, Row, Table};
use crate::text::time;

pub(crate) static IMPORTER: Importer = Importer { id: "letterboxd", label: "Letterboxd", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    let shaped = probe.extension() == "csv" && Columns::of(probe.head).has(&["Date", "Name", "Year", "Letterboxd URI"]);
    if shaped { Claim::Yes(3) } else { Claim::No }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let path = input.path.to_lowercase();
    let (folder, name) = path.rsplit_once('/').map_or(("", path.as_str()), |(folders, name)| (last(folders), name));
    // What was taken out of the diary, and films that were liked, watched or not.
    let (is_deleted, is_liked) = (folder == "deleted", folder == "likes");
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
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
    while let Some(row) = table.next()? {
        match film(&row, kind, &list) {
            Some(item) => sink.item(NewItem { hidden: is_deleted, ..item }),
            None => sink.set_aside(FindingCode::BadRecord, &row.at(), "Expected the name and the address of a film, and found neither."),
        }
    }
    Ok(())
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
    item.title = if year.is_empty() { name.to_owned() } else { format!("{name} ({year})") };
    row.cell(&["Review"]).clone_into(&mut item.text);
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
    use crate::importer::collected::read;

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
        assert!(read(&IMPORTER, "deleted/diary.csv", diary.as_bytes()).items[0].hidden);
    }
}
