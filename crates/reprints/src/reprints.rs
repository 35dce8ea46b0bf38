//! All articles of an archive, and which of them are one story.

mod representatives;

use std::collections::HashMap;

use crate::fingerprint::Fingerprint;
use crate::likeness::{Likeness, is_enough};
use crate::meetings::{Anchors, Meetings};
use crate::postings::Postings;
use crate::stars;

/// The number of articles whose fingerprint is blank.
const BLANK: u32 = u32::MAX;

/// The fingerprints of an archive's articles, and which articles are one story.
///
/// Articles are known by keys of the caller's, numbers of 64 bits such as a hash of their id.
/// What is near what and who is in a group depends on nothing but what is stored: neither on the order in which
/// articles came, nor on what was removed in between.
///
/// ```
/// use fangzhi_reprints::{Fingerprint, Reprints};
///
/// let story = "昨日，海城市召开创建全国文明城市动员大会，部署今年的工作。会议要求，各单位要压实责任，\
///     改善市容环境，全年新建口袋公园12处，改造老旧小区35个，让市民在创建中得到实惠。";
/// let other = "鞍山市今年计划新增停车泊位1800个，改造背街小巷26条，群众出行停车难的问题有望缓解，\
///     首批项目将在铁东区和铁西区同时开工，预计10月底前完工。";
/// let mut reprints = Reprints::default();
/// reprints.insert(1, Fingerprint::of(story));
/// reprints.insert(2, Fingerprint::of(other));
/// reprints.insert(3, Fingerprint::of(&format!("{story}（记者 王强）")));
/// assert_eq!(reprints.group_of(3), [1, 3]);
/// assert_eq!(reprints.near(&Fingerprint::of(other))[0].key, 2);
/// reprints.remove(1);
/// assert_eq!(reprints.group_of(3), [3]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Reprints {
    /// Of each key, the number of its node.
    numbers: HashMap<u64, u32>,
    nodes: Vec<Option<Node>>,
    /// Numbers of nodes that are none any more.
    free: Vec<u32>,
    postings: Postings,
    changes: Changes,
}

/// What has changed since the stories were last made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes {
    /// Nodes that are new or whose articles are others.
    pub(crate) nodes: Vec<u32>,
    /// Nodes whose number of look-alikes has changed, each once.
    pub(crate) counted: Vec<u32>,
    /// Articles that came or went.
    pub(crate) keys: Vec<u64>,
}

/// The articles of one fingerprint.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) fingerprint: Fingerprint,
    /// In ascending order, never none.
    pub(crate) keys: Vec<u64>,
    /// Where it represents those that it meets.
    represents: Meetings,
    /// How many nodes have the same words and other particulars, with those that it is taken to have unseen.
    pub(crate) n_look_alikes: u32,
    /// The same when stories were last made, if it has changed since.
    pub(crate) n_before: Option<u32>,
    /// Nodes that are of one story with this one if look-alikes are not considered, and what speaks for it; who is
    /// named is named back.
    edges: Vec<(u32, f64)>,
    /// Whether all of them are named; not those of a node that was read from a file.
    is_complete: bool,
}

impl Node {
    pub(crate) fn new(fingerprint: Fingerprint, n_look_alikes: u32) -> Self {
        Self {
            fingerprint,
            keys: Vec::with_capacity(1),
            represents: Meetings::ALL,
            n_look_alikes,
            n_before: None,
            edges: Vec::new(),
            is_complete: false,
        }
    }
}

/// A node that has anchors in common with a body, and where.
#[derive(Clone, Copy)]
struct Met {
    number: u32,
    meetings: Meetings,
    /// Where the node represents.
    represents: Meetings,
}

/// An article that is a reprint of another.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Near {
    /// The article.
    pub key: u64,
    /// How much it has in common with the other.
    pub likeness: Likeness,
}

