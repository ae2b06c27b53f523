//! What holds across the parts of the vault.
