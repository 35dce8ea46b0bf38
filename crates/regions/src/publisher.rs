//! The homes of papers and sites: 辽宁日报 is of 辽宁.

use std::collections::HashMap;
use std::sync::Arc;

use fangzhi_segmentation::normalize::normalize;

use crate::candidates::{self, Candidate};
use crate::format::{Ordinary, UnitLevel};
use crate::gazetteer::Gazetteer;
use crate::table::{Id, Table};

/// What a paper's or site's name has behind the place.
const MEDIA: &[&str] = &[
    "报",
    "网",
    "新闻",
    "在线",
    "发布",
    "融媒",
    "传媒",
    "热线",
    "广电",
    "电视",
    "卫视",
    "广播",
    "电台",
    "之窗",
    "政府",
    "门户",
    "频道",
    "客户端",
    "信息港",
    "杂志",
    "周刊",
    "之声",
    "云",
    "文明办",
    "宣传",
    "党建",
    "台",
    "app",
    "信息",
];

/// What shows that a word before it is the place.
const PAPERS: &[&str] = &[
    "日报",
    "晚报",
    "晨报",
    "融媒",
    "电视台",
    "广播电视",
    "政府",
    "新闻网",
    "发布",
];

/// Papers of the whole country whose names begin like a place's.
const NATIONAL: &[&str] = &["光明日报", "光明网", "文明网"];

/// What may stand before the place.
const FRONTS: &[&str] = &[
    "中国", "今日", "新", "云上", "掌上", "无线", "微", "看", "爱", "智慧", "美丽", "大美", "最",
    "魅力", "聚焦", "i",
];

/// The homes of papers and sites.
pub(crate) struct Publishers {
    /// Those whose name does not say it.
    named: HashMap<&'static str, Id>,
    /// Those of three characters and more, by the first.
    by_first: HashMap<char, Vec<(&'static str, Id)>>,
}

impl Publishers {
    pub(crate) fn new(gazetteer: &Gazetteer) -> Self {
        let rows = include_str!("../data/media.tsv").lines();
        let rows = rows.filter(|line| !line.starts_with('#'));
        let named = rows.filter_map(|line| {
            let (name, path) = line.split_once('\t')?;
            let region = gazetteer.resolve(path).into_iter().next()?;
            Some((name, region.id()))
        });
        let named: HashMap<&str, Id> = named.collect();
        let mut by_first: HashMap<char, Vec<(&str, Id)>> = HashMap::new();
        for (name, id) in &named {
            if let (Some(first), true) = (name.chars().next(), name.chars().count() >= 3) {
                by_first.entry(first).or_default().push((name, *id));
            }
        }
        Self { named, by_first }
    }

    /// The home of a paper or site; `None` where its name does not say it, or not which of several.
    pub(crate) fn home(&self, table: &Arc<Table>, name: &str) -> Option<Id> {
        if name.is_empty() {
            return None;
        }
        let normalized = normalize(name);
        let name = normalized.text().trim();
        if NATIONAL.iter().any(|paper| name.starts_with(paper)) {
            return None;
        }
        if let Some(id) = self.named.get(name) {
            return Some(*id);
        }
        let rest = FRONTS
            .iter()
            .find_map(|front| name.strip_prefix(front))
            .filter(|rest| !rest.is_empty());
        by_rule(table, name)
            .or_else(|| by_rule(table, rest?))
            .or_else(|| self.beginning(name))
    }

    /// 东北新闻网综合, 大河报·大河客户端: a known name with more behind it.
    fn beginning(&self, name: &str) -> Option<Id> {
        let alike = self.by_first.get(&name.chars().next()?)?.iter();
        let known = alike.filter(|(known, _)| name.starts_with(known));
        known
            .max_by_key(|(known, _)| known.len())
            .map(|(_, id)| *id)
    }
}

/// The place that a paper's name begins with.
fn by_rule(table: &Table, name: &str) -> Option<Id> {
    let chars: Vec<char> = name.chars().collect();
    let names: Vec<(usize, usize)> = table.names_at(&chars).collect();
    for (place, len) in names.into_iter().rev() {
        let rest: String = chars[len..].iter().collect();
        let is_whole = rest.is_empty() && len >= 3;
        if !is_whole && !MEDIA.iter().any(|media| rest.contains(media)) {
            continue;
        }
        // 凤凰网 is of no 凤凰; 朝阳日报 is of 朝阳.
        let is_trusted = match table.keys[place].ordinary {
            Ordinary::No => true,
            Ordinary::Sometimes | Ordinary::Mostly => {
                PAPERS.iter().any(|tail| rest.starts_with(tail))
            }
        };
        if !is_trusted {
            return None;
        }
        let mut found = Vec::new();
        candidates::of_key(table, &table.keys[place], None, &mut found);
        found.retain(|candidate| table.unit(candidate.unit).level != UnitLevel::Macro);
        let found = candidates::dominant(table, &found);
        // Counties and cities have papers, districts hardly.
        let is_district = |candidate: &&Candidate| {
            table.unit(candidate.unit).name.ends_with('区')
                && table.unit(candidate.unit).level == UnitLevel::County
        };
        let mut others = found.iter().filter(|candidate| !is_district(candidate));
        let mut cities = found
            .iter()
            .filter(|candidate| table.unit(candidate.unit).level == UnitLevel::Prefecture);
        return match (&found[..], others.next(), others.next(), cities.next()) {
            ([only], ..) | (_, Some(only), None, _) => Some(Id::of_unit(only.unit)),
            // A daily is of the prefecture rather than of a county of its name.
            (.., Some(city)) if rest.starts_with("日报") => Some(Id::of_unit(city.unit)),
            _ => None,
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homes() {
        let gazetteer = Gazetteer::default();
        let publishers = Publishers::new(&gazetteer);
        for (name, expect) in [
            ("辽宁日报", Some("辽宁省")),
            ("东北新闻网", Some("辽宁省")),
            ("鞍山日报", Some("辽宁省/鞍山市")),
            ("海城市融媒体中心", Some("辽宁省/鞍山市/海城市")),
            ("今日海城", None),
            ("今日海城网", Some("辽宁省/鞍山市/海城市")),
            ("朝阳日报", Some("辽宁省/朝阳市")),
            ("中国吉林网", Some("吉林省")),
            ("凤凰网", None),
            ("光明日报", None),
            ("甘南日报", Some("甘肃省/甘南藏族自治州")),
            ("遼寧日報", Some("辽宁省")),
            ("大河报·大河客户端", Some("河南省")),
            ("新华社", None),
            ("人民日报", None),
            ("海南日报", Some("海南省")),
            ("南方日报", Some("广东省")),
            ("", None),
        ] {
            let found = publishers.home(gazetteer.table(), name);
            let found = found.map(|id| crate::region::Region::new(gazetteer.table(), id).path());
            assert_eq!(found.as_deref(), expect, "{name}");
        }
    }

    #[test]
    fn every_row_of_the_list_names_a_place() {
        let gazetteer = Gazetteer::default();
        for line in include_str!("../data/media.tsv").lines() {
            if !line.starts_with('#') {
                let (name, path) = line.split_once('\t').unwrap();
                let found = gazetteer.resolve(path);
                assert_eq!(found.len(), 1, "{name}");
                assert_eq!(found[0].path(), path, "{name}");
            }
        }
    }
}
