//! What `#[derive(Signature)]` makes of two structs.

use dspex_signature::{Field, Signature as SignatureData, Type, TypedSignature, Value};
use dspex_signature_macros::{FieldType, Signature, signature};

/// Answer the question from the context.
///
/// Cite your sources.
#[derive(Signature)]
#[signature(output = Answer)]
struct Ask {
    question: String,
    /// Passages, best first.
    context: Vec<String>,
    /** how sure to be */
    #[field(default = 0.5, ge = 0, lt = 1.0)]
    threshold: f64,
    #[field(rename = "k")]
    limit: Option<u8>,
    r#type: bool,
}

#[derive(FieldType)]
struct Answer {
    answer: String,
    /// between 0 and 1
    #[field(desc = "0 is a guess", ge = 0.0, le = 1.0)]
    confidence: f64,
    #[field(min_length = 1, max_length = 3, pattern = "^[a-z]+$")]
    tag: Option<String>,
}

#[test]
fn the_structs_are_the_signature() {
    let inputs = vec![
        Field::new("question", Type::Str),
        Field::new("context", Type::list(Type::Str)).with_desc("Passages, best first."),
        Field::new("threshold", Type::Float)
            .with_desc("how sure to be")
            .with_default(0.5)
            .with_constraint("ge", 0)
            .with_constraint("lt", 1.0),
        Field::new("k", Type::optional(Type::Int)),
        Field::new("type", Type::Bool),
    ];
    let outputs = vec![
        Field::new("answer", Type::Str),
        Field::new("confidence", Type::Float)
            .with_desc("0 is a guess")
            .with_constraint("ge", 0.0)
            .with_constraint("le", 1.0),
        Field::new("tag", Type::optional(Type::Str))
            .with_constraint("min_length", 1)
            .with_constraint("max_length", 3)
            .with_constraint("pattern", "^[a-z]+$"),
    ];
    let instructions = "Answer the question from the context.\n\nCite your sources.";
    let expected = SignatureData::new("Ask", Some(instructions), inputs, outputs).unwrap();
    assert_eq!(*Ask::signature(), expected);
}

#[test]
fn a_signature_is_built_once() {
    assert!(std::ptr::eq(Ask::signature(), Ask::signature()));
}

#[derive(Signature)]
#[signature(output = Plain)]
struct NoDoc {
    question: String,
    k: i64,
}

#[derive(FieldType)]
struct Plain {
    answer: f64,
    sources: Vec<Option<bool>>,
}

#[test]
fn without_a_doc_comment_the_signature_is_that_of_the_string() {
    let parsed =
        SignatureData::parse("question, k: int -> answer: float, sources: list[Optional[bool]]")
            .unwrap();
    let derived = NoDoc::signature();
    assert_eq!(derived.instructions(), parsed.instructions());
    assert_eq!(derived.inputs(), parsed.inputs());
    assert_eq!(derived.outputs(), parsed.outputs());
    assert_eq!(derived.name(), "NoDoc");
}

#[test]
fn a_default_is_shown_as_a_value() {
    assert_eq!(Ask::signature().inputs()[2].default, Some(Value::Float(0.5)));
}

#[track_caller]
fn same(written: SignatureData, text: &str) {
    assert_eq!(Ok(written), SignatureData::parse(text), "{text}");
}

#[test]
fn a_written_signature_is_the_parsed_one() {
    same(signature!("question, k: int -> answer"), "question, k: int -> answer");
    same(signature!("a: float, b: bool -> c: Any"), "a: float, b: bool -> c: Any");
    same(
        signature!("a: list[dict[str, Optional[int]]] -> b: Literal['x', 2, True]"),
        "a: list[dict[str, Optional[int]]] -> b: Literal['x', 2, True]",
    );
    same(signature!("a -> b: Literal['it\\'s \"so\"']",), "a -> b: Literal['it\\'s \"so\"']");
    same(signature!(r#"a -> b: Literal["x"]"#), r#"a -> b: Literal["x"]"#);
    same(signature!(crate = dspex_signature, "a -> b"), "a -> b");
}
