//! What there is to know of a decoder beside its weights: the facts of its family, which files leave unsaid, and its own
//! shape, which they tell.

use candle_core::quantized::gguf_file::{Content, Value};
use candle_core::{Error, Result};

/// What all models of a family have in common.
#[derive(Debug)]
pub(super) struct Architecture {
    name: &'static str,
    pub(super) pairs: Pairs,
    pub(super) activation: Activation,
    /// Whether embeddings are multiplied by the square root of their width.
    pub(super) scales_embeddings: bool,
    /// The base of the rotation, where the file does not say.
    base: f32,
    windows: Windows,
}

/// Which two numbers of a head are turned together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pairs {
    /// One of the first half and its counterpart of the second.
    Halves,
    /// Each even one and the next.
    Neighbours,
}

/// What the gate of a layer's inner network goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activation {
    Silu,
    /// By the tangent, as Gemma was trained.
    Gelu,
}

/// Which layers look no further back than a window, when the file has one.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Windows {
    None,
    Every,
    /// All but each last one of so many, and by a rotation of another base.
    AllButEach {
        of: usize,
        base: f32,
    },
}

const QWEN2: Architecture = Architecture {
    name: "qwen2",
    pairs: Pairs::Halves,
    activation: Activation::Silu,
    scales_embeddings: false,
    base: 10_000.0,
    windows: Windows::None,
};

const ARCHITECTURES: [Architecture; 5] = [
    QWEN2,
    Architecture { name: "qwen3", ..QWEN2 },
    Architecture { name: "llama", pairs: Pairs::Neighbours, ..QWEN2 },
    Architecture {
        name: "gemma3",
        activation: Activation::Gelu,
        scales_embeddings: true,
        base: 1_000_000.0,
        windows: Windows::AllButEach { of: 6, base: 10_000.0 },
        ..QWEN2
    },
    Architecture { name: "phi3", windows: Windows::Every, ..QWEN2 },
];

impl Architecture {
    /// The one that a file names.
    pub(super) fn of(content: &Content) -> Result<&'static Self> {
        let name = match content.metadata.get("general.architecture") {
            Some(name) => name.to_string()?.as_str(),
            None => candle_core::bail!("it does not say of which architecture it is"),
        };
        ARCHITECTURES.iter().find(|known| known.name == name).ok_or_else(|| {
            let known: Vec<&str> = ARCHITECTURES.iter().map(|known| known.name).collect();
            Error::Msg(format!("its architecture is {name}, and those that are supported are {}", known.join(", ")))
        })
    }
}

/// The numbers of one model.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    pub(super) width: usize,
    pub(super) blocks: usize,
    pub(super) heads: usize,
    pub(super) kv_heads: usize,
    /// Numbers in a head.
    pub(super) head: usize,
    /// How many of them positions turn, from the first on.
    pub(super) turned: usize,
    /// What scores are multiplied by.
    pub(super) scale: f64,
    pub(super) epsilon: f64,
    /// Tokens that a conversation may come to.
    pub(super) context: usize,
    /// The context that the model was first trained for, where it was made to reach further by other factors of its rotation.
    pub(super) first_context: Option<usize>,
    pub(super) rotation: Turning,
    /// Of layers that look no further back than a window, where theirs is another.
    pub(super) local_rotation: Option<Turning>,
    /// Keys that a layer with a window sees, the token's own included.
    pub(super) window: Option<usize>,
    /// Of each layer, whether it has the window.
    pub(super) windowed: Vec<bool>,
}

/// How fast positions turn heads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Turning {
    pub(super) base: f32,
    /// Positions are divided by this.
    pub(super) stretch: f32,
    /// And heads made longer by this.
    pub(super) magnitude: f32,
}

