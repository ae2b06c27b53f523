use domain::{
    Area, Cancel, Certainty, Code, EntityKind, EntityRef, Failure, Filter, Has, ItemLink, Kind, Moment, Near, NewItem, NewLink, PiiClass,
    PiiSpan, Point, Raw, Role, Uid,
};

use super::made::{create, fix, found_by, import, mail, reopen};
use crate::{Bucket, Dimension, Extreme, Job, JobState, Measure, Order, SavedSearch, Vault};

fn item(key: u64, kind: Kind, source: &str, ms: Option<i64>) -> NewItem {
    let mut item = NewItem::new(kind, source, key.to_le_bytes(), Raw::json(b"{}"));
    item.at = ms.map(Moment::utc);
    item.title = format!("item {key}");
    item
}

fn all_pages(vault: &Vault, filter: &Filter, order: Order, size: usize) -> Vec<i64> {
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let page = vault.list(filter, order, after, size).unwrap();
        assert!(page.rows.len() == size || page.next.is_none());
        ids.extend(page.rows.iter().map(|row| row.id));
        after = page.next;
        if after.is_none() {
            return ids;
        }
    }
}

#[test]
fn pages_neither_skip_nor_repeat_whatever_the_filter_and_the_order() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    // Many at the same instant, some without one, several kinds and sources.
    let kinds = [Kind::Mail, Kind::Search, Kind::Visit];
    let sources = ["google.mail", "google.search", "other"];
    let items = (0..60)
        .map(|key| item(key, kinds[key as usize % 3], sources[key as usize % 2], (key % 7 != 0).then_some(1_000 * (key as i64 / 9))))
        .collect();
    import(&vault, &[(items, vec![])]);
    let filters = [
        Filter::default(),
        Filter { kinds: vec![Kind::Mail, Kind::Visit], ..Filter::default() },
        Filter { sources: vec!["google".to_owned()], ..Filter::default() },
        Filter { from: Some(1_000), to: Some(4_000), ..Filter::default() },
    ];
    for filter in &filters {
        for order in [Order::Newest, Order::Oldest] {
            let whole = all_pages(&vault, filter, order, 1_000);
            assert_eq!(whole.len() as u64, vault.count(filter).unwrap());
            for size in [1, 4, 7] {
                assert_eq!(all_pages(&vault, filter, order, size), whole, "{filter:?} {order:?} by {size}");
            }
            let times: Vec<_> = vault.rows(&whole).unwrap().iter().map(|row| row.at).collect();
            let n_dated = times.iter().flatten().count();
            assert!(times[..n_dated].iter().all(Option::is_some), "those without a time come last");
            let in_order = times[..n_dated].is_sorted_by(|a, b| if order == Order::Newest { a >= b } else { a <= b });
            assert!(in_order, "{times:?}");
        }
    }
}

/// A card that joins two addresses, mail to either, and mail of someone else.
fn with_people() -> (tempfile::TempDir, Vault) {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let sent = |key: u64, address: &str| {
        let mut item = item(key, Kind::Mail, "google.mail", Some(key as i64 * 86_400_000));
        item.links.push(NewLink { role: Role::Sender, entity: EntityRef::mailbox(address, "") });
        item
    };
    let mut card = item(9, Kind::Contact, "google.contacts", None);
    for address in ["anna@example.org", "am@work.example"] {
        card.links.push(NewLink { role: Role::Subject, entity: EntityRef::mailbox(address, "Anna Müller") });
    }
    let mut labelled = sent(3, "bert@example.org");
    labelled.links.push(NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, "Garden Club") });
    import(&vault, &[(vec![sent(1, "anna@example.org"), sent(2, "am@work.example"), labelled, card], vec![])]);
    (dir, vault)
}

