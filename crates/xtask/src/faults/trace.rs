//! What a run of the command did to files, recorded by `strace`: every byte that it wrote, and every name that it changed.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Result;
use crate::command::Ran;

/// The system calls that change files or make changes last, and those that this module does not follow, so that it can say so.
const CALLS: &str = "open,openat,creat,write,pwrite64,writev,pwritev,pwritev2,truncate,ftruncate,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,fsync,fdatasync,lseek,fallocate,copy_file_range,sendfile,splice,link,linkat,symlink,symlinkat";

/// One change. Paths are those that the files had when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    /// A file was opened for writing; made when it was not there, emptied when asked for.
    Open { fd: i32, path: PathBuf, create: bool, truncate: bool, append: bool },
    /// Bytes were written, at an offset or where the descriptor stood.
    Write { fd: i32, path: PathBuf, at: Option<u64>, bytes: Vec<u8> },
    /// The place of the next write without an offset.
    Seek { fd: i32, at: u64 },
    /// A file was given another length.
    Resize { path: PathBuf, length: u64 },
    /// A name was given to something else.
    Rename { from: PathBuf, to: PathBuf },
    /// A name was taken away, of a file or of an empty folder.
    Remove { path: PathBuf },
    /// A folder was made.
    MakeFolder { path: PathBuf },
    /// A file or folder was brought to the disk.
    Sync { path: PathBuf },
    /// A call that this module does not follow.
    Unfollowed { line: String },
}

/// Runs a command to its end under `strace`, which has to be installed; `log` is overwritten.
pub(super) fn record(command: &Command, log: &Path) -> Result<(Ran, Vec<Event>)> {
    let mut traced = Command::new("strace");
    traced.args(["-f", "-y", "-xx", "-s", "100000000", "-e", "signal=none", "-e"]).arg(format!("trace={CALLS}")).arg("-o").arg(log);
    traced.arg("--").arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => traced.env(name, value),
            None => traced.env_remove(name),
        };
    }
    let output = traced.stdin(Stdio::null()).output().map_err(|error| format!("strace could not be started: {error}"))?;
    let ran = Ran {
        status: output.status,
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    let events = parse(&fs::read_to_string(log)?)?;
    fs::remove_file(log)?;
    Ok((ran, events))
}

/// Whether `strace` is there and may be used.
pub(super) fn works() -> bool {
    Command::new("strace").args(["-o", "/dev/null", "true"]).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The changes in a log. A call that another thread's interrupted stands where it ended.
fn parse(log: &str) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    let mut begun: HashMap<&str, &str> = HashMap::new();
    for line in log.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(start) = rest.strip_suffix(" <unfinished ...>") {
            begun.insert(thread, start);
        } else if rest.starts_with("<... ") {
            let start = begun.remove(thread).unwrap_or_default();
            let end = rest.split_once("resumed>").map_or("", |(_, end)| end);
            events.extend(event(&format!("{start}{end}"))?);
        } else {
            events.extend(event(rest)?);
        }
    }
    Ok(events)
}

fn event(line: &str) -> Result<Option<Event>> {
    let Some((name, rest)) = line.split_once('(') else { return Ok(None) };
    let Some((arguments, returned)) = rest.rsplit_once(" = ") else { return Ok(None) };
    // A descriptor has its path behind it; a failure is negative and changes nothing.
    let Some(value) = returned.split([' ', '<']).next().and_then(|value| value.parse::<i64>().ok()).filter(|value| *value >= 0) else {
        return Ok(None);
    };
    let arguments = arguments.trim_end().strip_suffix(')').unwrap_or(arguments);
    let broken = || format!("a line of strace was not understood: {line:.200}");
    let mut texts = quoted(arguments);
    let path = |text: Option<Vec<u8>>| text.map(|text| PathBuf::from(OsString::from_vec(text))).ok_or_else(broken);
    let number = |text: Option<&str>| text.and_then(|text| text.trim().parse::<u64>().ok()).ok_or_else(broken);
    // Names in a folder that is open stand beside its descriptor.
    let within = |path: PathBuf| match after_descriptor(arguments) {
        Some((folder, _)) if path.is_relative() => folder.join(path),
        _ => path,
    };
    let last = arguments.rsplit(", ").next();
    let event = match name {
        "open" | "openat" | "creat" => {
            let opened = after_descriptor(returned).ok_or_else(broken)?;
            let has = |flag: &str| arguments.contains(flag);
            if !has("O_WRONLY") && !has("O_RDWR") && !has("O_CREAT") && name != "creat" {
                return Ok(None);
            }
            Event::Open {
                fd: value as i32,
                path: opened.0,
                create: has("O_CREAT") || name == "creat",
                truncate: has("O_TRUNC") || name == "creat",
                append: has("O_APPEND"),
            }
        }
        "write" | "writev" | "pwrite64" | "pwritev" | "pwritev2" => {
            let Some((path, true)) = after_descriptor(arguments) else { return Ok(None) };
            let mut bytes: Vec<u8> = texts.concat();
            bytes.truncate(value as usize);
            let at = match name {
                "write" | "writev" => None,
                "pwritev2" => return Ok(Some(Event::Unfollowed { line: format!("{line:.4000}") })),
                _ => Some(number(last)?),
            };
            Event::Write { fd: descriptor(arguments).ok_or_else(broken)?, path, at, bytes }
        }
        "lseek" => Event::Seek { fd: descriptor(arguments).ok_or_else(broken)?, at: value as u64 },
        "ftruncate" => match after_descriptor(arguments) {
            Some((path, true)) => Event::Resize { path, length: number(last)? },
            _ => return Ok(None),
        },
        "truncate" => Event::Resize { path: path(texts.pop())?, length: number(last)? },
        "rename" | "renameat" | "renameat2" => {
            let to = path(texts.pop())?;
            Event::Rename { from: path(texts.pop())?, to }
        }
        "unlink" | "unlinkat" | "rmdir" => Event::Remove { path: within(path(texts.pop())?) },
        "mkdir" | "mkdirat" => Event::MakeFolder { path: within(path(texts.pop())?) },
        "fsync" | "fdatasync" => match after_descriptor(arguments) {
            Some((path, true)) => Event::Sync { path },
            _ => return Ok(None),
        },
        _ => Event::Unfollowed { line: format!("{line:.4000}") },
    };
    Ok(Some(event))
}

