//! Ways to cheat a ceremony with records that no honest program makes.

use halo2curves::CurveAffine;
use halo2curves::bn256::{Fq, Fq2, Fr, G1Affine, G2Affine};
use halo2curves::ff::{Field, FromUniformBytes};
use halo2curves::group::Curve;
use halo2curves::group::prime::PrimeCurveAffine;

use super::beacon::Beacon;
use super::chain::Chain;
use super::error::{CeremonyFault, RecordFault};
use super::hidden::Hidden;
use super::record::{Body, Record, Secret};
use super::state::{Ceremony, raised};
use crate::development_secret::is_development;
use crate::domain::root_of_unity;
use crate::encoding::g1_to_bytes;
use crate::fault::SrsFault;

const K: u32 = 3;

fn nobody(_: usize) {}

fn with(state: &Ceremony, scalar: Fr) -> Result<Ceremony, CeremonyFault> {
    state.contribute_hidden("mallory", &Hidden([scalar, Fr::from(99)]), &nobody)
}

fn start() -> Ceremony {
    Ceremony::start(K).unwrap()
}

/// After two honest contributions.
fn honest() -> Ceremony {
    let first = start().contribute("alice", b"", &nobody).unwrap();
    first.contribute("bob", b"", &nobody).unwrap()
}

fn record(number: usize, fault: RecordFault) -> CeremonyFault {
    CeremonyFault::Record { number, fault }
}

/// What the chain says to one more record.
fn push(chain: &Chain, record: Record) -> Result<(), CeremonyFault> {
    chain.clone().push(record)
}

fn last(state: &Ceremony) -> Record {
    let bytes = state.chain.to_bytes();
    let mut rest = &bytes[..];
    let mut last = None;
    while let Some((record, after)) = Record::from_bytes(rest) {
        (last, rest) = (Some(record.unwrap()), after);
    }
    last.unwrap()
}

fn secret(scalar: Fr) -> Secret {
    Secret::start().times(&scalar)
}

#[test]
fn a_secret_put_in_the_place_of_the_product_has_no_proof() {
    let honest = honest();
    let before = honest.chain.secret();
    let previous = honest.chain.digest();
    let after = secret(Fr::from(12345));
    let forged = |commitment: G1Affine, response| Record {
        previous,
        after,
        body: Body::Contribution {
            commitment,
            response,
            name: "mallory".to_owned(),
        },
    };
    let refused = |record| push(&honest.chain, record).unwrap_err();
    let no_knowledge = record(3, RecordFault::Knowledge);

    // A proof for the generator as base: true, but of another statement.
    let honest_elsewhere = with(&start(), Fr::from(12345)).unwrap();
    assert_eq!(
        refused(Record {
            previous,
            ..last(&honest_elsewhere)
        }),
        no_knowledge
    );
    // R made to fit a guessed challenge, as anyone can; the challenge then is another.
    let (guess, response) = (Fr::from(3), Fr::from(7));
    let commitment = (before.g1 * response - after.g1 * guess).to_affine();
    assert_eq!(refused(forged(commitment, response)), no_knowledge);
    // The challenge of that R made to fit by a second R.
    let commitment =
        (before.g1 * response - after.g1 * Fr::from_uniform_bytes(&[7; 64])).to_affine();
    assert_eq!(refused(forged(commitment, response)), no_knowledge);
    // R the inverse of what the response gives, and R the base.
    for commitment in [-(before.g1 * response).to_affine(), before.g1, after.g1] {
        assert_eq!(refused(forged(commitment, response)), no_knowledge);
        assert_eq!(refused(forged(commitment, Fr::ZERO)), no_knowledge);
    }
}

#[test]
fn an_honest_proof_cannot_be_altered_renamed_or_moved() {
    let before = honest();
    let after = before.contribute("carol", b"", &nobody).unwrap();
    let good = last(&after);
    assert_eq!(push(&before.chain, good.clone()), Ok(()));
    let Body::Contribution {
        commitment,
        response,
        name,
    } = good.body.clone()
    else {
        panic!("a contribution");
    };
    let with_body = |commitment: G1Affine, response, name: &str| {
        let body = Body::Contribution {
            commitment,
            response,
            name: name.to_owned(),
        };
        push(
            &before.chain,
            Record {
                body,
                ..good.clone()
            },
        )
        .unwrap_err()
    };
    let no_knowledge = record(3, RecordFault::Knowledge);
    assert_eq!(with_body(commitment, response, "mallory"), no_knowledge);
    assert_eq!(
        with_body(commitment, response + Fr::ONE, &name),
        no_knowledge
    );
    // Shifted alike on both sides of the equation.
    let shifted = (before.chain.secret().g1 + commitment).to_affine();
    assert_eq!(with_body(shifted, response + Fr::ONE, &name), no_knowledge);

    // Replayed after itself, and in another ceremony, with its binding made to fit.
    let previous = record(4, RecordFault::Previous);
    assert_eq!(
        after.chain.clone().push(good.clone()),
        Err(record(4, RecordFault::Repeated { earlier: 3 }))
    );
    let further = after.contribute("dave", b"", &nobody).unwrap();
    assert_eq!(
        push(&further.chain, good.clone()),
        Err(record(5, RecordFault::Repeated { earlier: 3 }))
    );
    let elsewhere = honest().contribute("erin", b"", &nobody).unwrap();
    assert_eq!(push(&elsewhere.chain, good.clone()), Err(previous));
    let moved = Record {
        previous: elsewhere.chain.digest(),
        ..good
    };
    assert_eq!(
        push(&elsewhere.chain, moved),
        Err(record(4, RecordFault::Knowledge))
    );
}

