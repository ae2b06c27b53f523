use domain::{Cancel, Code, Filter, NewItem, Uid};

use super::made::{create, import, mail, reopen};
use crate::{AuditEntry, AuditFilter, ConversationId, Decision, NewExchange, Vault};

fn exchange(asked: i64, question: &str, answer: &str) -> NewExchange {
    NewExchange {
        conversation: None,
        asked,
        question: question.to_owned(),
        answer: answer.to_owned(),
        body: r#"{"answer":{}}"#.to_owned(),
        cites: vec![],
    }
}

fn keep(vault: &Vault, new: NewExchange) -> ConversationId {
    vault.keep_exchange(new).unwrap().unwrap()
}

fn uid(key: u64) -> Uid {
    mail(key, 1).uid
}

/// The titles of the conversations that hold words, or of all.
fn titles(vault: &Vault, text: &str) -> Vec<String> {
    vault.conversations(text, None, 50).unwrap().conversations.into_iter().map(|(summary, _)| summary.title).collect()
}

#[test]
fn conversations_are_kept_in_order_found_by_folded_words_paged_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let first = keep(&vault, exchange(10, "How many mails came in 2019?", "There were 12."));
    let other = keep(&vault, exchange(20, "Was war in Zürich?", "Die Äpfel vom Markt."));
    keep(&vault, NewExchange { conversation: Some(first), ..exchange(30, "and in 2020?", "There were 7, most from Ana.") });

    let page = vault.conversations("", None, 1).unwrap();
    let shown = |page: &crate::ConversationsPage| {
        page.conversations.iter().map(|(summary, _)| (summary.id, summary.n_exchanges, summary.last)).collect::<Vec<_>>()
    };
    assert_eq!(shown(&page), [(first, 2, 30)], "what went on last comes first");
    let next = vault.conversations("", page.next, 1).unwrap();
    assert_eq!((shown(&next), next.next), (vec![(other, 1, 20)], None));
    assert_eq!(vault.last_questions(first, 1).unwrap(), ["and in 2020?"]);
    let positions: Vec<i64> = vault.conversation(first).unwrap().iter().map(|exchange| exchange.position).collect();
    assert_eq!(positions, [1, 2]);

    assert_eq!(titles(&vault, "zurich apfel"), ["Was war in Zürich?"]);
    assert_eq!(titles(&vault, "mail"), ["How many mails came in 2019?"], "the beginning of a word is enough");
    assert_eq!(titles(&vault, "mails ana"), Vec::<String>::new(), "all words are in one exchange");
    let found = vault.conversations("ana 2020", None, 9).unwrap().conversations.remove(0).1.unwrap();
    assert_eq!((found.position, found.question.as_str()), (2, "and in 2020?"));

    vault.remove_conversation(other).unwrap();
    assert_eq!(vault.remove_conversation(other).unwrap_err().code, Code::NotFound);
    assert_eq!(vault.conversation(other).unwrap_err().code, Code::NotFound);
    assert_eq!(vault.keep_exchange(NewExchange { conversation: Some(other), ..exchange(40, "?", "") }).unwrap(), None);
    let later = keep(&vault, exchange(50, "A new one", ""));
    assert!(later > other, "a number is never given again");
    assert_eq!(vault.remove_conversations().unwrap(), 2);
    assert_eq!(titles(&vault, ""), Vec::<String>::new());
}

#[test]
fn what_rests_on_an_item_that_is_undone_or_says_otherwise_then_goes_and_the_vault_is_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    import(&vault, &[(vec![mail(1, 1), mail(2, 1)], vec![])]);
    let hash = vault.logical_hash().unwrap();
    // The second says more of mail 2, and brings mail 5.
    let second = import(&vault, &[(vec![mail(2, 4), mail(5, 1)], vec![])]);
    let conversation = keep(&vault, NewExchange { cites: vec![uid(1)], ..exchange(1, "one", "") });
    for (at, key) in [(2, 2), (3, 5)] {
        keep(&vault, NewExchange { conversation: Some(conversation), cites: vec![uid(1), uid(key)], ..exchange(at, "more", "") });
    }
    let alone = keep(&vault, NewExchange { cites: vec![uid(5)], ..exchange(9, "five alone", "") });
    assert_eq!(vault.keep_exchange(NewExchange { cites: vec![uid(77)], ..exchange(1, "gone meanwhile", "") }).unwrap(), None);
    vault.undo(second, &domain::Cancel::default(), &mut |_| {}).unwrap();
    let left: Vec<String> = vault.conversation(conversation).unwrap().into_iter().map(|exchange| exchange.question).collect();
    assert_eq!(left, ["one"]);
    assert_eq!(vault.conversations("", None, 9).unwrap().conversations[0].0.last, 1);
    assert_eq!(vault.conversation(alone).unwrap_err().code, Code::NotFound);
    assert_eq!(vault.logical_hash().unwrap(), hash, "it says nothing of conversations");
    assert_eq!(vault.verify(&domain::Cancel::default(), &mut |_| {}).unwrap(), []);
}

/// A vault with mails of two people, Abe Quillon and Anna Meier, that tell of nobody else.
fn two_people() -> (tempfile::TempDir, Vault, [NewItem; 2]) {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let of = |key: u64, address: &str, name: &str, title: &str| {
        let mut item = mail(key, 1);
        item.links.truncate(1);
        item.links[0].entity = domain::EntityRef::mailbox(address, name);
        item.title = title.to_owned();
        item
    };
    let items = [of(1, "quill@example.org", "Abe Quillon", "Wonderwall"), of(2, "anna@example.org", "Anna Meier", "Market")];
    import(&vault, &[(items.to_vec(), vec![])]);
    (dir, vault, items)
}

