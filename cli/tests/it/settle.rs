//! Settlement through the program: real proofs on the embedded chain, then the same proofs and the same commands on a real node.

use std::fs;

use alloy_primitives::{Address, U256};
use k256::ecdsa::SigningKey;
use serde_json::{Value, json};
use tranche_protocol::run::RunCommitment;
use tranche_protocol::statement::UsageStatement;
use tranche_settle::account::Account;
use tranche_settle::client::Client;
use tranche_settle::deployment::Deployment;
use tranche_settle::embedded::Embedded;
use tranche_settle::escrow::{RunRef, submit_to};
use tranche_testkit::anvil::{Anvil, anvil, connect};
use tranche_workspace::artefact::{read_proof, secret};

use crate::common::{Files, bad, good, terms, tranche};

/// Two contributors and a private file, with a log that draws from all three.
fn data(files: &Files) {
    let lines = |count: usize, word: &str| -> String {
        let records: Vec<String> = (0..count).map(|i| format!("{word} {}", i * i)).collect();
        records.join("\n\n")
    };
    files.write("songs.txt", lines(1_700, "la"));
    files.write("plays.txt", lines(900, "act"));
    files.write("notes.txt", lines(300, "note"));
    let mut log = "step,tranche,record\n".to_owned();
    for i in 0..4_000 {
        let (name, records) = [
            ("songs", 1_700),
            ("plays", 900),
            ("songs", 1_700),
            ("notes", 300),
        ][i % 4];
        log += &format!("{},{name},{}\n", i / 8, i * 31 % records);
    }
    files.write("draws.csv", log);
}

/// Everything before the chain: tranches, snapshot, keys, terms.
fn prepare(files: &Files) {
    let folder = files.root();
    data(files);
    good(folder, "run new-seed --out run.seed");
    for name in ["songs", "plays"] {
        good(
            folder,
            &format!(
                "commit {name}.txt --units byte --out {name} --owner-key {name}.key --new-key --rate 3 --terms free"
            ),
        );
    }
    good(
        folder,
        "commit notes.txt --units byte --out notes --private --seed run.seed",
    );
    good(folder, "register --registry registry.json songs plays");
    good(
        folder,
        "log import draws.csv --consumed --map songs=songs --map plays=plays --map notes=notes --out run.tlog",
    );
    for name in ["deployer", "builder", "loader", "poor"] {
        secret::new_key(&files.path(&format!("{name}.key"))).unwrap();
    }
    terms(
        folder,
        "terms.json",
        &[
            ("unit", json!("byte")),
            ("registry_cutoff", json!(2)),
            ("min_registered_ppm", json!(500_000)),
            ("min_evidence", json!(1)),
            ("builder", json!(address(files, "builder"))),
            ("arbiter", json!(address(files, "loader"))),
            ("evidence_key", json!(address(files, "loader"))),
        ],
    );
}

fn key(files: &Files, name: &str) -> SigningKey {
    secret::read_key(&files.path(&format!("{name}.key"))).unwrap()
}

fn address(files: &Files, name: &str) -> String {
    tranche_protocol::address::Address::of_key(key(files, name).verifying_key()).to_string()
}

/// Which chain the commands talk to: none for the embedded one, else a node's URL.
struct On<'f> {
    files: &'f Files,
    url: Option<String>,
}

