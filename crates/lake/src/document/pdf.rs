//! PDF: the words of its pages, in the order in which they are drawn.
//!
//! The file's structure and fonts are `lopdf`'s, which bounds what a stream unpacks to and how deep objects nest. The walk over a
//! page is here: that crate's own puts lines together without a space between them.
//!
//! Absent on purpose: pictures of text, forms drawn from elsewhere on the page, and files that need a password.

use std::collections::HashMap;

use domain::Moment;
use lopdf::content::Content;
use lopdf::{Dictionary, Document as Pdf, Encoding, LoadOptions, Object, ObjectId};

use super::{Document, Words};
use crate::text::time;

/// Bytes that one stream may unpack to.
const STREAM: usize = 16 << 20;
/// Bytes that all pages may unpack to: what bounds the time.
const CONTENT: usize = 64 << 20;
const PAGES: usize = 5_000;
/// Fonts whose letters are worked out.
const FONTS: usize = 500;
/// A step to the left inside a word is spacing of letters; from here on, in thousandths of the letters' size, it is a space.
const SPACE: f32 = -180.0;

/// Reads the words; an error says why there are none.
pub(super) fn read(bytes: &[u8]) -> Result<Document, String> {
    let options = LoadOptions { max_decompressed_size: Some(STREAM), ..LoadOptions::default() };
    let pdf = Pdf::load_mem_with_options(bytes, options).map_err(|error| format!("It does not read as a PDF ({error})"))?;
    if pdf.is_encrypted() {
        return Err("It is encrypted, and its words need its password".to_owned());
    }
    let mut document = Document::default();
    facts(&pdf, &mut document);
    let mut fonts = Fonts { pdf: &pdf, known: HashMap::new() };
    let mut left = CONTENT;
    for (number, page) in pdf.page_iter().enumerate() {
        if document.words.is_full() {
            break;
        }
        if number == PAGES || left == 0 {
            document.words.cut();
            break;
        }
        match pdf.get_page_content_with_limit(page, STREAM.min(left)) {
            Ok(content) => {
                left -= content.len().min(left);
                draw(&content, &fonts.of(page), &mut document.words);
                document.words.line();
            }
            // A page beyond the limit, or a broken one: the others stand.
            Err(_) => document.words.cut(),
        }
    }
    document.words.unset();
    Ok(document)
}

struct Fonts<'p> {
    pdf: &'p Pdf,
    /// By the dictionary that a font is described in; many pages share one.
    known: HashMap<*const Dictionary, Option<std::rc::Rc<Encoding<'p>>>>,
}

type PageFonts<'p> = HashMap<Vec<u8>, std::rc::Rc<Encoding<'p>>>;

impl<'p> Fonts<'p> {
    fn of(&mut self, page: ObjectId) -> PageFonts<'p> {
        let mut fonts = PageFonts::new();
        for (name, font) in self.pdf.get_page_fonts(page).unwrap_or_default() {
            let is_new = !self.known.contains_key(&std::ptr::from_ref(font));
            if is_new && self.known.len() >= FONTS {
                continue;
            }
            let pdf = self.pdf;
            let encoding = self
                .known
                .entry(std::ptr::from_ref(font))
                .or_insert_with(|| font.get_font_encoding_with_limit(pdf, STREAM).ok().map(std::rc::Rc::new));
            if let Some(encoding) = encoding {
                fonts.insert(name, std::rc::Rc::clone(encoding));
            }
        }
        fonts
    }
}

/// Follows what is drawn on a page, and puts down the words.
fn draw(content: &[u8], fonts: &PageFonts<'_>, words: &mut Words) {
    let mut font = None;
    let mut line = None;
    for operation in Content::decode_iter(content) {
        let Ok(operation) = operation else { return };
        let operands = operation.operands.as_slice();
        let number = |at: usize| operands.get(at).and_then(|operand| operand.as_float().ok()).unwrap_or(0.0);
        match operation.operator.as_str() {
            "Tf" => font = operands.first().and_then(|name| name.as_name().ok()).and_then(|name| fonts.get(name)),
            "Td" | "TD" if number(1).abs() > 0.01 => words.line(),
            "Td" | "TD" => words.space(),
            "Tm" => {
                let height = number(5);
                if line.is_some_and(|line: f32| (line - height).abs() > 0.5) {
                    words.line();
                } else {
                    words.space();
                }
                line = Some(height);
            }
            "T*" => words.line(),
            "ET" => words.space(),
            "Tj" | "TJ" | "'" => {
                if operation.operator == "'" {
                    words.line();
                }
                show(operands, font.map(|font| &**font), words);
            }
            "\"" => {
                words.line();
                show(operands.get(2..).unwrap_or_default(), font.map(|font| &**font), words);
            }
            _ => {}
        }
        if words.is_full() {
            return;
        }
    }
}

