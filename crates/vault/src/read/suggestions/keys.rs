//! What two who are one would share: the mailbox behind its spellings, the number without its country, the name in any order.

use std::collections::{BTreeMap, BTreeSet};

use crate::index::words_of;
use crate::table::person::TITLES;

/// Digits that two spellings of a phone number have in common: all but the country and the zero in its place.
const DIGITS: usize = 9;
/// Different names by which one address may be called and still be one person's.
const MANY: usize = 4;
/// The shortest part of a name that is no initial.
const PART: usize = 2;

/// Domains where anybody may have a mailbox, so that sharing one says nothing.
const PUBLIC: &[&str] = &[
    "gmail",
    "googlemail",
    "gmx",
    "web",
    "yahoo",
    "ymail",
    "hotmail",
    "outlook",
    "live",
    "msn",
    "icloud",
    "me",
    "mac",
    "aol",
    "mail",
    "proton",
    "protonmail",
    "posteo",
    "mailbox",
    "freenet",
    "t-online",
    "bluewin",
    "hispeed",
    "sunrise",
    "orange",
    "wanadoo",
    "free",
    "laposte",
    "libero",
    "virgilio",
    "tiscali",
    "seznam",
    "wp",
    "o2",
    "onet",
    "interia",
    "qq",
    "163",
    "126",
    "naver",
    "daum",
    "yandex",
    "rambler",
    "fastmail",
    "zoho",
    "comcast",
    "verizon",
    "att",
    "btinternet",
    "sky",
    "telenet",
    "ziggo",
    "kpn",
    "telia",
    "bol",
    "uol",
    "terra",
    "rediffmail",
    "tutanota",
];

/// What stands before the `@` of an address that no person answers.
const MACHINES: &[&str] = &[
    "noreply",
    "donotreply",
    "notreply",
    "notification",
    "notifications",
    "notify",
    "newsletter",
    "news",
    "info",
    "support",
    "service",
    "services",
    "mailer",
    "daemon",
    "postmaster",
    "bounce",
    "bounces",
    "alert",
    "alerts",
    "updates",
    "marketing",
    "hello",
    "contact",
    "kontakt",
    "admin",
    "invitations",
    "billing",
    "invoice",
    "orders",
    "order",
    "shop",
    "sales",
    "team",
    "help",
];

/// What people are compared by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// A mailbox, without what its provider does not look at.
    Mailbox(String),
    /// The last digits of a phone number.
    Phone(String),
    /// The parts of a name, in order of the alphabet.
    Name(String),
    /// A first name's initial and a surname.
    Initial(String),
}

/// By what a key was come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sign {
    /// The name itself.
    Name(String),
    /// An address.
    Address,
}

/// The keys of a person, by their addresses and names.
pub(super) fn of(addresses: &[String], names: &[String]) -> BTreeMap<Key, Sign> {
    let mut keys = BTreeMap::new();
    for name in names {
        for key in of_name(name) {
            keys.entry(key).or_insert_with(|| Sign::Name(name.clone()));
        }
    }
    for address in addresses {
        if let Some(mailbox) = address.strip_prefix("mailto:") {
            keys.extend(canonical(mailbox).map(|mailbox| (Key::Mailbox(mailbox), Sign::Address)));
            if !is_machine(address) {
                for key in of_local_part(mailbox) {
                    keys.entry(key).or_insert(Sign::Address);
                }
            }
        } else if let Some(number) = address.strip_prefix("tel:") {
            keys.extend(last_digits(number).map(|digits| (Key::Phone(digits), Sign::Address)));
        }
    }
    keys
}

/// A mailbox as its provider reads it: without what follows a plus, and for Gmail without dots. `None` when it is none.
fn canonical(mailbox: &str) -> Option<String> {
    let (local, domain) = mailbox.rsplit_once('@')?;
    let (mut local, mut domain) = (local.split('+').next().unwrap_or_default().to_owned(), domain);
    if matches!(domain, "gmail.com" | "googlemail.com") {
        (local, domain) = (local.replace('.', ""), "gmail.com");
    }
    (!local.is_empty()).then(|| format!("{local}@{domain}"))
}

/// The digits by which a number is known with its country and without.
fn last_digits(number: &str) -> Option<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let at = digits.len().checked_sub(DIGITS)?;
    Some(digits[at..].to_owned())
}

/// The keys of a name as people write it: "Anna Meier", "Meier, Anna", "A. Meier (Work)".
fn of_name(name: &str) -> Vec<Key> {
    if name.contains('@') {
        return Vec::new();
    }
    let name = name.split(['(', '[', '|']).next().unwrap_or_default();
    let turned = match name.split_once(',') {
        Some((family, given)) => format!("{given} {family}"),
        None => name.to_owned(),
    };
    let parts: Vec<String> = words_of(&turned).into_iter().filter(|part| !TITLES.contains(&part.as_str())).collect();
    keys_of(&parts)
}

