//! Measures how well reprints are found in a generated archive, and what it costs.
//!
//! ```text
//! eval_reprints [articles] [seed] [articles of the archive for times]
//! eval_reprints DOCS.jsonl [seed]
//! eval_reprints cost DOCS.jsonl
//! eval_reprints crowds [articles] [kind]
//! ```
//!
//! The second form makes reprints of real articles, `{"id", "body"}` a line, and lists which of the articles
//! themselves are taken for one story. The third measures what keeping the stories of an index costs,
//! the fourth what it costs where all articles are nearly alike.
#![allow(clippy::print_stdout, reason = "a command")]

mod generator;
mod score;

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::io::Cursor;
use std::time::Instant;

use fangzhi_reprints::{
    Fingerprint, Likeness, RECORD_LEN, Reprints, Stories, StoryTable, record, write_stories,
};
use generator::Article;
use generator::crowds::Crowd;
use generator::edits::{EDITS, Edit};
use generator::random::Random;
use generator::words::Words;
use score::{Score, share, store};

/// Look-ups that are timed of each half of the archive.
const N_LOOK_UPS: usize = 40_000;

/// Articles that are replaced where all are nearly alike.
const N_REPLACED: usize = 100;

/// Real articles of fewer characters are left out: what sites add would be more than the story.
const MIN_CHARS: usize = 150;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1).peekable();
    let words = Words::load();
    if args.next_if(|arg| arg == "cost").is_some() {
        return costs(&args.next().ok_or("no file named")?);
    }
    if args.next_if(|arg| arg == "crowds").is_some() {
        let n = args.next().map_or(Ok(100_000), |n| n.parse())?;
        let kind: Vec<String> = args.collect();
        return crowds(&words, n, &kind.join(" "));
    }
    if let Some(docs) = args.next_if(|arg| arg.ends_with(".jsonl")) {
        return real(
            &words,
            &docs,
            args.next().map_or(Ok(1), |seed| seed.parse())?,
        );
    }
    let mut number = |default: u64| args.next().map_or(Ok(default), |arg| arg.parse());
    let (n, seed, n_timed) = (number(20_000)?, number(1)?, number(100_000)?);
    quality(&words, n as usize, seed);
    times(&words, n_timed as usize, seed)
}

fn quality(words: &Words, n: usize, seed: u64) {
    let archive = generator::archive(words, n, seed);
    let n_notices = archive.iter().filter(|article| article.is_notice()).count();
    let n_stories = archive
        .iter()
        .filter(|article| article.edit.is_none())
        .count();
    println!(
        "{} articles, seed {seed}: {n_stories} stories with their reprints; {n_notices} articles are notices of 14 templates",
        archive.len()
    );
    let groups = store(&archive).groups();
    report(&Score::new(&archive, &groups));
    last_look(&archive, &groups);
}

/// One reprint of each real article, and the groups of the articles themselves.
fn real(words: &Words, path: &str, seed: u64) -> Result<(), Box<dyn Error>> {
    let mut random = Random::new(seed);
    let mut ids = Vec::new();
    let mut archive = Vec::new();
    for line in std::fs::read_to_string(path)?.lines() {
        let doc: serde_json::Value = serde_json::from_str(line)?;
        let text = |key: &str| doc[key].as_str().unwrap_or_default().to_owned();
        // In some collections spaces stand between paragraphs.
        let body = text("body").replace(' ', "\n");
        if body.chars().count() < MIN_CHARS {
            continue;
        }
        let story = ids.len();
        ids.push(text("id"));
        let mut add = |edit, body| {
            archive.push(Article {
                story,
                kind: "story",
                edit,
                body,
            });
        };
        let paragraphs: Vec<String> = body.lines().map(str::to_owned).collect();
        let edit = EDITS[random.below(EDITS.len())];
        let reprint = edit.apply(&paragraphs, words, &mut random).join("\n");
        add(None, body);
        add(Some(edit), reprint);
    }
    println!("{} articles of `{path}`, as they are", ids.len());
    let originals: Vec<Article> = archive
        .iter()
        .filter(|article| article.edit.is_none())
        .cloned()
        .collect();
    let (mut n_pairs, mut n_kept) = (0, 0);
    for group in store(&originals).groups() {
        for (i, &a) in group.iter().enumerate() {
            for &b in &group[..i] {
                let bodies = [a, b].map(|place| originals[place as usize].body.as_str());
                n_pairs += 1;
                n_kept += usize::from(Likeness::of_bodies(bodies[0], bodies[1]).is_reprint());
            }
        }
        let group: Vec<&str> = group
            .iter()
            .map(|&place| ids[place as usize].as_str())
            .collect();
        println!("one story: {}", group.join(" "));
    }
    println!(
        "{n_pairs} pairs are in a group, of which {n_kept} stand when the bodies themselves are compared"
    );
    println!("with a reprint of each, seed {seed}; what is one story above counts as wrong");
    let groups = store(&archive).groups();
    report(&Score::new(&archive, &groups));
    last_look(&archive, &groups);
    Ok(())
}

