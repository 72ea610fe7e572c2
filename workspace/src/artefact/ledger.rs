//! What was disclosed about a run, and what all of it together implies.
//!
//! Each band narrows an interval per tranche, and intervals narrow each other: shares of the registered part add up to one,
//! a share of the whole is the share of the registered part times the registered share, a pay list tells shares by owner.
//! [`implied`] follows these until nothing changes. It is an upper bound on ignorance, not on inference: whoever knows more
//! than the disclosures may conclude more.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tranche_protocol::address::Address;
use tranche_protocol::context::{PayRule, Remainder};
use tranche_protocol::statement::{ClaimCode, DisclosureStatement};
use tranche_protocol::tranche::TrancheId;

/// A whole, in the parts that intervals count.
pub const WHOLE: u64 = 1_000_000_000;
/// Parts of an interval in a part per million.
const PER_PPM: u64 = WHOLE / 1_000_000;
/// Rounds of narrowing: each can only shrink intervals, and a few reach what matters.
const ROUNDS: usize = 16;

/// The ledger's file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    entries: Vec<LedgerEntry>,
}

/// One disclosure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerEntry {
    /// Name of the proof file.
    pub file: String,
    claims: Vec<LedgerClaim>,
    pay: Option<LedgerPay>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LedgerClaim {
    code: u8,
    subject: TrancheId,
    lo: u32,
    hi: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LedgerPay {
    rule: PayRule,
    remainder: Remainder,
    payees: Vec<(Address, String)>,
}

impl Ledger {
    /// Adds a disclosure. One that says the same in a file of the same name tells nothing more, and is not entered again: it is
    /// the same disclosure, made anew.
    pub fn push(&mut self, file: &str, statement: &DisclosureStatement) {
        let entry = LedgerEntry {
            file: file.to_owned(),
            claims: statement
                .claims
                .iter()
                .map(|claim| LedgerClaim {
                    code: claim.code as u8,
                    subject: claim.subject,
                    lo: claim.lo,
                    hi: claim.hi,
                })
                .collect(),
            pay: statement.pay.as_ref().map(|pay| LedgerPay {
                rule: pay.rule,
                remainder: pay.remainder,
                payees: pay
                    .payees
                    .iter()
                    .map(|payee| (payee.owner, payee.amount.to_string()))
                    .collect(),
            }),
        };
        if !self.entries.contains(&entry) {
            self.entries.push(entry);
        }
    }

    /// The disclosures in order.
    pub fn entries(&self) -> &[LedgerEntry] {
        &self.entries
    }
}

/// Where a share lies, in parts per 10^9, both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Interval {
    /// Lower end.
    pub lo: u64,
    /// Upper end.
    pub hi: u64,
}

impl Interval {
    /// Nothing known.
    pub const UNKNOWN: Self = Self { lo: 0, hi: WHOLE };

    /// Its width in parts per million.
    pub fn width_ppm(self) -> u64 {
        self.hi.saturating_sub(self.lo) / PER_PPM
    }

    fn narrow(&mut self, lo: u64, hi: u64) {
        self.lo = self.lo.max(lo.min(WHOLE));
        self.hi = self.hi.min(hi).max(self.lo);
    }
}

impl std::fmt::Display for Interval {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let percent =
            |parts: u64| format!("{}.{:05}", parts / 10_000_000, parts % 10_000_000 / 100);
        write!(f, "{} % to {} %", percent(self.lo), percent(self.hi))
    }
}

/// A registered tranche that a disclosure may be about.
#[derive(Clone, Copy, Debug)]
pub struct Registered {
    /// The tranche id.
    pub id: TrancheId,
    /// Its owner.
    pub owner: Address,
    /// Price of one unit, where it is known.
    pub rate: Option<u64>,
}

/// What all disclosures together tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Implied {
    /// The registered part's share of the whole run.
    pub registered: Interval,
    /// By tranche id: its share of the registered part, and of the whole run.
    pub tranches: BTreeMap<TrancheId, [Interval; 2]>,
}

impl Implied {
    fn of_registered(&mut self, id: TrancheId, lo: u64, hi: u64) {
        let bounds = self.tranches.entry(id).or_insert([Interval::UNKNOWN; 2]);
        bounds[0].narrow(lo, hi);
    }

    fn of_whole(&mut self, id: TrancheId, lo: u64, hi: u64) {
        let bounds = self.tranches.entry(id).or_insert([Interval::UNKNOWN; 2]);
        bounds[1].narrow(lo, hi);
    }
}

