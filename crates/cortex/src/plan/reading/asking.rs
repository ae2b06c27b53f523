//! What is asked, over which time and measure, and how it is divided.

use domain::Result;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::super::clock::Clock;
use super::super::people::Writing;
use super::super::pieces::{Piece, position, use_up};
use super::super::words::{self, Asked, Measure};
use super::super::{Division, sides};
use super::{Reading, taken_of};
use crate::dates;

impl Reading<'_> {
    /// The times that are named: they narrow what is meant, or are set against each other.
    pub(super) fn read_times(&mut self) -> Result<()> {
        self.beyond.extend(take_impossible_days(&mut self.pieces));
        self.spans = take_spans(&self.question, &mut self.pieces, self.today, self.zone);
        with_weekday(&mut self.spans, self.zone);
        self.set_apart = sides::set_apart(&self.spans);
        if self.set_apart && !self.has_word(&["or", "oder", "than", "als"]) {
            self.added = !taken_of(&mut self.pieces, words::adding()).is_empty();
        }
        if self.added {
            self.set_apart = false;
            sides::add_spans(&self.spans, &mut self.filter);
            // "The two refunds for 2024 and 2025": how many times there are.
            self.use_words(|word| matches!(word, "two" | "both" | "three" | "zwei" | "beide" | "beiden" | "drei"));
            return Ok(());
        }
        if self.set_apart {
            return Ok(());
        }
        for span in &self.spans {
            span.narrow(&mut self.filter);
        }
        if Clock::fits(&self.filter) {
            // A day abroad is one by the clocks there.
            if let Some((from, to)) = self.filter.from.zip(self.filter.to)
                && let Some(ahead) = self.world.clocks(from, to)?
                && let Ok(at) = Timestamp::from_millisecond(from)
            {
                Clock::keep_to_clocks(&mut self.filter, ahead - i64::from(self.zone.to_offset(at).seconds()) / 60);
            }
            let clock = Clock::take(&mut self.pieces, self.language);
            // Who slept somewhere was there in the night of that day.
            let asleep = Clock::of_sleep(&mut self.pieces);
            if let Some(clock) = clock.or(asleep) {
                clock.narrow(&mut self.filter);
            }
            self.presence = asleep.is_some();
        }
        Ok(())
    }

    /// What is asked, and of which groups.
    pub(super) fn read_what_is_asked(&mut self) {
        // Whoever pays a visit pays nothing.
        if self.has_word(&["visit", "visits"]) {
            self.use_words(|word| matches!(word, "pay" | "paid"));
        }
        self.read_number();
        self.polar = is_polar(&self.pieces);
        self.whether = self.polar;
        self.currency = self.take(words::CURRENCIES).or(self.currency);
        let has_or = self.has_word(&["or", "oder", "than", "als"]);
        let compared = if has_or { self.take(words::COMPARED) } else { None };
        let dearer = self.has_word(words::DEARER);
        self.comparing = if has_or { self.take(words::COMPARING).or(compared.map(|_| Asked::Most)) } else { None };
        // "How far" says what is measured; what is asked follows from it.
        self.measure = self.take(words::MEASURED).or(compared);
        if dearer && self.comparing.is_some() {
            self.measure = Some(Measure::Amount);
            self.use_words(|word| words::DEARER.contains(&word));
        }
        taken_of(&mut self.pieces, words::containers());
        self.abroad = self.take(words::ABROAD).is_some();
        if let Some(at) = position(&self.pieces, "foreign countries") {
            use_up(&mut self.pieces[at..=at]);
            self.abroad = true;
        }
        self.presence = self.presence
            || self.abroad
            || self.take(words::PRESENCE).is_some()
            || words::goes(&self.pieces.iter().map(|piece| piece.lower.as_str()).collect::<Vec<_>>());
        self.writing = Writing::of(&mut self.pieces);
        if self.says_any_of(words::MOST) {
            self.by = self.take(words::RANKED);
        }
        if self.said.is_extreme() {
            self.by = self.take(words::DIVISIONS);
        }
        // Before what is asked: "how far was my first ride" asks how far, and not which was the first.
        if self.measure.is_some() || ["how much", "wie viel", "wieviel"].iter().any(|phrase| position(&self.pieces, phrase).is_some()) {
            self.single = take_single(&mut self.pieces);
        }
        self.asked = self.take(words::ASKED);
        if self.added {
            self.asked = self.asked.filter(|asked| *asked != Asked::Find).or(Some(Asked::Sum));
        }
        self.is_due = self.take(words::DUE).is_some();
        if self.is_due {
            self.asked = Some(Asked::When);
        }
        self.asks_who = self.asked == Some(Asked::Who);
        // What is done "most often" is counted; what is done "most" may be measured.
        self.often = self.has_word(&["often", "frequently", "öftesten", "häufigsten", "seltensten"]);
        // "Who sent me the most mails?" asks who, and which one most.
        let may_rank = match self.asked {
            Some(Asked::Who | Asked::Where | Asked::List | Asked::Find) => true,
            Some(Asked::When) => self.says_any_of(words::DIVISIONS),
            _ => false,
        };
        if may_rank && let Some(most) = self.take(words::MOST) {
            self.by = self.by.or((self.asked == Some(Asked::Where)).then_some(Division::Place));
            self.asked = Some(most);
        }
    }

    /// The number that a thing has, "the frame number of my bike", "die Rahmennummer": it stands somewhere, by the name of what it is.
    fn read_number(&mut self) {
        let Some((at, length)) = (0..self.pieces.len()).find_map(|at| Some((at, own_number(&self.pieces, at)?))) else { return };
        if let Some(of) = self.pieces.get_mut(at + length).filter(|next| next.lower == "of") {
            // "Number of" would be counted.
            of.used = true;
        }
        let said = self.pieces[at..at + length].iter().map(|piece| piece.lower.as_str()).collect::<Vec<_>>().join(" ");
        // What stands on a person's card is read by its own words.
        if words::each(words::ATTRIBUTES).all(|(phrase, _)| phrase != said) {
            self.of_number = true;
            self.text.push(self.pieces[at].text.clone());
            use_up(&mut self.pieces[at..at + length]);
        }
    }

    /// Whether it is only asked what number a thing has.
    pub(super) fn asks_number(&self) -> bool {
        self.of_number && matches!(self.asked, None | Some(Asked::Find))
    }

    /// Over which measure it is asked, and how that is divided.
    pub(super) fn read_measure(&mut self) {
        // "How long in km was my longest ride": the unit says what is measured.
        if self.said.is_extreme() || self.said.is_mean() {
            self.measure = self.take(words::UNITS).or(self.measure);
        }
        // "Which was the last country that I visited".
        let of_ends =
            matches!(self.asked, Some(Asked::First | Asked::Last)) && self.pieces.first().is_some_and(|piece| asks_which(&piece.lower));
        let geography = self.take(words::GEOGRAPHY).or_else(|| self.take(words::REGIONS).filter(|_| of_ends));
        if let Some(geography) = geography {
            self.geography = true;
            self.presence = true;
            self.by = Some(geography);
            self.asked = self.asked.filter(|asked| !matches!(asked, Asked::Find | Asked::Where)).or(Some(Asked::List));
            // "In how many different countries" counts each once, as every count of them does.
            self.beyond_computing.retain(|word| !words::is_distinct(word));
        }
        self.meets = self.pieces.iter().any(|piece| !piece.used && words::is_meeting(&piece.lower));
        self.by = self.by.or(self.take(words::DIVISIONS));
        // "In which year did I ride the furthest": of the years, and not of the rides.
        if matches!(self.by, Some(Division::Month | Division::Year | Division::Weekday))
            && let Some(ranked) = self.said.ranks()
        {
            self.asked = Some(ranked);
        } else if self.said.is_extreme() {
            self.by = None;
        }
        let spent = self.take(words::SPENT).is_some();
        self.presence |= spent && matches!(self.measure, Some(Measure::Days | Measure::Duration));
        if self.measure.is_none() && spent {
            if self.presence || matches!(self.asked, Some(Asked::Where | Asked::When | Asked::Count | Asked::Who)) {
                self.presence = true;
            } else {
                self.measure = Some(Measure::Amount);
            }
        }
        if self.measure.is_none() {
            self.measure = self.take(words::MEASURES);
        }
        self.read_money();
        // "Phone bills 2022 total": what is added up is money, where nothing else is measured.
        if self.has_word(&["total", "totals"]) && self.asked.is_none_or(|asked| asked == Asked::Sum) {
            self.measure = self.measure.or(Some(Measure::Amount));
            self.asked = Some(Asked::Sum);
        }
        if let Some(bound) = self.bound
            && self.measure.is_none_or(|measure| measure == Measure::Days || measure == bound.measure)
        {
            // What is bounded is counted or told, and not added up.
            self.measure = Some(bound.measure);
            self.asked = self.asked.filter(|asked| *asked != Asked::Sum).or(Some(Asked::Count));
        }
        let before: Vec<bool> = self.pieces.iter().map(|piece| piece.used).collect();
        if self.measure != Some(Measure::Amount) && !self.asks_number() && (self.measure.is_some() || self.by.is_none() || self.ranks()) {
            // Steps are of the whole day, however it is said that they were walked.
            self.activity = self.take(words::ACTIVITIES).filter(|_| self.measure != Some(Measure::Steps));
        }
        self.of_kind = self.pieces.iter().zip(before).map(|(piece, before)| piece.used && !before).collect();
    }

    /// Whether it is money that is asked for, and in which currency.
    fn read_money(&mut self) {
        if self.currency.is_some() && self.measure.is_none() && self.bound.is_none() {
            (self.measure, self.asked) = (Some(Measure::Amount), self.asked.filter(|asked| *asked != Asked::Count));
        }
        let of_values = self.said.is_extreme() || self.said.is_mean() || self.said.is_mean_rate() || self.comparing.is_some();
        if self.measure.is_none() && (of_values || self.asked == Some(Asked::Sum)) && self.take(words::BILLS).is_some() {
            self.measure = Some(Measure::Amount);
        }
        if self.measure.is_none() && self.said.is_of_amount() {
            self.measure = Some(Measure::Amount);
        }
        if self.measure == Some(Measure::Amount) {
            self.by = self.take(words::SELLERS).or(self.by);
            taken_of(&mut self.pieces, words::papers());
        }
    }

    /// Whether the most or the least of something is asked for.
    pub(super) fn ranks(&self) -> bool {
        matches!(self.asked, Some(Asked::Most | Asked::Least))
    }

    /// Whether a phrase of a table is left in the question.
    fn says_any_of<T: Copy>(&self, table: &'static [(T, &'static str)]) -> bool {
        words::each(table).any(|(phrase, _)| position(&self.pieces, phrase).is_some())
    }
}

