//! FIT, the binary format in which watches and bicycle computers record.
//!
//! A file is a row of messages; a definition tells the fields of those that follow it. Two kinds are read: records, which
//! are the points, and sessions, which are the sums. Everything else is passed over, whatever a maker added.

use std::io::{self, Read};

use domain::{FindingCode, Moment, Point};
use serde_json::{Map, Value, json};

use super::Workout;
use super::track::{Sample, Track};
use crate::importer::Sink;
use crate::text::time;

/// Seconds from 1970 to the end of 1989, from which FIT counts.
const EPOCH_S: i64 = 631_065_600;
/// A full turn is 2^32 of the units of positions.
const SEMICIRCLES: f64 = 2_147_483_648.0;
const RECORD: u16 = 20;
const SESSION: u16 = 18;
const TIMESTAMP: u8 = 253;

/// Whether a file's beginning is that of a FIT.
pub(crate) fn recognizes(head: &[u8]) -> bool {
    head.get(8..12) == Some(b".FIT")
}

/// Reads a file; its fixes go to the sink on the line of `source`, each session, with its figures, to `each`.
pub(crate) fn read(
    reader: &mut dyn Read,
    source: &str,
    sink: &mut dyn Sink,
    each: &mut dyn FnMut(Workout, Value, &mut dyn Sink),
) -> io::Result<()> {
    let mut reading = Reading { track: Track::of(source), sessions: Vec::new(), clock: 0 };
    let mut messages = Messages { reader, at: 0, ends: 0, defined: Default::default() };
    let ended = messages.header().and_then(|whole| if whole { messages.all(&mut reading, sink) } else { Ok(Ended::NotFit) });
    match ended {
        Ok(Ended::Whole) => {}
        Ok(Ended::NotFit) => {
            sink.set_aside(FindingCode::WrongFormat, "byte 0", "A recording in FIT was expected, and the file does not begin like one.");
            return Ok(());
        }
        Ok(Ended::Lost(at)) => sink.set_aside(
            FindingCode::BadRecord,
            &format!("byte {at}"),
            "A message follows that was never defined; from here on the recording cannot be read.",
        ),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => sink.cut_short(&format!("byte {}", messages.at)),
        Err(error) => return Err(error),
    }
    reading.finish(sink, each);
    Ok(())
}

enum Ended {
    Whole,
    NotFit,
    Lost(u64),
}

#[derive(Default)]
struct Definition {
    message: u16,
    big_endian: bool,
    /// Number, size in bytes, and base type of each field.
    fields: Vec<(u8, usize, u8)>,
    /// Bytes of what the maker added behind them.
    added: usize,
}

struct Messages<'r> {
    reader: &'r mut dyn Read,
    at: u64,
    ends: u64,
    defined: [Option<Definition>; 16],
}

impl Messages<'_> {
    fn bytes<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.reader.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }

    /// Whether the file begins like a FIT.
    fn header(&mut self) -> io::Result<bool> {
        let head: [u8; 12] = self.bytes()?;
        let [size, _, _, _, a, b, c, d, magic @ ..] = head;
        if &magic != b".FIT" || size < 12 {
            return Ok(false);
        }
        for _ in 12..size {
            self.bytes::<1>()?;
        }
        self.ends = self.at + u64::from(u32::from_le_bytes([a, b, c, d]));
        Ok(true)
    }

    fn all(&mut self, reading: &mut Reading, sink: &mut dyn Sink) -> io::Result<Ended> {
        let mut buffer = Vec::new();
        while self.at < self.ends {
            let began = self.at;
            let [header] = self.bytes()?;
            if header & 0xc0 == 0x40 {
                self.define(header)?;
                continue;
            }
            // A header with the highest bit holds the last bits of the time, and two bits of the kind.
            let (local, moved) = if header & 0x80 == 0 { (header & 0x0f, None) } else { ((header >> 5) & 0x03, Some(header & 0x1f)) };
            let Some(definition) = self.defined.get(usize::from(local)).and_then(Option::as_ref) else { return Ok(Ended::Lost(began)) };
            buffer.resize(definition.fields.iter().map(|(_, size, _)| size).sum::<usize>() + definition.added, 0);
            self.reader.read_exact(&mut buffer)?;
            self.at += buffer.len() as u64;
            reading.message(definition, &buffer, moved, began, sink);
        }
        Ok(Ended::Whole)
    }

    fn define(&mut self, header: u8) -> io::Result<()> {
        let [_, order, first, second, n_fields] = self.bytes()?;
        let big_endian = order == 1;
        let message = if big_endian { u16::from_be_bytes([first, second]) } else { u16::from_le_bytes([first, second]) };
        let mut definition = Definition { message, big_endian, ..Definition::default() };
        for _ in 0..n_fields {
            let [number, size, base] = self.bytes()?;
            definition.fields.push((number, usize::from(size), base));
        }
        if header & 0x20 != 0 {
            let [n_added] = self.bytes()?;
            for _ in 0..n_added {
                let [_, size, _] = self.bytes()?;
                definition.added += usize::from(size);
            }
        }
        if let Some(slot) = self.defined.get_mut(usize::from(header & 0x0f)) {
            *slot = Some(definition);
        }
        Ok(())
    }
}

