//! A cursor over the bytes of a key.

use ark_bn254::{Fr, G1Affine, G2Affine};

use crate::encoding;
use crate::error::KeyError;

pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    pub(crate) fn finish(&self) -> Result<(), KeyError> {
        match self.rest.len() {
            0 => Ok(()),
            rest => Err(KeyError::Trailing(rest)),
        }
    }

    pub(crate) fn bytes(
        &mut self,
        count: usize,
        field: &'static str,
    ) -> Result<&'a [u8], KeyError> {
        let (head, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(KeyError::Truncated(field))?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn array<const N: usize>(
        &mut self,
        field: &'static str,
    ) -> Result<&'a [u8; N], KeyError> {
        let (head, rest) = self
            .rest
            .split_first_chunk()
            .ok_or(KeyError::Truncated(field))?;
        self.rest = rest;
        Ok(head)
    }

    pub(crate) fn u8(&mut self, field: &'static str) -> Result<u8, KeyError> {
        Ok(u8::from_be_bytes(*self.array(field)?))
    }

    pub(crate) fn u16(&mut self, field: &'static str) -> Result<u16, KeyError> {
        Ok(u16::from_be_bytes(*self.array(field)?))
    }

    pub(crate) fn u32(&mut self, field: &'static str) -> Result<u32, KeyError> {
        Ok(u32::from_be_bytes(*self.array(field)?))
    }

    pub(crate) fn i32(&mut self, field: &'static str) -> Result<i32, KeyError> {
        Ok(i32::from_be_bytes(*self.array(field)?))
    }

    /// A u32 below `limit`.
    pub(crate) fn index(&mut self, limit: usize, field: &'static str) -> Result<u32, KeyError> {
        let got = self.u32(field)?;
        if u64::from(got) < limit as u64 {
            return Ok(got);
        }
        Err(KeyError::Range {
            field,
            got: u64::from(got),
        })
    }

    /// A u8 below `limit`.
    pub(crate) fn index_u8(&mut self, limit: u8, field: &'static str) -> Result<u8, KeyError> {
        let got = self.u8(field)?;
        if got < limit {
            return Ok(got);
        }
        Err(KeyError::Range {
            field,
            got: u64::from(got),
        })
    }

    /// The length of a list whose items have at least `item` bytes: never more than what is left can hold.
    pub(crate) fn count(&mut self, item: usize, field: &'static str) -> Result<usize, KeyError> {
        let count = self.u32(field)? as usize;
        match count.checked_mul(item) {
            Some(bytes) if bytes <= self.rest.len() => Ok(count),
            _ => Err(KeyError::Truncated(field)),
        }
    }

    pub(crate) fn scalar(&mut self, field: &'static str) -> Result<Fr, KeyError> {
        encoding::scalar_from_be_bytes(self.array(field)?).ok_or(KeyError::Scalar(field))
    }

    /// A point that may not be the identity.
    pub(crate) fn g1(&mut self, field: &'static str) -> Result<G1Affine, KeyError> {
        encoding::g1(self.array(field)?).ok_or(KeyError::Point(field))
    }

    /// A commitment, which is the identity for a column of zeros.
    pub(crate) fn commitment(&mut self, field: &'static str) -> Result<G1Affine, KeyError> {
        encoding::g1_or_identity(self.array(field)?).ok_or(KeyError::Point(field))
    }

    pub(crate) fn g2(&mut self, field: &'static str) -> Result<G2Affine, KeyError> {
        encoding::g2(self.array(field)?).ok_or(KeyError::Point(field))
    }
}
