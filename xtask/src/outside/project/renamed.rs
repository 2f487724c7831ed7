//! Every macro, where dspex has another name and nobody says so.

use llm::prelude::*;
use llm::{Record, TypedSignature};

/// Sort the ticket.
#[derive(Signature)]
#[signature(output = Sorted)]
struct Sort {
    text: String,
}

#[derive(FieldType)]
struct Sorted {
    topic: Topic,
    #[field(ge = 1, le = 5)]
    urgency: u8,
    action: Action,
}

#[derive(FieldType)]
enum Topic {
    Delivery,
    Refund,
}

#[derive(FieldType)]
enum Action {
    Answer { text: String },
    Forward,
}

/// Price of a parcel.
#[tool]
fn postage(grams: u32) -> f64 {
    f64::from(grams) / 100.0
}

fn main() {
    let written = signature!("text -> topic, urgency: int");
    assert_eq!(written.inputs(), Sort::signature().inputs());
    assert_eq!(Sorted::fields_of().len(), Sort::signature().outputs().len());
    assert_eq!(postage::tool().name(), "postage");
    let action = Action::Answer { text: "Soon.".to_owned() };
    let _ = (Topic::Delivery, Topic::Refund, Action::Forward, postage(250));
    let sorted = Sorted { topic: Topic::Refund, urgency: 3, action };
    println!("{}", Value::from(sorted.into_fields()).to_json());
}
