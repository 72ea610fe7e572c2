//! Where the points and scalars of a proof stand (docs/transcript.md, section 3), from the parsed key alone.

use tranche_verifier::VerifyingKey;

/// Bytes of a point.
pub const POINT: usize = 64;
/// Bytes of a scalar.
pub const SCALAR: usize = 32;

/// A named place in a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What stands there, numbered within its kind in the order of the proof.
    pub name: String,
    /// Offset of its first byte.
    pub offset: usize,
}

/// The elements of the proofs under a key.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Points, in order; the last two stand after the scalars.
    pub points: Vec<Place>,
    /// Scalars, in order.
    pub scalars: Vec<Place>,
    /// Offsets where a part of the proof begins, in order: each kind of point, the scalars, the two openings.
    pub parts: Vec<Place>,
}

impl Layout {
    /// The layout under a key; `None` if it does not add up to the key's proof length.
    #[must_use]
    pub fn new(key: &VerifyingKey) -> Option<Self> {
        let products = key.permutation_products();
        let kinds = [
            ("advice", key.advice_phases().len(), POINT),
            ("product", products, POINT),
            ("random", 1, POINT),
            ("quotient", key.quotient_limbs() as usize, POINT),
            ("advice-value", key.advice_queries().len(), SCALAR),
            ("fixed-value", key.fixed_queries().len(), SCALAR),
            ("random-value", 1, SCALAR),
            ("permutation-value", key.permutation().len(), SCALAR),
            ("product-value", (3 * products).saturating_sub(1), SCALAR),
            ("opening", 1, POINT),
            ("second-opening", 1, POINT),
        ];
        let mut layout = Self {
            points: Vec::new(),
            scalars: Vec::new(),
            parts: Vec::new(),
        };
        let mut offset = 0;
        for (kind, count, size) in kinds {
            if count > 0 {
                let name = kind.to_owned();
                layout.parts.push(Place { name, offset });
            }
            for index in 0..count {
                let name = format!("{kind}-{index}");
                let list = match size {
                    POINT => &mut layout.points,
                    _ => &mut layout.scalars,
                };
                list.push(Place { name, offset });
                offset += size;
            }
        }
        (offset as u64 == key.proof_bytes()).then_some(layout)
    }
}
