//! What was used of an owner's tranches, told without a proof: opened leaves of the usage commitment.
//!
//! | module | part |
//! |---|---|
//! | `bundle` | one owner's receipts in one file |
//! | `make` | the builder opens leaves for their owners |
//! | `held` | what a receipt that holds says, and what it stands on |
//! | `check` | an owner checks receipts |
//! | `page` | a checked receipt as a page |

mod bundle;
mod check;
mod held;
mod make;
mod page;

pub use check::{CheckReceiptRequest, CheckedReceipt, Ground, check};
pub use held::{Backing, Held, total};
pub use make::{MadeReceipts, MakeReceiptsRequest, Recipients, make};
pub use page::render;
