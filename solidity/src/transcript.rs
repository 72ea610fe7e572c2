//! Reading the proof and drawing the challenges: the rows of the transcript's table.

use tranche_verifier::VerifyingKey;

use crate::layout::{Layout, part, state};
use crate::literal::address;
use crate::writer::Writer;

/// Functions that the transcript needs.
pub(crate) const FUNCTIONS: &str = r"
// Draws a challenge from the state and the bytes up to `end`, where 0x01 goes and then the new state.
function squeeze(start, end) -> challenge {
    mstore8(end, 1)
    challenge := keccak256(start, sub(add(end, 1), start))
    mstore(end, challenge)
    challenge := mod(challenge, R)
}

// Draws another challenge with nothing absorbed since the last.
function again(end) -> challenge {
    mstore(SCRATCH, mload(end))
    mstore8(add(SCRATCH, 0x20), 1)
    challenge := keccak256(SCRATCH, 0x21)
    mstore(end, challenge)
    challenge := mod(challenge, R)
}

// Whether all words are canonical scalars.
function scalars(start, end) -> valid {
    let r := R
    valid := 1
    for { } lt(add(start, 0x60), end) { start := add(start, 0x80) } {
        valid := and(
            and(and(valid, lt(mload(start), r)), lt(mload(add(start, 0x20)), r)),
            and(lt(mload(add(start, 0x40)), r), lt(mload(add(start, 0x60)), r))
        )
    }
    for { } lt(start, end) { start := add(start, 0x20) } { valid := and(valid, lt(mload(start), r)) }
}

// Whether all points have canonical coordinates on y² = x³ + 3. The identity (0, 0) is not on the curve.
function points(start, end) -> valid {
    let q := Q
    valid := 1
    for { } lt(start, end) { start := add(start, 0x40) } {
        let x := mload(start)
        let y := mload(add(start, 0x20))
        valid := and(
            and(and(valid, lt(x, q)), lt(y, q)),
            eq(mulmod(y, y, q), addmod(mulmod(mulmod(x, x, q), x, q), 3, q))
        )
    }
}
";

/// Copies inputs and proof and refuses what is not canonical.
pub(crate) fn reading(key: &VerifyingKey, layout: &Layout) -> String {
    let inputs = key.instances();
    let mut code = Writer::at(3);
    code.line(format!(
        "if iszero(and(eq(publicInputs.length, {inputs}), eq(proof.length, {}))) {{ refuse() }}",
        key.proof_bytes()
    ));
    code.line("// Public inputs and proof, segment by segment.");
    if inputs > 0 {
        code.line(format!(
            "calldatacopy(INPUTS, publicInputs.offset, {})",
            address(32 * inputs)
        ));
    }
    let mut checks = vec!["scalars(INPUTS, INPUTS_END)".to_owned()];
    let mut offset = 0;
    for (index, segment) in layout.segments.iter().enumerate() {
        let length = segment.end - segment.data;
        if length == 0 {
            continue;
        }
        let (start, end) = (part(index), state(index + 1));
        code.line(format!(
            "calldatacopy({start}, add(proof.offset, {}), sub({end}, {start}))",
            address(offset)
        ));
        let check = if segment.scalars { "scalars" } else { "points" };
        checks.push(format!("{check}({start}, {end})"));
        offset += length;
    }
    code.line(format!(
        "calldatacopy(W_PRIME, add(proof.offset, {}), 0x40)",
        address(offset)
    ));
    checks.push("points(W_PRIME, S_G2)".to_owned());
    code.line("let canonical := 1");
    for check in checks {
        code.line(format!("canonical := and(canonical, {check})"));
    }
    code.line("if iszero(canonical) { refuse() }");
    code.finish()
}

/// Hashes the statement and draws all challenges.
pub(crate) fn challenges(layout: &Layout, header: &[String], digest: &Digests<'_>) -> String {
    let mut code = Writer::at(3);
    code.line("// Row 1: the statement's digest.");
    for (index, word) in header.iter().enumerate() {
        code.line(format!(
            "mstore(add(STATEMENT, {}), {word})",
            address(32 * index)
        ));
    }
    code.line(format!(
        "let statement := mod(keccak256(STATEMENT, {}), R)",
        address(32 * header.len() + digest.input_bytes)
    ));
    code.line(
        "// Rows 1 to 3: the transcript's first state, the statement, the key; the inputs follow.",
    );
    code.line(format!("mstore(STATE0, {})", digest.start));
    code.line("mstore(add(STATE0, 0x20), statement)");
    code.line(format!("mstore(add(STATE0, 0x40), {})", digest.key));
    for (index, segment) in layout.segments.iter().enumerate() {
        squeezes(&mut code, index, &segment.challenges);
    }
    code.finish()
}

/// The words that open the transcript.
pub(crate) struct Digests<'a> {
    pub(crate) start: &'a str,
    pub(crate) key: &'a str,
    pub(crate) input_bytes: usize,
}

fn squeezes(code: &mut Writer, segment: usize, challenges: &[Option<String>]) {
    let (start, end) = (state(segment), state(segment + 1));
    for (index, challenge) in challenges.iter().enumerate() {
        let draw = match index {
            0 => format!("squeeze({start}, {end})"),
            _ => format!("again({end})"),
        };
        code.line(match challenge {
            Some(name) => format!("mstore({name}, {draw})"),
            None => format!("pop({draw})"),
        });
    }
}
