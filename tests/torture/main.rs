//! The program is killed, its disk breaks, fills up or loses power, at random points, again and again; after each time the
//! index must open, be sound, and hold every article that was acknowledged, once.
//!
//! `TORTURE_KILLS` says how many times (by default 25), `TORTURE_SEED` from which seed; both are printed.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(
    clippy::print_stdout,
    reason = "seeds and counts are what a long run is read for"
)]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A run that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn nothing_acknowledged_is_lost() {
    let number = |name: &str, default: u64| {
        let value = env::var(name).ok();
        value.map_or(default, |value| value.parse().unwrap())
    };
    let n_kills = number("TORTURE_KILLS", 25);
    let seed = number("TORTURE_SEED", 1);
    println!("TORTURE_KILLS={n_kills} TORTURE_SEED={seed}");
    let mut torture = Torture::new(seed);
    let (mut kills, mut runs) = (0, 0);
    let mut by_fault: BTreeMap<String, u64> = BTreeMap::new();
    while kills < n_kills {
        runs += 1;
        let (fault, died) = torture.round();
        if died {
            kills += 1;
            *by_fault.entry(fault).or_default() += 1;
        }
        assert!(runs < 20 * n_kills + 100, "hardly any run is hit");
    }
    println!(
        "{runs} runs, {kills} of them ended early {by_fault:?}; lost 0, unopenable 0, duplicates 0; \
         {} articles in the end",
        torture.known.len()
    );
}

/// What articles an index holds: texts by id.
type Articles = BTreeMap<String, String>;

struct Torture {
    dir: TempDir,
    random: u64,
    /// Counts texts, so that no two are the same.
    n_texts: u64,
    /// What the index held after the last run.
    known: Articles,
    /// What the files hold.
    files: Articles,
    /// Whether there is an index at all.
    exists: bool,
}

impl Torture {
    fn new(seed: u64) -> Self {
        let dir = TempDir::new().unwrap();
        fs::create_dir(dir.path().join("pages")).unwrap();
        Self {
            dir,
            random: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            n_texts: 0,
            known: Articles::new(),
            files: Articles::new(),
            exists: false,
        }
    }

