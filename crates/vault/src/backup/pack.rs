//! A pack: pieces, one after another, then a table of them, all in one age file. Plaintext:
//!
//! ```text
//! piece, piece, ...   then for each: BLAKE3 of it (32 bytes), its length (u32, little-endian)
//! then how many (u32, little-endian), and "PDVPACK1"
//! ```
//!
//! The table is there for runs that were cut short before their manifest: what they wrote is found by it and used.

use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};

use age::x25519;
use domain::{Failure, Result};

use super::fail::damaged;

const MAGIC: &[u8; 8] = b"PDVPACK1";
/// Bytes of pieces after which a pack is full. Tests have many packs without many bytes.
const FULL: usize = if cfg!(test) { 256 << 10 } else { 16 << 20 };
/// What age encrypts at a time.
const AGE_CHUNK: usize = 64 * 1024;
const ROW: usize = 32 + 4;

/// Where a piece stands in its pack, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    /// BLAKE3 of its bytes.
    pub(crate) digest: [u8; 32],
    /// Its place among the pack's plaintext.
    pub(crate) at: u64,
    /// Bytes.
    pub(crate) len: u32,
}

/// A pack that is being filled.
#[derive(Default)]
pub(crate) struct Filling {
    bytes: Vec<u8>,
    pieces: Vec<Piece>,
}

impl Filling {
    /// Adds a piece; returns where it stands.
    pub(crate) fn add(&mut self, digest: [u8; 32], bytes: &[u8]) -> Result<Piece> {
        let len = u32::try_from(bytes.len()).map_err(Failure::internal)?;
        let piece = Piece { digest, at: self.bytes.len() as u64, len };
        self.pieces.push(piece);
        self.bytes.extend_from_slice(bytes);
        Ok(piece)
    }

    pub(crate) fn is_full(&self) -> bool {
        self.bytes.len() >= FULL
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The pack's file, and what is in it; an empty pack is left.
    pub(crate) fn seal(&mut self, to: &x25519::Recipient) -> Result<(Vec<u8>, Vec<Piece>)> {
        let pieces = std::mem::take(&mut self.pieces);
        for piece in &pieces {
            self.bytes.extend_from_slice(&piece.digest);
            self.bytes.extend_from_slice(&piece.len.to_le_bytes());
        }
        self.bytes.extend_from_slice(&u32::try_from(pieces.len()).map_err(Failure::internal)?.to_le_bytes());
        self.bytes.extend_from_slice(MAGIC);
        let sealed = encrypt(to, &self.bytes)?;
        self.bytes.clear();
        Ok((sealed, pieces))
    }
}

/// An age file of `plain`, for one recipient.
pub(crate) fn encrypt(to: &x25519::Recipient, plain: &[u8]) -> Result<Vec<u8>> {
    let encryptor = age::Encryptor::with_recipients(std::iter::once(to as &dyn age::Recipient)).map_err(Failure::internal)?;
    let mut sealed = Vec::with_capacity(plain.len() + plain.len() / AGE_CHUNK * 16 + 512);
    let mut writer = encryptor.wrap_output(&mut sealed).map_err(Failure::internal)?;
    writer.write_all(plain).and_then(|()| writer.finish().map(drop)).map_err(Failure::internal)?;
    Ok(sealed)
}

/// What an age file holds.
pub(crate) fn decrypt(with: &dyn age::Identity, sealed: &[u8]) -> io::Result<Vec<u8>> {
    let mut plain = Vec::with_capacity(sealed.len());
    open(with, sealed)?.read_to_end(&mut plain)?;
    Ok(plain)
}

fn open<'a>(with: &dyn age::Identity, sealed: &'a [u8]) -> io::Result<age::stream::StreamReader<Cursor<&'a [u8]>>> {
    let wrong = |error: age::DecryptError| io::Error::new(io::ErrorKind::InvalidData, error.to_string());
    age::Decryptor::new_buffered(Cursor::new(sealed)).map_err(wrong)?.decrypt(std::iter::once(with)).map_err(wrong)
}

