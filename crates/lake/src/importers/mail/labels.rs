//! Gmail's labels, in any language: which are the owner's own, which are the system's, and what a system label means.
//!
//! An export writes the system's labels in the language that the account had on that day. A label that no list here knows is
//! taken for one of the owner's.

use domain::{EntityKind, EntityRef, NewLink, Role};

use super::words;

/// A label of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum System {
    Inbox,
    Sent,
    Drafts,
    Important,
    Starred,
    Spam,
    Trash,
    Chat,
    Opened,
    Unread,
    Archived,
    Muted,
}

impl System {
    /// The label's name in English, which is its address in every language.
    fn name(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Sent => "sent",
            Self::Drafts => "drafts",
            Self::Important => "important",
            Self::Starred => "starred",
            Self::Spam => "spam",
            Self::Trash => "trash",
            Self::Chat => "chat",
            Self::Opened => "opened",
            Self::Unread => "unread",
            Self::Archived => "archived",
            Self::Muted => "muted",
        }
    }

    /// Says how a mail was read, not where it is filed.
    fn is_state(self) -> bool {
        matches!(self, Self::Opened | Self::Unread | Self::Archived | Self::Muted)
    }
}

/// What each system label is called, lower-cased: English, German, French, Spanish, Italian, Portuguese, Dutch, Catalan, Czech,
/// Polish, Swedish, Danish, Norwegian, Finnish, Turkish, Russian, Japanese, Chinese.
const NAMES: &[(System, &str)] = &[
    (
        System::Inbox,
        "inbox|posteingang|boîte de réception|recibidos|bandeja de entrada|posta in arrivo|caixa de entrada|postvak in|\
         safata d'entrada|doručené|doručená pošta|odebrane|inkorg|indbakke|innboks|postilaatikko|gelen kutusu|входящие|受信トレイ|\
         收件箱",
    ),
    (
        System::Sent,
        "sent|sent mail|gesendet|messages envoyés|enviados|posta inviata|inviati|e-mails enviados|verzonden|\
         verzonden berichten|enviats|odesláno|odeslaná pošta|wysłane|skickat|skickade|sendt|sendte|lähetetyt|\
         gönderilmiş postalar|gönderilenler|отправленные|送信済み|送信済みメール|已发送|已发邮件",
    ),
    (
        System::Drafts,
        "draft|drafts|entwurf|entwürfe|brouillon|brouillons|borrador|borradores|bozza|bozze|rascunho|rascunhos|concept|\
         concepten|esborranys|koncept|koncepty|wersje robocze|utkast|kladder|luonnokset|taslaklar|черновики|下書き|草稿",
    ),
    (
        System::Important,
        "important|wichtig|importante|importanti|importantes|belangrijk|importants|důležité|ważne|viktigt|vigtige|viktig|\
         tärkeät|önemli|важное|重要|重要邮件",
    ),
    (
        System::Starred,
        "starred|markiert|suivis|messages suivis|destacados|speciali|con estrella|com estrela|met ster|destacats|s hvězdičkou|\
         oznaczone gwiazdką|stjärnmärkt|stjernemarkeret|stjernemerket|tähdelliset|yıldızlı|помеченные|スター付き|已加星标",
    ),
    (System::Spam, "spam|junk|correo no deseado|pourriel|correu brossa|skräppost|søppelpost|roskaposti|спам|迷惑メール|垃圾邮件"),
    (
        System::Trash,
        "trash|bin|papierkorb|corbeille|papelera|cestino|lixeira|lixo|prullenbak|paperera|koš|kosz|papperskorgen|papirkurv|\
         papirkurven|roskakori|çöp kutusu|корзина|ゴミ箱|已删除邮件",
    ),
    (System::Chat, "chat|chats|xat|czat|chatt|sohbet|чаты|チャット|聊天"),
    (
        System::Opened,
        "opened|geöffnet|ouvert|ouverts|abierto|abiertos|aperto|aperti|aberto|geopend|obert|otevřené|otwarte|öppnat|åbnet|\
         åpnet|avattu|açıldı|открытые|開封済み|已打开",
    ),
    (
        System::Unread,
        "unread|ungelesen|non lus|non lu|no leídos|no leído|da leggere|non letti|não lidos|não lidas|ongelezen|no llegits|\
         nepřečtené|nieprzeczytane|olästa|oläst|ulæst|ulest|lukematta|okunmamış|непрочитанные|未読|未读",
    ),
    (
        System::Archived,
        "archived|archiviert|messages archivés|archivé|archivado|archivados|archiviati|arquivado|arquivados|gearchiveerd|\
         arxivat|archivováno|zarchiwizowane|arkiverat|arkiveret|arkivert|arkistoitu|arşivlendi|архивированные|アーカイブ済み|已归档",
    ),
    (System::Muted, "muted|ignoriert|stummgeschaltet|ignorés|silenciado|silenziate|genegeerd"),
];

