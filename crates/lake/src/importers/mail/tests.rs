use domain::{BlobContent, Certainty, Kind};

use super::*;
use crate::importer::collected::{Collected, read as read_file};

const SEPARATOR: &str = "From 1628350732828672000@xxx Mon Mar 18 13:37:52 +0000 2019";

fn gmail(messages: &[&str]) -> Collected {
    let file: String = messages.iter().map(|message| format!("{SEPARATOR}\n{message}\n\n")).collect();
    read_file(&IMPORTER, "Mail/Inbox.mbox", file.as_bytes())
}

#[test]
fn a_mail_has_its_people_labels_thread_and_words() {
    let collected = gmail(&[
        "X-GM-THRID: 1620123400000000000\nX-Gmail-Labels: Inbox,Opened,Boat\nFrom: =?UTF-8?Q?J=C3=B6rg_Ruder?= <Joerg@Example.org>\n\
        To: Ann <ann@example.org>, \"Bo\" <bo@example.org>\nCc: crew@example.org\nSubject: The\n mooring\nDate: Mon, 18 Mar 2019 14:37:50 +0100\n\
        Message-ID: <m1@example.org>\nIn-Reply-To: <m0@example.org>\nReferences: <m00@example.org> <m0@example.org>\n\nSee you at the pier.\n\n> When?\n>From noon on.",
    ]);
    assert_eq!(
        collected.shown(),
        "mail google.mail 2019-03-18T13:37:50Z | The mooring | See you at the pier. /  / > When? / From noon on. <Sender mailto:joerg@example.org> \
         <Recipient mailto:ann@example.org> <Recipient mailto:bo@example.org> <Copied mailto:crew@example.org> <Label label:inbox> <Label label:boat>\n\
         = 1 items, 0 merged, 0 skipped, 0 set aside"
    );
    let item = &collected.items[0];
    assert_eq!(item.links[0].entity.name, "Jörg Ruder");
    assert_eq!(item.at.as_ref().unwrap().offset_min, Some(60));
    assert_eq!(item.data["message_id"], "m1@example.org");
    assert_eq!(item.data["references"], serde_json::json!(["m00@example.org", "m0@example.org"]));
    assert_eq!(
        item.related,
        [domain::ItemLink { relation: "thread".to_owned(), to: domain::Uid::of("google.mail.thread", b"1620123400000000000") }]
    );
}

#[test]
fn attachments_become_blobs_and_leave_a_note_in_the_raw_message() {
    let collected = gmail(&[
        "From: a@example.org\nSubject: Tickets\nDate: Mon, 18 Mar 2019 13:00:00 GMT\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"xx\"\n\n\
        --xx\nContent-Type: multipart/alternative; boundary=\"yy\"\n\n--yy\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe\n\
        --yy\nContent-Type: text/html\n\n<p>Gr&uuml;&szlig;e</p>\n--yy--\n\
        --xx\nContent-Type: application/pdf; name=\"=?UTF-8?Q?F=C3=A4hre.pdf?=\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename*0*=UTF-8''F%C3%A4; filename*1=hre.pdf\n\nAAECAw==\n\
        --xx\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--xx--",
    ]);
    let item = &collected.items[0];
    assert_eq!(item.text, "Grüße");
    let blobs: Vec<_> = item.blobs.iter().map(|blob| (blob.name.as_str(), blob.media_type.as_str())).collect();
    assert_eq!(blobs, [("Fähre.pdf", "application/pdf"), ("attachment 2.ics", "text/calendar")]);
    assert_eq!(item.blobs[0].content, BlobContent::Bytes(vec![0, 1, 2, 3]));
    let raw = String::from_utf8(item.raw.bytes.clone()).unwrap();
    assert!(raw.contains("\n\n[4 bytes, kept as the attachment \"Fähre.pdf\"]\n--xx\nContent-Type: text/calendar"), "{raw}");
    assert!(raw.contains("Gr=C3=BC") && raw.contains("BEGIN:VCALENDAR") && raw.ends_with("--xx--\n"), "{raw}");
}

