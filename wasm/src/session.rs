//! What lives between two calls: the inputs of one call, the keys already parsed, and the last output.

use serde::Serialize;
use tranche_protocol::Shape;
use tranche_protocol::registry::Registry;
use tranche_verifier::VerifyingKey;

use crate::answer::{Answer, Request, Subject, inspect, verify};
use crate::raw::verify_raw;

/// Longest input, in bytes: 64 MiB, more than any registry's snapshot that a page should fetch.
const LONGEST_INPUT: usize = 64 << 20;

/// A key as a page sees it.
#[derive(Serialize)]
struct KeyView {
    handle: u32,
    digest: String,
    circuit: String,
    circuit_version: u16,
    srs_digest: String,
    srs_insecure: bool,
    public_inputs: usize,
    proof_bytes: u64,
}

/// An error as a page sees it.
#[derive(Serialize)]
struct ErrorView {
    code: &'static str,
    error: String,
}

/// The state of one instance.
#[derive(Default)]
pub struct Session {
    inputs: Vec<Vec<u8>>,
    output: Vec<u8>,
    keys: Vec<Option<VerifyingKey>>,
}

impl Session {
    /// Forgets inputs and output; keys stay.
    pub fn begin(&mut self) {
        self.inputs.clear();
        self.output.clear();
    }

    /// Room for the next input, zeros; `None` past 64 MiB or when there is no memory.
    pub fn input(&mut self, length: usize) -> Option<&mut [u8]> {
        if length > LONGEST_INPUT {
            return None;
        }
        let mut input = Vec::new();
        input.try_reserve_exact(length).ok()?;
        input.resize(length, 0);
        self.inputs.push(input);
        self.inputs.last_mut().map(Vec::as_mut_slice)
    }

    /// The last output.
    pub fn output(&self) -> &[u8] {
        &self.output
    }

    /// Reads input 0 as a verifying key. Output: its handle, 1 or more, digest and circuit; or `code` and `error`.
    pub fn load_key(&mut self) {
        let key = match VerifyingKey::from_bytes(input(&self.inputs, 0)) {
            Ok(key) => key,
            Err(error) => {
                let code = error.code();
                let error = error.to_string();
                return self.answer(&ErrorView { code, error });
            }
        };
        let free = self.keys.iter().position(Option::is_none);
        let index = free.unwrap_or_else(|| {
            self.keys.push(None);
            self.keys.len() - 1
        });
        let view = KeyView {
            handle: index as u32 + 1,
            digest: key.digest().to_string(),
            circuit: key.name().to_owned(),
            circuit_version: key.version(),
            srs_digest: key.srs_digest().to_string(),
            srs_insecure: key.srs_is_insecure(),
            public_inputs: key.instances(),
            proof_bytes: key.proof_bytes(),
        };
        if let Some(slot) = self.keys.get_mut(index) {
            *slot = Some(key);
        }
        self.answer(&view);
    }

    /// Forgets a key; its handle may come again.
    pub fn drop_key(&mut self, handle: u32) {
        if let Some(slot) = slot(handle).and_then(|index| self.keys.get_mut(index)) {
            *slot = None;
        }
    }

    /// Verifies. Inputs: proof file, pinned digests of its key, usage proof file, pinned digests of the usage proof's key,
    /// registry snapshot; empty where there is none, pins 32 bytes each. Output: [`Answer`].
    pub fn verify(&mut self, key: u32, usage_key: u32) {
        let usage = self.key(usage_key).map(|key| Subject {
            file: input(&self.inputs, 2),
            key,
            pins: input(&self.inputs, 3).as_chunks().0,
        });
        let registry = match input(&self.inputs, 4) {
            [] => Ok(None),
            bytes => read_registry(bytes).map(Some),
        };
        let answer = match (self.key(key), registry) {
            (None, _) => Answer::refused("there is no such key: it was freed"),
            (_, Err(error)) => Answer::refused(&format!("the registry: {error}")),
            (Some(key), Ok(registry)) => verify(&Request {
                proof: Subject {
                    file: input(&self.inputs, 0),
                    key,
                    pins: input(&self.inputs, 1).as_chunks().0,
                },
                usage,
                registry: registry.as_ref(),
            }),
        };
        self.answer(&answer);
    }

    /// Inputs: statement digest, public inputs, proof. Output: the verdict's code, a JSON string.
    pub fn verify_raw(&mut self, key: u32) {
        let at = |index| input(&self.inputs, index);
        let code = match self.key(key) {
            Some(key) => verify_raw(key, at(0), at(1), at(2)),
            None => "NoKey",
        };
        self.answer(&code);
    }

    /// Reads input 0 as a proof file, unverified. Output: its statement; or `code` and `error`.
    pub fn inspect(&mut self) {
        match inspect(input(&self.inputs, 0)) {
            Ok(statement) => self.answer(&statement),
            Err(error) => {
                let code = "ProofFile";
                self.answer(&ErrorView { code, error });
            }
        }
    }

    fn key(&self, handle: u32) -> Option<&VerifyingKey> {
        self.keys.get(slot(handle)?)?.as_ref()
    }

    fn answer(&mut self, answer: &impl Serialize) {
        // Nothing that is answered with has a map with keys that are no strings, the only thing that could fail.
        self.output = serde_json::to_vec(answer).unwrap_or_default();
    }
}

fn slot(handle: u32) -> Option<usize> {
    (handle as usize).checked_sub(1)
}

fn input(inputs: &[Vec<u8>], index: usize) -> &[u8] {
    inputs.get(index).map_or(&[], Vec::as_slice)
}

fn read_registry(bytes: &[u8]) -> Result<Registry, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    Registry::from_json(&Shape::STANDARD, text).map_err(|error| error.to_string())
}
