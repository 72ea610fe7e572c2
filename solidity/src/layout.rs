//! Where everything stands in the contract's memory: a function of the key alone.
//!
//! The proof is copied segment by segment. A segment is what one squeeze of the transcript hashes: the state, the absorbed
//! bytes, and the byte 0x01 in the word after them, which then takes the new state and so begins the next segment.

use std::collections::BTreeMap;

use tranche_verifier::VerifyingKey;
use tranche_verifier::opening::Commitment;

const WORD: usize = 0x20;
const POINT: usize = 0x40;
/// Denominator, product of the denominators before it, numerator.
pub(crate) const ENTRY: usize = 0x60;
/// Words of the statement before the public inputs.
const HEADER: usize = 9 * WORD;

/// A named address.
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) address: usize,
}

/// What one squeeze hashes.
pub(crate) struct Segment {
    /// Where the state stands.
    pub(crate) start: usize,
    /// First byte copied from the proof.
    pub(crate) data: usize,
    /// The byte after the last: where 0x01 and then the next state go.
    pub(crate) end: usize,
    /// Whether the data are scalars; otherwise they are points.
    pub(crate) scalars: bool,
    /// Where to put the challenges; `None` for one that nothing reads.
    pub(crate) challenges: Vec<Option<String>>,
}

/// A group of names under a heading.
pub(crate) struct Group {
    pub(crate) heading: String,
    pub(crate) names: Vec<Named>,
}

/// The memory of a contract.
pub(crate) struct Layout {
    pub(crate) groups: Vec<Group>,
    pub(crate) segments: Vec<Segment>,
    /// The proof's scalars by position.
    pub(crate) scalars: Vec<String>,
    pub(crate) scalar_addresses: Vec<usize>,
    /// Names of the evaluations by query.
    pub(crate) advice: Vec<String>,
    pub(crate) fixed: Vec<String>,
    pub(crate) instance: Vec<String>,
    pub(crate) sigma: Vec<String>,
    pub(crate) products: Vec<[String; 3]>,
    points: BTreeMap<(u8, u32), (String, usize)>,
    pub(crate) quotient: Vec<String>,
    /// Distinct rotations of the opening, reduced, increasing.
    pub(crate) rotations: Vec<u32>,
    /// Whether the inverse of x is needed.
    pub(crate) inverts_x: bool,
    pub(crate) inputs: usize,
    /// First address of the gates' intermediate values.
    pub(crate) scratch: usize,
}

struct Allocator {
    next: usize,
    groups: Vec<Group>,
}

impl Allocator {
    fn group(&mut self, heading: impl Into<String>) {
        self.groups.push(Group {
            heading: heading.into(),
            names: Vec::new(),
        });
    }

    fn name(&mut self, name: impl Into<String>, address: usize) -> String {
        let name = name.into();
        if let Some(group) = self.groups.last_mut() {
            group.names.push(Named {
                name: name.clone(),
                address,
            });
        }
        name
    }

    fn take(&mut self, name: impl Into<String>, size: usize) -> String {
        let address = self.next;
        self.next += size;
        self.name(name, address)
    }
}

/// The name of the state before a segment, which is the end of the segment before.
pub(crate) fn state(segment: usize) -> String {
    format!("STATE{segment}")
}

/// The name of a segment's first byte.
pub(crate) fn part(segment: usize) -> String {
    format!("PART{segment}")
}

/// The name of a column at a rotation.
fn cell(kind: &str, column: u32, rotation: i32) -> String {
    match rotation {
        0 => format!("{kind}{column}"),
        1.. => format!("{kind}{column}_NEXT{rotation}"),
        _ => format!("{kind}{column}_PREV{}", rotation.unsigned_abs()),
    }
}

fn point_key(commitment: Commitment) -> (u8, u32) {
    match commitment {
        Commitment::Advice(column) => (0, column),
        Commitment::Product(product) => (1, product),
        Commitment::Random => (2, 0),
        Commitment::Quotient => (3, 0),
        Commitment::Fixed(column) => (4, column),
        Commitment::Permutation(column) => (5, column),
    }
}

impl Layout {
    /// The name and address of a commitment that stands in memory; `None` for the key's own.
    pub(crate) fn point(&self, commitment: Commitment) -> Option<&(String, usize)> {
        self.points.get(&point_key(commitment))
    }

