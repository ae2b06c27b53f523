//! The elements of a small page, as a tree: for pages whose parts are told by nesting and class.
//!
//! It is as lenient as browsers are where exports need it: an end tag closes what was left open inside its element, and one
//! without a beginning is passed over. Entities are decoded.
//!
//! Absent on purpose: the rules by which browsers repair tables and paragraphs. Pages that do not fit in memory are not for
//! this.

use std::fmt;

use html5gum::{Token, Tokenizer};

use super::html;

/// Elements nested deeper than this become children of the one at that depth.
const DEPTH: usize = 128;

/// One element with what is in it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Element {
    /// Its name, in lower case.
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
    /// Where its start tag stands in the order of all of them, from 1; 0 for the page itself.
    pub(crate) number: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Element(Element),
    Text(String),
}

/// A page.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// What all elements are in.
    pub(crate) root: Element,
    /// The numbers of the elements that never end, outermost first; a page that is whole has none that matter.
    pub(crate) unended: Vec<usize>,
}

/// Reads a page or a fragment of one.
pub(crate) fn page(text: &str) -> Page {
    let mut open = vec![Element::default()];
    let mut n_elements = 0;
    for token in Tokenizer::new(text) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                n_elements += 1;
                let attributes = tag.attributes.iter().map(|(key, value)| (lossy(key), lossy(value))).collect();
                let element = Element { name: lossy(&tag.name), attributes, children: Vec::new(), number: n_elements };
                if tag.self_closing || is_void(&tag.name) || open.len() > DEPTH {
                    push(&mut open, Node::Element(element));
                } else {
                    open.push(element);
                }
            }
            Token::EndTag(tag) => {
                let name = lossy(&tag.name);
                let Some(level) = open.iter().rposition(|element| element.name == name).filter(|level| *level > 0) else { continue };
                close(&mut open, level);
            }
            Token::String(words) => push(&mut open, Node::Text(lossy(&words))),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    let unended = open.iter().skip(1).map(|element| element.number).collect();
    close(&mut open, 1);
    Page { root: open.pop().unwrap_or_default(), unended }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn push(open: &mut [Element], node: Node) {
    if let Some(last) = open.last_mut() {
        last.children.push(node);
    }
}

/// Closes every element from `level` on.
fn close(open: &mut Vec<Element>, level: usize) {
    while open.len() > level {
        if let Some(element) = open.pop() {
            push(open, Node::Element(element));
        }
    }
}

fn is_void(name: &[u8]) -> bool {
    matches!(name, b"br" | b"hr" | b"img" | b"input" | b"link" | b"meta" | b"source" | b"wbr" | b"col" | b"embed")
}

impl Element {
    /// An attribute's value; empty when it is not there.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// Whether it is of a class.
    pub(crate) fn is(&self, class: &str) -> bool {
        self.attribute("class").split_ascii_whitespace().any(|own| own == class)
    }

    /// The elements in it, at any depth, in their order.
    pub(crate) fn inner(&self) -> Vec<&Self> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    fn collect<'e>(&'e self, found: &mut Vec<&'e Self>) {
        for child in &self.children {
            if let Node::Element(element) = child {
                found.push(element);
                element.collect(found);
            }
        }
    }

    /// The elements in it, at any depth, of that class.
    pub(crate) fn of_class(&self, class: &str) -> Vec<&Self> {
        self.inner().into_iter().filter(|element| element.is(class)).collect()
    }

    /// The elements in it, at any depth, of that name.
    pub(crate) fn named(&self, name: &str) -> Vec<&Self> {
        self.inner().into_iter().filter(|element| element.name == name).collect()
    }

    /// Its words, with line breaks where a reader would see them; scripts and styles have none.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        self.words(&mut text);
        html::tidy(&text)
    }

    fn words(&self, text: &mut String) {
        if matches!(self.name.as_str(), "script" | "style") {
            return;
        }
        let is_block = html::is_block(self.name.as_bytes());
        if is_block {
            text.push('\n');
        }
        for child in &self.children {
            match child {
                Node::Element(element) => element.words(text),
                Node::Text(words) => text.push_str(words),
            }
        }
        if is_block && self.name != "br" {
            text.push('\n');
        }
        if matches!(self.name.as_str(), "td" | "th") {
            text.push(' ');
        }
    }
}

/// The element as HTML again.
impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
        write!(f, "<{}", self.name)?;
        for (key, value) in &self.attributes {
            write!(f, " {key}=\"{}\"", escaped(value))?;
        }
        f.write_str(">")?;
        for child in &self.children {
            match child {
                Node::Element(element) => write!(f, "{element}")?,
                Node::Text(words) => f.write_str(&escaped(words))?,
            }
        }
        if is_void(self.name.as_bytes()) { Ok(()) } else { write!(f, "</{}>", self.name) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_class_and_name_with_their_words() {
        let page =
            page(r#"<html><body><div class="a b" title="x &amp; y"><q>one<br>two</q><img src="p"><i>open</div></u> after<style>z</style>"#);
        let found = page.root.of_class("b");
        assert_eq!((found.len(), found[0].attribute("title"), found[0].text().as_str()), (1, "x & y", "one\ntwoopen"));
        assert_eq!(page.root.named("img")[0].attribute("src"), "p");
        assert_eq!(page.root.text(), "one\ntwoopen\nafter");
        assert_eq!(page.unended.len(), 2);
        assert_eq!(found[0].to_string(), r#"<div class="a b" title="x &amp; y"><q>one<br>two</q><img src="p"><i>open</i></div>"#);
    }

    #[test]
    fn a_page_nested_without_end_does_no_harm() {
        let page = page(&"<div>".repeat(100_000));
        assert_eq!((page.root.inner().len(), page.unended.len()), (100_000, DEPTH));
    }
}
