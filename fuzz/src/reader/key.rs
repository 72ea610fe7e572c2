//! Portable verifying keys: a key that is accepted has one encoding, and a contract or a refusal by the generator.

use tranche_solidity::{Options, render};
use tranche_verifier::VerifyingKey;
use tranche_verifier::expression::Operation;
use tranche_verifier::key::{ColumnQuery, Query};
use tranche_verifier::scalar_to_be_bytes;

/// Bytes from the end of `transcript_repr` to s·g2's end: flag, digest, G1 and two G2.
const SRS: usize = 1 + 32 + 64 + 128 + 128;

pub(crate) fn read(data: &[u8]) {
    let Ok(key) = VerifyingKey::from_bytes(data) else {
        return;
    };
    let written = numbers(&key);
    let start = 8 + 2 + 2 + 1 + key.name().len() + 32 + 32 + SRS;
    let mut rest = &data[start..];
    for piece in &written {
        match piece {
            Piece::Bytes(bytes) => {
                assert!(rest.starts_with(bytes), "the key is written as it was read");
                rest = &rest[bytes.len()..];
            }
            Piece::Point => rest = &rest[64..],
        }
    }
    assert!(rest.is_empty(), "nothing follows the key");
    if let Ok(contract) = render(&key, &Options::default()) {
        assert!(!contract.source.is_empty());
    }
}

/// What stands in a key: bytes that its numbers give, or a point, which has one encoding.
enum Piece {
    Bytes(Vec<u8>),
    Point,
}

fn numbers(key: &VerifyingKey) -> Vec<Piece> {
    let mut pieces = vec![Piece::Bytes(
        [key.k(), key.degree(), key.instances() as u32]
            .iter()
            .flat_map(|number| number.to_be_bytes())
            .collect(),
    )];
    let mut put = |bytes: Vec<u8>| pieces.push(Piece::Bytes(bytes));
    for phases in [key.advice_phases(), key.challenge_phases()] {
        put([&length(phases.len())[..], phases].concat());
    }
    put(length(key.fixed_commitments().len()));
    pieces.extend(key.fixed_commitments().iter().map(|_| Piece::Point));
    let instance = key.instance_queries().iter().map(|rotation| Query {
        column: 0,
        rotation: *rotation,
    });
    let lists = [
        key.advice_queries().to_vec(),
        key.fixed_queries().to_vec(),
        instance.collect(),
    ];
    for list in lists {
        let mut bytes = length(list.len());
        for query in list {
            bytes.extend(query.column.to_be_bytes());
            bytes.extend(query.rotation.to_be_bytes());
        }
        pieces.push(Piece::Bytes(bytes));
    }
    pieces.push(Piece::Bytes(length(key.permutation().len())));
    for column in key.permutation() {
        let (kind, query) = match column.query {
            ColumnQuery::Advice(query) => (0u8, query),
            ColumnQuery::Fixed(query) => (1, query),
            ColumnQuery::Instance(query) => (2, query),
        };
        pieces.push(Piece::Bytes([&[kind][..], &query.to_be_bytes()].concat()));
        pieces.push(Piece::Point);
    }
    let mut bytes = length(key.gates().operations().len());
    for operation in key.gates().operations() {
        let (tag, operands, scalar) = match *operation {
            Operation::Constant(value) => (0u8, vec![], Some(value)),
            Operation::Fixed(query) => (1, vec![query], None),
            Operation::Advice(query) => (2, vec![query], None),
            Operation::Instance(query) => (3, vec![query], None),
            Operation::Challenge(index) => (4, vec![index], None),
            Operation::Negate(a) => (5, vec![a], None),
            Operation::Add(a, b) => (6, vec![a, b], None),
            Operation::Subtract(a, b) => (7, vec![a, b], None),
            Operation::Multiply(a, b) => (8, vec![a, b], None),
            Operation::Scale(a, constant) => (9, vec![a], Some(constant)),
        };
        bytes.push(tag);
        bytes.extend(operands.iter().flat_map(|operand| operand.to_be_bytes()));
        bytes.extend(scalar.iter().flat_map(scalar_to_be_bytes));
    }
    bytes.extend(length(key.gates().constraints().len()));
    let constraints = key.gates().constraints().iter();
    bytes.extend(constraints.flat_map(|position| position.to_be_bytes()));
    pieces.push(Piece::Bytes(bytes));
    pieces
}

fn length(length: usize) -> Vec<u8> {
    (length as u32).to_be_bytes().to_vec()
}
