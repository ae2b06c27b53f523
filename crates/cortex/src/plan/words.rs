//! The words that questions are made of, in the languages that we read, and how a plan is said back.

use domain::{Filter, Kind};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Division;

/// What a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Items that answer it.
    Find,
    /// How many.
    Count,
    /// How much, how far, how long.
    Sum,
    /// The first one.
    First,
    /// The last one.
    Last,
    /// All of them.
    List,
    /// When it was.
    When,
    /// Where it was.
    Where,
    /// Who it was.
    Who,
    /// Which one most.
    Most,
    /// Which one least.
    Least,
}

impl Asked {
    /// Its name on every surface.
    pub fn name(self) -> &'static str {
        match self {
            Self::Find => "find",
            Self::Count => "count",
            Self::Sum => "sum",
            Self::First => "first",
            Self::Last => "last",
            Self::List => "list",
            Self::When => "when",
            Self::Where => "where",
            Self::Who => "who",
            Self::Most | Self::Least => "compare",
        }
    }
}

/// Over what a number is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Items.
    Count,
    /// Metres moved.
    Distance,
    /// Seconds spent.
    Duration,
    /// Money spent.
    Amount,
    /// Local days with such an item.
    Days,
}

impl Measure {
    /// The number in an item's `data` that is added up; `None` when items or days are counted.
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::Count | Self::Days => None,
            Self::Distance => Some("distance_m"),
            Self::Duration => Some("duration_s"),
            Self::Amount => Some("amount"),
        }
    }

    /// The kinds that have it.
    pub(super) fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Count | Self::Days => &[],
            Self::Distance => &[Kind::Trip, Kind::Workout],
            Self::Duration => &[Kind::Trip, Kind::Visit, Kind::Workout],
            Self::Amount => &[Kind::Purchase],
        }
    }
}

/// A language that questions are read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
}

/// The language most of whose small words are there; English when none are.
pub(super) fn language(words: &[&str]) -> Language {
    const DE: &[&str] = &[
        "ich", "wie", "viele", "wann", "wo", "wer", "was", "welche", "welches", "welcher", "habe", "hat", "von", "mit", "im", "am",
        "heisst", "heißt", "lautet", "der", "die", "das", "und", "ist", "war", "mein", "meine", "zuletzt", "zum", "bei", "oft", "weit",
        "bin", "mal", "gab", "es", "den", "dem", "über", "nach",
    ];
    const EN: &[&str] = &[
        "i", "how", "many", "when", "where", "who", "what", "which", "have", "did", "do", "the", "with", "is", "was", "my", "of", "from",
        "far", "about", "were", "a",
    ];
    let count = |table: &[&str]| words.iter().filter(|word| table.contains(word)).count();
    if count(DE) > count(EN) { Language::De } else { Language::En }
}

pub(super) const ASKED: &[(&str, Asked)] = &[
    ("when was the last time", Asked::Last),
    ("when was the first time", Asked::First),
    ("wann war das letzte mal", Asked::Last),
    ("wann war das erste mal", Asked::First),
    ("for the first time", Asked::First),
    ("the first time", Asked::First),
    ("the last time", Asked::Last),
    ("zum ersten mal", Asked::First),
    ("zum letzten mal", Asked::Last),
    ("das erste mal", Asked::First),
    ("das letzte mal", Asked::Last),
    ("what is the total number of", Asked::Count),
    ("the number of", Asked::Count),
    ("the most often", Asked::Most),
    ("am häufigsten", Asked::Most),
    ("am meisten", Asked::Most),
    ("most often", Asked::Most),
    ("most recent", Asked::Last),
    ("how many times", Asked::Count),
    ("how many", Asked::Count),
    ("how often", Asked::Count),
    ("number of", Asked::Count),
    ("wie viele", Asked::Count),
    ("wieviele", Asked::Count),
    ("wie oft", Asked::Count),
    ("how much", Asked::Sum),
    ("wie viel", Asked::Sum),
    ("wieviel", Asked::Sum),
    ("did i first", Asked::First),
    ("did i last", Asked::Last),
    ("zuletzt", Asked::Last),
    ("zuerst", Asked::First),
    ("earliest", Asked::First),
    ("latest", Asked::Last),
    ("newest", Asked::Last),
    ("oldest", Asked::First),
    ("first", Asked::First),
    ("last", Asked::Last),
    ("erste", Asked::First),
    ("erstes", Asked::First),
    ("ersten", Asked::First),
    ("letzte", Asked::Last),
    ("letztes", Asked::Last),
    ("letzten", Asked::Last),
    ("when", Asked::When),
    ("wann", Asked::When),
    ("where", Asked::Where),
    ("wo", Asked::Where),
    ("whom", Asked::Who),
    ("who", Asked::Who),
    ("wer", Asked::Who),
    ("wem", Asked::Who),
    ("wen", Asked::Who),
    ("most", Asked::Most),
    ("list", Asked::List),
    ("show", Asked::List),
    ("which", Asked::List),
    ("what", Asked::Find),
    ("welche", Asked::List),
    ("welcher", Asked::List),
    ("welches", Asked::List),
    ("welchen", Asked::List),
    ("zeige", Asked::List),
    ("was", Asked::Find),
];

