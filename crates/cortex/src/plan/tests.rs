use domain::{Near, Point};
use jiff::civil::date;

use super::*;

struct Village;

impl World for Village {
    fn person(&self, words: &str) -> Result<Option<String>> {
        Ok(["Anna Meier", "Jonas Brandt", "Holt Cycles"]
            .into_iter()
            .find(|name| name.to_lowercase().split(' ').any(|part| part == words.to_lowercase()) || name.eq_ignore_ascii_case(words))
            .map(str::to_owned))
    }

    fn place(&self, words: &str) -> Result<Option<Spot>> {
        let near = Near { point: Point::from_degrees(38.72, -9.14).unwrap(), metres: 15_000.0 };
        Ok(matches!(words.to_lowercase().as_str(), "lisbon" | "lissabon")
            .then(|| Spot { name: "Lisbon".to_owned(), within: Within::Near(near) }))
    }

    fn venue(&self, words: &str) -> Result<bool> {
        Ok(words == "Haus Keller")
    }

    fn clocks(&self, _: domain::UtcMs, _: domain::UtcMs) -> Result<Option<i64>> {
        Ok(None)
    }

    fn performs(&self, words: &str) -> Result<bool> {
        Ok(words == "Marlow")
    }

    fn knows_owner(&self) -> Result<bool> {
        Ok(true)
    }

    fn sources(&self, product: &str) -> Result<Vec<String>> {
        Ok(match product {
            "youtube" => vec!["google.youtube".to_owned()],
            "strava" => vec!["strava".to_owned()],
            _ => Vec::new(),
        })
    }

    fn holds(&self, word: &str) -> Result<bool> {
        Ok(matches!(word, "Hochzeit" | "Pfundmayr" | "\"Meier bridge\""))
    }
}

fn shown(question: &str) -> String {
    let plan = plan(question, &Filter::default(), date(2026, 11, 22), &TimeZone::UTC, &Village).unwrap();
    let said = |what: &str, words: &[String]| if words.is_empty() { String::new() } else { format!(" ({what}: {})", words.join(", ")) };
    [plan.understood, said("unknown", &plan.unknown), said("absent", &plan.absent), said("beyond", &plan.beyond)].concat()
}

#[test]
fn what_says_only_that_it_happened_narrows_nothing_and_what_it_is_about_does() {
    for (question, understood) in [
        ("I'd like to know how many searches I entered online in 2021.", "count search from 2021-01-01 to 2021-12-31"),
        ("How many mails addressed to Anna did I send off in 2019?", "count mail to Anna Meier from 2019-01-01 to 2019-12-31"),
        ("How many photos of my phone did I take?", "count photo matching phone"),
        ("How many photos of a camera did I take?", "count photo matching camera"),
        ("How many searches about the internet in 2021?", "count search matching internet from 2021-01-01 to 2021-12-31"),
        ("How many mails about the company did I get in 2021?", "count mail to you matching company from 2021-01-01 to 2021-12-31"),
        ("How many mails about the address did I get?", "count mail to you matching address"),
    ] {
        assert_eq!(shown(question), understood, "{question}");
    }
}

#[test]
fn what_is_counted_or_added_up_is_told_by_nouns_and_by_other_verbs() {
    for (questions, understood) in [
        (
            &[
                "strava run count 2022",
                "I'd like to know how many times strava has me running in 2022",
                "How often did I run in 2022, according to Strava?",
                "2022 runs logged w/ strava - how many were there?",
            ][..],
            "count trip of strava matching running from 2022-01-01 to 2022-12-31",
        ),
        (
            &["lisbon visits 2021", "2021: number of visits to Lisbon", "How many visits to Lisbon over the course of 2021?"],
            "count visit near Lisbon from 2021-01-01 to 2021-12-31",
        ),
        (&["Marlow plays 2021", "How often did I put Marlow on in 2021?"], "count listen matching Marlow from 2021-01-01 to 2021-12-31"),
        (
            &[
                "In 2021, what did my Holt Cycles orders come to?",
                "What did Holt Cycles set me back in 2021?",
                "sum of the 2021 Holt Cycles bills",
            ],
            "add up the amounts of purchase with Holt Cycles from 2021-01-01 to 2021-12-31",
        ),
        (
            &["How far did I cycle in June and July 2021?", "km cycled jun-jul 2021", "How far did I cycle in June/July 2021?"],
            "add up the distance of trip matching cycling from 2021-06-01 to 2021-07-31",
        ),
        (
            &["How many photos did I take in Lisbon in 2019 and 2021?"],
            "count photo near Lisbon from 2019-01-01 to 2019-12-31 and from 2021-01-01 to 2021-12-31",
        ),
        (&["Lisbon: number of nights", "How many nights did we sleep in Lisbon?"], "count the nights with visit near Lisbon"),
        (&["How many tasks are still to do?", "How many tasks remain open right now?"], "count task still open"),
        (&["How many dentist appointments have I had so far?"], "count event matching dentist until 2026-11-22"),
        (&["How many km did I cover on skis in 2017?"], "add up the distance of trip matching skiing from 2017-01-01 to 2017-12-31"),
        (&["total number of rides of all time"], "count trip matching cycling"),
        (&["How often did I get money back from Holt Cycles?"], "count mail or message from Holt Cycles matching refund"),
    ] {
        for question in questions {
            assert_eq!(shown(question), understood, "{question}");
        }
    }
    // What is set against each other, and what somebody plays, is counted by no noun.
    assert_eq!(shown("Did I cycle further in June or July 2021?"), "the most frequent of trip matching cycling: June 2021 / July 2021");
    assert!(!shown("Anna plays violin").starts_with("count"));
}

