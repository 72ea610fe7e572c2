//! Public inputs altered, aliased, cut, lengthened and exchanged.

use super::maker::{Maker, Question};
use crate::case::Class;
use crate::word::{MAX, Word, ZERO, highest_alias, next_scalar, plus, r};

const FAMILY: &str = "input";
const LIST: &str = "input-list";

pub(super) fn cases(maker: &mut Maker<'_>) {
    let inputs = maker.inputs();
    for (row, value) in inputs.iter().enumerate() {
        let with = |word: Word| {
            let mut altered = inputs.clone();
            altered[row] = word;
            altered
        };
        let name = |what: &str| format!("{row}/{what}");
        let next = with(next_scalar(value));
        // A verifier that is told the digest must not rely on it alone, and one that computes it not on the inputs alone.
        let kept = Question {
            digest: maker.derived(&inputs),
            inputs: next.clone(),
            proof: maker.proof().to_vec(),
        };
        maker.refused(
            FAMILY,
            &name("plus-one-under-the-old-digest"),
            kept,
            Class::Rejected,
        );
        maker.other_inputs(FAMILY, &name("plus-one"), next, Class::Rejected);
        maker.other_inputs(FAMILY, &name("zero"), with(ZERO), Class::Rejected);
        if let Some(alias) = plus(value, &r()) {
            maker.other_inputs(FAMILY, &name("plus-r"), with(alias), Class::PublicInputs);
        }
        if let Some(alias) = highest_alias(value) {
            let what = name("highest-alias");
            maker.other_inputs(FAMILY, &what, with(alias), Class::PublicInputs);
        }
        maker.other_inputs(FAMILY, &name("all-ones"), with(MAX), Class::PublicInputs);
        let other = (row + 1) % inputs.len();
        let mut swapped = inputs.clone();
        swapped.swap(row, other);
        let what = name(&format!("swapped-with-{other}"));
        maker.other_inputs(FAMILY, &what, swapped, Class::Rejected);
    }
    lists(maker, &inputs);
}

fn lists(maker: &mut Maker<'_>, inputs: &[Word]) {
    let mut count = |what: &str, list: Vec<Word>| {
        maker.other_inputs(LIST, what, list, Class::Instances);
    };
    count("empty", Vec::new());
    count("without-the-first", inputs[1..].to_vec());
    for less in [1, 2, inputs.len() - 1] {
        let list = inputs[..inputs.len() - less].to_vec();
        count(&format!("{less}-less"), list);
    }
    let used = inputs
        .iter()
        .rposition(|word| *word != ZERO)
        .map_or(0, |last| last + 1);
    if used < inputs.len() - 2 {
        count("without-trailing-zeros", inputs[..used].to_vec());
    }
    for more in [1, 2, 64, 1024] {
        let list = [inputs, &vec![ZERO; more]].concat();
        count(&format!("{more}-zeros-more"), list);
    }
    count("a-zero-before", [&[ZERO], inputs].concat());
    count("twice", inputs.repeat(2));
    let mut all = |what: &str, list: Vec<Word>, class| {
        maker.other_inputs(LIST, what, list, class);
    };
    all("all-zero", vec![ZERO; inputs.len()], Class::Rejected);
    all(
        "reversed",
        inputs.iter().rev().copied().collect(),
        Class::Rejected,
    );
    let mut rotated = inputs.to_vec();
    rotated.rotate_left(1);
    all("rotated", rotated, Class::Rejected);
    let aliases = inputs.iter().filter_map(|word| plus(word, &r())).collect();
    all("every-one-plus-r", aliases, Class::PublicInputs);
    all("all-ones", vec![MAX; inputs.len()], Class::PublicInputs);
}
