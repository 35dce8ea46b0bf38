//! Finds the story: the subtree whose lines are prose rather than links, near the headline, before the comments.

use std::ops::Range;

use super::dom::{Dom, NodeId};
use super::hints::{Hint, hint};
use super::lines::{Line, Lines, node};
use super::title::Headline;
use crate::boilerplate::{self, Boilerplate};

/// What a level of structure between a block of prose and the subtree's root costs: so that the nearest subtree that
/// holds the story wins over one that holds the comments too.
const LEVEL: f32 = 0.88;

/// What prose counts before the headline.
const BEFORE_HEADLINE: f32 = 0.3;

/// What prose counts after the story's end has been announced (相关新闻, 网友评论).
const AFTER_END: f32 = 0.35;

/// What prose counts in an element that is named as something else (comments, sidebars).
const IN_ASIDE: f32 = 0.2;

/// What prose counts under a linked headline: the excerpt of another story.
const EXCERPT: f32 = 0.2;

/// A line counts at most this many characters, so that one long line is no story of its own.
const MAX_LINE: f32 = 320.0;

/// The subtree that holds the story.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) root: NodeId,
    /// Its lines.
    pub(super) lines: Range<usize>,
    pub(super) score: f32,
    /// The next best subtree apart from it.
    pub(super) rival: Option<(NodeId, f32)>,
}

/// Finds the story; `None` on a page without any prose.
pub(super) fn find(dom: &Dom<'_>, lines: &Lines, headline: &Headline) -> Option<Story> {
    let values = values(dom, lines, headline);
    let headline = headline.lines.as_ref().map(|range| range.start);
    let scores = scores(dom, lines, &values, headline);
    let mut best: Option<(NodeId, f32)> = None;
    for id in dom.ids() {
        let score = scores[id.index()];
        // In document order a child comes after its parent, so of equals the innermost wins.
        if score > 0.0 && best.is_none_or(|(_, known)| score >= known) {
            best = Some((id, score));
        }
    }
    let (root, score) = best?;
    let rival = dom
        .ids()
        .filter(|id| !dom.contains(root, *id) && !dom.contains(*id, root))
        .map(|id| (id, scores[id.index()]))
        .filter(|(_, score)| *score > 0.0)
        .max_by(|a, b| a.1.total_cmp(&b.1));
    Some(Story {
        root,
        lines: lines.within(dom, root),
        score,
        rival,
    })
}

/// Whether a line is prose: enough text outside links, with stops.
pub(super) fn is_prose(line: &Line) -> bool {
    let text = line.chars - line.link_chars;
    text >= 14 && line.stops >= 1 && line.link_chars * 2 <= line.chars
}

/// What each line counts for.
fn values(dom: &Dom<'_>, lines: &Lines, headline: &Headline) -> Vec<f32> {
    let begin = headline.lines.as_ref().map(|range| range.end);
    let mut prose_seen = 0_u32;
    let mut ended = false;
    let mut beside = None;
    let mut values = Vec::with_capacity(lines.all.len());
    for (i, line) in lines.all.iter().enumerate() {
        let mut value = value(line);
        if value > 0.0 && is_prose(line) && is_statement(dom, lines, i) {
            values.push(0.0);
            continue;
        }
        let before = begin.is_some_and(|begin| i < begin);
        if before {
            value *= if value > 0.0 { BEFORE_HEADLINE } else { 1.0 };
        } else if !ended && prose_seen > 0 && line.chars <= 30 && line.link_chars < line.chars {
            ended = boilerplate::classify(&lines.text(dom, i)) == Some(Boilerplate::End);
        }
        // Prose beside the prose before it goes on with the story, whatever line stood between.
        let parent = dom.parent(line.block);
        let goes_on = prose_seen > 0 && parent == beside;
        if value > 0.0 && !goes_on {
            if is_excerpt(lines, i) {
                value *= EXCERPT;
            }
            if ended {
                value *= AFTER_END;
            }
        }
        if !before && is_prose(line) {
            prose_seen += 1;
            if !ended || goes_on {
                beside = parent;
            }
        }
        values.push(value);
    }
    values
}

/// Whether a line of prose is a statement of rights or a promotion, which may be as long as a short story.
fn is_statement(dom: &Dom<'_>, lines: &Lines, i: usize) -> bool {
    /// Longer lines are not looked at.
    const MAX: u32 = 220;
    lines.all[i].chars <= MAX && boilerplate::classify(&lines.text(dom, i)).is_some()
}

/// Whether a line is prose right under a linked headline in another block, or under its date: another story's excerpt.
pub(super) fn is_excerpt(lines: &Lines, i: usize) -> bool {
    let line = &lines.all[i];
    let is_headline = |before: &Line| {
        before.block != line.block
            && before.link_chars * 10 >= before.chars * 8
            && (1..=40).contains(&before.chars)
    };
    let Some(before) = i.checked_sub(1).map(|at| &lines.all[at]) else {
        return false;
    };
    let is_date = before.stops == 0 && before.link_chars == 0 && before.chars <= 20;
    is_prose(line)
        && (is_headline(before)
            || is_date
                && i.checked_sub(2)
                    .is_some_and(|at| is_headline(&lines.all[at])))
}

fn value(line: &Line) -> f32 {
    let text = (line.chars - line.link_chars) as f32;
    if line.link_chars * 2 > line.chars {
        return -(line.chars as f32).min(12.0);
    }
    if is_prose(line) {
        text.min(MAX_LINE)
    } else {
        (text * 0.25).min(5.0)
    }
}

/// The score of each node's subtree.
fn scores(dom: &Dom<'_>, lines: &Lines, values: &[f32], headline: Option<usize>) -> Vec<f32> {
    let count = dom.len();
    let mut scores = vec![0.0_f32; count];
    // How many branching elements lie between a node and its deepest prose.
    let mut levels = vec![0_u16; count];
    let mut parts = vec![0_u16; count];
    for (line, value) in lines.all.iter().zip(values) {
        let block = line.block.index();
        scores[block] += value;
        parts[block] = 1;
    }
    for index in (1..count).rev() {
        let id = node(index);
        let score = scores[index];
        if score == 0.0 {
            continue;
        }
        // An element that holds the headline too is named for something else than its content.
        let holds_headline = headline.is_some_and(|line| lines.within(dom, id).contains(&line));
        if score > 60.0 && !holds_headline && hint(dom, id) == Hint::Aside {
            scores[index] = score * IN_ASIDE;
        }
        let score = scores[index];
        let Some(parent) = dom.parent(id) else {
            continue;
        };
        let above = parent.index();
        let level = levels[index] + u16::from(parts[index] > 1);
        let kept = if level > 0 { score * LEVEL } else { score };
        scores[above] += kept.max(-40.0);
        parts[above] = parts[above].saturating_add(1);
        levels[above] = levels[above].max(level);
    }
    scores
}
