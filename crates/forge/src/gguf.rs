//! GGUF files: which of their tensors run slowly here, and how to make them fast.
//!
//! candle has no vector code for Q4_1, Q5_0 and Q5_1 on common processors; as Q8_0 they run five times faster, at the price
//! of a somewhat larger file. Small models come mostly in those types, since the better ones need rows of a multiple of 256.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;

use candle_core::Device;
use candle_core::quantized::gguf_file::{self, Content, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use domain::{Cancel, Failure, Progress, Result};

use crate::record::{unreadable, unwritable};
use crate::weights::damaged;

/// Opens a file and reads its header.
pub(crate) fn open(path: &Path) -> Result<(BufReader<File>, Content)> {
    let mut file = BufReader::with_capacity(1 << 20, File::open(path).map_err(|error| unreadable(path, &error))?);
    let content = Content::read(&mut file).map_err(|error| damaged(path, &error))?;
    Ok((file, content))
}

/// Whether any tensor is of a type without a fast path.
pub(crate) fn has_slow_tensors(path: &Path) -> Result<bool> {
    let (_, content) = open(path)?;
    Ok(content.tensor_infos.values().any(|tensor| is_slow(tensor.ggml_dtype)))
}

/// Writes the same model with fast types. Needs memory for the whole model, since the format puts sizes first.
pub(crate) fn reencode(source: &Path, target: &Path, on: &mut dyn FnMut(&Progress), cancel: &Cancel) -> Result<()> {
    let (mut file, content) = open(source)?;
    let mut names: Vec<&String> = content.tensor_infos.keys().collect();
    names.sort();
    let mut progress = Progress { stage: "re-encoding".into(), total: names.len() as u64, unit: "tensors".into(), ..Progress::default() };
    let mut tensors: Vec<(&str, QTensor)> = Vec::with_capacity(names.len());
    for name in names {
        cancel.check()?;
        let tensor = content.tensor(&mut file, name, &Device::Cpu).and_then(fast).map_err(|error| damaged(source, &error))?;
        tensors.push((name, tensor));
        progress.done += 1;
        on(&progress);
    }
    let metadata: Vec<(&str, &Value)> = content.metadata.iter().map(|(key, value)| (key.as_str(), value)).collect();
    let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(name, tensor)| (*name, tensor)).collect();
    let mut out = BufWriter::new(File::create(target).map_err(|error| unwritable(target, &error))?);
    gguf_file::write(&mut out, &metadata, &tensors)
        .map_err(|error| Failure::internal(format!("the re-encoded model was not written: {error}")))?;
    let out = out.into_inner().map_err(|error| unwritable(target, error.error()))?;
    out.sync_all().map_err(|error| unwritable(target, &error))
}

fn fast(tensor: QTensor) -> candle_core::Result<QTensor> {
    if is_slow(tensor.dtype()) { QTensor::quantize(&tensor.dequantize(&Device::Cpu)?, GgmlDType::Q8_0) } else { Ok(tensor) }
}

fn is_slow(dtype: GgmlDType) -> bool {
    matches!(dtype, GgmlDType::Q4_1 | GgmlDType::Q5_0 | GgmlDType::Q5_1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Tensor;

    #[test]
    fn slow_tensors_become_fast_and_keep_their_values() {
        let folder = tempfile::tempdir().unwrap();
        let (source, target) = (folder.path().join("a.gguf"), folder.path().join("b.gguf"));
        let values = Tensor::arange(0_f32, 64.0, &Device::Cpu).unwrap().reshape((2, 32)).unwrap();
        let slow = QTensor::quantize(&values, GgmlDType::Q5_0).unwrap();
        let kept = QTensor::quantize(&values, GgmlDType::F32).unwrap();
        let name = Value::String("tiny".into());
        gguf_file::write(&mut File::create(&source).unwrap(), &[("general.name", &name)], &[("slow", &slow), ("kept", &kept)]).unwrap();

        assert!(has_slow_tensors(&source).unwrap());
        reencode(&source, &target, &mut |_| (), &Cancel::default()).unwrap();
        assert!(!has_slow_tensors(&target).unwrap());
        let (mut file, content) = open(&target).unwrap();
        assert_eq!(content.metadata["general.name"].to_string().unwrap(), "tiny");
        let read = |file: &mut BufReader<File>, name| content.tensor(file, name, &Device::Cpu).unwrap().dequantize(&Device::Cpu).unwrap();
        assert_eq!(read(&mut file, "kept").to_vec2::<f32>().unwrap(), values.to_vec2::<f32>().unwrap());
        let gap = (read(&mut file, "slow") - slow.dequantize(&Device::Cpu).unwrap()).unwrap().abs().unwrap().max_all().unwrap();
        assert!(gap.to_scalar::<f32>().unwrap() < 0.5);
    }

    #[test]
    fn a_file_that_is_no_gguf_is_a_damaged_model() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), b"not a model").unwrap();
        assert_eq!(has_slow_tensors(file.path()).unwrap_err().code, domain::Code::ModelAltered);
    }
}
