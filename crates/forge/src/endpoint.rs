//! A language model that another program on this machine serves, by the protocol that most of them speak: `POST
//! …/chat/completions`, streamed as server-sent events.
//!
//! Invariant: nothing leaves the machine. The address is a loopback one, no proxy is asked and no redirect followed. What the
//! server writes is trusted no more than what a model of ours writes; a grammar, which the protocol has no word for, is
//! checked when all is written.

use std::net::IpAddr;
use std::time::Duration;

use domain::{Cancel, Chat, Code, Failure, Generator, GeneratorEvent, Result, Speaker};
use reqwest::{Client, Url, redirect};
use serde::Deserialize;
use serde_json::json;
use tokio_stream::StreamExt;

use crate::grammar;
use crate::patience::patiently;

/// How long the server may stay silent: it may have a large model to load first.
const PATIENCE: Duration = Duration::from_secs(120);
/// Bytes of one event; a server that sends more without an end is at fault.
const LONGEST: usize = 1 << 20;

/// A model behind an address of this machine.
pub struct Endpoint {
    id: String,
    model: String,
    chat: Url,
}

impl Endpoint {
    /// Of an id as settings and requests have it: the model's name there, `@`, and the address that its server's functions
    /// lie below, as in `llama3.2@http://127.0.0.1:11434/v1`. `None` when the id is none of that form.
    ///
    /// # Errors
    /// [`Code::Forbidden`] when the address is not of this machine; [`Code::BadRequest`] when it is none.
    pub fn of(id: &str) -> Option<Result<Self>> {
        let (model, address) = id.split_once("@http").filter(|(model, _)| !model.is_empty())?;
        Some(Self::at(id, model, &format!("http{address}")))
    }

    fn at(id: &str, model: &str, address: &str) -> Result<Self> {
        let example = "Write it as in llama3.2@http://127.0.0.1:11434/v1.";
        let url = Url::parse(&format!("{}/chat/completions", address.trim_end_matches('/')))
            .map_err(|error| Failure::new(Code::BadRequest, format!("{address} is not an address: {error}.")).hint(example))?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if !here || !url.username().is_empty() {
            let message = format!("{address} is not an address of this machine, and what you ask goes nowhere else.");
            return Err(Failure::new(Code::Forbidden, message).hint(example));
        }
        Ok(Self { id: id.to_owned(), model: model.to_owned(), chat: url })
    }

    async fn stream(&self, chat: &Chat, cancel: &Cancel, on: &mut dyn FnMut(&str)) -> Result<String> {
        let unreachable = |error: &dyn std::fmt::Display| {
            Failure::new(Code::Unreachable, format!("The model server at {} did not answer: {error}.", self.chat))
                .hint("Start it, or choose another language model in the settings.")
        };
        let late = || unreachable(&format!("nothing came for {} seconds", PATIENCE.as_secs()));
        let client = Client::builder().no_proxy().redirect(redirect::Policy::none()).build().map_err(Failure::internal)?;
        let lines: Vec<_> = chat.lines.iter().map(|(speaker, text)| json!({ "role": role(*speaker), "content": text })).collect();
        let asked = json!({
            "model": self.model, "messages": lines, "max_tokens": chat.max_tokens, "temperature": 0, "seed": 0, "stream": true,
        });
        let answer = patiently(client.post(self.chat.clone()).json(&asked).send(), PATIENCE, cancel, late).await?;
        let answer = answer.map_err(|error| unreachable(&error))?;
        let status = answer.status();
        if !status.is_success() {
            let said = patiently(answer.text(), PATIENCE, cancel, late).await?.unwrap_or_default();
            return Err(unreachable(&format!("{status}, {}", said.chars().take(200).collect::<String>())));
        }
        let mut bytes = answer.bytes_stream();
        let (mut events, mut text) = (Events::default(), String::new());
        while let Some(chunk) = patiently(bytes.next(), PATIENCE, cancel, late).await? {
            events.take(&chunk.map_err(|error| unreachable(&error))?);
            while let Some(event) = events.next().map_err(|problem| unreachable(&problem))? {
                let Some(piece) = event else { return Ok(text) };
                on(&piece);
                text.push_str(&piece);
            }
        }
        Ok(text)
    }
}

impl Generator for Endpoint {
    fn id(&self) -> &str {
        &self.id
    }

    fn generate(&self, chat: &Chat, cancel: &Cancel, on: &mut dyn FnMut(GeneratorEvent<'_>)) -> Result<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::internal)?;
        let Some(lark) = &chat.grammar else {
            return runtime.block_on(self.stream(chat, cancel, &mut |piece| on(GeneratorEvent::Text(piece))));
        };
        let text = runtime.block_on(self.stream(chat, cancel, &mut |_| ()))?;
        let text = text.trim();
        if !grammar::holds(lark, text)? {
            return Ok(String::new());
        }
        on(GeneratorEvent::Text(text));
        Ok(text.to_owned())
    }
}

fn role(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::System => "system",
        Speaker::User => "user",
        Speaker::Model => "assistant",
    }
}

/// Server-sent events, of which only what they add to the text matters.
#[derive(Default)]
struct Events {
    waiting: Vec<u8>,
}

#[derive(Deserialize)]
struct Event {
    choices: Vec<Addition>,
}

#[derive(Deserialize)]
struct Addition {
    delta: Delta,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<String>,
}

