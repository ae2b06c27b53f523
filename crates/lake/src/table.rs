//! Tables in CSV, row by row: found under whatever stands above the header, with the separator that the file uses, and with
//! columns by name, since their order changes by year and their number by person. Names are alike that differ in case and in
//! what stands between their words alone. A row that is shorter or longer than the header is a row; blank ones are passed over.
//!
//! Absent on purpose: types. A cell is text; what a number or a time is stands in [`crate::text`].

mod quotes;

use std::io::{self, Cursor, Read};
use std::rc::Rc;

use domain::{Finding, FindingCode, Raw, RawFormat, Severity};
use serde_json::{Map, Value};

use crate::importer::Sink;
use crate::text::{charset, numbers};
use quotes::{Quotes, Unclosed};

/// Bytes of the beginning that tell the separator.
const SNIFFED: usize = 8 << 10;

/// A table that is being read.
pub(crate) struct Table<'r> {
    rows: csv::Reader<Box<dyn Read + 'r>>,
    columns: Columns,
    record: csv::ByteRecord,
    cells: Vec<String>,
    /// Whether the row in `cells` was looked at and is still to be handed out.
    is_ahead: bool,
    unclosed: Unclosed,
}

/// The header of a table.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    /// As the file writes them.
    names: Vec<String>,
    /// The same, as they are looked for.
    keys: Vec<String>,
}

impl Columns {
    /// The header of the table whose file begins with `head`; none when it has none.
    pub(crate) fn of(head: &[u8]) -> Self {
        let mut head = head;
        Table::open(&mut head).ok().flatten().map(|table| table.columns).unwrap_or_default()
    }

    fn named(names: Vec<String>) -> Self {
        Self { keys: names.iter().map(|name| key(name)).collect(), names }
    }

    /// The names as the file writes them.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether there is a column of each of these names.
    pub(crate) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.has_one_of(&[name]))
    }

    /// Whether there is a column of one of these names.
    pub(crate) fn has_one_of(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.called(name).next().is_some())
    }

    /// The first column that has the first of these names that any has.
    pub(crate) fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.called(name).next())
    }

    /// The column's name; its number where it has none.
    pub(crate) fn label(&self, column: usize) -> String {
        self.names.get(column).filter(|name| !name.is_empty()).cloned().unwrap_or_else(|| format!("column {}", column + 1))
    }

    /// The cell of the column that has one of these names; where none has, the first cell of that shape. For tables whose header is
    /// in the account's language.
    pub(crate) fn named_or_shaped<'c>(&self, cells: &[&'c str], names: &[&str], is: impl Fn(&str) -> bool) -> &'c str {
        match self.find(names) {
            Some(column) => cells.get(column).copied().unwrap_or_default(),
            None => cells.iter().copied().find(|cell| is(cell)).unwrap_or_default(),
        }
    }

    /// The columns of that name.
    fn called(&self, name: &str) -> impl Iterator<Item = usize> {
        let wanted = key(name);
        self.keys.iter().enumerate().filter(move |(_, key)| **key == wanted).map(|(column, _)| column)
    }
}

/// The letters and digits of a name, in lower case; all of a name that has none.
fn key(name: &str) -> String {
    let key: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if key.is_empty() { name.to_owned() } else { key }
}

