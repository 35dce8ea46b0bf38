//! Notices that a paper prints again and again: the same words around other numbers, names and streets.

use super::random::Random;
use super::stories::{name, person};
use super::words::Words;

/// A kind of notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    /// What it is called in reports.
    pub(crate) name: &'static str,
    /// Its paragraphs; braces hold what differs.
    paragraphs: &'static [&'static str],
}

/// All kinds of notices.
pub(crate) const TEMPLATES: [Template; 14] = [
    Template {
        name: "weather",
        paragraphs: &[
            "{city}气象台{date}{hour}时发布天气预报：今天白天到夜间{sky}转{sky}，{wind}风{level}级，最高气温{temp}℃，最低气温{temp}℃。",
            "明天{sky}，{wind}风{level}级，最高气温{temp}℃，最低气温{temp}℃。后天{sky}转{sky}，{wind}风{level}级，最高气温{temp}℃，最低气温{temp}℃。",
            "气象部门提醒，近期昼夜温差较大，请市民朋友注意适时增减衣物，谨防感冒；驾车出行请注意保持车距，遵守交通规则。",
        ],
    },
    Template {
        name: "air",
        paragraphs: &[
            "{city}生态环境局{date}通报，昨日市区空气质量指数为{n200}，首要污染物为{pollutant}，细颗粒物平均浓度为{n150}微克每立方米，可吸入颗粒物平均浓度为{n150}微克每立方米。",
            "预计未来{n3}天空气质量以{air}为主。儿童、老年人及心脏病、呼吸系统疾病患者应减少长时间、高强度的户外锻炼。",
        ],
    },
    Template {
        name: "prices",
        paragraphs: &[
            "{city}价格监测中心{date}发布的监测数据显示，全市主要农产品批发市场价格总体平稳，供应充足，市场秩序良好。",
            "其中，大白菜每公斤{price}元，黄瓜每公斤{price}元，西红柿每公斤{price}元，土豆每公斤{price}元，芹菜每公斤{price}元，鸡蛋每公斤{price}元，猪后腿肉每公斤{price}元，带鱼每公斤{price}元。",
            "与上周相比，蔬菜价格{move}{n9}.{n9}%，肉类价格{move}{n9}.{n9}%，禽蛋价格{move}{n9}.{n9}%。监测中心将继续密切关注市场动态，做好保供稳价工作。",
        ],
    },
    Template {
        name: "appointments",
        paragraphs: &[
            "{city}人民代表大会常务委员会任免名单，{date}市人民代表大会常务委员会第{n30}次会议通过。",
            "决定任命：{person}为市{bureau}局局长；{person}为市{bureau}局局长；{person}为市人民政府办公室副主任。",
            "决定免去：{person}的市{bureau}局局长职务；{person}的市{bureau}局副局长职务。会议要求新任命的同志忠诚履职，依法行政，自觉接受监督。",
        ],
    },
    Template {
        name: "candidates",
        paragraphs: &[
            "为进一步加强对干部选拔任用工作的监督，根据有关规定，现将拟任职干部的情况公示如下：",
            "{person}，男，{year}年{n12}月生，{town}人，大学学历，现任{town}镇党委副书记、镇长，拟任市{bureau}局党组成员、副局长。",
            "公示期间，干部群众可通过来信、来电、来访等形式，向市委组织部反映公示对象的问题。公示时间从{date}起五个工作日，举报电话：{phone}。",
        ],
    },
    Template {
        name: "power",
        paragraphs: &[
            "因线路检修需要，国网{city}供电公司定于{date}{hour}时{minute}分至{hour}时{minute}分对部分线路实施计划停电，现将有关事项公告如下。",
            "停电范围：{street}、{street}、{street}沿线以及{estate}、{estate}居民用户。",
            "请停电范围内的用户提前做好准备，停电期间如需帮助请拨打供电服务热线95598。给您的生产生活带来不便，敬请谅解。",
        ],
    },
    Template {
        name: "water",
        paragraphs: &[
            "{city}自来水公司通知：因{street}供水管网改造施工，计划于{date}{hour}时至次日{hour}时停水，届时以下区域将暂停供水或水压降低。",
            "{estate}、{estate}、{street}{n200}号至{n200}号。请广大用户提前做好储水准备，停水期间请关好水龙头，以免来水时造成损失。施工单位将全力以赴争取提前恢复供水，感谢您的理解与支持。",
        ],
    },
    Template {
        name: "obituary",
        paragraphs: &[
            "{city}{bureau}局离休干部{person}同志，因病医治无效，于{date}{hour}时{minute}分在{city}逝世，享年{age}岁。",
            "{person}同志{year}年出生于{town}，{year}年参加工作，{year}年加入中国共产党，历任{town}公社书记、县{bureau}局局长等职。遗体告别仪式定于近日在市殡仪馆举行，谨此讣告。",
        ],
    },
    Template {
        name: "traffic",
        paragraphs: &[
            "{city}公安局交通警察支队通告：因{street}道路施工，自{date}起至{date}止，对{street}至{street}路段实行交通管制。",
            "管制期间，每日{hour}时至{hour}时禁止货运车辆通行，公交{n200}路、{n200}路临时改线。请过往车辆和行人按照交通标志指示通行，服从现场民警指挥，不便之处敬请谅解。",
        ],
    },
    Template {
        name: "stocks",
        paragraphs: &[
            "{date}，沪深两市股指{move}。截至收盘，上证指数报{n3999}.{n99}点，涨跌幅为{n3}.{n99}%；深证成指报{n9999}.{n99}点，涨跌幅为{n3}.{n99}%；创业板指报{n3999}.{n99}点。",
            "盘面上，{sector}、{sector}板块表现活跃，{sector}板块跌幅居前。两市全天成交额为{n9999}亿元，北向资金净流入{n99}.{n99}亿元。分析人士认为，市场有望保持震荡运行，投资者应注意控制仓位，防范风险。",
        ],
    },
    Template {
        name: "lottery",
        paragraphs: &[
            "{date}晚，中国福利彩票双色球第20{n99}{n150}期开奖，红球号码为{ball}、{ball}、{ball}、{ball}、{ball}、{ball}，蓝球号码为{ball}。",
            "当期全国共中出一等奖{n30}注，单注奖金{n999}万元；二等奖{n200}注，单注奖金{n99}万元。奖池资金累计达到{n30}.{n99}亿元。请中奖者持有效证件和中奖彩票在六十日内兑奖，逾期视为弃奖。",
        ],
    },
    Template {
        name: "tender",
        paragraphs: &[
            "{city}公共资源交易中心受{town}镇人民政府委托，就{town}镇{works}工程进行公开招标，项目编号为{n9999}-{n999}，预算金额{n9999}万元，工期{n200}天。",
            "投标人须具有独立承担民事责任的能力，具备相应的施工资质，未被列入失信被执行人名单。投标文件递交截止时间为{date}{hour}时{minute}分，联系人：{person}，联系电话：{phone}。",
        ],
    },
    Template {
        name: "jobs",
        paragraphs: &[
            "{city}{bureau}局面向社会公开招聘工作人员{n99}名，报名时间为{date}至{date}，逾期不予受理。",
            "应聘人员应当遵守宪法和法律，品行端正，具有正常履行职责的身体条件，年龄在{n30}周岁以下。笔试定于{date}举行，地点在{street}{n200}号，咨询电话：{phone}，联系人：{person}。",
        ],
    },
    Template {
        name: "missing",
        paragraphs: &[
            "{person}，{sex}，{age}岁，身高1.{n99}米左右，于{date}{hour}时许在{city}{street}附近走失，走失时上身穿{colour}上衣，下身穿{colour}裤子。",
            "老人听力不好，说话带有{town}口音。有见到或知情者请与家人联系，联系电话：{phone}，或拨打110报警，家人万分感谢，必有重谢。",
        ],
    },
];

