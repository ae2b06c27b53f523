//! The endings by which words of a language differ, and the words by which it is known to be in a vault. All are folded.
//!
//! Each paradigm is a list of endings of which any may stand in place of any other on the same stem: what `TAKEN_OFF` and `PUT_ON`
//! do for endings that languages share. They widen a search, so they may be wrong where the vault holds no such word.

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Language {
    /// Words that are frequent in it and rare in the others; the second most frequent of the three counts.
    pub(crate) markers: [&'static str; 3],
    /// Endings that stand in place of one another, with a space between.
    paradigms: &'static [&'static str],
    /// What stands before a stem of a verb that has one of the last two endings: "ge" of "gekauft".
    participle: Option<(&'static str, &'static [&'static str])>,
}

/// Every language that has more endings than the shared ones.
pub(crate) const LANGUAGES: &[Language] = &[GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE];

pub(crate) const GERMAN: Language = Language {
    markers: ["und", "nicht", "ist"],
    paradigms: &["en e st t te ten test tet et", "eln le elt elte elten", "ern ere ert erte erten", "- e er es en em"],
    participle: Some(("ge", &["t", "et", "en"])),
};

pub(crate) const FRENCH: Language = Language {
    markers: ["dans", "avec", "une"],
    paradigms: &[
        "- s e es",
        "- x",
        "al aux ale ales",
        "ail aux",
        "eux euse euses",
        "eur euse eurs euses rice rices",
        "if ive ifs ives",
        "en enne ens ennes",
        "er e es ons ez ent ee ees ais ait ions aient a ai erent era erai ant",
        "ir i is it ie ies issons issez issent issait issant ira irai",
        "re s ons ez ent u ue us ues ais ait",
        "ger ge ges geons geait geant gee",
        "cer ce ces cons cait cee",
    ],
    participle: None,
};

pub(crate) const SPANISH: Language = Language {
    markers: ["los", "del", "pero"],
    paradigms: &[
        "o a os as",
        "- es",
        "z ces",
        "ion iones",
        "ar o as a amos an e aste aron aba abas aban ando ado ada ados adas are ara aria",
        "er o es e emos en i io iste ieron ia ias ian iendo ido ida idos idas ere era eria",
        "ir o es e imos en i io iste ieron ia ias ian iendo ido ida idos idas ire ira iria",
        "car que co ca can co caron cando cado",
        "gar gue go ga gan garon gando gado",
    ],
    participle: None,
};

pub(crate) const ITALIAN: Language = Language {
    markers: ["che", "della", "sono"],
    paradigms: &[
        "o i",
        "a e",
        "e i",
        "o a i e",
        "co chi ci",
        "go ghi gi",
        "ca che",
        "ga ghe",
        "io i",
        "are o i a iamo ate ano ato ata ati ate ando ava avo avano era ero",
        "ere o i e iamo ete ono uto uta uti ute endo eva evano era ero",
        "ire o i e iamo ite ono ito ita iti ite endo iva ivano isco isce iscono ira iro",
        "care co chi ca chiamo cano cato cata cando",
        "gare go ghi ga ghiamo gano gato gata gando",
        "iare io i ia iano iato iata iando",
    ],
    participle: None,
};

pub(crate) const PORTUGUESE: Language = Language {
    markers: ["nao", "uma", "voce"],
    paradigms: &[
        "o a os as",
        "- s es",
        "m ns",
        "ao oes aes aos",
        "al ais",
        "el eis",
        "il is",
        "ol ois",
        "ar o as a amos am ei ou aram ava avam ando ado ada ados adas ara aria",
        "er o es e emos em i eu eram ia iam endo ido ida idos idas era eria",
        "ir o es e imos em i iu iram ia iam indo ido ida idos idas ira iria",
        "car que co ca cam quei cou caram cando cado",
        "gar gue go ga gam guei gou garam gando gado",
    ],
    participle: None,
};

/// No stem is shorter, in letters.
const SHORTEST_STEM: usize = 3;

impl Language {
    /// The words that differ from `word` by an ending of this language. Without `word` itself; some may come twice.
    pub(crate) fn inflected(&self, word: &str) -> Vec<String> {
        let mut forms = Vec::new();
        for paradigm in self.paradigms {
            for stem in endings(paradigm).filter_map(|ending| stem(word, ending)) {
                forms.extend(endings(paradigm).map(|ending| format!("{stem}{ending}")));
            }
        }
        if let Some((before, after)) = self.participle {
            for stem in ["en", "e", "t", "st", "te", "ten"].into_iter().filter_map(|ending| stem(word, ending)) {
                forms.extend(after.iter().map(|ending| format!("{before}{stem}{ending}")));
            }
            let of_participle = word.strip_prefix(before).into_iter().flat_map(|rest| after.iter().filter_map(|ending| stem(rest, ending)));
            for stem in of_participle {
                forms.extend(["en", "e", "t", "te", "ten"].map(|ending| format!("{stem}{ending}")));
            }
        }
        forms.retain(|form| form != word);
        forms
    }
}

/// The endings of a paradigm; `-` is none.
fn endings(paradigm: &'static str) -> impl Iterator<Item = &'static str> {
    paradigm.split(' ').map(|ending| if ending == "-" { "" } else { ending })
}

fn stem<'w>(word: &'w str, ending: &str) -> Option<&'w str> {
    word.strip_suffix(ending).filter(|stem| stem.chars().count() >= SHORTEST_STEM)
}
