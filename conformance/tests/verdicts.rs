//! The whole corpus through every verifier: one verdict on each case, and that the one expected.
//!
//! The WASM verifier needs node 20 and `wasm/tranche.wasm` (`bash scripts/wasm.sh build`).

mod verifiers;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tranche_conformance::{Corpus, FileCase, ProofCase, Said, Stage, ValidProofs, Verdict};
use verifiers::answer::{Answer, of_code};
use verifiers::native::Native;
use verifiers::node::{self, Results};
use verifiers::portable::Portable;
use verifiers::{command, solidity};

/// Chains that share the cases.
const CHAINS: usize = 2;

/// A corpus on disk, read back, with what node said of it.
struct WrittenCorpus {
    all: ValidProofs,
    folder: TempDir,
    corpus: Corpus,
    wasm: Results,
}

impl WrittenCorpus {
    fn new(uniform: bool) -> Self {
        let start = Instant::now();
        let all = ValidProofs::prove(uniform).unwrap();
        eprintln!("valid proofs: {:.1?}", start.elapsed());
        let made = Corpus::new(&all).unwrap();
        let folder = TempDir::new().unwrap();
        made.write(folder.path()).unwrap();
        let corpus = Corpus::read(folder.path()).unwrap();
        assert!(corpus == made, "what is read is what was written");
        let wasm = node::results(folder.path(), folder.path());
        Self {
            all,
            folder,
            corpus,
            wasm,
        }
    }

    /// The corpus of the small circuits, made once.
    fn small() -> &'static Self {
        static WRITTEN: OnceLock<WrittenCorpus> = OnceLock::new();
        WRITTEN.get_or_init(|| Self::new(false))
    }
}

/// Answers of one verifier to all cases, and the time that they took, all threads together.
struct Column {
    verifier: &'static str,
    answers: Vec<Answer>,
    time: Duration,
}

fn ask(
    verifier: &'static str,
    cases: &[ProofCase],
    answer: impl Fn(&ProofCase) -> Answer,
) -> Column {
    let start = Instant::now();
    let answers = cases.iter().map(answer).collect();
    let time = start.elapsed();
    Column {
        verifier,
        answers,
        time,
    }
}

