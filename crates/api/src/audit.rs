//! Logs every call that the table lets through or refuses: who, what, about which thing, and how many rows came back. Content
//! is never logged; a filter or a question is told by its hash.

use std::io::{self, Write};

use ::vault::{AuditEntry, Decision, Vault};
use domain::{Cancel, Result};
use serde_json::Value;

use crate::engine::now;
use crate::{Caller, Engine, Operation};

/// The fields of requests that name one thing, and what it is. `id` is that of an item, or of what the operation is about.
const OBJECTS: &[(&str, &str)] =
    &[("import", "import"), ("earlier", "import"), ("job", "job"), ("key", "setting"), ("conversation", "conversation"), ("id", "")];
/// The fields of requests that say which rows are meant.
const SCOPES: &[&str] = &["filter", "question", "text", "items", "ids", "paths", "folder", "path", "from", "to"];

/// A call, as the log tells it.
struct Call {
    at_ms: i64,
    caller: String,
    operation: &'static str,
    object: (String, String),
    /// What is hashed.
    scope: Vec<u8>,
}

impl Call {
    fn of(operation: &Operation, caller: Caller, body: &Value) -> Self {
        let object = OBJECTS.iter().find_map(|(field, kind)| {
            let id = match &body[*field] {
                Value::String(id) => id.clone(),
                Value::Number(id) => id.to_string(),
                _ => return None,
            };
            let kind = match (*kind, operation.name) {
                ("", name) if name.contains("model") => "model",
                ("", name) if name.contains("person") || name.contains("people") => "person",
                ("", "item" | "blob") => "item",
                (kind, _) => kind,
            };
            Some((kind.to_owned(), id))
        });
        let scope: Vec<(&str, &Value)> = SCOPES.iter().map(|field| (*field, &body[*field])).filter(|(_, value)| !value.is_null()).collect();
        Self {
            at_ms: now(),
            caller: caller.to_string(),
            operation: operation.name,
            object: object.unwrap_or_default(),
            scope: if scope.is_empty() { Vec::new() } else { serde_json::to_vec(&scope).unwrap_or_default() },
        }
    }

    fn entry(&self, vault: &Vault, decision: Decision, n_rows: Option<u64>) -> AuditEntry {
        AuditEntry {
            at_ms: self.at_ms,
            caller: self.caller.clone(),
            operation: self.operation.to_owned(),
            object_kind: self.object.0.clone(),
            object_id: self.object.1.clone(),
            scope: if self.scope.is_empty() { String::new() } else { vault.audit_scope(&self.scope) },
            decision,
            n_rows,
        }
    }
}

/// Logs that a call was refused. Of a vault that is locked nothing can be read, and nothing be logged either.
pub(crate) fn refused(operation: &Operation, engine: &Engine, caller: Caller, body: &Value) -> Result<()> {
    let Ok(vault) = engine.vault() else { return Ok(()) };
    vault.note_now(Call::of(operation, caller, body).entry(&vault, Decision::Refused, None))
}

/// Runs a call that may be made, and logs it: in the first transaction that it makes, or else once it has ended.
pub(crate) fn run(
    operation: &Operation,
    engine: &Engine,
    caller: Caller,
    body: Value,
    cancel: &Cancel,
    on: &mut dyn FnMut(Value),
    out: &mut dyn Write,
) -> Result<()> {
    if !operation.logged {
        return operation.perform(engine, caller, body, cancel, on, out);
    }
    let call = Call::of(operation, caller, &body);
    let vault = engine.vault().ok();
    let mut counted = Counted::new(out);
    let (outcome, is_logged) = match &vault {
        Some(vault) if operation.closes => {
            vault.note(call.entry(vault, Decision::Allowed, None));
            (operation.perform(engine, caller, body, cancel, on, &mut counted), true)
        }
        Some(vault) => {
            vault.logging(call.entry(vault, Decision::Allowed, None), || operation.perform(engine, caller, body, cancel, on, &mut counted))
        }
        None => (operation.perform(engine, caller, body, cancel, on, &mut counted), false),
    };
    // What opened the vault is logged in the vault that it opened.
    if let Some(vault) = vault.or_else(|| engine.vault().ok()) {
        match &outcome {
            Ok(()) if !is_logged => vault.note(call.entry(&vault, Decision::Allowed, counted.rows())),
            Err(_) => vault.note(call.entry(&vault, Decision::Failed, None)),
            Ok(()) => {}
        }
    }
    outcome
}

