//! A contributor's data becomes a tranche's folder.
//!
//! | module | part |
//! |---|---|
//! | `request` | what is asked for, and what it comes to |
//! | `owner` | the owner's key, checked before the data is read |
//! | `stream` | from records to the columns of the folder |

mod owner;
mod request;
mod stream;

use std::path::{Path, PathBuf};

use tranche_fs::atomic;
use tranche_fs::temporary::Visibility;
use tranche_fs::{AtomicFolder, Existing};
use tranche_ingest::dataset::{RecordReader, UnitRule};
use tranche_ingest::input::disk;
use tranche_protocol::Shape;
use tranche_protocol::address::Address;
use tranche_protocol::manifest::{Manifest, RecordSource, digest};
use tranche_protocol::salt::RunSeed;
use tranche_protocol::signature::SigningDigest;
use tranche_protocol::tranche::{Contents, TermsDigest, Tranche, TrancheId};
use tranche_protocol::unit::UnitDefinition;

use crate::artefact::ArtefactFault;
use crate::artefact::folder::{MANIFEST, PRIVATE, PrivateFile};
use crate::artefact::{secret, write_json};
use crate::error::Error;
use crate::progress::Progress;
use owner::CheckedOwner;
use stream::{Plan, Streamed};

pub use request::{CommitRequest, Committed, Identity, Offer, Owner};

/// Commits to a data set: writes a tranche's folder.
///
/// The data is read once, record by record, and is in memory two batches at a time. The folder appears when it is complete.
///
/// # Errors
/// [`Error`] of the data, the request or the disk; nothing is left behind then.
///
/// ```no_run
/// use std::path::{Path, PathBuf};
/// use tranche_workspace::progress::Progress;
/// use tranche_ingest::dataset::UnitRule;
/// use tranche_workspace::steps::commit::{CommitRequest, Identity, Offer, Owner, commit};
/// use tranche_workspace::steps::reading::Reading;
///
/// let committed = commit(
///     CommitRequest {
///         inputs: vec![PathBuf::from("books.jsonl")],
///         out: PathBuf::from("books"),
///         format: Reading::default().format(Path::new("books.jsonl"))?,
///         units: UnitRule::Byte,
///         uniform: false,
///         identity: Identity::Registered(Offer {
///             owner: Owner::NewKey(PathBuf::from("me.key")),
///             rate: 3,
///             terms: "CC BY 4.0".to_owned(),
///         }),
///     },
///     &Progress::silent(),
/// )?;
/// println!("{} records", committed.records);
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn commit(request: CommitRequest, progress: &Progress) -> Result<Committed, Error> {
    let CommitRequest {
        inputs,
        out,
        format,
        units,
        uniform,
        identity,
    } = request;
    for input in &inputs {
        check_out(input, &out)?;
    }
    let standing = Standing::new(identity)?;
    let visibility = standing.visibility();
    let unit = definition(&units);
    let uniform = uniform || unit == UnitDefinition::Record;
    let source = RecordReader::open_all(&disk(), &inputs, &format, units)?;
    let columns = source.columns();
    let reading = format.reading();
    let folder = AtomicFolder::create(&out, visibility)?;
    let plan = Plan {
        input: inputs.first().map_or(Path::new(""), PathBuf::as_path),
        folder: folder.path(),
        unit,
        uniform,
        visibility,
        reading: &reading,
    };
    let Streamed {
        contents,
        source: read,
        first,
    } = stream::commit(&plan, source, progress).map_err(|error| error.placed(&folder))?;

    let sources = named(&read)?;
    let identified = match standing {
        Standing::Registered(offer) => registered(&plan, offer, &contents, sources.clone()),
        Standing::Private(seed) => private(&plan, &contents, &seed),
    }
    .map_err(|error| error.placed(&folder))?;
    folder.commit()?;
    let Identified {
        id,
        owner,
        rate,
        signed,
        eip712_digest,
    } = identified;
    Ok(Committed {
        folder: out,
        id,
        records: contents.records,
        skipped: read.skipped(),
        reading,
        columns,
        first_record: first,
        sources,
        ignored: read.ignored().paths().to_vec(),
        ignored_count: read.ignored().count(),
        open_ended: read.open_ended().to_vec(),
        total_units: contents.total_units,
        unit,
        kind: contents.kind,
        content_root: contents.content_root,
        owner,
        rate,
        signed,
        eip712_digest,
    })
}

