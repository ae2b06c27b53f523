//! `cargo xtask`: everything that a person does with this workspace, each with its own set-up.

#![allow(clippy::print_stderr, reason = "it speaks to the person who started it")]

use std::process::ExitCode;

use xtask::{bench, browser, demo, faults, fixtures, front_end, models, place, suite};

const USAGE: &str = "cargo xtask TASK

  demo       a made-up life in a vault of its own: import, search, a day, three questions, the window
  test       every test of every layer, with its set-up
  bench      figures of this machine, as JSON and as a table   [--scale N | --growth N,N,...] [--in-clear]
             or how many questions are answered rightly       --questions [--seed N] [--scale N] [--model ID] [--held-out]
             or how fast the models read                      --encoders
  faults     what a vault survives: kills, lost power, failing calls, a full disk, broken input, mixed-up blocks, flipped bits; and that nothing is in clear
             [--only kills,power,errors,full,fuzz,pages,flips,canary] [--seed N] [--n N] [--case K]
  gen        the client that is generated from the table of operations
  fixtures   a made-up Takeout archive   --scale N --seed S --lang en|de [--shape zip|tgz|folder|parts] OUT
  models     the models that demo, tests and bench use   [core|llm|llm-large]
  browser    the app in a headless browser, and in its window, against a made-up archive
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let task = args.next().unwrap_or_default();
    let args: Vec<String> = args.collect();
    if args.iter().any(|arg| arg == "--help") {
        eprint!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let outcome = match task.as_str() {
        "demo" => demo::run(&args),
        "test" => suite::run(),
        "bench" => bench::run(&args),
        "faults" => faults::run(&args),
        "gen" => front_end::generate(),
        "fixtures" => fixtures::run(args).map_err(Into::into),
        "models" => ensure_models(args.first().map(String::as_str)),
        "browser" => browser::run(),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::FAILURE;
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn ensure_models(tier: Option<&str>) -> xtask::Result<()> {
    let tier = match tier.unwrap_or("core") {
        "core" => models::Tier::Core,
        "llm" => models::Tier::Llm,
        "llm-large" => models::Tier::LlmLarge,
        other => return Err(format!("there is no tier called {other}: core, llm or llm-large").into()),
    };
    models::ensure(tier, &place::models(), &mut |line| eprintln!("{line}"))?;
    Ok(())
}
