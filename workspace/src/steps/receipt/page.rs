//! A receipt as a page for people: one sheet of A4 or Letter, no scripts, nothing from elsewhere.

use std::fmt::Write as _;

use tranche_markup::{escaped, grouped};
use tranche_protocol::address::Address;
use tranche_protocol::log::LogOrder;
use tranche_protocol::unit::UnitDefinition;

use super::held::{Backing, Held, total};

/// Most rows of the table; the rest are summed up in one, so that the page stays one.
const ROWS: usize = 6;
/// Characters of an id: `0x` and eight bytes.
const ID: usize = 18;
/// Most characters of a name.
const NAME: usize = 32;

const STYLE: &str = "@page{size:auto;margin:12mm}*{box-sizing:border-box}body{font:9.5pt/1.35 Georgia,'Liberation Serif',serif;color:#111;max-width:180mm;margin:0 auto;padding:4mm}\
h1{font-size:18pt;margin:0 0 1mm}h2{font-size:11pt;margin:4mm 0 1mm}p{margin:0 0 2mm}table{width:100%;border-collapse:collapse;margin:2mm 0}\
th,td{text-align:right;padding:.8mm 1.5mm;border-bottom:.2mm solid #bbb;font-size:9pt;overflow-wrap:anywhere}th{border-bottom:.4mm solid #111}th:first-child,td:first-child{text-align:left}\
ul{margin:0 0 1mm;padding-left:5mm}li{margin:0 0 .6mm}.warn{border:.6mm solid #a00;color:#a00;padding:1.5mm 2.5mm;margin:2mm 0;font-weight:bold}\
.box{border:.3mm solid #111;padding:1.5mm 2.5mm;margin:2mm 0}.fine{font:7.5pt/1.3 monospace;overflow-wrap:anywhere;color:#333;margin:0}\
.two{display:flex;gap:6mm}.two>div{flex:1}.sum td{font-weight:bold;border-bottom:0}@media print{body{padding:0;max-width:none}}";

/// The page: one HTML document, complete in itself.
pub fn render(owner: Address, tranches: &[Held], backing: &Backing) -> String {
    let mut out = String::with_capacity(8_192);
    out += "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
    out += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n";
    out +=
        "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Receipt of use</title>\n";
    put(
        &mut out,
        &format!("<style>{STYLE}</style>\n</head>\n<body>\n"),
    );
    out += "<h1>Receipt of use</h1>\n";
    put(
        &mut out,
        &format!(
            "<p>How much of the data of <b>{}</b> a training run used.</p>\n",
            escaped(&owner.to_string())
        ),
    );
    warnings(&mut out, backing);
    table(&mut out, tranches);
    evidence(&mut out, backing);
    out += "<div class=\"two\">\n<div><h2>What this shows</h2><ul>\n";
    for line in shows(backing) {
        put(&mut out, &format!("<li>{line}</li>\n"));
    }
    out += "</ul></div>\n<div><h2>What it does not show</h2><ul>\n";
    for line in NOT_SHOWN {
        put(&mut out, &format!("<li>{line}</li>\n"));
    }
    out += "</ul></div>\n</div>\n";
    fine(&mut out, tranches, backing);
    out += "</body>\n</html>\n";
    out
}

fn put(out: &mut String, text: &str) {
    out.push_str(text);
}

fn warnings(out: &mut String, backing: &Backing) {
    if backing.srs_insecure {
        out.push_str("<div class=\"warn\">INSECURE: for tests only. The proof behind this receipt was made with a reference string whose secret is public. Anybody can forge such a proof. Do not rely on this page.</div>\n");
    }
    if !backing.usage_proof {
        out.push_str("<div class=\"warn\">No usage proof was checked for this page. It is as good as whoever accepted the usage commitment named below.</div>\n");
    }
    if backing.order == Some(LogOrder::Planned) {
        out.push_str("<div class=\"warn\">PLANNED: the numbers are of what the trainer meant to read, before training.</div>\n");
    }
}

fn table(out: &mut String, tranches: &[Held]) {
    out.push_str("<table>\n<tr><th>Your data</th><th>Records</th><th>Times read</th><th>Units used</th><th>Your rate</th><th>Amount</th></tr>\n");
    for held in tranches.iter().take(ROWS) {
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{} {}</td><td>{}</td><td>{}</td></tr>",
            name(held),
            grouped(&held.records.to_string()),
            grouped(&held.draws.to_string()),
            grouped(&held.units.to_string()),
            unit(held),
            grouped(&held.rate.to_string()),
            grouped(&held.metered_amount.to_string()),
        );
    }
    if let Some(rest) = tranches.get(ROWS..).filter(|rest| !rest.is_empty()) {
        let _ = writeln!(
            out,
            "<tr><td>and {} more, in the receipts' file</td><td></td><td></td><td></td><td></td><td>{}</td></tr>",
            rest.len(),
            grouped(&total(rest).to_string()),
        );
    }
    let _ = writeln!(
        out,
        "<tr class=\"sum\"><td>In all</td><td></td><td></td><td></td><td></td><td>{}</td></tr>\n</table>",
        grouped(&total(tranches).to_string()),
    );
    out.push_str("<p>&ldquo;Times read&rdquo; counts every reading: a record that was read three times counts three. A unit is what your data was committed in: records, bytes or tokens. The amount is units used &times; your rate, in the smallest part of the money that the run pays in. It is what the run owes you only where its terms pay by use.</p>\n");
}

