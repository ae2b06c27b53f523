//! Parts a question of two steps: "what did I listen to on the way home from Lisbon" asks first for a journey, and then for what
//! was listened to in the time that the journey gives. The first step is asked about something that happened, by words; a time
//! that stands in the words themselves is no step.

use jiff::civil::Date;

use crate::dates;

/// How the time that is asked about lies to what the first step finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// While it lasted.
    During,
    /// On its day, or days.
    SameDay,
    /// From leaving the place until being at home.
    WayHome,
    /// From leaving home until being at the place.
    WayTo,
    /// So many days after its last day; before its first when negative.
    Day(i64),
    /// The night before its first day, or after its last.
    Night(i64),
    /// The seven days after it; before it when negative.
    Week(i64),
    /// The weekend after it; before it when negative.
    Weekend(i64),
    /// The month after it; before it when negative.
    Month(i64),
    /// The calendar month in which it began.
    MonthOf,
    /// The calendar year in which it began.
    YearOf,
    /// From its first day on.
    Since,
    /// Until the day before its first.
    Before,
}

/// A question of two steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parted {
    /// What the first step looks for: "my trip to Lisbon".
    pub(crate) first: String,
    pub(crate) relation: Relation,
    /// The question without it.
    pub(crate) rest: String,
}

const RELATIONS: &[(Relation, &str)] = &[
    (
        Relation::WayHome,
        "on the way home from | on my way home from | on the way back from | on my way back from | on the journey home from | \
            on the journey back from | on the trip back from | on the flight home from | on the flight back from | on the drive home from | \
            on the train home from | on the return from | on our way home from | on our way back from | on the trip home from | \
            on my trip home from | on our trip home from | flying home from | flying back from | driving home from | driving back from | \
            going home from | coming home from | travelling home from | auf dem heimweg von | auf dem heimweg aus | auf dem rückweg von | \
            auf dem rückweg aus | auf der heimreise von | auf der heimreise aus | auf der rückreise von | auf der rückreise aus | \
            auf der heimfahrt von | auf der rückfahrt von | auf dem rückflug von | auf dem rückflug aus",
    ),
    (
        Relation::WayTo,
        "on the way to | on my way to | on the flight to | on the journey to | on the drive to | on the train to | auf dem weg nach | \
            auf der hinreise nach | auf der hinfahrt nach | auf dem hinflug nach | auf dem flug nach",
    ),
    (Relation::Day(2), "two days after | zwei tage nach"),
    (Relation::Day(-2), "two days before | zwei tage vor"),
    (Relation::Day(3), "three days after | drei tage nach"),
    (Relation::Day(-3), "three days before | drei tage vor"),
    (Relation::Day(7), "a week after | one week after | eine woche nach"),
    (Relation::Day(-7), "a week before | one week before | eine woche vor"),
    (Relation::Day(14), "two weeks after | zwei wochen nach"),
    (Relation::Day(-14), "two weeks before | zwei wochen vor"),
    (Relation::Night(-1), "the night before | in der nacht vor | die nacht vor"),
    (Relation::Night(1), "the night after | in der nacht nach"),
    (
        Relation::Day(1),
        "one day after | on the day after | the day after | on the morning after | the morning after | in the evening after | the evening after | am tag nach | am morgen nach | am abend nach",
    ),
    (
        Relation::Day(-1),
        "one day before | on the day before | the day before | the evening before | am abend vor | am tag vor | am vortag von | am vortag der | am vortag des",
    ),
    (
        Relation::Week(1),
        "in the seven days following | during the seven days following | the seven days following | in the week that followed | in the week following | the week following | in the week after | the week after | in der woche nach | die woche nach",
    ),
    (Relation::Week(-1), "in the week before | the week before | in der woche vor | die woche vor"),
    (Relation::Weekend(1), "on the weekend after | the weekend after | am wochenende nach"),
    (Relation::Weekend(-1), "on the weekend before | the weekend before | am wochenende vor"),
    (Relation::Month(1), "in the month after | the month after | im monat nach"),
    (Relation::Month(-1), "in the month before | the month before | im monat vor"),
    (
        Relation::MonthOf,
        "in the month when we | in the month when i | in the month that we | in the month that i | in the month we | in the month i | in the month of | \
            the same month as we | the same month as i | the same month as | in the month the | the month we | the month i | im monat der | im monat des",
    ),
    (
        Relation::YearOf,
        "in the year when we | in the year when i | in the year that we | in the year that i | in the year we | in the year i | in the year of | \
            the same year as we | the same year as i | the same year as | the year we | the year i | im jahr der | im jahr des",
    ),
    (
        Relation::Since,
        "since we have had | since i have had | since we had | since we have | since i have | since we've had | since i've had | since we got | since i got | \
            since we bought | since i bought | since we | since i | after we | after i",
    ),
    (Relation::Before, "before we | before i"),
    (
        Relation::SameDay,
        "on the same day as | the same day as | on the day of | the day of | on the days of | on the day when we | on the day when i | on the day that we | on the day that i | on the day we | on the day i | \
            the day we | the day i | am tag von | am tag der | am tag des | am tag meiner | am tag meines",
    ),
    (
        Relation::During,
        "on my trip to | on the trip to | on our trip to | from my trip to | from the trip to | during my trip to | during the trip to | during my stay in | \
            auf meiner reise nach | auf der reise nach | bei meinem aufenthalt in | while i was visiting | while i was in | while i was at | while i was on | while visiting | while travelling to | while staying in | \
            while in | when i was in | when i was at | when i was on | when i visited | when i went to | during | während",
    ),
];

