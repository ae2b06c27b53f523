//! What lets a person in: passwords, and codes for one time.

use std::ops::Range;

use domain::PiiClass;

use super::recogniser::{Gate, PLAIN, Recogniser};

pub(super) const RECOGNISERS: &[Recogniser] = &[
    Recogniser {
        class: PiiClass::Password,
        pattern: concat!(
            r"(?i:(?:(?-u:\b)|_)(?:password|passwort|kennwort|passwd|passphrase|passcode|losungswort|pwd|pw|wifi[ -]?key|wi-fi key|wlan[ -]?(?:schlüssel|key|passwort)|netzwerkschlüssel|pin|zugangscode))",
            r#"(?: ?(?i:for|für|to|of|zu|zum|vom|von)(?: [^\s:=]+){1,5}?)?(?: ?[:=→] ?| ?-> ?|[ ,]+(?i:is now|is|lautet jetzt|lautet|ist jetzt|ist|heißt)(?:[: ]+))["'„“»‘`]?([^\s"'“”„«»‘’`<>]{4,64})"#
        ),
        check: password,
        framed: false,
        context: PASSWORDS,
        in_context: 85,
        against: "",
        ..PLAIN
    },
    // In quotes it may have spaces in it.
    Recogniser {
        class: PiiClass::Password,
        pattern: r#"(?i:(?-u:\b)(?:password|passwort|kennwort|passphrase|losungswort))(?: ?[:=]| (?i:is|lautet|ist|heißt))? ?["“„»]([^"“”„«»\n]{4,64})["”“«]"#,
        framed: false,
        context: PASSWORDS,
        in_context: 84,
        against: "",
        ..PLAIN
    },
    // Without a word or a sign between the two there has to be a digit in it.
    Recogniser {
        class: PiiClass::Password,
        pattern: r#"(?i:(?-u:\b)(?:password|passwort|kennwort|passphrase|pwd|pw|pin|pass ?[:=]|wifi[ -]?key|wlan[ -]?(?:schlüssel|key))) ?([^\s"'“”„«»‘’`<>:=]{4,64})"#,
        check: |text, range| password(text, range).filter(|range| text[range.clone()].contains(|c: char| c.is_ascii_digit())),
        framed: false,
        context: PASSWORDS,
        in_context: 80,
        against: "",
        ..PLAIN
    },
    // In an address: "postgres://user:password@host".
    Recogniser {
        class: PiiClass::Password,
        gate: Gate::Byte(b'@'),
        pattern: r"://[^\s:/@]+:([^\s@/]{4,64})@",
        framed: false,
        alone: 98,
        against: "",
        ..PLAIN
    },
    // Words that stand for a key.
    Recogniser {
        class: PiiClass::Password,
        pattern: r"(?i:recovery phrase|seed phrase|secret phrase|backup phrase|recovery words|seed-phrase|wiederherstellungsphrase|wiederherstellungswörter)(?: ?(?i:is|are|lautet|lauten|ist))?[:=]?\s+((?:\p{Ll}{3,12}[ ,]{1,2}){5,23}\p{Ll}{3,12})",
        framed: false,
        alone: 95,
        against: "",
        ..PLAIN
    },
    // A code behind what it is called.
    Recogniser {
        class: PiiClass::OneTimeCode,
        pattern: concat!(
            r"(?i:",
            r"one[- ]time (?:code|password|passcode|pin)|verification code|security code|confirmation code|login code|sign-?in code|access code|authentication code|auth code|2fa(?: code)?|otp|passcode|",
            r"bestätigungscode|sicherheitscode|einmalcode|einmalpasswort|einmalkennwort|anmeldecode|login-code|verifizierungscode|zugangscode|freischaltcode|authentifizierungscode|mtan|smstan|(?-u:\b)tan|(?:ihr|dein|your)(?: [\p{L}-]+){0,2}[ -]code|(?-u:\b)code is|code lautet|(?-u:\b)code:)",
            r"[^\d\n]{0,50}?(?-u:\b)((?:[A-Z]-)?\d{3}[ -]\d{3}|\d{2}[ -]\d{2}[ -]\d{2}|(?:[A-Z]-)?\d{4,8}|[A-Z0-9]{4}-[A-Z0-9]{4}(?:-[A-Z0-9]{4})?)(?-u:\b)",
        ),
        check: one_time_code,
        context: CODES,
        in_context: 92,
        against: "",
        ..PLAIN
    },
    // A code before what it is called.
    Recogniser {
        class: PiiClass::OneTimeCode,
        pattern: r"(?-u:\b)((?:[A-Z]-)?\d{3}[ -]\d{3}|\d{2}[ -]\d{2}[ -]\d{2}|(?:[A-Z]-)?\d{4,8}|[A-Z0-9]{4}-[A-Z0-9]{4}(?:-[A-Z0-9]{4})?) (?i:is your|ist ihr|ist dein|lautet ihr|als ihr|as your)[^\n]{0,40}(?i:code|tan|passcode|password|passwort|pin|otp)",
        check: one_time_code,
        context: CODES,
        in_context: 94,
        against: "",
        ..PLAIN
    },
    // A code that somebody is told to type.
    Recogniser {
        class: PiiClass::OneTimeCode,
        pattern: concat!(
            r"(?i:(?-u:\b)(?:use|enter|type|verwenden sie|geben sie|gib|nutzen sie|nutze))(?i:(?: the| den| diesen| this)? code)?:? ((?:[A-Z]-)?\d{3}[ -]\d{3}|\d{2}[ -]\d{2}[ -]\d{2}|(?:[A-Z]-)?\d{4,8}|[A-Z0-9]{4}-[A-Z0-9]{4}(?:-[A-Z0-9]{4})?)(?-u:\b)",
            r"[^\n]{0,30}(?i:sign|log ?in|verif|confirm|authent|anmeld|anzumeld|bestätig|einlog|einzulog)",
        ),
        check: one_time_code,
        context: "sign in | sign-in | signing | login | log in | verif | confirm | authent | anmeld | anzumeld | einlog | einzulog | bestätig",
        in_context: 88,
        against: "",
        ..PLAIN
    },
];

