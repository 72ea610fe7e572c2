//! `tranche srs` through the program: what it writes and says, and that whatever it refuses leaves nothing behind.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::{Files, bad, good, tranche};

const BEACON: &str = "000102030405060708090a0b0c0d0e0f";
/// A string's header: the rest is halo2's own layout.
const HEADER: usize = 83;

/// A ceremony of three, finished.
fn ceremony(folder: &Path) {
    good(folder, "srs start --k 5 --out 0.ceremony");
    for (number, name) in ["alice", "bob", "carol"].into_iter().enumerate() {
        let line = format!(
            "srs contribute {number}.ceremony --name {name} --out {}.ceremony",
            number + 1
        );
        good(folder, &line);
    }
    good(folder, &finalize("3.ceremony", "own.srs"));
}

fn finalize(state: &str, out: &str) -> String {
    format!("srs finalize {state} --beacon {BEACON} --iterations 10 --out {out}")
}

fn text(folder: &Path, line: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_tranche"))
        .current_dir(folder)
        .args(line.split(' '))
        .output()
        .unwrap();
    assert!(output.status.success(), "{line}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn three_people_make_a_string_and_everybody_checks_it() {
    let files = Files::new();
    let folder = files.root();
    let started = good(folder, "srs start --k 5 --out 0.ceremony");
    assert_eq!(started["k"], 5);
    assert_eq!(started["contributions"].as_array().unwrap().len(), 0);
    let mut digests = vec![];
    for (number, name) in ["alice", "bob", "carol"].into_iter().enumerate() {
        let line = format!(
            "srs contribute {number}.ceremony --name {name} --out {}.ceremony",
            number + 1
        );
        let report = good(folder, &line);
        let list = report["contributions"].as_array().unwrap();
        assert_eq!(list.len(), number + 1);
        assert_eq!(list[number]["name"], name);
        assert_eq!(report["publish"], list[number]["digest"]);
        digests.push(report["publish"].as_str().unwrap().to_owned());
    }
    let made = good(folder, &finalize("3.ceremony", "own.srs"));
    assert_eq!(made["insecure"], false);
    let chain = &made["ceremony"];
    assert_eq!(chain["contributions"].as_array().unwrap().len(), 3);
    assert_eq!(chain["beacon"]["value"], format!("0x{BEACON}"));
    assert_eq!(chain["beacon"]["iterations"], 1024);
    let trust = "own ceremony, 3 contributions: sound if at least one";
    assert!(chain["trust"].as_str().unwrap().starts_with(trust));

    // The string says where it is from wherever it is read; people read the same.
    let verified = good(folder, "srs verify own.srs --chain own.chain");
    assert_eq!(verified["ceremony"], *chain);
    assert_eq!(verified["digest"], made["digest"]);
    for line in ["srs info own.srs", "srs verify own.srs"] {
        assert_eq!(good(folder, line)["ceremony"], *chain);
        let said = text(folder, line);
        for word in ["secret", trust, "contribution 3", "carol", BEACON] {
            assert!(said.contains(word), "{line}: {said}");
        }
        assert!(!said.contains("INSECURE"), "{said}");
    }
    let all = "srs check 0.ceremony 1.ceremony 2.ceremony 3.ceremony own.chain";
    let checked = good(folder, &format!("{all} --includes {}", digests[1]));
    assert_eq!(checked["checked"].as_array().unwrap().len(), 5);
    assert_eq!(checked["chain_digest"], chain["chain_digest"]);
    let words = ["no contribution has the digest", "dropped"];
    let other = "ab".repeat(32);
    bad(folder, &format!("{all} --includes {other}"), 1, &words);
    bad(folder, &format!("{all} --includes abcd"), 2, &["64"]);
    bad(
        folder,
        &format!("{all} --includes xyz"),
        2,
        &["hexadecimal"],
    );

    // Without its chain it is a string like any other.
    fs::remove_file(files.path("own.chain")).unwrap();
    assert!(good(folder, "srs info own.srs").get("ceremony").is_none());
}

#[test]
fn too_few_contributions_are_refused_unless_said() {
    let files = Files::new();
    let folder = files.root();
    good(folder, "srs start --k 3 --out 0.ceremony");
    good(
        folder,
        "srs contribute 0.ceremony --name alice --out 1.ceremony",
    );
    let words = ["0 contribution(s) are too few", "the secret is public"];
    bad(folder, &finalize("0.ceremony", "own.srs"), 1, &words);
    let line = format!("{} --single", finalize("0.ceremony", "own.srs"));
    bad(folder, &line, 1, &words);
    let words = ["1 contribution(s) are too few", "--single"];
    bad(folder, &finalize("1.ceremony", "own.srs"), 1, &words);
    let line = format!("{} --single", finalize("1.ceremony", "own.srs"));
    let trust = good(folder, &line)["ceremony"]["trust"].clone();
    assert!(trust.as_str().unwrap().contains("ONE contribution"));
    assert!(text(folder, "srs info own.srs").contains("ONE contribution"));
}

#[test]
fn nothing_of_a_ceremony_is_written_over() {
    let files = Files::new();
    let folder = files.root();
    ceremony(folder);
    let exists = ["exists already"];
    for line in [
        "srs start --k 5 --out 0.ceremony",
        "srs contribute 0.ceremony --name mallory --out 1.ceremony",
        "srs contribute 0.ceremony --name mallory --out 0.ceremony",
        &finalize("3.ceremony", "own.srs"),
    ] {
        bad(folder, line, 2, &exists);
    }
    // The same chain without its string is of a command that was stopped.
    let string = fs::read(files.path("own.srs")).unwrap();
    fs::remove_file(files.path("own.srs")).unwrap();
    good(folder, &finalize("3.ceremony", "own.srs"));
    assert_eq!(fs::read(files.path("own.srs")).unwrap(), string);
    // Another chain alone in the way.
    fs::remove_file(files.path("own.srs")).unwrap();
    files.write("own.chain", "of another string");
    bad(folder, &finalize("3.ceremony", "own.srs"), 2, &exists);
    let words = ["ends in .chain"];
    bad(folder, &finalize("3.ceremony", "a.chain"), 2, &words);
    for line in [
        "srs start --k 5 --out no/0.ceremony",
        "srs contribute 0.ceremony --name a --out no/1.ceremony",
        &finalize("3.ceremony", "no/own.srs"),
        "srs dev --k 3 --out no/dev.srs",
        "srs import 0.ceremony --out no/x.srs",
    ] {
        bad(folder, line, 2, &["there is no folder no"]);
    }
}

#[test]
fn what_is_missing_truncated_or_of_another_kind_is_refused_by_name() {
    let files = Files::new();
    let folder = files.root();
    ceremony(folder);
    good(folder, "srs verifier own.srs --out own.vsrs");
    let cut = |name: &str, by: usize| {
        let bytes = fs::read(files.path(name)).unwrap();
        files.write(&format!("cut-{name}"), &bytes[..bytes.len() - by]);
    };
    for (name, by) in [("3.ceremony", 1), ("own.srs", 1), ("own.chain", 5)] {
        cut(name, by);
    }
    cut("own.vsrs", 1);
    files.write("empty", "");
    for (line, code, words) in [
        // Missing.
        ("srs info no.srs", 3, ["no.srs", "cannot read"]),
        ("srs verify no.srs", 3, ["no.srs", "cannot read"]),
        ("srs verifier no.srs --out v", 3, ["no.srs", "cannot read"]),
        ("srs import no.ptau --out x", 3, ["no.ptau", "cannot read"]),
        ("srs check no.chain", 3, ["no.chain", "cannot read"]),
        (
            "srs contribute no --name a --out x",
            3,
            ["no", "cannot read"],
        ),
        ("srs verify own.srs --chain no", 3, ["no", "cannot read"]),
        ("srs verify own.srs --verifier no", 3, ["no", "cannot read"]),
        ("srs info .", 3, [".", "not a regular file"]),
        // Of another kind.
        (
            "srs info 3.ceremony",
            2,
            ["3.ceremony", "not a tranche SRS"],
        ),
        (
            "srs verify own.chain",
            2,
            ["own.chain", "not a tranche SRS"],
        ),
        (
            "srs check own.srs",
            2,
            ["own.srs", "not a file of a tranche ceremony"],
        ),
        (
            "srs contribute own.srs --name a --out x",
            2,
            ["own.srs", "ceremony"],
        ),
        (
            "srs contribute own.chain --name a --out x",
            2,
            ["own.chain", "finalised"],
        ),
        ("srs import own.srs --out x", 2, ["own.srs", "neither"]),
        ("srs import own.chain --out x", 2, ["own.chain", "neither"]),
        (
            "srs verify own.srs --chain own.srs",
            2,
            ["own.srs", "ceremony"],
        ),
        (
            "srs verify own.srs --verifier own.srs",
            2,
            ["own.srs", "bytes"],
        ),
        ("srs info empty", 2, ["empty", "bytes"]),
        ("srs check empty", 2, ["empty", "ceremony"]),
        ("srs import empty --out x", 2, ["empty", "neither"]),
        // Truncated.
        ("srs info cut-own.srs", 2, ["cut-own.srs", "truncated"]),
        ("srs verify cut-own.srs", 2, ["cut-own.srs", "truncated"]),
        (
            "srs check cut-3.ceremony",
            2,
            ["cut-3.ceremony", "truncated"],
        ),
        (
            "srs contribute cut-3.ceremony --name a --out x",
            2,
            ["cut-3", "truncated"],
        ),
        ("srs check cut-own.chain", 2, ["cut-own.chain", "truncated"]),
        (
            "srs verify own.srs --chain cut-own.chain",
            2,
            ["cut-own", "truncated"],
        ),
        (
            "srs verify own.srs --verifier cut-own.vsrs",
            2,
            ["cut-own", "truncated"],
        ),
        // Wrong requests.
        ("srs start --k 0 --out x", 2, ["2^0", "choose k"]),
        ("srs start --k 25 --out x", 2, ["2^25", "choose k"]),
        ("srs dev --k 25 --out x", 2, ["2^25", "choose k"]),
        ("srs check", 2, ["FILES", "required"]),
        (
            "srs contribute 0.ceremony --out x",
            2,
            ["--name", "required"],
        ),
    ] {
        bad(folder, line, code, &words);
    }
    let long = "x".repeat(65);
    let line = format!("srs contribute 0.ceremony --name {long} --out x");
    bad(folder, &line, 2, &["at most 64 bytes"]);
    for (beacon, iterations, word) in [
        ("0011", "10", "16 to 64 bytes"),
        (BEACON, "9", "from 10 to 32"),
        (BEACON, "33", "from 10 to 32"),
        ("lottery", "10", "hexadecimal"),
    ] {
        let line = format!(
            "srs finalize 3.ceremony --beacon {beacon} --iterations {iterations} --out x.srs"
        );
        bad(folder, &line, 2, &[word]);
    }
}

#[test]
fn replaced_history_is_seen() {
    let files = Files::new();
    let folder = files.root();
    ceremony(folder);
    // A coordinator drops bob, and goes on from alice.
    good(
        folder,
        "srs contribute 1.ceremony --name mallory --out m.ceremony",
    );
    good(
        folder,
        "srs contribute m.ceremony --name carol --out n.ceremony",
    );
    good(folder, &finalize("n.ceremony", "rigged.srs"));
    let words = ["history was replaced", "record 2"];
    bad(folder, "srs check 2.ceremony n.ceremony", 2, &words);
    bad(folder, "srs check 2.ceremony rigged.chain", 2, &words);
    bad(folder, "srs check 3.ceremony 2.ceremony", 2, &["record 3"]);
    good(folder, "srs check 1.ceremony n.ceremony rigged.chain");
    let bob = good(folder, "srs check 2.ceremony")["chain_digest"].clone();
    let line = format!(
        "srs check rigged.chain --includes {}",
        bob.as_str().unwrap()
    );
    bad(folder, &line, 1, &["no contribution has the digest"]);

    // Its chain does not pass for the other string's, named or beside it.
    let words = ["another string"];
    let line = "srs verify own.srs --chain rigged.chain";
    bad(folder, line, 1, &words);
    fs::copy(files.path("rigged.chain"), files.path("own.chain")).unwrap();
    bad(folder, "srs verify own.srs", 1, &words);
    bad(folder, "srs info own.srs", 1, &words);
    let line = "srs verify own.srs --chain 3.ceremony";
    bad(folder, line, 1, &["not finalised"]);
}

#[test]
fn a_text_is_mixed_in_from_a_file_or_a_pipe() {
    let files = Files::new();
    let folder = files.root();
    good(folder, "srs start --k 2 --out 0.ceremony");
    files.write("text", "dice: 3 1 6 2");
    files.write("empty", "");
    files.write("long", vec![7; (1 << 20) + 1]);
    let contribute = |text: &str, out: &str| {
        format!("srs contribute 0.ceremony --name a --text {text} --out {out}")
    };
    // The same text twice, two secrets.
    let [one, two] = ["1", "2"].map(|out| good(folder, &contribute("text", out)));
    assert_ne!(one["publish"], two["publish"]);
    bad(folder, &contribute("no", "3"), 3, &["cannot read no"]);
    bad(folder, &contribute("empty", "3"), 2, &["is empty"]);
    bad(folder, &contribute("long", "3"), 2, &["longer than"]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_tranche"))
        .current_dir(folder)
        .args(contribute("-", "3").split(' '))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"coins").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("publish") && !said.contains("coins"),
        "{said}"
    );
    good(folder, "srs check 0.ceremony 3");
}

