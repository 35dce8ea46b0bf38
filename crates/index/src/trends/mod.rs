//! How much is written about something over time, and in which words.
//!
//! - `period` is days, weeks, months and years;
//! - `selection` is the articles of a query, whose number is that of a search;
//! - `counts` counts them by time, `regions` of each region they are about;
//! - `words` finds the words that stand out in them, or in a part of them: `terms` walks the lists of all words,
//!   `measure` weighs, `ordinary` leaves out, `spelling` finds how a word is written.

mod counts;
mod measure;
mod ordinary;
mod period;
mod regions;
mod selection;
mod spelling;
mod terms;
mod words;

pub use counts::{Bucket, Coverage, Trend, Trends};
pub use measure::Measure;
pub use period::{Interval, Period, PeriodError};
pub use regions::RegionTrend;
pub use words::{BurstWords, SignificantWord, SignificantWords, WordOptions};
