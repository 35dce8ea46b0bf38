//! `fangzhi completions` and `fangzhi man`.

use anyhow::Result;
use clap::CommandFactory as _;

use crate::args::{Cli, CompletionsArgs};
use crate::console::Console;

pub(crate) fn completions(args: &CompletionsArgs, console: &mut Console<'_>) -> Result<()> {
    // Generated into memory first: clap_complete panics when its writer fails, as a closed pipe does.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "fangzhi", &mut script);
    Ok(console.out.write_all(&script)?)
}

const EXIT_STATUS: &str = "\
.SH \"EXIT STATUS\"
.TP
0
found, or done
.TP
1
nothing found
.TP
2
an error
.TP
130, 143
a build was interrupted
";

/// One page for all commands, each with its options.
pub(crate) fn man(console: &mut Console<'_>) -> Result<()> {
    let mut cli = Cli::command();
    cli.build();
    clap_mangen::Man::new(cli.clone()).render(console.out)?;
    for command in cli.get_subcommands() {
        command_section(command, console)?;
    }
    console.out.write_all(EXIT_STATUS.as_bytes())?;
    Ok(())
}

fn command_section(command: &clap::Command, console: &mut Console<'_>) -> Result<()> {
    if command.get_name() == "help" {
        return Ok(());
    }
    let subcommands: Vec<_> = command.get_subcommands().collect();
    if !subcommands.is_empty() {
        return subcommands
            .into_iter()
            .try_for_each(|command| command_section(command, console));
    }
    let title = command.get_bin_name().unwrap_or(command.get_name());
    writeln!(console.out, ".SH \"{}\"", title.to_uppercase())?;
    let page = clap_mangen::Man::new(command.clone());
    let mut options = Vec::new();
    page.render_description_section(&mut options)?;
    page.render_synopsis_section(&mut options)?;
    page.render_options_section(&mut options)?;
    // A page's sections become the parts of this command's section.
    let options = String::from_utf8_lossy(&options).replace("\n.SH ", "\n.SS ");
    let options = options
        .strip_prefix(".SH ")
        .map_or(options.clone(), |rest| format!(".SS {rest}"));
    console.out.write_all(options.as_bytes())?;
    Ok(())
}
