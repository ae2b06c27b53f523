//! One message as an item: its words, its people, its labels, its attachments.
//!
//! Identity: the Message-ID together with the date and the subject, so that a mail found under several labels, or in another
//! program's mailbox, is one item, and two mails of a sender that repeats its Message-IDs are two. Without a Message-ID it is
//! Gmail's id, and without that the message's bytes. It depends on nothing but the mail itself, so files may come in any order.
//! That is also why there is no link from a reply to its parent: the parent's date and subject are not in the reply. The
//! relation "thread" points at the conversation instead (Gmail's thread id, or the first message that the references name), and
//! `data` keeps `message_id`, `in_reply_to` and `references`.
//!
//! Raw: the message as it stood, but for attachments that are not text: their encoded bodies are replaced by a line that
//! says so, because their bytes are kept as blobs.
//!
//! Absent on purpose: amounts and shops read out of receipts.

use std::borrow::Cow;

use domain::{BlobContent, Certainty, EntityRef, ItemLink, Kind, Moment, NewBlob, NewItem, NewLink, Raw, RawFormat, Role, Uid};
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::{Address, DateTime, Encoding, HeaderName, HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use serde_json::{Value, json};

use super::date::{self, Date, Zone};
use super::labels::Labels;
use super::split::Envelope;
use super::words;
use crate::text::safe_html::{self, SafePage};
use crate::text::{charset, html};

/// The space of mail identities; the same for every mailbox.
const STREAM: &str = "mail";
/// More parts than that are no mail; only the headers are read, and the body stands as text.
const PART_LIMIT: usize = 500;
/// Attachments kept as blobs; further ones stay in the raw message.
const BLOB_LIMIT: usize = 200;
/// Longest text of an item, in bytes; the whole stands in the raw message.
const TEXT_LIMIT: usize = 1 << 20;
/// Longest raw message, in bytes, after attachments were taken out.
const RAW_LIMIT: usize = 16 << 20;
/// Messages inside messages are read for their words down to this depth.
const NESTING: usize = 3;
/// References kept in `data`.
const REFERENCE_LIMIT: usize = 50;
/// A `Date` this long after Gmail received the mail is not believed: two days.
const LATEST_MS: i64 = 2 * 86_400_000;
/// Nor is one before 1971; a clock that was never set says 1970.
const EARLIEST_MS: i64 = 365 * 86_400_000;
/// Nor one after 2100 when nothing says when the mail came.
const LAST_MS: i64 = 4_102_444_800_000;

/// A mail, and the limits that were reached in reading it.
pub(super) struct Mail {
    /// The item.
    pub(super) item: NewItem,
    /// What was left out, for people; empty when nothing was.
    pub(super) limits: Vec<String>,
}

/// Reads one message, or says what is wrong with it.
pub(super) fn read(bytes: &[u8], envelope: &Envelope, source: &str) -> Result<Mail, &'static str> {
    let (parsed_bytes, own_header, new_header) = readable_header(bytes);
    let mut limits = Vec::new();
    let headers_only = content_types(&parsed_bytes) > PART_LIMIT;
    let parser = MessageParser::default();
    // The parser is meant never to panic, but it is fed by strangers; one mail must not end an import.
    let parsed =
        std::panic::catch_unwind(|| if headers_only { parser.parse_headers(&*parsed_bytes) } else { parser.parse(&*parsed_bytes) });
    let Ok(message) = parsed else { return Err("Its parts contradict each other, and it could not be taken apart.") };
    let message = message.filter(|message| message.parts.first().is_some_and(|part| !part.headers.is_empty()));
    let Some(mut message) = message else { return Err("It has no headers, and a mail begins with some.") };

    let labels = Labels::read(header(&message, "X-Gmail-Labels"));
    let text = if headers_only {
        limits.push(format!("More than {PART_LIMIT} parts; the body was kept whole and not taken apart."));
        charset::decoded(&parsed_bytes[new_header..]).trim().to_owned()
    } else {
        body(&message, &parsed_bytes, NESTING)
    };
    let subject = subject(&message);
    let message_id = message.message_id().map(|id| id.trim().trim_matches(['<', '>']).to_owned()).filter(|id| !id.is_empty());
    let at = moment(&message, envelope);

    let key = match (&message_id, envelope.gmail_id) {
        (Some(id), _) => format!("id\0{id}\0{}\0{subject}", date_key(&message)),
        (None, Some(id)) => format!("gmail\0{id}"),
        (None, None) => format!("bytes\0{}", blake3::hash(bytes).to_hex()),
    };
    let kind = if labels.chat() { Kind::Message } else { Kind::Mail };
    let attachments = attachments(&message, &mut limits);
    let mut raw = raw_message(bytes, &parsed_bytes, (own_header, new_header), &message, &attachments);
    if raw.len() > RAW_LIMIT {
        limits.push(format!("The text of {} bytes was cut at {RAW_LIMIT}.", raw.len()));
        raw.truncate(RAW_LIMIT);
    }
    let mut item = NewItem::new(kind, source, "", Raw { format: RawFormat::Mail, bytes: raw });
    item.uid = Uid::of(STREAM, key.as_bytes());
    item.at = at;
    item.title = if subject.is_empty() { first_line(&text) } else { subject };
    if text.len() > TEXT_LIMIT {
        limits.push(format!("Of the text, {} bytes, the first {TEXT_LIMIT} are found by their words.", text.len()));
    }
    item.text = cut_at(text, TEXT_LIMIT);
    item.hidden = labels.hide();
    people(&message, &mut item.links);
    item.links.extend(labels.links());
    let references = ids(message.references());
    item.related.extend(thread(&message, message_id.as_deref(), &references));
    describe(&mut item, &message, envelope, &labels, message_id, references, bytes.len());
    let listed: Vec<Value> =
        attachments.iter().map(|one| json!({"name": one.name, "media_type": one.media_type, "bytes": one.size})).collect();
    item.set("attachments", listed);
    for Attachment { part, name, media_type, .. } in attachments {
        let body = message.parts.get_mut(part).map(|part| std::mem::take(&mut part.body)).unwrap_or_default();
        item.blobs.push(NewBlob { name, media_type, content: BlobContent::Bytes(owned(body)) });
    }
    Ok(Mail { item, limits })
}

