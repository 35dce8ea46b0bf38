//! Tagging an article.

use std::path::Path;
use std::sync::Arc;

use fangzhi_segmentation::Segmenter;

use crate::about::{self, Board};
use crate::dateline::{self, Dateline};
use crate::error::Result;
use crate::format::{Form, UnitLevel};
use crate::gazetteer::Gazetteer;
use crate::prepared::{Places, Prepared};
use crate::publisher::Publishers;
use crate::region::Region;
use crate::resolve::{self, Part, Surroundings};
use crate::scan::{Hit, Kind, Scanner};
use crate::table::Id;
use crate::text::{Clue, Mention, Part as PartName, Tags, Text};

/// How many characters of the body are its lead at most.
const LEAD_LEN: usize = 120;

/// What a mention counts for, by where it stands.
const IN_TITLE: f32 = 4.0;
const IN_DATELINE: f32 = 3.0;
const IN_AGENCY_DATELINE: f32 = 0.6;
const IN_LEAD: f32 = 2.0;
const IN_BODY: f32 = 1.0;
const IN_CHANNEL: f32 = 1.5;
/// A reference to the article's own place, beside the place's name.
const BY_REFERENCE: f32 = 0.5;

/// The share of its weight that a place counts for before another that lies in it.
const AS_QUALIFIER: f32 = 0.25;

/// After so many mentions in the body, further ones count little.
const N_FULL: usize = 3;
const FURTHER: f32 = 0.3;

/// Finds the places of articles.
///
/// Making one reads the table, once in a process; clones share it, and tagging
/// needs no lock, so each thread can use the same tagger.
///
/// ```
/// use fangzhi_regions::{Tagger, Text};
///
/// let tagger = Tagger::default();
/// let tags = tagger.tag(&Text {
///     title: "海城西柳服装节开幕",
///     body: "本报鞍山讯 5月6日，海城市举办服装节，吉林大学的学者来到全市最大的市场。",
///     source: "辽宁日报",
///     ..Text::default()
/// });
/// assert_eq!(tags.about[0].path(), "辽宁省/鞍山市/海城市");
/// assert_eq!(tags.published_from.unwrap().path(), "辽宁省");
/// let names: Vec<&str> = tags.mentions.iter().map(|mention| &*mention.text).collect();
/// assert_eq!(names, ["海城", "鞍山", "海城市", "全市"]);
/// ```
#[derive(Clone)]
pub struct Tagger {
    gazetteer: Gazetteer,
    segmenter: Segmenter,
    publishers: Arc<Publishers>,
}

impl Tagger {
    /// A tagger that knows the regions of a gazetteer.
    #[must_use]
    pub fn new(gazetteer: Gazetteer) -> Self {
        let publishers = Arc::new(Publishers::new(&gazetteer));
        Self {
            gazetteer,
            segmenter: Segmenter::default(),
            publishers,
        }
    }

    /// A tagger that also knows the places of a file; the crate's documentation describes its form.
    ///
    /// # Errors
    /// The file cannot be read, or a line of it does not name a place.
    pub fn with_places(path: impl AsRef<Path>) -> Result<Self> {
        Gazetteer::with_places(path).map(Self::new)
    }

    /// The regions it knows.
    #[must_use]
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// The home of a paper or site, by its name; `None` where the name does not say it.
    #[must_use]
    pub fn home(&self, publisher: &str) -> Option<Region> {
        let table = self.gazetteer.table();
        let id = self.publishers.home(table, publisher)?;
        Some(Region::new(table, id))
    }

    /// The places of an article.
    #[must_use]
    pub fn tag(&self, text: &Text<'_>) -> Tags {
        self.read(text, true)
    }

    /// The main places and the home of the paper alone, without the [mentions](Tags::mentions), which is quicker.
    #[must_use]
    pub fn main_places(&self, text: &Text<'_>) -> Tags {
        self.read(text, false)
    }

