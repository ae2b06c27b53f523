//! Nothing of the owner's is on disk in clear: not in the vault, not in a temporary file, not beside the models; neither while
//! the vault is open nor after.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "what fails here fails the test, and what is measured is said")]

use std::fs;
use std::path::{Path, PathBuf};

use journeys::{Home, Lang, Shape};
use serde_json::json;
use xtask::place;

/// A phrase in every coat that it could lie about in.
struct Needles(Vec<(&'static str, Vec<u8>)>);

impl Needles {
    fn of(phrase: &str) -> Self {
        let wide = |little: bool| {
            phrase.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect::<Vec<u8>>()
        };
        let mut needles = vec![
            ("UTF-16", wide(true)),
            ("UTF-16, big end first", wide(false)),
            ("hexadecimal", hex(phrase)),
            ("letters", phrase.as_bytes().to_vec()),
        ];
        // What base64 makes of bytes depends on how many stand before them; the ends depend on the neighbours.
        for shift in 0..3 {
            let text = base64(&[&vec![0; shift], phrase.as_bytes()].concat());
            needles.push(("base64", text.as_bytes()[4..text.len() - 4].to_vec()));
        }
        Self(needles.into_iter().map(|(name, bytes)| (name, bytes.to_ascii_lowercase())).collect())
    }

    /// In which coat the phrase lies in these bytes. Capitals do not matter.
    fn within(&self, bytes: &[u8]) -> Option<&'static str> {
        let bytes = bytes.to_ascii_lowercase();
        self.0.iter().find(|(_, needle)| contains(&bytes, needle)).map(|(name, _)| *name)
    }
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    let Some(first) = needle.first() else { return false };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        if rest[at..].starts_with(needle) {
            return true;
        }
        rest = &rest[at + 1..];
    }
    false
}

fn hex(text: &str) -> Vec<u8> {
    text.bytes().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sign = |group: u32, shift: u32| SIGNS[(group >> shift & 63) as usize] as char;
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let group = chunk.iter().fold(0, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
            [sign(group, 18), sign(group, 12), sign(group, 6), sign(group, 0)]
        })
        .collect()
}

/// Every file under a folder, links not followed.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                open.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found
}

/// Looks through every file under a folder, names included; how many bytes there were.
fn look(folder: &Path, needles: &[Needles], when: &str) -> u64 {
    let mut n_bytes = 0;
    for path in files(folder) {
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
    server.call("unlock", &json!({ "passphrase": journeys::PASSPHRASE })).unwrap();
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

#[test]
fn the_search_for_the_canary_finds_it_in_every_coat() {
    let phrase = "zirkonvogel amselharz";
    let needles = Needles::of(phrase);
    let wide: Vec<u8> = phrase.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let coats = [
        phrase.as_bytes().to_vec(),
        phrase.to_uppercase().into_bytes(),
        wide,
        hex(phrase),
        base64(format!("It is {phrase}.").as_bytes()).into_bytes(),
        base64(format!("It was {phrase}.").as_bytes()).into_bytes(),
        base64(format!("It is a {phrase}").as_bytes()).into_bytes(),
    ];
    for coat in coats {
        assert!(needles.within(&[b"zzz", coat.as_slice(), b"zz"].concat()).is_some(), "{}", String::from_utf8_lossy(&coat));
    }
    assert_eq!(needles.within(b"zirkonvogel, amselharz"), None);
}
