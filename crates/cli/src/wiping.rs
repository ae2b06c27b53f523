//! Memory that is given back is wiped first: passphrases on their way in, and what was read from the vault, lie in buffers of
//! many libraries, and none of it is left where another part of the program, or who looks at its memory, could find it.

use std::alloc::{GlobalAlloc, Layout};

use mimalloc::MiMalloc;

/// The allocator below, which wipes.
pub(crate) struct Wiping(pub(crate) MiMalloc);

#[allow(unsafe_code, reason = "an allocator is unsafe by its trait")]
// SAFETY: every call goes to `MiMalloc` as it came, and `dealloc` writes only within a block that its caller gives up. A block
// that grows is moved as the trait's own `realloc` does it, by these three, so what it leaves behind is wiped as well.
unsafe impl GlobalAlloc for Wiping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block is of this size and nobody uses it any more. It goes to a foreign function right after, so the
        // write is not left out as one that nobody reads.
        unsafe {
            block.write_bytes(0, layout.size());
            self.0.dealloc(block, layout);
        }
    }
}
