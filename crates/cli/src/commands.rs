use std::cell::RefCell;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use api::{Caller, Engine, FilterWords, Stay};
use domain::{Cancel, Code, Failure, Filter, PiiClass, Progress, Result};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::args::{
    Args, By, Command, ConversationsCommand, FilterArgs, Format, KeyKind, KeysCommand, Mode, ModelCommand, NewPassphrase, PeopleCommand,
    SavedCommand,
};
use crate::passphrase::Ask;
use crate::{backups, confirm, engine, interrupt, passphrase, print, serve};

/// Runs the command that was typed.
pub(crate) fn run(args: Args) -> Result<ExitCode> {
    let folder = match args.vault {
        Some(folder) => std::path::absolute(&folder).unwrap_or(folder),
        None => usual_folder()?,
    };
    let stay = if matches!(args.command, Command::Serve { .. } | Command::Engine) { Stay::Open } else { Stay::Once };
    let caller = if args.command.is_masked() { Caller::owner().masked() } else { Caller::owner() };
    let call = Call {
        engine: Engine::new(&folder, stay)?,
        caller,
        json: args.json,
        passphrase_file: args.passphrase_file,
        key_file: args.key_file.as_ref().map(absolute),
        keychain: args.keychain,
        recovery: args.recovery,
    };
    let outcome = call.run(args.command);
    // What was written is safe without this; closing only checkpoints, so a failure here is told when nothing else is.
    let closed = call.engine.lock();
    let code = outcome?;
    closed?;
    Ok(code)
}

/// A path that means the same wherever the engine runs.
fn absolute(path: &PathBuf) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.clone()).display().to_string()
}

/// Where the vault stands when nothing else is said: the user's data folder.
fn usual_folder() -> Result<PathBuf> {
    if let Some(data) = std::env::var_os("XDG_DATA_HOME").filter(|data| Path::new(data).is_absolute()) {
        return Ok(Path::new(&data).join("datapunk/vault"));
    }
    std::env::home_dir().map(|home| home.join(".local/share/datapunk/vault")).ok_or_else(|| {
        Failure::new(Code::NoVault, "There is no home folder to look for the vault in.").hint("Name the vault's folder with --vault.")
    })
}

/// One run of the command.
pub(crate) struct Call {
    pub(crate) engine: Engine,
    caller: Caller,
    json: bool,
    pub(crate) passphrase_file: Option<PathBuf>,
    key_file: Option<String>,
    keychain: bool,
    recovery: bool,
}

impl Call {
    fn run(&self, command: Command) -> Result<ExitCode> {
        match command {
            Command::Init => self.init(),
            Command::Status => {
                let given = if self.keychain { None } else { passphrase::given(self.passphrase_file.as_deref(), Ask::Passphrase)? };
                if (self.keychain || given.is_some()) && self.op("status", json!({}))?["state"] == "locked" {
                    self.unlock()?;
                }
                self.show("status", json!({}), print::status)
            }
            Command::Serve { again: true, .. } => serve::again(&self.engine),
            Command::Serve { port, unlock, again: false } => {
                if unlock {
                    self.unlock()?;
                }
                serve::run(&self.engine, port, self.json)
            }
            Command::Engine => engine::run(&self.engine),
            Command::Models { command } => self.models(command),
            Command::Backup { command } => backups::run(self, command),
            Command::Restore { folder, snapshot, key } => backups::restore(self, &folder, snapshot.as_deref(), &key),
            Command::Keys { command } => self.keys(command),
            Command::Verify => {
                // What is wrong at the unlock is among what it finds.
                self.open()?;
                self.verify()
            }
            command => {
                self.unlock()?;
                self.with_vault(command)
            }
        }
    }

