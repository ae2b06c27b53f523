//! `vault.json`: the format's number, the vault's id and its key slots. Public by nature: it holds nothing that the
//! owner's data can be read from without a passphrase or the recovery code.
//!
//! Three checks tell what is wrong with it: a checksum (damage by accident, known before any passphrase is tried), the
//! slot's own seal (a passphrase that does not fit), and a MAC under a derived key (a slot added, removed or changed by
//! someone). A copy is kept beside it, always of the same content, so that an old passphrase never lives on in it.

use std::{fs, io};

use domain::{Code, Failure, Result};
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, Outcome};
use crate::folder::{Folder, replace};
use crate::hex;
use crate::keys::{self, Argon, Kdf, Key, RootKey};
use crate::secret::{Passphrase, RecoveryCode, Unlock};

/// The format that this version writes and reads.
pub(crate) const FORMAT: u32 = 1;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    format: u32,
    #[serde(with = "hex::bytes")]
    vault_id: [u8; 16],
    slots: Vec<Slot>,
    /// HMAC-SHA256 over what stands above, under a key derived from the root key.
    #[serde(with = "hex::list")]
    mac: Vec<u8>,
    /// BLAKE3 over everything above.
    #[serde(with = "hex::list")]
    checksum: Vec<u8>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Slot {
    kind: SlotKind,
    #[serde(with = "hex::bytes")]
    id: [u8; 8],
    #[serde(skip_serializing_if = "Option::is_none")]
    argon2id: Option<Argon>,
    #[serde(with = "hex::bytes")]
    nonce: [u8; 24],
    #[serde(with = "hex::list")]
    wrapped: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SlotKind {
    Main,
    Recovery,
}

/// The number alone, read before anything else is understood.
#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

impl Header {
    /// A new vault's header, its root key and the code that recovers it.
    pub(crate) fn create(passphrase: &Passphrase, kdf: Kdf) -> Result<(Self, RootKey, RecoveryCode)> {
        let root = RootKey::generate()?;
        let code = RecoveryCode::generate()?;
        let vault_id = keys::random()?;
        let main = Slot::seal(&vault_id, &root, SlotKind::Main, Some(Argon::choose(kdf)?), passphrase.as_bytes())?;
        let recovery = Slot::seal(&vault_id, &root, SlotKind::Recovery, None, code.as_bytes())?;
        let mut header = Self { format: FORMAT, vault_id, slots: vec![main, recovery], mac: Vec::new(), checksum: Vec::new() };
        header.sign(&root)?;
        Ok((header, root, code))
    }

    /// Reads the header, or its copy when the header is damaged; the flag says that it was the copy.
    pub(crate) fn read(folder: &Folder) -> Result<(Self, bool)> {
        let path = folder.header();
        if folder.lost_its_header() {
            return Err(Failure::new(
                Code::DamagedHeader,
                format!(
                    "The data of a vault stands at {}, but its header, vault.json, and the copy of it are gone.",
                    folder.root().display()
                ),
            )
            .hint("Put back vault.json from a backup of the vault: without it nothing opens the data, and with it all of it is there."));
        }
        if !path.exists() && !folder.header_copy().exists() {
            return Err(Failure::new(
                Code::NoVault,
                format!("There is no vault at {}: no vault.json stands there.", folder.root().display()),
            )
            .hint("Give the folder of a vault with --vault, or create one with `datapunk init`."));
        }
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(Fault::from(error).into()),
            read => read.unwrap_or_default(),
        };
        match Self::parse(&bytes) {
            Ok(header) => Ok((header, false)),
            Err(failure) if failure.code == Code::NewerFormat => Err(failure),
            Err(failure) => match Self::parse(&fs::read(folder.header_copy()).unwrap_or_default()) {
                Ok(header) => Ok((header, true)),
                Err(_) => Err(failure),
            },
        }
    }

    fn parse(bytes: &[u8]) -> Result<Self> {
        let damaged = |what: String| {
            Failure::new(Code::DamagedHeader, format!("The vault's header, vault.json, is damaged: {what}. No passphrase was tried."))
                .hint("Put back vault.json from a backup of the vault; the data itself may be whole.")
        };
        let only: FormatOnly = serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
        if only.format > FORMAT {
            return Err(Failure::new(
                Code::NewerFormat,
                format!("This vault has format {}, and this version of Datapunk knows formats up to {FORMAT}.", only.format),
            )
            .hint("Install the newer version of Datapunk that wrote it."));
        }
        let header: Self = serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
        if header.checksum != header.checksum()? {
            return Err(damaged("its checksum does not match".to_owned()));
        }
        Ok(header)
    }

    /// Writes the header, then its copy.
    pub(crate) fn write(&self, folder: &Folder) -> Outcome<()> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        replace(&folder.header(), &bytes)?;
        replace(&folder.header_copy(), &bytes)?;
        Ok(())
    }

    /// Whether the copy that stands in when the header is damaged is this header.
    pub(crate) fn has_copy(&self, folder: &Folder) -> Result<bool> {
        let Ok(copy) = Self::parse(&fs::read(folder.header_copy()).unwrap_or_default()) else { return Ok(false) };
        Ok(copy.checksum()? == self.checksum()?)
    }

    /// The root key, or why it cannot be had.
    pub(crate) fn unlock(&self, unlock: &Unlock) -> Result<RootKey> {
        let root = match unlock {
            Unlock::Passphrase(passphrase) => self.open(SlotKind::Main, passphrase.as_bytes())?,
            Unlock::Recovery(typed) => match RecoveryCode::parse(typed) {
                Some(code) => self.open(SlotKind::Recovery, code.as_bytes())?,
                None => None,
            },
        };
        let Some(root) = root else {
            let what = match unlock {
                Unlock::Passphrase(_) => "passphrase",
                Unlock::Recovery(_) => "recovery code",
            };
            return Err(Failure::new(Code::WrongPassphrase, format!("The {what} does not open this vault; the vault's header is whole."))
                .hint("Check the keyboard's layout and Caps Lock, and try again. The recovery code opens the vault when the passphrase is lost."));
        };
        if !keys::mac_fits(&root.header()?, &self.signed()?, &self.mac)? {
            return Err(Failure::new(
                Code::DamagedHeader,
                "The passphrase fits, but vault.json was changed by someone who did not know it.",
            )
            .hint("Put back vault.json from a backup, and ask who had access to the folder."));
        }
        Ok(root)
    }

    /// Whether this header's slots wrap `root`.
    pub(crate) fn is_of(&self, root: &RootKey) -> Result<bool> {
        keys::mac_fits(&root.header()?, &self.signed()?, &self.mac)
    }

    fn open(&self, kind: SlotKind, secret: &[u8]) -> Result<Option<RootKey>> {
        for slot in self.slots.iter().filter(|slot| slot.kind == kind) {
            if let Some(root) = slot.open(&self.vault_id, secret)? {
                return Ok(Some(root));
            }
        }
        Ok(None)
    }

    /// The same header with the passphrase's slot replaced; as much work to guess as before.
    pub(crate) fn with_passphrase(&self, root: &RootKey, new: &Passphrase) -> Result<Self> {
        let mut header = self.clone();
        for slot in header.slots.iter_mut().filter(|slot| slot.kind == SlotKind::Main) {
            let argon = match &slot.argon2id {
                Some(argon) => argon.with_new_salt()?,
                None => Argon::choose(Kdf::Calibrated)?,
            };
            *slot = Slot::seal(&self.vault_id, root, SlotKind::Main, Some(argon), new.as_bytes())?;
        }
        header.sign(root)?;
        Ok(header)
    }

    /// The vault's id as hex digits.
    pub(crate) fn vault_id(&self) -> String {
        hex::encode(&self.vault_id)
    }

    fn sign(&mut self, root: &RootKey) -> Result<()> {
        self.mac = keys::mac(&root.header()?, &self.signed()?)?.to_vec();
        self.checksum = self.checksum()?;
        Ok(())
    }

    fn signed(&self) -> Result<Vec<u8>> {
        let bare = Self { mac: Vec::new(), checksum: Vec::new(), ..self.clone() };
        serde_json::to_vec(&bare).map_err(Failure::internal)
    }

    fn checksum(&self) -> Result<Vec<u8>> {
        let bare = Self { checksum: Vec::new(), ..self.clone() };
        let bytes = serde_json::to_vec(&bare).map_err(Failure::internal)?;
        Ok(blake3::hash(&bytes).as_bytes().to_vec())
    }
}

