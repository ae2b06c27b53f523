//! The vault locks when its owner leaves the machine, as the session manager of a Linux system tells it. The tests have a bus
//! of their own, on which they are the session manager.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "what fails here fails the test, and what is measured is said")]

use std::collections::HashMap;
use std::io::{PipeReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use journeys::{Home, PASSPHRASE, Served};
use serde_json::json;
use zbus::blocking::{Connection, connection};
use zbus::zvariant::{ObjectPath, Value};

const MANAGER: &str = "/org/freedesktop/login1";
const SESSION: &str = "/org/freedesktop/login1/session/_37";
const ANOTHERS: &str = "/org/freedesktop/login1/session/_38";

/// The part of a session manager that is asked.
struct Logind {
    /// The ends that it kept of what it gave to those who wish to be waited for.
    waited_for: Arc<Mutex<Vec<PipeReader>>>,
}

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Logind {
    #[zbus(name = "GetSessionByPID")]
    fn session_by_pid(&self, _pid: u32) -> ObjectPath<'static> {
        ObjectPath::from_static_str_unchecked(SESSION)
    }

    fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> zbus::fdo::Result<zbus::zvariant::OwnedFd> {
        assert_eq!((what, mode), ("sleep", "delay"));
        let (kept, given) = std::io::pipe().map_err(|error| zbus::fdo::Error::Failed(error.to_string()))?;
        self.waited_for.lock().unwrap().push(kept);
        Ok(std::os::fd::OwnedFd::from(given).into())
    }

    #[zbus(property)]
    fn preparing_for_sleep(&self) -> bool {
        false
    }
}

/// A bus that ends with the test.
struct Bus(Child);

impl Drop for Bus {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A bus and its address; absent on a machine without one to start.
fn bus(home: &Home) -> Option<(Bus, String)> {
    let socket = home.path("bus");
    let address = format!("unix:path={}", socket.display());
    let child = Command::new("dbus-daemon")
        .args(["--session", "--nofork", "--nopidfile", &format!("--address={address}")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let bus = Bus(child);
    let begun = Instant::now();
    while !socket.exists() {
        assert!(begun.elapsed() < Duration::from_secs(10), "the bus does not begin");
        std::thread::sleep(Duration::from_millis(10));
    }
    Some((bus, address))
}

/// Whether the vault is locked within some seconds.
fn locks(server: &mut Served, seconds: u64) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(seconds) {
        if server.call("status", &json!({})).is_ok_and(|status| status["state"] == "locked") {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

/// Opens the vault in the program that began anew after the lock: what the one before opened closed with it.
fn unlock(server: &mut Served) {
    let begun = Instant::now();
    loop {
        let opened = server.call("unlock", &json!({ "passphrase": PASSPHRASE })).is_ok();
        if opened && !locks(server, 1) {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "the vault cannot be opened any more");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn tell<B: zbus::export::serde::Serialize + zbus::zvariant::DynamicType>(
    logind: &Connection,
    path: &str,
    interface: &str,
    member: &str,
    body: &B,
) {
    logind.emit_signal(None::<&str>, path, interface, member, body).unwrap();
}

#[test]
fn a_vault_locks_before_the_machine_sleeps_and_with_the_screen_of_its_own_session() {
    let home = Home::new();
    let Some((_bus, address)) = bus(&home) else { return };
    let waited_for = Arc::new(Mutex::new(Vec::<PipeReader>::new()));
    let logind = connection::Builder::address(address.as_str())
        .unwrap()
        .serve_at(MANAGER, Logind { waited_for: Arc::clone(&waited_for) })
        .unwrap()
        .name("org.freedesktop.login1")
        .unwrap()
        .build()
        .unwrap();
    let datapunk = home.vault("vault").with_variable("DBUS_SYSTEM_BUS_ADDRESS", &address);
    let mut server = datapunk.serve(true).unwrap();
    let hint =
        |locked: bool| ("org.freedesktop.login1.Session", HashMap::from([("LockedHint", Value::from(locked))]), Vec::<String>::new());
    let (session, properties) = ("org.freedesktop.login1.Session", "org.freedesktop.DBus.Properties");

    // The machine wakes up, a screen is unlocked, another person's is locked: nobody has left.
    tell(&logind, MANAGER, "org.freedesktop.login1.Manager", "PrepareForSleep", &(false,));
    tell(&logind, SESSION, properties, "PropertiesChanged", &hint(false));
    tell(&logind, ANOTHERS, session, "Lock", &());
    assert!(!locks(&mut server, 2));
    let signals: [&dyn Fn(); 3] = [
        &|| tell(&logind, MANAGER, "org.freedesktop.login1.Manager", "PrepareForSleep", &(true,)),
        &|| tell(&logind, SESSION, session, "Lock", &()),
        &|| tell(&logind, SESSION, properties, "PropertiesChanged", &hint(true)),
    ];
    for (at, leave) in signals.iter().enumerate() {
        let asked_to_wait = Instant::now();
        while waited_for.lock().unwrap().len() <= at {
            assert!(asked_to_wait.elapsed() < Duration::from_secs(10), "sleep would not wait for the lock, signal {at}");
            std::thread::sleep(Duration::from_millis(20));
        }
        leave();
        assert!(locks(&mut server, 10), "signal {at}");
        // Then nobody is kept waiting any longer.
        let mut kept = waited_for.lock().unwrap()[at].try_clone().unwrap();
        let (told, is_told) = std::sync::mpsc::channel();
        std::thread::spawn(move || told.send(kept.read(&mut [0]).unwrap()));
        assert_eq!(is_told.recv_timeout(Duration::from_secs(10)), Ok(0), "signal {at}");
        unlock(&mut server);
    }
}
