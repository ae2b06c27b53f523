//! GPX: tracks as fixes, waypoints as places, routes as planned ways.
//!
//! A track with times becomes one item, a [`Kind::Workout`] when it says what sport it was or has a heart rate and else a
//! [`Kind::Trip`], and its points fixes of [`Layer::Workout`](domain::Layer::Workout). A track without times, and a route, is a trip that was never
//! dated, with its thinned line in `path`. A waypoint becomes a [`Kind::Place`]. Keys: start and first position of a track;
//! name and position of what has no time.
//!
//! `data` of a workout is documented at [`super::workout`]. Of a trip: `activity`, `distance_m`, `duration_s`, `ascent_m`,
//! `end` (`[lat, lon]`), `path` (`[[lat, lon]…]`), `planned`. Of a place: `name`, `symbol`, `category`, `altitude_m`, `url`.

use std::io;

use domain::{FindingCode, Kind, NewItem, Raw, RawFormat};
use serde_json::json;

use super::location::{seconds_between, words};
use super::workout::track::{Sample, Track};
use super::workout::{Workout, activity, rounded};
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::text::{html, time};
use crate::xml::{Element, Elements, Next};

pub(crate) static IMPORTER: Importer = Importer { id: "gpx", label: "Tracks and waypoints (GPX)", recognizes, parse: Parse::File(parse) };

const WANTED: &[&str] = &["trkpt", "rtept", "wpt", "name", "desc", "cmt", "type", "src", "time", "keywords"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    match (is_gpx(probe.head), probe.extension() == "gpx") {
        // By content alone, also where the name says so: products that put tracks beside their tables know more of them.
        (true, _) => Claim::Yes(2),
        (false, true) => Claim::Yes(1),
        (false, false) => Claim::No,
    }
}

/// Whether a file's beginning is that of a GPX.
pub(super) fn is_gpx(head: &[u8]) -> bool {
    let from = memchr::memmem::find(head, b"<gpx").map(|at| at + b"<gpx".len());
    from.and_then(|at| head.get(at)).is_some_and(|next| next.is_ascii_whitespace() || *next == b'>')
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    read(input.reader, IMPORTER.id, sink, &mut |line, sink| line.item(IMPORTER.id, sink))
}

/// One track or route, read to its end.
pub(super) struct Line {
    pub(super) track: Track,
    pub(super) name: String,
    pub(super) notes: String,
    /// One word for the movement, in snake case; empty when it is not said.
    pub(super) activity: String,
    planned: bool,
    creator: String,
    raw: String,
}

/// Reads a file; fixes and places go to the sink, each track or route to `each`.
pub(super) fn read(
    reader: &mut dyn io::Read,
    source: &str,
    sink: &mut dyn Sink,
    each: &mut dyn FnMut(Line, &mut dyn Sink),
) -> io::Result<()> {
    let mut elements = Elements::new(reader, WANTED)?;
    let mut creator = String::new();
    let mut line: Option<Line> = None;
    loop {
        match elements.next()? {
            Next::Open(element) => match element.name.as_str() {
                "gpx" => creator = element.attribute("creator").trim().to_owned(),
                "trk" | "rte" => line = Some(Line::begun(&element.name, &creator, source)),
                "trkseg" => {
                    if let Some(line) = &mut line {
                        line.track.gap();
                    }
                }
                _ => {}
            },
            Next::Element { at, element, raw } => {
                let at = format!("byte {at}");
                match (element.name.as_str(), &mut line) {
                    ("wpt", _) => waypoint(&element, &raw, &at, sink),
                    ("trkpt" | "rtept", Some(line)) => line.track.add(Sample::of_gpx(&element), &at, sink),
                    ("trkpt" | "rtept", None) => {
                        sink.set_aside(FindingCode::BadRecord, &at, "The point stands in no track and in no route.");
                    }
                    (_, Some(line)) => line.fact(&element, &raw),
                    // What is said of the file as a whole.
                    (_, None) => {}
                }
            }
            Next::Close(name) => {
                if let Some(line) = line.take_if(|_| matches!(name.as_str(), "trk" | "rte")) {
                    each(line, sink);
                }
            }
            Next::Broken { at, why } => {
                sink.set_aside(FindingCode::BadRecord, &format!("byte {at}"), &format!("A point was expected here: {why}."));
            }
            Next::Cut(at) => {
                if let Some(line) = line.take() {
                    each(line, sink);
                }
                sink.cut_short(&format!("byte {at}"));
                return Ok(());
            }
            Next::NotXml(why) => {
                sink.set_aside(
                    FindingCode::WrongFormat,
                    "byte 0",
                    &format!("A GPX file was expected, and found: {why}. Export the track again."),
                );
                return Ok(());
            }
            Next::End => return Ok(()),
        }
    }
}

