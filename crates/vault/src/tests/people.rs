//! Who is who: merging and parting, what imports and their undoing leave of it, suggestions, and the owner.

use domain::{Cancel, Code, EntityKind, EntityRef, Filter, ItemLink, Kind, Moment, NewItem, NewLink, Raw, Role, Uid};
use rusqlite::Connection;

use super::made::{Dice, create, found_by, import, reopen};
use crate::{Dimension, Measure, OwnAddresses, Strength, Suggestion, Vault};

fn record(key: &str, kind: Kind) -> NewItem {
    let mut item = NewItem::new(kind, "made.up", key, Raw::json(key.as_bytes()));
    item.at = Some(Moment::utc(1_000_000 + key.len() as i64));
    item.title = format!("about {key}");
    item
}

/// An address with a name: "anna@example.org Anna Meier", "tel:+4179 Anna", "name Anna Meier".
fn who(text: &str) -> EntityRef {
    let (address, name) = text.split_once(' ').unwrap_or((text, ""));
    match address {
        "name" => EntityRef::named(EntityKind::Person, name),
        address if address.contains(':') => EntityRef { kind: EntityKind::Person, address: address.to_owned(), name: name.to_owned() },
        address => EntityRef::mailbox(address, name),
    }
}

fn mail(key: &str, from: &str, to: &[&str]) -> NewItem {
    let mut item = record(key, Kind::Mail);
    item.links.push(NewLink { role: Role::Sender, entity: who(from) });
    item.links.extend(to.iter().map(|to| NewLink { role: Role::Recipient, entity: who(to) }));
    item
}

fn card(key: &str, name: &str, addresses: &[&str]) -> NewItem {
    let mut item = record(key, Kind::Contact);
    let subject = |address: &&str| NewLink { role: Role::Subject, entity: who(&format!("{address} {name}")) };
    item.links.extend(addresses.iter().map(subject));
    item
}

fn in_thread(mut item: NewItem, thread: &str) -> NewItem {
    item.related.push(ItemLink { relation: "thread".to_owned(), to: Uid::of("thread", thread.as_bytes()) });
    item
}

fn vault_of(items: Vec<NewItem>) -> (tempfile::TempDir, Vault) {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    import(&vault, &[(items, vec![])]);
    (dir, vault)
}

fn id(vault: &Vault, address: &str) -> i64 {
    let people = vault.people(address, 9).unwrap();
    people.iter().find(|person| person.addresses.iter().any(|known| known.ends_with(address))).unwrap_or_else(|| panic!("{address}")).id
}

fn n_with(vault: &Vault, person: &str) -> u64 {
    vault.count(&Filter { people: vec![person.to_owned()], ..Filter::default() }).unwrap()
}

fn merge(vault: &Vault, addresses: &[&str]) -> i64 {
    vault.merge_people(&addresses.iter().map(|address| id(vault, address)).collect::<Vec<_>>()).unwrap()
}

fn two_annas() -> Vec<NewItem> {
    vec![
        mail("a", "anna@home.example Anna Meier", &["me@example.org Nora"]),
        mail("bb", "am@work.example", &["me@example.org Nora", "anna@home.example Anna Meier"]),
        mail("ccc", "me@example.org Nora", &["am@work.example"]),
        mail("dddd", "bert@example.org Bert Berg", &["me@example.org Nora"]),
    ]
}