    fn read(&self, text: &Text<'_>, with_mentions: bool) -> Tags {
        let table = self.gazetteer.table();
        let publisher = self
            .publishers
            .home(table, text.source)
            .or_else(|| self.publishers.home(table, text.site));
        let around = Surroundings {
            channel: self.channel(&text.channel),
            publisher,
        };
        let scanner = Scanner {
            table,
            segmenter: &self.segmenter,
            year: text.published,
        };
        let (title, body) = (Prepared::new(text.title), Prepared::new(text.body));
        let dateline = dateline::find(body.chars());
        let mut people = Vec::new();
        let mut parts = [
            Part {
                hits: scanner.scan(&title, &mut people),
                text: &title,
                dateline: 0,
            },
            Part {
                hits: scanner.scan(&body, &mut people),
                text: &body,
                dateline: dateline.as_ref().map_or(0, |dateline| dateline.end),
            },
        ];
        leave_out(&mut parts, &people);
        weigh(&mut parts, dateline.as_ref());
        resolve::resolve(table, &mut parts, &around);
        self.towns_need_counties(&mut parts);

        let mut board = Board::default();
        self.count(&parts, &around, &mut board);
        let mut main = board.main(table);
        if self.refer(&mut parts, &main, &around, &mut board) {
            main = board.main(table);
        }
        Tags {
            about: main.into_iter().map(|id| Region::new(table, id)).collect(),
            published_from: publisher.map(|id| Region::new(table, id)),
            mentions: if with_mentions {
                self.mentions(&parts)
            } else {
                Vec::new()
            },
        }
    }

    /// The places in the names of channels, the smallest of each.
    fn channel(&self, channel: &[&str]) -> Vec<Id> {
        let table = self.gazetteer.table();
        let mut found: Vec<Id> = Vec::new();
        for name in channel {
            let prepared = Prepared::new(name);
            let names: Vec<(usize, usize)> = table.names_at(prepared.chars()).collect();
            for (place, len) in names.into_iter().rev() {
                let rest: String = prepared.chars()[len..].iter().collect();
                let is_channel = [
                    "", "频道", "新闻", "要闻", "站", "在线", "时政", "资讯", "各地", "动态", "网",
                    "日报", "融媒",
                ]
                .contains(&&*rest);
                if !is_channel {
                    continue;
                }
                let mut meanings = Vec::new();
                crate::candidates::of_key(table, &table.keys[place], None, &mut meanings);
                meanings.retain(|meaning| meaning.form != Form::Letters);
                if let Some(outer) = found.last() {
                    let inner = meanings
                        .iter()
                        .filter(|meaning| table.is_below(Id::of_unit(meaning.unit), *outer));
                    let inner: Vec<_> = inner.copied().collect();
                    if !inner.is_empty() {
                        meanings = inner;
                    }
                }
                if let [only] = crate::candidates::dominant(table, &meanings)[..] {
                    found.push(Id::of_unit(only.unit));
                }
                break;
            }
        }
        // 首页 > 辽宁 > 鞍山 is 鞍山.
        let all = found.clone();
        found.retain(|id| !all.iter().any(|other| table.is_below(*other, *id)));
        found
    }

    /// A town's name is a place only in an article that names its county, or what lies above the town.
    fn towns_need_counties(&self, parts: &mut [Part<'_, '_>]) {
        let table = self.gazetteer.table();
        let is_town = |hit: &Hit| hit.id.is_some_and(|id| table.level(id) == UnitLevel::Town);
        let known: Vec<Id> = parts
            .iter()
            .flat_map(|part| &part.hits)
            .filter(|hit| hit.is_mention && !is_town(hit))
            .filter_map(|hit| hit.id)
            .collect();
        for hit in parts.iter_mut().flat_map(|part| &mut part.hits) {
            if let Some(id) = hit.id.filter(|_| is_town(hit)) {
                let county = table.parent(id);
                hit.is_mention = known
                    .iter()
                    .any(|known| county.is_some_and(|county| table.contains(county, *known)));
            }
        }
    }

    /// Counts what has been resolved.
    fn count(&self, parts: &[Part<'_, '_>], around: &Surroundings, board: &mut Board) {
        let table = self.gazetteer.table();
        let mut seen: Vec<(Id, usize)> = Vec::new();
        let all = parts.iter().flat_map(|part| {
            let next = part.hits.iter().skip(1).map(Some).chain([None]);
            part.hits.iter().zip(next)
        });
        for (hit, next) in all {
            let Some(id) = hit.id.filter(|_| hit.is_mention) else {
                continue;
            };
            // 辽宁 in 辽宁海城 only says which 海城.
            let is_qualifier = next.is_some_and(|next| {
                next.is_mention
                    && next.start == hit.end
                    && next.id.is_some_and(|next| table.is_below(next, id))
            });
            let n = match seen.iter_mut().find(|(seen, _)| *seen == id) {
                Some((_, n)) => {
                    *n += 1;
                    *n
                }
                None => {
                    seen.push((id, 1));
                    1
                }
            };
            let is_further = n > N_FULL && hit.weight <= IN_BODY;
            let weight = if is_further { FURTHER } else { hit.weight };
            board.add(
                table,
                id,
                if is_qualifier {
                    AS_QUALIFIER * weight
                } else {
                    weight
                },
            );
        }
        for id in &around.channel {
            board.add(table, *id, IN_CHANNEL);
        }
    }

