//! How alike two words or names are: by the trigrams that they share, as PostgreSQL's pg_trgm counts them, or, where letters were
//! left out, doubled or exchanged, by how few such edits part them (optimal string alignment).

use super::fold::words_of;

/// From this share of trigrams on, two are alike.
const SHARED: f32 = 0.35;
/// From this share of letters that stay as they are on, two are alike.
const KEPT: f32 = 0.7;

/// The `limit` names most like `name`, the likest first; of names of several words, one word may be what was meant. None that is
/// not alike.
pub fn nearest_names<'n>(name: &str, names: impl Iterator<Item = &'n str>, limit: usize) -> Vec<String> {
    let wanted = Shape::of(name);
    let mut near: Vec<(f32, &str)> = names.filter_map(|name| Some((wanted.likeness_to_name(name)?, name))).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    near.dedup_by(|a, b| a.1 == b.1);
    near.into_iter().take(limit).map(|(_, name)| name.to_owned()).collect()
}

/// A word or name, taken apart to be compared with many.
pub(crate) struct Shape {
    letters: Vec<char>,
    trigrams: Vec<[char; 3]>,
    n_words: usize,
}

impl Shape {
    pub(crate) fn of(name: &str) -> Self {
        let words = words_of(name);
        let mut trigrams = trigrams_of(&words);
        trigrams.sort_unstable();
        trigrams.dedup();
        Self { letters: words.join(" ").chars().collect(), trigrams, n_words: words.len() }
    }

    /// 0 to 1; `None` when they are not alike.
    pub(crate) fn likeness(&self, other: &Self) -> Option<f32> {
        let shared = self.trigrams.iter().filter(|trigram| other.trigrams.binary_search(trigram).is_ok()).count();
        let union = self.trigrams.len() + other.trigrams.len() - shared;
        let by_trigrams = shared as f32 / union.max(1) as f32;
        let longest = self.letters.len().max(other.letters.len());
        // So many edits leave too few letters as they are; longer ones are not looked at.
        let most = ((1.0 - KEPT) * longest as f32).floor() as usize;
        let by_edits = edits(&self.letters, &other.letters, most).map_or(0.0, |n| 1.0 - n as f32 / longest.max(1) as f32);
        (by_trigrams >= SHARED || by_edits >= KEPT).then_some(by_trigrams.max(by_edits))
    }

    fn likeness_to_name(&self, name: &str) -> Option<f32> {
        let whole = self.likeness(&Self::of(name));
        if self.n_words != 1 {
            return whole;
        }
        // A whole name that is alike stands before one of which only a word is.
        let word = words_of(name).iter().filter_map(|word| Some(self.likeness(&Self::of(word))? * 0.95)).max_by(f32::total_cmp);
        [whole, word].into_iter().flatten().max_by(f32::total_cmp)
    }
}

/// The trigrams of words, each with two spaces before it and one behind it.
fn trigrams_of(words: &[String]) -> Vec<[char; 3]> {
    let mut trigrams = Vec::new();
    for word in words {
        let padded: Vec<char> = "  ".chars().chain(word.chars()).chain([' ']).collect();
        trigrams.extend(padded.windows(3).filter_map(|three| <[char; 3]>::try_from(three).ok()));
    }
    trigrams
}

/// How many letters are to be put in, taken out, replaced or exchanged with their neighbour to make one of the other; `None` when
/// more than `most`.
pub(crate) fn edits(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        if row.iter().all(|n| *n > most) {
            return None;
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().filter(|n| *n <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_mistyped_leads_to_what_was_meant() {
        let names = ["Erik Johansson", "Mikkel Sørensen", "Anna Meier", "Anna Müller", "Jonas Brandt", "Holt Cycles"];
        for (typed, meant) in [
            ("Johanson", "Erik Johansson"),
            ("Mikel Sorensn", "Mikkel Sørensen"),
            ("Anna Mieer", "Anna Meier"),
            ("brnadt", "Jonas Brandt"),
            ("Mueller", "Anna Müller"),
        ] {
            let near = nearest_names(typed, names.into_iter(), 3);
            assert_eq!(near.first().map(String::as_str), Some(meant), "{typed}: {near:?}");
        }
        assert!(nearest_names("Xavier", names.into_iter(), 3).is_empty());
    }

    #[test]
    fn neighbours_that_were_exchanged_are_one_edit() {
        let edits = |a: &str, b: &str| edits(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>(), 2);
        assert_eq!(
            [edits("brandt", "brnadt"), edits("boat", "boot"), edits("boat", "goats"), edits("boat", "ship")],
            [Some(1), Some(1), Some(2), None]
        );
    }
}