/// One row.
pub(crate) struct Row<'t> {
    columns: &'t Columns,
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
        let unclosed = Unclosed::default();
        let closed: Box<dyn Read + 'r> = Box::new(Quotes::new(whole, separator, Rc::clone(&unclosed)));
        let rows = csv::ReaderBuilder::new().flexible(true).has_headers(false).delimiter(separator).from_reader(closed);
        let record = csv::ByteRecord::new();
        let mut table = Self { rows, columns: Columns::default(), record, cells: Vec::new(), is_ahead: false, unclosed };
        let mut above = Vec::new();
        for _ in 0..=n_above {
            if !table.advance()? {
                return Ok(None);
            }
            if is_header(&table.cells) {
                table.columns = Columns::named(std::mem::take(&mut table.cells));
                return Ok(Some((table, above)));
            }
            above.extend(table.cells.drain(..).filter(|cell| !cell.is_empty()));
        }
        Ok(None)
    }

    /// The next row that is not blank. What is wrong with the table up to there is told.
    pub(crate) fn read_row(&mut self, sink: &mut dyn Sink) -> io::Result<Option<Row<'_>>> {
        self.is_ahead = self.is_ahead || self.advance()?;
        for line in self.unclosed.take() {
            sink.finding(Finding {
                code: FindingCode::BadRecord,
                severity: Severity::Warning,
                at: format!("line {line}"),
                message: format!(
                    "The quote that opens a cell in line {line} is never closed. It was read as a letter of the cell, and the lines behind it as rows; look at that line's row, which may be cut."
                ),
                count: 1,
            });
        }
        if self.is_ahead { self.next() } else { Ok(None) }
    }

    /// The next row that is not blank.
    pub(crate) fn next(&mut self) -> io::Result<Option<Row<'_>>> {
        if !std::mem::take(&mut self.is_ahead) && !self.advance()? {
            return Ok(None);
        }
        let number = self.record.position().map_or(0, |position| position.record() + 1);
        Ok(Some(Row { columns: &self.columns, cells: &self.cells, number }))
    }

    /// The cells of the row that comes next.
    pub(crate) fn peek(&mut self) -> io::Result<Option<&[String]>> {
        self.is_ahead = self.is_ahead || self.advance()?;
        Ok(self.is_ahead.then_some(self.cells.as_slice()))
    }

    /// The row that was handed out last is the header of those that follow.
    pub(crate) fn header_again(&mut self) {
        self.columns = Columns::named(std::mem::take(&mut self.cells));
    }

    /// The header.
    pub(crate) fn columns(&self) -> &Columns {
        &self.columns
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
            self.cells.extend(self.record.iter().map(|cell| charset::decoded(cell).trim().trim_start_matches('\u{feff}').to_owned()));
            if self.cells.iter().any(|cell| !cell.is_empty()) {
                return Ok(true);
            }
        }
    }
}

