//! Enums with data, foreign types, and other names of fields.

use std::collections::BTreeMap;
use std::net::IpAddr;

use dspex_signature::{FieldType as _, Record as _, Type, TypeTable, Value, fields};
use dspex_signature_macros::FieldType;

#[derive(FieldType, Debug, PartialEq)]
#[field(tag = "method")]
enum Payment {
    /// By card.
    Card {
        #[field(min_length = 4, max_length = 4)]
        last_four: String,
    },
    #[field(rename = "SEPA")]
    Transfer {
        iban: String,
        #[field(default = 1)]
        parts: u8,
    },
    Cash,
}

#[track_caller]
fn reads(value: Value, expected: Result<Payment, &str>) {
    let read = Payment::from_value(&value);
    assert_eq!(
        read.as_ref().map_err(ToString::to_string),
        expected.as_ref().map_err(|text| (*text).to_owned())
    );
}

#[test]
fn an_enum_with_data_is_a_union_of_models() {
    let Type::Union(models) = Payment::field_type() else { panic!("{}", Payment::field_type()) };
    let names: Vec<_> = models.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["Card", "Transfer", "Cash"]);
    let Type::Record(card) = &models[0] else { panic!("{:?}", models[0]) };
    assert_eq!(card.doc.as_deref(), Some("By card."));
    assert_eq!(card.fields[0].name, "method");
    let literal = Type::parse_with("Literal['Card']", &TypeTable::new()).unwrap();
    assert_eq!(card.fields[0].ty, literal);
    assert_eq!(card.fields[1].constraints.iter().len(), 2);
}

#[test]
fn cases_are_written_and_read_by_their_tag() {
    let card = Payment::Card { last_four: "4242".to_owned() };
    let value = card.into_value();
    assert_eq!(value, Value::Map(fields! { "method" => "Card", "last_four" => "4242" }));
    reads(value, Ok(Payment::Card { last_four: "4242".to_owned() }));
    reads(
        fields! { "method" => "SEPA", "iban" => "DE0" }.into(),
        Ok(Payment::Transfer { iban: "DE0".to_owned(), parts: 1 }),
    );
    reads(Payment::Cash.into_value(), Ok(Payment::Cash));
}

#[test]
fn what_is_no_case_is_told() {
    let known = r#""Card" | "SEPA" | "Cash""#;
    reads("Cash".into(), Err("expected `Payment`, found `str`"));
    reads(
        fields! { "method" => "Cheque" }.into(),
        Err(&format!("`method` should be `{known}`, found `another str`")),
    );
    reads(
        fields! { "last_four" => "4242" }.into(),
        Err(&format!("`method` should be `{known}`, found `no such field`")),
    );
    reads(
        fields! { "method" => "Card", "last_four" => "42" }.into(),
        Err("`last_four` should be `a length >= 4`, found `a shorter one`"),
    );
}

#[derive(FieldType, Debug, PartialEq)]
struct Visit {
    #[field(text, max_length = 40)]
    address: IpAddr,
    #[field(text)]
    proxy: Option<IpAddr>,
    #[field(text, default)]
    hops: Vec<IpAddr>,
    #[field(alias = ["time_ms", "ms"], rename = "millis")]
    milliseconds: u32,
    #[field(from = "draft.reasoning")]
    why: String,
    #[field(alias = "by_code", default)]
    by_status: BTreeMap<u16, u64>,
}

#[test]
fn foreign_types_are_text() {
    let types: Vec<_> = Visit::fields_of().iter().map(|field| field.ty.to_string()).collect();
    assert_eq!(types, ["str", "Optional[str]", "list[str]", "int", "str", "dict[int, int]"]);
}

#[test]
fn a_field_is_found_by_its_other_names() {
    let given = fields! {
        "address" => "::1",
        "hops" => vec!["10.0.0.1"],
        "ms" => 3,
        "draft.reasoning" => "because",
        "by_code" => fields! { "200" => 7 },
    };
    let visit: Visit = given.to().unwrap();
    assert_eq!((visit.milliseconds, visit.why.as_str()), (3, "because"));
    assert_eq!(visit.by_status, BTreeMap::from([(200, 7)]));
    let written = visit.into_fields();
    let names: Vec<_> = written.names().collect();
    assert_eq!(names, ["address", "proxy", "hops", "millis", "why", "by_status"]);
    assert_eq!(written.to::<Visit>().unwrap().into_fields(), written);
    let error = fields! { "address" => "here" }.to::<Visit>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`address` should be `IpAddr`, found `a text that is none: invalid IP address syntax`"
    );
}
