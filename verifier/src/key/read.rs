//! Reading a key file, in the order of its fields.

use alloc::string::String;
use alloc::vec::Vec;

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use sha3::{Digest, Keccak256};
use tranche_protocol::statement::{KeyDigest, SrsDigest};

use super::reader::Reader;
use super::{CircuitDigest, PermutationColumn, VerifyingKey};
use crate::domain::{Domain, TWO_ADICITY};
use crate::error::KeyError;
use crate::expression::{Gates, Limits};
use crate::opening::{Opening, OpeningInputs};
use crate::query::{ColumnQuery, Query, blinding_rows};

const MAGIC: &[u8; 8] = b"tranchVK";
const VERSION: u16 = 1;
const LAST_PHASE: u8 = 2;

impl VerifyingKey {
    /// Reads and checks a key file: every number in range, every scalar and point canonical, points on the curve and in
    /// the subgroup, nothing after the end. Work and memory are within a constant times `bytes.len()`, up to a logarithm.
    ///
    /// # Errors
    /// [`KeyError`] with the first field refused.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        read(bytes)
    }
}

fn read(bytes: &[u8]) -> Result<VerifyingKey, KeyError> {
    let reader = &mut Reader::new(bytes);
    if reader.array("the magic")? != MAGIC {
        return Err(KeyError::Magic);
    }
    let got = reader.u16("the format version")?;
    if got != VERSION {
        return Err(KeyError::Version {
            expected: VERSION,
            got,
        });
    }
    let version = reader.u16("the circuit's version")?;
    let name = read_name(reader)?;
    let circuit_digest = CircuitDigest(*reader.array("the circuit's digest")?);
    let transcript_repr = reader.scalar("the transcript representation")?;

    let srs_insecure = reader.index_u8(2, "the insecure flag")? == 1;
    let srs_digest = SrsDigest::from_bytes(*reader.array("the SRS digest")?);
    if reader.g1("the SRS")? != G1Affine::generator() {
        return Err(KeyError::Generator("g1"));
    }
    if reader.g2("the SRS")? != G2Affine::generator() {
        return Err(KeyError::Generator("g2"));
    }
    let s_g2 = reader.g2("the SRS")?;

    let k = in_range(reader.u32("k")?, 1, TWO_ADICITY, "k")?;
    let domain = Domain::new(k);
    let degree = in_range(reader.u32("the degree")?, 3, 1 << 16, "the degree")?;
    let instances = reader.u32("the number of public inputs")?;

    let advice_phases = read_phases(reader, LAST_PHASE, "the advice phases")?;
    let last_phase = advice_phases.iter().copied().max().unwrap_or(0);
    let challenge_phases = read_phases(reader, last_phase, "the challenge phases")?;

    let fixed_commitments = read_list(reader, 64, "the fixed commitments", |reader| {
        reader.commitment("the fixed commitments")
    })?;
    let advice_queries = read_queries(reader, &domain, advice_phases.len(), "the advice queries")?;
    let fixed_queries = read_queries(
        reader,
        &domain,
        fixed_commitments.len(),
        "the fixed queries",
    )?;
    let instance_queries = read_queries(reader, &domain, 1, "the instance queries")?;

    let blinding = blinding_rows(&advice_queries);
    let rows = u64::from(instances) + u64::from(blinding) + 1;
    if rows > 1 << k {
        return Err(KeyError::Range {
            field: "the number of public inputs",
            got: u64::from(instances),
        });
    }

    let permutation = read_list(reader, 69, "the permutation columns", |reader| {
        read_permutation_column(reader, [&advice_queries, &fixed_queries, &instance_queries])
    })?;
    let gates = Gates::read(
        reader,
        &Limits {
            fixed: fixed_queries.len(),
            advice: advice_queries.len(),
            instance: instance_queries.len(),
            challenges: challenge_phases.len(),
        },
    )?;
    reader.finish()?;

    let opening = Opening::new(&OpeningInputs {
        domain: &domain,
        advice: advice_phases.len(),
        fixed: fixed_commitments.len(),
        advice_queries: &advice_queries,
        fixed_queries: &fixed_queries,
        permutation_columns: permutation.len(),
        permutation_products: permutation
            .len()
            .div_ceil(degree.saturating_sub(2).max(1) as usize),
        blinding_rows: blinding,
    });
    Ok(VerifyingKey {
        digest: KeyDigest::from_bytes(Keccak256::digest(bytes).into()),
        name,
        version,
        srs_insecure,
        srs_digest,
        circuit_digest,
        s_g2,
        transcript_repr,
        k,
        degree,
        instances,
        advice_phases,
        challenge_phases,
        advice_queries,
        fixed_queries,
        instance_queries: instance_queries
            .iter()
            .map(|query| query.rotation)
            .collect(),
        fixed_commitments,
        permutation,
        gates,
        opening,
        domain,
    })
}