#[test]
fn a_merged_person_is_one_wherever_a_person_is_used() {
    let (_dir, vault) = vault_of(two_annas());
    let alone = vault.people("", 9).unwrap().len();
    assert_eq!((n_with(&vault, "anna"), n_with(&vault, "am@work.example")), (2, 2));
    merge(&vault, &["anna@home.example", "am@work.example"]);

    // Filters, by any of the names and in every part.
    for person in ["anna", "am@work.example", "mailto:anna@home.example"] {
        assert_eq!(n_with(&vault, person), 3, "{person}");
    }
    let sent = Filter { senders: vec!["anna".to_owned()], ..Filter::default() };
    assert_eq!(vault.count(&sent).unwrap(), 2);
    assert_eq!(vault.count(&Filter { recipients: vec!["anna".to_owned()], ..Filter::default() }).unwrap(), 2);

    // Lists of people, one person's page, counts beside a list, groups.
    let people = vault.people("", 9).unwrap();
    assert_eq!(people.len(), alone - 1);
    let anna = vault.person(id(&vault, "am@work.example")).unwrap().unwrap();
    assert_eq!((anna.person.name.as_str(), anna.person.n_items, anna.by_kind.as_slice()), ("Anna Meier", 3, &[(Kind::Mail, 3)][..]));
    assert_eq!(anna.merged[0].from, [["mailto:anna@home.example"], ["mailto:am@work.example"]]);
    for filter in [Filter::default(), Filter { kinds: vec![Kind::Mail], ..Filter::default() }] {
        let facets = vault.facets(&filter).unwrap();
        let counts: Vec<_> = facets.people.iter().map(|person| person.name.as_str()).collect();
        assert_eq!(counts, ["Nora", "Anna Meier", "Bert Berg"], "{filter:?}");
    }
    let groups = vault.aggregate(&Filter::default(), &Measure::Count, Some(Dimension::Person)).unwrap().rows;
    let anna_row = groups.iter().find(|row| row.key == "Anna Meier").unwrap();
    assert_eq!((anna_row.value, anna_row.items), (Some(3.0), 3), "the mail from one address to the other counts once");
    assert_eq!(groups.len(), 3);
    assert_eq!(vault.stats().unwrap().people, 3);

    // Items and the index of words.
    let item = vault.item(Uid::of("made.up", b"ccc")).unwrap().unwrap();
    let link = item.links.iter().find(|link| link.address == "mailto:am@work.example").unwrap();
    assert_eq!(link.person, Some(anna.person.id));
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    let all = vault.matching(&Filter::default()).unwrap();
    assert_eq!(found_by(&vault, "meier", &all, 9).len(), 3, "what was sent to the nameless address is found by the name");
    assert_eq!(found_by(&vault, "about", &vault.matching(&sent).unwrap(), 9).len(), 2);
}

#[test]
fn what_is_unmerged_is_as_if_it_had_never_been_merged() {
    let (dir, vault) = vault_of(two_annas());
    let before = (vault.logical_hash().unwrap(), vault.people("", 9).unwrap());
    merge(&vault, &["anna@home.example", "am@work.example"]);
    let once = (vault.logical_hash().unwrap(), vault.people("", 9).unwrap());
    assert_ne!(once.0, before.0, "what the owner said is part of what the vault says");
    let second = merge(&vault, &["am@work.example", "bert@example.org"]);
    assert_eq!(n_with(&vault, "anna"), 4);
    vault.close().unwrap();

    let vault = reopen(dir.path());
    assert_eq!(n_with(&vault, "anna"), 4);
    let merges = vault.person(id(&vault, "bert@example.org")).unwrap().unwrap().merged;
    assert_eq!(merges.iter().map(|merged| merged.merge).collect::<Vec<_>>(), [second, second - 1]);
    vault.unmerge_person(id(&vault, "bert@example.org"), None).unwrap();
    assert_eq!((vault.logical_hash().unwrap(), vault.people("", 9).unwrap()), once);
    vault.unmerge_person(id(&vault, "anna@home.example"), None).unwrap();
    assert_eq!((vault.logical_hash().unwrap(), vault.people("", 9).unwrap()), before);
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    let all = vault.matching(&Filter::default()).unwrap();
    assert_eq!(found_by(&vault, "meier", &all, 9).len(), 2, "the index follows");
    let failure = vault.unmerge_person(id(&vault, "anna@home.example"), None).unwrap_err();
    assert_eq!((failure.code, failure.hint.is_empty()), (Code::BadRequest, false));
}

#[test]
fn an_earlier_merge_can_be_taken_back_from_under_a_later_one() {
    let (_dir, vault) = vault_of(two_annas());
    let first = merge(&vault, &["anna@home.example", "am@work.example"]);
    merge(&vault, &["bert@example.org", "me@example.org"]);
    merge(&vault, &["am@work.example", "bert@example.org"]);
    vault.unmerge_person(id(&vault, "me@example.org"), Some(first)).unwrap();
    // The later statement names all who were one when it was made.
    assert_eq!(vault.people("", 9).unwrap().len(), 1);
    vault.unmerge_person(id(&vault, "me@example.org"), None).unwrap();
    assert_eq!(vault.people("", 9).unwrap().len(), 3, "Bert and Nora stay one");
}

