use ::vault::{ConversationCursor, NewExchange, Vault};
use domain::{Cancel, Code, Failure, Filter, Result, UtcMs};
use serde::{Deserialize, Serialize};

use crate::Engine;
use crate::show;
use crate::wire::{
    Answer, AskRequest, Conversation, ConversationRef, ConversationView, Conversations, ConversationsRemoved, ConversationsRequest,
    ExchangeView, FoundQuestion, Nothing,
};

/// Conversations on a page, until more are asked for.
const PAGE: usize = 50;
/// The most on a page.
const MOST: usize = 500;
/// Questions that a new one may go on with.
const REMEMBERED: usize = 12;

/// What is kept of an exchange beside its words: the answer as it went out, which lacks the secrets that were withheld. Whoever is
/// to see it masked sees it masked when it is shown.
#[derive(Serialize, Deserialize)]
struct Body {
    filter: Filter,
    answer: Answer,
}

pub(crate) fn list(engine: &Engine, request: ConversationsRequest) -> Result<Conversations> {
    let after = request.after.as_deref().map(cursor).transpose()?;
    let limit = request.limit.unwrap_or(PAGE).clamp(1, MOST);
    let page = engine.vault()?.conversations(&request.text, after, limit)?;
    let view = |(summary, found): (::vault::ConversationSummary, Option<::vault::Exchange>)| ConversationView {
        conversation: summary.id,
        title: summary.title,
        questions: summary.n_exchanges,
        last: show::rfc3339(summary.last, None).unwrap_or_default(),
        last_ms: summary.last,
        found: found.map(|exchange| FoundQuestion { position: exchange.position, question: exchange.question }),
    };
    Ok(Conversations {
        conversations: page.conversations.into_iter().map(view).collect(),
        next: page.next.map(|next| format!("{}:{}", next.last, next.id)),
    })
}

fn cursor(place: &str) -> Result<ConversationCursor> {
    let parts = place.split_once(':').and_then(|(last, id)| Some((last.parse().ok()?, id.parse().ok()?)));
    parts.map(|(last, id)| ConversationCursor { last, id }).ok_or_else(|| {
        Failure::new(Code::BadRequest, format!("{place:?} is not where a page of conversations ended."))
            .hint("Pass on `next` of the page before, unchanged.")
    })
}

pub(crate) fn one(engine: &Engine, request: ConversationRef) -> Result<Conversation> {
    let exchanges = engine.vault()?.conversation(request.conversation)?;
    Ok(Conversation { conversation: request.conversation, exchanges: exchanges.into_iter().map(exchange_view).collect() })
}

fn exchange_view(exchange: ::vault::Exchange) -> ExchangeView {
    let (filter, answer) = match serde_json::from_str::<Body>(&exchange.body) {
        Ok(Body { filter, answer }) => (filter, Some(answer)),
        Err(_) => (Filter::default(), None),
    };
    ExchangeView {
        position: exchange.position,
        asked: show::rfc3339(exchange.asked, None).unwrap_or_default(),
        asked_ms: exchange.asked,
        question: exchange.question,
        filter,
        text: exchange.answer,
        answer,
    }
}

pub(crate) fn remove(engine: &Engine, request: ConversationRef) -> Result<ConversationsRemoved> {
    engine.vault()?.remove_conversation(request.conversation)?;
    wipe_removed(engine);
    Ok(ConversationsRemoved { conversations: 1 })
}

pub(crate) fn remove_all(engine: &Engine, _: Nothing) -> Result<ConversationsRemoved> {
    let conversations = engine.vault()?.remove_conversations()?;
    wipe_removed(engine);
    Ok(ConversationsRemoved { conversations })
}

/// Wipes what removed conversations leave in the database: at once in a program that ends, else in the background, for every page
/// is read. What is cut short or fails is done after the next unlock.
pub(crate) fn wipe_removed(engine: &Engine) {
    let Ok(vault) = engine.vault() else { return };
    let wipe = move || drop(vault.wipe_removed(&Cancel::default(), &mut |_| {}));
    if engine.stays() {
        std::thread::spawn(wipe);
    } else {
        wipe();
    }
}

/// The questions that a new one may go on with: those of the conversation, then those that came with it.
pub(crate) fn before(vault: &Vault, request: &AskRequest) -> Result<Vec<String>> {
    let mut before = request.conversation.map_or_else(|| Ok(Vec::new()), |conversation| vault.last_questions(conversation, REMEMBERED))?;
    before.extend_from_slice(&request.before);
    Ok(before)
}

