use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::super::tests::{imported, vault_in};
use super::*;
use crate::archive::tests::zip_of;

const STAMP: &str = "takeout-20260310T081500Z";

fn sidecar(title: &str) -> String {
    format!(
        r#"{{"title": "{title}", "description": "By the lake", "photoTakenTime": {{"timestamp": "1714558830"}}, "geoData": {{"latitude": 47.12, "longitude": 8.54}}, "url": "https://photos.google.com/photo/{title}", "people": [{{"name": "Ann Example"}}]}}"#
    )
}

/// Three parts in which no half stands beside its other half.
fn parts(folder: &TempDir) -> Vec<PathBuf> {
    let (a, b) = (sidecar("a.jpg"), sidecar("b.jpg"));
    let album = r#"{"title": "Trip to the lake", "access": "protected", "date": {"timestamp": "1714500000"}}"#;
    let note = |title: &str, more: &str| {
        format!(
            r#"{{"title": "{title}", "textContent": "rope", "isTrashed": false, "isPinned": false, "userEditedTimestampUsec": 1700000000000000{more}}}"#
        )
    };
    let attached =
        note("Picture", r#", "createdTimestampUsec": 1690000000000000, "attachments": [{"filePath": "x.jpeg", "mimetype": "image/jpeg"}]"#);
    let twin = note("Twin", r#", "createdTimestampUsec": 1690000000000001"#);
    let page = "<html><title>Twin</title><body><div class=\"title\">Twin</div><div class=\"content\">rope</div></body></html>";
    let (facts, lists, talk) = (
        r#"{"modifiedTime": "2024-05-01T10:20:30Z", "starred": true}"#,
        "Playlist ID,Add new videos to top,Playlist title (original),Playlist title (original) language,Playlist create timestamp,Playlist update timestamp,Playlist video order,Playlist visibility\nPLabc,False,What's up: knots?,,2021-02-03T04:05:06+00:00,2022-02-03T04:05:06+00:00,Manual,Private\n",
        r#"{"messages": [{"creator": {"name": "Ann", "email": "ann@example.org"}, "created_date": "Monday, April 7, 2025 at 6:05:09 PM UTC", "text": "look", "message_id": "AAAA/T1/T1",
            "attached_files": [{"original_name": "rope.jpg", "export_name": "File-rope.jpg"}]}, {"creator": {"name": "Bo", "email": "bo@example.org"}, "created_date": "Monday, April 7, 2025 at 6:06:09 PM UTC", "text": "well tied", "message_id": "AAAA/T1/T2"}]}"#,
    );
    let group = r#"{"name": "Crew", "members": [{"name": "Ann", "email": "ann@example.org", "user_type": "Human"}, {"name": "Bo", "email": "bo@example.org", "user_type": "Human"}]}"#;
    let call = r#"<div class="hChatLog hfeed"><div class="message"><abbr class="dt" title="2020-02-03T12:37:45.512-05:00">x</abbr>: <cite class="sender vcard"><a class="tel" href="tel:+14155550100"><span class="fn">Ann</span></a></cite>: <q>see</q><div><img src="Ann - Text - 2020-02-03T17_37_45Z-1-1" alt="Image"/></div></div></div>"#;
    let (daily, quarters) = (
        "Date,Move Minutes count,Distance (m),Average heart rate (bpm),Max heart rate (bpm),Min heart rate (bpm),Step count\n2023-05-01,62,6100.4,72.25,131,48,8412\n",
        "Start time,End time,Calories (kcal),Step count,Average heart rate (bpm)\n08:00:00.000+02:00,08:15:00.000+02:00,20.5,900,80\n",
    );
    let (ride, track) = (
        r#"{"fitnessActivity": "biking", "startTime": "2023-05-01T10:00:00.250Z", "endTime": "2023-05-01T10:10:00.500Z", "duration": "600.25s", "segment": []}"#,
        r#"<TrainingCenterDatabase><Activities><Activity Sport="Biking"><Id>2023-05-01T10:00:00.250Z</Id><Lap StartTime="2023-05-01T10:00:00.250Z"><DistanceMeters>1400</DistanceMeters>
          <Track><Trackpoint><Time>2023-05-01T10:00:01Z</Time><Position><LatitudeDegrees>47.12</LatitudeDegrees><LongitudeDegrees>8.54</LongitudeDegrees></Position></Trackpoint></Track></Lap></Activity></Activities></TrainingCenterDatabase>"#,
    );
    let (steps, table) = (
        r#"[{"dateTime": "05/03/26 07:41:00", "value": "27"}]"#,
        "timestamp,steps,data source\n2026-05-03T21:41:07.120000Z,40,Watch\n2026-05-04T21:42:07Z,60,Phone\n",
    );
    let (orders, purchases) = (
        r#"[{"orderHistory":{"orderId":"GPA.1","creationTime":"2024-03-01T10:00:00.123456Z","totalPrice":"CHF 5.00","lineItem":[{"doc":{"documentType":"Android Apps","title":"Metronome"},"quantity":1}]}}]"#,
        r#"[{"purchaseHistory":{"doc":{"documentType":"Android Apps","title":"Metronome"},"invoicePrice":"CHF 5.00","paymentMethodTitle":"Visa","userCountry":"CH","purchaseTime":"2024-03-01T10:00:04Z"}}]"#,
    );
    let parts: [&[(&str, &str)]; 3] = [
        &[
            ("Google Photos/Photos from 2024/a.jpg", "\u{ff}a picture"),
            ("Google Photos/Photos from 2024/b.jpg.json", &b),
            ("Keep/Picture.json", &attached),
            ("Keep/Twin.html", page),
            ("Keep/Plain.json", &note("Plain", "")),
            ("Google Chat/Groups/Space AAAA/messages.json", talk),
            ("Voice/Calls/Ann - Text - 2020-02-03T17_37_45Z.html", call),
            ("YouTube and YouTube Music/playlists/playlists.csv", lists),
            ("Drive/Study/Thesis.md", "# On knots"),
            ("Fit/Daily activity metrics/Daily activity metrics.csv", daily),
            ("Fit/All Sessions/2023-05-01T12_00_00.25+02_00_BIKING.json", ride),
            ("Fitbit/Global Export Data/steps-2026-05-03.json", steps),
            ("Google Play Store/Order History.json", orders),
        ],
        &[
            ("Google Photos/Photos from 2024/a.jpg.supplemental-metadata.json", &a),
            ("Google Photos/Trip/a.jpg", "\u{ff}a picture"),
            ("Google Photos/Trip/a(1).jpg", "a picture of something else"),
            ("Keep/x.jpg", "\u{ff}a drawing"),
            ("Keep/Twin.json", &twin),
            ("Google Chat/Groups/Space AAAA/File-rope.jpg", "\u{ff}a rope"),
            ("Voice/Calls/Ann - Text - 2020-02-03T17_37_45Z-1-1.jpg", "\u{ff}a knot"),
            (
                "YouTube and YouTube Music/playlists/What_s up knots-videos.csv",
                "Video ID,Playlist video creation timestamp\nAAAAAAAAAAA,2021-02-03T04:05:07+00:00\n",
            ),
            ("Drive/Study/Thesis-info.json", facts),
            ("Fit/Daily activity metrics/2023-05-01.csv", quarters),
            ("Fit/Activities/2023-05-01T12_00_00.250+02_00_PT10M_Biking.tcx", track),
            ("Google Health/Physical Activity_GoogleData/Steps/steps_2026-05-01.csv", table),
            ("Google Play Store/Purchase History.json", purchases),
        ],
        &[
            ("Google Photos/Trip/metadata.json", album),
            ("Google Chat/Groups/Space AAAA/group_info.json", group),
            ("Google Photos/Photos from 2024/b.jpg", "\u{ff}another picture"),
            ("Google Photos/Photos from 2024/a-edited.jpg", "a brighter picture"),
            ("Google Photos/Trip/b.jpg.json", &b),
        ],
    ];
    let save = |(n, files): (usize, &[(&str, &str)])| {
        let files: Vec<(String, &str)> = files.iter().map(|(path, text)| (format!("Takeout/{path}"), *text)).collect();
        let path = folder.path().join(format!("{STAMP}-00{}.zip", n + 1));
        let entries: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())).collect();
        fs::write(&path, zip_of(&entries)).unwrap();
        path
    };
    parts.into_iter().enumerate().map(save).collect()
}

