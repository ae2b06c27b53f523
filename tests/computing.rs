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

    // What its owner calls a workout may be another sport than the one that was recorded.
    let mut activities = "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,Distance,Max Heart Rate,\
        Relative Effort,Commute,Activity Private Note,Activity Gear,Filename,Athlete Weight,Bike Weight,Elapsed Time,Moving Time,Distance\n"
        .to_owned();
    for (id, day, name, sport, metres) in [
        (71, "Jun 5, 2022", "Coffee run", "Ride", 20_000.0),
        (72, "Jun 12, 2022", "Long one", "Ride", 40_000.0),
        (73, "Jan 9, 2022", "Afternoon", "Nordic Ski", 15_500.0),
    ] {
        writeln!(activities, "{id},\"{day}, 8:00:00 AM\",{name},{sport},,3600,{},,,false,,,,,,3600.0,3500.0,{metres:.1}", metres / 1_000.0)
            .unwrap();
    }
    fs::create_dir_all(home.path("export/strava")).unwrap();
    fs::write(home.path("export/strava/activities.csv"), activities).unwrap();
    let books = "Book Id,Title,Author,My Rating,Date Read,Date Added,Exclusive Shelf,My Review\n\
        7,Clear,Ada Reef,5,2021/03/04,2021/01/01,read,\n8,Orbital,Bo Sand,4,2022/05/06,2022/01/01,read,\n\
        9,Tides,Bo Sand,5,2022/06/06,2022/01/01,read,\n";
    fs::write(home.path("export/goodreads_library_export.csv"), books).unwrap();

    let datapunk = home.vault("vault");
    import(&datapunk, &[home.path("export")]);
    let mut server = datapunk.serve(true).unwrap();
    for (question, value) in [
        ("How many 5 star books have I rated?", 2.0),
        ("Did I finish more books in 2021 or in 2022?", 2.0),
        ("How many rides did I do in 2022?", 2.0),
        ("How many rides on Strava in 2022?", 2.0),
        ("How far was my longest ride?", 40.0),
        ("How many km have I skied in 2022?", 15.5),
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
        ("Which did I rate higher, Clear or Orbital?", "Higher: Clear"),
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
    let answer = ask(&mut server, "Which was the last country that I visited?");
    assert_eq!(answer["answer"], "The last was on 5 October 2022: Japan [1].", "{answer:#}");
}

#[test]
fn what_cards_say_of_people_is_known_and_what_nothing_tells_apart_is_not_added_up_for_it() {
    let home = Home::new();
    let takeout = home.path("export/Takeout");
    let write = |path: &str, text: &str| {
        let path = takeout.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let card = |name: &str, address: &str, born: &str, note: &str| {
        format!("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nEMAIL:{address}\r\nBDAY:{born}\r\nNOTE:{note}\r\nEND:VCARD\r\n")
    };
    let cards = [
        card("Perpetua Thorn", "pet@thorn.example", "1957-02-12", "Mum"),
        card("Ambrose Thorn", "amb@thorn.example", "1954-10-30", "Dad"),
        card("Ottilie Thorn", "otti@thorn.example", "1990-02-03", "my sister"),
        card("Crispin Vale", "vale@crispin.example", "1944-06-11", "uncle in Lowestoft"),
    ];
    write("Contacts/All Contacts/All Contacts.vcf", &cards.concat());
    let mut mails = String::new();
    for (n, (from, subject, text)) in [
        ("Ottilie Thorn <otti@thorn.example>", "Hens", "The hens are laying."),
        ("Ottilie Thorn <otti@thorn.example>", "Fox", "The fox was here."),
        ("Perpetua Thorn <pet@thorn.example>", "Jam", "Seven jars."),
        ("Wool Barn <orders@woolbarn.example>", "Your order 11", "Thank you for your order.\nTotal: £18.00"),
        ("Wool Barn <orders@woolbarn.example>", "Your order 12", "Thank you for your order.\nTotal: £22.00"),
        ("Hearth Care <office@hearth.example>", "Your appointment", "Fintan will service the boiler on 12 November 2021, before noon."),
    ]
    .iter()
    .enumerate()
    {
        write!(
            mails,
            "From {n}@xxx Tue Oct 0{d} 09:00:00 +0000 2021\nFrom: {from}\nTo: Me <me@home.example>\nSubject: {subject}\n\
             Date: {d} Oct 2021 09:00:00 +0000\nMessage-ID: <m{n}@x.example>\n\n{text}\n\n",
            d = n + 1
        )
        .unwrap();
    }
    write("Mail/All mail Including Spam and Trash.mbox", &mails);
    let event = |uid: &str, day: &str, title: &str| {
        format!("BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:{day}T100000Z\r\nSUMMARY:{title}\r\nEND:VEVENT\r\n")
    };
    let events = event("1", "20210203", "Walk to the lighthouse") + &event("2", "20210204", "Dentist") + &event("3", "20210612", "Farrier");
    write("Calendar/Home.ics", &format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n"));

    let datapunk = home.vault("vault");
    import(&datapunk, &[home.path("export")]);
    let mut server = datapunk.serve(true).unwrap();
    for (question, said) in [
        ("Is Mum older than Dad?", "No. Ambrose Thorn is older: born on 30 October 1954 [1], Perpetua Thorn on 12 February 1957 [2]."),
        ("Who is younger, my sister or Mum?", "Ottilie Thorn is younger"),
        ("How old is my uncle?", "Crispin Vale is"),
        ("How many mails did I get from my sister?", "2 mails"),
        ("Which events were there on my sister's birthday in 2021?", "Walk to the lighthouse"),
        ("Who is coming on 12 November 2021 to service the boiler?", "Fintan"),
    ] {
        let answer = ask(&mut server, question);
        assert!(answer["abstained"] == false && answer["answer"].as_str().unwrap().contains(said), "{question}: {answer:#}");
    }
    let answer = ask(&mut server, "How much did I spend on buttons at Wool Barn?");
    let told = answer["answer"].as_str().unwrap();
    assert!(answer["abstained"] == true && told.contains("“buttons”") && told.contains("GBP 40.00 in all with Wool Barn"), "{answer:#}");
}
