//! The gates as Yul: each constraint folded into the quotient's sum as soon as it is ready.
//!
//! A result that is used once stands in the expression that uses it; one that is used again gets a word of memory, which
//! is free again after its last use. Long constants that repeat are kept in memory.

use std::collections::BTreeMap;

use ark_bn254::Fr;
use tranche_verifier::VerifyingKey;
use tranche_verifier::expression::Operation;

use crate::layout::Layout;
use crate::literal;
use crate::value::Value;
use crate::writer::Writer;

/// A constant c as c or as r − c, whichever is shorter.
#[derive(Clone, Copy)]
struct Signed {
    magnitude: Fr,
    negative: bool,
}

impl Signed {
    fn new(value: &Fr) -> Self {
        let negative = literal::bytes(&-*value) < literal::bytes(value);
        Signed {
            magnitude: if negative { -*value } else { *value },
            negative,
        }
    }
}

struct Generator<'a> {
    key: &'a VerifyingKey,
    layout: &'a Layout,
    code: Writer,
    /// How often each operation's result is used.
    uses: Vec<u32>,
    /// Expressions that wait for their only use.
    waiting: BTreeMap<u32, Value>,
    /// Results in memory: slot, bound, uses left.
    stored: BTreeMap<u32, Stored>,
    done: Vec<bool>,
    free: Vec<usize>,
    slots: usize,
    pool: BTreeMap<String, usize>,
}

struct Stored {
    slot: usize,
    bound: u32,
    left: u32,
}

/// The function `gates() -> sum`. It uses memory from [`Layout::scratch`] on.
pub(crate) fn gates(key: &VerifyingKey, layout: &Layout) -> String {
    let uses = uses(key);
    let pool = pool(key, &uses);
    let mut generator = Generator {
        key,
        layout,
        code: Writer::at(3),
        done: vec![false; uses.len()],
        uses,
        waiting: BTreeMap::new(),
        stored: BTreeMap::new(),
        free: Vec::new(),
        slots: pool.len(),
        pool,
    };
    generator.function();
    generator.code.finish()
}

impl Generator<'_> {
    fn function(&mut self) {
        self.code
            .line("// Section 4, the gates' constraints, folded with y.");
        self.code.line(format!(
            "// Intermediate values and repeated constants stand from {} on.",
            self.address(0)
        ));
        self.code.open("function gates() -> sum {");
        self.code.line("let r := R");
        self.code.line("let y := mload(Y)");
        let pool: Vec<String> = self
            .pool
            .iter()
            .map(|(text, slot)| format!("mstore({}, {text})", self.address(*slot)))
            .collect();
        for line in pool {
            self.code.line(line);
        }
        for (index, constraint) in self.key.gates().constraints().iter().enumerate() {
            self.prepare(*constraint);
            let value = self.operand(*constraint);
            self.code.line(match (index, value.bound) {
                (0, _) => format!("sum := {}", value.text),
                (_, 1..5) => format!("sum := add(mulmod(sum, y, r), {})", value.text),
                _ => format!("sum := addmod(mulmod(sum, y, r), {}, r)", value.text),
            });
            self.release(&value.reads);
        }
        self.code.close();
    }

    fn address(&self, slot: usize) -> String {
        literal::address(self.layout.scratch + 0x20 * slot)
    }

    /// Makes the expressions of everything that an operation depends on, in order, and of the operation itself.
    fn prepare(&mut self, root: u32) {
        let operations = self.key.gates().operations();
        let mut wanted = Vec::new();
        let mut open = vec![root];
        while let Some(position) = open.pop() {
            let (Some(operation), Some(done)) = (
                operations.get(position as usize),
                self.done.get_mut(position as usize),
            ) else {
                continue;
            };
            if !*done && !is_leaf(operation) {
                *done = true;
                wanted.push(position);
                open.extend(operands(operation));
            }
        }
        wanted.sort_unstable();
        for position in wanted {
            let Some(operation) = operations.get(position as usize) else {
                continue;
            };
            let value = self.apply(operation);
            let uses = self.uses.get(position as usize).copied().unwrap_or(0);
            if uses > 1 || value.is_deep() {
                self.store(position, value, uses)
            } else {
                self.waiting.insert(position, value);
            }
        }
    }

    fn apply(&mut self, operation: &Operation) -> Value {
        match *operation {
            Operation::Negate(a) => self.operand(a).negate(),
            Operation::Add(a, b) => {
                let (a, b) = (self.operand(a), self.operand(b));
                a.add(b)
            }
            Operation::Subtract(a, b) => {
                let (a, b) = (self.operand(a), self.operand(b));
                a.subtract(b)
            }
            Operation::Multiply(a, b) => {
                let (a, b) = (self.operand(a), self.operand(b));
                a.multiply(b)
            }
            Operation::Scale(a, constant) => {
                let value = self.operand(a);
                let constant = Signed::new(&constant);
                let product = match literal::small(&constant.magnitude, 4) {
                    Some(factor) => value.times(factor as u32),
                    None => value.multiply(self.constant(&constant.magnitude)),
                };
                if constant.negative {
                    product.negate()
                } else {
                    product
                }
            }
            Operation::Constant(constant) => self.constant(&constant),
            Operation::Fixed(query) => self.query(&self.layout.fixed, query),
            Operation::Advice(query) => self.query(&self.layout.advice, query),
            Operation::Instance(query) => self.query(&self.layout.instance, query),
            Operation::Challenge(index) => Value::load(&format!("CHALLENGE{index}")),
        }
    }

    fn query(&self, names: &[String], query: u32) -> Value {
        Value::load(names.get(query as usize).map_or("", String::as_str))
    }

    fn constant(&self, value: &Fr) -> Value {
        let text = literal::short(value);
        match self.pool.get(&text) {
            Some(slot) => Value::load(&self.address(*slot)),
            None => Value::leaf(text, 1),
        }
    }

    fn operand(&mut self, position: u32) -> Value {
        if let Some(value) = self.waiting.remove(&position) {
            return value;
        }
        if let Some(Stored { slot, bound, .. }) = self.stored.get(&position) {
            let mut value = Value::load(&self.address(*slot));
            value.bound = *bound;
            value.reads.push(position);
            return value;
        }
        let operations = self.key.gates().operations();
        match operations.get(position as usize) {
            Some(Operation::Constant(constant)) => {
                let signed = Signed::new(constant);
                let value = self.constant(&signed.magnitude);
                if signed.negative {
                    value.negate()
                } else {
                    value
                }
            }
            Some(leaf) if is_leaf(leaf) => self.apply(leaf),
            _ => Value::leaf("0".to_owned(), 1),
        }
    }

    fn store(&mut self, position: u32, value: Value, uses: u32) {
        self.release(&value.reads);
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots += 1;
            self.slots - 1
        });
        self.code
            .line(format!("mstore({}, {})", self.address(slot), value.text));
        self.stored.insert(
            position,
            Stored {
                slot,
                bound: value.bound,
                left: uses,
            },
        );
    }

    /// The statement that holds these readings is written: slots without further readings are free.
    fn release(&mut self, reads: &[u32]) {
        for position in reads {
            if let Some(stored) = self.stored.get_mut(position) {
                stored.left = stored.left.saturating_sub(1);
                if stored.left == 0 {
                    self.free.push(stored.slot);
                    self.stored.remove(position);
                }
            }
        }
    }
}