/// The number of the descriptor that a text begins with.
fn descriptor(text: &str) -> Option<i32> {
    text.split('<').next()?.trim().parse().ok()
}

/// The path of the descriptor that a text begins with, and whether a file still has that name.
fn after_descriptor(text: &str) -> Option<(PathBuf, bool)> {
    let (_, rest) = text.split_once('<')?;
    let (path, rest) = rest.split_once('>')?;
    let path = PathBuf::from(OsString::from_vec(unescaped(path)));
    let is_file = path.has_root();
    Some((path, is_file && !rest.starts_with("(deleted)")))
}

/// The quoted texts of a line, in order.
fn quoted(text: &str) -> Vec<Vec<u8>> {
    text.split('"').skip(1).step_by(2).map(unescaped).collect()
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4);
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if let [b'x', high, low, after @ ..] = tail
            && *first == b'\\'
            && let (Some(high), Some(low)) = ((*high as char).to_digit(16), (*low as char).to_digit(16))
        {
            bytes.push((high << 4 | low) as u8);
            rest = after;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    bytes
}

/// Whether an event is about something under `root`.
pub(super) fn is_under(event: &Event, root: &Path) -> bool {
    match event {
        Event::Open { path, .. }
        | Event::Write { path, .. }
        | Event::Resize { path, .. }
        | Event::Remove { path }
        | Event::MakeFolder { path }
        | Event::Sync { path } => path.starts_with(root),
        Event::Rename { from, to } => from.starts_with(root) || to.starts_with(root),
        // Belongs to whichever file its descriptor is of.
        Event::Seek { .. } => true,
        Event::Unfollowed { line } => line.contains(&hexed(root.as_os_str())),
    }
}

/// The text as `strace -xx` writes it.
fn hexed(text: &OsStr) -> String {
    text.as_encoded_bytes().iter().map(|byte| format!("\\x{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        hexed(OsStr::new(text))
    }

    #[test]
    fn calls_that_threads_interrupt_are_put_together() {
        let (a, b, folder) = (escaped("/v/a"), escaped("/v/b"), escaped("/v"));
        let log = format!(
            "11  openat(AT_FDCWD<{folder}>, \"{a}\", O_RDWR|O_CREAT, 0600) = 7<{a}>\n\
             11  pwrite64(7<{a}>, \"{}\", 3, 4096 <unfinished ...>\n\
             12  write(8<{b}>, \"{}\", 2) = 2\n\
             11  <... pwrite64 resumed>)        = 3\n\
             12  fdatasync(7<{a}>) = 0\n\
             12  write(1<{}>, \"{}\", 2) = 2\n\
             12  unlink(\"{b}\") = -1 ENOENT (No such file or directory)\n\
             12  rename(\"{a}\", \"{b}\") = 0\n\
             12  fsync(9<{folder}>) = 0\n\
             12  +++ exited with 0 +++\n",
            escaped("abc"),
            escaped("de"),
            escaped("pipe:[17]"),
            escaped("no")
        );
        let (a, b) = (PathBuf::from("/v/a"), PathBuf::from("/v/b"));
        assert_eq!(
            parse(&log).unwrap(),
            [
                Event::Open { fd: 7, path: a.clone(), create: true, truncate: false, append: false },
                Event::Write { fd: 8, path: b.clone(), at: None, bytes: b"de".to_vec() },
                Event::Write { fd: 7, path: a.clone(), at: Some(4096), bytes: b"abc".to_vec() },
                Event::Sync { path: a.clone() },
                Event::Rename { from: a, to: b },
                Event::Sync { path: "/v".into() },
            ]
        );
    }
}
