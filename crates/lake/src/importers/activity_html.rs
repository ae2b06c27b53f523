//! My Activity and YouTube history as HTML: one line of up to hundreds of megabytes, a cell a row.
//!
//! [`cells`] cuts the stream into rows and holds one at a time; [`cell`] reads one row. What HTML lacks against JSON:
//! milliseconds, a zone that is right for each row, and some captions; [`super::activity`] makes both forms the same items.

mod cell;
mod cells;

use std::io;

use domain::{Finding, FindingCode, Raw, RawFormat, Severity};

use super::activity::files::Files;
use super::activity::row;
use super::activity_json::is_activity_path;
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::text::charset;
use cells::{Cells, Next};

/// Reads `MyActivity.html`, `watch-history.html` and `search-history.html`, in any language.
pub(crate) static IMPORTER: Importer =
    Importer { id: "google.activity_html", label: "My Activity and YouTube history (HTML)", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    let is_page = matches!(probe.extension().as_str(), "html" | "htm");
    if !is_page && probe.extension() != "json" {
        return Claim::No;
    }
    let by_path = is_page && is_activity_path(probe.path);
    // The styles in front can be longer than the head; they name the same classes.
    let has = |word: &str| {
        memchr::memmem::find(probe.head, word.as_bytes()).is_some() || memchr::memmem::find(probe.tail, word.as_bytes()).is_some()
    };
    let shaped = has("mdl-typography") && (has("content-cell") || has("outer-cell"));
    let is_json = matches!(probe.head.trim_ascii_start().first(), Some(b'[' | b'{'));
    Claim::by(shaped && !is_json, by_path && !is_json)
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let mut cells = Cells::new(input.reader);
    let mut files = Files::beside(input.origin);
    let mut header = String::new();
    let mut n_without_time = 0;
    let mut n_rows = 0;
    let mut first = String::new();
    loop {
        match cells.next()? {
            Next::Cell { at, bytes } => {
                n_rows += 1;
                let text = charset::decoded(bytes);
                let mut row = cell::read(&text);
                // Cells without a caption of their own stand under the last one.
                if row.header.is_empty() {
                    row.header.clone_from(&header);
                } else {
                    header.clone_from(&row.header);
                }
                if row.at.is_none() {
                    n_without_time += 1;
                    if first.is_empty() {
                        first = format!("byte {at}");
                    }
                }
                match row::item(row, input.path, Raw { format: RawFormat::Html, bytes: bytes.to_vec() }) {
                    Some(mut item) => {
                        files.attach(&mut item);
                        sink.item(item);
                    }
                    None => {
                        sink.skip(FindingCode::BadRecord, &format!("byte {at}"), "Rows with neither a title nor an address say nothing");
                    }
                }
            }
            Next::TooLong(at) => {
                n_rows += 1;
                sink.set_aside(
                    FindingCode::Limit,
                    &format!("byte {at}"),
                    "A row of activity has a few kilobytes, and this one has more than 16 MiB",
                );
            }
            Next::Cut(at) => {
                sink.cut_short(&format!("byte {at}"));
                break;
            }
            Next::End => break,
        }
    }
    if n_without_time > 0 {
        sink.finding(Finding {
            code: FindingCode::UncertainTime,
            severity: Severity::Warning,
            at: first,
            message: "The time of these rows is written in a way that is not known, so they stand without one. Export the product again as JSON to get exact times.".to_owned(),
            count: n_without_time,
        });
    }
    if n_rows > 0 {
        sink.finding(Finding {
            code: FindingCode::PreferJson,
            severity: Severity::Note,
            at: String::new(),
            message:
                "HTML gives whole seconds, and one time zone for all rows. Choose JSON for this product in the export to get exact times."
                    .to_owned(),
            count: n_rows,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{Collected, read};
    use crate::importers::activity_json;

    const SEARCHED: &str = r#"<div class="outer-cell mdl-cell mdl-cell--12-col mdl-shadow--2dp"><div class="mdl-grid"><div class="header-cell mdl-cell mdl-cell--12-col"><p class="mdl-typography--title">Search<br></p></div><div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1">Searched for&nbsp;<a href="https://www.google.com/search?q=ropes+%26+knots">ropes &amp; knots</a><br>May 4, 2025, 9:12:33&#8239;AM CEST<br></div><div class="content-cell mdl-cell mdl-cell--6-col mdl-typography--body-1 mdl-typography--text-right"></div><div class="content-cell mdl-cell mdl-cell--12-col mdl-typography--caption"><b>Products:</b><br>&emsp;Search<br><b>Locations:</b><br>&emsp;At <a href="https://www.google.com/maps/@?api=1&amp;map_action=map&amp;center=47.1,8.5&amp;zoom=12">this general area</a> - From your device<br></div></div></div>"#;
    const WATCHED: &str = r#"<div class="outer-cell"><div class="mdl-grid"><div class="header-cell"><p class="mdl-typography--title">YouTube<br></p></div><div class="content-cell mdl-cell mdl-typography--body-1"><a href="https://www.youtube.com/watch?v=AAAAAAAAAAA">Wie man Seile dreht</a> angesehen<br><a href="https://www.youtube.com/channel/UCxxxxxxxxxxxxxxxxxxxxxx">Seilkanal</a><br>11.02.2025, 21:01:02 MEZ<br></div><div class="content-cell mdl-typography--body-1 mdl-typography--text-right"></div><div class="content-cell mdl-typography--caption"><b>Produkte:</b><br>&emsp;YouTube<br></div></div></div>"#;

    fn page(cells: &str) -> String {
        format!(
            "<html><head><style>.outer-cell{{}}.content-cell{{}}</style></head><body><div class=\"mdl-grid\">{cells}</div></body></html>"
        )
    }

    fn html(path: &str, cells: &str) -> Collected {
        read(&IMPORTER, path, page(cells).as_bytes())
    }

    #[test]
    fn english_and_german_cells_are_read() {
        let mut collected = html("a.html", &format!("{SEARCHED}{WATCHED}"));
        collected.findings.clear();
        assert_eq!(
            collected.shown(),
            "search google.activity.search 2025-05-04T07:12:33Z | ropes & knots @47.1000,8.5000\n\
             watch google.youtube.watch 2025-02-11T20:01:02Z | Wie man Seile dreht | Seilkanal <Channel youtube.channel:UCxxxxxxxxxxxxxxxxxxxxxx>\n\
             = 2 items, 0 merged, 0 skipped, 0 set aside"
        );
        assert_eq!(collected.items[0].at.as_ref().and_then(|at| at.offset_min), Some(120));
    }

    #[test]
    fn a_row_has_the_same_identity_in_html_and_in_json() {
        let json = br#"[{"header":"Search","title":"Searched for ropes & knots","titleUrl":"https://www.google.com/search?q\u003dropes+%26+knots","time":"2025-05-04T07:12:33.218Z","products":["Search"]},
{"header":"YouTube","title":"Watched How to","titleUrl":"https://www.youtube.com/watch?v\u003dAAAAAAAAAAA","time":"2025-02-11T20:01:02.900Z","products":["YouTube"]},
{"header":"Search","title":"1 notification","time":"2025-02-11T20:01:02.900Z","products":["Search"]}]"#;
        let plain = SEARCHED
            .replace(
                "Searched for&nbsp;<a href=\"https://www.google.com/search?q=ropes+%26+knots\">ropes &amp; knots</a>",
                "1 notification",
            )
            .replace("May 4, 2025, 9:12:33&#8239;AM CEST", "Feb 11, 2025, 9:01:02&#8239;PM CET");
        let html = html("My Activity.html", &format!("{SEARCHED}{WATCHED}{plain}"));
        let json = read(&activity_json::IMPORTER, "MyActivity.json", json);
        let uids = |collected: &Collected| collected.items.iter().map(|item| item.uid).collect::<Vec<_>>();
        assert_eq!(uids(&html), uids(&json));
        assert_eq!(html.items.len(), 3);
    }

    #[test]
    fn cells_may_lack_their_frame_and_answers_follow_the_time() {
        let cells = r#"<div class="header-cell"><p class="mdl-typography--title">Gemini Apps<br></p></div><div class="content-cell mdl-typography--body-1">Prompted&nbsp;how long is a rope<br>Mar 3, 2024, 9:05:07&#8239;PM UTC<br><p>As long as <b>you</b> like, as of Jan 1, 2020, 1:00:00 AM UTC.</p></div><div class="content-cell mdl-typography--body-1">Prompted&nbsp;and why<br>yesterday<br></div>"#;
        let collected = html("My Activity/Gemini Apps/MyActivity.html", cells);
        assert_eq!(
            collected.items.iter().map(crate::importer::collected::shown).collect::<Vec<_>>(),
            [
                "activity google.activity.gemini 2024-03-03T21:05:07Z | how long is a rope | As long as you like, as of Jan 1, 2020, 1:00:00 AM UTC.",
                "activity google.activity.gemini no time | and why",
            ]
        );
        assert_eq!(collected.items[1].data["time_text"], "yesterday");
        assert_eq!(collected.findings[0].code, FindingCode::UncertainTime);
    }

    #[test]
    fn a_prompt_of_several_lines_is_whole() {
        let cell = r#"<div class="header-cell"><p>Gemini Apps<br></p></div><div class="content-cell mdl-typography--body-1">Prompted&nbsp;two ropes:<br>- thin<br>- thick<br>Mar 3, 2024, 9:05:07&#8239;PM UTC<br><p>Take both</p></div>"#;
        let collected = html("My Activity/Gemini Apps/MyActivity.html", cell);
        let item = &collected.items[0];
        assert_eq!((item.title.as_str(), item.text.as_str()), ("two ropes:", "two ropes:\n- thin\n- thick\nTake both"));
    }

    #[test]
    fn the_cells_of_a_table_are_words_and_its_rows_are_lines() {
        let cell = r#"<div class="header-cell"><p>Gemini Apps<br></p></div><div class="content-cell mdl-typography--body-1">Prompted&nbsp;which rope<br>Mar 3, 2024, 9:05:07&#8239;PM UTC<br><table><tr><td>Rope</td><td>12mm</td></tr></table><dl><dt>Knot</dt><dd>Bowline</dd></dl><blockquote>Tie it</blockquote>and<h5>go</h5></div>"#;
        let collected = html("My Activity/Gemini Apps/MyActivity.html", cell);
        assert_eq!(collected.items[0].text, "Rope 12mm\nKnot\nBowline\nTie it\nand\ngo");
    }

    #[test]
    fn a_page_cut_inside_a_cell_keeps_the_cells_before() {
        let page = page(&format!("{SEARCHED}{WATCHED}"));
        let collected = read(&IMPORTER, "a.html", &page.as_bytes()[..page.len() - 200]);
        assert_eq!((collected.items.len(), collected.findings[0].code), (1, FindingCode::CutShort));
    }

    #[test]
    fn twenty_megabytes_on_one_line_are_read_in_a_bounded_buffer() {
        let n_rows = (20 << 20) / SEARCHED.len();
        let page = page(&SEARCHED.repeat(n_rows));
        let mut bytes = page.as_bytes();
        let mut cells = Cells::new(&mut bytes);
        let mut n_read = 0;
        while let Next::Cell { bytes, .. } = cells.next().unwrap() {
            assert!(bytes.len() < SEARCHED.len() + 100);
            n_read += 1;
        }
        assert_eq!(n_read, n_rows);
        assert!(cells.held() < 2 << 20, "{} bytes held", cells.held());
    }
}
