//! The words around a name that make it a place, or something else.

use std::sync::LazyLock;

use crate::phrases::Phrases;

/// What a street's name ends with.
#[rustfmt::skip]
static STREETS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new([
    "路", "大街", "街", "大道", "巷", "胡同", "弄", "东路", "西路", "南路", "北路",
    "中路", "东街", "西街", "南街", "北街", "中街", "一路", "二路", "三路", "大桥", "立交桥",
    "立交", "隧道", "运河", "沙漠",
]));

/// What a street's ending is not, though it begins like one.
#[rustfmt::skip]
static NO_STREETS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new([
    "路段", "路网", "路政", "街头", "街区", "路况", "路上", "路演", "街道办", "街边",
]));

/// What a town's name ends with: 和平镇 is not 和平县.
#[rustfmt::skip]
static TOWNS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new([
    "镇", "乡", "村", "屯", "堡", "街道", "社区", "林场", "农场", "水库", "苏木", "嘎查",
]));

/// What begins like a town's ending and is none.
#[rustfmt::skip]
static NO_TOWNS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new([
    "乡村", "乡镇", "乡亲", "乡土", "乡情", "乡音", "乡贤", "乡愁", "村民", "村镇", "村级",
    "村干部", "村里", "镇街", "镇村", "街道办事处等", "社区矫正", "社区卫生", "社区工作", "镇江",
    "村村",
]));

/// What stands between a place and what kind of institution is named after it.
#[rustfmt::skip]
static MODIFIERS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new([
    "农业", "理工", "师范", "医科", "工业", "科技", "科学技术", "财经", "交通", "外国语",
    "航空航天", "航空", "建筑", "化工", "电力", "体育", "音乐", "美术", "中医药", "中医",
    "职业技术", "职业", "技术", "高等专科", "海事", "海洋", "民族", "工程", "信息", "电子",
    "石油", "矿业", "林业", "政法", "传媒", "艺术", "经贸", "工商", "机电", "城市",
    "农村商业", "农商", "钢铁", "控股", "投资", "发展", "重工", "汽车", "第一", "第二",
    "邮电", "水利", "药科", "商业", "警察", "旅游", "城建", "国际", "地质", "金融", "教育",
    "幼儿师范", "轻工", "银行", "有色", "冶金", "能源", "高速", "交投", "森工", "国资",
    "文旅", "港口", "机场", "重型", "机床", "理工大学附属", "女子", "经济", "对外", "外贸",
    "生物", "制药", "乳业", "燃气", "水务", "建工", "建设", "电气", "铁路", "轨道", "干部",
    "行政", "外语", "理工职业", "地铁", "公交", "人民", "华侨", "联合", "中", "口腔", "儿童",
    "妇幼保健", "附属", "肿瘤", "胸科", "协和",
]));

/// What an institution's name ends with: 吉林大学 is no mention of 吉林.
#[rustfmt::skip]
static INSTITUTIONS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new([
    "大学", "学院", "医学院", "银行", "集团", "股份", "证券", "有限公司", "有限责任公司", "日报",
    "晚报", "早报", "晨报", "时报", "商报", "都市报", "青年报", "法制报", "新闻网", "卫视",
    "电视台", "广播电台", "广播电视台", "人民广播电台", "出版社", "啤酒", "俱乐部", "发布", "舰",
    "号", "师专", "高专", "信托", "保险", "基金", "实业", "药业", "乳业", "重工", "钢铁公司",
    "日报社", "杂志", "合作组织", "党校", "文艺", "茅台", "牌", "医院", "航空",
]));

/// What begins like an institution's ending and is none.
#[rustfmt::skip]
static NO_INSTITUTIONS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new([
    "大学生", "银行业", "集团军", "集团化", "号召", "号称", "保险业", "发布会", "发布了",
    "发布的", "发布消息", "发布通知", "发布公告", "发布信息", "发布《", "发布\"", "发布“",
    "航空公司", "航空航", "航空港", "航空口岸", "基金会", "股份制", "牌匾", "大学城", "发布高温",
    "发布暴", "发布台风", "发布寒", "发布大",
]));

