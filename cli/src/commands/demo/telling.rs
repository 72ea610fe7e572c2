//! The story told: disclosures, everybody's verification, receipts.

use std::path::{Path, PathBuf};

use tranche_verdict::Verdict;
use tranche_workspace::error::Error;
use tranche_workspace::steps::receipt::CheckedReceipt;
use tranche_workspace::steps::verify::Verified;

use super::narrator::{Narrator, cells};
use super::story::{Run, Story, UNUSED};
use crate::commands::disclose::{self, DiscloseArgs};
use crate::commands::receipt::{self, CheckArgs, MakeArgs};
use crate::commands::verify::{self, VerifyArgs};

impl Story<'_> {
    pub(super) fn disclose(&mut self, narrator: &mut Narrator) -> Result<(), Error> {
        narrator.step("The builder tells chosen facts, and proves each")?;
        narrator.command("disclose --run one-run --out one-claims.proof --share adega --band bodega:20%:40% --exclude enoteca --registered-share 50%:100%")?;
        narrator.command(
            "disclose --run one-run --out one-pay.proof --pay --registered-share 50%:100%",
        )?;
        narrator.command(
            "disclose --run two-run --out two-pay.proof --pay --registered-share 50%:100%",
        )?;
        let mut facts = Vec::new();
        let [one, two] = &self.runs[..] else {
            return Err(Error::Internal("the story has two runs".to_owned()));
        };
        let disclosure = |run: &Run, name: &str| {
            DiscloseArgs::new(&self.folder(run), &self.path(format!("{name}.proof")))
        };
        let mut claims = disclosure(one, "one-claims");
        claims.share = vec!["adega".to_owned()];
        claims.band = vec!["bodega:20%:40%".to_owned()];
        claims.exclude = vec![self.path(UNUSED).display().to_string()];
        claims.registered_share = Some("50%:100%".to_owned());
        let mut shares = disclosure(one, "one-pay");
        shares.pay = true;
        shares.registered_share = Some("50%:100%".to_owned());
        let mut metered = disclosure(two, "two-pay");
        metered.pay = true;
        metered.registered_share = Some("50%:100%".to_owned());
        for args in [claims, shares, metered] {
            let report = disclose::run(&args, &self.ring, self.progress)?;
            let name = args.out.file_name().unwrap_or_default().to_string_lossy();
            facts.push(vec![format!("{name} ({:.1} s)", report.prove_seconds)]);
            facts.extend(
                report
                    .told
                    .iter()
                    .map(|told| vec![format!("  {}", shorten(told))]),
            );
        }
        narrator.facts(facts)
    }

    /// Verifies a proof of the story as anybody would.
    pub(super) fn judge(&self, proof: &Path, usage: Option<PathBuf>) -> Result<Verified, Error> {
        verify::run(&VerifyArgs {
            proof: proof.to_owned(),
            usage,
            key: None,
            usage_key: None,
            registry: Some(self.path("registry.json")),
        })
    }

    pub(super) fn verify(&mut self, narrator: &mut Narrator) -> Result<(), Error> {
        narrator.step("Anybody verifies everything, with a second implementation that knows nothing of the prover")?;
        narrator.command("verify one-usage.proof --registry registry.json")?;
        narrator
            .command("verify one-claims.proof --usage one-usage.proof --registry registry.json")?;
        let mut facts = Vec::new();
        let [one, two] = &self.runs[..] else {
            return Err(Error::Internal("the story has two runs".to_owned()));
        };
        for (run, disclosure) in [
            (one, None),
            (two, None),
            (one, Some("one-claims.proof")),
            (one, Some("one-pay.proof")),
            (two, Some("two-pay.proof")),
        ] {
            let usage = self.usage_proof(run);
            let (proof, usage) = match disclosure {
                Some(name) => (self.path(name), Some(usage)),
                None => (usage, None),
            };
            let report = self.judge(&proof, usage)?;
            let name = proof
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if report.judgement.verdict != Verdict::Valid {
                return Err(Error::Internal(format!(
                    "{name}: {}",
                    report.judgement.verdict.words()
                )));
            }
            let level = report.judgement.evidence_level.unwrap_or_default();
            facts.push(vec![
                name,
                report.judgement.verdict.words(),
                format!("evidence level {level}, consumed order"),
            ]);
        }
        facts.push(cells(["What none of this shows: that the loader is honest, that records are good, or that influence follows use"]));
        narrator.facts(facts)
    }

    pub(super) fn receipts(&mut self, narrator: &mut Narrator) -> Result<(), Error> {
        narrator.step("Each contributor gets a receipt, and checks it alone")?;
        narrator.command("receipt make --run one-run --out receipts")?;
        narrator.command(
            "receipt check receipts/adega.json --manifest adega --proof one-usage.proof",
        )?;
        let one = &self.runs[0];
        receipt::make(&MakeArgs {
            run: self.folder(one),
            tranche: "all".to_owned(),
            by_owner: false,
            owner: None,
            proof: None,
            out: self.path("receipts"),
        })?;
        let mut facts = Vec::new();
        for name in self
            .contributors()
            .into_iter()
            .filter(|name| *name != UNUSED)
        {
            let holds = self.check_receipt(&self.path(format!("receipts/{name}.json")), name)?;
            if let CheckedReceipt::One { held, .. } = holds {
                let (units, draws) = (held.units, held.draws);
                facts.push(vec![
                    name.to_owned(),
                    "holds".to_owned(),
                    format!("{units} bytes in {draws} draws"),
                ]);
            }
        }
        narrator.facts(facts)
    }

    /// Checks a receipt of the first run.
    pub(super) fn check_receipt(
        &self,
        receipt: &Path,
        owner: &str,
    ) -> Result<CheckedReceipt, Error> {
        receipt::check(&CheckArgs {
            receipt: receipt.to_owned(),
            manifest: vec![self.path(owner)],
            proof: Some(self.usage_proof(&self.runs[0])),
            commitment: None,
            key: None,
            html: None,
        })
    }
}

/// Tranche ids by their first digits, to fit a line.
fn shorten(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        match word.strip_prefix("0x").filter(|digits| digits.len() >= 64) {
            Some(digits) => format!("0x{}…{}", &digits[..8], &digits[64..]),
            None => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}