/// What stands after whose birthday it is.
const BIRTHDAY: &str = " birthday";

/// Beginnings of what happened, of a question about somebody's age.
const WHEN: &[(Relation, &str)] =
    &[(Relation::SameDay, "when he | when she | when they | when we | when i | when the | when my | als er | als sie | als ich | als wir")];

/// Parts a question, when it has two steps. `today` is the person's local day.
pub(crate) fn part(question: &str, today: Date) -> Option<Parted> {
    let lower = question.to_lowercase();
    if lower.len() != question.len() {
        return None;
    }
    if let Some(parted) = as_i_was(question, &lower).or_else(|| on_birthday(question, &lower)) {
        return Some(parted);
    }
    // "How old was she when she moved": whatever was then, is asked first.
    let of_age = lower.starts_with("how old") || lower.starts_with("wie alt");
    for (phrase, relation) in super::words::each(RELATIONS).chain(super::words::each(WHEN).filter(|_| of_age)) {
        let Some(at) = word_position(&lower, phrase) else { continue };
        let from = at + phrase.len();
        let first_end = end_of(question, from);
        let first = trimmed(&question[from..first_end]);
        if first.is_empty()
            || ranks(first)
            || is_when(question, at, from, today)
            || (relation == Relation::SameDay && (asks_the_day(question, at, first_end) || is_dated(question, from, today)))
            || (relation == Relation::During && !names_something(first))
        {
            continue;
        }
        let rest =
            format!("{} {}", question[..at].trim_end_matches([',', ' ']), question[first_end..].trim_start_matches(',').trim_start());
        return Some(Parted { first: first.to_owned(), relation, rest: trimmed(&rest).to_owned() });
    }
    None
}

/// "Wie viele Suchen habe ich gemacht, als ich 2016 in Berlin war?"
fn as_i_was(question: &str, lower: &str) -> Option<Parted> {
    let at = ["als ich ", "während ich "].into_iter().find_map(|phrase| Some((word_position(lower, phrase.trim_end())?, phrase.len())));
    let (at, length) = at?;
    let from = at + length;
    let end = from + lower[from..].find(" war").filter(|end| !lower[from + end + 4..].starts_with(char::is_alphanumeric))?;
    let first = trimmed(&question[from..end]).to_owned();
    let after = question[end + 4..].trim_start_matches([',', ' ']);
    let rest = format!("{} {after}", question[..at].trim_end_matches([',', ' ']));
    (!first.is_empty()).then_some(Parted { first, relation: Relation::During, rest: trimmed(&rest).to_owned() })
}

