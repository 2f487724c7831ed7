//! Every kind of value, to Python and back.

use dspex_bridge::llm::ScriptedModel;
use dspex_bridge::{CallErrorKind, ModuleKind};
use dspex_signature::{
    BigInt, Coerced, Complex, NdArray, SurrogateText, Tag, Tagged, Type, Value, coerce, fields,
};

use super::{Carrier, on_every_carrier};

on_every_carrier! {
    every_form_comes_back_and_is_in_python_what_it_says,
    what_the_wire_does_not_carry_is_named_with_its_place,
    outputs_of_a_module_are_in_python_what_they_are_natively,
    no_model_is_asked_with_half_a_character,
    dates_and_decimals_cross_in_both_directions,
    arrays_come_back,
}

fn every_form() -> Value {
    let big = |digits| BigInt::parse(digits).unwrap();
    let floats = [f64::INFINITY, f64::NEG_INFINITY, -0.0, 5e-324, 1e300].map(Value::Float);
    fields! {
        "none" => Value::Null,
        "bools" => [true, false],
        "ints" => [0, i64::MAX, i64::MIN],
        "big" => [big("9223372036854775808"), big("-170141183460469231731687303715884105728")],
        "floats" => floats,
        "text" => "a\0\n\u{2028}Größe 日本 🙂",
        "bytes" => Value::Bytes(vec![0, 255, 16]),
        "tuple" => Value::Tuple(vec![1.into(), Value::Tuple(vec![])]),
        "set" => Value::Set(vec![Value::Tuple(vec!["a".into()])]),
        "complex" => Complex { re: -0.0, im: 1.5 },
        "surrogates" => SurrogateText::parse(b"a\xed\xb2\x80'").unwrap(),
        "dict" => Value::dict([
            (1.into(), 2.into()),
            (Value::Tuple(vec![Value::Null, 1.5.into()]), Value::dict([(false.into(), "x".into())])),
        ]),
        "array" => NdArray::of(&[1, 2], &[1.5_f32, -0.0]).unwrap(),
        "number" => NdArray::scalar("<f8", 2.5_f64.to_le_bytes().to_vec()).unwrap(),
        "frozen" => Value::frozen_set(vec![Value::frozen_set(vec![]), 7.into()]),
        "map" => fields! { "z" => 1, "" => fields! {}, "a" => Value::List(vec![]) },
    }
    .into()
}

async fn every_form_comes_back_and_is_in_python_what_it_says(carrier: Carrier) {
    let workers = carrier.idle();
    assert_eq!(workers.fault("faults.echo", every_form()).await.unwrap(), every_form());
    let Value::Float(nan) = workers.fault("faults.echo", f64::NAN).await.unwrap() else { panic!() };
    assert!(nan.is_nan());
    let described = workers.fault("faults.describe", every_form()).await.unwrap();
    let expected = "{'none': None, 'bools': [True, False], \
        'ints': [0, 9223372036854775807, -9223372036854775808], \
        'big': [9223372036854775808, -170141183460469231731687303715884105728], \
        'floats': [inf, -inf, -0.0, 5e-324, 1e+300], \
        'text': 'a\\x00\\n\\u2028Größe 日本 🙂', 'bytes': b'\\x00\\xff\\x10', \
        'tuple': (1, ()), 'set': {('a',)}, \
        'complex': (-0+1.5j), 'surrogates': \"a\\udc80'\", \
        'dict': {1: 2, (None, 1.5): {False: 'x'}}, \
        'array': array([[ 1.5, -0. ]], dtype=float32), 'number': np.float64(2.5), \
        'frozen': frozenset({frozenset(), 7}), 'map': {'z': 1, '': {}, 'a': []}}";
    assert_eq!(described, Value::from(expected));
    let called_back = workers.fault("faults.callback", every_form()).await.unwrap();
    assert_eq!(called_back, every_form());
}