#[test]
fn a_mail_of_html_alone_is_read_as_words() {
    let collected = gmail(&[
        "Subject: x\nContent-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n<style>p {}</style><p>Gr=FC=DFe<br>Bo</p>",
    ]);
    assert_eq!(collected.items[0].text, "Grüße\nBo");
    let alternative = |plain: &str| {
        format!("Subject: x\nContent-Type: multipart/alternative; boundary=\"yy\"\n\n--yy\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n--yy\nContent-Type: text/html\n\n<p>Rope</p>\n--yy--")
    };
    let chats = ["Subject: x\nX-Gmail-Labels: Chat\nContent-Type: text/xml\n\n<con:conversation xmlns:con=\"a\"><cli:body>Rope</cli:body></con:conversation>", "Subject: x\nX-Gmail-Labels: Chat\n\n<div>Rope</div>"];
    for mail in [alternative(""), alternative(" \u{a0}\n"), chats[0].to_owned(), chats[1].to_owned()] {
        assert_eq!(gmail(&[&mail]).items[0].text, "Rope", "{mail}");
    }
    assert!(collected.items[0].blobs.is_empty());
}

#[test]
fn a_subject_cut_inside_a_character_is_put_together_again() {
    let collected = gmail(&["Subject: =?utf-8?B?R3LDvMOfZSDwn5g=?=\n =?utf-8?B?gCBhdXMgWsO8cmljaA==?=\n\nx"]);
    assert_eq!(collected.items[0].title, "Grüße 😀 aus Zürich");
}

#[test]
fn the_same_mail_from_two_mailboxes_is_one_and_a_repeated_id_hides_no_mail() {
    let mail = "From: a@example.org\nSubject: One\nDate: Mon, 18 Mar 2019 13:00:00 +0000\nMessage-ID: <1@example.org>\n\nx";
    let first = gmail(&[mail, &mail.replace("One", "Two"), &mail.replace("13:00:00 +0000", "14:00:00 +0100")]);
    let uids: Vec<_> = first.items.iter().map(|item| item.uid).collect();
    assert_ne!(uids[0], uids[1]);
    assert_eq!(uids[0], uids[2], "the same instant, written in another zone");
    let elsewhere = format!("From - Mon Mar 18 13:00:01 2019\nX-Mozilla-Status: 0001\n{mail}\n");
    let other = read_file(&crate::importers::mbox::IMPORTER, "Inbox", elsewhere.as_bytes());
    assert_eq!((other.items[0].uid, other.items[0].source.as_str()), (uids[0], "mail.mbox"));
}

#[test]
fn a_mail_without_a_date_or_with_an_absurd_one_has_the_time_it_came() {
    let collected = gmail(&[
        "Subject: draft\nX-Gmail-Labels: =?UTF-8?Q?Entw=C3=BCrfe?=\n\nx",
        "Subject: future\nDate: Fri, 1 Jan 2036 00:00:00 +0000\n\nx",
        "Subject: wall clock\nDate: Mon, 18 Mar 2019 10:00:00\n\nx",
        "Subject: hidden zone\nDate: Mon, 18 Mar 2019 10:00:00 -0000\n\nx",
    ]);
    let at: Vec<_> = collected.items.iter().map(|item| item.at.clone().unwrap()).collect();
    assert_eq!((at[0].ms, at[1].ms), (1_552_916_272_000, at[0].ms));
    assert_eq!((at[2].offset_min, at[2].certainty), (None, Certainty::ZoneUnknown));
    assert_eq!((at[3].offset_min, at[3].certainty), (None, Certainty::Exact));
    assert_eq!(collected.items[0].data["draft"], true);
    let old = b"From - Mon Mar 18 13:00:01 2019\nSubject: x\nReceived: from a by b; Mon, 18 Mar 2019 12:59:00 +0000\n\nx\n\n";
    assert_eq!(read_file(&crate::importers::mbox::IMPORTER, "Inbox", old).items[0].at.as_ref().unwrap().ms, 1_552_913_940_000);
}

