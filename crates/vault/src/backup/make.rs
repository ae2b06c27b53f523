//! A run: the vault as it stands at one instant, into the folder of its backups.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::{Cancel, Code, Failure, Progress, Result, UtcMs};
use rusqlite::Connection;
use schemars::JsonSchema;
use serde::Serialize;

use super::check::BackupFinding;
use super::manifest::{Manifest, Placed, Snapshot, StoredFile};
use super::pack::{self, Filling};
use super::parity::Group;
use super::repository::{self, Backup, Grouped, Stored};
use crate::damaged_blobs::{self, DamagedBlob};
use crate::fault::Outcome;
use crate::hash::hash_of;
use crate::secret::Passphrase;
use crate::table::blob::{self, BlobId, BlobRow};
use crate::table::setting;
use crate::vault::{Inner, Vault};
use crate::{blobs, keys};

/// Bytes of a piece of the database: sixteen pages. Smaller pieces find more that is unchanged, and cost more to list.
const DATABASE_PIECE: usize = 64 * 1024;
/// Bytes of a piece of an attachment's file, which never changes.
const BLOB_PIECE: usize = 1 << 20;
/// How often the database's log is tried to be emptied, while others read.
const ATTEMPTS: usize = 60;

/// What a run of a backup is to do.
#[derive(Default)]
pub struct BackUp {
    /// When it runs, UTC milliseconds.
    pub now: UtcMs,
    /// age recipients, `age1...`, who can open the backups too.
    pub recipients: Vec<String>,
    /// A passphrase of the backup's own, which opens it beside the vault's.
    pub passphrase: Option<Passphrase>,
    /// Read back only what this run wrote, and not what it found in the folder.
    pub quick: bool,
}

/// What a run did.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BackedUp {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// Bytes that were written to the folder for it.
    pub bytes_written: u64,
    /// Bytes of it that stood in the folder already.
    pub bytes_known: u64,
    /// What could not be taken into it, or was found wrong with what it stands on.
    pub findings: Vec<BackupFinding>,
    /// What is wrong with other snapshots of the folder, which this one does not need.
    pub others: Vec<BackupFinding>,
}

