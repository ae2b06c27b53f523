//! Reads the weights of a BERT encoder out of a dynamically quantised ONNX export, and writes them as safetensors.
//!
//! Such an export keeps embeddings and biases under their own names, but calls each matrix after the graph node's number;
//! which layer it belongs to is told by the name of the node that multiplies by it. Matrices are stored the other way round,
//! `[in, out]`. Only what such an export contains is understood; anything else that looks like a weight is an error.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};

use super::Result;

// Field numbers of onnx.proto.
const MODEL_GRAPH: u64 = 7;
const GRAPH_NODE: u64 = 1;
const GRAPH_INITIALIZER: u64 = 5;
const NODE_INPUT: u64 = 1;
const NODE_NAME: u64 = 3;
const NODE_OPERATION: u64 = 4;
const TENSOR_DIMS: u64 = 1;
const TENSOR_TYPE: u64 = 2;
const TENSOR_FLOATS: u64 = 4;
const TENSOR_INTEGERS: u64 = 5;
const TENSOR_NAME: u64 = 8;
const TENSOR_RAW: u64 = 9;

const TYPE_FLOAT: u64 = 1;
const TYPE_U8: u64 = 2;
const TYPE_I8: u64 = 3;

const QUANTISED: &str = "_quantized";
const MULTIPLY: &str = "MatMulInteger";

/// A field's content.
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// A constant of the graph.
#[derive(Default)]
struct Constant<'a> {
    dims: Vec<usize>,
    kind: u64,
    raw: &'a [u8],
    floats: Vec<f32>,
    integers: Vec<i64>,
}

/// A weight as it will be written.
struct Weight {
    dims: Vec<usize>,
    values: Vec<f32>,
}

/// Writes the weights of the export in `model`.
pub(super) fn write_safetensors(model: &[u8], out: &mut impl Write) -> Result<()> {
    let weights = weights(model)?;
    let mut header = serde_json::Map::new();
    let mut offset = 0;
    for (name, weight) in &weights {
        let end = offset + weight.values.len() * 4;
        header.insert(name.clone(), serde_json::json!({ "dtype": "F32", "shape": weight.dims, "data_offsets": [offset, end] }));
        offset = end;
    }
    let mut header = serde_json::Value::Object(header).to_string();
    header.push_str(&" ".repeat(header.len().next_multiple_of(8) - header.len()));
    let mut out = BufWriter::new(out);
    out.write_all(&(header.len() as u64).to_le_bytes())?;
    out.write_all(header.as_bytes())?;
    for weight in weights.values() {
        for value in &weight.values {
            out.write_all(&value.to_le_bytes())?;
        }
    }
    Ok(out.flush()?)
}

fn weights(model: &[u8]) -> Result<BTreeMap<String, Weight>> {
    let mut constants = BTreeMap::new();
    let mut products = Vec::new();
    for graph in fields(model).filter_map(|field| part(field, MODEL_GRAPH).transpose()) {
        for field in fields(graph?) {
            match field? {
                (GRAPH_INITIALIZER, Field::Bytes(bytes)) => {
                    let (name, constant) = constant(bytes)?;
                    constants.insert(name, constant);
                }
                (GRAPH_NODE, Field::Bytes(bytes)) => products.extend(product(bytes)?),
                _ => {}
            }
        }
    }
    let mut weights = BTreeMap::new();
    for (name, constant) in &constants {
        if constant.kind == TYPE_FLOAT && (name.ends_with(".weight") || name.ends_with(".bias")) {
            weights.insert(name.clone(), Weight { dims: constant.dims.clone(), values: constant.floats()? });
        } else if let Some(table) = name.strip_suffix(QUANTISED).filter(|name| name.contains("embeddings")) {
            let (scale, zero) = (find(&constants, &format!("{table}_scale"))?, find(&constants, &format!("{table}_zero_point"))?);
            weights.insert(table.to_owned(), dequantised(constant, scale, zero)?);
        }
    }
    for (node, matrix, zero) in products {
        // Products of two activations have no constant on their right.
        let Some(constant) = constants.get(&matrix) else { continue };
        let base = matrix.strip_suffix(QUANTISED).ok_or_else(|| format!("{node} multiplies by {matrix}, which is not quantised"))?;
        let weight = dequantised(constant, find(&constants, &format!("{base}_scale"))?, find(&constants, &zero)?)?;
        let layer = node.trim_start_matches('/').rsplit_once('/').map(|(layer, _)| layer.replace('/', "."));
        let layer = layer.ok_or_else(|| format!("the node {node} is in no layer"))?;
        weights.insert(format!("{layer}.weight"), transposed(&weight)?);
    }
    if weights.is_empty() {
        return Err("the ONNX file holds no weights".into());
    }
    Ok(weights)
}

