//! The pages of a column, no larger in memory than [`MAX_RECORD`]: what a page says of itself is checked before the decoder, which
//! allocates as much as it is told, believes it.

use std::io::{BufReader, Read as _};

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, Type as Physical};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader as _;

use super::delta;
use super::header::{PageHeader, PageKind};
use super::levels::RowLength;
use super::shared::Shared;
use crate::codec::Codec;
use crate::lines::MAX_RECORD;

/// The most values of one row in one column, in lists within lists.
const MAX_ROW_VALUES: u64 = 1 << 23;

/// Reads, checks and unpacks pages.
pub(super) struct Pages {
    file: Shared,
    place: u64,
    end: u64,
    codec: Codec,
    /// Values that the column is to have, and values of the pages so far.
    values: u64,
    seen: u64,
    /// Fewest bits of a value in a dictionary.
    value_bits: u64,
    nullable: bool,
    /// Bits of a repetition level; none where no value repeats.
    repetition: u32,
    row: RowLength,
}

impl Pages {
    /// The pages of a chunk of a file.
    pub(super) fn new(file: Shared, chunk: &ColumnChunkMetaData) -> Result<Self, ParquetError> {
        let (place, length) = chunk.byte_range();
        let end = place.checked_add(length).ok_or_else(|| bad("its place"))?;
        let descriptor = chunk.column_descr();
        let levels = u16::try_from(descriptor.max_rep_level()).map_err(|_| bad("its levels"))?;
        Ok(Self {
            file,
            place,
            end,
            codec: codec(chunk.compression())?,
            values: u64::try_from(chunk.num_values()).map_err(|_| bad("its values"))?,
            seen: 0,
            value_bits: match chunk.column_type() {
                Physical::BOOLEAN => 1,
                Physical::INT32 | Physical::FLOAT | Physical::BYTE_ARRAY => 32,
                Physical::INT64 | Physical::DOUBLE => 64,
                Physical::INT96 => 96,
                Physical::FIXED_LEN_BYTE_ARRAY => {
                    8 * u64::try_from(descriptor.type_length()).unwrap_or(0).max(1)
                }
            },
            nullable: descriptor.max_def_level() > 0,
            repetition: u16::BITS - levels.leading_zeros(),
            row: RowLength::default(),
        })
    }

    /// The header of the next page that holds values, and where its data begins; `None` at the end.
    fn header(&mut self) -> Result<Option<(PageHeader, u64)>, ParquetError> {
        while self.place < self.end {
            let rest = self.file.at(self.place).take(self.end - self.place);
            let header = PageHeader::read(BufReader::new(rest))?;
            let data = self.place + header.length;
            if header.compressed > self.end.saturating_sub(data) {
                return Err(bad("its length"));
            }
            if header.uncompressed > MAX_RECORD {
                return Err(too_large(header.uncompressed));
            }
            if header.compressed > MAX_RECORD {
                return Err(too_large(header.compressed));
            }
            if header.kind == PageKind::Index {
                self.place = data + header.compressed;
                continue;
            }
            return Ok(Some((header, data)));
        }
        Ok(None)
    }

    /// The bytes of a page, its levels first.
    fn unpack(&self, header: &PageHeader, data: u64) -> Result<Bytes, ParquetError> {
        let length = |bytes: u64| usize::try_from(bytes).map_err(|_| bad("its length"));
        let bytes = self.file.get_bytes(data, length(header.compressed)?)?;
        if let Some(checksum) = header.checksum
            && crc32fast::hash(&bytes) != checksum
        {
            return Err(bad("its checksum"));
        }
        let levels = length(header.levels_length())?;
        let whole = length(header.uncompressed)?;
        if levels > bytes.len() || levels > whole {
            return Err(bad("the length of its levels"));
        }
        if self.codec == Codec::Plain || !header.packed {
            if bytes.len() != whole {
                return Err(bad("its unpacked length"));
            }
            return Ok(bytes);
        }
        let mut page = bytes[..levels].to_vec();
        // A page of nulls alone may have nothing packed.
        if whole > levels {
            let values = self.codec.unpack(&bytes[levels..], whole - levels);
            let values = values.map_err(|what| {
                ParquetError::General(format!("a page that cannot be unpacked: {what}"))
            })?;
            if levels == 0 {
                return Ok(values.into());
            }
            page.reserve_exact(values.len());
            page.extend(values);
        }
        Ok(page.into())
    }

    /// Checks the counts in a page.
    fn check(&mut self, header: &PageHeader, page: &[u8]) -> Result<(), ParquetError> {
        let encoding = encoding(header.encodings[0])?;
        if header.kind == PageKind::Dictionary {
            let most = 8 * page.len() as u64 / self.value_bits;
            if u64::from(header.values) > most {
                return Err(bad("the number of values in a dictionary"));
            }
            return Ok(());
        }
        self.seen += u64::from(header.values);
        if self.seen > self.values {
            return Err(bad("the number of its values"));
        }
        let wrong = || bad("the length of its levels");
        let mut levels = 0;
        let mut list = |declared: u32, by: u8| {
            let length = match (header.kind, by) {
                (PageKind::DataV2, _) => declared as usize,
                (_, RLE) => {
                    let length = page.get(levels..).and_then(<[u8]>::first_chunk);
                    levels += 4;
                    u32::from_le_bytes(*length.ok_or_else(wrong)?) as usize
                }
                _ => return Err(bad("the encoding of its levels")),
            };
            let found = page.get(levels..).and_then(|rest| rest.get(..length));
            levels += length;
            found.ok_or_else(wrong)
        };
        let v2 = header.kind == PageKind::DataV2;
        if v2 || self.repetition > 0 {
            let found = list(header.levels[1], header.encodings[2])?;
            if self.repetition > 0 {
                let longest = self.row.count(found, self.repetition, header.values);
                if longest.ok_or_else(wrong)? > MAX_ROW_VALUES {
                    return Err(ParquetError::General(format!(
                        "a row of more than {MAX_ROW_VALUES} values in one column"
                    )));
                }
            }
        }
        if v2 || self.nullable {
            list(header.levels[0], header.encodings[1])?;
        }
        check_lengths(encoding, page, levels, header.values)
    }

