//! The access log: `Activities - A list of Google services accessed by.csv`, and the table of devices beside it, in the forms
//! that they had over the years. It grows to hundreds of megabytes and is read row by row.
//!
//! All of it is about machines and addresses, so it is kept hidden and marked sensitive.
//!
//! Identity: the row without the columns that newer exports add. `data`: `sensitive` (true), `product`, `ip`, `agent`, `place`,
//! `action`; of a device `brand`, `model`, `system`, `device_type`, `first`.

use std::io;

use domain::{EntityKind, EntityRef, FindingCode, Kind, NewItem, NewLink, Role};

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::{Columns, Row, Table};
use crate::text::time;

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.access_log", label: "Access Log Activity", recognizes, parse: Parse::File(parse) };

const FOLDERS: &[&str] = &["Access Log Activity", "Zugriffsprotokollaktivitäten"];
const TIME: &[&str] = &["Activity Timestamp", "Timestamp"];
const LAST: &[&str] = &["Last Activity Time", "Last activity", "Device Last Location", "Last Location Time", "Last Activity"];
const FIRST: &[&str] = &["First Activity Time", "First activity", "First Activity"];

/// Columns of the newer form, which has three more, two of them before the last that is read.
const N_NEWER: usize = 16;

fn recognizes(probe: &Probe<'_>) -> Claim {
    if probe.extension() != "csv" {
        return Claim::No;
    }
    let in_product = probe.folders().any(|folder| FOLDERS.contains(&folder));
    Claim::by(Columns::of(probe.head).has_one_of(&["Gaia ID", "Gaia-ID"]), in_product)
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let named = input.path.rsplit('/').next().is_some_and(|name| name.starts_with("Devices") || name.starts_with("Geräte"));
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    let columns = table.columns();
    let of_devices =
        named || (!columns.has(&["Activity Timestamp"]) && columns.names().iter().any(|name| name.to_lowercase().contains("device")));
    while let Some(row) = table.read_row(sink)? {
        let item = if of_devices { device(&row) } else { access(&row) };
        match item {
            Some(item) => sink.item(item),
            None => sink.set_aside(
                FindingCode::BadRecord,
                &row.at(),
                "A row of the access log has a time like 2026-10-01 06:59:59 UTC, and this one has none that can be read",
            ),
        }
    }
    Ok(())
}

