//! Tranches registered on chain, in the order of a snapshot.

use alloy_primitives::{Address, B256, Bytes, U256};
use rand_core::{OsRng, RngCore};
use serde::Serialize;
use tranche_protocol::manifest::Manifest;
use tranche_protocol::registry::Registry;
use tranche_protocol::tranche::Tranche;

use crate::client::Client;
use crate::contracts::{ITrancheRegistry, TrancheRegistry};
use crate::convert::{account, address, felt, word};
use crate::error::Error;

/// A tranche's place on chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Registration {
    /// Its place, from 0.
    pub index: u32,
    /// Its id.
    pub id: String,
    /// Its owner.
    pub owner: tranche_protocol::address::Address,
    /// Whether it was registered before this call.
    pub before: bool,
}

/// What the registry holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryState {
    /// Number of registrations.
    pub registrations: u32,
    /// The root.
    pub root: U256,
}

/// The registry's state.
///
/// # Errors
/// Those of the chain.
pub fn registry_state(client: &Client<'_>, registry: Address) -> Result<RegistryState, Error> {
    Ok(RegistryState {
        registrations: client.read(registry, &TrancheRegistry::countCall {})?,
        root: client.read(registry, &TrancheRegistry::rootCall {})?,
    })
}

/// Checks that the registry on chain has the root that the snapshot had after the same number of registrations.
///
/// # Errors
/// [`Error::RootMismatch`]; those of the chain.
pub fn check(
    client: &Client<'_>,
    registry: Address,
    snapshot: &Registry,
) -> Result<RegistryState, Error> {
    let state = registry_state(client, registry)?;
    let ours = snapshot.at(state.registrations);
    let known = snapshot.entries().len() >= state.registrations as usize;
    if !known || word(&ours.root().felt()) != state.root {
        return Err(Error::RootMismatch {
            registrations: state.registrations,
            chain: felt(state.root),
            snapshot: if known {
                ours.root().to_string()
            } else {
                format!("only {} registrations", snapshot.entries().len())
            },
        });
    }
    Ok(state)
}

/// Registers the manifests that the chain lacks: commits to all, waits, reveals all in the snapshot's order, and compares the
/// roots. Nothing is sent unless the chain's root is the snapshot's so far and the contract gives every id as the manifest does.
///
/// # Errors
/// [`Error::RootMismatch`]; [`Error::Usage`] for a manifest that the snapshot lacks, that follows one that is not given, or that its
/// owner has not signed; those of the chain.
pub fn register(
    client: &mut Client<'_>,
    registry: Address,
    snapshot: &Registry,
    manifests: &[Manifest],
) -> Result<Vec<Registration>, Error> {
    let state = check(client, registry, snapshot)?;
    let mut places = Vec::with_capacity(manifests.len());
    for manifest in manifests {
        let id = manifest.tranche().id();
        let entry = snapshot.find(&id).ok_or_else(|| {
            Error::usage(
                format!("the snapshot has no tranche {}", id),
                "register it there first: `tranche register`",
            )
        })?;
        places.push((entry.index, manifest));
    }
    places.sort_by_key(|(index, _)| *index);
    places.dedup_by_key(|(index, _)| *index);
    let fresh: Vec<_> = places
        .iter()
        .copied()
        .filter(|(index, _)| *index >= state.registrations)
        .collect();
    for (expected, (index, _)) in (state.registrations..).zip(&fresh) {
        if *index != expected {
            return Err(Error::usage(
                format!(
                    "registration {expected} of the snapshot is not on chain and not among the manifests"
                ),
                "give its manifest too: the order on chain is the snapshot's",
            ));
        }
    }
    reveal(client, registry, &fresh)?;
    let after = check(client, registry, snapshot)?;
    let expected = state.registrations + fresh.len() as u32;
    if after.registrations != expected {
        return Err(Error::usage(
            format!(
                "the registry has {} registrations, expected {expected}: somebody else registered meanwhile",
                after.registrations
            ),
            "look at the registry, and bring the snapshot in line",
        ));
    }
    Ok(places
        .into_iter()
        .map(|(index, manifest)| Registration {
            index,
            id: manifest.tranche().id().to_string(),
            owner: manifest.tranche().owner(),
            before: index < state.registrations,
        })
        .collect())
}

/// Commits to all, then reveals one after the other.
fn reveal(
    client: &mut Client<'_>,
    registry: Address,
    fresh: &[(u32, &Manifest)],
) -> Result<(), Error> {
    let mut prepared = Vec::with_capacity(fresh.len());
    for (index, manifest) in fresh {
        let tranche = manifest.tranche();
        let call = TrancheRegistry::idOfCall {
            tranche: fields(tranche),
        };
        let id = client.read(registry, &call)?;
        if id != word(&tranche.id().felt()) {
            return Err(Error::Deployment {
                what: format!(
                    "the registry gives registration {index} the id {}, the manifest {}",
                    felt(id),
                    tranche.id()
                ),
            });
        }
        prepared.push((
            *index,
            id,
            consent(client, manifest)?,
            fields(tranche),
            salt(),
        ));
    }
    let mut earliest = 0;
    for (index, id, _, _, salt) in &prepared {
        let commitment = client.read(
            registry,
            &TrancheRegistry::commitmentOfCall {
                id: *id,
                registrant: client.address(),
                salt: *salt,
            },
        )?;
        client.write(
            format!("commit to registration {index}"),
            registry,
            &TrancheRegistry::commitCall { commitment },
            U256::ZERO,
        )?;
        let window = client.read(registry, &TrancheRegistry::revealWindowCall { commitment })?;
        earliest = earliest.max(window.revealFrom.saturating_to::<u64>());
    }
    client.chain_mut().reach_block(earliest)?;
    for (index, _, signature, tranche, salt) in prepared {
        client.write(
            format!("register {index}"),
            registry,
            &TrancheRegistry::registerCall {
                tranche,
                salt,
                ownerSignature: signature,
            },
            U256::ZERO,
        )?;
    }
    Ok(())
}

/// The owner's signature; empty when the owner sends.
fn consent(client: &Client<'_>, manifest: &Manifest) -> Result<Bytes, Error> {
    let owner = manifest.tranche().owner();
    if account(client.address()) == owner {
        return Ok(Bytes::new());
    }
    let signed = manifest.verify_owner().ok().and(manifest.signature());
    let signature = signed.ok_or_else(|| {
        Error::usage(
            format!(
                "{owner} has not signed the manifest of {}",
                manifest.tranche().id()
            ),
            "have the owner sign it (`tranche sign`), or send from the owner's account",
        )
    })?;
    Ok(Bytes::copy_from_slice(signature.bytes()))
}

fn salt() -> B256 {
    let mut salt = B256::ZERO;
    OsRng.fill_bytes(salt.as_mut_slice());
    salt
}

/// The fields of a tranche as the contract takes them.
pub fn fields(tranche: &Tranche) -> ITrancheRegistry::Tranche {
    let contents = tranche.contents();
    ITrancheRegistry::Tranche {
        contentRoot: B256::new(contents.content_root.to_bytes()),
        unitsRoot: word(&contents.units_root.felt()),
        kind: contents.kind as u8,
        records: contents.records,
        scale: contents.scale,
        totalUnits: contents.total_units,
        unit: word(&contents.unit.felt()),
        owner: address(&tranche.owner()),
        rate: tranche.rate(),
        terms: word(&tranche.terms().felt()),
    }
}