#[test]
fn questions_become_plans() {
    for (question, understood) in [
        ("How many mails did I get from Anna in 2019?", "count mail from Anna Meier from 2019-01-01 to 2019-12-31"),
        ("Wie viele Mails habe ich 2019 von Anna bekommen?", "zählen: mail von Anna Meier vom 2019-01-01 bis 2019-12-31"),
        ("When did I first visit Lisbon?", "the first of visit near Lisbon"),
        ("How far did I cycle in June 2021?", "add up the distance of trip matching cycling from 2021-06-01 to 2021-06-30"),
        (
            "Wie weit bin ich im Juni 2021 Rad gefahren?",
            "Strecke zusammenzählen: trip mit den Worten cycling vom 2021-06-01 bis 2021-06-30",
        ),
        ("When was the last time I met Jonas?", "the last of event with Jonas Brandt"),
        ("Which videos about sourdough did I watch?", "list watch or video matching sourdough"),
        ("How many photos did I take in Lisbon?", "count photo near Lisbon"),
        ("How many emails from Zoe?", "count mail (unknown: Zoe)"),
        ("Which videos with Cats did I watch?", "list watch or video matching Cats"),
        ("What is the Wi-Fi password of the cabin?", "find everything matching Wi-Fi password cabin"),
        ("Who was at the \"Summer party\"?", "who: everything matching \"Summer party\""),
        ("Did Anna Meier send me more mails in 2018 or in 2019?", "the most frequent of mail from Anna Meier: 2018 / 2019"),
        ("Hat mir Anna 2018 oder 2019 weniger Mails geschickt?", "am seltensten: mail von Anna Meier: 2018 / 2019"),
        (
            "Did Anna or Jonas send me more mails in 2019?",
            "the most frequent of mail from 2019-01-01 to 2019-12-31: Anna Meier / Jonas Brandt",
        ),
        ("How many mails did I send to Anna?", "count mail to Anna Meier"),
        ("Wie viele Mails habe ich Anna geschickt?", "zählen: mail an Anna Meier"),
        ("Wie viele Mails hat mir Anna geschickt?", "zählen: mail von Anna Meier"),
        ("What did Anna Maurer write to me?", "find everything (unknown: Anna Maurer)"),
        ("What did Paul Meier write to me?", "find everything (unknown: Paul Meier)"),
        ("Was hat mir Anna Maurer geschrieben?", "finden: everything (unknown: Anna Maurer)"),
        ("Was hat mir Anna Hochzeit geschrieben?", "finden: mail oder message von Anna Meier mit den Worten Hochzeit"),
        ("Wie heisst Annas Katze?", "finden: everything mit Anna Meier mit den Worten Katze"),
        ("Wie lautet die Telefonnummer von Anna?", "finden: contact mit Anna Meier mit den Worten Phone"),
        ("When is Anna's birthday?", "when: contact with Anna Meier matching Birthday"),
        ("Which video about a birthday did I watch?", "list watch or video matching birthday"),
        ("What did I pay Holt Cycles in total?", "add up the amounts of purchase with Holt Cycles"),
        ("Wie viel habe ich Holt Cycles insgesamt bezahlt?", "Beträge zusammenzählen: purchase mit Holt Cycles"),
        ("When was renewing my passport due?", "when: task or event matching renewing passport"),
        ("How often was I in Lisbon?", "count visit near Lisbon"),
        ("When was I last at the dentist?", "the last of visit or event matching dentist"),
        ("Wann habe ich Anna zuletzt gesehen?", "zuletzt: event mit Anna Meier"),
        ("Who sent me the most mails in 2019?", "the most frequent of mail from 2019-01-01 to 2019-12-31 by person"),
        ("When is the dentist appointment with Dr. Pfundmayr?", "when: event matching dentist Pfundmayr"),
        ("What did I search for most?", "the most frequent of search by title"),
        ("Which song did I listen to most often?", "the most frequent of listen by title"),
        ("Wonach habe ich am häufigsten gesucht?", "am häufigsten: search nach Titel"),
        ("How many km have I swum in 2021?", "add up the distance of trip matching swimming from 2021-01-01 to 2021-12-31"),
        ("kilometres skied in 2017?", "add up the distance of trip matching skiing from 2017-01-01 to 2017-12-31"),
        ("How many photos is Anna tagged in?", "count photo with Anna Meier"),
        // A surname may begin what a thing is called.
        ("How many searches for the Meier bridge closure?", "count search matching Meier bridge closure"),
        ("Which month of 2022 did I cycle the most?", "the most frequent of trip matching cycling from 2022-01-01 to 2022-12-31 by month"),
        ("Which year did I get the most mail?", "the most frequent of mail to you by year"),
        ("In which month did I get the most mails?", "the most frequent of mail to you by month"),
        ("Auf wie vielen Fotos ist Anna?", "zählen: photo mit Anna Meier"),
        ("Wann hat sich Anna zuletzt bei mir gemeldet?", "zuletzt: mail oder message von Anna Meier"),
        ("Which pages did I open in 2020?", "list page from 2020-01-01 to 2020-12-31"),
        ("Which mails about the archived project did I get?", "list mail to you matching archived project"),
        ("Wann war ich zuletzt bei Jonas?", "zuletzt: event mit Jonas Brandt"),
    ] {
        assert_eq!(shown(question).replace("alles", "everything"), understood, "{question}");
    }
}

