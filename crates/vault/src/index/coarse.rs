//! The coarse copy of a space in memory: one bit a dimension for each item, sorted by item.
//!
//! Invariant: the copy is wiped when it is dropped or outgrown.

use std::collections::HashMap;

use zeroize::Zeroize;

use super::allowed::Allowed;

/// At least so many of those with the fewest differing signs have their signs weighed: many may be of one and the same text.
const WEIGHED: usize = 16_000;
/// The distance of what is not searched: more than any space has dimensions.
const NOT_MEANT: u16 = u16::MAX;
/// Changes are collected beside the sorted copy until there are so many, or an eighth of it.
const TAIL: usize = 4_096;
/// The centre of so few vectors says little: the copy is made anew once it has grown eightfold.
pub(super) const FEW: usize = 1_000;

/// A space's signs in memory: a sorted body, and beside it what changed since it was sorted.
pub(super) struct Coarse {
    /// What a number is compared with to get its bit. Models put most vectors on one side of zero in some dimensions.
    centre: Vec<i8>,
    /// 64-bit words in a vector.
    width: usize,
    ids: Vec<i64>,
    bits: WipedWords,
    /// Places in the body that no longer count.
    gone: WipedWords,
    tail_ids: Vec<i64>,
    tail_bits: WipedWords,
    tail_at: HashMap<i64, usize>,
    /// How many vectors the centre was taken from a share of.
    centred_on: usize,
    /// The space's change that the copy is up to.
    pub(super) changes: i64,
}

impl Coarse {
    /// A copy of nothing yet, which is up to that change of the space.
    pub(super) fn new(centre: Vec<i8>, changes: i64) -> Self {
        Self {
            width: centre.len().div_ceil(64),
            centre,
            ids: Vec::new(),
            bits: WipedWords::default(),
            gone: WipedWords::default(),
            tail_ids: Vec::new(),
            tail_bits: WipedWords::default(),
            tail_at: HashMap::new(),
            centred_on: 0,
            changes,
        }
    }

    /// Appends an item to the body by its vector. Items come in ascending order, before the first search.
    pub(super) fn append(&mut self, item: i64, bytes: &[u8]) {
        self.ids.push(item);
        sign_words(&self.centre, bytes, &mut self.bits);
    }

    /// The same by its signs.
    pub(super) fn append_signs(&mut self, item: i64, signs: impl Iterator<Item = u64>) {
        self.ids.push(item);
        signs.for_each(|word| self.bits.push(word));
    }

    /// Ends the body; `centred_on` is how many vectors the centre was taken from a share of.
    pub(super) fn appended(&mut self, centred_on: usize) {
        self.gone.resize(self.ids.len().div_ceil(64));
        self.centred_on = centred_on;
    }

    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(super) fn outgrown(&self) -> bool {
        self.ids.len() + self.tail_ids.len() > 8 * self.centred_on.max(FEW)
    }

    pub(super) fn put(&mut self, item: i64, bytes: &[u8]) {
        if bytes.len() != self.centre.len() {
            return;
        }
        let mut bits = WipedWords::default();
        sign_words(&self.centre, bytes, &mut bits);
        if let Some(at) = self.tail_at.get(&item) {
            self.tail_bits.0[at * self.width..(at + 1) * self.width].copy_from_slice(&bits.0);
        } else if let Ok(at) = self.ids.binary_search(&item) {
            self.bits.0[at * self.width..(at + 1) * self.width].copy_from_slice(&bits.0);
            self.gone.0[at / 64] &= !(1 << (at % 64));
        } else {
            self.tail_at.insert(item, self.tail_ids.len());
            self.tail_ids.push(item);
            bits.0.iter().for_each(|word| self.tail_bits.push(*word));
            if self.tail_ids.len() > TAIL.max(self.ids.len() / 8) {
                self.sort();
            }
        }
    }

