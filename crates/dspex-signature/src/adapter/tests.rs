//! Prompts and completions of `ChatAdapter`, as DSPy 3.4.1 writes and reads them.

use proptest::prelude::*;

use super::*;
use crate::{Signature, Value, fields};

fn signature(text: &str) -> Signature {
    Signature::parse(text).unwrap()
}

fn format(text: &str, demos: &[Fields], inputs: &Fields) -> Vec<String> {
    let messages = ChatAdapter.format(&signature(text), demos, inputs).unwrap();
    messages
        .into_iter()
        .map(|message| format!("{}: {}", message.role.name(), message.content))
        .collect()
}

#[test]
fn the_system_message_describes_fields_structure_and_task() {
    let messages = format(
        "question, context: list[str] -> answer, ok: bool, n: Optional[int]",
        &[],
        &fields! { "question" => "Why?", "context" => vec!["a\"b"], "extra" => 1 },
    );
    assert_eq!(
        messages,
        [
            "system: Your input fields are:\n\
             1. `question` (str): \n\
             2. `context` (list[str]):\n\
             Your output fields are:\n\
             1. `answer` (str): \n\
             2. `ok` (bool): \n\
             3. `n` (Union[int, NoneType]):\n\
             All interactions will be structured in the following way, with the appropriate \
             values filled in.\n\n\
             [[ ## question ## ]]\n{question}\n\n\
             [[ ## context ## ]]\n{context}\n\n\
             [[ ## answer ## ]]\n{answer}\n\n\
             [[ ## ok ## ]]\n{ok}        # note: the value you produce must be True or False\n\n\
             [[ ## n ## ]]\n{n}        # note: the value you produce must adhere to the JSON \
             schema: {\"anyOf\": [{\"type\": \"integer\"}, {\"type\": \"null\"}]}\n\n\
             [[ ## completed ## ]]\n\
             In adhering to this structure, your objective is: \n        \
             Given the fields `question`, `context`, produce the fields `answer`, `ok`, `n`.",
            "user: [[ ## question ## ]]\nWhy?\n\n\
             [[ ## context ## ]]\n[\"a\\\"b\"]\n\n\
             Respond with the corresponding output fields, starting with the field \
             `[[ ## answer ## ]]`, then `[[ ## ok ## ]]` (must be formatted as a valid Python \
             bool), then `[[ ## n ## ]]` (must be formatted as a valid Python \
             Union[int, NoneType]), and then ending with the marker for `[[ ## completed ## ]]`.",
        ]
    );
}

#[test]
fn incomplete_demos_come_first_and_useless_ones_not_at_all() {
    let demos = [
        fields! { "a" => "whole \n", "b" => "x", "c" => "y" },
        fields! { "a" => "part", "c" => Value::Null },
        fields! { "a" => "inputs only", "b" => "x" },
        fields! { "b" => "x", "a" => "no output" },
    ];
    let messages = format("a, b -> c", &demos, &fields! {});
    assert_eq!(
        messages[1..5],
        [
            "user: This is an example of the task, though some input or output fields are not \
             supplied.\n\n[[ ## a ## ]]\npart",
            "assistant: [[ ## c ## ]]\nNone\n\n[[ ## completed ## ]]\n",
            "user: [[ ## a ## ]]\nwhole \n\n\n[[ ## b ## ]]\nx",
            "assistant: [[ ## c ## ]]\ny\n\n[[ ## completed ## ]]\n",
        ]
    );
    assert_eq!(messages.len(), 6);
}

#[test]
fn a_missing_output_says_so_and_keeps_its_space_only_inside() {
    let demos = [fields! { "q" => "x", "b" => 1 }, fields! { "q" => "x", "a" => "y" }];
    let messages = format("q -> a, b: int", &demos, &fields! { "q" => "?" });
    let missing = "Not supplied for this particular example.";
    assert_eq!(
        messages[2],
        format!(
            "assistant: [[ ## a ## ]]\n{missing} \n\n[[ ## b ## ]]\n1\n\n[[ ## completed ## ]]\n"
        )
    );
    assert_eq!(
        messages[4],
        format!(
            "assistant: [[ ## a ## ]]\ny\n\n[[ ## b ## ]]\n{missing}\n\n[[ ## completed ## ]]\n"
        )
    );
}

#[track_caller]
fn check_value(ty: &str, value: impl Into<Value>, expected: &str) {
    let signature = signature(&format!("x: {ty} -> answer"));
    let actual = match ChatAdapter.format(&signature, &[], &fields! { "x" => value }) {
        Ok(messages) => {
            let content = messages[1].content.strip_prefix("[[ ## x ## ]]\n").unwrap();
            content.split("\n\nRespond with").next().unwrap().to_owned()
        }
        Err(FormatError::Refused { class, message }) => format!("{class}: {message}"),
        Err(FormatError::Unsupported(reason)) => format!("unsupported: {reason}"),
    };
    assert_eq!(actual, expected);
}

