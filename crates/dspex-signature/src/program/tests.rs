//! Files that DSPy wrote, files that nobody should write, and what both come to.

use proptest::prelude::*;

use super::*;
use crate::{BigInt, Signature, Type, fields};

const PREDICT: &str = include_str!("testdata/predict.json");
const CHAIN_OF_THOUGHT: &str = include_str!("testdata/chain_of_thought.json");
const REACT: &str = include_str!("testdata/react.json");
const COMPOSITE: &str = include_str!("testdata/composite.json");

fn signature(text: &str) -> Signature {
    Signature::parse(text).unwrap().with_name("Ask")
}

fn predict(text: &str) -> ProgramShape {
    ProgramShape::predict(&signature(text))
}

fn load(text: &str, shape: &ProgramShape) -> Result<LoadedProgram, ProgramError> {
    Program::from_json(text)?.apply(shape)
}

/// What a file comes to, with `edits` made to its text.
#[track_caller]
fn check(text: &str, edits: &[(&str, &str)], shape: &ProgramShape, expected: &str) {
    let edited = edits.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from:?} is not in the file");
        text.replacen(from, to, 1)
    });
    let actual = match load(&edited, shape) {
        Ok(_) => "loads".to_owned(),
        Err(error) if error.is_unsupported() => format!("{error} (unsupported)"),
        Err(error) => error.to_string(),
    };
    assert_eq!(actual, expected);
}

#[test]
fn files_of_dspy_are_written_again_byte_by_byte() {
    for text in [PREDICT, CHAIN_OF_THOUGHT, REACT, COMPOSITE] {
        let program = Program::from_json(text).unwrap();
        assert_eq!(program.to_json(), text);
    }
}

#[test]
fn a_predictor_is_read_whole() {
    let program = Program::from_json(PREDICT).unwrap();
    let state = program.predictor("").unwrap();
    assert_eq!(state.instructions(), "Count \"all\" of them.\n\n– one by one");
    let fields: Vec<_> = state.fields().map(|field| (field.prefix, field.desc)).collect();
    let expected = [("Question:", "${question}"), ("Größe:", "${größe}"), ("Answer:", "${answer}")];
    assert_eq!(fields, expected);
    let demos: Vec<&Fields> = state.demos().collect();
    let big = BigInt::parse("9223372036854775808").unwrap();
    assert_eq!(demos[0]["answer"], Value::List(vec![1.into(), big, (-7).into()]));
    assert_eq!(demos[1]["question"].as_map().unwrap()["price"], Value::Null);
    assert_eq!(state.document()["train"].as_list().unwrap().len(), 1);
}

#[test]
fn a_signature_gets_what_was_saved_and_keeps_its_types() {
    let shape = predict("question, größe: float -> answer: list[int]");
    let loaded = load(PREDICT, &shape).unwrap();
    let predictor = loaded.predictor("").unwrap();
    assert_eq!(predictor.signature.to_string(), "question: str, größe: float -> answer: list[int]");
    assert_eq!(predictor.signature.name(), "Ask");
    assert_eq!(predictor.signature.outputs()[0].desc, None);
    assert_eq!(predictor.demos.as_ref().unwrap().len(), 3);
    let lm = predictor.lm.as_ref().unwrap();
    assert_eq!((lm.model(), lm.dropped()), ("openai/gpt-4o-mini", &["api_base".to_owned()][..]));
    assert_eq!(lm.entries()["top_p"], Value::Float(0.3));
    let notes: Vec<String> = loaded.notes().iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "`api_base` of the language model of the predictor was dropped\n  hint: the file names \
             where prompts are sent; `apply_trusted` keeps that",
            "demos of the predictor have `gold_titles`, which the signature `Ask` has not; its \
             fields are `question`, `größe`, `answer`",
        ]
    );
    let trusted = Program::from_json(PREDICT).unwrap().apply_trusted(&shape).unwrap();
    let lm = trusted.predictor("").unwrap().lm.as_ref().unwrap();
    assert_eq!(lm.entries()["api_base"], Value::from("http://127.0.0.1:1"));
}

