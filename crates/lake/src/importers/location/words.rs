//! Words for movements and places: Google's, made one spelling, and ours for people.

use domain::{ActivityType, Metres, Point};

/// One spelling for a way of moving: `IN_PASSENGER_VEHICLE`, `inVehicle` and `in passenger vehicle` become snake case.
/// Words that we do not know are kept.
pub(crate) fn activity(text: &str) -> String {
    let mut word = String::with_capacity(text.len());
    let mut was_small = false;
    for letter in text.trim().chars() {
        if letter.is_uppercase() && was_small {
            word.push('_');
        }
        was_small = letter.is_lowercase();
        word.push(if letter == ' ' || letter == '-' { '_' } else { letter.to_ascii_lowercase() });
    }
    if matches!(word.as_str(), "unknown_activity_type" | "activity_type_unknown") { "unknown".to_owned() } else { word }
}

/// The coarse type of a way of moving, for fixes.
pub(crate) fn activity_type(word: &str) -> ActivityType {
    match word {
        "still" => ActivityType::Still,
        "walking" | "on_foot" | "hiking" | "walking_nordic" => ActivityType::Walking,
        "running" => ActivityType::Running,
        "cycling" | "on_bicycle" => ActivityType::Cycling,
        "in_bus" => ActivityType::Bus,
        "in_train" | "in_subway" | "in_tram" | "in_rail_vehicle" | "in_funicular" | "in_cablecar" => ActivityType::Rail,
        "in_ferry" | "boating" | "sailing" => ActivityType::Boat,
        "flying" => ActivityType::Flying,
        "in_vehicle"
        | "in_car"
        | "in_road_vehicle"
        | "in_four_wheeler_vehicle"
        | "in_two_wheeler_vehicle"
        | "in_passenger_vehicle"
        | "in_taxi"
        | "motorcycling" => ActivityType::Vehicle,
        _ => ActivityType::Unknown,
    }
}

/// What a person calls a way of moving.
pub(crate) fn activity_title(word: &str) -> String {
    let known = match word {
        "" | "unknown" => "Trip",
        "in_passenger_vehicle" | "in_car" => "Driving",
        "in_vehicle" | "in_road_vehicle" | "in_four_wheeler_vehicle" => "By car or other vehicle",
        "motorcycling" | "in_two_wheeler_vehicle" => "Motorcycling",
        "in_taxi" => "By taxi",
        "in_bus" => "By bus",
        "in_train" | "in_rail_vehicle" => "By train",
        "in_subway" => "By underground",
        "in_tram" => "By tram",
        "in_ferry" => "By ferry",
        "in_cablecar" => "By cable car",
        "in_funicular" => "By funicular",
        "in_gondola_lift" => "By gondola lift",
        "in_wheelchair" => "By wheelchair",
        "on_foot" => "On foot",
        "on_bicycle" => "Cycling",
        "walking_nordic" => "Nordic walking",
        other => return capitalised(&other.replace('_', " ")),
    };
    known.to_owned()
}

/// A distance as people say it.
pub(crate) fn distance(metres: Metres) -> String {
    if metres < 999.5 { format!("{metres:.0} m") } else { format!("{:.1} km", metres / 1_000.0) }
}

/// The title of a movement: `Cycling, 3.1 km`.
pub(crate) fn trip_title(word: &str, metres: Option<Metres>) -> String {
    match metres.filter(|metres| *metres > 0.0) {
        Some(metres) => format!("{}, {}", activity_title(word), distance(metres)),
        None => activity_title(word),
    }
}

/// One spelling for what a place is to its owner: `TYPE_HOME`, `INFERRED_HOME` and `Inferred Home` become `home`;
/// nothing when it is not known.
pub(crate) fn semantic_type(text: &str) -> Option<String> {
    let word = activity(text);
    let word = word.strip_prefix("type_").unwrap_or(&word);
    let word = word.strip_prefix("inferred_").unwrap_or(word);
    (!matches!(word, "" | "unknown" | "unspecified")).then(|| word.to_owned())
}

/// The title of a stay: the place's name, else what it is to its owner, else its address, else where it is.
pub(crate) fn visit_title(name: Option<&str>, semantic: Option<&str>, address: Option<&str>, place: Option<Point>) -> String {
    let given = |text: &&str| !text.trim().is_empty();
    if let Some(name) = name.filter(given) {
        return name.trim().to_owned();
    }
    // These two say how the place was found, not what it is.
    if let Some(word) = semantic.filter(|word| !matches!(*word, "searched_address" | "aliased_location")) {
        return capitalised(&word.replace('_', " "));
    }
    if let Some(line) = address.and_then(|address| address.lines().next()).filter(given) {
        return line.trim().to_owned();
    }
    place.map_or_else(|| "Unknown place".to_owned(), rounded)
}

/// A position to about a hundred metres.
pub(crate) fn rounded(place: Point) -> String {
    format!("{:.3}, {:.3}", place.lat_degrees(), place.lon_degrees())
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_movement_is_one_word() {
        for spelling in ["IN_PASSENGER_VEHICLE", "in passenger vehicle", "inPassengerVehicle"] {
            assert_eq!(activity(spelling), "in_passenger_vehicle");
        }
        assert_eq!(trip_title(&activity("CATCHING_POKEMON"), Some(850.4)), "Catching pokemon, 850 m");
        assert_eq!(trip_title(&activity("CYCLING"), Some(3_120.0)), "Cycling, 3.1 km");
        assert_eq!(trip_title(&activity("UNKNOWN_ACTIVITY_TYPE"), None), "Trip");
    }

    #[test]
    fn a_stay_is_called_by_the_best_that_is_known() {
        let place = Point::from_degrees(47.12, 8.54);
        let home = semantic_type("TYPE_HOME");
        assert_eq!((home.clone(), semantic_type("Inferred Home"), semantic_type("UNKNOWN")), (Some("home".to_owned()), home.clone(), None));
        assert_eq!(visit_title(Some("Bakery"), home.as_deref(), None, place), "Bakery");
        assert_eq!(visit_title(Some(" "), home.as_deref(), None, place), "Home");
        assert_eq!(visit_title(None, Some("searched_address"), Some("1 Street\nTown"), place), "1 Street");
        assert_eq!(visit_title(None, None, None, place), "47.120, 8.540");
    }
}
