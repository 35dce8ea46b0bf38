//! The catalog as a file.
//!
//! ```text
//! magic and version   8 bytes
//! directory           u64: where it begins
//! checksum            32 bytes, BLAKE3 of all behind it and then of all before it
//! blocks              of the tables of files and of pages, in the order in which they were filled, each packed by zstd
//! directory, packed   zstd: length; reading, roots, doomed ids, numbers, blocks of both tables
//! ```
//!
//! Numbers are little-endian, those of the directory in groups of seven bits (LEB128). A file is written from the beginning
//! to the end, but for its first bytes, and read in place, one block at a time.

use std::io::{self, Read as _};
use std::ops::Range;
use std::path::{Path, PathBuf};

use tantivy::directory::OwnedBytes;

use super::rows::{put_bytes, take_array, take_byte, take_bytes, to_path};
use super::table::{Blocks, Table, TableWriter};
use super::{Catalog, Reading, Root, SourceFile, SourcePage};
use crate::spool::{Spool, Spooled};
use crate::varint::{put_varint, take_varint};

const MAGIC: &[u8; 8] = b"FZCAT\0\0\x02";
const CHECKSUM: usize = MAGIC.len() + 8;
const HEADER: usize = CHECKSUM + 32;
/// How hard the directory is compressed, in zstd's levels.
const LEVEL: i32 = 1;
/// The largest directory that is believed to be one.
const MAX_DIRECTORY: u64 = 4 << 30;

/// A catalog that is being written, file by file.
#[derive(Debug)]
pub(crate) struct CatalogWriter {
    spool: Spool,
    files: TableWriter<SourceFile>,
    pages: TableWriter<SourcePage>,
    /// The first page of the file that is not added yet.
    first_page: u64,
    numbers: Numbers,
}

/// What of a catalog is counted while it is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Numbers {
    pub(super) n_articles: u64,
    pub(super) n_failed: u64,
}

/// The files and pages written so far.
pub(crate) struct Tables {
    pub(crate) files: Table<SourceFile>,
    pub(crate) pages: Table<SourcePage>,
}

impl CatalogWriter {
    /// Begins a catalog in a file of a directory, which is gone when it is not used any more, or in memory.
    pub(crate) fn new(dir: Option<&Path>) -> io::Result<Self> {
        let mut spool = Spool::new(dir)?;
        spool.write(&[0; HEADER])?;
        Ok(Self {
            spool,
            files: TableWriter::new(),
            pages: TableWriter::new(),
            first_page: 0,
            numbers: Numbers::default(),
        })
    }

    /// How many files there are.
    pub(crate) fn n_files(&self) -> u64 {
        self.files.len()
    }

    /// The numbers of the pages since the last file.
    pub(crate) fn pages(&self) -> Range<u64> {
        self.first_page..self.pages.len()
    }

    /// Adds a page; the file that it is of follows, after its other pages.
    pub(crate) fn page(&mut self, page: SourcePage) -> io::Result<()> {
        self.numbers.n_articles += u64::from(page.article().is_some());
        self.pages.push(page, &mut self.spool)
    }

    /// Adds a file, of the [pages](Self::pages) since the last one.
    pub(crate) fn file(&mut self, file: SourceFile) -> io::Result<()> {
        self.numbers.n_failed += u64::from(file.n_failed);
        let file = file.of_pages(self.pages());
        self.first_page = self.pages.len();
        self.files.push(file, &mut self.spool)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.files.flush(&mut self.spool)?;
        self.pages.flush(&mut self.spool)
    }

    /// What was added so far.
    pub(crate) fn tables(&mut self) -> io::Result<Tables> {
        self.flush()?;
        let spooled = self.spool.read()?;
        Ok(Tables {
            files: Table::new(spooled.clone(), self.files.blocks()),
            pages: Table::new(spooled, self.pages.blocks()),
        })
    }

