//! Strava's bulk export: `activities.csv`, and the recording of each activity in `activities/`.
//!
//! A row becomes a [`Kind::Workout`](domain::Kind::Workout) with its recording (GPX, TCX or FIT, packed or not), whose points
//! are fixes of [`Layer::Workout`](domain::Layer::Workout) and which is part of that item. A recording without a row is a workout or trip
//! of its own. Key: Strava's number of the activity. Times in the table have no zone and are in UTC. Distances stand in it
//! twice, as shown to the person and, last, in metres.
//!
//! `data` is documented at [`super::workout`]; besides: `strava_id`, `gear`, `commute`, `moving_s`, `private_note`, `media` (paths of its
//! pictures and films in the export).

use std::collections::BTreeMap;
use std::io::{self, Read};

use domain::{Certainty, FindingCode, Moment, Raw, RawFormat};

use super::gpx;
use super::workout::{Workout, activity, fit_file, rounded, tcx};
use crate::importer::{Assembly, Claim, FileNumber, Importer, Input, Parse, Probe, SetSink, Sink};
use crate::table::{Row, Table};
use crate::text::time;

pub(crate) static IMPORTER: Importer =
    Importer { id: "strava", label: "Strava", recognizes, parse: Parse::Set(|| Box::new(Strava::default())) };

/// Where the columns stand whose names are in another language.
const AT_ID: usize = 0;
const AT_DATE: usize = 1;
const AT_NAME: usize = 2;
const AT_TYPE: usize = 3;
const AT_DESCRIPTION: usize = 4;
const AT_ELAPSED: usize = 5;
const AT_FILE: usize = 12;

