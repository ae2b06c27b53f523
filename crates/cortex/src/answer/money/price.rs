//! What one thing cost, as it was written: "we got the house for 385,000" is no line of a bill.

use domain::{Filter, Result};
use vault::Row;

use super::super::found::is_looked_at;
use super::super::orders::gives_orders;
use super::super::passage::{READ_OUT, likeliest, passages, titled};
use super::super::{Answer, Answerer, Cited, one_claim, say};
use crate::plan::Plan;
use crate::retrieve::{Hit, Mode, Models, search};
use crate::snippet;

/// Items that are looked at for a price.
const LOOKED_AT: usize = 60;
/// Passages with an amount that the reranker reads, and of one text.
const READ: usize = 16;
const OF_A_TEXT: usize = 2;
/// The reranker's score from which a passage is taken to tell it.
const TELLS: f32 = 1.0;
/// Signs and names of money, beside which a number is an amount. Folded.
const MONEY: &[&str] = &[
    "eur", "euro", "euros", "gbp", "pound", "pounds", "quid", "usd", "dollar", "dollars", "chf", "franken", "francs", "sek", "nok", "dkk",
    "kr", "kronor", "kroner", "pln", "zl", "zloty", "cad", "aud", "nzd", "yen", "jpy", "rupees", "inr",
];

impl Answerer<'_> {
    /// The passage that tells what the thing of a question cost, where the reranker takes one for that.
    pub(super) fn price_told(&self, question: &str, plan: &Plan) -> Result<Option<Cited>> {
        let Some(reranker) = self.senses.models()?.reranker else { return Ok(None) };
        let text = plan.people_said.iter().cloned().chain([plan.filter.text.clone()]).collect::<Vec<_>>().join(" ");
        let filter =
            Filter { text, kinds: Vec::new(), people: Vec::new(), senders: Vec::new(), near: None, area: None, ..plan.filter.clone() };
        let hits = search(self.vault, Models::default(), &filter, Mode::Words, LOOKED_AT)?.hits;
        let ids: Vec<i64> = hits.iter().map(|hit| hit.id).collect();
        let (rows, documents) = (self.vault.rows(&ids)?, self.vault.documents(&ids)?);
        let terms = snippet::terms(&filter.text);
        let mut read: Vec<(&Hit, &Row, &str, &str)> = Vec::new();
        for hit in &hits {
            let row = rows.iter().find(|row| row.id == hit.id && !is_looked_at(row.kind));
            let (Some(row), Some(document)) = (row, documents.iter().find(|document| document.id == hit.id)) else { continue };
            if gives_orders(&document.text) {
                continue;
            }
            let parts: Vec<&str> = passages(&document.text, READ_OUT).into_iter().filter(|part| holds_amount(part)).collect();
            let parts = likeliest(&parts, &terms, OF_A_TEXT);
            read.extend(parts.into_iter().map(|part| (hit, row, document.title.as_str(), part)));
        }
        read.truncate(READ);
        let scores = {
            let texts = titled(read.iter().map(|(_, _, title, part)| (*title, *part)));
            reranker.score(question, &texts.iter().map(String::as_str).collect::<Vec<_>>())?
        };
        let best = scores.into_iter().zip(read).max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(score, _)| *score > TELLS);
        Ok(best.map(|(_, (hit, row, _, part))| Cited {
            hit: Hit { why: vec!["tells a price".to_owned()], ..hit.clone() },
            row: row.clone(),
            snippet: snippet::snippet(part, &terms, READ_OUT),
        }))
    }

    /// What was computed, after the passage that tells the price, if one does and the computed one is another.
    pub(super) fn beside_price(&self, question: &str, answer: Answer) -> Result<Answer> {
        if !is_of_one_thing(question) {
            return Ok(answer);
        }
        let Some(cited) = self.price_told(question, &answer.plan)? else { return Ok(answer) };
        let known = answer.items.iter().position(|item| item.row.id == cited.row.id);
        // A bill that is the whole sum tells the same.
        if known.is_some() && answer.items.len() == 1 {
            return Ok(answer);
        }
        let mut items = answer.items;
        let at = known.unwrap_or_else(|| {
            items.push(cited.clone());
            items.len() - 1
        });
        let told = one_claim(answer.plan.clone(), say::item(&answer.plan, &cited, at + 1, None, None), vec![cited], None);
        let text = format!("{}\n{}", told.text, answer.text);
        Ok(Answer { text, claims: told.claims.into_iter().chain(answer.claims).collect(), items, ..answer })
    }

    /// The price alone, where nothing states a total.
    pub(super) fn price_alone(&self, question: &str, plan: &Plan) -> Result<Option<Answer>> {
        let Some(cited) = self.price_told(question, plan)? else { return Ok(None) };
        let text = say::item(plan, &cited, 1, None, None);
        Ok(Some(one_claim(plan.clone(), text, vec![cited], None)))
    }
}

/// Whether a question asks what one thing cost: "the house", "my bike", "Oisín's braces". What was spent on many is a sum.
fn is_of_one_thing(question: &str) -> bool {
    let lower = question.to_lowercase();
    let spent = ["spend", "spent", "altogether", "in all", "in total", "overall", "insgesamt", "ausgegeben", "zusammen"];
    let one = ["the", "my", "our", "der", "die", "das", "den", "mein", "meine", "meinen", "unser", "unsere", "unseren"];
    let words: Vec<&str> = snippet::words(&lower).map(|(_, word)| word).collect();
    let owned = lower.contains("'s ") || lower.contains("’s ");
    !spent.iter().any(|phrase| lower.contains(phrase)) && (owned || words.iter().any(|word| one.contains(word)))
}

/// Whether a text holds an amount of money: a number beside a sign or a name of money, or one with thousands.
fn holds_amount(text: &str) -> bool {
    let is_sign = |ch: char| matches!(ch, '€' | '$' | '£' | '¥');
    let words: Vec<&str> = text.split_whitespace().collect();
    let digits = |word: &str| word.chars().filter(char::is_ascii_digit).count();
    words.iter().enumerate().any(|(at, word)| {
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|beside| words.get(beside));
        let named = |word: &str| MONEY.contains(&snippet::fold(word.trim_matches(|ch: char| !ch.is_alphabetic())).as_str());
        let thousands = word.split_once([',', '.']).is_some_and(|(before, after)| digits(before) > 0 && digits(after) >= 3);
        digits(word) > 0
            && (word.contains(is_sign) || thousands || beside.into_iter().any(|beside| named(beside) || beside.chars().all(is_sign)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_a_number_of_money() {
        for text in ["he wants 1,950 for it", "€185 all in", "paid 20 euro", "for CHF 12.50", "it was £ 7"] {
            assert!(holds_amount(text), "{text}");
        }
        for text in ["in 2021 we were nine", "flat 12, 3rd floor", "call 087 123", "euro and cents"] {
            assert!(!holds_amount(text), "{text}");
        }
    }

    #[test]
    fn one_thing_has_a_price_and_many_have_a_sum() {
        for question in ["How much did the Kia cost?", "what did we pay for our house", "how much was Bea's bike"] {
            assert!(is_of_one_thing(question), "{question}");
        }
        for question in ["how much did I spend on my flights", "How much were concert tickets?", "what did the trips cost in all"] {
            assert!(!is_of_one_thing(question), "{question}");
        }
    }
}
