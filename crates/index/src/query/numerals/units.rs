//! The words that make a numeral before them a count.

/// A measure word or a unit.
#[derive(Clone, Copy)]
pub(super) struct Unit {
    /// Which two it takes.
    pub(super) two: Two,
    /// Whether 一 before it may be a count: 一月, but not 一个.
    pub(super) with_one: bool,
    /// Whether it measures, so that a fraction may come before it.
    pub(super) is_measured: bool,
}

/// The two words for two.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Two {
    /// 二月, 二期
    Er,
    /// 两个, 两天
    Liang,
}

/// Names one of a series: 二月, 一号, 三期.
const ORDINAL: Unit = Unit {
    two: Two::Er,
    with_one: true,
    is_measured: false,
};
/// Counts things: 两个, 三条.
const COUNT: Unit = Unit {
    two: Two::Liang,
    with_one: false,
    is_measured: false,
};
/// Measures: 两公里, 三点五吨.
const MEASURE: Unit = Unit {
    two: Two::Liang,
    with_one: false,
    is_measured: true,
};

/// Units by their words, longer ones before their beginnings.
const UNITS: &[(Unit, &[&str])] = &[
    (COUNT, &["个月", "周年", "小时", "分钟"]),
    (
        ORDINAL,
        &[
            "季度", "号线", "年级", "世纪", "月", "号", "日", "期", "届", "章", "级",
        ],
    ),
    (
        MEASURE,
        &[
            "平方公里",
            "平方千米",
            "平方米",
            "立方米",
            "公里",
            "千米",
            "厘米",
            "毫米",
            "公顷",
            "公斤",
            "千克",
            "万元",
            "亿元",
            "美元",
            "千瓦",
            "元",
            "吨",
            "米",
            "斤",
            "亩",
            "倍",
        ],
    ),
    (
        COUNT,
        &[
            "年", "天", "周", "岁", "秒", "条", "项", "件", "个", "名", "位", "户", "人", "家",
            "所", "座", "栋", "幢", "辆", "架", "艘", "台", "套", "部", "篇", "份", "张", "枚",
            "颗", "棵", "株", "头", "只", "次", "批", "款", "轮", "场", "集", "强", "成",
        ],
    ),
];

/// Words that begin like a count and are none.
const WORDS: &[&str] = &[
    "七台河",
    "三人行",
    "三元区",
    "三元桥",
    "三元里",
    "三台县",
    "三只手",
    "三头六臂",
    "三天两头",
    "三家村",
    "三家子",
    "三级跳",
    "三部曲",
    "三次元",
    "二人台",
    "二人转",
    "二次元",
    "二部制",
    "八部",
    "两个",
    "四周",
    "五个一",
    "五台区",
    "五台县",
    "五台山",
    "五家渠",
    "四人帮",
    "四级头",
    "四月天",
    "八成新",
    "七号院",
    "九台区",
    "九台市",
    "九成宫",
    "七月流火",
    "十个一",
    "十人团",
    "两面人",
];

/// The unit that a text begins with.
pub(super) fn unit_at(text: &[char]) -> Option<Unit> {
    let begins = |word: &str| {
        let mut chars = text.iter();
        word.chars().all(|c| chars.next() == Some(&c))
    };
    UNITS
        .iter()
        .find(|(_, words)| words.iter().any(|word| begins(word)))
        .map(|(unit, _)| *unit)
}

/// Whether a text begins with a word that looks like a count.
pub(super) fn is_word(text: &[char]) -> bool {
    WORDS.iter().any(|word| {
        let mut chars = text.iter();
        word.chars().all(|c| chars.next() == Some(&c))
    })
}
