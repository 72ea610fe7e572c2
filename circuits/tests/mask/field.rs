//! Polynomials and matrices over a small prime field.

use std::ops::{Add, Mul, Neg};

/// A prime p and a power of two n that divides p − 1: a toy of the scalar field and its domain.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Toy {
    pub(crate) p: u64,
    pub(crate) n: usize,
}

impl Toy {
    pub(crate) fn power(self, base: u64, exponent: u64) -> u64 {
        let mut result = 1;
        let mut square = base % self.p;
        let mut rest = exponent;
        while rest > 0 {
            if rest & 1 == 1 {
                result = result * square % self.p;
            }
            square = square * square % self.p;
            rest >>= 1;
        }
        result
    }

    pub(crate) fn inverse(self, value: u64) -> u64 {
        assert_ne!(value % self.p, 0, "zero has no inverse");
        self.power(value, self.p - 2)
    }

    /// A generator of the domain: of order n exactly.
    pub(crate) fn omega(self) -> u64 {
        let n = self.n as u64;
        assert_eq!((self.p - 1) % n, 0);
        (2..self.p)
            .map(|base| self.power(base, (self.p - 1) / n))
            .find(|omega| self.power(*omega, n / 2) == self.p - 1)
            .expect("a domain of this order exists")
    }

    /// The polynomial of degree below n with these values on the domain.
    pub(crate) fn interpolate(self, values: &[u64]) -> Poly {
        let inverse = self.inverse(self.omega());
        let scale = self.inverse(self.n as u64);
        let coefficients = (0..self.n)
            .map(|k| {
                let step = self.power(inverse, k as u64);
                let at_step = Poly::new(self, values.to_vec()).at(step);
                at_step * scale % self.p
            })
            .collect();
        Poly::new(self, coefficients)
    }

    /// The rank of a matrix of rows.
    pub(crate) fn rank(self, mut rows: Vec<Vec<u64>>) -> usize {
        let width = rows.first().map_or(0, Vec::len);
        let mut rank = 0;
        for column in 0..width {
            let Some(found) = (rank..rows.len()).find(|row| rows[*row][column] != 0) else {
                continue;
            };
            rows.swap(rank, found);
            let inverse = self.inverse(rows[rank][column]);
            let (above, below) = rows.split_at_mut(rank + 1);
            let pivot = &above[rank];
            for row in below {
                let factor = row[column] * inverse % self.p;
                if factor != 0 {
                    for (cell, other) in row[column..].iter_mut().zip(&pivot[column..]) {
                        *cell = (*cell + (self.p - factor) * other) % self.p;
                    }
                }
            }
            rank += 1;
        }
        rank
    }
}

/// A polynomial by its coefficients, lowest first.
#[derive(Clone, Debug)]
pub(crate) struct Poly {
    toy: Toy,
    pub(crate) coefficients: Vec<u64>,
}

impl Poly {
    pub(crate) fn new(toy: Toy, coefficients: Vec<u64>) -> Self {
        Self { toy, coefficients }
    }

    pub(crate) fn at(&self, x: u64) -> u64 {
        let p = self.toy.p;
        let mut value = 0;
        for coefficient in self.coefficients.iter().rev() {
            value = (value * x + coefficient) % p;
        }
        value
    }

    /// f(ω^rotation · X).
    pub(crate) fn rotated(&self, rotation: i32) -> Self {
        let turns = rotation.rem_euclid(self.toy.n as i32) as u64;
        let step = self.toy.power(self.toy.omega(), turns);
        let mut factor = 1;
        let mut coefficients = self.coefficients.clone();
        for coefficient in &mut coefficients {
            *coefficient = *coefficient * factor % self.toy.p;
            factor = factor * step % self.toy.p;
        }
        Self::new(self.toy, coefficients)
    }

    /// f / (X^n − 1), which must divide it.
    pub(crate) fn by_vanishing(&self) -> Self {
        let (p, n) = (self.toy.p, self.toy.n);
        let mut rest = self.coefficients.clone();
        let mut quotient = vec![0; rest.len().saturating_sub(n)];
        for index in (0..quotient.len()).rev() {
            let top = rest[index + n];
            quotient[index] = top;
            rest[index] = (rest[index] + top) % p;
        }
        assert!(
            rest.iter().take(n).all(|cell| *cell == 0),
            "the gate does not vanish on the domain"
        );
        Self::new(self.toy, quotient)
    }

    /// The parts of n coefficients each, as a quotient is committed.
    pub(crate) fn limbs(&self, count: usize) -> Vec<Self> {
        let n = self.toy.n;
        let mut coefficients = self.coefficients.clone();
        while coefficients.len() > count * n && coefficients.last() == Some(&0) {
            coefficients.pop();
        }
        assert!(coefficients.len() <= count * n, "more limbs than {count}");
        coefficients.resize(count * n, 0);
        coefficients
            .chunks(n)
            .map(|limb| Self::new(self.toy, limb.to_vec()))
            .collect()
    }
}

impl Add for Poly {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        if self.coefficients.len() < other.coefficients.len() {
            return other + self;
        }
        for (cell, more) in self.coefficients.iter_mut().zip(&other.coefficients) {
            *cell = (*cell + more) % self.toy.p;
        }
        self
    }
}

impl Neg for Poly {
    type Output = Self;

    fn neg(mut self) -> Self {
        for cell in &mut self.coefficients {
            *cell = (self.toy.p - *cell) % self.toy.p;
        }
        self
    }
}

impl Mul for Poly {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let length = (self.coefficients.len() + other.coefficients.len()).saturating_sub(1);
        let mut product = vec![0; length];
        for (i, a) in self.coefficients.iter().enumerate() {
            for (j, b) in other.coefficients.iter().enumerate() {
                product[i + j] = (product[i + j] + a * b) % self.toy.p;
            }
        }
        Self::new(self.toy, product)
    }
}
