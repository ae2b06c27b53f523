//! The table of one vector a word piece, as it is kept beside the model that it was distilled from.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use domain::{Cancel, Code, Failure, Progress, Result};

use super::distil::distil;
use crate::bert::BertEmbedder;
use crate::record::{Record, unwritable};
use crate::registry::Registry;
use crate::weights::{Weights, damaged};
use crate::word_pieces::WordPieces;

/// Numbers in a static vector.
pub const DIMENSIONS: usize = 256;

const FILE: &str = "static-256.safetensors";
const TENSOR: &str = "pieces";
/// Raised whenever distillation changes, so that tables made before are made anew.
const RECIPE: &str = "1";

/// One vector of [`DIMENSIONS`] numbers for each word piece of a model's vocabulary.
#[derive(Debug)]
pub struct StaticTable {
    model: String,
    words: WordPieces,
    rows: Vec<f32>,
}

impl StaticTable {
    /// A table of given rows, for the vocabulary of `words`.
    ///
    /// # Errors
    /// [`Code::Internal`] when the rows are not as many as the pieces.
    pub(crate) fn new(model: &str, words: WordPieces, rows: Vec<f32>) -> Result<Self> {
        if rows.len() != words.vocabulary() * DIMENSIONS {
            return Err(Failure::internal(format!("{} numbers do not make a table of {} pieces", rows.len(), words.vocabulary())));
        }
        Ok(Self { model: model.to_owned(), words, rows })
    }

    /// The table of an installed model, if it was distilled from the very files that are installed.
    ///
    /// # Errors
    /// [`Code::ModelMissing`] and [`Code::ModelAltered`] of the model itself.
    pub fn load(registry: &Registry, id: &str) -> Result<Option<Self>> {
        let (_, folder) = registry.ready(id)?;
        let path = folder.join(FILE);
        if !path.is_file() {
            return Ok(None);
        }
        let weights = Weights::read(&path)?;
        if weights.metadata.get("made_from") != Some(&source(&folder)?)
            || weights.metadata.get("recipe").map(String::as_str) != Some(RECIPE)
        {
            return Ok(None);
        }
        let broken = |error: &dyn std::fmt::Display| damaged(&path, error);
        let tensor = weights.tensors.get(TENSOR).ok_or_else(|| broken(&"it holds no table"))?;
        let rows = tensor.flatten_all().and_then(|flat| flat.to_vec1()).map_err(|error| broken(&error))?;
        Ok(Some(Self::new(id, WordPieces::load(&folder)?, rows)?))
    }

    /// The table of an installed model; distilled first, and kept, when there is none yet. That takes about a minute on two
    /// cores and may be cancelled; nothing is kept of a part.
    pub fn ensure(registry: &Registry, id: &str, on: &mut dyn FnMut(&Progress), cancel: &Cancel) -> Result<Self> {
        if let Some(table) = Self::load(registry, id)? {
            return Ok(table);
        }
        let embedder = BertEmbedder::load(registry, id)?;
        let rows = distil(&embedder, DIMENSIONS, on, cancel)?;
        let folder = registry.folder(id);
        write(&folder, &rows)?;
        Self::new(id, WordPieces::load(&folder)?, rows)
    }

    /// The id of the model that it was distilled from.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// How texts become word pieces.
    pub(crate) fn words(&self) -> &WordPieces {
        &self.words
    }

    /// One row a piece, one after the other.
    pub(crate) fn rows(&self) -> &[f32] {
        &self.rows
    }
}

/// What a table is made of: the digests of the weights and of the tokenizer.
fn source(folder: &Path) -> Result<String> {
    let record = Record::read(folder);
    let digest = |name: &str| record.files.get(name).map(|file| file.sha256.as_str());
    match (digest("model.safetensors"), digest("tokenizer.json")) {
        (Some(weights), Some(tokenizer)) => Ok(format!("{weights} {tokenizer}")),
        _ => Err(Failure::new(Code::ModelMissing, format!("{} holds no model that a table could be made of.", folder.display()))),
    }
}

/// Writes the table, whole or not at all.
fn write(folder: &Path, rows: &[f32]) -> Result<PathBuf> {
    let (path, part) = (folder.join(FILE), folder.join(format!("{FILE}.part")));
    let header = serde_json::json!({
        "__metadata__": { "made_from": source(folder)?, "recipe": RECIPE },
        TENSOR: { "dtype": "F32", "shape": [rows.len() / DIMENSIONS, DIMENSIONS], "data_offsets": [0, rows.len() * 4] },
    });
    let mut header = header.to_string();
    // The format wants tensors to start at a multiple of eight; spaces may follow the header.
    header.push_str(&" ".repeat(header.len().next_multiple_of(8) - header.len()));
    let put = || -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(&part)?);
        file.write_all(&(header.len() as u64).to_le_bytes())?;
        file.write_all(header.as_bytes())?;
        for x in rows {
            file.write_all(&x.to_le_bytes())?;
        }
        file.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        fs::rename(&part, &path)
    };
    put().map_err(|error| unwritable(folder, &error))?;
    Ok(path)
}
