//! Multinomial logistic regression, in operations whose results every machine agrees on.
//!
//! Sums run in a fixed order; addition, multiplication, division and square root are exact to the bit by IEEE 754; the
//! exponential and the logarithm are `libm`'s software routines, not the system's.

use super::wine::{CLASSES, FEATURES, Wine};

/// Step size of the descent.
const RATE: f64 = 0.08;

/// A model and the scaling of its inputs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Model {
    means: [f64; FEATURES],
    deviations: [f64; FEATURES],
    /// By class: a weight for each feature, then the bias.
    weights: [[f64; FEATURES + 1]; CLASSES],
}

impl Model {
    /// An untrained model, its scaling fitted to `wines`, of which there is at least one.
    pub(super) fn new<'a>(wines: impl Iterator<Item = &'a Wine> + Clone) -> Self {
        let count = wines.clone().count() as f64;
        let mut means = [0.0; FEATURES];
        for wine in wines.clone() {
            for (mean, feature) in means.iter_mut().zip(wine.features) {
                *mean += feature / count;
            }
        }
        let mut deviations = [0.0; FEATURES];
        for wine in wines {
            for ((deviation, mean), feature) in deviations.iter_mut().zip(means).zip(wine.features)
            {
                *deviation += (feature - mean) * (feature - mean) / count;
            }
        }
        for deviation in &mut deviations {
            *deviation = if *deviation > 0.0 {
                deviation.sqrt()
            } else {
                1.0
            };
        }
        Self {
            means,
            deviations,
            weights: [[0.0; FEATURES + 1]; CLASSES],
        }
    }

    /// One step of gradient descent on the mean loss of a batch of at least one wine.
    pub(super) fn step(&mut self, batch: &[Wine]) {
        let mut gradient = [[0.0; FEATURES + 1]; CLASSES];
        for wine in batch {
            let inputs = self.inputs(wine);
            let probabilities = self.probabilities(&inputs);
            for (class, (row, probability)) in gradient.iter_mut().zip(probabilities).enumerate() {
                let error = probability - if class == wine.class { 1.0 } else { 0.0 };
                for (cell, input) in row.iter_mut().zip(inputs) {
                    *cell += error * input;
                }
            }
        }
        let rate = RATE / batch.len() as f64;
        for (weights, gradient) in self.weights.iter_mut().zip(gradient) {
            for (weight, slope) in weights.iter_mut().zip(gradient) {
                *weight -= rate * slope;
            }
        }
    }

    /// The cross-entropy of a wine's grade, in nats.
    pub(super) fn loss(&self, wine: &Wine) -> f64 {
        -libm::log(self.probabilities(&self.inputs(wine))[wine.class])
    }

    /// Whether the likeliest grade, the lowest of equals, is the wine's.
    pub(super) fn is_right(&self, wine: &Wine) -> bool {
        let probabilities = self.probabilities(&self.inputs(wine));
        let mut best = 0;
        for class in 1..CLASSES {
            if probabilities[class] > probabilities[best] {
                best = class;
            }
        }
        best == wine.class
    }

    /// Every parameter as eight bytes little-endian: means, deviations, then the weights by class.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let scaling = self.means.iter().chain(&self.deviations);
        scaling
            .chain(self.weights.iter().flatten())
            .flat_map(|value| value.to_le_bytes())
            .collect()
    }

    fn inputs(&self, wine: &Wine) -> [f64; FEATURES + 1] {
        let mut inputs = [1.0; FEATURES + 1];
        for (place, input) in inputs.iter_mut().take(FEATURES).enumerate() {
            *input = (wine.features[place] - self.means[place]) / self.deviations[place];
        }
        inputs
    }

    /// The softmax of the scores, shifted by the greatest so that nothing overflows.
    fn probabilities(&self, inputs: &[f64; FEATURES + 1]) -> [f64; CLASSES] {
        let mut scores = [0.0; CLASSES];
        for (score, weights) in scores.iter_mut().zip(&self.weights) {
            for (weight, input) in weights.iter().zip(inputs) {
                *score += weight * input;
            }
        }
        let greatest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        for score in &mut scores {
            *score = libm::exp(*score - greatest);
            total += *score;
        }
        scores.map(|score| score / total)
    }
}
