//! Mail from Gmail: `All mail Including Spam and Trash.mbox`, or one mbox a label.
//!
//! What an item holds is described in [`message`]; mailboxes of other programs are read by the same code, from the importer
//! `mbox`. Spam and the bin are kept and hidden. A mail that the file cuts off is set aside, so that a later, whole export
//! brings it in full.
//!
//! Absent on purpose: `User Settings/*.json` (filters, blocked addresses), which are no mail; [`super::mail_settings`] reads them.

mod date;
mod labels;
mod message;
mod split;
mod words;

use std::io;

use domain::{Finding, FindingCode, Severity};

use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};
use split::{Dialect, Ending, Envelope, Messages};

pub use message::page;
pub(super) use split::MESSAGE_LIMIT;

pub(crate) static IMPORTER: Importer = Importer { id: "google.mail", label: "Gmail", recognizes, parse: Parse::File(parse) };

fn recognizes(probe: &Probe<'_>) -> Claim {
    match dialect_of(probe.head) {
        Some(Dialect::Gmail) => Claim::Yes(3),
        Some(Dialect::Plain) | None => Claim::No,
    }
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    read(input, sink, IMPORTER.id)
}

/// The dialect of a mailbox by its first line that is not empty; `None` when that is no separator.
fn dialect_of(head: &[u8]) -> Option<Dialect> {
    let first = head.split(|&byte| byte == b'\n').find(|line| !line.trim_ascii().is_empty())?;
    split::separator(first).map(|(dialect, _)| dialect)
}

/// Whether a mailbox is one that another program than Gmail wrote.
pub(super) fn is_plain(head: &[u8]) -> bool {
    dialect_of(head) == Some(Dialect::Plain)
}

/// Reads a mailbox of either dialect, as items of `source`.
pub(super) fn read(input: &mut Input<'_>, sink: &mut dyn Sink, source: &str) -> io::Result<()> {
    let Some(mut messages) = Messages::open(input.reader)? else {
        sink.set_aside(
            FindingCode::WrongFormat,
            "line 1",
            "A mailbox begins with a line \"From <sender> <date>\", and no line of this file is one. Export the mailbox again as mbox.",
        );
        return Ok(());
    };
    if messages.n_before() > 0 {
        sink.set_aside(
            FindingCode::CutShort,
            "byte 0",
            &format!("The first {} bytes are the end of a mail whose beginning is missing. A whole export brings it.", messages.n_before()),
        );
    }
    let gmail = messages.dialect() == Some(Dialect::Gmail);
    while let Some(found) = messages.next()? {
        let at = format!("message {}, byte {}", found.number, found.at);
        let cut = match found.ending {
            Ending::Whole => false,
            Ending::Line => message::lacks_its_end(found.bytes),
            Ending::MidLine => gmail || message::lacks_its_end(found.bytes),
        };
        if cut {
            sink.set_aside(FindingCode::CutShort, &at, "The mail is cut off where the file ends. A whole export brings it.");
            sink.cut_short(&at);
            continue;
        }
        match message::read(found.bytes, &found.envelope, source) {
            Ok(mail) => {
                if found.dropped > 0 {
                    limit(
                        sink,
                        &at,
                        format!("The mail is larger than {} bytes; the last {} were left out.", split::MESSAGE_LIMIT, found.dropped),
                    );
                }
                for what in mail.limits {
                    limit(sink, &at, what);
                }
                sink.item(mail.item);
            }
            Err(why) => sink.set_aside(FindingCode::BadRecord, &at, why),
        }
    }
    Ok(())
}

/// Reads bytes that are one message, as an item of `source`.
pub(super) fn read_one(bytes: &[u8], sink: &mut dyn Sink, source: &str) {
    match message::read(bytes, &Envelope::default(), source) {
        Ok(mail) => {
            for what in mail.limits {
                limit(sink, "", what);
            }
            if message::lacks_its_end(bytes) {
                sink.cut_short(&format!("byte {}", bytes.len()));
            }
            sink.item(mail.item);
        }
        Err(why) => sink.set_aside(FindingCode::BadRecord, "byte 0", why),
    }
}

fn limit(sink: &mut dyn Sink, at: &str, message: String) {
    sink.finding(Finding { code: FindingCode::Limit, severity: Severity::Warning, at: at.to_owned(), message, count: 1 });
}

#[cfg(test)]
mod tests;
