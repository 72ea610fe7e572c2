//! The pages of a column, no larger in memory than [`MAX_RECORD`]: what a page says of itself is checked before the decoder, which
//! allocates as much as it is told, believes it.

use std::io::{self, BufReader, Read};

use flate2::read::MultiGzDecoder;
use parquet::basic::{Compression, Encoding, Type as Physical};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;

use super::delta;
use super::header::PageHeader;
use super::shared::Shared;
use crate::lines::MAX_RECORD;

/// A page reader that looks at each page's header first.
pub(super) struct Pages {
    pages: Box<dyn PageReader>,
    file: Shared,
    place: u64,
    end: u64,
    gzip: bool,
    /// Fewest bits of a value in a dictionary.
    value_bits: u64,
    nullable: bool,
}

impl Pages {
    /// The pages of a chunk of a file, which `pages` reads.
    pub(super) fn new(
        pages: Box<dyn PageReader>,
        file: Shared,
        chunk: &ColumnChunkMetaData,
    ) -> Result<Self, ParquetError> {
        let (place, length) = chunk.byte_range();
        let end = place.checked_add(length).ok_or_else(|| bad("its place"))?;
        let descriptor = chunk.column_descr();
        Ok(Self {
            pages,
            file,
            place,
            end,
            gzip: matches!(chunk.compression(), Compression::GZIP(_)),
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
        })
    }

    /// Checks the sizes of the page that is read next.
    fn look(&mut self) -> Result<(), ParquetError> {
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
            self.place = data + header.compressed;
            if header.index {
                continue;
            }
            if self.gzip && header.packed {
                self.unpack(&header, data)?;
            }
            return Ok(());
        }
        Ok(())
    }

    /// Unpacks a page into nothing: the decoder would hold whatever comes out, also where it is more than the header says.
    fn unpack(&self, header: &PageHeader, data: u64) -> Result<(), ParquetError> {
        let packed = header.compressed.saturating_sub(header.levels);
        let start = data + header.levels.min(header.compressed);
        let most = header.uncompressed.saturating_sub(header.levels);
        let mut page = MultiGzDecoder::new(self.file.at(start).take(packed)).take(most + 1);
        // A damaged page is told by the decoder.
        match io::copy(&mut page, &mut io::sink()) {
            Ok(unpacked) if unpacked > most => Err(bad("its unpacked length")),
            _ => Ok(()),
        }
    }

    /// Checks the counts in a page.
    fn check(&self, page: &Page) -> Result<(), ParquetError> {
        match page {
            Page::DictionaryPage {
                buf, num_values, ..
            } => {
                let most = 8 * buf.len() as u64 / self.value_bits;
                if u64::from(*num_values) > most {
                    return Err(bad("the number of values in a dictionary"));
                }
                Ok(())
            }
            Page::DataPage {
                buf,
                num_values,
                encoding,
                def_level_encoding,
                ..
            } => {
                let levels = match (self.nullable, def_level_encoding) {
                    (false, _) => 0,
                    (true, Encoding::RLE) => buf
                        .first_chunk()
                        .map_or(0, |length| 4 + u64::from(u32::from_le_bytes(*length))),
                    (true, _) => return Err(bad("the encoding of its levels")),
                };
                check_lengths(*encoding, buf, levels, *num_values)
            }
            Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            } => {
                let levels = u64::from(*def_levels_byte_len) + u64::from(*rep_levels_byte_len);
                check_lengths(*encoding, buf, levels, *num_values)
            }
        }
    }
}

/// The lists of lengths before byte arrays: one of lengths, or one of prefixes and one of lengths.
fn check_lengths(
    encoding: Encoding,
    page: &[u8],
    levels: u64,
    values: u32,
) -> Result<(), ParquetError> {
    let lists = match encoding {
        Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
        Encoding::DELTA_BYTE_ARRAY => 2,
        _ => return Ok(()),
    };
    let wrong = || bad("the number of lengths in a page");
    let levels = usize::try_from(levels).map_err(|_| wrong())?;
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

impl Iterator for Pages {
    type Item = Result<Page, ParquetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>, ParquetError> {
        self.look()?;
        let page = self.pages.get_next_page()?;
        if let Some(page) = &page {
            self.check(page)?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>, ParquetError> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<(), ParquetError> {
        self.look()?;
        self.pages.skip_next_page()
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
