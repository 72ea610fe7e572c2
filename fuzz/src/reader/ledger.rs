//! The ledger of disclosures, and what follows from it.

use tranche_protocol::address::Address;
use tranche_workspace::artefact::ledger::{Ledger, Registered, WHOLE, implied};
use tranche_workspace::artefact::read_json;

use crate::scratch;

pub(crate) fn read(data: &[u8]) {
    let path = scratch::file("ledger.json", data);
    let ledger: Ledger = match read_json(&path) {
        Ok(ledger) => ledger,
        Err(error) => return super::refused(&error),
    };
    let text = serde_json::to_string(&ledger).expect("a ledger as JSON");
    assert_eq!(
        serde_json::from_str::<Ledger>(&text).ok(),
        Some(ledger.clone())
    );
    let registered = [1u8, 2, 3].map(|number| Registered {
        id: u64::from(number).into(),
        owner: Address::new([number.min(2); 20]),
        rate: (number > 1).then_some(u64::from(number)),
    });
    let implied = implied(&ledger, &registered);
    let bounds = implied.tranches.values().flatten();
    for interval in bounds.chain([&implied.registered]) {
        assert!(
            interval.lo <= interval.hi && interval.hi <= WHOLE,
            "{interval}"
        );
    }
}