/// Whether a multipart message lacks its closing boundary.
pub(super) fn lacks_its_end(bytes: &[u8]) -> bool {
    let Some(message) = MessageParser::default().parse_headers(bytes) else { return true };
    let boundary = match message.header(HeaderName::ContentType) {
        Some(HeaderValue::ContentType(content_type)) if content_type.ctype() == "multipart" => content_type.attribute("boundary"),
        _ => None,
    };
    boundary.is_some_and(|boundary| memchr::memmem::rfind(bytes, format!("--{boundary}--").as_bytes()).is_none())
}

/// The message with a header that is UTF-8, and how long the header was and is. Old mails carry bare Latin-1 in it.
fn readable_header(bytes: &[u8]) -> (Cow<'_, [u8]>, usize, usize) {
    let end = [memchr::memmem::find(bytes, b"\n\n").map(|at| at + 1), memchr::memmem::find(bytes, b"\n\r\n").map(|at| at + 1)];
    let end = end.into_iter().flatten().min().unwrap_or(bytes.len());
    if std::str::from_utf8(&bytes[..end]).is_ok() {
        return (Cow::Borrowed(bytes), end, end);
    }
    // Line by line: one Latin-1 line must not spoil the others.
    let mut readable = Vec::with_capacity(bytes.len() + 64);
    for line in bytes[..end].split_inclusive(|&byte| byte == b'\n') {
        readable.extend_from_slice(charset::decoded(line).as_bytes());
    }
    let new_end = readable.len();
    readable.extend_from_slice(&bytes[end..]);
    (Cow::Owned(readable), end, new_end)
}

/// How many lines start with `Content-Type:`: no message has more parts than that.
fn content_types(bytes: &[u8]) -> usize {
    const NAME: &[u8] = b"content-type:";
    memchr::memchr_iter(b'\n', bytes)
        .filter(|at| bytes.get(at + 1..at + 1 + NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME)))
        .count()
}

/// The bytes of a header's value; empty when there is none.
fn header<'m>(message: &'m Message<'_>, name: &str) -> &'m [u8] {
    let found = message.headers().iter().find(|header| header.name.as_str().eq_ignore_ascii_case(name));
    found
        .and_then(|header| message.raw_message.get(header.offset_start as usize..header.offset_end as usize))
        .map_or(b"", |value| value.trim_ascii())
}

/// The subject. Some programs cut it into encoded words inside of a character, which one word alone cannot hold.
fn subject(message: &Message<'_>) -> String {
    let subject = message.subject().unwrap_or_default();
    if subject.contains('\u{fffd}') { spaced(&words::decode(header(message, "Subject"))) } else { spaced(subject) }
}

