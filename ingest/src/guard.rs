//! Third-party decoders that can panic on damaged files.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

thread_local! {
    static DECODING: Cell<bool> = const { Cell::new(false) };
}

/// Runs `decode`; `None` if it panicked. What `decode` was changing then is in no known state and must not be used again.
///
/// A program's panic hook can ask [`is_decoding`] and stay silent.
///
/// ```
/// use tranche_ingest::guard::catch_decoder_panic;
///
/// assert_eq!(catch_decoder_panic(|| 1), Some(1));
/// ```
pub fn catch_decoder_panic<T>(decode: impl FnOnce() -> T) -> Option<T> {
    let outer = DECODING.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(decode));
    DECODING.set(outer);
    result.ok()
}

/// Whether this thread is within [`catch_decoder_panic`], which makes an error of a panic: nobody needs to be told of it.
pub fn is_decoding() -> bool {
    DECODING.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_none() {
        assert_eq!(catch_decoder_panic(|| 1), Some(1));
        assert_eq!(
            catch_decoder_panic(|| -> u8 { panic!("a decoder gives up") }),
            None
        );
        assert!(!is_decoding());
        assert_eq!(catch_decoder_panic(is_decoding), Some(true));
    }
}