/// What comparing the bodies says of the pairs in groups, by how much the fingerprints' evidence is.
fn last_look(archive: &[Article], groups: &[Vec<u64>]) {
    println!("| evidence below | pairs | wrong | of these told apart | right | of these parted |");
    println!("|---|---|---|---|---|---|");
    let mut pairs = Vec::new();
    // Wrong pairs and right ones: as one in a search, and in a group.
    let mut shown = [[0; 2]; 2];
    for group in groups {
        for (i, &a) in group.iter().enumerate() {
            for &b in &group[..i] {
                let [a, b] = [a, b].map(|place| &archive[place as usize]);
                let estimate = Fingerprint::of(&a.body).compare(&Fingerprint::of(&b.body));
                let stands = Likeness::of_bodies(&a.body, &b.body).is_reprint();
                pairs.push((estimate.evidence, a.story == b.story, stands));
                let shown = &mut shown[usize::from(a.story == b.story)];
                shown[1] += 1;
                shown[0] += usize::from(stands || !estimate.is_doubtful());
            }
        }
    }
    for below in [1.9, 2.9, 3.9, 5.9, 7.9, 9.9, f64::INFINITY] {
        let pairs: Vec<_> = pairs.iter().filter(|pair| pair.0 < below).collect();
        let count = |is_right, stands| {
            let like = |pair: &&&(f64, bool, bool)| pair.1 == is_right && pair.2 == stands;
            pairs.iter().filter(like).count()
        };
        let (wrong, right) = (count(false, false), count(true, false));
        println!(
            "| {below} | {} | {} | {wrong} | {} | {right} |",
            pairs.len(),
            count(false, true) + wrong,
            count(true, true) + right,
        );
    }
    let [wrong, right] = shown;
    println!(
        "shown as one: pair precision {:.4}, and {:.4} of the right pairs of groups",
        share([right[0], right[0] + wrong[0]]),
        share(right)
    );
}

fn report(score: &Score) {
    println!(
        "pair precision {:.4}, wrong pairs {:?}",
        score.precision(),
        score.wrong
    );
    let counted = |_: bool, edit: Edit| edit.is_counted();
    println!(
        "recall of stories and their reprints, at most 30 % changed: {:.4}",
        score.recall(counted)
    );
    println!(
        "  of stories {:.4}",
        score.recall(|is_notice, edit| !is_notice && edit.is_counted())
    );
    println!(
        "  of notices {:.4}",
        score.recall(|is_notice, edit| is_notice && edit.is_counted())
    );
    println!(
        "recall of all pairs, reprints among each other too: {:.4}",
        share(score.all_pairs)
    );
    println!("| what was done | changed | stories | notices |\n|---|---|---|---|");
    for edit in EDITS {
        let recall =
            |notices| score.recall(|is_notice, other| is_notice == notices && other == edit);
        let rate = if edit.rate() > 0 {
            format!("{} %", edit.rate())
        } else {
            String::new()
        };
        println!(
            "| {} | {rate} | {:.3} | {:.3} |",
            edit.name(),
            recall(false),
            recall(true)
        );
    }
}

