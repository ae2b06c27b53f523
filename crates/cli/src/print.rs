//! What the command prints for people. Every answer has a JSON twin; nothing here is meant to be parsed.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal, Read, StdoutLock, Write, stderr, stdout};
use std::time::Duration;

use domain::{Failure, Progress, Stretch};
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

mod backups;

pub(crate) use backups::*;

/// One line of JSON on standard output.
pub(crate) fn line(value: &Value) {
    say(&value.to_string());
}

/// One line, or several, on standard output. A reader that went away (`| head`) ends the program quietly.
pub(crate) fn say(text: &str) {
    if writeln!(stdout(), "{text}").is_err() {
        std::process::exit(0);
    }
}

/// Standard output for an answer that is written while it comes; a reader that went away ends the program as in [`say`].
pub(crate) struct Out(BufWriter<StdoutLock<'static>>);

impl Out {
    pub(crate) fn new() -> Self {
        Self(BufWriter::new(stdout().lock()))
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(self.0.write(bytes).unwrap_or_else(|_| std::process::exit(0)))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().or_else(|_| std::process::exit(0))
    }
}

/// A failure, on standard error: as JSON on its last line, or as sentences.
pub(crate) fn failure(failure: &Failure, json: bool) {
    let text = if json { serde_json::to_string(failure).unwrap_or_else(|_| failure.message.clone()) } else { told(failure) };
    // There is nowhere left to report that this could not be written.
    drop(writeln!(stderr(), "{text}"));
}

/// A failure in sentences; of what was typed, the part that it is about is underlined.
fn told(failure: &Failure) -> String {
    let mut lines = vec![format!("error: {}", failure.message)];
    lines.extend(failure.at.as_ref().map(underlined));
    if !failure.hint.is_empty() {
        lines.push(format!("hint: {}", failure.hint));
    }
    lines.join("\n")
}

/// A text, and a line of carets under a part of it.
fn underlined(part: &Stretch) -> String {
    let text: String = part.text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let carets = "^".repeat(part.end.saturating_sub(part.start).max(1));
    format!("  {text}\n  {}{carets}", " ".repeat(part.start))
}

/// What a person may want to know while they wait, on standard error.
pub(crate) fn aside(text: &str) {
    // Whoever closed it does not wait for it.
    drop(writeln!(stderr(), "{text}"));
}

/// A line of progress on a terminal; nothing elsewhere.
pub(crate) struct Bar(Option<ProgressBar>);

impl Bar {
    pub(crate) fn new(json: bool) -> Self {
        if json || !stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{bar:30} {percent:>3}%  {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(Some(bar))
    }

    pub(crate) fn show(&mut self, progress: &Progress) {
        let Some(bar) = &self.0 else { return };
        bar.set_length(progress.total);
        bar.set_position(progress.done);
        let eta = progress.eta_s.map_or_else(String::new, |left| format!(", {left} s left"));
        bar.set_message(format!(
            "{}: {} records, {:.0} a second{eta}  {}",
            progress.stage,
            HumanCount(progress.records),
            progress.rate,
            progress.detail
        ));
    }

    pub(crate) fn clear(&mut self) {
        if let Some(bar) = self.0.take() {
            bar.finish_and_clear();
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn count(value: &Value) -> String {
    value.as_u64().map_or_else(|| text(value), |number| HumanCount(number).to_string())
}

fn list<'a>(value: &'a Value, key: &str) -> std::slice::Iter<'a, Value> {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

pub(crate) fn created(value: &Value) {
    say(&format!("A vault was made at {}.", text(&value["path"])));
    recovery_code(&value["recovery_code"]);
}

pub(crate) fn status(value: &Value) {
    say(&format!("{} at {} (datapunk {})", text(&value["state"]), text(&value["path"]), text(&value["version"])));
    if !value["items"].is_null() {
        let share = |key: &str| format!("{:.0} %", value["coverage"][key].as_f64().unwrap_or(0.0) * 100.0);
        say(&format!(
            "{} items; found by words {}, by meaning {} ({} read by the transformer)",
            count(&value["items"]),
            share("words"),
            share("meaning"),
            share("transformer")
        ));
    }
}

pub(crate) fn verified(value: &Value) {
    for finding in list(value, "findings") {
        say(&format!("{}: {} {}", text(&finding["code"]), text(&finding["message"]), text(&finding["what_to_do"])));
    }
    if value["ok"] == true {
        say(&format!(
            "Every page, index, blob and ledger is sound. Content {} ({} ms)",
            text(&value["logical_hash"]),
            count(&value["took_ms"])
        ));
    }
}

pub(crate) fn plan(value: &Value) {
    for product in list(value, "products") {
        let sensitive = product["sensitive"].as_str().map_or_else(String::new, |reason| format!(", {reason}"));
        say(&format!(
            "{:<34} {:>7} files {:>11} {:>13} records  {}{sensitive}  {}",
            text(&product["label"]),
            count(&product["files"]),
            HumanBytes(product["bytes"].as_u64().unwrap_or(0)).to_string(),
            count(&product["records"]),
            text(&product["fate"]),
            text(&product["importer"]),
        ));
    }
    findings(list(value, "findings"), "");
    say(&format!(
        "needs about {} on disk, {} are free",
        HumanBytes(value["needs_bytes"].as_u64().unwrap_or(0)),
        HumanBytes(value["free_bytes"].as_u64().unwrap_or(0))
    ));
}

fn findings<'f>(findings: impl IntoIterator<Item = &'f Value>, indent: &str) {
    for finding in findings {
        let at = text(&finding["at"]);
        let place = if at.is_empty() { String::new() } else { format!(" ({at})") };
        let times = finding["count"].as_u64().filter(|n| *n > 1).map_or_else(String::new, |n| format!(" [{n}×]"));
        say(&format!("{indent}{}: {}{place}{times}", text(&finding["severity"]), text(&finding["message"])));
    }
}

/// Prints an import's report while it is read: its files as they come, then the rest. Of several imports, each in turn.
pub(crate) fn report(json: impl Read) -> serde_json::Result<()> {
    serde_json::Deserializer::from_reader(json).deserialize_map(Report(&mut end_of_report))
}

fn end_of_report(report: &Value) {
    findings(list(report, "findings"), "");
    let totals = &report["totals"];
    say(&format!(
        "Import {} ({}): {} records read in {} files = {} stored + {} merged + {} skipped + {} set aside{}; {:.1} s",
        text(&report["import"]),
        text(&report["state"]),
        count(&totals["read"]),
        count(&totals["files"]),
        count(&totals["stored"]),
        count(&totals["merged"]),
        count(&totals["skipped"]),
        count(&totals["set_aside"]),
        if totals["balanced"] == true { "" } else { " (DOES NOT BALANCE)" },
        report["took_ms"].as_f64().unwrap_or(0.0) / 1e3,
    ));
}

/// The report of an import, or of several at once. Its files are printed as they come; the rest is given on at its end.
struct Report<'o>(&'o mut dyn FnMut(&Value));

impl<'de> Visitor<'de> for Report<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an import's report")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut rest = serde_json::Map::new();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "files" => map.next_value_seed(Files)?,
                "reports" => return map.next_value_seed(Reports(self.0)),
                _ => drop(rest.insert(key, map.next_value()?)),
            }
        }
        (self.0)(&Value::Object(rest));
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Report<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, report: D) -> Result<(), D::Error> {
        report.deserialize_map(self)
    }
}

