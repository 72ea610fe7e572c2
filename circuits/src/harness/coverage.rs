//! All lies about all wires of a circuit: none may go unnoticed, and each constraint and copy must be the only one that notices some lie.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use halo2curves::bn256::Fr;
use rayon::prelude::*;

use super::allowances::{ALLOWANCES, FOLLOWED};
use super::ground::Ground;
use super::judge::{MOST, Verdict, judge, residual};
use super::lies::{Extent, Family, lies};
use super::subject::{Lie, Subject};
use super::toys;
use super::unneeded::{SIZES, UNNEEDED};
use crate::checker::local::Broken;
use crate::chips::arith::ROWS;
use crate::sheet::Spot;

/// Of the lies of the tests, every so manyth is told.
const STRIDE: usize = 16;

/// Combinations that are tried for one constraint at a time.
const TRIES: usize = 6;

/// A lie that a single constraint or copy notices, under one of the public inputs of a [`Verdict`], by its number.
#[derive(Clone)]
struct Only {
    lie: Lie,
    mode: usize,
}

/// Verdicts over many lies.
pub(super) struct Survey<'s> {
    pub(super) ground: Ground<'s>,
    pub(super) told: BTreeMap<Family, usize>,
    pub(super) lies: Vec<(Family, Lie)>,
    pub(super) verdicts: Vec<Verdict>,
    only: HashMap<Broken, Vec<Only>>,
}

impl<'s> Survey<'s> {
    /// Tells every so many lies and judges each, under two sets of challenges by turns; plots, which are made for the first one, under that.
    pub(super) fn told(subject: &'s Subject, extent: Extent, stride: usize) -> Self {
        let grounds = [0, 1].map(|set| Ground::new(subject, set));
        let lies: Vec<(Family, Lie)> = lies(&grounds[0], extent)
            .into_iter()
            .enumerate()
            .filter(|(index, (family, _))| {
                let always = matches!(
                    family,
                    Family::Statements | Family::Io | Family::Entries | Family::Plots
                );
                always || index.is_multiple_of(stride)
            })
            .map(|(_, lie)| lie)
            .collect();
        let verdicts: Vec<Verdict> = lies
            .par_iter()
            .enumerate()
            .map(|(index, (family, lie))| {
                let set = if *family == Family::Plots {
                    0
                } else {
                    index % 2
                };
                judge(&grounds[set], lie).verdict
            })
            .collect();
        let mut told: BTreeMap<Family, usize> = BTreeMap::new();
        for (family, _) in &lies {
            *told.entry(*family).or_default() += 1;
        }
        let [ground, _] = grounds;
        Self {
            ground,
            told,
            lies,
            verdicts,
            only: HashMap::new(),
        }
    }

    /// Finds what alone notices some lie, and combines lies until nothing new is found: for each constraint and copy, or for one of each role.
    fn combined(mut self, extent: Extent) -> Self {
        for (index, (_, lie)) in self.lies.iter().enumerate() {
            for (mode, broken) in self.verdicts[index].all().into_iter().enumerate() {
                if let [only] = self.ones(broken)[..] {
                    let known = self.only.entry(only).or_default();
                    let alike =
                        |only: &&Only| only.lie.statement == lie.statement && only.mode == mode;
                    if known.iter().filter(alike).count() < 2 {
                        known.push(Only {
                            lie: lie.clone(),
                            mode,
                        });
                    }
                }
            }
        }
        while self.combine(extent) > 0 {}
        self
    }

    fn ones(&self, broken: &[Broken]) -> Vec<Broken> {
        ones(&self.ground, broken)
    }

    /// Where a lie is noticed in two places, and one of these alone by another lie: tells both so that the one place is satisfied.
    fn combine(&mut self, extent: Extent) -> usize {
        let shown: HashSet<String> = match extent {
            Extent::All => HashSet::new(),
            Extent::Roles => self.only.keys().map(|one| self.ground.role(*one)).collect(),
        };
        let mut tries: HashMap<Broken, Vec<(usize, Broken, usize, Only)>> = HashMap::new();
        for (index, verdict) in self.verdicts.iter().enumerate() {
            for (mode, broken) in verdict.all().into_iter().enumerate() {
                let [one, other] = self.ones(broken)[..] else {
                    continue;
                };
                for (wanted, satisfied) in [(one, other), (other, one)] {
                    let known = |wanted: Broken| {
                        !shown.is_empty() && shown.contains(&self.ground.role(wanted))
                    };
                    if self.only.contains_key(&wanted) || known(wanted) {
                        continue;
                    }
                    for only in self.only.get(&satisfied).into_iter().flatten() {
                        let tries = tries.entry(wanted).or_default();
                        if tries.len() < TRIES {
                            tries.push((index, satisfied, mode, only.clone()));
                        }
                    }
                }
            }
        }
        let mut tries: Vec<_> = tries.into_iter().collect();
        tries.sort_unstable_by_key(|(wanted, _)| *wanted);
        let found: Vec<(Broken, Only)> = tries
            .par_iter()
            .filter_map(|(wanted, tries)| {
                let mut tries = tries.iter();
                tries.find_map(|(index, satisfied, mode, only)| {
                    let lie = &self.lies[*index].1;
                    Some((*wanted, self.solve(*wanted, lie, *satisfied, only, *mode)?))
                })
            })
            .collect();
        let count = found.len();
        let found = found.into_iter().map(|(wanted, only)| (wanted, vec![only]));
        self.only.extend(found);
        count
    }

