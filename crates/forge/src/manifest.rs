//! The manifest: every model that may be used, where its files come from, and what they must hash to.
//!
//! It is compiled in, so that nobody can swap a digest on disk. Invariant: ids and the file names of a model are unique and
//! hold no path separator, which the parser checks.
//!
//! Absent on purpose: what is installed (`registry`).

use domain::{Failure, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const SHIPPED: &str = include_str!("../../../models/manifest.toml");
const FORMAT: u32 = 1;

/// What a model is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModelRole {
    /// Turns texts into vectors.
    Embedder,
    /// Scores a passage against a question.
    Reranker,
    /// Writes text.
    Generator,
    /// Gives the English of another language's words.
    Dictionary,
}

/// How the states of a text's tokens become one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// The state of the first token.
    Cls,
    /// The mean of all tokens' states.
    Mean,
}

/// All models.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The manifest's own format.
    pub format: u32,
    /// The models, in the order in which they are shown.
    #[serde(rename = "model")]
    pub models: Vec<Model>,
}

/// One model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its id on every surface; also its folder's name in the store.
    pub id: String,
    /// What it is for.
    pub role: ModelRole,
    /// What people read.
    pub label: String,
    /// The licence of its weights, as an SPDX expression.
    pub licence: String,
    /// The languages it was made for; `multilingual` when it was made for many.
    pub languages: Vec<String>,
    /// Numbers in a vector; embedders only.
    pub dimensions: Option<usize>,
    /// Tokens beyond this are cut off; embedders and rerankers.
    pub max_tokens: Option<usize>,
    /// How token states become a vector; embedders only.
    pub pooling: Option<Pooling>,
    /// Put in front of a question.
    #[serde(default)]
    pub query_prefix: String,
    /// Put in front of a text that is to be found.
    #[serde(default)]
    pub passage_prefix: String,
    /// Whether it is the one to use for its role unless the owner chose another.
    #[serde(default)]
    pub default: bool,
    /// Its files.
    #[serde(rename = "file")]
    pub files: Vec<ModelFile>,
    /// Whether it is a file of the owner's, which no manifest lists.
    #[serde(skip)]
    pub own: bool,
}

/// One file of a model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Its name in the store.
    pub name: String,
    /// Where a pull gets it; absent when it is on no hub, and the owner brings it.
    pub hub: Option<HubFile>,
    /// Where its makers publish it, when it is on no hub.
    pub published: Option<Published>,
    /// The sha256 of the hub's file, in hexadecimal; absent while nobody has vouched for it.
    pub sha256: Option<String>,
    /// The size of the hub's file.
    pub bytes: Option<u64>,
    /// The same content obtained in another way.
    #[serde(default)]
    pub derived: Vec<Derived>,
}

/// A file on the hub.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubFile {
    /// Owner and name of the repository.
    pub repo: String,
    /// The commit; a branch where no commit could be pinned.
    pub revision: String,
    /// Its path in the repository.
    pub file: String,
}

/// A file that its makers publish elsewhere than on the hub.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// Where, in words for people.
    pub place: String,
    /// Its name there.
    pub file: String,
}

/// An accepted variant of a file that the hub does not serve.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derived {
    /// Its sha256, in hexadecimal.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// How it comes about.
    pub how: String,
}

impl Manifest {
    /// The manifest that this build carries.
    pub fn shipped() -> Result<Self> {
        Self::parse(SHIPPED)
    }

    /// Reads a manifest and checks what the rest relies on.
    pub fn parse(text: &str) -> Result<Self> {
        let manifest: Self =
            toml::from_str(text).map_err(|error| Failure::internal(format!("the model manifest does not parse: {error}")))?;
        if manifest.format != FORMAT {
            return Err(Failure::internal(format!("the model manifest has format {}, this build reads {FORMAT}", manifest.format)));
        }
        for (at, model) in manifest.models.iter().enumerate() {
            let taken = manifest.models.iter().take(at).any(|other| other.id == model.id);
            if taken || !plain_name(&model.id) {
                return Err(Failure::internal(format!("the model manifest has a bad or repeated id {:?}", model.id)));
            }
            model.check()?;
        }
        Ok(manifest)
    }

    /// The model of that id.
    pub fn model(&self, id: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.id == id)
    }

    /// The model to use for a role unless the owner chose another.
    pub fn default_for(&self, role: ModelRole) -> Option<&Model> {
        self.models.iter().find(|model| model.role == role && model.default)
    }
}

impl Model {
    fn check(&self) -> Result<()> {
        let bad = |what: &str| Err(Failure::internal(format!("the model manifest is wrong about {}: {what}", self.id)));
        for (at, file) in self.files.iter().enumerate() {
            if !plain_name(&file.name) || self.files.iter().take(at).any(|other| other.name == file.name) {
                return bad(&format!("bad or repeated file name {:?}", file.name));
            }
            if file.hub.is_some() == file.published.is_some() {
                return bad(&format!("{} needs a place on the hub, or to say where it is published", file.name));
            }
            if !file.digests().all(|digest| digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)))
            {
                return bad(&format!("{} has a digest that is not 64 lower-case hexadecimal digits", file.name));
            }
        }
        match self.role {
            ModelRole::Embedder if self.dimensions.is_none() || self.pooling.is_none() || self.max_tokens.is_none() => {
                bad("an embedder needs dimensions, pooling and max_tokens")
            }
            ModelRole::Reranker if self.max_tokens.is_none() => bad("a reranker needs max_tokens"),
            _ => Ok(()),
        }
    }

    /// Bytes that a pull brings, as far as the manifest knows.
    pub fn bytes(&self) -> u64 {
        self.files.iter().filter_map(|file| file.bytes.or_else(|| file.derived.first().map(|derived| derived.bytes))).sum()
    }
}

impl ModelFile {
    /// Its name where it is published.
    pub fn published_name(&self) -> &str {
        match (&self.hub, &self.published) {
            (Some(hub), _) => &hub.file,
            (None, Some(published)) => &published.file,
            (None, None) => &self.name,
        }
    }

    /// Every digest that the manifest accepts for this file.
    pub fn digests(&self) -> impl Iterator<Item = &str> {
        self.sha256.as_deref().into_iter().chain(self.derived.iter().map(|derived| derived.sha256.as_str()))
    }

    /// Whether the manifest lists that digest.
    pub fn lists(&self, sha256: &str) -> bool {
        self.digests().any(|digest| digest == sha256)
    }

    /// Whether a digest that the manifest does not list is nevertheless to be taken on trust, once, at install.
    pub fn trusts_first_use(&self) -> bool {
        self.sha256.is_none()
    }
}

/// Whether it can be the name of a file or folder anywhere, and leads nowhere else.
pub(crate) fn plain_name(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_manifest_has_one_default_for_each_role() {
        let manifest = Manifest::shipped().unwrap();
        for role in [ModelRole::Embedder, ModelRole::Reranker, ModelRole::Generator] {
            assert_eq!(manifest.models.iter().filter(|model| model.role == role && model.default).count(), 1, "{role:?}");
        }
    }

    #[test]
    fn a_file_name_cannot_leave_the_models_folder() {
        let text = SHIPPED.replacen("name = \"config.json\"", "name = \"../config.json\"", 1);
        assert!(Manifest::parse(&text).unwrap_err().message.contains("../config.json"));
    }

    #[test]
    fn a_digest_must_be_hexadecimal() {
        let text = SHIPPED.replacen("53aa5117", "53AA5117", 1);
        assert!(Manifest::parse(&text).unwrap_err().message.contains("all-MiniLM-L6-v2"));
    }
}
