//! The tables, one file each: its steps, its rows, what reads it and what writes it. All are `STRICT`; all statements are
//! constants with parameters.

pub(crate) mod audit;
pub(crate) mod blob;
pub(crate) mod change;
pub(crate) mod entity;
pub(crate) mod exchange;
pub(crate) mod file;
pub(crate) mod import_run;
pub(crate) mod item;
pub(crate) mod item_link;
pub(crate) mod job;
pub(crate) mod link;
pub(crate) mod memo;
pub(crate) mod number;
pub(crate) mod own;
pub(crate) mod person;
pub(crate) mod pii;
pub(crate) mod receipt;
pub(crate) mod same;
pub(crate) mod saved_search;
pub(crate) mod setting;
pub(crate) mod sighting;
pub(crate) mod source;
pub(crate) mod tombstone;
pub(crate) mod track_cell;
pub(crate) mod track_point;
pub(crate) mod variant;

use crate::migration::Step;

/// The steps of every table, in an order in which they can be created.
pub(crate) const STEPS: &[&[Step]] = &[
    setting::STEPS,
    source::STEPS,
    import_run::STEPS,
    file::STEPS,
    item::STEPS,
    variant::STEPS,
    sighting::STEPS,
    entity::STEPS,
    link::STEPS,
    item_link::STEPS,
    number::STEPS,
    blob::STEPS,
    track_point::STEPS,
    track_cell::STEPS,
    tombstone::STEPS,
    change::STEPS,
    job::STEPS,
    memo::STEPS,
    person::STEPS,
    same::STEPS,
    own::STEPS,
    pii::STEPS,
    receipt::STEPS,
    audit::STEPS,
    saved_search::STEPS,
    exchange::STEPS,
    VECTORS,
];

/// The tables of vectors, whose rows and statements stand with their index.
const VECTORS: &[Step] = &[Step::adds(20261122, crate::index::VECTOR_TABLES), Step::adds(20261216, crate::index::SIGN_TABLES)];
