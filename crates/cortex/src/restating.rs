//! Lets a language model restate a question that the rules read nothing in, in words that they do read.
//!
//! The model plans together with the rules, and they have the last word: what it may write is a grammar of whole questions,
//! made for the one that was asked. Its frames are those that [`crate::plan`] reads; every word, name and time in it stands in
//! the question. So it can never write what is no plan, and what it chooses is how the number is computed, never what the
//! number is. A question that it drops something of, which would be another question, is not taken.

use domain::{Cancel, Chat, Generator, GeneratorEvent, Result, Speaker};
use jiff::civil::Date;

use crate::dates;
use crate::plan::{World, content};

/// Tokens that a restated question may have.
const TOKENS: usize = 48;
/// Words of one part: "about the boiler service".
const WORDS: usize = 3;
/// What the model writes when no frame fits.
const NONE: &str = "none";

/// The beginnings of questions that the rules read, each with what follows it.
const FRAMES: &[&str] = &[
    "\"how many \" kinds",
    "\"how many days was I\"",
    "\"how much money did I spend\"",
    "\"how far did I \" move",
    "\"how long did I \" move",
    "\"when was the first \" kind",
    "\"when was the last \" kind",
    "\"which \" kinds",
    "\"who wrote me the most mails\"",
    "\"who did I write the most mails to\"",
    "\"who did I meet most\"",
    "\"which places did I visit most\"",
    "\"which songs did I listen to most\"",
    "\"which artist did I listen to most\"",
    "\"in which year did I spend the most money\"",
    "\"in which month did I spend the most money\"",
    "\"where was I\"",
    "\"when was I\"",
];

const KINDS: &[&str] =
    &["mail", "message", "event", "photo", "note", "task", "call", "video", "song", "search", "purchase", "order", "trip", "workout"];
const MOVES: &[&str] = &["walk", "run", "cycle", "drive", "fly"];

/// Questions with the form that each has; chosen for what people ask otherwise than in these words.
const EXAMPLES: &[(&str, &str)] = &[
    ("What did the dentist set me back in 2019?", "how much money did I spend about dentist in 2019"),
    ("Total up my mileage on the bike last summer", "how far did I cycle last summer"),
    ("Number of snaps with Ines from Porto?", "how many photos with Ines in Porto"),
    ("Since when am I getting mail from Tom?", "when was the first mail from Tom"),
    ("My whereabouts on 3 May 2020?", "where was I on 3 May 2020"),
    ("Who bombards me with mail?", "who wrote me the most mails"),
    ("What colour is the new sofa?", NONE),
];

/// The question in words that the rules read; `None` when the model finds none, or leaves out what matters.
pub(crate) fn restated(
    generator: &dyn Generator,
    question: &str,
    today: Date,
    world: &dyn World,
    cancel: &Cancel,
) -> Result<Option<String>> {
    let times: Vec<&str> = dates::find(question, today).iter().map(|found| &question[found.start..found.end]).collect();
    let words = content(question, &times);
    if words.is_empty() && times.is_empty() {
        return Ok(None);
    }
    let lines = lines(question);
    let chat = Chat { fixed: lines.len() - 1, lines, max_tokens: TOKENS, grammar: Some(grammar(&words, &times)) };
    let said = generator.generate(&chat, cancel, &mut |GeneratorEvent::Text(_)| {})?;
    let said = said.trim();
    let keeps = |part: &str| said.contains(part);
    if said == NONE || said.is_empty() || !times.iter().all(|time| keeps(time)) {
        return Ok(None);
    }
    // Names and numbers are what a question is about: without them it is another one. So is what the data does not know, but
    // for one such word, which may be how it is asked: "who bombards me".
    let mut unknown = 0;
    for word in words.iter().filter(|word| !keeps(word)) {
        if word.chars().any(|ch| ch.is_uppercase() || ch.is_ascii_digit()) {
            return Ok(None);
        }
        unknown += usize::from(!world.holds(word)?);
    }
    Ok((unknown <= 1).then(|| said.to_owned()))
}

fn lines(question: &str) -> Vec<(Speaker, String)> {
    let rules = "Restate the question about the user's own records in one of the fixed forms, and change nothing that it asks. \
        Keep its names, times and what it is about. Write \"none\" when it asks for something else than a form does.";
    let shown = EXAMPLES.iter().flat_map(|(asked, form)| [(Speaker::User, (*asked).to_owned()), (Speaker::Model, (*form).to_owned())]);
    [(Speaker::System, rules.to_owned())].into_iter().chain(shown).chain([(Speaker::User, question.to_owned())]).collect()
}

