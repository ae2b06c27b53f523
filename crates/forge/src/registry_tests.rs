use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;

use super::*;

const CONTENT: &[u8] = b"the weights of a very small model";

/// A store whose only model has one file, of which the hub's digest is pinned or not.
fn store(dir: &Path, pinned: bool) -> Registry {
    let digest = sha256(CONTENT);
    let pin = if pinned { format!("sha256 = \"{digest}\"\nbytes = {}", CONTENT.len()) } else { String::new() };
    let text = format!(
        "format = 1\n[[model]]\nid = \"tiny\"\nrole = \"generator\"\nlabel = \"Tiny\"\nlicence = \"MIT\"\nlanguages = [\"en\"]\n\
         [[model.file]]\nname = \"model.bin\"\nhub = {{ repo = \"owner/tiny\", revision = \"abc\", file = \"m.bin\" }}\n{pin}\n"
    );
    Registry::with(dir.to_owned(), Manifest::parse(&text).unwrap())
}

fn sha256(bytes: &[u8]) -> String {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    hash_file(file.path(), &Cancel::default(), &mut |_| ()).unwrap()
}

fn given(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.bin");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn install(registry: &Registry, bytes: &[u8]) -> Result<ModelReport> {
    let (_folder, path) = given(bytes);
    registry.install_file("tiny", &path, &mut |_| (), &Cancel::default())
}

#[test]
fn a_model_that_is_not_there_is_missing_and_the_hint_says_how_to_get_it() {
    let dir = tempfile::tempdir().unwrap();
    let registry = store(dir.path(), true);
    assert_eq!(registry.state("tiny").unwrap().state, ModelState::Missing);
    let failure = registry.ready("tiny").unwrap_err();
    assert_eq!(failure.code, Code::ModelMissing);
    assert!(failure.hint.contains("datapunk models pull tiny"));
    assert_eq!(registry.ready("other").unwrap_err().code, Code::NotFound);
}

#[test]
fn a_given_file_is_installed_when_its_digest_is_listed() {
    let dir = tempfile::tempdir().unwrap();
    let registry = store(dir.path(), true);
    let report = install(&registry, CONTENT).unwrap();
    assert_eq!((report.state, report.files[0].vouched), (ModelState::Installed, true));
    assert!(registry.ready("tiny").is_ok());

    let failure = install(&registry, b"something else").unwrap_err();
    assert_eq!(failure.code, Code::ModelAltered);
    assert!(failure.message.contains("m.bin") && !failure.hint.contains("Remove"), "the person's own file is not to be removed: {failure}");
    assert!(registry.ready("tiny").is_ok(), "what was installed before stays");
}

#[test]
fn without_a_listed_digest_the_first_install_is_what_later_content_is_held_to() {
    let dir = tempfile::tempdir().unwrap();
    let registry = store(dir.path(), false);
    let report = install(&registry, CONTENT).unwrap();
    assert_eq!((report.state, report.files[0].vouched), (ModelState::Installed, false));
    fs::write(dir.path().join("tiny/model.bin"), b"tampered").unwrap();
    assert_eq!(registry.ready("tiny").unwrap_err().code, Code::ModelAltered);
}

#[test]
fn an_altered_file_is_told_and_a_touched_one_is_only_hashed_again() {
    let dir = tempfile::tempdir().unwrap();
    let registry = store(dir.path(), true);
    install(&registry, CONTENT).unwrap();
    let path = dir.path().join("tiny/model.bin");

    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    fs::File::options().write(true).open(&path).unwrap().set_modified(later).unwrap();
    assert_eq!(registry.state("tiny").unwrap().state, ModelState::Altered, "by its time alone");
    assert!(registry.ready("tiny").is_ok(), "but its content is right");
    assert_eq!(registry.state("tiny").unwrap().state, ModelState::Installed);

    // The same size, and the time that was recorded: only reading it can tell.
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    let mut other = CONTENT.to_vec();
    other[0] = b'T';
    fs::write(&path, other).unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    let report = registry.verify("tiny", &mut |_| (), &Cancel::default()).unwrap();
    assert_eq!(report.state, ModelState::Altered);
    let failure = registry.ready("tiny").unwrap_err();
    assert_eq!(failure.code, Code::ModelAltered);
    assert!(failure.message.contains(&sha256(CONTENT)), "it says what was expected");
}

/// A hub on this machine that serves one file: answers about paths, heads, and ranges.
fn hub(content: &'static [u8]) -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, asked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut request, mut block) = (Vec::new(), [0; 4096]);
            while !request.windows(4).any(|four| four == b"\r\n\r\n") {
                let n = stream.read(&mut block).unwrap();
                request.extend_from_slice(&block[..n]);
            }
            let request = String::from_utf8_lossy(&request).to_lowercase();
            let from = request.split("range: bytes=").nth(1).and_then(|rest| rest.split('-').next()?.parse::<usize>().ok());
            let (status, kind, body) = if request.starts_with("post") {
                let paths = format!("[{{\"type\":\"file\",\"oid\":\"0\",\"size\":{},\"path\":\"m.bin\"}}]", content.len());
                ("200 OK", "application/json", paths.into_bytes())
            } else {
                let status = if from.is_some() { "206 Partial Content" } else { "200 OK" };
                (status, "application/octet-stream", content[from.unwrap_or(0)..].to_vec())
            };
            let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).unwrap();
            if !request.starts_with("head") {
                stream.write_all(&body).unwrap();
            }
            assert!(!request.contains("authorization"));
            sender.send(request.lines().next().unwrap_or_default().to_owned() + &from.map_or(String::new(), |n| format!(" from {n}"))).ok();
        }
    });
    (format!("http://{address}"), asked)
}

fn fetched(endpoint: &str, part: &Path) -> Result<u64> {
    let file = crate::manifest::HubFile { repo: "owner/tiny".into(), revision: "abc".into(), file: "m.bin".into() };
    let mut heard = 0;
    pull::fetch_from(endpoint, &file, part, &Cancel::default(), &mut |n| heard += n).map(|()| heard)
}

#[test]
fn a_download_that_was_cut_short_is_continued() {
    let dir = tempfile::tempdir().unwrap();
    let part = dir.path().join("model.bin.part");
    fs::write(&part, &CONTENT[..12]).unwrap();
    let (endpoint, asked) = hub(CONTENT);
    assert_eq!(fetched(&endpoint, &part).unwrap(), CONTENT.len() as u64);
    assert_eq!(fs::read(&part).unwrap(), CONTENT);
    assert!(asked.try_iter().any(|line| line.starts_with("get /owner/tiny/resolve/abc/m.bin") && line.ends_with("from 12")));

    fs::write(&part, [b'x'; 500]).unwrap();
    fetched(&endpoint, &part).unwrap();
    assert_eq!(fs::read(&part).unwrap(), CONTENT, "too much of something else starts over");
}

#[test]
fn a_hub_that_is_not_there_is_unreachable() {
    let dir = tempfile::tempdir().unwrap();
    let failure = fetched("http://127.0.0.1:9", &dir.path().join("p")).unwrap_err();
    assert_eq!(failure.code, Code::Unreachable);
    assert!(failure.hint.contains("by path"));
}
