//! What one does with a kind of item, by words that say no more than that there is one: songs play, searches are entered, one stays
//! where one is. Of that kind such a word narrows nothing; of another it may be what is looked for.

use std::collections::HashSet;
use std::sync::OnceLock;

use domain::Kind;

use super::{Measure, phrases};
use crate::plan::Division;

/// Verbs, and the other names of the kind itself. A noun that may be a topic ("photos of my phone") stands in none of these.
const OF_KINDS: &[(&[Kind], &str)] = &[
    (
        &[Kind::Search],
        "online | enter | entered | entering | type | typed | typing | query | queries | asked | eingegeben | eingetippt | getippt | \
            nachgeschaut | nachgeschlagen",
    ),
    (
        &[Kind::Mail, Kind::Message],
        "addressed | landed | dropped | exchanged | delivered | popped | eingetroffen | trafen | erreicht | erreichten | erreichte | \
            zukommen | abgeschickt | verfasst | verfasste | zugeschickt | zugesandt",
    ),
    (&[Kind::Photo, Kind::Video], "clicked | capture | capturing | markiert | getaggt | aufgenommene | geschossene | abgelichtet"),
    (&[Kind::Watch, Kind::Video], "streaming | sat | gesehener | gesehene | gesehenen | geschauter | geschaute | angeschaute | gestreamt"),
    (
        &[Kind::Listen],
        "playing | plays | song | songs | track | tracks | tune | tunes | music | hear | streamed | streaming | lied | lieder | liedern | \
            musik | lief | liefen | gelaufen | spielen | spielte | gespielt | abgespielt",
    ),
    (
        &[Kind::Visit],
        "slept | sleep | sleeping | counted | stay | stays | stayed | staying | lodge | lodged | lodging | trip | trips | away | two | three | four | spend | spends | spending | spent | stepped | dropped | stopped | popped | hanging | hung | \
            stood | presence | aufgehalten | aufhielt | verbracht | verbrachte | verbringe | vorbeigeschaut | betreten | betrat | verweilt | \
            aufenthalt | aufenthalte | anwesend",
    ),
    (
        &[Kind::Trip, Kind::Workout],
        "activities | activity | session | sessions | record | records | tracked | clocked | racked | log | logged | recorded | managed | travel | travelled | traveled | journey | journeys | trip | trips | pedalled | pedaled | \
            absolviert | absolvierte | geschafft | schaffte | unterwegs | gestrampelt | fahrt | fahrten | reise | reisen | gereist",
    ),
    (
        &[Kind::Purchase],
        "place | placed | placing | leave | left | handed | forked | shelled | parted | payment | payments | purchases | gelassen | dagelassen | liegengelassen | \
            ausgelegt | losgeworden | hingeblättert",
    ),
    (
        &[Kind::Event],
        "work | worked | working | gearbeitet | arbeitete | diary | calendar | agenda | scheduled | planned | booked | appointment | appointments | kalender | eingetragen | geplant | \
            ausgemacht | vereinbart | termin | termine",
    ),
];

const OF_DIVISIONS: &[(Division, &str)] = &[
    (Division::Hour, "hour | hours | day | clock | stunde | stunden | tages | uhrzeit"),
    (Division::Weekday, "week | weekday | day | woche | wochentag | tag"),
    (Division::Day, "day | date | record | tag | datum | rekordtag"),
    (Division::Place, "place | places | location | locations | spot | spots | ort | orte | orten | stelle"),
    (Division::Person, "person | people | somebody | filled | personen | leute"),
    (Division::Channel, "channel | creator | artist | band | kanal | künstler"),
];

const OF_MEASURES: &[(Measure, &str)] = &[
    (
        Measure::Duration,
        "hour | hours | minute | minutes | length | duration | long | stunde | stunden | minute | minuten | dauer | lang | lange",
    ),
    (Measure::Days, "days | tage | tagen | nights | nächte"),
    (
        Measure::Distance,
        "distance | length | long | far | mileage | miles | kilometre | kilometres | kilometer | kilometers | km | lang | lange | weit | \
            distanz | strecke",
    ),
    (
        Measure::Amount,
        "incl | included | including | inclusive | inkl | inklusive | added | months | years | weeks | monate | monaten | jahre | jahren | wochen | amount | amounts | sum | francs | franken | euros | euro | chf | eur | betrag | beträge",
    ),
];

/// Whether a word says no more of items of these kinds than that there are some, of a measure than that it is one, or of what a
/// number is divided by than what that is.
pub(in crate::plan) fn says_no_more(word: &str, kinds: &[Kind], measure: Measure, by: Option<Division>) -> bool {
    static SETS: OnceLock<Vec<(&[Kind], HashSet<&str>)>> = OnceLock::new();
    let sets = SETS.get_or_init(|| OF_KINDS.iter().map(|(kinds, table)| (*kinds, phrases(table).collect())).collect());
    let word = word.to_lowercase();
    let of_kind = |kind: &Kind| sets.iter().any(|(kinds, words)| kinds.contains(kind) && words.contains(word.as_str()));
    let of_measure = OF_MEASURES.iter().any(|(of, table)| *of == measure && phrases(table).any(|phrase| phrase == word));
    let of_division = OF_DIVISIONS.iter().any(|(of, table)| Some(*of) == by && phrases(table).any(|phrase| phrase == word));
    of_measure || of_division || (!kinds.is_empty() && kinds.iter().any(of_kind))
}
