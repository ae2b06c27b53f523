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
        for cited in items {
            let Some(item) = vault.item(cited.row.uid)? else { continue };
            let text = [item.title.as_str(), &item.text].join("\n");
            let found = DETECTOR.find(&text);
            let secrets = found
                .iter()
                .filter(|span| SECRETS.contains(&span.class))
                .map(|span| text[span.start as usize..span.end as usize].to_owned());
            let before = self.values.len();
            self.values.extend(secrets);
            if self.values.len() > before {
                let hidden = self.hide(&item.text);
                self.texts.insert(cited.row.uid, hidden);
            }
        }
        // The longest first, so that no part of one is left when another is in it.
        self.values.sort_by_key(|value| std::cmp::Reverse(value.len()));
        self.values.dedup();
        Ok(())
    }

    /// A text without the secrets.
    pub(crate) fn hide(&self, text: &str) -> String {
        self.values.iter().fold(text.to_owned(), |text, value| text.replace(value.as_str(), MARK))
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
