//! Questions that set two sides against each other, in one wording: whichever way they do it ("X vs Y", "did X beat Y, or the other
//! way round", "X and Y: which had more"), what is read on has an "or" between the sides and one word that compares them.

use super::{Language, words};

/// Ends of a question that only say that either may be.
const REVERSED: &str = "or the other way round | or the other way around | or was it the other way round | or was it the other way around | \
    or is it the other way round | or is it the other way around | or the way round | or vice versa | or the reverse | or was it the reverse | \
    or is it the reverse | oder umgekehrt | oder andersherum | oder andersrum | oder war es umgekehrt | oder ist es umgekehrt";

/// What stands between two sides and means no more than that there are two.
const AGAINST: &[&str] = &["vs", "versus"];

/// Verbs by which one side has more than the other.
const BEATS: &[&str] =
    &["beat", "beats", "outdo", "outdid", "exceed", "exceeded", "exceeds", "outnumber", "outnumbered", "surpass", "surpassed"];

/// Words that compare, beside those that tables of the plan have.
const COMPARES: &str = "greater | larger | which wins | which one wins | who wins | which is ahead | who is ahead | wer gewinnt | faster | quicker | slower | better | heavier | lighter | taller | older | \
    younger | elder | pricier | costlier | more | less | fewer | schneller | langsamer | besser | schwerer | leichter | grösser | größer | \
    älter | jünger";

/// What is done, or measured: two sides beside it are set against each other though nothing compares them.
const DONE: &[&str] = &[
    "plays",
    "play",
    "played",
    "listened",
    "listening",
    "watched",
    "watch",
    "watching",
    "views",
    "viewed",
    "youtube",
    "steps",
    "km",
    "kilometres",
    "kilometers",
    "miles",
    "hours",
    "minutes",
    "bills",
    "cost",
    "costs",
    "spend",
    "spent",
    "paid",
    "emails",
    "mails",
    "photos",
    "price",
    "prices",
    "rent",
    "gehört",
    "geschaut",
    "schritte",
    "kosten",
    "ausgegeben",
    "bezahlt",
];

/// What is said otherwise, as the tables have it. The longer phrases stand first.
const ALIKE: &[(&str, &str)] = &[
    (
        "more",
        "the greater number of | a greater number of | the higher number of | a higher number of | the larger number of | \
            a larger number of | the bigger number of | greater in number | higher in number | larger in number | the bigger share of | \
            a bigger share of | the larger share of | the greater share of | die grössere zahl | die größere zahl | die grössere anzahl | \
            die größere anzahl",
    ),
    (
        "further",
        "the greater distance | a greater distance | greater distance | the longer distance | longer distance | the bigger distance | \
            more distance | more ground | die grössere strecke | die größere strecke | die längere strecke",
    ),
    (
        "did i pay more",
        "got more money from me | got more money from us | got more of my money | got more of our money | took more of my money | \
            took more of our money | had more money from me | got more from my wallet",
    ),
    (
        "cost me more",
        "set me back more | set us back more | came to more | comes to more | come to more | billed me more | billed us more | \
            charged me more | charged us more | bills me more | bills us more | charges me more | charges us more",
    ),
    (
        "cost me less",
        "set me back less | set us back less | came to less | comes to less | come to less | billed me less | charged me less",
    ),
    ("dearer", "pricier | costlier | more costly | kostspieliger"),
    ("faster", "quicker | speedier | the better time | a better time | the shorter time | in less time"),
    (
        "did i watch more",
        "had more views from me | got more views from me | more views from me | did i see more of | have i seen more of | i saw more of | \
            i see more of | i've seen more of",
    ),
    ("did i play more", "got more plays from me | had more plays from me | more plays from me | got more plays | had more plays"),
    ("watched more", "most watched | most viewed"),
    ("played more", "most played | most listened to"),
    ("step count", "step total | steps total | total of steps"),
    ("which more", "which wins | which one wins | which is ahead | which came out ahead"),
    ("who more", "who wins | who is ahead | who came out ahead"),
    ("wer mehr", "wer gewinnt"),
    ("more", "greater | larger"),
];

