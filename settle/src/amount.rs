//! Amounts of money as people write them.

use std::fmt;
use std::str::FromStr;

use alloy_primitives::Address;

use crate::client::Client;
use crate::contracts::IERC20;
use crate::error::Error;

/// Digits after the point in one native coin.
pub const COIN_DECIMALS: Decimals = Decimals(18);

/// How many digits after the point a token's amounts have: its smallest part is 10^-d of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimals(u8);

impl FromStr for Decimals {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(digits @ 0..=36) => Ok(Self(digits)),
            _ => Err("decimals are 0 to 36, as the token's contract says".to_owned()),
        }
    }
}

impl fmt::Display for Decimals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An amount as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrittenAmount {
    /// `2500000`: smallest parts of whatever is paid in.
    Parts(u128),
    /// `1.5coin`, `2ether`, `30gwei`: native coin, in its smallest parts.
    Coin(u128),
    /// `0.01`: a decimal number, which means nothing without the decimals of what is paid in.
    Decimal {
        /// Digits before the point.
        whole: String,
        /// Digits after it.
        part: String,
    },
}

/// Why a written amount is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AmountFault {
    /// Not of a form that is read.
    Form(String),
    /// 2^128 or more.
    TooLarge(String),
    /// More digits after the point than there are.
    TooFine {
        /// The number.
        amount: String,
        /// Its digits.
        got: usize,
        /// Those that there are.
        decimals: u8,
    },
    /// A decimal number without decimals.
    NoDecimals(String),
    /// An integer with decimals.
    Ambiguous(u128),
    /// Native coin with decimals.
    CoinWithDecimals,
}

impl AmountFault {
    /// What is wrong.
    pub fn what(&self) -> String {
        match self {
            Self::Form(text) => format!("\"{text}\" is no amount"),
            Self::TooLarge(text) => format!("\"{text}\" is 2^128 smallest parts or more"),
            Self::TooFine {
                amount,
                got,
                decimals,
            } => {
                format!("{amount} has {got} digits after the point, what is paid in has {decimals}")
            }
            Self::NoDecimals(text) => format!("{text} means nothing without the token's decimals"),
            Self::Ambiguous(number) => {
                format!("{number} with --decimals may be whole tokens or smallest parts")
            }
            Self::CoinWithDecimals => "an amount in coin has its decimals already".to_owned(),
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Form(_) => "give an integer of smallest parts, a decimal number as 0.01 with --decimals, or native coin as 1.5coin or 20gwei".to_owned(),
            Self::TooLarge(_) => "give less".to_owned(),
            Self::TooFine { .. } => "round it yourself".to_owned(),
            Self::NoDecimals(_) => "add --decimals with what its contract says (often 6 or 18), or give an integer of smallest parts".to_owned(),
            Self::Ambiguous(number) => format!(
                "write {number}.0 for tokens, or leave --decimals out for smallest parts"
            ),
            Self::CoinWithDecimals => "leave --decimals out".to_owned(),
        }
    }
}

impl fmt::Display for AmountFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what(), self.remedy())
    }
}

impl std::error::Error for AmountFault {}

impl FromStr for WrittenAmount {
    type Err = AmountFault;

    fn from_str(text: &str) -> Result<Self, AmountFault> {
        let text = text.trim();
        let form = || AmountFault::Form(text.to_owned());
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if digits(text) {
            let parts = text.parse();
            return parts
                .map(Self::Parts)
                .map_err(|_| AmountFault::TooLarge(text.to_owned()));
        }
        let suffixes = [
            ("gwei", Decimals(9)),
            ("wei", Decimals(0)),
            ("coin", COIN_DECIMALS),
            ("ether", COIN_DECIMALS),
        ];
        let suffix = suffixes
            .iter()
            .find_map(|(suffix, decimals)| Some((text.strip_suffix(suffix)?, *decimals)));
        let number = suffix.map_or(text, |(number, _)| number.trim_end());
        let (whole, part) = match number.split_once('.') {
            Some((whole, part)) if digits(whole) && digits(part) => (whole, part),
            None if digits(number) => (number, ""),
            _ => return Err(form()),
        };
        match suffix {
            Some((_, decimals)) => scaled(whole, part, decimals).map(Self::Coin),
            None => Ok(Self::Decimal {
                whole: whole.to_owned(),
                part: part.to_owned(),
            }),
        }
    }
}

fn scaled(whole: &str, part: &str, decimals: Decimals) -> Result<u128, AmountFault> {
    let width = usize::from(decimals.0);
    let significant = part.trim_end_matches('0');
    if significant.len() > width {
        return Err(AmountFault::TooFine {
            amount: format!("{whole}.{part}"),
            got: significant.len(),
            decimals: decimals.0,
        });
    }
    format!("{whole}{significant:0<width$}")
        .parse()
        .map_err(|_| AmountFault::TooLarge(format!("{whole}.{part}")))
}

