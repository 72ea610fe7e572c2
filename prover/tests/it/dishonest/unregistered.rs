//! A builder who logs registered content as unregistered. No proof shows it: what the terms and an audit do instead is shown here.

use tranche_protocol::chunk_index::ChunkIndexOpening;
use tranche_protocol::claims::{ClaimRequest, Precision, disclose, share_ppm};
use tranche_protocol::context::{PayRule, Remainder};
use tranche_protocol::salt::SaltLabel;
use tranche_protocol::sample::{SampleRun, TOY, weighted_contents};
use tranche_protocol::statement::ClaimCode;
use tranche_protocol::tranche::PrivateTranche;
use tranche_protocol::usage_relation::check;
use tranche_verifier::file::Statement;

use crate::dishonest::fixtures::{accepted, disclosed, disclosure, run};

/// The sample with all draws of its third tranche logged as draws of a private copy of it.
fn renamed() -> SampleRun {
    let mut run = run();
    let (tranche, column) = run.tranches[2].clone();
    let salt = run.seed.salt(SaltLabel::Private, 0);
    run.draws.retain(|draw| draw.source != 3);
    for draw in &mut run.draws {
        if draw.source == 2 {
            draw.source = 3;
        }
    }
    let private = PrivateTranche::new(*tranche.contents(), salt).unwrap();
    run.private = (private, column);
    run
}

#[test]
fn registered_content_logged_as_unregistered_is_proven_excluded_and_seen_by_an_audit_only() {
    let run = renamed();
    let (witness, artefacts, statement) = run.build(&TOY);
    accepted(&witness, &statement, &run.context);

    // An exclusion of the tranche is true of the log, and the registered share falls by what was renamed.
    let hidden = run.tranches[2].0;
    let requests = [
        ClaimRequest::Exclusion(hidden.id()),
        ClaimRequest::RegisteredShare(Precision::Exact),
    ];
    let opening = &artefacts.usage;
    let context = run.context.digest();
    let told = disclose(
        &TOY,
        context,
        opening,
        &requests,
        PayRule::None,
        Remainder::Keep,
    )
    .unwrap();
    let file = disclosed(opening, &told, &run.context).unwrap();
    assert_eq!(
        disclosure().verdict(&file),
        Ok(Statement::Disclosure(told.clone()))
    );
    let vector = &opening.vector;
    assert!(vector.unregistered.units > 0);
    assert_eq!(told.claims[1].code, ClaimCode::RegisteredShare);
    let share = share_ppm(vector.registered_units(), vector.total_units());
    assert_eq!(Some(told.claims[1].lo), share);
    assert!(told.claims[1].hi < 1_000_000);

    // The arrangement names the private tranche, whose opened contents an auditor compares with the registered ones.
    let place = witness
        .entries()
        .unwrap()
        .iter()
        .position(|entry| entry.private)
        .unwrap();
    let leaf = (place / 7) as u32;
    let salts = &witness.chunk_index_salts;
    let tree = &artefacts.chunk_index;
    let opened = ChunkIndexOpening::new(tree, &artefacts.entries, salts, leaf).unwrap();
    assert!(opened.check(&TOY, artefacts.run.chunk_index_root));
    let entry = opened.place(place).unwrap();
    assert_eq!(entry.tranche_id, run.private.0.id());
    assert_eq!(
        run.private.0.contents().content_root,
        hidden.contents().content_root
    );
}

/// What unregistered data weighs is the builder's word, so a minimum of the registered share alone is met by weighing it less.
#[test]
fn a_private_copy_that_weighs_less_raises_the_registered_share() {
    let share = |run: &SampleRun| {
        let (witness, artefacts, statement) = run.build(&TOY);
        assert_eq!(check(&TOY, &witness, &statement), Ok(()));
        let vector = &artefacts.usage.vector;
        share_ppm(vector.registered_units(), vector.total_units()).unwrap()
    };
    let true_units = renamed();
    let mut light = true_units.clone();
    let ones = vec![1; light.private.1.len()];
    let contents = weighted_contents(&TOY, &ones, 0xee);
    let private = PrivateTranche::new(contents, light.private.0.salt()).unwrap();
    light.private = (private, ones);
    assert!(share(&light) > share(&true_units));
}
