//! The only place that opens the database. Every connection is keyed, checked to be SQLCipher, and forbidden to attach
//! another file, to load code or to export itself, before anyone else sees it.
//!
//! The defaults of SQLCipher 4 are kept on purpose: with the raw key, the stock `sqlcipher` program opens the same file.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::path::Path;
use std::sync::Once;

use domain::{Code, Failure};
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::{Connection, OpenFlags, ffi};
use zeroize::Zeroizing;

use crate::fault::{Outcome, damaged};
use crate::in_clear::IN_CLEAR;
use crate::verify::{VerifyCode, VerifyFinding};

/// Bytes of page cache of a reader.
const READER_CACHE: u64 = 32 << 20;
/// The most bytes of page cache of the writer; a quarter of memory on small machines. An import of many rows fills it, beside
/// what two readers hold of large mails and what the word index writes: all of that stays under 500 MB.
const WRITER_CACHE: u64 = 64 << 20;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Writes, and makes the file when there is none.
    Create,
    /// Takes in a copy of another database, page by page, into a file that is made for it.
    Copy,
    /// Writes.
    Write,
    /// Reads.
    Read,
    /// Reads a file that nobody writes to, where no log and nothing that readers share can be beside it.
    ReadStill,
}

impl Purpose {
    fn reads(self) -> bool {
        matches!(self, Self::Read | Self::ReadStill)
    }
}

/// Opens the database at `path` under `key` (32 bytes of key, 16 of salt).
pub(crate) fn open(path: &Path, key: &[u8; 48], purpose: Purpose) -> Outcome<Connection> {
    register_vectors();
    let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE;
    flags |= match purpose {
        Purpose::Create | Purpose::Copy => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        Purpose::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Purpose::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Purpose::ReadStill => OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI,
    };
    let mut connection = match purpose {
        Purpose::ReadStill => Connection::open_with_flags(still(path)?, flags)?,
        _ => Connection::open_with_flags(path, flags)?,
    };
    // Before the key, or it would print what goes wrong with it.
    connection.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    if !IN_CLEAR {
        apply_key(&connection, key)?;
        let version: String = connection.query_row("PRAGMA cipher_version", [], |row| row.get(0)).unwrap_or_default();
        if version.is_empty() {
            return Err(Failure::internal("this build has SQLite without SQLCipher, and would have written in clear").into());
        }
    }
    connection.execute_batch(
        "PRAGMA cipher_memory_security = OFF;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA temp_store = MEMORY;
         PRAGMA secure_delete = ON;
         PRAGMA mmap_size = 0;
         PRAGMA cell_size_check = ON;",
    )?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    // A plan stays whatever is bound. Without it, statements that read differently for a bound NULL are planned anew each
    // time that they run, which costs thirty times what running them does.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // The first read of a page proves the key.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0)).map_err(|error| {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => damaged("The first page of the vault's database").into(),
            // The first page verifies: SQLite opens no file that is shorter than it says, and none whose schema it cannot read.
            Some(rusqlite::ErrorCode::DatabaseCorrupt) => match cut_off(path, key) {
                Ok(Some(cut)) => cut.failure().into(),
                _ => damaged("A page that the tables of the vault's database are listed on").into(),
            },
            // A failing or full disk is no damage; which of them it is, is told apart there.
            _ => crate::fault::Fault::from(error),
        }
    })?;
    if matches!(purpose, Purpose::Create | Purpose::Write) {
        connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0))?;
        connection.execute_batch(
            "PRAGMA synchronous = FULL;
             PRAGMA fullfsync = 1;
             PRAGMA checkpoint_fullfsync = 1;
             PRAGMA wal_autocheckpoint = 8000;",
        )?;
    }
    let cache = if purpose.reads() { READER_CACHE } else { WRITER_CACHE.min(memory() / 4).max(READER_CACHE) };
    connection.pragma_update(None, "cache_size", -i64::try_from(cache / 1024).unwrap_or(32 * 1024))?;
    connection.set_prepared_statement_cache_capacity(256);
    guard(&mut connection)?;
    Ok(connection)
}

