//! A deflated entry of a zip archive, read with a decoder that outlives it.
//!
//! A decoder takes some 50 KB, which the system's allocator does not use again for the next one when small blocks were
//! taken in between: an export of 200,000 photos and sidecars would hold gigabytes. So each thread has one, and resets it.

use std::io::{self, Read};

use flate2::{Crc, Decompress, FlushDecompress, Status};

const CHUNK: usize = 32 << 10;

/// A decoder and its input, for one entry after another.
pub(super) struct Inflater {
    state: Decompress,
    input: Vec<u8>,
}

impl Inflater {
    pub(super) fn new() -> Self {
        Self { state: Decompress::new(false), input: vec![0; CHUNK] }
    }

    /// Begins an entry: `packed` are its bytes in the archive, `crc` is the checksum that the archive states.
    pub(super) fn begin<R: Read>(&mut self, packed: R, crc: u32) -> Inflated<'_, R> {
        self.state.reset(false);
        Inflated { packed, inflater: self, from: 0, to: 0, stated: crc, crc: Crc::new(), ended: false }
    }
}

/// The plain bytes of one entry. They end in an error when the checksum is another than stated.
pub(super) struct Inflated<'i, R> {
    packed: R,
    inflater: &'i mut Inflater,
    /// What of the input is still to be decoded.
    from: usize,
    to: usize,
    stated: u32,
    crc: Crc,
    ended: bool,
}

impl<R: Read> Read for Inflated<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while !self.ended {
            if self.from == self.to {
                self.to = self.packed.read(&mut self.inflater.input)?;
                self.from = 0;
            }
            let state = &mut self.inflater.state;
            let (n_in, n_out) = (state.total_in(), state.total_out());
            let at_end = self.to == 0;
            let flush = if at_end { FlushDecompress::Finish } else { FlushDecompress::None };
            let status = state.decompress(&self.inflater.input[self.from..self.to], buffer, flush).map_err(io::Error::from)?;
            self.from += (state.total_in() - n_in) as usize;
            let n_read = (state.total_out() - n_out) as usize;
            self.crc.update(&buffer[..n_read]);
            self.ended = status == Status::StreamEnd;
            if n_read > 0 {
                return Ok(n_read);
            }
            if !self.ended && at_end {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "incomplete deflate stream"));
            }
            if !self.ended && state.total_in() == n_in {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "corrupt deflate stream"));
            }
        }
        if self.crc.sum() == self.stated { Ok(0) } else { Err(io::Error::new(io::ErrorKind::InvalidData, "Invalid checksum")) }
    }
}

/// The bytes of one entry that is not compressed. They end in an error when the checksum is another than stated.
pub(super) struct Stored<R> {
    inner: R,
    stated: u32,
    crc: Crc,
}

impl<R: Read> Stored<R> {
    /// `crc` is the checksum that the archive states.
    pub(super) fn new(inner: R, crc: u32) -> Self {
        Self { inner, stated: crc, crc: Crc::new() }
    }
}

impl<R: Read> Read for Stored<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_read = self.inner.read(buffer)?;
        self.crc.update(&buffer[..n_read]);
        if n_read == 0 && !buffer.is_empty() && self.crc.sum() != self.stated {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "Invalid checksum"));
        }
        Ok(n_read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn one_decoder_reads_entry_after_entry_and_knows_a_wrong_checksum_and_a_cut() {
        let mut inflater = Inflater::new();
        for text in ["short", &"a long text that repeats itself, and then some more of it; ".repeat(5_000), ""] {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(text.as_bytes()).unwrap();
            let packed = encoder.finish().unwrap();
            let mut crc = Crc::new();
            crc.update(text.as_bytes());
            let mut read = |packed: &[u8], crc: u32| {
                let mut plain = String::new();
                inflater.begin(packed, crc).read_to_string(&mut plain).map(|_| plain).map_err(|error| error.kind())
            };
            assert_eq!(read(&packed, crc.sum()).as_deref(), Ok(text));
            assert_eq!(read(&packed, crc.sum() ^ 1), Err(io::ErrorKind::InvalidData));
            assert_eq!(read(&packed[..packed.len() - 1], crc.sum()), Err(io::ErrorKind::UnexpectedEof));
            let stored = |crc: u32| io::read_to_string(Stored::new(text.as_bytes(), crc)).map_err(|error| error.kind());
            assert_eq!((stored(crc.sum()).as_deref(), stored(crc.sum() ^ 1)), (Ok(text), Err(io::ErrorKind::InvalidData)));
        }
    }
}
