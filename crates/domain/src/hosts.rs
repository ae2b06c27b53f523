/// A host that the program may talk to, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Host {
    /// Its name.
    pub name: &'static str,
    /// What is asked of it, and when.
    pub why: &'static str,
}

/// Every host that the program may ever talk to. Nothing is asked of any of them unless the owner starts it.
pub const HOSTS: &[Host] = &[
    Host { name: "huggingface.co", why: "model files, when the owner pulls a model" },
    Host { name: "cdn-lfs.huggingface.co", why: "model files, by redirect" },
    Host { name: "cas-bridge.xethub.hf.co", why: "model files, by redirect" },
    Host { name: "cas-server.xethub.hf.co", why: "model files, in chunks, when the hub keeps them so" },
    Host { name: "transfer.xethub.hf.co", why: "model files, in chunks, when the hub keeps them so" },
];
