//! The `datapunk` command, driven as any program drives it: by its arguments, its JSON, and its server on loopback.
//!
//! Absent on purpose: knowledge of what operations do. Answers are passed on as they came.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{Result, place};

/// A vault's folder, and the surroundings that the command runs in.
#[derive(Debug, Clone)]
pub struct Datapunk {
    program: PathBuf,
    vault: PathBuf,
    passphrase: Option<String>,
    recovery: bool,
    models: PathBuf,
    home: Option<PathBuf>,
    variables: Vec<(String, String)>,
}

/// How a run of the command ended.
#[derive(Debug)]
pub struct Ran {
    /// Its exit.
    pub status: ExitStatus,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Ran {
    /// The document that it answered with: the last line of its standard output.
    pub fn answer(&self) -> Result<Value> {
        let line = self.stdout.lines().last().unwrap_or_default();
        serde_json::from_str(line)
            .map_err(|error| format!("the answer is not JSON ({error}): {line:?}; standard error: {}", self.stderr).into())
    }

    /// The failure that it ended with: the last line of its standard error.
    pub fn failure(&self) -> Result<Value> {
        let line = self.stderr.lines().last().unwrap_or_default();
        serde_json::from_str(line).map_err(|error| format!("the failure is not JSON ({error}): {line:?}").into())
    }
}

impl Datapunk {
    /// The command named by `DATAPUNK_BIN`, else the one that was built, on the vault in `vault`.
    ///
    /// # Errors
    /// When it was not built.
    pub fn new(vault: &Path, passphrase: &str) -> Result<Self> {
        let program = std::env::var_os("DATAPUNK_BIN").map_or_else(place::datapunk, PathBuf::from);
        if !program.is_file() {
            return Err(format!("{} is not there: build it with `cargo build -p cli`, or run `cargo xtask test`", program.display()).into());
        }
        Ok(Self {
            program,
            vault: vault.to_owned(),
            passphrase: Some(passphrase.to_owned()),
            recovery: false,
            models: place::models(),
            home: None,
            variables: Vec::new(),
        })
    }

    /// The vault's folder.
    pub fn vault(&self) -> &Path {
        &self.vault
    }

    /// The same, on a vault in another folder.
    #[must_use]
    pub fn on(&self, vault: &Path) -> Self {
        Self { vault: vault.to_owned(), ..self.clone() }
    }

    /// The same, by another build of the command.
    #[must_use]
    pub fn with_program(&self, program: &Path) -> Self {
        Self { program: program.to_owned(), ..self.clone() }
    }

    /// The same, with another passphrase.
    #[must_use]
    pub fn with_passphrase(&self, passphrase: &str) -> Self {
        Self { passphrase: Some(passphrase.to_owned()), recovery: false, ..self.clone() }
    }

    /// The same, opened by the vault's recovery code. It needs no stretching, so an opening costs milliseconds.
    #[must_use]
    pub fn with_recovery_code(&self, code: &str) -> Self {
        Self { passphrase: Some(code.to_owned()), recovery: true, ..self.clone() }
    }

    /// The same, with models from another folder.
    #[must_use]
    pub fn with_models(&self, models: &Path) -> Self {
        Self { models: models.to_owned(), ..self.clone() }
    }

    /// The same, with a home of its own: whatever it writes outside the vault, it writes in there.
    #[must_use]
    pub fn with_home(&self, home: &Path) -> Self {
        Self { home: Some(home.to_owned()), ..self.clone() }
    }

    /// The same, with an environment variable more.
    #[must_use]
    pub fn with_variable(&self, name: &str, value: &str) -> Self {
        let mut with = self.clone();
        with.variables.push((name.to_owned(), value.to_owned()));
        with
    }

    /// The command with `--json` and these arguments, ready to be started.
    pub fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--json").arg("--vault").arg(&self.vault);
        if self.recovery {
            command.arg("--recovery");
        }
        command.args(args).env("DATAPUNK_MODELS", &self.models).stdin(Stdio::null());
        // Days are cut by the zone of the machine, and figures must not depend on it.
        command.env("TZ", "Europe/Zurich");
        match &self.passphrase {
            Some(passphrase) => command.env("DATAPUNK_PASSPHRASE", passphrase),
            None => command.env_remove("DATAPUNK_PASSPHRASE"),
        };
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        if let Some(home) = &self.home {
            for name in ["HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"] {
                command.env(name, home);
            }
        }
        command
    }