/// What only says that the sides are two, and of what sort.
const TWO: &str = "of the two channels | of the two bands | of the two artists | of the two shops | of the two stores | of the two companies | \
    of the two years | of the two months | of the two | of these two | of those two | of them both | of both | von beiden | von den beiden";

/// What the sides are, after "which": the sides themselves say it.
const SORTS: &[&str] =
    &["month", "shop", "store", "company", "provider", "seller", "child", "sender", "monat", "laden", "firma", "anbieter"];

/// What follows "which", where it asks for one of the sides.
const OF_SIDES: &[&str] = &[
    "of", "one", "had", "has", "have", "was", "is", "were", "did", "does", "do", "saw", "got", "gets", "year", "came", "comes", "cost",
    "costs", "brought", "gave", "took", "set", "sent", "wrote", "won", "hatte", "hat", "war", "ist", "kostete", "von",
];

const ASKS: &[&str] = &["which", "who", "whose", "whom", "when", "where", "welche", "welcher", "welches", "wer", "wann", "wo"];

/// A question as it is, or, where it sets two sides against each other, in the one wording for that.
pub(crate) fn plain(question: &str) -> String {
    // What is quoted is taken as it stands.
    if question.contains(['"', '“', '”', '„', '«', '»']) {
        return question.to_owned();
    }
    let mut said = Said(question.split_whitespace().map(str::to_owned).collect());
    let reversed = said.drop_reversed();
    let joined = said.join_sides(reversed);
    if !said.has(&["or", "oder"]) || !(joined || said.compares()) {
        return question.to_owned();
    }
    said.one_of_times();
    said.it_was();
    let distance = said.drop_phrases("by distance | in distance | nach distanz");
    said.say_alike();
    if distance && !said.replace_first("longer", "further") && !said.replace_first("more", "further") && !said.compares() {
        said.end_with("further");
    }
    if (joined || reversed) && !said.compares() {
        said.end_with("more");
    }
    said.sides_last();
    let plain = said.0.join(" ");
    // Nothing is told otherwise that is said plainly.
    if plain.trim() == question.trim() { question.to_owned() } else { plain }
}

/// A question in words, with the marks around them.
struct Said(Vec<String>);

impl Said {
    fn at(&self, at: usize) -> String {
        self.0.get(at).map(|word| bare(word)).unwrap_or_default()
    }

    fn has(&self, listed: &[&str]) -> bool {
        self.0.iter().any(|word| listed.contains(&bare(word).as_str()))
    }

    /// Where a phrase stands. No mark parts its words.
    fn find(&self, phrase: &str) -> Option<usize> {
        let wanted: Vec<&str> = phrase.split(' ').collect();
        let whole = |window: &[String]| {
            let last = window.len() - 1;
            window.iter().zip(&wanted).enumerate().all(|(at, (word, wanted))| bare(word) == *wanted && (at == last || !is_marked(word)))
        };
        self.0.windows(wanted.len()).position(whole)
    }

    /// Whether a word in it compares.
    fn compares(&self) -> bool {
        let listed = words::each(words::COMPARING).map(|(phrase, _)| phrase).chain(words::each(words::COMPARED).map(|(phrase, _)| phrase));
        listed.chain(words::DEARER.iter().copied()).chain(words::phrases(COMPARES)).any(|phrase| self.find(phrase).is_some())
    }

    /// Replaces some words by others, and keeps a mark that stood after them.
    fn replace(&mut self, at: usize, n: usize, by: &str) {
        let end: String = self.0[at + n - 1].chars().rev().take_while(|ch| matches!(ch, ',' | ':' | ';')).collect();
        let mut new: Vec<String> = by.split_whitespace().map(str::to_owned).collect();
        if let Some(last) = new.last_mut() {
            last.push_str(&end);
        } else if at > 0 && !is_marked(&self.0[at - 1]) {
            self.0[at - 1].push_str(&end);
        }
        drop(self.0.splice(at..at + n, new));
    }

    fn replace_first(&mut self, word: &str, by: &str) -> bool {
        let found = self.find(word);
        if let Some(at) = found {
            self.replace(at, 1, by);
        }
        found.is_some()
    }

