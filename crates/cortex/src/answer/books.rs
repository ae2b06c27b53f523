//! Books by what their owner says of them: the stars that they were given, and when they were read. Both stand in each book's own
//! record; words would find whatever mentions a book.

use domain::{Filter, Kind, Result};
use vault::Row;

use super::{Answer, Answerer, Cited, Computed, EXAMPLES, one_claim, pick, say};
use crate::plan::{Asked, Measure, Plan, World, plain_contest};
use crate::retrieve::Hit;
use crate::snippet;

/// Where books are rated and noted as read.
const PRODUCT: &str = "goodreads";
/// Words, folded, by which books are asked for.
const BOOKS: &[&str] = &["book", "books", "novel", "novels", "buch", "bucher", "buchern", "roman", "romane"];
const READ: &[&str] = &["read", "finish", "finished", "complete", "completed", "gelesen", "lese", "las", "ausgelesen"];
const RATED: &[&str] = &["rate", "rated", "rating", "ratings", "bewertet", "bewertete"];
const STARS: &[&str] = &["star", "stars", "stern", "sterne", "sternen"];
const HIGHER: &[&str] = &["higher", "better", "more", "höher", "besser", "mehr"];
/// What stands before the titles, and is of none.
const BEFORE: &[&str] = &["which", "between", "books", "book", "stars", "welches", "zwischen", "bücher", "sterne"];
/// Numbers of stars in words.
const NUMBERS: &[(&str, f64)] = &[
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("einen", 1.0),
    ("zwei", 2.0),
    ("drei", 3.0),
    ("vier", 4.0),
    ("funf", 5.0),
];
/// What else such a question may say, and narrows nothing.
const SAID: &[&str] = &["give", "gave", "given", "gegeben", "goodreads", "fünf", "more", "fewer", "full", "through"];

/// Which books are counted.
#[derive(Clone, Copy)]
enum Wanted {
    /// Those with so many stars.
    Stars(f64),
    /// Those with any.
    Rated,
    /// Those that were read.
    Read,
}

impl Wanted {
    fn of(words: &[String]) -> Option<Self> {
        let says = |listed: &[&str]| words.iter().any(|word| listed.contains(&word.as_str()));
        if !says(BOOKS) {
            return None;
        }
        if says(STARS) {
            return stars(words).map(Self::Stars);
        }
        if says(RATED) {
            return Some(Self::Rated);
        }
        // "Did I get through more books".
        let through = says(&["through"]) && says(&["get", "got", "getting"]);
        (says(READ) || through).then_some(Self::Read)
    }

    fn holds(self, action: &str, stars: Option<f64>) -> bool {
        match self {
            Self::Stars(wanted) => stars == Some(wanted),
            Self::Rated => stars.is_some(),
            Self::Read => action == "read",
        }
    }
}

