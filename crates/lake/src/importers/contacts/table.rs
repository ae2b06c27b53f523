//! Google's CSV, in its form until 2023 (`Given Name`, `E-mail 1 - Type`) and since (`First Name`, `E-mail 1 - Label`), with a header
//! in any language that is known; and the tables of other programs, where they lie in the folder of contacts.
//!
//! The columns repeat as often as the widest contact needs, so they are found by name, never by place. ` ::: ` stands between
//! several values in one cell.

use std::collections::HashMap;
use std::io;

use domain::FindingCode;

use super::Take;
use super::columns::{self, Column};
use super::person::{Labelled, Person};
use crate::importer::{Input, Sink};
use crate::importers::contacts::IMPORTER;
use crate::table::{Columns, Table};

/// Whether a table that begins so is of contacts as Google writes them, in whatever language: only Google numbers the columns so.
pub(super) fn is_of_google(head: &[u8]) -> bool {
    let header = Columns::of(head);
    let columns = columns::of(header.names());
    let has = |column: &str| columns.iter().any(|own| own.name == column);
    let is_numbered = header.names().iter().any(|name| name.contains(" 1 - "));
    (is_numbered && has("E-mail 1 - Value")) || (has("First Name") && has("Labels") && has("Organization Name"))
}

/// Whether it is of people with an address or a number each, as any program writes it.
pub(super) fn is_of_people(head: &[u8]) -> bool {
    let columns = columns::of(Columns::of(head).names());
    let has = |column: &str| columns.iter().any(|own| own.name == column);
    (has("Name") || has("First Name") || has("Last Name")) && (has("E-mail 1 - Value") || has("Phone 1 - Value"))
}

/// Reads a table; `take` is given each contact.
pub(super) fn read(input: &mut Input<'_>, sink: &mut dyn Sink, take: &mut Take<'_>) -> io::Result<()> {
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    let columns = columns::of(table.columns().names());
    while let Some(row) = table.read_row(sink)? {
        match person(&Cells::of(&columns, row.cells())).into_item(IMPORTER.id, row.raw()) {
            Some(item) => take(item, sink),
            None => sink.skip(FindingCode::BadRecord, &row.at(), "The row has no name, address or number."),
        }
    }
    Ok(())
}

/// The filled cells of a row by their columns' names.
struct Cells<'c> {
    cells: HashMap<&'c str, String>,
    /// Labels that stand in the names of columns, by column.
    labels: HashMap<&'c str, &'static str>,
}

impl<'c> Cells<'c> {
    fn of(columns: &'c [Column], cells: &[String]) -> Self {
        let filled = || columns.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
        Self {
            labels: filled().map(|(column, _)| (column.name.as_str(), column.label)).collect(),
            // Of two columns that say the same the first counts.
            cells: filled().rev().map(|(column, cell)| (column.name.as_str(), cell.clone())).collect(),
        }
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
            let label = self.cell(&[&column("Label")]);
            let label = if label.is_empty() { self.labels.get(column(value).as_str()).copied().unwrap_or_default().to_owned() } else { label };
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

}

fn person(row: &Cells<'_>) -> Person {
    let addresses = row.labelled("Address", "Formatted").into_iter().map(|(label, value)| (label, value.replace('\n', ", ")));
    Person {
        full_name: row.cell(&["Name"]),
        given: row.cell(&["First Name"]),
        middle: row.cell(&["Middle Name"]),
        family: row.cell(&["Last Name"]),
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
        labels: row.cell(&["Labels"]).split(" ::: ").map(str::to_owned).collect(),
        photo: None,
        photo_url: row.cell(&["Photo"]),
        updated: String::new(),
    }
}
