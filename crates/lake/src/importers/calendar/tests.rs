use super::*;
use crate::importer::collected::{Collected, read};

fn calendar(inner: &str) -> Collected {
    let file = format!("BEGIN:VCALENDAR\nVERSION:2.0\nX-WR-CALNAME:Crew\n{inner}END:VCALENDAR\n").replace('\n', "\r\n");
    read(&IMPORTER, "Kalender/ann@example.org.ics", file.as_bytes())
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\n{lines}END:VEVENT\n")
}

fn span(item: &NewItem) -> String {
    let show = |ms: i64| jiff::Timestamp::from_millisecond(ms).unwrap().to_string();
    let at = item.at.as_ref().unwrap();
    format!("{} {:?} {:?} until {}", show(at.ms), at.offset_min, at.certainty, item.until.map_or("-".to_owned(), show))
}

#[test]
fn an_event_has_its_time_people_place_and_words() {
    let collected = calendar(&event(
        "DTSTART;TZID=Europe/Zurich:20250301T090000\nDTEND;TZID=Europe/Zurich:20250301T100000\nRRULE:FREQ=WEEKLY;BYDAY=SA\nEXDATE;TZID=Europe/Zurich:20250308T090000\n\
         UID:m1@google.com\nORGANIZER;CN=Ann:mailto:Ann@example.org\nATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;CN=bo@example.org;X-NUM-GUESTS=0:mailto:bo@example.org\n\
         SUMMARY:Market\nLOCATION:Town\\, quay\nDESCRIPTION:<b>Bring</b><br>bags\nSTATUS:CANCELLED\nBEGIN:VALARM\nDESCRIPTION:This is an event reminder\nEND:VALARM\n",
    ));
    assert_eq!(
        collected.shown(),
        "event google.calendar 2025-03-01T08:00:00Z | Market | Town, quay / Bring / bags <Organizer mailto:ann@example.org> <Attendee mailto:bo@example.org> <Label label:crew>\n\
         = 1 items, 0 merged, 0 skipped, 0 set aside"
    );
    let item = &collected.items[0];
    assert_eq!(span(item), "2025-03-01T08:00:00Z Some(60) Exact until 2025-03-01T09:00:00Z");
    assert_eq!((item.data["rrule"].as_str(), item.data["status"].as_str()), (Some("FREQ=WEEKLY;BYDAY=SA"), Some("cancelled")));
    assert_eq!(item.data["exdate"], json!(["Europe/Zurich:20250308T090000"]));
}

#[test]
fn every_clock_of_icalendar_is_read() {
    let rules = "BEGIN:VTIMEZONE\nTZID:Our Town\nBEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\n\
        BEGIN:DAYLIGHT\nDTSTART:19700329T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\nEND:VTIMEZONE\n";
    let times = [
        ("DTSTART:20250701T090000Z\nDURATION:PT90M\n", "2025-07-01T09:00:00Z None Exact until 2025-07-01T10:30:00Z"),
        ("DTSTART;VALUE=DATE:20250701\n", "2025-07-01T00:00:00Z None DateOnly until 2025-07-02T00:00:00Z"),
        ("DTSTART;VALUE=DATE:20250701\nDTEND;VALUE=DATE:20250704\n", "2025-07-01T00:00:00Z None DateOnly until 2025-07-04T00:00:00Z"),
        ("DTSTART:20250701T090000\n", "2025-07-01T09:00:00Z None ZoneUnknown until -"),
        ("DTSTART;TZID=W. Europe Standard Time:20250701T090000\n", "2025-07-01T07:00:00Z Some(120) Exact until -"),
        ("DTSTART;TZID=/example.org/Tzfile/Europe/Lisbon:20250701T090000\n", "2025-07-01T08:00:00Z Some(60) Exact until -"),
        ("DTSTART;TZID=Our Town:20250701T090000\n", "2025-07-01T07:00:00Z Some(120) Exact until -"),
        ("DTSTART;TZID=Our Town:20250101T090000\n", "2025-01-01T08:00:00Z Some(60) Exact until -"),
        ("DTSTART;TZID=Europe/Zurich:20250329T120000\nDURATION:P1D\n", "2025-03-29T11:00:00Z Some(60) Exact until 2025-03-30T10:00:00Z"),
        ("DTSTART;TZID=Nowhere:20250701T090000\n", "2025-07-01T09:00:00Z None ZoneUnknown until -"),
    ];
    let events: String = times.iter().enumerate().map(|(number, (lines, _))| event(&format!("UID:{number}\n{lines}"))).collect();
    let collected = calendar(&format!("{rules}{events}"));
    for (item, (lines, expected)) in collected.items.iter().zip(times) {
        assert_eq!(span(item), expected, "{lines}");
    }
    assert_eq!(collected.items.len(), times.len());
    assert_eq!(collected.findings.len(), 1, "one finding names the zone that nothing explains");
    let home = calendar(&format!(
        "X-WR-TIMEZONE:Europe/Zurich\n{}{}",
        event("UID:1\nDTSTART:20250701T090000Z\n"),
        event("UID:2\nDTSTART:20250701T090000\n")
    ));
    assert_eq!(span(&home.items[0]), "2025-07-01T09:00:00Z Some(120) OffsetInferred until -");
    assert_eq!(span(&home.items[1]), "2025-07-01T07:00:00Z Some(120) OffsetInferred until -");
}

