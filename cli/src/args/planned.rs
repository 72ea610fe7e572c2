//! What a planned run draws from.

use std::path::PathBuf;

use tranche_workspace::steps::estimate::{PlannedData, PlannedSource};

/// Reads `[NAME=]RECORDS:DRAWS` or `[NAME=]FOLDER:DRAWS` of a registered tranche. The name is for the reader only.
///
/// # Errors
/// A text for the user.
pub(crate) fn parse_planned_tranche(text: &str) -> Result<PlannedSource, String> {
    planned(text, PlannedData::Registered)
}

/// Reads `RECORDS:DRAWS` or `FOLDER:DRAWS` of unregistered data, as [`parse_planned_tranche`].
///
/// # Errors
/// A text for the user.
pub(crate) fn parse_planned_unregistered(text: &str) -> Result<PlannedSource, String> {
    planned(text, PlannedData::Unregistered)
}

fn planned(text: &str, counted: fn(u64) -> PlannedData) -> Result<PlannedSource, String> {
    let wrong = || {
        format!(
            "\"{text}\" does not say how much is drawn: write RECORDS:DRAWS or FOLDER:DRAWS, for example books=400000:20000"
        )
    };
    let unnamed = text.split_once('=').map_or(text, |(_, rest)| rest);
    let (data, draws) = unnamed.rsplit_once(':').ok_or_else(wrong)?;
    let draws = draws.parse().map_err(|_| wrong())?;
    if data.starts_with(|first: char| first.is_ascii_digit())
        && data.parse::<f64>().is_ok()
        && data.parse::<u64>().is_err()
    {
        return Err(format!(
            "\"{data}\" is no number of records: write it in digits alone, for example 1000000; a folder of that name as ./{data}"
        ));
    }
    let data = match data.parse() {
        Ok(records) => counted(records),
        Err(_) if data.is_empty() => return Err(wrong()),
        Err(_) => PlannedData::Folder(PathBuf::from(data)),
    };
    Ok(PlannedSource { data, draws })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_and_folders_with_and_without_a_name() {
        let source = |data, draws| Ok(PlannedSource { data, draws });
        for (text, expected) in [
            ("5000:10", source(PlannedData::Registered(5_000), 10)),
            ("a=5000:10", source(PlannedData::Registered(5_000), 10)),
            ("./1e6:3", source(PlannedData::Folder("./1e6".into()), 3)),
            ("a/b:3", source(PlannedData::Folder("a/b".into()), 3)),
            ("a=C:\\b:3", source(PlannedData::Folder("C:\\b".into()), 3)),
        ] {
            assert_eq!(parse_planned_tranche(text), expected, "{text}");
        }
        for text in [
            "", "5000", "a=5000", "a:", ":3", "a:-1", "a:x", "1e6:5", "a=2.5:5",
        ] {
            assert!(parse_planned_tranche(text).is_err(), "{text}");
        }
        assert_eq!(
            parse_planned_unregistered("7:8"),
            source(PlannedData::Unregistered(7), 8)
        );
    }
}