/// The hash of a vault into which some of the parts were imported at once.
struct Oracle {
    vault: Vault,
    parts: Vec<PathBuf>,
    known: BTreeMap<Vec<usize>, String>,
}

impl Oracle {
    fn hash(&mut self, some: &[usize]) -> String {
        let mut some = some.to_vec();
        some.sort_unstable();
        if some.is_empty() {
            return self.vault.logical_hash().unwrap();
        }
        let Self { vault, parts, known } = self;
        known
            .entry(some)
            .or_insert_with_key(|some| {
                let paths: Vec<PathBuf> = some.iter().map(|n| parts[*n].clone()).collect();
                let import = imported(vault, &paths).import;
                let hash = vault.logical_hash().unwrap();
                undo(vault, import, &Cancel::default(), &mut |_| {}).unwrap();
                hash
            })
            .clone()
    }
}

fn vaults(folder: &TempDir) -> (Vault, Oracle) {
    let parts = parts(folder);
    for name in ["one", "other"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    (vault_in(&folder.path().join("one")), Oracle { vault: vault_in(&folder.path().join("other")), parts, known: BTreeMap::new() })
}

const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

#[test]
fn parts_imported_one_after_another_and_undone_in_any_order_are_as_if_imported_at_once() {
    let folder = TempDir::new().unwrap();
    let (vault, mut oracle) = vaults(&folder);
    for (n, order) in ORDERS.iter().enumerate() {
        let mut standing: Vec<(usize, ImportId)> = Vec::new();
        for part in order {
            let report = imported(&vault, &[oracle.parts[*part].clone()]);
            assert!(report.totals.balanced);
            standing.push((*part, report.import));
            let so_far: Vec<usize> = standing.iter().map(|(part, _)| *part).collect();
            assert_eq!(vault.logical_hash().unwrap(), oracle.hash(&so_far), "parts {so_far:?}");
        }
        for _ in 0..3 {
            let (_, gone) = standing.remove((n + standing.len()) % standing.len());
            undo(&vault, gone, &Cancel::default(), &mut |_| {}).unwrap();
            let left: Vec<usize> = standing.iter().map(|(part, _)| *part).collect();
            assert_eq!(vault.logical_hash().unwrap(), oracle.hash(&left), "left of {order:?}: {left:?}");
        }
    }
    assert_eq!(vault.verify(&Cancel::default(), &mut |_| {}).unwrap(), []);
}

#[test]
fn a_pair_that_came_in_two_imports_is_one_item_with_what_both_say() {
    let folder = TempDir::new().unwrap();
    let (vault, oracle) = vaults(&folder);
    for part in &oracle.parts {
        imported(&vault, std::slice::from_ref(part));
    }
    let all = domain::Filter { hidden: true, ..domain::Filter::default() };
    let rows = vault.list(&all, vault::Order::default(), None, 100).unwrap().rows;
    let mut titles: Vec<&str> = rows.iter().map(|row| row.title.as_str()).collect();
    titles.sort_unstable();
    assert_eq!(
        titles,
        [
            "40 steps",
            "60 steps",
            "8,412 steps, 6.1 km, heart rate 72 (48 to 131)",
            "Crew",
            "Cycling, 1.4 km",
            "Metronome",
            "Picture",
            "Plain",
            "Thesis.md",
            "Trip to the lake",
            "Twin",
            "What's up: knots?",
            "YouTube video AAAAAAAAAAA",
            "a(1).jpg",
            "a-edited.jpg",
            "a.jpg",
            "b.jpg",
            "look",
            "see",
            "well tied",
        ]
    );
    let item = |title: &str| vault.item(rows.iter().find(|row| row.title == title).unwrap().uid).unwrap().unwrap();
    let photo = item("a.jpg");
    assert_eq!((photo.text.as_str(), photo.blobs.len()), ("By the lake", 1));
    assert!(photo.place.is_some() && photo.links.iter().any(|link| link.name == "Trip to the lake"), "{photo:?}");
    for carrying in ["Picture", "look", "see"] {
        assert_eq!(item(carrying).blobs.len(), 1, "{carrying}");
    }
    assert!(item("look").links.iter().any(|link| link.address == "mailto:bo@example.org"), "who else is in the group");
    assert_eq!(item("Thesis.md").data["starred"], true);
    assert_eq!(item("YouTube video AAAAAAAAAAA").data["playlist"], "What's up: knots?");
}

#[test]
fn a_part_that_was_imported_alone_and_again_with_the_others_can_be_undone_either_way() {
    let folder = TempDir::new().unwrap();
    let (vault, mut oracle) = vaults(&folder);
    for first_goes in [true, false] {
        let alone = imported(&vault, &oracle.parts[..1]).import;
        let all = imported(&vault, &oracle.parts).import;
        assert_eq!(vault.logical_hash().unwrap(), oracle.hash(&[0, 1, 2]));
        let (first, second, left): (_, _, &[usize]) = if first_goes { (alone, all, &[0, 1, 2]) } else { (all, alone, &[0]) };
        undo(&vault, first, &Cancel::default(), &mut |_| {}).unwrap();
        assert_eq!(vault.logical_hash().unwrap(), oracle.hash(left));
        undo(&vault, second, &Cancel::default(), &mut |_| {}).unwrap();
        assert_eq!(vault.logical_hash().unwrap(), oracle.hash(&[]));
    }
}

#[test]
fn what_was_cut_short_is_put_together_the_next_time() {
    let folder = TempDir::new().unwrap();
    let (vault, mut oracle) = vaults(&folder);
    let imports: Vec<ImportId> = oracle.parts.iter().map(|part| imported(&vault, std::slice::from_ref(part)).import).collect();
    // As an undo does that the next unlock ends, which knows no importers.
    vault.undo(imports[1], &Cancel::default(), &mut |_| {}).unwrap();
    let cancelled = Cancel::default();
    cancelled.cancel();
    assert_eq!(settle(&vault, &cancelled, &mut |_| {}).unwrap_err().code, domain::Code::Cancelled);
    settle(&vault, &Cancel::default(), &mut |_| {}).unwrap();
    assert_eq!(vault.logical_hash().unwrap(), oracle.hash(&[0, 2]));
    assert!(vault.unsettled().unwrap().is_empty());
}

#[test]
fn an_export_that_is_whole_in_one_import_is_never_put_together_again() {
    let folder = TempDir::new().unwrap();
    let (vault, oracle) = vaults(&folder);
    let import = imported(&vault, &oracle.parts).import;
    assert!(vault.unsettled().unwrap().is_empty());
    undo(&vault, import, &Cancel::default(), &mut |_| {}).unwrap();
    assert!(vault.unsettled().unwrap().is_empty());
}

#[test]
fn an_import_that_was_cancelled_and_run_again_is_as_one_that_was_not() {
    let folder = TempDir::new().unwrap();
    let (vault, mut oracle) = vaults(&folder);
    let set = crate::archive::open(&oracle.parts).unwrap().remove(0);
    let options = crate::import::Options { label: String::new(), now: 1, threads: 2, only: Vec::new(), columns: None };
    for moment in 0..4 {
        let cancel = Cancel::default();
        let mut n_told = 0;
        let cut = crate::import::run(&vault, &set, &options, &cancel, &mut |_| {
            n_told += 1;
            if n_told > moment {
                cancel.cancel();
            }
        })
        .unwrap();
        let report = vault.import_report(cut).unwrap();
        assert!(report.totals.balanced);
        let whole = imported(&vault, &oracle.parts).import;
        assert_eq!(whole == cut, report.state == "cancelled", "what was cut short goes on under its number");
        assert_eq!(vault.logical_hash().unwrap(), oracle.hash(&[0, 1, 2]));
        if whole != cut {
            undo(&vault, cut, &Cancel::default(), &mut |_| {}).unwrap();
            assert_eq!(vault.logical_hash().unwrap(), oracle.hash(&[0, 1, 2]));
        }
        undo(&vault, whole, &Cancel::default(), &mut |_| {}).unwrap();
        assert_eq!(vault.logical_hash().unwrap(), oracle.hash(&[]));
    }
}
