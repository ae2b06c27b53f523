//! Encoded words (RFC 2047) in headers and file names, decoded across their joints.
//!
//! Gmail cuts a long list of labels into words without regard to quotes or to characters of several bytes, so neighbouring
//! words are joined as bytes before they are read as text.

use encoding_rs::{Encoding, UTF_8};

use crate::text::charset::decoded;

/// The text of a header's value: unfolded, encoded words decoded, other bytes read as UTF-8 or else as Windows-1252.
pub(super) fn decode(value: &[u8]) -> String {
    let mut text = String::new();
    let mut pending: Option<(&'static Encoding, Vec<u8>)> = None;
    let mut rest = value;
    while !rest.is_empty() {
        if let Some((encoding, bytes, after)) = encoded_word(rest) {
            match &mut pending {
                Some((before, joined)) if *before == encoding => joined.extend_from_slice(&bytes),
                _ => {
                    flush(&mut pending, &mut text);
                    pending = Some((encoding, bytes));
                }
            }
            rest = after;
            // White space between two encoded words is no part of the text.
            let gap = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            if gap > 0 && encoded_word(&rest[gap..]).is_some() {
                rest = &rest[gap..];
            }
            continue;
        }
        flush(&mut pending, &mut text);
        let plain = rest.iter().skip(1).position(|&byte| byte == b'=').map_or(rest.len(), |at| at + 1);
        text.push_str(&decoded(&rest[..plain]));
        rest = &rest[plain..];
    }
    flush(&mut pending, &mut text);
    text.split(['\r', '\n']).collect::<String>()
}

fn flush(pending: &mut Option<(&'static Encoding, Vec<u8>)>, text: &mut String) {
    if let Some((encoding, bytes)) = pending.take() {
        text.push_str(&encoding.decode_without_bom_handling(&bytes).0);
    }
}

/// `=?charset?Q|B?text?=` at the start of `bytes`: its charset, its bytes, and what comes after it.
fn encoded_word(bytes: &[u8]) -> Option<(&'static Encoding, Vec<u8>, &[u8])> {
    let inner = bytes.strip_prefix(b"=?")?;
    let mut parts = inner.splitn(3, |&byte| byte == b'?');
    let (charset, form, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let end = memchr::memmem::find(rest, b"?=")?;
    let charset = charset.split(|&byte| byte == b'*').next()?;
    let encoding = Encoding::for_label(charset).unwrap_or(UTF_8);
    let decoded = match form {
        b"Q" | b"q" => quoted(&rest[..end]),
        b"B" | b"b" => mail_parser::decoders::base64::base64_decode(&rest[..end])?,
        _ => return None,
    };
    Some((encoding, decoded, &rest[end + 2..]))
}

/// The Q form: `_` is a space, `=XX` a byte.
fn quoted(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let hex = |at: usize| text.get(at).and_then(|&digit| (digit as char).to_digit(16));
        match (byte, hex(at + 1), hex(at + 2)) {
            (b'=', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                at += 3;
                continue;
            }
            (b'_', ..) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
        at += 1;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_join_across_folds_and_inside_characters() {
        assert_eq!(decode(b"=?UTF-8?Q?Caf=C3?=\r\n =?UTF-8?Q?=A9_au_lait?= plain"), "Café au lait plain");
        assert_eq!(decode(b"=?iso-8859-1?B?R3L832U=?= a=b"), "Grüße a=b");
        assert_eq!(decode(b"Gr\xfc\xdfe"), "Grüße");
        assert_eq!(decode(b"=?UTF-8?X?odd?= =?broken"), "=?UTF-8?X?odd?= =?broken");
    }
}
