//! Puts media, sidecars and albums together once all files have been seen, and accounts for each of them.

use std::collections::HashMap;
use std::ops::Range;

use domain::{EntityKind, EntityRef, Finding, FindingCode, NewLink, Role, Severity};

use super::gathered::{Gathered, Held, Medium};
use super::names::{self, Folder};
use super::pairing::{self, How, Name};
use super::portrait::{self, Portrait};
use crate::arena::PathRef;
use crate::importer::SetSink;

/// The place of a medium or a sidecar in what was gathered.
type At = u32;

/// Hands every item to the sink of its first file, and the rest of its files to theirs as merged.
pub(super) fn assemble(gathered: &Gathered, sink: &mut dyn SetSink) {
    let folders = Folders::of(gathered);
    let (media, twice) = distinct(gathered);
    for at in twice {
        merge(sink, gathered.medium(at).file);
    }
    let pairs = paired(gathered, &media);
    let sidecars = Sidecars::of(gathered, &pairs);
    let copies = Copies::of(gathered, media, &pairs, &folders);
    for copies in copies.iter() {
        let [first, others @ ..] = copies else { continue };
        let medium = gathered.medium(*first);
        let pair_of = |at: &At| pairs[*at as usize];
        let best = copies.iter().find_map(pair_of);
        // Album copies of an edited photo hold the edited bytes under the original's name.
        let derived = copies.iter().filter_map(pair_of).find_map(|(sidecar, how)| {
            let original = sidecars.owner(sidecar).map(|owner| gathered.medium(owner)).filter(|owner| owner.digest != medium.digest)?;
            matches!(how, How::Edited | How::Motion).then_some((how, original))
        });
        let sidecar = best.map(|(sidecar, _)| gathered.sidecar(sidecar));
        let mut paths: Vec<PathRef> = copies.iter().map(|at| gathered.medium(*at).path).collect();
        let further = sidecar.map_or(&[][..], |held| sidecars.further(gathered, held));
        paths.extend(further.iter().map(|at| gathered.sidecar(*at).path));
        let item = Portrait {
            gathered,
            medium: Some(medium),
            sidecar,
            how: best.map(|(_, how)| how),
            original: derived,
            albums: folders.albums(&paths),
            folders: paths.iter().map(|path| folders.kind(*path)).collect(),
        }
        .item();
        let own = sink.of(medium.file);
        own.item(item);
        if sidecar.is_none() {
            own.finding(unpaired(
                Severity::Note,
                "This medium has no sidecar in the parts that were read; its date and place are those in the file or its name",
            ));
        }
        sink.end(medium.file);
        for other in others {
            merge(sink, gathered.medium(*other).file);
        }
    }
    for at in sidecars.used().chain(sidecars.further.iter().copied()) {
        merge(sink, gathered.sidecar(at).file);
    }
    for twins in sidecars.lone.chunk_by(|a, b| gathered.sidecar(*a).identity == gathered.sidecar(*b).identity) {
        let [first, others @ ..] = twins else { continue };
        let held = gathered.sidecar(*first);
        let paths: Vec<PathRef> = twins.iter().map(|at| gathered.sidecar(*at).path).collect();
        let (albums, folders) = (folders.albums(&paths), paths.iter().map(|path| folders.kind(*path)).collect());
        let own = sink.of(held.file);
        own.item(Portrait { gathered, medium: None, sidecar: Some(held), how: None, original: None, albums, folders }.item());
        own.finding(unpaired(
            Severity::Warning,
            "This photo's sidecar is here and the photo is not: it is in a part that was not read, or its export failed. Import that part as well, or export it again",
        ));
        sink.end(held.file);
        for other in others {
            merge(sink, gathered.sidecar(*other).file);
        }
    }
    for held in &gathered.albums {
        let own = sink.of(held.file);
        match folders.kind(held.path) {
            Folder::Album | Folder::Untitled => {
                own.item(portrait::album(gathered, held, file_name(gathered.paths.folder(held.path)), folders.album(held.path)));
            }
            Folder::Year | Folder::Archive | Folder::Bin | Folder::Other => {
                own.skip(FindingCode::IgnoredFile, "", "The product's own folders are not albums");
            }
        }
        sink.end(held.file);
    }
}

