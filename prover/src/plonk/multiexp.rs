//! Sums of multiples of points: Pippenger's buckets over signed digits, filled by affine additions in batches.
//!
//! An affine addition wants an inversion, and many additions share one (Montgomery's trick): six products each in place of eleven. Points go to
//! the buckets in chunks. Within a chunk those of one bucket are added two by two, all buckets at once, so that it does not matter how many
//! points meet in one bucket.
//!
//! Columns of a witness are mostly small numbers beside a few blinding values of full size. Scalars above a size that is chosen for each column
//! are summed apart, with windows of their own.

use halo2curves::bn256::{Fq, Fr, G1, G1Affine};
use halo2curves::ff::{Field, PrimeField};
use halo2curves::group::Group as _;
use rayon::prelude::*;
use zeroize::Zeroizing;

/// Points that go to the buckets at once: what is worked on fits the second cache.
const CHUNK: usize = 1 << 12;

/// What emptying a bucket costs, in additions of a point to one.
const BUCKET: f64 = 3.3;

/// Bits of a window at most.
const WIDEST: usize = 16;

/// Σ scalar·point.
///
/// # Panics
/// If there are more scalars than points.
pub(super) fn multiexp(scalars: &[Fr], points: &[G1Affine]) -> G1 {
    assert!(scalars.len() <= points.len());
    let integers: Zeroizing<Vec<[u64; 5]>> = Zeroizing::new(
        scalars
            .par_iter()
            .with_min_len(CHUNK)
            .map(integer)
            .collect(),
    );
    let mut lengths = [0usize; 257];
    integers
        .iter()
        .for_each(|integer| lengths[bits(integer)] += 1);
    let limit = split(&lengths);
    let part = |wanted: &(dyn Fn(usize) -> bool + Sync)| -> Vec<u32> {
        let places = integers.iter().enumerate();
        let own = places.filter(|(_, integer)| wanted(bits(integer)));
        own.map(|(place, _)| place as u32).collect()
    };
    let small = part(&|bits| 0 < bits && bits <= limit);
    let large = part(&|bits| bits > limit);
    let longest = |from: usize, to: usize| (from..=to).rev().find(|bits| lengths[*bits] > 0);
    let sum = |places: &[u32], bits: Option<usize>| match bits {
        Some(bits) if !places.is_empty() => sum(&integers, points, places, bits),
        _ => G1::identity(),
    };
    sum(&small, longest(1, limit)) + sum(&large, longest(limit + 1, 256))
}

/// The scalar or its negative, whichever is smaller: four limbs, the lowest first, and 1 where it is the negative.
fn integer(scalar: &Fr) -> [u64; 5] {
    let limbs = |scalar: &Fr| {
        let bytes = scalar.to_repr();
        let mut limbs = [0u64; 5];
        for (limb, bytes) in limbs.iter_mut().zip(bytes.as_ref().chunks_exact(8)) {
            *limb = bytes
                .iter()
                .rev()
                .fold(0, |limb, byte| limb << 8 | u64::from(*byte));
        }
        limbs
    };
    let own = limbs(scalar);
    let mut negative = limbs(&-scalar);
    negative[4] = 1;
    let order = |limbs: &[u64; 5]| [limbs[3], limbs[2], limbs[1], limbs[0]];
    if order(&negative) < order(&own) {
        negative
    } else {
        own
    }
}

fn bits(integer: &[u64; 5]) -> usize {
    let limbs = integer[..4].iter().enumerate().rev();
    let highest = limbs
        .map(|(place, limb)| (place, *limb))
        .find(|(_, limb)| *limb != 0);
    highest.map_or(0, |(place, limb)| {
        64 * (place + 1) - limb.leading_zeros() as usize
    })
}

/// The size in bits up to which scalars are summed together: by what both sums cost, given how many scalars have each size.
fn split(lengths: &[usize; 257]) -> usize {
    let all: usize = lengths[1..].iter().sum();
    let mut below = 0;
    let mut best = (f64::INFINITY, 256);
    let longest = (1..257).rev().find(|bits| lengths[*bits] > 0).unwrap_or(1);
    let lengths = lengths.iter().enumerate().take(longest + 1).skip(1);
    for (bits, count) in lengths.filter(|(_, count)| **count > 0) {
        below += count;
        let (_, low) = window(below, bits);
        let (_, high) = window(all - below, longest);
        if low + high < best.0 {
            best = (low + high, bits);
        }
    }
    best.1
}

