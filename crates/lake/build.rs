//! Numbers the edition of the importers: another one may read more in the same bytes, so only what this very one read need
//! not be read again. Everything that has a say in what a file comes to counts: this crate, the two that it builds on, and
//! the versions of all libraries.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let mut files = vec![PathBuf::from("../../Cargo.lock")];
    for sources in ["src", "../domain/src", "../vault/src"] {
        list(Path::new(sources), &mut files)?;
        println!("cargo:rerun-if-changed={sources}");
    }
    println!("cargo:rerun-if-changed=../../Cargo.lock");
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    // It stands in a column of SQLite, whose numbers are signed.
    println!("cargo:rustc-env=DATAPUNK_IMPORTERS={}", hasher.finish() >> 1);
    Ok(())
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { list(&path, files)? } else { files.push(path) }
    }
    Ok(())
}
