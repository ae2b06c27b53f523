//! What opens a vault: the secrets that callers give, and the keys as they are listed.

use std::fmt;
use std::mem::take;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use super::wire;

/// What sort of secret a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// A passphrase, alone or with a key file.
    Passphrase,
    /// A code of 15 words that was printed.
    Recovery,
    /// A secret that the keychain of one machine keeps.
    Keychain,
}

/// What a person opens the vault with: a passphrase, with its key file where it goes with one; or a recovery code. Wiped when
/// dropped.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// The passphrase.
    #[serde(default)]
    pub passphrase: Option<String>,
    /// The path of the key file on this machine.
    #[serde(default)]
    pub key_file: Option<String>,
    /// The recovery code.
    #[serde(default)]
    pub recovery_code: Option<String>,
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.passphrase.zeroize();
        self.recovery_code.zeroize();
    }
}

/// Opens a vault: one of a passphrase, a recovery code and this machine's keychain. Wiped when dropped.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
pub struct UnlockRequest {
    /// The passphrase.
    #[serde(default)]
    pub passphrase: Option<String>,
    /// The path of the key file on this machine, when the passphrase goes with one.
    #[serde(default)]
    pub key_file: Option<String>,
    /// The recovery code: 15 words, or the 32 letters and digits of vaults that earlier versions made.
    #[serde(default)]
    pub recovery_code: Option<String>,
    /// Whether to open it with what this machine's keychain keeps.
    #[serde(default)]
    pub keychain: bool,
}

impl UnlockRequest {
    /// What a person gave.
    pub(crate) fn secret(mut self) -> Secret {
        Secret { passphrase: take(&mut self.passphrase), key_file: take(&mut self.key_file), recovery_code: take(&mut self.recovery_code) }
    }
}

impl fmt::Debug for UnlockRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnlockRequest(hidden)")
    }
}

impl Drop for UnlockRequest {
    fn drop(&mut self) {
        self.passphrase.zeroize();
        self.recovery_code.zeroize();
    }
}

wire! {
    /// A key: one way to open the vault.
    pub struct KeyView {
        /// Its id: 16 hex digits.
        pub id: String,
        /// What sort of secret it is.
        pub kind: KeyKind,
        /// Whether the passphrase goes with a key file.
        pub key_file: bool,
        /// What its owner calls it; may be empty.
        pub label: String,
        /// When it was made, RFC 3339; absent when that was with the vault.
        pub created: Option<String>,
    }

    /// What opens the vault.
    pub struct Keys {
        /// The keys, in the order in which they were made.
        pub keys: Vec<KeyView>,
        /// Why this machine's keychain cannot keep a key; absent when it can.
        pub no_keychain: Option<String>,
    }

    /// Adds a key. One sort of it takes a passphrase.
    pub struct AddKeyRequest {
        /// What opens the vault now.
        pub proof: Secret,
        /// What sort of key.
        pub kind: KeyKind,
        /// The new passphrase.
        #[serde(default)]
        pub passphrase: Option<String>,
        /// The path of a key file that the new passphrase goes with; one of random bytes is made when nothing stands there.
        #[serde(default)]
        pub key_file: Option<String>,
        /// What to call it.
        #[serde(default)]
        pub label: String,
    }

    /// Replaces a passphrase.
    pub struct ChangePassphraseRequest {
        /// What opens the vault now. The passphrase to replace, unless `id` names another.
        pub proof: Secret,
        /// The id of the key whose passphrase is replaced.
        #[serde(default)]
        pub id: Option<String>,
        /// The new passphrase.
        pub passphrase: String,
        /// The path of a key file that it goes with, made when nothing stands there; else the key file of the proof, if that has one.
        #[serde(default)]
        pub key_file: Option<String>,
    }

    /// Revokes a key.
    pub struct RevokeKeyRequest {
        /// What opens the vault now.
        pub proof: Secret,
        /// The key's id.
        pub id: String,
    }

    /// A key was added or changed.
    pub struct KeyAdded {
        /// The key.
        pub key: KeyView,
        /// The recovery code that was made. Shown once.
        pub recovery_code: Option<String>,
        /// Whether a key file was made.
        pub key_file_made: bool,
    }

    /// Replaces the root key, under which everything is encrypted.
    pub struct ReplaceRootKeyRequest {
        /// A passphrase that opens the vault now, and goes on doing so.
        pub proof: Secret,
        /// What else is to go on opening it.
        #[serde(default)]
        pub also: Vec<Secret>,
    }

    /// The root key was replaced.
    pub struct RootKeyReplaced {
        /// What opens the vault now.
        pub kept: Vec<KeyView>,
        /// What opened it before and does no more, since it was not given.
        pub dropped: Vec<KeyView>,
        /// The recovery code that opens it now. Shown once; that nobody may have seen it is among the vault's warnings until
        /// `recovery_code_kept`.
        pub recovery_code: String,
    }
}
