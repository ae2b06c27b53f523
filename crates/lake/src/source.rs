//! One file's bytes as its importer sees them: after a byte-order mark, as UTF-8 where the mark says UTF-16, with the
//! beginning at hand, and counted into a digest as they stand on disk.

use std::io::{self, Cursor, Read};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE};

use crate::json::first_record::FirstRecord;

/// Bytes of a file's beginning that importers see before they read it.
pub(crate) const HEAD: usize = 64 << 10;
/// Most bytes of it that they see where the first record of JSON goes on, whose keys say what the file is.
const LONGEST_HEAD: usize = 4 << 20;
const MARK: &[u8] = b"\xef\xbb\xbf";
/// Bytes that are turned to UTF-8 at once.
const CHUNK: usize = 64 << 10;

/// A file that is being read.
pub(crate) struct Source<'r> {
    inner: &'r mut dyn Read,
    hasher: blake3::Hasher,
    /// What is to be handed out before more is read: at first the beginning.
    ready: Cursor<Vec<u8>>,
    /// What turns the bytes to UTF-8, when they are not.
    decoder: Option<Decoder>,
    /// Why reading ended inside the beginning; told after what there is of it.
    failed: Option<io::Error>,
    /// Whether the beginning is all that there is.
    is_whole: bool,
    /// Bytes of it that are there of every file.
    n_first: usize,
}

impl<'r> Source<'r> {
    /// Reads the beginning. Fails when there is none; a file that ends in an error inside of it is handed out up to there.
    pub(crate) fn open(inner: &'r mut dyn Read) -> io::Result<Self> {
        let mut head = Vec::with_capacity(1 << 12);
        let asked = HEAD + MARK.len();
        let failed = (&mut *inner).take(asked as u64).read_to_end(&mut head).err();
        if let Some(error) = failed {
            if head.is_empty() {
                return Err(error);
            }
            return Ok(Self::of(inner, head, true, Some(error)));
        }
        let whole = head.len() < asked;
        let mut source = Self::of(inner, head, whole, None);
        source.lengthen();
        Ok(source)
    }

    /// Reads on to the end of the first record.
    fn lengthen(&mut self) {
        let mut record = FirstRecord::default();
        while !self.is_whole && self.head().len() < LONGEST_HEAD && record.is_open(self.head()) {
            let mut bytes = Vec::with_capacity(CHUNK);
            self.failed = (&mut *self.inner).take(CHUNK as u64).read_to_end(&mut bytes).err();
            self.is_whole = self.failed.is_some() || bytes.len() < CHUNK;
            self.hasher.update(&bytes);
            match &mut self.decoder {
                Some(decoder) => {
                    let text = decoded(decoder, &bytes, self.is_whole);
                    self.ready.get_mut().extend_from_slice(text.as_bytes());
                }
                None => self.ready.get_mut().append(&mut bytes),
            }
            // One that has finished must not be asked again.
            if self.is_whole {
                self.decoder = None;
            }
        }
    }

    fn of(inner: &'r mut dyn Read, mut head: Vec<u8>, whole: bool, failed: Option<io::Error>) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&head);
        let decoder = match utf16(&head, whole) {
            Some((decoder, text)) => {
                head = text.into_bytes();
                decoder
            }
            None => {
                head.drain(..if head.starts_with(MARK) { MARK.len() } else { 0 });
                None
            }
        };
        let n_first = head.len();
        Self { inner, hasher, ready: Cursor::new(head), decoder, failed, is_whole: whole, n_first }
    }

    /// The beginning, as long as nothing was read beyond it.
    pub(crate) fn head(&self) -> &[u8] {
        self.ready.get_ref()
    }

    /// As much of the beginning as there is of every file, whatever its first record is.
    pub(crate) fn first_bytes(&self) -> &[u8] {
        self.head().get(..self.n_first).unwrap_or(self.head())
    }