/// What the disclosures of a ledger imply about the tranches registered at the run's cut-off.
pub fn implied(ledger: &Ledger, registered: &[Registered]) -> Implied {
    let mut implied = Implied {
        registered: Interval::UNKNOWN,
        tranches: BTreeMap::new(),
    };
    for tranche in registered {
        implied.of_registered(tranche.id, 0, WHOLE);
    }
    for entry in &ledger.entries {
        for claim in &entry.claims {
            // A share of lo to hi ppm was rounded down: it is below hi + 1.
            let (lo, hi) = (
                u64::from(claim.lo) * PER_PPM,
                ((u64::from(claim.hi) + 1) * PER_PPM).min(WHOLE),
            );
            match ClaimCode::from_code(claim.code) {
                Some(ClaimCode::ShareOfRegistered) => implied.of_registered(claim.subject, lo, hi),
                Some(ClaimCode::ShareOfWhole) => implied.of_whole(claim.subject, lo, hi),
                Some(ClaimCode::Exclusion) => {
                    implied.of_registered(claim.subject, 0, 0);
                    implied.of_whole(claim.subject, 0, 0);
                }
                Some(ClaimCode::RegisteredShare) => implied.registered.narrow(lo, hi),
                None => {}
            }
        }
        if let Some(pay) = &entry.pay {
            follow_pay(pay, registered, &mut implied);
        }
    }
    for _ in 0..ROUNDS {
        let before = implied.clone();
        complement(&mut implied);
        product(&mut implied);
        if implied == before {
            break;
        }
    }
    implied
}

/// A share that a disclosure pins to less than `precision` parts per million and that was wider before it, with the interval it is
/// pinned to; of tranches that the disclosure does not itself tell exactly.
pub fn pinned(
    precision: u32,
    was: &Implied,
    now: &Implied,
    told_exactly: &[TrancheId],
) -> Option<(TrancheId, Interval)> {
    let others = now
        .tranches
        .iter()
        .filter(|(id, _)| !told_exactly.contains(id));
    others
        .flat_map(|(id, bounds)| {
            let known = was.tranches.get(id).copied();
            let known = known.unwrap_or([Interval::UNKNOWN; 2]);
            bounds.iter().zip(known).map(|(now, was)| (*id, *now, was))
        })
        .find(|(_, now, was)| {
            now.width_ppm() < u64::from(precision) && now.width_ppm() < was.width_ppm()
        })
        .map(|(id, now, _)| (id, now))
}

fn follow_pay(pay: &LedgerPay, registered: &[Registered], implied: &mut Implied) {
    let amounts: BTreeMap<Address, u128> = pay
        .payees
        .iter()
        .filter_map(|(owner, amount)| Some((*owner, amount.parse().ok()?)))
        .collect();
    let of_owner = |owner: &Address| registered.iter().filter(|t| t.owner == *owner).count();
    // Every owner of a tranche that was drawn from is a payee.
    for tranche in registered
        .iter()
        .filter(|t| !amounts.contains_key(&t.owner))
    {
        implied.of_registered(tranche.id, 0, 0);
    }
    match pay.rule {
        PayRule::None => {}
        PayRule::Shares => {
            let rest = match pay.remainder {
                Remainder::Keep => 0,
                Remainder::FirstPayee => amounts.len() as u64,
            };
            for tranche in registered {
                let Some(amount) = amounts.get(&tranche.owner) else {
                    continue;
                };
                let amount = u64::try_from(*amount).unwrap_or(WHOLE);
                let lo = match of_owner(&tranche.owner) {
                    1 => amount.saturating_sub(rest),
                    _ => 0,
                };
                implied.of_registered(tranche.id, lo, amount.saturating_add(1));
            }
        }
        PayRule::Metered => {
            // Amounts tell units where an owner has one tranche of a known rate; shares follow when all do.
            let units: Option<Vec<(TrancheId, u128)>> = registered
                .iter()
                .filter_map(|t| amounts.get(&t.owner).map(|amount| (t, *amount)))
                .map(|(t, amount)| {
                    let rate = t.rate.filter(|rate| *rate > 0 && of_owner(&t.owner) == 1)?;
                    Some((t.id, amount / u128::from(rate)))
                })
                .collect();
            let Some(units) = units else { return };
            let total: u128 = units.iter().map(|(_, units)| units).sum();
            for (id, units) in units {
                if let Some(share) = (units * u128::from(WHOLE)).checked_div(total) {
                    let share = share as u64;
                    implied.of_registered(id, share, share + 1);
                }
            }
        }
    }
}

