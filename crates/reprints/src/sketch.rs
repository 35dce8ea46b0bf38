//! A set of hashes in a few bits, from which the sizes of unions and intersections are estimated.
//!
//! Each sampled element sets one bit (linear counting: Whang, Vander-Zanden and Taylor 1990, "A linear-time
//! probabilistic counting algorithm for database applications").
//! Large sets are sampled by the hash itself, so that the samples of two sets agree on what they leave out; the
//! rate is 2^(−r/4) and is kept beside the bits.

use crate::hash::{below, mix};

/// A sample of a set in `M` bits, at most 128.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Sketch<const M: usize> {
    bits: [u64; 2],
    /// How many bits are set, as counting them takes longer than all else where the processor cannot be relied upon to.
    n_set: u8,
    /// The elements whose hash is below 2^(32 − rate/4) were sampled.
    rate: u8,
}

/// How much two sets have in common, in elements.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Overlap {
    /// Of the first set, about.
    pub(crate) first: f32,
    /// Of the second set, about.
    pub(crate) second: f32,
    /// Of both, about; never more than the smaller set has.
    pub(crate) shared: f32,
}

impl Overlap {
    /// Counts what two sets have in common; each may name an element several times.
    pub(crate) fn exact(mut first: Vec<u64>, mut second: Vec<u64>) -> Self {
        for set in [&mut first, &mut second] {
            set.sort_unstable();
            set.dedup();
        }
        let shared = first
            .iter()
            .filter(|hash| second.binary_search(hash).is_ok())
            .count();
        Self {
            first: first.len() as f32,
            second: second.len() as f32,
            shared: shared as f32,
        }
    }

    /// The Jaccard index: what is shared of what there is; 0 for empty sets.
    pub(crate) fn jaccard(self) -> f32 {
        ratio(self.shared, self.first + self.second - self.shared)
    }

    /// What is shared of the smaller set; 0 for an empty one.
    pub(crate) fn containment(self) -> f32 {
        ratio(self.shared, self.smaller())
    }

    pub(crate) fn is_empty(self) -> bool {
        self.first + self.second == 0.0
    }

    pub(crate) fn smaller(self) -> f32 {
        self.first.min(self.second)
    }
}

/// The bound below which 2^(−r/4) of all 32-bit numbers are, for each `r` of 0 to 3, over 2^32.
const QUARTERS: [u64; 4] = [0x1_0000_0000, 0xd744_fccb, 0xb504_f334, 0x9837_f052];
/// From here on nothing would be sampled.
const MAX_RATE: u8 = 127;

fn bound(rate: u8) -> u64 {
    QUARTERS[usize::from(rate % 4)] >> (rate / 4)
}

/// 2^(rate/4), the number of elements that a sampled one stands for.
fn weight(rate: u8) -> f32 {
    (0x1_0000_0000_u64 as f64 / bound(rate) as f64) as f32
}

impl<const M: usize> Sketch<M> {
    /// Sketches a set of about `hashes.len()` elements, sampling at most about `load` for each bit.
    pub(crate) fn new(hashes: &[u64], load: f64) -> Self {
        let n = hashes.len() as u64;
        let n_samples = (M as f64 * load) as u64;
        let rate = (0..MAX_RATE)
            .find(|&rate| (n * bound(rate)) >> 32 <= n_samples)
            .unwrap_or(MAX_RATE);
        let bound = bound(rate);
        let mut bits = [0; 2];
        for &hash in hashes {
            if hash >> 32 < bound {
                let place = below(hash as u32, M as u32) as usize;
                bits[place / 64] |= 1 << (place % 64);
            }
        }
        Self::of_bits(bits, rate)
    }

    fn of_bits(bits: [u64; 2], rate: u8) -> Self {
        Self {
            bits,
            n_set: count(bits) as u8,
            rate,
        }
    }

    /// Estimates how much the sets have in common.
    pub(crate) fn overlap(&self, other: &Self) -> Overlap {
        let [first, second] = [self, other].map(|set| u32::from(set.n_set));
        let union = count([0, 1].map(|i| self.bits[i] | other.bits[i]));
        // At the smaller rate, both samples have what both sets have; what else the larger sample has sets bits
        // of its own, which counting takes into account.
        let shared = (elements::<M>(first) + elements::<M>(second) - elements::<M>(union)).max(0.0);
        let first = elements::<M>(first) * weight(self.rate);
        let second = elements::<M>(second) * weight(other.rate);
        let shared = shared * weight(self.rate.max(other.rate));
        Overlap {
            first,
            second,
            shared: shared.min(first).min(second),
        }
    }

