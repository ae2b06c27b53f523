//! Reading a table from one end to the other, past pages of the database that do not verify: what stands on them is lost, and
//! nothing else is.
//!
//! Where a page cannot be read, fewer rows are asked for at a time, until it is a single one that fails; then the least step ahead
//! is looked for at which rows can be read again.

use std::ops::ControlFlow;

use domain::{Code, Result};

use crate::fault::{Fault, Outcome};

/// By how much fewer rows are asked for, and more again.
const STEP: usize = 16;
/// The farthest that is looked ahead.
const FARTHEST: i64 = 1 << 60;

/// Rows in an order, some at a time.
pub(crate) trait Rows {
    /// A place between two rows.
    type Place: Copy;
    type Row;
    /// Up to `limit` rows after a place.
    fn after(&self, place: Self::Place, limit: usize) -> Outcome<Vec<Self::Row>>;
    /// The place behind a row.
    fn behind(&self, row: &Self::Row) -> Self::Place;
    /// A place that is farther on the larger the step, which is 0 or more.
    fn ahead(&self, place: Self::Place, step: i64) -> Self::Place;
}

/// What was met.
pub(crate) enum Met<R: Rows> {
    /// The next rows.
    Rows(Vec<R::Row>),
    /// Rows after the first place cannot be read, up to the second or to the end.
    Damage(R::Place, Option<R::Place>),
}

/// Hands out all rows after a place, up to `most` at a time, and where they cannot be read.
///
/// # Errors
/// The first failure of `on`, and what keeps rows from being read other than damage.
pub(crate) fn each<R: Rows>(rows: &R, begin: R::Place, most: usize, on: &mut dyn FnMut(Met<R>) -> Result<()>) -> Result<()> {
    let (mut place, mut limit) = (begin, most);
    loop {
        match rows.after(place, limit) {
            Ok(read) => {
                let last = read.last().filter(|_| read.len() == limit).map(|row| rows.behind(row));
                on(Met::Rows(read))?;
                let Some(last) = last else { return Ok(()) };
                place = last;
                limit = (limit * STEP).min(most);
            }
            Err(fault) if !is_damage(&fault) => return Err(fault.into()),
            Err(_) if limit > 1 => limit = (limit / STEP).max(1),
            Err(_) => {
                let next = least_step(&mut |step| can_read(rows, rows.ahead(place, step)))?.map(|step| rows.ahead(place, step));
                on(Met::Damage(place, next))?;
                let Some(next) = next else { return Ok(()) };
                place = next;
            }
        }
    }
}

/// Whether something failed because bytes at rest are not those that were written.
pub(crate) fn is_damage(fault: &Fault) -> bool {
    fault.0.code == Code::Damaged
}

fn can_read<R: Rows>(rows: &R, place: R::Place) -> Outcome<bool> {
    match rows.after(place, 1) {
        Ok(_) => Ok(true),
        Err(fault) if is_damage(&fault) => Ok(false),
        Err(fault) => Err(fault),
    }
}

/// The least step that will do, of those that do from there on; found by doubling, then by halving.
fn least_step(will_do: &mut dyn FnMut(i64) -> Outcome<bool>) -> Outcome<Option<i64>> {
    let mut too_short = -1;
    let found =
        std::iter::successors(Some(0_i64), |step| Some((step * 2).max(1))).take_while(|step| *step <= FARTHEST).try_for_each(|step| {
            match will_do(step) {
                Ok(false) => {
                    too_short = step;
                    ControlFlow::Continue(())
                }
                Ok(true) => ControlFlow::Break(Ok(step)),
                Err(fault) => ControlFlow::Break(Err(fault)),
            }
        });
    let ControlFlow::Break(found) = found else { return Ok(None) };
    let mut enough = found?;
    while enough - too_short > 1 {
        let between = too_short + (enough - too_short) / 2;
        if will_do(between)? {
            enough = between;
        } else {
            too_short = between;
        }
    }
    Ok(Some(enough))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::damaged;

    /// The numbers from 0 on, of which some cannot be read: from the first of a pair to before the second.
    struct Numbers<'l> {
        n: i64,
        lost: &'l [(i64, i64)],
    }

    fn is_lost(lost: &[(i64, i64)], number: i64) -> bool {
        lost.iter().any(|(from, to)| (*from..*to).contains(&number))
    }

    impl Rows for Numbers<'_> {
        type Place = i64;
        type Row = i64;

        fn after(&self, place: i64, limit: usize) -> Outcome<Vec<i64>> {
            let read: Vec<i64> = (place + 1..self.n).take(limit).collect();
            match read.iter().any(|number| is_lost(self.lost, *number)) {
                true => Err(damaged("A number").into()),
                false => Ok(read),
            }
        }

        fn behind(&self, row: &i64) -> i64 {
            *row
        }

        fn ahead(&self, place: i64, step: i64) -> i64 {
            place + 1 + step
        }
    }

    #[test]
    fn everything_but_what_is_damaged_is_read_and_told_in_order() {
        for lost in [&[][..], &[(0, 1)], &[(0, 90)], &[(5, 6), (7, 40), (99, 100)], &[(0, 100)], &[(41, 100)]] {
            let numbers = Numbers { n: 100, lost };
            let (mut read, mut told) = (Vec::new(), 0);
            each(&numbers, -1, 30, &mut |met| {
                match met {
                    Met::Rows(rows) => read.extend(rows),
                    Met::Damage(..) => told += 1,
                }
                Ok(())
            })
            .unwrap();
            let whole: Vec<i64> = (0..100).filter(|number| !is_lost(lost, *number)).collect();
            assert_eq!((read, told), (whole, lost.len()), "{lost:?}");
        }
    }
}
