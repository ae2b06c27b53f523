//! The words by which people call kinds of items.

use domain::Kind;

use super::phrases;

/// How a word speaks of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::plan) enum Speaks {
    /// It names it: "photos".
    Names,
    /// It says what is done with it, which counts when nothing is named: "Which photos did I search for?".
    Does,
    /// As [`Speaks::Does`], and other kinds tell of it as well: what was bought stands in mails too.
    Hints,
}

/// Kinds, how they are spoken of, and the phrases, longer ones first.
pub(in crate::plan) const KINDS: &[(&[Kind], Speaks, &str)] = &[
    (&[Kind::Contact], Speaks::Names, "people in my address book | people are in my address book | people do i have in my contacts"),
    (&[Kind::Contact], Speaks::Names, "leute stehen in meinem adressbuch | leute in meinem adressbuch | personen in meinem adressbuch"),
    (
        &[Kind::Contact],
        Speaks::Names,
        "address book | addressbook | contacts | contact | adressbuch | telefonbuch | kontakte | kontakten | kontakt",
    ),
    (
        &[Kind::Mail],
        Speaks::Names,
        "mailbox | inbox | posteingang | postfach | mails | mail | emails | email | e-mails | e-mail | mailed | emailed | e-mailed | \
            mailing | correspondence | mailverkehr | gemailt | mailte",
    ),
    (&[Kind::Message, Kind::Mail], Speaks::Names, "messages | message | nachrichten | nachricht"),
    (&[Kind::Message], Speaks::Names, "text messages | sms | chats | chat messages | chat"),
    (&[Kind::Message], Speaks::Does, "chatted | chatting | gechattet"),
    (&[Kind::Call], Speaks::Names, "phone calls | calls | telefonate | telefonat | anrufe | anrufen | anruf"),
    (
        &[Kind::Call],
        Speaks::Does,
        "call me | called me | did i call | have i called | i called | rang me | rief mich | rief ich | phoned | telefoniert | \
            telefonierte | angerufen",
    ),
    (
        &[Kind::Photo],
        Speaks::Names,
        "shots | camera roll | photo library | photo gallery | photos | photo | pictures | picture | pics | pic | photographs | \
            photograph | images | image | snapshots | snapshot | snaps | selfies | selfie | fotos | foto | bilder | bildern | \
            bild | aufnahmen | aufnahme | schnappschüsse | schnappschuss | fotografien | fotografie",
    ),
    (&[Kind::Photo], Speaks::Does, "photographed | photographing | fotografiert | fotografierte | geknipst | knipste"),
    (&[Kind::Video], Speaks::Does, "filmed | gefilmt | filmte | gedreht"),
    (
        &[Kind::Watch, Kind::Video],
        Speaks::Names,
        "watch history | wiedergabeverlauf | youtube videos | youtube video | videos | video | clips | clip | films | film | movies | \
            movie | filme | filmen | videoclips",
    ),
    (
        &[Kind::Watch, Kind::Video],
        Speaks::Does,
        "watched | watch | watching | viewed | viewing | streamed | gesehen | angesehen | ansah | angeschaut | anschaute | geschaut | \
            schaute | geguckt",
    ),
    (
        &[Kind::Search],
        Speaks::Names,
        "search history | suchverlauf | web searches | google searches | searches | search queries | queries | suchanfragen | \
            suchanfrage | suchen | suche",
    ),
    (
        &[Kind::Search],
        Speaks::Does,
        "look something up | looked something up | look things up | looked things up | search the web | searched the web | \
            did i search | have i searched | i search | searched | searching | did i google | do i google | i google | googled | google for | googling | \
            look up | looked up | gegoogelt | googelte | googeln | gesucht | suchte | nachgeschlagen | recherchiert | search",
    ),
    (
        &[Kind::Page],
        Speaks::Names,
        "browsing history | browser history | browserverlauf | web pages | webpages | web sites | websites | website | pages | page | \
            webseiten | webseite | internetseiten | seitenaufrufe | sites",
    ),
    (&[Kind::Page], Speaks::Does, "browsed | surfed | gesurft"),
    (&[Kind::Bookmark], Speaks::Names, "bookmarks | bookmark | lesezeichen"),
    (&[Kind::Bookmark], Speaks::Does, "bookmarked"),
    (
        &[Kind::Subscription],
        Speaks::Names,
        "subscriptions | subscription | channels | channel | kanal | abonnements | abos | abo | kanäle | kanälen",
    ),
    (&[Kind::Subscription], Speaks::Does, "subscribed | subscribe | abonniert | abonnierte"),
    (&[Kind::Visit], Speaks::Names, "visits | visit | stays | stay | places | besuche | besuchen | besuch | aufenthalte | aufenthalt"),
    (&[Kind::Visit], Speaks::Does, "did i ever visit | did i visit | i visit | have i visited | visited | visiting | besucht | besuchte"),
    (&[Kind::Trip], Speaks::Names, "trips | trip | rides | journeys | journey | fahrten | fahrt | reisen | reise | ausflüge | ausflug"),
    (
        &[Kind::Event],
        Speaks::Names,
        "calendar entries | calendar events | events | event | appointments | appointment | meetings | meeting | get-togethers | \
            get-together | calendar | kalendereinträge | kalendereintrag | termine | terminen | termin | kalender | verabredungen | \
            verabredung",
    ),
    (&[Kind::Note], Speaks::Names, "notes | note | memos | memo | notizen | notiz"),
    (
        &[Kind::Task],
        Speaks::Names,
        "to-do items | to-dos | to-do | todos | todo | tasks | task | reminders | reminder | aufgaben | aufgabe | to-do-liste",
    ),
    (&[Kind::Purchase], Speaks::Names, "purchases | purchase | orders | einkäufe | einkauf | bestellungen"),
    (
        &[Kind::Purchase],
        Speaks::Hints,
        "bought | did i buy | purchased | shopped | did i shop | ordered | did i order | did i last order | did i first order | did we order | order from | order anything from | gekauft | kaufte | \
            eingekauft | bestellt | bestellte",
    ),
    (&[Kind::Workout], Speaks::Names, "workouts | workout | trainings | trainingseinheiten"),
    (&[Kind::Listen], Speaks::Names, "listens | listen | songs | song | music | tracks | musik | podcasts | podcast | lieder | lied"),
    (
        &[Kind::Listen],
        Speaks::Does,
        "did i hear | höre ich | listened to | listened | listening to | listening | listen to | gehört | angehört",
    ),
    (&[Kind::Collection], Speaks::Names, "albums | album | playlists | playlist | alben"),
    (&[Kind::Post], Speaks::Names, "comments | comment | posts | post | kommentare | kommentar | beiträge"),
    (&[Kind::Post], Speaks::Does, "commented | posted | kommentiert"),
    (&[Kind::Review], Speaks::Names, "reviews | review | bewertungen | bewertung | rezensionen"),
    (&[Kind::Review], Speaks::Does, "reviewed | bewertet"),
];

/// The kinds that are called so: one, or those that share a name.
pub(in crate::plan) fn called(name: &str) -> Vec<Kind> {
    let names = all().find(|(phrase, (_, speaks))| *phrase == name && *speaks == Speaks::Names);
    names.map_or_else(Vec::new, |(_, (kinds, _))| kinds.to_vec())
}

/// Every phrase of the table with what it says.
pub(in crate::plan) fn all() -> impl Iterator<Item = (&'static str, (&'static [Kind], Speaks))> {
    KINDS.iter().flat_map(|(kinds, speaks, text)| phrases(text).map(move |phrase| (phrase, (*kinds, *speaks))))
}
