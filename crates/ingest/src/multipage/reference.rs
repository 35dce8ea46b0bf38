//! Which pages are one article, with all of them in memory.

use std::collections::{HashMap, HashSet};

use super::chain::{bind, title_key};
use super::links::Place;
use super::{Part, skipped};
use crate::outcome::{Outcome, SkipReason};

/// What comes of the parts that a binder held back, before their articles are checked.
pub(super) fn outcomes(mut parts: Vec<Part>) -> Vec<Outcome> {
    let key = |part: &Part| (part.links.place.clone(), part.article.path.clone());
    parts.sort_by_key(key);
    let numbered = parts.iter().enumerate().rev();
    let places: HashMap<&Place, usize> = numbered.map(|(i, part)| (&part.links.place, i)).collect();
    let mut groups: Vec<usize> = (0..parts.len()).collect();
    for (i, part) in parts.iter().enumerate() {
        for j in part.links.neighbours.iter().filter_map(|it| places.get(it)) {
            let (title, other) = (title_key(&part.article), title_key(&parts[*j].article));
            if title == other || title.is_empty() != other.is_empty() {
                let (i, j) = (groups[i], groups[*j]);
                for group in groups.iter_mut().filter(|group| **group == i.max(j)) {
                    *group = i.min(j);
                }
            }
        }
    }
    let steps = steps(&parts, &places);
    let mut chains: Vec<Vec<(Part, usize)>> = parts.iter().map(|_| Vec::new()).collect();
    for ((part, step), group) in parts.into_iter().zip(steps).zip(groups) {
        chains[group].push((part, step));
    }
    chains.into_iter().flat_map(bind_chain).collect()
}

/// How many steps along 下一页 each part is behind a first page.
fn steps(parts: &[Part], places: &HashMap<&Place, usize>) -> Vec<usize> {
    let next: Vec<Option<usize>> = parts
        .iter()
        .map(|part| places.get(part.links.next.as_ref()?).copied())
        .collect();
    let mut steps = vec![0; parts.len()];
    let followers: HashSet<usize> = next.iter().flatten().copied().collect();
    for first in (0..parts.len()).filter(|i| !followers.contains(i)) {
        let (mut at, mut n) = (first, 0);
        while let Some(follower) = next[at] {
            n += 1;
            if n > 200 || steps[follower] >= n {
                break;
            }
            steps[follower] = n;
            at = follower;
        }
    }
    steps
}

fn bind_chain(mut chain: Vec<(Part, usize)>) -> Vec<Outcome> {
    let places: Vec<Place> = chain
        .iter()
        .map(|(part, _)| part.links.place.clone())
        .collect();
    let n_named = |name: &str| places.iter().filter(|place| place.base == name).count();
    chain.sort_by_key(|(part, step)| {
        let place = &part.links.place;
        let is_first = n_named(&place.file) > usize::from(place.number == 0);
        match n_named(&place.base) {
            _ if is_first => 0,
            2.. if place.number > 0 => place.number as usize,
            _ => *step,
        }
    });
    let is_whole = chain.iter().any(|(part, _)| part.alone.is_none());
    let pages = chain.into_iter().map(|(part, _)| part);
    if pages.len() < 2 || !is_whole {
        let alone = |part: Part| match part.alone {
            Some(reason) => skipped(part.article, reason),
            None => Outcome::Article(Box::new(part.article)),
        };
        return pages.map(alone).collect();
    }
    let articles: Vec<_> = pages.map(Part::into_article).collect();
    let article = bind(articles.iter().cloned().map(Ok)).unwrap().unwrap();
    let further = articles.into_iter().skip(1);
    std::iter::once(Outcome::Article(Box::new(article)))
        .chain(further.map(|page| skipped(page, SkipReason::Continuation)))
        .collect()
}
