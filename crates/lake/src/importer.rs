//! What an importer is. One file in `importers/`, one line in its list; it sees files and a sink, never the database, a
//! clock or a socket.

use std::io::{self, Read};
use std::path::Path;

#[cfg(test)]
pub(crate) mod collected;
pub(crate) mod memo;

use domain::{Finding, FindingCode, NewItem, NewPoint, Severity, Uid};

use crate::archive::Beside;

/// An importer: how it is called, what it recognises, how it reads.
pub struct Importer {
    /// Its id on every surface, and the `source` prefix of its items: "google.location_records".
    pub id: &'static str,
    /// What people call the product: "Location History".
    pub label: &'static str,
    /// Looks at one file's path and first bytes. Content counts first, the path second; paths differ by language.
    pub recognizes: fn(&Probe<'_>) -> Claim,
    /// How it reads.
    pub parse: Parse,
}

/// How an importer reads.
pub enum Parse {
    /// Each file by itself; files are read in parallel.
    File(fn(&mut Input<'_>, &mut dyn Sink) -> io::Result<()>),
    /// Files that only make sense together, across the parts of an export and in any order: photos and their sidecars.
    /// One `Assembly` serves a whole import.
    Set(fn() -> Box<dyn Assembly>),
}

/// A file's number among those of its set, in the order in which they were read.
pub type FileNumber = u32;

/// Reads the files of a set, then says what they come to.
pub trait Assembly: Send {
    /// One file; called in any order. What can be said of it alone may go to the sink at once, the rest is remembered
    /// (small: a person has hundreds of thousands of photos).
    fn file(&mut self, number: FileNumber, input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()>;
    /// One file of another import of the same export, by what was given to [`Sink::remember`] when it was read. After all
    /// files were recalled, `finish` says what they come to, as if all of them had been read. As it stands here, what was
    /// remembered is the file itself, and is read anew.
    fn recall(&mut self, number: FileNumber, path: &str, memo: &[u8], sink: &mut dyn Sink) -> io::Result<()> {
        let mut reader = memo;
        let origin = Origin { path: "", entry: "" };
        self.file(number, &mut Input { path, size: memo.len() as u64, reader: &mut reader, origin }, sink)
    }
    /// Called once, after the last file. Each item goes to the sink of the file that it is accounted to.
    fn finish(&mut self, sink: &mut dyn SetSink);
}

/// A file, before it is given to anyone.
pub struct Probe<'a> {
    /// The path inside the export, cleaned: `/` between parts, NFC, NBSP as space, without `Takeout/` in front.
    pub path: &'a str,
    /// The first bytes (up to 64 KiB; of JSON, to the end of the first record, up to 4 MiB) after a byte-order mark; all of it when
    /// the file is shorter.
    pub head: &'a [u8],
    /// The last bytes (up to 64 KiB), where they can be had cheaply; may be empty.
    pub tail: &'a [u8],
    /// Size in bytes.
    pub size: u64,
}

impl Probe<'_> {
    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    /// The folders of the path, outermost first.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        let folders = self.path.rsplit_once('/').map_or("", |(folders, _)| folders);
        folders.split('/').filter(|folder| !folder.is_empty())
    }

    /// The extension, lower-cased; empty when there is none.
    pub fn extension(&self) -> String {
        self.name().rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default()
    }
}

/// What an importer says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Not mine.
    No,
    /// Mine, and how sure: 1 = by its path alone, 2 = by its content's shape, 3 = by both.
    Yes(u8),
    /// Known, and brings nothing (a viewer page, settings): why, and what the person may do.
    Ignore(FindingCode, String),
}

impl Claim {
    /// By the shape of the content, by the path, or by both.
    pub(crate) fn by(shaped: bool, named: bool) -> Self {
        match (shaped, named) {
            (true, true) => Self::Yes(3),
            (true, false) => Self::Yes(2),
            (false, true) => Self::Yes(1),
            (false, false) => Self::No,
        }
    }
}

/// One file being read.
pub struct Input<'a> {
    /// As in [`Probe::path`].
    pub path: &'a str,
    /// Size in bytes, as the archive states it.
    pub size: u64,
    /// Its bytes, in order, after a byte-order mark. Never assume that they fit in memory.
    pub reader: &'a mut dyn Read,
    /// Where the bytes stand on disk, for media that stay in place.
    pub origin: Origin<'a>,
}

