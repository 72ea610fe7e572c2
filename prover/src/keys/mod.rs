//! Proving keys: generation, and a cache on disk that is checked before it is trusted.
//!
//! Test strategy: a cached key must give the same digest and accepted proofs; a cache file that is truncated, corrupt,
//! of another version, circuit or SRS must be regenerated (`tests/it/keys.rs`); digests must not depend on the environment
//! (`tests/environment.rs`).

mod cache;
mod degree;
mod digest;
mod error;
mod pair;
mod pin;
mod store;

pub use digest::vk_digest;
pub use error::KeyError;
pub use pair::{KeyOrigin, KeyPair};
pub use pin::pin;
pub use store::KeyStore;
