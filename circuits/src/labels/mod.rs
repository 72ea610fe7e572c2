//! The labels of all constraints and copies, each with the clauses of the specification that it serves.
//!
//! A label is what a test report prints when its constraint or copy is broken. Gates of chips have it as the constraint's name; the arithmetic chip has one
//! constraint a column, so that its gates carry their label beside them. `docs/circuits-testing.md`, section 7, has a row for each label: where it is
//! asked for, the native check of its clause, and the tests that break it. A test keeps the two equal.

#[cfg(test)]
mod documents;

use std::fmt;

use tranche_protocol::clause::Clause;

/// What a constraint or copy is called, and the clauses that ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClauseLabel {
    clauses: &'static [Clause],
    text: &'static str,
}

impl ClauseLabel {
    /// A label. The text of a label with clauses begins with their numbers, unless it names a part of an argument that several clauses share.
    pub const fn new(clauses: &'static [Clause], text: &'static str) -> Self {
        Self { clauses, text }
    }

    /// The clauses that it serves; none where it serves an argument below all clauses, such as a range check.
    pub const fn clauses(self) -> &'static [Clause] {
        self.clauses
    }

    /// What reports print; `{i}` in it stands for a number.
    pub const fn text(self) -> &'static str {
        self.text
    }

    /// The text with a number in it.
    pub fn numbered(self, number: usize) -> String {
        self.text.replace("{i}", &number.to_string())
    }
}

impl fmt::Display for ClauseLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

macro_rules! labels {
    ($($name:ident: [$($clause:ident)*] $text:literal;)*) => {
        $(
            #[doc = concat!("\"", $text, "\"")]
            pub const $name: ClauseLabel = ClauseLabel::new(&[$(Clause::$clause),*], $text);
        )*

        /// All labels with the names of their constants.
        pub const ALL: &[(&str, ClauseLabel)] = &[$((stringify!($name), $name)),*];
    };
}

