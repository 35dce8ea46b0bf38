//! Finding names in a text, and leaving out those that are something else where they stand.

use fangzhi_segmentation::{Dictionary, Mode, Segmenter};

use crate::area;
use crate::candidates::{self, Candidate};
use crate::format::{Form, Key, Ordinary, UnitLevel};
use crate::prepared::Prepared;
use crate::table::{Id, Table};
use crate::text::Evidence;
use crate::wording;

/// How many characters around a name are cut into words to see whether it is one.
const WINDOW: usize = 6;

/// A name in a text that may be a place.
pub(crate) struct Hit {
    /// Characters of the normalised part.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: Kind,
    /// Whether the name is an ordinary word too.
    pub(crate) ordinary: Ordinary,
    /// The kind of functional area that follows the name, or 0.
    pub(crate) area: u8,
    pub(crate) candidates: Vec<Candidate>,
    /// What it has been resolved to.
    pub(crate) id: Option<Id>,
    /// The unit that the name is of, where it is resolved.
    pub(crate) named: Option<u16>,
    pub(crate) evidence: Evidence,
    /// Whether a word of the dictionary runs across one of its ends.
    pub(crate) is_doubtful: bool,
    /// Whether it counts as a mention; names that are ordinary words have to earn it.
    pub(crate) is_mention: bool,
    /// What it counts for.
    pub(crate) weight: f32,
}

/// What kind of name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Name(Form),
    Letter,
    /// 全市 or 该县: the character of the level, and whether it points back to one named before.
    SelfReference {
        level: char,
        is_back: bool,
    },
    /// 高新区 without a place before it.
    BareArea,
}

/// What a name turns out to be where it stands.
enum Verdict {
    Place,
    /// A place only in an article that names it in full elsewhere.
    Doubtful,
    Nothing,
    /// Part of a person's name.
    Person,
    /// Something named after a place, which ends there.
    Other(usize),
}

/// Which ends of a name the words of the text run across.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    Neither,
    One,
    Both,
}

/// Whether names of places touch a name.
#[derive(Clone, Copy, Default)]
struct Beside {
    follows_a_place: bool,
    precedes_a_place: bool,
}

/// A set of lengths of words, in characters.
#[derive(Clone, Copy)]
struct Lengths(u64);

impl Lengths {
    /// The longest of them.
    const MAX: usize = 63;

    fn has(self, len: usize) -> bool {
        len <= Self::MAX && self.0 & (1 << len) != 0
    }
}

/// Finds names.
pub(crate) struct Scanner<'s> {
    pub(crate) table: &'s Table,
    pub(crate) segmenter: &'s Segmenter,
    pub(crate) year: Option<u16>,
}