impl Line {
    fn begun(name: &str, creator: &str, source: &str) -> Self {
        let track = Track::of(source);
        let raw = format!("<{name}>");
        let (planned, creator) = (name == "rte", creator.to_owned());
        Self { track, name: String::new(), notes: String::new(), activity: String::new(), planned, creator, raw }
    }

    fn fact(&mut self, element: &Element, raw: &str) {
        self.raw += raw;
        let text = html::plain(&element.text);
        match element.name.as_str() {
            "name" => self.name = text,
            "type" => self.activity = activity(&text),
            "desc" | "cmt" if !text.is_empty() && self.notes != text => {
                self.notes =
                    [std::mem::take(&mut self.notes), text].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
            }
            _ => {}
        }
    }

    /// Hands out the item for it, as one of `source`.
    pub(super) fn item(self, source: &str, sink: &mut dyn Sink) {
        let Self { track, name, notes, activity, planned, creator, raw } = self;
        let Some(start) = track.start else {
            return sink.skip(FindingCode::EmptyProduct, "", "The track has no points.");
        };
        let raw = Raw::text(RawFormat::Xml, &format!("{raw}</{}>", if planned { "rte" } else { "trk" }));
        let place = format!("{:.4},{:.4}", start.lat_degrees(), start.lon_degrees());
        let Some((first, last)) = track.span.clone() else {
            let mut item = NewItem::new(Kind::Trip, source, format!("path|{name}|{place}|{}", track.n_points), raw);
            let what = if planned { "Route" } else { "Track" };
            item.title = if name.is_empty() { format!("{what}, {}", words::distance(track.distance_m)) } else { name };
            item.text = notes;
            item.place = Some(start);
            item.set("activity", activity);
            item.set("distance_m", rounded(track.distance_m));
            item.set("path", track.shape());
            item.set("planned", true);
            return sink.item(item);
        };
        let key = format!("track|{}|{place}", first.ms);
        let rates = track.heart_rate();
        let ascent_m = Some(track.ascent_m).filter(|metres| *metres > 0.0);
        if rates.is_some() || !matches!(activity.as_str(), "" | "unknown" | "driving" | "in_vehicle") {
            let workout = Workout {
                activity,
                name,
                notes,
                from: Some(first),
                until: Some(last.ms),
                distance_m: Some(track.distance_m),
                heart_rate_avg: rates.map(|(average, _)| average),
                heart_rate_max: rates.map(|(_, most)| most),
                ascent_m,
                start: track.start,
                end: track.end,
                recorded_by: creator,
                ..Workout::default()
            };
            return sink.item(workout.into_item(source, &key, raw));
        }
        let mut item = NewItem::new(Kind::Trip, source, key, raw);
        item.title = if name.is_empty() { words::trip_title(&activity, Some(track.distance_m)) } else { name };
        item.text = notes;
        item.place = Some(start);
        item.until = Some(last.ms);
        item.set("activity", activity);
        item.set("distance_m", rounded(track.distance_m));
        item.set("duration_s", seconds_between(first.ms, last.ms));
        item.set("ascent_m", ascent_m.map(rounded));
        item.set("end", track.end.map(|end| json!([end.lat_degrees(), end.lon_degrees()])));
        item.set("recorded_by", creator);
        item.at = Some(first);
        sink.item(item);
    }
}

