//! The state file of an embedded chain: JSON, accounts by address.

use std::collections::BTreeMap;

use alloy_primitives::{Address, Bytes, U256};
use revm::DatabaseRef;
use revm::bytecode::Bytecode;
use revm::database::{CacheDB, EmptyDB};
use revm::state::AccountInfo;
use serde::{Deserialize, Serialize};

use crate::chain::Block;
use crate::error::Error;

/// Chain id of every embedded chain.
pub const CHAIN_ID: u64 = 31337;

const FORMAT: &str = "tranche embedded chain";
const VERSION: u16 = 1;

/// Accounts with their code and storage.
pub(super) type State = CacheDB<EmptyDB>;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StateFile {
    format: String,
    version: u16,
    chain_id: u64,
    block: u64,
    timestamp: u64,
    accounts: BTreeMap<Address, Record>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    nonce: u64,
    balance: U256,
    #[serde(default, skip_serializing_if = "no_code")]
    code: Bytes,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    storage: BTreeMap<U256, U256>,
}

fn no_code(code: &Bytes) -> bool {
    code.is_empty()
}

/// The code of an account.
pub(super) fn code_of(state: &State, info: &AccountInfo) -> Bytes {
    let code = match &info.code {
        Some(code) => code.clone(),
        None => match state.code_by_hash_ref(info.code_hash) {
            Ok(code) => code,
        },
    };
    code.original_bytes()
}

/// The state and the last block of a file's text.
pub(super) fn read(text: &str) -> Result<(State, Block), Error> {
    let file: StateFile =
        serde_json::from_str(text).map_err(|error| Error::State(error.to_string()))?;
    if file.format != FORMAT || file.version != VERSION || file.chain_id != CHAIN_ID {
        return Err(Error::State(format!(
            "it is \"{}\", version {}, chain {}, not \"{FORMAT}\", version {VERSION}, chain {CHAIN_ID}",
            file.format, file.version, file.chain_id
        )));
    }
    let mut state = State::default();
    let head = Block {
        number: file.block,
        timestamp: file.timestamp,
    };
    for (address, record) in file.accounts {
        let code = Bytecode::new_raw_checked(record.code)
            .map_err(|error| Error::State(format!("code of {address}: {error}")))?;
        let info = AccountInfo::default()
            .with_balance(record.balance)
            .with_nonce(record.nonce)
            .with_code(code);
        state.insert_account_info(address, info);
        for (slot, value) in record.storage {
            match state.insert_account_storage(address, slot, value) {
                Ok(()) => {}
            }
        }
    }
    Ok((state, head))
}

/// The file's text; accounts without anything are left out.
pub(super) fn write(state: &State, head: Block) -> Result<String, Error> {
    let mut accounts = BTreeMap::new();
    for (address, account) in &state.cache.accounts {
        let storage: BTreeMap<U256, U256> = account
            .storage
            .iter()
            .filter(|(_, value)| !value.is_zero())
            .map(|(slot, value)| (*slot, *value))
            .collect();
        let record = Record {
            nonce: account.info.nonce,
            balance: account.info.balance,
            code: code_of(state, &account.info),
            storage,
        };
        let empty = record.nonce == 0
            && record.balance.is_zero()
            && record.code.is_empty()
            && record.storage.is_empty();
        if !empty {
            accounts.insert(*address, record);
        }
    }
    let file = StateFile {
        format: FORMAT.to_owned(),
        version: VERSION,
        chain_id: CHAIN_ID,
        block: head.number,
        timestamp: head.timestamp,
        accounts,
    };
    serde_json::to_string(&file)
        .map(|text| text + "\n")
        .map_err(|error| Error::Internal(error.to_string()))
}
