//! The header of a page: a Thrift struct in the compact encoding (parquet-format, `PageHeader`).
//!
//! Every field that is read must have the type that the format gives it.

use std::collections::BTreeMap;
use std::io::{self, Read};

use super::thrift::{I32, Input, STRUCT, invalid};

/// Structs within structs: a header has statistics within a page header within itself.
const DEPTH: u32 = 8;

const BOOLEAN: [u8; 2] = [1, 2];

/// A page's header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PageHeader {
    /// Bytes of the header itself.
    pub(super) length: u64,
    /// What the page is, by the format's number.
    pub(super) kind: PageKind,
    /// Bytes of the page in the file.
    pub(super) compressed: u64,
    /// Bytes of the page in memory.
    pub(super) uncompressed: u64,
    /// The checksum of the page's bytes in the file.
    pub(super) checksum: Option<u32>,
    /// Values, nulls and empty lists included.
    pub(super) values: u32,
    /// The encoding of values, of definition and of repetition levels, by the format's numbers.
    pub(super) encodings: [u8; 3],
    /// Rows and nulls that a page of version 2 counts.
    pub(super) rows: u32,
    /// See `rows`.
    pub(super) nulls: u32,
    /// Bytes of the definition and of the repetition levels, which a page of version 2 has before its compressed part.
    pub(super) levels: [u32; 2],
    /// Whether what follows the levels is compressed, if the column is.
    pub(super) packed: bool,
    /// Whether a dictionary is sorted.
    pub(super) sorted: bool,
}

/// What a page is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum PageKind {
    /// Values, their levels compressed with them.
    #[default]
    Data,
    /// An index, which no reader needs.
    Index,
    /// The values that data pages refer to.
    Dictionary,
    /// Values, their levels not compressed.
    DataV2,
}

/// A struct of the header, by the field that it stands in.
const TOP: i16 = 0;
const DATA: i16 = 5;
const DICTIONARY: i16 = 7;
const DATA_V2: i16 = 8;
const OTHER: i16 = -1;

impl PageHeader {
    /// Bytes of the levels before the compressed part.
    pub(super) fn levels_length(&self) -> u64 {
        self.levels.iter().copied().map(u64::from).sum()
    }

    /// Reads a header.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] for what is no header, [`io::ErrorKind::UnexpectedEof`], and the reader's.
    pub(super) fn read(reader: impl Read) -> io::Result<Self> {
        let mut input = Input::new(reader);
        let mut found = BTreeMap::new();
        fields(&mut input, TOP, DEPTH, &mut |place, value| {
            found.insert(place, value);
        })?;
        let number = |place| found.get(&place).copied().ok_or_else(invalid);
        let count = |place| u32::try_from(number(place)?).map_err(|_| invalid());
        let encoding = |place| u8::try_from(number(place)?).map_err(|_| invalid());
        let yes = |place, otherwise| found.get(&place).map_or(otherwise, |value| *value == 1);
        let mut header = Self {
            length: input.length(),
            uncompressed: count((TOP, 2))?.into(),
            compressed: count((TOP, 3))?.into(),
            // A checksum is written as a signed number of the same bits.
            checksum: found.get(&(TOP, 4)).map(|value| *value as u32),
            packed: yes((DATA_V2, 7), true),
            sorted: yes((DICTIONARY, 3), false),
            ..Self::default()
        };
        match number((TOP, 1))? {
            0 => {
                header.kind = PageKind::Data;
                header.values = count((DATA, 1))?;
                for (place, field) in header.encodings.iter_mut().zip(2..) {
                    *place = encoding((DATA, field))?;
                }
            }
            1 => header.kind = PageKind::Index,
            2 => {
                header.kind = PageKind::Dictionary;
                header.values = count((DICTIONARY, 1))?;
                header.encodings[0] = encoding((DICTIONARY, 2))?;
            }
            3 => {
                header.kind = PageKind::DataV2;
                header.values = count((DATA_V2, 1))?;
                header.nulls = count((DATA_V2, 2))?;
                header.rows = count((DATA_V2, 3))?;
                header.encodings[0] = encoding((DATA_V2, 4))?;
                header.levels = [count((DATA_V2, 5))?, count((DATA_V2, 6))?];
            }
            _ => return Err(invalid()),
        }
        Ok(header)
    }
}

