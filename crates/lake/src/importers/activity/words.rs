//! The grammar of a row's title: a verb, before or after its object, in the account's language.
//!
//! Only the languages in the table are read; in others the title stays whole, and the address says what the row is.

/// What a title's verb says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Looked for.
    Search,
    /// Opened a page.
    Visit,
    /// Watched a video.
    Watch,
    /// Saw something: an image, an area, a post.
    View,
    /// Listened to.
    Listen,
    /// Used an app.
    Use,
    /// Asked an assistant.
    Prompt,
    /// Did something else that is known by name: liked, subscribed, saved.
    Other,
}

impl Act {
    /// Its name in `data.action`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Visit => "visit",
            Self::Watch => "watch",
            Self::View => "view",
            Self::Listen => "listen",
            Self::Use => "use",
            Self::Prompt => "prompt",
            Self::Other => "other",
        }
    }
}

/// What stands before the object.
const BEFORE: &[(&str, Act)] = &[
    // English
    ("Searched for ", Act::Search),
    ("Visited ", Act::Visit),
    ("Watched ", Act::Watch),
    ("Viewed ", Act::View),
    ("Listened to ", Act::Listen),
    ("Used ", Act::Use),
    ("Said ", Act::Prompt),
    ("Prompted ", Act::Prompt),
    ("Asked ", Act::Prompt),
    ("Liked ", Act::Other),
    ("Disliked ", Act::Other),
    ("Subscribed to ", Act::Other),
    ("Saved ", Act::Other),
    ("Voted on ", Act::Other),
    ("Commented on ", Act::Other),
    ("Answered ", Act::Other),
    ("Dismissed ", Act::Other),
    ("Directions to ", Act::Other),
    // German
    ("Gesucht nach: ", Act::Search),
    ("Gesucht nach ", Act::Search),
    ("Besucht: ", Act::Visit),
    ("Aufgerufen: ", Act::Visit),
    ("Angesehen: ", Act::Watch),
    ("Angehört: ", Act::Listen),
    ("Verwendet: ", Act::Use),
    ("Wegbeschreibung zu ", Act::Other),
    ("Wegbeschreibung nach ", Act::Other),
    ("Route nach ", Act::Other),
    // Spanish
    ("Has buscado ", Act::Search),
    ("Ha buscado ", Act::Search),
    ("Buscaste ", Act::Search),
    ("Se buscó ", Act::Search),
    ("Has visitado ", Act::Visit),
    ("Ha visitado ", Act::Visit),
    ("Visitaste ", Act::Visit),
    ("Has visto ", Act::Watch),
    ("Ha visto ", Act::Watch),
    ("Viste ", Act::Watch),
    ("Has escuchado ", Act::Listen),
    ("Ha escuchado ", Act::Listen),
    ("Escuchaste ", Act::Listen),
    ("Has usado ", Act::Use),
    ("Has utilizado ", Act::Use),
    ("Usaste ", Act::Use),
    // French
    ("Vous avez recherché : ", Act::Search),
    ("Vous avez recherché ", Act::Search),
    ("Vous avez visité ", Act::Visit),
    ("Vous avez consulté ", Act::Visit),
    ("Vous avez regardé ", Act::Watch),
    ("Vous avez écouté ", Act::Listen),
    ("Vous avez utilisé ", Act::Use),
    ("Vous avez vu ", Act::View),
    // Italian
    ("Hai cercato ", Act::Search),
    ("Hai visitato ", Act::Visit),
    ("Hai guardato ", Act::Watch),
    ("Hai ascoltato ", Act::Listen),
    ("Hai usato ", Act::Use),
    ("Hai utilizzato ", Act::Use),
    ("Hai visualizzato ", Act::View),
    // Dutch
    ("Gezocht naar ", Act::Search),
    ("Bezocht: ", Act::Visit),
    ("Gekeken naar ", Act::Watch),
    ("Bekeken: ", Act::Watch),
    ("Geluisterd naar ", Act::Listen),
    ("Gebruikt: ", Act::Use),
    // Portuguese
    ("Pesquisou por ", Act::Search),
    ("Pesquisou ", Act::Search),
    ("Visitou ", Act::Visit),
    ("Assistiu a ", Act::Watch),
    ("Assistiu ", Act::Watch),
    ("Viu ", Act::View),
    ("Ouviu ", Act::Listen),
    ("Usou ", Act::Use),
];

