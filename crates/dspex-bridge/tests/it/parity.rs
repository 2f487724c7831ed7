//! The recorded cases of DSPy, replayed without Python and with it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use dspex_bridge::llm::Models;
use dspex_bridge::parity::{CorpusError, Options, VerdictKind, run};
use dspex_bridge::python::{PythonConfig, PythonEngine};
use dspex_telemetry::Recorder;

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../parity/sample.jsonl")
}

fn own() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../dspex-signature/parity/own.jsonl")
}

async fn replay(options: &Options) -> (dspex_bridge::parity::Summary, String) {
    let mut printed = Vec::new();
    let summary = run(options, None, &mut printed).await.unwrap();
    (summary, String::from_utf8(printed).unwrap())
}

#[tokio::test]
async fn no_case_of_the_sample_differs_and_none_is_lost() {
    let list = Some(VerdictKind::Differ);
    let options = Options { files: vec![sample()], list, ..Options::default() };
    let (summary, printed) = replay(&options).await;
    let total = summary.total();
    assert_eq!(total.differ, 0, "{printed}");
    assert_eq!(total.cases, 794);
    assert_eq!((total.native, total.delegated), (794, 0), "{printed}");
    let last = printed.lines().last().unwrap();
    assert!(last.starts_with("parity: 794 cases: ") && last.ends_with(", 0 differ"), "{last}");
}

#[tokio::test]
async fn no_case_of_the_repositorys_own_corpus_differs_and_none_is_lost() {
    let list = Some(VerdictKind::Differ);
    let (summary, printed) =
        replay(&Options { files: vec![own()], list, ..Options::default() }).await;
    assert_eq!(summary.total().differ, 0, "{printed}");
    // What was measured; it rises with the engine and never falls.
    let of = |kind: &str| {
        let tallies = summary.by_kind().iter().filter(|(name, _)| name.starts_with(kind));
        tallies.fold((0, 0, 0), |(cases, delegated, declined), (_, tally)| {
            (cases + tally.cases, delegated + tally.delegated, declined + tally.declined)
        })
    };
    assert_eq!(of("parse"), (5_804, 51, 0), "{printed}");
    let (n_signatures, _, declined_signatures) = of("signature");
    let (n_formats, _, declined_formats) = of("format");
    let declined = declined_signatures + declined_formats;
    assert!(declined <= 122 && n_signatures + n_formats == 4_415, "{declined}: {printed}");
    assert_eq!(of("metric"), (439, 0, 0), "{printed}");
}

#[tokio::test]
async fn streams_tell_the_texts_that_dspy_tells() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../dspex-signature/parity/streams.jsonl");
    let list = Some(VerdictKind::Differ);
    let (summary, printed) =
        replay(&Options { files: vec![file], list, ..Options::default() }).await;
    let total = summary.total();
    assert_eq!(total.differ, 0, "{printed}");
    // The declined are texts with `[[`, of which DSPy's listeners lose a part however they are cut.
    assert_eq!((total.cases, total.native, total.declined), (99, 95, 4), "{printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_delegated_is_what_dspy_reads() {
    let python = PythonConfig::venv(crate::python::venv());
    let python = PythonEngine::new(python, BTreeMap::new(), Models::new(), Recorder::new());
    let python = Arc::new(python);
    // All that is delegated is in here, and little else.
    let tags = vec!["pv-complex".to_owned()];
    let options = Options { files: vec![own()], tags, ..Options::default() };
    let mut printed = Vec::new();
    let summary = run(&options, Some(python.clone()), &mut printed).await.unwrap();
    let total = summary.total();
    assert!(total.delegated > 0 && total.differ == 0, "{}", String::from_utf8_lossy(&printed));
    python.shutdown(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn several_files_have_a_line_each_before_the_total() {
    let tags = vec!["sig-basic".to_owned()];
    let files = vec![sample(), sample()];
    let (summary, printed) = replay(&Options { files, tags, ..Options::default() }).await;
    let lines: Vec<&str> = printed.lines().rev().take(3).collect();
    let n_cases = summary.total().cases;
    assert!(lines[0].starts_with(&format!("parity: {n_cases} cases: ")), "{printed}");
    let one = format!("sample.jsonl: {} cases: ", n_cases / 2);
    assert!(n_cases > 0 && lines[1].contains(&one) && lines[2] == lines[1], "{printed}");
}

/// What `cargo xtask parity --record` wrote beside the corpus is of that corpus.
#[test]
fn the_recorded_corpus_is_the_one_that_its_versions_describe() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dspex-signature/parity");
    let header = std::fs::read_to_string(folder.join("versions.json")).unwrap();
    let header: serde_json::Value = serde_json::from_str(&header).unwrap();
    let corpus = std::fs::read_to_string(folder.join("own.jsonl")).unwrap();
    assert_eq!(header["n_cases"], corpus.lines().count());
    assert_eq!(header["versions"]["dspy"], "3.4.1");
}

#[tokio::test]
async fn tags_filter_and_group() {
    let tags = vec!["sig-basic".to_owned(), "easy".to_owned()];
    let options = Options { files: vec![sample()], tags, by_tag: true, ..Options::default() };
    let (summary, printed) = replay(&options).await;
    assert!(summary.total().cases > 0 && summary.by_kind().len() == 1, "{printed}");
    assert!(printed.contains("\nsig-basic "), "{printed}");
}

#[tokio::test]
async fn a_line_that_is_no_case_is_named() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, b"\n{\"id\": 3}\n").unwrap();
    let options = Options { files: vec![file.path().to_owned()], ..Options::default() };
    let error = run(&options, None, &mut Vec::new()).await.unwrap_err();
    let CorpusError::Case { line: 2, .. } = &error else { panic!("{error}") };

    let options = Options { files: vec!["absent.jsonl".into()], ..Options::default() };
    let error = run(&options, None, &mut Vec::new()).await.unwrap_err();
    assert_eq!(error.to_string(), "the corpus `absent.jsonl` cannot be read");
}