    fn with_vault(&self, command: Command) -> Result<ExitCode> {
        match command {
            Command::Import { paths, plan, exact_plan, only, columns } => {
                let paths: Vec<String> = paths.iter().map(absolute).collect();
                let request = json!({ "paths": paths, "only": only, "exact": exact_plan, "columns": columns.as_ref().map(absolute) });
                if plan || exact_plan {
                    return self.show("plan_import", request, print::plan);
                }
                self.report("import", &request)
            }
            Command::Imports => self.show("imports", json!({}), print::imports),
            Command::Report { import } => self.report("import_report", &json!({ "import": import })),
            Command::Compare { earlier, later, examples } => {
                self.show("compare", json!({ "earlier": earlier, "later": later, "examples": examples }), print::compared)
            }
            Command::Undo { import } => {
                let undone = parsed(&self.long("undo", json!({ "import": import }))?)?;
                self.print(&undone, print::undone);
                Ok(ExitCode::SUCCESS)
            }
            Command::Forget { ids, words, filter, plan, yes } => {
                self.forget(&ids, &Filter { text: words, ..filter_of(filter)? }, plan, yes)
            }
            Command::Receipts => self.show("receipts", json!({}), print::receipts),
            Command::Audit { operation, from, to, before, limit } => {
                let from = from.as_deref().map(api::days).transpose()?.and_then(|(from, _)| from);
                let to = to.as_deref().map(api::days).transpose()?.and_then(|(_, to)| to);
                let request = json!({ "operation": operation, "from": from, "to": to, "before": before, "limit": limit });
                self.show("audit", request, print::audit)
            }
            Command::Export { folder, query, format, media, filter } => {
                let folder = std::path::absolute(&folder).unwrap_or(folder).display().to_string();
                let filter = Filter { text: query, ..filter_of(filter)? };
                let format = match format {
                    Format::Jsonl => "jsonl",
                    Format::Parquet => "parquet",
                    Format::Files => "files",
                };
                let exported =
                    parsed(&self.long("export", json!({ "folder": folder, "format": format, "media": media, "filter": filter }))?)?;
                self.print(&exported, print::exported);
                Ok(if exported["n_left_out"] == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
            }
            Command::Stats => self.show("stats", json!({}), print::stats),
            Command::Search { query, filter, limit, mode, like, .. } => {
                let filter = Filter { text: query, ..filter_of(filter)? };
                if let Some(id) = &like {
                    ensure_id(id)?;
                }
                self.show("search", json!({ "filter": filter, "limit": limit, "mode": named(mode), "like": like }), print::hits)
            }
            Command::Saved { command } => self.saved(command),
            Command::Timeline { filter, by } => {
                let by = match by {
                    By::Day => "day",
                    By::Month => "month",
                    By::Year => "year",
                };
                self.show("timeline", json!({ "filter": filter_of(filter)?, "by": by }), print::timeline)
            }
            Command::Day { date, limit, .. } => {
                let (from, to) = api::days(&date)?;
                let filter = Filter { from, to, ..Filter::default() };
                self.show("list", json!({ "filter": filter, "order": "oldest", "limit": limit }), print::rows)
            }
            Command::Show { id, .. } => {
                ensure_id(&id)?;
                self.show("item", json!({ "id": id }), print::item)
            }
            Command::People { command: None, name, after, limit } => {
                self.show("people", json!({ "text": name, "after": after, "limit": limit }), print::people)
            }
            Command::People { command: Some(command), .. } => self.people(command),
            Command::Ask { question, after, go_on, no_keep, filter, model, .. } => {
                let conversation = if go_on { Some(self.last_conversation()?) } else { None };
                let filter = filter_of(filter)?;
                self.ask(&json!({
                    "question": question, "before": after, "conversation": conversation, "keep": !no_keep, "filter": filter, "model": model,
                }))
            }
            Command::Conversations { command: None, query, after, limit, .. } => {
                self.show("conversations", json!({ "text": query, "after": after, "limit": limit }), print::conversations)
            }
            Command::Conversations { command: Some(command), .. } => self.conversations(&command),
            Command::Pii { class, filter, after, limit, .. } => {
                let class = class.map(|class| class.replace('-', "_").parse::<PiiClass>()).transpose().map_err(|unknown| {
                    Failure::new(Code::BadRequest, format!("{unknown}.")).hint("`datapunk pii` counts the classes that the vault holds.")
                })?;
                let request = json!({ "class": class, "filter": filter_of(filter)?, "after": after, "limit": limit });
                let found = parsed(&self.long("pii", request)?)?;
                self.print(&found, print::personal);
                Ok(ExitCode::SUCCESS)
            }
            Command::Jobs => self.show("jobs", json!({}), print::jobs),
            Command::Init
            | Command::Status
            | Command::Verify
            | Command::Serve { .. }
            | Command::Engine
            | Command::Models { .. }
            | Command::Keys { .. }
            | Command::Backup { .. }
            | Command::Restore { .. } => Ok(ExitCode::SUCCESS),
        }
    }

    fn verify(&self) -> Result<ExitCode> {
        let verified = parsed(&self.long("verify", json!({}))?)?;
        self.print(&verified, print::verified);
        Ok(if verified["ok"] == true { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn init(&self) -> Result<ExitCode> {
        // Said before the passphrase is asked for: a vault that is there is never touched.
        if self.op("status", json!({}))?["state"] != "none" {
            return Err(Failure::new(Code::VaultExists, format!("A vault stands at {} already.", self.engine.folder().display()))
                .hint("Use it, or name another folder with --vault."));
        }
        let passphrase = passphrase::ask(self.passphrase_file.as_deref(), Ask::FirstPassphrase)?;
        let mut created = self.op("create_vault", json!({ "passphrase": passphrase }))?;
        created["path"] = self.engine.folder().display().to_string().into();
        self.print(&created, print::created);
        Ok(ExitCode::SUCCESS)
    }

    fn forget(&self, ids: &[String], filter: &Filter, plan_alone: bool, yes: bool) -> Result<ExitCode> {
        ids.iter().try_for_each(|id| ensure_id(id))?;
        let request = json!({ "items": ids, "filter": filter });
        if plan_alone {
            return self.show("plan_forget", request, print::forget_plan);
        }
        if !yes {
            let plan = self.op("plan_forget", request.clone())?;
            if !self.json {
                print::forget_plan(&plan);
            }
            confirm::by_number(plan["items"].as_u64().unwrap_or(0))?;
        }
        let receipt = parsed(&self.long("forget", request)?)?;
        self.print(&receipt, print::receipt);
        Ok(ExitCode::SUCCESS)
    }

    fn saved(&self, command: Option<SavedCommand>) -> Result<ExitCode> {
        match command {
            None => self.show("saved_searches", json!({}), print::saved),
            Some(SavedCommand::Add { name, query, filter, mode, replace }) => {
                let search = json!({ "filter": Filter { text: query, ..filter_of(*filter)? }, "mode": named(mode) });
                self.show("save_search", json!({ "name": name, "search": search, "replace": replace }), print::saved)
            }
            Some(SavedCommand::Run { name, limit }) => {
                let saved = self.op("saved_searches", json!({}))?;
                let is_called_so = |one: &&Value| one["name"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(&name));
                let mut search = match saved["searches"].as_array().into_iter().flatten().find(is_called_so) {
                    Some(found) => found["search"].clone(),
                    None => {
                        return Err(Failure::not_found("saved search called", &name).hint("`datapunk saved` lists them."));
                    }
                };
                search["limit"] = limit.into();
                self.show("search", search, print::hits)
            }
            Some(SavedCommand::Rename { name, to }) => self.show("rename_search", json!({ "name": name, "to": to }), print::saved),
            Some(SavedCommand::Remove { name }) => self.show("remove_search", json!({ "name": name }), print::saved),
        }
    }

    fn people(&self, command: PeopleCommand) -> Result<ExitCode> {
        match command {
            PeopleCommand::Show { id } => self.show("person", json!({ "id": id }), print::person),
            PeopleCommand::Suggest { limit } => self.show("people_suggestions", json!({ "limit": limit }), print::suggestions),
            PeopleCommand::Merge { ids } => self.show("people_merge", json!({ "ids": ids }), print::person),
            PeopleCommand::Unmerge { id, merge } => self.show("people_unmerge", json!({ "id": id, "merge": merge }), print::person),
            PeopleCommand::Decline { one, other } => self.show("people_decline", json!({ "one": one, "other": other }), print::declined),
            PeopleCommand::Me { add, remove } if add.is_empty() && remove.is_empty() => self.show("owner", json!({}), print::owner),
            PeopleCommand::Me { add, remove } => self.show("set_owner", json!({ "add": add, "remove": remove }), print::owner),
        }
    }

    fn models(&self, command: ModelCommand) -> Result<ExitCode> {
        match command {
            ModelCommand::List => self.show("models", json!({}), print::models),
            ModelCommand::Pull { id, from: Some(path) } => {
                self.show("install_model", json!({ "id": id, "path": absolute(&path) }), print::model)
            }
            ModelCommand::Pull { id, from: None } => {
                let model = parsed(&self.long("fetch_model", json!({ "id": id }))?)?;
                self.print(&model, print::model);
                Ok(ExitCode::SUCCESS)
            }
            ModelCommand::Add { file, tokenizer } => {
                let request = json!({ "path": absolute(&file), "tokenizer": tokenizer.as_ref().map(absolute) });
                let model = parsed(&self.long("add_model", request)?)?;
                self.print(&model, print::model);
                Ok(ExitCode::SUCCESS)
            }
            ModelCommand::Remove { id } => self.show("remove_model", json!({ "id": id }), print::model),
            ModelCommand::Verify { id } => {
                let ids = match id {
                    Some(id) => vec![id],
                    None => {
                        let models = self.op("models", json!({}))?;
                        let installed = models["models"].as_array().into_iter().flatten().filter(|model| model["state"] != "missing");
                        installed.filter_map(|model| model["id"].as_str().map(str::to_owned)).collect()
                    }
                };
                let models = ids.iter().map(|id| self.op("verify_model", json!({ "id": id }))).collect::<Result<Vec<_>>>()?;
                let altered = models.iter().any(|model| model["state"] == "altered");
                self.print(&json!({ "models": models }), print::models);
                Ok(if altered { ExitCode::FAILURE } else { ExitCode::SUCCESS })
            }
        }
    }

    fn keys(&self, command: KeysCommand) -> Result<ExitCode> {
        // What opens the vault is asked for whatever the keychain keeps: an open door is no reason to change the lock.
        let proof = self.secret()?;
        self.warn(&self.op("unlock", proof.clone())?);
        let new_passphrase = |new: &NewPassphrase| passphrase::ask(new.new_passphrase_file.as_deref(), Ask::NewPassphrase);
        match command {
            KeysCommand::List => self.show("keys", json!({}), print::keys),
            KeysCommand::Add { kind, new, label } => {
                let passphrase = if kind == KeyKind::Passphrase { Some(new_passphrase(&new)?) } else { None };
                let kind = match kind {
                    KeyKind::Passphrase => "passphrase",
                    KeyKind::Recovery => "recovery",
                    KeyKind::Keychain => "keychain",
                };
                let key_file = new.new_key_file.as_ref().map(absolute);
                let body = json!({ "proof": proof, "kind": kind, "passphrase": passphrase, "key_file": key_file, "label": label });
                let added = self.op("add_key", body)?;
                self.print(&added, print::key_added);
                if !added["recovery_code"].is_null() {
                    self.op("recovery_code_kept", json!({}))?;
                }
                Ok(ExitCode::SUCCESS)
            }
            KeysCommand::Change { id, new } => {
                let body = json!({ "proof": proof, "id": id, "passphrase": new_passphrase(&new)?, "key_file": new.new_key_file.as_ref().map(absolute) });
                self.show("change_passphrase", body, print::key_added)
            }
            KeysCommand::Revoke { id } => self.show("revoke_key", json!({ "proof": proof, "id": id }), print::keys),
            KeysCommand::Rotate { also_passphrase_file } => {
                let read = |file: &PathBuf| Ok(json!({ "passphrase": passphrase::ask(Some(file), Ask::Passphrase)? }));
                let also = also_passphrase_file.iter().map(read).collect::<Result<Vec<_>>>()?;
                let replaced = parsed(&self.long("replace_root_key", json!({ "proof": proof, "also": also }))?)?;
                self.print(&replaced, print::root_key_replaced);
                // Printing it was the last that could go wrong.
                self.op("recovery_code_kept", json!({}))?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }

    fn conversations(&self, command: &ConversationsCommand) -> Result<ExitCode> {
        match command {
            ConversationsCommand::Show { id, .. } => self.show("conversation", json!({ "conversation": id }), print::conversation),
            ConversationsCommand::Remove { id: Some(id), .. } => {
                self.show("remove_conversation", json!({ "conversation": id }), print::conversations_removed)
            }
            ConversationsCommand::Remove { id: None, .. } => self.show("remove_conversations", json!({}), print::conversations_removed),
        }
    }

    fn last_conversation(&self) -> Result<Value> {
        let last = self.op("conversations", json!({ "limit": 1 }))?["conversations"][0]["conversation"].clone();
        if last.is_null() {
            return Err(Failure::new(Code::NotFound, "There is no conversation to go on with.")
                .hint("Ask without --go-on; `datapunk conversations` lists those that are kept."));
        }
        Ok(last)
    }

    fn ask(&self, body: &Value) -> Result<ExitCode> {
        let json = self.json;
        let mut streamed = false;
        let answer = self.engine.call(self.caller, "ask", body.clone(), &Cancel::default(), &mut |part| {
            if json {
                print::line(&json!({ "part": part }));
            } else {
                streamed |= print::ask_part(&part);
            }
        })?;
        self.print(&answer, |answer| print::answer(answer, streamed));
        Ok(ExitCode::SUCCESS)
    }

    /// Opens the vault, and tells a person what was found wrong with it.
    pub(crate) fn unlock(&self) -> Result<()> {
        self.warn(&self.open()?);
        Ok(())
    }

    /// Opens the vault, and answers with its status.
    fn open(&self) -> Result<Value> {
        if self.op("status", json!({}))?["state"] == "none" {
            return Err(Failure::new(Code::NoVault, format!("There is no vault at {}.", self.engine.folder().display()))
                .hint("Make one with `datapunk init`, or name its folder with --vault."));
        }
        let body = if self.keychain { json!({ "keychain": true }) } else { self.secret()? };
        self.op("unlock", body)
    }

    /// Tells a person what was found wrong while the vault was opened; `status` has it as JSON.
    fn warn(&self, status: &Value) {
        if !self.json {
            print::warnings(status);
        }
    }

    /// What a person opens the vault with, as operations take it.
    pub(crate) fn secret(&self) -> Result<Value> {
        let file = self.passphrase_file.as_deref();
        if self.recovery {
            return Ok(json!({ "recovery_code": passphrase::ask(file, Ask::RecoveryCode)? }));
        }
        Ok(json!({ "passphrase": passphrase::ask(file, Ask::Passphrase)?, "key_file": self.key_file }))
    }

    pub(crate) fn op(&self, name: &str, body: Value) -> Result<Value> {
        self.engine.call(self.caller, name, body, &Cancel::default(), &mut |_| {})
    }

    /// Runs an operation that takes its time, with a line of progress on a terminal.
    pub(crate) fn long(&self, name: &str, body: Value) -> Result<Box<RawValue>> {
        let mut bar = print::Bar::new(self.json);
        let answer = self.engine.answer(self.caller, name, body, &interrupt::cancel()?, &mut |part| {
            if let Ok(progress) = serde_json::from_value::<Progress>(part) {
                bar.show(&progress);
            }
        });
        bar.clear();
        answer
    }

    /// Runs an operation that answers with a report, and prints it while it comes: it may have a million lines.
    fn report(&self, name: &str, body: &Value) -> Result<ExitCode> {
        let cancel = interrupt::cancel()?;
        if self.json {
            let mut out = print::Out::new();
            self.engine.write(self.caller, name, body.clone(), &cancel, &mut |_| {}, &mut out)?;
            writeln!(out).and_then(|()| out.flush()).map_err(Failure::internal)?;
            return Ok(ExitCode::SUCCESS);
        }
        let (reader, writer) = std::io::pipe().map_err(Failure::internal)?;
        std::thread::scope(|scope| {
            let working = scope.spawn(move || {
                let bar = RefCell::new(print::Bar::new(false));
                let mut on_part = |part| {
                    if let Ok(progress) = serde_json::from_value::<Progress>(part) {
                        bar.borrow_mut().show(&progress);
                    }
                };
                let mut out = BufWriter::new(AfterBar { bar: &bar, inner: writer });
                let outcome = self.engine.write(self.caller, name, body.clone(), &cancel, &mut on_part, &mut out);
                bar.borrow_mut().clear();
                outcome.and_then(|()| out.flush().map_err(Failure::internal))
            });
            let printed = print::report(BufReader::new(reader));
            working.join().map_err(|_| Failure::internal("the work ended by a fault"))??;
            printed.map_err(Failure::internal)?;
            Ok(ExitCode::SUCCESS)
        })
    }

    pub(crate) fn show(&self, name: &str, body: Value, print: impl FnOnce(&Value)) -> Result<ExitCode> {
        let answer = self.op(name, body)?;
        self.print(&answer, print);
        Ok(ExitCode::SUCCESS)
    }

    pub(crate) fn print(&self, answer: &Value, print: impl FnOnce(&Value)) {
        if self.json {
            print::line(answer);
        } else {
            print(answer);
        }
    }
}

/// Takes the line of progress away before the first byte is written.
struct AfterBar<'b, W> {
    bar: &'b RefCell<print::Bar>,
    inner: W,
}

impl<W: Write> Write for AfterBar<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.bar.borrow_mut().clear();
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

/// As operations call it.
fn named(mode: Mode) -> &'static str {
    match mode {
        Mode::Words => "words",
        Mode::Meaning => "meaning",
        Mode::Both => "both",
    }
}

fn ensure_id(id: &str) -> Result<()> {
    if id.parse::<domain::Uid>().is_err() {
        return Err(Failure::new(Code::BadRequest, format!("{id:?} is not an item's id: that is 32 hex digits."))
            .hint("`datapunk search` shows ids."));
    }
    Ok(())
}

pub(crate) fn parsed(answer: &RawValue) -> Result<Value> {
    serde_json::from_str(answer.get()).map_err(Failure::internal)
}

fn filter_of(args: FilterArgs) -> Result<Filter> {
    let FilterArgs { kind, source, from, to, near, person, sender, recipient, hidden } = args;
    api::filter(FilterWords {
        kinds: kind,
        sources: source,
        from,
        to,
        near,
        people: person,
        senders: sender,
        recipients: recipient,
        hidden,
    })
}
