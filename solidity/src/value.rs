//! Yul expressions over the scalar field, reduced only where it is needed.
//!
//! With r < 2^256 / 5, a sum of up to five scalars fits a word. An expression carries a bound: its value is at most
//! `bound` times r. `mulmod` and `addmod` take any words; sums below the limit are plain additions.

/// Largest bound: 5r < 2^256.
const LIMIT: u32 = 5;
/// Words of the stack that the evaluation of one expression may take. The EVM reaches 16, of which the function takes four.
const DEEPEST: u32 = 11;
/// Deepest nesting of parentheses, for readers and for the compiler.
const NESTING: u32 = 24;

/// The literals that a sum and a product leave out.
const ZERO: &str = "0";
const ONE: &str = "0x1";

/// A Yul expression. The order r is the variable `r`.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    pub(crate) text: String,
    /// The value is at most this times r.
    pub(crate) bound: u32,
    /// Words of the stack that it takes.
    depth: u32,
    nesting: u32,
    /// The intermediate values that it reads, by operation, once for each reading.
    pub(crate) reads: Vec<u32>,
}

impl Value {
    /// A value in memory, by name.
    pub(crate) fn load(name: &str) -> Self {
        Self::leaf(format!("mload({name})"), 1)
    }

    /// A literal or variable.
    pub(crate) fn leaf(text: String, bound: u32) -> Self {
        Value {
            text,
            bound,
            depth: 1,
            nesting: 1,
            reads: Vec::new(),
        }
    }

    /// Whether it should be put in memory before it is used further.
    pub(crate) fn is_deep(&self) -> bool {
        self.depth > DEEPEST || self.nesting > NESTING
    }

    pub(crate) fn add(self, other: Self) -> Self {
        if self.text == ZERO {
            return other;
        }
        if other.text == ZERO {
            return self;
        }
        let bound = self.bound + other.bound;
        if bound <= LIMIT {
            commuting("add", self, other, bound, false)
        } else {
            commuting("addmod", self, other, 1, true)
        }
    }

    pub(crate) fn subtract(self, other: Self) -> Self {
        self.add(other.negate())
    }

    pub(crate) fn negate(self) -> Self {
        if self.text == ZERO {
            return self;
        }
        let (multiple, above) = match self.bound {
            1 => ("r".to_owned(), 1),
            bound => (format!("mul({bound}, r)"), 2),
        };
        Value {
            text: format!("sub({multiple}, {})", self.text),
            depth: self.depth.max(1 + above),
            nesting: self.nesting + 1,
            bound: self.bound,
            reads: self.reads,
        }
    }

    pub(crate) fn multiply(self, other: Self) -> Self {
        if self.text == ONE {
            return other;
        }
        if other.text == ONE {
            return self;
        }
        commuting("mulmod", self, other, 1, true)
    }

    /// Times a small number: without a reduction where the bound allows.
    pub(crate) fn times(self, factor: u32) -> Self {
        let bound = self.bound.saturating_mul(factor);
        let literal = Self::leaf(factor.to_string(), 1);
        if bound < LIMIT {
            commuting("mul", self, literal, bound, false)
        } else {
            commuting("mulmod", self, literal, 1, true)
        }
    }
}

/// Arguments are evaluated from the last to the first, so the deeper one comes last.
fn commuting(name: &str, one: Value, other: Value, bound: u32, modular: bool) -> Value {
    let (first, last) = if one.depth > other.depth {
        (other, one)
    } else {
        (one, other)
    };
    let (base, tail) = if modular { (1, ", r") } else { (0, "") };
    let mut reads = first.reads;
    reads.extend(last.reads);
    Value {
        text: format!("{name}({}, {}{tail})", first.text, last.text),
        bound,
        depth: (base + last.depth).max(base + 1 + first.depth),
        nesting: 1 + first.nesting.max(last.nesting),
        reads,
    }
}
