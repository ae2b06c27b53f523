//! What records say of single samples, in few bytes: a person has millions of them, and all are held until their days are cut.

use std::borrow::Cow;

/// What a record says of a sample, as it is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Said<'s> {
    pub(crate) value: &'s str,
    pub(crate) unit: &'s str,
    /// What else the record says of it: `BloodGlucoseMealTime=1`.
    pub(crate) note: &'s str,
    /// How long it took; 0 of what is taken at an instant.
    pub(crate) seconds: u32,
    /// What measured it.
    pub(crate) device: &'s str,
    /// How many seconds after it was taken it was written down.
    pub(crate) written_after_s: Option<i32>,
}

/// The words of an export by number, for most stand in many of its records. 0 is none.
#[derive(Debug, Default)]
pub(super) struct Words {
    units: Vec<String>,
    devices: Vec<String>,
}

/// The number of a word; `None` beyond `most`.
fn number(known: &mut Vec<String>, word: &str, most: usize) -> Option<usize> {
    if word.is_empty() {
        return Some(0);
    }
    if let Some(place) = known.iter().position(|known| known == word) {
        return Some(place + 1);
    }
    if known.len() >= most {
        return None;
    }
    known.push(word.to_owned());
    Some(known.len())
}

fn word(known: &[String], number: usize) -> &str {
    number.checked_sub(1).and_then(|place| known.get(place)).map_or("", String::as_str)
}

/// What is said of the samples of half an hour: of each the numbers, and value and note behind the lengths of both.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept(Vec<u8>);

/// Bytes of a sample before its value: second, unit, length in time, seconds until it was written, device, two lengths.
const HEAD: usize = 17;
/// Bytes of a value or a note whose length is still written in two.
const LONGEST: usize = u16::MAX as usize;
/// Stands for a sample that does not say when it was written.
const UNSAID: i32 = i32::MIN;

impl Kept {
    pub(super) fn push(&mut self, second: u16, said: Said<'_>, words: &mut Words) {
        let (unit, value) = match number(&mut words.units, said.unit, usize::from(u8::MAX)) {
            Some(unit) => (unit as u8, Cow::Borrowed(said.value)),
            None => (0, Cow::Owned(format!("{} {}", said.value, said.unit))),
        };
        let (device, note) = match number(&mut words.devices, said.device, LONGEST) {
            Some(device) => (device as u16, Cow::Borrowed(said.note)),
            None => (0, Cow::Owned(format!("{} {}", said.note, said.device).trim_start().to_owned())),
        };
        let [value, note] = [&value, &note].map(|text| text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default());
        self.0.extend(second.to_le_bytes());
        self.0.push(unit);
        self.0.extend(said.seconds.to_le_bytes());
        self.0.extend(said.written_after_s.unwrap_or(UNSAID).to_le_bytes());
        self.0.extend(device.to_le_bytes());
        for text in [value, note] {
            self.0.extend((text.len() as u16).to_le_bytes());
        }
        self.0.extend(value.as_bytes());
        self.0.extend(note.as_bytes());
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    /// Each sample: its second within the half hour, and what is said of it.
    pub(super) fn each<'k>(&'k self, words: &'k Words) -> impl Iterator<Item = (u16, Said<'k>)> {
        let mut rest = self.0.as_slice();
        std::iter::from_fn(move || {
            let (head, behind) = rest.split_first_chunk::<HEAD>()?;
            let [s0, s1, unit, t0, t1, t2, t3, w0, w1, w2, w3, d0, d1, v0, v1, n0, n1] = *head;
            let (value, behind) = behind.split_at_checked(usize::from(u16::from_le_bytes([v0, v1])))?;
            let (note, next) = behind.split_at_checked(usize::from(u16::from_le_bytes([n0, n1])))?;
            rest = next;
            let [value, note] = [value, note].map(|text| std::str::from_utf8(text).unwrap_or_default());
            let said = Said {
                value,
                unit: word(&words.units, usize::from(unit)),
                note,
                seconds: u32::from_le_bytes([t0, t1, t2, t3]),
                device: word(&words.devices, usize::from(u16::from_le_bytes([d0, d1]))),
                written_after_s: Some(i32::from_le_bytes([w0, w1, w2, w3])).filter(|seconds| *seconds != UNSAID),
            };
            Some((u16::from_le_bytes([s0, s1]), said))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_comes_back_as_it_was() {
        let (mut kept, mut more, mut words) = (Kept::default(), Kept::default(), Words::default());
        let weighed =
            Said { value: "163.6", unit: "lb", note: "by hand", device: "Scale, Ltd.", written_after_s: Some(-5), ..Said::default() };
        kept.push(600, weighed, &mut words);
        more.push(1_799, Said { seconds: u32::MAX, ..Said::default() }, &mut words);
        kept.append(more);
        for unit in 0..300 {
            kept.push(1, Said { value: "ü", unit: &format!("unit {unit}"), seconds: 1, ..Said::default() }, &mut words);
        }
        let shown = |(second, said): (u16, Said<'_>)| format!("{second}|{}|{}|{}|{}", said.value, said.unit, said.note, said.seconds);
        let all: Vec<String> = kept.each(&words).map(shown).collect();
        assert_eq!((all[0].as_str(), all[1].as_str(), all[2].as_str()), ("600|163.6|lb|by hand|0", "1799||||4294967295", "1|ü|unit 0||1"));
        assert_eq!((all.len(), all[301].as_str()), (302, "1|ü unit 299|||1"));
        let told: Vec<_> = kept.each(&words).take(2).map(|(_, said)| (said.device, said.written_after_s)).collect();
        assert_eq!(told, [("Scale, Ltd.", Some(-5)), ("", None)]);
    }
}
