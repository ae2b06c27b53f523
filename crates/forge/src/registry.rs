//! The model store: a folder a model, and for each model whether it is installed, missing or altered.
//!
//! Invariants: a file gets its final name only when it is complete and its digest is accepted; [`Registry::ready`] hands out
//! paths only of files that are what they were when they were accepted. One process installs a given model at a time;
//! readers are never disturbed, since files are replaced by renaming.
//!
//! Beside what the manifest lists, the store holds models of the owner's own: files that they gave ([`own`]).
//!
//! Absent on purpose: a daemon, and automatic downloads.

mod own;

use std::fs;
use std::path::{Path, PathBuf};

use domain::{Cancel, Code, Failure, Progress, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::glossary::dictionary::Dictionary;
use crate::manifest::{Manifest, Model, ModelFile, ModelRole, plain_name};
use crate::record::{FileRecord, Record, hash_file, unreadable, unwritable};
use crate::{gguf, pull};

/// The name under which a generator's re-encoded weights are kept.
pub(crate) const PREPARED: &str = "prepared.gguf";

/// Whether a model can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelState {
    /// Every file is there and is what was accepted.
    Installed,
    /// At least one file is not there.
    Missing,
    /// At least one file is not what the manifest, or the install, says it is.
    Altered,
}

/// What there is to say of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelReport {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub role: ModelRole,
    /// What people read.
    pub label: String,
    /// The licence of its weights.
    pub licence: String,
    /// The languages it was made for.
    pub languages: Vec<String>,
    /// Numbers in a vector; embedders only.
    pub dimensions: Option<usize>,
    /// Whether it is used unless the owner chose another.
    pub default: bool,
    /// Whether it is a file of the owner's, which no manifest lists.
    pub own: bool,
    /// Whether it can be used.
    pub state: ModelState,
    /// Bytes on disk when files are there, else what a pull brings as far as it is known.
    pub bytes: u64,
    /// Its folder.
    pub path: String,
    /// Its files.
    pub files: Vec<ModelFileReport>,
}

/// What there is to say of one file of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelFileReport {
    /// Its name.
    pub name: String,
    /// Whether it can be used.
    pub state: ModelState,
    /// Bytes on disk; 0 when it is missing.
    pub bytes: u64,
    /// Its digest as it was last hashed.
    pub sha256: Option<String>,
    /// How it came: "hub", "given", "packages" or "debian".
    pub origin: Option<String>,
    /// Whether the manifest vouches for the digest, rather than the first install alone.
    pub vouched: bool,
}

/// The store, and the manifest that says what belongs in it.
#[derive(Debug, Clone)]
pub struct Registry {
    dir: PathBuf,
    manifest: Manifest,
}

impl Registry {
    /// The store of this machine: `DATAPUNK_MODELS`, else `datapunk/models` in the person's data folder.
    pub fn open() -> Result<Self> {
        Ok(Self::with(default_dir()?, Manifest::shipped()?))
    }

    /// The store in a given folder, which need not exist yet.
    pub fn at(dir: impl Into<PathBuf>) -> Result<Self> {
        Ok(Self::with(dir.into(), Manifest::shipped()?))
    }

    /// A store for another manifest.
    pub fn with(dir: PathBuf, manifest: Manifest) -> Self {
        Self { dir, manifest }
    }

    /// The store's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What may be installed.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// A model's folder.
    pub fn folder(&self, id: &str) -> PathBuf {
        self.dir.join(id)
    }

    /// Every model and its state. Looks at sizes and times only; [`Registry::verify`] reads the files.
    pub fn list(&self) -> Vec<ModelReport> {
        self.models().iter().map(|model| self.report(model)).collect()
    }

    /// Those of the manifest, and the owner's own after them.
    fn models(&self) -> Vec<Model> {
        self.manifest.models.iter().cloned().chain(own::all(&self.dir, &self.manifest)).collect()
    }

    fn model(&self, id: &str) -> Result<Model> {
        let own = || if plain_name(id) { own::read(&self.dir, id) } else { None };
        self.manifest.model(id).cloned().or_else(own).ok_or_else(|| {
            let known: Vec<String> = self.models().into_iter().map(|model| model.id).collect();
            Failure::new(Code::NotFound, format!("There is no model {id}.")).hint(format!("The models are: {}.", known.join(", ")))
        })
    }

    /// One model and its state, by sizes and times.
    pub fn state(&self, id: &str) -> Result<ModelReport> {
        Ok(self.report(&self.model(id)?))
    }