/// "Where was I on Anna's birthday in 2024?"
fn on_birthday(question: &str, lower: &str) -> Option<Parted> {
    let named = lower.find(BIRTHDAY)?;
    let on = lower[..named].rfind(" on ")?;
    let whose = question[on + " on ".len()..named].trim();
    let last = whose.rsplit(' ').next()?;
    let is_whose = super::words::is_own(&last.to_lowercase()) || last.ends_with("'s") || last.ends_with("’s") || last.ends_with("s'");
    if !is_whose || whose.split(' ').count() > 4 {
        return None;
    }
    let rest = format!("{} {}", &question[..on], question[named + BIRTHDAY.len()..].trim_start());
    Some(Parted { first: format!("{whose}{BIRTHDAY}"), relation: Relation::SameDay, rest: trimmed(&rest).to_owned() })
}

/// Whose birthday the first step is about, as the question says it.
pub(crate) fn whose_birthday(first: &str) -> Option<&str> {
    first.strip_suffix(BIRTHDAY)
}

/// Where a phrase stands as words of their own.
fn word_position(lower: &str, phrase: &str) -> Option<usize> {
    lower.match_indices(phrase).map(|(at, _)| at).find(|at| {
        let before = lower[..*at].chars().next_back().is_none_or(|ch| !ch.is_alphanumeric());
        let after = lower[at + phrase.len()..].chars().next().is_some_and(char::is_whitespace);
        before && after
    })
}

/// Where what the first step looks for ends: at a comma before the rest of the question, after a quotation, else before the
/// German participles with which the question closes.
fn end_of(question: &str, from: usize) -> usize {
    let said = &question[from..];
    let mut quoted = false;
    for (at, ch) in said.char_indices() {
        match ch {
            '"' | '“' | '”' | '„' | '«' | '»' => {
                quoted = !quoted;
                if !quoted {
                    return from + at + ch.len_utf8();
                }
            }
            ',' if !quoted && said[at + 1..].trim().len() > 3 => return from + at,
            _ => {}
        }
    }
    let closes = |word: &str| {
        let word = word.trim_end_matches(['?', '.', '!']);
        let participle = (word.starts_with("ge")
            || word.starts_with("auf")
            || word.starts_with("an")
            || word.starts_with("be")
            || word.starts_with("über"))
            && (word.ends_with('t') || word.ends_with("en"));
        participle && word.len() > 4 && !word.chars().next().is_some_and(char::is_uppercase)
    };
    let bare = said.trim_end_matches(['?', '.', '!', ' ']);
    let Some((mut before, _)) = bare.rsplit_once(' ').filter(|(_, last)| closes(last)) else { return from + bare.len() };
    // "Während der Reise nach Porto etwas gegoogelt": what is looked for ends with its last name or year.
    while let Some((shorter, last)) = before.rsplit_once(' ')
        && last.chars().all(char::is_lowercase)
    {
        before = shorter;
    }
    from + before.len()
}

fn trimmed(text: &str) -> &str {
    text.trim().trim_end_matches(['?', '.', '!', ',']).trim()
}

/// Whether the words from a phrase on are a time by themselves: "the week before Easter 2019", "during the summer of 2019".
fn is_when(question: &str, at: usize, from: usize, today: Date) -> bool {
    let begins = from + (question[from..].len() - question[from..].trim_start().len());
    dates::find(question, today).into_iter().any(|found| {
        let within = found.end > begins;
        let between = question[begins..found.start.max(begins)].split_whitespace();
        let filler = between.into_iter().all(|word| matches!(word, "the" | "all" | "of" | "der" | "die" | "das" | "des" | "dem" | "den"));
        (found.start < from && found.end > begins && found.start >= at.saturating_sub(8)) || (within && filler)
    })
}

/// Whether the day of something is what is asked for: "what was the day of my last swim".
fn asks_the_day(question: &str, at: usize, first_end: usize) -> bool {
    const ASKS: &[&str] = &["was", "is", "were", "know", "me", "recall", "remember", "tell", "what's", "need", "find", "name", "give"];
    let nothing_else = trimmed(&question[first_end..]).is_empty();
    let before = question[..at].trim_end_matches([',', ':', ' ']).rsplit(' ').next().unwrap_or_default().to_lowercase();
    nothing_else && question[at..].to_lowercase().starts_with("the day") && (before.is_empty() || ASKS.contains(&before.as_str()))
}

