//! Whether two bodies are one story.
//!
//! How much of the text is shared does not tell: two days' weather reports share more of it than a story and its
//! reworded reprint.
//! What tells is whether their particulars are shared as often as the text is, or only by chance.
//! That is a likelihood ratio: of the particulars of the shorter body, each is found in the other with the
//! probability that the text survived, if one is a reprint of the other, or with that of a coincidence, if not.
//!
//! The more look-alikes an article has among those that are compared with it, the better is the best coincidence; so the logarithm of their number is
//! taken off (the correction of Bonferroni for many comparisons).

use crate::sketch::Overlap;

/// Less of the text than this shared, of what both have, and it is another story.
pub(crate) const MIN_JACCARD: f32 = 0.16;
/// Less of text and particulars shared, on average, and it is another story on the subject.
const MIN_MEAN_JACCARD: f32 = 0.35;
/// Without particulars, the text alone has to tell; each particular lets so much off.
const MIN_JACCARD_ALONE: f32 = 0.3;
const LET_OFF: f32 = 0.05;
/// With fewer than these in both bodies together, they do not count.
const FEW_PARTICULARS: f32 = 2.5;
/// What the text itself is evidence of: nothing at this Jaccard index, more with a higher one.
const NEUTRAL_JACCARD: f32 = 0.2;
const JACCARD_EVIDENCE: f32 = 8.0;
const MAX_JACCARD_EVIDENCE: f32 = 1.2;
/// From here on bodies are look-alikes unless their particulars agree.
const LOOK_ALIKE: f32 = 0.2;
const _: () = assert!(LOOK_ALIKE >= MIN_JACCARD, "below it nothing is looked at");
/// The evidence, a natural logarithm, from which on two bodies are one story.
///
/// All numbers here were chosen on generated archives and on real news, see docs/reprints.md.
const ENOUGH: f64 = 1.9;
/// With so much more there is no doubt.
const DOUBT: f64 = 6.0;

/// How often a particular is found in a look-alike.
const CHANCE: f64 = 0.28;
/// How often two neighbouring particulars are.
const PAIR_CHANCE: f64 = 0.12;
/// How often at least a particular survives editing: rewording spares it.
const MIN_SURVIVAL: f64 = 0.5;
const MAX_SURVIVAL: f64 = 0.95;

/// How much two bodies have in common, and what that says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likeness {
    /// The estimated Jaccard index of the texts' shingles, from 0 to 1: what both have of what either has.
    pub similarity: f32,
    /// The estimated share of the shorter text's shingles that the other has, from 0 to 1.
    pub containment: f32,
    /// The natural logarithm of how much likelier what is shared is in a reprint than in a look-alike.
    pub evidence: f64,
}

/// Whether evidence is enough for an article with so many look-alikes.
pub(crate) fn is_enough(evidence: f64, n_look_alikes: u32) -> bool {
    evidence - ln(f64::from(n_comparisons(n_look_alikes))) >= ENOUGH
}

/// One more than the number of look-alikes, to five binary digits.
///
/// Of hundreds, one more or less changes nothing then; else all of them would be looked up again for each that comes or
/// goes.
pub(crate) fn n_comparisons(n_look_alikes: u32) -> u32 {
    let n = n_look_alikes.saturating_add(1);
    let n_digits = u32::BITS - n.leading_zeros();
    let n_cut = n_digits.saturating_sub(5);
    n >> n_cut << n_cut
}

impl Likeness {
    pub(crate) fn new(shingles: Overlap, particulars: Overlap, pairs: Overlap, same: bool) -> Self {
        let similarity = shingles.jaccard();
        let containment = shingles.containment();
        let least = MIN_JACCARD.max(MIN_JACCARD_ALONE - LET_OFF * particulars.smaller());
        let mean = (similarity + particulars.jaccard()) / 2.0;
        let evidence = if same {
            f64::INFINITY
        } else if similarity < least || mean < MIN_MEAN_JACCARD && !particulars.is_empty() {
            f64::NEG_INFINITY
        } else if particulars.first + particulars.second < FEW_PARTICULARS {
            ENOUGH + f64::from((similarity - MIN_JACCARD_ALONE) * JACCARD_EVIDENCE)
        } else {
            let step = (containment * STEPS as f32) as usize;
            let [of_one, of_pair] = &ODDS[step.min(STEPS)];
            let of_text = (similarity - NEUTRAL_JACCARD) * JACCARD_EVIDENCE;
            f64::from(of_text.min(MAX_JACCARD_EVIDENCE))
                + of_one.evidence(particulars)
                + of_pair.evidence(pairs)
        };
        Self {
            similarity,
            containment,
            evidence,
        }
    }

    /// Whether the bodies are of one story, if nothing else is known.
    pub fn is_reprint(&self) -> bool {
        self.is_reprint_among(0)
    }

    /// Whether the bodies are of one story, if one of them has so many look-alikes.
    pub fn is_reprint_among(&self, n_look_alikes: u32) -> bool {
        is_enough(self.evidence, n_look_alikes)
    }

