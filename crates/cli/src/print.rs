//! What the command prints for people. Every answer has a JSON twin; nothing here is meant to be parsed.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write, stderr, stdout};
use std::time::Duration;

use domain::{Failure, Progress, Stretch};
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use serde_json::Value;

mod backups;
mod conversations;
mod finding;
mod forgetting;
mod importing;
mod keys;
mod people;

pub(crate) use backups::*;
pub(crate) use conversations::*;
pub(crate) use finding::*;
pub(crate) use forgetting::*;
pub(crate) use importing::*;
pub(crate) use keys::*;
pub(crate) use people::*;

/// One line of JSON on standard output.
pub(crate) fn line(value: &Value) {
    say(&value.to_string());
}

/// One line, or several, on standard output. A reader that went away (`| head`) ends the program quietly.
pub(crate) fn say(text: &str) {
    if writeln!(stdout(), "{text}").is_err() {
        std::process::exit(0);
    }
}

/// Standard output for an answer that is written while it comes; a reader that went away ends the program as in [`say`].
pub(crate) struct Out(BufWriter<StdoutLock<'static>>);

impl Out {
    pub(crate) fn new() -> Self {
        Self(BufWriter::new(stdout().lock()))
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(self.0.write(bytes).unwrap_or_else(|_| std::process::exit(0)))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().or_else(|_| std::process::exit(0))
    }
}

/// A failure, on standard error: as JSON on its last line, or as sentences.
pub(crate) fn failure(failure: &Failure, json: bool) {
    let text = if json { serde_json::to_string(failure).unwrap_or_else(|_| failure.message.clone()) } else { told(failure) };
    // There is nowhere left to report that this could not be written.
    drop(writeln!(stderr(), "{text}"));
}

/// A failure in sentences; of what was typed, the part that it is about is underlined.
fn told(failure: &Failure) -> String {
    let mut lines = vec![format!("error: {}", failure.message)];
    lines.extend(failure.at.as_ref().map(underlined));
    if !failure.hint.is_empty() {
        lines.push(format!("hint: {}", failure.hint));
    }
    harmless(&lines.join("\n"))
}

/// A text, and a line of carets under a part of it.
fn underlined(part: &Stretch) -> String {
    let text: String = part.text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let carets = "^".repeat(part.end.saturating_sub(part.start).max(1));
    format!("  {text}\n  {}{carets}", " ".repeat(part.start))
}

/// What a person may want to know while they wait, on standard error.
pub(crate) fn aside(text: &str) {
    // Whoever closed it does not wait for it.
    drop(writeln!(stderr(), "{text}"));
}

/// A line of progress on a terminal; nothing elsewhere.
pub(crate) struct Bar(Option<ProgressBar>);

impl Bar {
    pub(crate) fn new(json: bool) -> Self {
        if json || !stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new(0);
        let style = ProgressStyle::with_template("{bar:30} {percent:>3}%  {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style);
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(Some(bar))
    }

    pub(crate) fn show(&mut self, progress: &Progress) {
        let Some(bar) = &self.0 else { return };
        bar.set_length(progress.total);
        bar.set_position(progress.done);
        let eta = progress.eta_s.map_or_else(String::new, |left| format!(", {left} s left"));
        bar.set_message(format!(
            "{}: {} records, {:.0} a second{eta}  {}",
            progress.stage,
            HumanCount(progress.records),
            progress.rate,
            harmless(&progress.detail)
        ));
    }

    pub(crate) fn clear(&mut self) {
        if let Some(bar) = self.0.take() {
            bar.finish_and_clear();
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => harmless(text),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A text of the vault's, without what a terminal would take for orders: whoever sends a mail chooses its title. The marks of
/// found words stay, which are taken for what they are.
fn harmless(text: &str) -> String {
    let orders = |ch: char| (ch.is_control() && !matches!(ch, '\n' | '\t' | '\u{2}' | '\u{3}')) || matches!(ch, '\u{202a}'..='\u{202e}');
    text.chars().map(|ch| if orders(ch) { char::REPLACEMENT_CHARACTER } else { ch }).collect()
}

fn count(value: &Value) -> String {
    value.as_u64().map_or_else(|| text(value), |number| HumanCount(number).to_string())
}

fn list<'a>(value: &'a Value, key: &str) -> std::slice::Iter<'a, Value> {
    value[key].as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

pub(crate) fn created(value: &Value) {
    say(&format!("A vault was made at {}.", text(&value["path"])));
    recovery_code(&value["recovery_code"]);
}

pub(crate) fn status(value: &Value) {
    say(&format!("{} at {} (datapunk {})", text(&value["state"]), text(&value["path"]), text(&value["version"])));
    if value["read_only"] == true {
        say("It stands where nothing can be written, and is open for reading alone.");
    }
    if !value["items"].is_null() {
        let share = |key: &str| format!("{:.0} %", value["coverage"][key].as_f64().unwrap_or(0.0) * 100.0);
        say(&format!(
            "{} items; found by words {}, by meaning {} ({} read by the transformer)",
            count(&value["items"]),
            share("words"),
            share("meaning"),
            share("transformer")
        ));
    }
}

/// What was found wrong while the vault was opened, on standard error: it is not what the command was asked.
pub(crate) fn warnings(status: &Value) {
    for warning in list(status, "warnings") {
        aside(&format!("warning: {}\nhint: {}", text(&warning["message"]), text(&warning["what_to_do"])));
    }
}

pub(crate) fn verified(value: &Value) {
    for finding in list(value, "findings") {
        say(&format!("{}: {} {}", text(&finding["code"]), text(&finding["message"]), text(&finding["what_to_do"])));
    }
    if value["ok"] == true {
        say(&format!(
            "Every page, index, blob and ledger is sound. Content {} ({} ms)",
            text(&value["logical_hash"]),
            count(&value["took_ms"])
        ));
    }
}

/// A piece of an answer; whether it was part of the answer's own words.
pub(crate) fn ask_part(part: &Value) -> bool {
    match part["part"].as_str() {
        Some("plan") => say(&format!("({})\n", text(&part["understood"]))),
        Some("text") => {
            // A reader that went away ends the program at the next whole line.
            drop(write!(stdout(), "{}", text(&part["text"])).and_then(|()| stdout().flush()));
            return true;
        }
        _ => {}
    }
    false
}

pub(crate) fn answer(value: &Value, streamed: bool) {
    if streamed {
        say("");
    } else {
        say(&text(&value["answer"]));
    }
    for choice in list(value, "choices") {
        say(&format!("  ask: {}", text(&choice["question"])));
    }
    if value["withheld"] == true {
        say("  A password, key or code in it is withheld; `datapunk show ID` shows the item.");
    }
    conversations::rests_on(value);
    if value["computed"].is_object() {
        for row in list(&value["computed"], "rows") {
            say(&format!("  {:<24} {}", text(&row["key"]), text(&row["value"])));
        }
        say(&format!("  computed by: {}", text(&value["computed"]["query"])));
    }
    if value["model_failure"].is_string() {
        say(&format!("  worded without the model: {}", text(&value["model_failure"])));
    }
    let model = value["model"].as_str().map_or_else(|| "no language model".to_owned(), str::to_owned);
    say(&format!("  {model}, {} ms", count(&value["took_ms"])));
}

pub(crate) fn models(value: &Value) {
    list(value, "models").for_each(model);
}

pub(crate) fn model(value: &Value) {
    let default = if value["default"] == true { " (default)" } else { "" };
    say(&format!(
        "{:<12} {:<28} {:<10} {:>10}  {}{default}, {}",
        text(&value["state"]),
        text(&value["id"]),
        text(&value["role"]),
        HumanBytes(value["bytes"].as_u64().unwrap_or(0)).to_string(),
        text(&value["label"]),
        text(&value["licence"])
    ));
}

pub(crate) fn jobs(value: &Value) {
    for job in list(value, "jobs") {
        say(&format!("{:>5}  {:<11} {:<8} {}", text(&job["job"]), text(&job["state"]), text(&job["kind"]), text(&job["label"])));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_gives_no_orders_to_the_terminal() {
        let title = "Sale \u{1b}]0;owned\u{7} \u{1b}[2J\u{202e}end\u{9b}\n\tof \u{2}it\u{3} \u{200f}مرحبا";
        let shown = text(&Value::from(title));
        assert_eq!(shown, "Sale \u{fffd}]0;owned\u{fffd} \u{fffd}[2J\u{fffd}end\u{fffd}\n\tof \u{2}it\u{3} \u{200f}مرحبا");
    }

    #[test]
    fn what_of_a_query_cannot_be_read_is_underlined() {
        let at = Stretch { text: "größe\tkind:mial".to_owned(), start: 11, end: 15 };
        let failure = Failure::new(domain::Code::BadRequest, "No kind.").hint("Did you mean kind:mail?").at(at);
        assert_eq!(told(&failure), "error: No kind.\n  größe kind:mial\n             ^^^^\nhint: Did you mean kind:mail?");
    }
}
