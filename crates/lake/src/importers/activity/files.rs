//! The files that rows of activity name, which lie beside the rows' own file.
//!
//! They are looked for in the same folder of the same archive; those in another part of a split export, and in archives that would
//! have to be passed over for each (tar), stay named in `data.files` alone.

use std::collections::HashMap;

use domain::{BlobContent, NewBlob, NewItem};

use crate::archive::Beside;
use crate::importer::Origin;
use crate::media;

/// Largest file that is attached, bytes.
const LARGEST: u64 = 256 << 20;

/// Looks files up for the rows of one file.
pub(crate) struct Files<'o> {
    origin: Origin<'o>,
    /// Opened when the first row names a file; `None` when it cannot be looked into.
    beside: Option<Option<Beside>>,
    known: HashMap<String, Option<NewBlob>>,
}

impl<'o> Files<'o> {
    /// Of the file at `origin`.
    pub(crate) fn beside(origin: Origin<'o>) -> Self {
        Self { origin, beside: None, known: HashMap::new() }
    }

    /// Attaches the files that an item names in `data.files`, as far as they are there.
    pub(crate) fn attach(&mut self, item: &mut NewItem) {
        let names = item.data.get("files").and_then(|files| files.as_array());
        let names: Vec<String> = names.into_iter().flatten().filter_map(|name| name.as_str()).map(str::to_owned).collect();
        for name in names {
            if !self.known.contains_key(&name) {
                let blob = self.find(&name);
                self.known.insert(name.clone(), blob);
            }
            item.blobs.extend(self.known.get(&name).cloned().flatten());
        }
    }

    /// The file of that name.
    pub(crate) fn find(&mut self, name: &str) -> Option<NewBlob> {
        // Neither an address nor a way out of the folder.
        if name.contains(['/', '\\']) || name.starts_with('.') {
            return None;
        }
        let beside = self.beside.get_or_insert_with(|| self.origin.beside().ok().filter(Beside::is_quick)).as_mut()?;
        let bytes = beside.read(name, LARGEST).ok()?;
        let (path, entry) = beside.place(name);
        let media_type = media::signature::media_type(&bytes).or_else(|| media::type_of(name)).unwrap_or("application/octet-stream");
        let content = BlobContent::Reference { path, entry, size: bytes.len() as u64, digest: *blake3::hash(&bytes).as_bytes() };
        Some(NewBlob { name: name.to_owned(), media_type: media_type.to_owned(), content })
    }
}

#[cfg(test)]
mod tests {
    use domain::{Kind, Raw};

    use super::*;

    #[test]
    fn a_file_beside_the_rows_is_attached_and_nothing_from_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let rows = folder.path().join("rows");
        std::fs::create_dir(&rows).unwrap();
        std::fs::write(rows.join("shot.png"), b"\x89PNG\r\n\x1a\n").unwrap();
        std::fs::write(folder.path().join("secret.txt"), b"x").unwrap();
        let path = rows.join("MyActivity.json").display().to_string();
        let mut files = Files::beside(Origin { path: &path, entry: "" });
        let mut item = NewItem::new(Kind::Activity, "x", "", Raw::json(b""));
        item.set("files", vec!["shot.png", "../secret.txt", "gone.mp3"]);
        files.attach(&mut item);
        let [blob] = item.blobs.as_slice() else { panic!("{:?}", item.blobs) };
        assert_eq!((blob.name.as_str(), blob.media_type.as_str()), ("shot.png", "image/png"));
    }
}
