//! More than one thing broken at once, damage by chance, and values that no prover would send.

use super::maker::{Maker, Question, put, word_at};
use crate::case::Class;
use crate::layout::{Place, SCALAR};
use crate::word::{MAX, Noise, Word, ZERO, minus, next_scalar, plus, q, r, small};

const FAMILY: &str = "combined";
const DEGENERATE: &str = "degenerate";
/// Bits flipped by chance, one in each case.
const FLIPS: usize = 64;

pub(super) fn cases(maker: &mut Maker<'_>) {
    let (Some(point), Some(last_point)) =
        (maker.layout().points.first(), maker.layout().points.last())
    else {
        return;
    };
    if let Some(scalar) = maker.layout().scalars.first() {
        orders(maker, point, scalar, last_point);
    }
    signs(maker);
    degenerate(maker);
    chance(maker);
}

/// Two faults: the reason given is that of the first check.
fn orders(maker: &mut Maker<'_>, point: &Place, scalar: &Place, last: &Place) {
    let proof = maker.proof();
    let inputs = maker.inputs();
    let bad_point = put(proof, point.offset, &[0; 64]);
    let bad_scalar = put(proof, scalar.offset, &MAX);
    let bad_last = put(proof, last.offset, &[0; 64]);
    let both = put(&bad_scalar, last.offset, &[0; 64]);
    let mut name = |what: &str, proof, class| maker.other_proof(FAMILY, what, proof, class);
    name(
        "point-then-scalar",
        put(&bad_point, scalar.offset, &MAX),
        Class::Point,
    );
    name("scalar-then-point", both, Class::Scalar);
    name(
        "two-points",
        put(&bad_last, point.offset, &[0; 64]),
        Class::Point,
    );
    name(
        "point-and-a-byte-less",
        bad_point[..proof.len() - 1].to_vec(),
        Class::ProofLength,
    );
    name(
        "scalar-and-a-byte-more",
        [&bad_scalar[..], &[0]].concat(),
        Class::ProofLength,
    );

    let mut aliased = inputs.clone();
    if let Some(alias) = plus(&inputs[0], &r()) {
        aliased[0] = alias;
    }
    let mut altered = inputs.clone();
    altered[0] = next_scalar(&inputs[0]);
    let fewer = inputs[1..].to_vec();
    let digest = maker.derived(&inputs);
    let mut ask = |what: &str, digest: Word, inputs: &[Word], proof: &[u8], class| {
        let question = Question {
            digest,
            inputs: inputs.to_vec(),
            proof: proof.to_vec(),
        };
        maker.refused(FAMILY, what, question, class);
    };
    ask(
        "digest-and-input-aliased",
        MAX,
        &aliased,
        proof,
        Class::StatementDigest,
    );
    ask(
        "digest-aliased-and-no-proof",
        MAX,
        &inputs,
        &[],
        Class::StatementDigest,
    );
    ask(
        "input-aliased-and-a-zero-more",
        digest,
        &[&aliased[..], &[ZERO]].concat(),
        proof,
        Class::PublicInputs,
    );
    ask(
        "input-aliased-and-proof-cut",
        digest,
        &aliased,
        &proof[..proof.len() - 32],
        Class::PublicInputs,
    );
    ask(
        "input-aliased-and-scalar",
        digest,
        &aliased,
        &bad_scalar,
        Class::PublicInputs,
    );
    ask(
        "input-less-and-proof-cut",
        digest,
        &fewer,
        &proof[..proof.len() - 32],
        Class::Instances,
    );
    ask(
        "input-less-and-point",
        digest,
        &fewer,
        &bad_point,
        Class::Instances,
    );
    ask(
        "input-altered-and-proof-cut",
        digest,
        &altered,
        &proof[..proof.len() - 1],
        Class::ProofLength,
    );
    ask(
        "input-altered-and-point",
        digest,
        &altered,
        &bad_point,
        Class::Point,
    );
    ask(
        "input-altered-and-scalar",
        digest,
        &altered,
        &bad_scalar,
        Class::Scalar,
    );
    ask("nothing-at-all", digest, &[], &[], Class::Instances);
}

/// Every sign turned: what stays if an equation is symmetric.
fn signs(maker: &mut Maker<'_>) {
    let proof = maker.proof();
    let negated = |bytes: &[u8], places: &[Place], within: usize, modulus: &Word| {
        places.iter().fold(bytes.to_vec(), |bytes, place| {
            let at = place.offset + within;
            let value = word_at(&bytes, at);
            match minus(modulus, &value) {
                Some(word) if value != ZERO => put(&bytes, at, &word),
                _ => bytes,
            }
        })
    };
    let layout = maker.layout();
    let points = negated(proof, &layout.points, 32, &q());
    let scalars = negated(proof, &layout.scalars, 0, &r());
    let both = negated(&points, &layout.scalars, 0, &r());
    let openings = layout.points.len().saturating_sub(2);
    let pair = negated(proof, &layout.points[openings..], 32, &q());
    maker.other_proof(FAMILY, "every-point-negated", points, Class::Rejected);
    maker.other_proof(FAMILY, "every-scalar-negated", scalars, Class::Rejected);
    maker.other_proof(FAMILY, "every-element-negated", both, Class::Rejected);
    maker.other_proof(FAMILY, "both-openings-negated", pair, Class::Rejected);
}

fn degenerate(maker: &mut Maker<'_>) {
    let proof = maker.proof();
    let layout = maker.layout();
    let inputs = maker.inputs();
    let with = |scalar: &Word| {
        let generator = [small(1), small(2)].concat();
        let points = layout.points.iter();
        let proof = points.fold(proof.to_vec(), |bytes, place| {
            put(&bytes, place.offset, &generator)
        });
        let scalars = layout.scalars.iter();
        scalars.fold(proof, |bytes, place| put(&bytes, place.offset, scalar))
    };
    let mut name = |what: &str, proof, class| maker.other_proof(DEGENERATE, what, proof, class);
    name("all-zero", vec![0; proof.len()], Class::Point);
    name("all-ones", vec![0xff; proof.len()], Class::Point);
    name("generators-and-zeros", with(&ZERO), Class::Rejected);
    name("generators-and-ones", with(&small(1)), Class::Rejected);
    name("generators-and-r", with(&r()), Class::Scalar);
    let zeros = layout.scalars.iter().fold(proof.to_vec(), |bytes, place| {
        put(&bytes, place.offset, &[0; SCALAR])
    });
    name("every-scalar-zero", zeros, Class::Rejected);
    let question = Question {
        digest: ZERO,
        inputs: vec![ZERO; inputs.len()],
        proof: with(&ZERO),
    };
    maker.refused(
        DEGENERATE,
        "nothing-but-generators",
        question,
        Class::Rejected,
    );
}

/// Single bits, anywhere in the proof. Most hit a point, which is then off the curve.
fn chance(maker: &mut Maker<'_>) {
    let proof = maker.proof();
    let mut noise = Noise::new(proof.len() as u64);
    for index in 0..FLIPS {
        let bit = noise.below(8 * proof.len());
        let mut damaged = proof.to_vec();
        damaged[bit / 8] ^= 1 << (bit % 8);
        maker.other_proof("bit", &index.to_string(), damaged, None);
    }
}