#[test]
fn the_same_is_asked_in_many_ways() {
    for (questions, understood) in [
        (
            &[
                "How many emails did Anna Meier send me in 2019?",
                "In 2019, what number of e-mails came from Anna Meier?",
                "count the mails that Anna Meier wrote to me during 2019",
                "Tell me how many mails I received from Anna Meier over the year 2019.",
                "How often did Anna Meier email me in 2019?",
                "how many mails did anna meier send me in 2019",
            ][..],
            "count mail from Anna Meier from 2019-01-01 to 2019-12-31",
        ),
        (
            &[
                "How many pictures have I got from Lisbon?",
                "how many photos did i take in lisbon",
                "Number of photographs I shot around Lisbon?",
            ],
            "count photo near Lisbon",
        ),
        (
            &[
                "Wie viele Bilder sind in Lissabon entstanden?",
                "wie viele fotos hab ich in Lissabon geknipst",
                "Anzahl Aufnahmen aus Lissabon",
            ],
            "zählen: photo nahe Lisbon",
        ),
        (
            &[
                "How many kilometres did I ride my bike in June 2021?",
                "What distance did I cover by bicycle in June 2021?",
                "Total distance cycled in June 2021?",
                "How many km by bike in 06/2021?",
            ],
            "add up the distance of trip matching cycling from 2021-06-01 to 2021-06-30",
        ),
        (
            &[
                "How much money has gone to Holt Cycles so far?",
                "What have I spent at Holt Cycles altogether?",
                "How much did Holt Cycles charge me overall?",
            ],
            "add up the amounts of purchase with Holt Cycles",
        ),
        (
            &["Was habe ich bei Holt Cycles alles in allem ausgegeben?", "Wie viel Geld ging bisher an Holt Cycles?"],
            "Beträge zusammenzählen: purchase mit Holt Cycles",
        ),
        (&["Who did I mail most?", "To whom have I sent the most mails?"], "the most frequent of mail from you by person"),
        (&["When did I last hear from Anna?", "When did Anna last write to me?"], "the last of mail or message from Anna Meier"),
        (&["When was I in Lisbon for the first time?", "When did I initially go to Lisbon?"], "the first of visit near Lisbon"),
        (&["How many mails did I write in 2019?"], "count mail from you from 2019-01-01 to 2019-12-31"),
        (&["How many mails did I get in 2019?"], "count mail to you from 2019-01-01 to 2019-12-31"),
        (&["How many clips did I watch on YouTube in 2020?"], "count watch or video of google.youtube from 2020-01-01 to 2020-12-31"),
        (&["Where did I spend 20 July 2021?", "Which city was I in on 20 July 2021?"], "where: visit on 2021-07-20"),
        (&["Which photos did I take in Lisbon?", "Show me my Lisbon photos"], "list photo near Lisbon"),
        (
            &["Did I take more photos or more notes in 2019?"],
            "the most frequent of photo or note from 2019-01-01 to 2019-12-31: photo / note",
        ),
        (&["What is my next appointment?"], "the next of event since 2026-11-22"),
        (&["Did Anna write to me in 2019?"], "count mail or message from Anna Meier from 2019-01-01 to 2019-12-31"),
        (&["What's Anna's e-mail address?", "What is the email address of Anna Meier?"], "find contact with Anna Meier matching E-mail"),
        (&["How many emails from my neighbour Jonas Brandt are there?"], "count mail from Jonas Brandt"),
        (&["Gib mir die Nummer von Anna"], "finden: contact mit Anna Meier mit den Worten Phone"),
        (&["Wie heisst die Katze von Anna?"], "finden: alles mit Anna Meier mit den Worten Katze"),
        (&["Wie viele YouTube-Videos habe ich geschaut?"], "zählen: watch oder video aus google.youtube"),
        (&["Anzahl Google-Suchen im März 2020"], "zählen: search vom 2020-03-01 bis 2020-03-31"),
        (&["How much have I paid the bike shop Holt Cycles in all?"], "add up the amounts of purchase with Holt Cycles"),
        (&["How often did I play tennis in 2019?"], "count visit or event matching tennis from 2019-01-01 to 2019-12-31"),
        (&["Who called me on 3 May 2019?"], "who: call on 2019-05-03"),
        (&["What was Anna's first mail to me?", "What was Anna's initial mail to me?"], "the first of mail from Anna Meier"),
        (&["When was my final visit to Lisbon?", "On which day was I most recently in Lisbon?"], "the last of visit near Lisbon"),
        (&["What was the final score?"], "find everything matching final score"),
        (&["Was war Annas erste Mail an mich?"], "zuerst: mail von Anna Meier"),
        (&["How many mails did my brother Jonas Brandt send me?"], "count mail from Jonas Brandt"),
    ] {
        for question in questions {
            assert_eq!(shown(question), understood, "{question}");
        }
    }
}

