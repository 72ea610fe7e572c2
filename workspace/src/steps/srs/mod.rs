//! Reference strings: made, imported and checked.
//!
//! | module | part |
//! |---|---|
//! | [`file`] | where strings and ceremonies are written |
//! | `chain` | the ceremony that a string is from |
//! | `string` | strings: development, import, cut, check |
//! | `ceremony` | a ceremony of one's own: start, contribute, finalize, check |

mod ceremony;
mod chain;
mod file;
mod string;

pub use ceremony::{
    CeremonyState, CheckCeremonyRequest, ContributeRequest, FinalizeRequest, MAX_TEXT, check,
    contribute, finalize, start,
};
pub use chain::{BeaconSummary, ChainSummary, ContributionSummary};
pub use string::{
    ImportRequest, ImportedFrom, ReferenceString, VerifyStringRequest, cut, development, import,
    info, verifier_part, verify,
};