    /// Resolves 全市, 该县 and a bare 高新区; says whether that changes what the article is about.
    fn refer(
        &self,
        parts: &mut [Part<'_, '_>],
        main: &[Id],
        around: &Surroundings,
        board: &mut Board,
    ) -> bool {
        let table = self.gazetteer.table();
        let mut has_changed = false;
        // What a place was called in the article: 莱芜市, which is a district today.
        let named: Vec<(Id, u16)> = parts
            .iter()
            .flat_map(|part| &part.hits)
            .filter(|hit| hit.is_mention)
            .filter_map(|hit| Some((hit.id?, hit.named?)))
            .filter(|(id, named)| id.area() == 0 && id.unit() != *named)
            .collect();
        let of_level = |main: Id, level: char| {
            let is_called =
                |(id, named): &&(Id, u16)| *id == main && table.unit(*named).name.ends_with(level);
            match named.iter().find(is_called) {
                Some((id, _)) => Some(*id),
                None => about::of_level(table, main, level),
            }
        };
        for part in parts {
            let mut last: Vec<Id> = Vec::new();
            for hit in &mut part.hits {
                match hit.kind {
                    Kind::SelfReference { level, is_back } => {
                        hit.evidence.add(Clue::SelfReference);
                        let of_main = || main.iter().find_map(|id| of_level(*id, level));
                        let found = if is_back {
                            let back = last.iter().rev();
                            let mut back = back.filter_map(|id| of_level(*id, level));
                            back.next().or_else(of_main)
                        } else {
                            of_main()
                        };
                        let found = found.or_else(|| {
                            let home = around.publisher.filter(|_| main.is_empty())?;
                            let home = about::of_level(table, home, level)?;
                            hit.evidence.add(Clue::Publisher);
                            Some(home)
                        });
                        hit.id = found;
                        // 该州 points to something that has been named, here to no place we know.
                        hit.is_mention = found.is_some() || !is_back;
                        if let Some(id) = found {
                            board.add(table, id, if is_back { 0.0 } else { BY_REFERENCE });
                            has_changed = true;
                        }
                    }
                    Kind::BareArea => {
                        let city = last.last().copied().into_iter().chain(main.iter().copied());
                        let city = city.flat_map(|id| table.lineage(id)).find(|id| {
                            let name = &table.unit(id.unit()).name;
                            id.area() == 0 && name.ends_with('市')
                        });
                        hit.evidence.add(Clue::Area);
                        hit.is_mention = city.is_some();
                        hit.id = city.map(|id| id.with_area(hit.area));
                        if let Some(id) = hit.id {
                            hit.evidence.add(Clue::Context);
                            board.add(table, id, BY_REFERENCE);
                            has_changed = true;
                        }
                    }
                    Kind::Name(_) | Kind::Letter => {
                        last.extend(hit.id.filter(|_| hit.is_mention));
                    }
                }
            }
        }
        has_changed
    }

    /// What has been found, as it is given out.
    fn mentions(&self, parts: &[Part<'_, '_>]) -> Vec<Mention> {
        let table = self.gazetteer.table();
        let region = |id: Id| Region::new(table, id);
        let mut mentions = Vec::new();
        for (name, part) in [PartName::Title, PartName::Body].into_iter().zip(parts) {
            let mut places = Places::default();
            for hit in part.hits.iter().filter(|hit| hit.is_mention) {
                let (text, range) = part.text.original(hit.start..hit.end, &mut places);
                let named = hit
                    .named
                    .filter(|named| hit.id.is_some_and(|id| id.unit() != *named));
                let candidates = match hit.id {
                    Some(id) => vec![region(id)],
                    None => hit
                        .candidates
                        .iter()
                        .map(|candidate| region(Id::of_unit(candidate.unit).with_area(hit.area)))
                        .collect(),
                };
                mentions.push(Mention {
                    part: name,
                    text: text.to_owned(),
                    start: range.start,
                    end: range.end,
                    region: hit.id.map(region),
                    named: named.map(|unit| region(Id::of_unit(unit))),
                    candidates,
                    evidence: hit.evidence,
                });
            }
        }
        mentions
    }
}

impl Default for Tagger {
    fn default() -> Self {
        Self::new(Gazetteer::default())
    }
}