#[test]
fn german_labels_hide_the_bin_and_bare_latin_letters_are_read() {
    let mut file = format!("{SEPARATOR}\r\nX-Gmail-Labels: Papierkorb,Gesendet\r\nSubject: Gr").into_bytes();
    file.extend_from_slice(b"\xfc\xdfe\r\nFrom: J\xf6rg <j@example.org>\r\nContent-Type: text/plain\r\n\r\nsch\xf6n\r\n\r\n");
    let collected = read_file(&IMPORTER, "Gmail/Alle E-Mails.mbox", &file);
    let item = &collected.items[0];
    assert_eq!((item.title.as_str(), item.text.as_str(), item.hidden), ("Grüße", "schön", true));
    assert_eq!(item.links[0].entity.name, "Jörg");
    assert_eq!(item.data["sent"], true);
    assert!(file.windows(item.raw.bytes.len()).any(|window| window == item.raw.bytes), "the raw message is the file's own bytes");
}

#[test]
fn one_bad_mail_costs_itself_alone_and_a_cut_one_is_set_aside() {
    let file = format!(
        "{SEPARATOR}\nSubject: good\n\nx\n\n{SEPARATOR}\n\n\n{SEPARATOR}\nX-Gmail-Labels: Chat\nFrom: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b--\n\n\
         {SEPARATOR}\nSubject: cut\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhalf a wo"
    );
    let collected = read_file(&IMPORTER, "Mail/All mail.mbox", file.as_bytes());
    let bad = file.match_indices(SEPARATOR).nth(1).unwrap().0;
    let cut = file.rfind(SEPARATOR).unwrap();
    assert_eq!(
        collected.shown(),
        format!(
            "mail google.mail 2019-03-18T13:37:52Z | good | x\n\
         message google.mail 2019-03-18T13:37:52Z | (no subject) <Sender mailto:a@example.org> <Label label:chat>\n\
         ! BadRecord [message 2, byte {bad}] It has no headers, and a mail begins with some.\n\
         ! CutShort [message 4, byte {cut}] The mail is cut off where the file ends. A whole export brings it.\n\
         ! CutShort [message 4, byte {cut}] The file ends in the middle of a record (message 4, byte {cut}); what came before it was imported. Download the export again, or extract it again, to get the rest.\n\
         = 2 items, 0 merged, 0 skipped, 2 set aside"
        )
    );
    assert_eq!(collected.items[1].kind, Kind::Message);
    let read_plain = |file: &[u8]| read_file(&crate::importers::mbox::IMPORTER, "x.mbox", file);
    let none = read_plain(b"Subject: not a mailbox\n\nx\n");
    assert_eq!((none.n_set_aside, none.findings[0].code), (1, FindingCode::WrongFormat));
    let headless = read_plain(format!("half a mail\n\n{SEPARATOR}\nSubject: whole\n\nx\n\n").as_bytes());
    assert_eq!((headless.items.len(), headless.n_set_aside, headless.items[0].title.as_str()), (1, 1, "whole"));
}

#[test]
fn forwarded_mails_are_read_and_a_thousand_of_them_inside_each_other_do_no_harm() {
    let forwarded = "Subject: Fwd\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nlook\n--b\nContent-Type: message/rfc822\n\nSubject: inner\n\ntreasure\n--b--";
    let nested = format!("Subject: deep\n{}\nwords", "Content-Type: message/rfc822\n\n".repeat(20_000));
    let collected = gmail(&[forwarded, &nested]);
    assert_eq!(collected.items[0].text, "look\n\ninner\n\ntreasure");
    assert_eq!(collected.items[0].blobs[0].name, "inner.eml");
    assert_eq!(collected.findings[0].code, FindingCode::Limit);
    assert!(collected.items[1].text.ends_with("words"));
}

#[test]
fn a_mail_is_laid_out_by_its_page_and_one_of_plain_words_by_none() {
    let page = super::page(
        b"Subject: x\nContent-Type: multipart/alternative; boundary=\"yy\"\n\n--yy\nContent-Type: text/plain\n\nplain\n--yy\n\
        Content-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n\
        <p onclick=3Dx()>Gr=FC=DFe <img src=3D\"http://canary.example/p.gif\"><a href=3D\"https://shop.example/\">hier</a></p>\n--yy--\n",
    );
    let page = page.unwrap();
    assert_eq!(page.html.trim(), "<p>Grüße <a>hier</a></p>");
    assert_eq!(page.links, ["https://shop.example/"]);
    assert_eq!(super::page(b"Subject: x\nContent-Type: text/plain\n\n<p>words</p>\n"), None);
}
