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

/// The tensors of a file.
#[derive(Debug)]
pub(crate) struct Weights {
    pub(crate) tensors: HashMap<String, Tensor>,
}

/// What a file says of one tensor.
#[derive(Debug, Deserialize)]
pub(crate) struct Entry {
    dtype: String,
    pub(crate) shape: Vec<usize>,
    data_offsets: (u64, u64),
}

/// What stands before the tensors.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) entries: BTreeMap<String, Entry>,
    pub(crate) metadata: BTreeMap<String, String>,
    /// Where the tensors begin, bytes.
    base: u64,
    /// Bytes in the file.
    size: u64,
}

impl Header {
    /// Reads it from the beginning of a file.
    pub(crate) fn read(file: &mut File, path: &Path) -> Result<Self> {
        let size = file.metadata().map_err(|error| unreadable(path, &error))?.len();
        let mut length = [0; 8];
        file.read_exact(&mut length).map_err(|error| damaged(path, &error))?;
        let length = u64::from_le_bytes(length);
        if length > MAX_HEADER.min(size) {
            return Err(damaged(path, &"its header claims to be longer than it can be"));
        }
        let mut text = Vec::new();
        Read::by_ref(file).take(length).read_to_end(&mut text).map_err(|error| damaged(path, &error))?;
        let mut named: BTreeMap<String, serde_json::Value> = serde_json::from_slice(&text).map_err(|error| damaged(path, &error))?;
        let metadata = named.remove(METADATA).and_then(|words| serde_json::from_value(words).ok()).unwrap_or_default();
        let entries = named
            .into_iter()
            .map(|(name, entry)| Ok((name, serde_json::from_value(entry).map_err(|error| damaged(path, &error))?)))
            .collect::<Result<_>>()?;
        Ok(Self { entries, metadata, base: 8 + length, size })
    }

    /// Where the numbers of a tensor of single-precision floats begin in the file, bytes; a failure of its own words when it
    /// is of another type or lies outside the file.
    pub(crate) fn floats_at(&self, entry: &Entry) -> Result<u64, io::Error> {
        match dtype(entry) {
            Some(DType::F32) => Ok(self.place(entry, DType::F32)?.0),
            _ => Err(bad("it does not hold single-precision floats")),
        }
    }

    /// Where a tensor begins, and its bytes.
    fn place(&self, entry: &Entry, dtype: DType) -> Result<(u64, u64), io::Error> {
        let (start, end) = entry.data_offsets;
        let bytes = end
            .checked_sub(start)
            .filter(|_| self.base.checked_add(end).is_some_and(|end| end <= self.size))
            .ok_or_else(|| bad("it lies outside the file"))?;
        let numbers = entry.shape.iter().try_fold(1_u64, |product, &side| product.checked_mul(side as u64));
        if numbers.and_then(|n| n.checked_mul(dtype.size_in_bytes() as u64)) != Some(bytes) {
            return Err(bad("its shape does not match its length"));
        }
        Ok((self.base + start, bytes))
    }
}

impl Weights {
    /// Reads a whole file; numbers become `f32`.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
        let header = Header::read(&mut file, path)?;
        let mut tensors = HashMap::with_capacity(header.entries.len());
        for (name, entry) in &header.entries {
            let tensor = read_tensor(&mut file, &header, entry).map_err(|error| damaged(path, &format!("{name}: {error}")))?;
            if let Some(tensor) = tensor {
                tensors.insert(name.clone(), tensor);
            }
        }
        Ok(Self { tensors })
    }

    /// The tensors in the form in which candle's models take them.
    pub(crate) fn builder(self) -> VarBuilder<'static> {
        VarBuilder::from_tensors(self.tensors, DType::F32, &Device::Cpu)
    }
}

/// Absent for tensors of whole numbers: encoders' files keep position ids in them, which no model reads.
fn dtype(entry: &Entry) -> Option<DType> {
    match entry.dtype.as_str() {
        "F32" => Some(DType::F32),
        "F16" => Some(DType::F16),
        "BF16" => Some(DType::BF16),
        "F64" => Some(DType::F64),
        _ => None,
    }
}

fn bad(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

fn read_tensor(file: &mut File, header: &Header, entry: &Entry) -> Result<Option<Tensor>, io::Error> {
    let Some(dtype) = dtype(entry) else { return Ok(None) };
    let (start, bytes) = header.place(entry, dtype)?;
    let mut data = vec![0; usize::try_from(bytes).map_err(|_| bad("it is too long for this machine"))?];
    file.seek(SeekFrom::Start(start))?;
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
        let header = Header::read(&mut File::open(file.path()).unwrap(), file.path()).unwrap();
        assert_eq!(header.metadata["made_from"], "x");
    }

    #[test]
    fn a_tensor_beyond_the_end_of_the_file_is_a_failure_with_its_name() {
        let file = written(r#"{"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}"#, &[0; 8]);
        let failure = Weights::read(file.path()).unwrap_err();
        assert_eq!(failure.code, Code::ModelAltered);
        assert!(failure.message.contains("w: it lies outside the file"));
    }
}
