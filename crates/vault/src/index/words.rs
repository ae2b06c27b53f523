//! The word index: a tantivy index in a sealed folder, and its one writer.
//!
//! The index is a cache of the database. Its commit carries a watermark, the last change that it has seen, so it is always
//! known how far it has come, and it can be thrown away and built again.
//!
//! Invariants:
//! - No text is stored, only postings; an item's id is all that can be read back.
//! - Applying the same changes twice is the same as once.
//! - After an error the writer is gone and what was not committed with it; the caller goes on from [`WordIndex::watermark`].

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::{Code, Failure, Kind, Result, UtcMs};
use serde::{Deserialize, Serialize};
use tantivy::directory::Directory;
use tantivy::directory::error::{OpenReadError, OpenWriteError};
use tantivy::index::SegmentMeta;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, NoMergePolicy};
use tantivy::query::TermSetQuery;
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Index, IndexSettings, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, Term};

use crate::fault::Fault;

use super::directory::EncryptedDirectory;
use super::fold::{self, Folding};
use super::search::{WordSearch, needed};

pub(crate) const ID: &str = "id";
pub(crate) const KIND: &str = "kind";
pub(crate) const SOURCE: &str = "source";
const TOKENIZER: &str = "folding";
/// What the writer may hold before it writes a segment; with the segment being merged it stays under 64 MiB.
const WRITER_BYTES: usize = 48 << 20;
/// Segments with more documents are left alone by merges, so that no merge takes minutes.
const MERGED_DOCS: usize = 4_000_000;
/// Changes whenever the same item may be told to the index in other words: an index of another version is rebuilt.
const ITEMS_VERSION: u32 = 2;
/// Ids from here on are not tracked one by one; an item under such an id is deleted before it is added, known or not.
const TRACKED_IDS: usize = 1 << 32;

/// What the word index is told of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexDoc {
    /// Its number in the vault.
    pub id: i64,
    /// What it is.
    pub kind: Kind,
    /// Where it came from: "google.mail".
    pub source: String,
    /// When it happened, UTC milliseconds.
    pub at: Option<UtcMs>,
    /// One line that names it.
    pub title: String,
    /// Its words.
    pub text: String,
    /// Names and addresses of the people, places and channels in it.
    pub people: Vec<String>,
    /// Whether it is left out of views unless asked for.
    pub hidden: bool,
}

/// The fields of the schema.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fields {
    pub(crate) id: Field,
    pub(crate) kind: Field,
    pub(crate) source: Field,
    pub(crate) at: Field,
    pub(crate) hidden: Field,
    pub(crate) title: Field,
    pub(crate) text: Field,
    pub(crate) people: Field,
}

fn schema() -> (Schema, Fields) {
    let words = TextFieldIndexing::default().set_tokenizer(TOKENIZER).set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let words = TextOptions::default().set_indexing_options(words);
    let name = TextFieldIndexing::default().set_tokenizer("raw").set_index_option(IndexRecordOption::Basic).set_fieldnorms(false);
    let name = TextOptions::default().set_indexing_options(name).set_fast("raw");
    let mut schema = Schema::builder();
    let fields = Fields {
        id: schema.add_i64_field(ID, INDEXED | FAST),
        kind: schema.add_u64_field(KIND, INDEXED | FAST),
        source: schema.add_text_field(SOURCE, name),
        at: schema.add_i64_field("at", FAST),
        hidden: schema.add_bool_field("hidden", NumericOptions::default().set_indexed()),
        title: schema.add_text_field("title", words.clone()),
        text: schema.add_text_field("text", words.clone()),
        people: schema.add_text_field("people", words),
    };
    (schema.build(), fields)
}

/// What a commit carries.
#[derive(Serialize, Deserialize)]
struct Payload {
    watermark: i64,
    /// Digest of the schema and of the way text is cut; an index with another one is rebuilt.
    shape: String,
}

/// The index and its one writer. Searches go through [`WordIndex::searcher`], from any thread, while this writes.
pub struct WordIndex {
    index: Index,
    directory: EncryptedDirectory,
    fields: Fields,
    shape: String,
    writer: Option<IndexWriter>,
    /// Which ids are in the index, committed or not: what is new need not be deleted first.
    present: Present,
    search: WordSearch,
    watermark: Arc<AtomicI64>,
}