/// The unit that a rule counts.
pub fn definition(rule: &UnitRule) -> UnitDefinition {
    match rule {
        UnitRule::Record => UnitDefinition::Record,
        UnitRule::Byte => UnitDefinition::Byte,
        #[cfg(feature = "tokens")]
        UnitRule::Token(counter) => UnitDefinition::Token(counter.digest()),
    }
}

/// An identity with its files read, before the data is.
enum Standing {
    Registered(CheckedOffer),
    Private(RunSeed),
}

struct CheckedOffer {
    owner: CheckedOwner,
    rate: u64,
    terms: String,
}

impl Standing {
    fn new(identity: Identity) -> Result<Self, Error> {
        match identity {
            Identity::Private { seed } => Ok(Self::Private(secret::read_seed(&seed)?)),
            Identity::Registered(Offer { owner, rate, terms }) => {
                let owner = CheckedOwner::new(&owner)?;
                Ok(Self::Registered(CheckedOffer { owner, rate, terms }))
            }
        }
    }

    fn visibility(&self) -> Visibility {
        match self {
            Self::Registered(_) => Visibility::Public,
            Self::Private(_) => Visibility::Secret,
        }
    }
}

/// A tranche whose identity is written.
struct Identified {
    id: TrancheId,
    owner: Option<Address>,
    rate: Option<u64>,
    signed: bool,
    eip712_digest: Option<SigningDigest>,
}

fn private(plan: &Plan<'_>, contents: &Contents, seed: &RunSeed) -> Result<Identified, Error> {
    let file = PrivateFile::new(contents, plan.unit, Some(plan.reading.clone()), seed)
        .map_err(|fault| Error::file(plan.input, fault))?;
    let path = plan.folder.join(PRIVATE);
    write_json(&path, &file, Visibility::Secret, Existing::Keep)?;
    Ok(Identified {
        id: file.id(),
        owner: None,
        rate: None,
        signed: false,
        eip712_digest: None,
    })
}

fn registered(
    plan: &Plan<'_>,
    offer: CheckedOffer,
    contents: &Contents,
    sources: Vec<RecordSource>,
) -> Result<Identified, Error> {
    let CheckedOffer { owner, rate, terms } = offer;
    let (owner, key) = owner.resolve()?;
    let fault = |fault| Error::file(plan.input, fault);
    let tranche = Tranche::new(*contents, owner, rate, TermsDigest::of_text(&terms))
        .map_err(|error| fault(ArtefactFault::Tranche(error)))?;
    let mut manifest = Manifest::new(&Shape::STANDARD, tranche, plan.unit, Some(terms), sources)
        .map_err(|error| fault(ArtefactFault::Manifest(error)))?
        .with_reading(Some(plan.reading.clone()));
    let signed = key.is_some();
    if let Some(key) = key {
        manifest
            .sign(&key)
            .map_err(|error| fault(ArtefactFault::Manifest(error)))?;
    }
    let text = manifest.to_json() + "\n";
    atomic::write(
        &plan.folder.join(MANIFEST),
        text.as_bytes(),
        Visibility::Public,
        Existing::Keep,
    )?;
    Ok(Identified {
        id: tranche.id(),
        owner: Some(owner),
        rate: Some(rate),
        signed,
        eip712_digest: (!signed).then(|| digest(&tranche)),
    })
}

/// The files that were read, by their names, or by their paths in the folder that was given, with their records.
fn named(read: &RecordReader) -> Result<Vec<RecordSource>, Error> {
    let sources = read.sources().iter().map(|source| {
        let within = source.folder.as_ref();
        let within = within.and_then(|folder| source.path.strip_prefix(folder).ok());
        let name = within.or_else(|| source.path.file_name().map(Path::new));
        Ok(RecordSource {
            name: name.map_or_else(|| "data".into(), |name| name.to_string_lossy().into_owned()),
            records: u32::try_from(source.records)
                .map_err(|_| Error::usage("too many records", "split the data"))?,
        })
    });
    sources.collect()
}

/// The folder must be free, and not lie in the data: it would be data itself the next time.
fn check_out(input: &Path, out: &Path) -> Result<(), Error> {
    atomic::check_free(out)?;
    let real = |path: &Path| path.ancestors().find_map(|path| path.canonicalize().ok());
    let absolute = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    let inside = input.is_dir()
        && real(input)
            .zip(real(&absolute))
            .is_some_and(|(input, out)| out.starts_with(input));
    if inside {
        return Err(Error::usage(
            format!(
                "{} lies in the data folder {}",
                out.display(),
                input.display()
            ),
            "choose a folder outside of it",
        ));
    }
    Ok(())
}
