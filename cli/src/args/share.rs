//! Shares and bands of shares.

use tranche_protocol::claims::Precision;
use tranche_protocol::context::Basis;
use tranche_workspace::error::Error;
use tranche_workspace::steps::disclose::{ClaimChoice, TrancheRef};

/// Reads parts per million, or percent with `%` and at most four decimals.
///
/// # Errors
/// A text for the user.
pub(crate) fn parse_ppm(text: &str) -> Result<u32, String> {
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

/// Reads `TRANCHE[:whole]`: the exact share of a tranche.
pub(crate) fn parse_share(text: &str) -> ClaimChoice {
    let (tranche, basis) = basis(text);
    ClaimChoice::Share {
        tranche: TrancheRef::word(tranche),
        basis,
        precision: Precision::Exact,
    }
}

/// Reads `TRANCHE:LO:HI[:whole]`: a band of a tranche's share.
///
/// # Errors
/// [`Error::Usage`].
pub(crate) fn parse_band(text: &str) -> Result<ClaimChoice, Error> {
    let (rest, basis) = basis(text);
    let mut parts = rest.rsplitn(3, ':');
    let (hi, lo, tranche) = (parts.next(), parts.next(), parts.next());
    let (Some(hi), Some(lo), Some(tranche)) = (hi, lo, tranche) else {
        return Err(Error::usage(
            format!("--band {text}"),
            "write TRANCHE:LO:HI or TRANCHE:LO:HI:whole",
        ));
    };
    Ok(ClaimChoice::Share {
        tranche: TrancheRef::word(tranche),
        basis,
        precision: band(text, lo, hi)?,
    })
}

/// Reads `LO:HI`, or nothing for the exact share: the registered part's share of the whole run.
///
/// # Errors
/// [`Error::Usage`].
pub(crate) fn parse_registered_share(text: &str) -> Result<ClaimChoice, Error> {
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
    Ok(ClaimChoice::RegisteredShare(precision))
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

    #[test]
    fn a_name_may_hold_colons_before_its_band() {
        let choice = parse_band("a:b:10%:20%:whole").unwrap();
        let expected = ClaimChoice::Share {
            tranche: TrancheRef::word("a:b"),
            basis: Basis::Whole,
            precision: Precision::Band(100_000, 200_000),
        };
        assert_eq!(choice, expected);
        assert!(parse_band("a:20%:10%").is_err());
        assert!(parse_band("a:20%").is_err());
    }
}
