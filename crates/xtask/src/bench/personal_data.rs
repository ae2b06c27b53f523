//! How well personal data is recognised, on lines that were never worked with, through the whole program: they are imported as
//! notes, and `pii` is asked what it found.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use serde_json::json;

use super::figures::Figure;
use crate::Result;
use crate::command::Datapunk;
use crate::fixtures::Lang;
use crate::fixtures::labelled::{self, Line, Score, Set};

const PASSPHRASE: &str = "lines that nobody has worked with";
/// Lines of each language.
const LINES: u64 = 2_000;

/// Precision and recall of each class in each language, and how fast all lines were looked at.
pub(crate) fn measure(folder: &Path) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for lang in [Lang::En, Lang::De] {
        let lines = labelled::lines(Set::Evaluation, lang, LINES);
        let folder = folder.join(format!("personal-{}", lang.code()));
        let datapunk = Datapunk::new(&folder.join("vault"), PASSPHRASE)?;
        write(&lines, &folder.join("Takeout/Keep"))?;
        datapunk.json(["init"])?;
        datapunk.json(["import".as_ref(), folder.join("Takeout").as_os_str()])?;
        let begun = Instant::now();
        let counts = datapunk.json(["pii"])?;
        if counts["looked_at"] != 1.0 {
            return Err(format!("`pii` answered before it had looked at everything: {counts}").into());
        }
        figures.push(Figure::new(
            format!("personal data, {}: opening, looking and counting", lang.code()),
            begun.elapsed().as_secs_f64() * 1e3,
            "ms",
        ));
        for (class, score) in scores(&datapunk, &lines)? {
            let name = format!("personal data, {}, {class} ({} in the lines)", lang.code(), score.hits + score.misses);
            figures.push(Figure::new(format!("{name}: precision"), score.precision(), "share"));
            figures.push(Figure::new(format!("{name}: recall"), score.recall(), "share"));
        }
    }
    Ok(figures)
}

/// Items looked at in a second: what the first asking takes longer than a second one, which only opens the vault and counts.
pub(crate) fn speed(datapunk: &Datapunk, n_items: u64) -> Result<Figure> {
    let mut seconds = Vec::new();
    for _ in 0..2 {
        let begun = Instant::now();
        datapunk.json(["pii"])?;
        seconds.push(begun.elapsed().as_secs_f64());
    }
    let looking = seconds[0] - seconds[1];
    // Nobody looks at more than a million items a second.
    if looking < n_items as f64 / 1e6 {
        return Err("the items had been looked through for personal data before that was to be timed".into());
    }
    Ok(Figure::new("items looked through for personal data", n_items as f64 / looking, "items/s").against("the bar", 50_000.0))
}

/// Each line as a note whose title is its number.
fn write(lines: &[Line], folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    for (number, line) in lines.iter().enumerate() {
        let note = json!({
            "title": format!("Note {number}"), "textContent": line.text, "isTrashed": false, "isPinned": false, "isArchived": false,
            "color": "DEFAULT", "userEditedTimestampUsec": 1_600_000_000_000_000_i64 + number as i64 * 60_000_000,
        });
        fs::write(folder.join(format!("Note {number}.json")), note.to_string())?;
    }
    Ok(())
}

fn scores(datapunk: &Datapunk, lines: &[Line]) -> Result<BTreeMap<&'static str, Score>> {
    let mut classes: Vec<&'static str> = lines.iter().flat_map(|line| &line.labels).map(|label| label.class).collect();
    classes.sort_unstable();
    classes.dedup();
    let mut scores = BTreeMap::new();
    for class in classes {
        let found = found(datapunk, class, lines)?;
        let score: &mut Score = scores.entry(class).or_default();
        for (number, line) in lines.iter().enumerate() {
            let there: Vec<(usize, usize)> =
                line.labels.iter().filter(|label| label.class == class).map(|label| (label.start, label.end)).collect();
            score.count(found.get(&number).map_or(&[], Vec::as_slice), &there);
        }
    }
    Ok(scores)
}

/// Where a class was found, by the number of the line.
fn found(datapunk: &Datapunk, class: &str, lines: &[Line]) -> Result<BTreeMap<usize, Vec<(usize, usize)>>> {
    let mut found: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
    let mut after: Option<String> = None;
    loop {
        let mut args = vec!["pii".to_owned(), class.to_owned(), "--limit".to_owned(), "1000".to_owned()];
        args.extend(after.iter().flat_map(|after| ["--after".to_owned(), after.clone()]));
        let page = datapunk.json(args)?;
        for item in page["items"].as_array().into_iter().flatten() {
            let number =
                item["title"].as_str().and_then(|title| title.strip_prefix("Note ")?.parse().ok()).ok_or("a note has another title")?;
            let line: &Line = lines.get(number).ok_or("a note that was not written was found")?;
            for piece in item["found"].as_array().into_iter().flatten().filter(|piece| piece["class"] == class) {
                let text = piece["text"].as_str().unwrap_or_default();
                // What stands twice in a line is told apart by what was found before it.
                let spans = found.entry(number).or_default();
                let from = spans.last().map_or(0, |(_, end)| *end);
                let start =
                    line.text[from..].find(text).map(|at| from + at).ok_or_else(|| format!("{text:?} is not in {:?}", line.text))?;
                spans.push((start, start + text.len()));
            }
        }
        after = page["next"].as_str().map(str::to_owned);
        if after.is_none() {
            return Ok(found);
        }
    }
}
