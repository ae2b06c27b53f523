//! What lets a program in: private keys, tokens of sessions, keys to services.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::PiiClass;

use super::recogniser::{Gate, PLAIN, Recogniser};

pub(super) const RECOGNISERS: &[Recogniser] = &[
    Recogniser {
        class: PiiClass::PrivateKey,
        gate: Gate::Byte(b'-'),
        pattern: r"-----BEGIN (?:[A-Z0-9]{2,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----",
        check: |text, range| {
            // Its end may be missing; what follows is the key all the same.
            let rest = &text[range.end..];
            let end = rest.find("-----END ").and_then(|at| rest[at + 9..].find("-----").map(|more| at + 9 + more + 5));
            Some(range.start..range.end + end.unwrap_or_else(|| rest.floor_char_boundary(KEY)))
        },
        framed: false,
        alone: 99,
        against: "",
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::PrivateKey,
        gate: Gate::Byte(b'1'),
        pattern: r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}",
        alone: 99,
        against: "",
        ..PLAIN
    },
    Recogniser {
        class: PiiClass::Jwt,
        gate: Gate::Byte(b'.'),
        pattern: r"(?-u:\b)eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{10,}",
        check: |text, range| {
            let head = text[range.clone()].split('.').next()?;
            let head = URL_SAFE_NO_PAD.decode(head).ok()?;
            head.windows(5).any(|window| window == b"\"alg\"").then_some(range)
        },
        framed: false,
        alone: 99,
        against: "",
        ..PLAIN
    },
    // Each service marks its keys, so that they can be told when they leak.
    Recogniser {
        class: PiiClass::ApiKey,
        pattern: concat!(
            r"(?-u:\b)(?:(?:AKIA|ASIA)[A-Z0-9]{16}|gh[opusr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[A-Za-z0-9_-]{20,64}",
            r"|(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,128}|sk-(?:proj-|ant-|svcacct-)?[A-Za-z0-9_-]{20,200}|xox[abeprs]-[A-Za-z0-9-]{10,200}",
            r"|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,400}|SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}|npm_[A-Za-z0-9]{36}",
            r"|pypi-[A-Za-z0-9_-]{16,200}|hf_[A-Za-z0-9]{30,60}|do[opr]_v1_[a-f0-9]{64}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|key-[a-f0-9]{32}",
            r"|dp\.pt\.[A-Za-z0-9]{40,44}|EAAC[A-Za-z0-9]{60,300})",
        ),
        framed: false,
        context: "*akia | *asia | *ghp_ | *gho_ | *ghu_ | *ghs_ | *ghr_ | github_pat_ | glpat- | sk_live_ | sk_test_ | rk_live_ | rk_test_ | \
            pk_live_ | pk_test_ | *sk- | *xox | *aiza | *ya29 | *sg. | *npm_ | pypi- | *hf_ | *doo_ | *dop_ | *dor_ | *shpat | *shpca | *shppa | \
            *shpss | *key- | dp.pt. | *eaac",
        in_context: 95,
        against: "",
        ..PLAIN
    },
    // Of a bot: its number, a colon and its key.
    Recogniser {
        class: PiiClass::ApiKey,
        gate: Gate::Digits(8),
        pattern: r"(?-u:\b)\d{8,10}:[A-Za-z0-9_-]{35}(?-u:\b)",
        framed: false,
        alone: 90,
        against: "",
        ..PLAIN
    },
    // A key of whatever service, where it is called one.
    Recogniser {
        class: PiiClass::ApiKey,
        pattern: r"(?i:(?:(?:api|access|auth|secret|private|client)[ _-]?)+(?:access[ _-]?)?(?:key|token|secret)|apikey|secret|bearer|token|api-schlüssel|zugangsschlüssel)[^\nA-Za-z0-9+/_=.-]{0,4}(?: ?(?i:is|ist|lautet|key))?[^\nA-Za-z0-9+/_-]{1,4}([A-Za-z0-9+/_-]{20,200}={0,2})",
        check: |text, range| is_random(&text[range.clone()]).then_some(range),
        framed: false,
        context: "api key | api-key | api_key | apikey | secret | access key | access_key | private_key | token | bearer | api-schl | zugangsschl",
        in_context: 82,
        against: "",
        ..PLAIN
    },
];

/// Bytes of a key whose end is missing.
const KEY: usize = 4096;

/// Whether a text of letters and digits is no word, path or repetition: several kinds of letters, and much that is new.
fn is_random(text: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| text.as_bytes().iter().any(kind);
    let is_mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    let mut times: HashMap<u8, f64> = HashMap::new();
    for byte in text.bytes() {
        *times.entry(byte).or_default() += 1.0;
    }
    let n = text.len() as f64;
    let bits: f64 = times.values().map(|times| -(times / n) * (times / n).log2()).sum();
    is_mixed && bits >= 3.4
}
