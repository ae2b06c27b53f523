//! What the value dialects of exports have in common: times, numbers and sums of money written as text, HTML as plain words, paths.

pub mod charset;
pub(crate) mod element;
pub mod html;
pub mod money;
pub mod numbers;
pub mod path;
pub mod safe_html;
pub mod time;
