//! No file uses another that uses it, directly or round about.

use std::path::Path;

use crate::modules::{Modules, circles};
use crate::{crates, root};

/// The files of the circles below a crate's root file, with a path that makes each edge.
fn found(file: &Path) -> Vec<String> {
    let edges = Modules::read(file).edges();
    let folder = file.parent().unwrap();
    let short = |path: &Path| path.strip_prefix(folder).unwrap().display().to_string();
    circles(&edges)
        .into_iter()
        .map(|circle| {
            let lines = circle.iter().map(|file| {
                let uses = edges[file].iter().filter(|(to, _)| circle.contains(to));
                let uses: Vec<String> = uses
                    .map(|(to, by)| format!("{} by {by}", short(to)))
                    .collect();
                format!("{} uses {}", short(file), uses.join(", "))
            });
            lines.collect::<Vec<_>>().join("\n")
        })
        .collect()
}

#[test]
fn no_files_of_a_crate_use_each_other_in_a_circle() {
    let mut all = Vec::new();
    for name in crates() {
        for file in ["src/lib.rs", "src/main.rs"] {
            let file = root().join(&name).join(file);
            if file.exists() {
                all.extend(
                    found(&file)
                        .into_iter()
                        .map(|circle| format!("{name}:\n{circle}")),
                );
            }
        }
    }
    assert!(
        all.is_empty(),
        "circles between files:\n\n{}",
        all.join("\n\n")
    );
}

#[test]
fn a_circle_is_found() {
    let folder = std::env::temp_dir().join(format!("tranche-circle-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("b")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("lib.rs", "mod a; mod b; mod d; pub use a::A;");
    // A re-export is not the place of an item, a macro's argument is a use.
    write("a.rs", "use crate::b::C; pub struct A(C);");
    write("b/mod.rs", "mod c; pub use c::C;");
    write(
        "b/c.rs",
        "pub struct C; fn f() { println!(\"{}\", crate::d::D); }",
    );
    write(
        "d.rs",
        "pub const D: u8 = size() as u8; fn size() -> usize { size_of::<crate::A>() }",
    );
    let circles = found(&folder.join("lib.rs"));
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(circles.len(), 1, "{circles:?}");
    assert_eq!(
        circles[0],
        "a.rs uses b/c.rs by crate::b::C\nb/c.rs uses d.rs by crate::d::D\nd.rs uses a.rs by crate::A"
    );
}
