//! When a film was made, by its own word: the creation time in the `mvhd` box of MP4 and QuickTime. The box may stand at the
//! end of a file of gigabytes, so the boxes are passed over while the file is read for its digest.

use domain::UtcMs;

/// Seconds from 1904, when QuickTime's time begins, to 1970.
const EPOCH: i64 = 2_082_844_800;
/// Bytes of a box before its content: size and kind; and what a large one has more.
const HEADER: usize = 8;
const LARGE: usize = 8;
/// Bytes of the movie box that its header is looked for in; it comes first, as a rule.
const MOVIE: u64 = 4 << 10;
/// The boxes that a film begins with.
const FIRST: [&[u8; 4]; 7] = [b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"];

/// Looks for the creation time while a file passes by.
#[derive(Default)]
pub(super) struct FilmClock {
    /// Bytes until what is gathered next.
    skip: u64,
    /// The header of a box, or the beginning of the movie box, as far as it has come.
    gathered: Vec<u8>,
    stage: Stage,
    created: Option<UtcMs>,
}

#[derive(Default, Clone, Copy)]
enum Stage {
    /// At the first box.
    #[default]
    First,
    /// At a later box.
    Box,
    /// In the movie box, of which so many bytes are gathered.
    Movie(usize),
    Over,
}

impl FilmClock {
    /// Takes the next bytes of the file.
    pub(super) fn take(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && !matches!(self.stage, Stage::Over) {
            let passed = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
            self.skip -= passed as u64;
            bytes = &bytes[passed..];
            let n_wanted = self.wanted().saturating_sub(self.gathered.len()).min(bytes.len());
            self.gathered.extend_from_slice(&bytes[..n_wanted]);
            bytes = &bytes[n_wanted..];
            if self.skip == 0 && self.gathered.len() >= self.wanted() {
                self.step();
            }
        }
    }

    /// The instant, UTC milliseconds, once the file has passed.
    pub(super) fn created(mut self) -> Option<UtcMs> {
        // A movie box that is shorter than was looked for ends with the file.
        if let Stage::Movie(_) = self.stage {
            self.created = created_in(&self.gathered);
        }
        self.created
    }

    fn wanted(&self) -> usize {
        match self.stage {
            Stage::Movie(n_bytes) => n_bytes,
            _ if self.gathered.starts_with(&[0, 0, 0, 1]) => HEADER + LARGE,
            _ => HEADER,
        }
    }

    fn step(&mut self) {
        let gathered = std::mem::take(&mut self.gathered);
        if let Stage::Movie(_) = self.stage {
            self.created = created_in(&gathered);
            self.stage = Stage::Over;
            return;
        }
        let Some(Header { kind, content, .. }) = Header::read(&gathered) else {
            self.stage = Stage::Over;
            return;
        };
        let is_film = !matches!(self.stage, Stage::First) || FIRST.iter().any(|first| **first == kind);
        self.stage = match (is_film, &kind) {
            (true, b"moov") => Stage::Movie(content.min(MOVIE) as usize),
            (true, _) => {
                self.skip = content;
                Stage::Box
            }
            (false, _) => Stage::Over,
        };
    }
}

/// The header of a box.
struct Header {
    kind: [u8; 4],
    /// Its own bytes.
    len: usize,
    /// Bytes of the content after it.
    content: u64,
}

impl Header {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (size, rest) = bytes.split_first_chunk::<4>()?;
        let (kind, rest) = rest.split_first_chunk::<4>()?;
        let (size, len) = match u32::from_be_bytes(*size) {
            // Up to the file's end.
            0 => (u64::MAX, HEADER),
            1 => (u64::from_be_bytes(*rest.first_chunk()?), HEADER + LARGE),
            size => (u64::from(size), HEADER),
        };
        Some(Self { kind: *kind, len, content: size.checked_sub(len as u64)? })
    }
}

/// The creation time in the content of a movie box.
fn created_in(mut boxes: &[u8]) -> Option<UtcMs> {
    loop {
        let Header { kind, len, content } = Header::read(boxes)?;
        let inside = boxes.get(len..)?;
        if kind == *b"mvhd" {
            let (version, times) = inside.split_first_chunk::<4>()?;
            let seconds = match version[0] {
                0 => i64::from(u32::from_be_bytes(*times.first_chunk()?)),
                _ => i64::from_be_bytes(*times.first_chunk()?),
            };
            // Zero is what is written when it is not known.
            return Some(seconds).filter(|seconds| *seconds > 0).and_then(|seconds| seconds.checked_sub(EPOCH)?.checked_mul(1000));
        }
        boxes = inside.get(usize::try_from(content).ok()?..)?;
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn a_box(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32 + 8).to_be_bytes()[..], kind, content].concat()
    }

    /// A film without pictures, whose header is at its end.
    pub(in super::super) fn mp4(created: u32) -> Vec<u8> {
        let header = [&[0; 4][..], &created.to_be_bytes(), &[0; 92]].concat();
        let movie = [a_box(b"free", b"??"), a_box(b"mvhd", &header), a_box(b"trak", &[7; 9_000])].concat();
        let large = [&1_u32.to_be_bytes()[..], b"mdat", &(16_u64 + 5_000).to_be_bytes(), &[1; 5_000]].concat();
        [a_box(b"ftyp", b"mp42isom"), large, a_box(b"moov", &movie)].concat()
    }

    /// One that counts with 64 bits, with nothing before its header.
    pub(in super::super) fn mp4_of_64_bits(created: u64) -> Vec<u8> {
        a_box(b"moov", &a_box(b"mvhd", &[&[1, 0, 0, 0][..], &created.to_be_bytes(), &[0; 20]].concat()))
    }

    fn created(bytes: &[u8], step: usize) -> Option<UtcMs> {
        let mut clock = FilmClock::default();
        bytes.chunks(step).for_each(|chunk| clock.take(chunk));
        clock.created()
    }

    #[test]
    fn the_time_is_found_wherever_the_header_stands_and_however_the_bytes_come() {
        let made = 3_797_403_630; // 2024-05-01T10:20:30Z
        for step in [1, 7, 4_096, 1 << 20] {
            assert_eq!(created(&mp4(made), step), Some(1_714_558_830_000), "{step}");
        }
        assert_eq!(created(&mp4_of_64_bits(u64::from(made)), 5), Some(1_714_558_830_000), "with 64 bits, and nothing before it");
    }

    #[test]
    fn what_is_no_film_or_does_not_say_has_none() {
        for bytes in [&b"\xff\xd8\xff\xe0 a picture and more of it"[..], b"", b"\0\0\0\x04ftyp", &mp4(0), &mp4(9)[..5_000]] {
            assert_eq!(created(bytes, 16), None);
        }
    }
}
