//! Stopping a build by Ctrl-C or `kill`.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Set when the process is told to stop by SIGINT or SIGTERM; a second signal ends it at once.
#[derive(Debug)]
pub(crate) struct StopSignal {
    stop: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
}

impl StopSignal {
    /// From now on, signals are noticed here instead of ending the process.
    pub(crate) fn install() -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let signal = Arc::new(AtomicUsize::new(0));
        for number in [SIGINT, SIGTERM] {
            // In this order: the first signal arms the shutdown for the second.
            flag::register_conditional_shutdown(number, 128 + number, Arc::clone(&stop))?;
            flag::register_usize(number, Arc::clone(&signal), number as usize)?;
            flag::register(number, Arc::clone(&stop))?;
        }
        Ok(Self { stop, signal })
    }

    /// The flag that says to stop.
    pub(crate) fn flag(&self) -> &AtomicBool {
        &self.stop
    }

    /// The exit code to end with if a signal has come: 130 for SIGINT, 143 for SIGTERM.
    pub(crate) fn exit_code(&self) -> Option<u8> {
        if !self.stop.load(Ordering::SeqCst) {
            return None;
        }
        let signal = self.signal.load(Ordering::SeqCst);
        u8::try_from(128 + signal).ok()
    }
}
