//! Which of the pages held back are one article, and in which order.
//!
//! Everything is sorted and merged on disk; in memory are, of each page, its number in the order of all (4 bytes), the
//! number of its chain (4) and that of the page behind 下一页 (4).

use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

use tempfile::SpooledTempFile;

use super::chain::Chains;
use super::held::{Entry, Fields, Held, Link, NO_TITLE, Named, Room};
use crate::sorting::{Scratch, Sorter};

/// A number that is no part's.
const NONE: u32 = u32::MAX;

/// An article has at most this many pages.
const MAX_PAGES: u8 = 200;

/// Brings parts into chains: pages that belong together, each in order; a page without company is a chain of its own.
///
/// A chain has the number of its first part in the order of all.
pub(super) fn arrange(held: Held) -> io::Result<Chains> {
    let Held {
        n,
        shelf,
        entries,
        mut links,
        mut scratch,
        room,
        ..
    } = held;
    let mut pages = Pages::new(&room);
    let numbers = number(n, entries, &mut pages, &mut links, &mut scratch)?;
    let (mut groups, next) = join(links, &numbers)?;
    drop(numbers);
    let steps = steps(&next);
    drop(next);
    let mut pages = pages.written()?;
    let names = names(n, &mut pages, &mut groups, &room, &mut scratch)?;
    let mut members = Sorter::new(room.limit);
    let mut record = Vec::new();
    pages.rewind()?;
    for part in 0..n {
        let page = pages.read()?;
        let at = part as usize;
        let order = match names[at] {
            Name::IsFirst => 0,
            Name::Numbers if page.number > 0 => page.number,
            _ => steps[at].into(),
        };
        record.clear();
        for number in [groups.find(part), order, part] {
            record.extend(number.to_be_bytes());
        }
        page.member.put(&mut record);
        members.push(&record, &mut scratch)?;
    }
    members.sort();
    Ok(Chains::new(shelf, members))
}

/// Numbers the parts in their order, which does not depend on the order of arrival: gives the numbers by arrival, the
/// pages in order, and adds the places to the links.
fn number(
    n: u32,
    mut entries: Sorter,
    pages: &mut Pages<BufWriter<SpooledTempFile>>,
    links: &mut Sorter,
    scratch: &mut Scratch,
) -> io::Result<Vec<u32>> {
    let mut numbers = vec![NONE; n as usize];
    let mut last_place = None;
    entries.sort();
    for number in 0..n {
        let record = entries.next()?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let entry = Entry::at_end(record)?;
        numbers[entry.arrival as usize] = number;
        if last_place != Some(entry.place) {
            let record = Link::Place.record(entry.place, number, entry.title);
            links.push(&record, scratch)?;
            last_place = Some(entry.place);
        }
        pages.push(&entry.named)?;
    }
    Ok(numbers)
}

/// Joins the parts that link to each other, if their headlines allow; also gives, of each, the part behind 下一页.
fn join(mut links: Sorter, numbers: &[u32]) -> io::Result<(Groups, Vec<u32>)> {
    let mut groups = Groups::new(numbers.len());
    let mut next = vec![NONE; numbers.len()];
    // The first part at a place; what links to the place follows.
    let mut target = None;
    links.sort();
    while let Some(record) = links.next()? {
        let (place, link, part, title) = Link::of(record)?;
        if link == Link::Place {
            target = Some((place, part, title));
            continue;
        }
        let Some((_, to, other)) = target.filter(|(target, ..)| *target == place) else {
            continue;
        };
        let from = numbers[part as usize];
        if link == Link::Next {
            next[from as usize] = to;
        } else if title == other || title == NO_TITLE || other == NO_TITLE {
            // A page without a headline of its own may be a further page, not a first one.
            groups.join(from, to);
        }
    }
    Ok((groups, next))
}

/// How many steps along 下一页 each part is behind a first page.
fn steps(next: &[u32]) -> Vec<u8> {
    let mut steps = vec![0; next.len()];
    let mut follows = vec![false; next.len()];
    for &follower in next.iter().filter(|next| **next != NONE) {
        follows[follower as usize] = true;
    }
    for first in (0..next.len()).filter(|part| !follows[*part]) {
        let (mut at, mut n) = (first, 0);
        // Each part has one successor, so a walk from a part that is none ends or runs into a circle.
        while next[at] != NONE {
            at = next[at] as usize;
            n += 1;
            if n > MAX_PAGES || steps[at] >= n {
                break;
            }
            steps[at] = n;
        }
    }
    steps
}

