use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

fn read(bytes: impl Into<Vec<u8>>, encoding: TextEncoding) -> Result<Vec<u8>, Error> {
    let mut text = PlainText::new(Input::bytes("a", bytes), encoding)?;
    let mut all = Vec::new();
    let mut block = [0; 1000];
    loop {
        match text.read(Some(1), &mut block)? {
            0 => return Ok(all),
            read => all.extend_from_slice(&block[..read]),
        }
    }
}

fn utf8(bytes: impl Into<Vec<u8>>) -> Result<String, Error> {
    read(bytes, TextEncoding::Utf8).map(|bytes| String::from_utf8(bytes).unwrap())
}

fn fault(result: Result<String, Error>) -> TextFault {
    let error = result.unwrap_err();
    error
        .fault::<TextFault>()
        .unwrap_or_else(|| panic!("{error}"))
        .clone()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn zstd(text: &str) -> Vec<u8> {
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    ruzstd::encoding::compress_to_vec(text.as_bytes(), level)
}

/// An empty block of BGZF, which ends a file.
const BGZF_END: &[u8] = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0\x1b\0\x03\0\0\0\0\0\0\0\0\0";

/// A block of BGZF that holds "a\n".
fn bgzf_block() -> Vec<u8> {
    let mut encoder = flate2::GzBuilder::new()
        .extra(b"BC\x02\0\x1d\0".as_slice())
        .write(Vec::new(), Compression::fast());
    encoder.write_all(b"a\n").unwrap();
    encoder.finish().unwrap()
}

#[test]
fn text_is_the_same_whatever_it_is_compressed_by() {
    let long = "the same line again\n".repeat(40_000);
    for text in ["", "a\n", &long] {
        assert_eq!(utf8(text).unwrap(), text);
        for compress in [gzip, zstd] {
            assert_eq!(utf8(compress(text)).unwrap(), text);
            let twice = [compress(text), compress(text)].concat();
            assert_eq!(utf8(twice).unwrap(), text.repeat(2));
        }
    }
    assert_eq!(utf8([gzip("a"), vec![0; 600]].concat()).unwrap(), "a");
    let skippable = [b"\x50\x2a\x4d\x18\x03\0\0\0abc".to_vec(), zstd("a")].concat();
    assert_eq!(utf8(skippable).unwrap(), "a");
    assert_eq!(
        utf8([bgzf_block(), BGZF_END.to_vec()].concat()).unwrap(),
        "a\n"
    );
}

#[test]
fn compressed_data_are_refused_wherever_they_are_cut() {
    let text: String = (0..3_000).map(|line| format!("line {line}\n")).collect();
    for (compress, name) in [(gzip as fn(&str) -> Vec<u8>, "gzip"), (zstd, "zstd")] {
        let whole = compress(&text);
        let twice = [whole.clone(), whole.clone()].concat();
        for length in [
            8,
            20,
            whole.len() / 2,
            whole.len() - 1,
            whole.len() + 1,
            whole.len() + 9,
        ] {
            let got = fault(utf8(&twice[..length]));
            assert_eq!(got, TextFault::Truncated(name), "{name} of {length}");
        }
    }
    // Files of BGZF tell where they end even between two members.
    assert_eq!(fault(utf8(bgzf_block())), TextFault::Truncated("gzip"));
}

#[test]
fn damage_is_told() {
    for compress in [gzip as fn(&str) -> Vec<u8>, zstd] {
        let whole = compress("some text, some text and more text\n");
        for at in [whole.len() - 3, whole.len() / 2] {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            let got = fault(utf8(bytes));
            let told = matches!(got, TextFault::Damaged { .. } | TextFault::Truncated(_));
            assert!(told, "{got}");
        }
        let got = fault(utf8([whole, b"more".to_vec()].concat()));
        assert!(matches!(got, TextFault::Damaged { .. }), "{got}");
    }
    let window = b"\x28\xb5\x2f\xfd\0\xa0\x01\0\0";
    assert!(matches!(fault(utf8(*window)), TextFault::Window { .. }));
}

#[test]
fn marks_and_encodings_change_nothing_of_the_text() {
    let text = "één\n€ 5";
    let marked = format!("\u{feff}{text}");
    assert_eq!(utf8(marked.as_bytes()).unwrap(), text);
    assert_eq!(utf8(gzip(&marked)).unwrap(), text);
    assert_eq!(text_of(Path::new("a"), marked.as_bytes()).unwrap(), text);
    let little: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = marked.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [little, big] {
        assert_eq!(
            read(bytes.clone(), TextEncoding::Utf16).unwrap(),
            text.as_bytes()
        );
        assert_eq!(fault(utf8(bytes.clone())), TextFault::Utf16);
        let error = text_of(Path::new("a"), &bytes).unwrap_err();
        assert_eq!(error.fault(), Some(&TextFault::Utf16));
    }
    let windows = b"\xe9\xe9n\n\x80 5";
    assert_eq!(
        read(*windows, TextEncoding::Windows1252).unwrap(),
        text.as_bytes()
    );
    let long: String = "aé€𝄞".repeat(30_000);
    let bytes: Vec<u8> = format!("\u{feff}{long}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(read(bytes, TextEncoding::Utf16).unwrap(), long.as_bytes());
}

#[test]
fn wrong_encodings_are_told() {
    for bytes in [&b"\xff\xfe\0\0a\0\0\0"[..], b"\0\0\xfe\xff\0\0\0a"] {
        for encoding in [TextEncoding::Utf8, TextEncoding::Utf16] {
            let read = read(bytes, encoding).map(|bytes| String::from_utf8(bytes).unwrap());
            assert_eq!(fault(read), TextFault::Utf32, "{encoding:?}");
        }
    }
    let wrong = |bytes: &[u8], encoding| {
        fault(read(bytes, encoding).map(|bytes| String::from_utf8(bytes).unwrap()))
    };
    assert_eq!(wrong(b"a\0b\0", TextEncoding::Utf16), TextFault::Unmarked);
    for half in [
        &b"\xff\xfea"[..],
        b"\xff\xfe\x3d\xd8",
        b"\xff\xfe\x3d\xd8a\0",
    ] {
        let fault = TextFault::Encoding(TextEncoding::Utf16);
        assert_eq!(wrong(half, TextEncoding::Utf16), fault);
    }
    let fault = TextFault::Encoding(TextEncoding::Windows1252);
    assert_eq!(
        wrong("\u{feff}a".as_bytes(), TextEncoding::Windows1252),
        fault
    );
}

#[test]
fn other_files_are_named() {
    for (bytes, other) in [
        (&b"PK\x03\x04\x14\0\0\0\x08\0"[..], OtherFile::Zip),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0",
            OtherFile::OldWorkbook,
        ),
        (b"\xfd7zXZ\0\0\x04", OtherFile::Xz),
        (b"BZh91AY&SY", OtherFile::Bzip2),
        (b"PAR1\x15\0", OtherFile::Parquet),
        (b"%PDF-1.7\n", OtherFile::Pdf),
    ] {
        assert_eq!(fault(utf8(bytes)), TextFault::NoText(other));
    }
    let again = gzip("a");
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&again).unwrap();
    let twice = encoder.finish().unwrap();
    assert_eq!(
        fault(utf8(twice)),
        TextFault::NoText(OtherFile::CompressedAgain)
    );
}
