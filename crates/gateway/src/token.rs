use domain::{Code, Failure, Result};

/// 256 random bits that open the door until the program ends.
pub struct Token {
    text: String,
    digest: blake3::Hash,
}

impl Token {
    /// A new one.
    ///
    /// # Errors
    /// When the system has no random bits to give.
    pub fn new() -> Result<Self> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(Failure::internal)?;
        Ok(Self::of(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    /// The one that was revealed as `text`: 64 hex digits.
    ///
    /// # Errors
    /// [`Code::BadRequest`] when it is anything else.
    pub fn revealed(text: &str) -> Result<Self> {
        if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(Self::of(text.to_owned()));
        }
        Err(Failure::new(Code::BadRequest, "A token has 64 hex digits, and this has not."))
    }

    fn of(text: String) -> Self {
        Self { digest: blake3::hash(text.as_bytes()), text }
    }

    /// The token's text. Show it to the owner alone.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// Whether `text` is this token. Takes the same time for every wrong one: digests are compared in constant time.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.digest == blake3::hash(text.as_bytes())
    }
}
