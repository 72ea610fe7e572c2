//! The exported functions.
//!
//! A call is: `tranche_begin`, `tranche_input` for each input with its bytes written at the address returned, one of the operations,
//! then the output's bytes read at `tranche_output`. No function dereferences an address that it is given: inputs and output are
//! vectors that the session owns, so the only unsafe thing here is that the names are exported as they stand. Names begin
//! with `tranche_`, so that they cannot meet another symbol.
//!
//! The module has no imports and one thread; a session never meets another.
#![allow(unsafe_code, reason = "exported names; there is no unsafe block")]

use std::cell::RefCell;

use crate::session::Session;

thread_local! {
    static SESSION: RefCell<Session> = RefCell::default();
}

/// Forgets inputs and output; keys stay.
#[unsafe(no_mangle)]
pub extern "C" fn tranche_begin() {
    SESSION.with_borrow_mut(Session::begin);
}

/// Makes room for the next input; 0 when it is too long or there is no memory.
#[unsafe(no_mangle)]
pub extern "C" fn tranche_input(length: u32) -> *mut u8 {
    SESSION.with_borrow_mut(|session| {
        session
            .input(length as usize)
            .map_or(std::ptr::null_mut(), <[u8]>::as_mut_ptr)
    })
}

/// Where the last output, UTF-8, begins.
#[unsafe(no_mangle)]
pub extern "C" fn tranche_output() -> *const u8 {
    SESSION.with_borrow(|session| session.output().as_ptr())
}

/// Bytes of the last output.
#[unsafe(no_mangle)]
pub extern "C" fn tranche_output_length() -> u32 {
    SESSION.with_borrow(|session| session.output().len() as u32)
}

/// [`Session::load_key`].
#[unsafe(no_mangle)]
pub extern "C" fn tranche_load_key() {
    SESSION.with_borrow_mut(Session::load_key);
}

/// [`Session::drop_key`].
#[unsafe(no_mangle)]
pub extern "C" fn tranche_drop_key(key: u32) {
    SESSION.with_borrow_mut(|session| session.drop_key(key));
}

/// [`Session::verify`].
#[unsafe(no_mangle)]
pub extern "C" fn tranche_verify(key: u32, usage_key: u32) {
    SESSION.with_borrow_mut(|session| session.verify(key, usage_key));
}

/// [`Session::verify_raw`].
#[unsafe(no_mangle)]
pub extern "C" fn tranche_verify_raw(key: u32) {
    SESSION.with_borrow_mut(|session| session.verify_raw(key));
}

/// [`Session::inspect`].
#[unsafe(no_mangle)]
pub extern "C" fn tranche_inspect() {
    SESSION.with_borrow_mut(Session::inspect);
}