/// The items of a series: their times, and what else tells them apart.
fn times(collected: &Collected) -> Vec<String> {
    let shown = |item: &NewItem| {
        let at = jiff::Timestamp::from_millisecond(item.at.as_ref().unwrap().ms).unwrap();
        let role = if item.related.is_empty() { " series" } else { "" };
        format!("{} {}{role}{}", at.strftime("%y%m%dT%H%M"), item.title, if item.hidden { " hidden" } else { "" })
    };
    let mut times: Vec<String> = collected.items.iter().map(shown).collect();
    times.sort();
    times
}

#[test]
fn a_series_is_told_time_by_time_on_its_own_clock_up_to_the_day_of_the_export() {
    let yoga = "UID:y\nSUMMARY:Yoga\nDTSTART;TZID=Europe/Zurich:20250317T180000\nDTEND;TZID=Europe/Zurich:20250317T190000\nDTSTAMP:20250420T120000Z\n\
                RRULE:FREQ=WEEKLY;BYDAY=MO\nEXDATE;TZID=Europe/Zurich:20250407T180000\nLOCATION:Studio\nDESCRIPTION:bring a mat\nATTENDEE:mailto:bo@example.org\n";
    let moved = "UID:y\nSUMMARY:Yoga, outside\nRECURRENCE-ID:20250324T170000Z\nDTSTART:20250325T160000Z\nDTSTAMP:20250420T120000Z\n";
    let off = "UID:y\nSUMMARY:Yoga\nRECURRENCE-ID;TZID=Europe/Zurich:20250414T180000\nDTSTART:20250414T160000Z\nSTATUS:CANCELLED\nDTSTAMP:20250420T120000Z\n";
    let collected = calendar(&format!("{}{}{}", event(moved), event(yoga), event(off)));
    // Before and after the change to summer time, six is six; the 7th of April is left out, and the 21st is not yet.
    assert_eq!(
        times(&collected),
        ["250317T1700 Yoga series", "250325T1600 Yoga, outside", "250331T1600 Yoga", "250414T1600 Yoga hidden"]
    );
    let third = collected.items.iter().find(|item| item.data.get("recurrence_id") == Some(&json!("20250331T160000Z"))).unwrap();
    assert_eq!(span(third), "2025-03-31T16:00:00Z Some(120) Exact until 2025-03-31T17:00:00Z");
    assert_eq!((third.text.as_str(), third.links.len(), third.raw.bytes.len()), ("Studio", 2, 0));
    let series = collected.items.iter().find(|item| item.data.contains_key("rrule")).unwrap();
    assert_eq!(series.data["told_until"], "2025-04-20");
    assert!(collected.items.iter().all(|item| item.uid == series.uid || item.related[0].to == series.uid));
    assert_eq!((collected.findings[0].code, collected.findings[0].count), (FindingCode::Repeats, 1));
}

