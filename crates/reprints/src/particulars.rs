//! What tells a story from others of the same template: numbers with their units, names and streets.
//!
//! Two weather reports share nearly all their words and differ in every temperature; a reprint of one has other
//! words and the same temperatures.
//! The rules look at characters alone, no dictionary is asked: what they take wrongly for a name is fixed text in
//! most templates and weighs little.

use crate::hash::{PARTICULAR, mix};

/// What joins two numbers to one: `1月5日8时30分`, `3到4级`.
const JOINTS: &str = "年月日号时点分到至";
/// Digits and units of numbers written in Chinese.
const HAN_DIGITS: &str = "〇零一二三四五六七八九十百千万亿两";
/// Units behind a number of a single Chinese digit; others make it a word, as in 一个.
const HAN_UNITS: &str = "月日时点级度元岁届期号";
/// Surnames, but for those that more often begin another word (高, 方, 于, …).
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱林郭罗梁宋郑谢韩唐冯董萧程曹袁邓傅沈彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪姜范姚谭廖邹熊陆郝孔崔康毛邱秦史顾侯邵孟龙段雷钱汤尹黎贺赖龚";
/// What a name follows: titles and verbs of appointment.
const BEFORE_NAMES: &str = "部命去者长记任员志由是人师授生手家民士";
/// What follows a name.
const ADDRESSES: [&[char]; 4] = [&['同', '志'], &['先', '生'], &['女', '士'], &['老', '人']];
/// What names of streets, villages and estates end with.
const STREETS: &str = "路街巷村镇乡区庄苑屯桥站园";
/// What is before those where no name is: 全镇, 该村.
const DETERMINERS: &str = "全我本该各这那城农山地片社市新郊小";

/// What foreign names are written with: 斯特勒, 瓦努阿图. Three and more in a row are rarely anything else.
const FOREIGN: &str = "阿埃艾奥巴贝比彼波博布查茨达戴黛丹德登迪蒂杜多厄恩尔凡菲费弗佛福盖戈格古哈海赫亨霍基吉加卡考科克肯库夸拉莱兰朗劳勒雷里丽利莉列琳卢鲁伦罗洛马玛麦曼梅蒙米密摩莫姆穆纳娜内尼妮宁诺努欧帕派佩皮普齐乔瑞萨塞沙什舒斯索塔泰汤特提图托瓦威韦维魏温沃乌伍西希夏谢雅亚娅扬耶伊因尤约扎泽詹朱兹佐";
const MIN_FOREIGN: usize = 3;

const HAN_DIGITS_CLASS: u8 = 1;
const SURNAMES_CLASS: u8 = 2;
const BEFORE_NAMES_CLASS: u8 = 4;
const ADDRESSES_CLASS: u8 = 8;
const STREETS_CLASS: u8 = 16;
const DETERMINERS_CLASS: u8 = 32;
const FOREIGN_CLASS: u8 = 64;

/// Of each Chinese character of the main block, the lists above that it is in.
static CLASSES: [u8; 0x5200] = {
    let mut classes = [0; 0x5200];
    mark(&mut classes, HAN_DIGITS, HAN_DIGITS_CLASS);
    mark(&mut classes, SURNAMES, SURNAMES_CLASS);
    mark(&mut classes, BEFORE_NAMES, BEFORE_NAMES_CLASS);
    mark(&mut classes, "同先女老", ADDRESSES_CLASS);
    mark(&mut classes, STREETS, STREETS_CLASS);
    mark(&mut classes, DETERMINERS, DETERMINERS_CLASS);
    mark(&mut classes, FOREIGN, FOREIGN_CLASS);
    classes
};

/// Puts the characters of a list, which take three bytes each, into a class.
const fn mark(classes: &mut [u8; 0x5200], list: &str, class: u8) {
    let bytes = list.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let high = (bytes[at] as usize & 0xf) << 12;
        let c = high | (bytes[at + 1] as usize & 0x3f) << 6 | (bytes[at + 2] as usize & 0x3f);
        // 〇 is outside of the block.
        if c >= 0x4e00 {
            classes[c - 0x4e00] |= class;
        }
        at += 3;
    }
}

fn is(class: u8, c: char) -> bool {
    let place = u32::from(c).wrapping_sub(0x4e00) as usize;
    CLASSES
        .get(place)
        .is_some_and(|classes| classes & class != 0)
        || c == '〇' && class == HAN_DIGITS_CLASS
}

/// Gives the hash of each particular of a normalised text, repeated ones repeatedly.
pub(crate) fn particulars(chars: &[char], mut sink: impl FnMut(u64)) {
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        at = match c {
            '0'..='9' => number(chars, at, &mut sink),

            _ if !is_han(c) => at + 1,
            _ if is(FOREIGN_CLASS, c) => foreign(chars, at, &mut sink),
            _ if is(HAN_DIGITS_CLASS, c) => han_number(chars, at, &mut sink),
            _ => {
                other(chars, at, &mut sink);
                at + 1
            }
        };
    }
}