#[test]
fn what_tells_of_who_is_forgotten_goes_by_name_part_of_it_address_and_title_and_nothing_else_does() {
    let (_dir, vault, items) = two_people();
    let row = |key: &str| format!(r#"{{"answer":{{"computed":{{"rows":[{{"key":"{key}","value":3}}]}}}}}}"#);
    let goes = [
        NewExchange { cites: vec![items[0].uid, items[1].uid], ..exchange(1, "cites it", "") },
        exchange(2, "When did quillon write?", "Not in your data."),
        exchange(3, "names", "It was Abe Quillon, twice."),
        exchange(4, "address", "Sent by quill@example.org."),
        NewExchange { body: row("Wonderwall"), ..exchange(5, "Which song most?", "One of them.") },
        NewExchange { body: row("A. Quillon"), ..exchange(6, "Who most?", "Three people.") },
    ];
    let stays = [
        NewExchange { cites: vec![items[1].uid], ..exchange(11, "What did Anna write?", "Of the market.") },
        exchange(12, "walls", "Walls of wonder; wonderwalls."),
        NewExchange { body: format!(r#"{{"id":"{}"}}"#, "abe1".repeat(8)), ..exchange(13, "ids", "An id is no name.") },
    ];
    let n_going = goes.len() as u64;
    for new in goes.into_iter().chain(stays.clone()) {
        keep(&vault, new);
    }
    let scope = crate::Scope { filter: Filter { people: vec!["Abe Quillon".to_owned()], ..Filter::default() }, ..Default::default() };
    assert_eq!(vault.plan_forget(&scope).unwrap().exchanges, 1);
    let receipt = vault.forget(&scope, 5, &domain::Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!((receipt.went.exchanges, receipt.check.unwrap().rows), (n_going, 0));
    let mut left = titles(&vault, "");
    left.reverse();
    assert_eq!(left, stays.map(|new| new.question));
}

#[test]
fn a_kept_answer_is_logged_with_its_rows_and_leaves_what_is_remembered_of_the_items() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    import(&vault, &[(vec![mail(1, 1), mail(2, 1)], vec![])]);
    let generation = |vault: &Vault| crate::table::setting::generation(&vault.inner().readers.borrow().unwrap()).unwrap();
    let before = generation(&vault);
    let entry = AuditEntry {
        at_ms: 1,
        caller: "owner, window".to_owned(),
        operation: "ask".to_owned(),
        object_kind: String::new(),
        object_id: String::new(),
        scope: String::new(),
        decision: Decision::Allowed,
        n_rows: None,
    };
    let new = NewExchange { cites: vec![uid(1), uid(2)], ..exchange(1, "zebrafinch?", "") };
    let (kept, is_logged) = vault.logging(entry, || vault.keep_exchange(new));
    assert!(kept.unwrap().is_some() && is_logged);
    assert_eq!(generation(&vault), before);
    let log = vault.audit_log(&AuditFilter::default(), 1).unwrap();
    assert_eq!((log[0].entry.operation.as_str(), log[0].entry.n_rows), ("ask", Some(2)));
    vault.close().unwrap();
    let vault = reopen(dir.path());
    assert_eq!(titles(&vault, "zebrafinch"), ["zebrafinch?"]);
    assert!(vault.warnings().is_empty());
}

/// The pages of the database in which a text stands, as who has its keys reads them.
fn pages_with(vault: &Vault, text: &'static str) -> usize {
    let pages = vault.inner().writer.run(move |connection| {
        connection.authorizer(None::<fn(rusqlite::hooks::AuthContext<'_>) -> rusqlite::hooks::Authorization>)?;
        let pages: Vec<Vec<u8>> =
            connection.prepare("SELECT data FROM sqlite_dbpage")?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        crate::connection::guard(connection)?;
        Ok(pages)
    });
    pages.unwrap().iter().filter(|page| memchr::memmem::find(page, text.as_bytes()).is_some()).count()
}

#[test]
fn what_a_removed_conversation_leaves_in_the_database_is_wiped_also_when_that_was_cut_short() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let conversations: Vec<_> = (0..200).map(|at| keep(&vault, exchange(at, "Where was the zebrafinch?", "Nowhere."))).collect();
    // Rows that grow move to other pages, and leave copies on those that they come from.
    let grown = |text: &'static str| {
        let sql = "UPDATE exchange SET answer = ?1 WHERE id % 3 = 0";
        vault.inner().writer.write_beside(move |transaction| Ok(transaction.execute(sql, [text.repeat(60)])?)).unwrap();
    };
    grown("zebrafinch ");
    for id in &conversations[1..] {
        vault.remove_conversation(*id).unwrap();
    }
    let log = dir.path().join("db/main.db-wal");
    assert!(std::fs::metadata(&log).unwrap().len() > 0);
    let cancel = Cancel::default();
    cancel.cancel();
    assert_eq!(vault.wipe_removed(&cancel, &mut |_| {}).unwrap_err().code, Code::Cancelled);
    vault.wipe_removed(&Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(pages_with(&vault, "zebrafinch"), 1, "the one that stays stands on one page");
    // What says that it was done is all that is in the log.
    assert!(std::fs::metadata(&log).unwrap().len() < 64 * 1024);
    let mut looked = false;
    vault.wipe_removed(&Cancel::default(), &mut |_| looked = true).unwrap();
    assert!(!looked, "nothing is owed any longer");
    assert_eq!(vault.remove_conversations().unwrap(), 1);
    vault.wipe_removed(&Cancel::default(), &mut |_| looked = true).unwrap();
    assert!(looked && pages_with(&vault, "zebrafinch") == 0);
    assert_eq!(vault.verify(&Cancel::default(), &mut |_| {}).unwrap(), []);
}
