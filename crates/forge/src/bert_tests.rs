use super::*;
use candle_core::DType;
use candle_nn::VarMap;
#[cfg(target_arch = "x86_64")]
use candle_transformers::models::bert::HiddenAct;
use serde_json::json;

const WORDS: [&str; 10] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "red", "boat", "house", "the", "##s", "sea"];

/// Writes a model of two layers with random weights.
fn tiny(folder: &Path) {
    let config = json!({
        "vocab_size": WORDS.len(), "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16,
        "hidden_act": "gelu", "hidden_dropout_prob": 0.0, "max_position_embeddings": 16, "type_vocab_size": 2,
        "initializer_range": 0.02, "layer_norm_eps": 1e-12, "pad_token_id": 0, "model_type": "bert",
    });
    fs::write(folder.join("config.json"), config.to_string()).unwrap();
    let vocabulary: serde_json::Map<String, serde_json::Value> =
        WORDS.iter().enumerate().map(|(id, word)| ((*word).to_owned(), json!(id))).collect();
    let piece = |id: &str, kind: &str, of: u8| json!({ kind: { "id": id, "type_id": of } });
    let (open, close) = (piece("[CLS]", "SpecialToken", 0), piece("[SEP]", "SpecialToken", 0));
    let single = json!([open, piece("A", "Sequence", 0), close]);
    let pair = json!([open, piece("A", "Sequence", 0), close, piece("B", "Sequence", 1), piece("[SEP]", "SpecialToken", 1)]);
    let special = |id: &str, n: u32| json!({ "id": id, "ids": [n], "tokens": [id] });
    let tokenizer = json!({
        "version": "1.0", "truncation": null, "padding": { "strategy": { "Fixed": 12 }, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]" },
        "added_tokens": [],
        "normalizer": { "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true },
        "pre_tokenizer": { "type": "BertPreTokenizer" },
        "post_processor": { "type": "TemplateProcessing", "single": single, "pair": pair, "special_tokens": { "[CLS]": special("[CLS]", 2), "[SEP]": special("[SEP]", 3) } },
        "decoder": null,
        "model": { "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocabulary },
    });
    fs::write(folder.join("tokenizer.json"), tokenizer.to_string()).unwrap();

    let weights = VarMap::new();
    let builder = VarBuilder::from_varmap(&weights, DType::F32, &Device::Cpu);
    let config: Config = serde_json::from_value(config).unwrap();
    BertModel::load(builder.clone(), &config).unwrap();
    candle_nn::linear(8, 8, builder.pp("pooler.dense")).unwrap();
    candle_nn::linear(8, 1, builder.pp("classifier")).unwrap();
    weights.save(folder.join("model.safetensors")).unwrap();
}

fn embedder(folder: &Path, pooling: Pooling) -> BertEmbedder {
    let (encoder, _) = Encoder::load(folder, 12).unwrap();
    BertEmbedder { id: "tiny".into(), encoder, pooling, query_prefix: "the ".into(), passage_prefix: String::new() }
}

fn close(a: &[f32], b: &[f32]) -> bool {
    a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-5)
}

#[test]
fn a_text_has_one_vector_whatever_its_neighbours_and_comes_back_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    tiny(folder.path());
    for pooling in [Pooling::Cls, Pooling::Mean] {
        let embedder = embedder(folder.path(), pooling);
        let texts = ["the red boats the red house", "sea", "red boat", "", "the sea the sea the sea the sea the sea the sea the sea"];
        let together = embedder.embed(&texts, false).unwrap();
        for (text, vector) in texts.iter().zip(&together) {
            let alone = embedder.embed(&[text], false).unwrap();
            assert!(close(&alone[0], vector), "{pooling:?} {text:?}");
            assert!((vector.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-5);
        }
        assert!(!close(&together[1], &together[2]));
    }
}

#[test]
fn pooling_takes_the_first_state_or_the_mean_of_the_real_ones() {
    let states = [1.0, 2.0, 3.0, 6.0];
    assert_eq!(pool(&states, 2, Pooling::Cls), [1.0, 2.0]);
    assert_eq!(pool(&states, 2, Pooling::Mean), [2.0, 4.0]);
}

#[cfg(target_arch = "x86_64")]
#[test]
fn in_eight_bits_the_states_are_those_of_candles_own_model_but_for_rounding() {
    let weights = VarMap::new();
    let builder = VarBuilder::from_varmap(&weights, DType::F32, &Device::Cpu);
    for (hidden_act, heads) in [(HiddenAct::Gelu, 2), (HiddenAct::GeluApproximate, 5), (HiddenAct::Relu, 1)] {
        // Widths that fill neither a block nor a panel, and heads of the usual width and of others.
        let config = Config {
            vocab_size: 50,
            hidden_size: 70 - 6 * usize::from(heads == 2),
            num_hidden_layers: 2,
            num_attention_heads: heads,
            intermediate_size: 131,
            hidden_act,
            max_position_embeddings: 40,
            ..Config::default()
        };
        let builder = builder.pp(heads);
        let full = BertModel::load(builder.clone(), &config).unwrap();
        let Some(quantised) = quantised::QuantisedBert::load(&builder, &config).unwrap() else { return };
        let ids: Vec<u32> = (0..60).map(|n| n * 7 % 50).collect();
        let types: Vec<u32> = (0..60).map(|n| n / 8 % 2).collect();
        let texts =
            [(0, 1), (1, 6), (7, 33), (40, 20)].map(|(from, n)| Tokens { ids: &ids[from..from + n], types: &types[from..from + n] });
        let (exact, rounded) = (full_states(&full, &texts).unwrap(), quantised.states(&texts).unwrap());
        assert_eq!(exact.len(), rounded.len());
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        let cosine = |(a, b): (&[f32], &[f32])| dot(a, b) / (dot(a, a) * dot(b, b)).sqrt();
        let cosines: Vec<f32> = exact.chunks(config.hidden_size).zip(rounded.chunks(config.hidden_size)).map(cosine).collect();
        // The weights are other ones each time: what is wrong is far below, and one token of many may be rounded unluckily.
        let mean = cosines.iter().sum::<f32>() / cosines.len() as f32;
        assert!(mean > 0.995 && cosines.iter().all(|cosine| *cosine > 0.98), "{hidden_act:?}: {mean}, {cosines:?}");
        let unknown = Tokens { ids: &[50], types: &[0] };
        assert!(quantised.states(&[unknown]).unwrap_err().to_string().contains("token 50"));
    }
}

#[test]
fn a_question_is_prefixed() {
    let folder = tempfile::tempdir().unwrap();
    tiny(folder.path());
    let embedder = embedder(folder.path(), Pooling::Cls);
    let question = embedder.embed(&["red boat"], true).unwrap();
    assert!(close(&question[0], &embedder.embed(&["the red boat"], false).unwrap()[0]));
    assert!(!close(&question[0], &embedder.embed(&["red boat"], false).unwrap()[0]));
}

#[test]
fn batches_hold_texts_of_like_length_and_no_more_than_fits() {
    let lengths: Vec<usize> = (0..300).map(|n| if n % 2 == 0 { 8 } else { 256 }).collect();
    let batches = batches(&lengths);
    assert_eq!(batches.iter().map(Vec::len).sum::<usize>(), 300);
    assert!(batches.iter().all(|batch| batch.len() <= BATCH_TEXTS && batch.len() * lengths[*batch.last().unwrap()] <= BATCH_TOKENS));
    assert!(batches.iter().filter(|batch| batch.iter().any(|&n| n % 2 == 0) && batch.iter().any(|&n| n % 2 == 1)).count() <= 1);
}

#[test]
fn a_model_without_its_tensors_is_damaged_and_says_which_file() {
    let folder = tempfile::tempdir().unwrap();
    tiny(folder.path());
    VarMap::new().save(folder.path().join("model.safetensors")).unwrap();
    let failure = Encoder::load(folder.path(), 12).err().unwrap();
    assert_eq!(failure.code, Code::ModelAltered);
    assert!(failure.message.contains("model.safetensors"));
}

#[test]
fn a_static_table_is_distilled_with_nothing_for_reserved_pieces() {
    let folder = tempfile::tempdir().unwrap();
    tiny(folder.path());
    let mut told = 0;
    let table = crate::static_embedding::distil(
        &embedder(folder.path(), Pooling::Cls),
        4,
        &mut |progress| told = progress.done,
        &domain::Cancel::default(),
    )
    .unwrap();
    assert_eq!((table.len(), told), (WORDS.len() * 4, WORDS.len() as u64));
    for (word, row) in WORDS.iter().zip(table.chunks_exact(4)) {
        assert_eq!(row.iter().all(|&x| x == 0.0), word.starts_with('['), "{word}");
    }
}
