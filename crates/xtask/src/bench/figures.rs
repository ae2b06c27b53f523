//! Figures: a value, and what it is held against in the same run, so that they mean something on another machine too.

use serde::Serialize;

/// What a value is held against.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Against {
    /// What it is.
    pub(crate) what: String,
    /// Its value, in the unit of the figure.
    pub(crate) value: f64,
}

/// One figure.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Figure {
    /// What was measured.
    pub(crate) name: String,
    /// How much.
    pub(crate) value: f64,
    /// Of what: "s", "ms", "MB", "records/s".
    pub(crate) unit: &'static str,
    /// A floor or a peer of the same run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) against: Option<Against>,
    /// `value` divided by what it is held against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ratio: Option<f64>,
}

impl Figure {
    /// A figure that stands alone.
    pub(crate) fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit, against: None, ratio: None }
    }

    /// The same, held against something.
    pub(crate) fn against(mut self, what: impl Into<String>, value: f64) -> Self {
        self.ratio = (value > 0.0).then(|| self.value / value);
        self.against = Some(Against { what: what.into(), value });
        self
    }
}

/// The figures as a table for people.
pub(crate) fn table(figures: &[Figure]) -> String {
    let wide = figures.iter().map(|figure| figure.name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for figure in figures {
        let against = match (&figure.against, figure.ratio) {
            (Some(against), Some(ratio)) => format!("{:>9.2} × {} ({})", ratio, against.what, shown(against.value)),
            (Some(against), None) => format!("            {} ({})", against.what, shown(against.value)),
            _ => String::new(),
        };
        text.push_str(format!("{:<wide$}  {:>10} {:<9} {against}", figure.name, shown(figure.value), figure.unit).trim_end());
        text.push('\n');
    }
    text
}

fn shown(value: f64) -> String {
    if value.abs() >= 1000.0 {
        format!("{value:.0}")
    } else if value.abs() >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// The middle and the 95th percentile.
pub(crate) fn spread(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |share: usize| values.get((values.len() * share / 100).min(values.len().saturating_sub(1))).copied().unwrap_or_default();
    (at(50), at(95))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_says_how_many_times_its_floor_it_is() {
        let figure = Figure::new("import", 12.0, "s").against("inflating", 3.0);
        assert_eq!(figure.ratio, Some(4.0));
        assert!(table(&[figure]).contains("4.00 × inflating (3.00)"));
        assert_eq!(Figure::new("import", 1.0, "s").against("nothing", 0.0).ratio, None);
    }

    #[test]
    fn the_middle_and_the_slow_end() {
        assert_eq!(spread((0..100).map(f64::from).rev().collect()), (50.0, 95.0));
        assert_eq!(spread(vec![]), (0.0, 0.0));
    }
}
