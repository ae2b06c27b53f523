//! Finds the items that answer, and tells them from those that are merely alike.
//!
//! An item that holds every word of what was asked, in any ending and in German within a compound, is an answer. When none
//! does, and a word stands nowhere in the vault, it is not in the data. Otherwise the reranker decides, where it is
//! installed: likeness alone answers nothing.

use domain::{Filter, Kind, Result};

use super::{Answer, Answerer, HELD, say};
use crate::plan::{Asked, Language, Plan};
use crate::retrieve::{Found, Hit, Mode, Models, search};
use crate::snippet;

/// Items that are looked at for an answer.
const LOOKED_AT: usize = 40;
/// Passages that the reranker reads for one question: about half a second's worth on two cores.
const RERANKED: usize = 16;
/// The reranker's score from which a passage is taken to answer. It was trained so that 0 is undecided.
const SUPPORTS: f32 = 1.0;
/// Other forms of a word that are looked for, the commonest first.
const FORMS: usize = 24;

/// What became of the words of a question.
enum Forms {
    /// Each, with all forms that the vault holds, as a query.
    Query(String),
    /// One of them stands nowhere.
    Absent,
}

impl Answerer<'_> {
    /// What answers it: the items that hold what was asked for, or the admission that none does.
    pub(super) fn find(&self, question: &str, plan: Plan) -> Result<Answer> {
        let limit = if plan.asked == Asked::List { 20 } else { HELD };
        let mut hits = self.answering(question, &plan)?;
        // What is "my" own is not told by what was watched or looked for.
        if plan.filter.kinds.is_empty() && speaks_of_own(question) {
            let rows = self.vault.rows(&hits.iter().map(|hit| hit.id).collect::<Vec<_>>())?;
            hits.retain(|hit| rows.iter().any(|row| row.id == hit.id && !is_looked_at(row.kind)));
        }
        if hits.is_empty() {
            // What is told of a place need not have been there: a booking is read at home.
            if let Some(filter) = by_name_of_place(&plan) {
                let named = Plan { filter, place_said: None, place: None, ..plan.clone() };
                let found = search(self.vault, Models::default(), &named.filter, Mode::Words, LOOKED_AT)?;
                if !self.parted(&named, found)?.0.is_empty() {
                    return self.find(question, named);
                }
            }
            if plan.presumed {
                let wider = Plan { filter: Filter { kinds: Vec::new(), ..plan.filter.clone() }, presumed: false, ..plan };
                return self.find(question, wider);
            }
            let text = say::nothing(&plan, &self.searched(&plan.filter)?);
            return self.nothing(plan, text);
        }
        let ids: Vec<i64> = hits.iter().take(limit).map(|hit| hit.id).collect();
        let rows = self.vault.rows(&ids)?;
        let mut items = Vec::new();
        for hit in hits.into_iter().take(limit) {
            if let Some(row) = rows.iter().find(|row| row.id == hit.id) {
                items.push(self.cited(row.clone(), &plan, hit)?);
            }
        }
        if plan.asked == Asked::Where {
            items.sort_by_key(|cited| cited.row.place.is_none());
        }
        // A person's own records tell more than what they looked at.
        if plan.filter.kinds.is_empty() {
            items.sort_by_key(|cited| is_looked_at(cited.row.kind));
        }
        let claims = self.claims_of(&plan, &items)?;
        let text = claims.iter().map(|claim| claim.text.as_str()).collect::<Vec<_>>().join("\n");
        Ok(Answer { text, claims, plan, computed: None, items, abstained: false, model: None })
    }

    /// A plan whose words and kinds reach something: as it is when it does, else with every form of its words that the vault
    /// holds, else, where its kinds were presumed, by the names of its people or of whatever kind.
    pub(super) fn reaching(&self, plan: Plan) -> Result<Plan> {
        let reaches = |filter: &Filter| Ok::<bool, domain::Failure>(self.vault.count(filter)? > 0);
        if reaches(&plan.filter)? {
            return Ok(plan);
        }
        if !plan.filter.text.is_empty()
            && let Forms::Query(text) = self.forms(&plan)?
        {
            let filter = Filter { text, ..plan.filter.clone() };
            if reaches(&filter)? {
                return Ok(Plan { filter, ..plan });
            }
        }
        if plan.presumed {
            // An event may name its people in its title alone.
            let first_names = plan.filter.people.iter().filter_map(|name| name.split(' ').next());
            let text = first_names.chain([plan.filter.text.as_str()]).collect::<Vec<_>>().join(" ").trim().to_owned();
            let by_title = Filter { text, people: Vec::new(), ..plan.filter.clone() };
            let placed = Filter { kinds: vec![Kind::Visit, Kind::Photo, Kind::Event, Kind::Trip], ..plan.filter.clone() };
            for filter in [by_title, placed] {
                let narrows = !filter.text.is_empty() || filter.near.is_some();
                if narrows && reaches(&filter)? {
                    return Ok(Plan { filter, ..plan });
                }
            }
        }
        if let Some(filter) = by_name_of_place(&plan)
            && reaches(&filter)?
        {
            return Ok(Plan { filter, place: None, ..plan });
        }
        Ok(plan)
    }

    fn answering(&self, question: &str, plan: &Plan) -> Result<Vec<Hit>> {
        if plan.filter.text.is_empty() {
            return Ok(search(self.vault, Models::default(), &plan.filter, Mode::Words, LOOKED_AT)?.hits);
        }
        let found = search(self.vault, Models::default(), &plan.filter, Mode::Words, LOOKED_AT)?;
        let (whole, _) = self.parted(plan, found)?;
        if !whole.is_empty() {
            return Ok(whole);
        }
        let text = match self.forms(plan)? {
            Forms::Query(text) => text,
            Forms::Absent => return Ok(Vec::new()),
        };
        let found = search(self.vault, Models::default(), &Filter { text, ..plan.filter.clone() }, Mode::Words, LOOKED_AT)?;
        let (whole, _) = self.parted(plan, found)?;
        if !whole.is_empty() {
            return Ok(whole);
        }
        let models = self.senses.models()?;
        let Some(reranker) = models.reranker else { return Ok(Vec::new()) };
        let (mut whole, mut part) = self.parted(plan, search(self.vault, models, &plan.filter, Mode::Both, LOOKED_AT)?)?;
        part.truncate(RERANKED);
        let terms = snippet::terms(&plan.filter.text);
        let passages: Vec<String> =
            part.iter().map(|(_, text)| snippet::snippet(text, &terms, 600).replace([snippet::ON, snippet::OFF], "")).collect();
        let scores = reranker.score(question, &passages.iter().map(String::as_str).collect::<Vec<_>>())?;
        let mut scored: Vec<(f32, Hit)> =
            scores.into_iter().zip(part.into_iter().map(|(hit, _)| hit)).filter(|(score, _)| *score > SUPPORTS).collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        whole.extend(scored.into_iter().map(|(_, hit)| hit));
        Ok(whole)
    }

    /// The hits that hold every word, and the others with their texts.
    fn parted(&self, plan: &Plan, found: Found) -> Result<(Vec<Hit>, Vec<(Hit, String)>)> {
        let ids: Vec<i64> = found.hits.iter().map(|hit| hit.id).collect();
        let terms = snippet::terms(&plan.filter.text);
        let documents = self.vault.documents(&ids)?;
        let (mut whole, mut part) = (Vec::new(), Vec::new());
        for hit in found.hits {
            let Some(document) = documents.iter().find(|document| document.id == hit.id) else { continue };
            let text = format!("{}\n{}\n{}", document.title, document.text, document.people);
            let words: Vec<String> = snippet::words(&text).map(|(_, word)| snippet::fold(word)).collect();
            if terms.iter().all(|term| words.iter().any(|word| stands_for(word, term, plan.language))) {
                whole.push(hit);
            } else {
                part.push((hit, text));
            }
        }
        Ok((whole, part))
    }

    /// The words of a plan in all forms that the vault holds. Reads the whole vocabulary, so it comes after a plain search.
    fn forms(&self, plan: &Plan) -> Result<Forms> {
        let terms = snippet::terms(&plan.filter.text);
        let mut forms: Vec<Vec<(u64, String)>> = vec![Vec::new(); terms.len()];
        self.vault.words().vocabulary(|word, n| {
            for (term, forms) in terms.iter().zip(&mut forms) {
                if stands_for(word, term, plan.language) {
                    forms.push((n, word.to_owned()));
                }
            }
        })?;
        // Names of people and labels are no part of the vocabulary.
        for (term, forms) in terms.iter().zip(&mut forms) {
            if forms.is_empty() && self.vault.words().frequency(term)? > 0 {
                forms.push((1, term.clone()));
            }
        }
        if forms.iter().any(Vec::is_empty) {
            return Ok(Forms::Absent);
        }
        let query = forms.into_iter().map(|mut forms| {
            forms.sort_by(|a, b| b.cmp(a));
            let listed: Vec<String> = forms.into_iter().take(FORMS).map(|(_, word)| word).collect();
            format!("({})", listed.join(" OR "))
        });
        Ok(Forms::Query(query.collect::<Vec<_>>().join(" ")))
    }
}

