//! What is kept of an article to know it again.

use std::cell::RefCell;
use std::fmt;

use fangzhi_segmentation::normalize::Normalized;

use crate::hash::{ANCHOR, PAIR, SHINGLE, below, mix};
use crate::likeness::{Likeness, MIN_JACCARD};
use crate::particulars::particulars;
use crate::sketch::{Overlap, Sketch};

/// The characters of a shingle.
const SHINGLE_LEN: usize = 3;
/// A text of fewer letters, digits and Chinese characters than this is like no other: 图片新闻, 视频加载中.
const MIN_CHARS: usize = 40;

const SHINGLE_BITS: usize = 112;
const PARTICULAR_BITS: usize = 80;
const PAIR_BITS: usize = 88;
/// Of shingles, at most about so many are sampled for each bit; more would fill the bits, fewer err more.
const SHINGLE_LOAD: f64 = 1.1;
/// Of particulars and pairs; most articles have fewer, which are all taken.
const PARTICULAR_LOAD: f64 = 0.75;

/// Elements that articles are looked up by.
pub(crate) const N_ANCHORS: usize = 11;
const ANCHOR_BITS: usize = 10;
/// Articles that share this many anchors are compared.
pub(crate) const MIN_SHARED: usize = 2;
/// Stands where there is no element.
pub(crate) const NO_ANCHOR: u16 = (1 << ANCHOR_BITS) - 1;
/// Of so many pairs of particulars or more, shingles are no anchors: all look-alikes would have them.
const FEW_PAIRS: usize = 4;
/// A particular becomes an anchor as easily as two to this many shingles.
const PARTICULAR_WEIGHT: u32 = 6;
/// A pair does: pairs are what look-alikes share least.
const PAIR_WEIGHT: u32 = 8;

const SHINGLES_AT: usize = 0;
const PARTICULARS_AT: usize = SHINGLES_AT + 1 + SHINGLE_BITS / 8;
const PAIRS_AT: usize = PARTICULARS_AT + 1 + PARTICULAR_BITS / 8;
const ANCHORS_AT: usize = PAIRS_AT + 1 + PAIR_BITS / 8;

/// What is kept of an article's body, to know it again when others print it: 52 bytes.
///
/// The body is [normalised](fangzhi_segmentation::normalize), so that neither width nor case nor traditional
/// characters matter; punctuation and spaces are left out.
/// The same body gives the same fingerprint on every machine.
///
/// ```
/// use fangzhi_reprints::Fingerprint;
///
/// let story = "昨日，海城市召开创建全国文明城市动员大会，部署今年的工作。会议要求，各单位要压实责任，\
///     改善市容环境，全年新建口袋公园12处，改造老旧小区35个，让市民在创建中得到实惠。";
/// let reprint = Fingerprint::of(&format!("本网讯 {story}（编辑：小方）"));
/// let likeness = reprint.compare(&Fingerprint::of(story));
/// assert!(likeness.is_reprint() && likeness.containment > 0.9);
///
/// // Two days' reports of one template: the same words, other numbers.
/// let report = |day, high, low| Fingerprint::of(&format!(
///     "海城市气象台1月{day}日发布天气预报，今天白天到夜间晴，最高气温{high}℃，最低气温零下{low}℃，\
///     请市民朋友注意适时增减衣物，驾车出行保持车距。"));
/// assert!(report(5, 3, 11).compare(&report(6, -2, 15)).is_look_alike());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint {
    shingles: Sketch<SHINGLE_BITS>,
    particulars: Sketch<PARTICULAR_BITS>,
    /// Each particular with the next one.
    pairs: Sketch<PAIR_BITS>,
    /// Of each of eleven parts of the elements the one with the least hash, in ten bits (one permutation hashing:
    /// Li, Owen and Zhang 2012; b-bit minwise hashing: Li and König 2010).
    anchors: [u16; N_ANCHORS],
}

impl Fingerprint {
    /// The bytes of a fingerprint.
    pub const LEN: usize = ANCHORS_AT + (N_ANCHORS * ANCHOR_BITS).div_ceil(8);

    /// Takes the fingerprint of an article's body, without its headline.
    ///
    /// A body of fewer than 40 letters, digits and Chinese characters gives a [blank](Self::is_blank) one.
    pub fn of(body: &str) -> Self {
        thread_local! {
            static BUFFERS: RefCell<Buffers> = RefCell::default();
        }
        BUFFERS.with_borrow_mut(|buffers| buffers.fingerprint(body))
    }

    /// Whether the body was too short to be known again; a blank fingerprint is like no other.
    pub fn is_blank(&self) -> bool {
        self.shingles.is_empty()
    }

    /// How much of their texts the two bodies share: the estimated Jaccard index of their shingles, from 0 to 1.
    ///
    /// That alone does not make a reprint, see [`Fingerprint::compare`].
    pub fn similarity(&self, other: &Self) -> f32 {
        self.compare(other).similarity
    }

