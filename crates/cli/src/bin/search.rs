//! `search`, short for `fangzhi search`.

use std::process::ExitCode;

fn main() -> ExitCode {
    fangzhi_cli::run("search", std::env::args_os())
}
