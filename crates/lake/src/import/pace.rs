//! How fast an import goes, from the last ten seconds.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use domain::Progress;

const WINDOW: Duration = Duration::from_secs(10);
const EVERY: Duration = Duration::from_millis(200);

/// Samples of the last ten seconds.
pub(crate) struct Pace {
    samples: VecDeque<(Instant, u64, u64)>,
    total: u64,
}

impl Pace {
    /// `total` bytes are to be read.
    pub(crate) fn new(total: u64, now: Instant) -> Self {
        Self { samples: VecDeque::from([(now, 0, 0)]), total }
    }

    /// Whether it is time to tell again: at once when the first records are there, then every so often.
    pub(crate) fn is_due(&self, now: Instant, records: u64) -> bool {
        let first = records > 0 && self.samples.iter().all(|(.., known)| *known == 0);
        first || self.samples.back().is_none_or(|(last, ..)| now.duration_since(*last) >= EVERY)
    }

    /// An archive inside the export is looked into, before anything is read.
    pub(crate) fn opening(total: u64, path: &str) -> Progress {
        Progress { stage: "opening".to_owned(), total, unit: "bytes".to_owned(), detail: path.to_owned(), ..Progress::default() }
    }

    /// Takes a sample, and says where things stand.
    pub(crate) fn at(&mut self, now: Instant, bytes: u64, records: u64, detail: String) -> Progress {
        let bytes = bytes.min(self.total);
        self.samples.push_back((now, bytes, records));
        while self.samples.len() > 2 && now.duration_since(self.samples[0].0) > WINDOW {
            self.samples.pop_front();
        }
        let (since, bytes_then, records_then) = self.samples[0];
        let seconds = now.duration_since(since).as_secs_f64();
        let per_second = |n: u64| if seconds > 0.0 { n as f64 / seconds } else { 0.0 };
        let speed = per_second(bytes.saturating_sub(bytes_then));
        Progress {
            stage: "reading".to_owned(),
            done: bytes,
            total: self.total,
            unit: "bytes".to_owned(),
            records,
            rate: per_second(records.saturating_sub(records_then)),
            eta_s: (speed > 0.0 && seconds >= 1.0).then(|| ((self.total - bytes) as f64 / speed).ceil() as u64),
            detail,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_and_the_time_left_come_from_the_last_ten_seconds() {
        let start = Instant::now();
        let mut pace = Pace::new(10_000, start);
        // A slow start that is out of the window by the end.
        for second in 1..=20 {
            pace.at(start + Duration::from_secs(second), second, second, String::new());
        }
        let progress = (21..=30)
            .map(|second| pace.at(start + Duration::from_secs(second), 100 * (second - 20), 10 * (second - 20), String::new()))
            .last()
            .unwrap();
        assert_eq!((progress.done, progress.records), (1_000, 100));
        assert!((7.0..10.1).contains(&progress.rate), "{}", progress.rate);
        assert!(progress.eta_s.is_some_and(|eta| (90..=95).contains(&eta)), "{:?}", progress.eta_s);
    }
}