impl<'t> Row<'t> {
    /// The first filled cell of these columns; empty when there is none.
    pub(crate) fn cell(&self, names: &[&str]) -> &'t str {
        names
            .iter()
            .flat_map(|name| self.columns.called(name))
            .filter_map(|column| self.cells.get(column))
            .find(|cell| !cell.is_empty())
            .map_or("", String::as_str)
    }

    /// The cell at a place, from 0; empty when the row is shorter.
    pub(crate) fn nth(&self, column: usize) -> &'t str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// The header that it stands under.
    pub(crate) fn columns(&self) -> &'t Columns {
        self.columns
    }

    /// The cells in their order.
    pub(crate) fn cells(&self) -> &'t [String] {
        self.cells
    }

    /// The first of these cells that is a number. `NaN` and words are none.
    pub(crate) fn number(&self, names: &[&str]) -> Option<f64> {
        numbers::float_text(self.cell(names))
    }

    /// The same of the last of them: some tables say a thing again, in a better unit.
    pub(crate) fn last_number(&self, names: &[&str]) -> Option<f64> {
        let mut columns: Vec<usize> = names.iter().flat_map(|name| self.columns.called(name)).collect();
        columns.sort_unstable();
        columns.into_iter().rev().find_map(|column| numbers::float_text(self.cells.get(column)?))
    }

    /// The filled cells with their columns' names as the file writes them; `column 7` where there is none.
    pub(crate) fn filled(&self) -> impl Iterator<Item = (String, &'t str)> + '_ {
        let filled = self.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
        filled.map(|(column, cell)| (self.columns.label(column), cell.as_str()))
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

/// What stands between cells: what there is most of in the first line that has any, since cells may be full of commas.
fn separator(head: &[u8]) -> u8 {
    let line = head.split(|byte| *byte == b'\n').find(|line| memchr::memchr3(b',', b';', b'\t', line).is_some()).unwrap_or_default();
    let count = |wanted: u8| memchr::memchr_iter(wanted, line).count();
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

    #[test]
    fn a_table_may_be_looked_into_and_begin_again_under_another_header() {
        let mut text: &[u8] = b"Id,Title\n7,Knots\n\nVideo Id,Time\nA,2020\nB,2021\n";
        let mut table = Table::open(&mut text).unwrap().unwrap();
        assert_eq!(table.peek().unwrap().unwrap()[1], "Knots");
        assert_eq!(table.next().unwrap().unwrap().cell(&["title"]), "Knots");
        assert_eq!(table.next().unwrap().unwrap().nth(0), "Video Id");
        table.header_again();
        let row = table.next().unwrap().unwrap();
        let cells: Vec<&str> = row.cells().iter().map(String::as_str).collect();
        assert_eq!((row.cell(&["time"]), row.at().as_str()), ("2020", "row 4"));
        let columns = row.columns();
        assert_eq!((columns.find(&["x", "time"]), columns.label(1), columns.label(2)), (Some(1), "Time".to_owned(), "column 3".to_owned()));
        let shaped = |names: &[&str]| columns.named_or_shaped(&cells, names, |cell| cell.starts_with('2'));
        assert_eq!((shaped(&["video id"]), shaped(&["year"])), ("A", "2020"));
        assert_eq!(table.peek().unwrap().unwrap()[0], "B");
        assert_eq!(table.next().unwrap().unwrap().nth(0), "B");
        assert!(table.peek().unwrap().is_none() && table.next().unwrap().is_none());
    }

    #[test]
    fn rows_behind_a_quote_that_nothing_closes_are_rows_and_its_line_is_told() {
        let mut text: &[u8] = b"N,Note\n1,\"two\nlines\"\n2,\"lost\n3,c\n4,\"x, y\"\n5,\"lost too\n6,d\n";
        let mut table = Table::open(&mut text).unwrap().unwrap();
        let (mut sink, mut notes) = (crate::importer::collected::Collected::default(), Vec::new());
        while let Some(row) = table.read_row(&mut sink).unwrap() {
            notes.push(row.cells().join("|"));
        }
        assert_eq!(notes, ["1|two\nlines", "2|\"lost", "3|c", "4|x, y", "5|\"lost too", "6|d"]);
        let lines: Vec<&str> = sink.findings.iter().map(|finding| finding.at.as_str()).collect();
        assert_eq!(lines, ["line 4", "line 7"]);
    }

    #[test]
    fn columns_are_found_in_any_spelling_of_case_and_space() {
        let text = "\u{feff}Sent At;From \n2020;Ann, and Bob, and Cy;x\n;;\n\"a;\nb\"\n";
        let columns = Columns::of(text.as_bytes());
        assert!(columns.has(&["sent_at", "from"]) && !columns.has(&["from", "to"]) && columns.has_one_of(&["to", "FROM"]));
        let mut bytes = text.as_bytes();
        let mut table = Table::open(&mut bytes).unwrap().unwrap();
        let row = table.next().unwrap().unwrap();
        assert_eq!((row.cell(&["to", "From"]), row.nth(2), row.nth(3), row.at().as_str()), ("Ann, and Bob, and Cy", "x", "", "row 2"));
        let row = table.next().unwrap().unwrap();
        assert_eq!((row.cell(&["sent at"]), row.at().as_str()), ("a;\nb", "row 4"));
        assert!(table.next().unwrap().is_none());
        assert_eq!(Columns::of(b"a\tb, c\td\n").names(), ["a", "b, c", "d"]);
        assert!(Columns::of(b"").names().is_empty());
    }
}