/// The labels of one mail.
#[derive(Debug, Default)]
pub(super) struct Labels {
    /// As the export writes them.
    pub(super) all: Vec<String>,
    system: Vec<(System, usize)>,
}

impl Labels {
    /// Reads the value of `X-Gmail-Labels`.
    pub(super) fn read(value: &[u8]) -> Self {
        let mut labels = Self { all: list(&words::decode(value)), system: Vec::new() };
        for (index, label) in labels.all.iter().enumerate() {
            let folded = label.to_lowercase();
            if let Some((system, _)) = NAMES.iter().find(|(_, names)| names.split('|').any(|name| name == folded)) {
                labels.system.push((*system, index));
            }
        }
        labels
    }

    /// In the bin, or spam: kept, and out of sight.
    pub(super) fn hide(&self) -> bool {
        self.has(System::Spam) || self.has(System::Trash)
    }

    /// Sent by the owner.
    pub(super) fn sent(&self) -> bool {
        self.has(System::Sent)
    }

    /// Never sent.
    pub(super) fn draft(&self) -> bool {
        self.has(System::Drafts)
    }

    /// A chat that Gmail keeps among the mail.
    pub(super) fn chat(&self) -> bool {
        self.has(System::Chat)
    }

    /// Marked by the owner.
    pub(super) fn starred(&self) -> bool {
        self.has(System::Starred)
    }

    /// Not read yet.
    pub(super) fn unread(&self) -> bool {
        self.has(System::Unread)
    }

    /// The labels as entities. A system label has the same address in every language; states (read, archived) are none.
    pub(super) fn links(&self) -> impl Iterator<Item = NewLink> {
        self.all.iter().enumerate().filter_map(|(index, label)| {
            let mut entity = EntityRef::named(EntityKind::Label, label);
            if let Some((system, _)) = self.system.iter().find(|(_, at)| *at == index) {
                if system.is_state() {
                    return None;
                }
                entity.address = format!("label:{}", system.name());
            }
            Some(NewLink { role: Role::Label, entity })
        })
    }

    fn has(&self, wanted: System) -> bool {
        self.system.iter().any(|(system, _)| *system == wanted)
    }
}

/// Splits at commas outside quotes; `\` escapes the next character.
fn list(text: &str) -> Vec<String> {
    let mut labels = Vec::new();
    let mut label = String::new();
    let mut quoted = false;
    let mut characters = text.chars();
    let mut keep = |label: &mut String| {
        let clean = label.split_whitespace().collect::<Vec<_>>().join(" ");
        label.clear();
        if !clean.is_empty() && !labels.contains(&clean) {
            labels.push(clean);
        }
    };
    while let Some(character) = characters.next() {
        match character {
            '\\' => label.extend(characters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => keep(&mut label),
            _ => label.push(character),
        }
    }
    keep(&mut label);
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &[u8]) -> String {
        let labels = Labels::read(value);
        let links: Vec<String> = labels.links().map(|link| link.entity.address).collect();
        format!("{} | {}{}", labels.all.join("; "), links.join("; "), if labels.hide() { " | hidden" } else { "" })
    }

    #[test]
    fn labels_split_outside_quotes_though_the_words_split_inside() {
        assert_eq!(
            shown(b"=?UTF-8?Q?Inbox,Opened,\"Trips,_fam?=\r\n =?UTF-8?Q?ily\",Caf=C3=A9/Rom\\'s?="),
            "Inbox; Opened; Trips, family; Café/Rom's | label:inbox; label:trips, family; label:café/rom's"
        );
    }

    #[test]
    fn system_labels_mean_the_same_in_every_language() {
        assert_eq!(
            shown("Papierkorb,Gesendet,Ungelesen,Wohnung".as_bytes()),
            "Papierkorb; Gesendet; Ungelesen; Wohnung | label:trash; label:sent; label:wohnung | hidden"
        );
        assert_eq!(
            shown(b"=?UTF-8?Q?Corbeille,Bo=C3=AEte_de_r=C3=A9ception?="),
            "Corbeille; Boîte de réception | label:trash; label:inbox | hidden"
        );
        assert_eq!(shown("Catégorie\u{a0}: Promotions".as_bytes()), "Catégorie : Promotions | label:catégorie : promotions");
    }
}
