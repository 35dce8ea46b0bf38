//! Lines that say themselves that they are captions.

/// A caption has at most this many characters.
pub(super) const MAX_CHARS: u32 = 160;

/// A line that says itself that it is a caption.
pub(super) fn is_marked(text: &str) -> bool {
    #[rustfmt::skip]
    const STARTS: &[&str] = &[
        "▲", "△", "▼", "↑", "图注：", "图为", "圖為", "图片来源", "资料图", "資料圖", "資料照", "图／", "圖／",
        "图/", "图｜", "图|", "图：", "圖：", "（图", "（圖", "图源", "题图", "題圖", "配图", "图片由", "图片均",
    ];
    text.chars().count() <= 120
        && !text.contains("/文")
        && (STARTS.iter().any(|start| text.starts_with(start)) || ends_with_credit(text))
}

fn ends_with_credit(text: &str) -> bool {
    #[rustfmt::skip]
    const ENDS: &[&str] = &[
        " 摄", "摄影", " 攝", "攝影", "供图", "供圖", " 图", " 圖", "翻摄", "翻攝", "/摄", "／摄", "傳真", "提供）",
        "摄）", "摄)", "攝）", "图）", "圖）",
    ];
    // `… 某某攝 113年1月1日`
    let text = text
        .trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '年' | '月' | '日' | ' '));
    let bare = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    text.chars().count() <= 120
        && (ENDS
            .iter()
            .any(|end| text.ends_with(end) || bare.ends_with(end))
            || signed_by_photographer(bare))
}

/// `…。记者张三摄`: a photographer after the caption's last sentence.
fn signed_by_photographer(text: &str) -> bool {
    let Some(head) = text.strip_suffix(['摄', '攝']) else {
        return false;
    };
    let sentence = head
        .rfind(['。', '，', ' ', '（', '(', '/', '／'])
        .map_or(head, |at| &head[at..]);
    sentence.chars().count() <= 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_by_their_words() {
        for (text, expected) in [
            ("▲云河老桥", true),
            ("图为云河老桥。", true),
            ("农民在场院里翻晒谷子。丘某 摄", true),
            ("云河老桥。记者丘某摄", true),
            ("雲河老橋。中央社記者丘某攝 112年2月16日", true),
            ("云河老桥。受访者供图", true),
            ("云河日报记者丘某/文受访者供图", false),
            ("云河县图书馆的新楼里有一百张书桌。", false),
        ] {
            assert_eq!(is_marked(text), expected, "{text}");
        }
    }
}