struct Reports<'o>(&'o mut dyn FnMut(&Value));

impl<'de> DeserializeSeed<'de> for Reports<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reports: D) -> Result<(), D::Error> {
        reports.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Reports<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the reports of several imports")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut reports: A) -> Result<(), A::Error> {
        while reports.next_element_seed(Report(&mut *self.0))?.is_some() {}
        Ok(())
    }
}

struct Files;

impl<'de> DeserializeSeed<'de> for Files {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, files: D) -> Result<(), D::Error> {
        files.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Files {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the files of an import's report")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut files: A) -> Result<(), A::Error> {
        while let Some(file) = files.next_element::<Value>()? {
            line_of_file(&file);
        }
        Ok(())
    }
}

fn line_of_file(file: &Value) {
    say(&format!(
        "{:<10} {:>9} read {:>9} stored {:>8} merged {:>7} skipped {:>7} set aside  {}  {}",
        text(&file["outcome"]),
        count(&file["read"]),
        count(&file["stored"]),
        count(&file["merged"]),
        count(&file["skipped"]),
        count(&file["set_aside"]),
        text(&file["path"]),
        text(&file["importer"])
    ));
    findings(list(file, "findings"), "             ");
}

pub(crate) fn imports(value: &Value) {
    for import in list(value, "imports") {
        let totals = &import["totals"];
        say(&format!(
            "{:>5}  {:<11} {}  {} stored, {} merged, {} set aside  {}",
            text(&import["import"]),
            text(&import["state"]),
            text(&import["started"]),
            count(&totals["stored"]),
            count(&totals["merged"]),
            count(&totals["set_aside"]),
            text(&import["label"])
        ));
    }
}

