//! What the steps of the protocol do, without a command line: a typed request in, a typed result or error out.

pub mod audit;
pub mod bench;
pub mod estimate;
pub mod hexadecimal;
pub mod log;
pub mod notice;
pub mod reading;
pub mod settle;
