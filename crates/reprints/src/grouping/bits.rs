//! A set of places in one bit each.

/// Which of the places up to some end are in a set.
#[derive(Clone, Debug)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// A set of none of the places below `end`.
    pub(super) fn new(end: usize) -> Self {
        Self(vec![0; end.div_ceil(64)])
    }

    pub(super) fn insert(&mut self, place: usize) {
        self.0[place / 64] |= 1 << (place % 64);
    }

    /// Those that are in the set, in ascending order.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + Clone {
        self.0.iter().enumerate().flat_map(|(i, &word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(i * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;

    #[test]
    fn tells_what_was_put_in() {
        let cases: [(usize, &[usize]); 4] = [
            (0, &[]),
            (1, &[0]),
            (64, &[0, 63]),
            (200, &[1, 62, 64, 65, 127, 128, 199]),
        ];
        for (end, places) in cases {
            let mut bits = Bits::new(end);
            places.iter().rev().for_each(|&place| bits.insert(place));
            assert!(bits.iter().eq(places.iter().copied()), "{places:?}");
        }
    }
}
