//! Puts media, sidecars and albums together once all files have been seen, and accounts for each of them.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{EntityKind, EntityRef, Finding, FindingCode, NewLink, Role, Severity};

use super::gathered::{Gathered, Held, Identity};
use super::names::{self, Folder};
use super::pairing::{self, How, Name, Pair};
use super::portrait::{self, Portrait};
use crate::importer::SetSink;

/// Hands every item to the sink of its first file, and the rest of its files to theirs as merged.
pub(super) fn assemble(gathered: &Gathered, sink: &mut dyn SetSink) {
    let albums = Albums::of(&gathered.albums);
    let pairs = paired(gathered);
    let owners: HashMap<usize, usize> = pairs
        .iter()
        .enumerate()
        .filter_map(|(medium, pair)| pair.filter(|pair| matches!(pair.how, How::Own | How::Guessed)).map(|pair| (pair.sidecar, medium)))
        .collect();

    let mut is_used = vec![false; gathered.sidecars.len()];
    for pair in pairs.iter().flatten() {
        is_used[pair.sidecar] = true;
    }
    let used: HashSet<Identity<'_>> =
        is_used.iter().zip(&gathered.sidecars).filter(|(is_used, _)| **is_used).map(|(_, held)| held.identity()).collect();
    // A sidecar without its medium, of a photo that is there under another path: its folder is one more album.
    let mut lone: BTreeMap<Identity<'_>, Vec<&Held>> = BTreeMap::new();
    let mut further: HashMap<Identity<'_>, Vec<&Held>> = HashMap::new();
    for (held, _) in gathered.sidecars.iter().zip(&is_used).filter(|(_, is_used)| !**is_used) {
        let identity = held.identity();
        if used.contains(&identity) {
            further.entry(identity).or_default().push(held);
        } else {
            lone.entry(identity).or_default().push(held);
        }
    }

    for copies in copies(gathered, &pairs) {
        let [first, others @ ..] = copies.as_slice() else { continue };
        let pair_of = |at: &usize| pairs[*at].map(|pair| (pair, *at));
        let best = copies.iter().find_map(pair_of);
        // Album copies of an edited photo hold the edited bytes under the original's name.
        let derived = copies.iter().filter_map(pair_of).map(|(pair, _)| pair).find_map(|pair| {
            let original =
                owners.get(&pair.sidecar).filter(|original| gathered.media[**original].digest != gathered.media[*first].digest)?;
            matches!(pair.how, How::Edited | How::Motion).then_some((pair.how, *original))
        });
        let sidecar = best.map(|(pair, _)| &gathered.sidecars[pair.sidecar]);
        let mut paths: Vec<&str> = copies.iter().map(|at| &*gathered.media[*at].path).collect();
        let extra = sidecar.and_then(|held| further.get(&held.identity()));
        paths.extend(extra.into_iter().flatten().map(|held| &*held.path));
        let item = Portrait {
            medium: Some((&gathered.media[*first], &gathered.containers[gathered.media[*first].container])),
            sidecar,
            how: best.map(|(pair, _)| pair.how),
            original: derived.map(|(how, original)| (how, &gathered.media[original])),
            albums: albums.links(&paths),
            folders: paths.iter().map(|path| names::folder(folder_name(path))).collect(),
        }
        .item();
        let path = &gathered.media[*first].path;
        sink.of(path).item(item);
        if sidecar.is_none() {
            sink.of(path).finding(unpaired(
                Severity::Note,
                "This medium has no sidecar in the parts that were read; its date and place are those in the file or its name",
            ));
        }
        for other in others {
            sink.of(&gathered.media[*other].path).merged();
        }
    }
    for (held, _) in gathered.sidecars.iter().zip(&is_used).filter(|(_, is_used)| **is_used) {
        sink.of(&held.path).merged();
    }
    for held in further.values().flatten() {
        sink.of(&held.path).merged();
    }
    for mut twins in lone.into_values() {
        twins.sort_by(|a, b| a.path.cmp(&b.path));
        let [first, others @ ..] = twins.as_slice() else { continue };
        let paths: Vec<&str> = twins.iter().map(|held| &*held.path).collect();
        let folders = paths.iter().map(|path| names::folder(folder_name(path))).collect();
        sink.of(&first.path)
            .item(Portrait { medium: None, sidecar: Some(first), how: None, original: None, albums: albums.links(&paths), folders }.item());
        sink.of(&first.path).finding(unpaired(
            Severity::Warning,
            "This photo's sidecar is here and the photo is not: it is in a part that was not read, or its export failed. Import all parts at once, or export it again",
        ));
        for other in others {
            sink.of(&other.path).merged();
        }
    }
    for held in &gathered.albums {
        match names::folder(folder_name(&held.path)) {
            Folder::Album | Folder::Untitled => {
                sink.of(&held.path).item(portrait::album(held, folder_name(&held.path), albums.link(&held.path)));
            }
            Folder::Year | Folder::Archive | Folder::Bin | Folder::Other => {
                sink.of(&held.path).skip(FindingCode::IgnoredFile, "", "The product's own folders are not albums");
            }
        }
    }
}

