//! Archives that are valid, and what chance makes of them: of the files within, of the container around them, of names and
//! stated sizes.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::Result;
use crate::fixtures::prng::Prng;

/// A file within an archive.
pub(super) type Entry = (String, Vec<u8>);

/// What archives come as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Zip,
    Zip64,
    Tgz,
    Tar,
    /// No archive: the first file as it is.
    Bare,
}

impl Container {
    pub(super) const ALL: [Self; 5] = [Self::Zip, Self::Zip64, Self::Tgz, Self::Tar, Self::Bare];

    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Zip | Self::Zip64 => "zip",
            Self::Tgz => "tgz",
            Self::Tar => "tar",
            Self::Bare => "",
        }
    }
}

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mutator {
    /// Bytes of the files within.
    Contents,
    /// Bits of the archive.
    Bits,
    /// It ends early, or has something behind its end.
    Length,
    /// A piece of it stands where another stood.
    Splice,
    /// Sizes, counts and offsets that headers state.
    Sizes,
    /// An archive within the archive.
    Nested,
    /// Names that lead elsewhere, or nowhere.
    Names,
}

impl Mutator {
    pub(super) const ALL: [Self; 7] = [Self::Contents, Self::Bits, Self::Length, Self::Splice, Self::Sizes, Self::Nested, Self::Names];
}

/// Bytes of an archive with these files, changed.
pub(super) fn archive(
    mut entries: Vec<Entry>,
    container: Container,
    mutator: Mutator,
    elsewhere: &str,
    chance: &mut Prng,
) -> Result<Vec<u8>> {
    match mutator {
        Mutator::Contents => {
            let which = chance.below(entries.len() as u64) as usize;
            garble(&mut entries[which].1, chance);
        }
        Mutator::Nested => {
            let inner = [Container::Zip, Container::Tgz, Container::Tar][chance.below(3) as usize];
            let mut nested = pack(&entries, inner)?;
            for _ in 0..chance.below(4) {
                nested = pack(&[(format!("Takeout/inner.{}", inner.extension()), nested)], inner)?;
            }
            entries.push((format!("Takeout/Drive/inner.{}", inner.extension()), nested));
        }
        Mutator::Names => {
            let which = chance.below(entries.len() as u64) as usize;
            entries[which].0 = hostile_name(&entries[which].0, elsewhere, chance);
        }
        _ => {}
    }
    let mut bytes = pack(&entries, container)?;
    match mutator {
        Mutator::Contents | Mutator::Nested | Mutator::Names => {}
        Mutator::Bits => flip_bits(&mut bytes, chance),
        Mutator::Length => lengthen(&mut bytes, chance),
        Mutator::Splice => splice(&mut bytes, chance),
        Mutator::Sizes => lie(&mut bytes, container, chance),
    }
    Ok(bytes)
}

/// Any change of a file's bytes.
pub(super) fn garble(bytes: &mut Vec<u8>, chance: &mut Prng) {
    match chance.below(5) {
        0 | 1 => flip_bits(bytes, chance),
        2 => lengthen(bytes, chance),
        3 => splice(bytes, chance),
        _ => {
            // What breaks parsers of text: brackets, quotes, numbers without end, bytes that are no text.
            let piece = chance.pick(&[
                b"{" as &[u8],
                b"]",
                b"\"",
                b"<",
                b"\0",
                b"\xff\xfe",
                b"-99999999999999999999999999999999999",
                b"1e999",
                b"\\u0000",
                b"\\ud800",
                b"\r\n\r\n",
                b"9999-99-99T99:99:99Z",
                b"&lol9;",
                b"=?utf-8?b?//8=?=",
            ]);
            let times = if chance.chance(10) { 20_000 } else { 1 + chance.below(3) as usize };
            let at = chance.below(bytes.len() as u64 + 1) as usize;
            bytes.splice(at..at, piece.repeat(times));
        }
    }
}

fn flip_bits(bytes: &mut [u8], chance: &mut Prng) {
    if bytes.is_empty() {
        return;
    }
    for _ in 0..=chance.below(12) {
        let at = chance.below(bytes.len() as u64) as usize;
        bytes[at] ^= 1 << chance.below(8);
    }
}

