//! A few connections that read. Each is lent to one thread at a time; with all of them out, the next reader waits. A
//! reader sees the last committed state and never waits for the writer.

use std::ops::Deref;
use std::sync::{Condvar, Mutex, PoisonError};

use domain::{Code, Failure};
use rusqlite::Connection;

use crate::fault::Outcome;

/// The pool.
pub(crate) struct Readers {
    shelf: Mutex<Shelf>,
    returned: Condvar,
}

struct Shelf {
    connections: Vec<Connection>,
    open: bool,
}

/// A connection on loan; it goes back when dropped.
pub(crate) struct Reader<'a> {
    connection: Option<Connection>,
    readers: &'a Readers,
}

impl Readers {
    pub(crate) fn new(connections: Vec<Connection>) -> Self {
        Self { shelf: Mutex::new(Shelf { connections, open: true }), returned: Condvar::new() }
    }

    /// Borrows a connection, waiting for one when all are out.
    pub(crate) fn borrow(&self) -> Outcome<Reader<'_>> {
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
        self.returned.notify_all();
    }
}

impl Reader<'_> {
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
