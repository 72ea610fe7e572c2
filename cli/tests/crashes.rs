//! Commands that are interrupted: see the module.

mod common;
mod crash;
