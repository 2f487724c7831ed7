//! The codec against golden bytes, its own output, and bytes that are no message.

use dspex_signature::{
    BigInt, Complex, Fields, NdArray, Reference, SurrogateText, Tag, Tagged, Value, fields,
};
use proptest::prelude::*;
use serde_json::Value as Json;

use super::codec::decode_value;
use super::{FrameReader, FromWorker, MAX_FRAME_BYTES, WireError, encode_value, to_worker};

const GOLDEN: &str = include_str!("../../../python/tests/golden.json");
const GOLDEN_MESSAGES: &str = include_str!("../../../python/tests/golden_messages.json");

/// The value that a golden case describes; the Python tests read the same file.
fn build(described: &Json) -> Value {
    let items = |inner: &Json| inner.as_array().unwrap().iter().map(build).collect();
    let object = match described {
        Json::Null => return Value::Null,
        Json::Bool(bool) => return Value::Bool(*bool),
        Json::String(text) => return Value::from(text),
        Json::Object(object) => object,
        other => panic!("{other}"),
    };
    let (form, inner) = object.iter().next().unwrap();
    match form.as_str() {
        "int" => BigInt::parse(inner.as_str().unwrap()).unwrap(),
        "float" => Value::Float(inner.as_str().unwrap().parse().unwrap()),
        "bits" => {
            Value::Float(f64::from_bits(u64::from_str_radix(inner.as_str().unwrap(), 16).unwrap()))
        }
        "bytes" => Value::Bytes(unhex(inner.as_str().unwrap())),
        "surrogates" => SurrogateText::parse(&unhex(inner.as_str().unwrap())).unwrap(),
        "list" => Value::List(items(inner)),
        "tuple" => Value::Tuple(items(inner)),
        "set" => Value::Set(items(inner)),
        "reference" => {
            let text = |place: usize| inner[place].as_str().unwrap();
            Reference::new(inner[0].as_u64().unwrap(), text(1), text(2)).into()
        }
        "ndarray" => {
            let (dtype, bytes) = (inner[0].as_str().unwrap(), unhex(inner[2].as_str().unwrap()));
            let array = match inner[1].as_array() {
                None => NdArray::scalar(dtype, bytes),
                Some(shape) => {
                    let length = |length: &Json| length.as_u64().unwrap().try_into().unwrap();
                    NdArray::new(dtype, &shape.iter().map(length).collect::<Vec<_>>(), bytes)
                }
            };
            array.unwrap().into()
        }
        "dict" => {
            let entry = |entry: &Json| (build(&entry[0]), build(&entry[1]));
            Value::dict(inner.as_array().unwrap().iter().map(entry))
        }
        "frozenset" => Value::frozen_set(items(inner)),
        "complex" => {
            let part = |place: usize| inner[place].as_str().unwrap().parse().unwrap();
            Complex { re: part(0), im: part(1) }.into()
        }
        "map" => {
            let entry = |entry: &Json| (entry[0].as_str().unwrap().to_owned(), build(&entry[1]));
            Value::Map(inner.as_array().unwrap().iter().map(entry).collect())
        }
        class => {
            let tag = Tag::ALL.into_iter().find(|tag| tag.python_type() == class);
            Tagged::from_canonical(tag.unwrap(), inner.as_str().unwrap()).into()
        }
    }
}

