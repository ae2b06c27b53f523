//! What opens a vault: a passphrase that a person knows, alone or with a key file; the recovery code that they printed; or
//! what the keychain of this machine keeps. None is ever logged or written in clear; all are wiped from memory when dropped.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use domain::{Code, Failure, Result};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::fault::Fault;
use crate::folder::private_new_file;
use crate::keys::{self, Key};
use crate::recovery::RecoveryCode;

/// The fewest characters of a passphrase that is not made of words.
const MIN_CHARACTERS: usize = 12;
/// The fewest words of a passphrase that is.
const MIN_WORDS: usize = 5;
/// The fewest different characters in either.
const MIN_DIFFERENT: usize = 5;
/// Bytes of a key file that is made here.
const KEY_FILE: usize = 64;
/// The fewest and the most bytes of a file that a person chooses: shorter ones can be guessed, longer ones take too long to read.
const KEY_FILE_SIZES: std::ops::RangeInclusive<u64> = 32..=1 << 30;

/// A passphrase, in NFKC so that every keyboard spells it alike.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Fails with [`Code::WeakPassphrase`] when it could be guessed: fewer than 12 characters and fewer than 5 words, or
    /// hardly any different characters.
    pub fn check(&self) -> Result<()> {
        let characters = self.0.chars().count();
        let words = self.0.split_whitespace().count();
        let mut different: Vec<char> = self.0.chars().collect();
        different.sort_unstable();
        different.dedup();
        let different = different.len();
        if different < MIN_DIFFERENT || (characters < MIN_CHARACTERS && words < MIN_WORDS) {
            return Err(Failure::new(
                Code::WeakPassphrase,
                format!("A passphrase needs at least {MIN_CHARACTERS} characters, or {MIN_WORDS} words; this one has {characters} characters ({different} different) and {words} words."),
            )
            .hint("Five words that have nothing to do with each other are easy to remember and hard to guess."));
        }
        Ok(())
    }
}

impl From<String> for Passphrase {
    fn from(text: String) -> Self {
        let text = Zeroizing::new(text);
        Self(Zeroizing::new(text.nfkc().collect()))
    }
}

impl From<&str> for Passphrase {
    fn from(text: &str) -> Self {
        Self(Zeroizing::new(text.nfkc().collect()))
    }
}

/// What a key file adds to a passphrase: a digest of its bytes. Its name and place do not matter.
pub struct KeyFile(Key);

