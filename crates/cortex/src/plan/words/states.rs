//! The words for a state that items are in: a task is open, a note archived, a mail unread.
//!
//! A filter narrows by no state, so a number over all items would answer another question; what is asked for by one is named
//! as what no plan can hold. The same words are topics after "about", and say nothing of kinds that have no such state.

use domain::Kind;

use super::phrases;

/// Kinds, and the states that they may be in. No kinds: the words mean a state whatever is asked about.
const STATES: &[(&[Kind], &str)] = &[
    (
        &[Kind::Task],
        "still to do | still to be done | left to do | yet to be done | to be done | remain open | remains open | still open | open | opened | unfinished | incomplete | uncompleted | pending | outstanding | undone | unsolved | remaining | remain | \
            completed | complete | done | finished | finish | overdue | ticked off | crossed off | checked off | ticked | checked | \
            due | closed | resolved | noch offen | offen | offene | offenen | offener | unerledigt | unerledigte | unerledigten | \
            ausstehend | ausstehende | ausstehenden | erledigt | erledigte | erledigten | abgeschlossen | abgeschlossene | \
            abgeschlossenen | abgehakt | abgehakte | fertig | beendet | überfällig | überfällige | überfälligen | fällig | fällige | \
            fälligen | geschafft",
    ),
    (
        &[Kind::Note, Kind::Task, Kind::Mail, Kind::Message, Kind::Photo, Kind::Bookmark, Kind::Contact],
        "archived | pinned | starred | flagged | favourite | favourites | favorite | favorites | favourited | favorited | trashed | \
            deleted | binned | in the bin | in the trash | in my bin | in my trash | in the recycle bin | trash | bin | hidden | \
            locked | shared | labelled | labeled | tagged | untitled | important | archiviert | archivierte | archivierten | \
            im archiv | angepinnt | angepinnte | angepinnten | angeheftet | angeheftete | angehefteten | markiert | markierte | \
            markierten | favorisiert | favoriten | lieblingsfotos | gelöscht | gelöschte | gelöschten | im papierkorb | papierkorb | \
            versteckt | versteckte | geteilt | geteilte | geteilten | wichtig | wichtige | wichtigen",
    ),
    (
        &[Kind::Mail, Kind::Message],
        "with attachments | with an attachment | have an attachment | have attachments | had an attachment | has an attachment | \
            attachments | attachment | attached | drafts | draft | spam | junk | in my outbox | in the outbox | mit anhang | \
            mit anhängen | mit einem anhang | haben einen anhang | hat einen anhang | hatten einen anhang | anhänge | anhängen | \
            anhang | angehängt | entwürfe | entwurf | werbung",
    ),
    (
        &[Kind::Event],
        "cancelled | canceled | declined | accepted | tentative | confirmed | recurring | repeating | all-day | abgesagt | abgesagte | \
            abgesagten | zugesagt | zugesagte | bestätigt | bestätigte | wiederkehrend | wiederkehrende | wiederkehrenden | ganztägig | \
            ganztägige | ganztägigen",
    ),
    (
        &[Kind::Call],
        "missed | unanswered | rejected | incoming | outgoing | verpasst | verpasste | verpassten | eingehend | eingehende | ausgehend | \
            ausgehende | abgelehnt",
    ),
    (&[], "unread | unopened | overdue | attachments | ungelesen | ungelesene | ungelesenen | überfällig | überfällige | anhänge"),
];

/// The phrases for states of these kinds, longer ones first.
pub(in crate::plan) fn states(kinds: &[Kind]) -> Vec<&'static str> {
    let applies = |of: &[Kind]| of.is_empty() || of.iter().any(|kind| kinds.contains(kind));
    let mut states: Vec<&str> = STATES.iter().filter(|(of, _)| applies(of)).flat_map(|(_, text)| phrases(text)).collect();
    states.sort_by_key(|phrase| std::cmp::Reverse(phrase.split(' ').count()));
    states
}

/// Whether a state of tasks is that of being open, or of being done; `None` for any other.
pub(in crate::plan) fn is_open(state: &str) -> Option<bool> {
    const OPEN: &str = "still to do | still to be done | left to do | yet to be done | to be done | remain open | remains open | remain | still open | open | opened | unfinished | incomplete | uncompleted | pending | outstanding | undone | unsolved | \
        remaining | noch offen | offen | offene | offenen | offener | unerledigt | unerledigte | unerledigten | ausstehend | ausstehende | \
        ausstehenden";
    const DONE: &str = "completed | complete | done | finished | finish | ticked off | crossed off | checked off | ticked | checked | closed | \
        resolved | erledigt | erledigte | erledigten | abgeschlossen | abgeschlossene | abgeschlossenen | abgehakt | abgehakte | fertig | \
        beendet | geschafft";
    let state = state.to_lowercase();
    let is = |listed: &'static str| phrases(listed).any(|phrase| phrase == state);
    if is(OPEN) { Some(true) } else { is(DONE).then_some(false) }
}

/// Every phrase for a state, for spelling.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    STATES.iter().flat_map(|(_, text)| phrases(text))
}
