//! Many short texts and paths in little memory: an export lists a million files, and a string of its own for each costs
//! several times its letters.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

/// Bytes of a chunk.
const CHUNK: usize = 1 << 20;

/// Where bytes stand in an [`Arena`].
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Span {
    at: u32,
    len: u32,
}

/// Byte strings, one after the other. They stand in chunks, which never move: one growing run of bytes would take twice
/// its size whenever it is moved.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    /// Each begins [`CHUNK`] after the one before. One that is longer is followed by empty ones.
    chunks: Vec<Vec<u8>>,
}

impl Arena {
    /// Keeps some bytes. Fails when there is no place left, which is after 4 GiB.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> io::Result<Span> {
        let full = || io::Error::new(io::ErrorKind::OutOfMemory, "the names and descriptions in this export take more than 4 GiB");
        let chunk = match self.chunks.last() {
            Some(last) if last.capacity() - last.len() >= bytes.len() => self.chunks.len() - 1,
            _ => {
                let n_places = bytes.len().div_ceil(CHUNK).max(1);
                let chunk = self.chunks.len();
                self.chunks.push(Vec::with_capacity(n_places * CHUNK));
                self.chunks.extend((1..n_places).map(|_| Vec::new()));
                chunk
            }
        };
        let at = u32::try_from(chunk * CHUNK + self.chunks[chunk].len()).map_err(|_| full())?;
        let len = u32::try_from(bytes.len()).map_err(|_| full())?;
        self.chunks[chunk].extend_from_slice(bytes);
        Ok(Span { at, len })
    }

    /// The bytes at `span`, which this arena gave.
    pub(crate) fn get(&self, span: Span) -> &[u8] {
        let (chunk, at) = (span.at as usize / CHUNK, span.at as usize % CHUNK);
        self.chunks.get(chunk).and_then(|chunk| chunk.get(at..at + span.len as usize)).unwrap_or_default()
    }

    /// As [`Self::get`], of what was text when it was kept.
    pub(crate) fn text(&self, span: Span) -> &str {
        std::str::from_utf8(self.get(span)).unwrap_or_default()
    }
}

/// A path in [`Paths`].
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PathRef {
    folder: u32,
    name: Span,
}

impl PathRef {
    /// The number of its folder: paths of one folder have the same.
    pub(crate) fn folder(self) -> usize {
        self.folder as usize
    }
}

/// Paths: each folder once, and the names in an [`Arena`].
#[derive(Debug, Default)]
pub(crate) struct Paths {
    /// With the `/` at their end; nothing for a path without a folder.
    folders: Vec<Arc<str>>,
    by_name: HashMap<Arc<str>, u32>,
    names: Arena,
}

impl Paths {
    /// Keeps a path. Fails as [`Arena::push`] does.
    pub(crate) fn add(&mut self, path: &str) -> io::Result<PathRef> {
        let (folder, name) = split(path);
        Ok(PathRef { folder: self.add_folder(folder), name: self.names.push(name.as_bytes())? })
    }

    /// Keeps another path, whose name is often that of `like`; then it takes no more room.
    pub(crate) fn add_like(&mut self, path: &str, like: PathRef) -> io::Result<PathRef> {
        let (folder, name) = split(path);
        if name != self.name(like) {
            return self.add(path);
        }
        Ok(PathRef { folder: self.add_folder(folder), name: like.name })
    }

    /// Keeps a text; when the name of `like` begins with it, it takes no room.
    pub(crate) fn add_text(&mut self, text: &str, like: PathRef) -> io::Result<Span> {
        if self.name(like).starts_with(text) {
            return Ok(Span { at: like.name.at, len: text.len() as u32 });
        }
        self.names.push(text.as_bytes())
    }

    fn add_folder(&mut self, folder: &str) -> u32 {
        if let Some(known) = self.by_name.get(folder) {
            return *known;
        }
        let (number, folder) = (self.folders.len() as u32, Arc::<str>::from(folder));
        self.folders.push(Arc::clone(&folder));
        self.by_name.insert(folder, number);
        number
    }

    /// The whole path.
    pub(crate) fn get(&self, path: PathRef) -> String {
        [self.folders.get(path.folder()).map_or("", |folder| folder), self.name(path)].concat()
    }

    /// The path's folder without the `/` at its end; empty when it has none.
    pub(crate) fn folder(&self, path: PathRef) -> &str {
        self.folder_at(path.folder())
    }

    /// The folder of that number, as [`Self::folder`] has it.
    pub(crate) fn folder_at(&self, number: usize) -> &str {
        self.folders.get(number).map_or("", |folder| folder.strip_suffix('/').unwrap_or(folder))
    }

    /// How many folders there are; their numbers are below.
    pub(crate) fn n_folders(&self) -> usize {
        self.folders.len()
    }

    /// The last part of the path.
    pub(crate) fn name(&self, path: PathRef) -> &str {
        self.names.text(path.name)
    }

    /// A text that [`Self::add_text`] kept.
    pub(crate) fn text(&self, text: Span) -> &str {
        self.names.text(text)
    }

    /// What orders paths: by folder, then by name.
    pub(crate) fn key(&self, path: PathRef) -> (&str, &str) {
        (self.folder(path), self.name(path))
    }
}

fn split(path: &str) -> (&str, &str) {
    path.split_at(path.rfind('/').map_or(0, |slash| slash + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_comes_back_whatever_its_length() {
        let mut arena = Arena::default();
        let long = vec![7; 2 * CHUNK + 5];
        let texts: [&[u8]; 6] = [b"a", b"", &long, b"after a long one", &long[..CHUNK], b"z"];
        let spans: Vec<Span> = texts.iter().map(|text| arena.push(text).unwrap()).collect();
        for (span, text) in spans.into_iter().zip(texts) {
            assert_eq!(arena.get(span), text);
        }
    }

    #[test]
    fn paths_share_folders_and_names() {
        let mut paths = Paths::default();
        let clean = paths.add("Photos/2024/a.jpg").unwrap();
        let spelled = paths.add_like("Takeout/Photos/2024/a.jpg", clean).unwrap();
        let other = paths.add_like("Photos/2024/b.jpg", clean).unwrap();
        let bare = paths.add("a.jpg").unwrap();
        assert_eq!(
            [clean, spelled, other, bare].map(|path| paths.get(path)),
            ["Photos/2024/a.jpg", "Takeout/Photos/2024/a.jpg", "Photos/2024/b.jpg", "a.jpg"]
        );
        assert_eq!((clean.name.at, clean.folder), (spelled.name.at, other.folder));
        assert_eq!((paths.folder(clean), paths.name(clean), paths.folder(bare)), ("Photos/2024", "a.jpg", ""));
        let (title, none) = (paths.add_text("a", clean).unwrap(), paths.add_text("", clean).unwrap());
        assert_eq!((paths.text(title), title.at, paths.text(none)), ("a", clean.name.at, ""));
    }
}
