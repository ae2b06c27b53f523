//! What importers of sets remember of a file that is its own text: all of it.

use std::io::{self, Read};

use super::{Input, Sink};

/// Passes a file's bytes on and keeps them, as long as there are few enough to be remembered.
pub(crate) struct Copied<'r> {
    inner: &'r mut dyn Read,
    copy: Option<Vec<u8>>,
}

/// Largest file that is remembered, bytes. Of a larger one what it says stays as it was told when it was read.
const LARGEST: usize = 64 << 20;

impl<'r> Copied<'r> {
    pub(crate) fn of(inner: &'r mut dyn Read) -> Self {
        Self { inner, copy: Some(Vec::new()) }
    }

    /// What was read, for [`super::Sink::remember`].
    pub(crate) fn into_memo(self) -> Option<Vec<u8>> {
        self.copy
    }
}

/// Lets `read` read a file, and remembers the file itself when `read` says so.
pub(crate) fn whole(
    input: &mut Input<'_>,
    sink: &mut dyn Sink,
    read: impl FnOnce(&mut Input<'_>, &mut dyn Sink) -> io::Result<bool>,
) -> io::Result<()> {
    let mut copied = Copied::of(input.reader);
    let is_needed = read(&mut Input { path: input.path, size: input.size, reader: &mut copied, origin: input.origin }, sink)?;
    copied.into_memo().filter(|_| is_needed).into_iter().for_each(|memo| sink.remember(memo));
    Ok(())
}

impl Read for Copied<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n_read = self.inner.read(buffer)?;
        match &mut self.copy {
            Some(copy) if copy.len() + n_read <= LARGEST => copy.extend_from_slice(&buffer[..n_read]),
            copy => *copy = None,
        }
        Ok(n_read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_remembered_unless_it_is_too_much() {
        let mut text: &[u8] = b"rope and twine";
        let mut copied = Copied::of(&mut text);
        io::copy(&mut (&mut copied).take(4), &mut io::sink()).unwrap();
        assert_eq!(copied.into_memo().as_deref(), Some(&b"rope"[..]));
        let mut much = io::repeat(b'x').take(LARGEST as u64 + 1);
        let mut copied = Copied::of(&mut much);
        io::copy(&mut copied, &mut io::sink()).unwrap();
        assert!(copied.into_memo().is_none());
    }
}
