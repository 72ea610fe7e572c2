//! Why there is no text inside an input.

use std::borrow::Cow;
use std::fmt;
use std::io;

use tranche_protocol::manifest::reading::TextEncoding;

use crate::error::{FaultKind, InputFault};

/// A fault of a text's compression or encoding.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    /// Compressed data whose end is missing.
    #[error("the {0} data end in the middle")]
    Truncated(&'static str),
    /// Compressed data that do not decompress, or not to what their checksum or length says.
    #[error("damaged {compression} data ({what})")]
    Damaged {
        /// The compression.
        compression: &'static str,
        /// What does not fit.
        what: String,
    },
    /// A window of more memory than is given to decompression.
    #[error("the zstd data want a window of {requested} bytes; the bound is {bound}")]
    Window {
        /// The window that the data declare.
        requested: u64,
        /// The greatest one accepted.
        bound: u64,
    },
    /// A file of another kind.
    #[error("it is {0}, not text")]
    NoText(OtherFile),
    /// UTF-16 where UTF-8 is read.
    #[error("the text is UTF-16")]
    Utf16,
    /// UTF-32, which is not read.
    #[error("the text is UTF-32")]
    Utf32,
    /// UTF-16 that does not say which byte of a unit comes first.
    #[error("the text has no byte order mark of UTF-16")]
    Unmarked,
    /// UTF-16 with half a character.
    #[error("not valid {0}")]
    Encoding(TextEncoding),
    /// A NUL character, which text does not hold.
    #[error("the text has a NUL byte, as UTF-16 and binary files have")]
    Nul,
}

/// A file that is no text, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherFile {
    /// A ZIP archive, as .xlsx, .ods and .docx files are.
    Zip,
    /// A document of Office before 2007, as .xls files are.
    OldWorkbook,
    /// Compressed by xz.
    Xz,
    /// Compressed by bzip2.
    Bzip2,
    /// Compressed by lz4.
    Lz4,
    /// A Parquet file.
    Parquet,
    /// A PDF document.
    Pdf,
    /// Compressed data inside of compressed data.
    CompressedAgain,
}

impl fmt::Display for OtherFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zip => "a ZIP archive or a workbook (.xlsx, .ods)",
            Self::OldWorkbook => "an Office document (.xls)",
            Self::Xz => "compressed by xz",
            Self::Bzip2 => "compressed by bzip2",
            Self::Lz4 => "compressed by lz4",
            Self::Parquet => "a Parquet file",
            Self::Pdf => "a PDF document",
            Self::CompressedAgain => "compressed twice",
        })
    }
}

impl OtherFile {
    fn remedy(self) -> &'static str {
        match self {
            Self::Zip => {
                "save a workbook as \"CSV UTF-8\" in the spreadsheet program, unpack an archive with `unzip`, and give the file inside"
            }
            Self::OldWorkbook => "save it as \"CSV UTF-8\" in the spreadsheet program",
            Self::Xz => "decompress it with `xz -d -k FILE` and give the file inside",
            Self::Bzip2 => "decompress it with `bzip2 -d -k FILE` and give the file inside",
            Self::Lz4 => "decompress it with `lz4 -d FILE` and give the file inside",
            Self::Parquet => "say --format parquet, of the file without a compression around it",
            Self::Pdf => "extract its text first, for example with `pdftotext`",
            Self::CompressedAgain => "decompress it once and give the file inside",
        }
    }
}

impl InputFault for TextFault {
    fn remedy(&self) -> Cow<'static, str> {
        let remedy = match self {
            Self::Truncated(_) => "its end is missing: copy or download the whole file again",
            Self::Damaged { .. } => "it is damaged: copy or download it again",
            Self::Window { .. } => {
                "decompress it with `zstd -d --long=31 FILE` and give the file inside"
            }
            Self::NoText(other) => other.remedy(),
            Self::Utf16 => "save it as UTF-8, or commit to it with --encoding utf-16",
            Self::Utf32 => "save it as UTF-8, for example with `iconv -f UTF-32 -t UTF-8`",
            Self::Unmarked => {
                "save it as UTF-8, for example with `iconv -f UTF-16LE -t UTF-8`, and leave --encoding out"
            }
            Self::Encoding(_) => "save it as UTF-8 and leave --encoding out",
            Self::Nul => {
                "save it as UTF-8 without NUL characters, for example with `iconv -f UTF-16LE -t UTF-8` where it is UTF-16"
            }
        };
        remedy.into()
    }

    fn ends_reading(&self) -> bool {
        !matches!(self, Self::Nul)
    }

    fn kind(&self) -> FaultKind {
        FaultKind::of(self)
    }
}

/// A fault on its way through readers that know the system's errors alone.
impl From<TextFault> for io::Error {
    fn from(fault: TextFault) -> Self {
        Self::other(fault)
    }
}