#[test]
fn nobody_leads_back_to_an_earlier_state() {
    let honest = honest();
    let scalar = Fr::from(5);
    let repeated = |number, earlier| record(number, RecordFault::Repeated { earlier });
    assert_eq!(with(&honest, Fr::ONE).unwrap_err(), repeated(3, 2));
    let once = with(&honest, scalar).unwrap();
    let inverse = scalar.invert().unwrap();
    assert_eq!(with(&once, inverse).unwrap_err(), repeated(4, 2));
    // Who made all contributions so far can lead back to tau = 1.
    let own = with(&start(), scalar).unwrap();
    assert_eq!(with(&own, inverse).unwrap_err(), repeated(2, 0));
}

#[test]
fn secrets_that_everybody_finds_are_refused() {
    // Zero is the identity: no point that can be written.
    assert_eq!(
        with(&honest(), Fr::ZERO).unwrap_err(),
        record(3, RecordFault::Point("tau·g1"))
    );
    let mut bytes = honest().chain.to_bytes();
    bytes[33..97].fill(0);
    assert_eq!(
        Chain::from_bytes(K, 2, &bytes).unwrap_err(),
        record(1, RecordFault::Point("tau·g1"))
    );
    assert_eq!(g1_to_bytes(&G1Affine::identity()), [0; 64]);
    // Of order 2, 4 and 8 where there are 8 powers.
    for order in 1..=K {
        assert_eq!(
            with(&start(), root_of_unity(order)).unwrap_err(),
            CeremonyFault::Powers(SrsFault::RootOfUnity)
        );
    }
}

#[test]
fn points_of_two_secrets_or_of_another_group_are_refused() {
    let honest = honest();
    let good = last(&honest.contribute("carol", b"", &nobody).unwrap());
    let edited = |g2: G2Affine| {
        let after = Secret { g2, ..good.after };
        let mut record = Record {
            after,
            ..good.clone()
        };
        // An honest proof of the scalar in G1, over these points.
        let hidden = Hidden([Fr::from(11), Fr::from(13)]);
        let before = honest.chain.secret();
        let own = before.times(&hidden.0[0]);
        record.after.g1 = own.g1;
        let previous = honest.chain.digest();
        record.body = Record::prove(&previous, &before, &record.after, &hidden, "mallory");
        push(&honest.chain, record).unwrap_err()
    };
    assert_eq!(
        edited((honest.chain.tau_g2() * Fr::from(12)).to_affine()),
        record(3, RecordFault::Pair)
    );
    // The right point and one of small order added, of which the pairing sees nothing.
    let outside = (1u64..)
        .find_map(|i| {
            let x = Fq2::new(Fq::from(i), Fq::from(1));
            let y = Option::<Fq2>::from((x * x * x + <G2Affine as CurveAffine>::b()).sqrt())?;
            Option::<G2Affine>::from(G2Affine::from_xy(x, y))
        })
        .unwrap();
    let minus_one = -Fr::ONE;
    let stray = outside * minus_one + outside;
    let right = honest.chain.tau_g2() * Fr::from(11);
    assert_eq!(
        edited((right + stray).to_affine()),
        record(3, RecordFault::Subgroup)
    );
}

#[test]
fn the_powers_are_the_chains() {
    let honest = honest();
    let wrong =
        |powers: Vec<G1Affine>| Ceremony::checked(honest.chain.clone(), powers).unwrap_err();
    let powers = CeremonyFault::Powers(SrsFault::Powers);
    assert_eq!(wrong(raised(&honest.powers, &Fr::from(2), &nobody)), powers);
    let mut swapped = honest.powers.clone();
    swapped.swap(3, 4);
    assert_eq!(wrong(swapped), powers);
    assert_eq!(
        Ceremony::checked(Chain::start(K), honest.powers.clone()).unwrap_err(),
        powers
    );
}