impl Vault {
    /// Makes a backup of the vault as it is now in `folder`, which becomes a folder of backups when it is empty or not there.
    /// The vault can be used meanwhile; what is written during the run is not in it.
    ///
    /// # Errors
    /// [`Code::BadRequest`] for a folder with other things in it, or inside the vault; [`Code::Damaged`] when the vault's
    /// database is; [`Code::NoSpace`], [`Code::Unreadable`], [`Code::Cancelled`]. What was written before stays, and the next
    /// run uses it.
    pub fn back_up(&self, folder: &Path, what: &BackUp, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<BackedUp> {
        let inner = self.inner();
        let inside = |one: &Path, other: &Path| one.starts_with(other);
        let absolute = std::path::absolute(folder).map_err(Failure::internal)?;
        let own = std::path::absolute(inner.folder.root()).map_err(Failure::internal)?;
        if inside(&absolute, &own) || inside(&own, &absolute) {
            return Err(Failure::new(Code::BadRequest, "A backup cannot stand in the vault's own folder, nor the vault in the backup's.")
                .hint("Name a folder on another drive: one that fails with the vault's drive is no backup."));
        }
        let recipients = repository::recipients(&what.recipients)?;
        let backup = self.backup(&absolute)?;
        backup.admit(&recipients, what.passphrase.as_ref())?;
        backup.run(inner, what, cancel, on)
    }

    /// Opens the folder of this vault's backups; makes it when it is not there.
    ///
    /// # Errors
    /// As [`Backup::open`]; [`Code::BadRequest`] when the backups are of another vault.
    pub fn backup(&self, folder: &Path) -> Result<Backup> {
        let inner = self.inner();
        let known = |id: &str| self.setting(&remembered(id)).ok().flatten();
        let backup = inner.with_root(|header, root| Backup::of_vault(folder, header, root, &known))?;
        let (id, secret) = backup.secret();
        if known(&id).as_deref() != Some(secret.as_str()) {
            // What opens the folder when the vault's root key was changed since its last run.
            self.set_setting(&remembered(&id), Some(&secret))?;
        }
        Ok(backup)
    }
}

fn remembered(id: &str) -> String {
    format!("backup/{id}")
}

impl Backup {
    fn run(&self, inner: &Inner, what: &BackUp, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<BackedUp> {
        let (manifests, failures) = self.manifests()?;
        // What only such a one has is not known, and written again: this snapshot is whole without it.
        let others = failures.into_iter().map(|(_, failure)| BackupFinding::from(failure)).collect();
        let mut run = Run::new(self, &manifests, cancel, on)?;
        // Of a large vault they are large as well.
        drop(manifests);
        let held = Held::begin(inner)?;
        let connection = held.connection()?;
        run.stage("checking");
        let pages = damaged_pages(connection)?;
        if pages > 0 {
            return Err(Failure::new(
                Code::Damaged,
                format!("{pages} pages of the vault's database do not verify. No backup of it was made, and those made before stay."),
            )
            .hint("Run `datapunk verify`, and restore the latest backup into a new folder."));
        }
        let logical_hash = hash_of(connection)?;
        let count = |sql: &str| -> Outcome<u64> { Ok(connection.query_row(sql, [], |row| row.get::<_, i64>(0))?.unsigned_abs()) };
        let (items, left_in_place) = (count("SELECT count(*) FROM item")?, count("SELECT count(*) FROM blob_ref WHERE blob IS NULL")?);
        let attachments = attachments(connection)?;
        let database = inner.folder.database();
        // Its length does not change while it is held.
        let size = fs::metadata(&database).map_err(crate::fault::Fault::from)?.len();
        run.total = size + attachments.iter().map(Attachment::file_size).sum::<u64>();
        run.stage("copying");
        let mut files = vec![run.file("db/main.db", &database, size, DATABASE_PIECE)?.ok_or_else(|| {
            Failure::new(Code::Unreadable, "The vault's database, db/main.db, cannot be read.")
                .hint("Check the disk that the vault stands on.")
        })?];
        let generation = held.generation;
        drop(held);
        let mut damaged = Vec::new();
        for attachment in attachments {
            match run.attachment(inner, &attachment)? {
                Some(file) => files.push(file),
                None => damaged.push(DamagedBlob::of(&*inner.readers.borrow()?, attachment.id, &attachment.row)?),
            }
        }
        // Then an import of their archives writes them again.
        damaged_blobs::remember(inner, &damaged, false)?;
        run.findings.extend(damaged.iter().map(left_out));
        run.flush(true)?;
        let packs = std::mem::take(&mut run.names);
        let (bytes_written, bytes_known) = (run.written, run.known_bytes);
        let (header, root) = inner.with_root(|header, root| Ok((header.clone(), root.copy())))?;
        let mut manifest = Manifest {
            format: Manifest::FORMAT,
            id: Manifest::name(what.now, &keys::random()?),
            made_ms: what.now,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            generation,
            items,
            left_in_place,
            logical_hash,
            verified_ms: None,
            header,
            root,
            packs,
            files,
        };
        self.write_manifest(&manifest)?;
        let mut findings = std::mem::take(&mut run.findings);
        if !what.quick {
            let lost = self.read_back(&manifest, cancel, on)?;
            if lost.is_empty() {
                manifest.verified_ms = Some(what.now);
                self.write_manifest(&manifest)?;
            }
            findings.extend(lost);
        }
        Ok(BackedUp { snapshot: manifest.listed(), bytes_written, bytes_known, findings, others })
    }
}

/// A run on its way.
struct Run<'a> {
    backup: &'a Backup,
    /// Where each piece that the folder has stands: the number of its pack, its place and length.
    known: HashMap<[u8; 32], (u32, u64, u32)>,
    /// Attachments of earlier snapshots, which never change.
    attachments: HashMap<String, (u64, Vec<Placed>)>,
    /// The packs, by number.
    names: Vec<String>,
    /// The pack that is being filled; its number is the next.
    filling: Filling,
    group: Group,
    written: u64,
    known_bytes: u64,
    done: u64,
    total: u64,
    findings: Vec<BackupFinding>,
    cancel: &'a Cancel,
    on: &'a mut dyn FnMut(Progress),
}

impl<'a> Run<'a> {
    fn new(backup: &'a Backup, manifests: &[Manifest], cancel: &'a Cancel, on: &'a mut dyn FnMut(Progress)) -> Result<Self> {
        let mut run = Self {
            backup,
            known: HashMap::new(),
            attachments: HashMap::new(),
            names: Vec::new(),
            filling: Filling::default(),
            group: Group::default(),
            written: 0,
            known_bytes: 0,
            done: 0,
            total: 0,
            findings: Vec::new(),
            cancel,
            on,
        };
        run.stage("looking");
        let there: HashSet<String> = backup.packs()?.into_iter().collect();
        let mut numbers: HashMap<String, u32> = HashMap::new();
        for manifest in manifests {
            let packs: Vec<Option<u32>> =
                manifest.packs.iter().map(|name| there.contains(name).then(|| number(&mut run.names, &mut numbers, name))).collect();
            for file in &manifest.files {
                let renumbered: Option<Vec<Placed>> = file
                    .pieces
                    .iter()
                    .map(|Placed(pack, at, len, digest)| {
                        let pack = packs.get(*pack as usize).copied().flatten()?;
                        run.known.insert(*digest, (pack, *at, *len));
                        Some(Placed(pack, *at, *len, *digest))
                    })
                    .collect();
                if let Some(pieces) = renumbered.filter(|_| file.path.starts_with("blobs/")) {
                    run.attachments.insert(file.path.clone(), (file.size, pieces));
                }
            }
        }
        // What a run wrote that never came to its manifest.
        let orphans: Vec<&String> = there.iter().filter(|name| !numbers.contains_key(*name)).collect();
        if !orphans.is_empty() {
            let (groups, _) = backup.groups()?;
            for name in orphans {
                run.adopt(name, &groups)?;
            }
        }
        Ok(run)
    }

