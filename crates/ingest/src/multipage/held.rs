//! The pages held back: their articles on a shelf, and records of what tells which of them are one article.

use std::io;
use std::path::{Path, PathBuf};

use super::Part;
use super::chain::title_key;
use super::links::{Place, PlaceKey};
use super::order;
use super::shelf::{Shelf, Slot};
use crate::id;
use crate::outcome::SkipReason;
use crate::sorting::{Scratch, Sorter};

/// [`Part`]s that wait for each other, as records to be sorted.
#[derive(Debug)]
pub(super) struct Held {
    /// How many they are.
    pub(super) n: u32,
    /// Their articles.
    pub(super) shelf: Shelf,
    /// [`Entry`]s behind what [orders](order) them.
    pub(super) entries: Sorter,
    /// The [`Link`]s between them.
    pub(super) links: Sorter,
    pub(super) scratch: Scratch,
    pub(super) room: Room,
    /// A record that is being made.
    record: Vec<u8>,
}

/// Where to keep records, and how many bytes of each kind stay in memory.
#[derive(Debug, Clone)]
pub(super) struct Room {
    pub(super) dir: PathBuf,
    pub(super) limit: usize,
}

/// A part.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// How many came before it.
    pub(super) arrival: u32,
    pub(super) place: PlaceKey,
    pub(super) title: TitleKey,
    pub(super) named: Named,
}

/// What orders a page within its chain, and where its article is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named {
    /// The page number in its name, or 0.
    pub(super) number: u32,
    /// Its name without the number, hashed.
    pub(super) base: u64,
    /// Its name, hashed.
    pub(super) file: u64,
    pub(super) member: Member,
}

/// A page of a chain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    /// Why it is skipped if it turns out to stand alone.
    pub(super) alone: Option<SkipReason>,
    /// Where its article is.
    pub(super) slot: Slot,
}

/// What a place has to do with a part; in their order, [`Link::Place`] comes before the others of the same place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// It is the place of this part, and of none before it.
    Place = 0,
    /// The part links to it, as to a page of the same article.
    Neighbour = 1,
    /// It is behind the part's 下一页.
    Next = 2,
}

/// The headline as it is compared, hashed; zeros where it is empty.
pub(super) type TitleKey = [u8; 16];

/// The key of an empty headline.
pub(super) const NO_TITLE: TitleKey = [0; 16];

impl Held {
    /// Nothing yet; `limit` bytes at most are in memory, the others in files without a name in `dir`.
    pub(super) fn new(dir: &Path, limit: usize) -> Self {
        let room = Room {
            dir: dir.to_owned(),
            limit: limit / 4,
        };
        Self {
            n: 0,
            shelf: Shelf::new(dir, limit / 2),
            entries: Sorter::new(room.limit),
            links: Sorter::new(room.limit),
            scratch: Scratch::new(dir.to_owned()),
            room,
            record: Vec::new(),
        }
    }

    /// Takes a part.
    pub(super) fn push(&mut self, part: Part) -> io::Result<()> {
        let Part {
            article,
            alone,
            links,
        } = part;
        let arrival = self.n;
        // The highest number stands for none.
        if arrival == u32::MAX - 1 {
            return Err(io::Error::other("too many pages are held back"));
        }
        self.n += 1;
        let title = title_key(&article);
        let title = match title.is_empty() {
            true => NO_TITLE,
            false => id::digest(b't', &[&title]),
        };
        let linked = links
            .neighbours
            .iter()
            .map(|place| (Link::Neighbour, place))
            .chain(links.next.iter().map(|place| (Link::Next, place)));
        for (link, place) in linked {
            let record = link.record(place.digest(), arrival, title);
            self.links.push(&record, &mut self.scratch)?;
        }
        let Place {
            file, base, number, ..
        } = &links.place;
        self.record.clear();
        order::put(&links.place, article.path.as_deref(), &mut self.record);
        let entry = Entry {
            arrival,
            place: links.place.digest(),
            title,
            named: Named {
                number: *number,
                base: id::key(b'n', &[base]),
                file: id::key(b'n', &[file]),
                member: Member {
                    alone,
                    slot: self.shelf.put(article)?,
                },
            },
        };
        entry.put(&mut self.record);
        self.entries.push(&self.record, &mut self.scratch)
    }
}

impl Entry {
    const LEN: usize = 4 + 16 + 16 + Named::LEN;

