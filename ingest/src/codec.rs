//! Compressed parts of tables: the pages of Parquet, the buffers of Arrow. All decoders are Rust, so that they run in a page too.
//!
//! A part says how long it is unpacked. Nothing unpacks further than that, whatever is packed in it.

use std::io::Read;

use ruzstd::decoding::StreamingDecoder;

use crate::guard::catch_decoder_panic;

/// How a part is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    /// Not at all.
    #[cfg(feature = "parquet")]
    Plain,
    /// Raw Snappy.
    #[cfg(feature = "parquet")]
    Snappy,
    /// Gzip members.
    #[cfg(feature = "parquet")]
    Gzip,
    /// Brotli.
    #[cfg(feature = "parquet")]
    Brotli,
    /// A block of LZ4.
    #[cfg(feature = "parquet")]
    Lz4Block,
    /// LZ4 as Hadoop frames it; files of this codec also hold plain frames and blocks.
    #[cfg(feature = "parquet")]
    Lz4Hadoop,
    /// A frame of LZ4.
    #[cfg(feature = "arrow")]
    Lz4Frame,
    /// Frames of Zstandard.
    Zstd,
}

impl Codec {
    /// Unpacks a part that says it is `length` bytes long.
    ///
    /// # Errors
    /// In words: bytes that are not of the codec, or another length.
    pub(crate) fn unpack(self, packed: &[u8], length: usize) -> Result<Vec<u8>, String> {
        let unpacked = catch_decoder_panic(|| self.decode(packed, length))
            .unwrap_or_else(|| Err("the decoder gave up".to_owned()))?;
        if unpacked.len() == length {
            Ok(unpacked)
        } else {
            Err(other_length())
        }
    }

    fn decode(self, packed: &[u8], length: usize) -> Result<Vec<u8>, String> {
        Ok(match self {
            #[cfg(feature = "parquet")]
            Self::Plain => packed.to_vec(),
            #[cfg(feature = "parquet")]
            Self::Snappy => {
                if snap::raw::decompress_len(packed).map_err(words)? != length {
                    return Err(other_length());
                }
                snap::raw::Decoder::new()
                    .decompress_vec(packed)
                    .map_err(words)?
            }
            #[cfg(feature = "parquet")]
            Self::Gzip => read(flate2::read::MultiGzDecoder::new(packed), length)?,
            #[cfg(feature = "parquet")]
            Self::Brotli => read(
                brotli_decompressor::Decompressor::new(packed, 1 << 12),
                length,
            )?,
            #[cfg(feature = "parquet")]
            Self::Lz4Block => block(packed, length)?,
            #[cfg(feature = "parquet")]
            Self::Lz4Hadoop => hadoop(packed, length)
                .or_else(|| frame(packed, length).ok())
                .map_or_else(|| block(packed, length), Ok)?,
            #[cfg(feature = "arrow")]
            Self::Lz4Frame => frame(packed, length)?,
            Self::Zstd => zstandard(packed, length)?,
        })
    }
}

/// Reads a byte further than there should be, to see that there is none. Memory grows with what comes, and not past that.
fn read(mut packed: impl Read, length: usize) -> Result<Vec<u8>, String> {
    let mut unpacked = Vec::new();
    loop {
        let more = (length + 1 - unpacked.len()).min(unpacked.len().max(1 << 16));
        unpacked.reserve_exact(more);
        let read = (&mut packed).take(more as u64).read_to_end(&mut unpacked);
        if read.map_err(words)? < more || unpacked.len() > length {
            return Ok(unpacked);
        }
    }
}

fn frame(packed: &[u8], length: usize) -> Result<Vec<u8>, String> {
    read(lz4_flex::frame::FrameDecoder::new(packed), length)
}

#[cfg(feature = "parquet")]
fn block(packed: &[u8], length: usize) -> Result<Vec<u8>, String> {
    lz4_flex::block::decompress(packed, length).map_err(words)
}

