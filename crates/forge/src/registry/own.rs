//! Language models of the owner's own: a GGUF file of any supported architecture, taken into the store.
//!
//! Invariants: such a model gets its name when it was loaded once and has spoken, and is from then on held to the digest that
//! it had; it never takes the id of a model of the manifest. The file that was given is copied and left as it is.

use std::fs;
use std::path::{Path, PathBuf};

use candle_core::quantized::gguf_file::Content;
use domain::{Cancel, Code, Failure, Progress, Result};

use super::{ModelReport, Registry};
use crate::generate::{self, CandleGenerator};
use crate::gguf;
use crate::manifest::{Manifest, Model, ModelFile, ModelRole, Published, plain_name};
use crate::record::{FileRecord, Own, Record, copy_file, unreadable, unwritable};
use crate::vocabulary::{self, TOKENIZER};

const WEIGHTS: &str = "model.gguf";
/// How its files came, in the record.
const ORIGIN: &str = "given";
/// Where a model is put together before it has its name; no id begins so.
const STAGE: &str = ".adding";
/// What settings call having no language model.
const NONE: &str = "none";

/// Those in the store, by id.
pub(super) fn all(dir: &Path, manifest: &Manifest) -> Vec<Model> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let mut ids: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).filter(|id| plain_name(id)).collect();
    ids.sort_unstable();
    ids.into_iter().filter(|id| manifest.model(id).is_none()).filter_map(|id| read(dir, &id)).collect()
}

/// The one of that id, if there is one.
pub(super) fn read(dir: &Path, id: &str) -> Option<Model> {
    let record = Record::read(&dir.join(id));
    let own = record.own?;
    let listed = record.files.iter().filter(|(_, file)| file.origin == ORIGIN && file.made_from.is_none());
    let files = listed.map(|(name, file)| ModelFile {
        name: name.clone(),
        hub: None,
        published: Some(Published { place: "a file of your own".to_owned(), file: own.file.clone() }),
        sha256: Some(file.sha256.clone()),
        bytes: Some(file.bytes),
        derived: Vec::new(),
    });
    Some(Model {
        id: id.to_owned(),
        role: ModelRole::Generator,
        label: line(own.file.strip_suffix(".gguf").unwrap_or(&own.file)),
        licence: line(&own.licence),
        languages: Vec::new(),
        dimensions: None,
        max_tokens: None,
        pooling: None,
        query_prefix: String::new(),
        passage_prefix: String::new(),
        default: false,
        files: files.collect(),
        own: true,
    })
}

impl Registry {
    /// Takes a language model that the owner has, under an id made of the file's name. A vocabulary that the file does not
    /// hold, or not so that it can be used, is read from `tokenizer`, else from a `tokenizer.json` beside the file.
    ///
    /// # Errors
    /// [`Code::BadRequest`] when it cannot be loaded, with what is wrong with it, or when another model has its id;
    /// [`Code::Unreadable`], [`Code::NoSpace`], [`Code::Cancelled`].
    pub fn add(&self, path: &Path, tokenizer: Option<&Path>, on: &mut dyn FnMut(&Progress), cancel: &Cancel) -> Result<ModelReport> {
        let id = id_of(path)?;
        // File systems that do not tell small letters from capitals would give both one folder.
        if self.manifest.models.iter().any(|model| model.id.eq_ignore_ascii_case(&id)) {
            return Err(taken(&id).hint(format!("Rename your file, or give it with `datapunk models pull {id} --from FILE`.")));
        }
        let (_, content) = gguf::open(path).map_err(|failure| unusable(path, failure))?;
        let beside = path.with_file_name(TOKENIZER);
        let tokenizer = match tokenizer {
            Some(tokenizer) => Some(tokenizer),
            None => Some(beside.as_path()).filter(|beside| !vocabulary::is_enough(&content) && beside.is_file()),
        };
        // Before gigabytes are copied.
        generate::check(path, tokenizer).map_err(|failure| unusable(path, failure))?;

        let stage = Stage::make(self.dir.join(format!("{STAGE}-{id}")))?;
        let given: Vec<(&Path, &str)> = [(path, WEIGHTS)].into_iter().chain(tokenizer.map(|tokenizer| (tokenizer, TOKENIZER))).collect();
        let mut total = 0;
        for (from, _) in &given {
            total += fs::metadata(from).map_err(|error| unreadable(from, &error))?.len();
        }
        let mut progress = Progress { stage: "copying".into(), total, unit: "bytes".into(), ..Progress::default() };
        let mut record = Record { own: Some(own(path, &content)), ..Record::default() };
        for (from, name) in given {
            let target = stage.0.join(name);
            progress.detail = name.to_owned();
            let sha256 = copy_file(from, &target, cancel, &mut |n| {
                progress.done += n;
                on(&progress);
            })?;
            record.files.insert(name.to_owned(), FileRecord::of(&target, sha256, ORIGIN)?);
        }
        record.write(&stage.0)?;

        if let Some(known) = read(&self.dir, &id) {
            let digests = |record: &Record| {
                record.files.values().filter(|file| file.made_from.is_none()).map(|file| file.sha256.clone()).collect::<Vec<_>>()
            };
            if digests(&Record::read(&self.folder(&id))) == digests(&record) {
                return Ok(self.report(&known));
            }
            return Err(taken(&id).hint(format!("Rename your file, or run `datapunk models remove {id}` before.")));
        }
        progress = Progress { stage: "trying out".into(), ..Progress::default() };
        on(&progress);
        let tokenizer = record.files.contains_key(TOKENIZER).then(|| stage.0.join(TOKENIZER));
        CandleGenerator::from_file(&id, &stage.0.join(WEIGHTS), tokenizer.as_deref())
            .and_then(|model| model.try_out())
            .map_err(|failure| unusable(path, failure))?;
        cancel.check()?;
        let folder = self.folder(&id);
        fs::rename(&stage.0, &folder).map_err(|error| unwritable(&folder, &error))?;
        let model = self.model(&id)?;
        self.prepare(&model, on, cancel)?;
        Ok(self.report(&model))
    }

