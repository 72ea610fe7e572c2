//! A full disk, and files that may not grow: an error with the file and a remedy, and all as it was.

use std::path::Path;
use std::process::Command;

use super::case::{CASES, Case};
use super::fixture::{Fixture, Tree, cache, done, good, program, tree};
use crate::common::{Done, Files};

fn prepare(case: &Case) -> Files {
    let files = Fixture::get().copy();
    for line in case.first {
        good(files.root(), line);
    }
    files
}

fn check(case: &Case, done: &Done, words: [&str; 2], before: &Tree, after: &Tree) {
    assert_eq!(done.code, 3, "{}: {}{}", case.line, done.out, done.err);
    let error: serde_json::Value = serde_json::from_str(&done.err).unwrap();
    let message = error["error"]["message"].as_str().unwrap();
    for word in words {
        assert!(message.contains(word), "{}: {message}", case.line);
    }
    // The name of a file, and not that of a temporary one.
    assert!(!message.contains(".tmp"), "{}: {message}", case.line);
    assert_eq!(before, after, "{}: the folder changed", case.line);
}

/// A shell that runs the program, as `"$0" "$@"` of a script.
#[cfg(unix)]
fn shell(folder: &Path, script: &str, line: &str) -> Command {
    let mut command = Command::new("sh");
    command
        .current_dir(folder)
        .env("XDG_CACHE_HOME", cache())
        .args(["-c", script])
        .arg(env!("CARGO_BIN_EXE_tranche"))
        .arg("--json")
        .args(line.split(' '));
    command
}

#[cfg(unix)]
#[test]
fn files_that_may_not_grow_are_an_error_and_change_nothing() {
    for case in CASES {
        let files = prepare(case);
        let before = tree(files.root());
        let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"";
        let done = done(shell(files.root(), script, case.line));
        check(case, &done, ["cannot", "; "], &before, &tree(files.root()));
    }
}

/// Options of `unshare` by which this user may mount: as the administrator, or in a name space of users.
#[cfg(target_os = "linux")]
fn unshare() -> &'static [&'static str] {
    const WAYS: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];
    let works = |way: &&[&str]| {
        let done = Command::new("unshare").args(*way).arg("true").output();
        done.is_ok_and(|output| output.status.success())
    };
    WAYS.into_iter().find(works).expect(
        "this user may not mount: run the test as root, or allow unprivileged name spaces of users",
    )
}

/// In a name space of its own, so that nobody else sees the mount.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_changes_nothing() {
    const SCRIPT: &str = r#"
        set -e
        mount -t tmpfs -o size=2m tmpfs "$FULL"
        cp -a "$WORLD/." "$FULL"
        cat /dev/zero > "$FULL/filler" 2> /dev/null || true
        cd "$FULL"
        code=0
        "$0" "$@" || code=$?
        rm filler
        cp -a . "$LEFT"
        exit $code"#;
    let unshare = unshare();
    for case in CASES {
        let (world, full, left) = (prepare(case), Files::new(), Files::new());
        let before = tree(world.root());
        let plain = shell(world.root(), SCRIPT, case.line);
        let mut command = Command::new("unshare");
        command
            .args(unshare)
            .arg(plain.get_program())
            .args(plain.get_args())
            .env("XDG_CACHE_HOME", cache())
            .env("WORLD", world.root())
            .env("FULL", full.root())
            .env("LEFT", left.root());
        let done = done(command);
        let words = ["No space left on device", "free s"];
        check(case, &done, words, &before, &tree(left.root()));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_nobody_can_take_is_an_error() {
    let files = Fixture::get().copy();
    for line in ["run terms --example", "registry show registry.json"] {
        let script = "exec \"$0\" \"$@\" > /dev/full";
        let done = done(shell(files.root(), script, line));
        assert_eq!(done.code, 3, "{line}: {}", done.err);
        assert!(done.err.contains("standard output") && done.err.contains("free space"));
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_an_error_with_a_remedy() {
    let files = Fixture::get().copy();
    // A file where the folder of keys should be.
    let command = program(
        files.root(),
        "keys export --circuit disclosure-16 --out new.vk --cache songs.txt/keys",
    );
    let before = tree(files.root());
    let done = done(command);
    assert_eq!(done.code, 3, "{}", done.err);
    for word in [
        "songs.txt/keys",
        "cannot store the proving key",
        "--no-cache",
    ] {
        assert!(done.err.contains(word), "{}", done.err);
    }
    assert_eq!(before, tree(files.root()));
}
