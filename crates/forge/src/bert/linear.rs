//! Linear layers in eight bits, for processors with AVX2: three multiplications where `f32` makes one.
//!
//! A weight is a signed byte with one scale for each output; a number that comes in is a byte of seven bits with one scale for
//! each row, so that a row comes out the same whatever its neighbours. Seven bits, because the processor adds two products in
//! sixteen: 2 × 127 × 127 fits, 2 × 255 × 127 does not, and a sum that does not fit is cut off in silence.

use candle_core::Tensor;
use pulp::x86::V3;
use std::arch::x86_64::__m256i;

/// Outputs that are computed side by side: two registers of eight.
const LANES: usize = 16;
/// Inputs that one instruction multiplies and adds up for each output.
const DEPTH: usize = 4;
/// Rows that share a panel while it is in registers.
const ROWS: usize = 4;
/// What stands for zero in a row that comes in, and the most that is above or below it.
const ZERO: u8 = 64;
const MOST: f32 = 63.0;

/// `DEPTH` weights of each of `LANES` outputs.
type Block = [i8; LANES * DEPTH];

/// `outputs = weights · inputs + bias`.
pub(super) struct Linear {
    outputs: usize,
    /// Blocks of one panel of outputs; the last panel is filled with zeros.
    blocks: usize,
    panels: Vec<Block>,
    lanes: Vec<Lanes>,
}

/// What is the same for all rows of a panel.
#[derive(Clone, Copy)]
struct Lanes {
    scales: [f32; LANES],
    bias: [f32; LANES],
    /// What `ZERO` in every input comes to.
    zero: [i32; LANES],
}

/// Rows of numbers, as [`Linear`] takes them.
#[derive(Default)]
pub(super) struct Rows {
    groups: Vec<[u8; DEPTH]>,
    scales: Vec<f32>,
    /// Groups of a row.
    width: usize,
}

impl Linear {
    /// From weights `[outputs, inputs]` and a bias `[outputs]`.
    pub(super) fn new(weights: &Tensor, bias: &Tensor) -> candle_core::Result<Self> {
        let (outputs, inputs) = weights.dims2()?;
        let (weights, bias) = (weights.flatten_all()?.to_vec1::<f32>()?, bias.to_vec1::<f32>()?);
        let (n_panels, blocks) = (outputs.div_ceil(LANES), inputs.div_ceil(DEPTH));
        let mut panels = vec![[0; LANES * DEPTH]; n_panels * blocks];
        let mut lanes = vec![Lanes { scales: [0.0; LANES], bias: [0.0; LANES], zero: [0; LANES] }; n_panels];
        for (output, (row, bias)) in weights.chunks_exact(inputs).zip(bias).enumerate() {
            let (panel, lane) = (output / LANES, output % LANES);
            let most = row.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
            let scale = most / 127.0;
            let mut sum = 0;
            for (input, weight) in row.iter().enumerate() {
                let byte = if scale > 0.0 { (weight / scale).round() as i8 } else { 0 };
                panels[panel * blocks + input / DEPTH][lane * DEPTH + input % DEPTH] = byte;
                sum += i32::from(byte);
            }
            lanes[panel].scales[lane] = scale;
            lanes[panel].bias[lane] = bias;
            lanes[panel].zero[lane] = sum * i32::from(ZERO);
        }
        Ok(Self { outputs, blocks, panels, lanes })
    }

