//! What the export says besides films: `comments.csv`, which the owner wrote under the reviews and lists of others, and `profile.csv`,
//! which becomes a contact marked as their own.
//!
//! Identity: of a comment the address of what it stands under, the day and the words; of the owner their name there.
//!
//! `data` of a comment: `url`; of the owner `is_owner` (true), `username`, `joined`, `location`, `website`, `favourites` (addresses).

use domain::{EntityKind, EntityRef, Kind, NewItem, NewLink, Role};

use super::IMPORTER;
use crate::conversation::headline;
use crate::table::{Columns, Row};
use crate::text::{html, time};

/// Which of the tables it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Comments,
    Profile,
}

impl Sort {
    /// By its columns; those of comments are not Letterboxd's alone, and need the file's name.
    pub(super) fn of(columns: &Columns, name: &str) -> Option<Self> {
        if columns.has(&["Date Joined", "Username", "Favorite Films"]) {
            return Some(Self::Profile);
        }
        let is_named = name.eq_ignore_ascii_case("comments.csv");
        (is_named && columns.names().len() == 3 && columns.has(&["Date", "Content", "Comment"])).then_some(Self::Comments)
    }

    pub(super) fn item(self, row: &Row<'_>) -> Option<NewItem> {
        match self {
            Self::Comments => comment(row),
            Self::Profile => owner(row),
        }
    }

    /// What a row of it should have been.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Comments => "Expected a comment, and found no words.",
            Self::Profile => "Expected the owner's name, and found none.",
        }
    }
}

fn comment(row: &Row<'_>) -> Option<NewItem> {
    let (day, under, words) = (row.cell(&["Date"]), row.cell(&["Content"]), html::plain(row.cell(&["Comment"])));
    if words.is_empty() {
        return None;
    }
    let mut item = NewItem::new(Kind::Post, IMPORTER.id, ["comment", under, day, &words].join("\u{1f}"), row.raw());
    item.title = headline(&words);
    item.text = words;
    item.at = time::iso(day);
    item.set("url", under);
    Some(item)
}

fn owner(row: &Row<'_>) -> Option<NewItem> {
    let (username, email) = (row.cell(&["Username"]), row.cell(&["Email Address", "Email"]));
    let full = [row.cell(&["Given Name"]), row.cell(&["Family Name"])].join(" ").trim().to_owned();
    let name = if full.is_empty() { username.to_owned() } else { full };
    if name.is_empty() {
        return None;
    }
    let key = if username.is_empty() { name.as_str() } else { username };
    let mut item = NewItem::new(Kind::Contact, IMPORTER.id, ["owner", key].join("\u{1f}"), row.raw());
    item.links.push(NewLink { role: Role::Subject, entity: EntityRef::named(EntityKind::Person, &name) });
    if !username.is_empty() && username != name {
        item.links.push(NewLink { role: Role::Subject, entity: EntityRef::named(EntityKind::Person, username) });
    }
    if email.contains('@') {
        item.links.push(NewLink { role: Role::Subject, entity: EntityRef::mailbox(email, &name) });
    }
    item.title = name;
    item.text = html::plain(row.cell(&["Bio"]));
    item.set("is_owner", true);
    item.set("username", username);
    item.set("joined", row.cell(&["Date Joined"]));
    item.set("location", row.cell(&["Location"]));
    item.set("website", row.cell(&["Website"]));
    let favourites = row.cell(&["Favorite Films"]).split(',').map(str::trim).filter(|film| !film.is_empty());
    item.set("favourites", favourites.collect::<Vec<_>>());
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;
    use crate::importer::{Claim, Probe};

    fn claim(path: &str, table: &str) -> Claim {
        (IMPORTER.recognizes)(&Probe { path, head: table.as_bytes(), tail: b"", size: 9 })
    }

    #[test]
    fn comments_are_read_as_plain_words() {
        let table = "Date,Content,Comment\n2022-02-03,https://boxd.it/r1,So <i>true</i> &amp; kind\n2022-02-04,https://boxd.it/r2,\n";
        assert_eq!((claim("comments.csv", table), claim("notes.csv", table)), (Claim::Yes(3), Claim::No));
        let collected = read(&IMPORTER, "comments.csv", table.as_bytes());
        assert_eq!(
            collected.shown(),
            "post letterboxd 2022-02-03T00:00:00Z | So true & kind | So true & kind\n\
             ! BadRecord [row 3] Expected a comment, and found no words.\n= 1 items, 0 merged, 0 skipped, 1 set aside"
        );
        assert_eq!(collected.items[0].data["url"], "https://boxd.it/r1");
    }

    #[test]
    fn the_profile_says_whose_account_it_is() {
        let table = "Date Joined,Username,Given Name,Family Name,Email Address,Location,Website,Bio,Pronoun,Favorite Films\n\
            2019-01-02,nora_x,Nora,Berg,Nora@example.org,Bern,,Slow films,they,\"https://boxd.it/a, https://boxd.it/b\"\n";
        assert_eq!(claim("profile.csv", table), Claim::Yes(3));
        let collected = read(&IMPORTER, "profile.csv", table.as_bytes());
        assert_eq!(
            collected.shown().lines().next().unwrap(),
            "contact letterboxd no time | Nora Berg | Slow films <Subject name:nora berg> <Subject name:nora_x> <Subject mailto:nora@example.org>"
        );
        let data = &collected.items[0].data;
        assert_eq!((&data["is_owner"], data["favourites"].as_array().unwrap().len()), (&true.into(), 2));
    }
}
