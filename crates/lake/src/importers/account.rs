//! Google Account: `<user>.SubscriberInfo.html`, `<user>.ChangeHistory.html` or `.csv`, and the pages of the Android Device Configuration
//! Service (`Device-<id>.html`), whose folder is called by the account's language.
//!
//! What a page states about the account or the device is one document; each row of its tables (sign-ins with address and
//! program, changes) is a row of activity of its own. All of it is kept hidden and marked sensitive: addresses on the
//! network, recovery numbers, serial numbers.
//!
//! Identity: a row, its cells; a page, its bytes. `data`: `sensitive` (true), `facts` (of a page: name and value), `is_owner` (true,
//! of a page that names the account's address), `row` (of a table: column and cell).

use std::io;

use domain::{EntityRef, FindingCode, Kind, NewItem, NewLink, Raw, RawFormat, Role};
use serde_json::{Map, Value};

use crate::conversation::headline;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::Table;
use crate::text::element::{self, Element};
use crate::text::{charset, time};

pub(crate) static IMPORTER: Importer = Importer { id: "google.account", label: "Google Account", recognizes, parse: Parse::File(parse) };

/// Longest page, in bytes.
const LIMIT: u64 = 16 << 20;
const FOLDERS: &[&str] = &[
    "Google Account",
    "Google-Konto",
    "Compte Google",
    "Cuenta de Google",
    "Google-account",
    "Google アカウント",
    "Android Device Configuration Service",
    "Android-Gerätekonfigurationsdienst",
];

