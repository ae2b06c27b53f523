//! Which part of an item is read out: of a text that is longer than what is shown, the passage that answers.

use domain::Result;
use unicode_segmentation::UnicodeSegmentation;

use super::orders::gives_orders;
use super::{Answerer, Cited};
use crate::plan::Plan;
use crate::snippet;

/// Characters of a passage that is read out.
pub(super) const READ_OUT: usize = 300;
/// Passages of one text that the reranker reads: those with most of what was asked for.
const OF_A_TEXT: usize = 6;
/// No two sentences are as short as this together: each is a passage of its own.
const ONE_SENTENCE: usize = 1;

impl Answerer<'_> {
    /// Puts in place of what is shown of each item the passage of it that the reranker takes for the answer.
    pub(super) fn read_out(&self, question: &str, plan: &Plan, items: &mut [Cited]) -> Result<()> {
        let Some(reranker) = self.senses.models()?.reranker else { return Ok(()) };
        let documents = self.vault.documents(&items.iter().map(|cited| cited.row.id).collect::<Vec<_>>())?;
        let terms = snippet::terms(&plan.filter.text);
        let mut read: Vec<(usize, &str, &str)> = Vec::new();
        for (at, cited) in items.iter().enumerate() {
            let Some(document) = documents.iter().find(|document| document.id == cited.row.id) else { continue };
            // What gives orders is passed over, where there is anything else.
            let orders = gives_orders(&document.text);
            if document.text.len() <= READ_OUT && !orders {
                continue;
            }
            let mut parts = passages(&document.text, if orders { ONE_SENTENCE } else { READ_OUT });
            parts.retain(|part| !orders || !gives_orders(part));
            let parts = likeliest(&parts, &terms, OF_A_TEXT);
            read.extend(parts.into_iter().map(|part| (at, document.title.as_str(), part)));
        }
        let texts = titled(read.iter().map(|(_, title, part)| (*title, *part)));
        let scores = reranker.score(question, &texts.iter().map(String::as_str).collect::<Vec<_>>())?;
        for (at, cited) in items.iter_mut().enumerate() {
            let of_it = scores.iter().zip(&read).filter(|(_, (of, ..))| *of == at);
            let Some((_, (_, _, best))) = of_it.max_by(|a, b| a.0.total_cmp(b.0)) else { continue };
            cited.snippet = snippet::snippet(best, &terms, READ_OUT);
        }
        Ok(())
    }
}

/// Passages with the titles that they stand under, as the reranker reads them.
pub(super) fn titled<'t>(parts: impl Iterator<Item = (&'t str, &'t str)>) -> Vec<String> {
    parts.map(|(title, part)| format!("{title}. {part}")).collect()
}

/// A text in whole sentences of at most `length` bytes together; each passage begins with the last sentence of the one before,
/// where that leaves room for another.
pub(super) fn passages(text: &str, length: usize) -> Vec<&str> {
    let sentences: Vec<(usize, &str)> = text.split_sentence_bound_indices().filter(|(_, sentence)| !sentence.trim().is_empty()).collect();
    let end = |(at, sentence): (usize, &str)| at + sentence.trim_end().len();
    let mut parts = Vec::new();
    let mut first = 0;
    while let Some((from, _)) = sentences.get(first).copied() {
        let n = sentences[first..].iter().take_while(|sentence| end(**sentence) - from <= length).count().max(1);
        parts.push(text[from..end(sentences[first + n - 1])].trim_start());
        if first + n == sentences.len() {
            break;
        }
        first += if n > 2 { n - 1 } else { n };
    }
    parts
}

/// The `n` passages that hold most of the words, in the order of the text.
pub(super) fn likeliest<'t>(parts: &[&'t str], terms: &[String], n: usize) -> Vec<&'t str> {
    let mut held: Vec<(usize, usize)> = parts.iter().enumerate().map(|(at, part)| (at, snippet::held(&[part], terms).len())).collect();
    held.sort_by_key(|(at, n)| (std::cmp::Reverse(*n), *at));
    held.truncate(n);
    held.sort_unstable();
    held.into_iter().map(|(at, _)| parts[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_sentences_and_nothing_of_it_is_left_out() {
        let text = "Dear Ana,\nthe plumber came. He changed the pump on the 3rd.\n\nIt cost 185.50 euro. That was all. Love, Bea";
        let parts = passages(text, 45);
        assert_eq!(
            parts,
            ["Dear Ana,\nthe plumber came.", "He changed the pump on the 3rd.", "It cost 185.50 euro. That was all. Love, Bea"]
        );
        assert_eq!(passages("One. Two. Three. Four.", 16), ["One. Two. Three.", "Three. Four."]);
        assert_eq!(passages("a".repeat(70).as_str(), 20).len(), 1, "a sentence is never cut");
        assert!(passages(" \n", 20).is_empty());
    }

    #[test]
    fn of_many_passages_those_with_most_of_the_words_are_read() {
        let parts: Vec<String> = (0..20).map(|n| if n == 17 { "the pump".to_owned() } else { format!("line {n}") }).collect();
        let read = likeliest(&parts.iter().map(String::as_str).collect::<Vec<_>>(), &snippet::terms("pump"), 6);
        assert_eq!(read, ["line 0", "line 1", "line 2", "line 3", "line 4", "the pump"]);
    }
}
