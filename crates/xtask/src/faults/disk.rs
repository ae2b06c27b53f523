//! A disk as a crash leaves it: what was synced, and of the rest nothing or any part.
//!
//! Files and the names of files are apart, as POSIX has them: syncing a file brings its bytes to the disk and not its name,
//! syncing a folder brings the names in it and nobody's bytes.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::trace::Event;
use crate::Result;
use crate::fixtures::prng::Prng;

/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

/// What of it is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// Nothing but the end of the last write.
    Ordered,
    /// Everything that was not synced.
    Strict,
    /// Of what was not synced, any part: of names the latest, of writes any of them, some torn between sectors.
    Subset,
}

#[derive(Debug, Clone)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Resize { length: usize },
}

#[derive(Debug, Clone, Default)]
struct File {
    now: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Change>,
}

type Names = BTreeMap<OsString, usize>;

#[derive(Debug, Clone, Default)]
struct Folder {
    now: Names,
    durable: Names,
    /// A name, and what it stands for since; the names of one change together.
    pending: Vec<Vec<(OsString, Option<usize>)>>,
}

#[derive(Debug, Clone)]
enum Node {
    File(File),
    Folder(Folder),
}

/// The files under a folder, and what of them is on the disk.
#[derive(Debug, Clone)]
pub(super) struct Disk {
    nodes: Vec<Node>,
    /// Where each descriptor writes next.
    places: HashMap<i32, u64>,
    /// The file that the last event wrote to.
    last: Option<usize>,
    /// Whether syncs count; when they do not, everything since the beginning can be lost.
    syncs: bool,
}

const ROOT: usize = 0;

impl Disk {
    /// What stands under `root`, all of it on the disk.
    pub(super) fn load(root: &Path, syncs: bool) -> Result<Self> {
        let mut disk = Self { nodes: vec![Node::Folder(Folder::default())], places: HashMap::new(), last: None, syncs };
        disk.load_folder(root, ROOT)?;
        Ok(disk)
    }

