use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Your own data, private and searchable, on your own machine.
#[derive(Parser)]
#[command(name = "datapunk", version, about, propagate_version = true)]
pub(crate) struct Args {
    /// The vault's folder.
    #[arg(long, global = true, env = "DATAPUNK_VAULT", value_name = "FOLDER")]
    pub(crate) vault: Option<PathBuf>,
    /// A file whose first line is the passphrase. Else DATAPUNK_PASSPHRASE, else a prompt.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// The key file that the passphrase goes with.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Unlock with what this machine's keychain keeps, without the passphrase.
    #[arg(long, global = true, conflicts_with_all = ["recovery", "passphrase_file", "key_file"])]
    pub(crate) keychain: bool,
    /// What is given or asked for is the recovery code, for when the passphrase was lost.
    #[arg(long, global = true)]
    pub(crate) recovery: bool,
    /// Answer with JSON: one document, or lines of which the last is the whole result.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Make a new vault.
    Init,
    /// Say whether there is a vault and how far its indexes have come.
    Status,
    /// Check every page, index, blob and ledger.
    Verify,
    /// Import archives, folders or files; the parts of a split export at once or one after another. Several exports become an
    /// import each.
    Import {
        /// zip, tgz, folder or single file.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Only say what an import would bring, reckoned from the beginning of each file.
        #[arg(long)]
        plan: bool,
        /// Only say what an import would bring, counted, and how much of it is known already.
        #[arg(long)]
        exact_plan: bool,
        /// Import only what these importers read, as a plan names them: `google.mail,google.photos`.
        #[arg(long, value_name = "IMPORTER", value_delimiter = ',')]
        only: Vec<String>,
        /// A guide to the columns of a table (csv) that nothing else reads; README.md shows one.
        #[arg(long, value_name = "GUIDE")]
        columns: Option<PathBuf>,
    },
    /// List the imports.
    Imports,
    /// Show an import's ledger.
    Report {
        /// The import's number.
        import: i64,
    },
    /// Compare two imports: what is new, changed and gone.
    Compare {
        /// The earlier import's number.
        earlier: i64,
        /// The later import's number.
        later: i64,
        /// How many items to show of each sort.
        #[arg(long, default_value_t = 20)]
        examples: usize,
    },
    /// Take an import back, exactly.
    Undo {
        /// The import's number.
        import: i64,
    },
    /// Forget items, a person, a place, a span of time or a source for good, so that nobody finds them any more. It cannot be
    /// taken back.
    Forget {
        /// Ids of items, as `datapunk search` shows them.
        #[arg(value_name = "ID")]
        ids: Vec<String>,
        /// Words that have to be in an item, all of them.
        #[arg(long, value_name = "WORDS", default_value = "", hide_default_value = true)]
        words: String,
        #[command(flatten)]
        filter: FilterArgs,
        /// Only say what would go.
        #[arg(long)]
        plan: bool,
        /// Do not ask whether it is meant.
        #[arg(long)]
        yes: bool,
    },
    /// List what was forgotten.
    Receipts,
    /// Show the log of calls: who read, wrote, exported or changed what. It shows no content.
    Audit {
        /// Only calls of this operation: search, export, forget…
        #[arg(long, value_name = "NAME")]
        operation: Option<String>,
        /// From this day on.
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// Up to and with this day.
        #[arg(long, value_name = "DATE")]
        to: Option<String>,
        /// Only calls before the one with this number.
        #[arg(long, value_name = "NUMBER")]
        before: Option<i64>,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_parser = at_least_one)]
        limit: usize,
    },
    /// Take the vault, or a slice of it, out as files, which are not encrypted.
    Export {
        /// A folder that does not exist yet, or is empty.
        folder: PathBuf,
        /// Words that have to be in an item, all of them. Without any, all that the filters let through; without those, everything.
        #[arg(default_value = "", hide_default_value = true)]
        query: String,
        /// How it is written.
        #[arg(long, value_enum, default_value_t = Format::Jsonl)]
        format: Format,
        /// Copy media that were left in place when they were imported as well, where they can still be read.
        #[arg(long)]
        media: bool,
        #[command(flatten)]
        filter: FilterArgs,
    },
    /// Backups: make, list, check, rehearse and prune them.
    Backup {
        #[command(subcommand)]
        command: BackupCommand,
    },
    /// Bring a vault back from a backup, to the folder that --vault names.
    Restore {
        /// The folder of backups.
        folder: PathBuf,
        /// A snapshot, or the beginning of its name; else the latest whose database is whole.
        #[arg(long)]
        snapshot: Option<String>,
        #[command(flatten)]
        key: BackupKeyArgs,
    },
    /// Count what the vault holds.
    Stats,
    /// Find items.
    Search {
        /// Words, "phrases", -without, this OR that, begin*; and operators, which narrow: kind:mail from:anna to:me with:"Anna Meier"
        /// at:Lisbon near:38.72,-9.14,500 on:"last summer" before:2020 after:2018-05 has:attachment label:Trips source:spotify -kind:photo.
        /// Without any, all that the filters let through, newest first.
        #[arg(default_value = "", hide_default_value = true)]
        query: String,
        #[command(flatten)]
        filter: FilterArgs,
        /// At most so many.
        #[arg(long, default_value_t = 20, value_parser = at_least_one)]
        limit: usize,
        /// Which index finds.
        #[arg(long, value_enum, default_value_t = Mode::Both)]
        mode: Mode,
        /// Instead, what means nearly what the item of this id does, of what words and filters leave.
        #[arg(long, value_name = "ID")]
        like: Option<String>,
        /// Mask personal data: "[EMAIL_1]", the same for the same value.
        #[arg(long)]
        mask: bool,
    },
    /// The searches that you keep: list, add, run, rename, remove.
    Saved {
        #[command(subcommand)]
        command: Option<SavedCommand>,
    },
    /// Count items over time.
    Timeline {
        #[command(flatten)]
        filter: FilterArgs,
        /// How time is cut.
        #[arg(long, value_enum, default_value_t = By::Month)]
        by: By,
    },
    /// Tell a day, or any span of time.
    Day {
        /// "2019-05-14", "last Tuesday", "May 2019".
        date: String,
        /// At most so many items.
        #[arg(long, default_value_t = 200, value_parser = at_least_one)]
        limit: usize,
        /// Mask personal data: "[EMAIL_1]", the same for the same value.
        #[arg(long)]
        mask: bool,
    },
    /// Show everything known of an item.
    Show {
        /// Its id: 32 hex digits.
        id: String,
        /// Mask personal data: "[EMAIL_1]", the same for the same value.
        #[arg(long)]
        mask: bool,
    },
    /// Who there is: list people, show one, say who is one and who is not.
    #[command(args_conflicts_with_subcommands = true)]
    People {
        #[command(subcommand)]
        command: Option<PeopleCommand>,
        /// The start of a name or address.
        #[arg(default_value = "", hide_default_value = true)]
        name: String,
        /// Where the page before ended.
        #[arg(long, value_name = "PLACE")]
        after: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_parser = at_least_one)]
        limit: usize,
    },
    /// Ask a question.
    Ask {
        /// In plain language.
        question: String,
        /// A question before it, that it goes on with: `ask "and in 2020?" --after "How many photos did I take in 2019?"`. The oldest first.
        #[arg(long, value_name = "QUESTION")]
        after: Vec<String>,
        /// Go on with the last conversation.
        #[arg(long, conflicts_with = "after")]
        go_on: bool,
        /// Do not keep it among the conversations.
        #[arg(long)]
        no_keep: bool,
        #[command(flatten)]
        filter: FilterArgs,
        /// The language model's id, or "none".
        #[arg(long)]
        model: Option<String>,
        /// Mask personal data: "[EMAIL_1]", the same for the same value.
        #[arg(long)]
        mask: bool,
    },
    /// The conversations that are kept: list them, find words in them, show one, remove them.
    #[command(args_conflicts_with_subcommands = true)]
    Conversations {
        #[command(subcommand)]
        command: Option<ConversationsCommand>,
        /// Words, all of which have to be in a question or its answer; the beginning of a word is enough.
        #[arg(default_value = "", hide_default_value = true)]
        query: String,
        /// Where the page before ended.
        #[arg(long, value_name = "PLACE")]
        after: Option<String>,
        /// At most so many.
        #[arg(long, default_value_t = 20, value_parser = at_least_one)]
        limit: usize,
        /// Mask personal data: "[EMAIL_1]", the same for the same value.
        #[arg(long)]
        mask: bool,
    },
    /// Count the personal data in the vault by class, as far as it can be recognised; or list the items that hold one class.
    Pii {
        /// A class, as the counts name it: iban, password, phone…
        class: Option<String>,
        #[command(flatten)]
        filter: FilterArgs,
        /// Where the page before ended.
        #[arg(long, value_name = "PLACE")]
        after: Option<String>,
        /// At most so many items.
        #[arg(long, default_value_t = 50, value_parser = at_least_one)]
        limit: usize,
        /// Mask personal data: "[EMAIL_1]", the same for the same value.
        #[arg(long)]
        mask: bool,
    },
    /// What opens the vault: passphrases, recovery codes, this machine's keychain.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// The models on this machine.
    Models {
        #[command(subcommand)]
        command: ModelCommand,
    },
    /// List work going on, and the last that ended.
    Jobs,
    /// Open the app to a browser on this machine.
    Serve {
        /// The port of 127.0.0.1; 0 takes a free one.
        #[arg(long, default_value_t = 7878)]
        port: u16,
        /// Unlock at once with the passphrase, instead of on the page.
        #[arg(long)]
        unlock: bool,
        /// Go on where a process that locked its vault ended; its socket and the token are sent to standard input.
        #[arg(long, hide = true)]
        again: bool,
    },
    /// Serve the window over standard input and output.
    #[command(hide = true)]
    Engine,
}

