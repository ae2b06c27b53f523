//! Archives that are made to harm, each by one trick.

use super::*;

const LINK: &str = "Refused: it is a link or a device, and an export holds files alone";

#[test]
fn links_and_devices_are_refused_in_every_kind_of_archive() {
    let folder = TempDir::new().unwrap();
    let mut builder = tar::Builder::new(Vec::new());
    for (name, kind) in [
        ("Takeout/soft", tar::EntryType::Symlink),
        ("Takeout/hard", tar::EntryType::Link),
        ("Takeout/null", tar::EntryType::Char),
        ("Takeout/pipe", tar::EntryType::Fifo),
    ] {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        builder.append_link(&mut header, name, "/etc/passwd").unwrap();
    }
    let expected = ["hard", "null", "pipe", "soft"].map(|name| format!("{name} = {LINK}"));
    assert_eq!(shown(&opened(saved(&folder, "links.tar", &builder.into_inner().unwrap()))), expected);

    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_symlink("Takeout/link", "../../etc/passwd", SimpleFileOptions::default()).unwrap();
    writer.start_file("Takeout/ok.json", SimpleFileOptions::default()).unwrap();
    writer.write_all(b"1").unwrap();
    let lines = shown(&opened(saved(&folder, "link.zip", &writer.finish().unwrap().into_inner())));
    assert_eq!(lines, [format!("link = {LINK}"), "ok.json = 1".to_owned()]);
}

#[test]
fn a_hard_link_to_an_earlier_file_of_its_archive_is_that_file_once_more() {
    let folder = TempDir::new().unwrap();
    let mut builder = tar::Builder::new(Vec::new());
    let mut add = |name: &str, bytes: &[u8], target: Option<&str>| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        match target {
            Some(target) => {
                header.set_entry_type(tar::EntryType::Link);
                builder.append_link(&mut header, name, target).unwrap();
            }
            None => builder.append_data(&mut header, name, bytes).unwrap(),
        }
    };
    add("Takeout/before.json", b"", Some("Takeout/a.json"));
    add("Takeout/a.json", b"A", None);
    add("Takeout/b.json", b"B", None);
    for name in ["Takeout/one.json", "Takeout/two.json"] {
        add(name, b"", Some("Takeout/a.json"));
    }
    add("Takeout/of a link.json", b"", Some("Takeout/one.json"));
    add("Takeout/out.json", b"", Some("Takeout/../a.json"));
    let bytes = builder.into_inner().unwrap();
    let expected = [
        "a.json = A".to_owned(),
        "b.json = B".to_owned(),
        format!("before.json = {LINK}"),
        format!("of a link.json = {LINK}"),
        "one.json = A".to_owned(),
        format!("out.json = {LINK}"),
        "two.json = A".to_owned(),
    ];
    let path = saved(&folder, "linked.tar", &bytes);
    assert_eq!(shown(&opened(path.clone())), expected);
    let entries = Mutex::new(Vec::new());
    opened(path).walk(1, &Cancel::default(), &Meter::default(), &|visit| {
        entries.lock().unwrap().push((visit.path.to_owned(), visit.entry.into_owned()));
        true
    });
    let entries = entries.into_inner().unwrap();
    let one = entries.iter().find(|(path, _)| path == "one.json").unwrap();
    assert_eq!(one.1, "Takeout/a.json", "its bytes are found again where they stand");
}

