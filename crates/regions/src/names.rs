//! Short names of divisions: 海城 of 海城市, 岫岩 of 岫岩满族自治县.

/// What names of divisions end with, the longest first.
const SUFFIXES: [&str; 15] = [
    "特别行政区",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "地区",
    "林区",
    "特区",
    "省",
    "市",
    "县",
    "区",
    "州",
    "盟",
    "旗",
];

/// The peoples that names of autonomous divisions have, the longer of like beginnings first.
const PEOPLES: [&str; 56] = [
    "维吾尔族",
    "哈萨克族",
    "哈萨克",
    "柯尔克孜族",
    "柯尔克孜",
    "塔吉克族",
    "塔吉克",
    "锡伯族",
    "锡伯",
    "蒙古族",
    "蒙古",
    "达斡尔族",
    "鄂温克族",
    "鄂伦春族",
    "朝鲜族",
    "土家族",
    "布依族",
    "仡佬族",
    "仫佬族",
    "毛南族",
    "傈僳族",
    "拉祜族",
    "布朗族",
    "独龙族",
    "普米族",
    "纳西族",
    "哈尼族",
    "景颇族",
    "裕固族",
    "保安族",
    "东乡族",
    "撒拉族",
    "维吾尔",
    "阿昌族",
    "德昂族",
    "基诺族",
    "满族",
    "回族",
    "藏族",
    "彝族",
    "苗族",
    "侗族",
    "瑶族",
    "白族",
    "壮族",
    "羌族",
    "黎族",
    "畲族",
    "傣族",
    "佤族",
    "怒族",
    "水族",
    "土族",
    "各族",
    "京族",
    "独龙",
];

/// The short name of a division, of two characters at least; `None` where there is none (磁县).
pub(crate) fn short_name(name: &str) -> Option<&str> {
    let suffix = suffix(name)?;
    let mut base = &name[..name.len() - suffix.len()];
    if suffix.starts_with("自治") {
        while let Some(rest) = PEOPLES.iter().find_map(|people| base.strip_suffix(people)) {
            if n_chars(rest) < 2 {
                break;
            }
            base = rest;
        }
    }
    // 浦东新区 is 浦东, 新区 alone is nothing; 经济技术开发区 is no division.
    let base = match base.strip_suffix('新') {
        Some(rest) if suffix == "区" && n_chars(rest) >= 2 => rest,
        _ => base,
    };
    (n_chars(base) >= 2).then_some(base)
}

/// The short name with a plain suffix, as people write it: 岫岩县, 海西州, 鄂温克旗.
#[allow(dead_code, reason = "naming is the compiler's work")]
pub(crate) fn plain_name(name: &str) -> Option<String> {
    let suffix = suffix(name)?;
    let plain = match suffix {
        "自治州" => "州",
        "自治县" => "县",
        "自治旗" => "旗",
        "自治区" => "区",
        _ => return None,
    };
    Some(format!("{}{plain}", short_name(name)?))
}

/// The suffix of a division's name.
pub(crate) fn suffix(name: &str) -> Option<&'static str> {
    SUFFIXES
        .iter()
        .find(|suffix| name.ends_with(**suffix))
        .copied()
}

fn n_chars(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_plain_names() {
        for (name, short, plain) in [
            ("海城市", Some("海城"), None),
            ("磁县", None, None),
            ("辽宁省", Some("辽宁"), None),
            ("内蒙古自治区", Some("内蒙古"), Some("内蒙古区")),
            ("新疆维吾尔自治区", Some("新疆"), Some("新疆区")),
            ("岫岩满族自治县", Some("岫岩"), Some("岫岩县")),
            ("海西蒙古族藏族自治州", Some("海西"), Some("海西州")),
            (
                "积石山保安族东乡族撒拉族自治县",
                Some("积石山"),
                Some("积石山县"),
            ),
            ("东乡族自治县", Some("东乡族"), Some("东乡族县")),
            ("浦东新区", Some("浦东"), None),
            ("香港特别行政区", Some("香港"), None),
            ("阿里地区", Some("阿里"), None),
            ("神农架林区", Some("神农架"), None),
            ("科尔沁左翼中旗", Some("科尔沁左翼中"), None),
        ] {
            assert_eq!(short_name(name), short, "{name}");
            assert_eq!(plain_name(name).as_deref(), plain, "{name}");
        }
    }
}