impl Command {
    /// Whether personal data is to be masked in what it shows.
    pub(crate) fn is_masked(&self) -> bool {
        match self {
            Self::Search { mask, .. }
            | Self::Day { mask, .. }
            | Self::Show { mask, .. }
            | Self::Ask { mask, .. }
            | Self::Conversations { mask, command: None, .. }
            | Self::Conversations { command: Some(ConversationsCommand::Show { mask, .. }), .. }
            | Self::Pii { mask, .. } => *mask,
            _ => false,
        }
    }
}

#[derive(Subcommand)]
pub(crate) enum SavedCommand {
    /// Keep a search under a name.
    Add {
        /// What to call it.
        name: String,
        /// What is looked for, as `search` takes it.
        #[arg(default_value = "", hide_default_value = true)]
        query: String,
        #[command(flatten)]
        filter: Box<FilterArgs>,
        /// Which index finds.
        #[arg(long, value_enum, default_value_t = Mode::Both)]
        mode: Mode,
        /// Take the place of one that is called so.
        #[arg(long)]
        replace: bool,
    },
    /// Find what a saved search finds now.
    Run {
        /// What it is called.
        name: String,
        /// At most so many.
        #[arg(long, default_value_t = 20, value_parser = at_least_one)]
        limit: usize,
    },
    /// Call one otherwise.
    Rename {
        /// What it is called.
        name: String,
        /// What it will be called.
        to: String,
    },
    /// Keep one no longer.
    Remove {
        /// What it is called.
        name: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum ConversationsCommand {
    /// Show one, with its answers as they were.
    Show {
        /// Its number.
        id: i64,
        /// Mask personal data: "[EMAIL_1]", the same for the same value.
        #[arg(long)]
        mask: bool,
    },
    /// Keep one no longer, or none at all.
    Remove {
        /// Its number.
        #[arg(required_unless_present = "all")]
        id: Option<i64>,
        /// Every conversation.
        #[arg(long, conflicts_with = "id")]
        all: bool,
    },
}

#[derive(Subcommand)]
pub(crate) enum PeopleCommand {
    /// Show everything known of a person.
    Show {
        /// Their number.
        id: i64,
    },
    /// List pairs who are likely one person, with what speaks for it. Nothing is changed.
    Suggest {
        /// At most so many.
        #[arg(long, default_value_t = 20, value_parser = at_least_one)]
        limit: usize,
    },
    /// Make one person of several.
    Merge {
        /// Their numbers.
        #[arg(required = true, num_args = 2..)]
        ids: Vec<i64>,
    },
    /// Take a merge back: whoever was one before it is one again.
    Unmerge {
        /// The person's number.
        id: i64,
        /// The merge's number; else the latest of this person.
        #[arg(long, value_name = "NUMBER")]
        merge: Option<i64>,
    },
    /// Remember that two are different people, and suggest them no more.
    Decline {
        /// The number of one.
        one: i64,
        /// The number of the other.
        other: i64,
    },
    /// Say who the owner of the vault is, and why; or which addresses are theirs.
    Me {
        /// This address is mine; may be given again.
        #[arg(long, value_name = "ADDRESS")]
        add: Vec<String>,
        /// This address is not mine; may be given again.
        #[arg(long, value_name = "ADDRESS")]
        remove: Vec<String>,
    },
}

/// Without any of these it is the vault's passphrase, or its recovery code with --recovery.
#[derive(clap::Args, Default)]
pub(crate) struct BackupKeyArgs {
    /// The passphrase that is given is the backup's own.
    #[arg(long, conflicts_with = "identity")]
    pub(crate) own_passphrase: bool,
    /// A file with an age identity, `AGE-SECRET-KEY-1...`.
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,
    /// A file whose first line is the passphrase that the restored vault gets; needed with the two above.
    #[arg(long, value_name = "FILE")]
    pub(crate) new_passphrase_file: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum BackupCommand {
    /// Make a backup: all that the folder does not have yet is written, then everything is read back.
    Create {
        /// A folder of backups, or one that is empty or does not exist yet; on another drive.
        folder: PathBuf,
        /// An age recipient, `age1...`, who can open the backups too; may be given again.
        #[arg(long, value_name = "RECIPIENT")]
        recipient: Vec<String>,
        /// A file whose first line is a passphrase of the backup's own, which opens it beside the vault's.
        #[arg(long, value_name = "FILE")]
        own_passphrase_file: Option<PathBuf>,
        /// Read back only what this run wrote.
        #[arg(long)]
        quick: bool,
    },
    /// List the snapshots.
    List {
        /// The folder of backups.
        folder: PathBuf,
        #[command(flatten)]
        key: BackupKeyArgs,
    },
    /// Read everything back, name what is damaged or missing, and mend what can be.
    Verify {
        /// The folder of backups.
        folder: PathBuf,
        #[command(flatten)]
        key: BackupKeyArgs,
    },
    /// Restore into a temporary folder, compare with what the vault was, and remove it again.
    Rehearse {
        /// The folder of backups.
        folder: PathBuf,
        /// A snapshot, or the beginning of its name; else the latest.
        #[arg(long)]
        snapshot: Option<String>,
        #[command(flatten)]
        key: BackupKeyArgs,
    },
    /// Let old snapshots go: the last ones of each day, week, month and year stay, and never fewer than three.
    Prune {
        /// The folder of backups.
        folder: PathBuf,
        /// So many of the latest stay.
        #[arg(long, default_value_t = 3)]
        last: usize,
        /// The last one of so many days.
        #[arg(long, default_value_t = 7)]
        daily: usize,
        /// The last one of so many weeks.
        #[arg(long, default_value_t = 5)]
        weekly: usize,
        /// The last one of so many months.
        #[arg(long, default_value_t = 12)]
        monthly: usize,
        /// The last one of so many years.
        #[arg(long, default_value_t = 10)]
        yearly: usize,
        /// Instead, all but the latest go, and what only they held is destroyed: after something was forgotten.
        #[arg(long, conflicts_with_all = ["last", "daily", "weekly", "monthly", "yearly"])]
        all_but_latest: bool,
        #[command(flatten)]
        key: BackupKeyArgs,
    },
    /// Make backups by themselves while the app is open.
    Schedule {
        /// The folder of backups.
        folder: Option<PathBuf>,
        /// Every so many hours; 0 is never. Without it, say how the vault is backed up.
        #[arg(long, value_name = "HOURS", requires = "folder")]
        every: Option<u32>,
    },
}

#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// List the keys.
    List,
    /// Let something else open the vault as well.
    Add {
        /// What: a passphrase, a recovery code of 15 words, or a key in this machine's keychain, which is as safe as your account on it.
        #[arg(value_enum)]
        kind: KeyKind,
        #[command(flatten)]
        new: NewPassphrase,
        /// What to call it.
        #[arg(long, default_value = "", hide_default_value = true)]
        label: String,
    },
    /// Replace a passphrase, at once whatever the vault's size: the one given, or with --id or --recovery another.
    Change {
        /// The id of the key whose passphrase is replaced.
        #[arg(long)]
        id: Option<String>,
        #[command(flatten)]
        new: NewPassphrase,
    },
    /// Let a key open the vault no more.
    Revoke {
        /// Its id.
        id: String,
    },
    /// Encrypt the vault under a new root key, for when someone may have known a passphrase and copied the vault. The passphrase given
    /// goes on opening it, and so does this machine's keychain; other keys do not.
    Rotate {
        /// A file whose first line is another passphrase that is to go on opening it; may be given again.
        #[arg(long, value_name = "FILE")]
        also_passphrase_file: Vec<PathBuf>,
    },
}

#[derive(clap::Args)]
pub(crate) struct NewPassphrase {
    /// A file whose first line is the new passphrase. Else DATAPUNK_NEW_PASSPHRASE, else a prompt.
    #[arg(long, value_name = "FILE")]
    pub(crate) new_passphrase_file: Option<PathBuf>,
    /// A file that the new passphrase goes with; one of random bytes is made when nothing stands there.
    #[arg(long, value_name = "FILE")]
    pub(crate) new_key_file: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeyKind {
    Passphrase,
    Recovery,
    Keychain,
}

#[derive(Subcommand)]
pub(crate) enum ModelCommand {
    /// List the models and whether they are installed.
    List,
    /// Fetch a model from its hub, or take it from a file or folder.
    Pull {
        /// Its id.
        id: String,
        /// A file or folder to take it from, instead of the hub.
        #[arg(long)]
        from: Option<PathBuf>,
    },
    /// Take a language model of your own: a GGUF file of the Llama, Qwen, Gemma 3 or Phi 3 family.
    Add {
        /// The file. It is copied.
        file: PathBuf,
        /// Its tokenizer.json, when the file's own vocabulary cannot be used; the one beside the file when absent.
        #[arg(long, value_name = "FILE")]
        tokenizer: Option<PathBuf>,
    },
    /// Remove a model's files from this machine.
    Remove {
        /// Its id.
        id: String,
    },
    /// Check a model's bytes; all models without an id.
    Verify {
        /// Its id.
        id: Option<String>,
    },
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("a whole number from 1 on was expected".to_owned()),
        Ok(number) => Ok(number),
    }
}

#[derive(clap::Args, Default)]
pub(crate) struct FilterArgs {
    /// Only this kind; may be given again. mail, photo, visit, search…
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Vec<String>,
    /// Only this source; may be given again. "google", "google.mail"…
    #[arg(long, value_name = "SOURCE")]
    pub(crate) source: Vec<String>,
    /// From this day on: "2019-05-14", "May 2019", "last summer".
    #[arg(long, value_name = "DATE")]
    pub(crate) from: Option<String>,
    /// Up to and with this day.
    #[arg(long, value_name = "DATE")]
    pub(crate) to: Option<String>,
    /// Within so many metres of a point.
    #[arg(long, value_name = "LAT,LON,METRES", allow_hyphen_values = true)]
    pub(crate) near: Option<String>,
    /// With this person; may be given again. "me" is you.
    #[arg(long, value_name = "NAME")]
    pub(crate) person: Vec<String>,
    /// Sent by this person; may be given again. "me" is you.
    #[arg(long, value_name = "NAME")]
    pub(crate) sender: Vec<String>,
    /// Sent to this person; may be given again. "me" is you.
    #[arg(long, value_name = "NAME")]
    pub(crate) recipient: Vec<String>,
    /// Show what is hidden by default as well: spam, bin, advertisements.
    #[arg(long)]
    pub(crate) hidden: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Mode {
    Words,
    Meaning,
    Both,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// Everything, as lines of JSON and the bytes of attachments; importing it again loses nothing.
    Jsonl,
    /// Tables of items and position fixes, a folder a year.
    Parquet,
    /// Attachments, media and originals, in folders by year and month.
    Files,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum By {
    Day,
    Month,
    Year,
}