impl On<'_> {
    fn line(&self, command: &str) -> String {
        match &self.url {
            None => format!("settle {command}"),
            Some(url) => {
                // A node wants a key for what is sent.
                let key = if command.contains("--key-file")
                    || command.starts_with("status")
                    || command.starts_with("advance")
                {
                    ""
                } else {
                    " --key-file deployer.key"
                };
                format!("settle {command}{key} --rpc-url {url} --deployment node.json")
            }
        }
    }

    fn good(&self, command: &str) -> Value {
        good(self.files.root(), &self.line(command))
    }

    fn bad(&self, command: &str, code: i32, words: &[&str]) {
        bad(self.files.root(), &self.line(command), code, words);
    }

    fn deploy_and_open(&self) -> Vec<Value> {
        let deployed =
            self.good("deploy --circuit usage-13 --circuit disclosure-16 --key-file deployer.key");
        self.bad(
            "deploy --key-file deployer.key",
            2,
            &["exists already", "--add"],
        );
        let registered =
            self.good("register --registry registry.json songs plays --key-file deployer.key");
        assert_eq!(registered["registrations"], 2);
        assert_eq!(registered["up_to_date"], true);
        self.bad("status --terms terms.json", 2, &["chain"]);
        let opened = self.good("open --terms terms.json --deposit 10coin --bond 1coin --window 1d --key-file builder.key");
        assert_eq!(opened["balances"][1]["after"], "10000000000000000000");
        vec![deployed, registered, opened]
    }

    /// From the bound commitment to the last payout.
    fn settle(&self) -> Vec<Value> {
        let songs = address(self.files, "songs");
        let plays = address(self.files, "plays");
        let mut reports = Vec::new();
        self.bad(
            "submit-usage usage.proof",
            1,
            &["WrongState", "the run is open"],
        );
        self.bad("bind --run run --key-file deployer.key", 1, &["NotAllowed"]);
        reports.push(self.good("bind --run run --key-file builder.key"));
        self.bad(
            "bind --run run --key-file builder.key",
            1,
            &["WrongState", "the run is bound"],
        );
        self.bad("submit-pay pay.proof", 1, &["WrongState"]);
        self.bad(
            "submit-pay usage.proof",
            2,
            &["a usage proof", "submit-usage"],
        );
        reports.push(self.good("submit-usage usage.proof"));
        let usage = &reports[1];
        assert_eq!(usage["srs_insecure"], true);
        assert_eq!(usage["evidence_level"], 1);
        self.bad(
            "submit-usage usage.proof",
            1,
            &["WrongState", "usage accepted"],
        );
        self.bad(
            "submit-pay bare.proof",
            1,
            &["RegisteredShareTooLow", "--registered-share"],
        );
        reports.push(self.good("submit-pay pay.proof"));
        self.bad(
            &format!("claim --terms terms.json --owner {songs}"),
            1,
            &["TooEarly", "wait"],
        );
        self.bad("claim --terms terms.json", 1, &["nobody can collect"]);
        self.bad("refund --terms terms.json", 1, &["the contract refused"]);
        reports.push(self.good(
            "redirect --to 0x00000000000000000000000000000000000000aa --owner-key plays.key",
        ));
        self.good("advance --past-window --terms terms.json");
        let status = self.good("status --terms terms.json");
        assert_eq!(status["run"]["state"], "pay accepted");
        assert_eq!(status["run"]["payees"].as_array().unwrap().len(), 2);
        let claimed = self.good("claim --terms terms.json");
        let change = |report: &Value, who: &str| -> u128 {
            let balances = report["balances"].as_array().unwrap();
            let line = balances
                .iter()
                .find(|line| line["account"] == *who)
                .unwrap();
            let number = |field: &str| line[field].as_str().unwrap().parse::<u128>().unwrap();
            number("after") - number("before")
        };
        let paid = [
            change(&claimed, &songs),
            change(&claimed, "0x00000000000000000000000000000000000000AA"),
        ];
        assert!(paid[0] > paid[1] && paid[1] > 0);
        // Rounding down leaves less than one part in 10^9 for each payee.
        let pot = 10_000_000_000_000_000_000;
        assert!(pot - paid[0] - paid[1] < 2 * pot / 1_000_000_000);
        reports.push(claimed);
        self.bad(
            &format!("claim --terms terms.json --owner {plays}"),
            1,
            &["NothingToPay"],
        );
        reports.push(self.good("claim --terms terms.json --bond"));
        reports.push(self.good("top-up --terms terms.json --amount 1coin --key-file builder.key"));
        let again = self.good("claim --terms terms.json");
        // A tenth of the pot, by the same shares.
        assert!((change(&again, &songs) * 10).abs_diff(paid[0]) < 100);
        self.bad(
            &format!("status --run-id 0x{}", "00".repeat(32)),
            1,
            &["the escrow has no run"],
        );
        reports
    }
}

fn prove(files: &Files) {
    let folder = files.root();
    good(
        folder,
        "run commit --log run.tlog --registry registry.json --terms terms.json --seed run.seed --out run",
    );
    good(folder, "run sign --run run --log run.tlog --key loader.key");
    good(folder, "prove --run run --out usage.proof");
    good(folder, "disclose --run run --out bare.proof --pay");
    good(
        folder,
        "disclose --run run --out pay.proof --pay --registered-share 50%:100%",
    );
}

