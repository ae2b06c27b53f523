//! Single mails as programs save them: `.eml`, and Apple Mail's `.emlx`, which says the mail's length before it and its own state
//! behind it.
//!
//! The reading is Gmail's ([`super::mail`]), and so is the identity: a mail that stands in a mailbox too is one item.

use std::io;

use domain::FindingCode;

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::importers::mail;

pub(crate) static IMPORTER: Importer = Importer { id: "mail.eml", label: "Saved mails", recognizes, parse: Parse::File(parse) };

/// Headers that hardly a mail is without.
const USUAL: &[&str] = &["from", "to", "date", "subject", "message-id", "mime-version", "received", "return-path", "delivered-to"];

fn recognizes(probe: &Probe<'_>) -> Claim {
    let named = matches!(probe.extension().as_str(), "eml" | "emlx");
    let n_usual = n_usual_headers(mail_in(probe.head).0);
    match (named, n_usual) {
        (true, 2..) => Claim::Yes(3),
        (true, _) if !probe.head.trim_ascii().is_empty() => Claim::Yes(1),
        // A mail that lost its ending; three of these at the very beginning are no accident.
        (false, 3..) => Claim::Yes(2),
        _ => Claim::No,
    }
}

/// How many usual headers a file begins with, before anything that is no header.
fn n_usual_headers(head: &[u8]) -> usize {
    let mut n_usual = 0;
    for line in head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end) {
        if line.first().is_some_and(|first| matches!(first, b' ' | b'\t')) {
            continue;
        }
        let Some(colon) = memchr::memchr(b':', line) else { break };
        let Ok(name) = std::str::from_utf8(&line[..colon]) else { break };
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            break;
        }
        n_usual += usize::from(USUAL.contains(&name.to_ascii_lowercase().as_str()));
    }
    n_usual
}

/// The mail in a file, and whether all of it is there.
fn mail_in(bytes: &[u8]) -> (&[u8], bool) {
    let Some(end) = memchr::memchr(b'\n', bytes.get(..32).unwrap_or(bytes)) else { return (bytes, true) };
    let length = std::str::from_utf8(&bytes[..end]).ok().and_then(|line| line.trim().parse::<usize>().ok());
    let rest = &bytes[end + 1..];
    match length {
        Some(length) => (rest.get(..length).unwrap_or(rest), length <= rest.len()),
        None => (bytes, true),
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    let bytes = input.read_all(mail::MESSAGE_LIMIT as u64)?;
    let (bytes, is_whole) = mail_in(&bytes);
    if n_usual_headers(bytes) == 0 {
        let why = "A mail begins with lines like \"From: …\" and \"Subject: …\", and this file does not. Save the mail again from the program that it is in.";
        sink.set_aside(FindingCode::WrongFormat, "line 1", why);
        return Ok(());
    }
    if !is_whole {
        sink.cut_short(&format!("byte {}", bytes.len()));
    }
    mail::read_one(bytes, sink, IMPORTER.id);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::collected::read;
    use crate::importers::mbox;

    const MAIL: &str = "From: Ann <ann@example.org>\r\nTo: bo@example.org\r\nSubject: Rope\r\nDate: Wed, 1 May 2024 12:20:30 +0200\r\nMessage-ID: <1@example.org>\r\n\r\nTwenty metres.\r\n";

    #[test]
    fn a_saved_mail_is_the_mail_in_the_mailbox() {
        let eml = read(&IMPORTER, "Rope.eml", MAIL.as_bytes());
        let emlx = read(&IMPORTER, "1.emlx", format!("{}  \n{MAIL}<?xml version=\"1.0\"?><plist/>", MAIL.len()).as_bytes());
        let mbox = read(&mbox::IMPORTER, "Inbox.mbox", format!("From ann@example.org Wed May  1 10:20:30 2024\n{MAIL}\n").as_bytes());
        for collected in [&eml, &emlx, &mbox] {
            assert_eq!((collected.items[0].title.as_str(), collected.items[0].text.trim()), ("Rope", "Twenty metres."));
            assert_eq!(collected.items[0].uid, eml.items[0].uid);
        }
    }

    #[test]
    fn what_is_no_mail_says_so_and_a_cut_one_is_told() {
        assert_eq!(read(&IMPORTER, "a.eml", b"hello").n_set_aside, 1);
        let cut = read(&IMPORTER, "1.emlx", format!("{}\n{}", MAIL.len(), &MAIL[..MAIL.len() - 4]).as_bytes());
        assert!(cut.findings.iter().any(|finding| finding.code == FindingCode::CutShort));
    }

    #[test]
    fn mails_are_known_by_their_headers() {
        let claim = |path, head: &'static str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
        assert_eq!((claim("x.eml", MAIL), claim("x", MAIL), claim("x.eml", "hello")), (Claim::Yes(3), Claim::Yes(2), Claim::Yes(1)));
        assert_eq!(claim("x.txt", "From: me\nto: do\n\nDate: today"), Claim::No);
        assert_eq!(claim("x.txt", "Shopping:\nfrom: a"), Claim::No);
    }
}
