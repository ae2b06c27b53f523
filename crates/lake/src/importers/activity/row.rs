//! One row of activity, and the item that it becomes.

use std::collections::BTreeSet;

use domain::{EntityKind, EntityRef, Kind, Moment, NewItem, NewLink, Raw, Role};
use serde_json::{Value, json};

use super::payment::Payment;
use super::words::{self, Act};
use super::{address, product};
use crate::conversation::headline;

/// Parts of a key are put together with this, which no field holds.
const BETWEEN: &str = "\u{1f}";

/// A row as either form gives it. Texts have plain single spaces; what the form does not say is empty.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// Product caption, or the app's name in rows of Android.
    pub(crate) header: String,
    /// Verb and object.
    pub(crate) title: String,
    /// The same with its line breaks, where it has any: a prompt may be a page long.
    pub(crate) written: String,
    /// The object alone, where the form marks it (HTML: the link's words).
    pub(crate) object: String,
    /// Where the title leads.
    pub(crate) url: String,
    /// Further lines: a channel, "Viewed in search results".
    pub(crate) subtitles: Vec<Named>,
    /// Words that came with the row: a description, an assistant's answer.
    pub(crate) words: Vec<String>,
    /// "From Google Ads".
    pub(crate) details: Vec<String>,
    /// Roughly where the person was.
    pub(crate) locations: Vec<Named>,
    /// Product captions.
    pub(crate) products: Vec<String>,
    /// Which setting kept the row.
    pub(crate) controls: Vec<String>,
    /// Recordings, pictures and documents that lie beside the file.
    pub(crate) files: Vec<String>,
    /// When.
    pub(crate) at: Option<Moment>,
    /// The time's own text when it could not be read.
    pub(crate) unread_time: String,
}

/// A text that may lead somewhere.
#[derive(Debug, Default, Clone)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) url: String,
}

/// The item for a row of the file at `path`; `None` when the row names nothing.
///
/// `data` holds, as far as known: `product`, `header`, `action`, `url`, `query`, `video_id`, `channel`, `details`, `controls`,
/// `files`, `near` (a name for where the person was), `mentions` (`name` and `url` of further links), `time_text` (a time
/// that could not be read). Rows of payments have the keys of [`crate::importers::purchase`] as well.
pub(crate) fn item(row: Row, path: &str, raw: Raw) -> Option<NewItem> {
    if row.title.is_empty() && row.url.is_empty() {
        return None;
    }
    let product = product::of(folder(path), &row.products, &row.header);
    let said = words::read(&row.title);
    let act = said.map(|(act, _)| act);
    let object = said
        .map(|(_, object)| object)
        .filter(|object| !object.is_empty())
        .or(Some(row.object.as_str()).filter(|object| !object.is_empty()));
    let url = address::unwrapped(&row.url);
    let query = address::query(&row.url);
    let video = address::video(&url);
    let asked = (product == "gemini" && act == Some(Act::Prompt)).then(|| prompt(&row.written)).flatten();
    let payment = (product == "pay").then(|| Payment::read(&row.title, &row.details)).flatten();
    let is_purchase = payment.as_ref().is_some_and(Payment::is_purchase);
    let what = if is_purchase { What::Paid } else { What::of(product, act, &row, &url, query.is_some(), video.is_some()) };

    let source = what.source(product);
    let second = row.at.as_ref().map_or_else(|| row.unread_time.clone(), |at| at.ms.div_euclid(1000).to_string());
    let title = match what {
        What::Search => query.clone().or(object.map(str::to_owned)),
        What::Watch | What::Listen | What::Page => object.map(str::to_owned),
        What::Other if asked.is_some() => asked.as_deref().map(headline),
        What::Other => (act == Some(Act::Prompt)).then_some(object).flatten().map(str::to_owned),
        What::Paid => None,
    };
    let title = title
        .map(|title| spaced(&title))
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| if row.title.is_empty() { url.clone() } else { row.title.clone() });
    // Android rows share a second and a store's address; the app's name in the header tells them apart.
    let header = if product::named(&row.header).is_some() { "" } else { row.header.as_str() };
    let identity = match what {
        What::Search => ["q", &query.clone().unwrap_or_else(|| title.clone()), ""].join(BETWEEN),
        What::Watch | What::Listen => match &video {
            Some(id) => ["v", id, ""].join(BETWEEN),
            None => ["t", &row.title, ""].join(BETWEEN),
        },
        What::Paid => ["t", &row.title, header].join(BETWEEN),
        What::Page | What::Other if url.is_empty() => ["t", &row.title, header].join(BETWEEN),
        What::Page | What::Other => ["u", &url, header].join(BETWEEN),
    };

    let mut item = NewItem::new(what.kind(), &source, [identity.as_str(), second.as_str()].join(BETWEEN), raw);
    item.title = title;
    let is_noise = product::is_background(product) || (product == "play" && act == Some(Act::Use));
    item.hidden = is_noise || row.details.iter().any(|detail| words::is_advertisement(detail));
    let mentions: Vec<&Named> = row.subtitles.iter().filter(|subtitle| !subtitle.name.is_empty()).collect();
    let is_asked = |line: &&str| asked.as_ref().is_some_and(|asked| asked.lines().any(|own| own == *line));
    let named = mentions.iter().map(|subtitle| subtitle.name.as_str()).filter(|name| !is_asked(name));
    let lines = asked.as_deref().into_iter().chain(named).chain(row.words.iter().map(String::as_str));
    item.text = lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    if matches!(what, What::Watch | What::Listen)
        && let Some((channel, id)) = mentions.iter().find_map(|subtitle| Some((*subtitle, address::channel(&subtitle.url)?)))
    {
        item.set("channel", channel.name.clone());
        item.links.push(channel_link(&id, &channel.name));
    }

    let near = row.locations.iter().find_map(|location| address::coordinates(&location.url));
    item.place = if product == "maps" { address::coordinates(&url).or(near) } else { near };
    if let Some(payment) = payment {
        payment.tell(&mut item);
    }
    item.set("near", row.locations.first().map(|location| location.name.clone()).unwrap_or_default());
    item.set("product", product);
    item.set("header", header);
    item.set("action", act.map(Act::name));
    item.set("query", query);
    item.set("video_id", video);
    item.set("details", row.details);
    item.set("controls", row.controls);
    // A page names a recording twice: where it plays, and where it leads.
    let mut files = row.files;
    let mut met = BTreeSet::new();
    files.retain(|file| met.insert(file.clone()));
    item.set("files", files);
    let linked: Vec<Value> = mentions
        .iter()
        .filter(|mention| !mention.url.is_empty())
        .map(|mention| json!({ "name": mention.name, "url": mention.url }))
        .collect();
    item.set("mentions", linked);
    item.set("url", url);
    if row.at.is_none() {
        item.set("time_text", row.unread_time);
    }
    item.at = row.at;
    Some(item)
}

