//! What the user asks to be told, and about which tranche.

use std::collections::HashMap;
use std::path::Path;

use tranche_protocol::claims::{ClaimRequest, Precision};
use tranche_protocol::context::{Basis, PayRule};
use tranche_protocol::felt::{Felt, from_hex, to_hex};

use super::DiscloseArgs;
use crate::artefact::folder::TrancheFolder;
use crate::artefact::ledger::Registered;
use crate::artefact::read_manifest;
use crate::artefact::run::RunFolder;
use crate::artefact::run_log::RunLog;
use crate::error::{Error, Fault};

/// Reads parts per million, or percent with `%` and at most four decimals.
///
/// # Errors
/// A text for the user.
pub(super) fn parse_ppm(text: &str) -> Result<u32, String> {
    let bad = || format!("\"{text}\" is neither parts per million nor a percentage");
    let ppm = match text.strip_suffix('%') {
        None => text.parse().map_err(|_| bad())?,
        Some(percent) => {
            let (whole, decimals) = percent.split_once('.').unwrap_or((percent, ""));
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            if decimals.len() > 4 || !digits(decimals) {
                return Err(bad());
            }
            let whole: u32 = whole.parse().map_err(|_| bad())?;
            let decimals: u32 = format!("{decimals:0<4}").parse().map_err(|_| bad())?;
            whole
                .checked_mul(10_000)
                .and_then(|ppm| ppm.checked_add(decimals))
                .ok_or_else(bad)?
        }
    };
    match ppm {
        0..=1_000_000 => Ok(ppm),
        _ => Err(bad()),
    }
}

/// How tranches of a run are named.
pub(super) struct Names {
    log: RunLog,
    /// Every tranche of the registry at the cut-off, once.
    pub(super) registered: Vec<Registered>,
}

impl Names {
    pub(super) fn new(folder: &RunFolder) -> Result<Self, Error> {
        let log = folder.log()?;
        let metered = folder.public().terms.context().terms.pay_rule == PayRule::Metered;
        let mut rates = HashMap::new();
        for source in log.sources().iter().filter(|source| !source.private) {
            match TrancheFolder::open(&source.folder) {
                Ok(folder) if folder.id() == source.id => {
                    if let Some(manifest) = folder.manifest() {
                        rates.insert(to_hex(&source.id), manifest.tranche().rate());
                    }
                }
                // Without the rates the ledger would not see what amounts tell.
                Ok(_) if metered => {
                    let what = format!("it is not the tranche \"{}\" of the log", source.name());
                    return Err(Error::file(&source.folder, Fault::Mismatch(what)));
                }
                Err(error) if metered => return Err(error),
                _ => {}
            }
        }
        let rate = |id: &Felt| rates.get(&to_hex(id)).copied();
        let registered = folder
            .registry()?
            .entries()
            .iter()
            .map(|entry| Registered {
                id: entry.id,
                owner: entry.owner,
                rate: rate(&entry.id),
            })
            .collect();
        Ok(Self { log, registered })
    }

    pub(super) fn name(&self, id: &Felt) -> Option<String> {
        let mut sources = self.log.sources().iter();
        let source = sources.find(|source| source.id == *id)?;
        Some(source.name().to_owned())
    }

    /// The id that a user's word stands for.
    fn id(&self, word: &str) -> Result<Felt, Error> {
        let mut sources = self.log.sources().iter();
        if let Some(source) = sources.find(|source| source.names.iter().any(|name| name == word)) {
            if source.private {
                return Err(Error::usage(
                    format!("\"{word}\" is unregistered data, which has no public id"),
                    "tell how much is registered instead: --registered-share",
                ));
            }
            return Ok(source.id);
        }
        if let Ok(id) = from_hex(word) {
            return Ok(id);
        }
        let path = Path::new(word);
        if path.exists() {
            return Ok(read_manifest(path)?.tranche().id());
        }
        Err(Error::usage(
            format!("\"{word}\" is no tranche of the run's log, no tranche id and no manifest"),
            "give one of these",
        ))
    }
}

type Requests = (Vec<ClaimRequest>, Vec<Felt>);

/// The claims that the arguments ask for, and the tranches that they tell exactly.
pub(super) fn requests(args: &DiscloseArgs, names: &Names) -> Result<Requests, Error> {
    let mut requests = Vec::new();
    let mut exact = Vec::new();
    for text in &args.share {
        let (word, basis) = basis(text);
        let tranche = names.id(word)?;
        exact.push(tranche);
        requests.push(ClaimRequest::Share {
            tranche,
            basis,
            precision: Precision::Exact,
        });
    }
    for text in &args.band {
        let (rest, basis) = basis(text);
        let mut parts = rest.rsplitn(3, ':');
        let (hi, lo, word) = (parts.next(), parts.next(), parts.next());
        let (Some(hi), Some(lo), Some(word)) = (hi, lo, word) else {
            return Err(Error::usage(
                format!("--band {text}"),
                "write TRANCHE:LO:HI or TRANCHE:LO:HI:whole",
            ));
        };
        requests.push(ClaimRequest::Share {
            tranche: names.id(word)?,
            basis,
            precision: band(text, lo, hi)?,
        });
    }
    for word in &args.exclude {
        let tranche = names.id(word)?;
        exact.push(tranche);
        requests.push(ClaimRequest::Exclusion(tranche));
    }
    if let Some(text) = &args.registered_share {
        let precision = match text.split_once(':') {
            _ if text.is_empty() => Precision::Exact,
            Some((lo, hi)) => band(text, lo, hi)?,
            None => {
                return Err(Error::usage(
                    format!("--registered-share {text}"),
                    "write LO:HI, or nothing for the exact share",
                ));
            }
        };
        requests.push(ClaimRequest::RegisteredShare(precision));
    }
    Ok((requests, exact))
}

fn basis(text: &str) -> (&str, Basis) {
    match text.strip_suffix(":whole") {
        Some(rest) => (rest, Basis::Whole),
        None => (text, Basis::Registered),
    }
}

fn band(text: &str, lo: &str, hi: &str) -> Result<Precision, Error> {
    let part = |part| parse_ppm(part).map_err(|what| Error::usage(what, "write 250000 or 25%"));
    let (lo, hi) = (part(lo)?, part(hi)?);
    if lo > hi {
        return Err(Error::usage(
            format!("the band {text} ends before it begins"),
            "write the lower end first",
        ));
    }
    Ok(Precision::Band(lo, hi))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_percent_are_exact() {
        for (text, ppm) in [
            ("0", 0),
            ("250000", 250_000),
            ("25%", 250_000),
            ("0.0001%", 1),
            ("12.5%", 125_000),
            ("100%", 1_000_000),
        ] {
            assert_eq!(parse_ppm(text), Ok(ppm), "{text}");
        }
        for text in [
            "", "%", "-1", "1000001", "100.1%", "0.00001%", "1e3", "1.+5%", ".5%",
        ] {
            assert!(parse_ppm(text).is_err(), "{text}");
        }
    }
}
