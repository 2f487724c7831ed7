//! Enums with data, foreign types, and other names of fields.

use std::collections::BTreeMap;
use std::net::IpAddr;

use dspex_signature::{
    Example, FieldType as _, Fields, Record as _, Type, TypeTable, Value, fields,
};
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
fn reads(value: impl Into<Value>, expected: Payment) {
    assert_eq!(Payment::from_value(&value.into()), Ok(expected));
}

#[track_caller]
fn refuses(value: impl Into<Value>, expected: &str) {
    let error = Payment::from_value(&value.into()).expect_err("it should be refused");
    assert_eq!(error.to_string(), expected);
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
    reads(value, Payment::Card { last_four: "4242".to_owned() });
    let transfer = Payment::Transfer { iban: "DE0".to_owned(), parts: 1 };
    reads(fields! { "method" => "SEPA", "iban" => "DE0" }, transfer);
    reads(Payment::Cash.into_value(), Payment::Cash);
}

#[test]
fn what_is_no_case_is_told() {
    let known = r#""Card" | "SEPA" | "Cash""#;
    refuses("Cash", "expected `Payment`, found `str`");
    let other = format!("`method` should be `{known}`, found `another str`");
    refuses(fields! { "method" => "Cheque" }, &other);
    let none = format!("`method` should be `{known}`, found `no such field`");
    refuses(fields! { "last_four" => "4242" }, &none);
    let short = "`last_four` should be `a length >= 4`, found `a shorter one`";
    refuses(fields! { "method" => "Card", "last_four" => "42" }, short);
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
fn a_file_may_use_the_other_names() {
    let table = "address,time_ms,why,by_code\n::1,3,because,\"{\"\"200\"\": 7}\"\n";
    let examples = Example::<Fields, Visit>::from_csv(table).unwrap();
    assert_eq!(examples[0].output.milliseconds, 3);
    assert_eq!(examples[0].output.by_status, BTreeMap::from([(200, 7)]));
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
