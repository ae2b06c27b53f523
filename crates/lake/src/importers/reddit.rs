//! Reddit's data request: a table a sort of thing (`posts.csv`, `comments.csv`, `messages.csv`, `chat_history.csv`, votes, saved
//! posts, subscriptions).
//!
//! A table is known by its columns. Logs of addresses on the network are kept hidden and marked sensitive.
//!
//! Identity: the id of the post, comment or message with the sort of table; a row without one is its cells. `data`: `subreddit`,
//! `url`, `table` (the sort), and of votes `direction`. Addresses on the network in rows of other tables stay in the raw row alone.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, ItemLink, Kind, NewItem, NewLink, Role, Uid};

use crate::conversation::{Conversation, Message, headline};
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::{Columns, Row, Table};
use crate::text::time;

pub(crate) static IMPORTER: Importer = Importer { id: "reddit", label: "Reddit data request", recognizes, parse: Parse::File(parse) };

/// The sorts of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Posts,
    Comments,
    Votes,
    Messages,
    Chat,
    Subreddits,
    Addresses,
    /// A list of posts or comments by id: saved or hidden ones.
    Kept,
}

impl Sort {
    fn of(columns: &Columns, name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        let lists = ["saved_posts", "saved_comments", "hidden_posts"];
        if columns.has(&["subreddit", "permalink", "title", "body"]) {
            Some(Self::Posts)
        } else if columns.has(&["subreddit", "permalink", "parent", "body"]) {
            Some(Self::Comments)
        } else if columns.has(&["permalink", "direction"]) {
            Some(Self::Votes)
        } else if columns.has(&["thread_id", "from", "to", "subject"]) {
            Some(Self::Messages)
        } else if columns.has(&["message_id", "channel_url", "message"]) {
            Some(Self::Chat)
        } else if columns.names() == ["subreddit"] {
            Some(Self::Subreddits)
        } else if columns.names() == ["date", "ip"] {
            Some(Self::Addresses)
        } else if columns.names() == ["id", "permalink"] && lists.iter().any(|list| name.starts_with(list)) {
            Some(Self::Kept)
        } else {
            None
        }
    }
}

