//! The committed contracts on a chain in memory against the portable verifier: one verdict on the same bytes.

use std::sync::OnceLock;

use revm::primitives::{Address, U256};
use tranche_testkit::contract::most_gas;
use tranche_testkit::evm::{Outcome, TestChain, selector, verify_call};
use tranche_testkit::sample::SampleProof;

/// Order of the groups, and modulus of the coordinates.
const R: &str = "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001";
const Q: &str = "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47";

fn cases() -> &'static [SampleProof; 2] {
    static CASES: OnceLock<[SampleProof; 2]> = OnceLock::new();
    CASES.get_or_init(SampleProof::both)
}

struct Deployed<'a> {
    case: &'a SampleProof,
    chain: TestChain,
    at: Address,
}

impl<'a> Deployed<'a> {
    fn new(case: &'a SampleProof) -> Self {
        let mut chain = TestChain::new(31337);
        let at = chain.deploy(&case.code).unwrap();
        Deployed { case, chain, at }
    }

    /// The contract's verdict, after asserting that the portable verifier gives the same.
    fn verdict(&mut self, what: &str, inputs: &[[u8; 32]], proof: &[u8]) -> bool {
        let (outcome, _) = self.chain.call(self.at, &verify_call(inputs, proof));
        let verdict = match outcome {
            Outcome::Returned(word) => U256::from_be_slice(&word) == U256::from(1),
            other => panic!("{}: {what}: {other:?}", self.case.key.name()),
        };
        let portable = self.case.portable(inputs, proof);
        assert_eq!(verdict, portable, "{}: {what}", self.case.key.name());
        verdict
    }

    fn refuses(&mut self, what: &str, inputs: &[[u8; 32]], proof: &[u8]) {
        assert!(
            !self.verdict(what, inputs, proof),
            "{}: {what}",
            self.case.key.name()
        );
    }
}

fn number(hex: &str) -> U256 {
    U256::from_str_radix(hex, 16).unwrap()
}

fn word(bytes: &[u8]) -> U256 {
    U256::from_be_slice(bytes)
}

/// Offset of the first scalar and of the byte after the last.
fn scalars(case: &SampleProof) -> (usize, usize) {
    let key = &case.key;
    let points =
        key.advice_phases().len() + key.permutation_products() + key.quotient_limbs() as usize + 1;
    (64 * points, case.proof.len() - 128)
}

#[test]
fn valid_proofs_are_accepted_and_every_altered_word_is_not() {
    for case in cases() {
        let mut deployed = Deployed::new(case);
        assert!(deployed.verdict("valid", &case.inputs, &case.proof));
        let (first, last) = scalars(case);
        for offset in (0..case.proof.len()).step_by(32) {
            let modulus = if (first..last).contains(&offset) {
                number(R)
            } else {
                number(Q)
            };
            let value = word(&case.proof[offset..offset + 32]);
            let zero = U256::ZERO;
            let one = U256::from(1);
            let others = [
                ("plus one", value.wrapping_add(one)),
                ("plus the modulus", value.wrapping_add(modulus)),
                ("the modulus", modulus),
                ("negated", modulus.wrapping_sub(value)),
                ("zero", zero),
                ("all ones", zero.wrapping_sub(one)),
            ];
            for (what, other) in others {
                if other == value {
                    continue;
                }
                let mut proof = case.proof.clone();
                proof[offset..offset + 32].copy_from_slice(&other.to_be_bytes::<32>());
                deployed.refuses(&format!("word at {offset} {what}"), &case.inputs, &proof);
            }
        }
    }
}

#[test]
fn other_points_are_refused() {
    for case in cases() {
        let mut deployed = Deployed::new(case);
        let (first, last) = scalars(case);
        let mut generator = [0; 64];
        generator[31] = 1;
        generator[63] = 2;
        let offsets = (0..first).step_by(64).chain([last, last + 64]);
        for offset in offsets {
            let neighbour = if offset + 128 <= first {
                offset + 64
            } else {
                0
            };
            let others = [
                ("the identity", [0; 64]),
                ("the generator", generator),
                (
                    "another",
                    case.proof[neighbour..neighbour + 64].try_into().unwrap(),
                ),
            ];
            for (what, other) in others {
                let mut proof = case.proof.clone();
                proof[offset..offset + 64].copy_from_slice(&other);
                deployed.refuses(&format!("point at {offset} {what}"), &case.inputs, &proof);
            }
        }
    }
}

