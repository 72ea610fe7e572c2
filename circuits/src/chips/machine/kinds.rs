//! Kinds of steps of the hash machine, and where their cells stand.
//!
//! A step of n slots over E parallel permutations has n · E I/O cells below its first row, slot by slot and, within a slot, permutation by permutation, then the constant one. It is as long as its
//! permutation or its I/O cells, whichever is more.

use std::ops::Range;

use halo2curves::bn256::Fr;

use super::program::{Program, RATE};

/// What a step does in each of its parallel permutations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// The first block of a sponge.
    Opening {
        /// What the capacity starts from.
        tag: Fr,
        /// Whether the header is an I/O cell; else it is zero.
        salted: bool,
        /// Whether the sponge has no other block.
        last: bool,
    },
    /// A further block of the sponge above it.
    Further {
        /// Whether it is the sponge's last block.
        last: bool,
    },
    /// A node over fifteen children.
    Node {
        /// What the capacity holds.
        tag: Fr,
    },
    /// A narrow hash of two felts.
    Pair,
}

impl StepKind {
    /// The permutation.
    pub fn program(&self) -> &'static Program {
        match self {
            Self::Pair => Program::narrow(),
            _ => Program::wide(),
        }
    }

    /// Input lanes that are I/O cells.
    pub fn io_input_lanes(&self) -> Range<usize> {
        match self {
            Self::Opening { salted: true, .. } => 0..1,
            Self::Opening { .. } | Self::Further { .. } => 0..0,
            Self::Node { .. } => 0..RATE,
            Self::Pair => 1..3,
        }
    }

    /// Whether the digest is an I/O cell; else the state goes on to the next step.
    pub fn exposed(&self) -> bool {
        match self {
            Self::Opening { last, .. } | Self::Further { last } => *last,
            Self::Node { .. } | Self::Pair => true,
        }
    }

    /// The same step with another tag, where it has one.
    pub fn with_tag(self, tag: Fr) -> Self {
        match self {
            Self::Opening { salted, last, .. } => Self::Opening { tag, salted, last },
            Self::Node { .. } => Self::Node { tag },
            other => other,
        }
    }

    /// What its capacity lane is required to hold: the tag, or nothing that the step knows.
    pub fn tag(&self) -> Option<Fr> {
        match self {
            Self::Opening { tag, .. } | Self::Node { tag } => Some(*tag),
            Self::Further { .. } | Self::Pair => None,
        }
    }

    /// Slots of I/O cells: inputs, then the digest.
    pub fn slots(&self) -> usize {
        self.io_input_lanes().len() + usize::from(self.exposed())
    }
}

/// What the combination so far is multiplied by where a step begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepBoundary {
    /// Zero: a region begins.
    Fresh,
    /// The felts of one block.
    Block,
    /// What is left of the felts of all parallel permutations' sponges after their blocks.
    Group,
    /// The separator of two steps that have nothing to do with each other.
    Separate,
}

/// One step.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// What it does.
    pub kind: StepKind,
    /// Its first row.
    pub row: usize,
    /// How it follows the step above it.
    pub boundary: StepBoundary,
}