    /// Ends the catalog.
    pub(crate) fn finish(
        mut self,
        reading: Reading,
        roots: Vec<Root>,
        doomed: Vec<String>,
    ) -> io::Result<Catalog> {
        self.flush()?;
        let (files, pages) = (self.files.blocks(), self.pages.blocks());
        let mut directory = Vec::new();
        put_head(&mut directory, &reading, &roots, &doomed);
        put_varint(&mut directory, self.numbers.n_articles);
        put_varint(&mut directory, self.numbers.n_failed);
        files.put(&mut directory);
        pages.put(&mut directory);
        let begins = self.spool.len();
        self.spool.write(&pack(&directory)?)?;
        let header = header(begins, &self.spool.read()?.bytes);
        self.spool.overwrite(&header)?;
        let spooled = self.spool.into_read()?;
        Ok(Catalog {
            reading,
            roots,
            doomed,
            numbers: self.numbers,
            files: Table::new(spooled.clone(), files),
            pages: Table::new(spooled.clone(), pages),
            spooled,
        })
    }
}

/// Reads a catalog in place, or says what is wrong with it.
pub(crate) fn decode(bytes: OwnedBytes) -> Result<Catalog, String> {
    let wrong = || "it is no table of files".to_owned();
    if !bytes.starts_with(&MAGIC[..MAGIC.len() - 1]) {
        return Err(wrong());
    }
    if !bytes.starts_with(MAGIC) {
        return Err("it is a table of files of another version".to_owned());
    }
    if bytes.len() < HEADER {
        return Err("it is cut short".to_owned());
    }
    let (mut rest, _) = bytes[MAGIC.len()..].split_at(8);
    let begins = u64::from_le_bytes(take_array(&mut rest).ok_or_else(wrong)?);
    if header(begins, &bytes) != bytes[..HEADER] {
        return Err("its checksum is wrong".to_owned());
    }
    let begins = usize::try_from(begins).map_err(|_| wrong())?;
    let directory = bytes.get(begins..).and_then(unpack).ok_or_else(wrong)?;
    read_directory(&mut directory.as_slice(), Spooled::of(bytes)).ok_or_else(wrong)
}

/// The first bytes of a file, which has room for them.
fn header(begins: u64, bytes: &[u8]) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[..MAGIC.len()].copy_from_slice(MAGIC);
    header[MAGIC.len()..CHECKSUM].copy_from_slice(&begins.to_le_bytes());
    let mut hasher = blake3::Hasher::new();
    hasher.update(&bytes[HEADER..]);
    hasher.update(&header[..CHECKSUM]);
    header[CHECKSUM..].copy_from_slice(hasher.finalize().as_bytes());
    header
}

fn pack(directory: &[u8]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    put_varint(&mut bytes, directory.len() as u64);
    bytes.extend(zstd::bulk::compress(directory, LEVEL)?);
    Ok(bytes)
}

/// Unpacks a directory; no room is made for what is not there.
fn unpack(mut packed: &[u8]) -> Option<Vec<u8>> {
    let plain = take_varint(&mut packed)?;
    let mut directory = Vec::new();
    let decoder = zstd::stream::read::Decoder::with_buffer(packed).ok()?;
    let read = decoder.take(plain.min(MAX_DIRECTORY) + 1);
    let n_read = { read }.read_to_end(&mut directory).ok()?;
    (n_read as u64 == plain).then_some(directory)
}

fn put_head(out: &mut Vec<u8>, reading: &Reading, roots: &[Root], doomed: &[String]) {
    out.extend(reading.fingerprint.to_le_bytes());
    out.push(u8::from(reading.keep_all));
    put_varint(out, reading.max_bytes);
    match &reading.site_rules {
        None => out.push(0),
        Some(path) => {
            out.push(1);
            put_path(out, path);
        }
    }
    put_varint(out, roots.len() as u64);
    for root in roots {
        put_path(out, &root.path);
        put_path(out, &root.absolute);
        put_bytes(out, root.label.as_bytes());
    }
    put_varint(out, doomed.len() as u64);
    for id in doomed {
        put_bytes(out, id.as_bytes());
    }
}

