//! `tranche commit`: a contributor's data becomes a tranche's folder.

mod stream;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use k256::ecdsa::SigningKey;
use serde::Serialize;
use tranche_protocol::Shape;
use tranche_protocol::address::Address;
use tranche_protocol::felt::{Felt, to_hex};
use tranche_protocol::manifest::{Manifest, RecordSource};
use tranche_protocol::salt::RunSeed;
use tranche_protocol::tranche::{Contents, Tranche, terms_felt};
use tranche_protocol::unit::UnitDefinition;

use crate::artefact::folder::{MANIFEST, PRIVATE, PrivateFile};
use crate::artefact::{read_text, secret, write_json};
use crate::atomic::{self, AtomicFolder, Existing, Visibility};
use crate::error::{Error, Fault};
use crate::output::{Report, Table};
use crate::progress::Progress;
use crate::source::{Format, Source, UnitRule};
use stream::Plan;

/// Commits to a data set: writes a tranche's folder.
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:
  tranche commit books.jsonl --out books --owner-key me.key --new-key --rate 3 --terms 'CC BY 4.0'
  tranche commit play.txt --units byte --out play --owner 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed --rate 1 --terms @terms.txt
  tranche commit mine.csv --column text --out mine --private --seed run.seed

With --owner the manifest is not signed yet, and registries want it signed: `tranche sign DIR --typed-data` prints what the
owner's wallet is to sign, `tranche sign DIR --signature 0x...` attaches the signature.")]
pub struct CommitArgs {
    /// The data: a file, or a folder of files
    pub input: PathBuf,
    /// The folder to write
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How the data is cut into records [default: by the file's extension]
    #[arg(long)]
    pub format: Option<FormatName>,
    /// A field of each JSON object that makes the record; may be given again [default: the whole line]
    #[arg(long, value_name = "NAME")]
    pub field: Vec<String>,
    /// A column of a CSV or Parquet file that makes the record; may be given again [default: all]
    #[arg(long, value_name = "NAME")]
    pub column: Vec<String>,
    /// What stands between records of text; \n and \t are understood [default: a blank line]
    #[arg(long, value_name = "TEXT")]
    pub separator: Option<String>,
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
    /// Price of one unit, in the settlement token's smallest part
    #[arg(long, value_name = "N")]
    pub rate: Option<u64>,
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

/// Formats by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatName {
    /// A JSON object a line.
    Jsonl,
    /// Text cut at a separator.
    Text,
    /// Comma-separated values with a header line.
    Csv,
    /// A Parquet file.
    Parquet,
    /// A folder: each file is a record.
    Folder,
}

fn parse_address(text: &str) -> Result<Address, String> {
    Address::parse(text)
        .ok_or_else(|| "expected 0x and 40 digits, EIP-55 if of mixed case".to_owned())
}

impl CommitArgs {
    /// A commitment of `input` by record, with nothing else chosen.
    pub fn new(input: &Path, out: &Path) -> Self {
        Self {
            input: input.to_owned(),
            out: out.to_owned(),
            format: None,
            field: Vec::new(),
            column: Vec::new(),
            separator: None,
            units: "record".to_owned(),
            uniform: false,
            owner: None,
            owner_key: None,
            new_key: false,
            rate: None,
            terms: None,
            private: false,
            seed: None,
        }
    }

    fn visibility(&self) -> Visibility {
        match self.private {
            true => Visibility::Secret,
            false => Visibility::Public,
        }
    }

