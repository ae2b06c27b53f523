//! Every importer. One line each: adding a product is a file here and its name in this list.

use crate::importer::Importer;

mod activity;

mod location;

mod purchase;

macro_rules! importers {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*

        /// Every importer, in no order that matters.
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
];