impl WordIndex {
    /// Opens the index in `folder`, or begins an empty one there (`fresh`), in which case everything in the folder goes.
    ///
    /// # Errors
    /// [`Code::Damaged`] when it is missing, does not verify or has another shape: begin a fresh one and fill it from the
    /// database. [`Code::NoSpace`] when the disk is full.
    pub fn open(folder: &Path, key: &[u8; 32], fresh: bool) -> Result<Self> {
        if fresh && folder.exists() {
            fs::remove_dir_all(folder).map_err(|error| failure(error.into()))?;
        }
        let directory = EncryptedDirectory::open(folder, key).map_err(|error| failure(error.into()))?;
        let (schema, fields) = schema();
        let shape = shape(&schema)?;
        let index = if fresh {
            Index::create(directory.clone(), schema, IndexSettings::default()).map_err(failure)?
        } else {
            Index::open(directory.clone()).map_err(failure)?
        };
        let metas = index.load_metas().map_err(failure)?;
        if let Some(lost) = needed(&metas).into_iter().find(|file| !folder.join(file).exists()) {
            return Err(Failure::new(Code::Damaged, format!("The word index lacks its file {}.", lost.display()))
                .hint("It is built again from the vault."));
        }
        let mut watermark = 0;
        if let Some(payload) = metas.payload {
            let payload: Payload = serde_json::from_str(&payload).map_err(|_| other_shape())?;
            if payload.shape != shape {
                return Err(other_shape());
            }
            watermark = payload.watermark;
        } else if !fresh {
            return Err(other_shape());
        }
        index.tokenizers().register(TOKENIZER, TextAnalyzer::from(Folding::default()));
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(failure)?;
        let search = WordSearch::new(reader, fields, directory.clone());
        let mut opened = Self {
            index,
            directory,
            fields,
            shape,
            writer: None,
            present: Present::default(),
            search,
            watermark: Arc::new(AtomicI64::new(watermark)),
        };
        opened.present = opened.search.present().map_err(failure)?;
        if fresh {
            opened.commit(0)?;
        }
        Ok(opened)
    }

    /// What answers searches. It sees each commit as soon as it is made.
    pub fn searcher(&self) -> WordSearch {
        self.search.clone()
    }

    /// The last change that a commit has seen; 0 for none.
    pub fn watermark(&self) -> i64 {
        self.watermark.load(Ordering::Acquire)
    }

    /// Puts items in, in place of what stood under their ids, and takes others out. Seen by searches after [`Self::commit`].
    ///
    /// # Errors
    /// When writing fails; everything since the last commit is then lost.
    pub fn apply(&mut self, upserts: &[IndexDoc], deletes: &[i64]) -> Result<()> {
        let applied = self.try_apply(upserts, deletes);
        self.or_give_up(applied)
    }

    /// Makes what was applied durable and visible, and remembers that all changes up to `watermark` are in it.
    ///
    /// # Errors
    /// When writing fails; everything since the last commit is then lost.
    pub fn commit(&mut self, watermark: i64) -> Result<()> {
        let committed = self.try_commit(watermark);
        self.or_give_up(committed)
    }

    /// Waits until merges that run in the background are done. For the end of a rebuild, and for measuring.
    ///
    /// # Errors
    /// When a merge failed.
    pub fn settle(&mut self) -> Result<()> {
        if let Some(writer) = self.writer.take() {
            writer.wait_merging_threads().map_err(failure)?;
        }
        self.search.reload().map_err(failure)
    }

    /// Writes anew every segment that holds items that were taken out, so that nothing of these is left in any file.
    ///
    /// # Errors
    /// When writing fails; what is in the index stays.
    pub fn purge(&mut self) -> Result<()> {
        let purged = self.try_purge();
        self.or_give_up(purged)
    }

    fn try_purge(&mut self) -> tantivy::Result<()> {
        // Merges that go on in the background have some of these segments in hand.
        if let Some(writer) = self.writer.take() {
            writer.wait_merging_threads()?;
        }
        self.open_writer()?;
        let Some(mut writer) = self.writer.take() else { return Ok(()) };
        writer.set_merge_policy(Box::new(NoMergePolicy));
        for segment in self.index.searchable_segment_metas()?.into_iter().filter(SegmentMeta::has_deletes) {
            writer.merge(&[segment.id()]).wait()?;
        }
        self.search.reload()?;
        writer.garbage_collect_files().wait()?;
        writer.wait_merging_threads()?;
        self.directory.sync_directory()?;
        Ok(())
    }

