//! Keeps passwords, keys and one-time codes out of answers to questions, for every caller: an answer is read aloud, shown around
//! and worded by models, and whoever wants the secret itself opens the item that it cites.

use std::collections::HashMap;
use std::sync::LazyLock;

use cortex::answer::Cited;
use cortex::snippet;
use domain::{PiiClass, Result, Uid};
use forge::pii::Detector;
use vault::Vault;

/// What lets someone in.
const SECRETS: &[PiiClass] = &[PiiClass::Password, PiiClass::OneTimeCode, PiiClass::ApiKey, PiiClass::PrivateKey, PiiClass::Jwt];
/// What stands in the place of a secret.
const MARK: &str = "[withheld]";
/// Characters of a snippet.
const SNIPPET: usize = 220;

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| Detector::new(std::iter::empty::<&str>()));

/// The secrets in the items of one answer.
#[derive(Default)]
pub(crate) struct Withheld {
    values: Vec<String>,
    /// The texts of the items that hold one, without it.
    texts: HashMap<Uid, String>,
}

impl Withheld {
    /// Reads what an answer cites: an excerpt may lack the words that tell what a number is.
    pub(crate) fn learn(&mut self, vault: &Vault, items: &[Cited]) -> Result<()> {
        let mut texts = Vec::new();
        for cited in items {
            texts.extend(vault.item(cited.row.uid)?.map(|item| (cited.row.uid, item.title, item.text)));
        }
        self.learn_texts(texts);
        Ok(())
    }

    fn learn_texts(&mut self, items: Vec<(Uid, String, String)>) {
        let mut holding = Vec::new();
        for (uid, title, text) in items {
            let whole = [title.as_str(), &text].join("\n");
            let before = self.values.len();
            let found = DETECTOR.find(&whole);
            let secrets = found.iter().filter(|span| SECRETS.contains(&span.class));
            self.values.extend(secrets.map(|span| whole[span.start as usize..span.end as usize].to_owned()));
            if self.values.len() > before {
                holding.push((uid, text));
            }
        }
        // The longest first, so that no part of one is left when another is in it; so no text is read before all are known.
        self.values.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        self.values.dedup();
        for (uid, text) in holding {
            let hidden = self.hide(&text);
            self.texts.insert(uid, hidden);
        }
    }

    /// A text without the secrets.
    pub(crate) fn hide(&self, text: &str) -> String {
        self.values.iter().fold(text.to_owned(), |text, value| without(&text, value))
    }

    /// The excerpt of an item without its secrets, which may be cut or marked within.
    pub(crate) fn excerpt(&self, item: Uid, excerpt: &str) -> String {
        let Some(text) = self.texts.get(&item) else { return self.hide(excerpt) };
        let marked = excerpt.split(snippet::ON).skip(1).filter_map(|rest| rest.split(snippet::OFF).next()).map(snippet::fold);
        snippet::snippet(text, &marked.collect::<Vec<_>>(), SNIPPET)
    }

    /// Whether anything is withheld.
    pub(crate) fn any(&self) -> bool {
        !self.values.is_empty()
    }
}

/// A text without a value. One of figures alone may stand in a longer number, which is another.
fn without(text: &str, value: &str) -> String {
    if !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.replace(value, MARK);
    }
    let mut said = String::with_capacity(text.len());
    let mut kept = 0;
    for (at, _) in text.match_indices(value) {
        let after = at + value.len();
        let goes_on = text[..at].ends_with(|ch: char| ch.is_ascii_digit()) || text[after..].starts_with(|ch: char| ch.is_ascii_digit());
        if !goes_on {
            said.push_str(&text[kept..at]);
            said.push_str(MARK);
            kept = after;
        }
    }
    said.push_str(&text[kept..]);
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_secrets_of_which_one_begins_the_other_nothing_is_left() {
        let uid = Uid::of("note", b"1");
        let mut withheld = Withheld::default();
        let both = "The password: tulip-Rain42\nThe other password: tulip-Rain42-Garden7";
        withheld.learn_texts(vec![(uid, "Router".to_owned(), both.to_owned())]);
        assert!(withheld.any());
        let said = withheld.hide("It is tulip-Rain42-Garden7, and before that tulip-Rain42.");
        assert_eq!(said, "It is [withheld], and before that [withheld].");
        // The words that were looked for are marked within the secret.
        let excerpt = withheld.excerpt(uid, &format!("other password: tulip-Rain42-{}Garden7{}", snippet::ON, snippet::OFF));
        assert!(excerpt.contains("password") && !excerpt.contains("Rain42") && !excerpt.contains("Garden7"), "{excerpt}");
        assert_eq!(withheld.hide("The tulips are out."), "The tulips are out.");
    }

    #[test]
    fn codes_of_doors_and_locks_are_withheld_and_the_numbers_of_things_are_not() {
        let mut withheld = Withheld::default();
        withheld.learn_texts(vec![
            (Uid::of("note", b"1"), "House codes".to_owned(), "Alarm: 5519 then star\nGarage keypad 8402\nWater: quarter turn".to_owned()),
            (Uid::of("note", b"2"), "rink locker".to_owned(), "Mayflower locker 31, combination 22-8-34".to_owned()),
        ]);
        let said = withheld.hide("Alarm: 5519 then star, garage keypad 8402, locker 31, combination 22-8-34; 184020 items");
        assert_eq!(said, "Alarm: [withheld] then star, garage keypad [withheld], locker 31, combination [withheld]; 184020 items");
    }
}