/// What may be written of a question with these words and times, in Lark.
fn grammar(words: &[String], times: &[&str]) -> String {
    let any = |texts: &mut dyn Iterator<Item = &str>| texts.map(quoted).collect::<Vec<_>>().join(" | ");
    let plural = KINDS.iter().map(|kind| format!("{kind}{}", if kind.ends_with('h') { "es" } else { "s" })).collect::<Vec<_>>();
    let mut rules = format!(
        "start: {} | frame{}{}\nframe: {}\nkind: {}\nkinds: {}\nmove: {}\n",
        quoted(NONE),
        if words.is_empty() { "" } else { " with? at? about?" },
        if times.is_empty() { "" } else { " (\" \" time)?" },
        FRAMES.join(" | "),
        any(&mut KINDS.iter().copied()),
        any(&mut plural.iter().map(String::as_str)),
        any(&mut MOVES.iter().copied()),
    );
    if !words.is_empty() {
        let word = any(&mut words.iter().map(String::as_str));
        rules += &format!(
            "with: (\" with \" | \" from \" | \" to \") words\nat: \" in \" words\nabout: \" about \" words\nwords: word (\" \" word){{0,{}}}\nword: {word}\n",
            WORDS - 1
        );
    }
    if !times.is_empty() {
        rules += &format!("time: {}\n", any(&mut times.iter().copied()));
    }
    rules
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use domain::Filter;
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::plan::{Asked, Spot, plan};

    const TODAY: Date = date(2026, 11, 22);

    /// Where the words "kayak", "boiler" and the person Ines are known.
    struct Harbour;

    impl World for Harbour {
        fn person(&self, words: &str) -> Result<Option<String>> {
            Ok((words == "Ines").then(|| "Ines Mota".to_owned()))
        }

        fn place(&self, _: &str) -> Result<Option<Spot>> {
            Ok(None)
        }

        fn venue(&self, _: &str) -> Result<bool> {
            Ok(false)
        }

        fn clocks(&self, _: domain::UtcMs, _: domain::UtcMs) -> Result<Option<i64>> {
            Ok(None)
        }

        fn performs(&self, _: &str) -> Result<bool> {
            Ok(false)
        }

        fn knows_owner(&self) -> Result<bool> {
            Ok(true)
        }

        fn sources(&self, _: &str) -> Result<Vec<String>> {
            Ok(Vec::new())
        }

        fn holds(&self, word: &str) -> Result<bool> {
            Ok(matches!(word, "kayak" | "boiler"))
        }
    }

    /// Writes the same, whatever it is asked.
    struct Writes(&'static str);

    impl Generator for Writes {
        fn id(&self) -> &str {
            "writes"
        }

        fn generate(&self, chat: &Chat, _: &Cancel, _: &mut dyn FnMut(GeneratorEvent<'_>)) -> Result<String> {
            assert!(chat.grammar.as_ref().unwrap().starts_with("start: "));
            Ok(self.0.to_owned())
        }
    }

    #[test]
    fn every_frame_is_a_question_that_the_rules_compute() {
        for frame in FRAMES {
            let begun = frame.replace('"', "").replace("kinds", "mails").replace("kind", "mail").replace("move", "cycle");
            let asked = format!("{} with Ines in 2019", begun.split_whitespace().collect::<Vec<_>>().join(" "));
            let plan = plan(&asked, &Filter::default(), TODAY, &TimeZone::UTC, &Harbour).unwrap();
            assert!(plan.beyond.is_empty() && plan.asked != Asked::Find, "{asked}: {}", plan.understood);
        }
    }

    #[test]
    fn the_grammar_holds_the_words_and_times_of_the_question_alone() {
        let question = "What did the boiler of \"Ines\" set me back in 2019?";
        let times = ["in 2019"];
        let written = grammar(&content(question, &times), &times);
        assert!(written.contains("word: \"boiler\" | \"Ines\" | \"set\"\n") && written.contains("time: \"in 2019\"\n"), "{written}");
        let nothing = grammar(&[], &[]);
        assert!(!nothing.contains("word") && !nothing.contains("time"), "{nothing}");
    }

    #[test]
    fn what_leaves_out_a_name_a_time_or_the_unknown_is_not_taken() {
        let restated = |question: &str, says| restated(&Writes(says), question, TODAY, &Harbour, &Cancel::default()).unwrap();
        let question = "What did the kayak of Ines set me back in 2019?";
        assert!(restated(question, "how much money did I spend with Ines about kayak in 2019").is_some());
        assert_eq!(restated(question, "how much money did I spend about kayak in 2019"), None, "the name is missing");
        assert_eq!(restated(question, "how much money did I spend with Ines about kayak"), None, "the time is missing");
        assert_eq!(restated(question, NONE), None);
        assert_eq!(restated("Which kayak crossed?", ""), None, "a model that cannot be held to a grammar says nothing");
        assert_eq!(restated("Which zeppelin crossed the fjord?", "which photos"), None, "neither is known");
    }
}