#[test]
fn of_entries_that_overlap_only_the_one_that_lies_is_refused() {
    let folder = TempDir::new().unwrap();
    let whole = zip_of(&[("Takeout/a.json", b"1"), ("Takeout/b.json", b"2"), ("Takeout/c.json", b"3")]);
    let listed: Vec<usize> = memchr::memmem::find_iter(&whole, b"PK\x01\x02").collect();
    // The first says that it takes up more of the archive than it does, up to all of it.
    for packed in [40_u32, 100, 5_000, u32::MAX - 1] {
        let mut bytes = whole.clone();
        bytes[listed[0] + 20..listed[0] + 24].copy_from_slice(&packed.to_le_bytes());
        let lines = shown(&opened(saved(&folder, "long.zip", &bytes)));
        assert!(lines[0].starts_with("a.json = Refused: the size that the archive states for it reaches"), "{lines:?}");
        assert_eq!(lines[1..], ["b.json = 2", "c.json = 3"], "{packed}");
    }
    // Its sizes are those of another file.
    let mut bytes = whole;
    bytes[listed[1] + 20..listed[1] + 28].copy_from_slice(&[1, 0, 0, 0, 200, 0, 0, 0]);
    let lines = shown(&opened(saved(&folder, "short.zip", &bytes)));
    assert!(lines[1].starts_with("b.json = ! "), "{lines:?}");
    assert_eq!([&lines[0], &lines[2]], ["a.json = 1", "c.json = 3"]);
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_is_refused_and_not_waited_for() {
    let folder = TempDir::new().unwrap();
    let socket = folder.path().join("socket");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    for path in [socket, PathBuf::from("/dev/null")] {
        let failure = failed(path);
        assert_eq!(failure.code, Code::Unreadable);
        assert!(failure.message.contains("is neither a file nor a folder"), "{failure:?}");
    }
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_are_not_followed() {
    let folder = TempDir::new().unwrap();
    saved(&folder, "outside/secret.json", b"secret");
    saved(&folder, "x/Takeout/Keep/a.json", b"A");
    for (name, target) in [("file.json", "outside/secret.json"), ("folder", "outside"), ("round", "x")] {
        std::os::unix::fs::symlink(folder.path().join(target), folder.path().join("x/Takeout/Keep").join(name)).unwrap();
    }
    let expected =
        ["Keep/a.json = A".to_owned(), format!("Keep/file.json = {LINK}"), format!("Keep/folder = {LINK}"), format!("Keep/round = {LINK}")];
    assert_eq!(shown(&opened(folder.path().join("x"))), expected);
}

#[test]
fn names_that_climb_out_are_refused_in_tar_archives_too() {
    let folder = TempDir::new().unwrap();
    let tar = tar_of(&[("Takeout/AA/up.json", b"1"), ("XTakeout/abs.json", b"2"), ("Takeout/ok.json", b"3")]);
    // The header's own sum is made right again.
    let tar = with_sums(patched(patched(tar, b"Takeout/AA/up", b"Takeout/../up"), b"XTakeout/abs", b"/Takeout/abs"));
    assert_eq!(
        shown(&opened(saved(&folder, "bad.tar", &tar))),
        [
            "../up.json = Refused: its path climbs out of the archive with `..`",
            "abs.json = Refused: its path starts at the root of a disk, and paths in an export start at the export",
            "ok.json = 3",
        ]
    );
}

#[test]
fn entries_that_share_their_bytes_are_read_once() {
    let folder = TempDir::new().unwrap();
    let mut bytes =
        zip_of(&[("Takeout/a.json", b"the kernel that all entries point at"), ("Takeout/b.json", b"2"), ("Takeout/c.json", b"3")]);
    let entries: Vec<usize> = memchr::memmem::find_iter(&bytes, b"PK\x01\x02").collect();
    for entry in &entries[1..] {
        // All begin where the first one does.
        bytes[entry + 42..entry + 46].copy_from_slice(&0_u32.to_le_bytes());
    }
    let lines = shown(&opened(saved(&folder, "overlap.zip", &bytes)));
    assert_eq!(lines.iter().filter(|line| line.contains("its bytes overlap another file's")).count(), 2, "{lines:?}");
}

#[test]
fn a_directory_that_counts_more_entries_than_it_has_is_refused() {
    let folder = TempDir::new().unwrap();
    let mut bytes = zip_of(&[("Takeout/a.json", b"1")]);
    let end = memchr::memmem::rfind(&bytes, b"PK\x05\x06").unwrap();
    for at in [end + 8, end + 10] {
        bytes[at..at + 2].copy_from_slice(&0xfff0_u16.to_le_bytes());
    }
    assert_eq!(failed(saved(&folder, "count.zip", &bytes)).code, Code::BadArchive);
}

#[test]
fn archives_that_hold_nothing_but_archives_are_not_followed() {
    let folder = TempDir::new().unwrap();
    let mut bytes = zip_of(&[("Takeout/bomb.json", &vec![0; 1 << 20])]);
    for depth in 0..20 {
        bytes = zip_of(&[(&format!("Takeout/{depth}.zip"), &bytes)]);
    }
    let set = opened(saved(&folder, "nested.zip", &bytes));
    set.look_inside(None, &Cancel::default(), &mut |_| {}).unwrap();
    let paths: Vec<String> = set.listed().map(|(.., member)| member.path).collect();
    assert_eq!(paths, ["19.zip"]);
}

#[test]
fn more_files_than_an_import_takes_are_refused_before_they_are_listed() {
    let folder = TempDir::new().unwrap();
    let n_files = 1_000_001_u64;
    let listed = [b"PK\x01\x02".as_slice(), &[0; 42]].concat().repeat(n_files as usize);
    let mut bytes = [b"PK\x03\x04".as_slice(), &[0; 26]].concat();
    let listed_at = bytes.len() as u64;
    bytes.extend(&listed);
    // The end of a zip64 directory, its locator, and the old end that refers to them.
    bytes.extend(b"PK\x06\x06");
    bytes.extend(44_u64.to_le_bytes());
    bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    [n_files, n_files, listed.len() as u64, listed_at].iter().for_each(|number| bytes.extend(number.to_le_bytes()));
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend((listed_at + listed.len() as u64).to_le_bytes());
    bytes.extend([1, 0, 0, 0]);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([0xff; 12]);
    bytes.extend([0, 0]);
    let failure = open(&[saved(&folder, "many.zip", &bytes)]).err().unwrap();
    assert_eq!(failure.code, Code::BadArchive);
    assert!(failure.message.ends_with("many.zip lists 1000001 files; one import takes 1000000."), "{failure:?}");
}

#[test]
fn a_tar_archive_is_read_as_far_as_there_is_room_for_its_files() {
    let folder = TempDir::new().unwrap();
    let path = saved(&folder, "two.tar", &tar_of(&[("Takeout/a.json", b"1"), ("Takeout/b.json", b"2"), ("Takeout/c.json", b"3")]));
    let mut seen = Vec::new();
    let tar = tarred::Tar { gzipped: false, handle: Handle::new(fs::File::open(&path).unwrap()).unwrap() };
    let place = Place { part: 0, index: None, archive: "two.tar", disk: &path, within: "" };
    let (total, meter) = (AtomicU64::new(0), Meter::default());
    let findings = tarred::visit(&tar, place, Share::ALL, &Cancel::default(), &total, &meter, &mut 2, &mut |visit| {
        seen.push(visit.path.to_owned());
        true
    });
    assert_eq!(seen, ["a.json", "b.json"]);
    assert_eq!((findings[0].code, findings[0].at.as_str()), (FindingCode::CutShort, "after file 2"));
    assert!(findings[0].message.contains("one import takes 1000000 files"), "{findings:?}");
}

#[test]
fn a_tar_archive_without_its_end_or_with_another_checksum_is_told() {
    let folder = TempDir::new().unwrap();
    let files: [(&str, &[u8]); 2] = [("Takeout/a.json", b"1"), ("Takeout/b.json", b"2")];
    let (tar, tgz) = (tar_of(&files), tgz_of(&files));
    // The first file whole, and of the second nothing: its header begins at 1024.
    let cut = &tar[..1_024];
    let mut flipped = tgz.clone();
    let sum = flipped.len() - 8;
    flipped[sum] ^= 1;
    let mut padded = tgz.clone();
    padded.extend_from_slice(&[0; 64]);
    let said = |name: &str, bytes: &[u8]| {
        let set = opened(saved(&folder, name, bytes));
        let findings = set.walk(1, &Cancel::default(), &Meter::default(), &|_| true);
        findings.iter().map(|finding| (finding.code, finding.at.clone())).collect::<Vec<_>>()
    };
    assert_eq!(said("cut.tar", cut), [(FindingCode::CutShort, "after file 1".to_owned())]);
    assert_eq!(said("flipped.tgz", &flipped), [(FindingCode::CutShort, "after file 2".to_owned())]);
    assert_eq!((said("whole.tar", &tar), said("whole.tgz", &tgz), said("padded.tgz", &padded)), (vec![], vec![], vec![]));
}

#[test]
fn what_follows_the_end_of_a_tar_archive_is_read_or_told_of() {
    let folder = TempDir::new().unwrap();
    let first: [(&str, &[u8]); 1] = [("Takeout/a.json", b"1")];
    let second: [(&str, &[u8]); 1] = [("Takeout/b.json", b"2")];
    let (words, told) = (b"words".to_vec(), "WrongFormat ");
    for (name, bytes, expected) in [
        ("joined.tar", [tar_of(&first), tar_of(&second)].concat(), vec!["a.json = 1", "b.json = 2"]),
        ("joined.tgz", [tgz_of(&first), tgz_of(&second)].concat(), vec!["a.json = 1", "b.json = 2"]),
        ("words.tar", [tar_of(&first), words.clone()].concat(), vec!["a.json = 1", told]),
        ("words.tgz", [tgz_of(&first), words].concat(), vec!["a.json = 1", told]),
        ("between.tar", [tar_of(&first), vec![b'x'; 1_024], tar_of(&second)].concat(), vec!["a.json = 1", "b.json = 2", told]),
    ] {
        assert_eq!(shown(&opened(saved(&folder, name, &bytes))), expected, "{name}");
    }
}

#[test]
fn a_first_header_that_is_damaged_or_lies_is_told_and_costs_its_own_file_alone() {
    let folder = TempDir::new().unwrap();
    let files: [(&str, &[u8]); 2] = [("Takeout/a.json", b"1"), ("Takeout/b.json", b"2")];
    let gzipped = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let (mut both, mut one) = (tar_of(&files), tar_of(&files[..1]));
    both[0] ^= 1;
    one[0] ^= 1;
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Directory);
    header.set_path("Takeout/").unwrap();
    header.set_size(7_000_000);
    header.set_cksum();
    let under = [header.as_bytes().as_slice(), &tar_of(&files)].concat();
    for (bytes, expected) in [
        (both, vec!["b.json = 2", "Refused its first file's header"]),
        (one, vec!["CutShort after file 0", "Refused its first file's header"]),
        (under, vec!["a.json = 1", "b.json = 2", "Refused Takeout/"]),
    ] {
        assert_eq!(shown(&opened(saved(&folder, "first.tar", &bytes))), expected);
        assert_eq!(shown(&opened(saved(&folder, "first.tgz", &gzipped(&bytes)))), expected);
    }
}

#[test]
fn a_size_in_a_tar_archive_that_lies_costs_its_own_file_alone() {
    let folder = TempDir::new().unwrap();
    let long = [b'x'; 1_500];
    // Headers stand at 0, 1024, 3072 and 4096.
    let files: [(&str, &[u8]); 4] =
        [("Takeout/a.json", b"1"), ("Takeout/long.txt", &long), ("Takeout/b.json", b"2"), ("Takeout/c.json", b"3")];
    let whole = tar_of(&files);
    let stating = |at: usize, size: &str| {
        let mut bytes = whole.clone();
        bytes[at + 124..at + 136].copy_from_slice(format!("{size:0>11}\0").as_bytes());
        let mut header = tar::Header::new_old();
        header.as_mut_bytes().copy_from_slice(&bytes[at..at + 512]);
        header.set_cksum();
        bytes[at..at + 512].copy_from_slice(header.as_bytes());
        bytes
    };
    let gzipped = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let (a, b, c) = ("a.json = 1".to_owned(), "b.json = 2".to_owned(), "c.json = 3".to_owned());
    let long = format!("long.txt = {}", "x".repeat(1_500));
    let too_long = |name: &str| format!("{name} = ! the size that the archive states for it reaches into another file's bytes");
    let told = |name: &str| format!("Refused Takeout/{name}");
    let cases = [
        // More than there is: a part of the next file, all of it up to the header behind, and more than the archive has.
        (0, "2000", vec![too_long("a.json"), b.clone(), c.clone(), long.clone(), told("a.json")]),
        (3_072, "3000", vec![a.clone(), too_long("b.json"), c.clone(), long.clone(), told("b.json")]),
        (0, "77777777777", vec![too_long("a.json"), b.clone(), c.clone(), long.clone(), told("a.json")]),
        // Less, and no number at all.
        (
            1_024,
            "1000",
            vec![
                a.clone(),
                b.clone(),
                c.clone(),
                "long.txt = ! the size that the archive states for it ends before its bytes do".to_owned(),
                told("long.txt"),
            ],
        ),
        (
            1_024,
            "xxxx",
            vec![a, b, c, "long.txt = Refused: the size that the archive states for it is no number".to_owned(), told("long.txt")],
        ),
    ];
    for (at, size, expected) in cases {
        let bytes = stating(at, size);
        assert_eq!(shown(&opened(saved(&folder, "lies.tar", &bytes))), expected, "{size} at {at}");
        assert_eq!(shown(&opened(saved(&folder, "lies.tgz", &gzipped(&bytes)))), expected, "{size} at {at}, gzipped");
    }
    // What reaches over the end alone is cut.
    let lines = shown(&opened(saved(&folder, "end.tar", &stating(4_096, "77777"))));
    assert_eq!(lines[2], "c.json = ! it has fewer bytes than the archive states");
    assert!(lines[4].starts_with("CutShort after file 4"), "{lines:?}");
    // A header of which the bytes are spoilt costs its own file alone, too.
    let mut spoilt = whole.clone();
    spoilt[3_072] ^= 1;
    let lines = shown(&opened(saved(&folder, "spoilt.tar", &spoilt)));
    assert_eq!(lines, ["a.json = 1", "c.json = 3", &long, "Refused what stands behind Takeout/long.txt"]);
}

#[test]
fn one_encrypted_entry_costs_itself_alone() {
    let folder = TempDir::new().unwrap();
    let mut bytes = zip_of(&[("Takeout/a.json", b"1"), ("Takeout/b.json", b"2")]);
    let (local, listed) = (memchr::memmem::find(&bytes, b"PK\x03\x04").unwrap(), memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap());
    bytes[local + 6] |= 1;
    bytes[listed + 8] |= 1;
    let lines = shown(&opened(saved(&folder, "one.zip", &bytes)));
    assert_eq!(lines, ["a.json = Refused: it is encrypted, and Takeout delivers no encrypted files", "b.json = 2"]);
}

#[test]
fn an_archive_of_which_nothing_may_be_read_says_why() {
    let folder = TempDir::new().unwrap();
    let bytes = patched(zip_of(&[("Takeout/AA/up.json", b"1"), ("__MACOSX/._a", b"2")]), b"Takeout/AA/up", b"Takeout/../up");
    let set = opened(saved(&folder, "up.zip", &bytes));
    let failure = set.ensure_readable().unwrap_err();
    assert_eq!(
        (failure.code, failure.message.as_str()),
        (Code::BadArchive, "Nothing in up.zip may be read; of ../up.json: its path climbs out of the archive with `..`.")
    );
}