#[test]
fn values_are_shown_as_dspy_shows_them() {
    check_value("str", "  it's \"it\"\n", "  it's \"it\"\n");
    check_value("str", 5, "5");
    check_value("float", 1e16, "1e+16");
    check_value("float", f64::NAN, "nan");
    check_value("Any", Value::Null, "None");
    check_value("list[str]", Vec::<String>::new(), "[]");
    check_value(
        "Any",
        fields! { "a" => vec![f64::NAN, 1.0], "é" => true },
        r#"{"a": [null, 1.0], "é": true}"#,
    );
    check_value("Any", Value::Bytes(b"ab".to_vec()), "ab");
}

#[test]
fn a_list_for_a_text_field_is_quoted() {
    check_value("str", Vec::<String>::new(), "N/A");
    check_value("str", vec!["one"], "«one»");
    check_value(
        "str",
        vec!["a", "b\nc", "«d»"],
        "[1] «a»\n[2] «««\n    b\n    c\n»»»\n[3] «««\n    «d»\n»»»",
    );
    check_value("str", vec![1], "TypeError: `x[0]` should be `str`, found `int`");
}

#[test]
fn what_is_not_certain_is_left_to_dspy() {
    check_value(
        "Any",
        Value::Set(vec![1.into(), 2.into()]),
        "unsupported: field `x` holds a set, whose order is Python's own",
    );
    check_value(
        "str",
        "<<CUSTOM-TYPE-START-IDENTIFIER>>",
        "unsupported: a text holds DSPy's marker for media",
    );
    check_value(
        "str",
        vec![vec!["x"]],
        "unsupported: field `x` holds a list of containers for a text field",
    );
}

#[track_caller]
fn check_parse(text: &str, completion: &str, expected: &str) {
    let actual = match ChatAdapter.parse(&signature(text), completion) {
        Parsed::Exact(fields) => Value::from(fields).python_repr(),
        Parsed::Fails(error) => format!("fails: {error}"),
        Parsed::Unsure(reason) => format!("unsure: {reason}"),
    };
    assert_eq!(actual, expected, "parsing {completion:?}");
}

#[test]
fn completions_are_read_in_any_order_and_the_first_of_a_name_counts() {
    check_parse(
        "q -> a, b: int",
        "[[ ## b ## ]]\n5\n[[ ## a ## ]]\nx\n[[ ## a ## ]]\ny",
        "{'a': 'x', 'b': 5}",
    );
    check_parse(
        "q -> a, b: int",
        "Sure:\n[[ ## a ## ]] x\n[[ ## b ## ]] 5\n[[ ## completed ## ]]\nBye",
        "{'a': 'x', 'b': 5}",
    );
    check_parse("q -> a: Optional[str], b: int | None", "nothing", "{'a': None, 'b': None}");
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    check_parse(
        "q -> a, b: int, c",
        "[[ ## b ## ]]\n5",
        "fails: the completion has no field `a`, `c`",
    );
    check_parse(
        "q -> a: list[int]",
        "[[ ## a ## ]]\n[1, \"x\", null]",
        "fails: `a[1]` should be `int`, found `str`; `a[2]` should be `int`, found `NoneType`",
    );
    check_parse(
        "q -> a: list[int], b",
        "[[ ## a ## ]]\n[1, 2",
        "unsure: output field `a`: `list[int]`: its text is not strict JSON and may be repairable",
    );
    // An earlier field decides before a later one is read.
    check_parse(
        "q -> a: int, b: int",
        "[[ ## b ## ]]\nx\n[[ ## a ## ]]\n[1",
        "fails: `b` should be `int`, found `str`",
    );
    let Parsed::Fails(error) = ChatAdapter.parse(&signature("q -> a, b: int"), "[[ ## a ## ]]\nx")
    else {
        panic!("`b` is missing");
    };
    assert_eq!(error.found, fields! { "a" => "x" });
    assert_eq!(error.missing, ["b"]);
}

proptest! {
    #[test]
    fn what_is_formatted_is_parsed_back(
        text in r"[^\[\]\s\x1c-\x1f][^\[\]\r\x0b\x0c\x1c-\x1f\x85\u{2028}\u{2029}]{0,30}[^\[\]\s\x1c-\x1f]",
        int in any::<i64>(),
        float in any::<f64>().prop_filter("finite", |float| float.is_finite()),
        flag in any::<bool>(),
        items in proptest::collection::vec(r"[^\r\x0b\x0c\x1c-\x1f\x85\u{2028}\u{2029}]{0,10}", 0..4),
    ) {
        let signature = signature("q -> text, int: int, float: float, flag: bool, items: list[str]");
        let outputs = fields! {
            "text" => text, "int" => int, "float" => float, "flag" => flag, "items" => items,
        };
        let demo = outputs.clone().with("q", "x");
        let messages = ChatAdapter.format(&signature, &[demo], &fields! {}).unwrap();
        prop_assert_eq!(ChatAdapter.parse(&signature, &messages[2].content), Parsed::Exact(outputs));
    }

    #[test]
    fn no_completion_is_too_strange(completion in r"((\[\[ ## )|( ## \]\])|[ab\n\u{2028}]|\PC){0,30}") {
        let _ = ChatAdapter.parse(&signature("q -> a, b: Optional[int]"), &completion);
    }
}

