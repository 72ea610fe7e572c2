//! The protocol's own formats.

use k256::ecdsa::SigningKey;
use tranche_fuzz::subject;
use tranche_protocol::Shape;
use tranche_protocol::evidence::{Evidence, EvidenceLevel};
use tranche_protocol::log::LogOrder;
use tranche_protocol::manifest::{Manifest, RecordSource};
use tranche_protocol::receipt::Receipt;
use tranche_protocol::run::RunCommitment;
use tranche_protocol::sample::{self, SampleRun};
use tranche_protocol::tranche::{TermsDigest, Tranche};
use tranche_protocol::unit::UnitDefinition;

use crate::{chosen, seed};

pub(crate) fn write(run: &SampleRun) {
    let shape = Shape::STANDARD;
    let (_, artefacts, _) = run.build(&shape);

    let terms = run.context.terms;
    seed("context", "words", terms.words().concat());
    let text = serde_json::to_string(&run.context).expect("a context as JSON");
    seed("context", "json", text);

    let key = SigningKey::from_slice(&[7; 32]).expect("a key");
    let level = EvidenceLevel::SignedLoader;
    let commitment = RunCommitment::from(3u64);
    let evidence = Evidence::sign(&commitment, level, LogOrder::Consumed, &key).expect("evidence");
    seed("evidence", "binary", evidence.to_bytes());
    let text = serde_json::to_string(&evidence).expect("evidence as JSON");
    seed("evidence", "json", text);

    let receipt = Receipt::new(&shape, &artefacts.usage, 0).expect("a receipt");
    seed(
        "receipt",
        "first",
        receipt.expect("a slot in use").to_json(),
    );

    seed("registry", "sample", chosen(0, run.registry.to_json()));
    seed(
        "registry",
        "mended",
        chosen(1, run.registry.at(2).to_json()),
    );

    for (name, tranche) in ["weighted", "uniform"].iter().zip(&run.tranches) {
        let manifest = manifest(&shape, &tranche.0, None);
        seed("manifest", name, chosen(1, manifest.to_json()));
    }
    let words = "CC BY 4.0";
    let base = sample::uniform(&shape, 5, 3, 1);
    let owner = tranche_protocol::address::Address::of_key(key.verifying_key());
    let tranche =
        Tranche::new(*base.contents(), owner, 9, TermsDigest::of_text(words)).expect("a tranche");
    let mut signed = manifest(&shape, &tranche, Some(words));
    signed.sign(&key).expect("a signature");
    seed("manifest", "signed", chosen(1, signed.to_json()));

    for (name, bytes) in subject::KEYS.iter().zip(subject::key_files()) {
        seed("key", name, bytes);
    }
}

fn manifest(shape: &Shape, tranche: &Tranche, words: Option<&str>) -> Manifest {
    let records = tranche.contents().records;
    let sources = vec![RecordSource {
        name: "a.jsonl".to_owned(),
        records,
    }];
    let unit = [UnitDefinition::Record, UnitDefinition::Byte]
        .into_iter()
        .find(|unit| unit.id() == tranche.contents().unit);
    let unit = unit.expect("a unit of the sample");
    let words = words.map(str::to_owned);
    Manifest::new(shape, *tranche, unit, words, sources).expect("a manifest")
}
