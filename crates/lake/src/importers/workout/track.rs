//! A recorded track while it is read: its fixes go to the sink one by one, its sums stay here.

use domain::{FindingCode, Layer, Method, Moment, NewPoint, Point};
use serde_json::{Value, json};

use crate::importer::Sink;
use crate::importers::location::segment;
use crate::text::{numbers, time};
use crate::xml::Element;

/// Points of a track without times that are kept with its item.
const SHAPE: usize = 500;
/// Least rise that counts, metres: less is the noise of the receiver.
const RISE_M: f64 = 3.0;

/// One point of a track as a file writes it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sample {
    pub(crate) at: Option<Moment>,
    pub(crate) point: Option<Point>,
    /// Metres.
    pub(crate) altitude: Option<f64>,
    /// Metres a second.
    pub(crate) speed: Option<f64>,
    /// Degrees clockwise from north.
    pub(crate) heading: Option<f64>,
    /// Beats a minute.
    pub(crate) heart_rate: Option<f64>,
}

impl Sample {
    /// A point of GPX: position in attributes, the rest in elements, of its own and of devices' extensions.
    pub(crate) fn of_gpx(element: &Element) -> Self {
        let degrees = |name: &str| numbers::float_text(element.attribute(name));
        let number = |name: &str| numbers::float_text(element.text_of(name));
        Self {
            at: time::any(element.text_of("time")),
            point: degrees("lat").zip(degrees("lon")).and_then(|(lat, lon)| Point::from_degrees(lat, lon)),
            altitude: number("ele"),
            speed: number("speed"),
            heading: number("course"),
            heart_rate: number("hr").or_else(|| number("heartrate")),
        }
    }
}

/// A track that is being read.
#[derive(Debug)]
pub(crate) struct Track {
    layer: Layer,
    /// The line that its fixes belong to: each product's own, so that two recordings of one run are never one line.
    device: i64,
    pub(crate) n_points: u64,
    /// The earliest and the latest time.
    pub(crate) span: Option<(Moment, Moment)>,
    pub(crate) start: Option<Point>,
    pub(crate) end: Option<Point>,
    /// Along the points, metres; not across the gaps between segments.
    pub(crate) distance_m: f64,
    pub(crate) ascent_m: f64,
    heart_rates: (f64, u32, f64),
    /// The last point of this segment, and the height that a rise is counted from.
    last: Option<Point>,
    low: Option<f64>,
    shape: Vec<Point>,
    /// Of how many points one is kept in the shape.
    every: u64,
}

impl Track {
    /// A track of a product, in the layer of workouts.
    pub(crate) fn of(source: &str) -> Self {
        Self::on(Layer::Workout, line_of(source))
    }

    /// A track in a layer; `device` tells it from the layer's others.
    pub(crate) fn on(layer: Layer, device: i64) -> Self {
        Self {
            layer,
            device,
            n_points: 0,
            span: None,
            start: None,
            end: None,
            distance_m: 0.0,
            ascent_m: 0.0,
            heart_rates: (0.0, 0, 0.0),
            last: None,
            low: None,
            shape: Vec::new(),
            every: 1,
        }
    }

    /// Takes the next point: a fix when it has a time, part of the shape when it has none.
    pub(crate) fn add(&mut self, sample: Sample, at: &str, sink: &mut dyn Sink) {
        let Some(point) = sample.point else {
            return sink.set_aside(FindingCode::BadPosition, at, "Expected a latitude and a longitude on the globe, and found none.");
        };
        self.corner(point);
        self.rise(sample.altitude);
        if let Some(rate) = sample.heart_rate.filter(|rate| *rate > 0.0) {
            let (sum, n, most) = self.heart_rates;
            self.heart_rates = (sum + rate, n + 1, most.max(rate));
        }
        let Some(moment) = sample.at else { return sink.merged() };
        sink.point(NewPoint {
            device: self.device,
            altitude: sample.altitude.map(|metres| metres.round() as i32),
            speed: sample.speed.filter(|speed| *speed >= 0.0).map(|speed| (speed * 100.0).round() as u16),
            heading: sample.heading.filter(|degrees| (0.0..=360.0).contains(degrees)).map(|degrees| degrees.round() as u16),
            method: Method::Gps,
            ..segment::fix(self.layer, moment.ms, point)
        });
        self.span = Some(match self.span.take() {
            None => (moment.clone(), moment),
            Some((first, last)) if moment.ms < first.ms => (moment, last),
            Some((first, last)) if moment.ms > last.ms => (first, moment),
            Some(span) => span,
        });
    }

