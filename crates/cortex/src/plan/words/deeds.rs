//! What one does with a kind of item, by words that say no more than that there is one: songs play, searches are entered, one stays
//! where one is. Of that kind such a word narrows nothing; of another it may be what is looked for.

use std::collections::HashSet;
use std::sync::OnceLock;

use domain::Kind;

use super::{Measure, phrases};
use crate::plan::Division;

const OF_KINDS: &[(&[Kind], &str)] = &[
    (
        &[Kind::Search],
        "online | web | internet | browser | enter | entered | entering | type | typed | typing | query | queries | term | terms | \
            engine | ask | asked | eingegeben | eingetippt | getippt | nachgeschaut | nachgeschlagen | suchmaschine | begriff | begriffe",
    ),
    (
        &[Kind::Mail, Kind::Message],
        "address | addressed | land | landed | drop | dropped | exchange | exchanged | fire | fired | hand | deliver | delivered | pop | popped | \
            correspondence | traffic | eingetroffen | trafen | erreicht | erreichten | erreichte | zukommen | abgeschickt | verfasst | \
            verfasste | zugeschickt | zugesandt | eingang",
    ),
    (
        &[Kind::Photo, Kind::Video],
        "click | clicked | capture | capturing | camera | phone | roll | gallery | lens | aufgenommene | geschossene | kamera | handy | \
            galerie | abgelichtet",
    ),
    (
        &[Kind::Watch, Kind::Video],
        "stream | streaming | sit | sat | put | screen | gesehener | gesehene | gesehenen | geschauter | geschaute | angeschaute | gestreamt",
    ),
    (
        &[Kind::Listen],
        "playing | plays | song | songs | track | tracks | tune | tunes | music | put | hear | spin | spun | stream | streamed | \
            streaming | artist | band | ears | lied | lieder | liedern | stück | stücke | musik | lief | liefen | gelaufen | spielen | spielte | \
            gespielt | abgespielt | künstler",
    ),
    (
        &[Kind::Visit],
        "stay | stays | stayed | staying | spend | spends | spending | spent | foot | set | step | stepped | drop | dropped | stop | stopped | \
            pop | popped | hang | hanging | hung | stand | stood | present | pass | passed | pay | paid | presence | aufgehalten | \
            aufhielt | verbracht | verbrachte | verbringe | vorbeigeschaut | betreten | betrat | verweilt | aufenthalt | aufenthalte | fuss | fuß | \
            gesetzt | anwesend",
    ),
    (
        &[Kind::Trip, Kind::Workout],
        "clock | clocked | rack | racked | log | logged | manage | managed | travel | travelled | traveled | journey | journeys | trip | \
            trips | ground | pedal | pedalled | pedaled | saddle | absolviert | absolvierte | geschafft | schaffte | unterwegs | gestrampelt | \
            fahrt | fahrten | reise | reisen | gereist",
    ),
    (
        &[Kind::Purchase],
        "leave | left | hand | handed | fork | forked | shell | shelled | part | parted | payment | payments | purchases | gelassen | \
            dagelassen | liegengelassen | ausgelegt | losgeworden | hingeblättert",
    ),
    (
        &[Kind::Event],
        "present | diary | calendar | agenda | schedule | scheduled | plan | planned | book | booked | appointment | appointments | kalender | \
            eingetragen | geplant | ausgemacht | vereinbart | termin | termine",
    ),
];

const OF_DIVISIONS: &[(Division, &str)] = &[
    (Division::Hour, "hour | hours | day | clock | stunde | stunden | tages | uhrzeit"),
    (Division::Weekday, "week | weekday | day | woche | wochentag | tag"),
    (Division::Day, "day | date | record | tag | datum | rekordtag"),
    (Division::Place, "place | places | location | locations | spot | spots | ort | orte | orten | stelle"),
    (Division::Person, "person | people | human | somebody | filled | fill | contact | person | personen | leute | mensch"),
    (Division::Channel, "channel | creator | artist | kanal | künstler"),
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
    (Measure::Amount, "amount | amounts | sum | francs | franken | euros | euro | chf | eur | betrag | beträge"),
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