fn evidence(out: &mut String, backing: &Backing) {
    let words = match backing.evidence_level {
        Some(0) => "Nobody but the builder says that its record of the training is honest.",
        Some(1) => "The key of the program that served the data signed the record of the training.",
        Some(2) => {
            "The same key says that it ran in protected hardware. Nobody checked that for this page."
        }
        Some(3) => {
            "An auditor had parts of the training, picked by chance, repeated and signed that they came out the same."
        }
        Some(4) => {
            "The key that the run names says that the training itself was proven. Nobody checked that for this page."
        }
        _ => "What stands behind the builder's record of the training is not known.",
    };
    let _ = writeln!(
        out,
        "<div class=\"box\"><b>Can the record of the training be believed? Evidence level {}.</b> {words}</div>",
        escaped(&backing.evidence),
    );
}

fn shows(backing: &Backing) -> [&'static str; 3] {
    let proof = if backing.usage_proof {
        "A mathematical proof was checked: these numbers are exactly what the builder&rsquo;s sealed record of the training holds for your data, each reading counted once."
    } else {
        "If a proof of the usage commitment below was accepted, these numbers are exactly what the builder&rsquo;s sealed record of the training holds for your data."
    };
    [
        proof,
        "The receipt is about your registration: it names the very data, owner and rate that you registered.",
        "No receipt with other numbers for the same registration fits the same commitment.",
    ]
}

const NOT_SHOWN: [&str; 4] = [
    "That the record of the training is honest. The box above says what speaks for it.",
    "That no copy of your data was used under another name or without a name.",
    "That this is all of your data that was used. A pay list of the run names every owner and leaves nothing out.",
    "That the amount was paid, or how much your data changed the model.",
];

fn fine(out: &mut String, tranches: &[Held], backing: &Backing) {
    out.push_str("<h2>To check it yourself</h2>\n<p>Give this command the receipt, your manifest and the run&rsquo;s public proof: <b>tranche receipt check RECEIPT --manifest MANIFEST --proof PROOF</b>. This page alone proves nothing: anybody can write one.</p>\n");
    if let Some(run) = &backing.run {
        let _ = writeln!(out, "<p class=\"fine\">{}</p>", escaped(run));
    }
    let _ = writeln!(
        out,
        "<p class=\"fine\">usage commitment {}</p>",
        backing.usage_commitment
    );
    let ids: Vec<String> = tranches.iter().take(ROWS).map(short_id).collect();
    let _ = writeln!(
        out,
        "<p class=\"fine\">registrations {}</p>",
        ids.join(", ")
    );
}

/// The first digits of a tranche id.
fn short_id(held: &Held) -> String {
    held.tranche.to_string().chars().take(ID).collect()
}

fn unit(held: &Held) -> &'static str {
    match held.unit {
        UnitDefinition::Record => "records",
        UnitDefinition::Byte => "bytes",
        UnitDefinition::Token(_) => "tokens",
    }
}

fn name(held: &Held) -> String {
    let all = if held.sources.is_empty() {
        short_id(held)
    } else {
        held.sources.join(", ")
    };
    let mut short: String = all.chars().take(NAME).collect();
    if all.chars().count() > NAME {
        short.push('…');
    }
    escaped(&short)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(name: &str, amount: u128) -> Held {
        Held {
            tranche: 7u64.into(),
            sources: vec![name.to_owned()],
            records: 1_700,
            units: 1_234_567,
            draws: 1_334,
            unit: UnitDefinition::Byte,
            rate: 3,
            metered_amount: amount,
        }
    }

    fn backing() -> Backing {
        Backing {
            usage_commitment: 1u64.into(),
            usage_proof: true,
            srs_insecure: true,
            order: Some(LogOrder::Consumed),
            evidence_level: Some(0),
            evidence: "0 (self-declared by the builder)".to_owned(),
            run: Some("run 0x00 of contract 0x00 on chain 1".to_owned()),
        }
    }

    #[test]
    fn names_can_do_nothing_in_the_page() {
        let nasty = "<script src=//x>\"'&\u{202e}\u{7}</script>";
        let page = render(Address::new([1; 20]), &[held(nasty, 3)], &backing());
        assert!(!page.contains("<script"));
        assert!(page.contains("&lt;script src=//x&gt;&quot;&#39;&amp;\u{fffd}\u{fffd}"));
        assert!(!page.contains("http://") && !page.contains("https://"));
        assert!(!page.contains("<img") && !page.contains("<link") && !page.contains("url("));
        let long = render(
            Address::new([1; 20]),
            &[held(&"x".repeat(500), 3)],
            &backing(),
        );
        assert!(!long.contains(&"x".repeat(NAME + 1)));
    }

    #[test]
    fn warnings_and_level_are_on_the_page() {
        let page = |backing: &Backing| render(Address::new([1; 20]), &[held("a", 3)], backing);
        let base = page(&backing());
        assert!(base.contains("INSECURE") && base.contains("Evidence level 0"));
        assert!(!base.contains("PLANNED") && base.contains("1,234,567 bytes"));
        let other = page(&Backing {
            srs_insecure: false,
            usage_proof: false,
            order: Some(LogOrder::Planned),
            ..backing()
        });
        assert!(!other.contains("INSECURE") && other.contains("PLANNED"));
        assert!(other.contains("No usage proof was checked"));
    }

    #[test]
    fn many_tranches_stay_on_one_page_and_add_up() {
        let many: Vec<Held> = (0..64).map(|i| held(&format!("t{i}"), 1_000)).collect();
        let page = render(Address::new([1; 20]), &many, &backing());
        assert!(page.contains("and 58 more"));
        assert!(page.contains("58,000") && page.contains("64,000"));
        assert_eq!(page.matches("<tr><td>t").count(), ROWS);
        assert_eq!(grouped("1"), "1");
        assert_eq!(grouped("123456"), "123,456");
    }
}
