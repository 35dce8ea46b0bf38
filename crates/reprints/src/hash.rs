//! The hash of everything: the same on every machine, in every version of the format.

/// What a shingle is mixed with.
pub(crate) const SHINGLE: u64 = 0x6661_6e67_7a68_6901;
/// What a particular is mixed with.
pub(crate) const PARTICULAR: u64 = 0x6661_6e67_7a68_6902;
/// What two neighbouring particulars are mixed with.
pub(crate) const PAIR: u64 = 0x6661_6e67_7a68_6904;
/// What an element is mixed with to be an anchor.
pub(crate) const ANCHOR: u64 = 0x6661_6e67_7a68_6903;

/// Mixes the bits of `z`: SplitMix64's finaliser (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
/// generators").
#[inline]
pub(crate) const fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The upper half of a hash as a number below `n`, each about equally often (Lemire 2019, "Fast random integer
/// generation in an interval").
#[inline]
pub(crate) const fn below(half: u32, n: u32) -> u32 {
    ((half as u64 * n as u64) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::{below, mix};

    /// Files hold what these give: another result needs another version of the format.
    #[test]
    fn never_changes() {
        let cases = [
            (0, 0xe220_a839_7b1d_cdaf),
            (1, 0x910a_2dec_8902_5cc1),
            (u64::MAX, 0xe4d9_7177_1b65_2c20),
        ];
        for (z, expect) in cases {
            assert_eq!(mix(z), expect, "{z}");
        }
        assert_eq!(
            [below(0, 12), below(u32::MAX, 12), below(1 << 31, 12)],
            [0, 11, 6]
        );
    }
}