#[test]
fn proofs_move_money_on_the_embedded_chain_and_on_a_real_node() {
    let files = Files::new();
    prepare(&files);
    fs::copy(files.path("terms.json"), files.path("terms-before.json")).unwrap();
    let ours = On {
        files: &files,
        url: None,
    };
    let mut embedded = ours.deploy_and_open();
    prove(&files);
    cheats(&files);
    damaged(&files);
    embedded.extend(ours.settle());

    let node = anvil(31337);
    fund(&node, &files, &["deployer", "builder"]);
    // The same accounts sent the same transactions: contracts and run have the same addresses, so the proofs fit.
    let terms = fs::read(files.path("terms.json")).unwrap();
    fs::copy(files.path("terms-before.json"), files.path("terms.json")).unwrap();
    let theirs = On {
        files: &files,
        url: Some(node.url.clone()),
    };
    let mut real = theirs.deploy_and_open();
    assert_eq!(fs::read(files.path("terms.json")).unwrap(), terms);
    theirs.bad(
        "open --terms terms-before.json --deposit 1 --key-file poor.key",
        1,
        &["wei", "send it coin first"],
    );
    real.extend(theirs.settle());
    assert_eq!(embedded.len(), real.len());
    for (ours, theirs) in embedded.iter().zip(&real) {
        compare(ours, theirs);
    }
}

/// The same steps at the same gas, but for random salts and for which owner has which random address.
fn compare(ours: &Value, theirs: &Value) {
    let steps = |report: &Value| report["steps"].as_array().unwrap().clone();
    assert_eq!(steps(ours).len(), steps(theirs).len());
    for (ours, theirs) in steps(ours).iter().zip(&steps(theirs)) {
        let gas = |step: &Value| step["gas"].as_u64().unwrap();
        println!(
            "{:60} {:>9} {:>9}",
            ours["what"].as_str().unwrap(),
            gas(ours),
            gas(theirs)
        );
        assert_eq!(ours["data_bytes"], theirs["data_bytes"]);
        assert!(gas(ours).abs_diff(gas(theirs)) < 3_000, "{ours} {theirs}");
    }
}

/// What no command sends: proofs for another run, and public inputs that were not proven.
fn cheats(files: &Files) {
    let read = |name: &str| fs::read_to_string(files.path(name)).unwrap();
    let mut chain = Embedded::from_json(&read("chain.json")).unwrap();
    let deployment = Deployment::from_json(&read("deployment.json")).unwrap();
    let usage = read_proof(&files.path("usage.proof")).unwrap();
    let run = RunRef::of_context(&usage.context, &deployment).unwrap();
    let verifier = deployment
        .verifier("usage-13", usage.header.verifying_key.to_bytes().into())
        .unwrap()
        .address;
    let builder = Account::new(key(files, "builder"));
    let mut client = Client::new(&mut chain, builder);
    let context = usage.context;
    let commitment = RunCommitment::from_felt(usage.public_inputs[UsageStatement::RUN_COMMITMENT]);
    tranche_settle::escrow::bind(&mut client, run, &context.terms, &commitment).unwrap();
    let refused = |client: &mut Client<'_>, run, verifier, file: &_| {
        let error = submit_to(client, run, verifier, file).unwrap_err();
        error
            .reverted()
            .unwrap_or_else(|| panic!("{error}"))
            .clone()
    };

    let mut altered = usage.clone();
    altered.public_inputs[3] += tranche_protocol::felt::Felt::from(1u64);
    assert_eq!(
        refused(&mut client, run, verifier, &altered).name,
        "ProofRefused"
    );
    let mut short = usage.clone();
    short.proof.pop();
    assert_eq!(
        refused(&mut client, run, verifier, &short).name,
        "ProofRefused"
    );
    let mut unsigned = usage.clone();
    unsigned.evidence = None;
    assert_eq!(
        refused(&mut client, run, verifier, &unsigned).name,
        "EvidenceTooLow"
    );
    let elsewhere = RunRef {
        id: alloy_primitives::B256::repeat_byte(1),
        ..run
    };
    assert_eq!(
        refused(&mut client, elsewhere, verifier, &usage).name,
        "UnknownRun"
    );
    let other = deployment
        .verifiers
        .iter()
        .find(|v| v.circuit == "disclosure-16")
        .unwrap();
    assert_eq!(
        refused(&mut client, run, other.address, &usage).name,
        "VerifierNotAccepted"
    );

    // Another run of the same builder under the same terms: the context differs, so the proof is for nobody.
    let mut opening = tranche_settle::escrow::Opening {
        token: Address::ZERO,
        deposit: 5,
        deadline: client.chain().head().unwrap().timestamp + 1_000,
        challenge_window: 60,
        claim_period: 31 * 86_400,
        bond: 0,
        terms: context.terms,
    };
    let second = tranche_settle::escrow::open(&mut client, run.escrow, &opening).unwrap();
    let second = RunRef::of_context(&second, &deployment).unwrap();
    tranche_settle::escrow::bind(&mut client, second, &context.terms, &commitment).unwrap();
    let replay = refused(&mut client, second, verifier, &usage);
    assert_eq!(replay.name, "WrongPublicInput");
    assert!(replay.says.contains("public input 0"), "{replay}");

    // Nothing proven by the deadline: the opener has the deposit back.
    client.chain_mut().advance(1_000 + 60 * 86_400).unwrap();
    let before = client.chain().balance(client.address()).unwrap();
    tranche_settle::escrow::refund(&mut client, second).unwrap();
    let fee = client.steps().last().unwrap().fee;
    let after = client.chain().balance(client.address()).unwrap();
    assert_eq!(after + fee, before + U256::from(5u8));
    opening.deadline = 0;
    let error = tranche_settle::escrow::open(&mut client, run.escrow, &opening).unwrap_err();
    assert_eq!(error.reverted().unwrap().name, "TimesOutOfRange", "{error}");
}

