//! The findings of one file, kept few: a million bad records are twenty examples and a number.

use domain::{Finding, FindingCode, Severity};

/// Examples kept of each code and severity.
const EXAMPLES: usize = 20;

/// Findings of a file.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Finding>,
    /// How many more there were, by code and severity.
    more: Vec<(FindingCode, Severity, u64)>,
}

impl Findings {
    /// Keeps a finding, or counts it when there are enough like it.
    pub(crate) fn add(&mut self, finding: Finding) {
        let alike = |other: &&Finding| other.code == finding.code && other.severity == finding.severity;
        if self.list.iter().filter(alike).count() < EXAMPLES {
            self.list.push(finding);
            return;
        }
        match self.more.iter_mut().find(|(code, severity, _)| *code == finding.code && *severity == finding.severity) {
            Some((_, _, count)) => *count += finding.count,
            None => self.more.push((finding.code, finding.severity, finding.count)),
        }
    }

    /// Keeps one finding a reason, and counts the records that it is about.
    pub(crate) fn add_reason(&mut self, code: FindingCode, severity: Severity, at: &str, why: &str) {
        match self.list.iter_mut().find(|known| known.code == code && known.severity == severity && known.message == why) {
            Some(known) => known.count += 1,
            None => self.add(Finding { code, severity, at: at.to_owned(), message: why.to_owned(), count: 1 }),
        }
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether there is one of that code.
    pub(crate) fn has(&self, code: FindingCode) -> bool {
        self.list.iter().any(|finding| finding.code == code)
    }

    /// Says what was found of that code in other words, by where it was found.
    pub(crate) fn reword(&mut self, code: FindingCode, words: impl Fn(&str) -> String) {
        for finding in self.list.iter_mut().filter(|finding| finding.code == code) {
            finding.message = words(&finding.at);
        }
    }

    /// The list, with a last line for what was only counted.
    pub(crate) fn take(&mut self) -> Vec<Finding> {
        let mut list = std::mem::take(&mut self.list);
        for (code, severity, count) in std::mem::take(&mut self.more) {
            list.push(Finding {
                code,
                severity,
                at: String::new(),
                message: format!("There are {count} more like the {EXAMPLES} listed."),
                count,
            });
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_kept_and_the_rest_is_counted() {
        let mut findings = Findings::default();
        for n in 0..1_000 {
            findings.add(Finding {
                code: FindingCode::BadRecord,
                severity: Severity::Warning,
                at: format!("byte {n}"),
                message: "odd".to_owned(),
                count: 1,
            });
            findings.add_reason(FindingCode::BadPosition, Severity::Note, "byte 1", "no position");
        }
        let list = findings.take();
        assert_eq!((list.len(), list[1].count, list[21].count), (22, 1_000, 980));
        assert_eq!(list.iter().map(|finding| finding.count).sum::<u64>(), 2_000);
    }
}
