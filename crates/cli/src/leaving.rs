//! Locks the vault when its owner leaves the machine, as the session manager of a Linux system (logind) tells it: before the
//! machine sleeps, and when the screen is locked. The machine is asked not to sleep before that was done: logind waits some seconds
//! for whoever holds such a wish.
//!
//! Elsewhere there is nobody to listen to: there the vault locks after sleep, which `idle` notices by the clocks, and when it
//! was idle.

use std::thread;

use api::Engine;
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, MessageIterator, Proxy};
use zbus::message::Type;
use zbus::zvariant::{OwnedFd, OwnedObjectPath, OwnedValue};
use zbus::{MatchRule, Message};

const LOGIND: &str = "org.freedesktop.login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const MANAGER_PATH: &str = "/org/freedesktop/login1";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// Listens for as long as the program runs. Whether there is somebody to listen to.
pub(crate) fn watch(engine: &Engine) -> bool {
    let Ok(connection) = Connection::system() else { return false };
    let Ok(signals) = signals(&connection) else { return false };
    let engine = engine.clone();
    thread::spawn(move || {
        let mut wish = wish_to_lock_first(&connection);
        for message in signals.flatten() {
            if tells_of_leaving(&message) {
                // A vault that cannot be asked is closed already.
                drop(engine.lock_when_left());
            }
            match sleeps(&message) {
                // Also when an import goes on, after which the vault is locked: nobody is kept waiting for that.
                Some(true) => wish = None,
                Some(false) => wish = wish.or_else(|| wish_to_lock_first(&connection)),
                None => {}
            }
        }
    });
    true
}

/// Has the machine wait with its sleep until what is returned is dropped. Without it the vault locks all the same, but the machine
/// may sleep before that is done. Not everyone is granted it.
fn wish_to_lock_first(connection: &Connection) -> Option<OwnedFd> {
    let manager = Proxy::new(connection, LOGIND, MANAGER_PATH, MANAGER).ok()?;
    manager.call("Inhibit", &("sleep", "Datapunk", "The vault is locked first.", "delay")).ok()
}

/// Whether a message tells that the machine goes to sleep now, or has woken up.
fn sleeps(message: &Message) -> Option<bool> {
    let header = message.header();
    let is_told = header.interface().is_some_and(|name| name.as_str() == MANAGER)
        && header.member().is_some_and(|name| name.as_str() == "PrepareForSleep");
    if is_told { message.body().deserialize::<bool>().ok() } else { None }
}

/// The signals that may tell of it.
fn signals(connection: &Connection) -> zbus::Result<MessageIterator> {
    let manager = Proxy::new(connection, LOGIND, MANAGER_PATH, MANAGER)?;
    // A program that runs outside a session, such as one started at boot, is told of sleep alone.
    let session: Option<OwnedObjectPath> = manager.call("GetSessionByPID", &(std::process::id(),)).ok();
    let bus = DBusProxy::new(connection)?;
    let of_logind = || MatchRule::builder().msg_type(Type::Signal).sender(LOGIND);
    bus.add_match_rule(of_logind()?.path(MANAGER_PATH)?.interface(MANAGER)?.member("PrepareForSleep")?.build())?;
    if let Some(session) = &session {
        bus.add_match_rule(of_logind()?.path(session.as_str())?.interface(SESSION)?.member("Lock")?.build())?;
        bus.add_match_rule(of_logind()?.path(session.as_str())?.interface(PROPERTIES)?.member("PropertiesChanged")?.build())?;
    }
    // Fails where there is a bus and nobody on it who would tell.
    manager.get_property::<bool>("PreparingForSleep")?;
    Ok(MessageIterator::from(connection.clone()))
}

fn tells_of_leaving(message: &Message) -> bool {
    let header = message.header();
    match (header.interface().map(|name| name.as_str()), header.member().map(|name| name.as_str())) {
        (Some(MANAGER), Some("PrepareForSleep")) => sleeps(message).unwrap_or(false),
        (Some(SESSION), Some("Lock")) => true,
        // Desktops lock the screen themselves, and say so here.
        (Some(PROPERTIES), Some("PropertiesChanged")) => {
            let body = message.body();
            let changed = body.deserialize::<(String, std::collections::HashMap<String, OwnedValue>, Vec<String>)>();
            changed.is_ok_and(|(_, values, _)| values.get("LockedHint").is_some_and(|hint| bool::try_from(hint).unwrap_or(false)))
        }
        _ => false,
    }
}
