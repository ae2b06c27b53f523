use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use domain::{Area, BlobContent, Cancel, EntityKind, FileOutcome, Filter, ImportId, Kind, NewItem, NewPoint, Progress, Raw, Role, Uid};
use tantivy::directory::Directory;

use super::made::{PASSPHRASE, add, create, fix, import, mail, reopen};
use crate::folder::Folder;
use crate::header::Header;
use crate::index::EncryptedDirectory;
use crate::table::blob::{self, SMALL};
use crate::{
    Asked, EndedFile, FileSet, ImportState, JobState, NewExchange, NewFile, OwnAddresses, Passphrase, Receipt, Scope, Unlock, Vault, blobs,
    pack,
};

const CANARY: &str = "zebrafinch";
/// A word that no other item has, for what is compressed with others of its sort.
const SOUND: &str = "quibblewick";

/// Bytes that no other attachment has, and that the canary is in.
fn attachment(size: usize) -> Vec<u8> {
    let mut bytes = blake3::Hasher::new().update(&size.to_le_bytes()).finalize_xof();
    let mut random = vec![0; size];
    bytes.fill(&mut random);
    random[size / 2..size / 2 + CANARY.len()].copy_from_slice(CANARY.as_bytes());
    random
}

/// A mail that holds the canary wherever one can.
fn canary(key: u64) -> NewItem {
    let mut item = mail(key, 2);
    item.title = format!("{CANARY} at the market");
    item.text = format!("the {CANARY} said {SOUND}");
    item.raw = Raw::json(format!("{{\"subject\":\"{CANARY}\",\"id\":{key}}}").as_bytes());
    item.links[0].entity.name = CANARY.to_owned();
    item.links[0].entity.address = format!("mailto:{CANARY}@example.org");
    let mut place = item.links[0].clone();
    (place.role, place.entity.kind) = (Role::Location, EntityKind::Place);
    place.entity.address = format!("place:{CANARY}");
    item.links.push(place);
    item.blobs[0].name = format!("{CANARY}.txt");
    item.blobs[0].content = BlobContent::Bytes(attachment(2_000));
    item.blobs[1].name = format!("{CANARY}.jpg");
    let BlobContent::Reference { path, entry, digest, .. } = &mut item.blobs[1].content else { panic!("left in place") };
    (*path, *entry, *digest) =
        ("/elsewhere/photos.zip".to_owned(), format!("{CANARY}.jpg"), *blake3::hash(b"a stall that no other mail has").as_bytes());
    let mut large = item.blobs[0].clone();
    large.content = BlobContent::Bytes(attachment(SMALL * 3));
    item.blobs.push(large);
    item.set("camera", CANARY);
    item
}

fn forget(vault: &Vault, scope: &Scope) -> Receipt {
    vault.forget(scope, 5, &Cancel::default(), &mut |_| {}).unwrap()
}

fn items(uids: impl IntoIterator<Item = Uid>) -> Scope {
    Scope { items: uids.into_iter().collect(), ..Scope::default() }
}

fn filtered(filter: Filter) -> Scope {
    Scope { filter, ..Scope::default() }
}

