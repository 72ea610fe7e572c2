//! A tranche's folder. Parts: a byte of choices, the manifest, `units.bin`, `digests.bin`. Choice 1 seals the columns, 2 makes the
//! manifest that of unregistered data.

use std::fs;

use tranche_workspace::artefact::folder::{DIGESTS, MANIFEST, PRIVATE, TrancheFolder, UNITS};

use crate::parts::{at, split};
use crate::scratch;

pub(crate) fn read(data: &[u8]) {
    let parts = split(data);
    let choice = at(&parts, 0).first().copied().unwrap_or_default();
    let folder = scratch::folder("tranche");
    let manifest = match choice & 2 {
        0 => MANIFEST,
        _ => PRIVATE,
    };
    for (name, index) in [(manifest, 1), (UNITS, 2), (DIGESTS, 3)] {
        let mut bytes = at(&parts, index).to_vec();
        if choice & 1 == 1 && index > 1 {
            super::seal(&mut bytes);
        }
        fs::write(folder.join(name), bytes).expect("a file in the temporary folder");
    }
    let open = match TrancheFolder::open(&folder) {
        Ok(open) => open,
        Err(error) => return super::refused(&error),
    };
    let records = open.contents().records as usize;
    match open.units() {
        Ok(Some(units)) => assert_eq!(units.len(), records),
        Ok(None) => {}
        Err(error) => super::refused(&error),
    }
    match open.digests() {
        Ok(digests) => assert_eq!(digests.len(), records),
        Err(error) => super::refused(&error),
    }
}
