//! Who represents the gatherings, while articles come and go; see [`crate::meetings`].

use super::{Met, Reprints};
use crate::fingerprint::{Fingerprint, N_ANCHORS, NO_ANCHOR};
use crate::meetings::{Anchors, CROWD, Meetings, N_MEETINGS, represent};

/// A node by its rank, see [`Fingerprint::rank`].
type Ranked<'f> = (u64, &'f Fingerprint, u32);

impl Reprints {
    /// Finds who represents the gatherings, once all nodes are there.
    pub(crate) fn elect(&mut self) {
        let mut kept_out = Vec::new();
        let fingerprint = |number: u32| &self.node(number).fingerprint;
        for (first, numbers) in self.postings.lists() {
            if numbers.len() <= CROWD {
                continue;
            }
            let nodes = || {
                numbers
                    .iter()
                    .map(|&number| (number, fingerprint(number).anchors()))
            };
            let mut n_met = [[0_u32; NO_ANCHOR as usize + 1]; N_ANCHORS];
            for (_, anchors) in nodes() {
                for (n_met, &anchor) in n_met.iter_mut().zip(anchors).skip(first + 1) {
                    n_met[usize::from(anchor)] += 1;
                }
            }
            for (second, n_met) in n_met.iter().enumerate().skip(first + 1) {
                let is_crowd = |anchor: u16| {
                    anchor != NO_ANCHOR && n_met[usize::from(anchor)] as usize > CROWD
                };
                if !(0..NO_ANCHOR).any(is_crowd) {
                    continue;
                }
                let mut crowds: Vec<(u16, u32)> = nodes()
                    .map(|(number, anchors)| (anchors[second], number))
                    .filter(|&(anchor, _)| is_crowd(anchor))
                    .collect();
                crowds.sort_unstable();
                for crowd in crowds.chunk_by(|a, b| a.0 == b.0) {
                    let mut gathering: Vec<u32> = crowd.iter().map(|&(_, number)| number).collect();
                    represent(&mut gathering, fingerprint);
                    let others = gathering[CROWD..].iter();
                    kept_out.extend(others.map(|&number| (number, Meetings::at(first, second))));
                }
            }
        }
        for (number, meeting) in kept_out {
            let represents = &mut self.node_mut(number).represents;
            *represents = represents.without(meeting);
        }
    }

    /// Where a fingerprint that is none of a node's represents if it becomes one, and who does not represent any more
    /// then, and where.
    pub(super) fn find_place(
        &self,
        fingerprint: &Fingerprint,
        met: &[Met],
    ) -> (Meetings, Vec<(u32, Meetings)>) {
        let mut represents = Meetings::ALL;
        let mut displaced = Vec::new();
        if met.len() < CROWD {
            return (represents, displaced);
        }
        let mut n_represent = [0; N_MEETINGS];
        let mut last: [Option<Ranked>; N_MEETINGS] = [None; N_MEETINGS];
        for met in met {
            let meetings = met.meetings.and(met.represents);
            if meetings.is_empty() {
                continue;
            }
            let (hash, fingerprint) = self.node(met.number).fingerprint.rank();
            for (i, _) in meetings.iter() {
                n_represent[i] += 1;
                last[i] = last[i].max(Some((hash, fingerprint, met.number)));
            }
        }
        for (i, meeting) in Meetings::ALL.iter() {
            let Some((hash, other, number)) = last[i].filter(|_| n_represent[i] == CROWD) else {
                continue;
            };
            if fingerprint.rank() < (hash, other) {
                displaced.push((number, meeting));
            } else {
                represents = represents.without(meeting);
            }
        }
        (represents, displaced)
    }

    /// Who represents in place of a node that is gone, and where; it represented there.
    pub(super) fn successors(&self, represented: Meetings, met: &[Met]) -> Vec<(u32, Meetings)> {
        if met.len() < CROWD {
            return Vec::new();
        }
        let mut first: [Option<Ranked>; N_MEETINGS] = [None; N_MEETINGS];
        for met in met {
            let meetings = met.meetings.and(represented).without(met.represents);
            if meetings.is_empty() {
                continue;
            }
            let (hash, fingerprint) = self.node(met.number).fingerprint.rank();
            for (i, _) in meetings.iter() {
                let this = (hash, fingerprint, met.number);
                first[i] = Some(first[i].map_or(this, |first| first.min(this)));
            }
        }
        let meetings = Meetings::ALL.iter();
        meetings
            .filter_map(|(i, meeting)| first[i].map(|(_, _, number)| (number, meeting)))
            .collect()
    }

    /// Has a node represent a gathering, or not any more; who meets it nowhere else where one of the two represents is
    /// compared with it from now on, or no longer.
    ///
    /// All of the gathering are among those who were met.
    pub(super) fn set_represents(
        &mut self,
        number: u32,
        meeting: Meetings,
        is_so: bool,
        met: &[Met],
    ) {
        let node = self.node(number);
        let fingerprint = node.fingerprint;
        let anchors = Anchors::of(&fingerprint);
        let elsewhere = node.represents.without(meeting);
        let mut found = Vec::new();
        for other in met {
            if other.number == number || other.meetings.and(meeting).is_empty() {
                continue;
            }
            let node = self.node(other.number);
            let meetings = anchors.meet(&Anchors::of(&node.fingerprint));
            if meetings.and(elsewhere.or(node.represents)).is_empty() {
                found.push((other.number, fingerprint.compare(&node.fingerprint)));
            }
        }
        for (other, likeness) in found {
            self.relate([number, other], likeness, is_so);
        }
        let crowd = CROWD as i32;
        self.count(number, if is_so { -crowd } else { crowd });
        self.node_mut(number).represents = if is_so {
            elsewhere.or(meeting)
        } else {
            elsewhere
        };
        self.changes.nodes.push(number);
    }
}
