//! What a process costs: wall time, processor time, and the most memory that it ever had.
//!
//! Linux keeps a process's times in `/proc` until its parent has waited for it, so they are exact to a tick; the peak of its
//! memory goes when it ends, so that is looked at while it runs.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;

/// Ticks of processor time in a second, the same on every Linux that people run.
const TICKS: f64 = 100.0;
const LOOK: Duration = Duration::from_millis(10);

/// What a run of a command cost, and what it said.
#[derive(Debug)]
pub(crate) struct Cost {
    /// Seconds from start to end.
    pub(crate) wall_s: f64,
    /// Seconds of processor time, all threads.
    pub(crate) cpu_s: f64,
    /// The most memory that it had at once, bytes.
    pub(crate) peak_bytes: u64,
    /// Its standard output.
    pub(crate) stdout: String,
}

/// Runs a command to its end. Fails when it does.
pub(crate) fn run(command: &mut Command) -> Result<Cost> {
    let begun = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn()?;
    let reader = child.stdout.take().map(|mut output| {
        std::thread::spawn(move || {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut output, &mut text).map(|_| text)
        })
    });
    let (wall_s, cpu_s, peak_bytes) = watch(&mut child, begun)?;
    let status = child.wait()?;
    let stdout = match reader.map(std::thread::JoinHandle::join) {
        Some(Ok(text)) => text?,
        _ => String::new(),
    };
    if !status.success() {
        return Err(format!("the command ended with {status}").into());
    }
    Ok(Cost { wall_s, cpu_s, peak_bytes, stdout })
}

/// Looks at a child until it has ended, and does not wait for it: its times are gone once it was waited for.
fn watch(child: &mut Child, begun: Instant) -> Result<(f64, f64, u64)> {
    let id = child.id();
    let mut peak = 0;
    loop {
        peak = peak_memory(id).unwrap_or(peak);
        let stat = fs::read_to_string(format!("/proc/{id}/stat"))
            .map_err(|error| format!("the process's figures cannot be read from /proc: {error}"))?;
        if state(&stat) == Some('Z') {
            return Ok((begun.elapsed().as_secs_f64(), cpu_of(&stat).unwrap_or_default(), peak));
        }
        std::thread::sleep(LOOK);
    }
}

/// The most memory that a running process has had at once, bytes.
pub(crate) fn peak_memory(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// Seconds of processor time that this process has used.
pub(crate) fn own_cpu_s() -> f64 {
    cpu_s(std::process::id()).unwrap_or_default()
}

/// Seconds of processor time that a running process has used.
pub(crate) fn cpu_s(id: u32) -> Option<f64> {
    fs::read_to_string(format!("/proc/{id}/stat")).ok().and_then(|stat| cpu_of(&stat))
}

/// The fields after the name, which is in brackets and may hold anything.
fn fields(stat: &str) -> impl Iterator<Item = &str> {
    stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace()
}

fn state(stat: &str) -> Option<char> {
    fields(stat).next()?.chars().next()
}

/// User and system time, the 14th and 15th field.
fn cpu_of(stat: &str) -> Option<f64> {
    let ticks: Vec<f64> = fields(stat).skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
    (ticks.len() == 2).then(|| ticks.iter().sum::<f64>() / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_of_a_child_is_its_own() {
        let cost = run(Command::new("sh").arg("-c").arg("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo done")).unwrap();
        assert_eq!(cost.stdout, "done\n");
        assert!(cost.cpu_s > 0.0 && cost.cpu_s < cost.wall_s + 0.05, "{cost:?}");
        assert!((100_000..100_000_000).contains(&cost.peak_bytes), "{cost:?}");
    }
}
