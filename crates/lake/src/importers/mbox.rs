//! Mailboxes of other programs (Thunderbird, Apple Mail, mutt): mbox files without Gmail's ids.
//!
//! The reading is Gmail's ([`super::mail`]), and so is the identity: a mail that stands in both is one item.

use std::io;

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use crate::importers::mail;

pub(crate) static IMPORTER: Importer = Importer { id: "mail.mbox", label: "Mailbox", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    let named = probe.extension() == "mbox";
    Claim::by(mail::is_plain(probe.head), named)
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    mail::read(input, sink, IMPORTER.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes_are_told_by_content_and_then_by_name() {
        let claim = |path: &str, head: &str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
        assert_eq!(claim("old/Inbox", "From - Sat Jan  3 01:05:34 1996\nSubject: x\n"), Claim::Yes(2));
        assert_eq!(claim("Inbox.mbox", "Subject: x\n"), Claim::Yes(1));
        assert_eq!(claim("Mail/All mail.mbox", "From 1812345678901234567@xxx Mon Oct 14 06:12:45 +0000 2024\n"), Claim::Yes(1));
        assert_eq!(claim("note.txt", "From now on it rains\n"), Claim::No);
    }
}
