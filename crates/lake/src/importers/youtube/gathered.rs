//! What only makes sense once all files were read: the entries of playlists, whose titles stand in another table, and the
//! owner's own videos, of which several tables tell.
//!
//! Memory: about 300 bytes an entry are held until the last file.

use std::collections::HashMap;

use domain::{FindingCode, NewItem, Point, Raw};

use super::lists;
use super::rows::{self, List};
use crate::importer::{FileNumber, SetSink};

#[derive(Default)]
pub(super) struct Gathered {
    /// The files that entries stand in, each once.
    files: Vec<(FileNumber, String)>,
    entries: Vec<Entry>,
    /// Titles and ids of lists.
    titles: Vec<(String, String)>,
    videos: Vec<(FileNumber, NewItem)>,
    told: Vec<Told>,
}

/// A video in a list.
struct Entry {
    /// Its place in `files`.
    file: usize,
    /// The title that the list gives itself in the same file, where it does.
    own_title: Option<Box<str>>,
    video: Box<str>,
    title: Box<str>,
    added: Box<str>,
    raw: Raw,
}

/// What a further table says of one of the owner's videos.
pub(super) struct Told {
    pub(super) file: FileNumber,
    pub(super) path: String,
    pub(super) at: String,
    pub(super) video: String,
    pub(super) place: Option<Point>,
    pub(super) address: String,
    pub(super) words: String,
}

impl Gathered {
    /// A video in the list that the file at `path` is of.
    pub(super) fn entry(&mut self, file: FileNumber, path: &str, own_title: &str, [video, title, added]: [&str; 3], raw: Raw) {
        if self.files.last().is_none_or(|(last, _)| *last != file) {
            self.files.push((file, path.to_owned()));
        }
        let own_title = Some(own_title).filter(|title| !title.is_empty()).map(Into::into);
        self.entries.push(Entry {
            file: self.files.len() - 1,
            own_title,
            video: video.into(),
            title: title.into(),
            added: added.into(),
            raw,
        });
    }

    pub(super) fn list(&mut self, title: &str, id: &str) {
        self.titles.push((title.to_owned(), id.to_owned()));
    }

    pub(super) fn video(&mut self, file: FileNumber, item: NewItem) {
        self.videos.push((file, item));
    }

    pub(super) fn told(&mut self, told: Told) {
        self.told.push(told);
    }

    pub(super) fn settle(&mut self, sink: &mut dyn SetSink) {
        self.titles.sort();
        self.titles.dedup();
        let lists: Vec<Option<&(String, String)>> = self.files.iter().map(|(_, path)| self.list_of(path)).collect();
        for entry in &self.entries {
            let (file, path) = &self.files[entry.file];
            let name = lists::name_in(path);
            let known = lists[entry.file];
            let title = known.map(|(title, _)| title.as_str()).or(entry.own_title.as_deref()).unwrap_or(name);
            let list = List { file: name, title, id: known.map_or("", |(_, id)| id) };
            sink.of(*file).item(rows::kept_video(&list, &entry.video, &entry.title, &entry.added, entry.raw.clone()));
        }
        self.entries.clear();
        self.settle_videos(sink);
    }

    /// The list of a file, when one title fits it, or the title itself does better than all.
    fn list_of(&self, path: &str) -> Option<&(String, String)> {
        let fitting: Vec<&(String, String)> = self.titles.iter().filter(|(title, _)| lists::is_of(path, title)).collect();
        let name = lists::name_in(path);
        match fitting.as_slice() {
            [only] => Some(*only),
            several => {
                let mut same = several.iter().filter(|(title, _)| title == name);
                same.next().filter(|_| same.next().is_none()).copied()
            }
        }
    }

    fn settle_videos(&mut self, sink: &mut dyn SetSink) {
        let mut videos = std::mem::take(&mut self.videos);
        let by_id: HashMap<_, _> = videos.iter().enumerate().map(|(at, (_, item))| (item.uid, at)).collect();
        let mut told = std::mem::take(&mut self.told);
        told.sort_by(|a, b| (&a.path, &a.video, &a.words).cmp(&(&b.path, &b.video, &b.words)));
        for Told { file, at, video, place, address, words, .. } in told {
            let uid = domain::Uid::of("google.youtube.video", video.as_bytes());
            let Some((_, item)) = by_id.get(&uid).and_then(|at| videos.get_mut(*at)) else {
                sink.of(file).set_aside(
                    FindingCode::Unpaired,
                    &at,
                    "This row tells of a video that no table of videos lists. Import the other parts of the export as well",
                );
                continue;
            };
            item.place = item.place.or(place);
            item.set("address", address);
            if !words.is_empty() && !item.text.contains(&words) {
                item.text = [item.text.as_str(), &words].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
            }
            sink.of(file).merged();
        }
        for (file, item) in videos {
            sink.of(file).item(item);
        }
    }
}
