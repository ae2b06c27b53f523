use std::mem::take;
use std::path::Path;

use ::vault::{KeyFile, KeyKind, KeySlot, Passphrase, RecoveryCode, Unlock, Vault};
use domain::{Cancel, Code, Failure, Progress, Result};

use crate::engine::now;
use crate::keychain::Kept;
use crate::wire::{
    AddKeyRequest, ChangePassphraseRequest, KeyAdded, KeyView, Keys, Nothing, ReplaceRootKeyRequest, RevokeKeyRequest, RootKeyReplaced,
    Secret, Status, UnlockRequest,
};
use crate::{Engine, show, wire};

/// A name that no key slot has, asked for to see whether the keychain answers.
const PROBE: &str = "probe";

pub(crate) fn list(engine: &Engine, _: Nothing) -> Result<Keys> {
    let keys = engine.vault()?.keys()?;
    let no_keychain = engine.0.keychain.kept(PROBE).err().map(|failure| failure.message);
    Ok(Keys { keys: keys.into_iter().map(view).collect(), no_keychain })
}

pub(crate) fn add(engine: &Engine, mut request: AddKeyRequest) -> Result<KeyAdded> {
    let vault = engine.vault()?;
    let proof = secret(&mut request.proof)?;
    let passphrase = take(&mut request.passphrase).map(Passphrase::from);
    if passphrase.is_some() != (request.kind == wire::KeyKind::Passphrase) || (passphrase.is_none() && request.key_file.is_some()) {
        return Err(Failure::new(
            Code::BadRequest,
            "A new passphrase, and a key file with it, is what one sort of key takes and no other.",
        )
        .hint("Give it with the kind `passphrase` alone."));
    }
    // Before a key file is made for someone who may not add it.
    vault.key_of(&proof)?;
    match (request.kind, passphrase) {
        (wire::KeyKind::Passphrase, Some(passphrase)) => {
            let (new, made) = with_key_file(passphrase, request.key_file.as_deref())?;
            Ok(KeyAdded { key: view(vault.add_key(&proof, &new, &request.label, now())?), recovery_code: None, key_file_made: made })
        }
        (wire::KeyKind::Keychain, _) => add_to_keychain(engine, &vault, &proof, &request.label),
        (wire::KeyKind::Recovery | wire::KeyKind::Passphrase, _) => {
            let code = RecoveryCode::generate()?;
            let shown = code.to_string();
            let key = vault.add_key(&proof, &Unlock::Recovery(code), &request.label, now())?;
            Ok(KeyAdded { key: view(key), recovery_code: Some(shown), key_file_made: false })
        }
    }
}

fn add_to_keychain(engine: &Engine, vault: &Vault, proof: &Unlock, label: &str) -> Result<KeyAdded> {
    let keychain = engine.0.keychain.as_ref();
    // Says that there is none before anything is changed.
    keychain.kept(PROBE)?;
    let kept = Kept::new(now())?;
    let key = vault.add_key(proof, &Unlock::Keychain(kept.secret.clone()), label, now())?;
    if let Err(failure) = kept.keep(keychain, &key.id) {
        vault.revoke_key(proof, &key.id)?;
        return Err(failure);
    }
    Ok(KeyAdded { key: view(key), recovery_code: None, key_file_made: false })
}

pub(crate) fn change(engine: &Engine, mut request: ChangePassphraseRequest) -> Result<KeyAdded> {
    let vault = engine.vault()?;
    let key_file = request.key_file.clone().or_else(|| request.proof.key_file.clone());
    let proof = secret(&mut request.proof)?;
    vault.key_of(&proof)?;
    let (new, made) = with_key_file(Passphrase::from(take(&mut request.passphrase)), key_file.as_deref())?;
    let key = vault.change_passphrase(&proof, request.id.as_deref(), &new, now())?;
    Ok(KeyAdded { key: view(key), recovery_code: None, key_file_made: made })
}

pub(crate) fn revoke(engine: &Engine, mut request: RevokeKeyRequest) -> Result<Keys> {
    let revoked = engine.vault()?.revoke_key(&secret(&mut request.proof)?, &request.id)?;
    if revoked.kind == KeyKind::Keychain {
        // What it keeps opens nothing any more, and it may be the keychain of another machine.
        drop(engine.0.keychain.forget(&revoked.id));
    }
    list(engine, Nothing {})
}

