//! The models while a vault is open: loaded when first needed, and the work that keeps meaning up with the items.
//!
//! The static embedding covers every item right after an import. The transformer follows in the background, where the
//! program stays open long enough. Neither holds the vault's writer for longer than it takes to put a batch.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cortex::answer::Means;
use cortex::places::Places;
use cortex::retrieve::Models;
use domain::{Cancel, Code, Embedder, Failure, Generator, Progress, Reranker, Result};
use forge::{
    BertEmbedder, CandleGenerator, Endpoint, Foreign, Glossary, Glossed, ModelRole, ModelState, Registry, StaticEmbedder, StaticTable,
    Texts, TokenStats, Waiting, embed_step, embed_waiting,
};
use vault::{ChangeOp, Putting, Vault};

use crate::Engine;
use crate::jobs::Work;
use crate::wire::IndexCoverage;

/// Documents from which word frequencies are taken: enough for the first thousand words of any language.
const COUNTED: usize = 20_000;
/// Texts that the transformer reads before it looks whether to stop or to hold back; a third of a second on two cores.
const STEP: usize = 8;
/// Characters of a text that meaning is taken from.
const READ: usize = 2_000;
/// How long the background work waits before it looks for new items.
const PAUSE: Duration = Duration::from_secs(2);
/// How long it waits before it looks whether it may go on.
const HOLD: Duration = Duration::from_millis(100);

/// The models of an open vault.
pub(crate) struct Meaning {
    registry: Registry,
    loaded: Mutex<Loaded>,
    places: Places,
    /// Whether the program stays open: then loading the transformer pays, which takes longer than one search.
    stays: bool,
    cancel: Cancel,
    worker: Mutex<Option<JoinHandle<()>>>,
}

type Quick = Glossed<StaticEmbedder>;
type Deep = Glossed<BertEmbedder>;

#[derive(Default)]
struct Loaded {
    /// What stands before every model that knows English alone; looked for once.
    glossary: Option<Option<Arc<Glossary>>>,
    quick: Option<Arc<Quick>>,
    deep: Option<Arc<Deep>>,
    reranker: Option<Arc<Glossed<forge::Reranker>>>,
    generators: HashMap<String, Arc<CandleGenerator>>,
}

/// The models that find, held for the length of a search.
#[derive(Default)]
pub(crate) struct Finders {
    quick: Option<Arc<Quick>>,
    deep: Option<Arc<Deep>>,
}

impl Finders {
    pub(crate) fn models(&self) -> Models<'_> {
        Models {
            quick: self.quick.as_deref().map(|quick| quick as &dyn Embedder),
            deep: self.deep.as_deref().map(|deep| deep as &dyn Embedder),
            reranker: None,
        }
    }
}

/// The models that find and that judge, loaded when a question first needs them.
pub(crate) struct Senses<'a> {
    meaning: &'a Meaning,
    vault: &'a Vault,
    loaded: OnceLock<(Finders, Option<Arc<dyn Reranker>>)>,
}

impl cortex::answer::Senses for Senses<'_> {
    fn models(&self) -> Result<Models<'_>> {
        let (finders, reranker) = match self.loaded.get() {
            Some(loaded) => loaded,
            None => {
                let loaded = (self.meaning.finders(self.vault)?, self.meaning.reranker()?);
                self.loaded.get_or_init(|| loaded)
            }
        };
        Ok(Models { reranker: reranker.as_deref(), ..finders.models() })
    }

    fn in_english(&self, word: &str) -> Result<Vec<String>> {
        let Some(glossary) = self.glossary()? else { return Ok(Vec::new()) };
        let read = glossary.read(word);
        let words = read.split_whitespace().map(str::to_owned);
        Ok(words.filter(|english| !english.eq_ignore_ascii_case(word)).collect())
    }

    fn foreign(&self, english: &[&str]) -> Result<Option<Means>> {
        let Some(glossary) = self.glossary()? else { return Ok(None) };
        let foreign = Foreign::of(glossary, english);
        Ok(Some(Box::new(move |word| foreign.has(word))))
    }
}

impl Senses<'_> {
    fn glossary(&self) -> Result<Option<Arc<Glossary>>> {
        match self.meaning.embedder() {
            Some(embedder) => self.meaning.glossary(&embedder),
            None => Ok(None),
        }
    }
}

