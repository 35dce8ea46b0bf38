//! The engine's list of segments, with a checksum, which the engine writes without one.
//!
//! The list is an object of JSON that every commit replaces in one step. The checksum is its last member, so that both
//! change at once, and the file is still the object that the engine and other tools read:
//!
//! ```text
//! {
//!   …,
//!   "opstamp": 12,
//!   "checksum": "64 hexadecimal digits: BLAKE3 of the object as the engine wrote it"
//! }
//! ```

use std::fs;
use std::io;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::schema::Fields;

/// The file's name.
pub(crate) const LIST: &str = "meta.json";

/// How an object ends as the engine writes it.
const END: &[u8] = b"\n}\n";
const BEFORE: &[u8] = b",\n  \"checksum\": \"";
const AFTER: &[u8] = b"\"\n}\n";
const DIGITS: usize = 64;

/// The member that has the fields.
const SCHEMA: &str = "schema";

/// Puts the checksum into an object.
pub(crate) fn seal(list: &[u8]) -> io::Result<Vec<u8>> {
    let members = list
        .strip_suffix(END)
        .ok_or_else(|| io::Error::other("the list of segments is not written as it was"))?;
    let checksum = blake3::hash(list).to_hex();
    Ok([members, BEFORE, checksum.as_bytes(), AFTER].concat())
}

/// The object as the engine may read it, which trusts it, or what is wrong with the file.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
    let list = unseal(bytes)?;
    match parse(&list) {
        Some(object) if object.get(SCHEMA) == Some(&*FIELDS) => Ok(list),
        Some(_) => Err("its fields are not those of its format"),
        None => Err("it is no list of segments"),
    }
}

/// What the engine may read of a damaged file.
pub(crate) fn read_damaged(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
    let mut object = parse(bytes).ok_or("it is no list of segments")?;
    // The fields are known without it.
    object.insert(SCHEMA.to_owned(), FIELDS.clone());
    Ok(serde_json::to_vec(&object).expect("it was JSON before"))
}

fn parse(list: &[u8]) -> Option<serde_json::Map<String, Value>> {
    serde_json::from_slice(list).ok()
}

/// The fields of this format.
static FIELDS: LazyLock<Value> = LazyLock::new(|| {
    let (schema, _) = Fields::build();
    serde_json::to_value(schema).expect("a schema is plain data")
});

/// The object as the engine wrote it, or what is wrong with the file.
pub(crate) fn unseal(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
    let (list, checksum) = split(bytes).ok_or("it has no checksum, or is cut short")?;
    if blake3::hash(&list).to_hex().as_bytes() != checksum {
        return Err("its checksum is wrong");
    }
    Ok(list)
}

/// Checks the list of segments of a generation.
///
/// # Errors
///
/// [`Error::Damaged`] if it is not what was written.
pub(crate) fn check(generation: &Path) -> Result<()> {
    let path = generation.join(LIST);
    let bytes = fs::read(&path).map_err(Error::io("read", &path))?;
    read(&bytes)
        .map(drop)
        .map_err(|reason| Error::damaged(path, reason))
}

/// The object and the checksum that stands in it.
fn split(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let rest = bytes.strip_suffix(AFTER)?;
    let (rest, checksum) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
    let members = rest.strip_suffix(BEFORE)?;
    Some(([members, END].concat(), checksum))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTS: [&[u8]; 2] = [
        b"{\n  \"segments\": [],\n  \"opstamp\": 12\n}\n",
        b"{\n  \"payload\": \"{\\n}\",\n  \"checksum\": \"0\"\n}\n",
    ];

    #[test]
    fn what_is_sealed_comes_back_and_is_the_same_object() {
        for list in LISTS {
            let sealed = seal(list).unwrap();
            assert_eq!(unseal(&sealed), Ok(list.to_vec()));
            let members = |bytes: &[u8]| {
                let mut object: serde_json::Map<String, serde_json::Value> =
                    serde_json::from_slice(bytes).unwrap();
                object.remove("checksum");
                object
            };
            assert_eq!(members(&sealed), members(list));
        }
        assert!(seal(b"{}").is_err());
    }

    #[test]
    fn any_changed_bit_and_any_cut_is_noticed() {
        let mut sealed = seal(LISTS[0]).unwrap();
        for at in 0..sealed.len() {
            assert!(unseal(&sealed[..at]).is_err(), "{at}");
            assert!(unseal(&sealed[at + 1..]).is_err(), "{at}");
            for bit in 0..8 {
                sealed[at] ^= 1 << bit;
                assert!(unseal(&sealed).is_err(), "{at}");
                sealed[at] ^= 1 << bit;
            }
        }
        assert!(unseal(LISTS[0]).is_err());
    }
}
