//! The file of facts beside a file of the Drive. Its fields are not documented, so each is looked for under the names that the
//! product's interfaces have for it, however they are spelled.

use domain::{EntityRef, NewItem, NewLink, Raw, Role};
use serde_json::{Map, Value};

use crate::json::lenient;
use crate::text::time;

const ENDING: &str = "-info.json";
const CREATED: &[&str] = &["createdtime", "createddate", "creationtime", "created"];
const MODIFIED: &[&str] = &["modifiedtime", "modifieddate", "lastmodifiedtime", "lastmodified", "modificationtime", "modified"];
const OWNER: &[&str] = &["owners", "owner"];
const SWITCHES: &[&str] = &["starred", "trashed", "permissions", "isstarred", "istrashed"];

/// What a file of facts is about, by its name; `None` when it is not called as one.
pub(super) fn about(path: &str) -> Option<String> {
    path.strip_suffix(ENDING).map(str::to_owned)
}

pub(super) struct Facts {
    fields: Map<String, Value>,
    /// The file as it stood.
    pub(super) raw: Vec<u8>,
}

impl Facts {
    /// Reads a file of facts; `None` when it is a file of the owner's that happens to be called so.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let Ok(Value::Object(object)) = lenient::value(bytes) else { return None };
        let plain = |name: &str| name.chars().filter(|letter| *letter != '_' && *letter != ' ').collect::<String>().to_lowercase();
        let fields: Map<String, Value> = object.into_iter().map(|(name, value)| (plain(&name), value)).collect();
        let has = |names: &[&str]| names.iter().any(|name| fields.contains_key(*name));
        (has(MODIFIED) || has(CREATED) || has(SWITCHES)).then(|| Self { fields, raw: bytes.to_vec() })
    }

    /// Adds the facts to the file's item; its dates are those of the Drive.
    pub(super) fn tell(&self, item: &mut NewItem) {
        item.raw = Raw::json(&self.raw);
        let first = |names: &[&str]| names.iter().find_map(|name| self.fields.get(*name));
        let (created, modified) = (first(CREATED).and_then(time::of), first(MODIFIED).and_then(time::of));
        for (name, value) in [("created", first(CREATED)), ("modified", first(MODIFIED))] {
            item.set(name, value.filter(|value| value.is_string() || value.is_number()).cloned().unwrap_or_default());
        }
        item.at = modified.or(created).or(item.at.take());
        let is = |names: &[&str]| first(names) == Some(&Value::Bool(true));
        if is(&["starred", "isstarred"]) {
            item.set("starred", true);
        }
        if is(&["trashed", "istrashed"]) {
            item.set("trashed", true);
            item.hidden = true;
        }
        let owner = first(OWNER).map(|owner| owner.get(0).unwrap_or(owner));
        let text = |name: &str| owner.and_then(|owner| owner.get(name)).and_then(Value::as_str).unwrap_or_default();
        let address = [text("emailAddress"), text("email"), owner.and_then(Value::as_str).unwrap_or_default()]
            .into_iter()
            .find(|text| text.contains('@'));
        if let Some(address) = address {
            item.links.push(NewLink { role: Role::Sender, entity: EntityRef::mailbox(address, text("displayName")) });
            item.set("owner", address);
        }
    }
}
