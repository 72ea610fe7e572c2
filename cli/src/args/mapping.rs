//! A name and a path.

use std::path::PathBuf;

/// Reads `NAME=FOLDER`.
pub(crate) fn parse_mapping(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((name, folder)) if !name.is_empty() && !folder.is_empty() => {
            Ok((name.to_owned(), folder.into()))
        }
        _ => Err("expected NAME=FOLDER".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_name_nor_folder_is_empty() {
        let read = parse_mapping("books=a=b").unwrap();
        assert_eq!(read, ("books".to_owned(), PathBuf::from("a=b")));
        for wrong in ["", "books", "=books", "books="] {
            assert!(parse_mapping(wrong).is_err(), "{wrong}");
        }
    }
}
