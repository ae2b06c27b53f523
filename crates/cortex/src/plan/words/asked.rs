//! The phrases that say what is asked, over which measure, and how it is divided. In each table the surer phrases stand
//! first: the first that stands in the question counts.

use super::{Asked, Language, Measure};
use crate::plan::Division;

/// What is asked.
pub(in crate::plan) const ASKED: &[(Asked, &str)] = &[
    (
        Asked::Last,
        "when was the last time | when was the most recent time | the last time | last time | wann war das letzte mal | \
            zum letzten mal | das letzte mal | letztes mal",
    ),
    (
        Asked::First,
        "when was the first time | for the first time | the first time | first time | wann war das erste mal | zum ersten mal | \
            das erste mal | zum allerersten mal",
    ),
    (
        Asked::Next,
        "when is the next time | next time | the next | my next | next | upcoming | das nächste mal | nächstes mal | nächste | \
            nächsten | nächster | nächstes | kommende | kommenden | bevorstehende",
    ),
    (
        Asked::Count,
        "what is the total number of | the total number of | total number of | number of times i | number of times | total number | what number of | the full number of | full number of | the whole number of | the number of | number of | \
            the count of | count of | how many times | how many | how often | how frequently | how regularly | count up | count | \
            wie viele male | wie viele | wieviele | wie vielen | wievielen | wie oft | wie häufig | die anzahl der | anzahl der | anzahl | die zahl der | \
            zahl der | zähle | zähl",
    ),
    (
        Asked::Sum,
        "how much | the sum of | sum of | add together | adding together | adding up | summing up | sum up | total up | totalling up | tot up | add up | the total of | total of | in total | wie viel | wieviel | die summe | summe | wie hoch ist | \
            wie hoch war | wie hoch sind | wie hoch waren | zusammengerechnet",
    ),
    (
        Asked::Last,
        "did i last | most recently | most recent | the latest | latest | the newest | newest | last | zuletzt | als letztes | letzte | \
            letzten | letzter | letztes | jüngste | jüngsten | jüngstes | jüngster | neueste | neuesten | neuestes | neuester | \
            neuste | neustes",
    ),
    (
        Asked::First,
        "did i first | very first | since when | seit wann | the earliest | earliest | the oldest | oldest | initially | first | \
            did i start | did i begin | have i started | begin on what day | begin on which day | began on what day | began on which day | \
            start on what day | start on which day | begin when | began when | did it begin | zuerst | allererstes | allererste | allerersten | allererster | erstmals | als erstes | als erste | erste | ersten | \
            erster | erstes | früheste | frühesten | frühester | frühestes | älteste | ältesten | ältestes | ältester",
    ),
    (
        Asked::When,
        "when | the dates of | on which days | on what days | an welchen tagen | on what date | on which date | on what day | on which day | what date | which date | which day | what day | \
            what was the date of | what was the day of | the date of | at what time | what time | wann | an welchem tag | an welchem datum | \
            zu welchem datum | welches datum | welcher tag | welchen tag | um wie viel uhr | um wieviel uhr",
    ),
    (
        Asked::Where,
        "where | in which hotel | at which hotel | which hotel | in what hotel | in what town | what town | at what place | welchen ort | in welchem hotel | welches hotel | in which city | in what city | in which town | in which place | at which place | which city | what city | which town | \
            which place | what place | what was my location | my location | location on | location at | in which country | which country | in what country | what country | wo | wohin | in welcher stadt | in welchem ort | \
            an welchem ort | in welchem land | welche stadt | welcher ort | my whereabouts | whereabouts | at what location | at which location | \
            mein aufenthaltsort | aufenthaltsort",
    ),
    (
        Asked::Who,
        "name the person who | who was the person | the person who | who is the person | who were the people | wer war die person | \
            with whom | to whom | from whom | whom | which person | what person | which people | what people | \
            wem gehört | wem gehören | which of my friends | whose | who | wessen | mit wem | von wem | an wen | wem | wen | wer | welche person | welche personen | \
            welcher mensch | welche leute",
    ),
    (
        Asked::Most,
        "the most often | most often | most frequently | the most | am häufigsten | am öftesten | am meisten | die meisten | meisten | \
            most",
    ),
    (Asked::Least, "least often | the least | the fewest | fewest | am seltensten | am wenigsten | die wenigsten"),
    (
        Asked::List,
        "list | show me | show | name all | enumerate | which | liste | auflisten | zeige | zeig | nenne | nenn | welche | welcher | \
            welches | welchen | welchem",
    ),
    (
        Asked::Find,
        "suche das | suche die | suche den | suche eine | suche einen | what | search for | find | look for | worüber | was | \
            suche nach | such | finde",
    ),
];

