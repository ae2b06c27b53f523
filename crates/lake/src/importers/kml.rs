//! KML and KMZ: the maps of My Maps and Google Earth, and Location History as it could be had to 2021.
//!
//! A placemark with a point, a line or an area becomes a [`Kind::Place`]; one with a recorded track a [`Kind::Trip`] whose
//! points are fixes: of [`Layer::Records`] in a file of Location History, and else of [`Layer::Workout`]. The map is a
//! label. Key: map, name and position of a place; start and position of a track.
//!
//! `data` of a place: `map`, `folder`, `name`, `shape` ("point", "line", "area"), `path` (`[[lat, lon]…]`, thinned), `length_m`, the
//! owner's own columns by their names. Of a trip: `map`, `distance_m`, `duration_s`, `end` (`[lat, lon]`).
//!
//! Absent on purpose: styles, and the pictures inside a KMZ, which are counted as skipped.

use std::io::{self, Cursor, Read};

use domain::{EntityKind, EntityRef, FindingCode, Kind, Layer, Moment, NewItem, NewLink, Point, Raw, RawFormat, Role};
use serde_json::json;

use super::location::{in_product, seconds_between, words};
use super::workout::rounded;
use super::workout::track::{Sample, Track, line_of};
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::text::{html, numbers, time};
use crate::xml::{Element, Elements, Next};

pub(crate) static IMPORTER: Importer = Importer { id: "kml", label: "Maps (My Maps, KML and KMZ)", recognizes, parse: Parse::File(parse) };

/// A KMZ, and a map inside it, are small by nature.
const ARCHIVE: u64 = 256 << 20;
const MAP: u64 = 512 << 20;

const WANTED: &[&str] =
    &["name", "description", "address", "phoneNumber", "coordinates", "when", "coord", "begin", "end", "Data", "SimpleData", "href"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    let extension = probe.extension();
    if extension == "kmz" {
        return if probe.head.starts_with(b"PK") { Claim::Yes(3) } else { Claim::Yes(1) };
    }
    match (memchr::memmem::find(probe.head, b"<kml").is_some(), extension == "kml") {
        (true, true) => Claim::Yes(3),
        (true, false) if probe.head.trim_ascii_start().starts_with(b"<") => Claim::Yes(2),
        (false, true) => Claim::Yes(1),
        _ => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let probe = Probe { path: input.path, head: &[], tail: &[], size: input.size };
    let layer = if in_product(&probe) { Layer::Records } else { Layer::Workout };
    if probe.extension() == "kmz" {
        let bytes = input.read_all(ARCHIVE)?;
        return packed(bytes, layer, sink);
    }
    read(input.reader, "", layer, sink)
}

/// Reads every map in a KMZ.
fn packed(bytes: Vec<u8>, layer: Layer, sink: &mut dyn Sink) -> io::Result<()> {
    let mut archive = match zip::ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(error) => {
            sink.set_aside(
                FindingCode::WrongFormat,
                "byte 0",
                &format!("A KMZ is a zip with a map in it, and this one cannot be opened ({error}). Export the map again."),
            );
            return Ok(());
        }
    };
    for index in 0..archive.len() {
        let mut entry = match archive.by_index(index) {
            Ok(entry) => entry,
            Err(error) => {
                sink.set_aside(FindingCode::Unreadable, &format!("entry {}", index + 1), &format!("The entry cannot be read: {error}."));
                continue;
            }
        };
        if entry.is_dir() {
            continue;
        }
        let name = entry.name().map_or_else(|_| format!("entry {}", index + 1), std::borrow::Cow::into_owned);
        if name.to_lowercase().ends_with(".kml") {
            read(&mut (&mut entry).take(MAP), &name, layer, sink)?;
        } else {
            sink.skip(FindingCode::IgnoredFile, &name, "The picture of a place or of its pin stays in the KMZ.");
        }
    }
    Ok(())
}

