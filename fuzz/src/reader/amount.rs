//! Amounts, words and times as people write them; the first eight bytes are also a time.

use alloy_primitives::U256;
use tranche_settle::amount::WrittenAmount;
use tranche_settle::convert::{coin, parse_word, time};

pub(crate) fn read(data: &[u8]) {
    if let Some(seconds) = data.first_chunk() {
        assert!(!time(u64::from_le_bytes(*seconds)).is_empty());
    }
    let Some(text) = super::text(data) else {
        return;
    };
    if let Ok(written) = text.parse::<WrittenAmount>() {
        for decimals in [None, "6".parse().ok()] {
            if let Ok(sum) = written.sum(decimals) {
                let shown: WrittenAmount = coin(U256::from(sum.parts())).parse().unwrap();
                let again = shown.sum(None).unwrap();
                assert_eq!(again.parts(), sum.parts(), "an amount reads back");
            }
        }
    }
    if let Some(word) = parse_word(text) {
        assert!(text.eq_ignore_ascii_case(&format!("{word}")));
    }
}