/// What is compared, when the comparing says it.
pub(in crate::plan) const COMPARED: &[(Measure, &str)] =
    &[(Measure::Distance, "further | farther | weiter"), (Measure::Duration, "longer | länger")];

/// Units, which say what is measured.
pub(in crate::plan) const UNITS: &[(Measure, &str)] = &[
    (Measure::Distance, "in km | in kilometres | in kilometers | in kilometern | km | kilometres | kilometers | kilometer"),
    (Measure::Duration, "in hours | in minutes | in stunden | in minuten"),
];

/// Divisions of which one may be the greatest, that are times when nothing is ranked.
pub(in crate::plan) const RANKED: &[(Division, &str)] = &[
    (
        Division::Weekday,
        "on which weekday | which weekday | on which day of the week | which day of the week | on what day of the week | \
            what day of the week | what weekday | an welchem wochentag | welcher wochentag | an welchem tag der woche | \
            welcher tag der woche",
    ),
    (
        Division::Hour,
        "during which hour of the day | during which hour | what hour of the day | which hour of the day | at what hour of the day | at which hour of the day | at what hour | at which hour | what hour | which hour | at what time of day | \
            at which time of day | at what time of the day | at which time of the day | what time of day | um welche uhrzeit | \
            zu welcher uhrzeit | welche uhrzeit | zu welcher tageszeit | um welche zeit | zu welcher stunde | in welcher stunde",
    ),
    (
        Division::Day,
        "the day with | the day on which | on which day | which day | on what day | what day | on which date | an welchem tag | welcher tag | welchem tag",
    ),
];

/// One of several, by the order in which they were.
pub(in crate::plan) const SINGLE: &[(Asked, &str)] = &[
    (Asked::Last, "most recent | latest | newest | last | letzte | letzten | letzter | letztes | neueste | neuesten"),
    (Asked::First, "first | oldest | earliest | erste | ersten | erster | erstes"),
];

/// Words that compare what things cost.
pub(in crate::plan) const DEARER: &[&str] = &["expensive", "cheaper", "dearer", "teurer", "billiger", "günstiger"];

/// Places where films are seen that no history of videos tells of.
pub(in crate::plan) const CINEMAS: &[&str] = &["cinema", "cinemas", "kino", "kinos", "theatre", "imax"];

/// Out of the country that somebody lives in.
pub(in crate::plan) const ABROAD: &[((), &str)] = &[(
    (),
    "outside of the country | outside the country | outside my country | out of the country | in a foreign country | in foreign countries | \
        to a foreign country | to foreign countries | abroad | overseas | im ausland | ins ausland | ausserhalb des landes | außerhalb des landes",
)];

/// Parts of the world that a person was in, each counted once.
pub(in crate::plan) const GEOGRAPHY: &[(Division, &str)] =
    &[(Division::Country, "countries | ländern | länder"), (Division::Town, "cities | towns | städten | städte")];

/// One of them, which is meant where the first or the last is asked for.
pub(in crate::plan) const REGIONS: &[(Division, &str)] = &[(Division::Country, "country | land"), (Division::Town, "city | town | stadt")];

/// Words for those whose songs and videos they are.
pub(in crate::plan) const PUBLISHERS: &[&str] = &[
    "channel",
    "channels",
    "kanal",
    "kanäle",
    "kanälen",
    "artist",
    "artists",
    "band",
    "bands",
    "musician",
    "musicians",
    "singer",
    "künstler",
    "künstlerin",
    "interpret",
    "musiker",
    "sänger",
    "sängerin",
];

/// Those of them whose songs are listened to.
pub(in crate::plan) const PERFORMERS: &[&str] = &[
    "artist",
    "artists",
    "band",
    "bands",
    "musician",
    "musicians",
    "singer",
    "künstler",
    "künstlerin",
    "interpret",
    "musiker",
    "sänger",
    "sängerin",
];

/// Whether a word says of what stands beside it that it is an address.
pub(in crate::plan) fn is_address(word: &str) -> bool {
    matches!(word, "address" | "adresse" | "e-mail" | "email" | "mail" | "mailadresse" | "e-mail-adresse" | "e-mail-address")
}

