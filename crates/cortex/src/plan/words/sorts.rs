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

/// Whether a word, folded, says what sort of company a name is of.
pub(crate) fn is_of_companies(word: &str) -> bool {
    phrases(COMPANIES).any(|known| known == word)
}

/// Whether a verb, in lower case, is of what its doer has written.
pub(crate) fn is_telling(word: &str) -> bool {
    phrases(TELLING).any(|known| known == word)
}