pub(crate) fn replace_root(
    engine: &Engine,
    mut request: ReplaceRootKeyRequest,
    cancel: &Cancel,
    on: &mut dyn FnMut(Progress),
) -> Result<RootKeyReplaced> {
    let vault = engine.vault()?;
    let mut again = request.proof.clone();
    let mut secrets = vec![secret(&mut request.proof)?];
    for also in &mut request.also {
        secrets.push(secret(also)?);
    }
    for known in &secrets {
        vault.key_of(known)?;
    }
    for key in vault.keys()?.iter().filter(|key| key.kind == KeyKind::Keychain) {
        if let Ok(Some(kept)) = Kept::of(engine.0.keychain.as_ref(), &key.id) {
            secrets.push(Unlock::Keychain(kept.secret));
        }
    }
    drop(vault);
    let rotated = engine.closed_for_a_while(|folder| {
        let rotated = Vault::replace_root_key(folder, &secrets, now(), cancel, on);
        // Whether it was replaced or not, what was given opens the vault.
        (rotated, secret(&mut again).and_then(|secret| Vault::open(folder, &secret)))
    })?;
    let views = |keys: Vec<KeySlot>| keys.into_iter().map(view).collect();
    Ok(RootKeyReplaced { kept: views(rotated.kept), dropped: views(rotated.dropped), recovery_code: rotated.recovery.to_string() })
}

pub(crate) fn code_kept(engine: &Engine, nothing: Nothing) -> Result<Status> {
    engine.vault()?.recovery_code_kept()?;
    super::vault::status(engine, nothing)
}

/// Opens the vault as was asked.
pub(crate) fn open(engine: &Engine, request: UnlockRequest) -> Result<Vault> {
    if !request.keychain {
        let vault = Vault::open(engine.folder(), &secret(&mut request.secret())?)?;
        prove(engine, &vault);
        return Ok(vault);
    }
    if request.passphrase.is_some() || request.recovery_code.is_some() {
        return Err(one_secret());
    }
    for key in Vault::keys_of(engine.folder())?.iter().filter(|key| key.kind == KeyKind::Keychain) {
        if let Some(kept) = Kept::of(engine.0.keychain.as_ref(), &key.id)? {
            kept.check_age(now())?;
            return Vault::open(engine.folder(), &Unlock::Keychain(kept.secret));
        }
    }
    Err(Failure::new(Code::WrongPassphrase, "This machine's keychain keeps no key of this vault.")
        .hint("Unlock with the passphrase; `datapunk keys add keychain` lets the keychain open it from then on."))
}

/// Lets the keychain open the vault for another while, after its passphrase did.
fn prove(engine: &Engine, vault: &Vault) {
    for key in vault.keys().unwrap_or_default().iter().filter(|key| key.kind == KeyKind::Keychain) {
        let keychain = engine.0.keychain.as_ref();
        // A keychain that does not answer asks for the passphrase sooner; that is all.
        drop(Kept::of(keychain, &key.id).and_then(|kept| kept.map_or(Ok(()), |kept| kept.proven(now()).keep(keychain, &key.id))));
    }
}

/// What a person gave, and wipes it where it was.
pub(crate) fn secret(given: &mut Secret) -> Result<Unlock> {
    let path = take(&mut given.key_file).filter(|path| !path.trim().is_empty());
    match (take(&mut given.passphrase), path, take(&mut given.recovery_code)) {
        (Some(passphrase), None, None) => Ok(Unlock::Passphrase(Passphrase::from(passphrase))),
        (Some(passphrase), Some(path), None) => {
            let passphrase = Passphrase::from(passphrase);
            Ok(Unlock::PassphraseAndKeyFile(passphrase, KeyFile::read(Path::new(path.trim()))?))
        }
        (None, None, Some(code)) => Ok(Unlock::Recovery(zeroize::Zeroizing::new(code).parse()?)),
        _ => Err(one_secret()),
    }
}

fn one_secret() -> Failure {
    Failure::new(
        Code::BadRequest,
        "A vault is opened by one of a passphrase, with or without a key file; a recovery code; and the keychain.",
    )
    .hint("Give one of them.")
}

