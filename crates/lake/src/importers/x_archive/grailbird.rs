//! The archive that Twitter gave until 2018: `tweets.csv`, and `data/js/tweets/<year>_<month>.js`, a list behind
//! `Grailbird.data.tweets_<year>_<month> =`. Both hold the same posts, which are those of the newer archive by their ids.
//!
//! `data/js/user_details.js` says whose archive it is, as `var user_details = {…}`.
//!
//! Of what was posted before November 2010 the day alone is told, as its midnight.

use std::io::{self, Read};

use domain::{Certainty, FindingCode, Kind, Moment, NewItem, NewLink, Raw, Role};
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::importer::Sink;
use crate::json::lenient;
use crate::table::{Columns, Row, Table};

/// What each list begins with.
pub(super) const PREFIX: &[u8] = b"Grailbird.data.";
/// What the parts are called here: a list is of posts whatever its month.
pub(super) const PART: &str = "grailbird";

/// What the file about the owner begins with.
pub(super) const OWNER: &[u8] = b"var user_details";
/// What the files begin with that count the others.
pub(super) const COUNTS: [&[u8]; 2] = [b"var payload_details", b"var tweet_index"];

/// The owner, out of the file about them.
pub(super) fn owner(bytes: &[u8]) -> Option<NewItem> {
    let from = memchr::memchr(b'{', bytes)?;
    let to = memchr::memrchr(b'}', bytes)?;
    let fields = bytes.get(from..=to)?;
    let own = lenient::value(fields).ok()?;
    let id = super::text(&own, &["id_str", "id"]);
    if id.is_empty() {
        return None;
    }
    let (name, username) = (super::text(&own, &["full_name", "screen_name"]), super::text(&own, &["screen_name"]));
    let mut item = NewItem::new(Kind::Contact, "x.account", &id, Raw::json(fields));
    item.links.push(NewLink { role: Role::Subject, entity: super::user(&id, &name) });
    item.text = [username.clone(), super::text(&own, &["bio"])].into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    item.title = name;
    item.set("is_owner", true);
    item.set("username", username);
    item.set("created", super::text(&own, &["created_at"]));
    item.set("location", super::text(&own, &["location"]));
    Some(item)
}

/// Whether a table is the one of posts.
pub(super) fn is_table(head: &[u8]) -> bool {
    Columns::of(head).has(&["tweet_id", "in_reply_to_status_id", "timestamp", "text"])
}

/// Reads the table.
pub(super) fn table(reader: &mut dyn Read, sink: &mut dyn Sink) -> io::Result<()> {
    let Some(mut table) = Table::open(reader)? else { return Ok(()) };
    while let Some(row) = table.read_row(sink)? {
        match post(&tweet(&row), row.raw()) {
            Some(item) => sink.item(item),
            None => sink.set_aside(FindingCode::BadRecord, &row.at(), "A post has an id, and this one has none."),
        }
    }
    Ok(())
}

/// A row as the lists have it.
fn tweet(row: &Row<'_>) -> Value {
    let links = row.cell(&["expanded_urls"]).split(',').filter(|url| !url.is_empty());
    json!({
        "id_str": row.cell(&["tweet_id"]),
        "created_at": row.cell(&["timestamp"]),
        "text": row.cell(&["text"]),
        "in_reply_to_status_id_str": row.cell(&["in_reply_to_status_id"]),
        "entities": { "urls": links.map(|url| json!({ "expanded_url": url })).collect::<Vec<_>>() },
    })
}

/// A post of either form.
pub(super) fn post(tweet: &Value, raw: Raw) -> Option<NewItem> {
    let mut item = super::post(tweet, raw)?;
    item.at = item.at.map(of_its_time);
    Some(item)
}

