//! Models, on this machine or not.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire;

wire! {
    /// A model on this machine, or one that could be.
    pub struct ModelView {
        /// Its id.
        pub id: String,
        /// "embedder", "reranker", "generator" or "dictionary".
        pub role: String,
        /// Its name, for people.
        pub label: String,
        /// Its licence.
        pub licence: String,
        /// "installed", "missing" or "altered".
        pub state: String,
        /// Bytes of its files.
        pub bytes: u64,
        /// Whether it is the default of its role.
        pub default: bool,
    }

    /// The models.
    pub struct Models {
        /// The models.
        pub models: Vec<ModelView>,
        /// The folder that they stand in.
        pub folder: String,
    }

    /// Names a model.
    pub struct ModelRef {
        /// Its id.
        pub id: String,
    }

    /// Takes a model from a folder of its files.
    pub struct ModelFile {
        /// Its id.
        pub id: String,
        /// An absolute path to its file, or to the folder of its files.
        pub path: String,
    }
}
