//! All divisions in one modular exponentiation, and the Lagrange values that they give.

use ark_bn254::Fr;
use ark_ff::Field;
use tranche_verifier::VerifyingKey;

use crate::layout::Layout;
use crate::literal::word;
use crate::writer::Writer;

/// Functions that the inversion needs.
pub(crate) const FUNCTIONS: &str = r"
// Appends an entry to the batch; returns the product of all denominators so far.
function append(at, product, denominator, numerator) -> next {
    mstore(at, denominator)
    mstore(add(at, 0x20), product)
    mstore(add(at, 0x40), numerator)
    next := mulmod(product, denominator, R)
}

// Appends numerator / denominator = input · ω^i / (x − ω^i) for every input that is not 0, from ω^i = root on.
function appendInputs(at, product, root) -> end, next {
    let r := R
    let x := add(mload(X), r)
    let omega := OMEGA
    next := product
    for { let input := INPUTS } lt(input, INPUTS_END) { input := add(input, 0x20) } {
        let value := mload(input)
        if value {
            let denominator := sub(x, root)
            mstore(at, denominator)
            mstore(add(at, 0x20), next)
            mstore(add(at, 0x40), mulmod(value, root, r))
            next := mulmod(next, denominator, r)
            at := add(at, 0x60)
        }
        root := mulmod(root, omega, r)
    }
    end := at
}

// Takes the entries before `at`, down to `start`, off the batch: the sum of their quotients, and the inverse of the
// product that is left.
function settle(start, at, inverse) -> sum, left {
    let r := R
    left := inverse
    for { } gt(at, start) { } {
        at := sub(at, 0x60)
        sum := addmod(sum, mulmod(mload(add(at, 0x40)), mulmod(mload(add(at, 0x20)), left, r), r), r)
        left := mulmod(left, mload(at), r)
    }
}
";

/// ω^rotation.
pub(crate) fn power(key: &VerifyingKey, rotation: i64) -> Fr {
    let n = 1i64 << key.k();
    key.omega().pow([rotation.rem_euclid(n).unsigned_abs()])
}

/// The function `divide() -> valid`: false for a degenerate challenge (section 6).
pub(crate) fn divide(key: &VerifyingKey, layout: &Layout) -> String {
    let mut code = Writer::at(3);
    code.line("// Sections 4 and 5: every division at once. Afterwards the third word of an entry is the inverse of its first.");
    code.line("// False for a degenerate challenge (section 6).");
    code.open("function divide() -> valid {");
    code.line("let r := R");
    code.line("let x := mload(X)");
    code.line("let xn := x");
    code.line(format!(
        "for {{ let i := 0 }} lt(i, {}) {{ i := add(i, 1) }} {{ xn := mulmod(xn, xn, r) }}",
        key.k()
    ));
    code.line("mstore(XN, xn)");
    code.line("let product := append(VANISHING, 1, add(xn, sub(r, 1)), 0)");
    if layout.inverts_x {
        code.line("product := append(X_ENTRY, product, x, 0)");
    }
    for rotation in &layout.rotations {
        let point = match rotation {
            0 => "x".to_owned(),
            rotation => format!("mulmod(x, {}, r)", word(&power(key, i64::from(*rotation)))),
        };
        code.line(format!(
            "product := append(D{rotation}, product, add(mload(U), sub(r, {point})), 0)"
        ));
    }
    code.line("// Rows −(b + 1) to 0: l_last, the blinding rows, l_first.");
    code.line("let at := ROWS");
    let blinding = i64::from(key.blinding_rows());
    code.open("{");
    code.line(format!(
        "let root := {}",
        word(&power(key, -(blinding + 1)))
    ));
    code.line("let omega := OMEGA");
    code.open("for { } lt(at, INPUT_ENTRIES) { at := add(at, 0x60) } {");
    code.line("product := append(at, product, add(x, sub(r, root)), root)");
    code.line("root := mulmod(root, omega, r)");
    code.close();
    code.close();
    let queries: Vec<_> = layout.instance.iter().zip(key.instance_queries()).collect();
    for (name, rotation) in &queries {
        code.line(format!("mstore({name}_ENTRIES, at)"));
        code.line(format!(
            "at, product := appendInputs(at, product, {})",
            word(&power(key, -i64::from(**rotation)))
        ));
    }
    code.blank();
    code.open("if product {");
    code.block(INVERSION);
    let n_inverse = Fr::from(1u64 << key.k()).inverse().unwrap_or_default();
    code.line(format!(
        "let common := mulmod(add(xn, sub(r, 1)), {}, r)",
        word(&n_inverse)
    ));
    code.line("let sum");
    for (name, _) in queries.iter().rev() {
        code.line(format!(
            "sum, product := settle(mload({name}_ENTRIES), at, product)"
        ));
        code.line(format!("mstore({name}, mulmod(sum, common, r))"));
        code.line(format!("at := mload({name}_ENTRIES)"));
    }
    for (name, start) in [
        ("L_FIRST", "sub(at, 0x60)"),
        ("L_BLIND", "add(ROWS, 0x60)"),
        ("L_LAST", "ROWS"),
    ] {
        code.line(format!("sum, product := settle({start}, at, product)"));
        code.line(format!("mstore({name}, mulmod(sum, common, r))"));
        code.line(format!("at := {start}"));
    }
    code.line("// What is left: single inverses.");
    code.open("for { } gt(at, VANISHING) { } {");
    code.line("at := sub(at, 0x60)");
    code.line("mstore(add(at, 0x40), mulmod(mload(add(at, 0x20)), product, r))");
    code.line("product := mulmod(product, mload(at), r)");
    code.close();
    code.line("valid := 1");
    code.close();
    code.close();
    code.finish()
}

/// The inverse of `product`, as its power r − 2.
const INVERSION: &str = r"
mstore(SCRATCH, 0x20)
mstore(add(SCRATCH, 0x20), 0x20)
mstore(add(SCRATCH, 0x40), 0x20)
mstore(add(SCRATCH, 0x60), product)
mstore(add(SCRATCH, 0x80), sub(r, 2))
mstore(add(SCRATCH, 0xa0), r)
if iszero(staticcall(gas(), 5, SCRATCH, 0xc0, SCRATCH, 0x20)) { revert(0, 0) }
product := mload(SCRATCH)
";
