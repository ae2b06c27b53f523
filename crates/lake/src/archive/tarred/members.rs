//! The members of a gzip file, one after another, whatever zeros stand between them and behind the last.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

/// Bytes of the file that are held at once.
const CHUNK: usize = 32 << 10;
/// What a member begins with.
const MAGIC: u8 = 0x1f;

/// Reads what the members of a gzip file hold.
pub(crate) struct Members<R: Read> {
    /// Nothing once the last one has ended, or one has failed.
    member: Option<GzDecoder<BufReader<R>>>,
}

/// What follows the last member is none.
#[derive(Debug, thiserror::Error)]
#[error("what follows its end is not compressed with gzip")]
struct Stray;

/// Whether reading ended because what follows the last member is none.
pub(super) fn is_stray(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Stray>())
}

impl<R: Read> Members<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { member: Some(GzDecoder::new(BufReader::with_capacity(CHUNK, inner))) }
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(member) = &mut self.member {
            match member.read(buffer) {
                Ok(0) => {}
                Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                    // What another member holds is no continuation of this one.
                    self.member = None;
                    return Err(error);
                }
                other => return other,
            }
            let Some(mut rest) = self.member.take().map(GzDecoder::into_inner) else { break };
            match past_zeros(&mut rest)? {
                Some(MAGIC) => self.member = Some(GzDecoder::new(rest)),
                Some(_) => return Err(io::Error::new(io::ErrorKind::InvalidData, Stray)),
                None => {}
            }
        }
        Ok(0)
    }
}

/// The next byte that is no zero; `None` at the end.
fn past_zeros(reader: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        let bytes = reader.fill_buf()?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let n_zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        let next = bytes.get(n_zeros).copied();
        reader.consume(n_zeros);
        if next.is_some() {
            return Ok(next);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn members_are_read_one_after_another_up_to_what_is_none() {
        let member = |text: &[u8]| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap()
        };
        let read = |bytes: &[u8]| {
            let mut text = String::new();
            let ended = Members::new(bytes).read_to_string(&mut text);
            (text, ended.map_err(|error| is_stray(&error)).err())
        };
        let (a, b) = (member(b"a"), member(b"b"));
        assert_eq!(read(&[a.as_slice(), &b, &[0; 40_000], &a, &[0]].concat()), ("aba".to_owned(), None));
        let mut spoilt = a.clone();
        let sum = spoilt.len() - 8;
        spoilt[sum] ^= 1;
        assert_eq!(read(&[spoilt.as_slice(), &b].concat()).1, Some(false));
        let mut bytes = Vec::new();
        let joined = [a.as_slice(), b"words"].concat();
        assert!(is_stray(&Members::new(joined.as_slice()).read_to_end(&mut bytes).unwrap_err()));
        assert_eq!(bytes, b"a");
    }
}
