//! Exports as people keep them: unpacked by half, packed again, several in one folder.

use super::*;

#[test]
fn a_folder_that_is_unpacked_by_half_is_one_export_with_the_parts_beside() {
    let folder = TempDir::new().unwrap();
    let part = |file: &str| zip_of(&[(&format!("Takeout/Keep/{file}"), b"packed")]);
    for unpacked in ["Takeout", "takeout-20260310T081500Z-001/Takeout"] {
        let root = format!("half {}", unpacked.len());
        saved(&folder, &format!("{root}/{unpacked}/Keep/a.json"), b"unpacked");
        saved(&folder, &format!("{root}/takeout-20260310T081500Z-002.zip"), &part("b.json"));
        saved(&folder, &format!("{root}/takeout-20260310T081500Z-003.zip"), &part("c.json"));
        let sets = open(&[folder.path().join(&root)]).unwrap();
        assert_eq!(sets.len(), 1, "{unpacked}");
        assert_eq!(
            shown(&sets[0]),
            [
                "Keep/a.json = unpacked",
                "Keep/b.json = packed",
                "Keep/c.json = packed",
                "takeout-20260310T081500Z-002.zip = litter: it is a part of the export that was not unpacked, and is read as one",
                "takeout-20260310T081500Z-003.zip = litter: it is a part of the export that was not unpacked, and is read as one",
            ]
        );
        assert!(sets[0].findings.iter().all(|finding| finding.severity == Severity::Note), "the first part may be what was unpacked");
    }
}

#[test]
fn what_stands_before_a_zip_archive_is_passed_over() {
    let folder = TempDir::new().unwrap();
    let zip = zip_of(&[("Takeout/Keep/a.json", b"A"), ("Takeout/Keep/b.json", b"B")]);
    let expected = ["Keep/a.json = A", "Keep/b.json = B"];
    let stub = [b"MZ\x90\0 a program that unpacks itself ".as_slice(), &[7; 5_000]].concat();
    for name in ["export.zip", "export.exe"] {
        assert_eq!(shown(&opened(saved(&folder, name, &[stub.as_slice(), &zip].concat()))), expected, "{name}");
    }
    // A program's offsets may count from its own beginning.
    let mut writer = Cursor::new(stub.clone());
    writer.set_position(stub.len() as u64);
    let mut writer = ZipWriter::new(writer);
    writer.start_file("Takeout/Keep/a.json", SimpleFileOptions::default()).unwrap();
    writer.write_all(b"A").unwrap();
    let path = saved(&folder, "counted.zip", &writer.finish().unwrap().into_inner());
    assert_eq!(shown(&opened(path.clone())), expected[..1]);
    assert_eq!(reference::bytes_of_entry(&path, "Takeout/Keep/a.json", 10).unwrap(), b"A", "and its files are found again");
    let cut = [stub.as_slice(), &zip[..zip.len() - 30]].concat();
    assert_eq!(failed(saved(&folder, "cut.zip", &cut)).code, Code::BadArchive);
}

#[test]
fn a_folder_beside_the_parts_that_is_not_read_is_named() {
    let folder = TempDir::new().unwrap();
    saved(&folder, "takeout-20260310T081500Z-001.zip", &zip_of(&[("Takeout/Keep/a.json", b"A")]));
    saved(&folder, "part two/Takeout/Keep/b.json", b"B");
    saved(&folder, ".cache/x", b"");
    let sets = open(&[folder.path().to_path_buf()]).unwrap();
    assert_eq!(shown(&sets[0]), ["Keep/a.json = A"]);
    let told = sets[0].findings.iter().find(|finding| finding.code == FindingCode::IgnoredFile).unwrap();
    assert!((told.count, told.severity) == (1, Severity::Warning) && told.message.contains("not read: part two."), "{told:?}");
}

#[test]
fn two_exports_in_one_folder_are_two_in_whatever_form_they_come() {
    let folder = TempDir::new().unwrap();
    let files: [(&str, &[u8]); 1] = [("Takeout/Keep/a.json", b"A")];
    saved(&folder, "takeout-20250310T081500Z-001.zip", &zip_of(&files));
    saved(&folder, "takeout-20250310T081500Z-002.tgz", &tgz_of(&files));
    saved(&folder, "takeout-20260310T081500Z-001.tar", &tar_of(&files));
    saved(&folder, "holiday.zip", &zip_of(&files));
    let sets = open(&[folder.path().to_path_buf()]).unwrap();
    let labels: Vec<(&str, usize)> = sets.iter().map(|set| (set.label.as_str(), set.parts.len())).collect();
    assert_eq!(labels, [("takeout-20250310T081500Z-001.zip", 2), ("takeout-20260310T081500Z-001.tar", 1)]);
}

