//! Records that stand deeper in a file than under one of its top keys: the events of each conversation of a list.
//!
//! A conversation may be larger than memory, so it is not a record; it is entered, and its events are the records.
//!
//! Invariant: only the objects that the caller names are entered; everything else comes whole, as from [`Records`].

use std::io::{self, Read};

use super::{Next, Records, Step};

/// Walks a JSON file, and into some of its objects.
pub(crate) struct Descent<'r> {
    records: Records<'r>,
    entered: String,
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Inner<'b> {
    /// An object was entered: its key, or that of the array it stands in. Its fields and records follow.
    Entered(&'b str),
    /// As from [`Records`].
    Next(Next<'b>),
}

impl<'r> Descent<'r> {
    /// Starts at the beginning of `reader`. An object is entered when `enters` says so of its key, or of the key of the
    /// array that it stands in.
    pub(crate) fn new(reader: &'r mut dyn Read, enters: fn(&str) -> bool) -> Self {
        let mut records = Records::new(reader);
        records.enters = enters;
        Self { records, entered: String::new() }
    }

    /// What comes next. Fails only when reading fails.
    pub(crate) fn next(&mut self) -> io::Result<Inner<'_>> {
        Ok(match self.records.advance()? {
            Step::Entered { key } => {
                self.entered = key;
                Inner::Entered(&self.entered)
            }
            step => Inner::Next(self.records.lent(step)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(mut text: &[u8]) -> String {
        let mut descent = Descent::new(&mut text, |key| matches!(key, "lists" | "state"));
        let mut lines = Vec::new();
        loop {
            let line = match descent.next().unwrap() {
                Inner::Entered(key) => format!("<{key}>"),
                Inner::Next(Next::Record { key, bytes, .. }) => format!("{key}[{}]", String::from_utf8_lossy(bytes)),
                Inner::Next(Next::Field { key, bytes, .. }) => format!("{key}={}", String::from_utf8_lossy(bytes)),
                Inner::Next(Next::Cut { key, rest, .. }) => format!("cut {key}[{}]", String::from_utf8_lossy(rest)),
                Inner::Next(Next::Broken(at, expected)) => format!("broken {at}: {expected}"),
                Inner::Next(Next::End) => "end".to_owned(),
            };
            let last = line == "end" || line.starts_with("cut") || line.starts_with("broken");
            lines.push(line);
            if last {
                return lines.join(" ");
            }
        }
    }

    #[test]
    fn records_are_found_at_any_depth_that_is_named() {
        assert_eq!(
            shown(br#"{"lists": [{"name": "a", "events": [{"e": 1}, {"e": [2]}]}, {"id": {"x": 1}, "state": {"n": 1, "event": [3]}}], "z": 0}"#),
            r#"<lists> name="a" events[{"e": 1}] events[{"e": [2]}] <lists> id={"x": 1} <state> n=1 event[3] z=0 end"#
        );
    }

    #[test]
    fn faults_inside_cost_what_they_would_at_the_top() {
        assert_eq!(
            shown(br#"{"lists": [{"events": [{"e":1},{"e":2,{"e":3}]},{"events": [{"e":4},{"e":"#),
            r#"<lists> events[{"e":1}] events[{"e":2] events[{"e":3}] <lists> events[{"e":4}] cut events[{"e":]"#
        );
    }
}
