//! The keychain of this machine, which can keep a secret that opens the vault without its passphrase. It is as safe as the
//! account of its user is, no safer: who can use the account can open the vault. The passphrase is asked for again every two
//! weeks, so that it is not forgotten.

use domain::{Code, Failure, Result, UtcMs};
use keyring::v1::{Entry, Error};
use vault::DeviceSecret;
use zeroize::Zeroizing;

/// What keychains list our secrets under.
const SERVICE: &str = "Datapunk vault key";
/// How long a key in the keychain opens the vault after the passphrase did, in milliseconds.
const LASTS_MS: i64 = 14 * 24 * 3_600_000;

/// Where a machine keeps small secrets for its user, each under a name.
pub(crate) trait Keychain: Send + Sync {
    /// Keeps a secret, in place of what was kept under that name.
    fn keep(&self, name: &str, secret: &[u8]) -> Result<()>;
    /// What is kept under that name.
    fn kept(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>>;
    /// Keeps it no more.
    fn forget(&self, name: &str) -> Result<()>;
}

/// The one of the system: the Secret Service of a Linux desktop, the keychain of macOS, the credentials of Windows.
pub(crate) struct SystemKeychain;

impl SystemKeychain {
    fn entry(name: &str) -> Result<Entry> {
        Entry::new(SERVICE, name).map_err(|error| missing(&error))
    }
}

impl Keychain for SystemKeychain {
    fn keep(&self, name: &str, secret: &[u8]) -> Result<()> {
        Self::entry(name)?.set_secret(secret).map_err(|error| missing(&error))
    }

    fn kept(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        match Self::entry(name)?.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(missing(&error)),
        }
    }

    fn forget(&self, name: &str) -> Result<()> {
        match Self::entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(missing(&error)),
        }
    }
}

/// The error's own text may hold what was kept, and is not passed on.
fn missing(error: &Error) -> Failure {
    let what = match error {
        Error::NoStorageAccess(_) => "The keychain of this machine is locked",
        Error::NoDefaultStore | Error::PlatformFailure(_) => "No keychain answers on this machine",
        _ => "The keychain of this machine cannot be used",
    };
    Failure::new(Code::Unreachable, format!("{what}.")).hint(
        "Unlock the keychain, and Datapunk in the same desktop session; on Linux it is the Secret Service, as GNOME and KDE have it. The passphrase always works.",
    )
}

/// What the keychain keeps for one key slot: the secret, and when the passphrase was last given.
pub(crate) struct Kept {
    pub(crate) secret: DeviceSecret,
    proven_ms: UtcMs,
}

impl Kept {
    /// A new secret, by someone who has just given the passphrase.
    pub(crate) fn new(now: UtcMs) -> Result<Self> {
        Ok(Self { secret: DeviceSecret::generate()?, proven_ms: now })
    }

    /// What the keychain keeps for a slot, however old.
    pub(crate) fn of(keychain: &dyn Keychain, slot: &str) -> Result<Option<Self>> {
        let Some(bytes) = keychain.kept(slot)? else { return Ok(None) };
        let Some((proven, secret)) = bytes.split_first_chunk::<8>() else { return Ok(None) };
        Ok(DeviceSecret::from_bytes(secret).map(|secret| Self { secret, proven_ms: i64::from_le_bytes(*proven) }))
    }

    /// Lets the keychain keep it for a slot.
    pub(crate) fn keep(&self, keychain: &dyn Keychain, slot: &str) -> Result<()> {
        let mut bytes = Zeroizing::new([0; 40]);
        bytes[..8].copy_from_slice(&self.proven_ms.to_le_bytes());
        bytes[8..].copy_from_slice(self.secret.as_bytes());
        keychain.keep(slot, bytes.as_slice())
    }

    /// The same, by someone who has just given the passphrase.
    pub(crate) fn proven(self, now: UtcMs) -> Self {
        Self { proven_ms: now, ..self }
    }

    /// Fails when the passphrase was given too long ago, or at a time that has not come yet.
    pub(crate) fn check_age(&self, now: UtcMs) -> Result<()> {
        if (0..LASTS_MS).contains(&(now - self.proven_ms)) {
            return Ok(());
        }
        Err(Failure::new(Code::WrongPassphrase, "The keychain opens this vault for 14 days after its passphrase did, and those are over.")
            .hint("Type the passphrase once; the keychain then opens the vault again."))
    }
}
