//! Claims about a usage vector: their arithmetic, and the native check of clauses D1 to D7 (encodings, section 8).
//!
//! Bounds: Σ units < 2^48 and rate < 2^64, so a product is below 2^112; shares are in parts of 10^6, pay shares in parts of 10^9.

use crate::address::Address;
use crate::clause::{Clause, ClauseViolation, ensure};
use crate::context::{Basis, ContextDigest, PPM, PayRule, Remainder};
use crate::shape::Shape;
use crate::statement::{AMOUNT_BOUND, Claim, ClaimCode, DisclosureStatement, PayList, Payee};
use crate::tranche::TrancheId;
use crate::usage::{DRAWS_BOUND, UNITS_BOUND, UsageOpening, UsageVector};
use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::vec::Vec;

/// Parts in a whole, for pay shares.
pub const PAY_SCALE: u128 = 1_000_000_000;

type Verdict = Result<(), ClauseViolation>;

/// How much of a share a claim tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// The share in parts per million, rounded down.
    Exact,
    /// Only that it lies between these two, inclusive, parts per million.
    Band(u32, u32),
}

/// A claim that a builder wants to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimRequest {
    /// Share of a tranche.
    Share {
        /// The tranche id.
        tranche: TrancheId,
        /// Of what.
        basis: Basis,
        /// How much of it is told.
        precision: Precision,
    },
    /// That a tranche was never drawn from.
    Exclusion(TrancheId),
    /// Share of the registered part of the whole run.
    RegisteredShare(Precision),
}

/// `⌊10^6 · units / basis⌋`; `None` when the basis is 0.
///
/// `units ≤ 2^107`, so that the product does not wrap.
#[must_use]
pub const fn share_ppm(units: u128, basis: u128) -> Option<u32> {
    match (units * PPM as u128).checked_div(basis) {
        Some(share) if share <= PPM as u128 => Some(share as u32),
        _ => None,
    }
}

fn basis_units(vector: &UsageVector, basis: Basis) -> u128 {
    match basis {
        Basis::Whole => vector.total_units(),
        Basis::Registered => vector.registered_units(),
    }
}

fn no_basis() -> ClauseViolation {
    ClauseViolation {
        clause: Clause::D6,
        reason: "the basis has no units, so nothing has a share of it".into(),
    }
}

/// The claim of a request, with the share filled in where it is exact. It may be false: [`check()`] says so.
///
/// # Errors
/// [`ClauseViolation`] of D6 when the basis has no units.
pub fn claim(vector: &UsageVector, request: &ClaimRequest) -> Result<Claim, ClauseViolation> {
    let band = |units: u128, basis: u128, precision: Precision| match precision {
        Precision::Exact => share_ppm(units, basis)
            .map(|share| (share, share))
            .ok_or_else(no_basis),
        Precision::Band(lo, hi) => Ok((lo, hi)),
    };
    match *request {
        ClaimRequest::Share {
            tranche,
            basis,
            precision,
        } => {
            let (lo, hi) = band(
                vector.of_tranche(&tranche).0,
                basis_units(vector, basis),
                precision,
            )?;
            let code = match basis {
                Basis::Whole => ClaimCode::ShareOfWhole,
                Basis::Registered => ClaimCode::ShareOfRegistered,
            };
            Ok(Claim {
                code,
                subject: tranche,
                lo,
                hi,
            })
        }
        ClaimRequest::Exclusion(tranche) => Ok(Claim {
            code: ClaimCode::Exclusion,
            subject: tranche,
            lo: 0,
            hi: 0,
        }),
        ClaimRequest::RegisteredShare(precision) => {
            let (lo, hi) = band(vector.registered_units(), vector.total_units(), precision)?;
            Ok(Claim {
                code: ClaimCode::RegisteredShare,
                subject: TrancheId::NONE,
                lo,
                hi,
            })
        }
    }
}

/// The pay list under a rule; `None` for [`PayRule::None`].
///
/// # Errors
/// [`ClauseViolation`] of D6 when nothing registered was drawn, of D5 when an amount is 2^88 or more or the remainder rule is not Keep.
pub fn pay_list(
    vector: &UsageVector,
    rule: PayRule,
    remainder: Remainder,
) -> Result<Option<PayList>, ClauseViolation> {
    match rule {
        PayRule::None => Ok(None),
        PayRule::Shares => shares(vector, remainder).map(Some),
        PayRule::Metered => metered(vector, remainder).map(Some),
    }
}