/// How much of a database there is whose end is missing, in pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CutOff {
    there: u64,
    pages: u64,
    page_size: u64,
}

impl CutOff {
    /// Fills the file up to the length that its first page says. The pages that are added do not verify, as those do not that were
    /// damaged in their place: what leads to them is told to be lost, and the rest is read. No byte that is there is changed.
    pub(crate) fn fill_up(self, path: &Path) -> Outcome<()> {
        let file = OpenOptions::new().write(true).open(path)?;
        file.set_len(self.pages * self.page_size)?;
        Ok(file.sync_all()?)
    }

    /// That it was filled up.
    pub(crate) fn told(self) -> VerifyFinding {
        let Self { there, pages, .. } = self;
        VerifyFinding::new(
            VerifyCode::Page,
            &format!(
                "The database, db/main.db, was cut off: {there} of its {pages} pages were there. It was filled up to its length with empty pages, which stand for what is lost; what was there is as it was."
            ),
            "Export what is whole, or restore the latest backup into another folder: `datapunk --vault NEW restore BACKUPS`. Check the disk that the vault stands on.",
        )
    }

    fn failure(self) -> Failure {
        let Self { there, pages, .. } = self;
        Failure::new(Code::Damaged, format!("The vault's database, db/main.db, is cut off: {there} of its {pages} pages are there."))
            .hint("Copy the vault's folder to a disk that can be written, and open it there: what stands on the other pages can then be exported.")
    }
}

/// How much is missing at the end of the database at `path`, by what its first page says; nothing when it is as long as that. It only
/// reads.
pub(crate) fn cut_off(path: &Path, key: &[u8; 48]) -> Outcome<Option<CutOff>> {
    let flags =
        OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_EXRESCODE | OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(still(path)?, flags)?;
    connection.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    if !IN_CLEAR {
        apply_key(&connection, key)?;
    }
    // Who may write the schema may also look into a file that is too short. Nothing can be written on this connection.
    connection.execute_batch("PRAGMA writable_schema = ON;")?;
    let first: Vec<u8> = connection.query_row("SELECT data FROM sqlite_dbpage WHERE pgno = 1", [], |row| row.get(0))?;
    let Some(&[a, b, c, d]) = first.get(28..32).and_then(<[u8]>::first_chunk::<4>) else { return Ok(None) };
    let (pages, page_size) = (u64::from(u32::from_be_bytes([a, b, c, d])), first.len() as u64);
    let there = std::fs::metadata(path)?.len() / page_size.max(1);
    Ok((there < pages).then_some(CutOff { there, pages, page_size }))
}

/// The name by which SQLite takes a file as one that does not change.
fn still(path: &Path) -> Outcome<String> {
    let path = path.to_str().ok_or_else(|| {
        Failure::new(Code::Unreadable, format!("The path {} is no text in UTF-8, and cannot be read without writing.", path.display()))
            .hint("Move the vault's folder to a path of plain letters.")
    })?;
    let mut name = "file:".to_owned();
    for character in path.chars() {
        match character {
            '%' | '?' | '#' => name.push_str(&format!("%{:02X}", u32::from(character))),
            '\\' if cfg!(windows) => name.push('/'),
            _ => name.push(character),
        }
    }
    Ok(name + "?immutable=1")
}

/// Opens a connection once more as it was opened at first.
pub(crate) type Opens = dyn Fn() -> Outcome<Connection> + Send + Sync;

/// Whether a connection has met a page that does not verify. SQLCipher lets it read and write nothing from then on, and for some
/// of what it reads gives zeros and no failure. Asking reads no page.
pub(crate) fn is_spoiled(connection: &Connection) -> bool {
    if IN_CLEAR {
        return false;
    }
    // Answered as it is prepared, so that it must not be kept prepared.
    let status: rusqlite::Result<String> = connection.query_row("PRAGMA cipher_status", [], |row| row.get(0));
    status.ok().as_deref() != Some("1")
}

/// Forbids a connection what nobody may do.
pub(crate) fn guard(connection: &mut Connection) -> Outcome<()> {
    Ok(connection.authorizer(Some(authorize))?)
}