#[test]
fn a_merge_outlives_the_undoing_of_an_import_and_its_coming_again() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let home = || vec![mail("a", "anna@home.example Anna Meier", &["me@example.org Nora"])];
    let work = || vec![mail("bb", "am@work.example A M", &["me@example.org Nora"]), mail("ccc", "third@work.example", &[])];
    import(&vault, &[(home(), vec![])]);
    let only_home = vault.logical_hash().unwrap();
    let second = import(&vault, &[(work(), vec![])]);
    merge(&vault, &["anna@home.example", "am@work.example", "third@work.example"]);
    let merged = vault.logical_hash().unwrap();
    vault.undo(second, &Cancel::default(), &mut |_| {}).unwrap();
    let anna = &vault.people("anna", 9).unwrap()[0];
    assert_eq!((anna.addresses.as_slice(), anna.n_items), (&["mailto:anna@home.example".to_owned()][..], 1));
    assert!(vault.verify(&Cancel::default(), &mut |_| {}).unwrap().is_empty());
    import(&vault, &[(work(), vec![])]);
    assert_eq!(n_with(&vault, "anna"), 3, "it is merged again");
    assert_eq!(vault.logical_hash().unwrap(), merged);
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(found_by(&vault, "meier", &vault.matching(&Filter::default()).unwrap(), 9).len(), 3);

    vault.unmerge_person(id(&vault, "am@work.example"), None).unwrap();
    let again = vault.imports().unwrap()[0].import;
    vault.undo(again, &Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(vault.logical_hash().unwrap(), only_home);
}

#[test]
fn who_cannot_be_merged_is_said() {
    let (_dir, vault) = vault_of(two_annas());
    let anna = id(&vault, "anna@home.example");
    assert_eq!(vault.merge_people(&[anna, 9_999]).unwrap_err().code, Code::NotFound);
    assert_eq!(vault.merge_people(&[anna, anna]).unwrap_err().code, Code::BadRequest);
    assert_eq!(vault.person(9_999).unwrap(), None);
}

/// What belongs together, spelled by addresses, as it stands; and as it comes out when all is joined anew.
fn groups(vault: &Vault) -> (Vec<String>, Vec<String>) {
    let read = |connection: &Connection| -> crate::fault::Outcome<Vec<String>> {
        let mut statement = connection.prepare(
            "SELECT group_concat(address, ' ' ORDER BY address) FROM entity WHERE person IS NOT NULL GROUP BY person ORDER BY 1",
        )?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    };
    vault
        .inner()
        .writer
        .write(move |transaction| {
            let stands = read(transaction)?;
            transaction.execute("UPDATE entity SET person = NULL", [])?;
            let all: Vec<i64> = transaction.prepare("SELECT id FROM entity")?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
            crate::table::person::regroup(transaction, all, crate::table::person::Tell::Stated)?;
            Ok((stands, read(transaction)?))
        })
        .unwrap()
}

#[test]
fn whoever_is_joined_depends_on_what_stands_and_not_on_how_it_came() {
    let mut dice = Dice(7);
    for round in 0..12 {
        let dir = tempfile::tempdir().unwrap();
        let vault = create(dir.path()).0;
        let mut standing = Vec::new();
        for step in 0..10 {
            let items = (0..4)
                .map(|at| {
                    let name = ["Anna Meier", "Anna", "Bert Berg"][dice.roll(3) as usize];
                    let addresses: Vec<String> = (0..=dice.roll(3)).map(|_| format!("p{}@example.org", dice.roll(9))).collect();
                    card(&format!("{round} {step} {at}"), name, &addresses.iter().map(String::as_str).collect::<Vec<_>>())
                })
                .collect();
            standing.push(import(&vault, &[(items, vec![])]));
            let people: Vec<i64> = vault.people("", 99).unwrap().iter().map(|person| person.id).collect();
            match dice.roll(4) {
                0 if people.len() > 1 => {
                    vault.merge_people(&[people[0], people[people.len() - 1]]).unwrap();
                }
                1 => {
                    let gone = standing.swap_remove(dice.roll(standing.len() as u64) as usize);
                    vault.undo(gone, &Cancel::default(), &mut |_| {}).unwrap();
                }
                // Some were never merged.
                2 if !people.is_empty() => drop(vault.unmerge_person(people[0], None)),
                _ => {}
            }
            let (stands, anew) = groups(&vault);
            assert_eq!(stands, anew, "round {round}, step {step}");
        }
        for import in standing {
            vault.undo(import, &Cancel::default(), &mut |_| {}).unwrap();
            let (stands, anew) = groups(&vault);
            assert_eq!(stands, anew, "round {round}, undoing");
        }
    }
}

