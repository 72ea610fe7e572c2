//! Measures a point in a process of its own: peak memory and the number of threads are a process's.

use std::path::Path;
use std::process::{Command, Stdio};

use tranche_cost::measurement::Measurement;
use tranche_cost::point::Point;
use tranche_workspace::error::Error;

/// Runs this program on one point. What went wrong there is the inner error: the sweep goes on without the point.
///
/// # Errors
/// [`Error::Io`] if the program cannot be started, [`Error::Internal`] if it says what is no measurement.
pub(super) fn measure(
    point: &Point,
    keys: Option<&Path>,
) -> Result<Result<Measurement, String>, Error> {
    let program = std::env::current_exe()
        .map_err(|error| Error::io("find", Path::new("this program"), error))?;
    let text = serde_json::to_string(point).map_err(|error| Error::Internal(error.to_string()))?;
    let mut command = Command::new(&program);
    command
        .args(["--json", "bench", "--point", &text])
        .env("RAYON_NUM_THREADS", point.threads.to_string())
        .stdin(Stdio::null());
    match keys {
        Some(folder) => command.arg("--cache").arg(folder),
        None => command.arg("--no-cache"),
    };
    let output = command
        .output()
        .map_err(|error| Error::io("run", &program, error))?;
    if !output.status.success() {
        return Ok(Err(said(&output.stderr).unwrap_or_else(|| {
            format!("{}; it may have run out of memory", output.status)
        })));
    }
    serde_json::from_slice(&output.stdout)
        .map(Ok)
        .map_err(|error| Error::Internal(format!("a point's measurement: {error}")))
}

/// The message of an error document.
fn said(text: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(text);
    text.lines().rev().find_map(|line| {
        let document: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(document["error"]["message"].as_str()?.to_owned())
    })
}
