//! HTML as plain words.

use html5gum::{Token, Tokenizer};

/// Characters without width, which mail and pages use as padding.
const INVISIBLE: [char; 4] = ['\u{200b}', '\u{feff}', '\u{34f}', '\u{200e}'];

/// The words of a fragment or page: entities decoded, tags gone, scripts and styles left out, a line break where a
/// reader would see one. Runs of spaces become one, and more than one empty line becomes one.
pub fn plain(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return tidy(html);
    }
    let mut text = String::with_capacity(html.len());
    let mut unseen = Vec::<u8>::new();
    let Ok(()) = Tokenizer::new(html).try_for_each(|token| {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) if unseen.is_empty() => {
                let name: &[u8] = &tag.name;
                if matches!(name, b"script" | b"style" | b"head" | b"template") && !tag.self_closing {
                    unseen = name.to_vec();
                } else if is_block(name) {
                    text.push('\n');
                } else if matches!(name, b"td" | b"th") {
                    text.push(' ');
                }
            }
            Token::EndTag(tag) => {
                let name: &[u8] = &tag.name;
                if unseen == name || (unseen == b"head" && name == b"html") {
                    unseen.clear();
                } else if unseen.is_empty() && is_block(name) && name != b"br" {
                    text.push('\n');
                }
            }
            Token::String(words) if unseen.is_empty() => text.push_str(&String::from_utf8_lossy(&words)),
            _ => {}
        }
        Ok::<(), std::convert::Infallible>(())
    });
    tidy(&text)
}

/// Whether a reader sees line breaks around an element.
pub(crate) fn is_block(name: &[u8]) -> bool {
    matches!(
        name,
        b"br"
            | b"p"
            | b"div"
            | b"li"
            | b"ul"
            | b"ol"
            | b"tr"
            | b"table"
            | b"h1"
            | b"h2"
            | b"h3"
            | b"h4"
            | b"h5"
            | b"h6"
            | b"blockquote"
            | b"pre"
            | b"hr"
            | b"section"
            | b"article"
    )
}

pub(super) fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut gap = "";
    for line in text.lines() {
        let mut words = line.split_whitespace().map(|word| word.trim_matches(INVISIBLE)).filter(|word| !word.is_empty()).peekable();
        if words.peek().is_none() {
            gap = if tidied.is_empty() { "" } else { "\n\n" };
            continue;
        }
        tidied.push_str(gap);
        let from = tidied.len();
        for word in words {
            if tidied.len() > from {
                tidied.push(' ');
            }
            tidied.push_str(word);
        }
        gap = "\n";
    }
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_breaks_and_entities_survive_and_nothing_else_does() {
        assert_eq!(
            plain("<style>p{color:red}</style><p>One&nbsp;&amp;&#8239;two<br>three</p><script>x()</script><p>four"),
            "One & two\nthree\n\nfour"
        );
        assert_eq!(plain("no markup  at all"), "no markup at all");
        assert_eq!(plain("a < b and <b>bold"), "a < b and bold");
    }
}
