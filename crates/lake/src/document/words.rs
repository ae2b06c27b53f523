//! The words of a document, up to a limit.

/// Bytes of text that are kept of one document. A long book has two or three times as many.
const MOST: usize = 1 << 20;

/// Text that is put together piece by piece and stops growing at the limit.
#[derive(Debug, Default)]
pub(crate) struct Words {
    text: String,
    is_cut: bool,
}

impl Words {
    /// Adds text as it stands.
    pub(crate) fn push(&mut self, text: &str) {
        let room = MOST.saturating_sub(self.text.len());
        let mut to = text.len().min(room);
        while !text.is_char_boundary(to) {
            to -= 1;
        }
        self.text.push_str(&text[..to]);
        self.is_cut |= to < text.len();
    }

    /// Begins a new line, unless one has just begun.
    pub(crate) fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.push("\n");
        }
    }

    /// Parts what follows from what came before, by a space.
    pub(crate) fn space(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with([' ', '\n', '\t']) {
            self.push(" ");
        }
    }

    /// Puts together the words that a typesetter broke at the ends of lines, and his joined letters ("ﬁ") apart, so that a word is
    /// found as it is spelled.
    pub(crate) fn unset(&mut self) {
        const JOINED: &[(char, &str)] = &[('ﬀ', "ff"), ('ﬁ', "fi"), ('ﬂ', "fl"), ('ﬃ', "ffi"), ('ﬄ', "ffl"), ('ﬅ', "ft"), ('ﬆ', "st")];
        let mut unset = String::with_capacity(self.text.len());
        let mut rest = self.text.as_str();
        while let Some(letter) = rest.chars().next() {
            let after = &rest[letter.len_utf8()..];
            let broken = after
                .strip_prefix('\n')
                .filter(|next| letter == '-' && next.starts_with(char::is_lowercase) && unset.ends_with(char::is_lowercase));
            rest = broken.unwrap_or(after);
            if broken.is_none() {
                match JOINED.iter().find(|(joined, _)| *joined == letter) {
                    Some((_, apart)) => unset.push_str(apart),
                    None => unset.push(letter),
                }
            }
        }
        self.text = unset;
    }

    /// Whether no more is kept.
    pub(crate) fn is_full(&self) -> bool {
        self.is_cut
    }

    /// Says that there is more than was read.
    pub(crate) fn cut(&mut self) {
        self.is_cut = true;
    }

    /// The text, tidied: no spaces at the ends of lines, no more than one empty line.
    pub(crate) fn into_text(self) -> String {
        let mut tidied = String::with_capacity(self.text.len());
        let mut n_empty = 0;
        for line in self.text.lines().map(str::trim_end) {
            n_empty = if line.is_empty() { n_empty + 1 } else { 0 };
            if n_empty < 2 && !(tidied.is_empty() && line.is_empty()) {
                tidied.push_str(line);
                tidied.push('\n');
            }
        }
        tidied.truncate(tidied.trim_end().len());
        // Zero bytes are what a broken font leaves; no index wants them.
        tidied.retain(|letter| letter != '\0');
        tidied
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stops_at_the_limit_between_two_letters() {
        let mut words = Words::default();
        words.push(&"é".repeat(MOST / 2 - 1));
        words.push("x");
        assert!(!words.is_full());
        words.push("éé");
        assert!(words.is_full());
        assert_eq!(words.into_text().len(), MOST - 1);
    }

    #[test]
    fn words_are_found_as_they_are_spelled() {
        let mut words = Words::default();
        words.push("deﬁned inser-\ntions of A-\nB, 3-\nfold and eﬀort-\n");
        words.unset();
        assert_eq!(words.into_text(), "defined insertions of A-\nB, 3-\nfold and effort-");
    }

    #[test]
    fn lines_are_tidied() {
        let mut words = Words::default();
        for part in ["\n\n", "a", "  \n\n\n\nb\0"] {
            words.push(part);
        }
        words.line();
        words.line();
        words.push("c");
        assert_eq!(words.into_text(), "a\n\nb\nc");
    }
}
