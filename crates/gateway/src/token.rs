use domain::{Failure, Result};

/// 256 random bits that open the door until the program ends.
pub struct Token {
    text: String,
    digest: blake3::Hash,
}

impl Token {
    pub(crate) fn new() -> Result<Self> {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).map_err(Failure::internal)?;
        let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { digest: blake3::hash(text.as_bytes()), text })
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