impl Meaning {
    /// The models for one question about a vault; none is loaded yet.
    pub(crate) fn senses<'a>(&'a self, vault: &'a Vault) -> Senses<'a> {
        Senses { meaning: self, vault, loaded: OnceLock::new() }
    }

    /// The models of a vault that was just opened. With `background`, keeps meaning up with the items until it is stopped.
    pub(crate) fn start(engine: &Engine, vault: &Vault, background: bool) -> Arc<Self> {
        let meaning = Arc::new(Self {
            registry: engine.0.registry.clone(),
            loaded: Mutex::default(),
            places: Places::default(),
            stays: background,
            cancel: Cancel::default(),
            worker: Mutex::default(),
        });
        if background {
            let (working, engine, vault) = (Arc::clone(&meaning), engine.clone(), vault.clone());
            let worker = thread::spawn(move || working.follow(&engine, &vault));
            *meaning.worker.lock().unwrap_or_else(PoisonError::into_inner) = Some(worker);
        }
        meaning
    }

    /// Ends the background work, and waits for it.
    pub(crate) fn stop(&self) {
        self.cancel.cancel();
        let worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(worker) = worker {
            worker.thread().unpark();
            // It has nothing to give back; what it crashed of was said where it happened.
            drop(worker.join());
        }
    }

    /// Forgets what was loaded, after models came or went.
    pub(crate) fn forget(&self) {
        *self.loaded() = Loaded::default();
    }

    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    fn loaded(&self) -> MutexGuard<'_, Loaded> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The embedder that is installed, by its id.
    fn embedder(&self) -> Option<String> {
        self.registry.installed(ModelRole::Embedder).ok().map(|model| model.id)
    }

    /// Whether the embedder that is at hand is not the one that was installed.
    pub(crate) fn is_altered(&self) -> bool {
        let mut embedders = self.registry.list().into_iter().filter(|model| model.role == ModelRole::Embedder);
        self.embedder().is_none() && embedders.any(|model| model.state == ModelState::Altered)
    }

    /// Whether an embedder is installed, so that it is only its vectors that are missing.
    pub(crate) fn is_behind(&self) -> bool {
        self.embedder().is_some()
    }

    /// The models that find; those that are not installed, or have no vectors to compare with, are left out.
    pub(crate) fn finders(&self, vault: &Vault) -> Result<Finders> {
        let Some(id) = self.embedder() else { return Ok(Finders::default()) };
        let mut finders = Finders { quick: self.quick(vault, &id)?, deep: None };
        // While the transformer has read only some of the items, its ranks would put these before what holds the very words.
        let (n_read, n_items) = vault.vector_coverage(&Glossary::space(&self.registry, &id))?;
        if self.stays && n_read > 0 && n_read * 20 >= n_items * 19 {
            finders.deep = Some(self.deep(&id)?);
        }
        Ok(finders)
    }

    fn quick(&self, vault: &Vault, id: &str) -> Result<Option<Arc<Quick>>> {
        if let Some(quick) = &self.loaded().quick {
            return Ok(Some(Arc::clone(quick)));
        }
        let space = Glossary::space(&self.registry, id);
        let Some(counted) = Counted::load(vault)?.filter(|counted| counted.space == space) else { return Ok(None) };
        let Some(table) = StaticTable::load(&self.registry, id)? else { return Ok(None) };
        let mut quick = StaticEmbedder::new(table, &TokenStats::new(0));
        quick.reweigh(&TokenStats::from_bytes(quick.vocabulary(), &counted.bytes)?);
        let quick = Arc::new(Glossed::embedder(quick, self.glossary(id)?));
        self.loaded().quick = Some(Arc::clone(&quick));
        Ok(Some(quick))
    }

    fn glossary(&self, embedder: &str) -> Result<Option<Arc<Glossary>>> {
        if let Some(glossary) = &self.loaded().glossary {
            return Ok(glossary.clone());
        }
        let glossary = Glossary::load(&self.registry, embedder)?.map(Arc::new);
        self.loaded().glossary = Some(glossary.clone());
        Ok(glossary)
    }

