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
        use_weekday_before(&mut self.pieces);
        let joined = self.joins_times();
        if joined && let Some(whole) = sides::joined_on(&self.spans) {
            self.spans = vec![whole];
        }
        self.set_apart = sides::set_apart(&self.spans);
        if self.set_apart {
            // "2022 against 2024" says no more than that there are two.
            for at in 1..self.pieces.len().saturating_sub(1) {
                let stands_between = self.pieces[at - 1].used && self.pieces[at + 1].used && !self.pieces[at].quoted;
                if stands_between && matches!(self.pieces[at].lower.as_str(), "against" | "versus" | "vs" | "gegen") {
                    self.pieces[at].used = true;
                }
            }
        }
        if self.set_apart && !self.has_word(&["or", "oder", "than", "als"]) {
            self.added = !taken_of(&mut self.pieces, words::adding()).is_empty()
                || (joined && words::phrases(COUNTING).any(|word| self.has_word(&[word])));
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
                self.day = Some((from, to));
                Clock::keep_to_clocks(&mut self.filter, ahead - i64::from(self.zone.to_offset(at).seconds()) / 60);
            }
            let clock = Clock::take(&mut self.pieces, self.language);
            // Who slept somewhere was there in the night of that day.
            let asleep = Clock::of_sleep(&mut self.pieces);
            if let Some(clock) = clock.or(asleep) {
                self.day = None;
                self.at_a_minute = clock.is_exact();
                clock.narrow(&mut self.filter);
            }
            self.presence = asleep.is_some();
            if self.at_a_minute {
                self.leave_remarks_out();
            }
        }
        Ok(())
    }

    /// Whether times stand around an "and", and nothing says that they are set against each other.
    fn joins_times(&self) -> bool {
        const AGAINST: &str = "or | than | more | most | less | least | fewer | fewest | compare | compared | comparing | comparison | versus | \
            vs | against | difference | differ | change | changed | between | each | respectively | which | when | higher | lower | bigger | \
            better | further | farther | longer | oder | als | mehr | meisten | weniger | vergleich | verglichen | gegenüber | unterschied | \
            zwischen | jeweils | welche | welcher | welches | welchem | wann | per | average | pro";
        let around = |at: usize| at > 0 && self.pieces[at - 1].used && self.pieces.get(at + 1).is_some_and(|next| next.used);
        let joins = |at: usize| matches!(self.pieces[at].lower.as_str(), "and" | "plus" | "und") && !self.pieces[at].used && around(at);
        let n_joints = (0..self.pieces.len()).filter(|at| joins(*at)).count();
        self.spans.len() > 1 && n_joints + 1 == self.spans.len() && !words::phrases(AGAINST).any(|word| self.has_word(&[word]))
    }

    /// Where somebody was at a minute is told by that minute: what else was then is a remark, "(her accident)", "when he was born,".
    fn leave_remarks_out(&mut self) {
        const ASKS: &[&str] = &["where", "whereabouts", "place", "location", "wo", "ort", "aufenthaltsort"];
        let Some(asked) = self.pieces.iter().position(|piece| ASKS.contains(&piece.lower.as_str())) else { return };
        let mut remarks: Vec<(usize, usize)> = Vec::new();
        for (open, _) in self.question.match_indices('(') {
            remarks.extend(self.question[open..].find(')').map(|length| (open, open + length)));
        }
        let then = |piece: &&Piece| !piece.used && matches!(piece.lower.as_str(), "when" | "while" | "for" | "als" | "während");
        if let Some(begins) = self.pieces[asked..].iter().find(then).map(|piece| piece.start) {
            let comma = self.question[begins..].find([',', ';']).map(|length| begins + length);
            let named = self.pieces.iter().find(|piece| piece.used && piece.start > begins).map(|piece| piece.start);
            let ends = comma.into_iter().chain(named).min().unwrap_or(self.question.len());
            remarks.push((begins, ends));
        }
        remarks.extend(self.parts_beside(self.pieces[asked].start));
        for piece in self.pieces.iter_mut().filter(|piece| !piece.quoted) {
            piece.used |= remarks.iter().any(|(from, to)| piece.start >= *from && piece.end <= *to);
        }
    }

    /// The parts of a question, between commas, colons and dashes, beside the one that asks where the person was: "her accident - I was
    /// where?". A part that asks something of its own, or says in what place it was, is no remark.
    fn parts_beside(&self, asked: usize) -> Vec<(usize, usize)> {
        const MARKS: &[&str] = &[", ", "; ", ": ", " - ", " – ", " — "];
        const ME: &[&str] = &["i", "we", "my", "our", "ich", "wir", "mein", "unser"];
        const OWN: &[&str] = &["what", "which", "who", "how", "was", "welche", "welcher", "welches", "wer", "wie"];
        let mut bounds: Vec<usize> =
            MARKS.iter().flat_map(|mark| self.question.match_indices(*mark).map(|(at, mark)| at + mark.len())).collect();
        bounds.extend([0, self.question.len()]);
        bounds.sort_unstable();
        bounds.dedup();
        let parts: Vec<(usize, usize)> = bounds.windows(2).map(|pair| (pair[0], pair[1])).collect();
        let of = |(from, to): (usize, usize)| self.pieces.iter().filter(move |piece| piece.start >= from && piece.end <= to);
        let is_asked = |(from, to): &(usize, usize)| (*from..*to).contains(&asked);
        let says_me = parts.iter().copied().filter(is_asked).any(|part| of(part).any(|piece| ME.contains(&piece.lower.as_str())));
        if !says_me {
            return Vec::new();
        }
        let asks = |part: (usize, usize)| {
            let mut own = of(part).filter(|piece| !piece.used).map(|piece| piece.lower.as_str());
            let first = own.next();
            matches!(first, Some("in" | "near" | "bei" | "im"))
                || first.is_some_and(|first| OWN.contains(&first))
                || own.any(|word| matches!(word, "what" | "which" | "who" | "how"))
        };
        parts.into_iter().filter(|part| !is_asked(part) && !asks(*part)).collect()
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
        if self.measure.is_none()
            && let Some(at) = nights_spent(&self.pieces)
        {
            use_up(&mut self.pieces[at..=at]);
            self.measure = Some(Measure::Nights);
        }
        // Nights are spent somewhere, wherever the place stands: "Lisbon, number of nights".
        self.presence |= self.measure == Some(Measure::Nights);
        if dearer && self.comparing.is_some() {
            self.measure = Some(Measure::Amount);
            self.use_words(|word| words::DEARER.contains(&word));
        }
        taken_of(&mut self.pieces, words::containers());
        // All of it, where it is not the beginning of something.
        for all in ["since the beginning", "seit beginn", "von anfang an"] {
            let after = all.split(' ').count();
            let is_of = |next: &Piece| matches!(next.lower.as_str(), "of" | "der" | "des" | "von" | "meiner" | "meines");
            if let Some(at) = position(&self.pieces, all)
                && !self.pieces.get(at + after).is_some_and(is_of)
            {
                use_up(&mut self.pieces[at..at + after]);
            }
        }
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
        // "Most recently" ranks nothing.
        let is_recent = ["most recent", "most recently"].iter().any(|phrase| position(&self.pieces, phrase).is_some());
        if self.says_any_of(words::MOST) && !is_recent {
            self.by = self.take(words::RANKED);
        }
        if self.said.is_extreme() {
            self.by = self.take(words::DIVISIONS);
        }
        // Before what is asked: "how far was my first ride" asks how far, and not which was the first.
        if self.measure.is_some() || ["how much", "wie viel", "wieviel"].iter().any(|phrase| position(&self.pieces, phrase).is_some()) {
            self.single = take_single(&mut self.pieces);
        }
        let counts = self.measure.is_none() && !self.polar && counts_by_nouns(&self.pieces);
        self.asked = self.take(words::ASKED);
        if counts && matches!(self.asked, None | Some(Asked::Sum)) {
            self.asked = Some(Asked::Count);
        }
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
        if self.measure.is_none() && matches!(self.asked, None | Some(Asked::Find | Asked::Sum)) && comes_to(&self.pieces) {
            self.measure = Some(Measure::Amount);
        }
        self.read_money();
        // "Phone bills 2022 total": what is added up is money, where nothing else is measured.
        if self.has_word(&["total", "totals"]) && self.asked.is_none_or(|asked| asked == Asked::Sum) {
            self.measure = self.measure.or(Some(Measure::Amount));
            self.asked = Some(Asked::Sum);
            if self.measure == Some(Measure::Amount) && self.bound.is_none() {
                taken_of(&mut self.pieces, words::papers());
            }
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
        // "Statements of 2025 added together": what papers that state amounts come to.
        if self.measure.is_none()
            && matches!(self.asked, None | Some(Asked::Find))
            && self.says_any_of(words::BILLS)
            && words::adding().any(|phrase| ADDS.contains(&phrase) && position(&self.pieces, phrase).is_some())
        {
            taken_of(&mut self.pieces, words::adding());
            self.asked = Some(Asked::Sum);
        }
        // "Where did more of my money go, X or Y": which of them got more of it.
        let of_place = self.asked == Some(Asked::Where) && self.comparing.is_some();
        if of_place && self.measure == Some(Measure::Amount) {
            self.asked = self.comparing;
        }
        if self.measure.is_none() && (of_values || self.asked == Some(Asked::Sum)) && self.take(words::BILLS).is_some() {
            self.measure = Some(Measure::Amount);
        }
        if self.measure.is_none() && self.said.is_of_amount() {
            self.measure = Some(Measure::Amount);
        }
        if self.measure == Some(Measure::Amount) {
            self.by = self.take(words::SELLERS).or(self.by);
            if self.currency.is_none() {
                self.currency = self.take(words::CODES);
            }
            taken_of(&mut self.pieces, words::adding());
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
        // "The sum of the 2024 bills": that word is of what is asked.
        let is_of = |at: usize| at > 0 && pieces[at].lower == "of" && COUNTED_OF.contains(&pieces[at - 1].lower.as_str());
        let of = (0..pieces.len()).find(|at| pieces[*at].start >= found.start && pieces[*at].end <= found.end);
        let of = of.filter(|at| is_of(*at)).map(|at| pieces[at].start);
        for piece in pieces.iter_mut().filter(|piece| piece.start >= found.start && piece.end <= found.end) {
            piece.used = of != Some(piece.start);
        }
    }
    spans
}

/// What is asked of several, before "of".
const COUNTED_OF: &[&str] = &["number", "sum", "total", "count"];

/// Words of asking how many or how much.
const COUNTING: &str =
    "many | often | much | far | number | count | sum | viele | wieviele | viel | wieviel | oft | weit | anzahl | zähle | summe";

/// Whether it is counted, and only what is counted is said: "Lisbon visits 2022", "2021: times I went to the market", "refunds, number of".
fn counts_by_nouns(pieces: &[Piece]) -> bool {
    const DEEDS: &[&str] = &["visits", "plays", "listens", "views", "viewings", "watches", "besuche"];
    // What may stand in a title beside them; any other small word is of a sentence.
    const BESIDE: &[&str] = &["in", "at", "of", "to", "the", "for", "from", "on", "my", "our", "by", "total", "during", "bei", "im", "von"];
    let free = |piece: &Piece| !piece.used && !piece.quoted;
    let is_title = pieces.iter().all(|piece| !free(piece) || !piece.small || BESIDE.contains(&piece.lower.as_str()));
    // "Anna plays the violin" counts nothing.
    let ends = |next: &Piece| !free(next) || matches!(next.lower.as_str(), "in" | "at" | "to" | "during" | "total" | "bei" | "im");
    let deed = |at: &usize| free(&pieces[*at]) && DEEDS.contains(&pieces[*at].lower.as_str()) && pieces.get(at + 1).is_none_or(ends);
    let by_deeds = is_title && (1..pieces.len()).any(|at| deed(&at));
    let times = pieces.iter().position(|piece| free(piece) && piece.lower == "times");
    let by_times = times.is_some_and(|at| {
        let begins = pieces[..at].iter().all(|piece| piece.used);
        begins && pieces.get(at + 1).is_some_and(|next| matches!(next.lower.as_str(), "i" | "we" | "that"))
    });
    by_deeds || by_times || ends_with_number(pieces)
}

/// Whether a question ends with the number of what stands before it: "films bought number", "refunds number of".
fn ends_with_number(pieces: &[Piece]) -> bool {
    match pieces {
        [.., before, number, of] if number.lower == "number" && of.lower == "of" => is_plural(&before.lower),
        // "Jonas number" would be his.
        [.., before, number] if number.lower == "number" => {
            let participle = before.lower.ends_with("ed") || before.lower == "bought";
            participle && words::kinds().any(|(phrase, (_, speaks))| phrase == before.lower && speaks != words::Speaks::Names)
        }
        _ => false,
    }
}

/// Whether a word may be an English plural by its ending.
fn is_plural(word: &str) -> bool {
    word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is")
}

/// Whether it is asked what something came to, "What did the orders come to?": nobody came to anyone.
fn comes_to(pieces: &[Piece]) -> bool {
    const AFTER: &[&str] = &["altogether", "overall", "together", "all", "in", "over", "for", "during"];
    let Some(what) = pieces.iter().position(|piece| matches!(piece.lower.as_str(), "what" | "much")) else { return false };
    pieces[what..].windows(2).enumerate().any(|(at, pair)| {
        let comes = matches!(pair[0].lower.as_str(), "come" | "came" | "comes" | "amount" | "amounted" | "amounts");
        let next = pieces.get(what + at + 2);
        comes && pair[1].lower == "to" && next.is_none_or(|next| next.used || AFTER.contains(&next.lower.as_str()))
    })
}

/// A weekday cut short says no more than the date right after it: "Sat 2 June 2018".
fn use_weekday_before(pieces: &mut [Piece]) {
    const SHORT: &[&str] =
        &["mon", "tue", "tues", "wed", "weds", "thu", "thur", "thurs", "fri", "sat", "sun", "mo", "di", "mi", "do", "fr", "sa", "so"];
    for at in 1..pieces.len() {
        let is_date = pieces[at].used && pieces[at].lower.starts_with(|ch: char| ch.is_ascii_digit());
        let day = &mut pieces[at - 1];
        // Two letters are a word of German as often.
        let is_short = SHORT.contains(&day.lower.as_str()) && (day.lower.len() > 2 || day.text.starts_with(char::is_uppercase));
        day.used |= is_date && is_short && !day.quoted;
    }
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

/// Where the nights stand that were spent somewhere, when it is asked how many: "nights in Lisbon, how many?". Those of a league, or of
/// cards, are no nights away.
fn nights_spent(pieces: &[Piece]) -> Option<usize> {
    const ASKS: &[&str] = &["how many", "number", "count", "total", "wie viele", "wieviele", "anzahl"];
    let asks = ASKS.iter().any(|phrase| position(pieces, phrase).is_some());
    let spent = |at: &usize| {
        let of_nobody = at.checked_sub(1).is_none_or(|before| pieces[before].small || pieces[before].used);
        let somewhere = pieces.get(at + 1).is_some_and(|next| matches!(next.lower.as_str(), "in" | "at" | "bei" | "im" | "near"));
        matches!(pieces[*at].lower.as_str(), "nights" | "nächte") && !pieces[*at].used && !pieces[*at].quoted && of_nobody && somewhere
    };
    (0..pieces.len()).find(spent).filter(|_| asks)
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
    // "Quebec number of nights", "refunds, number of": how many there are. "The order number of headphones" is one.
    let counted = pieces.get(at + 3).unwrap_or(noun);
    let is_one = at.checked_sub(1).is_some_and(|before| words::is_own(&pieces[before].lower) || pieces[before].lower == "the");
    let of_several = !is_one && pieces.get(at + 2).is_some_and(|next| next.lower == "of") && is_plural(&counted.lower);
    if of_several || (at + 2 == pieces.len() && ends_with_number(pieces)) {
        return None;
    }
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

/// Phrases for adding up that say nothing else: "altogether" and "in total" are said of whatever there is.
const ADDS: &[&str] =
    &["put together", "taken together", "added together", "added up", "adds up to", "add up to", "zusammengerechnet", "zusammengezählt"];

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
