//! Files of one archive that have one name, or names that differ in capitals alone. All are read from the archive; on a disk
//! that it is unpacked to, the last of them may be all that is left.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use domain::{Finding, FindingCode, Severity};

use super::{Key, key_of};

/// Names that are told.
const NAMED: usize = 5;

/// The names met so far.
#[derive(Default)]
pub(crate) struct EqualNames(Mutex<Met>);

#[derive(Default)]
struct Met {
    names: HashSet<Key>,
    equal: Vec<String>,
    n_equal: u64,
}

impl EqualNames {
    /// Takes note of a file of the archive with that number.
    pub(crate) fn meet(&self, archive: usize, path: &str) {
        let name = key_of(&format!("{archive}/{}", path.to_lowercase()));
        let mut met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !met.names.insert(name) {
            met.n_equal += 1;
            if met.equal.len() < NAMED {
                met.equal.push(path.to_owned());
            }
        }
    }

    /// What there is to say of them.
    pub(crate) fn finding(self) -> Option<Finding> {
        let Met { equal, n_equal, .. } = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let rest = n_equal - equal.len() as u64;
        (n_equal > 0).then(|| Finding {
            code: FindingCode::EqualNames,
            severity: Severity::Note,
            at: String::new(),
            message: format!(
                "Files of one archive have the same name, or one that differs in capitals alone: {}{}. All of them were read; where the archive is unpacked, one may take the place of the other.",
                equal.join(", "),
                if rest > 0 { format!(" and {rest} more") } else { String::new() }
            ),
            count: n_equal,
        })
    }
}
