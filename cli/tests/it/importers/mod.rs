//! What training frameworks write, file by file in their own layouts, against recounts that share no code with the readers.
//!
//! How each layout was checked stands at the head of its module.

#[cfg(feature = "arrow")]
mod arrow;
mod cases;
mod check;
mod documents;
mod files;
mod olmo;
mod plan;
mod remedies;
mod run_file;
mod tables;