impl Reprints {
    /// Stores an article, in place of what was stored for its key.
    pub fn insert(&mut self, key: u64, fingerprint: Fingerprint) {
        if self.fingerprint(key) == Some(fingerprint) {
            return;
        }
        self.remove(key);
        self.changes.keys.push(key);
        if fingerprint.is_blank() {
            self.numbers.insert(key, BLANK);
            return;
        }
        let met = self.meet(&fingerprint);
        if let Some(number) = self.twin(&fingerprint, &met) {
            let keys = &mut self.node_mut(number).keys;
            keys.insert(keys.partition_point(|&other| other < key), key);
            self.numbers.insert(key, number);
            self.changes.nodes.push(number);
            return;
        }
        let (represents, displaced) = self.find_place(&fingerprint, &met);
        let found = self.compare(&fingerprint, represents, &met);
        for (number, meeting) in displaced {
            self.set_represents(number, meeting, false, &met);
        }
        let number = self.free.pop().unwrap_or(self.nodes.len() as u32);
        let mut node = Node::new(fingerprint, represents.n_unseen());
        node.keys.push(key);
        node.represents = represents;
        node.is_complete = true;
        self.put(number, node);
        for (other, likeness) in found {
            self.relate([number, other], likeness, true);
        }
        self.changes.nodes.push(number);
    }

    /// Forgets an article; whether there was one.
    pub fn remove(&mut self, key: u64) -> bool {
        let Some(number) = self.numbers.remove(&key) else {
            return false;
        };
        self.changes.keys.push(key);
        if number == BLANK {
            return true;
        }
        self.changes.nodes.push(number);
        let node = self.node_mut(number);
        node.keys.retain(|&other| other != key);
        if !node.keys.is_empty() {
            return true;
        }
        let Some(gone) = self.nodes[number as usize].take() else {
            return true;
        };
        let fingerprint = gone.fingerprint;
        self.postings.remove(&fingerprint, number);
        self.free.push(number);
        let met = self.meet(&fingerprint);
        for (other, likeness) in self.compare(&fingerprint, gone.represents, &met) {
            self.relate([number, other], likeness, false);
        }
        for (other, meeting) in self.successors(gone.represents, &met) {
            self.set_represents(other, meeting, true, &met);
        }
        true
    }

    /// Notes what is like what, or that it is no longer so; of the two nodes one may be gone.
    fn relate(&mut self, nodes: [u32; 2], likeness: Likeness, is_so: bool) {
        let [a, b] = nodes;
        for (number, other) in [(a, b), (b, a)] {
            if self.get(number).is_none() {
                continue;
            }
            if likeness.is_look_alike() {
                self.count(number, if is_so { 1 } else { -1 });
            } else if likeness.is_reprint() {
                let edges = &mut self.node_mut(number).edges;
                if is_so {
                    edges.push((other, likeness.evidence));
                } else {
                    edges.retain(|&(it, _)| it != other);
                }
            }
        }
    }

    /// Another number of look-alikes than before.
    fn count(&mut self, number: u32, difference: i32) {
        let node = self.node_mut(number);
        let is_first = node.n_before.is_none();
        node.n_before.get_or_insert(node.n_look_alikes);
        node.n_look_alikes = node.n_look_alikes.saturating_add_signed(difference);
        if is_first {
            self.changes.counted.push(number);
        }
    }

    /// What has changed since the last call.
    pub(crate) fn take_changes(&mut self) -> Changes {
        std::mem::take(&mut self.changes)
    }

    /// The number of articles.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there is no article.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// What is stored of an article.
    pub fn fingerprint(&self, key: u64) -> Option<Fingerprint> {
        match *self.numbers.get(&key)? {
            BLANK => Some(Fingerprint::blank()),
            number => Some(self.node(number).fingerprint),
        }
    }

    /// The articles that are reprints of a body, or it of them, the most similar first.
    ///
    /// The body need not be stored; if it is, it is among them.
    pub fn near(&self, fingerprint: &Fingerprint) -> Vec<Near> {
        let mut near = Vec::new();
        for (number, likeness) in self.reprints_of(fingerprint) {
            near.extend(
                self.node(number)
                    .keys
                    .iter()
                    .map(|&key| Near { key, likeness }),
            );
        }
        near.sort_by(|a, b| {
            let similarity = |near: &Near| near.likeness.similarity;
            similarity(b)
                .total_cmp(&similarity(a))
                .then(a.key.cmp(&b.key))
        });
        near
    }

