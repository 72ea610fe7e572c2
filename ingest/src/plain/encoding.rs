//! From the text's encoding to UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use tranche_protocol::manifest::reading::TextEncoding;

use super::bytes::Bytes;
use super::compression::Head;
use super::fault::TextFault;

/// Bytes that are decoded at once.
const BLOCK: usize = 1 << 14;

const MARK: &[u8] = b"\xef\xbb\xbf";
const LITTLE: &[u8] = b"\xff\xfe";
const BIG: &[u8] = b"\xfe\xff";
const LITTLE_32: &[u8] = b"\xff\xfe\0\0";
const BIG_32: &[u8] = b"\0\0\xfe\xff";

/// The bytes behind the byte order mark of UTF-8, if there is one.
pub(super) fn unmarked(bytes: &[u8]) -> Result<&[u8], TextFault> {
    not_utf32(bytes)?;
    if bytes.starts_with(LITTLE) || bytes.starts_with(BIG) {
        return Err(TextFault::Utf16);
    }
    Ok(bytes.strip_prefix(MARK).unwrap_or(bytes))
}

/// Refuses UTF-32 by its byte order mark, of which that of UTF-16 may be the first half.
fn not_utf32(bytes: &[u8]) -> Result<(), TextFault> {
    if bytes.starts_with(LITTLE_32) || bytes.starts_with(BIG_32) {
        return Err(TextFault::Utf32);
    }
    Ok(())
}

/// The text in UTF-8.
pub(super) fn open(head: &Head, mut bytes: Bytes, encoding: TextEncoding) -> io::Result<Bytes> {
    let head = head.bytes();
    not_utf32(head)?;
    let from = match encoding {
        TextEncoding::Utf8 => {
            let mark = head.len() - unmarked(head)?.len();
            pass(&mut bytes, mark)?;
            return Ok(bytes);
        }
        TextEncoding::Utf16 if head.starts_with(LITTLE) => UTF_16LE,
        TextEncoding::Utf16 if head.starts_with(BIG) => UTF_16BE,
        TextEncoding::Utf16 => return Err(TextFault::Unmarked.into()),
        TextEncoding::Windows1252 if head.starts_with(MARK) => {
            return Err(TextFault::Encoding(encoding).into());
        }
        TextEncoding::Windows1252 => WINDOWS_1252,
    };
    if encoding == TextEncoding::Utf16 {
        pass(&mut bytes, LITTLE.len())?;
    }
    Ok(Box::new(Recoded::new(bytes, from, encoding)))
}

fn pass(bytes: &mut Bytes, length: usize) -> io::Result<()> {
    let mut mark = [0; MARK.len()];
    bytes.read_exact(&mut mark[..length])
}

/// Text of another encoding on its way to UTF-8.
struct Recoded {
    bytes: Bytes,
    decoder: Decoder,
    encoding: TextEncoding,
    /// What was read; the bytes from `next` on are not decoded yet.
    block: Vec<u8>,
    next: usize,
    /// Text from `start` on is not given yet.
    text: Vec<u8>,
    start: usize,
    ended: bool,
}

impl Recoded {
    fn new(bytes: Bytes, from: &'static Encoding, encoding: TextEncoding) -> Self {
        Self {
            bytes,
            decoder: from.new_decoder_without_bom_handling(),
            encoding,
            block: Vec::new(),
            next: 0,
            text: Vec::new(),
            start: 0,
            ended: false,
        }
    }

    /// Decodes some more.
    fn decode(&mut self) -> io::Result<()> {
        if self.next == self.block.len() {
            self.block.resize(BLOCK, 0);
            let read = self.bytes.read(&mut self.block);
            let length = *read.as_ref().unwrap_or(&0);
            self.block.truncate(length);
            self.next = 0;
            read?;
            self.ended = length == 0;
        }
        self.text.resize(BLOCK, 0);
        self.start = 0;
        let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
            &self.block[self.next..],
            &mut self.text,
            self.ended,
        );
        self.next += read;
        self.text.truncate(written);
        match result {
            DecoderResult::Malformed(..) => Err(TextFault::Encoding(self.encoding).into()),
            DecoderResult::InputEmpty => Ok(()),
            DecoderResult::OutputFull => {
                self.ended = false;
                Ok(())
            }
        }
    }
}

impl Read for Recoded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.start == self.text.len() {
            if self.ended {
                return Ok(0);
            }
            self.decode()?;
        }
        let mut rest = &self.text[self.start..];
        let read = rest.read(buffer)?;
        self.start += read;
        Ok(read)
    }
}
