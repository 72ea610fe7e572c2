//! The memory that a reader may hold.

use std::alloc::System;

use cap::Cap;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

/// Bytes that a reader may hold whatever its input: buffers of a fixed size.
pub const BASE: usize = 16 << 20;
/// Bytes that a reader may hold for a byte of its input.
const PER_BYTE: usize = 256;

/// Runs a reader of `length` bytes. An allocation that would have it hold more than `base` bytes and a constant times `length` fails,
/// which ends the process as memory's end does everywhere in Rust.
pub fn bounded<T>(length: usize, base: usize, read: impl FnOnce() -> T) -> T {
    let most = MEMORY.allocated() + base + PER_BYTE * length;
    let limited = MEMORY.set_limit(most).is_ok();
    let result = read();
    let freed = MEMORY.set_limit(usize::MAX).is_ok();
    assert!(limited && freed, "the limit on memory was set");
    result
}