    fn load_folder(&mut self, path: &Path, node: usize) -> Result<()> {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let child = self.nodes.len();
            if entry.file_type()?.is_dir() {
                self.nodes.push(Node::Folder(Folder::default()));
                self.load_folder(&entry.path(), child)?;
            } else {
                let bytes = fs::read(entry.path())?;
                self.nodes.push(Node::File(File { now: bytes.clone(), durable: bytes, pending: Vec::new() }));
            }
            if let Node::Folder(folder) = &mut self.nodes[node] {
                folder.now.insert(entry.file_name(), child);
                folder.durable.insert(entry.file_name(), child);
            }
        }
        Ok(())
    }

    /// Does what an event did under `root`.
    ///
    /// # Errors
    /// When it cannot have been done to this disk: something was not followed.
    pub(super) fn apply(&mut self, event: &Event, root: &Path) -> Result<()> {
        let lost = |what: &dyn std::fmt::Debug| format!("the recording is not complete: {what:?}");
        self.last = None;
        match event {
            Event::Open { fd, path, create, truncate, append } => {
                let Ok(inside) = path.strip_prefix(root) else { return Ok(()) };
                let file = match self.find(inside) {
                    Some(node) => node,
                    None if *create => {
                        self.nodes.push(Node::File(File::default()));
                        let node = self.nodes.len() - 1;
                        self.rename_to(inside, Some(node)).ok_or_else(|| lost(path))?;
                        node
                    }
                    None => return Err(lost(path).into()),
                };
                if *truncate {
                    self.change(file, Change::Resize { length: 0 });
                }
                let length = self.length(file);
                self.places.insert(*fd, if *append { length } else { 0 });
            }
            Event::Write { fd, path, at, bytes } => {
                let Ok(inside) = path.strip_prefix(root) else { return Ok(()) };
                let file = self.find(inside).ok_or_else(|| lost(path))?;
                let place = match at {
                    Some(at) => *at,
                    None => {
                        let place = self.places.entry(*fd).or_default();
                        *place += bytes.len() as u64;
                        *place - bytes.len() as u64
                    }
                };
                self.change(file, Change::Write { at: place as usize, bytes: bytes.clone() });
                self.last = Some(file);
            }
            Event::Seek { fd, at } => {
                self.places.insert(*fd, *at);
            }
            Event::Resize { path, length } => {
                let Ok(inside) = path.strip_prefix(root) else { return Ok(()) };
                let file = self.find(inside).ok_or_else(|| lost(path))?;
                self.change(file, Change::Resize { length: *length as usize });
            }
            Event::Rename { from, to } => {
                let (Ok(from), Ok(to)) = (from.strip_prefix(root), to.strip_prefix(root)) else { return Err(lost(event).into()) };
                let node = self.find(from).ok_or_else(|| lost(event))?;
                self.rename(from, to, node).ok_or_else(|| lost(event))?;
            }
            Event::Remove { path } => {
                let Ok(inside) = path.strip_prefix(root) else { return Ok(()) };
                self.rename_to(inside, None).ok_or_else(|| lost(path))?;
            }
            Event::MakeFolder { path } => {
                let Ok(inside) = path.strip_prefix(root) else { return Ok(()) };
                self.nodes.push(Node::Folder(Folder::default()));
                self.rename_to(inside, Some(self.nodes.len() - 1)).ok_or_else(|| lost(path))?;
            }
            Event::Sync { path } => {
                let Ok(inside) = path.strip_prefix(root) else { return Ok(()) };
                let node = self.find(inside).ok_or_else(|| lost(path))?;
                if self.syncs {
                    self.sync(node);
                }
            }
            Event::Unfollowed { line } => return Err(lost(line).into()),
        }
        Ok(())
    }

    fn find(&self, path: &Path) -> Option<usize> {
        path.iter().try_fold(ROOT, |node, name| match &self.nodes[node] {
            Node::Folder(folder) => folder.now.get(name).copied(),
            Node::File(_) => None,
        })
    }

    fn length(&self, node: usize) -> u64 {
        match &self.nodes[node] {
            Node::File(file) => file.now.len() as u64,
            Node::Folder(_) => 0,
        }
    }

    fn change(&mut self, node: usize, change: Change) {
        if let Node::File(file) = &mut self.nodes[node] {
            change.make(&mut file.now);
            file.pending.push(change);
        }
    }

    /// Lets a name stand for a node, or for nothing.
    fn rename_to(&mut self, path: &Path, node: Option<usize>) -> Option<()> {
        let folder = self.find(path.parent()?)?;
        self.rename_in(folder, vec![(path.file_name()?.to_owned(), node)])
    }

    /// Within one folder a rename is one change; from one to another it is two, each as durable as its folder.
    fn rename(&mut self, from: &Path, to: &Path, node: usize) -> Option<()> {
        let (source, target) = (self.find(from.parent()?)?, self.find(to.parent()?)?);
        let (old, new) = ((from.file_name()?.to_owned(), None), (to.file_name()?.to_owned(), Some(node)));
        if source == target {
            return self.rename_in(source, vec![old, new]);
        }
        self.rename_in(target, vec![new])?;
        self.rename_in(source, vec![old])
    }

    fn rename_in(&mut self, folder: usize, names: Vec<(OsString, Option<usize>)>) -> Option<()> {
        let Node::Folder(folder) = &mut self.nodes[folder] else { return None };
        name(&mut folder.now, &names);
        folder.pending.push(names);
        Some(())
    }

    fn sync(&mut self, node: usize) {
        match &mut self.nodes[node] {
            Node::File(file) => {
                file.durable.clone_from(&file.now);
                file.pending.clear();
            }
            Node::Folder(folder) => {
                folder.durable.clone_from(&folder.now);
                folder.pending.clear();
            }
        }
    }

    /// Writes what a crash leaves into a new folder.
    pub(super) fn crash(&self, loss: Loss, chance: &mut Prng, into: &Path) -> Result<()> {
        self.crash_folder(ROOT, loss, chance, into)
    }

    /// Writes everything into a new folder, as it stood behind the last event.
    pub(super) fn write(&mut self, into: &Path) -> Result<()> {
        self.last = None;
        self.crash(Loss::Ordered, &mut Prng::keyed(0, "nothing is lost", 0), into)
    }

    fn crash_folder(&self, node: usize, loss: Loss, chance: &mut Prng, into: &Path) -> Result<()> {
        let Node::Folder(folder) = &self.nodes[node] else { return Ok(()) };
        fs::create_dir_all(into)?;
        let names = match loss {
            Loss::Ordered => folder.now.clone(),
            Loss::Strict => folder.durable.clone(),
            Loss::Subset => {
                let mut names = folder.durable.clone();
                let kept = chance.below(folder.pending.len() as u64 + 1) as usize;
                folder.pending.iter().take(kept).for_each(|pending| name(&mut names, pending));
                names
            }
        };
        for (name, child) in names {
            // Shared memory, not a file: a machine that starts again has none.
            if name.to_string_lossy().ends_with("-shm") {
                continue;
            }
            let path = into.join(name);
            match &self.nodes[child] {
                Node::Folder(_) => self.crash_folder(child, loss, chance, &path)?,
                Node::File(file) => fs::write(path, self.crash_file(file, self.last == Some(child), loss, chance))?,
            }
        }
        Ok(())
    }

    fn crash_file(&self, file: &File, is_last: bool, loss: Loss, chance: &mut Prng) -> Vec<u8> {
        match loss {
            Loss::Strict => file.durable.clone(),
            Loss::Ordered => {
                let (Some(Change::Write { at, bytes }), true) = (file.pending.last(), is_last) else { return file.now.clone() };
                let mut left = file.durable.clone();
                file.pending[..file.pending.len() - 1].iter().for_each(|change| change.make(&mut left));
                let whole = chance.below((bytes.len() / SECTOR) as u64 + 1) as usize * SECTOR;
                Change::Write { at: *at, bytes: bytes[..whole].to_vec() }.make(&mut left);
                left
            }
            Loss::Subset => {
                let mut left = file.durable.clone();
                for change in &file.pending {
                    match change {
                        Change::Write { at, bytes } if chance.chance(25) => {
                            for (nth, sector) in bytes.chunks(SECTOR).enumerate() {
                                if chance.chance(50) {
                                    Change::Write { at: at + nth * SECTOR, bytes: sector.to_vec() }.make(&mut left);
                                }
                            }
                        }
                        change if chance.chance(50) => change.make(&mut left),
                        _ => {}
                    }
                }
                left
            }
        }
    }
}

