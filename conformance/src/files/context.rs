//! Chain, contract, run id and the thirteen words of the terms.

use tranche_protocol::Felt;
use tranche_protocol::address::Address;
use tranche_protocol::context::{Basis, PayRule, Remainder, RunContext, RunId};
use tranche_protocol::log::LogOrder;
use tranche_protocol::trace::ModelDigest;
use tranche_protocol::unit::UnitId;

use super::maker::{Maker, resealed, with_byte};
use crate::case::Stage::{Decoding, Verification};
use crate::word::flipped;

/// Bytes between those that are altered.
const STEP: usize = 3;

/// Bytes altered and the checksum made anew: public input 0 is then another context's.
pub(super) fn bytes(maker: &mut Maker<'_>) {
    let bytes = maker.bytes();
    for at in (maker.map.context..maker.map.input_count).step_by(STEP) {
        let file = resealed(with_byte(&bytes, at, 1));
        maker.refused("context", &format!("byte-{at}"), file, Decoding);
    }
    for word in 0..13 {
        let at = maker.map.terms + 32 * word;
        let file = resealed(with_byte(&bytes, at, 0x80));
        maker.refused("context", &format!("word-{word}-high-bit"), file, Decoding);
    }
}

/// A field altered and public input 0 with it: a whole file of another statement, which the proof is not of.
pub(super) fn fields(maker: &mut Maker<'_>) {
    let base = maker.base.file.clone();
    let mut changed = |what: &str, change: &dyn Fn(&mut RunContext)| {
        let mut file = base.clone();
        change(&mut file.context);
        if let Some(input) = file.public_inputs.first_mut() {
            *input = file.context.digest().felt();
        }
        maker.refused("terms", what, file.to_bytes(), Verification);
    };
    changed("chain", &|c| c.chain_id += 1);
    changed("contract", &|c| c.contract = Address::new([9; 20]));
    changed("run-id", &|c| {
        c.run_id = RunId::from_bytes(flipped(c.run_id.to_bytes(), 0));
    });
    for rule in [PayRule::None, PayRule::Metered] {
        let what = format!("pay-rule-{}", rule as u8);
        changed(&what, &|c| c.terms.pay_rule = rule);
    }
    changed("basis", &|c| c.terms.basis = Basis::Whole);
    changed("remainder", &|c| c.terms.remainder = Remainder::FirstPayee);
    changed("unit", &|c| {
        c.terms.unit = UnitId::from_felt(c.terms.unit.felt() + Felt::from(1u64));
    });
    changed("min-registered", &|c| c.terms.min_registered_ppm = 0);
    changed("min-evidence", &|c| c.terms.min_evidence = 0);
    changed("order", &|c| c.terms.order = LogOrder::Planned);
    changed("registry-cutoff", &|c| c.terms.registry_cutoff += 1);
    changed("arbiter", &|c| c.terms.arbiter = Address::ZERO);
    changed("model-digest", &|c| {
        c.terms.model_digest =
            ModelDigest::from_bytes(flipped(c.terms.model_digest.to_bytes(), 31));
    });
    changed("builder", &|c| c.terms.builder = Address::new([9; 20]));
    changed("evidence-key", &|c| c.terms.evidence_key = Address::ZERO);
}
