//! Constraints and copies of which no mutation is known that they alone notice, each with the reason; and how many there are of all.

/// Roles of one reason.
pub(super) struct Unneeded {
    /// What the circuits' names begin with.
    pub(super) circuits: &'static str,
    pub(super) roles: &'static [&'static str],
    pub(super) reason: &'static str,
}

/// All of them. A test fails if a role is missing here, or is needed after all.
pub(super) const UNNEEDED: &[Unneeded] = &[
    Unneeded {
        circuits: "usage",
        roles: &[
            "S3 active slots are a prefix | k==.",
            "S3 active slots are a prefix | Arith a = constant in k==.",
            "S3 active slots are a prefix | Arith b = Arith c in k==.",
            "S3 active slots are a prefix | Arith c = Arith d in k==.",
        ],
        reason: "redundant: draws · (1 − active) = 0 by 'S4 inactive slots count nothing' and draws · hint = active by 'S3 an active slot was drawn \
                 from'. Without draws active is 0, with draws it is 1. Of the bit's gate only b is read elsewhere",
    },
    Unneeded {
        circuits: "usage",
        roles: &[
            "S5 a leaf is real when it holds a real draw | Arith b = Arith c in k==.",
            "S5 a leaf is real when it holds a real draw | Arith c = Arith d in k==.",
        ],
        reason: "redundant: count · (1 − real) = 0 and count · hint = real, so real is 0 where the count is 0 and 1 elsewhere. Of the bit's gate only \
                 b is read elsewhere",
    },
    Unneeded {
        circuits: "disclosure",
        roles: &[
            "D4 D5 absent payees are zero | k==.",
            "D4 D5 absent payees are zero | Arith a = constant in k==.",
            "D4 D5 absent payees are zero | Arith b = Arith c in k==.",
            "D4 D5 absent payees are zero | Arith c = Arith d in k==.",
        ],
        reason: "redundant: (1 − present) · leaves = 0 and, by 'D4 D5 a payee has a leaf in use', leaves · hint = present. Without leaves present is 0, \
                 with leaves it is 1. Of the bit's gate only b is read elsewhere",
    },
    Unneeded {
        circuits: "disclosure",
        roles: &[
            "D4 remainder goes by the rule | k==k",
            "D4 remainder goes by the rule | Arith a = constant in k==k",
            "D4 remainder goes by the rule | Arith d = constant in k==k",
        ],
        reason: "redundant: without a first payee there is none, so no leaf is in use and all weights are 0; then nothing is registered, and 'D4 share is \
                 rounded down' asks for a remainder below 0",
    },
];

/// Roles of each circuit, and its constraints and copies.
///
/// A copy into an input of a hash leaves a salt behind when it is deleted, which a prover may choose: no mutation shows it, these numbers do.
pub(super) const SIZES: [(&str, [usize; 2]); 6] = [
    ("usage weighted", [479, 30_237]),
    ("usage weighted, many lanes", [474, 27_875]),
    ("usage weighted, degree 5", [482, 30_243]),
    ("usage uniform", [456, 26_091]),
    ("disclosure by shares", [439, 10_088]),
    ("disclosure by meter", [439, 10_088]),
];
