//! The articles that have come by: the newest in memory, the others, beyond an amount, in a temporary file.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::Path;

use redb::backends::FileBackend;
use redb::{Database, ReadableTable, StorageBackend, TableDefinition, WriteTransaction};

/// What an article came with, hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) title: u64,
    pub(super) text: u64,
}

/// What has come by, by its hashed id.
#[derive(Debug, Default)]
pub(super) struct SeenTable {
    recent: HashMap<u64, Seen>,
    older: Option<Older>,
}

/// Those that are not in memory.
///
/// All is one transaction that is never committed: nothing outlasts the table.
struct Older {
    transaction: WriteTransaction,
    /// After the transaction, which is to end first.
    _database: Database,
}

/// A file of which nothing needs to be on the disk at any time.
#[derive(Debug)]
struct Unsynced(FileBackend);

const SEEN: TableDefinition<'_, u64, (u64, u64)> = TableDefinition::new("seen");

/// The memory for pages of the file, in bytes.
const CACHE: usize = 8 << 20;

impl SeenTable {
    pub(super) fn get(&self, key: u64) -> io::Result<Option<Seen>> {
        if let Some(seen) = self.recent.get(&key) {
            return Ok(Some(*seen));
        }
        match &self.older {
            Some(older) => older.get(key).map_err(io_error),
            None => Ok(None),
        }
    }

    pub(super) fn insert(&mut self, key: u64, seen: Seen) {
        self.recent.insert(key, seen);
    }

    pub(super) fn remove(&mut self, key: u64) -> io::Result<()> {
        self.recent.remove(&key);
        match &self.older {
            Some(older) => older.remove(key).map_err(io_error),
            None => Ok(()),
        }
    }

    /// How many are in memory.
    pub(super) fn n_recent(&self) -> usize {
        self.recent.len()
    }

    /// Moves all that are in memory to a file without a name in `dir`.
    pub(super) fn spill(&mut self, dir: &Path) -> io::Result<()> {
        let older = match &self.older {
            Some(older) => older,
            None => self.older.insert(Older::create(dir)?),
        };
        let mut entries: Vec<(u64, Seen)> = self.recent.iter().map(|(k, v)| (*k, *v)).collect();
        // In order, so that each page of the file is read and written once.
        entries.sort_unstable_by_key(|(key, _)| *key);
        older.extend(&entries).map_err(io_error)?;
        self.recent.clear();
        Ok(())
    }
}

impl Older {
    fn create(dir: &Path) -> io::Result<Self> {
        let file = tempfile::tempfile_in(dir)?;
        Self::on(file).map_err(io_error)
    }

    fn on(file: std::fs::File) -> Result<Self, redb::Error> {
        let database = Database::builder()
            .set_cache_size(CACHE)
            .create_with_backend(Unsynced(FileBackend::new(file)?))?;
        Ok(Self {
            transaction: database.begin_write()?,
            _database: database,
        })
    }

    fn get(&self, key: u64) -> Result<Option<Seen>, redb::Error> {
        let table = self.transaction.open_table(SEEN)?;
        let seen = table.get(key)?.map(|seen| seen.value());
        Ok(seen.map(|(title, text)| Seen { title, text }))
    }

    fn remove(&self, key: u64) -> Result<(), redb::Error> {
        self.transaction.open_table(SEEN)?.remove(key)?;
        Ok(())
    }

    fn extend(&self, entries: &[(u64, Seen)]) -> Result<(), redb::Error> {
        let mut table = self.transaction.open_table(SEEN)?;
        for (key, seen) in entries {
            table.insert(key, (seen.title, seen.text))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Older {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Older").finish_non_exhaustive()
    }
}

impl StorageBackend for Unsynced {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write(offset, data)
    }
}

fn io_error(error: redb::Error) -> io::Error {
    match error {
        redb::Error::Io(error) => error,
        error => io::Error::other(error),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_table_is_a_map(
            steps in proptest::collection::vec((0u64..40, 0u64..3, 0u8..9), 0..200),
        ) {
            let dir = tempfile::tempdir().unwrap();
            let mut table = SeenTable::default();
            let mut map = HashMap::new();
            for (key, text, what) in steps {
                // The lowest and the highest keys.
                let key = key.wrapping_sub(20);
                let seen = Seen { title: key, text };
                match what {
                    0 => table.spill(dir.path()).unwrap(),
                    1 => {
                        table.remove(key).unwrap();
                        map.remove(&key);
                    }
                    2..6 => {
                        table.insert(key, seen);
                        map.insert(key, seen);
                    }
                    _ => prop_assert_eq!(table.get(key).unwrap(), map.get(&key).copied()),
                }
            }
            for key in (0u64..40).map(|key| key.wrapping_sub(20)) {
                prop_assert_eq!(table.get(key).unwrap(), map.get(&key).copied());
            }
        }
    }
}