pub(crate) fn compared(value: &Value) {
    let counts = |name: &str, counts: &Value| {
        let [new, changed, gone, same] = ["new", "changed", "gone", "same"].map(|sort| count(&counts[sort]));
        say(&format!("{name:<32} {new:>9} new {changed:>9} changed {gone:>9} gone {same:>9} the same"));
    };
    for source in list(value, "sources") {
        counts(&text(&source["source"]), source);
    }
    counts("position fixes", &value["fixes"]);
    for (key, which) in [("only_earlier", "earlier"), ("only_later", "later")] {
        for source in list(value, key) {
            say(&format!("{:<32} {:>9} items, in the {which} import alone", text(&source["name"]), count(&source["count"])));
        }
    }
    for (key, title) in [("new", "New:"), ("changed", "Changed:"), ("gone", "Gone:")] {
        if list(value, key).next().is_some() {
            say(title);
            list(value, key).for_each(row);
        }
    }
}

pub(crate) fn undone(value: &Value) {
    say(&format!(
        "Import {} was taken back: {} items and {} fixes are gone, {} items stay because another import saw them ({} ms)",
        text(&value["import"]),
        count(&value["items_removed"]),
        count(&value["points_removed"]),
        count(&value["items_kept"]),
        count(&value["took_ms"])
    ));
}

pub(crate) fn forget_plan(value: &Value) {
    say(&format!(
        "{} items would go ({} of them hidden), {} position fixes, and {} attachments with {}.",
        count(&value["items"]),
        count(&value["hidden"]),
        count(&value["points"]),
        count(&value["attachments"]),
        HumanBytes(value["attachment_bytes"].as_u64().unwrap_or(0))
    ));
    for (key, name) in [("kinds", "kind"), ("sources", "name"), ("years", "year")] {
        for entry in list(value, key) {
            say(&format!("  {:<32} {:>11}", text(&entry[name]), count(&entry["count"])));
        }
    }
    let people: Vec<String> = list(value, "people").map(text).collect();
    if !people.is_empty() {
        say(&format!("The names that were given are those of {}.", people.join(", ")));
    }
    for (key, why) in [
        ("shared_items", "items stay, because a source that was not named has them as well"),
        ("shared_attachments", "attachments stay, because another item has them as well"),
        ("left_in_place", "media outside of the vault stay where they are"),
    ] {
        if value[key] != 0 {
            say(&format!("{} {why}.", count(&value[key])));
        }
    }
}

pub(crate) fn receipts(value: &Value) {
    for entry in list(value, "receipts") {
        receipt(entry);
    }
}

pub(crate) fn receipt(value: &Value) {
    let (went, stayed) = (&value["went"], &value["stayed"]);
    say(&format!(
        "Receipt {}: {} items, {} position fixes, {} attachments, {} vectors and {} people, places and labels are gone.",
        text(&value["receipt"]),
        count(&went["items"]),
        count(&went["points"]),
        count(&went["attachments"]),
        count(&went["vectors"]),
        count(&went["entities"])
    ));
    for (place, n) in stayed["left_in_place"].as_object().into_iter().flatten() {
        say(&format!("  {} media lie in {place} still; they never were in the vault.", count(n)));
    }
    for (key, why) in [
        ("shared_items", "items stayed, because a source that was not named has them as well"),
        ("shared_attachments", "attachments stayed, because another item has them as well"),
    ] {
        if stayed[key] != 0 {
            say(&format!("  {} {why}.", count(&stayed[key])));
        }
    }
    if went["sets"] != 0 {
        say(&format!("  Parts of {} exports that come later are not put together with what came before.", count(&went["sets"])));
    }
    let check = &value["check"];
    if value["done"] != true {
        say("  It is not done; it goes on when the vault is opened next.");
    } else if ["rows", "index_documents", "traces"].iter().all(|key| check[key] == 0) {
        say(&format!("  Looked for afterwards in every row, the indexes and {} pages: nothing is left.", count(&check["pages"])));
    } else {
        say(&format!(
            "  Something is left: {} rows, {} entries of the index, {} pages. Run `datapunk verify`.",
            count(&check["rows"]),
            count(&check["index_documents"]),
            count(&check["traces"])
        ));
    }
    say("  Backups and exports that were made before still hold it.");
}

