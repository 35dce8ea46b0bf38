//! Files on their way to the disk while they are still being written.
//!
//! Who ends a file waits until all of it is on the disk, and left to itself the system may not have begun by then: it keeps
//! what was written for half a minute. A large file is therefore sent on its way piece by piece, by a thread beside.

use std::fs::File;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// How many bytes are waited for before they are sent on their way.
const PIECE: usize = 8 << 20;

/// What is left to send of a file that is being written.
#[derive(Default)]
pub(crate) struct Writeback {
    /// How many bytes were written since the last piece.
    n_bytes: usize,
    /// Asks the thread for a piece; `None` before the first one.
    ask: Option<SyncSender<()>>,
}

impl Writeback {
    /// Notes that so many bytes more of the file at `path` were written.
    pub(crate) fn wrote(&mut self, path: &Path, n_bytes: usize) {
        self.n_bytes += n_bytes;
        if self.n_bytes < PIECE {
            return;
        }
        self.n_bytes = 0;
        let ask = self.ask.get_or_insert_with(|| {
            let (ask, asked) = sync_channel(1);
            let path = path.to_owned();
            let thread = thread::Builder::new().name("writeback".to_owned());
            // Without the thread, all that is left to do is done in the end.
            if let Err(error) = thread.spawn(move || send(&path, &asked)) {
                tracing::debug!(%error, "no thread to write back");
            }
            ask
        });
        // If it is still busy with what was before, the next piece is the larger.
        let _ = ask.try_send(());
    }
}

/// Sends what there is of a file on its way whenever it is asked to, until nobody is left to ask.
fn send(path: &Path, asked: &Receiver<()>) {
    let Ok(file) = File::open(path) else {
        return;
    };
    for () in asked {
        // Whoever ends the file sees its errors.
        if file.sync_data().is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::mpsc::TrySendError;

    use super::*;

    #[test]
    fn large_files_have_a_thread_and_small_ones_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let mut file = File::create(&path).unwrap();
        let mut writeback = Writeback::default();
        let bytes = vec![7; PIECE / 2];
        for is_large in [false, true, true] {
            file.write_all(&bytes).unwrap();
            writeback.wrote(&path, bytes.len());
            assert_eq!(writeback.ask.is_some(), is_large);
        }
        let ask = writeback.ask.take().unwrap();
        // It is busy, or takes what it is asked for, but does not end.
        assert!(!matches!(
            ask.try_send(()),
            Err(TrySendError::Disconnected(()))
        ));
    }

    #[test]
    fn a_file_that_is_gone_does_no_harm() {
        let mut writeback = Writeback::default();
        for _ in 0..3 {
            writeback.wrote(Path::new("no/such/file"), PIECE);
        }
    }
}
