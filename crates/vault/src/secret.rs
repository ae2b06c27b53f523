//! What opens a vault: a passphrase that a person knows, or the recovery code that they printed. Neither is ever logged
//! or written; both are wiped from memory when dropped.

use std::fmt;

use domain::{Code, Failure, Result};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// The fewest characters of a passphrase that is not made of words.
const MIN_CHARACTERS: usize = 12;
/// The fewest words of a passphrase that is.
const MIN_WORDS: usize = 5;
/// The fewest different characters in either.
const MIN_DIFFERENT: usize = 5;

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

/// How a vault is opened.
pub enum Unlock {
    /// By the passphrase.
    Passphrase(Passphrase),
    /// By the recovery code, as it was typed: case, spaces and dashes do not matter.
    Recovery(String),
}

/// Crockford's alphabet: no letter that looks like a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The code that opens a vault when its passphrase is lost: 160 random bits. It is shown once, when the vault is created;
/// `Display` writes it in eight groups of four.
pub struct RecoveryCode(Zeroizing<[u8; 20]>);

impl RecoveryCode {
    pub(crate) fn generate() -> Result<Self> {
        let mut bytes = Zeroizing::new([0; 20]);
        getrandom::fill(bytes.as_mut()).map_err(Failure::internal)?;
        Ok(Self(bytes))
    }

    /// Reads a code as a person types it; `None` when it cannot be one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0u8; 20]);
        let mut n_digits = 0;
        for character in text.chars().filter(|c| !c.is_whitespace() && *c != '-') {
            let upper = match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let digit = ALPHABET.iter().position(|known| char::from(*known) == upper)?;
            for bit in 0..5 {
                let at = n_digits * 5 + bit;
                *bytes.get_mut(at / 8)? |= u8::from(digit & (16 >> bit) != 0) << (7 - at % 8);
            }
            n_digits += 1;
        }
        (n_digits == 32).then_some(Self(bytes))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}

impl fmt::Display for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for digit in 0..32 {
            if digit > 0 && digit % 4 == 0 {
                f.write_str("-")?;
            }
            let value = (0..5).fold(0, |value, bit| {
                let at = digit * 5 + bit;
                value << 1 | usize::from(self.0[at / 8] >> (7 - at % 8) & 1)
            });
            write!(f, "{}", char::from(ALPHABET[value]))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_read_as_people_type_it() {
        let code = RecoveryCode::generate().unwrap();
        let typed = code.to_string().to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(RecoveryCode::parse(&typed).unwrap().as_bytes(), code.as_bytes());
        assert!(RecoveryCode::parse(&typed[1..]).is_none());
        assert!(RecoveryCode::parse(&format!("{typed}0")).is_none());
    }

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
}
