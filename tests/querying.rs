//! What is typed into a search narrows as the flags of the command do, on every surface alike; what cannot be read is told at its
//! characters.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use journeys::{Datapunk, Home, Lang, Shape, import, named};
use serde_json::{Value, json};

fn search(datapunk: &Datapunk, args: &[&str]) -> Value {
    datapunk.json([&["search", "--mode", "words"], args].concat()).unwrap()
}

fn total(datapunk: &Datapunk, args: &[&str]) -> u64 {
    search(datapunk, args)["total"].as_u64().unwrap()
}

#[test]
fn operators_narrow_as_the_flags_do() {
    let home = Home::new();
    let made = home.export("takeout", 2_000, Lang::En, Shape::Zip);
    let datapunk = home.vault("vault");
    import(&datapunk, &made.inputs);
    let all = total(&datapunk, &[]);
    let mails = total(&datapunk, &["kind:mail"]);
    assert!(mails > 0 && mails < all);
    assert_eq!(mails, total(&datapunk, &["--kind", "mail"]));
    assert_eq!(all - mails, total(&datapunk, &["--", "-kind:mail"]));
    assert_eq!(total(&datapunk, &["kind:mail", "--kind", "photo"]), 0);
    let photos = total(&datapunk, &["--kind", "photo"]);
    assert_eq!(total(&datapunk, &["kind:mail OR kind:photo"]), mails + photos);
    assert_eq!(total(&datapunk, &["from:me"]), total(&datapunk, &["--sender", "me"]));
    assert!(total(&datapunk, &["from:me"]) > 0);
    let year = total(&datapunk, &["on:2019 kind:mail"]);
    assert_eq!(year, total(&datapunk, &["--from", "2019", "--to", "2019", "--kind", "mail"]));
    assert_eq!(mails - year, total(&datapunk, &["kind:mail -on:2019"]));
    let placed = search(&datapunk, &["has:place kind:photo", "--limit", "5"]);
    assert!(placed["hits"].as_array().unwrap().iter().all(|hit| hit["place"].is_object()));
    assert_eq!(placed["understood"]["filter"], json!({ "kinds": ["photo"], "has": ["place"] }));

    // Every other operation reads the same text.
    let mut server = datapunk.serve(true).unwrap();
    let filter = json!({ "filter": { "text": "kind:mail on:2019" } });
    assert_eq!(server.call("facets", &filter).unwrap()["total"], year);
    assert_eq!(server.call("timeline", &filter).unwrap()["total"], year);
    assert_eq!(server.call("plan_forget", &filter).unwrap()["kinds"].as_array().unwrap().len(), 1);
    server.stop().unwrap();

    let refused = datapunk.run(["search", "grüße kind:mial"]).unwrap().failure().unwrap();
    assert_eq!(refused["code"], "bad_request");
    assert_eq!(refused["at"], json!({ "text": "grüße kind:mial", "start": 11, "end": 15 }));
    assert!(refused["hint"].as_str().unwrap().contains("kind:mail"), "{refused}");
    let nobody = search(&datapunk, &["from:Xyzzyq"]);
    assert_eq!((nobody["total"].as_u64(), &nobody["understood"]["told"][0]["at"]["start"]), (Some(0), &json!(5)));

    // A search is kept as it was typed, and finds what it found.
    datapunk.json(["saved", "add", "letters", "kind:mail on:2019"]).unwrap();
    datapunk.json(["saved", "rename", "letters", "Post"]).unwrap();
    assert_eq!(datapunk.json(["saved", "run", "post"]).unwrap()["total"], year);
    let kept = datapunk.json(["saved", "remove", "Post"]).unwrap();
    assert_eq!(kept["searches"], json!([]));
    assert!(named(&datapunk.json(["stats"]).unwrap()["by_kind"], "mail") >= mails);
}