impl Answerer<'_> {
    /// How many books got so many stars or were read, or which of two got more; `None` where something else is asked, or nothing is
    /// known of books.
    pub(super) fn books(&self, question: &str, plan: &Plan) -> Result<Option<Answer>> {
        // "5*".
        let spelled = question.replace('*', " stars ");
        let words: Vec<String> = snippet::words(&spelled).map(|(_, word)| snippet::fold(word)).collect();
        // "Did I give more stars to this one or that".
        let says = |listed: &[&str]| words.iter().any(|word| listed.contains(&word.as_str()));
        let rated = says(RATED) || (says(STARS) && says(&["more", "mehr", "higher", "better"]));
        let titles = if rated { rated_titles(&plain_contest(question)) } else { None };
        let wanted = Wanted::of(&words);
        if titles.is_none() && wanted.is_none() {
            return Ok(None);
        }
        let sources = self.sources(PRODUCT)?;
        let of_others = !plan.filter.sources.is_empty() && plan.filter.sources != sources;
        if sources.is_empty() || of_others {
            return Ok(None);
        }
        if let Some(titles) = titles
            && let Some(answer) = self.rated_higher(plan, sources.clone(), titles)?
        {
            return Ok(Some(answer));
        }
        let Some(wanted) = wanted.filter(|_| narrows_nothing(plan)) else { return Ok(None) };
        if plan.sides.len() > 1 {
            return self.more_books(plan, &sources, wanted);
        }
        if plan.asked != Asked::Count {
            return Ok(None);
        }
        let rows = self.books_of(&plan.filter, &sources, wanted)?;
        if rows.is_empty() {
            return Ok(None);
        }
        let plan = over_books(plan, &sources, wanted);
        let items = self.cited_books(rows.iter().rev().take(EXAMPLES).cloned().collect(), &plan)?;
        let computed = computed(&plan, rows.len() as f64);
        let marks: String = (1..=items.len()).map(|number| format!("[{number}]")).collect();
        let text = format!(
            "{} {}{}{} ({} {marks}).",
            rows.len(),
            if rows.len() == 1 { pick(plan.language, "book", "Buch") } else { pick(plan.language, "books", "Bücher") },
            what(wanted, &plan),
            say::condition(&plan),
            pick(plan.language, "for example", "zum Beispiel")
        );
        Ok(Some(one_claim(plan, text, items, Some(computed))))
    }

    /// In which of two times more books were read.
    fn more_books(&self, plan: &Plan, sources: &[String], wanted: Wanted) -> Result<Option<Answer>> {
        let mut counts = Vec::new();
        let mut examples = Vec::new();
        for side in &plan.sides {
            let rows = self.books_of(&side.filter, sources, wanted)?;
            examples.extend(rows.iter().rev().take(2).cloned());
            counts.push((side.name.clone(), rows.len() as f64));
        }
        if counts.iter().all(|(_, n)| *n == 0.0) {
            return Ok(None);
        }
        counts.sort_by(|a, b| if plan.asked == Asked::Least { a.1.total_cmp(&b.1) } else { b.1.total_cmp(&a.1) });
        let plan = over_books(plan, sources, wanted);
        let items = self.cited_books(examples, &plan)?;
        let each: Vec<String> = counts.iter().map(|(name, n)| format!("{name}: {n}")).collect();
        let tie = counts.windows(2).all(|pair| pair[0].1 == pair[1].1);
        let verdict = match (tie, plan.asked) {
            (true, _) => pick(plan.language, "As many in each", "Gleich viele").to_owned(),
            (false, Asked::Least) => format!("{} {}", pick(plan.language, "Fewer books in", "Weniger Bücher:"), counts[0].0),
            (false, _) => format!("{} {}", pick(plan.language, "More books in", "Mehr Bücher:"), counts[0].0),
        };
        let marks: String = (1..=items.len()).map(|number| format!("[{number}]")).collect();
        let text = format!("{verdict} ({}{}) {marks}.", each.join(", "), what(wanted, &plan));
        let computed = Computed { label: counts[0].0.clone(), rows: counts.clone(), ..computed(&plan, counts[0].1) };
        Ok(Some(one_claim(plan, text, items, Some(computed))))
    }

    /// Which of two books has more stars; `None` unless each was given some.
    fn rated_higher(&self, plan: &Plan, sources: Vec<String>, titles: [String; 2]) -> Result<Option<Answer>> {
        let filter = Filter { sources, kinds: vec![Kind::Review], text: String::new(), people: Vec::new(), ..plan.filter.clone() };
        let rows = self.every(&filter)?;
        let mut found = Vec::new();
        for wanted in titles.map(|title| snippet::fold(&title)) {
            let Some(row) = rows.iter().find(|row| is_titled(&snippet::fold(&row.title), &wanted)) else { return Ok(None) };
            let Some(stars) = self.said_of(row)?.1 else { return Ok(None) };
            found.push((row.clone(), stars));
        }
        if found[0].1 < found[1].1 {
            found.swap(0, 1);
        }
        let each: Vec<String> = found
            .iter()
            .enumerate()
            .map(|(at, (row, stars))| format!("{}: {stars} {} [{}]", row.title, pick(plan.language, "stars", "Sterne"), at + 1))
            .collect();
        let verdict = if found[0].1 == found[1].1 {
            pick(plan.language, "As many stars for both", "Gleich viele Sterne").to_owned()
        } else {
            format!("{} {}", pick(plan.language, "Higher:", "Höher:"), found[0].0.title)
        };
        let items = self.cited_books(found.into_iter().map(|(row, _)| row).collect(), plan)?;
        Ok(Some(one_claim(plan.clone(), format!("{verdict} ({}).", each.join("; ")), items, None)))
    }

    fn books_of(&self, filter: &Filter, sources: &[String], wanted: Wanted) -> Result<Vec<Row>> {
        let mut books = Vec::new();
        for row in self.every(&of_books(filter, sources))? {
            let (action, stars) = self.said_of(&row)?;
            if wanted.holds(&action, stars) {
                books.push(row);
            }
        }
        Ok(books)
    }

    /// What was done with a book, and its stars.
    fn said_of(&self, row: &Row) -> Result<(String, Option<f64>)> {
        let Some(item) = self.vault.item(row.uid)? else { return Ok((String::new(), None)) };
        let action = item.data.get("action").and_then(|action| action.as_str()).unwrap_or_default().to_owned();
        Ok((action, item.data.get("stars").and_then(|stars| stars.as_f64())))
    }

    fn cited_books(&self, rows: Vec<Row>, plan: &Plan) -> Result<Vec<Cited>> {
        rows.into_iter().map(|row| self.cited(row, plan, Hit { id: 0, score: 1.0, why: vec!["counted".to_owned()] })).collect()
    }
}