    /// Both lies with the value, in the first cell of one, that satisfies a constraint which is linear in it.
    fn solve(
        &self,
        wanted: Broken,
        lie: &Lie,
        satisfied: Broken,
        only: &Only,
        mode: usize,
    ) -> Option<Only> {
        let ground = &self.ground;
        let at = |value: Fr| {
            let both = only.lie.and(&lie.with(value));
            let judged = judge(ground, &both);
            (both, judged)
        };
        let start = at(Fr::from(3)).1;
        let place = match satisfied {
            Broken::Constraint { index, .. } if self.ones(&[satisfied]) == [satisfied] => {
                // Where the chip's constraint fails.
                let mut broken = start.verdict.all().into_iter().flatten();
                *broken.find(|b| matches!(b, Broken::Constraint { index: i, .. } if *i == index))?
            }
            other => other,
        };
        let from = residual(ground, &start.sheet, &start.instance, place);
        let end = at(Fr::from(4)).1;
        let to = residual(ground, &end.sheet, &end.instance, place);
        let slope: Option<Fr> = (to - from).invert().into();
        let (both, judged) = at(Fr::from(3) - from * slope?);
        let modes = [mode, only.mode, 1];
        modes.into_iter().find_map(|mode| {
            let broken = self.ones(judged.verdict.all()[mode]);
            (broken == [wanted]).then(|| Only {
                lie: both.clone(),
                mode,
            })
        })
    }

    /// Roles of all that can be deleted, with how many there are and how many a lie shows to be needed.
    pub(super) fn roles(&self) -> BTreeMap<String, [usize; 2]> {
        let mut roles: BTreeMap<String, [usize; 2]> = BTreeMap::new();
        for item in everything(&self.ground) {
            let counts = roles.entry(self.ground.role(item)).or_default();
            counts[0] += 1;
            counts[1] += usize::from(self.only.contains_key(&item));
        }
        roles
    }
}

/// What is broken, each constraint of a chip once; nothing if the list was cut.
pub(super) fn ones(ground: &Ground<'_>, broken: &[Broken]) -> Vec<Broken> {
    if broken.len() >= MOST {
        return Vec::new();
    }
    let mut ones: Vec<Broken> = broken.iter().map(|b| one(ground, *b)).collect();
    ones.sort_unstable();
    ones.dedup();
    ones
}

/// A constraint of a chip is one whatever the row; an arithmetic gate is one by itself.
fn one(ground: &Ground<'_>, broken: Broken) -> Broken {
    match broken {
        Broken::Constraint { index, row }
            if ground
                .filled
                .clause(ground.local.name(index), row)
                .is_none() =>
        {
            Broken::Constraint { index, row: 0 }
        }
        other => other,
    }
}

/// Everything that can be deleted.
fn everything(ground: &Ground<'_>) -> Vec<Broken> {
    let mut all: Vec<Broken> = (0..ground.sheet().copies().len())
        .map(Broken::Copy)
        .collect();
    for index in 0..ground.local.len() {
        let name = ground.local.name(index);
        if !name.contains("arithmetic") {
            all.push(Broken::Constraint { index, row: 0 });
            continue;
        }
        let late = usize::from(name.starts_with("late"));
        let rows = (0..ground.filled.chips[late].rows()).step_by(4);
        let gates = rows.filter(|row| ground.filled.clause(name, *row).is_some());
        all.extend(gates.map(|row| Broken::Constraint { index, row }));
    }
    all
}

/// Clauses whose cells the prover may choose anew if the commitments and sums of the statement follow: another run, or another statement.
const CHOICES: [&str; 7] = [
    "D4 D5 public payee is owner and amount",
    "D6 claim code is one of five",
    "S2 arrangement holds the places",
    "S6 run commitment opens",
    "S7 bucket",
    "S7 leaf values are in range",
    "S8 public inputs are bound",
];

