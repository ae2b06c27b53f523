//! Compression of what is kept: zstd, with a dictionary for small records, which alone have too little in them to
//! compress. The first byte says how, so that a better way can be added without touching what is stored.

use std::cell::RefCell;
use std::io;
use std::sync::LazyLock;

use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use crate::fault::{Outcome, damaged};

/// Stored as it is.
const PLAIN: u8 = 0;
/// One zstd frame.
const ZSTD: u8 = 1;
/// One zstd frame over the first dictionary. It is read, and written no more.
const WITH_DICTIONARY_1: u8 = 2;
/// One zstd frame over the second.
const WITH_DICTIONARY_2: u8 = 3;

const LEVEL: i32 = 3;
/// Longer records have words enough of their own.
const SMALL: usize = 16 * 1024;
/// No record is longer than this when unpacked: a guard against a damaged length.
const LARGEST: usize = 1 << 30;

// What small records are made of: our own content's keys, and the keys and words of the exports that we read. Both are part
// of the format: they never change; a better one gets a number of its own.
static DICTIONARY_1: &[u8] = include_bytes!("pack.dictionary.txt");
/// The first one's text and what zstd's trainer took from 3,200 records of made-up lives, all kinds alike, in which the
/// words that are not an export's own were replaced by letters at random: it knows how records are built, and none of their
/// texts. With it come the statistics that each small frame would else have to spell out.
static DICTIONARY_2: &[u8] = include_bytes!("pack.dictionary-2.bin");

static ENCODER: LazyLock<EncoderDictionary<'static>> = LazyLock::new(|| EncoderDictionary::copy(DICTIONARY_2, LEVEL));
static DECODER_1: LazyLock<DecoderDictionary<'static>> = LazyLock::new(|| DecoderDictionary::copy(DICTIONARY_1));
static DECODER_2: LazyLock<DecoderDictionary<'static>> = LazyLock::new(|| DecoderDictionary::copy(DICTIONARY_2));

type Decompressors = RefCell<Option<Decompressor<'static>>>;

thread_local! {
    // Contexts are a few hundred KiB each; making one for every record would cost more than compressing it.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR_1: Decompressors = const { RefCell::new(None) };
    static DECOMPRESSOR_2: Decompressors = const { RefCell::new(None) };
}

/// Packs `plain`: 5 bytes of how and how long, then the frame.
pub(crate) fn pack(plain: &[u8]) -> Outcome<Vec<u8>> {
    let small = plain.len() <= SMALL;
    let frame = if small {
        COMPRESSOR.with_borrow_mut(|slot| {
            if slot.is_none() {
                let mut compressor = Compressor::with_prepared_dictionary(&ENCODER)?;
                // What the byte in front says, and how long it is, need not be said again.
                compressor.include_dictid(false)?;
                compressor.include_contentsize(false)?;
                *slot = Some(compressor);
            }
            slot.as_mut().map_or_else(|| Ok(Vec::new()), |compressor| compressor.compress(plain))
        })?
    } else {
        zstd::bulk::compress(plain, LEVEL)?
    };
    let length = u32::try_from(plain.len()).map_err(domain::Failure::internal)?;
    let shorter = frame.len() < plain.len();
    let mut packed = Vec::with_capacity(5 + if shorter { frame.len() } else { plain.len() });
    packed.push(match (shorter, small) {
        (false, _) => PLAIN,
        (true, true) => WITH_DICTIONARY_2,
        (true, false) => ZSTD,
    });
    packed.extend_from_slice(&length.to_le_bytes());
    packed.extend_from_slice(if shorter { &frame } else { plain });
    Ok(packed)
}

/// Undoes [`pack`].
pub(crate) fn unpack(packed: &[u8]) -> Outcome<Vec<u8>> {
    let wrong = || damaged("A packed record");
    let (&how, rest) = packed.split_first().ok_or_else(wrong)?;
    let (length, frame) = rest.split_first_chunk::<4>().ok_or_else(wrong)?;
    let length = u32::from_le_bytes(*length) as usize;
    if length > LARGEST {
        return Err(wrong().into());
    }
    let plain = match how {
        PLAIN => Ok(frame.to_vec()),
        ZSTD => zstd::bulk::decompress(frame, length),
        WITH_DICTIONARY_1 => DECOMPRESSOR_1.with(|slot| decompress(slot, &DECODER_1, frame, length)),
        WITH_DICTIONARY_2 => DECOMPRESSOR_2.with(|slot| decompress(slot, &DECODER_2, frame, length)),
        _ => return Err(wrong().into()),
    };
    let plain = plain.map_err(|_| wrong())?;
    if plain.len() == length { Ok(plain) } else { Err(wrong().into()) }
}

fn decompress(slot: &Decompressors, dictionary: &'static DecoderDictionary<'static>, frame: &[u8], length: usize) -> io::Result<Vec<u8>> {
    let mut slot = slot.borrow_mut();
    if slot.is_none() {
        *slot = Some(Decompressor::with_prepared_dictionary(dictionary)?);
    }
    slot.as_mut().map_or_else(|| Ok(Vec::new()), |decompressor| decompressor.decompress(frame, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_round_trips_at_every_size() {
        for size in [0, 1, 60, SMALL, SMALL + 1, 300_000] {
            let plain: Vec<u8> = (0..size).map(|at| b"a visit to the market "[at % 22] ^ (at / 977 % 3) as u8).collect();
            assert_eq!(unpack(&pack(&plain).unwrap()).unwrap(), plain);
        }
    }

    #[test]
    fn a_small_record_shrinks_by_the_dictionary() {
        let record = br#"{"kind":9,"source":"google.youtube.watch","at":{"ms":1620000000000,"offset_min":null,"certainty":"exact","raw":"2021-05-03T00:00:00Z"},"title":"Bread in a cold kitchen"}{"header":"YouTube","title":"Watched Bread in a cold kitchen","time":"2021-05-03T00:00:00Z","products":["YouTube"]}"#;
        assert!(pack(record).unwrap().len() * 5 < record.len() * 2);
    }

    #[test]
    fn what_was_packed_over_the_first_dictionary_is_read() {
        let record = br#"{"kind":9,"source":"google.youtube","title":"Bread"}"#;
        let dictionary = EncoderDictionary::copy(DICTIONARY_1, LEVEL);
        let mut compressor = Compressor::with_prepared_dictionary(&dictionary).unwrap();
        let mut packed = vec![WITH_DICTIONARY_1];
        packed.extend_from_slice(&(record.len() as u32).to_le_bytes());
        packed.extend_from_slice(&compressor.compress(record).unwrap());
        assert_eq!(unpack(&packed).unwrap(), record);
    }

    #[test]
    fn a_cut_record_is_damage() {
        let packed = pack(&[7; 500]).unwrap();
        assert_eq!(unpack(&packed[..packed.len() - 3]).unwrap_err().0.code, domain::Code::Damaged);
        assert_eq!(unpack(&[]).unwrap_err().0.code, domain::Code::Damaged);
    }
}