/// Bits of a window for so many scalars of so many bits, and the cost in additions.
fn window(scalars: usize, bits: usize) -> (usize, f64) {
    if scalars == 0 {
        return (1, 0.0);
    }
    let cost = |width: usize| {
        let buckets = (1u64 << (width - 1)) as f64;
        windows(bits, width) as f64 * (scalars as f64 + BUCKET * buckets)
    };
    let widths = (1..=WIDEST).map(|width| (width, cost(width)));
    widths
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap_or((1, 0.0))
}

/// Windows of a width that hold signed integers of so many bits.
fn windows(bits: usize, width: usize) -> usize {
    bits / width + 1
}

/// The sum over the scalars at some places, whose integers have at most so many bits.
fn sum(integers: &[[u64; 5]], points: &[G1Affine], places: &[u32], bits: usize) -> G1 {
    let (width, _) = window(places.len(), bits);
    let sums: Vec<G1> = (0..windows(bits, width))
        .into_par_iter()
        .map(|window| {
            let mut buckets = Buckets::new(width);
            for chunk in places.chunks(CHUNK) {
                buckets.add(integers, points, chunk, window);
            }
            buckets.total()
        })
        .collect();
    sums.into_iter().rev().fold(G1::identity(), |sum, window| {
        (0..width).fold(sum, |sum, _| sum.double()) + window
    })
}

/// The digit of a window: the integer is Σ digit·2^(width·window), each from −2^(width − 1) to 2^(width − 1) (Booth's encoding).
fn digit(integer: &[u64; 5], window: usize, width: usize) -> i32 {
    // The window and the bit below it.
    let taken = match (window * width).checked_sub(1) {
        None => integer[0] << 1,
        Some(first) => {
            let (limb, offset) = (first / 64, first % 64);
            let low = integer[..4].get(limb).map_or(0, |low| low >> offset);
            let high = integer[..4].get(limb + 1).filter(|_| offset > 0);
            low | high.map_or(0, |high| high << (64 - offset))
        }
    };
    let taken = (taken & ((1 << (width + 1)) - 1)) as i32;
    ((taken + 1) >> 1) - ((taken >> width) << width)
}

/// A point with its coordinates; (0, 0), which is not on the curve, for the identity.
#[derive(Clone, Copy)]
struct Affine {
    x: Fq,
    y: Fq,
}

impl Affine {
    const IDENTITY: Self = Self {
        x: Fq::ZERO,
        y: Fq::ZERO,
    };

    fn is_identity(&self) -> bool {
        self.x == Fq::ZERO && self.y == Fq::ZERO
    }
}

/// Sums of points by digit.
struct Buckets {
    width: usize,
    /// By digit without sign, less one.
    sums: Vec<Affine>,
    /// Where the points of each bucket begin in `line`, and the end.
    starts: Vec<u32>,
    /// Points in the order of their buckets.
    line: Vec<Affine>,
    /// Digits and places of a chunk.
    digits: Vec<(i32, u32)>,
    adder: Adder,
}

impl Buckets {
    fn new(width: usize) -> Self {
        let count = 1 << (width - 1);
        Self {
            width,
            sums: vec![Affine::IDENTITY; count],
            starts: vec![0; count + 1],
            line: Vec::with_capacity(2 * CHUNK),
            digits: Vec::with_capacity(CHUNK),
            adder: Adder::default(),
        }
    }