    /// Removes the files of a model, and, if it was the owner's own, the model; says what it was. The file that was given is
    /// not touched.
    ///
    /// # Errors
    /// [`Code::NotFound`] for an id that nobody knows, [`Code::ModelMissing`] when nothing of it is there.
    pub fn remove(&self, id: &str) -> Result<ModelReport> {
        let model = self.model(id)?;
        let folder = self.folder(&model.id);
        if !folder.is_dir() {
            return Err(Failure::new(Code::ModelMissing, format!("The model {id} is not installed, so there is nothing to remove.")));
        }
        fs::remove_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
        Ok(self.report(&model))
    }
}

/// A folder that goes with what is in it, unless it was renamed.
struct Stage(PathBuf);

impl Stage {
    fn make(folder: PathBuf) -> Result<Self> {
        // What an attempt that was killed left.
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
        }
        fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
        Ok(Self(folder))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Gone already when the model got its name; else the next attempt removes it.
        fs::remove_dir_all(&self.0).ok();
    }
}

/// The id of a file: its name in small letters, with what cannot stand in a name anywhere replaced.
fn id_of(path: &Path) -> Result<String> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' };
    let id = stem.chars().map(plain).collect::<String>().trim_matches(['.', '-']).to_owned();
    if id.is_empty() || id == NONE {
        let message = format!("No model can be named after {}.", path.display());
        return Err(Failure::new(Code::BadRequest, message).hint("Rename the file after the model that it holds."));
    }
    Ok(id)
}

fn own(path: &Path, content: &Content) -> Own {
    let licence = content.metadata.get("general.license").and_then(|value| value.to_string().ok()).map(|text| line(text));
    Own {
        file: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        licence: licence.filter(|licence| !licence.is_empty()).unwrap_or_else(|| "licence unknown".to_owned()),
    }
}

/// What a stranger's file says of itself or is called, fit to stand in a list.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(80).collect()
}

fn taken(id: &str) -> Failure {
    Failure::new(Code::BadRequest, format!("There is another model {id} already."))
}

/// What was found wrong with a file, said of the owner's own.
fn unusable(path: &Path, failure: Failure) -> Failure {
    match failure.code {
        Code::ModelAltered => {
            Failure::new(Code::BadRequest, failure.message).hint("Your file was left as it is. The README says which models can be used.")
        }
        Code::Internal => Failure::new(Code::BadRequest, format!("{} cannot be used: {}", path.display(), failure.message))
            .hint("Your file was left as it is. It may be damaged, or not what it says it is."),
        _ => failure,
    }
}

#[cfg(test)]
#[path = "own_tests.rs"]
mod tests;
