use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident = $code:literal $text:literal,)*) => {
        /// What sort of personal data a piece of text is. Closed: a new one is a decision, not a string.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum PiiClass { $($(#[$doc])* $name,)* }

        impl PiiClass {
            /// Every class, in the order of their codes.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The number stored for it. Never reused.
            pub fn code(self) -> u8 {
                match self { $(Self::$name => $code,)* }
            }

            /// The class stored as `code`.
            pub fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }

            /// Its name on every surface: JSON, the command line, and in capitals the marks of masked text.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

classes! {
    /// An e-mail address.
    Email = 1 "email",
    /// A phone number.
    Phone = 2 "phone",
    /// A postal address: a street with a number.
    Address = 3 "address",
    /// The name of a person whom the vault knows.
    Name = 4 "name",
    /// A date of birth.
    BirthDate = 5 "birth_date",
    /// A payment card.
    Card = 6 "card",
    /// A bank account as IBAN.
    Iban = 7 "iban",
    /// A bank as BIC.
    Bic = 8 "bic",
    /// A German tax identification number.
    GermanTaxId = 9 "german_tax_id",
    /// The number of a German identity card.
    GermanIdCard = 10 "german_id_card",
    /// A US social security number.
    UsSsn = 11 "us_ssn",
    /// A British national insurance number.
    UkNino = 12 "uk_nino",
    /// A British NHS number.
    UkNhs = 13 "uk_nhs",
    /// A French social security number.
    FrenchNir = 14 "french_nir",
    /// A Spanish DNI or NIE.
    SpanishDni = 15 "spanish_dni",
    /// An Italian codice fiscale.
    ItalianCodiceFiscale = 16 "italian_codice_fiscale",
    /// A Dutch citizen service number.
    DutchBsn = 17 "dutch_bsn",
    /// A Swedish personal identity number.
    SwedishPersonnummer = 18 "swedish_personnummer",
    /// A Polish PESEL.
    PolishPesel = 19 "polish_pesel",
    /// A Brazilian CPF.
    BrazilianCpf = 20 "brazilian_cpf",
    /// An Indian Aadhaar number.
    IndianAadhaar = 21 "indian_aadhaar",
    /// A passport: its number, or the lines for machines.
    Passport = 22 "passport",
    /// An address on the internet.
    Ip = 23 "ip",
    /// The hardware address of a network card.
    Mac = 24 "mac",
    /// A signed token of a session.
    Jwt = 25 "jwt",
    /// A key to a service.
    ApiKey = 26 "api_key",
    /// A private key.
    PrivateKey = 27 "private_key",
    /// A password.
    Password = 28 "password",
    /// A code that lets someone in once.
    OneTimeCode = 29 "one_time_code",
    /// A diagnosis or a medicine.
    Health = 30 "health",
}

impl std::fmt::Display for PiiClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for PiiClass {
    type Err = UnknownPiiClass;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|class| class.name() == name).ok_or_else(|| UnknownPiiClass(name.to_owned()))
    }
}

/// A name that no class of personal data has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no class of personal data called {0:?}; there are {names}", names = PiiClass::ALL.iter().map(|class| class.name()).collect::<Vec<_>>().join(", "))]
pub struct UnknownPiiClass(pub String);

/// Where personal data stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PiiSpan {
    /// What sort it is.
    pub class: PiiClass,
    /// Its first byte in the text.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
    /// How sure that is, 1 to 100.
    pub confidence: u8,
}

impl PiiSpan {
    /// The bytes of the text that it is.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_lead_back_to_their_class() {
        for class in PiiClass::ALL {
            assert_eq!(class.name().parse(), Ok(*class));
            assert_eq!(PiiClass::from_code(class.code()), Some(*class));
            assert_eq!(serde_json::to_value(class).unwrap(), class.name());
        }
        assert!("passwort".parse::<PiiClass>().unwrap_err().to_string().contains("password"));
    }
}