/// All that the vault holds, as who has its keys reads it: pages, records, what is remembered of files, attachments, and the
/// files of the index; by where it stands.
fn everything(vault: &Vault, dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = vault
        .inner()
        .writer
        .run(|connection| {
            crate::writer::checkpoint(connection)?;
            connection.authorizer(None::<fn(rusqlite::hooks::AuthContext<'_>) -> rusqlite::hooks::Authorization>)?;
            let mut all = Vec::new();
            let mut pages = connection.prepare("SELECT pgno, data FROM sqlite_dbpage")?;
            let mut rows = pages.query([])?;
            while let Some(row) = rows.next()? {
                all.push((format!("page {}", row.get::<_, i64>(0)?), row.get(1)?));
            }
            for sql in ["SELECT packed FROM variant", "SELECT raw FROM variant WHERE raw IS NOT NULL", "SELECT packed FROM memo"] {
                let mut records = connection.prepare(sql)?;
                let mut rows = records.query([])?;
                while let Some(row) = rows.next()? {
                    all.push((sql.to_owned(), pack::unpack(&row.get::<_, Vec<u8>>(0)?)?));
                }
            }
            drop(rows);
            drop(pages);
            crate::connection::guard(connection)?;
            Ok(all)
        })
        .unwrap();
    let folder = Folder::new(dir);
    let reader = vault.inner().readers.borrow().unwrap();
    for (id, row) in blob::after(&reader, 0, 10_000).unwrap() {
        all.push((format!("blob {id}"), blobs::load(&folder, &vault.inner().blob_names, &reader, id, &row, None).unwrap()));
    }
    let root = Header::read(&folder).unwrap().0.unlock(&Unlock::Passphrase(Passphrase::from(PASSPHRASE))).unwrap().root;
    for generation in fs::read_dir(folder.index()).unwrap() {
        let path = generation.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let directory = EncryptedDirectory::open(&path, &root.index(&name).unwrap()).unwrap();
        for file in fs::read_dir(&path).unwrap() {
            let file = file.unwrap().file_name().into_string().unwrap();
            let Ok(handle) = directory.get_file_handle(Path::new(&file)) else { continue };
            let bytes = handle.read_bytes(0..handle.len()).unwrap();
            all.push((format!("index file {file}"), bytes.as_slice().to_vec()));
        }
    }
    all
}

/// Where some bytes stand, capitals aside.
fn places_of(all: &[(String, Vec<u8>)], needle: &[u8]) -> Vec<String> {
    let needle = needle.to_ascii_lowercase();
    let has = |bytes: &[u8]| memchr::memmem::find(&bytes.to_ascii_lowercase(), &needle).is_some();
    all.iter().filter(|(name, bytes)| has(bytes) || has(name.as_bytes())).map(|(name, _)| name.clone()).collect()
}

/// An import of three files that only make sense together: one of many mails, one of the canary alone, and one that is named
/// after that.
fn canary_import(vault: &Vault, others: u64) -> ImportId {
    let set = FileSet { importer: "made.up".to_owned(), export: "2026".to_owned() };
    let import = vault.begin_import("made-up.zip", 1).unwrap();
    let path = |name: &str| format!("Mail/{name}");
    for (name, mails) in
        [(path("others.mbox"), (0..others).map(|key| mail(key, 2)).collect()), (path(&format!("{CANARY}.eml")), vec![canary(70_000)])]
    {
        add(vault, import, &name, Some([1; 32]), &mails, &[], FileOutcome::Imported);
    }
    let file = NewFile {
        path: path(&format!("{CANARY}.eml.json")),
        archive: "made-up.zip".to_owned(),
        size: 1,
        digest: None,
        importer: "made.up".to_owned(),
    };
    let line = vault.add_file(import, &file).unwrap();
    vault.write(import, line, vault.prepare(vec![], vec![]).with_memo(set, CANARY.as_bytes())).unwrap();
    let ended = EndedFile {
        file: line,
        outcome: FileOutcome::Imported,
        whole: true,
        digest: None,
        merged: 1,
        skipped: 0,
        set_aside: 0,
        edition: 1,
        findings: vec![domain::Finding {
            code: domain::FindingCode::Unpaired,
            severity: domain::Severity::Note,
            at: String::new(),
            message: format!("{CANARY} has no twin"),
            count: 1,
        }],
    };
    vault.end_files(vec![ended]).unwrap();
    vault.end_import(import, ImportState::Done, &[], 5).unwrap();
    let job = vault.add_job("import", "made-up.zip", 1).unwrap();
    let mut job = vault.jobs(1).unwrap().into_iter().find(|known| known.job == job).unwrap();
    (job.state, job.progress, job.import) = (JobState::Done, Progress { detail: path(CANARY), ..Progress::default() }, Some(import));
    vault.update_job(&job).unwrap();
    import
}

#[test]
fn nothing_of_what_was_forgotten_is_found_in_any_byte_even_with_the_keys() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    canary_import(&vault, 3_000);
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    let uid = canary(70_000).uid;
    let row = vault.item(uid).unwrap().unwrap().id;
    let named = |name: &str| vault.people(name, 1).unwrap()[0].id;
    vault.merge_people(&[named(CANARY), named("p0@example.org")]).unwrap();
    vault.set_own_addresses(&OwnAddresses { add: vec![format!("{CANARY}@example.org")], remove: vec![] }).unwrap();
    vault.begin_put("space", 64, vec![(row, (0..64).map(|n| n as f32 + 0.5).collect())], None).unwrap().wait().unwrap();
    let telling = |question: &str, cites: Vec<Uid>| NewExchange {
        conversation: None,
        asked: 4,
        question: question.to_owned(),
        answer: format!("The {CANARY} said {SOUND}."),
        // Longer than a page.
        body: format!("{{\"answer\":[{}\"\"]}}", format!("\"the {CANARY} said {SOUND}\",").repeat(300)),
        cites,
    };
    vault.keep_exchange(telling("What was at the market?", vec![uid])).unwrap();
    vault.keep_exchange(telling(&format!("Who saw the {CANARY}?"), vec![])).unwrap();
    let packed: Vec<u8> = {
        let reader = vault.inner().readers.borrow().unwrap();
        reader.query_row("SELECT packed FROM variant WHERE item = ?1", [row], |row| row.get(0)).unwrap()
    };
    let needles: Vec<&[u8]> = vec![CANARY.as_bytes(), SOUND.as_bytes(), &packed[packed.len() - 32..]];
    let before = everything(&vault, dir.path());
    for needle in &needles {
        assert!(!places_of(&before, needle).is_empty(), "it is really there");
    }

    let receipt = forget(&vault, &items([uid]));
    let after = everything(&vault, dir.path());
    for needle in &needles {
        assert_eq!(places_of(&after, needle), Vec::<String>::new(), "{}", String::from_utf8_lossy(needle));
    }
    let attachments = attachment(2_000).len() + attachment(SMALL * 3).len();
    assert_eq!((receipt.went.items, receipt.went.vectors, receipt.went.attachments, receipt.went.exchanges), (1, 1, 2, 2));
    assert_eq!(receipt.went.attachment_bytes, attachments as u64);
    assert_eq!(receipt.stayed.left_in_place, BTreeMap::from([("/elsewhere/photos.zip".to_owned(), 1)]));
    assert_eq!((receipt.went.ledger_lines, receipt.went.sets, receipt.done), (2, 1, true));
    let check = receipt.check.unwrap();
    assert_eq!((check.rows, check.index_documents, check.traces, check.looked_for, check.log_emptied), (0, 0, 0, 1, true));
    assert!(check.pages > 100 && check.wiped > 0);
    assert_eq!(receipt.hashes.len(), 1);
    assert!(!receipt.hashes[0].contains(&uid.to_string()[..16]));
    assert_eq!(vault.verify(&Cancel::default(), &mut |_| {}).unwrap(), []);

    // The same again: it stays out, the ledger says so, and nothing of it is remembered.
    let again = canary_import(&vault, 3_000);
    vault.index_now(&Cancel::default(), &mut |_| {}).unwrap();
    let report = vault.import_report(again).unwrap();
    assert_eq!((report.totals.read, report.totals.skipped, report.totals.balanced), (3_002, 1, true));
    assert!(report.files.iter().all(|file| !file.path.contains(CANARY)), "not in the ledger either");
    assert!(report.files[1].findings.iter().any(|finding| finding.code == domain::FindingCode::Forgotten && finding.count == 1));
    assert_eq!(vault.item(uid).unwrap(), None);
    let reader = vault.inner().readers.borrow().unwrap();
    let remembered: i64 = reader.query_row("SELECT count(*) FROM memo", [], |row| row.get(0)).unwrap();
    assert_eq!(remembered, 0);
}

#[test]
fn forgetting_leaves_what_never_having_had_it_would_have_but_for_the_tombstones() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (vault, expected) = (create(dir.path()).0, create(other.path()).0);
    let all: Vec<NewItem> = (0..30).map(|key| mail(key, 2)).collect();
    let (gone, stay): (Vec<NewItem>, Vec<NewItem>) = all.iter().cloned().partition(|item| item.at.as_ref().unwrap().ms < 1_600_000_010_000);
    let fixes: Vec<NewPoint> = (0..20).map(|key| fix(key, 1)).collect();
    import(&vault, &[(all.clone(), fixes.clone())]);
    import(&vault, &[(all, fixes.clone())]);
    let span = Filter { to: Some(1_600_000_010_000), ..Filter::default() };
    let plan = vault.plan_forget(&filtered(span.clone())).unwrap();
    assert_eq!((plan.items, plan.points, plan.by_kind, plan.by_year), (10, 1, vec![(Kind::Mail, 10)], vec![(2020, 10)]));
    let receipt = forget(&vault, &filtered(span.clone()));
    assert_eq!((receipt.went.items, receipt.went.points, receipt.went.attachments), (10, 1, plan.attachments));
    assert_eq!(receipt.asked, Asked { to: span.to, hash: receipt.asked.hash.clone(), ..Asked::default() });

    // Undoing one of two imports takes nothing, whatever was forgotten of it; the other vault forgets what it never had much of.
    let undone = import(&expected, &[(gone, fixes.clone())]);
    forget(&expected, &filtered(span));
    import(&expected, &[(stay, fixes)]);
    vault.undo(1, &Cancel::default(), &mut |_| {}).unwrap();
    expected.undo(undone, &Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(vault.logical_hash().unwrap(), expected.logical_hash().unwrap());
    assert_eq!(vault.verify(&Cancel::default(), &mut |_| {}).unwrap(), []);
}

#[test]
fn fixes_of_a_forgotten_area_stay_out_and_later_ones_come_in() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let fixes: Vec<NewPoint> = (0..20).map(|key| fix(key, 1)).collect();
    import(&vault, &[(vec![], fixes.clone())]);
    let home = Area { south: 47.0, west: 7.9, north: 47.0121, east: 8.1 };
    let receipt = forget(&vault, &filtered(Filter { area: Some(home), ..Filter::default() }));
    assert_eq!((receipt.went.points, receipt.asked.place), (5, true));
    let again = import(&vault, &[(vec![], fixes)]);
    assert_eq!(vault.stats().unwrap().track_points, 15);
    let totals = vault.import_report(again).unwrap().totals;
    assert_eq!((totals.merged, totals.skipped, totals.balanced), (15, 5, true));
    let mut later = fix(1, 1);
    later.at += 90 * 86_400_000;
    import(&vault, &[(vec![], vec![later])]);
    assert_eq!(vault.stats().unwrap().track_points, 16);
    assert_eq!(vault.verify(&Cancel::default(), &mut |_| {}).unwrap(), []);
}

