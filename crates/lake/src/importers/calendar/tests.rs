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

#[test]
fn a_series_and_its_exceptions_are_items_and_exports_do_not_double_them() {
    let series = event("UID:s\nDTSTART:20250701T090000Z\nRRULE:FREQ=DAILY\nDTSTAMP:20260101T000000Z\nSEQUENCE:1\n");
    let first = calendar(&format!("{series}{}", event("UID:s\nRECURRENCE-ID:20250702T090000Z\nDTSTART:20250702T100000Z\n")));
    let again = calendar(&series.replace("20260101", "20270101").replace("SEQUENCE:1", "SEQUENCE:2"));
    assert_ne!(first.items[0].uid, first.items[1].uid);
    assert_eq!(first.items[0].uid, again.items[0].uid);
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
fn tasks_are_tasks_and_a_bad_event_costs_itself_alone() {
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
         event google.calendar 2025-07-01T09:00:00Z | good | ask Bo <bo@example.org> <Label label:crew>\n\
         ! BadRecord [line 10] An event has a DTSTART, and this one has none.\n\
         ! BadRecord [line 14] DTSTART is a time like 20240301T090000Z, and here it is \"tomorrow\".\n\
         = 2 items, 0 merged, 0 skipped, 2 set aside"
    );
}

#[test]
fn a_calendar_without_a_name_goes_by_its_file() {
    let file = format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", event("UID:c\nDTSTART:20250701T090000Z\n"));
    let collected = read(&IMPORTER, "Calendar/Family(1).ics", file.as_bytes());
    assert_eq!(collected.items[0].links[0].entity.name, "Family");
    assert_eq!(read(&IMPORTER, "Calendar/x.ics", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n").findings[0].code, FindingCode::EmptyProduct);
}