/// Blocks, each after its unpacked and its packed length in four bytes big-endian.
#[cfg(feature = "parquet")]
fn hadoop(mut packed: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut unpacked = Vec::new();
    while !packed.is_empty() {
        let mut number = || {
            let (bytes, rest) = packed.split_first_chunk()?;
            packed = rest;
            usize::try_from(u32::from_be_bytes(*bytes)).ok()
        };
        let (whole, part) = (number()?, number()?);
        if whole > length - unpacked.len() {
            return None;
        }
        let (bytes, rest) = packed.split_at_checked(part)?;
        packed = rest;
        unpacked.extend(lz4_flex::block::decompress(bytes, whole).ok()?);
    }
    (unpacked.len() == length).then_some(unpacked)
}

/// Frames, one after the other, each with the checksum that it may have.
fn zstandard(mut packed: &[u8], length: usize) -> Result<Vec<u8>, String> {
    let mut unpacked = Vec::new();
    while !packed.is_empty() {
        let mut frame = StreamingDecoder::new(&mut packed).map_err(words)?;
        let part = read(&mut frame, length - unpacked.len())?;
        if part.len() > length - unpacked.len() {
            return Err(other_length());
        }
        let declared = frame.decoder.get_checksum_from_data();
        if declared.is_some() && declared != frame.decoder.get_calculated_checksum() {
            return Err("its checksum does not fit".to_owned());
        }
        if unpacked.is_empty() {
            unpacked = part;
        } else {
            unpacked.extend(part);
        }
    }
    Ok(unpacked)
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn other_length() -> String {
    "its unpacked length is not the one it says".to_owned()
}

#[cfg(all(test, feature = "parquet", feature = "arrow"))]
mod tests {
    use std::io::Write as _;

    use super::*;

    const TEXT: &[u8] = b"one two two two two two two two two two two two two two three";

    fn packed() -> Vec<(Codec, Vec<u8>)> {
        let block = lz4_flex::block::compress(TEXT);
        let half = lz4_flex::block::compress(&TEXT[..30]);
        let other = lz4_flex::block::compress(&TEXT[30..]);
        let mut hadoop = Vec::new();
        for (length, block) in [(30, &half), (TEXT.len() as u32 - 30, &other)] {
            hadoop.extend(length.to_be_bytes());
            hadoop.extend((block.len() as u32).to_be_bytes());
            hadoop.extend(block);
        }
        let mut frame = lz4_flex::frame::FrameEncoder::new(Vec::new());
        frame.write_all(TEXT).unwrap();
        let frame = frame.finish().unwrap();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(TEXT).unwrap();
        let zstd = |bytes| {
            ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
        };
        vec![
            (Codec::Plain, TEXT.to_vec()),
            (
                Codec::Snappy,
                snap::raw::Encoder::new().compress_vec(TEXT).unwrap(),
            ),
            (Codec::Gzip, gzip.finish().unwrap()),
            (Codec::Lz4Block, block.clone()),
            (Codec::Lz4Hadoop, hadoop),
            (Codec::Lz4Hadoop, frame.clone()),
            (Codec::Lz4Hadoop, block),
            (Codec::Lz4Frame, frame),
            (Codec::Zstd, [zstd(&TEXT[..30]), zstd(&TEXT[30..])].concat()),
        ]
    }

    #[test]
    fn every_codec_unpacks_to_the_length_it_says_and_to_no_other() {
        for (codec, bytes) in packed() {
            assert_eq!(codec.unpack(&bytes, TEXT.len()).unwrap(), TEXT, "{codec:?}");
            for length in [0, 1, TEXT.len() - 1, TEXT.len() + 1, 1 << 20] {
                assert!(codec.unpack(&bytes, length).is_err(), "{codec:?} {length}");
            }
        }
    }

    /// A frame may lack the mark of its end: what is before it is whole then.
    #[test]
    fn a_part_that_is_cut_is_refused_or_gives_the_whole() {
        for (codec, bytes) in packed() {
            for length in 0..bytes.len() {
                if let Ok(unpacked) = codec.unpack(&bytes[..length], TEXT.len()) {
                    assert_eq!(unpacked, TEXT, "{codec:?} {length}");
                }
            }
        }
    }
}
