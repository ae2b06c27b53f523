//! Reservations. The names of their fields are not documented, so each is looked for under the names that it may have.

use domain::{EntityKind, EntityRef, Kind, NewItem, NewLink, Raw, Role};
use serde_json::Value;

use super::{moment, text};
use crate::text::numbers;

const STARTS: &[&str] = &["startTime", "startDateTime", "reservationTime", "start"];
const ENDS: &[&str] = &["endTime", "endDateTime", "end"];
const IDS: &[&str] = &["reservationId", "bookingId", "id"];

/// Whether the first bytes are a reservation's.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let has = |name: &&str| memchr::memmem::find(head, format!("\"{name}\"").as_bytes()).is_some();
    STARTS.iter().any(has) && ["merchantName", "partySize", "reservationId", "serviceName"].iter().any(has)
}

/// Whether a record is one.
pub(super) fn is_one(value: &Value) -> bool {
    let has = |name: &&str| value.get(*name).is_some();
    !has(&"lineItem") && STARTS.iter().any(has) && ["merchantName", "merchant", "partySize", "reservationId", "serviceName"].iter().any(has)
}

/// Key: its id, else what was booked where and when.
pub(super) fn item(value: &Value, raw: Raw) -> Option<NewItem> {
    let first = |names: &[&str]| names.iter().map(|name| text(value, &[name])).find(|text| !text.is_empty()).unwrap_or_default();
    let at = STARTS.iter().find_map(|name| moment(value.get(name)));
    let nested = text(value, &["merchant", "name"]);
    let merchant = if nested.is_empty() { first(&["merchantName", "merchant"]) } else { nested };
    let (name, service) = (first(&["name", "title"]), first(&["serviceName", "service"]));
    let title = [&name, &service, &merchant].into_iter().find(|text| !text.is_empty())?.clone();
    let id = first(IDS);
    let start = at.as_ref().map(|at| at.ms.to_string()).unwrap_or_default();
    let key = if id.is_empty() { [&*title, &*merchant, &*start].join("\u{1f}") } else { id };
    let mut item = NewItem::new(Kind::Event, "google.reservation", key, raw);
    item.at = at;
    item.until = ENDS.iter().find_map(|name| moment(value.get(name))).map(|end| end.ms);
    let location = first(&["address", "location"]);
    let requests = first(&["specialRequests", "specialRequest", "notes"]);
    let lines = [&merchant, &service, &location, &requests].into_iter().filter(|line| !line.is_empty() && **line != title);
    item.text = lines.cloned().collect::<Vec<_>>().join("\n");
    item.title = title;
    if !merchant.is_empty() {
        item.links.push(NewLink { role: Role::Organizer, entity: EntityRef::named(EntityKind::Organisation, &merchant) });
    }
    item.set("merchant", merchant);
    item.set("service", service);
    item.set("location", location);
    item.set("requests", requests);
    item.set("party_size", value.get("partySize").and_then(numbers::integer_of));
    if ["cancelled", "canceled", "isCancelled"].iter().any(|name| value.get(name) == Some(&Value::Bool(true))) {
        item.set("status", "cancelled");
    }
    Some(item)
}