    /// The keys of the articles that are one story with this one, itself among them, in ascending order; none, if
    /// the article is not stored.
    ///
    /// Takes time in proportion to what hangs together with the article.
    pub fn group_of(&self, key: u64) -> Vec<u64> {
        match self.numbers.get(&key) {
            None => Vec::new(),
            Some(&BLANK) => vec![key],
            Some(&number) => {
                let mut seen = vec![false; self.nodes.len()];
                let groups = self.split(&self.component(number, &mut seen));
                groups
                    .into_iter()
                    .find(|group| group.binary_search(&key).is_ok())
                    .unwrap_or_default()
            }
        }
    }

    /// All groups of two articles and more; keys and groups are in ascending order.
    pub fn groups(&self) -> Vec<Vec<u64>> {
        let mut seen = vec![false; self.nodes.len()];
        let mut groups = Vec::new();
        for number in 0..self.nodes.len() {
            if !seen[number] && self.nodes[number].is_some() {
                groups.extend(self.split(&self.component(number as u32, &mut seen)));
            }
        }
        groups.retain(|group| group.len() > 1);
        groups.sort();
        groups
    }

    /// The bytes of memory that the articles take, about.
    pub fn memory(&self) -> usize {
        let nodes = self.nodes.iter().flatten();
        let lists: usize = nodes
            .map(|node| node.keys.capacity() * size_of::<u64>())
            .sum();
        self.nodes.capacity() * size_of::<Option<Node>>()
            + self.numbers.capacity() * (size_of::<(u64, u32)>() + 1)
            + self.postings.memory()
            + lists
    }

    /// All keys with the numbers of their nodes, none for blank ones.
    pub(crate) fn articles(&self) -> impl Iterator<Item = (u64, Option<u32>)> {
        let articles = self.numbers.iter();
        articles.map(|(&key, &number)| (key, Some(number).filter(|&number| number != BLANK)))
    }

    /// Adds a node as it was stored, without looking for its neighbours.
    pub(crate) fn push(&mut self, node: Node) -> u32 {
        let number = self.nodes.len() as u32;
        self.put(number, node);
        number
    }

    /// Adds a key of an existing node, or of none; keys come in ascending order.
    pub(crate) fn push_key(&mut self, key: u64, number: Option<u32>) {
        if let Some(number) = number {
            self.node_mut(number).keys.push(key);
        }
        self.numbers.insert(key, number.unwrap_or(BLANK));
    }

    pub(crate) fn node(&self, number: u32) -> &Node {
        self.nodes[number as usize]
            .as_ref()
            .expect("what is referred to is kept")
    }

    /// The number of an article's node; none, if it has none.
    pub(crate) fn number(&self, key: u64) -> Option<u32> {
        let number = self.numbers.get(&key).copied();
        number.filter(|&number| number != BLANK)
    }

    /// The node of a number, if there still is one.
    pub(crate) fn get(&self, number: u32) -> Option<&Node> {
        self.nodes.get(number as usize)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, number: u32) -> Option<&mut Node> {
        self.nodes.get_mut(number as usize)?.as_mut()
    }

    /// All numbers of nodes are below this.
    pub(crate) fn n_nodes(&self) -> usize {
        self.nodes.len()
    }

    /// The nodes that are of one story with a node whose edges are complete, and what speaks for it.
    fn neighbours(&self, number: u32) -> Vec<(u32, f64)> {
        let node = self.node(number);
        let edges = node.edges.iter().copied();
        let is_near = |&(other, evidence): &(u32, f64)| {
            let n_look_alikes = self.node(other).n_look_alikes;
            is_enough(evidence, node.n_look_alikes.max(n_look_alikes))
        };
        edges.filter(is_near).collect()
    }

    pub(crate) fn node_mut(&mut self, number: u32) -> &mut Node {
        self.nodes[number as usize]
            .as_mut()
            .expect("what is referred to is kept")
    }

    fn put(&mut self, number: u32, node: Node) {
        self.postings.add(&node.fingerprint, number);
        self.numbers
            .extend(node.keys.iter().map(|&key| (key, number)));
        let number = number as usize;
        if number == self.nodes.len() {
            self.nodes.push(None);
        }
        self.nodes[number] = Some(node);
    }

