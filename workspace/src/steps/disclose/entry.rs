//! A disclosure on its way into the run's ledger.

use std::path::PathBuf;

use tranche_protocol::statement::DisclosureStatement;
use tranche_protocol::tranche::TrancheId;
use tranche_verdict::percent;

use super::names::Names;
use super::request::DiscloseRequest;
use crate::artefact::ledger::{self, Implied, Ledger, pinned};
use crate::artefact::read_secret_json;
use crate::error::Error;

/// A disclosure that is to be entered.
pub(super) struct Entry<'a> {
    pub(super) request: &'a DiscloseRequest,
    pub(super) names: &'a Names,
    /// Tranches whose shares it tells exactly.
    pub(super) told_exactly: &'a [TrancheId],
    pub(super) statement: &'a DisclosureStatement,
    /// The ledger's file.
    pub(super) ledger: PathBuf,
}

impl Entry<'_> {
    /// The ledger as it stands on disk with the disclosure added, and what it implies then.
    ///
    /// # Errors
    /// [`Error::Refused`] past the precision, unless that is forced; the errors of the ledger's file.
    pub(super) fn entered(&self) -> Result<(Ledger, Implied), Error> {
        let registered = &self.names.registered;
        let before: Ledger = if self.ledger.exists() {
            read_secret_json(&self.ledger)?
        } else {
            Ledger::default()
        };
        let was = ledger::implied(&before, registered);
        let file = self.request.out.file_name().unwrap_or_default();
        let mut after = before;
        after.push(&file.to_string_lossy(), self.statement);
        let now = ledger::implied(&after, registered);
        if !self.request.force {
            self.check_precision(&was, &now)?;
        }
        Ok((after, now))
    }

    fn check_precision(&self, was: &Implied, now: &Implied) -> Result<(), Error> {
        let precision = self.request.precision;
        let Some((id, share)) = pinned(precision, was, now, self.told_exactly) else {
            return Ok(());
        };
        let name = self.names.name(&id).unwrap_or_else(|| id.to_string());
        Err(Error::Refused {
            reason: format!(
                "with all earlier disclosures this would pin the share of \"{name}\" to {share}, \
                 less than {} wide; tell less, or say --force",
                percent(precision)
            ),
        })
    }
}
