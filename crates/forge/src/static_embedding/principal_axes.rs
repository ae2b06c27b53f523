//! The directions in which a set of vectors varies most, and the vectors seen along them.

use nalgebra::{DMatrix, SymmetricEigen};
use rayon::prelude::*;

/// Rows that one thread sums up before sums are put together.
const STRIDE: usize = 2048;

/// The mean and the strongest directions of a set of vectors.
pub(super) struct PrincipalAxes {
    mean: Vec<f32>,
    /// Strongest first, each of unit length.
    axes: Vec<Vec<f32>>,
}

impl PrincipalAxes {
    /// The `keep` strongest directions of `rows`, which all have `width` numbers.
    pub(super) fn of(rows: &[&[f32]], width: usize, keep: usize) -> Self {
        let n = rows.len().max(1) as f64;
        let mut mean = vec![0.0_f64; width];
        for row in rows {
            mean.iter_mut().zip(*row).for_each(|(sum, &x)| *sum += f64::from(x));
        }
        let mean: Vec<f32> = mean.into_iter().map(|sum| (sum / n) as f32).collect();

        let scatter = |part: &[&[f32]]| {
            let mut sums = vec![0.0_f32; width * width];
            let mut centred = vec![0.0_f32; width];
            for row in part {
                centred.iter_mut().zip(row.iter().zip(&mean)).for_each(|(to, (x, m))| *to = x - m);
                for (line, &x) in sums.chunks_exact_mut(width).zip(&centred) {
                    line.iter_mut().zip(&centred).for_each(|(sum, &y)| *sum += x * y);
                }
            }
            sums.into_iter().map(f64::from).collect::<Vec<f64>>()
        };
        let add = |mut left: Vec<f64>, right: Vec<f64>| {
            left.iter_mut().zip(right).for_each(|(sum, x)| *sum += x);
            left
        };
        let covariance = rows.par_chunks(STRIDE).map(scatter).reduce(|| vec![0.0; width * width], add);

        let eigen = SymmetricEigen::new(DMatrix::from_vec(width, width, covariance));
        let mut order: Vec<usize> = (0..width).collect();
        order.sort_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]));
        let axes = order.into_iter().take(keep).map(|at| eigen.eigenvectors.column(at).iter().map(|&x| x as f32).collect()).collect();
        Self { mean, axes }
    }

    /// A vector's coordinates along the axes.
    pub(super) fn project(&self, row: &[f32]) -> Vec<f32> {
        let centred: Vec<f32> = row.iter().zip(&self.mean).map(|(x, m)| x - m).collect();
        self.axes.iter().map(|axis| axis.iter().zip(&centred).map(|(a, x)| a * x).sum()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_axis_is_the_one_along_which_the_rows_lie() {
        let rows: Vec<[f32; 3]> =
            (0..100).map(|n| n as f32 - 50.0).map(|t| [3.0 + t * 0.6, 5.0 + t * 0.8, (t * 7.0).sin() * 0.01]).collect();
        let rows: Vec<&[f32]> = rows.iter().map(|row| &row[..]).collect();
        let axes = PrincipalAxes::of(&rows, 3, 2);
        let near = axes.project(&[3.6, 5.8, 0.0])[0] - axes.project(&[3.0, 5.0, 0.0])[0];
        assert!((near.abs() - 1.0).abs() < 1e-3, "one unit along the line is one unit along the axis: {near}");
        assert!((axes.axes[0][0] / axes.axes[0][1] - 0.75).abs() < 1e-3);
    }
}
