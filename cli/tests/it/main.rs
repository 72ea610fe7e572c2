//! Tests of the `tranche` binary, one module a subject, in one program that is linked once.
//! `cargo test --release -p tranche --test it settle::` runs those of one module.

mod account;
mod audit;
mod bench;
mod common;
mod crash;
mod dishonest;
mod documented;
mod ending;
mod flow;
mod importers;
mod inputs;
mod limits;
mod links;
mod moved;
mod owner;
mod parquet;
mod pins;
mod reading;
mod real_data;
mod receipt;
mod recorder;
mod secrets;
mod settle;
mod srs;
mod tables;
#[cfg(feature = "tokens")]
mod tokens;
