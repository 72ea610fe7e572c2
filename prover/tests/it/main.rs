//! Tests of the prover and of both verifiers, one module a subject, in one program that is compiled once.
//! `cargo test --release -p tranche-prover --test it dishonest::` runs those of one module. Tests that need a process of their own stand beside it.

mod dishonest;
mod keys;
mod portable;
mod portable_key;
mod prove;
mod reference;
mod strings;
mod system;
mod timing;
mod zero_knowledge;
