//! Every point altered.

use super::maker::{Maker, exchange, put, word_at};
use crate::case::Class;
use crate::layout::POINT;
use crate::word::{MAX, Word, ZERO, minus, plus, q, small};

const FAMILY: &str = "point";

pub(super) fn cases(maker: &mut Maker<'_>) {
    let proof = maker.proof();
    let places = &maker.layout().points;
    for (index, place) in places.iter().enumerate() {
        let at = place.offset;
        let (x, y) = (word_at(proof, at), word_at(proof, at + 32));
        let mut alter = |what: &str, x: Word, y: Word, class| {
            let altered = put(&put(proof, at, &x), at + 32, &y);
            maker.other_proof(FAMILY, &format!("{}/{what}", place.name), altered, class);
        };
        let flipped = |mut word: Word| {
            word[31] ^= 1;
            word
        };
        alter("bit-of-x", flipped(x), y, Class::Point);
        alter("bit-of-y", x, flipped(y), Class::Point);
        alter("identity", ZERO, ZERO, Class::Point);
        alter("x-zero", ZERO, y, Class::Point);
        alter("all-ones", MAX, MAX, Class::Point);
        alter("coordinates-swapped", y, x, Class::Point);
        alter("generator", small(1), small(2), Class::Rejected);
        if let Some(alias) = plus(&x, &q()) {
            alter("x-plus-q", alias, y, Class::Point);
        }
        if let Some(alias) = plus(&y, &q()) {
            alter("y-plus-q", x, alias, Class::Point);
        }
        if let Some(negated) = minus(&q(), &y) {
            alter("negated", x, negated, Class::Rejected);
        }
        let other = &places[(index + 1) % places.len()];
        let swapped = exchange(proof, at, other.offset, POINT);
        let what = format!("{}/swapped-with-{}", place.name, other.name);
        maker.other_proof(FAMILY, &what, swapped, Class::Rejected);
    }
}
