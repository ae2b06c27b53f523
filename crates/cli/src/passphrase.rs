use std::io::IsTerminal;
use std::path::Path;

use domain::{Code, Failure, Result};

/// The passphrase from a file, the environment, or the person at the terminal.
pub(crate) fn ask(file: Option<&Path>, twice: bool) -> Result<String> {
    if let Some(given) = given(file)? {
        return Ok(given);
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new(Code::BadRequest, "No passphrase was given, and there is no terminal to ask for it on.")
            .hint("Set DATAPUNK_PASSPHRASE, or give --passphrase-file."));
    }
    let prompt = |text: &str| {
        rpassword::prompt_password(text)
            .map_err(|error| Failure::new(Code::BadRequest, format!("The passphrase could not be read from the terminal: {error}.")))
    };
    let passphrase = prompt("Passphrase: ")?;
    if twice && prompt("Once more: ")? != passphrase {
        return Err(Failure::new(Code::BadRequest, "The two passphrases are not the same.").hint("Try again."));
    }
    Ok(passphrase)
}

/// The passphrase, when a file or the environment holds it.
pub(crate) fn given(file: Option<&Path>) -> Result<Option<String>> {
    let Some(file) = file else { return Ok(std::env::var("DATAPUNK_PASSPHRASE").ok().filter(|text| !text.is_empty())) };
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::new(Code::Unreadable, format!("The passphrase file {} cannot be read: {error}.", file.display())))?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(Some(line.to_owned())),
        _ => Err(Failure::new(Code::BadRequest, format!("The first line of the passphrase file {} is empty.", file.display()))),
    }
}
