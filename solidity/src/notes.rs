//! What whoever deploys a contract should know.

use tranche_verifier::VerifyingKey;

use crate::description::{COMPILER, srs_description};

/// Gas that one multiplication of a point takes with its call and the addition after it.
const MULTIPLICATION: u64 = 6_460;
/// Gas of the pairing with its call.
const PAIRING: u64 = 113_135;
/// Gas of everything else: a part that does not depend on the key, and parts for each operation and each input.
const FIXED: u64 = 25_000;
const OPERATION: u64 = 35;
const INPUT: u64 = 230;

/// What a verification costs on a chain, from the key alone: as if no byte of the call data were 0; 4 % too low at most, 10 % too high.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Estimate {
    /// Multiplications of points.
    pub multiplications: u64,
    /// Gas of these and the pairing.
    pub points: u64,
    /// Gas of the call data, were none of its bytes 0.
    pub call_data: u64,
    /// Gas of a verification in a transaction of its own.
    pub total: u64,
}

/// Estimates the gas of the verifier of a key.
pub fn estimate(key: &VerifyingKey) -> Estimate {
    let sets = key.opening().sets();
    let commitments: usize = sets.iter().map(|set| set.members.len()).sum();
    let multiplications = commitments as u64 + u64::from(key.quotient_limbs()) + 1;
    let call_data = 16 * (key.proof_bytes() + 32 * key.instances() as u64);
    let points = multiplications * MULTIPLICATION + PAIRING;
    let operations = key.gates().operations().len() as u64;
    let own = FIXED + OPERATION * operations + INPUT * key.instances() as u64;
    Estimate {
        multiplications,
        points,
        call_data,
        total: 21_000 + call_data + points + own,
    }
}

/// Deployment notes, as Markdown.
pub(crate) fn notes(key: &VerifyingKey, name: &str) -> String {
    let warning = if key.srs_is_insecure() {
        "\n> **INSECURE.** The secret of this reference string is public: anyone can forge proofs. The constructor refuses\n\
             > every chain but 31337 and 1337. Export the contract again from a key made under a ceremony's string.\n"
    } else {
        ""
    };
    let Estimate {
        multiplications,
        points,
        call_data,
        total,
    } = estimate(key);
    format!(
        "# {name}\n{warning}\n\
         | | |\n|---|---|\n\
         | circuit | {circuit}, version {version} |\n\
         | verifying key digest (Keccak-256 of the key file) | `0x{digest}` |\n\
         | reference string | {srs} |\n\
         | SRS digest (BLAKE3) | `0x{srs_digest}` |\n\
         | public inputs | {inputs} |\n\
         | proof | {proof} bytes |\n\
         | point multiplications | {multiplications} |\n\
         | gas of these and the pairing | about {points} |\n\
         | gas of the call data, at most | {call_data} |\n\
         | gas of a verification in a transaction of its own | about {total} |\n\
         \n\
         Compile with solc {COMPILER}, optimizer on, EVM version cancun or later, `metadata.bytecodeHash` none and no CBOR;\n\
         `scripts/contracts.sh` does so and its bytecode is the same on every machine.\n\
         \n\
         Before use, compare what the deployed contract returns with a source you trust:\n\
         \n\
         - `verifyingKeyDigest()` with the digest that `tranche keys export --circuit {circuit}` prints, or that you pinned;\n\
         - `srsDigest()` and `srsInsecure()` with `tranche srs info FILE` on the string you accept;\n\
         - the code at the address with the runtime bytecode that you compile from the source.\n\
         \n\
         The key is part of the code: a new key is a new contract.\n",
        circuit = key.name(),
        version = key.version(),
        digest = hex::encode(key.digest()),
        srs = srs_description(key),
        srs_digest = hex::encode(key.srs_digest()),
        inputs = key.instances(),
        proof = key.proof_bytes(),
    )
}
