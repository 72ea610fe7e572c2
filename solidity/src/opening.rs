//! SHPLONK as Yul: the scalars of the sets, then the sum of points by Horner's rule in each set.

use ark_bn254::Fr;
use ark_ff::{Field, One};
use tranche_verifier::VerifyingKey;
use tranche_verifier::opening::{Commitment, Evaluation, RotationSet};

use crate::batch::power;
use crate::layout::Layout;
use crate::literal;
use crate::writer::Writer;

/// Runs of evaluations from this length on are summed by a loop.
const LOOP: usize = 8;

/// Functions that the opening needs.
pub(crate) const FUNCTIONS: &str = r"
// sum · y'^m + Σ_j e_j · y'^j over the m words from `start` to `end`, the last of which is e_(m − 1).
function horner(sum, start, end) -> folded {
    let r := R
    let factor := mload(Y_PRIME)
    folded := sum
    for { } gt(end, start) { } {
        end := sub(end, 0x20)
        folded := add(mulmod(folded, factor, r), mload(end))
    }
}

// ACCUMULATOR = scalar · ACCUMULATOR. All points are checked, so a precompile fails for lack of gas only: no verdict then.
function scale(scalar) {
    mstore(FACTOR, scalar)
    if iszero(staticcall(gas(), 7, ACCUMULATOR, 0x60, ACCUMULATOR, 0x40)) { revert(0, 0) }
}

// TOTAL = TOTAL + ACCUMULATOR.
function collect() {
    if iszero(staticcall(gas(), 6, TOTAL, 0x80, TOTAL, 0x40)) { revert(0, 0) }
}

// A step: ACCUMULATOR = FACTOR · ACCUMULATOR + a point. Arguments are evaluated from the last to the first: the
// multiplication comes before the addition.
function fold(point) {
    mcopy(OPERAND, point, 0x40)
    if iszero(
        and(
            staticcall(gas(), 6, MULTIPLE, 0x80, ACCUMULATOR, 0x40),
            staticcall(gas(), 7, ACCUMULATOR, 0x60, MULTIPLE, 0x40)
        )
    ) { revert(0, 0) }
}

// Steps with the points from `point` on, `count` of them, each `stride` bytes further; a negative stride is mod 2^256.
function foldRun(point, count, stride) {
    for { } count { count := sub(count, 1) } {
        mcopy(OPERAND, point, 0x40)
        if iszero(
            and(
                staticcall(gas(), 6, MULTIPLE, 0x80, ACCUMULATOR, 0x40),
                staticcall(gas(), 7, ACCUMULATOR, 0x60, MULTIPLE, 0x40)
            )
        ) { revert(0, 0) }
        point := add(point, stride)
    }
}

// A step with a point of the key.
function foldKey(x, y) {
    mstore(OPERAND, x)
    mstore(add(OPERAND, 0x20), y)
    if iszero(
        and(
            staticcall(gas(), 6, MULTIPLE, 0x80, ACCUMULATOR, 0x40),
            staticcall(gas(), 7, ACCUMULATOR, 0x60, MULTIPLE, 0x40)
        )
    ) { revert(0, 0) }
}

// TOTAL = TOTAL + scalar · the point in memory.
function addMultiple(scalar, point) {
    mcopy(ACCUMULATOR, point, 0x40)
    scale(scalar)
    collect()
}
";

/// The function `weigh()`: Z_0(u), the weights of the sets and the scalar of G.
pub(crate) fn weigh(key: &VerifyingKey, layout: &Layout) -> String {
    let mut code = Writer::at(3);
    code.line("// Section 5, scalars. D_ρ = u − ω^ρ x. In a set of t points the Lagrange basis at u, over Z_i(u), is");
    code.line("// c_p / (x^(t − 1) D_p) with the constants c_p = Π_(q ≠ p) 1 / (ω^p − ω^q).");
    code.open("function weigh() {");
    code.line("let r := R");
    code.line("let factor := mload(Y_PRIME)");
    let sets = key.opening().sets();
    let first = sets.first().map_or(&[][..], |set| &set.rotations);
    code.line("let weight := 1");
    for rotation in first {
        code.line(format!("weight := mulmod(weight, mload(D{rotation}), r)"));
    }
    code.line("mstore(SET_VANISHING, weight)");
    code.line("let constant, value, sum");
    for (index, set) in sets.iter().enumerate() {
        let rotations: Vec<String> = set.rotations.iter().map(u32::to_string).collect();
        code.line(format!(
            "// Set {index}: rotations {}.",
            rotations.join(", ")
        ));
        evaluate(&mut code, key, layout, set);
        code.line("constant := addmod(constant, mulmod(weight, value, r), r)");
        if index > 0 {
            code.line("value := weight");
            for rotation in &set.rotations {
                code.line(format!(
                    "value := mulmod(value, mload(add(D{rotation}, 0x40)), r)"
                ));
            }
            code.line(format!("mstore(WEIGHT{index}, value)"));
        }
        if index + 1 < sets.len() {
            code.line("weight := mulmod(weight, mload(V), r)");
        }
    }
    code.line("mstore(CONSTANT, sub(r, constant))");
    code.close();
    code.finish()
}

