//! Small things that other parts keep in the vault: settings, jobs, and how far they have followed the change feed.

use domain::{Failure, Result, UtcMs};

use crate::table::change::{self, Change};
use crate::table::job::{self, Job, JobId};
use crate::table::setting;
use crate::vault::Vault;

impl Vault {
    /// The value of a setting.
    pub fn setting(&self, key: &str) -> Result<Option<String>> {
        Ok(setting::get(&*self.inner().readers.borrow()?, key)?)
    }

    /// Keeps a setting, or with `None` drops it.
    pub fn set_setting(&self, key: &str, value: Option<&str>) -> Result<()> {
        let (key, value) = (key.to_owned(), value.map(str::to_owned));
        Ok(self.inner().writer.write(move |transaction| setting::set(transaction, &key, value.as_deref()))?)
    }

    /// Up to `limit` changes after the one numbered `seq`, in order.
    pub fn changes_after(&self, seq: i64, limit: usize) -> Result<Vec<Change>> {
        Ok(change::after(&*self.inner().readers.borrow()?, seq, limit)?)
    }

    /// The number of the last change; 0 when there is none.
    pub fn last_change(&self) -> Result<i64> {
        Ok(change::last(&*self.inner().readers.borrow()?)?)
    }

    /// How far a follower of the change feed has come; 0 when it never began.
    pub fn watermark(&self, name: &str) -> Result<i64> {
        Ok(setting::watermark(&*self.inner().readers.borrow()?, &follower(name))?)
    }

    /// Remembers how far a follower of the change feed has come.
    pub fn set_watermark(&self, name: &str, seq: i64) -> Result<()> {
        let name = follower(name);
        Ok(self.inner().writer.write(move |transaction| setting::set_watermark(transaction, &name, seq))?)
    }

    /// Files a job that begins now.
    pub fn add_job(&self, kind: &str, label: &str, now: UtcMs) -> Result<JobId> {
        let (kind, label) = (kind.to_owned(), label.to_owned());
        Ok(self.inner().writer.write(move |transaction| job::insert(transaction, &kind, &label, now))?)
    }

    /// Writes how a job stands.
    ///
    /// # Errors
    /// [`domain::Code::NotFound`] when there is no such job.
    pub fn update_job(&self, job: &Job) -> Result<()> {
        let (id, job) = (job.job, job.clone());
        let found = self.inner().writer.write(move |transaction| job::update(transaction, &job))?;
        if found { Ok(()) } else { Err(Failure::not_found("job", id)) }
    }

    /// The latest jobs, the latest first.
    pub fn jobs(&self, limit: usize) -> Result<Vec<Job>> {
        Ok(job::latest(&*self.inner().readers.borrow()?, limit)?)
    }
}

/// Other parts' followers stand apart from the vault's own.
pub(crate) fn follower(name: &str) -> String {
    format!("follower.{name}")
}