/// Whether a word only says that each is counted once.
pub(in crate::plan) fn is_distinct(word: &str) -> bool {
    matches!(word, "different" | "distinct" | "unique" | "verschiedene" | "verschiedenen" | "unterschiedliche" | "unterschiedlichen")
}

/// Comparing two named sides.
pub(in crate::plan) const COMPARING: &[(Asked, &str)] = &[
    (
        Asked::Most,
        "more often | more frequently | by how much more | how much more | more expensive | more | the most | most | further | farther | longer | higher | dearer | bigger | by how much | teurer | höher | mehr | öfter | häufiger | am meisten | \
            am häufigsten | weiter | länger",
    ),
    (
        Asked::Least,
        "less often | less frequently | how much less | less expensive | cheaper | lower | fewer | less | billiger | weniger | seltener | am wenigsten",
    ),
];

/// The greatest number.
pub(in crate::plan) const MOST: &[(Asked, &str)] = &[
    (
        Asked::Most,
        "the most often | most often | most frequently | the most | am häufigsten | am öftesten | am meisten | die meisten | meisten | \
            most",
    ),
    (Asked::Least, "least often | the least | the fewest | fewest | am seltensten | am wenigsten | die wenigsten"),
];

/// Having been somewhere.
pub(in crate::plan) const PRESENCE: &[((), &str)] = &[(
    (),
    "did i end up | did we end up | i ended up | we ended up | ended up | was i travelling | was i traveling | did i sleep | i slept | did i spend the night | übernachtet | übernachtete ich | \
        habe ich geschlafen | have i ever been | have i been | have we been | i have been | i've been | i had been | \
        did i sleep | did i ever go | did i go | did we go | did i travel | did i stay | did i ever visit | was i ever | was i | were we | \
        i was | we were | i went | we went | been | travelled | traveled | stayed | bin ich gewesen | bin ich je gewesen | \
        ich gewesen | war ich je | war ich | waren wir | ich war | wir waren | gewesen | gereist | verbracht | aufgehalten | \
        hielt ich mich",
)];

/// Time spent, which is presence where a place or a day is asked for, and money where an amount is.
pub(in crate::plan) const SPENT: &[((), &str)] =
    &[((), "did i spend | have i spent | i spent | spent | spend | verbrachte ich | verbracht")];

/// Having to be done by a day.
pub(in crate::plan) const DUE: &[((), &str)] = &[(
    (),
    "bis wann | bis zu welchem datum | bis zu welchem tag | by when | by what date | by which date | by what day | until when | \
        the deadline for | deadline for | deadline | due date | due | fällig | die frist für | frist für | frist | spätestens",
)];

/// What a contact card says of a person, and the word that its line begins with.
pub(in crate::plan) const ATTRIBUTES: &[(&str, &str)] = &[
    (
        "Phone",
        "how can i call | how do i call | how can i phone | telephone number | phone number | mobile number | cell number | phone | telefonnummer | handynummer | natelnummer | \
            mobilnummer | rufnummer",
    ),
    ("E-mail", "email address | e-mail address | mail address | mailadresse | e-mail-adresse | emailadresse | mail-adresse"),
    ("Age", "how old | the age of | what age | age is | age was | wie alt | das alter von"),
    ("Birthday", "birthday | bday | b-day | birth date | date of birth | born | geburtstag | geburtsdatum | geboren"),
    ("Address", "postal address | home address | street address | postadresse | wohnadresse | anschrift"),
];

/// What may mean such a thing, when nothing else is asked of someone.
pub(in crate::plan) const WEAK_ATTRIBUTES: &[(&str, &str)] = &[("Phone", "number | nummer")];

/// What is measured, where the asking says it.
pub(in crate::plan) const MEASURED: &[(Measure, &str)] = &[
    (Measure::Nights, "counted in nights | in nights | in nächten"),
    (Measure::Distance, "how far | wie weit"),
    (Measure::Days, "number of days | anzahl tage | anzahl der tage"),
    (
        Measure::Steps,
        "how many steps | number of steps | count of steps | total steps | step count | step days | step day | steps | step counter | wie viele schritte | \
            wieviele schritte | anzahl schritte | schrittzahl | schritte",
    ),
    (Measure::Duration, "the total time | total time | the length of | length of"),
    (Measure::Duration, "how long | how much time | wie lange | wie viel zeit | wieviel zeit"),
    (
        Measure::Amount,
        "how much money | how much did i spend | how much have i spent | how much did i pay | how much do i pay | how much do i spend | how much did we pay | how much did we spend | wie viel geld | wieviel geld | \
            what did i spend | what have i spent | of my money go | of our money go | money go | money went | geld ging | geld gegangen",
    ),
    (Measure::Nights, "how many nights | number of nights | wie viele nächte | wieviele nächte"),
    (Measure::Days, "how many days | on how many days | wie viele tage | an wie vielen tagen"),
    (
        Measure::Duration,
        "time in hours | total hours | total minutes | number of minutes | number of hours | how many hours | how many minutes | stundenzahl | wie viele stunden | wie viele minuten",
    ),
    (Measure::Distance, "how many kilometres | how many kilometers | how many km | wie viele kilometer | wie viele km"),
];

