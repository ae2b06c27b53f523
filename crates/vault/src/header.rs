//! `vault.json`: the format's number, the vault's id and its key slots. Public by nature: it holds nothing that the
//! owner's data can be read from without a secret that opens one of the slots.
//!
//! Four checks tell what is wrong with it: a checksum (damage by accident, known before any passphrase is tried), the
//! slot's own seal (a secret that does not fit), a MAC under a derived key (a slot added, removed or changed by someone), and
//! its revision, which the database remembers as well (an old header put back). A copy is kept beside it, always of the same
//! content, so that an old passphrase never lives on in it; where it cannot be written, there is rather none until the next unlock.
//!
//! Format 1 had one slot for a passphrase and one for the recovery code, and no revision. It is read as it is, and written as
//! format 2 when a slot changes.

use std::path::Path;
use std::{fs, io};

use domain::{Code, Failure, Result, UtcMs};
use serde::{Deserialize, Serialize};

use crate::fault::{Fault, Outcome};
use crate::folder::{Folder, remove_if_there, replace};
use crate::hex;
use crate::keys::{self, Argon, Kdf, Key, RootKey};
use crate::secret::Unlock;
use crate::slot::{About, KeyKind, KeySlot, Slot, kind_of};

/// The format that this version writes; it reads all before it.
pub(crate) const FORMAT: u32 = 2;
/// The most slots of a vault: a wrong passphrase is tried on each, and each try is costly on purpose.
const MAX_SLOTS: usize = 16;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    format: u32,
    #[serde(with = "hex::bytes")]
    vault_id: [u8; 16],
    /// How often the slots have changed; 0 in format 1, which did not count.
    #[serde(default, skip_serializing_if = "is_zero")]
    revision: u64,
    slots: Vec<Slot>,
    /// HMAC-SHA256 over what stands above, under a key derived from the root key.
    #[serde(with = "hex::list")]
    mac: Vec<u8>,
    /// BLAKE3 over everything above.
    #[serde(with = "hex::list")]
    checksum: Vec<u8>,
}

/// An opened header: the root key, and the place of the slot that it came out of.
pub(crate) struct Opened {
    pub(crate) root: RootKey,
    slot: usize,
}

/// A header around a new root key.
pub(crate) struct Anew {
    pub(crate) header: Header,
    pub(crate) root: RootKey,
    /// The id of its recovery code's slot.
    pub(crate) code: String,
    /// The ids of the slots of the old header that have no place in it.
    pub(crate) lost: Vec<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// The number alone, read before anything else is understood.
#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

impl Header {
    /// A new header around a new root key, which each of `secrets` opens.
    pub(crate) fn create(vault_id: [u8; 16], secrets: &[(&Unlock, About)], revision: u64) -> Result<(Self, RootKey)> {
        let root = RootKey::generate()?;
        let mut header = Self { format: FORMAT, vault_id, revision, slots: Vec::new(), mac: Vec::new(), checksum: Vec::new() };
        for (secret, about) in secrets {
            header.slots.push(Slot::seal(&vault_id, &root, secret, about.clone())?);
        }
        header.sign(&root)?;
        Ok((header, root))
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

    /// The header that stands at `path`, when a whole one does.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        Self::parse(&fs::read(path).ok()?).ok()
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
        if header.slots.len() > MAX_SLOTS {
            return Err(damaged(format!("it has {} key slots, and at most {MAX_SLOTS} were expected", header.slots.len())));
        }
        Ok(header)
    }

    /// Writes the header, which counts from then on, then its copy; whether that stands as well.
    pub(crate) fn write(&self, folder: &Folder) -> Outcome<bool> {
        self.write_alone(folder)?;
        Ok(self.write_copy(folder))
    }

    /// Writes the header, which counts from then on, and leaves its copy alone.
    pub(crate) fn write_alone(&self, folder: &Folder) -> Outcome<()> {
        let (path, bytes) = (folder.header(), self.to_bytes()?);
        // Once it is renamed it counts, also when making that last failed.
        if let Err(error) = replace(&path, &bytes)
            && fs::read(&path).ok().as_ref() != Some(&bytes)
        {
            return Err(error.into());
        }
        Ok(())
    }