/// Lies that nothing notices although no allowance covers them; `chosen` if the commitments follow.
fn silent(survey: &Survey<'_>, chosen: bool) -> Vec<String> {
    let ground = &survey.ground;
    let gates = ground.subject.gates(&ground.filled.chips[0], false);
    let clause = |spot: Spot| {
        let gate = |(gate, _): &&(Spot, _)| {
            gate.column == spot.column && gate.row == spot.row / ROWS * ROWS
        };
        gates.iter().find(gate).map_or("", |(_, label)| *label)
    };
    let inputs: HashSet<Spot> = ground
        .filled
        .io(ground.subject.machine())
        .into_iter()
        .filter_map(|(spot, digest)| (!digest).then_some(spot))
        .collect();
    let allowed = |(spot, value): &(Spot, Fr)| {
        let honest = ground.sheet().value(*spot) == *value;
        let mut allowances = ALLOWANCES.iter().chain(FOLLOWED);
        let fits = allowances.any(|a| (a.fits)(ground, *spot, *value));
        let free = ground.source(*spot).is_none();
        let choice = free && inputs.contains(spot) || CHOICES.contains(&clause(*spot));
        honest || fits || chosen && choice
    };
    let told = survey.lies.iter().zip(&survey.verdicts);
    told.filter(|((_, lie), verdict)| {
        if chosen {
            // Another statement that is true is no lie.
            verdict.adopted.is_empty() && lie.statement.is_none()
        } else {
            verdict.fixed.is_empty()
        }
    })
    .filter(|((_, lie), _)| lie.cells.is_empty() || !lie.cells.iter().all(allowed))
    .map(|((family, lie), _)| {
        let cells = lie.cells.iter();
        let cells: Vec<_> = cells
            .map(|(spot, _)| (ground.used(*spot), spot.row, clause(*spot)))
            .collect();
        format!("{family:?} {cells:?} {:?} {:?}", lie.shift, lie.statement)
    })
    .collect()
}

/// Asserts that no lie goes unnoticed.
fn assert_noticed(survey: &Survey<'_>) {
    for chosen in [false, true] {
        let silent = silent(survey, chosen);
        let name = survey.ground.subject.name;
        assert!(silent.is_empty(), "{name}, {chosen}: {silent:#?}");
    }
}

/// Surveys a circuit: nothing goes unnoticed, and what no lie needs is what is listed.
fn assert_needed(subject: &Subject, extent: Extent) {
    let survey = Survey::told(subject, extent, 1).combined(extent);
    let roles = survey.roles();
    let totals = roles
        .values()
        .fold([0, 0], |sum, role| [sum[0] + role[0], sum[1] + role[1]]);
    println!(
        "{}: lies {:?}; {} roles; of {} constraints and copies {} are needed one by one",
        subject.name,
        survey.told,
        roles.len(),
        totals[0],
        totals[1],
    );
    for (role, [all, needed]) in &roles {
        if *needed == 0 || extent == Extent::All && needed < all {
            println!("  {needed} of {all}: {role}");
        }
    }
    assert_noticed(&survey);
    let mut sizes = SIZES.into_iter();
    let size = sizes.find(|(name, _)| *name == subject.name);
    assert_eq!(size, Some((subject.name, [roles.len(), totals[0]])));
    let unneeded = roles.iter().filter(|(_, [_, needed])| *needed == 0);
    let unneeded: BTreeSet<&str> = unneeded.map(|(role, _)| role.as_str()).collect();
    let listed = UNNEEDED.iter();
    let listed: BTreeSet<&str> = listed
        .filter(|listed| subject.name.starts_with(listed.circuits))
        .flat_map(|listed| {
            assert!(!listed.reason.is_empty());
            listed.roles.iter().copied()
        })
        .collect();
    assert_eq!(unneeded, listed, "{}", subject.name);
}

#[test]
fn sampled_lies_are_noticed() {
    let mut needed = vec![0; FOLLOWED.len()];
    for subject in toys::all() {
        let survey = Survey::told(&subject, Extent::Roles, STRIDE);
        println!("{}: lies {:?}", subject.name, survey.told);
        assert_noticed(&survey);
        for ((_, lie), verdict) in survey.lies.iter().zip(&survey.verdicts) {
            let cells = lie.cells.iter();
            for (spot, value) in cells.filter(|_| verdict.fixed.is_empty()) {
                for (count, allowance) in needed.iter_mut().zip(FOLLOWED) {
                    *count += usize::from((allowance.fits)(&survey.ground, *spot, *value));
                }
            }
        }
    }
    for (count, allowance) in needed.into_iter().zip(FOLLOWED) {
        assert!(
            count > 0,
            "nothing needs the allowance '{}': {}",
            allowance.name,
            allowance.reason
        );
    }
}

#[test]
fn each_role_is_needed_but_for_those_listed() {
    for subject in toys::all() {
        assert_needed(&subject, Extent::Roles);
    }
}

/// By hand, with `--ignored --nocapture`.
mod what_needs_each_constraint_and_copy {
    use super::*;

    #[test]
    #[ignore = "hours: deletion, one by one"]
    fn of_usage_weighted() {
        assert_needed(&toys::weighted(), Extent::All);
    }

    #[test]
    #[ignore = "hours: deletion, one by one"]
    fn of_usage_with_many_lanes() {
        assert_needed(&toys::tall(), Extent::All);
    }

    #[test]
    #[ignore = "hours: deletion, one by one"]
    fn of_usage_of_degree_five() {
        assert_needed(&toys::squared(), Extent::All);
    }

    #[test]
    #[ignore = "hours: deletion, one by one"]
    fn of_usage_uniform() {
        assert_needed(&toys::uniform(), Extent::All);
    }

    #[test]
    #[ignore = "many minutes: deletion, one by one"]
    fn of_a_disclosure_by_shares() {
        assert_needed(&toys::shares(), Extent::All);
    }

    #[test]
    #[ignore = "many minutes: deletion, one by one"]
    fn of_a_disclosure_by_meter() {
        assert_needed(&toys::metered(), Extent::All);
    }
}