impl Gathered {
    fn medium(&self, at: At) -> &Medium {
        &self.media[at as usize]
    }

    fn sidecar(&self, at: At) -> &Held {
        &self.sidecars[at as usize]
    }
}

fn merge(sink: &mut dyn SetSink, file: u32) {
    sink.of(file).merged();
    sink.end(file);
}

/// The media folder by folder, without those whose path and bytes are another's: a part that was given twice. Then these.
fn distinct(gathered: &Gathered) -> (Vec<At>, Vec<At>) {
    let key = |at: &At| {
        let medium = gathered.medium(*at);
        (medium.path.folder(), gathered.paths.name(medium.path), &medium.digest)
    };
    let mut media: Vec<At> = (0..gathered.media.len() as At).collect();
    media.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
    let mut twice = Vec::new();
    media.dedup_by(|later, first| {
        let is_same = key(later) == key(first);
        twice.extend(is_same.then_some(*later));
        is_same
    });
    (media, twice)
}

/// The sidecar of every medium, and how it came to it.
type Pairs = Vec<Option<(At, How)>>;

/// Pairs folder by folder; `media` are in the order of their folders.
fn paired(gathered: &Gathered, media: &[At]) -> Pairs {
    let paths = &gathered.paths;
    let folder_of = |at: &At| gathered.sidecar(*at).path.folder();
    let mut sidecars: Vec<At> = (0..gathered.sidecars.len() as At).collect();
    sidecars.sort_by_key(folder_of);
    let mut pairs = vec![None; gathered.media.len()];
    for media in media.chunk_by(|a, b| gathered.medium(*a).path.folder() == gathered.medium(*b).path.folder()) {
        let folder = gathered.medium(media[0]).path.folder();
        let from = sidecars.partition_point(|at| folder_of(at) < folder);
        let to = sidecars.partition_point(|at| folder_of(at) <= folder);
        let sidecars = &sidecars[from..to];
        let names: Vec<Name<'_>> = sidecars
            .iter()
            .map(|at| gathered.sidecar(*at))
            .map(|held| Name { file: paths.name(held.path), title: paths.text(held.title) })
            .collect();
        let files: Vec<&str> = media.iter().map(|at| paths.name(gathered.medium(*at).path)).collect();
        for (medium, pair) in media.iter().zip(pairing::pair(&files, &names)) {
            pairs[*medium as usize] = pair.map(|pair| (sidecars[pair.sidecar], pair.how));
        }
    }
    pairs
}

/// What became of the sidecars.
struct Sidecars {
    /// The medium whose own each is: none, or that some medium shares it.
    owners: Vec<Owner>,
    /// Without a medium beside them, of photos that are there under another path: their folder is one more album. By photo.
    further: Vec<At>,
    /// Of photos that are not there. By photo.
    lone: Vec<At>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Unused,
    Shared,
    Medium(At),
}

impl Sidecars {
    fn of(gathered: &Gathered, pairs: &Pairs) -> Self {
        let mut owners = vec![Owner::Unused; gathered.sidecars.len()];
        for (medium, pair) in pairs.iter().enumerate() {
            let Some((sidecar, how)) = pair else { continue };
            let owner = &mut owners[*sidecar as usize];
            match how {
                How::Own | How::Guessed => *owner = Owner::Medium(medium as At),
                How::Edited | How::Motion if *owner == Owner::Unused => *owner = Owner::Shared,
                How::Edited | How::Motion => {}
            }
        }
        let (used, mut unused): (Vec<At>, Vec<At>) =
            (0..gathered.sidecars.len() as At).partition(|at| owners[*at as usize] != Owner::Unused);
        let mut used: Vec<[u8; 16]> = used.into_iter().map(|at| gathered.sidecar(at).identity).collect();
        used.sort_unstable();
        let key = |at: &At| {
            let held = gathered.sidecar(*at);
            (held.identity, gathered.paths.key(held.path))
        };
        unused.sort_by(|a, b| key(a).cmp(&key(b)));
        let (further, lone) = unused.into_iter().partition(|at| used.binary_search(&gathered.sidecar(*at).identity).is_ok());
        Self { owners, further, lone }
    }

    fn used(&self) -> impl Iterator<Item = At> {
        self.owners.iter().enumerate().filter(|(_, owner)| **owner != Owner::Unused).map(|(at, _)| at as At)
    }

