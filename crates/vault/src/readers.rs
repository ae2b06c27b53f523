//! A few connections that read. Each is lent to one thread at a time; with all of them out, the next reader waits. A
//! reader sees the last committed state and never waits for the writer.
//!
//! SQLCipher lets a connection that has met a damaged page read nothing any more. Whoever would borrow such a one next gets another
//! in its place. What has to go on past damage reads by [`Readers::read`], which borrows anew for each piece of work.

use std::ops::Deref;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use domain::{Code, Failure};
use rusqlite::Connection;

use crate::connection::{Opens, is_spoiled};
use crate::fault::{Outcome, damaged};

/// The pool.
pub(crate) struct Readers {
    shelf: Mutex<Shelf>,
    returned: Condvar,
}

struct Shelf {
    connections: Vec<Connection>,
    open: bool,
    /// What opens a connection; it holds the key of the database, and goes when the vault is closed.
    opens: Option<Arc<Opens>>,
}

/// A connection on loan; it goes back when dropped.
pub(crate) struct Reader<'a> {
    connection: Option<Connection>,
    readers: &'a Readers,
}

impl Readers {
    /// Of `n` connections, which `opens` opens.
    pub(crate) fn start(n: usize, opens: Arc<Opens>) -> Outcome<Self> {
        let connections = (0..n).map(|_| opens()).collect::<Outcome<_>>()?;
        Ok(Self { shelf: Mutex::new(Shelf { connections, open: true, opens: Some(opens) }), returned: Condvar::new() })
    }

    /// Does a piece of reading on a connection of its own. What a damaged page was to say in it is damage, also where it was read as
    /// zeros.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Outcome<T>) -> Outcome<T> {
        let reader = self.borrow()?;
        let answer = work(&reader)?;
        if is_spoiled(&reader) { Err(damaged("A page of the database of this vault").into()) } else { Ok(answer) }
    }

    /// Borrows a connection, waiting for one when all are out. What an earlier reader met is not met again.
    pub(crate) fn borrow(&self) -> Outcome<Reader<'_>> {
        let mut reader = self.borrow_any()?;
        if is_spoiled(&reader) {
            reader.renew()?;
        }
        Ok(reader)
    }

    fn borrow_any(&self) -> Outcome<Reader<'_>> {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if !shelf.open {
                return Err(Failure::new(Code::Locked, "The vault is locked.").hint("Unlock it and try again.").into());
            }
            if let Some(connection) = shelf.connections.pop() {
                return Ok(Reader { connection: Some(connection), readers: self });
            }
            shelf = self.returned.wait(shelf).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Puts a connection back that was taken out.
    pub(crate) fn give_back(&self, connection: Connection) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if shelf.open {
            shelf.connections.push(connection);
            self.returned.notify_one();
        }
    }

    /// Closes the connections that are in, and those that are out as they come back.
    pub(crate) fn close(&self) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.open = false;
        shelf.connections.clear();
        shelf.opens = None;
        self.returned.notify_all();
    }
}

impl Reader<'_> {
    /// Puts a new connection in the place of this one.
    fn renew(&mut self) -> Outcome<()> {
        let opens = self.readers.shelf.lock().unwrap_or_else(PoisonError::into_inner).opens.clone();
        if let Some(opens) = opens {
            self.connection = Some(opens()?);
        }
        Ok(())
    }

    /// Takes the connection out of the pool; it goes back by [`Readers::give_back`].
    #[allow(clippy::expect_used, reason = "the connection is only taken here and in drop")]
    pub(crate) fn take(mut self) -> Connection {
        self.connection.take().expect("a borrowed connection is there until it is returned")
    }
}

impl Deref for Reader<'_> {
    type Target = Connection;

    #[allow(clippy::expect_used, reason = "the connection is only taken in drop")]
    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("a borrowed connection is there until it is returned")
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.readers.give_back(connection);
        }
    }
}
