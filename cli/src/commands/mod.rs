//! The commands: raw arguments, and what each does with the library's modules.

pub mod audit;
pub mod bench;
pub mod commit;
pub mod contract;
pub mod demo;
pub mod disclose;
pub mod estimate;
pub mod keys;
mod lines;
pub mod log;
pub mod prove;
pub mod receipt;
pub mod registry;
pub mod run;
pub mod settle;
pub mod sign;
pub mod srs;
pub mod verify;

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Parser, Subcommand};

use crate::error::{Error, ExitClass};
use crate::guard;
use crate::output::{Format, Report};
use crate::progress::{Progress, Terminal};
use crate::shipped::KeyRing;

/// Commits datasets, proves what a training run consumed, discloses and verifies.
#[derive(Debug, Parser)]
#[command(
    name = "tranche",
    version,
    after_help = "Start with `tranche demo`. Exit codes: 0 done or valid, 1 not valid or refused, 2 wrong usage or input, 3 cannot read or
write, 4 a defect of this program."
)]
pub struct Arguments {
    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs everything once on real data: no arguments, no network
    Demo(demo::DemoArgs),
    Commit(commit::CommitArgs),
    Sign(sign::SignArgs),
    Register(registry::RegisterArgs),
    Registry(registry::RegistryArgs),
    Log(log::LogArgs),
    Run(run::RunArgs),
    Estimate(estimate::EstimateArgs),
    Bench(bench::BenchArgs),
    Prove(prove::ProveArgs),
    Disclose(disclose::DiscloseArgs),
    Verify(verify::VerifyArgs),
    Receipt(receipt::ReceiptArgs),
    Audit(audit::AuditArgs),
    Settle(settle::SettleArgs),
    Srs(srs::SrsArgs),
    Keys(keys::KeysArgs),
    Contract(contract::ContractArgs),
}

/// Runs what the arguments say and prints the report; the exit class is that of the verdict, where there is one.
///
/// # Errors
/// [`Error`] of the command.
pub fn execute(arguments: &Arguments) -> Result<ExitClass, Error> {
    let format = Format::new(arguments.json);
    let terminal = Terminal::new(arguments.json);
    let progress = Progress::new(&terminal);
    match &arguments.command {
        Command::Demo(args) => demo::run(args, format, progress),
        Command::Commit(args) => print(format, &commit::run(args, progress)?),
        Command::Sign(args) => print(format, &sign::run(args)?),
        Command::Register(args) => print(format, &registry::register(args)?),
        Command::Registry(args) => print(format, &registry::registry(args)?),
        Command::Log(args) => log::run(args, format, progress),
        Command::Run(args) => print(format, &run::run(args, progress)?),
        Command::Estimate(args) => estimate::run(args, format, progress),
        Command::Bench(args) => bench::run(args, format, progress),
        Command::Prove(args) => {
            let ring = KeyRing::new(args.keys.clone());
            print(format, &prove::run(args, &ring, progress)?)
        }
        Command::Disclose(args) => {
            let ring = KeyRing::new(args.keys.clone());
            print(format, &disclose::run(args, &ring, progress)?)
        }
        Command::Verify(args) => print(format, &verify::run(args)?),
        Command::Receipt(args) => print(format, &receipt::run(args)?),
        Command::Audit(args) => audit::run(args, format, progress),
        Command::Settle(args) => settle::run(args, format, progress),
        Command::Srs(args) => print(format, &srs::run(args, progress)?),
        Command::Keys(args) => print(format, &keys::keys(args, progress)?),
        Command::Contract(args) => print(format, &contract::run(args)?),
    }
}

/// Says that the arguments are not understood, or prints the help or version that they ask for.
pub fn misused(error: &clap::Error, arguments: impl IntoIterator<Item = OsString>) -> ExitClass {
    let json = arguments
        .into_iter()
        .take_while(|argument| argument != "--")
        .any(|argument| argument == "--json");
    let asked = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    if !json || asked {
        // Nobody is left to tell when the output is gone.
        let _ = error.print();
    } else {
        guard::report(Format::Json, &usage_error(error));
    }
    match asked {
        true => ExitClass::Success,
        false => ExitClass::Input,
    }
}

/// The first line of the parser's message, and what it shows as usage.
fn usage_error(error: &clap::Error) -> Error {
    let text = error.render().to_string();
    let (what, _) = text.split_once("\n\n").unwrap_or((&text, ""));
    let what = what.trim().trim_start_matches("error: ");
    let what: Vec<&str> = what.lines().map(str::trim).collect();
    let remedy = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => usage.to_string(),
        _ => "see --help".to_owned(),
    };
    Error::usage(what.join(" "), remedy.trim())
}

fn print(format: Format, report: &impl Report) -> Result<ExitClass, Error> {
    format.print(report)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn arguments_are_consistent_and_every_leaf_has_an_example() {
        let command = Arguments::command();
        command.clone().debug_assert();
        let mut open = vec![command];
        while let Some(command) = open.pop() {
            open.extend(command.get_subcommands().cloned());
            if !command.has_subcommands() {
                let help = command.get_after_help().map(ToString::to_string);
                let shown = help.is_some_and(|help| help.contains("tranche "));
                assert!(shown, "{} has no example", command.get_name());
            }
        }
    }
}
