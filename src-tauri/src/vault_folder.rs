use std::path::{Path, PathBuf};

use domain::{Code, Failure};

/// The vault's folder: `--vault FOLDER`, `DATAPUNK_VAULT`, or the one in the user's data folder.
pub(crate) fn chosen() -> Result<PathBuf, Failure> {
    let mut args = std::env::args_os().skip(1);
    while let Some(arg) = args.next() {
        if arg == "--vault" {
            return args.next().map(PathBuf::from).ok_or_else(|| Failure::new(Code::BadRequest, "--vault needs a folder."));
        }
    }
    if let Some(folder) = std::env::var_os("DATAPUNK_VAULT") {
        return Ok(folder.into());
    }
    if let Some(data) = std::env::var_os("XDG_DATA_HOME").filter(|data| Path::new(data).is_absolute()) {
        return Ok(Path::new(&data).join("datapunk/vault"));
    }
    std::env::home_dir()
        .map(|home| home.join(".local/share/datapunk/vault"))
        .ok_or_else(|| Failure::new(Code::NoVault, "There is no home folder to look for the vault in.").hint("Start with --vault FOLDER."))
}