fn read_directory(rest: &mut &[u8], spooled: Spooled) -> Option<Catalog> {
    let reading = Reading {
        fingerprint: u64::from_le_bytes(take_array(rest)?),
        keep_all: take_byte(rest)? != 0,
        max_bytes: take_varint(rest)?,
        site_rules: match take_byte(rest)? {
            0 => None,
            _ => Some(take_path(rest)?),
        },
    };
    let n_roots = take_varint(rest)?;
    let mut roots = Vec::new();
    for _ in 0..n_roots {
        roots.push(Root {
            path: take_path(rest)?,
            absolute: take_path(rest)?,
            label: take_string(rest)?,
        });
    }
    let n_doomed = take_varint(rest)?;
    let mut doomed = Vec::new();
    for _ in 0..n_doomed {
        doomed.push(take_string(rest)?);
    }
    let numbers = Numbers {
        n_articles: take_varint(rest)?,
        n_failed: take_varint(rest)?,
    };
    let files = Table::new(spooled.clone(), Blocks::take(rest)?);
    let pages = Table::new(spooled.clone(), Blocks::take(rest)?);
    let catalog = Catalog {
        reading,
        roots,
        doomed,
        numbers,
        files,
        pages,
        spooled,
    };
    rest.is_empty().then_some(catalog)
}

fn put_path(out: &mut Vec<u8>, path: &Path) {
    put_bytes(out, path.as_os_str().as_encoded_bytes());
}

fn take_path(rest: &mut &[u8]) -> Option<PathBuf> {
    to_path(take_bytes(rest)?)
}

fn take_string(rest: &mut &[u8]) -> Option<String> {
    String::from_utf8(take_bytes(rest)?.to_vec()).ok()
}