    fn below(&mut self, n: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 33) % n
    }

    /// Changes some files, runs the program, hits it, and looks at what is left; gives what hit it, and whether it did.
    fn round(&mut self) -> (String, bool) {
        let state = self.random;
        for _ in 0..1 + self.below(12) {
            self.change();
        }
        let mut args = vec!["index"];
        let every = (1 + self.below(6)).to_string();
        // The first index is made by a build; later, any command may come.
        let command = if self.exists { self.below(6) } else { 0 };
        match command {
            0 => args.extend(["build", "pages", "--commit-every", &every]),
            1 => args.extend(["build", "pages", "--fresh"]),
            2 => args.extend(["update", "--prune"]),
            3 => args.extend(["merge"]),
            _ => args.extend(["update", "--prune", "--commit-every", &every]),
        }
        if self.files.is_empty() {
            self.change();
        }
        let changes_articles = command != 3;
        let (fault, output) = self.run(&args);
        let said = String::from_utf8(output.stdout.clone()).unwrap();
        let case = format!("state {state:#x}: {args:?} with {fault}\n{output:#?}");
        let died = output.status.code() != Some(0);

        self.exists |= self.dir.path().join(".fangzhi/CURRENT").exists();
        if !self.exists {
            assert!(died, "{case}");
            assert!(
                !said.contains("committed"),
                "acknowledged, and no index: {case}"
            );
            return (fault, died);
        }
        let verified = self.fangzhi(&["index", "verify"]);
        assert!(
            verified.status.success(),
            "not sound: {case}\n{verified:#?}"
        );
        let held = self.export(&case);
        if changes_articles {
            self.check(&held, acknowledged(&said), died, &case);
        } else {
            assert_eq!(held, self.known, "{case}");
        }
        self.known = held;
        (fault, died)
    }

    fn check(&self, held: &Articles, acknowledged: usize, died: bool, case: &str) {
        if !died {
            assert_eq!(
                *held, self.files,
                "finished, and is not what the files hold: {case}"
            );
            return;
        }
        for (id, text) in held {
            let is_known = self.known.get(id) == Some(text) || self.files.get(id) == Some(text);
            assert!(is_known, "`{id}` is of nowhere: {case}");
        }
        for id in self.known.keys().filter(|id| self.files.contains_key(*id)) {
            assert!(held.contains_key(id), "lost `{id}`: {case}");
        }
        // What is new or changed is read in order of the names, and so is what was committed first.
        let new = self
            .files
            .iter()
            .filter(|(id, text)| self.known.get(*id) != Some(text));
        for (id, text) in new.take(acknowledged) {
            assert_eq!(
                held.get(id),
                Some(text),
                "lost `{id}`, acknowledged: {case}"
            );
        }
    }

    /// Writes, rewrites or removes a file.
    fn change(&mut self) {
        let name = format!("p{:02}.txt", self.below(60));
        let path = self.dir.path().join("pages").join(&name);
        if self.below(4) == 0 {
            let _ = fs::remove_file(path);
            self.files.remove(&name);
            return;
        }
        self.n_texts += 1;
        let text = format!(
            "本报讯 清河市第{}次文明城市创建工作推进会日前召开，会议部署了新阶段的任务，各区县介绍了经验。",
            self.n_texts
        );
        let page = format!(
            "清河市召开推进会\n2024-01-03 15:14:18 来源:清河日报\n　　{text}\n　　会议要求，各单位要压实责任，改善市容环境，让市民在创建中得到实惠。\n"
        );
        fs::write(path, page).unwrap();
        self.files.insert(name, text);
    }

    /// Runs the program and hits it somewhere; the fault's name comes first.
    fn run(&mut self, args: &[&str]) -> (String, Output) {
        let mut command = self.command(args);
        let number = 1 + self.below(90);
        let kind = self.below(8);
        let fault = match kind {
            0 => Some("broken"),
            1 => Some("full"),
            2 => Some("flaky"),
            3 => Some("killed"),
            4 | 5 => Some("power-cut"),
            _ => None,
        };
        if let Some(fault) = fault {
            command.env("FANGZHI_FAULT", format!("{fault}:{number}"));
            let child = command.spawn().unwrap();
            return (fault.to_owned(), end(child));
        }
        let mut child = command.spawn().unwrap();
        sleep(Duration::from_millis(self.below(200)));
        let signal = if kind == 6 { "KILL" } else { "TERM" };
        if child.try_wait().unwrap().is_none() {
            let _ = Command::new("kill")
                .args(["-s", signal, &child.id().to_string()])
                .status();
        }
        (signal.to_owned(), end(child))
    }

    fn export(&self, case: &str) -> Articles {
        let output = self.fangzhi(&["index", "export"]);
        assert!(
            output.status.success(),
            "cannot be read: {case}\n{output:#?}"
        );
        let mut articles = Articles::new();
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let article: Value = serde_json::from_str(line).unwrap();
            let id = article["id"].as_str().unwrap().to_owned();
            let text = article["body"][0]["text"].as_str().unwrap().to_owned();
            assert!(articles.insert(id, text).is_none(), "twice: {case}");
        }
        articles
    }

    fn fangzhi(&self, args: &[&str]) -> Output {
        end(self.command(args).spawn().unwrap())
    }

    fn command(&self, args: &[&str]) -> Command {
        let program = env::var_os("TORTURE_PROGRAM").map(PathBuf::from);
        let program = program.unwrap_or_else(|| env!("CARGO_BIN_EXE_fangzhi").into());
        let mut command = Command::new(program);
        command
            .args(args)
            .current_dir(self.dir.path())
            .env_remove("FANGZHI_INDEX")
            .env("LANG", "C")
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

/// How many articles the last line that says so acknowledges.
fn acknowledged(said: &str) -> usize {
    let last = said.lines().rev().find_map(|line| {
        let number = line.strip_prefix("committed ")?.strip_suffix(" articles")?;
        number.parse().ok()
    });
    last.unwrap_or(0)
}

fn end(mut child: Child) -> Output {
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("hangs: {:#?}", child.wait_with_output().unwrap());
        }
        sleep(Duration::from_millis(2));
    }
    child.wait_with_output().unwrap()
}

#[test]
fn acknowledgements_are_read() {
    let said = "committed 3 articles\ncommitted 12 articles\nupdated\n";
    assert_eq!(acknowledged(said), 12);
    assert_eq!(acknowledged("committed"), 0);
}