impl Events {
    fn take(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
    }

    /// The next addition that is whole: `Some(None)` is the end of all, `None` that more has to come first.
    fn next(&mut self) -> std::result::Result<Option<Option<String>>, String> {
        while let Some(end) = self.waiting.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.waiting.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            // Other fields, comments and the empty lines between events say nothing here.
            let Some(data) = line.trim_end().strip_prefix("data:").map(str::trim) else { continue };
            if data == "[DONE]" {
                return Ok(Some(None));
            }
            let event: Event = serde_json::from_str(data).map_err(|error| format!("it sent what is no part of an answer: {error}"))?;
            if let Some(piece) = event.choices.into_iter().next().and_then(|choice| choice.delta.content) {
                return Ok(Some(Some(piece)));
            }
        }
        if self.waiting.len() > LONGEST {
            return Err(format!("it sent more than {LONGEST} bytes without an end of line"));
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::net::TcpListener;
    use std::thread::JoinHandle;

    use super::*;

    /// Answers one request with these bytes, a few at a time, and hands back what was asked.
    fn server(answer: String) -> (String, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("tiny@http://{}/v1/", listener.local_addr().unwrap());
        let asked = std::thread::spawn(move || {
            let (mut socket, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(socket.try_clone().unwrap());
            let (mut line, mut length, mut path) = (String::new(), 0, String::new());
            while reader.read_line(&mut line).unwrap() > 2 {
                if path.is_empty() {
                    path = line.clone();
                }
                if let Some(n) = line.to_lowercase().strip_prefix("content-length:") {
                    length = n.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            for part in answer.as_bytes().chunks(7) {
                socket.write_all(part).unwrap();
                socket.flush().unwrap();
            }
            path + &String::from_utf8(body).unwrap()
        });
        (address, asked)
    }

    fn streamed(pieces: &[&str]) -> String {
        let events: String =
            pieces.iter().map(|piece| format!("data: {}\n\n", json!({ "choices": [{ "delta": { "content": piece } }] }))).collect();
        format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n: a comment\n\n{events}data: [DONE]\n\n")
    }

    fn said(answer: String, grammar: Option<&str>) -> (Result<String>, String, String) {
        let (id, asked) = server(answer);
        let lines = vec![(Speaker::System, "Be brief.".to_owned()), (Speaker::User, "Which city?".to_owned())];
        let chat = Chat { lines, fixed: 1, max_tokens: 9, grammar: grammar.map(str::to_owned) };
        let mut heard = String::new();
        let on = &mut |GeneratorEvent::Text(piece): GeneratorEvent<'_>| heard.push_str(piece);
        let text = Endpoint::of(&id).unwrap().unwrap().generate(&chat, &Cancel::default(), on);
        (text, heard, asked.join().unwrap())
    }

    #[test]
    fn what_a_server_on_this_machine_streams_is_the_answer() {
        let (text, heard, asked) = said(streamed(&["Köl", "n."]), None);
        assert_eq!((text.unwrap(), heard.as_str()), ("Köln.".to_owned(), "Köln."));
        assert!(asked.starts_with("POST /v1/chat/completions "), "{asked}");
        let asked: serde_json::Value = serde_json::from_str(asked.split_once('\n').unwrap().1).unwrap();
        assert_eq!((&asked["messages"][0], &asked["model"]), (&json!({ "role": "system", "content": "Be brief." }), &json!("tiny")));
    }

    #[test]
    fn what_is_outside_the_grammar_is_not_taken() {
        let grammar = r#"start: "in " /[A-Z][a-zö]+/"#;
        assert_eq!(said(streamed(&["in ", "Köln\n"]), Some(grammar)).0.unwrap(), "in Köln");
        let (text, heard, _) = said(streamed(&["in Köln, of course"]), Some(grammar));
        assert_eq!((text.unwrap().as_str(), heard.as_str()), ("", ""));
        assert_eq!(said(streamed(&["in "]), Some(grammar)).0.unwrap(), "", "it is not whole");
    }

    #[test]
    fn a_server_that_fails_is_told_with_what_it_said() {
        let refused = "HTTP/1.1 404 Not Found\r\nContent-Length: 20\r\nConnection: close\r\n\r\nno such model: tiny\n";
        let failure = said(refused.to_owned(), None).0.unwrap_err();
        assert_eq!(failure.code, Code::Unreachable);
        assert!(failure.message.contains("404") && failure.message.contains("no such model"), "{}", failure.message);
        assert!(said("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\ndata: {\"error\":1}\n".to_owned(), None).0.is_err());
    }

    #[test]
    fn only_addresses_of_this_machine_are_asked() {
        let code = |id: &str| Endpoint::of(id).map(|endpoint| endpoint.err().map(|failure| failure.code));
        assert_eq!(code("m@http://localhost:8080/v1"), Some(None));
        assert_eq!(code("org/m:7b@https://[::1]/v1"), Some(None));
        assert_eq!(code("m@http://example.org/v1"), Some(Some(Code::Forbidden)));
        assert_eq!(code("m@http://127.0.0.1@example.org/v1"), Some(Some(Code::Forbidden)));
        assert_eq!(code("m@http://localhost.example.org"), Some(Some(Code::Forbidden)));
        assert_eq!(code("m@http://["), Some(Some(Code::BadRequest)));
        assert_eq!(code("qwen2.5-coder-0.5b-instruct"), None);
    }
}
