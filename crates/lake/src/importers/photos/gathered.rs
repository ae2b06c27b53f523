//! What is held of the files of Photos until the last one has been seen.

use std::cell::RefCell;
use std::collections::HashMap;
use std::{fmt, io};
use std::sync::Arc;

use domain::FindingCode;
use flate2::{Compress, Compression, Decompress, DecompressError, FlushCompress, FlushDecompress};

use super::shot::Shot;
use super::sidecar::{self, Looks, Sidecar};
use super::{assembly, names, signature};
use crate::importer::{Assembly, Input, SetSink, Sink};

/// How much of a medium is kept while it is read, for its EXIF.
const HEAD: usize = 128 << 10;
/// How much of a medium is read at once.
const CHUNK: usize = 256 << 10;
/// Longest sidecar or album metadata that is accepted. Comments on shared albums make some long.
const JSON: u64 = 16 << 20;
/// How much of the first sidecar the others are packed with: what deflate can look back.
const WINDOW: usize = 32 << 10;

/// Everything seen so far.
#[derive(Default)]
pub(super) struct Gathered {
    /// The archives and files that media stand in, each once.
    pub(super) containers: Vec<String>,
    pub(super) media: Vec<Medium>,
    pub(super) sidecars: Vec<Held>,
    pub(super) albums: Vec<Held>,
    /// Digests by path: the same file can be in two parts.
    seen: HashMap<Arc<str>, [u8; 32]>,
    /// What one file after another is read and packed with. Made anew for each they would leave gigabytes of holes in
    /// memory between what is kept of the files.
    chunk: Vec<u8>,
    packer: Option<Compress>,
    /// The beginning of the first sidecar. The others are much like it, and are packed as what they differ in.
    model: Arc<[u8]>,
}

/// A photo or film.
pub(super) struct Medium {
    pub(super) path: Arc<str>,
    /// Its place in [`Gathered::containers`].
    pub(super) container: usize,
    /// The archive's own spelling of its path; empty for a plain file.
    pub(super) entry: Box<str>,
    /// Bytes.
    pub(super) size: u64,
    /// BLAKE3 of its bytes.
    pub(super) digest: [u8; 32],
    pub(super) media_type: &'static str,
    pub(super) shot: Option<Box<Shot>>,
}

/// A sidecar or an album's metadata, with what pairing needs of it.
pub(super) struct Held {
    pub(super) path: Arc<str>,
    pub(super) title: Box<str>,
    pub(super) url: Box<str>,
    /// Seconds since 1970.
    pub(super) taken: Option<i64>,
    packed: Box<[u8]>,
    /// What it was packed with: [`Gathered::model`], or nothing.
    model: Arc<[u8]>,
    /// Bytes of the file.
    size: usize,
}

thread_local! {
    static UNPACKER: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

impl Held {
    fn new(path: Arc<str>, bytes: &[u8], model: Arc<[u8]>, packer: &mut Compress) -> io::Result<Self> {
        packer.reset();
        if !model.is_empty() {
            packer.set_dictionary(&model)?;
        }
        let mut packed = Vec::with_capacity(bytes.len() + 64);
        while packer.compress_vec(&bytes[packer.total_in() as usize..], &mut packed, FlushCompress::Finish)? != flate2::Status::StreamEnd {
            packed.reserve(bytes.len() / 8 + 64);
        }
        Ok(Self { path, title: "".into(), url: "".into(), taken: None, packed: packed.into_boxed_slice(), model, size: bytes.len() })
    }

    /// The file's bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        // What was packed in memory unpacks; were it not so, the item would still stand, with what the medium says.
        UNPACKER.with_borrow_mut(|unpacker| self.unpacked(unpacker)).unwrap_or_default()
    }

    fn unpacked(&self, unpacker: &mut Decompress) -> Result<Vec<u8>, DecompressError> {
        unpacker.reset(false);
        if !self.model.is_empty() {
            unpacker.set_dictionary(&self.model)?;
        }
        let mut bytes = Vec::with_capacity(self.size);
        unpacker.decompress_vec(&self.packed, &mut bytes, FlushDecompress::Finish)?;
        Ok(bytes)
    }

    /// What makes two sidecars those of one photo.
    pub(super) fn identity(&self) -> Identity<'_> {
        match (&*self.url, &*self.title, self.taken) {
            ("", "", None) => Identity::Path(&self.path),
            ("", title, taken) => Identity::Shot(title, taken.unwrap_or_default()),
            (url, ..) => Identity::Url(url),
        }
    }
}

/// Whose a sidecar is: its photo's address, else its title and time, else nobody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Identity<'h> {
    Path(&'h str),
    Shot(&'h str, i64),
    Url(&'h str),
}

impl fmt::Display for Identity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "p\u{1f}{path}"),
            Self::Shot(title, taken) => write!(f, "t\u{1f}{title}\u{1f}{taken}"),
            Self::Url(url) => write!(f, "u\u{1f}{url}"),
        }
    }
}

impl Assembly for Gathered {
    fn file(&mut self, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        if input.path.to_lowercase().ends_with(".json") { self.json(input, sink) } else { self.medium(input, sink) }
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        // Every path has been seen; only what was held under them is needed.
        self.seen = HashMap::new();
        assembly::assemble(&std::mem::take(self), sink);
    }
}