    /// Numbers in a row that comes out.
    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }

    /// Fills `out` with a row of outputs for each row of inputs.
    #[inline(always)]
    pub(super) fn forward(&self, simd: V3, rows: &Rows, out: &mut Vec<f32>) {
        assert_eq!(rows.width, self.blocks, "rows of another width");
        out.clear();
        out.resize(rows.scales.len() * self.outputs, 0.0);
        for (at, (panel, lanes)) in self.panels.chunks_exact(self.blocks).zip(&self.lanes).enumerate() {
            let from = at * LANES;
            let mut inputs = rows.groups.chunks_exact(rows.width * ROWS);
            let mut first = 0;
            for group in &mut inputs {
                let sums = products::<ROWS>(simd, group, panel);
                for (n, sums) in sums.into_iter().enumerate() {
                    self.put(out, first + n, from, lanes.finish(sums, rows.scales[first + n]));
                }
                first += ROWS;
            }
            for row in inputs.remainder().chunks_exact(rows.width) {
                let [sums] = products::<1>(simd, row, panel);
                self.put(out, first, from, lanes.finish(sums, rows.scales[first]));
                first += 1;
            }
        }
    }

    #[inline(always)]
    fn put(&self, out: &mut [f32], row: usize, from: usize, lanes: [f32; LANES]) {
        let out = &mut out[row * self.outputs..(row + 1) * self.outputs][from..];
        if let Some(out) = out.first_chunk_mut::<LANES>() {
            *out = lanes;
        } else {
            out.copy_from_slice(&lanes[..out.len()]);
        }
    }
}

impl Lanes {
    #[inline(always)]
    fn finish(&self, sums: [i32; LANES], scale: f32) -> [f32; LANES] {
        let mut out = [0.0; LANES];
        for lane in 0..LANES {
            out[lane] = (sums[lane].wrapping_sub(self.zero[lane]) as f32).mul_add(self.scales[lane] * scale, self.bias[lane]);
        }
        out
    }
}

impl Rows {
    /// Takes in rows of `width` numbers each.
    #[inline(always)]
    pub(super) fn fill(&mut self, numbers: &[f32], width: usize) {
        self.width = width.div_ceil(DEPTH);
        self.groups.clear();
        self.groups.resize(numbers.len() / width * self.width, [ZERO; DEPTH]);
        self.scales.clear();
        let mut at = 0;
        for row in numbers.chunks_exact(width) {
            let most = largest(row);
            let per_number = if most > 0.0 { MOST / most } else { 0.0 };
            let mut bytes = self.groups[at..at + self.width].as_flattened_mut().iter_mut();
            for (byte, number) in (&mut bytes).zip(row) {
                // Beside a number so large nothing behind the point is left, and the whole part is its lowest byte.
                *byte = number.mul_add(per_number, 12_582_912.0 + f32::from(ZERO)).to_bits() as u8;
            }
            at += self.width;
            self.scales.push(most / MOST);
        }
    }
}

/// The largest of the numbers, whatever its sign.
#[inline(always)]
fn largest(numbers: &[f32]) -> f32 {
    let (eights, rest) = numbers.as_chunks::<8>();
    let mut most = [0.0_f32; 8];
    for eight in eights {
        for (most, number) in most.iter_mut().zip(eight) {
            *most = if number.abs() > *most { number.abs() } else { *most };
        }
    }
    let mut largest = 0.0_f32;
    for number in most.iter().chain(rest) {
        largest = largest.max(number.abs());
    }
    largest
}

/// The sums of products of `N` rows with a panel, before scale and bias.
#[inline(always)]
fn products<const N: usize>(simd: V3, rows: &[[u8; DEPTH]], panel: &[Block]) -> [[i32; LANES]; N] {
    let mut each: [&[[u8; DEPTH]]; N] = [&[]; N];
    for (n, row) in each.iter_mut().enumerate() {
        *row = &rows[n * panel.len()..][..panel.len()];
    }
    let ones = simd.avx._mm256_set1_epi16(1);
    let mut sums = [[simd.avx._mm256_setzero_si256(); 2]; N];
    for (at, block) in panel.iter().enumerate() {
        let block: [__m256i; 2] = pulp::cast(*block);
        for (sums, row) in sums.iter_mut().zip(&each) {
            let group = simd.avx._mm256_set1_epi32(pulp::cast(row[at]));
            for (sum, weights) in sums.iter_mut().zip(block) {
                let pairs = simd.avx2._mm256_maddubs_epi16(group, weights);
                *sum = simd.avx2._mm256_add_epi32(*sum, simd.avx2._mm256_madd_epi16(pairs, ones));
            }
        }
    }
    let mut out = [[0; LANES]; N];
    for (out, sums) in out.iter_mut().zip(sums) {
        *out = pulp::cast(sums);
    }
    out
}