#[test]
fn of_a_source_goes_what_no_other_source_has() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let mut elsewhere = mail(1, 1);
    elsewhere.source = "mail.backup".to_owned();
    import(&vault, &[(vec![mail(1, 2), mail(2, 2)], vec![])]);
    import(&vault, &[(vec![elsewhere], vec![])]);
    let receipt = forget(&vault, &filtered(Filter { sources: vec!["google".to_owned()], ..Filter::default() }));
    assert_eq!((receipt.went.items, receipt.stayed.shared_items), (1, 1));
    assert!(vault.item(mail(1, 1).uid).unwrap().is_some() && vault.item(mail(2, 1).uid).unwrap().is_none());
}

#[test]
fn an_attachment_that_another_item_has_stays_and_the_receipt_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    // Keys that leave the same remainder have the same attachment.
    import(&vault, &[(vec![mail(2, 2), mail(5, 2)], vec![])]);
    let plan = vault.plan_forget(&items([mail(2, 2).uid])).unwrap();
    assert_eq!((plan.attachments, plan.shared_attachments, plan.left_in_place), (0, 1, 1));
    let receipt = forget(&vault, &items([mail(2, 2).uid]));
    assert_eq!((receipt.went.attachments, receipt.stayed.shared_attachments), (0, 1));
    let receipt = forget(&vault, &items([mail(5, 2).uid]));
    assert_eq!((receipt.went.attachments, receipt.stayed.shared_attachments), (1, 0));
    assert_eq!(vault.receipts().unwrap().len(), 2);
}

