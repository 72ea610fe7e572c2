//! Proofs of chosen facts about a run, and a ledger of what was told.
//!
//! | module | part |
//! |---|---|
//! | `request` | what is asked for, and what it comes to |
//! | `names` | which tranche a claim is about |
//! | `entry` | the ledger with the disclosure, and what it implies then |

mod entry;
mod names;
mod request;

use tranche_circuits::disclosure::params::{DisclosureSize, choose_size};
use tranche_fs::Existing;
use tranche_fs::atomic;
use tranche_fs::lock::FolderLock;
use tranche_fs::temporary::Visibility;
use tranche_protocol::Shape;
use tranche_protocol::claims;
use tranche_protocol::context::{PayRule, Remainder, RunTerms};
use tranche_protocol::statement::DisclosureStatement;
use tranche_prover::prove_disclosure;
use tranche_verdict::describe_claims;

use super::proving::prove_with;
use crate::artefact::run::RunFolder;
use crate::artefact::write_json;
use crate::builtin_keys::{Circuit, KeyRing};
use crate::error::Error;
use crate::progress::Progress;
use entry::Entry;
use names::Names;

pub use request::{
    ClaimChoice, DEFAULT_PRECISION, DiscloseRequest, Disclosed, ImpliedShares, TrancheRef,
};

/// Discloses chosen facts about a run, and proves them. The disclosure is entered in the run's ledger before its proof is written.
///
/// # Errors
/// [`Error::Claim`] for a claim that is not true; [`Error::Refused`] past the precision; the errors of the run's folder.
///
/// ```no_run
/// use tranche_workspace::progress::Progress;
/// use tranche_workspace::builtin_keys::{KeyOptions, KeyRing};
/// use tranche_workspace::steps::disclose::{ClaimChoice, DiscloseRequest, TrancheRef, disclose};
/// use tranche_protocol::claims::Precision;
/// use tranche_protocol::context::Basis;
///
/// let mut request = DiscloseRequest::new("run", "share.proof");
/// request.claims = vec![ClaimChoice::Share {
///     tranche: TrancheRef::word("books"),
///     basis: Basis::Registered,
///     precision: Precision::Band(200_000, 400_000),
/// }];
/// let ring = KeyRing::new(KeyOptions::default());
/// let disclosed = disclose(&request, &ring, &Progress::silent())?;
/// println!("{}", disclosed.told.join("\n"));
/// # Ok::<(), tranche_workspace::error::Error>(())
/// ```
pub fn disclose(
    request: &DiscloseRequest,
    ring: &KeyRing,
    progress: &Progress,
) -> Result<Disclosed, Error> {
    atomic::check_place(&request.out)?;
    let folder = RunFolder::open_moved(&request.run, &request.moved)?;
    let names = Names::new(&folder)?;
    let (chosen, mut told_exactly) = names.resolve(&request.claims)?;
    let context = folder.public().terms.context();
    let (rule, remainder) = pay_rule(request.pay, &context.terms)?;
    if chosen.is_empty() && !request.pay {
        return Err(Error::usage(
            "nothing to disclose",
            "give --share, --band, --exclude, --registered-share or --pay",
        ));
    }
    let opening = folder.usage()?;
    let shape = Shape::STANDARD;
    let statement = claims::disclose(&shape, context.digest(), &opening, &chosen, rule, remainder)?;
    if request.pay {
        // A pay list tells every share that it lets one compute.
        told_exactly.extend(names.registered.iter().map(|tranche| tranche.id));
    }
    let entry = Entry {
        request,
        names: &names,
        told_exactly: &told_exactly,
        statement: &statement,
        ledger: folder.secret("ledger.json"),
    };
    // Before the work; and again when it is done, as other disclosures may have been made meanwhile.
    entry.entered()?;

    let size = circuit_size(&statement, request.circuit)?;
    let proven = prove_with(
        ring,
        Circuit::Disclosure(size),
        progress,
        |srs, key, stages| {
            prove_disclosure(
                srs,
                key,
                &size,
                &opening,
                &statement,
                &context,
                Some(stages),
            )
        },
    )?;
    let _lock = FolderLock::of(&entry.ledger)?;
    let (ledger, implied) = entry.entered()?;
    // The ledger first: a disclosure that is not in it must not get out.
    write_json(
        &entry.ledger,
        &ledger,
        Visibility::Secret,
        Existing::Replace,
    )?;
    atomic::write(
        &request.out,
        &proven.proof.to_bytes(),
        Visibility::Public,
        Existing::Replace,
    )?;
    Ok(Disclosed {
        proof: request.out.clone(),
        circuit: size.name,
        told: describe_claims(&statement, &|id| names.name(id)),
        srs_insecure: proven.proof.header.srs_insecure,
        disclosures: ledger.entries().len(),
        implied_registered_share: implied.registered,
        implied: implied
            .tranches
            .iter()
            .map(|(id, [of_registered, of_whole])| ImpliedShares {
                tranche: *id,
                name: names.name(id),
                of_registered: *of_registered,
                of_whole: *of_whole,
            })
            .collect(),
        key_seconds: proven.key_time.as_secs_f64(),
        prove_seconds: proven.proof_time.as_secs_f64(),
    })
}

/// The pay rule of the terms, if a pay list is to be told.
fn pay_rule(pay: bool, terms: &RunTerms) -> Result<(PayRule, Remainder), Error> {
    match (pay, terms.pay_rule) {
        (true, PayRule::None) => Err(Error::usage(
            "the run's terms have no pay rule",
            "leave --pay out, or commit to the run under terms that pay",
        )),
        (true, rule) => Ok((rule, terms.remainder)),
        (false, _) => Ok((PayRule::None, Remainder::Keep)),
    }
}

/// The circuit that was named, or else the smallest that holds the statement.
fn circuit_size(
    statement: &DisclosureStatement,
    named: Option<Circuit>,
) -> Result<DisclosureSize, Error> {
    let (claims, payees) = (
        statement.claims.len(),
        statement.pay.as_ref().map_or(0, |pay| pay.payees.len()),
    );
    match named {
        Some(Circuit::Disclosure(size)) => Ok(size),
        Some(Circuit::Usage(size)) => Err(Error::usage(
            format!("{} is no disclosure circuit", size.name),
            "choose disclosure-16 or disclosure-64",
        )),
        None => choose_size(claims, payees).ok_or_else(|| {
            Error::usage(
                format!("{claims} claims and {payees} payees fit no circuit"),
                "disclose in more than one proof",
            )
        }),
    }
}
