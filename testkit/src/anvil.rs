//! A real node, with accounts that have coin.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use alloy_primitives::{Bytes, U256};
use tranche_settle::account::Account;
use tranche_settle::chain::{Call, Chain};
use tranche_settle::rpc::Rpc;

/// Longest time that a node may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A thousand coins.
pub fn riches() -> U256 {
    U256::from(1_000u64) * U256::from(1_000_000_000_000_000_000u64)
}

/// A node of its own, ended when dropped.
pub struct Anvil {
    process: Child,
    /// Its address.
    pub url: String,
}

impl Drop for Anvil {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The program itself: the launcher in `.bin` starts it as a child, which would outlive the launcher.
fn binary() -> PathBuf {
    let packages =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/node_modules/@foundry-rs");
    let folders = std::fs::read_dir(&packages).into_iter().flatten().flatten();
    folders
        .filter(|folder| folder.file_name().to_string_lossy().starts_with("anvil-"))
        .map(|folder| folder.path().join("bin/anvil"))
        .find(|path| path.exists())
        .unwrap_or_else(|| {
            panic!(
                "there is no anvil under {}: run `npm ci` in contracts/",
                packages.display()
            )
        })
}

/// Starts a node on a free port. Panics where its binary is not installed, and says how to install it.
pub fn anvil(chain_id: u64) -> Anvil {
    let binary = binary();
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .unwrap()
        .port();
    let process = Command::new(binary)
        .args([
            "--port",
            &port.to_string(),
            "--chain-id",
            &chain_id.to_string(),
            "--silent",
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let node = Anvil {
        process,
        url: format!("http://127.0.0.1:{port}"),
    };
    let begun = Instant::now();
    while Rpc::connect(&node.url, PATIENCE).is_err() {
        assert!(begun.elapsed() < PATIENCE, "the node does not answer");
        std::thread::sleep(Duration::from_millis(50));
    }
    node
}

/// The node's chain, where these accounts have coin: from the node's first account, whose key is the same everywhere.
pub fn connect(node: &Anvil, accounts: &[&Account]) -> Rpc {
    let mut chain = Rpc::connect(&node.url, PATIENCE).unwrap();
    let key =
        alloy_primitives::hex!("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80");
    let first = Account::new(k256::ecdsa::SigningKey::from_slice(&key).unwrap());
    for account in accounts {
        let call = Call {
            to: Some(account.address()),
            value: riches(),
            data: Bytes::new(),
        };
        chain.send(&first, &call).unwrap();
    }
    chain
}