/// Reads one map; `entry` is its name inside a KMZ.
fn read(reader: &mut dyn Read, entry: &str, layer: Layer, sink: &mut dyn Sink) -> io::Result<()> {
    let mut elements = Elements::new(reader, WANTED)?;
    let place_of = |at: u64| if entry.is_empty() { format!("byte {at}") } else { format!("{entry}, byte {at}") };
    let mut map = Map { layer, name: String::new(), folders: Vec::new(), inside: Vec::new(), placemark: None };
    loop {
        match elements.next()? {
            Next::Open(element) => map.open(&element.name),
            Next::Close(name) => map.close(&name, sink),
            Next::Element { at, element, raw } => map.fact(&element, &raw, &place_of(at), sink),
            Next::Broken { at, why } => {
                sink.set_aside(FindingCode::BadRecord, &place_of(at), &format!("A part of a place was expected here: {why}."));
            }
            Next::Cut(at) => {
                map.close("Placemark", sink);
                sink.cut_short(&place_of(at));
                return Ok(());
            }
            Next::NotXml(why) => {
                sink.set_aside(
                    FindingCode::WrongFormat,
                    &place_of(0),
                    &format!("A map in KML was expected, and found: {why}. Export the map again."),
                );
                return Ok(());
            }
            Next::End => return Ok(()),
        }
    }
}

/// Where reading stands in a map.
struct Map {
    layer: Layer,
    name: String,
    folders: Vec<String>,
    inside: Vec<String>,
    placemark: Option<Placemark>,
}

struct Placemark {
    name: String,
    notes: Vec<String>,
    own: Vec<(String, String)>,
    begin: Option<Moment>,
    end: Option<Moment>,
    shape: &'static str,
    line: Track,
    track: Track,
    /// Times of a track whose positions have not come yet.
    whens: std::collections::VecDeque<Option<Moment>>,
    raw: String,
}

impl Placemark {
    fn on(layer: Layer) -> Self {
        // The fixes of a whole history are one line with those of its other form.
        let device = if layer == Layer::Records { 0 } else { line_of(IMPORTER.id) };
        Self {
            name: String::new(),
            notes: Vec::new(),
            own: Vec::new(),
            begin: None,
            end: None,
            shape: "",
            line: Track::of(IMPORTER.id),
            track: Track::on(layer, device),
            whens: std::collections::VecDeque::new(),
            raw: "<Placemark>".to_owned(),
        }
    }
}

impl Map {
    fn open(&mut self, name: &str) {
        match name {
            "Folder" => self.folders.push(String::new()),
            "Placemark" => self.placemark = Some(Placemark::on(self.layer)),
            "Track" => {
                if let Some(placemark) = &mut self.placemark {
                    placemark.track.gap();
                    placemark.whens.clear();
                }
            }
            _ => {}
        }
        self.inside.push(name.to_owned());
    }

    fn close(&mut self, name: &str, sink: &mut dyn Sink) {
        if let Some(depth) = self.inside.iter().rposition(|open| open == name) {
            self.inside.truncate(depth);
        }
        match name {
            "Folder" => {
                self.folders.pop();
            }
            "Placemark" => {
                if let Some(placemark) = self.placemark.take() {
                    self.finish(placemark, sink);
                }
            }
            _ => {}
        }
    }

