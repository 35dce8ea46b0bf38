//! Stories of their own: sentences of real words in the order of grammar, if not of sense.

use super::random::Random;
use super::words::Words;

/// What sentences are made of; capitals stand for numbers, names and places.
const CLAUSES: [&str; 14] = [
    "d v n",
    "n v n",
    "P n v a 的 n",
    "v n n",
    "a 的 n v n",
    "n 和 n v n",
    "在 P v n",
    "v 了 N n",
    "n d v n",
    "N n v n",
    "H 在 P v n",
    "H d v a 的 n",
    "n v n 的 n",
    "把 n v 到 n",
];

/// Stands before and behind each name, until an article is done.
pub(crate) const NAME: char = '\u{e000}';

/// A paragraph of two to five sentences.
pub(crate) fn paragraph(words: &Words, random: &mut Random) -> String {
    let n_sentences = random.between(2, 5);
    (0..n_sentences).map(|_| sentence(words, random)).collect()
}

/// A sentence of two to four clauses with its full stop.
pub(crate) fn sentence(words: &Words, random: &mut Random) -> String {
    let n_clauses = random.between(2, 4);
    let clauses: Vec<String> = (0..n_clauses).map(|_| clause(words, random)).collect();
    clauses.join("，") + "。"
}

fn clause(words: &Words, random: &mut Random) -> String {
    let parts = random.pick(&CLAUSES).split(' ');
    let part = |part: &str| match part {
        "N" => number(random),
        "H" => person(random),
        "P" => name(words.draw("ns", random)),
        "n" | "v" | "a" | "d" => words.draw(part, random).to_owned(),
        fixed => fixed.to_owned(),
    };
    parts.map(part).collect()
}

/// A number with a unit.
pub(crate) fn number(random: &mut Random) -> String {
    match random.below(5) {
        0 => format!("{}个", random.between(2, 40)),
        1 => format!("{}万元", random.between(1, 3000)),
        2 => format!("{}.{}%", random.between(1, 60), random.below(10)),
        3 => format!("{}月{}日", random.between(1, 12), random.between(1, 28)),
        _ => format!("{}多人次", random.between(3, 900)),
    }
}

/// Marks a name.
pub(crate) fn name(text: &str) -> String {
    format!("{NAME}{text}{NAME}")
}

/// A name of two or three characters.
pub(crate) fn person(random: &mut Random) -> String {
    const SURNAMES: [&str; 40] = [
        "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高",
        "林", "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧",
        "程", "曹", "袁", "邓", "许", "傅", "方", "曾", "田", "任",
    ];
    const GIVEN: [&str; 48] = [
        "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛",
        "明", "超", "兰", "霞", "平", "刚", "桂", "英", "华", "玉", "建", "国", "志", "文", "斌",
        "宇", "浩", "鹏", "俊", "海", "燕", "峰", "雪", "琳", "晶", "春", "梅", "永", "福", "德",
        "成", "秀", "云",
    ];
    let n_given = if random.below(5) == 0 { 1 } else { 2 };
    let given: String = (0..n_given).map(|_| random.pick(&GIVEN)).collect();
    name(&format!("{}{given}", random.pick(&SURNAMES)))
}
