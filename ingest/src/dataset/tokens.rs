//! Units counted in tokens of a `tokenizer.json`.

use tokenizers::{ModelWrapper, Tokenizer};
use tranche_protocol::unit::TokenizerDigest;

use super::fault::DataFault;
use crate::error::{Error, Fault, FormatFault};
use crate::guard::catch_decoder_panic;
use crate::input::Input;
use crate::value::RecordBuf;

/// The longest `tokenizer.json` accepted, in bytes.
const MAX_FILE: u64 = 1 << 28;

const GAVE_UP: &str = "it stopped on this input";

/// Counts tokens with a fixed tokenizer.
///
/// A record weighs the sum of its texts' tokens: a raw record is one text, a record of chosen fields has one text per
/// field. No special token is added, and the file's own truncation and padding are off, so that long records are not
/// cut and short ones not filled.
///
/// The patterns run on a pure Rust engine. On a text that exhausts its backtracking, the rest of the text is one piece,
/// so its count can differ from other engines'.
#[derive(Debug)]
pub struct TokenCounter {
    tokenizer: Tokenizer,
    digest: TokenizerDigest,
}

impl TokenCounter {
    /// Loads a `tokenizer.json`.
    ///
    /// # Errors
    /// [`Error::Io`]; [`DataFault::Tokenizer`] if the input is longer than 256 MiB, does not load, or has a dropout, with which
    /// counts would be random.
    pub fn new(input: Input) -> Result<Self, Error> {
        let name = input.name().to_owned();
        let fault = |what: String| Error::file(&name, DataFault::Tokenizer(what));
        let bytes = input
            .read_whole(MAX_FILE)
            .map_err(|error| match error.fault() {
                Some(FormatFault::RecordTooLong { .. }) => {
                    fault(format!("longer than {MAX_FILE} bytes"))
                }
                _ => error,
            })?;
        let digest = TokenizerDigest::from_bytes(*blake3::hash(&bytes).as_bytes());
        let mut tokenizer = catch_decoder_panic(|| Tokenizer::from_bytes(&bytes))
            .ok_or_else(|| fault(GAVE_UP.to_owned()))?
            .map_err(|error| fault(error.to_string()))?;
        if let ModelWrapper::BPE(model) = tokenizer.get_model()
            && model.dropout.is_some_and(|dropout| dropout != 0.0)
        {
            return Err(fault("a dropout makes its counts random".to_owned()));
        }
        tokenizer
            .with_truncation(None)
            .map_err(|error| fault(error.to_string()))?;
        tokenizer.with_padding(None);
        Ok(Self { tokenizer, digest })
    }

    /// BLAKE3 of the file's bytes, which names the unit.
    pub fn digest(&self) -> TokenizerDigest {
        self.digest
    }

    /// The tokens of a record.
    pub(super) fn count(&self, record: &RecordBuf) -> Result<u64, Fault> {
        let mut tokens = 0_u64;
        for text in record.texts() {
            let text = std::str::from_utf8(text).map_err(|_| FormatFault::NotUtf8)?;
            let encoding = catch_decoder_panic(|| self.tokenizer.encode_fast(text, false))
                .ok_or_else(|| DataFault::Tokenizer(GAVE_UP.to_owned()))?
                .map_err(|error| DataFault::Tokenizer(error.to_string()))?;
            tokens += encoding.len() as u64;
        }
        Ok(tokens)
    }
}