/// Books that were read or rated, within a filter but for its words and kinds.
fn of_books(filter: &Filter, sources: &[String]) -> Filter {
    Filter { sources: sources.to_vec(), kinds: vec![Kind::Review, Kind::Activity], text: String::new(), ..filter.clone() }
}

/// The plan that says what is counted.
fn over_books(plan: &Plan, sources: &[String], wanted: Wanted) -> Plan {
    let mut plan = Plan { filter: of_books(&plan.filter, sources), ..plan.clone() };
    plan.understood = format!("{}{}{}", pick(plan.language, "count books", "Bücher zählen"), what(wanted, &plan), say::condition(&plan));
    plan
}

fn what(wanted: Wanted, plan: &Plan) -> String {
    match wanted {
        Wanted::Stars(stars) => format!(" {} {stars} {}", pick(plan.language, "with", "mit"), pick(plan.language, "stars", "Sternen")),
        Wanted::Rated => pick(plan.language, " that you rated", ", die du bewertet hast").to_owned(),
        Wanted::Read => pick(plan.language, " that you read", ", die du gelesen hast").to_owned(),
    }
}

fn computed(plan: &Plan, value: f64) -> Computed {
    let label = pick(plan.language, "books", "Bücher").to_owned();
    Computed { label, value, unit: String::new(), rows: Vec::new(), query: "each book's own record".to_owned() }
}

/// Whether a plan asks for a number of books by nothing but what its question calls them.
fn narrows_nothing(plan: &Plan) -> bool {
    let filter = &plan.filter;
    let said = |word: &str| {
        let word = snippet::fold(word);
        let word = word.as_str();
        let known = [BOOKS, READ, RATED, STARS, SAID].iter().any(|listed| listed.contains(&word));
        known || word.parse::<f64>().is_ok() || NUMBERS.iter().any(|(number, _)| *number == word)
    };
    let of_kind = plan.presumed || filter.kinds.is_empty() || filter.kinds == [Kind::Review];
    let of_nobody = filter.people.is_empty() && filter.senders.is_empty() && filter.recipients.is_empty();
    let nowhere = filter.near.is_none() && filter.area.is_none() && filter.labels.is_empty() && filter.places.is_empty();
    let whole = plan.by.is_none() && plan.rate.is_none() && plan.only.is_none() && plan.bound.is_none() && plan.measure == Measure::Count;
    of_kind && of_nobody && nowhere && whole && snippet::words(&filter.text).all(|(_, word)| said(word))
}

