//! How many pairs of reprints are found, and how many pairs that are none.

use std::collections::{BTreeMap, HashMap};

use fangzhi_reprints::{Fingerprint, Reprints};

use super::generator::Article;
use super::generator::edits::Edit;

/// Right and wrong pairs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Score {
    /// Pairs of articles in a group that are of one story.
    pub(crate) n_right: usize,
    /// Pairs in a group that are not, by the kinds of the two.
    pub(crate) wrong: BTreeMap<(&'static str, &'static str), usize>,
    /// Pairs of a story and its reprint, by what the story is and what was done to it: found, and all.
    pub(crate) by_edit: BTreeMap<(bool, Edit), [usize; 2]>,
    /// All pairs of reprints, of one story, of which neither was changed more than three tenths: found, and all.
    pub(crate) all_pairs: [usize; 2],
}

impl Score {
    /// Scores the groups of an archive whose keys are places in it.
    pub(crate) fn new(archive: &[Article], groups: &[Vec<u64>]) -> Self {
        let mut score = Self::default();
        let mut group_of = HashMap::new();
        for (number, group) in groups.iter().enumerate() {
            for (i, &a) in group.iter().enumerate() {
                group_of.insert(a as usize, number);
                for &b in &group[..i] {
                    let (a, b) = (&archive[a as usize], &archive[b as usize]);
                    if a.story == b.story {
                        score.n_right += 1;
                    } else {
                        let kinds = (a.kind.min(b.kind), a.kind.max(b.kind));
                        *score.wrong.entry(kinds).or_default() += 1;
                    }
                }
            }
        }
        let mut stories: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (place, article) in archive.iter().enumerate() {
            stories.entry(article.story).or_default().push(place);
        }
        let are_found = |a: usize, b: usize| {
            group_of
                .get(&a)
                .is_some_and(|group| group_of.get(&b) == Some(group))
        };
        for places in stories.values() {
            for &a in places {
                for &b in places.iter().take_while(|&&b| b != a) {
                    let found = usize::from(are_found(a, b));
                    let edits = [a, b].map(|place| archive[place].edit);
                    if edits.iter().flatten().all(|edit| edit.is_counted()) {
                        score.all_pairs[0] += found;
                        score.all_pairs[1] += 1;
                    }
                    if let [None, Some(edit)] | [Some(edit), None] = edits {
                        let tally = score
                            .by_edit
                            .entry((archive[a].is_notice(), edit))
                            .or_default();
                        tally[0] += found;
                        tally[1] += 1;
                    }
                }
            }
        }
        score
    }

    /// The share of pairs in groups that are of one story.
    pub(crate) fn precision(&self) -> f64 {
        let n_wrong: usize = self.wrong.values().sum();
        share([self.n_right, self.n_right + n_wrong])
    }

    /// The share of stories' reprints, of what is counted, that are in a group with the story.
    pub(crate) fn recall(&self, is_selected: impl Fn(bool, Edit) -> bool) -> f64 {
        let mut sum = [0, 0];
        for (&(is_notice, edit), tally) in &self.by_edit {
            if is_selected(is_notice, edit) {
                sum[0] += tally[0];
                sum[1] += tally[1];
            }
        }
        share(sum)
    }
}

/// The part that `part` is of `whole`, all of nothing.
pub(crate) fn share([part, whole]: [usize; 2]) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

/// Stores an archive; keys are the places in it.
pub(crate) fn store(archive: &[Article]) -> Reprints {
    let mut reprints = Reprints::default();
    for (place, article) in archive.iter().enumerate() {
        reprints.insert(place as u64, Fingerprint::of(&article.body));
    }
    reprints
}