/// For a product of whole numbers: the node's name, its matrix, and the matrix's zero point.
fn product(node: &[u8]) -> Result<Option<(String, String, String)>> {
    let (mut name, mut operation, mut inputs) = (String::new(), String::new(), Vec::new());
    for field in fields(node) {
        match field? {
            (NODE_INPUT, Field::Bytes(bytes)) => inputs.push(text(bytes)?),
            (NODE_NAME, Field::Bytes(bytes)) => name = text(bytes)?,
            (NODE_OPERATION, Field::Bytes(bytes)) => operation = text(bytes)?,
            _ => {}
        }
    }
    let mut inputs = inputs.into_iter().skip(1);
    let (matrix, zero) = (inputs.next(), inputs.nth(1));
    Ok(matrix.zip(zero).filter(|_| operation == MULTIPLY).map(|(matrix, zero)| (name, matrix, zero)))
}

fn constant(bytes: &[u8]) -> Result<(String, Constant<'_>)> {
    let (mut name, mut constant) = (String::new(), Constant::default());
    for field in fields(bytes) {
        match field? {
            (TENSOR_DIMS, Field::Number(dim)) => constant.dims.push(usize::try_from(dim)?),
            (TENSOR_DIMS, Field::Bytes(packed)) => {
                for dim in numbers(packed) {
                    constant.dims.push(usize::try_from(dim?)?);
                }
            }
            (TENSOR_TYPE, Field::Number(kind)) => constant.kind = kind,
            (TENSOR_NAME, Field::Bytes(bytes)) => name = text(bytes)?,
            (TENSOR_RAW, Field::Bytes(raw)) => constant.raw = raw,
            (TENSOR_FLOATS, Field::Bytes(packed)) => constant.floats.extend(floats(packed)),
            (TENSOR_INTEGERS, Field::Number(number)) => constant.integers.push(number.cast_signed()),
            (TENSOR_INTEGERS, Field::Bytes(packed)) => {
                for number in numbers(packed) {
                    constant.integers.push(number?.cast_signed());
                }
            }
            _ => {}
        }
    }
    Ok((name, constant))
}

impl Constant<'_> {
    fn floats(&self) -> Result<Vec<f32>> {
        let values = if self.raw.is_empty() { self.floats.clone() } else { floats(self.raw).collect() };
        self.complete(values)
    }

    fn integers(&self) -> Result<Vec<f32>> {
        let values = match self.kind {
            TYPE_U8 | TYPE_I8 if self.raw.is_empty() => self.integers.iter().map(|&x| x as f32).collect(),
            TYPE_U8 => self.raw.iter().map(|&x| f32::from(x)).collect(),
            TYPE_I8 => self.raw.iter().map(|&x| f32::from(x.cast_signed())).collect(),
            kind => return Err(format!("a quantised constant is of type {kind}, not of bytes").into()),
        };
        self.complete(values)
    }

    fn complete(&self, values: Vec<f32>) -> Result<Vec<f32>> {
        let n: usize = self.dims.iter().product();
        if n == values.len() {
            Ok(values)
        } else {
            Err(format!("a constant of shape {:?} holds {} values", self.dims, values.len()).into())
        }
    }
}

/// `(q - zero) * scale`, with one zero and scale for all columns or one a column.
fn dequantised(constant: &Constant<'_>, scale: &Constant<'_>, zero: &Constant<'_>) -> Result<Weight> {
    let (scales, zeros) = (scale.floats()?, zero.integers()?);
    let columns = constant.dims.last().copied().unwrap_or(1).max(1);
    if scales.len() != zeros.len() || (scales.len() != 1 && scales.len() != columns) {
        return Err(format!("{} scales and {} zero points do not fit {columns} columns", scales.len(), zeros.len()).into());
    }
    let steps = scales.iter().zip(&zeros).cycle();
    let values = constant
        .integers()?
        .chunks_exact(columns)
        .flat_map(|row| row.iter().zip(steps.clone()).map(|(q, (scale, zero))| (q - zero) * scale))
        .collect();
    Ok(Weight { dims: constant.dims.clone(), values })
}

fn transposed(weight: &Weight) -> Result<Weight> {
    let [rows, columns] = weight.dims[..] else { return Err(format!("a matrix has the shape {:?}", weight.dims).into()) };
    let values = (0..columns).flat_map(|column| weight.values.iter().skip(column).step_by(columns.max(1)).copied()).collect();
    Ok(Weight { dims: vec![columns, rows], values })
}

