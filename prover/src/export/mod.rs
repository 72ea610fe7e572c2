//! The portable verifying key: all that `tranche-verifier` and the Solidity generator need, as data.
//!
//! The file's layout is specified in `docs/transcript.md`. Test strategy: on every proof, valid or broken, the portable
//! verifier with the exported key and the native one must agree (`tests/portable.rs`).

mod gates;

use halo2_proofs::plonk::Any;
use halo2_proofs::poly::Rotation;
use thiserror::Error;

use crate::encoding::{g1_to_bytes, g2_to_bytes, scalar_to_bytes};
use crate::keys::KeyPair;
use crate::shape::{ProofShape, ShapeError, constraint_degree};
use crate::srs::VerifierSrs;
use crate::verify::usable_rows;
use gates::Gates;

const MAGIC: [u8; 8] = *b"tranchVK";
const VERSION: u16 = 1;

/// Why a key cannot be exported.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ExportError {
    /// The constraint system has a feature the portable verifier does not implement.
    #[error("the key cannot be exported: {0}")]
    Shape(#[from] ShapeError),
    /// The key and the SRS are for different numbers of rows.
    #[error(
        "the SRS has k = {got}, the verifying key {expected}: use the SRS that the key was made with"
    )]
    K {
        /// The key's.
        expected: u32,
        /// The SRS's.
        got: u32,
    },
    /// More public inputs than the circuit has usable rows.
    #[error("{got} public inputs, but the circuit has only {usable} usable rows")]
    TooManyInstances {
        /// Usable rows.
        usable: usize,
        /// What was given.
        got: usize,
    },
    /// A gate or the permutation refers to something that is not among the key's queries.
    #[error(
        "the verifying key refers to {0} that it does not query: it was not made by this release, generate it anew"
    )]
    Unqueried(&'static str),
    /// A list is longer than the format's 32-bit lengths.
    #[error("{0} are too many for the key format")]
    TooLong(&'static str),
}

/// The portable verifying key of `key` under `srs`, for statements of `instances` public inputs.
///
/// # Errors
/// [`ExportError`].
pub fn export_verifying_key(
    key: &KeyPair,
    srs: &VerifierSrs,
    instances: usize,
) -> Result<Vec<u8>, ExportError> {
    let vk = key.vk();
    ProofShape::new(vk)?;
    let k = vk.get_domain().k();
    if srs.k() != k {
        return Err(ExportError::K {
            expected: k,
            got: srs.k(),
        });
    }
    let usable = usable_rows(vk);
    if instances > usable {
        return Err(ExportError::TooManyInstances {
            usable,
            got: instances,
        });
    }
    let mut out = Writer::default();
    out.bytes(&MAGIC);
    out.bytes(&VERSION.to_be_bytes());
    out.bytes(&key.version().to_be_bytes());
    out.bytes(&[key.name().len() as u8]);
    out.bytes(key.name().as_bytes());
    out.bytes(&key.digest());
    out.bytes(&scalar_to_bytes(&vk.transcript_repr()));
    write_srs(&mut out, srs);
    out.bytes(&k.to_be_bytes());
    out.length(constraint_degree(vk), "degrees")?;
    out.length(instances, "public inputs")?;
    write_columns(&mut out, key)?;
    write_permutation(&mut out, key)?;
    Gates::collect(vk.cs())?.write(&mut out)?;
    Ok(out.0)
}

/// The bytes of a key; integers are big-endian.
#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn length(&mut self, length: usize, what: &'static str) -> Result<(), ExportError> {
        let length = u32::try_from(length).map_err(|_| ExportError::TooLong(what))?;
        self.bytes(&length.to_be_bytes());
        Ok(())
    }

    fn queries(
        &mut self,
        queries: impl ExactSizeIterator<Item = (usize, Rotation)>,
        what: &'static str,
    ) -> Result<(), ExportError> {
        self.length(queries.len(), what)?;
        for (column, rotation) in queries {
            self.length(column, what)?;
            self.bytes(&rotation.0.to_be_bytes());
        }
        Ok(())
    }
}

fn write_srs(out: &mut Writer, srs: &VerifierSrs) {
    out.bytes(&[u8::from(srs.identity().is_insecure())]);
    out.bytes(&srs.identity().digest());
    out.bytes(&g1_to_bytes(&srs.g1()));
    out.bytes(&g2_to_bytes(&srs.g2()));
    out.bytes(&g2_to_bytes(&srs.s_g2()));
}

fn write_columns(out: &mut Writer, key: &KeyPair) -> Result<(), ExportError> {
    let cs = key.vk().cs();
    out.length(cs.num_advice_columns(), "advice columns")?;
    out.bytes(&cs.advice_column_phase());
    out.length(cs.num_challenges(), "challenges")?;
    out.bytes(&cs.challenge_phase());
    out.length(key.vk().fixed_commitments().len(), "fixed columns")?;
    for commitment in key.vk().fixed_commitments() {
        out.bytes(&g1_to_bytes(commitment));
    }
    let advice = cs.advice_queries().iter();
    out.queries(
        advice.map(|(column, rotation)| (column.index(), *rotation)),
        "advice queries",
    )?;
    let fixed = cs.fixed_queries().iter();
    out.queries(
        fixed.map(|(column, rotation)| (column.index(), *rotation)),
        "fixed queries",
    )?;
    let instance = cs.instance_queries().iter();
    out.queries(
        instance.map(|(column, rotation)| (column.index(), *rotation)),
        "instance queries",
    )
}

fn write_permutation(out: &mut Writer, key: &KeyPair) -> Result<(), ExportError> {
    let cs = key.vk().cs();
    let columns = cs.permutation().get_columns();
    out.length(columns.len(), "permutation columns")?;
    for (column, commitment) in columns.iter().zip(key.vk().permutation().commitments()) {
        let here = (column.index(), Rotation::cur());
        let (kind, position) = match column.column_type() {
            Any::Advice(_) => (0, position(cs.advice_queries(), here)),
            Any::Fixed => (1, position(cs.fixed_queries(), here)),
            Any::Instance => (2, position(cs.instance_queries(), here)),
        };
        out.bytes(&[kind]);
        out.length(
            position.ok_or(ExportError::Unqueried("a permutation column"))?,
            "queries",
        )?;
        out.bytes(&g1_to_bytes(commitment));
    }
    Ok(())
}

/// The place of a column at a rotation in a list of queries.
fn position<T: halo2_proofs::plonk::ColumnType>(
    queries: &[(halo2_proofs::plonk::Column<T>, Rotation)],
    (column, rotation): (usize, Rotation),
) -> Option<usize> {
    queries
        .iter()
        .position(|(queried, at)| queried.index() == column && *at == rotation)
}
