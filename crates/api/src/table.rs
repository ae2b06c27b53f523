//! The table of operations and what it is made of.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use domain::{Cancel, Code, Failure, Result};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Engine, audit, masking};

/// What a caller must be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// Nothing: it shows nothing of the owner's.
    Nothing,
    /// To read.
    Read,
    /// To add, change or remove.
    Write,
    /// To do what only the owner does: open, lock, choose.
    Owner,
}

/// Who calls, and what they may do. Decided at the door, checked here for every door alike.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    may: Needs,
    masked: bool,
    door: Door,
}

/// Through which door a call comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// The command line.
    CommandLine,
    /// The window.
    Window,
    /// A browser on this machine.
    Browser,
    /// A program.
    Program,
}

impl Caller {
    /// The person themselves: the window, the command line, a browser with this start's token.
    pub fn owner() -> Self {
        Self { may: Needs::Owner, masked: false, door: Door::CommandLine }
    }

    /// Someone who may look and no more. What they see is masked.
    pub fn reader() -> Self {
        Self { may: Needs::Read, masked: true, door: Door::Program }
    }

    /// The same, with personal data masked in whatever they see.
    #[must_use]
    pub fn masked(self) -> Self {
        Self { masked: true, ..self }
    }

    pub(crate) fn is_masked(self) -> bool {
        self.masked
    }

    /// The same, through another door.
    #[must_use]
    pub fn through(self, door: Door) -> Self {
        Self { door, ..self }
    }
}

/// As the log of calls has it.
impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = if self.may == Needs::Owner { "owner" } else { "reader" };
        let door = match self.door {
            Door::CommandLine => "command line",
            Door::Window => "window",
            Door::Browser => "browser",
            Door::Program => "program",
        };
        write!(f, "{who}, {door}")
    }
}

/// A kind of state that views show and operations change; a client refreshes by these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    /// Whether the vault is there and open.
    Vault,
    /// Items and all that is counted over them.
    Items,
    /// Imports and their ledgers.
    Imports,
    /// Work going on.
    Jobs,
    /// Models.
    Models,
    /// What the owner chose.
    Settings,
    /// The conversations that are kept.
    Conversations,
}

/// Runs an operation on its request; parts of a streamed answer go to the function, the whole answer to the writer.
type Run = fn(&Engine, Value, &Cancel, &mut dyn FnMut(Value), &mut dyn Write) -> Result<()>;

/// One operation.
pub struct Operation {
    /// Its name on every surface.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub doc: &'static str,
    /// What a caller must be allowed to do.
    pub needs: Needs,
    /// The state that it shows.
    pub shows: &'static [Tag],
    /// The state that it changes.
    pub spoils: &'static [Tag],
    /// Whether calls of it are logged: all but those that only watch.
    pub logged: bool,
    /// Whether it closes the vault, so that nothing can be logged after it.
    pub closes: bool,
    /// The names of its request, its response, and its part when it streams.
    pub types: (&'static str, &'static str, Option<&'static str>),
    pub(crate) schemas: fn(&mut SchemaGenerator) -> Vec<Schema>,
    pub(crate) run: Run,
}

impl Operation {
    /// Its schemas, registered with the generator.
    pub fn schemas(&self, generator: &mut SchemaGenerator) -> Vec<Schema> {
        (self.schemas)(generator)
    }

    /// Runs it for `caller`. Parts of a streamed answer go to `on`; the whole answer is written to `out` as JSON, and
    /// nothing is when the operation fails.
    pub fn write(
        &self,
        engine: &Engine,
        caller: Caller,
        body: Value,
        cancel: &Cancel,
        on: &mut dyn FnMut(Value),
        out: &mut dyn Write,
    ) -> Result<()> {
        if caller.may < self.needs {
            audit::refused(self, engine, caller, &body)?;
            return Err(Failure::new(Code::Forbidden, format!("This caller may not {}.", self.name)));
        }
        audit::run(self, engine, caller, body, cancel, on, out)
    }

    /// Does what a caller may: what it shows is masked for those who are to see it so.
    pub(crate) fn perform(
        &self,
        engine: &Engine,
        caller: Caller,
        body: Value,
        cancel: &Cancel,
        on: &mut dyn FnMut(Value),
        out: &mut dyn Write,
    ) -> Result<()> {
        let body = if caller.may < Needs::Write { unkept(self.name, body) } else { body };
        if masking::applies(engine, caller, self.name)? {
            return masking::run(self, engine, body, cancel, on, out);
        }
        (self.run)(engine, body, cancel, on, out)
    }
}

/// A request of somebody who may only read: what they ask leaves nothing in the vault.
fn unkept(operation: &str, mut body: Value) -> Value {
    if let ("ask", Value::Object(fields)) = (operation, &mut body) {
        fields.insert("keep".to_owned(), false.into());
    }
    body
}

/// The operation of that name.
pub fn operation(name: &str) -> Result<&'static Operation> {
    crate::OPERATIONS
        .iter()
        .find(|operation| operation.name == name)
        .ok_or_else(|| Failure::new(Code::BadRequest, format!("There is no operation called {name:?}.")))
}