/// The types that the format gives a field; none for one that nobody reads.
fn types((structure, field): (i16, i16)) -> &'static [u8] {
    match (structure, field) {
        (TOP, 1..=4) | (DATA, 1..=4) | (DICTIONARY, 1 | 2) | (DATA_V2, 1..=6) => &[I32],
        (TOP, 5..=8) | (DATA, 5) | (DATA_V2, 8) => &[STRUCT],
        (DICTIONARY, 3) | (DATA_V2, 7) => &BOOLEAN,
        _ => &[],
    }
}

/// Where a number stands: its struct and its field.
type Place = (i16, i16);

/// The fields of a struct; `note` is told its numbers and booleans.
fn fields<R: Read>(
    input: &mut Input<R>,
    structure: i16,
    depth: u32,
    note: &mut dyn FnMut(Place, i64),
) -> io::Result<()> {
    let depth = depth.checked_sub(1).ok_or_else(invalid)?;
    let mut field = 0i16;
    while let Some(kind) = input.field(&mut field)? {
        let place = (structure, field);
        let types = types(place);
        if !types.is_empty() && !types.contains(&kind) {
            return Err(invalid());
        }
        match kind {
            1 | 2 => note(place, (kind == 1).into()),
            4 | I32 | 6 => note(place, input.signed()?),
            STRUCT => {
                let inner = if structure == TOP { field } else { OTHER };
                fields(input, inner, depth, note)?;
            }
            _ => input.pass(kind, depth)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A dictionary page: uncompressed 300 bytes, compressed 5, two values, PLAIN.
    const DICTIONARY_PAGE: &[u8] = &[
        0x15, 4, 0x15, 0xd8, 4, 0x15, 10, 0x4c, 0x15, 4, 0x15, 0, 0, 0,
    ];

    #[test]
    fn sizes_are_read_and_the_rest_is_passed_over() {
        let header = PageHeader::read(DICTIONARY_PAGE).unwrap();
        assert_eq!(header.length, DICTIONARY_PAGE.len() as u64);
        assert_eq!((header.uncompressed, header.compressed), (300, 5));
        assert_eq!((header.kind, header.values), (PageKind::Dictionary, 2));
        // Version 2, not compressed, 3 bytes of definition levels, with statistics and a list that nobody knows.
        let second = [
            0x15, 6, 0x15, 20, 0x15, 20, 0x5c, 0x15, 2, 0x15, 0, 0x15, 2, 0x15, 0, 0x15, 6, 0x15,
            0, 0x12, 0x1c, 0x18, 2, 9, 9, 0, 0x19, 0x25, 1, 2, 0, 0,
        ];
        let header = PageHeader::read(&second[..]).unwrap();
        assert_eq!(header.length, second.len() as u64);
        assert_eq!((header.levels, header.packed), ([3, 0], false));
        assert_eq!((header.kind, header.values), (PageKind::DataV2, 1));
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for cut in 0..DICTIONARY_PAGE.len() {
            assert!(PageHeader::read(&DICTIONARY_PAGE[..cut]).is_err(), "{cut}");
        }
        let mut negative = DICTIONARY_PAGE.to_vec();
        negative[6] = 9;
        let mut binary = DICTIONARY_PAGE.to_vec();
        binary[2] = 0x18;
        for bytes in [
            &negative[..],
            &binary,
            &[0],
            &[0x1c; 99],
            &[0x15; 99],
            &[0xff; 99],
        ] {
            assert!(PageHeader::read(bytes).is_err());
        }
    }
}