/// Whether the file begins with the salt of this key, as a SQLCipher file does; SQLite's own begin with its name.
pub(crate) fn has_salt(path: &Path, key: &[u8; 48]) -> std::io::Result<bool> {
    let mut begins = [0; 16];
    File::open(path)?.read_exact(&mut begins)?;
    Ok(IN_CLEAR || begins == key[32..])
}

/// Fails unless the vault's database begins with our salt.
pub(crate) fn check_salt(path: &Path, key: &[u8; 48]) -> Outcome<()> {
    if !has_salt(path, key)? {
        return Err(Failure::new(Code::Damaged, "The vault's database does not begin as one of this vault's should.")
            .hint("The file db/main.db is not this vault's, or its first page was overwritten; restore it from a backup.")
            .into());
    }
    Ok(())
}

/// Hands SQLCipher the raw key from a buffer that is wiped, never by a statement's text.
fn apply_key(connection: &Connection, key: &[u8; 48]) -> Outcome<()> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = Zeroizing::new([0u8; 99]);
    text[0] = b'x';
    text[1] = b'\'';
    for (at, byte) in key.iter().enumerate() {
        text[2 + at * 2] = DIGITS[usize::from(byte >> 4)];
        text[3 + at * 2] = DIGITS[usize::from(byte & 15)];
    }
    text[98] = b'\'';
    #[allow(unsafe_code, reason = "rusqlite has no call for sqlite3_key; the pointer and length are of one live buffer")]
    // SAFETY: the handle is open and used by this thread alone; SQLCipher copies the 99 bytes before it returns.
    let code = unsafe { ffi::sqlite3_key(connection.handle(), text.as_ptr().cast(), 99) };
    if code == ffi::SQLITE_OK { Ok(()) } else { Err(Failure::internal(format!("SQLCipher refused the key with code {code}")).into()) }
}

/// Makes sqlite-vec part of every connection of this process.
pub(crate) fn register_vectors() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        #[allow(unsafe_code, reason = "SQLite calls extensions by a C pointer; sqlite-vec declares its own without the arguments")]
        // SAFETY: `sqlite3_vec_init` has the signature of an extension's entry point, and lives as long as the program.
        unsafe {
            type Entry =
                unsafe extern "C" fn(*mut ffi::sqlite3, *mut *mut std::ffi::c_char, *const ffi::sqlite3_api_routines) -> std::ffi::c_int;
            let entry = std::mem::transmute::<*const (), Entry>(sqlite_vec::sqlite3_vec_init as *const ());
            ffi::sqlite3_auto_extension(Some(entry));
        }
    });
}

/// Pragmas that the crate uses after a connection was opened.
const PRAGMAS: &[&str] = &[
    "application_id",
    "cipher_integrity_check",
    "cipher_status",
    "data_version",
    "foreign_key_check",
    "foreign_keys",
    "integrity_check",
    "optimize",
    "page_count",
    "quick_check",
    "table_info",
    "user_version",
    "wal_checkpoint",
];

#[allow(clippy::needless_pass_by_value, reason = "the signature is SQLite's hook")]
fn authorize(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Attach { .. } | AuthAction::Detach { .. } => Authorization::Deny,
        // Pages as they are: only for who wipes what rows left on them.
        AuthAction::Read { table_name: "sqlite_dbpage", .. } | AuthAction::Update { table_name: "sqlite_dbpage", .. } => {
            Authorization::Deny
        }
        AuthAction::Function { function_name }
            if matches!(function_name.to_ascii_lowercase().as_str(), "load_extension" | "sqlcipher_export") =>
        {
            Authorization::Deny
        }
        AuthAction::Pragma { pragma_name, .. } if !PRAGMAS.contains(&pragma_name.to_ascii_lowercase().as_str()) => Authorization::Deny,
        _ => Authorization::Allow,
    }
}

/// Bytes of memory in this machine; 1 GiB where it cannot be told.
fn memory() -> u64 {
    std::fs::read_to_string("/proc/meminfo")
        .ok()
        .and_then(|text| {
            text.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix("kB")?.trim().parse::<u64>().ok())
        })
        .map_or(1 << 30, |kib| kib * 1024)
}
