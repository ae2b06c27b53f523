//! The item that a photo, a film or an album becomes.
//!
//! `data` of a photo holds, as far as known: `file` (path in the export), `favourite`, `archived`, `trashed`, `locked` (true
//! or absent), `camera_make`, `camera_model`, `altitude` (metres), `place_from` ("geoData", "geoDataExif", "exif"), `place_exif`
//! (latitude and longitude in the file, where the owner moved it), `time_from` ("sidecar", "exif", "film", "file_name"), `film_clock`
//! (what a film's own clock says that was no time of a film), `uploaded`
//! (seconds since 1970), `views`, `origin`, `url`, `edited` or `motion` (true), `pairing` ("guessed"), `missing` (true: the
//! medium is in no part that was read).

use domain::{BlobContent, EntityKind, EntityRef, ItemLink, Kind, NewBlob, NewItem, NewLink, Raw, RawFormat, Role, Uid};
use serde_json::json;

use super::gathered::{Gathered, Held, Medium};
use super::names::{self, Folder};
use super::pairing::How;
use super::sidecar::{self, Album, Sidecar};
use super::taken;
use crate::text::time;

const SOURCE: &str = "google.photos";

/// A photo or film, as all its files together show it.
pub(super) struct Portrait<'g> {
    pub(super) gathered: &'g Gathered,
    pub(super) medium: Option<&'g Medium>,
    pub(super) sidecar: Option<&'g Held>,
    pub(super) how: Option<How>,
    /// What it is an edited version or the film of.
    pub(super) original: Option<(How, &'g Medium)>,
    /// The albums it stands in.
    pub(super) albums: Vec<NewLink>,
    /// The folders of all its copies.
    pub(super) folders: Vec<Folder>,
}

impl Portrait<'_> {
    pub(super) fn item(self) -> NewItem {
        let bytes = self.sidecar.map(|held| self.gathered.bytes(held));
        let sidecar = bytes.as_deref().and_then(|bytes| Sidecar::read(bytes).ok()).unwrap_or_default();
        let paths = &self.gathered.paths;
        let path = self.medium.map(|medium| medium.path).or(self.sidecar.map(|held| held.path)).map(|path| paths.get(path)).unwrap_or_default();
        let path = path.as_str();
        let file = path.rsplit('/').next().unwrap_or(path);
        // A shared sidecar names the original.
        let is_derived = self.original.is_some() || matches!(self.how, Some(How::Edited | How::Motion));
        let title = if sidecar.title().is_empty() || is_derived { file } else { sidecar.title() };
        let is_film = match self.medium {
            Some(medium) => medium.media_type.starts_with("video/"),
            None => names::is_film(names::split(title).1),
        };
        let raw = bytes.as_deref().map_or_else(|| Raw::text(RawFormat::Text, path), Raw::json);
        let kind = if is_film { Kind::Video } else { Kind::Photo };
        let mut item = match self.medium {
            Some(medium) => NewItem::new(kind, SOURCE, medium.digest, raw),
            None => NewItem::new(kind, SOURCE, sidecar::identity(&sidecar, path), raw),
        };
        item.title = title.to_owned();
        sidecar.description().clone_into(&mut item.text);

        let shot = self.medium.and_then(|medium| self.gathered.shot(medium));
        let shot = shot.as_ref();
        if let Some((moment, told)) = taken::when(sidecar.taken(), shot, file, is_film) {
            item.at = Some(moment);
            item.set("time_from", told);
        }
        let in_file = shot.and_then(|shot| Some((shot.place?, shot.altitude, "exif")));
        if let Some((place, altitude, told)) = sidecar.places().next().or(in_file) {
            item.place = Some(place);
            item.set("altitude", altitude);
            item.set("place_from", told);
            if let Some((other, ..)) = in_file.filter(|(other, ..)| other.metres_to(place) > 100.0) {
                item.set("place_exif", json!([other.lat_degrees(), other.lon_degrees()]));
            }
        }
        if let Some(shot) = shot {
            item.set("camera_make", shot.make.as_str());
            item.set("camera_model", shot.model.as_str());
            item.set("film_clock", taken::unbelieved(shot));
        }
        item.links
            .extend(sidecar.people().map(|name| NewLink { role: Role::Depicted, entity: EntityRef::named(EntityKind::Person, name) }));
        item.links.extend(self.albums);

        for mark in sidecar.marks() {
            item.set(mark, true);
        }
        let everywhere = |folder| !self.folders.is_empty() && self.folders.iter().all(|other| *other == folder);
        if everywhere(Folder::Bin) {
            item.set("trashed", true);
        }
        if everywhere(Folder::Archive) {
            item.set("archived", true);
        }
        item.hidden = item.data.contains_key("trashed");
        item.set("file", path);
        item.set("url", sidecar.url());
        item.set("uploaded", sidecar.uploaded());
        item.set("views", sidecar.views());
        item.set("origin", sidecar.origin());
        match self.how {
            Some(How::Guessed) => item.set("pairing", "guessed"),
            Some(How::Edited) => item.set("edited", true),
            Some(How::Motion) => item.set("motion", true),
            Some(How::Own) | None => {}
        }
        match self.original {
            Some((How::Motion, original)) => {
                item.related.push(related("part_of", original));
                // The picture stands for both; its film is one click away.
                item.hidden = true;
            }
            Some((How::Edited, original)) => {
                item.related.push(related("edit_of", original));
                item.set("edited", true);
            }
            Some((How::Own | How::Guessed, _)) | None => {}
        }
        match self.medium {
            Some(medium) => item.blobs.push(NewBlob {
                name: file.to_owned(),
                media_type: medium.media_type.to_owned(),
                content: BlobContent::Reference {
                    path: paths.get(medium.container),
                    entry: paths.get(medium.entry),
                    size: medium.size,
                    digest: medium.digest,
                },
            }),
            None => item.set("missing", true),
        }
        item
    }
}

/// The item for an album. Key: its folder's name, title and date. `data`: `folder`, `access`.
pub(super) fn album(gathered: &Gathered, held: &Held, folder: &str, link: Option<NewLink>) -> NewItem {
    let bytes = gathered.bytes(held);
    let album = Album::read(&bytes).unwrap_or_default();
    let date = album.date.map(|seconds| seconds.saturating_mul(1000));
    let key = [folder, &album.title, &date.unwrap_or_default().to_string()].join("\u{1f}");
    let mut item = NewItem::new(Kind::Collection, "google.photos.album", key, Raw::json(&bytes));
    item.title = if album.title.is_empty() { folder.to_owned() } else { album.title };
    item.text = std::iter::once(album.description).chain(album.notes).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    item.at = album.date.and_then(time::seconds);
    item.place = album.place;
    item.links.extend(link);
    item.set("folder", folder);
    item.set("access", album.access);
    item
}

fn related(relation: &str, original: &Medium) -> ItemLink {
    ItemLink { relation: relation.to_owned(), to: Uid::of(SOURCE, &original.digest) }
}
