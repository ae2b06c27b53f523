//! The folder of backups: how it is opened, and its files found, written and mended.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use age::secrecy::ExposeSecret;
use age::x25519;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use domain::{Code, Failure, Result};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::fail::{at, damaged};
use super::manifest::Manifest;
use super::pack;
use super::parity::Group;
use crate::folder::{private_file, private_folder, replace, sync_folder};
use crate::header::Header;
use crate::hex;
use crate::keys::{self, RootKey};
use crate::lock::Lock;
use crate::secret::{Passphrase, Unlock};

/// The format that this version writes and reads.
const FORMAT: u32 = 1;

/// What the name of a pack ends with that is damaged for good: no new backup relies on it, and what is left of it is read.
const SET_ASIDE: &str = "damaged";

/// What opens the folder of a vault's backups.
pub enum OpenBackup {
    /// What opens the vault: its passphrase, or its recovery code.
    Vault(Unlock),
    /// The passphrase that the backup was given of its own.
    Own(Passphrase),
    /// An age identity, `AGE-SECRET-KEY-1...`, of a recipient of the backup, or the backup's own.
    Identity(String),
}

/// An open folder of backups. One process at a time has it open.
pub struct Backup {
    folder: PathBuf,
    front: Front,
    pub(super) identity: x25519::Identity,
    pub(super) root: Option<RootKey>,
    /// None where nothing can be written, as on a disc: others can only read it too.
    _lock: Option<Lock>,
}

/// `backup.json`: public, as a vault's header is.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Front {
    format: u32,
    #[serde(with = "hex::bytes")]
    id: [u8; 16],
    /// The vault's header as of the last run, so that the passphrase of then opens the backups.
    pub(super) vault: Header,
    #[serde(with = "hex::bytes")]
    nonce: [u8; 24],
    /// The folder's age identity, sealed under a key that is derived from the vault's root key.
    #[serde(with = "hex::list")]
    sealed: Vec<u8>,
    /// BLAKE3 over everything above.
    #[serde(with = "hex::list")]
    checksum: Vec<u8>,
}

impl Front {
    fn checksum(&self) -> Result<Vec<u8>> {
        let bare = Self { checksum: Vec::new(), ..self.clone() };
        Ok(blake3::hash(&serde_json::to_vec(&bare).map_err(Failure::internal)?).as_bytes().to_vec())
    }

    fn about(&self) -> Vec<u8> {
        [b"datapunk backup ".as_slice(), &self.id].concat()
    }

    fn seal(&mut self, root: &RootKey, identity: &x25519::Identity) -> Result<()> {
        self.nonce = keys::random()?;
        let cipher = XChaCha20Poly1305::new((&**root.backup(&self.id)?).into());
        let secret = identity.to_string();
        self.sealed = cipher
            .encrypt(&XNonce::from(self.nonce), Payload { msg: secret.expose_secret().as_bytes(), aad: &self.about() })
            .map_err(Failure::internal)?;
        self.checksum = self.checksum()?;
        Ok(())
    }

    fn unseal(&self, root: &RootKey) -> Result<x25519::Identity> {
        let cipher = XChaCha20Poly1305::new((&**root.backup(&self.id)?).into());
        let secret = cipher
            .decrypt(&XNonce::from(self.nonce), Payload { msg: &self.sealed, aad: &self.about() })
            .map(Zeroizing::new)
            .map_err(|_| damaged("The key of the backup, in backup.json,"))?;
        identity(std::str::from_utf8(&secret).map_err(Failure::internal)?)
    }

    fn read(folder: &Path) -> Result<Self> {
        let names = ["backup.json", "backup.json.bak"];
        if !names.iter().any(|name| folder.join(name).exists()) {
            return Err(Failure::new(Code::NotFound, format!("There is no backup at {}: no backup.json stands there.", folder.display()))
                .hint("Name the folder that `datapunk backup create` was given; check that its drive is there."));
        }
        let read = |name| Self::parse(&at(folder, fs::read(folder.join(name)))?);
        match read(names[0]) {
            Ok(front) => Ok(front),
            Err(failure) if failure.code == Code::NewerFormat => Err(failure),
            Err(failure) => read(names[1]).map_err(|_| failure),
        }
    }

    fn parse(bytes: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct FormatOnly {
            format: u32,
        }
        let only: FormatOnly = serde_json::from_slice(bytes).map_err(|_| damaged("The file backup.json"))?;
        if only.format > FORMAT {
            return Err(Failure::new(
                Code::NewerFormat,
                format!("This backup has format {}, and this version of Datapunk knows formats up to {FORMAT}.", only.format),
            )
            .hint("Install the newer version of Datapunk that wrote it."));
        }
        let front: Self = serde_json::from_slice(bytes).map_err(|_| damaged("The file backup.json"))?;
        if front.checksum != front.checksum()? {
            return Err(damaged("The file backup.json"));
        }
        Ok(front)
    }