#[test]
fn a_person_is_found_by_any_name_or_address_and_by_all_that_a_card_joins() {
    let (_dir, vault) = with_people();
    let with = |person: &str| vault.count(&Filter { people: vec![person.to_owned()], ..Filter::default() }).unwrap();
    for query in ["Anna", "muller", "anna mü", "anna@example.org", "am@work.example", "mailto:am@work.example"] {
        assert_eq!(with(query), 3, "{query}");
    }
    assert_eq!(with("bert"), 1);
    assert_eq!(with("nobody"), 0);
    assert_eq!(vault.count(&Filter { people: vec!["anna".to_owned(), "bert".to_owned()], ..Filter::default() }).unwrap(), 0);
    assert_eq!(vault.count(&Filter { labels: vec!["garden club".to_owned()], ..Filter::default() }).unwrap(), 1);
    assert_eq!(vault.count(&Filter { labels: vec!["garden".to_owned()], ..Filter::default() }).unwrap(), 0);
    let people = vault.people("anna", 5).unwrap();
    assert_eq!(people.len(), 1);
    assert_eq!(
        (people[0].name.as_str(), people[0].addresses.len(), people[0].n_items, people[0].last),
        ("Anna Müller", 2, 3, Some(172_800_000))
    );
    assert_eq!(vault.people("", 5).unwrap().len(), 2);
}

#[test]
fn filters_inside_a_filter_join_either_and_exclude() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let mut visit = item(2, Kind::Visit, "google.location", None);
    visit.place = Point::from_degrees(38.72, -9.14);
    visit.links.push(NewLink { role: Role::Location, entity: EntityRef::named(EntityKind::Place, "Café Luna") });
    let mut note = item(3, Kind::Note, "google.keep", Some(5_000));
    note.text = "bread, from https://example.org".to_owned();
    let mut hidden = item(4, Kind::Mail, "google.mail", Some(6_000));
    hidden.hidden = true;
    import(&vault, &[(vec![mail(1, 2), visit, note, hidden], vec![])]);
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    let kinds = |kinds: &[Kind]| Filter { kinds: kinds.to_vec(), ..Filter::default() };
    let text = |text: &str| Filter { text: text.to_owned(), ..Filter::default() };
    let with = |has: Has| Filter { has: vec![has], ..Filter::default() };
    let none_of = |filter: Filter| Filter { none_of: vec![filter], ..Filter::default() };
    let any_of = |filters: Vec<Filter>| Filter { any_of: filters, ..Filter::default() };
    for (filter, expected) in [
        (none_of(kinds(&[Kind::Note])), vec![Kind::Mail, Kind::Visit]),
        (none_of(Filter { from: Some(0), to: Some(9_000), ..Filter::default() }), vec![Kind::Mail, Kind::Visit]),
        (any_of(vec![text("bread"), kinds(&[Kind::Visit])]), vec![Kind::Note, Kind::Visit]),
        (any_of(vec![text("nowhere"), Filter::nothing()]), vec![]),
        (none_of(text("bread")), vec![Kind::Mail, Kind::Visit]),
        (Filter { all_of: vec![kinds(&[Kind::Note])], ..kinds(&[Kind::Mail]) }, vec![]),
        (Filter { all_of: vec![any_of(vec![with(Has::Link), with(Has::Place)])], ..none_of(kinds(&[Kind::Visit])) }, vec![Kind::Note]),
        (with(Has::Attachment), vec![Kind::Mail]),
        (with(Has::Photo), vec![Kind::Mail]),
        (with(Has::Person), vec![Kind::Mail]),
        (with(Has::Time), vec![Kind::Mail, Kind::Note]),
        (with(Has::Place), vec![Kind::Visit]),
        (with(Has::Link), vec![Kind::Note]),
        (Filter { places: vec!["cafe luna".to_owned()], ..Filter::default() }, vec![Kind::Visit]),
        (Filter::nothing(), vec![]),
    ] {
        let mut found: Vec<Kind> = vault.list(&filter, Order::Newest, None, 9).unwrap().rows.iter().map(|row| row.kind).collect();
        found.sort();
        let mut expected = expected;
        expected.sort();
        assert_eq!(found, expected, "{filter:?}");
        let hits = found_by(&vault, "item OR market", &vault.matching(&filter).unwrap(), 9);
        assert_eq!(hits.len(), expected.len(), "{filter:?}");
    }
}