fn of_its_time(at: Moment) -> Moment {
    let first_with_a_clock = date(2010, 11, 5).to_zoned(TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |day| day.timestamp());
    let is_midnight = at.ms.rem_euclid(86_400_000) == 0;
    let certainty = if is_midnight && at.ms < first_with_a_clock.as_millisecond() { Certainty::DateOnly } else { at.certainty };
    Moment { certainty, ..at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{read, shown};
    use crate::importer::{Claim, Probe};
    use crate::importers::x_archive::IMPORTER;

    const TABLE: &str = "\"tweet_id\",\"in_reply_to_status_id\",\"in_reply_to_user_id\",\"timestamp\",\"source\",\"text\",\"retweeted_status_id\",\"retweeted_status_user_id\",\"retweeted_status_timestamp\",\"expanded_urls\"\n\
        \"10\",\"9\",\"2\",\"2013-01-31 23:59:59 +0000\",\"web\",\"Rope &amp; twine\",\"\",\"\",\"\",\"https://example.org/a,https://example.org/b\"\n\
        \"3\",\"\",\"\",\"2010-05-06 00:00:00 +0000\",\"web\",\"Old\",\"\",\"\",\"\",\"\"\n\"\",\"\",\"\",\"\",\"\",\"lost\"\n";
    const LIST: &str = r#"Grailbird.data.tweets_2013_01 = 
 [ {"id_str": "10", "created_at": "Thu Jan 31 23:59:59 +0000 2013", "text": "Rope &amp; twine", "in_reply_to_status_id_str": "9", "user": {"screen_name": "ann"}, "entities": {"urls": [{"expanded_url": "https://example.org/a"}]}},
 {"id_str": "3", "created_at": "2010-05-06 00:00:00 +0000", "text": "Old", "user": {"screen_name": "ann"}}, {"text": "lost"} ]"#;

    #[test]
    fn the_older_archive_says_whose_it_is() {
        let details = "var user_details =  {\n  \"screen_name\" : \"ann_x\",\n  \"location\" : \"Bern\",\n  \"full_name\" : \"Ann X\",\n  \"bio\" : \"Ropes\",\n  \"id\" : \"42\",\n  \"created_at\" : \"2009-03-04 05:06:07 +0000\"\n}";
        let claim = |head: &str| (IMPORTER.recognizes)(&Probe { path: "data/js/user_details.js", head: head.as_bytes(), tail: b"", size: 9 });
        assert_eq!((claim(details), claim("var user_details_of_mine = 1")), (Claim::Yes(3), Claim::No));
        assert!(matches!(claim("var tweet_index =  [ {"), Claim::Ignore(..)));
        let old = read(&IMPORTER, "data/js/user_details.js", details.as_bytes());
        assert_eq!(old.items.iter().map(shown).collect::<Vec<_>>(), ["contact x.account no time | Ann X | ann_x / Ropes <Subject x.user:42>"]);
        let newer = r#"window.YTD.account.part0 = [{"account": {"accountId": "42", "username": "ann_x", "accountDisplayName": "Ann X", "email": "a@example.org"}}]"#;
        let newer = read(&IMPORTER, "data/account.js", newer.as_bytes());
        assert_eq!((old.items[0].uid, &old.items[0].data["is_owner"]), (newer.items[0].uid, &true.into()));
        assert_eq!(read(&IMPORTER, "data/js/user_details.js", &details.as_bytes()[..60]).n_set_aside, 1);
    }

    #[test]
    fn both_forms_hold_the_posts_of_the_newer_archive() {
        let claim = |path: &str, file: &str| (IMPORTER.recognizes)(&Probe { path, head: file.as_bytes(), tail: b"", size: 9 });
        assert_eq!((claim("tweets.csv", TABLE), claim("data/js/tweets/2013_01.js", LIST)), (Claim::Yes(3), Claim::Yes(3)));
        assert_eq!(claim("x.csv", "id,text,timestamp\n"), Claim::No);
        let (table, list) =
            (read(&IMPORTER, "tweets.csv", TABLE.as_bytes()), read(&IMPORTER, "data/js/tweets/2013_01.js", LIST.as_bytes()));
        for collected in [&table, &list] {
            assert_eq!(
                collected.items.iter().map(shown).collect::<Vec<_>>(),
                ["post x.post 2013-01-31T23:59:59Z | Rope & twine | Rope & twine", "post x.post 2010-05-06T00:00:00Z | Old | Old"]
            );
            assert_eq!(collected.n_set_aside, 1);
            let times: Vec<_> = collected.items.iter().map(|item| item.at.as_ref().map(|at| (at.certainty, at.offset_min))).collect();
            assert_eq!(times, [Some((Certainty::Exact, None)), Some((Certainty::DateOnly, None))]);
        }
        let newer = r#"window.YTD.tweets.part0 = [{"tweet": {"id_str": "10", "full_text": "Rope &amp; twine", "created_at": "Thu Jan 31 23:59:59 +0000 2013"}}]"#;
        let newer = read(&IMPORTER, "data/tweets.js", newer.as_bytes());
        assert_eq!((table.items[0].uid, list.items[0].uid), (newer.items[0].uid, newer.items[0].uid));
        assert_eq!(table.items[0].related, list.items[0].related);
        assert_eq!(table.items[0].data["links"].as_array().map(Vec::len), Some(2));
    }
}
