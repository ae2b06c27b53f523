//! What the columns of contact tables are called, in the languages and programs that are known, as Google's own English ones of today.
//!
//! Google numbers a column that repeats (`E-Mail 2 - Wert`); other programs name each (`Home Phone`), and these are numbered here in
//! the order in which they stand, with what tells them apart as their label.

use std::collections::HashMap;

/// Names of columns that stand once.
const PLAIN: &[(&str, &[&str])] = &[
    ("Name", &["full name", "display name", "anzeigename", "vollständiger name", "nom complet", "nombre completo", "nome completo"]),
    ("First Name", &["given name", "vorname", "prénom", "nombre", "nome", "voornaam", "primeiro nome", "名"]),
    ("Middle Name", &["additional name", "weitere vornamen", "zweiter vorname", "deuxième prénom", "segundo nombre", "secondo nome"]),
    ("Last Name", &["family name", "surname", "nachname", "nom de famille", "nom", "apellidos", "apellido", "cognome", "achternaam", "sobrenome", "姓"]),
    ("Nickname", &["spitzname", "surnom", "apodo", "soprannome", "bijnaam", "apelido"]),
    ("Organization Name", &["company", "organisation", "firma", "unternehmen", "entreprise", "société", "empresa", "azienda", "bedrijf"]),
    ("Organization Title", &["job title", "position", "fonction", "puesto", "cargo", "qualifica", "functie"]),
    ("Organization Department", &["department", "abteilung", "service", "departamento", "reparto", "afdeling"]),
    ("Birthday", &["geburtstag", "anniversaire", "date de naissance", "cumpleaños", "compleanno", "verjaardag", "aniversário", "誕生日"]),
    ("Notes", &["note", "notizen", "remarques", "notas", "notities", "メモ"]),
    ("Labels", &["group membership", "categories", "gruppenmitgliedschaft", "kategorien", "libellés", "etiquetas", "etichette", "ラベル"]),
    ("Photo", &["foto", "写真"]),
];
/// Fields whose columns are numbered.
const FIELDS: &[(&str, &[&str])] = &[
    ("E-mail", &["email", "e mail", "adresse e mail", "correo electrónico", "e mailadres", "メール"]),
    ("Phone", &["telefon", "téléphone", "teléfono", "telefono", "telefone", "telefoon", "電話"]),
    ("Address", &["adresse", "dirección", "indirizzo", "endereço", "adres", "住所"]),
    ("Website", &["webseite", "site web", "sitio web", "sito web", "site", "ウェブサイト"]),
    ("Relation", &["beziehung", "lien", "relación", "relazione", "relação"]),
    ("Event", &["ereignis", "événement", "evento", "gebeurtenis"]),
    ("Custom Field", &["benutzerdefiniertes feld", "champ personnalisé", "campo personalizado", "campo personalizzato"]),
];
/// What stands behind the number.
const PARTS: &[(&str, &[&str])] = &[
    ("Value", &["wert", "valeur", "valor", "valore", "waarde", "値"]),
    ("Label", &["type", "typ", "bezeichnung", "étiquette", "libellé", "etiqueta", "etichetta", "tipo", "ラベル"]),
    ("Formatted", &["formatiert", "mise en forme", "con formato", "formattato", "formatado"]),
];
/// Columns of one address or number each, as other programs have them: the field, and which of them it is.
const SINGLE: &[(&str, &str, &[&str])] = &[
    ("E-mail", "", &["e mail address", "email address", "e mail adresse", "e mail 2 address", "e mail 3 address", "adresse de messagerie"]),
    ("Phone", "mobile", &["mobile phone", "mobiltelefon", "handy", "téléphone mobile", "teléfono móvil", "cellulare", "telefone celular"]),
    ("Phone", "home", &["home phone", "home phone 2", "telefon privat", "téléphone domicile", "teléfono particular"]),
    ("Phone", "work", &["business phone", "business phone 2", "telefon geschäftlich", "téléphone bureau", "teléfono del trabajo"]),
    ("Phone", "", &["phone number", "primary phone", "telefonnummer", "numéro de téléphone"]),
    ("Website", "", &["web page"]),
];

/// A column as it is looked for, and the label of its values where its name says that.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) label: &'static str,
}

/// The columns of a table by the names in its header.
pub(super) fn of(header: &[String]) -> Vec<Column> {
    let mut n_of_field = HashMap::new();
    header.iter().map(|name| column(name.trim(), &mut n_of_field)).collect()
}

fn column(name: &str, n_of_field: &mut HashMap<&'static str, u32>) -> Column {
    let plain = |name: String| Column { name, label: "" };
    let key = words(name);
    if let Some((field, label, _)) = SINGLE.iter().find(|(.., names)| names.contains(&key.as_str())) {
        let number = n_of_field.entry(field).and_modify(|number| *number += 1).or_insert(1);
        let part = if *field == "Address" { "Formatted" } else { "Value" };
        return Column { name: format!("{field} {number} - {part}"), label };
    }
    let known = |table: &'static [(&'static str, &'static [&'static str])], key: &str| {
        table.iter().find(|(own, others)| words(own) == key || others.contains(&key)).map(|(own, _)| *own)
    };
    if let Some((field, part)) = name.split_once(" - ")
        && let Some((field, number)) = field.trim().rsplit_once(' ')
        && number.bytes().all(|digit| digit.is_ascii_digit())
        && let (Some(field), Some(part)) = (known(FIELDS, &words(field)), known(PARTS, &words(part)))
    {
        return plain(format!("{field} {number} - {part}"));
    }
    plain(known(PLAIN, &key).map_or_else(|| name.to_owned(), str::to_owned))
}

/// A name's words in small letters.
fn words(name: &str) -> String {
    name.to_lowercase().split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_in_other_languages_and_of_other_programs() {
        let of = |header: &str| of(&header.split(',').map(str::to_owned).collect::<Vec<_>>());
        let names = |header: &str| of(header).into_iter().map(|column| column.name).collect::<Vec<_>>().join(",");
        assert_eq!(names("Given Name,E-mail 2 - Type,E-mail 2 - Value,Address 1 - City"), "First Name,E-mail 2 - Label,E-mail 2 - Value,Address 1 - City");
        assert_eq!(names("Vorname,Nachname,E-Mail 1 - Wert,Telefon 2 - Bezeichnung"), "First Name,Last Name,E-mail 1 - Value,Phone 2 - Label");
        assert_eq!(names("Prénom,Nom,E-mail 1 - Valeur,Adresse 1 - Mise en forme"), "First Name,Last Name,E-mail 1 - Value,Address 1 - Formatted");
        assert_eq!(
            of("First Name,E-mail Address,E-mail 2 Address,Mobile Phone,Home Phone").into_iter().map(|one| (one.name, one.label)).collect::<Vec<_>>()[1..],
            [("E-mail 1 - Value", ""), ("E-mail 2 - Value", ""), ("Phone 1 - Value", "mobile"), ("Phone 2 - Value", "home")].map(|(name, label)| (name.to_owned(), label))
        );
    }
}