#[test]
fn what_was_cut_short_anywhere_goes_on_at_the_next_unlock() {
    let dir = tempfile::tempdir().unwrap();
    let (whole, cut) = (dir.path().join("whole"), dir.path().join("cut"));
    let files = [((0..2_100).map(|key| mail(key, 1)).collect::<Vec<_>>(), (0..50).map(|key| fix(key, 1)).collect())];
    let scope = filtered(Filter { sources: vec!["google".to_owned()], from: Some(0), ..Filter::default() });
    let vault = create(&whole).0;
    import(&vault, &files);
    let mut n_steps = 0;
    vault.forget(&scope, 5, &Cancel::default(), &mut |_| n_steps += 1).unwrap();
    let expected = vault.logical_hash().unwrap();
    assert!(n_steps > 4);
    for step in 0..n_steps {
        let cut = cut.join(step.to_string());
        let vault = create(&cut).0;
        import(&vault, &files);
        let (cancel, mut done) = (Cancel::default(), 0);
        let raised = cancel.clone();
        let ended = vault.forget(&scope, 5, &cancel, &mut |_| {
            if done == step {
                raised.cancel();
            }
            done += 1;
        });
        drop(vault);
        let vault = reopen(&cut);
        assert_eq!(vault.logical_hash().unwrap(), expected, "cut at step {step} of {n_steps}: {ended:?}");
        let receipt = &vault.receipts().unwrap()[0];
        assert!(receipt.done && receipt.went.items == 2_100, "{receipt:?}");
        assert_eq!(vault.verify(&Cancel::default(), &mut |_| {}).unwrap(), []);
    }
}

