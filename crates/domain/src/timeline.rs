//! Where the owner's stays and movements come from, day by day.

/// The source of those that Google's servers understood, to the day that the timeline moved to the phone.
pub const TIMELINE_ON_SERVER: &str = "google.location_semantic";
/// The source of those that the phone itself understood, of Android or iOS, days from before the move included.
pub const TIMELINE_ON_PHONE: &str = "google.location_device";
