//! Bytes that may be looked up by their place.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};

/// Bytes that are read from their start or, where the stream can seek, from any place.
pub trait Stream: Read + Seek + Send {
    /// How many bytes there are in all. The place of the next read does not change.
    ///
    /// # Errors
    /// Those of the stream, or that it cannot tell.
    fn length(&mut self) -> io::Result<u64>;
}

impl Stream for File {
    fn length(&mut self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }
}

impl<T: AsRef<[u8]> + Send> Stream for Cursor<T> {
    fn length(&mut self) -> io::Result<u64> {
        Ok(self.get_ref().as_ref().len() as u64)
    }
}

/// A stream of anything that reads and seeks.
#[derive(Debug)]
pub struct Seekable<R>(pub R);

impl<R: Read> Read for Seekable<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R: Seek> Seek for Seekable<R> {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.0.seek(place)
    }
}

impl<R: Read + Seek + Send> Stream for Seekable<R> {
    fn length(&mut self) -> io::Result<u64> {
        let place = self.0.stream_position()?;
        let length = self.0.seek(SeekFrom::End(0))?;
        self.0.seek(SeekFrom::Start(place))?;
        Ok(length)
    }
}

/// A stream of anything that reads: it can neither seek nor tell its length, so it does for formats that are read row by row alone.
#[derive(Debug)]
pub struct Forward<R>(pub R);

impl<R: Read> Read for Forward<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R> Seek for Forward<R> {
    fn seek(&mut self, _place: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::NotSeekable.into())
    }
}

impl<R: Read + Send> Stream for Forward<R> {
    fn length(&mut self) -> io::Result<u64> {
        Err(io::ErrorKind::NotSeekable.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_without_moving() {
        let mut stream = Seekable(Cursor::new(b"abcdef".to_vec()));
        let mut two = [0; 2];
        stream.read_exact(&mut two).unwrap();
        assert_eq!(stream.length().unwrap(), 6);
        stream.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"cd");
        assert!(Forward(&b"abc"[..]).length().is_err());
    }
}
