//! Goodreads: `goodreads_library_export.csv`, a row a book.
//!
//! A book with a review or stars is a review, one to be read is a bookmark, any other something done. It stands on the day it was read,
//! else on the day it was added. What people wrote is HTML, and becomes plain words. Identity: the book's number. `data`: `action` ("read",
//! or the shelf), `author`, `isbn`, `stars`, `shelf`, `pages`, `added`, `private_note`, `times_read` (of what was read more than once).

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, Moment, NewItem, NewLink, Role};

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::{Columns, Row, Table};
use crate::text::{html, time};

pub(crate) static IMPORTER: Importer = Importer { id: "goodreads", label: "Goodreads", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    let shaped = probe.extension() == "csv" && Columns::of(probe.head).has(&["Book Id", "Title", "Author", "Exclusive Shelf"]);
    if shaped { Claim::Yes(3) } else { Claim::No }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    while let Some(row) = table.read_row(sink)? {
        match book(&row) {
            Some(item) => sink.item(item),
            None => sink.set_aside(FindingCode::BadRecord, &row.at(), "Expected a book's number and its title, and found neither."),
        }
    }
    Ok(())
}

fn book(row: &Row<'_>) -> Option<NewItem> {
    let (id, title, author) = (row.cell(&["Book Id"]), row.cell(&["Title"]), row.cell(&["Author"]));
    if id.is_empty() && title.is_empty() {
        return None;
    }
    let (shelf, review) = (row.cell(&["Exclusive Shelf"]), row.cell(&["My Review"]));
    let stars = row.number(&["My Rating"]).filter(|stars| *stars > 0.0);
    let kind = match shelf {
        _ if stars.is_some() || !review.is_empty() => Kind::Review,
        "to-read" => Kind::Bookmark,
        _ => Kind::Activity,
    };
    let mut item = NewItem::new(kind, IMPORTER.id, if id.is_empty() { title } else { id }, row.raw());
    item.title = if author.is_empty() { title.to_owned() } else { format!("{title}, {author}") };
    let note = html::plain(row.cell(&["Private Notes"]));
    item.text = [html::plain(review), note.clone()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
    item.at = day(row.cell(&["Date Read"])).or_else(|| day(row.cell(&["Date Added"])));
    if !author.is_empty() {
        item.links.push(NewLink { role: Role::Channel, entity: EntityRef::named(EntityKind::Person, author) });
    }
    item.set("action", shelf);
    item.set("author", author);
    // Kept from a spreadsheet's arithmetic: ="0123456789", and ="" of a book that has none.
    let numbers = ["ISBN13", "ISBN"].map(|name| row.cell(&[name]).trim_matches(['=', '"']));
    item.set("isbn", numbers.into_iter().find(|number| !number.is_empty()));
    item.set("private_note", note);
    item.set("times_read", row.number(&["Read Count"]).filter(|times| *times > 1.0));
    item.set("stars", stars);
    item.set("shelf", row.cell(&["Bookshelves"]));
    item.set("pages", row.number(&["Number of Pages"]));
    item.set("added", row.cell(&["Date Added"]));
    Some(item)
}

/// `2021/03/04`.
fn day(text: &str) -> Option<Moment> {
    time::iso(&text.replace('/', "-")).map(|moment| Moment { raw: text.to_owned(), ..moment })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn a_book_is_a_review_a_bookmark_or_something_read() {
        let table = "Book Id,Title,Author,ISBN,ISBN13,My Rating,Number of Pages,Date Read,Date Added,Bookshelves,Exclusive Shelf,My Review\n\
            7,Knots,Ada Reef,\"=\"\"01\"\"\",\"=\"\"9780000000001\"\"\",5,120,2021/03/04,2021/01/01,,read,Good.<br/>Clear.\n\
            8,Tides,Bo Sand,,,0,,,2022/05/06,sea,to-read,\n\
            9,Maps,,,,0,,2020/02/02,2020/01/01,,read,\n,,,,,,,,,,,x\n";
        let collected = read(&IMPORTER, "goodreads_library_export.csv", table.as_bytes());
        let shown: Vec<_> =
            collected.items.iter().map(|item| (item.kind, item.title.as_str(), item.at.as_ref().unwrap().raw.as_str())).collect();
        assert_eq!(
            shown,
            [(Kind::Review, "Knots, Ada Reef", "2021/03/04"), (Kind::Bookmark, "Tides, Bo Sand", "2022/05/06"), (Kind::Activity, "Maps", "2020/02/02")]
        );
        assert_eq!((collected.items[0].text.as_str(), &collected.items[0].data["isbn"]), ("Good.\nClear.", &"9780000000001".into()));
        assert_eq!(collected.n_set_aside, 1);
        let more = "Book Id,Title,Author,ISBN,ISBN13,Exclusive Shelf,My Review,Private Notes,Read Count\n\
            7,Knots,Ada Reef,\"=\"\"0000000001\"\"\",\"=\"\"\"\"\",read,<b>Good</b> &amp; clear.,\"Lent to Bo.<br/>Ask him.\",2\n";
        let book = &read(&IMPORTER, "goodreads_library_export.csv", more.as_bytes()).items[0];
        assert_eq!((book.text.as_str(), &book.data["isbn"]), ("Good & clear.\nLent to Bo.\nAsk him.", &"0000000001".into()));
        assert_eq!((&book.data["private_note"], book.data["times_read"].as_f64()), (&"Lent to Bo.\nAsk him.".into(), Some(2.0)));
        let claim = |head: &str| recognizes(&Probe { path: "x.csv", head: head.as_bytes(), tail: b"", size: 9 });
        assert_eq!((claim(table), claim("Title,Author\nMaps,\n")), (Claim::Yes(3), Claim::No));
    }
}
