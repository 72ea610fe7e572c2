//! An allocator that hands out and never takes back: enough to link against.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};

const BYTES: usize = 1 << 20;

struct Heap {
    room: UnsafeCell<[u8; BYTES]>,
    used: AtomicUsize,
}

// SAFETY: `room` is reached through `alloc` alone, whose ranges never overlap.
unsafe impl Sync for Heap {}

// SAFETY: a returned range lies within `room`, is aligned, and is handed out once.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let start = self.room.get().cast::<u8>();
        let taken = self
            .used
            .try_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                let padding =
                    (start as usize).wrapping_add(used).wrapping_neg() & (layout.align() - 1);
                used.checked_add(padding)?
                    .checked_add(layout.size())
                    .filter(|end| *end <= BYTES)
            });
        match taken {
            Ok(used) => {
                let padding =
                    (start as usize).wrapping_add(used).wrapping_neg() & (layout.align() - 1);
                start.wrapping_add(used).wrapping_add(padding)
            }
            Err(_) => ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static HEAP: Heap = Heap {
    room: UnsafeCell::new([0; BYTES]),
    used: AtomicUsize::new(0),
};