    fn page(header: &PageHeader, buf: Bytes) -> Result<Page, ParquetError> {
        let [values, definition, repetition] = header.encodings;
        let num_values = header.values;
        Ok(match header.kind {
            PageKind::Dictionary => Page::DictionaryPage {
                buf,
                num_values,
                encoding: encoding(values)?,
                is_sorted: header.sorted,
            },
            PageKind::DataV2 => Page::DataPageV2 {
                buf,
                num_values,
                encoding: encoding(values)?,
                num_nulls: header.nulls,
                num_rows: header.rows,
                def_levels_byte_len: header.levels[0],
                rep_levels_byte_len: header.levels[1],
                is_compressed: header.packed,
                statistics: None,
            },
            PageKind::Data | PageKind::Index => Page::DataPage {
                buf,
                num_values,
                encoding: encoding(values)?,
                def_level_encoding: encoding(definition)?,
                rep_level_encoding: encoding(repetition)?,
                statistics: None,
            },
        })
    }
}

/// The lists of lengths before byte arrays: one of lengths, or one of prefixes and one of lengths.
fn check_lengths(
    encoding: Encoding,
    page: &[u8],
    levels: usize,
    values: u32,
) -> Result<(), ParquetError> {
    let lists = match encoding {
        Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
        Encoding::DELTA_BYTE_ARRAY => 2,
        _ => return Ok(()),
    };
    let wrong = || bad("the number of lengths in a page");
    let mut rest = page.get(levels..).ok_or_else(wrong)?;
    for _ in 0..lists {
        let count = delta::pass(&mut rest).ok_or_else(wrong)?;
        // The decoder holds four bytes for each.
        if count > u64::from(values) || 4 * count > MAX_RECORD {
            return Err(wrong());
        }
    }
    Ok(())
}

/// The encoding of levels that is read.
const RLE: u8 = 3;

/// An encoding by its number in the format.
fn encoding(number: u8) -> Result<Encoding, ParquetError> {
    #[expect(deprecated, reason = "the first versions of the format name it")]
    let packed = Encoding::BIT_PACKED;
    Ok(match number {
        0 => Encoding::PLAIN,
        2 => Encoding::PLAIN_DICTIONARY,
        RLE => Encoding::RLE,
        4 => packed,
        5 => Encoding::DELTA_BINARY_PACKED,
        6 => Encoding::DELTA_LENGTH_BYTE_ARRAY,
        7 => Encoding::DELTA_BYTE_ARRAY,
        8 => Encoding::RLE_DICTIONARY,
        9 => Encoding::BYTE_STREAM_SPLIT,
        _ => return Err(bad("its encoding")),
    })
}

fn codec(compression: Compression) -> Result<Codec, ParquetError> {
    Ok(match compression {
        Compression::UNCOMPRESSED => Codec::Plain,
        Compression::SNAPPY => Codec::Snappy,
        Compression::GZIP(_) => Codec::Gzip,
        Compression::BROTLI(_) => Codec::Brotli,
        Compression::LZ4 => Codec::Lz4Hadoop,
        Compression::LZ4_RAW => Codec::Lz4Block,
        Compression::ZSTD(_) => Codec::Zstd,
        Compression::LZO => return Err(ParquetError::NYI("pages packed with LZO".to_owned())),
    })
}

impl Iterator for Pages {
    type Item = Result<Page, ParquetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>, ParquetError> {
        let Some((header, data)) = self.header()? else {
            if self.seen != self.values {
                return Err(ParquetError::EOF(format!(
                    "a column of {} values where {} are declared",
                    self.seen, self.values
                )));
            }
            return Ok(None);
        };
        let bytes = self.unpack(&header, data)?;
        self.place = data + header.compressed;
        self.check(&header, &bytes)?;
        Self::page(&header, bytes).map(Some)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>, ParquetError> {
        Ok(self.header()?.map(|(header, _)| PageMetadata {
            num_rows: (header.kind == PageKind::DataV2).then_some(header.rows as usize),
            num_levels: Some(header.values as usize),
            is_dict: header.kind == PageKind::Dictionary,
        }))
    }

    fn skip_next_page(&mut self) -> Result<(), ParquetError> {
        if let Some((header, data)) = self.header()? {
            self.place = data + header.compressed;
            self.seen += u64::from(header.values);
        }
        Ok(())
    }
}

fn bad(what: &str) -> ParquetError {
    ParquetError::General(format!("a page is not what it says: {what}"))
}

fn too_large(got: u64) -> ParquetError {
    ParquetError::General(format!(
        "a page of {got} bytes in memory; at most {MAX_RECORD} are read"
    ))
}
