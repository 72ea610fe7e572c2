//! A chain in memory for verifier contracts, under the Osaka rules: contracts are deployed, then called without a trace.

use revm::context::{BlockEnv, CfgEnv, Context, TxEnv};
use revm::context_interface::result::{ExecutionResult, Output};
use revm::database::InMemoryDB;
use revm::interpreter::interpreter_types::{Jumps, StackTr};
use revm::interpreter::{Interpreter, InterpreterTypes};
use revm::primitives::hardfork::SpecId;
use revm::primitives::{Address, Bytes, TxKind, U256};
use revm::{
    ExecuteCommitEvm, ExecuteEvm, InspectEvm, Inspector, Journal, MainBuilder, MainContext,
};
use tranche_protocol::keccak::keccak;

/// Most gas of a transaction (EIP-7825).
const GAS_LIMIT: u64 = 16_777_216;

type Ctx = Context<BlockEnv, TxEnv, CfgEnv, InMemoryDB, Journal<InMemoryDB>, ()>;

/// What a call gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The bytes returned.
    Returned(Vec<u8>),
    /// The bytes of the revert.
    Reverted(Vec<u8>),
    /// Anything else, such as running out of gas.
    Halted(String),
}

/// A chain.
pub struct TestChain {
    context: Option<Ctx>,
    nonce: u64,
}

/// Gas of the parts of a verification, in the order of execution.
#[derive(Clone, Debug, Default)]
pub struct GasParts {
    /// Address of the quotient's word of memory: writing it ends the constraints.
    pub quotient: usize,
    /// Gas left where each part begins: code, division, constraints, scalars, points, pairing, end.
    marks: [Option<u64>; 7],
    /// Calls of each precompile by address.
    pub calls: [u32; 16],
}

impl GasParts {
    /// Name and gas of each part.
    pub fn table(&self) -> Vec<(&'static str, u64)> {
        let names = [
            "reading, transcript, denominators",
            "inversion",
            "constraints",
            "opening: scalars",
            "opening: points",
            "pairing",
        ];
        let marks: Vec<u64> = self.marks.iter().map(|mark| mark.unwrap_or(0)).collect();
        let differences = marks.windows(2).map(|pair| pair[0].saturating_sub(pair[1]));
        names.into_iter().zip(differences).collect()
    }

    fn mark(&mut self, part: usize, left: u64) {
        if self.marks[part].is_none() {
            self.marks[part] = Some(left);
        }
    }
}

impl<CTX, INTR: InterpreterTypes> Inspector<CTX, INTR> for GasParts {
    fn step(&mut self, interpreter: &mut Interpreter<INTR>, _: &mut CTX) {
        let left = interpreter.gas.remaining();
        self.mark(0, left);
        let peek = |depth: usize| {
            let stack = &interpreter.stack;
            let data = stack.data();
            data.len()
                .checked_sub(depth + 1)
                .and_then(|at| usize::try_from(data[at]).ok())
        };
        match interpreter.bytecode.opcode() {
            0xfa => {
                let address = peek(1).unwrap_or(0);
                self.calls[address & 15] += 1;
                match address {
                    5 => self.mark(1, left),
                    6 | 7 => self.mark(4, left),
                    8 => self.mark(5, left),
                    _ => {}
                }
            }
            0x52 if peek(0) == Some(self.quotient) => self.mark(3, left),
            _ if self.marks[1].is_some() => self.mark(2, left),
            _ => {}
        }
    }

    fn step_end(&mut self, interpreter: &mut Interpreter<INTR>, _: &mut CTX) {
        self.marks[6] = Some(interpreter.gas.remaining());
    }
}

impl TestChain {
    /// An empty chain.
    pub fn new(id: u64) -> Self {
        let context = Context::mainnet()
            .with_db(InMemoryDB::default())
            .modify_cfg_chained(|cfg| {
                cfg.set_spec_and_mainnet_gas_params(SpecId::OSAKA);
                cfg.chain_id = id;
            });
        TestChain {
            context: Some(context),
            nonce: 0,
        }
    }