#[test]
fn standard_modules_have_their_shapes() {
    let ask = signature("question, k: int -> answer: list[str]");
    let loaded = load(CHAIN_OF_THOUGHT, &ProgramShape::chain_of_thought(&ask)).unwrap();
    let predictor = &loaded.predictor("predict").unwrap().signature;
    assert_eq!(predictor.to_string(), "question: str, k: int -> reasoning: str, answer: list[str]");
    let shape = ProgramShape::react(&signature("question -> answer: int"), ["add"]);
    let loaded = load(REACT, &shape).unwrap();
    assert_eq!(
        loaded.predictor("react").unwrap().signature.to_string(),
        "question: str, trajectory: str -> next_thought: str, \
         next_tool_name: Literal['add', 'finish'], next_tool_args: dict[str, Any]"
    );
    let extract = &loaded.predictor("extract.predict").unwrap().signature;
    assert_eq!(
        extract.to_string(),
        "question: str, trajectory: str -> reasoning: str, answer: int"
    );
    assert_eq!(extract.instructions(), "Read the answer.");
}

#[test]
fn modules_stand_inside_one_another() {
    let sub = ProgramShape::new()
        .with("plan", ProgramShape::chain_of_thought(&signature("question -> query")))
        .with("signature", predict("query -> passages: list[str]"));
    let shape = ProgramShape::new()
        .with("sub", sub.clone())
        .with("steps[0]", predict("x -> y"))
        .with("steps[1]", sub)
        .with("by_topic['it's']", predict("x -> z"))
        .with("signature", predict("x -> w"));
    let loaded = load(COMPOSITE, &shape).unwrap();
    assert_eq!(loaded.into_predictors().len(), 7);
}

#[test]
fn fields_that_do_not_fit_are_refused_with_both_sides() {
    let check = |text: &str, expected: &str| {
        check(CHAIN_OF_THOUGHT, &[], &ProgramShape::new().with("predict", predict(text)), expected);
    };
    check("question, k: int -> reasoning, answer", "loads");
    check(
        "question, k -> answer",
        "predictor `predict` was saved with 4 fields (`Question:`, `K:`, `Reasoning:`, \
         `Answer:`), the signature `Ask` has 3 (`question`, `k`, `answer`)\n  hint: \
         `ChainOfThought` adds `reasoning`; load its state with `ProgramShape::chain_of_thought`",
    );
    check(
        "question, k -> reasoning, answer, more",
        "predictor `predict` was saved with 4 fields (`Question:`, `K:`, `Reasoning:`, \
         `Answer:`), the signature `Ask` has 5 (`question`, `k`, `reasoning`, `answer`, `more`)\n  \
         hint: the fields of a signature are those of the saved one, in the same order",
    );
    check(
        "k, question -> reasoning, summary",
        "field 1 of predictor `predict` was saved as `Question:` with the description \
         `${question}`, the signature `Ask` has `k` (`K:`) there\n  \
         hint: `question` is field 2 of the signature; give its fields the order of the file\n\
         field 2 of predictor `predict` was saved as `K:` with the description `${k}`, the \
         signature `Ask` has `question` (`Question:`) there\n  \
         hint: `k` is field 1 of the signature; give its fields the order of the file\n\
         field 4 of predictor `predict` was saved as `Answer:` with the description `${answer}`, \
         the signature `Ask` has `summary` (`Summary:`) there\n  \
         hint: name the field `answer`, if it is the one that was saved",
    );
}