    /// Keeps the header under a name of its own in the folder of a vault that it is not of; says which. One that is kept there
    /// already stays.
    pub(crate) fn keep_aside(&self, folder: &Folder) -> Outcome<String> {
        let bytes = self.to_bytes()?;
        let mut name = format!("vault.json.{}", self.vault_id());
        let mut n = 1;
        while fs::read(folder.root().join(&name)).is_ok_and(|kept| kept != bytes) {
            n += 1;
            name = format!("vault.json.{}-{n}", self.vault_id());
        }
        replace(&folder.root().join(&name), &bytes)?;
        Ok(name)
    }

    /// Writes the copy; whether it stands.
    pub(crate) fn write_copy(&self, folder: &Folder) -> bool {
        let path = folder.header_copy();
        let written = self.to_bytes().and_then(|bytes| Ok(replace(&path, &bytes)?));
        let Err(fault) = written else { return true };
        tracing::warn!(code = ?fault.0.code, "the copy of the header could not be written");
        if self.has_copy(folder).unwrap_or(false) {
            return true;
        }
        // One of another time would open the vault to who was shut out since: better none. One that stays is told all the same.
        remove_if_there(&path).ok();
        false
    }

    fn to_bytes(&self) -> Outcome<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Whether the copy that stands in when the header is damaged is this header.
    pub(crate) fn has_copy(&self, folder: &Folder) -> Result<bool> {
        let Ok(copy) = Self::parse(&fs::read(folder.header_copy()).unwrap_or_default()) else { return Ok(false) };
        Ok(copy.checksum()? == self.checksum()?)
    }

    /// The root key, or why it cannot be had.
    pub(crate) fn unlock(&self, secret: &Unlock) -> Result<Opened> {
        for (at, slot) in self.slots.iter().enumerate() {
            let Some(root) = slot.open(&self.vault_id, secret)? else { continue };
            if !keys::mac_fits(&root.header()?, &self.signed()?, &self.mac)? {
                return Err(Failure::new(Code::DamagedHeader, "The key fits, but vault.json was changed by someone who did not know it.")
                    .hint("Put back vault.json from a backup, and ask who had access to the folder."));
            }
            return Ok(Opened { root, slot: at });
        }
        Err(self.refusal(secret))
    }

    /// Whether this header's slots wrap `root`.
    pub(crate) fn is_of(&self, root: &RootKey) -> Result<bool> {
        keys::mac_fits(&root.header()?, &self.signed()?, &self.mac)
    }

    /// Why `secret` opens none of the slots.
    fn refusal(&self, secret: &Unlock) -> Failure {
        let takes = |key_file: bool| self.slots.iter().any(|slot| slot.kind == KeyKind::Passphrase && slot.key_file == key_file);
        let whole = "the vault's header is whole";
        let (message, hint) = match secret {
            Unlock::Passphrase(_) if !takes(false) && takes(true) => (
                "This vault's passphrase goes with a key file, and no key file was given.".to_owned(),
                "Name the key file: with --key-file, or under the passphrase where the vault is unlocked.",
            ),
            Unlock::Passphrase(_) if takes(true) => (
                format!("The passphrase alone does not open this vault; {whole}."),
                "Check the keyboard's layout and Caps Lock, and name the key file when this passphrase goes with one.",
            ),
            Unlock::Passphrase(_) => (
                format!("The passphrase does not open this vault; {whole}."),
                "Check the keyboard's layout and Caps Lock, and try again. The recovery code opens the vault when the passphrase is lost.",
            ),
            Unlock::PassphraseAndKeyFile(..) if !takes(true) => {
                ("No passphrase of this vault goes with a key file, and one was given.".to_owned(), "Give the passphrase alone.")
            }
            Unlock::PassphraseAndKeyFile(..) => (
                format!("The passphrase or key file does not open this vault; {whole}."),
                "Check the keyboard's layout and Caps Lock, and that it is the right file, unchanged. The recovery code opens the vault when one of the two is lost.",
            ),
            Unlock::Recovery(_) => (
                format!("The recovery code does not open this vault; {whole}."),
                "It is a code, but of another vault or one that was revoked. Look for the print of this vault's.",
            ),
            Unlock::Keychain(_) => (
                format!("What this machine's keychain keeps does not open this vault; {whole}."),
                "Unlock with the passphrase; its key in the keychain was revoked, or the root key was replaced.",
            ),
        };
        Failure::new(Code::WrongPassphrase, message).hint(hint)
    }

