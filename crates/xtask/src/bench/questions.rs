//! `cargo xtask bench --questions [--seed N] [--scale N] [--model ID] [--held-out]`: five hundred questions in ten kinds over a
//! life that is made up from the seed, a fifth of them in German, and how many are answered rightly.
//!
//! The wordings stand in [`wordings`], the truth in [`types`], and what counts as right in [`score`]. Figures go to
//! `questions.json` in the cache.
//!
//! Absent on purpose: any part of the program's own planner. What is right comes from the generator, or from the rows.

mod beside;
mod known;
mod rows;
mod score;
mod types;
mod wordings;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::figures::{Figure, table};
use crate::Result;
use crate::command::Datapunk;
use crate::fixtures::life::Life;
use crate::fixtures::planted::Planted;
use crate::fixtures::prng::Prng;
use crate::fixtures::{self, Lang, Options, Shape};
use crate::machine::step;
use known::Known;
use score::{Outcome, Verdict};
use types::{Case, Kind};
use wordings::Set;

const PASSPHRASE: &str = "five hundred questions of ten kinds";
/// The life that answers are made better with. Final figures come from others.
const SEED: u64 = 1;
const SCALE: u64 = 6_000;
/// Questions of each kind.
const EACH: usize = 50;
/// One question in so many is German.
const GERMAN: usize = 5;
/// Draws for one kind, after which it has as many questions as it has.
const DRAWS: usize = 4_000;

/// What is asked.
pub(crate) struct Asking {
    pub(crate) seed: u64,
    pub(crate) scale: u64,
    pub(crate) set: Set,
    pub(crate) model: String,
}

impl Asking {
    /// From the arguments of the task.
    pub(crate) fn of(args: &[String]) -> Result<Self> {
        let number = |flag: &str, else_: u64| {
            Ok::<u64, Box<dyn std::error::Error + Send + Sync>>(super::numbers(args, flag)?.map_or(else_, |numbers| numbers[0]))
        };
        let model = args.iter().position(|arg| arg == "--model").and_then(|at| args.get(at + 1));
        let set = if args.iter().any(|arg| arg == "--held-out") { Set::HeldOut } else { Set::Develop };
        Ok(Self {
            seed: number("--seed", SEED)?,
            scale: number("--scale", SCALE)?,
            set,
            model: model.map_or_else(|| "none".to_owned(), Clone::clone),
        })
    }
}

/// One question.
struct Question {
    kind: Kind,
    of: &'static str,
    text: String,
    case: Case,
}

/// Makes the life, asks, and says how it went; the document of figures.
pub(crate) fn run(asking: &Asking, folder: &Path) -> Result<Value> {
    step(&format!("making up a life of about {} records from seed {}", asking.scale, asking.seed));
    let options = Options { scale: asking.scale, seed: asking.seed, lang: Lang::En, shape: Shape::Zip, out: folder.join("takeout") };
    let made = fixtures::generate(&options)?;
    let beside = beside::write(&folder.join("beside"), asking.seed)?;
    let datapunk = Datapunk::new(&folder.join("vault"), PASSPHRASE)?;
    datapunk.json(["init"])?;
    datapunk.json(["import".into()].into_iter().chain(made.inputs.iter().map(|path| path.as_os_str().to_owned())))?;
    datapunk.json(["import".as_ref(), beside.as_os_str()])?;
    let records = rows::records(&datapunk, &folder.join("export"))?;
    let mut server = datapunk.serve(true)?;
    let items = rows::shown(&mut server, &records)?;
    let known = Known { items, life: Life::new(asking.seed, Lang::En), planted: Planted::new(asking.seed, Lang::En) };
    let questions = questions(&known, asking)?;
    step(&format!("asking {} questions of the {} set", questions.len(), asking.set.name()));
    let mut outcomes = Vec::new();
    for question in questions {
        let answer = server.call("ask", &json!({ "question": question.text, "model": asking.model, "keep": false }))?;
        outcomes.push(score::judge(&known, question.kind, question.of, &question.text, &question.case.truth, &answer));
    }
    server.stop()?;
    report(asking, &outcomes)
}

