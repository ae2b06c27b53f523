//! What disks and file systems do to blocks of a file that nobody has open: they come back as zeros, in another's place, as they
//! were before, torn between old and new; the file ends early, has something behind its end, is gone or an older one. A check
//! tells, and what tells nothing holds what it held.

use std::fs;
use std::path::{Path, PathBuf};

use super::Plan;
use super::corpus;
use super::fuzz::ended;
use super::subject::{Subject, hash, holds, import};
use super::tally::{Tally, each};
use crate::fixtures::prng::Prng;
use crate::{Result, folder};

/// Cases in all.
const CASES: u64 = 600;
/// About how many records there are before the last import.
const SCALE: u64 = 800;
/// What a database reads at once, and a sector within it.
const PAGE: usize = 4_096;
const SECTOR: usize = 512;

const MANGLES: [&str; 8] = ["zeros", "another's place", "as it was", "torn", "cut", "behind its end", "gone", "an older file"];

pub(super) fn run(plan: &Plan) -> Result<Vec<Tally>> {
    let home = plan.folder("pages")?;
    let subject = Subject::new(&home, plan.seed, SCALE)?;
    let now = home.join("now");
    let datapunk = subject.copy(&now)?;
    datapunk.json(subject.import())?;
    hash(&datapunk)?;
    let before = home.join("before");
    folder::copy(&now, &before)?;
    // Of the older vault the newer one differs by a few pages here and there.
    let note = home.join("note.ics");
    fs::write(&note, corpus::event("an afternoon at the river"))?;
    datapunk.json(import(&[note]))?;
    let held = hash(&datapunk)?;
    let files: Vec<PathBuf> = folder::files(&now)?
        .into_iter()
        .filter(|path| fs::metadata(path).is_ok_and(|file| file.len() > 0))
        .map(|path| path.strip_prefix(&now).map(Path::to_owned))
        .collect::<std::result::Result<_, _>>()?;
    let cases = plan.cases(CASES);
    MANGLES
        .into_iter()
        .enumerate()
        .map(|(number, mangle)| {
            let cases: Vec<u64> = cases.iter().copied().filter(|case| *case as usize % MANGLES.len() == number).collect();
            Ok(each(plan, &format!("pages: {mangle}"), &cases, |case, chance| {
                // Half of them in the database.
                let file = match chance.below(2) {
                    0 => Path::new("db/main.db"),
                    _ => files[chance.below(files.len() as u64) as usize].as_path(),
                };
                let root = home.join(format!("case-{case}"));
                folder::copy(&now, &root)?;
                let Some(what) = mangled(&root.join(file), &before.join(file), mangle, chance)? else {
                    fs::remove_dir_all(&root)?;
                    return Ok("changed nothing".to_owned());
                };
                let datapunk = datapunk.on(&root);
                let what = |error| format!("{}, {what}: {error}", file.display());
                let end = match ended(&datapunk.run(["verify"])?).map_err(what)? {
                    "nothing wrong" => {
                        holds(&datapunk, &held, "nothing is said to be wrong").map(|()| "held all the same").map_err(what)?
                    }
                    end => end,
                };
                fs::remove_dir_all(&root)?;
                Ok(end.to_owned())
            }))
        })
        .collect()
}

/// Does it to the file; says where, or `None` when no byte is another one.
fn mangled(file: &Path, before: &Path, mangle: &str, chance: &mut Prng) -> Result<Option<String>> {
    let is = fs::read(file)?;
    let was = fs::read(before).unwrap_or_default();
    let n_pages = is.len().div_ceil(PAGE);
    let mut page_of = |bytes: &[u8]| {
        let page = chance.below(n_pages as u64) as usize;
        let range = page * PAGE..((page + 1) * PAGE).min(bytes.len()).max(page * PAGE);
        (page, range)
    };
    let (page, range) = page_of(&is);
    let mut becomes = is.clone();
    let mut what = format!("page {page} of {n_pages}");
    match mangle {
        "zeros" => becomes[range].fill(0),
        "another's place" => {
            let (other, from) = page_of(&is);
            let n = range.len().min(from.len());
            becomes[range.start..range.start + n].copy_from_slice(&is[from.start..from.start + n]);
            what = format!("{what} is page {other}");
        }
        "as it was" | "torn" => {
            // A page that has changed, if there is one.
            let changed: Vec<usize> = (0..n_pages)
                .filter(|page| is.get(page * PAGE..(page + 1) * PAGE) != was.get(page * PAGE..(page + 1) * PAGE))
                .filter(|page| (page + 1) * PAGE <= was.len().min(is.len()))
                .collect();
            let Some(&page) = changed.get(chance.below(changed.len().max(1) as u64) as usize) else { return Ok(None) };
            let length = if mangle == "torn" { SECTOR * (1 + chance.below((PAGE / SECTOR) as u64 - 1) as usize) } else { PAGE };
            becomes[page * PAGE..page * PAGE + length].copy_from_slice(&was[page * PAGE..page * PAGE + length]);
            what = format!("the first {length} bytes of page {page} of {n_pages}");
        }
        "cut" => {
            becomes.truncate(chance.below(is.len() as u64) as usize / SECTOR * SECTOR);
            what = format!("after {} of {} bytes", becomes.len(), is.len());
        }
        "behind its end" => becomes.extend((0..PAGE).map(|_| chance.below(256) as u8)),
        "gone" => {
            fs::remove_file(file)?;
            return Ok(Some("gone".to_owned()));
        }
        _ => {
            becomes = was;
            what = "an older one".to_owned();
        }
    }
    if becomes == is {
        return Ok(None);
    }
    fs::write(file, becomes)?;
    Ok(Some(what))
}