/// A name or a street, where nothing but what is around it tells.
fn other(chars: &[char], at: usize, sink: &mut impl FnMut(u64)) {
    if is_name(chars, at) {
        sink(hash(b'n', &chars[at..at + 3]));
    } else if at >= 3
        && is(ADDRESSES_CLASS, chars[at])
        && ADDRESSES.contains(&chars[at..].get(..2).unwrap_or_default())
    {
        // A name, or one of two characters and what is before it.
        sink(hash(b'a', &chars[at - 3..at]));
    } else if is_street(chars, at) {
        sink(hash(b's', &chars[at - 2..=at]));
    }
}

/// Reads the number at `at`; the place behind it.
fn number(chars: &[char], at: usize, sink: &mut impl FnMut(u64)) -> usize {
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let mut start = at;
    let mut end = at;
    loop {
        while digit(end) {
            end += 1;
        }
        let Some(&next) = chars.get(end) else { break };
        if !digit(end + 1)
            || !(matches!(next, '.' | ':' | '-' | '~' | '/') || JOINTS.contains(next))
        {
            break;
        }
        end += 1;
        // The year is left out as often as not.
        if next == '年' {
            start = end;
        }
    }
    let unit = chars
        .get(end)
        .copied()
        .filter(|&c| c.is_alphanumeric() || matches!(c, '%' | '°'));
    if unit == Some('年') && end - start == 4 {
        return end + 1;
    }
    // `1.` counts paragraphs.
    let counts = unit.is_none() && end - start == 1;
    if counts {
        return end;
    }
    if unit.is_some() {
        end += 1;
    }
    sink(hash(b'0', &chars[start..end]));
    end
}

fn han_number(chars: &[char], at: usize, sink: &mut impl FnMut(u64)) -> usize {
    let end = at
        + chars[at..]
            .iter()
            .take_while(|&&c| is(HAN_DIGITS_CLASS, c))
            .count();
    let unit = chars.get(end).is_some_and(|&c| HAN_UNITS.contains(c));
    if unit {
        sink(hash(b'0', &chars[at..=end]));
    } else if end - at > 1 {
        sink(hash(b'0', &chars[at..end]));
    }
    end
}

/// A name in foreign characters; if there are too few of them, what else it may be.
fn foreign(chars: &[char], at: usize, sink: &mut impl FnMut(u64)) -> usize {
    let len = chars[at..]
        .iter()
        .take_while(|&&c| is(FOREIGN_CLASS, c))
        .count();
    if len < MIN_FOREIGN {
        other(chars, at, sink);
        return at + 1;
    }
    sink(hash(b'f', &chars[at..at + len]));
    at + len
}

/// Whether the three characters from `at` are a name, or a name of two and a character behind it.
fn is_name(chars: &[char], at: usize) -> bool {
    let follows = at == 0 || !is_han(chars[at - 1]) || is(BEFORE_NAMES_CLASS, chars[at - 1]);
    follows
        && chars
            .get(at + 1..at + 3)
            .is_some_and(|given| given.iter().all(|&c| is_han(c)))
        && is(SURNAMES_CLASS, chars[at])
}

fn is_street(chars: &[char], at: usize) -> bool {
    at >= 2
        && is(STREETS_CLASS, chars[at])
        && is_han(chars[at - 2])
        && is_han(chars[at - 1])
        && !is(DETERMINERS_CLASS, chars[at - 1])
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '〇')
}

fn hash(kind: u8, chars: &[char]) -> u64 {
    let fold = |hash, &c| mix(hash ^ u64::from(u32::from(c)));
    chars
        .iter()
        .fold(PARTICULAR ^ (u64::from(kind) << 56), fold)
}

#[cfg(test)]
mod tests {
    use super::particulars;

    fn of(text: &str) -> Vec<u64> {
        let mut found = Vec::new();
        particulars(&text.chars().collect::<Vec<_>>(), |hash| found.push(hash));
        found
    }

    #[test]
    fn finds_what_tells() {
        // A text, and how many particulars it has.
        let cases = [
            ("", 0),
            ("请市民注意增减衣物", 0),
            ("最高气温18°c", 1),
            ("1月5日8时30分", 1),
            ("3到4级", 1),
            ("1.5元、2.30元", 2),
            ("2024年", 0),
            ("1.会议指出", 0),
            ("二十三日", 1),
            ("一个、十分", 0),
            ("任命王建国为局长", 1),
            ("离休干部何国伟同志", 1),
            ("在建设路施工", 1),
            ("全镇", 0),
            ("会见斯特勒和瓦努阿图总理", 2),
            // Notices name the same laws and works again and again.
            ("《辽宁日报》", 0),
        ];
        for (text, expect) in cases {
            assert_eq!(of(text).len(), expect, "{text}");
        }
    }

    #[test]
    fn tells_what_is_the_same() {
        // Two texts, and whether their particulars are the same.
        let cases = [
            ("2024年1月5日", "1月5日", true),
            ("1月5日", "1月6日", false),
            ("18°c", "18元", false),
            ("任命王建国为局长", "任命王建军为局长", false),
            ("于1月5日召开", "1月5日召开", true),
            ("3到4级", "4到5级", false),
        ];
        for (a, b, same) in cases {
            assert_eq!(of(a) == of(b), same, "{a} {b}");
        }
    }
}
