//! Fields whose names a prompt words in a way of its own, and names that Rust cannot have.

use dspex_signature_macros::{FieldType, Signature};

use super::{Check, classes};

/// Read a mail as it comes from the gateway.
#[derive(Signature)]
#[signature(output = ParsedMail)]
struct ParseMail {
    #[field(rename = "messageId")]
    message_id: String,
    /// As sent.
    #[field(rename = "htmlBody")]
    html_body: Option<String>,
    #[field(rename = "isAutoReply")]
    is_auto_reply: bool,
}

#[derive(FieldType)]
struct ParsedMail {
    #[field(rename = "inReplyTo")]
    in_reply_to: Option<String>,
    #[field(rename = "plainText")]
    plain_text: String,
}

/// Index a paper for the library.
#[derive(Signature)]
#[signature(output = IndexedPaper)]
struct IndexPaper {
    r#abstract: String,
    r#type: String,
    r#final: bool,
}

#[derive(FieldType)]
struct IndexedPaper {
    /// The shelf it belongs to.
    r#match: Option<String>,
    /// Nobody outside may read it.
    r#priv: bool,
    r#where: String,
}

/// Compare two quarters.
#[derive(Signature)]
#[signature(output = Compared)]
struct CompareQuarters {
    q1_revenue: f64,
    q2_revenue_2024: f64,
    top5: Vec<String>,
    utf8_note: String,
}

#[derive(FieldType)]
struct Compared {
    k2: i64,
    p95_ms: f64,
    sha256sum: String,
}

#[derive(Signature)]
#[signature(output = Measured)]
struct Measure {
    größe: f64,
    año: u16,
    日付: String,
}

#[derive(FieldType)]
struct Measured {
    été: bool,
    übergröße: Option<f64>,
}

/// Probe an address, and say what answered.
#[derive(Signature)]
#[signature(output = Probed)]
struct ProbeUrl {
    #[field(rename = "URL")]
    url: String,
    #[field(rename = "HTTPMethod")]
    http_method: String,
    x: i64,
}

#[derive(FieldType)]
struct Probed {
    #[field(rename = "HTTPStatus")]
    http_status: u16,
    #[field(rename = "parsedURL2")]
    parsed_url: String,
    #[field(rename = "iOSVersion")]
    ios_version: Option<String>,
    id: String,
}

/// Say which class a specimen belongs to.
#[derive(Signature)]
#[signature(output = Classified)]
struct Classify {
    class_: String,
    in_: Option<String>,
    #[field(rename = "genus__species")]
    genus_species: String,
}

#[derive(FieldType)]
struct Classified {
    from_: String,
    fields_: Vec<String>,
    instructions_: String,
}

/// Say how the table came to differ from its original.
#[derive(Signature)]
#[signature(output = Reproduced)]
struct Reproduce {
    copy: String,
    schema: String,
}

#[derive(FieldType)]
struct Reproduced {
    json: String,
    construct: bool,
}

/// Check that a contract has been signed.
#[derive(Signature)]
#[signature(output = CheckedContract)]
struct CheckContract {
    contract: Contract,
}

#[derive(FieldType)]
struct CheckedContract {
    signed_contract: Contract,
}

#[derive(FieldType)]
struct Contract {
    signature: String,
    instructions: Option<String>,
    fields: Vec<String>,
    input_fields: u8,
    model: String,
    #[field(rename = "modelName")]
    model_name: String,
}

/// Close the checklist of a flight.
#[derive(Signature)]
#[signature(output = Finished)]
struct Finish {
    checklist: String,
    role: String,
}

#[derive(FieldType)]
struct Finished {
    completed: bool,
    content: String,
    reasoning: String,
}

pub(super) const CASES: &[(&str, Check)] = &classes![
    ParseMail,
    IndexPaper,
    CompareQuarters,
    Measure,
    ProbeUrl,
    Classify,
    Reproduce,
    CheckContract,
    Finish,
];