/// Words of comparing two named sides.
pub(super) const COMPARING: &[(&str, Asked)] = &[
    ("more often", Asked::Most),
    ("less often", Asked::Least),
    ("more", Asked::Most),
    ("most", Asked::Most),
    ("fewer", Asked::Least),
    ("less", Asked::Least),
    ("mehr", Asked::Most),
    ("öfter", Asked::Most),
    ("häufiger", Asked::Most),
    ("am meisten", Asked::Most),
    ("weniger", Asked::Least),
    ("seltener", Asked::Least),
];

/// Words of the greatest number.
pub(super) const MOST: &[(&str, ())] = &[("am meisten", ()), ("am häufigsten", ()), ("most often", ()), ("most", ()), ("meisten", ())];

/// Phrases of having been somewhere.
pub(super) const PRESENCE: &[(&str, ())] = &[
    ("have i been", ()),
    ("i have been", ()),
    ("i had been", ()),
    ("did i go", ()),
    ("was i", ()),
    ("i was", ()),
    ("been", ()),
    ("bin ich gewesen", ()),
    ("ich gewesen", ()),
    ("war ich", ()),
    ("ich war", ()),
    ("gewesen", ()),
];

/// Phrases of a day by which something has to be done.
pub(super) const DUE: &[(&str, ())] = &[
    ("bis wann", ()),
    ("by when", ()),
    ("deadline for", ()),
    ("deadline", ()),
    ("due date", ()),
    ("due", ()),
    ("fällig", ()),
    ("frist", ()),
];

/// What a contact card says of a person, and the word that its line begins with.
pub(super) const ATTRIBUTES: &[(&str, &str)] = &[
    ("telephone number", "Phone"),
    ("phone number", "Phone"),
    ("mobile number", "Phone"),
    ("telefonnummer", "Phone"),
    ("handynummer", "Phone"),
    ("email address", "E-mail"),
    ("e-mail address", "E-mail"),
    ("mailadresse", "E-mail"),
    ("e-mail-adresse", "E-mail"),
    ("birthday", "Birthday"),
    ("geburtstag", "Birthday"),
];

/// Whether a word is part of such a phrase.
pub(super) fn is_attribute(word: &str) -> bool {
    ATTRIBUTES.iter().any(|(phrase, _)| phrase.split(' ').any(|part| part == word))
}

/// Whether a word says that something is written or sent.
pub(super) fn is_writing(word: &str) -> bool {
    matches!(
        word,
        "send"
            | "sent"
            | "sends"
            | "write"
            | "wrote"
            | "written"
            | "writes"
            | "email"
            | "emailed"
            | "schrieb"
            | "schreibt"
            | "schreiben"
            | "geschrieben"
            | "schickte"
            | "schickt"
            | "geschickt"
            | "gesendet"
            | "gemailt"
    )
}

/// Whether a word says that people were together.
pub(super) fn is_meeting(word: &str) -> bool {
    matches!(word, "meet" | "met" | "see" | "saw" | "seen" | "treffen" | "traf" | "getroffen" | "gesehen")
}

/// Questions that say what is measured.
pub(super) const MEASURED: &[(&str, Measure)] =
    &[("how far", Measure::Distance), ("wie weit", Measure::Distance), ("how long", Measure::Duration), ("wie lange", Measure::Duration)];

