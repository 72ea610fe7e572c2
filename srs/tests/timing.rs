//! Times of the slow steps, printed: `cargo test --release -p tranche-srs --test timing -- --ignored --nocapture`.

use std::time::Instant;

use halo2_proofs::poly::commitment::ParamsProver;
use tranche_srs::Srs;

fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let out = run();
    println!("{what}: {:.3} s", start.elapsed().as_secs_f64());
    out
}

#[test]
#[ignore = "takes half a minute"]
fn srs() {
    let directory = tempfile::tempdir().unwrap();
    for k in [10, 14, 17, 19] {
        let path = directory.path().join("test.srs");
        let srs = timed(&format!("development SRS, k = {k}"), || {
            Srs::development(k).unwrap()
        });
        timed(&format!("save, k = {k}"), || srs.save(&path).unwrap());
        timed(&format!("load and check, k = {k}"), || {
            Srs::load(&path).unwrap()
        });
    }
}

#[test]
#[ignore = "takes half a minute"]
fn foreign_srs() {
    let development = Srs::development(14).unwrap();
    let powers = development.params().get_g().to_vec();
    let s_g2 = development.params().s_g2();
    timed("Lagrange form of foreign powers, k = 14", || {
        Srs::from_powers(powers, None, s_g2).unwrap()
    });
}
