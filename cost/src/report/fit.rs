//! What a row of measured values says: a power law, and how far the values lie apart.

/// A power law `y = scale · x^exponent`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PowerLaw {
    /// Slope of the line through the logarithms.
    pub(super) exponent: f64,
    /// Value at x = 1.
    pub(super) scale: f64,
}

impl PowerLaw {
    /// Least squares on the logarithms; `None` without two different x, or where a value is not positive.
    pub(super) fn fit(points: &[(f64, f64)]) -> Option<Self> {
        if points.iter().any(|(x, y)| *x <= 0.0 || *y <= 0.0) {
            return None;
        }
        let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
        let count = logs.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().map(of).sum::<f64>() / count;
        let (mean_x, mean_y) = (mean(|log| log.0), mean(|log| log.1));
        let squares: f64 = logs.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
        let products: f64 = logs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
        let exponent = products / squares;
        let law = Self {
            exponent,
            scale: (mean_y - exponent * mean_x).exp(),
        };
        (squares > 1e-12 && law.exponent.is_finite() && law.scale.is_finite()).then_some(law)
    }

    /// The law's value.
    pub(super) fn at(self, x: f64) -> f64 {
        self.scale * x.powf(self.exponent)
    }
}

/// Least and greatest of the values; `None` without any.
pub(super) fn range(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().fold(None, |range, value| match range {
        None => Some((value, value)),
        Some((least, most)) => Some((f64::min(least, value), f64::max(most, value))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_law_is_found_and_nothing_is_made_of_too_little() {
        let points: Vec<(f64, f64)> = (1..6)
            .map(|i| f64::from(i) * 100.0)
            .map(|x| (x, 3.0 * x.powf(0.75)))
            .collect();
        let law = PowerLaw::fit(&points).unwrap();
        assert!((law.exponent - 0.75).abs() < 1e-9 && (law.scale - 3.0).abs() < 1e-9);
        assert!((law.at(200.0) - points[1].1).abs() < 1e-9);
        assert_eq!(PowerLaw::fit(&points[..1]), None);
        assert_eq!(PowerLaw::fit(&[(2.0, 1.0), (2.0, 3.0)]), None);
        assert_eq!(PowerLaw::fit(&[(0.0, 1.0), (2.0, 3.0)]), None);
        assert_eq!(range([3.0, 1.0, 2.0]), Some((1.0, 3.0)));
    }
}
