//! Secrets stay where they belong: in files of their owner alone, and nowhere in what is printed or published.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tranche_protocol::Felt;
use tranche_protocol::felt::to_hex;
use tranche_protocol::salt::{RunSeed, SaltLabel};
use tranche_workspace::artefact::folder::TrancheFolder;
use tranche_workspace::artefact::run::RunFolder;
use tranche_workspace::artefact::secret;

use crate::common::Files;

/// Salts of each label that are derived and looked for: more than a run of the demonstration uses.
const SALTS: usize = 128;
const LABELS: [SaltLabel; 7] = [
    SaltLabel::Log,
    SaltLabel::ChunkIndex,
    SaltLabel::Trace,
    SaltLabel::Run,
    SaltLabel::Private,
    SaltLabel::Usage,
    SaltLabel::Unregistered,
];

/// All files below a folder.
fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found.sort();
    found
}

/// Whether others may read a file: its own mode and those of the folders above it, up to `root`, let them.
#[cfg(unix)]
fn is_open(root: &Path, path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode();
    path.ancestors()
        .take_while(|part| *part != root)
        .all(|part| mode(part) & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(_root: &Path, path: &Path) -> bool {
    !path.to_string_lossy().contains("secret")
}

/// A secret value with a name, in 32 bytes, big-endian.
struct Secret {
    name: String,
    bytes: [u8; 32],
}

impl Secret {
    fn felt(name: String, felt: &Felt) -> Self {
        let mut bytes = [0; 32];
        hex::decode_to_slice(&to_hex(felt)[2..], &mut bytes).unwrap();
        Self { name, bytes }
    }

    /// The forms that it could be written in: hexadecimal, decimal, bytes of either order.
    fn forms(&self) -> Vec<Vec<u8>> {
        let mut turned = self.bytes;
        turned.reverse();
        let decimal = alloy_primitives::U256::from_be_bytes(self.bytes).to_string();
        vec![
            hex::encode(self.bytes).into_bytes(),
            hex::encode(turned).into_bytes(),
            decimal.into_bytes(),
            self.bytes.to_vec(),
            turned.to_vec(),
        ]
    }
}

/// Every position of `text` that begins a form of a secret, by one pass with a table of beginnings.
struct Search<'a> {
    beginnings: HashSet<[u8; 8]>,
    forms: Vec<(&'a str, Vec<u8>)>,
}

impl<'a> Search<'a> {
    fn new(secrets: &'a [Secret]) -> Self {
        let forms: Vec<(&str, Vec<u8>)> = secrets
            .iter()
            .flat_map(|secret| {
                let forms = secret.forms().into_iter();
                forms.map(|form| (secret.name.as_str(), form))
            })
            .collect();
        Self {
            beginnings: forms
                .iter()
                .map(|(_, form)| form[..8].try_into().unwrap())
                .collect(),
            forms,
        }
    }

    /// The name of a secret in a text, whatever the case of its digits.
    fn find(&self, text: &[u8]) -> Option<&'a str> {
        let lower = text.to_ascii_lowercase();
        [text, &lower].into_iter().find_map(|text| {
            let places = text.windows(8).enumerate();
            let likely = places.filter(|(_, window)| self.beginnings.contains(*window));
            likely
                .flat_map(|(at, _)| {
                    let here = self.forms.iter();
                    here.filter(move |(_, form)| text[at..].starts_with(form))
                })
                .map(|(name, _)| *name)
                .next()
        })
    }
}

/// The secrets of a demonstration's folder.
fn secrets(folder: &Path) -> Vec<Secret> {
    let mut secrets = Vec::new();
    let mut seeds: Vec<(String, RunSeed)> = Vec::new();
    for path in files(folder) {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("key") => secrets.push(Secret {
                bytes: secret::read_key(&path).unwrap().to_bytes().into(),
                name,
            }),
            Some("seed") => seeds.push((name, secret::read_seed(&path).unwrap())),
            _ if path.ends_with("private.json") => {
                let folder = TrancheFolder::open(path.parent().unwrap()).unwrap();
                secrets.push(Secret::felt(format!("id of {name}"), &folder.id().felt()));
                let root = folder.contents().content_root;
                secrets.push(Secret {
                    name: format!("content root of {name}"),
                    bytes: root.to_bytes(),
                });
            }
            _ if path.ends_with("secret/usage.json") => {
                let run = RunFolder::open(path.ancestors().nth(2).unwrap()).unwrap();
                let opening = run.usage().unwrap();
                let salts = opening.salts.iter().chain([&opening.unregistered_salt]);
                secrets.extend(
                    salts.map(|salt| Secret::felt(format!("salt in {name}"), &salt.felt())),
                );
            }
            _ => {}
        }
    }
    for (name, seed) in &seeds {
        secrets.push(Secret {
            name: name.clone(),
            bytes: *seed.secret_bytes(),
        });
        for label in LABELS {
            for (index, salt) in seed.salts(label, SALTS).iter().enumerate() {
                secrets.push(Secret::felt(
                    format!("{name}: {label:?} {index}"),
                    &salt.felt(),
                ));
            }
        }
    }
    secrets
}

