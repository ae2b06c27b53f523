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
        /// Whether it is a file of the owner's own, which no manifest lists.
        pub own: bool,
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

    /// Takes a language model of the owner's own.
    pub struct OwnModel {
        /// An absolute path to its GGUF file.
        pub path: String,
        /// An absolute path to its `tokenizer.json`, where the GGUF's own vocabulary cannot be used; the one that lies beside
        /// the file when absent.
        #[serde(default)]
        pub tokenizer: Option<String>,
    }
}
