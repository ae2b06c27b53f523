//! What a medium is, by its first bytes. Names lie: HEIC is often called `.jpg`.

/// The media type, when the bytes are those of a picture or film: a recording that lies among photos is neither.
pub(crate) fn picture_type(head: &[u8]) -> Option<&'static str> {
    media_type(head).filter(|media_type| !media_type.starts_with("audio/"))
}

/// The media type, when the bytes are those of a picture, film or recording that is known.
pub(crate) fn media_type(head: &[u8]) -> Option<&'static str> {
    if head.get(4..8) == Some(b"ftyp") {
        return Some(match head.get(8..12)? {
            b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1" => "image/heic",
            b"avif" | b"avis" => "image/avif",
            b"qt  " => "video/quicktime",
            b"crx " => "image/x-canon-cr3",
            b"M4A " => "audio/mp4",
            brand if brand.starts_with(b"3g") => "video/3gpp",
            _ => "video/mp4",
        });
    }
    if head.starts_with(b"RIFF") {
        return match head.get(8..12)? {
            b"WEBP" => Some("image/webp"),
            b"AVI " => Some("video/x-msvideo"),
            b"WAVE" => Some("audio/wav"),
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
        // With the version, for a text may begin with these letters too.
        (b"ID3\x02", "audio/mpeg"),
        (b"ID3\x03", "audio/mpeg"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb", "audio/mpeg"),
        (b"\xff\xf3", "audio/mpeg"),
        (b"\xff\xf2", "audio/mpeg"),
        (b"OggS", "audio/ogg"),
        (b"fLaC", "audio/flac"),
        (b"#!AMR", "audio/amr"),
    ];
    STARTS.iter().find(|(start, _)| head.starts_with(start)).map(|(_, media_type)| *media_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recordings_are_known_and_are_no_pictures() {
        let recordings: [(&[u8], &str); 7] = [
            (b"ID3\x04\0\0", "audio/mpeg"),
            (b"\xff\xf3\x40", "audio/mpeg"),
            (b"OggS\0\x02", "audio/ogg"),
            (b"fLaC\0", "audio/flac"),
            (b"#!AMR\n", "audio/amr"),
            (b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav"),
            (b"\0\0\0\x20ftypM4A \0", "audio/mp4"),
        ];
        for (head, expected) in recordings {
            assert_eq!((media_type(head), picture_type(head)), (Some(expected), None), "{expected}");
        }
        assert_eq!(media_type(b"ID3,name\n"), None);
        assert_eq!(picture_type(b"\0\0\0\x18ftypmp42"), Some("video/mp4"));
    }
}
