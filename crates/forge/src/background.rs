//! Vectors made in the background, most worthy texts first.
//!
//! One step asks for some texts, embeds them and hands the vectors back; between steps nothing is held and nothing is
//! remembered, so the work may stop after any step, and takes up from what is stored. Steps are sized by time: a static
//! embedder takes thousands of texts a step, a transformer dozens.
//!
//! Absent on purpose: where texts and vectors live, and the order of worth: both are the store's.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use domain::{Cancel, Embedder, Failure, Progress, Result};

/// How long a step should take: short enough to stop at once, long enough to be worth a transaction.
const STEP: Duration = Duration::from_millis(750);
const FIRST: usize = 32;
const LARGEST: usize = 8192;
/// How often running an item may come first: it may change while vectors are made, but not for ever.
const AGAIN: u32 = 100;
/// Rates are told over so much of the past.
const WINDOW: Duration = Duration::from_secs(10);

/// A text that waits for its vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What the vector will belong to.
    pub id: i64,
    /// The text.
    pub text: String,
}

/// Where texts wait and vectors go.
pub trait Texts {
    /// At most `limit` texts that have no vector of that space, most worthy first; none when all have one.
    fn waiting(&mut self, space: &str, limit: usize) -> Result<Vec<Waiting>>;
    /// How many texts have no vector of that space.
    fn n_waiting(&mut self, space: &str) -> Result<u64>;
    /// Keeps vectors, all or none. A text that is gone meanwhile is left out. It need not wait until they are kept, which
    /// [`Self::settle`] does; what could not be kept is said by the next call.
    fn put(&mut self, space: &str, vectors: Vec<(i64, Vec<f32>)>) -> Result<()>;
    /// Waits until all that was put is kept.
    fn settle(&mut self) -> Result<()>;
}

/// Embeds at most `limit` waiting texts, and says how many they were; 0 when none waits.
pub fn embed_step(embedder: &dyn Embedder, texts: &mut dyn Texts, limit: usize) -> Result<usize> {
    let batch = texts.waiting(embedder.id(), limit)?;
    let n_texts = step(embedder, texts, &batch)?;
    texts.settle()?;
    Ok(n_texts)
}

/// Embeds all that waits, and says how many texts that were.
///
/// # Errors
/// [`domain::Code::Cancelled`]; what was embedded before is kept. [`domain::Code::Internal`] when the store hands out texts
/// again that it was given vectors for.
pub fn embed_waiting(embedder: &dyn Embedder, texts: &mut dyn Texts, on: &mut dyn FnMut(&Progress), cancel: &Cancel) -> Result<u64> {
    let total = texts.n_waiting(embedder.id())?;
    let mut progress =
        Progress { stage: "embedding".into(), total, unit: "texts".into(), detail: embedder.id().into(), ..Progress::default() };
    let (mut limit, mut last, mut n_again) = (FIRST, None, 0);
    let mut past: VecDeque<(Instant, u64)> = VecDeque::from([(Instant::now(), 0)]);
    loop {
        cancel.check().or_else(|cancelled| texts.settle().and(Err(cancelled)))?;
        let began = Instant::now();
        let batch = texts.waiting(embedder.id(), limit)?;
        let Some(first) = batch.first().map(|waiting| waiting.id) else { return texts.settle().map(|()| progress.done) };
        n_again = if last.replace(first) == Some(first) { n_again + 1 } else { 0 };
        if n_again > AGAIN {
            return Err(Failure::internal(format!("item {first} was given a vector and waits for one again")));
        }
        progress.done += step(embedder, texts, &batch)? as u64;
        progress.records = progress.done;
        // Texts may arrive while others are embedded.
        progress.total = progress.total.max(progress.done);

        past.push_back((Instant::now(), progress.done));
        while past.len() > 2 && past.get(1).is_some_and(|(then, _)| then.elapsed() > WINDOW) {
            past.pop_front();
        }
        if let Some((then, done)) = past.front() {
            progress.rate = (progress.done - done) as f64 / then.elapsed().as_secs_f64().max(1e-3);
            progress.eta_s = (progress.rate > 0.0).then(|| ((progress.total - progress.done) as f64 / progress.rate).ceil() as u64);
        }
        on(&progress);
        let took = began.elapsed();
        if batch.len() == limit && took < STEP / 2 {
            limit = (limit * 2).min(LARGEST);
        } else if took > STEP * 2 {
            limit = (limit / 2).max(1);
        }
    }
}