    /// Takes a corner of a line or an area, which is no record of its own.
    pub(crate) fn corner(&mut self, point: Point) {
        self.n_points += 1;
        if let Some(last) = self.last {
            self.distance_m += last.metres_to(point);
        }
        self.start = self.start.or(Some(point));
        (self.last, self.end) = (Some(point), Some(point));
        self.keep_shape(point);
    }

    /// The next point begins a segment: what lies between was not recorded.
    pub(crate) fn gap(&mut self) {
        (self.last, self.low) = (None, None);
    }

    /// Average and greatest heart rate.
    pub(crate) fn heart_rate(&self) -> Option<(f64, f64)> {
        let (sum, n, most) = self.heart_rates;
        (n > 0).then(|| (sum / f64::from(n), most))
    }

    /// The line without times, `[[lat, lon]…]`, thinned.
    pub(crate) fn shape(&self) -> Vec<Value> {
        self.shape.iter().map(|point| json!([point.lat_degrees(), point.lon_degrees()])).collect()
    }

    fn rise(&mut self, altitude: Option<f64>) {
        let Some(height) = altitude else { return };
        match self.low {
            Some(low) if height - low >= RISE_M => {
                self.ascent_m += height - low;
                self.low = Some(height);
            }
            Some(low) if height > low => {}
            _ => self.low = Some(height),
        }
    }

    fn keep_shape(&mut self, point: Point) {
        if !(self.n_points - 1).is_multiple_of(self.every) {
            return;
        }
        self.shape.push(point);
        if self.shape.len() >= SHAPE {
            let mut index = 0;
            self.shape.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.every *= 2;
        }
    }
}

/// The number of the line that a product's tracks are drawn as. Small enough for every program that reads JSON.
pub(crate) fn line_of(source: &str) -> i64 {
    let digest = blake3::hash(source.as_bytes());
    let mut bytes = [0; 8];
    bytes[..6].copy_from_slice(&digest.as_bytes()[..6]);
    i64::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::Collected;

    #[test]
    fn sums_leave_out_gaps_and_noise_and_the_shape_stays_small() {
        let mut sink = Collected::default();
        let mut track = Track::of("x");
        let sample =
            |lat: f64, altitude: f64| Sample { point: Point::from_degrees(lat, 8.0), altitude: Some(altitude), ..Sample::default() };
        for (lat, altitude) in [(47.0, 400.0), (47.01, 402.0), (47.02, 410.0)] {
            track.add(sample(lat, altitude), "", &mut sink);
        }
        track.gap();
        track.add(sample(48.0, 900.0), "", &mut sink);
        assert!((track.distance_m - 2_224.0).abs() < 2.0, "{}", track.distance_m);
        assert_eq!((track.ascent_m, sink.n_merged, track.span.is_none()), (10.0, 4, true));
        for step in 0..5_000 {
            track.add(sample(48.0 + f64::from(step) / 1e4, 900.0), "", &mut sink);
        }
        assert!((100..=SHAPE).contains(&track.shape().len()), "{}", track.shape().len());
        track.add(Sample::default(), "line 1", &mut sink);
        assert_eq!((sink.n_set_aside, track.n_points), (1, 5_004));
    }
}