    /// Adds the points at some places to the buckets of their digits.
    fn add(&mut self, integers: &[[u64; 5]], points: &[G1Affine], places: &[u32], window: usize) {
        self.digits.clear();
        self.starts.fill(0);
        for place in places {
            let integer = &integers[*place as usize];
            let digit = digit(integer, window, self.width);
            if digit != 0 {
                let digit = if integer[4] == 1 { -digit } else { digit };
                self.digits.push((digit, *place));
                self.starts[digit.unsigned_abs() as usize - 1] += 1;
            }
        }
        // What a bucket holds stands before what comes to it.
        let mut next = 0;
        for (start, sum) in self.starts.iter_mut().zip(&self.sums) {
            let count = match *start {
                0 => 0,
                count => count + u32::from(!sum.is_identity()),
            };
            *start = next;
            next += count;
        }
        let buckets = self.sums.len();
        self.starts[buckets] = next;
        self.line.clear();
        self.line.resize(next as usize, Affine::IDENTITY);
        let mut ends: Vec<u32> = self.starts[..buckets].to_vec();
        for (bucket, sum) in self.sums.iter().enumerate() {
            if self.starts[bucket + 1] > self.starts[bucket] && !sum.is_identity() {
                self.line[ends[bucket] as usize] = *sum;
                ends[bucket] += 1;
            }
        }
        for (digit, place) in &self.digits {
            let bucket = digit.unsigned_abs() as usize - 1;
            let point = &points[*place as usize];
            let y = if *digit < 0 { -point.y } else { point.y };
            self.line[ends[bucket] as usize] = Affine { x: point.x, y };
            ends[bucket] += 1;
        }
        let runs = self.starts.windows(2).zip(&mut self.sums);
        let mut runs: Vec<Run<'_>> = runs
            .filter(|(bounds, _)| bounds[1] > bounds[0])
            .map(|(bounds, sum)| Run {
                start: bounds[0] as usize,
                length: (bounds[1] - bounds[0]) as usize,
                sum,
            })
            .collect();
        while runs.iter().any(|run| run.length > 1) {
            self.adder.add_pairs(&mut self.line, &mut runs);
        }
        for run in runs {
            *run.sum = self.line[run.start];
        }
    }

    /// Σ digit·sum.
    fn total(&self) -> G1 {
        let (mut running, mut total) = (G1::identity(), G1::identity());
        for sum in self.sums.iter().rev() {
            if !sum.is_identity() {
                running += G1Affine { x: sum.x, y: sum.y };
            }
            total += running;
        }
        total
    }
}

impl Drop for Buckets {
    fn drop(&mut self) {
        self.digits.fill((0, 0));
        zeroize::optimization_barrier(&self.digits);
    }
}

/// Points of one bucket in a line.
struct Run<'a> {
    start: usize,
    length: usize,
    sum: &'a mut Affine,
}

/// Adds points two by two.
#[derive(Default)]
struct Adder {
    /// Denominators of slopes, then their inverses.
    inverses: Vec<Fq>,
    products: Vec<Fq>,
}

impl Adder {
    /// Halves every run: its points are added two by two, and stand at its start.
    fn add_pairs(&mut self, line: &mut [Affine], runs: &mut [Run<'_>]) {
        self.inverses.clear();
        for run in runs.iter() {
            let points = &line[run.start..run.start + run.length];
            self.inverses.extend(
                points
                    .chunks_exact(2)
                    .map(|pair| denominator(pair[0], pair[1])),
            );
        }
        self.invert();
        let mut inverses = self.inverses.iter();
        for run in runs {
            let points = &mut line[run.start..run.start + run.length];
            let pairs = run.length / 2;
            for (place, inverse) in (0..pairs).zip(&mut inverses) {
                points[place] = add(points[2 * place], points[2 * place + 1], inverse);
            }
            if run.length % 2 == 1 {
                points[pairs] = points[run.length - 1];
            }
            run.length = run.length.div_ceil(2);
        }
    }

    fn invert(&mut self) {
        self.products.clear();
        let mut product = Fq::ONE;
        for value in &self.inverses {
            self.products.push(product);
            product *= value;
        }
        // Denominators are never zero.
        let mut inverse = product.invert().unwrap_or(Fq::ZERO);
        for (value, before) in self.inverses.iter_mut().zip(&self.products).rev() {
            let own = inverse * before;
            inverse *= &*value;
            *value = own;
        }
    }
}

/// The denominator of the slope through two points; 1 where no slope is needed.
fn denominator(a: Affine, b: Affine) -> Fq {
    if a.is_identity() || b.is_identity() {
        Fq::ONE
    } else if a.x != b.x {
        b.x - a.x
    } else if a.y == b.y {
        a.y.double()
    } else {
        Fq::ONE
    }
}

/// The sum of two points, given the inverse of their [`denominator`].
fn add(a: Affine, b: Affine, inverse: &Fq) -> Affine {
    if a.is_identity() {
        return b;
    }
    if b.is_identity() {
        return a;
    }
    let slope = if a.x != b.x {
        (b.y - a.y) * inverse
    } else if a.y == b.y {
        let square = a.x.square();
        (square.double() + square) * inverse
    } else {
        return Affine::IDENTITY;
    };
    let x = slope.square() - a.x - b.x;
    Affine {
        x,
        y: slope * (a.x - x) - a.y,
    }
}

#[cfg(test)]
mod tests {
    use halo2_proofs::arithmetic::best_multiexp;
    use halo2curves::group::Curve as _;
    use rand_chacha::ChaCha20Rng;
    use rand_core::{RngCore, SeedableRng};