#[test]
fn a_prefix_that_an_optimizer_wrote_is_known_by_its_description() {
    let described = |field: crate::Field| field.with_desc("a year");
    let plain = signature("question -> answer");
    let signature = plain.clone().with_updated_field("answer", described).unwrap();
    let saved = |question: (&str, &str), answer: (&str, &str)| {
        let field = |(prefix, desc): (&str, &str)| {
            format!(r#"{{"prefix": "{prefix}", "description": "{desc}"}}"#)
        };
        let fields = [field(question), field(answer)].join(", ");
        let text =
            format!(r#"{{"signature": {{"instructions": "", "fields": [{fields}]}}, "lm": null}}"#);
        Program::from_state_json(&text).unwrap().predictor("").unwrap().clone()
    };
    let ask = ("Question:", "${question}");
    let fits =
        |question, answer, signature: &Signature| saved(question, answer).apply(signature).is_ok();
    assert!(fits(ask, ("Think hard:", "${answer}"), &plain));
    assert!(fits(("Q:", "${question}"), ("Answer:", "any text"), &signature));
    assert!(fits(ask, ("Think hard:", "a year"), &signature));
    assert!(!fits(ask, ("Think hard:", "a month"), &signature));
    assert!(!fits(ask, ("Question:", "a year"), &signature));
    assert!(!fits(("Think hard:", "a year"), ("Answer:", "a year"), &signature));
    assert!(!fits(ask, ("Answer:", "${reply}"), &signature));
    let loaded = saved(ask, ("Think hard:", "a year")).apply(&signature).unwrap();
    assert_eq!(loaded.outputs()[0].prefix(), "Think hard:");
    assert_eq!(loaded.instructions(), "");
}

#[test]
fn paths_that_do_not_fit_are_refused_with_both_sides() {
    let ask = signature("question, k -> answer");
    check(
        CHAIN_OF_THOUGHT,
        &[],
        &ProgramShape::predict(&ask),
        "saved program is not that of a single predictor\n  hint: it looks like that of a \
         `ChainOfThought`\n\
         predictor `predict` was saved, and the module has none there\n  hint: the module has \
         a single predictor, without a path",
    );
    check(
        PREDICT,
        &[],
        &ProgramShape::chain_of_thought(&ask),
        "saved program has no predictor `predict`, which the module has\n  hint: it is that of a \
         `Predict`, which has no path\n\
         the predictor was saved, and the module has none there\n  hint: the module has `predict`",
    );
    check(
        CHAIN_OF_THOUGHT,
        &[("\"predict\"", "\"predct\"")],
        &ProgramShape::chain_of_thought(&ask),
        "saved program has no predictor `predict`, which the module has\n  hint: did you mean \
         `predct`?\n\
         predictor `predct` was saved, and the module has none there\n  hint: the module has \
         `predict`",
    );
    let program = Program::from_json(REACT).unwrap();
    let error = program.predictor("extract.predct").unwrap_err();
    assert_eq!(
        error.to_string(),
        "saved program has no predictor `extract.predct`\n  hint: did you mean `extract.predict`?"
    );
}

#[test]
fn what_only_python_can_load_is_said() {
    let shape = predict("question, größe -> answer");
    let edited = |edit, expected: &str| check(PREDICT, &[edit], &shape, expected);
    edited(
        ("\"lm\": {", "\"fields\": {\"answer\": {\"threshold\": 0.25}}, \"lm\": {"),
        "the predictor overrides the decisions of `answer`, which is not supported (unsupported)",
    );
    edited(("\"lm\": {", "\"fields\": {}, \"lm\": {"), "loads");
    edited(("\"lm\": {", "\"zz\": {}, \"lm\": {"), "loads");
    edited(
        ("\"lm\": {", "\"config\": {\"n\": 3}, \"lm\": {"),
        "`config` of the predictor would set an attribute of DSPy's `Predict`\n  hint: take the \
         key out of the file (unsupported)",
    );
    edited(
        ("dspy.clients.lm.LM", "acme.Lm"),
        "the predictor has a language model of the class `acme.Lm`\n  hint: DSPy makes it only of \
         a file it is told to trust; so does `apply_trusted`",
    );
    edited(
        ("\"api_base\": \"http://127.0.0.1:1\"", "\"api_key\": \"sk-1\""),
        "`lm.api_key` of the predictor holds a secret\n  hint: take it out of the file, and \
         withdraw it where the file has been shared (unsupported)",
    );
    edited(
        ("\"model\": \"openai/gpt-4o-mini\"", "\"model\": \"\""),
        "the predictor has a language model without a name\n  hint: `lm.model` is a text such \
         as `openai/gpt-4o-mini`",
    );
    edited(
        ("\"num_retries\": 3", "\"num_retries\": -1"),
        "the predictor has a language model whose `num_retries` is no count\n  hint: it should \
         be 0 or more",
    );
    edited(
        ("\"num_retries\": 3", "\"engine\": {}"),
        "the predictor has a language model with an `engine` of its own\n  hint: DSPy makes it \
         only of a file it is told to trust; so does `apply_trusted`",
    );
    let flex =
        r#"{"flex": {"module_src": "x", "lm": null}, "metadata": {"dependency_versions": {}}}"#;
    check(
        flex,
        &[],
        &ProgramShape::new(),
        "`flex` holds something that only Python can load (unsupported)",
    );
    assert_eq!(Program::from_json(flex).unwrap().predictors().count(), 0);
    let remark = flex.replace(r#"{"module_src": "x", "lm": null}"#, "\"a remark\"");
    let loaded = load(&remark, &ProgramShape::new()).unwrap();
    assert_eq!(loaded.notes()[0].to_string(), "`flex` is not read");
}

#[test]
fn every_fault_of_a_file_is_told_at_once() {
    check(
        CHAIN_OF_THOUGHT,
        &[
            ("\"demos\": []", "\"demos\": [1]"),
            ("\"prefix\": \"Question:\",", ""),
            ("\"description\": \"${k}\"", "\"description\": null"),
            ("\"lm\": null", "\"extended_signature\": {}"),
            ("\"cloudpickle\"", "\"dspyy\""),
        ],
        &ProgramShape::new(),
        "`metadata.dependency_versions` names `dspyy`, with which DSPy does not load the program\n  \
         hint: did you mean `dspy`?\n\
         `signature.fields[0].prefix` of predictor `predict` should be text, found `nothing`\n\
         `signature.fields[1].description` of predictor `predict` should be text, found `NoneType`\n\
         `demos[0]` of predictor `predict` should be an object, found `int`\n\
         `lm` of predictor `predict` should be an object or null, found `nothing`\n\
         `extended_signature` of predictor `predict` is of DSPy 2.5 and older\n  \
         hint: optimise and save the program again",
    );
}

#[test]
fn files_that_are_no_programs_are_refused() {
    let check = |text: &str, expected: &str| {
        assert_eq!(Program::from_json(text).unwrap_err().to_string(), expected);
    };
    check(
        "",
        "saved program is not JSON: expected a JSON value at line 1, column 1\n  hint: the file \
         is empty, or begins with a byte order mark",
    );
    check("{\n \"a\": }", "saved program is not JSON: expected a JSON value at line 2, column 7");
    check("[1]", "a saved program is an object, found `list`");
    check("{\"a\": [{\"b\": 1e999}]}", "`a[0].b` is a number that no float can hold");
    check(
        r#"{"dependency_versions": {"python": "3.11"}}"#,
        "saved program has no `metadata`, without which DSPy does not load it\n  hint: this is the \
         `metadata.json` of a whole program in pickle form; save its state with \
         `program.save(\"program.json\")`",
    );
    check(
        r#"{"demos": [], "metadata": null}"#,
        "`metadata` should be an object, found `NoneType`\n\
         `signature` of the predictor should be an object, found `nothing`\n\
         `lm` of the predictor should be an object or null, found `nothing`",
    );
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let error = Program::from_json(&deep).unwrap_err();
    assert!(error.is_unsupported() && error.faults()[0].column == Some(129), "{error}");
}

#[test]
fn a_file_is_known_by_its_name_and_its_first_byte() {
    let check = |name: &str, content: &[u8], expected: &str| {
        let actual = Program::from_file(name, content);
        let actual =
            actual.map_or_else(|error| error.faults()[0].message.clone(), |_| "loads".into());
        assert_eq!(actual, expected);
    };
    check("a/program.json", PREDICT.as_bytes(), "loads");
    check("program.pkl", b"", "`program.pkl` is in pickle form, which only Python can read");
    check("p.json", b"\x80\x05\x95", "`p.json` is in pickle form, which only Python can read");
    check("p.json", b"{\"\xff", "`p.json` is not UTF-8 at byte 2");
    check("p.txt", b"{}", "`p.txt` is no saved program, because it does not end in `.json`");
}

#[test]
fn versions_are_notes_and_python_can_be_named() {
    let text = CHAIN_OF_THOUGHT.replacen("3.4.1", "3.0.4", 1);
    let shape = ProgramShape::chain_of_thought(&signature("question, k -> answer"));
    let loaded = load(&text, &shape).unwrap();
    let notes: Vec<String> = loaded.notes().iter().map(ToString::to_string).collect();
    assert_eq!(notes, ["saved with dspy 3.0.4; dspex is equal to dspy 3.4.1"]);
    let program = Program::single(PredictorState::of(&signature("q -> a"))).with_python("3.13");
    assert!(program.to_json().contains("\"python\": \"3.13\""));
}

#[test]
fn demos_with_a_field_misspelt_are_noted() {
    let state = PredictorState::of(&signature("question -> answer"));
    let demos = vec![
        fields! { "question" => "q", "anwser" => "a", "augmented" => true },
        fields! { "question" => "q", "answer" => "a" },
    ];
    let program = Program::single(state.with_demos(demos).unwrap());
    let loaded = program.apply(&predict("question -> answer")).unwrap();
    let [note] = loaded.notes() else { panic!("{:?}", loaded.notes()) };
    assert_eq!(note.hint.as_deref(), Some("did you mean `answer` by `anwser`?"));
}

#[test]
fn what_dspy_does_not_save_is_refused() {
    let state = || PredictorState::of(&signature("q -> a"));
    let refused = |value: Value| {
        let error = state().with_demos(vec![fields! {}, fields! { "q" => [value] }]).unwrap_err();
        error.faults()[0].message.clone()
    };
    let expected = |what: &str| {
        format!("`demos[1].q[0]` of the predictor is {what}, which DSPy does not save")
    };
    assert_eq!(refused(Value::Set(vec![])), expected("a `set`"));
    assert_eq!(refused(Value::Bytes(vec![])), expected("a `bytes`"));
    let big = BigInt::parse("18446744073709551616").unwrap();
    assert_eq!(refused(big), expected("an integer beyond 64 bits"));
    let deep = (0..200).fold(Value::Null, |inner, _| Value::List(vec![inner]));
    let message = state().with_demos(vec![fields! { "q" => deep }]).unwrap_err().to_string();
    assert!(message.contains("is nested more than 120 deep"), "{message}");
    let error = state().with_lm(&LmState::new("m").with("api_key", "k")).unwrap_err();
    assert!(error.to_string().starts_with("`lm.api_key` holds a secret"), "{error}");
    let demos = vec![fields! { "q" => Value::Tuple(vec![f64::NAN.into()]) }];
    let saved = state().with_demos(demos).unwrap();
    assert_eq!(saved.demos().next().unwrap()["q"], Value::List(vec![Value::Null]));
}

#[test]
fn paths_of_a_new_program_are_checked() {
    let state = PredictorState::of(&signature("q -> a"));
    let paths = ["", "metadata", "a", "a"].map(|path| (path, state.clone()));
    assert_eq!(
        Program::of(paths).unwrap_err().to_string(),
        "a predictor has an empty path\n\
         a predictor cannot stand at `metadata`\n\
         predictor `a` stands twice"
    );
}

#[test]
fn react_replaces_fields_of_the_same_name_as_dspy_does() {
    let shape = ProgramShape::react(&signature("trajectory, q -> reasoning: int, a"), []);
    let text = |path| shape.signature(path).unwrap().to_string();
    assert_eq!(
        text("react"),
        "trajectory: str, q: str -> next_thought: str, next_tool_name: Literal['finish'], \
         next_tool_args: dict[str, Any]"
    );
    assert_eq!(text("extract.predict"), "trajectory: str, q: str -> reasoning: int, a: str");
    assert_eq!(shape.signature("react").unwrap().outputs()[0].ty, Type::Str);
}

/// Values of the forms that JSON has.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<u64>().prop_map(|int| BigInt::parse(&int.to_string()).unwrap()),
        any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(Value::Float),
        any::<String>().prop_map(Value::Text),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::vec((any::<String>(), inner), 0..4)
                .prop_map(|pairs| Value::Map(pairs.into_iter().collect())),
        ]
    })
}