/// A service that was used.
fn access(row: &Row<'_>) -> Option<NewItem> {
    // The columns of headers in other languages stand in the same order.
    let is_localised = !row.columns().has_one_of(TIME);
    let cell = |names: &[&str], at: usize| Some(row.cell(names)).filter(|_| !is_localised).unwrap_or_else(|| row.nth(at));
    let at = time::any(cell(TIME, 1))?;
    let ip = cell(&["IP Address"], 2);
    let (product, part) = (cell(&["Product Name"], 9), cell(&["Sub-Product Name"], 10));
    let action = cell(&["Activity Type"], if row.cells().len() < N_NEWER { 11 } else { 13 });
    let agent = cell(&["User Agent String", "User Agent"], 8);
    let known = [at.ms.to_string().as_str(), ip, agent, product, part, action].join("\u{1f}");
    let key = if product.is_empty() { row.cells().join("\u{1f}") } else { known };
    let mut item = sensitive(key, row);
    item.at = Some(at);
    item.title = match (product, action) {
        ("", "") => "Access to a Google service".to_owned(),
        (product, "") => product.to_owned(),
        (product, action) => format!("{product}: {action}"),
    };
    let place = [("Activity City", 7), ("Activity Region", 6), ("Activity Country", 5)].map(|(name, at)| cell(&[name], at));
    item.set("place", place.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "));
    for (name, value) in [("product", product), ("part", part), ("action", action), ("ip", ip), ("agent", agent)] {
        item.set(name, value);
    }
    Some(item)
}

/// A device that was signed in.
fn device(row: &Row<'_>) -> Option<NewItem> {
    let (brand, model, kind) = (
        row.cell(&["Device brand", "Brand", "Marketing Name"]),
        row.cell(&["Device model", "Model", "Model Name"]),
        row.cell(&["Device type", "Type"]),
    );
    let last = row.cell(LAST);
    // Older tables have the time and the country in one cell of several lines.
    let lines = row.cells().iter().flat_map(|cell| cell.lines());
    let inside = lines.filter_map(|line| time::iso(line.split_once(": ").map_or(line, |(_, value)| value))).max_by_key(|at| at.ms);
    let mut item = sensitive(["device", &row.cells().join("\u{1f}")].join("\u{1f}"), row);
    item.at = time::any(last).or(inside);
    let name = [brand, model].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    item.title = [name.as_str(), kind].into_iter().find(|name| !name.is_empty()).unwrap_or("Device").to_owned();
    if !name.is_empty() {
        item.links.push(NewLink { role: Role::Device, entity: EntityRef::named(EntityKind::Device, &name) });
    }
    for (name, value) in [
        ("brand", brand),
        ("model", model),
        ("device_type", kind),
        ("first", row.cell(FIRST)),
        ("system", row.cell(&["OS", "OS version", "Operating system"])),
    ] {
        item.set(name, value);
    }
    Some(item)
}

fn sensitive(key: String, row: &Row<'_>) -> NewItem {
    let mut item = NewItem::new(Kind::Activity, IMPORTER.id, key, row.raw());
    item.hidden = true;
    item.set("sensitive", true);
    item
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    const OLD: &str = "Gaia ID,Activity Timestamp,IP Address,Proxied Host IP Address,Is Non-routable IP Address,Activity Country,Activity Region,Activity City,User Agent String,Product Name,Sub-Product Name,Activity Type,Gmail Access Channel\n1,2026-10-01 06:59:59 UTC,192.0.2.1,,False,CH,,Zurich,Agent,Gmail,Web,Login,\n1,soon,,,,,,,,,,,\n";
    const NEW: &str = "Gaia ID,Activity Timestamp,IP Address,Proxiedhost IP Address,Is Non-routable IP Address,Activity Country,Activity Region,Activity City,User Agent String,Product Name,Sub-Product Name,Referer Product Name,Referer Sub-Product Name,Activity Type,Gmail Access Channel,Android Webview Package Name\n1,2026-10-01T06:59:59Z,192.0.2.1,,False,CH,,Zurich,Agent,Gmail,Web,Search,,Login,,\n";

    #[test]
    fn a_row_is_the_same_in_both_forms_and_hidden() {
        let (old, new) = (read(&IMPORTER, "a.csv", OLD.as_bytes()), read(&IMPORTER, "b.csv", NEW.as_bytes()));
        assert_eq!(
            new.shown(),
            "activity google.access_log 2026-10-01T06:59:59Z | Gmail: Login (hidden)\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!((old.items[0].uid, old.n_set_aside), (new.items[0].uid, 1));
        assert_eq!((&old.items[0].data["sensitive"], &old.items[0].data["place"]), (&true.into(), &"Zurich, CH".into()));
    }

    #[test]
    fn a_header_in_another_language_is_read_by_the_order_of_its_columns() {
        let localised = |text: &str, n: usize| {
            let (header, rows) = text.split_once('\n').unwrap();
            assert_eq!(header.split(',').count(), n);
            format!("Gaia-ID,{}\n{rows}", (1..n).map(|column| format!("Spalte {column}")).collect::<Vec<_>>().join(","))
        };
        for (text, n) in [(OLD, 13), (NEW, 16)] {
            let (plain, other) = (read(&IMPORTER, "a.csv", text.as_bytes()), read(&IMPORTER, "a.csv", localised(text, n).as_bytes()));
            assert_eq!((other.items[0].uid, &other.items[0].data), (plain.items[0].uid, &plain.items[0].data));
        }
        let claim = |head: &str| recognizes(&Probe { path: "Aktivitäten.csv", head: head.as_bytes(), tail: b"", size: 9 });
        assert_eq!(claim(&localised(OLD, 13)), Claim::Yes(2));
    }

    #[test]
    fn devices_are_read_with_times_in_columns_or_in_cells() {
        let new = "Gaia ID,Device Type,Device Brand,Device Model,OS,Last Country,Last Location Time,First Activity,Last Activity\n1,PHONE,Google,Pixel 8,Android 15,CH,2026-09-01 01:00:00 UTC,2025-01-01 01:00:00 UTC,2026-10-01 01:00:00 UTC\n";
        let old = "Gaia ID,Device Type,Device Last Location\n1,PHONE,\"Country ISO: CH\nLast Activity Time: 2026-10-01 01:00:00 UTC\"\n";
        assert_eq!(
            read(&IMPORTER, "Access Log Activity/Devices - A list of devices (i.e. Nest, Pixel, iPh.csv", new.as_bytes()).shown(),
            "activity google.access_log 2026-10-01T01:00:00Z | Google Pixel 8 <Device name:google pixel 8> (hidden)\n= 1 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert!(
            read(&IMPORTER, "Access Log Activity/Devices.csv", old.as_bytes())
                .shown()
                .starts_with("activity google.access_log 2026-10-01T01:00:00Z | PHONE (hidden)")
        );
    }
}
