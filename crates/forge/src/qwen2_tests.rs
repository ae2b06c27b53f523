use super::*;
use candle_core::quantized::GgmlDType;
use candle_core::quantized::gguf_file;
use candle_transformers::models::quantized_qwen2::ModelWeights;

/// A model of two layers with random weights: 4 query heads over 2, width 64.
pub(crate) fn tiny(path: &Path) {
    let width = 64;
    let tensor = |rows: usize, columns: usize, dtype| {
        QTensor::quantize(&Tensor::randn(0_f32, 0.2, (rows, columns), &Device::Cpu).unwrap(), dtype).unwrap()
    };
    let line = |n: usize, mean: f32| QTensor::quantize(&Tensor::randn(mean, 0.1, n, &Device::Cpu).unwrap(), GgmlDType::F32).unwrap();
    let mut tensors =
        vec![("token_embd.weight".to_owned(), tensor(50, width, GgmlDType::Q8_0)), ("output_norm.weight".to_owned(), line(width, 1.0))];
    for n in 0..2 {
        let mut add = |name: &str, tensor| tensors.push((format!("blk.{n}.{name}"), tensor));
        for (name, out) in [("attn_q", width), ("attn_k", width / 2), ("attn_v", width / 2)] {
            add(&format!("{name}.weight"), tensor(out, width, GgmlDType::Q8_0));
            add(&format!("{name}.bias"), line(out, 0.0));
        }
        add("attn_output.weight", tensor(width, width, GgmlDType::Q8_0));
        add("attn_norm.weight", line(width, 1.0));
        add("ffn_norm.weight", line(width, 1.0));
        add("ffn_gate.weight", tensor(96, width, GgmlDType::Q8_0));
        add("ffn_up.weight", tensor(96, width, GgmlDType::Q8_0));
        add("ffn_down.weight", tensor(width, 96, GgmlDType::Q8_0));
    }
    let metadata = [
        ("general.architecture", Value::String("qwen2".into())),
        ("qwen2.attention.head_count", Value::U32(4)),
        ("qwen2.attention.head_count_kv", Value::U32(2)),
        ("qwen2.embedding_length", Value::U32(64)),
        ("qwen2.context_length", Value::U32(64)),
        ("qwen2.block_count", Value::U32(2)),
        ("qwen2.attention.layer_norm_rms_epsilon", Value::F32(1e-6)),
        ("qwen2.rope.freq_base", Value::F32(10_000.0)),
    ];
    let metadata: Vec<(&str, &Value)> = metadata.iter().map(|(key, value)| (*key, value)).collect();
    let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
    gguf_file::write(&mut File::create(path).unwrap(), &metadata, &tensors).unwrap();
}

fn apart(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(x, y)| (x - y).abs()).fold(0.0, f32::max)
}

#[test]
fn it_computes_what_the_reference_does_and_steps_do_not_matter() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny.gguf");
    tiny(&path);
    let (model, _) = open(&path, 1000).unwrap();
    assert_eq!(model.context(), 64, "never more than the model knows");

    let (mut file, content) = gguf::open(&path).unwrap();
    let mut reference = ModelWeights::from_gguf(content, &mut file, &Device::Cpu).unwrap();
    let tokens: Vec<u32> = (0..20).map(|n| n * 7 % 50).collect();
    let wanted = reference.forward(&Tensor::new(&tokens[..], &Device::Cpu).unwrap().unsqueeze(0).unwrap(), 0).unwrap();
    let wanted: Vec<f32> = wanted.flatten_all().unwrap().to_vec1().unwrap();

    let whole = model.read(&mut model.begin(), &tokens).unwrap();
    assert!(apart(&whole, &wanted) < 1e-3, "{}", apart(&whole, &wanted));
    let mut conversation = model.begin();
    let mut stepwise = Vec::new();
    for step in [&tokens[..7], &tokens[7..8], &tokens[8..17], &tokens[17..]] {
        stepwise = model.read(&mut conversation, step).unwrap();
    }
    assert!(apart(&stepwise, &wanted) < 1e-3);

    let mut begun = model.begin();
    model.read(&mut begun, &tokens[..7]).unwrap();
    model.read(&mut model.fork(&begun).unwrap(), &[3, 1, 4, 1, 5]).unwrap();
    let forked = model.read(&mut model.fork(&begun).unwrap(), &tokens[7..]).unwrap();
    assert!(apart(&forked, &wanted) < 1e-3, "what another fork read is not in its mind");
}

#[test]
fn what_does_not_fit_is_an_error_and_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tiny.gguf");
    tiny(&path);
    let (model, _) = open(&path, 8).unwrap();
    assert!(model.read(&mut model.begin(), &[1; 9]).is_err());
    assert!(model.read(&mut model.begin(), &[50]).is_err());
    assert!(model.read(&mut model.begin(), &[]).is_err());
}
