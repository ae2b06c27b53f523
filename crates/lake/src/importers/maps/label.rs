//! The two labels that everybody's map has, in the languages of accounts.

/// "home" or "work" for the label that Maps gives to those two places; nothing for a label of the owner's own.
pub(crate) fn semantic_type(label: &str) -> Option<&'static str> {
    const HOME: &[&str] =
        &["home", "zuhause", "zu hause", "domicile", "maison", "casa", "thuis", "自宅", "домой", "дом", "dom", "ev", "hem", "hjem"];
    const WORK: &[&str] = &[
        "work",
        "arbeit",
        "travail",
        "bureau",
        "trabajo",
        "lavoro",
        "werk",
        "trabalho",
        "職場",
        "работа",
        "praca",
        "iş",
        "arbete",
        "arbejde",
    ];
    let label = label.trim().to_lowercase();
    let is = |words: &[&str]| words.contains(&label.as_str());
    if is(HOME) {
        Some("home")
    } else if is(WORK) {
        Some("work")
    } else {
        None
    }
}
