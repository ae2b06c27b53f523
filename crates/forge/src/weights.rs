//! Reads the weights of an encoder from a safetensors file, one tensor at a time.
//!
//! The usual readers hold the whole file beside the tensors made of it, or map it into memory, which needs `unsafe` and dies
//! of a signal when the file is cut short meanwhile. This one never holds more than one tensor twice.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use domain::{Code, Failure, Result};
use serde::Deserialize;

use crate::record::unreadable;

/// Headers are tens of kilobytes; one that claims more is not a header.
const MAX_HEADER: u64 = 16 << 20;
const METADATA: &str = "__metadata__";

/// The tensors of a file, and the words that it says about itself.
#[derive(Debug)]
pub(crate) struct Weights {
    pub(crate) tensors: HashMap<String, Tensor>,
    pub(crate) metadata: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (u64, u64),
}

impl Weights {
    /// Reads a whole file; numbers become `f32`.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let size = file.metadata().map_err(|error| unreadable(path, &error))?.len();
        let mut length = [0; 8];
        file.read_exact(&mut length).map_err(|error| damaged(path, &error))?;
        let length = u64::from_le_bytes(length);
        if length > MAX_HEADER.min(size) {
            return Err(damaged(path, &"its header claims to be longer than it can be"));
        }
        let mut header = Vec::new();
        Read::by_ref(&mut file).take(length).read_to_end(&mut header).map_err(|error| damaged(path, &error))?;
        let mut header: BTreeMap<String, serde_json::Value> = serde_json::from_slice(&header).map_err(|error| damaged(path, &error))?;
        let metadata = header.remove(METADATA).and_then(|words| serde_json::from_value(words).ok()).unwrap_or_default();

        let mut tensors = HashMap::with_capacity(header.len());
        for (name, entry) in header {
            let entry: Entry = serde_json::from_value(entry).map_err(|error| damaged(path, &error))?;
            let tensor = read_tensor(&mut file, &entry, 8 + length, size).map_err(|error| damaged(path, &format!("{name}: {error}")))?;
            if let Some(tensor) = tensor {
                tensors.insert(name, tensor);
            }
        }
        Ok(Self { tensors, metadata })
    }

    /// The tensors in the form in which candle's models take them.
    pub(crate) fn builder(self) -> VarBuilder<'static> {
        VarBuilder::from_tensors(self.tensors, DType::F32, &Device::Cpu)
    }
}

/// Absent for tensors of whole numbers: encoders' files keep position ids in them, which no model reads.
fn read_tensor(file: &mut File, entry: &Entry, base: u64, size: u64) -> Result<Option<Tensor>, io::Error> {
    let dtype = match entry.dtype.as_str() {
        "F32" => DType::F32,
        "F16" => DType::F16,
        "BF16" => DType::BF16,
        "F64" => DType::F64,
        _ => return Ok(None),
    };
    let bad = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let (start, end) = entry.data_offsets;
    let bytes = end
        .checked_sub(start)
        .filter(|_| base.checked_add(end).is_some_and(|end| end <= size))
        .ok_or_else(|| bad("it lies outside the file"))?;
    let numbers = entry.shape.iter().try_fold(1_u64, |product, &side| product.checked_mul(side as u64));
    if numbers.and_then(|n| n.checked_mul(dtype.size_in_bytes() as u64)) != Some(bytes) {
        return Err(bad("its shape does not match its length"));
    }
    let mut data = vec![0; usize::try_from(bytes).map_err(|_| bad("it is too long for this machine"))?];
    file.seek(SeekFrom::Start(base + start))?;
    file.read_exact(&mut data)?;
    let tensor = Tensor::from_raw_buffer(&data, dtype, &entry.shape, &Device::Cpu).and_then(|tensor| tensor.to_dtype(DType::F32));
    tensor.map(Some).map_err(io::Error::other)
}

pub(crate) fn damaged(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Code::ModelAltered, format!("The model file {} cannot be used: {error}.", path.display()))
        .hint("Remove it and pull the model again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(header: &str, data: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        let bytes = [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), data].concat();
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    #[test]
    fn half_precision_becomes_single_and_whole_numbers_are_left_out() {
        let header = r#"{"__metadata__":{"made_from":"x"},"ids":{"dtype":"I64","shape":[1],"data_offsets":[4,12]},
            "w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#;
        let file = written(header, &[0x00, 0x3c, 0x00, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let weights = Weights::read(file.path()).unwrap();
        assert_eq!(weights.tensors["w"].to_vec1::<f32>().unwrap(), [1.0, -2.0]);
        assert_eq!(weights.tensors.len(), 1);
        assert_eq!(weights.metadata["made_from"], "x");
    }

    #[test]
    fn a_tensor_beyond_the_end_of_the_file_is_a_failure_with_its_name() {
        let file = written(r#"{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, &[0; 8]);
        let failure = Weights::read(file.path()).unwrap_err();
        assert_eq!(failure.code, Code::ModelAltered);
        assert!(failure.message.contains("w: it lies outside the file"));
    }
}
