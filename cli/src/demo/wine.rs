//! The red wine quality data set: 1,599 wines, eleven measurements and a grade each.
//!
//! Source: P. Cortez, A. Cerdeira, F. Almeida, T. Matos, J. Reis, "Modeling wine preferences by data mining from
//! physicochemical properties", 2009, as carried by the crate `linfa-datasets`.

use std::fmt::Write as _;

/// Measurements of a wine.
pub(super) const FEATURES: usize = 11;

/// Grades that occur: 3 to 8.
pub(super) const CLASSES: usize = 6;

const LOWEST_GRADE: usize = 3;

/// A wine as the model sees it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Wine {
    /// The measurements, in the data set's order and units.
    pub(super) features: [f64; FEATURES],
    /// The grade less 3: 0 to 5.
    pub(super) class: usize,
}

impl Wine {
    /// Reads a record: twelve decimals, comma-separated, the grade last.
    pub(super) fn parse(record: &str) -> Option<Self> {
        let mut fields = record.split(',');
        let mut features = [0.0; FEATURES];
        for feature in &mut features {
            *feature = fields
                .next()?
                .parse()
                .ok()
                .filter(|value: &f64| value.is_finite())?;
        }
        let grade: usize = fields.next()?.parse().ok()?;
        let class = grade
            .checked_sub(LOWEST_GRADE)
            .filter(|class| *class < CLASSES)?;
        fields.next().is_none().then_some(Self { features, class })
    }
}

/// Every wine as a record, in the data set's order: CSV text without a line end, each number by its shortest decimal.
pub(super) fn records() -> Vec<String> {
    let wines = linfa_datasets::winequality();
    let rows = wines.records().outer_iter();
    rows.zip(wines.targets().iter())
        .map(|(features, grade)| {
            let mut record = String::new();
            for feature in features {
                // Writing to a String cannot fail.
                let _ = write!(record, "{feature},");
            }
            let _ = write!(record, "{grade}");
            record
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_set_is_whole() {
        let records = records();
        assert_eq!(records.len(), 1_599);
        assert_eq!(
            records[0],
            "7.4,0.7,0,1.9,0.076,11,34,0.9978,3.51,0.56,9.4,5"
        );
        let mut grades = [0; CLASSES];
        for record in &records {
            grades[Wine::parse(record).unwrap().class] += 1;
        }
        assert_eq!(grades, [10, 53, 681, 638, 199, 18]);
    }

    #[test]
    fn malformed_records_do_not_parse() {
        let good = "7.4,0.7,0,1.9,0.076,11,34,0.9978,3.51,0.56,9.4,5";
        assert!(Wine::parse(good).is_some());
        for bad in [
            "",
            "1,2,3",
            &good.replace("9.4", "NaN"),
            &good.replace(",5", ",9"),
            &(good.to_owned() + ",1"),
        ] {
            assert_eq!(Wine::parse(bad), None, "{bad}");
        }
    }
}
