//! Where the time of a build went: processor and wall-clock time by stage.

use std::time::{Duration, Instant};

use serde::Serialize;

/// A stage of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Finding the files.
    Walk,
    /// Reading and decompressing them.
    Read,
    /// Decoding, parsing and extraction.
    Parse,
    /// Finding the places that articles are about.
    Tag,
    /// Cutting articles into terms and handing them to the index.
    Analyse,
    /// Finishing the index: the last segments, the commit, the swap.
    Commit,
}

impl Stage {
    pub(crate) const ALL: [Self; 6] = [
        Self::Walk,
        Self::Read,
        Self::Parse,
        Self::Tag,
        Self::Analyse,
        Self::Commit,
    ];

    /// The stage's name in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Walk => "walk",
            Self::Read => "read",
            Self::Parse => "parse",
            Self::Tag => "tag",
            Self::Analyse => "analyse",
            Self::Commit => "commit",
        }
    }
}

/// What one stage took, summed over its threads.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spent {
    /// Processor time of the stage's own threads.
    pub(crate) cpu: Duration,
    /// Wall-clock time, waiting for the disk or the processor included; for queues, not.
    pub(crate) wall: Duration,
    /// The bytes that went through.
    pub(crate) bytes: u64,
}

/// What each stage took.
#[derive(Debug, Clone, Default)]
pub(crate) struct Timings([Spent; Stage::ALL.len()]);

/// One stage in JSON.
#[derive(Debug, Serialize)]
pub(crate) struct StageTiming {
    stage: &'static str,
    cpu_seconds: f64,
    wall_seconds: f64,
    mb_per_s: Option<f64>,
}

impl Timings {
    pub(crate) fn of(&mut self, stage: Stage) -> &mut Spent {
        &mut self.0[stage as usize]
    }

    /// Adds another thread's times.
    pub(crate) fn add(&mut self, other: &Self) {
        for (spent, more) in self.0.iter_mut().zip(&other.0) {
            spent.cpu += more.cpu;
            spent.wall += more.wall;
            spent.bytes += more.bytes;
        }
    }

    /// The processor time of all stages.
    pub(crate) fn cpu(&self) -> Duration {
        self.0.iter().map(|spent| spent.cpu).sum()
    }

    /// The stages with what they took.
    pub(crate) fn stages(&self) -> impl Iterator<Item = (Stage, Spent)> + '_ {
        Stage::ALL.into_iter().zip(self.0.iter().copied())
    }

    pub(crate) fn to_json(&self) -> Vec<StageTiming> {
        self.stages()
            .map(|(stage, spent)| StageTiming {
                stage: stage.name(),
                cpu_seconds: spent.cpu.as_secs_f64(),
                wall_seconds: spent.wall.as_secs_f64(),
                mb_per_s: spent.mb_per_s(),
            })
            .collect()
    }
}

impl Spent {
    /// Megabytes (10⁶ bytes) a second of processor time, where bytes went through.
    pub(crate) fn mb_per_s(self) -> Option<f64> {
        let seconds = self.cpu.as_secs_f64();
        (self.bytes > 0 && seconds > 0.0).then(|| self.bytes as f64 / 1e6 / seconds)
    }
}

/// Measures stages one after the other on one thread.
#[derive(Debug)]
pub(crate) struct Stopwatch {
    wall: Instant,
    cpu: Duration,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self {
            wall: Instant::now(),
            cpu: thread_cpu(),
        }
    }

    /// Forgets the time since the last lap: it was spent waiting.
    pub(crate) fn restart(&mut self) {
        *self = Self::start();
    }

    /// Counts the time since the last lap, and the bytes, for a stage.
    pub(crate) fn lap(&mut self, spent: &mut Spent, bytes: u64) {
        let now = Self::start();
        spent.cpu += now.cpu.saturating_sub(self.cpu);
        spent.wall += now.wall - self.wall;
        spent.bytes += bytes;
        *self = now;
    }
}

/// The processor time of this thread; zero where the system does not say.
#[cfg(unix)]
fn thread_cpu() -> Duration {
    cpu_clock(rustix::time::ClockId::ThreadCPUTime)
}

/// The processor time of this process; zero where the system does not say.
#[cfg(unix)]
pub(crate) fn process_cpu() -> Duration {
    cpu_clock(rustix::time::ClockId::ProcessCPUTime)
}

#[cfg(unix)]
fn cpu_clock(clock: rustix::time::ClockId) -> Duration {
    let time = rustix::time::clock_gettime(clock);
    Duration::try_from(time).unwrap_or_default()
}

#[cfg(not(unix))]
fn thread_cpu() -> Duration {
    Duration::ZERO
}

#[cfg(not(unix))]
pub(crate) fn process_cpu() -> Duration {
    Duration::ZERO
}