    /// Appends the record, which begins with the arrival.
    fn put(&self, out: &mut Vec<u8>) {
        out.extend(self.arrival.to_be_bytes());
        out.extend(self.place);
        out.extend(self.title);
        self.named.put(out);
    }

    /// The entry at the end of a record.
    pub(super) fn at_end(record: &[u8]) -> io::Result<Self> {
        let start = record.len().checked_sub(Self::LEN).ok_or_else(damaged)?;
        let mut fields = Fields(&record[start..]);
        Ok(Self {
            arrival: fields.number()?,
            place: fields.take()?,
            title: fields.take()?,
            named: Named::take(&mut fields)?,
        })
    }
}

impl Named {
    pub(super) const LEN: usize = 4 + 8 + 8 + Member::LEN;

    pub(super) fn put(&self, out: &mut Vec<u8>) {
        out.extend(self.number.to_be_bytes());
        out.extend(self.base.to_be_bytes());
        out.extend(self.file.to_be_bytes());
        self.member.put(out);
    }

    pub(super) fn take(fields: &mut Fields<'_>) -> io::Result<Self> {
        Ok(Self {
            number: fields.number()?,
            base: fields.long()?,
            file: fields.long()?,
            member: Member::take(fields)?,
        })
    }
}

impl Member {
    const LEN: usize = 1 + 8 + 8;

    pub(super) fn put(&self, out: &mut Vec<u8>) {
        out.push(self.alone.map_or(0, |reason| 1 + reason as u8));
        out.extend(self.slot.start.to_be_bytes());
        out.extend(self.slot.len.to_be_bytes());
    }

    pub(super) fn take(fields: &mut Fields<'_>) -> io::Result<Self> {
        let [alone] = fields.take()?;
        let mut reasons = SkipReason::ALL.into_iter();
        let alone = match alone {
            0 => None,
            byte => Some(
                reasons
                    .find(|reason| 1 + *reason as u8 == byte)
                    .ok_or_else(damaged)?,
            ),
        };
        Ok(Self {
            alone,
            slot: Slot {
                start: fields.long()?,
                len: fields.long()?,
            },
        })
    }
}

impl Link {
    const ALL: [Self; 3] = [Self::Place, Self::Neighbour, Self::Next];

    /// The record of a link between a place and a part with a title; the part is a number.
    pub(super) fn record(self, place: PlaceKey, part: u32, title: TitleKey) -> [u8; 37] {
        let mut record = [0; 37];
        record[..16].copy_from_slice(&place);
        record[16] = self as u8;
        record[17..21].copy_from_slice(&part.to_be_bytes());
        record[21..].copy_from_slice(&title);
        record
    }

    /// What is in a record.
    pub(super) fn of(record: &[u8]) -> io::Result<(PlaceKey, Self, u32, TitleKey)> {
        let mut fields = Fields(record);
        let place = fields.take()?;
        let [link] = fields.take()?;
        let mut links = Self::ALL.into_iter();
        let link = links.find(|it| *it as u8 == link).ok_or_else(damaged)?;
        Ok((place, link, fields.number()?, fields.take()?))
    }
}

/// The fields of a record that are still to be read.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl Fields<'_> {
    pub(super) fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let (field, rest) = self.0.split_first_chunk().ok_or_else(damaged)?;
        self.0 = rest;
        Ok(*field)
    }

    pub(super) fn number(&mut self) -> io::Result<u32> {
        self.take().map(u32::from_be_bytes)
    }

    pub(super) fn long(&mut self) -> io::Result<u64> {
        self.take().map(u64::from_be_bytes)
    }
}

/// What was written is not what is read.
pub(super) fn damaged() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::multipage::Links;

    #[test]
    fn memory_is_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let limit = 64 << 10;
        let mut held = Held::new(dir.path(), limit);
        for i in 0..5000 {
            let (name, next) = (format!("d/{i}.html"), format!("{}.html", i + 1));
            let links = Links::find(&format!("<a href={next}>下一页</a>"), [name.as_str()]);
            let part = Part::new(Article::default(), None, links.unwrap());
            held.push(part).unwrap();
            // A buffer grows to twice its size.
            assert!(held.entries.held() + held.links.held() <= limit, "{i}");
        }
        assert!(held.scratch.end() > 5 * limit as u64);
    }
}
