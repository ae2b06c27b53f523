//! Names of towns in several languages: what the gazetteer lists, and what else a town is called.
//!
//! It lists some towns by their English name and others by their own, so a name by which people ask leads to every other name
//! of the same town. Names that differ by accents or by the spelling of an umlaut alone need no line (see [`spelled`]).

use crate::snippet::fold;

/// A town a line: its German name, empty where that is one of the others; its English name; and what else it is called.
const TOWNS: &[(&str, &str, &str)] = &[
    ("", "aarhus", "århus"),
    ("algier", "algiers", "alger"),
    ("", "antwerp", "antwerpen | anvers"),
    ("athen", "athens", "athina"),
    ("belgrad", "belgrade", "beograd"),
    ("", "bolzano", "bozen"),
    ("brügge", "bruges", "brugge"),
    ("brüssel", "brussels", "bruxelles | brussel"),
    ("bukarest", "bucharest", "bucurești"),
    ("", "basel", "basle"),
    ("", "calcutta", "kolkata | kalkutta"),
    ("köln", "cologne", "koeln | koln"),
    ("", "corfu", "kerkyra | korfu"),
    ("damaskus", "damascus", ""),
    ("danzig", "gdansk", ""),
    ("den haag", "the hague", "'s-gravenhage"),
    ("edinburg", "edinburgh", ""),
    ("florenz", "florence", "firenze"),
    ("", "dingle", "daingean ui chuis | an daingean"),
    ("", "fribourg", "freiburg im üechtland"),
    ("", "galway", "gaillimh"),
    ("genf", "geneva", "genève"),
    ("gent", "ghent", "gand"),
    ("genua", "genoa", "genova"),
    ("göteborg", "gothenburg", "goeteborg"),
    ("hannover", "hanover", ""),
    ("havanna", "havana", "la habana"),
    ("kairo", "cairo", ""),
    ("kopenhagen", "copenhagen", "københavn"),
    ("krakau", "krakow", "cracow | kraków"),
    ("lemberg", "lviv", "lvov"),
    ("", "liege", "liège | lüttich | luik"),
    ("", "limerick", "luimneach"),
    ("lissabon", "lisbon", "lisboa"),
    ("luzern", "lucerne", ""),
    ("löwen", "leuven", "louvain"),
    ("mailand", "milan", "milano"),
    ("mexiko-stadt", "mexico city", "ciudad de méxico"),
    ("moskau", "moscow", "moskva"),
    ("", "mumbai", "bombay"),
    ("münchen", "munich", ""),
    ("neapel", "naples", "napoli"),
    ("nizza", "nice", ""),
    ("nürnberg", "nuremberg", ""),
    ("padua", "padova", ""),
    ("peking", "beijing", ""),
    ("pilsen", "plzen", "plzeň"),
    ("posen", "poznan", ""),
    ("", "porto", "oporto"),
    ("prag", "prague", "praha"),
    ("rhodos", "rhodes", "rodos"),
    ("rom", "rome", "roma"),
    ("sankt petersburg", "saint petersburg", "st petersburg | st. petersburg"),
    ("saragossa", "zaragoza", ""),
    ("sevilla", "seville", ""),
    ("sitten", "sion", ""),
    ("straßburg", "strasbourg", "strassburg"),
    ("syrakus", "syracuse", "siracusa"),
    ("tokio", "tokyo", ""),
    ("triest", "trieste", ""),
    ("turin", "turin", "torino"),
    ("venedig", "venice", "venezia"),
    ("warschau", "warsaw", "warszawa"),
    ("wien", "vienna", ""),
    ("breslau", "wroclaw", "wrocław"),
    ("", "kiev", "kyiv | kiew"),
    ("zürich", "zurich", ""),
];

fn names((german, english, others): &(&'static str, &'static str, &'static str)) -> impl Iterator<Item = &'static str> {
    [*german, *english].into_iter().chain(others.split('|').map(str::trim)).filter(|name| !name.is_empty())
}

/// Every name of the town that goes by this one, as [`spelled`]; that one alone when it has no other.
pub(super) fn all_names(name: &str) -> Vec<String> {
    let wanted = spelled(name);
    let mut all = vec![wanted.clone()];
    for town in TOWNS.iter().filter(|town| names(town).any(|name| spelled(name) == wanted)) {
        for name in names(town).map(spelled) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
    }
    all
}

/// The German name of a town, when it is called otherwise there.
pub(super) fn german(name: &str) -> Option<&'static str> {
    let wanted = spelled(name);
    TOWNS.iter().find(|town| !town.0.is_empty() && names(town).any(|name| spelled(name) == wanted)).map(|town| town.0)
}

/// The English name of a town, when the gazetteer may list it by another.
pub(super) fn english(name: &str) -> Option<&'static str> {
    let wanted = spelled(name);
    let town = TOWNS.iter().find(|town| names(town).any(|name| spelled(name) == wanted))?;
    Some(town.1).filter(|english| !english.is_empty() && spelled(english) != wanted)
}

/// A name without what spellings differ in: case, accents, and umlauts written out. "Århus" and "Aarhus" are one.
pub(super) fn spelled(name: &str) -> String {
    fold(name).replace("aa", "a").replace("ae", "a").replace("oe", "o").replace("ue", "u").replace(['\'', '’'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_town_is_known_by_any_of_its_names_and_spellings() {
        for (asked, listed) in [
            ("Aarhus", "Arhus"),
            ("Århus", "Arhus"),
            ("Ghent", "Gent"),
            ("Köln", "Koeln"),
            ("Cologne", "Koeln"),
            ("München", "Munich"),
            ("Wien", "Vienna"),
            ("Milan", "Milano"),
            ("Mailand", "Milano"),
            ("Antwerp", "Antwerpen"),
            ("Den Haag", "The Hague"),
            ("Kopenhagen", "Copenhagen"),
            ("Gothenburg", "Goeteborg"),
            ("Malmö", "Malmoe"),
            ("Düsseldorf", "Dusseldorf"),
            ("Cracow", "Krakow"),
            ("Genf", "Geneve"),
            ("Zürich", "Zuerich"),
            ("Tromsø", "Tromso"),
            ("Seville", "Sevilla"),
        ] {
            assert!(all_names(asked).contains(&spelled(listed)), "{asked} is {listed}: {:?}", all_names(asked));
        }
        assert_eq!(all_names("Bern"), ["bern"]);
        assert_ne!(spelled("Halle"), spelled("Hall"));
        assert_eq!((german("Koeln"), german("Milano"), german("Bern")), (Some("köln"), Some("mailand"), None));
    }
}