/// The keys of what stands before the `@`: "anna.meier", "a_meier".
fn of_local_part(mailbox: &str) -> Vec<Key> {
    let local = mailbox.split(['@', '+']).next().unwrap_or_default();
    let parts: Vec<String> = local.split(['.', '_', '-']).flat_map(words_of).filter(|part| !part.chars().all(char::is_numeric)).collect();
    keys_of(&parts)
}

/// The keys of a name, the surname last.
fn keys_of(parts: &[String]) -> Vec<Key> {
    let is_initial = |part: &&String| part.chars().count() < PART;
    let whole: Vec<&str> = parts.iter().filter(|part| !is_initial(part)).map(String::as_str).collect();
    let mut keys = Vec::new();
    if parts.iter().any(|part| part.chars().any(char::is_numeric)) || parts.len() > 5 {
        return keys;
    }
    if whole.len() >= 2 {
        let ordered: BTreeSet<&str> = whole.iter().copied().collect();
        keys.push(Key::Name(ordered.into_iter().collect::<Vec<_>>().join(" ")));
    }
    if let (Some(initial), Some(surname)) = (parts.first().and_then(|part| part.chars().next()), whole.last())
        && parts.len() >= 2
    {
        keys.push(Key::Initial(format!("{initial} {surname}")));
    }
    keys
}

/// Whether anybody may have a mailbox at a domain.
pub(super) fn is_public(domain: &str) -> bool {
    domain.split('.').next().is_some_and(|name| PUBLIC.contains(&name))
}

/// Whether an address is one that no person answers.
pub(super) fn is_machine(address: &str) -> bool {
    let Some(mailbox) = address.strip_prefix("mailto:") else { return false };
    let local = mailbox.split('@').next().unwrap_or_default();
    let joined: String = local.split(['-', '_', '.']).collect();
    MACHINES.contains(&joined.as_str()) || local.split(['-', '_', '.', '+']).any(|part| MACHINES.contains(&part))
}

/// Whether names are those of many, who write by one address: a list, a site that passes messages on.
pub(super) fn is_many(names: &[String]) -> bool {
    let different: BTreeSet<Vec<Key>> = names
        .iter()
        .map(|name| of_name(name).into_iter().filter(|key| matches!(key, Key::Name(_))).collect())
        .filter(|keys: &Vec<Key>| !keys.is_empty())
        .collect();
    different.len() > MANY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_mailbox_are_one() {
        for mailbox in ["annameier@gmail.com", "anna.meier@gmail.com", "anna.meier+shop@googlemail.com"] {
            assert_eq!(canonical(mailbox).as_deref(), Some("annameier@gmail.com"), "{mailbox}");
        }
        assert_eq!(canonical("anna+list@example.org").as_deref(), Some("anna@example.org"));
        assert_eq!(canonical("anna.meier@example.org").as_deref(), Some("anna.meier@example.org"), "elsewhere dots matter");
    }

    #[test]
    fn a_number_is_known_with_its_country_and_without() {
        assert_eq!(last_digits("+41791234567"), last_digits("0791234567"));
        assert_eq!(last_digits("12345"), None, "a short number is many people's");
    }

    #[test]
    fn names_are_read_in_either_order_and_whatever_stands_beside_them() {
        let name = |text: &str| of_name(text).into_iter().find(|key| matches!(key, Key::Name(_)));
        for text in ["Anna Meier", "Meier, Anna", "Dr. Anna Meier", "anna meier (Work)", "Anna L. Meier"] {
            assert_eq!(name(text), Some(Key::Name("anna meier".to_owned())), "{text}");
        }
        assert_eq!(of_local_part("anna.meier@example.org"), of_name("Anna Meier"));
        assert_eq!(of_name("A. Meier"), [Key::Initial("a meier".to_owned())]);
        assert!(of_name("Anna").is_empty(), "a first name is many people's");
        assert!(of_name("anna@example.org").is_empty());
    }

    #[test]
    fn machines_and_lists_are_no_people() {
        assert!(is_machine("mailto:no-reply@shop.example"));
        assert!(is_machine("mailto:shop-newsletter@shop.example"));
        assert!(!is_machine("mailto:anna.meier@shop.example"));
        let names: Vec<String> = ["Anna Meier", "Bo Berg", "Cy Cole", "Di Dorn", "Ed Ernst"].map(str::to_owned).to_vec();
        assert!(is_many(&names));
        assert!(!is_many(&["Anna Meier".to_owned(), "Meier, Anna".to_owned(), "A. Meier".to_owned()]));
    }
}
