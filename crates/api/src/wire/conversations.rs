//! The conversations that are kept.

use domain::{Filter, UtcMs};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Answer, wire};

wire! {
    /// Which conversations are wanted.
    pub struct ConversationsRequest {
        /// Words, all of which have to be in a question or its answer; the beginning of a word is enough. Empty for all.
        #[serde(default)]
        pub text: String,
        /// Where the page before ended.
        #[serde(default)]
        pub after: Option<String>,
        /// At most so many; 50 when absent.
        #[serde(default)]
        pub limit: Option<usize>,
    }

    /// A conversation, as a list shows it.
    pub struct ConversationView {
        /// Its number.
        pub conversation: i64,
        /// Its first question.
        pub title: String,
        /// How many questions it has.
        pub questions: u64,
        /// When it last went on, RFC 3339.
        pub last: String,
        /// The same, UTC milliseconds.
        pub last_ms: UtcMs,
        /// The first question of it that holds the words that were looked for, or whose answer does; absent without any.
        pub found: Option<FoundQuestion>,
    }

    /// A question that was found.
    pub struct FoundQuestion {
        /// Its place in its conversation.
        pub position: i64,
        /// As it was asked.
        pub question: String,
    }

    /// The conversations that are kept.
    pub struct Conversations {
        /// Those that last went on first.
        pub conversations: Vec<ConversationView>,
        /// Where the next page begins; absent after the last.
        pub next: Option<String>,
    }

    /// Names a conversation.
    pub struct ConversationRef {
        /// Its number.
        pub conversation: i64,
    }

    /// A question that was asked, and its answer as it was then.
    pub struct ExchangeView {
        /// Its place in its conversation.
        pub position: i64,
        /// When it was asked, RFC 3339.
        pub asked: String,
        /// The same, UTC milliseconds.
        pub asked_ms: UtcMs,
        /// As it was asked.
        pub question: String,
        /// What it was narrowed to.
        pub filter: Filter,
        /// The answer's words.
        pub text: String,
        /// The answer; absent when another version of the program wrote it so that this one can read only its words.
        pub answer: Option<Answer>,
    }

    /// A conversation.
    pub struct Conversation {
        /// Its number.
        pub conversation: i64,
        /// What was asked, in order.
        pub exchanges: Vec<ExchangeView>,
    }

    /// What was removed.
    pub struct ConversationsRemoved {
        /// Conversations.
        pub conversations: u64,
    }
}
