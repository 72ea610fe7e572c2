//! What a disclosure proof states: claims and a pay list, as public inputs (encodings, section 8).

use super::{ContextMismatch, PublicInputs, StatementError};
use crate::address::Address;
use crate::context::{ContextDigest, PPM, PayRule, Remainder, RunContext};
use crate::felt::{self, Felt, power_of_two, to_u8};
use crate::tranche::TrancheId;
use crate::unit::UnitId;
use crate::usage::UsageCommitment;
use alloc::vec::Vec;
use ark_ff::AdditiveGroup;

/// First amount of a payee that is too large: `owner + 2^160·amount` stays below r.
pub const AMOUNT_BOUND: u128 = 1 << 88;

/// A claim's kind; the number is its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ClaimCode {
    /// Share of a tranche of the registered part (D1, D2, D6).
    ShareOfRegistered = 1,
    /// Share of a tranche of the whole run (D1, D2, D6).
    ShareOfWhole = 2,
    /// No draws of a tranche (D3).
    Exclusion = 3,
    /// Share of the registered part of the whole run (D7).
    RegisteredShare = 4,
}

impl ClaimCode {
    /// The kind of a code; `None` for 0, no claim, and for unknown ones.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::ShareOfRegistered),
            2 => Some(Self::ShareOfWhole),
            3 => Some(Self::Exclusion),
            4 => Some(Self::RegisteredShare),
            _ => None,
        }
    }
}

/// A claim about a usage vector, as it stands in the public inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What is claimed.
    pub code: ClaimCode,
    /// The tranche; [`TrancheId::NONE`] for [`ClaimCode::RegisteredShare`].
    pub subject: TrancheId,
    /// Lower end of the band, parts per million; 0 for [`ClaimCode::Exclusion`].
    pub lo: u32,
    /// Upper end, inclusive; equal to `lo` for an exact share.
    pub hi: u32,
}

impl Claim {
    /// The first thing that makes the claim no claim whatever the usage vector: offset of its felt, and what it is.
    fn fault(&self) -> Option<(usize, &'static str)> {
        let named = self.subject != TrancheId::NONE;
        match self.code {
            ClaimCode::RegisteredShare if named => Some((1, "subject of a registered share")),
            ClaimCode::ShareOfRegistered | ClaimCode::ShareOfWhole | ClaimCode::Exclusion
                if !named =>
            {
                Some((1, "subject"))
            }
            ClaimCode::Exclusion if (self.lo, self.hi) != (0, 0) => {
                Some((2, "band of an exclusion"))
            }
            _ if self.hi > PPM => Some((3, "hi")),
            _ if self.lo > self.hi => Some((2, "lo")),
            _ => None,
        }
    }

    /// The four felts: code, subject, lo, hi.
    #[must_use]
    pub fn felts(&self) -> [Felt; 4] {
        [
            Felt::from(self.code as u64),
            self.subject.felt(),
            Felt::from(self.lo),
            Felt::from(self.hi),
        ]
    }
}

/// Who is paid, and how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payee {
    /// The owner.
    pub owner: Address,
    /// Parts per 10^9 (shares) or the token's smallest parts (metered), below 2^88.
    pub amount: u128,
}

impl Payee {
    /// `owner + 2^160·amount`.
    #[must_use]
    pub fn felt(&self) -> Felt {
        self.owner.felt() + Felt::from(self.amount) * power_of_two(160)
    }

    /// Reads the felt; `None` for an amount of 2^88 or more.
    #[must_use]
    pub fn from_felt(felt: &Felt) -> Option<Self> {
        let bytes = felt::to_bytes(felt);
        let (amount, owner) = bytes.split_at(12);
        let amount = amount
            .iter()
            .fold(0u128, |acc, b| acc << 8 | u128::from(*b));
        let owner = Address::new(owner.try_into().ok()?);
        (amount < AMOUNT_BOUND).then_some(Self { owner, amount })
    }
}

/// Who is paid under a pay rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayList {
    /// Shares or metered.
    pub rule: PayRule,
    /// What becomes of the remainder of shares.
    pub remainder: Remainder,
    /// Sum of the amounts.
    pub total: u128,
    /// The payees, owners strictly ascending.
    pub payees: Vec<Payee>,
}