fn times(words: &Words, n: usize, seed: u64) -> Result<(), Box<dyn Error>> {
    let mut archive = generator::archive(words, n, seed + 1);
    archive.truncate(n);
    let n_chars: usize = archive
        .iter()
        .map(|article| article.body.chars().count())
        .sum();
    let start = processor_micros();
    let fingerprints: Vec<Fingerprint> = archive
        .iter()
        .map(|article| Fingerprint::of(&article.body))
        .collect();
    let micros = processor_micros() - start;
    println!(
        "{n} articles of {} characters: fingerprint {:.1} µs an article, {:.1} µs for 1,000 characters",
        n_chars / n,
        micros / n as f64,
        micros / n_chars as f64 * 1e3
    );
    let mut reprints = Reprints::default();
    let start = processor_micros();
    for (place, fingerprint) in fingerprints.iter().enumerate() {
        reprints.insert(place as u64, *fingerprint);
    }
    println!(
        "insert, all from none: {:.2} µs an article",
        (processor_micros() - start) / n as f64
    );
    let mut random = Random::new(seed);
    let (notices, stories): (Vec<usize>, Vec<usize>) =
        (0..n).partition(|&place| archive[place].is_notice());
    for (name, places) in [("stories", &stories), ("notices", &notices)] {
        let places: Vec<usize> = (0..N_LOOK_UPS)
            .map(|_| places[random.below(places.len())])
            .collect();
        let mut times = Vec::with_capacity(N_LOOK_UPS);
        let all = processor_micros();
        for place in places {
            let start = Instant::now();
            black_box(reprints.near(black_box(&fingerprints[place])));
            times.push(start.elapsed().as_secs_f64() * 1e6);
        }
        let mean = (processor_micros() - all) / N_LOOK_UPS as f64;
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        println!(
            "look-up of {name}: median {:.2} µs, processor time on average {mean:.2} µs, 99 % below {:.2} µs",
            at(0.5),
            at(0.99)
        );
    }
    let start = Instant::now();
    let groups = reprints.groups();
    println!(
        "all {} groups: {:.0} ms",
        groups.len(),
        start.elapsed().as_secs_f64() * 1e3
    );
    let records: Vec<[u8; RECORD_LEN]> = fingerprints
        .iter()
        .enumerate()
        .map(|(place, fingerprint)| record(place as u64, fingerprint))
        .collect();
    let start = processor_micros();
    write_stories(records.as_flattened(), 1, &mut Cursor::new(Vec::new()))?;
    println!(
        "stories of all at once, and their file: {:.2} µs an article",
        (processor_micros() - start) / n as f64
    );
    let dir = std::env::temp_dir().join(format!("eval-reprints-{}", std::process::id()));
    reprints.save(&dir)?;
    let len = std::fs::metadata(&dir)?.len();
    let start = Instant::now();
    let opened = Reprints::open(&dir)?;
    println!(
        "file {:.1} bytes an article, memory about {:.0}; opened in {:.0} ms",
        len as f64 / n as f64,
        reprints.memory() as f64 / n as f64,
        start.elapsed().as_secs_f64() * 1e3
    );
    std::fs::remove_file(&dir)?;
    if opened.groups() != groups {
        return Err("the file has other groups".into());
    }
    Ok(())
}

