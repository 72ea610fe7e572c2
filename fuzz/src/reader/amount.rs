//! Amounts, words and times as people write them; the first eight bytes are also a time.

use tranche_settle::convert::{coin, parse_amount, parse_word, time};

pub(crate) fn read(data: &[u8]) {
    if let Some(seconds) = data.first_chunk() {
        assert!(!time(u64::from_le_bytes(*seconds)).is_empty());
    }
    let Some(text) = super::text(data) else {
        return;
    };
    if let Some(amount) = parse_amount(text) {
        let text = coin(amount);
        let shown = text.strip_suffix(" wei").unwrap_or(&text);
        assert_eq!(parse_amount(shown), Some(amount), "an amount reads back");
    }
    if let Some(word) = parse_word(text) {
        assert!(text.eq_ignore_ascii_case(&format!("{word}")));
    }
}
