//! The words of the query language: field names and operators.

use super::{Field, RegionField};

/// The longest field name, in characters.
const LONGEST_NAME: usize = 14;

/// What a name before a colon stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// A field of the article.
    Field(Field),
    /// What a place counts for.
    Region(RegionField),
    /// `date:`, the whole span.
    Date,
    /// `since:`, the beginning of the span.
    Since,
    /// `until:`, the end of the span.
    Until,
}

/// What a word between two pieces of white space stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    And,
    Or,
    Not,
}

const NAMES: &[(Name, &[&str])] = &[
    (Name::Field(Field::Title), &["title", "标题", "標題"]),
    (Name::Field(Field::Body), &["body", "正文"]),
    (Name::Field(Field::Source), &["source", "来源", "來源"]),
    (
        Name::Field(Field::Author),
        &["author", "记者", "記者", "作者"],
    ),
    (
        Name::Field(Field::Editor),
        &["editor", "责编", "責編", "编辑", "編輯"],
    ),
    (Name::Field(Field::Channel), &["channel", "频道", "頻道"]),
    (Name::Field(Field::Site), &["site", "网站", "網站"]),
    (Name::Field(Field::Url), &["url", "网址", "網址"]),
    (
        Name::Region(RegionField::About),
        &["region", "地区", "地區"],
    ),
    (
        Name::Region(RegionField::PublishedFrom),
        &["published_from", "发布地", "發布地"],
    ),
    (Name::Date, &["date", "日期", "时间", "時間"]),
    (Name::Since, &["since", "自", "从", "從"]),
    (Name::Until, &["until", "至", "到"]),
];

impl Name {
    /// Looks a name up; Latin letters in either case.
    pub(super) fn lookup(name: &[char]) -> Option<Self> {
        NAMES
            .iter()
            .find(|(_, spellings)| spellings.iter().any(|spelling| same(name, spelling)))
            .map(|(found, _)| *found)
    }

    /// The name with its colon that begins at `start`, and where the colon ends.
    pub(super) fn at(chars: &[char], start: usize) -> Option<(Self, usize)> {
        let rest = chars.get(start..)?;
        let letters = rest.iter().take(LONGEST_NAME + 1);
        let length = letters
            .take_while(|c| c.is_alphabetic() || **c == '_')
            .count();
        let colon = matches!(rest.get(length), Some(':' | '：'));
        let name = Self::lookup(&rest[..length]).filter(|_| colon)?;
        Some((name, start + length + 1))
    }

    /// Whether the value runs to the next white space whatever it contains.
    pub(super) fn has_raw_value(self) -> bool {
        matches!(self, Self::Field(Field::Site | Field::Url))
    }

    /// Whether the value runs to the next white space or comma, whatever else it contains.
    pub(super) fn has_plain_value(self) -> bool {
        !matches!(self, Self::Field(_))
    }
}

impl Operator {
    /// Looks a word up. The Chinese ones, being words of ordinary text, are told apart
    /// by [`Operator::lookup_chinese`].
    pub(super) fn lookup(word: &[char]) -> Option<Self> {
        match word {
            ['A', 'N', 'D'] | ['&', '&'] | ['＆', '＆'] => Some(Self::And),
            ['O', 'R'] | ['|', '|'] | ['｜', '｜'] => Some(Self::Or),
            ['N', 'O', 'T'] => Some(Self::Not),
            _ => None,
        }
    }

    /// Looks a character up that stands alone between white space.
    pub(super) fn lookup_chinese(word: &[char]) -> Option<Self> {
        match word {
            ['且'] => Some(Self::And),
            ['或'] => Some(Self::Or),
            ['非'] => Some(Self::Not),
            _ => None,
        }
    }
}

fn same(name: &[char], spelling: &str) -> bool {
    let mut spelling = spelling.chars();
    name.iter()
        .all(|c| spelling.next() == Some(c.to_ascii_lowercase()))
        && spelling.next().is_none()
}