pub(super) const MEASURES: &[(&str, Measure)] = &[
    ("did i pay", Measure::Amount),
    ("have i paid", Measure::Amount),
    ("have i spent", Measure::Amount),
    ("did i spend", Measure::Amount),
    ("i paid", Measure::Amount),
    ("i spent", Measure::Amount),
    ("paid", Measure::Amount),
    ("bezahlt", Measure::Amount),
    ("gezahlt", Measure::Amount),
    ("kostete", Measure::Amount),
    ("kosteten", Measure::Amount),
    ("kosten", Measure::Amount),
    ("ausgegeben", Measure::Amount),
    ("spent on", Measure::Amount),
    ("cost", Measure::Amount),
    ("gekostet", Measure::Amount),
    ("kilometres", Measure::Distance),
    ("kilometers", Measure::Distance),
    ("kilometer", Measure::Distance),
    ("km", Measure::Distance),
    ("miles", Measure::Distance),
    ("distance", Measure::Distance),
    ("strecke", Measure::Distance),
    ("far", Measure::Distance),
    ("weit", Measure::Distance),
    ("hours", Measure::Duration),
    ("stunden", Measure::Duration),
    ("days", Measure::Days),
    ("tage", Measure::Days),
    ("tagen", Measure::Days),
];

pub(super) const DIVISIONS: &[(&str, Division)] = &[
    ("per month", Division::Month),
    ("each month", Division::Month),
    ("by month", Division::Month),
    ("pro monat", Division::Month),
    ("which month", Division::Month),
    ("per year", Division::Year),
    ("each year", Division::Year),
    ("by year", Division::Year),
    ("pro jahr", Division::Year),
    ("which year", Division::Year),
    ("in welchem jahr", Division::Year),
    ("which weekday", Division::Weekday),
    ("an welchem wochentag", Division::Weekday),
    ("which channel", Division::Channel),
    ("welchen kanal", Division::Channel),
    ("which place", Division::Place),
    ("welchen ort", Division::Place),
    ("by kind", Division::Kind),
];

/// Ways of moving; the name is the word that stands in the titles of trips.
pub(super) const ACTIVITIES: &[(&str, &str)] = &[
    ("rad gefahren", "cycling"),
    ("fahrrad gefahren", "cycling"),
    ("cycle", "cycling"),
    ("cycled", "cycling"),
    ("cycling", "cycling"),
    ("bike", "cycling"),
    ("biked", "cycling"),
    ("geradelt", "cycling"),
    ("fahrrad", "cycling"),
    ("rad", "cycling"),
    ("walk", "walking"),
    ("walked", "walking"),
    ("walking", "walking"),
    ("zu fuß", "walking"),
    ("gelaufen", "walking"),
    ("gegangen", "walking"),
    ("run", "running"),
    ("ran", "running"),
    ("running", "running"),
    ("gejoggt", "running"),
    ("fly", "flying"),
    ("flew", "flying"),
    ("geflogen", "flying"),
    ("hike", "hiking"),
    ("hiked", "hiking"),
    ("gewandert", "hiking"),
];

/// The kinds that a noun or verb names.
pub(super) fn kinds(word: &str) -> Option<&'static [Kind]> {
    Some(match word {
        "mail" | "mails" | "email" | "emails" | "e-mail" | "e-mails" | "nachrichten" => &[Kind::Mail],
        "message" | "messages" | "chats" | "sms" => &[Kind::Message, Kind::Mail],
        "calls" | "anrufe" => &[Kind::Call],
        "photo" | "photos" | "picture" | "pictures" | "foto" | "fotos" | "bilder" => &[Kind::Photo],
        "video" | "videos" | "watch" | "watched" | "gesehen" | "angesehen" | "geschaut" => &[Kind::Watch, Kind::Video],
        "searches" | "searched" | "suchen" | "gesucht" | "suchanfragen" | "gegoogelt" => &[Kind::Search],
        "pages" | "websites" | "webseiten" => &[Kind::Page],
        "bookmarks" | "bookmark" | "lesezeichen" => &[Kind::Bookmark],
        "subscriptions" | "abos" | "abonniert" | "subscribed" => &[Kind::Subscription],
        "visit" | "visits" | "visited" | "besucht" | "besuche" | "besuch" => &[Kind::Visit],
        "trip" | "trips" | "rides" | "journeys" | "fahrten" => &[Kind::Trip],
        "event" | "events" | "appointment" | "appointments" | "meeting" | "meetings" | "termin" | "termine" | "calendar" | "kalender" => {
            &[Kind::Event]
        }
        "note" | "notes" | "notiz" | "notizen" => &[Kind::Note],
        "task" | "tasks" | "todo" | "todos" | "aufgabe" | "aufgaben" => &[Kind::Task],
        "contact" | "contacts" | "kontakt" | "kontakte" => &[Kind::Contact],
        "purchase" | "purchases" | "orders" | "einkäufe" | "bestellungen" => &[Kind::Purchase],
        "workout" | "workouts" => &[Kind::Workout],
        "songs" | "listened" | "lieder" => &[Kind::Listen],
        "albums" | "alben" | "playlists" => &[Kind::Collection],
        _ => return None,
    })
}