fn ask_contracts(corpus: &Corpus) -> Column {
    let contracts = &solidity::contracts(corpus);
    let cases = &corpus.proofs;
    let parts: Vec<(Vec<Answer>, Duration)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CHAINS)
            .map(|chain| {
                scope.spawn(move || {
                    let start = Instant::now();
                    let own = cases.iter().skip(chain).step_by(CHAINS);
                    (solidity::answers(contracts, own), start.elapsed())
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let time = parts.iter().map(|(_, time)| *time).sum();
    let mut parts: Vec<_> = parts
        .into_iter()
        .map(|(answers, _)| answers.into_iter())
        .collect();
    let answers = (0..cases.len())
        .map(|position| parts[position % CHAINS].next().unwrap())
        .collect();
    Column {
        verifier: "solidity",
        answers,
        time,
    }
}

fn columns(written: &WrittenCorpus) -> Vec<Column> {
    let cases = &written.corpus.proofs;
    let native = Native::new(&written.all);
    let portable = Portable::new(&written.corpus);
    let proofs = &written.wasm.proofs;
    let mut wasm = ask("wasm", cases, |case| match proofs.get(&case.name) {
        Some(code) => of_code(code),
        None => Answer::None("not asked".to_owned()),
    });
    wasm.time = Duration::from_secs_f64(written.wasm.proof_milliseconds / 1e3);
    vec![
        ask("native", cases, |case| native.answer(case)),
        ask("portable", cases, |case| portable.answer(case)),
        ask_contracts(&written.corpus),
        wasm,
    ]
}

/// Verdicts by family and verifier.
fn print_table(cases: &[ProofCase], columns: &[Column]) {
    let mut rows: BTreeMap<&str, Vec<[usize; 2]>> = BTreeMap::new();
    for (position, case) in cases.iter().enumerate() {
        let row = rows
            .entry(&case.family)
            .or_insert_with(|| vec![[0; 2]; columns.len()]);
        for (column, count) in columns.iter().zip(row) {
            count[usize::from(column.answers[position] != Answer::Accepted)] += 1;
        }
    }
    let names: Vec<_> = columns
        .iter()
        .map(|column| format!("{:>14}", column.verifier))
        .collect();
    println!("{:16}{} (accepted / refused)", "", names.concat());
    for (family, counts) in rows {
        let counts: Vec<_> = counts
            .iter()
            .map(|[accepted, refused]| format!("{:>14}", format!("{accepted} / {refused}")))
            .collect();
        println!("{family:16}{}", counts.concat());
    }
    let times: Vec<_> = columns
        .iter()
        .map(|column| format!("{:>13.1}s", column.time.as_secs_f64()))
        .collect();
    println!("{:16}{} of {} cases", "time", times.concat(), cases.len());
}

/// Fails naming every case whose verdicts are not the one expected, or not one.
fn hold_to_one_verdict(written: &WrittenCorpus) {
    let cases = &written.corpus.proofs;
    let columns = columns(written);
    print_table(cases, &columns);
    let wrong: Vec<String> = cases
        .iter()
        .enumerate()
        .filter_map(|(position, case)| {
            let answers: Vec<&Answer> = columns
                .iter()
                .map(|column| &column.answers[position])
                .collect();
            let wrong = answers.iter().any(|answer| answer.fault(case).is_some());
            let apart = answers
                .iter()
                .any(|one| answers.iter().any(|other| !one.agrees(other)));
            (wrong || apart).then(|| {
                let said: Vec<_> = columns
                    .iter()
                    .zip(&answers)
                    .map(|(column, answer)| format!("{} {answer}", column.verifier))
                    .collect();
                let expected = format!("{:?} {:?}", case.verdict, case.class);
                format!("{}: expected {expected}; {}", case.name, said.join(", "))
            })
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} cases:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// What is wrong with the answers to a file.
fn file_fault(written: &WrittenCorpus, portable: &Portable, case: &FileCase) -> Option<String> {
    let folder: &Path = written.folder.path();
    let (verdict, stage) = portable.file(case);
    let expected_stage = case.stage.filter(|stage| *stage != Stage::Judgement);
    let command = command::said(folder, folder, case);
    let command_right = match &command {
        Ok((said, _)) => *said == case.said && case.stage != Some(Stage::Decoding),
        Err(_) => case.stage == Some(Stage::Decoding),
    };
    let wasm = written.wasm.files.get(&case.name);
    let wasm_right = match (&wasm, &command) {
        (None, _) => false,
        (Some(answer), Err(_)) => answer.said == Said::Invalid,
        // Alone, a page is told so in words of its own.
        (Some(answer), Ok((said, reason))) => {
            let alone = case.said == Said::Incomplete && case.beside.is_none();
            answer.said == *said && (alone || answer.error == *reason)
        }
    };
    let right = verdict == case.verdict() && stage == expected_stage && command_right && wasm_right;
    (!right).then(|| {
        format!(
            "{}: expected {:?} {:?}; portable {verdict:?} {stage:?}, command {command:?}, wasm {wasm:?}",
            case.name, case.said, case.stage
        )
    })
}

#[test]
fn bare_proofs_have_one_verdict() {
    let written = WrittenCorpus::small();
    let broken = written
        .corpus
        .proofs
        .iter()
        .filter(|case| case.verdict == Verdict::Refused);
    assert!(broken.count() >= 300);
    hold_to_one_verdict(written);
}

#[test]
fn proof_files_have_one_verdict() {
    let written = WrittenCorpus::small();
    let portable = Portable::new(&written.corpus);
    let files = &written.corpus.files;
    let broken = files.iter().filter(|case| case.stage.is_some());
    assert!(broken.count() >= 200);
    let start = Instant::now();
    let wrong: Vec<String> = files
        .iter()
        .filter_map(|case| file_fault(written, &portable, case))
        .collect();
    let wasm = written.wasm.file_milliseconds / 1e3;
    println!(
        "{} proof files: portable verifier and command {:.1?}, WASM {wasm:.1}s",
        files.len(),
        start.elapsed()
    );
    for (family, count) in &written.corpus.families()[1] {
        println!("{family:16}{count:>6}");
    }
    assert!(
        wrong.is_empty(),
        "{} of {} files:\n{}",
        wrong.len(),
        files.len(),
        wrong.join("\n")
    );
}

#[test]
#[ignore = "proves a circuit for uniform tranches: a minute more"]
fn bare_proofs_of_uniform_runs_have_one_verdict() {
    hold_to_one_verdict(&WrittenCorpus::new(true));
}
