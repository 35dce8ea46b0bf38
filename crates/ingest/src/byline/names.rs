//! Names of people in bylines.

/// Words before or after a name that are no part of it.
#[rustfmt::skip]
const TITLES: &[&str] = &[
    "本报特约记者", "本报实习记者", "本报记者", "本报通讯员", "本網記者", "本网记者", "本台记者", "总台记者",
    "全媒体记者", "融媒体记者", "特约记者", "见习记者", "实习记者", "首席记者", "特派记者", "实习生", "特约通讯员",
    "记者", "記者", "通讯员", "通訊員", "作者", "编辑", "編輯", "撰文", "执笔", "主笔", "评论员", "撰稿", "主编",
];

/// What follows a name and is no part of it: `某某 摄`, `某某 报道`.
#[rustfmt::skip]
const TAILS: &[&str] = &[
    "报道", "報導", "報道", "摄影报道", "综合报道", "综合整理", "编译", "整理", "整合", "综合", "摄影", "摄", "攝",
    "文", "图", "文图", "撰稿", "采写",
];

/// Values that name nobody.
#[rustfmt::skip]
const NOBODY: &[&str] = &[
    "未知", "佚名", "匿名", "本站", "网络", "互联网", "转载", "原创", "无", "暂无", "不详", "admin", "null",
    "undefined", "小编", "相关链接", "相关连接", "相关", "连接", "链接", "回复", "查看", "最后发表", "匿名用户",
    "游客", "详情", "更多", "本网",
];

/// Single-character surnames, the common ones of both scripts.
const SURNAMES: &str = "\
赵趙钱錢孙孫李周吴吳郑鄭王冯馮陈陳褚卫衛蒋蔣沈韩韓杨楊朱秦尤许許何吕呂施张張孔曹严嚴华華金魏陶姜戚谢謝邹鄒喻柏水窦竇章云苏蘇潘葛奚范範彭郎鲁魯韦韋\
昌马馬苗凤鳳花方俞任袁柳酆鲍鮑史唐费費廉岑薛雷贺賀倪汤湯滕殷罗羅毕畢郝邬鄔安常乐樂于時时傅皮卞齐齊康伍余元卜顾顧孟平黄黃和穆萧蕭尹姚邵湛汪祁毛禹狄米\
贝貝明臧计計伏成戴谈談宋茅庞龐熊纪紀舒屈项項祝董梁杜阮蓝藍闵閔席季麻强強贾賈路娄婁危江童颜顏郭梅盛林刁钟鐘鍾徐邱丘骆駱高夏蔡田樊胡凌霍虞万萬支柯昝管\
卢盧莫经房裘缪繆干解应應宗丁宣邓鄧郁单單杭洪包诸諸左石崔吉钮龚龔程嵇邢滑裴陆陸荣榮翁荀羊惠甄曲家封芮储儲靳汲邴松井段富巫乌烏焦巴弓牧隗山谷车車侯宓蓬\
全郗班仰秋仲伊宫宮宁寧仇栾欒甘厉厲戎祖武符刘劉景詹束龙龍叶葉幸司韶黎蓟薄印宿白怀懷蒲邰从鄂索咸籍赖賴卓蔺藺屠蒙池乔喬阴闻聞莘党翟谭譚贡貢劳勞逄姬申扶\
堵冉宰郦雍却璩桑桂濮牛寿壽通边邊扈燕冀郏浦尚农農温溫别庄莊晏柴瞿阎閻闫充慕连連茹习習宦艾鱼容向古易慎戈廖庾终居衡步都耿满滿弘匡国國文寇广禄阙东欧歐沃\
利蔚越夔隆师師巩鞏聂聶晁敖融冷辛阚简簡饶饒空曾沙养鞠须丰豐关關蒯相查荆红游竺权盖益桓公晋楚闫法汝鄢涂塗岳帅缑亢况後有琴商牟佘伯赏墨哈谯笪年爱阳佟上官肖\
付代兰蘭苑仝覃区區来母仵原邸降但岩初才勾苟逯展战鲜刀叨衣楼操朴門门信植降由宾问";

/// Surnames of two characters.
#[rustfmt::skip]
const DOUBLE_SURNAMES: &[&str] = &[
    "欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒",
    "宇文", "长孙", "夏侯", "端木", "独孤", "南宫", "西门", "东郭", "百里", "呼延", "张简", "太史",
];

/// The longest name in characters; pen names run longer than names.
const MAX_NAME: usize = 14;

