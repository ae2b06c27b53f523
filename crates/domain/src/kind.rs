use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $code:literal $text:literal,)*) => {
        /// What sort of thing an item is. Closed: a new one is a decision, not a string.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// Every kind, in the order of their codes.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The number stored for it. Never reused.
            pub fn code(self) -> u8 {
                match self { $(Self::$name => $code,)* }
            }

            /// The kind stored as `code`.
            pub fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }

            /// Its name on every surface: JSON, filters, the command line.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

kinds! {
    /// An e-mail.
    Mail = 1 "mail",
    /// A chat message, SMS or the like.
    Message = 2 "message",
    /// A phone or video call, or a voicemail.
    Call = 3 "call",
    /// A stay at a place.
    Visit = 4 "visit",
    /// A movement between places.
    Trip = 5 "trip",
    /// A picture.
    Photo = 6 "photo",
    /// A film of one's own.
    Video = 7 "video",
    /// A search that was made.
    Search = 8 "search",
    /// A video that was watched.
    Watch = 9 "watch",
    /// Music or speech that was listened to.
    Listen = 10 "listen",
    /// A web page that was visited.
    Page = 11 "page",
    /// A page that was kept.
    Bookmark = 12 "bookmark",
    /// A channel or feed that is followed.
    Subscription = 13 "subscription",
    /// A calendar event.
    Event = 14 "event",
    /// A note.
    Note = 15 "note",
    /// A task.
    Task = 16 "task",
    /// A person's card.
    Contact = 17 "contact",
    /// Something that was paid for.
    Purchase = 18 "purchase",
    /// A workout.
    Workout = 19 "workout",
    /// A measure of the body over a span.
    Measure = 20 "measure",
    /// A place that was saved.
    Place = 21 "place",
    /// A review that was written.
    Review = 22 "review",
    /// Something done in a product that has no kind of its own.
    Activity = 23 "activity",
    /// A public post or comment.
    Post = 24 "post",
    /// A document with text of its own.
    Document = 25 "document",
    /// A list that was made: a playlist, an album.
    Collection = 26 "collection",
}

impl std::str::FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL.iter().copied().find(|kind| kind.name() == text).ok_or_else(|| UnknownKind(text.to_owned()))
    }
}

/// No kind has that name.
#[derive(Debug, thiserror::Error)]
#[error("no kind of item is called {0:?}; the kinds are {list}", list = Kind::ALL.iter().map(|k| k.name()).collect::<Vec<_>>().join(", "))]
pub struct UnknownKind(pub String);
