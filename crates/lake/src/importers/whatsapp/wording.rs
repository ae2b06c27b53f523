//! What WhatsApp writes around a message's words: marks of direction, names of files, notes that it left something out.

use crate::text::path;

/// Name of a chat's file before the chat's name, in the languages that are known.
const NAMES: &[&str] = &[
    "WhatsApp Chat with ",
    "WhatsApp Chat - ",
    "WhatsApp-Chat mit ",
    "WhatsApp Chat mit ",
    "Chat de WhatsApp con ",
    "Discussion WhatsApp avec ",
    "Conversa do WhatsApp com ",
    "Chat WhatsApp con ",
    "WhatsApp-chat met ",
    "WhatsApp Chat ",
];
/// What stands for media that were not exported.
const LEFT_OUT: &[&str] = &[
    "media omitted",
    "medien ausgeschlossen",
    "multimedia omitido",
    "archivo omitido",
    "médias omis",
    "mídia oculta",
    "arquivo de mídia oculto",
    "media omessi",
    "media weggelaten",
    "image omitted",
    "video omitted",
    "audio omitted",
    "sticker omitted",
    "gif omitted",
    "document omitted",
    "contact card omitted",
    "bild weggelassen",
    "video weggelassen",
    "audio weggelassen",
    "sticker weggelassen",
    "dokument weggelassen",
    "imagen omitida",
    "image absente",
    "imagem ocultada",
    "immagine omessa",
    "afbeelding weggelaten",
    "メディアは含まれていません",
    "video note omitted",
    "gif weggelassen",
    "videonachricht weggelassen",
    "kontaktkarte ausgelassen",
    "video omitido",
    "audio omitido",
    "sticker omitido",
    "gif omitido",
    "documento omitido",
    "vidéo absente",
    "audio omis",
    "sticker omis",
    "gif omis",
    "document omis",
    "vídeo omitido",
    "áudio omitido",
    "figurinha omitida",
    "video omesso",
    "audio omesso",
    "sticker omesso",
    "gif esclusa",
    "documento omesso",
    "video weggelaten",
    "audio weggelaten",
    "document weggelaten",
    "省略多媒体档案",
];
/// The note behind the name of a file that was exported, whatever the file is called: documents keep the name that they had.
const ATTACHED: &[&str] = &[
    "file attached",
    "datei angehängt",
    "archivo adjunto",
    "fichier joint",
    "arquivo anexado",
    "ficheiro anexado",
    "file allegato",
    "bestand bijgevoegd",
    "файл добавлен",
    "plik załączony",
    "dosya ekli",
    "bifogad fil",
    "添付ファイル",
    "文件附件",
    "첨부파일",
];
/// The note after a message that was changed.
const EDITED: &[&str] = &[
    "<This message was edited>",
    "<Diese Nachricht wurde bearbeitet.>",
    "<Se editó este mensaje.>",
    "<Ce message a été modifié>",
    "<Mensagem editada>",
    "<Questo messaggio è stato modificato>",
];

/// A message's words, and what was among them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) text: String,
    /// Names of the files that it carries.
    pub(super) files: Vec<String>,
    /// Whether it stands for media that were not exported.
    pub(super) left_out: bool,
    pub(super) edited: bool,
}

/// Text without spaces and marks of direction at its ends.
pub(super) fn bare(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || is_mark(letter))
}

fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Takes a message's words apart.
pub(super) fn body(words: &str) -> Body {
    let words: String = words.chars().filter(|letter| !matches!(letter, '\u{200e}' | '\u{feff}')).collect();
    let mut body = Body::default();
    let mut lines = Vec::new();
    for line in words.lines() {
        let mut line = line.trim_end();
        for note in EDITED {
            if let Some(rest) = line.strip_suffix(note) {
                body.edited = true;
                line = rest.trim_end();
            }
        }
        let plain = line.trim_matches(['<', '>', ' ', '.']).to_lowercase();
        if LEFT_OUT.contains(&plain.as_str()) {
            body.left_out = true;
        } else if let Some((name, rest)) = attached(line) {
            body.files.push(name.to_owned());
            lines.extend(Some(rest.trim()).filter(|rest| !rest.is_empty()));
        } else {
            lines.push(line);
        }
    }
    body.text = lines.join("\n").trim().to_owned();
    body
}