struct Reading {
    track: Track,
    sessions: Vec<Map<String, Value>>,
    /// The last time of any message, in FIT's seconds.
    clock: u32,
}

impl Reading {
    fn message(&mut self, definition: &Definition, bytes: &[u8], moved: Option<u8>, at: u64, sink: &mut dyn Sink) {
        let mut rest = bytes;
        let mut fields = Vec::with_capacity(definition.fields.len());
        for (number, size, base) in &definition.fields {
            let (own, behind) = rest.split_at((*size).min(rest.len()));
            rest = behind;
            if let Some(value) = whole(own, *base, definition.big_endian) {
                fields.push((*number, value));
            }
        }
        let of = |number: u8| fields.iter().find(|(own, _)| *own == number).map(|(_, value)| *value as f64);
        if let Some(stamp) = of(TIMESTAMP) {
            self.clock = stamp as u32;
        } else if let Some(bits) = moved {
            self.clock = self.clock.wrapping_add(u32::from(bits.wrapping_sub((self.clock & 0x1f) as u8) & 0x1f));
        }
        match definition.message {
            RECORD => self.record(&of, at, sink),
            SESSION => self.session(&of),
            _ => {}
        }
    }

    fn record(&mut self, of: &dyn Fn(u8) -> Option<f64>, at: u64, sink: &mut dyn Sink) {
        let degrees = |number: u8| of(number).map(|units| units * 180.0 / SEMICIRCLES);
        let pair = degrees(0).zip(degrees(1));
        if pair.is_none() {
            // Indoors there is no position, and the point is a measure of the workout alone.
            return sink.merged();
        }
        let sample = Sample {
            at: moment(self.clock),
            point: pair.and_then(|(lat, lon)| Point::from_degrees(lat, lon)),
            altitude: of(78).or_else(|| of(2)).map(|fifths| fifths / 5.0 - 500.0),
            speed: of(73).or_else(|| of(6)).map(|millimetres| millimetres / 1_000.0),
            heading: None,
            heart_rate: of(3),
        };
        self.track.add(sample, &format!("byte {at}"), sink);
    }

    fn session(&mut self, of: &dyn Fn(u8) -> Option<f64>) {
        const FIELDS: [(&str, u8, f64); 9] = [
            ("start_time", 2, 1.0),
            ("sport", 5, 1.0),
            ("total_elapsed_time", 7, 1_000.0),
            ("total_timer_time", 8, 1_000.0),
            ("total_distance", 9, 100.0),
            ("total_calories", 11, 1.0),
            ("avg_heart_rate", 16, 1.0),
            ("max_heart_rate", 17, 1.0),
            ("total_ascent", 22, 1.0),
        ];
        let figures = FIELDS.iter().filter_map(|(name, number, scale)| Some(((*name).to_owned(), json!(of(*number)? / scale))));
        self.sessions.push(figures.collect());
    }

    fn finish(self, sink: &mut dyn Sink, each: &mut dyn FnMut(Workout, Value, &mut dyn Sink)) {
        let Self { track, sessions, .. } = self;
        let alone = sessions.len() <= 1;
        // A recording that was broken off has no sums.
        let sessions = if sessions.is_empty() && track.span.is_some() { vec![Map::new()] } else { sessions };
        for session in sessions {
            let of = |name: &str| session.get(name).and_then(Value::as_f64);
            let started = of("start_time").and_then(|seconds| moment(seconds as u32));
            let from = started.or_else(|| track.span.as_ref().map(|(first, _)| first.clone()));
            let seconds = of("total_elapsed_time");
            let ended = from.as_ref().zip(seconds).map(|(from, seconds)| from.ms + (seconds * 1_000.0) as i64);
            // The points of a file with several sessions are not told apart.
            let own = Some(&track).filter(|_| alone);
            let rates = own.and_then(Track::heart_rate);
            let workout = Workout {
                activity: of("sport").map_or("", |sport| sport_word(sport as u8)).to_owned(),
                until: ended.or_else(|| Some(own?.span.as_ref()?.1.ms)),
                duration_s: of("total_timer_time").or(seconds),
                distance_m: of("total_distance").or_else(|| Some(own?.distance_m).filter(|metres| *metres > 0.0)),
                energy_kcal: of("total_calories"),
                heart_rate_avg: of("avg_heart_rate").or(rates.map(|(average, _)| average)),
                heart_rate_max: of("max_heart_rate").or(rates.map(|(_, most)| most)),
                ascent_m: of("total_ascent").or_else(|| Some(own?.ascent_m).filter(|metres| *metres > 0.0)),
                start: own.and_then(|track| track.start),
                end: own.and_then(|track| track.end),
                from,
                ..Workout::default()
            };
            if workout.from.is_none() {
                sink.set_aside(FindingCode::UncertainTime, "", "The session has no start, and no point of it has a time.");
                continue;
            }
            each(workout, Value::Object(session), sink);
        }
    }
}

fn moment(fit_s: u32) -> Option<Moment> {
    let moment = (fit_s > 0).then(|| time::seconds(i64::from(fit_s) + EPOCH_S)).flatten()?;
    Some(moment.with_raw(&fit_s.to_string()))
}

