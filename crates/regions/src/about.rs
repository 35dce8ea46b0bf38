//! What an article is about: its main places.

use crate::format::UnitLevel;
use crate::table::{Id, Table};

/// The share of what lies in a place that one place inside it must have to be meant instead.
const SHARE_OF_ONE: f32 = 0.55;

/// The share of the best main place that another must have to be one too.
const SHARE_OF_ANOTHER: f32 = 0.6;

/// The share of what lies in a place that several inside it must have together to be meant instead.
const SHARE_OF_ALL: f32 = 0.8;

/// More main places than these say nothing.
const MAX_MAIN: usize = 3;

/// What each place counts for, itself and with what lies in it.
#[derive(Default)]
pub(crate) struct Board {
    places: Vec<Place>,
}

struct Place {
    id: Id,
    own: f32,
    all: f32,
}

impl Board {
    /// Counts a mention.
    pub(crate) fn add(&mut self, table: &Table, id: Id, weight: f32) {
        for (depth, above) in table.lineage(id).enumerate() {
            let place = match self.places.iter_mut().position(|place| place.id == above) {
                Some(at) => &mut self.places[at],
                None => {
                    self.places.push(Place {
                        id: above,
                        own: 0.0,
                        all: 0.0,
                    });
                    self.places.last_mut().expect("one was just added")
                }
            };
            place.all += weight;
            if depth == 0 {
                place.own += weight;
            }
        }
    }

    /// The main places, the first first; none where nothing was counted.
    pub(crate) fn main(&self, table: &Table) -> Vec<Id> {
        let mut found = Vec::new();
        self.choose(table, None, &mut found);
        found.sort_by(|a: &(f32, Id), b| b.0.total_cmp(&a.0));
        found.truncate(MAX_MAIN);
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// Collects the main places among those directly below a place, or of the topmost ones.
    fn choose(&self, table: &Table, outer: Option<Id>, found: &mut Vec<(f32, Id)>) {
        let mut inner: Vec<&Place> = self
            .places
            .iter()
            .filter(|place| table.parent(place.id) == outer)
            .collect();
        inner.sort_by(|a, b| b.all.total_cmp(&a.all));
        let Some(best) = inner.first() else { return };
        let main: Vec<&&Place> = inner
            .iter()
            .take_while(|place| place.all >= best.all * SHARE_OF_ANOTHER)
            .collect();
        if main.len() > MAX_MAIN {
            // Many of the same weight: an article about what holds them, if anything does.
            if outer.is_none() {
                found.extend(
                    main.iter()
                        .take(MAX_MAIN)
                        .map(|place| (place.all, place.id)),
                );
            }
            return;
        }
        for place in main {
            self.descend(table, place, found);
        }
    }

    /// Takes a place, or what lies in it where that is most of it.
    fn descend(&self, table: &Table, place: &Place, found: &mut Vec<(f32, Id)>) {
        let mut inner: Vec<&Place> = self
            .places
            .iter()
            .filter(|other| table.parent(other.id) == Some(place.id))
            .collect();
        inner.sort_by(|a, b| b.all.total_cmp(&a.all));
        if let Some(best) = inner.first() {
            if best.all >= place.all * SHARE_OF_ONE {
                self.descend(table, best, found);
                return;
            }
            // 鞍山 and 营口, hardly anything else, and not the province that both are in.
            let alike = inner
                .iter()
                .take_while(|other| other.all >= best.all * SHARE_OF_ANOTHER);
            let alike = alike.count();
            let sum: f32 = inner[..alike].iter().map(|other| other.all).sum();
            if (2..=MAX_MAIN).contains(&alike) && sum >= place.all * SHARE_OF_ALL {
                for other in &inner[..alike] {
                    self.descend(table, other, found);
                }
                return;
            }
        }
        found.push((place.all, place.id));
    }
}

/// The place of an article's that 全市, 我省 and the like refer to.
pub(crate) fn of_level(table: &Table, main: Id, level: char) -> Option<Id> {
    table.lineage(main).find(|id| {
        if id.area() != 0 {
            return false;
        }
        let name = &table.unit(id.unit()).name;
        match (level, table.level(*id)) {
            ('省', UnitLevel::Province) => !name.ends_with('市') && !name.ends_with('区'),
            ('区', UnitLevel::Province) => name.ends_with("自治区"),
            ('市', UnitLevel::Province | UnitLevel::Prefecture | UnitLevel::County)
            | ('州' | '盟', UnitLevel::Prefecture)
            | ('县' | '区' | '旗', UnitLevel::County) => name.ends_with(level),
            _ => false,
        }
    })
}
