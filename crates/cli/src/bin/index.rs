//! `index`, short for `fangzhi index`.

use std::process::ExitCode;

fn main() -> ExitCode {
    fangzhi_cli::run("index", std::env::args_os())
}
