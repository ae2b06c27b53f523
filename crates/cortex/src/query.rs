//! What people type into a search, as the one filter: words stay words, and `from:anna`, `on:"last summer"` or `-kind:mail` narrow.
//!
//! The grammar is that of words ([`vault::GRAMMAR`]), of which an operator with its value is one more leaf. What holds for all of the
//! query goes into the filter's own fields; what is negated, and what stands in an OR, into its inner filters.
//!
//! A value that cannot be read is an error at its characters. A name that nobody goes by is none: it finds nothing, and that is told
//! at its characters, with the names most like it.

mod known;
mod operators;
mod values;

use std::ops::Range;

use domain::{Code, Failure, Filter, Result, Stretch};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use vault::syntax::{Mark, Sort, Tree, tokens, tree};

use crate::plan::Spot;
pub use known::KnownNames;
use operators::Operator;
use values::Values;

/// What a query may name.
pub trait Names {
    /// Whether somebody goes by this name or address.
    fn has_person(&self, name: &str) -> Result<bool>;
    /// Whether it is known whose data it is.
    fn knows_owner(&self) -> Result<bool>;
    /// Whether a label, list or album is called so.
    fn has_label(&self, name: &str) -> Result<bool>;
    /// The town, region or country of that name where the owner has been.
    fn ground(&self, name: &str) -> Result<Option<Spot>>;
    /// Whether items name a place so.
    fn has_place(&self, name: &str) -> Result<bool>;
    /// All sources.
    fn sources(&self) -> Result<Vec<String>>;
    /// The names most like one that is not known, the likest first.
    fn like(&self, what: Named, name: &str) -> Result<Vec<String>>;
}

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Somebody.
    Person,
    /// A label, list or album.
    Label,
    /// A place.
    Place,
}

/// A query, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// What it means; its text has the words alone.
    pub filter: Filter,
    /// What nothing goes by.
    pub told: Vec<Told>,
}

/// What of a query finds nothing, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Where.
    pub at: Stretch,
    /// Why.
    pub message: String,
    /// What may have been meant.
    pub suggestions: Vec<String>,
}

/// Reads the text of a filter, which its other fields narrow as well. `today` is the person's local day.
///
/// # Errors
/// [`Code::BadRequest`], with the characters that cannot be read and what would be.
pub fn read(base: &Filter, today: Date, zone: &TimeZone, names: &dyn Names) -> Result<Read> {
    let query = base.text.as_str();
    let unchanged = || Read { filter: base.clone(), told: Vec::new() };
    if !query.contains(':') {
        return Ok(unchanged());
    }
    let marks = marks(query)?;
    if !marks.iter().any(|mark| matches!(mark, Mark::Leaf(Leaf::Field(_)))) {
        return Ok(unchanged());
    }
    let mut values = Values { query, today, zone, names, told: Vec::new() };
    let Some(tree) = tree(marks) else { return Ok(unchanged()) };
    let typed = compile(&tree, &mut values)?;
    let mut filter = Filter { text: String::new(), ..base.clone() };
    narrow(&mut filter, typed);
    Ok(Read { filter, told: values.told })
}

/// One thing that a query looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Leaf {
    /// A word or a phrase, at these bytes.
    Words(Range<usize>),
    /// An operator and its value.
    Field(Field),
}

/// An operator and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    operator: Operator,
    /// Both, in bytes.
    span: Range<usize>,
    /// The value without its quotes, in bytes.
    value: Range<usize>,
}

fn marks(query: &str) -> Result<Vec<Mark<Leaf>>> {
    let mut marks = Vec::new();
    let mut tokens = tokens(query).into_iter().peekable();
    while let Some(token) = tokens.next() {
        let leaf = match token.sort {
            Sort::Word => match operators::begin(&query[token.span.clone()]) {
                None => Leaf::Words(token.span),
                Some((operator, name)) => {
                    let value = token.span.start + name..token.span.end;
                    let beside = tokens.next_if(|next| {
                        value.is_empty() && next.span.start == value.end && matches!(next.sort, Sort::Quoted(_) | Sort::Open)
                    });
                    match beside.map(|next| (next.sort, next.span)) {
                        Some((Sort::Quoted(inner), span)) if !query[inner.clone()].trim().is_empty() => {
                            Leaf::Field(Field { operator, span: token.span.start..span.end, value: inner })
                        }
                        Some((Sort::Open, span)) => return Err(bracketed(query, operator, token.span.start..span.end)),
                        // "From: Anna" was pasted, or is being typed: a word.
                        Some(_) | None if value.is_empty() => Leaf::Words(token.span),
                        Some(_) | None => Leaf::Field(Field { operator, span: token.span, value }),
                    }
                }
            },
            Sort::Quoted(_) => Leaf::Words(token.span),
            operator => {
                marks.push(Mark::Operator(operator));
                continue;
            }
        };
        marks.push(Mark::Leaf(leaf));
    }
    Ok(marks)
}

fn bracketed(query: &str, operator: Operator, span: Range<usize>) -> Failure {
    let name = operator.name();
    Failure::new(Code::BadRequest, format!("A value in brackets cannot be read: {name}:(…)."))
        .hint(format!("Each value has its operator: ({name}:… OR {name}:…)."))
        .at(stretch(query, &span))
}

/// A part of a query, in characters.
fn stretch(query: &str, span: &Range<usize>) -> Stretch {
    let characters = |bytes: usize| query[..bytes].chars().count();
    Stretch { text: query.to_owned(), start: characters(span.start), end: characters(span.end) }
}