    /// The model to use for a role: the default when it is installed, else any other that is.
    ///
    /// # Errors
    /// [`Code::ModelMissing`] when none is installed.
    pub fn installed(&self, role: ModelRole) -> Result<Model> {
        let there = |model: &Model| self.report(model).state == ModelState::Installed;
        let fallback = || self.models().into_iter().filter(|model| model.role == role).find(there);
        self.manifest.default_for(role).cloned().filter(there).or_else(fallback).ok_or_else(|| {
            let id = self.manifest.default_for(role).map_or("ID", |model| model.id.as_str());
            Failure::new(Code::ModelMissing, format!("No model is installed that could serve as {}.", noun(role)))
                .hint(format!("Run `datapunk models pull {id}`."))
        })
    }

    /// Hashes every file of a model anew and says what was found.
    pub fn verify(&self, id: &str, on: &mut dyn FnMut(&Progress), cancel: &Cancel) -> Result<ModelReport> {
        let model = &self.model(id)?;
        let folder = self.folder(id);
        let mut record = Record::read(&folder);
        let present: Vec<(&ModelFile, PathBuf)> =
            model.files.iter().map(|file| (file, folder.join(&file.name))).filter(|(_, path)| path.is_file()).collect();
        let total = present.iter().filter_map(|(_, path)| fs::metadata(path).ok()).map(|about| about.len()).sum();
        let mut progress = Progress { stage: "verifying".into(), total, unit: "bytes".into(), ..Progress::default() };
        for (file, path) in present {
            progress.detail.clone_from(&file.name);
            let sha256 = hash_file(&path, cancel, &mut |n| {
                progress.done += n;
                on(&progress);
            })?;
            // An altered file is left as it is, and its old record with it: the times differ, so it stays altered.
            if file.lists(&sha256) || record.files.get(&file.name).is_some_and(|known| known.sha256 == sha256) {
                let origin = record.files.get(&file.name).map_or("given", |known| known.origin.as_str()).to_owned();
                record.files.insert(file.name.clone(), FileRecord::of(&path, sha256, &origin)?);
            } else if let Some(known) = record.files.get_mut(&file.name) {
                known.mtime_ns = 0;
            }
        }
        if folder.is_dir() {
            record.write(&folder)?;
        }
        Ok(self.report(model))
    }

    /// Fetches what is missing of a model from the hub. What was fetched in part before is continued.
    ///
    /// # Errors
    /// [`Code::Unreachable`] when the hub does not answer, [`Code::ModelAltered`] when it sends something else than was pinned,
    /// [`Code::NoSpace`], [`Code::Cancelled`].
    pub fn pull(&self, id: &str, on: &mut dyn FnMut(&Progress), cancel: &Cancel) -> Result<ModelReport> {
        let model = &self.model(id)?;
        let folder = self.folder(id);
        fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
        let mut record = Record::read(&folder);
        let mut progress = Progress { stage: "fetching".into(), total: model.bytes(), unit: "bytes".into(), ..Progress::default() };
        for file in &model.files {
            let path = folder.join(&file.name);
            if file_state(file, &path, record.files.get(&file.name)) == ModelState::Installed {
                progress.done += fs::metadata(&path).map_or(0, |about| about.len());
                on(&progress);
                continue;
            }
            progress.detail.clone_from(&file.name);
            let part = folder.join(format!("{}.part", file.name));
            let Some(hub) = &file.hub else { return Err(on_no_hub(model, file)) };
            pull::fetch(hub, &part, cancel, &mut |n| {
                progress.done += n;
                on(&progress);
            })?;
            let sha256 = hash_file(&part, cancel, &mut |_| ())?;
            self.accept(model, file, &part, sha256, "hub", &mut record)?;
        }
        self.prepare(model, on, cancel)?;
        Ok(self.report(model))
    }

