use std::time::Instant;

use ::vault::{CreateOptions, KeyKind, Passphrase, Vault};
use domain::{Cancel, Code, Failure, Progress, Result};

use crate::Engine;
use crate::engine::now;
use crate::show;
use crate::wire::{CreateRequest, Created, NamedCount, Nothing, Stats, Status, UnlockRequest, VaultState, Verified, VerifyFinding};

pub(crate) fn status(engine: &Engine, _: Nothing) -> Result<Status> {
    let open = if engine.is_open() { Some(engine.open()?) } else { None };
    let state = match &open {
        Some(_) => VaultState::Unlocked,
        // It is closed for as long as its root key is replaced, and for nobody else to open.
        None if engine.is_rekeying() => VaultState::Unlocked,
        None if Vault::exists(engine.folder()) => VaultState::Locked,
        None => VaultState::None,
    };
    // A header that cannot be read is told when the vault is opened.
    let keys = Vault::keys_of(engine.folder()).unwrap_or_default();
    Ok(Status {
        state,
        path: engine.folder().display().to_string(),
        id: open.as_ref().map(|open| open.vault.id().to_owned()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        items: open.as_ref().map(|open| open.vault.coverage().map(|coverage| coverage.items)).transpose()?,
        coverage: open.as_ref().map(|open| open.meaning.coverage(&open.vault)).transpose()?,
        jobs_running: engine.0.jobs.n_running(),
        key_file: keys.iter().any(|key| key.key_file),
        keychain: keys.iter().any(|key| key.kind == KeyKind::Keychain),
        read_only: open.as_ref().is_some_and(|open| open.vault.reads_only()),
        warnings: open.iter().flat_map(|open| open.vault.warnings()).map(shown).collect(),
    })
}

pub(crate) fn create(engine: &Engine, request: CreateRequest) -> Result<Created> {
    if engine.is_open() {
        return Err(Failure::new(Code::VaultExists, format!("A vault stands at {} already, and it is open.", engine.folder().display())));
    }
    let (vault, recovery) = Vault::create(engine.folder(), &Passphrase::from(request.passphrase), &CreateOptions::default())?;
    engine.opened(vault);
    Ok(Created { recovery_code: recovery.to_string() })
}

pub(crate) fn unlock(engine: &Engine, request: UnlockRequest) -> Result<Status> {
    if engine.is_rekeying() {
        // Says that it is.
        engine.open()?;
    }
    if !engine.is_open() {
        let vault = super::keys::open(engine, request)?;
        // How long the log goes back, when it cannot be read, is no reason not to open: then all of it stays.
        if let Some(begins) = super::settings::audit_begins(&vault, now()).ok().flatten().filter(|_| !vault.reads_only()) {
            vault.prune_audit(begins)?;
        }
        engine.opened(vault);
        super::conversations::wipe_removed(engine);
        // It may take minutes, and the vault opens all the same when it fails.
        let settled = engine.clone();
        if engine.stays() {
            std::thread::spawn(move || drop(super::imports::settle(&settled)));
        } else {
            drop(super::imports::settle(&settled));
        }
    }
    status(engine, Nothing {})
}

pub(crate) fn lock(engine: &Engine, _: Nothing) -> Result<Status> {
    engine.lock()?;
    status(engine, Nothing {})
}

pub(crate) fn stats(engine: &Engine, _: Nothing) -> Result<Stats> {
    let stats = engine.vault()?.stats()?;
    let named = |counts: std::collections::BTreeMap<String, u64>| {
        let mut counts: Vec<NamedCount> = counts.into_iter().map(|(name, count)| NamedCount { name, count }).collect();
        counts.sort_by_key(|entry| std::cmp::Reverse(entry.count));
        counts
    };
    Ok(Stats {
        items: stats.items,
        track_points: stats.track_points,
        entities: stats.entities,
        people: stats.people,
        by_kind: named(stats.by_kind),
        by_source: named(stats.by_source),
        first: stats.first.and_then(|ms| show::rfc3339(ms, None)),
        last: stats.last.and_then(|ms| show::rfc3339(ms, None)),
        bytes_on_disk: stats.bytes_on_disk,
    })
}

pub(crate) fn verify(engine: &Engine, _: Nothing, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<Verified> {
    let started = Instant::now();
    let vault = engine.vault()?;
    let findings: Vec<VerifyFinding> = vault.verify(cancel, on)?.into_iter().map(shown).collect();
    let logical_hash = if findings.is_empty() { vault.logical_hash()? } else { String::new() };
    Ok(Verified { ok: findings.is_empty(), findings, logical_hash, took_ms: started.elapsed().as_millis() as u64 })
}

fn shown(finding: ::vault::VerifyFinding) -> VerifyFinding {
    let code = serde_json::json!(finding.code).as_str().unwrap_or_default().to_owned();
    VerifyFinding { code, message: finding.message, what_to_do: finding.what_to_do }
}