/// The table of a pack's plaintext.
pub(crate) fn table(plain: &[u8]) -> Result<Vec<Piece>> {
    let wrong = || damaged("A pack's table");
    let (rest, magic) = plain.split_last_chunk::<8>().ok_or_else(wrong)?;
    let (rest, n) = rest.split_last_chunk::<4>().ok_or_else(wrong)?;
    let n = u32::from_le_bytes(*n) as usize;
    let begins = n.checked_mul(ROW).and_then(|size| rest.len().checked_sub(size)).filter(|_| magic == MAGIC).ok_or_else(wrong)?;
    let mut at = 0;
    let mut pieces = Vec::with_capacity(n);
    for row in rest[begins..].as_chunks::<ROW>().0 {
        let (digest, len) = row.split_first_chunk::<32>().ok_or_else(wrong)?;
        let len = u32::from_le_bytes(len.try_into().map_err(|_| wrong())?);
        pieces.push(Piece { digest: *digest, at, len });
        at += u64::from(len);
    }
    if at == begins as u64 { Ok(pieces) } else { Err(wrong()) }
}

/// The pieces of a pack that verify; of a damaged pack those that its damage does not touch.
pub(crate) fn pieces(with: &dyn age::Identity, sealed: &[u8], wanted: &[Piece]) -> Vec<Option<Vec<u8>>> {
    let plain = readable(with, sealed);
    wanted
        .iter()
        .map(|piece| {
            let at = usize::try_from(piece.at).ok()?;
            let bytes = plain.get(at..at + piece.len as usize)?;
            (blake3::hash(bytes).as_bytes() == &piece.digest).then(|| bytes.to_vec())
        })
        .collect()
}

/// What of a pack can be read: all of it, or what its damage does not touch, with zeros between.
pub(crate) fn readable(with: &dyn age::Identity, sealed: &[u8]) -> Vec<u8> {
    decrypt(with, sealed).unwrap_or_else(|_| around_damage(with, sealed))
}

/// The plaintext of a damaged age file, with zeros where it cannot be read.
fn around_damage(with: &dyn age::Identity, sealed: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    while plain.len() < sealed.len() {
        let begins = plain.len();
        // A stream that met damage is of no use afterwards: behind each damaged chunk another goes on.
        let read = open(with, sealed).and_then(|mut stream| {
            if begins > 0 {
                // Asks for the end of the file, which a file that was cut short does not have.
                stream.seek(SeekFrom::Start(begins as u64))?;
            }
            stream.read_to_end(&mut plain)
        });
        if read.is_ok() {
            break;
        }
        plain.resize((plain.len() / AGE_CHUNK + 1) * AGE_CHUNK, 0);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(sizes: &[usize]) -> Filling {
        let mut filling = Filling::default();
        for (at, size) in sizes.iter().enumerate() {
            let bytes = vec![at as u8 + 1; *size];
            filling.add(*blake3::hash(&bytes).as_bytes(), &bytes).unwrap();
        }
        filling
    }

    #[test]
    fn a_pack_tells_its_pieces_and_gives_those_that_damage_does_not_touch() {
        let identity = x25519::Identity::generate();
        let (sealed, pieces) = filled(&[100_000, 0, 7, 200_000, 90_000]).seal(&identity.to_public()).unwrap();
        let plain = decrypt(&identity, &sealed).unwrap();
        assert_eq!(table(&plain).unwrap(), pieces);
        assert!(super::pieces(&identity, &sealed, &pieces).iter().all(Option::is_some));
        // In the third chunk of 64 KiB: the fourth piece lies there, the others do not.
        let mut flipped = sealed.clone();
        flipped[170_000] ^= 4;
        let whole: Vec<bool> = super::pieces(&identity, &flipped, &pieces).iter().map(Option::is_some).collect();
        assert_eq!(whole, [true, true, true, false, true]);
        let whole = super::pieces(&identity, &sealed[..150_000], &pieces);
        assert!(whole[0].is_some() && whole[4].is_none());
        let whole: Vec<bool> = super::pieces(&x25519::Identity::generate(), &sealed, &pieces).iter().map(Option::is_some).collect();
        assert_eq!(whole, [false, true, false, false, false], "of nothing nothing is missing");
        assert!(table(&plain[..plain.len() - 1]).is_err());
    }
}
