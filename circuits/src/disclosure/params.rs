//! Sizes of a disclosure circuit.

use tranche_protocol::Shape;

/// Version of the disclosure circuit: changes with every change of its constraints.
pub const VERSION: u16 = 2;

/// Parts per million: the scale of shares.
pub const SHARE_SCALE: u64 = 1_000_000;
/// Parts per thousand million: the scale of pay shares.
pub const PAY_SCALE: u64 = 1_000_000_000;

/// Sizes of a disclosure circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DisclosureParams {
    /// Rows are 2^k.
    pub k: u32,
    /// The formats' sizes.
    pub shape: Shape,
    /// Claims that a proof can carry.
    pub claims: usize,
    /// Payees that a pay list can carry.
    pub payees: usize,
    /// Permutations that the hash machine runs in parallel.
    pub parallel_permutations: usize,
    /// Arithmetic columns of the first and of the second phase.
    pub arith: [usize; 2],
}

/// A named size of the disclosure circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DisclosureSize {
    /// Name, as statements carry it.
    pub name: &'static str,
    /// Sizes.
    pub params: DisclosureParams,
}

/// The sizes on offer, smallest first. The number in a name is the payees'.
pub const SIZES: [DisclosureSize; 2] = [
    DisclosureSize {
        name: "disclosure-16",
        params: DisclosureParams {
            k: 15,
            shape: Shape::STANDARD,
            claims: 16,
            payees: 16,
            parallel_permutations: 1,
            arith: [1, 1],
        },
    },
    DisclosureSize {
        name: "disclosure-64",
        params: DisclosureParams {
            k: 15,
            shape: Shape::STANDARD,
            claims: 16,
            payees: 64,
            parallel_permutations: 1,
            arith: [2, 1],
        },
    },
];

/// Finds a circuit size by name.
pub fn size_by_name(name: &str) -> Option<DisclosureSize> {
    SIZES.iter().copied().find(|size| size.name == name)
}

/// The smallest circuit size for a number of claims and payees.
pub fn choose_size(claims: usize, payees: usize) -> Option<DisclosureSize> {
    SIZES
        .iter()
        .copied()
        .find(|size| claims <= size.params.claims && payees <= size.params.payees)
}

impl Default for DisclosureParams {
    fn default() -> Self {
        SIZES[0].params
    }
}

impl DisclosureParams {
    /// Leaves of the usage tree.
    pub const fn leaves(&self) -> usize {
        1 << self.shape.usage_depth
    }

    /// Number of public inputs.
    pub const fn public_len(&self) -> usize {
        3 + 4 * self.claims + 3 + self.payees
    }
}
