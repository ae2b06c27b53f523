use domain::Kind;

use super::*;
use crate::index::{IndexDoc, WordIndex};

struct Shelf {
    _folder: tempfile::TempDir,
    search: WordSearch,
}

fn shelf(docs: &[IndexDoc]) -> Shelf {
    let folder = tempfile::tempdir().unwrap();
    let mut index = WordIndex::open(folder.path(), &[1; 32], true).unwrap();
    // Two commits, so that there are two segments.
    let (first, second) = docs.split_at(docs.len() / 2);
    for part in [first, second] {
        index.apply(part, &[]).unwrap();
        index.commit(1).unwrap();
    }
    Shelf { search: index.searcher(), _folder: folder }
}

fn doc(id: i64, title: &str, text: &str) -> IndexDoc {
    let (title, text) = (title.to_owned(), text.to_owned());
    IndexDoc { id, kind: Kind::Note, source: "google.keep".into(), at: Some(id * 10), title, text, people: Vec::new(), hidden: false }
}

fn ids(shelf: &Shelf, query: &str) -> Vec<i64> {
    let mut ids: Vec<_> = search(shelf, query).hits.iter().map(|(id, _)| *id).collect();
    ids.sort_unstable();
    ids
}

fn search(shelf: &Shelf, query: &str) -> WordHits {
    shelf.search.search(query, &Within::default(), 10).unwrap()
}

fn harbour() -> Shelf {
    shelf(&[
        doc(1, "Red boat", "We sailed past the lighthouse"),
        doc(2, "Diary", "The red lighthouse, and no ship at all"),
        doc(3, "Two boats", "One of them was blue"),
        IndexDoc { people: vec!["Jörg Müller".into(), "joerg@example.org".into()], ..doc(4, "Hello", "Schöne Grüße aus Köln") },
        doc(5, "Frau Mueller", "called about the photographs"),
        IndexDoc { hidden: true, ..doc(6, "Buy a boat", "cheap red boats") },
    ])
}

#[test]
fn the_grammar_finds_what_it_says() {
    let shelf = harbour();
    let table: [(&str, &[i64]); 13] = [
        ("red lighthouse", &[1, 2]),
        ("\"red lighthouse\"", &[2]),
        ("lighthouse -ship", &[1]),
        ("lighthouse NOT (boat OR diary)", &[]),
        ("diary OR photographs", &[2, 5]),
        ("photo*", &[5]),
        ("\"red light*", &[]),
        ("red-light*", &[2]),
        ("boat", &[1, 3]),
        ("\"boat\"", &[1]),
        ("-boat -diary -mueller -hello", &[3]),
        ("joerg@example.org", &[4]),
        ("koln grusse", &[4]),
    ];
    for (query, expected) in table {
        assert_eq!(ids(&shelf, query), expected, "{query}");
    }
    assert_eq!(shelf.search.search("", &Within::default(), 10).unwrap().hits, []);
    assert_eq!(shelf.search.search("boat", &Within::default(), 0).unwrap().hits, []);
}

#[test]
fn an_umlaut_is_found_in_every_spelling() {
    let shelf = harbour();
    for query in ["müller", "MUELLER", "Muller", "Mu\u{308}ller"] {
        assert!(ids(&shelf, query).contains(&4), "{query}");
    }
    assert_eq!(ids(&shelf, "müller"), [4, 5]);
    assert_eq!(search(&shelf, "müller").words, ["mueller", "muller"]);
}

#[test]
fn items_with_some_of_the_words_follow_those_with_all_and_the_title_weighs_more() {
    let shelf = harbour();
    let found = search(&shelf, "red boat blue");
    assert_eq!((found.matched, found.n_all), (Matched::Any, 0));
    assert_eq!(found.hits.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [1, 3, 2]);
    let found = search(&shelf, "red boat");
    assert_eq!((found.matched, found.n_all, found.hits[0].0), (Matched::All, 1, 1));
    assert!(found.hits.iter().all(|(_, score)| *score < 100.0));
    assert_eq!(search(&shelf, "red").hits[0].0, 1);
    assert_eq!(search(&shelf, "red").matched, Matched::All);
}

