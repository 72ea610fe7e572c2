//! libFuzzer's program. The variable `FUZZ_TARGET` names the target; without it, the names are printed, each
//! with the runs of its smoke test.
#![no_main]

use std::sync::OnceLock;

use tranche_fuzz::target::{self, Target};

static TARGET: OnceLock<Target> = OnceLock::new();

/// Takes the target from the environment. Its hook replaces libFuzzer's own, which would end the process at a panic that is caught.
fn choose() {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    let Some(chosen) = target::find(&name) else {
        for target in target::ALL {
            println!("{} {}", target.name, target.smoke);
        }
        std::process::exit(i32::from(!name.is_empty()));
    };
    chosen.prepare();
    TARGET.get_or_init(|| *chosen);
}

libfuzzer_sys::fuzz_target!(init: choose(), |data: &[u8]| {
    if let Some(target) = TARGET.get()
        && let Err(message) = target.check(data)
    {
        eprintln!("{message}");
        std::process::abort();
    }
});
