//! The ABI of a generated contract: that of `IProofVerifier`, and a constructor without arguments.

use serde_json::{Value, json};

/// The ABI, as JSON.
pub(crate) fn json() -> String {
    let outputs = |kind: &str| json!([{ "internalType": kind, "name": "", "type": kind }]);
    let view = |name: &str, kind: &str| {
        json!({
            "inputs": [], "name": name, "outputs": outputs(kind), "stateMutability": "pure", "type": "function",
        })
    };
    let entries: Vec<Value> = vec![
        json!({ "inputs": [], "stateMutability": "nonpayable", "type": "constructor" }),
        json!({
            "inputs": [{ "internalType": "uint256", "name": "chainId", "type": "uint256" }],
            "name": "InsecureSrs", "type": "error",
        }),
        view("circuitVersion", "uint16"),
        view("kind", "uint8"),
        view("name", "string"),
        view("proofLength", "uint256"),
        view("publicInputCount", "uint256"),
        view("srsDescription", "string"),
        view("srsDigest", "bytes32"),
        view("srsInsecure", "bool"),
        json!({
            "inputs": [
                { "internalType": "uint256[]", "name": "publicInputs", "type": "uint256[]" },
                { "internalType": "bytes", "name": "proof", "type": "bytes" },
            ],
            "name": "verify", "outputs": outputs("bool"), "stateMutability": "view", "type": "function",
        }),
        view("verifyingKeyDigest", "bytes32"),
    ];
    format!("{:#}\n", Value::Array(entries))
}
