//! Our own export: what one vault held, to be taken into another. [`crate::export::layout`] describes its files.
//!
//! Everything is taken over as it is: identities, every record of an item, attachments, fixes, what is hidden. `data` and
//! `source` are those of the importers that read the records first. An attachment is looked up beside the lines that name it; one
//! that is missing or altered is left out of its item, and a finding names it. A medium that was left in place stays so: in the
//! export, when that has a copy of it, else where it was. Every file is held against the manifest.
//!
//! Items that were deleted for good in the vault that was exported stay out of the one that imports it, unless it has them.
//!
//! Absent on purpose: entities, which come of the items' links; and where the items were seen, for this import is what sees them
//! here.

use std::io::{self, BufRead, BufReader, Read};

use domain::{BlobContent, Finding, FindingCode, NewBlob, NewPoint, Severity};
use sha2::{Digest, Sha256};

use crate::archive::Beside;
use crate::export::UNFINISHED;
use crate::export::layout::{
    AttachmentLine, FORMAT, FixLine, ForgottenLine, ItemLine, ListedFile, MANIFEST, Manifest, VERSION, blob_path, hex, is_sha256, sha256_of_path,
};
use crate::importer::{Claim, Importer, Input, Parse, Probe, Sink};

pub(crate) static IMPORTER: Importer =
    Importer { id: "datapunk.export", label: "Datapunk export", recognizes, parse: Parse::File(parse) };

/// Longest line, bytes.
const LINE: u64 = 1 << 30;
/// Largest manifest, bytes.
const LARGEST_MANIFEST: u64 = 64 << 20;
/// Largest attachment, bytes.
const LARGEST_BLOB: u64 = 1 << 30;

/// The files of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sort {
    Manifest,
    Items,
    Fixes,
    Entities,
    Forgotten,
    /// By the SHA-256 of its bytes.
    Blob(String),
}

fn sort_of(path: &str, head: &[u8]) -> Option<Sort> {
    if let Some(sha256) = sha256_of_path(path) {
        return Some(Sort::Blob(sha256));
    }
    let holds = |text: &str| memchr::memmem::find(&head[..head.len().min(512)], text.as_bytes()).is_some();
    if head.starts_with(b"{\"uid\":\"") && holds("\",\"kind\":\"") && holds("\",\"source\":\"") {
        Some(Sort::Items)
    } else if head.starts_with(b"{\"at_ms\":") && holds(",\"layer\":\"") {
        Some(Sort::Fixes)
    } else if head.starts_with(b"{\"entity\":\"") && holds("\",\"address\":\"") {
        Some(Sort::Entities)
    } else if head.starts_with(b"{\"forgotten\":\"") {
        Some(Sort::Forgotten)
    } else if head.trim_ascii_start().starts_with(b"{") && holds(&format!("\"{FORMAT}\"")) {
        Some(Sort::Manifest)
    } else {
        None
    }
}

fn recognizes(probe: &Probe<'_>) -> Claim {
    let name = probe.name();
    let named = match sort_of(probe.path, probe.head) {
        None => return Claim::No,
        Some(Sort::Blob(_)) => true,
        Some(Sort::Manifest) => name == MANIFEST,
        Some(Sort::Items | Sort::Fixes | Sort::Entities | Sort::Forgotten) => name.ends_with(".jsonl"),
    };
    Claim::Yes(if named { 3 } else { 2 })
}

fn parse(input: &mut Input<'_>, sink: &mut dyn Sink) -> io::Result<()> {
    if input.path.split('/').any(|part| part == UNFINISHED) {
        sink.finding(Finding {
            code: FindingCode::MissingPart,
            severity: Severity::Warning,
            at: String::new(),
            message: format!("This export was cut short while it was written, as the folder {UNFINISHED} says: it does not hold everything. Export again to have the rest."),
            count: 1,
        });
    }
    let mut reader = BufReader::with_capacity(256 << 10, &mut *input.reader);
    match sort_of(input.path, reader.fill_buf()?) {
        Some(Sort::Blob(sha256)) => blob(&mut reader, &sha256, sink),
        Some(Sort::Manifest) => manifest(&mut reader, &mut input.origin.beside()?, sink),
        Some(Sort::Items) => {
            let mut beside = input.origin.beside()?;
            let check = each_line(reader, sink, &mut |line, at, sink| items(line, at, &mut beside, sink))?;
            check.against_manifest(input.path, &mut beside, sink);
            Ok(())
        }
        Some(Sort::Fixes) => {
            let check = each_line(reader, sink, &mut |line, _, sink| {
                sink.point(NewPoint::from(serde_json::from_slice::<FixLine>(line).map_err(|error| error.to_string())?));
                Ok(())
            })?;
            check.against_manifest(input.path, &mut input.origin.beside()?, sink);
            Ok(())
        }
        Some(Sort::Forgotten) => {
            let check = each_line(reader, sink, &mut |line, _, sink| {
                sink.forgotten(serde_json::from_slice::<ForgottenLine>(line).map_err(|error| error.to_string())?.forgotten);
                Ok(())
            })?;
            check.against_manifest(input.path, &mut input.origin.beside()?, sink);
            Ok(())
        }
        Some(Sort::Entities) => {
            let check = each_line(reader, sink, &mut |_, at, sink| {
                sink.skip(FindingCode::IgnoredFile, at, "People, places and labels are put together from the items that name them.");
                Ok(())
            })?;
            check.against_manifest(input.path, &mut input.origin.beside()?, sink);
            Ok(())
        }
        // An importer is given what it recognised.
        None => Ok(()),
    }
}

