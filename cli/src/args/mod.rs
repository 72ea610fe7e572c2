//! Values on the command line that more than one command reads, or that have a text form of their own.

mod address;
mod amount;
mod commitment;
mod duration;
mod format;
mod hexadecimal;
mod mapping;
mod planned;
mod reading;
mod share;
mod signature;

pub(crate) use address::parse_address;
pub(crate) use amount::DecimalsOption;
pub(crate) use commitment::parse_usage_commitment;
pub(crate) use duration::parse_seconds;
pub(crate) use format::FormatName;
pub(crate) use hexadecimal::Hexadecimal;
pub(crate) use mapping::parse_mapping;
pub(crate) use planned::{parse_planned_tranche, parse_planned_unregistered};
pub(crate) use reading::{parse_delimiter, parse_encoding, parse_separator};
pub(crate) use share::{parse_band, parse_ppm, parse_registered_share, parse_share};
pub(crate) use signature::parse_signature;
