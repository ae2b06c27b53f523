//! Any table in CSV, read by a guide to its columns that the person writes: a TOML file.
//!
//! ```toml
//! source = "bank"                   # what its items come from: table.bank
//! kind = "purchase"                 # a kind of item; else kind_column, whose cells name one; else "activity"
//! title = "Payee"                   # one column, or several
//! text = ["Memo", "Category"]
//! key = ["Reference"]               # the columns that make a row itself; else all of its cells do
//!
//! [time]
//! column = "Booked"
//! format = "%d.%m.%Y %H:%M"         # as strftime writes it; else ISO 8601, or a number since 1970
//! zone = "Europe/Zurich"            # where the clock stood, for times that do not say
//!
//! [place]
//! lat = "Latitude"                  # degrees
//! lon = "Longitude"
//!
//! [amount]
//! column = "Amount"
//! currency = "CHF"                  # else currency_column, else it stands in the cell
//! spent_is_negative = true          # as banks write it
//! ```
//!
//! Identity: the source and the key; rows of equal cells without a key are told apart by their number among those. `data`: `amount`,
//! `currency` and `price` as in [`super::purchase`]; all other cells stand in the original. A row whose time cannot be read is kept
//! without one, and said.
//!
//! It is in no list of importers: a file comes to it by its guide alone.

use std::collections::HashMap;
use std::io;

use domain::{Certainty, Finding, FindingCode, Kind, Moment, NewItem, Point, Severity};
use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::purchase;
use crate::importer::{Claim, Importer, Input, Parse, Sink};
use crate::table::{Columns, Row, Table};
use crate::text::money::{self, Money};
use crate::text::{numbers, time};

pub(crate) static IMPORTER: Importer =
    Importer { id: "table", label: "Tables with a guide to their columns", recognizes: |_| Claim::No, parse: Parse::File(unguided) };

fn unguided(_: &mut Input<'_>, _: &mut dyn Sink) -> io::Result<()> {
    Err(io::Error::other("a table is read by a guide, and there is none for this one"))
}

/// A guide to the columns of a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Guide {
    source: String,
    #[serde(default)]
    kind: Option<Kind>,
    #[serde(default)]
    kind_column: Option<String>,
    #[serde(default)]
    title: Names,
    #[serde(default)]
    text: Names,
    #[serde(default)]
    key: Names,
    #[serde(default)]
    time: Option<TimeColumn>,
    #[serde(default)]
    place: Option<PlaceColumns>,
    #[serde(default)]
    amount: Option<AmountColumns>,
}

/// One column, or several.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "OneOrMany")]
struct Names(Vec<String>);

