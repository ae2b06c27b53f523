//! What is held of the files of Photos until the last one has been seen.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::io;

use domain::{FindingCode, Point, UtcMs};
use flate2::{Compress, Compression, Decompress, DecompressError, FlushCompress, FlushDecompress, Status};
use serde::{Deserialize, Serialize};

use super::film::FilmClock;
use super::shot::Shot;
use super::sidecar::{self, Looks, Sidecar};
use super::{assembly, names};
use crate::media::signature;
use crate::arena::{Arena, PathRef, Paths, Span};
use crate::importer::{Assembly, FileNumber, Input, Origin, SetSink, Sink};

/// How much of a medium is kept while it is read, for its EXIF.
const HEAD: usize = 128 << 10;
/// How much of a medium is read at once.
const CHUNK: usize = 256 << 10;
/// Longest sidecar or album metadata that is accepted. Comments on shared albums make some long.
const JSON: u64 = 16 << 20;
/// How much of the first sidecar the others are packed with: what deflate can look back.
const WINDOW: usize = 32 << 10;
/// The type of a medium that neither its bytes nor its name tell.
const UNKNOWN: &str = "application/octet-stream";

/// Everything seen so far.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) paths: Paths,
    pub(super) media: Vec<Medium>,
    pub(super) sidecars: Vec<Held>,
    pub(super) albums: Vec<Held>,
    packed: Arena,
    exposures: Vec<Exposure>,
    cameras: Cameras,
    /// The archive or file that the last medium stands in.
    container: Option<(String, PathRef)>,
    /// What one file after another is read and packed with. Made anew for each they would leave gigabytes of holes in
    /// memory between what is kept of the files.
    chunk: Vec<u8>,
    packing: Vec<u8>,
    packer: Option<Compress>,
    /// The beginning of the first sidecar. The others are much like it, and are packed as what they differ in.
    model: Box<[u8]>,
}

/// A photo or film.
pub(super) struct Medium {
    pub(super) file: FileNumber,
    pub(super) path: PathRef,
    /// The archive or file on disk that holds it.
    pub(super) container: PathRef,
    /// The archive's own spelling of its path; empty for a plain file.
    pub(super) entry: PathRef,
    /// Bytes.
    pub(super) size: u64,
    /// BLAKE3 of its bytes.
    pub(super) digest: [u8; 32],
    pub(super) media_type: &'static str,
    /// Its place in [`Gathered::exposures`].
    exposure: Option<u32>,
}

/// A [`Shot`] as it is held: people have hundreds of thousands of photos, and few cameras.
struct Exposure {
    local: Option<UtcMs>,
    is_utc: bool,
    offset_min: Option<i16>,
    place: Option<Point>,
    altitude: Option<f64>,
    camera: u32,
}

/// Makers and models of cameras, each once.
#[derive(Default)]
struct Cameras {
    all: Vec<(String, String)>,
    numbers: HashMap<(String, String), u32>,
}

impl Cameras {
    fn number(&mut self, make: String, model: String) -> u32 {
        let camera = (make, model);
        if let Some(known) = self.numbers.get(&camera) {
            return *known;
        }
        let number = self.all.len() as u32;
        self.all.push(camera.clone());
        self.numbers.insert(camera, number);
        number
    }
}

/// A sidecar or an album's metadata, with what pairing needs of it.
pub(super) struct Held {
    pub(super) file: FileNumber,
    pub(super) path: PathRef,
    pub(super) title: Span,
    /// What is equal in two sidecars of one photo.
    pub(super) identity: [u8; 16],
    packed: Span,
    /// Whether it was packed with [`Gathered::model`].
    modelled: bool,
    /// Bytes of the file.
    size: u32,
}

// What half a million of each take is counted on.
const _: () = assert!(size_of::<Medium>() <= 104 && size_of::<Held>() <= 56);

