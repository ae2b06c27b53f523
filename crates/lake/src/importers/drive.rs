//! Google Drive: the owner's files. Documents are found by their words, all others by their names; the bytes stay where they are.
//!
//! Newer exports put a file of facts (`Thesis-info.json`) beside each, which has the dates, the owner and the star. Without one the
//! dates are those that the document itself notes, and a plain file has none. See [`super::kept_file`] for `data`; here also
//! `folder`, `owner`, `starred`, `trashed`. Files in the bin are hidden. Identity: the path in the Drive, and the bytes.
//!
//! What is remembered for parts that come later: the facts, and of all other files what they became without them.
//!
//! Memory: documents wait for their facts until the last file, up to 64 MiB of words; those beyond go without.

mod facts;

use std::collections::{HashMap, HashSet};
use std::io;

use domain::{EntityKind, EntityRef, Finding, FindingCode, Kind, NewItem, NewLink, Raw, Role, Severity};
use serde::{Deserialize, Serialize};

use crate::importer::{Assembly, Claim, FileNumber, Importer, Input, Parse, Probe, SetSink, Sink};
use crate::importers::kept_file::KeptFile;
use facts::Facts;

pub(crate) static IMPORTER: Importer =
    Importer { id: "google.drive", label: "Google Drive", recognizes, parse: Parse::Set(|| Box::new(Gathered::default())) };

/// Bytes of words that wait at most.
const WAITING: usize = 64 << 20;
/// Longest file of facts, bytes.
const LONGEST: u64 = 1 << 20;

fn recognizes(probe: &Probe<'_>) -> Claim {
    // What a file in a Drive is, others know better: a mailbox, a calendar. They stand before this one.
    if is_inside(probe.path) { Claim::Yes(2) } else { Claim::No }
}

/// Whether a path is one of the Drive's. Its folder keeps its name in nearly all languages.
fn is_inside(path: &str) -> bool {
    path.split_once('/')
        .is_some_and(|(product, _)| ["drive", "google drive", "google ドライブ", "ドライブ"].contains(&product.to_lowercase().as_str()))
}

#[derive(Default)]
struct Gathered {
    waiting: Vec<(FileNumber, String, NewItem)>,
    n_bytes: usize,
    /// By the path that they are about, without its ending.
    facts: HashMap<String, (FileNumber, Facts)>,
}

/// What is remembered of a file.
#[derive(Serialize, Deserialize)]
enum Remembered {
    /// A file of facts, as it stood.
    Facts(String),
    /// Any other file, without its facts.
    Kept(Box<NewItem>),
}

impl Assembly for Gathered {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let path = input.path.to_owned();
        if let Some(about) = facts::about(&path)
            && input.size <= LONGEST
        {
            let bytes = input.read_all(LONGEST)?;
            if let Some(facts) = Facts::read(&bytes) {
                sink.remember(serde_json::to_vec(&Remembered::Facts(String::from_utf8_lossy(&bytes).into_owned()))?);
                self.told(number, about, facts, sink);
                return Ok(());
            }
            let mut reader = bytes.as_slice();
            let mut again = Input { path: &path, size: input.size, reader: &mut reader, origin: input.origin };
            return self.keep(number, &mut again, sink);
        }
        self.keep(number, input, sink)
    }

    fn recall(&mut self, number: FileNumber, path: &str, memo: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
        match serde_json::from_slice(memo)? {
            Remembered::Facts(text) => {
                if let Some((about, facts)) = facts::about(path).zip(Facts::read(text.as_bytes())) {
                    self.told(number, about, facts, sink);
                }
            }
            Remembered::Kept(item) => self.wait(number, path.to_owned(), *item, sink),
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        let mut used = HashSet::new();
        for (file, path, mut item) in std::mem::take(&mut self.waiting) {
            if let Some((about, (_, facts))) = self.facts_of(&path) {
                facts.tell(&mut item);
                used.insert(about.to_owned());
            }
            sink.of(file).item(item);
        }
        let mut facts: Vec<_> = std::mem::take(&mut self.facts).into_iter().collect();
        facts.sort_by(|a, b| a.0.cmp(&b.0));
        for (about, (file, facts)) in facts {
            if used.contains(&about) {
                sink.of(file).merged();
                continue;
            }
            // Its file is in another part, or was handed out before: what is known of it is kept.
            let mut item = NewItem::new(Kind::Document, IMPORTER.id, ["facts", &inner(&about)].join("\u{1f}"), Raw::json(&facts.raw));
            about.rsplit('/').next().unwrap_or_default().clone_into(&mut item.title);
            item.set("path", about);
            item.set("missing", true);
            facts.tell(&mut item);
            let sink = sink.of(file);
            sink.item(item);
            sink.finding(Finding {
                code: FindingCode::Unpaired,
                severity: Severity::Warning,
                at: String::new(),
                message: "These are facts about a file that is in none of the parts that were read. Import the other parts as well, or export it again.".to_owned(),
                count: 1,
            });
        }
    }
}

