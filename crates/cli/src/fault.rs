//! Failures on demand, for the tests of what becomes of an index: see `tests/torture`.

use std::env;

use fangzhi_index::{Fault, fail_at};

/// Lets an operation on the index's files fail if FANGZHI_FAULT says so, as `power-cut:120`: what, and at the how many-th.
pub(crate) fn arm() {
    let Ok(spec) = env::var("FANGZHI_FAULT") else {
        return;
    };
    let (name, number) = spec.split_once(':').unwrap_or((&spec, "1"));
    let fault = match name {
        "broken" => Fault::Broken,
        "full" => Fault::Full,
        "flaky" => Fault::Flaky,
        "killed" => Fault::Killed,
        "power-cut" => Fault::PowerCut,
        _ => return,
    };
    if let Ok(number) = number.parse() {
        fail_at(fault, number);
    }
}