    fn try_apply(&mut self, upserts: &[IndexDoc], deletes: &[i64]) -> tantivy::Result<()> {
        self.open_writer()?;
        let Some(writer) = &self.writer else { return Ok(()) };
        let mut gone: Vec<i64> = deletes.iter().copied().filter(|id| self.present.remove(*id)).collect();
        gone.extend(upserts.iter().map(|doc| doc.id).filter(|id| self.present.insert(*id)));
        if !gone.is_empty() {
            // One for all: a deletion of its own takes a kilobyte or more until it is committed.
            let terms = gone.into_iter().map(|id| Term::from_field_i64(self.fields.id, id));
            writer.delete_query(Box::new(TermSetQuery::new(terms)))?;
        }
        for doc in upserts {
            writer.add_document(document(&self.fields, doc))?;
        }
        Ok(())
    }

    fn try_commit(&mut self, watermark: i64) -> tantivy::Result<()> {
        self.open_writer()?;
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let payload = serde_json::to_string(&Payload { watermark, shape: self.shape.clone() })
            .map_err(|error| TantivyError::InternalError(error.to_string()))?;
        let mut prepared = writer.prepare_commit()?;
        prepared.set_payload(&payload);
        prepared.commit()?;
        // The commit renames its meta file without bringing the folder's entry to the disk.
        self.directory.sync_directory()?;
        self.watermark.store(watermark, Ordering::Release);
        self.search.reload()
    }

    fn open_writer(&mut self) -> tantivy::Result<()> {
        if self.writer.is_none() {
            let options = IndexWriterOptions::builder().num_worker_threads(1).num_merge_threads(1).memory_budget_per_thread(WRITER_BYTES);
            let writer = self.index.writer_with_options(options.build())?;
            let mut merges = LogMergePolicy::default();
            merges.set_max_docs_before_merge(MERGED_DOCS);
            merges.set_del_docs_ratio_before_merge(0.3);
            writer.set_merge_policy(Box::new(merges));
            // The first operation of a writer has the number of the commit before it, and a merge takes a deletion of that number
            // for one that the commit has seen: it would be lost. So the first operation is none.
            writer.run(std::iter::empty())?;
            // A commit that was cut short left files that no meta file names, and the next one would give its own the same names.
            writer.garbage_collect_files().wait()?;
            self.writer = Some(writer);
        }
        Ok(())
    }

    /// After an error nothing is known of the writer's state: it is dropped, and what it had not committed is forgotten.
    fn or_give_up<T>(&mut self, result: tantivy::Result<T>) -> Result<T> {
        result.map_err(|error| {
            self.writer = None;
            if let Ok(present) = self.search.present() {
                self.present = present;
            }
            self.failed(error)
        })
    }

    /// What a failed write means. The thread that met a full or a failing disk is not the one that tells of it.
    fn failed(&self, error: TantivyError) -> Failure {
        self.directory.refused().map_or_else(|| failure(error), |refused| Fault::from(refused).into())
    }
}

fn document(fields: &Fields, doc: &IndexDoc) -> TantivyDocument {
    let mut document = TantivyDocument::new();
    document.add_i64(fields.id, doc.id);
    document.add_u64(fields.kind, u64::from(doc.kind.code()));
    // "google.mail" is also found, and counted, as "google".
    for (dot, _) in doc.source.match_indices('.') {
        document.add_text(fields.source, &doc.source[..dot]);
    }
    document.add_text(fields.source, &doc.source);
    if let Some(at) = doc.at {
        document.add_i64(fields.at, at);
    }
    if doc.hidden {
        document.add_bool(fields.hidden, true);
    }
    document.add_text(fields.title, &doc.title);
    document.add_text(fields.text, &doc.text);
    for name in &doc.people {
        document.add_text(fields.people, name);
    }
    document
}

fn shape(schema: &Schema) -> Result<String> {
    let schema = serde_json::to_string(schema).map_err(Failure::internal)?;
    Ok(blake3::hash(format!("{schema}, words {}, items {ITEMS_VERSION}", fold::VERSION).as_bytes()).to_hex()[..16].to_owned())
}

fn other_shape() -> Failure {
    Failure::new(Code::Damaged, "The word index was written by another version.").hint("It is built again from the vault.")
}

