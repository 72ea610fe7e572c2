//! Megatron's GPT data sets, document by document.
//!
//! Layout checked against megatron-core's `gpt_dataset.py` (three arrays, and `_query_document_sample_shuffle_indices` for what a sample reads),
//! `blended_dataset.py`, `megatron_dataset.py` (the description's MD5 in the names) and `indexed_dataset.py` (`_IndexWriter`).
//!
//! The recount walks the tokens one by one: sample j has the tokens j·length to (j + 1)·length of all documents put end to end in the document index's order.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::path::PathBuf;

use md5::{Digest, Md5};
use tranche_ingest::error::{Error, Fault, FormatFault};
use tranche_ingest::npy::NpyFault;
use tranche_ingest::training_log::{Count, DocumentOptions, LogFault, LogReader};

use super::files::tranches;
use crate::common::{Files, bad, good, npy, npy_i2, npy_i8};

const LENGTH: usize = 16;

/// A data set: its name, the tokens of each document, the document index and the shuffle index.
struct Set {
    name: &'static str,
    tokens: Vec<i32>,
    documents: Vec<i32>,
    shuffle: Vec<u32>,
}

impl Set {
    /// Three passes over documents of odd lengths, one of them empty and one longer than three samples.
    fn new(name: &'static str, documents: i32, seed: i32) -> Self {
        let tokens: Vec<i32> = (0..documents)
            .map(|document| match document {
                3 => 0,
                5 => 3 * LENGTH as i32 + 7,
                other => 1 + (other * 5 + seed) % 23,
            })
            .collect();
        let order: Vec<i32> = (0..3 * documents)
            .map(|place| (place * 7 + seed) % documents)
            .collect();
        let all: i32 = order
            .iter()
            .map(|document| tokens[*document as usize])
            .sum();
        let samples = (all as u32 - 1) / LENGTH as u32;
        let shuffle = (0..samples)
            .map(|sample| (sample * 11 + 3) % samples)
            .collect();
        Self {
            name,
            tokens,
            documents: order,
            shuffle,
        }
    }

    /// Place and offset of every token, put end to end.
    fn stream(&self) -> Vec<(usize, i32)> {
        let places = self.documents.iter().enumerate();
        places
            .flat_map(|(place, document)| {
                (0..self.tokens[*document as usize]).map(move |offset| (place, offset))
            })
            .collect()
    }

    fn description(&self) -> String {
        format!(
            "{{\n    \"class\": \"GPTDataset\",\n    \"dataset_path\": \"{}\",\n    \"num_samples\": {},\n    \"index_split\": \"train\",\n    \"random_seed\": 1234,\n    \"sequence_length\": {LENGTH}\n}}",
            self.name,
            self.shuffle.len()
        )
    }

    fn stem(&self) -> String {
        format!(
            "{}-GPTDataset-train",
            hex::encode(Md5::digest(self.description()))
        )
    }

    fn token_index(&self) -> Vec<u8> {
        let mut file = b"MMIDIDX\0\0".to_vec();
        file.extend(1u64.to_le_bytes());
        file.push(4);
        file.extend((self.tokens.len() as u64).to_le_bytes());
        file.extend((self.tokens.len() as u64 + 1).to_le_bytes());
        file.extend(self.tokens.iter().flat_map(|length| length.to_le_bytes()));
        let mut pointer = 0i64;
        for length in &self.tokens {
            file.extend(pointer.to_le_bytes());
            pointer += 4 * i64::from(*length);
        }
        file.extend((0..=self.tokens.len() as i64).flat_map(i64::to_le_bytes));
        file
    }

    fn sample_index(&self) -> Vec<u8> {
        let stream = self.stream();
        let bounds = (0..=self.shuffle.len()).map(|sample| stream[sample * LENGTH]);
        let data: Vec<u8> = bounds
            .flat_map(|(place, offset)| {
                [(place as i32).to_le_bytes(), offset.to_le_bytes()].concat()
            })
            .collect();
        npy(1, "<i4", &format!("({}, 2)", self.shuffle.len() + 1), &data)
    }