#[test]
fn a_visit_without_a_name_is_called_as_another_file_calls_its_place() {
    for named_first in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let vault = create(dir.path()).0;
        let visit = |key: u64, title: &str, address: &str, name: &str| {
            let mut visit = item(key, Kind::Visit, "google.location", Some(key as i64 * 1_000));
            title.clone_into(&mut visit.title);
            let entity = EntityRef { kind: EntityKind::Place, address: address.to_owned(), name: name.to_owned() };
            visit.links.push(NewLink { role: Role::Location, entity });
            visit
        };
        let named = visit(1, "Museum of Tides", "google.place:x", "Museum of Tides");
        let others = vec![
            visit(2, "44.638, -63.590", "google.place:x", ""),
            visit(3, "44.638, -63.590", "google.place:y", ""),
            visit(4, "Work", "google.place:x", ""),
        ];
        let batches = if named_first { [vec![named], others] } else { [others, vec![named]] };
        for batch in batches {
            import(&vault, &[(batch, vec![])]);
        }
        let rows = vault.list(&Filter::default(), Order::Oldest, None, 9).unwrap().rows;
        let titles: Vec<&str> = rows.iter().map(|row| row.title.as_str()).collect();
        assert_eq!(titles, ["Museum of Tides", "Museum of Tides", "44.638, -63.590", "Work"]);
        assert_eq!(vault.item(rows[1].uid).unwrap().unwrap().title, "Museum of Tides");
    }
}

#[test]
fn an_item_is_found_by_the_names_of_its_files() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    import(&vault, &[(vec![mail(1, 2), mail(2, 0)], vec![])]);
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    let all = vault.matching(&Filter::default()).unwrap();
    let found = found_by(&vault, "stall.jpg", &all, 9);
    let titles: Vec<String> = found.iter().flat_map(|id| vault.rows(&[*id]).unwrap()).map(|row| row.title).collect();
    assert_eq!(titles, ["Market day 1"]);
}

#[test]
fn saved_searches_are_kept_renamed_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let search = |name: &str| SavedSearch { name: name.to_owned(), search: "{}".to_owned(), saved: 7 };
    vault.save_search(search(" Bread "), false).unwrap();
    assert_eq!(vault.save_search(search("bread"), false).unwrap_err().code, Code::BadRequest);
    vault.save_search(SavedSearch { search: "[]".to_owned(), ..search("bread") }, true).unwrap();
    vault.save_search(search("Trips"), false).unwrap();
    assert_eq!(vault.rename_search("trips", "BREAD").unwrap_err().code, Code::BadRequest);
    assert_eq!(vault.rename_search("none", "other").unwrap_err().code, Code::NotFound);
    vault.rename_search("trips", "TRIPS").unwrap();
    let kept: Vec<_> = vault.saved_searches().unwrap().into_iter().map(|search| (search.name, search.search)).collect();
    assert_eq!(kept, [("bread".to_owned(), "[]".to_owned()), ("TRIPS".to_owned(), "{}".to_owned())]);
    vault.remove_search("Bread").unwrap();
    assert_eq!(vault.remove_search("bread").unwrap_err().code, Code::NotFound);
    assert_eq!(vault.save_search(search("  "), false).unwrap_err().code, Code::BadRequest);
}

#[test]
fn names_that_are_like_one_that_nobody_goes_by() {
    let (_dir, vault) = with_people();
    assert!(vault.is_known("anna mül", &[EntityKind::Person]).unwrap() && !vault.is_known("ana", &[EntityKind::Person]).unwrap());
    assert!(vault.is_known("garden club", &[EntityKind::Label]).unwrap() && !vault.is_known("garden", &[EntityKind::Label]).unwrap());
    assert_eq!(vault.names_like("Ana Mueler", EntityKind::Person, 3).unwrap(), ["Anna Müller"]);
    assert_eq!(vault.names_like("gardn club", EntityKind::Label, 3).unwrap(), ["Garden Club"]);
}

