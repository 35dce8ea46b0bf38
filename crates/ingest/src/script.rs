//! Tells simplified from traditional characters.

use std::borrow::Cow;

use crate::article::{Article, Block, Script};

/// Frequent characters that only simplified text has, in the order of their code points.
const SIMPLIFIED: &str = "\
    业东个为义乡书产亿们众会传农决办务动区华单压县双发变员团国场处备头学实对导将层师广应开强态战护报拟数无时权条来样济现电类红级组织经给统节见观规认记论设话该说责资车转边达过运还这进选长门问间队际项马验";

/// Frequent characters that only traditional text has, in the order of their code points.
const TRADITIONAL: &str = "\
    來個們備傳億動務區員問單國團報場壓學實將對導層師廣態應戰據擬數時書會東條業極樣機權氣決濟為無現產當發眾種節紅級組給統經縣織義華萬處見規觀記設話該認說論護變責資車轉辦農這進運過達選還邊鄉長門開間關隊際雙電項須頭類馬驗體麼";

/// Fewer telling characters than this say nothing.
const MIN_TELLING: usize = 2;

/// Some thousand characters tell.
const SAMPLE_CHARS: usize = 4000;

/// The script that most of the telling characters of an article's title and body are of.
pub(crate) fn of_article(article: &Article) -> Script {
    let title = article.title.as_deref().map(Cow::Borrowed);
    of(title
        .into_iter()
        .chain(article.body.iter().map(Block::as_text)))
}

/// The script that most of the telling characters of `parts` are of.
fn of<T: AsRef<str>>(parts: impl IntoIterator<Item = T>) -> Script {
    let telling = TELLING.as_slice();
    let (mut simplified, mut traditional) = (0, 0);
    let mut left = SAMPLE_CHARS;
    for part in parts {
        for c in part.as_ref().chars().take(left) {
            let at = u32::from(c).wrapping_sub(FIRST_HAN) as usize;
            let script = telling.get(at).copied().unwrap_or(Script::Unknown);
            // Which characters tell is not to be foreseen, so nothing branches on it.
            simplified += usize::from(script == Script::Simplified);
            traditional += usize::from(script == Script::Traditional);
            left -= 1;
        }
        if left == 0 {
            break;
        }
    }
    if simplified + traditional < MIN_TELLING {
        Script::Unknown
    } else if simplified >= traditional {
        Script::Simplified
    } else {
        Script::Traditional
    }
}

/// The first of Unicode's common Han characters.
const FIRST_HAN: u32 = 0x4E00;

/// The scripts of the Han characters, from the first to the last of both lists.
static TELLING: std::sync::LazyLock<Vec<Script>> = std::sync::LazyLock::new(|| {
    let mut telling = Vec::new();
    for (characters, script) in [
        (SIMPLIFIED, Script::Simplified),
        (TRADITIONAL, Script::Traditional),
    ] {
        for c in characters.chars().filter(|&c| u32::from(c) >= FIRST_HAN) {
            let at = (u32::from(c) - FIRST_HAN) as usize;
            telling.resize(telling.len().max(at + 1), Script::Unknown);
            telling[at] = script;
        }
    }
    telling
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_majority_of_telling_characters_decides() {
        for (text, script) in [
            ("创建全国文明城市工作会议", Script::Simplified),
            ("創建全國文明城市工作會議", Script::Traditional),
            ("他说：“國”字旧时这样写，现在为国", Script::Simplified),
            ("GDP 4.5%", Script::Unknown),
            ("大小多少", Script::Unknown),
        ] {
            assert_eq!(of([text]), script, "{text}");
        }
    }

    #[test]
    fn no_character_is_in_both_lists() {
        assert!(SIMPLIFIED.chars().all(|c| !TRADITIONAL.contains(c)));
    }
}
