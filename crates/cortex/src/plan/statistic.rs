//! What is made of the values of several items: "the longest ride", "on average", "per week".

use domain::Kind;

use super::pieces::{Piece, position, use_up};
use super::words::{self, Measure};

/// What is made of the values of several items.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Statistic {
    /// They are added up.
    #[default]
    Total,
    /// Their mean.
    Mean,
    /// The greatest of them.
    Greatest,
    /// The least of them.
    Least,
}

/// A span of time that something is told for each of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// Each day.
    Day,
    /// Each week.
    Week,
    /// Each month.
    Month,
    /// Each year.
    Year,
}

impl Rate {
    /// Its length in days.
    pub fn days(self) -> f64 {
        match self {
            Self::Day => 1.0,
            Self::Week => 7.0,
            Self::Month => 365.25 / 12.0,
            Self::Year => 365.25,
        }
    }
}

/// What the extreme of is asked for, by the adjective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    /// As long as it is far, of what moves; else as long as it lasts.
    Length,
    Distance,
    Amount,
    /// Whatever is measured.
    Any,
}

const MEANS: &[((), &str)] = &[(
    (),
    "on average | the average | my average | on an average | averages | average | the mean | mean | avg | im durchschnitt | im schnitt | durchschnittliche | \
        durchschnittlicher | durchschnittlichen | durchschnittlich | im mittel | typical | typically | typisch",
)];

const EXTREMES: &[((Statistic, Of), &str)] = &[
    (
        (Statistic::Greatest, Of::Distance),
        "the furthest in one | the farthest in one | furthest | farthest | am weitesten | weiteste | weitesten | weitester",
    ),
    ((Statistic::Greatest, Of::Length), "the longest | longest | am längsten | längste | längsten | längster | längstes"),
    ((Statistic::Least, Of::Length), "the shortest | shortest | am kürzesten | kürzeste | kürzesten | kürzester | kürzestes"),
    (
        (Statistic::Greatest, Of::Amount),
        "the most expensive | most expensive | the dearest | dearest | costliest | teuerste | teuersten | teuerster | teuerstes",
    ),
    ((Statistic::Least, Of::Amount), "the cheapest | cheapest | billigste | billigsten | billigster | günstigste | günstigsten"),
    ((Statistic::Greatest, Of::Any), "biggest | largest | highest | größte | größten | grösste | grössten | höchste | höchsten | höchster"),
    ((Statistic::Least, Of::Any), "smallest | lowest | kleinste | kleinsten | niedrigste | niedrigsten | tiefste"),
];

const RATES: &[(Rate, &str)] = &[
    (Rate::Day, "per day | a day | each day | every day | daily | pro tag | je tag | jeden tag | täglich | am tag"),
    (Rate::Week, "per week | a week | each week | every week | weekly | pro woche | je woche | jede woche | wöchentlich | in der woche"),
    (Rate::Month, "per month | a month | each month | every month | monthly | pro monat | je monat | jeden monat | monatlich | im monat"),
    (Rate::Year, "per year | a year | each year | every year | yearly | annually | pro jahr | je jahr | jedes jahr | jährlich | im jahr"),
];

/// The words of a question that say what is made of values.
#[derive(Debug, Default)]
pub(super) struct Said {
    means: Option<String>,
    extreme: Option<((Statistic, Of), String)>,
    pub(super) rate: Option<Rate>,
}

impl Said {
    /// Takes them. Of months and years a number may be divided as well: a rate is asked for by "on average" or "how often".
    pub(super) fn take(pieces: &mut [Piece]) -> Self {
        let means = take(pieces, MEANS).map(|((), said)| said);
        // "A typical visit on average" says it twice.
        while take(pieces, MEANS).is_some() {}
        let extreme = take(pieces, EXTREMES);
        let asks_rate =
            means.is_some() || ["how often", "wie oft", "how frequently"].iter().any(|phrase| position(pieces, phrase).is_some());
        let rates = words::each(RATES).find_map(|(phrase, rate)| Some((position(pieces, phrase)?, phrase, rate)));
        let rate = rates.filter(|(_, _, rate)| asks_rate || matches!(rate, Rate::Day | Rate::Week)).map(|(at, phrase, rate)| {
            use_up(&mut pieces[at..at + phrase.split(' ').count()]);
            rate
        });
        Self { means, extreme, rate }
    }