#[test]
fn a_string_is_imported_with_its_hash_and_its_origin_said() {
    let files = Files::new();
    let folder = files.root();
    ceremony(folder);
    // What comes after our header is halo2's own layout.
    let own = fs::read(files.path("own.srs")).unwrap();
    files.write("halo2.srs", &own[HEADER..]);
    let report = good(folder, "srs import halo2.srs --out taken.srs");
    assert_eq!(report["source"]["format"], "halo2");
    assert_eq!(report["source"]["origin"], "unknown");
    assert_eq!(fs::read(files.path("taken.srs")).unwrap(), own);
    let said = text(folder, "srs import halo2.srs --out taken.srs");
    assert!(said.starts_with("WARNING: ORIGIN UNKNOWN"), "{said}");
    let hash = report["source"]["blake2b"].as_str().unwrap().to_owned();
    let line = format!("srs import halo2.srs --k 4 --expect {hash} --out small.srs");
    let small = good(folder, &line);
    assert_eq!(small["source"]["origin"], "expected");
    assert_eq!(small["k"], 4);
    assert_eq!(small["digest"], report["digest"]);
    assert_eq!(small["insecure"], false);
    // A smaller string of the same secret has the same chain.
    let line = "srs verify small.srs --chain own.chain";
    assert_eq!(
        good(folder, line)["ceremony"]["contributions"][2]["name"],
        "carol"
    );

    // Cut from the whole, it is the same file.
    good(folder, "srs cut own.srs --k 4 --out cut.srs");
    let [cut, taken] = ["cut.srs", "small.srs"].map(|name| fs::read(files.path(name)).unwrap());
    assert!(cut == taken);
    bad(
        folder,
        "srs cut own.srs --k 6 --out x.srs",
        2,
        &["2^5", "2^6"],
    );
    bad(
        folder,
        "srs cut own.srs --k 4 --out own.srs",
        2,
        &["the file that is read"],
    );

    let other = "0".repeat(128);
    let line = format!("srs import halo2.srs --expect {other} --out x.srs");
    bad(folder, &line, 2, &[&hash, "expected"]);
    let line = "srs import halo2.srs --expect abc --out x.srs";
    bad(folder, line, 2, &["128 hexadecimal digits"]);
    let line = "srs import halo2.srs --k 6 --out x.srs";
    bad(folder, line, 2, &["2^6", "2^5"]);
    let line = "srs import halo2.srs --out halo2.srs";
    bad(folder, line, 2, &["the file that is read"]);
    files.write("short.srs", &own[HEADER..own.len() - 1]);
    bad(
        folder,
        "srs import short.srs --out x.srs",
        2,
        &["truncated"],
    );
    let mut poisoned = own[HEADER..].to_vec();
    let at = 4 + 64 * 7;
    poisoned.copy_within(at + 64..at + 128, at);
    files.write("poisoned.srs", &poisoned);
    let words = ["poisoned.srs", "consecutive powers"];
    bad(folder, "srs import poisoned.srs --out x.srs", 2, &words);
    // An existing file stays as it was.
    let kept = fs::read(files.path("taken.srs")).unwrap();
    bad(folder, "srs import poisoned.srs --out taken.srs", 2, &words);
    assert_eq!(fs::read(files.path("taken.srs")).unwrap(), kept);
}

