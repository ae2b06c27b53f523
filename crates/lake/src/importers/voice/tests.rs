use super::*;
use crate::importer::collected::{read_set, shown};

const CHAT: &str = r##"<?xml version="1.0" ?><html><head><title>Ann</title><style>q{}</style></head><body><div class="hChatLog hfeed">
<div class="message"><abbr class="dt" title="2020-02-03T12:37:45.512-05:00">Feb 3, 2020, 12:37:45&#8239;PM Eastern Time</abbr>:
<cite class="sender vcard"><a class="tel" href="tel:+14155550100"><span class="fn">Ann</span></a></cite>: <q>it&#39;s late<br>bye</q></div>
<div class="message"><abbr class="dt" title="2020-02-03T12:38:45.000-05:00">x</abbr>: <cite class="sender vcard"><a class="tel" href="tel:+14155550199"><abbr class="fn" title="">Me</abbr></a></cite>:
<q>MMS Sent</q><div><img src="Ann - Text - 2020-02-03T17_37_45Z-2-1" alt="Image MMS Attachment" /></div></div>
<div class="message"><q>no time</q></div>
</div><div class="tags">Labels: <a rel="tag" href="http://www.google.com/voice#inbox">Eingang</a>, <a rel="tag" href="http://www.google.com/voice#sms">SMS</a></div></body></html>"##;
const VOICEMAIL: &str = r##"<html><head><title>Voicemail from
</title></head><body><div class="haudio"><span class="fn">Voicemail from </span><div class="contributor vcard">Voicemail from <a class="tel" href="tel:"><span class="fn"></span></a></div>
<abbr class="published" title="2021-03-04T09:00:00.000Z">Mar 4</abbr><span class="description"><span class="full-text">Hello, it is <span class="conf-low">Bo</span>.</span></span>
<audio controls="controls" src=" - Voicemail - 2021-03-04T09_00_00Z.mp3"><a rel="enclosure" href="x">Audio</a></audio><abbr class="duration" title="PT1M5S">(00:01:05)</abbr>
<div class="tags">Labels: <a rel="tag" href="http://www.google.com/voice#voicemail">Voicemail</a></div></div></body></html>"##;
const PLACED: &str = r#"<html><body><div class="haudio"><div class="contributor vcard"><a class="tel" href="tel:+14155550100"><span class="fn">+14155550100</span></a></div><abbr class="published" title="2021-03-04T10:00:00.000+01:00">x</abbr></div></body></html>"#;

#[test]
fn a_sender_without_a_number_is_the_sender() {
    let page = CHAT.replacen("href=\"tel:+14155550100\"", "href=\"tel:\"", 1);
    let path = "Voice/Calls/Ann - Text - 2020-02-03T17_37_45Z.html";
    let sinks = read_set(&IMPORTER, &[(path, page.as_bytes())]).unwrap();
    assert!(shown(&sinks[path].items[0]).contains("<Sender name:ann>"), "{}", shown(&sinks[path].items[0]));
}

#[test]
fn conversations_calls_and_their_files_find_each_other() {
    let files: Vec<(&str, &[u8])> = vec![
        ("Voice/Calls/Ann - Text - 2020-02-03T17_37_45Z-2-1.jpg", b"picture"),
        ("Voice/Calls/Ann - Text - 2020-02-03T17_37_45Z.html", CHAT.as_bytes()),
        ("Voice/Calls/- Voicemail - 2021-03-04T09_00_00Z.html", VOICEMAIL.as_bytes()),
        ("Voice/Calls/- Voicemail - 2021-03-04T09_00_00Z.mp3", b"sound"),
        ("Voice/Spam/+14155550100 - Placed - 2021-03-04T09_00_00Z.html", PLACED.as_bytes()),
        ("Voice/Greetings/Greeting.mp3", b"hello"),
    ];
    let sinks = read_set(&IMPORTER, &files).unwrap();
    let lines: Vec<String> = files.iter().flat_map(|(path, _)| sinks[*path].items.iter().map(shown)).collect();
    assert_eq!(
        lines,
        [
            "message google.voice 2020-02-03T17:37:45.512Z | it's late | it's late / bye <Sender tel:+14155550100> <Recipient tel:+14155550199>",
            "message google.voice 2020-02-03T17:38:45Z | Ann - Text - 2020-02-03T17_37_45Z-2-1 <Sender tel:+14155550199> <Recipient tel:+14155550100>",
            "call google.voice 2021-03-04T09:00:00Z | Voicemail from an unknown caller | Hello, it is Bo.",
            "call google.voice 2021-03-04T09:00:00Z | Call to +14155550100 <Recipient tel:+14155550100> (hidden)",
            "document google.voice no time | Greeting.mp3",
        ]
    );
    let chat = &sinks[files[1].0];
    assert_eq!(
        (chat.n_set_aside, chat.items[1].blobs[0].media_type.as_str(), chat.items[0].at.as_ref().unwrap().offset_min),
        (1, "image/jpeg", Some(-300))
    );
    assert_eq!(
        (chat.items[1].data["direction"].as_str(), &chat.items[0].data["labels"]),
        (Some("sent"), &serde_json::json!(["inbox", "sms"]))
    );
    let voicemail = &sinks[files[2].0].items[0];
    assert_eq!((voicemail.blobs.len(), &voicemail.data["duration_s"], voicemail.until), (1, &65.into(), Some(1_614_848_465_000)));
    assert!(files.iter().all(|(path, _)| sinks[*path].findings.iter().all(|finding| finding.code == FindingCode::BadRecord)));
}

