//! The permutation argument's constraints as Yul.

use tranche_verifier::VerifyingKey;
use tranche_verifier::key::ColumnQuery;

use crate::layout::Layout;
use crate::literal;
use crate::writer::Writer;

/// The function `permutation(sum) -> folded`, or nothing for a key without a permutation.
pub(crate) fn permutation(key: &VerifyingKey, layout: &Layout) -> Option<String> {
    let (first, last) = (layout.products.first()?, layout.products.last()?);
    let mut code = Writer::at(3);
    code.line("// Section 4, the permutation's constraints, folded with y.");
    code.open("function permutation(sum) -> folded {");
    code.line("let r := R");
    code.line("let y := mload(Y)");
    fold(
        &mut code,
        "sum",
        &format!(
            "mulmod(mload(L_FIRST), sub(add(r, 1), mload({})), r)",
            first[0]
        ),
    );
    let last = &last[0];
    fold(
        &mut code,
        "folded",
        &format!(
            "mulmod(mload(L_LAST), mulmod(mload({last}), add(mload({last}), sub(r, 1)), r), r)"
        ),
    );
    for (product, previous) in layout.products.iter().skip(1).zip(&layout.products) {
        let difference = format!("add(mload({}), sub(r, mload({})))", product[0], previous[2]);
        fold(
            &mut code,
            "folded",
            &format!("mulmod(mload(L_FIRST), {difference}, r)"),
        );
    }
    code.line("let active := add(1, sub(mul(2, r), add(mload(L_LAST), mload(L_BLIND))))");
    code.line("let beta := mload(BETA)");
    code.line("let gamma := mload(GAMMA)");
    code.line("// δ^j β x of column j.");
    code.line("let place := mulmod(beta, mload(X), r)");
    code.line(format!("let delta := {}", literal::word(&key.delta())));
    code.line("let left, right, value");
    let chunk = key.permutation_chunk();
    let chunks = key
        .permutation()
        .chunks(chunk)
        .zip(layout.sigma.chunks(chunk));
    for (product, (columns, sigmas)) in layout.products.iter().zip(chunks) {
        code.line(format!("left := mload({})", product[1]));
        code.line(format!("right := mload({})", product[0]));
        for (column, sigma) in columns.iter().zip(sigmas) {
            let (names, query) = match column.query {
                ColumnQuery::Advice(query) => (&layout.advice, query),
                ColumnQuery::Fixed(query) => (&layout.fixed, query),
                ColumnQuery::Instance(query) => (&layout.instance, query),
            };
            let name = names.get(query as usize).map_or("", String::as_str);
            code.line(format!("value := add(mload({name}), gamma)"));
            code.line(format!(
                "left := mulmod(left, add(value, mulmod(beta, mload({sigma}), r)), r)"
            ));
            code.line("right := mulmod(right, add(value, place), r)");
            code.line("place := mulmod(place, delta, r)");
        }
        fold(
            &mut code,
            "folded",
            "mulmod(active, add(left, sub(r, right)), r)",
        );
    }
    code.close();
    Some(code.finish())
}

/// `folded := sum·y + constraint`, the constraint reduced.
fn fold(code: &mut Writer, sum: &str, constraint: &str) {
    code.line(format!("folded := add(mulmod({sum}, y, r), {constraint})"));
}