labels! {
    // Arguments that serve several clauses
    RANGE_LIMB_FRACTIONS: [] "range limb fractions {i}";
    RANGE_LIMBS_ARE_TABLE_ENTRIES: [] "range limbs are table entries";
    RANGE_SUM_STARTS_AT_ZERO: [] "range sum starts at zero";
    RANGE_SUM_ENDS_AT_ZERO: [] "range sum ends at zero";
    MACHINE_ADDS_UP: [S2 S3 S5 S6 S7] "hash machine adds up";
    MACHINE_SQUARES: [S2 S3 S5 S6 S7] "hash machine squares";
    MACHINE_ADDS_CONSTANTS_ONCE: [S2 S3 S5 S6 S7] "hash machine adds its constants once";
    MACHINE_WEIGHTS: [S2 S3 S5 S6 S7] "hash weights are the challenges'";
    CHALLENGE_CELL: [] "challenge cell";
    MASK_BIT_IS_BOOLEAN: [] "mask bit is boolean";

    // S1. Draws are counted
    COUNTING_FRACTIONS: [S1] "S1 fractions {i}";
    DRAWS_AND_MULTIPLICITIES_ADD_UP: [S1] "S1 draws and multiplicities add up";
    COUNTING_SUM_STARTS_AT_ZERO: [S1] "S1 sum starts at zero";
    COUNTING_SUM_IS_ITS_CELL: [S1] "S1 sum is its cell";
    PADDING_IS_COUNTED_AT_ZERO: [S1] "S1 padding is counted at position 0";

    // S2. Every counted chunk is its owner's
    UNITS_ARE_FOLDED: [S2] "S2 units are folded";
    UNITS_FOLD_STARTS_AT_ZERO: [S2] "S2 units fold starts at zero";
    CHUNK_SPONGES_ARE_THE_UNITS: [S2] "S2 chunk sponges are the folded units";
    DIGIT_IS_FOUR_BITS: [S2] "S2 digit is four bits";
    DIGIT_IS_BELOW_FIFTEEN: [S2] "S2 digit is below fifteen";
    PICKED_CHILD_IS_THE_DIGEST: [S2] "S2 picked child is the digest below";
    CHUNK_NUMBER_IS_ITS_DIGITS: [S2] "S2 chunk number is the path's digits";
    UNIFORM_CELL_IS_BOOLEAN: [S2] "S2 uniform cell {i} is boolean";
    UNIFORM_CELL_FOLLOWS_A_ONE: [S2] "S2 uniform cell {i} follows a one";
    UNIFORM_ROW_FOLLOWS_ONES: [S2] "S2 uniform row follows ones";
    UNIFORM_COUNT_STARTS: [S2] "S2 uniform count starts with its row";
    UNIFORM_POSITIONS_ARE_COUNTED: [S2] "S2 uniform positions are counted";
    POSITIONS_LIE_WITHIN_TRANCHE: [S2] "S2 uniform positions lie within the tranche";
    TRANCHE_IS_UNIFORM: [S2] "S2 tranche is uniform";
    CHUNK_IS_KEYED: [S2] "S2 a chunk is keyed by root and id";
    ROWS_CARRY_KEY_INVERSE: [S2] "S2 a chunk's rows carry its key inverse";
    ROWS_SHARE_KEY_INVERSE: [S2] "S2 a chunk's rows share its key inverse";
    SLOTS_HOLD_THEIR_SUMS: [S2 S4] "S2 S4 slots hold their chunks' sums";
    ACTIVE_TABLE_CHUNKS_HAVE_A_SLOT: [S2] "S2 every active table chunk is of a slot";
    ACTIVE_TABLE_CHUNKS_COME_FIRST: [S2] "S2 active table chunks are a prefix";
    CHUNK_INDEX_ENTRY: [S2] "S2 entry of the chunk index";
    CHUNK_INDEX_HOLDS_TABLE_CHUNKS: [S2] "S2 chunk index holds the table chunks";
    EMPTY_CHUNK_INDEX_LEAF_IS_ZERO: [S2] "S2 an empty leaf of the chunk index is zero";
    HASHES_ARE_PERMUTATIONS: [S2 S3 S5 S6 S7] "S2 S3 S5 S6 S7 hashes are permutations";

    // S3. Slots are registered tranches
    ID_STARTS_WITH_ITS_TAG: [S3] "S3 id starts with its tag";
    ID_HASHES_ITS_FIELDS: [S3] "S3 id hashes its fields";
    COUNTS_ARE_THEIR_PARTS: [S3] "S3 counts are their parts";
    PATH_BIT_IS_BOOLEAN: [S3] "S3 path bit is boolean";
    PATH_CHILD_IS_THE_DIGEST: [S3] "S3 path child is the digest below";
    REGISTRY_INDEX_IS_ITS_BITS: [S3] "S3 registry index is the path's bits";
    ID_IS_IN_THE_REGISTRY: [S3] "S3 id is in the registry";
    ACTIVE_SLOTS_COME_FIRST: [S3] "S3 active slots are a prefix";
    REGISTRY_INDICES_ASCEND: [S3] "S3 registry indices ascend";
    ACTIVE_SLOT_WAS_DRAWN_FROM: [S3] "S3 an active slot was drawn from";
    ONE_UNIT_DEFINITION: [S3] "S3 one unit definition";
    PRIVATE_TRANCHE_HAS_NO_OWNER: [S3] "S3 the private tranche has no owner";

    // S4. Units and draws are the sums
    WEIGHTS_REACH_THEIR_SLOTS: [S4] "S4 weights reach their slots";
    WEIGHT_SUM_STARTS_AT_ZERO: [S4] "S4 sum starts at zero";
    WEIGHT_SUM_IS_ITS_CELL: [S4] "S4 sum is its cell";
    INACTIVE_SLOTS_COUNT_NOTHING: [S4] "S4 inactive slots count nothing";
    UNREGISTERED_SUMS: [S4] "S4 unregistered sums";
    UNITS_ARE_SCALED_SUMS: [S4] "S4 units are scaled sums";
    SLOT_SUMS_ARE_IN_RANGE: [S4] "S4 sums of a slot are in range";
    RUN_UNITS_ARE_IN_RANGE: [S4] "S4 units of the run are below 2^48";
    SCALE_IS_NOT_ZERO: [S4] "S4 scale is not zero";
    SCALE_IS_ONE_UNLESS_UNIFORM: [S4] "S4 scale is one unless uniform";
    INACTIVE_CHUNK_HOLDS_ZEROS: [S4] "S4 an inactive chunk holds zeros";

    // S5. The log holds exactly the counted draws
    COUNT_IS_IN_RANGE: [S5] "S5 count {i} is in range";
    DRAW_PAST_THE_COUNT_IS_PADDING: [S5] "S5 draw {i} past the count is padding";
    GROUP_IS_FULL_BEFORE_THE_NEXT: [S5] "S5 group {i} is full before the next begins";
    NO_DRAW_BELOW_THE_LOG: [S5] "S5 no draw is below the log's";
    DRAWS_ARE_FOLDED: [S5] "S5 draws are folded";
    DRAWS_FOLD_STARTS_AT_ZERO: [S5] "S5 draws fold starts at zero";
    LOG_SPONGES_ARE_THE_DRAWS: [S5] "S5 log sponges are the folded draws";
    LOG_LEAF_IS_REAL: [S5] "S5 a leaf is real when it holds a real draw";
    LOG_ROOT_IS_THE_TREE: [S5] "S5 log root is the tree over the leaves";
    NUMBER_OF_DRAWS: [S5] "S5 number of draws";

    // S6. The run commitment opens
    RUN_COMMITMENT_OPENS: [S6] "S6 run commitment opens";

    // S7. The usage commitment opens
    INACTIVE_SLOTS_HAVE_EMPTY_LEAVES: [S7] "S7 inactive slots have empty leaves";
    LEAVES_ARE_THE_SLOTS: [S7] "S7 leaves are the slots in a secret order";
    LEAF_VALUES_ARE_IN_RANGE: [S7] "S7 leaf values are in range";
    USAGE_LEAF: [S7] "S7 usage leaf";
    USAGE_COMMITMENT_IS_THE_TREE: [S7] "S7 usage commitment is the tree over the leaves";
    UNREGISTERED_TOTAL: [S7] "S7 unregistered total";
    UNREGISTERED_TOTAL_HOLDS_AMOUNTS: [S7] "S7 unregistered total holds unit and amounts";
    UNREGISTERED_TOTAL_IS_SALTED: [S7] "S7 unregistered total is salted";
    DISCLOSURE_HASHES_ARE_PERMUTATIONS: [S7] "S7 hashes are permutations";

    // S8. The proof is bound to its context
    PUBLIC_INPUTS_ARE_BOUND: [S8] "S8 public inputs are bound";

    // D1 to D3, D6, D7. Claims
    SHARE_IS_AT_LEAST_LO: [D1 D2] "D1 D2 share is at least lo";
    SHARE_IS_AT_MOST_HI: [D1 D2] "D1 D2 share is at most hi";
    SUBJECT_LEAVES: [D1 D3] "D1 D3 leaves of the subject";
    BOUNDS: [D2] "D2 bounds";
    EXCLUDED_TRANCHE_HAS_NO_DRAWS: [D3] "D3 excluded tranche has no draws";
    CLAIM_CODE_IS_ONE_OF_FIVE: [D6] "D6 claim code is one of five";
    BASIS: [D6] "D6 basis";
    REGISTERED_UNITS: [D7] "D7 registered units";

    // D4 and D5. The pay list
    PAY_KIND_IS_ONE_OF_THREE: [D4 D5] "D4 D5 pay kind is one of three";
    REMAINDER_RULE_IS_ONE_OF_TWO: [D4] "D4 remainder rule is one of two";
    LEAF_WEIGHT: [D4 D5] "D4 D5 weight of a leaf";
    LEAVES_IN_USE: [D4 D5] "D4 D5 leaves in use";
    ABSENT_PAYEES_ARE_ZERO: [D4 D5] "D4 D5 absent payees are zero";
    PAYEE_HAS_A_LEAF_IN_USE: [D4 D5] "D4 D5 a payee has a leaf in use";
    PAYEE_OWNER_IS_AN_ADDRESS: [D4 D5] "D4 D5 payee's owner is an address";
    OWNERS_ASCEND: [D4 D5] "D4 D5 owners ascend";
    OWNER_WEIGHTS_ARE_THEIR_SUMS: [D4 D5] "D4 D5 owners' weights are their leaves' sums";
    PAYEES_ARE_THE_OWNERS_IN_USE: [D4 D5] "D4 D5 payees are the owners in use";
    SHARE_IS_ROUNDED_DOWN: [D4] "D4 share is rounded down";
    REMAINDER_GOES_BY_THE_RULE: [D4] "D4 remainder goes by the rule";
    AMOUNT_IS_UNITS_TIMES_RATE: [D5] "D5 amount is units times rate";
    PUBLIC_PAYEE_IS_OWNER_AND_AMOUNT: [D4 D5] "D4 D5 public payee is owner and amount";
    PAY_TOTAL: [D4 D5] "D4 D5 total";
}