/// The words of a message: its plain text, or its HTML as plain text, then those of the messages in it.
fn body(message: &Message<'_>, bytes: &[u8], depth: usize) -> String {
    let mut text = shown(message, &message.text_body, bytes);
    // Some programs leave the plain form empty.
    if text.is_empty() {
        text = shown(message, &message.html_body, bytes);
    }
    // A chat in XML counts as attached.
    if text.is_empty() && message.parts.len() == 1 {
        text = shown(message, &message.attachments, bytes);
    }
    if text.len() > TEXT_LIMIT {
        return text;
    }
    if depth > 0 {
        for nested in message.attachments().filter_map(MessagePart::message) {
            paragraph(&mut text, nested.subject().unwrap_or_default().trim());
            // The offsets of a nested message count from its own start unless it was not encoded.
            paragraph(&mut text, &body(nested, &nested.raw_message, depth - 1));
        }
    }
    text
}

/// The page that a raw message is laid out by, made safe; `None` when it has none, or one that cannot be laid out.
pub fn page(raw: &[u8]) -> Option<SafePage> {
    if content_types(raw) > PART_LIMIT {
        return None;
    }
    let (bytes, ..) = readable_header(raw);
    let message = MessageParser::default().parse(&*bytes)?;
    // A message of plain words alone has them made into a page by the parser; those are shown as words already.
    let part =
        message.html_body.iter().filter_map(|id| message.parts.get(*id as usize)).find(|part| matches!(part.body, PartType::Html(_)))?;
    safe_html::safe(&decoded(part, &bytes))
}

/// The words of some parts.
fn shown(message: &Message<'_>, parts: &[u32], bytes: &[u8]) -> String {
    let mut text = String::new();
    for part in parts.iter().filter_map(|id| message.parts.get(*id as usize)) {
        let words = match &part.body {
            PartType::Text(_) if is_markup(part) => html::plain(&decoded(part, bytes)),
            PartType::Text(_) => decoded(part, bytes).replace("\r\n", "\n"),
            PartType::Html(_) => html::plain(&decoded(part, bytes)),
            _ => continue,
        };
        paragraph(&mut text, words.trim());
        if text.len() > TEXT_LIMIT {
            break;
        }
    }
    text
}

/// Whether a text is XML, or a page that does not say so: old chats are.
fn is_markup(part: &MessagePart<'_>) -> bool {
    match part.content_type() {
        Some(content_type) => content_type.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("xml")),
        None => part.text_contents().is_some_and(|text| text.trim_start().starts_with('<') && text.trim_end().ends_with('>')),
    }
}

fn paragraph(text: &mut String, words: &str) {
    if words.is_empty() {
        return;
    }
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(words);
}

/// A part's text. Where no charset is named, or UTF-8 wrongly, bytes that are not UTF-8 are read as Windows-1252.
fn decoded<'p>(part: &'p MessagePart<'_>, bytes: &[u8]) -> Cow<'p, str> {
    let (PartType::Text(text) | PartType::Html(text)) = &part.body else { return Cow::Borrowed("") };
    let charset = part.content_type().and_then(|content_type| content_type.attribute("charset"));
    let named =
        charset.is_some_and(|charset| charset_decoder(charset.as_bytes()).is_some() && !charset.to_ascii_lowercase().starts_with("utf"));
    if named || !text.contains('\u{fffd}') {
        return Cow::Borrowed(text);
    }
    let Some(encoded) = bytes.get(part.offset_body as usize..part.offset_end as usize) else { return Cow::Borrowed(text) };
    let plain = match part.encoding {
        Encoding::None => Some(encoded.to_vec()),
        Encoding::Base64 => mail_parser::decoders::base64::base64_decode(encoded),
        Encoding::QuotedPrintable => mail_parser::decoders::quoted_printable::quoted_printable_decode(encoded),
    };
    plain.map_or(Cow::Borrowed(text), |plain| Cow::Owned(charset::decoded(&plain).into_owned()))
}