#[test]
fn a_name_on_a_card_finds_the_mails_of_its_address() {
    let (_dir, vault) = with_people();
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    let all = vault.matching(&Filter::default()).unwrap();
    assert_eq!(found_by(&vault, "müller", &all, 9).len(), 3);
    let mail = vault.matching(&Filter { kinds: vec![Kind::Mail], ..Filter::default() }).unwrap();
    assert_eq!(found_by(&vault, "müller", &mail, 9).len(), 2);
    let text = Filter { text: "müller".to_owned(), kinds: vec![Kind::Mail], ..Filter::default() };
    assert_eq!(vault.count(&text).unwrap(), 2);
    let sent = Filter { kinds: vec![Kind::Mail], senders: vec!["anna".to_owned()], ..Filter::default() };
    let by_sender = found_by(&vault, "müller", &vault.matching(&sent).unwrap(), 9);
    assert_eq!(by_sender.len() as u64, vault.count(&Filter { text: "müller".to_owned(), ..sent.clone() }).unwrap());
    let by_nobody = vault.matching(&Filter { senders: vec!["nobody".to_owned()], ..sent }).unwrap();
    assert!(found_by(&vault, "müller", &by_nobody, 9).is_empty());
    let facets = vault.facets(&Filter { text: "müller nowhere".to_owned(), ..Filter::default() }).unwrap();
    let found = vault.find_words("müller nowhere", &all, 9).unwrap();
    assert_eq!((facets.total, facets.matched), (found.hits.len() as u64, Some(crate::Matched::Any)));
    let coverage = vault.coverage().unwrap();
    assert_eq!((coverage.items, coverage.words, coverage.behind), (4, 4, 0));
}

#[test]
fn sums_and_counts_come_with_their_statement() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    import(&vault, &[((0..6).map(|key| mail(key, 1)).collect(), vec![])]);
    let sum = vault.aggregate(&Filter::default(), &Measure::Sum("amount".to_owned()), None).unwrap();
    assert!((sum.rows[0].value.unwrap() - 15.6).abs() < 1e-9);
    assert!(sum.sql.contains("sum(n.value)") && sum.sql.contains("'amount'"), "{}", sum.sql);
    let mean = vault.aggregate(&Filter::default(), &Measure::Mean("amount".to_owned()), None).unwrap();
    assert!((mean.rows[0].value.unwrap() * 6.0 - 15.6).abs() < 1e-9);
    let ranked = |extreme| vault.extreme(&Filter::default(), "amount", extreme, 100).unwrap();
    let (greatest, least) = (ranked(Extreme::Greatest), ranked(Extreme::Least));
    assert!(greatest.rows.is_sorted_by(|a, b| a.1 >= b.1) && greatest.sql.contains("'amount'"));
    assert_eq!((greatest.rows.len(), greatest.rows[0].1, least.rows[0].1), (6, 5.1, 0.1));
    let by_kind = vault.aggregate(&Filter::default(), &Measure::Count, Some(Dimension::Kind)).unwrap();
    assert_eq!((by_kind.rows[0].key.as_str(), by_kind.rows[0].value), ("mail", Some(6.0)));
    let by_person = vault.aggregate(&Filter::default(), &Measure::Count, Some(Dimension::Person)).unwrap();
    assert_eq!(by_person.rows.iter().map(|row| row.value).collect::<Vec<_>>(), [Some(4.0); 3]);
    let by_title = vault.aggregate(&Filter::default(), &Measure::Count, Some(Dimension::Title)).unwrap();
    let titled = vault.list(&Filter::default(), Order::Newest, None, 1_000).unwrap().rows.into_iter().filter(|row| !row.title.is_empty());
    assert_eq!(by_title.rows.iter().map(|row| row.items).sum::<u64>(), titled.count() as u64);
    assert!(by_title.rows.iter().all(|row| !row.key.is_empty()) && by_title.rows.is_sorted_by(|a, b| a.items >= b.items));
    let by_day = vault.aggregate(&Filter::default(), &Measure::DistinctDays, Some(Dimension::Month)).unwrap();
    assert_eq!((by_day.rows[0].key.as_str(), by_day.rows[0].value), ("2020-09", Some(1.0)));
    let first = vault.aggregate(&Filter::default(), &Measure::First, None).unwrap();
    assert_eq!(first.rows[0].value, Some(1_600_000_000_000.0));
    let none = vault.aggregate(&Filter { from: Some(2_000_000_000_000), ..Filter::default() }, &Measure::Last, None).unwrap();
    assert_eq!((none.rows[0].value, none.rows[0].items), (None, 0));
}