impl Change {
    fn make(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Resize { length } => bytes.resize(*length, 0),
            Self::Write { bytes: written, .. } if written.is_empty() => {}
            Self::Write { at, bytes: written } => {
                let end = at + written.len();
                if bytes.len() < end {
                    bytes.resize(end, 0);
                }
                bytes[*at..end].copy_from_slice(written);
            }
        }
    }
}

fn name(names: &mut Names, changes: &[(OsString, Option<usize>)]) {
    for (name, node) in changes {
        match node {
            Some(node) => names.insert(name.clone(), *node),
            None => names.remove(name),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &str, bytes: &[u8]) -> Event {
        Event::Write { fd: 3, path: path.into(), at: Some(0), bytes: bytes.to_vec() }
    }

    /// A file replaced as it should be, one step after another.
    fn replaced() -> Vec<Event> {
        vec![
            Event::Open { fd: 3, path: "/v/a.new".into(), create: true, truncate: true, append: false },
            write("/v/a.new", &[2; 2000]),
            Event::Sync { path: "/v/a.new".into() },
            Event::Rename { from: "/v/a.new".into(), to: "/v/a".into() },
            Event::Sync { path: "/v".into() },
        ]
    }

    /// What stands under the name after a crash behind `n` of the events.
    fn after(events: &[Event], n: usize, loss: Loss, syncs: bool) -> Option<Vec<u8>> {
        let (before, left) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(before.path().join("a"), [1; 100]).unwrap();
        let mut disk = Disk::load(before.path(), syncs).unwrap();
        events[..n].iter().for_each(|event| disk.apply(event, Path::new("/v")).unwrap());
        disk.crash(loss, &mut Prng::keyed(1, "crash", n as u64), left.path()).unwrap();
        fs::read(left.path().join("a")).ok()
    }

    #[test]
    fn a_file_that_is_replaced_in_order_is_the_old_or_the_new_one() {
        let events = replaced();
        for n in 0..=events.len() {
            for loss in [Loss::Ordered, Loss::Strict, Loss::Subset] {
                let left = after(&events, n, loss, true).unwrap();
                assert!(left == [1; 100] || left == [2; 2000], "after {n}, {loss:?}: {} bytes", left.len());
            }
        }
        assert_eq!(after(&events, 4, Loss::Ordered, true).unwrap().len(), 2000);
        assert_eq!(after(&events, 4, Loss::Strict, true).unwrap().len(), 100, "a rename lasts only once its folder is synced");
        assert_eq!(after(&events, 5, Loss::Strict, true).unwrap().len(), 2000);
    }

    #[test]
    fn one_that_is_replaced_in_the_wrong_order_or_without_syncs_is_lost() {
        let mut unsynced = replaced();
        unsynced.remove(2);
        assert_eq!(after(&unsynced, 4, Loss::Strict, true).unwrap().len(), 0, "its name is on the disk, its bytes are not");
        assert_eq!(after(&replaced(), 5, Loss::Strict, false).unwrap().len(), 100);
    }

    #[test]
    fn writes_are_torn_between_sectors() {
        let lengths: Vec<usize> = (0..40)
            .map(|seed| {
                let left = tempfile::tempdir().unwrap();
                let mut disk = Disk::load(left.path(), true).unwrap();
                replaced()[..2].iter().for_each(|event| disk.apply(event, Path::new("/v")).unwrap());
                disk.crash(Loss::Ordered, &mut Prng::keyed(seed, "tear", 0), left.path()).unwrap();
                fs::read(left.path().join("a.new")).unwrap().len()
            })
            .collect();
        assert!(lengths.iter().all(|length| length % SECTOR == 0), "{lengths:?}");
        assert!([0, 512, 1024, 1536].iter().all(|length| lengths.contains(length)), "{lengths:?}");
    }

    #[test]
    fn a_recording_with_gaps_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut disk = Disk::load(folder.path(), true).unwrap();
        assert!(disk.apply(&write("/v/never-opened", b"x"), Path::new("/v")).is_err());
        disk.apply(&write("/elsewhere/never-opened", b"x"), Path::new("/v")).unwrap();
    }
}
