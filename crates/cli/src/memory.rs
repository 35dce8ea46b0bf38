//! What the C library keeps of memory that is not needed any more.

/// Has buffers of a megabyte and more given back to the system as soon as they are not needed.
///
/// Left to itself, glibc raises that bound up to 32 MB as buffers come and go, and then keeps up to twice as much for each
/// thread: a build of 100,000 articles held 200 MB that nobody used, half as much again as it needed
/// (`just bench-growth`). Where another library allocates, nothing is done.
#[cfg_attr(
    all(target_os = "linux", target_env = "gnu"),
    expect(unsafe_code, reason = "there is no safe way to say it")
)]
pub(crate) fn give_back_large_buffers() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: the function takes two numbers, and may be called at any time; what it does not know it refuses.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 1 << 20);
    }
}
