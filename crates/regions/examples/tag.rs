//! Prints the mentions of texts given as arguments.
use fangzhi_regions::{Tagger, Text};
fn main() {
    let tagger = Tagger::default();
    for body in std::env::args().skip(1) {
        let tags = tagger.tag(&Text {
            body: &body,
            ..Text::default()
        });
        println!("{body}: about {:?}", tags.about);
        for m in tags.mentions {
            println!(
                "  {} {}..{} {:?} {:?} {:?}",
                m.text, m.start, m.end, m.region, m.candidates, m.evidence
            );
        }
    }
}
