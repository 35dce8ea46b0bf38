use fangzhi_regions::{Tagger, Text};
use std::io::BufRead;
fn main() {
    let tagger = Tagger::default();
    for line in std::io::stdin().lock().lines() {
        let body = line.unwrap();
        let tags = tagger.tag(&Text { body: &body, ..Text::default() });
        let chars: Vec<char> = body.chars().collect();
        let about: Vec<String> = tags.about.iter().map(|r| r.path()).collect();
        println!("# {} | {}", chars.iter().take(40).collect::<String>(), about.join(" ; "));
        for m in tags.mentions {
            let ctx: String = chars[m.start.saturating_sub(7)..m.start].iter().collect::<String>() + "[" + &m.text + "]" + &chars[m.end..(m.end+7).min(chars.len())].iter().collect::<String>();
            println!("\t{ctx}\t{}\t{}", m.region.map(|r| r.path()).unwrap_or(format!("? {}", m.candidates.iter().map(|r| r.path()).collect::<Vec<_>>().join(" | "))), m.evidence.iter().map(|c| c.as_str()).collect::<Vec<_>>().join(","));
        }
    }
}