fn shares(vector: &UsageVector, remainder: Remainder) -> Result<PayList, ClauseViolation> {
    let registered = vector.registered_units();
    ensure!(
        registered < u128::from(UNITS_BOUND),
        S4,
        "the run has 2^48 units or more"
    );
    let mut units: BTreeMap<Address, u128> = BTreeMap::new();
    for slot in &vector.slots {
        *units.entry(slot.owner).or_default() += u128::from(slot.amounts.units);
    }
    let mut payees = Vec::with_capacity(units.len());
    for (owner, units) in units {
        let amount = (PAY_SCALE * units)
            .checked_div(registered)
            .ok_or_else(no_basis)?;
        payees.push(Payee { owner, amount });
    }
    let left = PAY_SCALE - payees.iter().map(|payee| payee.amount).sum::<u128>();
    match payees.first_mut() {
        None => return Err(no_basis()),
        Some(first) if remainder == Remainder::FirstPayee => first.amount += left,
        Some(_) => {}
    }
    Ok(PayList {
        rule: PayRule::Shares,
        remainder,
        total: sum(&payees),
        payees,
    })
}

fn metered(vector: &UsageVector, remainder: Remainder) -> Result<PayList, ClauseViolation> {
    ensure!(
        remainder == Remainder::Keep,
        D5,
        "metered pay has no remainder to give to a payee"
    );
    let mut amounts: BTreeMap<Address, u128> = BTreeMap::new();
    for slot in &vector.slots {
        let units = u128::from(slot.amounts.units);
        ensure!(
            units < u128::from(UNITS_BOUND),
            S4,
            "the run has 2^48 units or more"
        );
        let amount = amounts.entry(slot.owner).or_default();
        // Each product is below 2^112 and each sum was below 2^88 before it.
        *amount += units * u128::from(slot.rate);
        ensure!(
            *amount < AMOUNT_BOUND,
            D5,
            "the amount of {} is 2^88 or more",
            slot.owner
        );
    }
    let payees: Vec<Payee> = amounts
        .into_iter()
        .map(|(owner, amount)| Payee { owner, amount })
        .collect();
    Ok(PayList {
        rule: PayRule::Metered,
        remainder,
        total: sum(&payees),
        payees,
    })
}

fn sum(payees: &[Payee]) -> u128 {
    payees.iter().map(|payee| payee.amount).sum()
}

/// The statement of these claims and this pay rule, checked to be true.
///
/// Its public inputs are [`DisclosureStatement::public_inputs`].
///
/// # Errors
/// [`ClauseViolation`] of the first clause that makes it false.
pub fn disclose(
    shape: &Shape,
    context: ContextDigest,
    opening: &UsageOpening,
    requests: &[ClaimRequest],
    rule: PayRule,
    remainder: Remainder,
) -> Result<DisclosureStatement, ClauseViolation> {
    let vector = &opening.vector;
    let usage_commitment = opening.commitment(shape).map_err(|error| ClauseViolation {
        clause: Clause::S7,
        reason: error.to_string(),
    })?;
    let statement = DisclosureStatement {
        context,
        usage_commitment,
        unit: vector.unit,
        claims: requests
            .iter()
            .map(|request| claim(vector, request))
            .collect::<Result<_, _>>()?,
        pay: pay_list(vector, rule, remainder)?,
    };
    check(vector, &statement)?;
    Ok(statement)
}

/// Checks that a usage opening opens the statement's usage commitment and satisfies every claim.
///
/// # Errors
/// [`ClauseViolation`]: S7 when the commitment does not open, else that of [`check()`].
pub fn check_opening(
    shape: &Shape,
    opening: &UsageOpening,
    statement: &DisclosureStatement,
) -> Verdict {
    let opens = opening.commitment(shape) == Ok(statement.usage_commitment);
    ensure!(
        opens,
        S7,
        "the usage vector does not open the usage commitment"
    );
    check(&opening.vector, statement)
}

/// Checks the claims and the pay list against a usage vector: each claim by the clauses of its kind, then D4 or D5.
///
/// # Errors
/// [`ClauseViolation`] of the first clause broken.
pub fn check(vector: &UsageVector, statement: &DisclosureStatement) -> Verdict {
    ensure!(
        vector.total_units() < u128::from(UNITS_BOUND),
        S4,
        "the run has 2^48 units or more"
    );
    ensure!(
        vector.total_draws() < u128::from(DRAWS_BOUND),
        S4,
        "the run has 2^32 draws or more"
    );
    ensure!(
        statement.unit == vector.unit,
        S3,
        "the statement names another unit"
    );
    for (index, claim) in statement.claims.iter().enumerate() {
        check_claim(vector, index, claim)?;
    }
    statement
        .pay
        .as_ref()
        .map_or(Ok(()), |pay| check_pay(vector, pay))
}

fn check_claim(vector: &UsageVector, index: usize, claim: &Claim) -> Verdict {
    let Claim { lo, hi, .. } = *claim;
    ensure!(
        lo <= hi && hi <= PPM,
        D2,
        "claim {index}: {lo} to {hi} is not a band of parts per million"
    );
    match claim.code {
        ClaimCode::ShareOfRegistered | ClaimCode::ShareOfWhole if lo == hi => {
            d1(vector, index, claim)
        }
        ClaimCode::ShareOfRegistered | ClaimCode::ShareOfWhole => d2(vector, index, claim),
        ClaimCode::Exclusion => d3(vector, index, claim),
        ClaimCode::RegisteredShare => d7(vector, index, claim),
    }
}