pub(crate) fn audit(value: &Value) {
    for call in list(value, "calls") {
        let rows = call["n_rows"].as_u64().map_or_else(String::new, |n| format!(", {} rows", HumanCount(n)));
        say(&format!(
            "{:>7}  {}  {:<20} {:<8} {:<18} {} {}{rows}",
            text(&call["seq"]),
            text(&call["at"]),
            text(&call["caller"]),
            text(&call["decision"]),
            text(&call["operation"]),
            text(&call["object_kind"]),
            text(&call["object_id"])
        ));
    }
    if let Some(next) = value["next"].as_i64() {
        say(&format!("Earlier calls: `datapunk audit --before {next}`."));
    }
}

pub(crate) fn exported(value: &Value) {
    say(&format!(
        "{} items, {} position fixes, {} people, places and labels, and {} attachments and media stand in {} files in {} ({}; {} ms)",
        count(&value["items"]),
        count(&value["track_points"]),
        count(&value["entities"]),
        count(&value["blobs"]),
        count(&value["files"]),
        text(&value["folder"]),
        HumanBytes(value["bytes"].as_u64().unwrap_or(0)),
        count(&value["took_ms"])
    ));
    say(&text(&value["note"]));
}

pub(crate) fn stats(value: &Value) {
    say(&format!(
        "{} items, {} position fixes, {} people; {} addresses, places and labels",
        count(&value["items"]),
        count(&value["track_points"]),
        count(&value["people"]),
        count(&value["entities"])
    ));
    say(&format!(
        "from {} to {}; {} on disk",
        text(&value["first"]),
        text(&value["last"]),
        HumanBytes(value["bytes_on_disk"].as_u64().unwrap_or(0))
    ));
    for key in ["by_kind", "by_source"] {
        for entry in list(value, key) {
            say(&format!("  {:<32} {:>12}", text(&entry["name"]), count(&entry["count"])));
        }
    }
}

