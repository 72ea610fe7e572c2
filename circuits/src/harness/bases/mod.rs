//! False statements that compound mutations start from, by name.
//!
//! | file | what |
//! |---|---|
//! | [`runs`] | runs |
//! | [`disclosures`] | disclosures |

pub(super) mod disclosures;
pub(super) mod runs;
