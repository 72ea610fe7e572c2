//! What reads bytes, whatever it reads them from.

use std::io::{self, Read};

/// Bytes on their way.
pub(super) type Bytes = Box<dyn Read + Send>;

/// A stream that reads again where a signal interrupted it: a decoder might take that for the end.
pub(super) struct Patient<R>(pub(super) R);

impl<R: Read> Read for Patient<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other,
            }
        }
    }
}
