//! The recognisers over the lines that they were worked on with. How good they are is measured on others, by `cargo xtask bench`.

use domain::PiiClass;
use forge::pii::Detector;
use xtask::fixtures::Lang;
use xtask::fixtures::labelled::{Score, Set, lines};

/// Classes whose numbers carry check digits or marks of their makers.
const CHECKED: &[PiiClass] = &[
    PiiClass::Card,
    PiiClass::Iban,
    PiiClass::GermanTaxId,
    PiiClass::GermanIdCard,
    PiiClass::UkNhs,
    PiiClass::FrenchNir,
    PiiClass::SpanishDni,
    PiiClass::ItalianCodiceFiscale,
    PiiClass::DutchBsn,
    PiiClass::SwedishPersonnummer,
    PiiClass::PolishPesel,
    PiiClass::BrazilianCpf,
    PiiClass::IndianAadhaar,
    PiiClass::Jwt,
    PiiClass::ApiKey,
    PiiClass::PrivateKey,
    PiiClass::Email,
];

#[test]
fn each_class_is_found_where_it_is_and_nowhere_else() {
    let detector = Detector::new(std::iter::empty::<&str>());
    for lang in [Lang::En, Lang::De] {
        let lines = lines(Set::Development, lang, 2_000);
        for class in PiiClass::ALL.iter().filter(|class| **class != PiiClass::Name) {
            let mut score = Score::default();
            for line in &lines {
                let found = detector
                    .find(&line.text)
                    .into_iter()
                    .filter(|span| span.class == *class)
                    .map(|span| (span.range().start, span.range().end));
                let there = line.labels.iter().filter(|label| label.class == class.name()).map(|label| (label.start, label.end));
                score.count(&found.collect::<Vec<_>>(), &there.collect::<Vec<_>>());
            }
            let (precision, recall) = match class {
                // The lines name conditions that the list does not have: no list has all.
                PiiClass::Health => (0.95, 0.6),
                class if CHECKED.contains(class) => (0.99, 0.98),
                _ => (0.95, 0.9),
            };
            assert!(score.hits > 20, "{class} is hardly in the {} lines", lang.code());
            assert!(
                score.precision() >= precision && score.recall() >= recall,
                "{class}, {}: precision {:.3}, recall {:.3}",
                lang.code(),
                score.precision(),
                score.recall()
            );
        }
    }
}