    fn fact(&mut self, element: &Element, raw: &str, at: &str, sink: &mut dyn Sink) {
        let within = self.inside.last().map_or("", String::as_str).to_owned();
        let Some(placemark) = &mut self.placemark else {
            match (element.name.as_str(), within.as_str()) {
                ("name", "Document") => self.name = html::plain(&element.text),
                ("name", "Folder") => {
                    if let Some(folder) = self.folders.last_mut() {
                        *folder = html::plain(&element.text);
                    }
                }
                ("href", "Link" | "Url") if self.inside.iter().any(|open| open == "NetworkLink") => sink.skip(
                    FindingCode::Elsewhere,
                    at,
                    "The map is only a link to one on the internet, and holds no places. Open it in My Maps and export it with \"Export as KML instead of KMZ\".",
                ),
                _ => {}
            }
            return;
        };
        let is_track = within == "Track" || within == "MultiTrack";
        if !is_track {
            placemark.raw += raw;
        }
        match element.name.as_str() {
            "name" if within == "Placemark" => placemark.name = html::plain(&element.text),
            "description" => placemark.notes.push(html::plain(&element.text)),
            "address" | "phoneNumber" => placemark.notes.push(element.text.clone()),
            "Data" => placemark.own.push((element.attribute("name").to_owned(), element.text_of("value").to_owned())),
            "SimpleData" => placemark.own.push((element.attribute("name").to_owned(), element.text.clone())),
            "begin" => placemark.begin = time::iso(&element.text),
            "end" => placemark.end = time::iso(&element.text),
            "when" if is_track => placemark.whens.push_back(time::iso(&element.text)),
            "when" => placemark.begin = time::iso(&element.text),
            "coord" => {
                let moment = placemark.whens.pop_front().flatten();
                let mut numbers = element.text.split_whitespace().map(numbers::float_text);
                let (lon, lat, altitude) = (numbers.next().flatten(), numbers.next().flatten(), numbers.next().flatten());
                let point = lat.zip(lon).and_then(|(lat, lon)| Point::from_degrees(lat, lon));
                // Height 0 is what is written when it is not known.
                let altitude = altitude.filter(|metres| *metres != 0.0);
                placemark.track.add(Sample { at: moment, point, altitude, ..Sample::default() }, at, sink);
            }
            "coordinates" => {
                placemark.shape = match within.as_str() {
                    "Point" => "point",
                    "LineString" => "line",
                    _ => "area",
                };
                placemark.line.gap();
                for tuple in element.text.split_whitespace() {
                    let mut degrees = tuple.split(',').map(numbers::float_text);
                    let (lon, lat) = (degrees.next().flatten(), degrees.next().flatten());
                    match lat.zip(lon).and_then(|(lat, lon)| Point::from_degrees(lat, lon)) {
                        Some(point) => placemark.line.corner(point),
                        None if (lat, lon) == (Some(0.0), Some(0.0)) => {}
                        None => sink.bad_position(at, tuple),
                    }
                }
            }
            _ => {}
        }
    }

