//! How Chinese texts are read, without tones: `wenmingchengshi`, `wmcs`.

use pinyin::ToPinyinMulti;

/// How many readings of one character are taken, the most common first.
const READINGS_PER_CHARACTER: usize = 3;

/// One way to read a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reading {
    /// All syllables; other letters and digits as they are.
    pub(super) full: String,
    /// The first letters of the syllables.
    pub(super) initials: String,
}

/// The ways to read a text, at most `most`, the likeliest first; none if it has no Chinese.
///
/// 重庆 may be read chongqing and zhongqing. All of them are kept, for which is right
/// depends on the word.
pub(super) fn readings(text: &str, most: usize) -> Vec<Reading> {
    let mut readings = vec![Reading::default()];
    let mut any = false;
    for c in text.chars() {
        let syllables = syllables(c);
        any |= !syllables.is_empty();
        if let [first, others @ ..] = &syllables[..] {
            let before = readings.len();
            for other in others {
                for at in 0..before {
                    if readings.len() < most {
                        let mut reading = readings[at].clone();
                        reading.push(other);
                        readings.push(reading);
                    }
                }
            }
            readings[..before]
                .iter_mut()
                .for_each(|reading| reading.push(first));
        } else {
            for reading in &mut readings {
                reading.full.push(c);
                reading.initials.push(c);
            }
        }
    }
    if any { readings } else { Vec::new() }
}

impl Reading {
    fn push(&mut self, syllable: &str) {
        push_syllable(&mut self.full, syllable);
        let initial = syllable.chars().next().map(latin);
        self.initials.extend(initial);
    }
}

/// The readings of a character, toneless, each once.
fn syllables(c: char) -> Vec<&'static str> {
    let mut syllables = Vec::new();
    if let Some(readings) = c.to_pinyin_multi() {
        for reading in readings {
            let plain = reading.plain();
            if !syllables.contains(&plain) && syllables.len() < READINGS_PER_CHARACTER {
                syllables.push(plain);
            }
        }
    }
    syllables
}

fn push_syllable(out: &mut String, syllable: &str) {
    out.extend(syllable.chars().map(latin));
}

/// ü is typed as v.
fn latin(c: char) -> char {
    match c {
        'ü' => 'v',
        'ê' => 'e',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read() {
        for (text, full, initials) in [
            ("文明城市", "wenmingchengshi", "wmcs"),
            ("重庆", "chongqing", "cq"),
            ("重庆", "zhongqing", "zq"),
            ("长春", "changchun", "cc"),
            ("银行", "yinhang", "yh"),
            ("旅行", "lvxing", "lx"),
            ("辽宁", "liaoning", "ln"),
            ("c919首飞", "c919shoufei", "c919sf"),
        ] {
            let readings = readings(text, 12);
            let expect = Reading {
                full: full.to_owned(),
                initials: initials.to_owned(),
            };
            assert!(readings.contains(&expect), "{text}: {readings:?}");
            assert!(readings.len() <= 12);
        }
        assert_eq!(readings("gdp", 12), []);
    }

    #[test]
    fn readings_are_bounded_and_different() {
        let readings = readings(&"重长行".repeat(10), 8);
        assert_eq!(readings.len(), 8);
        for (at, reading) in readings.iter().enumerate() {
            assert!(!readings[..at].contains(reading));
        }
    }
}