#[test]
fn what_was_told_by_the_rule_and_then_by_its_own_component_is_one_item() {
    let series = "UID:s\nDTSTART;TZID=Europe/Zurich:20250701T090000\nRRULE:FREQ=DAILY;COUNT=3\nDTSTAMP:20260101T000000Z\nSEQUENCE:1\n";
    let first = calendar(&event(series));
    let apart = event("UID:s\nRECURRENCE-ID;TZID=Europe/Zurich:20250702T090000\nDTSTART:20250702T100000Z\nDTSTAMP:20270101T000000Z\n");
    let again = calendar(&format!("{}{apart}", event(&series.replace("20260101", "20270101").replace("SEQUENCE:1", "SEQUENCE:2"))));
    let uids = |collected: &Collected| collected.items.iter().map(|item| item.uid).collect::<std::collections::BTreeSet<_>>();
    assert_eq!((uids(&first).len(), uids(&first) == uids(&again)), (3, true));
}

#[test]
fn every_way_to_repeat_and_to_leave_out_is_followed() {
    let cases: [(&str, &[&str]); 12] = [
        // Programs write the end on any clock.
        ("DTSTART;TZID=America/New_York:20250105T200000\nRRULE:FREQ=WEEKLY;UNTIL=20250113T010000Z\n", &["250106T0100", "250113T0100"]),
        ("DTSTART;TZID=America/New_York:20250105T200000\nRRULE:FREQ=WEEKLY;UNTIL=20250112\n", &["250106T0100", "250113T0100"]),
        ("DTSTART;TZID=America/New_York:20250105T200000\nRRULE:FREQ=WEEKLY;UNTIL=20250112T195959\n", &["250106T0100"]),
        ("DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY;COUNT=2\n", &["240229T0000", "280229T0000"]),
        ("DTSTART;VALUE=DATE:20250131\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3\n", &["250131T0000", "250228T0000", "250331T0000"]),
        ("DTSTART:20250101T090000Z\nRRULE:FREQ=MONTHLY;INTERVAL=2;BYDAY=1WE;COUNT=2;WKST=SU\n", &["250101T0900", "250305T0900"]),
        ("DTSTART:20250101T090000Z\nRRULE:FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU,WE,TH,FR;UNTIL=20250301T000000Z\n", &["250101T0900", "250131T0900", "250228T0900"]),
        // The first time is taken out: the series is hidden.
        ("DTSTART;VALUE=DATE:20250101\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20250101,20250103\n", &["250101T0000 hidden", "250102T0000"]),
        // Whole days left out by instants, and instants by whole days.
        ("DTSTART;VALUE=DATE:20250101\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20250102T000000\n", &["250101T0000"]),
        ("DTSTART;TZID=Asia/Tokyo:20250101T080000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20250102\n", &["241231T2300", "250102T2300"]),
        ("DTSTART;TZID=Europe/Zurich:20250101T090000\nRDATE:20250105T100000Z\nRDATE;VALUE=PERIOD:20250106T080000Z/PT2H\n", &["250101T0800", "250105T1000", "250106T0800"]),
        ("DTSTART:20250101T090000Z\nRRULE:FREQ=NEVER\n", &["250101T0900"]),
    ];
    for (lines, expected) in cases {
        let collected = calendar(&event(&format!("UID:s\nSUMMARY:\n{lines}")));
        let found: Vec<String> = times(&collected).iter().map(|time| time.replace(" (no title)", "").replace(" series", "")).collect();
        assert_eq!(found, expected, "{lines}");
        assert_eq!(collected.findings.iter().any(|finding| finding.code == FindingCode::BadRecord), lines.contains("NEVER"));
    }
}

#[test]
fn an_endless_series_ends_with_the_newest_date_of_the_file_and_has_a_bound() {
    let endless = event("UID:s\nDTSTART:20250101T090000Z\nDTSTAMP:20240101T000000Z\nRRULE:FREQ=DAILY\n");
    let other = event("UID:o\nDTSTART:20250103T120000Z\nDTSTAMP:20250102T000000Z\n");
    // Stamps a year apart are no export's: it is told up to what else the file has.
    assert_eq!(calendar(&format!("{endless}{other}")).items.len(), 4);
    let cancelled = endless.replace("RRULE", "STATUS:CANCELLED\nRRULE");
    assert_eq!(calendar(&format!("{cancelled}{other}")).items.len(), 2);
    let old = event("UID:s\nDTSTART:20000101T090000Z\nDTSTAMP:20250101T000000Z\nRRULE:FREQ=DAILY\n");
    let collected = calendar(&old);
    let latest = collected.items.iter().filter_map(|item| item.at.as_ref()).map(|at| at.ms).max();
    assert_eq!((collected.items.len(), latest), (series::LIMIT + 1, Some(1_735_635_600_000)));
    assert!(collected.findings.iter().any(|finding| finding.code == FindingCode::Limit));
    assert!(collected.items.iter().all(|item| !item.data.contains_key("told_until")), "times are missing");
}