/// Leaves in `value` what the set's members evaluate to at u, over Z_i(u).
fn evaluate(code: &mut Writer, key: &VerifyingKey, layout: &Layout, set: &RotationSet) {
    for (position, rotation) in set.rotations.iter().enumerate() {
        let evaluations: Vec<Evaluation> = set
            .members
            .iter()
            .filter_map(|member| member.evaluations.get(position).copied())
            .collect();
        horner(code, layout, &evaluations);
        let inverse = format!("mload(add(D{rotation}, 0x40))");
        let term = match coefficient(key, &set.rotations, *rotation) {
            Some(constant) => format!(
                "mulmod(mulmod(sum, {inverse}, r), {}, r)",
                literal::word(&constant)
            ),
            None => format!("mulmod(sum, {inverse}, r)"),
        };
        code.line(match position {
            0 => format!("value := {term}"),
            _ => format!("value := addmod(value, {term}, r)"),
        });
    }
    for _ in 1..set.rotations.len() {
        code.line("value := mulmod(value, mload(add(X_ENTRY, 0x40)), r)");
    }
}

/// Leaves Σ_j y'^j e_j in `sum`, runs of neighbours by a loop.
fn horner(code: &mut Writer, layout: &Layout, evaluations: &[Evaluation]) {
    let places: Vec<(&str, usize)> = evaluations
        .iter()
        .map(|evaluation| match *evaluation {
            Evaluation::Quotient => ("QUOTIENT", 0),
            Evaluation::Proof(position) => (
                layout
                    .scalars
                    .get(position as usize)
                    .map_or("", String::as_str),
                layout
                    .scalar_addresses
                    .get(position as usize)
                    .copied()
                    .unwrap_or(0),
            ),
        })
        .collect();
    let mut started = false;
    for run in runs(&places, |(_, address)| *address, 0x20)
        .into_iter()
        .rev()
    {
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            continue;
        };
        if run.len() >= LOOP {
            let sum = if started { "sum" } else { "0" };
            code.line(format!(
                "sum := horner({sum}, {}, add({}, 0x20))",
                first.0, last.0
            ));
            started = true;
            continue;
        }
        for (name, _) in run.iter().rev() {
            code.line(if started {
                format!("sum := add(mulmod(sum, factor, r), mload({name}))")
            } else {
                format!("sum := mload({name})")
            });
            started = true;
        }
    }
}

/// Splits a list into maximal runs whose addresses grow by `step`.
fn runs<T>(items: &[T], address: impl Fn(&T) -> usize, step: usize) -> Vec<&[T]> {
    items
        .chunk_by(|one, next| address(one) != 0 && address(one) + step == address(next))
        .collect()
}

/// c_p of a rotation p in a set; `None` for 1.
fn coefficient(key: &VerifyingKey, set: &[u32], rotation: u32) -> Option<Fr> {
    let root = |rotation: u32| power(key, i64::from(rotation));
    let product: Fr = set
        .iter()
        .filter(|other| **other != rotation)
        .map(|other| root(rotation) - root(*other))
        .product();
    // Distinct roots: the product is not zero.
    let inverse = product.inverse()?;
    (inverse != Fr::one()).then_some(inverse)
}

