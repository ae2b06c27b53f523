//! What the health products share: measures of the body, gathered to one card a day, and nights of sleep.
//!
//! Phones and watches write a measure a minute or more, which no person looks for one by one. So the samples of a day
//! become one [`Kind::Measure`](domain::Kind::Measure) with its sums, averages and bounds; each sample counts as part of that
//! day's item (merged), and the sums of all its sources stand in the item's original, with what each record said where its
//! importer hands it over. Readings of which there are few a day (blood pressure, weight) stand in the item's text as well.

pub(super) mod day;
pub(super) mod measure;
pub(super) mod said;
pub(super) mod sleep;