fn compile(tree: &Tree<Leaf>, values: &mut Values<'_>) -> Result<Filter> {
    let parts = match tree {
        Tree::All(parts) => parts.as_slice(),
        _ => std::slice::from_ref(tree),
    };
    let mut filter = Filter::default();
    let mut words = Vec::new();
    // Of kinds, sources and senders that stand side by side an item has one: any of them is meant, as where they are chosen one
    // after another.
    for part in parts {
        match part {
            Tree::Leaf(Leaf::Field(field)) => values.apply(field, &mut filter)?,
            _ if !has_fields(part) => words.push(written(part, values.query)),
            Tree::Not(inner) => {
                let inner = compile(inner, values)?;
                filter.none_of.push(inner);
            }
            Tree::Any(either) => {
                let either = either.iter().map(|part| compile(part, values)).collect::<Result<Vec<_>>>()?;
                narrow(&mut filter, any_of(&either));
            }
            Tree::All(_) | Tree::Leaf(Leaf::Words(_)) => {
                let inner = compile(part, values)?;
                narrow(&mut filter, inner);
            }
        }
    }
    words.extend((!filter.text.is_empty()).then(|| std::mem::take(&mut filter.text)));
    filter.text = words.join(" ");
    Ok(filter)
}

fn has_fields(tree: &Tree<Leaf>) -> bool {
    match tree {
        Tree::Leaf(leaf) => matches!(leaf, Leaf::Field(_)),
        Tree::Not(inner) => has_fields(inner),
        Tree::All(parts) | Tree::Any(parts) => parts.iter().any(has_fields),
    }
}

/// Words as they were typed.
fn written(tree: &Tree<Leaf>, query: &str) -> String {
    let each = |parts: &[Tree<Leaf>], between: &str| parts.iter().map(|part| written(part, query)).collect::<Vec<_>>().join(between);
    match tree {
        Tree::Leaf(Leaf::Words(span) | Leaf::Field(Field { span, .. })) => query[span.clone()].to_owned(),
        Tree::Not(inner) => format!("-{}", written(inner, query)),
        Tree::All(parts) => format!("({})", each(parts, " ")),
        Tree::Any(parts) => format!("({})", each(parts, " OR ")),
    }
}

/// A filter that leaves what any of these does. Where they differ in one field that takes any of its values, it is that field.
fn any_of(filters: &[Filter]) -> Filter {
    let in_one_field = |get: fn(&mut Filter) -> &mut Vec<String>| {
        let mut one = Filter::default();
        for filter in filters {
            let mut filter = filter.clone();
            let values = std::mem::take(get(&mut filter));
            if values.is_empty() || filter != Filter::default() {
                return None;
            }
            add(get(&mut one), values);
        }
        Some(one)
    };
    let of_kinds = || {
        let kinds_alone = |filter: &Filter| !filter.kinds.is_empty() && Filter { kinds: Vec::new(), ..filter.clone() } == Filter::default();
        let mut one = Filter::default();
        add(&mut one.kinds, filters.iter().flat_map(|filter| filter.kinds.clone()).collect());
        filters.iter().all(kinds_alone).then_some(one)
    };
    of_kinds()
        .or_else(|| in_one_field(|filter| &mut filter.sources))
        .or_else(|| in_one_field(|filter| &mut filter.senders))
        .or_else(|| in_one_field(|filter| &mut filter.recipients))
        .unwrap_or_else(|| Filter { any_of: filters.to_vec(), ..Filter::default() })
}

fn add<T: PartialEq>(list: &mut Vec<T>, values: Vec<T>) {
    for value in values {
        if !list.contains(&value) {
            list.push(value);
        }
    }
}

/// Narrows a filter by another: what it leaves then, both leave.
fn narrow(filter: &mut Filter, by: Filter) {
    let Filter {
        text,
        kinds,
        sources,
        from,
        to,
        near,
        area,
        people,
        senders,
        recipients,
        labels,
        places,
        has,
        all_of,
        any_of,
        none_of,
        hidden,
    } = by;
    // What takes any of its values is narrowed by the same field of an inner filter.
    let mut also = Filter::default();
    one_or_also(&mut filter.kinds, &mut also.kinds, kinds);
    one_or_also(&mut filter.sources, &mut also.sources, sources);
    one_or_also(&mut filter.senders, &mut also.senders, senders);
    one_or_also(&mut filter.recipients, &mut also.recipients, recipients);
    one_or_also(&mut filter.any_of, &mut also.any_of, any_of);
    match filter.near {
        Some(_) => also.near = near,
        None => filter.near = near,
    }
    match filter.area {
        Some(_) => also.area = area,
        None => filter.area = area,
    }
    filter.from = filter.from.max(from);
    filter.to = [filter.to, to].into_iter().flatten().min();
    add(&mut filter.people, people);
    add(&mut filter.labels, labels);
    add(&mut filter.places, places);
    add(&mut filter.has, has);
    add(&mut filter.all_of, all_of);
    add(&mut filter.none_of, none_of);
    filter.hidden |= hidden;
    filter.text = [std::mem::take(&mut filter.text), text].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
    if also != Filter::default() {
        filter.all_of.push(also);
    }
}

fn one_or_also<T>(own: &mut Vec<T>, also: &mut Vec<T>, values: Vec<T>) {
    *(if own.is_empty() { own } else { also }) = values;
}

#[cfg(test)]
mod tests;