fn read_name(reader: &mut Reader<'_>) -> Result<String, KeyError> {
    let length = usize::from(reader.u8("the circuit's name")?);
    let bytes = reader.bytes(length, "the circuit's name")?;
    let allowed = |c: &u8| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == b'-';
    if !(1..=64).contains(&length) || !bytes.iter().all(allowed) {
        return Err(KeyError::Name);
    }
    Ok(bytes.iter().copied().map(char::from).collect())
}

fn in_range(got: u32, low: u32, high: u32, field: &'static str) -> Result<u32, KeyError> {
    if (low..=high).contains(&got) {
        return Ok(got);
    }
    Err(KeyError::Range {
        field,
        got: u64::from(got),
    })
}

fn read_list<T>(
    reader: &mut Reader<'_>,
    item: usize,
    field: &'static str,
    mut read: impl FnMut(&mut Reader<'_>) -> Result<T, KeyError>,
) -> Result<Vec<T>, KeyError> {
    let count = reader.count(item, field)?;
    let mut out = Vec::with_capacity(count);
    for _ in 0..count {
        out.push(read(reader)?);
    }
    Ok(out)
}

fn read_phases(
    reader: &mut Reader<'_>,
    last: u8,
    field: &'static str,
) -> Result<Vec<u8>, KeyError> {
    let limit = last.saturating_add(1);
    read_list(reader, 1, field, |reader| reader.index_u8(limit, field))
}

/// Queries of distinct points: the same column at rotations that agree mod 2^k would be opened twice in different ways.
fn read_queries(
    reader: &mut Reader<'_>,
    domain: &Domain,
    columns: usize,
    field: &'static str,
) -> Result<Vec<Query>, KeyError> {
    let queries = read_list(reader, 8, field, |reader| {
        Ok(Query {
            column: reader.index(columns, field)?,
            rotation: reader.i32(field)?,
        })
    })?;
    let mut points: Vec<(u32, u32)> = queries
        .iter()
        .map(|query| (query.column, domain.reduce(query.rotation)))
        .collect();
    points.sort_unstable();
    points.dedup();
    if points.len() != queries.len() {
        return Err(KeyError::DuplicateQuery(field));
    }
    Ok(queries)
}

fn read_permutation_column(
    reader: &mut Reader<'_>,
    [advice, fixed, instance]: [&[Query]; 3],
) -> Result<PermutationColumn, KeyError> {
    const FIELD: &str = "the permutation columns";
    let kind = reader.index_u8(3, FIELD)?;
    let queries = match kind {
        0 => advice,
        1 => fixed,
        _ => instance,
    };
    let position = reader.index(queries.len(), FIELD)?;
    if queries.get(position as usize).map(|query| query.rotation) != Some(0) {
        return Err(KeyError::Range {
            field: FIELD,
            got: u64::from(position),
        });
    }
    Ok(PermutationColumn {
        query: match kind {
            0 => ColumnQuery::Advice(position),
            1 => ColumnQuery::Fixed(position),
            _ => ColumnQuery::Instance(position),
        },
        commitment: reader.commitment(FIELD)?,
    })
}
