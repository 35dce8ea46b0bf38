//! What the C library keeps of memory that is not needed any more.

/// The size from which on a buffer is given back to the system as soon as it is not needed, in bytes.
///
/// Left to itself, glibc raises that bound up to 32 MB as buffers come and go, and then keeps up to twice as much for each
/// thread: a build of 100,000 articles held 200 MB that nobody used, half as much again as it needed
/// (`just bench-growth`).
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const LARGE_BUFFER: libc::c_int = 1 << 20;

/// How many bytes of smaller buffers a thread keeps for its next ones, and by how many it asks for more.
///
/// Once the bound above is set, glibc keeps no more than 128 KB: threads that parse one page after the other then spend a
/// third of the time they are in the system with giving back what they ask for again.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const KEPT: [(libc::c_int, libc::c_int); 2] = [
    (libc::M_TRIM_THRESHOLD, 4 << 20),
    (libc::M_TOP_PAD, 512 << 10),
];

/// Has large buffers given back to the system, and small ones kept; where another library allocates, nothing is done.
#[cfg_attr(
    all(target_os = "linux", target_env = "gnu"),
    expect(unsafe_code, reason = "there is no safe way to say it")
)]
pub(crate) fn give_back_large_buffers() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    for (parameter, value) in [(libc::M_MMAP_THRESHOLD, LARGE_BUFFER)]
        .into_iter()
        .chain(KEPT)
    {
        // SAFETY: the function takes two numbers, and may be called at any time; what it does not know it refuses.
        unsafe {
            libc::mallopt(parameter, value);
        }
    }
}
