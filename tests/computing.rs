//! Numbers are computed over whatever tells them: what was paid stands in mails, sport in a watch's sessions, steps in daily tables,
//! states in tasks; and the time of day, the time between two things and ages are worked out.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fmt::Write as _;
use std::fs;

use journeys::{Home, Served, import};
use serde_json::{Value, json};

fn ask(server: &mut Served, question: &str) -> Value {
    server.call("ask", &json!({ "question": question, "model": "none" })).unwrap()
}

#[test]
fn numbers_are_computed_over_what_tells_them() {
    let home = Home::new();
    let takeout = home.path("export/Takeout");
    let write = |path: &str, text: &str| {
        let path = takeout.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    // Bills of two years, one of them dear, at hours of which one is late.
    let mut mails = String::new();
    let bills = [("2021-03-05", 7, "60.00"), ("2021-09-05", 23, "90.00"), ("2022-03-05", 7, "100.00"), ("2022-09-05", 7, "140.00")];
    for (n, (day, hour, amount)) in bills.iter().enumerate() {
        let at: jiff::civil::Date = day.parse().unwrap();
        let said = at.strftime("%a, %d %b %Y");
        write!(
            mails,
            "From {n}@xxx {} {hour:02}:00:00 +0000 {}\nFrom: Moorland Power <bills@moorland.example>\nTo: Me <me@home.example>\n\
             Subject: Your bill of {day}\nDate: {said} {hour:02}:00:00 +0000\nMessage-ID: <b{n}@moorland.example>\n\n\
             Electricity and gas\nAmount due: £{amount}\n\n",
            at.strftime("%a %b %d"),
            at.year()
        )
        .unwrap();
    }
    write("Mail/All mail Including Spam and Trash.mbox", &mails);
    for (day, metres) in [("2022-05-01", 5_000.0), ("2022-05-08", 12_000.0), ("2021-05-08", 8_000.0)] {
        let session = json!({
            "fitnessActivity": "running", "startTime": format!("{day}T08:00:00Z"), "endTime": format!("{day}T09:00:00Z"), "duration": "3600s",
            "aggregate": [{ "metricName": "com.google.distance.delta", "floatValue": metres }],
        });
        write(&format!("Fit/All Sessions/{day}T08_00_00Z_RUNNING.json"), &session.to_string());
    }
    write(
        "Fit/Daily activity metrics/Daily activity metrics.csv",
        "Date,Move Minutes count,Distance (m),Step count\n2022-05-01,60,9000,12000\n2022-05-02,20,3000,4000\n2022-05-03,50,8000,11000\n",
    );
    let task =
        |id: &str, title: &str, status: &str| json!({ "id": id, "title": title, "status": status, "created": "2022-01-01T08:00:00Z" });
    let tasks =
        json!([task("a", "Mend the gate", "needsAction"), task("b", "Paint the shed", "completed"), task("c", "Sow leeks", "needsAction")]);
    write("Tasks/Tasks.json", &json!({ "kind": "tasks#taskLists", "items": [{ "title": "Home", "items": tasks }] }).to_string());
    write("Contacts/All Contacts/All Contacts.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ottilie Thorn\r\nBDAY:1990-02-03\r\nEND:VCARD\r\n");
    let event = |uid: &str, day: &str, title: &str| {
        format!("BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:{day}T100000Z\r\nSUMMARY:{title}\r\nEND:VEVENT\r\n")
    };
    let events = event("1", "20210910", "Interview at the nursery") + &event("2", "20211101", "Beekeeping course begins");
    write("Calendar/Home.ics", &format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n"));

    let datapunk = home.vault("vault");
    import(&datapunk, &[home.path("export")]);
    let mut server = datapunk.serve(true).unwrap();
    for (question, value) in [
        ("How much did I pay Moorland Power in 2021?", 150.0),
        ("How much more did I pay Moorland Power in 2022 than in 2021?", 240.0),
        ("What is the average Moorland Power bill?", 97.5),
        ("What was my highest Moorland Power bill?", 140.0),
        ("How many bills from Moorland Power were over £95?", 2.0),
        ("How many mails did I get after 10 pm?", 1.0),
        ("How many runs did I do in 2022?", 2.0),
        ("How far did I run in 2022?", 17.0),
        ("How many runs of more than 10 km did I do?", 1.0),
        ("How many steps did I take in May 2022?", 27_000.0),
        ("On how many days in 2022 did I walk more than 10,000 steps?", 2.0),
        ("How many tasks are still open?", 2.0),
        ("How many days passed between the interview and the beekeeping course?", 52.0),
    ] {
        let answer = ask(&mut server, question);
        assert!(answer["abstained"] == false && answer["computed"]["value"] == value, "{question}: {answer:#}");
    }
    for (question, said) in [
        ("How much more did I pay Moorland Power in 2022 than in 2021?", "a difference of GBP 90.00"),
        ("In which year did I pay Moorland Power the most?", "2022"),
        ("How old is Ottilie Thorn?", "born on 3 February 1990"),
        ("On which day did I walk the most steps?", "1 May 2022"),
        ("Which tasks are done?", "Paint the shed"),
    ] {
        let answer = ask(&mut server, question);
        assert!(answer["abstained"] == false && answer["answer"].as_str().unwrap().contains(said), "{question}: {answer:#}");
    }
}

#[test]
fn times_abroad_are_told_by_the_country_in_which_one_lives() {
    let home = Home::new();
    let (ghent, lisbon, tokyo) = ((51.05, 3.72), (38.72, -9.14), (35.68, 139.76));
    let stay = |(lat, lon): (f64, f64), day: &str| {
        json!({ "placeVisit": {
            "location": { "latitudeE7": (lat * 1e7) as i64, "longitudeE7": (lon * 1e7) as i64, "placeId": format!("p{lat}"), "name": "A house" },
            "duration": { "startTimestamp": format!("{day}T09:00:00Z"), "endTimestamp": format!("{day}T15:00:00Z") },
        }})
    };
    let days = |place, month: &str, days: &[u8]| days.iter().map(|day| stay(place, &format!("2022-{month}-{day:02}"))).collect::<Vec<_>>();
    let visits = [
        days(ghent, "06", &[1, 2, 3, 9, 10, 11, 12]),
        days(lisbon, "06", &[4, 5, 7, 8]),
        days(ghent, "10", &[1, 20]),
        days(tokyo, "10", &[5]),
    ];
    let folder = home.path("export/Takeout/Location History/Semantic Location History/2022");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("2022_JUNE.json"), json!({ "timelineObjects": visits.concat() }).to_string()).unwrap();

    let datapunk = home.vault("vault");
    import(&datapunk, &[home.path("export")]);
    let mut server = datapunk.serve(true).unwrap();
    for (question, value, said) in [
        ("How many times was I abroad in 2022?", 2.0, "Japan, 5 October 2022"),
        ("How many days was I abroad in June 2022?", 5.0, "Portugal, 4 June 2022 to 8 June 2022"),
        ("How many foreign countries did I visit?", 2.0, "Portugal"),
        ("When was I last out of the country?", 1.0, "Japan, 5 October 2022"),
        ("Wie viele Tage war ich 2022 im Ausland?", 6.0, "Portugal, 4. Juni 2022 bis 8. Juni 2022"),
    ] {
        let answer = ask(&mut server, question);
        let told = answer["answer"].as_str().unwrap();
        assert!(answer["abstained"] == false && answer["computed"]["value"] == value && told.contains(said), "{question}: {answer:#}");
    }
    assert_eq!(ask(&mut server, "Was I abroad in July 2022?")["abstained"], true);
}