    /// How the options cut the data.
    pub(super) fn format(&self) -> Result<Format, Error> {
        let chosen = || [self.field.clone(), self.column.clone()].concat();
        let separator = |given: &Option<String>| {
            given.as_ref().map_or_else(
                || Format::BLANK_LINE.to_owned(),
                |text| text.replace("\\n", "\n").replace("\\t", "\t"),
            )
        };
        let format = match self.format {
            None if self.separator.is_some() && self.input.is_file() => {
                match Format::guess(&self.input, chosen()) {
                    Ok(other) if !matches!(other, Format::Text { .. }) => other,
                    _ => Format::Text {
                        separator: separator(&self.separator),
                    },
                }
            }
            None => Format::guess(&self.input, chosen())?,
            Some(FormatName::Jsonl) => Format::Jsonl { fields: chosen() },
            Some(FormatName::Text) => Format::Text {
                separator: separator(&self.separator),
            },
            Some(FormatName::Csv) => Format::Csv {
                delimiter: b',',
                columns: chosen(),
            },
            Some(FormatName::Parquet) => Format::Parquet { columns: chosen() },
            Some(FormatName::Folder) => Format::Folder,
        };
        let fields = matches!(
            format,
            Format::Jsonl { .. } | Format::Csv { .. } | Format::Parquet { .. }
        );
        let text = matches!(format, Format::Text { .. });
        if (!fields && !chosen().is_empty()) || (!text && self.separator.is_some()) {
            return Err(Error::usage(
                "--field, --column or --separator does not fit the format",
                "choose fields of JSONL, columns of CSV and Parquet, a separator of text; or say --format",
            ));
        }
        Ok(format)
    }
}

/// What a commitment came to.
#[derive(Clone, Debug, Serialize)]
pub struct CommitReport {
    folder: PathBuf,
    /// The tranche id.
    pub id: String,
    /// Records committed.
    pub records: u32,
    skipped: u64,
    /// Their units.
    pub total_units: u64,
    unit: String,
    kind: &'static str,
    content_root: String,
    /// The owner; none for unregistered data.
    pub owner: Option<Address>,
    signed: bool,
    eip712_digest: Option<String>,
}

impl Report for CommitReport {
    fn table(&self) -> Table {
        let mut table = Table::new()
            .line(["tranche", &self.id])
            .line(["folder", &self.folder.display().to_string()])
            .line([
                "records",
                &match self.skipped {
                    0 => self.records.to_string(),
                    skipped => format!(
                        "{} (and {skipped} blank ones or links skipped)",
                        self.records
                    ),
                },
            ])
            .line([
                "units",
                &format!("{} (unit: {}; {})", self.total_units, self.unit, self.kind),
            ])
            .line(["content root", &self.content_root]);
        match self.owner {
            Some(owner) => table = table.line(["owner", &owner.to_string()]),
            None => {
                table = table.line(["owner", "none: unregistered data, keep this folder secret"])
            }
        }
        match &self.eip712_digest {
            Some(digest) => {
                let folder = self.folder.display();
                table
                    .line(["signed", "no: a registry wants the owner's signature"])
                    .line(["EIP-712 digest", digest])
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

/// Runs the command.
///
/// # Errors
/// [`Error`] of the data, the options or the disk; nothing is left behind then.
pub fn run(args: &CommitArgs, progress: Progress) -> Result<CommitReport, Error> {
    let format = args.format()?;
    let rule = UnitRule::parse(&args.units)?;
    let unit = definition(&rule);
    let uniform = args.uniform || unit == UnitDefinition::Record;
    check_out(args)?;
    let seed = args.seed.as_deref().map(secret::read_seed).transpose()?;
    let offer = match seed {
        Some(_) => None,
        None => Some(Offer::new(args)?),
    };
    let source = Source::open(&args.input, &format, rule)?;
    let folder = AtomicFolder::create(&args.out, args.visibility())?;
    let plan = Plan {
        input: &args.input,
        folder: folder.path(),
        unit,
        uniform,
        visibility: args.visibility(),
    };
    let (contents, skipped) =
        stream::commit(&plan, source, progress).map_err(|error| folder.error(error))?;

    let mut report = CommitReport {
        folder: args.out.clone(),
        id: String::new(),
        records: contents.records,
        skipped,
        total_units: contents.total_units,
        unit: unit.to_string(),
        kind: if uniform { "uniform" } else { "weighted" },
        content_root: format!("0x{}", hex::encode(contents.content_root)),
        owner: None,
        signed: false,
        eip712_digest: None,
    };
    let id = match (&seed, offer) {
        (_, Some(offer)) => registered(args, offer, folder.path(), &contents, unit, &mut report),
        (Some(seed), None) => private(args, folder.path(), &contents, unit, seed),
        (None, None) => Err(Error::Internal("neither owner nor seed".to_owned())),
    }
    .map_err(|error| folder.error(error))?;
    report.id = to_hex(&id);
    folder.commit()?;
    Ok(report)
}

/// The unit that a rule counts.
pub(super) fn definition(rule: &UnitRule) -> UnitDefinition {
    match rule {
        UnitRule::Record => UnitDefinition::Record,
        UnitRule::Byte => UnitDefinition::Byte,
        #[cfg(feature = "tokens")]
        UnitRule::Token(counter) => UnitDefinition::Token(counter.digest()),
    }
}

fn private(
    args: &CommitArgs,
    folder: &Path,
    contents: &Contents,
    unit: UnitDefinition,
    seed: &RunSeed,
) -> Result<Felt, Error> {
    let file =
        PrivateFile::new(contents, unit, seed).map_err(|fault| Error::file(&args.input, fault))?;
    let path = folder.join(PRIVATE);
    write_json(&path, &file, Visibility::Secret, Existing::Keep)?;
    Ok(file.id())
}

fn registered(
    args: &CommitArgs,
    offer: Offer,
    folder: &Path,
    contents: &Contents,
    unit: UnitDefinition,
    report: &mut CommitReport,
) -> Result<Felt, Error> {
    let Offer { rate, terms, owner } = offer;
    let (owner, key) = owner.resolve()?;
    let fault = |fault| Error::file(&args.input, fault);
    let tranche = Tranche::new(*contents, owner, rate, terms_felt(&terms))
        .map_err(|error| fault(Fault::Tranche(error)))?;
    let name = args
        .input
        .file_name()
        .map_or_else(|| "data".into(), |name| name.to_string_lossy().into_owned());
    let sources = vec![RecordSource {
        name,
        records: contents.records,
    }];
    let mut manifest = Manifest::new(&Shape::STANDARD, tranche, unit, Some(terms), sources)
        .map_err(|error| fault(Fault::Manifest(error)))?;
    match key {
        Some(key) => {
            manifest
                .sign(&key)
                .map_err(|error| fault(Fault::Manifest(error)))?;
            report.signed = true;
        }
        None => {
            let digest = tranche_protocol::manifest::digest(&tranche);
            report.eip712_digest = Some(format!("0x{}", hex::encode(digest)));
        }
    }
    report.owner = Some(owner);
    let text = manifest.to_json() + "\n";
    atomic::write(
        &folder.join(MANIFEST),
        text.as_bytes(),
        Visibility::Public,
        Existing::Keep,
    )?;
    Ok(tranche.id())
}

/// The folder must be free, and not lie in the data: it would be data itself the next time.
fn check_out(args: &CommitArgs) -> Result<(), Error> {
    atomic::check_free(&args.out)?;
    let real = |path: &Path| path.ancestors().find_map(|path| path.canonicalize().ok());
    let out = std::path::absolute(&args.out).unwrap_or_else(|_| args.out.clone());
    let inside = args.input.is_dir()
        && real(&args.input)
            .zip(real(&out))
            .is_some_and(|(input, out)| out.starts_with(input));
    if inside {
        return Err(Error::usage(
            format!(
                "{} lies in the data folder {}",
                args.out.display(),
                args.input.display()
            ),
            "choose a folder outside of it",
        ));
    }
    Ok(())
}

/// What an owner offers, read before the data is.
struct Offer {
    rate: u64,
    terms: String,
    owner: Owner,
}

enum Owner {
    Address(Address),
    Key(Box<SigningKey>),
    /// A key to be made in this file once the data is committed.
    NewKey(PathBuf),
}

impl Offer {
    fn new(args: &CommitArgs) -> Result<Self, Error> {
        let missing = |what: &str, remedy: &str| Error::usage(format!("{what} is missing"), remedy);
        let owner = match (&args.owner, &args.owner_key) {
            (Some(owner), _) => Owner::Address(*owner),
            (None, Some(path)) if args.new_key => {
                atomic::check_place(path)?;
                if path.exists() {
                    return Err(Error::usage(
                        format!("{} exists already", path.display()),
                        "leave --new-key out to sign with it, or choose another path",
                    ));
                }
                Owner::NewKey(path.clone())
            }
            (None, Some(path)) if !path.exists() => {
                return Err(Error::usage(
                    format!("there is no key {}", path.display()),
                    "say --new-key to make one there",
                ));
            }
            (None, Some(path)) => Owner::Key(Box::new(secret::read_key(path)?)),
            (None, None) => {
                return Err(Error::usage(
                    "the tranche has no owner",
                    "give --owner ADDRESS or --owner-key FILE, or --private for a run's unregistered data",
                ));
            }
        };
        let rate = args
            .rate
            .ok_or_else(|| missing("--rate", "give the price of one unit, 0 for nothing"))?;
        let terms = args
            .terms
            .as_deref()
            .ok_or_else(|| missing("--terms", "give the terms' text or @FILE"))?;
        let terms = match terms.strip_prefix('@') {
            Some(path) => read_text(Path::new(path))?,
            None => terms.to_owned(),
        };
        Ok(Self { rate, terms, owner })
    }
}

impl Owner {
    fn resolve(self) -> Result<(Address, Option<SigningKey>), Error> {
        let key = match self {
            Self::Address(address) => return Ok((address, None)),
            Self::Key(key) => *key,
            Self::NewKey(path) => secret::new_key(&path)?,
        };
        Ok((Address::of_key(key.verifying_key()), Some(key)))
    }
}
