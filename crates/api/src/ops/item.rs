use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{Code, EntityKind, Failure, Filter, Kind, RawFormat, Result, Role, Uid};

use ::vault::{BlobPlace, Item, Link, Order, Vault};

use crate::Engine;
use crate::show;
use crate::wire::{BlobBytes, BlobRequest, BlobView, Direction, ItemRef, ItemView, LinkView, MailPage, RawView, Row, SightingView};

/// Why an item of the timeline is hidden that does not say so itself.
const OTHER_LAYER: &str = "Google's servers and the phone both tell of this day, and the other record of it is shown.";
/// Bytes of a raw record that are shown.
const RAW_SHOWN: usize = 256 << 10;
/// Rows before and after an item that are shown as near in time.
const NEARBY: usize = 6;
/// Messages of a conversation that are shown.
const THREAD: usize = 200;
/// Bytes of a blob that are passed on in one piece.
const BLOB: u64 = 64 << 20;

fn found(vault: &Vault, id: Uid) -> Result<Item> {
    vault.item(id)?.ok_or_else(|| Failure::not_found("item", id))
}

pub(crate) fn item(engine: &Engine, request: ItemRef) -> Result<ItemView> {
    let vault = engine.vault()?;
    let item = found(&vault, request.id)?;
    let row = vault.rows(&[item.id])?.into_iter().next().ok_or_else(|| Failure::not_found("item", request.id))?;
    let mut row = show::row(row);
    if let Some(place) = &mut row.place {
        place.name = item.place.map(cortex::places::name_of);
    }
    let raw = vault.raw(item.uid)?.map(|raw| {
        let shown = &raw.bytes[..raw.bytes.len().min(RAW_SHOWN)];
        RawView { format: raw.format, text: String::from_utf8_lossy(shown).into_owned(), cut: raw.bytes.len() > RAW_SHOWN }
    });
    Ok(ItemView {
        thread_rows: thread(&vault, &row)?,
        nearby: nearby(&vault, &row)?,
        row,
        text: item.text,
        data: item.data,
        certainty: item.at.as_ref().map(|at| at.certainty),
        at_raw: item.at.map(|at| at.raw).filter(|raw| !raw.is_empty()),
        hidden: item.hidden,
        hidden_because: item.has_other_layer.then(|| OTHER_LAYER.to_owned()),
        direction: direction(&vault, item.kind, &item.links)?,
        links: item
            .links
            .into_iter()
            .map(|link| LinkView {
                person: matches!(link.kind, EntityKind::Person | EntityKind::Organisation).then(|| link.person.unwrap_or(link.entity)),
                known_as: link.known_as.filter(|known_as| *known_as != link.name),
                role: link.role,
                kind: link.kind,
                address: link.address,
                name: link.name,
            })
            .collect(),
        blobs: item
            .blobs
            .into_iter()
            .enumerate()
            .map(|(index, blob)| BlobView {
                index: index as u32,
                name: blob.name,
                media_type: blob.media_type,
                size: blob.size,
                left_at: match blob.place {
                    BlobPlace::Left { path, entry, .. } => Some(if entry.is_empty() { path } else { format!("{path} › {entry}") }),
                    BlobPlace::Kept { .. } => None,
                },
            })
            .collect(),
        came_from: item
            .sightings
            .into_iter()
            .map(|sighting| SightingView { import: sighting.import, path: sighting.path, archive: sighting.archive })
            .collect(),
        raw,
    })
}

/// Which way a message or a call went: by the owner's part in it.
fn direction(vault: &Vault, kind: Kind, links: &[Link]) -> Result<Option<Direction>> {
    if !matches!(kind, Kind::Mail | Kind::Message | Kind::Call) {
        return Ok(None);
    }
    let own = vault.own_entities()?;
    let has = |roles: &[Role]| links.iter().any(|link| roles.contains(&link.role) && own.contains(&link.entity));
    Ok(if has(&[Role::Sender]) {
        Some(Direction::Sent)
    } else {
        has(&[Role::Recipient, Role::Copied, Role::Attendee]).then_some(Direction::Received)
    })
}

/// The other messages of an item's conversation, in order.
fn thread(vault: &Vault, row: &Row) -> Result<Vec<Row>> {
    let Some(thread) = row.thread else { return Ok(Vec::new()) };
    Ok(vault.thread(thread, THREAD)?.into_iter().map(show::row).collect())
}

fn nearby(vault: &Vault, row: &Row) -> Result<Vec<Row>> {
    let Some(at) = row.at_ms else { return Ok(Vec::new()) };
    let before = vault.list(&Filter { to: Some(at), ..Filter::default() }, Order::Newest, None, NEARBY)?;
    let after = vault.list(&Filter { from: Some(at), ..Filter::default() }, Order::Oldest, None, NEARBY + 1)?;
    let rows = before.rows.into_iter().rev().chain(after.rows).filter(|near| near.uid != row.id);
    Ok(rows.map(show::row).collect())
}

pub(crate) fn mail_page(engine: &Engine, request: ItemRef) -> Result<MailPage> {
    let vault = engine.vault()?;
    let raw = vault.raw(request.id)?.ok_or_else(|| Failure::not_found("item", request.id))?;
    let page = (raw.format == RawFormat::Mail).then(|| lake::mail_page(&raw.bytes)).flatten();
    Ok(page.map_or(MailPage { html: None, links: Vec::new() }, |page| MailPage { html: Some(page.html), links: page.links }))
}

pub(crate) fn blob(engine: &Engine, request: BlobRequest) -> Result<BlobBytes> {
    let vault = engine.vault()?;
    let item = found(&vault, request.id)?;
    let blob = item.blobs.into_iter().nth(request.index as usize).ok_or_else(|| Failure::not_found("attachment", request.index))?;
    if blob.size > BLOB {
        return Err(Failure::new(Code::BadRequest, format!("{} has {} MB, which is too large to show here.", blob.name, blob.size >> 20)));
    }
    let bytes = match &blob.place {
        BlobPlace::Kept { blob } => vault.blob(*blob, None)?,
        BlobPlace::Left { path, entry, digest } => lake::archive::read_reference(&vault, path, entry, digest, BLOB)?,
    };
    Ok(BlobBytes { media_type: blob.media_type, name: blob.name, base64: STANDARD.encode(bytes) })
}