fn unhex(hex: &str) -> Vec<u8> {
    let byte = |start| u8::from_str_radix(&hex[start..start + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(byte).collect()
}

fn encoded(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_value(value, &mut bytes).unwrap();
    bytes
}

#[test]
fn golden_bytes_are_written_and_read() {
    let cases: Vec<Json> = serde_json::from_str(GOLDEN).unwrap();
    assert!(cases.len() > 50, "{} cases", cases.len());
    for case in cases {
        let (value, bytes) = (build(&case["value"]), unhex(case["hex"].as_str().unwrap()));
        assert_eq!(encoded(&value), bytes, "writing {}", case["name"]);
        // `nan` is not equal to itself; its text is.
        let decoded = decode_value(&bytes).unwrap();
        assert_eq!(format!("{decoded:?}"), format!("{value:?}"), "reading {}", case["name"]);
        assert_eq!(encoded(&decoded), bytes, "writing {} again", case["name"]);
    }
}

/// The frames of the messages that dspex sends, in the order of the golden file.
fn sent() -> Vec<Vec<u8>> {
    let value = |value: Fields| encoded(&value.into());
    let inputs = value(fields! { "inputs" => fields! { "q" => "why?" } });
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let done = fields! { "done" => [Value::Int(1), Value::Float(2.5), Value::Null] };
    let frames = [
        to_worker::call(7, "module.stream", &inputs, false, None),
        to_worker::call(8, "module.run", &value(Fields::new()), true, Some(trace)),
        to_worker::cancel(7),
        to_worker::credit(7, 8),
        to_worker::callback_result(300, done.into()),
        to_worker::callback_error(1, "timeout", "too late"),
        to_worker::release(&[1, 300]),
        to_worker::ping(70000),
        to_worker::drain(),
    ];
    frames.into_iter().map(Result::unwrap).collect()
}

/// The messages that dspex is sent, in the order of the golden file.
fn received() -> Vec<FromWorker> {
    let text = fields! { "output" => "answer", "text" => " and more" };
    let yielded = fields! { "yielded" => [Value::Int(1), Value::Bool(true)] };
    let (method, parameters) = ("lm.next".to_owned(), fields! { "stream" => 1 }.into());
    vec![
        FromWorker::Chunk { call: 7, value: text.into() },
        FromWorker::Chunk { call: 7, value: yielded.into() },
        FromWorker::Callback { callback: 1, call: 7, method, parameters },
        FromWorker::Result { call: 7, value: fields! { "answer" => "because" }.into() },
        FromWorker::Pong,
    ]
}

#[test]
fn golden_messages_are_written_and_read() {
    let cases: Vec<Json> = serde_json::from_str(GOLDEN_MESSAGES).unwrap();
    let (to_worker, to_us): (Vec<Json>, Vec<Json>) =
        cases.into_iter().partition(|case| case["to"] == "worker");
    let frame = |case: &Json| unhex(case["hex"].as_str().unwrap());
    let (sent, received) = (sent(), received());
    assert_eq!((sent.len(), received.len()), (to_worker.len(), to_us.len()));
    for (case, sent) in to_worker.iter().zip(sent) {
        assert_eq!(sent, frame(case), "writing {}", case["name"]);
    }
    for (case, expected) in to_us.iter().zip(received) {
        let found = FromWorker::decode(&frame(case)[4..]);
        assert_eq!(found, Ok(expected), "reading {}", case["name"]);
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i128>().prop_map(|int| BigInt::parse(&int.to_string()).unwrap()),
        any::<f64>()
            .prop_filter("nan is not equal to itself", |f| !f.is_nan())
            .prop_map(Value::from),
        ".*".prop_map(Value::from),
        any::<Vec<u8>>().prop_map(Value::Bytes),
        (".*", ".*").prop_map(|(one, other)| {
            let bytes = [one.as_bytes(), b"\xed\xa0\x80", other.as_bytes()].concat();
            SurrogateText::parse(&bytes).unwrap()
        }),
        (-1e300..1e300, -1e-9..1e9).prop_map(|(re, im)| Complex { re, im }.into()),
    ]
    .boxed();
    let hashable = prop::collection::vec(leaf.clone(), 0..20);
    let set = prop_oneof![
        hashable.clone().prop_map(Value::Set),
        hashable.clone().prop_map(|items| Value::Set(vec![Value::frozen_set(items)])),
        hashable.prop_map(|items| Value::Set(vec![Value::Tuple(items)])),
    ];
    let key = leaf.clone();
    let array =
        any::<Vec<f32>>().prop_map(|items| NdArray::of(&[items.len(), 1], &items).unwrap().into());
    let leaf = prop_oneof![4 => leaf, 1 => set, 1 => array];
    leaf.prop_recursive(6, 60, 8, move |inner| {
        let items = prop::collection::vec(inner.clone(), 0..20);
        prop_oneof![
            items.clone().prop_map(Value::List),
            items.prop_map(Value::Tuple),
            prop::collection::vec((key.clone(), inner.clone()), 0..20).prop_map(Value::dict),
            prop::collection::vec((".{0,40}", inner), 0..20)
                .prop_map(|entries| Value::Map(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn every_value_comes_back(value in any_value()) {
        prop_assert_eq!(decode_value(&encoded(&value)).unwrap(), value);
    }

    #[test]
    fn any_bytes_are_a_value_or_an_error(bytes in any::<Vec<u8>>()) {
        let _ = FromWorker::decode(&bytes);
    }

    #[test]
    fn damaged_messages_are_values_or_errors(
        value in any_value(),
        position in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = encoded(&Value::List(vec!["result".into(), 1.into(), value]));
        let position = position.index(bytes.len());
        bytes[position] = byte;
        let _ = FromWorker::decode(&bytes);
        let _ = FromWorker::decode(&bytes[..position]);
    }
}

#[track_caller]
fn check_refused(bytes: &[u8], expected: &str) {
    assert_eq!(FromWorker::decode(bytes).unwrap_err().to_string(), expected, "reading {bytes:x?}");
}

#[test]
fn what_is_no_message_is_refused_with_a_reason() {
    check_refused(&[], "a frame ends in the middle of a value");
    check_refused(&[0xc1], "a frame holds a byte that marks no value");
    check_refused(&[0x01], "a message is not a list");
    check_refused(&[0x90], "a message has too few parts");
    check_refused(&[0xdd, 0xff, 0xff, 0xff, 0xff], "a frame ends in the middle of a value");
    check_refused(&[0xdf, 0xff, 0xff, 0xff, 0xff], "a frame ends in the middle of a value");
    check_refused(&[0xc6, 0xff, 0xff, 0xff, 0xff], "a frame ends in the middle of a value");
    check_refused(&[0x01, 0x01], "a frame holds bytes after its value");
    check_refused(&[0xd4, 99, 0], "a frame holds an extension type that no value has");
    check_refused(&[0xd4, 1, b'x'], "a frame holds an integer that is not written in digits");
    check_refused(
        &[0xd7, 5, 0, 0, 0, 0, 0, 0, 0, 0],
        "a frame holds a complex number not of 16 bytes",
    );
    check_refused(
        &[0xd4, 6, 1],
        "a frame holds a tuple, set or dict that is not written as an array",
    );
    let expected = "a frame holds an array whose type, shape and bytes do not fit";
    check_refused(&[0xc7, 8, 9, 0x93, 0xa3, b'<', b'f', b'4', 0x90, 0xc4, 0], expected);
    check_refused(&[0xc7, 8, 9, 0x93, 0xa2, b'|', b'O', 0xc0, 0xc4, 1, 0], expected);
    check_refused(&[0xd5, 9, 0x91, 1], expected);
    let expected = "a frame holds a reference without a number, a class and a text";
    check_refused(&[0xd6, 10, 0x93, 0xff, 0xa0, 0xa0], expected);
    check_refused(&[0xd4, 10, 0x90], expected);
    check_refused(&[0xd5, 8, 0x91, 1], "a frame holds a dict with a key that has no value");
    check_refused(&[0xd4, 7, 0xed], "a frame holds text that is neither UTF-8 nor surrogates");
    check_refused(&[0x81, 0x01, 0x01], "a frame holds a map with a key that is no text");
    check_refused(&[0xa1, 0xff], "a frame holds text that is not UTF-8");
    check_refused(&[0x91; 10_000], "a value is nested more than 64 deep");
    let check =
        |parts: Vec<Value>, expected| check_refused(&encoded(&Value::List(parts)), expected);
    check(vec!["surprise".into()], "a message is of no known kind");
    check(vec!["result".into(), (-1).into(), 1.into()], "a message has `int` in place of an id");
    check(
        vec!["pong".into(), 1.into(), 2.into()],
        "a message of the kind `pong` has too many parts",
    );
    let old = fields! { "protocol" => 0, "python" => "3", "dspy" => "3" };
    check(vec!["hello".into(), old.into()], "a message greets in version 0 of the protocol, not 1");
}

#[test]
fn what_python_cannot_read_is_refused_before_it_is_sent() {
    let refused = |value: &Value| encode_value(value, &mut Vec::new()).unwrap_err().to_string();
    let list = Value::Tuple(vec![Value::List(vec![])]);
    let expected = "a set or a key holds a `list`, which Python cannot hash";
    assert_eq!(refused(&Value::Set(vec![list])), expected);
    let set = Value::frozen_set(vec![Value::Tuple(vec![Value::Set(vec![])])]);
    assert_eq!(refused(&set), "a set or a key holds a `set`, which Python cannot hash");
    let key = Value::Tuple(vec![Value::dict([(1.into(), 1.into())])]);
    let dict = Value::dict([(key, 1.into())]);
    assert_eq!(refused(&dict), "a set or a key holds a `dict`, which Python cannot hash");
    let expected = "an integer has 4301 digits, more than 4300";
    assert_eq!(refused(&BigInt::parse(&format!("-{}", "9".repeat(4301))).unwrap()), expected);

    let deep = (0..100).fold(Value::Null, |inner, _| Value::Tuple(vec![inner]));
    assert_eq!(encode_value(&deep, &mut Vec::new()), Err(WireError::TooDeep));
    let long = Value::Bytes(vec![0; MAX_FRAME_BYTES]);
    let refused = to_worker::callback_result(1, long).unwrap_err();
    assert!(matches!(refused, WireError::TooLong { .. }), "{refused}");
}

/// Reads all frames of a stream that arrives in pieces of `n_bytes`.
async fn frames(stream: &[u8], n_bytes: usize) -> Vec<Result<Vec<u8>, WireError>> {
    let (mut writer, reader) = tokio::io::duplex(n_bytes);
    let stream = stream.to_vec();
    let write = async move {
        // A reader that gives up leaves the rest unread.
        let _ = tokio::io::AsyncWriteExt::write_all(&mut writer, &stream).await;
    };
    let read = async {
        let mut reader = FrameReader::new(reader);
        let mut frames = Vec::new();
        loop {
            match reader.next().await {
                Ok(Some(payload)) => frames.push(Ok(payload.to_vec())),
                Ok(None) => return frames,
                Err(error) => {
                    frames.push(Err(error));
                    return frames;
                }
            }
        }
    };
    tokio::join!(write, read).1
}

#[tokio::test]
async fn frames_are_found_however_the_stream_is_cut() {
    let one = to_worker::cancel(1).unwrap();
    let two =
        to_worker::call(2, "module.run", &encoded(&Fields::new().into()), true, None).unwrap();
    let long = to_worker::callback_result(3, "x".repeat(200_000).into()).unwrap();
    let stream = [one.clone(), two.clone(), long.clone()].concat();
    for n_bytes in [1, 3, 64, 100_000] {
        let found = frames(&stream, n_bytes).await;
        let expected = [&one, &two, &long].map(|frame| Ok(frame[4..].to_vec()));
        assert_eq!(found, expected, "in pieces of {n_bytes}");
    }
    assert_eq!(frames(&stream[..6], 64).await, [Err(WireError::Closed)]);
    let bytes = u32::MAX as usize;
    assert_eq!(frames(&[0xff; 4], 64).await, [Err(WireError::TooLong { bytes })]);
}

#[test]
fn extensions_within_extensions_end_before_the_stack_does() {
    for kind in [2, 3, 4, 6, 8, 9, 10] {
        let mut bytes = Vec::new();
        for level in (0..200_000_u32).rev() {
            bytes.push(0xc9);
            bytes.extend_from_slice(&(level * 6).to_be_bytes());
            bytes.push(kind);
        }
        assert!(matches!(decode_value(&bytes), Err(WireError::Malformed { .. })), "{kind}");
    }
}

#[test]
fn an_array_is_refused_in_a_set_and_as_a_key() {
    let array = || Value::from(NdArray::of(&[2], &[1.0, 2.0]).unwrap());
    for value in [
        Value::Set(vec![array()]),
        Value::frozen_set(vec![Value::Tuple(vec![array()])]),
        Value::dict([(array(), Value::Null)]),
    ] {
        let error = encode_value(&value, &mut Vec::new()).unwrap_err();
        assert_eq!(error, WireError::Unhashable { item: "ndarray" });
    }
}