    /// Of months and years, the one with most is asked for, and not one thing in them: which end, when that is so.
    pub(super) fn ranks(&mut self) -> Option<super::Asked> {
        // "The furthest" tells of all that was ridden, "the longest ride" of one of them.
        let ((statistic, _), _) = self.extreme.take_if(|((_, of), _)| *of == Of::Distance)?;
        Some(if statistic == Statistic::Least { super::Asked::Least } else { super::Asked::Most })
    }

    /// Whether there is an extreme among them.
    pub(super) fn is_extreme(&self) -> bool {
        self.extreme.is_some()
    }

    /// Whether the dearest or the cheapest is asked for.
    pub(super) fn is_of_amount(&self) -> bool {
        matches!(self.extreme, Some(((_, Of::Amount), _)))
    }

    /// Whether a mean is among them.
    pub(super) fn is_mean(&self) -> bool {
        self.means.is_some() && self.rate.is_none()
    }

    /// Whether a mean over time is asked for: "mails per week on average" counts.
    pub(super) fn is_mean_rate(&self) -> bool {
        self.means.is_some() && self.rate.is_some()
    }

    /// What is made of the values of these kinds, and over which measure; what no plan can hold of it is said.
    pub(super) fn settle(self, measure: Option<Measure>, kinds: &[Kind], beyond: &mut Vec<String>) -> (Statistic, Option<Measure>) {
        let all = |of: &[Kind]| !kinds.is_empty() && kinds.iter().all(|kind| of.contains(kind));
        if let Some(((statistic, of), said)) = self.extreme {
            let moves = all(&[Kind::Trip, Kind::Workout]);
            let lasts = all(&[Kind::Visit, Kind::Listen, Kind::Trip, Kind::Workout]);
            let measure = match of {
                Of::Distance if moves => Some(Measure::Distance),
                Of::Length if moves && measure != Some(Measure::Duration) => Some(Measure::Distance),
                Of::Length if lasts => Some(Measure::Duration),
                _ if measure == Some(Measure::Steps) => measure,
                Of::Amount | Of::Any if all(&[Kind::Purchase]) || measure == Some(Measure::Amount) => Some(Measure::Amount),
                Of::Any if moves => Some(Measure::Distance),
                _ => None,
            };
            if measure.is_none() {
                beyond.push(said);
                return (Statistic::Total, None);
            }
            return (statistic, measure);
        }
        match self.means {
            // A mean of a count is one over time.
            Some(_) if self.rate.is_some() => (Statistic::Total, measure),
            Some(said) => match measure {
                Some(Measure::Distance | Measure::Duration | Measure::Amount | Measure::Steps) => (Statistic::Mean, measure),
                _ if all(&[Kind::Visit]) => (Statistic::Mean, Some(Measure::Duration)),
                _ if all(&[Kind::Trip, Kind::Workout]) => (Statistic::Mean, Some(Measure::Distance)),
                _ => {
                    beyond.push(said);
                    (Statistic::Total, measure)
                }
            },
            None => (Statistic::Total, measure),
        }
    }
}

/// The first phrase of a table that stands in the question, with its meaning.
fn take<T: Copy>(pieces: &mut [Piece], table: &'static [(T, &'static str)]) -> Option<(T, String)> {
    words::each(table).find_map(|(phrase, meaning)| {
        let at = position(pieces, phrase)?;
        use_up(&mut pieces[at..at + phrase.split(' ').count()]);
        Some((meaning, phrase.to_owned()))
    })
}
