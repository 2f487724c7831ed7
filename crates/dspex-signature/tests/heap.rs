//! How much memory a completion takes while it is parsed, in multiples of its own size.
//!
//! The peak covers all that the parser allocates, its answer included, and not the completion,
//! which the caller holds. One test in a program of its own: the heap is counted per process.

#![expect(clippy::print_stdout, reason = "the figures are for whoever runs the test")]

use dspex_signature::{Adapter, Parsed, PartialJson, Signature};

#[global_allocator]
static HEAP: dhat::Alloc = dhat::Alloc;

/// An item of a list, and how many times its size a list of them may take at the peak.
///
/// A value takes 32 bytes in a list and 48 in a record with its name, each besides its text, so
/// that lists of the shortest values take more than the four times of all others.
const SHAPES: [(&str, &str, f64); 7] = [
    ("prose", r#""Emma Woodhouse, handsome, clever, and rich, with a comfortable home""#, 4.0),
    ("record", r#"{"item": "a lamp for the hall", "quantity": 2, "price": 1.5}"#, 4.0),
    ("nested", r#"{"customer": {"name": "Jane Fairfax", "town": "Highbury"}, "paid": true}"#, 4.0),
    ("float", "0.0125371", 4.0),
    ("word", r#""lamp""#, 5.5),
    ("digit", "7", 11.0),
    ("empty", "{}", 10.0),
];
const SIZE: usize = 1 << 18;

/// In pieces, whose number nobody knows before the end: lists grow by doubling.
fn peak_in_pieces(text: &str) -> f64 {
    let profiler = dhat::Profiler::builder().testing().build();
    let mut json = PartialJson::new();
    for piece in text.as_bytes().chunks(50) {
        json.push(std::str::from_utf8(piece).expect("it is ASCII")).expect("it is JSON");
    }
    let value = json.finish();
    let peak = dhat::HeapStats::get().max_bytes;
    drop(profiler);
    assert!(value.is_ok(), "{value:?}");
    peak as f64 / text.len() as f64
}

fn peak_of(adapter: Adapter, completion: &str) -> f64 {
    let signature = Signature::parse("document -> lines: list[Any]").expect("it is valid");
    let adapter = adapter.prepare(&signature).expect("the types are rendered");
    let profiler = dhat::Profiler::builder().testing().build();
    let parsed = adapter.parse(completion);
    let peak = dhat::HeapStats::get().max_bytes;
    drop(profiler);
    assert!(matches!(parsed, Parsed::Exact(_)), "{parsed:?}");
    peak as f64 / completion.len() as f64
}

#[test]
fn a_completion_takes_a_small_multiple_of_its_size() {
    for (name, item, limit) in SHAPES {
        let n_items = SIZE / (item.len() + 2);
        let items = vec![item; n_items];
        let (strict, faulty) = (items.join(", "), items.join(",, "));
        let completions = [
            ("chat", Adapter::Chat, format!("[[ ## lines ## ]]\n[{strict}]")),
            ("json", Adapter::Json, format!("{{\"lines\": [{strict}]}}")),
            ("repair", Adapter::Json, format!("{{'lines': [{faulty}]")),
            ("xml", Adapter::Xml, format!("<lines>[{strict}]</lines>")),
        ];
        for (path, adapter, completion) in completions {
            let peak = peak_of(adapter, &completion);
            println!("{name:<8} {path:<8} {peak:>6.2} x");
            assert!(peak <= limit, "{path}, {name}: {peak} times the completion's size");
        }
        let peak = peak_in_pieces(&format!("{{\"lines\": [{strict}]}}"));
        println!("{name:<8} {:<8} {peak:>6.2} x", "pieces");
        assert!(peak <= 2.0 * limit, "pieces, {name}: {peak} times the text's size");
    }
}