/// The times that a question names, outside quotation marks and what has been read already, as "over 2000 steps"; their words are
/// used up.
fn take_spans(question: &str, pieces: &mut [Piece], today: Date, zone: &TimeZone) -> Vec<sides::Span> {
    let mut spans = Vec::new();
    for found in dates::find(question, today) {
        if pieces.iter().any(|piece| (piece.quoted || piece.used) && piece.start < found.end && found.start < piece.end) {
            continue;
        }
        spans.push(sides::Span {
            name: sides::name(&question[found.start..found.end]),
            from: found.from.and_then(|date| sides::instant(date, zone)),
            to: found.to.and_then(|date| sides::instant(date, zone)),
        });
        for piece in pieces.iter_mut().filter(|piece| piece.start >= found.start && piece.end <= found.end) {
            piece.used = true;
        }
    }
    spans
}

/// Makes one time of a weekday and the day or the week that it is of: "Saturday, the 1st of July", "Wednesday last week".
fn with_weekday(spans: &mut Vec<sides::Span>, zone: &TimeZone) {
    const DAY_MS: i64 = 86_400_000;
    let lasts = |span: &sides::Span| span.from.zip(span.to).map(|(from, to)| (to - from) as f64 / DAY_MS as f64);
    let is_weekday = |span: &sides::Span| {
        let last = span.name.rsplit(' ').next().unwrap_or_default().to_lowercase();
        dates::is_weekday(&last) && lasts(span).is_some_and(|days| days < 1.5)
    };
    let [one, other] = &spans[..] else { return };
    let (weekday, of) = match (is_weekday(one), is_weekday(other)) {
        (true, false) => (0, 1),
        (false, true) => (1, 0),
        _ => return,
    };
    let Some(days) = lasts(&spans[of]).filter(|days| *days < 7.5) else { return };
    let local = |ms: i64| jiff::Timestamp::from_millisecond(ms).ok().map(|at| at.to_zoned(zone.clone()).date());
    let meant = spans[weekday].from.and_then(local).map(|date| date.weekday());
    if let (Some(from), true) = (spans[of].from.and_then(local), days > 1.5) {
        let day = (0..7).filter_map(|n| from.checked_add(jiff::Span::new().days(n)).ok()).find(|day| Some(day.weekday()) == meant);
        if let Some(day) = day {
            spans[of].from = sides::instant(day, zone);
            spans[of].to = day.tomorrow().ok().and_then(|next| sides::instant(next, zone));
        }
    }
    spans.remove(weekday);
}

