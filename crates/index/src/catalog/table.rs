//! Rows in blocks, each packed by zstd: a table that is written and read one block at a time.

use std::io;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use crate::spool::{Spool, Spooled};
use crate::varint::{put_varint, take_varint};

/// How hard blocks are compressed, in zstd's levels: they are read and written by every update.
const LEVEL: i32 = 1;
/// A block ends after so many rows,
const MAX_ROWS: u64 = 256;
/// or so many bytes, not yet packed.
const MAX_BYTES: usize = 64 << 10;
/// The largest block that is believed to be one, in bytes not packed: a row that is longer than blocks are is alone in its.
const MAX_PLAIN: u64 = 64 << 20;

/// A row of a table.
pub(crate) trait Row: Clone {
    /// Appends the row, by what it shares with the one before it in its block.
    fn put(&self, before: Option<&Self>, out: &mut Vec<u8>);

    /// Reads what [`put`](Self::put) appended off the front of `rest`; `None` where there is no such row.
    fn take(before: Option<&Self>, rest: &mut &[u8]) -> Option<Self>;
}

/// Where a block is, and what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    /// The number of its first row.
    first: u64,
    n_rows: u64,
    /// Where it begins in the file, and how many bytes it has there and unpacked.
    start: u64,
    packed: u64,
    plain: u64,
}

/// Which blocks a table has; without the blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Blocks(Vec<Block>);

/// A table that is being written.
#[derive(Debug)]
pub(super) struct TableWriter<R> {
    blocks: Vec<Block>,
    /// The block that is being filled: its rows, and the last of them.
    plain: Vec<u8>,
    n_rows: u64,
    before: Option<R>,
}

/// A table that can be read.
#[derive(Debug, Clone)]
pub(crate) struct Table<R> {
    spooled: Spooled,
    blocks: Arc<[Block]>,
    rows: PhantomData<R>,
}

/// Reads rows of a table, quickest in their order: it holds one block.
#[derive(Debug)]
pub(crate) struct Reader<R> {
    table: Table<R>,
    first: u64,
    rows: Vec<R>,
}

impl<R: Row> TableWriter<R> {
    pub(super) fn new() -> Self {
        Self {
            blocks: Vec::new(),
            plain: Vec::new(),
            n_rows: 0,
            before: None,
        }
    }

    /// How many rows it has.
    pub(super) fn len(&self) -> u64 {
        n_rows(&self.blocks) + self.n_rows
    }

    pub(super) fn push(&mut self, row: R, spool: &mut Spool) -> io::Result<()> {
        row.put(self.before.as_ref(), &mut self.plain);
        self.before = Some(row);
        self.n_rows += 1;
        match self.n_rows == MAX_ROWS || self.plain.len() >= MAX_BYTES {
            true => self.flush(spool),
            false => Ok(()),
        }
    }

    /// Ends the block, if there is anything in it.
    pub(super) fn flush(&mut self, spool: &mut Spool) -> io::Result<()> {
        if self.n_rows == 0 {
            return Ok(());
        }
        let packed = zstd::bulk::compress(&self.plain, LEVEL)?;
        let start = spool.len();
        spool.write(&packed)?;
        self.blocks.push(Block {
            first: n_rows(&self.blocks),
            n_rows: self.n_rows,
            start,
            packed: packed.len() as u64,
            plain: self.plain.len() as u64,
        });
        self.plain.clear();
        self.n_rows = 0;
        self.before = None;
        Ok(())
    }

    /// The blocks so far.
    pub(super) fn blocks(&self) -> Blocks {
        Blocks(self.blocks.clone())
    }
}

impl Blocks {
    /// Appends where the blocks are.
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        put_varint(out, self.0.len() as u64);
        for block in &self.0 {
            for number in [block.n_rows, block.start, block.packed, block.plain] {
                put_varint(out, number);
            }
        }
    }

    /// Reads what [`put`](Self::put) appended.
    pub(super) fn take(rest: &mut &[u8]) -> Option<Self> {
        let n_blocks = take_varint(rest)?;
        let mut blocks = Vec::new();
        for _ in 0..n_blocks {
            let block = Block {
                first: n_rows(&blocks),
                n_rows: take_varint(rest)?,
                start: take_varint(rest)?,
                packed: take_varint(rest)?,
                plain: take_varint(rest)?,
            };
            block.first.checked_add(block.n_rows)?;
            if block.plain > MAX_PLAIN || block.n_rows > MAX_ROWS {
                return None;
            }
            blocks.push(block);
        }
        Some(Self(blocks))
    }
}

impl<R: Row> Table<R> {
    pub(super) fn new(spooled: Spooled, blocks: Blocks) -> Self {
        Self {
            spooled,
            blocks: blocks.0.into(),
            rows: PhantomData,
        }
    }

    /// How many rows it has.
    pub(crate) fn len(&self) -> u64 {
        n_rows(&self.blocks)
    }

    /// All rows, in order. A block that is not what was written has none.
    pub(crate) fn rows(&self) -> impl Iterator<Item = R> {
        (0..self.blocks.len()).flat_map(|block| self.block(block))
    }

    pub(crate) fn reader(&self) -> Reader<R> {
        Reader {
            table: self.clone(),
            first: 0,
            rows: Vec::new(),
        }
    }

