//! The table of one vector a word piece, as it is kept beside the model that it was distilled from.

use std::fs::{self, File};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use domain::{Cancel, Code, Failure, Progress, Result};

use super::distil::distil;
use crate::bert::BertEmbedder;
use crate::record::{Record, unreadable, unwritable};
use crate::registry::Registry;
use crate::weights::{Header, damaged};
use crate::word_pieces::WordPieces;

/// Numbers in a static vector.
pub const DIMENSIONS: usize = 256;

const FILE: &str = "static-256.safetensors";
const TENSOR: &str = "pieces";
/// Raised whenever distillation changes, so that tables made before are made anew.
const RECIPE: &str = "1";

/// One vector of [`DIMENSIONS`] numbers for each word piece of a model's vocabulary. A query needs a handful of them, so they
/// stay on the disk until many texts are to be embedded.
#[derive(Debug)]
pub struct StaticTable {
    model: String,
    words: WordPieces,
    /// Where the rows are read from; `None` for a table that was never on the disk.
    kept: Option<Kept>,
    rows: OnceLock<Vec<f32>>,
}

/// The rows in their file.
#[derive(Debug)]
struct Kept {
    path: PathBuf,
    file: Mutex<File>,
    /// Where they begin, bytes.
    start: u64,
}

impl Kept {
    fn read(&self, from: usize, numbers: &mut [f32]) -> Result<()> {
        let mut bytes = vec![0; std::mem::size_of_val(numbers)];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let at = self.start + (from * size_of::<f32>()) as u64;
        file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut bytes)).map_err(|error| damaged(&self.path, &error))?;
        let (words, _) = bytes.as_chunks::<4>();
        numbers.iter_mut().zip(words).for_each(|(number, word)| *number = f32::from_le_bytes(*word));
        Ok(())
    }
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
        Ok(Self { model: model.to_owned(), words, kept: None, rows: OnceLock::from(rows) })
    }

    /// The table of an installed model, if it was distilled from the very files that are installed. Reads its header alone.
    ///
    /// # Errors
    /// [`Code::ModelMissing`] and [`Code::ModelAltered`] of the model itself.
    pub fn load(registry: &Registry, id: &str) -> Result<Option<Self>> {
        let (_, folder) = registry.ready(id)?;
        let path = folder.join(FILE);
        if !path.is_file() {
            return Ok(None);
        }
        let mut file = File::open(&path).map_err(|error| unreadable(&path, &error))?;
        let header = Header::read(&mut file, &path)?;
        if header.metadata.get("made_from") != Some(&source(&folder)?) || header.metadata.get("recipe").map(String::as_str) != Some(RECIPE)
        {
            return Ok(None);
        }
        let words = WordPieces::load(&folder)?;
        let entry = header.entries.get(TENSOR).filter(|entry| entry.shape == [words.vocabulary(), DIMENSIONS]);
        let entry = entry.ok_or_else(|| damaged(&path, &"it holds no table of the model's word pieces"))?;
        let start = header.floats_at(entry).map_err(|error| damaged(&path, &error))?;
        let kept = Kept { path, file: Mutex::new(file), start };
        Ok(Some(Self { model: id.to_owned(), words, kept: Some(kept), rows: OnceLock::new() }))
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

    /// All rows, one a piece, one after the other; read into memory by the first call.
    ///
    /// # Errors
    /// [`Code::ModelAltered`] when the file cannot be read.
    pub(crate) fn rows(&self) -> Result<&[f32]> {
        if let (None, Some(kept)) = (self.rows.get(), &self.kept) {
            let mut rows = vec![0.0; self.words.vocabulary() * DIMENSIONS];
            kept.read(0, &mut rows)?;
            return Ok(self.rows.get_or_init(|| rows));
        }
        Ok(self.rows.get().map_or(&[], Vec::as_slice))
    }

    /// The row of one piece, from memory or else from the file.
    ///
    /// # Errors
    /// [`Code::ModelAltered`] when the file cannot be read.
    pub(crate) fn row(&self, piece: u32) -> Result<[f32; DIMENSIONS]> {
        let from = piece as usize * DIMENSIONS;
        let mut row = [0.0; DIMENSIONS];
        match (self.rows.get(), &self.kept) {
            (Some(rows), _) => row.iter_mut().zip(rows.get(from..).unwrap_or_default()).for_each(|(to, x)| *to = *x),
            (None, Some(kept)) if (piece as usize) < self.words.vocabulary() => kept.read(from, &mut row)?,
            (None, _) => {}
        }
        Ok(row)
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
