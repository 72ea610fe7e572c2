//! An input that several readers of its columns share.

use std::io::{self, BufReader, Read, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

use crate::input::Stream;

/// A stream with a place of its own for each of its readers.
#[derive(Clone)]
pub(super) struct Shared {
    stream: Arc<Mutex<Box<dyn Stream>>>,
    length: u64,
}

impl Shared {
    /// Shares a stream of this length.
    pub(super) fn new(stream: Box<dyn Stream>, length: u64) -> Self {
        Self {
            stream: Arc::new(Mutex::new(stream)),
            length,
        }
    }

    /// A reader from a place on.
    pub(super) fn at(&self, place: u64) -> At {
        At {
            stream: Arc::clone(&self.stream),
            place,
        }
    }
}

/// A reader of a shared stream.
pub(super) struct At {
    stream: Arc<Mutex<Box<dyn Stream>>>,
    place: u64,
}

impl Read for At {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A stream has no state that a panic could leave half-changed: every read seeks first.
        let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
        stream.seek(SeekFrom::Start(self.place))?;
        let read = stream.read(buffer)?;
        self.place += read as u64;
        Ok(read)
    }
}

impl Length for Shared {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Shared {
    type T = BufReader<At>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(BufReader::new(self.at(start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let mut buffer = Vec::with_capacity(length);
        let read = self
            .at(start)
            .take(length as u64)
            .read_to_end(&mut buffer)?;
        if read == length {
            return Ok(buffer.into());
        }
        let what = format!("Expected to read {length} bytes, read only {read}");
        Err(ParquetError::EOF(what))
    }
}
