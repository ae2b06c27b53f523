//! One way to open a vault: the root key, wrapped under what a secret comes to. Everything that a slot says of itself is bound to
//! the seal, so no part of it can be weakened without it opening no more; its label is sealed, and is known once the vault is open.

use domain::{Code, Failure, Result, UtcMs};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::fault::damaged;
use crate::hex;
use crate::keys::{self, Argon, Key, RootKey};
use crate::secret::Unlock;

/// The most characters of a label.
const LABEL: usize = 60;

/// What sort of secret opens a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// A passphrase that a person knows, alone or with a key file.
    #[serde(rename = "main")]
    Passphrase,
    /// A code that a person printed.
    Recovery,
    /// A secret that the keychain of one machine keeps.
    Keychain,
}

impl KeyKind {
    /// Whether a person can open the vault with it wherever they are.
    pub(crate) fn is_a_persons(self) -> bool {
        match self {
            Self::Passphrase | Self::Recovery => true,
            Self::Keychain => false,
        }
    }
}

/// A slot as its owner knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySlot {
    /// 16 hex digits; the same for as long as it is that key, whatever its passphrase.
    pub id: String,
    /// What opens it.
    pub kind: KeyKind,
    /// Whether the passphrase goes with a key file.
    pub key_file: bool,
    /// What its owner calls it; empty when nothing was said.
    pub label: String,
    /// When it was made; absent when that was with the vault.
    pub created_ms: Option<UtcMs>,
}

/// A slot as it stands in the header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Slot {
    pub(crate) kind: KeyKind,
    #[serde(with = "hex::bytes")]
    pub(crate) id: [u8; 8],
    /// The passphrase alone does not open it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) key_file: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_ms: Option<UtcMs>,
    /// A nonce of 24 bytes, then the sealed text.
    #[serde(default, with = "hex::list", skip_serializing_if = "Vec::is_empty")]
    label: Vec<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) argon2id: Option<Argon>,
    #[serde(with = "hex::bytes")]
    nonce: [u8; 24],
    #[serde(with = "hex::list")]
    wrapped: Vec<u8>,
}

/// What a new slot says of itself beside its secret.
#[derive(Debug, Clone)]
pub(crate) struct About {
    /// The slot that it takes the place of; else it is a new one.
    pub(crate) id: Option<[u8; 8]>,
    pub(crate) label: String,
    pub(crate) created_ms: Option<UtcMs>,
    /// How much work it costs to try, when it is a passphrase.
    pub(crate) argon2id: Argon,
}

impl Slot {
    /// Wraps `root` so that `secret` opens it.
    pub(crate) fn seal(vault_id: &[u8; 16], root: &RootKey, secret: &Unlock, about: About) -> Result<Self> {
        let (kind, key_file) = kind_of(secret);
        let argon2id = (kind == KeyKind::Passphrase).then_some(about.argon2id);
        let id = about.id.map_or_else(keys::random, Ok)?;
        let label = sealed_label(root, &id, about.label.trim())?;
        let mut slot =
            Self { kind, id, key_file, created_ms: about.created_ms, label, argon2id, nonce: keys::random()?, wrapped: Vec::new() };
        let kek = slot.kek(vault_id, secret)?.ok_or_else(|| Failure::internal("a new slot does not take its own secret"))?;
        slot.wrapped = root.wrap(&kek, &slot.nonce, &slot.about(vault_id)?)?;
        Ok(slot)
    }

    /// The root key, when `secret` is what this slot was sealed with.
    pub(crate) fn open(&self, vault_id: &[u8; 16], secret: &Unlock) -> Result<Option<RootKey>> {
        let Some(kek) = self.kek(vault_id, secret)? else { return Ok(None) };
        Ok(RootKey::unwrap(&kek, &self.nonce, &self.about(vault_id)?, &self.wrapped))
    }

    /// The slot's id as hex digits.
    pub(crate) fn id(&self) -> String {
        hex::encode(&self.id)
    }

