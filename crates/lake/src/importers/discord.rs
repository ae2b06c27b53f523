//! Discord's data package: `messages/c<id>/messages.json` (or `.csv`, until 2024) with a `channel.json` beside it, and
//! `messages/index.json`, which names the channels. Newer packages write their folders with a capital.
//!
//! A package holds what its owner wrote and nothing else, so every message is sent by them. Who the owner is stands in
//! `account/user.json`, which becomes a contact marked as their own. A message waits for that file and for its channel's,
//! whichever comes first; where that one gives no name, as in a talk of two, also for the list of names. A name of the list is
//! part of its channel.
//!
//! Identity: the message's id; of the owner, theirs. `data`, beside what [`crate::conversation`] says: `direction` ("sent"), `server`, `channel_id`,
//! `attachments` (addresses); of the owner `is_owner` (true) and `username`.
//!
//! Absent on purpose: `activity/`, which is telemetry; settings and server audit logs.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, NewLink, Raw, Role};
use serde::Deserialize;
use serde_json::Value;

use crate::attachments;
use crate::conversation::{Conversation, Message, account};
use crate::importer::{Assembly, Claim, FileNumber, Importer, Input, Parse, Probe, SetSink, Sink};
use crate::json::each::each;
use crate::json::lenient;
use crate::table::{Columns, Table};
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer =
    Importer { id: "discord", label: "Discord data package", recognizes, parse: Parse::Set(|| Box::new(Package::default())) };

/// Longest `channel.json`, and list of names, in bytes.
const LIMIT: u64 = 8 << 20;
/// What the list of names says of a talk of two.
const PARTNER: &str = "Direct Message with ";
/// What it says where it does not know.
const NOBODY: &[&str] = &["", "None", "Unknown Participant", "Unknown channel"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    let has = |key: &str| memchr::memmem::find(probe.head, key.as_bytes()).is_some();
    let folders: Vec<&str> = probe.folders().collect();
    let in_channel = is_channel_folder(&folders);
    if probe.name() == "index.json" && is_index(probe.head) {
        // The list of servers is written alike.
        let named = folders.last().is_some_and(|folder| folder.eq_ignore_ascii_case("messages"));
        return if named || has(PARTNER) { Claim::Yes(3) } else { Claim::No };
    }
    if probe.name() == "user.json" && has("\"username\"") && (has("\"discriminator\"") || has("\"global_name\"")) && has("\"id\"") {
        return Claim::Yes(3);
    }
    let shaped = match probe.name() {
        "messages.json" => has("\"Contents\"") && has("\"Timestamp\""),
        "messages.csv" => Columns::of(probe.head).has(&["ID", "Timestamp", "Contents"]),
        "channel.json" => has("\"type\"") && has("\"id\"") && (has("\"recipients\"") || has("\"guild\"") || has("\"name\"") || in_channel),
        _ => false,
    };
    match (shaped, in_channel) {
        (true, true) => Claim::Yes(3),
        (true, false) if probe.name() != "channel.json" => Claim::Yes(2),
        (false, true) if probe.name().starts_with("messages.") => Claim::Yes(1),
        _ => Claim::No,
    }
}

/// Whether an object's first key is the id of a channel, and its value a name or none.
fn is_index(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let mut parts = head.split(|&byte| byte == b'"');
    let (before, key, after) = (parts.next(), parts.next(), parts.next());
    let value = after.and_then(|after| after.trim_ascii().strip_prefix(b":")).map(<[u8]>::trim_ascii_start);
    before.is_some_and(|before| before.trim_ascii() == b"{")
        && key.is_some_and(|key| !key.is_empty() && key.iter().all(u8::is_ascii_digit))
        && value.is_some_and(|value| value.is_empty() || value.starts_with(b"null"))
}

/// `c123` in the folder of messages, `c` with a whole id anywhere, and the id alone as it was.
fn is_channel_folder(folders: &[&str]) -> bool {
    let Some((folder, above)) = folders.split_last() else { return false };
    let id = folder.strip_prefix('c').unwrap_or(folder);
    let is_inside = above.last().is_some_and(|folder| folder.eq_ignore_ascii_case("messages")) && folder.starts_with('c');
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) && (id.len() >= 15 || is_inside)
}