#[test]
fn what_no_plan_can_hold_is_named_and_not_passed_over() {
    for (question, left) in [
        ("Which mails did I not answer?", "(beyond: not)"),
        ("What was I doing on 30 February 2022?", "(beyond: 30 February)"),
        ("How many mails didn't Anna answer?", "(beyond: didn't)"),
        ("Wie viele Fotos ohne Leute habe ich?", "(beyond: ohne)"),
        ("Which was the first mail that I got in the morning?", "(beyond: in the morning)"),
        ("How much did I pay Holt Cycles on Sundays?", "(beyond: on sundays)"),
        ("How long was my longest ride on Sundays?", "(beyond: on sundays)"),
        ("How many different people sent me mails?", "(beyond: different)"),
        ("From how many different shops have I ordered?", "(beyond: different)"),
        ("What is the longest ride?", ""),
        ("How many did I have in 2020?", "(beyond: How many did I have in 2020?)"),
        ("How much did I have in 2020?", "(beyond: how much, How much did I have in 2020?)"),
        ("Where did Anna go in 2020?", "(beyond: Anna)"),
        ("How many WhatsApp messages did I send in 2020?", "(absent: WhatsApp)"),
        ("Wie viele WhatsApp-Nachrichten habe ich verschickt?", "(absent: WhatsApp)"),
        ("Where was Anna on 16 May 2015?", "(beyond: Anna Meier)"),
        ("How many mails from Netflix?", "(unknown: Netflix)"),
        ("When is the appointment with Dr. Grunwald?", "(unknown: Dr Grunwald)"),
        ("Welche Aufgaben sind überfällig?", "(beyond: überfällig)"),
        ("How many archived notes do I have?", "(beyond: archived)"),
        ("How many items are archived?", "(beyond: archived)"),
        ("How many notes are pinned?", "(beyond: pinned)"),
        ("How many photos are in the bin?", "(beyond: in the bin)"),
        ("What notes are archived?", "(beyond: archived)"),
        ("Wie viele Notizen sind angepinnt?", "(beyond: angepinnt)"),
        ("Wie viele gelöschte Fotos habe ich?", "(beyond: gelöschte)"),
        ("Wie viele Notizen liegen im Papierkorb?", "(beyond: im Papierkorb)"),
        ("How many mails have an attachment?", "(beyond: have an attachment)"),
        ("How many attachments do I have?", "(beyond: attachments, How many attachments do I have?)"),
        ("How many unread mails do I have?", "(beyond: unread)"),
        ("Wie viele Mails mit Anhang habe ich?", "(beyond: mit Anhang)"),
        ("Wie viele ungelesene Mails habe ich?", "(beyond: ungelesene)"),
        ("How many events were cancelled?", "(beyond: cancelled)"),
        ("How many missed calls do I have?", "(beyond: missed)"),
        ("Which website did I visit most?", "(beyond: website)"),
        ("Which notes did I write most?", "(beyond: most)"),
        ("What did I photograph the most?", "(beyond: most)"),
    ] {
        let shown = shown(question);
        let declines = shown.find(" (").map_or("", |at| shown[at..].trim());
        assert_eq!(declines, left, "{question}: {shown}");
    }
}

#[test]
fn a_slip_in_a_word_of_asking_is_read_and_said_and_names_are_left_alone() {
    assert_eq!(shown("How many vidoes did I watch in 2020?"), "count watch or video from 2020-01-01 to 2020-12-31 (vidoes read as videos)");
    assert_eq!(shown("Wie viele Emials von Anna?"), "zählen: mail von Anna Meier (Emials gelesen als emails)");
    assert_eq!(shown("How many mails from Jonsa?"), "count mail (unknown: Jonsa)");
}

#[test]
fn what_is_made_of_values_is_said_and_taken() {
    for (question, understood) in [
        ("How far was my longest bike ride in 2021?", "the furthest of trip matching cycling from 2021-01-01 to 2021-12-31"),
        ("When was my shortest run?", "the least of trip matching running"),
        ("What is the average duration of my visits to Haus Keller?", "the mean time of visit matching \"Haus Keller\""),
        ("How many mails a week did Anna send me in 2019?", "count mail from Anna Meier from 2019-01-01 to 2019-12-31 per week"),
        ("Wie oft pro Monat habe ich 2019 etwas gegoogelt?", "zählen: search vom 2019-01-01 bis 2019-12-31 pro Monat"),
        ("In which year did I ride the furthest by bike?", "the most frequent of trip matching cycling by year"),
        ("At what hour do I search the most?", "the most frequent of search by hour"),
        ("On which day did I take the most photos?", "the most frequent of photo by day"),
        ("Which countries did I visit in 2019?", "list visit from 2019-01-01 to 2019-12-31 by country"),
        ("In wie vielen verschiedenen Städten war ich?", "zählen: visit nach Ort"),
        ("Which channel did I watch most in 2020?", "the most frequent of watch or video from 2020-01-01 to 2020-12-31 by channel"),
        ("Did I cycle further in 2019 or in 2020?", "the most frequent of trip matching cycling: 2019 / 2020"),
        ("How often was I at Haus Keller?", "count visit matching \"Haus Keller\""),
        ("Where was I at 3 pm on 4 May 2019?", "where: visit on 2019-05-04"),
        ("Where did I sleep on 4 May 2019?", "where: visit from 2019-05-04 to 2019-05-05"),
    ] {
        assert_eq!(shown(question), understood, "{question}");
    }
}