impl KeyFile {
    /// Reads a file of 32 bytes to 1 GiB.
    ///
    /// # Errors
    /// [`Code::Unreadable`] when there is none, [`Code::BadRequest`] when it is too short or too long.
    pub fn read(path: &Path) -> Result<Self> {
        let unreadable = |error: io::Error| {
            Failure::new(Code::Unreadable, format!("The key file {} cannot be read: {error}.", path.display()))
                .hint("Put in the drive that it stands on, or give its path as it is now; the bytes must be the same as ever.")
        };
        let file = File::open(path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if !metadata.is_file() || !KEY_FILE_SIZES.contains(&metadata.len()) {
            let found = if metadata.is_file() { format!("{} bytes long", metadata.len()) } else { "no file".to_owned() };
            return Err(Failure::new(
                Code::BadRequest,
                format!("A key file is a file of {} bytes to 1 GiB, and {} is {found}.", KEY_FILE_SIZES.start(), path.display()),
            )
            .hint("Choose a file that never changes, or let a new one be made."));
        }
        let mut hasher = blake3::Hasher::new_derive_key("datapunk 2026 key file");
        let mut buffer = Zeroizing::new([0; 16 * 1024]);
        let mut file = file.take(*KEY_FILE_SIZES.end());
        loop {
            match file.read(buffer.as_mut()).map_err(unreadable)? {
                0 => return Ok(Self(Box::new(Zeroizing::new(hasher.finalize().into())))),
                n => hasher.update(buffer.get(..n).unwrap_or_default()),
            };
        }
    }

    /// Makes a new key file of 64 random bytes, which only its owner can read.
    ///
    /// # Errors
    /// [`Code::BadRequest`] when something stands there already, [`Code::Unreadable`] when nothing can be written there.
    pub fn create(path: &Path) -> Result<Self> {
        let bytes = Zeroizing::new(keys::random::<KEY_FILE>()?);
        let written = private_new_file(path).and_then(|mut file| file.write_all(bytes.as_slice()).and_then(|()| file.sync_all()));
        match written {
            Ok(()) => Self::read(path),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(Failure::new(
                Code::BadRequest,
                format!("A key file cannot be made at {}: something stands there already.", path.display()),
            )
            .hint("Name a path where nothing is yet.")),
            Err(error) if error.kind() == io::ErrorKind::StorageFull => Err(Fault::from(error).into()),
            Err(error) => Err(Failure::new(Code::Unreadable, format!("No key file can be written at {}: {error}.", path.display()))
                .hint("Name a path in a folder that exists and is yours.")),
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}

/// 32 random bytes that the keychain of a machine keeps.
#[derive(Clone)]
pub struct DeviceSecret(Key);

impl DeviceSecret {
    /// A new one.
    pub fn generate() -> Result<Self> {
        Ok(Self(Box::new(Zeroizing::new(keys::random()?))))
    }

    /// One that was kept; `None` when it is not 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(|bytes| Self(Box::new(Zeroizing::new(bytes))))
    }

    /// The bytes, to be kept where nobody else can read them.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// A secret that opens a vault.
pub enum Unlock {
    /// A passphrase alone.
    Passphrase(Passphrase),
    /// A passphrase together with a key file; neither opens anything without the other.
    PassphraseAndKeyFile(Passphrase, KeyFile),
    /// The recovery code.
    Recovery(RecoveryCode),
    /// What this machine's keychain keeps.
    Keychain(DeviceSecret),
}

impl Unlock {
    /// Fails with [`Code::WeakPassphrase`] when a person chose it and it could be guessed.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Self::Passphrase(passphrase) | Self::PassphraseAndKeyFile(passphrase, _) => passphrase.check(),
            Self::Recovery(_) | Self::Keychain(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_or_monotonous_passphrases_are_refused() {
        assert_eq!(Passphrase::from("hunter2").check().unwrap_err().code, Code::WeakPassphrase);
        assert_eq!(Passphrase::from("aaaaaaaaaaaaaaaa").check().unwrap_err().code, Code::WeakPassphrase);
        assert!(Passphrase::from("we eat at six pm").check().is_ok());
        assert!(Passphrase::from("ohs0-l0ng-str1ng").check().is_ok());
    }

    #[test]
    fn a_passphrase_is_the_same_however_its_accents_are_typed() {
        assert_eq!(Passphrase::from("caf\u{e9}").as_bytes(), Passphrase::from("cafe\u{301}").as_bytes());
    }

    #[test]
    fn a_key_file_is_its_bytes_and_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one.key"), folder.path().join("moved"));
        let made = KeyFile::create(&one).unwrap();
        assert_eq!(std::fs::metadata(&one).unwrap().len(), 64);
        assert_eq!(KeyFile::create(&one).err().unwrap().code, Code::BadRequest);
        std::fs::rename(&one, &other).unwrap();
        assert_eq!(KeyFile::read(&other).unwrap().as_bytes(), made.as_bytes());
        let mut bytes = std::fs::read(&other).unwrap();
        bytes[63] ^= 1;
        std::fs::write(&other, &bytes).unwrap();
        assert_ne!(KeyFile::read(&other).unwrap().as_bytes(), made.as_bytes());
        std::fs::write(&other, "short").unwrap();
        for (path, code) in [(&other, Code::BadRequest), (&folder.path().to_owned(), Code::BadRequest), (&one, Code::Unreadable)] {
            let failure = KeyFile::read(path).err().unwrap();
            assert_eq!((failure.code, failure.hint.is_empty()), (code, false), "{failure}");
        }
    }
}