/// A notice of a sentence or two, with so few particulars that nearly all of its words are what it is known by.
pub(crate) const SHORT: Template = Template {
    name: "short notice",
    paragraphs: &[
        "因线路检修需要，国网{city}供电公司定于{date}对{street}沿线实施计划停电，请用户提前做好准备，如需帮助请拨打{phone}，给您的生产生活带来不便，敬请谅解。",
    ],
};

impl Template {
    /// Fills the template in for a city and a day, counted from any.
    pub(crate) fn fill(
        &self,
        city: &str,
        day: usize,
        words: &Words,
        random: &mut Random,
    ) -> Vec<String> {
        let paragraphs = self.paragraphs.iter();
        paragraphs
            .map(|paragraph| fill(paragraph, city, day, words, random))
            .collect()
    }
}

fn fill(template: &str, city: &str, day: usize, words: &Words, random: &mut Random) -> String {
    let mut text = String::new();
    let mut rest = template;
    let mut later = day;
    while let Some((before, behind)) = rest.split_once('{') {
        let (slot, behind) = behind.split_once('}').expect("braces come in pairs");
        text.push_str(before);
        text.push_str(&value(slot, city, &mut later, words, random));
        rest = behind;
    }
    text + rest
}

fn value(slot: &str, city: &str, day: &mut usize, words: &Words, random: &mut Random) -> String {
    const SKIES: [&str; 7] = ["晴", "多云", "阴", "小雨", "中雨", "阵雨", "小雪"];
    const WINDS: [&str; 6] = ["南", "北", "西南", "东北", "偏东", "西北"];
    const BUREAUS: [&str; 14] = [
        "教育",
        "民政",
        "财政",
        "水利",
        "农业农村",
        "商务",
        "卫生健康",
        "审计",
        "统计",
        "交通运输",
        "文化旅游",
        "自然资源",
        "市场监督管理",
        "应急管理",
    ];
    const SECTORS: [&str; 8] = [
        "银行",
        "券商",
        "煤炭",
        "半导体",
        "医药",
        "军工",
        "地产",
        "白酒",
    ];
    const WORKS: [&str; 6] = [
        "道路硬化",
        "河道治理",
        "学校食堂",
        "污水管网",
        "村民广场",
        "农田水利",
    ];
    const COLOURS: [&str; 6] = ["黑色", "灰色", "蓝色", "红色", "白色", "棕色"];
    match slot {
        "city" => name(city),
        "date" => {
            let date = format!("{}月{}日", 1 + *day / 28 % 12, 1 + *day % 28);
            *day += random.between(1, 5);
            date
        }
        "hour" => random.between(5, 23).to_string(),
        "minute" => random.pick(&["00", "30", "15", "45"]).to_owned(),
        "sky" => random.pick(&SKIES).to_owned(),
        "wind" => random.pick(&WINDS).to_owned(),
        "level" => format!("{}到{}", random.between(2, 3), random.between(4, 5)),
        "temp" => random.between(1, 30).to_string(),
        "air" => random
            .pick(&["优良", "轻度污染", "良至轻度污染"])
            .to_owned(),
        "pollutant" => random
            .pick(&["臭氧", "细颗粒物", "可吸入颗粒物"])
            .to_owned(),
        "price" => format!("{}.{}", random.between(1, 30), random.below(10)),
        "move" => random
            .pick(&["上涨", "下跌", "小幅上涨", "小幅下跌"])
            .to_owned(),
        "person" => person(random),
        "bureau" => random.pick(&BUREAUS).to_owned(),
        "town" => name(words.draw("ns", random)),
        "year" => random.between(1930, 1985).to_string(),
        "age" => random.between(60, 98).to_string(),
        "phone" => format!(
            "0{}-{}",
            random.between(410, 429),
            random.between(2_000_000, 8_999_999)
        ),
        "street" => name(&format!(
            "{}{}",
            words.draw("n2", random),
            random.pick(&["路", "街", "大街", "巷"])
        )),
        "estate" => name(&format!(
            "{}{}",
            words.draw("n2", random),
            random.pick(&["小区", "花园", "家园", "苑"])
        )),
        "sector" => random.pick(&SECTORS).to_owned(),
        "works" => random.pick(&WORKS).to_owned(),
        "ball" => format!("{:02}", random.between(1, 33)),
        "sex" => random.pick(&["男", "女"]).to_owned(),
        "colour" => random.pick(&COLOURS).to_owned(),
        _ => {
            let most = slot.strip_prefix('n').and_then(|most| most.parse().ok());
            random
                .between(1, most.expect("a slot is named above"))
                .to_string()
        }
    }
}
