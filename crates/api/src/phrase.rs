//! What people type on a command line, as the filter that stands behind every view.

use cortex::dates;
use domain::{Code, Failure, Filter, Near, Point, Result, UtcMs};
use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The parts of a filter as they are typed.
#[derive(Debug, Clone, Default)]
pub struct FilterWords {
    /// Names of kinds.
    pub kinds: Vec<String>,
    /// Sources.
    pub sources: Vec<String>,
    /// A date phrase, its first day counts.
    pub from: Option<String>,
    /// A date phrase, its last day counts.
    pub to: Option<String>,
    /// "LAT,LON,METRES".
    pub near: Option<String>,
    /// Names or addresses of who is in it; "me" is the owner.
    pub people: Vec<String>,
    /// Names or addresses of who sent it; "me" is the owner.
    pub senders: Vec<String>,
    /// Names or addresses of whom it was sent to; "me" is the owner.
    pub recipients: Vec<String>,
    /// Whether to show what is hidden by default.
    pub hidden: bool,
}

/// The person's local day.
pub(crate) fn today() -> Date {
    Zoned::now().date()
}

/// The span that a date phrase names, UTC milliseconds, half-open; open ends are absent.
///
/// # Errors
/// [`Code::BadRequest`] when it is no date phrase.
pub fn days(phrase: &str) -> Result<(Option<UtcMs>, Option<UtcMs>)> {
    let (from, to) = dates::exactly(phrase, today()).ok_or_else(|| {
        Failure::new(Code::BadRequest, format!("{phrase:?} is not a date that we can read."))
            .hint("Try 2019-05-14, \"May 2019\", 2019, \"last summer\" or \"two weeks ago\".")
    })?;
    let zone = TimeZone::system();
    let instant =
        |date: Option<Date>| date.and_then(|date| date.to_zoned(zone.clone()).ok()).map(|zoned| zoned.timestamp().as_millisecond());
    Ok((instant(from), instant(to)))
}

/// The filter that the words mean.
///
/// # Errors
/// [`Code::BadRequest`], naming the word that cannot be understood.
pub fn filter(words: FilterWords) -> Result<Filter> {
    let kinds = words
        .kinds
        .iter()
        .map(|name| name.parse().map_err(|error| Failure::new(Code::BadRequest, format!("{error}."))))
        .collect::<Result<Vec<_>>>()?;
    let from = words.from.as_deref().map(days).transpose()?.and_then(|(from, _)| from);
    let to = words.to.as_deref().map(days).transpose()?.and_then(|(_, to)| to);
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        return Err(Failure::new(Code::BadRequest, "The span ends before it begins.").hint("Exchange --from and --to."));
    }
    let near = words.near.as_deref().map(near).transpose()?;
    let FilterWords { sources, people, senders, recipients, hidden, .. } = words;
    Ok(Filter { kinds, sources, from, to, near, people, senders, recipients, hidden, ..Filter::default() })
}

fn near(text: &str) -> Result<Near> {
    let wrong = || {
        Failure::new(Code::BadRequest, format!("{text:?} is not LAT,LON,METRES: degrees, degrees and a radius."))
            .hint("For example 38.7223,-9.1393,500.")
    };
    let numbers = text.split(',').map(|part| part.trim().parse::<f64>().ok()).collect::<Option<Vec<_>>>().ok_or_else(wrong)?;
    let [lat, lon, metres] = numbers[..] else { return Err(wrong()) };
    let point = Point::from_degrees(lat, lon).ok_or_else(wrong)?;
    if metres.is_finite() && metres > 0.0 { Ok(Near { point, metres }) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_understood_is_named() {
        let message = |words: FilterWords| filter(words).unwrap_err().message;
        assert!(message(FilterWords { kinds: vec!["mial".to_owned()], ..FilterWords::default() }).contains("mial"));
        assert!(message(FilterWords { from: Some("someday".to_owned()), ..FilterWords::default() }).contains("someday"));
        assert!(message(FilterWords { near: Some("1,2".to_owned()), ..FilterWords::default() }).contains("1,2"));
        assert!(message(FilterWords { near: Some("95,2,10".to_owned()), ..FilterWords::default() }).contains("95,2,10"));
        let whole = filter(FilterWords { from: Some("2019".to_owned()), to: Some("2019".to_owned()), ..FilterWords::default() }).unwrap();
        assert_eq!((whole.to.unwrap() - whole.from.unwrap()) / 86_400_000, 365);
    }
}