fn step(embedder: &dyn Embedder, texts: &mut dyn Texts, batch: &[Waiting]) -> Result<usize> {
    let words: Vec<&str> = batch.iter().map(|waiting| waiting.text.as_str()).collect();
    if words.is_empty() {
        return Ok(0);
    }
    let vectors = embedder.embed(&words, false)?;
    if vectors.len() != words.len() {
        return Err(Failure::internal(format!("{} gave {} vectors for {} texts", embedder.id(), vectors.len(), words.len())));
    }
    texts.put(embedder.id(), batch.iter().map(|waiting| waiting.id).zip(vectors).collect())?;
    Ok(batch.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    struct Lengths;

    impl Embedder for Lengths {
        fn id(&self) -> &str {
            "lengths"
        }
        fn dimensions(&self) -> usize {
            1
        }
        fn embed(&self, texts: &[&str], _query: bool) -> Result<Vec<Vec<f32>>> {
            Ok(texts.iter().map(|text| vec![text.len() as f32]).collect())
        }
    }

    #[derive(Default)]
    struct Memory {
        texts: Vec<String>,
        vectors: BTreeMap<i64, Vec<f32>>,
        forgets: bool,
    }

    impl Texts for Memory {
        fn waiting(&mut self, _space: &str, limit: usize) -> Result<Vec<Waiting>> {
            let texts = self.texts.iter().enumerate().map(|(id, text)| Waiting { id: id as i64, text: text.clone() });
            Ok(texts.filter(|waiting| !self.vectors.contains_key(&waiting.id)).take(limit).collect())
        }
        fn n_waiting(&mut self, _space: &str) -> Result<u64> {
            Ok((self.texts.len() - self.vectors.len()) as u64)
        }
        fn put(&mut self, _space: &str, vectors: Vec<(i64, Vec<f32>)>) -> Result<()> {
            if !self.forgets {
                self.vectors.extend(vectors);
            }
            Ok(())
        }
        fn settle(&mut self) -> Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_was_cancelled_takes_up_where_it_stopped() {
        let mut memory = Memory { texts: (0..500).map(|n| "x".repeat(n)).collect(), ..Memory::default() };
        let cancel = Cancel::default();
        let stop = embed_waiting(&Lengths, &mut memory, &mut |_| cancel.cancel(), &cancel);
        assert_eq!(stop.unwrap_err().code, domain::Code::Cancelled);
        assert_eq!(memory.vectors.len(), FIRST);

        let mut last = Progress::default();
        let embedded = embed_waiting(&Lengths, &mut memory, &mut |progress| last = progress.clone(), &Cancel::default()).unwrap();
        assert_eq!(embedded as usize, 500 - FIRST);
        assert_eq!((last.done, last.total, last.eta_s), (embedded, embedded, Some(0)));
        assert!(memory.vectors.iter().all(|(id, vector)| vector[..] == [*id as f32]));
    }

    #[test]
    fn a_store_that_forgets_vectors_ends_the_work_instead_of_repeating_it() {
        let mut memory = Memory { texts: vec!["a".into(); 40], forgets: true, ..Memory::default() };
        let failure = embed_waiting(&Lengths, &mut memory, &mut |_| (), &Cancel::default()).unwrap_err();
        assert_eq!(failure.code, domain::Code::Internal);
    }
}