/// The function `combine()`: F, at its place in the pairing's input.
pub(crate) fn combine(key: &VerifyingKey, layout: &Layout) -> String {
    let mut code = Writer::at(3);
    code.line(
        "// Section 5, points: F = Σ_i w_i Σ_j y'^j C_ij − constant · G − Z_0(u) · W + u · W'.",
    );
    code.open("function combine() {");
    limbs(&mut code, layout);
    for (index, set) in key.opening().sets().iter().enumerate() {
        code.line(format!(
            "// Set {index}: {} commitments.",
            set.members.len()
        ));
        code.line("mstore(FACTOR, mload(Y_PRIME))");
        members(&mut code, key, layout, set);
        match index {
            0 => code.line("mcopy(TOTAL, ACCUMULATOR, 0x40)"),
            _ => {
                code.line(format!("scale(mload(WEIGHT{index}))"));
                code.line("collect()");
            }
        }
    }
    code.line("mstore(ACCUMULATOR, 1)");
    code.line("mstore(add(ACCUMULATOR, 0x20), 2)");
    code.line("scale(mload(CONSTANT))");
    code.line("collect()");
    code.line("addMultiple(sub(R, mload(SET_VANISHING)), W)");
    code.line("addMultiple(mload(U), W_PRIME)");
    code.close();
    code.finish()
}

/// H = Σ x^(n·i) H_i.
fn limbs(code: &mut Writer, layout: &Layout) {
    let (Some(first), Some(last)) = (layout.quotient.first(), layout.quotient.last()) else {
        return;
    };
    code.line("// The quotient's commitment: its limbs by powers of x^n.");
    code.line("mstore(FACTOR, mload(XN))");
    code.line(format!("mcopy(ACCUMULATOR, {last}, 0x40)"));
    code.line(format!(
        "foldRun(sub({last}, 0x40), {}, sub(0, 0x40)) // down to {first}",
        layout.quotient.len() - 1
    ));
    code.line("mcopy(QUOTIENT_POINT, ACCUMULATOR, 0x40)");
}

/// Folds a set's commitments from the last to the first.
fn members(code: &mut Writer, key: &VerifyingKey, layout: &Layout, set: &RotationSet) {
    let places: Vec<(Commitment, Option<&(String, usize)>)> = set
        .members
        .iter()
        .rev()
        .map(|member| (member.commitment, layout.point(member.commitment)))
        .collect();
    let Some(((last, place), rest)) = places.split_first() else {
        return;
    };
    match (place, key_point(key, *last)) {
        (Some((name, _)), _) => code.line(format!("mcopy(ACCUMULATOR, {name}, 0x40)")),
        (None, [x, y]) => {
            code.line(format!("mstore(ACCUMULATOR, {x})"));
            code.line(format!("mstore(add(ACCUMULATOR, 0x20), {y})"));
        }
    }
    let neighbours = |one: &(Commitment, Option<&(String, usize)>),
                      next: &(_, Option<&(String, usize)>)| {
        matches!((one.1, next.1), (Some(one), Some(next)) if one.1.abs_diff(next.1) == 0x40)
    };
    // A run keeps its direction: one that turns is split at the turn.
    let mut start = 0;
    while let Some((commitment, place)) = rest.get(start) {
        let Some((name, address)) = place else {
            let [x, y] = key_point(key, *commitment);
            code.line(format!("foldKey({x}, {y}) // {}", described(*commitment)));
            start += 1;
            continue;
        };
        let mut end = start + 1;
        let mut direction = None;
        while let (Some(one), Some(next)) = (rest.get(end - 1), rest.get(end)) {
            let down = next.1.map(|next| next.1) < one.1.map(|one| one.1);
            if !neighbours(one, next) || direction.is_some_and(|before| before != down) {
                break;
            }
            direction = Some(down);
            end += 1;
        }
        let last = rest.get(end - 1).and_then(|(_, place)| *place);
        match (end - start, last) {
            (count @ 3.., Some((last, until))) => {
                let stride = if until < address {
                    "sub(0, 0x40)"
                } else {
                    "0x40"
                };
                code.line(format!("foldRun({name}, {count}, {stride}) // to {last}"));
            }
            _ => {
                end = start + 1;
                code.line(format!("fold({name})"));
            }
        }
        start = end;
    }
}

/// The coordinates of a commitment of the key; zeros for the identity and for what is not of the key.
fn key_point(key: &VerifyingKey, commitment: Commitment) -> [String; 2] {
    let point = match commitment {
        Commitment::Fixed(column) => key.fixed_commitments().get(column as usize),
        Commitment::Permutation(column) => key
            .permutation()
            .get(column as usize)
            .map(|column| &column.commitment),
        _ => None,
    };
    literal::g1(&point.copied().unwrap_or_default())
}

fn described(commitment: Commitment) -> String {
    match commitment {
        Commitment::Fixed(column) => format!("fixed column {column}"),
        Commitment::Permutation(column) => format!("permutation polynomial {column}"),
        _ => String::new(),
    }
}
