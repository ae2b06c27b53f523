//! Every importer. One line each: adding a product is a file here and its name in this list.

use crate::importer::Importer;

mod activity;

mod location;

mod kept_file;

mod purchase;

pub(crate) mod unknown;

macro_rules! importers {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        /// Every importer. Of equal claims the earlier one's counts.
        pub static ALL: &[&Importer] = &[$(&$module::IMPORTER),*];
    };
}

importers![
    location_records,
    location_semantic,
    location_device,
    location_device_ios,
    photos,
    activity_html,
    activity_json,
    chrome,
    youtube,
    calendar,
    contacts,
    keep,
    tasks,
    mail,
    mail_settings,
    mbox,
    eml,
    orders,
    pay,
    play,
    // What they claim, others know better.
    drive,
    file,
];
