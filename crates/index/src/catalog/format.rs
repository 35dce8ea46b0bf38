//! The catalog as bytes.
//!
//! ```text
//! magic and version   8 bytes
//! lengths             3 × u64: of the table, of the table packed, of the hashes
//! checksum            32 bytes, BLAKE3 of all before and all after it
//! table, packed       zstd: reading, roots, doomed ids, files
//! hashes              32 bytes a file, which would not shrink
//! ```
//!
//! Numbers are little-endian, those of the table in groups of seven bits. A file's path is given by how many bytes it
//! shares with the path before.

use std::ffi::OsStr;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::{Catalog, FileStat, Gave, Reading, Root, SourceFile, SourcePage};

const MAGIC: &[u8; 8] = b"FZCAT\0\0\x01";
const CHECKSUM: usize = MAGIC.len() + 3 * 8;
const HEADER: usize = CHECKSUM + 32;
/// How hard the table is compressed, in zstd's levels: it is read and written by every update.
const LEVEL: i32 = 1;
/// The largest table that is believed to be one.
const MAX_TABLE: usize = 4 << 30;

const STALE: u8 = 1;
const RACY: u8 = 2;
const DETACHED: u8 = 4;

/// Writes a catalog.
pub(crate) fn encode(catalog: &Catalog) -> std::io::Result<Vec<u8>> {
    let mut table = Vec::new();
    let reading = &catalog.reading;
    table.extend(reading.fingerprint.to_le_bytes());
    table.push(u8::from(reading.keep_all));
    put_number(&mut table, reading.max_bytes);
    match &reading.site_rules {
        None => table.push(0),
        Some(path) => {
            table.push(1);
            put_path(&mut table, path);
        }
    }
    put_number(&mut table, catalog.roots.len() as u64);
    for root in &catalog.roots {
        put_path(&mut table, &root.path);
        put_path(&mut table, &root.absolute);
        put_bytes(&mut table, root.label.as_bytes());
    }
    put_number(&mut table, catalog.doomed.len() as u64);
    for id in &catalog.doomed {
        put_bytes(&mut table, id.as_bytes());
    }
    put_number(&mut table, catalog.files.len() as u64);
    let mut before: &[u8] = &[];
    for file in &catalog.files {
        put_number(&mut table, file.root as u64);
        let path = file.relative.as_os_str().as_encoded_bytes();
        let shared = before.iter().zip(path).take_while(|(a, b)| a == b).count();
        put_number(&mut table, shared as u64);
        put_bytes(&mut table, &path[shared..]);
        before = path;
        put_file(&mut table, file);
    }
    let hashes: Vec<u8> = catalog.files.iter().flat_map(|file| file.hash).collect();
    wrap(&table, &hashes)
}

/// Packs a table, and puts magic, lengths and checksum before it and the hashes.
pub(crate) fn wrap(table: &[u8], hashes: &[u8]) -> std::io::Result<Vec<u8>> {
    let packed = zstd::bulk::compress(table, LEVEL)?;
    let mut bytes = Vec::with_capacity(HEADER + packed.len() + hashes.len());
    bytes.extend_from_slice(MAGIC);
    for length in [table.len(), packed.len(), hashes.len()] {
        bytes.extend((length as u64).to_le_bytes());
    }
    bytes.extend([0; 32]);
    bytes.extend_from_slice(&packed);
    bytes.extend_from_slice(hashes);
    let sum = checksum(&bytes);
    bytes[CHECKSUM..HEADER].copy_from_slice(&sum);
    Ok(bytes)
}

/// Reads a catalog, or says what is wrong with it.
pub(crate) fn decode(bytes: &[u8]) -> Result<Catalog, String> {
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
    if checksum(bytes) != bytes[CHECKSUM..HEADER] {
        return Err("its checksum is wrong".to_owned());
    }
    let mut lengths = bytes[MAGIC.len()..CHECKSUM].chunks_exact(8).map(|chunk| {
        let length: [u8; 8] = chunk.try_into().expect("a chunk has 8 bytes");
        usize::try_from(u64::from_le_bytes(length)).ok()
    });
    let mut length = || lengths.next().flatten().ok_or_else(wrong);
    let (plain, packed, n_hashes) = (length()?, length()?, length()?);
    let (table, hashes) = bytes[HEADER..].split_at_checked(packed).ok_or_else(wrong)?;
    if hashes.len() != n_hashes || plain > MAX_TABLE {
        return Err(wrong());
    }
    let table = unpack(table, plain).ok_or_else(wrong)?;
    read_table(&mut table.as_slice(), hashes).ok_or_else(wrong)
}