    fn write(&self, files: &Files) {
        let stem = self.stem();
        let documents: Vec<u8> = self
            .documents
            .iter()
            .flat_map(|document| document.to_le_bytes())
            .collect();
        let shuffle: Vec<u8> = self
            .shuffle
            .iter()
            .flat_map(|sample| sample.to_le_bytes())
            .collect();
        files.write(&format!("cache/{stem}-description.txt"), self.description());
        files.write(
            &format!("cache/{stem}-document_index.npy"),
            npy(
                1,
                "<i4",
                &format!("({},)", self.documents.len()),
                &documents,
            ),
        );
        files.write(
            &format!("cache/{stem}-sample_index.npy"),
            self.sample_index(),
        );
        files.write(
            &format!("cache/{stem}-shuffle_index.npy"),
            npy(1, "<u4", &format!("({},)", self.shuffle.len()), &shuffle),
        );
        files.write(&format!("{}.idx", self.name), self.token_index());
    }

    /// The pieces of sample i: document, tokens, whether it begins there. Walked token by token.
    fn pieces(&self, sample: usize) -> Vec<(i32, usize, bool)> {
        let first = self.shuffle[sample] as usize * LENGTH;
        let mut pieces: Vec<(usize, usize, bool)> = Vec::new();
        for (place, offset) in &self.stream()[first..first + LENGTH] {
            match pieces.last_mut().filter(|piece| piece.0 == *place) {
                Some(piece) => piece.1 += 1,
                None => pieces.push((*place, 1, *offset == 0)),
            }
        }
        pieces
            .into_iter()
            .map(|(place, tokens, begins)| (self.documents[place], tokens, begins))
            .collect()
    }
}

fn options(files: &Files, sets: &[&Set], count: Count) -> DocumentOptions {
    let indices = sets.iter().map(|set| {
        (
            set.name.to_owned(),
            files.path(&format!("{}.idx", set.name)),
        )
    });
    DocumentOptions {
        count,
        indices: indices.collect(),
        split: None,
    }
}

type Draws = Vec<(u64, String, u64)>;

fn read(path: PathBuf, options: &DocumentOptions) -> Result<(Draws, Vec<(u64, u64)>), Error> {
    let mut reader = LogReader::documents(&path, NonZeroU64::new(4).unwrap(), options)?;
    let mut draws = Vec::new();
    while let Some(draw) = reader.read()? {
        draws.push((
            draw.step,
            reader.label(draw.source).to_string(),
            draw.record,
        ));
    }
    let tokens = reader.tokens().into_iter();
    Ok((
        draws,
        tokens
            .map(|(_, tokens)| (tokens.covered, tokens.counted))
            .collect(),
    ))
}

/// The blend: a sample of `a`, two of `b`, and so on.
fn blend(files: &Files, sets: [&Set; 2]) -> Vec<(usize, usize)> {
    let mut next = [0, 0];
    let mut rows = Vec::new();
    for row in 0..30 {
        let set = usize::from(row % 3 > 0);
        rows.push((set, next[set]));
        next[set] += 1;
    }
    let described: Vec<String> = sets.iter().map(|set| set.description()).collect();
    let text = format!(
        "{{\"class\": \"BlendedDataset\", \"datasets\": [{}], \"size\": 30}}",
        described.join(", ")
    );
    let stem = format!(
        "cache/{}-BlendedDataset-train",
        hex::encode(Md5::digest(&text))
    );
    let index: Vec<i16> = rows.iter().map(|(set, _)| *set as i16).collect();
    let samples: Vec<i64> = rows.iter().map(|(_, sample)| *sample as i64).collect();
    files.write(&format!("{stem}-description.txt"), text);
    files.write(&format!("{stem}-dataset_index.npy"), npy_i2(&index));
    files.write(
        &format!("{stem}-dataset_sample_index.npy"),
        npy_i8(&samples),
    );
    rows
}

#[test]
fn a_blends_documents_are_those_of_a_walk_token_by_token() {
    let files = Files::new();
    let sets = [Set::new("web", 41, 1), Set::new("wiki", 37, 4)];
    sets.iter().for_each(|set| set.write(&files));
    let rows = blend(&files, [&sets[0], &sets[1]]);
    for count in [Count::Touched, Count::Begun] {
        let (mut wanted, mut tokens) = (Vec::new(), vec![(0, 0); 2]);
        for (row, (set, sample)) in rows.iter().enumerate() {
            for (document, covered, begins) in sets[*set].pieces(*sample) {
                tokens[*set].0 += covered as u64;
                if begins || count == Count::Touched {
                    tokens[*set].1 += sets[*set].tokens[document as usize] as u64;
                    wanted.push((row as u64 / 4, sets[*set].name.to_owned(), document as u64));
                }
            }
        }
        let options = options(&files, &[&sets[0], &sets[1]], count);
        let (draws, got) = read(files.path("cache"), &options).unwrap();
        assert_eq!(draws, wanted);
        assert_eq!(got, tokens);
        // Every sample covers its whole length, and the totals say so.
        assert_eq!(
            got.iter().map(|(covered, _)| covered).sum::<u64>(),
            30 * LENGTH as u64
        );
    }
}