/// A whole number of a field; nothing where the field says that it is not known, and where it is none.
fn whole(bytes: &[u8], base: u8, big_endian: bool) -> Option<i64> {
    let ordered = |at: usize| if big_endian { bytes[at] } else { bytes[bytes.len() - 1 - at] };
    if !matches!(bytes.len(), 1 | 2 | 4) || matches!(base, 0x07 | 0x88) {
        return None;
    }
    let bits = bytes.len() * 8;
    let unsigned = (0..bytes.len()).fold(0_i64, |number, at| (number << 8) | i64::from(ordered(at)));
    let unknown = (1_i64 << bits) - 1;
    match base {
        // Signed: the greatest number is the unknown one.
        0x01 | 0x83 | 0x85 => {
            let signed = if unsigned > unknown >> 1 { unsigned - (1 << bits) } else { unsigned };
            (signed != unknown >> 1).then_some(signed)
        }
        // Where zero is the unknown one.
        0x0a | 0x8b | 0x8c => (unsigned != 0).then_some(unsigned),
        _ => (unsigned != unknown).then_some(unsigned),
    }
}

fn sport_word(number: u8) -> &'static str {
    match number {
        1 => "running",
        2 => "cycling",
        4 => "fitness_equipment",
        5 => "swimming",
        10 => "training",
        11 => "walking",
        12 => "cross_country_skiing",
        13 => "skiing",
        14 => "snowboarding",
        15 => "rowing",
        16 => "mountaineering",
        17 => "hiking",
        19 => "paddling",
        21 => "e_biking",
        31 => "rock_climbing",
        35 => "snowshoeing",
        37 => "stand_up_paddling",
        41 => "kayaking",
        53 => "diving",
        _ => "",
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::importer::collected::Collected;

    /// A recording of two points, one of them indoors, and a session; some fields of the maker's own.
    pub(crate) fn made() -> Vec<u8> {
        let mut data: Vec<u8> = Vec::new();
        // Records: time, latitude, longitude, altitude, heart rate; then two bytes that a maker added.
        data.extend([0x60, 0, 0, 20, 0, 5, 253, 4, 0x86, 0, 4, 0x85, 1, 4, 0x85, 2, 2, 0x84, 3, 1, 0x02, 1, 0, 2, 0]);
        let start: u32 = 1_073_379_600;
        let units = |degrees: f64| (degrees / 180.0 * SEMICIRCLES) as i32;
        for (second, lat, lon) in [(start, units(47.12), units(8.54)), (start + 5, i32::MAX, i32::MAX)] {
            data.push(0);
            data.extend(second.to_le_bytes());
            data.extend(lat.to_le_bytes());
            data.extend(lon.to_le_bytes());
            data.extend(4_655_u16.to_le_bytes());
            data.push(120);
            data.extend([9, 9]);
        }
        // A session, big-endian: time, start, sport, elapsed, distance, greatest heart rate (unknown).
        data.extend([0x41, 0, 1, 0, 18, 6, 253, 4, 0x86, 2, 4, 0x86, 5, 1, 0, 7, 4, 0x86, 9, 4, 0x86, 17, 1, 0x02]);
        data.push(1);
        data.extend((start + 600).to_be_bytes());
        data.extend(start.to_be_bytes());
        data.push(2);
        data.extend(600_000_u32.to_be_bytes());
        data.extend(325_050_u32.to_be_bytes());
        data.push(0xff);
        let mut file = vec![14, 0x20, 0, 0];
        file.extend((data.len() as u32).to_le_bytes());
        file.extend(b".FIT\0\0");
        file.extend(data);
        file.extend([0, 0]);
        file
    }

    fn shown(bytes: &[u8]) -> (Vec<String>, Collected) {
        let mut sink = Collected::default();
        let mut workouts = Vec::new();
        read(&mut &*bytes, "x", &mut sink, &mut |workout, figures, _| {
            let item = workout.into_item("x", "key", domain::Raw::json(figures.to_string().as_bytes()));
            workouts.push(crate::importer::collected::shown(&item));
        })
        .unwrap();
        (workouts, sink)
    }

    #[test]
    fn points_and_sums_are_read_in_both_byte_orders() {
        let (workouts, sink) = shown(&made());
        assert_eq!(workouts, ["workout x 2024-01-05T09:00:00Z | Cycling, 3.3 km @47.1200,8.5400"]);
        assert_eq!((sink.points.len(), sink.n_merged, sink.n_set_aside), (1, 1, 0));
        assert_eq!(sink.points[0].altitude, Some(431));
        assert!(recognizes(&made()) && !recognizes(b"<gpx>"));
    }

    #[test]
    fn a_cut_recording_keeps_its_points_and_other_bytes_are_refused() {
        let file = made();
        let (workouts, sink) = shown(&file[..file.len() - 40]);
        assert_eq!((workouts.len(), sink.points.len(), sink.findings[0].code), (1, 1, FindingCode::CutShort));
        assert_eq!(shown(b"not a recording").1.n_set_aside, 1);
    }
}
