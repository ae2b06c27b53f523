//! Google Play: what was bought, had and installed, subscriptions, reviews, devices; of apps, books, films and games.
//!
//! Every file is a list of objects with one key, which names the record; keys and times are the same in all languages, prices
//! are written for the person. A payment stands in `Order History` and again, with less, in `Purchase History`, which has no
//! order's number; see [`payments`] for how the two are told to be one. See [`super::purchase`] for the `data` of purchases; an
//! order also has `tax` and `refund`, as written.
//!
//! `data` of the others: `product` ("play"), `action` ("installed", "acquired", "redeemed", or the record's own key), `type`
//! ("Android Apps"), `updated`, `device`, `manufacturer`; of subscriptions `renews`, `price`, `period`, `state`; of reviews `rating`.
//!
//! What is remembered for parts that come later: the files with orders or purchases, whole.
//!
//! Absent on purpose: the address and the card that an order was billed to, and the network that it was made from. They are taken
//! out of the record that is kept, too. Devices are kept and hidden, without the network they were seen in.

mod payments;

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, NewLink, Raw, Role};
use serde_json::{Map, Value};

use super::activity::row::spaced;
use super::purchase;
use crate::importer::{Assembly, Claim, FileNumber, Importer, Input, Parse, Probe, SetSink, Sink, memo};
use crate::json::each::{Entry, each};
use crate::json::lenient;
use crate::text::{numbers, time};
use payments::Payments;

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.play", label: "Google Play", recognizes, parse: Parse::Set(|| Box::new(Payments::default())) };

/// The keys of records whose shape is known.
const KEYS: &[&str] = &["install", "libraryDoc", "purchaseHistory", "orderHistory", "subscription", "review", "device", "redemption"];
/// What no item keeps of a record: where the person lives, pays and was.
const PRIVATE: &[&str] =
    &["ipAddress", "ipCountry", "billingContact", "billingInstrument", "deviceIpCountry", "userIpCountry", "carrier", "carrierName"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    if probe.extension() != "json" {
        return Claim::No;
    }
    let by_path = probe.folders().any(|folder| {
        let folder = folder.to_lowercase();
        folder.starts_with("google play store") || folder.starts_with("google play movies") || folder == "google tv"
    });
    let head: Vec<u8> = probe.head.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(64).collect();
    let shaped = KEYS.iter().any(|key| head.starts_with(format!("[{{\"{key}\":{{").as_bytes()));
    match (shaped, by_path) {
        (true, true) => Claim::Yes(3),
        (true, false) => Claim::Yes(2),
        (false, true) if head.starts_with(b"[") || head.starts_with(b"{") => Claim::Yes(1),
        (false, _) => Claim::No,
    }
}

impl Assembly for Payments {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        memo::whole(input, sink, |input, sink| {
            let n_before = self.n_held();
            each(input.reader, sink, |Entry { key, listed, at, bytes }, sink| {
                if !listed {
                    return sink.skip(FindingCode::IgnoredFile, &at, "Settings of the shop are not part of a life");
                }
                match Record::read(key, bytes) {
                    Ok(record) => self.record(&record, number, &at, sink),
                    Err(why) => sink.set_aside(FindingCode::BadRecord, &at, &why),
                }
            })?;
            Ok(self.n_held() > n_before)
        })
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        self.settle(sink);
    }
}

impl Payments {
    fn record(&mut self, record: &Record, file: FileNumber, at: &str, sink: &mut dyn Sink) {
        let item = match record.key.as_str() {
            "purchaseHistory" => return self.purchase(record, file, at, sink),
            "orderHistory" => return self.order(record, file, at, sink),
            "install" => installed(record),
            "libraryDoc" => acted(record, "acquired", &["acquisitionTime"]),
            "redemption" => acted(record, "redeemed", &["redemptionChangeTime"]),
            "subscription" => subscription(record),
            "review" => review(record),
            "device" => device(record),
            // What other files of the product hold is not documented; what has a name is kept as something done.
            other => acted(record, other, &[]),
        };
        match item {
            Some(item) => sink.item(item),
            None if KEYS.contains(&record.key.as_str()) => {
                sink.set_aside(
                    FindingCode::BadRecord,
                    at,
                    "A record of the shop names an app, a book or the like, and this one names none",
                );
            }
            None => sink.skip(FindingCode::IgnoredFile, at, "Settings of the shop are not part of a life"),
        }
    }
}

/// One record: its key, and what stands under it without what is private.
struct Record {
    key: String,
    fields: Map<String, Value>,
    /// The country it is of: prices with a sign that countries share are of its currency.
    country: String,
    raw: Raw,
}

impl Record {
    fn read(list: &str, bytes: &[u8]) -> Result<Self, String> {
        let value =
            lenient::value(bytes).map_err(|error| format!("A record of the shop was expected, and it does not read as one ({error})"))?;
        let Value::Object(object) = value else {
            return Err("A record of the shop is an object with one key, and this is none".to_owned());
        };
        let (key, mut fields) = match <Vec<_>>::from_iter(object.clone()).as_mut_slice() {
            [(key, Value::Object(fields))] => (std::mem::take(key), std::mem::take(fields)),
            _ => (list.to_owned(), object),
        };
        let country = ["userCountry", "ipCountry"].iter().find_map(|name| fields.get(*name)?.as_str()).unwrap_or_default().to_owned();
        // The record stays as it stood when there is nothing private in it.
        let raw = if purchase::without(&mut fields, PRIVATE) {
            Raw::json(Value::Object(Map::from_iter([(key.clone(), Value::Object(fields.clone()))])).to_string().as_bytes())
        } else {
            Raw::json(bytes)
        };
        Ok(Self { key, fields, country, raw })
    }