    fn write(&self, folder: &Path) -> Result<()> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(Failure::internal)?;
        bytes.push(b'\n');
        at(folder, replace(&folder.join("backup.json"), &bytes).and_then(|()| replace(&folder.join("backup.json.bak"), &bytes)))
    }
}

fn identity(text: &str) -> Result<x25519::Identity> {
    x25519::Identity::from_str(text.trim())
        .map_err(|why| Failure::new(Code::BadRequest, format!("This is no age identity: {why}. One begins with AGE-SECRET-KEY-1.")))
}

/// Whether a folder holds what no run that was cut short before it came to `backup.json` leaves.
fn holds_other_things(folder: &Path) -> io::Result<bool> {
    const OURS: [&str; 6] = ["LOCK", "packs", "parity", "snapshots", "backup.new", "backup.json.new"];
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let is_ours = OURS.iter().any(|ours| entry.file_name() == *ours);
        // Nothing is written into its folders before.
        if !is_ours || (entry.file_type()?.is_dir() && fs::read_dir(entry.path())?.next().is_some()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads recipients as people give them.
pub(super) fn recipients(texts: &[String]) -> Result<Vec<x25519::Recipient>> {
    texts
        .iter()
        .map(|text| {
            x25519::Recipient::from_str(text.trim()).map_err(|why| {
                Failure::new(Code::BadRequest, format!("{text:?} is no age recipient: {why}. One begins with age1."))
                    .hint("`age-keygen` prints one as its public key.")
            })
        })
        .collect()
}

impl Backup {
    /// Whether a folder of backups stands at `folder`.
    pub fn exists(folder: &Path) -> bool {
        ["backup.json", "backup.json.bak"].iter().any(|name| folder.join(name).exists())
    }

    /// Opens the folder of backups at `folder`.
    ///
    /// # Errors
    /// [`Code::NotFound`] when there is none, [`Code::WrongPassphrase`], [`Code::VaultInUse`] while another process has it open,
    /// [`Code::NewerFormat`], [`Code::Damaged`], [`Code::Unreadable`].
    pub fn open(folder: &Path, with: &OpenBackup) -> Result<Self> {
        let front = Front::read(folder)?;
        let lock = take(folder)?;
        let refused = |what: &str| {
            Failure::new(Code::WrongPassphrase, format!("The {what} does not open this backup; its front, backup.json, is whole."))
                .hint("A backup opens with the vault's passphrase as it was at the last run, or with the recovery code.")
        };
        let (identity, root) = match with {
            OpenBackup::Vault(unlock) => {
                let opened = front.vault.unlock(unlock).map_err(|failure| {
                    if failure.code == Code::WrongPassphrase { refused("passphrase or recovery code") } else { failure }
                })?;
                (front.unseal(&opened.root)?, Some(opened.root))
            }
            OpenBackup::Own(passphrase) => {
                let sealed = other_key(folder, "passphrase.age", "a passphrase of its own")?;
                let secret = String::from_utf8_lossy(passphrase.as_bytes()).into_owned();
                let with = age::scrypt::Identity::new(secret.into());
                (opened(&with, &sealed).ok_or_else(|| refused("passphrase"))?, None)
            }
            OpenBackup::Identity(text) => {
                let given = self::identity(text)?;
                // The backup's own identity opens it as well as that of a recipient.
                let own = fs::read_dir(folder.join("snapshots")).ok().and_then(|mut entries| {
                    let sealed = fs::read(entries.next()?.ok()?.path()).ok()?;
                    pack::decrypt(&given, &sealed).ok()
                });
                let identity = match own {
                    Some(_) => given,
                    None => {
                        let sealed = other_key(folder, "identity.age", "recipients")?;
                        opened(&given, &sealed).ok_or_else(|| refused("identity"))?
                    }
                };
                (identity, None)
            }
        };
        Ok(Self { folder: folder.to_owned(), front, identity, root, _lock: lock })
    }

    /// Opens it for the vault whose backups they are, without asking for a passphrase; makes it when there is none.
    pub(super) fn of_vault(folder: &Path, header: &Header, root: &RootKey, known: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        if !Self::exists(folder) {
            return Self::create(folder, header, root);
        }
        let mut front = Front::read(folder)?;
        if front.vault.vault_id() != header.vault_id() {
            return Err(Failure::new(
                Code::BadRequest,
                format!("The backups at {} are of another vault ({}).", folder.display(), front.vault.vault_id()),
            )
            .hint("Name another folder for the backups of this vault."));
        }
        let lock = take(folder)?;
        // After the vault's root key was changed, the folder's key is sealed under the old one; the vault remembers it.
        let identity = match (front.unseal(root), known(&hex::encode(&front.id))) {
            (Ok(identity), _) => identity,
            (Err(_), Some(secret)) => self::identity(&secret)?,
            (Err(failure), None) => return Err(failure),
        };
        if serde_json::to_vec(&front.vault).ok() != serde_json::to_vec(header).ok() {
            front.vault = header.clone();
            front.seal(root, &identity)?;
            front.write(folder)?;
        }
        Ok(Self { folder: folder.to_owned(), front, identity, root: Some(root.copy()), _lock: lock })
    }

    fn create(folder: &Path, header: &Header, root: &RootKey) -> Result<Self> {
        if at(folder, holds_other_things(folder))? {
            return Err(Failure::new(Code::BadRequest, format!("The folder {} is not empty, and holds no backup.", folder.display()))
                .hint("Name a folder that is empty or does not exist yet."));
        }
        at(folder, private_folder(folder))?;
        let lock = take(folder)?;
        for name in ["packs", "parity", "snapshots"] {
            at(folder, private_folder(&folder.join(name)))?;
        }
        let identity = x25519::Identity::generate();
        let mut front =
            Front { format: FORMAT, id: keys::random()?, vault: header.clone(), nonce: [0; 24], sealed: Vec::new(), checksum: Vec::new() };
        front.seal(root, &identity)?;
        front.write(folder)?;
        Ok(Self { folder: folder.to_owned(), front, identity, root: Some(root.copy()), _lock: lock })
    }

    /// Lets others open it too, with stock `age`: `age -d -i KEY identity.age` gives the key of the packs and snapshots.
    pub(super) fn admit(&self, recipients: &[x25519::Recipient], passphrase: Option<&Passphrase>) -> Result<()> {
        let secret = self.identity.to_string();
        let write = |name: &str, encryptor: age::Encryptor| {
            let mut sealed = Vec::new();
            let mut writer = encryptor.wrap_output(&mut sealed).map_err(Failure::internal)?;
            writer.write_all(secret.expose_secret().as_bytes()).and_then(|()| writer.finish().map(drop)).map_err(Failure::internal)?;
            at(&self.folder, replace(&self.folder.join(name), &sealed))
        };
        if !recipients.is_empty() {
            let all = recipients.iter().map(|recipient| recipient as &dyn age::Recipient);
            write("identity.age", age::Encryptor::with_recipients(all).map_err(Failure::internal)?)?;
        }
        if let Some(passphrase) = passphrase {
            passphrase.check()?;
            let text = String::from_utf8_lossy(passphrase.as_bytes()).into_owned();
            write("passphrase.age", age::Encryptor::with_user_passphrase(text.into()))?;
        }
        Ok(())
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn front(&self) -> &Front {
        &self.front
    }

    /// The folder's id, and the secret that opens all of it.
    pub(crate) fn secret(&self) -> (String, Zeroizing<String>) {
        (hex::encode(&self.front.id), Zeroizing::new(self.identity.to_string().expose_secret().to_owned()))
    }

    pub(super) fn pack_path(&self, name: &str) -> PathBuf {
        self.folder.join("packs").join(name.get(..2).unwrap_or("00")).join(format!("{name}.age"))
    }

    /// The names of the packs that stand in the folder.
    pub(super) fn packs(&self) -> Result<Vec<String>> {
        self.packs_as("age")
    }

    /// The names of the packs that are damaged for good.
    pub(super) fn packs_set_aside(&self) -> Result<Vec<String>> {
        self.packs_as(SET_ASIDE)
    }

    fn packs_as(&self, extension: &str) -> Result<Vec<String>> {
        let mut names = Vec::new();
        for group in at(&self.folder, fs::read_dir(self.folder.join("packs")))?.flatten() {
            for file in at(&self.folder, fs::read_dir(group.path()))?.flatten() {
                if let Some(name) = file.file_name().to_str().and_then(|name| name.strip_suffix(extension)?.strip_suffix('.')) {
                    names.push(name.to_owned());
                }
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Writes a pack and reads it back from the folder; returns its name.
    pub(super) fn write_pack(&self, sealed: &[u8]) -> Result<String> {
        let name = hex::encode(&keys::random::<16>()?);
        let path = self.pack_path(&name);
        if let Some(group) = path.parent().filter(|group| !group.exists()) {
            at(&self.folder, private_folder(group).and_then(|()| sync_folder(&self.folder.join("packs"))))?;
        }
        self.write_file(&path, sealed)?;
        Ok(name)
    }

    /// Writes a file that does not change any more, and reads it back.
    pub(super) fn write_file(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let beside = path.with_extension("new");
        let write = || -> io::Result<bool> {
            let mut file = private_file(&beside)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&beside, path)?;
            sync_folder(path.parent().unwrap_or(&self.folder))?;
            Ok(fs::read(path)? == bytes)
        };
        if at(&self.folder, write())? { Ok(()) } else { Err(damaged("A file of the backup that was just written")) }
    }

    /// The groups of parity, by their files' paths; files that do not verify come back by themselves.
    pub(super) fn groups(&self) -> Result<(Vec<Grouped>, Vec<PathBuf>)> {
        let (mut groups, mut bad) = (Vec::new(), Vec::new());
        for file in at(&self.folder, fs::read_dir(self.folder.join("parity")))?.flatten() {
            let path = file.path();
            if path.extension().is_none_or(|extension| extension != "par") {
                continue;
            }
            match fs::read(&path).ok().and_then(|bytes| Group::from_bytes(&bytes)) {
                Some((group, true)) => groups.push((path, group.members_only())),
                _ => bad.push(path),
            }
        }
        groups.sort_by(|one, other| one.0.cmp(&other.0));
        Ok((groups, bad))
    }

    pub(super) fn write_group(&self, group: &Group) -> Result<()> {
        let path = self.folder.join("parity").join(format!("{}.par", hex::encode(&keys::random::<16>()?)));
        self.write_file(&path, &group.to_bytes().map_err(Failure::internal)?)
    }

    /// A pack's bytes as they were written, made good by its group where they are not; or what is left of them.
    pub(super) fn pack(&self, name: &str, groups: &[Grouped]) -> Stored {
        let read = |name: &str| {
            let path = self.pack_path(name);
            fs::read(&path).or_else(|_| fs::read(path.with_extension(SET_ASIDE))).ok()
        };
        let left = read(name);
        let Some((path, group)) = groups.iter().find(|(_, group)| group.members.iter().any(|member| member.pack == name)) else {
            return left.map_or(Stored::Missing, Stored::Unknown);
        };
        let fits = |name: &str, bytes: &[u8]| group.members.iter().any(|member| member.pack == name && member.fits(bytes));
        if let Some(bytes) = left.as_ref().filter(|bytes| fits(name, bytes)) {
            return Stored::Whole(bytes.clone());
        }
        let others: HashMap<String, Vec<u8>> = group
            .members
            .iter()
            .filter(|member| member.pack != name)
            .filter_map(|member| Some((member.pack.clone(), read(&member.pack)?)))
            .collect();
        let parity = fs::read(path).ok().and_then(|bytes| Group::from_bytes(&bytes));
        let mended = parity.and_then(|(whole, _)| whole.mend(name, left.as_deref().unwrap_or_default(), &others));
        match (mended, left) {
            (Some(bytes), _) => Stored::Mended(bytes),
            (None, Some(bytes)) => Stored::Damaged(bytes),
            (None, None) => Stored::Missing,
        }
    }

    /// Sets a pack aside that is damaged for good, so that the next run writes its pieces again.
    pub(super) fn set_aside(&self, name: &str) -> Result<()> {
        let path = self.pack_path(name);
        if path.exists() {
            at(&self.folder, fs::rename(&path, path.with_extension(SET_ASIDE)))?;
        }
        Ok(())
    }

    /// Removes a pack, and the key to it before.
    pub(super) fn destroy_pack(&self, name: &str) -> Result<()> {
        let path = self.pack_path(name);
        self.destroy(&path.with_extension(SET_ASIDE))?;
        self.destroy(&path)
    }

    /// Makes `backup.json` and its copy alike again; says what was wrong.
    pub(super) fn check_front(&self) -> Result<Vec<super::check::BackupFinding>> {
        let whole = |name: &str| fs::read(self.folder.join(name)).is_ok_and(|bytes| Front::parse(&bytes).is_ok());
        let bad: Vec<&str> = ["backup.json", "backup.json.bak"].into_iter().filter(|name| !whole(name)).collect();
        if !bad.is_empty() {
            self.front.write(&self.folder)?;
        }
        let mended = |name: &str| {
            super::check::BackupFinding::mended(format!("The file {name} was damaged or missing, and was written anew from its copy."))
        };
        Ok(bad.into_iter().map(mended).collect())
    }

    /// The manifests that stand in the folder, oldest first; what is wrong with the others is said, by name.
    pub(super) fn manifests(&self) -> Result<(Vec<Manifest>, Vec<Unreadable>)> {
        let (mut manifests, mut failures) = (Vec::new(), Vec::new());
        for id in self.snapshot_ids()? {
            match self.manifest(&id) {
                Ok(manifest) => manifests.push(manifest),
                Err(failure) => failures.push((id, failure)),
            }
        }
        Ok((manifests, failures))
    }

    /// The names of the snapshots, oldest first.
    pub(super) fn snapshot_ids(&self) -> Result<Vec<String>> {
        let mut ids: Vec<String> = at(&self.folder, fs::read_dir(self.folder.join("snapshots")))?
            .flatten()
            .filter_map(|file| {
                let name = file.file_name();
                let name = name.to_str()?;
                name.strip_suffix(".age").or_else(|| name.strip_suffix(".copy")).map(str::to_owned)
            })
            .collect();
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    pub(super) fn manifest_paths(&self, id: &str) -> [PathBuf; 2] {
        let folder = self.folder.join("snapshots");
        [folder.join(format!("{id}.age")), folder.join(format!("{id}.copy"))]
    }

    /// A manifest, or its copy where it is damaged.
    pub(super) fn manifest(&self, id: &str) -> Result<Manifest> {
        let [first, copy] = self.manifest_paths(id);
        Manifest::read(&self.identity, &first).or_else(|_| Manifest::read(&self.identity, &copy)).map_err(|failure| {
            if failure.code == Code::NewerFormat { failure } else { damaged(&format!("The snapshot {id} of {}", self.folder.display())) }
        })
    }

    pub(super) fn write_manifest(&self, manifest: &Manifest) -> Result<()> {
        let sealed = manifest.seal(&self.identity.to_public())?;
        // The copy first: with the snapshot's own name stands a snapshot that has both.
        let [first, copy] = self.manifest_paths(&manifest.id);
        self.write_file(&copy, &sealed)?;
        self.write_file(&first, &sealed)
    }

    /// Removes a file; its first bytes, which hold the key to the rest, are overwritten before.
    pub(super) fn destroy(&self, path: &Path) -> Result<()> {
        const HEAD: usize = 1024;
        let outcome = (|| {
            let mut file = File::options().write(true).open(path)?;
            let len = usize::try_from(file.metadata()?.len()).unwrap_or(HEAD).min(HEAD);
            file.write_all(&vec![0; len])?;
            file.sync_all()?;
            fs::remove_file(path)
        })();
        match outcome {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            outcome => at(&self.folder, outcome),
        }
    }
}

/// The name of a manifest, and why it cannot be read.
pub(super) type Unreadable = (String, Failure);

/// A group of parity, without the parity, and its file.
pub(super) type Grouped = (PathBuf, Group);

/// What stands in the folder of a pack.
pub(super) enum Stored {
    /// Its bytes as they were written.
    Whole(Vec<u8>),
    /// They were damaged or missing, and these are they again, from its group.
    Mended(Vec<u8>),
    /// It is in no group yet: whether they are as they were written only decrypting can tell.
    Unknown(Vec<u8>),
    /// What is left of it.
    Damaged(Vec<u8>),
    /// Nothing.
    Missing,
}

fn take(folder: &Path) -> Result<Option<Lock>> {
    match Lock::take(&folder.join("LOCK")).map_err(Failure::from) {
        Ok(lock) => Ok(Some(lock)),
        Err(failure) if failure.code == Code::VaultInUse => {
            Err(Failure::new(Code::VaultInUse, format!("Another process works on the backups at {}.", folder.display()))
                .hint("Wait until it is done, and try again."))
        }
        Err(failure) if failure.code == Code::Unreadable => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn other_key(folder: &Path, name: &str, what: &str) -> Result<Vec<u8>> {
    fs::read(folder.join(name)).map_err(|_| {
        Failure::new(Code::WrongPassphrase, format!("This backup was not given {what}: there is no {name} at {}.", folder.display()))
            .hint("It opens with the vault's passphrase, or with the recovery code.")
    })
}

fn opened(with: &dyn age::Identity, sealed: &[u8]) -> Option<x25519::Identity> {
    let secret = Zeroizing::new(pack::decrypt(with, sealed).ok()?);
    identity(std::str::from_utf8(&secret).ok()?).ok()
}
