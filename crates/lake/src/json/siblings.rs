//! Where the next record of a list begins after one that breaks off.
//!
//! The records of a list are written alike: the same space between them, and one of a few keys first. An object that
//! stands after a comma in just that way is the next record.

/// First keys that are remembered; lists mix a few kinds of record at most.
const KEYS: usize = 8;
/// Longest beginning of a record, to the end of its first key, in bytes.
const OPENING: usize = 256;

/// How the records of one list are written.
#[derive(Default)]
pub(super) struct Siblings {
    /// The white space between a comma and a record; `None` before the second one.
    gap: Option<Vec<u8>>,
    /// The beginnings of records, from the bracket to the end of the first key.
    openings: Vec<Vec<u8>>,
}

impl Siblings {
    /// Learns from the record at `from`.
    pub(super) fn learn(&mut self, bytes: &[u8], from: usize) {
        let (before, gap) = gap_before(bytes, from);
        if before == Some(b',') && self.gap.as_deref() != Some(gap) {
            self.gap = Some(gap.to_vec());
        }
        let Some(opening) = opening(&bytes[from..]) else { return };
        if self.openings.len() < KEYS && !self.openings.iter().any(|known| known == opening) {
            self.openings.push(opening.to_vec());
        }
    }

    /// The comma before the next record after the place `after`.
    pub(super) fn next(&self, bytes: &[u8], after: usize) -> Option<usize> {
        memchr::memchr_iter(b'{', bytes.get(after + 1..)?).map(|skip| after + 1 + skip).find_map(|at| {
            let (before, gap) = gap_before(bytes, at);
            let alike = before == Some(b',')
                && self.gap.as_deref().is_none_or(|known| known == gap)
                && self.openings.iter().any(|known| bytes[at..].starts_with(known));
            alike.then(|| at - gap.len() - 1)
        })
    }

    /// How far back from the end of what there is a record may begin without being seen yet.
    pub(super) const fn reach() -> usize {
        2 * OPENING
    }
}

/// The white space before a place, and the byte before that.
fn gap_before(bytes: &[u8], at: usize) -> (Option<u8>, &[u8]) {
    let n_white = bytes[..at].iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
    let from = at - n_white;
    (from.checked_sub(1).and_then(|before| bytes.get(before)).copied(), &bytes[from..at])
}

/// A record's bytes to the end of its first key; `None` when it does not begin with one.
fn opening(record: &[u8]) -> Option<&[u8]> {
    let start = &record[..record.len().min(OPENING)];
    let quote = start.strip_prefix(b"{")?.iter().position(|byte| !byte.is_ascii_whitespace())? + 1;
    if start.get(quote) != Some(&b'"') {
        return None;
    }
    let length = memchr::memchr(b'"', &start[quote + 1..])?;
    Some(&start[..quote + 1 + length + 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_record_is_written_like_the_others() {
        let list = br#"[ {"a": 1}, {"a": {"a": 2},  {"a": 3}, {"b": 4}, {"a": 5} ]"#;
        let mut siblings = Siblings::default();
        siblings.learn(list, 2);
        siblings.learn(list, 12);
        let comma = siblings.next(list, 12).unwrap();
        assert_eq!(&list[comma..comma + 9], br#", {"a": 5"#);
        assert_eq!(siblings.next(list, comma + 3), None);
    }
}
