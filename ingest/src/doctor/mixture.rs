//! How a run mixes its sources, from its first draw to its last.

use serde::Serialize;

/// The most parts that a run is cut into.
const MOST: usize = 96;

/// Draws that follow each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The step of its first draw.
    pub first_step: u64,
    /// The step of its last.
    pub last_step: u64,
    /// Its draws, by source.
    pub draws: Vec<u64>,
}

impl Part {
    fn join(&mut self, next: &Self) {
        self.last_step = next.last_step;
        for (draws, more) in self.draws.iter_mut().zip(&next.draws) {
            *draws += more;
        }
    }

    /// Its draws of all sources.
    pub fn total(&self) -> u64 {
        self.draws.iter().sum()
    }
}

/// A run in parts of the same number of draws; only the last may have fewer. However long the run, there are few.
#[derive(Clone, Debug)]
pub struct Mixture {
    sources: usize,
    width: u64,
    filled: u64,
    parts: Vec<Part>,
}

impl Mixture {
    /// A run of no draws yet, from so many sources.
    pub fn new(sources: usize) -> Self {
        Self {
            sources,
            width: 1,
            filled: 1,
            parts: Vec::new(),
        }
    }

    /// Adds the run's next draw.
    pub fn push(&mut self, step: u64, source: usize) {
        if self.filled == self.width {
            if self.parts.len() == MOST {
                self.halve();
            }
            self.parts.push(Part {
                first_step: step,
                last_step: step,
                draws: vec![0; self.sources],
            });
            self.filled = 0;
        }
        if let Some(part) = self.parts.last_mut() {
            part.last_step = step;
            if let Some(draws) = part.draws.get_mut(source) {
                *draws += 1;
            }
        }
        self.filled += 1;
    }

    fn halve(&mut self) {
        let pairs = self.parts.chunks(2).map(|pair| {
            let mut joined = pair[0].clone();
            pair[1..].iter().for_each(|next| joined.join(next));
            joined
        });
        self.parts = pairs.collect();
        self.width *= 2;
        self.filled = self.width;
    }

    /// The parts, in the order of the run.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The draws of each source.
    pub fn draws(&self) -> Vec<u64> {
        let mut all = vec![0; self.sources];
        for part in &self.parts {
            for (sum, draws) in all.iter_mut().zip(&part.draws) {
                *sum += draws;
            }
        }
        all
    }

    /// One sentence: who leads, and whether the mixture changes from the first quarter of the run to the last.
    pub fn conclusion(&self, names: &[String]) -> String {
        let draws = self.draws();
        let total: u64 = draws.iter().sum();
        let leader = (0..draws.len()).max_by_key(|place| (draws[*place], usize::MAX - place));
        let (Some(leader), true) = (leader, total > 0) else {
            return "The log has no draws.".to_owned();
        };
        let share = percent(draws[leader], total);
        let lead = format!("{} leads with {share:.1} % of {total} draws", names[leader]);
        let quarter = self.parts.len().div_ceil(4);
        let sum = |parts: &[Part]| {
            let mut sum = Part {
                draws: vec![0; self.sources],
                ..Part::default()
            };
            parts.iter().for_each(|part| sum.join(part));
            sum
        };
        let (early, late) = (
            sum(&self.parts[..quarter]),
            sum(&self.parts[self.parts.len() - quarter..]),
        );
        let change = |place: usize| {
            let before = percent(early.draws[place], early.total());
            let after = percent(late.draws[place], late.total());
            (before, after)
        };
        let moved = (0..self.sources).max_by(|a, b| {
            let distance = |place: usize| {
                let (before, after) = change(place);
                (after - before).abs()
            };
            distance(*a).total_cmp(&distance(*b))
        });
        let (before, after) = moved.map_or((0.0, 0.0), change);
        let distance = (after - before).abs();
        match moved {
            Some(moved) if distance >= 5.0 => format!(
                "{lead}; the mixture changes: {} goes from {before:.1} % in the first quarter of the run to {after:.1} % in the last.",
                names[moved]
            ),
            _ => format!(
                "{lead}; the mixture is steady: no share moves by more than {distance:.1} points from the first quarter of the run to the last."
            ),
        }
    }
}

/// A share in per cent; 0 of nothing.
pub fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        100.0 * part as f64 / whole as f64
    }
}

/// The sources that were drawn from, by their draws, most first.
pub fn ranking(draws: &[u64]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..draws.len()).filter(|place| draws[*place] > 0).collect();
    places.sort_by_key(|place| (std::cmp::Reverse(draws[*place]), *place));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_draw_is_lost_however_long_the_run() {
        for count in [0u64, 1, 7, 96, 97, 193, 1_000, 12_345] {
            let mut mixture = Mixture::new(3);
            for draw in 0..count {
                mixture.push(draw / 5, (draw % 3) as usize);
            }
            assert_eq!(mixture.draws().iter().sum::<u64>(), count);
            assert!(mixture.parts().len() <= MOST);
            let (full, last) = match mixture.parts() {
                [] => continue,
                [full @ .., last] => (full, last),
            };
            assert!(full.iter().all(|part| part.total() == mixture.width));
            assert!(last.total() <= mixture.width);
            assert_eq!(last.last_step, (count - 1) / 5);
        }
    }

    #[test]
    fn the_conclusion_says_whether_the_mixture_changes() {
        let names = ["a".to_owned(), "b".to_owned()];
        let mut steady = Mixture::new(2);
        (0..4_000u64).for_each(|draw| steady.push(draw, usize::from(draw % 4 == 0)));
        let said = steady.conclusion(&names);
        assert!(
            said.starts_with("a leads with 75.0 % of 4000 draws; the mixture is steady"),
            "{said}"
        );
        let mut turns = Mixture::new(2);
        (0..4_000u64).for_each(|draw| turns.push(draw, usize::from(draw >= 2_600)));
        let said = turns.conclusion(&names);
        assert!(said.contains("the mixture changes"), "{said}");
        assert_eq!(Mixture::new(0).conclusion(&[]), "The log has no draws.");
    }
}