thread_local! {
    static UNPACKER: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

/// Packs a file's bytes, as what they differ in from `model`.
fn pack(bytes: &[u8], model: &[u8], packer: &mut Compress, packed: &mut Vec<u8>) -> io::Result<()> {
    packer.reset();
    if !model.is_empty() {
        packer.set_dictionary(model)?;
    }
    packed.clear();
    packed.reserve(bytes.len() + 64);
    while packer.compress_vec(&bytes[packer.total_in() as usize..], packed, FlushCompress::Finish)? != Status::StreamEnd {
        packed.reserve(bytes.len() / 8 + 64);
    }
    Ok(())
}

fn unpack(packed: &[u8], model: &[u8], size: usize, unpacker: &mut Decompress) -> Result<Vec<u8>, DecompressError> {
    unpacker.reset(false);
    if !model.is_empty() {
        unpacker.set_dictionary(model)?;
    }
    let mut bytes = Vec::with_capacity(size);
    unpacker.decompress_vec(packed, &mut bytes, FlushDecompress::Finish)?;
    Ok(bytes)
}

/// What is remembered of a medium: all that its bytes told.
#[derive(Serialize, Deserialize)]
struct Facts<'f> {
    container: Cow<'f, str>,
    entry: Cow<'f, str>,
    size: u64,
    digest: [u8; 32],
    media_type: Cow<'f, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shot: Option<Shot>,
}

fn is_json(path: &str) -> bool {
    path.to_lowercase().ends_with(".json")
}

impl Assembly for Gathered {
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        if is_json(input.path) { self.take_json(number, input, sink) } else { self.take_medium(number, input, sink) }
    }

    fn recall(&mut self, number: FileNumber, path: &str, memo: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
        if is_json(path) {
            let mut reader = memo;
            let origin = Origin { path: "", entry: "" };
            return self.take_json(number, &mut Input { path, size: memo.len() as u64, reader: &mut reader, origin }, sink);
        }
        self.add_medium(number, path, serde_json::from_slice(memo)?)
    }

    fn finish(&mut self, sink: &mut dyn SetSink) {
        assembly::assemble(&std::mem::take(self), sink);
    }
}

impl Gathered {
    /// What the camera wrote into a medium.
    pub(super) fn shot(&self, medium: &Medium) -> Option<Shot> {
        let &Exposure { local, is_utc, offset_min, place, altitude, camera } = self.exposures.get(medium.exposure? as usize)?;
        let (make, model) = self.cameras.all.get(camera as usize)?.clone();
        Some(Shot { local, is_utc, offset_min, place, altitude, is_misplaced: false, make, model })
    }

    fn expose(&mut self, shot: Shot) -> u32 {
        let Shot { local, is_utc, offset_min, place, altitude, is_misplaced: _, make, model } = shot;
        let camera = self.cameras.number(make, model);
        self.exposures.push(Exposure { local, is_utc, offset_min, place, altitude, camera });
        self.exposures.len() as u32 - 1
    }

    /// The bytes of a sidecar or an album's metadata.
    pub(super) fn bytes(&self, held: &Held) -> Vec<u8> {
        let model = if held.modelled { &*self.model } else { &[] };
        let packed = self.packed.get(held.packed);
        // What was packed in memory unpacks; were it not so, the item would still stand, with what the medium says.
        UNPACKER.with_borrow_mut(|unpacker| unpack(packed, model, held.size as usize, unpacker)).unwrap_or_default()
    }

    fn take_medium(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let mut hasher = blake3::Hasher::new();
        let mut head = Vec::new();
        let mut film = FilmClock::default();
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
            film.take(&chunk[..n_read]);
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
        let by_name = names::media_type(names::split(input.path.rsplit('/').next().unwrap_or_default()).1);
        // Raw formats are TIFF inside; their names say which.
        let by_bytes = signature::picture_type(&head).filter(|found| *found != "image/tiff" || by_name.is_none());
        let facts = Facts {
            container: input.origin.path.into(),
            entry: input.origin.entry.into(),
            size,
            digest: *hasher.finalize().as_bytes(),
            media_type: by_bytes.or(by_name).unwrap_or(UNKNOWN).into(),
            shot: Shot::read(&head).or_else(|| film.created().map(Shot::of_film)),
        };
        if facts.shot.as_ref().is_some_and(|shot| shot.is_misplaced) {
            sink.bad_position("", "in the picture's own EXIF");
        }
        sink.remember(serde_json::to_vec(&facts)?);
        self.add_medium(number, input.path, facts)
    }

