//! The keys of an open vault: which there are, one more, one less, another passphrase. Each change rewrites `vault.json` and
//! nothing else, however large the vault, and asks for a secret that opens the vault, though it is open: who finds it open
//! may read it, not make it theirs.

use std::path::Path;
use std::sync::PoisonError;

use domain::{Result, UtcMs};

use crate::folder::Folder;
use crate::header::{Header, Opened};
use crate::secret::Unlock;
use crate::slot::{KeySlot, Slot};
use crate::table::setting;
use crate::vault::{Vault, no_copy};

impl Vault {
    /// What opens this vault, in the order in which it was added.
    pub fn keys(&self) -> Result<Vec<KeySlot>> {
        self.header().shown(&self.inner().labels)
    }

    /// What opens the vault in `dir`, open or not; the labels are known once it is.
    ///
    /// # Errors
    /// [`domain::Code::NoVault`], [`domain::Code::DamagedHeader`], [`domain::Code::NewerFormat`].
    pub fn keys_of(dir: &Path) -> Result<Vec<KeySlot>> {
        Ok(Header::read(&Folder::new(dir))?.0.unlabelled())
    }

    /// The key that `secret` is.
    ///
    /// # Errors
    /// [`domain::Code::WrongPassphrase`] when it opens nothing.
    pub fn key_of(&self, secret: &Unlock) -> Result<Option<KeySlot>> {
        let header = self.header();
        let opened = header.unlock(secret)?;
        header.slot(&opened).map(|slot| slot.shown(&self.inner().labels)).transpose()
    }

    /// Lets `new` open the vault as well.
    ///
    /// # Errors
    /// [`domain::Code::WrongPassphrase`] when `proof` opens nothing, [`domain::Code::WeakPassphrase`] when `new` is too weak,
    /// [`domain::Code::BadRequest`] when there are 16 keys already or the label is longer than 60 characters.
    pub fn add_key(&self, proof: &Unlock, new: &Unlock, label: &str, now: UtcMs) -> Result<KeySlot> {
        new.check()?;
        self.change(proof, |header, opened| header.with_slot(&opened.root, new, label, now))
    }

    /// Lets a key open the vault no more, and says which it was.
    ///
    /// # Errors
    /// [`domain::Code::WrongPassphrase`] when `proof` opens nothing, [`domain::Code::NotFound`] for an unknown id,
    /// [`domain::Code::BadRequest`] for the last key that a person can open the vault with.
    pub fn revoke_key(&self, proof: &Unlock, id: &str) -> Result<KeySlot> {
        self.change(proof, |header, _| header.without_slot(id))
    }

    /// Replaces a passphrase: the one that `id` names; else the one that `proof` is; else, with a recovery code as proof, the only
    /// one. The label stays.
    ///
    /// # Errors
    /// As [`Vault::add_key`], and [`domain::Code::BadRequest`] when it is not clear which passphrase is meant, or it is none.
    pub fn change_passphrase(&self, proof: &Unlock, id: Option<&str>, new: &Unlock, now: UtcMs) -> Result<KeySlot> {
        new.check()?;
        let labels = &self.inner().labels;
        self.change(proof, |header, opened| {
            let at = header.meant(opened, id)?;
            let label = header.shown(labels)?.swap_remove(at).label;
            header.with_passphrase(&opened.root, at, new, &label, now)
        })
    }

    fn change(&self, proof: &Unlock, change: impl FnOnce(&Header, &Opened) -> Result<(Header, Slot)>) -> Result<KeySlot> {
        let inner = self.inner();
        inner.writer.check()?;
        let mut header = inner.header.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = header.unlock(proof)?;
        let (mut changed, slot) = change(&header, &opened)?;
        let latest = setting::header_revision(&*inner.readers.borrow()?)?;
        changed.sign_as_next(&opened.root, latest)?;
        let has_copy = changed.write(&inner.folder)?;
        let revision = changed.revision();
        *header = changed;
        if !has_copy {
            inner.warnings().push(no_copy());
        }
        // The header counts: when the database cannot be told, the next unlock tells it.
        if let Err(fault) = inner.writer.write(move |transaction| setting::set_header_revision(transaction, revision)) {
            tracing::warn!(code = ?fault.0.code, "the revision of the header could not be filed");
        }
        slot.shown(&inner.labels)
    }

    fn header(&self) -> Header {
        self.inner().header.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
