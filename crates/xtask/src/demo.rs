//! `cargo xtask demo`: the main job, from an archive to a window, in a vault of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::fixtures::{self, Lang, Options, Shape};
use crate::machine::{Need, cargo, output, prepare, run as run_command, step};
use crate::{Result, front_end, models, place};

/// The demo's passphrase. Its vault holds nothing of anybody's.
const PASSPHRASE: &str = "a made-up life for all to see";
const SCALE: u64 = 20_000;

/// Runs it. `--lang en|de` chooses the language of the made-up life; `--no-window` ends before the window.
pub fn run(args: &[String]) -> Result<()> {
    let lang = match args.iter().position(|arg| arg == "--lang").and_then(|at| args.get(at + 1)).map(String::as_str) {
        None | Some("en") => Lang::En,
        Some("de") => Lang::De,
        Some(other) => return Err(format!("the demo speaks en and de, not {other}").into()),
    };
    prepare(Need::Run)?;
    front_end::build()?;
    step("building");
    run_command(cargo().args(["build", "--quiet", "--workspace"]))?;
    step("fetching the models");
    models::ensure(models::Tier::Core, &place::models(), &mut |line| eprintln!("{line}"))?;
    if let Err(error) = models::ensure(models::Tier::Llm, &place::models(), &mut |line| eprintln!("{line}")) {
        eprintln!("The language model could not be had ({error}); answers are worded plainly, without one.");
    }
    let code = if lang == Lang::En { "en" } else { "de" };
    let folder = place::cache().join("demo").join(code);
    let demo = Demo { vault: folder.join("vault") };
    if !demo.vault.join("vault.json").exists() {
        demo.fill(&folder, lang)?;
    }
    demo.look(lang)?;
    if args.iter().any(|arg| arg == "--no-window") { Ok(()) } else { demo.open() }
}

struct Demo {
    vault: PathBuf,
}

impl Demo {
    fn datapunk(&self, args: &[&str]) -> Command {
        let mut command = Command::new(place::datapunk());
        command.arg("--vault").arg(&self.vault).args(args).env("DATAPUNK_PASSPHRASE", PASSPHRASE).env("DATAPUNK_MODELS", place::models());
        command
    }

    /// Writes the archive, makes the vault and imports. A vault is put in place only once it is whole.
    fn fill(&self, folder: &Path, lang: Lang) -> Result<()> {
        step(&format!("writing a made-up Takeout archive of about {SCALE} records"));
        let made = fixtures::generate(&Options { scale: SCALE, seed: 7, lang, shape: Shape::Zip, out: folder.join("takeout") })?;
        let building = Self { vault: folder.join("vault.new") };
        if building.vault.exists() {
            fs::remove_dir_all(&building.vault)?;
        }
        step("making a vault");
        run_command(&mut building.datapunk(&["init"]))?;
        step("importing");
        let mut import = building.datapunk(&["import"]);
        import.args(&made.inputs);
        // The ledger is a line a file; its last line is the sum.
        let ledger = output(&mut import)?;
        println!("{}", ledger.lines().last().unwrap_or_default());
        fs::rename(building.vault, &self.vault)?;
        Ok(())
    }

    fn look(&self, lang: Lang) -> Result<()> {
        let (search, day, questions) = match lang {
            Lang::En => (
                "sourdough",
                "14 May 2019",
                ["How many mails did I get in 2019?", "When did I first search for sourdough?", "How far did I cycle in June 2021?"],
            ),
            Lang::De => (
                "Sauerteig",
                "14. Mai 2019",
                [
                    "Wie viele Mails habe ich 2019 bekommen?",
                    "Wann habe ich zuerst nach Sauerteig gesucht?",
                    "Wie weit bin ich im Juni 2021 Rad gefahren?",
                ],
            ),
        };
        step(&format!("datapunk search {search:?}"));
        run_command(&mut self.datapunk(&["search", search, "--limit", "3"]))?;
        step(&format!("datapunk day {day:?}"));
        run_command(&mut self.datapunk(&["day", day, "--limit", "12"]))?;
        for question in questions {
            step(&format!("datapunk ask {question:?}"));
            run_command(&mut self.datapunk(&["ask", question]))?;
        }
        Ok(())
    }

    /// The window where there is a display, else the same app to a browser.
    fn open(&self) -> Result<()> {
        if std::env::var_os("DISPLAY").is_some() || std::env::var_os("WAYLAND_DISPLAY").is_some() {
            step("opening the window; the demo's passphrase is:");
            println!("  {PASSPHRASE}");
            return run_command(
                Command::new(place::desktop())
                    .arg("--vault")
                    .arg(&self.vault)
                    .env("DATAPUNK_ENGINE", place::datapunk())
                    .env("DATAPUNK_MODELS", place::models()),
            );
        }
        step("there is no display for a window; the same app is served to a browser");
        println!("  The demo's passphrase is: {PASSPHRASE}");
        let mut serve = self.datapunk(&["serve", "--port", "0"]);
        serve.env_remove("DATAPUNK_PASSPHRASE").stdin(Stdio::null());
        run_command(&mut serve)
    }
}