    pub(crate) fn new(key: &VerifyingKey) -> Self {
        let mut rotations: Vec<u32> = key
            .opening()
            .sets()
            .iter()
            .flat_map(|set| set.rotations.iter().copied())
            .collect();
        rotations.sort_unstable();
        rotations.dedup();
        let mut layout = Layout {
            groups: Vec::new(),
            segments: Vec::new(),
            scalars: Vec::new(),
            scalar_addresses: Vec::new(),
            advice: Vec::new(),
            fixed: Vec::new(),
            instance: Vec::new(),
            sigma: Vec::new(),
            products: Vec::new(),
            points: BTreeMap::new(),
            quotient: Vec::new(),
            rotations,
            inverts_x: key
                .opening()
                .sets()
                .iter()
                .any(|set| set.rotations.len() > 1),
            inputs: 0,
            scratch: 0,
        };
        let mut memory = Allocator {
            next: 0,
            groups: Vec::new(),
        };
        layout.fixed_places(key, &mut memory);
        layout.proof_places(key, &mut memory);
        layout.batch_places(key, &mut memory);
        layout.segment_names(&mut memory);
        layout.scratch = memory.next;
        layout.groups = memory.groups;
        layout
    }

    /// Work areas of the precompiles, challenges and values computed from them.
    fn fixed_places(&mut self, key: &VerifyingKey, memory: &mut Allocator) {
        memory.group("Input and output of the modular exponentiation");
        memory.take("SCRATCH", 6 * WORD);
        memory.group("Input of the pairing: W', s·H, F, −H. Until F is known the sums of points use the place of −H and more");
        memory.take("W_PRIME", POINT);
        memory.take("S_G2", 2 * POINT);
        memory.take("TOTAL", POINT);
        let minus = memory.next;
        memory.take("ACCUMULATOR", POINT);
        memory.take("FACTOR", WORD);
        memory.take("MULTIPLE", POINT);
        memory.take("OPERAND", POINT);
        memory.name("MINUS_G2", minus);

        memory.group("Challenges");
        for index in 0..key.challenge_phases().len() {
            memory.take(format!("CHALLENGE{index}"), WORD);
        }
        for name in ["BETA", "GAMMA", "Y", "X", "Y_PRIME", "V", "U"] {
            memory.take(name, WORD);
        }
        memory.group("Values at x: x^n, Lagrange polynomials, instance column, the quotient");
        for name in ["XN", "L_FIRST", "L_LAST", "L_BLIND", "QUOTIENT"] {
            memory.take(name, WORD);
        }
        for rotation in key.instance_queries() {
            let name = memory.take(
                cell("INSTANCE", 0, *rotation).replace("INSTANCE0", "INSTANCE"),
                WORD,
            );
            memory.take(format!("{name}_ENTRIES"), WORD);
            self.instance.push(name);
        }
        memory.group("The opening: Z_0(u), weights of the sets, scalar of G, the point H");
        memory.take("SET_VANISHING", WORD);
        for set in 1..key.opening().sets().len() {
            memory.take(format!("WEIGHT{set}"), WORD);
        }
        memory.take("CONSTANT", WORD);
        let quotient = memory.take("QUOTIENT_POINT", POINT);
        self.points.insert(
            point_key(Commitment::Quotient),
            (quotient, memory.next - POINT),
        );
    }

    /// The statement, the public inputs and the proof.
    fn proof_places(&mut self, key: &VerifyingKey, memory: &mut Allocator) {
        memory.group("The statement's nine words, then the public inputs; the last three words are reused by the transcript");
        memory.take("STATEMENT", HEADER);
        self.inputs = memory.next;
        memory.take("INPUTS", key.instances() * WORD);

        memory.group("Row 4: advice commitments, phase by phase");
        self.segments.push(Segment {
            start: self.inputs - 3 * WORD,
            data: memory.next,
            end: memory.next,
            scalars: false,
            challenges: Vec::new(),
        });
        let last = key.advice_phases().iter().copied().max().unwrap_or(0);
        for phase in 0..=last {
            for (column, at) in (0u32..).zip(key.advice_phases()) {
                if *at == phase {
                    self.take_point(
                        memory,
                        format!("A{column}_POINT"),
                        Commitment::Advice(column),
                    );
                }
            }
            for (index, at) in key.challenge_phases().iter().enumerate() {
                if *at == phase {
                    self.squeeze(Some(format!("CHALLENGE{index}")));
                }
            }
        }
        for name in [None, Some("BETA"), Some("GAMMA")] {
            self.squeeze(name.map(str::to_owned));
        }
        memory.group("Rows 6 and 7: permutation products, random polynomial");
        for product in 0..key.permutation_products() as u32 {
            let name = format!("Z{product}_POINT");
            self.take_point(memory, name, Commitment::Product(product));
        }
        self.take_point(memory, "RANDOM_POINT".to_owned(), Commitment::Random);
        self.squeeze(Some("Y".to_owned()));
        memory.group("Row 9: quotient limbs");
        for limb in 0..key.quotient_limbs() {
            let name = self.absorb(memory, format!("H{limb}_POINT"), POINT, false);
            self.quotient.push(name);
        }
        self.squeeze(Some("X".to_owned()));
        self.scalar_places(key, memory);
        self.squeeze(Some("Y_PRIME".to_owned()));
        self.squeeze(Some("V".to_owned()));
        memory.group("Row 17: the opening W");
        self.absorb(memory, "W".to_owned(), POINT, false);
        self.squeeze(Some("U".to_owned()));
        // The word that the last squeeze writes its state to.
        memory.next += WORD;
    }

