//! The keys and valid proofs that questions are made of.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tranche_conformance::layout::Layout;
use tranche_conformance::word::Word;
use tranche_protocol::felt::{self, Felt};
use tranche_protocol::proof_file::ProofFile;
use tranche_verifier::VerifyingKey;

/// The circuits: the smallest of each kind.
pub const KEYS: [&str; 2] = ["usage-13", "disclosure-16"];
/// What to do when the proofs are not those of the keys.
const REMEDY: &str = "make the seeds anew: scripts/fuzz.sh seeds";

/// The folder of this crate.
pub fn home() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of a target's seeds.
pub fn seeds(target: &str) -> PathBuf {
    home().join("seeds").join(target)
}

/// The folder of a target's inputs that once broke a property.
pub fn regressions(target: &str) -> PathBuf {
    home().join("regressions").join(target)
}

/// The shipped key files of [`KEYS`].
pub fn key_files() -> &'static [Vec<u8>; 2] {
    static FILES: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
        KEYS.map(|name| {
            let path = home().join(format!("../params/{name}.vk"));
            fs::read(&path).expect("a shipped key")
        })
    });
    &FILES
}

/// A circuit's key and the places of its proofs' elements.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub key: VerifyingKey,
    /// The elements.
    pub layout: Layout,
}

/// [`KEYS`], parsed.
pub fn keys() -> &'static [Key; 2] {
    static PARSED: LazyLock<[Key; 2]> = LazyLock::new(|| {
        key_files().each_ref().map(|bytes| {
            let key = VerifyingKey::from_bytes(bytes).expect("a shipped key");
            let layout = Layout::new(&key).expect("the layout of a shipped key");
            Key { key, layout }
        })
    });
    &PARSED
}

/// A valid proof.
#[derive(Debug)]
pub struct Valid {
    /// Which of [`KEYS`].
    pub circuit: usize,
    /// The proof with its statement.
    pub file: ProofFile,
}

impl Valid {
    /// The public inputs.
    pub fn inputs(&self) -> Vec<Word> {
        self.file.public_inputs.iter().map(felt::to_bytes).collect()
    }

    /// The digest of inputs, each mod r, under the proof's header.
    pub fn derived(&self, inputs: &[Word]) -> Word {
        let inputs: Vec<Felt> = inputs.iter().map(|word| felt::reduce_be(word)).collect();
        self.file.header.digest(&inputs).to_bytes()
    }
}

/// The valid proofs, by file name.
pub fn valid() -> &'static [Valid] {
    static VALID: LazyLock<Vec<Valid>> = LazyLock::new(|| {
        let folder = fs::read_dir(seeds("proof_file")).expect(REMEDY);
        let mut paths: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        paths.iter().map(|path| read(path)).collect()
    });
    &VALID
}

fn read(path: &Path) -> Valid {
    let seed = fs::read(path).expect(REMEDY);
    let file = ProofFile::parse(seed.get(1..).unwrap_or_default()).expect(REMEDY);
    let name = file.header.circuit.as_str();
    let circuit = KEYS.iter().position(|key| *key == name).expect(REMEDY);
    let key = &keys()[circuit].key;
    assert_eq!(file.header.verifying_key, key.digest(), "{REMEDY}");
    Valid { circuit, file }
}