#[test]
fn a_scope_that_names_nothing_or_covers_nothing_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    import(&vault, &[(vec![mail(1, 2)], vec![])]);
    let refused = |scope: &Scope| vault.forget(scope, 5, &Cancel::default(), &mut |_| {}).unwrap_err().code;
    assert_eq!(refused(&Scope::default()), domain::Code::BadRequest);
    assert_eq!(refused(&items([mail(9, 1).uid])), domain::Code::NotFound);
    assert_eq!(refused(&filtered(Filter { kinds: vec![Kind::Photo], ..Filter::default() })), domain::Code::NotFound);
    let id = vault.begin_import("running.zip", 1).unwrap();
    assert_eq!(refused(&items([mail(1, 2).uid])), domain::Code::BadRequest, "import {id} is running");
    assert!(vault.receipts().unwrap().is_empty() && vault.item(mail(1, 2).uid).unwrap().is_some());
}

#[test]
fn what_fails_once_it_is_decided_says_so_and_is_finished_at_the_next_unlock() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    let import = import(&vault, &[((0..4).map(|key| mail(key, 2)).collect(), vec![])]);
    // As a full disk does it: the rows are gone, and a step after them fails.
    let fails = "CREATE TEMP TRIGGER fails BEFORE UPDATE ON main.receipt WHEN NEW.stage = 4 BEGIN SELECT RAISE(ABORT, 'full'); END;";
    vault.inner().writer.run(move |connection| Ok(connection.execute_batch(fails)?)).unwrap();
    let mut job = crate::Job {
        job: vault.add_job("forget", "Forgetting for good", 1).unwrap(),
        kind: "forget".to_owned(),
        label: String::new(),
        state: JobState::Interrupted,
        progress: Progress::default(),
        started_ms: 1,
        updated_ms: 1,
        error: None,
        import: Some(import),
    };
    let scope = items([mail(1, 2).uid]);
    let failure = vault.forget(&scope, 5, &Cancel::default(), &mut |_| {}).unwrap_err();
    assert!(failure.message.contains("It is decided") && failure.message.contains("next unlock"), "{failure}");
    job.error = Some(failure);
    vault.update_job(&job).unwrap();
    assert!(!vault.receipts().unwrap()[0].done);
    vault.close().unwrap();
    let vault = reopen(dir.path());
    assert!(vault.receipts().unwrap()[0].done);
    let job = &vault.jobs(1).unwrap()[0];
    assert_eq!((job.state, job.error.is_none()), (JobState::Done, true));
}

#[test]
fn a_saved_search_that_names_who_is_forgotten_goes_too_and_others_stay() {
    let people = Filter { people: vec![CANARY.to_owned()], ..Filter::default() };
    // Who is named alone is known before anything goes; whose last items go, once they are gone.
    for (scope, planned) in [(filtered(people), &["birds", "zebrafinch letters"][..]), (items([canary(1).uid]), &[][..])] {
        let dir = tempfile::tempdir().unwrap();
        let vault = create(dir.path()).0;
        import(&vault, &[(vec![canary(1), mail(2, 2)], vec![])]);
        let of_canary = format!("{{\"filter\":{{\"people\":[\"{CANARY}\"]}},\"mode\":\"words\"}}");
        let of_others = "{\"filter\":{\"text\":\"pears\",\"kinds\":[\"mail\"]},\"mode\":\"words\"}".to_owned();
        for (name, search) in [("birds", &of_canary), ("market", &of_others), ("zebrafinch letters", &of_others)] {
            vault.save_search(crate::SavedSearch { name: name.to_owned(), search: search.clone(), saved: 1 }, false).unwrap();
        }
        assert_eq!(vault.plan_forget(&scope).unwrap().searches, planned);
        assert_eq!(forget(&vault, &scope).went.searches, 2);
        assert_eq!(vault.saved_searches().unwrap().into_iter().map(|search| search.name).collect::<Vec<_>>(), ["market"]);
    }
}
