//! The progress bar of a build, on a terminal only.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::summary::Summary;
use crate::messages::{Language, Message};
use crate::units::ByteSize;

/// How far a build is; nothing if standard error is no terminal.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    language: Language,
}

impl Progress {
    pub(crate) fn start(language: Language) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            // The tree is walked while it is indexed, so nobody knows yet how much there is.
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{spinner} {elapsed} {msg}");
            bar.set_style(style.expect("the template is well formed"));
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        Self { bar, language }
    }

    pub(crate) fn update(&self, summary: &Summary) {
        let Some(bar) = &self.bar else { return };
        let message = Message::Progress {
            files: summary.files,
            articles: summary.articles,
            bytes: ByteSize(summary.bytes),
        };
        bar.set_message(message.text(self.language));
    }

    /// Prints something without the bar in its way.
    pub(crate) fn beside(&self, print: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Removes the bar.
    pub(crate) fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
