//! The verifiers of this tree, each behind its own decoding.
#![allow(unreachable_pub)]

pub mod answer;
pub mod command;
pub mod native;
pub mod node;
pub mod portable;
pub mod solidity;