    fn drop_phrases(&mut self, listed: &'static str) -> bool {
        let mut dropped = false;
        for phrase in words::phrases(listed) {
            if let Some(at) = self.find(phrase) {
                self.replace(at, phrase.split(' ').count(), "");
                dropped = true;
            }
        }
        dropped
    }

    /// Adds a word at the end, before the mark that stands there.
    fn end_with(&mut self, word: &str) {
        if let Some(last) = self.0.last_mut() {
            last.truncate(last.trim_end_matches(['?', '.', '!', ',']).len());
        }
        self.0.push(word.to_owned());
    }

    /// Takes off an end that says only that it may be the other way round; whether there was one.
    fn drop_reversed(&mut self) -> bool {
        let ends =
            words::phrases(REVERSED).find_map(|phrase| self.find(phrase).filter(|at| at + phrase.split(' ').count() == self.0.len()));
        let Some(at) = ends.filter(|at| *at > 0) else { return false };
        self.0.truncate(at);
        if let Some(last) = self.0.last_mut() {
            last.truncate(last.trim_end_matches([',', '-', '–']).len());
        }
        true
    }

    /// Puts an "or" between the sides; whether something else stood there.
    fn join_sides(&mut self, reversed: bool) -> bool {
        let compares = self.compares();
        let inner = 1..self.0.len().saturating_sub(1);
        if let Some(at) = inner.clone().find(|at| AGAINST.contains(&self.at(*at).as_str()))
            && (compares || self.has(DONE))
        {
            self.0[at] = "or".to_owned();
            return true;
        }
        let dated = |said: &Self, at: usize| said.at(at).starts_with(|ch: char| ch.is_ascii_digit());
        if let Some(at) = inner.clone().find(|at| matches!(self.at(*at).as_str(), "against" | "gegen"))
            && compares
            && dated(self, at - 1)
            && dated(self, at + 1)
        {
            self.0[at] = "or".to_owned();
            return true;
        }
        // "Did Anna beat Jonas in the mails of 2019": that somebody beat somebody in a race is none of these.
        let begins = self.0.iter().position(|word| matches!(bare(word).as_str(), "did" | "does" | "do" | "whether" | "if"));
        let mut within = inner;
        if let Some(at) = within.find(|at| BEATS.contains(&self.at(*at).as_str()))
            && (reversed || compares || self.has(DONE))
            && let Some(begin) = begins.filter(|begin| begin + 1 < at && at - begin <= 9)
            && !(0..begin).any(|at| ASKS.contains(&self.at(at).as_str()))
            && !self.has(&["or", "oder"])
            && !matches!(self.at(at - 1).as_str(), "i" | "we" | "to")
        {
            self.0[at] = "or".to_owned();
            if let Some(price) = self.find("on price") {
                self.replace(price, 2, "");
                self.end_with("cheaper");
            }
            self.0.remove(begin);
            return true;
        }
        // "Did this cost more than that, or the reverse".
        if let Some(than) = self.find("than").filter(|than| reversed && compares && *than + 1 < self.0.len())
            && let Some(begin) = begins.filter(|begin| begin + 3 < than)
        {
            let mut plain = self.0[begin + 1..than - 2].to_vec();
            plain.push("or".to_owned());
            plain.extend_from_slice(&self.0[than + 1..]);
            plain.extend_from_slice(&self.0[than - 2..than]);
            self.0 = plain;
            return true;
        }
        self.join_pair(compares)
    }

