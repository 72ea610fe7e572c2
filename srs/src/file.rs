//! The `.srs` file: a header, then halo2's raw parameter layout.
//!
//! | bytes | field |
//! |---|---|
//! | 12 | magic `tranche-srs\0` |
//! | 2 | format version, u16 |
//! | 4 | k, u32 |
//! | 1 | insecure flag, 0 or 1 |
//! | 32 | identity digest |
//! | 32 | BLAKE3 of the payload |
//! | 4 + 128·2^k + 256 | payload: k (u32 little-endian), powers, Lagrange form, g2, s·g2; points raw |
//!
//! Header integers are big-endian. Raw points are halo2curves': uncompressed, little-endian, Montgomery form.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use halo2_proofs::SerdeFormat;
use halo2curves::bn256::G2Affine;
use tranche_fs::temporary::Visibility;

use crate::check::{check_flag, check_k, check_lagrange, check_secret, check_version};
use crate::encoding::{G1_BYTES, G2_BYTES};
use crate::error::SrsError;
use crate::fault::SrsFault;
use crate::raw_points::read_points;
use crate::string::{Srs, params_from_parts};

const MAGIC: [u8; 12] = *b"tranche-srs\0";
const VERSION: u16 = 1;
const HEADER: usize = 12 + 2 + 4 + 1 + 32 + 32;

impl Srs {
    /// Writes the string to a file, atomically. Size: 128·2^k bytes and a constant.
    ///
    /// # Errors
    /// [`SrsError::Write`] with the cause; an existing file is then untouched.
    pub fn save(&self, path: &Path) -> Result<(), SrsError> {
        tranche_fs::replace(path, Visibility::Public, |out| self.write(out)).map_err(|source| {
            SrsError::Write {
                path: path.to_owned(),
                source,
            }
        })
    }

    /// Writes what [`Srs::save`] does.
    ///
    /// # Errors
    /// The writer's.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut payload = Vec::with_capacity(payload_bytes(self.k()));
        self.params()
            .write_custom(&mut payload, SerdeFormat::RawBytes)?;
        out.write_all(&MAGIC)?;
        out.write_all(&VERSION.to_be_bytes())?;
        out.write_all(&self.k().to_be_bytes())?;
        out.write_all(&[u8::from(self.identity().is_insecure())])?;
        out.write_all(&self.identity().digest())?;
        out.write_all(blake3::hash(&payload).as_bytes())?;
        out.write_all(&payload)
    }

    /// Reads and checks a file: header, length before anything is allocated, checksum, every point canonical and on the
    /// curve, generators, subgroup, consecutive powers, Lagrange form, identity.
    ///
    /// # Errors
    /// [`SrsError::Read`], or [`SrsError::Refused`] with the fault found.
    pub fn load(path: &Path) -> Result<Self, SrsError> {
        let read_error = |source| SrsError::Read {
            path: path.to_owned(),
            source,
        };
        let refused = |fault| SrsError::Refused {
            path: path.to_owned(),
            fault,
        };
        // Opening a pipe would wait for a writer, and a device has no length.
        if !fs::metadata(path).map_err(read_error)?.is_file() {
            let kind = io::ErrorKind::InvalidInput;
            return Err(read_error(io::Error::new(kind, "not a regular file")));
        }
        let mut file = File::open(path).map_err(read_error)?;
        let length = file.metadata().map_err(read_error)?.len();
        let mut header = [0; HEADER];
        if length < HEADER as u64 {
            return Err(refused(SrsFault::Length {
                expected: HEADER as u64,
                got: length,
            }));
        }
        file.read_exact(&mut header).map_err(read_error)?;
        let header = Header::parse(&header).map_err(refused)?;
        let expected = (HEADER + payload_bytes(header.k)) as u64;
        if length != expected {
            return Err(refused(SrsFault::Length {
                expected,
                got: length,
            }));
        }
        let mut payload = vec![0; payload_bytes(header.k)];
        file.read_exact(&mut payload).map_err(read_error)?;
        header.open(&payload).map_err(refused)
    }
}

struct Header {
    k: u32,
    insecure: bool,
    digest: [u8; 32],
    checksum: [u8; 32],
}

impl Header {
    fn parse(bytes: &[u8; HEADER]) -> Result<Self, SrsFault> {
        if !bytes.starts_with(&MAGIC) {
            return Err(SrsFault::Magic);
        }
        check_version(u16::from_be_bytes(array(bytes, 12)), VERSION)?;
        Ok(Header {
            k: check_k(u32::from_be_bytes(array(bytes, 14)))?,
            insecure: check_flag(bytes[18])?,
            digest: array(bytes, 19),
            checksum: array(bytes, 51),
        })
    }

    fn open(&self, payload: &[u8]) -> Result<Srs, SrsFault> {
        let mut hasher = blake3::Hasher::new();
        hasher.update_rayon(payload);
        if hasher.finalize() != self.checksum {
            return Err(SrsFault::Checksum);
        }
        let (k, points) = payload.split_at(4);
        if k != self.k.to_le_bytes() {
            return Err(SrsFault::Size(u32::from_le_bytes(array(k, 0))));
        }
        let list = G1_BYTES << self.k;
        let (g, points) = points.split_at(list);
        let (g_lagrange, points) = points.split_at(list);
        let (g2, s_g2) = points.split_at(G2_BYTES);
        let g = read_points(g, "the powers")?;
        let g_lagrange = read_points(g_lagrange, "the Lagrange form")?;
        let [g2] = read_points::<G2Affine>(g2, "g2")?[..] else {
            return Err(SrsFault::Generator("g2"));
        };
        let [s_g2] = read_points::<G2Affine>(s_g2, "s·g2")?[..] else {
            return Err(SrsFault::Subgroup);
        };
        check_secret(&g, &g2, &s_g2, self.insecure)?;
        check_lagrange(&g, &g_lagrange, self.k)?;
        let srs = Srs::new(
            params_from_parts(self.k, g, g_lagrange, g2, s_g2),
            self.insecure,
        );
        if srs.identity().digest() != self.digest {
            return Err(SrsFault::Digest);
        }
        Ok(srs)
    }
}

/// Copies `N` bytes at an offset that the header's fixed layout keeps in range.
fn array<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[offset..offset + N]);
    out
}

fn payload_bytes(k: u32) -> usize {
    4 + ((2 * G1_BYTES) << k) + 2 * G2_BYTES
}