    /// Rows 11 to 15.
    fn scalar_places(&mut self, key: &VerifyingKey, memory: &mut Allocator) {
        memory.group("Row 11: advice evaluations, A column, NEXT or PREV rows away");
        for query in key.advice_queries() {
            let name = self.take_scalar(memory, cell("A", query.column, query.rotation));
            self.advice.push(name);
        }
        memory.group("Row 12: fixed evaluations");
        for query in key.fixed_queries() {
            let name = self.take_scalar(memory, cell("F", query.column, query.rotation));
            self.fixed.push(name);
        }
        memory.group("Row 13: random polynomial");
        self.take_scalar(memory, "RANDOM".to_owned());
        memory.group("Row 14: permutation polynomials");
        for column in 0..key.permutation().len() {
            let name = self.take_scalar(memory, format!("SIGMA{column}"));
            self.sigma.push(name);
        }
        memory.group("Row 15: permutation products at x, at the next row, at the last row");
        let products = key.permutation_products();
        for product in 0..products {
            let current = self.take_scalar(memory, format!("Z{product}"));
            let next = self.take_scalar(memory, format!("Z{product}_NEXT"));
            let last = if product + 1 < products {
                self.take_scalar(memory, format!("Z{product}_LAST"))
            } else {
                String::new()
            };
            self.products.push([current, next, last]);
        }
    }

    /// State and first byte of each segment; the next state stands after its last byte.
    fn segment_names(&self, memory: &mut Allocator) {
        memory
            .group("Segments of the proof: the transcript's state before each, and its first byte");
        for (index, segment) in self.segments.iter().enumerate() {
            memory.name(state(index), segment.start);
            memory.name(part(index), segment.data);
        }
        let last = self.segments.last().map_or(0, |segment| segment.end);
        memory.name(state(self.segments.len()), last);
    }

    /// Entries of the batch inversion.
    fn batch_places(&mut self, key: &VerifyingKey, memory: &mut Allocator) {
        memory.group("Batch inversion, entries of three words: denominator, product before it, numerator or inverse");
        memory.take("VANISHING", ENTRY);
        if self.inverts_x {
            memory.take("X_ENTRY", ENTRY);
        }
        for rotation in &self.rotations {
            memory.take(format!("D{rotation}"), ENTRY);
        }
        let rows = key.blinding_rows() as usize + 2;
        memory.take("ROWS", rows * ENTRY);
        memory.take(
            "INPUT_ENTRIES",
            key.instances() * key.instance_queries().len() * ENTRY,
        );
    }

    fn take_point(&mut self, memory: &mut Allocator, name: String, commitment: Commitment) {
        let name = self.absorb(memory, name, POINT, false);
        self.points
            .insert(point_key(commitment), (name, memory.next - POINT));
    }

    fn take_scalar(&mut self, memory: &mut Allocator, name: String) -> String {
        let name = self.absorb(memory, name, WORD, true);
        self.scalars.push(name.clone());
        self.scalar_addresses.push(memory.next - WORD);
        name
    }

    /// Takes the place of an item of the proof; after a squeeze it begins a new segment.
    fn absorb(
        &mut self,
        memory: &mut Allocator,
        name: String,
        size: usize,
        scalars: bool,
    ) -> String {
        let squeezed = self
            .segments
            .last()
            .is_none_or(|segment| !segment.challenges.is_empty());
        if squeezed {
            let start = memory.next;
            memory.next += WORD;
            self.segments.push(Segment {
                start,
                data: memory.next,
                end: memory.next,
                scalars,
                challenges: Vec::new(),
            });
        }
        let name = memory.take(name, size);
        if let Some(segment) = self.segments.last_mut() {
            segment.end = memory.next;
        }
        name
    }

    fn squeeze(&mut self, challenge: Option<String>) {
        if let Some(segment) = self.segments.last_mut() {
            segment.challenges.push(challenge);
        }
    }
}
