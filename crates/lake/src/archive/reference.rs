//! Reads a medium that was left in place, long after its import.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use domain::{Code, Failure, Result};
use flate2::read::GzDecoder;

/// The bytes of a file, or of one entry of an archive, as they were when they were imported.
///
/// # Errors
/// [`Code::Unreadable`] when the file or entry is gone, [`Code::Damaged`] when its bytes are not those whose BLAKE3 is `digest`
/// (hex digits); [`Code::BadRequest`] when it has more than `limit` bytes.
pub fn read_reference(path: &str, entry: &str, digest: &str, limit: u64) -> Result<Vec<u8>> {
    let gone = |error: &dyn std::fmt::Display| {
        Failure::new(Code::Unreadable, format!("{} cannot be read: {error}.", shown(path, entry)))
            .hint("It was left in place when it was imported. Put the file back where it was, or import it from its new place.")
    };
    let bytes = bytes_of(Path::new(path), entry, limit).map_err(|error| gone(&error))?;
    if bytes.len() as u64 > limit {
        return Err(Failure::new(
            Code::BadRequest,
            format!("{} has more than {} MB, which is too large to read at once.", shown(path, entry), limit >> 20),
        ));
    }
    if blake3::hash(&bytes).to_hex().as_str() != digest {
        return Err(Failure::new(Code::Damaged, format!("{} is not what it was when it was imported.", shown(path, entry)))
            .hint("Another file stands in its place; import that one to see it."));
    }
    Ok(bytes)
}

fn shown(path: &str, entry: &str) -> String {
    if entry.is_empty() { path.to_owned() } else { format!("{entry} in {path}") }
}

/// At most one byte more than `limit`.
fn bytes_of(path: &Path, entry: &str, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(path)?;
    if entry.is_empty() {
        file.take(limit + 1).read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    let mut magic = [0; 2];
    (&file).read_exact(&mut magic)?;
    let file = File::open(path)?;
    if &magic == b"PK" {
        let mut archive = zip::ZipArchive::new(BufReader::new(file))?;
        archive.by_name(entry)?.take(limit + 1).read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    let plain: Box<dyn Read> =
        if magic == [0x1f, 0x8b] { Box::new(GzDecoder::new(BufReader::new(file))) } else { Box::new(BufReader::new(file)) };
    for member in tar::Archive::new(plain).entries()? {
        let member = member?;
        if *member.path_bytes() == *entry.as_bytes() {
            member.take(limit + 1).read_to_end(&mut bytes)?;
            return Ok(bytes);
        }
    }
    Err(std::io::ErrorKind::NotFound.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_medium_left_in_an_archive_is_read_again_and_known_by_its_digest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("takeout.zip");
        let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
        zip.start_file("Takeout/a.jpg", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"picture").unwrap();
        zip.finish().unwrap();
        let path = path.display().to_string();
        let digest = blake3::hash(b"picture").to_hex();
        assert_eq!(read_reference(&path, "Takeout/a.jpg", &digest, 100).unwrap(), b"picture");
        let code = |entry: &str, digest: &str, limit: u64| read_reference(&path, entry, digest, limit).unwrap_err().code;
        assert_eq!(code("Takeout/b.jpg", &digest, 100), Code::Unreadable);
        assert_eq!(code("Takeout/a.jpg", "00", 100), Code::Damaged);
        assert_eq!(code("Takeout/a.jpg", &digest, 3), Code::BadRequest);
    }
}
