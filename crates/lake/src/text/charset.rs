//! Bytes that should be UTF-8.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

/// The text of bytes that name no charset: UTF-8 when they are, or are but for a few that were spoilt; else Windows-1252, in
/// which files are that were opened and saved by an old program, and which has a character for nearly every byte.
pub fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let (mut n_wide, mut n_spoilt) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        n_wide += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        n_spoilt += usize::from(!chunk.invalid().is_empty());
    }
    if n_spoilt == 0 || n_wide > n_spoilt { String::from_utf8_lossy(bytes) } else { WINDOWS_1252.decode_without_bom_handling(bytes).0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_utf_8_is_read_as_the_code_page_of_old_windows() {
        assert_eq!(decoded(b"Gr\xc3\xbc\xc3\x9fe \xff"), "Grüße \u{fffd}", "one spoilt byte costs no other");
        assert_eq!((decoded("Grüße".as_bytes()), decoded(b"Gr\xfc\xdfe \x93x\x94")), ("Grüße".into(), "Grüße “x”".into()));
    }
}