#[test]
fn a_sum_of_a_field_is_cut_by_time_and_not_by_the_field() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let mut earlier = mail(7, 1);
    earlier.at.as_mut().unwrap().ms -= 400 * 86_400_000;
    import(&vault, &[(vec![mail(1, 1), mail(2, 1), earlier], vec![])]);
    let by_year = vault.aggregate(&Filter::default(), &Measure::Sum("amount".to_owned()), Some(Dimension::Year)).unwrap();
    let years: Vec<_> = by_year.rows.iter().map(|row| (row.key.as_str(), row.items)).collect();
    assert_eq!(years, [("2019", 1), ("2020", 2)]);
}

#[test]
fn a_late_evening_counts_for_its_own_day_and_hidden_items_for_none() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    // 23:30 UTC on the first, 01:30 on the second where it happened.
    let mut late = item(1, Kind::Visit, "google.timeline", Some(23 * 3_600_000 + 1_800_000));
    late.at.as_mut().unwrap().offset_min = Some(120);
    let mut spam = item(2, Kind::Mail, "google.mail", Some(5));
    spam.hidden = true;
    import(&vault, &[(vec![late, spam, item(3, Kind::Mail, "google.mail", Some(-1))], vec![])]);
    let days = vault.density(&Filter::default(), Bucket::Day).unwrap();
    assert_eq!(days.iter().map(|day| (day.start_ms, day.count)).collect::<Vec<_>>(), [(-86_400_000, 1), (86_400_000, 1)]);
    let facets = vault.facets(&Filter::default()).unwrap();
    assert_eq!((facets.total, facets.by_year), (2, vec![(1969, 1), (1970, 1)]));
    assert_eq!(vault.count(&Filter { hidden: true, ..Filter::default() }).unwrap(), 3);
}

#[test]
fn items_are_found_around_a_point_and_placed_by_the_track() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let mut placed = item(1, Kind::Photo, "google.photos", Some(0));
    placed.place = Some(Point { lat: 470_000_000, lon: 1_799_999_000 });
    // Ten minutes after a fix; and an hour after the last.
    let near = item(2, Kind::Search, "google.search", Some(fix(3, 0).at + 600_000));
    let far = item(3, Kind::Search, "google.search", Some(fix(3, 0).at + 3_600_000));
    let only_track = import(&vault, &[(vec![], vec![fix(3, 0)])]);
    import(&vault, &[(vec![placed, near.clone(), far], vec![])]);
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    let found = vault.item(near.uid).unwrap().unwrap();
    assert_eq!((found.place, found.place_inferred), (Some(fix(3, 0).point), true));
    let around = |lat: i32, lon: i32| Filter { near: Some(Near { point: Point { lat, lon }, metres: 500.0 }), ..Filter::default() };
    assert_eq!(vault.count(&around(470_000_000, -1_799_999_000)).unwrap(), 1, "across the antimeridian");
    assert_eq!(vault.count(&around(470_090_000, 80_000_000)).unwrap(), 1);
    assert_eq!(vault.nearby(&Filter::default(), fix(3, 0).point, 500.0, 9).unwrap().len(), 1);
    let world = Area { south: -90.0, west: -180.0, north: 90.0, east: 180.0 };
    assert_eq!(vault.count(&Filter { area: Some(world), ..Filter::default() }).unwrap(), 2);
    assert_eq!(vault.cells(&world, 3, None, None).unwrap().iter().map(|cell| cell.n).sum::<u64>(), 1);
    // With the track gone, so is what was inferred from it.
    vault.undo(only_track, &Cancel::default(), &mut |_| {}).unwrap();
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(vault.item(near.uid).unwrap().unwrap().place, None);
    assert!(vault.cells(&world, 3, None, None).unwrap().is_empty());
}