/// Unpacks a table of some length; no room is made for what is not there.
fn unpack(packed: &[u8], plain: usize) -> Option<Vec<u8>> {
    let mut table = Vec::new();
    let decoder = zstd::stream::read::Decoder::with_buffer(packed).ok()?;
    let read = decoder.take(plain as u64 + 1).read_to_end(&mut table);
    (read.ok()? == plain).then_some(table)
}

fn checksum(bytes: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&bytes[..CHECKSUM]);
    hasher.update(&bytes[HEADER..]);
    *hasher.finalize().as_bytes()
}

fn put_file(table: &mut Vec<u8>, file: &SourceFile) {
    let flags = (u8::from(file.stale) * STALE)
        | (u8::from(file.racy) * RACY)
        | (u8::from(file.detached) * DETACHED);
    table.push(flags);
    put_number(table, file.stat.size);
    table.extend(file.stat.modified.to_le_bytes());
    table.extend(file.fingerprint.to_le_bytes());
    put_number(table, u64::from(file.n_skipped));
    put_number(table, u64::from(file.n_failed));
    put_number(table, file.pages.len() as u64);
    for page in &file.pages {
        put_bytes(table, page.id.as_bytes());
        put_number(table, page.places.len() as u64);
        for place in &page.places {
            table.extend(place.to_le_bytes());
        }
        match &page.gave {
            Gave::Nothing => table.push(0),
            Gave::Itself => table.push(1),
            Gave::Named(id) => {
                table.push(2);
                put_bytes(table, id.as_bytes());
            }
        }
    }
}

fn read_table(rest: &mut &[u8], hashes: &[u8]) -> Option<Catalog> {
    let reading = Reading {
        fingerprint: take_u64(rest)?,
        keep_all: take_byte(rest)? != 0,
        max_bytes: take_number(rest)?,
        site_rules: match take_byte(rest)? {
            0 => None,
            _ => Some(take_path(rest)?),
        },
    };
    let n_roots = take_number(rest)?;
    let mut roots = Vec::new();
    for _ in 0..n_roots {
        roots.push(Root {
            path: take_path(rest)?,
            absolute: take_path(rest)?,
            label: take_string(rest)?,
        });
    }
    let n_doomed = take_number(rest)?;
    let mut doomed = Vec::new();
    for _ in 0..n_doomed {
        doomed.push(take_string(rest)?);
    }
    let n_files = usize::try_from(take_number(rest)?).ok()?;
    if n_files.checked_mul(32) != Some(hashes.len()) {
        return None;
    }
    let mut files = Vec::with_capacity(n_files);
    let mut path: Vec<u8> = Vec::new();
    for hash in hashes.chunks_exact(32) {
        let root = usize::try_from(take_number(rest)?).ok()?;
        if root >= roots.len() {
            return None;
        }
        let shared = usize::try_from(take_number(rest)?).ok()?;
        if shared > path.len() {
            return None;
        }
        path.truncate(shared);
        path.extend_from_slice(take_bytes(rest)?);
        files.push(SourceFile {
            root,
            relative: to_path(&path)?,
            hash: hash.try_into().ok()?,
            ..take_file(rest)?
        });
    }
    rest.is_empty().then_some(Catalog {
        reading,
        roots,
        files,
        doomed,
    })
}

fn take_file(rest: &mut &[u8]) -> Option<SourceFile> {
    let flags = take_byte(rest)?;
    let mut file = SourceFile {
        stale: flags & STALE != 0,
        racy: flags & RACY != 0,
        detached: flags & DETACHED != 0,
        stat: FileStat {
            size: take_number(rest)?,
            modified: i64::from_le_bytes(take_u64(rest)?.to_le_bytes()),
        },
        fingerprint: take_u64(rest)?,
        n_skipped: u32::try_from(take_number(rest)?).ok()?,
        n_failed: u32::try_from(take_number(rest)?).ok()?,
        ..SourceFile::default()
    };
    let n_pages = take_number(rest)?;
    for _ in 0..n_pages {
        let id = take_string(rest)?;
        let n_places = take_number(rest)?;
        let mut places = Vec::new();
        for _ in 0..n_places {
            places.push(take_u64(rest)?);
        }
        let gave = match take_byte(rest)? {
            0 => Gave::Nothing,
            1 => Gave::Itself,
            2 => Gave::Named(take_string(rest)?),
            _ => return None,
        };
        file.pages.push(SourcePage { id, places, gave });
    }
    Some(file)
}

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn put_path(out: &mut Vec<u8>, path: &Path) {
    put_bytes(out, path.as_os_str().as_encoded_bytes());
}

fn take_byte(rest: &mut &[u8]) -> Option<u8> {
    let (&byte, tail) = rest.split_first()?;
    *rest = tail;
    Some(byte)
}

