//! How much of each circuit a full run leaves unused, without proving anything.

use std::error::Error;

use clap::Parser;
use serde_json::json;
use tranche_circuits::usage::params::SIZES;
use tranche_cost::idle::Idle;
use tranche_cost::point::Point;

/// The largest share that is aimed at.
const AIM: f64 = 0.15;

/// Fills each circuit size of the usage ladder with a full run, and prints a JSON line with the shares of idle cells and the rows that each column uses.
#[derive(Debug, Parser)]
#[command(after_help = "Example: idle --circuit usage-17")]
struct Arguments {
    /// A circuit of the usage ladder; may be given again [default: all]
    #[arg(long, value_name = "NAME")]
    circuit: Vec<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let chosen = |name: &str| {
        arguments.circuit.is_empty() || arguments.circuit.iter().any(|circuit| circuit == name)
    };
    for size in SIZES.iter().filter(|size| chosen(size.name)) {
        let workload = Point::full(size).workload(size.params.uniform);
        let (witness, _, statement, _) = workload.build()?;
        let idle = Idle::of(size, &witness, &statement);
        let line = json!({
            "circuit": size.name,
            "rows": 1usize << size.params.k,
            "idle_share": idle.rows,
            "zero_share": idle.zeros,
            "reached": idle.rows <= AIM,
            "used_rows": idle.used,
        });
        println!("{line}");
    }
    Ok(())
}