/// Room of a disclosure circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Capacity {
    /// Claims.
    pub claims: usize,
    /// Payees.
    pub payees: usize,
}

impl Capacity {
    /// Row of the first felt of claim `index`.
    #[must_use]
    pub const fn claim_row(&self, index: usize) -> usize {
        DisclosureStatement::FIRST_CLAIM + 4 * index
    }

    /// Row of the pay kind; remainder rule and total follow.
    #[must_use]
    pub const fn pay_row(&self) -> usize {
        self.claim_row(self.claims)
    }

    /// Row of payee `index`.
    #[must_use]
    pub const fn payee_row(&self, index: usize) -> usize {
        self.pay_row() + 3 + index
    }

    /// Number of public inputs.
    #[must_use]
    pub const fn public_inputs(&self) -> usize {
        self.payee_row(self.payees)
    }
}

/// What a disclosure proof states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisclosureStatement {
    /// The run's context.
    pub context: ContextDigest,
    /// Commitment to the usage vector; valid only beside an accepted usage proof of the same.
    pub usage_commitment: UsageCommitment,
    /// Id of the unit definition.
    pub unit: UnitId,
    /// The claims.
    pub claims: Vec<Claim>,
    /// The pay list, if one is stated.
    pub pay: Option<PayList>,
}

impl DisclosureStatement {
    /// Row of [`DisclosureStatement::context`].
    pub const CONTEXT: usize = 0;
    /// Row of [`DisclosureStatement::usage_commitment`].
    pub const USAGE_COMMITMENT: usize = 1;
    /// Row of [`DisclosureStatement::unit`].
    pub const UNIT: usize = 2;
    /// Row of the first claim's code.
    pub const FIRST_CLAIM: usize = 3;

    /// The public inputs for a circuit of some capacity; unused claims and payees are 0.
    ///
    /// # Errors
    /// [`StatementError::Capacity`] when there are more claims or payees than the circuit has room for.
    pub fn public_inputs(&self, capacity: &Capacity) -> Result<PublicInputs, StatementError> {
        let fits = |what, got: usize, capacity: usize| {
            if got > capacity {
                Err(StatementError::Capacity {
                    what,
                    got,
                    capacity,
                })
            } else {
                Ok(())
            }
        };
        fits("claims", self.claims.len(), capacity.claims)?;
        fits(
            "payees",
            self.pay.as_ref().map_or(0, |pay| pay.payees.len()),
            capacity.payees,
        )?;
        let mut inputs = alloc::vec![Felt::ZERO; capacity.public_inputs()];
        inputs[Self::CONTEXT] = self.context.felt();
        inputs[Self::USAGE_COMMITMENT] = self.usage_commitment.felt();
        inputs[Self::UNIT] = self.unit.felt();
        for (index, claim) in self.claims.iter().enumerate() {
            let row = capacity.claim_row(index);
            inputs[row..row + 4].copy_from_slice(&claim.felts());
        }
        if let Some(pay) = &self.pay {
            let row = capacity.pay_row();
            inputs[row..row + 3].copy_from_slice(&[
                pay.rule.felt(),
                pay.remainder.felt(),
                Felt::from(pay.total),
            ]);
            for (index, payee) in pay.payees.iter().enumerate() {
                inputs[capacity.payee_row(index)] = payee.felt();
            }
        }
        Ok(PublicInputs::new(inputs))
    }

    /// Reads public inputs; claims and payees must come before the unused rows.
    ///
    /// # Errors
    /// [`StatementError`] naming the row that is out of range. Whether the claims make sense is [`crate::claims`]' to say.
    pub fn from_public_inputs(
        inputs: &[Felt],
        capacity: &Capacity,
    ) -> Result<Self, StatementError> {
        let expected = capacity.public_inputs();
        if inputs.len() != expected {
            return Err(StatementError::Length {
                got: inputs.len(),
                expected,
            });
        }
        Ok(Self {
            context: ContextDigest::from_felt(inputs[Self::CONTEXT]),
            usage_commitment: UsageCommitment::from_felt(inputs[Self::USAGE_COMMITMENT]),
            unit: UnitId::from_felt(inputs[Self::UNIT]),
            claims: read_claims(inputs, capacity)?,
            pay: read_pay(inputs, capacity)?,
        })
    }