    /// Whether fingerprints alone should not be trusted that the bodies are of one story: they say so, but not by much.
    ///
    /// [`Likeness::of_bodies`] then tells; for others it hardly ever says otherwise.
    /// Two articles of a group that are not near each other, but both near a third, are in no doubt by that.
    pub fn is_doubtful(&self) -> bool {
        (ENOUGH..ENOUGH + DOUBT).contains(&self.evidence)
    }

    /// Whether the bodies share their words and not their particulars.
    pub fn is_look_alike(&self) -> bool {
        self.similarity >= LOOK_ALIKE && self.evidence < 0.0
    }
}

/// The logarithms of how much likelier something is in a reprint than in a look-alike.
struct Odds {
    shared: f64,
    missing: f64,
}

/// The odds of a particular and of a pair, for each containment of the text in 64ths.
static ODDS: [[Odds; 2]; STEPS + 1] = {
    let mut odds = [const {
        [const {
            Odds {
                shared: 0.0,
                missing: 0.0,
            }
        }; 2]
    }; STEPS + 1];
    let mut step = 0;
    while step <= STEPS {
        let survival = (0.9 * step as f64 / STEPS as f64).clamp(MIN_SURVIVAL, MAX_SURVIVAL);
        odds[step] = [
            Odds::new(survival, CHANCE),
            Odds::new(survival * survival, PAIR_CHANCE),
        ];
        step += 1;
    }
    odds
};
const STEPS: usize = 64;

impl Odds {
    const fn new(survival: f64, chance: f64) -> Self {
        Self {
            shared: ln(survival / chance),
            missing: ln((1.0 - survival) / (1.0 - chance)),
        }
    }

    /// The evidence of what is shared of the smaller set.
    fn evidence(&self, overlap: Overlap) -> f64 {
        let shared = f64::from(overlap.shared);
        let missing = f64::from(overlap.smaller()) - shared;
        shared * self.shared + missing * self.missing
    }
}

/// The natural logarithm of a positive number by nothing but sums, products and quotients, which give the same
/// everywhere, as the system's own need not.
const fn ln(x: f64) -> f64 {
    let exponent = ((x.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    let mantissa = f64::from_bits((x.to_bits() & 0x000f_ffff_ffff_ffff) | (1023 << 52));
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let square = s * s;
    let (mut term, mut sum, mut divisor) = (s, 0.0, 1.0);
    while divisor < 22.0 {
        sum += term / divisor;
        term *= square;
        divisor += 2.0;
    }
    exponent as f64 * std::f64::consts::LN_2 + 2.0 * sum
}

#[cfg(test)]
mod tests {
    use super::{Likeness, ln, n_comparisons};
    use crate::sketch::Overlap;

    #[test]
    fn comparisons_are_counted_to_five_digits() {
        let cases = [
            (0, 1),
            (1, 2),
            (30, 31),
            (31, 32),
            (32, 32),
            (33, 34),
            (62, 62),
            (1000, 992),
            (u32::MAX, 31 << 27),
        ];
        for (n, expect) in cases {
            assert_eq!(n_comparisons(n), expect, "{n}");
        }
    }

    #[test]
    fn logarithms_are_logarithms() {
        for x in [0.01, 0.5, 0.999, 1.0, 1.5, 2.0, 7.3, 100_000.0] {
            assert!((ln(x) - x.ln()).abs() < 1e-9, "{x}: {} {}", ln(x), x.ln());
        }
    }

    #[test]
    fn particulars_decide() {
        let of = |first: f32, second: f32, shared: f32| Overlap {
            first,
            second,
            shared,
        };
        let none = Overlap::default();
        // Shingles, particulars, pairs; a reprint, among how many look-alikes at most.
        let cases = [
            (
                "two days' weather",
                of(200.0, 200.0, 150.0),
                of(10.0, 10.0, 3.0),
                of(9.0, 9.0, 0.0),
                None,
            ),
            (
                "a reprint of one",
                of(200.0, 200.0, 150.0),
                of(10.0, 10.0, 9.0),
                of(9.0, 9.0, 7.0),
                Some(1000),
            ),
            (
                "reworded, the numbers kept",
                of(900.0, 900.0, 400.0),
                of(30.0, 30.0, 22.0),
                of(29.0, 29.0, 18.0),
                Some(10_000),
            ),
            (
                "cut by half",
                of(900.0, 450.0, 440.0),
                of(30.0, 14.0, 13.0),
                of(29.0, 13.0, 12.0),
                Some(1000),
            ),
            (
                "without particulars",
                of(200.0, 200.0, 150.0),
                none,
                none,
                Some(1),
            ),
            (
                "without particulars, little shared",
                of(200.0, 200.0, 80.0),
                none,
                none,
                None,
            ),
            (
                "another story of the day",
                of(900.0, 900.0, 50.0),
                of(30.0, 30.0, 8.0),
                of(29.0, 29.0, 2.0),
                None,
            ),
        ];
        for (name, shingles, particulars, pairs, among) in cases {
            let likeness = Likeness::new(shingles, particulars, pairs, false);
            assert_eq!(
                likeness.is_reprint(),
                among.is_some(),
                "{name}: {likeness:?}"
            );
            if let Some(among) = among {
                assert!(likeness.is_reprint_among(among), "{name}: {likeness:?}");
            }
        }
    }
}