#[test]
fn clocks_follow_the_track_and_what_was_said_stands_again_without_it() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let noon = 1_714_564_800_000; // 2024-05-01T12:00:00Z
    let hour = 3_600_000;
    let mut tokyo = fix(1, 0);
    (tokyo.at, tokyo.point) = (noon - 20 * hour, Point { lat: 356_800_000, lon: 1_397_700_000 });
    let mut chat = item(1, Kind::Message, "whatsapp", Some(noon));
    let at = chat.at.as_mut().unwrap();
    (at.certainty, at.raw) = (Certainty::ZoneUnknown, "01.05.24, 12:00".to_owned());
    let mut search = item(2, Kind::Search, "google.search", Some(noon + 4 * hour));
    search.until = Some(noon + 5 * hour);
    let mut mail = item(3, Kind::Mail, "google.mail", Some(noon));
    mail.at.as_mut().unwrap().offset_min = Some(-300);
    let late = item(4, Kind::Search, "google.search", Some(noon + 17 * hour));
    import(&vault, &[(vec![chat.clone(), search.clone(), mail.clone(), late.clone()], vec![])]);
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    let without = (vault.logical_hash().unwrap(), vault.item(chat.uid).unwrap(), vault.item(search.uid).unwrap());
    let track = import(&vault, &[(vec![], vec![tokyo])]);
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    let moment = |uid| vault.item(uid).unwrap().unwrap().at.unwrap();
    let told = moment(chat.uid);
    assert_eq!((told.ms, told.offset_min, told.certainty), (noon - 9 * hour, Some(540), Certainty::OffsetInferred), "noon in Tokyo");
    assert_eq!(told.raw, "01.05.24, 12:00");
    let searched = moment(search.uid);
    assert_eq!((searched.ms, searched.offset_min, searched.certainty), (noon + 4 * hour, Some(540), Certainty::OffsetInferred));
    assert_eq!(vault.item(search.uid).unwrap().unwrap().until, Some(noon + 5 * hour));
    assert_eq!(moment(mail.uid), mail.at.unwrap(), "what the data says stands");
    assert_eq!(moment(late.uid), late.at.unwrap(), "too long after the last fix");
    // One o'clock at night in Tokyo is the next day; and the words narrow by the instant as it is now.
    let days = vault.density(&Filter::default(), Bucket::Day).unwrap();
    assert_eq!(days.iter().map(|day| day.count).collect::<Vec<_>>(), [2, 2]);
    let words = |from, to| {
        let filter = Filter { text: chat.title.clone(), kinds: vec![Kind::Message], from: Some(from), to: Some(to), ..Filter::default() };
        vault.count(&filter).unwrap()
    };
    assert_eq!((words(noon - 10 * hour, noon - 8 * hour), words(noon - hour, noon + hour)), (1, 0));
    vault.undo(track, &Cancel::default(), &mut |_| {}).unwrap();
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!((vault.logical_hash().unwrap(), vault.item(chat.uid).unwrap(), vault.item(search.uid).unwrap()), without);
}

#[test]
fn a_place_is_found_by_the_name_that_another_record_has_for_it() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let visit = |key: u64, name: &str| {
        let mut visit = item(key, Kind::Visit, "google.location", Some(key as i64));
        let entity = EntityRef { kind: EntityKind::Place, address: "google.place:x1".to_owned(), name: name.to_owned() };
        visit.links.push(NewLink { role: Role::Location, entity });
        visit
    };
    let found = |words: &str| {
        vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
        vault.count(&Filter { text: words.to_owned(), ..Filter::default() }).unwrap()
    };
    import(&vault, &[(vec![visit(1, "")], vec![])]);
    assert_eq!(found("foundry"), 0);
    let named = import(&vault, &[(vec![visit(2, "Zebra Foundry")], vec![])]);
    assert_eq!(found("foundry"), 2, "whichever was imported first");
    vault.undo(named, &Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(found("foundry"), 0, "the name is gone with what had it");
}

