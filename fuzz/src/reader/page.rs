//! The WASM module's entry functions, called natively. Parts: key, proof file, pins, usage proof file, its pins, registry, statement
//! digest, public inputs, bare proof. A key part of one byte takes that one of the shipped keys.

use tranche_wasm::Session;

use crate::parts::{at, split};
use crate::subject;

pub(crate) fn read(data: &[u8]) {
    let parts = split(data);
    let mut session = Session::default();
    let key = match at(&parts, 0) {
        [number] => &subject::key_files()[usize::from(*number) % subject::KEYS.len()],
        bytes => bytes,
    };
    call(&mut session, &[key], Session::load_key);
    let handle = 1;
    let proof: Vec<&[u8]> = (1..6).map(|index| at(&parts, index)).collect();
    for usage in [0, handle] {
        call(&mut session, &proof, |session| {
            session.verify(handle, usage)
        });
    }
    let bare: Vec<&[u8]> = (6..9).map(|index| at(&parts, index)).collect();
    call(&mut session, &bare, |session| session.verify_raw(handle));
    call(&mut session, &[at(&parts, 1)], Session::inspect);
    session.drop_key(handle);
    call(&mut session, &bare, |session| session.verify_raw(handle));
}

/// One call as `index.js` makes it; its output is JSON.
fn call(session: &mut Session, inputs: &[&[u8]], operation: impl FnOnce(&mut Session)) {
    session.begin();
    for input in inputs {
        let room = session.input(input.len()).expect("room for an input");
        room.copy_from_slice(input);
    }
    operation(session);
    let answer: Result<serde_json::Value, _> = serde_json::from_slice(session.output());
    assert!(answer.is_ok(), "an answer is JSON");
}
