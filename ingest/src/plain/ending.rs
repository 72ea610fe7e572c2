//! Whether a text ends where a line ends.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use super::compression::is_compressed;
use crate::input::{Input, Stream};

/// How an input ends, once it was read to its end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ending {
    last: Arc<AtomicU8>,
    /// Whether the end of compressed data tells whether they are whole.
    packed: Arc<AtomicBool>,
}

impl Ending {
    /// Watches how an input ends.
    pub(crate) fn watch(input: Input) -> (Input, Self) {
        let (name, stream) = input.into_parts();
        let ending = Self::default();
        let watched = Watched {
            stream,
            ending: ending.clone(),
            head: Vec::new(),
        };
        (Input::new(name, Box::new(watched)), ending)
    }

    /// Whether the last line has no end, as a file has that was cut.
    pub(crate) fn is_open(&self) -> bool {
        let last = self.last.load(Ordering::Relaxed);
        !self.packed.load(Ordering::Relaxed) && !matches!(last, 0 | b'\n' | b'\r')
    }
}

/// A stream that notes the last byte that was read of it.
struct Watched {
    stream: Box<dyn Stream>,
    ending: Ending,
    head: Vec<u8>,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        if let Some(last) = bytes.last() {
            self.ending.last.store(*last, Ordering::Relaxed);
        }
        let missing = 4usize.saturating_sub(self.head.len()).min(read);
        if missing > 0 {
            self.head.extend_from_slice(&bytes[..missing]);
            let packed = is_compressed(&self.head);
            self.ending.packed.store(packed, Ordering::Relaxed);
        }
        Ok(read)
    }
}

impl Seek for Watched {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.stream.seek(place)
    }
}

impl Stream for Watched {
    fn length(&mut self) -> io::Result<u64> {
        self.stream.length()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_ends_within_a_line_is_open_and_compressed_data_are_not() {
        for (bytes, open) in [
            (&b"a,b\n1,2"[..], true),
            (b"a,b\n1,2\n", false),
            (b"a,b\r1,2\r", false),
            (b"", false),
            (b"\x1f\x8b\x08 and so on", false),
            (b"\x28\xb5\x2f\xfd and so on", false),
            (b"\x50\x2a\x4d\x18 and so on", false),
        ] {
            let (input, ending) = Ending::watch(Input::bytes("a", bytes));
            io::copy(&mut input.into_parts().1, &mut io::sink()).unwrap();
            assert_eq!(ending.is_open(), open, "{bytes:?}");
        }
    }
}