#[test]
fn a_telephone_that_a_family_shares_joins_nobody() {
    let cards = vec![
        card("a", "Anna Meier", &["anna@example.org", "tel:+41440000000"]),
        card("bb", "Bert Meier", &["bert@example.org", "tel:+41440000000"]),
        card("ccc", "Dr. Anna Meier", &["anna@example.org", "am@work.example"]),
    ];
    let (_dir, vault) = vault_of(cards);
    let anna = vault.person(id(&vault, "anna@example.org")).unwrap().unwrap().person;
    let mut addresses = anna.addresses;
    addresses.sort_unstable();
    assert_eq!(addresses, ["mailto:am@work.example", "mailto:anna@example.org"]);
}

#[test]
fn a_filter_by_person_looks_into_indexes_and_reads_nothing_whole() {
    let (_dir, vault) = vault_of(two_annas());
    let plan: Vec<String> = vault
        .inner()
        .writer
        .run(|connection| {
            let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", crate::table::person::EVERYONE))?;
            let lines = statement.query_map(["[1]"], |row| row.get(3))?.collect::<Result<_, _>>()?;
            Ok(lines)
        })
        .unwrap();
    assert!(plan.iter().any(|line| line.contains("entity_by_person")), "{plan:?}");
    assert_eq!(plan.iter().find(|line| line.starts_with("SCAN e") || line.starts_with("SCAN o")), None, "{plan:?}");
}

#[test]
fn people_come_page_by_page() {
    let items = (0..25).map(|n| mail(&"x".repeat(n + 1), &format!("p{}@example.org", n % 10), &["me@example.org"])).collect();
    let (_dir, vault) = vault_of(items);
    merge(&vault, &["p8@example.org", "p9@example.org"]);
    let whole: Vec<i64> = vault.people("", 99).unwrap().iter().map(|person| person.id).collect();
    assert_eq!(whole.len(), 10);
    for query in ["", "example"] {
        let (mut ids, mut after) = (Vec::new(), None);
        loop {
            let page = vault.people_page(query, after, 3).unwrap();
            ids.extend(page.people.iter().map(|person| person.id));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        ids.sort_unstable();
        let mut all = whole.clone();
        all.sort_unstable();
        assert_eq!(ids, all, "{query:?}");
    }
}

/// What is suggested: "anna@home.example + am@work.example: strong".
fn suggested(vault: &Vault) -> Vec<String> {
    vault.people_suggestions(50).unwrap().iter().map(shown).collect()
}

fn shown(suggestion: &Suggestion) -> String {
    let bare = |address: &String| address.split_once(':').map_or("", |(_, bare)| bare).to_owned();
    let mut pair = [bare(&suggestion.one.addresses[0]), bare(&suggestion.other.addresses[0])];
    pair.sort_unstable();
    let strength = match suggestion.strength {
        Strength::Strong => "strong",
        Strength::Likely => "likely",
        Strength::Possible => "possible",
    };
    format!("{}: {strength}", pair.join(" + "))
}

fn is_suggested(items: Vec<NewItem>) -> Vec<String> {
    suggested(&vault_of(items).1)
}

#[test]
fn spellings_of_one_mailbox_and_one_number_are_suggested_strongly() {
    let items = vec![
        mail("a", "anna.meier@gmail.com Anna Meier", &["me@example.org"]),
        mail("bb", "me@example.org", &["annameier+shop@googlemail.com"]),
        card("ccc", "Bert Berg", &["tel:+41791234567"]),
        mail("dddd", "tel:0791234567", &["me@example.org"]),
    ];
    let found = is_suggested(items);
    assert_eq!(found, ["anna.meier@gmail.com + annameier+shop@googlemail.com: strong", "+41791234567 + 0791234567: strong"]);
}

#[test]
fn a_name_that_is_shared_says_little_by_itself() {
    let people = || {
        vec![
            mail("a", "anna.meier@gmail.com Anna Meier", &["me@example.org"]),
            mail("bb", "am77@gmx.example Anna Meier", &["me@example.org"]),
        ]
    };
    assert_eq!(is_suggested(people()), ["am77@gmx.example + anna.meier@gmail.com: possible"]);
    // Someone who writes to both at once means two.
    let mut two = people();
    two.push(in_thread(mail("ccc", "me@example.org", &["anna.meier@gmail.com", "am77@gmx.example"]), "party"));
    let (_dir, vault) = vault_of(two);
    assert_eq!(suggested(&vault), ["am77@gmx.example + anna.meier@gmail.com: possible"]);
    let evidence = &vault.people_suggestions(9).unwrap()[0].evidence;
    assert_eq!(evidence.last().unwrap(), "Against it: One item is addressed to both.");
    // The same conversations make it likelier.
    let mut one = people();
    one.push(in_thread(mail("ccc", "anna.meier@gmail.com", &["me@example.org"]), "party"));
    one.push(in_thread(mail("dddd", "am77@gmx.example", &["me@example.org"]), "party"));
    assert_eq!(is_suggested(one), ["am77@gmx.example + anna.meier@gmail.com: likely"]);
}

#[test]
fn names_in_other_forms_are_suggested_when_something_else_speaks_for_it() {
    let items = vec![
        // At the same company, by name and by initial.
        mail("a", "anna.meier@acme.example \"Meier, Anna\"", &["me@example.org"]),
        mail("bb", "a.meier@acme.example Anna Meier", &["me@example.org"]),
        // A name of a chat, and the only one who is called so.
        mail("ccc", "name Bert Berg", &["me@example.org"]),
        mail("dddd", "bertb@web.example Bert Berg", &["me@example.org"]),
        // A name that an address spells, which nobody else has.
        mail("eeeee", "cy.cole@gmail.com", &["me@example.org"]),
        mail("ffffff", "cc1@other.example Cy Cole", &["me@example.org"]),
        // Shares a surname, an initial and a company with Anna, and is somebody else.
        mail("ggggggg", "arnold@acme.example Arnold Meier", &["me@example.org"]),
        // A machine that writes in the names of others.
        mail("hhhhhhhh", "notifications@site.example Bert Berg", &["me@example.org"]),
    ];
    let mut found = is_suggested(items);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "a.meier@acme.example + anna.meier@acme.example: likely",
            "bert berg + bertb@web.example: likely",
            "cc1@other.example + cy.cole@gmail.com: likely"
        ]
    );
}