#[derive(Deserialize)]
#[serde(untagged, expecting = "the name of a column, or a list of them")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Names {
    fn from(names: OneOrMany) -> Self {
        Self(match names {
            OneOrMany::One(name) => vec![name],
            OneOrMany::Many(names) => names,
        })
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct TimeColumn {
    column: String,
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    zone: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceColumns {
    lat: String,
    lon: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct AmountColumns {
    column: String,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    currency_column: Option<String>,
    #[serde(default)]
    spent_is_negative: bool,
}

impl Guide {
    /// Reads a guide; what is wrong with it, and where, when it is none.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let guide: Self = toml::from_str(text).map_err(|error| error.to_string().trim().to_owned())?;
        let is_name = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
        if guide.source.is_empty() || !guide.source.chars().all(is_name) {
            return Err(format!("its `source` is {:?}; expected a name of small letters, digits and `_`, like \"bank\"", guide.source));
        }
        if let Some(currency) = guide.amount.as_ref().and_then(|amount| amount.currency.as_deref()).filter(|code| !money::is_currency(code))
        {
            return Err(format!("its `currency` is {currency:?}; expected a code of ISO 4217, like \"EUR\""));
        }
        if let Some(zone) = guide.time.as_ref().and_then(|time| time.zone.as_deref())
            && let Err(error) = TimeZone::get(zone)
        {
            return Err(format!("its `zone` is {zone:?}; expected a name like \"Europe/Berlin\" ({error})"));
        }
        Ok(guide)
    }

    /// Makes sure that a table has every column that the guide names.
    pub(crate) fn fits(&self, columns: &Columns) -> Result<(), String> {
        let missing: Vec<String> = self.columns().filter(|name| !columns.has(&[name])).map(|name| format!("{name:?}")).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let header: Vec<String> = columns.names().iter().map(|name| format!("{name:?}")).collect();
        Err(format!(
            "the guide names {} {}, and the header of the table has {}",
            if missing.len() == 1 { "the column" } else { "the columns" },
            missing.join(", "),
            if header.is_empty() { "nothing".to_owned() } else { header.join(", ") }
        ))
    }

    fn columns(&self) -> impl Iterator<Item = &str> {
        let amount = self.amount.iter().flat_map(|amount| std::iter::once(&amount.column).chain(&amount.currency_column));
        let place = self.place.iter().flat_map(|place| [&place.lat, &place.lon]);
        let named = self.title.0.iter().chain(&self.text.0).chain(&self.key.0).chain(&self.kind_column);
        named.chain(self.time.iter().map(|time| &time.column)).chain(place).chain(amount).map(String::as_str)
    }

    /// Reads a table.
    pub(crate) fn parse(&self, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
        if let Err(why) = self.fits(table.columns()) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        let source = format!("{}.{}", IMPORTER.id, self.source);
        let zone = self.time.as_ref().and_then(|time| TimeZone::get(time.zone.as_deref()?).ok());
        // How often each row was met, by its cells' digest.
        let mut met = HashMap::<[u8; 16], u32>::new();
        while let Some(row) = table.read_row(sink)? {
            let key = if self.key.0.is_empty() {
                let cells = row.cells().join("\u{1f}");
                let mut half = [0; 16];
                half.copy_from_slice(&blake3::hash(cells.as_bytes()).as_bytes()[..16]);
                let n_met = met.entry(half).or_default();
                *n_met += 1;
                if *n_met == 1 { cells } else { format!("{cells}\u{1f}{n_met}") }
            } else {
                let key: Vec<&str> = self.key.0.iter().map(|name| row.cell(&[name])).collect();
                if key.iter().all(|cell| cell.is_empty()) {
                    sink.set_aside(
                        FindingCode::BadRecord,
                        &row.at(),
                        &format!("The cells that make the row itself ({}) are empty.", self.key.0.join(", ")),
                    );
                    continue;
                }
                key.join("\u{1f}")
            };
            let item = self.item(&row, &source, &key, zone.as_ref(), sink);
            sink.item(item);
        }
        Ok(())
    }

    fn item(&self, row: &Row<'_>, source: &str, key: &str, zone: Option<&TimeZone>, sink: &mut dyn Sink) -> NewItem {
        let named = self.kind_column.as_deref().and_then(|column| row.cell(&[column]).to_lowercase().parse().ok());
        let kind = named.or(self.kind).unwrap_or(Kind::Activity);
        let mut item = NewItem::new(kind, source, key, row.raw());
        item.title = joined(row, &self.title, " \u{b7} ");
        item.text = joined(row, &self.text, "\n");
        if let Some(column) = &self.time {
            let written = row.cell(&[&column.column]);
            item.at = column.moment(written, zone);
            if item.at.is_none() && !written.is_empty() {
                let expected = column.format.as_deref().unwrap_or("ISO 8601");
                say(sink, FindingCode::UncertainTime, &row.at(), format!("Expected a time as {expected}; the row is kept without one."));
            }
        }
        if let Some(place) = &self.place {
            let degrees = |name: &str| numbers::float_text(&row.cell(&[name]).replace(',', "."));
            item.place = degrees(&place.lat).zip(degrees(&place.lon)).and_then(|(lat, lon)| Point::from_degrees(lat, lon));
            if item.place.is_none() && !row.cell(&[&place.lat]).is_empty() {
                say(
                    sink,
                    FindingCode::BadPosition,
                    &row.at(),
                    "Expected degrees of latitude and longitude; the row is kept without a place.".to_owned(),
                );
            }
        }
        if let Some(amount) = &self.amount {
            let written = row.cell(&[&amount.column]);
            item.set("price", written);
            match amount.money(row) {
                Some(money) => purchase::paid(&mut item, &money),
                None if written.is_empty() => {}
                None => say(
                    sink,
                    FindingCode::BadRecord,
                    &row.at(),
                    "Expected a sum of money in a known currency; the row is kept without one.".to_owned(),
                ),
            }
        }
        item
    }
}

/// Files a finding about a row that is kept.
fn say(sink: &mut dyn Sink, code: FindingCode, at: &str, message: String) {
    sink.finding(Finding { code, severity: Severity::Warning, at: at.to_owned(), message, count: 1 });
}

fn joined(row: &Row<'_>, names: &Names, between: &str) -> String {
    let cells: Vec<&str> = names.0.iter().map(|name| row.cell(&[name])).filter(|cell| !cell.is_empty()).collect();
    cells.join(between)
}

impl TimeColumn {
    fn moment(&self, written: &str, zone: Option<&TimeZone>) -> Option<Moment> {
        let Some(format) = &self.format else {
            let moment = time::any(written)?;
            return Some(if moment.certainty == Certainty::ZoneUnknown { in_zone(moment, zone) } else { moment });
        };
        let broken = strtime::parse(format, written).ok()?;
        if let Ok(instant) = broken.to_timestamp() {
            let offset_min = broken.offset().map(|offset| (offset.seconds() / 60) as i16);
            let moment = time::millis(instant.as_millisecond())?;
            return Some(Moment { offset_min, raw: written.to_owned(), ..moment });
        }
        let (clock, certainty) = match broken.to_datetime() {
            Ok(clock) if broken.hour().is_some() => (clock, Certainty::ZoneUnknown),
            _ => (broken.to_date().ok()?.to_datetime(jiff::civil::Time::midnight()), Certainty::DateOnly),
        };
        let ms = clock.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond();
        let moment = Moment { ms, offset_min: None, certainty, raw: written.to_owned() };
        Some(if certainty == Certainty::ZoneUnknown { in_zone(moment, zone) } else { moment })
    }
}

/// The same wall clock in a zone.
fn in_zone(moment: Moment, zone: Option<&TimeZone>) -> Moment {
    let clock = |ms: i64| Some(TimeZone::UTC.to_datetime(jiff::Timestamp::from_millisecond(ms).ok()?));
    let zoned = |clock: DateTime| clock.to_zoned(zone?.clone()).ok();
    match clock(moment.ms).and_then(zoned) {
        Some(zoned) => Moment {
            ms: zoned.timestamp().as_millisecond(),
            offset_min: Some((zoned.offset().seconds() / 60) as i16),
            certainty: Certainty::Exact,
            raw: moment.raw,
        },
        None => moment,
    }
}

impl AmountColumns {
    fn money(&self, row: &Row<'_>) -> Option<Money> {
        let written = row.cell(&[&self.column]);
        let currency = self.currency_column.as_deref().map(|column| row.cell(&[column])).filter(|code| !code.is_empty());
        let money = match currency.or(self.currency.as_deref()) {
            Some(currency) => money::money(&format!("{written} {currency}"), "").or_else(|| money::money(written, ""))?,
            None => money::money(written, "")?,
        };
        let amount = if self.spent_is_negative && money.amount != 0.0 { -money.amount } else { money.amount };
        Some(Money { amount, ..money })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::Origin;
    use crate::importer::collected::Collected;

    const BANK: &str = "source = \"bank\"\nkind = \"purchase\"\ntitle = \"Payee\"\ntext = [\"Memo\", \"Category\"]\nkey = \"Ref\"\n\
        [time]\ncolumn = \"Booked\"\nformat = \"%d.%m.%Y %H:%M\"\nzone = \"Europe/Zurich\"\n\
        [place]\nlat = \"Lat\"\nlon = \"Lon\"\n[amount]\ncolumn = \"Amount\"\ncurrency = \"CHF\"\nspent_is_negative = true\n";
    const TABLE: &str = "Ref;Booked;Payee;Memo;Category;Amount;Lat;Lon\n\
        7;02.04.2023 09:15;Corner Bakery;Rolls;Food;-12,50;47,1;8,5\n\
        8;03.01.2023 09:15;Work;;;2'500.00;;\n9;soon;Nobody;;;?;99;8\n;;none;;;;;\n";

    fn read(guide: &str, table: &str) -> Collected {
        let mut collected = Collected::default();
        let mut bytes = table.as_bytes();
        let mut input = Input { path: "x.csv", size: table.len() as u64, reader: &mut bytes, origin: Origin { path: "/x.csv", entry: "" } };
        Guide::read(guide).unwrap().parse(&mut input, &mut collected).unwrap();
        collected
    }

    #[test]
    fn a_row_is_what_the_guide_says() {
        let read = read(BANK, TABLE);
        let rows: Vec<_> = read
            .items
            .iter()
            .map(|item| {
                let at = item.at.as_ref().map(|at| (at.ms, at.offset_min, at.certainty));
                (
                    item.title.as_str(),
                    item.text.as_str(),
                    at,
                    item.data.get("amount").and_then(serde_json::Value::as_f64),
                    item.place.is_some(),
                )
            })
            .collect();
        assert_eq!(
            rows,
            [
                ("Corner Bakery", "Rolls\nFood", Some((1_680_419_700_000, Some(120), Certainty::Exact)), Some(12.5), true),
                ("Work", "", Some((1_672_733_700_000, Some(60), Certainty::Exact)), Some(-2_500.0), false),
                ("Nobody", "", None, None, false),
            ]
        );
        assert_eq!((read.items[0].source.as_str(), read.items[0].kind, read.n_set_aside), ("table.bank", Kind::Purchase, 1));
        let codes: Vec<FindingCode> = read.findings.iter().map(|finding| finding.code).collect();
        // The last is the row without what makes it itself.
        assert_eq!(codes, [FindingCode::UncertainTime, FindingCode::BadPosition, FindingCode::BadRecord, FindingCode::BadRecord]);
    }

    #[test]
    fn without_a_key_equal_rows_are_two_and_the_order_does_not_matter() {
        let guide = "source = \"log\"\ntitle = \"What\"\nkind_column = \"Kind\"\n[time]\ncolumn = \"When\"\n";
        let uids = |table: &str| {
            let mut uids: Vec<_> = read(guide, table).items.into_iter().map(|item| (item.uid, item.kind)).collect();
            uids.sort_by_key(|(uid, _)| *uid);
            uids
        };
        let forth = uids("When,What,Kind\n2023-04-02,tea,Note\n2023-04-02,tea,Note\n2023-04-03T10:00Z,walk,stroll\n");
        let back = uids("When,What,Kind\n2023-04-03T10:00Z,walk,stroll\n2023-04-02,tea,Note\n2023-04-02,tea,Note\n");
        assert_eq!(forth, back);
        assert_eq!(forth.windows(2).filter(|pair| pair[0].0 == pair[1].0).count(), 0);
        assert_eq!(forth.iter().filter(|(_, kind)| *kind == Kind::Note).count(), 2);
    }

    #[test]
    fn a_wrong_guide_says_what_is_wrong_and_what_there_is() {
        let wrong = |guide: &str| Guide::read(guide).unwrap_err();
        assert!(wrong("source = \"bank\"\ntitel = \"A\"\n").contains("titel"));
        assert!(wrong("source = \"My bank\"").contains("small letters"));
        assert!(wrong("source = \"b\"\n[amount]\ncolumn = \"A\"\ncurrency = \"Fr\"").contains("ISO 4217"));
        assert!(wrong("source = \"b\"\n[time]\ncolumn = \"A\"\nzone = \"Bern\"").contains("Europe/Berlin"));
        let guide = Guide::read("source = \"b\"\ntitle = \"Payee\"\nkey = [\"Ref\", \"Id\"]").unwrap();
        assert_eq!(
            guide.fits(&Columns::of(b"Date,ref,Name\n")).unwrap_err(),
            "the guide names the columns \"Payee\", \"Id\", and the header of the table has \"Date\", \"ref\", \"Name\""
        );
        assert_eq!(guide.fits(&Columns::of(b"PAYEE;Ref;ID\n")), Ok(()));
    }
}
