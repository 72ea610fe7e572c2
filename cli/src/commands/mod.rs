//! The commands: raw arguments, and what each does with the library's modules.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod bench;
pub(crate) mod commit;
pub(crate) mod contract;
pub(crate) mod demo;
pub(crate) mod disclose;
pub(crate) mod estimate;
pub(crate) mod keys;
mod lines;
pub(crate) mod log;
pub(crate) mod prove;
pub(crate) mod receipt;
pub(crate) mod registry;
pub(crate) mod run;
pub(crate) mod settle;
pub(crate) mod sign;
pub(crate) mod srs;
pub(crate) mod verify;

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Parser, Subcommand};
use tranche_workspace::builtin_keys::KeyRing;
use tranche_workspace::error::Error;

use crate::exit::ExitClass;
use crate::guard;
use crate::output::{Format, Report};
use crate::progress::{Progress, Terminal};

/// Commits datasets, proves what a training run consumed, discloses and verifies.
#[derive(Debug, Parser)]
#[command(
    name = "tranche",
    version,
    after_help = "Start with `tranche demo`. Exit codes: 0 done or valid, 1 not valid or refused, 2 wrong usage or input, 3 cannot read or
write, 4 a defect of this program."
)]
pub(crate) struct Arguments {
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
    Account(account::AccountArgs),
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
pub(crate) fn execute(arguments: &Arguments) -> Result<ExitClass, Error> {
    let format = Format::new(arguments.json);
    let terminal = Terminal::new(arguments.json);
    let progress = Progress::new(&terminal);
    match &arguments.command {
        Command::Demo(args) => demo::run(args, format, progress),
        Command::Account(args) => print(format, &account::run(args)?),
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
pub(crate) fn misused(
    error: &clap::Error,
    arguments: impl IntoIterator<Item = OsString>,
) -> ExitClass {
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
    if asked {
        ExitClass::Success
    } else {
        ExitClass::Input
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