    /// The same header with one more slot, and the slot. It takes as much work to guess as the others.
    ///
    /// # Errors
    /// [`Code::BadRequest`] when there are as many as there may be, or the label is too long.
    pub(crate) fn with_slot(&self, root: &RootKey, secret: &Unlock, label: &str, now: UtcMs) -> Result<(Self, Slot)> {
        if self.slots.len() >= MAX_SLOTS {
            return Err(Failure::new(Code::BadRequest, format!("This vault has {MAX_SLOTS} keys, and there may not be more."))
                .hint("Revoke one that is not needed; `datapunk keys list` lists them."));
        }
        let about = About { id: None, label: label.to_owned(), created_ms: Some(now), argon2id: self.argon(None)? };
        let slot = Slot::seal(&self.vault_id, root, secret, about)?;
        let mut header = self.clone();
        header.slots.push(slot.clone());
        Ok((header, slot))
    }

    /// The same header without one of its slots, and the slot.
    ///
    /// # Errors
    /// [`Code::NotFound`] for an unknown id; [`Code::BadRequest`] when nothing would be left that a person can open the vault with.
    pub(crate) fn without_slot(&self, id: &str) -> Result<(Self, Slot)> {
        let mut header = self.clone();
        let slot = header.slots.remove(self.place(id)?);
        if !header.slots.iter().any(|slot| slot.kind.is_a_persons()) {
            return Err(Failure::new(Code::BadRequest, "This is the last key that a person can open the vault with, and was not revoked.")
                .hint("Add another passphrase or recovery code first."));
        }
        Ok((header, slot))
    }

    /// The same header with another passphrase in place of one of its slots', and the slot.
    ///
    /// # Errors
    /// [`Code::BadRequest`] when the slot, or what is to stand in it, is no passphrase.
    pub(crate) fn with_passphrase(&self, root: &RootKey, at: usize, new: &Unlock, label: &str, now: UtcMs) -> Result<(Self, Slot)> {
        let mut header = self.clone();
        let slot = header.slots.get_mut(at).filter(|slot| slot.kind == KeyKind::Passphrase && kind_of(new).0 == KeyKind::Passphrase);
        let Some(slot) = slot else {
            return Err(Failure::new(Code::BadRequest, "Only a passphrase can be changed, and this key is none.")
                .hint("Add a new key, then revoke the old one."));
        };
        let argon2id = self.argon(slot.argon2id.as_ref())?;
        let about = About { id: Some(slot.id), label: label.to_owned(), created_ms: Some(now), argon2id };
        *slot = Slot::seal(&self.vault_id, root, new, about)?;
        let slot = slot.clone();
        Ok((header, slot))
    }

    /// Where the passphrase stands that `opened` proves or, by its id, that is meant; a proof of another kind means the only one.
    ///
    /// # Errors
    /// [`Code::NotFound`] for an unknown id, [`Code::BadRequest`] when there are several and none is named.
    pub(crate) fn meant(&self, opened: &Opened, id: Option<&str>) -> Result<usize> {
        if let Some(id) = id {
            return self.place(id);
        }
        if self.slots.get(opened.slot).is_some_and(|slot| slot.kind == KeyKind::Passphrase) {
            return Ok(opened.slot);
        }
        let mut passphrases = self.slots.iter().enumerate().filter(|(_, slot)| slot.kind == KeyKind::Passphrase);
        match (passphrases.next(), passphrases.next()) {
            (Some((at, _)), None) => Ok(at),
            _ => Err(Failure::new(
                Code::BadRequest,
                "This vault has not one passphrase but several or none, and it was not said which to change.",
            )
            .hint("Name the key by its id; `datapunk keys list` lists them.")),
        }
    }