#[test]
fn two_exports_that_were_unpacked_in_one_folder_are_two() {
    let folder = TempDir::new().unwrap();
    for (part, file) in [("20250310T081500Z-001", "a.json"), ("20260310T081500Z-001", "a.json"), ("20260310T081500Z-002", "b.json")] {
        saved(&folder, &format!("all/takeout-{part}/Takeout/Keep/{file}"), part.as_bytes());
    }
    saved(&folder, "all/takeout-20240310T081500Z-001.zip", &zip_of(&[("Takeout/Keep/a.json", b"oldest")]));
    saved(&folder, "all/letters/to a friend.txt", b"Dear friend");
    let sets = open(&[folder.path().join("all")]).unwrap();
    assert_eq!(
        sets.iter().map(shown).collect::<Vec<_>>(),
        [
            vec!["Keep/a.json = oldest"],
            vec!["Keep/a.json = 20250310T081500Z-001"],
            vec!["Keep/a.json = 20260310T081500Z-001", "Keep/b.json = 20260310T081500Z-002"],
        ]
    );
    let told = sets[0].findings.iter().find(|finding| finding.code == FindingCode::IgnoredFile).unwrap();
    assert!(told.message.contains("not read: letters."), "{told:?}");
    let roots =
        ["takeout-20250310T081500Z-001/Takeout", "takeout-20260310T081500Z-001/Takeout"].map(|root| folder.path().join("all").join(root));
    assert_eq!(open(&roots).unwrap().len(), 2, "their names say it when the folders inside them were chosen");
}

#[test]
fn a_file_that_names_no_export_goes_with_the_only_one_and_by_itself_beside_several() {
    let folder = TempDir::new().unwrap();
    let keep = zip_of(&[("Takeout/Keep/a.json", b"A")]);
    let [newer, older] = ["takeout-20260310T081500Z-001.zip", "takeout-20250310T081500Z-001.zip"].map(|name| saved(&folder, name, &keep));
    let [phone, packed] = [saved(&folder, "Timeline.json", b"[]"), saved(&folder, "all.zip", &keep)];
    let labels = |paths: &[PathBuf]| open(paths).unwrap().into_iter().map(|set| set.label).collect::<Vec<_>>();
    assert_eq!(labels(&[phone.clone(), newer.clone()]), ["takeout-20260310T081500Z-001.zip, Timeline.json"]);
    assert_eq!(labels(&[phone.clone(), packed.clone()]), ["Timeline.json, all.zip"]);
    assert_eq!(
        labels(&[phone, newer, packed, older]),
        ["takeout-20250310T081500Z-001.zip", "takeout-20260310T081500Z-001.zip", "Timeline.json, all.zip"]
    );
}

#[test]
fn what_was_packed_again_shows_the_files_of_the_export() {
    let folder = TempDir::new().unwrap();
    // In a wrapping folder, decomposed, with a no-break space and what a Mac adds; and with names of old Windows.
    let mac = zip_of(&[
        ("My backup/Takeout/Google\u{a0}Fotos/Fotos von 2024/Ka\u{308}se.jpg", b"1"),
        ("My backup/Takeout/Aktivita\u{308}ten/x.json", b"2"),
        ("__MACOSX/My backup/Takeout/Google\u{a0}Fotos/Fotos von 2024/._Ka\u{308}se.jpg", b"3"),
        ("My backup/.DS_Store", b"4"),
    ]);
    assert_eq!(
        shown(&opened(saved(&folder, "mac.zip", &mac))),
        [
            "Aktivitäten/x.json = 2",
            "Google Fotos/Fotos von 2024/._Käse.jpg = litter: macOS wrote it beside the real file when the archive was repacked",
            "Google Fotos/Fotos von 2024/Käse.jpg = 1",
            "My backup/.DS_Store = litter: the system wrote it to remember how the folder looks",
        ]
    );
    let windows = patched(zip_of(&[("Takeout\\Kalender\\K_se.ics", b"1")]), b"K_se", b"K\x84se");
    assert_eq!(shown(&opened(saved(&folder, "windows.zip", &windows))), ["Kalender/Käse.ics = 1"]);
    let tar = tar_of(&[("./My backup/Takeout/Google\u{a0}Fotos/U\u{308}.jpg", b"1"), ("./My backup/Takeout/._x", b"2")]);
    assert_eq!(
        shown(&opened(saved(&folder, "mac.tar", &tar))),
        ["._x = litter: macOS wrote it beside the real file when the archive was repacked", "Google Fotos/Ü.jpg = 1"]
    );
}