    /// All that have anchors enough in common with a fingerprint.
    fn meet(&self, fingerprint: &Fingerprint) -> Vec<Met> {
        let candidates = self.postings.candidates(fingerprint, self.nodes.len());
        let anchors = Anchors::of(fingerprint);
        let meet = |number| {
            let node = self.node(number);
            Met {
                number,
                meetings: anchors.meet(&Anchors::of(&node.fingerprint)),
                represents: node.represents,
            }
        };
        candidates.into_iter().map(meet).collect()
    }

    /// The node of the same fingerprint.
    fn twin(&self, fingerprint: &Fingerprint, met: &[Met]) -> Option<u32> {
        let anchors = Anchors::of(fingerprint);
        let everywhere = anchors.meet(&anchors);
        let met = met.iter().filter(|met| met.meetings == everywhere);
        met.map(|met| met.number)
            .find(|&number| self.node(number).fingerprint == *fingerprint)
    }

    /// Compares with those who represent what was met, or with all where the fingerprint itself does.
    fn compare(
        &self,
        fingerprint: &Fingerprint,
        represents: Meetings,
        met: &[Met],
    ) -> Vec<(u32, Likeness)> {
        let are_compared = |met: &&Met| {
            let represents = represents.or(met.represents);
            !met.meetings.and(represents).is_empty()
        };
        let met = met.iter().filter(are_compared).map(|met| met.number);
        met.map(|number| (number, fingerprint.compare(&self.node(number).fingerprint)))
            .collect()
    }

    /// The nodes that are of one story with the fingerprint, considering how many look-alikes there are; its own node
    /// is among them, if it has one.
    fn reprints_of(&self, fingerprint: &Fingerprint) -> Vec<(u32, Likeness)> {
        let met = self.meet(fingerprint);
        let twin = self.twin(fingerprint, &met);
        let represents = match twin {
            Some(number) => self.node(number).represents,
            None => self.find_place(fingerprint, &met).0,
        };
        let mut found = self.compare(fingerprint, represents, &met);
        found.retain(|&(number, _)| Some(number) != twin);
        found.extend(twin.map(|number| (number, fingerprint.compare(fingerprint))));
        let n_found = found
            .iter()
            .filter(|(_, likeness)| likeness.is_look_alike())
            .count() as u32;
        let n_look_alikes = n_found + represents.n_unseen();
        found.retain(|&(number, likeness)| {
            likeness.is_reprint_among(n_look_alikes.max(self.node(number).n_look_alikes))
        });
        found
    }

    /// All that hangs together with a node, marked as seen, in the order of the least keys, with its neighbours.
    pub(crate) fn component(&self, number: u32, seen: &mut [bool]) -> Vec<(u32, Vec<(u32, f64)>)> {
        seen[number as usize] = true;
        let mut open = vec![number];
        let mut component = Vec::new();
        while let Some(number) = open.pop() {
            let node = self.node(number);
            let neighbours = if node.is_complete {
                self.neighbours(number)
            } else {
                let found = self.reprints_of(&node.fingerprint).into_iter();
                found
                    .filter(|&(other, _)| other != number)
                    .map(|(other, likeness)| (other, likeness.evidence))
                    .collect()
            };
            for &(other, _) in &neighbours {
                if !std::mem::replace(&mut seen[other as usize], true) {
                    open.push(other);
                }
            }
            component.push((number, neighbours));
        }
        component.sort_by_key(|&(number, _)| self.node(number).keys[0]);
        component
    }

    /// The groups of what hangs together.
    pub(crate) fn split(&self, component: &[(u32, Vec<(u32, f64)>)]) -> Vec<Vec<u64>> {
        let numbers = component.iter().map(|&(number, _)| number);
        let places: HashMap<u32, usize> = numbers
            .clone()
            .enumerate()
            .map(|(place, number)| (number, place))
            .collect();
        let keys: Vec<&[u64]> = numbers
            .map(|number| self.node(number).keys.as_slice())
            .collect();
        let place = |&(other, evidence): &(u32, f64)| (places[&other], evidence);
        let neighbours: Vec<Vec<(usize, f64)>> = component
            .iter()
            .map(|(_, neighbours)| neighbours.iter().map(place).collect())
            .collect();
        stars::groups(&keys, &neighbours)
    }
}