fn recognizes(probe: &Probe<'_>) -> Claim {
    if probe.extension() != "csv" {
        return Claim::No;
    }
    match Sort::of(&Columns::of(probe.head), probe.name()) {
        // Its header says little.
        Some(Sort::Addresses) if !probe.name().starts_with("ip_logs") => Claim::No,
        Some(_) => Claim::Yes(3),
        None => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let name = input.path.rsplit('/').next().unwrap_or(input.path).to_owned();
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    let Some(sort) = Sort::of(table.columns(), &name) else {
        sink.set_aside(FindingCode::WrongFormat, "row 1", "A table of Reddit was expected, and its columns are of none that is known");
        return Ok(());
    };
    while let Some(row) = table.read_row(sink)? {
        let item = match sort {
            Sort::Posts | Sort::Comments => post(&row, sort),
            Sort::Votes => vote(&row),
            Sort::Messages => message(&row),
            Sort::Chat => chat(&row),
            Sort::Subreddits => Some(subreddit(&row, &name)),
            Sort::Addresses => Some(address(&row)),
            Sort::Kept => kept(&row, &name),
        };
        match item {
            Some(item) => sink.item(item),
            None => sink.set_aside(FindingCode::BadRecord, &row.at(), "A row of this table has an id, and this one has none"),
        }
    }
    Ok(())
}

/// The item of a row with an id; what all have in common.
fn begun(kind: Kind, sort: &str, row: &Row<'_>) -> Option<NewItem> {
    let id = row.cell(&["id", "message_id"]);
    if id.is_empty() {
        return None;
    }
    let mut item = NewItem::new(kind, "reddit", [sort, id].join("\u{1f}"), row.raw());
    item.at = time::iso(row.cell(&["date", "created_at"]));
    community(&mut item, row.cell(&["subreddit"]));
    item.set("table", sort);
    item.set("url", row.cell(&["permalink"]));
    Some(item)
}

fn community(item: &mut NewItem, name: &str) {
    if !name.is_empty() {
        item.set("subreddit", name);
        let entity = EntityRef {
            kind: EntityKind::Organisation,
            address: format!("reddit.subreddit:{}", name.to_lowercase()),
            name: name.to_owned(),
        };
        item.links.push(NewLink { role: Role::Channel, entity });
    }
}

fn post(row: &Row<'_>, sort: Sort) -> Option<NewItem> {
    let mut item = begun(Kind::Post, if sort == Sort::Posts { "post" } else { "comment" }, row)?;
    let (title, body) = (row.cell(&["title"]), row.cell(&["body"]));
    item.title = headline(if title.is_empty() { body } else { title });
    if item.title.is_empty() {
        item.title = format!("Comment {}", row.cell(&["id"]));
    }
    item.text = [title, body, row.cell(&["url"])].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
    let link = row.cell(&["link"]);
    // An address of a post: …/comments/<id>/…
    if let Some(post) = link.split("/comments/").nth(1).and_then(|rest| rest.split('/').next()).filter(|id| !id.is_empty()) {
        item.related.push(ItemLink { relation: "thread".to_owned(), to: Uid::of("reddit", ["post", post].join("\u{1f}").as_bytes()) });
    }
    let parent = row.cell(&["parent"]);
    if !parent.is_empty() {
        item.related
            .push(ItemLink { relation: "reply_to".to_owned(), to: Uid::of("reddit", ["comment", parent].join("\u{1f}").as_bytes()) });
    }
    Some(item)
}

fn vote(row: &Row<'_>) -> Option<NewItem> {
    let mut item = begun(Kind::Activity, "vote", row)?;
    let direction = row.cell(&["direction"]);
    let verb = if direction == "up" { "Upvoted" } else { "Voted on" };
    item.title = headline(&format!("{verb} {}", slug(row.cell(&["permalink"]))));
    item.set("direction", direction);
    Some(item)
}

fn kept(row: &Row<'_>, name: &str) -> Option<NewItem> {
    let sort = name.split('.').next().unwrap_or(name);
    let mut item = begun(Kind::Bookmark, sort, row)?;
    item.title = slug(row.cell(&["permalink"]));
    item.hidden = sort.starts_with("hidden");
    Some(item)
}

/// What an address says in words: `/r/knots/comments/a1/best_bowline/` is "best bowline".
fn slug(url: &str) -> String {
    let after = url.split("/comments/").nth(1).and_then(|rest| rest.split('/').nth(1)).unwrap_or_default();
    if after.is_empty() { url.to_owned() } else { after.replace('_', " ") }
}

fn user(name: &str) -> Option<EntityRef> {
    let name = name.trim_start_matches("/u/").trim_start_matches("u/").trim();
    (!name.is_empty()).then(|| EntityRef {
        kind: EntityKind::Person,
        address: format!("reddit.user:{}", name.to_lowercase()),
        name: name.to_owned(),
    })
}

fn message(row: &Row<'_>) -> Option<NewItem> {
    let mut item = begun(Kind::Message, "message", row)?;
    let subject = row.cell(&["subject"]);
    let body = row.cell(&["body"]);
    item.title = headline(if subject.is_empty() { body } else { subject });
    item.text = body.to_owned();
    for (role, column) in [(Role::Sender, "from"), (Role::Recipient, "to")] {
        item.links.extend(user(row.cell(&[column])).map(|entity| NewLink { role, entity }));
    }
    let thread = row.cell(&["thread_id"]);
    if !thread.is_empty() {
        item.related.push(ItemLink { relation: "thread".to_owned(), to: Uid::of("reddit.thread", thread.as_bytes()) });
    }
    Some(item)
}

fn chat(row: &Row<'_>) -> Option<NewItem> {
    let id = row.cell(&["message_id"]);
    if id.is_empty() {
        return None;
    }
    let conversation =
        Conversation { id: row.cell(&["channel_url"]).to_owned(), name: row.cell(&["channel_name"]).to_owned(), members: Vec::new() };
    let at = time::iso(row.cell(&["created_at"]));
    let text = row.cell(&["message"]).to_owned();
    let mut item = conversation
        .message("reddit", Message { key: ["chat", id].join("\u{1f}"), at, sender: user(row.cell(&["username"])), text, raw: row.raw() });
    item.related.iter_mut().for_each(|link| "thread".clone_into(&mut link.relation));
    if item.title.is_empty() {
        item.title = "Message without words".to_owned();
    }
    community(&mut item, row.cell(&["subreddit"]));
    item.set("table", "chat");
    Some(item)
}

/// A community that is subscribed to, or one that its owner looks after or may write in: their tables have the same column.
fn subreddit(row: &Row<'_>, file: &str) -> NewItem {
    let name = row.cell(&["subreddit"]);
    let other = [("moderated", "Moderates"), ("approved", "May write in")].into_iter().find(|(begins, _)| file.to_lowercase().starts_with(begins));
    if let Some((sort, does)) = other {
        let mut item = NewItem::new(Kind::Activity, "reddit", [sort, &name.to_lowercase()].join("\u{1f}"), row.raw());
        item.title = format!("{does} r/{name}");
        community(&mut item, name);
        item.set("table", sort);
        return item;
    }
    let mut item = NewItem::new(Kind::Subscription, "reddit", ["subscription", &name.to_lowercase()].join("\u{1f}"), row.raw());
    item.title = format!("r/{name}");
    community(&mut item, name);
    item.set("table", "subscription");
    item
}

fn address(row: &Row<'_>) -> NewItem {
    let mut item = NewItem::new(Kind::Activity, "reddit", ["address", &row.cells().join("\u{1f}")].join("\u{1f}"), row.raw());
    item.at = time::iso(row.cell(&["date"]));
    item.title = "Access to Reddit".to_owned();
    item.hidden = true;
    item.set("sensitive", true);
    item.set("ip", row.cell(&["ip"]));
    item
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    fn shown(name: &str, table: &str) -> String {
        read(&IMPORTER, name, table.as_bytes()).shown()
    }

    #[test]
    fn each_table_becomes_what_it_holds() {
        assert_eq!(
            shown(
                "comments.csv",
                "id,permalink,date,ip,subreddit,gildings,link,parent,body,media\nc1,https://www.example.org/r/knots/comments/a1/x/c1/,2021-05-06 07:08:09 UTC,,knots,0,https://www.example.org/r/knots/comments/a1/x/,c0,\"Use a\nbowline\",\n,,,,,,,,broken,\n"
            ),
            "post reddit 2021-05-06T07:08:09Z | Use a | Use a / bowline <Channel reddit.subreddit:knots>\n\
             ! BadRecord [row 3] A row of this table has an id, and this one has none\n= 1 items, 0 merged, 0 skipped, 1 set aside"
        );
        let line = |name: &str, table: &str| shown(name, table).lines().next().unwrap().to_owned();
        assert_eq!(
            line(
                "posts.csv",
                "id,permalink,date,ip,subreddit,gildings,title,url,body\na1,/r/knots/comments/a1/x/,2021-05-06 07:08:09 UTC,,knots,0,Best knot,,Which?\n"
            ),
            "post reddit 2021-05-06T07:08:09Z | Best knot | Best knot / Which? <Channel reddit.subreddit:knots>"
        );
        assert_eq!(
            line("post_votes.csv", "id,permalink,direction\na1,https://e.org/r/knots/comments/a1/best_bowline/,up\n"),
            "activity reddit no time | Upvoted best bowline"
        );
        assert_eq!(
            line("messages.csv", "id,permalink,thread_id,date,ip,from,to,subject,body\nm1,x,t1,2021-05-06 07:08:09 UTC,,Ann,bo,Hi,there\n"),
            "message reddit 2021-05-06T07:08:09Z | Hi | there <Sender reddit.user:ann> <Recipient reddit.user:bo>"
        );
        assert_eq!(
            line("subscribed_subreddits.csv", "subreddit\nKnots\n"),
            "subscription reddit no time | r/Knots <Channel reddit.subreddit:knots>"
        );
        assert_eq!(
            line("moderated_subreddits.csv", "subreddit\nKnots\n"),
            "activity reddit no time | Moderates r/Knots <Channel reddit.subreddit:knots>"
        );
        assert_eq!(
            line("ip_logs.csv", "date,ip\n2021-05-06 07:08:09 UTC,192.0.2.1\n"),
            "activity reddit 2021-05-06T07:08:09Z | Access to Reddit (hidden)"
        );
        assert_eq!(
            line("saved_posts.csv", "id,permalink\na1,https://e.org/r/knots/comments/a1/best_bowline/\n"),
            "bookmark reddit no time | best bowline"
        );
    }

    #[test]
    fn tables_of_others_are_left_alone() {
        let claim = |path: &str, head: &str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: 10 });
        assert_eq!(
            (claim("log.csv", "date,ip\n"), claim("x.csv", "id,permalink\n"), claim("x.csv", "Title,URL\n")),
            (Claim::No, Claim::No, Claim::No)
        );
        assert_eq!(claim("comments.csv", "Comment ID,Channel ID,Comment Text\n"), Claim::No);
    }
}
