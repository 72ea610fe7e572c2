//! The records of a ceremony from its start, each proven to follow from the one before.

use halo2curves::bn256::G2Affine;

use super::beacon::Beacon;
use super::bounds::MAX_RECORDS;
use super::error::{CeremonyFault, RecordFault};
use super::record::{Body, Record, Secret};
use crate::encoding::{g1_to_bytes, g2_to_bytes};
use crate::identity::SrsIdentity;
use crate::string::Srs;

const START_DOMAIN: &str = "tranche ceremony start v1";

/// The records of a ceremony. A value of this type has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    k: u32,
    records: Vec<Record>,
    /// Digests of the states, from the start on: one more than there are records.
    states: Vec<[u8; 32]>,
}

/// A contribution that is part of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contribution<'a> {
    /// What the contributor chose to be called; nobody checks it.
    pub name: &'a str,
    /// The digest of the state after it, which the contributor publishes.
    pub digest: [u8; 32],
}

impl Chain {
    /// No record yet, for 2^k powers.
    pub(super) fn start(k: u32) -> Self {
        let Secret { g1, g2 } = Secret::start();
        let mut hasher = blake3::Hasher::new_derive_key(START_DOMAIN);
        hasher.update(&k.to_be_bytes());
        hasher.update(&g1_to_bytes(&g1));
        hasher.update(&g2_to_bytes(&g2));
        Chain {
            k,
            records: Vec::new(),
            states: vec![hasher.finalize().into()],
        }
    }

    /// Checks a record and adds it.
    pub(super) fn push(&mut self, record: Record) -> Result<(), CeremonyFault> {
        let number = self.records.len() + 1;
        if number > MAX_RECORDS {
            return Err(CeremonyFault::Full);
        }
        self.judge(&record)
            .map_err(|fault| CeremonyFault::Record { number, fault })?;
        self.states.push(record.state());
        self.records.push(record);
        Ok(())
    }

    fn judge(&self, record: &Record) -> Result<(), RecordFault> {
        if self.beacon().is_some() {
            return Err(RecordFault::AfterBeacon);
        }
        let mut before =
            std::iter::once(Secret::start()).chain(self.records.iter().map(|r| r.after));
        if let Some(earlier) = before.position(|secret| secret.g1 == record.after.g1) {
            return Err(RecordFault::Repeated { earlier });
        }
        record.check(&self.digest(), &self.secret())
    }

    /// tau in both groups, after the last record.
    pub(super) fn secret(&self) -> Secret {
        self.records
            .last()
            .map_or_else(Secret::start, |record| record.after)
    }

    /// Binary logarithm of the number of powers.
    pub fn k(&self) -> u32 {
        self.k
    }

    /// The digest of the state after the last record; it binds all of them.
    pub fn digest(&self) -> [u8; 32] {
        // There is one of the start.
        self.states.last().copied().unwrap_or_default()
    }

    /// The secret in G2, after the last record.
    pub fn tau_g2(&self) -> G2Affine {
        self.secret().g2
    }

    /// The contributions, in order.
    pub fn contributions(&self) -> impl Iterator<Item = Contribution<'_>> {
        let states = self.states.iter().skip(1);
        self.records
            .iter()
            .zip(states)
            .filter_map(|(record, digest)| match &record.body {
                Body::Contribution { name, .. } => Some(Contribution {
                    name,
                    digest: *digest,
                }),
                Body::Beacon(_) => None,
            })
    }

    /// The beacon that ended the ceremony, if it has ended.
    pub fn beacon(&self) -> Option<&Beacon> {
        match &self.records.last()?.body {
            Body::Beacon(beacon) => Some(beacon),
            Body::Contribution { .. } => None,
        }
    }

    /// The chain begins with all of an earlier one.
    ///
    /// # Errors
    /// [`CeremonyFault::History`] with the first record that differs; [`CeremonyFault::OtherSize`].
    pub fn follows(&self, earlier: &Chain) -> Result<(), CeremonyFault> {
        if self.k != earlier.k {
            return Err(CeremonyFault::OtherSize {
                expected: earlier.k,
                got: self.k,
            });
        }
        let same = |number: &usize| self.states.get(*number) == earlier.states.get(*number);
        match (0..earlier.states.len()).find(|number| !same(number)) {
            Some(number) => Err(CeremonyFault::History { number }),
            None => Ok(()),
        }
    }

    /// A contribution with this digest is part of the chain.
    ///
    /// # Errors
    /// [`CeremonyFault::Missing`].
    pub fn includes(&self, digest: &[u8; 32]) -> Result<(), CeremonyFault> {
        if self.contributions().any(|found| found.digest == *digest) {
            return Ok(());
        }
        Err(CeremonyFault::Missing(*digest))
    }

    /// The chain has ended, and a string is the one it ended with, whole or cut.
    ///
    /// # Errors
    /// [`CeremonyFault::Open`], [`CeremonyFault::OtherString`].
    pub fn made(&self, srs: &Srs) -> Result<(), CeremonyFault> {
        if self.beacon().is_none() {
            return Err(CeremonyFault::Open);
        }
        let generators = Secret::start();
        let insecure = srs.identity().is_insecure();
        let expected = SrsIdentity::new(
            &generators.g1,
            &generators.g2,
            &self.tau_g2(),
            insecure,
            srs.k(),
        );
        if expected == *srs.identity() && srs.k() <= self.k {
            return Ok(());
        }
        Err(CeremonyFault::OtherString)
    }

    /// The records, one after the other.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.records.iter().flat_map(Record::to_bytes).collect()
    }

    /// Reads and checks what [`Self::to_bytes`] wrote.
    pub(super) fn from_bytes(
        k: u32,
        count: usize,
        mut bytes: &[u8],
    ) -> Result<Self, CeremonyFault> {
        let mut chain = Chain::start(k);
        for number in 1..=count {
            let (record, rest) = Record::from_bytes(bytes).ok_or(CeremonyFault::Records(number))?;
            let record = record.map_err(|fault| CeremonyFault::Record { number, fault })?;
            chain.push(record)?;
            bytes = rest;
        }
        if bytes.is_empty() {
            return Ok(chain);
        }
        Err(CeremonyFault::Records(count))
    }

    pub(super) fn len(&self) -> usize {
        self.records.len()
    }
}
