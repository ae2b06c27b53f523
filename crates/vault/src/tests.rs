//! What holds across the parts of the vault.

mod backup;
mod importing;
mod keys;
pub(crate) mod made;
mod opening;
mod people;
mod reading;
mod sealed;