    fn value(&self, path: &[&str]) -> Option<&Value> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.fields.get(*first)?, |value, name| value.get(name))
    }

    fn text(&self, path: &[&str]) -> String {
        spaced(self.value(path).and_then(Value::as_str).unwrap_or_default())
    }

    /// What it is about.
    fn title(&self) -> String {
        const NAMES: [&[&str]; 6] =
            [&["doc", "title"], &["document", "title"], &["conversion", "doc", "title"], &["title"], &["name"], &["campaignName"]];
        NAMES.iter().map(|path| self.text(path)).find(|title| !title.is_empty()).unwrap_or_default()
    }

    fn document_type(&self) -> String {
        let own = self.text(&["doc", "documentType"]);
        if own.is_empty() { self.text(&["document", "documentType"]) } else { own }
    }

    /// An item for what it is about. Key: the record's kind, what it is about, when, and `further`.
    fn item(&self, kind: Kind, stream: &str, title: String, when: &str, further: &str) -> NewItem {
        let kind_of = self.document_type();
        let key = [self.key.as_str(), &title, &kind_of, when, further].join("\u{1f}");
        let mut item = NewItem::new(kind, stream, key, self.raw.clone());
        item.title = title;
        item.at = time::any(when);
        item.set("product", "play");
        item.set("type", kind_of);
        item
    }
}

fn installed(record: &Record) -> Option<NewItem> {
    let title = Some(record.title()).filter(|title| !title.is_empty())?;
    let attribute = |name: &str| record.text(&["deviceAttribute", name]);
    let (model, shown) = (attribute("model"), attribute("deviceDisplayName"));
    let device = if shown.is_empty() { model.clone() } else { shown };
    let mut item = record.item(Kind::Activity, "google.play.install", title, &record.text(&["firstInstallationTime"]), &model);
    item.text.clone_from(&device);
    item.set("action", "installed");
    item.set("updated", record.text(&["lastUpdateTime"]));
    item.set("manufacturer", attribute("manufacturer"));
    if !device.is_empty() {
        item.links.push(NewLink { role: Role::Device, entity: EntityRef::named(EntityKind::Device, &device) });
    }
    item.set("device", device);
    Some(item)
}

/// Something done in the shop; without `times` the first field that is a time says when.
fn acted(record: &Record, action: &str, times: &[&str]) -> Option<NewItem> {
    let title = Some(record.title()).filter(|title| !title.is_empty())?;
    let named = times.iter().map(|name| record.text(&[name])).find(|when| !when.is_empty());
    let any = || record.fields.values().filter_map(Value::as_str).find(|text| time::iso(text).is_some()).map(str::to_owned);
    let mut item = record.item(Kind::Activity, "google.play.activity", title, &named.or_else(any).unwrap_or_default(), "");
    item.set("action", action);
    item.set("price", record.text(&["formattedMoney"]));
    item.set("status", record.text(&["status"]).to_lowercase());
    item.text = record.text(&["description"]);
    Some(item)
}

/// A subscription has no time of its own: the export says only when it renews next.
fn subscription(record: &Record) -> Option<NewItem> {
    let title = Some(record.title()).filter(|title| !title.is_empty())?;
    let mut item = record.item(Kind::Subscription, "google.play.subscription", title, "", "");
    let pricing = record.value(&["pricing"]).and_then(|list| list.get(0));
    let price = pricing.and_then(|price| price.get("price")).and_then(Value::as_str).map(spaced).unwrap_or_default();
    let period = pricing.and_then(|price| price.get("period"));
    let count = period.and_then(|period| period.get("count")).and_then(numbers::integer_of);
    let unit = period.and_then(|period| period.get("unit")).and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let period = count.map_or(unit.clone(), |count| format!("{count} {unit}").trim().to_owned());
    item.text = [price.as_str(), period.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / ");
    item.set("renews", record.text(&["renewalDate"]));
    item.set("price", price);
    item.set("period", period);
    item.set("state", record.text(&["state"]).to_lowercase());
    Some(item)
}

fn review(record: &Record) -> Option<NewItem> {
    let title = Some(record.text(&["document", "title"])).filter(|title| !title.is_empty())?;
    let mut item = record.item(Kind::Review, "google.play.review", title, &record.text(&["creationTime"]), "");
    let comment = record.value(&["comment"]).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    item.text = [record.text(&["title"]), comment].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
    item.set("rating", record.value(&["starRating"]).and_then(numbers::integer_of));
    Some(item)
}

fn device(record: &Record) -> Option<NewItem> {
    let recent = |name: &str| record.text(&["mostRecentData", name]);
    let title = ["deviceName", "modelName", "productName"].iter().map(|name| recent(name)).find(|name| !name.is_empty())?;
    let registered = ["deviceRegistrationTime", "userAddedOnDeviceTime"].iter().map(|name| record.text(&[name])).find(|at| !at.is_empty());
    let mut item = record.item(Kind::Activity, "google.play.device", title, &registered.unwrap_or_default(), &recent("modelName"));
    item.hidden = true;
    item.set("action", "registered");
    item.set("device", recent("modelName"));
    item.set("manufacturer", recent("manufacturer"));
    item.set("last_active", record.text(&["lastTimeDeviceActive"]));
    item.links.push(NewLink { role: Role::Device, entity: EntityRef::named(EntityKind::Device, &item.title) });
    Some(item)
}

#[cfg(test)]
mod tests;
