//! Every scalar altered.

use super::maker::{Maker, exchange, put, word_at};
use crate::case::Class;
use crate::layout::SCALAR;
use crate::word::{MAX, Word, ZERO, highest_alias, minus, next_scalar, plus, r, small};

const FAMILY: &str = "scalar";

pub(super) fn cases(maker: &mut Maker<'_>) {
    let proof = maker.proof();
    let places = &maker.layout().scalars;
    for (index, place) in places.iter().enumerate() {
        let at = place.offset;
        let value = word_at(proof, at);
        let mut alter = |what: &str, word: Word, class| {
            let what = format!("{}/{what}", place.name);
            maker.other_proof(FAMILY, &what, put(proof, at, &word), class);
        };
        alter("plus-one", next_scalar(&value), Class::Rejected);
        alter("zero", ZERO, Class::Rejected);
        if let Some(last) = minus(&r(), &small(1)) {
            alter("r-minus-one", last, Class::Rejected);
        }
        if let Some(negated) = minus(&r(), &value).filter(|_| value != ZERO) {
            alter("negated", negated, Class::Rejected);
        }
        alter("r", r(), Class::Scalar);
        if let Some(alias) = plus(&value, &r()) {
            alter("plus-r", alias, Class::Scalar);
        }
        if let Some(alias) = highest_alias(&value) {
            alter("highest-alias", alias, Class::Scalar);
        }
        alter("all-ones", MAX, Class::Scalar);
        let other = &places[(index + 1) % places.len()];
        let swapped = exchange(proof, at, other.offset, SCALAR);
        let what = format!("{}/swapped-with-{}", place.name, other.name);
        maker.other_proof(FAMILY, &what, swapped, Class::Rejected);
    }
}
