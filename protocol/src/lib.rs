//! Types, encodings, commitments and native checks of the `tranche` protocol.
//!
//! `docs/encodings.md` is the contract of every format and commitment here; each module names the section it implements.
//!
//! | module | what it holds |
//! |---|---|
//! | [`shape`] | the sizes that the formats depend on |
//! | [`felt`], [`keccak`], [`json`] | field elements, words of a contract, values in JSON |
//! | [`hash`] | the hashes W (Poseidon2, t = 16) and P (Poseidon, t = 3), and their trees |
//! | [`tag`], [`salt`] | domain tags; salts and orders drawn from a run's seed |
//! | [`record`], [`content`] | record digests and the content root |
//! | [`mod@unit`], [`units`] | unit definitions; packs, chunks and the units tree |
//! | [`tranche`], [`registry`] | a tranche's fields and id; the list of ids |
//! | [`log`], [`chunk_index`], [`trace`], [`run`] | what a run commitment commits to |
//! | [`usage`], [`receipt`] | the usage vector and its commitment; one opened leaf |
//! | [`context`], [`statement`] | the run's terms; public inputs and the statement's digest |
//! | [`clause`], [`usage_relation`] | clause numbers; witness, builder and native check of S1 to S8 |
//! | [`claims`] | arithmetic and native check of D1 to D7 |
//! | [`evidence`] | what stands behind a log |
//! | [`audit`] | challenge, opening and check of a sampled replay |
//! | [`manifest`], [`proof_file`] | the files that carry a tranche and a proof |
//! | [`address`], [`signature`] | accounts and their signatures |
//! | `sample` | small made-up runs for tests, behind the feature `sample` |
//!
//! A value with a meaning of its own has a type of its own: it has one encoding, and none stands where another is meant.
//!
//! ```
//! use tranche_protocol::Shape;
//! use tranche_protocol::address::Address;
//! use tranche_protocol::content::ContentBuilder;
//! use tranche_protocol::record::record_digest;
//! use tranche_protocol::registry::{Registry, is_registered};
//! use tranche_protocol::tranche::{Contents, TermsDigest, Tranche, TrancheId, TrancheKind};
//! use tranche_protocol::unit::UnitDefinition;
//! use tranche_protocol::units::UnitsBuilder;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Two records, which weigh their bytes.
//! let (mut content, mut units) = (ContentBuilder::new(), UnitsBuilder::new(&Shape::STANDARD));
//! for record in ["a record", "another one"] {
//!     content.push(&record_digest(record.as_bytes()));
//!     units.push(record.len() as u32)?;
//! }
//! let units = units.finish()?;
//! let contents = Contents {
//!     content_root: content.finish().ok_or("no records")?,
//!     units_root: units.root(),
//!     kind: TrancheKind::Weighted,
//!     records: 2,
//!     scale: 1,
//!     total_units: units.total(),
//!     unit: UnitDefinition::Byte.id(),
//! };
//! let owner = Address::new([1; 20]);
//! let tranche = Tranche::new(contents, owner, 3, TermsDigest::of_text("CC BY 4.0"))?;
//!
//! let mut registry = Registry::new(&Shape::STANDARD);
//! let entry = registry.append(&tranche)?;
//! let path = registry.path(entry.index).ok_or("not there")?;
//! assert!(is_registered(&Shape::STANDARD, registry.root(), entry.index, tranche.id(), &path));
//!
//! // One encoding, one text form.
//! let id: TrancheId = tranche.id().to_string().parse()?;
//! assert_eq!(TrancheId::from_bytes(&id.to_bytes()), Ok(tranche.id()));
//! # Ok(())
//! # }
//! ```
#![no_std]

extern crate alloc;

pub mod address;
pub mod audit;
pub mod chunk_index;
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