    fn block(&self, number: usize) -> Vec<R> {
        self.read(self.blocks[number]).unwrap_or_default()
    }

    fn read(&self, block: Block) -> Option<Vec<R>> {
        let start = usize::try_from(block.start).ok()?;
        let end = start.checked_add(usize::try_from(block.packed).ok()?)?;
        let plain = usize::try_from(block.plain).ok()?;
        let plain = zstd::bulk::decompress(self.spooled.bytes.get(start..end)?, plain).ok()?;
        let mut rest = plain.as_slice();
        let mut rows: Vec<R> = Vec::with_capacity(usize::try_from(block.n_rows).ok()?);
        for _ in 0..block.n_rows {
            rows.push(R::take(rows.last(), &mut rest)?);
        }
        rest.is_empty().then_some(rows)
    }
}

impl<R: Row> Reader<R> {
    /// The row of a number; `None` if there is no such row, or its block is not what was written.
    pub(crate) fn row(&mut self, number: u64) -> Option<&R> {
        let in_block = |first: u64, rows: &[R]| {
            let at = usize::try_from(number.checked_sub(first)?).ok()?;
            (at < rows.len()).then_some(at)
        };
        if in_block(self.first, &self.rows).is_none() {
            let blocks = &self.table.blocks;
            let block = blocks.partition_point(|block| block.first <= number);
            let block = block.checked_sub(1)?;
            self.rows = self.table.block(block);
            self.first = self.table.blocks[block].first;
        }
        let at = in_block(self.first, &self.rows)?;
        Some(&self.rows[at])
    }

    /// The rows of some numbers, in order, with these.
    pub(crate) fn rows(&mut self, numbers: Range<u64>) -> Rows<'_, R> {
        Rows {
            reader: self,
            numbers,
        }
    }
}

/// Some rows of a table in order; see [`Reader::rows`].
pub(crate) struct Rows<'r, R> {
    reader: &'r mut Reader<R>,
    numbers: Range<u64>,
}

impl<R: Row> Rows<'_, R> {
    /// The next row, with its number; none behind one that cannot be read.
    pub(crate) fn next(&mut self) -> Option<(u64, &R)> {
        let number = self.numbers.next()?;
        Some((number, self.reader.row(number)?))
    }
}

fn n_rows(blocks: &[Block]) -> u64 {
    blocks.last().map_or(0, |block| block.first + block.n_rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Number(u64);

    impl Row for Number {
        fn put(&self, before: Option<&Self>, out: &mut Vec<u8>) {
            put_varint(out, self.0 - before.map_or(0, |before| before.0));
        }

        fn take(before: Option<&Self>, rest: &mut &[u8]) -> Option<Self> {
            let before = before.map_or(0, |before| before.0);
            Some(Self(take_varint(rest)?.checked_add(before)?))
        }
    }

    fn table(n_rows: u64, flush_at: u64) -> Table<Number> {
        let mut spool = Spool::new(None).unwrap();
        let mut writer = TableWriter::new();
        for i in 0..n_rows {
            writer.push(Number(i * i), &mut spool).unwrap();
            assert_eq!(writer.len(), i + 1);
            if i == flush_at {
                writer.flush(&mut spool).unwrap();
            }
        }
        writer.flush(&mut spool).unwrap();
        let mut directory = Vec::new();
        writer.blocks().put(&mut directory);
        let blocks = Blocks::take(&mut directory.as_slice()).unwrap();
        assert_eq!(blocks, writer.blocks());
        Table::new(spool.into_read().unwrap(), blocks)
    }

    #[test]
    fn rows_come_back_in_any_order() {
        for (n_rows, flush_at) in [(0, 0), (1, 0), (256, 9), (257, 999), (1000, 300)] {
            let table = table(n_rows, flush_at);
            assert_eq!(table.len(), n_rows);
            let expect: Vec<Number> = (0..n_rows).map(|i| Number(i * i)).collect();
            assert_eq!(table.rows().collect::<Vec<_>>(), expect);
            let mut reader = table.reader();
            for i in (0..n_rows).rev().step_by(7) {
                assert_eq!(reader.row(i), Some(&Number(i * i)));
            }
            assert_eq!(reader.row(n_rows), None);
            let mut rows = reader.rows(3..n_rows.max(3));
            while let Some((i, row)) = rows.next() {
                assert_eq!(row, &Number(i * i));
            }
        }
    }

    #[test]
    fn blocks_that_cannot_be_are_refused_and_never_a_panic() {
        let mut table = table(300, 999);
        table.spooled = Spooled::of(tantivy::directory::OwnedBytes::new(b"no".to_vec()));
        assert_eq!(table.rows().count(), 0);
        assert_eq!(table.reader().row(7), None);
        let mut directory = Vec::new();
        Blocks(table.blocks.to_vec()).put(&mut directory);
        for end in 0..directory.len() {
            assert_eq!(Blocks::take(&mut &directory[..end]), None);
        }
        for number in [u64::MAX, MAX_PLAIN + 1] {
            let mut directory = Vec::new();
            for number in [1, 1, 0, 0, number] {
                put_varint(&mut directory, number);
            }
            assert_eq!(Blocks::take(&mut directory.as_slice()), None);
        }
    }
}
