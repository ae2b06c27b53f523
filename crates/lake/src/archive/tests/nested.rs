//! Archives inside archives: those that are exports are read, the others stay files, and none of them does harm.

use vault::{CreateOptions, Kdf, Passphrase};

use super::*;

const NOTE: &[u8] = br#"{"title": "Bread", "textContent": "Feed the starter", "isTrashed": false, "isArchived": false, "isPinned": false, "color": "DEFAULT"}"#;

fn stored_zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// What a set shows once it was looked into.
fn seen(set: &ExportSet, vault: Option<&vault::Vault>) -> Vec<String> {
    set.look_inside(vault, &Cancel::default(), &mut |_| {}).unwrap();
    shown(set).into_iter().map(|line| line.replace(std::str::from_utf8(NOTE).unwrap(), "NOTE")).collect()
}

fn vault_in(folder: &TempDir) -> vault::Vault {
    let options = CreateOptions { kdf: Kdf::Floor };
    vault::Vault::create(&folder.path().join("vault"), &Passphrase::from("five words that say nothing"), &options).unwrap().0
}

/// What a program that unpacks itself begins with.
const STUB: &[u8] = b"MZ\x90\0 a program that unpacks itself, and more of it than a header has: \x07\x07\x07\x07\x07\x07\x07\x07";

const LITTER: &str = "litter: it is an archive that is an export itself, and is read as a part of this one";

#[test]
fn an_export_in_any_archive_in_any_archive_or_folder_is_read() {
    let folder = TempDir::new().unwrap();
    let files: [(&str, &[u8]); 2] = [("Takeout/Keep/a.json", NOTE), ("Takeout/x.txt", b"words")];
    for (inner_name, inner) in [("inner.zip", zip_of(&files)), ("inner.tgz", tgz_of(&files)), ("inner.tar", tar_of(&files))] {
        let expected = vec!["Keep/a.json = NOTE".to_owned(), format!("{inner_name} = {LITTER}"), "x.txt = words".to_owned()];
        for (outer_name, make) in [
            ("deflated.zip", zip_of as fn(&[(&str, &[u8])]) -> Vec<u8>),
            ("stored.zip", stored_zip),
            ("outer.tgz", tgz_of),
            ("outer.tar", tar_of),
        ] {
            let outer = make(&[(inner_name, &inner)]);
            let set = opened(saved(&folder, &format!("{inner_name}-{outer_name}"), &outer));
            assert_eq!(seen(&set, None), expected, "{inner_name} in {outer_name}");
        }
        let outer = saved(&folder, &format!("folder of {inner_name}/{inner_name}"), &inner);
        let set = opened(outer.parent().unwrap().to_owned());
        let shown: Vec<String> = seen(&set, None)
            .into_iter()
            .map(|line| line.rsplit_once("/inner").map_or(line.clone(), |(_, rest)| format!("inner{rest}")))
            .collect();
        assert_eq!(shown, expected, "{inner_name} in a folder");
    }
}

#[test]
fn what_stands_before_an_inner_zip_archive_is_passed_over() {
    let folder = TempDir::new().unwrap();
    let vault = vault_in(&folder);
    let inner = [STUB, &[7; 5_000], &zip_of(&[("Takeout/Keep/a.json", NOTE)])].concat();
    for name in ["inner.zip", "inner.exe"] {
        for (outer, make) in
            [("deflated.zip", zip_of as fn(&[(&str, &[u8])]) -> Vec<u8>), ("stored.zip", stored_zip), ("outer.tgz", tgz_of)]
        {
            let path = saved(&folder, &format!("{name}-{outer}"), &make(&[(name, &inner)]));
            let set = opened(path.clone());
            assert_eq!(seen(&set, None), ["Keep/a.json = NOTE".to_owned(), format!("{name} = {LITTER}")], "{name} in {outer}");
            let entries = Mutex::new(Vec::new());
            set.walk(1, &Cancel::default(), &Meter::default(), &|visit| {
                entries.lock().unwrap().push((visit.path.to_owned(), visit.entry.into_owned()));
                true
            });
            let entries = entries.into_inner().unwrap();
            let (_, entry) = entries.iter().find(|(path, _)| path == "Keep/a.json").unwrap();
            let digest = blake3::hash(NOTE).to_hex();
            assert_eq!(read_reference(&vault, &path.display().to_string(), entry, &digest, 1 << 20).unwrap(), NOTE, "{name} in {outer}");
        }
        let outer = saved(&folder, &format!("folder of {name}/{name}"), &inner);
        let shown = seen(&opened(outer.parent().unwrap().to_owned()), None);
        assert!(shown.iter().any(|line| line.ends_with("Keep/a.json = NOTE")), "{name} in a folder: {shown:?}");
    }
}

