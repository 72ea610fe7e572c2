//! Values on the command line that more than one command reads.

mod address;
mod amount;
mod duration;
mod mapping;

pub(crate) use address::parse_address;
pub(crate) use amount::parse_money;
pub(crate) use duration::parse_seconds;
pub(crate) use mapping::parse_mapping;