prop_compose! {
    fn state()(
        text in any::<String>(),
        value in json_value(),
        names in prop::sample::subsequence(vec!["question", "k", "answer", "augmented"], 0..4),
        temperature in any::<f64>(),
    ) -> PredictorState {
        let signature = signature("question, k: int -> answer").with_instructions(&text);
        let demo = names.into_iter().map(|name| (name, value.clone())).collect();
        let lm = LmState::new("openai/gpt-4o-mini").with("temperature", temperature);
        PredictorState::of(&signature).with_demos(vec![demo]).unwrap().with_lm(&lm).unwrap()
    }
}

proptest! {
    #[test]
    fn no_text_panics_and_what_loads_is_stable(text in ".{0,200}") {
        if let Ok(program) = Program::from_json(&text) {
            prop_assert_eq!(Program::from_json(&program.to_json()), Ok(program));
        }
    }

    #[test]
    fn a_program_comes_back_from_its_file(one in state(), two in state(), flat in any::<bool>()) {
        let program = match flat {
            true => Program::single(one),
            false => Program::of([("a.b", one), ("c['x']", two)]).unwrap(),
        };
        let text = program.to_json();
        let read = Program::from_json(&text);
        prop_assert_eq!(read.as_ref(), Ok(&program));
        prop_assert_eq!(read.unwrap().to_json(), text);
    }

    #[test]
    fn a_spoilt_file_panics_nobody(
        which in 0_usize..4,
        place in any::<prop::sample::Index>(),
        length in 0_usize..40,
        with in prop_oneof![Just(""), Just("null"), Just("{}"), Just("[]"), Just("\""), Just("1")],
    ) {
        let text = [PREDICT, CHAIN_OF_THOUGHT, REACT, COMPOSITE][which];
        let start = text.floor_char_boundary(place.index(text.len()));
        let end = text.ceil_char_boundary((start + length).min(text.len()));
        let spoilt = format!("{}{with}{}", &text[..start], &text[end..]);
        let shape = ProgramShape::chain_of_thought(&signature("question, k -> answer"));
        if let Ok(program) = Program::from_json(&spoilt) {
            let _ = program.apply(&shape);
            prop_assert_eq!(Program::from_json(&program.to_json()), Ok(program));
        }
    }
}