#[test]
fn the_parts_of_an_export_that_were_packed_once_more_are_its_parts_and_a_gap_is_told() {
    let folder = TempDir::new().unwrap();
    let part = |file: &str| zip_of(&[(file, NOTE)]);
    let (one, three) = (part("Takeout/Keep/a.json"), part("Takeout/Keep/c.json"));
    let outer = zip_of(&[("mine/takeout-20260310T081500Z-001.zip", &one), ("mine/takeout-20260310T081500Z-003.zip", &three)]);
    let set = opened(saved(&folder, "mine.zip", &outer));
    let disk = set.bytes();
    set.look_inside(None, &Cancel::default(), &mut |_| {}).unwrap();
    let names: Vec<&str> = set.all_parts().map(|part| part.name.as_str()).collect();
    assert_eq!(names, ["mine.zip", "mine.zip/mine/takeout-20260310T081500Z-001.zip", "mine.zip/mine/takeout-20260310T081500Z-003.zip"]);
    assert_eq!(export_of(names[1]).as_deref(), Some("20260310T081500Z"));
    let findings: Vec<&str> = set.all_findings().map(|finding| finding.message.as_str()).collect();
    assert!(findings.iter().any(|message| message.contains("but not number 2")), "{findings:?}");
    // What lies inside takes up nothing more on the disk.
    assert_eq!(
        (set.bytes(), set.listed().map(|(.., member)| member.path).collect::<Vec<_>>()),
        (disk, vec!["Keep/a.json".to_owned(), "Keep/c.json".to_owned()])
    );
}

#[test]
fn an_archive_that_is_no_export_stays_the_file_that_it_is() {
    let folder = TempDir::new().unwrap();
    let project = zip_of(&[("src/main.c", b"int main;"), ("tour.gpx", b"<gpx version=\"1.1\"></gpx>"), ("read me.txt", b"words")]);
    let cut = &project[..project.len() / 2];
    let program = [STUB, &project].concat();
    let files: [(&str, &[u8]); 4] =
        [("Takeout/Drive/p.zip", &project), ("Takeout/Drive/q.zip", cut), ("Takeout/Drive/r.exe", &program), ("Takeout/Drive/s.exe", STUB)];
    for outer in [zip_of(&files), tgz_of(&files)] {
        let set = opened(saved(&folder, "outer", &outer));
        set.look_inside(None, &Cancel::default(), &mut |_| {}).unwrap();
        let read = Mutex::new(Vec::new());
        set.walk(2, &Cancel::default(), &Meter::default(), &|visit| {
            if let Content::File(reader) = visit.content {
                let mut bytes = Vec::new();
                reader.read_to_end(&mut bytes).unwrap();
                read.lock().unwrap().push((visit.path.to_owned(), bytes));
            }
            true
        });
        let mut read = read.into_inner().unwrap();
        read.sort();
        let expected = files.map(|(path, bytes)| (path.trim_start_matches("Takeout/").to_owned(), bytes.to_vec()));
        assert_eq!(read, expected);
    }
}

#[test]
fn one_archive_in_another_is_as_deep_as_it_goes() {
    let folder = TempDir::new().unwrap();
    let export = zip_of(&[("Takeout/Keep/a.json", NOTE)]);
    let second = zip_of(&[("takeout-20260310T081500Z-001.zip", &export)]);
    for (name, outer) in [("deep.zip", zip_of(&[("second.zip", &second)])), ("deep.tgz", tgz_of(&[("second.zip", &second)]))] {
        let set = opened(saved(&folder, name, &outer));
        set.look_inside(None, &Cancel::default(), &mut |_| {}).unwrap();
        let said = set.walk(1, &Cancel::default(), &Meter::default(), &|visit| {
            assert_eq!((visit.path, matches!(visit.content, Content::File(_))), ("second.zip", true));
            true
        });
        let said: Vec<Finding> = said.into_iter().chain(set.all_findings().cloned()).collect();
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(
            said[0].message.starts_with("takeout-20260310T081500Z-001.zip is an archive in an archive in an archive"),
            "{}",
            said[0].message
        );
    }
}

