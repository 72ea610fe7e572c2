//! Disclosures that compound mutations start from.

use halo2curves::bn256::Fr;

use crate::disclosure::inputs::{ClaimPublic, DisclosureInputs, DisclosurePublic};

/// Changes a disclosure.
type Change = fn(&mut DisclosureInputs, &mut DisclosurePublic);

/// Statements that compound mutations start from, by name.
pub(in super::super) fn of_a_disclosure(
    inputs: &DisclosureInputs,
    public: &DisclosurePublic,
) -> Vec<(String, (DisclosureInputs, DisclosurePublic))> {
    let changes: [(&str, Change); 7] = [
        ("half the share", |_, public| {
            public.claims[0] = ClaimPublic {
                code: 1,
                subject: Fr::from(55),
                lo: 300_000,
                hi: 300_000,
            };
        }),
        ("half the registered share", |_, public| {
            (public.claims[3].lo, public.claims[3].hi) = (333_333, 333_333);
        }),
        ("any registered share", |_, public| {
            (public.claims[3].lo, public.claims[3].hi) = (0, 999_999);
        }),
        ("no claims", |_, public| {
            public.claims.fill(ClaimPublic::NONE)
        }),
        ("units of no tranche and no owner", |inputs, public| {
            inputs.leaves[1].units = 5;
            inputs.leaves[1].rate = 1;
            public.claims.fill(ClaimPublic::NONE);
        }),
        ("a tranche of no owner", |inputs, _| {
            inputs.leaves[1].id = Fr::from(123);
        }),
        ("an owner of no weight", |inputs, _| {
            inputs.leaves[1].id = Fr::from(123);
            inputs.leaves[1].owner = Fr::from(7);
        }),
    ];
    let changed = |(name, change): (&str, Change)| {
        let (mut inputs, mut public) = (inputs.clone(), public.clone());
        change(&mut inputs, &mut public);
        (name.to_owned(), (inputs, public))
    };
    changes.map(changed).into()
}