#[test]
fn of_a_day_that_was_told_twice_one_record_is_shown_and_the_other_again_without_it() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let day = 86_400_000;
    let stay = |key: u64, source: &str, day_of: i64, hours: i64| {
        let mut stay = item(key, Kind::Visit, source, Some(day_of * day + 8 * 3_600_000));
        stay.until = Some(day_of * day + (8 + hours) * 3_600_000);
        stay
    };
    let server = |key, day_of| stay(key, domain::TIMELINE_ON_SERVER, day_of, 2);
    let phone = |key, day_of| stay(key, domain::TIMELINE_ON_PHONE, day_of, 2);
    let shown = |vault: &crate::Vault| {
        vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
        let page = vault.list(&Filter::default(), Order::Oldest, None, 20).unwrap();
        page.rows.iter().map(|row| (row.source.rsplit('_').next().unwrap().to_owned(), row.at.unwrap() / day)).collect::<Vec<_>>()
    };
    let told = |days: &[(&str, i64)]| days.iter().map(|(source, day)| ((*source).to_owned(), *day)).collect::<Vec<_>>();
    // A journey of days belongs to no one day.
    let mut journey = stay(9, domain::TIMELINE_ON_PHONE, 101, 50);
    journey.at.as_mut().unwrap().ms += 3_600_000;
    import(&vault, &[(vec![phone(1, 101), phone(2, 102), phone(3, 103), phone(4, 104), journey], vec![])]);
    let alone = (vault.logical_hash().unwrap(), shown(&vault));
    assert_eq!(alone.1.len(), 5);
    let other = import(&vault, &[(vec![server(5, 100), server(6, 101), server(7, 103)], vec![])]);
    assert_eq!(
        shown(&vault),
        told(&[("semantic", 100), ("semantic", 101), ("device", 101), ("device", 102), ("device", 103), ("device", 104)]),
        "the servers' to the last day of theirs, on which the timeline moved"
    );
    let hidden = vault.item(phone(1, 101).uid).unwrap().unwrap();
    assert!(hidden.hidden && hidden.has_other_layer);
    assert_eq!(vault.count(&Filter { hidden: true, ..Filter::default() }).unwrap(), 8, "nothing is lost");
    vault.undo(other, &Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!((vault.logical_hash().unwrap(), shown(&vault)), alone);
}

#[test]
fn a_long_track_is_thinned_evenly() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    import(&vault, &[(vec![], (0..5_000).map(|key| fix(key, 0)).collect())]);
    let track = vault.track(None, 0, i64::MAX, 100).unwrap();
    assert!((90..=100).contains(&track.len()), "{}", track.len());
    let gaps: Vec<i64> = track.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    assert!(gaps.iter().all(|gap| (40 * 60_000..=60 * 60_000).contains(gap)), "{gaps:?}");
    assert_eq!(vault.track(None, fix(7, 0).at, fix(9, 0).at, 100).unwrap().len(), 2);
}

#[test]
fn vectors_follow_their_items() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let import_id = import(&vault, &[((0..3).map(|key| mail(key, 1)).collect(), vec![])]);
    let ids = all_pages(&vault, &Filter::default(), Order::Oldest, 10);
    let vectors: Vec<(i64, Vec<f32>)> =
        ids.iter().enumerate().map(|(at, id)| (*id, (0..8).map(|d| if d == at { 1.0 } else { 0.1 }).collect())).collect();
    vault.begin_put("tiny", 8, vectors[..2].to_vec(), None).unwrap().wait().unwrap();
    assert_eq!(vault.without_vector("tiny", 0, 9).unwrap(), [ids[2]]);
    assert_eq!(vault.vector_coverage("tiny").unwrap(), (2, 3));
    let all = vault.matching(&Filter::default()).unwrap();
    assert_eq!(vault.nearest("tiny", &vectors[1].1, &all, 1).unwrap()[0].0, ids[1]);
    let first_only = vault.matching(&Filter { to: Some(1_600_000_000_500), ..Filter::default() }).unwrap();
    assert_eq!(vault.nearest("tiny", &vectors[1].1, &first_only, 5).unwrap().len(), 1);
    vault.undo(import_id, &Cancel::default(), &mut |_| {}).unwrap();
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(vault.vector_coverage("tiny").unwrap(), (0, 0));
}

#[test]
fn what_points_at_an_item_is_shown_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let target = item(1, Kind::Mail, "google.mail", Some(1));
    let mut reply = item(2, Kind::Mail, "google.mail", Some(2));
    reply.related.push(ItemLink { relation: "reply_to".to_owned(), to: target.uid });
    import(&vault, &[(vec![target.clone(), reply.clone()], vec![])]);
    let shown = vault.item(target.uid).unwrap().unwrap();
    assert_eq!(shown.related_from, [ItemLink { relation: "reply_to".to_owned(), to: reply.uid }]);
    assert_eq!(vault.item(Uid([0; 16])).unwrap(), None);
    assert_eq!(vault.uid_of(shown.id).unwrap(), Some(target.uid));
}