/// Where a file's bytes stand on disk.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The file or archive: an absolute path.
    pub path: &'a str,
    /// The entry inside the archive, exactly as the archive spells it; empty for a plain file.
    pub entry: &'a str,
}

impl Origin<'_> {
    /// The files that stand beside it, for records that name files of their own export by their paths.
    pub(crate) fn beside(&self) -> io::Result<Beside> {
        Beside::of(Path::new(self.path), self.entry)
    }
}

impl Input<'_> {
    /// The whole file, or an error when it has more than `limit` bytes. For files that are small by nature.
    pub fn read_all(&mut self, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.size.min(limit) as usize);
        let n_read = self.reader.take(limit + 1).read_to_end(&mut bytes)?;
        if n_read as u64 > limit {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{} holds more than {limit} bytes, and such files are small", self.path),
            ));
        }
        Ok(bytes)
    }
}

/// Takes what a file holds. Each record that the file has goes to exactly one of the first six calls, once: that is what
/// makes the ledger balance.
pub trait Sink {
    /// A record that became an item.
    fn item(&mut self, item: NewItem);
    /// A record that became a fix.
    fn point(&mut self, point: NewPoint);
    /// A record that became part of another record's item: a sidecar of its photo, a second copy of the same bytes.
    /// Counted as merged.
    fn merged(&mut self);
    /// A record left out on purpose, which is not the owner's data or is empty. Also files a finding (one a reason; the
    /// reasons are counted).
    fn skip(&mut self, code: FindingCode, at: &str, why: &str);
    /// A record that could not be read or understood. Also files a finding, with its place.
    fn set_aside(&mut self, code: FindingCode, at: &str, why: &str);
    /// An item that the owner deleted for good in the vault that the file is of, and that is to stay out of this one. Counted as
    /// skipped.
    fn forgotten(&mut self, uid: Uid) {
        self.skip(FindingCode::Forgotten, "", &format!("The item {uid} was deleted for good."));
    }
    /// What an importer of sets needs of this file to put the set together again when another part of the export is imported
    /// later, or undone: once for each file, small, and good for [`Assembly::recall`] of later versions too.
    fn remember(&mut self, memo: Vec<u8>) {
        drop(memo);
    }
    /// Something worth knowing that is about no single record.
    fn finding(&mut self, finding: Finding);

    /// A position in a record that is off the globe or no number: it is left out, and the rest of the record stands. Not for 0, 0
    /// and for none at all, by which records say that they do not know.
    fn bad_position(&mut self, at: &str, found: &str) {
        self.finding(Finding {
            code: FindingCode::BadPosition,
            severity: Severity::Warning,
            at: at.to_owned(),
            message: format!(
                "The position {found} is not on the globe, or is no number; it was left out, and what else the record says stands."
            ),
            count: 1,
        });
    }

    /// A time in a record that is none in any unit or form: the record stands without it.
    fn uncertain_time(&mut self, at: &str, found: &str) {
        self.finding(Finding {
            code: FindingCode::UncertainTime,
            severity: Severity::Warning,
            at: at.to_owned(),
            message: format!("The time {found} cannot be read, or is none at which anything was made; it was left out, and what else the record says stands."),
            count: 1,
        });
    }

    /// The file ends in the middle: what came before stands, the rest is missing.
    fn cut_short(&mut self, at: &str) {
        self.finding(Finding {
            code: FindingCode::CutShort,
            severity: Severity::Error,
            at: at.to_owned(),
            message: format!("The file ends in the middle of a record ({at}); what came before it was imported. Download the export again, or extract it again, to get the rest."),
            count: 1,
        });
    }
}

/// Takes what a set of files holds, each record accounted to one of its files.
pub trait SetSink {
    /// The sink of one of the files.
    fn of(&mut self, file: FileNumber) -> &mut dyn Sink;
    /// Nothing more comes for that file. Saying so saves memory; what is not ended ends with the set.
    fn end(&mut self, file: FileNumber);
}
