//! The generated contracts on a chain in memory, against the portable verifier.
//!
//! A contract computes the statement's digest itself, so it is asked about the digest of the inputs only.

use std::cell::RefCell;

use revm::primitives::{Address, U256};
use tranche_testkit::contract::compiled_code;
use tranche_testkit::evm::{Outcome, TestChain, verify_call};

use crate::question::Question;
use crate::subject::{self, KEYS};
use crate::verdicts::{ACCEPTED, portable};

/// A chain with the contracts of [`KEYS`].
struct Deployed {
    chain: TestChain,
    addresses: [Address; 2],
}

thread_local! {
    static DEPLOYED: RefCell<Option<Deployed>> = const { RefCell::new(None) };
}

/// Deploys the contracts and checks that the valid proofs are valid.
pub fn prepare() {
    let mut chain = TestChain::new(31_337);
    let addresses = KEYS.map(|circuit| {
        chain
            .deploy(&compiled_code(circuit))
            .unwrap_or_else(|revert| panic!("{circuit}: the constructor reverts with {revert:?}"))
    });
    DEPLOYED.set(Some(Deployed { chain, addresses }));
    for choice in 0..subject::valid().len() {
        let question = Question::of(&[choice as u8]).expect("a question");
        assert!(accepts(&question), "a valid proof is accepted");
    }
}

/// Asks a contract and the portable verifier.
pub fn read(data: &[u8]) {
    let Some(question) = Question::of(data).filter(|question| question.derived) else {
        return;
    };
    let accepted = accepts(&question);
    let portable = portable(&question);
    assert_eq!(accepted, portable == ACCEPTED, "{portable}: {question:?}");
    assert_eq!(accepted, !question.changed, "{question:?}");
}

/// The contract's word: never a revert.
fn accepts(question: &Question) -> bool {
    DEPLOYED.with_borrow_mut(|deployed| {
        let deployed = deployed.as_mut().expect("prepared");
        let address = deployed.addresses[question.circuit];
        let call = verify_call(&question.inputs, &question.proof);
        match deployed.chain.call(address, &call) {
            (Outcome::Returned(word), _) => match U256::try_from_be_slice(&word) {
                Some(U256::ZERO) => false,
                Some(U256::ONE) => true,
                other => panic!("the contract answers {other:?}"),
            },
            (other, _) => panic!("{other:?}"),
        }
    })
}