/// Shares of the registered part add up to a whole.
fn complement(implied: &mut Implied) {
    let sum = |end: fn(&Interval) -> u64| -> u64 {
        implied.tranches.values().map(|[share, _]| end(share)).sum()
    };
    let (lo, hi) = (sum(|share| share.lo), sum(|share| share.hi));
    for [share, _] in implied.tranches.values_mut() {
        let others = (lo - share.lo, hi - share.hi);
        share.narrow(
            WHOLE.saturating_sub(others.1),
            WHOLE.saturating_sub(others.0),
        );
    }
}

/// A share of the whole is the share of the registered part times the registered share.
fn product(implied: &mut Implied) {
    let whole = u128::from(WHOLE);
    let times = |a: u64, b: u64| u128::from(a) * u128::from(b);
    let bounded = |value: u128| u64::try_from(value).unwrap_or(WHOLE).min(WHOLE);
    let registered = &mut implied.registered;
    for [of_registered, of_whole] in implied.tranches.values_mut() {
        of_whole.narrow(
            bounded(times(of_registered.lo, registered.lo) / whole),
            bounded(times(of_registered.hi, registered.hi).div_ceil(whole)),
        );
        let quotient = |part: &Interval, of: &Interval| {
            let lo = (u128::from(part.lo) * whole).checked_div(of.hi.into());
            let hi = (part.hi > 0 && of.lo > 0)
                .then(|| (u128::from(part.hi) * whole).div_ceil(of.lo.into()));
            (lo.map_or(0, bounded), hi.map_or(WHOLE, bounded))
        };
        let (lo, hi) = quotient(of_whole, registered);
        of_registered.narrow(lo, hi);
        let (lo, hi) = quotient(of_whole, of_registered);
        registered.narrow(lo, hi);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tranche_protocol::statement::{Claim, PayList, Payee};

    fn tranche(n: u8) -> Registered {
        Registered {
            id: u64::from(n).into(),
            owner: Address::new([n; 20]),
            rate: Some(u64::from(n)),
        }
    }

    fn ledger(claims: Vec<Claim>, pay: Option<PayList>) -> Ledger {
        let mut ledger = Ledger::default();
        let statement = DisclosureStatement {
            context: 1u64.into(),
            usage_commitment: 2u64.into(),
            unit: 3u64.into(),
            claims,
            pay,
        };
        ledger.push("a.proof", &statement);
        ledger
    }

    fn share(n: u8, lo: u32, hi: u32) -> Claim {
        Claim {
            code: ClaimCode::ShareOfRegistered,
            subject: tranche(n).id,
            lo,
            hi,
        }
    }

    #[test]
    fn two_of_three_shares_tell_the_third() {
        let all = [tranche(1), tranche(2), tranche(3)];
        let ledger = ledger(
            vec![share(1, 550_000, 550_000), share(2, 350_000, 350_000)],
            None,
        );
        let implied = implied(&ledger, &all);
        let third = implied.tranches[&all[2].id][0];
        assert_eq!((third.lo, third.hi), (99_998_000, 100_000_000));
    }

    #[test]
    fn bands_bisect_and_the_whole_follows() {
        let all = [tranche(1), tranche(2)];
        let registered = Claim {
            code: ClaimCode::RegisteredShare,
            subject: 0u64.into(),
            lo: 499_999,
            hi: 500_000,
        };
        let ledger = ledger(
            vec![
                share(1, 200_000, 400_000),
                share(1, 300_000, 900_000),
                registered,
            ],
            None,
        );
        let implied = implied(&ledger, &all);
        let [of_registered, of_whole] = implied.tranches[&all[0].id];
        assert_eq!(of_registered.lo, 300_000_000);
        assert_eq!(of_registered.width_ppm(), 100_001);
        assert!(of_whole.lo >= 149_990_000 && of_whole.hi <= 200_010_000);
        assert!(implied.tranches[&all[1].id][0].lo >= 599_000_000);
    }

    /// The example of docs/zero-knowledge.md, section 2: shares of 55, 35 and 10 percent, and a precision of one percent.
    #[test]
    fn what_disclosures_leak_together_is_counted_and_refused() {
        const PRECISION: u32 = 10_000;
        let all = [tranche(1), tranche(2), tranche(3)];
        let entry = |claims: Vec<Claim>, number: usize| {
            let mut one = ledger(claims, None);
            one.entries[0].file = format!("{number}.proof");
            one.entries.remove(0)
        };
        let mut told = Ledger::default();
        // Each band, what it leaves the first and the third tranche, in parts per million, and whom it would pin.
        let steps = [
            (
                share(1, 500_000, 600_000),
                [500_000, 600_001],
                [0, 500_000],
                None,
            ),
            (
                share(2, 300_000, 400_000),
                [500_000, 600_001],
                [0, 200_000],
                None,
            ),
            (
                share(1, 545_000, 700_000),
                [545_000, 600_001],
                [0, 155_000],
                None,
            ),
            (
                share(1, 400_000, 554_000),
                [545_000, 554_001],
                [45_998, 155_000],
                Some(1),
            ),
            (
                share(1, 400_000, 556_000),
                [545_000, 556_001],
                [43_998, 155_000],
                None,
            ),
            (
                share(2, 345_000, 400_000),
                [545_000, 556_001],
                [43_998, 110_000],
                None,
            ),
            (
                share(3, 97_000, 105_500),
                [545_000, 556_001],
                [97_000, 105_501],
                Some(3),
            ),
            (
                share(2, 345_000, 352_000),
                [545_000, 556_001],
                [91_998, 110_000],
                Some(2),
            ),
        ];
        for (number, (claim, first, third, pins)) in steps.into_iter().enumerate() {
            let was = implied(&told, &all);
            let mut next = told.clone();
            next.entries.push(entry(vec![claim], number));
            let now = implied(&next, &all);
            for (n, expected) in [(0, first), (2, third)] {
                let share = now.tranches[&all[n].id][0];
                let ppm = [share.lo / PER_PPM, share.hi / PER_PPM];
                assert_eq!(ppm, expected, "tranche {} after step {number}", n + 1);
            }
            let refused = pinned(PRECISION, &was, &now, &[]).map(|(id, _)| id);
            assert_eq!(refused, pins.map(|n| tranche(n).id), "step {number}");
            // What is refused is not told.
            if pins.is_none() {
                told = next;
            }
        }
        // Told exactly on purpose, the first two pin the third, and the third is refused.
        let was = implied(&told, &all);
        let exact = vec![share(1, 550_000, 550_000), share(2, 350_000, 350_000)];
        let ids = [all[0].id, all[1].id];
        told.entries.push(entry(exact, 9));
        let now = implied(&told, &all);
        let (id, third) = pinned(PRECISION, &was, &now, &ids).unwrap();
        assert_eq!(
            (id, third.lo, third.hi),
            (all[2].id, 99_998_000, 100_000_000)
        );
    }

    #[test]
    fn the_same_disclosure_made_again_is_one_entry() {
        let mut told = ledger(vec![share(1, 0, 500_000)], None);
        let again = ledger(vec![share(1, 0, 500_000)], None);
        let other = ledger(vec![share(1, 0, 500_001)], None);
        assert_eq!(told, again);
        let statement = |hi| DisclosureStatement {
            context: 1u64.into(),
            usage_commitment: 2u64.into(),
            unit: 3u64.into(),
            claims: vec![share(1, 0, hi)],
            pay: None,
        };
        told.push("a.proof", &statement(500_000));
        assert_eq!(told.entries().len(), 1);
        told.push("a.proof", &statement(500_001));
        told.push("b.proof", &statement(500_000));
        assert_eq!(told.entries().len(), 3);
        assert_eq!(told.entries()[1], other.entries()[0]);
    }

    #[test]
    fn pay_lists_tell_shares_by_owner_and_who_was_not_used() {
        let all = [tranche(1), tranche(2), tranche(3)];
        let pay = |rule, amounts: [u128; 2]| PayList {
            rule,
            remainder: Remainder::Keep,
            total: amounts.iter().sum(),
            payees: amounts
                .iter()
                .zip([1u8, 2])
                .map(|(amount, n)| Payee {
                    owner: Address::new([n; 20]),
                    amount: *amount,
                })
                .collect(),
        };
        for list in [
            pay(PayRule::Shares, [250_000_000, 750_000_000]),
            pay(PayRule::Metered, [10, 60]),
        ] {
            let implied = implied(&ledger(Vec::new(), Some(list)), &all);
            assert_eq!(implied.tranches[&all[0].id][0].lo, 250_000_000);
            assert_eq!(implied.tranches[&all[0].id][0].width_ppm(), 0);
            assert_eq!(implied.tranches[&all[2].id][0], Interval { lo: 0, hi: 0 });
        }
    }
}
