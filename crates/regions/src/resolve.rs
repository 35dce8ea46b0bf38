//! Deciding which place a name means, from what stands around it.

use crate::area;
use crate::candidates::{Candidate, dominant};
use crate::format::{Form, Ordinary, UnitLevel};
use crate::prepared::Prepared;
use crate::scan::{Hit, Kind};
use crate::table::{Id, Table};
use crate::text::Clue;
use crate::wording;

/// How much more the best meaning must have than the next.
const CLEAR: f32 = 2.0;

/// How much the best meaning must have at least.
const ENOUGH: f32 = 0.8;

/// The same for a name that is an ordinary word at times.
const ENOUGH_FOR_A_WORD: f32 = 1.6;

/// A part of an article and the names in it.
pub(crate) struct Part<'p, 't> {
    pub(crate) text: &'p Prepared<'t>,
    pub(crate) hits: Vec<Hit>,
    /// Where the dateline ends, or 0.
    pub(crate) dateline: usize,
}

/// What is known of an article beside its text.
#[derive(Default)]
pub(crate) struct Surroundings {
    /// The places that the column's path names.
    pub(crate) channel: Vec<Id>,
    /// The home of the paper or site.
    pub(crate) publisher: Option<Id>,
}

/// Resolves all names of an article's parts but references to the article's own place.
pub(crate) fn resolve(table: &Table, parts: &mut [Part<'_, '_>], around: &Surroundings) {
    for part in parts.iter_mut() {
        by_themselves(table, part);
    }
    // What one round makes clear helps the next.
    for _ in 0..2 {
        for part in parts.iter_mut() {
            by_lists(table, part);
        }
        by_context(table, parts, around);
    }
    for part in parts.iter_mut() {
        leave_ambiguous(table, part);
    }
}

/// Takes what is clear from the name and the name right before it.
fn by_themselves(table: &Table, part: &mut Part<'_, '_>) {
    let Part {
        text,
        hits,
        dateline,
    } = part;
    for at in 0..hits.len() {
        let (before, rest) = hits.split_at_mut(at);
        let hit = &mut rest[0];
        let is_in_dateline = hit.end <= *dateline;
        match hit.kind {
            Kind::Letter => {
                hit.evidence.add(Clue::Letter);
                hit.settle(table, hit.candidates[0]);
                continue;
            }
            Kind::SelfReference { .. } | Kind::BareArea => continue,
            Kind::Name(form) => hit.evidence.add(match form {
                Form::Full | Form::Alias => Clue::FullName,
                Form::Short | Form::Letters => Clue::ShortName,
            }),
        }
        if is_in_dateline {
            hit.evidence.add(Clue::Dateline);
        }
        let previous = before.last_mut().filter(|last| is_next(text, last, hit));
        if let Some(previous) = previous
            && below(table, previous, hit)
        {
            hit.evidence.add(Clue::Parent);
            if hit.ordinary == Ordinary::Mostly && !has_clean_end(text, hit) {
                hit.is_mention = false;
                hit.id = None;
            }
            continue;
        }
        if hit.is_doubtful || hit.ordinary != Ordinary::No && !is_in_dateline {
            hit.is_mention = false;
            continue;
        }
        // 平江 in 苏州平江 is something in 苏州, not the county of that name elsewhere.
        if hit
            .candidates
            .iter()
            .all(|meaning| is_short_county(table, meaning))
            && before.last().is_some_and(|last| {
                last.is_mention && last.end == hit.start && last.is_elsewhere(table, hit)
            })
        {
            hit.is_mention = false;
            hit.candidates.clear();
            continue;
        }
        let meanings = dominant(table, &hit.candidates);
        if let [only] = meanings[..] {
            hit.settle(table, only);
        }
    }
}

/// Whether a meaning is a county by its short name.
fn is_short_county(table: &Table, meaning: &Candidate) -> bool {
    meaning.form == Form::Short && table.unit(meaning.unit).level == UnitLevel::County
}

/// Whether a name follows another directly.
fn is_next(text: &Prepared<'_>, last: &Hit, hit: &Hit) -> bool {
    let is_gap = |c: &char| matches!(c, ' ' | '·' | '-' | '的');
    last.is_mention
        && (last.end == hit.start
            || last.end + 1 == hit.start && text.chars().get(last.end).is_some_and(is_gap))
}

