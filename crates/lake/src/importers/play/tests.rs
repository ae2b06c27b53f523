use super::*;
use crate::importer::collected::{read_set, shown};

fn items(files: &[(&str, &str)]) -> (Vec<NewItem>, u64, u64, u64) {
    let bytes: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
    let sinks = read_set(&IMPORTER, &bytes).unwrap();
    let sum = |count: fn(&crate::importer::collected::Collected) -> u64| sinks.values().map(count).sum();
    let items = sinks.values().flat_map(|sink| sink.items.clone()).collect();
    (items, sum(|sink| sink.n_merged), sum(|sink| sink.n_skipped), sum(|sink| sink.n_set_aside))
}

const ORDERS: &str = r#"[{"orderHistory":{"orderId":"GPA.1","creationTime":"2024-03-01T10:00:00.123456Z","ipAddress":"192.0.2.1","ipCountry":"CH","totalPrice":"CHF 5.00","tax":"CHF 0.40","refundAmount":"CHF 2.00","lineItem":[{"doc":{"documentType":"Android Apps","title":"Metronome"},"quantity":1},{"doc":{"documentType":"Books","title":"Knots"}}],"billingContact":{"name":"Ann Example"}}},
    {"orderHistory":{"orderId":"GPA.2","creationTime":"2024-05-01T10:00:00Z","totalPrice":"$3","ipCountry":"AU","lineItem":[{"doc":{"title":"Metronome"}}]}},
    {"orderHistory":{"tax":"0"}}, 7]"#;
const PURCHASES: &str = r#"[{"purchaseHistory":{"doc":{"documentType":"Android Apps","title":"Metronome"},"invoicePrice":"CHF 2.00","paymentMethodTitle":"Visa","userCountry":"CH","purchaseTime":"2024-03-01T10:00:04Z"}},
    {"purchaseHistory":{"doc":{"documentType":"Android Apps","title":"Metronome"},"invoicePrice":"1,99 €","userCountry":"DE","purchaseTime":"2019-03-01T10:00:04Z"}}]"#;

#[test]
fn a_payment_that_two_files_tell_of_counts_once() {
    let files = [("Google Play Store/Order History.json", ORDERS), ("Google Play Store/Purchase History.json", PURCHASES)];
    let (items, n_merged, _, n_set_aside) = items(&files);
    assert_eq!((n_merged, n_set_aside), (1, 2));
    assert_eq!(
        items.iter().map(shown).collect::<Vec<_>>(),
        [
            "purchase google.play.order 2024-03-01T10:00:00.123Z | Metronome, Knots | CHF 5.00 <Seller name:google play>",
            "purchase google.play.order 2024-05-01T10:00:00Z | Metronome | $3 <Seller name:google play>",
            "purchase google.play.purchase 2019-03-01T10:00:04Z | Metronome | 1,99 € <Seller name:google play>",
        ]
    );
    let stated = |item: &NewItem| (item.data["amount"].as_f64(), item.data["currency"].as_str().map(str::to_owned));
    assert_eq!(
        items.iter().map(stated).collect::<Vec<_>>(),
        [(Some(3.0), Some("CHF".into())), (Some(3.0), Some("AUD".into())), (Some(1.99), Some("EUR".into()))]
    );
    assert_eq!((&items[0].data["payment_method"], &items[0].data["status"]), (&"Visa".into(), &"partially refunded".into()));
    let kept = String::from_utf8_lossy(&items[0].raw.bytes).into_owned();
    assert!(kept.contains("GPA.1") && !kept.contains("192.0.2.1") && !kept.contains("Ann Example"), "{kept}");
}

#[test]
fn the_other_files_become_what_they_are() {
    let (items, _, n_skipped, n_set_aside) = items(&[
        (
            "1.json",
            r#"[{"install":{"doc":{"documentType":"Android Apps","title":"Hut Finder"},"firstInstallationTime":"2024-03-01T10:00:00.123456Z","lastUpdateTime":"2025-01-01T00:00:00Z","deviceAttribute":{"model":"M1","carrier":"C","manufacturer":"Example","deviceDisplayName":"Example M1"}}},{"install":{}}]"#,
        ),
        ("2.json", r#"[{"libraryDoc":{"doc":{"documentType":"Movies","title":"Sails"},"acquisitionTime":"2020-03-01T10:00:00Z"}}]"#),
        (
            "3.json",
            r#"[{"subscription":{"doc":{"documentType":"Subscription","title":"Charts"},"renewalDate":"2027-01-01T00:00:00Z","pricing":[{"price":"CHF 3.00","period":{"count":1,"unit":"MONTH"}}],"state":"ACTIVE"}}]"#,
        ),
        (
            "4.json",
            r#"[{"review":{"document":{"documentType":"Android Apps","title":"Hut Finder"},"creationTime":"2021-01-01T00:00:00Z","starRating":4,"title":"Good","comment":"Finds huts"}}]"#,
        ),
        (
            "5.json",
            r#"[{"device":{"mostRecentData":{"carrierName":"C","manufacturer":"Example","modelName":"M1","deviceName":"m1","deviceIpCountry":"CH"},"deviceRegistrationTime":"2021-01-01T00:00:00Z"}}]"#,
        ),
        (
            "Google Play Store/Promotion History.json",
            r#"[{"promotion":{"campaignName":"Spring credit","claimedTime":"2022-01-01T00:00:00Z"}}]"#,
        ),
        ("Google Play Store/Play Settings.json", r#"[{"playSettings":{"autoUpdate":true}}]"#),
    ]);
    assert_eq!(
        items.iter().map(shown).collect::<Vec<_>>(),
        [
            "activity google.play.install 2024-03-01T10:00:00.123Z | Hut Finder | Example M1 <Device name:example m1>",
            "activity google.play.activity 2020-03-01T10:00:00Z | Sails",
            "subscription google.play.subscription no time | Charts | CHF 3.00 / 1 month",
            "review google.play.review 2021-01-01T00:00:00Z | Hut Finder | Good / Finds huts",
            "activity google.play.device 2021-01-01T00:00:00Z | m1 <Device name:m1> (hidden)",
            "activity google.play.activity 2022-01-01T00:00:00Z | Spring credit",
        ]
    );
    assert_eq!((n_skipped, n_set_aside, &items[3].data["rating"]), (1, 1, &4.into()));
    assert!(items.iter().all(|item| !String::from_utf8_lossy(&item.raw.bytes).contains("arrier")));
}

#[test]
fn a_cut_file_keeps_its_whole_records_and_order_is_of_no_matter() {
    let cut = &PURCHASES[..PURCHASES.len() - 20];
    let forth = items(&[("b.json", cut), ("a.json", ORDERS)]);
    let back = items(&[("a.json", ORDERS), ("b.json", cut)]);
    assert_eq!((forth.0.len(), forth.1), (2, 1));
    assert_eq!(forth, back);
}

#[test]
fn the_product_is_known_by_its_records() {
    let claim = |path, head: &'static str| recognizes(&Probe { path, head: head.as_bytes(), tail: b"", size: head.len() as u64 });
    assert_eq!(claim("x.json", "[ {\n \"libraryDoc\" : {"), Claim::Yes(2));
    assert_eq!(claim("Google Play Movies _ TV/Watchlist.json", "[{\"watchlist\":{"), Claim::Yes(1));
    assert_eq!(claim("x.json", "[{\"title\":{"), Claim::No);
}
