//! Which product a row is of. Folder and captions follow the account's language; the name used here does not.

/// Its name in `source` ("google.activity.search"), and what exports call it, lower-cased.
const PRODUCTS: &[(&str, &[&str])] = &[
    (
        "search",
        &[
            "search",
            "google search",
            "google suche",
            "suche",
            "google-suche",
            "recherche",
            "recherche google",
            "búsqueda",
            "zoeken",
            "google zoeken",
            "ricerca",
            "ricerca google",
            "pesquisa",
            "pesquisa google",
            "検索",
            "google 検索",
            "arama",
            "بحث",
            "搜索",
            "搜尋",
            "검색",
            "поиск",
            "пошук",
            "wyszukiwarka",
            "sök",
            "søgning",
            "søk",
            "haku",
            "vyhledávání",
            "keresés",
            "cerca",
            "căutare",
            "αναζήτηση",
            "חיפוש",
            "penelusuran",
            "tìm kiếm",
            "खोज",
        ],
    ),
    (
        "ads",
        &[
            "ads",
            "google ads",
            "anzeigen",
            "annonces",
            "publicidad",
            "anuncios",
            "advertenties",
            "annunci",
            "anúncios",
            "広告",
            "reklamlar",
            "广告",
        ],
    ),
    ("youtube", &["youtube", "youtube music", "youtube tv", "youtube kids", "youtube and youtube music", "youtube und youtube music"]),
    ("chrome", &["chrome", "google chrome"]),
    ("maps", &["maps", "google maps", "google-maps"]),
    ("android", &["android"]),
    ("assistant", &["assistant", "google assistant", "asistente", "assistente", "google アシスタント"]),
    ("gemini", &["gemini apps", "gemini", "gemini-apps", "bard"]),
    ("discover", &["discover"]),
    (
        "image_search",
        &[
            "image search",
            "bildersuche",
            "google bilder",
            "recherche d'images",
            "búsqueda de imágenes",
            "ricerca immagini",
            "afbeeldingen zoeken",
        ],
    ),
    ("video_search", &["video search", "videosuche", "recherche de vidéos", "búsqueda de vídeos", "ricerca video", "video's zoeken"]),
    ("lens", &["google lens", "lens"]),
    ("news", &["news", "google news", "noticias", "actualités", "nieuws", "notizie", "notícias", "google nachrichten"]),
    ("shopping", &["shopping", "google shopping"]),
    ("play", &["google play store", "google play", "play store"]),
    ("play_books", &["google play books", "books", "bücher", "google books", "google play bücher"]),
    ("play_games", &["google play games", "google play spiele"]),
    (
        "play_movies",
        &[
            "google play movies & tv",
            "google play movies _ tv",
            "google tv",
            "google play movies",
            "google play filme & serien",
            "google play filme _ serien",
        ],
    ),
    ("podcasts", &["podcasts", "google podcasts"]),
    ("travel", &["travel", "reisen", "viajes", "voyages", "hotels", "flights", "flüge", "google flüge"]),
    ("finance", &["google finance", "finance"]),
    ("translate", &["google translate", "translate", "google übersetzer"]),
    ("voice", &["voice and audio", "sprache und audio"]),
    ("help", &["help", "hilfe", "aide", "ayuda", "guida", "ajuda", "ヘルプ"]),
    ("takeout", &["takeout", "google takeout", "google datenexport"]),
    ("gmail", &["gmail"]),
    ("drive", &["drive", "google drive"]),
    ("developers", &["developers", "google developers", "google cloud", "google analytics"]),
    ("apps", &["google apps", "google workspace"]),
    ("arts", &["google arts & culture", "google arts _ culture"]),
    ("store", &["google store"]),
    ("meet", &["meet", "google meet"]),
    ("pay", &["google pay", "google wallet", "gpay"]),
    ("recorder", &["recorder"]),
];

/// The product of a row, from the most to the least reliable hint; "other" when no name is known.
pub(crate) fn of(folder: &str, products: &[String], header: &str) -> &'static str {
    let hints = std::iter::once(folder).chain(products.iter().map(String::as_str)).chain(std::iter::once(header));
    hints.into_iter().find_map(named).unwrap_or("other")
}

/// The product that a name means, in the languages that are known.
pub(crate) fn named(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase();
    PRODUCTS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(product, _)| *product)
}

/// Rows that say little about their owner, and can be four fifths of all rows: kept, and shown on demand only.
pub(crate) fn is_background(product: &str) -> bool {
    matches!(product, "ads" | "android" | "help" | "takeout")
}

/// `source` for a row's product. Written out, as the list of sources is closed.
pub(crate) fn source(product: &str) -> String {
    format!("google.activity.{product}")
}