#[test]
fn one_data_set_is_read_without_a_blend_and_begun_documents_count_once_a_pass() {
    let files = Files::new();
    let set = Set::new("web", 41, 1);
    set.write(&files);
    let (draws, _) = read(files.path("cache"), &options(&files, &[&set], Count::Begun)).unwrap();
    let mut counts = BTreeMap::new();
    draws
        .iter()
        .for_each(|(_, _, document)| *counts.entry(*document).or_insert(0) += 1);
    assert_eq!(counts.get(&3), None, "the empty document was drawn");
    let cut = set.documents.len() - set.stream()[set.shuffle.len() * LENGTH - 1].0;
    let missing: usize = (0..41)
        .filter(|document| *document != 3)
        .map(|document| 3 - counts.get(&document).copied().unwrap_or(0))
        .sum();
    assert!(
        missing < cut,
        "{missing} passes missing, {cut} documents after the last sample"
    );
    let (touched, _) = read(
        files.path("cache"),
        &options(&files, &[&set], Count::Touched),
    )
    .unwrap();
    assert!(touched.len() > draws.len());
    let (stepless, rest) = (touched.first().unwrap(), touched.last().unwrap());
    assert_eq!(
        (stepless.0, rest.0),
        (0, (set.shuffle.len() as u64 - 1) / 4)
    );
}

fn fault(result: Result<(Draws, Vec<(u64, u64)>), Error>) -> Fault {
    match result.unwrap_err() {
        Error::Input(input) => input.fault,
        other => panic!("{other}"),
    }
}

#[test]
fn arrays_that_contradict_each_other_are_refused() {
    let files = Files::new();
    let set = Set::new("web", 41, 1);
    let open = options(&files, &[&set], Count::Touched);
    let stem = set.stem();
    let broken = |name: &str, bytes: Vec<u8>| {
        set.write(&files);
        files.write(name, bytes);
        fault(read(files.path("cache"), &open))
    };
    let samples = set.shuffle.len();
    let name = format!("cache/{stem}-shuffle_index.npy");
    let raw = |values: Vec<u32>| {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect::<Vec<u8>>()
    };
    let fault = broken(
        &name,
        npy(
            1,
            "<u4",
            &format!("({},)", samples - 1),
            &raw(vec![0; samples - 1]),
        ),
    );
    assert!(
        matches!(fault.get(), Some(FormatFault::Count { .. })),
        "{fault}"
    );
    let fault = broken(
        &name,
        npy(
            1,
            "<u4",
            &format!("({samples},)"),
            &raw(vec![samples as u32; samples]),
        ),
    );
    assert!(matches!(fault.get(), Some(LogFault::Index(_))), "{fault}");
    let name = format!("cache/{stem}-sample_index.npy");
    for rows in [
        vec![[5, 0], [4, 0]],
        vec![[0, 0], [9_999, 0]],
        vec![[-1, 0], [1, 0]],
        vec![[0, 9_999], [5, 0]],
        vec![[0, 0], [40, 0]],
    ] {
        let data: Vec<u8> = (0..=samples)
            .flat_map(|row| rows[row.min(1)])
            .flat_map(i32::to_le_bytes)
            .collect();
        let fault = broken(
            &name,
            npy(1, "<i4", &format!("({}, 2)", samples + 1), &data),
        );
        assert!(matches!(fault.get(), Some(LogFault::Index(_))), "{fault}");
    }
    let fault = broken(
        &name,
        npy(
            1,
            "<i4",
            &format!("({}, 3)", samples + 1),
            &vec![0; 12 * (samples + 1)],
        ),
    );
    assert!(matches!(fault.get(), Some(NpyFault::Columns(_))), "{fault}");
    let name = format!("cache/{stem}-document_index.npy");
    let fault = broken(
        &name,
        npy(
            1,
            "<i4",
            &format!("({},)", set.documents.len()),
            &raw(vec![41; set.documents.len()]),
        ),
    );
    assert!(matches!(fault.get(), Some(LogFault::Index(_))), "{fault}");
    let fault = broken(
        &format!("cache/{stem}-description.txt"),
        set.description().replace("1234", "4321").into_bytes(),
    );
    assert!(
        matches!(fault.get(), Some(LogFault::DescriptionDigest { .. })),
        "{fault}"
    );
    // The token index of other data: samples do not have their length.
    let fault = broken("web.idx", Set::new("web", 41, 2).token_index());
    assert!(matches!(fault.get(), Some(LogFault::Index(_))), "{fault}");
}

