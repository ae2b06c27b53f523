//! Keys. One random root key opens everything; it is wrapped in slots (by a passphrase, by the recovery code), and every
//! other key is derived from it by HKDF with a label. Changing the passphrase rewrites a slot, never the data.
//!
//! Invariants: parameters below the floor are refused when read as well as when written, so a changed header cannot
//! weaken a vault; absurdly large ones are refused too, so it cannot exhaust memory either.

use std::time::Instant;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use domain::{Code, Failure, Result};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::hex;

/// 32 secret bytes, wiped when dropped. They stand in a box, since what is moved leaves a copy where it stood, which nobody wipes.
pub(crate) type Key = Box<Zeroizing<[u8; 32]>>;

/// The least memory of Argon2id, in KiB.
const FLOOR_KIB: u32 = 64 * 1024;
/// The most that calibration chooses.
const CALIBRATED_MAX_KIB: u32 = 1024 * 1024;
/// The most that is accepted from a header.
const ACCEPTED_MAX_KIB: u32 = 2 * 1024 * 1024;
/// Passes over that memory.
const PASSES: u32 = 3;
/// How long unlocking should take on the machine that created the vault.
const TARGET_MS: u128 = 500;

/// How much work a passphrase costs to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kdf {
    /// About half a second on this machine, at least 64 MiB and at most 1 GiB.
    #[default]
    Calibrated,
    /// 64 MiB and three passes: the least that is ever accepted. For tests and small machines.
    Floor,
}

/// Argon2id's parameters, as a slot states them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Argon {
    pub(crate) m_kib: u32,
    pub(crate) t: u32,
    pub(crate) p: u32,
    #[serde(with = "hex::bytes")]
    pub(crate) salt: [u8; 16],
}

impl Argon {
    /// Parameters with a fresh salt.
    pub(crate) fn choose(kdf: Kdf) -> Result<Self> {
        let mut argon = Self { m_kib: FLOOR_KIB, t: PASSES, p: 1, salt: random()? };
        if kdf == Kdf::Calibrated {
            let started = Instant::now();
            argon.stretch(b"how fast is this machine")?;
            let took = started.elapsed().as_millis().max(1);
            let wanted = u128::from(FLOOR_KIB) * TARGET_MS / took;
            argon.m_kib = u32::try_from(wanted).unwrap_or(CALIBRATED_MAX_KIB).clamp(FLOOR_KIB, CALIBRATED_MAX_KIB);
        }
        Ok(argon)
    }

    /// The same work with a fresh salt.
    pub(crate) fn with_new_salt(&self) -> Result<Self> {
        Ok(Self { salt: random()?, ..self.clone() })
    }

    /// 32 bytes from a passphrase.
    pub(crate) fn stretch(&self, passphrase: &[u8]) -> Result<Key> {
        if self.m_kib < FLOOR_KIB || self.t < PASSES || self.p != 1 || self.m_kib > ACCEPTED_MAX_KIB || self.t > 64 {
            return Err(Failure::new(
                Code::DamagedHeader,
                format!(
                    "The vault's header asks for Argon2id with {} KiB, {} passes and {} lanes; expected at least {FLOOR_KIB} KiB and {PASSES} passes, at most {ACCEPTED_MAX_KIB} KiB, and one lane.",
                    self.m_kib, self.t, self.p
                ),
            )
            .hint("Someone or something changed vault.json; put back the copy from a backup."));
        }
        let params = Params::new(self.m_kib, self.t, self.p, Some(32)).map_err(Failure::internal)?;
        let mut key = Box::new(Zeroizing::new([0; 32]));
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase, &self.salt, key.as_mut_slice())
            .map_err(Failure::internal)?;
        Ok(key)
    }
}

/// The root key of a vault, from which all others come.
pub(crate) struct RootKey(Key);

impl RootKey {
    pub(crate) fn generate() -> Result<Self> {
        Ok(Self(Box::new(Zeroizing::new(random()?))))
    }

    /// Key and salt of the database: 48 bytes.
    pub(crate) fn database(&self) -> Result<Zeroizing<[u8; 48]>> {
        let mut both = Zeroizing::new([0; 48]);
        both[..32].copy_from_slice(self.derive("db/key")?.as_slice());
        both[32..].copy_from_slice(&self.derive("db/salt")?[..16]);
        Ok(both)
    }

    /// The key of one generation of the word index.
    pub(crate) fn index(&self, generation: &str) -> Result<Key> {
        self.derive(&format!("idx/{generation}"))
    }

    /// The key under which equal blobs have equal names in the database.
    pub(crate) fn blob_names(&self) -> Result<Key> {
        self.derive("blob/name")
    }

    /// The key of the state file's MAC.
    pub(crate) fn state(&self) -> Result<Key> {
        self.derive("state/mac")
    }

    /// The key of the chain of MACs of the log of calls.
    pub(crate) fn audit(&self) -> Result<Key> {
        self.derive("audit/mac")
    }