impl Gathered {
    fn keep(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let path = input.path.to_owned();
        let kept = KeptFile::read(input, u64::MAX, sink)?;
        let mut item = kept.item(IMPORTER.id, &inner(&path));
        if let Some((folder, _)) = inner(&path).rsplit_once('/') {
            let nearest = folder.rsplit('/').next().unwrap_or(folder);
            item.links.push(NewLink { role: Role::Label, entity: EntityRef::named(EntityKind::Label, nearest) });
            item.set("folder", folder);
        }
        let memo = serde_json::to_vec(&Remembered::Kept(Box::new(item.clone())))?;
        sink.remember(memo);
        self.wait(number, path, item, sink);
        Ok(())
    }

    fn wait(&mut self, number: FileNumber, path: String, item: NewItem, sink: &mut dyn Sink) {
        let weight = item.text.len() + 1024;
        if self.n_bytes + weight > WAITING {
            sink.item(item);
            return;
        }
        self.n_bytes += weight;
        self.waiting.push((number, path, item));
    }

    /// Takes in facts. The same path in another part, with other facts: the later one counts.
    fn told(&mut self, number: FileNumber, about: String, facts: Facts, sink: &mut dyn Sink) {
        if self.facts.insert(about, (number, facts)).is_some() {
            sink.merged();
        }
    }

    /// The facts about the file at `path`: those that name its ending count before those that leave it out.
    fn facts_of(&self, path: &str) -> Option<(&str, &(FileNumber, Facts))> {
        let without_ending = path.rsplit_once('.').filter(|(_, ending)| !ending.contains('/')).map(|(stem, _)| stem);
        [Some(path), without_ending]
            .into_iter()
            .flatten()
            .find_map(|about| self.facts.get_key_value(about))
            .map(|(about, facts)| (about.as_str(), facts))
    }
}

/// The path inside the Drive.
fn inner(path: &str) -> String {
    path.split_once('/').map_or(path, |(_, inner)| inner).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::{read_set, shown};

    #[test]
    fn documents_have_their_words_and_the_facts_beside_them() {
        let facts = br#"{"title":"Thesis","createdTime":"2020-01-01T10:00:00Z","modifiedTime":"2024-05-01T10:20:30.123Z","starred":true,"owners":[{"emailAddress":"ann@example.org","displayName":"Ann"}],"permissions":[]}"#;
        let files: [(&str, &[u8]); 5] = [
            ("Drive/Study/Thesis.md", b"# On knots"),
            ("Drive/Study/Thesis-info.json", facts),
            ("Drive/photo.jpg", b"\xff\xd8\xff\xe0 picture"),
            ("Drive/Gone-info.json", br#"{"modifiedTime":"2024-05-01T10:20:30Z","trashed":true}"#),
            ("Drive/my-info.json", br#"{"about": "me"}"#),
        ];
        let forth = read_set(&IMPORTER, &files).unwrap();
        let backwards: Vec<_> = files.iter().rev().copied().collect();
        let back = read_set(&IMPORTER, &backwards).unwrap();
        let lines = |sinks: &std::collections::BTreeMap<String, crate::importer::collected::Collected>| -> Vec<String> {
            sinks.iter().map(|(path, sink)| format!("{path}: {}", sink.shown())).collect()
        };
        assert_eq!(lines(&forth), lines(&back));
        let items: Vec<String> = forth.values().flat_map(|sink| sink.items.iter().map(shown)).collect();
        assert_eq!(
            items,
            [
                "document google.drive 2024-05-01T10:20:30Z | Gone (hidden)",
                "document google.drive 2024-05-01T10:20:30.123Z | Thesis.md | # On knots <Label label:study> <Sender mailto:ann@example.org>",
                "document google.drive no time | my-info.json | {\"about\": \"me\"}",
                "document google.drive no time | photo.jpg",
            ]
        );
        let thesis = &forth["Drive/Study/Thesis.md"].items[0];
        assert_eq!((&thesis.data["starred"], &thesis.data["created"]), (&true.into(), &"2020-01-01T10:00:00Z".into()));
        assert_eq!(forth["Drive/Study/Thesis-info.json"].n_merged, 1);
        assert_eq!(forth["Drive/photo.jpg"].items[0].data["media_type"], "image/jpeg");
    }

    #[test]
    fn the_same_file_in_two_folders_is_two_files() {
        let sinks = read_set(&IMPORTER, &[("Drive/a/x.txt", b"same"), ("Drive/b/x.txt", b"same")]).unwrap();
        let uids: Vec<_> = sinks.values().map(|sink| sink.items[0].uid).collect();
        assert_ne!(uids[0], uids[1]);
        assert!(is_inside("Google Drive/x") && !is_inside("Keep/Drive/x") && !is_inside("Drive"));
    }
}