/// Whether a word carries no meaning of its own in a question.
pub(super) fn is_stop(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "the"
            | "i"
            | "me"
            | "my"
            | "mine"
            | "we"
            | "our"
            | "you"
            | "is"
            | "are"
            | "was"
            | "were"
            | "be"
            | "been"
            | "am"
            | "do"
            | "does"
            | "did"
            | "done"
            | "have"
            | "has"
            | "had"
            | "of"
            | "in"
            | "on"
            | "at"
            | "to"
            | "for"
            | "from"
            | "with"
            | "by"
            | "about"
            | "and"
            | "or"
            | "it"
            | "its"
            | "that"
            | "this"
            | "these"
            | "those"
            | "there"
            | "their"
            | "his"
            | "her"
            | "he"
            | "she"
            | "they"
            | "what"
            | "which"
            | "who"
            | "whom"
            | "when"
            | "where"
            | "why"
            | "how"
            | "many"
            | "much"
            | "often"
            | "time"
            | "times"
            | "any"
            | "all"
            | "some"
            | "get"
            | "got"
            | "receive"
            | "received"
            | "send"
            | "sent"
            | "write"
            | "wrote"
            | "written"
            | "take"
            | "taken"
            | "took"
            | "go"
            | "went"
            | "gone"
            | "see"
            | "saw"
            | "seen"
            | "meet"
            | "met"
            | "find"
            | "show"
            | "tell"
            | "give"
            | "list"
            | "ever"
            | "total"
            | "altogether"
            | "during"
            | "between"
            | "near"
            | "around"
            | "make"
            | "made"
            | "can"
            | "could"
            | "will"
            | "would"
            | "not"
            | "no"
            | "first"
            | "last"
            | "most"
            | "say"
            | "said"
            | "call"
            | "called"
            | "search"
            | "look"
            | "looked"
            | "ich"
            | "mich"
            | "mir"
            | "mein"
            | "meine"
            | "meinen"
            | "meinem"
            | "meiner"
            | "wir"
            | "uns"
            | "du"
            | "er"
            | "sie"
            | "es"
            | "ist"
            | "sind"
            | "war"
            | "waren"
            | "bin"
            | "sein"
            | "habe"
            | "hat"
            | "haben"
            | "hatte"
            | "gab"
            | "gibt"
            | "der"
            | "die"
            | "das"
            | "den"
            | "dem"
            | "des"
            | "ein"
            | "eine"
            | "einen"
            | "einem"
            | "einer"
            | "von"
            | "vom"
            | "mit"
            | "für"
            | "zu"
            | "zum"
            | "zur"
            | "im"
            | "bei"
            | "beim"
            | "auf"
            | "über"
            | "um"
            | "nach"
            | "aus"
            | "und"
            | "oder"
            | "wie"
            | "viel"
            | "viele"
            | "oft"
            | "wann"
            | "wo"
            | "wer"
            | "wem"
            | "wen"
            | "welche"
            | "welcher"
            | "welches"
            | "welchen"
            | "mal"
            | "insgesamt"
            | "bekommen"
            | "erhalten"
            | "geschickt"
            | "gesendet"
            | "geschrieben"
            | "gemacht"
            | "getroffen"
            | "gewesen"
            | "nicht"
            | "kein"
            | "keine"
            | "je"
            | "jemals"
            | "alle"
            | "mir's"
            | "dass"
            | "so"
            | "zuletzt"
            | "aufgenommen"
            | "schrieb"
            | "name"
            | "named"
            | "titled"
            | "needed"
            | "need"
            | "must"
            | "should"
            | "money"
            | "ago"
            | "being"
            | "into"
            | "than"
            | "then"
            | "us"
            | "your"
            | "own"
            | "ones"
            | "one"
            | "please"
            | "know"
            | "heisst"
            | "heißt"
            | "heissen"
            | "heißen"
            | "hiess"
            | "hieß"
            | "lautet"
            | "lauten"
            | "genannt"
            | "muss"
            | "musste"
            | "müssen"
            | "soll"
            | "sollte"
            | "bis"
            | "dabei"
            | "meines"
            | "seine"
            | "seinen"
            | "ihre"
            | "ihren"
            | "unser"
            | "unsere"
            | "unserer"
            | "unseren"
            | "dein"
            | "deine"
            | "wurde"
            | "wurden"
            | "werden"
            | "wird"
            | "worden"
            | "hatten"
            | "hast"
            | "gefahren"
            | "geld"
            | "als"
            | "dort"
            | "denn"
            | "diese"
            | "dieser"
            | "dieses"
            | "wieviel"
            | "wieviele"
            | "schickte"
            | "gesendete"
    )
}