#[test]
fn other_lengths_are_refused() {
    for case in cases() {
        let mut deployed = Deployed::new(case);
        let proof = &case.proof;
        let lengths = [
            0,
            1,
            32,
            64,
            proof.len() - 64,
            proof.len() - 32,
            proof.len() - 1,
        ];
        for length in lengths {
            deployed.refuses(&format!("{length} bytes"), &case.inputs, &proof[..length]);
        }
        for more in [1, 31, 32, 64] {
            let longer = [&proof[..], &vec![0; more]].concat();
            deployed.refuses(&format!("{more} bytes more"), &case.inputs, &longer);
        }
        let inputs = &case.inputs;
        deployed.refuses("no inputs", &[], proof);
        deployed.refuses("an input less", &inputs[1..], proof);
        deployed.refuses("the last input less", &inputs[..inputs.len() - 1], proof);
        deployed.refuses("an input more", &[&inputs[..], &[[0; 32]]].concat(), proof);
    }
}

#[test]
fn other_inputs_are_refused() {
    for case in cases() {
        let mut deployed = Deployed::new(case);
        let other = cases()
            .iter()
            .find(|other| other.key.name() != case.key.name())
            .unwrap();
        for index in 0..case.inputs.len() {
            let value = word(&case.inputs[index]);
            let others = [
                ("plus one", value.add_mod(U256::from(1), number(R))),
                ("plus r", value.wrapping_add(number(R))),
                ("r", number(R)),
                ("all ones", U256::MAX),
            ];
            for (what, other) in others {
                let mut inputs = case.inputs.clone();
                inputs[index] = other.to_be_bytes::<32>();
                deployed.refuses(&format!("input {index} {what}"), &inputs, &case.proof);
            }
        }
        deployed.refuses("the other circuit's", &other.inputs, &other.proof);
    }
}

#[test]
fn too_little_gas_is_no_verdict() {
    for case in cases() {
        let mut deployed = Deployed::new(case);
        let data = verify_call(&case.inputs, &case.proof);
        let (outcome, enough) = deployed.chain.call(deployed.at, &data);
        let accepted = Outcome::Returned(U256::from(1).to_be_bytes_vec());
        assert_eq!(outcome, accepted);
        let least = 21_000 + 40 * data.len() as u64;
        let mut limit = least;
        let mut refused = 0;
        while limit < enough + 200_000 {
            let (outcome, _) = deployed.chain.call_with(deployed.at, &data, limit);
            match outcome {
                Outcome::Returned(_) => assert_eq!(outcome, accepted, "{limit} gas"),
                Outcome::Reverted(_) | Outcome::Halted(_) => refused += 1,
            }
            limit += 3_001;
        }
        assert!(refused > 0);
    }
}

#[test]
fn the_insecure_string_is_for_development_chains_only() {
    for case in cases() {
        for chain in [31337, 1337] {
            assert!(TestChain::new(chain).deploy(&case.code).is_ok());
        }
        for chain in [1u64, 10, 8453, 11_155_111] {
            let expected = [
                selector("InsecureSrs(uint256)"),
                U256::from(chain).to_be_bytes_vec(),
            ]
            .concat();
            assert_eq!(TestChain::new(chain).deploy(&case.code), Err(expected));
        }
    }
}

