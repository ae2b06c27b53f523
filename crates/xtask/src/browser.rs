//! The app as people meet it: in a headless browser against `datapunk serve`, and in its real window under a virtual display.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::fixtures::{self, Lang, Options, Shape};
use crate::machine::{Need, cargo, found, prepare, run as run_command, step};
use crate::{Result, front_end, place};

const PASSPHRASE: &str = "five plain words for testing";

/// Runs both.
pub fn run() -> Result<()> {
    prepare(Need::Test)?;
    front_end::build()?;
    step("building the command and the window");
    run_command(cargo().args(["build", "--quiet", "--workspace"]))?;
    let folder = place::cache().join("browser");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let made = fixtures::generate(&Options { scale: 2_000, seed: 11, lang: Lang::En, shape: Shape::Zip, out: folder.join("takeout") })?;
    in_a_browser(&folder, &made.inputs[0])?;
    in_the_window(&folder, &made.inputs[0])
}

fn in_a_browser(folder: &Path, archive: &Path) -> Result<()> {
    step("the app in a headless browser");
    let mut serve = Command::new(place::datapunk());
    serve.arg("--vault").arg(folder.join("vault")).args(["--json", "serve", "--port", "0"]);
    serve.env("DATAPUNK_MODELS", place::models()).env_remove("DATAPUNK_PASSPHRASE").stdin(Stdio::null()).stdout(Stdio::piped());
    let mut server = Ended(serve.spawn()?);
    let output = server.0.stdout.take().ok_or("the server has no output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    let served: serde_json::Value =
        serde_json::from_str(&line).map_err(|error| format!("the server did not say its address ({error}): {line}"))?;
    let url = served["url"].as_str().ok_or("the server did not say its address")?;
    run_command(
        Command::new("npx")
            .current_dir(place::root().join("ui"))
            .args(["playwright", "test", "-c", "../tests/browser/playwright.config.ts"])
            .env("CHROMIUM", chromium()?)
            .env("DATAPUNK_URL", url)
            .env("DATAPUNK_FIXTURE", archive)
            .env("DATAPUNK_PASSPHRASE", PASSPHRASE),
    )
}

fn in_the_window(folder: &Path, archive: &Path) -> Result<()> {
    let driver = tauri_driver()?;
    step("the app in its window");
    let display = folder.join("display");
    fs::create_dir_all(&display)?;
    // The display is our own, so that the window is the same everywhere and no one's screen is touched. Its server keeps what
    // it shows in a file, from which the test reads the pixels that a person would see.
    run_command(
        Command::new("xvfb-run")
            .arg("--auto-servernum")
            .arg(format!("--server-args=-screen 0 1400x900x24 -fbdir {}", display.display()))
            // A driver that outlives its test would keep node waiting for it, and the whole run with it.
            .args(["dbus-run-session", "--", "node", "--test", "--test-force-exit"])
            .arg(place::root().join("tests/window/window.test.mjs"))
            .env("TAURI_DRIVER", driver)
            .env("DATAPUNK_DESKTOP", place::desktop())
            .env("DATAPUNK_ENGINE", place::datapunk())
            .env("DATAPUNK_MODELS", place::models())
            .env("DATAPUNK_VAULT", folder.join("window-vault"))
            .env("DATAPUNK_DISPLAY", display)
            .env("DATAPUNK_FIXTURE", archive)
            .env("DATAPUNK_PASSPHRASE", PASSPHRASE)
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
    )
}

fn chromium() -> Result<PathBuf> {
    ["chromium", "google-chrome", "chrome"]
        .into_iter()
        .find(|name| found(name))
        .and_then(|name| std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file()))
        .ok_or_else(|| "no Chromium is on the path; install the package chromium".into())
}

/// `tauri-driver`, installed into the cache when it is not there.
fn tauri_driver() -> Result<PathBuf> {
    let tools = place::cache().join("tools");
    let driver = tools.join("bin/tauri-driver");
    if !driver.exists() {
        step("installing tauri-driver");
        run_command(cargo().args(["install", "--quiet", "--locked", "--version", "^2", "tauri-driver", "--root"]).arg(&tools))?;
    }
    Ok(driver)
}

/// A child that does not outlive us.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
