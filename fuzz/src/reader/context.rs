//! A run's terms: thirteen words as contracts hash them, or JSON behind a brace.

use tranche_protocol::context::{RunContext, RunTerms, TERMS_WORDS};

pub(crate) fn read(data: &[u8]) {
    if data.first() == Some(&b'{') {
        if let Ok(context) = serde_json::from_slice::<RunContext>(data) {
            let text = serde_json::to_string(&context).expect("a context as JSON");
            assert_eq!(
                serde_json::from_str::<RunContext>(&text).ok(),
                Some(context)
            );
            let _ = context.digest();
        }
        return;
    }
    let words: Option<&[[u8; 32]; TERMS_WORDS]> = data.as_chunks().0.first_chunk();
    if let Some(words) = words
        && let Ok(terms) = RunTerms::from_words(words)
    {
        assert_eq!(&terms.words(), words, "terms are written as they were read");
    }
}