    fn adopt(&mut self, name: &str, groups: &[Grouped]) -> Result<()> {
        self.cancel.check()?;
        let grouped = groups.iter().any(|(_, group)| group.members.iter().any(|member| member.pack == name));
        let (Stored::Whole(sealed) | Stored::Mended(sealed) | Stored::Unknown(sealed)) = self.backup.pack(name, groups) else {
            return Ok(());
        };
        let Ok(plain) = pack::decrypt(&self.backup.identity, &sealed) else { return Ok(()) };
        let Ok(pieces) = pack::table(&plain) else { return Ok(()) };
        let pack = u32::try_from(self.names.len()).map_err(Failure::internal)?;
        self.names.push(name.to_owned());
        for piece in pieces {
            self.known.insert(piece.digest, (pack, piece.at, piece.len));
        }
        if !grouped {
            self.group.add(name, &sealed);
            self.write_group(false)?;
        }
        Ok(())
    }

    fn stage(&mut self, stage: &str) {
        (self.on)(Progress {
            stage: stage.to_owned(),
            done: self.done,
            total: self.total,
            unit: "bytes".to_owned(),
            ..Progress::default()
        });
    }

    /// A file of an attachment: as an earlier snapshot has it, or read; `None` when it is not there or does not verify.
    fn attachment(&mut self, inner: &Inner, attachment: &Attachment) -> Result<Option<StoredFile>> {
        let (path, size) = (attachment.path(), attachment.file_size());
        if let Some((_, pieces)) = self.attachments.get(&path).filter(|(known, _)| *known == size) {
            self.known_bytes += size;
            self.done += size;
            return Ok(Some(StoredFile { path, size, pieces: pieces.clone() }));
        }
        self.cancel.check()?;
        // Read twice, the second time out of the system's memory: what is damaged is not to look like a backup of it.
        if !blobs::file_verifies(&inner.folder, &attachment.row) {
            self.done += size;
            return Ok(None);
        }
        self.file(&path, &inner.folder.root().join(&path), size, BLOB_PIECE)
    }

    /// Reads a file in pieces; `None` when it is not there or not of that size.
    fn file(&mut self, name: &str, path: &Path, size: u64, piece: usize) -> Result<Option<StoredFile>> {
        // SQLite's own locks on the database go with this handle when it is closed: the vault's LOCK is what keeps others out.
        let Ok(mut file) = File::open(path) else { return Ok(None) };
        let mut pieces = Vec::new();
        let mut left = size;
        let mut bytes = vec![0; piece];
        while left > 0 {
            self.cancel.check()?;
            let n = usize::try_from(left.min(piece as u64)).map_err(Failure::internal)?;
            if file.read_exact(&mut bytes[..n]).is_err() {
                return Ok(None);
            }
            pieces.push(self.piece(&bytes[..n])?);
            left -= n as u64;
            self.done += n as u64;
            self.stage("copying");
        }
        let is_whole = file.metadata().is_ok_and(|metadata| metadata.len() == size);
        Ok(is_whole.then(|| StoredFile { path: name.to_owned(), size, pieces }))
    }

    fn piece(&mut self, bytes: &[u8]) -> Result<Placed> {
        let digest = *blake3::hash(bytes).as_bytes();
        if let Some((pack, at, len)) = self.known.get(&digest) {
            self.known_bytes += bytes.len() as u64;
            return Ok(Placed(*pack, *at, *len, digest));
        }
        self.written += bytes.len() as u64;
        let piece = self.filling.add(digest, bytes)?;
        let pack = u32::try_from(self.names.len()).map_err(Failure::internal)?;
        self.known.insert(digest, (pack, piece.at, piece.len));
        if self.filling.is_full() {
            self.flush(false)?;
        }
        Ok(Placed(pack, piece.at, piece.len, digest))
    }