#[test]
fn bounds_hours_weekdays_and_states_narrow_what_is_counted() {
    for (question, understood) in [
        ("How many runs of more than 10 km did I do in 2021?", "count trip matching running from 2021-01-01 to 2021-12-31 over 10 km"),
        (
            "On how many days in 2021 did I walk over 10,000 steps?",
            "add up the steps of measure from 2021-01-01 to 2021-12-31 over 10000 steps",
        ),
        ("How many orders were under £20?", "count purchase under 20 GBP"),
        ("How many orders were at least 50 euros?", "count purchase at least 50 EUR"),
        ("How many rides of no more than 50 km did I do?", "count trip matching cycling at most 50 km"),
        ("How many rides between 10 and 20 km did I do?", "count trip matching cycling at least 10 km and at most 20 km"),
        ("How many rides of more than 10 but less than 20 km did I do?", "count trip matching cycling over 10 km and under 20 km"),
        ("How many mails did I get in the morning?", "count mail to you in the morning"),
        ("Wie viele Mails bekomme ich am Morgen?", "zählen: mail an dich am morgen"),
        ("How many videos did I watch after 10 pm in 2021?", "count watch or video from 2021-01-01 to 2021-12-31 after 10 pm"),
        ("How many mails came between 9 and 11 am?", "count mail between 9 and 11 am"),
        ("How often did I search on Sundays?", "count search on sundays"),
        ("How many different videos did I watch?", "count watch or video each once by title"),
        ("How many tasks are still open?", "count task still open"),
        ("Which tasks are unfinished?", "list task still open"),
        ("Wie viele Aufgaben habe ich erledigt?", "zählen: task erledigt"),
        ("How many steps did I walk in May 2019?", "add up the steps of measure from 2019-05-01 to 2019-05-31"),
        ("On which day did I walk the most steps?", "the most frequent of measure by day"),
        ("How many nights was I in Lisbon?", "count the nights with visit near Lisbon"),
    ] {
        assert_eq!(shown(question), understood, "{question}");
    }
}

#[test]
fn a_bound_holds_its_own_value_where_the_words_say_so() {
    let bounded = |question: &str| plan(question, &Filter::default(), date(2026, 11, 22), &TimeZone::UTC, &Village).unwrap();
    for (said, holds) in [
        ("at least 10 km", true),
        ("no less than 10 km", true),
        ("at most 10 km", true),
        ("up to 10 km", true),
        ("between 5 and 10 km", true),
        ("more than 10 km", false),
        ("over 10 km", false),
        ("less than 10 km", false),
        ("under 10 km", false),
        ("more than 5 but less than 10 km", false),
    ] {
        let bound = bounded(&format!("How many rides of {said} did I do?")).bound.unwrap();
        assert_eq!(bound.holds(10_000.0), holds, "{said}");
    }
    for (said, holds) in [("mindestens 10 km", true), ("höchstens 10 km", true), ("über 10 km", false), ("unter 10 km", false)] {
        assert_eq!(bounded(&format!("Wie viele Velofahrten von {said} habe ich gemacht?")).bound.unwrap().holds(10_000.0), holds, "{said}");
    }
    assert_eq!(bounded("How many orders were over £100?").currency, Some("GBP"));
    assert_eq!(bounded("Which orders were more than 50 euros?").currency, Some("EUR"));
}

#[test]
fn money_is_asked_for_by_what_it_was_and_by_what_it_is_paid_on() {
    for (question, understood) in [
        ("How much per month do I pay Holt Cycles on average?", "add up the amounts of purchase with Holt Cycles per month"),
        ("What was my dearest bill from Holt Cycles?", "the greatest of purchase from Holt Cycles"),
        ("average bill from Holt Cycles in 2021", "the mean of purchase from Holt Cycles from 2021-01-01 to 2021-12-31"),
        ("At which shop did I spend the most?", "the most frequent of purchase by channel"),
        ("In which year did I pay Holt Cycles the most?", "the most frequent of purchase with Holt Cycles by year"),
        ("Was the Holt Cycles bill higher in 2020 than in 2021?", "the most frequent of purchase with Holt Cycles: 2020 / 2021"),
        ("How much was the bed frame?", "add up the amounts of purchase matching bed frame"),
        (
            "Where did more of my money go in 2022, Holt Cycles or Anna Meier?",
            "the most frequent of purchase from 2022-01-01 to 2022-12-31: Holt Cycles / Anna Meier",
        ),
        (
            "phone statements of 2021 added together, Holt Cycles",
            "add up the amounts of purchase with Holt Cycles matching phone from 2021-01-01 to 2021-12-31",
        ),
        ("phone bills 2021 total", "add up the amounts of purchase matching phone from 2021-01-01 to 2021-12-31"),
        (
            "How much rent did we pay Anna Meier in all those months together?",
            "add up the amounts of purchase with Anna Meier matching rent",
        ),
        ("How many Holt Cycles orders were called off?", "count purchase with Holt Cycles matching cancelled"),
    ] {
        assert_eq!(shown(question), understood, "{question}");
    }
}

