//! One input that stands for several files.

/// What stands between two parts: it is in no text, and bytes that libFuzzer moves in one piece.
pub const SEPARATOR: &[u8] = b"\xfe\xff\xfe\xff";

/// The parts of an input, at least one.
pub fn split(mut data: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while let Some(at) = data.windows(SEPARATOR.len()).position(|w| w == SEPARATOR) {
        let (head, tail) = data.split_at(at);
        parts.push(head);
        data = &tail[SEPARATOR.len()..];
    }
    parts.push(data);
    parts
}

/// The input of these parts.
pub fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.join(SEPARATOR)
}

/// Part `index`, empty where there is none.
pub fn at<'a>(parts: &[&'a [u8]], index: usize) -> &'a [u8] {
    parts.get(index).copied().unwrap_or_default()
}