#[test]
fn a_group_names_all_and_a_cut_page_keeps_its_whole_messages() {
    let group = r#"<html><body><div class="participants">Group conversation with: <cite class="sender vcard"><a class="tel" href="tel:+1415555010"><span class="fn">Ann</span></a></cite>, <cite class="sender vcard"><a class="tel" href="tel:+1415555011"><span class="fn">Bo</span></a></cite></div>
    <div class="hChatLog hfeed"><div class="message"><abbr class="dt" title="2020-02-03T12:37:45.512-05:00">x</abbr><cite class="sender vcard"><a class="tel" href="tel:+1415555010"><span class="fn">Ann</span></a></cite>: <q>hi</q></div><div class="message"><abbr class="dt" title="2020-02-03T12:37:4"#;
    let path = "Voice/Calls/Group Conversation - 2020-02-03T17_37_45Z.html";
    let sinks = read_set(&IMPORTER, &[(path, group.as_bytes())]).unwrap();
    assert_eq!(
        shown(&sinks[path].items[0]),
        "message google.voice 2020-02-03T17:37:45.512Z | hi | hi <Sender tel:+1415555010> <Recipient tel:+1415555011>"
    );
    assert_eq!((sinks[path].n_set_aside, sinks[path].findings.last().unwrap().code), (1, FindingCode::CutShort));
}

#[test]
fn the_name_of_a_contact_is_no_part_of_a_messages_identity() {
    let uid = |name: &str| {
        let path = format!("Voice/Calls/{name} - Text - 2020-02-03T17_37_45Z.html");
        let page = CHAT.replace("Ann", name);
        read_set(&IMPORTER, &[(&path, page.as_bytes())]).unwrap()[&path].items[0].uid
    };
    assert_eq!(uid("Ann"), uid("Anne B."));
}

#[test]
fn bills_are_purchases() {
    let sinks = read_set(&IMPORTER, &[("Voice/Bills.csv", b"Date,Type,Amount\n2020-02-03,Credit purchase,$10.00\n")]).unwrap();
    assert_eq!(sinks["Voice/Bills.csv"].items[0].title, "Google Voice: Credit purchase");
}

#[test]
fn bills_in_a_page_are_those_of_the_table_and_no_figure_is_lost() {
    let bills = |path: &str, file: &str| read_set(&IMPORTER, &[(path, file.as_bytes())]).unwrap().remove(path).unwrap();
    let table = bills("Voice/Bills.csv", "Date,Type,Amount\n2020-02-03,Credit purchase,$10.00\n");
    let rows = "<tr><th>Date</th><th>Type</th><th>Amount</th></tr><tr><td>2020-02-03</td><td>Credit purchase</td><td>$10.00</td></tr>";
    let page = bills("Voice/Bills.html", &format!("<html><body><h1>Bills</h1><table>{rows}</table></body></html>"));
    assert_eq!((page.items.len(), page.items[0].uid, page.shown()), (1, table.items[0].uid, table.shown()));
    let other = bills("Voice/Bills.html", "<html><body><p>Credit: $10.00</p></body></html>");
    assert_eq!((other.items[0].kind, other.items[0].text.as_str()), (Kind::Document, "Credit: $10.00"));
    assert_eq!(bills("Voice/Bills.html", "<html><body><p>No bills</p></body></html>").n_skipped, 1);
}