/// How many words at a place name the number that a thing has: a noun before "number", or a German word that ends with it.
fn own_number(pieces: &[Piece], at: usize) -> Option<usize> {
    // What says of how many there are how it is counted.
    const COUNTED: &[&str] = &[
        "exact",
        "precise",
        "actual",
        "approximate",
        "rough",
        "whole",
        "full",
        "entire",
        "combined",
        "grand",
        "final",
        "highest",
        "largest",
        "greatest",
        "maximum",
        "lowest",
        "smallest",
        "minimum",
        "average",
        "record",
        "large",
        "great",
        "high",
        "small",
        "low",
        "certain",
        "annual",
        "yearly",
        "monthly",
        "weekly",
        "daily",
        "right",
        "different",
        "unique",
        "distinct",
        "new",
        "good",
        "correct",
        "net",
        "lucky",
    ];
    let free =
        |piece: &&Piece| !piece.used && !piece.quoted && !piece.genitive && piece.lower.chars().all(|ch| ch.is_alphabetic() || ch == '-');
    let noun = pieces.get(at).filter(free).filter(|piece| !piece.small || matches!(piece.lower.as_str(), "bill" | "item"))?;
    if noun.lower.strip_suffix("nummer").is_some_and(|of| of.chars().count() >= 3) {
        return Some(1);
    }
    // "The Jonas Brandt number" is his.
    let is_name = at > 0 && noun.text.starts_with(char::is_uppercase) && noun.text.contains(char::is_lowercase);
    let is_number = pieces.get(at + 1).filter(free).is_some_and(|next| next.lower == "number");
    let is_told = pieces.get(at + 2).is_some_and(|next| next.lower.starts_with(|ch: char| ch.is_ascii_digit()));
    (is_number && !is_told && !is_name && !COUNTED.contains(&noun.lower.as_str())).then_some(2)
}