#[test]
fn a_rule_of_too_many_times_at_once_is_kept_and_not_followed() {
    let list = |to: u32| (1..=to).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let dense = format!("RRULE:FREQ=YEARLY;BYYEARDAY={};BYHOUR={};BYMINUTE={m};BYSECOND={m}\n", list(366), list(23), m = list(59));
    let collected = calendar(&event(&format!("UID:s\nDTSTART:20250101T090000Z\nDTSTAMP:20260101T000000Z\n{dense}")));
    assert_eq!(collected.items.len(), 1);
    let told = collected.findings.iter().find(|finding| finding.code == FindingCode::Limit).unwrap();
    assert!(told.message.len() < 400 && told.message.contains("FREQ=YEARLY;BYYEARDAY=1,2"), "{told:?}");
    assert!(collected.items[0].data.contains_key("rrule") && !collected.items[0].data.contains_key("told_until"));
}

#[test]
fn which_of_two_states_is_newer_is_told_by_the_change_then_the_sequence_then_the_export() {
    let oldest_first = [
        "SUMMARY:no word of it",
        "DTSTAMP:20260101T000000Z",
        "DTSTAMP:20270101T000000Z",
        "SEQUENCE:1\nDTSTAMP:20260101T000000Z",
        "SEQUENCE:2",
        "LAST-MODIFIED:20240101T000000Z\nDTSTAMP:20270101T000000Z",
        "LAST-MODIFIED:20240101T000000Z\nSEQUENCE:1\nDTSTAMP:20260101T000000Z",
        "LAST-MODIFIED:20240101T000001Z",
    ];
    let revisions =
        oldest_first.map(|lines| calendar(&event(&format!("UID:s\nDTSTART:20250701T090000Z\n{lines}\n"))).items[0].revision);
    assert!(revisions.is_sorted_by(|older, newer| older < newer), "{revisions:?}");
}

#[test]
fn tasks_are_tasks_and_an_event_without_a_time_that_can_be_read_is_kept_without_it() {
    let inner = format!(
        "BEGIN:VTODO\nUID:t\nSUMMARY:Paint\nDUE;VALUE=DATE:20250702\nSTATUS:NEEDS-ACTION\nEND:VTODO\n{}{}{}",
        event("UID:a\nSUMMARY:no time\n"),
        event("UID:b\nDTSTART:tomorrow\n"),
        event(
            "UID:c\nDTSTART:20250701T090000Z\nSUMMARY:good\nDESCRIPTION:ask Bo <bo@example.org>\nX-LIC-ERROR;X-LIC-ERRORTYPE=VALUE-PARSE-ERROR:No value\n"
        )
    );
    assert_eq!(
        calendar(&inner).shown(),
        "task google.calendar 2025-07-02T00:00:00Z | Paint <Label label:crew>\n\
         event google.calendar no time | no time <Label label:crew>\n\
         event google.calendar no time | (no title) <Label label:crew>\n\
         event google.calendar 2025-07-01T09:00:00Z | good | ask Bo <bo@example.org> <Label label:crew>\n\
         ! UncertainTime [line 10] An event has a DTSTART, and this one has none; it is kept without a time.\n\
         ! UncertainTime [line 14] DTSTART is a time like 20240301T090000Z, and here it is \"tomorrow\"; it is kept without that time.\n\
         = 4 items, 0 merged, 0 skipped, 0 set aside"
    );
}

#[test]
fn a_calendar_without_a_name_goes_by_its_file() {
    let file = format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", event("UID:c\nDTSTART:20250701T090000Z\n"));
    let collected = read(&IMPORTER, "Calendar/Family(1).ics", file.as_bytes());
    assert_eq!(collected.items[0].links[0].entity.name, "Family");
    assert_eq!(read(&IMPORTER, "Calendar/x.ics", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n").findings[0].code, FindingCode::EmptyProduct);
}