    fn deep(&self, id: &str) -> Result<Arc<Deep>> {
        if let Some(deep) = &self.loaded().deep {
            return Ok(Arc::clone(deep));
        }
        let deep = Arc::new(Glossed::embedder(BertEmbedder::load(&self.registry, id)?, self.glossary(id)?));
        self.loaded().deep = Some(Arc::clone(&deep));
        Ok(deep)
    }

    /// The reranker, if one is installed.
    pub(crate) fn reranker(&self) -> Result<Option<Arc<dyn Reranker>>> {
        let Ok(model) = self.registry.installed(ModelRole::Reranker) else { return Ok(None) };
        let glossary = match self.embedder() {
            Some(embedder) => self.glossary(&embedder)?,
            None => None,
        };
        let mut loaded = self.loaded();
        let reranker = match &loaded.reranker {
            Some(reranker) => Arc::clone(reranker),
            None => {
                let reranker = Arc::new(Glossed::reranker(forge::Reranker::load(&self.registry, &model.id)?, glossary));
                loaded.reranker = Some(Arc::clone(&reranker));
                reranker
            }
        };
        Ok(Some(reranker))
    }

    /// The language model of that id; none for "none". It may be one that another program on this machine serves.
    pub(crate) fn generator(&self, id: &str) -> Result<Option<Arc<dyn Generator>>> {
        if id == "none" {
            return Ok(None);
        }
        if let Some(endpoint) = Endpoint::of(id) {
            return Ok(Some(Arc::new(endpoint?)));
        }
        let report = self.registry.state(id)?;
        if report.state == ModelState::Missing {
            return Err(Failure::new(Code::ModelMissing, format!("The language model {id} is not installed."))
                .hint(format!("Fetch it with `datapunk models pull {id}`, or ask with --model none.")));
        }
        let id = report.id;
        let mut loaded = self.loaded();
        if let Some(generator) = loaded.generators.get(&id) {
            return Ok(Some(Arc::clone(generator) as Arc<dyn Generator>));
        }
        let generator = Arc::new(CandleGenerator::load(&self.registry, &id)?);
        loaded.generators.insert(id, Arc::clone(&generator));
        Ok(Some(generator))
    }

    /// How far each index has come.
    pub(crate) fn coverage(&self, vault: &Vault) -> Result<IndexCoverage> {
        let coverage = vault.coverage()?;
        let share = |done: u64, of: u64| if of == 0 { 1.0 } else { (done as f64 / of as f64).min(1.0) };
        let last = vault.last_change()?.max(0) as u64;
        let come = |name: &str| -> Result<f64> { Ok(share(vault.watermark(name)?.max(0) as u64, last)) };
        let (meaning, transformer) = match self.embedder() {
            Some(id) => {
                let space = Glossary::space(&self.registry, &id);
                (come(&mark(&StaticEmbedder::id_for(&space)))?, come(&mark(&space))?)
            }
            None => (0.0, 0.0),
        };
        Ok(IndexCoverage {
            words: if coverage.behind == 0 { 1.0 } else { share(coverage.words, coverage.items + coverage.behind) },
            meaning,
            transformer,
        })
    }

    /// Gives every item that has none its static vector. Does nothing while no embedder is installed.
    pub(crate) fn catch_up(&self, vault: &Vault, cancel: &Cancel, on: &mut dyn FnMut(Progress)) -> Result<()> {
        let Some(id) = self.embedder() else { return Ok(()) };
        let space = Glossary::space(&self.registry, &id);
        let quick_mark = mark(&StaticEmbedder::id_for(&space));
        if vault.watermark(&quick_mark)? >= vault.last_change()? {
            return Ok(());
        }
        let table = StaticTable::ensure(&self.registry, &id, &mut |progress| on(progress.clone()), cancel)?;
        let mut quick = Glossed::embedder(StaticEmbedder::new(table, &TokenStats::new(0)), self.glossary(&id)?);
        let n_items = vault.coverage()?.items;
        let counted = Counted::load(vault)?;
        let stats = match &counted {
            // Frequencies of a corpus four times smaller no longer weigh this one; all vectors are made anew.
            Some(counted) if n_items <= counted.n_items.saturating_mul(4) && counted.space == space => {
                TokenStats::from_bytes(quick.model().vocabulary(), &counted.bytes)?
            }
            _ => {
                let stats = count(vault, &quick, n_items, cancel)?;
                vault.drop_space(quick.id())?;
                // A dictionary came or went: what was made without it, or with it, is never compared again.
                if let Some(before) = counted.map(|counted| counted.space).filter(|before| *before != space) {
                    vault.drop_space(&StaticEmbedder::id_for(&before))?;
                    vault.drop_space(&before)?;
                    vault.set_watermark(&mark(&before), 0)?;
                }
                vault.set_watermark(&quick_mark, 0)?;
                Counted { space, n_items, bytes: stats.to_bytes() }.store(vault)?;
                stats
            }
        };
        quick.model_mut().reweigh(&stats);
        embed_waiting(&quick, &mut Feed::new(vault, quick_mark), &mut |progress| on(progress.clone()), cancel)?;
        vault.keep_signs(quick.id(), cancel)?;
        self.loaded().quick = Some(Arc::new(quick));
        Ok(())
    }