fn lengthen(bytes: &mut Vec<u8>, chance: &mut Prng) {
    if chance.chance(75) {
        bytes.truncate(chance.below(bytes.len() as u64 + 1) as usize);
    } else {
        let n = chance.below(3_000) as usize;
        bytes.extend((0..n).map(|_| chance.next() as u8));
    }
}

fn splice(bytes: &mut Vec<u8>, chance: &mut Prng) {
    let length = bytes.len() as u64;
    let (from, n) = (chance.below(length + 1) as usize, chance.below(600) as usize);
    let piece = bytes[from..(from + n).min(bytes.len())].to_vec();
    let at = chance.below(length + 1) as usize;
    let end = if chance.chance(50) { at } else { (at + piece.len()).min(bytes.len()) };
    bytes.splice(at..end, piece);
}

/// Overwrites a field of a header that states a size, a count or an offset.
fn lie(bytes: &mut [u8], container: Container, chance: &mut Prng) {
    let values = [0, 1, 0x7fff_ffff, 0xffff_fffe, 0xffff_ffff, chance.next() & 0xffff_ffff, chance.next() & 0xffff];
    let value = *chance.pick(&values) as u32;
    // Each header's signature, and where numbers stand behind its beginning.
    let headers: &[(&[u8], &[usize])] = match container {
        Container::Zip | Container::Zip64 => &[
            (b"PK\x03\x04", &[6, 8, 14, 18, 22, 26, 28]),
            (b"PK\x01\x02", &[8, 10, 16, 20, 24, 28, 30, 32, 34, 42]),
            (b"PK\x05\x06", &[8, 10, 12, 16, 20]),
            (b"PK\x06\x06", &[4, 24, 32, 40, 48]),
            (b"PK\x06\x07", &[4, 8, 16]),
            (b"\x01\x00", &[0, 2, 4, 8, 12]),
        ],
        // The size and the checksum of an entry are octal digits.
        Container::Tar => &[(b"ustar", &[])],
        Container::Tgz => &[(b"\x1f\x8b", &[3, 4, 10])],
        Container::Bare => &[],
    };
    let mut places: Vec<usize> = Vec::new();
    for (signature, fields) in headers {
        for at in (0..bytes.len()).filter(|at| bytes[*at..].starts_with(signature)) {
            if container == Container::Tar {
                places.push(at.wrapping_sub(257) + 124);
            }
            places.extend(fields.iter().map(|field| at + field));
        }
    }
    if container == Container::Tgz {
        places.push(bytes.len().saturating_sub(4));
    }
    if places.is_empty() {
        return flip_bits(bytes, chance);
    }
    let place = *chance.pick(&places);
    let field = if container == Container::Tar {
        format!("{:011o}\0", u64::from(value) << chance.below(8)).into_bytes()
    } else {
        value.to_le_bytes().to_vec()
    };
    for (to, from) in bytes.iter_mut().skip(place).zip(field) {
        *to = from;
    }
    if container == Container::Tar {
        // With a checksum that fits, the size is believed.
        mend_checksums(bytes);
    }
}

