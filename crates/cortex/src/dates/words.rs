//! The words that date phrases are made of, in the languages that we read.

use jiff::civil::Weekday;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Season {
    Spring,
    Summer,
    Autumn,
    Winter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holiday {
    Christmas,
    NewYearsEve,
    NewYear,
    Easter,
    Pentecost,
    ChristmasEve,
    ChristmasDay,
    BoxingDay,
    StPatrick,
    /// That many days after Easter Sunday.
    OfEaster(i8),
    /// The first Sunday of Advent.
    Advent,
    Halloween,
    Thanksgiving,
    Valentine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Day,
    Week,
    Weekend,
    Month,
    Year,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rel {
    BeforeLast,
    Last,
    This,
    Next,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edge {
    Since,
    Before,
    Until,
    After,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    Month(i8),
    Season(Season),
    Holiday(Holiday),
    Unit(Unit),
    Rel(Rel),
    Edge(Edge),
    Weekday(Weekday),
    /// That many days before today; after it when negative.
    DaysAgo(i64),
    Number(i64),
    /// The first, second or last third of a span: 0, 1, 2.
    Third(i32),
    /// One of that many equal parts of a year.
    Part(i64),
    Between,
    From,
    And,
    To,
    /// "vor", which is "ago" before a number and "before" before a date.
    Ago,
    Filler,
}

/// What a lower-cased word means.
pub(super) fn word(text: &str) -> Option<Word> {
    use Word::{Ago, And, Between, DaysAgo, Filler, From, Number, Part, Rel as R, Third, To};
    Some(match text {
        "january" | "jan" | "januar" | "jänner" => Word::Month(1),
        "february" | "feb" | "februar" => Word::Month(2),
        "march" | "mar" | "märz" | "maerz" => Word::Month(3),
        "april" | "apr" => Word::Month(4),
        "may" | "mai" => Word::Month(5),
        "june" | "jun" | "juni" => Word::Month(6),
        "july" | "jul" | "juli" => Word::Month(7),
        "august" | "aug" => Word::Month(8),
        "september" | "sep" | "sept" => Word::Month(9),
        "october" | "oct" | "oktober" | "okt" => Word::Month(10),
        "november" | "nov" => Word::Month(11),
        "december" | "dec" | "dezember" | "dez" => Word::Month(12),
        "spring" | "frühling" | "frühlings" | "frühjahr" => Word::Season(Season::Spring),
        "summer" | "sommer" | "sommers" => Word::Season(Season::Summer),
        "autumn" | "fall" | "herbst" | "herbstes" => Word::Season(Season::Autumn),
        "winter" | "winters" => Word::Season(Season::Winter),
        "christmas" | "xmas" | "weihnachten" => Word::Holiday(Holiday::Christmas),
        "nye" | "silvester" => Word::Holiday(Holiday::NewYearsEve),
        "neujahr" => Word::Holiday(Holiday::NewYear),
        "easter" | "ostern" => Word::Holiday(Holiday::Easter),
        "heiligabend" => Word::Holiday(Holiday::ChristmasEve),
        "rosenmontag" => Word::Holiday(Holiday::OfEaster(-48)),
        "aschermittwoch" => Word::Holiday(Holiday::OfEaster(-46)),
        "palmsonntag" => Word::Holiday(Holiday::OfEaster(-7)),
        "gründonnerstag" => Word::Holiday(Holiday::OfEaster(-3)),
        "karfreitag" => Word::Holiday(Holiday::OfEaster(-2)),
        "ostersonntag" => Word::Holiday(Holiday::OfEaster(0)),
        "ostermontag" => Word::Holiday(Holiday::OfEaster(1)),
        "auffahrt" | "himmelfahrt" | "christi-himmelfahrt" => Word::Holiday(Holiday::OfEaster(39)),
        "pfingstsonntag" => Word::Holiday(Holiday::OfEaster(49)),
        "pfingstmontag" => Word::Holiday(Holiday::OfEaster(50)),
        "fronleichnam" => Word::Holiday(Holiday::OfEaster(60)),
        "pentecost" | "whitsun" | "pfingsten" => Word::Holiday(Holiday::Pentecost),
        "halloween" => Word::Holiday(Holiday::Halloween),
        "thanksgiving" => Word::Holiday(Holiday::Thanksgiving),
        "valentine's" | "valentinstag" => Word::Holiday(Holiday::Valentine),
        "day" | "days" | "tag" | "tage" | "tagen" => Word::Unit(Unit::Day),
        "week" | "weeks" | "woche" | "wochen" => Word::Unit(Unit::Week),
        "weekend" | "weekends" | "wochenende" => Word::Unit(Unit::Weekend),
        "month" | "months" | "monat" | "monate" | "monaten" => Word::Unit(Unit::Month),
        "year" | "years" | "jahr" | "jahre" | "jahren" | "jahres" => Word::Unit(Unit::Year),
        "last" | "past" | "previous" | "letzte" | "letzten" | "letzter" | "letztes" | "letztem" | "vergangene" | "vergangenen"
        | "vergangenes" | "voriges" | "vorigen" => R(Rel::Last),
        "vorletzte" | "vorletzten" | "vorletzter" | "vorletztes" | "vorletztem" => R(Rel::BeforeLast),
        "next" | "coming" | "upcoming" | "nächste" | "nächsten" | "nächster" | "nächstes" | "nächstem" | "kommende" | "kommenden"
        | "kommender" | "kommendes" => R(Rel::Next),
        "this" | "current" | "diese" | "diesen" | "dieser" | "dieses" | "diesem" => R(Rel::This),
        "since" | "seit" => Word::Edge(Edge::Since),
        "before" | "bevor" => Word::Edge(Edge::Before),
        "until" | "till" => Word::Edge(Edge::Until),
        "after" | "nach" => Word::Edge(Edge::After),
        "monday" | "montag" => Word::Weekday(Weekday::Monday),
        "tuesday" | "dienstag" => Word::Weekday(Weekday::Tuesday),
        "wednesday" | "mittwoch" => Word::Weekday(Weekday::Wednesday),
        "thursday" | "donnerstag" => Word::Weekday(Weekday::Thursday),
        "friday" | "freitag" => Word::Weekday(Weekday::Friday),
        "saturday" | "samstag" | "sonnabend" => Word::Weekday(Weekday::Saturday),
        "sunday" | "sonntag" => Word::Weekday(Weekday::Sunday),
        "today" | "heute" => DaysAgo(0),
        "yesterday" | "gestern" => DaysAgo(1),
        "vorgestern" => DaysAgo(2),
        "tomorrow" | "morgen" => DaysAgo(-1),
        "übermorgen" => DaysAgo(-2),
        "half" | "hälfte" | "halbjahr" => Part(2),
        "quarter" | "quartal" => Part(4),
        "one" | "a" | "an" | "einem" | "einer" | "eine" | "ein" | "first" | "erste" | "ersten" | "erster" | "erstes" => Number(1),
        "two" | "zwei" | "second" | "zweite" | "zweiten" | "zweites" => Number(2),
        "three" | "drei" | "third" | "dritte" | "dritten" | "drittes" => Number(3),
        "four" | "vier" | "fourth" | "vierte" | "vierten" | "viertes" => Number(4),
        "five" | "fünf" => Number(5),
        "six" | "sechs" => Number(6),
        "seven" | "sieben" => Number(7),
        "eight" | "acht" => Number(8),
        "nine" | "neun" => Number(9),
        "ten" | "zehn" => Number(10),
        "early" | "beginning" | "start" | "anfang" | "beginn" => Third(0),
        "mid" | "middle" | "mitte" => Third(1),
        "late" | "end" | "ende" => Third(2),
        "between" | "zwischen" => Between,
        "from" | "von" | "vom" | "ab" => From,
        "and" | "und" => And,
        "to" | "through" | "bis" => To,
        "vor" => Ago,
        "the" | "in" | "on" | "of" | "during" | "im" | "am" | "den" | "der" | "dem" | "des" | "das" | "die" | "zum" | "over" => Filler,
        _ => return None,
    })
}

/// Holidays whose name is more than one word, longer ones first.
pub(super) const HOLIDAYS: &[(&[&str], Holiday)] = &[
    (&["christmas", "eve"], Holiday::ChristmasEve),
    (&["heiliger", "abend"], Holiday::ChristmasEve),
    (&["christmas", "day"], Holiday::ChristmasDay),
    (&["boxing", "day"], Holiday::BoxingDay),
    (&["st", "stephen's", "day"], Holiday::BoxingDay),
    (&["saint", "stephen's", "day"], Holiday::BoxingDay),
    (&["zweiter", "weihnachtstag"], Holiday::BoxingDay),
    (&["zweiten", "weihnachtstag"], Holiday::BoxingDay),
    (&["st", "patrick's", "day"], Holiday::StPatrick),
    (&["saint", "patrick's", "day"], Holiday::StPatrick),
    (&["ash", "wednesday"], Holiday::OfEaster(-46)),
    (&["palm", "sunday"], Holiday::OfEaster(-7)),
    (&["maundy", "thursday"], Holiday::OfEaster(-3)),
    (&["good", "friday"], Holiday::OfEaster(-2)),
    (&["easter", "sunday"], Holiday::OfEaster(0)),
    (&["easter", "monday"], Holiday::OfEaster(1)),
    (&["ascension", "day"], Holiday::OfEaster(39)),
    (&["christi", "himmelfahrt"], Holiday::OfEaster(39)),
    (&["whit", "sunday"], Holiday::OfEaster(49)),
    (&["whit", "monday"], Holiday::OfEaster(50)),
    (&["corpus", "christi"], Holiday::OfEaster(60)),
    (&["first", "advent"], Holiday::Advent),
    (&["erster", "advent"], Holiday::Advent),
    (&["ersten", "advent"], Holiday::Advent),
    (&["1.", "advent"], Holiday::Advent),
    (&["valentine's", "day"], Holiday::Valentine),
];

/// Which one of several a word says: 1 to 5; a count ("one week") says none.
pub(super) fn ordinal(text: &str) -> Option<i64> {
    Some(match text {
        "first" | "1st" | "erste" | "ersten" | "erster" | "erstes" | "1." => 1,
        "second" | "2nd" | "zweite" | "zweiten" | "zweites" | "2." => 2,
        "third" | "3rd" | "dritte" | "dritten" | "drittes" | "3." => 3,
        "fourth" | "4th" | "vierte" | "vierten" | "viertes" | "4." => 4,
        "fifth" | "5th" | "fünfte" | "fünften" | "5." => 5,
        _ => return None,
    })
}

/// Whether a word, in lower case, is the name of a weekday.
pub(crate) fn is_weekday(text: &str) -> bool {
    matches!(word(text), Some(Word::Weekday(_)))
}

/// Whether a word, in lower case, is the name of a month.
pub(crate) fn is_month(text: &str) -> bool {
    matches!(word(text), Some(Word::Month(_)))
}

/// The longer words of dates, for spelling.
pub(crate) fn vocabulary() -> impl Iterator<Item = &'static str> {
    const WORDS: &str = "january february march april august september october november december januar februar märz oktober dezember \
        spring summer autumn winter frühling sommer herbst christmas weihnachten easter ostern weekend wochenende month months \
        monat monate between zwischen since before until after during yesterday gestern monday tuesday wednesday thursday friday \
        saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag letzte letzten letztes three seven eight sechs \
        sieben";
    WORDS.split_whitespace()
}