/// Keeps a whole answer, unless the owner or whoever asks wants none kept; says in which conversation. An answer that a full
/// disk has no room for is an answer all the same.
pub(crate) fn keep(vault: &Vault, request: &AskRequest, asked: UtcMs, answer: &Answer) -> Result<Option<i64>> {
    if !request.keep || vault.reads_only() || !super::settings::keeps_conversations(vault)? {
        return Ok(None);
    }
    let of_claims = answer.claims.iter().flat_map(|claim| &claim.cites);
    let of_steps = answer.plan.steps.iter().flat_map(|step| &step.cites);
    let mut cites: Vec<_> = answer.items.iter().map(|hit| hit.row.id).chain(of_claims.copied()).chain(of_steps.copied()).collect();
    cites.sort_unstable();
    cites.dedup();
    let new = NewExchange {
        conversation: request.conversation,
        asked,
        question: request.question.clone(),
        answer: answer.answer.clone(),
        body: serde_json::to_string(&Body { filter: request.filter.clone(), answer: answer.clone() }).map_err(Failure::internal)?,
        cites,
    };
    vault.keep_exchange(new).or_else(|failure| if failure.code == Code::NoSpace { Ok(None) } else { Err(failure) })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{Caller, Stay};

    fn engine(folder: &std::path::Path) -> Engine {
        let engine = Engine::new(&folder.join("vault"), Stay::Once).unwrap();
        call(&engine, "create_vault", json!({ "passphrase": "five plain words for testing" }));
        std::fs::create_dir_all(folder.join("export/Takeout/Keep")).unwrap();
        for (name, at) in [("Sourdough", 1_557_820_800_000_000_i64), ("Sauna", 1_589_443_200_000_000)] {
            let note =
                json!({ "title": name, "textContent": "Flour", "isTrashed": false, "color": "DEFAULT", "userEditedTimestampUsec": at });
            std::fs::write(folder.join(format!("export/Takeout/Keep/{name}.json")), note.to_string()).unwrap();
        }
        call(&engine, "import", json!({ "paths": [folder.join("export")] }));
        engine
    }

    fn call(engine: &Engine, operation: &str, body: Value) -> Value {
        engine.call(Caller::owner(), operation, body, &Cancel::default(), &mut |_| {}).unwrap()
    }

    #[test]
    fn a_conversation_goes_on_where_it_was_and_shows_its_answers_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path());
        let first = call(&engine, "ask", json!({ "question": "How many notes did I write in 2019?", "model": "none" }));
        let conversation = first["conversation"].clone();
        assert_eq!((&first["computed"]["value"], conversation.is_i64()), (&json!(1.0), true), "{first}");
        let on = json!({ "question": "and in 2020?", "conversation": conversation, "model": "none", "filter": { "kinds": ["note"] } });
        let second = call(&engine, "ask", on);
        assert_eq!((&second["computed"]["value"], &second["conversation"]), (&json!(1.0), &conversation), "{second}");
        let shown = call(&engine, "conversation", json!({ "conversation": conversation }));
        let exchanges = shown["exchanges"].as_array().unwrap();
        assert_eq!(exchanges.len(), 2);
        for (exchange, answer) in exchanges.iter().zip([&first, &second]) {
            // Which conversation it is in stands around it.
            let kept = json!({ "conversation": conversation });
            let mut was = exchange["answer"].clone();
            was["conversation"] = kept["conversation"].clone();
            assert_eq!((&was, &exchange["text"]), (answer, &answer["answer"]));
        }
        assert_eq!(exchanges[1]["filter"], json!({ "kinds": ["note"] }));
        let log = call(&engine, "audit", json!({ "operation": "ask", "limit": 1 }));
        assert_eq!(
            (&log["calls"][0]["object_kind"], &log["calls"][0]["object_id"]),
            (&json!("conversation"), &json!(conversation.to_string()))
        );
        assert_eq!(call(&engine, "verify", json!({}))["ok"], true);
    }

    #[test]
    fn nothing_is_kept_when_nothing_is_to_be_and_what_went_cannot_be_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(folder.path());
        let ask = |more: Value| {
            let mut body = json!({ "question": "How many notes did I write?", "model": "none" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            engine.call(Caller::owner(), "ask", body, &Cancel::default(), &mut |_| {})
        };
        assert_eq!(ask(json!({ "keep": false })).unwrap()["conversation"], Value::Null);
        call(&engine, "set_setting", json!({ "key": "keep_conversations", "value": "no" }));
        assert_eq!(ask(json!({})).unwrap()["conversation"], Value::Null);
        assert_eq!(call(&engine, "conversations", json!({}))["conversations"], json!([]));
        call(&engine, "set_setting", json!({ "key": "keep_conversations", "value": "yes" }));
        let cancel = Cancel::default();
        cancel.cancel();
        engine.call(Caller::owner(), "ask", json!({ "question": "How many notes?", "model": "none" }), &cancel, &mut |_| {}).unwrap_err();
        assert_eq!(call(&engine, "conversations", json!({}))["conversations"], json!([]), "half an answer is none");
        let kept = ask(json!({})).unwrap()["conversation"].clone();
        assert_eq!(call(&engine, "remove_conversations", json!({}))["conversations"], 1);
        assert_eq!(ask(json!({ "conversation": kept })).unwrap_err().code, Code::NotFound);
    }

    #[test]
    fn of_an_answer_that_another_version_wrote_the_words_are_shown() {
        let written =
            ::vault::Exchange { position: 1, asked: 0, question: "?".to_owned(), answer: "Twelve.".to_owned(), body: "{}".to_owned() };
        let shown = exchange_view(written);
        assert_eq!((shown.text.as_str(), shown.answer.is_none()), ("Twelve.", true));
        assert!(cursor("12:3").is_ok() && cursor("12").is_err());
    }
}
