//! What was put into an archive is found again: by words, by meaning, by place, by person, by date; and shown whole.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use journeys::{Datapunk, Findable, Home, Lang, Served, Shape, import};
use serde_json::{Value, json};
use xtask::place;

/// Best first, so a fact that is further down was as good as not found.
const FIRST: usize = 10;

fn search(datapunk: &Datapunk, fact: &Findable, mode: &str) -> Vec<Value> {
    let mut args = vec!["search".to_owned(), "--mode".to_owned(), mode.to_owned(), "--limit".to_owned(), FIRST.to_string()];
    let mut add = |name: &str, value: &Option<String>| {
        if let Some(value) = value {
            args.extend([format!("--{name}"), value.clone()]);
        }
    };
    let filters = &fact.filters;
    add("kind", &filters.kind);
    add("from", &filters.from);
    add("to", &filters.to);
    add("person", &filters.person);
    add("near", &filters.near.map(|(lat, lon, metres)| format!("{lat},{lon},{metres}")));
    args.extend(["--".to_owned(), fact.query.clone()]);
    datapunk.json(args).unwrap()["hits"].as_array().unwrap().clone()
}

/// The planted item among the hits: of its kind, with its words, at its time; the hit and the item.
fn planted(server: &mut Served, fact: &Findable, hits: &[Value]) -> Option<(Value, Value)> {
    hits.iter().filter(|hit| hit["kind"] == fact.kind.as_str()).find_map(|hit| {
        let item = server.call("item", &json!({ "id": hit["id"] })).unwrap();
        let words = format!("{}\n{}", item["title"].as_str().unwrap(), item["text"].as_str().unwrap());
        let on_time = fact.at.is_empty() || (item["at_ms"].as_i64().unwrap() - instant(fact)).abs() < 60_000;
        (words.contains(&fact.contains) && on_time).then(|| (hit.clone(), item))
    })
}

fn instant(fact: &Findable) -> i64 {
    let at: jiff::Timestamp = fact.at.parse().unwrap();
    at.as_millisecond()
}

fn everything_planted_is_found(lang: Lang) {
    let home = Home::new();
    let made = home.export("takeout", 2_000, lang, Shape::Zip);
    let datapunk = home.vault("vault");
    import(&datapunk, &made.inputs);
    let with_models = place::models().is_dir();
    let mut searched = Vec::new();
    for fact in &made.facts.findable {
        let modes: &[&str] = match fact.by.as_str() {
            "meaning" if with_models => &["meaning"],
            "meaning" => &[],
            "word" => &["words", "both"],
            _ => &["both"],
        };
        searched.extend(modes.iter().map(|mode| (fact, *mode, search(&datapunk, fact, mode))));
    }
    time_adds_up(&datapunk);
    let mut server = datapunk.serve(true).unwrap();
    let (mut missed, mut missed_by_meaning) = (Vec::new(), Vec::new());
    for (fact, mode, hits) in &searched {
        let Some((hit, item)) = planted(&mut server, fact, hits) else {
            let titles: Vec<_> = hits.iter().map(|hit| &hit["title"]).collect();
            let list = if *mode == "meaning" { &mut missed_by_meaning } else { &mut missed };
            list.push(format!("{} {:?} ({:?}) by {mode}: {titles:?}", fact.by, fact.query, fact.contains));
            continue;
        };
        assert!(!hit["why"].as_array().unwrap().is_empty() || fact.query.is_empty(), "{hit}");
        assert!(!item["raw"]["text"].as_str().unwrap().is_empty(), "{item}");
        let came_from = item["came_from"].as_array().unwrap();
        let is_of_its_family =
            |path: &str| made.facts.files.iter().any(|file| file.family == fact.family && file.path.replace('\u{a0}', " ") == path);
        assert!(came_from.iter().any(|seen| is_of_its_family(seen["path"].as_str().unwrap())), "{came_from:?}");
    }
    server.stop().unwrap();
    assert!(missed.is_empty(), "not found among the first {FIRST}:\n{}", missed.join("\n"));
    let asked_by_meaning = searched.iter().filter(|(_, mode, _)| *mode == "meaning").count();
    assert!(
        missed_by_meaning.is_empty(),
        "{} of {asked_by_meaning} were not found by meaning:\n{}",
        missed_by_meaning.len(),
        missed_by_meaning.join("\n")
    );
    let (_, _, hits) = &searched[0];
    let shown = datapunk.json(["show", hits[0]["id"].as_str().unwrap()]).unwrap();
    assert_eq!(shown["id"], hits[0]["id"]);
}