impl Shape {
    pub(super) fn of(content: &Content, architecture: &Architecture) -> Result<Self> {
        let file = Said { content, prefix: architecture.name };
        if file.count("expert_count")?.is_some_and(|n| n > 0) {
            candle_core::bail!("it is a mixture of experts, which is not supported");
        }
        let (width, heads) = (file.needed("embedding_length")?, file.needed("attention.head_count")?);
        let kv_heads = file.count("attention.head_count_kv")?.unwrap_or(heads);
        let head = match file.count("attention.key_length")? {
            Some(head) => head,
            None if heads > 0 && width % heads == 0 => width / heads,
            None => candle_core::bail!("{heads} heads do not divide {width}"),
        };
        let turned = file.count("rope.dimension_count")?.unwrap_or(head);
        if heads == 0 || kv_heads == 0 || heads % kv_heads != 0 {
            candle_core::bail!("{heads} heads cannot share {kv_heads}");
        }
        if turned == 0 || turned > head || turned % 2 != 0 || file.count("attention.value_length")?.is_some_and(|value| value != head) {
            candle_core::bail!("its heads of {head} numbers, {turned} of them turned, are of no known form");
        }
        let blocks = file.needed("block_count")?;
        if blocks > MOST_BLOCKS {
            candle_core::bail!("it claims to have {blocks} layers");
        }
        let scaling = file.text("rope.scaling.type").unwrap_or_default();
        if scaling == "yarn" {
            candle_core::bail!("its positions are scaled by YaRN, which is not supported");
        }
        let rotation = Turning {
            base: file.number("rope.freq_base")?.unwrap_or(architecture.base),
            stretch: file.number("rope.scaling.factor")?.filter(|_| scaling == "linear").unwrap_or(1.0),
            magnitude: file.number("rope.scaling.attn_factor")?.unwrap_or(1.0),
        };
        let window = match architecture.windows {
            Windows::None => None,
            _ => file.count("attention.sliding_window")?.filter(|&window| window > 0),
        };
        let (local_rotation, windowed) = match architecture.windows {
            _ if window.is_none() => (None, vec![false; blocks]),
            Windows::None => (None, vec![false; blocks]),
            Windows::Every => (None, vec![true; blocks]),
            Windows::AllButEach { of, base } => {
                let base = file.number("rope.local_freq_base")?.or(file.number("rope.freq_base_swa")?).unwrap_or(base);
                (Some(Turning { base, stretch: 1.0, magnitude: 1.0 }), file.windowed(blocks, of)?)
            }
        };
        // The largest Gemma 3 alone scores by its width; its files do not say so.
        let scored = if architecture.scales_embeddings && blocks == LARGEST_GEMMA { width / heads } else { head };
        Ok(Self {
            width,
            blocks,
            heads,
            kv_heads,
            head,
            turned,
            scale: 1.0 / (scored as f64).sqrt(),
            epsilon: f64::from(
                file.number("attention.layer_norm_rms_epsilon")?.ok_or_else(|| file.unsaid("attention.layer_norm_rms_epsilon"))?,
            ),
            context: file.needed("context_length")?,
            first_context: file.count("rope.scaling.original_context_length")?,
            rotation,
            local_rotation,
            window,
            windowed,
        })
    }
}

/// More layers than any model has that fits on a desktop.
const MOST_BLOCKS: usize = 1024;
/// Layers of Gemma 3 27B.
const LARGEST_GEMMA: usize = 62;

/// What a file says under the name of its architecture.
struct Said<'a> {
    content: &'a Content,
    prefix: &'a str,
}

impl Said<'_> {
    fn value(&self, key: &str) -> Option<&Value> {
        self.content.metadata.get(&format!("{}.{key}", self.prefix))
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.value(key).and_then(|value| value.to_string().ok()).map(String::as_str)
    }

    fn count(&self, key: &str) -> Result<Option<usize>> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let count = match value {
            Value::I32(n) => usize::try_from(*n).ok(),
            Value::I64(n) => usize::try_from(*n).ok(),
            other => other.to_u64().ok().and_then(|n| usize::try_from(n).ok()),
        };
        count.map(Some).ok_or_else(|| Error::Msg(format!("{}.{key} is no count", self.prefix)))
    }

    fn needed(&self, key: &str) -> Result<usize> {
        self.count(key)?.ok_or_else(|| self.unsaid(key))
    }

    fn number(&self, key: &str) -> Result<Option<f32>> {
        self.value(key).map(Value::to_f32).transpose()
    }

    fn unsaid(&self, key: &str) -> Error {
        Error::Msg(format!("it does not say {}.{key}", self.prefix))
    }

    /// Of each layer, whether it has the window: newer files say it, by a number or layer by layer.
    fn windowed(&self, blocks: usize, usual: usize) -> Result<Vec<bool>> {
        let key = "attention.sliding_window_pattern";
        if let Some(Value::Array(layers)) = self.value(key) {
            let layers = layers.iter().map(Value::to_bool).collect::<Result<Vec<_>>>()?;
            if layers.len() != blocks {
                candle_core::bail!("it speaks of windows for {} of {blocks} layers", layers.len());
            }
            return Ok(layers);
        }
        let of = self.count(key)?.unwrap_or(usual).max(1);
        Ok((1..=blocks).map(|layer| layer % of != 0).collect())
    }
}
