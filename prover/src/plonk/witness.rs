//! Advice columns, filled by a circuit phase by phase.

use std::collections::HashMap;
use std::ops::Range;

use halo2_proofs::circuit::Value;
use halo2_proofs::plonk::{
    Advice, Any, Assigned, Assignment, Challenge, Circuit, Column, ConstraintSystem, Error, Fixed,
    FloorPlanner, Instance, Selector,
};
use halo2curves::bn256::Fr;
use halo2curves::ff::Field;
use rand_core::RngCore;

use super::secret::Secret;

/// Closes a phase: commits to its columns, by number, and gives the challenges that follow it, by number.
pub(super) type ClosePhase<'a> =
    dyn FnMut(u8, &mut [Secret]) -> Result<Vec<(usize, Fr)>, Error> + 'a;

/// The filled columns, blinding rows included, and the challenges of the circuit.
pub(super) struct Witness {
    pub(super) advice: Vec<Secret>,
    pub(super) challenges: Vec<Fr>,
}

/// Lets a circuit fill its columns.
///
/// A circuit says itself where a phase ends, or is synthesised once for each phase.
///
/// # Errors
/// Those of the circuit and of `close`.
pub(super) fn synthesize<C: Circuit<Fr>>(
    system: &ConstraintSystem<Fr>,
    k: u32,
    circuit: &C,
    instances: &[&[Fr]],
    close: &mut ClosePhase<'_>,
) -> Result<Witness, Error> {
    let config = C::configure_with_params(&mut ConstraintSystem::default(), circuit.params());
    let phases = system
        .advice_column_phase()
        .into_iter()
        .max()
        .map_or(1, |last| last + 1);
    let rows = 1usize << k;
    let mut filling = Filling {
        k,
        usable: 0..rows.saturating_sub(system.blinding_factors() + 1),
        advice: (0..system.num_advice_columns())
            .map(|_| Secret::zeros(rows))
            .collect(),
        instances,
        challenges: HashMap::new(),
        phase: 0,
        close,
        failed: None,
    };
    while filling.phase < phases {
        let phase = filling.phase;
        C::FloorPlanner::synthesize(
            &mut filling,
            circuit,
            config.clone(),
            system.constants().clone(),
        )?;
        if filling.phase < phases {
            filling.next_phase();
        }
        if let Some(error) = filling.failed.take() {
            return Err(error);
        }
        debug_assert!(filling.phase > phase);
    }
    let challenge = |number: usize| filling.challenges.get(&number).copied();
    let challenges: Option<Vec<Fr>> = (0..system.num_challenges()).map(challenge).collect();
    Ok(Witness {
        challenges: challenges.ok_or(Error::Synthesis)?,
        advice: filling.advice,
    })
}

/// Fills the blinding rows of the columns of a phase, one column after the other as halo2 does, so that the same randomness gives the same columns.
pub(super) fn blind<'a>(
    columns: impl Iterator<Item = &'a mut Secret>,
    usable: usize,
    rng: &mut impl RngCore,
) {
    for column in columns {
        for cell in &mut column[usable..] {
            *cell = Fr::random(&mut *rng);
        }
    }
}

/// Columns while a circuit fills them.
struct Filling<'a> {
    k: u32,
    usable: Range<usize>,
    advice: Vec<Secret>,
    instances: &'a [&'a [Fr]],
    challenges: HashMap<usize, Fr>,
    phase: u8,
    close: &'a mut ClosePhase<'a>,
    failed: Option<Error>,
}

impl Assignment<Fr> for Filling<'_> {
    fn enter_region<NR, N>(&mut self, _: N)
    where
        NR: Into<String>,
        N: FnOnce() -> NR,
    {
    }

    fn exit_region(&mut self) {}

    fn enable_selector<A, AR>(&mut self, _: A, _: &Selector, _: usize) -> Result<(), Error>
    where
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
        Ok(())
    }

    fn annotate_column<A, AR>(&mut self, _: A, _: Column<Any>)
    where
        A: FnOnce() -> AR,
        AR: Into<String>,
    {
    }

    fn query_instance(&self, column: Column<Instance>, row: usize) -> Result<Value<Fr>, Error> {
        if !self.usable.contains(&row) {
            return Err(Error::NotEnoughRowsAvailable { current_k: self.k });
        }
        let column = self
            .instances
            .get(column.index())
            .ok_or(Error::BoundsFailure)?;
        Ok(Value::known(column.get(row).copied().unwrap_or(Fr::ZERO)))
    }

    /// Writes a cell. The value that is given back is not known: a circuit that wants it again keeps it itself.
    fn assign_advice<'v>(
        &mut self,
        column: Column<Advice>,
        row: usize,
        to: Value<Assigned<Fr>>,
    ) -> Value<&'v Assigned<Fr>> {
        let mut known = None;
        to.map(|value| known = Some(value.evaluate()));
        match known {
            Some(value) if self.usable.contains(&row) => self.advice[column.index()][row] = value,
            Some(_) => {
                let full = Error::NotEnoughRowsAvailable { current_k: self.k };
                self.failed.get_or_insert(full);
            }
            None => {
                self.failed.get_or_insert(Error::Synthesis);
            }
        }
        Value::unknown()
    }

    fn assign_fixed(&mut self, _: Column<Fixed>, _: usize, _: Assigned<Fr>) {}

    fn copy(&mut self, _: Column<Any>, _: usize, _: Column<Any>, _: usize) {}

    fn fill_from_row(
        &mut self,
        _: Column<Fixed>,
        _: usize,
        _: Value<Assigned<Fr>>,
    ) -> Result<(), Error> {
        Ok(())
    }

    fn get_challenge(&self, challenge: Challenge) -> Value<Fr> {
        match self.challenges.get(&challenge.index()) {
            Some(value) => Value::known(*value),
            None => Value::unknown(),
        }
    }

    fn push_namespace<NR, N>(&mut self, _: N)
    where
        NR: Into<String>,
        N: FnOnce() -> NR,
    {
    }

    fn pop_namespace(&mut self, _: Option<String>) {}

    fn next_phase(&mut self) {
        if self.failed.is_none() {
            match (self.close)(self.phase, &mut self.advice) {
                Ok(challenges) => self.challenges.extend(challenges),
                Err(error) => self.failed = Some(error),
            }
        }
        self.phase += 1;
    }
}