    /// Takes a file that the owner has: it is recognised by its digest, or, while the manifest vouches for no digest, by its
    /// name. It is copied, never moved.
    ///
    /// # Errors
    /// [`Code::ModelAltered`] when its digest is not one that the manifest lists.
    pub fn install_file(&self, id: &str, path: &Path, on: &mut dyn FnMut(&Progress), cancel: &Cancel) -> Result<ModelReport> {
        let model = &self.model(id)?;
        if path.is_dir() {
            for file in &model.files {
                let given = path.join(&file.name);
                let given = if given.exists() { given } else { path.join(file.published_name()) };
                self.install_file(id, &given, on, cancel)?;
            }
            return Ok(self.report(model));
        }
        let total = fs::metadata(path).map_err(|error| unreadable(path, &error))?.len();
        let mut progress = Progress { stage: "verifying".into(), total, unit: "bytes".into(), ..Progress::default() };
        let sha256 = hash_file(path, cancel, &mut |n| {
            progress.done += n;
            on(&progress);
        })?;
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let named = |file: &&ModelFile| file.trusts_first_use() && (file.name == name || file.published_name() == name);
        let Some(file) = model.files.iter().find(|file| file.lists(&sha256)).or_else(|| model.files.iter().find(named)) else {
            let wanted: Vec<&str> = model.files.iter().map(|file| file.name.as_str()).collect();
            let found = format!("{} is none of the files of {} ({}): its sha256 is {sha256}.", path.display(), model.id, wanted.join(", "));
            return Err(Failure::new(Code::ModelAltered, found).hint(format!(
                "Give the file as its makers publish it, or run `datapunk models pull {}`. Your file was left as it is.",
                model.id
            )));
        };
        let folder = self.folder(id);
        fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
        let part = folder.join(format!("{}.part", file.name));
        fs::copy(path, &part).map_err(|error| unwritable(&folder, &error))?;
        self.accept(model, file, &part, sha256, "given", &mut Record::read(&folder))?;
        if self.report(model).state == ModelState::Installed {
            self.prepare(model, on, cancel)?;
        }
        Ok(self.report(model))
    }

    /// The model and its folder, once every file is known to be what was accepted. Files that changed since they were
    /// hashed, or never were, are hashed now.
    ///
    /// # Errors
    /// [`Code::ModelMissing`], [`Code::ModelAltered`].
    pub fn ready(&self, id: &str) -> Result<(Model, PathBuf)> {
        let model = self.model(id)?;
        let folder = self.folder(id);
        let mut report = self.report(&model);
        if report.state == ModelState::Altered {
            report = self.verify(id, &mut |_| (), &Cancel::default())?;
        }
        let wrong = |state| report.files.iter().find(|file| file.state == state).map_or("", |file| file.name.as_str());
        match report.state {
            ModelState::Installed => Ok((model, folder)),
            ModelState::Missing => Err(missing(&model, wrong(ModelState::Missing), &folder)),
            ModelState::Altered => {
                let name = wrong(ModelState::Altered);
                let found = hash_file(&folder.join(name), &Cancel::default(), &mut |_| ())?;
                Err(altered(&model, name, &found, &format!("{} in {}", name, folder.display())))
            }
        }
    }

    /// Makes what a model is used in, once: a generator's weights are re-encoded when they hold types without a fast path, and
    /// what is needed of a dictionary is taken out of it.
    pub(crate) fn prepare(&self, model: &Model, on: &mut dyn FnMut(&Progress), cancel: &Cancel) -> Result<Option<PathBuf>> {
        if model.role == ModelRole::Dictionary {
            Dictionary::in_folder(model, &self.folder(&model.id))?;
            return Ok(None);
        }
        let Some(file) = model.files.iter().find(|file| file.name.ends_with(".gguf")) else { return Ok(None) };
        let folder = self.folder(&model.id);
        let (source, target) = (folder.join(&file.name), folder.join(PREPARED));
        let mut record = Record::read(&folder);
        let Some(from) = record.files.get(&file.name).map(|known| known.sha256.clone()) else { return Ok(None) };
        let known = record.files.get(PREPARED).filter(|known| known.made_from.as_ref() == Some(&from));
        if known.is_some_and(|known| known.still_describes(&target)) {
            return Ok(Some(target));
        }
        if !gguf::has_slow_tensors(&source)? {
            return Ok(None);
        }
        let part = folder.join(format!("{PREPARED}.part"));
        gguf::reencode(&source, &part, on, cancel)?;
        let sha256 = hash_file(&part, cancel, &mut |_| ())?;
        fs::rename(&part, &target).map_err(|error| unwritable(&folder, &error))?;
        let made = FileRecord { made_from: Some(from), ..FileRecord::of(&target, sha256, "made")? };
        record.files.insert(PREPARED.to_owned(), made);
        record.write(&folder)?;
        Ok(Some(target))
    }

    fn accept(&self, model: &Model, file: &ModelFile, part: &Path, sha256: String, origin: &str, record: &mut Record) -> Result<()> {
        let folder = self.folder(&model.id);
        if !file.lists(&sha256) && !file.trusts_first_use() {
            fs::remove_file(part).map_err(|error| unwritable(part, &error))?;
            return Err(altered(model, &file.name, &sha256, &file.name));
        }
        let path = folder.join(&file.name);
        fs::rename(part, &path).map_err(|error| unwritable(&folder, &error))?;
        record.files.insert(file.name.clone(), FileRecord::of(&path, sha256, origin)?);
        record.write(&folder)
    }

