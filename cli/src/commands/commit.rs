//! `tranche commit`: a contributor's data becomes a tranche's folder.

use std::path::{Path, PathBuf};

use clap::Args;
use tranche_ingest::dataset::{DataFormat, UnitRule};
use tranche_protocol::address::Address;
use tranche_protocol::manifest::reading::{Delimiter, Reading, Separator, TextEncoding};
use tranche_settle::amount::WrittenAmount;
use tranche_workspace::artefact::read_text;
use tranche_workspace::error::Error;
use tranche_workspace::steps;
use tranche_workspace::steps::commit::{CommitRequest, Committed, Identity, Offer, Owner};
use tranche_workspace::steps::document::kind_name;
use tranche_workspace::steps::reading::Reading as Chosen;

use crate::args::{
    DecimalsOption, parse_address, parse_delimiter, parse_encoding, parse_separator,
};
use crate::output::{Report, Table};
use crate::progress::Progress;

use crate::args::FormatName;

/// Commits to a data set: writes a tranche's folder.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche commit books.jsonl --out books --owner-key me.key --new-key --rate 3 --terms 'CC BY 4.0'
  tranche commit books.jsonl --out books --owner-key me.key --rate 0.01 --decimals 6 --terms 'CC BY 4.0'
  tranche commit play.txt --units byte --out play --owner 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --rate 1 --terms @terms.txt
  tranche commit mine.csv --column text --out mine --private --seed run.seed
  tranche commit export.csv --delimiter semicolon --encoding windows-1252 --column text --out mine --private --seed run.seed
  tranche commit pairs.tsv.gz --no-header --column 2 --out pairs --owner-key me.key --rate 3 --terms @terms.txt
  tranche commit shards/ --format parquet --column text --out web --owner-key me.key --rate 1 --terms t
  tranche commit part-1.jsonl part-2.jsonl --out parts --owner-key me.key --rate 1 --terms t

A folder with --format is read shard by shard: its files of that format, in byte order of their paths. Without --format each of its
files is a record; a folder of data files is refused until --format says which is meant.

With --owner the manifest is not signed yet, and registries want it signed: `tranche sign DIR --typed-data` prints what the
owner's wallet is to sign, `tranche sign DIR --signature 0x...` attaches the signature.")]
pub(crate) struct CommitArgs {
    /// The data: files, read in the order given, or a folder of files
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// The folder to write
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How the data is cut into records [default: by the file's extension]
    #[arg(long)]
    pub format: Option<FormatName>,
    /// A field of each JSON object that makes the record; may be given again [default: the whole line]
    #[arg(long, value_name = "NAME")]
    pub field: Vec<String>,
    /// A column of a CSV, Parquet or Arrow file that makes the record; may be given again [default: all]
    #[arg(long, value_name = "NAME")]
    pub column: Vec<String>,
    /// What stands between records of text; \n, \r, \t, \0, \\ and \xNN are understood, and '\n' cuts at line ends of both
    /// kinds [default: blank lines]
    #[arg(long, value_name = "TEXT", value_parser = parse_separator)]
    pub separator: Option<Separator>,
    /// What stands between the fields of a row: comma, semicolon, tab or pipe, or the character [default: by the file's
    /// ending]
    #[arg(long, value_name = "NAME", value_parser = parse_delimiter)]
    pub delimiter: Option<Delimiter>,
    /// The first row of a CSV file is a record; --column takes numbers from 1
    #[arg(long)]
    pub no_header: bool,
    /// Quotes in a CSV file are characters like others, as in many tab-separated files
    #[arg(long)]
    pub no_quotes: bool,
    /// How text is written in bytes: utf-8, utf-16 or windows-1252 [default: utf-8]
    #[arg(long, value_name = "NAME", value_parser = parse_encoding)]
    pub encoding: Option<TextEncoding>,
    /// What records weigh: record, byte, or token:PATH with the path of a tokenizer.json
    #[arg(long, default_value = "record")]
    pub units: String,
    /// Require all records to weigh the same, and commit no weights; always so with --units record
    #[arg(long)]
    pub uniform: bool,
    /// The owner's address; the owner signs afterwards with `tranche sign`, by wallet or key file
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address, conflicts_with = "owner_key")]
    pub owner: Option<Address>,
    /// The owner's secret key: signs the manifest
    #[arg(long, value_name = "FILE")]
    pub owner_key: Option<PathBuf>,
    /// Make the owner's secret key; it is written to the file that --owner-key names
    #[arg(long, requires = "owner_key")]
    pub new_key: bool,
    /// Price of one unit: an integer of the settlement token's smallest parts, or a decimal number with --decimals
    #[arg(long, value_name = "AMOUNT")]
    pub rate: Option<WrittenAmount>,
    #[command(flatten)]
    pub decimals: DecimalsOption,
    /// Text of the terms of use, or @FILE
    #[arg(long, value_name = "TEXT")]
    pub terms: Option<String>,
    /// Commit to unregistered data of a run: no owner, hidden by the run's seed
    #[arg(long, requires = "seed", conflicts_with_all = ["owner", "owner_key", "rate", "terms"])]
    pub private: bool,
    /// The run's seed, as `tranche run new-seed` wrote it
    #[arg(long, value_name = "FILE", requires = "private")]
    pub seed: Option<PathBuf>,
}

impl CommitArgs {
    /// A commitment of `input` by record, with nothing else chosen.
    pub(crate) fn new(input: &Path, out: &Path) -> Self {
        Self {
            inputs: vec![input.to_owned()],
            out: out.to_owned(),
            format: None,
            field: Vec::new(),
            column: Vec::new(),
            separator: None,
            delimiter: None,
            no_header: false,
            no_quotes: false,
            encoding: None,
            units: "record".to_owned(),
            uniform: false,
            owner: None,
            owner_key: None,
            new_key: false,
            rate: None,
            decimals: DecimalsOption::default(),
            terms: None,
            private: false,
            seed: None,
        }
    }

