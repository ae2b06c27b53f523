//! Google's CSV, in its form until 2023 (`Given Name`, `E-mail 1 - Type`) and since (`First Name`, `E-mail 1 - Label`).
//!
//! The columns repeat as often as the widest contact needs, so they are found by name, never by place. ` ::: ` stands between
//! several values in one cell.

use std::collections::HashMap;
use std::io;

use domain::{FindingCode, Raw, RawFormat};
use serde_json::{Map, Value};

use super::Take;
use super::person::{Labelled, Person};
use crate::importer::{Input, Sink};
use crate::importers::contacts::IMPORTER;
use crate::text::charset;

/// Whether a table's first line is that of Google's contacts.
pub(super) fn is_header(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line);
    let has = |column: &str| line.trim_end().split(',').any(|own| own.trim_matches('"') == column);
    has("E-mail 1 - Value")
        || (has("Given Name") && has("Group Membership"))
        || (has("First Name") && has("Labels") && has("Organization Name"))
}

/// Reads a table; `take` is given each contact.
pub(super) fn read(input: &mut Input<'_>, sink: &mut dyn Sink, take: &mut Take<'_>) -> io::Result<()> {
    let mut table = csv::ReaderBuilder::new().flexible(true).from_reader(&mut *input.reader);
    let columns: Vec<String> = match table.byte_headers() {
        Ok(headers) => headers.iter().map(|name| charset::decoded(name).trim().to_owned()).collect(),
        Err(error) => return Err(into_io(error)),
    };
    let mut record = csv::ByteRecord::new();
    loop {
        match table.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => return Err(into_io(error)),
        }
        let at = format!("line {}", record.position().map_or(0, csv::Position::line));
        let row = Row::of(&columns, &record);
        if row.cells.is_empty() {
            continue;
        }
        let raw = Raw::text(RawFormat::CsvRow, &row.json());
        match person(&row).into_item(IMPORTER.id, raw) {
            Some(item) => take(item, sink),
            None => sink.skip(FindingCode::BadRecord, &at, "The row has no name, address or number."),
        }
    }
}

fn into_io(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidData, format!("{other:?}")),
    }
}

/// The filled cells of a row by their columns' names.
struct Row<'c> {
    cells: HashMap<&'c str, String>,
}

impl<'c> Row<'c> {
    fn of(columns: &'c [String], record: &csv::ByteRecord) -> Self {
        let cells = columns.iter().map(String::as_str).zip(record.iter().map(|cell| charset::decoded(cell).trim().to_owned()));
        Self { cells: cells.filter(|(_, cell)| !cell.is_empty()).collect() }
    }

    /// The first filled cell of these columns.
    fn cell(&self, columns: &[&str]) -> String {
        columns.iter().find_map(|column| self.cells.get(column)).cloned().unwrap_or_default()
    }

    /// The numbered columns of one field: `E-mail 2 - Value` with its `E-mail 2 - Label` (or `Type`, as it was).
    fn labelled(&self, field: &str, value: &str) -> Vec<Labelled> {
        let mut found = Vec::new();
        for number in 1.. {
            let column = |part: &str| format!("{field} {number} - {part}");
            let label = self.cell(&[&column("Label"), &column("Type")]);
            let label = match label.trim_start_matches('*').trim_start() {
                known @ ("Home" | "Work" | "Mobile" | "Other") => known.to_lowercase(),
                own => own.to_owned(),
            };
            let values = self.cell(&[&column(value)]);
            if values.is_empty() {
                // The groups are numbered without gaps, but a contact may leave one empty.
                if number > 50 {
                    return found;
                }
                continue;
            }
            found.extend(values.split(" ::: ").map(|value| (label.clone(), value.to_owned())));
        }
        found
    }

    fn json(&self) -> String {
        let cells: Map<String, Value> =
            self.cells.iter().map(|(column, cell)| ((*column).to_owned(), Value::String(cell.clone()))).collect();
        Value::Object(cells).to_string()
    }
}

fn person(row: &Row<'_>) -> Person {
    let addresses = row.labelled("Address", "Formatted").into_iter().map(|(label, value)| (label, value.replace('\n', ", ")));
    Person {
        full_name: row.cell(&["Name"]),
        given: row.cell(&["First Name", "Given Name"]),
        middle: row.cell(&["Middle Name", "Additional Name"]),
        family: row.cell(&["Last Name", "Family Name"]),
        nickname: row.cell(&["Nickname"]),
        organisation: row.cell(&["Organization Name", "Organization 1 - Name"]),
        department: row.cell(&["Organization Department", "Organization 1 - Department"]),
        position: row.cell(&["Organization Title", "Organization 1 - Title"]),
        birthday: row.cell(&["Birthday"]),
        notes: row.cell(&["Notes"]),
        emails: row.labelled("E-mail", "Value"),
        phones: row.labelled("Phone", "Value"),
        addresses: addresses.collect(),
        websites: row.labelled("Website", "Value"),
        relations: row.labelled("Relation", "Value"),
        events: row.labelled("Event", "Value"),
        custom: row.labelled("Custom Field", "Value"),
        labels: row.cell(&["Labels", "Group Membership"]).split(" ::: ").map(str::to_owned).collect(),
        photo: None,
        photo_url: row.cell(&["Photo"]),
        updated: String::new(),
    }
}
