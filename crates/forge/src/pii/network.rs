//! Addresses on networks: mailboxes, IP, MAC.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use domain::PiiClass;

use super::recogniser::{Gate, PLAIN, Recogniser};

pub(super) const RECOGNISERS: &[Recogniser] = &[
    Recogniser {
        class: PiiClass::Email,
        gate: Gate::Byte(b'@'),
        pattern: r#"[^\s@<>()\[\]{}",;:|\\/=]+@(?:[^\s@<>()\[\]{}"',;:|\\/.?!&=#_]+\.)+\p{L}{2,24}"#,
        check: |text, range| {
            // "icon@2x.png" is a picture.
            const FILES: &[&str] = &["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js"];
            let end = text[range.clone()].rsplit('.').next()?.to_ascii_lowercase();
            let quoted = text[range.clone()].len() - text[range.clone()].trim_start_matches('\'').len();
            (!FILES.contains(&end.as_str())).then_some(range.start + quoted..range.end)
        },
        framed: false,
        alone: 97,
        against: "",
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::Ip,
        gate: Gate::Digits(4),
        pattern: r"(?-u:\b)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?-u:\b)",
        check: ipv4,
        alone: 75,
        context: IP,
        in_context: 96,
        against: VERSIONS,
        ..PLAIN
    },
    // Four small numbers number what has versions as well: here a word has to tell.
    Recogniser {
        class: PiiClass::Ip,
        pattern: r"(?-u:\b)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?-u:\b)",
        check: |text, range| is_somebodys(text[range.clone()].parse().ok()?).then_some(range),
        context: IP,
        in_context: 85,
        against: VERSIONS,
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::Ip,
        gate: Gate::Byte(b':'),
        pattern: r"(?:[0-9A-Fa-f]{1,4}:|::)(?:[0-9A-Fa-f]{0,4}:){1,7}[0-9A-Fa-f]{0,4}",
        check: ipv6,
        alone: 88,
        context: IP,
        in_context: 97,
        against: "",
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::Mac,
        gate: Gate::Byte(b':'),
        pattern: r"(?-u:\b)(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?-u:\b)",
        check: mac,
        alone: 92,
        context: MAC,
        in_context: 98,
        against: "",
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::Mac,
        gate: Gate::Byte(b'-'),
        pattern: r"(?-u:\b)(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}(?-u:\b)",
        check: mac,
        alone: 70,
        context: MAC,
        in_context: 97,
        ..PLAIN
    },
];

const IP: &str = "ip | ip-adresse | ip address | server | host | router | login from | anmeldung von | ssh | dns | ipv6 | ipv4";
const VERSIONS: &str = "version | release | firmware | build | update | treiber | driver | kapitel | section | abschnitt | chapter";
const MAC: &str = "mac | mac-adresse | mac address | bluetooth | hardware address | wlan | wifi | wi-fi | router";

/// An address that is unlikely to be a version.
fn ipv4(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let address: Ipv4Addr = text[range.clone()].parse().ok()?;
    (is_somebodys(address) && address.octets().iter().any(|octet| *octet >= 25)).then_some(range)
}

/// Whether it is an interface's: neither the machine itself nor everybody.
fn is_somebodys(address: Ipv4Addr) -> bool {
    !(address.is_loopback() || address.is_broadcast() || address.octets()[0] == 0)
}

fn ipv6(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    // A colon behind it belongs to the sentence.
    let written = text[range.clone()].strip_suffix(':').filter(|rest| !rest.ends_with(':')).unwrap_or(&text[range.clone()]);
    let address: Ipv6Addr = written.parse().ok()?;
    let n_groups = written.split(':').filter(|group| !group.is_empty()).count();
    let is_path = !written.bytes().any(|byte| byte.is_ascii_digit()) || n_groups < 3;
    (!is_path && !address.is_loopback()).then_some(range.start..range.start + written.len())
}

fn mac(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let mut digits = text[range.clone()].bytes().filter(u8::is_ascii_alphanumeric);
    let first = digits.next()?;
    digits.any(|digit| !digit.eq_ignore_ascii_case(&first)).then_some(range)
}
