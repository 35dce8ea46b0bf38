//! The beginning of a story that says where it was filed: 本报鞍山讯, 新华社沈阳1月3日电.

use crate::wording::{is_han, starts_with};

/// How many characters a dateline has at most.
const MAX_LEN: usize = 40;

/// Who files, as a dateline begins.
const FILERS: &[&str] = &[
    "本报",
    "本网",
    "本台",
    "本刊",
    "本社",
    "新华社",
    "新华网",
    "新华",
    "中新社",
    "中新网",
    "人民网",
    "央视网",
    "央广网",
    "中国新闻网",
    "中国日报网",
    "光明网",
    "中青网",
    "中国青年网",
    "法治日报",
    "经济日报",
    "工人日报",
    "农民日报",
    "国际在线",
    "封面新闻",
    "澎湃新闻",
    "红网",
    "大众网",
    "东北网",
    "东北新闻网",
    "华龙网",
    "长城网",
    "记者",
];

/// Agencies of the whole country, whose seat says nothing of the story.
const AGENCIES: &[&str] = &[
    "新华",
    "中新",
    "人民网",
    "央视",
    "央广",
    "中国",
    "光明",
    "经济日报",
    "法治日报",
    "工人日报",
];

/// A dateline.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Dateline {
    /// Where it ends, in characters of the body.
    pub(crate) end: usize,
    /// Whether an agency of the whole country has filed.
    pub(crate) is_agency: bool,
}

/// The dateline of a body, if it begins with one.
pub(crate) fn find(body: &[char]) -> Option<Dateline> {
    let start = body
        .iter()
        .position(|c| !c.is_whitespace() && *c != '(' && *c != '【' && *c != '[')?;
    let text = &body[start..];
    let filer = FILERS.iter().find(|filer| starts_with(text, filer));
    // 鞍山日报讯, 辽沈晚报沈阳讯: any paper.
    let paper = || {
        let papers = ["日报", "晚报", "晨报", "商报", "都市报", "新闻网"];
        (2..10).find_map(|at| {
            let rest = text.get(at..)?;
            let paper = papers.iter().find(|paper| starts_with(rest, paper))?;
            Some(at + paper.chars().count())
        })
    };
    let filed = match filer {
        Some(filer) => filer.chars().count(),
        None => paper()?,
    };
    let is_end = |at: usize| {
        let next = text.get(at + 1);
        matches!(text[at], '讯' | '电')
            && next.is_none_or(|c| {
                c.is_whitespace()
                    || !is_han(*c)
                    || matches!(
                        c,
                        '记' | '特' | '通' | '近' | '为' | '据' | '今' | '昨' | '日'
                    )
            })
    };
    let end = (filed..text.len().min(MAX_LEN)).find(|at| is_end(*at))?;
    // A sentence that merely begins like one: 记者从…获悉,…来电.
    if text[..end]
        .iter()
        .any(|c| matches!(c, '。' | '!' | '?' | ';'))
    {
        return None;
    }
    Some(Dateline {
        end: start + end + 1,
        is_agency: AGENCIES.iter().any(|agency| starts_with(text, agency)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datelines_are_found() {
        for (body, expect) in [
            ("本报鞍山讯 (记者张三)昨日", Some((5, false))),
            ("新华社沈阳1月3日电 题", Some((10, true))),
            ("  本报讯(记者)", Some((5, false))),
            ("鞍山日报讯 昨日", Some((5, false))),
            ("中新网大连5月6日电(记者)", Some((10, true))),
            ("昨日,记者在鞍山看到", None),
            ("本报记者从鞍山市获悉。电", None),
            ("", None),
        ] {
            let chars: Vec<char> = body.chars().collect();
            let found = find(&chars).map(|dateline| (dateline.end, dateline.is_agency));
            assert_eq!(found, expect, "{body}");
        }
    }
}
