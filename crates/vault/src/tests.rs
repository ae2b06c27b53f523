//! What holds across the parts of the vault.

mod auditing;
mod backup;
mod conversations;
mod damaged_pages;
mod forgetting;
mod importing;
mod keys;
pub(crate) mod made;
#[cfg(target_os = "linux")]
mod memory;
mod opening;
mod people;
mod reading;
mod refusing;
mod sealed;
