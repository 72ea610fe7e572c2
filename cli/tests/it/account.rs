//! Signing keys, and the amounts that are paid by them.

use std::fs;

use serde_json::json;

use crate::common::{Files, bad, good};

#[test]
fn a_key_is_made_once_and_its_address_is_that_of_what_it_signs() {
    let files = Files::new();
    let folder = files.root();
    let made = good(folder, "account new me.key");
    assert_eq!(made["file"], "me.key");
    assert_eq!(good(folder, "account show me.key"), made);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| folder.join(name).metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("me.key"), 0o600);
        fs::copy(folder.join("me.key"), folder.join("open.key")).unwrap();
        fs::set_permissions(folder.join("open.key"), fs::Permissions::from_mode(0o644)).unwrap();
        bad(folder, "account show open.key", 2, &["open.key", "644"]);
    }
    let key = fs::read(folder.join("me.key")).unwrap();
    bad(folder, "account new me.key", 2, &["me.key", "exists"]);
    assert_eq!(fs::read(folder.join("me.key")).unwrap(), key);
    files.write("a.txt", "one\n\ntwo");
    bad(folder, "account show none.key", 3, &["none.key"]);
    let tranche = good(
        folder,
        "commit a.txt --out a --owner-key me.key --rate 1 --terms t",
    );
    assert_eq!(tranche["owner"], made["address"]);
}

#[test]
fn a_rate_is_exactly_one_sum_and_is_said() {
    let files = Files::new();
    let folder = files.root();
    files.write("a.txt", "one\n\ntwo");
    good(folder, "account new me.key");
    for (place, (rate, parts)) in [
        ("3", 3u64),
        ("0.01 --decimals 6", 10_000),
        ("3.0 --decimals 6", 3_000_000),
        ("2gwei", 2_000_000_000),
        ("18446744073709551615", u64::MAX),
    ]
    .into_iter()
    .enumerate()
    {
        let line =
            format!("commit a.txt --out a{place} --owner-key me.key --terms t --rate {rate}");
        assert_eq!(good(folder, &line)["rate"], json!(parts), "{rate}");
        let manifest = fs::read_to_string(folder.join(format!("a{place}/manifest.json"))).unwrap();
        assert!(manifest.contains(&format!("\"{parts}\"")), "{manifest}");
    }
    let refused: [(&str, &[&str]); 7] = [
        ("0.01", &["--rate", "--decimals"]),
        ("3 --decimals 6", &["3.0", "leave --decimals out"]),
        ("1coin --decimals 18", &["leave --decimals out"]),
        ("0.0000001 --decimals 6", &["7 digits", "round"]),
        ("18446744073709551616", &["2^64", "coarser unit"]),
        ("1e3", &["is no amount", "--decimals"]),
        ("1.0 --decimals 40", &["0 to 36"]),
    ];
    for (rate, words) in refused {
        let line = format!("commit a.txt --out b --owner-key me.key --terms t --rate {rate}");
        bad(folder, &line, 2, words);
    }
}