/// The sidecar of every medium, paired folder by folder.
fn paired(gathered: &Gathered) -> Vec<Option<Pair>> {
    let mut shelves: BTreeMap<&str, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (at, medium) in gathered.media.iter().enumerate() {
        shelves.entry(folder_path(&medium.path)).or_default().0.push(at);
    }
    for (at, held) in gathered.sidecars.iter().enumerate() {
        shelves.entry(folder_path(&held.path)).or_default().1.push(at);
    }
    let mut pairs = vec![None; gathered.media.len()];
    for (media, sidecars) in shelves.values() {
        let names: Vec<Name<'_>> = sidecars
            .iter()
            .map(|at| Name { file: file_name(&gathered.sidecars[*at].path), title: &gathered.sidecars[*at].title })
            .collect();
        let files: Vec<&str> = media.iter().map(|at| file_name(&gathered.media[*at].path)).collect();
        for (medium, pair) in media.iter().zip(pairing::pair(&files, &names)) {
            pairs[*medium] = pair.map(|pair| Pair { sidecar: sidecars[pair.sidecar], how: pair.how });
        }
    }
    pairs
}

/// Media of equal bytes together. First of each the one with a sidecar of its own, then the one in a year's folder; the
/// order does not depend on the order of the files.
fn copies(gathered: &Gathered, pairs: &[Option<Pair>]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..gathered.media.len()).collect();
    order.sort_by_cached_key(|at| {
        let path = &gathered.media[*at].path;
        let rank = match pairs[*at].map(|pair| pair.how) {
            Some(How::Own) => 0,
            Some(How::Guessed) => 1,
            Some(How::Edited | How::Motion) => 2,
            None => 3,
        };
        (rank, names::folder(folder_name(path)) != Folder::Year, &**path)
    });
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut by_digest: HashMap<[u8; 32], usize> = HashMap::new();
    for at in order {
        let group = *by_digest.entry(gathered.media[at].digest).or_insert_with(|| {
            groups.push(Vec::with_capacity(1));
            groups.len() - 1
        });
        groups[group].push(at);
    }
    groups
}

/// The titles of albums by folder.
struct Albums<'g> {
    titles: HashMap<&'g str, &'g str>,
}

impl<'g> Albums<'g> {
    fn of(albums: &'g [Held]) -> Self {
        Self { titles: albums.iter().filter(|held| !held.title.is_empty()).map(|held| (folder_path(&held.path), &*held.title)).collect() }
    }

    /// The album that a file stands in. Folders tell albums of one title apart, titles are what people read.
    fn link(&self, path: &str) -> Option<NewLink> {
        let folder = folder_name(path);
        let title = self.titles.get(folder_path(path)).copied();
        let name = match names::folder(folder) {
            Folder::Album => title.unwrap_or(folder),
            Folder::Untitled => title?,
            Folder::Year | Folder::Archive | Folder::Bin | Folder::Other => return None,
        };
        let entity = EntityRef { name: name.to_owned(), ..EntityRef::named(EntityKind::Label, folder) };
        (!folder.is_empty()).then_some(NewLink { role: Role::Label, entity })
    }

    fn links(&self, paths: &[&str]) -> Vec<NewLink> {
        let mut links: Vec<NewLink> = Vec::new();
        for link in paths.iter().filter_map(|path| self.link(path)) {
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

fn folder_path(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn folder_name(path: &str) -> &str {
    file_name(folder_path(path))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
