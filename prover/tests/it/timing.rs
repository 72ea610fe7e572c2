//! Times of the slow steps, printed: `cargo test --release -p tranche-prover --test it timing:: -- --ignored --nocapture`.

use std::ops::ControlFlow;
use std::time::Instant;

use halo2curves::bn256::Fr;
use tranche_prover::{KeyStore, Srs, Stage, prove};
use tranche_testkit::circuit::{NAME, TestCircuit};

fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let out = run();
    println!("{what}: {:.3} s", start.elapsed().as_secs_f64());
    out
}

#[test]
#[ignore = "takes half a minute"]
fn keys() {
    let directory = tempfile::tempdir().unwrap();
    let store = KeyStore::new(Some(directory.path().to_owned()));
    let srs = Srs::development(17).unwrap();
    let circuit = TestCircuit::new(11);
    let load = || store.load_or_generate(&srs, NAME, 1, &circuit).unwrap();
    timed("generate and store a proving key, k = 17", load);
    let key = timed("load it", load);
    let size = std::fs::read_dir(directory.path()).unwrap();
    let size: u64 = size
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum();
    println!("{} MiB", size >> 20);
    timed("prove", || {
        let instances = circuit.instances();
        let start = Instant::now();
        let mut progress = |stage: Stage| {
            println!("  {:.3} s: {stage:?}", start.elapsed().as_secs_f64());
            ControlFlow::Continue(())
        };
        prove(
            &srs,
            key.pk(),
            circuit.clone(),
            &instances,
            Fr::one(),
            Some(&mut progress),
        )
        .unwrap()
    });
}