/// The bytes of an attachment, which are a part of the items that name it.
fn blob(reader: &mut dyn Read, sha256: &str, sink: &mut dyn Sink) -> io::Result<()> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 << 10];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => hasher.update(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    if hex(&hasher.finalize()) == sha256 {
        sink.merged();
    } else {
        sink.set_aside(
            FindingCode::WrongFormat,
            "",
            "The bytes of this attachment are not those that were exported (their SHA-256 is not the one in its path); the items that name it come without it. Take the file from a copy of the export, and import that.",
        );
    }
    Ok(())
}

fn manifest(reader: &mut dyn Read, beside: &mut Beside, sink: &mut dyn Sink) -> io::Result<()> {
    let mut bytes = Vec::new();
    reader.take(LARGEST_MANIFEST).read_to_end(&mut bytes)?;
    let manifest = match serde_json::from_slice::<Manifest>(&bytes) {
        Ok(manifest) => manifest,
        Err(error) => {
            sink.set_aside(
                FindingCode::BadRecord,
                &format!("line {}", error.line()),
                &format!("The list of what this export holds cannot be read ({error}), so it cannot be told whether the export is whole. What is there was imported."),
            );
            return Ok(());
        }
    };
    sink.skip(FindingCode::IgnoredFile, "", "The list of what this export holds; its files were held against it.");
    if manifest.version > VERSION {
        sink.finding(warning(
            FindingCode::WrongFormat,
            format!(
                "This export has version {} of its format, and this program knows version {VERSION}: what is new in it was passed over. Import it with {} or later.",
                manifest.version, manifest.program
            ),
        ));
    }
    for file in manifest.files.iter().filter(|file| !is_plain(&file.name) || !beside.holds(&file.name)) {
        sink.finding(Finding {
            severity: Severity::Error,
            ..warning(
                FindingCode::MissingPart,
                format!(
                    "{} with its {} lines belongs to this export and is not there. Take it from a copy of the export, and import that.",
                    file.name, file.lines
                ),
            )
        });
    }
    Ok(())
}

/// Whether a name leads to no other folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name != ".." && !name.contains(['/', '\\'])
}

/// What was read of a file of lines.
struct Check {
    bytes: u64,
    lines: u64,
    sha256: String,
}

/// Takes a line, its place, and where it goes; what is wrong with it.
type OnLine<'o> = dyn FnMut(&[u8], &str, &mut dyn Sink) -> Result<(), String> + 'o;

/// Hands out the lines of a file; what `on` finds wrong with one sets it aside.
fn each_line(
    mut reader: impl BufRead,
    sink: &mut dyn Sink,
    on: &mut OnLine<'_>,
) -> io::Result<Check> {
    let mut hasher = Sha256::new();
    let mut line = Vec::new();
    let (mut bytes, mut lines) = (0, 0);
    loop {
        line.clear();
        let n_read = (&mut reader).take(LINE).read_until(b'\n', &mut line)? as u64;
        if n_read == 0 {
            return Ok(Check { bytes, lines, sha256: hex(&hasher.finalize()) });
        }
        if n_read == LINE {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("line {} has more than {LINE} bytes", lines + 1)));
        }
        hasher.update(&line);
        bytes += n_read;
        lines += 1;
        let (at, is_whole) = (format!("line {lines}"), line.ends_with(b"\n"));
        let record = line.trim_ascii();
        if record.is_empty() {
            continue;
        }
        match on(record, &at, sink) {
            Ok(()) => {}
            Err(_) if !is_whole => {
                sink.set_aside(FindingCode::CutShort, &at, "The line is cut off where the file ends.");
                sink.cut_short(&at);
            }
            Err(why) => sink.set_aside(FindingCode::BadRecord, &at, &format!("This line is not what an export writes: {why}.")),
        }
    }
}