fn show(operands: &[Object], font: Option<&Encoding<'_>>, words: &mut Words) {
    for operand in operands {
        match operand {
            Object::Array(parts) => {
                for part in parts {
                    match part {
                        Object::String(bytes, _) => letters(bytes, font, words),
                        step if step.as_float().is_ok_and(|step| step < SPACE) => words.space(),
                        _ => {}
                    }
                }
            }
            Object::String(bytes, _) => letters(bytes, font, words),
            _ => {}
        }
    }
}

fn letters(bytes: &[u8], font: Option<&Encoding<'_>>, words: &mut Words) {
    match font.and_then(|font| font.bytes_to_string(bytes).ok()) {
        Some(text) => words.push(&text),
        // A font that is not described has the letters of plain text, if any.
        None if bytes.is_ascii() => words.push(&String::from_utf8_lossy(bytes)),
        None => {}
    }
}

fn facts(pdf: &Pdf, document: &mut Document) {
    let info = pdf.trailer.get(b"Info").ok().and_then(|info| pdf.dereference(info).ok()).and_then(|(_, info)| info.as_dict().ok());
    let Some(info) = info else { return };
    let text = |key: &[u8]| {
        let value = info.get(key).ok().and_then(|value| pdf.dereference(value).ok()).map(|(_, value)| value)?;
        lopdf::decode_text_string(value).ok().map(|text| text.trim().to_owned())
    };
    document.title = text(b"Title").unwrap_or_default();
    document.author = text(b"Author").unwrap_or_default();
    document.created = text(b"CreationDate").and_then(|text| moment(&text));
    document.modified = text(b"ModDate").and_then(|text| moment(&text));
}

/// `D:20240501122030+02'00'`
fn moment(text: &str) -> Option<Moment> {
    let text = text.strip_prefix("D:").unwrap_or(text);
    let n_digits = text.bytes().take(14).take_while(u8::is_ascii_digit).count();
    let (digits, zone) = text.split_at(n_digits);
    let zone = zone.replace('\'', "");
    let clock = match n_digits {
        8 => return time::iso(digits).map(|moment| moment.with_raw(text)),
        12 => format!("{}T{}00{zone}", &digits[..8], &digits[8..]),
        14 => format!("{}T{}{zone}", &digits[..8], &digits[8..]),
        _ => return None,
    };
    time::iso(&clock).map(|moment| moment.with_raw(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of one page that draws `content`.
    fn pdf(content: &str) -> Vec<u8> {
        let objects = [
            "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
            "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
            "<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>".to_owned(),
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
            format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
            "<</Title(On knots)/Author(Ann)/CreationDate(D:20240501122030+02'00')>>".to_owned(),
        ];
        let mut file = String::from("%PDF-1.4\n");
        let mut places = Vec::new();
        for (number, object) in objects.iter().enumerate() {
            places.push(file.len());
            file += &format!("{} 0 obj\n{object}\nendobj\n", number + 1);
        }
        let xref = file.len();
        file += &format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
        for place in places {
            file += &format!("{place:010} 00000 n \n");
        }
        file += &format!("trailer\n<</Size {}/Root 1 0 R/Info 6 0 R>>\nstartxref\n{xref}\n%%EOF\n", objects.len() + 1);
        file.into_bytes()
    }

    #[test]
    fn words_lines_and_facts_are_read() {
        let content = "BT /F1 12 Tf 72 700 Td (Knots and) Tj 0 -14 Td [(ro) 20 (pes) -400 (of) -250 (\\374bung-)] TJ T* (third) Tj 1 0 0 1 72 600 Tm (fourth) Tj ET";
        let document = read(&pdf(content)).unwrap();
        assert_eq!((document.title.as_str(), document.author.as_str()), ("On knots", "Ann"));
        assert_eq!(document.created.map(|at| (at.ms, at.offset_min)), Some((1_714_558_830_000, Some(120))));
        assert_eq!(document.words.into_text(), "Knots and\nropes of übungthird fourth");
    }

    #[test]
    fn broken_files_say_so_and_never_panic() {
        let whole = pdf("BT /F1 12 Tf (words) Tj ET");
        for n in (0..whole.len()).step_by(7) {
            let _of_no_matter = super::super::read(super::super::Format::Pdf, &whole[..n]);
        }
        for at in (9..whole.len()).step_by(5) {
            let mut broken = whole.clone();
            broken[at] = b'<';
            let _of_no_matter = super::super::read(super::super::Format::Pdf, &broken);
        }
        assert!(read(b"%PDF-1.4\nnothing").is_err());
    }

    #[test]
    fn dates_of_every_length_are_read() {
        for (text, ms) in [
            ("D:20240501122030+02'00'", Some(1_714_558_830_000)),
            ("D:20240501102030Z", Some(1_714_558_830_000)),
            ("20240501", Some(1_714_521_600_000)),
            ("D:2024", None),
        ] {
            assert_eq!(moment(text).map(|at| at.ms), ms, "{text}");
        }
    }
}
