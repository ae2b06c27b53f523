//! The code that opens a vault when its passphrase is lost: 160 random bits, as 15 words of the English list of BIP-39, whose
//! checksum tells a slip of the pen from the code of another vault. The 32 signs in which earlier versions wrote the same bits
//! are read as well.

use std::fmt;
use std::str::FromStr;

use bip39::{Language, Mnemonic};
use domain::{Code, Failure, Result};
use zeroize::Zeroizing;

use crate::keys;

/// Bytes of a code.
const SIZE: usize = 20;
/// Words of a code.
const N_WORDS: usize = 15;
/// Signs of a code as earlier versions wrote it: Crockford's alphabet, which has no letter that looks like a digit.
const N_SIGNS: usize = 32;
const ALPHABET: &[u8; N_SIGNS] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Every word of the list is the only one with its first letters, so many of them.
const TELLING: usize = 4;

/// A recovery code. It is shown once, when it is made; `Display` writes its words, and reading takes them in any case, numbered
/// or not, each written out or as its first four letters.
#[derive(Clone)]
pub struct RecoveryCode(Zeroizing<[u8; SIZE]>);

impl RecoveryCode {
    /// A new one.
    pub fn generate() -> Result<Self> {
        Ok(Self(Zeroizing::new(keys::random()?)))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    fn mnemonic(&self) -> std::result::Result<Mnemonic, bip39::Error> {
        Mnemonic::from_entropy(self.0.as_slice())
    }

    fn of_signs(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0u8; SIZE]);
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
        (n_digits == N_SIGNS).then_some(Self(bytes))
    }

    fn of_words(text: &str) -> Result<Self> {
        let lower = Zeroizing::new(text.to_lowercase());
        let typed: Vec<&str> = lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
        if typed.len() != N_WORDS {
            return Err(not_a_code(format!("A recovery code has {N_WORDS} words, and {} were given.", typed.len())));
        }
        let mut words = Zeroizing::new(String::with_capacity(N_WORDS * 9));
        for (at, word) in typed.iter().enumerate() {
            let known = listed(word).ok_or_else(|| {
                not_a_code(format!("Word {} of the recovery code, \u{201c}{word}\u{201d}, is not in the list of words.", at + 1))
            })?;
            words.push_str(known);
            words.push(' ');
        }
        let mnemonic = Mnemonic::parse_in_normalized(Language::English, words.trim_end()).map_err(|_| {
            not_a_code(
                "Every word is in the list, but together they are no recovery code: one of them is wrong, or two changed places."
                    .to_owned(),
            )
        })?;
        let mut bytes = Zeroizing::new([0; SIZE]);
        bytes.copy_from_slice(Zeroizing::new(mnemonic.to_entropy()).get(..SIZE).unwrap_or(&[0; SIZE]));
        Ok(Self(bytes))
    }
}

impl FromStr for RecoveryCode {
    type Err = Failure;

    /// Fails with [`Code::WrongPassphrase`], and says which word is wrong where that can be told.
    fn from_str(text: &str) -> Result<Self> {
        match Self::of_signs(text) {
            Some(code) => Ok(code),
            None => Self::of_words(text),
        }
    }
}

impl fmt::Display for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mnemonic = self.mnemonic().map_err(|_| fmt::Error)?;
        for (at, word) in mnemonic.words().enumerate() {
            f.write_str(if at > 0 { " " } else { "" })?;
            f.write_str(word)?;
        }
        Ok(())
    }
}

/// The word of the list that was meant.
fn listed(typed: &str) -> Option<&'static str> {
    let list = Language::English.word_list();
    list.binary_search(&typed).ok().map(|at| list[at]).or_else(|| {
        let is_cut = typed.chars().count() == TELLING;
        list.iter().copied().find(|word| is_cut && word.starts_with(typed))
    })
}

fn not_a_code(what: String) -> Failure {
    Failure::new(Code::WrongPassphrase, what).hint(
        "Compare it with what was printed, word by word; the first four letters of each are enough. Vaults of earlier versions have a code of 32 letters and digits.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = RecoveryCode::generate().unwrap();
        let words = code.to_string();
        assert_eq!(words.split(' ').count(), N_WORDS);
        let cut: Vec<&str> = words.split(' ').map(|word| word.get(..TELLING).unwrap_or(word)).collect();
        let numbered: Vec<String> = words.split(' ').enumerate().map(|(at, word)| format!("{}. {word}\n", at + 1)).collect();
        for typed in [words.clone(), words.to_uppercase(), words.replace(' ', " - "), cut.join(" "), numbered.concat()] {
            assert_eq!(typed.parse::<RecoveryCode>().unwrap().as_bytes(), code.as_bytes(), "{typed}");
        }
    }

    #[test]
    fn the_signs_of_earlier_versions_are_the_same_bits() {
        let code: RecoveryCode = "00000-00000 00000OOOOO00000 00000iL".parse().unwrap();
        assert_eq!(code.as_bytes(), [&[0; 18][..], &[0, 0b10_0001]].concat());
        let all: RecoveryCode = "zzzz-zzzz-zzzz-zzzz-zzzz-zzzz-zzzz-zzzz".parse().unwrap();
        assert_eq!(all.as_bytes(), [0xff; SIZE]);
    }

    #[test]
    fn a_slip_is_told() {
        let code = RecoveryCode([7; SIZE].into());
        let words = code.to_string();
        let why = |typed: &str| {
            let failure = typed.parse::<RecoveryCode>().err().unwrap();
            assert_eq!((failure.code, failure.hint.is_empty()), (Code::WrongPassphrase, false));
            failure.message
        };
        let (first, rest) = words.split_once(' ').unwrap();
        assert!(why(rest).contains("14 were given"));
        assert!(why(&format!("{words} {first}")).contains("16 were given"));
        assert!(
            why(&format!("{first} aplpe {}", rest.split_once(' ').unwrap().1))
                .contains("Word 2 of the recovery code, \u{201c}aplpe\u{201d}")
        );
        assert!(why("zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo").contains("changed places"));
    }
}
