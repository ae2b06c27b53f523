//! The desktop window. It starts the engine as a process of its own and passes calls and events between the two; it holds no
//! keys, and ends the engine when the vault is locked.
//!
//! Absent on purpose: everything that an operation does. This program links no crate that could open a vault.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]
#![allow(
    clippy::needless_pass_by_value,
    clippy::let_underscore_must_use,
    reason = "what Tauri makes of a command takes its arguments by value and drops what it sent"
)]

mod engine;
mod own_pages;
mod vault_folder;

use domain::Failure;
use serde_json::Value;
use tauri::ipc::Channel;
use tauri::webview::NewWindowResponse;
use tauri::{App, AppHandle, Emitter, Manager, State, WebviewWindowBuilder};

use engine::Engine;

/// Runs an operation and answers with its result.
#[tauri::command]
async fn call(engine: State<'_, Engine>, op: String, body: Value) -> Result<Value, Failure> {
    let waiting = engine.ask(&op, body, None)?;
    tauri::async_runtime::spawn_blocking(move || waiting.wait()).await.map_err(Failure::internal)?
}

/// Runs an operation whose answer comes in pieces. `request` is the window's own number for it, which [`stop`] takes.
#[tauri::command]
async fn stream(engine: State<'_, Engine>, op: String, body: Value, request: u64, channel: Channel<Value>) -> Result<Value, Failure> {
    let waiting = engine.ask(&op, body, Some((request, channel)))?;
    tauri::async_runtime::spawn_blocking(move || waiting.wait()).await.map_err(Failure::internal)?
}

/// Ends a streamed operation.
#[tauri::command]
fn stop(engine: State<'_, Engine>, request: u64) {
    engine.stop(request);
}

fn main() {
    write_no_core_dump();
    let built = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| show(app)))
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(tauri::generate_handler![call, stream, stop])
        .setup(|app| {
            let handle = app.handle().clone();
            app.manage(Engine::new(vault_folder::chosen()?, move |event| {
                // A window that is closing has nobody left to tell.
                drop(handle.emit("engine", event));
            }));
            open(app)
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => app.run(|_, _| {}),
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "there is no window yet to say it in")]
            {
                eprintln!("error: the window could not be opened: {error}");
                eprintln!("hint: a display is needed; without one, run `datapunk serve` and open its address in a browser");
            }
            std::process::exit(1);
        }
    }
}

/// No core dump is ever written of this program or of those that draw its pages: what they show lies in their memory.
fn write_no_core_dump() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // Lowering a limit is refused to nobody; should it be, the window is no worse than others.
        setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).ok();
    }
}

/// Opens the window of the configuration, for the program's own pages alone. They leave nothing on disk, but for a test's window:
/// WebKit drives no private one.
fn open(app: &App) -> Result<(), Box<dyn std::error::Error>> {
    let driven = std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some_and(|driven| driven == "true");
    for window in &app.config().app.windows {
        WebviewWindowBuilder::from_config(app.handle(), window)?
            .incognito(!driven)
            .devtools(cfg!(debug_assertions))
            .on_navigation(own_pages::is_own)
            .on_new_window(|_, _| NewWindowResponse::Deny)
            .build()?;
    }
    Ok(())
}

/// Brings the window to the front, when the program is started a second time.
fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window("main") {
        // Window managers may refuse; then the window stays where it is.
        drop(window.unminimize().and_then(|()| window.set_focus()));
    }
}