/// Resolves a name to what lies in the place before it, and that one too if it was not clear yet.
fn below(table: &Table, previous: &mut Hit, hit: &mut Hit) -> bool {
    if previous.area != 0 {
        return false;
    }
    let outers: Vec<Candidate> = match previous.id {
        Some(_) => Vec::new(),
        None => previous.candidates.clone(),
    };
    let is_below = |outer: u16, inner: &Candidate| {
        table.is_below(Id::of_unit(inner.unit), Id::of_unit(outer))
            // The prefecture of the time, where it has become another since.
            || table.unit(inner.named).code / 100 == table.unit(outer).code / 100
                && table.unit(outer).level == UnitLevel::Prefecture
                && inner.unit != outer
    };
    if let Some(id) = previous.id {
        let inner = hit
            .candidates
            .iter()
            .filter(|inner| is_below(id.unit(), inner));
        let inner: Vec<Candidate> = inner.copied().collect();
        let inner = dominant(table, &inner);
        if let [only] = inner[..] {
            hit.settle(table, only);
            return true;
        }
        if inner.len() > 1 {
            hit.candidates = inner;
        }
        return false;
    }
    let mut pairs = outers.iter().flat_map(|outer| {
        let inner = hit
            .candidates
            .iter()
            .filter(|inner| is_below(outer.unit, inner));
        inner.map(move |inner| (*outer, *inner))
    });
    let (first, second) = (pairs.next(), pairs.next());
    drop(pairs);
    match (first, second) {
        (Some((outer, inner)), None) => {
            previous.settle(table, outer);
            previous.evidence.add(Clue::Context);
            hit.settle(table, inner);
            true
        }
        _ => false,
    }
}

/// Whether a word that is a place behind its parent is not the beginning of something else: 桂林资源丰富.
fn has_clean_end(text: &Prepared<'_>, hit: &Hit) -> bool {
    text.chars()
        .get(hit.end)
        .is_none_or(|c| wording::is_after_list(*c))
}

/// Takes names that are listed with others of the same parent.
fn by_lists(table: &Table, part: &mut Part<'_, '_>) {
    for at in 0..part.hits.len() {
        let neighbours = [at.checked_sub(1), Some(at + 1)];
        for other in neighbours.into_iter().flatten() {
            let Some(other_hit) = part.hits.get(other) else {
                continue;
            };
            let hit = &part.hits[at];
            let (first, second) = if other < at {
                (other_hit, hit)
            } else {
                (hit, other_hit)
            };
            let is_listed = first.end + 1 == second.start
                && wording::is_list_mark(part.text.chars()[first.end])
                && matches!(hit.kind, Kind::Name(_));
            if !is_listed || !other_hit.is_mention || hit.is_doubtful {
                continue;
            }
            let Some(sibling) = other_hit.id.filter(|id| id.area() == 0) else {
                continue;
            };
            let parent = table.unit(sibling.unit()).parent;
            let level = table.level(sibling);
            let alike = |candidate: &&Candidate| {
                table.unit(candidate.unit).parent == parent
                    && table.level(Id::of_unit(candidate.unit)) == level
                    && candidate.unit != sibling.unit()
            };
            let mut found = hit.candidates.iter().filter(alike);
            let (Some(found), None) = (found.next().copied(), found.next()) else {
                continue;
            };
            let hit = &mut part.hits[at];
            // 长春、吉林、四平: listed with cities, 吉林 is the city.
            let is_inside = hit.id.is_some_and(|id| {
                level == UnitLevel::Prefecture && table.is_below(Id::of_unit(found.unit), id)
            });
            if hit.id.is_none() || !hit.is_mention || is_inside {
                hit.settle(table, found);
                hit.is_mention = true;
                hit.evidence.add(Clue::List);
            }
        }
    }
}