impl WrittenAmount {
    /// The sum that is meant, where the decimals are said or not.
    ///
    /// ```
    /// use tranche_settle::amount::{Decimals, WrittenAmount};
    ///
    /// let amount: WrittenAmount = "0.01".parse().unwrap();
    /// let six: Decimals = "6".parse().unwrap();
    /// assert_eq!(amount.sum(Some(six)).unwrap().parts(), 10_000);
    /// assert!(amount.sum(None).is_err());
    /// ```
    ///
    /// # Errors
    /// [`AmountFault`] where that is not exactly one sum.
    pub fn sum(&self, decimals: Option<Decimals>) -> Result<Sum, AmountFault> {
        let (parts, of) = match (self, decimals) {
            (Self::Parts(parts @ 0), _) | (Self::Parts(parts), None) => (*parts, SumOf::Any),
            (Self::Parts(parts), Some(_)) => return Err(AmountFault::Ambiguous(*parts)),
            (Self::Coin(parts), None) => (*parts, SumOf::Coin),
            (Self::Coin(_), Some(_)) => return Err(AmountFault::CoinWithDecimals),
            (Self::Decimal { whole, part }, Some(decimals)) => {
                (scaled(whole, part, decimals)?, SumOf::Decimals(decimals))
            }
            (Self::Decimal { whole, part }, None) => {
                return Err(AmountFault::NoDecimals(format!("{whole}.{part}")));
            }
        };
        Ok(Sum { parts, of })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SumOf {
    Any,
    Coin,
    Decimals(Decimals),
}

/// An amount in smallest parts, and what was said of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    parts: u128,
    of: SumOf,
}

impl Sum {
    /// Smallest parts of whatever is paid in.
    pub fn of_parts(parts: u128) -> Self {
        let of = SumOf::Any;
        Self { parts, of }
    }

    /// The smallest parts.
    pub fn parts(&self) -> u128 {
        self.parts
    }

    /// The smallest parts of a token, which must be what the amount was written for; zero is the native coin.
    ///
    /// # Errors
    /// [`Error::Usage`] when native coin was written for a token, or the token has other decimals; those of the chain.
    pub fn of_token(&self, client: &Client<'_>, token: Address) -> Result<u128, Error> {
        match self.of {
            SumOf::Coin if !token.is_zero() => Err(Error::usage(
                format!("an amount is in coin, and the run pays in the token {token}"),
                "give it in the token's smallest parts, or as a decimal number with --decimals",
            )),
            SumOf::Decimals(said) => {
                let has = if token.is_zero() {
                    COIN_DECIMALS.0
                } else {
                    client.read(token, &IERC20::decimalsCall {})?
                };
                if has == said.0 {
                    return Ok(self.parts);
                }
                Err(Error::usage(
                    format!("--decimals {said}, and what the run pays in has {has}"),
                    format!("give --decimals {has}"),
                ))
            }
            SumOf::Coin | SumOf::Any => Ok(self.parts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(text: &str, decimals: Option<u8>) -> Result<u128, AmountFault> {
        let amount: WrittenAmount = text.parse()?;
        amount.sum(decimals.map(Decimals)).map(|sum| sum.parts())
    }

    #[test]
    fn an_amount_is_exactly_one_sum() {
        for (text, decimals, parts) in [
            ("1500", None, 1_500),
            ("0", None, 0),
            ("0", Some(6), 0),
            ("0.01", Some(6), 10_000),
            ("3.0", Some(6), 3_000_000),
            ("1.500000", Some(1), 15),
            ("7.0", Some(0), 7),
            ("1.5 coin", None, 1_500_000_000_000_000_000),
            ("2ether", None, 2_000_000_000_000_000_000),
            ("30gwei", None, 30_000_000_000),
            ("999 wei", None, 999),
        ] {
            assert_eq!(sum(text, decimals), Ok(parts), "{text}");
        }
    }

    #[test]
    fn what_may_mean_two_sums_or_none_is_refused() {
        assert_eq!(sum("3", Some(6)), Err(AmountFault::Ambiguous(3)));
        assert_eq!(
            sum("0.01", None),
            Err(AmountFault::NoDecimals("0.01".into()))
        );
        assert_eq!(sum("1coin", Some(18)), Err(AmountFault::CoinWithDecimals));
        for (text, decimals) in [
            ("0.0000001", Some(6)),
            ("0.1wei", None),
            ("1.0000000001gwei", None),
        ] {
            let refused = matches!(sum(text, decimals), Err(AmountFault::TooFine { .. }));
            assert!(refused, "{text}");
        }
        for text in [
            &u128::MAX.to_string().replace("340", "341"),
            "1000000000000000000000coin",
        ] {
            assert!(
                matches!(sum(text, None), Err(AmountFault::TooLarge(_))),
                "{text}"
            );
        }
        for text in [
            "",
            "-1",
            "+1",
            ".5",
            "5.",
            "0x10",
            "1e3",
            "1,5",
            "1_000",
            "0.01 USDC",
            "1.5.0",
            "coin",
            ".5coin",
            "1.x coin",
            "１",
        ] {
            assert!(
                matches!(sum(text, None), Err(AmountFault::Form(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn decimals_are_few() {
        assert_eq!("6".parse(), Ok(Decimals(6)));
        for wrong in ["", "-1", "37", "six"] {
            assert!(wrong.parse::<Decimals>().is_err(), "{wrong}");
        }
    }
}
