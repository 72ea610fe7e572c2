//! Killed at many moments, no command leaves anything half-written, and the same command then does its work.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::case::{CASES, Case};
use super::fixture::{Fixture, Tree, done, good, is_temporary, program, tree};
use crate::common::Files;

/// Kills in time: after these parts of a whole run, in hundredths.
const PARTS: [u32; 6] = [5, 30, 55, 75, 90, 100];
/// Kills in sight: at this many changes of the folder's listing.
const CHANGES: usize = 4;
/// System calls that change files.
const MUTATIONS: &str = "write,fsync,flock,rename,renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,mkdir,mkdirat,chmod,fchmod,fchmodat";

/// When to kill.
#[derive(Clone, Copy, Debug)]
enum Moment {
    After(Duration),
    Change(usize),
}

fn prepare(case: &Case) -> Files {
    let files = Fixture::get().copy();
    for line in case.first {
        good(files.root(), line);
    }
    files
}

/// A command's result when nothing disturbs it, and how long it takes.
struct Reference {
    before: Files,
    whole: Tree,
    time: Duration,
}

impl Reference {
    fn new(case: &Case) -> Self {
        let before = prepare(case);
        let files = Files::new();
        super::fixture::copy(before.root(), files.root());
        let start = Instant::now();
        good(files.root(), case.line);
        Self {
            time: start.elapsed(),
            whole: tree(files.root()),
            before,
        }
    }

    fn copy(&self) -> Files {
        let files = Files::new();
        super::fixture::copy(self.before.root(), files.root());
        files
    }
}

fn names(root: &Path) -> Vec<std::path::PathBuf> {
    let mut names = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        // A folder may vanish, or be renamed, while it is looked at.
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path.clone());
            }
            names.push(path);
        }
    }
    names.sort();
    names
}

/// Runs the command and kills it; true if it was still running.
fn kill(files: &Files, case: &Case, moment: Moment) -> bool {
    let mut child = program(files.root(), case.line)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    match moment {
        Moment::After(time) => std::thread::sleep(time),
        Moment::Change(number) => {
            let (mut seen, mut last) = (0, names(files.root()));
            while seen < number && child.try_wait().unwrap().is_none() {
                let now = names(files.root());
                if now != last {
                    (seen, last) = (seen + 1, now);
                }
                std::thread::sleep(Duration::from_micros(50));
            }
        }
    }
    let running = child.try_wait().unwrap().is_none();
    // It may have ended by itself since.
    let _ = child.kill();
    child.wait().unwrap();
    running
}

/// Checks what a kill left, runs the command again, and checks the result.
fn recover(case: &Case, reference: &Reference, files: &Files, moment: &str) {
    let before = tree(reference.before.root());
    let left = tree(files.root());
    case.check(files.root(), &before, &left, &reference.whole);
    let again = done(program(files.root(), case.line));
    let said = format!("{}{}", again.out, again.err);
    let place = format!("{} killed {moment}, again: {said}", case.line);
    match again.code {
        0 => {}
        _ if said.contains("leave --new-key out") => {
            // Killed after the key and before the folder.
            good(files.root(), &case.line.replace(" --new-key", ""));
        }
        code => {
            assert!(code == 1 || code == 2, "{place}");
            assert!(
                !case.again.is_empty() && said.contains(case.again),
                "{place}"
            );
        }
    }
    let mut now = tree(files.root());
    if again.code != 0 {
        // A command that was done already writes nothing, so it sweeps nothing either.
        now.retain(|path, _| !is_temporary(path));
    }
    case.check_finished(&before, &now, &reference.whole);
}

#[test]
fn a_killed_command_leaves_nothing_half_written_and_does_its_work_the_next_time() {
    for case in CASES {
        let reference = Reference::new(case);
        let parts = PARTS.map(|part| Moment::After(reference.time * part / 100));
        let changes = (1..=CHANGES).map(Moment::Change);
        for moment in parts.into_iter().chain(changes) {
            let files = reference.copy();
            kill(&files, case, moment);
            recover(case, &reference, &files, &format!("{moment:?}"));
        }
    }
}

/// A kill at every change of the file system, one after the other.
#[test]
#[ignore = "needs strace, and minutes"]
fn a_command_killed_at_any_change_of_the_file_system_recovers() {
    for case in CASES {
        let reference = Reference::new(case);
        let mut kills = 0;
        for call in MUTATIONS.split(',') {
            let mut number = 1;
            loop {
                let files = reference.copy();
                if !kill_at(&files, case, call, number) {
                    break;
                }
                recover(case, &reference, &files, &format!("at {call} {number}"));
                (kills, number) = (kills + 1, number + 1);
            }
        }
        println!("{kills} kills: {}", case.line);
        assert!(kills >= 4, "{}: strace saw too little", case.line);
    }
}

/// Kills the command when a thread enters a system call for the `number`th time; false if none does.
fn kill_at(files: &Files, case: &Case, call: &str, number: usize) -> bool {
    let plain = program(files.root(), case.line);
    let mut traced = Command::new("strace");
    traced
        .current_dir(files.root())
        .args(["-f", "-o", "/dev/null", "-e"])
        .arg(format!("trace={call}"))
        .arg("-e")
        .arg(format!("inject={call}:signal=KILL:when={number}"))
        .arg(plain.get_program())
        .args(plain.get_args());
    for (name, value) in plain.get_envs() {
        traced.env(name, value.unwrap());
    }
    let status = traced.stdout(Stdio::null()).stderr(Stdio::null()).status();
    !status.unwrap().success()
}
