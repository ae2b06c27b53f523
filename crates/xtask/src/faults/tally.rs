//! What was tried how often, what came of it, and what got through; and how cases are shared out to the cores.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Serialize;

use super::Plan;
use crate::Result;
use crate::fixtures::prng::Prng;

/// A fault that got through.
#[derive(Debug, Clone, Serialize)]
pub struct Through {
    /// The case, for `--case`.
    pub case: u64,
    /// What was expected, and what was found.
    pub what: String,
}

/// One sort of fault, tried many times.
#[derive(Debug, Clone, Serialize)]
pub struct Tally {
    /// The kind and the sort: "kills: import".
    pub name: String,
    /// How many cases were run.
    pub ran: u64,
    /// How they ended, and how often.
    pub ends: BTreeMap<String, u64>,
    /// What got through.
    pub through: Vec<Through>,
    /// What the figures do not say.
    pub notes: Vec<String>,
}

impl Tally {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ran: 0, ends: BTreeMap::new(), through: Vec::new(), notes: Vec::new() }
    }

    /// One that was not run, and why.
    pub(super) fn skipped(name: impl Into<String>, why: impl Into<String>) -> Self {
        Self { notes: vec![why.into()], ..Self::new(name) }
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Counts a case; its error is what got through.
    pub(super) fn count(&mut self, case: u64, end: Result<String>) {
        self.ran += 1;
        match end {
            Ok(end) => *self.ends.entry(end).or_default() += 1,
            Err(what) => self.through.push(Through { case, what: what.to_string() }),
        }
    }
}

/// Works on the cases, several at once; `work` says how each ended, and its error is what got through. Chance is drawn from
/// the seed, the name and the number of the case alone, so that one case can be done again.
pub(super) fn each(plan: &Plan, name: &str, cases: &[u64], work: impl Fn(u64, &mut Prng) -> Result<String> + Sync) -> Tally {
    let tally = Mutex::new(Tally::new(name));
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..at_once() {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let end = work(*case, &mut Prng::keyed(plan.seed, name, *case));
                    tally.lock().unwrap_or_else(PoisonError::into_inner).count(*case, end);
                }
            });
        }
    });
    let mut tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    tally.through.sort_by_key(|through| through.case);
    tally
}

/// How many cases are worked on at a time.
pub(super) fn at_once() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The tallies as a table for people, and then everything that got through.
pub(super) fn table(tallies: &[Tally]) -> String {
    let wide = tallies.iter().map(|tally| tally.name.chars().count()).max().unwrap_or(0);
    let mut text = format!("{:<wide$}  {:>7} {:>7}  how they ended\n", "", "cases", "through");
    for tally in tallies {
        let ends: Vec<String> = tally.ends.iter().map(|(end, n)| format!("{n} {end}")).collect();
        text.push_str(&format!("{:<wide$}  {:>7} {:>7}  {}\n", tally.name, tally.ran, tally.through.len(), ends.join(", ")));
        for note in &tally.notes {
            text.push_str(&format!("{:<wide$}                   {note}\n", ""));
        }
    }
    for tally in tallies {
        for through in tally.through.iter().take(20) {
            text.push_str(&format!("through: {}, case {}: {}\n", tally.name, through.case, through.what));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_is_worked_on_once_and_what_gets_through_is_told() {
        let plan = Plan { seed: 7, n: Some(40), case: None, folder: "".into() };
        let drawn = Mutex::new(BTreeMap::new());
        let tally = each(&plan, "a kind", &plan.cases(9), |case, chance| {
            assert_eq!(drawn.lock().unwrap().insert(case, chance.next()), None);
            if case == 13 { Err("it broke".into()) } else { Ok("well".to_owned()) }
        });
        assert_eq!((tally.ran, tally.ends["well"]), (40, 39));
        let drawn = drawn.into_inner().unwrap();
        let again = each(&Plan { case: Some(13), ..plan }, "a kind", &[13], |case, chance| {
            assert_eq!(drawn[&case], chance.next());
            Ok(String::new())
        });
        assert_eq!(again.ran, 1);
        assert!(table(&[tally]).contains("through: a kind, case 13: it broke"));
    }
}
