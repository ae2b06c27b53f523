//! A phrase that stands in every field of everything that is imported, searched for in every byte that was ever written to a
//! file: by an import, a search, a question, a backup, a restore and an undo, closed after each.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Plan;
use super::subject::{Subject, args, import};
use super::tally::Tally;
use super::{corpus, trace};
use crate::needles::{Needles, inflated, zstd_frame};
use crate::{Result, folder};

/// The least that the generator makes.
const SCALE: u64 = 100;

pub(super) fn run(plan: &Plan) -> Result<Vec<Tally>> {
    if !trace::works() {
        return Ok(vec![Tally::skipped(
            "canary",
            "not run: it records what is written with strace, which is not installed or not allowed",
        )]);
    }
    let home = plan.folder("canary")?;
    let subject = Subject::new(&home, plan.seed, SCALE)?;
    let phrase = &subject.made.facts.canary.phrase;
    // Indexes hold words, not phrases, so each word of it is looked for as well.
    let needles: Vec<Needles> =
        phrase.split(' ').chain([phrase.as_str(), subject.made.facts.canary.file_name.as_str()]).map(Needles::of).collect();

    let world = home.join("world");
    let datapunk = subject.copy(&world.join("vault"))?.with_home(&world.join("home"));
    fs::create_dir_all(world.join("home"))?;
    let mut inputs = subject.made.inputs.clone();
    for (path, bytes) in corpus::files(phrase) {
        let file = home.join("corpus").join(&path);
        fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))?;
        fs::write(&file, bytes)?;
    }
    inputs.push(home.join("corpus"));
    let backups = world.join("backups");
    let runs = [
        (&datapunk, import(&inputs)),
        (&datapunk, args([&"search", phrase, &"--mode", &"words"])),
        (&datapunk, args([&"ask", &format!("When did I write about {phrase}?"), &"--model", &"none"])),
        (&datapunk, args([&"backup", &"create", &backups])),
        (&datapunk.on(&world.join("restored")), args([&"restore", &backups])),
        (&datapunk, args([&"undo", &"1"])),
    ];
    let mut tally = Tally::new("canary");
    let mut n_bytes = 0;
    for (case, (datapunk, words)) in runs.into_iter().enumerate() {
        let (ran, events) = trace::record(&datapunk.command(&words), &home.join("strace.log"))?;
        if !ran.status.success() {
            return Err(format!("{words:?} failed: {}", ran.stderr.trim()).into());
        }
        if words[0] == "search" && needles.iter().all(|needle| needle.within(ran.stdout.as_bytes()).is_none()) {
            return Err(format!("the canary is not found in what was imported: {}", ran.stdout).into());
        }
        let mut written = written(&events);
        // What was written by way of memory, and what a name says.
        for file in folder::files(&world)? {
            let bytes = fs::read(&file)?;
            written.entry(file).or_default().extend(bytes);
        }
        for (path, bytes) in &written {
            n_bytes += bytes.len();
            let end = match seen(&needles, path, bytes) {
                None => Ok("files without it".to_owned()),
                Some(coat) => Err(format!("{:?}: the canary lies in {}: {coat}", words[0], path.display()).into()),
            };
            tally.count(case as u64, end);
        }
    }
    Ok(vec![tally.note(format!("{n_bytes} bytes looked through, files that are gone again among them"))])
}

/// Every byte that was written to each file, in the order of writing.
fn written(events: &[trace::Event]) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut written: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
    for event in events {
        if let trace::Event::Write { path, bytes, .. } = event
            && !path.starts_with("/dev")
            && !path.starts_with("/proc")
        {
            written.entry(path.clone()).or_default().extend(bytes);
        }
    }
    written
}

/// How the canary lies in a file, or in its name; or that something lies there that could hide it.
fn seen(needles: &[Needles], path: &Path, bytes: &[u8]) -> Option<String> {
    let name = path.to_string_lossy();
    let unpacked = inflated(bytes);
    let found = needles.iter().find_map(|needle| {
        let plain = needle.within(bytes).or_else(|| needle.within(name.as_bytes())).map(str::to_owned);
        plain.or_else(|| unpacked.iter().find_map(|text| needle.within(text)).map(|coat| format!("{coat}, compressed")))
    });
    found.or_else(|| zstd_frame(bytes).map(|at| format!("compressed data stands in clear, at byte {at}")))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn it_is_seen_in_what_was_written_piece_by_piece_and_compressed() {
        let needles = [Needles::of("zirkonvogel")];
        let event = |path: &str, bytes: &[u8]| trace::Event::Write { fd: 3, path: path.into(), at: None, bytes: bytes.to_vec() };
        let written =
            written(&[event("/v/a", b"..zirkon"), event("/v/b", b"x"), event("/v/a", b"vogel.."), event("/dev/pts/1", b"zirkonvogel")]);
        assert_eq!(written.len(), 2);
        let coats: Vec<Option<String>> = written.iter().map(|(path, bytes)| seen(&needles, path, bytes)).collect();
        assert_eq!(coats, [Some("letters".to_owned()), None]);
        let mut gzip = flate2::write::GzEncoder::new(b"before".to_vec(), flate2::Compression::best());
        gzip.write_all(b"a long enough text about the zirkonvogel").unwrap();
        let packed = gzip.finish().unwrap();
        assert_eq!(seen(&needles, Path::new("/v/c"), &packed).as_deref(), Some("letters, compressed"));
        assert_eq!(seen(&needles, Path::new("/v/Zirkonvogel.jpg"), b"").as_deref(), Some("letters"));
    }
}