fn is_leaf(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::Constant(_)
            | Operation::Fixed(_)
            | Operation::Advice(_)
            | Operation::Instance(_)
            | Operation::Challenge(_)
    )
}

fn operands(operation: &Operation) -> impl Iterator<Item = u32> {
    let (a, b) = match *operation {
        Operation::Negate(a) | Operation::Scale(a, _) => (Some(a), None),
        Operation::Add(a, b) | Operation::Subtract(a, b) | Operation::Multiply(a, b) => {
            (Some(a), Some(b))
        }
        _ => (None, None),
    };
    a.into_iter().chain(b)
}

/// How often each result is used by the constraints and by operations that they depend on.
fn uses(key: &VerifyingKey) -> Vec<u32> {
    let operations = key.gates().operations();
    let mut uses = vec![0u32; operations.len()];
    let mut count = |position: u32| {
        if let Some(uses) = uses.get_mut(position as usize) {
            *uses += 1;
        }
    };
    key.gates()
        .constraints()
        .iter()
        .copied()
        .for_each(&mut count);
    for (position, operation) in operations.iter().enumerate().rev() {
        if uses.get(position).is_some_and(|uses| *uses > 0) {
            for operand in operands(operation) {
                if let Some(uses) = uses.get_mut(operand as usize) {
                    *uses += 1;
                }
            }
        }
    }
    uses
}

/// Constants that are shorter to load than to repeat, with their slots. A load takes 4 bytes of code, the store 4 more
/// than the literal.
fn pool(key: &VerifyingKey, uses: &[u32]) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for (operation, uses) in key.gates().operations().iter().zip(uses) {
        let (constant, times) = match operation {
            Operation::Constant(constant) => (constant, *uses),
            Operation::Scale(_, constant) if *uses > 0 => (constant, 1),
            _ => continue,
        };
        let magnitude = Signed::new(constant).magnitude;
        let entry = counts
            .entry(literal::short(&magnitude))
            .or_insert((literal::bytes(&magnitude), 0));
        entry.1 = entry.1.saturating_add(times);
    }
    let worth = |(bytes, times): &(u32, u32)| {
        let inline = (bytes + 1).saturating_mul(*times);
        let pooled = (bytes + 5).saturating_add(times.saturating_mul(4));
        inline > pooled
    };
    counts
        .into_iter()
        .filter(|(_, count)| worth(count))
        .map(|(text, _)| text)
        .zip(0..)
        .collect()
}