    fn add_medium(&mut self, file: FileNumber, path: &str, facts: Facts<'_>) -> io::Result<()> {
        let Facts { container, entry, size, digest, media_type, shot } = facts;
        let path = self.paths.add(path)?;
        let container = self.container(&container, path)?;
        let entry = self.paths.add_like(&entry, path)?;
        let media_type = names::known_type(&media_type).unwrap_or(UNKNOWN);
        let exposure = shot.map(|shot| self.expose(shot));
        self.media.push(Medium { file, path, container, entry, size, digest, media_type, exposure });
        Ok(())
    }

    fn take_json(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
        let bytes = input.read_all(JSON)?;
        let is_metadata = names::is_metadata(input.path.rsplit('/').next().unwrap_or_default());
        let bad = |error: &serde_json::Error| {
            format!("A photo's sidecar or an album's metadata was expected, and it does not read as one ({error})")
        };
        match sidecar::looks_like(&bytes).or(is_metadata.then_some(Looks::Album)) {
            Some(Looks::Sidecar) => match Sidecar::read(&bytes) {
                Ok(sidecar) => {
                    sidecar.misplaced().for_each(|found| sink.bad_position("", &found));
                    let identity = sidecar::identity(&sidecar, input.path);
                    let held = self.hold(number, input.path, sidecar.title(), &identity, &bytes, true)?;
                    self.sidecars.push(held);
                }
                Err(error) => sink.set_aside(FindingCode::BadRecord, "", &bad(&error)),
            },
            Some(Looks::Album) => match sidecar::Album::read(&bytes) {
                Ok(album) => {
                    let held = self.hold(number, input.path, &album.title, input.path, &bytes, false)?;
                    self.albums.push(held);
                }
                Err(error) => sink.set_aside(FindingCode::BadRecord, "", &bad(&error)),
            },
            None => sink.set_aside(
                FindingCode::WrongFormat,
                "",
                "A photo's sidecar (with photoTakenTime) or an album's metadata (with a title and a date) was expected",
            ),
        }
        sink.remember(bytes);
        Ok(())
    }

    fn hold(
        &mut self,
        file: FileNumber,
        path: &str,
        title: &str,
        identity: &str,
        bytes: &[u8],
        modelled: bool,
    ) -> io::Result<Held> {
        if modelled && self.model.is_empty() {
            self.model = bytes[..bytes.len().min(WINDOW)].into();
        }
        let packer = self.packer.get_or_insert_with(|| Compress::new(Compression::fast(), false));
        pack(bytes, if modelled { &self.model } else { &[] }, packer, &mut self.packing)?;
        let path = self.paths.add(path)?;
        let mut half = [0; 16];
        half.copy_from_slice(&blake3::hash(identity.as_bytes()).as_bytes()[..16]);
        Ok(Held {
            file,
            path,
            title: self.paths.add_text(title, path)?,
            identity: half,
            packed: self.packed.push(&self.packing)?,
            modelled,
            size: bytes.len() as u32,
        })
    }

    fn container(&mut self, disk: &str, path: PathRef) -> io::Result<PathRef> {
        // Files of an archive come one after the other.
        if let Some((_, known)) = self.container.as_ref().filter(|(last, _)| last == disk) {
            return Ok(*known);
        }
        let container = self.paths.add_like(disk, path)?;
        self.container = Some((disk.to_owned(), container));
        Ok(container)
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
        let (mut unpacker, mut packed) = (Decompress::new(false), Vec::new());
        for model in ["", &sidecar(0), &long[..WINDOW]] {
            for text in ["", "{}", &sidecar(0), &sidecar(77_341), &long, "{\"title\": \"\u{65e5}\u{8a18}\"}"] {
                pack(text.as_bytes(), model.as_bytes(), &mut packer, &mut packed).unwrap();
                assert_eq!(unpack(&packed, model.as_bytes(), text.len(), &mut unpacker).unwrap(), text.as_bytes());
            }
        }
        pack(sidecar(77_341).as_bytes(), sidecar(0).as_bytes(), &mut packer, &mut packed).unwrap();
        assert!(packed.len() < sidecar(77_341).len() / 3, "{} of {}", packed.len(), sidecar(77_341).len());
    }
}
