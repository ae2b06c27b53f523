//! Files that the records of an export name, for services that keep both in one archive: whichever comes first waits for the other.
//!
//! A record names its files in `data` under `files`: a path as the service wrote it, of which the archive may have more or fewer
//! folders, or a name alone. It is the file whose path agrees with it in the most folders from the end; of two that agree alike,
//! neither. A file that no record names is an item of its own, with its bytes as identity.

use std::collections::{BTreeMap, HashMap};
use std::io;

use domain::{Finding, FindingCode, Kind, NewBlob, NewItem, NewPoint, Raw, RawFormat, Severity};

use crate::importer::{FileNumber, Input, SetSink, Sink};
use crate::media;

/// Bytes of records that may wait for other files.
pub(crate) const WAITING: usize = 96 << 20;
/// Of a record's items, what they hold besides their words and their original.
const ITEM: usize = 1_000;

/// The files of an export, and the records that wait for them.
#[derive(Default)]
pub(crate) struct Attachments {
    /// By path.
    files: BTreeMap<String, Attached>,
    waiting: Vec<Waiting>,
    n_bytes: usize,
}

struct Attached {
    file: FileNumber,
    blob: NewBlob,
    is_used: bool,
}

struct Waiting {
    file: FileNumber,
    item: NewItem,
}

impl Attachments {
    /// Takes in a file that records may name.
    pub(crate) fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let blob = media::in_place(input)?;
        if self.files.contains_key(input.path) {
            sink.merged();
        } else {
            self.files.insert(input.path.to_owned(), Attached { file: number, blob, is_used: false });
        }
        Ok(())
    }

    /// A sink for the records of a file: those that name files wait, all others go on to `sink`.
    pub(crate) fn records<'a>(&'a mut self, number: FileNumber, sink: &'a mut dyn Sink) -> Records<'a> {
        Records { attachments: self, number, sink }
    }

    /// Hands on what waits, with the files that were met, and the files that nothing names as items of `source`.
    pub(crate) fn finish(&mut self, source: &str, sink: &mut dyn SetSink) {
        let mut paths = HashMap::<String, Vec<String>>::new();
        for path in self.files.keys() {
            paths.entry(last(path).to_owned()).or_default().push(path.clone());
        }
        // Of an archive that was made without media this is said once.
        let has_none = self.files.is_empty();
        if let Some(first) = self.waiting.first().filter(|_| has_none) {
            sink.of(first.file).finding(Finding {
                code: FindingCode::Unpaired,
                severity: Severity::Note,
                at: String::new(),
                message: format!(
                    "{} records name files, and the archive holds none of them. If it was delivered with media, import all of it at once.",
                    self.waiting.len()
                ),
                count: self.waiting.len() as u64,
            });
        }
        for Waiting { file, mut item } in std::mem::take(&mut self.waiting) {
            let mut n_missing = 0;
            for name in named(&item) {
                let found = paths.get(last(&name)).and_then(|paths| best(paths, &name)).and_then(|path| self.files.get_mut(path));
                match found {
                    Some(attached) => {
                        attached.is_used = true;
                        item.blobs.push(attached.blob.clone());
                    }
                    None => n_missing += 1,
                }
            }
            let sink = sink.of(file);
            if n_missing > 0 && !has_none {
                sink.finding(Finding {
                    code: FindingCode::Unpaired,
                    severity: Severity::Warning,
                    at: String::new(),
                    message: format!(
                        "{} names {n_missing} files that are not in the archive. Import all parts of it at once, with the media.",
                        item.title
                    ),
                    count: n_missing,
                });
            }
            sink.item(item);
        }
        self.n_bytes = 0;
        for Attached { file, blob, is_used } in std::mem::take(&mut self.files).into_values() {
            let own = sink.of(file);
            if is_used { own.merged() } else { own.item(unclaimed(source, blob)) }
        }
    }
}

/// The item of a file that no record names.
pub(crate) fn unclaimed(source: &str, blob: NewBlob) -> NewItem {
    let kind = match blob.media_type.split('/').next() {
        Some("image") => Kind::Photo,
        Some("video") => Kind::Video,
        _ => Kind::Document,
    };
    let mut item = NewItem::new(kind, source, media::digest(&blob), Raw::text(RawFormat::Text, &blob.name));
    item.title.clone_from(&blob.name);
    item.blobs.push(blob);
    item
}

/// Says that records no longer wait, since too many do.
pub(crate) fn let_go(at: &str, without: &str) -> Finding {
    Finding {
        code: FindingCode::Limit,
        severity: Severity::Warning,
        at: at.to_owned(),
        message: format!("More than {} MB of records wait for other files; from here on they are kept without {without}.", WAITING >> 20),
        count: 1,
    }
}

fn named(item: &NewItem) -> Vec<String> {
    let files = item.data.get("files").and_then(|files| files.as_array());
    files.into_iter().flatten().filter_map(|name| name.as_str()).map(str::to_owned).collect()
}

/// The one of some paths of one name that agrees with `name` best.
fn best<'p>(paths: &'p [String], name: &str) -> Option<&'p String> {
    let agree = |path: &String| path.rsplit('/').zip(name.rsplit('/')).take_while(|(a, b)| a == b).count();
    let most = paths.iter().map(agree).max()?;
    // Of a path, the name alone is too little to go by.
    if name.contains('/') && most < 2 {
        return None;
    }
    let mut found = paths.iter().filter(|path| agree(path) == most);
    let first = found.next();
    if found.next().is_some() { None } else { first }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The sink of one file with records.
pub(crate) struct Records<'a> {
    attachments: &'a mut Attachments,
    number: FileNumber,
    sink: &'a mut dyn Sink,
}

impl Sink for Records<'_> {
    fn item(&mut self, item: NewItem) {
        if named(&item).is_empty() {
            return self.sink.item(item);
        }
        if self.attachments.n_bytes > WAITING {
            self.sink.finding(let_go("", "the files that they name"));
            return self.sink.item(item);
        }
        self.attachments.n_bytes += ITEM + item.text.len() + item.raw.bytes.len();
        self.attachments.waiting.push(Waiting { file: self.number, item });
    }
    fn point(&mut self, point: NewPoint) {
        self.sink.point(point);
    }
    fn merged(&mut self) {
        self.sink.merged();
    }
    fn skip(&mut self, code: FindingCode, at: &str, why: &str) {
        self.sink.skip(code, at, why);
    }
    fn set_aside(&mut self, code: FindingCode, at: &str, why: &str) {
        self.sink.set_aside(code, at, why);
    }
    fn remember(&mut self, memo: Vec<u8>) {
        self.sink.remember(memo);
    }
    fn finding(&mut self, finding: Finding) {
        self.sink.finding(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_as_much_of_its_path_as_both_have() {
        let paths: Vec<String> = ["x/your_activity/messages/inbox/ann/photos/1.jpg", "x/your_activity/messages/inbox/bo/photos/1.jpg"]
            .map(str::to_owned)
            .to_vec();
        let found = |name: &str| best(&paths, name).map(String::as_str);
        assert_eq!(found("messages/inbox/ann/photos/1.jpg"), Some(paths[0].as_str()));
        assert_eq!(found("old/layout/bo/photos/1.jpg"), Some(paths[1].as_str()));
        assert_eq!((found("photos/1.jpg"), found("posts/1.jpg"), found("1.jpg")), (None, None, None));
        assert_eq!(best(&paths[..1], "1.jpg"), Some(&paths[0]));
    }
}