    use super::*;

    fn points(count: usize) -> Vec<G1Affine> {
        let mut rng = ChaCha20Rng::from_seed([1; 32]);
        let points: Vec<G1> = (0..count).map(|_| G1::random(&mut rng)).collect();
        let mut affine = vec![G1Affine::default(); count];
        G1::batch_normalize(&points, &mut affine);
        affine
    }

    #[test]
    fn digits_add_up() {
        let mut rng = ChaCha20Rng::from_seed([2; 32]);
        for _ in 0..200 {
            let scalar = Fr::random(&mut rng);
            let integer = integer(&scalar);
            for width in [1, 2, 5, 13, 16] {
                let step = Fr::from(1 << width);
                let count = windows(bits(&integer), width);
                let sum = (0..count).rev().fold(Fr::ZERO, |sum, window| {
                    let digit = digit(&integer, window, width);
                    assert!(digit.unsigned_abs() <= 1 << (width - 1));
                    let own = Fr::from(u64::from(digit.unsigned_abs()));
                    sum * step + if digit < 0 { -own } else { own }
                });
                let sum = if integer[4] == 1 { -sum } else { sum };
                assert_eq!(sum, scalar, "width {width}");
            }
        }
    }

    #[test]
    fn sums_are_those_of_the_library() {
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        let points = points(10_000);
        let check = |name: &str, count: usize, scalar: &mut dyn FnMut(usize) -> Fr| {
            let scalars: Vec<Fr> = (0..count).map(scalar).collect();
            let ours = multiexp(&scalars, &points).to_affine();
            let theirs = best_multiexp(&scalars, &points[..count]).to_affine();
            assert_eq!(ours, theirs, "{count} {name}");
        };
        for count in [1, 2, 3, 31, 1_000, 10_000] {
            check("zeros", count, &mut |_| Fr::ZERO);
            check("ones", count, &mut |_| Fr::ONE);
            check("bits", count, &mut |i| Fr::from((i as u64 % 3) & 1));
            check("minus ones", count, &mut |_| -Fr::ONE);
            check("one small value", count, &mut |_| Fr::from(77));
            check("24 bits", count, &mut |i| {
                Fr::from((i as u64 * 7_919) & 0xff_ffff)
            });
            check("64 bits", count, &mut |i| {
                Fr::from(u64::MAX / (i as u64 + 1))
            });
            check("blinded bits", count, &mut |i| match i % 1_000 {
                7 => Fr::random(&mut rng),
                _ => Fr::from(rng.next_u64() & 1),
            });
            check("full", count, &mut |_| Fr::random(&mut rng));
        }
    }

    #[test]
    fn equal_and_opposite_points_and_the_identity_are_added() {
        let base = points(1)[0];
        let many = vec![base; 300];
        let scalars: Vec<Fr> = (0..300u64).map(|i| Fr::from(i % 5)).collect();
        assert_eq!(multiexp(&scalars, &many), base * Fr::from(600));
        let opposite: Vec<G1Affine> = (0..300)
            .map(|i| if i % 2 == 0 { base } else { -base })
            .collect();
        assert_eq!(multiexp(&vec![Fr::from(3); 300], &opposite), G1::identity());
        let mut some = many.clone();
        some[3] = G1Affine::default();
        assert_eq!(multiexp(&[Fr::ONE; 5], &some), base * Fr::from(4));
    }
}