#[test]
fn views_are_the_keys() {
    for (case, kind) in cases().iter().zip([1u64, 2]) {
        let mut deployed = Deployed::new(case);
        let mut view =
            |signature: &str| match deployed.chain.call(deployed.at, &selector(signature)) {
                (Outcome::Returned(bytes), _) => bytes,
                (other, _) => panic!("{signature}: {other:?}"),
            };
        let key = &case.key;
        let number = |value: u64| U256::from(value).to_be_bytes_vec();
        let text = |bytes: Vec<u8>| {
            let length = usize::try_from(word(&bytes[32..64])).unwrap();
            String::from_utf8(bytes[64..64 + length].to_vec()).unwrap()
        };
        assert_eq!(text(view("name()")), key.name());
        assert!(text(view("srsDescription()")).starts_with("INSECURE"));
        assert_eq!(view("kind()"), number(kind));
        assert_eq!(view("circuitVersion()"), number(u64::from(key.version())));
        assert_eq!(view("verifyingKeyDigest()"), key.digest().to_bytes());
        assert_eq!(view("srsDigest()"), key.srs_digest().to_bytes());
        assert_eq!(view("srsInsecure()"), number(1));
        assert_eq!(view("publicInputCount()"), number(key.instances() as u64));
        assert_eq!(view("proofLength()"), number(key.proof_bytes()));
    }
}

#[test]
fn gas_stays_near_the_points() {
    for case in cases() {
        let mut deployed = Deployed::new(case);
        let data = verify_call(&case.inputs, &case.proof);
        let (_, gas, parts) = deployed.chain.measure(deployed.at, &data, case.quotient);
        let zeros = data.iter().filter(|byte| **byte == 0).count() as u64;
        let call_data = 16 * (data.len() as u64 - zeros) + 4 * zeros;
        println!("{}: {gas} gas of the transaction", case.key.name());
        let most = most_gas(case.key.name());
        assert!(gas <= most, "{gas} gas, {most} allowed");
        let estimate = tranche_solidity::estimate(&case.key).total;
        assert!(
            (gas - gas / 25..gas + gas / 10).contains(&estimate),
            "{gas} gas measured, {estimate} estimated"
        );
        println!("  {:40} {:>9}", "transaction", 21_000);
        println!("  {:40} {call_data:>9}", "call data");
        for (part, gas) in parts.table() {
            println!("  {part:40} {gas:>9}");
        }
        // 6,000 a multiplication and 150 an addition, 100 for each call.
        let points = u64::from(parts.calls[7]) * 6_100 + u64::from(parts.calls[6]) * 250;
        let precompiles = points + 113_100;
        let own = gas - 21_000 - call_data - precompiles;
        let commitments: usize = case
            .key
            .opening()
            .sets()
            .iter()
            .map(|set| set.members.len())
            .sum();
        let operations = case.key.gates().operations().len() as u64;
        let inputs = case.key.instances() as u64;
        println!("  {} multiplications; own overhead {own}", parts.calls[7]);
        let limit = 20_000 + 600 * commitments as u64 + 35 * operations + 300 * inputs;
        assert!(
            own < limit,
            "{own} gas beside the precompiles, {limit} expected"
        );
    }
}

#[test]
fn gas_of_a_full_pay_list() {
    let case = &cases()[1];
    let mut deployed = Deployed::new(case);
    // The verdict comes from the pairing, so a refused list of sixteen payees costs what an accepted one does.
    let mut inputs = case.inputs.clone();
    let payees = inputs.len() - 16;
    for (i, input) in inputs[payees..].iter_mut().enumerate() {
        // An owner of twenty bytes and an amount of eleven.
        *input = [i as u8 + 1; 32];
        input[0] = 0;
    }
    let data = verify_call(&inputs, &case.proof);
    let (_, gas, _) = deployed.chain.measure(deployed.at, &data, case.quotient);
    println!(
        "{}: {gas} gas with sixteen payees of the largest amounts",
        case.key.name()
    );
    assert!(gas <= most_gas(case.key.name()), "{gas} gas");
}

#[test]
#[ignore = "proves on large circuits: minutes"]
fn gas_of_the_larger_rungs() {
    for name in ["usage-17", "usage-17-wide", "usage-20", "usage-20-wide"] {
        let size = tranche_circuits::usage::params::size_by_name(name).unwrap();
        let case = SampleProof::usage(&size);
        let mut deployed = Deployed::new(&case);
        assert!(deployed.verdict(name, &case.inputs.clone(), &case.proof.clone()));
        let data = verify_call(&case.inputs, &case.proof);
        let (_, gas, _) = deployed.chain.measure(deployed.at, &data, case.quotient);
        println!("{name}: {gas} gas");
        assert!(gas <= most_gas(name), "{gas} gas");
    }
}