/// What was asked in more than one line.
fn prompt(written: &str) -> Option<String> {
    // The verb may stand on a line of its own.
    let joined = written.replacen('\n', " ", 1);
    let (_, asked) = words::read(written).or_else(|| words::read(&joined))?;
    let asked = lined(asked);
    asked.contains('\n').then_some(asked)
}

/// Text with its line breaks, and each line as [`spaced`] leaves it.
pub(crate) fn lined(text: &str) -> String {
    text.lines().map(spaced).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The link to a channel, by its id or handle.
pub(crate) fn channel_link(id: &str, name: &str) -> NewLink {
    NewLink {
        role: Role::Channel,
        entity: EntityRef { kind: EntityKind::Organisation, address: format!("youtube.channel:{id}"), name: name.to_owned() },
    }
}

/// Text with every run of spaces, of whatever kind, as one plain space, and without marks that steer direction.
pub(crate) fn spaced(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.split_whitespace().map(|word| word.trim_matches(['\u{200e}', '\u{200f}', '\u{feff}'])).filter(|word| !word.is_empty())
    {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(word);
    }
    plain
}

/// What a row tells of.
#[derive(Clone, Copy)]
enum What {
    Search,
    Watch,
    Listen,
    Page,
    /// Money that was paid, as the till's own rows tell it.
    Paid,
    Other,
}

impl What {
    /// Verb first, then address: in a language that is not in the table the address alone decides.
    fn of(product: &str, act: Option<Act>, row: &Row, url: &str, is_query: bool, is_video: bool) -> Self {
        let tube = product == "youtube";
        match act {
            Some(Act::Search) => Self::Search,
            Some(Act::Listen) => Self::Listen,
            // German and Spanish say "angesehen" and "visto" of pictures and posts too.
            Some(Act::Watch) if tube && (is_video || row.url.is_empty()) => Self::watched(row),
            Some(Act::Watch) if product == "video_search" || is_video => Self::Watch,
            // A post or a channel was looked at.
            Some(Act::Visit) if tube => Self::Other,
            Some(Act::Visit) if product != "maps" && url.starts_with("http") => Self::Page,
            None if tube && is_video => Self::watched(row),
            None if is_query && product != "chrome" => Self::Search,
            None if product == "chrome" && url.starts_with("http") => Self::Page,
            Some(Act::Watch | Act::View | Act::Visit | Act::Use | Act::Prompt | Act::Other) | None => Self::Other,
        }
    }

    fn watched(row: &Row) -> Self {
        if row.header == "YouTube Music" { Self::Listen } else { Self::Watch }
    }

    fn kind(self) -> Kind {
        match self {
            Self::Search => Kind::Search,
            Self::Watch => Kind::Watch,
            Self::Listen => Kind::Listen,
            Self::Page => Kind::Page,
            Self::Paid => Kind::Purchase,
            Self::Other => Kind::Activity,
        }
    }

    fn source(self, product: &str) -> String {
        if product != "youtube" {
            return product::source(product);
        }
        match self {
            Self::Search => "google.youtube.search",
            // One stream for both, so that a song is the same item whichever way it is called.
            Self::Watch | Self::Listen => "google.youtube.watch",
            Self::Page | Self::Paid | Self::Other => "google.youtube.activity",
        }
        .to_owned()
    }
}

/// The product's folder; YouTube's own history lies one folder deeper.
fn folder(path: &str) -> &str {
    let mut folders = path.rsplit('/').skip(1);
    let nearest = folders.next().unwrap_or_default();
    match folders.next() {
        Some(above) if above.starts_with("YouTube") => "YouTube",
        // The till keeps its rows in its own folder.
        Some(above) if product::named(above) == Some("pay") => above,
        _ => nearest,
    }
}