#[test]
fn a_pair_that_was_declined_is_not_offered_again() {
    let items = || {
        vec![
            mail("a", "anna.meier@gmail.com Anna Meier", &["me@example.org"]),
            mail("bb", "annameier@gmail.com Anna Meier", &["me@example.org"]),
        ]
    };
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let first = import(&vault, &[(items(), vec![])]);
    assert_eq!(suggested(&vault).len(), 1);
    let (one, other) = (id(&vault, "anna.meier@gmail.com"), id(&vault, "annameier@gmail.com"));
    vault.decline_people(other, one).unwrap();
    assert!(suggested(&vault).is_empty());
    vault.undo(first, &Cancel::default(), &mut |_| {}).unwrap();
    import(&vault, &[(items(), vec![])]);
    assert!(suggested(&vault).is_empty(), "it is remembered by their addresses");
    assert_eq!(n_with(&vault, "annameier@gmail.com"), 1, "nothing was joined");
}

#[test]
fn suggestions_are_bounded_among_many_people() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let names = ["Anna", "Bert", "Cy", "Di", "Ed", "Flo", "Gus"];
    let items: Vec<NewItem> = (0..6_000)
        .map(|n| {
            // Two are called so, each at another company.
            let letter = |n: usize| char::from(b'a' + (n % 26) as u8);
            let name = format!("{} Fam{}{}", names[n % 7], letter(n / 14), letter(n / 14 / 26));
            mail(&format!("{n}"), &format!("p{n}@host{}.example {name}", n % 50), &["me@example.org"])
        })
        .collect();
    import(&vault, &[(items, vec![])]);
    let started = std::time::Instant::now();
    assert_eq!(vault.people_suggestions(20).unwrap().len(), 20);
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

fn own(vault: &Vault) -> Vec<String> {
    let owner = vault.owner().unwrap();
    owner.addresses.iter().filter(|address| address.is_own).map(|address| address.address.clone()).collect()
}

fn sent(key: &str, from: &str, to: &[&str]) -> NewItem {
    let mut item = mail(key, from, to);
    let label = EntityRef { kind: EntityKind::Label, address: "label:sent".to_owned(), name: "Gesendet".to_owned() };
    item.links.push(NewLink { role: Role::Label, entity: label });
    item
}