    /// "Of Anna and Jonas, who …", "Anna and Jonas: which of them …", "in which of the years 2015 and 2017 …".
    fn join_pair(&mut self, compares: bool) -> bool {
        if !compares || self.has(&["or", "oder"]) {
            return false;
        }
        let years = words::phrases("of the years | of the two years | of the months | der jahre | der beiden jahre");
        let of_years = years.filter_map(|phrase| Some((self.find(phrase)?, phrase.split(' ').count()))).next();
        if let Some((at, n)) = of_years
            && matches!(self.at(at + n + 1).as_str(), "and" | "und")
        {
            self.0[at + n + 1] = "or".to_owned();
            drop(self.0.drain(at..at + n));
            return true;
        }
        let Some(asker) = self.asker() else { return false };
        let ands: Vec<usize> = (1..asker).filter(|at| matches!(self.at(*at).as_str(), "and" | "und" | "&")).collect();
        let [and] = ands[..] else { return false };
        // "Between May and June, which videos did I watch most", "Anna and Jonas, which photos are of both" ask for something else.
        let dated = self.0[..asker].iter().any(|word| word.contains(|ch: char| ch.is_ascii_digit()) || crate::dates::is_month(&bare(word)));
        let asks = if matches!(self.at(asker).as_str(), "for" | "in") { asker + 1 } else { asker };
        let of_sides = match self.at(asks).as_str() {
            "which" | "welche" | "welcher" | "welches" => {
                let next = self.at(asks + 1);
                OF_SIDES.contains(&next.as_str()) || SORTS.contains(&next.as_str())
            }
            "who" | "whose" | "whom" | "where" | "wer" => !dated,
            _ => false,
        };
        if and + 1 >= asker || !of_sides {
            return false;
        }
        self.0[and] = "or".to_owned();
        if matches!(self.at(0).as_str(), "of" | "between" | "among" | "from" | "von" | "zwischen") {
            self.0.remove(0);
            // "Of the books Clear and Orbital": what they are, before their names.
            let named = self.0.get(2).is_some_and(|word| word.starts_with(char::is_uppercase));
            let sort = self.0.get(1).is_some_and(|word| word.ends_with('s') && word.starts_with(char::is_lowercase));
            if self.at(0) == "the" && sort && named {
                drop(self.0.drain(..2));
            }
        }
        true
    }

    /// Where it is asked, after a mark that parts it from the sides before.
    fn asker(&self) -> Option<usize> {
        let begins = |at: usize| {
            ASKS.contains(&self.at(at).as_str())
                || (matches!(self.at(at).as_str(), "for" | "in") && ASKS.contains(&self.at(at + 1).as_str()))
        };
        (2..self.0.len()).find(|at| begins(*at) && is_marked(&self.0[at - 1]))
    }

    /// "In which July, 2022's or 2023's", "in 2021 or was 2023 the dearer one".
    fn one_of_times(&mut self) {
        let or = self.0.iter().position(|word| matches!(bare(word).as_str(), "or" | "oder"));
        let Some(or) = or.filter(|or| *or > 0) else { return };
        let n = self.0.len();
        if n >= or + 6
            && matches!(self.at(or + 1).as_str(), "was" | "is" | "were" | "war" | "ist")
            && self.at(n - 1) == "one"
            && self.at(n - 3) == "the"
        {
            let compares = self.at(n - 2);
            self.0.truncate(n - 3);
            self.0.remove(or + 1);
            if !self.compares() {
                self.0.push(compares);
            }
            return;
        }
        self.with_one_year(or);
        let month = (1..n).find(|at| ASKS.contains(&self.at(at - 1).as_str()) && crate::dates::is_month(&self.at(*at)));
        if let Some(month) = month.filter(|month| month + 1 < or) {
            let (before, after) = (year(&self.at(or - 1)), year(&self.at(or + 1)));
            if let (Some(before), Some(after)) = (before, after) {
                let name = self.at(month);
                (self.0[or - 1], self.0[or + 1]) = (format!("{name} {before}"), format!("{name} {after}"));
                let asks = if month >= 2 && matches!(self.at(month - 2).as_str(), "in" | "im") { month - 2 } else { month - 1 };
                drop(self.0.drain(asks..=month));
            }
        }
    }

    /// "In 2025, was it in August or in February", "in the August of 2025 or that February": each month with the year.
    fn with_one_year(&mut self, or: usize) {
        let is_month = |at: usize| crate::dates::is_month(&self.at(at));
        let before_year = year(&self.at(or - 1));
        let before = match before_year {
            Some(_) if or >= 3 && self.at(or - 2) == "of" => or - 3,
            Some(_) if or >= 2 => or - 2,
            _ => or - 1,
        };
        let small = matches!(self.at(or + 1).as_str(), "in" | "that" | "the" | "im");
        let after = if small { or + 2 } else { or + 1 };
        if !(is_month(before) && is_month(after)) {
            return;
        }
        let after_year = year(&self.at(after + 1));
        let named: Vec<usize> = (0..self.0.len()).filter(|at| year(&self.at(*at)).is_some()).collect();
        let dated = |month: &str, year: u16| format!("{} {year}", month.trim_end_matches(|ch: char| !ch.is_alphanumeric()));
        match (before_year, after_year, &named[..]) {
            (Some(year), None, _) => self.0[after] = dated(&self.0[after], year),
            (None, Some(year), _) => self.0[before] = dated(&self.0[before], year),
            (None, None, [alone]) => {
                let alone = *alone;
                let Some(year) = year(&self.at(alone)) else { return };
                self.0[after] = dated(&self.0[after], year);
                self.0[before] = dated(&self.0[before], year);
                let from = if alone > 0 && matches!(self.at(alone - 1).as_str(), "in" | "of" | "im") { alone - 1 } else { alone };
                drop(self.0.drain(from..=alone));
            }
            _ => {}
        }
    }