/// A failure of the index as a person meets it. What the system refuses is no damage: the index stays as it is.
#[allow(clippy::needless_pass_by_value, reason = "it is handed to `map_err`")]
pub(crate) fn failure(error: TantivyError) -> Failure {
    let met = match &error {
        TantivyError::IoError(error)
        | TantivyError::OpenReadError(OpenReadError::IoError { io_error: error, .. })
        | TantivyError::OpenWriteError(OpenWriteError::IoError { io_error: error, .. }) => error.raw_os_error(),
        _ => None,
    };
    if let Some(number) = met {
        return Fault::from(io::Error::from_raw_os_error(number)).into();
    }
    Failure::new(Code::Damaged, format!("The word index cannot be used: {error}.")).hint("It is built again from the vault.")
}

/// A bit for each id in the index.
#[derive(Default)]
pub(crate) struct Present(Vec<u64>);

impl Present {
    /// Notes that `id` is in; tells whether it may have been before.
    pub(crate) fn insert(&mut self, id: i64) -> bool {
        let Some((word, bit)) = place(id) else { return true };
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        let was = self.0[word] & bit != 0;
        self.0[word] |= bit;
        was
    }

    /// Whether `id` may be in.
    pub(crate) fn holds(&self, id: i64) -> bool {
        place(id).is_none_or(|(word, bit)| self.0.get(word).is_some_and(|word| word & bit != 0))
    }

    /// Notes that `id` is out; tells whether it may have been in.
    fn remove(&mut self, id: i64) -> bool {
        let Some((word, bit)) = place(id) else { return true };
        let Some(word) = self.0.get_mut(word) else { return false };
        let was = *word & bit != 0;
        *word &= !bit;
        was
    }
}