    /// Writes the pack that was filled; at the end the group too.
    fn flush(&mut self, end: bool) -> Result<()> {
        if !self.filling.is_empty() {
            let (sealed, _) = self.filling.seal(&self.backup.identity.to_public())?;
            let name = self.backup.write_pack(&sealed)?;
            self.group.add(&name, &sealed);
            self.names.push(name);
        }
        self.write_group(end)
    }

    fn write_group(&mut self, end: bool) -> Result<()> {
        if self.group.is_full() || (end && !self.group.is_empty()) {
            self.backup.write_group(&self.group)?;
            self.group = Group::default();
        }
        Ok(())
    }
}

fn number(names: &mut Vec<String>, numbers: &mut HashMap<String, u32>, name: &str) -> u32 {
    *numbers.entry(name.to_owned()).or_insert_with(|| {
        names.push(name.to_owned());
        names.len() as u32 - 1
    })
}

/// The database, held as it is at one instant: its log is empty, and nothing moves into its file until this is dropped.
struct Held<'a> {
    inner: &'a Inner,
    connection: Option<Connection>,
    generation: u64,
}

impl<'a> Held<'a> {
    fn begin(inner: &'a Inner) -> Result<Self> {
        inner.writer.holds.fetch_add(1, Ordering::SeqCst);
        let mut held = Self { inner, connection: Some(inner.readers.borrow()?.take()), generation: 0 };
        for _ in 0..ATTEMPTS {
            let Some(connection) = held.connection.take() else { break };
            let (connection, generation) = inner.writer.run(move |writing| {
                let begin = || -> Outcome<Option<u64>> {
                    let busy: i64 = writing.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
                    if busy != 0 {
                        return Ok(None);
                    }
                    // A reader that begins while the log is empty reads the file alone, and SQLite moves nothing into the file
                    // as long as there is one.
                    connection.execute_batch("BEGIN")?;
                    setting::generation(&connection).map(Some)
                };
                let generation = begin();
                // The connection goes back where it was borrowed, also when this failed.
                Ok((connection, generation))
            })?;
            held.connection = Some(connection);
            if let Some(generation) = generation? {
                held.generation = generation;
                return Ok(held);
            }
            std::thread::sleep(Duration::from_millis(250));
        }
        Err(Failure::new(Code::Internal, "The vault was read from without a pause, and could not be held still for a backup.")
            .hint("Run the backup again when less is going on."))
    }

    fn connection(&self) -> Result<&Connection> {
        self.connection.as_ref().ok_or_else(|| Failure::internal("the connection of a backup is gone"))
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.inner.writer.holds.fetch_sub(1, Ordering::SeqCst);
        if let Some(connection) = self.connection.take() {
            // Fails when no transaction had begun, which is as good.
            connection.execute_batch("ROLLBACK").ok();
            self.inner.readers.give_back(connection);
        }
    }
}

fn damaged_pages(connection: &Connection) -> Outcome<usize> {
    let mut statement = connection.prepare("PRAGMA cipher_integrity_check")?;
    let mut rows = statement.query([])?;
    let mut n = 0;
    while rows.next()?.is_some() {
        n += 1;
    }
    Ok(n)
}

/// An attachment that has a file.
struct Attachment {
    id: BlobId,
    row: BlobRow,
}

impl Attachment {
    /// Where its file stands in the vault's folder.
    fn path(&self) -> String {
        blobs::relative_path(&self.row.name)
    }

    /// Bytes of its file.
    fn file_size(&self) -> u64 {
        blobs::file_size(self.row.size)
    }
}

fn left_out(damaged: &DamagedBlob) -> BackupFinding {
    BackupFinding::new(
        format!("{} is missing or does not decrypt, and is not in the backup; everything else is.", damaged.named()),
        "Import again the archive that it came from, and run the backup again; or look for it in an earlier snapshot.",
    )
}

/// The attachments that have files.
fn attachments(connection: &Connection) -> Outcome<Vec<Attachment>> {
    let mut files = Vec::new();
    let mut after = 0;
    loop {
        let rows = blob::after(connection, after, 10_000)?;
        let Some((last, _)) = rows.last() else { return Ok(files) };
        after = *last;
        files.extend(rows.into_iter().filter(|(_, row)| row.key.is_some()).map(|(id, row)| Attachment { id, row }));
    }
}
