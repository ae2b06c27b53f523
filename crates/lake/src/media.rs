//! Files that records name and that stand beside them in an export: left in place, known by their digest.

pub(crate) mod signature;

use std::io;

use domain::{BlobContent, NewBlob};

use crate::importer::Input;

/// Types by extension.
const TYPES: &[(&str, &str)] = &[
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("heic", "image/heic"),
    ("bmp", "image/bmp"),
    ("svg", "image/svg+xml"),
    ("mp4", "video/mp4"),
    ("m4v", "video/mp4"),
    ("mov", "video/quicktime"),
    ("3gp", "video/3gpp"),
    ("webm", "video/webm"),
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("aac", "audio/aac"),
    ("amr", "audio/amr"),
    ("ogg", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("wav", "audio/wav"),
    ("vcf", "text/vcard"),
    ("txt", "text/plain"),
    ("pdf", "application/pdf"),
];
/// The type of bytes of which nothing else is known.
const UNKNOWN: &str = "application/octet-stream";

/// The media type that a file's name says; `None` when its extension is none that is known.
pub(crate) fn type_of(name: &str) -> Option<&'static str> {
    let extension = name.rsplit_once('.')?.1.to_lowercase();
    TYPES.iter().find(|(own, _)| *own == extension).map(|(_, media_type)| *media_type)
}

/// The extension of files of a media type; `None` when it is none that is known.
pub(crate) fn extension_of(media_type: &str) -> Option<&'static str> {
    TYPES.iter().find(|(_, own)| *own == media_type).map(|(extension, _)| *extension)
}

/// Reads a file for its digest, and answers where it is.
pub(crate) fn in_place(input: &mut Input<'_>) -> io::Result<NewBlob> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 64 << 10];
    let mut size = 0_u64;
    loop {
        let n_read = match input.reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(n_read) => n_read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hasher.update(&buffer[..n_read]);
        size += n_read as u64;
    }
    let name = input.path.rsplit('/').next().unwrap_or(input.path).to_owned();
    let content = BlobContent::Reference {
        path: input.origin.path.to_owned(),
        entry: input.origin.entry.to_owned(),
        size,
        digest: *hasher.finalize().as_bytes(),
    };
    Ok(NewBlob { media_type: type_of(&name).unwrap_or(UNKNOWN).to_owned(), name, content })
}

/// The bytes of a blob that is left in place, as a key.
pub(crate) fn digest(blob: &NewBlob) -> [u8; 32] {
    match &blob.content {
        BlobContent::Reference { digest, .. } => *digest,
        BlobContent::Bytes(bytes) => *blake3::hash(bytes).as_bytes(),
    }
}