/// However time is cut, the same items are counted.
fn time_adds_up(datapunk: &Datapunk) {
    let items = datapunk.json(["stats"]).unwrap()["items"].as_u64().unwrap();
    let mut totals = Vec::new();
    for by in ["day", "month", "year"] {
        let timeline = datapunk.json(["timeline", "--hidden", "--by", by]).unwrap();
        let buckets = timeline["buckets"].as_array().unwrap();
        assert!(buckets.windows(2).all(|pair| pair[0]["from_ms"].as_i64() < pair[1]["from_ms"].as_i64()), "{by}");
        for bucket in buckets {
            let kinds: u64 = bucket["by_kind"].as_array().unwrap().iter().map(|kind| kind["count"].as_u64().unwrap()).sum();
            assert_eq!(bucket["count"], kinds, "{bucket}");
        }
        totals.push(buckets.iter().map(|bucket| bucket["count"].as_u64().unwrap()).sum::<u64>());
    }
    assert_eq!(totals, [totals[0]; 3]);
    let undated = datapunk.json(["stats"]).unwrap()["by_kind"].clone();
    let timeless: u64 = ["contact", "subscription", "bookmark", "collection", "place", "task", "note"]
        .iter()
        .map(|kind| journeys::named(&undated, kind))
        .sum();
    assert!((items - timeless..=items).contains(&totals[0]), "{} of {items} items are on the timeline", totals[0]);
}

#[test]
fn what_was_planted_in_an_english_archive_is_found() {
    everything_planted_is_found(Lang::En);
}

#[test]
fn what_was_planted_in_a_german_archive_is_found() {
    everything_planted_is_found(Lang::De);
}

/// Notes in eight languages, and what asks for each in English without a word in common.
const WRITTEN: [(&str, &str); 9] = [
    ("Ik heb de sleutels van de schuur onder de bloempot gelegd.", "where are the keys of the shed"),
    ("Le plombier a réparé la fuite sous l'évier de la cuisine.", "plumber repaired a leak under the sink"),
    ("El veterinario dijo que el perro debe perder peso.", "the vet says the dog must lose weight"),
    ("Il dottore ha detto che devo bere più acqua e dormire di più.", "doctor told me to drink water and sleep"),
    ("A professora disse que o meu filho lê muito bem.", "teacher says my son reads well"),
    ("Läkaren sade att jag måste vila i två veckor.", "doctor said I have to rest for two weeks"),
    ("Naboen har lånt vores stige og vil aflevere den på lørdag.", "neighbour borrowed the ladder"),
    ("Muszę kupić chleb, mleko i masło w drodze do domu.", "buy bread milk and butter"),
    ("Wir haben am Fluss ein altes Haus gekauft.", "bought an old house by the river"),
];

#[test]
fn what_is_written_in_other_languages_is_found_by_its_meaning_in_english() {
    if !place::models().is_dir() {
        return;
    }
    let home = Home::new();
    let folder = home.path("export/Takeout/Keep");
    std::fs::create_dir_all(&folder).unwrap();
    // As many that are about something else, in the same languages and in English.
    let others = [
        "De vergadering is verplaatst naar dinsdag.",
        "La facture est jointe à ce message.",
        "El tren sale a las nueve.",
        "Il film comincia alle otto.",
        "O voo foi cancelado por causa da chuva.",
        "Mötet börjar klockan tio.",
        "Mødet er aflyst i morgen.",
        "Spotkanie jest w piątek o szóstej.",
        "Das Paket kommt erst nächste Woche an.",
        "The gym opens at seven on Mondays.",
    ];
    for (n, text) in WRITTEN.iter().map(|(text, _)| *text).chain(others).enumerate() {
        let written = 1_600_000_000_000_000 + n as u64 * 86_400_000_000;
        let note = json!({ "title": "", "textContent": text, "userEditedTimestampUsec": written, "createdTimestampUsec": written });
        std::fs::write(folder.join(format!("{n}.json")), note.to_string()).unwrap();
    }
    let datapunk = home.vault("vault");
    import(&datapunk, &[home.path("export")]);
    let mut missed = Vec::new();
    for (text, query) in WRITTEN {
        let found = datapunk.json(["search", "--mode", "meaning", "--limit", "2", "--", query]).unwrap();
        let begins: String = text.chars().take(12).collect();
        if !found["hits"].to_string().contains(&begins) {
            missed.push(format!("{query}: {}", found["hits"]));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
