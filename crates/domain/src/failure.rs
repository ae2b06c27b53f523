use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What went wrong, for programs. Every code has one meaning and one cure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// No vault stands at that path.
    NoVault,
    /// A vault stands there already.
    VaultExists,
    /// Another process has the vault open.
    VaultInUse,
    /// The vault is locked.
    Locked,
    /// The passphrase or key file does not open it.
    WrongPassphrase,
    /// The passphrase is too weak to protect anything.
    WeakPassphrase,
    /// The vault's header is damaged or was changed.
    DamagedHeader,
    /// A page, an index or a blob does not verify.
    Damaged,
    /// A newer Datapunk wrote it.
    NewerFormat,
    /// No file or folder stands at that path, or it cannot be read.
    Unreadable,
    /// The file is not an archive or export that we know.
    NotAnExport,
    /// The archive ends early, is encrypted, or breaks its own format.
    BadArchive,
    /// The disk is full, or would be.
    NoSpace,
    /// No import, item, job or model has that id.
    NotFound,
    /// A word, date or number in the request cannot be understood.
    BadRequest,
    /// The model is not installed.
    ModelMissing,
    /// The model's bytes are not the ones that were pinned.
    ModelAltered,
    /// The network, or the host, could not be reached.
    Unreachable,
    /// There is no display to open a window on.
    NoDisplay,
    /// The port is taken.
    PortTaken,
    /// The caller may not do that.
    Forbidden,
    /// It was cancelled.
    Cancelled,
    /// A fault of ours.
    Internal,
}

/// A part of a text that somebody typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stretch {
    /// The whole text.
    pub text: String,
    /// Where the part begins, in characters.
    pub start: usize,
    /// Where it ends, in characters; half-open.
    pub end: usize,
}

/// A failure as a person meets it: what happened, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// For programs.
    pub code: Code,
    /// What was expected, what was found, and where.
    pub message: String,
    /// What to do; may be empty.
    pub hint: String,
    /// What of a typed text it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Stretch>,
}

impl Failure {
    /// A failure without a hint.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: String::new(), at: None }
    }

    /// The same, with what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// The same, about a part of a typed text.
    #[must_use]
    pub fn at(mut self, stretch: Stretch) -> Self {
        self.at = Some(stretch);
        self
    }

    /// Nothing goes by that id.
    pub fn not_found(what: &str, id: impl std::fmt::Display) -> Self {
        Self::new(Code::NotFound, format!("There is no {what} {id} in this vault."))
    }

    /// A fault of ours.
    pub fn internal(error: impl std::fmt::Display) -> Self {
        Self::new(Code::Internal, format!("Something failed inside Datapunk: {error}."))
    }
}

/// What most functions return.
pub type Result<T, E = Failure> = std::result::Result<T, E>;
