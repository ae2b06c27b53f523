//! Fetches one file from the hub, continuing what an earlier attempt left.
//!
//! Invariants: only the hosts in [`domain::HOSTS`] are asked, or a loopback address that `HF_ENDPOINT` names; nothing of the
//! person's is sent. What arrives is not trusted: the registry hashes it before it gets its name.
//!
//! The hub's client is asynchronous underneath, and its blocking face cannot be cancelled in the middle of a file; so its
//! stream is driven here, on a runtime that lives as long as one fetch.

use std::fs::OpenOptions;
use std::io::Write;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use domain::{Cancel, Code, Failure, HOSTS, Result};
use hf_hub::{HFClient, split_id};
use tokio_stream::StreamExt;

use crate::manifest::HubFile;
use crate::patience::patiently;
use crate::record::unwritable;

const DEFAULT_ENDPOINT: &str = "https://huggingface.co";
/// The hub's client would send the token that it finds in the person's environment or home, though every model here is
/// public. One that cannot stand in a header is not sent, and keeps it from looking.
const NO_TOKEN: &str = "\n";
/// How long the hub may stay silent.
const PATIENCE: Duration = Duration::from_secs(30);

/// Appends to `part` what is missing of the file. `on` hears of the bytes of each step, those already there included.
pub(crate) fn fetch(file: &HubFile, part: &Path, cancel: &Cancel, on: &mut dyn FnMut(u64)) -> Result<()> {
    fetch_from(&endpoint()?, file, part, cancel, on)
}

/// The same, from a hub that was found to be allowed.
pub(crate) fn fetch_from(endpoint: &str, file: &HubFile, part: &Path, cancel: &Cancel, on: &mut dyn FnMut(u64)) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::internal)?;
    let outcome = runtime.block_on(stream(file, endpoint, part, cancel, on));
    // Transfers of the hub's own kind may still be running; they are not waited for.
    runtime.shutdown_background();
    outcome
}

async fn stream(file: &HubFile, endpoint: &str, part: &Path, cancel: &Cancel, on: &mut dyn FnMut(u64)) -> Result<()> {
    let unreachable = |error: &dyn std::fmt::Display| unreachable(file, endpoint, error);
    let client = HFClient::builder().endpoint(endpoint).token(NO_TOKEN).cache_enabled(false).retry_max_attempts(1);
    let client = client.build().map_err(|error| unreachable(&error))?;
    let (owner, name) = split_id(&file.repo);
    let repository = client.model(owner, name);

    let mut target = OpenOptions::new().create(true).append(true).open(part).map_err(|error| unwritable(part, &error))?;
    let mut have = target.metadata().map_err(|error| unwritable(part, &error))?.len();

    let about = waited(repository.get_paths_info().paths(vec![file.file.clone()]).revision(file.revision.clone()).send(), cancel)
        .await?
        .map_err(|error| unreachable(&error))?;
    let size = about.iter().find_map(|entry| match entry {
        hf_hub::repository::RepoTreeEntry::File { path, size, .. } if *path == file.file => Some(*size),
        _ => None,
    });
    let size = size.ok_or_else(|| unreachable(&format!("{} has no file {}", file.repo, file.file)))?;
    if have > size {
        target.set_len(0).map_err(|error| unwritable(part, &error))?;
        have = 0;
    }
    on(have);
    if have == size {
        return Ok(());
    }
    let request = repository.download_file_stream().filename(file.file.clone()).revision(file.revision.clone());
    let (_, mut bytes) =
        waited(request.maybe_range((have > 0).then_some(have..size)).send(), cancel).await?.map_err(|error| unreachable(&error))?;
    while let Some(chunk) = waited(bytes.next(), cancel).await? {
        let chunk = chunk.map_err(|error| unreachable(&error))?;
        // A server that ignores ranges starts over; what is too much is caught by the size, and then by the digest.
        have += chunk.len() as u64;
        target.write_all(&chunk).map_err(|error| unwritable(part, &error))?;
        on(chunk.len() as u64);
    }
    target.sync_all().map_err(|error| unwritable(part, &error))?;
    if have < size {
        return Err(unreachable(&format!("it ended after {have} of {size} bytes")));
    }
    Ok(())
}

/// Waits for the hub.
async fn waited<F: Future>(future: F, cancel: &Cancel) -> Result<F::Output> {
    let late = || {
        Failure::new(Code::Unreachable, format!("The model hub did not answer for {} seconds.", PATIENCE.as_secs()))
            .hint("Check the connection and try again; what was fetched is kept. Or give the file by path.")
    };
    patiently(future, PATIENCE, cancel, late).await
}

/// Where the hub is: `HF_ENDPOINT` when it names a listed host or this machine.
fn endpoint() -> Result<String> {
    let endpoint = std::env::var("HF_ENDPOINT").ok().filter(|url| !url.is_empty()).unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned());
    if allowed(&endpoint) {
        return Ok(endpoint);
    }
    let hosts: Vec<&str> = HOSTS.iter().map(|host| host.name).collect();
    Err(Failure::new(Code::Forbidden, format!("HF_ENDPOINT names {endpoint}, which is not a host that Datapunk talks to."))
        .hint(format!("Unset it, or name this machine or one of: {}.", hosts.join(", "))))
}

fn allowed(endpoint: &str) -> bool {
    let Some((scheme, rest)) = endpoint.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return false;
    }
    let host = match authority.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        Some((address, _)) => address,
        None => authority.split(':').next().unwrap_or_default(),
    };
    let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let listed = scheme == "https" && HOSTS.iter().any(|known| known.name == host);
    listed || (loopback && matches!(scheme, "http" | "https"))
}

fn unreachable(file: &HubFile, endpoint: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Code::Unreachable, format!("The model hub at {endpoint} did not give {} of {}: {error}.", file.file, file.repo))
        .hint("Check the connection and try again; what was fetched is kept. Or give the file by path.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_hosts_and_this_machine_are_asked() {
        let asked = ["https://huggingface.co", "http://127.0.0.1:8080/hub", "http://[::1]:9", "http://localhost"];
        let refused = [
            "http://huggingface.co",
            "https://huggingface.co.example",
            "https://huggingface.co@example.org",
            "https://example.org",
            "127.0.0.1",
        ];
        assert!(asked.iter().all(|url| allowed(url)));
        assert!(!refused.iter().any(|url| allowed(url)));
    }
}
