//! Archives as people have them, and as nobody should: each is made here, byte by byte where a writer would refuse.

mod hostile;
mod nested;
mod repacked;

use std::io::{Cursor, Write};

use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

pub(crate) fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(crate) fn tgz_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&tar_of(files)).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

/// A tar archive of small files whose headers add up again.
fn with_sums(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut at = 0;
    while bytes[at] != 0 {
        let header = &mut bytes[at..at + 512];
        header[148..156].fill(b' ');
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        at += 1_024;
    }
    bytes
}

/// The same bytes with every `from` turned into `to`, which is as long.
fn patched(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(&bytes[at..], from) {
        bytes[at + found..at + found + to.len()].copy_from_slice(to);
        at += found + to.len();
    }
    bytes
}

fn saved(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path
}

/// One line an entry: its path, and its words or why it has none.
fn shown(set: &ExportSet) -> Vec<String> {
    let lines = Mutex::new(Vec::new());
    let findings = set.walk(2, &Cancel::default(), &Meter::default(), &|visit| {
        let words = match visit.content {
            Content::File(reader) => {
                let mut text = String::new();
                match reader.read_to_string(&mut text) {
                    Ok(_) => text,
                    Err(error) => format!("! {error}"),
                }
            }
            Content::Refused(code, why) => format!("{code:?}: {why}"),
            Content::Litter(why) => format!("litter: {why}"),
        };
        lines.lock().unwrap().push(format!("{} = {words}", visit.path));
        true
    });
    let mut lines = lines.into_inner().unwrap();
    lines.sort();
    lines.extend(findings.iter().map(|finding| format!("{:?} {}", finding.code, finding.at)));
    lines
}

fn opened(path: PathBuf) -> ExportSet {
    open(&[path]).unwrap().remove(0)
}

fn failed(path: PathBuf) -> Failure {
    open(&[path]).err().unwrap()
}

#[test]
fn zip_tgz_folder_and_product_folder_show_the_same_files() {
    let folder = TempDir::new().unwrap();
    let files: [(&str, &[u8]); 2] = [("Takeout/Keep/a.json", b"A"), ("Takeout/Keep/b.json", b"B")];
    let expected = ["Keep/a.json = A", "Keep/b.json = B"];
    assert_eq!(shown(&opened(saved(&folder, "one.zip", &zip_of(&files)))), expected);
    assert_eq!(shown(&opened(saved(&folder, "one.tgz", &tgz_of(&files)))), expected);
    for (name, bytes) in files {
        saved(&folder, &format!("x/{name}"), bytes);
        saved(&folder, &format!("y/{}", name.replace("Takeout", "Takeout 2")), bytes);
    }
    for chosen in ["x", "x/Takeout", "x/Takeout/Keep", "y", "y/Takeout 2"] {
        assert_eq!(shown(&opened(folder.path().join(chosen))), expected, "{chosen}");
    }
    assert_eq!(shown(&opened(folder.path().join("x/Takeout/Keep/a.json"))), ["Keep/a.json = A"]);
    // Each part unpacked to a folder of its own, and one product's folder taken out.
    assert_eq!(shown(&opened(saved(&folder, "one.tar", &tar_of(&files)))), expected);
    saved(&folder, "z/takeout-20260310T081500Z-001/Takeout/Keep/a.json", b"A");
    saved(&folder, "z/takeout-20260310T081500Z-002/Takeout/Keep/b.json", b"B");
    assert_eq!(shown(&opened(folder.path().join("z"))), expected);
    saved(&folder, "Google Notizen/a.json", b"A");
    assert_eq!(shown(&opened(folder.path().join("Google Notizen"))), ["Google Notizen/a.json = A"]);
}

