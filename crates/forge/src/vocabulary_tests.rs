use std::collections::HashMap;

use super::*;
use candle_core::quantized::gguf_file::VersionedMagic;

/// What a file says of a vocabulary of these pieces, split in that way.
fn content(pre: &str, pieces: &[&str], merges: &[&str]) -> Content {
    let texts = |texts: &[&str]| Value::Array(texts.iter().map(|text| Value::String((*text).to_owned())).collect());
    let metadata: HashMap<String, Value> = [
        (MODEL, Value::String("gpt2".to_owned())),
        (PRE, Value::String(pre.to_owned())),
        (PIECES, texts(pieces)),
        ("tokenizer.ggml.merges", texts(merges)),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into();
    Content { magic: VersionedMagic::GgufV3, metadata, tensor_infos: HashMap::new(), tensor_data_offset: 0 }
}

const PIECES_OF_A_LINE: [&str; 14] = ["s", "y", "Ġ", "1", "2", "sy", "Ġs", "Ġsy", "12", "Ġ1", "ys", "sys", "<end>", "Ċ"];
const MERGES_OF_A_LINE: [&str; 6] = ["s y", "Ġ s", "Ġ sy", "1 2", "Ġ 1", "y s"];

fn pieces(pre: &str, text: &str) -> Vec<String> {
    let vocabulary = Vocabulary::read(&mut content(pre, &PIECES_OF_A_LINE, &MERGES_OF_A_LINE), None).unwrap();
    vocabulary.tokenizer.encode(text, false).unwrap().get_tokens().to_vec()
}

#[test]
fn each_family_splits_texts_in_its_own_way() {
    assert_eq!(pieces("smollm", "sy sy 12"), ["sy", "Ġsy", "Ġ", "1", "2"], "no space before, and each digit by itself");
    assert_eq!(pieces("qwen2", "sy sy 12"), ["sy", "Ġsy", "Ġ", "1", "2"]);
    assert_eq!(pieces("llama-bpe", "sy sy 12"), ["sy", "Ġsy", "Ġ", "12"], "up to three digits are one");
    assert_eq!(pieces("llama-bpe", "sys"), ["sys"], "whole words are taken as they are");
    assert_eq!(pieces("qwen2", "sys"), ["sy", "s"]);
}

#[test]
fn what_is_not_known_needs_a_tokenizer_and_says_so() {
    let problem = |content: &mut Content| Vocabulary::read(content, None).err().unwrap();
    let unknown = problem(&mut content("gpt-4o", &PIECES_OF_A_LINE, &[]));
    assert!(unknown.contains("gpt-4o") && unknown.contains("smollm") && unknown.contains(TOKENIZER), "{unknown}");
    let mut pieces = content("default", &PIECES_OF_A_LINE, &[]);
    pieces.metadata.insert(MODEL.to_owned(), Value::String("llama".to_owned()));
    assert!(!is_enough(&pieces));
    assert!(problem(&mut pieces).contains("SentencePiece") && problem(&mut pieces).contains(TOKENIZER));
    pieces.metadata.remove(MODEL);
    assert!(problem(&mut pieces).contains("no vocabulary"));
}

#[test]
fn a_tokenizer_of_another_model_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(TOKENIZER);
    let vocabulary = Vocabulary::read(&mut content("qwen2", &PIECES_OF_A_LINE, &MERGES_OF_A_LINE), None).unwrap();
    vocabulary.tokenizer.save(&path, false).unwrap();
    let mut sentences = content("default", &PIECES_OF_A_LINE, &[]);
    sentences.metadata.insert(MODEL.to_owned(), Value::String("llama".to_owned()));
    sentences.metadata.insert("tokenizer.ggml.bos_token_id".to_owned(), Value::U32(12));
    let read = Vocabulary::read(&mut sentences, Some(&path)).unwrap();
    assert_eq!((read.tokenizer.token_to_id("sys"), read.begin), (Some(11), Some(12)));

    let mut other: Vec<&str> = PIECES_OF_A_LINE.to_vec();
    other.reverse();
    let problem = Vocabulary::read(&mut content("qwen2", &other, &[]), Some(&path)).err().unwrap();
    assert!(problem.contains("another model"), "{problem}");
    std::fs::write(&path, "{}").unwrap();
    assert!(Vocabulary::read(&mut sentences, Some(&path)).err().unwrap().contains("cannot be read"));
}

#[test]
fn the_file_says_how_chats_begin_and_end() {
    let read = |pre: &str, said: &[(&str, Value)]| {
        let mut content = content(pre, &PIECES_OF_A_LINE, &MERGES_OF_A_LINE);
        let said = said.iter().map(|(key, value)| (format!("tokenizer.{key}"), value.clone()));
        content.metadata.extend(said);
        Vocabulary::read(&mut content, None).unwrap()
    };
    let begin = ("ggml.bos_token_id", Value::U32(3));
    assert_eq!(read("qwen2", std::slice::from_ref(&begin)).begin, None);
    assert_eq!(read("llama-bpe", std::slice::from_ref(&begin)).begin, Some(3));
    assert_eq!(read("llama-bpe", &[begin.clone(), ("ggml.add_bos_token", Value::Bool(false))]).begin, None);
    assert_eq!(read("qwen2", &[begin, ("ggml.add_bos_token", Value::Bool(true))]).begin, Some(3));
    let ends = read("qwen2", &[("ggml.eos_token_id", Value::U32(5)), ("ggml.eot_token_id", Value::U32(6))]).ends;
    assert_eq!(ends, [5, 6]);
    let thinks = |template: &str| read("qwen2", &[("chat_template", Value::String(template.to_owned()))]).thinks;
    assert!(thinks("{% if enable_thinking %}<think>\n\n</think>") && !thinks("{{ messages }}") && read("qwen2", &[]).thinks);
}
