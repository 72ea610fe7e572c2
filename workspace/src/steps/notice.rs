//! What is said wherever a result may be read without its context.

/// What is said of every proof under the development string.
pub const INSECURE: &str = "INSECURE: made with the development reference string, whose secret is public. Anyone can forge such a proof: for tests only";
