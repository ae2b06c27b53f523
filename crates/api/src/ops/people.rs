use ::vault::{OwnAddresses, PeopleCursor, Person, Vault};
use domain::{Cancel, Code, Failure, Result};

use crate::Engine;
use crate::show;
use crate::wire::{
    DeclineRequest, KindCount, MergeRequest, MergeView, NamedCount, Nothing, OwnAddressView, OwnerChange, OwnerView, People, PeopleRequest,
    PersonDetail, PersonRef, PersonView, SuggestionView, Suggestions, SuggestionsRequest, UnmergeRequest,
};

/// Suggestions in one answer, at most.
const SUGGESTIONS: usize = 200;

pub(crate) fn list(engine: &Engine, request: PeopleRequest) -> Result<People> {
    let vault = engine.vault()?;
    let after = request.after.as_deref().map(cursor).transpose()?;
    let limit = if request.limit == 0 { 100 } else { request.limit.min(1_000) };
    let page = vault.people_page(&request.text, after, limit)?;
    let owner = vault.owner()?.people;
    Ok(People {
        people: page.people.into_iter().map(|person| view(person, &owner)).collect(),
        next: page.next.map(|next| format!("{}:{}", next.links, next.person)),
    })
}

/// Where a page begins, as [`list`] writes it: "COUNT:NUMBER".
fn cursor(text: &str) -> Result<PeopleCursor> {
    let read =
        text.split_once(':').and_then(|(links, person)| Some(PeopleCursor { links: links.parse().ok()?, person: person.parse().ok()? }));
    read.ok_or_else(|| {
        Failure::new(Code::BadRequest, "The place to go on from (`after`) was not given by this vault.")
            .hint("Pass on `next` of the page before, unchanged.")
    })
}

fn view(person: Person, owner: &[i64]) -> PersonView {
    PersonView {
        is_owner: owner.contains(&person.id),
        id: person.id,
        name: person.name,
        addresses: person.addresses,
        items: person.n_items,
        first: person.first.and_then(|ms| show::rfc3339(ms, None)),
        last: person.last.and_then(|ms| show::rfc3339(ms, None)),
    }
}

pub(crate) fn person(engine: &Engine, request: PersonRef) -> Result<PersonDetail> {
    detail(&engine.vault()?, request.id)
}

fn detail(vault: &Vault, id: i64) -> Result<PersonDetail> {
    let detail =
        vault.person(id)?.ok_or_else(|| Failure::not_found("person", id).hint("`datapunk people` shows the numbers of people."))?;
    let named = |counts: Vec<(String, u64)>| counts.into_iter().map(|(name, count)| NamedCount { name, count }).collect();
    Ok(PersonDetail {
        person: PersonView { is_owner: detail.is_owner, ..view(detail.person, &[]) },
        names: named(detail.names),
        kinds: detail.by_kind.into_iter().map(|(kind, count)| KindCount { kind, count }).collect(),
        sources: named(detail.by_source),
        merged: detail.merged.into_iter().map(|merged| MergeView { merge: merged.merge, from: merged.from }).collect(),
    })
}

pub(crate) fn suggestions(engine: &Engine, request: SuggestionsRequest) -> Result<Suggestions> {
    let vault = engine.vault()?;
    let limit = if request.limit == 0 { 20 } else { request.limit.min(SUGGESTIONS) };
    let owner = vault.owner()?.people;
    let suggestions = vault.people_suggestions(limit)?.into_iter().map(|suggestion| SuggestionView {
        one: view(suggestion.one, &owner),
        other: view(suggestion.other, &owner),
        strength: suggestion.strength,
        evidence: suggestion.evidence,
    });
    Ok(Suggestions { suggestions: suggestions.collect() })
}

pub(crate) fn merge(engine: &Engine, request: MergeRequest) -> Result<PersonDetail> {
    let vault = engine.vault()?;
    let Some(first) = request.ids.first().copied() else {
        return Err(Failure::new(Code::BadRequest, "Nobody was named to be merged.").hint("Name two people by their numbers, or more."));
    };
    vault.merge_people(&request.ids)?;
    follow(&vault)?;
    detail(&vault, first)
}

/// Lets the index of words learn by which names the items of those people are found now.
fn follow(vault: &Vault) -> Result<()> {
    vault.index_now(&Cancel::default(), &mut |_| {})
}

pub(crate) fn unmerge(engine: &Engine, request: UnmergeRequest) -> Result<PersonDetail> {
    let vault = engine.vault()?;
    vault.unmerge_person(request.id, request.merge)?;
    follow(&vault)?;
    detail(&vault, request.id)
}

pub(crate) fn decline(engine: &Engine, request: DeclineRequest) -> Result<Nothing> {
    engine.vault()?.decline_people(request.one, request.other)?;
    Ok(Nothing {})
}

pub(crate) fn owner(engine: &Engine, _: Nothing) -> Result<OwnerView> {
    owner_of(&engine.vault()?)
}

pub(crate) fn set_owner(engine: &Engine, request: OwnerChange) -> Result<OwnerView> {
    let vault = engine.vault()?;
    vault.set_own_addresses(&OwnAddresses { add: request.add, remove: request.remove })?;
    follow(&vault)?;
    owner_of(&vault)
}

fn owner_of(vault: &Vault) -> Result<OwnerView> {
    let owner = vault.owner()?;
    let addresses = owner.addresses.into_iter().map(|own| OwnAddressView {
        address: own.address,
        name: own.name,
        is_own: own.is_own,
        said: own.said,
        evidence: own.evidence,
    });
    Ok(OwnerView { name: owner.name, people: owner.people, addresses: addresses.collect() })
}