    /// Runs it to its end.
    pub fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Result<Ran> {
        let output = self.command(args).output()?;
        Ok(Ran {
            status: output.status,
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Runs it to its end; the answer when it ended well.
    pub fn json<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Result<Value> {
        let ran = self.run(args)?;
        if ran.status.success() { ran.answer() } else { Err(format!("{}: {}", ran.status, ran.stderr.trim()).into()) }
    }

    /// Starts `serve` on a free port.
    pub fn serve(&self, unlock: bool) -> Result<Served> {
        self.serve_to(unlock, Stdio::piped())
    }

    /// Starts `serve` on a free port; what it says to standard error goes to `errors`.
    pub fn serve_to(&self, unlock: bool, errors: Stdio) -> Result<Served> {
        let mut command = self.command(["serve", "--port", "0"]);
        if unlock {
            command.arg("--unlock");
        } else {
            command.env_remove("DATAPUNK_PASSPHRASE");
        }
        let mut child = Ended(command.stdout(Stdio::piped()).stderr(errors).spawn()?);
        let (output, errors) = (child.0.stdout.take(), child.0.stderr.take());
        let mut output = BufReader::new(output.ok_or("the server has no output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let said: Value = serde_json::from_str(&line).map_err(|error| {
            let mut text = String::new();
            if let Some(mut errors) = child.0.stderr.take() {
                // Only to say more; the server has failed either way.
                drop(errors.read_to_string(&mut text));
            }
            format!("the server did not say its address ({error}): {line}{text}")
        })?;
        let host = said["origin"]
            .as_str()
            .and_then(|origin| origin.strip_prefix("http://"))
            .ok_or("the server did not say its origin")?
            .to_owned();
        let token = said["token"].as_str().ok_or("the server did not say its token")?.to_owned();
        Ok(Served { child, host, token, connection: None, patience: None, _output: output, _errors: errors })
    }
}

/// A running server. It ends with this value.
pub struct Served {
    child: Ended,
    host: String,
    token: String,
    connection: Option<BufReader<TcpStream>>,
    patience: Option<Duration>,
    /// Held open, so that what the server says has somewhere to go.
    _output: BufReader<ChildStdout>,
    _errors: Option<ChildStderr>,
}

impl Served {
    /// The server's process.
    pub fn id(&self) -> u32 {
        self.child.0.id()
    }

    /// The port that it listens on.
    pub fn port(&self) -> &str {
        self.host.rsplit(':').next().unwrap_or_default()
    }

    /// Gives up on a call whose answer does not go on for so long.
    pub fn be_patient_for(&mut self, patience: Duration) {
        self.patience = Some(patience);
        self.connection = None;
    }

    /// Calls an operation; of a streamed one, the whole answer at its end. All calls share a connection; after
    /// one that failed, the next makes a new one.
    ///
    /// # Errors
    /// The failure's JSON, when the operation fails.
    pub fn call(&mut self, operation: &str, body: &Value) -> Result<Value> {
        let body = body.to_string();
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let stream = TcpStream::connect(&self.host)?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(self.patience)?;
                BufReader::new(stream)
            }
        };
        let request = format!(
            "POST /api/{operation} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.host,
            self.token,
            body.len()
        );
        connection.get_mut().write_all(request.as_bytes())?;
        let (status, answer) = response(&mut connection)?;
        // A refusal may close it.
        self.connection = (status == 200).then_some(connection);
        let text = String::from_utf8_lossy(&answer);
        let value: Value = serde_json::from_str(text.lines().last().unwrap_or_default())
            .map_err(|error| format!("{operation} answered {status} ({error}): {text}"))?;
        if status != 200 || !value["error"].is_null() {
            return Err(format!("{operation} failed ({status}): {value}").into());
        }
        Ok(if value["done"].is_null() { value } else { value["done"].clone() })
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(mut self) -> Result<()> {
        // A signal has no other portable door without unsafe code.
        Command::new("sh").arg("-c").arg(format!("kill -TERM {}", self.id())).status()?;
        let begun = Instant::now();
        while self.child.0.try_wait()?.is_none() {
            if begun.elapsed() > Duration::from_secs(20) {
                return Err("the server did not end within 20 seconds of being asked to".into());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

/// The status and body of an HTTP answer.
fn response(connection: &mut BufReader<TcpStream>) -> Result<(u16, Vec<u8>)> {
    let mut line = String::new();
    let mut next = |connection: &mut BufReader<TcpStream>| -> Result<String> {
        line.clear();
        if connection.read_line(&mut line)? == 0 {
            return Err("the server closed the connection".into());
        }
        Ok(line.trim_end().to_owned())
    };
    let status = next(connection)?.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or("the server does not speak HTTP")?;
    let (mut length, mut chunked) = (0, false);
    loop {
        let header = next(connection)?.to_ascii_lowercase();
        match header.split_once(": ") {
            Some(("content-length", value)) => length = value.parse()?,
            Some(("transfer-encoding", value)) => chunked = value == "chunked",
            Some(_) => {}
            None => break,
        }
    }
    let mut body = Vec::new();
    while chunked {
        length = usize::from_str_radix(&next(connection)?, 16)?;
        let from = body.len();
        body.resize(from + length, 0);
        connection.read_exact(&mut body[from..])?;
        next(connection)?;
        chunked = length > 0;
        length = 0;
    }
    let from = body.len();
    body.resize(from + length, 0);
    connection.read_exact(&mut body[from..])?;
    Ok((status, body))
}

/// A child that does not outlive us.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
