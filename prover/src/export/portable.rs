//! A key written in the portable form.

use halo2_proofs::plonk::Any;
use halo2_proofs::poly::Rotation;
use tranche_srs::VerifierSrs;
use tranche_srs::encoding::{g1_to_bytes, g2_to_bytes, scalar_to_bytes};

use super::error::ExportError;
use super::gates::Gates;
use super::writer::{Writer, position};
use crate::keys::KeyPair;
use crate::shape::{ProofShape, constraint_degree, usable_rows};

const MAGIC: [u8; 8] = *b"tranchVK";
const VERSION: u16 = 1;

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
    Ok(out.into_bytes())
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