/// Makes a catalog of rows as somebody may make them on purpose: of one block of files and one of pages, not packed, with
/// their numbers of rows.
#[cfg(any(test, fuzzing))]
pub(crate) fn wrap(files: (&[u8], u8), pages: (&[u8], u8)) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; HEADER];
    let mut directory = Vec::new();
    let root = Root {
        path: "pages".into(),
        absolute: "/srv/pages".into(),
        label: String::new(),
    };
    put_head(&mut directory, &Reading::default(), &[root], &[]);
    for number in [7, 0] {
        put_varint(&mut directory, number);
    }
    for (plain, n_rows) in [files, pages] {
        let packed = zstd::bulk::compress(plain, LEVEL)?;
        put_varint(&mut directory, 1);
        put_varint(&mut directory, u64::from(n_rows));
        for number in [bytes.len(), packed.len(), plain.len()] {
            put_varint(&mut directory, number as u64);
        }
        bytes.extend(packed);
    }
    let begins = bytes.len() as u64;
    bytes.extend(pack(&directory)?);
    let header = header(begins, &bytes);
    bytes[..HEADER].copy_from_slice(&header);
    Ok(bytes)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::super::table::Row;
    use super::super::{FileStat, Gave};
    use super::*;

    fn page(id: &str, places: &[u64], gave: Gave) -> SourcePage {
        SourcePage {
            id: id.to_owned(),
            places: places.to_vec(),
            gave,
        }
    }

    fn file(relative: &str, first_page: u64, n_pages: u64) -> SourceFile {
        SourceFile {
            relative: relative.into(),
            hash: *blake3::hash(relative.as_bytes()).as_bytes(),
            stat: FileStat {
                size: 70_000,
                modified: -1,
            },
            fingerprint: 7,
            racy: true,
            n_skipped: 3,
            first_page,
            n_pages,
            ..SourceFile::default()
        }
    }

    fn pages() -> [SourcePage; 3] {
        [
            page("a.cn/a", &[], Gave::Itself),
            page("a.cn/b", &[1, u64::MAX], Gave::Nothing),
            page("a.cn/c", &[], Gave::Named("a.cn/c#1".to_owned())),
        ]
    }

    fn files() -> [SourceFile; 3] {
        [
            file("2024/一月/a.html", 0, 1),
            file("2024/一月/ab.html", 1, 2),
            file("b.html", 3, 0),
        ]
    }

    pub(crate) fn sample() -> Catalog {
        let mut catalog = CatalogWriter::new(None).unwrap();
        let mut pages = pages().into_iter();
        for file in files() {
            for page in pages.by_ref().take(file.n_pages as usize) {
                catalog.page(page).unwrap();
            }
            catalog.file(file).unwrap();
        }
        let reading = Reading {
            fingerprint: u64::MAX,
            keep_all: true,
            max_bytes: 16 << 20,
            site_rules: Some("rules.toml".into()),
        };
        let root = Root {
            path: "pages".into(),
            absolute: "/srv/pages".into(),
            label: String::new(),
        };
        let doomed = vec!["a.cn/old".to_owned()];
        catalog.finish(reading, vec![root], doomed).unwrap()
    }

    /// The rows of the sample's files and pages, not packed, as [`wrap`] takes them.
    pub(crate) fn sample_rows() -> (Vec<u8>, Vec<u8>) {
        fn put<R: Row>(rows: &[R]) -> Vec<u8> {
            let mut bytes = Vec::new();
            for (i, row) in rows.iter().enumerate() {
                row.put(i.checked_sub(1).map(|i| &rows[i]), &mut bytes);
            }
            bytes
        }
        (put(&files()), put(&pages()))
    }

    #[test]
    fn rows_that_are_wrapped_up_come_back() {
        let (files, pages) = sample_rows();
        let catalog = decode(&wrap((&files, 3), (&pages, 3)).unwrap()).unwrap();
        assert!(catalog.files.rows().eq(sample().files.rows()));
        assert!(catalog.pages.rows().eq(sample().pages.rows()));
    }

    fn decode(bytes: &[u8]) -> Result<Catalog, String> {
        super::decode(OwnedBytes::new(bytes.to_vec()))
    }

    #[test]
    fn a_catalog_comes_back_as_it_was() {
        for catalog in [sample(), Catalog::default()] {
            let again = decode(catalog.bytes()).unwrap();
            assert_eq!(again, catalog);
            assert_eq!(again.numbers, catalog.numbers);
        }
    }

    #[test]
    fn what_it_is_asked_for() {
        let catalog = sample();
        assert_eq!((catalog.n_files(), catalog.n_articles()), (3, 2));
        let articles: Vec<String> = catalog.articles().collect();
        assert_eq!(articles, ["a.cn/a", "a.cn/c#1"]);
        let file = catalog.file_of("a.cn/c#1").unwrap();
        assert_eq!(file, Path::new("/srv/pages/2024/一月/ab.html"));
        assert_eq!(catalog.file_of("a.cn/c"), None);
    }

    #[test]
    fn what_is_gone_is_known_to_be() {
        let catalog = sample();
        let gone = |id: &str| id == "a.cn/c#1" || id == "a.cn/old";
        let dir = tempfile::tempdir().unwrap();
        for (found, dir) in [(false, None), (true, Some(dir.path()))] {
            let catalog = catalog.without(gone, found, dir).unwrap();
            assert_eq!((catalog.n_articles(), catalog.n_doomed()), (1, 0));
            let files: Vec<SourceFile> = catalog.files.rows().collect();
            let of = |flag: fn(&SourceFile) -> bool| files.iter().map(flag).collect::<Vec<_>>();
            assert_eq!(of(|file| file.detached), [false, true, false]);
            assert_eq!(of(|file| file.stale), [false, found, false]);
        }
    }

    #[test]
    fn damage_is_noticed_and_never_a_panic() {
        let bytes = sample().bytes().to_vec();
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end]).is_err(), "{end}");
        }
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x10;
            assert!(decode(&bytes).is_err(), "{at}");
        }
    }
}
