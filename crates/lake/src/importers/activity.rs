//! What the two forms of My Activity and of YouTube's history share: one row, however it was written, becomes one item.
//!
//! Invariant: the same row read from JSON and from HTML, from My Activity or from the YouTube folder, has the same uid.
//! The HTML form has whole seconds only and lacks some fields, so the key is made of what both have: the second, and the
//! query, the video or the address; the title only when there is none of these, as it differs by language.
//!
//! Recordings and pictures lie beside the file as files of their own; a row names them in `data.files`, and [`files`] attaches
//! them.

pub(super) mod address;
pub(super) mod files;
mod payment;
pub(super) mod product;
pub(super) mod row;
pub(super) mod words;
