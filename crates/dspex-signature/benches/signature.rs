//! What a signature, a prompt and a completion cost; `cargo xtask bench` puts DSPy beside it.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use dspex_signature::{ChatAdapter, Signature, fields};

/// The signature of DSPy's own first example.
const PLAIN: &str = "question -> answer";
/// Two text inputs, one output of each scalar type.
const TYPED: &str = "question, context -> answer: str, count: int, score: float, sure: bool";

const PLAIN_COMPLETION: &str = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## completed ## ]]";
const TYPED_COMPLETION: &str = "[[ ## answer ## ]]\nJane Austen\n\n[[ ## count ## ]]\n3\n\n\
    [[ ## score ## ]]\n0.75\n\n[[ ## sure ## ]]\nTrue\n\n[[ ## completed ## ]]";

fn benchmarks(criterion: &mut Criterion) {
    let parse = |spec: &str| Signature::parse(spec).expect("the signature is valid");
    let (plain, typed) = (parse(PLAIN), parse(TYPED));
    // As engines have it: what inputs do not change is rendered once for each module.
    let prepare = |signature| ChatAdapter.prepare(signature).expect("the types are rendered");
    let (plain_chat, typed_chat) = (prepare(&plain), prepare(&typed));
    let question = "Who wrote Emma?";
    let plain_inputs = fields! { "question" => question };
    let typed_inputs = fields! { "question" => question, "context" => "Emma is a novel of 1815." };

    criterion.bench_function("signature.parse", |bencher| {
        bencher.iter(|| Signature::parse(black_box(PLAIN)));
    });
    criterion.bench_function("chat.prepare", |bencher| {
        bencher.iter(|| ChatAdapter.prepare(black_box(&typed)));
    });
    criterion.bench_function("chat.format.plain", |bencher| {
        bencher.iter(|| plain_chat.format(&[], black_box(&plain_inputs)));
    });
    criterion.bench_function("chat.format.typed", |bencher| {
        bencher.iter(|| typed_chat.format(&[], black_box(&typed_inputs)));
    });
    criterion.bench_function("chat.parse.plain", |bencher| {
        bencher.iter(|| ChatAdapter.parse(black_box(&plain), black_box(PLAIN_COMPLETION)));
    });
    criterion.bench_function("chat.parse.typed", |bencher| {
        bencher.iter(|| ChatAdapter.parse(black_box(&typed), black_box(TYPED_COMPLETION)));
    });
}

criterion_group!(group, benchmarks);
criterion_main!(group);
