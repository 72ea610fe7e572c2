//! Names that count their shards, as `train-00000-of-00003.parquet`.

use std::collections::BTreeMap;

use super::fault::ShardFault;

/// The most shards that a name may count.
const MOST: u64 = 1 << 20;

/// What a name says: shard `number` of `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Numbered<'a> {
    before: &'a str,
    number: u64,
    digits: usize,
    of: u64,
    /// From the word `-of-` on.
    after: &'a str,
}

impl<'a> Numbered<'a> {
    /// Reads a name: digits, `-of-`, digits.
    fn read(name: &'a str) -> Option<Self> {
        let (head, tail) = name.split_once("-of-")?;
        let start = head.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let number = &head[start..];
        let length = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let of = tail[..length].parse().ok().filter(|of| *of <= MOST)?;
        Some(Self {
            before: &head[..start],
            number: number.parse().ok()?,
            digits: number.len(),
            of,
            after: &name[head.len()..],
        })
    }

    /// The count and what comes before the number: what shards of one set share. What follows may be a hash of the shard.
    fn set(&self) -> (&'a str, u64) {
        (self.before, self.of)
    }
}

/// The shards of a set by their numbers, with their names.
type Shards<'a> = BTreeMap<u64, (&'a str, Numbered<'a>)>;

/// Checks that all shards are there that the names of the others count, from 0 or from 1 on; the names are those of one folder.
///
/// # Errors
/// [`ShardFault::Missing`], [`ShardFault::Twice`].
pub(super) fn check(names: &[&str]) -> Result<(), ShardFault> {
    let mut sets: BTreeMap<(&str, u64), Shards<'_>> = BTreeMap::new();
    for name in names {
        let Some(numbered) = Numbered::read(name) else {
            continue;
        };
        let set = sets.entry(numbered.set()).or_default();
        if let Some((first, _)) = set.insert(numbered.number, (*name, numbered)) {
            return Err(ShardFault::Twice {
                first: first.to_owned(),
                second: (*name).to_owned(),
            });
        }
    }
    for ((_, of), set) in sets {
        // Counted from 1 on where the last number is the count, and there is no 0.
        let start = u64::from(!set.contains_key(&0) && set.contains_key(&of));
        let mut missing = (start..start + of).filter(|number| !set.contains_key(number));
        let (Some(number), Some((_, (_, other)))) = (missing.next(), set.first_key_value()) else {
            continue;
        };
        return Err(ShardFault::Missing {
            example: format!(
                "{}{number:0digits$}{}",
                other.before,
                other.after,
                digits = other.digits
            ),
            missing: 1 + missing.count() as u64,
            of,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_a_name_counts_must_be_there() {
        let whole = ["a-0-of-2.csv", "a-1-of-2.csv", "b-1-of-1.csv", "c.csv"];
        assert_eq!(check(&whole), Ok(()));
        assert_eq!(check(&["c4.00001-of-00001.json.gz", "x-of-y"]), Ok(()));
        assert_eq!(
            check(&["t-00000-of-00004.parquet", "t-00002-of-00004.parquet"]),
            Err(ShardFault::Missing {
                example: "t-00001-of-00004.parquet".to_owned(),
                missing: 2,
                of: 4,
            })
        );
        assert_eq!(
            check(&["t-1-of-1-ab.parquet", "t-1-of-1-cd.parquet"]),
            Err(ShardFault::Twice {
                first: "t-1-of-1-ab.parquet".to_owned(),
                second: "t-1-of-1-cd.parquet".to_owned(),
            })
        );
        assert!(check(&["t-7-of-2.csv"]).is_err());
        assert_eq!(check(&["t-0-of-99999999999999999999.csv"]), Ok(()));
    }
}