/// What stands before and after it.
const AROUND: &[(&str, &str, Act)] = &[
    ("Nach ", " gesucht", Act::Search),
    ("Naar ", " gezocht", Act::Search),
    ("", " gesucht", Act::Search),
    ("", " gezocht", Act::Search),
    ("", " besucht", Act::Visit),
    ("", " aufgerufen", Act::Visit),
    ("", " bezocht", Act::Visit),
    ("", " angesehen", Act::Watch),
    ("", " angesehen, das entfernt wurde", Act::Watch),
    ("", " bekeken", Act::Watch),
    ("", " angehört", Act::Listen),
    ("", " beluisterd", Act::Listen),
    ("", " angezeigt", Act::View),
    ("", " verwendet", Act::Use),
    ("", " gebruikt", Act::Use),
    ("", " を検索しました", Act::Search),
    ("", "を検索しました", Act::Search),
    ("", " を視聴しました", Act::Watch),
    ("", "を視聴しました", Act::Watch),
    ("", "にアクセスしました", Act::Visit),
];

/// Pairs of marks that some languages put around the object.
const QUOTES: &[(char, char)] = &[('„', '“'), ('„', '”'), ('„', '"'), ('“', '”'), ('"', '"'), ('«', '»'), ('「', '」'), ('‘', '’')];

/// The verb of a title and its object, when the title's language is in the table. The title's spaces are plain ones.
pub(crate) fn read(title: &str) -> Option<(Act, &str)> {
    if let Some((act, object)) = BEFORE.iter().find_map(|(before, act)| Some((*act, title.strip_prefix(before)?))) {
        return Some((act, bare(object)));
    }
    AROUND
        .iter()
        .find_map(|(before, after, act)| Some((*act, bare(title.strip_prefix(before)?.strip_suffix(after)?))))
        .filter(|(_, object)| !object.is_empty())
}

/// Whether a row's detail says that an advertisement brought it.
pub(crate) fn is_advertisement(detail: &str) -> bool {
    let detail = detail.to_lowercase();
    detail.contains("google")
        && ["ads", "anzeigen", "annonces", "anuncios", "annunci", "anúncios", "advertenties", "広告", "广告", "reklam"]
            .iter()
            .any(|word| detail.contains(word))
}

/// An object without the marks around it. A query that was itself in straight quotes keeps them: only its language's
/// own marks, or marks on a title that ends in its verb, are the export's.
fn bare(object: &str) -> &str {
    let object = object.trim();
    QUOTES
        .iter()
        .filter(|(open, _)| *open != '"')
        .find_map(|(open, close)| object.strip_prefix(*open)?.strip_suffix(*close))
        .map_or(object, str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_come_off_in_the_languages_that_are_known() {
        for (title, act, object) in [
            ("Searched for sourdough starter", Act::Search, "sourdough starter"),
            ("Searched for \"exact words\"", Act::Search, "\"exact words\""),
            ("Nach „Sauerteig“ gesucht", Act::Search, "Sauerteig"),
            ("Nach „Sauerteig\" gesucht", Act::Search, "Sauerteig"),
            ("Knoten lernen angesehen", Act::Watch, "Knoten lernen"),
            ("Ein Video angesehen, das entfernt wurde", Act::Watch, "Ein Video"),
            ("Has visto Cuerdas", Act::Watch, "Cuerdas"),
            ("Vous avez recherché levain", Act::Search, "levain"),
            ("Hai cercato lievito", Act::Search, "lievito"),
            ("Gezocht naar brood", Act::Search, "brood"),
            ("Pesquisou por pão", Act::Search, "pão"),
            ("「パン」を検索しました", Act::Search, "パン"),
        ] {
            assert_eq!(read(title), Some((act, object)), "{title}");
        }
        assert_eq!(read("Помните хлеб"), None);
        assert_eq!(read("besucht"), None);
    }
}
