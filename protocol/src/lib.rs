//! Types, encodings, commitments and native checks of the `tranche` protocol.
//!
//! `docs/encodings.md` is the contract of every format and commitment here; each module names the section it implements.
//!
//! | module | what it holds |
//! |---|---|
//! | [`shape`] | the sizes that the formats depend on |
//! | [`felt`], [`keccak`], [`json`] | field elements, words of a contract, values in JSON |
//! | [`hash`] | the wide hash W, the narrow hash P, and their trees |
//! | [`tag`], [`salt`] | domain tags; salts and orders drawn from a run's seed |
//! | [`record`], [`content`] | record digests and the content root |
//! | [`mod@unit`], [`units`] | unit definitions; packs, chunks and the units tree |
//! | [`tranche`], [`registry`] | a tranche's fields and id; the list of ids |
//! | [`log`], [`arrangement`], [`trace`], [`run`] | what a run commitment commits to |
//! | [`usage`], [`receipt`] | the usage vector and its commitment; one opened leaf |
//! | [`context`], [`statement`] | the run's terms; public inputs and the statement's digest |
//! | [`clause`], [`usage_relation`] | clause numbers; witness, builder and native check of S1 to S8 |
//! | [`claims`] | arithmetic and native check of D1 to D7 |
//! | [`evidence`] | what stands behind a log |
//! | [`audit`] | challenge, opening and check of a sampled replay |
//! | [`manifest`], [`proof_file`] | the files that carry a tranche and a proof |
//! | [`address`], [`signature`] | accounts and their signatures |
//! | `sample` | small made-up runs for tests, behind the feature `sample` |
#![no_std]

extern crate alloc;

pub mod address;
pub mod arrangement;
pub mod audit;
pub mod claims;
pub mod clause;
pub mod content;
pub mod context;
pub mod evidence;
pub mod felt;
pub mod hash;
pub mod json;
pub mod keccak;
pub mod log;
pub mod manifest;
mod newtype;
pub mod proof_file;
pub mod receipt;
pub mod record;
pub mod registry;
pub mod run;
pub mod salt;
#[cfg(any(test, feature = "sample"))]
pub mod sample;
pub mod shape;
pub mod signature;
pub mod statement;
pub mod tag;
pub mod trace;
pub mod tranche;
pub mod unit;
pub mod units;
pub mod usage;
pub mod usage_relation;

pub use felt::Felt;
pub use newtype::DigestError;
pub use shape::Shape;
