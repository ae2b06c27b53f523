use domain::{Near, Point};
use jiff::civil::date;

use super::*;

struct Village;

impl World for Village {
    fn person(&self, words: &str) -> Result<Option<String>> {
        Ok(["Anna Meier", "Jonas Brandt"].into_iter().find(|name| name.to_lowercase().split(' ').any(|part| part == words.to_lowercase()) || name.eq_ignore_ascii_case(words)).map(str::to_owned))
    }

    fn place(&self, words: &str) -> Result<Option<Spot>> {
        let near = Near { point: Point::from_degrees(38.72, -9.14).unwrap(), metres: 15_000.0 };
        Ok((words == "Lisbon" || words == "Lissabon").then(|| Spot { name: "Lisbon".to_owned(), near }))
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
        ("Wie weit bin ich im Juni 2021 Rad gefahren?", "Strecke zusammenzählen: trip mit den Worten cycling vom 2021-06-01 bis 2021-06-30"),
        ("When was the last time I met Jonas?", "the last of everything with Jonas Brandt"),
        ("Which videos about sourdough did I watch?", "list watch or video matching sourdough"),
        ("How many photos did I take in Lisbon?", "count photo near Lisbon"),
        ("How many emails from Zoe?", "count mail (unknown: Zoe)"),
        ("Which videos with Cats did I watch?", "list watch or video matching Cats"),
        ("What is the Wi-Fi password of the cabin?", "find everything matching Wi-Fi password cabin"),
        ("Who was at the \"Summer party\"?", "who: everything matching \"Summer party\""),
        ("Wann war ich zuletzt bei Jonas?", "zuletzt: everything mit Jonas Brandt"),
    ] {
        assert_eq!(shown(question).replace("alles", "everything"), understood, "{question}");
    }
}
