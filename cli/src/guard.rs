//! What ends a program early: panics and signals.

use std::io::Write;
use std::panic::{self, AssertUnwindSafe};

use tranche_fs::abandon_all;
use tranche_ingest::guard::is_decoding;
use tranche_workspace::error::Error;

use crate::exit::ExitClass;
use crate::output::Format;

/// The exit code after a signal to stop, as shells give it for an interrupt.
pub(crate) const INTERRUPTED: u8 = 130;

/// Keeps panics from being reported by the runtime: [`conclude`] does it, once and in the format asked for. Has a signal to
/// stop remove what is half-written. Called once, when the program starts.
pub(crate) fn install() {
    panic::set_hook(Box::new(|info| {
        if !is_decoding() {
            let place = info.location().map(ToString::to_string);
            let place = place.unwrap_or_else(|| "an unknown place".to_owned());
            // A panic in the hook would abort: nobody is left to tell when standard error is gone.
            let _ = writeln!(std::io::stderr(), "a defect of this program at {place}");
        }
    }));
    // Without the handler a signal ends the program all the same; only temporary files stay behind.
    let _ = ctrlc::set_handler(|| {
        abandon_all();
        let _ = writeln!(
            std::io::stderr(),
            "\ninterrupted; nothing half-written is left"
        );
        std::process::exit(INTERRUPTED.into());
    });
}

/// Runs the program, reports its error or panic on standard error, and gives what to exit with.
pub(crate) fn conclude(
    format: Format,
    program: impl FnOnce() -> Result<ExitClass, Error>,
) -> ExitClass {
    let error = match panic::catch_unwind(AssertUnwindSafe(program)) {
        Ok(Ok(class)) => return class,
        Ok(Err(error)) => error,
        Err(payload) => {
            let text = payload.downcast_ref::<&str>().copied();
            let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
            Error::Internal(text.unwrap_or("a panic without a message").to_owned())
        }
    };
    report(format, &error);
    error.class().into()
}

/// Writes an error to standard error.
pub(crate) fn report(format: Format, error: &Error) {
    let text = format.render_error(error);
    // Nobody is left to tell when standard error is gone.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    const AGAIN: &str = "TRANCHE_TEST_PANICS";

    /// Runs itself in a process of its own, where a command panics.
    #[test]
    fn a_panic_ends_with_code_4_and_one_message() {
        if let Ok(format) = std::env::var(AGAIN) {
            install();
            let format = Format::new(format == "json");
            let class = conclude(format, || panic!("a seam burst at {}", 7));
            std::process::exit(class.code().into());
        }
        for format in ["human", "json"] {
            let output = Command::new(std::env::current_exe().unwrap())
                .args([
                    "--exact",
                    "guard::tests::a_panic_ends_with_code_4_and_one_message",
                ])
                .arg("--nocapture")
                .env(AGAIN, format)
                .output()
                .unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(4), "{said}");
            assert_eq!(said.matches("a seam burst at 7").count(), 1, "{said}");
            if format == "json" {
                let last = said.lines().last().unwrap();
                let value: serde_json::Value = serde_json::from_str(last).unwrap();
                assert_eq!(value["error"]["class"], "internal");
                assert_eq!(value["error"]["exit_code"], 4);
            }
        }
    }
}
