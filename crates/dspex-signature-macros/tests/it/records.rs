//! Structs to fields and back: defaults, ranges, nesting, names.

use dspex_signature::{FieldType as _, Fields, Record, Value, fields};
use dspex_signature_macros::FieldType;

#[derive(FieldType, Clone, Debug, PartialEq)]
struct Order {
    number: String,
    lines: Vec<Line>,
    #[field(default = "EUR")]
    currency: String,
    #[field(default = -1, ge = -1)]
    rank: i16,
    #[field(default)]
    urgent: bool,
    #[field(default = vec![Topic::Other])]
    topics: Vec<Topic>,
    note: Option<Box<i64>>,
}

#[derive(FieldType, Clone, Debug, PartialEq)]
struct Line {
    item: String,
    #[field(ge = 1, le = 99)]
    quantity: u32,
    #[field(min_length = 1, max_length = 2)]
    codes: Vec<u8>,
}

#[derive(FieldType, Clone, Debug, PartialEq)]
enum Topic {
    Delivery,
    Other,
}

#[derive(FieldType, Clone, Debug, PartialEq)]
struct Named {
    #[field(rename = "kind_name")]
    kind: String,
    r#type: i64,
}

fn line() -> Line {
    Line { item: "lamp".into(), quantity: 2, codes: vec![7] }
}

fn line_fields() -> Fields {
    fields! { "item" => "lamp", "quantity" => 2, "codes" => vec![7] }
}

#[test]
fn records_survive_the_way_there_and_back() {
    let order = Order {
        number: "A-1042".into(),
        lines: vec![line(), line()],
        currency: "GBP".into(),
        rank: 3,
        urgent: true,
        topics: vec![Topic::Delivery, Topic::Other],
        note: Some(Box::new(7)),
    };
    let fields = order.clone().into_fields();
    assert_eq!(
        fields.names().collect::<Vec<_>>(),
        ["number", "lines", "currency", "rank", "urgent", "topics", "note"]
    );
    assert_eq!(fields["lines"], Value::List(vec![Value::Map(line_fields()); 2]));
    assert_eq!(fields["topics"], Value::from(vec!["Delivery", "Other"]));
    assert_eq!(Order::from_fields(&fields), Ok(order.clone()));
    assert_eq!(Order::from_value(&order.clone().into_value()), Ok(order));
}

#[test]
fn an_absent_field_takes_its_default() {
    let order = Order::from_fields(&fields! { "number" => "1", "lines" => Value::List(vec![]) });
    let expected = Order {
        number: "1".into(),
        lines: vec![],
        currency: "EUR".into(),
        rank: -1,
        urgent: false,
        topics: vec![Topic::Other],
        note: None,
    };
    assert_eq!(order, Ok(expected));
}

#[test]
fn fields_of_others_are_passed_over() {
    let fields = line_fields().with("reasoning", "because");
    assert_eq!(Line::from_fields(&fields), Ok(line()));
}

#[track_caller]
fn check<R: Record>(fields: &Fields, expected: &str) {
    let found = R::from_fields(fields).map_or_else(|error| error.to_string(), |_| "read".into());
    assert_eq!(found, expected);
}

#[test]
fn a_wrong_value_is_named_with_its_path() {
    check::<Line>(
        &fields! { "item" => "lamp" },
        "`quantity` should be `int`, found `no such field`",
    );
    check::<Line>(&line_fields().with("item", 1), "`item` should be `str`, found `int`");
    let wrong_code = line_fields().with("codes", vec![1, 256]);
    check::<Line>(&wrong_code, "`codes[1]` should be `int within u8`, found `int outside it`");
    let order = fields! { "number" => "1", "lines" => vec![line_fields(), wrong_code] };
    check::<Order>(&order, "`lines[1].codes[1]` should be `int within u8`, found `int outside it`");
    let order = fields! { "number" => "1", "lines" => vec!["x"] };
    check::<Order>(&order, "`lines[0]` should be `Line`, found `str`");
}

#[test]
fn constraints_hold_when_a_record_is_read() {
    let with = |name: &str, value: Value| line_fields().with(name, value);
    check::<Line>(&with("quantity", Value::Int(0)), "`quantity` should be `>= 1`, found `less`");
    check::<Line>(&with("quantity", Value::Int(100)), "`quantity` should be `<= 99`, found `more`");
    check::<Line>(
        &with("codes", Value::List(vec![])),
        "`codes` should be `a length >= 1`, found `a shorter one`",
    );
    check::<Line>(
        &with("codes", Value::from(vec![1, 2, 3])),
        "`codes` should be `a length <= 2`, found `a longer one`",
    );
}

#[test]
fn names_are_those_the_model_sees() {
    let named = Named { kind: "a".into(), r#type: 1 };
    let fields = fields! { "kind_name" => "a", "type" => 1 };
    assert_eq!(named.clone().into_fields(), fields);
    assert_eq!(Named::from_fields(&fields), Ok(named));
}