#[test]
fn what_swells_over_both_archives_is_stopped() {
    let folder = TempDir::new().unwrap();
    // Thirty megabytes of nothing, packed twice: less than either archive is allowed alone, and too much together.
    let nothing = vec![b' '; 30 << 20];
    let once = zip_of(&[("Takeout/Keep/a.json", NOTE), ("Takeout/big.txt", &nothing)]);
    let twice = zip_of(&[("inner.zip", &once)]);
    assert!(nothing.len() / twice.len() > 1_500, "{}", twice.len());
    let lines = seen(&opened(saved(&folder, "bomb.zip", &twice)), None);
    let big = lines.iter().find(|line| line.starts_with("big.txt")).unwrap();
    assert_eq!(big, "big.txt = ! it swells to more than 1100 times its size in the archive, as files that are made to fill a disk do");
    assert!(lines.contains(&"Keep/a.json = NOTE".to_owned()), "{lines:?}");
}

#[test]
fn an_archive_too_large_for_memory_is_held_encrypted_in_the_vault() {
    let folder = TempDir::new().unwrap();
    let vault = vault_in(&folder);
    // Numbers that do not repeat, so that it stays large when it is packed.
    let noise: Vec<u8> = (0..200_000_u64).flat_map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(17).to_le_bytes()).collect();
    let inner = stored_zip(&[("Takeout/Keep/a.json", NOTE), ("Takeout/noise.bin", &noise)]);
    assert!(inner.len() > 1 << 20);
    let path = saved(&folder, "outer.zip", &zip_of(&[("inner.zip", &inner)]));
    let set = opened(path.clone());
    set.look_inside(Some(&vault), &Cancel::default(), &mut |_| {}).unwrap();
    let found = Mutex::new(Vec::new());
    set.walk(2, &Cancel::default(), &Meter::default(), &|visit| {
        if let Content::File(reader) = visit.content {
            let mut hasher = blake3::Hasher::new();
            hasher.update_reader(reader).unwrap();
            found.lock().unwrap().push((visit.archive.to_owned(), visit.entry.into_owned(), hasher.finalize()));
        }
        true
    });
    let mut found = found.into_inner().unwrap();
    found.sort_by(|a, b| a.1.cmp(&b.1));
    assert_eq!(found.iter().map(|(archive, ..)| archive.as_str()).collect::<Vec<_>>(), ["outer.zip/inner.zip"; 2]);
    assert_eq!(found[1].2, blake3::hash(&noise));
    // A medium in it is found again by its entry, long after.
    let (_, entry, digest) = &found[0];
    let read = read_reference(&vault, &path.display().to_string(), entry, &digest.to_hex(), 1 << 20).unwrap();
    assert_eq!(read, NOTE);
    assert_eq!(fs::read_dir(vault.dir().join("tmp")).unwrap().count(), 0);
    // Without a vault it is not looked into, and the reason is told.
    let set = opened(path);
    assert_eq!(seen(&set, None), ["inner.zip = Refused: it is an archive that is too large to be looked into without an open vault"]);
}

#[test]
fn a_part_that_was_cut_is_told_apart_from_a_file() {
    let folder = TempDir::new().unwrap();
    let mut part = zip_of(&[("Takeout/Keep/a.json", NOTE)]);
    part.truncate(part.len() - 30);
    let lines = seen(&opened(saved(&folder, "o.zip", &zip_of(&[("takeout-20260310T081500Z-001.zip", &part)]))), None);
    assert!(
        lines[0]
            .starts_with("takeout-20260310T081500Z-001.zip = Unreadable: o.zip/takeout-20260310T081500Z-001.zip begins as a zip archive"),
        "{lines:?}"
    );
}
