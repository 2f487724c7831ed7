//! What signatures, prompts and completions cost; `cargo xtask bench` puts DSPy beside it.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use dspex_signature::{
    Adapter, ChatAdapter, Field, Fields, PartialJson, PreparedAdapter, RecordType, Signature, Type,
    TypeTable, Value, coerce, fields, json_schema, validate,
};

/// The signature of DSPy's own first example.
const PLAIN: &str = "question -> answer";
/// Two text inputs, one output of each scalar type.
const TYPED: &str = "question, context -> answer: str, count: int, score: float, sure: bool";
/// A list of models.
const MODELS: &str = "document -> lines: list[Line]";

const PLAIN_COMPLETION: &str = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## completed ## ]]";
const TYPED_COMPLETION: &str = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## count ## ]]\n3\n\n\
    [[ ## score ## ]]\n0.75\n\n[[ ## sure ## ]]\nTrue\n\n[[ ## completed ## ]]";
const TYPED_JSON: &str = r#"{"answer": "Jane Austen", "count": 3, "score": 0.75, "sure": true}"#;
/// What many models write: a fence, single quotes, a comma too many.
const FAULTY_JSON: &str =
    "```json\n{'answer': 'Jane Austen', 'count': 3, 'score': 0.75, 'sure': True,}\n```";
const TYPED_XML: &str = "<answer>\nJane Austen\n</answer>\n\n<count>\n3\n</count>\n\n\
    <score>\n0.75\n</score>\n\n<sure>\nTrue\n</sure>";
const LINES: &str = r#"[{"item": "lamp", "quantity": 2, "price": 19.5}, {"item": "cup", "quantity": 6, "price": 2.25}, {"item": "chair", "quantity": 1, "price": 80.0}]"#;

fn types() -> TypeTable {
    let line = RecordType::new(
        "Line",
        vec![
            Field::new("item", Type::Str),
            Field::new("quantity", Type::Int).with_constraint("ge", 1),
            Field::new("price", Type::Float),
        ],
    );
    TypeTable::new().with("Line", Type::Record(Arc::new(line)))
}

fn signature(spec: &str) -> Signature {
    Signature::parse_with(spec, &types()).expect("the signature is valid")
}

/// As engines have it: what inputs do not change is rendered once for each module.
fn prepared(adapter: Adapter, spec: &str) -> PreparedAdapter {
    adapter.prepare(&signature(spec)).expect("the types are rendered")
}

fn typed_inputs() -> Fields {
    fields! { "question" => "Who wrote Emma?", "context" => "Emma is a novel of 1815." }
}

pub(crate) fn definitions(criterion: &mut Criterion) {
    criterion.bench_function("signature.parse", |bencher| {
        bencher.iter(|| Signature::parse(black_box(PLAIN)));
    });
    criterion.bench_function("signature.parse.typed", |bencher| {
        bencher.iter(|| Signature::parse(black_box(TYPED)));
    });
    let typed = signature(TYPED);
    criterion.bench_function("chat.prepare", |bencher| {
        bencher.iter(|| ChatAdapter.prepare(black_box(&typed)));
    });
    let lines = Type::parse_with("list[Line]", &types()).expect("the type is valid");
    criterion.bench_function("schema", |bencher| bencher.iter(|| json_schema(black_box(&lines))));
    criterion.bench_function("coerce", |bencher| {
        bencher.iter(|| coerce(black_box(&lines), black_box(LINES)));
    });
    let value = Value::from_json(LINES).expect("the lines are JSON");
    criterion.bench_function("validate", |bencher| {
        bencher.iter_batched(
            || value.clone(),
            |value| validate(black_box(&lines), value),
            criterion::BatchSize::SmallInput,
        );
    });
}

pub(crate) fn prompts(criterion: &mut Criterion) {
    let mut format = |id: &str, adapter, spec: &str, demos: &[Fields], inputs: &Fields| {
        let adapter = prepared(adapter, spec);
        criterion.bench_function(id, |bencher| {
            bencher.iter(|| adapter.format(black_box(demos), black_box(inputs)));
        });
    };
    let question = fields! { "question" => "Who wrote Emma?" };
    let demo = question.clone().with("answer", "Jane Austen");
    let document = fields! { "document" => "2 lamps, 6 cups and a chair" };
    format("chat.format.plain", Adapter::Chat, PLAIN, &[], &question);
    format("chat.format.demos", Adapter::Chat, PLAIN, &vec![demo; 8], &question);
    format("chat.format.typed", Adapter::Chat, TYPED, &[], &typed_inputs());
    format("chat.format.models", Adapter::Chat, MODELS, &[], &document);
    format("json.format.typed", Adapter::Json, TYPED, &[], &typed_inputs());
    format("xml.format.typed", Adapter::Xml, TYPED, &[], &typed_inputs());
}

pub(crate) fn completions(criterion: &mut Criterion) {
    let mut parse = |id: &str, adapter, spec: &str, completion: &str| {
        let adapter = prepared(adapter, spec);
        criterion.bench_function(id, |bencher| {
            bencher.iter(|| adapter.parse(black_box(completion)));
        });
    };
    let models = format!("[[ ## lines ## ]]\n{LINES}\n\n[[ ## completed ## ]]");
    parse("chat.parse.plain", Adapter::Chat, PLAIN, PLAIN_COMPLETION);
    parse("chat.parse.typed", Adapter::Chat, TYPED, TYPED_COMPLETION);
    parse("chat.parse.models", Adapter::Chat, MODELS, &models);
    parse("json.parse.typed", Adapter::Json, TYPED, TYPED_JSON);
    parse("json.parse.repaired", Adapter::Json, TYPED, FAULTY_JSON);
    parse("xml.parse.typed", Adapter::Xml, TYPED, TYPED_XML);
}

/// Completions of 1 MB and of 10 MB: time has to grow with the size, and no faster.
pub(crate) fn sizes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("size");
    group.sample_size(10);
    for (id, n_items) in [("1mb", 18_000), ("10mb", 180_000)] {
        let items =
            vec![r#"{"item": "a lamp for the hall", "quantity": 2, "price": 1.5}"#; n_items];
        let (strict, faulty) = (items.join(", "), items.join(" "));
        let mut parse = |name: &str, adapter: Adapter, completion: String| {
            let adapter = prepared(adapter, "document -> lines: list[Any]");
            group.bench_function(format!("{name}.{id}"), |bencher| {
                bencher.iter(|| adapter.parse(black_box(&completion)));
            });
        };
        parse("chat", Adapter::Chat, format!("[[ ## lines ## ]]\n[{strict}]"));
        parse("json", Adapter::Json, format!("{{\"lines\": [{strict}]}}"));
        parse("repair", Adapter::Json, format!("{{'lines': [{faulty}]"));
        parse("xml", Adapter::Xml, format!("<lines>{}</lines>", strict.replace('<', "")));
    }
    group.finish();
}

/// An object in pieces of fifty bytes, looked at after each: 50 and 200 KB.
pub(crate) fn streams(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("partial");
    for (id, n_pieces) in [("50kb", 1_000), ("200kb", 4_000)] {
        let line = r#"{"item": "a lamp for the hall", "quantity": 2, "price": 1.5}"#;
        let n_lines = n_pieces * 50 / (line.len() + 2);
        let text = format!("{{\"lines\": [{}]}}", vec![line; n_lines].join(", "));
        let pieces: Vec<&str> = (0..n_pieces)
            .map(|piece| &text[text.len() * piece / n_pieces..text.len() * (piece + 1) / n_pieces])
            .collect();
        group.bench_function(id, |bencher| {
            bencher.iter(|| {
                let mut json = PartialJson::new();
                for piece in &pieces {
                    json.push(black_box(piece)).expect("the object is JSON");
                    black_box(json.value());
                }
                json.finish()
            });
        });
    }
    group.finish();
}

criterion_group!(group, definitions, prompts, completions, sizes, streams);
criterion_main!(group);