impl Scanner<'_> {
    /// The names of a part, in order and without overlaps.
    ///
    /// People named like places are added to `people`, family name and all.
    pub(crate) fn scan(&self, part: &Prepared<'_>, people: &mut Vec<Vec<char>>) -> Vec<Hit> {
        let chars = part.chars();
        let mut hits: Vec<Hit> = Vec::new();
        let mut candidates: Vec<Candidate> = Vec::new();
        let mut names: Vec<(usize, usize)> = Vec::new();
        let places = self.table.beginnings(chars);
        let mut places = places.into_iter().peekable();
        // What comes before has been dealt with.
        let mut at = 0;
        'text: loop {
            while places.next_if(|place| *place < at).is_some() {}
            let Some(place) = places.next() else { break };
            at = place;
            if !wording::is_han(chars[at]) {
                continue;
            }
            if let Some(hit) = self.self_reference(part, at) {
                at = hit.end;
                hits.push(hit);
                continue;
            }
            if let Some(hit) = bare_area(chars, at, hits.last()) {
                at = hit.end;
                hits.push(hit);
                continue;
            }
            names.clear();
            names.extend(self.table.names_at(&chars[at..]));
            for (place, len) in names.iter().rev() {
                let key = &self.table.keys[*place];
                let end = at + len;
                if key.postings[0].1 == Form::Letters {
                    if wording::is_way(chars, end) {
                        at = end;
                        continue 'text;
                    }
                    if self.cut(part, at, end, Beside::default()) != Cut::Neither {
                        continue;
                    }
                    letters(key, at, &mut hits);
                    at = end;
                    continue 'text;
                }
                candidates::of_key(self.table, key, self.year, &mut candidates);
                if candidates.is_empty() {
                    continue;
                }
                let mut is_doubtful = false;
                let beside = Beside {
                    follows_a_place: hits.last().is_some_and(|last| last.end == at),
                    precedes_a_place: self.leads_on(&chars[end..], &candidates),
                };
                match self.verdict(part, at, end, &candidates, beside) {
                    Verdict::Nothing => continue,
                    Verdict::Person => {
                        people.push(chars[at - 1..end].to_vec());
                        continue;
                    }
                    Verdict::Other(end) => {
                        at = end;
                        continue 'text;
                    }
                    Verdict::Doubtful => is_doubtful = true,
                    Verdict::Place => {}
                }
                let is_weak = key.ordinary != Ordinary::No || is_doubtful;
                let overlaps = hits.last().is_some_and(|last| last.end > at);
                if is_weak && overlaps {
                    continue;
                }
                if overlaps {
                    hits.pop();
                }
                let mut hit = Hit::new(at, end, Kind::Name(candidates[0].form));
                hit.ordinary = key.ordinary;
                hit.is_doubtful = is_doubtful;
                hit.candidates.clone_from(&candidates);
                if let Some((kind, len)) = area::at(&chars[end..])
                    && self.has_areas(&candidates)
                {
                    hit.area = kind;
                    hit.end += len;
                    hit.ordinary = Ordinary::No;
                }
                // A stronger name may begin within one that is an ordinary word.
                at = if hit.ordinary == Ordinary::No && !is_doubtful {
                    hit.end
                } else {
                    at + 1
                };
                hits.push(hit);
                continue 'text;
            }
            at += 1;
        }
        hits
    }

    /// 全市, 我省, 该县.
    fn self_reference(&self, part: &Prepared<'_>, at: usize) -> Option<Hit> {
        let chars = part.chars();
        if !wording::is_self_reference(&chars[at..]) || wording::breaks_suffix(chars, at + 2) {
            return None;
        }
        let (c, level) = (chars[at], chars[at + 1]);
        // 安全|区, 基本|市…
        if at > 0 && self.dictionary().contains(part.slice(at - 1..at + 1)) {
            return None;
        }
        let is_back = c == '该';
        Some(Hit::new(at, at + 2, Kind::SelfReference { level, is_back }))
    }

    /// Only divisions have a 高新区.
    fn has_areas(&self, candidates: &[Candidate]) -> bool {
        candidates.iter().any(|candidate| {
            let level = self.table.level(Id::of_unit(candidate.unit));
            matches!(
                level,
                UnitLevel::Province | UnitLevel::Prefecture | UnitLevel::County
            )
        })
    }

    /// Whether the text goes on with the name of something in one of the places.
    fn leads_on(&self, rest: &[char], candidates: &[Candidate]) -> bool {
        let is_in = |unit: u16| {
            candidates.iter().any(|outer| {
                self.table
                    .is_below(Id::of_unit(unit), Id::of_unit(outer.unit))
            })
        };
        self.table.names_at(rest).any(|(place, _)| {
            let postings = self.table.keys[place].postings.iter();
            postings
                .filter(|(_, form)| *form != Form::Letters)
                .any(|(unit, _)| is_in(self.table.today(*unit)))
        })
    }

    fn verdict(
        &self,
        part: &Prepared<'_>,
        start: usize,
        end: usize,
        candidates: &[Candidate],
        beside: Beside,
    ) -> Verdict {
        let chars = part.chars();
        let last = chars[end - 1];
        let form = candidates[0].form;
        let has_suffix = form <= Form::Alias
            && matches!(
                last,
                '省' | '市' | '县' | '区' | '州' | '盟' | '旗' | '镇' | '乡'
            );
        if wording::is_foreign(chars, start, end) {
            return Verdict::Nothing;
        }
        if has_suffix {
            if wording::breaks_suffix(chars, end) {
                return Verdict::Nothing;
            }
            if end - start == 2 && self.cut(part, start, end, beside) != Cut::Neither {
                return Verdict::Nothing;
            }
            return Verdict::Place;
        }
        if wording::is_person(chars, start, end) {
            // A name that cannot be a person's alone has a family name before it.
            return if start > 0 && wording::is_han(chars[start - 1]) {
                Verdict::Person
            } else {
                Verdict::Nothing
            };
        }
        if wording::is_bank(chars, start, end)
            || wording::is_landscape(chars, end)
            || is_direction(chars, start, end)
        {
            return Verdict::Nothing;
        }
        if area::at(&chars[end..]).is_some() {
            return Verdict::Place;
        }
        if let Some(end) = wording::named_after(chars, end) {
            return Verdict::Other(end);
        }
        // 上海浦东发展银行 is named after neither.
        if beside.precedes_a_place {
            let next = self.table.names_at(&chars[end..]).last();
            let other = next.and_then(|(_, len)| wording::institution_after(chars, end + len));
            if let Some(end) = other {
                return Verdict::Other(end);
            }
        }
        if self.is_in_a_word(chars, start, end, beside) {
            return Verdict::Nothing;
        }
        match self.cut(part, start, end, beside) {
            Cut::Neither => Verdict::Place,
            Cut::One => Verdict::Doubtful,
            Cut::Both => Verdict::Nothing,
        }
    }

    /// Which ends of the name the words of the text run across: both of 济南 in 经济|南部.
    ///
    /// The neighbourhood is cut into words only where some word could run across.
    fn cut(&self, part: &Prepared<'_>, start: usize, end: usize, beside: Beside) -> Cut {
        let chars = part.chars();
        let is_han = |at: usize| chars.get(at).is_some_and(|c| wording::is_han(*c));
        let has_word = |from: usize, lens: &[usize]| {
            let words = self.words(&chars[from..]);
            let is_word = |len: usize| words.has(len) && (from..from + len).all(is_han);
            lens.iter().any(|len| is_word(*len))
        };
        // Places that follow each other show where they end: 鞍山|海城, whatever 山海 is.
        let may_run_in = !beside.follows_a_place
            && (start >= 1 && has_word(start - 1, &[2]) || start >= 2 && has_word(start - 2, &[3]));
        let may_run_out = !beside.precedes_a_place && has_word(end - 1, &[2, 3]);
        if !may_run_in && !may_run_out {
            return Cut::Neither;
        }
        let mut from = start;
        while from > 0 && start - from < WINDOW && is_han(from - 1) {
            from -= 1;
        }
        let mut to = end;
        while to - end < WINDOW && is_han(to) {
            to += 1;
        }
        let window = part.slice(from..to);
        let (mut is_cut_in, mut is_cut_out) = (false, false);
        let mut at = from;
        for word in self.segmenter.cut(Mode::ExactKnown, window) {
            let next = at + word.text.chars().count();
            // 党和政府 holds 和政 and something on both sides.
            if at < start && next > end {
                return Cut::Both;
            }
            is_cut_in |= may_run_in && at < start && next > start && next < end;
            is_cut_out |= may_run_out && at > start && at < end && next > end;
            at = next;
        }
        match (is_cut_in, is_cut_out) {
            (false, false) => Cut::Neither,
            (true, true) => Cut::Both,
            _ => Cut::One,
        }
    }

    /// Whether the name is part of a longer word that is no place: 中山装, 孙中山.
    fn is_in_a_word(&self, chars: &[char], start: usize, end: usize, beside: Beside) -> bool {
        let is_han = |at: usize| chars.get(at).is_some_and(|c| wording::is_han(*c));
        let len = end - start;
        if start > 0
            && !beside.follows_a_place
            && is_han(start - 1)
            && self.words(&chars[start - 1..]).has(len + 1)
        {
            return true;
        }
        // 巴丹吉林, of which 巴丹 is no word.
        if start > 1 && !beside.follows_a_place && is_han(start - 1) && is_han(start - 2) {
            let words = self.words(&chars[start - 2..]);
            if words.has(len + 2) && !words.has(2) {
                return true;
            }
        }
        if !is_han(end) || beside.precedes_a_place {
            return false;
        }
        let words = self.words(&chars[start..]);
        if words.has(len + 1) {
            return !matches!(
                chars[end],
                '省' | '市'
                    | '县'
                    | '区'
                    | '州'
                    | '盟'
                    | '旗'
                    | '人'
                    | '籍'
                    | '城'
                    | '队'
                    | '军'
                    | '港'
                    | '站'
                    | '话'
                    | '式'
                    | '地'
                    | '府'
                    | '片'
                    | '段'
                    | '部'
                    | '境'
                    | '岛'
            );
        }
        is_han(end + 1) && words.has(len + 2) && !self.words(&chars[end..]).has(2)
    }

    /// The words of the dictionary that a text begins with.
    fn words(&self, text: &[char]) -> Lengths {
        let mut lengths = Lengths(0);
        let chars = text.iter().copied().take(Lengths::MAX);
        self.dictionary()
            .words_along(chars, |len| lengths.0 |= 1 << len);
        lengths
    }

    fn dictionary(&self) -> &Dictionary {
        self.segmenter.dictionary()
    }
}