    fn report(&self, model: &Model) -> ModelReport {
        let folder = self.folder(&model.id);
        let record = Record::read(&folder);
        let files: Vec<ModelFileReport> = model
            .files
            .iter()
            .map(|file| {
                let path = folder.join(&file.name);
                let known = record.files.get(&file.name);
                ModelFileReport {
                    name: file.name.clone(),
                    state: file_state(file, &path, known),
                    bytes: fs::metadata(&path).map_or(0, |about| about.len()),
                    sha256: known.map(|known| known.sha256.clone()),
                    origin: known.map(|known| known.origin.clone()),
                    vouched: !model.own && known.is_some_and(|known| file.lists(&known.sha256)),
                }
            })
            .collect();
        let any = |state| files.iter().any(|file| file.state == state);
        let state = if any(ModelState::Missing) {
            ModelState::Missing
        } else if any(ModelState::Altered) {
            ModelState::Altered
        } else {
            ModelState::Installed
        };
        let on_disk: u64 = files.iter().map(|file| file.bytes).sum();
        ModelReport {
            id: model.id.clone(),
            role: model.role,
            label: model.label.clone(),
            licence: model.licence.clone(),
            languages: model.languages.clone(),
            dimensions: model.dimensions,
            default: model.default,
            own: model.own,
            state,
            bytes: if on_disk > 0 { on_disk } else { model.bytes() },
            path: folder.display().to_string(),
            files,
        }
    }
}

/// The store's folder when nobody says otherwise.
pub fn default_dir() -> Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("DATAPUNK_MODELS")
        .or_else(|| set("XDG_DATA_HOME").map(|data| data.join("datapunk/models")))
        .or_else(|| set("APPDATA").map(|data| data.join("datapunk/models")))
        .or_else(|| set("HOME").map(|home| home.join(".local/share/datapunk/models")))
        .ok_or_else(|| {
            Failure::new(Code::Unreadable, "No folder for models can be told: HOME is not set.")
                .hint("Set DATAPUNK_MODELS to the folder that is to hold the models.")
        })
}

/// By size and time; a digest that is neither listed nor trusted counts as altered whatever the record says.
fn file_state(file: &ModelFile, path: &Path, known: Option<&FileRecord>) -> ModelState {
    if !path.is_file() {
        return ModelState::Missing;
    }
    match known {
        Some(known) if known.still_describes(path) && (file.lists(&known.sha256) || file.trusts_first_use()) => ModelState::Installed,
        _ => ModelState::Altered,
    }
}

fn noun(role: ModelRole) -> &'static str {
    match role {
        ModelRole::Embedder => "embedder",
        ModelRole::Reranker => "reranker",
        ModelRole::Generator => "generator",
        ModelRole::Dictionary => "dictionary",
    }
}

fn on_no_hub(model: &Model, file: &ModelFile) -> Failure {
    let place = file.published.as_ref().map_or("", |published| published.place.as_str());
    let hint = if model.own {
        add_again(model)
    } else {
        format!("Get it there, and give the folder that holds it with `datapunk models pull {} --from FOLDER`.", model.id)
    };
    Failure::new(Code::Unreachable, format!("{} of {} is on no hub; it is {place}.", file.published_name(), model.id)).hint(hint)
}

fn missing(model: &Model, name: &str, folder: &Path) -> Failure {
    let hint = if model.own {
        add_again(model)
    } else {
        format!("Run `datapunk models pull {0}`, or give its files with `datapunk models pull {0} --from PATH`.", model.id)
    };
    Failure::new(Code::ModelMissing, format!("The model {} is not installed: {} has no {name}.", model.id, folder.display())).hint(hint)
}

fn altered(model: &Model, name: &str, found: &str, what: &str) -> Failure {
    let wanted: Vec<&str> = model.files.iter().filter(|file| file.name == name).flat_map(ModelFile::digests).collect();
    let wanted = if wanted.is_empty() { "a digest from the manifest".to_owned() } else { wanted.join(" or ") };
    let hint = if model.own { add_again(model) } else { format!("Remove the file and run `datapunk models pull {}`.", model.id) };
    Failure::new(Code::ModelAltered, format!("The model {} expects {wanted}, but {what} has sha256 {found}.", model.id)).hint(hint)
}

fn add_again(model: &Model) -> String {
    format!("Run `datapunk models remove {}`, and add the file again.", model.id)
}

#[cfg(test)]
#[path = "registry_tests.rs"]
mod tests;
