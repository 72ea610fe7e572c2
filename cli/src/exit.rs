//! What the process reports to its caller.

use tranche_workspace::error::ErrorClass;

/// What the process reports to its caller.
///
/// | code | class |
/// |---|---|
/// | 0 | done, or the verdict is "valid" |
/// | 1 | the verdict is "invalid", or the request is refused |
/// | 2 | wrong usage or bad input |
/// | 3 | the system could not read or write |
/// | 4 | a defect of this program |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitClass {
    /// Done.
    Success,
    /// An invalid proof, a failed check, or a refusal by rule.
    Refused,
    /// A wrong option, or input that is not what it should be.
    Input,
    /// Reading or writing failed.
    Io,
    /// A defect of this program.
    Internal,
}

impl ExitClass {
    /// The process exit code, 0 to 4.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Refused => 1,
            Self::Input => 2,
            Self::Io => 3,
            Self::Internal => 4,
        }
    }

    /// A stable lower-case name for machine output.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Refused => "refused",
            Self::Input => "input",
            Self::Io => "io",
            Self::Internal => "internal",
        }
    }
}

impl From<ErrorClass> for ExitClass {
    fn from(class: ErrorClass) -> Self {
        match class {
            ErrorClass::Refused | ErrorClass::Cancelled => Self::Refused,
            ErrorClass::Input => Self::Input,
            ErrorClass::Io => Self::Io,
            ErrorClass::Internal => Self::Internal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_map_to_distinct_codes() {
        let classes = [
            ExitClass::Success,
            ExitClass::Refused,
            ExitClass::Input,
            ExitClass::Io,
            ExitClass::Internal,
        ];
        let codes: Vec<u8> = classes.iter().map(|class| class.code()).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4]);
    }
}
