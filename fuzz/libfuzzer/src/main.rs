//! libFuzzer's program. The variable `FUZZ_TARGET` names the target; without it, the names are printed, each
//! with the runs of its smoke test.
#![no_main]

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, OnceLock, PoisonError};

use tranche_fuzz::target::{self, Target};

static TARGET: OnceLock<Target> = OnceLock::new();
/// What the last panic said: told when nobody catches it.
static WORDS: Mutex<String> = Mutex::new(String::new());

/// Takes the target from the environment. A panic unwinds, as in the program under test, where decoders of others are shielded by
/// catching it; libFuzzer's own hook would end the process before.
fn choose() {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    let Some(chosen) = target::find(&name) else {
        for target in target::ALL {
            println!("{} {}", target.name, target.smoke);
        }
        std::process::exit(i32::from(!name.is_empty()));
    };
    (chosen.prepare)();
    panic::set_hook(Box::new(|info| {
        *WORDS.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string();
    }));
    TARGET.get_or_init(|| *chosen);
}

libfuzzer_sys::fuzz_target!(init: choose(), |data: &[u8]| {
    if let Some(target) = TARGET.get()
        && panic::catch_unwind(AssertUnwindSafe(|| target.run(data))).is_err()
    {
        eprintln!("{}", WORDS.lock().unwrap_or_else(PoisonError::into_inner));
        std::process::abort();
    }
});