impl Check {
    /// Says where a file is not the one that was exported.
    fn against_manifest(&self, path: &str, beside: &mut Beside, sink: &mut dyn Sink) {
        let name = path.rsplit('/').next().unwrap_or(path);
        let manifest = beside.read(MANIFEST, LARGEST_MANIFEST).ok().and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok());
        let Some(manifest) = manifest else {
            sink.finding(warning(
                FindingCode::MissingPart,
                format!("{MANIFEST} does not stand beside this file, or cannot be read, so it cannot be told whether the file is whole. What is in it was imported; keep the files of an export together."),
            ));
            return;
        };
        let Some(listed) = manifest.files.iter().find(|file| file.name == name) else {
            sink.finding(warning(
                FindingCode::WrongFormat,
                format!("{MANIFEST} does not list this file: it was renamed, or belongs to another export. What is in it was imported."),
            ));
            return;
        };
        if let Some(difference) = self.difference(listed) {
            sink.finding(warning(
                FindingCode::WrongFormat,
                format!("This is not the file that was exported: {difference}. It was cut or edited since. What is in it was imported; take the rest from a copy of the export."),
            ));
        }
    }

    fn difference(&self, listed: &ListedFile) -> Option<String> {
        if self.lines != listed.lines {
            Some(format!("it has {} lines, and {MANIFEST} lists {}", self.lines, listed.lines))
        } else if self.sha256 != listed.sha256 {
            Some(format!("its SHA-256 is {}, and {MANIFEST} lists {} ({} bytes, and {})", self.sha256, listed.sha256, self.bytes, listed.bytes))
        } else {
            None
        }
    }
}

/// An item, and what other records said of it.
fn items(line: &[u8], at: &str, beside: &mut Beside, sink: &mut dyn Sink) -> Result<(), String> {
    let mut line: ItemLine = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let others = std::mem::take(&mut line.others);
    record(line, at, beside, sink)?;
    for other in others {
        if let Err(why) = record(other, at, beside, sink) {
            sink.set_aside(FindingCode::BadRecord, at, &format!("Another record of this item is not what an export writes: {why}."));
        }
    }
    Ok(())
}

fn record(mut line: ItemLine, at: &str, beside: &mut Beside, sink: &mut dyn Sink) -> Result<(), String> {
    let attachments = std::mem::take(&mut line.attachments);
    let mut item = line.into_item()?;
    for attachment in attachments {
        match content(&attachment, beside) {
            Ok(content) => item.blobs.push(NewBlob { name: attachment.name, media_type: attachment.media_type, content }),
            Err(why) => sink.finding(Finding {
                at: at.to_owned(),
                ..warning(
                    FindingCode::MissingPart,
                    format!("The attachment {:?} of {:?} was left out: {why}. Take it from a copy of the export, and import that.", attachment.name, item.title),
                )
            }),
        }
    }
    sink.item(item);
    Ok(())
}

/// The bytes of an attachment, or where they are; or what is wrong with it.
fn content(attachment: &AttachmentLine, beside: &mut Beside) -> Result<BlobContent, String> {
    if let Some(left) = &attachment.left_at {
        let digest = blake3::Hash::from_hex(&left.blake3).map_err(|_| format!("{:?} is not a BLAKE3 in hex digits", left.blake3))?;
        let copy = attachment.sha256.as_deref().filter(|sha256| is_sha256(sha256)).map(blob_path).filter(|copy| beside.holds(copy));
        let (path, entry) = copy.map_or_else(|| (left.path.clone(), left.entry.clone()), |copy| beside.place(&copy));
        return Ok(BlobContent::Reference { path, entry, size: attachment.size, digest: *digest.as_bytes() });
    }
    let sha256 = attachment.sha256.as_deref().filter(|sha256| is_sha256(sha256)).ok_or("its line does not say which bytes are its own")?;
    let path = blob_path(sha256);
    let bytes = beside.read(&path, LARGEST_BLOB).map_err(|error| format!("{path} cannot be read ({error})"))?;
    if hex(&Sha256::digest(&bytes)) != sha256 {
        return Err(format!("{path} was altered since it was exported"));
    }
    Ok(BlobContent::Bytes(bytes))
}

fn warning(code: FindingCode, message: String) -> Finding {
    Finding { code, severity: Severity::Warning, at: String::new(), message, count: 1 }
}