fn find<'c, 'a>(constants: &'c BTreeMap<String, Constant<'a>>, name: &str) -> Result<&'c Constant<'a>> {
    constants.get(name).ok_or_else(|| format!("the ONNX file has no constant {name}").into())
}

fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four))
}

fn text(bytes: &[u8]) -> Result<String> {
    Ok(str::from_utf8(bytes)?.to_owned())
}

fn part<'a>(field: Result<(u64, Field<'a>)>, wanted: u64) -> Result<Option<&'a [u8]>> {
    Ok(match field? {
        (number, Field::Bytes(bytes)) if number == wanted => Some(bytes),
        _ => None,
    })
}

/// The fields of a protobuf message, in order.
fn fields(mut bytes: &[u8]) -> impl Iterator<Item = Result<(u64, Field<'_>)>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let field = next_field(&mut bytes);
        if field.is_none() {
            bytes = &[];
        }
        Some(field.ok_or_else(|| "the ONNX file ends inside a field".into()))
    })
}

fn next_field<'a>(bytes: &mut &'a [u8]) -> Option<(u64, Field<'a>)> {
    let tag = varint(bytes)?;
    let mut take = |n: usize| {
        let (head, rest) = bytes.split_at_checked(n)?;
        *bytes = rest;
        Some(head)
    };
    let field = match tag & 7 {
        0 => Field::Number(varint(bytes)?),
        1 => Field::Bytes(take(8)?),
        2 => {
            let n = usize::try_from(varint(bytes)?).ok()?;
            let (head, rest) = bytes.split_at_checked(n)?;
            *bytes = rest;
            Field::Bytes(head)
        }
        5 => Field::Bytes(take(4)?),
        _ => return None,
    };
    Some((tag >> 3, field))
}

fn numbers(mut packed: &[u8]) -> impl Iterator<Item = Result<u64>> {
    std::iter::from_fn(move || {
        if packed.is_empty() {
            return None;
        }
        let number = varint(&mut packed);
        if number.is_none() {
            packed = &[];
        }
        Some(number.ok_or_else(|| "the ONNX file ends inside a number".into()))
    })
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(fields: &[(u64, &[u8])]) -> Vec<u8> {
        fields.iter().flat_map(|(number, bytes)| [&[(number << 3 | 2) as u8, bytes.len() as u8], *bytes].concat()).collect()
    }

    fn tensor(name: &str, kind: u8, dims: &[u8], raw: &[u8]) -> Vec<u8> {
        let head = [&[(TENSOR_TYPE << 3) as u8, kind][..], &message(&[(TENSOR_DIMS, dims), (TENSOR_NAME, name.as_bytes())])].concat();
        [head, message(&[(TENSOR_RAW, raw)])].concat()
    }

    #[test]
    fn a_matrix_is_named_after_its_node_dequantised_by_column_and_turned() {
        let node = message(&[
            (NODE_INPUT, b"x"),
            (NODE_INPUT, b"m_1_quantized"),
            (NODE_INPUT, b"xz"),
            (NODE_INPUT, b"m_1_zero_point"),
            (NODE_NAME, b"/layer.0/query/MatMul_quant"),
            (NODE_OPERATION, b"MatMulInteger"),
        ]);
        let scales = [0.5_f32, 2.0].map(f32::to_le_bytes).concat();
        let graph = message(&[
            (GRAPH_NODE, &node),
            (GRAPH_INITIALIZER, &tensor("m_1_quantized", 3, &[3, 2], &[1, 2, 3, 4, 5, 0xff])),
            (GRAPH_INITIALIZER, &tensor("m_1_scale", 1, &[2], &scales)),
            (GRAPH_INITIALIZER, &tensor("m_1_zero_point", 3, &[2], &[1, 0])),
            (GRAPH_INITIALIZER, &tensor("layer.0.query.bias", 1, &[2], &scales)),
        ]);
        let weights =
            weights(&[&[(MODEL_GRAPH << 3 | 2) as u8, (graph.len() & 0x7f | 0x80) as u8, (graph.len() >> 7) as u8][..], &graph].concat())
                .unwrap();
        assert_eq!(weights.keys().collect::<Vec<_>>(), ["layer.0.query.bias", "layer.0.query.weight"]);
        assert_eq!(weights["layer.0.query.weight"].dims, [2, 3]);
        assert_eq!(weights["layer.0.query.weight"].values, [0.0, 1.0, 2.0, 4.0, 8.0, -2.0]);
    }

    #[test]
    fn a_file_that_is_cut_short_is_an_error() {
        assert!(weights(&[(MODEL_GRAPH << 3 | 2) as u8, 9, 1]).is_err());
        assert!(weights(b"").is_err());
    }
}
