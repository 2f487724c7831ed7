//! Structured extraction: nested records, choices and types of other crates, through a whole call.

use std::collections::BTreeMap;
use std::net::IpAddr;

use dspex::llm::{Lm, LmErrorKind, LmRoute, Needs, ScriptedModel};
use dspex::prelude::*;
use dspex::{Adapter, CallErrorKind, Example, Record as _};

/// Read the invoice.
#[derive(Signature, Clone)]
#[signature(output = Invoice)]
struct ReadInvoice {
    document: String,
}

#[derive(FieldType, Clone, Debug, PartialEq)]
struct Invoice {
    #[field(min_length = 3)]
    number: String,
    #[field(min_length = 1)]
    lines: Vec<Line>,
    total: f64,
    payment: Payment,
    /// by country
    vat: BTreeMap<String, f64>,
    period: (u16, u16),
    #[field(text)]
    sent_from: Option<IpAddr>,
}

#[derive(FieldType, Clone, Debug, PartialEq)]
struct Line {
    item: String,
    #[field(ge = 1)]
    quantity: u32,
    price: f64,
}

#[derive(FieldType, Clone, Debug, PartialEq)]
#[field(tag = "method")]
enum Payment {
    Card { last_four: String },
    Transfer { iban: String },
    Cash,
}

fn invoice() -> Invoice {
    let line = |item: &str, quantity| Line { item: item.to_owned(), quantity, price: 19.5 };
    Invoice {
        number: "A-1042".to_owned(),
        lines: vec![line("lamp", 2), line("cup", 6)],
        total: 156.0,
        payment: Payment::Card { last_four: "4242".to_owned() },
        vat: BTreeMap::from([("GB".to_owned(), 0.2)]),
        period: (2025, 2026),
        sent_from: Some("10.0.0.1".parse().expect("it is an address")),
    }
}

fn document() -> ReadInvoice {
    ReadInvoice { document: "Invoice A-1042, two lamps and six cups".to_owned() }
}

async fn dspex(model: &ScriptedModel) -> Dspex {
    let builder = Dspex::builder().lm("default", model.clone()).no_python();
    builder.start().await.expect("a model that is there can be started with")
}

#[tokio::test]
async fn a_whole_invoice_comes_back() {
    let model = ScriptedModel::new().answer(|_: ReadInvoice| invoice());
    let demo = Example::new(document(), Invoice { payment: Payment::Cash, ..invoice() });
    let read = dspex(&model).await.predict::<ReadInvoice>().demos([demo]);
    let reply = read.call(document()).await.unwrap();
    assert_eq!(reply.into_inner(), invoice());
    let requests = model.requests();
    let [system, demo_question, demo_answer, question] = &requests[0].messages[..] else {
        panic!("{requests:?}")
    };
    assert!(system.text().contains("`payment` (Union[Card, Transfer, Cash])"), "{system:?}");
    assert!(demo_answer.text().contains(r#"{"method": "Cash"}"#), "{demo_answer:?}");
    assert!(question.text().starts_with(&*demo_question.text()), "{question:?}");
}

#[tokio::test]
async fn a_text_is_read_without_a_signature() {
    let text = r#"{"number": "A-1042", "lines": [{"item": "lamp", "quantity": 2, "price": 19.5},
        {"item": "cup", "quantity": 6, "price": "19.5"}], "total": 156, "payment": {"method": "Card",
        "last_four": "4242"}, "vat": {"GB": 0.2}, "period": [2025, 2026], "sent_from": "10.0.0.1"}"#;
    let model = ScriptedModel::new().text("{}").text(text);
    let dspex = dspex(&model).await;
    let read: Invoice = dspex.extract("Invoice A-1042 ..").ask_again(1).await.unwrap();
    assert_eq!(read, invoice());
    let figures = dspex.lm_statistics().of("scripted/model").unwrap();
    assert_eq!((figures.requests, figures.unpriced), (2, 2));
    let error = dspex.extract::<Invoice>("..").await.unwrap_err();
    assert!(error.to_string().contains("the script has ended"), "{error}");
    let choice = dspex.lm_for(Needs::new()).unwrap();
    assert_eq!((choice.name(), choice.route()), ("default", LmRoute::Direct));
    let error = dspex.extract::<Invoice>("..").lm("locl").await.unwrap_err();
    assert!(error.to_string().contains("configured are: default"), "{error}");
    let other = Lm::new(ScriptedModel::new().text(text));
    assert_eq!(dspex.extract::<Invoice>("..").lm(other).await.unwrap(), invoice());
    let error = dspex.extract::<Invoice>("..").lm(choice).await.unwrap_err();
    assert!(error.to_string().contains("the script has ended"), "{error}");
}

#[tokio::test]
async fn what_does_not_fit_is_told_by_its_path() {
    let faulty =
        Invoice { lines: vec![Line { quantity: 0, ..invoice().lines[0].clone() }], ..invoice() };
    let model = ScriptedModel::new()
        .text(Value::Map(faulty.into_fields()).to_json())
        .text(r#"{"number": "A-1042"}"#)
        .fail(LmErrorKind::ContextTooLong);
    let read = dspex(&model).await.predict::<ReadInvoice>().adapter(Adapter::Json);
    let mut found = Vec::new();
    for _ in 0..3 {
        let error = read.call(document()).attempts(1).await.unwrap_err();
        found.push(match error.kind() {
            CallErrorKind::Parse { message, missing, .. } => {
                format!("{} missing, {message}; {}", missing.len(), error.partial()["number"])
            }
            CallErrorKind::Lm(lm) if lm.kind == LmErrorKind::ContextTooLong => {
                "too long".to_owned()
            }
            _ => error.to_string(),
        });
    }
    assert_eq!(
        found,
        [
            "6 missing, `lines[0].quantity` should be `int with ge=1`, found `int`; A-1042",
            "5 missing, the completion has no field `lines`, `total`, `payment`, `vat`, `period`; \
             A-1042",
            "too long",
        ]
    );
}