/// What a command refuses before it sends anything.
fn damaged(files: &Files) {
    let folder = files.root();
    let mut file = read_proof(&files.path("usage.proof")).unwrap();
    *file.proof.last_mut().unwrap() ^= 1;
    files.write("flipped.proof", file.to_bytes());
    bad(
        folder,
        "settle submit-usage flipped.proof",
        1,
        &["refused", "nothing was sent"],
    );
    files.write("broken.json", "{}");
    bad(
        folder,
        "settle status --state broken.json",
        2,
        &["broken.json", "--state"],
    );
    bad(
        folder,
        "settle status --deployment nowhere.json",
        2,
        &["nowhere.json", "deploy"],
    );
    bad(
        folder,
        "settle open --terms terms.json --deposit 1 --key-file deployer.key",
        2,
        &["--predict"],
    );
    bad(
        folder,
        "settle open --terms terms.json --deposit much",
        2,
        &["amount"],
    );
    bad(
        folder,
        "settle status --rpc-url http://127.0.0.1:9",
        3,
        &["no node answers", "check the URL"],
    );
    bad(folder, "settle status --rpc-url ftp://host", 2, &["http"]);
    bad(
        folder,
        "settle deploy --rpc-url http://127.0.0.1:9 --deployment new.json",
        2,
        &["--key-file"],
    );
    bad(
        folder,
        "settle deploy --circuit usage-1 --deployment new.json",
        2,
        &["usage-1", "choose of"],
    );
}

#[test]
fn a_predicted_run_is_the_one_that_is_opened() {
    let files = Files::new();
    let folder = files.root();
    secret::new_key(&files.path("builder.key")).unwrap();
    terms(
        folder,
        "terms.json",
        &[("builder", json!(address(&files, "builder")))],
    );
    good(folder, "settle deploy --circuit disclosure-16");
    let predicted = good(
        folder,
        "settle open --terms terms.json --predict --key-file builder.key",
    );
    let before = fs::read(files.path("terms.json")).unwrap();
    assert_eq!(predicted["opened"], false);
    assert_eq!(predicted["steps"].as_array().unwrap().len(), 0);
    let opened = good(
        folder,
        "settle open --terms terms.json --deposit 7 --key-file builder.key",
    );
    assert_eq!(opened["run_id"], predicted["run_id"]);
    assert_eq!(opened["context"], predicted["context"]);
    assert_eq!(fs::read(files.path("terms.json")).unwrap(), before);
    let checked = good(folder, "run terms --check terms.json");
    assert_eq!(checked["context"], opened["context"]);
    bad(
        folder,
        "settle open --terms terms.json --deposit 7 --key-file builder.key",
        2,
        &["next run here is"],
    );
    let text = tranche(folder, &["settle", "status"]).out;
    assert!(
        !text.contains(
            fs::read_to_string(files.path("builder.key"))
                .unwrap()
                .trim()
        )
    );
    good(folder, "settle deploy --add --circuit disclosure-64");
    assert_eq!(
        good(folder, "settle status")["contracts"]["active"],
        json!(["disclosure-16", "disclosure-64"])
    );
}

#[test]
fn development_strings_stay_off_other_chains() {
    let files = Files::new();
    let folder = files.root();
    good(folder, "settle deploy --circuit disclosure-16");
    secret::new_key(&files.path("deployer.key")).unwrap();
    let node = anvil(424_242);
    fund(&node, &files, &["deployer"]);
    let url = &node.url;
    bad(
        folder,
        &format!("settle deploy --rpc-url {url} --key-file deployer.key --deployment node.json"),
        1,
        &["INSECURE", "424242", "srs import"],
    );
    bad(
        folder,
        &format!("settle status --rpc-url {url}"),
        2,
        &["424242", "31337"],
    );
}

/// Gives the accounts of key files coin.
fn fund(node: &Anvil, files: &Files, names: &[&str]) {
    let accounts: Vec<Account> = names
        .iter()
        .map(|name| Account::new(key(files, name)))
        .collect();
    connect(node, &accounts.iter().collect::<Vec<_>>());
}