/// The request that a body is; without a body it is an empty one. A field that the request does not have is a mistake: what was meant
/// by it would be passed over without a word.
pub(crate) fn request<T: DeserializeOwned + JsonSchema>(name: &str, body: Value) -> Result<T> {
    let refused = |why: String| Failure::new(Code::BadRequest, format!("The request for {name} cannot be understood: {why}."));
    let body = if body.is_null() { Value::Object(serde_json::Map::new()) } else { body };
    let Value::Object(fields) = &body else { return Err(refused("it is no object of fields".to_owned())) };
    if let Some(known) = fields_of::<T>()
        && let Some(unknown) = fields.keys().find(|field| !known.contains(field))
    {
        return Err(refused(format!("it has no field `{unknown}`, but {}", known.join(", "))));
    }
    serde_json::from_value(body).map_err(|error| refused(error.to_string()))
}

/// The names of the fields of a request, as its schema has them; nothing where that lists none.
fn fields_of<T: JsonSchema>() -> Option<Arc<Vec<String>>> {
    static KNOWN: Mutex<BTreeMap<String, Option<Arc<Vec<String>>>>> = Mutex::new(BTreeMap::new());
    // A map is whole after every statement that changes it.
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let of_schema = || {
        let schema = SchemaGenerator::default().into_root_schema_for::<T>();
        let fields = schema.get("properties")?.as_object()?;
        Some(Arc::new(fields.keys().cloned().collect::<Vec<_>>()))
    };
    known.entry(T::schema_id().into_owned()).or_insert_with(of_schema).clone()
}

/// Writes an answer as it goes out: the report of an import of many files is large, and a tree of it several times so.
pub(crate) fn answer(value: impl Serialize, out: &mut dyn Write) -> Result<()> {
    serde_json::to_writer(out, &value).map_err(Failure::internal)
}

/// What one type is called in the schemas.
pub(crate) fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

macro_rules! operations {
    (@logged) => { true };
    (@logged unlogged) => { false };
    (@logged closes) => { true };
    (@closes) => { false };
    (@closes unlogged) => { false };
    (@closes closes) => { true };
    (@types $request:ident $response:ident) => { (stringify!($request), stringify!($response), None) };
    (@types $request:ident $response:ident $part:ident) => { (stringify!($request), stringify!($response), Some(stringify!($part))) };
    (@run $name:ident $path:path; $request:ident) => {
        |engine, body, _, _, out| $crate::table::answer($path(engine, $crate::table::request::<$request>(stringify!($name), body)?)?, out)
    };
    (@run $name:ident $path:path; $request:ident $part:ident) => {
        |engine, body, cancel, on, out| {
            let request = $crate::table::request::<$request>(stringify!($name), body)?;
            let mut on_part = |part: $part| {
                if let Ok(value) = serde_json::to_value(part) {
                    on(value);
                }
            };
            $crate::table::answer($path(engine, request, cancel, &mut on_part)?, out)
        }
    };
    ($(#[doc = $doc:literal] $name:ident($request:ident) $(streams $part:ident)? -> $response:ident
        { needs: $needs:ident, shows: [$($shows:ident),*], spoils: [$($spoils:ident),*] $(, $mark:ident)? } = $path:path;)*) => {
        /// Every operation.
        pub static OPERATIONS: &[$crate::table::Operation] = &[$(
            $crate::table::Operation {
                name: stringify!($name),
                doc: $doc,
                needs: $crate::table::Needs::$needs,
                shows: &[$($crate::table::Tag::$shows),*],
                spoils: &[$($crate::table::Tag::$spoils),*],
                logged: operations!(@logged $($mark)?),
                closes: operations!(@closes $($mark)?),
                types: operations!(@types $request $response $($part)?),
                schemas: |generator| vec![
                    $crate::table::schema::<$request>(generator),
                    $crate::table::schema::<$response>(generator),
                    $($crate::table::schema::<$part>(generator),)?
                ],
                run: operations!(@run $name $path; $request $($part)?),
            },
        )*];
    };
}
pub(crate) use operations;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::{FilterRequest, ImportRef, Nothing};

    #[test]
    fn a_request_is_an_object_of_the_fields_that_it_has() {
        let is_refused = |body: Value| request::<FilterRequest>("facets", body).is_err_and(|failure| failure.code == Code::BadRequest);
        assert!(!is_refused(Value::Null) && !is_refused(json!({})) && !is_refused(json!({ "filter": { "text": "flour" } })));
        for body in [json!([]), json!("flour"), json!(1), json!({ "query": "flour" }), json!({ "filter": { "query": "flour" } })] {
            assert!(is_refused(body.clone()), "{body}");
        }
        assert!(request::<ImportRef>("undo", json!([3])).is_err());
        assert!(request::<Nothing>("stats", json!({ "nosuch": true })).is_err());
        let failure = request::<ImportRef>("undo", json!({ "import": 3, "exact": true })).err().unwrap();
        assert!(failure.message.contains("`exact`") && failure.message.contains("import"), "{failure}");
    }
}