    fn finish(&self, placemark: Placemark, sink: &mut dyn Sink) {
        let Placemark { name, notes, own, begin, end, shape, line, track, raw, .. } = placemark;
        let raw = Raw::text(RawFormat::Xml, &(raw + "</Placemark>"));
        if let Some((first, last)) = track.span.clone() {
            let start = track.start.map(words::rounded).unwrap_or_default();
            let mut item = NewItem::new(Kind::Trip, IMPORTER.id, format!("track|{}|{start}", first.ms), raw);
            item.title = if name.is_empty() { words::trip_title("", Some(track.distance_m)) } else { name };
            item.text = notes.join("\n");
            item.place = track.start;
            item.until = Some(last.ms);
            item.set("map", self.name.as_str());
            item.set("distance_m", rounded(track.distance_m));
            item.set("duration_s", seconds_between(first.ms, last.ms));
            item.set("end", track.end.map(|end| json!([end.lat_degrees(), end.lon_degrees()])));
            item.at = Some(first);
            return sink.item(item);
        }
        if name.is_empty() && line.start.is_none() && notes.iter().all(String::is_empty) && own.is_empty() {
            return sink.skip(FindingCode::EmptyProduct, "", "The placemark has no name, words or position.");
        }
        let position = line.start.map(|point| format!("{:.5},{:.5}", point.lat_degrees(), point.lon_degrees())).unwrap_or_default();
        let mut item = NewItem::new(Kind::Place, IMPORTER.id, [&self.name, &name, &position, shape].map(String::from).join("\u{1f}"), raw);
        item.title = words::visit_title(Some(&name), None, notes.first().map(String::as_str), line.start);
        let columns = own.iter().filter(|(_, value)| !value.is_empty()).map(|(column, value)| format!("{column}: {}", html::plain(value)));
        // My Maps writes the columns into the description, too.
        let columns = columns.filter(|column| !notes.iter().any(|note| note.contains(column)));
        item.text = notes.iter().filter(|note| !note.is_empty()).cloned().chain(columns).collect::<Vec<_>>().join("\n");
        item.place = line.start;
        item.until = end.map(|end| end.ms);
        item.at = begin;
        for (column, value) in &own {
            item.set(column, value.as_str());
        }
        item.set("map", self.name.as_str());
        item.set("folder", self.folders.join("/"));
        item.set("name", name);
        item.set("shape", shape);
        if line.n_points > 1 {
            item.set("path", line.shape());
            item.set("length_m", rounded(line.distance_m));
        }
        if !self.name.is_empty() {
            item.links.push(NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, &self.name) });
        }
        sink.item(item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;
    use std::io::Write;

    const MAP: &str = r##"<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Summer</name><Style id="a"><IconStyle><Icon><href>images/1.png</href></Icon></IconStyle></Style>
      <Folder><name>Food</name><Placemark><name>Bakery</name><description><![CDATA[Good rolls<br>Open: daily]]></description><styleUrl>#a</styleUrl>
        <ExtendedData><Data name="Open"><value>daily</value></Data><Data name="Price"><value>low</value></Data></ExtendedData><Point><coordinates> 8.54,47.12,0 </coordinates></Point></Placemark></Folder>
      <Placemark><name>Way</name><LineString><coordinates>8.5,47.1,0 8.5,47.2,0</coordinates></LineString></Placemark><Placemark/>
      <Placemark><gx:Track><when>2019-05-01T08:00:00Z</when><when>2019-05-01T08:10:00Z</when><gx:coord>8.5 47.1 0</gx:coord><gx:coord>8.6 47.1 410</gx:coord></gx:Track></Placemark>
    </Document></kml>"##;

    #[test]
    fn places_lines_and_tracks_of_a_map_are_read() {
        let plain = read(&IMPORTER, "My Maps/Summer.kml", MAP.as_bytes());
        assert_eq!(
            plain.shown(),
            "place kml no time | Bakery | Good rolls / Open: daily / Price: low @47.1200,8.5400 <Label label:summer>\n\
             place kml no time | Way @47.1000,8.5000 <Label label:summer>\n\
             trip kml 2019-05-01T08:00:00Z | Trip, 7.6 km @47.1000,8.5000\n\
             = 3 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!((&plain.items[0].data["folder"], &plain.items[1].data["path"]), (&json!("Food"), &json!([[47.1, 8.5], [47.2, 8.5]])));
        assert_eq!(
            plain.points.iter().map(|fix| (fix.layer, fix.altitude)).collect::<Vec<_>>(),
            [(Layer::Workout, None), (Layer::Workout, Some(410))]
        );
        let history = read(&IMPORTER, "Location History/Location History.kml", MAP.as_bytes());
        assert!(history.points.iter().all(|fix| fix.layer == Layer::Records && fix.device == 0));
    }

    #[test]
    fn corners_off_the_globe_are_told_and_the_line_goes_on_without_them() {
        let file = b"<kml><Document><Placemark><name>Walk</name><LineString><coordinates>8.5,47.1,0 8.6,147.2,0 nan,47.3 8.7,47.3,0</coordinates></LineString></Placemark></Document></kml>";
        let read = read(&IMPORTER, "walk.kml", file);
        assert_eq!(read.items[0].data["path"], json!([[47.1, 8.5], [47.3, 8.7]]));
        assert_eq!(read.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), [FindingCode::BadPosition; 2]);
    }

    #[test]
    fn a_kmz_is_opened_and_a_link_says_what_to_do() {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in [("doc.kml", MAP.as_bytes()), ("images/1.png", b"png")] {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        let packed = writer.finish().unwrap().into_inner();
        let collected = read(&IMPORTER, "My Maps/Summer.kmz", &packed);
        assert_eq!((collected.items.len(), collected.points.len(), collected.n_skipped), (3, 2, 1));
        assert_eq!(collected.items[0].uid, read(&IMPORTER, "x.kml", MAP.as_bytes()).items[0].uid);
        let link =
            b"<kml><Document><name>Far</name><NetworkLink><Link><href>https://example.org/x</href></Link></NetworkLink></Document></kml>";
        assert_eq!(read(&IMPORTER, "x.kml", link).findings[0].code, FindingCode::Elsewhere);
        assert_eq!(read(&IMPORTER, "x.kmz", b"PK\x03\x04").n_set_aside, 1);
        assert_eq!(
            read(&IMPORTER, "x.kml", &MAP.as_bytes()[..760]).findings.last().map(|finding| finding.code),
            Some(FindingCode::CutShort)
        );
    }
}
