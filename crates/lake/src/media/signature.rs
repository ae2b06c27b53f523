//! What a medium is, by its first bytes. Names lie: HEIC is often called `.jpg`.

/// The media type, when the bytes are those of a picture or film that is known.
pub(crate) fn media_type(head: &[u8]) -> Option<&'static str> {
    if head.get(4..8) == Some(b"ftyp") {
        return Some(match head.get(8..12)? {
            b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1" => "image/heic",
            b"avif" | b"avis" => "image/avif",
            b"qt  " => "video/quicktime",
            b"crx " => "image/x-canon-cr3",
            brand if brand.starts_with(b"3g") => "video/3gpp",
            _ => "video/mp4",
        });
    }
    if head.starts_with(b"RIFF") {
        return match head.get(8..12)? {
            b"WEBP" => Some("image/webp"),
            b"AVI " => Some("video/x-msvideo"),
            _ => None,
        };
    }
    const STARTS: &[(&[u8], &str)] = &[
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF8", "image/gif"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
        (b"BM", "image/bmp"),
        (b"\x1a\x45\xdf\xa3", "video/x-matroska"),
        (b"\0\0\x01\xba", "video/mpeg"),
    ];
    STARTS.iter().find(|(start, _)| head.starts_with(start)).map(|(_, media_type)| *media_type)
}