impl Gathered {
    fn medium(&mut self, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let mut hasher = blake3::Hasher::new();
        let mut head = Vec::new();
        self.chunk.resize(CHUNK, 0);
        let chunk = &mut self.chunk;
        let mut size = 0;
        loop {
            let n_read = match input.reader.read(chunk) {
                Ok(0) => break,
                Ok(n_read) => n_read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            hasher.update(&chunk[..n_read]);
            head.extend_from_slice(&chunk[..n_read.min(HEAD - head.len())]);
            size += n_read as u64;
        }
        if size == 0 {
            sink.set_aside(
                FindingCode::BadRecord,
                "",
                "A photo or film was expected, and the file is empty. Download it from Photos itself",
            );
            return Ok(());
        }
        let digest = *hasher.finalize().as_bytes();
        let Some(path) = self.new_path(input.path, digest) else {
            sink.merged();
            return Ok(());
        };
        let container = self.container(input.origin.path);
        let by_name = names::media_type(names::split(input.path.rsplit('/').next().unwrap_or_default()).1);
        // Raw formats are TIFF inside; their names say which.
        let by_bytes = signature::media_type(&head).filter(|found| *found != "image/tiff" || by_name.is_none());
        self.media.push(Medium {
            path,
            container,
            entry: input.origin.entry.into(),
            size,
            digest,
            media_type: by_bytes.or(by_name).unwrap_or("application/octet-stream"),
            shot: Shot::read(&head).map(Box::new),
        });
        Ok(())
    }

    fn json(&mut self, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let bytes = input.read_all(JSON)?;
        let is_metadata = names::is_metadata(input.path.rsplit('/').next().unwrap_or_default());
        let looks = sidecar::looks_like(&bytes).or(is_metadata.then_some(Looks::Album));
        let bad = |error: &serde_json::Error| {
            format!("A photo's sidecar or an album's metadata was expected, and it does not read as one ({error})")
        };
        let packer = self.packer.get_or_insert_with(|| Compress::new(Compression::fast(), false));
        if self.model.is_empty() && looks == Some(Looks::Sidecar) {
            self.model = bytes[..bytes.len().min(WINDOW)].into();
        }
        let mut held = Held::new(input.path.into(), &bytes, Arc::clone(&self.model), packer)?;
        match looks {
            Some(Looks::Sidecar) => match Sidecar::read(&bytes) {
                Err(error) => {
                    sink.set_aside(FindingCode::BadRecord, "", &bad(&error));
                    return Ok(());
                }
                Ok(sidecar) => {
                    held.title = sidecar.title().into();
                    held.url = sidecar.url().into();
                    held.taken = sidecar.taken();
                }
            },
            Some(Looks::Album) => match sidecar::Album::read(&bytes) {
                Err(error) => {
                    sink.set_aside(FindingCode::BadRecord, "", &bad(&error));
                    return Ok(());
                }
                Ok(album) => held.title = album.title.into(),
            },
            None => {
                sink.set_aside(
                    FindingCode::WrongFormat,
                    "",
                    "A photo's sidecar (with photoTakenTime) or an album's metadata (with a title and a date) was expected",
                );
                return Ok(());
            }
        }
        let Some(path) = self.new_path(input.path, *blake3::hash(&bytes).as_bytes()) else {
            sink.merged();
            return Ok(());
        };
        held.path = path;
        if looks == Some(Looks::Sidecar) { &mut self.sidecars } else { &mut self.albums }.push(held);
        Ok(())
    }

    /// Remembers a path; `None` when the same bytes came under it before.
    fn new_path(&mut self, path: &str, digest: [u8; 32]) -> Option<Arc<str>> {
        let path: Arc<str> = path.into();
        match self.seen.insert(Arc::clone(&path), digest) {
            Some(before) if before == digest => None,
            _ => Some(path),
        }
    }

    fn container(&mut self, path: &str) -> usize {
        // Files of an archive come one after the other.
        match self.containers.last() {
            Some(last) if last == path => {}
            _ => self.containers.push(path.to_owned()),
        }
        self.containers.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packed_sidecar_comes_back_byte_for_byte_and_takes_little() {
        let sidecar = |n: u64| {
            format!("{{\"title\": \"IMG_{n}.jpg\", \"imageViews\": \"{}\", \"photoTakenTime\": {{\"timestamp\": \"{}\"}}, \"geoData\": {{\"latitude\": 47.{n}, \"longitude\": 8.5}}}}", n * 3, 1_300_000_000 + n * n)
        };
        let long = sidecar(1).repeat(1_000);
        let mut packer = Compress::new(Compression::fast(), false);
        for model in ["", &sidecar(0), &long[..WINDOW]] {
            for text in ["", "{}", &sidecar(0), &sidecar(77_341), &long, "{\"title\": \"\u{65e5}\u{8a18}\"}"] {
                let held = Held::new("a".into(), text.as_bytes(), model.as_bytes().into(), &mut packer).unwrap();
                assert_eq!(held.bytes(), text.as_bytes());
            }
        }
        let held = Held::new("a".into(), sidecar(77_341).as_bytes(), sidecar(0).as_bytes().into(), &mut packer).unwrap();
        assert!(held.packed.len() < held.size / 3, "{} of {}", held.packed.len(), held.size);
    }
}