/// When it was sent: the `Date` header when it can be believed, else when it was received.
fn moment(message: &Message<'_>, envelope: &Envelope) -> Option<Moment> {
    let raw = String::from_utf8_lossy(header(message, "Date")).into_owned();
    let received = envelope.received.filter(|_| envelope.vouched);
    let believed = |ms: i64| ms >= EARLIEST_MS && received.map_or(ms < LAST_MS, |received| ms <= received + LATEST_MS);
    if let Some(Date { ms, zone }) = date::read(&raw).filter(|date| believed(date.ms)) {
        let (offset_min, certainty) = match zone {
            Zone::None => (None, Certainty::ZoneUnknown),
            Zone::Unsaid => (None, Certainty::Exact),
            Zone::Said(minutes) => (Some(minutes), Certainty::Exact),
        };
        return Some(Moment { ms, offset_min, certainty, raw });
    }
    let by_hop = || {
        message
            .received_all()
            .filter_map(|hop| hop.date)
            .filter(DateTime::is_valid)
            .map(|date| date.to_timestamp() * 1000)
            .find(|ms| *ms >= EARLIEST_MS)
    };
    let ms = envelope.gmail_id.and(envelope.received).or_else(by_hop).or(envelope.received)?;
    Some(Moment::utc(ms).with_raw(&raw))
}

/// The date as part of the identity: the instant, or the header's words when they are none.
fn date_key(message: &Message<'_>) -> String {
    let raw = String::from_utf8_lossy(header(message, "Date"));
    date::read(&raw).map_or_else(|| spaced(&raw), |date| (date.ms / 1000).to_string())
}

fn people(message: &Message<'_>, links: &mut Vec<NewLink>) {
    let headers = [
        (HeaderName::From, Role::Sender),
        (HeaderName::To, Role::Recipient),
        (HeaderName::Cc, Role::Copied),
        (HeaderName::Bcc, Role::Copied),
    ];
    for (name, role) in headers {
        let addresses = message.header_values(name).filter_map(HeaderValue::as_address).flat_map(Address::iter);
        for address in addresses {
            let name = spaced(address.name.as_deref().unwrap_or_default());
            let entity = match address.address.as_deref().map(str::trim).filter(|address| address.contains('@')) {
                Some(address) => EntityRef::mailbox(address, if name.eq_ignore_ascii_case(address) { "" } else { &name }),
                None if !name.is_empty() => EntityRef::named(domain::EntityKind::Person, &name),
                None => continue,
            };
            let link = NewLink { role, entity };
            if !links.contains(&link) {
                links.push(link);
            }
        }
    }
}

/// The conversation: Gmail's thread, or else the first message that the references name.
fn thread(message: &Message<'_>, own: Option<&str>, references: &[String]) -> Option<ItemLink> {
    let gmail = std::str::from_utf8(header(message, "X-GM-THRID")).unwrap_or_default();
    let root = references.first().cloned().or_else(|| ids(message.in_reply_to()).into_iter().next()).or_else(|| own.map(str::to_owned));
    let to = match (gmail.is_empty(), root) {
        (false, _) => Uid::of("google.mail.thread", gmail.as_bytes()),
        (true, Some(root)) => Uid::of("mail.thread", root.as_bytes()),
        (true, None) => return None,
    };
    Some(ItemLink { relation: "thread".to_owned(), to })
}

/// Fills `data`: `message_id`, `in_reply_to`, `references`, `thread`, `gmail_id`, `labels`, `sent`, `draft`, `starred`, `unread`,
/// `list` (a mailing list's address), `reply_to`, `bytes` (the whole message's size) and `attachments`.
fn describe(
    item: &mut NewItem,
    message: &Message<'_>,
    envelope: &Envelope,
    labels: &Labels,
    message_id: Option<String>,
    mut references: Vec<String>,
    n_bytes: usize,
) {
    item.set("message_id", message_id.unwrap_or_default());
    item.set("in_reply_to", ids(message.in_reply_to()).into_iter().next().unwrap_or_default());
    if references.len() > REFERENCE_LIMIT {
        // The first names the conversation, the last ones the branch.
        references.drain(1..references.len() - REFERENCE_LIMIT + 1);
    }
    item.set("references", references);
    item.set("thread", String::from_utf8_lossy(header(message, "X-GM-THRID")).into_owned());
    item.set("gmail_id", envelope.gmail_id.map(|id| id.to_string()).unwrap_or_default());
    item.set("labels", labels.all.clone());
    for (name, is) in [("sent", labels.sent()), ("draft", labels.draft()), ("starred", labels.starred()), ("unread", labels.unread())] {
        if is {
            item.set(name, true);
        }
    }
    let list = words::decode(header(message, "List-Id"));
    item.set("list", list.rsplit_once('<').map_or(list.as_str(), |(_, id)| id).trim_matches(['<', '>', ' ']).to_owned());
    let reply_to = message.reply_to().and_then(Address::first).and_then(|address| address.address.as_deref());
    item.set("reply_to", reply_to.unwrap_or_default().to_lowercase());
    item.set("bytes", n_bytes as u64);
}