    fn place(&self, id: &str) -> Result<usize> {
        self.slots
            .iter()
            .position(|slot| slot.id() == id)
            .ok_or_else(|| Failure::not_found("key", id).hint("`datapunk keys list` lists the keys and their ids."))
    }

    /// The slots as anyone may know them.
    pub(crate) fn unlabelled(&self) -> Vec<KeySlot> {
        self.slots.iter().map(Slot::unlabelled).collect()
    }

    /// The slots as their owner knows them.
    pub(crate) fn shown(&self, labels: &Key) -> Result<Vec<KeySlot>> {
        self.slots.iter().map(|slot| slot.shown(labels)).collect()
    }

    /// The slot that `opened` came out of.
    pub(crate) fn slot(&self, opened: &Opened) -> Option<&Slot> {
        self.slots.get(opened.slot)
    }

    /// How hard a passphrase is made to guess: as one slot says, or the hardest of all, with a fresh salt.
    pub(crate) fn argon(&self, like: Option<&Argon>) -> Result<Argon> {
        let hardest = || self.slots.iter().filter_map(|slot| slot.argon2id.as_ref()).max_by_key(|argon| (argon.m_kib, argon.t));
        match like.or_else(hardest) {
            Some(argon) => argon.with_new_salt(),
            None => Argon::choose(Kdf::Calibrated),
        }
    }

    /// The vault's id as hex digits.
    pub(crate) fn vault_id(&self) -> String {
        hex::encode(&self.vault_id)
    }

    /// A header of the same vault around a new root key, which the given secrets open, each in place of its slot, and a new
    /// recovery code. What is not given opens it no more.
    ///
    /// # Errors
    /// [`Code::WrongPassphrase`] when one of the secrets opens nothing now, [`Code::BadRequest`] when there are too many.
    pub(crate) fn around_a_new_root(&self, secrets: &[Unlock], code: &Unlock, latest: u64, now: UtcMs) -> Result<Anew> {
        let mut given = Vec::with_capacity(secrets.len());
        let mut kept = Vec::with_capacity(secrets.len());
        for secret in secrets {
            let opened = self.unlock(secret)?;
            let shown = self.shown(&opened.root.labels()?)?.swap_remove(opened.slot);
            if kept.contains(&shown.id) {
                continue;
            }
            let argon2id = self.argon(self.slot(&opened).and_then(|slot| slot.argon2id.as_ref()))?;
            given.push((
                secret,
                About { id: self.slot(&opened).map(|slot| slot.id), label: shown.label, created_ms: shown.created_ms, argon2id },
            ));
            kept.push(shown.id);
        }
        if given.len() >= MAX_SLOTS {
            return Err(Failure::new(
                Code::BadRequest,
                format!("{} keys and a new recovery code were to open this vault, and there may be {MAX_SLOTS} keys.", given.len()),
            )
            .hint("Give one fewer."));
        }
        given.push((code, About { id: None, label: String::new(), created_ms: Some(now), argon2id: self.argon(None)? }));
        let (header, root) = Self::create(self.vault_id, &given, self.revision.max(latest) + 1)?;
        let lost = self.slots.iter().filter(|slot| !kept.contains(&slot.id())).map(Slot::id).collect();
        let code = header.slots.last().map(Slot::id).unwrap_or_default();
        Ok(Anew { header, root, code, lost })
    }

    /// How often the slots have changed.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Signs a header whose slots were changed, as the next after `latest`.
    pub(crate) fn sign_as_next(&mut self, root: &RootKey, latest: u64) -> Result<()> {
        self.format = FORMAT;
        self.revision = self.revision.max(latest) + 1;
        self.sign(root)
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

#[cfg(test)]
impl Header {
    /// A header's JSON with a checksum that fits, as someone would write it who does not know the passphrase.
    pub(crate) fn respelled(json: &str) -> Vec<u8> {
        let mut header: Self = serde_json::from_str(json).unwrap();
        header.checksum = header.checksum().unwrap();
        serde_json::to_vec(&header).unwrap()
    }
}
