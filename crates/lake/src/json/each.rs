//! Goes through a JSON file record by record, and says in one way for all importers what becomes of a file that ends in the
//! middle or is no JSON from some place on.

use std::io::{self, Read};

use domain::FindingCode;

use super::{Next, Records};
use crate::importer::Sink;

/// One record of a file, or one value that stands beside its records.
pub(crate) struct Entry<'b> {
    /// The key that it, or its array, stands under; empty for an element of an array at the top level.
    pub(crate) key: &'b str,
    /// Whether it is an element of an array.
    pub(crate) listed: bool,
    /// Where it stands, for findings.
    pub(crate) at: String,
    /// Its bytes.
    pub(crate) bytes: &'b [u8],
}

/// Hands every record and field of the file to `take`.
pub(crate) fn each(reader: &mut dyn Read, sink: &mut dyn Sink, mut take: impl FnMut(Entry<'_>, &mut dyn Sink)) -> io::Result<()> {
    let mut records = Records::new(reader);
    loop {
        match records.next()? {
            Next::Record { key, at, bytes } => take(Entry { key, listed: true, at: format!("byte {at}"), bytes }, sink),
            Next::Field { key, at, bytes } => take(Entry { key, listed: false, at: format!("byte {at}"), bytes }, sink),
            next => {
                ended(&next, sink);
                return Ok(());
            }
        }
    }
}

/// Takes note of how a walk ended.
pub(crate) fn ended(last: &Next<'_>, sink: &mut dyn Sink) {
    match last {
        Next::Cut { at, .. } => sink.cut_short(&format!("byte {at}")),
        Next::Broken(at, expected) => sink.set_aside(
            FindingCode::WrongFormat,
            &format!("byte {at}"),
            &format!("{expected} was expected here; nothing after this place could be read. Download the export again"),
        ),
        Next::Record { .. } | Next::Field { .. } | Next::End => {}
    }
}