    /// The slot as anyone may know it.
    pub(crate) fn unlabelled(&self) -> KeySlot {
        KeySlot { id: self.id(), kind: self.kind, key_file: self.key_file, label: String::new(), created_ms: self.created_ms }
    }

    /// The slot as its owner knows it. `labels` is the key that labels are sealed under.
    pub(crate) fn shown(&self, labels: &Key) -> Result<KeySlot> {
        let label = match self.label.split_first_chunk::<24>() {
            None => String::new(),
            Some((nonce, sealed)) => {
                let opened = keys::unseal(labels, nonce, &self.id, sealed).ok_or_else(|| damaged("The label of a key slot"))?;
                String::from_utf8_lossy(&opened).into_owned()
            }
        };
        Ok(KeySlot { label, ..self.unlabelled() })
    }

    /// The key that wraps the root key: stretched when a person chose the secret, derived alone when it was random. `None` when
    /// the slot takes another sort of secret.
    fn kek(&self, vault_id: &[u8; 16], secret: &Unlock) -> Result<Option<Key>> {
        if kind_of(secret) != (self.kind, self.key_file) {
            return Ok(None);
        }
        let label: [&[u8]; 3] = [b"pdv1/kek/", vault_id, &self.id];
        let kek = match secret {
            Unlock::Passphrase(passphrase) => keys::expand(self.stretch(passphrase.as_bytes())?.as_slice(), &label)?,
            Unlock::PassphraseAndKeyFile(passphrase, file) => {
                // Both of 32 bytes, so that no other pair of them is the same 64.
                let mut both = Zeroizing::new([0; 64]);
                both[..32].copy_from_slice(self.stretch(passphrase.as_bytes())?.as_slice());
                both[32..].copy_from_slice(file.as_bytes());
                keys::expand(both.as_slice(), &label)?
            }
            Unlock::Recovery(code) => keys::expand(code.as_bytes(), &label)?,
            Unlock::Keychain(kept) => keys::expand(kept.as_bytes(), &label)?,
        };
        Ok(Some(kek))
    }

    fn stretch(&self, passphrase: &[u8]) -> Result<Key> {
        let argon = self.argon2id.as_ref().ok_or_else(|| {
            Failure::new(Code::DamagedHeader, "A passphrase's slot in vault.json does not say how the passphrase is stretched.")
                .hint("Someone or something changed vault.json; put back the copy from a backup.")
        })?;
        argon.stretch(passphrase)
    }

    /// Everything the slot says but its sealed key: bound to the seal.
    fn about(&self, vault_id: &[u8; 16]) -> Result<Vec<u8>> {
        let bare = Self { wrapped: Vec::new(), ..self.clone() };
        let mut about = serde_json::to_vec(&bare).map_err(Failure::internal)?;
        about.extend_from_slice(vault_id);
        Ok(about)
    }
}

/// The kind of the slots that a secret opens, and whether with a key file.
pub(crate) fn kind_of(secret: &Unlock) -> (KeyKind, bool) {
    match secret {
        Unlock::Passphrase(_) => (KeyKind::Passphrase, false),
        Unlock::PassphraseAndKeyFile(..) => (KeyKind::Passphrase, true),
        Unlock::Recovery(_) => (KeyKind::Recovery, false),
        Unlock::Keychain(_) => (KeyKind::Keychain, false),
    }
}

fn sealed_label(root: &RootKey, id: &[u8; 8], label: &str) -> Result<Vec<u8>> {
    let n_characters = label.chars().count();
    if n_characters > LABEL || label.chars().any(char::is_control) {
        return Err(Failure::new(
            Code::BadRequest,
            format!("The label of a key has at most {LABEL} characters, on one line; this one has {n_characters}."),
        )
        .hint("Choose a shorter one."));
    }
    if label.is_empty() {
        return Ok(Vec::new());
    }
    let nonce: [u8; 24] = keys::random()?;
    let mut sealed = nonce.to_vec();
    sealed.extend(keys::seal(&root.labels()?, &nonce, id, label.as_bytes())?);
    Ok(sealed)
}