/// Leaves out the names of people who are called by their full names elsewhere in the article.
fn leave_out(parts: &mut [Part<'_, '_>; 2], people: &[Vec<char>]) {
    if people.is_empty() {
        return;
    }
    for part in parts {
        let chars = part.text.chars();
        part.hits.retain(|hit| {
            let name = hit.start.checked_sub(1).map(|start| &chars[start..hit.end]);
            name.is_none_or(|name| !people.iter().any(|person| person == name))
        });
    }
}

/// Says what each name counts for.
fn weigh(parts: &mut [Part<'_, '_>; 2], dateline: Option<&Dateline>) {
    let [title, body] = parts;
    for hit in &mut title.hits {
        hit.weight = IN_TITLE;
    }
    let start = body.dateline;
    let chars = &body.text.chars()[start..];
    let paragraph = chars.iter().position(|c| *c == '\n').unwrap_or(chars.len());
    let lead = start + paragraph.min(LEAD_LEN);
    for hit in &mut body.hits {
        hit.weight = if hit.end <= start {
            if dateline.is_some_and(|dateline| dateline.is_agency) {
                IN_AGENCY_DATELINE
            } else {
                IN_DATELINE
            }
        } else if hit.end <= lead {
            IN_LEAD
        } else {
            IN_BODY
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pieces that rules look at, to be put together at random.
    const PIECES: [&str; 40] = [
        "辽宁",
        "鞍山",
        "海城",
        "市",
        "区",
        "县",
        "全市",
        "该县",
        "鼓楼区",
        "朝阳",
        "和平",
        "资源",
        "记者张",
        "大学",
        "路",
        "、",
        "，",
        "。",
        "\n",
        " ",
        "本报",
        "讯",
        "新华社",
        "电",
        "高新区",
        "雄安新区",
        "京沪",
        "高铁",
        "长三角",
        "襄樊",
        "瀋陽",
        "㎡",
        "Ａ",
        "é",
        "𠮷",
        "\u{200b}",
        "在",
        "河南岸",
        "济南部",
        "克州",
    ];

    proptest! {
        #[test]
        fn mentions_are_in_order_and_are_what_stands_there(
            title in proptest::collection::vec(0..PIECES.len(), 0..8),
            body in proptest::collection::vec(0..PIECES.len(), 0..30),
            year in proptest::option::of(1970u16..2030),
        ) {
            let text = |pieces: &[usize]| -> String {
                pieces.iter().map(|piece| PIECES[*piece]).collect()
            };
            let (title, body) = (text(&title), text(&body));
            let tags = Tagger::default().tag(&Text {
                title: &title,
                body: &body,
                published: year,
                source: "辽宁日报",
                ..Text::default()
            });
            let mut last = (PartName::Title, 0);
            for mention in &tags.mentions {
                let of = match mention.part {
                    PartName::Title => &title,
                    PartName::Body => &body,
                };
                let range = mention.end - mention.start;
                let there: String = of.chars().skip(mention.start).take(range).collect();
                prop_assert_eq!(&there, &mention.text);
                prop_assert!(!mention.text.is_empty());
                prop_assert!((mention.part, mention.start) >= last);
                last = (mention.part, mention.end);
            }
        }

        #[test]
        fn no_text_panics(title in ".{0,20}", body in "(?s).{0,200}", source in ".{0,12}") {
            let _ = Tagger::default().tag(&Text {
                title: &title,
                body: &body,
                source: &source,
                channel: vec![&title, &source],
                ..Text::default()
            });
            let _ = Gazetteer::default().resolve(&title);
        }
    }

    #[test]
    fn a_column_decides() {
        let tags = Tagger::default().tag(&Text {
            title: "鼓楼区开展演练",
            channel: vec!["首页", "福建", "福州"],
            ..Text::default()
        });
        assert_eq!(tags.about[0].path(), "福建省/福州市/鼓楼区");
        assert!(tags.mentions[0].evidence.has(Clue::Channel));
    }

    #[test]
    fn what_refers_to_a_place_that_is_not_named_is_left_open() {
        let tag = |source| {
            Tagger::default().tag(&Text {
                body: "全市机关干部参加劳动。",
                source,
                ..Text::default()
            })
        };
        let tags = tag("");
        assert!(tags.mentions[0].is_ambiguous() && tags.about.is_empty());
        let tags = tag("鞍山日报");
        assert_eq!(tags.about[0].path(), "辽宁省/鞍山市");
        assert!(tags.mentions[0].evidence.has(Clue::Publisher));
    }
}
