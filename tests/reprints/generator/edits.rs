//! What sites do to a story they carry.

use fangzhi_segmentation::Segmenter;

use super::random::Random;
use super::stories::{NAME, paragraph, sentence};
use super::words::Words;

/// What was done to a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Edit {
    /// Nothing; the headline is another one.
    Reheadlined,
    /// A paragraph is missing; of one or two, the second half of the last one.
    Cut,
    /// The paragraphs stand in another order.
    Reordered,
    /// Bylines, a copyright notice and links stand around it.
    Boilerplate,
    /// Sentences are others, so many hundredths of the characters.
    Sentences(u8),
    /// Words are others, so many hundredths of the characters; numbers with their units and names stay.
    Words(u8),
    /// Words are others, and numbers and names too, so many hundredths of the characters.
    Tokens(u8),
    /// A paragraph is missing, boilerplate stands around, and a tenth of the words are others.
    Mixed,
}

/// All that is done, most of it at four rates.
pub(crate) const EDITS: [Edit; 17] = [
    Edit::Reheadlined,
    Edit::Cut,
    Edit::Reordered,
    Edit::Boilerplate,
    Edit::Mixed,
    Edit::Sentences(10),
    Edit::Sentences(20),
    Edit::Sentences(30),
    Edit::Sentences(40),
    Edit::Words(10),
    Edit::Words(20),
    Edit::Words(30),
    Edit::Words(40),
    Edit::Tokens(10),
    Edit::Tokens(20),
    Edit::Tokens(30),
    Edit::Tokens(40),
];

impl Edit {
    /// The hundredths of the characters that are changed, if that is what is done.
    pub(crate) fn rate(self) -> u8 {
        match self {
            Edit::Sentences(rate) | Edit::Words(rate) | Edit::Tokens(rate) => rate,
            _ => 0,
        }
    }

    /// The name of what is done, without the rate.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Edit::Reheadlined => "re-headlined",
            Edit::Cut => "cut",
            Edit::Reordered => "re-ordered",
            Edit::Boilerplate => "boilerplate added",
            Edit::Mixed => "cut, added to and reworded",
            Edit::Sentences(_) => "sentences replaced",
            Edit::Words(_) => "words replaced",
            Edit::Tokens(_) => "words, numbers and names replaced",
        }
    }

    /// Whether the result is to be known again: at most three tenths are changed, and numbers and names are the
    /// same where the text is.
    pub(crate) fn is_counted(self) -> bool {
        self.rate() <= 30 && !matches!(self, Edit::Tokens(_) | Edit::Mixed)
    }

    /// Does it to a body.
    pub(crate) fn apply(self, body: &[String], words: &Words, random: &mut Random) -> Vec<String> {
        let mut body = body.to_vec();
        match self {
            Edit::Reheadlined => {}
            Edit::Cut => cut(&mut body, random),
            Edit::Reordered => reorder(&mut body),
            Edit::Boilerplate => add_boilerplate(&mut body, words, random),
            Edit::Sentences(rate) => replace_sentences(&mut body, rate, words, random),
            Edit::Words(rate) => replace_words(&mut body, rate, false, words, random),
            Edit::Tokens(rate) => replace_words(&mut body, rate, true, words, random),
            Edit::Mixed => {
                cut(&mut body, random);
                replace_words(&mut body, 10, false, words, random);
                add_boilerplate(&mut body, words, random);
            }
        }
        body
    }
}

fn cut(body: &mut Vec<String>, random: &mut Random) {
    if body.len() > 2 {
        body.remove(random.below(body.len()));
    } else if let Some(last) = body.last_mut() {
        let n_kept = last.chars().count() / 2;
        *last = last.chars().take(n_kept).collect();
    }
}

/// Puts the second half first.
fn reorder(body: &mut Vec<String>) {
    if body.len() < 2 {
        let sentences = sentences(&body.concat());
        *body = sentences;
    }
    let half = body.len() / 2;
    body.rotate_left(half);
}