/// Takes the meaning that the other places of the article are near to.
fn by_context(table: &Table, parts: &mut [Part<'_, '_>], around: &Surroundings) {
    for number in 0..parts.len() {
        for at in 0..parts[number].hits.len() {
            let hit = &parts[number].hits[at];
            if hit.id.is_some() || !matches!(hit.kind, Kind::Name(_)) {
                continue;
            }
            let is_word = !hit.is_mention;
            if hit.is_doubtful {
                named_elsewhere(parts, number, at, table);
                continue;
            }
            if is_word && !may_be_place(parts[number].text, hit) {
                continue;
            }
            let found = near_others(table, parts, number, at).or_else(|| {
                let hit = &parts[number].hits[at];
                by_surroundings(table, hit, around).filter(|_| !is_word)
            });
            if let Some((candidate, clue)) = found {
                let hit = &mut parts[number].hits[at];
                hit.settle(table, candidate);
                hit.is_mention = true;
                hit.evidence.add(clue);
            }
        }
    }
}

/// Takes a doubtful name that the article has in full elsewhere.
fn named_elsewhere(parts: &mut [Part<'_, '_>], number: usize, at: usize, table: &Table) {
    let hit = &parts[number].hits[at];
    let is_named = |candidate: &&Candidate| {
        let id = Some(Id::of_unit(candidate.unit));
        parts
            .iter()
            .flat_map(|part| &part.hits)
            .any(|other| other.is_mention && other.id == id && other.evidence.has(Clue::FullName))
    };
    if let Some(found) = hit.candidates.iter().find(is_named).copied() {
        let hit = &mut parts[number].hits[at];
        hit.settle(table, found);
        hit.is_mention = true;
        hit.evidence.add(Clue::Context);
    }
}

/// Whether a word that can be a place may be one where it stands.
fn may_be_place(text: &Prepared<'_>, hit: &Hit) -> bool {
    let before = hit.start.checked_sub(1).map(|at| text.chars()[at]);
    let after = text.chars().get(hit.end);
    match hit.ordinary {
        Ordinary::No => true,
        // 充足的日照时间 is none.
        Ordinary::Sometimes => {
            before.is_none_or(|c| !wording::is_han(c) || wording::is_preposition(c))
                || has_clean_end(text, hit)
                || after
                    .is_some_and(|c| matches!(c, '的' | '市' | '人' | '县' | '区' | '港' | '站'))
        }
        Ordinary::Mostly => before.is_some_and(wording::is_preposition) && has_clean_end(text, hit),
    }
}

/// The meaning that is nearest to the places that are clear, if that is clear itself.
fn near_others(
    table: &Table,
    parts: &[Part<'_, '_>],
    number: usize,
    at: usize,
) -> Option<(Candidate, Clue)> {
    let hit = &parts[number].hits[at];
    // Even a meaning that stands behind by itself is possible, if others speak for it.
    let mut scores: Vec<(f32, Candidate)> = hit
        .candidates
        .iter()
        .map(|meaning| (nearness(table, parts, number, at, *meaning), *meaning))
        .collect();
    scores.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (best, meaning) = *scores.first()?;
    let enough = match hit.ordinary {
        Ordinary::No => ENOUGH,
        Ordinary::Sometimes | Ordinary::Mostly => ENOUGH_FOR_A_WORD,
    };
    let rival = scores[1..]
        .iter()
        .find(|(_, other)| {
            let (one, two) = (Id::of_unit(meaning.unit), Id::of_unit(other.unit));
            !table.is_below(one, two) && !table.is_below(two, one)
        })
        .map_or(0.0, |(score, _)| *score);
    if best < enough || best < CLEAR * rival {
        return None;
    }
    // Of a place and one inside it, the larger.
    let larger = scores.iter().find(|(score, other)| {
        *score * CLEAR >= best && table.is_below(Id::of_unit(meaning.unit), Id::of_unit(other.unit))
    });
    Some((larger.map_or(meaning, |(_, other)| *other), Clue::Context))
}

/// How near a meaning is to the other places of an article.
fn nearness(
    table: &Table,
    parts: &[Part<'_, '_>],
    number: usize,
    at: usize,
    meaning: Candidate,
) -> f32 {
    let here = Id::of_unit(meaning.unit);
    let own = &parts[number].hits[at];
    let mut sum = 0.0;
    for (other_number, part) in parts.iter().enumerate() {
        for (other_at, other) in part.hits.iter().enumerate() {
            let Some(there) = other.id.filter(|_| other.is_mention) else {
                continue;
            };
            if (other_number, other_at) == (number, at) {
                continue;
            }
            let distance = if other_number == number {
                own.start.abs_diff(other.start)
            } else {
                60
            };
            let near = 1.0 + 1.0 / (1.0 + distance as f32 / 20.0);
            let kin = kinship(table, here, there);
            sum += kin * near * other.weight.clamp(0.3, 2.0);
        }
    }
    sum
}

