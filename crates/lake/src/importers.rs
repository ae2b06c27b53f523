//! Every importer. One line each: adding a product is a file here and its name in this list.

use crate::importer::Importer;
use crate::plan::Sensitivity;

mod activity;

pub(crate) mod guided_table;

mod health;

mod location;

mod kept_file;

mod maps;

mod meta;

mod purchase;

pub(crate) mod unknown;

mod workout;

macro_rules! importers {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        /// Every importer. Of equal claims the earlier one's counts.
        pub static ALL: &[&Importer] = &[$(&$module::IMPORTER),*];
    };
}

pub use mail::page as mail_page;

importers![
    // Its attachments may be of any type, and are known by their paths.
    datapunk_export,
    location_records,
    location_semantic,
    location_device,
    location_device_ios,
    location_settings,
    location_edits,
    location_tombstones,
    maps_places,
    saved_lists,
    maps_contributions,
    search_contributions,
    fit,
    fitbit,
    apple_health,
    fit_recording,
    strava,
    workout_table,
    kml,
    gpx,
    tcx,
    photos,
    photos_comments,
    activity_html,
    activity_json,
    activity_files,
    searches,
    chrome,
    youtube,
    calendar,
    contacts,
    keep,
    tasks,
    reminders,
    mail,
    mail_settings,
    mbox,
    chat,
    hangouts,
    voice,
    meet,
    fi,
    business_messages,
    gemini,
    notebook_lm,
    assistant_lists,
    home,
    nest,
    access_log,
    profile,
    account,
    whatsapp,
    discord,
    facebook,
    instagram,
    x_archive,
    reddit,
    spotify,
    netflix,
    letterboxd,
    goodreads,
    followed,
    blogger,
    podcasts,
    translate,
    small_products,
    eml,
    orders,
    pay,
    play,
    play_music,
    // What they claim, others know better.
    drive,
    file,
];

/// The importer of that id, those that no file is routed to included.
pub(crate) fn find(id: &str) -> Option<&'static Importer> {
    ALL.iter().copied().chain([&guided_table::IMPORTER, &unknown::IMPORTER]).find(|importer| importer.id == id)
}

/// What a person is asked about before it is imported. What an importer keeps hidden needs no asking.
pub(crate) fn sensitivity(importer: &str) -> Option<Sensitivity> {
    match importer {
        "google.fit" | "google.fitbit" | "apple.health" | "fit" | "strava" | "tcx" | "workout_table" => Some(Sensitivity::Health),
        "google.orders" | "google.pay" | "google.play" => Some(Sensitivity::Money),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_about_is_still_called_so() {
        let asked = |kind| ALL.iter().filter(|importer| sensitivity(importer.id) == Some(kind)).count();
        assert_eq!((asked(Sensitivity::Health), asked(Sensitivity::Money)), (7, 3));
    }
}
