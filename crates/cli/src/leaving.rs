//! Locks the vault when its owner leaves the machine, as the session manager of a Linux system (logind) tells it: before the
//! machine sleeps, and when the screen is locked.
//!
//! Elsewhere there is nobody to listen to: there the vault locks after sleep, which `idle` notices by the clocks, and when it
//! was idle.

use std::thread;

use api::Engine;
use zbus::blocking::fdo::DBusProxy;
use zbus::blocking::{Connection, MessageIterator, Proxy};
use zbus::message::Type;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};
use zbus::{MatchRule, Message};

const LOGIND: &str = "org.freedesktop.login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const MANAGER_PATH: &str = "/org/freedesktop/login1";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// Listens for as long as the program runs. Whether there is somebody to listen to.
pub(crate) fn watch(engine: &Engine) -> bool {
    let Ok(signals) = signals() else { return false };
    let engine = engine.clone();
    thread::spawn(move || {
        for message in signals.flatten() {
            if tells_of_leaving(&message) {
                // A vault that cannot be asked is closed already.
                drop(engine.lock_when_left());
            }
        }
    });
    true
}

/// The signals that may tell of it.
fn signals() -> zbus::Result<MessageIterator> {
    let connection = Connection::system()?;
    let manager = Proxy::new(&connection, LOGIND, MANAGER_PATH, MANAGER)?;
    // A program that runs outside a session, such as one started at boot, is told of sleep alone.
    let session: Option<OwnedObjectPath> = manager.call("GetSessionByPID", &(std::process::id(),)).ok();
    let bus = DBusProxy::new(&connection)?;
    let of_logind = || MatchRule::builder().msg_type(Type::Signal).sender(LOGIND);
    bus.add_match_rule(of_logind()?.path(MANAGER_PATH)?.interface(MANAGER)?.member("PrepareForSleep")?.build())?;
    if let Some(session) = &session {
        bus.add_match_rule(of_logind()?.path(session.as_str())?.interface(SESSION)?.member("Lock")?.build())?;
        bus.add_match_rule(of_logind()?.path(session.as_str())?.interface(PROPERTIES)?.member("PropertiesChanged")?.build())?;
    }
    // Fails where there is a bus and nobody on it who would tell.
    manager.get_property::<bool>("PreparingForSleep")?;
    Ok(MessageIterator::from(connection))
}

fn tells_of_leaving(message: &Message) -> bool {
    let header = message.header();
    match (header.interface().map(|name| name.as_str()), header.member().map(|name| name.as_str())) {
        (Some(MANAGER), Some("PrepareForSleep")) => message.body().deserialize::<bool>().unwrap_or(false),
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