fn recognizes(probe: &Probe<'_>) -> Claim {
    let name = probe.name().to_lowercase();
    let has = |word: &str| memchr::memmem::find(probe.head, word.as_bytes()).is_some();
    let is_device = name.starts_with("device-") && (has("IMEI") || has("Serial"));
    let named = ["subscriberinfo.", "changehistory."].iter().any(|part| name.contains(part));
    let in_product = probe.folders().any(|folder| FOLDERS.contains(&folder));
    match (probe.extension().as_str(), named, in_product) {
        ("html" | "htm", ..) if is_device => Claim::Yes(3),
        ("html" | "htm" | "csv", true, _) => Claim::Yes(3),
        ("html" | "htm" | "csv", false, true) => Claim::Yes(2),
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    if input.path.to_lowercase().ends_with(".csv") {
        let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
        while let Some(row) = table.read_row(sink)? {
            let cells: Vec<(String, String)> = row.filled().map(|(column, cell)| (column, cell.to_owned())).collect();
            sink.item(activity(&cells, row.raw()));
        }
        return Ok(());
    }
    let name = input.path.rsplit('/').next().unwrap_or(input.path).to_owned();
    let bytes = input.read_all(LIMIT)?;
    let page = element::page(&charset::decoded(&bytes));
    let mut n_rows = 0;
    for table in page.root.named("table") {
        n_rows += rows(table, &page.unended, sink);
    }
    match document(&page.root, &name, &bytes) {
        Some(item) => sink.item(item),
        None if n_rows == 0 => sink.skip(FindingCode::EmptyProduct, "", "There is nothing about the account in it."),
        None => {}
    }
    if page.unended.iter().any(|number| page.root.inner().iter().any(|element| element.number == *number && element.name == "table")) {
        sink.cut_short(&format!("byte {}", bytes.len()));
    }
    Ok(())
}

/// The rows of a table with a header; a table of two columns without one states facts and belongs to the page.
fn rows(table: &Element, unended: &[usize], sink: &mut dyn Sink) -> usize {
    let mut columns: Vec<String> = Vec::new();
    let mut n_rows = 0;
    for row in table.named("tr") {
        let header: Vec<String> = row.named("th").iter().map(|cell| cell.text()).collect();
        let cells: Vec<String> = row.named("td").iter().map(|cell| cell.text()).collect();
        if unended.contains(&row.number) {
            sink.set_aside(FindingCode::CutShort, &format!("row {}", n_rows + 1), "The row is cut off where the file ends.");
        } else if header.len() > 1 {
            columns = header;
        } else if columns.len() > 1 && cells.iter().any(|cell| !cell.is_empty()) {
            let label = |column: usize| columns.get(column).cloned().unwrap_or_else(|| (column + 1).to_string());
            let named: Vec<(String, String)> = cells.into_iter().enumerate().map(|(column, cell)| (label(column), cell)).collect();
            sink.item(activity(&named, Raw::text(RawFormat::Html, &row.to_string())));
            n_rows += 1;
        }
    }
    n_rows
}

fn activity(cells: &[(String, String)], raw: Raw) -> NewItem {
    let values: Vec<&str> = cells.iter().map(|(_, cell)| cell.as_str()).collect();
    let at = values.iter().find_map(|cell| time::iso(cell).or_else(|| time::google_html(cell)));
    let mut item = NewItem::new(Kind::Activity, IMPORTER.id, ["row", &values.join("\u{1f}")].join("\u{1f}"), raw);
    let said = |cell: &&str| !cell.is_empty() && at.as_ref().is_none_or(|at| at.raw.trim() != *cell);
    item.title = headline(&values.iter().copied().filter(said).collect::<Vec<_>>().join(", "));
    item.at = at;
    item.hidden = true;
    item.set("sensitive", true);
    item.set("row", cells.iter().map(|(column, cell)| (column.clone(), Value::from(cell.as_str()))).collect::<Map<_, _>>());
    item
}

/// What the page states outside of its tables of rows.
fn document(root: &Element, name: &str, bytes: &[u8]) -> Option<NewItem> {
    let mut facts: Vec<(String, String)> = Vec::new();
    for line in root.named("li") {
        if let Some((name, value)) = line.text().split_once(':') {
            facts.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    for table in root.named("table").into_iter().filter(|table| !table.named("tr").iter().any(|row| row.named("th").len() > 1)) {
        for row in table.named("tr") {
            let cells: Vec<String> =
                row.inner().iter().filter(|cell| matches!(cell.name.as_str(), "td" | "th")).map(|cell| cell.text()).collect();
            if let [name, value] = &cells[..] {
                facts.push((name.trim_end_matches(':').to_owned(), value.clone()));
            }
        }
    }
    facts.retain(|(_, value)| !value.is_empty());
    if facts.is_empty() {
        return None;
    }
    let mut item =
        NewItem::new(Kind::Document, IMPORTER.id, blake3::hash(bytes).as_bytes(), Raw { format: RawFormat::Html, bytes: bytes.to_vec() });
    item.title = name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned();
    item.text = facts.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n");
    item.hidden = true;
    item.set("sensitive", true);
    // Not the other addresses: one to recover the account by may be a relative's.
    let is_own = |name: &str| matches!(name.to_lowercase().as_str(), "e-mail" | "email");
    if let Some((_, address)) = facts.iter().find(|(name, value)| is_own(name) && value.contains('@')) {
        item.links.push(NewLink { role: Role::Subject, entity: EntityRef::mailbox(address, "") });
        item.set("is_owner", true);
    }
    item.set("facts", facts.into_iter().map(|(name, value)| (name, Value::from(value))).collect::<Map<_, _>>());
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn facts_are_a_document_and_rows_are_activity() {
        let page = "<html><body><ul><li>Google Account ID: 1</li><li>Name: Ann</li><li>Recovery SMS:</li></ul><table><tr><th>Timestamp</th><th>IP Address</th><th>Activity Type</th></tr>\
            <tr><td>2024-01-01 10:00:00 Z</td><td>192.0.2.1</td><td>Login</td></tr></table></body></html>";
        let collected = read(&IMPORTER, "Google Account/ann.SubscriberInfo.html", page.as_bytes());
        assert_eq!(
            collected.shown(),
            "activity google.account 2024-01-01T10:00:00Z | 192.0.2.1, Login (hidden)\n\
             document google.account no time | ann.SubscriberInfo | Google Account ID: 1 / Name: Ann (hidden)\n= 2 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert!(collected.items.iter().all(|item| item.data["sensitive"] == true));
        let cut = read(&IMPORTER, "x.SubscriberInfo.html", &page.as_bytes()[..page.find("Login").unwrap()]);
        assert_eq!((cut.n_set_aside, cut.findings.last().unwrap().code), (1, FindingCode::CutShort));
    }

    #[test]
    fn the_address_of_the_account_is_the_owners_and_the_one_to_recover_it_by_need_not_be() {
        let page = "<ul><li>e-Mail: Ann@example.org</li><li>Recovery e-Mail: bo@example.org</li></ul>";
        let page = &read(&IMPORTER, "Google Account/ann.SubscriberInfo.html", page.as_bytes()).items[0];
        let addresses: Vec<&str> = page.links.iter().map(|link| link.entity.address.as_str()).collect();
        assert_eq!((addresses, &page.data["is_owner"]), (vec!["mailto:ann@example.org"], &true.into()));
    }

    #[test]
    fn a_device_states_facts_and_changes_may_be_a_table() {
        let page = "<table><tr><td>IMEI(s):</td><td>350000000000000</td></tr><tr><th>Serial</th><td>X1</td></tr></table>";
        let device = read(&IMPORTER, "Android Device Configuration Service/Device-1.html", page.as_bytes());
        assert_eq!(device.items[0].text, "IMEI(s): 350000000000000\nSerial: X1");
        let claim = |path| recognizes(&Probe { path, head: page.as_bytes(), tail: b"", size: page.len() as u64 });
        assert_eq!(claim("Android-Gerätekonfigurationsdienst/Device-1.html"), Claim::Yes(3));
        assert_eq!((claim("Servicio de dispositivos/Device-1.html"), claim("Glacier/drill.html")), (Claim::Yes(3), Claim::No));
        let german = read(&IMPORTER, "Android-Gerätekonfigurationsdienst/Device-1.html", page.as_bytes());
        assert_eq!((german.items[0].hidden, &german.items[0].data["sensitive"]), (true, &true.into()));
        let changes = read(&IMPORTER, "Google-Konto/ann.ChangeHistory.csv", b"Timestamp,Change\n2024-01-01 10:00:00 Z,Password changed\n");
        assert!(changes.shown().starts_with("activity google.account 2024-01-01T10:00:00Z | Password changed (hidden)"));
    }
}