    /// A hash that tells most sketches apart; it is kept nowhere.
    pub(crate) fn mixed(&self) -> u64 {
        mix(self.bits[0] ^ mix(self.bits[1] ^ mix(self.rate.into())))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bits == [0; 2]
    }

    /// The rate and the bits, in `1 + M / 8` bytes.
    pub(crate) fn write(&self, out: &mut [u8]) {
        let mut bits = [0; 16];
        bits[..8].copy_from_slice(&self.bits[0].to_le_bytes());
        bits[8..].copy_from_slice(&self.bits[1].to_le_bytes());
        out[0] = self.rate;
        out[1..].copy_from_slice(&bits[..M / 8]);
    }

    /// What [`Sketch::write`] wrote.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut bits = [0_u8; 16];
        bits[..M / 8].copy_from_slice(&bytes[1..]);
        let (words, _) = bits.as_chunks();
        let bits = [0, 1].map(|i| u64::from_le_bytes(words[i]));
        Self::of_bits(bits, bytes[0].min(MAX_RATE))
    }
}

/// How many bits are set.
fn count(bits: [u64; 2]) -> u32 {
    bits[0].count_ones() + bits[1].count_ones()
}

/// How many elements set `n_set` of `M` bits, on average: the sum of M/(M − i) over all i < n_set.
fn elements<const M: usize>(n_set: u32) -> f32 {
    const { assert!(M <= 128 && M.is_multiple_of(8)) };
    (const { &Table::<M>::ELEMENTS })[(n_set as usize).min(M)]
}

struct Table<const M: usize>;

impl<const M: usize> Table<M> {
    const ELEMENTS: [f32; 129] = {
        let mut elements = [0.0; 129];
        let mut i = 0;
        // With every bit set there is no telling; the last step is counted twice.
        while i < M {
            let left = if i + 1 < M { M - i } else { 1 };
            elements[i + 1] = elements[i] + M as f32 / left as f32;
            i += 1;
        }
        elements
    };
}

fn ratio(part: f32, whole: f32) -> f32 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::{Overlap, Sketch};
    use crate::hash::mix;

    fn set(range: std::ops::Range<u64>, seed: u64) -> Vec<u64> {
        range.map(|element| mix(element ^ (seed << 32))).collect()
    }

    #[test]
    fn estimates_overlaps() {
        // Two ranges, and by how much the estimates of their Jaccard index err, squared and on average.
        let cases = [
            (0..100, 0..100, 0.0),
            (0..1000, 0..1000, 0.0),
            (0..100, 100..200, 0.07),
            (0..1000, 1000..2000, 0.07),
            (0..1000, 300..1300, 0.08),
            (0..1000, 0..500, 0.1),
            (0..4000, 0..1300, 0.1),
            (0..100, 50..150, 0.08),
            (0..20, 5..25, 0.05),
            (0..0, 0..0, 0.0),
            (0..0, 0..100, 0.0),
        ];
        for (a, b, tolerance) in cases {
            let shared = u64::min(a.end, b.end).saturating_sub(u64::max(a.start, b.start));
            let exact = Overlap {
                first: (a.end - a.start) as f32,
                second: (b.end - b.start) as f32,
                shared: shared as f32,
            };
            let (mut squares, mut sum) = (0.0, 0.0);
            for seed in 0..100 {
                let sketch = |range: &std::ops::Range<u64>| {
                    Sketch::<128>::new(&set(range.clone(), seed), 0.75)
                };
                let overlap = sketch(&a).overlap(&sketch(&b));
                let back = sketch(&b).overlap(&sketch(&a));
                assert_eq!((back.first, back.second), (overlap.second, overlap.first));
                assert_eq!(back.shared, overlap.shared);
                let error = overlap.jaccard() - exact.jaccard();
                squares += error * error / 100.0;
                sum += error / 100.0;
            }
            let error = squares.sqrt();
            assert!(error <= tolerance, "{a:?} {b:?}: {error}");
            // What is shared is never estimated below nothing, which makes up the most of what is too much.
            assert!(sum.abs() <= 0.06, "{a:?} {b:?}: {sum}");
        }
    }

    #[test]
    fn keeps_what_it_writes() {
        for n in [0, 1, 50, 100_000] {
            let sketch = Sketch::<104>::new(&set(0..n, 0), 0.75);
            let mut bytes = [0; 14];
            sketch.write(&mut bytes);
            assert_eq!(Sketch::read(&bytes), sketch);
        }
        // Any bytes are some sketch.
        let full = Sketch::<104>::read(&[255; 14]);
        assert_eq!(full.overlap(&full).jaccard(), 1.0);
    }
}
