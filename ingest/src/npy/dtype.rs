//! Types of elements.

/// The element type of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dtype {
    /// Signed, 8 bits.
    I1,
    /// Unsigned, 8 bits.
    U1,
    /// Signed, 16 bits, little-endian.
    I2,
    /// Unsigned, 16 bits, little-endian.
    U2,
    /// Signed, 32 bits, little-endian.
    I4,
    /// Signed, 64 bits, little-endian.
    I8,
    /// Unsigned, 32 bits, little-endian.
    U4,
}

impl Dtype {
    /// numpy's word for it.
    pub fn descriptor(self) -> &'static str {
        match self {
            Self::I1 => "|i1",
            Self::U1 => "|u1",
            Self::I2 => "<i2",
            Self::U2 => "<u2",
            Self::I4 => "<i4",
            Self::I8 => "<i8",
            Self::U4 => "<u4",
        }
    }

    /// Bytes of an element.
    pub fn size(self) -> u8 {
        match self {
            Self::I1 | Self::U1 => 1,
            Self::I2 | Self::U2 => 2,
            Self::I4 | Self::U4 => 4,
            Self::I8 => 8,
        }
    }

    /// The element in the first bytes of a slice; `None` if it is too short.
    pub fn element(self, bytes: &[u8]) -> Option<i64> {
        Some(match self {
            Self::I1 => i8::from_le_bytes(*bytes.first_chunk()?).into(),
            Self::U1 => u8::from_le_bytes(*bytes.first_chunk()?).into(),
            Self::U2 => u16::from_le_bytes(*bytes.first_chunk()?).into(),
            Self::I2 => i16::from_le_bytes(*bytes.first_chunk()?).into(),
            Self::I4 => i32::from_le_bytes(*bytes.first_chunk()?).into(),
            Self::U4 => u32::from_le_bytes(*bytes.first_chunk()?).into(),
            Self::I8 => i64::from_le_bytes(*bytes.first_chunk()?),
        })
    }
}