/// The file that a line names, and the words beside it: `IMG-20240201-WA0001.jpg (file attached)`, `<attached: 1-PHOTO.jpg>`.
fn attached(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    if let Some(from) = line.rfind('<')
        && let Some(inside) = line[from + 1..].strip_suffix('>')
        && let Some((_, name)) = inside.split_once(':')
        && is_file_name(bare(name))
    {
        return Some((bare(name), &line[..from]));
    }
    let inside = line.strip_suffix(')')?;
    let (name, note) = inside.rsplit_once(" (")?;
    let is_note = !note.is_empty() && note.chars().count() < 40;
    let is_attached = || is_file_name(bare(name)) && ATTACHED.contains(&note.to_lowercase().as_str());
    (is_note && (is_media_name(name) || is_attached())).then_some((bare(name), ""))
}

fn is_file_name(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty() && (2..=5).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
    }) && !name.contains(['/', '\\'])
}

/// Whether a file's name is one that WhatsApp gives: `IMG-20240201-WA0001.jpg`, `00000012-PHOTO-2024-02-01-10-00-15.jpg`.
pub(super) fn is_media_name(name: &str) -> bool {
    let name = bare(name);
    let numbered = name.split('-').next().is_some_and(|number| number.len() == 8 && number.bytes().all(|byte| byte.is_ascii_digit()));
    let by_kind = ["-PHOTO-", "-VIDEO-", "-AUDIO-", "-STICKER-", "-GIF-"].iter().any(|kind| name.contains(kind));
    let by_day = name.rsplit_once("-WA").is_some_and(|(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count() == 4);
    is_file_name(name) && ((numbered && by_kind) || by_day)
}

/// What the chat is called, by its file; by its folder when the file is called as all are; or by the archive that it is in.
pub(super) fn chat_name(chat: &str, archive: &str) -> String {
    let stem = match path::stem(chat) {
        "_chat" => chat.rsplit('/').nth(1).unwrap_or_else(|| path::without_copy_number(path::stem(archive))),
        stem => stem,
    };
    let stem = if stem.is_empty() { "WhatsApp" } else { stem };
    NAMES.iter().find_map(|prefix| stem.strip_prefix(prefix)).unwrap_or(stem).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_notes_are_told_from_words() {
        let of = |words: &str| {
            let body = body(words);
            (body.text, body.files.join(","), body.left_out, body.edited)
        };
        let plain = |text: &str| (text.to_owned(), String::new(), false, false);
        assert_eq!(of("one\n two"), plain("one\n two"));
        assert_eq!(
            of("IMG-20240201-WA0001.jpg (Datei angehängt)\nAt sea"),
            ("At sea".to_owned(), "IMG-20240201-WA0001.jpg".to_owned(), false, false)
        );
        assert_eq!(
            of("\u{200e}<Anhang: 00000012-PHOTO-2024-02-01-10-00-15.jpg>"),
            (String::new(), "00000012-PHOTO-2024-02-01-10-00-15.jpg".to_owned(), false, false)
        );
        assert_eq!(
            of("Bill.pdf • \u{200e}2 pages \u{200e}<attached: 00000013-Bill.pdf>"),
            ("Bill.pdf • 2 pages".to_owned(), "00000013-Bill.pdf".to_owned(), false, false)
        );
        assert_eq!(
            of("\u{200e}Lease of 3 May.pdf (file attached)\nRead it"),
            ("Read it".to_owned(), "Lease of 3 May.pdf".to_owned(), false, false),
            "a document has a name of its own"
        );
        assert_eq!(of("\u{200e}GIF weggelassen"), (String::new(), String::new(), true, false));
        assert_eq!(of("<Medien ausgeschlossen>"), (String::new(), String::new(), true, false));
        assert_eq!(of("now <This message was edited>"), ("now".to_owned(), String::new(), false, true));
        assert_eq!(of("see notes.txt (the old one)"), plain("see notes.txt (the old one)"));
        assert_eq!(of("a <b: c>"), plain("a <b: c>"));
        assert_eq!(
            (chat_name("WhatsApp-Chat mit Ann.txt", "").as_str(), chat_name("WhatsApp Chat - Crew/_chat.txt", "/x/all.zip").as_str()),
            ("Ann", "Crew")
        );
        assert_eq!(
            (chat_name("_chat.txt", "/x/WhatsApp Chat - Dr. Bo (1).zip").as_str(), chat_name("_chat.txt", "").as_str()),
            ("Dr. Bo", "WhatsApp")
        );
    }
}
