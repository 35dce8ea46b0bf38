//! What the C library keeps of memory that is not needed any more.

/// What the C library is told.
///
/// - A buffer of a megabyte and more is given back as soon as it is not needed. Left to itself, glibc raises that bound up
///   to 32 MB as buffers come and go, and then keeps up to twice as much for each thread: a build of 100,000 articles held
///   200 MB that nobody used, half as much again as it needed (`just bench-growth`).
/// - Of smaller buffers a thread keeps four megabytes for its next ones, and asks for half a megabyte more at a time. Once
///   the first bound is set, glibc keeps no more than 128 KB: threads that parse one page after the other then spend a
///   third of the time they are in the system with giving back what they ask for again.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const BOUNDS: [(libc::c_int, libc::c_int); 3] = [
    (libc::M_MMAP_THRESHOLD, 1 << 20),
    (libc::M_TRIM_THRESHOLD, 4 << 20),
    (libc::M_TOP_PAD, 512 << 10),
];

/// Sets bounds to what is kept; where another library allocates, nothing is done.
#[cfg_attr(
    all(target_os = "linux", target_env = "gnu"),
    expect(unsafe_code, reason = "there is no safe way to say it")
)]
pub(crate) fn set_bounds() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    for (parameter, value) in BOUNDS {
        // SAFETY: the function takes two numbers, and may be called at any time; what it does not know it refuses.
        unsafe {
            libc::mallopt(parameter, value);
        }
    }
}