#[test]
fn every_truncation_and_hostile_count_of_a_token_index_is_refused() {
    let files = Files::new();
    let set = Set::new("web", 7, 1);
    set.write(&files);
    let open = options(&files, &[&set], Count::Touched);
    let whole = set.token_index();
    for length in 0..whole.len() {
        files.write("web.idx", &whole[..length]);
        let fault = fault(read(files.path("cache"), &open));
        let typed = matches!(fault.get(), Some(LogFault::TokenIndex(_)))
            || matches!(fault.get(), Some(FormatFault::Length { .. }));
        assert!(typed, "{length}: {fault}");
    }
    for (at, bytes) in [
        (0, vec![0]),
        (9, vec![2]),
        (17, vec![0]),
        (17, vec![9]),
        (18, vec![255; 8]),
        (26, vec![255; 8]),
    ] {
        let mut broken = whole.clone();
        broken[at..at + bytes.len()].copy_from_slice(&bytes);
        files.write("web.idx", &broken);
        fault(read(files.path("cache"), &open));
    }
    // Modes of a multimodal data set stand at the end.
    files.write(
        "web.idx",
        [whole.clone(), vec![0; set.tokens.len()]].concat(),
    );
    read(files.path("cache"), &open).unwrap();
}

#[test]
fn an_import_says_which_tokens_were_covered_and_which_are_counted() {
    let files = Files::new();
    tranches(&files, &[("web", 41), ("wiki", 37)]);
    let sets = [Set::new("web", 41, 1), Set::new("wiki", 37, 4)];
    sets.iter().for_each(|set| set.write(&files));
    blend(&files, [&sets[0], &sets[1]]);
    let line = "log import cache --batch 4 --documents touched --map web=web --map wiki=wiki --out run.tlog";
    let report = good(files.root(), line);
    assert_eq!(report["order"], "planned");
    let tokens = report["tokens"].as_array().unwrap();
    assert_eq!(tokens[0]["covered"], 10 * LENGTH as u64);
    assert!(tokens[0]["counted"].as_u64() > tokens[0]["covered"].as_u64());
    std::fs::remove_file(files.path("run.tlog")).unwrap();
    bad(
        files.root(),
        &line.replace("--batch", "--consumed --batch"),
        2,
        &["meant to read"],
    );
    bad(
        files.root(),
        &line.replace("--batch 4 ", ""),
        2,
        &["--batch"],
    );
    std::fs::remove_file(files.path(&format!("cache/{}-document_index.npy", sets[1].stem())))
        .unwrap();
    bad(files.root(), line, 2, &["no index files of the data set"]);
}

#[test]
fn one_path_of_two_numberings_of_samples_is_one_path_of_documents() {
    let files = Files::new();
    tranches(&files, &[("web", 41)]);
    let long = Set::new("web", 41, 0);
    let samples = long.shuffle.len() as u32 - 4;
    let short = Set {
        shuffle: (0..samples)
            .map(|sample| (sample * 5 + 1) % samples)
            .collect(),
        ..Set::new("web", 41, 0)
    };
    [&long, &short]
        .into_iter()
        .for_each(|set| set.write(&files));
    let rows = blend(&files, [&long, &short]);
    let import = "log import cache --batch 4 --map web=web --out run.tlog";
    bad(
        files.root(),
        import,
        2,
        &[
            "each numbers its own samples",
            "import documents with --documents",
        ],
    );
    let documents = import.replace("--map", "--documents touched --idx web=web.idx --map");
    let wanted: usize = rows
        .iter()
        .map(|(set, sample)| [&long, &short][*set].pieces(*sample).len())
        .sum();
    let report = good(files.root(), &documents);
    assert_eq!(report["draws"], wanted);
    assert_eq!(report["tokens"].as_array().unwrap().len(), 1);
    assert_eq!(report["tokens"][0]["covered"], rows.len() * LENGTH);
}
