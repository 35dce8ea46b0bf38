//! Made-up text, the same for the same seed: words of the dictionary, names, numbers, signs.

/// Makes texts up.
pub(crate) struct Generator {
    state: u64,
    words: Vec<String>,
}

const TEMPLATES: [&str; 8] = [
    "{w}{w}{w}，{w}{w}{n}{w}。",
    "{n}年{n}月{n}日，{p}{w}{w}在{p}召开。",
    "“{w}{w}”{l}{w}{w}达到{n}.{n}%！",
    "{p}记者{p}报道：{w}{c}{c}{w}、{w}{c}{w}；",
    "{w}{w}{w}{w}{w}{w}{w}{w}{w}{w}",
    "{l}-{n}{w}（{l}.{l}）\r\n　　{c}{c}{c}{c}",
    "{w}{r}{w}{r}{w}\n",
    "{c}{w}{c}{c}{w}{c}{c}{c}{w} ",
];

const LATIN: [&str; 12] = [
    "GDP",
    "PM2.5",
    "C919",
    "4+4+3+N",
    "a_b",
    "www.news.example",
    "T",
    "B2B",
    "5G",
    "e-mail",
    "c++",
    "AT&T",
];

const SURNAMES: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨欧阳诸葛";

impl Generator {
    /// Starts with all words of the dictionary, frequent ones first.
    pub(crate) fn new(seed: u64, dictionary: &[(String, u32)]) -> Self {
        let mut dictionary: Vec<&(String, u32)> = dictionary.iter().collect();
        dictionary.sort_by_key(|(_, frequency)| std::cmp::Reverse(*frequency));
        Self {
            state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1,
            words: dictionary
                .into_iter()
                .map(|(word, _)| word.clone())
                .collect(),
        }
    }

    /// Adds a word to those texts are made of.
    pub(crate) fn add(&mut self, word: &str) {
        // Among the frequent ones, often enough to be met.
        self.words
            .splice(0..0, std::iter::repeat_n(word.to_owned(), 40));
    }

    /// Makes a text of some sentences.
    pub(crate) fn text(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..1 + self.below(60) {
            let template = TEMPLATES[self.below(TEMPLATES.len())];
            let mut rest = template;
            while let Some((before, after)) = rest.split_once('{') {
                text.push_str(before);
                let (hole, after) = after.split_once('}').unwrap();
                self.fill(hole, &mut text);
                rest = after;
            }
            text.push_str(rest);
        }
        text
    }

    fn fill(&mut self, hole: &str, text: &mut String) {
        match hole {
            "w" => {
                // Half of them frequent words, half any.
                let end = if self.below(2) == 0 {
                    3000
                } else {
                    self.words.len()
                };
                let word = self.below(end);
                text.push_str(&self.words[word]);
            }
            "n" => text.push_str(&self.below(3000).to_string()),
            "l" => text.push_str(LATIN[self.below(LATIN.len())]),
            "c" => text.push(self.common_char()),
            "p" => {
                let surnames: Vec<char> = SURNAMES.chars().collect();
                text.push(surnames[self.below(surnames.len())]);
                text.push(self.common_char());
                text.push(self.common_char());
            }
            "r" => {
                // Any Chinese character, those no word has included.
                let code = 0x3400 + self.below(0xA000 - 0x3400) as u32;
                text.extend(char::from_u32(code));
            }
            _ => panic!("no hole is called `{hole}`"),
        }
    }

    /// Any character the model covers.
    fn common_char(&mut self) -> char {
        let offset = self.below(0x51A6) as u32;
        char::from_u32(0x4E00 + offset).unwrap()
    }

    fn below(&mut self, end: usize) -> usize {
        // xorshift64*
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        let random = self.state.wrapping_mul(0x2545_F491_4F6C_DD1D);
        ((random >> 33) as usize) % end
    }
}