    /// Whether the beginning is the whole file, or all that can be read of it.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The digest of the whole file, after what the importer left over was read too; nothing when that fails.
    pub(crate) fn digest(mut self) -> Option<[u8; 32]> {
        io::copy(&mut self, &mut io::sink()).ok()?;
        Some(*self.hasher.finalize().as_bytes())
    }
}

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let n_read = self.ready.read(buffer)?;
            if n_read > 0 || buffer.is_empty() {
                return Ok(n_read);
            }
            if let Some(error) = self.failed.take() {
                return Err(error);
            }
            let Some(decoder) = &mut self.decoder else {
                let n_read = self.inner.read(buffer)?;
                self.hasher.update(&buffer[..n_read]);
                return Ok(n_read);
            };
            let mut bytes = vec![0; CHUNK];
            let n_read = self.inner.read(&mut bytes)?;
            self.hasher.update(&bytes[..n_read]);
            let text = decoded(decoder, &bytes[..n_read], n_read == 0);
            if n_read == 0 {
                self.decoder = None;
            }
            self.ready = Cursor::new(text.into_bytes());
        }
    }
}

/// The text of a beginning that is UTF-16, by its mark and by what it says; and the decoder of the rest, unless it is the
/// whole file.
fn utf16(head: &[u8], whole: bool) -> Option<(Option<Decoder>, String)> {
    let encoding = match head.get(..2)? {
        b"\xff\xfe" => UTF_16LE,
        b"\xfe\xff" => UTF_16BE,
        _ => return None,
    };
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let text = decoded(&mut decoder, &head[2..], whole);
    (!text.contains(['\0', '\u{fffd}'])).then(|| ((!whole).then_some(decoder), text))
}

fn decoded(decoder: &mut Decoder, bytes: &[u8], last: bool) -> String {
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or_default());
    let mut from = 0;
    loop {
        let (result, n_read, _) = decoder.decode_to_string(&bytes[from..], &mut text, last);
        from += n_read;
        match result {
            encoding_rs::CoderResult::InputEmpty => return text,
            encoding_rs::CoderResult::OutputFull => text.reserve(CHUNK),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mut bytes: &[u8]) -> (Vec<u8>, String, [u8; 32]) {
        let digest = *blake3::hash(bytes).as_bytes();
        let mut source = Source::open(&mut bytes).unwrap();
        let head = source.head().to_vec();
        let mut text = String::new();
        source.read_to_string(&mut text).unwrap();
        assert_eq!(source.digest(), Some(digest));
        (head, text, digest)
    }

    #[test]
    fn what_comes_before_an_error_is_handed_out() {
        struct Fails;
        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("cut"))
            }
        }
        let mut reader = b"[1,2".chain(Fails);
        let mut source = Source::open(&mut reader).unwrap();
        let mut bytes = Vec::new();
        assert_eq!(source.read_to_end(&mut bytes).unwrap_err().to_string(), "cut");
        assert_eq!(bytes, b"[1,2");
        assert!(Source::open(&mut Fails).is_err());
    }

    #[test]
    fn every_mark_is_taken_off_and_the_digest_is_that_of_the_disk() {
        let text = format!("{{\"a\": \"{}\"}}", "Grüße 😀 ".repeat(20_000));
        let utf8: Vec<u8> = MARK.iter().copied().chain(text.bytes()).collect();
        let utf16: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let utf16_be: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        let list = format!("[{text}, {text}]");
        let list16: Vec<u8> = std::iter::once(0xfeff).chain(list.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        for bytes in [list.as_bytes(), &list16] {
            let (head, read, _) = read(bytes);
            assert_eq!(read, list);
            assert!(head.len() > text.len() && head.len() < text.len() + 4 * CHUNK, "to the end of the first record: {}", head.len());
        }
        for bytes in [text.as_bytes(), &utf8, &utf16, &utf16_be] {
            let (head, read, _) = read(bytes);
            assert_eq!(read, text);
            assert!(text.as_bytes().starts_with(&head) && head.len() >= HEAD / 2);
        }
        assert_eq!(read(b"\xff\xfe").1, "");
        let mut picture: &[u8] = b"\xff\xfe\0\0\0\0";
        assert_eq!(Source::open(&mut picture).unwrap().head(), b"\xff\xfe\0\0\0\0");
    }
}