/// Whether records of a kind are of others' things that the person looked at.
fn is_looked_at(kind: Kind) -> bool {
    matches!(kind, Kind::Watch | Kind::Search | Kind::Page | Kind::Activity)
}

/// Whether a question is about something of the person's own.
fn speaks_of_own(question: &str) -> bool {
    let own = ["my", "mine", "our", "mein", "meine", "meinen", "meinem", "meiner", "meines", "unser", "unsere", "unserer", "unserem"];
    snippet::words(question).any(|(_, word)| own.contains(&word.to_lowercase().as_str()))
}

/// The filter with its place as a word, where there are records that need no position to be about a place.
fn by_name_of_place(plan: &Plan) -> Option<Filter> {
    let told = |kind: &Kind| !matches!(kind, Kind::Visit | Kind::Trip | Kind::Photo | Kind::Video);
    let said = plan
        .place_said
        .as_ref()
        .filter(|_| plan.filter.kinds.iter().any(told) || (plan.filter.kinds.is_empty() && !plan.filter.text.is_empty()))?;
    Some(Filter { text: format!("{} {said}", plan.filter.text).trim().to_owned(), near: None, ..plan.filter.clone() })
}

fn stands_for(word: &str, term: &str, language: Language) -> bool {
    snippet::matches(word, term) || (language == Language::De && snippet::is_compound_of(word, term))
}