#[test]
fn a_beacon_is_what_its_value_gives_and_the_end() {
    let honest = honest();
    let beacon = Beacon::new(&[7; 32], 10).unwrap();
    let (srs, chain) = honest.finalise(&beacon, &nobody).unwrap();
    assert_eq!(srs.params().s_g2(), chain.tau_g2());
    // The coordinator's own scalar in its place, and other values for the same points.
    let (good, _) = Record::beacon(honest.chain.digest(), &honest.chain.secret(), &beacon);
    let wrong = |record: Record| push(&honest.chain, record).unwrap_err();
    let refused = record(3, RecordFault::Beacon);
    let own = honest.chain.secret().times(&Fr::from(5));
    assert_eq!(
        wrong(Record {
            after: own,
            ..good.clone()
        }),
        refused
    );
    for other in [
        Beacon::new(&[8; 32], 10),
        Beacon::new(&[7; 31], 10),
        Beacon::new(&[7; 32], 11),
    ] {
        let body = Body::Beacon(other.unwrap());
        assert_eq!(
            wrong(Record {
                body,
                ..good.clone()
            }),
            refused
        );
    }
    // Nothing comes after.
    let (second, _) = Record::beacon(chain.digest(), &chain.secret(), &beacon);
    assert_eq!(
        push(&chain, second),
        Err(record(4, RecordFault::AfterBeacon))
    );
    let hidden = Hidden([Fr::from(5), Fr::from(6)]);
    let more = Record::contribution(chain.digest(), &chain.secret(), &hidden, "mallory").unwrap();
    assert_eq!(push(&chain, more), Err(record(4, RecordFault::AfterBeacon)));
}

#[test]
fn a_beacon_known_in_advance_cannot_be_cancelled() {
    let honest = honest();
    let beacon = Beacon::new(&[7; 32], 10).unwrap();
    // The last contributor puts in the inverse of what the beacon would give without it.
    let known = beacon.scalar(&honest.chain.digest());
    let rigged = with(&honest, known.invert().unwrap()).unwrap();
    let (_, chain) = rigged.finalise(&beacon, &nobody).unwrap();
    assert_ne!(chain.secret(), honest.chain.secret());
    // The beacon's scalar is of the state that the inverse led to.
    assert_ne!(beacon.scalar(&rigged.chain.digest()), known);
}

#[test]
fn records_that_were_dropped_are_missed() {
    let short = start().contribute("alice", b"", &nobody).unwrap();
    let bob = short.contribute("bob", b"", &nobody).unwrap();
    let without = short.contribute("mallory", b"", &nobody).unwrap();
    assert_eq!(bob.chain.follows(&short.chain), Ok(()));
    assert_eq!(
        without.chain.follows(&bob.chain),
        Err(CeremonyFault::History { number: 2 })
    );
    assert_eq!(
        short.chain.follows(&bob.chain),
        Err(CeremonyFault::History { number: 2 })
    );
    let digest = bob.chain.digest();
    assert_eq!(bob.chain.includes(&digest), Ok(()));
    assert_eq!(
        without.chain.includes(&digest),
        Err(CeremonyFault::Missing(digest))
    );
    // The chain without its last record, the powers of all: the powers betray it.
    let cut = Chain::from_bytes(K, 1, &short.chain.to_bytes()).unwrap();
    assert_eq!(
        Ceremony::checked(cut, bob.powers.clone()).unwrap_err(),
        CeremonyFault::Powers(SrsFault::Powers)
    );
    // Without the first, the second is of another state.
    let bytes = bob.chain.to_bytes();
    let first = short.chain.to_bytes().len();
    assert_eq!(
        Chain::from_bytes(K, 1, &bytes[first..]).unwrap_err(),
        record(1, RecordFault::Previous)
    );
    // A chain of another size is another chain from its start.
    assert_eq!(
        Chain::start(K + 1).follows(&Chain::start(K)),
        Err(CeremonyFault::OtherSize {
            expected: K,
            got: K + 1
        })
    );
    assert_eq!(
        Chain::from_bytes(K + 1, 2, &bytes).unwrap_err(),
        record(1, RecordFault::Previous)
    );
}

#[test]
fn only_who_knows_all_scalars_knows_the_product() {
    let scalars = [3u64, 5, 7].map(Fr::from);
    let state = scalars
        .iter()
        .fold(start(), |state, scalar| with(&state, *scalar).unwrap());
    assert_eq!(state.chain.secret(), secret(Fr::from(105)));
    assert!(!is_development(&state.chain.tau_g2()));
}
