//! A shield around third-party decoders that can panic on damaged files.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};

thread_local! {
    static SHIELDED: Cell<bool> = const { Cell::new(false) };
}

/// Keeps panics inside [`shielded`] from being reported as defects of the program, and reports all others in one line.
/// Called once, when the program starts.
pub fn install() {
    panic::set_hook(Box::new(move |info| {
        if !SHIELDED.get() {
            let place = info.location().map(ToString::to_string);
            let place = place.unwrap_or_else(|| "an unknown place".to_owned());
            let what = info.payload_as_str().unwrap_or("no message");
            eprintln!("error: a defect of this program at {place}: {what}");
        }
    }));
}

/// Runs the program; a panic becomes an error, already reported.
pub fn contained<T>(program: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(program)).ok()
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
