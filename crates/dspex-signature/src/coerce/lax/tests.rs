//! What values come to under each type, as pydantic 2.14.3 converts them.

use proptest::prelude::*;

use super::*;
use crate::{
    Complex, EnumMixin, EnumType, Field, NdArray, RecordKind, SurrogateText, Tag, Tagged, fields,
};

/// Each value is JSON; what is refused comes to `fails`.
#[track_caller]
fn validate(ty: &Type, value: Value) -> Coerced {
    super::validate(ty, value, Doubts::Told)
}

fn check(ty: &str, cases: &[(&str, &str)]) {
    let ty = Type::parse(ty).unwrap();
    for (json, expected) in cases {
        let value = Value::from_python_json(json).unwrap();
        assert_eq!(show(validate(&ty, value)), *expected, "{json} as {ty}");
    }
}

fn show(coerced: Coerced) -> String {
    match coerced {
        Coerced::Exact(value) => value.python_repr(),
        Coerced::Fails(_) => "fails".to_owned(),
        Coerced::Unsure(_) => "unsure".to_owned(),
    }
}

#[test]
fn integers() {
    check(
        "int",
        &[
            (r#""1_000""#, "1000"),
            (r#""007""#, "7"),
            (r#""-01""#, "-1"),
            (r#""0_1""#, "1"),
            (r#""1__0""#, "fails"),
            (r#""_1""#, "fails"),
            (r#""3.00""#, "3"),
            (r#""3.""#, "fails"),
            (r#""1e3""#, "fails"),
            (r#""+5""#, "5"),
            (r#""+-5""#, "fails"),
            (r#"" 5\n""#, "5"),
            (r#""\u00a05""#, "5"),
            (r#""\u001c5""#, "fails"),
            (r#""0-1""#, "-1"),
            (r#""٣""#, "fails"),
            ("true", "1"),
            ("2.0", "2"),
            ("2.5", "fails"),
            ("9.3e18", "fails"),
            ("1e400", "fails"),
            ("NaN", "fails"),
            ("1180591620717411303424", "1180591620717411303424"),
            (r#""1180591620717411303424""#, "1180591620717411303424"),
            ("null", "fails"),
            ("[1]", "fails"),
            (r#""""#, "fails"),
        ],
    );
}

#[test]
fn floats() {
    check(
        "float",
        &[
            ("1", "1.0"),
            ("1180591620717411303424", "1.1805916207174113e+21"),
            ("true", "1.0"),
            (r#""1_000.5""#, "1000.5"),
            (r#"" 1.5 ""#, "1.5"),
            (r#"" 1_0 ""#, "fails"),
            (r#""1e400""#, "inf"),
            (r#""-Infinity""#, "-inf"),
            (r#""NaN""#, "nan"),
            (r#"".5""#, "0.5"),
            (r#""1.e5""#, "100000.0"),
            (r#""0x10""#, "fails"),
            (r#""1,5""#, "fails"),
            (r#""1d5""#, "fails"),
            ("null", "fails"),
            ("[1.5]", "fails"),
        ],
    );
}

#[test]
fn bools() {
    check(
        "bool",
        &[
            ("1", "True"),
            ("0.0", "False"),
            ("2", "fails"),
            (r#""YES""#, "True"),
            (r#""off""#, "False"),
            (r#"" true""#, "fails"),
            (r#""1.0""#, "fails"),
            ("null", "fails"),
            ("1180591620717411303424", "fails"),
        ],
    );
}

#[test]
fn texts_take_no_numbers() {
    check("str", &[("1", "fails"), ("null", "fails"), (r#"["a"]"#, "fails"), (r#""a""#, "'a'")]);
}

#[test]
fn bytes() {
    check("bytes", &[(r#""é""#, "b'\\xc3\\xa9'"), ("1", "fails"), (r#"["a"]"#, "fails")]);
}

#[test]
fn none_is_none() {
    check("NoneType", &[("null", "None"), (r#""None""#, "fails"), ("false", "fails")]);
}

#[test]
fn decimals() {
    check(
        "decimal.Decimal",
        &[
            ("1", "1"),
            ("true", "fails"),
            ("1.1", "1.1"),
            ("1e22", "1E+22"),
            ("NaN", "fails"),
            (r#""1.50""#, "1.50"),
            (r#""1__0""#, "10"),
            (r#"" -0.0 ""#, "-0.0"),
            (r#""1e5""#, "1E+5"),
            (r#""0.0000001""#, "1E-7"),
            (r#""inf""#, "fails"),
            (r#""0x1""#, "fails"),
            ("null", "fails"),
            ("[0, [1], 2]", "fails"),
        ],
    );
}

#[test]
fn dates() {
    check(
        "datetime.date",
        &[
            (r#""2024-02-29""#, "2024-02-29"),
            (r#""2023-02-29""#, "fails"),
            (r#""0000-01-01""#, "fails"),
            (r#""2024-01-01T00:00Z""#, "2024-01-01"),
            (r#""2024-01-01T00:01""#, "fails"),
            ("86400", "1970-01-02"),
            ("86401", "fails"),
            (r#""86400.0""#, "1970-01-02"),
            ("true", "fails"),
            ("null", "fails"),
            (r#""2024-1-1""#, "fails"),
            (r#"" 2024-01-01""#, "fails"),
        ],
    );
}

#[test]
fn datetimes() {
    check(
        "datetime.datetime",
        &[
            (r#""2024-01-01""#, "2024-01-01T00:00:00"),
            (r#""2024-01-01 10:00:00.1234567-0830""#, "2024-01-01T10:00:00.123456-08:30"),
            (r#""2024-01-01T10:00z""#, "2024-01-01T10:00:00Z"),
            (r#""2024-01-01T24:00""#, "fails"),
            ("20000000000", "2603-10-11T11:33:20Z"),
            ("20000000001", "1970-08-20T11:33:20.001000Z"),
            ("1.5", "1970-01-01T00:00:01.500000Z"),
            (r#""-1.5""#, "1969-12-31T23:59:58.500000Z"),
            (r#""1e3""#, "fails"),
            ("1e300", "fails"),
            ("NaN", "fails"),
            ("true", "fails"),
            ("null", "fails"),
        ],
    );
}

#[test]
fn times() {
    check(
        "datetime.time",
        &[
            (r#""10:00""#, "10:00:00"),
            (r#""10:00:00,5+01:30""#, "10:00:00.500000+01:30"),
            (r#""24:00""#, "fails"),
            (r#""3600""#, "fails"),
            ("3600", "01:00:00Z"),
            ("86400", "fails"),
            ("-1", "fails"),
            ("0.9999999", "00:00:01Z"),
            ("true", "fails"),
            ("null", "fails"),
        ],
    );
}

#[test]
fn durations() {
    check(
        "datetime.timedelta",
        &[
            (r#""P1DT2H""#, "P1DT2H"),
            (r#""-P1.5D""#, "-P1DT12H"),
            (r#""1 day, 10:00""#, "P1DT10H"),
            (r#""100:00:00""#, "P4DT4H"),
            (r#""3600""#, "fails"),
            ("3600", "PT1H"),
            ("-1.5", "-PT1.5S"),
            ("true", "PT1S"),
            ("1e300", "fails"),
            ("null", "fails"),
            (r#""P1000000000D""#, "fails"),
        ],
    );
}

#[test]
fn uuids() {
    check(
        "uuid.UUID",
        &[
            (r#""12345678-1234-5678-1234-567812345678""#, "12345678-1234-5678-1234-567812345678"),
            (r#""{12345678-1234-5678-1234-567812345678}""#, "12345678-1234-5678-1234-567812345678"),
            (
                r#""urn:uuid:12345678-1234-5678-1234-567812345678""#,
                "12345678-1234-5678-1234-567812345678",
            ),
            (r#""123456781234567812345678ABCDEF00""#, "12345678-1234-5678-1234-5678abcdef00"),
            (r#""12345678-1234-5678-1234-56781234567""#, "fails"),
            ("5", "fails"),
            ("null", "fails"),
        ],
    );
}

#[test]
fn sets_keep_the_first_of_equal_items() {
    check(
        "set[Any]",
        &[
            (r#"[1, 1.0, true, "1", 0, false]"#, "{1, '1', 0}"),
            ("[[1]]", "fails"),
            (r#""ab""#, "fails"),
            (r#"{"a": 1}"#, "fails"),
            ("[]", "set()"),
        ],
    );
    check("set[float]", &[(r#"[1, "1.0", "a"]"#, "fails"), (r#"[0.0, "-0", 1]"#, "{0.0, 1.0}")]);
}

#[test]
fn tuples_and_sequences() {
    check(
        "tuple[int, str]",
        &[
            (r#"["1", "a"]"#, "(1, 'a')"),
            ("[1]", "fails"),
            (r#"[1, "a", 2]"#, "fails"),
            (r#""ab""#, "fails"),
        ],
    );
    check(
        "tuple[int, ...]",
        &[(r#"["1", 2.0]"#, "(1, 2)"), ("[]", "()"), ("[null]", "fails"), ("{}", "fails")],
    );
    check("Sequence[int]", &[(r#"["1"]"#, "[1]"), (r#""12""#, "fails"), (r#"{"a": 1}"#, "fails")]);
    check("Sequence[Any]", &[(r#""12""#, "'12'"), (r#"[1, "a"]"#, "[1, 'a']")]);
}

#[test]
fn keys_are_of_their_type() {
    check(
        "dict[int, str]",
        &[
            (r#"{"1": "a", "01": "b"}"#, "{1: 'b'}"),
            (r#"{"a": "b"}"#, "fails"),
            (r#"{"1": 2}"#, "fails"),
            ("[]", "fails"),
        ],
    );
    check(
        "dict[float, int]",
        &[(r#"{"1e16": 1, "1e-7": 2, "0.5": 3}"#, "{1e+16: 1, 1e-07: 2, 0.5: 3}")],
    );
    check("dict[bool, int]", &[(r#"{"yes": 1, "true": 2, "0": 3}"#, "{True: 2, False: 3}")]);
    check("dict[datetime.date, int]", &[(r#"{"2024-01-01T00:00": 1}"#, "{2024-01-01: 1}")]);
    check(
        "dict[Literal['a', 'b'], Any]",
        &[(r#"{"a": [1]}"#, "{'a': [1]}"), (r#"{"c": 1}"#, "fails")],
    );
    check(
        "Counter[str]",
        &[(r#"{"a": "2"}"#, "{'a': 2}"), (r#"{"a": 1.5}"#, "fails"), (r#"["a"]"#, "fails")],
    );
}

#[test]
fn the_most_exact_member_of_a_union_wins() {
    check(
        "Union[int, str]",
        &[("1", "1"), (r#""1""#, "'1'"), ("1.0", "1"), ("true", "1"), ("null", "fails")],
    );
    check("Union[float, int]", &[("5", "5"), (r#""5""#, "5.0"), ("true", "1.0")]);
    check("Union[bool, int]", &[("1", "1"), (r#""1""#, "True"), ("1.0", "True")]);
    check(
        "Union[datetime.date, datetime.datetime]",
        &[(r#""2024-01-01""#, "2024-01-01"), (r#""2024-01-01T10:00""#, "2024-01-01T10:00:00")],
    );
    check(
        "Union[list[int], dict[str, int]]",
        &[
            (r#"["1"]"#, "[1]"),
            (r#"{"a": "1"}"#, "{'a': 1}"),
            (r#"["a"]"#, "fails"),
            ("1", "fails"),
        ],
    );
    check(
        "Union[list[float], tuple[int, ...], set[int]]",
        &[("[1]", "[1.0]"), (r#"["1"]"#, "[1.0]")],
    );
    check(
        "Union[decimal.Decimal, float, None]",
        &[("1", "1.0"), (r#""1""#, "1"), ("1.5", "1.5"), ("null", "None")],
    );
    check("list[Union[Literal[1], float, str]]", &[(r#"[1, 1.0, "1", true]"#, "[1, 1, '1', 1]")]);
    check("Union[int, Any]", &[(r#""1""#, "'1'"), ("1", "1")]);
}

#[test]
fn literals_of_the_same_kind_come_first() {
    check(
        "Literal[1, True, 'a']",
        &[
            ("1", "1"),
            ("1.0", "True"),
            ("true", "True"),
            (r#""a""#, "'a'"),
            (r#""1""#, "fails"),
            ("null", "fails"),
        ],
    );
    check("Literal[1, 1180591620717411303424]", &[("1180591620717411303424", "fails")]);
}
fn tagged(tag: Tag, text: &str) -> Value {
    Tagged::from_canonical(tag, text).into()
}

#[test]
fn values_without_a_form_in_json() {
    let check = |ty: Type, value: Value, expected: &str| {
        let text = format!("{value:?} as {ty}");
        assert_eq!(show(validate(&ty, value)), expected, "{text}");
    };
    let date = tagged(Tag::Date, "2024-01-01");
    let noon = tagged(Tag::DateTime, "2024-01-01T12:00:00Z");
    let midnight = tagged(Tag::DateTime, "2024-01-01T00:00:00+05:00");
    let half = tagged(Tag::Decimal, "0.50");
    check(Type::Date, date.clone(), "2024-01-01");
    check(Type::Date, midnight, "2024-01-01");
    check(Type::Date, noon, "fails");
    check(Type::DateTime, date.clone(), "2024-01-01T00:00:00");
    check(Type::Str, date.clone(), "fails");
    check(Type::Int, tagged(Tag::Decimal, "3E+2"), "300");
    check(Type::Int, half.clone(), "fails");
    check(Type::Float, half.clone(), "0.5");
    check(Type::Bool, tagged(Tag::Decimal, "1.0"), "True");
    check(Type::TimeDelta, half.clone(), "PT0.5S");
    check(Type::Decimal, half, "0.50");
    check(Type::Int, Value::Bytes(b"12".to_vec()), "12");
    check(Type::Str, Value::Bytes(b"\xff".to_vec()), "fails");
    check(Type::Uuid, Value::Bytes(vec![0xab; 16]), "abababab-abab-abab-abab-abababababab");
    check(Type::Any, date, "2024-01-01");
    let set = Value::Set(vec![1.into(), 2.into()]);
    check(Type::list(Type::Int), set.clone(), "unsure");
    check(Type::set(Type::Float), set.clone(), "{1.0, 2.0}");
    check(Type::set(Type::Date), set, "fails");
    check(Type::list(Type::Int), Value::Tuple(vec!["1".into()]), "[1]");
    let surrogates = SurrogateText::parse(b"1\xed\xa0\x80").unwrap();
    check(Type::Str, surrogates.clone(), r"'1\ud800'");
    for ty in [Type::Int, Type::Float, Type::Bool, Type::Bytes, Type::Date, Type::Uuid] {
        check(ty, surrogates.clone(), "fails");
    }
    let array = Value::from(NdArray::of(&[], &[1.5]).unwrap());
    check(Type::Any, array.clone(), "<ndarray <f8 ()>");
    for ty in [Type::Float, Type::Str, Type::list(Type::Float), Type::optional(Type::Int)] {
        check(ty, array.clone(), "unsure");
    }
    let imaginary = Value::from(Complex { re: 0.0, im: 1.0 });
    check(Type::Complex, imaginary.clone(), "1j");
    check(Type::Str, imaginary.clone(), "fails");
    check(Type::Float, imaginary.clone(), "fails");
    check(Type::parse("Union[float, complex]").unwrap(), imaginary, "1j");
}

#[test]
fn dicts_of_any_keys_are_checked_key_by_key() {
    let check = |ty: &str, value: Value, expected: &str| {
        let text = format!("{value:?} as {ty}");
        assert_eq!(show(validate(&Type::parse(ty).unwrap(), value)), expected, "{text}");
    };
    let dict = || Value::dict([(1.into(), "a".into()), ("2".into(), "b".into())]);
    check("dict[int, str]", dict(), "{1: 'a', 2: 'b'}");
    check("Mapping[float, str]", dict(), "{1.0: 'a', 2.0: 'b'}");
    check("dict[str, str]", dict(), "fails");
    check("dict", dict(), "{1: 'a', '2': 'b'}");
    check("Any", dict(), "{1: 'a', '2': 'b'}");
    check("dict[Any, int]", dict(), "fails");
    check("list[int]", dict(), "fails");
    check("set[Any]", vec![dict()].into(), "fails");
    check("Union[list[str], dict[int, str]]", dict(), "{1: 'a', 2: 'b'}");
    let one = Value::dict([(Value::Bytes(b"k".to_vec()), 1.into())]);
    check("dict[str, int]", one, "{'k': 1}");
    let fault = match validate(&Type::parse("dict[int, int]").unwrap(), dict()) {
        Coerced::Fails(faults) => faults[0].to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(fault, "`1` should be `int`, found `str`");
}

#[test]
fn frozen_sets_are_made_where_pydantic_makes_them() {
    let check = |ty: &str, value: Value, expected: &str| {
        let text = format!("{value:?} as {ty}");
        assert_eq!(show(validate(&Type::parse(ty).unwrap(), value)), expected, "{text}");
    };
    let frozen = || Value::frozen_set(vec![1.into(), 2.into()]);
    let set = || Value::Set(vec![1.into(), 2.into()]);
    let list = || Value::from(vec![1, 2]);
    for ty in ["frozenset[int]", "frozenset", "AbstractSet[int]"] {
        for given in [frozen(), set(), list()] {
            check(ty, given, "frozenset({1, 2})");
        }
    }
    check("set[int]", frozen(), "{1, 2}");
    check("list[int]", frozen(), "unsure");
    check("list[int]", Value::frozen_set(vec![1.into()]), "[1]");
    check("Sequence[int]", frozen(), "fails");
    check("dict[str, int]", frozen(), "fails");
    check("Union[set[int], frozenset[int]]", frozen(), "frozenset({1, 2})");
    check("Union[frozenset[int], set[int]]", set(), "{1, 2}");
    check("Union[frozenset[int], set[int]]", list(), "frozenset({1, 2})");
    check("set[frozenset[int]]", vec![vec![1], vec![1]].into(), "{frozenset({1})}");
    check("set[Any]", vec![frozen()].into(), "{frozenset({1, 2})}");
    check("Any", frozen(), "frozenset({1, 2})");
}

#[test]
fn enumerations_take_what_their_mixin_takes() {
    let check = |class: EnumType, cases: &[(Value, &str)]| {
        let ty = Type::Enum(class.into());
        for (value, expected) in cases {
            assert_eq!(show(validate(&ty, value.clone())), *expected, "{value:?} as {ty}");
        }
    };
    let big = Value::from_json("1180591620717411303424").unwrap();
    check(
        EnumType::new("Rank", [("LOW", Value::from(1)), ("HIGH", "low".into())]),
        &[
            (1.0.into(), "1"),
            (true.into(), "1"),
            ("1".into(), "fails"),
            ("low".into(), "'low'"),
            ("LOW".into(), "fails"),
            (big.clone(), "fails"),
        ],
    );
    check(
        EnumType::new("Rank", [("LOW", 1), ("HIGH", 2)]).with_mixin(EnumMixin::Int),
        &[
            ("1".into(), "1"),
            ("2.0".into(), "2"),
            (Value::Bytes(b"2".to_vec()), "2"),
            ("3".into(), "fails"),
            (big, "fails"),
        ],
    );
    check(
        EnumType::new("Color", [("RED", "red")]).with_mixin(EnumMixin::Str),
        &[("red".into(), "'red'"), (Value::Bytes(b"red".to_vec()), "'red'"), (1.into(), "fails")],
    );
    // Python would make text of the number.
    let strange = EnumType::new("Color", [("ONE", 1)]).with_mixin(EnumMixin::Str);
    check(strange, &[(1.into(), "unsure"), ("1".into(), "unsure")]);
}

fn record(name: &str, fields: Vec<Field>) -> Type {
    Type::Record(RecordType::new(name, fields).into())
}

#[test]
fn the_record_with_the_most_given_fields_wins() {
    let optional = |name: &str| Field::new(name, Type::Int).with_default(0);
    let person = record("Person", vec![Field::new("name", Type::Str), optional("age")]);
    let place =
        RecordType::new("Place", vec![Field::new("name", Type::Str), Field::new("zip", Type::Int)]);
    let ty = Type::union([person.clone(), Type::Record(place.clone().into())]);
    let check = |ty: &Type, value: crate::Fields, expected: &str| {
        assert_eq!(show(validate(ty, value.into())), expected);
    };
    check(&ty, fields! { "name" => "a" }, "{'name': 'a', 'age': 0}");
    check(&ty, fields! { "name" => "a", "zip" => "7" }, "{'name': 'a', 'zip': 7}");
    check(&ty, fields! { "name" => "a", "zip" => 7, "age" => 1 }, "{'name': 'a', 'age': 1}");
    check(&ty, fields! { "zip" => 7 }, "fails");
    // A typed dict is a dict, and so more exact than a model that is made of one.
    let ty = Type::union([person, Type::Record(place.with_kind(RecordKind::TypedDict).into())]);
    check(&ty, fields! { "name" => "a", "zip" => 7, "age" => 1 }, "{'name': 'a', 'zip': 7}");
}

#[test]
fn records_within_themselves() {
    let children = Type::list(Type::Enclosing("Node".to_owned()));
    let fields = vec![
        Field::new("id", Type::Int),
        Field::new("children", children).with_default(Vec::<i64>::new()),
    ];
    let ty = record("Node", fields);
    let read = |json| validate(&ty, Value::from_json(json).unwrap());
    assert_eq!(
        show(read(r#"{"id": "1", "children": [{"id": 2.0, "extra": 0}]}"#)),
        "{'id': 1, 'children': [{'id': 2, 'children': []}]}"
    );
    let Coerced::Fails(faults) = read(r#"{"id": 1, "children": [{"id": 2}, {"id": "x"}, 3]}"#)
    else {
        panic!()
    };
    let paths: Vec<_> = faults.iter().map(ValueError::path).collect();
    assert_eq!(paths, ["children[1].id", "children[2]"]);
}

#[test]
fn constraints() {
    let check = |ty: &str, name: &str, bound: Value, cases: &[(Value, &str)]| {
        let ty = Type::parse(ty).unwrap();
        let field = Field::new("x", ty.clone()).with_constraint(name, bound.clone());
        let class = record("Limited", vec![field]);
        for (value, expected) in cases {
            let shown = show(validate(&class, fields! { "x" => value.clone() }.into()));
            let text = format!("{value:?} as {ty} with {name}={bound}");
            assert_eq!(
                shown,
                expected.replace("ok ", "{'x': ")
                    + if expected.starts_with("ok") { "}" } else { "" },
                "{text}"
            );
        }
    };
    let big = Value::from_json("36893488147419103232").unwrap();
    check("int", "ge", 0.into(), &[("-1".into(), "fails"), ("0".into(), "ok 0")]);
    check("int", "lt", big.clone(), &[(big.clone(), "fails"), (5.into(), "ok 5")]);
    check("int", "multiple_of", 3.into(), &[(9.into(), "ok 9"), (big, "fails")]);
    check("Optional[int]", "gt", 0.into(), &[(Value::Null, "ok None"), (0.into(), "fails")]);
    check("float", "ge", 0.into(), &[(f64::NAN.into(), "fails"), (0.into(), "ok 0.0")]);
    check("float", "multiple_of", 0.1.into(), &[(0.3.into(), "ok 0.3"), (0.35.into(), "fails")]);
    let tenth = tagged(Tag::Decimal, "0.1");
    check("decimal.Decimal", "gt", 0.1.into(), &[(tenth.clone(), "fails"), (1.into(), "ok 1")]);
    check(
        "decimal.Decimal",
        "multiple_of",
        tenth,
        &[("0.30".into(), "ok 0.30"), (0.35.into(), "fails")],
    );
    check("str", "max_length", 2.into(), &[("éé".into(), "ok 'éé'"), ("abc".into(), "fails")]);
    check(
        "set[int]",
        "max_length",
        1.into(),
        &[([1, 1].into(), "ok {1}"), ([1, 2].into(), "fails")],
    );
    // Python compares text with a number, whose error is no refusal.
    check("Union[int, str]", "ge", 1.into(), &[("a".into(), "unsure"), (0.into(), "fails")]);
    check(
        "str",
        "pattern",
        "^a$".into(),
        &[("a".into(), "ok 'a'"), ("ab".into(), "fails"), (1.into(), "fails")],
    );
}

#[test]
fn members_and_models_have_no_order_and_no_length() {
    let rank = || Type::Enum(EnumType::new("Rank", [("LOW", 0)]).into());
    let person = record("Person", vec![Field::new("name", Type::Str).with_default("")]);
    let limited = |ty, name| record("R", vec![Field::new("x", ty).with_constraint(name, 1)]);
    let check = |ty: &Type, value: Value, expected: &str| {
        assert_eq!(show(validate(ty, fields! { "x" => value }.into())), expected);
    };
    let ty = limited(Type::union([rank(), Type::Float]), "ge");
    check(&ty, 0.into(), "unsure");
    check(&ty, 0.5.into(), "fails");
    let ty = limited(Type::union([person, Type::list(Type::Int)]), "min_length");
    check(&ty, fields! {}.into(), "unsure");
    check(&ty, Vec::<i64>::new().into(), "fails");
}

#[test]
fn a_default_dict_needs_a_type_with_a_default() {
    let ty = Type::list(Type::parse("DefaultDict[str, Any]").unwrap());
    assert_eq!(show(validate(&ty, 1.into())), "unsure");
}

#[test]
fn unions_within_unions_take_no_time_without_bound() {
    let me = || Type::Enclosing("Node".to_owned());
    let one =
        |name: &str| record(name, vec![Field::new("next", Type::Enclosing("Node".to_owned()))]);
    let next = Type::union([one("A"), one("B"), me(), Type::None]);
    let ty = record("Node", vec![Field::new("next", next)]);
    let json = "{\"next\": ".repeat(100) + "null" + &"}".repeat(100);
    let value = Value::from_json(&json).unwrap();
    assert_eq!(show(validate(&ty, value)), "unsure");
}

#[test]
fn values_of_any_depth_are_safe() {
    let mut value = Value::Null;
    let mut ty = Type::Int;
    for _ in 0..1000 {
        value = Value::List(vec![value]);
        ty = Type::list(ty);
    }
    assert_eq!(show(validate(&ty, value)), "unsure");
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in r"([-+0-9:.,TZPDHMS_ eEdayurni{}]|\PC){0,24}", float: f64) {
        let types = [
            "int", "float", "bool", "bytes", "decimal.Decimal", "datetime.date", "datetime.time",
            "datetime.datetime", "datetime.timedelta", "uuid.UUID", "complex", "Literal['a', 1]",
            "Union[int, float, datetime.date, None]", "Counter[decimal.Decimal]",
            "set[Union[float, decimal.Decimal, datetime.time]]", "dict[datetime.timedelta, Any]",
        ];
        let given = |text: &str| [
            Value::from(text),
            Value::Bytes(text.as_bytes().to_vec()),
            float.into(),
            vec![Value::from(text), float.into()].into(),
            fields! { text => 1 }.into(),
        ];
        for ty in types.map(|ty| Type::parse(ty).unwrap()) {
            for value in given(&text) {
                let Coerced::Exact(value) = validate(&ty, value) else { continue };
                // What has a type is taken as it is.
                let is_kept = matches!(ty, Type::Mapping(..) | Type::Dict(..));
                if !is_kept && !matches!(value, Value::Float(float) if float.is_nan()) {
                    prop_assert_eq!(validate(&ty, value.clone()), Coerced::Exact(value));
                }
            }
        }
    }
}

#[test]
fn without_doubts_the_most_likely_value_counts() {
    let check = |ty: &str, value: Value, expected: &str| {
        let ty = Type::parse(ty).unwrap();
        let text = format!("{value:?} as {ty}");
        assert_eq!(show(validate(&ty, value.clone())), "unsure", "{text}");
        assert_eq!(show(super::validate(&ty, value, Doubts::Ignored)), expected, "{text}");
    };
    check("complex", "1+2j".into(), "(1+2j)");
    check("complex", " ( -1.5e+3-j ) ".into(), "(-1500-1j)");
    check("complex", "j".into(), "1j");
    check("complex", "5".into(), "(5+0j)");
    check("complex", Value::Int(3), "(3+0j)");
    check("list[complex]", vec![Value::Int(1), "2j".into()].into(), "[(1+0j), 2j]");
    check("complex", "one".into(), "fails");
    check("list[complex]", vec![Value::Int(1), "one".into()].into(), "fails");
    // What is missing is not made up, nor is a part of what holds it.
    check("Union[complex, list[int]]", "2j".into(), "2j");
    check("Union[complex, float]", "2.5".into(), "unsure");
    check("Iterable[int]", vec![1].into(), "unsure");
    let set = Value::Set(vec![2.into(), 1.into()]);
    check("list[int]", set, "[2, 1]");
}