fn mend_checksums(bytes: &mut [u8]) {
    for at in (0..bytes.len().saturating_sub(511)).step_by(512).filter(|at| bytes[at + 257..].starts_with(b"ustar")).collect::<Vec<_>>() {
        bytes[at + 148..at + 156].fill(b' ');
        let sum: u32 = bytes[at..at + 512].iter().map(|byte| u32::from(*byte)).sum();
        bytes[at + 148..at + 156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    }
}

/// A name that leads out of a folder that is unpacked, or that a file system refuses. `elsewhere` is an absolute path that
/// must not come to be.
fn hostile_name(name: &str, elsewhere: &str, chance: &mut Prng) -> String {
    match chance.below(9) {
        0 => format!("../../../../../../../../{}", elsewhere.trim_start_matches('/')),
        1 => elsewhere.to_owned(),
        2 => format!("Takeout/../../../{name}"),
        3 => format!("{name}\0.json"),
        4 => format!("Takeout/{}/{name}", "long".repeat(chance.below(12_000) as usize)),
        5 => format!("Takeout\\..\\..\\{name}"),
        6 => String::new(),
        7 => format!("C:\\{name}"),
        _ => format!("Takeout/{}{name}", "a/".repeat(chance.below(20_000) as usize)),
    }
}

/// A valid archive of these files.
pub(super) fn pack(entries: &[Entry], container: Container) -> Result<Vec<u8>> {
    match container {
        Container::Bare => Ok(entries.first().map(|entry| entry.1.clone()).unwrap_or_default()),
        Container::Zip | Container::Zip64 => {
            let options = SimpleFileOptions::default().large_file(container == Container::Zip64);
            let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
            for (nth, (name, bytes)) in entries.iter().enumerate() {
                let method = if nth % 3 == 2 { CompressionMethod::Stored } else { CompressionMethod::Deflated };
                // A name twice is refused; the file is left out then.
                if writer.start_file(name.clone(), options.compression_method(method)).is_ok() {
                    writer.write_all(bytes)?;
                }
            }
            Ok(writer.finish()?.into_inner())
        }
        Container::Tar => tar(entries, Vec::new()),
        Container::Tgz => {
            let encoder = tar(entries, GzEncoder::new(Vec::new(), Compression::fast()))?;
            Ok(encoder.finish()?)
        }
    }
}

fn tar<W: Write>(entries: &[Entry], into: W) -> Result<W> {
    let mut builder = tar::Builder::new(into);
    for (name, bytes) in entries {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(1_718_114_400);
        // Past the library's own checks: it refuses to write what a hostile archive holds.
        let field = &mut header.as_old_mut().name;
        let length = name.len().min(field.len());
        field[..length].copy_from_slice(&name.as_bytes()[..length]);
        header.set_cksum();
        if name.len() > length {
            // Longer ones stand in an entry of their own before it.
            let mut long = tar::Header::new_gnu();
            long.set_entry_type(tar::EntryType::GNULongName);
            long.set_size(name.len() as u64 + 1);
            long.set_cksum();
            builder.append(&long, [name.as_bytes(), b"\0"].concat().as_slice())?;
        }
        builder.append(&header, bytes.as_slice())?;
    }
    Ok(builder.into_inner()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry> {
        super::super::corpus::files("a word")
    }

    #[test]
    fn what_is_not_changed_is_valid() {
        let mut zip = zip::ZipArchive::new(Cursor::new(pack(&entries(), Container::Zip64).unwrap())).unwrap();
        assert_eq!(zip.len(), entries().len());
        let mut text = String::new();
        std::io::Read::read_to_string(&mut zip.by_name("calendar/event.ics").unwrap(), &mut text).unwrap();
        assert!(text.contains("SUMMARY:a word"));
        let packed = pack(&entries(), Container::Tar).unwrap();
        assert_eq!(tar::Archive::new(packed.as_slice()).entries().unwrap().filter(std::result::Result::is_ok).count(), entries().len());
    }

    #[test]
    fn a_seed_gives_the_same_archive_and_another_one_another() {
        let made = |seed, mutator, container| {
            archive(entries(), container, mutator, "/tmp/elsewhere", &mut Prng::keyed(seed, "archive", 0)).unwrap()
        };
        for mutator in Mutator::ALL {
            for container in Container::ALL {
                assert!(made(1, mutator, container) == made(1, mutator, container), "{mutator:?} {container:?}");
            }
            let different = (1..9).filter(|seed| made(*seed, mutator, Container::Zip) != pack(&entries(), Container::Zip).unwrap()).count();
            assert!(different >= 6, "{mutator:?} changes something in {different} of 8");
        }
    }

    #[test]
    fn sizes_lie_and_the_checksum_of_a_tar_fits_all_the_same() {
        let bytes = archive(entries(), Container::Tar, Mutator::Sizes, "", &mut Prng::keyed(3, "sizes", 0)).unwrap();
        let whole = pack(&entries(), Container::Tar).unwrap();
        assert_eq!(bytes.len(), whole.len());
        let wrong = tar::Archive::new(bytes.as_slice()).entries().unwrap().take(200).filter(std::result::Result::is_err).count();
        let found: Vec<u64> = tar::Archive::new(bytes.as_slice()).entries().unwrap().flatten().map(|entry| entry.size()).collect();
        let stated: Vec<u64> = tar::Archive::new(whole.as_slice()).entries().unwrap().flatten().map(|entry| entry.size()).collect();
        assert!(wrong > 0 || found != stated);
    }
}
