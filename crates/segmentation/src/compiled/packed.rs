//! The form a compiled dictionary is kept in: without the empty slots of its double array.
//!
//! The build script, which includes this file, restores them.

const MAGIC: &[u8; 8] = b"fangzhiP";

/// What is left out: an empty slot.
const FILLER: [u8; 8] = [0xFF, 0xFF, 0, 0, 1, 0, 0, 0];

/// Leaves out empty slots.
///
/// The result is a magic number, the length in bytes, a bit for each eight of
/// them that says whether they are kept, and those that are.
pub(crate) fn pack(bytes: &[u8]) -> Vec<u8> {
    let (words, rest) = bytes.as_chunks();
    let mut packed = MAGIC.to_vec();
    packed.extend((bytes.len() as u64).to_le_bytes());
    for group in words.chunks(8) {
        let bits = group.iter().enumerate();
        packed.push(bits.fold(0, |bits, (idx, word)| {
            bits | (u8::from(*word != FILLER) << idx)
        }));
    }
    for word in words.iter().filter(|word| **word != FILLER) {
        packed.extend(word);
    }
    packed.extend(rest);
    packed
}

/// Puts back what [`pack`] left out; `None` if the bytes are not of its making.
pub(crate) fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let rest = packed.strip_prefix(MAGIC)?;
    let (len, rest) = rest.split_first_chunk()?;
    let len = usize::try_from(u64::from_le_bytes(*len)).ok()?;
    let n_words = len / 8;
    let (bits, mut kept) = rest.split_at_checked(n_words.div_ceil(8))?;
    // No more than the bits stand for, so a wrong length costs no memory.
    let mut bytes = Vec::with_capacity(n_words * 8);
    for idx in 0..n_words {
        let is_kept = bits[idx / 8] >> (idx % 8) & 1 != 0;
        if is_kept {
            let (word, rest) = kept.split_first_chunk::<8>()?;
            bytes.extend(word);
            kept = rest;
        } else {
            bytes.extend(FILLER);
        }
    }
    bytes.extend(kept);
    (bytes.len() == len).then_some(bytes)
}