fn add_boilerplate(body: &mut Vec<String>, words: &Words, random: &mut Random) {
    let site = format!("{}在线", words.draw("ns", random));
    body.insert(
        0,
        format!("{site}讯 点击上方蓝字关注我们，获取更多本地资讯"),
    );
    body.push(format!(
        "编辑：{} 审核：{}",
        random.between(1, 99),
        words.draw("n", random)
    ));
    let notices = [
        format!("版权声明：凡注明来源为{site}的作品，版权均属{site}所有，未经授权不得转载。"),
        format!(
            "新闻热线：0{}-{}，欢迎广大网友提供线索。",
            random.between(300, 999),
            random.between(2_000_000, 8_000_000)
        ),
        "本文仅代表作者个人观点，与本网站立场无关，请读者仅作参考。".to_owned(),
    ];
    let n_notices = random.between(1, notices.len());
    body.extend(notices.into_iter().take(n_notices));
}

fn sentences(text: &str) -> Vec<String> {
    text.split_inclusive('。').map(str::to_owned).collect()
}

/// Replaces whole sentences, whichever come nearest to the rate.
fn replace_sentences(body: &mut [String], rate: u8, words: &Words, random: &mut Random) {
    let mut parts: Vec<Vec<String>> = body.iter().map(|paragraph| sentences(paragraph)).collect();
    let len = |text: &str| text.chars().count();
    let total: usize = body.iter().map(|paragraph| len(paragraph)).sum();
    let mut left = total * usize::from(rate) / 100;
    let mut places: Vec<(usize, usize)> = parts
        .iter()
        .enumerate()
        .flat_map(|(i, sentences)| (0..sentences.len()).map(move |j| (i, j)))
        .collect();
    random.shuffle(&mut places);
    for (i, j) in places {
        let old = &mut parts[i][j];
        if len(old) > left {
            continue;
        }
        left -= len(old);
        let mut new = String::new();
        while len(&new) < len(old) * 3 / 4 {
            new += &sentence(words, random);
        }
        *old = new;
    }
    // Of long sentences none may fit; the rest is made up by clauses of one.
    if left * 20 > total {
        let longest = parts
            .iter_mut()
            .flatten()
            .max_by_key(|sentence| len(sentence));
        if let Some(longest) = longest {
            let new: String = paragraph(words, random).chars().take(left).collect();
            let kept: String = longest.chars().skip(left).collect();
            *longest = new + &kept;
        }
    }
    for (paragraph, sentences) in body.iter_mut().zip(parts) {
        *paragraph = sentences.concat();
    }
}

fn replace_words(
    body: &mut [String],
    rate: u8,
    particulars: bool,
    words: &Words,
    random: &mut Random,
) {
    let segmenter = Segmenter::default();
    let len = |text: &str| text.chars().count();
    let total: usize = body.iter().map(|paragraph| len(paragraph)).sum();
    let mut left = total * usize::from(rate) / 100;
    // Names lie between marks, as one piece each.
    let pieces = |paragraph: &String| {
        let mut pieces = Vec::new();
        for (i, part) in paragraph.split(NAME).enumerate() {
            if i % 2 == 1 && !particulars {
                pieces.push(format!("{NAME}{part}{NAME}"));
            } else {
                pieces.extend(
                    segmenter
                        .words(part)
                        .iter()
                        .map(|word| word.text.to_owned()),
                );
            }
        }
        pieces
    };
    let mut parts: Vec<Vec<String>> = body.iter().map(pieces).collect();
    let mut places: Vec<(usize, usize)> = parts
        .iter()
        .enumerate()
        .flat_map(|(i, words)| (0..words.len()).map(move |j| (i, j)))
        .collect();
    random.shuffle(&mut places);
    for (i, j) in places {
        let is_unit = j > 0 && parts[i][j - 1].ends_with(|c: char| c.is_ascii_digit());
        let old = &mut parts[i][j];
        if len(old) > left || is_unit && len(old) == 1 && !particulars {
            continue;
        }
        let first = old.chars().next().unwrap_or('。');
        let new = if first.is_ascii_digit() {
            if !particulars {
                continue;
            }
            let digit = |c: char| match c {
                '0'..='9' => char::from(b'0' + random.below(10) as u8),
                _ => c,
            };
            old.chars().map(digit).collect()
        } else if first.is_alphabetic() {
            words.instead_of(old, random).to_owned()
        } else {
            continue;
        };
        left -= len(old);
        *old = new;
    }
    for (paragraph, words) in body.iter_mut().zip(parts) {
        *paragraph = words.concat();
    }
}