    /// Estimates what the two bodies have in common, whichever is which.
    pub fn compare(&self, other: &Self) -> Likeness {
        self.likeness(other, self.shingles.overlap(&other.shingles))
    }

    /// The fingerprint as it is kept in files.
    pub fn to_bytes(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        self.shingles.write(&mut bytes[SHINGLES_AT..PARTICULARS_AT]);
        self.particulars.write(&mut bytes[PARTICULARS_AT..PAIRS_AT]);
        self.pairs.write(&mut bytes[PAIRS_AT..ANCHORS_AT]);
        let anchors = &mut bytes[ANCHORS_AT..];
        for (i, &anchor) in self.anchors.iter().enumerate() {
            let at = i * ANCHOR_BITS;
            let [low, high] = (anchor << (at % 8)).to_le_bytes();
            anchors[at / 8] |= low;
            anchors[at / 8 + 1] |= high;
        }
        bytes
    }

    /// The fingerprint that [`Fingerprint::to_bytes`] gave; other bytes give one of no particular text.
    pub fn from_bytes(bytes: &[u8; Self::LEN]) -> Self {
        Self {
            shingles: Sketch::read(&bytes[SHINGLES_AT..PARTICULARS_AT]),
            particulars: Sketch::read(&bytes[PARTICULARS_AT..PAIRS_AT]),
            pairs: Sketch::read(&bytes[PAIRS_AT..ANCHORS_AT]),
            anchors: std::array::from_fn(|place| Self::anchor(bytes, place)),
        }
    }

    pub(crate) fn blank() -> Self {
        Self {
            shingles: Sketch::default(),
            particulars: Sketch::default(),
            pairs: Sketch::default(),
            anchors: [NO_ANCHOR; N_ANCHORS],
        }
    }

    /// The anchor at a place of a fingerprint's bytes, without reading the rest.
    pub(crate) fn anchor(bytes: &[u8; Self::LEN], place: usize) -> u16 {
        let (at, shift) = (
            ANCHORS_AT + place * ANCHOR_BITS / 8,
            place * ANCHOR_BITS % 8,
        );
        (u16::from_le_bytes([bytes[at], bytes[at + 1]]) >> shift) & NO_ANCHOR
    }

    /// The likeness, unless so little of the text is shared that the two are neither reprints nor look-alikes.
    pub(crate) fn compare_near(&self, other: &Self) -> Option<Likeness> {
        let shingles = self.shingles.overlap(&other.shingles);
        (shingles.jaccard() >= MIN_JACCARD).then(|| self.likeness(other, shingles))
    }

    fn likeness(&self, other: &Self, shingles: Overlap) -> Likeness {
        Likeness::new(
            shingles,
            self.particulars.overlap(&other.particulars),
            self.pairs.overlap(&other.pairs),
            self == other && !self.is_blank(),
        )
    }

    /// A hash that tells most fingerprints apart; it is kept nowhere.
    pub(crate) fn mixed(&self) -> u64 {
        let sketches = [
            self.shingles.mixed(),
            self.particulars.mixed(),
            self.pairs.mixed(),
        ];
        let anchors = self.anchors.chunks(4);
        let anchors = anchors.map(|few| few.iter().fold(0, |all, &one| all << 16 | u64::from(one)));
        let hash = sketches.into_iter().chain(anchors);
        hash.fold(0, |hash, part| mix(hash ^ part))
    }

    /// Who has the least represents others, see [`crate::meetings`].
    pub(crate) fn rank(&self) -> (u64, &Self) {
        (self.mixed(), self)
    }

    /// Whether it has anchors enough to be looked up by.
    pub(crate) fn is_known_again(&self) -> bool {
        let anchors = self.anchors.iter();
        anchors.filter(|&&anchor| anchor != NO_ANCHOR).count() >= MIN_SHARED
    }