#[test]
fn the_time_between_two_things_is_asked_for_by_their_names() {
    let parted = |question: &str| interval(question).map(|interval| (interval.unit, interval.first, interval.second));
    let between = |unit, first: &str, second: &str| Some((unit, first.to_owned(), second.to_owned()));
    assert_eq!(
        parted("How many days passed between my interview and the day I started as warden?"),
        between(IntervalUnit::Day, "interview", "started as warden")
    );
    assert_eq!(parted("How many weeks after the wedding was the move?"), between(IntervalUnit::Week, "wedding", "move"));
    assert_eq!(parted("Wie viele Tage liegen zwischen der Hochzeit und dem Umzug?"), between(IntervalUnit::Day, "Hochzeit", "Umzug"));
    assert_eq!(parted("How many days did I spend between jobs?"), None);
    assert_eq!(parted("How many days was I in Lisbon?"), None);
}

#[test]
fn an_hour_of_a_day_is_that_minute_and_a_night_goes_past_midnight() {
    let hours = |question: &str| {
        let filter = plan(question, &Filter::default(), date(2026, 11, 22), &TimeZone::UTC, &Village).unwrap().filter;
        let midnight = date(2019, 5, 4).to_zoned(TimeZone::UTC).unwrap().timestamp().as_millisecond();
        (filter.from.unwrap() - midnight, filter.to.unwrap() - midnight)
    };
    let hour = 3_600_000;
    assert_eq!(hours("Where was I at 3 pm on 4 May 2019?"), (15 * hour, 15 * hour + 60_000));
    assert_eq!(hours("Where was I at 9:30 am on 4 May 2019?"), (9 * hour + hour / 2, 9 * hour + hour / 2 + 60_000));
    assert_eq!(hours("Wo war ich am 4. Mai 2019 um 15 Uhr 20?"), (15 * hour + hour / 3, 15 * hour + hour / 3 + 60_000));
    assert_eq!(hours("Where was I in the evening of 4 May 2019?"), (18 * hour, 23 * hour));
    assert_eq!(hours("Where did I sleep on 4 May 2019?"), (22 * hour, 30 * hour));
}

#[test]
fn where_somebody_was_at_a_minute_needs_no_other_word() {
    for (question, understood) in [
        ("whereabouts on 28 May 2017 at noon?", "where: visit on 2017-05-28"),
        ("whereabouts 21 may 2022 12:30", "where: visit on 2022-05-21"),
        ("19 Nov 2022 at noon??", "where: visit on 2022-11-19"),
        ("On Feb 22, 2020 at noon I was at ...?", "where: visit on 2020-02-22"),
        ("16 September 2017 half past noon, where was I", "where: visit on 2017-09-16"),
        ("where was I on 12 March 2022 at four pm", "where: visit on 2022-03-12"),
        ("which beach was I at on 18 July 2020, 2pm", "where: visit on 2020-07-18"),
        ("Where was I on 12 August 2023 at 1pm, which museum?", "where: visit on 2023-08-12"),
        ("at what place was I on 20 November 2018 at 3 pm (the accident of the cat)", "where: visit on 2018-11-20"),
        ("where was I when the cat was born, 30 September 2016 at 6 in the evening", "where: visit on 2016-09-30"),
        ("5 November 2024 at 8 pm: where did I end up", "where: visit on 2024-11-05"),
        ("Wo war ich am 4. Mai 2019 um 15 Uhr?", "wo: visit am 2019-05-04"),
        ("28 may 2017 12:00 location", "where: visit on 2017-05-28"),
        ("beach 18 jul 2020 14:00", "where: visit on 2020-07-18"),
        ("10 jul 2024 country", "where: visit on 2024-07-10"),
        ("nine at night on 30/11/2019, I was where", "where: visit on 2019-11-30"),
        ("The cat's accident on the 20th of Nov 2018 - I was where at 15:00?", "where: visit on 2018-11-20"),
        ("At six in the evening on 30 September 2016, the day the cat was born, what place was I at?", "where: visit on 2016-09-30"),
        ("where'd i spend the evening 24/7/2021, 9pm to be exact", "where: visit on 2021-07-24"),
        ("my whereabouts Sat 2 Jun 2018 approx. 11:00?", "where: visit on 2018-06-02"),
        ("I'd like to know where I landed on the evening of 2024-11-05, at eight o'clock.", "where: visit on 2024-11-05"),
        // What happened then is another question, and a day is no minute.
        ("What did Anna write to me on 4 May 2019 at 3 pm?", "find mail or message from Anna Meier on 2019-05-04"),
        ("which beach was I at on 18 July 2020", "list visit or event matching beach on 2020-07-18"),
    ] {
        assert_eq!(shown(question), understood, "{question}");
    }
}