/// What directions from a river or lake are followed by: 河南岸 is a bank, not 河南.
#[rustfmt::skip]
static BANKS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new([
    "岸", "侧", "麓", "坡", "缘", "翼", "滩",
]));

/// Words before a person's name.
#[rustfmt::skip]
const TITLES: &[&str] = &[
    "记者", "通讯员", "书记", "市长", "县长", "区长", "省长", "镇长", "乡长", "主任", "局长",
    "主席", "经理", "董事长", "校长", "教授", "医生", "民警", "村民", "居民", "市民", "同志",
    "队长", "院长", "处长", "科长", "所长", "站长", "会长", "总裁", "老人", "老师", "作者",
    "编辑", "摄影", "校对", "责编", "嫌疑人", "工人", "农民", "学生", "代表", "委员", "司机",
    "游客", "业主", "负责人", "社长", "馆长", "部长", "厅长", "行长", "总监", "总编", "演员",
    "导演", "歌手", "球员", "教练", "队员", "战士", "烈士", "英雄", "模范", "志愿者",
    "网格员", "社工", "护士", "种植户", "养殖户", "大户", "农户", "党员", "青年", "小伙",
    "女孩", "男子", "女子", "被告人", "被告", "原告", "律师", "法官", "选手", "支书",
    "村主任", "厂长", "技术员", "研究员", "工程师", "人", "叫", "名叫", "师傅",
];

/// What follows a person's name.
#[rustfmt::skip]
static SPEECH: LazyLock<Phrases> = LazyLock::new(|| Phrases::new([
    "说", "表示", "介绍", "告诉", "认为", "称", "指出", "强调", "回忆", "透露", "坦言",
    "报道", "摄", "先生", "女士", "同志", "同学", "老师", "大爷", "大妈", "阿姨", "警官",
    "医生", "教授", "一家", "夫妇", "夫妻", "笑着", "感慨", "任", "主持", "出席", "当选",
    "家", "供稿", "供图", "撰文", "文/", "整理", "的妻子", "的丈夫", "的儿子", "的女儿",
    "的父亲", "的母亲", "老人", "和妻子", "和丈夫", "今年",
]));

/// What follows a person's name and nothing else.
#[rustfmt::skip]
static HONORIFICS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new([
    "女士", "先生", "同学", "老师", "大爷", "大妈", "阿姨", "警官",
]));

/// What makes a road or a landscape of the letters of several places.
#[rustfmt::skip]
static WAYS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new([
    "高铁", "高速", "铁路", "线", "客专", "城际", "公路", "高原", "大通道", "运河", "古道",
    "直流", "特高压", "段",
]));

/// What makes a hill or lake of a place's name.
#[rustfmt::skip]
static LANDSCAPES: LazyLock<Phrases> = LazyLock::new(|| Phrases::new([
    "风景", "景区", "森林公园", "自然保护区", "国家公园", "脚下", "山脉", "湿地", "流域", "水域",
    "湖面", "水面",
]));

/// Characters that mostly write the sounds of foreign names.
const FOREIGN: &str = "斯尔拉亚纳罗德特克尼卡塔萨瓦莫弗佛吉里莱奥埃顿森伊诺兹丹蒂";

/// Frequent family names.
const SURNAMES: &str = "张王李赵刘陈杨周吴徐孙朱马胡郭林何高郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范石廖贾夏韦付邹孟熊秦邱尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵钱严覃武戴莫孔常汤康温梅盛章牛";

/// What a suffix begins that is part of the next word: 沈阳市场 is no 沈阳市.
#[rustfmt::skip]
static SUFFIX_BREAKS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new([
    "市场", "市民", "市区", "市值", "市面", "市井", "市郊", "市貌", "市容", "市镇", "市集",
    "市况", "市级", "市域", "市辖", "县城", "县域", "县级", "县区", "县际", "县处", "县乡",
    "区域", "区间", "区块", "区位", "区划", "区别", "区分", "区号", "区级", "省会", "省份",
    "省级", "省际", "省城", "省道", "省区", "省籍", "旗帜", "旗舰", "旗袍", "旗下", "旗手",
    "旗号", "盟友", "盟军", "盟校", "州府", "州级", "省市", "市县", "区县", "市州", "省部",
]));

