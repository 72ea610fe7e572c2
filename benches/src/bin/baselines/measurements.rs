//! The measurements: each proof, and after it the yardstick.

use std::error::Error;

use halo2_proofs::poly::commitment::ParamsProver;
use tranche_cost::clock;
use tranche_cost::yardstick;
use tranche_srs::{Srs, SrsError};

use crate::counting::{self, Argument, CountingCircuit};
use crate::merkle::{self, MerkleCircuit};
use crate::ours;
use crate::poseidon::Layout;
use crate::proof;
use crate::report::{Extrapolated, Measured, Part, Place, Report};

/// Levels of the units trees: 2^20 records a tranche.
const HEIGHT: usize = 20;

/// Proves, measures the yardstick after each proof and collects.
pub(crate) struct Measurements {
    yardstick: Srs,
    tranches: usize,
    report: Report,
}

impl Measurements {
    /// Measurements over runs of a number of tranches.
    ///
    /// # Errors
    /// When the reference string of the yardstick cannot be made.
    pub(crate) fn new(tranches: usize) -> Result<Self, SrsError> {
        let report = Report::begin();
        Ok(Self {
            yardstick: Srs::development(20)?,
            tranches,
            report,
        })
    }

    /// The report of what was measured so far, with the numbers that `extrapolate` computes once the yardstick is known.
    pub(crate) fn report(mut self, extrapolate: impl FnOnce() -> Vec<Extrapolated>) -> Report {
        self.report.end();
        self.report.extrapolated = extrapolate();
        self.report
    }

    fn note(&mut self, place: Place, proved: &proof::Proved) -> Measured {
        let points = self.yardstick.params().get_g();
        let (_, yardstick) = clock::timed(|| yardstick::time(points));
        let measured = Measured::new(place, proved, yardstick);
        eprintln!(
            "{:?} {} k = {}, {} lanes: {} draws in {:.2} s, {:.2} processor seconds",
            measured.part,
            measured.layout,
            measured.k,
            measured.lanes,
            measured.draws,
            measured.seconds,
            measured.processor_seconds
        );
        self.report.measured.push(measured.clone());
        measured
    }

    fn path(
        &mut self,
        srs: &Srs,
        layout: Layout,
        lanes: usize,
    ) -> Result<Option<Measured>, Box<dyn Error>> {
        let k = srs.k();
        let Some(size) = merkle::Size::fullest(k, lanes, layout, HEIGHT, self.tranches) else {
            return Ok(None);
        };
        let run = merkle::Run::new(&size);
        let instances = run.instances(&size);
        let proved = proof::prove(srs, MerkleCircuit::new(size, run), &instances)?;
        let name = match layout {
            Layout::Rounds => "rounds",
            Layout::Boxes => "boxes",
            Layout::Squares => "squares",
        };
        let place = Place {
            part: Part::Merkle,
            layout: name.to_owned(),
            k,
            lanes,
            draws: size.draws(),
            records: self.tranches << HEIGHT,
        };
        Ok(Some(self.note(place, &proved)))
    }

    /// The baseline with a path per draw: a sweep of layouts and lanes at the first height, then its best at the others. Returns the best at all heights.
    ///
    /// # Errors
    /// What halo2 refuses.
    pub(crate) fn paths(
        &mut self,
        heights: &[Srs],
        lanes: &[u32],
    ) -> Result<Vec<Measured>, Box<dyn Error>> {
        let [lowest, higher @ ..] = heights else {
            return Ok(Vec::new());
        };
        let mut best: Option<(Layout, Measured)> = None;
        for layout in [Layout::Rounds, Layout::Boxes, Layout::Squares] {
            for lanes in lanes {
                let Some(measured) = self.path(lowest, layout, *lanes as usize)? else {
                    continue;
                };
                let cost = measured.processor_seconds_per_draw;
                if best
                    .as_ref()
                    .is_none_or(|(_, best)| cost < best.processor_seconds_per_draw)
                {
                    best = Some((layout, measured));
                }
            }
        }
        let Some((layout, measured)) = best else {
            return Ok(Vec::new());
        };
        let lanes = measured.lanes;
        let mut points = vec![measured];
        for srs in higher {
            points.extend(self.path(srs, layout, lanes)?);
        }
        Ok(points)
    }

    /// The counting part by both arguments, with one lane and with two; at the rows and lanes of a rung also at its degree.
    ///
    /// # Errors
    /// What halo2 refuses.
    pub(crate) fn counting(
        &mut self,
        heights: &[Srs],
        rungs: &[Measured],
    ) -> Result<Vec<Measured>, Box<dyn Error>> {
        let mut points = Vec::new();
        for srs in heights {
            for lanes in [1, 2] {
                let mut degrees = vec![0];
                degrees.extend(
                    rungs
                        .iter()
                        .filter(|rung| (rung.k, rung.lanes) == (srs.k(), lanes))
                        .map(|rung| rung.shape.degree),
                );
                for (degree, argument) in degrees.into_iter().flat_map(|degree| {
                    [Argument::Permuted, Argument::Logarithmic].map(|argument| (degree, argument))
                }) {
                    let size = counting::Size {
                        k: srs.k(),
                        argument,
                        lanes,
                        degree,
                        slots: self.tranches,
                    };
                    let run = counting::Run::new(&size);
                    let instances = run.instances();
                    let proved = proof::prove(srs, CountingCircuit::new(size, run), &instances)?;
                    let place = Place {
                        part: match argument {
                            Argument::Permuted => Part::CountingPermuted,
                            Argument::Logarithmic => Part::CountingLogarithmic,
                        },
                        layout: format!("degree {}", size.constraint_degree()),
                        k: srs.k(),
                        lanes,
                        draws: size.draws(),
                        records: size.rows(),
                    };
                    points.push(self.note(place, &proved));
                }
            }
        }
        Ok(points)
    }

    /// A proof of `tranche`.
    ///
    /// # Errors
    /// What its prover or verifier refuses.
    pub(crate) fn tranche(&mut self, load: &ours::Load) -> Result<Measured, Box<dyn Error>> {
        let proved = ours::prove(load)?;
        let rung = load.rung;
        let place = Place {
            part: Part::Tranche,
            layout: rung.name.to_owned(),
            k: rung.params.k,
            lanes: rung.params.draw_lanes,
            draws: load.size.draws,
            records: load.size.records,
        };
        Ok(self.note(place, &proved))
    }
}
