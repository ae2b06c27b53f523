//! A phrase in every coat that it could lie about in, and the search for it in bytes that should not hold it.

use std::io::Read;

use flate2::read::{GzDecoder, ZlibDecoder};

/// How much of a compressed stream is looked through.
const INFLATED_MAX: u64 = 16 << 20;

/// A phrase in every coat.
pub struct Needles(Vec<(&'static str, Vec<u8>)>);

impl Needles {
    /// The coats of a phrase.
    pub fn of(phrase: &str) -> Self {
        let wide = |little: bool| {
            phrase.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect::<Vec<u8>>()
        };
        let mut needles = vec![
            ("UTF-16", wide(true)),
            ("UTF-16, big end first", wide(false)),
            ("hexadecimal", hex(phrase)),
            ("letters", phrase.as_bytes().to_vec()),
        ];
        // What base64 makes of bytes depends on how many stand before them; the ends depend on the neighbours.
        for shift in 0..3 {
            let text = base64(&[&vec![0; shift], phrase.as_bytes()].concat());
            needles.push(("base64", text.as_bytes()[4..text.len() - 4].to_vec()));
        }
        Self(needles.into_iter().map(|(name, bytes)| (name, bytes.to_ascii_lowercase())).collect())
    }

    /// In which coat the phrase lies in these bytes. Capitals do not matter.
    pub fn within(&self, bytes: &[u8]) -> Option<&'static str> {
        let bytes = bytes.to_ascii_lowercase();
        self.0.iter().find(|(_, needle)| contains(&bytes, needle)).map(|(name, _)| *name)
    }
}

/// What every stream of gzip or zlib that begins somewhere in `bytes` unpacks to, as far as it does.
pub fn inflated(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for (at, pair) in bytes.windows(3).enumerate() {
        let mut text = Vec::new();
        // What breaks off was unpacked up to there.
        match pair {
            [0x1f, 0x8b, 8] => drop(GzDecoder::new(&bytes[at..]).take(INFLATED_MAX).read_to_end(&mut text)),
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, _] => drop(ZlibDecoder::new(&bytes[at..]).take(INFLATED_MAX).read_to_end(&mut text)),
            _ => continue,
        }
        if text.len() > 16 {
            found.push(text);
        }
    }
    found
}

/// Where a frame of zstd begins in `bytes`. In ciphertext its magic stands by chance once in four billion places.
pub fn zstd_frame(bytes: &[u8]) -> Option<usize> {
    // Of the byte after the magic, one bit is reserved and one unused: both are zero.
    bytes.windows(5).position(|window| window[..4] == [0x28, 0xb5, 0x2f, 0xfd] && window[4] & 0b0001_1000 == 0)
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    let Some(first) = needle.first() else { return false };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        if rest[at..].starts_with(needle) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

fn hex(text: &str) -> Vec<u8> {
    text.bytes().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sign = |group: u32, shift: u32| SIGNS[(group >> shift & 63) as usize] as char;
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let group = chunk.iter().fold(0, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
            [sign(group, 18), sign(group, 12), sign(group, 6), sign(group, 0)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    #[test]
    fn the_search_finds_the_phrase_in_every_coat() {
        let phrase = "zirkonvogel amselharz";
        let needles = Needles::of(phrase);
        let wide: Vec<u8> = phrase.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let coats = [
            phrase.as_bytes().to_vec(),
            phrase.to_uppercase().into_bytes(),
            wide,
            hex(phrase),
            base64(format!("It is {phrase}.").as_bytes()).into_bytes(),
            base64(format!("It was {phrase}.").as_bytes()).into_bytes(),
            base64(format!("It is a {phrase}").as_bytes()).into_bytes(),
        ];
        for coat in coats {
            assert!(needles.within(&[b"zzz", coat.as_slice(), b"zz"].concat()).is_some(), "{}", String::from_utf8_lossy(&coat));
        }
        assert_eq!(needles.within(b"zirkonvogel, amselharz"), None);
    }

    #[test]
    fn what_is_compressed_is_unpacked_wherever_it_begins() {
        let text = "a phrase that is long enough to be worth packing, twice: a phrase that is long enough";
        let mut gzip = GzEncoder::new(b"before".to_vec(), Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        let mut zlib = ZlibEncoder::new(b"before".to_vec(), Compression::fast());
        zlib.write_all(text.as_bytes()).unwrap();
        for packed in [gzip.finish().unwrap(), zlib.finish().unwrap()] {
            assert_eq!(inflated(&packed), [text.as_bytes()]);
        }
        assert_eq!(zstd_frame(b"..\x28\xb5\x2f\xfd\x04"), Some(2));
        assert_eq!(zstd_frame(b"..\x28\xb5\x2f\xfd\xff"), None);
    }
}