/// D1: an exact share is the tranche's share of the basis, rounded down.
///
/// # Errors
/// [`ClauseViolation`]; of D2 when the claim names no tranche, of D6 when the basis has no units.
pub fn d1(vector: &UsageVector, index: usize, claim: &Claim) -> Verdict {
    share_of_tranche(vector, index, claim, Clause::D1)
}

/// D2: the tranche's share of the basis, rounded down, lies in the band, ends included.
///
/// # Errors
/// [`ClauseViolation`]; of D6 when the basis has no units.
pub fn d2(vector: &UsageVector, index: usize, claim: &Claim) -> Verdict {
    share_of_tranche(vector, index, claim, Clause::D2)
}

fn share_of_tranche(vector: &UsageVector, index: usize, claim: &Claim, clause: Clause) -> Verdict {
    let named = claim.subject != TrancheId::NONE;
    ensure!(named, D2, "claim {index} names no tranche");
    let units = vector.of_tranche(&claim.subject).0;
    let basis = if claim.code == ClaimCode::ShareOfWhole {
        Basis::Whole
    } else {
        Basis::Registered
    };
    inside(index, claim, d6(units, basis_units(vector, basis))?, clause)
}

fn inside(index: usize, claim: &Claim, share: u32, clause: Clause) -> Verdict {
    if (claim.lo..=claim.hi).contains(&share) {
        return Ok(());
    }
    let reason = alloc::format!(
        "claim {index}: the share is not between {} and {} ppm",
        claim.lo,
        claim.hi
    );
    Err(ClauseViolation { clause, reason })
}

/// D3: an excluded tranche has no draws and no units in any slot.
///
/// # Errors
/// [`ClauseViolation`].
pub fn d3(vector: &UsageVector, index: usize, claim: &Claim) -> Verdict {
    ensure!(
        claim.lo == 0 && claim.hi == 0,
        D3,
        "claim {index}: an exclusion has no band"
    );
    let named = claim.subject != TrancheId::NONE;
    ensure!(named, D3, "claim {index} names no tranche");
    let (units, draws) = vector.of_tranche(&claim.subject);
    ensure!(
        draws == 0 && units == 0,
        D3,
        "claim {index}: the tranche was drawn from"
    );
    Ok(())
}

/// D4: pay shares are each owner's share of the registered part in parts per 10^9, rounded down, the remainder where its rule says.
///
/// # Errors
/// [`ClauseViolation`]; of D6 when nothing registered was drawn.
pub fn d4(vector: &UsageVector, pay: &PayList) -> Verdict {
    same_list(pay, shares(vector, pay.remainder)?, Clause::D4)
}

/// D5: metered pay is each owner's units at their tranches' rates.
///
/// # Errors
/// [`ClauseViolation`].
pub fn d5(vector: &UsageVector, pay: &PayList) -> Verdict {
    same_list(pay, metered(vector, pay.remainder)?, Clause::D5)
}

/// D6: shares are of a basis that has units. The share is `⌊10^6 · units / basis⌋`.
///
/// # Errors
/// [`ClauseViolation`].
pub fn d6(units: u128, basis: u128) -> Result<u32, ClauseViolation> {
    share_ppm(units, basis).ok_or_else(no_basis)
}

/// D7: the registered part's share of the whole run, rounded down, lies in the band; the claim names no tranche.
///
/// # Errors
/// [`ClauseViolation`]; of D6 when the run has no units.
pub fn d7(vector: &UsageVector, index: usize, claim: &Claim) -> Verdict {
    ensure!(
        claim.subject == TrancheId::NONE,
        D7,
        "claim {index}: the registered part has no tranche id"
    );
    let share = d6(vector.registered_units(), vector.total_units())?;
    inside(index, claim, share, Clause::D7)
}

fn check_pay(vector: &UsageVector, pay: &PayList) -> Verdict {
    match pay.rule {
        PayRule::None => Err(ClauseViolation {
            clause: Clause::D4,
            reason: "a pay list needs a pay rule".into(),
        }),
        PayRule::Shares => d4(vector, pay),
        PayRule::Metered => d5(vector, pay),
    }
}

fn same_list(pay: &PayList, expected: PayList, clause: Clause) -> Verdict {
    let fail = |reason: &str| {
        Err(ClauseViolation {
            clause,
            reason: reason.into(),
        })
    };
    if pay.payees.len() != expected.payees.len() {
        return fail("the payees are not the owners of the tranches used, each once");
    }
    for (got, expected) in pay.payees.iter().zip(&expected.payees) {
        if got.owner != expected.owner {
            return fail("the payees are not the owners of the tranches used, ascending");
        }
        if got.amount != expected.amount {
            return fail("an amount is not the owner's");
        }
    }
    if pay.total != expected.total {
        return fail("the total is not the sum of the amounts");
    }
    Ok(())
}
