//! The terms file.

use tranche_workspace::artefact::terms::TermsFile;

use crate::scratch;

pub(crate) fn read(data: &[u8]) {
    let path = scratch::file("terms.json", data);
    match TermsFile::read(&path) {
        Ok(terms) => {
            let context = terms.context();
            let words = context.terms.words();
            let again = tranche_protocol::context::RunTerms::from_words(&words);
            assert_eq!(again, Ok(context.terms), "a file's terms have an encoding");
            let text = serde_json::to_vec(&terms).expect("terms as JSON");
            let path = scratch::file("terms-again.json", &text);
            assert_eq!(TermsFile::read(&path).ok(), Some(terms));
        }
        Err(error) => super::refused(&error),
    }
}
