//! A shield around third-party decoders that can panic on damaged files.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

thread_local! {
    static SHIELDED: Cell<bool> = const { Cell::new(false) };
}

/// Keeps panics inside [`shielded`] from being reported as defects of the program. Called once, when the program starts.
pub fn install() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !SHIELDED.get() {
            report(info);
        }
    }));
}

/// Runs `decode`; `None` if it panicked. What `decode` was changing then is in no known state and must not be used again.
pub fn shielded<T>(decode: impl FnOnce() -> T) -> Option<T> {
    let outer = SHIELDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(decode));
    SHIELDED.set(outer);
    result.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_none() {
        install();
        assert_eq!(shielded(|| 1), Some(1));
        assert_eq!(shielded(|| -> u8 { panic!("not shown") }), None);
        assert!(!SHIELDED.get());
    }
}
