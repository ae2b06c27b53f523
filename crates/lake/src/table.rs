//! Tables in CSV, row by row: found under whatever stands above the header, with the separator that the file uses, and with
//! columns by name, since their order changes by year and their number by person.
//!
//! Absent on purpose: types. A cell is text; what a number or a time is stands in [`crate::text`].

use std::io::{self, Cursor, Read};

use domain::{Raw, RawFormat};
use serde_json::{Map, Value};

use crate::text::{charset, numbers};

/// Bytes of the beginning that tell the separator.
const SNIFFED: usize = 8 << 10;

/// A table that is being read.
pub(crate) struct Table<'r> {
    rows: csv::Reader<Box<dyn Read + 'r>>,
    /// As the file writes them.
    columns: Vec<String>,
    /// The same, as they are looked for: in lower case.
    names: Vec<String>,
    record: csv::ByteRecord,
    cells: Vec<String>,
}

/// One row.
pub(crate) struct Row<'t> {
    columns: &'t [String],
    names: &'t [String],
    cells: &'t [String],
    /// From 1, the header and what stands above it included.
    number: u64,
}

impl<'r> Table<'r> {
    /// The table whose header is the first row that is not blank; nothing when there is none.
    pub(crate) fn open(reader: &'r mut dyn Read) -> io::Result<Option<Self>> {
        Ok(Self::under(reader, 0, |_| true)?.map(|(table, _)| table))
    }

    /// The table whose header is the first row for which `is_header` holds, within the first `n_above` rows and one more.
    /// Answers the cells that stand above it too, and nothing when no row is a header.
    pub(crate) fn under(
        reader: &'r mut dyn Read,
        n_above: usize,
        is_header: impl Fn(&[String]) -> bool,
    ) -> io::Result<Option<(Self, Vec<String>)>> {
        let mut head = Vec::with_capacity(SNIFFED);
        (&mut *reader).take(SNIFFED as u64).read_to_end(&mut head)?;
        let separator = separator(&head);
        let whole: Box<dyn Read + 'r> = Box::new(Cursor::new(head).chain(reader));
        let rows = csv::ReaderBuilder::new().flexible(true).has_headers(false).delimiter(separator).from_reader(whole);
        let mut table = Self { rows, columns: Vec::new(), names: Vec::new(), record: csv::ByteRecord::new(), cells: Vec::new() };
        let mut above = Vec::new();
        for _ in 0..=n_above {
            if !table.advance()? {
                return Ok(None);
            }
            if is_header(&table.cells) {
                table.columns = std::mem::take(&mut table.cells);
                table.names = table.columns.iter().map(|column| column.to_lowercase()).collect();
                return Ok(Some((table, above)));
            }
            above.extend(table.cells.drain(..).filter(|cell| !cell.is_empty()));
        }
        Ok(None)
    }

    /// The next row that is not blank.
    pub(crate) fn next(&mut self) -> io::Result<Option<Row<'_>>> {
        if !self.advance()? {
            return Ok(None);
        }
        let number = self.record.position().map_or(0, |position| position.record() + 1);
        Ok(Some(Row { columns: &self.columns, names: &self.names, cells: &self.cells, number }))
    }

    /// Whether the table has a column of one of these names, in lower case.
    pub(crate) fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.names.iter().any(|own| own == name))
    }

    fn advance(&mut self) -> io::Result<bool> {
        loop {
            let read = self.rows.read_byte_record(&mut self.record).map_err(|error| match error.into_kind() {
                csv::ErrorKind::Io(error) => error,
                other => io::Error::new(io::ErrorKind::InvalidData, format!("{other:?}")),
            })?;
            if !read {
                return Ok(false);
            }
            self.cells.clear();
            self.cells.extend(self.record.iter().map(|cell| charset::decoded(cell).trim().to_owned()));
            if self.cells.iter().any(|cell| !cell.is_empty()) {
                return Ok(true);
            }
        }
    }
}

