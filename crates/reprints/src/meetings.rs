//! Which nodes are compared, of those that have anchors in common.
//!
//! Two nodes *meet* at two places where they have the same anchors, and all that meet there are a *gathering*.
//! Texts that nothing tells apart but numbers, or that are made of the same few words, gather in thousands; comparing
//! each with each takes time by the square of their number.
//!
//! Indexes leave out what too many have (Broder and others 1997, "Syntactic clustering of the web"; block purging:
//! Papadakis and others 2013, "A blocking framework for entity resolution in highly heterogeneous information spaces"), by which a story that thousands of sites carry would fall apart.
//! Here a sample *represents* a gathering of more than [`CROWD`], and whoever does not is compared there with the
//! sample alone, as in clustering by samples (Guha, Rastogi and Shim 1998, "CURE").
//! The sample are the nodes of the least hash (bottom-k sampling: Cohen and Kaplan 2007, "Summarizing data using
//! bottom-k sketches"): it depends on nothing but what is stored, and hardly changes when one comes or goes.
//!
//! So a node is compared with no more than [`CROWD`] others at each two places, on average.
//! Whom it is not compared with may be look-alikes; of each gathering that it does not represent, it is taken to have
//! [`CROWD`] more.

use crate::fingerprint::{Fingerprint, MIN_SHARED, N_ANCHORS, NO_ANCHOR};

/// Of a gathering of more nodes than this, as many represent it.
pub(crate) const CROWD: usize = 128;

/// The pairs of places.
pub(crate) const N_MEETINGS: usize = N_ANCHORS * (N_ANCHORS - 1) / 2;

/// A set of pairs of places, a bit for each in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meetings(u64);

/// Anchors that are compared many times: eight at once, where the compiler can.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub(crate) struct Anchors([u16; 16]);

impl Anchors {
    pub(crate) fn of(fingerprint: &Fingerprint) -> Self {
        let mut anchors = [NO_ANCHOR; 16];
        anchors[..N_ANCHORS].copy_from_slice(fingerprint.anchors());
        Self(anchors)
    }

    pub(crate) fn at(&self, place: usize) -> u16 {
        self.0[place]
    }

    /// Where two nodes meet.
    pub(crate) fn meet(&self, other: &Self) -> Meetings {
        let places: [u16; 16] = std::array::from_fn(|place| {
            let (a, b) = (self.0[place], other.0[place]);
            u16::from(a == b && a != NO_ANCHOR) << place
        });
        let places = places.iter().fold(0, |all, place| all | place);
        PAIRS[usize::from(places)]
    }
}

/// Of each set of places the pairs of them.
static PAIRS: [Meetings; 1 << N_ANCHORS] = {
    assert!(MIN_SHARED == 2, "nodes meet at two places");
    let mut pairs = [Meetings::NONE; 1 << N_ANCHORS];
    let mut places = 0;
    while places < pairs.len() {
        let (mut first, mut bit) = (0, 0);
        while first < N_ANCHORS {
            let mut second = first + 1;
            while second < N_ANCHORS {
                if (places >> first) & (places >> second) & 1 == 1 {
                    pairs[places].0 |= 1 << bit;
                }
                second += 1;
                bit += 1;
            }
            first += 1;
        }
        places += 1;
    }
    pairs
};

impl Meetings {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const ALL: Self = Self((1 << N_MEETINGS) - 1);

    /// One pair of places.
    pub(crate) fn at(first: usize, second: usize) -> Self {
        PAIRS[1 << first | 1 << second]
    }

    /// What [`Meetings::bits`] gave.
    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    pub(crate) fn is_empty(self) -> bool {
        self == Self::NONE
    }

    /// The first of them, alone.
    pub(crate) fn first(self) -> Self {
        Self(self.0 & self.0.wrapping_neg())
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Each of them with its number, which is below [`N_MEETINGS`].
    pub(crate) fn iter(self) -> impl Iterator<Item = (usize, Self)> {
        let mut left = self;
        std::iter::from_fn(move || {
            let first = left.first();
            left = left.without(first);
            (!first.is_empty()).then_some((first.0.trailing_zeros() as usize, first))
        })
    }

    /// The look-alikes that a node is taken to have where it does not represent, if it represents here.
    pub(crate) fn n_unseen(self) -> u32 {
        (Self::ALL.without(self).0.count_ones()) * CROWD as u32
    }
}

/// Puts those first who represent a gathering, which is of more than [`CROWD`].
pub(crate) fn represent<'f>(gathering: &mut [u32], fingerprint: impl Fn(u32) -> &'f Fingerprint) {
    let rank = |node: u32| fingerprint(node).rank();
    gathering.select_nth_unstable_by(CROWD, |&a, &b| rank(a).cmp(&rank(b)));
}

#[cfg(test)]
mod tests {
    use super::{Meetings, N_MEETINGS};
    use crate::fingerprint::N_ANCHORS;

    #[test]
    fn are_in_the_order_of_places() {
        let firsts = 0..N_ANCHORS;
        let pairs =
            firsts.flat_map(|first| (first + 1..N_ANCHORS).map(move |second| (first, second)));
        let meetings: Vec<Meetings> = pairs
            .map(|(first, second)| Meetings::at(first, second))
            .collect();
        assert_eq!(meetings.len(), N_MEETINGS);
        assert!(
            Meetings::ALL
                .iter()
                .eq(meetings.iter().copied().enumerate())
        );
        let odd = meetings.iter().skip(1).step_by(2);
        let odd = odd.fold(Meetings::NONE, |all, &one| all.or(one));
        assert_eq!(odd.first(), meetings[1]);
        assert_eq!(Meetings::ALL.without(odd).first(), meetings[0]);
        assert_eq!(
            Meetings::ALL.without(odd).iter().count(),
            N_MEETINGS.div_ceil(2)
        );
    }
}
