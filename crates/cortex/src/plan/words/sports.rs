//! What recorders of workouts call the sports that questions speak of. A workout's title is what its owner called it, "Tempo" or
//! "Coffee run" on a bicycle: its sport is the one that was recorded.

use super::phrases;

/// Sports by their word in [`super::ACTIVITIES`], and the names that recorders give to them.
const SPORTS: &[(&str, &str)] = &[
    (
        "cycling",
        "cycling | ride | bike | biking | road biking | mountain biking | gravel ride | mountain bike ride | e bike ride | \
            e mountain bike ride | road cycling | indoor cycling | radfahren | radfahrt",
    ),
    ("walking", "walking | walk | nordic walking | gehen | spaziergang"),
    ("running", "running | run | trail run | trail running | virtual run | treadmill | jogging | lauf | laufen"),
    ("hiking", "hiking | hike | wandern | wanderung | trekking"),
    (
        "skiing",
        "skiing | ski | nordic ski | nordic skiing | alpine ski | alpine skiing | backcountry ski | backcountry skiing | \
            cross country ski | cross country skiing | downhill skiing | langlauf | skilanglauf",
    ),
    ("swimming", "swimming | swim | open water swim | open water swimming | pool swim | pool swimming | schwimmen"),
    ("rowing OR rudern", "rowing | row | indoor rowing | virtual row | rudern"),
    ("yoga", "yoga"),
];

/// The sports by which one gets somewhere as well.
const TRAVELS: &[&str] = &["cycling", "walking"];

/// A text to look for in which a sport stands as workouts have it recorded, and whether one travels by it as well; `None` when no sport
/// stands in it.
pub(crate) fn recorded(text: &str) -> Option<(String, bool)> {
    SPORTS.iter().find_map(|(sport, names)| {
        let said = said(sport);
        let ends = |ch: Option<char>| ch.is_none_or(|ch| ch == ' ');
        let stands = |at: &usize| ends(text[..*at].chars().next_back()) && ends(text[*at + said.len()..].chars().next());
        let at = text.match_indices(&said).map(|(at, _)| at).find(stands)?;
        Some((format!("{}{}{}", &text[..at], query(names), &text[at + said.len()..]), TRAVELS.contains(sport)))
    })
}

/// The text of [`recorded`] as it was before.
pub(crate) fn as_said(text: &str) -> String {
    SPORTS.iter().fold(text.to_owned(), |text, (sport, names)| text.replace(&query(names), &said(sport)))
}

/// Whether a text is one sport of [`recorded`], and no other word.
pub(crate) fn is_recorded_sport(text: &str) -> bool {
    SPORTS.iter().any(|(_, names)| query(names) == text)
}

/// A sport as it stands among the words that are looked for.
fn said(sport: &str) -> String {
    if sport.contains(' ') { format!("({sport})") } else { sport.to_owned() }
}

/// The line of the index of words that says of a workout which sport it is of.
fn query(names: &'static str) -> String {
    let lines: Vec<String> = phrases(names).map(|name| format!("\"workout {name}\"")).collect();
    format!("({})", lines.join(" OR "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sport_is_looked_for_as_it_was_recorded_and_said_as_it_was_asked() {
        for (text, sport, travels) in [
            ("running", "workout running", false),
            ("cycling", "workout ride", true),
            ("(rowing OR rudern) regatta", "workout row", false),
            ("skiing Lappe", "workout nordic ski", false),
        ] {
            let (query, by) = recorded(text).unwrap();
            assert!(query.contains(&format!("\"{sport}\"")) && by == travels, "{query}");
            assert_eq!(as_said(&query), text);
            assert_eq!(is_recorded_sport(&query), !text.contains(") ") && !text.ends_with("Lappe"), "{text}");
        }
        for text in ["\"running club\"", "shrunning", "choir", "train"] {
            assert_eq!(recorded(text), None, "{text}");
        }
    }

    #[test]
    fn no_sport_has_more_names_than_a_query_may_have_words() {
        for (sport, names) in SPORTS {
            assert!(query(names).split(' ').filter(|word| *word != "OR").count() < 60, "{sport}");
        }
    }
}
