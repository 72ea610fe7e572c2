//! Types, encodings, commitments and native checks of the `tranche` protocol.
//!
//! `docs/encodings.md` is the contract of every format and commitment here; each module names the section it implements.
//!
//! | module | what it holds |
//! |---|---|
//! | [`shape`] | the sizes that the formats depend on |
//! | [`felt`] | field elements as bytes, words, hexadecimal |
//! | [`hash`] | the wide hash W, the narrow hash P, and their trees |
//! | [`tag`], [`salt`] | domain tags; salts and orders drawn from a run's seed |
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod felt;
pub mod hash;
pub mod salt;
pub mod shape;
pub mod tag;

pub use felt::Felt;
pub use shape::Shape;
