//! How positions turn the heads of queries and keys.

use candle_core::{DType, Device, Result, Tensor};
use candle_nn::rotary_emb;

use super::architecture::{Pairs, Turning};

/// The cosines and sines of every position.
pub(super) struct Rotation {
    cos: Tensor,
    sin: Tensor,
    pairs: Pairs,
}

/// Those of the positions of one step.
pub(super) struct Turn {
    cos: Tensor,
    sin: Tensor,
    pairs: Pairs,
}

impl Rotation {
    /// For heads of which `turned` numbers are turned; each pair's speed is divided by its factor, when there are any.
    pub(super) fn new(pairs: Pairs, turned: usize, turning: Turning, factors: Option<&[f32]>, context: usize) -> Result<Self> {
        let half = turned / 2;
        if factors.is_some_and(|factors| factors.len() != half) {
            candle_core::bail!("its factors of rotation are not {half}");
        }
        let speeds = (0..half).map(|pair| {
            let slowed = factors.and_then(|factors| factors.get(pair)).copied().unwrap_or(1.0) * turning.stretch;
            turning.base.powf(-((2 * pair) as f32) / turned as f32) / slowed
        });
        let speeds = Tensor::from_iter(speeds, &Device::Cpu)?.reshape((1, half))?;
        let positions = Tensor::arange(0, context as u32, &Device::Cpu)?.to_dtype(DType::F32)?.reshape((context, 1))?;
        let angles = positions.matmul(&speeds)?;
        let magnitude = f64::from(turning.magnitude);
        Ok(Self { cos: (angles.cos()? * magnitude)?, sin: (angles.sin()? * magnitude)?, pairs })
    }

    /// For `n` positions from `start` on.
    pub(super) fn at(&self, start: usize, n: usize) -> Result<Turn> {
        Ok(Turn { cos: self.cos.narrow(0, start, n)?, sin: self.sin.narrow(0, start, n)?, pairs: self.pairs })
    }
}

impl Turn {
    /// Turns heads `[1, heads, positions, numbers]`.
    pub(super) fn apply(&self, x: &Tensor) -> Result<Tensor> {
        let (head, turned) = (x.dim(3)?, 2 * self.cos.dim(1)?);
        if turned == head {
            return self.turn(x);
        }
        let first = self.turn(&x.narrow(3, 0, turned)?.contiguous()?)?;
        Tensor::cat(&[first, x.narrow(3, turned, head - turned)?.contiguous()?], 3)?.contiguous()
    }

    fn turn(&self, x: &Tensor) -> Result<Tensor> {
        match self.pairs {
            Pairs::Halves => rotary_emb::rope(x, &self.cos, &self.sin),
            Pairs::Neighbours => rotary_emb::rope_i(x, &self.cos, &self.sin),
        }
    }
}
