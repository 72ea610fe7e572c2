//! The commands that write, and what a whole result of each is.

use std::fs;
use std::path::Path;

use super::fixture::{Tree, is_temporary};

/// A command that writes.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    /// Commands that must be done before it, in the same folder.
    pub(crate) first: &'static [&'static str],
    /// The command.
    pub(crate) line: &'static str,
    /// Whether it writes the same bytes each time.
    pub(crate) same: bool,
    /// Whether all that it writes is secret.
    pub(crate) secret: bool,
    /// What it says when it is run again after it was done; empty if it does the same again.
    pub(crate) again: &'static str,
}

const PLAIN: Case = Case {
    first: &[],
    line: "",
    same: true,
    secret: false,
    again: "",
};

const CEREMONY: &[&str] = &[
    "srs start --k 4 --out 0.ceremony",
    "srs contribute 0.ceremony --name alice --out 1.ceremony",
];
const DEPLOY: &str = "settle deploy --circuit usage-13";
const OPEN: &str =
    "settle open --terms terms.json --deposit 1coin --window 1d --key-file owner.key";

/// All but those that need a proof.
pub(crate) const CASES: &[Case] = &[
    Case {
        line: "run new-seed --out new.seed",
        same: false,
        secret: true,
        again: "exists already",
        ..PLAIN
    },
    Case {
        line: "commit songs.txt --units byte --out out --owner-key new.key --new-key --rate 3 --terms free",
        same: false,
        again: "exists already",
        ..PLAIN
    },
    Case {
        line: "commit songs.txt --units byte --out deep/er/out --owner-key owner.key --rate 3 --terms free",
        again: "exists already",
        ..PLAIN
    },
    Case {
        line: "commit notes.txt --units byte --out out --private --seed run.seed",
        secret: true,
        again: "exists already",
        ..PLAIN
    },
    Case {
        line: "sign offer --key owner.key",
        ..PLAIN
    },
    Case {
        line: "register --registry registry.json later",
        again: "registered already",
        ..PLAIN
    },
    Case {
        line: "log import draws.csv --consumed --map songs=songs --map plays=plays --map notes=notes --out new.tlog",
        same: false,
        secret: true,
        ..PLAIN
    },
    Case {
        line: "log seal recording --key owner.key",
        ..PLAIN
    },
    Case {
        line: "run commit --log run.tlog --registry registry.json --terms terms.json --seed run.seed --out out",
        again: "exists already",
        ..PLAIN
    },
    Case {
        line: "run sign --run run --log run.tlog --key owner.key",
        ..PLAIN
    },
    Case {
        line: "receipt make --run run --out receipts",
        secret: true,
        ..PLAIN
    },
    Case {
        line: "srs dev --k 6 --out new.srs",
        ..PLAIN
    },
    Case {
        line: "srs import powers.srs --out new.srs",
        ..PLAIN
    },
    Case {
        line: "srs start --k 4 --out new.ceremony",
        again: "exists already",
        ..PLAIN
    },
    Case {
        first: CEREMONY,
        line: "srs contribute 0.ceremony --name bob --out new.ceremony",
        same: false,
        again: "exists already",
        ..PLAIN
    },
    Case {
        first: CEREMONY,
        line: "srs finalize 1.ceremony --single --beacon 0x0707070707070707070707070707070707070707070707070707070707070707 --iterations 10 --out own.srs",
        again: "exists already",
        ..PLAIN
    },
    Case {
        line: "contract export --circuit usage-13 --out contracts",
        ..PLAIN
    },
    Case {
        line: DEPLOY,
        same: false,
        again: "exists already",
        ..PLAIN
    },
    Case {
        first: &[DEPLOY],
        line: "settle register --registry registry.json songs plays",
        same: false,
        ..PLAIN
    },
    Case {
        first: &[DEPLOY],
        line: OPEN,
        same: false,
        again: "the sender's next run here is",
        ..PLAIN
    },
    Case {
        first: &[
            DEPLOY,
            "settle register --registry registry.json songs plays",
            OPEN,
            "run commit --log run.tlog --registry registry.json --terms terms.json --seed run.seed --out bound",
        ],
        line: "settle bind --run bound --key-file owner.key",
        same: false,
        again: "the run is bound",
        ..PLAIN
    },
];

impl Case {
    /// Checks that every file is as it was before, or as whole as the reference's; temporaries of a secret are the owner's alone.
    pub(crate) fn check(&self, root: &Path, before: &Tree, now: &Tree, whole: &Tree) {
        for path in before.keys() {
            assert!(
                now.contains_key(path),
                "{}: {} is gone",
                self.line,
                path.display()
            );
        }
        for (path, bytes) in now {
            if is_temporary(path) {
                if self.secret {
                    assert!(
                        is_hidden(root, path),
                        "{}: others may read {}",
                        self.line,
                        path.display()
                    );
                }
            } else if before.get(path) != Some(bytes) {
                self.check_whole(path, bytes, whole);
            }
        }
    }

    fn check_whole(&self, path: &Path, bytes: &[u8], whole: &Tree) {
        let place = format!("{}: {}", self.line, path.display());
        let expected = whole
            .get(path)
            .unwrap_or_else(|| panic!("{place} is no result"));
        if self.same {
            assert!(
                expected == bytes,
                "{place} is not what the whole command writes"
            );
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let value: Result<serde_json::Value, _> = serde_json::from_slice(bytes);
            assert!(value.is_ok_and(|value| value.is_object()), "{place}");
        } else {
            assert_eq!(expected.len(), bytes.len(), "{place}");
        }
    }

    /// Checks a finished folder: the reference's files, each whole, and no temporary.
    pub(crate) fn check_finished(&self, before: &Tree, now: &Tree, whole: &Tree) {
        let names: Vec<_> = now.keys().collect();
        assert_eq!(names, whole.keys().collect::<Vec<_>>(), "{}", self.line);
        for (path, bytes) in now {
            if before.get(path) != Some(bytes) {
                self.check_whole(path, bytes, whole);
            }
        }
    }
}

/// Whether only the owner can read a file: by its own mode or by a folder's above it.
#[cfg(unix)]
fn is_hidden(root: &Path, path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.ancestors().any(|part| {
        !part.as_os_str().is_empty()
            && fs::metadata(root.join(part)).unwrap().permissions().mode() & 0o077 == 0
    })
}

#[cfg(not(unix))]
fn is_hidden(_root: &Path, _path: &Path) -> bool {
    true
}
