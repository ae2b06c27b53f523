use std::io::IsTerminal;
use std::path::Path;

use domain::{Code, Failure, Result};

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// The passphrase of a vault.
    Passphrase,
    /// The one of a vault that is made now; typed twice.
    FirstPassphrase,
    /// One that is chosen for a vault that there is; typed twice.
    NewPassphrase,
    /// The code that opens a vault when its passphrase was lost.
    RecoveryCode,
}

impl Ask {
    /// The environment's name for it, and the option that names a file with it.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Passphrase | Self::FirstPassphrase | Self::RecoveryCode => ("DATAPUNK_PASSPHRASE", "--passphrase-file"),
            Self::NewPassphrase => ("DATAPUNK_NEW_PASSPHRASE", "--new-passphrase-file"),
        }
    }
}

/// What is asked for, from a file, the environment, or the person at the terminal.
pub(crate) fn ask(file: Option<&Path>, ask: Ask) -> Result<String> {
    if let Some(given) = given(file, ask)? {
        return Ok(given);
    }
    if !std::io::stdin().is_terminal() {
        let (variable, option) = ask.names();
        return Err(Failure::new(Code::BadRequest, "No passphrase was given, and there is no terminal to ask for it on.")
            .hint(format!("Set {variable}, or give {option}.")));
    }
    let prompt = |text: &str| {
        rpassword::prompt_password(text)
            .map_err(|error| Failure::new(Code::BadRequest, format!("The passphrase could not be read from the terminal: {error}.")))
    };
    let passphrase = prompt(match ask {
        Ask::RecoveryCode => "Recovery code: ",
        Ask::NewPassphrase => "New passphrase: ",
        Ask::Passphrase | Ask::FirstPassphrase => "Passphrase: ",
    })?;
    if matches!(ask, Ask::FirstPassphrase | Ask::NewPassphrase) && prompt("Once more: ")? != passphrase {
        return Err(Failure::new(Code::BadRequest, "The two passphrases are not the same.").hint("Try again."));
    }
    Ok(passphrase)
}

/// What is asked for, when a file or the environment holds it.
pub(crate) fn given(file: Option<&Path>, ask: Ask) -> Result<Option<String>> {
    let Some(file) = file else { return Ok(std::env::var(ask.names().0).ok().filter(|text| !text.is_empty())) };
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::new(Code::Unreadable, format!("The passphrase file {} cannot be read: {error}.", file.display())))?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(Some(line.to_owned())),
        _ => Err(Failure::new(Code::BadRequest, format!("The first line of the passphrase file {} is empty.", file.display()))),
    }
}
