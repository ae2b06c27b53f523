//! How a start of the program hands on to the next one, which takes this process's place, the socket that it listens at and the token
//! for it: through a pair of sockets, of which one end is the next one's standard input.
//!
//! The socket is open all the while, so that its port is never free for another program, which a page would send its token to. Nobody
//! else sees either: they are no arguments and not in the environment, and no other program inherits the socket.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::net::TcpListener;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

use domain::{Code, Failure, Result};
use gateway::Token;
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

/// Bytes that are read of a token: more than one has.
const MOST: usize = 256;

/// Sends both, and returns where the next start finds them.
pub(crate) fn give(socket: &TcpListener, token: &Token) -> io::Result<UnixStream> {
    let (ours, theirs) = UnixStream::pair()?;
    let sockets = [socket.as_fd()];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut beside = SendAncillaryBuffer::new(&mut space);
    let text = token.reveal().as_bytes();
    let fits = beside.push(SendAncillaryMessage::ScmRights(&sockets));
    if !fits || sendmsg(&ours, &[IoSlice::new(text)], &mut beside, SendFlags::empty())? != text.len() {
        return Err(io::Error::other("the socket could not be handed on"));
    }
    Ok(theirs)
}

/// Takes both from where an earlier start sent them.
pub(crate) fn take(from: impl AsFd) -> Result<(TcpListener, Token)> {
    let nothing = || Failure::new(Code::BadRequest, "No start of Datapunk handed its socket on. `datapunk serve` opens one.");
    let mut text = [0; MOST];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut beside = RecvAncillaryBuffer::new(&mut space);
    let received = recvmsg(from, &mut [IoSliceMut::new(&mut text)], &mut beside, RecvFlags::empty()).map_err(|_| nothing())?;
    let socket = beside.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut sockets) => sockets.next(),
        _ => None,
    });
    let socket = socket.ok_or_else(nothing)?;
    // Programs that this one starts have no business with it.
    fcntl_setfd(&socket, FdFlags::CLOEXEC).map_err(Failure::internal)?;
    let token = std::str::from_utf8(&text[..received.bytes]).map_err(|_| nothing())?;
    Ok((TcpListener::from(socket), Token::revealed(token)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_handed_on_is_the_same_socket_which_stays_open_in_between() {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let token = Token::new().unwrap();
        let handed = give(&socket, &token).unwrap();
        // As the program's end closes it.
        drop(socket);
        assert_eq!(TcpListener::bind(address).unwrap_err().kind(), io::ErrorKind::AddrInUse);
        let (taken, for_it) = take(&handed).unwrap();
        assert_eq!((taken.local_addr().unwrap(), for_it.reveal()), (address, token.reveal()));
        assert!(rustix::io::fcntl_getfd(&taken).unwrap().contains(FdFlags::CLOEXEC));
        let waits = std::net::TcpStream::connect(address).unwrap();
        assert_eq!(taken.accept().unwrap().1, waits.local_addr().unwrap());
        // Nothing else is taken for it.
        let (ours, theirs) = UnixStream::pair().unwrap();
        drop(ours);
        assert_eq!(take(&theirs).err().unwrap().code, Code::BadRequest);
        assert_eq!(take(std::fs::File::open("/dev/null").unwrap()).err().unwrap().code, Code::BadRequest);
    }
}