/// Whether the day is told right after what happened on it: "the day of her accident, 20/11/2018".
fn is_dated(question: &str, from: usize, today: Date) -> bool {
    let is_day = |found: &dates::Found| {
        found.from.zip(found.to).is_some_and(|(from, to)| from.tomorrow().is_ok_and(|next| next == to)) && found.start >= from
    };
    let beside = |found: &dates::Found| question[from..found.start].trim_end().ends_with([',', '(', ':', '-']);
    dates::find(question, today).into_iter().any(|found| is_day(&found) && beside(&found))
}

/// Whether it says which of all it was: "the year I walked the most" is asked for, and nothing that happened once.
fn ranks(first: &str) -> bool {
    const RANKS: &[&str] = &["most", "least", "fewest", "furthest", "farthest", "longest", "meisten", "wenigsten", "weitesten", "längsten"];
    first.split_whitespace().any(|word| RANKS.contains(&word.to_lowercase().as_str()))
}

/// Whether a name or a quotation stands in it: "during the week" is about no journey.
fn names_something(first: &str) -> bool {
    let asks = first.split_whitespace().next().is_some_and(|word| matches!(word, "which" | "what" | "welcher" | "welchem"));
    let is_name = |word: &str| word.chars().next().is_some_and(char::is_uppercase) && !matches!(word, "I" | "I'm" | "I've");
    !asks && (first.contains(['"', '“', '„', '«']) || first.split_whitespace().any(is_name))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn shown(question: &str) -> String {
        part(question, date(2026, 11, 22))
            .map_or_else(|| "one step".to_owned(), |parted| format!("{:?} {} | {}", parted.relation, parted.first, parted.rest))
    }

    #[test]
    fn a_question_of_two_steps_is_parted_where_the_first_one_stands() {
        for (question, parts) in [
            ("What did I listen to on the way home from Lisbon in 2019?", "WayHome Lisbon in 2019 | What did I listen to"),
            ("What did I search the day after the dinner with Priya?", "Day(1) the dinner with Priya | What did I search"),
            ("Where did I sleep the night before flying to Rome?", "Night(-1) flying to Rome | Where did I sleep"),
            ("While I was in Rome in 2023, how many photos did I take?", "During Rome in 2023 | how many photos did I take"),
            ("What was the day of my last swim in 2022?", "one step"),
            ("The day of Anna's accident, 20/11/2018: where was I at 3pm?", "one step"),
            ("What did I do the day of the wedding?", "SameDay the wedding | What did I do"),
            ("Was habe ich 2019 auf dem Heimweg von Lissabon gehört?", "WayHome Lissabon | Was habe ich 2019 gehört"),
            ("Was habe ich am Tag nach \"Rowing with Mikkel\" gesucht?", "Day(1) \"Rowing with Mikkel\" | Was habe ich gesucht"),
            ("Wie viele Suchen habe ich gemacht, als ich 2016 in Berlin war?", "During 2016 in Berlin | Wie viele Suchen habe ich gemacht"),
            ("Which artist did I play on our trip home from Rome?", "WayHome Rome | Which artist did I play"),
            ("Where was I three days after Anna's wedding?", "Day(3) Anna's wedding | Where was I"),
            ("Where was I on Anna's birthday in 2019?", "SameDay Anna's birthday | Where was I in 2019"),
            ("What did I read on my birthday?", "SameDay my birthday | What did I read"),
            ("How many runs did I do before I moved to Rome?", "Before moved to Rome | How many runs did I do"),
            ("What did I buy the year I ran the marathon?", "YearOf ran the marathon | What did I buy"),
            (
                "Wie weit bin ich während der Reise nach Porto 2024 gelaufen?",
                "During der Reise nach Porto 2024 | Wie weit bin ich gelaufen",
            ),
        ] {
            assert_eq!(shown(question), parts, "{question}");
        }
    }

    #[test]
    fn a_time_that_says_itself_is_no_step() {
        for question in [
            "How many photos did I take the week before Easter 2019?",
            "How many mails did I get during 2019?",
            "How many mails did I get during the summer of 2019?",
            "What did I search the day after Christmas 2019?",
            "What did I do during the week?",
            "When was I in Lisbon?",
            "Which was the year I walked the most?",
            "Wie viele Mails habe ich während des Sommers 2019 bekommen?",
        ] {
            assert_eq!(shown(question), "one step", "{question}");
        }
    }
}