/// How much one place speaks for another.
fn kinship(table: &Table, here: Id, there: Id) -> f32 {
    let there = Id::of_unit(there.unit());
    if here == there {
        return 3.0;
    }
    if table.level(there) == UnitLevel::Macro {
        return if table.contains(there, here) {
            0.7
        } else {
            0.0
        };
    }
    if table.is_below(here, there) {
        return match table.level(there) {
            UnitLevel::Province => 1.0,
            _ => 2.0,
        };
    }
    if table.is_below(there, here) {
        return match table.level(here) {
            UnitLevel::Province => 0.7,
            _ => 1.5,
        };
    }
    let shared = table
        .lineage(here)
        .find(|id| table.lineage(there).any(|other| other == *id));
    match shared.map(|id| table.level(id)) {
        Some(UnitLevel::Province) => 0.6,
        Some(_) => 1.2,
        None => 0.0,
    }
}

/// The meaning that lies where the column or the publisher is.
fn by_surroundings(table: &Table, hit: &Hit, around: &Surroundings) -> Option<(Candidate, Clue)> {
    let only_in = |outer: &[Id]| {
        let is_in = |candidate: &&Candidate| {
            outer.iter().any(|outer| {
                let candidate = Id::of_unit(candidate.unit);
                table.contains(*outer, candidate) || table.contains(candidate, *outer)
            })
        };
        let found: Vec<Candidate> = hit.candidates.iter().filter(is_in).copied().collect();
        match dominant(table, &found)[..] {
            [only] => Some(only),
            _ => None,
        }
    };
    let channel = only_in(&around.channel).map(|found| (found, Clue::Channel));
    channel.or_else(|| {
        let publisher = around.publisher?;
        let found = only_in(&[publisher]).or_else(|| {
            // The paper of a city reports from its province.
            let province = table.lineage(publisher).last()?;
            only_in(&[province])
        })?;
        Some((found, Clue::Publisher))
    })
}

/// What is left has several meanings, or is a word.
fn leave_ambiguous(table: &Table, part: &mut Part<'_, '_>) {
    for hit in &mut part.hits {
        if !matches!(hit.kind, Kind::Name(_)) || hit.id.is_some() {
            continue;
        }
        if !hit.is_mention && !hit.is_doubtful && hit.ordinary == Ordinary::Sometimes {
            let before = hit.start.checked_sub(1).map(|at| part.text.chars()[at]);
            hit.is_mention =
                before.is_some_and(wording::is_preposition) && has_clean_end(part.text, hit);
        }
        let meanings = dominant(table, &hit.candidates);
        if let [only] = meanings[..]
            && hit.is_mention
        {
            hit.settle(table, only);
        } else {
            hit.candidates = meanings;
        }
    }
}

impl Hit {
    /// Whether none of another name's meanings is in or beside this place.
    fn is_elsewhere(&self, table: &Table, other: &Hit) -> bool {
        let Some(id) = self.id.filter(|_| matches!(self.kind, Kind::Name(_))) else {
            return false;
        };
        let top = |id: Id| table.lineage(id).last();
        let is_city = table.level(id) == UnitLevel::Prefecture;
        !other.candidates.iter().any(|meaning| {
            let there = Id::of_unit(meaning.unit);
            table.is_below(there, id) || !is_city && top(there) == top(id)
        })
    }

    /// Resolves the name to a meaning.
    fn settle(&mut self, table: &Table, meaning: Candidate) {
        let mut id = Id::of_unit(meaning.unit);
        match table.level(id) {
            UnitLevel::Macro => self.evidence.add(Clue::MacroRegion),
            UnitLevel::Area => self.evidence.add(Clue::Area),
            _ => {}
        }
        if self.area != 0 {
            // 海城市 and the like have one; that of a macro-region or area would be nothing.
            if usize::from(self.area) <= area::KINDS.len() {
                id = id.with_area(self.area);
            }
            self.evidence.add(Clue::Area);
        }
        if meaning.named != meaning.unit || table.unit(meaning.named).until != 0 {
            self.evidence.add(Clue::OldName);
        }
        self.id = Some(id);
        self.named = Some(meaning.named);
    }
}