#[test]
fn having_been_somewhere_is_counted_by_what_tells_of_it() {
    for (question, understood) in [
        ("pictures from the 2017 Lisbon holiday: how many?", "count photo near Lisbon from 2017-01-01 to 2017-12-31"),
        ("How many photos did I take on my Lisbon vacation?", "count photo near Lisbon"),
        ("How often was I physically in Lisbon?", "count visit near Lisbon"),
        ("Have I been to Lisbon more than once? How many visits up to the end of 2023?", "count visit near Lisbon until 2023-12-31"),
        ("nights in Lisbon, how many", "count the nights with visit near Lisbon"),
        ("Curling league nights in the calendar - how many of them?", "count event matching Curling league nights"),
        ("how many steps did I walk on 4 May 2019", "add up the steps of measure on 2019-05-04"),
        ("When was my highest step count?", "the greatest of measure"),
    ] {
        assert_eq!(shown(question), understood, "{question}");
    }
}

/// Someone whose clocks were six hours behind those of where the question is asked.
struct Abroad;

impl World for Abroad {
    fn person(&self, words: &str) -> Result<Option<String>> {
        Village.person(words)
    }

    fn place(&self, words: &str) -> Result<Option<Spot>> {
        Village.place(words)
    }

    fn venue(&self, words: &str) -> Result<bool> {
        Village.venue(words)
    }

    fn clocks(&self, _: domain::UtcMs, _: domain::UtcMs) -> Result<Option<i64>> {
        Ok(Some(-360))
    }

    fn performs(&self, words: &str) -> Result<bool> {
        Village.performs(words)
    }

    fn knows_owner(&self) -> Result<bool> {
        Village.knows_owner()
    }

    fn sources(&self, product: &str) -> Result<Vec<String>> {
        Village.sources(product)
    }

    fn holds(&self, word: &str) -> Result<bool> {
        Village.holds(word)
    }
}

#[test]
fn what_is_written_by_day_keeps_the_day_that_it_names_and_what_happened_the_clocks_of_its_place() {
    let hour = 3_600_000;
    let midnight = date(2019, 5, 4).to_zoned(TimeZone::UTC).unwrap().timestamp().as_millisecond();
    let from =
        |question: &str| plan(question, &Filter::default(), date(2026, 11, 22), &TimeZone::UTC, &Abroad).unwrap().filter.from.unwrap();
    assert_eq!(from("How many steps did I walk on 4 May 2019?") - midnight, 0);
    assert_eq!(from("Where was I on 4 May 2019?") - midnight, 6 * hour);
    assert_eq!(from("Where was I at noon on 4 May 2019?") - midnight, 18 * hour);
}

#[test]
fn a_question_goes_on_with_the_one_before() {
    let mut shown = Vec::new();
    let mut earlier: Option<Plan> = None;
    let today = date(2026, 11, 22);
    for question in [
        "How many mails did Anna send me in 2019?",
        "and in 2020?",
        "only from Jonas",
        "Which year did I get the most?",
        "How many photos did I take in Lisbon?",
        "When was the first?",
    ] {
        let later = plan(question, &Filter::default(), today, &TimeZone::UTC, &Village).unwrap();
        let plan = match &earlier {
            Some(earlier) if goes_on(question, &later) => merged(earlier, question, later, today),
            _ => later,
        };
        shown.push(plan.understood.clone());
        earlier = Some(plan);
    }
    assert_eq!(
        shown,
        [
            "count mail from Anna Meier from 2019-01-01 to 2019-12-31",
            "count mail from Anna Meier from 2020-01-01 to 2020-12-31",
            "count mail from Jonas Brandt from 2020-01-01 to 2020-12-31",
            "the most frequent of everything by year",
            "count photo near Lisbon",
            "the first of photo near Lisbon",
        ]
    );
}

#[test]
fn a_question_that_goes_on_keeps_and_gives_conditions() {
    let today = date(2026, 11, 22);
    let read = |question: &str| plan(question, &Filter::default(), today, &TimeZone::UTC, &Village).unwrap();
    for (first, second, understood) in [
        ("How many rides in 2021?", "and of more than 50 km?", "count trip matching cycling from 2021-01-01 to 2021-12-31 over 50 km"),
        (
            "How many rides of more than 50 km in 2021?",
            "and in 2020?",
            "count trip matching cycling from 2020-01-01 to 2020-12-31 over 50 km",
        ),
        (
            "How many rides of more than 50 km in 2021?",
            "and how many photos?",
            "count photo matching cycling from 2021-01-01 to 2021-12-31",
        ),
        (
            "How many mails did Anna send me in 2019?",
            "and on Sundays?",
            "count mail from Anna Meier from 2019-01-01 to 2019-12-31 on sundays",
        ),
        (
            "How many different videos did I watch in 2019?",
            "and in 2020?",
            "count watch or video from 2020-01-01 to 2020-12-31 each once by title",
        ),
        (
            "How far was my first ride in 2021?",
            "and in 2020?",
            "add up the distance of trip the first matching cycling from 2020-01-01 to 2020-12-31",
        ),
        ("How many days was I abroad in 2019?", "and in 2020?", "count the days with visit abroad from 2020-01-01 to 2020-12-31"),
    ] {
        let later = read(second);
        assert!(goes_on(second, &later), "{second}");
        let plan = merged(&read(first), second, later, today);
        assert_eq!(plan.understood, understood, "{first} {second}");
        assert!(plan.beyond.is_empty(), "{first} {second}: {:?}", plan.beyond);
    }
    // Whom the vault does not know is not forgotten with the next question.
    let second = read("and in 2020?");
    assert_eq!(merged(&read("How many emails from Zoe in 2019?"), "and in 2020?", second, today).unknown, ["Zoe"]);
}

