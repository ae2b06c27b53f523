//! Recordings of watches and bicycle computers in FIT.
//!
//! A session becomes a [`Kind::Workout`](domain::Kind::Workout), the points fixes of
//! [`Layer::Workout`](domain::Layer::Workout). Key: start and sport. The original holds the session's figures under FIT's
//! names; the rest of the file is binary and stays where it is. `data` is documented at [`super::workout`].

use std::io;

use domain::Raw;

use super::workout::fit_file;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};

pub(crate) static IMPORTER: Importer = Importer { id: "fit", label: "Workouts (FIT)", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    if fit_file::recognizes(probe.head) { Claim::Yes(2) } else { Claim::No }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    fit_file::read(input.reader, IMPORTER.id, sink, &mut |workout, figures, sink| {
        let key = workout.from.as_ref().map_or_else(String::new, |from| format!("{}|{}", from.ms, workout.activity));
        sink.item(workout.into_item(IMPORTER.id, &key, Raw::json(figures.to_string().as_bytes())));
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;

    #[test]
    fn a_recording_is_known_by_its_bytes() {
        let file = fit_file::tests::made();
        assert_eq!(recognizes(&Probe { path: "2024-01-05", head: &file, tail: &[], size: 100 }), Claim::Yes(2));
        let read = read(&IMPORTER, "ride.fit", &file);
        assert_eq!(
            read.shown(),
            "workout fit 2024-01-05T09:00:00Z | Cycling, 3.3 km @47.1200,8.5400\n= 1 items, 1 merged, 0 skipped, 0 set aside"
        );
        assert_eq!(read.points.len(), 1);
    }
}