/// A new passphrase with the key file that stands at `path`, made when nothing does; and whether it was.
fn with_key_file(passphrase: Passphrase, path: Option<&str>) -> Result<(Unlock, bool)> {
    let Some(path) = path.map(str::trim).filter(|path| !path.is_empty()) else { return Ok((Unlock::Passphrase(passphrase), false)) };
    passphrase.check()?;
    let path = Path::new(path);
    let made = !path.exists();
    let file = if made { KeyFile::create(path)? } else { KeyFile::read(path)? };
    Ok((Unlock::PassphraseAndKeyFile(passphrase, file), made))
}

fn view(key: KeySlot) -> KeyView {
    let kind = match key.kind {
        KeyKind::Passphrase => wire::KeyKind::Passphrase,
        KeyKind::Recovery => wire::KeyKind::Recovery,
        KeyKind::Keychain => wire::KeyKind::Keychain,
    };
    let created = key.created_ms.and_then(|ms| show::rfc3339(ms, None));
    KeyView { id: key.id, kind, key_file: key.key_file, label: key.label, created }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::{Arc, Mutex};

    use serde_json::{Value, json};
    use zeroize::Zeroizing;

    use super::*;
    use crate::keychain::Keychain;
    use crate::{Caller, Stay};

    const PASSPHRASE: &str = "five plain words for testing";

    type Entries = BTreeMap<String, Vec<u8>>;

    /// A keychain, once there is one.
    #[derive(Clone, Default)]
    struct Drawer(Arc<Mutex<Option<Entries>>>);

    impl Drawer {
        fn with<T>(&self, what: impl FnOnce(&mut Entries) -> T) -> Result<T> {
            let mut drawer = self.0.lock().unwrap();
            drawer.as_mut().map(what).ok_or_else(|| Failure::new(Code::Unreachable, "No keychain answers."))
        }
    }

    impl Keychain for Drawer {
        fn keep(&self, name: &str, secret: &[u8]) -> Result<()> {
            self.with(|drawer| drop(drawer.insert(name.to_owned(), secret.to_vec())))
        }

        fn kept(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
            self.with(|drawer| drawer.get(name).cloned().map(Zeroizing::new))
        }

        fn forget(&self, name: &str) -> Result<()> {
            self.with(|drawer| drop(drawer.remove(name)))
        }
    }

    fn owner(engine: &Engine, op: &str, body: Value) -> Result<Value> {
        engine.call(Caller::owner(), op, body, &Cancel::default(), &mut |_| {})
    }

    fn engine(folder: &Path, drawer: &Drawer) -> Engine {
        Engine::with_keychain(&folder.join("vault"), Stay::Once, Box::new(drawer.clone())).unwrap()
    }

    fn proof() -> Value {
        json!({ "passphrase": PASSPHRASE })
    }

    #[test]
    fn a_keychain_opens_the_vault_for_two_weeks_and_not_without_the_owners_consent() {
        let folder = tempfile::tempdir().unwrap();
        let drawer = Drawer::default();
        let engine = engine(folder.path(), &drawer);
        owner(&engine, "create_vault", proof()).unwrap();
        let add = json!({ "proof": proof(), "kind": "keychain", "label": "this laptop" });
        assert_eq!(owner(&engine, "add_key", add.clone()).unwrap_err().code, Code::Unreachable);
        assert!(owner(&engine, "keys", json!({})).unwrap()["no_keychain"].is_string());
        assert_eq!(owner(&engine, "keys", json!({})).unwrap()["keys"].as_array().unwrap().len(), 2, "nothing was added");
        *drawer.0.lock().unwrap() = Some(BTreeMap::new());
        let without = json!({ "proof": {}, "kind": "keychain" });
        assert_eq!(owner(&engine, "add_key", without).unwrap_err().code, Code::BadRequest);
        let added = owner(&engine, "add_key", add).unwrap();
        let id = added["key"]["id"].as_str().unwrap().to_owned();
        let by_keychain = || {
            owner(&engine, "lock", json!({})).unwrap();
            owner(&engine, "unlock", json!({ "keychain": true }))
        };
        assert_eq!(by_keychain().unwrap()["state"], "unlocked");
        // A day too old, or of a time to come: the passphrase is asked for, and once given, the keychain opens it again.
        for days in [15, -1] {
            let proven_ms = now() - days * 24 * 3_600_000;
            drawer.with(|drawer| drawer.get_mut(&id).unwrap()[..8].copy_from_slice(&proven_ms.to_le_bytes())).unwrap();
            assert_eq!(by_keychain().unwrap_err().code, Code::WrongPassphrase);
            owner(&engine, "unlock", proof()).unwrap();
            assert_eq!(by_keychain().unwrap()["state"], "unlocked");
        }
        // It goes on opening it under another root key, and not after it was revoked.
        let replaced = owner(&engine, "replace_root_key", json!({ "proof": proof() })).unwrap();
        let kinds: Vec<&str> = replaced["kept"].as_array().unwrap().iter().map(|key| key["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["passphrase", "keychain", "recovery"]);
        assert_eq!(replaced["kept"][1]["label"], "this laptop");
        // Whoever asked may have gone before the answer came.
        let warnings = |status: &Value| status["warnings"].as_array().unwrap().len();
        assert_eq!(warnings(&owner(&engine, "status", json!({})).unwrap()), 1);
        assert_eq!(warnings(&by_keychain().unwrap()), 1);
        assert_eq!(warnings(&owner(&engine, "recovery_code_kept", json!({})).unwrap()), 0);
        assert_eq!(by_keychain().unwrap()["state"], "unlocked");
        let left = owner(&engine, "revoke_key", json!({ "proof": proof(), "id": id })).unwrap();
        assert_eq!(left["keys"].as_array().unwrap().len(), 2);
        assert!(drawer.with(|drawer| drawer.is_empty()).unwrap());
        assert_eq!(by_keychain().unwrap_err().code, Code::WrongPassphrase);
    }

    #[test]
    fn keys_change_for_who_knows_one_and_for_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path(), &Drawer::default());
        owner(&engine, "create_vault", proof()).unwrap();
        let file = folder.path().join("key").display().to_string();
        let wrong = json!({ "passphrase": "nobody ever chose this one" });
        let changes = |proof: &Value| {
            [
                ("add_key", json!({ "proof": proof, "kind": "passphrase", "passphrase": "ten more words to know", "key_file": file })),
                ("change_passphrase", json!({ "proof": proof, "passphrase": "some other words that hold", "key_file": file })),
                ("revoke_key", json!({ "proof": proof, "id": "00" })),
                ("replace_root_key", json!({ "proof": proof })),
            ]
        };
        for (op, body) in changes(&wrong) {
            assert_eq!(owner(&engine, op, body.clone()).unwrap_err().code, Code::WrongPassphrase, "{op}");
            let reader = engine.call(Caller::reader(), op, body, &Cancel::default(), &mut |_| {});
            assert_eq!(reader.unwrap_err().code, Code::Forbidden, "{op}");
        }
        assert!(!Path::new(&file).exists(), "no key file for who may not");
        assert_eq!(owner(&engine, "status", json!({})).unwrap()["state"], "unlocked", "and the vault stays open");
        let changed = owner(&engine, "change_passphrase", changes(&proof())[1].1.clone()).unwrap();
        assert_eq!((&changed["key_file_made"], &changed["key"]["key_file"]), (&json!(true), &json!(true)));
        // With the key file as proof it goes with the next passphrase as well.
        let with_file = json!({ "passphrase": "some other words that hold", "key_file": file });
        let changed = owner(&engine, "change_passphrase", json!({ "proof": with_file, "passphrase": PASSPHRASE })).unwrap();
        assert_eq!((&changed["key_file_made"], &changed["key"]["key_file"]), (&json!(false), &json!(true)));
        owner(&engine, "lock", json!({})).unwrap();
        assert_eq!(owner(&engine, "status", json!({})).unwrap()["key_file"], true);
        assert_eq!(owner(&engine, "unlock", proof()).unwrap_err().code, Code::WrongPassphrase);
        owner(&engine, "unlock", json!({ "passphrase": PASSPHRASE, "key_file": file })).unwrap();
    }
}