    /// The medium whose own the sidecar is.
    fn owner(&self, sidecar: At) -> Option<At> {
        match self.owners[sidecar as usize] {
            Owner::Medium(medium) => Some(medium),
            Owner::Unused | Owner::Shared => None,
        }
    }

    /// The further sidecars of the photo that `held` belongs to.
    fn further(&self, gathered: &Gathered, held: &Held) -> &[At] {
        let from = self.further.partition_point(|at| gathered.sidecar(*at).identity < held.identity);
        let to = self.further.partition_point(|at| gathered.sidecar(*at).identity <= held.identity);
        &self.further[from..to]
    }
}

/// Media of equal bytes together. First of each the one with a sidecar of its own, then the one in a year's folder; the
/// order does not depend on the order of the files.
struct Copies {
    media: Vec<At>,
    groups: Vec<Range<At>>,
}

impl Copies {
    fn of(gathered: &Gathered, mut media: Vec<At>, pairs: &Pairs, folders: &Folders<'_>) -> Self {
        let digest = |at: At| &gathered.medium(at).digest;
        let key = |at: At| {
            let path = gathered.medium(at).path;
            let rank = match pairs[at as usize].map(|(_, how)| how) {
                Some(How::Own) => 0,
                Some(How::Guessed) => 1,
                Some(How::Edited | How::Motion) => 2,
                None => 3,
            };
            (rank, folders.kind(path) != Folder::Year, gathered.paths.key(path))
        };
        media.sort_unstable_by(|a, b| digest(*a).cmp(digest(*b)).then_with(|| key(*a).cmp(&key(*b))));
        let mut from = 0;
        let mut groups: Vec<Range<At>> = media
            .chunk_by(|a, b| digest(*a) == digest(*b))
            .map(|copies| {
                let group = from..from + copies.len() as At;
                from = group.end;
                group
            })
            .collect();
        groups.sort_unstable_by(|a, b| key(media[a.start as usize]).cmp(&key(media[b.start as usize])));
        Self { media, groups }
    }

    fn iter(&self) -> impl Iterator<Item = &[At]> {
        self.groups.iter().map(|group| &self.media[group.start as usize..group.end as usize])
    }
}

/// What the folders are, and the titles of the albums among them; empty for one that was never named.
struct Folders<'g> {
    gathered: &'g Gathered,
    kinds: Vec<Folder>,
    titles: HashMap<usize, &'g str>,
}

impl<'g> Folders<'g> {
    fn of(gathered: &'g Gathered) -> Self {
        let paths = &gathered.paths;
        let kinds = (0..paths.n_folders()).map(|number| names::folder(file_name(paths.folder_at(number)))).collect();
        let titles = gathered.albums.iter().map(|held| (held.path.folder(), paths.text(held.title)));
        Self { gathered, kinds, titles: titles.collect() }
    }

    fn kind(&self, path: PathRef) -> Folder {
        self.kinds[path.folder()]
    }

    /// The album that a file stands in. Folders tell albums of one title apart, titles are what people read.
    fn album(&self, path: PathRef) -> Option<NewLink> {
        let folder = file_name(self.gathered.paths.folder(path));
        let title = self.titles.get(&path.folder()).copied();
        let name = match self.kind(path) {
            Folder::Album => title,
            // With metadata it is an album that was never named; without, a thread that somebody shared.
            Folder::Untitled => Some(title?),
            Folder::Year | Folder::Archive | Folder::Bin | Folder::Other => return None,
        };
        let name = name.filter(|name| !name.is_empty()).unwrap_or(folder);
        let entity = EntityRef { name: name.to_owned(), ..EntityRef::named(EntityKind::Label, folder) };
        (!folder.is_empty()).then_some(NewLink { role: Role::Label, entity })
    }

    /// The albums that files stand in, each once.
    fn albums(&self, paths: &[PathRef]) -> Vec<NewLink> {
        let mut links: Vec<NewLink> = Vec::new();
        for link in paths.iter().filter_map(|path| self.album(*path)) {
            if !links.contains(&link) {
                links.push(link);
            }
        }
        links
    }
}

fn unpaired(severity: Severity, message: &str) -> Finding {
    Finding { code: FindingCode::Unpaired, severity, at: String::new(), message: format!("{message}."), count: 1 }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
