//! Faults of inputs, whatever they are of.

use std::any::TypeId;
use std::borrow::Cow;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::mem::discriminant;
use std::path::{Path, PathBuf};

/// What can be wrong with an input. Each kind of input has an enumeration of its own that implements this.
pub trait InputFault: std::error::Error + Send + Sync + 'static {
    /// What the user can do about it.
    fn remedy(&self) -> Cow<'static, str>;

    /// Whether a reader of rows has lost its place by it.
    fn ends_reading(&self) -> bool {
        false
    }

    /// Which of the faults of its enumeration it is, whatever its fields hold: [`FaultKind::of`] the fault.
    fn kind(&self) -> FaultKind;
}

/// The enumeration and the variant of a fault, to put faults of one kind together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FaultKind {
    enumeration: TypeId,
    variant: u64,
}

impl FaultKind {
    /// The kind of a fault.
    pub fn of<F: InputFault>(fault: &F) -> Self {
        let mut hasher = DefaultHasher::new();
        discriminant(fault).hash(&mut hasher);
        Self {
            enumeration: TypeId::of::<F>(),
            variant: hasher.finish(),
        }
    }
}

/// A fault of any kind of input.
///
/// ```
/// use tranche_ingest::error::{Fault, FormatFault};
///
/// let fault = Fault::from(FormatFault::NotUtf8);
/// assert_eq!(fault.get::<FormatFault>(), Some(&FormatFault::NotUtf8));
/// assert!(fault.to_string() == "not valid UTF-8" && fault.remedy().starts_with("convert it to UTF-8"));
/// ```
pub struct Fault(Box<dyn InputFault>);

impl Fault {
    /// The fault, if it is one of this enumeration.
    pub fn get<F: InputFault>(&self) -> Option<&F> {
        let fault: &dyn std::error::Error = &*self.0;
        fault.downcast_ref()
    }

    /// What the user can do about it.
    pub fn remedy(&self) -> Cow<'static, str> {
        self.0.remedy()
    }

    /// Whether a reader of rows has lost its place by it.
    pub fn ends_reading(&self) -> bool {
        self.0.ends_reading()
    }

    /// Which of the faults of its enumeration it is.
    pub fn kind(&self) -> FaultKind {
        self.0.kind()
    }
}

impl<F: InputFault> From<F> for Fault {
    fn from(fault: F) -> Self {
        Self(Box::new(fault))
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A fault of an input file: where, what, and the remedy.
#[derive(Debug)]
pub struct InputError {
    /// The file, or what stands for one: the name that the input was given.
    pub file: PathBuf,
    /// The row, counted from 1, where the fault has one.
    pub row: Option<u64>,
    /// What is wrong.
    pub fault: Fault,
}

impl InputError {
    /// A fault of a whole file, or at a row, counted from 1.
    pub fn new(file: &Path, row: Option<u64>, fault: impl Into<Fault>) -> Box<Self> {
        Box::new(Self {
            file: file.to_owned(),
            row,
            fault: fault.into(),
        })
    }

    /// Whether it is of one row alone, so that the next one may be read.
    pub fn is_of_a_row(&self) -> bool {
        self.row.is_some() && !self.fault.ends_reading()
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        write!(f, ": {}; {}", self.fault, self.fault.remedy())
    }
}

impl std::error::Error for InputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.fault.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FormatFault;

    #[test]
    fn kinds_are_told_by_enumeration_and_variant() {
        let empty = |what| Fault::from(FormatFault::Empty(what)).kind();
        assert_eq!(empty("draws"), empty("records"));
        assert_ne!(empty("draws"), Fault::from(FormatFault::NotUtf8).kind());
    }
}
