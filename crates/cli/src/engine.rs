//! The engine of the window: frames over standard input and output, a line of JSON each.
//!
//! In: `{"id": 7, "op": "search", "body": {…}}` and `{"cancel": 7}`. Out: `{"id": 7, "part": …}` for each piece of a streamed
//! answer, then one of `{"id": 7, "done": …}` and `{"id": 7, "error": {code, message, hint}}`; and `{"event": …}` at any time.
//! The process ends when its input does, and after the vault was locked, so that the system takes its memory back.

use std::collections::HashMap;
use std::io::{self, BufRead, Write, stdin, stdout};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use api::wire::Event;
use api::{Caller, Door, Engine};
use domain::{Cancel, Code, Failure, Result};
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

type Running = Arc<Mutex<HashMap<u64, Cancel>>>;

/// Answers frames until the input ends or the vault is locked.
pub(crate) fn run(engine: &Engine) -> Result<ExitCode> {
    let running = Running::default();
    tell_events(engine);
    crate::idle::watch(engine);
    #[cfg(target_os = "linux")]
    crate::leaving::watch(engine);
    for line in stdin().lock().lines() {
        let line = line.map_err(Failure::internal)?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<Value>(&line) {
            Ok(frame) => take(engine, &running, &frame),
            Err(error) => write(&json!({ "id": null, "error": Failure::new(Code::BadRequest, format!("A frame is not JSON: {error}.")) })),
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn take(engine: &Engine, running: &Running, frame: &Value) {
    let locked = || running.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(id) = frame["cancel"].as_u64() {
        if let Some(cancel) = locked().get(&id) {
            cancel.cancel();
        }
        return;
    }
    let (Some(id), Some(op)) = (frame["id"].as_u64(), frame["op"].as_str()) else {
        write(&json!({ "id": frame["id"], "error": Failure::new(Code::BadRequest, "A frame has an id and an op, or a cancel.") }));
        return;
    };
    let cancel = Cancel::default();
    locked().insert(id, cancel.clone());
    let (engine, running, op, body) = (engine.clone(), Arc::clone(running), op.to_owned(), frame["body"].clone());
    std::thread::spawn(move || {
        let outcome =
            engine.answer(Caller::owner().through(Door::Window), &op, body, &cancel, &mut |part| write(&json!({ "id": id, "part": part })));
        running.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        match outcome {
            Ok(done) => write(&Done { id, done: &done }),
            Err(failure) => write(&json!({ "id": id, "error": failure })),
        }
        if op == "lock" {
            std::process::exit(0);
        }
    });
}

/// Passes on what the engine says unasked. A vault that locks itself ends the process.
fn tell_events(engine: &Engine) {
    let events = engine.events();
    std::thread::spawn(move || {
        for event in events {
            let locked = matches!(event, Event::Locked);
            write(&json!({ "event": event }));
            if locked {
                // The answer to the call that locked, if there was one, is being written.
                std::thread::sleep(std::time::Duration::from_millis(200));
                std::process::exit(0);
            }
        }
    });
}

/// The frame that ends a call which went well.
#[derive(Serialize)]
struct Done<'a> {
    id: u64,
    done: &'a RawValue,
}

fn write(frame: &impl Serialize) {
    let mut out = stdout().lock();
    let written = serde_json::to_writer(&mut out, frame).map_err(io::Error::from);
    // When nobody reads any more, the input ends as well, and with it the process.
    if written.and_then(|()| writeln!(out)).and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}
