//! Who is meant by "my sister", and when people were born: what stands on the cards of an address book.

use domain::{Filter, Kind, Result};
use jiff::civil::Date;
use vault::Row;

use super::{Answer, Answerer, Cited, one_claim, say};
use crate::plan::{Plan, World, kinship, own_words_off};
use crate::retrieve::Hit;
use crate::snippet;

/// What may follow a word of kinship on a card and say no more than where they are: "uncle in Boston".
const WHERE: &[&str] = &["in", "from", "at", "aus"];
/// Words that set two ages against each other, and whether the elder is asked for.
const AGES: &[(&str, bool)] = &[("older", true), ("elder", true), ("younger", false), ("älter", true), ("jünger", false)];
/// The same, by when each was born.
const BORN: &[(&str, bool)] = &[
    ("born first", true),
    ("born earlier", true),
    ("born before", true),
    ("born later", false),
    ("born last", false),
    ("born after", false),
    ("früher geboren", true),
    ("zuerst geboren", true),
    ("später geboren", false),
];

impl Answerer<'_> {
    /// The one person whose card calls them so, by its note or as a nickname; `None` where several are, or nobody is.
    pub(super) fn by_kinship(&self, word: &str) -> Result<Option<String>> {
        let names = kinship(&word.to_lowercase());
        if names.is_empty() {
            return Ok(None);
        }
        let calls_so = |text: &str| {
            let folded = snippet::fold(text.trim());
            let said: Vec<&str> = own_words_off(&folded).split(' ').collect();
            names.iter().any(|name| said[0].trim_end_matches([',', '.']) == *name) && said.get(1).is_none_or(|next| WHERE.contains(next))
        };
        let cards = Filter { kinds: vec![Kind::Contact], text: format!("({})", names.join(" OR ")), ..Filter::default() };
        let mut called: Vec<String> = Vec::new();
        for row in self.every(&cards)? {
            let Some(item) = self.vault.item(row.uid)? else { continue };
            let field = |name: &str| item.data.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
            let notes = field("notes");
            if (calls_so(&field("nickname")) || notes.lines().any(calls_so)) && !called.contains(&row.title) {
                called.push(row.title);
            }
        }
        Ok(called.pop().filter(|_| called.is_empty()))
    }

    /// The card that says when somebody was born, and what it says: "1990-05-04", or "--05-04" where the year is not told.
    pub(super) fn born(&self, name: &str) -> Result<Option<(Row, String)>> {
        let cards = Filter { kinds: vec![Kind::Contact], people: vec![name.to_owned()], ..Filter::default() };
        for row in self.every(&cards)? {
            let Some(item) = self.vault.item(row.uid)? else { continue };
            if let Some(born) = item.data.get("birthday").and_then(|born| born.as_str()).filter(|born| !born.is_empty()) {
                return Ok(Some((row, born.to_owned())));
            }
        }
        Ok(None)
    }

    /// The card of whom a birthday is, as a question says it ("my", "Anna's"), and what it says.
    pub(super) fn born_of(&self, whose: &str) -> Result<Option<(Row, String)>> {
        let bare = own_words_off(whose);
        if bare.is_empty() {
            return self.born(Filter::ME);
        }
        let name = bare.trim_end_matches(['\'', '’']).trim_end_matches("'s").trim_end_matches("’s");
        match self.person(name)? {
            Some(person) => self.born(&person),
            None => Ok(None),
        }
    }

    /// Which of two people is the elder, by their cards; `None` when it is not asked, or a card does not tell the year.
    pub(super) fn older(&self, question: &str, plan: &Plan) -> Result<Option<Answer>> {
        let asked = snippet::words(question).find_map(|(_, word)| AGES.iter().find(|(age, _)| *age == word.to_lowercase()));
        // "Who was born later".
        let lower = question.to_lowercase();
        let asked = asked.or_else(|| BORN.iter().find(|(phrase, _)| lower.contains(phrase)));
        let (Some((_, elder)), [first, second]) = (asked, &plan.filter.people[..]) else { return Ok(None) };
        let mut cards: Vec<(Date, Cited)> = Vec::new();
        for name in [first, second] {
            let Some((row, born)) = self.born(name)? else { return Ok(None) };
            let Ok(born) = born.parse() else { return Ok(None) };
            cards.push((born, self.cited(row, plan, Hit { id: 0, score: 1.0, why: vec!["birthday".to_owned()] })?));
        }
        let is_first = if *elder { cards[0].0 <= cards[1].0 } else { cards[0].0 >= cards[1].0 };
        if !is_first {
            cards.swap(0, 1);
        }
        let (born, items): (Vec<Date>, Vec<Cited>) = cards.into_iter().unzip();
        let text = say::older(plan, *elder, is_first, [(&items[0].row.title, born[0]), (&items[1].row.title, born[1])]);
        Ok(Some(one_claim(plan.clone(), text, items, None)))
    }
}