fn waypoint(element: &Element, raw: &str, at: &str, sink: &mut dyn Sink) {
    let sample = Sample::of_gpx(element);
    let Some(point) = sample.point else {
        return sink.set_aside(FindingCode::BadPosition, at, "Expected a latitude and a longitude on the globe, and found none.");
    };
    let text = |name: &str| html::plain(element.text_of(name));
    let (name, description, comment) = (text("name"), text("desc"), text("cmt"));
    let key = format!("place|{name}|{:.5},{:.5}", point.lat_degrees(), point.lon_degrees());
    let mut item = NewItem::new(Kind::Place, IMPORTER.id, key, Raw::text(RawFormat::Xml, raw));
    item.title = words::visit_title(Some(&name), None, Some(&description), Some(point));
    let comment = if comment == description { String::new() } else { comment };
    item.text = [description, comment].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
    item.at = time::any(element.text_of("time"));
    item.place = Some(point);
    item.set("name", name);
    item.set("symbol", text("sym"));
    item.set("category", text("type"));
    item.set("altitude_m", sample.altitude.map(rounded));
    item.set("url", element.find("link").map(|link| link.attribute("href").to_owned()).unwrap_or_else(|| text("url")));
    sink.item(item);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;
    use domain::Layer;

    #[test]
    fn tracks_routes_and_waypoints_are_told_apart() {
        let file = br#"<?xml version="1.0"?><gpx version="1.1" creator="Watch"><metadata><name>Export</name></metadata>
          <wpt lat="47.12" lon="8.54"><ele>431</ele><name>Hut</name><desc>&lt;b&gt;Soup&lt;/b&gt; &amp; bread</desc><sym>Flag</sym></wpt><wpt lat="ninety" lon="8"/>
          <trk><name>To work</name><trkseg><trkpt lat="47.12" lon="8.54"><ele>430</ele><time>2023-05-01T08:00:00Z</time><speed>2.5</speed></trkpt><trkpt lat="47.13" lon="8.54"><ele>440</ele><time>2023-05-01T08:10:00Z</time></trkpt></trkseg></trk>
          <trk><type>running</type><trkseg><trkpt lat="47.2" lon="8.5"><time>2023-05-02T08:00:00+02:00</time><extensions><g:TrackPointExtension><g:hr>120</g:hr></g:TrackPointExtension></extensions></trkpt></trkseg></trk>
          <rte><name>Plan</name><rtept lat="47.0" lon="8.0"/><rtept lat="47.1" lon="8.0"/></rte><trk><name>empty</name></trk></gpx>"#;
        let read = read(&IMPORTER, "x.gpx", file);
        assert_eq!(
            read.shown().lines().filter(|line| !line.starts_with('!')).collect::<Vec<_>>(),
            [
                "place gpx no time | Hut | Soup & bread @47.1200,8.5400",
                "trip gpx 2023-05-01T08:00:00Z | To work @47.1200,8.5400",
                "workout gpx 2023-05-02T06:00:00Z | Running @47.2000,8.5000",
                "trip gpx no time | Plan @47.0000,8.0000",
                "= 4 items, 2 merged, 1 skipped, 1 set aside",
            ]
        );
        assert_eq!((&read.items[1].data["ascent_m"], &read.items[2].data["heart_rate_avg"]), (&json!(10), &json!(120)));
        assert_eq!(read.items[3].data["path"], json!([[47.0, 8.0], [47.1, 8.0]]));
        let fixes: Vec<_> = read.points.iter().map(|fix| (fix.layer, fix.at, fix.altitude, fix.speed)).collect();
        assert_eq!(fixes[0], (Layer::Workout, 1_682_928_000_000, Some(430), Some(250)));
        assert_eq!(fixes.len(), 3);
    }

    #[test]
    fn a_cut_track_keeps_its_points() {
        let file =
            br#"<gpx creator="W"><trk><trkseg><trkpt lat="47.12" lon="8.54"><time>2023-05-01T08:00:00Z</time></trkpt><trkpt lat="47.1"#;
        let read = read(&IMPORTER, "x.gpx", file);
        assert_eq!(
            (read.points.len(), read.items.len(), read.findings.last().map(|finding| finding.code)),
            (1, 1, Some(FindingCode::CutShort))
        );
    }
}