#[test]
fn jobs_and_settings_are_there_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let running = vault.add_job("embed", "all mail", 1).unwrap();
    let failed = vault.add_job("import", "takeout.zip", 2).unwrap();
    let mut job = vault.jobs(1).unwrap().remove(0);
    assert_eq!((job.job, job.state), (failed, JobState::Running));
    job.state = JobState::Failed;
    job.error = Some(Failure::new(Code::NoSpace, "The disk is full."));
    job.import = Some(7);
    vault.update_job(&job).unwrap();
    assert_eq!(vault.update_job(&Job { job: failed + 1, ..job.clone() }).unwrap_err().code, Code::NotFound);
    vault.set_setting("theme", Some("dark")).unwrap();
    vault.set_watermark("embed", 12).unwrap();
    drop(vault);
    let vault = reopen(dir.path());
    let jobs = vault.jobs(5).unwrap();
    assert_eq!(jobs[0], job);
    assert_eq!((jobs[1].job, jobs[1].state), (running, JobState::Interrupted));
    assert_eq!(vault.setting("theme").unwrap().as_deref(), Some("dark"));
    assert_eq!(vault.watermark("embed").unwrap(), 12);
}

#[test]
fn personal_data_is_counted_by_filter_and_goes_with_what_said_it() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let first = import(&vault, &[((1..=4).map(|key| mail(key, 1)).collect(), vec![])]);
    let ids: Vec<i64> = vault.changes_after(0, 10).unwrap().iter().map(|change| change.item).collect();
    let span = |class, start| PiiSpan { class, start, end: start + 4, confidence: 90 };
    let found = vec![
        (ids[0], vec![span(PiiClass::Iban, 0), span(PiiClass::Iban, 8), span(PiiClass::Phone, 20)]),
        (ids[1], vec![span(PiiClass::Iban, 2)]),
        (i64::MAX - 1, vec![span(PiiClass::Email, 0)]),
    ];
    let seen = vault.last_change().unwrap();
    vault.put_pii(found, ("pii", seen)).unwrap();
    let all = Filter::default();
    let counts = |filter: &Filter| vault.pii_counts(filter).unwrap().iter().map(|c| (c.class, c.n_items, c.n_spans)).collect::<Vec<_>>();
    assert_eq!(counts(&all), [(PiiClass::Iban, 2, 3), (PiiClass::Phone, 1, 1)], "an item that is not there has nothing");
    assert_eq!(vault.watermark("pii").unwrap(), seen);
    let of_second = Filter { from: Some(1_600_000_002_000), ..Filter::default() };
    assert_eq!(counts(&of_second), [(PiiClass::Iban, 1, 1)]);
    assert!(counts(&Filter { kinds: vec![Kind::Photo], ..Filter::default() }).is_empty());

    let page = vault.pii_items(PiiClass::Iban, &all, None, 1).unwrap();
    assert_eq!((page[0].id, &page[0].spans[..]), (ids[1], &[span(PiiClass::Iban, 2)][..]));
    let next = vault.pii_items(PiiClass::Iban, &all, Some(ids[1]), 10).unwrap();
    assert_eq!((next.len(), next[0].id, next[0].spans.len()), (1, ids[0], 3));

    // Another telling of the second, which says more, and then the first import taken back.
    import(&vault, &[(vec![mail(2, 4)], vec![])]);
    assert_eq!(counts(&all), [(PiiClass::Phone, 1, 1), (PiiClass::Iban, 1, 2)], "what it says now was not looked at yet");
    vault.undo(first, &Cancel::default(), &mut |_| {}).unwrap();
    assert!(counts(&all).is_empty());
    assert!(vault.verify(&Cancel::default(), &mut |_| {}).unwrap().is_empty());
}

#[test]
fn a_workout_is_found_by_its_sport_whatever_it_is_called() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let workout = |key: u64, title: &str, sport: &str| {
        let mut item = item(key, Kind::Workout, "strava", Some(1_000));
        item.title = title.to_owned();
        item.set("activity", sport);
        item
    };
    let workouts = vec![workout(1, "Afternoon", "nordic_ski"), workout(2, "Coffee run", "cycling"), workout(3, "Tempo", "running")];
    import(&vault, &[(workouts, vec![])]);
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    for (sport, n) in [("nordic ski", 1), ("running", 1), ("cycling", 1), ("run", 0)] {
        let filter = Filter { text: format!("\"workout {sport}\""), ..Filter::default() };
        assert_eq!(vault.count(&filter).unwrap(), n, "{sport}");
    }
}
