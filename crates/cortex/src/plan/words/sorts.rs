//! Words by which a question, or a name in it, is told to be of a sort: what companies are called, and what is done by writing.

use super::phrases;

/// What companies and clubs are called beside their own names, folded.
const COMPANIES: &str = "club | dental | cinema | practice | hospital | school | library | ferries | airlines | bank | insurance | solar | \
    hotel | energy | electric | ltd | limited | gmbh | inc | shop | store | bookshop | garage | clinic | surgery | \
    pharmacy | centre | center | society | team | support | service | services | newsletter | news | council | \
    university | college | church | choir | studio | gym | striders | village | group | association | foundation | \
    company | media | market | bakery | cafe | restaurant | verein | praxis | schule | versicherung | stadtwerke | \
    bibliothek | apotheke | klinik | bakerei | buchhandlung | velo | cycles";

/// What somebody does by writing it.
const TELLING: &str = "told | tell | said | say | wrote | write | recommended | suggested | asked | mentioned | invited | sent | \
    offered | warned | promised | thanked | schrieb | sagte | erzählte | empfahl | fragte | empfohlen | eingeladen | \
    geschrieben | erzählt | gesagt";

/// What sorts of place people say that they were at.
const PLACES: &str = "beach | museum | gallery | sight | sights | attraction | park | garden | zoo | castle | church | cathedral | hotel | \
    guesthouse | hostel | campground | campsite | restaurant | cafe | café | pub | bar | shop | store | mall | supermarket | market | \
    cinema | theatre | theater | venue | stadium | arena | rink | gym | pool | school | university | library | hospital | clinic | \
    office | station | airport | harbour | harbor | port | building | place | location | spot | town | city | village | island | lake | \
    mountain | country | province | state | region | strand | museum | galerie | sehenswürdigkeit | garten | schloss | burg | kirche | \
    dom | lokal | gasthaus | laden | geschäft | kino | theater | stadion | schule | spital | krankenhaus | bahnhof | flughafen | hafen | \
    ort | stadt | dorf | insel | see | berg | land | gegend";

/// Words for having gone somewhere, of which a place beside them tells all.
const JOURNEYS: &str = "holiday | holidays | vacation | vacations | trip | trips | journey | stay | getaway | ferien | urlaub | reise | \
    aufenthalt | ausflug";

/// Whether a word, in lower case, says that somebody went somewhere.
pub(in crate::plan) fn is_journey(word: &str) -> bool {
    phrases(JOURNEYS).any(|known| known == word)
}

/// Whether a word, in lower case, is a sort of place.
pub(in crate::plan) fn is_sort_of_place(word: &str) -> bool {
    phrases(PLACES).any(|known| known == word)
}

/// What a place is called by whoever only asks which one it was.
pub(in crate::plan) const WHEREABOUTS: &[&str] =
    &["location", "whereabouts", "place", "town", "city", "village", "country", "ort", "stadt", "dorf", "land", "aufenthaltsort"];

/// Whether a word, in lower case, says only that somebody was there, or that it is meant to the point.
pub(in crate::plan) fn is_being_there(word: &str) -> bool {
    const WORDS: &str = "landed | hanging | hung | located | situated | staying | standing | sitting | spending | exact | precise | precisely |         specifically | actually | befand | aufgehalten | genau";
    phrases(WORDS).any(|known| known == word)
}

/// Whether what is called "final" or "initial" with a word, in lower case, is so by its name: a final exam need not be the last one.
pub(in crate::plan) fn is_called_final(word: &str) -> bool {
    const WORDS: &str = "exam | exams | whistle | score | scores | cut | fantasy | draft | drafts | version | notice | warning | reminder |         report | thesis | paper | result | results | decision | round | match | game | year | project | destination | table | answer |         offer | price | episode | season | inspection | walkthrough | grade | grades | mark | marks | approval | assessment | test | say |         straw | sale | stage | phase | term | consultation | deposit | plan | idea | reaction";
    phrases(WORDS).any(|known| known == word)
}

/// Whether a word, in lower case, is of what there are many of, and one is the last.
pub(in crate::plan) fn is_one_of_many(word: &str) -> bool {
    const WORDS: &str = "visit | visits | stay | trip | play | listen | rent | mail | email | message | call | transfer | swim | run | ride |         walk | day | time";
    phrases(WORDS).any(|known| known == word)
}

/// Whether a word, folded, says what sort of company a name is of.
pub(crate) fn is_of_companies(word: &str) -> bool {
    phrases(COMPANIES).any(|known| known == word)
}

/// Whether a verb, in lower case, is of what its doer has written.
pub(crate) fn is_telling(word: &str) -> bool {
    phrases(TELLING).any(|known| known == word)
}