fn take_number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..63).step_by(7) {
        let byte = take_byte(rest)?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

fn take_u64(rest: &mut &[u8]) -> Option<u64> {
    let (bytes, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(u64::from_le_bytes(*bytes))
}

fn take_bytes<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(take_number(rest)?).ok()?;
    let (bytes, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(bytes)
}

fn take_string(rest: &mut &[u8]) -> Option<String> {
    String::from_utf8(take_bytes(rest)?.to_vec()).ok()
}

fn take_path(rest: &mut &[u8]) -> Option<PathBuf> {
    to_path(take_bytes(rest)?)
}

/// A path of the bytes that one was written as; it need not be UTF-8 where the system does not ask for that.
fn to_path(bytes: &[u8]) -> Option<PathBuf> {
    #[cfg(unix)]
    let text = <OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes);
    #[cfg(not(unix))]
    let text = OsStr::new(std::str::from_utf8(bytes).ok()?);
    Some(text.into())
}

/// Tables, not packed, and how many files they have.
#[cfg(test)]
pub(crate) fn samples() -> Vec<(Vec<u8>, u8)> {
    let catalogs = [tests::catalog(), Catalog::default()];
    let sample = |catalog: Catalog| {
        let bytes = encode(&catalog).expect("memory is there");
        let packed = &bytes[HEADER..bytes.len() - 32 * catalog.files.len()];
        let table = unpack(
            packed,
            u64::from_le_bytes(bytes[8..16].try_into().expect("eight")) as usize,
        );
        (
            table.expect("it was just packed"),
            catalog.files.len() as u8,
        )
    };
    catalogs.into_iter().map(sample).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn catalog() -> Catalog {
        let file = |relative: &str, pages| SourceFile {
            relative: relative.into(),
            hash: *blake3::hash(relative.as_bytes()).as_bytes(),
            stat: FileStat {
                size: 70_000,
                modified: -1,
            },
            fingerprint: 7,
            racy: true,
            n_skipped: 3,
            pages,
            ..SourceFile::default()
        };
        let page = |id: &str, places: &[u64], gave| SourcePage {
            id: id.to_owned(),
            places: places.to_vec(),
            gave,
        };
        Catalog {
            reading: Reading {
                fingerprint: u64::MAX,
                keep_all: true,
                max_bytes: 16 << 20,
                site_rules: Some("rules.toml".into()),
            },
            roots: vec![Root {
                path: "pages".into(),
                absolute: "/srv/pages".into(),
                label: String::new(),
            }],
            files: vec![
                file("2024/一月/a.html", vec![page("a.cn/a", &[], Gave::Itself)]),
                file(
                    "2024/一月/ab.html",
                    vec![
                        page("a.cn/b", &[1, u64::MAX], Gave::Nothing),
                        page("a.cn/c", &[], Gave::Named("a.cn/c#1".to_owned())),
                    ],
                ),
                file("b.html", Vec::new()),
            ],
            doomed: vec!["a.cn/old".to_owned()],
        }
    }

    #[test]
    fn a_catalog_comes_back_as_it_was() {
        for catalog in [catalog(), Catalog::default()] {
            assert_eq!(decode(&encode(&catalog).unwrap()), Ok(catalog));
        }
    }

    #[cfg(unix)]
    #[test]
    fn paths_need_not_be_unicode() {
        let mut catalog = catalog();
        catalog.files[0].relative = to_path(b"d/\xb3\xc7.html").unwrap();
        assert_eq!(decode(&encode(&catalog).unwrap()), Ok(catalog));
    }

    #[test]
    fn damage_is_noticed_and_never_a_panic() {
        let bytes = encode(&catalog()).unwrap();
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end]).is_err(), "{end}");
        }
        for at in 0..bytes.len() {
            let mut bytes = bytes.clone();
            bytes[at] ^= 0x10;
            assert!(decode(&bytes).is_err(), "{at}");
        }
    }

    #[test]
    fn a_table_that_lies_is_noticed_too() {
        let (table, n_files) = samples().remove(0);
        let hashes = &vec![7; 32 * usize::from(n_files)];
        assert!(read_table(&mut table.as_slice(), hashes).is_some());
        for at in 0..table.len() {
            for byte in [0, 0x7f, 0x80, 0xff] {
                let mut table = table.clone();
                table[at] = byte;
                // Whatever it says, reading ends in an answer and not in a panic or an allocation of its size.
                let _ = read_table(&mut table.as_slice(), hashes);
            }
            assert!(read_table(&mut &table[..at], hashes).is_none(), "{at}");
        }
    }
}