/// The names in the value of a label such as `作者：` or `责任编辑：`.
///
/// Titles (`本报记者`), tails (`报道`), brackets and an editor's number (`_NF0000`, `PK000`) are left out, and a value
/// that names nobody (`佚名`) gives none. Names apart by one space in each (`张 三`) are put together.
#[must_use]
pub(crate) fn people(value: &str) -> Vec<String> {
    let value = strip_asides(value);
    let mut names: Vec<String> = Vec::new();
    let mut single: Option<String> = None;
    for part in value.split(is_divider) {
        let part = clean(part);
        if part.is_empty() {
            continue;
        }
        // `张 三` is one name in two parts.
        if part.chars().count() == 1 && part.chars().all(is_han) {
            match single.take() {
                Some(mut first) => {
                    first.push_str(part);
                    push(&mut names, &first);
                }
                None => single = Some(part.to_owned()),
            }
            continue;
        }
        single = None;
        let count = part.chars().count();
        if count > MAX_NAME || NOBODY.contains(&part) || TAILS.contains(&part) {
            continue;
        }
        if let Some((first, second)) = two_names(part) {
            push(&mut names, first);
            push(&mut names, second);
        } else {
            push(&mut names, part);
        }
    }
    names
}

/// The names in the value of a label that says `作者` outright, where pen names are to be expected; prose and the
/// author's post (`张三某某大学教授`) are not names.
#[must_use]
pub(super) fn explicit(value: &str) -> Vec<String> {
    /// Longest pen name, in characters.
    const MAX_PEN_NAME: usize = 8;
    let end = value
        .find(['，', '。', '：', ':', '！', '？'])
        .unwrap_or(value.len());
    let mut names = people(&value[..end]);
    if let [run] = names.as_mut_slice()
        && let Some(name) = name_before_post(run)
    {
        *run = name.to_owned();
    }
    let is_name = |name: &&String| {
        name.chars().count() <= MAX_PEN_NAME && !name.starts_with(|c: char| c.is_ascii_digit())
    };
    names.truncate(names.iter().take_while(is_name).count());
    names
}

/// The name in `张三某某大学教授`, where what follows begins as the names of institutions do.
fn name_before_post(run: &str) -> Option<&str> {
    #[rustfmt::skip]
    const POSTS: &[&str] = &[
        "系", "为", "是", "中国", "国家", "中央", "中共", "全国", "北京", "上海", "天津", "重庆", "河北", "山西",
        "内蒙古", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南",
        "广东", "广西", "海南", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆", "清华",
        "复旦", "南京", "武汉", "省",
    ];
    if run.chars().count() < 5 {
        return None;
    }
    [3, 2].into_iter().find_map(|take| {
        let (end, _) = run.char_indices().nth(take)?;
        let (name, post) = run.split_at(end);
        (looks_like_name(name) && POSTS.iter().any(|start| post.starts_with(start))).then_some(name)
    })
}

/// Whether the text looks like one Chinese name: two or three characters (four after a double surname, or as a
/// married or foreign name with a dot), a surname first.
#[must_use]
pub(super) fn looks_like_name(text: &str) -> bool {
    let count = text.chars().count();
    if text.contains(['·', '•', '・']) {
        return count <= 12
            && text
                .chars()
                .all(|c| is_han(c) || matches!(c, '·' | '•' | '・'));
    }
    if !text.chars().all(is_han) {
        return false;
    }
    match count {
        2 | 3 => has_surname(text) && !is_common_word(text),
        4 => DOUBLE_SURNAMES
            .iter()
            .any(|surname| text.starts_with(surname)),
        _ => false,
    }
}

/// Reads a run of characters that begins with a name and goes on with something else, such as the place a story was
/// sent from (`张三云河`): the first two, three or four characters, by the length of the run.
#[must_use]
pub(super) fn leading_name(run: &str) -> &str {
    let count = run.chars().count();
    let take = match count {
        0..=3 => count,
        _ if DOUBLE_SURNAMES
            .iter()
            .any(|surname| run.starts_with(surname)) =>
        {
            4.min(count - 2).max(3)
        }
        4 => 2,
        _ => 3,
    };
    run.char_indices()
        .nth(take)
        .map_or(run, |(end, _)| &run[..end])
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{2FA1F}')
}

fn has_surname(text: &str) -> bool {
    text.chars()
        .next()
        .is_some_and(|first| SURNAMES.contains(first))
        || DOUBLE_SURNAMES
            .iter()
            .any(|surname| text.starts_with(surname))
}

/// Words in brackets at the end of a story that begin with a surname's character.
fn is_common_word(text: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "完", "于是", "时间", "和平", "全文", "经济", "国家", "文字", "文化", "方法", "关于", "别名", "简称", "有限",
        "由来", "单位", "上图", "有关", "高清", "通讯", "公告", "年度", "连载", "来源", "边栏", "满分", "向上",
        "原文", "空格", "成交",
    ];
    WORDS.contains(&text)
}