impl Hit {
    fn new(start: usize, end: usize, kind: Kind) -> Self {
        Self {
            start,
            end,
            kind,
            ordinary: Ordinary::No,
            area: 0,
            candidates: Vec::new(),
            id: None,
            named: None,
            evidence: Evidence::default(),
            is_doubtful: false,
            is_mention: true,
            weight: 0.0,
        }
    }
}

/// Each letter of a pattern is a place: 京沪.
fn letters(key: &Key, start: usize, hits: &mut Vec<Hit>) {
    if hits.last().is_some_and(|last| last.end > start) {
        hits.pop();
    }
    for (at, (unit, _)) in (start..).zip(&key.postings) {
        let mut hit = Hit::new(at, at + 1, Kind::Letter);
        hit.candidates.push(Candidate {
            unit: *unit,
            named: *unit,
            form: Form::Letters,
        });
        hits.push(hit);
    }
}

/// 高新区 and 经开区 alone, where nothing before them says of which place.
fn bare_area(chars: &[char], at: usize, last: Option<&Hit>) -> Option<Hit> {
    if !matches!(chars[at], '国' | '高' | '经' | '开') {
        return None;
    }
    let (kind, len) = area::at(&chars[at..])?;
    let is_usual = matches!(
        area::KINDS[usize::from(kind) - 1].0,
        "高新区" | "经开区" | "开发区"
    );
    let is_free = at == 0
        || !wording::is_han(chars[at - 1])
        || last.is_some_and(|last| last.end == at)
        || matches!(
            chars[at - 1],
            '在' | '到'
                | '从'
                | '和'
                | '与'
                | '入'
                | '是'
                | '至'
                | '于'
                | '向'
                | '由'
                | '对'
                | '据'
                | '驻'
                | '往'
                | '及'
        );
    if !is_usual || !is_free || wording::breaks_suffix(chars, at + len) {
        return None;
    }
    let mut hit = Hit::new(at, at + len, Kind::BareArea);
    hit.area = kind;
    Some(hit)
}

/// 东北 is a direction in 市东北部, 东北风.
fn is_direction(chars: &[char], start: usize, end: usize) -> bool {
    let name = &chars[start..end];
    if name != ['东', '北'] {
        return false;
    }
    let after = chars.get(end);
    let before = start.checked_sub(1).map(|at| chars[at]);
    matches!(
        after,
        Some('部' | '方' | '风' | '侧' | '角' | '偏' | '向' | '面' | '约' | '路' | '缘' | '隅')
    ) || matches!(
        before,
        Some(
            '市' | '县'
                | '城'
                | '偏'
                | '省'
                | '区'
                | '镇'
                | '村'
                | '向'
                | '为'
                | '以'
                | '西'
                | '距'
        )
    )
}
