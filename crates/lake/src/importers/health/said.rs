//! What records say of single samples, in few bytes: a person has millions of them, and all are held until their days are cut.

use std::borrow::Cow;

/// What a record says of a sample, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Said<'s> {
    pub(crate) value: &'s str,
    pub(crate) unit: &'s str,
    /// What else the record says of it: `BloodGlucoseMealTime=1`.
    pub(crate) note: &'s str,
    /// How long it took; 0 of what is taken at an instant.
    pub(crate) seconds: u32,
}

/// The units of an export by number, for one stands in each of its records. 0 is none.
#[derive(Debug, Default)]
pub(super) struct Units(Vec<String>);

impl Units {
    /// Its number; `None` beyond as many as any export has.
    fn number(&mut self, unit: &str) -> Option<u8> {
        if unit.is_empty() {
            return Some(0);
        }
        if let Some(known) = self.0.iter().position(|known| known == unit) {
            return u8::try_from(known + 1).ok();
        }
        let number = u8::try_from(self.0.len() + 1).ok()?;
        self.0.push(unit.to_owned());
        Some(number)
    }

    fn of(&self, number: u8) -> &str {
        usize::from(number).checked_sub(1).and_then(|place| self.0.get(place)).map_or("", String::as_str)
    }
}

/// What is said of the samples of half an hour: of each its second, unit and length in time, and value and note behind the
/// lengths of both.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept(Vec<u8>);

/// Bytes of a sample before its value.
const HEAD: usize = 11;
/// Bytes of a value or a note whose length is still written in two.
const LONGEST: usize = u16::MAX as usize;

impl Kept {
    pub(super) fn push(&mut self, second: u16, said: Said<'_>, units: &mut Units) {
        let (unit, value) = match units.number(said.unit) {
            Some(unit) => (unit, Cow::Borrowed(said.value)),
            None => (0, Cow::Owned(format!("{} {}", said.value, said.unit))),
        };
        let [value, note] = [&value, said.note].map(|text| text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default());
        self.0.extend(second.to_le_bytes());
        self.0.push(unit);
        self.0.extend(said.seconds.to_le_bytes());
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
    pub(super) fn each<'k>(&'k self, units: &'k Units) -> impl Iterator<Item = (u16, Said<'k>)> {
        let mut rest = self.0.as_slice();
        std::iter::from_fn(move || {
            let (head, behind) = rest.split_first_chunk::<HEAD>()?;
            let [s0, s1, unit, t0, t1, t2, t3, v0, v1, n0, n1] = *head;
            let (value, behind) = behind.split_at_checked(usize::from(u16::from_le_bytes([v0, v1])))?;
            let (note, next) = behind.split_at_checked(usize::from(u16::from_le_bytes([n0, n1])))?;
            rest = next;
            let [value, note] = [value, note].map(|text| std::str::from_utf8(text).unwrap_or_default());
            let said = Said { value, unit: units.of(unit), note, seconds: u32::from_le_bytes([t0, t1, t2, t3]) };
            Some((u16::from_le_bytes([s0, s1]), said))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_comes_back_as_it_was() {
        let (mut kept, mut more, mut units) = (Kept::default(), Kept::default(), Units::default());
        kept.push(600, Said { value: "163.6", unit: "lb", note: "by hand", seconds: 0 }, &mut units);
        more.push(1_799, Said { value: "", unit: "", note: "", seconds: u32::MAX }, &mut units);
        kept.append(more);
        for unit in 0..300 {
            kept.push(1, Said { value: "ü", unit: &format!("unit {unit}"), note: "", seconds: 1 }, &mut units);
        }
        let shown = |(second, said): (u16, Said<'_>)| format!("{second}|{}|{}|{}|{}", said.value, said.unit, said.note, said.seconds);
        let all: Vec<String> = kept.each(&units).map(shown).collect();
        assert_eq!((all[0].as_str(), all[1].as_str(), all[2].as_str()), ("600|163.6|lb|by hand|0", "1799||||4294967295", "1|ü|unit 0||1"));
        assert_eq!((all.len(), all[301].as_str()), (302, "1|ü unit 299|||1"));
    }
}