/// Two names written without anything between them: `张三李四`.
fn two_names(run: &str) -> Option<(&str, &str)> {
    let starts: Vec<usize> = run.char_indices().map(|(i, _)| i).collect();
    if !run.chars().all(is_han)
        || DOUBLE_SURNAMES
            .iter()
            .any(|surname| run.starts_with(surname))
    {
        return None;
    }
    let at = match starts.len() {
        4 => starts[2],
        6 => starts[3],
        5 if has_surname(&run[starts[3]..]) && !has_surname(&run[starts[2]..]) => starts[3],
        5 => starts[2],
        _ => return None,
    };
    let (first, second) = run.split_at(at);
    (looks_like_name(first) && looks_like_name(second)).then_some((first, second))
}

fn push(names: &mut Vec<String>, name: &str) {
    if !NOBODY.contains(&name) && !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

fn is_divider(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '、' | '，' | ',' | ';' | '；' | '/' | '／' | '|' | '｜' | '丨' | '&' | '＆' | '。'
        )
}

/// Cuts out what stands in brackets (`某某（实习）`) and the brackets around a whole value.
fn strip_asides(value: &str) -> String {
    let value = value
        .trim()
        .trim_matches(|c: char| c.is_whitespace() || is_bracket(c));
    let mut out = String::with_capacity(value.len());
    let mut depth = 0_u32;
    for c in value.chars() {
        match c {
            '(' | '（' | '[' | '【' | '〔' => {
                depth += 1;
                out.push(' ');
            }
            ')' | '）' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

fn is_bracket(c: char) -> bool {
    matches!(
        c,
        '(' | '（' | '[' | '【' | '〔' | ')' | '）' | ']' | '】' | '〕' | '：' | ':'
    )
}

fn clean(part: &str) -> &str {
    let mut part = part.trim_matches(|c: char| {
        c.is_whitespace()
            || is_bracket(c)
            || matches!(
                c,
                '□' | '■' | '●' | '◎' | '-' | '—' | '_' | '"' | '“' | '”' | '.'
            )
    });
    // An editor's number: `某某_NF0000`, `PK000`.
    if let Some((name, code)) = part.rsplit_once('_')
        && code.bytes().all(|b| b.is_ascii_alphanumeric())
    {
        part = name;
    }
    if is_code(part) {
        return "";
    }
    if TITLES
        .iter()
        .any(|title| part.len() > title.len() && part.ends_with(title))
    {
        // `云河日报记者 张三`: a post, and the name is the next part.
        return "";
    }
    while let Some(rest) = TITLES.iter().find_map(|title| part.strip_prefix(title)) {
        part = rest.trim_start_matches([':', '：', '/', '／']);
    }
    for title in TITLES {
        // `云河日报记者张三`: the paper's name goes with the title.
        if let Some((_, name)) = part.rsplit_once(title)
            && !name.is_empty()
        {
            part = name;
        }
    }
    if part.chars().count() > 2 {
        for tail in TAILS {
            if let Some(name) = part.strip_suffix(tail)
                && looks_like_name(name)
            {
                part = name;
            }
        }
    }
    part.trim_end_matches(|c: char| c.is_ascii_digit() && part.chars().next().is_some_and(is_han))
}

/// An editor's number: up to four capitals and then digits.
fn is_code(part: &str) -> bool {
    let digits = part.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = part.len() - digits.len();
    letters <= 4 && digits.len() >= 2 && digits.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_values() {
        for (value, expected) in [
            ("张三丰", "张三丰"),
            ("张三、李四", "张三/李四"),
            ("张三 李四", "张三/李四"),
            ("张 三 李 四", "张三/李四"),
            ("罗某苏某", "罗某/苏某"),
            ("某某_NF4425", "某某"),
            ("钱某某 PK155", "钱某某"),
            ("HN666", ""),
            ("本报记者 赵某 通讯员 钱某", "赵某/钱某"),
            ("云河日报记者孙某", "孙某"),
            ("李某（实习）", "李某"),
            ("【周某】", "周某"),
            ("佚名", ""),
            ("吴某 摄", "吴某"),
            ("郑某报道", "郑某"),
            ("某某姐、胡某某&李某某刀", "某某姐/胡某某/李某某刀"),
            ("", ""),
        ] {
            assert_eq!(people(value).join("/"), expected, "{value}");
        }
    }

    #[test]
    fn what_looks_like_a_name() {
        for (text, expected) in [
            ("张三", true),
            ("欧阳某某", true),
            ("安东·某某", true),
            ("完", false),
            ("上图", false),
            ("云河日报社", false),
            ("ab", false),
        ] {
            assert_eq!(looks_like_name(text), expected, "{text}");
        }
    }

    #[test]
    fn names_that_run_into_a_place() {
        for (run, expected) in [
            ("张三云河", "张三"),
            ("张三丰云河", "张三丰"),
            ("张三丰", "张三丰"),
            ("欧阳某某云河", "欧阳某某"),
        ] {
            assert_eq!(leading_name(run), expected, "{run}");
        }
    }
}