#[derive(Default)]
struct Package {
    /// By folder.
    channels: BTreeMap<String, Channel>,
    known: Known,
}

/// What is known of the package as a whole.
#[derive(Default)]
struct Known {
    /// Who wrote all of it.
    owner: Option<EntityRef>,
    /// What the list of names calls each channel, by its id.
    names: BTreeMap<String, (FileNumber, String)>,
    is_listed: bool,
    /// Bytes of messages that wait.
    waiting: usize,
}

#[derive(Default)]
struct Channel {
    conversation: Conversation,
    server: String,
    is_known: bool,
    /// Whether it is a talk of people and in no server, as far as its own file says.
    is_direct: bool,
    /// What becomes its item, while its name is not known.
    card: Option<(FileNumber, Raw)>,
    messages: Vec<(FileNumber, Written)>,
}

/// A message as both forms give it.
struct Written {
    id: String,
    time: String,
    text: String,
    attachments: Vec<String>,
    raw: Raw,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wire {
    #[serde(rename = "ID", default, deserialize_with = "numbers::text")]
    id: Option<String>,
    timestamp: Option<String>,
    contents: Option<String>,
    attachments: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ChannelWire {
    #[serde(deserialize_with = "numbers::text")]
    id: Option<String>,
    /// Its name, and in older packages its number.
    #[serde(rename = "type", deserialize_with = "numbers::text")]
    sort: Option<String>,
    name: Option<String>,
    recipients: Option<Vec<Value>>,
    guild: Option<Guild>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Guild {
    name: Option<String>,
}

impl Assembly for Package {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let path = input.path.to_owned();
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        if name == "user.json" {
            let bytes = input.read_all(LIMIT)?;
            match lenient::value(&bytes).ok().and_then(|user| owner(&user, &bytes)) {
                Some(item) => {
                    self.known.owner = item.links.first().map(|link| link.entity.clone());
                    sink.item(item);
                }
                None => sink.set_aside(FindingCode::BadRecord, "", "The account's owner was expected, with an id and a name, and is not there."),
            }
            return Ok(());
        }
        if name == "index.json" {
            return self.known.list(number, input, sink);
        }
        let channel = self.channels.entry(folder.to_owned()).or_insert_with(|| Channel::of(folder));
        if name == "channel.json" {
            let bytes = input.read_all(LIMIT)?;
            match lenient::record::<ChannelWire>(&bytes, &[]) {
                Ok(wire) => {
                    channel.learn(wire);
                    let raw = Raw::json(&bytes);
                    if channel.conversation.name.is_empty() {
                        channel.card = Some((number, raw));
                    } else {
                        sink.item(channel.item(raw));
                    }
                }
                Err(error) => {
                    sink.set_aside(FindingCode::BadRecord, "", &format!("A channel was expected, and it does not read as one ({error})."));
                }
            }
            return Ok(());
        }
        let known = &mut self.known;
        if name.ends_with(".csv") {
            let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
            while let Some(row) = table.read_row(sink)? {
                let written = Written {
                    id: row.cell(&["ID"]).to_owned(),
                    time: row.cell(&["Timestamp"]).to_owned(),
                    text: row.cell(&["Contents"]).to_owned(),
                    attachments: addresses(row.cell(&["Attachments"])),
                    raw: row.raw(),
                };
                channel.take(number, &row.at(), written, known, sink);
            }
            return Ok(());
        }
        each(input.reader, sink, |entry, sink| {
            if !entry.listed {
                return;
            }
            match lenient::record::<Wire>(entry.bytes, &["Contents"]) {
                Ok(wire) => {
                    let written = Written {
                        id: wire.id.unwrap_or_default(),
                        time: wire.timestamp.unwrap_or_default(),
                        text: wire.contents.unwrap_or_default(),
                        attachments: addresses(&wire.attachments.unwrap_or_default()),
                        raw: Raw::json(entry.bytes),
                    };
                    channel.take(number, &entry.at, written, known, sink);
                }
                Err(error) => sink.set_aside(FindingCode::BadRecord, &entry.at, &format!("A message was expected here: {error}.")),
            }
        })
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        let mut met = BTreeSet::new();
        for channel in self.channels.values_mut() {
            channel.settle(&self.known);
            if let Some((file, raw)) = channel.card.take() {
                sink.of(file).item(channel.item(raw));
            }
            for (file, written) in std::mem::take(&mut channel.messages) {
                sink.of(file).item(channel.message(written, self.known.owner.as_ref()));
            }
            met.insert(channel.conversation.id.as_str());
        }
        for (id, (file, _)) in &self.known.names {
            let own = sink.of(*file);
            if met.contains(id.as_str()) {
                own.merged();
            } else {
                own.skip(FindingCode::IgnoredFile, id, "The list names channels of which the package holds nothing.");
            }
        }
    }
}

impl Known {
    /// Takes in the list of names, an entry a channel.
    fn list(&mut self, file: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        self.is_listed = true;
        each(input.reader, sink, |entry, sink| {
            let name = lenient::value(entry.bytes).ok().and_then(|name| name.as_str().map(|name| name.trim().to_owned()));
            if self.names.contains_key(entry.key) {
                sink.merged();
            } else {
                self.names.insert(entry.key.to_owned(), (file, name.unwrap_or_default()));
            }
        })
    }
}

/// The owner's own card.
fn owner(user: &Value, bytes: &[u8]) -> Option<NewItem> {
    let id = user["id"].as_str().map_or_else(|| user["id"].as_u64().map(|id| id.to_string()), |id| Some(id.to_owned()))?;
    let text = |key: &str| user[key].as_str().unwrap_or_default().trim();
    let name = ["global_name", "username"].map(text).into_iter().find(|name| !name.is_empty())?;
    let mut item = NewItem::new(Kind::Contact, IMPORTER.id, ["owner", &id].join("\u{1f}"), Raw::json(bytes));
    item.title = name.to_owned();
    item.links.push(NewLink { role: Role::Subject, entity: account("discord.user", &id, name) });
    if text("email").contains('@') {
        item.links.push(NewLink { role: Role::Subject, entity: EntityRef::mailbox(text("email"), name) });
    }
    item.set("is_owner", true);
    item.set("username", text("username"));
    Some(item)
}

fn addresses(cell: &str) -> Vec<String> {
    cell.split_whitespace().map(str::to_owned).collect()
}

impl Channel {
    fn of(folder: &str) -> Self {
        let folder = folder.rsplit('/').next().unwrap_or(folder);
        let id = folder.strip_prefix('c').unwrap_or(folder).to_owned();
        Self { conversation: Conversation { id, ..Conversation::default() }, ..Self::default() }
    }

    fn learn(&mut self, wire: ChannelWire) {
        if let Some(id) = wire.id.filter(|id| !id.is_empty()) {
            self.conversation.id = id;
        }
        self.conversation.name = wire.name.unwrap_or_default().trim().to_owned();
        self.conversation.members = wire.recipients.iter().flatten().filter_map(recipient).collect();
        self.server = wire.guild.and_then(|guild| guild.name).unwrap_or_default();
        // By number: a talk of two, and of a group.
        self.is_direct = matches!(wire.sort.as_deref(), Some("DM" | "GROUP_DM" | "1" | "3"));
        self.is_known = true;
    }

    fn item(&self, raw: Raw) -> NewItem {
        let mut item = self.conversation.item(IMPORTER.id, raw);
        item.set("server", self.server.as_str());
        item
    }

    /// Takes the name of the list, where its own file gave none.
    fn settle(&mut self, known: &Known) {
        let listed = known.names.get(&self.conversation.id).map(|(_, name)| name.as_str()).unwrap_or_default();
        if !self.conversation.name.is_empty() || NOBODY.contains(&listed) {
            return;
        }
        if let Some(partner) = listed.strip_prefix(PARTNER) {
            let partner = partner.strip_suffix("#0").unwrap_or(partner).trim();
            if !NOBODY.contains(&partner) {
                partner.clone_into(&mut self.conversation.name);
                let is_owner = |member: &EntityRef| known.owner.as_ref().is_some_and(|owner| owner.address == member.address);
                let mut others: Vec<&mut EntityRef> = self.conversation.members.iter_mut().filter(|member| !is_owner(member)).collect();
                if let [other] = others.as_mut_slice()
                    && other.name.is_empty()
                {
                    partner.clone_into(&mut other.name);
                }
            }
        } else if let Some((name, server)) = listed.rsplit_once(" in ").filter(|_| !self.is_direct && self.server.is_empty()) {
            if !NOBODY.contains(&name.trim()) {
                name.trim().clone_into(&mut self.conversation.name);
            }
            if server.trim() != "Unknown server" {
                server.trim().clone_into(&mut self.server);
            }
        } else {
            listed.clone_into(&mut self.conversation.name);
        }
    }

    fn take(&mut self, file: FileNumber, at: &str, written: Written, known: &mut Known, sink: &mut dyn Sink) {
        let is_settled = self.is_known && known.owner.is_some() && (known.is_listed || !self.conversation.name.is_empty());
        if written.id.is_empty() || (written.text.trim().is_empty() && written.attachments.is_empty() && time::iso(&written.time).is_none())
        {
            sink.set_aside(FindingCode::BadRecord, at, "A message has an id, a time and words, and this one lacks them");
        } else if is_settled {
            self.settle(known);
            sink.item(self.message(written, known.owner.as_ref()));
        } else if known.waiting > attachments::WAITING {
            sink.finding(attachments::let_go(at, "the channel and the account that come after them"));
            sink.item(self.message(written, known.owner.as_ref()));
        } else {
            known.waiting += written.raw.bytes.len();
            self.messages.push((file, written));
        }
    }

    fn message(&self, written: Written, owner: Option<&EntityRef>) -> NewItem {
        let Written { id, time: stamp, text, attachments, raw } = written;
        // Times are in UTC, with a fraction or without one, and old tables say so.
        let at = time::iso_utc(&stamp).or_else(|| time::any(&stamp));
        let mut item = self.conversation.message(IMPORTER.id, Message { key: id, at, sender: owner.cloned(), text: text.trim().to_owned(), raw });
        if item.title.is_empty() {
            item.title = attachments
                .first()
                .and_then(|url| url.rsplit('/').next())
                .map_or("Message without words", |name| name.split('?').next().unwrap_or(name))
                .to_owned();
        }
        if !self.server.is_empty() {
            item.links.push(NewLink { role: Role::Channel, entity: EntityRef::named(EntityKind::Organisation, &self.server) });
        }
        item.set("direction", "sent");
        item.set("server", self.server.as_str());
        item.set("channel_id", self.conversation.id.as_str());
        item.set("attachments", attachments);
        item
    }
}

/// A member of a talk of few: an id, or an object with one.
fn recipient(value: &Value) -> Option<EntityRef> {
    match value {
        Value::String(id) if !id.is_empty() => Some(account("discord.user", id, "")),
        Value::Object(fields) => {
            Some(account("discord.user", fields.get("id")?.as_str()?, fields.get("username").and_then(Value::as_str).unwrap_or_default()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{read_set, shown};

    const CHANNEL: &str = r#"{"id": "200000000000000001", "type": 0, "name": "knots", "guild": {"id": "3", "name": "Riggers"}}"#;
    const JSON: &str = r#"[{"ID": 900000000000000001, "Timestamp": "2023-01-02 03:04:05", "Contents": "a bowline\nholds", "Attachments": ""},
        {"ID": "900000000000000002", "Timestamp": "2023-01-02 03:04:06", "Contents": "", "Attachments": "https://cdn.example.org/a/rope.png?x=1"}, {"ID": 3, "Contents": 5}]"#;
    const CSV: &str = "ID,Timestamp,Contents,Attachments\n900000000000000001,2023-01-02 03:04:05.123000+00:00,\"a bowline\nholds\",\n";

    #[test]
    fn messages_know_their_channel_in_any_order_and_both_forms_are_the_same() {
        let (messages, channel, table) = (
            "messages/c200000000000000001/messages.json",
            "messages/c200000000000000001/channel.json",
            "messages/c200000000000000001/messages.csv",
        );
        let files: [(&str, &[u8]); 2] = [(messages, JSON.as_bytes()), (channel, CHANNEL.as_bytes())];
        let first = read_set(&IMPORTER, &files).unwrap();
        let lines: Vec<String> = first[messages].items.iter().map(shown).collect();
        assert_eq!(
            lines,
            [
                "message discord 2023-01-02T03:04:05Z | a bowline | a bowline / holds <Channel name:riggers>",
                "message discord 2023-01-02T03:04:06Z | rope.png <Channel name:riggers>",
            ]
        );
        assert_eq!((first[messages].n_set_aside, shown(&first[channel].items[0])), (1, "collection discord no time | knots".to_owned()));
        let second = read_set(&IMPORTER, &[files[1], files[0]]).unwrap();
        assert_eq!(first[messages].items, second[messages].items);
        let old = read_set(&IMPORTER, &[(table, CSV.as_bytes())]).unwrap();
        assert_eq!(old[table].items[0].uid, first[messages].items[0].uid);
        assert_eq!(first[messages].items[0].related[0].to, first[channel].items[0].uid);
    }

    #[test]
    fn the_owner_wrote_it_and_the_others_of_the_channel_got_it() {
        let (messages, channel, user) =
            ("messages/c200000000000000002/messages.json", "messages/c200000000000000002/channel.json", "account/user.json");
        let files: [(&str, &[u8]); 3] = [
            (messages, br#"[{"ID": 900000000000000004, "Timestamp": "2023-01-02 03:04:05", "Contents": "ahoy"}]"#),
            (channel, br#"{"id": "200000000000000002", "type": "DM", "recipients": ["9", "5"]}"#),
            (user, br#"{"id": "9", "username": "ann_x", "discriminator": 0}"#),
        ];
        let expected = "message discord 2023-01-02T03:04:05Z | ahoy | ahoy <Sender discord.user:9> <Recipient discord.user:5>";
        for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
            let read = read_set(&IMPORTER, &order.map(|place| files[place])).unwrap();
            assert_eq!(shown(&read[messages].items[0]), expected);
        }
    }

    #[test]
    fn the_owner_is_known_by_their_account() {
        let user = br#"{"id": "900000000000000009", "username": "ann_x", "global_name": "Ann", "discriminator": 0, "email": "Ann@example.org", "settings": {}}"#;
        let path = "package/account/user.json";
        assert_eq!(recognizes(&Probe { path, head: user, tail: b"", size: 9 }), Claim::Yes(3));
        let item = &read_set(&IMPORTER, &[(path, user)]).unwrap()[path].items[0];
        assert_eq!(
            (shown(item).as_str(), &item.data["is_owner"]),
            ("contact discord no time | Ann <Subject discord.user:900000000000000009> <Subject mailto:ann@example.org>", &true.into())
        );
    }

    #[test]
    fn a_message_bears_the_name_of_its_chat_in_any_order() {
        let files: [(&str, &[u8]); 6] = [
            ("Account/user.json", br#"{"id": "900", "username": "me_x", "discriminator": 0}"#),
            ("Messages/c111/channel.json", br#"{"id":"111","type":1,"recipients":["900","901"]}"#),
            ("Messages/c111/messages.json", br#"[{"ID": 1, "Timestamp": "2021-01-02 03:05:05.500000", "Contents": "ahoy"}]"#),
            ("Messages/c222/channel.json", br#"{"id":"222","type":0,"name":"general","guild":{"id":"77","name":"My Server"}}"#),
            ("Messages/c222/messages.csv", b"ID,Timestamp,Contents,Attachments\n2,2021-01-02 03:04:05,all,\n"),
            (
                "Messages/index.json",
                br#"{"111":"Direct Message with anna#1234","222":"general in My Server","333":"gone in Nowhere","444":null}"#,
            ),
        ];
        for turn in 0..files.len() {
            let mut files = files;
            files.rotate_left(turn);
            let read = read_set(&IMPORTER, &files).unwrap();
            let (direct, general) = (&read["Messages/c111/messages.json"].items[0], &read["Messages/c222/messages.csv"].items[0]);
            assert_eq!(shown(direct), "message discord 2021-01-02T03:05:05.5Z | ahoy | ahoy <Sender discord.user:900> <Recipient discord.user:901>");
            assert_eq!((&direct.data["conversation"], direct.links[1].entity.name.as_str()), (&"anna#1234".into(), "anna#1234"));
            assert_eq!((&general.data["conversation"], &general.data["server"]), (&"general".into(), &"My Server".into()));
            assert_eq!(shown(&read["Messages/c111/channel.json"].items[0]), "collection discord no time | anna#1234 <Attendee discord.user:900> <Attendee discord.user:901>");
            let list = &read["Messages/index.json"];
            assert_eq!((list.items.len(), list.n_merged, list.n_skipped, list.n_set_aside), (0, 2, 2, 0));
        }
    }

    #[test]
    fn what_a_channel_that_was_left_does_not_say_the_list_says() {
        let files: [(&str, &[u8]); 3] = [
            ("Messages/c222/channel.json", br#"{"id":"222","type":0}"#),
            ("Messages/c222/messages.json", br#"[{"ID": 2, "Timestamp": "2021-01-02 03:04:05", "Contents": "all"}]"#),
            ("Messages/index.json", br#"{"222":"fish in chips in My Server"}"#),
        ];
        let read = read_set(&IMPORTER, &files).unwrap();
        let item = &read["Messages/c222/messages.json"].items[0];
        assert_eq!((&item.data["conversation"], &item.data["server"]), (&"fish in chips".into(), &"My Server".into()));
    }

    #[test]
    fn times_are_utc_with_and_without_a_fraction() {
        let path = "messages/c200000000000000001/messages.csv";
        let table = b"ID,Timestamp,Contents,Attachments\n1,2021-01-02 03:05:05.500000,a,\n2,2021-01-02 03:04:05,b,\n3,2021-01-02 03:04:05.123000+00:00,c,\n";
        let read = read_set(&IMPORTER, &[(path, table)]).unwrap();
        let times: Vec<_> = read[path].items.iter().map(|item| item.at.as_ref().map(|at| (at.ms, at.certainty))).collect();
        let exact = |ms| Some((ms, domain::Certainty::Exact));
        assert_eq!(times, [exact(1_609_556_705_500), exact(1_609_556_645_000), exact(1_609_556_645_123)]);
    }

    #[test]
    fn that_too_many_messages_wait_is_said() {
        let mut package = Package { known: Known { waiting: attachments::WAITING + 1, ..Known::default() }, ..Package::default() };
        let mut sink = crate::importer::collected::Collected::default();
        let mut bytes = JSON.as_bytes();
        let origin = crate::importer::Origin { path: "", entry: "" };
        let path = "messages/c200000000000000001/messages.json";
        package.file(0, &mut Input { path, size: bytes.len() as u64, reader: &mut bytes, origin }, &mut sink).unwrap();
        assert_eq!(sink.items.len(), 2);
        assert!(sink.findings.iter().any(|finding| finding.code == FindingCode::Limit), "{:?}", sink.findings);
    }

    #[test]
    fn files_are_told_by_content_or_by_their_folder() {
        let claim = |path: &str, head: &str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
        assert_eq!(claim("package/messages/c200000000000000001/messages.csv", CSV), Claim::Yes(3));
        assert_eq!(claim("x/messages.json", JSON), Claim::Yes(2));
        assert_eq!(claim("Google Chat/Groups/DM x/messages.json", "{\"messages\": []}"), Claim::No);
        assert_eq!(claim("package/Messages/index.json", "{\"200000000000000001\": \"knots in Riggers\"}"), Claim::Yes(3));
        assert_eq!(claim("package/Messages/index.json", "{\"name\": 1}"), Claim::No);
        assert_eq!(claim("package/Servers/index.json", "{\"77\": \"Riggers\"}"), Claim::No, "the servers");
        assert_eq!(claim("Messages/c111/channel.json", r#"{"id":"111","type":"DM","recipients":["900","901"]}"#), Claim::Yes(3));
        assert_eq!(claim("Messages/c222/channel.json", r#"{"id":"222","type":0,"name":"general"}"#), Claim::Yes(3));
        assert_eq!(claim("c222/channel.json", r#"{"id":"222","type":0,"name":"general"}"#), Claim::No);
    }
}