#[test]
fn a_word_that_stands_nowhere_is_looked_for_with_a_letter_changed() {
    let shelf = harbour();
    let found = search(&shelf, "lihgthouse");
    assert_eq!((found.matched, ids(&shelf, "lihgthouse")), (Matched::Fuzzy, vec![1, 2]));
    assert_eq!(ids(&shelf, "fotographs"), [5]);
    assert_eq!(ids(&shelf, "xyzzy"), [0_i64; 0]);
    assert_eq!(shelf.search.fuzzy("dairy", &Allowed::All).unwrap(), ["diary"]);
    assert!(shelf.search.fuzzy("dairy", &Allowed::only([1])).unwrap().is_empty());
}

#[test]
fn a_mistyped_name_is_taken_for_the_likest_and_that_is_told() {
    let people = |id: i64, name: &str| IndexDoc { people: vec![name.to_owned()], ..doc(id, "Mail", "hello") };
    let shelf = shelf(&[
        people(1, "Mikkel Sørensen"),
        people(2, "Erik Johansson"),
        people(3, "Jasper Brandt"),
        people(4, "Erika Johansen"),
        people(5, "Mira Soranson"),
    ]);
    for (typed, meant) in [("Mikel Sorensn", 1), ("Johanson Erik", 2), ("brnadt", 3), ("Jsaepr", 3)] {
        let found = search(&shelf, typed);
        assert_eq!((found.matched, found.hits.first().map(|hit| hit.0)), (Matched::Fuzzy, Some(meant)), "{typed}: {found:?}");
    }
    assert_eq!(search(&shelf, "brnadt").corrected, [("brnadt".to_owned(), vec!["brandt".to_owned()])]);
    assert_eq!(ids(&shelf, "Rsepaj"), [0_i64; 0]);
}

#[test]
fn any_part_of_a_text_without_spaces_is_found() {
    let shelf =
        shelf(&[doc(1, "旅行", "昨日は東京タワーに行った"), doc(2, "อาหาร", "ผมกินราเมนที่โตเกียว"), doc(3, "여행", "서울에서 만나요")]);
    assert_eq!([ids(&shelf, "東京タワー"), ids(&shelf, "タワー"), ids(&shelf, "京都")], [vec![1], vec![1], vec![]]);
    assert_eq!([ids(&shelf, "ราเมน"), ids(&shelf, "เมน"), ids(&shelf, "โตเกียว")], [vec![2], vec![2], vec![2]]);
    assert_eq!([ids(&shelf, "서울"), ids(&shelf, "만나")], [vec![3], vec![3]]);
}

#[test]
fn forms_of_a_language_are_looked_for_where_items_are_in_it() {
    let spanish = [doc(1, "Diario", "los amigos compraron pan"), doc(2, "Nota", "del mercado, pero viajaron los viejos")];
    let search_in = |docs: &[IndexDoc]| {
        let shelf = shelf(docs);
        // Without corrections, which would find what is spelled nearly so in any language.
        ["comprar", "viajar"].map(|word| shelf.search.holding(word, &Within::default()).unwrap())
    };
    assert_eq!(search_in(&spanish), [vec![1], vec![2]]);
    let english = [doc(1, "Trip", "compraron"), doc(2, "Note", "viajaron")];
    assert!(search_in(&english).iter().all(Vec::is_empty));
}

#[test]
fn the_filter_comes_before_the_ranking() {
    let docs: Vec<_> = (1..=2_000)
        .map(|id| {
            let kind = if id % 2 == 0 { Kind::Mail } else { Kind::Note };
            // The allowed ones are the worst: their word is drowned in others.
            let text = if id % 100 == 7 { format!("boat {}", "water ".repeat(60)) } else { "boat boat boat".to_owned() };
            IndexDoc { kind, source: if id % 2 == 0 { "google.mail" } else { "google.keep" }.into(), ..doc(id, "", &text) }
        })
        .collect();
    let shelf = shelf(&docs);
    let visible = Within { allowed: Allowed::only((1..=2_000).filter(|id| id % 100 == 7)), ..Within::default() };
    let found = shelf.search.search("boat", &visible, 10).unwrap();
    assert_eq!(found.hits.len(), 10);
    assert!(found.hits.iter().all(|(id, _)| id % 100 == 7));
    assert_eq!(shelf.search.holding("boat", &visible).unwrap().len(), 20);
    // A set too large to be looked up id by id, and one of ids that are not there.
    let most = Within { allowed: Allowed::only((0..20_000).filter(|id| id % 100 == 7)), ..Within::default() };
    assert_eq!(shelf.search.search("boat", &most, 50).unwrap().hits.len(), 20);
    assert_eq!(shelf.search.search("boat", &Within { allowed: Allowed::only([]), ..Within::default() }, 50).unwrap().hits, []);
    let huge = Within { allowed: Allowed::only((0..9_000).filter(|id| id % 2 == 1)), kinds: vec![Kind::Mail], ..Within::default() };
    assert!(shelf.search.holding("boat", &huge).unwrap().is_empty());
    let mail = Within { sources: vec!["google.mail".into()], from: Some(1_000), to: Some(2_000), ..Within::default() };
    assert_eq!(shelf.search.holding("boat", &mail).unwrap(), (100..200).filter(|id| id % 2 == 0).collect::<Vec<_>>());
}