const PASSWORDS: &str = "password | passwort | kennwort | passwd | passphrase | passcode | losungswort | pwd | pw | pass | wifi | wi-fi | wlan | \
    netzwerkschl | pin | zugangscode";
const CODES: &str = "code | otp | 2fa | passcode | one-time | one time | einmalpasswort | einmalkennwort | tan | mtan | smstan | \
    bestätigungscode | sicherheitscode | einmalcode | anmeldecode | verifizierungscode | zugangscode | freischaltcode | \
    authentifizierungscode | password | pin";
/// Codes that let nobody in.
const OTHER_CODES: &[&str] = &[
    "zip",
    "plz",
    "postleitzahl",
    "post code",
    "postcode",
    "postal code",
    "error",
    "fehler",
    "promo",
    "gutschein",
    "voucher",
    "discount",
    "rabatt",
    "booking",
    "buchung",
    "country",
    "länder",
    "status",
    "area",
    "vorwahl",
    "bar code",
    "barcode",
    "qr",
    "source code",
    "dress",
];

/// A code, and neither a year nor a code of another sort: the words of its line before it tell.
fn one_time_code(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let code = &text[range.clone()];
    let has_digit = code.contains(|ch: char| ch.is_ascii_digit());
    let is_year = code.len() == 4 && (code.starts_with("19") || code.starts_with("20"));
    let line = text[..range.start].rsplit('\n').next().unwrap_or_default();
    let said = line[line.ceil_char_boundary(line.len().saturating_sub(80))..].to_lowercase();
    let is_other = OTHER_CODES.iter().any(|other| said.contains(other));
    (has_digit && !is_year && !is_other).then_some(range)
}

/// What is said where a password is announced, and is none.
const SAID: &[&str] = &[
    "password",
    "passwort",
    "kennwort",
    "reset",
    "required",
    "invalid",
    "incorrect",
    "wrong",
    "expired",
    "needed",
    "protected",
    "change",
    "changed",
    "secure",
    "safe",
    "strong",
    "weak",
    "correct",
    "not",
    "here",
    "hier",
    "falsch",
    "abgelaufen",
    "erforderlich",
    "notwendig",
    "geändert",
    "zurücksetzen",
    "nicht",
    "sicher",
    "unsicher",
    "ungültig",
    "geheim",
    "secret",
    "unknown",
    "unbekannt",
    "vergessen",
    "forgotten",
    "manager",
    "your",
    "dein",
    "http",
    "https",
    "the",
    "das",
    "ein",
    "eine",
    "must",
    "muss",
    "still",
    "noch",
    "stored",
    "gespeichert",
    "written",
    "in",
    "on",
    "am",
    "im",
];

/// What a password is announced with: after a colon anything that is no word of a sentence, after "is" what no word looks like.
fn password(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let value = text[range.clone()].trim_end_matches(['.', ',', ';', '!', '?', ')']);
    let folded = value.trim_end_matches(':').to_lowercase();
    let quoted = text[..range.start].ends_with(['"', '\'', '„', '“', '»', '‘', '`']);
    let announced = text[..range.start].trim_end().ends_with([':', '=', '→', '>']);
    let mixed = {
        let kinds: [fn(char) -> bool; 3] = [char::is_numeric, |c| c.is_lowercase(), |c| c.is_uppercase()];
        let n_kinds = kinds.iter().filter(|kind| value.chars().any(**kind)).count();
        let inner_capital = value.chars().skip(1).any(char::is_uppercase);
        value.chars().any(char::is_numeric) || (n_kinds > 1 && inner_capital) || value.chars().any(|c| "!#$%&*@^_~-".contains(c))
    };
    let is_it =
        value.chars().count() >= 4 && !SAID.contains(&folded.as_str()) && !folded.starts_with("http") && (quoted || announced || mixed);
    is_it.then(|| range.start..range.start + value.len())
}
