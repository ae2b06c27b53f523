//! What the products of Google Maps share: how an address names a place, and what a place is called by its owner.

pub(super) mod address;
pub(super) mod label;