    fn transaction(&self, kind: TxKind, data: Vec<u8>, gas: u64) -> TxEnv {
        let id = self.context.as_ref().map(|context| context.cfg.chain_id);
        TxEnv::builder()
            .kind(kind)
            .data(Bytes::from(data))
            .gas_limit(gas)
            .gas_price(0)
            .nonce(self.nonce)
            .chain_id(id)
            .build()
            .unwrap()
    }

    /// Deploys creation bytecode; returns the address, or the revert's data.
    pub fn deploy(&mut self, code: &[u8]) -> Result<Address, Vec<u8>> {
        let tx = self.transaction(TxKind::Create, code.to_vec(), GAS_LIMIT);
        let mut evm = self.context.take().unwrap().build_mainnet();
        let result = evm.transact_commit(tx).unwrap();
        self.context = Some(evm.ctx);
        self.nonce += 1;
        match result {
            ExecutionResult::Success {
                output: Output::Create(_, Some(address)),
                ..
            } => Ok(address),
            ExecutionResult::Revert { output, .. } => Err(output.to_vec()),
            other => panic!("{other:?}"),
        }
    }

    /// Calls with a gas limit; returns what came and the gas used, intrinsic gas included.
    pub fn call_with(&mut self, to: Address, data: &[u8], gas: u64) -> (Outcome, u64) {
        let tx = self.transaction(TxKind::Call(to), data.to_vec(), gas);
        let mut evm = self.context.take().unwrap().build_mainnet();
        let result = evm.transact(tx);
        self.context = Some(evm.ctx);
        match result {
            Ok(done) => outcome(done.result),
            Err(error) => (Outcome::Halted(error.to_string()), 0),
        }
    }

    /// Calls; returns what came and the gas used, intrinsic gas included.
    pub fn call(&mut self, to: Address, data: &[u8]) -> (Outcome, u64) {
        self.call_with(to, data, GAS_LIMIT)
    }

    /// Calls and measures the parts.
    pub fn measure(
        &mut self,
        to: Address,
        data: &[u8],
        quotient: usize,
    ) -> (Outcome, u64, GasParts) {
        let tx = self.transaction(TxKind::Call(to), data.to_vec(), GAS_LIMIT);
        let parts = GasParts {
            quotient,
            ..GasParts::default()
        };
        let mut evm = self
            .context
            .take()
            .unwrap()
            .build_mainnet_with_inspector(parts);
        let result = evm.inspect_tx(tx).unwrap().result;
        let parts = evm.inspector.clone();
        self.context = Some(evm.ctx);
        let (outcome, gas) = outcome(result);
        (outcome, gas, parts)
    }
}

fn outcome(result: ExecutionResult) -> (Outcome, u64) {
    let gas = result.tx_gas_used();
    let outcome = match result {
        ExecutionResult::Success { output, .. } => Outcome::Returned(output.into_data().to_vec()),
        ExecutionResult::Revert { output, .. } => Outcome::Reverted(output.to_vec()),
        ExecutionResult::Halt { reason, .. } => Outcome::Halted(format!("{reason:?}")),
    };
    (outcome, gas)
}

/// The selector of a function.
pub fn selector(signature: &str) -> Vec<u8> {
    keccak(&[signature.as_bytes()])[..4].to_vec()
}

/// The call data of `verify`.
pub fn verify_call(inputs: &[[u8; 32]], proof: &[u8]) -> Vec<u8> {
    let word = |value: usize| U256::from(value).to_be_bytes::<32>();
    let mut data = selector("verify(uint256[],bytes)");
    data.extend(word(64));
    data.extend(word(96 + 32 * inputs.len()));
    data.extend(word(inputs.len()));
    data.extend(inputs.iter().flatten());
    data.extend(word(proof.len()));
    data.extend(proof);
    data.resize(data.len() + (32 - proof.len() % 32) % 32, 0);
    data
}