async fn what_the_wire_does_not_carry_is_named_with_its_place(carrier: Carrier) {
    let workers = carrier.idle();
    let check = async |value: &str, expected: &str| {
        let error = workers.fault("faults.value", value).await.unwrap_err();
        let expected = format!("not supported yet: {expected} in Python workers");
        assert_eq!(error.to_string(), expected);
    };
    let objects = "`value.v[0]` is a `numpy.ndarray` of `object`, whose items are no plain bytes (give \
        its `tolist()`, or an array of numbers),";
    check("an array of objects", objects).await;
    check("a time zone", "`value.when[0]` is a `datetime.timezone`").await;
    let model = workers.fault("faults.value", "a model").await.unwrap();
    let tags = Value::Tuple(vec!["a".into(), "b".into()]);
    assert_eq!(model, fields! { "text" => "hello", "tags" => tags }.into());
    let keyed = workers.fault("faults.value", "an int key").await.unwrap();
    assert_eq!(keyed, Value::dict([(1.into(), "one".into())]));
    let halves = SurrogateText::parse(b"\xed\xa0\xbd\xed\xb8\x80").unwrap();
    let surrogates = workers.fault("faults.value", "a lone surrogate").await.unwrap();
    assert_eq!(surrogates, [halves].into());
    let number = workers.fault("faults.value", "an enum").await.unwrap();
    assert_eq!(number, fields! { "how" => 15 }.into());
}

async fn outputs_of_a_module_are_in_python_what_they_are_natively(carrier: Carrier) {
    let texts = [("dict[int, list[str]]", r#"{"1": ["x"]}"#), ("frozenset[int]", "[2, 2]")];
    let text = format!(
        "[[ ## a ## ]]\n{}\n\n[[ ## b ## ]]\n{}\n\n[[ ## completed ## ]]",
        texts[0].1, texts[1].1
    );
    let signature = format!("q -> a: {}, b: {}", texts[0].0, texts[1].0);
    let workers = carrier.asking(ScriptedModel::new().text(&text));
    let outcome = workers.run(ModuleKind::Predict, &signature, fields! { "q" => "?" }).await;
    let [dict, set] = texts.map(|(ty, text)| coerce(&Type::parse(ty).unwrap(), text));
    let (Coerced::Exact(dict), Coerced::Exact(set)) = (dict, set) else { panic!() };
    assert_eq!(format!("{dict}, {set}"), "{1: ['x']}, frozenset({2})");
    assert_eq!(*outcome.unwrap(), fields! { "a" => dict, "b" => set });
}

async fn no_model_is_asked_with_half_a_character(carrier: Carrier) {
    let workers = carrier.asking(ScriptedModel::new());
    let inputs = fields! { "question" => SurrogateText::parse(b"a\xed\xa0\x80").unwrap() };
    let asked = workers.run(ModuleKind::Predict, "question -> answer", inputs).await;
    let CallErrorKind::Python(raised) = asked.unwrap_err().kind().clone() else { panic!() };
    assert_eq!(raised.type_name, "ValueError");
    assert!(raised.message.contains("lone surrogate U+D800"), "{}", raised.message);
}

async fn dates_and_decimals_cross_in_both_directions(carrier: Carrier) {
    let workers = carrier.idle();
    let scalars: Value = [
        Value::from(Tagged::from_canonical(Tag::Date, "2026-01-31")),
        Tagged::from_canonical(Tag::Decimal, "1.50").into(),
        Tagged::from_canonical(Tag::TimeDelta, "P1DT2H").into(),
    ]
    .into();
    assert_eq!(workers.fault("faults.value", "scalars").await.unwrap(), scalars);
    assert_eq!(workers.fault("faults.echo", scalars.clone()).await.unwrap(), scalars);
}

async fn arrays_come_back(carrier: Carrier) {
    let workers = carrier.idle();
    let megabytes = NdArray::of(&[1_000, 1_000], &vec![0.5; 1_000_000]).unwrap();
    let echoed = workers.fault("faults.echo", megabytes.clone()).await.unwrap();
    assert_eq!(echoed, megabytes.into());
}

/// Of a worker's process: an interpreter in this one is shared with the other tests, which need numpy.
#[tokio::test]
async fn arrays_need_numpy_and_say_so() {
    let workers = Carrier::SocketPair.idle();
    workers.fault("faults.hide", "numpy").await.unwrap();
    let array = NdArray::of(&[2], &[0.5; 2]).unwrap();
    let error = workers.fault("faults.echo", array).await.unwrap_err();
    assert_eq!(error.to_string(), "the Python package `numpy` is not installed");
    assert_eq!(error.hint(), Some("run `dspex setup --group optimizers`"));
    assert_eq!(workers.fault("faults.echo", 1).await.unwrap(), 1.into());
    assert_eq!(workers.stats().started, 1, "no worker was lost");
}