    /// The key of the hashes in receipts.
    pub(crate) fn receipts(&self) -> Result<Key> {
        self.derive("receipt/mac")
    }

    /// The key of the header's MAC.
    pub(crate) fn header(&self) -> Result<Key> {
        self.derive("header/mac")
    }

    /// The key that the identity of a folder of backups is sealed under.
    pub(crate) fn backup(&self, folder: &[u8; 16]) -> Result<Key> {
        self.derive(&format!("backup/{}", hex::encode(folder)))
    }

    /// The same key once more; both are wiped when dropped.
    pub(crate) fn copy(&self) -> Self {
        Self(self.0.clone())
    }

    /// The key that the labels of slots are sealed under.
    pub(crate) fn labels(&self) -> Result<Key> {
        self.derive("header/label")
    }

    fn derive(&self, label: &str) -> Result<Key> {
        expand(self.0.as_slice(), &[b"pdv1/", label.as_bytes()])
    }

    /// The root key, sealed under `kek`; `about` is bound to it.
    pub(crate) fn wrap(&self, kek: &Key, nonce: &[u8; 24], about: &[u8]) -> Result<Vec<u8>> {
        seal(kek, nonce, about, self.0.as_slice())
    }

    /// The root key out of a slot; `None` when the key does not fit, or `about` was changed.
    pub(crate) fn unwrap(kek: &Key, nonce: &[u8; 24], about: &[u8], wrapped: &[u8]) -> Option<Self> {
        let opened = unseal(kek, nonce, about, wrapped)?;
        let mut key = Box::new(Zeroizing::new([0; 32]));
        if opened.len() != key.len() {
            return None;
        }
        key.copy_from_slice(&opened);
        Some(Self(key))
    }
}

/// In the manifests of backups, which are encrypted.
impl Serialize for RootKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(hex::encode(self.0.as_slice())))
    }
}

impl<'de> Deserialize<'de> for RootKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let bytes: [u8; 32] = hex::bytes::deserialize(deserializer)?;
        Ok(Self(Box::new(Zeroizing::new(bytes))))
    }
}

#[cfg(test)]
impl RootKey {
    /// The key itself, to look for it where it must not be.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}

/// XChaCha20-Poly1305 of `plain`; `about` is bound to it.
pub(crate) fn seal(key: &Key, nonce: &[u8; 24], about: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
    XChaCha20Poly1305::new((&***key).into()).encrypt(&XNonce::from(*nonce), Payload { msg: plain, aad: about }).map_err(Failure::internal)
}

/// What [`seal`] sealed; `None` when the key does not fit, or anything of it was changed.
pub(crate) fn unseal(key: &Key, nonce: &[u8; 24], about: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    XChaCha20Poly1305::new((&***key).into()).decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: about }).ok().map(Zeroizing::new)
}

/// HKDF-SHA256 of a secret, with a label in parts.
pub(crate) fn expand(secret: &[u8], label: &[&[u8]]) -> Result<Key> {
    let mut key = Box::new(Zeroizing::new([0; 32]));
    Hkdf::<Sha256>::new(None, secret).expand_multi_info(label, key.as_mut_slice()).map_err(Failure::internal)?;
    Ok(key)
}

/// HMAC-SHA256.
pub(crate) fn mac(key: &Key, message: &[u8]) -> Result<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).map_err(Failure::internal)?;
    mac.update(message);
    Ok(mac.finalize().into_bytes().into())
}

/// Whether an HMAC-SHA256 is right, in constant time.
pub(crate) fn mac_fits(key: &Key, message: &[u8], expected: &[u8]) -> Result<bool> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).map_err(Failure::internal)?;
    mac.update(message);
    Ok(mac.verify_slice(expected).is_ok())
}

/// Random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Failure::internal)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weaker_parameters_than_the_floor_are_refused() {
        let argon = Argon { m_kib: 8, t: 3, p: 1, salt: [0; 16] };
        assert_eq!(argon.stretch(b"x").unwrap_err().code, Code::DamagedHeader);
        let argon = Argon { m_kib: u32::MAX, t: 3, p: 1, salt: [0; 16] };
        assert_eq!(argon.stretch(b"x").unwrap_err().code, Code::DamagedHeader);
    }

    #[test]
    fn a_slot_opens_with_its_own_key_and_header_only() {
        let root = RootKey::generate().unwrap();
        let (kek, other): (Key, Key) = (Box::new([1; 32].into()), Box::new([2; 32].into()));
        let wrapped = root.wrap(&kek, &[3; 24], b"slot").unwrap();
        assert!(RootKey::unwrap(&kek, &[3; 24], b"slot", &wrapped).is_some_and(|opened| opened.0 == root.0));
        assert!(RootKey::unwrap(&other, &[3; 24], b"slot", &wrapped).is_none());
        assert!(RootKey::unwrap(&kek, &[3; 24], b"other slot", &wrapped).is_none());
    }
}
