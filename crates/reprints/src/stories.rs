//! The stories of an archive, kept while articles come and go.

use std::collections::{HashMap, HashSet};
use std::ops::Deref;
use std::path::Path;

use crate::error::Result;
use crate::file::StoryTable;
use crate::fingerprint::Fingerprint;
use crate::likeness::n_comparisons;
use crate::reprints::Reprints;

/// The fingerprints of an archive's articles and the stories that they make, for a program that keeps both on disk.
///
/// [`regroup`](Self::regroup) looks only at what may have changed: what is near articles that came or went, and all
/// that hangs together with that. What comes out is the same as if everything were grouped anew.
/// A new archive is grouped in less time and memory by [`write_stories`](crate::write_stories).
///
/// ```
/// use fangzhi_reprints::{Fingerprint, Stories, StoryTable};
///
/// let story = "昨日，海城市召开创建全国文明城市动员大会，部署今年的工作。会议要求，各单位要压实责任，\
///     改善市容环境，全年新建口袋公园12处，改造老旧小区35个，让市民在创建中得到实惠。";
/// let mut stories = Stories::default();
/// stories.insert(7, Fingerprint::of(story));
/// stories.insert(3, Fingerprint::of(&format!("（本网讯）{story}")));
/// stories.insert(5, Fingerprint::of("图片新闻"));
/// stories.regroup();
/// assert_eq!(stories.group_of(7), [3, 7]);
///
/// let table = StoryTable::new(stories.to_bytes(), "memory")?;
/// assert_eq!((table.story(7), table.story(5)), (3, 5));
/// assert_eq!((table.n_articles(), table.n_stories()), (3, 2));
/// # Ok::<(), fangzhi_reprints::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Stories {
    reprints: Reprints,
    /// Of each article that hangs together with another, the least key of all that do.
    components: HashMap<u64, u64>,
    /// The stories of what hangs together, by the least key; the keys of each in ascending order.
    stories: HashMap<u64, Vec<Vec<u64>>>,
}

impl Stories {
    /// Reads what [`Stories::to_bytes`] gave; the path is for messages only.
    ///
    /// # Errors
    ///
    /// The checksum is wrong.
    pub fn of_table<B: Deref<Target = [u8]>>(
        table: &StoryTable<B>,
        path: impl AsRef<Path>,
    ) -> Result<Self> {
        table.check(path)?;
        let mut components: Vec<Vec<Vec<u64>>> = Vec::new();
        for (is_first, keys) in table.groups() {
            match components.last_mut() {
                Some(component) if !is_first => component.push(keys),
                _ => components.push(vec![keys]),
            }
        }
        let mut stories = Self {
            reprints: Reprints::of_table(table),
            ..Self::default()
        };
        for component in components {
            stories.put(component);
        }
        Ok(stories)
    }

    /// The file's bytes, which [`StoryTable`] reads in place; the same articles give the same bytes, in whatever order
    /// they came.
    ///
    /// Takes 63 bytes an article, 17 more for each that hangs together with another, and 68 for all.
    /// As of the last [`regroup`](Self::regroup).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut components: Vec<(u64, Vec<Vec<u64>>)> = self
            .stories
            .iter()
            .map(|(&key, component)| (key, component.clone()))
            .collect();
        components.sort_unstable();
        let components: Vec<_> = components.into_iter().map(|(_, it)| it).collect();
        self.reprints.to_bytes(&components)
    }

    /// The fingerprints, by which articles are looked up.
    pub fn reprints(&self) -> &Reprints {
        &self.reprints
    }

    /// Stores an article, in place of what was stored for its key.
    pub fn insert(&mut self, key: u64, fingerprint: Fingerprint) {
        self.reprints.insert(key, fingerprint);
    }

    /// Forgets an article; whether there was one.
    pub fn remove(&mut self, key: u64) -> bool {
        self.reprints.remove(key)
    }

    /// Brings the stories up to date; whether anything was stored or forgotten since the last time.
    pub fn regroup(&mut self) -> bool {
        let changes = self.reprints.take_changes();
        if changes.keys.is_empty() {
            return false;
        }
        let mut open = changes.nodes;
        for number in changes.counted {
            let Some(node) = self.reprints.get_mut(number) else {
                continue;
            };
            let Some(before) = node.n_before.take() else {
                continue;
            };
            let [before, now] = [before, node.n_look_alikes].map(n_comparisons);
            // More look-alikes only part what was near.
            if now < before || now > before && self.is_placed(number) {
                open.push(number);
            }
        }
        // What hung together with what has changed.
        let mut parted: HashSet<u64> = HashSet::new();
        let component = |key: &u64| self.components.get(key).copied();
        parted.extend(changes.keys.iter().filter_map(component));
        for &number in &open {
            let node = self.reprints.get(number);
            parted.extend(
                node.into_iter()
                    .flat_map(|node| &node.keys)
                    .filter_map(component),
            );
        }
        for component in parted {
            for key in self.take(component) {
                open.extend(self.reprints.number(key));
            }
        }
        let mut seen = vec![false; self.reprints.n_nodes()];
        for number in open {
            if seen[number as usize] || self.reprints.get(number).is_none() {
                continue;
            }
            let component = self.reprints.component(number, &mut seen);
            let nodes = component.iter().map(|&(number, _)| number);
            let keys: Vec<u64> = nodes
                .flat_map(|number| self.reprints.node(number).keys.iter().copied())
                .collect();
            for key in &keys {
                if let Some(&component) = self.components.get(key) {
                    self.take(component);
                }
            }
            if keys.len() > 1 {
                let mut stories = self.reprints.split(&component);
                stories.sort_unstable();
                self.put(stories);
            }
        }
        true
    }

    /// The keys of the articles that are one story with this one, itself among them, in ascending order; an article
    /// that is not stored is alone.
    pub fn group_of(&self, key: u64) -> Vec<u64> {
        let component = self.components.get(&key);
        let stories = component.and_then(|component| self.stories.get(component));
        stories
            .into_iter()
            .flatten()
            .find(|story| story.binary_search(&key).is_ok())
            .cloned()
            .unwrap_or_else(|| vec![key])
    }

    fn is_placed(&self, number: u32) -> bool {
        let keys = &self.reprints.node(number).keys;
        keys.iter().any(|key| self.components.contains_key(key))
    }

    /// Forgets what hangs together, and gives its keys.
    fn take(&mut self, component: u64) -> Vec<u64> {
        let stories = self.stories.remove(&component).unwrap_or_default();
        let keys = stories.concat();
        for key in &keys {
            self.components.remove(key);
        }
        keys
    }

    /// Notes the stories of what hangs together, in order.
    fn put(&mut self, stories: Vec<Vec<u64>>) {
        let Some(&least) = stories.first().and_then(|story| story.first()) else {
            return;
        };
        let keys = stories.iter().flatten();
        self.components.extend(keys.map(|&key| (key, least)));
        self.stories.insert(least, stories);
    }
}