#[test]
fn the_development_string_says_that_it_is_insecure_and_is_known_again() {
    let files = Files::new();
    let folder = files.root();
    let made = good(folder, "srs dev --k 5 --out dev.srs");
    assert_eq!(made["insecure"], true);
    for line in ["srs info dev.srs", "srs verify dev.srs"] {
        let report = good(folder, line);
        assert_eq!(report["insecure"], true);
        assert_eq!(report["digest"], made["digest"]);
        assert!(text(folder, line).contains("INSECURE"));
    }
    // Without our header, as a foreign file.
    let own = fs::read(files.path("dev.srs")).unwrap();
    files.write("halo2.srs", &own[HEADER..]);
    let taken = good(folder, "srs import halo2.srs --out taken.srs");
    assert_eq!(taken["insecure"], true);
    // Marked as secure by hand.
    let mut marked = own;
    marked[18] = 0;
    files.write("marked.srs", &marked);
    let words = ["marked.srs", "development SRS marked as secure"];
    bad(folder, "srs info marked.srs", 2, &words);
}

#[test]
fn the_verifiers_part_is_compared_with_the_whole() {
    let files = Files::new();
    let folder = files.root();
    ceremony(folder);
    let report = good(folder, "srs verifier own.srs --out own.vsrs");
    assert_eq!(report["verifier"], "own.vsrs");
    let part = fs::read(files.path("own.vsrs")).unwrap();
    assert_eq!(part.len(), 8 + 2 + 4 + 1 + 64 + 2 * 128);
    let report = good(folder, "srs verify own.srs --verifier own.vsrs");
    assert_eq!(report["verifier"], "own.vsrs");
    good(folder, "srs dev --k 5 --out dev.srs");
    good(folder, "srs verifier dev.srs --out dev.vsrs");
    let words = ["dev.vsrs", "another string"];
    bad(folder, "srs verify own.srs --verifier dev.vsrs", 1, &words);
    let words = ["own.vsrs", "another string"];
    bad(folder, "srs verify dev.srs --verifier own.vsrs", 1, &words);
    let mut other = part.clone();
    other[13] = 4;
    files.write("other.vsrs", &other);
    let line = "srs verify own.srs --verifier other.vsrs";
    bad(folder, line, 1, &["another number of powers"]);
    let mut other = part;
    let last = other.len() - 1;
    other[last] ^= 1;
    files.write("other.vsrs", &other);
    bad(folder, line, 2, &["not a valid point"]);
    let line = "srs verifier own.srs --out own.srs";
    bad(folder, line, 2, &["the file that is read"]);
}

#[test]
fn help_has_examples_for_every_step() {
    let files = Files::new();
    for verb in [
        "dev",
        "import",
        "start",
        "contribute",
        "finalize",
        "check",
        "cut",
        "verifier",
        "verify",
        "info",
    ] {
        let done = tranche(files.root(), &["srs", verb, "--help"]);
        assert_eq!(done.code, 0);
        assert!(done.out.contains(&format!("tranche srs {verb} ")), "{verb}");
    }
}
