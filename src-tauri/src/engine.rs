//! The engine's process, seen from the window.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{Code, Failure, Result};
use serde_json::{Value, json};
use tauri::ipc::Channel;

type OnEvent = Arc<dyn Fn(Value) + Send + Sync>;

/// Starts the engine when it is first asked something, and anew after it has ended (it ends when the vault is locked).
pub(crate) struct Engine {
    folder: PathBuf,
    on_event: OnEvent,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    process: Option<(Child, ChildStdin)>,
    next: u64,
    /// Calls without an answer yet.
    asked: HashMap<u64, Asked>,
    /// The window's numbers of streamed calls, and ours.
    streams: HashMap<u64, u64>,
}

struct Asked {
    answer: SyncSender<Result<Value>>,
    parts: Option<Channel<Value>>,
}

/// An answer to come.
pub(crate) struct Waiting(Receiver<Result<Value>>);

impl Waiting {
    /// Waits for it. Must not be called on a thread that others wait for.
    pub(crate) fn wait(self) -> Result<Value> {
        self.0.recv().unwrap_or_else(|_| Err(ended()))
    }
}

fn ended() -> Failure {
    Failure::new(Code::Locked, "The engine ended, and the vault is locked.").hint("Unlock the vault again; nothing that was saved is lost.")
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Engine {
    pub(crate) fn new(folder: PathBuf, on_event: impl Fn(Value) + Send + Sync + 'static) -> Self {
        Self { folder, on_event: Arc::new(on_event), state: Arc::default() }
    }

    /// Sends a call; pieces of the answer go to the channel, the answer to what is returned.
    pub(crate) fn ask(&self, op: &str, body: Value, stream: Option<(u64, Channel<Value>)>) -> Result<Waiting> {
        let (answer, waiting) = sync_channel(1);
        let mut state = locked(&self.state);
        if state.process.is_none() {
            self.start(&mut state)?;
        }
        state.next += 1;
        let id = state.next;
        let parts = stream.map(|(request, channel)| {
            state.streams.insert(request, id);
            channel
        });
        state.asked.insert(id, Asked { answer, parts });
        if send(&mut state, &json!({ "id": id, "op": op, "body": body })).is_err() {
            // It does not read any more, so it has ended; who reads its output finds out too, and tells the window.
            state.asked.remove(&id);
            return Err(ended());
        }
        Ok(Waiting(waiting))
    }

    /// Asks for the end of a streamed call.
    pub(crate) fn stop(&self, request: u64) {
        let mut state = locked(&self.state);
        if let Some(id) = state.streams.remove(&request) {
            // An engine that cannot be told has ended, and the call with it.
            drop(send(&mut state, &json!({ "cancel": id })));
        }
    }

    fn start(&self, state: &mut State) -> Result<()> {
        let program = program();
        let mut child = Command::new(&program)
            .arg("--vault")
            .arg(&self.folder)
            .arg("engine")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| {
                Failure::new(Code::Internal, format!("The engine {} could not be started: {error}.", program.display()))
                    .hint("Install Datapunk again, or name the datapunk command with DATAPUNK_ENGINE.")
            })?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failure::internal("the engine has no input or output"));
        };
        state.process = Some((child, input));
        let (shared, on_event) = (Arc::clone(&self.state), Arc::clone(&self.on_event));
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(std::result::Result::ok) {
                if let Ok(frame) = serde_json::from_str(&line) {
                    take(&shared, &on_event, frame);
                }
            }
            let gone = {
                let mut state = locked(&shared);
                state.streams.clear();
                (state.process.take(), std::mem::take(&mut state.asked))
            };
            // It ends well when it is locked; killed or broken, it does not.
            let well = gone.0.is_none_or(|(mut child, _)| child.wait().is_ok_and(|status| status.success()));
            for asked in gone.1.into_values() {
                drop(asked.answer.send(Err(ended())));
            }
            on_event(json!({ "event": if well { "locked" } else { "stopped" } }));
        });
        Ok(())
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Closing its input tells the engine to close the vault and end.
        locked(&self.state).process = None;
    }
}

fn send(state: &mut State, frame: &Value) -> std::io::Result<()> {
    let Some((_, input)) = &mut state.process else { return Err(std::io::ErrorKind::BrokenPipe.into()) };
    writeln!(input, "{frame}").and_then(|()| input.flush())
}

fn take(state: &Mutex<State>, on_event: &OnEvent, mut frame: Value) {
    if !frame["event"].is_null() {
        on_event(frame["event"].take());
        return;
    }
    let Some(id) = frame["id"].as_u64() else { return };
    if !frame["part"].is_null() {
        let channel = locked(state).asked.get(&id).and_then(|asked| asked.parts.clone());
        if let Some(channel) = channel {
            // A page that was left does not listen any more; its call is being stopped.
            drop(channel.send(json!({ "part": frame["part"].take() })));
        }
        return;
    }
    let Some(asked) = locked(state).asked.remove(&id) else { return };
    locked(state).streams.retain(|_, ours| *ours != id);
    let answer = if frame["error"].is_null() {
        Ok(frame["done"].take())
    } else {
        Err(serde_json::from_value(frame["error"].take()).unwrap_or_else(Failure::internal))
    };
    drop(asked.answer.send(answer));
}

/// The `datapunk` command: named by `DATAPUNK_ENGINE`, or beside this program, or on the path.
fn program() -> PathBuf {
    if let Some(program) = std::env::var_os("DATAPUNK_ENGINE") {
        return program.into();
    }
    let name = format!("datapunk{}", std::env::consts::EXE_SUFFIX);
    match std::env::current_exe().ok().and_then(|own| own.parent().map(|folder| folder.join(&name))) {
        Some(beside) if beside.exists() => beside,
        _ => name.into(),
    }
}