/// An attachment, before its bytes are moved out of the message.
struct Attachment {
    /// Its place among the message's parts.
    part: usize,
    name: String,
    media_type: String,
    size: u64,
}

fn attachments(message: &Message<'_>, limits: &mut Vec<String>) -> Vec<Attachment> {
    let mut found = Vec::new();
    let mut n_left = 0_usize;
    for id in &message.attachments {
        let Some(part) = message.parts.get(*id as usize).filter(|part| !part.contents().is_empty()) else { continue };
        if found.len() == BLOB_LIMIT {
            n_left += 1;
            continue;
        }
        let media_type = match (part.content_type(), &part.body) {
            (Some(content_type), _) => {
                format!("{}/{}", content_type.ctype(), content_type.subtype().unwrap_or("octet-stream")).to_ascii_lowercase()
            }
            (None, PartType::Text(_)) => "text/plain".to_owned(),
            (None, PartType::Message(_)) => "message/rfc822".to_owned(),
            (None, _) => "application/octet-stream".to_owned(),
        };
        let name = file_name(part, &media_type, found.len() + 1);
        found.push(Attachment { part: *id as usize, name, media_type, size: part.contents().len() as u64 });
    }
    if n_left > 0 {
        limits.push(format!("More than {BLOB_LIMIT} attachments; {n_left} of them stay inside the raw message."));
    }
    found
}

/// A part's bytes, without copying those that were decoded: they may be tens of megabytes.
fn owned(body: PartType<'_>) -> Vec<u8> {
    match body {
        PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.into_owned(),
        PartType::Text(text) | PartType::Html(text) => text.into_owned().into_bytes(),
        PartType::Message(nested) => nested.raw_message().to_vec(),
        PartType::Multipart(_) => Vec::new(),
    }
}

/// The name that the part gives, without any folders, or one made of its type.
fn file_name(part: &MessagePart<'_>, media_type: &str, number: usize) -> String {
    let given = part.attachment_name().map(|name| words::decode(name.as_bytes())).unwrap_or_default();
    let given = spaced(given.rsplit(['/', '\\']).next().unwrap_or_default());
    if !given.is_empty() {
        return given;
    }
    match part.message() {
        Some(nested) => format!("{}.eml", spaced(nested.subject().unwrap_or("message"))),
        None => format!("attachment {number}.{}", extension(media_type)),
    }
}

/// The extension that files of a type usually have.
fn extension(media_type: &str) -> &str {
    match media_type {
        "text/plain" => "txt",
        "text/calendar" => "ics",
        "text/vcard" | "text/x-vcard" => "vcf",
        "image/jpeg" => "jpg",
        "application/octet-stream" => "bin",
        "application/pgp-signature" | "application/pgp-encrypted" => "asc",
        other => other.rsplit('/').next().unwrap_or("bin"),
    }
}

/// The message as it stood, with a note in the place of each attachment that is kept as a blob byte for byte. Text
/// attachments stay, because their blobs were turned to UTF-8. `headers` are the lengths of the header in `own` and in `parsed`.
fn raw_message(own: &[u8], parsed: &[u8], headers: (usize, usize), message: &Message<'_>, attachments: &[Attachment]) -> Vec<u8> {
    let (own_header, mut at) = headers;
    let mut raw = own[..own_header].to_vec();
    for attachment in attachments {
        let Some(part) = message.parts.get(attachment.part) else { continue };
        let (from, to) = (part.offset_body as usize, part.offset_end as usize);
        let whole =
            matches!(part.body, PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Message(_)) && !part.is_encoding_problem;
        if !whole || from < at || to <= from || to > parsed.len() {
            continue;
        }
        raw.extend_from_slice(&parsed[at..from]);
        raw.extend_from_slice(format!("[{} bytes, kept as the attachment \"{}\"]", attachment.size, attachment.name).as_bytes());
        at = to;
    }
    raw.extend_from_slice(&parsed[at..]);
    raw
}

/// Message ids without their brackets.
fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let clean = |id: &str| id.trim().trim_matches(['<', '>']).to_owned();
    match value {
        HeaderValue::Text(id) => vec![clean(id)],
        HeaderValue::TextList(ids) => ids.iter().map(|id| clean(id)).collect(),
        _ => Vec::new(),
    }
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A title for a mail without a subject.
fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("(no subject)");
    cut_at(line.to_owned(), 80)
}

fn cut_at(mut text: String, limit: usize) -> String {
    text.truncate(text.floor_char_boundary(limit));
    text
}