    /// "Was it Anna that wrote more in 2019, or Jonas".
    fn it_was(&mut self) {
        if !(matches!(self.at(0).as_str(), "was" | "is") && self.at(1) == "it") {
            return;
        }
        let Some(or) = self.0.iter().position(|word| bare(word) == "or") else { return };
        let Some(that) = (3..or.min(8)).find(|at| matches!(self.at(*at).as_str(), "that" | "who" | "which")) else { return };
        if or + 1 < self.0.len() && self.0.len() - or <= 5 {
            let mut plain: Vec<String> = self.0[that + 1..or].to_vec();
            if let Some(last) = plain.last_mut() {
                *last = format!("{}:", last.trim_end_matches([',', ':']));
            }
            plain.extend_from_slice(&self.0[2..that]);
            plain.extend_from_slice(&self.0[or..]);
            self.0 = plain;
        }
    }

    /// Whether the sides are times.
    fn sets_times(&self) -> bool {
        let is_time = |at: usize| year(&self.at(at)).is_some() || self.at(at).split(' ').any(crate::dates::is_month);
        let or = self.0.iter().position(|word| matches!(bare(word).as_str(), "or" | "oder"));
        or.is_some_and(|or| or > 0 && is_time(or - 1) && (is_time(or + 1) || is_time(or + 2)))
    }

    fn say_alike(&mut self) {
        self.drop_phrases(TWO);
        for (plain, table) in ALIKE {
            for phrase in words::phrases(table) {
                let n = phrase.split(' ').count();
                // "Larger than 5 MB" is a bound.
                if let Some(at) = self.find(phrase).filter(|at| !matches!(self.at(at + n).as_str(), "than" | "als")) {
                    self.replace(at, n, plain);
                }
            }
        }
        // "Plays" are no theatre's where they stand beside a name.
        for (noun, verb) in [("plays", "played"), ("views", "watched")] {
            if let Some(at) = self.find(noun).filter(|at| *at > 0)
                && !matches!(self.at(at - 1).as_str(), "more" | "fewer" | "or" | "the")
                && self.at(at + 1) != "or"
            {
                self.replace(at, 1, verb);
            }
        }
        let sort = (1..self.0.len()).find(|at| {
            matches!(self.at(at - 1).as_str(), "which" | "welcher" | "welche" | "welches")
                && SORTS.contains(&self.at(*at).trim_end_matches("'s"))
                // "In which month did I take more photos or videos" is divided by months.
                && (!matches!(self.at(*at).as_str(), "month" | "monat") || self.sets_times())
        });
        if let Some(sort) = sort {
            self.replace(sort, 1, "");
        }
    }