#[test]
fn json_prompts_ask_for_one_object() {
    let signature = signature("q -> a, n: Optional[int]");
    let demo = fields! { "q" => "x", "n" => 1 };
    let messages = JsonAdapter.format(&signature, &[demo], &fields! { "q" => "?" }).unwrap();
    let contents: Vec<_> = messages.iter().map(|message| message.content.as_str()).collect();
    assert_eq!(
        contents,
        [
            "Your input fields are:\n1. `q` (str):\n\
             Your output fields are:\n1. `a` (str): \n2. `n` (Union[int, NoneType]):\n\
             All interactions will be structured in the following way, with the appropriate \
             values filled in.\n\n\
             Inputs will have the following structure:\n\n[[ ## q ## ]]\n{q}\n\n\
             Outputs will be a JSON object with the following fields.\n\n\
             {\n  \"a\": \"{a}\",\n  \"n\": \"{n}        # note: the value you produce must adhere to \
             the JSON schema: {\\\"anyOf\\\": [{\\\"type\\\": \\\"integer\\\"}, {\\\"type\\\": \
             \\\"null\\\"}]}\"\n}\n\
             In adhering to this structure, your objective is: \n        \
             Given the fields `q`, produce the fields `a`, `n`.",
            "This is an example of the task, though some input or output fields are not supplied.\
             \n\n[[ ## q ## ]]\nx",
            "{\n  \"a\": \"Not supplied for this particular example. \",\n  \"n\": 1\n}",
            "[[ ## q ## ]]\n?\n\nRespond with a JSON object in the following order of fields: \
             `a`, then `n` (must be formatted as a valid Python Union[int, NoneType]).",
        ]
    );
}

#[track_caller]
fn check_json(text: &str, completion: &str, expected: &str) {
    let actual = match JsonAdapter.parse(&signature(text), completion) {
        Parsed::Exact(fields) => Value::from(fields).python_repr(),
        Parsed::Fails(error) => format!("fails: {error}"),
        Parsed::Unsure(_) => "unsure".to_owned(),
    };
    assert_eq!(actual, expected, "parsing {completion:?}");
}

#[test]
fn a_json_object_is_read_with_words_around_it() {
    let spec = "q -> a, n: int";
    check_json(spec, r#"{"n": "3", "x": 0, "a": "y"}"#, "{'a': 'y', 'n': 3}");
    check_json(spec, "Sure:\n```json\n{\"a\": null, \"n\": 3}\n```", "{'a': 'None', 'n': 3}");
    check_json(spec, "{\"a\": {\"k\": 1.0}, \"n\": true}\nBye!", "{'a': \"{'k': 1.0}\", 'n': 1}");
    check_json("q -> a: Literal[1]", r#"{"a": 1.0}"#, "{'a': 1.0}");
    check_json("q -> a: Optional[str], n: int | None", "{}", "{'a': None, 'n': None}");
}

#[test]
fn json_that_is_not_certain_is_left_to_dspy() {
    let spec = "q -> a, n: int";
    check_json(spec, "{'a': 'y', 'n': 3}", "unsure");
    check_json(spec, r#"[{"a": "y", "n": 3}]"#, "unsure");
    check_json(spec, r#"{"a": "y", "n": 3} {"a": "z"}"#, "unsure");
    check_json(spec, "{\"a\": \"y\", \"n\": 3}\u{2028}", "unsure");
    check_json(spec, r##"# {"a": "y", "n": 3}"##, "unsure");
    check_json(spec, "no object at all", "fails: the completion holds no JSON object");
    check_json(spec, r#"{"n": "x"}"#, "fails: `n` should be `int`, found `str`");
    check_json(spec, r#"{"n": 1}"#, "fails: the completion has no field `a`");
}

#[test]
fn adapters_are_prepared_by_name() {
    for (adapter, completion) in [
        (Adapter::Chat, "[[ ## a ## ]]\nx"),
        (Adapter::Json, r#"{"a": "x"}"#),
        (Adapter::Xml, "<a>x</a>"),
    ] {
        let prepared = adapter.prepare(&signature("q -> a")).unwrap();
        assert_eq!(prepared.adapter(), adapter);
        assert_eq!(prepared.parse(completion), Parsed::Exact(fields! { "a" => "x" }));
    }
}