    pub(crate) fn anchors(&self) -> &[u16; N_ANCHORS] {
        &self.anchors
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint(")?;
        for byte in self.to_bytes() {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(")")
    }
}

impl Likeness {
    /// Compares two bodies themselves: slower by far than fingerprints, and without their errors of estimation.
    ///
    /// For a last look at two articles before they are shown as one.
    pub fn of_bodies(first: &str, second: &str) -> Self {
        let [first, second] = [first, second].map(|body| {
            let mut buffers = Buffers::default();
            buffers.fill(body);
            buffers
        });
        let same = first.shingles == second.shingles
            && first.particulars == second.particulars
            && !first.shingles.is_empty();
        Self::new(
            Overlap::exact(first.shingles, second.shingles),
            Overlap::exact(first.particulars, second.particulars),
            Overlap::exact(first.pairs, second.pairs),
            same,
        )
    }
}

/// Reused from one article to the next.
#[derive(Default)]
struct Buffers {
    normalized: Normalized,
    chars: Vec<char>,
    shingles: Vec<u64>,
    particulars: Vec<u64>,
    pairs: Vec<u64>,
}

impl Buffers {
    /// Collects the elements of a body; whether it is long enough to have some.
    fn fill(&mut self, body: &str) -> bool {
        self.normalized.set(body);
        self.chars.clear();
        self.chars.extend(self.normalized.text().chars());
        self.shingles.clear();
        self.particulars.clear();
        self.pairs.clear();
        let (mut window, mut n_chars) = (0_u64, 0);
        for &c in self.chars.iter().filter(|&&c| is_counted(c)) {
            // Characters beyond the first plane share their last bits with others, which does no harm.
            window = (window << 16) ^ u64::from(u32::from(c));
            n_chars += 1;
            if n_chars >= SHINGLE_LEN {
                let shingle = window & (u64::MAX >> (64 - 16 * SHINGLE_LEN));
                self.shingles.push(mix(shingle ^ SHINGLE));
            }
        }
        if n_chars < MIN_CHARS {
            self.shingles.clear();
            return false;
        }
        particulars(&self.chars, |hash| self.particulars.push(hash));
        let neighbours = self.particulars.windows(2);
        self.pairs
            .extend(neighbours.map(|pair| mix(pair[1] ^ pair[0].rotate_left(7) ^ PAIR)));
        true
    }

    fn fingerprint(&mut self, body: &str) -> Fingerprint {
        if !self.fill(body) {
            return Fingerprint::blank();
        }
        let anchors = anchors(&self.shingles, &self.particulars, &self.pairs);
        let fingerprint = Fingerprint {
            shingles: Sketch::new(&self.shingles, SHINGLE_LOAD),
            particulars: Sketch::new(&self.particulars, PARTICULAR_LOAD),
            pairs: Sketch::new(&self.pairs, PARTICULAR_LOAD),
            anchors,
        };
        // One character again and again is no text either.
        if fingerprint.is_known_again() {
            fingerprint
        } else {
            Fingerprint::blank()
        }
    }
}

fn is_counted(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_alphanumeric()
}

fn anchors(shingles: &[u64], particulars: &[u64], pairs: &[u64]) -> [u16; N_ANCHORS] {
    let mut least = [(u32::MAX, NO_ANCHOR); N_ANCHORS];
    let mut offer = |hashes: &[u64], weight: u32| {
        for hash in hashes {
            let hash = mix(hash ^ ANCHOR);
            let upper = (hash >> 32) as u32;
            // The part is chosen by the upper bits of this half, the anchor by the lower ones.
            let anchor = below(upper << 16, u32::from(NO_ANCHOR)) as u16;
            let place = &mut least[below(upper, N_ANCHORS as u32) as usize];
            *place = (*place).min((hash as u32 >> weight, anchor));
        }
    };
    if pairs.len() < FEW_PAIRS {
        offer(shingles, 0);
    }
    offer(particulars, PARTICULAR_WEIGHT);
    offer(pairs, PAIR_WEIGHT);
    least.map(|(_, anchor)| anchor)
}

#[cfg(test)]
mod tests {
    use super::{Fingerprint, Likeness};

    const STORY: &str = "昨日，海城市召开创建全国文明城市动员大会，部署今年的工作。会议要求，各单位要压实责任，\
        改善市容环境，全年新建口袋公园12处，改造老旧小区35个，1月15日前完成摸底，让市民得到实惠。";

    /// Files hold these bytes: others need another version of the format.
    #[test]
    fn never_changes() {
        let expect = "Fingerprint(0056620a7494bf15cfcc2cdb2f2d560000000080000068000000000004002000000000000001923d02561d1e1fe97d84219e2a08)";
        assert_eq!(format!("{:?}", Fingerprint::of(STORY)), expect);
    }

    #[test]
    fn estimates_are_near_what_is_so() {
        let cut: String = STORY.chars().take(75).collect();
        for other in [
            STORY,
            &cut,
            &format!("{cut}更多消息请留意后续报道，欢迎提供线索。"),
            "图片新闻",
        ] {
            let exact = Likeness::of_bodies(STORY, other);
            let estimate = Fingerprint::of(STORY).compare(&Fingerprint::of(other));
            assert!(
                (exact.similarity - estimate.similarity).abs() < 0.15,
                "{exact:?} {estimate:?}"
            );
            assert!(
                (exact.containment - estimate.containment).abs() < 0.2,
                "{exact:?} {estimate:?}"
            );
            assert_eq!(
                exact.is_reprint(),
                estimate.is_reprint(),
                "{exact:?} {estimate:?}"
            );
        }
    }

    #[test]
    fn writing_does_not_matter() {
        let other = STORY
            .replace("12", "１２")
            .replace('，', ", ")
            .replace("动员大会", "動員大會");
        assert_eq!(Fingerprint::of(&other), Fingerprint::of(STORY));
    }
}