fn place(id: i64) -> Option<(usize, u64)> {
    let id = usize::try_from(id).ok().filter(|id| *id < TRACKED_IDS)?;
    Some((id / 64, 1 << (id % 64)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::allowed::Within;

    const KEY: [u8; 32] = [3; 32];

    fn doc(id: i64, title: &str, text: &str) -> IndexDoc {
        let (title, text) = (title.to_owned(), text.to_owned());
        IndexDoc { id, kind: Kind::Note, source: "google.keep".into(), at: Some(id), title, text, people: Vec::new(), hidden: false }
    }

    fn found(index: &WordIndex, query: &str) -> Vec<i64> {
        index.searcher().search(query, &Within::everything(), 10).unwrap().hits.into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn what_was_not_committed_is_gone_and_the_watermark_stands() {
        let folder = tempfile::tempdir().unwrap();
        let mut index = WordIndex::open(folder.path(), &KEY, true).unwrap();
        index.apply(&[doc(1, "Sailing", "red boat")], &[]).unwrap();
        index.commit(7).unwrap();
        index.apply(&[doc(2, "Cycling", "blue bicycle")], &[1]).unwrap();
        drop(index);
        let mut index = WordIndex::open(folder.path(), &KEY, false).unwrap();
        assert_eq!(index.watermark(), 7);
        assert_eq!((found(&index, "boat"), found(&index, "bicycle")), (vec![1], vec![]));
        index.apply(&[doc(2, "Cycling", "blue bicycle")], &[1]).unwrap();
        index.commit(8).unwrap();
        assert_eq!((found(&index, "boat"), found(&index, "bicycle"), index.watermark()), (vec![], vec![2], 8));
    }

    #[test]
    fn applying_twice_is_as_once_and_the_newest_text_stands() {
        let folder = tempfile::tempdir().unwrap();
        let mut index = WordIndex::open(folder.path(), &KEY, true).unwrap();
        index.apply(&[doc(1, "a", "first"), doc(1, "a", "second")], &[9]).unwrap();
        index.apply(&[doc(1, "a", "second"), doc(-5, "a", "negative")], &[]).unwrap();
        index.commit(1).unwrap();
        index.apply(&[doc(1, "a", "second"), doc(-5, "a", "negative")], &[]).unwrap();
        index.commit(1).unwrap();
        assert_eq!((found(&index, "first"), found(&index, "second"), found(&index, "negative")), (vec![], vec![1], vec![-5]));
        assert_eq!(index.searcher().documents(), 2);
    }

    #[test]
    fn a_deletion_that_a_new_writer_begins_with_outlives_a_merge() {
        let folder = tempfile::tempdir().unwrap();
        let mut index = WordIndex::open(folder.path(), &KEY, true).unwrap();
        let docs = |ids: std::ops::Range<i64>, text: &str| ids.map(|id| doc(id, "a", text)).collect::<Vec<_>>();
        index.apply(&docs(1..3_001, "early"), &[]).unwrap();
        index.commit(1).unwrap();
        index.apply(&docs(5_001..7_001, "early"), &[]).unwrap();
        index.commit(2).unwrap();
        // Nearly half of the second segment is gone: the two are merged, which the end of the program cuts short, and again
        // while the next one commits.
        index.apply(&docs(5_001..5_901, "later"), &[]).unwrap();
        index.commit(3).unwrap();
        drop(index);
        let mut index = WordIndex::open(folder.path(), &KEY, false).unwrap();
        index.apply(&docs(6_001..6_301, "latest"), &[]).unwrap();
        index.commit(4).unwrap();
        index.settle().unwrap();
        assert_eq!(index.searcher().documents(), 5_000);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_no_damage_whichever_thread_met_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut index = WordIndex::open(folder.path(), &KEY, true).unwrap();
        // After a commit no thread of the index is at work on a file that is about to be replaced.
        index.apply(&[doc(1, "Bread", "flour")], &[]).unwrap();
        index.commit(1).unwrap();
        // What the index writes next is written to a device that is always full.
        for number in 0..100 {
            for name in ["meta.json", ".managed.json"] {
                std::os::unix::fs::symlink("/dev/full", folder.path().join(format!("{name}.{number}.unfinished"))).unwrap();
            }
        }
        let written = index.apply(&[doc(2, "Butter", "milk")], &[]).and_then(|()| index.commit(2));
        assert_eq!(written.unwrap_err().code, Code::NoSpace);
        let killed = || TantivyError::ErrorInThread("a thread ended".to_owned());
        assert!(index.directory.atomic_write(Path::new("meta.json"), b"x").is_err());
        assert_eq!([index.failed(killed()).code, index.failed(killed()).code], [Code::NoSpace, Code::Damaged], "it is told once");
    }

    #[test]
    fn what_a_commit_left_that_was_cut_short_is_not_in_the_way_of_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let meta = folder.path().join("meta.json");
        let mut index = WordIndex::open(folder.path(), &KEY, true).unwrap();
        index.apply(&(1..100).map(|id| doc(id, "a", "early")).collect::<Vec<_>>(), &[]).unwrap();
        index.commit(1).unwrap();
        drop(index);
        let before = fs::read(&meta).unwrap();
        let delete = || {
            let mut index = WordIndex::open(folder.path(), &KEY, false).unwrap();
            index.apply(&[], &[7]).unwrap();
            index.commit(2).unwrap();
            index.searcher().documents()
        };
        assert_eq!(delete(), 98);
        // The list of what is deleted was written, and the meta file that names it was not.
        fs::write(&meta, before).unwrap();
        assert!(fs::read_dir(folder.path()).unwrap().any(|entry| entry.unwrap().path().extension().is_some_and(|end| end == "del")));
        assert_eq!(delete(), 98);
    }

    #[test]
    fn nothing_that_was_indexed_can_be_read_in_the_folder_and_damage_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let mut index = WordIndex::open(folder.path(), &KEY, true).unwrap();
        let docs: Vec<_> = (1..400).map(|id| doc(id, "Zanzibarmarker", &format!("quokkamarker number{id} and more words"))).collect();
        index.apply(&docs, &[]).unwrap();
        index.commit(1).unwrap();
        index.settle().unwrap();
        assert!(index.searcher().verify().unwrap().damaged.is_empty());
        drop(index);
        let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        for file in &files {
            let bytes = fs::read(file).unwrap().to_ascii_lowercase();
            for marker in [b"zanzibar".as_slice(), b"quokka", b"marker", b"google", b"watermark"] {
                assert!(!bytes.windows(marker.len()).any(|window| window == marker), "{}", file.display());
            }
        }
        let largest = files.iter().max_by_key(|file| fs::metadata(file).unwrap().len()).unwrap();
        let mut bytes = fs::read(largest).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(largest, bytes).unwrap();
        let reopened = WordIndex::open(folder.path(), &KEY, false);
        assert!(reopened.is_err() || !reopened.unwrap().searcher().verify().unwrap().damaged.is_empty());
        assert_eq!(WordIndex::open(folder.path(), &[4; 32], false).err().unwrap().code, Code::Damaged);
        assert_eq!(WordIndex::open(&folder.path().join("none"), &KEY, false).err().unwrap().code, Code::Damaged);
    }
}