/// The plan in words, for the person.
#[expect(clippy::too_many_arguments, reason = "every part of a plan is said once, here")]
pub(super) fn say(
    language: Language,
    asked: Asked,
    measure: Measure,
    filter: &Filter,
    place: Option<&str>,
    by: Option<Division>,
    today: Date,
    zone: &TimeZone,
) -> String {
    let de = language == Language::De;
    let pick = |en: &'static str, german: &'static str| if de { german } else { en };
    let mut said = vec![
        match (asked, measure) {
            (Asked::Sum, Measure::Distance) => pick("add up the distance of", "Strecke zusammenzählen:"),
            (Asked::Sum, Measure::Duration) => pick("add up the time of", "Dauer zusammenzählen:"),
            (Asked::Sum, Measure::Amount) => pick("add up the amounts of", "Beträge zusammenzählen:"),
            (Asked::Sum | Asked::Count, Measure::Days) => pick("count the days with", "Tage zählen mit:"),
            (Asked::Count | Asked::Sum, _) => pick("count", "zählen:"),
            (Asked::First, _) => pick("the first of", "zuerst:"),
            (Asked::Last, _) => pick("the last of", "zuletzt:"),
            (Asked::When, _) => pick("when:", "wann:"),
            (Asked::Where, _) => pick("where:", "wo:"),
            (Asked::Who, _) => pick("who:", "wer:"),
            (Asked::Most, _) => pick("the most frequent of", "am häufigsten:"),
            (Asked::Least, _) => pick("the least frequent of", "am seltensten:"),
            (Asked::List, _) => pick("list", "auflisten:"),
            (Asked::Find, _) => pick("find", "finden:"),
        }
        .to_owned(),
    ];
    if filter.kinds.is_empty() {
        said.push(pick("everything", "alles").to_owned());
    } else {
        said.push(filter.kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(pick(" or ", " oder ")));
    }
    let names = |word: &str, list: &[String]| if list.is_empty() { None } else { Some(format!("{word} {}", list.join(", "))) };
    said.extend(names(pick("from", "von"), &filter.senders));
    said.extend(names(pick("to", "an"), &filter.recipients));
    said.extend(names(pick("with", "mit"), &filter.people));
    if let Some(place) = place {
        said.push(format!("{} {place}", pick("near", "nahe")));
    }
    if !filter.text.is_empty() {
        said.push(format!("{} {}", pick("matching", "mit den Worten"), filter.text));
    }
    let date = |ms: i64| Timestamp::from_millisecond(ms).ok().map(|at| at.to_zoned(zone.clone()).date());
    match (filter.from.and_then(date), filter.to.and_then(date).and_then(|day| day.yesterday().ok())) {
        (Some(from), Some(to)) if from == to => said.push(format!("{} {from}", pick("on", "am"))),
        (Some(from), Some(to)) if to >= today => said.push(format!("{} {from}", pick("since", "seit"))),
        (Some(from), Some(to)) => said.push(format!("{} {from} {} {to}", pick("from", "vom"), pick("to", "bis"))),
        (Some(from), None) => said.push(format!("{} {from}", pick("since", "seit"))),
        (None, Some(to)) => said.push(format!("{} {to}", pick("until", "bis"))),
        (None, None) => {}
    }
    if let Some(by) = by {
        said.push(
            match by {
                Division::Month => pick("by month", "nach Monat"),
                Division::Year => pick("by year", "nach Jahr"),
                Division::Weekday => pick("by weekday", "nach Wochentag"),
                Division::Person => pick("by person", "nach Person"),
                Division::Place => pick("by place", "nach Ort"),
                Division::Channel => pick("by channel", "nach Kanal"),
                Division::Kind => pick("by kind", "nach Art"),
            }
            .to_owned(),
        );
    }
    said.join(" ")
}
