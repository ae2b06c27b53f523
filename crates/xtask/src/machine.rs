//! What has to be on the machine, and how it gets there.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Result, place};

/// Debian packages that the build needs.
const BUILD: &[&str] = &["build-essential", "pkg-config", "perl", "ca-certificates"];
/// Debian packages that the window needs.
const WINDOW: &[&str] = &["libwebkit2gtk-4.1-dev", "libsoup-3.0-dev", "librsvg2-dev", "libxdo-dev"];
/// Debian packages that the tests in a browser and in the window need.
const TESTS: &[&str] = &["chromium", "webkit2gtk-driver", "xvfb", "xauth", "dbus-x11", "fonts-dejavu-core"];

/// How much of the set-up a task needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// To build and run.
    Run,
    /// To test as well.
    Test,
}

/// Installs what is missing. On a system that is not Debian's, says what is needed instead.
pub fn prepare(need: Need) -> Result<()> {
    let mut wanted: Vec<&str> = BUILD.iter().chain(WINDOW).copied().collect();
    if need == Need::Test {
        wanted.extend(TESTS);
    }
    if !found("node") {
        wanted.extend(["nodejs", "npm"]);
    }
    if !found("pip") && !found("pip3") {
        wanted.push("python3-pip");
    }
    if !found("dpkg-query") {
        eprintln!("This is not a Debian system. If the build fails, install what stands for: {}", wanted.join(" "));
        return Ok(());
    }
    let missing: Vec<&str> = wanted.into_iter().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    step(&format!("installing {}", missing.join(" ")));
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    let apt = || {
        let mut command = Command::new(if root { "apt-get" } else { "sudo" });
        if !root {
            command.arg("apt-get");
        }
        command.env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
        command
    };
    run(apt().arg("update"))?;
    run(apt().args(["install", "-y", "--no-install-recommends"]).args(&missing))
}

fn is_installed(package: &str) -> bool {
    let output = Command::new("dpkg-query").args(["-W", "-f", "${Status}", package]).stderr(Stdio::null()).output();
    output.is_ok_and(|output| output.stdout.ends_with(b"ok installed"))
}

/// Whether a program is on the path.
pub fn found(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

/// Says what is being done now.
pub fn step(text: &str) {
    eprintln!("\u{1b}[1m==> {text}\u{1b}[0m");
}

/// `cargo`, building into the cache.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(place::root()).env("CARGO_TARGET_DIR", place::target());
    // Set by the `cargo run` that started this task; inherited, they would rebuild what depends on them.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "CARGO_PKG_NAME", "CARGO_PKG_VERSION"] {
        command.env_remove(name);
    }
    command
}

/// Runs a command to its end, its output as it comes; fails with what it was when it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().map_err(|error| format!("{} could not be started: {error}", shown(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed ({status})", shown(command)).into()) }
}

/// Runs a command to its end; what it printed.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{} could not be started: {error}", shown(command)))?;
    if !output.status.success() {
        return Err(format!("{} failed ({})", shown(command), output.status).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let args = command.get_args().map(|arg| arg.to_string_lossy().into_owned());
    std::iter::once(program).chain(args).collect::<Vec<_>>().join(" ")
}