    pub(super) fn delete(&mut self, item: i64) {
        if let Ok(at) = self.ids.binary_search(&item) {
            self.gone.0[at / 64] |= 1 << (at % 64);
            self.bits.0[at * self.width..(at + 1) * self.width].zeroize();
        }
        if let Some(at) = self.tail_at.remove(&item) {
            // The last of the tail takes the place that became free.
            let last = self.tail_ids.len() - 1;
            self.tail_ids.swap_remove(at);
            self.tail_bits.0.copy_within(last * self.width..(last + 1) * self.width, at * self.width);
            self.tail_bits.shorten(last * self.width);
            if let Some(moved) = self.tail_ids.get(at) {
                self.tail_at.insert(*moved, at);
            }
        }
    }

    /// Merges the tail into the body.
    fn sort(&mut self) {
        let mut order: Vec<usize> = (0..self.tail_ids.len()).collect();
        order.sort_unstable_by_key(|at| self.tail_ids[*at]);
        let mut order = order.into_iter().peekable();
        let mut ids = Vec::with_capacity(self.ids.len() + self.tail_ids.len());
        let mut bits = WipedWords(Vec::with_capacity(self.bits.0.len() + self.tail_bits.0.len()));
        for (at, id) in self.ids.iter().enumerate() {
            while let Some(next) = order.next_if(|next| self.tail_ids[*next] < *id) {
                ids.push(self.tail_ids[next]);
                bits.0.extend_from_slice(&self.tail_bits.0[next * self.width..(next + 1) * self.width]);
            }
            if !self.is_gone(at) {
                ids.push(*id);
                bits.0.extend_from_slice(&self.bits.0[at * self.width..(at + 1) * self.width]);
            }
        }
        for next in order {
            ids.push(self.tail_ids[next]);
            bits.0.extend_from_slice(&self.tail_bits.0[next * self.width..(next + 1) * self.width]);
        }
        self.gone = WipedWords::default();
        self.gone.resize(ids.len().div_ceil(64));
        self.ids = ids;
        self.bits = bits;
        self.tail_ids.clear();
        self.tail_at.clear();
        self.tail_bits = WipedWords::default();
    }

    fn is_gone(&self, at: usize) -> bool {
        self.gone.0[at / 64] >> (at % 64) & 1 == 1
    }

    /// The `n` allowed items that the coarse copy takes for the nearest. Those of equal signs, which are mostly of one and the same
    /// text, stand behind the first of them: they come where there are too few others.
    pub(super) fn best(&self, query: &[u8], allowed: &Allowed, n: usize) -> Vec<i64> {
        let mut signs = WipedWords::default();
        sign_words(&self.centre, query, &mut signs);
        let differing = |bits: &[u64]| bits.iter().zip(&signs.0).map(|(a, b)| (a ^ b).count_ones()).sum::<u32>() as u16;
        // One distance a place: body, then tail; or those of a few places alone.
        let mut distances: Vec<u16> = Vec::new();
        let few: Option<Vec<usize>> = match allowed {
            Allowed::Only(few) if few.len() < self.ids.len() / 32 => Some(few.iter().filter_map(|id| self.find(id)).collect()),
            _ => None,
        };
        if let Some(few) = &few {
            distances.extend(few.iter().map(|at| differing(self.bits_at(*at))));
        } else {
            distances.reserve(self.ids.len() + self.tail_ids.len());
            let body = self.ids.iter().zip(self.bits.0.chunks_exact(self.width.max(1))).enumerate();
            distances
                .extend(body.map(|(at, (id, bits))| if self.is_gone(at) || !allowed.contains(*id) { NOT_MEANT } else { differing(bits) }));
            let tail = self.tail_ids.iter().zip(self.tail_bits.0.chunks_exact(self.width.max(1)));
            distances.extend(tail.map(|(id, bits)| if allowed.contains(*id) { differing(bits) } else { NOT_MEANT }));
        }
        // How many signs differ is at most the number of dimensions: counting sorts.
        let mut at_distance = vec![0_usize; self.width * 64 + 1];
        for distance in &distances {
            if let Some(count) = at_distance.get_mut(usize::from(*distance)) {
                *count += 1;
            }
        }
        let mut within = 0;
        let furthest = at_distance
            .iter()
            .position(|count| {
                within += count;
                within >= n.max(WEIGHED)
            })
            .unwrap_or(at_distance.len() - 1);
        let weights = SignWeights::new(&self.centre, query);
        let mut weighed: Vec<(i32, usize)> = distances
            .iter()
            .enumerate()
            .filter(|(_, distance)| usize::from(**distance) <= furthest)
            .map(|(at, _)| few.as_ref().map_or(at, |few| few[at]))
            .map(|at| (-weights.sum(self.bits_at(at)), at))
            .collect();
        weighed.sort_unstable();
        let mut first: Vec<(i32, usize)> = Vec::new();
        let mut equal = Vec::new();
        for (weight, at) in weighed {
            if first.len() == n {
                break;
            }
            // Of equal signs, the weights are equal as well.
            let mut beside = first.iter().rev().take_while(|(other, _)| *other == weight);
            if beside.any(|(_, other)| self.bits_at(*other) == self.bits_at(at)) {
                equal.push(at);
            } else {
                first.push((weight, at));
            }
        }
        first.into_iter().map(|(_, at)| at).chain(equal).take(n).map(|at| self.id_at(at)).collect()
    }