/// The snippet with its matches marked as a terminal can.
fn marked(snippet: &str) -> String {
    let (on, off) = if stdout().is_terminal() { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    snippet.replace('\u{2}', on).replace('\u{3}', off).replace('\n', " ")
}

fn row(value: &Value) {
    say(&format!("{:<25} {:<12} {}", text(&value["at"]), text(&value["kind"]), text(&value["title"])));
    let snippet = marked(&text(&value["snippet"]));
    if !snippet.trim().is_empty() {
        say(&format!("  {}", snippet.trim()));
    }
}

pub(crate) fn rows(value: &Value) {
    list(value, "rows").for_each(row);
}

pub(crate) fn hits(value: &Value) {
    for hit in list(value, "hits") {
        row(hit);
        let why: Vec<String> = list(hit, "why").map(text).collect();
        let same = list(hit, "same").count();
        let same = if same == 0 { String::new() } else { format!(", and {same} that say the same") };
        say(&format!("  {}  {}{same}", text(&hit["id"]), why.join(", ")));
    }
    for file in list(value, "files") {
        say(&format!("set-aside file  {}  in {}", text(&file["path"]), text(&file["archive"])));
    }
    for note in list(&value["understood"], "told") {
        let part = serde_json::from_value(note["at"].clone());
        let meant: Vec<String> = list(note, "suggestions").map(text).collect();
        let meant = if meant.is_empty() { String::new() } else { format!(" Did you mean {}?", meant.join(", ")) };
        say(&format!("{}{meant}", text(&note["message"])));
        if let Ok(part) = part {
            say(&underlined(&part));
        }
    }
    list(value, "notes").for_each(|note| say(&text(note)));
    say(&format!("{} hits in {:.1} ms", value["hits"].as_array().map_or(0, Vec::len), value["took_ms"].as_f64().unwrap_or(0.0)));
}

pub(crate) fn saved(value: &Value) {
    for saved in list(value, "searches") {
        let search = &saved["search"];
        let mut filter = search["filter"].clone();
        let words = filter.as_object_mut().and_then(|filter| filter.remove("text")).as_ref().map(text).unwrap_or_default();
        let narrowed = if filter.as_object().is_some_and(serde_json::Map::is_empty) { String::new() } else { format!("  {filter}") };
        say(&format!("{}: {words}{narrowed}  by {}", text(&saved["name"]), text(&search["mode"])));
    }
    if list(value, "searches").next().is_none() {
        say("No search is saved. `datapunk saved add NAME QUERY` keeps one.");
    }
}

pub(crate) fn timeline(value: &Value) {
    let most = list(value, "buckets").filter_map(|bucket| bucket["count"].as_u64()).max().unwrap_or(1).max(1);
    for bucket in list(value, "buckets") {
        let n_items = bucket["count"].as_u64().unwrap_or(0);
        say(&format!(
            "{:<10} {:>9}  {}",
            text(&bucket["key"]),
            count(&bucket["count"]),
            "▆".repeat((n_items * 50).div_ceil(most) as usize)
        ));
    }
}

pub(crate) fn item(value: &Value) {
    say(&format!("{}\n{}  {}  {}", text(&value["title"]), text(&value["kind"]), text(&value["source"]), text(&value["at"])));
    if value["place"].is_object() {
        let inferred = if value["place"]["inferred"] == true { " (inferred from your track)" } else { "" };
        say(&format!(
            "at {:.5}, {:.5} {}{inferred}",
            value["place"]["lat"].as_f64().unwrap_or(0.0),
            value["place"]["lon"].as_f64().unwrap_or(0.0),
            text(&value["place"]["name"])
        ));
    }
    for link in list(value, "links") {
        let known_as = link["known_as"].as_str().map(|name| format!(", who is {name}")).unwrap_or_default();
        say(&format!("{}: {} <{}>{known_as}", text(&link["role"]), text(&link["name"]), text(&link["address"])));
    }
    if let Some(direction) = value["direction"].as_str() {
        say(direction);
    }
    say(&format!("\n{}\n", text(&value["text"])));
    for blob in list(value, "blobs") {
        say(&format!(
            "attached: {} ({}, {})",
            text(&blob["name"]),
            text(&blob["media_type"]),
            HumanBytes(blob["size"].as_u64().unwrap_or(0))
        ));
    }
    for sighting in list(value, "came_from") {
        say(&format!("came from {} in {} (import {})", text(&sighting["path"]), text(&sighting["archive"]), text(&sighting["import"])));
    }
    if value["raw"].is_object() {
        say(&format!("\nas it stood in the file ({}):\n{}", text(&value["raw"]["format"]), text(&value["raw"]["text"])));
    }
}

pub(crate) fn personal(value: &Value) {
    let items = value["items"].as_array().map_or(0, Vec::len);
    for hit in list(value, "items") {
        row(hit);
        let found: Vec<String> =
            list(hit, "found").map(|found| format!("{} {}", text(&found["class"]), text(&found["text"]).replace('\n', " "))).collect();
        say(&format!("  {}  {}", text(&hit["id"]), found.join(", ")));
    }
    if items == 0 {
        for class in list(value, "classes") {
            say(&format!("{:<26} in {:>9} items, {:>9} places", text(&class["class"]), count(&class["items"]), count(&class["places"])));
        }
    }
    if let Some(next) = value["next"].as_str() {
        say(&format!("there are more: --after {next}"));
    }
    if let Some(share) = value["looked_at"].as_f64().filter(|share| *share < 1.0) {
        say(&format!("{:.0} % of the vault were looked at so far.", share * 100.0));
    }
    say("Recognised by its form, check digits and the words around it: not all is found, and not all that is found is what it looks like.");
}

pub(crate) fn people(value: &Value) {
    for person in list(value, "people") {
        person_line(person);
    }
    if let Some(next) = value["next"].as_str() {
        say(&format!("there are more: --after {next}"));
    }
}

/// A person on a line: their number, how often they are met, and who they are.
fn person_line(person: &Value) {
    let own = if person["is_owner"] == true { " (you)" } else { "" };
    let addresses: Vec<String> = list(person, "addresses").map(text).collect();
    say(&format!("{:>8}  {:>8}  {}{own}  {}", text(&person["id"]), count(&person["items"]), text(&person["name"]), addresses.join(", ")));
}

pub(crate) fn person(value: &Value) {
    let own = if value["is_owner"] == true { " (you)" } else { "" };
    say(&format!("{}{own}, person {}", text(&value["name"]), text(&value["id"])));
    say(&format!("{} items from {} to {}", count(&value["items"]), text(&value["first"]), text(&value["last"])));
    for address in list(value, "addresses") {
        say(&format!("  {}", text(address)));
    }
    for (key, title, name) in [("names", "called", "name"), ("kinds", "items by kind", "kind"), ("sources", "items by source", "name")] {
        say(title);
        for entry in list(value, key) {
            say(&format!("  {:<32} {:>12}", text(&entry[name]), count(&entry["count"])));
        }
    }
    for merged in list(value, "merged") {
        let from: Vec<String> = merged["from"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|person| person.as_array().into_iter().flatten().map(text).collect::<Vec<_>>().join(", "))
            .collect();
        say(&format!("you merged (merge {}): {}", text(&merged["merge"]), from.join(" + ")));
    }
}

pub(crate) fn suggestions(value: &Value) {
    if value["suggestions"].as_array().is_none_or(Vec::is_empty) {
        return say("Nobody here looks like somebody else.");
    }
    for pair in list(value, "suggestions") {
        say(&text(&pair["strength"]));
        person_line(&pair["one"]);
        person_line(&pair["other"]);
        for evidence in list(pair, "evidence") {
            say(&format!("          {}", text(evidence)));
        }
        let (one, other) = (text(&pair["one"]["id"]), text(&pair["other"]["id"]));
        say(&format!("          `datapunk people merge {one} {other}`, or `datapunk people decline {one} {other}`\n"));
    }
}

pub(crate) fn declined(_: &Value) {
    say("They are two people, and will not be suggested again.");
}

pub(crate) fn owner(value: &Value) {
    match value["name"].as_str() {
        Some(name) => say(&format!("You are {name}.")),
        None => say("Nothing tells who you are. `datapunk people me --add ADDRESS` says which addresses are yours."),
    }
    for address in list(value, "addresses") {
        let own = match (address["is_own"] == true, &address["said"]) {
            (true, _) => "yours",
            (false, Value::Bool(false)) => "not yours",
            (false, _) => "perhaps yours",
        };
        say(&format!("  {own}: {}", text(&address["address"])));
        for evidence in list(address, "evidence") {
            say(&format!("      {}", text(evidence)));
        }
    }
}

/// A piece of an answer; whether it was part of the answer's own words.
pub(crate) fn ask_part(part: &Value) -> bool {
    match part["part"].as_str() {
        Some("plan") => say(&format!("({})\n", text(&part["understood"]))),
        Some("text") => {
            // A reader that went away ends the program at the next whole line.
            drop(write!(stdout(), "{}", text(&part["text"])).and_then(|()| stdout().flush()));
            return true;
        }
        _ => {}
    }
    false
}

pub(crate) fn answer(value: &Value, streamed: bool) {
    if streamed {
        say("");
    } else {
        say(&text(&value["answer"]));
    }
    for choice in list(value, "choices") {
        say(&format!("  ask: {}", text(&choice["question"])));
    }
    if value["withheld"] == true {
        say("  A password, key or code in it is withheld; `datapunk show ID` shows the item.");
    }
    for (number, item) in list(value, "items").enumerate() {
        say(&format!("  [{}] {}  {}  {}  {}", number + 1, text(&item["at"]), text(&item["kind"]), text(&item["title"]), text(&item["id"])));
    }
    if value["computed"].is_object() {
        for row in list(&value["computed"], "rows") {
            say(&format!("  {:<24} {}", text(&row["key"]), text(&row["value"])));
        }
        say(&format!("  computed by: {}", text(&value["computed"]["query"])));
    }
    let model = value["model"].as_str().map_or_else(|| "no language model".to_owned(), str::to_owned);
    say(&format!("  {model}, {} ms", count(&value["took_ms"])));
}

pub(crate) fn models(value: &Value) {
    list(value, "models").for_each(model);
}

pub(crate) fn model(value: &Value) {
    let default = if value["default"] == true { " (default)" } else { "" };
    say(&format!(
        "{:<12} {:<28} {:<10} {:>10}  {}{default}, {}",
        text(&value["state"]),
        text(&value["id"]),
        text(&value["role"]),
        HumanBytes(value["bytes"].as_u64().unwrap_or(0)).to_string(),
        text(&value["label"]),
        text(&value["licence"])
    ));
}

pub(crate) fn keys(value: &Value) {
    for key in list(value, "keys") {
        key_line(key);
    }
}

fn key_line(key: &Value) {
    let kind = match (key["kind"].as_str(), key["key_file"].as_bool()) {
        (Some("passphrase"), Some(true)) => "passphrase and key file",
        (Some("passphrase"), _) => "passphrase",
        (Some("recovery"), _) => "recovery code",
        _ => "keychain of a machine",
    };
    let made = key["created"].as_str().and_then(|created| created.get(..10)).unwrap_or("with vault");
    say(&format!("{}  {kind:<23}  {made:<10}  {}", text(&key["id"]), text(&key["label"])));
}

pub(crate) fn key_added(value: &Value) {
    key_line(&value["key"]);
    if value["key_file_made"] == true {
        say(
            "\nThe key file was made. Keep a copy of it, and not on the disk that the vault stands on: without it the passphrase opens nothing.",
        );
    }
    if value["key"]["kind"] == "keychain" {
        say(
            "\nThis machine's keychain opens the vault from now on, for 14 days after each time that you type the passphrase. It is as safe as your account on this machine.",
        );
    }
    if !value["recovery_code"].is_null() {
        recovery_code(&value["recovery_code"]);
    }
}

pub(crate) fn root_key_replaced(value: &Value) {
    say("The vault is encrypted under a new root key. Opened by:\n");
    list(value, "kept").for_each(key_line);
    if list(value, "dropped").len() > 0 {
        say("\nOpened before, and no more:\n");
        list(value, "dropped").for_each(key_line);
    }
    recovery_code(&value["recovery_code"]);
    say("\nBackups and copies made before are still opened by what opened them then.");
}

fn recovery_code(code: &Value) {
    say(&format!(
        "\nRecovery code, shown this once:\n\n  {}\n\nIt opens the vault when the passphrase is forgotten. Write it down and keep it away from this machine.",
        text(code)
    ));
}

pub(crate) fn jobs(value: &Value) {
    for job in list(value, "jobs") {
        say(&format!("{:>5}  {:<11} {:<8} {}", text(&job["job"]), text(&job["state"]), text(&job["kind"]), text(&job["label"])));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_read_without_holding_its_files_and_a_cut_one_is_an_error() {
        let file = r#"{"path": "a.json", "outcome": "imported", "read": 1, "findings": [{"message": "m", "count": 2}]}"#;
        let json = format!(r#"{{"import": 7, "files": [{file}, {file}], "totals": {{"files": 2}}, "findings": []}}"#);
        let read = |json: &str| {
            let mut rests = Vec::new();
            let mut keep = |rest: &Value| rests.push(rest.clone());
            serde_json::Deserializer::from_reader(json.as_bytes()).deserialize_map(Report(&mut keep)).unwrap();
            rests
        };
        let rest = serde_json::json!({ "import": 7, "totals": { "files": 2 }, "findings": [] });
        assert_eq!(read(&json), std::slice::from_ref(&rest));
        assert_eq!(read(&format!(r#"{{"reports": [{json}, {json}]}}"#)), [rest.clone(), rest]);
        assert!(report(json.as_bytes()).is_ok() && report(&json.as_bytes()[..json.len() - 40]).is_err() && report(&b""[..]).is_err());
    }

    #[test]
    fn what_of_a_query_cannot_be_read_is_underlined() {
        let at = Stretch { text: "größe\tkind:mial".to_owned(), start: 11, end: 15 };
        let failure = Failure::new(domain::Code::BadRequest, "No kind.").hint("Did you mean kind:mail?").at(at);
        assert_eq!(told(&failure), "error: No kind.\n  größe kind:mial\n             ^^^^\nhint: Did you mean kind:mail?");
    }
}