/// Whether a question that begins so asks for one of several.
fn asks_which(first: &str) -> bool {
    matches!(first, "which" | "what" | "welches" | "welche" | "welcher")
}

/// Whether a question begins as those do that want a yes or a no.
fn is_polar(pieces: &[Piece]) -> bool {
    const FIRST: &[&str] = &[
        "did", "do", "does", "have", "has", "had", "is", "are", "was", "were", "am", "habe", "hab", "hat", "haben", "hatte", "war", "bin",
        "ist", "sind", "gibt", "gab", "kam", "kamen", "schrieb", "schickte",
    ];
    pieces.first().is_some_and(|piece| FIRST.contains(&piece.lower.as_str()))
}

/// What follows an order that means no one thing.
const NOT_ONE: &[&str] = &[
    "time", "times", "of", "in", "to", "from", "half", "few", "couple", "two", "three", "four", "five", "six", "ten", "mal", "zwei",
    "drei", "paar",
];

/// Takes out that the first or the last of several is meant: "my last electricity bill". "The first three" are no one.
fn take_single(pieces: &mut [Piece]) -> Option<Asked> {
    for (phrase, single) in words::each(words::SINGLE) {
        let Some(at) = position(pieces, phrase) else { continue };
        let after = at + phrase.split(' ').count();
        let before = at.checked_sub(1).map_or("", |before| pieces[before].lower.as_str());
        let of_one = words::is_own(before) || matches!(before, "the" | "der" | "die" | "das" | "dem" | "den");
        let names_it = pieces.get(after).is_some_and(|next| {
            !next.used && !next.lower.starts_with(|ch: char| ch.is_ascii_digit()) && !NOT_ONE.contains(&next.lower.as_str())
        });
        if of_one && names_it {
            use_up(&mut pieces[at..after]);
            return Some(single);
        }
    }
    None
}

/// The days that no month has, "30 February": taken for the whole month they would answer another question.
fn take_impossible_days(pieces: &mut [Piece]) -> Vec<String> {
    const SHORT: &[(&str, u32)] = &[
        ("february", 29),
        ("feb", 29),
        ("februar", 29),
        ("april", 30),
        ("apr", 30),
        ("june", 30),
        ("juni", 30),
        ("september", 30),
        ("sep", 30),
        ("sept", 30),
        ("november", 30),
        ("nov", 30),
    ];
    let day = |piece: &Piece| piece.lower.trim_end_matches(|ch: char| ch.is_alphabetic() || ch == '.').parse::<u32>().ok();
    let days_of = |piece: &Piece| SHORT.iter().find(|(name, _)| *name == piece.lower).map(|(_, days)| *days);
    let mut found = Vec::new();
    for at in 0..pieces.len() {
        let Some(days) = days_of(&pieces[at]) else { continue };
        let before = at.checked_sub(1).map(|before| if before > 0 && pieces[before].lower == "of" { before - 1 } else { before });
        let named = [before, Some(at + 1)]
            .into_iter()
            .flatten()
            .find(|beside| pieces.get(*beside).and_then(day).is_some_and(|day| day > days && day <= 31));
        if let Some(named) = named {
            let span = named.min(at)..=named.max(at);
            found.push(super::super::pieces::joined(&pieces[span.clone()]));
            use_up(&mut pieces[span]);
        }
    }
    found
}
