//! What holds across the parts of the vault.

mod importing;
mod made;
mod opening;
mod reading;
mod sealed;