    /// "Anna or Jonas: who wrote more" with the sides at the end, where names are told from other words best.
    fn sides_last(&mut self) {
        let Some(or) = self.0.iter().position(|word| matches!(bare(word).as_str(), "or" | "oder")) else { return };
        let dated = |words: &[String]| words.iter().any(|word| word.contains(|ch: char| ch.is_ascii_digit()));
        match self.asker() {
            Some(asker) if or > 0 && or + 1 < asker && asker <= 11 => {
                let marked = self.0[..asker - 1].iter().any(|word| is_marked(word));
                if marked || dated(&self.0[..asker]) {
                    return;
                }
                let mut sides: Vec<String> = self.0.drain(..asker).collect();
                if sides.last().is_some_and(|word| bare(word).is_empty()) {
                    sides.pop();
                }
                if let Some(last) = sides.last_mut() {
                    last.truncate(last.trim_end_matches([',', ':', ';', '-', '–']).len());
                }
                if let Some(last) = self.0.last_mut() {
                    *last = format!("{}:", last.trim_end_matches(['?', '.', '!', ',', ':']));
                }
                self.0.append(&mut sides);
            }
            // "anna or jonas mails 2019 more": whoever writes all small may begin with no name.
            None if (1..5).contains(&or)
                && !dated(&self.0[..or])
                && !words::is_small(&self.at(0), Language::En)
                && !words::is_small(&self.at(0), Language::De) =>
            {
                let small = !self.0.iter().any(|word| word.starts_with(char::is_uppercase));
                if small {
                    self.0.insert(0, "which".to_owned());
                }
            }
            _ => {}
        }
    }
}

/// A word without the marks around it, in lower case.
fn bare(word: &str) -> String {
    if word == "&" { word.to_owned() } else { word.trim_matches(|ch: char| !ch.is_alphanumeric()).to_lowercase().replace('’', "'") }
}

/// Whether a word ends with a mark that parts it from the next, or is one.
fn is_marked(word: &str) -> bool {
    word.ends_with([',', ':', ';']) || matches!(word, "-" | "–" | "—")
}

/// The year that a word is, "2022" or "2022's".
fn year(word: &str) -> Option<u16> {
    let digits = word.strip_suffix("'s").unwrap_or(word);
    digits.parse().ok().filter(|year| digits.len() == 4 && (1900..=2100).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sides_stand_around_an_or_however_they_are_set_against_each_other() {
        for (question, read) in [
            ("steps july 2022 vs july 2023 more", "steps july 2022 or july 2023 more"),
            ("hozier vs lankum plays 2021", "which hozier or lankum played 2021 more"),
            ("Did Lankum beat Hozier in my 2021 listening, or was it the reverse?", "Lankum or Hozier in my 2021 listening more"),
            ("of Anna and Jonas, who has mailed me more often", "who has mailed me more often: Anna or Jonas"),
            ("Anna or Jonas: which one sent me more e-mail", "which one sent me more e-mail: Anna or Jonas"),
            ("Holt Cycles or Keller - who cost me more in 2022?", "who cost me more in 2022: Holt Cycles or Keller"),
            (
                "between 2022 and 2024, which saw me cover the greater distance running?",
                "2022 or 2024, which saw me cover further running?",
            ),
            ("2022 or 2024: which was the longer running year by distance", "2022 or 2024: which was the further running year"),
            ("In which July did I take more steps, 2022's or 2023's?", "did I take more steps, july 2022 or july 2023"),
            ("was it gcn that i watched more in 2018, or holt cycles", "i watched more in 2018: gcn or holt cycles"),
            ("did we pay holt cycles more in 2021 or was 2023 the pricier one", "did we pay holt cycles more in 2021 or 2023"),
            ("In 2025, was my LDL better in August or in February?", "was my LDL better in August 2025 or in February 2025"),
            (
                "whether my LDL was better in the August of 2025 or that February",
                "whether my LDL was better in the August of 2025 or that February 2025",
            ),
            ("did holt cost more than keller on the list, or the reverse", "which holt or keller on the list cost more"),
            ("which of the two channels, GCN or Holt, I watched more often", "which, GCN or Holt, I watched more often"),
        ] {
            assert_eq!(plain(question), read, "{question}");
        }
    }

    #[test]
    fn a_question_that_sets_nothing_against_each_other_is_left_as_it_is() {
        for question in [
            "When was Sweden vs Canada?",
            "Did I beat Jonas in the race?",
            "How many mails did I get from Anna and Jonas in 2019?",
            "Did Anna or Jonas send me more mails in 2019?",
            "Which photos of Anna or Jonas are there?",
            "Who sent \"Anna vs Jonas\" more often?",
            "Between May and June 2020, which videos did I watch most?",
            "Between May and June, who wrote me most?",
            "Did we win or lose against Leeds?",
            "When did Leeds beat Everton?",
            "Did Canada beat Sweden in 2022?",
        ] {
            assert_eq!(plain(question), question, "{question}");
        }
    }
}
