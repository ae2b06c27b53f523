use std::fs;
use std::path::Path;

use domain::Cancel;

use super::made::{create, import, mail, reopen};
use crate::{AuditEntry, AuditFilter, Decision, Vault, VerifyCode, VerifyFinding};

fn entry(at_ms: i64, operation: &str) -> AuditEntry {
    AuditEntry {
        at_ms,
        caller: "owner, window".to_owned(),
        operation: operation.to_owned(),
        object_kind: "import".to_owned(),
        object_id: at_ms.to_string(),
        scope: String::new(),
        decision: Decision::Allowed,
        n_rows: Some(3),
    }
}

fn verify(vault: &Vault) -> Vec<VerifyFinding> {
    vault.verify(&Cancel::default(), &mut |_| {}).unwrap()
}

fn change(vault: &Vault, sql: &'static str) {
    vault
        .inner()
        .writer
        .run(move |connection| {
            connection.execute_batch(sql)?;
            Ok(())
        })
        .unwrap();
}

/// A vault with 2,100 rows in its log, closed in good order.
fn logged(dir: &Path) {
    let vault = create(dir).0;
    (1..=2_100).for_each(|n| vault.note(entry(n, "search")));
    vault.close().unwrap();
}

#[test]
fn every_sort_of_tampering_is_found_and_told() {
    for (what, sql, told) in [
        ("a row changed", "UPDATE audit SET caller = 'nobody' WHERE seq = 7", "row 7 was changed"),
        ("a late row changed", "UPDATE audit SET n_rows = 4 WHERE seq = 2050", "row 2050 was changed"),
        ("a row removed", "DELETE FROM audit WHERE seq = 1500", "row 1500 is missing"),
        (
            "a row inserted",
            "UPDATE audit SET seq = -seq - 1 WHERE seq > 900; UPDATE audit SET seq = -seq WHERE seq < 0;
             INSERT INTO audit SELECT 901, at_ms, caller, operation, object_kind, object_id, scope, decision, n_rows, mac FROM audit WHERE seq = 900",
            "row 901 was changed",
        ),
        (
            "rows exchanged",
            "UPDATE audit SET seq = -5 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = 6; UPDATE audit SET seq = 6 WHERE seq = -5",
            "row 5 was changed",
        ),
        ("the beginning cut off", "DELETE FROM audit WHERE seq < 100", "row 1 is missing"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        logged(dir.path());
        let vault = reopen(dir.path());
        assert_eq!(verify(&vault), [], "{what}: before");
        change(&vault, sql);
        let findings = verify(&vault);
        assert!(findings.iter().any(|f| f.code == VerifyCode::Audit && f.message.contains(told)), "{what}: {findings:?}");
    }
}

#[test]
fn a_log_whose_end_was_cut_off_is_told_at_the_next_unlock_and_by_a_check() {
    for cut in ["DELETE FROM audit WHERE seq > 2099", "DELETE FROM audit WHERE seq > 10", "DELETE FROM audit"] {
        let dir = tempfile::tempdir().unwrap();
        logged(dir.path());
        let state = fs::read(dir.path().join("state")).unwrap();
        let vault = reopen(dir.path());
        change(&vault, cut);
        vault.close().unwrap();
        // Who has the database alone cannot make a state file of it.
        fs::write(dir.path().join("state"), &state).unwrap();
        let vault = reopen(dir.path());
        let is_told =
            |findings: &[VerifyFinding]| findings.iter().any(|f| f.code == VerifyCode::Audit && f.message.contains("ended with row 2100"));
        assert!(is_told(&vault.warnings()), "{cut}: {:?}", vault.warnings());
        assert!(is_told(&verify(&vault)), "{cut}");
    }
}

#[test]
fn an_unlock_looks_at_the_last_thousand_and_a_state_file_of_before_the_log_is_read() {
    let dir = tempfile::tempdir().unwrap();
    logged(dir.path());
    let vault = reopen(dir.path());
    change(&vault, "UPDATE audit SET caller = 'nobody' WHERE seq = 2000");
    vault.close().unwrap();
    assert!(reopen(dir.path()).warnings().iter().any(|finding| finding.code == VerifyCode::Audit));
    let older = tempfile::tempdir().unwrap();
    create(older.path()).0.close().unwrap();
    assert_eq!(reopen(older.path()).warnings(), []);
}

#[test]
fn old_rows_go_behind_a_checkpoint_that_nobody_else_can_write() {
    let dir = tempfile::tempdir().unwrap();
    logged(dir.path());
    let vault = reopen(dir.path());
    assert_eq!(vault.prune_audit(2_051).unwrap(), 2_050);
    vault.note(entry(3_000, "export"));
    let rows = vault.audit_log(&AuditFilter::default(), 100).unwrap();
    assert_eq!((rows.len(), rows[0].seq, rows[0].entry.operation.as_str(), rows[50].seq), (51, 2_101, "export", 2_051));
    let searches = AuditFilter { operation: Some("search".to_owned()), from: Some(2_060), to: Some(2_070), before: Some(2_065) };
    assert_eq!(vault.audit_log(&searches, 3).unwrap().iter().map(|row| row.seq).collect::<Vec<_>>(), [2_064, 2_063, 2_062]);
    assert_eq!(verify(&vault), []);
    vault.close().unwrap();
    let vault = reopen(dir.path());
    assert_eq!(vault.warnings(), []);
    assert_eq!(vault.prune_audit(i64::MAX).unwrap(), 51);
    vault.note(entry(3_001, "search"));
    assert_eq!(vault.audit_log(&AuditFilter::default(), 1).unwrap()[0].seq, 2_102);
    assert_eq!(verify(&vault), []);
    change(&vault, "UPDATE audit_checkpoint SET seq = seq - 1");
    assert!(verify(&vault).iter().any(|finding| finding.message.contains("checkpoint")));
}

#[test]
fn what_changes_something_is_logged_in_the_transaction_that_does_and_not_when_that_fails() {
    let dir = tempfile::tempdir().unwrap();
    let vault = create(dir.path()).0;
    import(&vault, &[(vec![mail(1, 1)], vec![])]);
    let generation = |vault: &Vault| crate::table::setting::generation(&vault.inner().readers.borrow().unwrap()).unwrap();
    let (_, is_logged) = vault.logging(entry(1, "set_setting"), || {
        vault.set_setting("theme", Some("dark")).unwrap();
        vault.set_setting("theme", Some("light")).unwrap();
    });
    let (_, is_logged_too) = vault.logging(entry(2, "undo"), || vault.undo(77, &Cancel::default(), &mut |_| {}).unwrap_err());
    let (_, is_read_logged) = vault.logging(entry(3, "stats"), || vault.stats().unwrap());
    assert_eq!((is_logged, is_logged_too, is_read_logged), (true, false, false));
    let before = generation(&vault);
    vault.note_now(entry(4, "stats")).unwrap();
    assert_eq!(generation(&vault), before, "what is known of the content stays known");
    let rows = vault.audit_log(&AuditFilter::default(), 9).unwrap();
    assert_eq!(rows.iter().map(|row| row.entry.operation.as_str()).collect::<Vec<_>>(), ["stats", "set_setting"]);
}
