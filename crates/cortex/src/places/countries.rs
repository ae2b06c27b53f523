//! Countries by their codes, and what they are called.

/// Code, and the names in English and German, in lower case.
const COUNTRIES: &[(&str, &str)] = &[
    ("AD", "andorra"),
    ("AE", "united arab emirates | emirates | uae | vereinigte arabische emirate"),
    ("AL", "albania | albanien"),
    ("AM", "armenia | armenien"),
    ("AR", "argentina | argentinien"),
    ("AT", "austria | österreich"),
    ("AU", "australia | australien"),
    ("AZ", "azerbaijan | aserbaidschan"),
    ("BA", "bosnia | bosnia and herzegovina | bosnien"),
    ("BD", "bangladesh | bangladesch"),
    ("BE", "belgium | belgien"),
    ("BG", "bulgaria | bulgarien"),
    ("BO", "bolivia | bolivien"),
    ("BR", "brazil | brasilien"),
    ("BY", "belarus"),
    ("CA", "canada | kanada"),
    ("CH", "switzerland | schweiz"),
    ("CL", "chile"),
    ("CN", "china"),
    ("CO", "colombia | kolumbien"),
    ("CR", "costa rica"),
    ("CU", "cuba | kuba"),
    ("CY", "cyprus | zypern"),
    ("CZ", "czechia | czech republic | tschechien"),
    ("DE", "germany | deutschland"),
    ("DK", "denmark | dänemark"),
    ("DO", "dominican republic | dominikanische republik"),
    ("DZ", "algeria | algerien"),
    ("EC", "ecuador"),
    ("EE", "estonia | estland"),
    ("EG", "egypt | ägypten"),
    ("ES", "spain | spanien"),
    ("ET", "ethiopia | äthiopien"),
    ("FI", "finland | finnland"),
    ("FR", "france | frankreich"),
    (
        "GB",
        "united kingdom | great britain | britain | uk | england | scotland | wales | grossbritannien | vereinigtes königreich | schottland",
    ),
    ("GE", "georgia | georgien"),
    ("GH", "ghana"),
    ("GR", "greece | griechenland"),
    ("HK", "hong kong | hongkong"),
    ("HR", "croatia | kroatien"),
    ("HU", "hungary | ungarn"),
    ("ID", "indonesia | indonesien"),
    ("IE", "ireland | irland"),
    ("IL", "israel"),
    ("IN", "india | indien"),
    ("IR", "iran"),
    ("IS", "iceland | island"),
    ("IT", "italy | italien"),
    ("JM", "jamaica | jamaika"),
    ("JO", "jordan | jordanien"),
    ("JP", "japan"),
    ("KE", "kenya | kenia"),
    ("KH", "cambodia | kambodscha"),
    ("KR", "south korea | korea | südkorea"),
    ("KZ", "kazakhstan | kasachstan"),
    ("LA", "laos"),
    ("LB", "lebanon | libanon"),
    ("LI", "liechtenstein"),
    ("LK", "sri lanka"),
    ("LT", "lithuania | litauen"),
    ("LU", "luxembourg | luxemburg"),
    ("LV", "latvia | lettland"),
    ("MA", "morocco | marokko"),
    ("MC", "monaco"),
    ("MD", "moldova | moldau"),
    ("ME", "montenegro"),
    ("MK", "north macedonia | macedonia | nordmazedonien"),
    ("MM", "myanmar | burma"),
    ("MN", "mongolia | mongolei"),
    ("MT", "malta"),
    ("MU", "mauritius"),
    ("MV", "maldives | malediven"),
    ("MX", "mexico | mexiko"),
    ("MY", "malaysia"),
    ("NA", "namibia"),
    ("NG", "nigeria"),
    ("NL", "netherlands | holland | niederlande"),
    ("NO", "norway | norwegen"),
    ("NP", "nepal"),
    ("NZ", "new zealand | neuseeland"),
    ("OM", "oman"),
    ("PA", "panama"),
    ("PE", "peru"),
    ("PH", "philippines | philippinen"),
    ("PK", "pakistan"),
    ("PL", "poland | polen"),
    ("PT", "portugal"),
    ("PY", "paraguay"),
    ("QA", "qatar | katar"),
    ("RO", "romania | rumänien"),
    ("RS", "serbia | serbien"),
    ("RU", "russia | russland"),
    ("SA", "saudi arabia | saudi-arabien"),
    ("SE", "sweden | schweden"),
    ("SG", "singapore | singapur"),
    ("SI", "slovenia | slowenien"),
    ("SK", "slovakia | slowakei"),
    ("SN", "senegal"),
    ("TH", "thailand"),
    ("TN", "tunisia | tunesien"),
    ("TR", "turkey | türkiye | türkei"),
    ("TW", "taiwan"),
    ("TZ", "tanzania | tansania"),
    ("UA", "ukraine"),
    ("UG", "uganda"),
    ("US", "united states | united states of america | america | usa | us | states | vereinigte staaten | amerika"),
    ("UY", "uruguay"),
    ("UZ", "uzbekistan | usbekistan"),
    ("VE", "venezuela"),
    ("VN", "vietnam"),
    ("ZA", "south africa | südafrika"),
    ("ZM", "zambia | sambia"),
    ("ZW", "zimbabwe | simbabwe"),
];

/// Whether a point in the first country counts as in the second: small states lie within others, and their borders are not seen.
pub(super) fn is_in(code: &str, country: &str) -> bool {
    code == country || matches!((code, country), ("VA" | "SM", "IT") | ("MC", "FR") | ("LS", "ZA") | ("LI", "CH"))
}

/// The code of the country that goes by a name, in lower case.
pub(super) fn code(name: &str) -> Option<&'static str> {
    COUNTRIES.iter().find(|(_, names)| names.split(" | ").any(|known| known == name)).map(|(code, _)| *code)
}

/// The country that a small state lies within: of who was in its middle it is not known on which side of the border they were.
pub(super) fn around(code: &str) -> &str {
    match code {
        "VA" | "SM" => "IT",
        "MC" => "FR",
        other => other,
    }
}

/// What a country is called: by its first name, and in German by the second of two.
pub(super) fn name(code: &str, german: bool) -> Option<&'static str> {
    let names = COUNTRIES.iter().find(|(known, _)| *known == code)?.1;
    match names.split(" | ").collect::<Vec<_>>()[..] {
        [_, name] if german => Some(name),
        [name, ..] => Some(name),
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_goes_by_its_names_in_both_languages() {
        assert_eq!((code("italien"), code("italy"), code("atlantis")), (Some("IT"), Some("IT"), None));
        assert!(is_in("VA", "IT") && !is_in("IT", "VA"));
        assert_eq!((name(around("VA"), true), name("CH", false), name("JP", true)), (Some("italien"), Some("switzerland"), Some("japan")));
    }
}