    /// Follows the items until it is told to stop: the static embedding first, then the transformer, a few at a time.
    fn follow(&self, engine: &Engine, vault: &Vault) {
        // What an earlier version made is not kept yet. Where it cannot be, searches read the vectors as they are.
        self.keep_signs(vault).ok();
        while !self.cancel.is_cancelled() {
            match self.follow_once(engine, vault) {
                Ok(true) => {}
                Ok(false) => thread::park_timeout(PAUSE),
                Err(failure) if failure.code == Code::Cancelled => return,
                // Said once, as a job that failed; tried again when the vault is opened anew.
                Err(failure) => {
                    if let Ok(work) = Work::begin(engine, "embed", "Meaning of the items", &self.cancel) {
                        work.end(Err(&failure), &[]);
                    }
                    return;
                }
            }
        }
    }

    fn keep_signs(&self, vault: &Vault) -> Result<()> {
        let Some(id) = self.embedder() else { return Ok(()) };
        let space = Glossary::space(&self.registry, &id);
        vault.keep_signs(&StaticEmbedder::id_for(&space), &self.cancel)?;
        vault.keep_signs(&space, &self.cancel)
    }

    /// One step; whether there is more to do.
    fn follow_once(&self, engine: &Engine, vault: &Vault) -> Result<bool> {
        let Some(id) = self.embedder() else { return Ok(false) };
        // An import brings its own items up to date; only what came otherwise is left for here.
        if engine.0.jobs.is_running("import") {
            return Ok(false);
        }
        self.catch_up(vault, &self.cancel, &mut |_| {})?;
        let space = Glossary::space(&self.registry, &id);
        if vault.watermark(&mark(&space))? >= vault.last_change()? {
            return Ok(false);
        }
        let deep = self.deep(&id)?;
        let mut feed = Feed::new(vault, mark(&space));
        let mut work = Work::begin(engine, "embed", "The transformer reads the items", &Cancel::default())?;
        let cancel = work.cancel();
        let outcome = loop {
            if self.cancel.is_cancelled() || cancel.is_cancelled() {
                break Err(Failure::new(Code::Cancelled, "It was cancelled; it goes on when the vault is opened again."));
            }
            if engine.is_asked() || cancel.is_paused() {
                thread::park_timeout(HOLD);
                continue;
            }
            match embed_step(deep.as_ref(), &mut feed, STEP) {
                Ok(0) => break Ok(()),
                Ok(_) => {
                    let done = vault.watermark(&mark(&space))?.max(0) as u64;
                    let total = vault.last_change()?.max(0) as u64;
                    work.report(Progress {
                        stage: "reading".to_owned(),
                        done,
                        total,
                        unit: "records".to_owned(),
                        records: done,
                        ..Progress::default()
                    });
                }
                Err(failure) => break Err(failure),
            }
        };
        work.end(outcome.as_ref().copied(), &["vault"]);
        if outcome.is_ok() {
            vault.keep_signs(deep.id(), &self.cancel)?;
        }
        // The job told how it ended; whoever follows only has to end as well.
        outcome.map(|()| false).map_err(|_| Failure::new(Code::Cancelled, "It was cancelled."))
    }
}

fn mark(space: &str) -> String {
    format!("embed.{space}")
}