impl Slot {
    fn seal(vault_id: &[u8; 16], root: &RootKey, kind: SlotKind, argon2id: Option<Argon>, secret: &[u8]) -> Result<Self> {
        let mut slot = Self { kind, id: keys::random()?, argon2id, nonce: keys::random()?, wrapped: Vec::new() };
        slot.wrapped = root.wrap(&slot.kek(vault_id, secret)?, &slot.nonce, &slot.about(vault_id)?)?;
        Ok(slot)
    }

    fn open(&self, vault_id: &[u8; 16], secret: &[u8]) -> Result<Option<RootKey>> {
        Ok(RootKey::unwrap(&self.kek(vault_id, secret)?, &self.nonce, &self.about(vault_id)?, &self.wrapped))
    }

    /// The key that wraps the root key: stretched when a person chose the secret, derived alone when it was random.
    fn kek(&self, vault_id: &[u8; 16], secret: &[u8]) -> Result<Key> {
        let label: [&[u8]; 3] = [b"pdv1/kek/", vault_id, &self.id];
        match &self.argon2id {
            Some(argon) => keys::expand(argon.stretch(secret)?.as_slice(), &label),
            None => keys::expand(secret, &label),
        }
    }

    /// Everything the slot says but its sealed key: bound to the seal.
    fn about(&self, vault_id: &[u8; 16]) -> Result<Vec<u8>> {
        let bare = Self { wrapped: Vec::new(), ..self.clone() };
        let mut about = serde_json::to_vec(&bare).map_err(Failure::internal)?;
        about.extend_from_slice(vault_id);
        Ok(about)
    }
}

#[cfg(test)]
impl Header {
    /// A header's JSON with a checksum that fits, as someone would write it who does not know the passphrase.
    pub(crate) fn respelled(json: &str) -> Vec<u8> {
        let mut header: Self = serde_json::from_str(json).unwrap();
        header.checksum = header.checksum().unwrap();
        serde_json::to_vec(&header).unwrap()
    }
}