#[test]
fn parts_are_grouped_by_their_stamp_in_any_order_and_a_gap_is_told() {
    let folder = TempDir::new().unwrap();
    let part = |name: &str, file: &str| saved(&folder, name, &zip_of(&[(&format!("Takeout/Keep/{file}"), b"x")]));
    let mut paths = vec![
        part("takeout-20260310T081500Z-003.zip", "c.json"),
        part("takeout-20250310T081500Z-001.zip", "old.json"),
        part("takeout-20260310T081500Z-001 (1).zip", "a.json"),
    ];
    for _ in 0..2 {
        let sets = open(&paths).unwrap();
        assert_eq!(sets.iter().map(|set| set.parts.len()).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(sets[1].label, "takeout-20260310T081500Z-001 (1).zip");
        assert_eq!(
            sets[1].findings[0].message,
            "The export of 20260310T081500Z has 2 of its parts here, but not number 2. Download what is missing from the Takeout page and import it as well: photos, notes and what describes them may stand in different ones."
        );
        assert!(sets[0].findings.iter().all(|finding| finding.severity == Severity::Note));
        paths.reverse();
    }
    assert_eq!(open(&[folder.path().to_path_buf()]).unwrap().len(), 2, "a folder of parts stands for them");
}

#[test]
fn hostile_entries_are_refused_one_by_one() {
    let folder = TempDir::new().unwrap();
    let mut bytes = zip_of(&[
        ("Takeout/AA/up.json", b"1"),
        ("XTakeout/abs.json", b"2"),
        ("Takeout/ok.json", b"3"),
        ("__MACOSX/._a", b"4"),
        ("Takeout/.DS_Store", b"5"),
    ]);
    bytes = patched(bytes, b"Takeout/AA/up.json", b"Takeout/../up.json");
    bytes = patched(bytes, b"XTakeout/abs.json", b"/Takeout/abs.json");
    let lines = shown(&opened(saved(&folder, "bad.zip", &bytes)));
    assert_eq!(
        lines,
        [
            "../up.json = Refused: its path climbs out of the archive with `..`",
            ".DS_Store = litter: the system wrote it to remember how the folder looks",
            "__MACOSX/._a = litter: macOS wrote it beside the real file when the archive was repacked",
            "abs.json = Refused: its path starts at the root of a disk, and paths in an export start at the export",
            "ok.json = 3",
        ]
    );

    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    builder.append_link(&mut header, "Takeout/link", "/etc/passwd").unwrap();
    let lines = shown(&opened(saved(&folder, "link.tar", &builder.into_inner().unwrap())));
    assert_eq!(lines, ["link = Refused: it is a link or a device, and an export holds files alone"]);
}

#[test]
fn two_entries_of_one_name_are_both_read() {
    let folder = TempDir::new().unwrap();
    let zip = zip_of(&[("Takeout/Keep/a.json", b"1"), ("Takeout/Keep/b.json", b"2"), ("Takeout/Keep/c.json", b"3")]);
    let lines = shown(&opened(saved(&folder, "twice.zip", &patched(zip, b"b.json", b"a.json"))));
    assert_eq!(lines, ["Keep/a.json = 1", "Keep/a.json = 2", "Keep/c.json = 3"]);
}

#[test]
fn a_bomb_is_stopped_long_before_it_is_all_out() {
    let folder = TempDir::new().unwrap();
    // An entry that says it takes 64 bytes of the archive and inflates to 8 MiB.
    let zeros = vec![0; 8 << 20];
    let mut bytes = zip_of(&[("Takeout/bomb.json", &zeros)]);
    let directory = memchr::memmem::rfind(&bytes, b"PK\x01\x02").unwrap();
    let packed = u32::from_le_bytes(bytes[directory + 20..directory + 24].try_into().unwrap());
    assert!(packed > 4_000);
    let lines = shown(&opened(saved(&folder, "ratio.zip", &bytes)));
    assert!(lines[0].starts_with("bomb.json = \0"), "an honest file of zeros is only a file");
    bytes[directory + 20..directory + 24].copy_from_slice(&64_u32.to_le_bytes());
    let lines = shown(&opened(saved(&folder, "lies.zip", &bytes)));
    assert!(lines[0].starts_with("bomb.json = ! "), "{}", &lines[0][..60]);
}

#[test]
fn names_of_other_systems_are_read() {
    let folder = TempDir::new().unwrap();
    let old = patched(zip_of(&[("Takeout/X.json", b"1")]), b"X.json", b"\x81.json");
    assert_eq!(shown(&opened(saved(&folder, "dos.zip", &old))), ["ü.json = 1"]);
    let windows = patched(zip_of(&[("Takeout/Keep/a.json", b"1")]), b"Takeout/Keep/a", b"Takeout\\Keep\\a");
    assert_eq!(shown(&opened(saved(&folder, "windows.zip", &windows))), ["Keep/a.json = 1"]);
    let mac = zip_of(&[("export/Takeout/Google\u{a0}Foto\u{73}/U\u{308}.jpg", b"1")]);
    assert_eq!(shown(&opened(saved(&folder, "mac.zip", &mac))), ["Google Fotos/\u{dc}.jpg = 1"]);
    let long = format!("./Takeout/{}/a.json", "long folder name ".repeat(12).trim());
    assert!(shown(&opened(saved(&folder, "long.tgz", &tgz_of(&[(&long, b"1")]))))[0].starts_with("long folder name long"));
}

#[test]
fn stored_entries_are_read_and_an_entry_that_cannot_be_costs_itself_alone() {
    let folder = TempDir::new().unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [("Takeout/a.json", b"one"), ("Takeout/b.json", b"two"), ("Takeout/c.json", b"3rd")] {
        writer.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    let mut bytes = writer.finish().unwrap().into_inner();
    let listed: Vec<usize> = memchr::memmem::find_iter(&bytes, b"PK\x01\x02").collect();
    // The second says that it is packed by a method of its own, the third that it begins a byte later.
    bytes[listed[1] + 10] = 93;
    bytes[listed[2] + 42] += 1;
    let lines = shown(&opened(saved(&folder, "odd.zip", &bytes)));
    assert_eq!(
        lines,
        [
            "a.json = one",
            "b.json = Unreadable: the archive's entry cannot be read: it is compressed in a way that Takeout does not use",
            "c.json = Unreadable: the archive's entry cannot be read: it does not begin where the archive's directory says",
        ]
    );
}

#[test]
fn broken_archives_fail_before_anything_is_read() {
    let folder = TempDir::new().unwrap();
    let whole = zip_of(&[("Takeout/a.json", b"some words that fill the file a little"), ("Takeout/b.json", b"more")]);

    let cut = failed(saved(&folder, "cut.zip", &whole[..whole.len() / 2]));
    assert_eq!(cut.code, Code::BadArchive);
    assert!(cut.message.contains("The download was probably cut."), "{cut}");

    let mut locked = whole.clone();
    for (magic, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at: Vec<usize> = memchr::memmem::find_iter(&whole, magic).collect();
        at.into_iter().for_each(|at| locked[at + flags] |= 1);
    }
    let locked = failed(saved(&folder, "locked.zip", &locked));
    assert_eq!(locked.code, Code::BadArchive);
    assert!(locked.message.contains("is encrypted: all of its 2 files"), "{locked}");

    let page = failed(saved(&folder, "takeout-20260310T081500Z-001.zip", b"<!DOCTYPE html><title>Sign in"));
    assert!(page.message.contains("but it begins with the text \"<!DOCTYPE ht\""), "{page}");
    let empty = failed(saved(&folder, "empty.tgz", b""));
    assert!(empty.message.contains("but it is empty"), "{empty}");

    let mut gzipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzipped.write_all(b"{\"locations\": []}").unwrap();
    let single = failed(saved(&folder, "Records.json.gz", &gzipped.finish().unwrap()));
    assert!(single.message.contains("is not a tar archive"), "{single}");

    assert_eq!(failed(folder.path().join("nothing.zip")).code, Code::Unreadable);
}

#[test]
fn a_cut_tgz_keeps_what_came_before() {
    let folder = TempDir::new().unwrap();
    let noise: Vec<u8> = (0..200_000_u32).flat_map(|n| blake3::hash(&n.to_le_bytes()).as_bytes()[..4].to_vec()).collect();
    let whole = tgz_of(&[("Takeout/a.json", b"1"), ("Takeout/b.bin", &noise), ("Takeout/c.json", b"3")]);
    let lines = shown(&opened(saved(&folder, "cut.tgz", &whole[..whole.len() / 2])));
    assert_eq!(lines[0], "a.json = 1");
    assert!(lines[1].starts_with("b.bin = ! "));
    assert!(lines[2].starts_with("CutShort after file 2"), "{lines:?}");
}

#[test]
fn an_archive_in_an_archive_is_a_file_and_twins_are_both_read() {
    let folder = TempDir::new().unwrap();
    let inner = zip_of(&[("Takeout/Keep/x.json", b"1")]);
    let outer = zip_of(&[("Takeout/Drive/Takeout/takeout-1.zip", &inner), ("Takeout/Keep/A.json", b"2"), ("Takeout/Keep/a.json", b"3")]);
    let set = opened(saved(&folder, "outer.zip", &outer));
    let paths: Vec<String> = set.listed().map(|(_, _, member)| member.path).collect();
    assert_eq!(paths, ["Drive/Takeout/takeout-1.zip", "Keep/A.json", "Keep/a.json"]);
    assert_eq!(shown(&set)[1..], ["Keep/A.json = 2", "Keep/a.json = 3"]);
    assert_eq!(set.digest(0, 1, &Cancel::default()), Some(blake3::hash(b"2")));
}