/// Passes an answer on and counts its rows: the objects in that list of it which has most.
struct Counted<'w> {
    out: &'w mut dyn Write,
    depth: u32,
    in_string: bool,
    is_escaped: bool,
    in_list: bool,
    n_here: u64,
    most: Option<u64>,
}

impl<'w> Counted<'w> {
    fn new(out: &'w mut dyn Write) -> Self {
        Self { out, depth: 0, in_string: false, is_escaped: false, in_list: false, n_here: 0, most: None }
    }

    fn rows(&self) -> Option<u64> {
        self.most
    }

    fn look(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if self.in_string {
                match byte {
                    _ if self.is_escaped => self.is_escaped = false,
                    b'\\' => self.is_escaped = true,
                    b'"' => self.in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => {
                    if self.depth == 1 {
                        (self.in_list, self.n_here) = (*byte == b'[', 0);
                    } else if self.depth == 2 && self.in_list && *byte == b'{' {
                        self.n_here += 1;
                    }
                    self.depth += 1;
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 1 && self.in_list {
                        self.most = self.most.max(Some(self.n_here));
                    }
                }
                _ => {}
            }
        }
    }
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let n_written = self.out.write(bytes)?;
        self.look(&bytes[..n_written]);
        Ok(n_written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Stay;

    #[test]
    fn rows_of_an_answer_are_counted_as_it_passes() {
        let rows = |answer: Value| {
            let mut out = Vec::new();
            let mut counted = Counted::new(&mut out);
            for byte in answer.to_string().as_bytes() {
                counted.write_all(&[*byte]).unwrap();
            }
            counted.rows()
        };
        assert_eq!(rows(json!({ "hits": [{ "a": [{}, {}] }, { "b": "]}{\"[{" }], "few": [{}], "n": 7 })), Some(2));
        assert_eq!(rows(json!({ "one": { "list": [{}, {}] } })), None);
        assert_eq!(rows(json!({ "none": [] })), Some(0));
    }

    #[test]
    fn every_call_is_logged_with_what_it_was_about_and_without_content() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::new(&folder.path().join("vault"), Stay::Once).unwrap();
        let call = |caller, op: &str, body| engine.call(caller, op, body, &Cancel::default(), &mut |_| {});
        let owner = Caller::owner();
        let secret = "five plain words for testing";
        call(owner, "create_vault", json!({ "passphrase": secret })).unwrap();
        call(owner, "status", json!({})).unwrap();
        call(owner, "list", json!({ "filter": { "text": "zebrafinch" } })).unwrap();
        call(owner, "list", json!({ "filter": { "text": "zebrafinch" } })).unwrap();
        call(owner, "set_setting", json!({ "key": "theme", "value": "dark" })).unwrap();
        call(Caller::reader(), "set_setting", json!({ "key": "theme", "value": "light" })).unwrap_err();
        call(owner, "import_report", json!({ "import": 7 })).unwrap_err();
        let log = call(owner, "audit", json!({ "limit": 6 })).unwrap();
        let told = |call: &Value| {
            let text = |key: &str| call[key].as_str().unwrap_or_default().to_owned();
            format!("{} {} {} {} {}", text("operation"), text("caller"), text("object_kind"), text("object_id"), text("decision"))
        };
        let calls = log["calls"].as_array().unwrap();
        assert_eq!(
            calls.iter().map(told).collect::<Vec<_>>(),
            [
                "import_report owner, command line import 7 failed",
                "set_setting reader, program setting theme refused",
                "set_setting owner, command line setting theme allowed",
                "list owner, command line   allowed",
                "list owner, command line   allowed",
                "create_vault owner, command line   allowed",
            ]
        );
        assert_eq!((&calls[3]["n_rows"], &calls[3]["scope"]), (&json!(0), &calls[4]["scope"]));
        let text = log.to_string();
        assert!(!text.contains("zebrafinch") && !text.contains("plain words") && !text.contains("dark"));
        // Locking is the last thing that a log tells, and unlocking the first that comes after.
        call(owner, "lock", json!({})).unwrap();
        call(owner, "unlock", json!({ "passphrase": secret })).unwrap();
        let log = call(owner, "audit", json!({ "limit": 2 })).unwrap();
        assert_eq!(log["calls"].as_array().unwrap().iter().map(|call| call["operation"].clone()).collect::<Vec<_>>(), ["unlock", "lock"]);
        assert_eq!(call(owner, "audit", json!({ "operation": "list" })).unwrap()["calls"].as_array().unwrap().len(), 2);
        assert_eq!(call(owner, "verify", json!({})).unwrap()["ok"], true);
    }
}
