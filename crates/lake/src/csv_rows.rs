//! Tables in text (CSV), row by row. Column names follow the account's language and change by year, so a cell is asked for by
//! the names that its column is known to have, and by the shape of its value where it has none of them.

use std::io;

use csv::StringRecord;
use domain::{Raw, RawFormat};
use serde_json::{Map, Value};

use crate::text::charset;

/// A reader of rows; the header is the first of them, and rows may be shorter or longer than it.
pub(crate) fn reader<R: io::Read>(bytes: R) -> csv::Reader<R> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes)
}

/// The next row.
pub(crate) fn row<R: io::Read>(reader: &mut csv::Reader<R>) -> io::Result<Option<StringRecord>> {
    let mut record = csv::ByteRecord::new();
    let more = reader.read_byte_record(&mut record).map_err(io::Error::other)?;
    Ok(more.then(|| {
        let mut text: StringRecord = record.iter().map(charset::decoded).collect();
        text.set_position(record.position().cloned());
        text
    }))
}

/// The first two rows of what a probe shows: the header, and the row below when there is one.
pub(crate) fn first_rows(head: &[u8]) -> Option<(StringRecord, Option<StringRecord>)> {
    let mut rows = reader(head);
    let header = row(&mut rows).ok().flatten()?;
    Some((header, row(&mut rows).ok().flatten()))
}

/// A row's place, as a spreadsheet counts: from 1, the header included, and a cell may span lines.
pub(crate) fn place(record: &StringRecord) -> String {
    format!("row {}", record.position().map_or(0, |position| position.record() + 1))
}

/// Whether nothing stands in a row.
pub(crate) fn is_blank(record: &StringRecord) -> bool {
    record.iter().all(|cell| cell.trim().is_empty())
}

/// The columns of a table by name.
pub(crate) struct Columns {
    labels: Vec<String>,
}

impl Columns {
    pub(crate) fn named(header: &StringRecord) -> Self {
        Self { labels: header.iter().map(|label| label.trim().to_owned()).collect() }
    }

    /// The column's name; its number where it has none.
    pub(crate) fn label(&self, column: usize) -> String {
        self.labels.get(column).filter(|label| !label.is_empty()).cloned().unwrap_or_else(|| (column + 1).to_string())
    }

    /// The first column that has one of these names, in lower case.
    pub(crate) fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.labels.iter().position(|label| label.to_lowercase() == *name))
    }

    /// The cell of the column that has one of these names, else the first cell of that shape.
    pub(crate) fn cell<'c>(&self, cells: &[&'c str], names: &[&str], is: impl Fn(&str) -> bool) -> &'c str {
        match self.find(names) {
            Some(column) => cells.get(column).copied().unwrap_or_default(),
            None => cells.iter().copied().find(|cell| is(cell)).unwrap_or_default(),
        }
    }

    /// A row as an object of column and cell.
    pub(crate) fn raw(&self, record: &StringRecord) -> Raw {
        let cells = record.iter().enumerate().map(|(column, cell)| (self.label(column), Value::from(cell)));
        Raw { format: RawFormat::CsvRow, bytes: Value::Object(cells.collect::<Map<_, _>>()).to_string().into_bytes() }
    }
}