/// Names of columns, in the languages that are known.
const ID: &[&str] = &["activity id", "aktivitäts-id"];
const DATE: &[&str] = &["activity date", "aktivitätsdatum", "datum der aktivität"];
const ELAPSED: &[&str] = &["elapsed time", "verstrichene zeit"];
const MOVING: &[&str] = &["moving time", "bewegungszeit"];
const DISTANCE: &[&str] = &["distance", "distanz"];
const CALORIES: &[&str] = &["calories", "kalorien"];
const AVERAGE_RATE: &[&str] = &["average heart rate", "durchschnittliche herzfrequenz"];
const MOST_RATE: &[&str] = &["max heart rate", "max. herzfrequenz", "maximale herzfrequenz"];
const ASCENT: &[&str] = &["elevation gain", "höhenzuwachs", "höhenzunahme", "höhenmeter", "positiver höhenunterschied"];
const STEPS: &[&str] = &["total steps", "gesamtzahl der schritte", "schritte insgesamt"];
const FILE: &[&str] = &["filename", "dateiname"];
const GEAR: &[&str] = &["activity gear", "ausrüstung der aktivität", "ausrüstung für aktivität", "ausrüstung"];
const COMMUTE: &[&str] = &["commute", "arbeitsweg", "pendeln"];
const MEDIA: &[&str] = &["media", "medien"];
const PRIVATE: &[&str] = &["activity private note", "private notiz zur aktivität", "private anmerkung zu aktivität"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    let name = probe.name().to_lowercase();
    if name == "activities.csv" || name == "aktivitäten.csv" {
        let mut head = probe.head;
        let Ok(Some(mut table)) = Table::open(&mut head) else { return Claim::No };
        if table.columns().has_one_of(ID) && table.columns().has_one_of(DATE) {
            return Claim::Yes(3);
        }
        let first = table.next().ok().flatten();
        let shaped = first.is_some_and(|row| is_number(row.nth(AT_ID)) && when(row.nth(AT_DATE)).is_some());
        return if shaped { Claim::Yes(2) } else { Claim::No };
    }
    let recording = recording_of(probe.path).is_some_and(|(number, _)| is_number(&number));
    if recording && probe.folders().last() == Some("activities") { Claim::Yes(3) } else { Claim::No }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The number and the format of a recording: `123` and `gpx` of `activities/123.gpx.gz`.
fn recording_of(path: &str) -> Option<(String, &'static str)> {
    let name = path.rsplit('/').next()?.to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let (stem, extension) = name.rsplit_once('.')?;
    let format = ["gpx", "tcx", "fit"].into_iter().find(|format| *format == extension)?;
    Some((stem.to_owned(), format))
}

/// A row, until its recording was read.
struct Held {
    file: FileNumber,
    workout: Workout,
    raw: Raw,
    recording: String,
    more: Vec<(&'static str, serde_json::Value)>,
}

/// What was recorded of an activity.
enum Recorded {
    Line(Box<gpx::Line>),
    Workout(Box<Workout>, Raw),
}

#[derive(Default)]
struct Strava {
    /// By Strava's number.
    rows: BTreeMap<String, Held>,
    /// By the number in the file's name; with the file.
    recordings: BTreeMap<String, Vec<(FileNumber, Recorded)>>,
}

impl Assembly for Strava {
    fn file(&mut self, file: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let path = input.path.to_owned();
        let Some((number, format)) = recording_of(&path) else { return self.table(file, input, sink) };
        let mut unpacked;
        let reader: &mut dyn Read = if path.to_lowercase().ends_with(".gz") {
            unpacked = flate2::read::MultiGzDecoder::new(&mut *input.reader);
            &mut unpacked
        } else {
            &mut *input.reader
        };
        let recorded = self.recordings.entry(number).or_default();
        let mut keep = |what| recorded.push((file, what));
        match format {
            "tcx" => tcx::read(reader, IMPORTER.id, sink, &mut |workout, raw, _| {
                keep(Recorded::Workout(Box::new(workout), Raw::text(RawFormat::Xml, &raw)));
            }),
            "fit" => fit_file::read(reader, IMPORTER.id, sink, &mut |workout, figures, _| {
                keep(Recorded::Workout(Box::new(workout), Raw::json(figures.to_string().as_bytes())));
            }),
            _ => gpx::read(reader, IMPORTER.id, sink, &mut |line, _| keep(Recorded::Line(Box::new(line)))),
        }
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        for (id, held) in std::mem::take(&mut self.rows) {
            let Held { file, mut workout, raw, recording, more } = held;
            for (file, recorded) in self.recordings.remove(&recording).unwrap_or_default() {
                sink.of(file).merged();
                add(&mut workout, &recorded);
            }
            let mut item = workout.into_item(IMPORTER.id, &format!("activity|{id}"), raw);
            item.set("strava_id", id);
            for (key, value) in more {
                item.set(key, value);
            }
            sink.of(file).item(item);
        }
        for (number, recorded) in std::mem::take(&mut self.recordings) {
            for (file, recorded) in recorded {
                match recorded {
                    Recorded::Line(line) => line.item(IMPORTER.id, sink.of(file)),
                    Recorded::Workout(workout, raw) => {
                        sink.of(file).item(workout.into_item(IMPORTER.id, &format!("recording|{number}"), raw));
                    }
                }
            }
        }
    }
}

impl Strava {
    fn table(&mut self, file: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let Some(mut table) = Table::open(input.reader)? else { return Ok(()) };
        while let Some(row) = table.read_row(sink)? {
            let id = row.nth(AT_ID);
            let Some(from) = when(row.nth(AT_DATE)).filter(|_| is_number(id)) else {
                sink.set_aside(
                    FindingCode::BadRecord,
                    &row.at(),
                    &format!("Expected an activity's number and date, and found {:?} and {:?}.", id, row.nth(AT_DATE)),
                );
                continue;
            };
            let held = held(&row, from, file);
            if self.rows.insert(id.to_owned(), held).is_some() {
                sink.merged();
            }
        }
        Ok(())
    }
}

fn held(row: &Row<'_>, from: Moment, number: FileNumber) -> Held {
    let seconds = row.number(ELAPSED).or_else(|| row.nth(AT_ELAPSED).parse().ok());
    let file = Some(row.cell(FILE)).filter(|cell| !cell.is_empty()).unwrap_or_else(|| row.nth(AT_FILE));
    let private = row.cell(PRIVATE);
    let more = vec![
        ("gear", row.cell(GEAR).into()),
        ("commute", row.cell(COMMUTE).eq_ignore_ascii_case("true").then_some(true).into()),
        ("moving_s", row.number(MOVING).map(rounded).unwrap_or_default()),
        ("private_note", private.into()),
        ("media", row.cell(MEDIA).split('|').map(str::trim).filter(|path| !path.is_empty()).collect::<Vec<_>>().into()),
    ];
    let notes = [row.nth(AT_DESCRIPTION), private].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
    let workout = Workout {
        activity: activity(row.nth(AT_TYPE)),
        name: row.nth(AT_NAME).to_owned(),
        notes,
        until: seconds.map(|seconds| from.ms + (seconds * 1_000.0) as i64),
        duration_s: seconds,
        distance_m: row.last_number(DISTANCE),
        energy_kcal: row.number(CALORIES),
        heart_rate_avg: row.number(AVERAGE_RATE),
        heart_rate_max: row.number(MOST_RATE),
        ascent_m: row.number(ASCENT),
        steps: row.number(STEPS),
        from: Some(from),
        ..Workout::default()
    };
    let recording = recording_of(file).map(|(number, _)| number).unwrap_or_default();
    Held { file: number, workout, raw: row.raw(), recording, more }
}

/// `Jan 5, 2024, 6:30:12 AM` in the account's language, in UTC.
fn when(text: &str) -> Option<Moment> {
    let mut moment = time::google_html(text).or_else(|| time::iso(text))?;
    if moment.certainty == Certainty::ZoneUnknown {
        moment.certainty = Certainty::Exact;
    }
    Some(moment)
}

/// Adds to a row what its recording knows better or alone.
fn add(workout: &mut Workout, recorded: &Recorded) {
    let (start, end, metres, ascent, rates) = match recorded {
        Recorded::Line(line) => {
            let track = &line.track;
            (track.start, track.end, Some(track.distance_m), Some(track.ascent_m), track.heart_rate())
        }
        Recorded::Workout(recorded, _) => {
            let rates = recorded.heart_rate_avg.zip(recorded.heart_rate_max);
            (recorded.start, recorded.end, recorded.distance_m, recorded.ascent_m, rates)
        }
    };
    workout.start = workout.start.or(start);
    workout.end = end.or(workout.end);
    workout.distance_m = workout.distance_m.or(metres.filter(|metres| *metres > 0.0));
    workout.ascent_m = workout.ascent_m.or(ascent.filter(|metres| *metres > 0.0));
    workout.heart_rate_avg = workout.heart_rate_avg.or(rates.map(|(average, _)| average));
    workout.heart_rate_max = workout.heart_rate_max.or(rates.map(|(_, most)| most));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{read_set, shown};
    use serde_json::json;
    use std::io::Write;

    const ROUTE: &str = r#"<gpx creator="StravaGPX"><trk><name>Morning Ride</name><type>cycling</type><trkseg><trkpt lat="47.12" lon="8.54"><ele>431</ele><time>2024-01-05T06:30:12Z</time></trkpt></trkseg></trk></gpx>"#;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_german_table_is_read_by_the_names_of_its_columns() {
        let table = "Aktivitäts-ID,Aktivitätsdatum,Name der Aktivität,Aktivitätsart,Aktivitätsbeschreibung,Verstrichene Zeit,Distanz,Max. Herzfrequenz,Dateiname,Verstrichene Zeit,Bewegungszeit,Distanz,Höhenzuwachs,Durchschnittliche Herzfrequenz,Kalorien,Medien\n\
            101,\"05.01.2024, 06:30:12\",Morgenrunde,Ride,,3600,21.45,160,activities/555.gpx.gz,3600.0,3400.0,21450.5,210.0,131,600,media/a.jpg|media/b.mp4\n";
        let path = "export_1/activities.csv";
        assert_eq!(recognizes(&Probe { path, head: table.as_bytes(), tail: &[], size: 9 }), Claim::Yes(3));
        let sinks = read_set(&IMPORTER, &[(path, table.as_bytes())]).unwrap();
        let ride = &sinks[path].items[0];
        assert_eq!(shown(ride), "workout strava 2024-01-05T06:30:12Z | Morgenrunde");
        let figures = ["distance_m", "moving_s", "ascent_m", "heart_rate_avg", "heart_rate_max", "energy_kcal"].map(|key| &ride.data[key]);
        assert_eq!(figures, [&json!(21450.5), &json!(3400), &json!(210), &json!(131), &json!(160), &json!(600)]);
        assert_eq!(ride.data["media"], json!(["media/a.jpg", "media/b.mp4"]));
    }

    #[test]
    fn rows_and_their_recordings_are_one_workout_each() {
        let table = "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight,Bike Weight,Elapsed Time,Moving Time,Distance,Elevation Gain,Calories\n\
            101,\"Jan 5, 2024, 6:30:12 AM\",Morning Ride,Ride,\"cold,\nbut dry\",3600,21.45,160,,true,,Blue bike,activities/555.gpx.gz,,,3600.0,3400.0,21450.5,210.0,600\n\
            102,\"Jan 6, 2024, 6:30:12 PM\",,Run,,1800,5.0,,,false,,,activities/556.fit.gz,,,1800.0,,5000,,\n\
            x,never,,,\n";
        let (route, recording) = (packed(ROUTE.as_bytes()), packed(&fit_file::tests::made()));
        let files: [(&str, &[u8]); 4] = [
            ("activities.csv", table.as_bytes()),
            ("activities/555.gpx.gz", &route),
            ("activities/556.fit.gz", &recording),
            ("activities/900.gpx", ROUTE.as_bytes()),
        ];
        for (path, bytes) in files {
            assert_eq!(recognizes(&Probe { path, head: bytes, tail: &[], size: bytes.len() as u64 }), Claim::Yes(3), "{path}");
        }
        let sinks = read_set(&IMPORTER, &files).unwrap();
        assert_eq!(
            sinks["activities.csv"].items.iter().map(shown).collect::<Vec<_>>(),
            [
                "workout strava 2024-01-05T06:30:12Z | Morning Ride | cold, / but dry @47.1200,8.5400",
                "workout strava 2024-01-06T18:30:12Z | Running, 5.0 km @47.1200,8.5400",
            ]
        );
        let ride = &sinks["activities.csv"].items[0].data;
        assert_eq!(
            (&ride["distance_m"], &ride["activity"], &ride["moving_s"], &ride["commute"], &ride["gear"]),
            (&json!(21450.5), &json!("cycling"), &json!(3400), &json!(true), &json!("Blue bike"))
        );
        assert_eq!((sinks["activities/555.gpx.gz"].points.len(), sinks["activities/555.gpx.gz"].n_merged), (1, 1));
        let fit = &sinks["activities/556.fit.gz"];
        assert_eq!((sinks["activities.csv"].n_set_aside, fit.points.len(), fit.n_merged), (1, 1, 2));
        assert_eq!(sinks["activities/900.gpx"].items[0].title, "Morning Ride");
    }

    #[test]
    fn a_table_in_a_language_that_is_not_known_is_read_by_place() {
        let table = "ID de l'activité,Date de l'activité,Nom de l'activité,Type d'activité,Description de l'activité,Temps écoulé,Distance,Fréquence cardiaque max.,Effort,Trajet,Note,Matériel,Nom du fichier\n101,\"05.01.2024, 06:30:12\",Runde,Run,,1800,5,,,,,,activities/555.gpx\n";
        let files: [(&str, &[u8]); 2] = [("export/activities.csv", table.as_bytes()), ("export/activities/555.gpx", ROUTE.as_bytes())];
        assert_eq!(recognizes(&Probe { path: files[0].0, head: files[0].1, tail: &[], size: 500 }), Claim::Yes(2));
        let sinks = read_set(&IMPORTER, &files).unwrap();
        assert_eq!(shown(&sinks["export/activities.csv"].items[0]), "workout strava 2024-01-05T06:30:12Z | Runde @47.1200,8.5400");
    }
}