/// What is measured, by any other word.
pub(in crate::plan) const MEASURES: &[(Measure, &str)] = &[
    (
        Measure::Amount,
        "did i pay | have i paid | i paid | paid | pay | set me back | set us back | spent on | cost | costs | charged | charge | billed | invoiced | expenses | \
            bezahlt | gezahlt | bezahlen | zahlte | kostete | kosteten | kosten | gekostet | ausgegeben | ausgaben | verrechnet | \
            berechnet",
    ),
    (Measure::Distance, "kilometres | kilometers | kilometre | kilometer | km | distance | strecke | distanz | weit | far"),
    (Measure::Duration, "hours | stunden | duration | dauer"),
];

/// Papers that state an amount: a sum over them is money.
pub(in crate::plan) const BILLS: &[((), &str)] = &[(
    (),
    "the bill | the invoice | the receipt | the price of | price of | the price | price | prices | bill | der preis | preis | preise | die rechnung | der rechnung | all invoices | all the invoices | invoices | all bills | \
        bills | all statements | statements | all receipts | receipts | invoice | statement | payments | payment | aller rechnungen | alle rechnungen | rechnungen | quittungen | \
        zahlungen | geld | money",
)];

/// Money by its name, as ISO 4217 has it.
pub(in crate::plan) const CURRENCIES: &[(&str, &str)] = &[
    ("EUR", "how many euros | how many euro | wie viele euro | wieviele euro | in euros | in euro | in eur"),
    ("USD", "how many dollars | wie viele dollar | in dollars | in dollar | in usd"),
    ("GBP", "how many pounds | how many quid | wie viele pfund | in pounds sterling | pounds sterling | in gbp | in pounds | in pfund"),
    ("CHF", "how many francs | how many swiss francs | wie viele franken | in francs | in swiss francs | in franken | in chf"),
    ("JPY", "how many yen | wie viele yen | in yen"),
];

/// Its codes, where amounts are asked for.
pub(in crate::plan) const CODES: &[(&str, &str)] = &[("GBP", "gbp"), ("USD", "usd"), ("CAD", "cad"), ("JPY", "jpy")];

/// Whoever is paid, as what is paid is divided.
pub(in crate::plan) const SELLERS: &[(Division, &str)] = &[(
    Division::Channel,
    "at which shop | in which shop | to which shop | which shop | which shops | which store | which stores | at which store | which seller | which retailer | which merchant |         which company | to which company | which business | by shop | by store | by seller | per shop | per seller | in welchem laden | welcher laden | welches geschäft |         in welchem geschäft | bei welchem händler | welcher händler | welche firma | bei welcher firma | pro händler",
)];

/// What is paid by, which narrows no sum: whatever states an amount is one of them.
pub(in crate::plan) fn papers() -> impl Iterator<Item = &'static str> {
    super::phrases(
        "bills | bill | invoices | invoice | statements | statement | receipts | receipt | orders | order | purchases | purchase | payments | payment | \
            rechnungen | rechnung | bestellungen | bestellung | einkäufe | einkauf | zahlungen | zahlung",
    )
}

