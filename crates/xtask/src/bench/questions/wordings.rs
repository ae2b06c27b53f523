//! The wordings of questions: files of lines under the names of their types.

use std::collections::BTreeMap;

use crate::Result;
use crate::fixtures::Lang;

/// What may be looked at while answers are made better.
const DEVELOP: &str = include_str!("develop.txt");
/// What is for final figures alone.
const HELD_OUT: &str = include_str!("held_out.txt");

/// Which wordings are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Set {
    Develop,
    HeldOut,
}

impl Set {
    /// Its name in tables and figures.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Develop => "develop",
            Self::HeldOut => "held out",
        }
    }
}

/// The wordings of one type, by language.
#[derive(Debug, Default)]
pub(crate) struct Wordings {
    en: Vec<&'static str>,
    de: Vec<&'static str>,
}

impl Wordings {
    /// Those of a language.
    pub(crate) fn of(&self, lang: Lang) -> &[&'static str] {
        match lang {
            Lang::En => &self.en,
            Lang::De => &self.de,
        }
    }
}

/// The wordings of a set, by type.
///
/// # Errors
/// When a line is none of the format that the files describe, with the line.
pub(crate) fn read(set: Set) -> Result<BTreeMap<&'static str, Wordings>> {
    parse(match set {
        Set::Develop => DEVELOP,
        Set::HeldOut => HELD_OUT,
    })
}

fn parse(text: &'static str) -> Result<BTreeMap<&'static str, Wordings>> {
    let mut types: BTreeMap<&'static str, Wordings> = BTreeMap::new();
    let mut of = "";
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            of = name;
            continue;
        }
        let (lang, wording) = line.split_once(": ").ok_or_else(|| format!("a wording begins with its language: {line:?}"))?;
        let wordings = types.entry(of).or_default();
        match lang {
            "en" => wordings.en.push(wording),
            "de" => wordings.de.push(wording),
            _ => return Err(format!("wordings are of \"en\" or \"de\": {line:?}").into()),
        }
    }
    Ok(types)
}

/// The names of the slots in a wording: "{person}" holds "person".
pub(crate) fn slots(wording: &str) -> impl Iterator<Item = &str> {
    wording.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::questions::types;

    #[test]
    fn every_wording_is_of_a_type_that_there_is_and_every_type_has_english_ones() {
        for set in [Set::Develop, Set::HeldOut] {
            let wordings = read(set).unwrap();
            let unknown: Vec<_> = wordings.keys().filter(|name| types::all().all(|of| of.name != **name)).collect();
            assert!(unknown.is_empty(), "{unknown:?}");
        }
        let wordings = read(Set::Develop).unwrap();
        let without: Vec<_> = types::all().map(|of| of.name).filter(|name| wordings.get(name).is_none_or(|of| of.en.is_empty())).collect();
        assert!(without.is_empty(), "{without:?}");
    }

    #[test]
    fn no_wording_of_the_held_out_set_stands_in_the_other() {
        let (develop, held_out) = (read(Set::Develop).unwrap(), read(Set::HeldOut).unwrap());
        for (name, wordings) in held_out {
            let known = develop.get(name).map(|of| [&of.en[..], &of.de[..]].concat()).unwrap_or_default();
            assert!([wordings.en, wordings.de].concat().iter().all(|wording| !known.contains(wording)), "{name}");
        }
    }
}
