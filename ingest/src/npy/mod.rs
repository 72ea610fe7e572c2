//! numpy's `.npy` files: arrays of little-endian integers, streamed or looked up.
//!
//! The header is read as far as it goes and never run: object arrays, which are pickles, are refused by their dtype.
//!
//! | module | noun |
//! |---|---|
//! | `array` | an array that is read from its start |
//! | `column` | an array that is looked up by place |
//! | `dtype` | types of elements |
//! | `header` | the dictionary before the elements |
//! | `fault` | what may be wrong with an array |

mod array;
mod column;
mod dtype;
mod fault;
mod header;

pub use array::{Npy, column};
pub use column::Column;
pub use dtype::Dtype;
pub use fault::NpyFault;