/// How a number is divided.
pub(in crate::plan) const DIVISIONS: &[(Division, &str)] = &[
    (
        Division::Month,
        "per month | each month | every month | by month | month by month | monthly | pro monat | je monat | jeden monat | monatlich | \
            in which month | which month | the month in which | the month with | the month | what month | in welchem monat | welcher monat",
    ),
    (
        Division::Year,
        "per year | each year | every year | by year | year by year | yearly | annually | a year | pro jahr | je jahr | jedes jahr | \
            jährlich | the year in which | the year with | the year | in which year | in what year | which year | what year | in welchem jahr | welches jahr",
    ),
    (
        Division::Weekday,
        "on which weekday | which weekday | by weekday | per weekday | on which day of the week | which day of the week | \
            by day of the week | an welchem wochentag | welcher wochentag | pro wochentag | nach wochentag",
    ),
    (
        Division::Channel,
        "which channels | which channel | by channel | per channel | welchen kanal | welcher kanal | welche kanäle | pro kanal",
    ),
    (Division::Place, "by place | per place | by city | per city | pro ort | nach ort | pro stadt"),
    (Division::Person, "by person | per person | by sender | pro person | nach person"),
    (Division::Kind, "by kind | by type | nach art"),
];

/// Ways of moving: a query for the titles of trips, and the phrases.
pub(in crate::plan) const ACTIVITIES: &[(&str, &str)] = &[
    (
        "cycling",
        "on my bike | by bicycle | by bike | my bicycle | my bike | bicycle | bike | biked | biking | bicycling | cycling | cycled | \
            cycle | mit dem fahrrad | mit dem velo | mit dem rad | rad gefahren | velo gefahren | fahrrad gefahren | geradelt | \
            velofahrten | velofahrt | radtouren | radtour | fahrradtouren | fahrradtour | fahrradfahrten | fahrradfahrt | velotouren | \
            velotour | bike rides | bike ride | cycle rides | cycle ride | cycling trips | bike trips | bike riding | cycle tours | rides | ride | radelte | radeln | fahrrad | velo | rad | radfahren | velofahren",
    ),
    ("walking", "on foot | by foot | walking | walked | walks | walk | zu fuss | zu fuß | spaziert | spazieren | spazierte | gelaufen"),
    (
        "running",
        "for a run | for a jog | running | ran | runs | run | jogging | jogged | jogs | jog | joggingrunden | joggingrunde | laufrunden | laufrunde | gejoggt | joggte | joggen | gerannt",
    ),
    (
        "flying",
        "flights | flight | planes | plane | flüge | flügen | flug | by plane | by air | flying | flew | flown | fly | mit dem flugzeug | geflogen | flog | fliegen",
    ),
    ("hiking", "hiking | hiked | hikes | hike | wanderungen | wanderung | gewandert | wanderte | wandern"),
    ("driving OR car", "by car | in the car | driving | driven | drove | drive | mit dem auto | im auto | auto gefahren"),
    (
        "train",
        "train journeys | train journey | train trips | train trip | trains took me | by train | by rail | trains | train | bahn gefahren | zugfahrten | zugfahrt | bahnfahrten | mit dem zug | mit der bahn | zug gefahren",
    ),
    ("tram", "by tram | mit dem tram | mit der tram | mit der strassenbahn | mit der straßenbahn"),
    ("bus", "by bus | mit dem bus"),
    ("ferry", "by ferry | mit der fähre"),
    (
        "skiing",
        "on skis | on my skis | auf skiern | skiing | skied | did i ski | did we ski | do i ski | skitage | ski gefahren | skifahren",
    ),
    ("swimming", "for a swim | swimming | swam | swum | swims | swim | schwimmen | geschwommen | schwamm"),
    ("rowing OR rudern", "did i row | have i rowed | rowing | rowed | gerudert | rudern"),
    ("yoga", "yoga | joga"),
];

/// Whether a word says that something is written or sent. "Mail" and "e-mail" do when someone stands before them, and "hear"
/// of whom one hears from.
pub(in crate::plan) fn is_writing(word: &str) -> bool {
    const WORDS: &str = "send | sent | sends | sending | write | wrote | written | writes | writing | emailed | e-mailed | mailed | \
        messaged | texted | replied | reply | answered | forwarded | hear | heard | schrieb | schriebst | schreibt | schreiben | \
        geschrieben | schickte | schickt | schicken | geschickt | gesendet | sendete | sandte | gesandt | verschickt | \
        verschickte | versandt | gemailt | mailte | mailt | geantwortet | antwortete | gehört von | gemeldet | meldete";
    super::phrases(WORDS).any(|phrase| phrase == word)
}

/// Whether a word says that someone goes somewhere, or lives there.
pub(in crate::plan) fn is_going(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "go",
        "went",
        "gone",
        "travel",
        "travelled",
        "traveled",
        "fly",
        "flew",
        "drive",
        "drove",
        "live",
        "lives",
        "lived",
        "stay",
        "stayed",
        "ging",
        "fuhr",
        "reiste",
        "flog",
        "wohnt",
        "wohnte",
        "gewohnt",
        "gereist",
        "gefahren",
        "geflogen",
    ];
    WORDS.contains(&word)
}