/// Word frequencies of a sample, spread evenly over the items.
fn count(vault: &Vault, embedder: &Quick, n_items: u64, cancel: &Cancel) -> Result<TokenStats> {
    let mut stats = TokenStats::new(embedder.model().vocabulary());
    let every = (n_items as usize / COUNTED).max(1);
    let mut seq = 0;
    loop {
        cancel.check()?;
        let changes = vault.changes_after(seq, 2_000)?;
        let Some(last) = changes.last() else { return Ok(stats) };
        seq = last.seq;
        let ids: Vec<i64> =
            changes.iter().filter(|change| change.op == ChangeOp::Upsert).map(|change| change.item).step_by(every).collect();
        let texts: Vec<String> = vault.texts(&ids)?.iter().map(text_of).collect();
        let read = embedder.read(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        embedder.model().count(&read.iter().map(AsRef::as_ref).collect::<Vec<_>>(), &mut stats);
    }
}

fn text_of(item: &vault::ItemText) -> String {
    let text: String = item.text.chars().take(READ).collect();
    if text.starts_with(&item.title) { text } else { format!("{}\n{text}", item.title) }
}

/// The word frequencies that the static vectors of a vault were made with.
struct Counted {
    /// The embedder and the glossary in front of it, as [`Glossary::space`] names them.
    space: String,
    n_items: u64,
    bytes: Vec<u8>,
}

impl Counted {
    const SETTING: &str = "static.counts";

    fn load(vault: &Vault) -> Result<Option<Self>> {
        let Some(text) = vault.setting(Self::SETTING)? else { return Ok(None) };
        let mut parts = text.splitn(3, ' ');
        let read = (|| {
            let n_items = parts.next()?.parse().ok()?;
            let space = parts.next()?.to_owned();
            Some(Self { n_items, space, bytes: STANDARD.decode(parts.next()?).ok()? })
        })();
        // What does not read is counted anew.
        Ok(read)
    }

    fn store(&self, vault: &Vault) -> Result<()> {
        vault.set_setting(Self::SETTING, Some(&format!("{} {} {}", self.n_items, self.space, STANDARD.encode(&self.bytes))))
    }
}

/// The items behind a watermark of the change feed, as texts that wait for vectors.
struct Feed<'a> {
    vault: &'a Vault,
    mark: String,
    /// How far it was read; the watermark in the vault follows, with the vectors.
    reached: Option<i64>,
    /// The vectors of the batch before, while the next one is read and embedded.
    putting: Option<Putting>,
}

impl<'a> Feed<'a> {
    fn new(vault: &'a Vault, mark: String) -> Self {
        Self { vault, mark, reached: None, putting: None }
    }

    fn reached(&self) -> Result<i64> {
        self.reached.map_or_else(|| self.vault.watermark(&self.mark), Ok)
    }
}

impl Texts for Feed<'_> {
    fn waiting(&mut self, _: &str, limit: usize) -> Result<Vec<Waiting>> {
        loop {
            let changes = self.vault.changes_after(self.reached()?, limit)?;
            let Some(last) = changes.last() else { return Ok(Vec::new()) };
            self.reached = Some(last.seq);
            let mut ids: Vec<i64> = changes.iter().filter(|change| change.op == ChangeOp::Upsert).map(|change| change.item).collect();
            ids.sort_unstable();
            ids.dedup();
            let waiting: Vec<Waiting> = self.vault.texts(&ids)?.iter().map(|item| Waiting { id: item.id, text: text_of(item) }).collect();
            if !waiting.is_empty() {
                return Ok(waiting);
            }
            self.settle()?;
            self.vault.set_watermark(&self.mark, last.seq)?;
        }
    }

    fn n_waiting(&mut self, _: &str) -> Result<u64> {
        Ok((self.vault.last_change()? - self.reached()?).max(0) as u64)
    }

    fn put(&mut self, space: &str, mut vectors: Vec<(i64, Vec<f32>)>) -> Result<()> {
        self.settle()?;
        let reached = self.reached()?;
        // A text of unknown words has no direction.
        vectors.retain(|(_, vector)| vector.iter().any(|number| *number != 0.0));
        match vectors.first().map(|(_, vector)| vector.len()) {
            Some(dims) => self.putting = Some(self.vault.begin_put(space, dims, vectors, Some((&self.mark, reached)))?),
            None => self.vault.set_watermark(&self.mark, reached)?,
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<()> {
        self.putting.take().map_or(Ok(()), Putting::wait)
    }
}
