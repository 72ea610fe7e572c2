//! What can go wrong between the client and a chain, and what to do about it.

use alloy_primitives::{Address, B256, U256};

use crate::revert::Reverted;

/// Every error of this crate. Messages end with the remedy.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No node answers.
    #[error("no node answers at {node} ({reason}); check the URL and that the node runs")]
    Unreachable {
        /// Scheme, host and port; a path may hold a secret and is left out.
        node: String,
        /// The system's reason.
        reason: String,
    },
    /// The node answered with an error that is not a revert.
    #[error("the node refused {method}: {message} (code {code}); see the node's documentation")]
    Node {
        /// The JSON-RPC method.
        method: String,
        /// The error's code.
        code: i64,
        /// The node's words.
        message: String,
    },
    /// The node's answer is not understood.
    #[error(
        "the node's answer to {method} is not understood: {reason}; check that the URL is of an Ethereum JSON-RPC node"
    )]
    Answer {
        /// The JSON-RPC method.
        method: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The chain is another than it should be.
    #[error(
        "the chain has id {got}, {named_by} {expected}; give the node or the files of that chain"
    )]
    WrongChain {
        /// What names the expected chain, as the subject of "says": "the deployment file says".
        named_by: &'static str,
        /// The id expected.
        expected: u64,
        /// The chain's id.
        got: u64,
    },
    /// A transaction was not put in a block in time.
    #[error(
        "transaction {transaction} is in no block after {seconds} s; look it up before you send anything again: it can still be included"
    )]
    Timeout {
        /// Its hash.
        transaction: B256,
        /// How long was waited.
        seconds: u64,
    },
    /// A block did not come in time.
    #[error("block {number} did not come within {seconds} s; try again later")]
    BlockTimeout {
        /// The block waited for.
        number: u64,
        /// How long was waited.
        seconds: u64,
    },
    /// The sender cannot pay.
    #[error("{account} has {has} wei, the transaction can cost {needed}; send it coin first")]
    InsufficientFunds {
        /// The sender.
        account: Address,
        /// Value and most gas.
        needed: U256,
        /// Its balance.
        has: U256,
    },
    /// A contract refused.
    #[error("{0}")]
    Reverted(Box<Reverted>),
    /// Execution stopped without a reason of the contract's.
    #[error("the transaction failed ({reason}); nothing changed but the gas paid")]
    Halted {
        /// The machine's reason: out of gas, or an invalid operation.
        reason: String,
    },
    /// The clock of this chain cannot be moved.
    #[error(
        "the clock of chain {chain_id} cannot be moved; wait, or use the embedded chain or a development node"
    )]
    NoClock {
        /// The chain.
        chain_id: u64,
    },
    /// A verifier whose reference string is for tests, on a chain that is not.
    #[error(
        "the verifier of {circuit} uses a reference string whose secret is public (INSECURE), and chain {chain_id} is not a development chain; make a key with a real string (`tranche srs import`) and deploy its verifier"
    )]
    InsecureVerifier {
        /// The circuit.
        circuit: String,
        /// The chain.
        chain_id: u64,
    },
    /// A compiled contract that cannot be used.
    #[error("artifact {name}: {reason}; compile it again with scripts/contracts.sh")]
    Artifact {
        /// The contract.
        name: String,
        /// Why.
        reason: String,
    },
    /// A deployment that does not fit the chain.
    #[error("{what}; deploy, or give the deployment file of this chain")]
    Deployment {
        /// What does not fit.
        what: String,
    },
    /// The registry on chain and the snapshot differ.
    #[error(
        "the registry on chain has root {chain} after {registrations} registrations, the snapshot {snapshot}; use the snapshot of this registry"
    )]
    RootMismatch {
        /// Number of registrations compared.
        registrations: u32,
        /// Root on chain.
        chain: String,
        /// Root of the snapshot.
        snapshot: String,
    },
    /// No deployed verifier has the proof's key.
    #[error(
        "no deployed verifier has the verifying key {digest} of this proof (circuit {circuit}); deploy it, or prove again with a deployed one"
    )]
    NoVerifier {
        /// The circuit that the proof names.
        circuit: String,
        /// Digest of its key.
        digest: B256,
    },
    /// The escrow has no such run.
    #[error("the escrow has no run {run}; open it, or check chain and run id")]
    UnknownRun {
        /// The run asked for.
        run: B256,
    },
    /// What was asked cannot be.
    #[error("{what}; {remedy}")]
    Usage {
        /// What is wrong.
        what: String,
        /// What to do.
        remedy: String,
    },
    /// The state file of an embedded chain cannot be read.
    #[error("the chain's state: {0}; give another file, or delete it to begin a new chain")]
    State(String),
    /// A defect of this program.
    #[error("internal error: {0}")]
    Internal(String),
}

impl Error {
    /// A request that cannot be carried out.
    pub fn usage(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Usage {
            what: what.into(),
            remedy: remedy.into(),
        }
    }

    /// The contract's refusal, if this is one.
    pub fn reverted(&self) -> Option<&Reverted> {
        match self {
            Self::Reverted(reverted) => Some(reverted),
            _ => None,
        }
    }
}