    /// How the options cut the data.
    pub(super) fn format(&self) -> Result<DataFormat, Error> {
        let reading = Chosen {
            kind: self.format.map(Into::into),
            fields: [self.field.clone(), self.column.clone()].concat(),
            separator: self.separator.clone(),
            delimiter: self.delimiter,
            no_header: self.no_header,
            no_quotes: self.no_quotes,
            encoding: self.encoding,
        };
        reading.format_of(&self.inputs)
    }

    fn request(&self) -> Result<CommitRequest, Error> {
        Ok(CommitRequest {
            inputs: self.inputs.clone(),
            out: self.out.clone(),
            format: self.format()?,
            units: UnitRule::parse(&self.units)?,
            uniform: self.uniform,
            identity: match &self.seed {
                Some(seed) => Identity::Private { seed: seed.clone() },
                None => Identity::Registered(self.offer()?),
            },
        })
    }

    fn offer(&self) -> Result<Offer, Error> {
        let missing = |what: &str, remedy: &str| Error::usage(format!("{what} is missing"), remedy);
        let owner = match (self.owner, &self.owner_key) {
            (Some(owner), _) => Owner::Address(owner),
            (None, Some(path)) if self.new_key => Owner::NewKey(path.clone()),
            (None, Some(path)) => Owner::Key(path.clone()),
            (None, None) => {
                return Err(Error::usage(
                    "the tranche has no owner",
                    "give --owner ADDRESS or --owner-key FILE, or --private for a run's unregistered data",
                ));
            }
        };
        let rate = self
            .rate
            .as_ref()
            .ok_or_else(|| missing("--rate", "give the price of one unit, 0 for nothing"))?;
        let rate = self.decimals.sum("--rate", rate)?.parts();
        let rate = u64::try_from(rate).map_err(|_| {
            Error::usage(
                format!("--rate: {rate} smallest parts a unit are 2^64 or more"),
                "give a lower rate, or commit by a coarser unit",
            )
        })?;
        let terms = self
            .terms
            .as_deref()
            .ok_or_else(|| missing("--terms", "give the terms' text or @FILE"))?;
        let terms = match terms.strip_prefix('@') {
            Some(path) => read_text(Path::new(path))?,
            None => terms.to_owned(),
        };
        Ok(Offer { owner, rate, terms })
    }
}

impl Report for Committed {
    fn table(&self) -> Table {
        let records = match self.skipped {
            0 => self.records.to_string(),
            skipped => format!("{} (and {skipped} blank ones skipped)", self.records),
        };
        let sources: Vec<String> = self
            .sources
            .iter()
            .map(|source| format!("{} ({})", source.name, source.records))
            .collect();
        let ignored: Vec<String> = self
            .ignored
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let more = match self.ignored_count - ignored.len() as u64 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let kind = kind_name(self.kind);
        let table = Table::new()
            .line(["tranche", &self.id.to_string()])
            .line(["folder", &self.folder.display().to_string()])
            .line(["read as", &self.reading.to_string()]);
        let table = match (&self.reading, self.columns.as_slice()) {
            (_, []) => table,
            (Reading::Csv { header: true, .. }, columns) => table.line([
                "first row",
                &format!("taken as header: {}", columns.join(" | ")),
            ]),
            (_, columns) => table.line(["columns", &columns.join(" | ")]),
        };
        let table = table
            .line(["records", &records])
            .line(["first record", &self.first_record]);
        let table = match &sources[..] {
            [] | [_] => table,
            few if few.len() <= 8 => table.line(["read from", &few.join(", ")]),
            [first, .., last] => {
                let count = sources.len();
                table.line(["read from", &format!("{count} files, {first} to {last}")])
            }
        };
        let table = match &ignored[..] {
            [] => table,
            names => table.line(["passed over", &format!("{}{more}", names.join(", "))]),
        };
        let table = match &self.open_ended[..] {
            [] => table,
            [one] => table.line(["last row", &open_end(&one.display().to_string())]),
            [one, rest @ ..] => {
                let name = format!("{} and {} more", one.display(), rest.len());
                table.line(["last row", &open_end(&name)])
            }
        };
        let table = table
            .line([
                "units",
                &format!("{} (unit: {}; {kind})", self.total_units, self.unit),
            ])
            .line(["content root", &self.content_root.to_string()]);
        let table = match self.owner {
            Some(owner) => {
                let rate = self.rate.unwrap_or_default();
                table
                    .line(["owner", &owner.to_string()])
                    .line(["rate", &format!("{rate} smallest parts a unit")])
            }
            None => table.line(["owner", "none: unregistered data, keep this folder secret"]),
        };
        match &self.eip712_digest {
            Some(digest) => {
                let folder = self.folder.display();
                table
                    .line(["signed", "no: a registry wants the owner's signature"])
                    .line(["EIP-712 digest", &digest.to_string()])
                    .line([
                        "to sign",
                        &format!("tranche sign {folder} --typed-data, then tranche sign {folder} --signature 0x..."),
                    ])
            }
            None if self.signed => table.line(["signed", "yes"]),
            None => table,
        }
    }
}

/// What is told of a file whose last row has no line end.
fn open_end(name: &str) -> String {
    format!("{name}: no line end behind it; if the file was cut there, commit to the whole one")
}

/// Runs the command.
///
/// # Errors
/// [`Error`] of the data, the options or the disk; nothing is left behind then.
pub(crate) fn run(args: &CommitArgs, progress: Progress) -> Result<Committed, Error> {
    steps::commit::commit(args.request()?, &progress)
}