impl<'t> Row<'t> {
    /// The first filled cell of these columns, named in lower case; empty when there is none.
    pub(crate) fn cell(&self, names: &[&str]) -> &'t str {
        names
            .iter()
            .flat_map(|name| self.names.iter().enumerate().filter(move |(_, own)| own == name))
            .filter_map(|(column, _)| self.cells.get(column))
            .find(|cell| !cell.is_empty())
            .map_or("", String::as_str)
    }

    /// The cell at a place, from 0; empty when the row is shorter.
    pub(crate) fn nth(&self, column: usize) -> &'t str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// The first of these cells that is a number. `NaN` and words are none.
    pub(crate) fn number(&self, names: &[&str]) -> Option<f64> {
        numbers::float_text(self.cell(names))
    }

    /// The same of the last of them: some tables say a thing again, in a better unit.
    pub(crate) fn last_number(&self, names: &[&str]) -> Option<f64> {
        let columns = self.names.iter().enumerate().filter(|(_, own)| names.contains(&own.as_str()));
        columns.filter_map(|(column, _)| numbers::float_text(self.cells.get(column)?)).last()
    }

    /// The filled cells with their columns' names as the file writes them; `column 7` where there is none.
    pub(crate) fn filled(&self) -> impl Iterator<Item = (String, &'t str)> + '_ {
        let name = |column: usize| {
            self.columns.get(column).filter(|name| !name.is_empty()).cloned().unwrap_or_else(|| format!("column {}", column + 1))
        };
        self.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()).map(move |(column, cell)| (name(column), cell.as_str()))
    }

    /// Where the row stands: "row 12". Rows and not lines, for a cell may span lines; those without a cell do not count.
    pub(crate) fn at(&self) -> String {
        format!("row {}", self.number)
    }

    /// The row as its original.
    pub(crate) fn raw(&self) -> Raw {
        let mut cells = Map::new();
        for (column, cell) in self.filled() {
            let mut name = column.clone();
            let mut n_same = 1;
            // Some tables have two columns of one name.
            while cells.contains_key(&name) {
                n_same += 1;
                name = format!("{column} {n_same}");
            }
            cells.insert(name, Value::from(cell));
        }
        Raw::text(RawFormat::CsvRow, &Value::Object(cells).to_string())
    }
}

/// What stands between cells: what there is most of in the beginning.
fn separator(head: &[u8]) -> u8 {
    let count = |wanted: u8| memchr::memchr_iter(wanted, head).count();
    let commas = count(b',');
    [b';', b'\t'].into_iter().map(|other| (count(other), other)).max().filter(|(n, _)| *n > commas).map_or(b',', |(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rows(text: &[u8], is_header: impl Fn(&[String]) -> bool) -> Vec<(String, Option<f64>, Value)> {
        let mut reader = text;
        let (mut table, above) = Table::under(&mut reader, 5, is_header).unwrap().unwrap();
        let mut shown = vec![("above".to_owned(), None, json!(above))];
        while let Some(row) = table.next().unwrap() {
            shown.push((row.at(), row.number(&["n", "zahl"]), serde_json::from_slice(&row.raw().bytes).unwrap()));
        }
        shown
    }

    #[test]
    fn a_table_is_found_under_a_description_with_its_own_separator() {
        let row = |at: &str, number, cells| (at.to_owned(), number, cells);
        assert_eq!(
            rows(b"My list, of things\r\n\r\nName,N,Note\r\n,,\r\na,1.5,\"two\nlines\"\r\nb\r\nc,NaN,x,more\r\n", |cells| cells.len() == 3),
            [
                row("above", None, json!(["My list", "of things"])),
                row("row 4", Some(1.5), json!({"Name": "a", "N": "1.5", "Note": "two\nlines"})),
                row("row 5", None, json!({"Name": "b"})),
                row("row 6", None, json!({"Name": "c", "N": "NaN", "Note": "x", "column 4": "more"})),
            ]
        );
        assert_eq!(
            rows(b"Zahl;Gr\xf6\xdfe;Zahl\n;1,5;7\n", |_| true),
            [row("above", None, json!([])), row("row 2", Some(7.0), json!({"Größe": "1,5", "Zahl": "7"}))]
        );
        assert!(Table::open(&mut &b"\n,,\n"[..]).unwrap().is_none());
    }
}
