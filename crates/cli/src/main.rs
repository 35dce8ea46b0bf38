//! The `fangzhi` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    fangzhi_cli::run("fangzhi", std::env::args_os())
}