/// The program in a folder, with the keys that other tests have cached.
fn run(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_tranche"))
        .current_dir(folder)
        .env(
            "XDG_CACHE_HOME",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("crash-cache"),
        )
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    [output.stdout, output.stderr].concat()
}

/// The demonstration's document for machines has every fact that it tells people; what single commands say of its runs is searched too, in
/// both forms.
#[test]
fn no_output_of_the_demonstration_holds_a_secret() {
    let place = Files::new();
    let folder = place.path("demo");
    let mut said = vec![run(place.root(), &["demo", "--json", "--dir", "demo"])];
    let secrets = secrets(&folder);
    for kind in [
        "key",
        "seed",
        "Log",
        "Private",
        "usage.json",
        "private.json",
    ] {
        let found = secrets.iter().any(|secret| secret.name.contains(kind));
        assert!(found, "{kind}");
    }
    let runs: Vec<PathBuf> = files(&folder)
        .into_iter()
        .filter(|path| path.ends_with("secret/usage.json"))
        .map(|path| path.ancestors().nth(2).unwrap().to_owned())
        .collect();
    assert_eq!(runs.len(), 2);
    for name in &runs {
        let name = name.to_str().unwrap();
        let again = format!("{name}-receipts-again");
        for line in [
            &["estimate", "--run", name][..],
            &["receipt", "make", "--run", name, "--out", &again],
            &["registry", "show", "registry.json"],
        ] {
            said.push(run(&folder, line));
            said.push(run(&folder, &[line, &["--json"]].concat()));
        }
    }
    let search = Search::new(&secrets);
    for (number, said) in said.iter().enumerate() {
        assert_eq!(search.find(said), None, "output {number}");
    }
    let mut hidden = 0;
    for path in files(&folder) {
        let found = search.find(&fs::read(&path).unwrap());
        if is_open(&folder, &path) {
            assert_eq!(found, None, "{}", path.display())
        } else {
            hidden += usize::from(found.is_some())
        }
    }
    // The search finds what there is to find.
    assert!(hidden >= 8, "{hidden} files of the owner's hold secrets");
}

#[test]
fn no_two_salts_of_two_runs_are_equal() {
    let seeds = [(); 4].map(|()| secret::new_seed());
    let mut seen = HashSet::new();
    for seed in &seeds {
        assert!(seen.insert(hex::encode(seed.secret_bytes())));
        for label in LABELS {
            for salt in seed.salts(label, 2_000) {
                assert!(seen.insert(hex::encode(salt.to_bytes())), "{label:?}");
            }
        }
    }
    assert_eq!(seen.len(), 4 * (1 + 7 * 2_000));
}

