//! Nothing of the owner's is on disk in clear: not in the vault, not in a temporary file, not beside the models; neither while
//! the vault is open nor after.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "what fails here fails the test, and what is measured is said")]

use std::fs;
use std::path::Path;

use journeys::{Home, Lang, Shape};
use serde_json::json;
use xtask::needles::Needles;
use xtask::place;

/// Looks through every file under a folder, names included; how many bytes there were.
fn look(folder: &Path, needles: &[Needles], when: &str) -> u64 {
    let mut n_bytes = 0;
    for path in xtask::folder::files(folder).unwrap() {
        // A file may go while it is looked for: a journal, a merged index.
        let Ok(bytes) = fs::read(&path) else { continue };
        n_bytes += bytes.len() as u64;
        for needle in needles {
            let name = path.to_string_lossy();
            assert_eq!(needle.within(&bytes).or_else(|| needle.within(name.as_bytes())), None, "{when}: the canary lies in {name}");
        }
    }
    n_bytes
}

#[test]
fn the_canary_is_in_no_file_while_the_vault_is_open_and_after() {
    let archive = Home::new();
    let made = archive.export("takeout", 1_000, Lang::En, Shape::Zip);
    let home = Home::new();
    // The models stand in a folder that can be looked through: what is written beside them lands in it.
    let models = home.path("models");
    fs::create_dir_all(&models).unwrap();
    for entry in fs::read_dir(place::models()).into_iter().flatten().flatten() {
        std::os::unix::fs::symlink(entry.path(), models.join(entry.file_name())).unwrap();
    }
    let datapunk = home.vault("vault").with_models(&models).with_home(&home.path("home"));
    fs::create_dir_all(home.path("home")).unwrap();
    let canary = &made.facts.canary;
    // Indexes hold words, not phrases, so each word of it is looked for as well.
    let needles: Vec<Needles> =
        canary.phrase.split(' ').chain([canary.phrase.as_str(), canary.file_name.as_str()]).map(Needles::of).collect();

    let mut server = datapunk.serve(true).unwrap();
    let paths: Vec<String> = made.inputs.iter().map(|path| path.display().to_string()).collect();
    server.call("import", &json!({ "paths": paths })).unwrap();
    for mode in ["words", "both"] {
        let found = server.call("search", &json!({ "filter": { "text": canary.phrase }, "mode": mode })).unwrap();
        assert!(found["hits"].as_array().unwrap().len() >= 3, "the canary is in the vault, and was not found: {found}");
    }
    let n_bytes = look(&home.path(""), &needles, "while it is open");
    assert!(n_bytes > 500_000, "only {n_bytes} bytes were looked through");
    server.stop().unwrap();
    look(&home.path(""), &needles, "after it was closed");
    undo_leaves_nothing(&datapunk, &home, &needles);
}

fn undo_leaves_nothing(datapunk: &journeys::Datapunk, home: &Home, needles: &[Needles]) {
    for import in journeys::imports(datapunk) {
        journeys::undo(datapunk, import["import"].as_i64().unwrap());
    }
    look(&home.path(""), needles, "after the undo");
}

/// How often the phrase lies in the memory of a process, as it stands; absent when this user may not look.
#[cfg(target_os = "linux")]
fn in_memory_of(process: u32, phrase: &str) -> Option<usize> {
    use std::os::unix::fs::FileExt;
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).ok()?;
    let memory = fs::File::open(format!("/proc/{process}/mem")).ok()?;
    let mut n_found = 0;
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (Some(range), Some(rights)) = (words.next(), words.next()) else { continue };
        let Some((from, to)) = range.split_once('-') else { continue };
        // What may be written is where data is; the program's own text holds no canary.
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap());
        let mut bytes = vec![0; (to - from) as usize];
        if memory.read_exact_at(&mut bytes, from).is_ok() {
            n_found += memchr::memmem::find_iter(&bytes, phrase.as_bytes()).count();
        }
    }
    Some(n_found)
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_that_locked_goes_on_with_nothing_of_the_vault_in_its_memory() {
    let home = Home::new();
    let made = home.export("takeout", 500, Lang::En, Shape::Zip);
    let datapunk = home.vault("vault");
    journeys::import(&datapunk, &made.inputs);
    let phrase = &made.facts.canary.phrase;
    let mut server = datapunk.serve(true).unwrap();
    server.call("search", &json!({ "filter": { "text": phrase } })).unwrap();
    // The answer itself lies in the memory of an open vault. A user who may not look at it cannot run this test.
    let Some(while_open) = in_memory_of(server.id(), phrase) else { return };
    assert!(while_open > 0, "a look through the memory of an open vault finds what it just answered");
    server.call("lock", &json!({})).unwrap();
    let begun = std::time::Instant::now();
    let remembers = |process| [phrase.as_str(), journeys::PASSPHRASE].iter().any(|text| in_memory_of(process, text) != Some(0));
    while server.call("status", &json!({})).map_or(true, |status| status["state"] != "locked" || remembers(server.id())) {
        assert!(begun.elapsed().as_secs() < 10, "the server does not answer, or remembers: {:?}", in_memory_of(server.id(), phrase));
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    // The call that meets the start anew is cut off, and made again.
    while server.call("unlock", &json!({ "passphrase": journeys::PASSPHRASE })).is_err() {
        assert!(begun.elapsed().as_secs() < 20, "the server that began anew unlocks nothing");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(server.call("stats", &json!({})).unwrap()["items"].as_u64().unwrap() > 100);
}

/// Digits that stand in no program, to be typed as a passphrase.
const TYPED: &str = "739104 220816 551397 806142";

#[cfg(target_os = "linux")]
#[test]
fn a_passphrase_that_did_not_fit_is_not_remembered() {
    let home = Home::new();
    let datapunk = home.vault("vault");
    let mut server = datapunk.serve(false).unwrap();
    server.call("status", &json!({})).unwrap();
    if in_memory_of(server.id(), TYPED).is_none() {
        return;
    }
    assert!(server.call("unlock", &json!({ "passphrase": TYPED })).is_err());
    let begun = std::time::Instant::now();
    while in_memory_of(server.id(), TYPED) != Some(0) {
        assert!(begun.elapsed().as_secs() < 10, "it is remembered {:?} times", in_memory_of(server.id(), TYPED));
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    server.call("unlock", &json!({ "passphrase": journeys::PASSPHRASE })).unwrap();
}

#[test]
fn the_engine_of_the_window_ends_when_it_locks() {
    use std::io::{BufRead, BufReader, Write};
    let home = Home::new();
    let datapunk = home.vault("vault");
    let mut engine = datapunk.command(["engine"]).stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut input = engine.stdin.take().unwrap();
    let mut frames = BufReader::new(engine.stdout.take().unwrap()).lines().map(|line| line.unwrap());
    let mut ask = |id: u64, op: &str, body: serde_json::Value| {
        writeln!(input, "{}", json!({ "id": id, "op": op, "body": body })).unwrap();
        frames.find(|frame| frame.contains(&format!("\"id\":{id},"))).unwrap()
    };
    assert!(ask(1, "unlock", json!({ "passphrase": journeys::PASSPHRASE })).contains("\"unlocked\""));
    assert!(ask(2, "lock", json!({})).contains("\"locked\""));
    let begun = std::time::Instant::now();
    let ended = loop {
        if let Some(status) = engine.try_wait().unwrap() {
            break status;
        }
        assert!(begun.elapsed().as_secs() < 10, "the engine goes on after it was locked");
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    assert!(ended.success());
}