/// What begins like the above and is none.
#[rustfmt::skip]
static NO_SUFFIX_BREAKS: LazyLock<Phrases> = LazyLock::new(|| Phrases::new([
    "市区委", "市县委", "省市区", "区位于", "区位列", "区位居",
]));

/// What stands between the places of a list.
const LIST_MARKS: &[char] = &['、', '和', '与', '及', '跟', '暨', '/', '至', '—', '到'];

/// What a list of places is followed by.
const AFTER_LISTS: &[char] = &[
    '、', '和', '与', '及', '等', '两', '三', '四', '五', '六', '七', '八', '各', '讯', '电', '二',
    ',', '。', '(', ')',
];

/// What stands before a place where something is, or comes from or goes to.
const PREPOSITIONS: &[char] = &[
    '在', '从', '到', '赴', '往', '至', '来', '抵', '驻', '于', '离', '经', '进', '去', '回', '访',
    '自',
];

/// What refers to a place without naming it: 全, 我, 本 or 该, and the level.
const REFERRING: &str = "全我本该";
const LEVELS: &str = "省市县区州盟旗";

/// The characters that 全市, 我省, 该县 and the like are written with.
pub(crate) fn self_references() -> impl Iterator<Item = (char, char)> {
    REFERRING
        .chars()
        .flat_map(|first| LEVELS.chars().map(move |level| (first, level)))
}

/// Whether `text` begins with 全市, 我省, 该县 or the like.
pub(crate) fn is_self_reference(text: &[char]) -> bool {
    matches!(*text, [first, level, ..] if REFERRING.contains(first) && LEVELS.contains(level))
}

/// Whether a street, a town or an institution is named after the place, and where its name ends.
///
/// The name is `text[start..end]`, a short one.
pub(crate) fn named_after(text: &[char], end: usize) -> Option<usize> {
    let rest = &text[end..];
    if !rest.first().is_some_and(|c| is_han(*c)) {
        return None;
    }
    if let Some(len) = longest(rest, &STREETS)
        && longest(rest, &NO_STREETS).is_none()
    {
        return Some(end + len);
    }
    if let Some(len) = longest(rest, &TOWNS)
        && longest(rest, &NO_TOWNS).is_none()
    {
        return Some(end + len);
    }
    institution(rest).map(|len| end + len)
}

/// Where an institution's name ends that a place's name at `text[..end]` begins.
pub(crate) fn institution_after(text: &[char], end: usize) -> Option<usize> {
    institution(&text[end..]).map(|len| end + len)
}

/// The characters of an institution's ending, modifiers included.
fn institution(rest: &[char]) -> Option<usize> {
    let mut at = 0;
    for _ in 0..4 {
        let here = &rest[at..];
        if let Some(len) = longest(here, &INSTITUTIONS)
            && longest(here, &NO_INSTITUTIONS).is_none()
        {
            return Some(at + len);
        }
        at += longest(here, &MODIFIERS)?;
    }
    None
}

/// Whether a direction's bank or slope follows: 河南|岸 is 河|南岸.
pub(crate) fn is_bank(text: &[char], start: usize, end: usize) -> bool {
    let is_direction = matches!(text[end - 1], '南' | '北' | '东' | '西');
    let is_water = matches!(
        text[start],
        '河' | '江' | '湖' | '海' | '山' | '渭' | '淮' | '洛' | '洋'
    );
    is_direction && is_water && longest(&text[end..], &BANKS).is_some()
}

/// Whether a hill or lake is meant, which the place has its name from: 盘山风景区.
pub(crate) fn is_landscape(text: &[char], end: usize) -> bool {
    matches!(
        text[end - 1],
        '山' | '湖' | '江' | '河' | '海' | '泉' | '岭' | '洞' | '峡' | '岛'
    ) && longest(&text[end..], &LANDSCAPES).is_some()
}