#[test]
fn debug_of_what_holds_secrets_shows_none() {
    use tranche_circuits::field::to_halo;
    use tranche_circuits::usage::inputs::UsageInputs;
    use tranche_circuits::usage::{UsageCircuit, params::SIZES};
    use tranche_protocol::Shape;
    use tranche_protocol::chunk_index::ChunkIndexRoot;
    use tranche_protocol::log::LogRoot;
    use tranche_protocol::receipt::Receipt;
    use tranche_protocol::sample::SampleRun;
    use tranche_protocol::trace::{Checkpoint, ModelDigest};

    let run = SampleRun::new(&Shape::STANDARD, 200);
    let (witness, artefacts, statement) = run.build(&Shape::STANDARD);
    let inputs = UsageInputs::from_witness(&witness, [0x5e; 32]);
    let receipt = Receipt::new(&Shape::STANDARD, &artefacts.usage, 0);
    let receipt = receipt.unwrap().unwrap();
    let entries = witness.entries().unwrap();
    let arrangement = witness
        .chunk_index_tree(&Shape::STANDARD, &entries)
        .unwrap();
    let log = witness.log_tree(&Shape::STANDARD).unwrap();
    let opening = witness.run_opening(
        LogRoot::from_felt(log.root()),
        ChunkIndexRoot::from_felt(arrangement.root()),
    );
    let salt = run.seed.salt(SaltLabel::Trace, 0);
    let checkpoint = Checkpoint {
        step: 1,
        log_position: 1,
        digest: ModelDigest::from_bytes([0x5e; 32]),
        salt,
    };
    let shown = [
        format!("{witness:?} {witness:#?}"),
        format!("{artefacts:?} {:?}", artefacts.usage.vector),
        format!(
            "{inputs:?} {:?} {:?} {:?}",
            inputs.private, inputs.slots, inputs.table_chunks
        ),
        format!(
            "{:?}",
            UsageCircuit::new(SIZES[0].params, inputs.clone(), (&statement).into())
        ),
        format!("{receipt:?} {opening:?} {checkpoint:?} {:?}", run.seed),
        format!("{:?}", witness.private),
    ]
    .concat();
    let felts = witness
        .log_salts
        .iter()
        .chain(&witness.chunk_index_salts)
        .chain(&witness.usage_salts)
        .chain([&witness.run_salt, &witness.unregistered_salt, &salt])
        .map(|salt| salt.felt())
        .chain([witness.private.salt().felt(), witness.private.id().felt()]);
    for felt in felts {
        // As hexadecimal, as arkworks prints it, and as halo2 does.
        let forms = [
            to_hex(&felt)[2..].to_owned(),
            felt.to_string(),
            format!("{:?}", to_halo(&felt)),
        ];
        for form in forms {
            assert!(!shown.contains(&form), "{form}");
        }
    }
    assert!(!shown.contains("94, 94, 94"), "a seed or digest is shown");
}

#[cfg(unix)]
#[test]
fn errors_about_secret_files_show_no_part_of_them() {
    use std::os::unix::fs::PermissionsExt;
    use tranche_protocol::usage::UsageOpening;
    use tranche_workspace::artefact::read_secret_json;

    let place = Files::new();
    let digits = "5e".repeat(31);
    let write = |name: &str, text: String| {
        let path = place.write(name, text);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    };
    place.write("a.txt", "one\n\ntwo");
    for (name, text, line) in [
        ("a.key", format!("0x{digits}"), "log seal . --key a.key"),
        (
            "b.seed",
            format!("tranche run seed v1 {digits}"),
            "commit a.txt --out o --private --seed b.seed",
        ),
    ] {
        write(name, text);
        let done = crate::common::tranche(place.root(), &line.split(' ').collect::<Vec<_>>());
        assert_eq!(done.code, 2, "{line}");
        assert!(done.err.contains(name), "{line}: {}", done.err);
        assert!(
            !format!("{}{}", done.out, done.err).contains("5e5e"),
            "{line}"
        );
    }
    for text in [
        format!("{{\"vector\": \"0x{digits}\"}}"),
        format!("{{\"salts\": [\"0x{digits}\"]}}"),
        format!("{{\"0x{digits}\": 1}}"),
        format!("\"0x{digits}\""),
        format!("{{\"vector\": 0x{digits}"),
    ] {
        let path = write("usage.json", text);
        let error = read_secret_json::<UsageOpening>(&path)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("usage.json") && error.contains("line 1"),
            "{error}"
        );
        assert!(!error.contains("5e5e"), "{error}");
    }
}