    /// S8 for a disclosure: the context is that of these terms, and unit and pay rule are the terms'.
    ///
    /// # Errors
    /// [`ContextMismatch`].
    pub fn check_context(&self, context: &RunContext) -> Result<(), ContextMismatch> {
        if self.context != context.digest() {
            return Err(ContextMismatch::Context);
        }
        if self.unit != context.terms.unit {
            return Err(ContextMismatch::Unit);
        }
        let same = |pay: &PayList| {
            pay.rule == context.terms.pay_rule && pay.remainder == context.terms.remainder
        };
        if self.pay.as_ref().is_some_and(|pay| !same(pay)) {
            return Err(ContextMismatch::PayRule);
        }
        Ok(())
    }
}

fn read_claims(inputs: &[Felt], capacity: &Capacity) -> Result<Vec<Claim>, StatementError> {
    let mut claims = Vec::new();
    let mut ended = false;
    for index in 0..capacity.claims {
        let row = capacity.claim_row(index);
        let fail = |offset: usize, field| StatementError::OutOfRange {
            row: row + offset,
            field,
        };
        let ppm = |offset: usize, field| {
            let value = felt::to_u128(&inputs[row + offset]).and_then(|v| u32::try_from(v).ok());
            value.ok_or_else(|| fail(offset, field))
        };
        if inputs[row..row + 4].iter().all(|felt| *felt == Felt::ZERO) {
            ended = true;
            continue;
        }
        let code = to_u8(&inputs[row])
            .and_then(ClaimCode::from_code)
            .filter(|_| !ended);
        let code = code.ok_or_else(|| fail(0, "claim code"))?;
        let claim = Claim {
            code,
            subject: TrancheId::from_felt(inputs[row + 1]),
            lo: ppm(2, "lo")?,
            hi: ppm(3, "hi")?,
        };
        if let Some((offset, field)) = claim.fault() {
            return Err(fail(offset, field));
        }
        claims.push(claim);
    }
    Ok(claims)
}

fn read_pay(inputs: &[Felt], capacity: &Capacity) -> Result<Option<PayList>, StatementError> {
    let row = capacity.pay_row();
    let fail = |row: usize, field| StatementError::OutOfRange { row, field };
    let rule = to_u8(&inputs[row])
        .and_then(PayRule::from_code)
        .ok_or_else(|| fail(row, "pay kind"))?;
    if rule == PayRule::None {
        return match inputs[row..].iter().position(|felt| *felt != Felt::ZERO) {
            Some(offset) => Err(fail(row + offset, "pay list without a pay kind")),
            None => Ok(None),
        };
    }
    let remainder = to_u8(&inputs[row + 1]).and_then(Remainder::from_code);
    let remainder = remainder.ok_or_else(|| fail(row + 1, "remainder rule"))?;
    if rule == PayRule::Metered && remainder != Remainder::Keep {
        return Err(fail(row + 1, "remainder rule of metered pay"));
    }
    let total = felt::to_u128(&inputs[row + 2]).ok_or_else(|| fail(row + 2, "total"))?;
    let mut payees: Vec<Payee> = Vec::new();
    let mut ended = false;
    for row in (0..capacity.payees).map(|index| capacity.payee_row(index)) {
        if inputs[row] == Felt::ZERO {
            ended = true;
            continue;
        }
        let payee = Payee::from_felt(&inputs[row]).filter(|_| !ended);
        let payee = payee.ok_or_else(|| fail(row, "payee"))?;
        let after = payees.last().is_none_or(|last| last.owner < payee.owner);
        if !after || payee.owner == Address::ZERO {
            return Err(fail(row, "owners must be strictly ascending"));
        }
        payees.push(payee);
    }
    Ok(Some(PayList {
        rule,
        remainder,
        total,
        payees,
    }))
}