/// Keys are spread as those of an index are.
fn key(place: usize) -> u64 {
    (place as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// What the stories of an index cost: when it is built, when a hundredth of it is replaced, and on disk.
fn costs(path: &str) -> Result<(), Box<dyn Error>> {
    let mut bodies = Vec::new();
    for line in std::fs::read_to_string(path)?.lines() {
        let doc: serde_json::Value = serde_json::from_str(line)?;
        bodies.push(doc["body"].as_str().unwrap_or_default().to_owned());
    }
    let n = bodies.len();
    let n_chars: usize = bodies.iter().map(|body| body.chars().count()).sum();
    println!("{n} articles of {} characters", n_chars / n.max(1));
    let mut last = processor_micros();
    let mut lap = |what: &str| {
        println!("{what}: {:.1} ms", (processor_micros() - last) / 1e3);
        last = processor_micros();
    };
    let fingerprints: Vec<Fingerprint> = bodies.iter().map(|body| Fingerprint::of(body)).collect();
    lap("fingerprints");
    let mut stories = Stories::default();
    for (place, fingerprint) in fingerprints.iter().enumerate() {
        stories.insert(key(place), *fingerprint);
    }
    lap("look-alikes and neighbours");
    stories.regroup();
    lap("stories");
    let bytes = stories.to_bytes();
    lap("the file's bytes");
    let table = StoryTable::new(bytes.as_slice(), path)?;
    let mut n_alone = 0;
    for place in 0..n {
        n_alone += usize::from(table.shared_story(key(place)).is_none());
    }
    lap("the story of each, read in place");
    println!(
        "{:.1} bytes an article, {} stories; {n_alone} articles are near no other",
        bytes.len() as f64 / n.max(1) as f64,
        table.n_stories()
    );
    let mut stories = Stories::of_table(&table, path)?;
    lap("an update: reading");
    for place in (0..n).step_by(100) {
        // Another article's text: one goes, one comes.
        stories.insert(key(place), fingerprints[(place + 50) % n]);
    }
    lap("an update of 1 in 100: look-alikes and neighbours");
    stories.regroup();
    lap("an update of 1 in 100: stories");
    stories.to_bytes();
    lap("an update of 1 in 100: the file's bytes");
    Ok(())
}

/// The stories of archives of one kind of page, all at once, and an update of a hundred articles.
fn crowds(words: &Words, n: usize, kind: &str) -> Result<(), Box<dyn Error>> {
    println!("| {n} articles | stories | all at once | a look-up | an update of 100 |");
    println!("|---|---|---|---|---|");
    for crowd in Crowd::all() {
        if !kind.is_empty() && kind != crowd.name() {
            continue;
        }
        let texts = crowd.texts(words, n + N_REPLACED, 1);
        let mut fingerprints: Vec<Fingerprint> = texts.map(|text| Fingerprint::of(&text)).collect();
        let others = fingerprints.split_off(n);
        let mut articles: BTreeMap<u64, Fingerprint> = (0..n)
            .map(|place| (key(place), fingerprints[place]))
            .collect();
        let (bytes, at_once) = written(&articles)?;
        let table = StoryTable::new(bytes, "memory")?;
        let n_stories = table.n_stories();
        let mut stories = Stories::of_table(&table, "memory")?;
        let start = processor_micros();
        for other in &others {
            black_box(stories.reprints().near(black_box(other)));
        }
        let look_up = (processor_micros() - start) / 1e3 / N_REPLACED as f64;
        let start = processor_micros();
        for (place, &other) in others.iter().enumerate() {
            stories.insert(key(place * (n / N_REPLACED)), other);
        }
        stories.regroup();
        let update = (processor_micros() - start) / 1e6;
        let replaced = others.into_iter().enumerate();
        articles.extend(replaced.map(|(place, other)| (key(place * (n / N_REPLACED)), other)));
        if written(&articles)?.0 != stories.to_bytes() {
            return Err("an update gives other stories than all at once".into());
        }
        println!(
            "| {} | {n_stories} | {at_once:.2} s | {look_up:.2} ms | {update:.2} s |",
            crowd.name()
        );
    }
    Ok(())
}

/// The file of articles, and the seconds that it takes to make it of all at once.
fn written(articles: &BTreeMap<u64, Fingerprint>) -> Result<(Vec<u8>, f64), Box<dyn Error>> {
    let records = articles
        .iter()
        .flat_map(|(&key, fingerprint)| record(key, fingerprint));
    let records: Vec<u8> = records.collect();
    let mut file = Cursor::new(Vec::new());
    let start = processor_micros();
    write_stories(&records, 1, &mut file)?;
    Ok((file.into_inner(), (processor_micros() - start) / 1e6))
}

/// The processor time used so far: other programs on the machine do not count.
fn processor_micros() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}
