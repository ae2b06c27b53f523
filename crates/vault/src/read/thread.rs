//! The items of one conversation.

use domain::{Result, Uid};

use crate::read::list::Row;
use crate::table::{item, item_link};
use crate::vault::Vault;

impl Vault {
    /// The items that point at a conversation, in order of time; at most `limit`. A conversation is a uid that its messages
    /// share, and no item of its own.
    pub fn thread(&self, thread: Uid, limit: usize) -> Result<Vec<Row>> {
        let mut ids = Vec::new();
        {
            let reader = self.inner().readers.borrow()?;
            for link in item_link::pointing_at(&reader, thread, limit)? {
                ids.extend(item::find(&reader, &link.to.0)?.map(|(id, _)| id));
            }
        }
        self.rows(&ids)
    }
}