/// The number right before "stars".
fn stars(words: &[String]) -> Option<f64> {
    let at = words.iter().position(|word| STARS.contains(&word.as_str()))?;
    let before = words[at.checked_sub(1)?].as_str();
    let number = before.parse().ok().or_else(|| NUMBERS.iter().find(|(number, _)| *number == before).map(|(_, stars)| *stars));
    number.filter(|stars: &f64| (0.5..=5.0).contains(stars))
}

/// The two titles of "which did I rate higher, Clear or Orbital", or "did I rate Clear or Orbital higher".
fn rated_titles(question: &str) -> Option<[String; 2]> {
    let (left, right) = question.split_once(" or ").or_else(|| question.split_once(" oder "))?;
    let is_of = |word: &str, listed: &[&str]| listed.contains(&word.to_lowercase().trim_matches([',', ':', '?', '.']));
    if !question.split(' ').any(|word| is_of(word, HIGHER)) {
        return None;
    }
    let left = match left.rsplit_once([',', ':']) {
        Some((_, title)) => title.trim().to_owned(),
        None => {
            let words: Vec<&str> = left.split(' ').collect();
            let before = words.iter().rposition(|word| is_of(word, HIGHER) || is_of(word, RATED) || is_of(word, BEFORE))?;
            // "More stars to Clear or to Orbital".
            let given = usize::from(words.get(before + 1).is_some_and(|word| *word == "to"));
            words[before + 1 + given..].join(" ")
        }
    };
    let right = right.strip_prefix("to ").filter(|_| question.contains("stars")).unwrap_or(right);
    let mut right: Vec<&str> = right.trim().trim_end_matches(['?', '.', '!']).split(' ').collect();
    while right.last().is_some_and(|word| is_of(word, HIGHER) || is_of(word, RATED)) {
        right.pop();
    }
    let titles = [left, right.join(" ")].map(|title| title.trim_matches(['"', '“', '”', '\'', ' ']).to_owned());
    titles.iter().all(|title| !title.is_empty()).then_some(titles)
}

/// Whether a book's title with its author, folded, is that of a book: "clear, carys davies".
fn is_titled(title: &str, wanted: &str) -> bool {
    title.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with([',', ':', '(']) || rest.starts_with(" ("))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(question: &str) -> Vec<String> {
        snippet::words(question).map(|(_, word)| snippet::fold(word)).collect()
    }

    #[test]
    fn stars_are_numbers_before_the_word_and_titles_stand_around_the_or() {
        for (question, wanted) in [
            ("how many 5 star books have i rated", Some(5.0)),
            ("How many books did I give four stars?", Some(4.0)),
            ("Wie viele 5-Sterne-Bücher habe ich?", Some(5.0)),
            ("Which star books", None),
        ] {
            assert_eq!(stars(&words(question)), wanted, "{question}");
        }
        assert!(Wanted::of(&words("how many hotels with 5 stars")).is_none());
        for question in [
            "which did I rate higher, Clear or Orbital?",
            "Did I rate Clear or Orbital higher?",
            "What have I rated better: Clear or Orbital",
            "Did I give more stars to Clear or to Orbital?",
            "which Clear or Orbital rating higher",
        ] {
            assert_eq!(rated_titles(question), Some(["Clear".to_owned(), "Orbital".to_owned()]), "{question}");
        }
        assert!(rated_titles("What did I rate in 2023 or 2024?").is_none());
        assert!(is_titled("clear, carys davies", "clear") && !is_titled("clearing, bo sand", "clear"));
    }
}
