//! A circuit's degree, made independent of the environment.
//!
//! `ConstraintSystem::degree` is min(true degree, `MAX_DEGREE` or 5) raised to the declared minimum. With a declared
//! degree that is the true maximum, the result is the declared one whatever the variable holds.

use halo2_proofs::plonk::{Circuit, ConstraintSystem};
use halo2curves::bn256::Fr;

use super::error::KeyError;
use crate::shape::UnsupportedSystem;

/// The variable that halo2 reads.
const VARIABLE: &str = "MAX_DEGREE";

/// Configures the circuit and refuses one whose declared degree is not its highest gate's. Lower, it would lose quotient
/// limbs; higher, no gate would reach the last limb, and a quotient mask could not blind it.
pub(super) fn checked_system<C: Circuit<Fr>>(
    name: &str,
    circuit: &C,
) -> Result<ConstraintSystem<Fr>, KeyError> {
    check_environment()?;
    let mut system = ConstraintSystem::default();
    C::configure_with_params(&mut system, circuit.params());
    if !system.lookups().is_empty() {
        return Err(KeyError::System {
            name: name.to_owned(),
            source: UnsupportedSystem::Lookups(system.lookups().len()),
        });
    }
    let declared = system
        .minimum_degree()
        .ok_or_else(|| KeyError::UndeclaredDegree {
            name: name.to_owned(),
        })?;
    let gates = system.gates().iter();
    let highest = gates
        .flat_map(|gate| gate.polynomials().iter().map(|poly| poly.degree()))
        .fold(3, usize::max);
    for actual in [highest, system.degree()] {
        if actual != declared {
            return Err(KeyError::Degree {
                name: name.to_owned(),
                declared,
                actual,
            });
        }
    }
    Ok(system)
}

fn check_environment() -> Result<(), KeyError> {
    let Some(value) = std::env::var_os(VARIABLE) else {
        return Ok(());
    };
    match value.to_str() {
        // Not Unicode reads as unset.
        None => Ok(()),
        Some(text) if text.parse::<usize>().is_ok() => Ok(()),
        Some(text) => Err(KeyError::Environment {
            value: text.to_owned(),
        }),
    }
}
