//! Prompts and completions of `ChatAdapter`, as DSPy 3.4.1 writes and reads them.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::{
    Complex, EnumType, Field, NdArray, RecordType, Reference, Signature, SurrogateText, Tag,
    Tagged, Type, TypeTable, Value, fields,
};

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

fn date(text: &str) -> Value {
    Value::Tagged(Tagged::from_canonical(Tag::Date, text))
}

/// The types beside the built-in ones in these tests.
fn types() -> TypeTable {
    let fields = vec![
        Field::new("name", Type::Str),
        Field::new("height", Type::Float),
        Field::new("more", Type::Any),
    ];
    let person = RecordType::new("Person", fields);
    let color = EnumType::new("Color", [("RED", Value::from("red")), ("ONE", 1.into())]);
    TypeTable::new()
        .with("Person", Type::Record(Arc::new(person)))
        .with("Color", Type::Enum(Arc::new(color)))
}

#[track_caller]
fn check_value(ty: &str, value: impl Into<Value>, expected: &str) {
    let signature = Signature::parse_with(&format!("x: {ty} -> answer"), &types()).unwrap();
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
    check_value("bytes", Value::Bytes(b"\xff".to_vec()), r"b'\xff'");
    check_value("Any", Value::Tuple(vec![1.into(), date("2024-05-06")]), r#"[1, "2024-05-06"]"#);
    check_value("set[int]", Value::Set(vec![3.into(), 1.into()]), "[1, 3]");
    check_value("set[float]", Value::Set(vec![f64::NAN.into()]), "[null]");
    check_value("frozenset[int]", Value::frozen_set(vec![3.into(), 1.into()]), "[1, 3]");
    let complex = Value::from(Complex { re: 1e16, im: -2.0 });
    check_value("complex", complex.clone(), "10000000000000000-2j");
    check_value("Any", vec![complex.clone()], r#"["10000000000000000-2j"]"#);
    check_value("str", vec![vec![complex]], "«[(1e+16-2j)]»");
    check_value("str", Value::Tuple(vec!["a".into()]), r#"["a"]"#);
    let pair = Value::Tuple(vec![1.into(), "a".into()]);
    let dict = Value::dict([(1.into(), vec![f64::NAN].into()), (pair, fields! {}.into())]);
    check_value("Any", dict.clone(), r#"{"1": [null], "1,a": {}}"#);
    check_value("str", vec![dict], "«{1: [nan], (1, 'a'): {}}»");
    let people = fields! { "name" => "A", "height" => f64::NAN, "more" => Value::Null };
    check_value(
        "dict[int, Person]",
        Value::dict([(1.into(), people.into())]),
        r#"{"1": {"name": "A", "height": NaN, "more": null}}"#,
    );
    let flags = |ty: &str| {
        let fields = vec![Field::new("flags", Type::parse(ty).unwrap())];
        Type::Record(Arc::new(RecordType::new("Flags", fields)))
    };
    let signature = |ty: &str| {
        let types = TypeTable::new().with("Flags", flags(ty));
        Signature::parse_with("x: Flags -> answer", &types).unwrap()
    };
    let inputs =
        |key: Value| fields! { "x" => fields! { "flags" => Value::dict([(key, 2.into())]) } };
    let shown = |ty: &str, key: Value| {
        let messages = ChatAdapter.format(&signature(ty), &[], &inputs(key));
        messages.ok().map(|messages| messages[1].content.lines().nth(1).unwrap().to_owned())
    };
    let json = |key: &str| Some(format!(r#"{{"flags": {{"{key}": 2}}}}"#));
    assert_eq!(shown("dict[bool, int]", true.into()), json("true"));
    assert_eq!(shown("dict[float, int]", 1e16.into()), json("1e+16"));
    assert_eq!(shown("dict[float, int]", f64::NAN.into()), None);
    check_value(
        "Any",
        Value::dict([(Value::frozen_set(vec![]), 1.into())]),
        "unsupported: field `x` holds a dict whose keys only Python can write",
    );
    check_value("list[str]", "not a list", "not a list");
}

#[test]
fn a_records_own_floats_may_be_not_finite() {
    let person = fields! { "name" => "A", "height" => f64::NAN, "more" => vec![f64::NAN] };
    check_value("Person", person.clone(), r#"{"name": "A", "height": NaN, "more": [null]}"#);
    check_value("list[Person]", vec![person], r#"[{"name": "A", "height": NaN, "more": [null]}]"#);
    // An integer in place of a float comes from a default, which pydantic does not validate.
    let person = fields! { "name" => "A", "height" => 2, "more" => 2 };
    check_value("Person", person.clone(), r#"{"name": "A", "height": 2.0, "more": 2}"#);
    check_value(
        "dict[str, Optional[Person]]",
        fields! { "a" => person },
        r#"{"a": {"name": "A", "height": 2.0, "more": 2}}"#,
    );
    check_value(
        "Person",
        fields! { "height" => 2 },
        "unsupported: field `x` holds a number of a record that is written by its type",
    );
    check_value(
        "Color",
        f64::NAN,
        "unsupported: field `x` holds a float of an enum that is not finite",
    );
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
    check_value("str", vec![Value::Null], "TypeError: `x[0]` should be `str`, found `NoneType`");
    check_value("str", vec![vec![Some("a\n"), None]], r"«['a\n', None]»");
    check_value("str", vec![fields! { "k" => 1.0 }], "«{'k': 1.0}»");
    check_value("str", vec![vec!["\n"]], "AttributeError: `x[0]` should be `str`, found `list`");
    check_value(
        "str",
        vec![fields! { "«" => 1 }],
        "AttributeError: `x[0]` should be `str`, found `dict`",
    );
}

#[test]
fn what_is_not_certain_is_left_to_dspy() {
    check_value(
        "Any",
        Value::Set(vec!["a".into(), "b".into()]),
        "unsupported: field `x` holds a set, whose order is Python's own",
    );
    check_value(
        "set[Color]",
        Value::Set(vec![1.into(), "red".into()]),
        "unsupported: field `x` holds a set, whose order is Python's own",
    );
    check_value(
        "str",
        SurrogateText::parse(b"\xed\xa0\x80").unwrap(),
        "unsupported: field `x` holds text with surrogates, which UTF-8 lacks",
    );
    check_value(
        "Any",
        Reference::new(1, "shop.Shelf", "<Shelf 7>"),
        "unsupported: field `x` holds an object that lives in a worker",
    );
    let array = NdArray::of(&[1], &[1.5]).unwrap();
    for value in [array.clone().into(), vec![array].into()] {
        let value: Value = value;
        check_value(
            "Any",
            value,
            "unsupported: field `x` holds an array, which only numpy can print",
        );
    }
    for ty in ["str", "list[str]"] {
        check_value(
            ty,
            vec![SurrogateText::parse(b"\xed\xa0\x80").unwrap()],
            "unsupported: field `x` holds text with surrogates, which UTF-8 lacks",
        );
    }
    check_value(
        "str",
        "<<CUSTOM-TYPE-START-IDENTIFIER>>",
        "unsupported: a text holds DSPy's marker for media",
    );
    check_value(
        "str",
        Value::List(vec![Value::List(vec![date("2024-05-06")])]),
        "unsupported: field `x` holds a list whose items only Python can print",
    );
    check_value(
        "DefaultDict[str, int]",
        fields! { "a" => 1 },
        "unsupported: field `x` holds a `defaultdict`",
    );
    check_value(
        "Iterable[int]",
        vec![1],
        "unsupported: field `x` holds a value of a class that only Python can dump",
    );
    check_value(
        "Person",
        fields! { "height" => f64::NAN },
        "unsupported: field `x` holds a number of a record that is written by its type",
    );
}

#[track_caller]
fn check_note(ty: &str, expected: &str) {
    let signature = Signature::parse_with(&format!("q -> x: {ty}"), &types()).unwrap();
    let messages = ChatAdapter.format(&signature, &[], &fields! {}).unwrap();
    let system = &messages[0].content;
    let note = system.split("{x}").nth(1).unwrap().split("\n\n").next().unwrap();
    assert_eq!(note, expected);
}

#[test]
fn notes_say_what_a_value_must_be() {
    const NOTE: &str = "        # note: the value you produce must ";
    check_note("Color", &format!("{NOTE}be one of: red; 1"));
    check_note(
        "Literal[1, 'a', None, True]",
        &format!("{NOTE}exactly match (no extra characters) one of: 1; a; None; True"),
    );
    check_note("Any", &format!("{NOTE}adhere to the JSON schema: {{}}"));
    check_note(
        "Union[None, int, str]",
        &format!(
            "{NOTE}adhere to the JSON schema: {{\"anyOf\": [{{\"type\": \"integer\"}}, \
             {{\"type\": \"string\"}}, {{\"type\": \"null\"}}]}}"
        ),
    );
    check_note("dspy.Reasoning", "");
    check_note("dspy.Code", "");
}

#[test]
fn types_describe_themselves_wherever_they_stand() {
    let messages =
        format("c: list[dspy.Code] -> t: dspy.ToolCalls, r: dspy.Reasoning", &[], &fields! {});
    let lines = messages[0].split("\nAll interactions").next().unwrap();
    assert_eq!(
        lines,
        "system: Your input fields are:\n1. `c` (list[Code]): \n    Type description of Code: Code \
         represented in a string, specified in the `code` field. If this is an output field, the \
         code field should follow the markdown code block format, e.g. \n```python\n{code}\n\
         ```\nProgramming language: python\n\
         Your output fields are:\n1. `t` (ToolCalls): \n    Type description of ToolCalls: Tool \
         calls must be a JSON object with `tool_calls`, a list of calls. Each call must include \
         `name` and `args`. Example: {\"tool_calls\": [{\"name\": \"search\", \"args\": \
         {\"query\": \"cats\"}}]}\n2. `r` (str):"
    );
    assert_eq!(
        messages[1],
        "user: Respond with the corresponding output fields, starting with the field \
         `[[ ## t ## ]]` (must be a JSON object like {\"tool_calls\": [{\"name\": \"...\", \
         \"args\": {...}}]}), then `[[ ## r ## ]]` (must be formatted as a valid Python str), and \
         then ending with the marker for `[[ ## completed ## ]]`."
    );
}

const ASK: &str = "Respond with the corresponding output fields, starting with the field \
                   `[[ ## a ## ]]`, and then ending with the marker for `[[ ## completed ## ]]`.";

#[test]
fn a_conversation_becomes_messages() {
    let turns = vec![
        fields! { "q" => "one", "a" => "first", "other" => 1 },
        fields! { "a" => "no question" },
        fields! { " q\u{3000}" => "no answer" },
    ];
    let history = fields! { "messages" => turns };
    let inputs = fields! { "history" => history.clone(), "q" => "now", "h" => history };
    let messages = format("q, history: dspy.History, h: Optional[str] -> a", &[], &inputs);
    let answer =
        |text: &str| format!("assistant: [[ ## a ## ]]\n{text}\n\n[[ ## completed ## ]]\n");
    assert!(messages[0].contains("2. `history` (History): \n"));
    assert!(messages[0].contains("[[ ## history ## ]]\n{history}"));
    assert_eq!(messages[1], format!("user: [[ ## q ## ]]\none\n\n{ASK}"));
    assert_eq!(messages[2], answer("first"));
    assert_eq!(messages[3], answer("no question"));
    assert_eq!(messages[4], format!("user: [[ ## q ## ]]\nno answer\n\n{ASK}"));
    assert_eq!(messages[5], answer("None"));
    assert!(messages[6].starts_with("user: [[ ## q ## ]]\nnow\n\n[[ ## h ## ]]\n{\"messages\": ["));
    assert_eq!(messages.len(), 7);
    let signature = signature("q, history: dspy.History -> a, n: int");
    let messages = JsonAdapter.format(&signature, &[], &inputs).unwrap();
    assert_eq!(messages[2].content, "{\n  \"a\": \"first\",\n  \"n\": null\n}");
}

#[test]
fn only_the_first_history_is_a_conversation_and_only_of_the_inputs() {
    let history = fields! { "messages" => vec![fields! { "a" => "x" }] };
    let inputs = fields! { "one" => history.clone(), "two" => history.clone() };
    let messages = format("one: dspy.History, two: dspy.History -> a", &[], &inputs);
    assert_eq!(messages[1], "assistant: [[ ## a ## ]]\nx\n\n[[ ## completed ## ]]\n");
    assert_eq!(
        messages[2],
        format!("user: [[ ## two ## ]]\n{{\"messages\": [{{\"a\": \"x\"}}]}}\n\n{ASK}")
    );
    let demo = fields! { "h" => history, "a" => "x" };
    let messages = format("h: dspy.History -> a", &[demo], &fields! {});
    assert_eq!(messages[1], "user: [[ ## h ## ]]\n{\"messages\": [{\"a\": \"x\"}]}");
    assert_eq!(messages[3], format!("user: {ASK}"));
}

#[test]
fn what_is_no_history_is_refused_as_by_dspy() {
    let signature = signature("h: dspy.History -> a");
    let error = |value: Value| {
        let error = ChatAdapter.format(&signature, &[], &fields! { "h" => value }).unwrap_err();
        match error {
            FormatError::Refused { class, message } => format!("{class}: {message}"),
            FormatError::Unsupported(unsure) => format!("unsupported: {unsure}"),
        }
    };
    assert_eq!(
        error(Value::Null),
        "AttributeError: `h` should be a history: `{\"messages\": [...]}`, found `NoneType`"
    );
    assert_eq!(
        error(vec![fields! { "a" => 1 }].into()),
        "AttributeError: `h` should be a history: `{\"messages\": [...]}`, found `list`"
    );
    let calls = fields! { "tool_calls" => Vec::<Value>::new() };
    assert_eq!(
        error(fields! { "messages" => vec![fields! { "a" => calls }] }.into()),
        "unsupported: field `h` holds tool calls"
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
        "fails: the completion has no field `b`",
    );
    check_parse(
        "q -> a: list[str], b",
        "[[ ## a ## ]]\n['\\ud800']",
        "unsure: output field `a`: `list[str]`: the text needs repairs of the family `half-characters`",
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
fn json_is_repaired_as_dspy_repairs_it() {
    let spec = "q -> a, n: int";
    for completion in [
        "{'a': 'y', 'n': 3}",
        r#"{"a": "y", "n": 3"#,
        r#"[{"a": "y", "n": 3}]"#,
        r#"{"a": "y", "n": 3} {"a": "z"}"#,
        r#"no [] then {"a": "y", "n": 3,}"#,
        r#""x" {"a": "y", "n": 3}"#,
        "{\"a\": \"y\", \"n\": 3}\u{2028}",
        r##"# {"a": "y", "n": 3}"##,
    ] {
        check_json(spec, completion, "{'a': 'y', 'n': 3}");
    }
}

#[test]
fn json_that_is_not_certain_is_left_to_dspy() {
    let spec = "q -> a, n: int";
    let deep = format!("{{'a': {}", "[".repeat(100_000));
    check_json(spec, &deep, "unsure");
    check_json(spec, r#"{"a": "\ud800", "n": 3}"#, "unsure");
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

#[test]
fn what_is_not_sure_has_a_most_likely_answer() {
    let check = |adapter: Adapter, text: &str, completion: &str, expected: &str| {
        let prepared = adapter.prepare(&signature(text)).unwrap();
        assert!(matches!(prepared.parse(completion), Parsed::Unsure(_)), "{completion:?}");
        let actual = match prepared.parse_approximately(completion) {
            Some(Ok(fields)) => Value::from(fields).python_repr(),
            Some(Err(error)) => format!("fails: {error}"),
            None => "nothing".to_owned(),
        };
        assert_eq!(actual, expected, "parsing {completion:?}");
    };
    let half = r#"{"a": ["x\ud83d"]}"#;
    check(Adapter::Json, "q -> a: list[str]", half, "{'a': ['x\u{fffd}']}");
    let fails = "fails: `a[0]` should be `int`, found `str`";
    check(Adapter::Json, "q -> a: list[int]", half, fails);
    check(Adapter::Chat, "q -> a: complex", "[[ ## a ## ]]\n1+2j", "{'a': (1+2j)}");
    check(Adapter::Xml, "q -> a: complex", "<a>2j</a>", "{'a': 2j}");
    check(
        Adapter::Chat,
        "q -> a: complex",
        "[[ ## a ## ]]\nnone",
        "fails: `a` should be `complex`, found `str`",
    );
    check(Adapter::Chat, "q -> a: Iterable[int]", "[[ ## a ## ]]\n[1]", "nothing");
}