#[test]
fn the_owner_is_who_the_sources_say_it_is() {
    let mut profile = card("profile", "Nora Keller", &["nora@gmail.com"]);
    profile.set("is_owner", true);
    let mut chat = mail("chat", "chat.user:77 Nora", &["name Bert Berg"]);
    chat.set("direction", "sent");
    let items = vec![
        profile,
        chat,
        sent("s1", "nk@work.example N. Keller", &["bert@example.org"]),
        mail("r1", "bert@example.org Bert", &["nora@gmail.com", "list@example.org"]),
    ];
    let (_dir, vault) = vault_of(items);
    let mut found = own(&vault);
    found.sort_unstable();
    assert_eq!(found, ["chat.user:77", "mailto:nk@work.example", "mailto:nora@gmail.com"]);
    let count = |filter: Filter| vault.count(&filter).unwrap();
    let me = || vec!["me".to_owned()];
    assert_eq!(count(Filter { senders: me(), ..Filter::default() }), 2);
    assert_eq!(count(Filter { recipients: me(), ..Filter::default() }), 1);
    let owner = vault.owner().unwrap();
    assert_eq!(owner.name.as_deref(), Some("Nora Keller"));
    let profile = owner.addresses.iter().find(|address| address.address == "mailto:nora@gmail.com").unwrap();
    assert_eq!(profile.evidence, ["made.up has it on the card of the account's owner."]);
    assert!(suggested(&vault).iter().all(|pair| pair.ends_with("strong")), "the owner's own addresses are offered to be joined");
}

#[test]
fn a_stray_among_what_was_sent_is_not_the_owner() {
    let mut items: Vec<NewItem> = (0..60).map(|n| sent(&format!("s{n}"), "nora@example.org Nora", &["bert@example.org"])).collect();
    items.push(sent("stray", "moved@elsewhere.example", &["nora@example.org"]));
    let (_dir, vault) = vault_of(items);
    assert_eq!(own(&vault), ["mailto:nora@example.org"]);
    let owner = vault.owner().unwrap();
    assert!(owner.addresses.iter().any(|address| address.address.contains("moved") && !address.is_own), "it is shown, to be confirmed");
}

#[test]
fn without_any_mark_the_owner_is_who_is_in_far_more_than_anyone_else() {
    let items = (0..6).map(|n| mail(&format!("m{n}"), &format!("p{n}@example.org"), &["nora@example.org"])).collect();
    let (_dir, vault) = vault_of(items);
    assert_eq!(own(&vault), ["mailto:nora@example.org"]);
    let nobody = vec![mail("m", "a@example.org", &["b@example.org"]), mail("n", "b@example.org", &["a@example.org"])];
    let (_dir, vault) = vault_of(nobody);
    assert!(own(&vault).is_empty());
    assert_eq!(vault.count(&Filter { people: vec!["me".to_owned()], ..Filter::default() }).unwrap(), 0);
}

#[test]
fn what_the_owner_says_of_their_addresses_stands_above_what_the_data_tells() {
    let items = vec![
        sent("s1", "nora@example.org Nora", &["bert@example.org"]),
        sent("s22", "team@example.org The Team", &["bert@example.org"]),
        mail("r", "bert@example.org", &["old@example.org"]),
    ];
    let (_dir, vault) = vault_of(items);
    let before = vault.logical_hash().unwrap();
    let say = |add: &[&str], remove: &[&str]| {
        let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        vault.set_own_addresses(&OwnAddresses { add: list(add), remove: list(remove) })
    };
    say(&["Old@Example.org ", "nora@example.org"], &["team@example.org"]).unwrap();
    let mut found = own(&vault);
    found.sort_unstable();
    assert_eq!(found, ["mailto:nora@example.org", "mailto:old@example.org"]);
    assert_eq!(vault.person(id(&vault, "old@example.org")).unwrap().unwrap().person.addresses.len(), 2, "they are one person's");
    assert_ne!(vault.logical_hash().unwrap(), before);
    assert_eq!(vault.count(&Filter { recipients: vec!["me".to_owned()], ..Filter::default() }).unwrap(), 1);
    assert_eq!(say(&["not an address"], &[]).unwrap_err().code, Code::BadRequest);
    // An address that no import has yet is kept for when one does.
    say(&["later@example.org"], &[]).unwrap();
    import(&vault, &[(vec![mail("later", "later@example.org", &[])], vec![])]);
    assert_eq!(vault.people("later", 9).unwrap()[0].addresses.len(), 3);
}
