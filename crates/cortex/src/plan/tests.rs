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
        Ok((words == "Lisbon" || words == "Lissabon").then(|| Spot { name: "Lisbon".to_owned(), near }))
    }

    fn holds(&self, word: &str) -> Result<bool> {
        Ok(word == "Hochzeit")
    }
}

fn shown(question: &str) -> String {
    let plan = plan(question, &Filter::default(), date(2026, 11, 22), &TimeZone::UTC, &Village).unwrap();
    let unknown = if plan.unknown.is_empty() { String::new() } else { format!(" (unknown: {})", plan.unknown.join(", ")) };
    format!("{}{unknown}", plan.understood)
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
        ("Who sent me the most mails in 2019?", "the most frequent of mail from 2019-01-01 to 2019-12-31"),
        ("Wann war ich zuletzt bei Jonas?", "zuletzt: everything mit Jonas Brandt"),
    ] {
        assert_eq!(shown(question).replace("alles", "everything"), understood, "{question}");
    }
}
