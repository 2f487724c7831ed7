//! The types in Python's terms, and their shapes.

use dspex_signature::{FieldType as _, Part, Record, Shape, Type, Value};
use dspex_signature_macros::FieldType;

/// What a ticket is about.
#[derive(FieldType, Debug, PartialEq)]
enum Topic {
    Delivery,
    #[field(rename = "refund or return")]
    Refund,
    r#Self_,
}

/// A ticket.
#[derive(FieldType)]
struct Ticket {
    /// As written.
    text: String,
    topics: Vec<Topic>,
}

#[test]
fn a_unit_enum_is_an_enum_class() {
    let Type::Enum(class) = Topic::field_type() else { panic!() };
    assert_eq!(class.name, "Topic");
    assert_eq!(class.doc.as_deref(), Some("What a ticket is about."));
    let members: Vec<_> =
        class.members.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        members,
        [
            ("Delivery", Some("Delivery")),
            ("Refund", Some("refund or return")),
            ("Self_", Some("Self_"))
        ]
    );
}

#[test]
fn a_member_is_read_by_value_then_by_name() {
    assert_eq!(Topic::Refund.into_value(), Value::from("refund or return"));
    assert_eq!(Topic::from_value(&Value::from("refund or return")), Ok(Topic::Refund));
    assert_eq!(Topic::from_value(&Value::from("Refund")), Ok(Topic::Refund));
    let error = Topic::from_value(&Value::from("refund")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected `Topic: \"Delivery\" | \"refund or return\" | \"Self_\"`, found `another str`"
    );
    assert_eq!(Topic::from_value(&Value::Int(1)).unwrap_err().found(), "int");
}

#[test]
fn a_struct_is_a_model_class() {
    let Type::Record(class) = Ticket::field_type() else { panic!() };
    assert_eq!((class.name.as_str(), class.doc.as_deref()), ("Ticket", Some("A ticket.")));
    assert_eq!(class.fields, Ticket::fields_of());
    assert_eq!(class.fields[0].desc.as_deref(), Some("As written."));
    assert_eq!(class.fields[1].ty, Type::list(Topic::field_type()));
}

#[test]
fn shapes_are_known_to_the_compiler() {
    const SHAPE: dspex_signature::RecordShape = <Ticket as Record>::SHAPE;
    assert_eq!((SHAPE.name, SHAPE.open), ("Ticket", false));
    let [Part::Own(parts)] = SHAPE.parts else { panic!() };
    assert_eq!(*parts, [("text", Shape::Str), ("topics", Shape::List(&Shape::Named("Topic")))]);
    assert_eq!(<Ticket as dspex_signature::FieldType>::SHAPE, Shape::Named("Ticket"));
}
