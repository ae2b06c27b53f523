//! What the end-to-end tests share: a made-up archive, a vault, and the `datapunk` command.
