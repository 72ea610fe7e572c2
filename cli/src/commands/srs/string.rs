//! A reference string as a table.

use tranche_srs::import::{Format, Origin};
use tranche_workspace::steps::hexadecimal::prefixed;
use tranche_workspace::steps::srs::{ImportedFrom, ReferenceString};

use super::ceremony::chain_lines;
use crate::output::{Report, Table};

impl Report for ReferenceString {
    fn table(&self) -> Table {
        let source = self.source.as_ref();
        let unknown = source.filter(|source| source.origin == Origin::Unknown);
        let trusted = source.is_some() && unknown.is_none();
        let secret = match (self.insecure, trusted, &self.chain) {
            (true, ..) => "INSECURE: the development secret is public, for tests only",
            (false, _, Some(chain)) => &chain.trust,
            (false, true, None) => {
                "not the development secret; known to nobody if the ceremony was honest"
            }
            (false, false, None) => {
                "not the development secret; trust it as far as you trust where it came from"
            }
        };
        let mut table = Table::new();
        // The warning stands above the table.
        if let Some(source) = unknown {
            table = table.line([&source.provenance]);
        }
        table = table
            .line(["file", &self.file.display().to_string()])
            .line(["powers", &format!("2^{}", self.k)])
            .line(["identity", &prefixed(&self.digest)])
            .line(["secret", secret]);
        if let Some(checks) = self.checks {
            table = table.line(["checks", checks]);
        }
        if let Some(source) = source {
            table = source_lines(table, source);
        }
        if let Some(chain) = &self.chain {
            table = chain_lines(table, chain);
        }
        match &self.verifier {
            Some(file) => table.line(["verifier's part", &file.display().to_string()]),
            None => table,
        }
    }
}

fn source_lines(table: Table, source: &ImportedFrom) -> Table {
    let format = match source.format {
        Format::Ptau => "ptau",
        Format::Halo2 => "halo2",
    };
    let origin = match source.origin {
        Origin::Unknown => "UNKNOWN",
        _ => &source.provenance,
    };
    table
        .line(["imported from", &source.file.display().to_string()])
        .line(["format", format])
        .line(["BLAKE2b-512", &source.blake2b.to_string()])
        .line(["Lagrange form", source.lagrange])
        .line(["origin", origin])
}
