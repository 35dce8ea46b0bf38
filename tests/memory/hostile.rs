//! Archives made to take as much memory as a build can be made to take. What is mapped does not count here.

use std::io::{self, BufRead as _, BufReader, BufWriter, Write};
use std::time::Duration;

use super::*;

/// What a build is given: the least.
const MEMORY: u64 = 192 * MIB;

/// So many ordinary articles are before what hurts, and behind it: more than there is room for in a segment.
const ORDINARY: u64 = 6_000;

/// Characters of ordinary texts.
const COMMON: &[u8] = "的一是在有人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严".as_bytes();

/// Numbers that follow no pattern a coder would find (the constants are Knuth's).
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    /// Writes characters of three bytes each, with a stop now and then.
    fn text(&mut self, n_chars: u64, out: &mut impl Write) -> io::Result<()> {
        for _ in 0..n_chars {
            match self.below(20) {
                0 => out.write_all("，".as_bytes())?,
                _ => {
                    let at = 3 * self.below(COMMON.len() as u64 / 3) as usize;
                    out.write_all(&COMMON[at..at + 3])?;
                }
            }
        }
        Ok(())
    }

    /// Of so many letters.
    fn word(&mut self, len: u64) -> String {
        let letters = (0..len).map(|_| char::from(b'a' + self.below(26) as u8));
        letters.collect()
    }

    fn words(&mut self, n: u64, len: u64) -> Vec<String> {
        (0..n).map(|_| self.word(len)).collect()
    }
}

/// Writes one of the files that hurt, by its number.
type Hurt = fn(u64, &mut Random, &mut BufWriter<File>) -> io::Result<()>;

#[test]
fn archives_made_to_hurt_are_built_in_the_memory_given() {
    let kinds: [(&str, u64, &str, Hurt); 9] = [
        ("large pages", 3, "html", |_, _, out| {
            page(out, "文明，城市 &amp;<br>".as_bytes(), PAGE)
        }),
        ("large articles", 3, "html", |_, random, out| {
            let mut paragraph = b"<p>".to_vec();
            random.text(100, &mut paragraph)?;
            paragraph.extend_from_slice("。".as_bytes());
            page(out, &paragraph, PAGE)
        }),
        ("articles without a stop", 6, "html", |_, _, out| {
            page(out, b"&#22478;", PAGE)
        }),
        ("articles of one character", 60, "html", |_, _, out| {
            page(out, "城\n".as_bytes(), MIB)
        }),
        ("pages of short paragraphs", 30, "html", |_, _, out| {
            page(out, "<p>文".as_bytes(), MIB)
        }),
        (
            "long lines and longer ones",
            2,
            "jsonl",
            |file, random, out| {
                (0..12).try_for_each(|line| {
                    write!(
                        out,
                        "{{\"id\":\"{file}.{line}\",\"title\":\"a\",\"body\":\""
                    )?;
                    random.text([200, 300_000, 600_000][line % 3], out)?;
                    writeln!(out, "\"}}")
                })
            },
        ),
        ("words of their own", 10, "jsonl", |file, random, out| {
            (0..600).try_for_each(|line| {
                let body = random.words(300, 8).join(" ");
                writeln!(
                    out,
                    "{{\"id\":\"{file}.{line}\",\"title\":\"a\",\"body\":\"{body}\"}}"
                )
            })
        }),
        ("long headlines", 10, "jsonl", |file, random, out| {
            (0..60).try_for_each(|line| {
                write!(
                    out,
                    "{{\"id\":\"{file}.{line}\",\"body\":\"城\",\"title\":\""
                )?;
                random.text(20_000, out)?;
                writeln!(out, "\"}}")
            })
        }),
        ("long names", 10, "jsonl", |file, random, out| {
            (0..60).try_for_each(|line| {
                write!(
                    out,
                    "{{\"id\":\"{file}.{line}\",\"title\":\"a\",\"body\":\"城\""
                )?;
                for name in ["url", "source", "site"] {
                    write!(out, ",\"{name}\":\"{}\"", random.word(3000))?;
                }
                let names = random.words(20, 2000);
                writeln!(out, ",\"authors\":{names:?},\"channel\":{names:?}}}")
            })
        }),
    ];
    for (name, n_files, ending, make) in kinds {
        let place = Place::new();
        let mut random = Random(7);
        for file in ["a", "z"] {
            place.write(&format!("pages/{file}.jsonl"), |out| {
                (0..ORDINARY).try_for_each(|i| {
                    write!(
                        out,
                        "{{\"id\":\"{file}{i}\",\"title\":\"第{i}号\",\"body\":\""
                    )?;
                    random.text(1_400, out)?;
                    writeln!(out, "\"}}")
                })
            });
        }
        for file in 0..n_files {
            place.write(&format!("pages/m/{file}.{ending}"), |out| {
                make(file, &mut random, out)
            });
        }
        let args = [
            "index",
            "build",
            "pages",
            "--memory",
            "192MiB",
            "--threads",
            "2",
        ];
        check(name, place.anonymous(&args), MEMORY);
    }
}

/// Writes a page of almost so many bytes: a headline, a byline, and a piece again and again.
fn page(out: &mut BufWriter<File>, piece: &[u8], bytes: u64) -> io::Result<()> {
    out.write_all(
        "<title>海城市召开推进会</title><h1>海城市召开推进会</h1>\
         <p>2024-01-03 15:14:18 来源：海城日报</p><div>"
            .as_bytes(),
    )?;
    repeat(out, piece, bytes - 1024)
}

impl Place {
    /// The most bytes of memory that the program had, as far as they are no mapped files; it has to succeed.
    ///
    /// The system does not keep this, so it is asked again and again.
    fn anonymous(&self, args: &[&str]) -> u64 {
        let mut child = self.start(args);
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        let ended = loop {
            if let Some(ended) = child.try_wait().unwrap() {
                break ended;
            }
            peak = anonymous_now(&status).unwrap_or(0).max(peak);
            std::thread::sleep(Duration::from_millis(2));
        };
        assert!(ended.success(), "{args:?}: {ended:?}: {}", self.errors());
        assert!(peak > 0, "{status} does not say how much memory there is");
        peak
    }
}

/// The bytes of memory that are no mapped files, of a process that may have ended.
fn anonymous_now(status: &str) -> Option<u64> {
    let lines = BufReader::new(File::open(status).ok()?).lines();
    let line = lines
        .map_while(Result::ok)
        .find(|line| line.starts_with("RssAnon:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib << 10)
}