/// Whether the name is part of a person's.
pub(crate) fn is_person(text: &[char], start: usize, end: usize) -> bool {
    let rest = &text[end..];
    let is_followed = longest(rest, &SPEECH).is_some();
    if longest(rest, &HONORIFICS).is_some() {
        return true;
    }
    let Some(before) = start.checked_sub(1) else {
        return false;
    };
    if !SURNAMES.contains(text[before]) {
        return false;
    }
    if is_followed {
        return true;
    }
    let ahead = &text[..before];
    if TITLES.iter().any(|title| ends_with(ahead, title)) {
        return true;
    }
    // 记者 张海城 李明, 本报记者 王安阳/文, 王明、高云龙等
    let is_apart = |c: Option<&char>| c.is_none_or(|c| !is_han(*c));
    is_apart(ahead.last()) && rest.first().is_none_or(|c| !is_han(*c) || *c == '等')
}

/// Whether a place's name is the end of a foreign one: 库尔斯|克州, 佛罗里|达州, 亚拉|巴马|州.
pub(crate) fn is_foreign(text: &[char], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).map(|at| text[at]);
    let is_foreign_before = before.is_some_and(|c| FOREIGN.contains(c));
    if matches!(text[end - 1], '州' | '县') && end - start == 2 {
        return is_foreign_before;
    }
    is_foreign_before && text.get(end) == Some(&'州')
}

/// Whether a full name's last character belongs to the next word: 海城市|场.
pub(crate) fn breaks_suffix(text: &[char], end: usize) -> bool {
    let from = &text[end - 1..];
    if longest(from, &NO_SUFFIX_BREAKS).is_some() {
        return false;
    }
    longest(from, &SUFFIX_BREAKS).is_some()
}

/// Whether a road or railway follows the letters of several places: 京沪高铁, 云贵高原.
pub(crate) fn is_way(text: &[char], end: usize) -> bool {
    longest(&text[end..], &WAYS).is_some()
}

pub(crate) fn is_list_mark(c: char) -> bool {
    LIST_MARKS.contains(&c)
}

pub(crate) fn is_after_list(c: char) -> bool {
    !is_han(c) || AFTER_LISTS.contains(&c)
}

pub(crate) fn is_preposition(c: char) -> bool {
    PREPOSITIONS.contains(&c)
}

/// The characters of the longest of `words` that `text` begins with.
fn longest(text: &[char], words: &Phrases) -> Option<usize> {
    words.at(text).map(|(len, _)| len)
}

/// Whether `text` begins with `word`.
pub(crate) fn starts_with(text: &[char], word: &str) -> bool {
    let mut text = text.iter();
    word.chars().all(|c| text.next() == Some(&c))
}

/// Whether `text` ends with `word`.
pub(crate) fn ends_with(text: &[char], word: &str) -> bool {
    let mut text = text.iter().rev();
    word.chars().rev().all(|c| text.next() == Some(&c))
}

/// Whether `c` is a Chinese character.
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{323AF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, name: &str) -> (Vec<char>, usize, usize) {
        let chars: Vec<char> = text.chars().collect();
        let start = text[..text.find(name).unwrap()].chars().count();
        (chars, start, start + name.chars().count())
    }

    #[test]
    fn what_is_named_after_a_place() {
        for (text, name, expect) in [
            ("吉林大学", "吉林", Some(4)),
            ("大连理工大学", "大连", Some(6)),
            ("辽宁大学生", "辽宁", None),
            ("南京路步行街", "南京", Some(3)),
            ("和平镇", "和平", Some(3)),
            ("海城乡村", "海城", None),
            ("鞍山钢铁集团", "鞍山", Some(6)),
            ("辽宁日报", "辽宁", Some(4)),
            ("沈阳市民", "沈阳", None),
            ("上海银行", "上海", Some(4)),
            ("鞍山", "鞍山", None),
        ] {
            let (chars, _, end) = check(text, name);
            assert_eq!(named_after(&chars, end), expect, "{text}");
        }
    }

    #[test]
    fn people_and_banks() {
        for (text, name, expect) in [
            ("记者张海城报道", "海城", true),
            ("张海城说", "海城", true),
            ("记者在海城采访", "海城", false),
            ("林海城先生", "海城", true),
            ("到高安说明情况", "高安", false),
        ] {
            let (chars, start, end) = check(text, name);
            assert_eq!(is_person(&chars, start, end), expect, "{text}");
        }
        let (chars, start, end) = check("在河南岸边", "河南");
        assert!(is_bank(&chars, start, end));
        let (chars, start, end) = check("在河南开封", "河南");
        assert!(!is_bank(&chars, start, end));
    }
}