#[test]
fn times_abroad_are_told_by_visits_and_what_else_is_asked_of_them_is_not_computed() {
    for (question, understood) in [
        ("How many days was I abroad in 2019?", "count the days with visit abroad from 2019-01-01 to 2019-12-31"),
        ("When was I last out of the country?", "the last of visit abroad"),
        ("How many foreign countries did I visit?", "count visit abroad by country"),
        ("Wie oft war ich 2019 im Ausland?", "zählen: visit im Ausland vom 2019-01-01 bis 2019-12-31"),
        ("How many photos did I take abroad?", "count photo (beyond: abroad)"),
    ] {
        assert_eq!(shown(question), understood, "{question}");
    }
}

#[test]
fn of_several_the_one_that_is_meant_is_told_by_an_order() {
    for (question, understood) in [
        ("How much was my last electricity bill?", "add up the amounts of purchase the last matching electricity"),
        ("How far was my first ride?", "add up the distance of trip the first"),
        ("How much did I spend in the last three months?", "add up the amounts of purchase since 2026-08-22"),
    ] {
        assert!(shown(question).starts_with(understood), "{question}: {}", shown(question));
    }
}

#[test]
fn the_number_of_a_thing_is_looked_for_and_of_several_things_counted() {
    for (question, understood) in [
        ("the frame number of the stolen cargo bike please", "find everything matching frame stolen cargo bike"),
        ("Wie lautet die Rahmennummer von meinem Fahrrad?", "finden: alles mit den Worten Rahmennummer Fahrrad"),
        ("What is Anna's phone number?", "find contact with Anna Meier matching Phone"),
        ("Wie lautet die Telefonnummer von Anna?", "finden: contact mit Anna Meier mit den Worten Phone"),
        ("What is the total number of mails that I got from Anna in 2019?", "count mail from Anna Meier from 2019-01-01 to 2019-12-31"),
        ("Number of photos I took in Lisbon?", "count photo near Lisbon"),
    ] {
        assert_eq!(shown(question), understood, "{question}");
    }
}

#[test]
fn times_that_are_put_together_are_added_and_not_compared() {
    for (question, understood) in [
        (
            "How far did I cycle in 2021 and 2023 put together?",
            "add up the distance of trip matching cycling from 2021-01-01 to 2021-12-31 and from 2023-01-01 to 2023-12-31",
        ),
        (
            "How many photos did I take in Lisbon in 2019 and 2021 combined?",
            "count photo near Lisbon from 2019-01-01 to 2019-12-31 and from 2021-01-01 to 2021-12-31",
        ),
        (
            "How much did I pay Holt Cycles in 2024 and 2025 altogether?",
            "add up the amounts of purchase with Holt Cycles from 2024-01-01 to 2025-12-31",
        ),
        (
            "Wie weit bin ich 2021 und 2023 insgesamt Rad gefahren?",
            "Strecke zusammenzählen: trip mit den Worten cycling vom 2021-01-01 bis 2021-12-31 und vom 2023-01-01 bis 2023-12-31",
        ),
        ("Did I cycle further in 2019 or in 2020 in all?", "the most frequent of trip matching cycling: 2019 / 2020"),
    ] {
        assert_eq!(shown(question), understood, "{question}");
    }
    assert!(shown("How many did I have in 2020 and 2021 in all?").contains("beyond"), "a number over everything answers nothing");
}

#[test]
fn what_is_set_apart_by_an_or_has_a_side_each() {
    assert_eq!(shown("Who did I listen to more, Hozier or Lankum?"), "the most frequent of listen: Hozier / Lankum");
    assert_eq!(shown("Hozier or Lankum: who did I listen to more?"), "the most frequent of listen: Hozier / Lankum");
    assert_eq!(shown("Of Hozier and Lankum, who did I listen to more?"), "the most frequent of listen: Hozier / Lankum");
    assert_eq!(
        shown("Between 2019 and 2020, which saw me cover the greater distance cycling?"),
        "the most frequent of trip matching cycling: 2019 / 2020"
    );
}

#[test]
fn a_verb_is_taken_by_what_it_is_said_of() {
    for (question, understood) in [
        ("How many times did I play Marlow in 2021?", "count listen matching Marlow from 2021-01-01 to 2021-12-31"),
        ("How many times did I play hurling in 2021?", "count visit or event matching hurling from 2021-01-01 to 2021-12-31"),
        ("How many water bills did I get in 2021?", "count mail or message matching water bills from 2021-01-01 to 2021-12-31"),
        ("How many orders did I place in 2021?", "count purchase from 2021-01-01 to 2021-12-31"),
        ("Which was the last country that I visited?", "the last of visit by country"),
        ("How often did I order yarn from Holt Cycles?", "count purchase from Holt Cycles matching yarn"),
    ] {
        assert_eq!(shown(question), understood, "{question}");
    }
}
