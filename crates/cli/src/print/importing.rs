//! Imports: their plans, reports and differences, and how they are taken back.

use std::fmt;
use std::io::Read;

use indicatif::HumanBytes;
use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::finding::row;
use super::{count, list, say, text};

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
}
