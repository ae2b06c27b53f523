//! Nest: what thermostats measured, a table a day or a month (`…-sensors.csv`).
//!
//! Columns are found by their words (`avg(temp)`, `avg(humidity)`). Rows say little about their owner and are many, so they are kept
//! hidden. Nothing of it was tried on a real export.
//!
//! Identity: the time and the row. `data`: the columns, as numbers where they are.

use std::io;

use domain::{FindingCode, Kind, NewItem};
use serde_json::Value;

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::table::{Columns, Row, Table};
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer = Importer { id: "google.nest", label: "Nest", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    let in_product = probe.folders().any(|folder| folder == "Nest");
    if probe.extension() != "csv" {
        return Claim::No;
    }
    let columns = Columns::of(probe.head);
    let shaped = columns.has(&["Date", "Time"]) && columns.names().iter().any(|name| name.contains("temp"));
    match (shaped, in_product) {
        (true, true) => Claim::Yes(3),
        (true, false) if columns.has(&["avg(temp)"]) => Claim::Yes(2),
        (false, true) => Claim::Yes(1),
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
    while let Some(row) = table.read_row(sink)? {
        match measure(&row) {
            Some(item) => sink.item(item),
            None => sink.set_aside(
                FindingCode::BadRecord,
                &row.at(),
                "A row of a thermostat has a date and a time, and this one has none that can be read",
            ),
        }
    }
    Ok(())
}

fn measure(row: &Row<'_>) -> Option<NewItem> {
    let (date, clock) = (row.cell(&["Date", "Timestamp"]), row.cell(&["Time"]));
    let at = time::iso([date, clock].join(" ").trim())?;
    let mut item = NewItem::new(Kind::Activity, IMPORTER.id, [at.ms.to_string(), row.cells().join("\u{1f}")].join("\u{1f}"), row.raw());
    item.at = Some(at);
    item.hidden = true;
    let said: Vec<(String, &str)> = row.filled().filter(|(column, _)| !matches!(column.as_str(), "Date" | "Time" | "Timestamp")).collect();
    let temperature = said.iter().find(|(column, _)| column.contains("temp")).map(|(_, cell)| format!(" {cell} °C")).unwrap_or_default();
    item.title = format!("Thermostat{temperature}");
    for (column, cell) in said {
        item.set(&column, numbers::float_text(cell).map_or_else(|| Value::from(cell), Value::from));
    }
    Some(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn rows_are_measures_and_hidden() {
        let collected = read(
            &IMPORTER,
            "Nest/thermostats/x/2021/01/2021-01-sensors.csv",
            b"Date,Time,avg(temp),avg(humidity)\n2021-01-02,03:15,20.5,41\nx,y,1,1\n",
        );
        assert_eq!(
            collected.shown(),
            "activity google.nest 2021-01-02T03:15:00Z | Thermostat 20.5 °C (hidden)\n\
             ! BadRecord [row 3] A row of a thermostat has a date and a time, and this one has none that can be read\n= 1 items, 0 merged, 0 skipped, 1 set aside"
        );
        assert_eq!(collected.items[0].data["avg(humidity)"], 41.0);
    }
}