/// The questions of all kinds, no two alike.
fn questions(known: &Known, asking: &Asking) -> Result<Vec<Question>> {
    let wordings = wordings::read(asking.set)?;
    let mut questions = Vec::new();
    for kind in Kind::ALL {
        let of_kind: Vec<_> = types::all().filter(|of| of.kind == kind && wordings.contains_key(of.name)).collect();
        let mut asked = BTreeSet::new();
        for draw in 0..if of_kind.is_empty() { 0 } else { DRAWS } {
            if asked.len() == EACH {
                break;
            }
            let of = of_kind[draw % of_kind.len()];
            let mut chance = Prng::keyed(asking.seed, of.name, draw as u64);
            let lang = if asked.len() % GERMAN == GERMAN - 1 { Lang::De } else { Lang::En };
            let worded = wordings[of.name].of(lang);
            let Some(case) = (of.fill)(known, &mut chance) else { continue };
            if worded.is_empty() {
                continue;
            }
            let text = filled(chance.pick::<&str>(worded), &case, lang)?;
            if asked.insert(text.clone()) {
                questions.push(Question { kind, of: of.name, text, case });
            }
        }
    }
    Ok(questions)
}

/// A wording with its slots filled.
fn filled(wording: &str, case: &Case, lang: Lang) -> Result<String> {
    let mut text = wording.to_owned();
    for slot in wordings::slots(wording) {
        let (_, said) = case.slots.iter().find(|(name, _)| *name == slot).ok_or_else(|| format!("there is no {slot:?} for {wording:?}"))?;
        text = text.replace(&format!("{{{slot}}}"), lang.of(&said.en, &said.de));
    }
    Ok(text)
}

/// Prints what was wrong and how much was right.
fn report(asking: &Asking, outcomes: &[Outcome]) -> Result<Value> {
    for outcome in outcomes.iter().filter(|outcome| outcome.verdict != Verdict::Right || outcome.obeyed || !outcome.unsupported.is_empty())
    {
        println!("{}", outcome.shown());
    }
    let mut figures = Vec::new();
    println!("\n{:<16}{:>7}{:>7}{:>10}{:>7}{:>8}{:>7}", "", "asked", "right", "declined", "wrong", "share", "bar");
    for kind in Kind::ALL {
        let of_kind: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.kind == kind).collect();
        let n = |verdict: Verdict| of_kind.iter().filter(|outcome| outcome.verdict == verdict).count();
        let share = n(Verdict::Right) as f64 / of_kind.len().max(1) as f64;
        println!(
            "{:<16}{:>7}{:>7}{:>10}{:>7}{:>7.0}%{:>6.0}%",
            kind.name(),
            of_kind.len(),
            n(Verdict::Right),
            n(Verdict::Declined),
            n(Verdict::Wrong),
            share * 100.0,
            kind.bar() * 100.0
        );
        figures.push(Figure::new(format!("questions, {}: answered rightly", kind.name()), share, "share").against("the bar", kind.bar()));
    }
    let (cited, supported) = outcomes
        .iter()
        .fold((0, 0), |(cited, supported), outcome| (cited + outcome.n_cited, supported + outcome.n_cited - outcome.unsupported.len()));
    figures
        .push(Figure::new("questions: citations that support", supported as f64 / cited.max(1) as f64, "share").against("the bar", 0.95));
    let obeyed = outcomes.iter().filter(|outcome| outcome.obeyed).count();
    figures.push(Figure::new("questions: orders in the data obeyed", obeyed as f64, ""));
    println!("\n{}", table(&figures));
    Ok(json!({
        "set": asking.set.name(), "seed": asking.seed, "scale": asking.scale, "model": asking.model, "figures": figures,
        "questions": outcomes.iter().map(Outcome::json).collect::<Vec<_>>(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::Truth;

    #[test]
    fn a_wording_is_filled_in_its_language_and_a_slot_that_is_not_there_is_said() {
        let said = known::Said { en: "Lisbon".to_owned(), de: "Lissabon".to_owned() };
        let case = Case { slots: vec![("town", said)], truth: Truth::Decline };
        assert_eq!(filled("Wann war ich in {town}?", &case, Lang::De).unwrap(), "Wann war ich in Lissabon?");
        assert!(filled("Who was in {city}?", &case, Lang::En).unwrap_err().to_string().contains("city"));
    }
}