/// What a page's name says of its place in its chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    /// Nothing.
    Other,
    /// What the page is numbered by, since others of its chain have the same name but for the number.
    Numbers,
    /// That it is the first: `c_81` is if there is a `c_81_2`, and is page 81 if there is a `c_80`.
    IsFirst,
}

/// Reads the pages' names.
fn names(
    n: u32,
    pages: &mut Pages<BufReader<SpooledTempFile>>,
    groups: &mut Groups,
    room: &Room,
    scratch: &mut Scratch,
) -> io::Result<Vec<Name>> {
    // Of each chain and name: first the pages that have it but for a number, then those that have it as it is and are
    // first pages if so many of the others are there.
    let mut sorter = Sorter::new(room.limit);
    for part in 0..n {
        let page = pages.read()?;
        let others = if page.number == 0 { 2 } else { 1 };
        for (name, others) in [(page.base, 0), (page.file, others)] {
            let mut record = [0; 17];
            record[..4].copy_from_slice(&groups.find(part).to_be_bytes());
            record[4..12].copy_from_slice(&name.to_be_bytes());
            record[12] = others;
            record[13..].copy_from_slice(&part.to_be_bytes());
            sorter.push(&record, scratch)?;
        }
    }
    sorter.sort();
    let mut names = vec![Name::Other; n as usize];
    let (mut name, mut n_named, mut first) = (None, 0, 0);
    while let Some(record) = sorter.next()? {
        let mut fields = Fields(record);
        let this: [u8; 12] = fields.take()?;
        let [others] = fields.take()?;
        let part = fields.number()? as usize;
        if name != Some(this) {
            (name, n_named, first) = (Some(this), 0u32, part);
        }
        if others > 0 {
            if n_named >= others.into() {
                names[part] = Name::IsFirst;
            }
            continue;
        }
        n_named += 1;
        if n_named >= 2 {
            for part in [first, part] {
                if names[part] == Name::Other {
                    names[part] = Name::Numbers;
                }
            }
        }
    }
    Ok(names)
}

/// The pages in the order of parts, in a file.
struct Pages<F> {
    file: F,
    record: Vec<u8>,
}

impl Pages<BufWriter<SpooledTempFile>> {
    fn new(room: &Room) -> Self {
        let file = tempfile::spooled_tempfile_in(room.limit, &room.dir);
        Self {
            file: BufWriter::new(file),
            record: Vec::new(),
        }
    }

    fn push(&mut self, page: &Named) -> io::Result<()> {
        self.record.clear();
        page.put(&mut self.record);
        self.file.write_all(&self.record)
    }

    /// The same to be read, from the first on.
    fn written(self) -> io::Result<Pages<BufReader<SpooledTempFile>>> {
        let mut pages = Pages {
            file: BufReader::new(self.file.into_inner()?),
            record: vec![0; Named::LEN],
        };
        pages.rewind()?;
        Ok(pages)
    }
}

impl Pages<BufReader<SpooledTempFile>> {
    fn rewind(&mut self) -> io::Result<()> {
        self.file.rewind()
    }

    fn read(&mut self) -> io::Result<Named> {
        self.file.read_exact(&mut self.record)?;
        Named::take(&mut Fields(&self.record))
    }
}

/// Sets that are joined pair by pair; each goes by the lowest number in it.
struct Groups(Vec<u32>);

impl Groups {
    fn new(n: usize) -> Self {
        Self((0..).take(n).collect())
    }

    fn find(&mut self, mut i: u32) -> u32 {
        while self.0[i as usize] != i {
            let above = self.0[self.0[i as usize] as usize];
            self.0[i as usize] = above;
            i = above;
        }
        i
    }

    fn join(&mut self, i: u32, j: u32) {
        let (i, j) = (self.find(i), self.find(j));
        self.0[i.max(j) as usize] = i.min(j);
    }
}