#[test]
fn as_many_match_as_a_search_finds_and_numbers_are_computed_over_what_holds_all() {
    let shelf = harbour();
    for (query, matched, expected, holding) in [
        ("red boat", Matched::All, vec![1], vec![1]),
        // No item holds all three.
        ("red boat blue", Matched::Any, vec![1, 2, 3], vec![]),
        ("lihgthouse", Matched::Fuzzy, vec![1, 2], vec![]),
        ("lighthouse -ship", Matched::All, vec![1], vec![1]),
        ("xyzzy", Matched::All, vec![], vec![]),
        ("", Matched::All, vec![], vec![]),
    ] {
        let found = shelf.search.matches(query, &Within::default()).unwrap();
        assert_eq!((found.matched, found.ids), (matched, expected.clone()), "{query}");
        assert_eq!(shelf.search.holding(query, &Within::default()).unwrap(), holding, "{query}");
        let mut hits: Vec<i64> = search(&shelf, query).hits.iter().map(|(id, _)| *id).collect();
        hits.truncate(match search(&shelf, query).n_all {
            0 => hits.len(),
            n_all => n_all,
        });
        hits.sort_unstable();
        assert_eq!(hits, expected, "{query}");
    }
}

#[test]
fn what_must_not_be_there_is_told_to_whoever_finds_by_other_means() {
    let shelf = shelf(&[doc(1, "Kiln", "temperature"), doc(2, "Kiln", "shelf"), doc(3, "Oven", "temperature")]);
    let excluded = shelf.search.excluded("kiln -temperature", &Within::default()).unwrap().unwrap();
    assert_eq!((excluded.ids, excluded.rest.as_str()), (vec![1, 3], "kiln"));
    assert_eq!(shelf.search.excluded("kiln temperature", &Within::default()).unwrap(), None);
}

#[test]
fn a_common_word_alone_is_no_reason_to_be_found() {
    let mut docs: Vec<_> = (1..=200).map(|id| doc(id, "Walk", "along the water")).collect();
    docs.push(doc(201, "Row", "across the lake"));
    let shelf = shelf(&docs);
    let found = shelf.search.search("water lake", &Within::default(), 300).unwrap();
    assert_eq!(found.hits.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [201]);
    assert_eq!(found.shares, [0.5], "it holds one of the two words");
    assert_eq!(shelf.search.matches("water lake", &Within::default()).unwrap().ids, [201]);
}

#[test]
fn hidden_items_are_found_only_when_asked_for() {
    let shelf = harbour();
    let hidden = Within { hidden: true, ..Within::default() };
    assert_eq!(shelf.search.search("cheap", &hidden, 10).unwrap().hits[0].0, 6);
    assert!(shelf.search.holding("cheap", &Within::default()).unwrap().is_empty());
}

#[test]
fn word_counts_cover_titles_and_texts() {
    let shelf = harbour();
    assert_eq!((shelf.search.documents(), shelf.search.frequency("Lighthouse").unwrap()), (6, 2));
    let mut counted = Vec::new();
    shelf.search.vocabulary(|word, n| counted.push((word.to_owned(), n))).unwrap();
    assert!(counted.is_sorted());
    assert!(counted.contains(&("lighthouse".into(), 2)) && counted.contains(&("the".into(), 3)));
}
