//! Whether a page is an article, a list of them, or something else.

use super::lines::Lines;
use super::story::is_prose;
use crate::article::PageKind;

/// What the decision is made from.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Signs {
    /// The headline stands on the page as the `<title>` has it.
    pub(super) headline: bool,
    /// A date stands between the headline and the story.
    pub(super) dated: bool,
    /// A source, an author or an editor is named.
    pub(super) byline: bool,
    /// The page calls itself an article.
    pub(super) declared: bool,
    /// Characters of prose in the body.
    pub(super) prose: u32,
    /// Paragraphs in the body.
    pub(super) paragraphs: usize,
    /// The share of the page's characters that stand in links, in percent.
    pub(super) link_share: u32,
    /// Lines that are links as long as a headline.
    pub(super) headlines: usize,
    /// Lines of prose on the whole page.
    pub(super) prose_lines: usize,
}

impl Signs {
    /// Counts what the lines tell.
    pub(super) fn count(&mut self, lines: &Lines) {
        let (mut chars, mut links) = (0_u32, 0_u32);
        for line in &lines.all {
            chars += line.chars;
            links += line.link_chars;
            if line.link_chars * 10 >= line.chars * 8 && (10..=40).contains(&line.chars) {
                self.headlines += 1;
            }
            self.prose_lines += usize::from(is_prose(line));
        }
        self.link_share = (links * 100).checked_div(chars).unwrap_or(100);
    }

    /// Decides; with how sure the decision is, from 0 to 1.
    pub(super) fn kind(&self) -> (PageKind, f32) {
        let mut score: f32 = match self.prose {
            0..=39 => -3.0,
            40..=99 => -0.5,
            100..=249 => 0.5,
            250..=599 => 1.5,
            _ => 2.5,
        };
        score += if self.headline { 1.0 } else { -1.5 };
        score += if self.dated { 2.0 } else { -1.5 };
        score += if self.byline { 1.0 } else { -0.5 };
        score += if self.declared { 1.0 } else { 0.0 };
        if self.link_share > 80 && self.prose < 600 {
            score -= 1.0;
        }
        let confidence = 1.0 / (1.0 + f32::exp(-score.abs()));
        if score > 0.0 {
            return (PageKind::Article, confidence);
        }
        let is_list = self.headlines >= 12 && self.link_share > 40;
        (
            if is_list {
                PageKind::List
            } else {
                PageKind::Other
            },
            confidence,
        )
    }
}
