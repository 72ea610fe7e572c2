//! What the name of a plan says.
//!
//! OLMo-core joins fields in the order of the alphabet: `global_indices_dataset_size1003_epoch1_seed0_v1.npy`. OLMo's own file is
//! `global_indices.npy`.

use std::path::Path;

use super::fault::PlanFault;

/// The version of OLMo-core's logic that its names say.
const VERSION: u64 = 1;

/// What a plan holds, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    /// All instances of the data set, in whole chunks. The loader leaves the rest of the last batch out.
    All { instances: u64, chunk: u64 },
    /// Whole batches of the run, so many instances.
    Batches { instances: u64 },
    /// Not said: whether the loader serves a short batch at the end is an option of the trainer.
    Unsaid,
}

impl Holds {
    /// The instances that the name says.
    pub(super) fn instances(self) -> Option<u64> {
        match self {
            Self::All { instances, .. } | Self::Batches { instances } => Some(instances),
            Self::Unsaid => None,
        }
    }
}

/// A plan's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PlanName {
    pub(super) holds: Holds,
    pub(super) epoch: Option<u64>,
    pub(super) seed: Option<u64>,
    pub(super) chunk: Option<u64>,
}

impl PlanName {
    /// Reads a name; a field that is unknown says nothing.
    pub(super) fn of(path: &Path) -> Result<Self, PlanFault> {
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let fields = stem.and_then(|stem| stem.strip_prefix("global_indices"));
        let fields = fields.unwrap_or_default();
        let field = |name: &str| {
            let mut parts = fields.split('_');
            parts.find_map(|part| part.strip_prefix(name)?.parse::<u64>().ok())
        };
        // A data set's size stands behind "dataset_", the length of a sequence behind "seq_" or "max_seq_".
        let size = field("size");
        let of_dataset = fields.contains("_dataset_size");
        let version = field("v");
        let chunk = field("chunk");
        let holds = match (size, version) {
            (None, _) => Holds::Unsaid,
            (Some(instances), Some(VERSION)) => Holds::All {
                instances,
                chunk: chunk.unwrap_or(1),
            },
            (Some(_), Some(version)) => {
                let what = format!("its name says version {version}, known is {VERSION}");
                return Err(PlanFault::RawIndices(what));
            }
            (Some(_), None) if of_dataset => {
                let what = "its name says a data set's size and no version".to_owned();
                return Err(PlanFault::RawIndices(what));
            }
            (Some(instances), None) => Holds::Batches { instances },
        };
        Ok(Self {
            holds,
            epoch: field("epoch"),
            seed: field("seed"),
            chunk,
        })
    }

    /// Checks the number of indices of a file of this name.
    pub(super) fn check(&self, count: u64) -> Result<(), PlanFault> {
        let named = match self.holds {
            Holds::All { instances, chunk } => instances - instances % chunk.max(1),
            Holds::Batches { instances } => instances,
            Holds::Unsaid => return Ok(()),
        };
        if named == count {
            return Ok(());
        }
        let what = format!("it has {count} of them, its name says {named}");
        Err(PlanFault::RawIndices(what))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(name: &str) -> Result<Holds, PlanFault> {
        PlanName::of(Path::new(name)).map(|name| name.holds)
    }

    #[test]
    fn names_say_what_a_plan_holds() {
        let all = |instances, chunk| Ok(Holds::All { instances, chunk });
        assert_eq!(
            holds("w/global_indices_dataset_size1003_epoch1_seed0_v1.npy"),
            all(1_003, 1)
        );
        assert_eq!(
            holds("global_indices_chunk4_dataset_size1003_epoch2_seed0_v1.npy"),
            all(1_003, 4)
        );
        assert_eq!(holds("global_indices_dataset_size8_v1.npy"), all(8, 1));
        assert_eq!(
            holds(
                "global_indices_epoch1_max_seq_len64_seed0_seq_len16_shuffleinter_source_size12_v1.npy"
            ),
            all(12, 1)
        );
        assert_eq!(
            holds("global_indices_epoch1_seed0_size9000.npy"),
            Ok(Holds::Batches { instances: 9_000 })
        );
        assert_eq!(holds("global_indices.npy"), Ok(Holds::Unsaid));
        assert_eq!(holds("copy.npy"), Ok(Holds::Unsaid));
        for odd in [
            "global_indices_dataset_size8_v2.npy",
            "global_indices_dataset_size8_epoch1.npy",
        ] {
            assert!(matches!(holds(odd), Err(PlanFault::RawIndices(_))), "{odd}");
        }
        let name = PlanName::of(Path::new(
            "global_indices_dataset_size8_epoch3_seed7_v1.npy",
        ));
        let name = name.unwrap();
        assert_eq!(
            (name.epoch, name.seed, name.chunk),
            (Some(3), Some(7), None)
        );
    }

    #[test]
    fn chunks_are_whole() {
        let name =
            PlanName::of(Path::new("global_indices_chunk4_dataset_size1003_v1.npy")).unwrap();
        assert_eq!(name.check(1_000), Ok(()));
        assert!(name.check(1_003).is_err());
    }
}
