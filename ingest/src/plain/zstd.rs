//! Zstandard frames, one after another.

use std::io::{self, BufRead, BufReader, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::bytes::Bytes;
use super::fault::TextFault;
use crate::guard::catch_decoder_panic;

const NAME: &str = "zstd";

/// Bytes held of what is compressed.
const BUFFER: usize = 1 << 14;

/// The greatest window, which is in memory: that of `zstd --long`.
const WINDOW: u64 = 1 << 27;

/// Frames one after another, as `cat` and parallel compressors write them. Frames that hold no data are passed over.
pub(super) struct Zstd {
    source: Source,
    decoder: FrameDecoder,
    /// Whether a frame is being read.
    within: bool,
    /// Bytes that the frame gave so far.
    length: u64,
}

/// The compressed bytes, and the system's error that stopped them: the decoder only says that reading failed.
struct Source {
    bytes: BufReader<Bytes>,
    error: Option<io::Error>,
    ended: bool,
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.bytes.read(buffer) {
            Ok(0) => {
                self.ended |= !buffer.is_empty();
                Ok(0)
            }
            Err(error) => {
                let kind = error.kind();
                self.error = Some(error);
                Err(kind.into())
            }
            Ok(read) => Ok(read),
        }
    }
}

impl Zstd {
    pub(super) fn new(bytes: Bytes) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(WINDOW);
        Self {
            source: Source {
                bytes: BufReader::with_capacity(BUFFER, bytes),
                error: None,
                ended: false,
            },
            decoder,
            within: false,
            length: 0,
        }
    }

    /// Goes to the next frame with data; whether there is one.
    fn next(&mut self) -> io::Result<bool> {
        loop {
            if self.source.bytes.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.reset(&mut self.source) {
                Ok(()) => {
                    self.within = true;
                    self.length = 0;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let wanted = u64::from(length);
                    let mut rest = (&mut self.source).take(wanted);
                    if io::copy(&mut rest, &mut io::sink())? < wanted {
                        return Err(TextFault::Truncated(NAME).into());
                    }
                }
                Err(error) => return Err(self.translate(&error)),
            }
        }
    }

    /// The frame's end: whether its bytes are those that it declares.
    fn finish(&mut self) -> io::Result<()> {
        self.within = false;
        let declared = self.decoder.content_size();
        if declared > 0 && declared != self.length {
            let what = format!("it declares {declared} bytes and holds {}", self.length);
            return Err(damaged(what));
        }
        let written = self.decoder.get_checksum_from_data();
        if written.is_some() && written != self.decoder.get_calculated_checksum() {
            return Err(damaged("its checksum does not fit"));
        }
        Ok(())
    }

    fn translate(&mut self, error: &FrameDecoderError) -> io::Error {
        if let Some(error) = self.source.error.take() {
            return error;
        }
        if self.source.ended {
            return TextFault::Truncated(NAME).into();
        }
        if let FrameDecoderError::WindowSizeTooBig { requested, max } = error {
            let fault = TextFault::Window {
                requested: *requested,
                bound: *max,
            };
            return fault.into();
        }
        damaged(error.to_string())
    }
}

fn damaged(what: impl Into<String>) -> io::Error {
    let fault = TextFault::Damaged {
        compression: NAME,
        what: what.into(),
    };
    fault.into()
}

impl Read for Zstd {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.within && !self.next()? {
                return Ok(0);
            }
            let read = self.decoder.read(buffer)?;
            if read > 0 {
                self.length += read as u64;
                return Ok(read);
            }
            if self.decoder.is_finished() {
                self.finish()?;
                continue;
            }
            let (decoder, source) = (&mut self.decoder, &mut self.source);
            let block = BlockDecodingStrategy::UptoBlocks(1);
            match catch_decoder_panic(|| decoder.decode_blocks(source, block)) {
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(self.translate(&error)),
                None => return Err(damaged("the decoder stopped on it")),
            }
        }
    }
}