    /// The place of an item: in the body, or behind it in the tail.
    fn find(&self, id: i64) -> Option<usize> {
        let in_tail = self.tail_at.get(&id).map(|at| self.ids.len() + at);
        in_tail.or_else(|| self.ids.binary_search(&id).ok().filter(|at| !self.is_gone(*at)))
    }

    fn bits_at(&self, at: usize) -> &[u64] {
        let (bits, at) = if at < self.ids.len() { (&self.bits.0, at) } else { (&self.tail_bits.0, at - self.ids.len()) };
        &bits[at * self.width..(at + 1) * self.width]
    }

    fn id_at(&self, at: usize) -> i64 {
        if at < self.ids.len() { self.ids[at] } else { self.tail_ids[at - self.ids.len()] }
    }
}

/// How far a query goes from the centre in each dimension, summed for every byte of signs that there can be.
struct SignWeights(Vec<[i32; 256]>);

impl SignWeights {
    fn new(centre: &[i8], query: &[u8]) -> Self {
        let weights: Vec<i32> = query.iter().zip(centre).map(|(query, middle)| i32::from(*query as i8) - i32::from(*middle)).collect();
        Self(
            weights
                .chunks(8)
                .map(|weights| {
                    let mut sums = [0; 256];
                    for (bit, weight) in weights.iter().enumerate() {
                        let half = 1 << bit;
                        for low in 0..half {
                            sums[half + low] = sums[low] + weight;
                        }
                    }
                    sums
                })
                .collect(),
        )
    }

    fn sum(&self, bits: &[u64]) -> i32 {
        let bytes = bits.iter().flat_map(|word| word.to_le_bytes());
        self.0.iter().zip(bytes).map(|(sums, byte)| sums[usize::from(byte)]).sum()
    }
}

/// Appends one bit a dimension: whether the number is above the centre's.
pub(super) fn sign_words(centre: &[i8], bytes: &[u8], words: &mut WipedWords) {
    for (centre, bytes) in centre.chunks(64).zip(bytes.chunks(64)) {
        let mut word = 0_u64;
        for (bit, (middle, byte)) in centre.iter().zip(bytes).enumerate() {
            word |= u64::from(*byte as i8 > *middle) << bit;
        }
        words.push(word);
    }
}

/// Words that are wiped when they are dropped, and when they move to a larger place.
#[derive(Default)]
pub(super) struct WipedWords(pub(super) Vec<u64>);

impl WipedWords {
    fn push(&mut self, word: u64) {
        if self.0.len() == self.0.capacity() {
            let mut larger = Vec::with_capacity((self.0.capacity() * 2).max(64));
            larger.extend_from_slice(&self.0);
            self.0.zeroize();
            self.0 = larger;
        }
        self.0.push(word);
    }

    /// Zeros, so many. Only for words that hold none yet.
    fn resize(&mut self, len: usize) {
        self.0 = vec![0; len];
    }

    fn shorten(&mut self, len: usize) {
        self.0[len..].zeroize();
        self.0.truncate(len);
    }
}

impl Drop for WipedWords {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