/// Being somewhere for good.
pub(in crate::plan) const LIVING: &[&str] = &[
    "live",
    "lives",
    "lived",
    "living",
    "work",
    "works",
    "worked",
    "working",
    "study",
    "studies",
    "studying",
    "wohnt",
    "wohnte",
    "wohnen",
    "lebt",
    "lebte",
    "arbeitet",
    "arbeitete",
    "studiert",
];

/// Whether the one who asks goes somewhere: "did I initially go", "ging ich".
pub(in crate::plan) fn goes(words: &[&str]) -> bool {
    let me = |word: &str| matches!(word, "i" | "we" | "ich" | "wir");
    let near_me = |at: usize| words[at.saturating_sub(3)..at].iter().any(|word| matches!(*word, "i" | "we"));
    words.iter().enumerate().any(|(at, word)| {
        let german = matches!(*word, "ging" | "fuhr" | "reiste" | "flog");
        is_going(word) && if german { words.get(at + 1).is_some_and(|next| me(next)) } else { near_me(at) }
    })
}

/// Whether a word says how someone stands to the one who asks: "my brother Jonas".
pub(in crate::plan) fn is_relation(word: &str) -> bool {
    // What no card calls anyone by alone, and titles, beside the names of relations.
    const WORDS: &str = "friend | best friend | colleague | manager | teacher | frau | mann | kollege | kollegin | lehrer | lehrerin | \
        mr | mrs | ms | dr | prof | herr | herrn";
    super::kinship::is_kinship(word) || super::phrases(WORDS).any(|phrase| phrase == word)
}

/// Whether a word says that something reaches the one who asks.
pub(in crate::plan) fn is_getting(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "receive",
        "received",
        "get",
        "got",
        "gotten",
        "arrive",
        "arrived",
        "reached",
        "bekommen",
        "bekam",
        "bekomme",
        "erhalten",
        "erhielt",
        "empfangen",
        "ankamen",
        "angekommen",
        "eingegangen",
        "kamen",
    ];
    WORDS.contains(&word)
}

/// Whether a word says that something is of the one who asks.
pub(crate) fn is_own(word: &str) -> bool {
    const WORDS: &[&str] =
        &["my", "mine", "our", "mein", "meine", "meinen", "meinem", "meiner", "meines", "unser", "unsere", "unserer", "unserem", "unseren"];
    WORDS.contains(&word)
}

/// Whether a word says that people were together.
pub(in crate::plan) fn is_meeting(word: &str) -> bool {
    const WORDS: &str = "meet | met | meets | see | saw | seen | met up | get-together | get-togethers | treffen | traf | trafen | \
        getroffen | gesehen | sah | begegnet | verabredet";
    super::phrases(WORDS).any(|phrase| phrase == word)
}

/// The language most of whose small words are there; English when none are.
pub(in crate::plan) fn language(words: &[&str]) -> Language {
    const DE: &str = "ich | wie | viele | wann | wo | wer | wem | was | welche | welches | welcher | welchen | welchem | habe | hab | \
        hat | von | mit | im | am | heisst | heißt | lautet | der | die | das | und | ist | war | mein | meine | meinem | zuletzt | \
        zum | zur | bei | oft | weit | bin | mal | gab | gibt | es | den | dem | des | über | nach | mir | anzahl | aller | \
        zwischen | seit | bis | auf | für | zähl | zähle | zeig | zeige | kam | kamen | schrieb | hatte | aus | ein | eine | \
        einen | alle | wieviele | an | oder | nennt | such";
    const EN: &str = "i | how | many | when | where | who | what | which | have | did | do | the | with | is | was | my | of | from | \
        far | about | were | a | in | me | to | for | and | or | number | there | list | find | show | give | tell | count | all | \
        at | on | by | has | had | does | are";
    // What is a small word of one language alone speaks for it too.
    let only = |language, other| words.iter().filter(|word| super::is_small(word, language) && !super::is_small(word, other)).count();
    let count = |table: &'static str| 2 * words.iter().filter(|word| super::phrases(table).any(|phrase| phrase == **word)).count();
    let german = count(DE) + only(Language::De, Language::En);
    if german > count(EN) + only(Language::En, Language::De) { Language::De } else { Language::En }
}
